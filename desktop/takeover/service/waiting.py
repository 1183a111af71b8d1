"""Where the rows of a workbook wait until all of them are known: a scratch database, encrypted, gone afterwards.

Whatever concerns several rows (numbers that stand twice, rows that name others, which rows come in together) is asked
there in SQL, so a hall of any size needs little memory.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from desktop.kernel import canonical
from desktop.kernel.bulk import insertions
from desktop.kernel.errors import Problem, Refused
from desktop.kernel.hashing import Same, all_same
from desktop.kernel.text import Text
from desktop.search.rules import folded
from desktop.takeover.documents.cells import line_of, row_stored, shown
from desktop.takeover.documents.columns import HallSheet
from desktop.takeover.documents.sheets import SHEETS

KEPT_AT_ONCE = 2_000
PROBLEMS_TOLD = 1_000
"""So many problems are told; further ones are counted."""

SHARED, NOWHERE = 0, -1
"""The part of what several groups share, and of rows that name nothing in the workbook."""

ROUTE = "coalesce(route, '')"
"""The route of an account; those without one are together."""

_INDEXES = {
    "parties": ("number", "part", "identity"),
    "premises": ("number", "part"),
    "points": ("number", "premise", "part", "account", "route, position"),
    "meters": ("serial, register", "point", "part"),
    "unbilled": ("serial, register, read_on", "part"),
    "accounts": (
        "number",
        "party",
        "owner",
        "point",
        "route, position",
        f"{ROUTE}, position, number",
        "part",
    ),
    "contracts": ("account", "part"),
    "tariffs": ("code",),
    "items": ("number, account", "account", "part"),
    "payments": ("item, account, paid_on", "part"),
    "history": ("account, year", "part"),
    "terms": ("account", "within", "part"),
    "spells": ("account", "part"),
    "plans": ("account, valid_from", "part"),
    "wishes": ("account", "part"),
    "payment_groups": ("number", "part"),
    "group_members": ('"group"', "account"),
    "read_limits": ("level",),
    "bill_limits": ("customer_class, valid_from",),
}


_MORE = {
    "parties": ", merged_into INTEGER, merged_id, whereabouts, settled INTEGER DEFAULT 0",
    "accounts": ", owner",
}
"""Further columns: whom a party is merged into (a row, or somebody here), where it lives, whether it is here already;
and whose an account is after that."""


class Waiting:
    """The rows of one workbook by sheet, and what is wrong with them.

    Each table has the columns of its sheet beside ``id``, ``sheet`` and ``line`` (where it stands), ``part`` (its
    group) and ``bad`` (whether it has a problem).
    """

    def __init__(self, database: Any) -> None:
        self._database = database
        self._waiting: dict[str, list[tuple[object, ...]]] = {sheet.name: [] for sheet in SHEETS}
        self._written = dict.fromkeys(self._waiting, 0)
        for sheet in SHEETS:
            names = ", ".join(f'"{column.name}"' for column in sheet.columns)
            more = _MORE.get(sheet.name, "")
            self.run(
                f"CREATE TABLE {sheet.name} (id INTEGER PRIMARY KEY, sheet, line, bad INTEGER,"
                f" part INTEGER DEFAULT {NOWHERE}, {names}{more})"
            )
        self.run(
            "CREATE TABLE part (id INTEGER PRIMARY KEY, name, accounts INTEGER, known INTEGER DEFAULT 0,"
            " good INTEGER DEFAULT 0)"
        )
        self.run(
            'CREATE TABLE problem (place INTEGER, sheet, line, "column", value, what, remedy, named INTEGER)'
        )

    # Rows in

    def keep(self, sheet: HallSheet, title: str, line: int, values: Mapping[str, Any], *, bad: bool) -> None:
        """Let a row wait; ``values`` are its typed fields."""
        rows = self._waiting[sheet.name]
        rows.append((title, line, bad, *row_stored(sheet, values)))
        if len(rows) >= KEPT_AT_ONCE:
            self._flush(sheet)

    def _flush(self, sheet: HallSheet) -> None:
        rows = self._waiting[sheet.name]
        if rows:
            names = ("sheet", "line", "bad", *(column.name for column in sheet.columns))
            columns = [Same(cells[0]) if all_same(cells) else cells for cells in zip(*rows, strict=True)]
            by_name = dict(zip(names, columns, strict=True))
            for statement, values in insertions(sheet.name, by_name, len(rows)):
                self._database.executemany(statement, values)
            self._written[sheet.name] += len(rows)
            rows.clear()

    def all_here(self) -> None:
        """No more rows come: get ready for questions."""
        for sheet in SHEETS:
            self._flush(sheet)
            for place, columns in enumerate(_INDEXES[sheet.name]):
                self.run(f"CREATE INDEX ix_{sheet.name}_{place} ON {sheet.name} ({columns})")

    def count(self, sheet: HallSheet) -> int:
        """How many rows of a sheet wait."""
        return self._written[sheet.name] + len(self._waiting[sheet.name])

    # Problems

    def trouble(self, problem: Problem, sheet: HallSheet | None = None) -> None:
        """Note a problem; of a row, where ``sheet`` is given."""
        place = SHEETS.index(sheet) if sheet else -1
        column = problem.column if isinstance(problem.column, str) else canonical.dump(problem.column)
        self.run(
            "INSERT INTO problem VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            place,
            problem.sheet,
            problem.row,
            column,
            problem.value,
            canonical.dump(problem.what),
            canonical.dump(problem.remedy),
            isinstance(problem.column, Text),
        )

    def blame(self, sheet: HallSheet, row_id: int, column: str, what: Text, remedy: Text) -> None:
        """Note a problem of a cell in a row that waits."""
        found = self.one(f'SELECT sheet, line, "{column}" FROM {sheet.name} WHERE id = ?', row_id)
        it = sheet.column(column)
        value = "" if found[2] is None else shown(it, found[2])[:80]
        self.trouble(Problem(what, remedy, it.title, value, found[0], found[1]), sheet)
        self.run(f"UPDATE {sheet.name} SET bad = 1 WHERE id = ?", row_id)

    def blame_all(self, sheet: HallSheet, column: str, where: str, what: Text, remedy: Text) -> None:
        """The same for every row, called ``it``, for which ``where`` holds."""
        for (row_id,) in self.ask(f"SELECT id FROM {sheet.name} AS it WHERE {where}"):
            self.blame(sheet, row_id, column, what, remedy)

    def problems(self) -> tuple[tuple[Problem, ...], int]:
        """The first problems in the order of sheets and rows, and how many there are."""
        rows = self.ask("SELECT * FROM problem ORDER BY place, sheet, line LIMIT ?", PROBLEMS_TOLD)
        found = tuple(
            Problem(
                canonical.load(Text, what),
                canonical.load(Text, remedy),
                canonical.load(Text, column) if named else column,
                value,
                sheet,
                line,
            )
            for _, sheet, line, column, value, what, remedy, named in rows
        )
        return found, self.one("SELECT count(*) FROM problem")[0]

    # Questions

    def ask(self, sql: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """The rows of a question, as they are asked for; the table may be written meanwhile."""
        cursor = self._database.execute(sql, values)
        while some := cursor.fetchmany(KEPT_AT_ONCE):
            yield from some

    def one(self, sql: str, *values: object) -> tuple[Any, ...]:
        """The one row of a question."""
        row: tuple[Any, ...] = self._database.execute(sql, values).fetchone()
        return row

    def run(self, sql: str, *values: object) -> None:
        """Change what waits."""
        self._database.execute(sql, values)

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """The same for many rows."""
        self._database.executemany(sql, rows)

    def lines(self, sheet: HallSheet, where: str, *values: object) -> tuple[Any, ...]:
        """The lines of a sheet for which ``where`` holds, in their order."""
        return tuple(line_of(sheet, row) for row in self.cells(sheet, where, *values))

    def cells(self, sheet: HallSheet, where: str, *values: object) -> list[tuple[str | int | None, ...]]:
        """The same as they wait."""
        names = ", ".join(f'"{column.name}"' for column in sheet.columns)
        rows: list[tuple[str | int | None, ...]] = self._database.execute(
            f"SELECT {names} FROM {sheet.name} WHERE {where} ORDER BY id", values
        ).fetchall()
        return rows


@contextmanager
def waiting_room() -> Iterator[Waiting]:
    """A place for the rows of one workbook. On disk it can be read with a key that nobody keeps, and where the system
    can it has no name any more, so that nothing is left behind by a program that is killed.

    Where the disk is full it is `Refused`.
    """
    place = tempfile.gettempdir()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="servicehall-", ignore_cleanup_errors=True) as folder,
            closing(_database(Path(folder) / "rows")) as database,
        ):
            waiting = Waiting(database)
            if os.name == "posix":
                shutil.rmtree(folder)
            yield waiting
    except sqlcipher.OperationalError as error:
        if not any(words in str(error) for words in _NO_ROOM):
            raise
        raise Refused(
            Text(
                "There is no room in {folder} to read the workbook. What is in stays: make space and take it again.",
                folder=place,
            )
        ) from error


_NO_ROOM = ("disk is full", "disk I/O error", "unable to open database file")


def _database(file: Path) -> Any:
    database = sqlcipher.connect(str(file), isolation_level=None, check_same_thread=False)
    for pragma in (
        f"key = \"x'{secrets.token_hex(32)}'\"",
        "journal_mode = OFF",
        "synchronous = OFF",
        "temp_store = MEMORY",
        "cache_size = -16384",
    ):
        database.execute(f"PRAGMA {pragma}")
    database.execute("BEGIN")
    database.create_function("folded", 1, folded, deterministic=True)
    return database
