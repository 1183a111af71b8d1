"""Spreadsheets in: the rows of an XLSX or CSV file by column title, as a stream.

Columns may stand in any order under any of their titles, in one row or in two; a cell comes out as text, as an exact
`Decimal` made from the shortest text of the number, or as a date. Spreadsheets keep 15 digits of a number: one with
more is a `Problem` (the sheet has lost digits), never a guess; a number or a day that may be read in two ways is
decided by the other cells of its column, or is a `Problem` too. The file is read in a process of its own
(`desktop.kernel.cells`), whole, before its first row comes out: what is no workbook, or larger than a sheet can be,
is `Refused` with nothing taken from it. Hidden rows and columns are read and told of; a hidden sheet is left out and
told of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from desktop.kernel.cells import shapes
from desktop.kernel.cells.found import LeftOut, SheetFound
from desktop.kernel.cells.refusal import Why
from desktop.kernel.cells.shapes import half_width
from desktop.kernel.cells.titles import TITLE_ROWS, Wanted, normal
from desktop.kernel.cells.workbook import DAY_ZERO
from desktop.kernel.errors import Problem, Refused, reason
from desktop.kernel.sheet.process import Silent, messages
from desktop.kernel.sheet.writing import EXACT_DIGITS, HARMFUL
from desktop.kernel.text import Text

# What lies outside these serials is no date of ours.
SERIALS = range(18_000, 80_000)

Value = str | Decimal | date | bool | None
Progress = Callable[[int, int], bool]


class Stopped(Exception):
    """Whoever watches asked to stop while the file was being looked through; nothing came out of it."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column to look for: the caller's ``name`` for it, our ``title``, and all ``titles`` it may have.

    A required one may be missing where one of the fields ``instead`` is there.
    """

    name: str
    title: Text
    titles: tuple[str, ...]
    required: bool = True
    instead: tuple[str, ...] = ()

    @property
    def wanted(self) -> Wanted:
        """The same as it is looked for."""
        return Wanted(self.name, _normal(self.titles), self.required, frozenset(self.instead))


@cache
def _normal(titles: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(normal, titles))


@dataclass(frozen=True, slots=True)
class Table:
    """What the rows of one sheet have in common."""

    sheet: str
    titles: Mapping[str, str]
    proofs: Mapping[str, str]
    since_1904: bool


class Row:
    """One row of a sheet; ``line`` as spreadsheets count. A reader that fails notes why and gives None."""

    __slots__ = ("_cells", "_table", "line", "problems", "sheet")

    def __init__(self, table: Table, line: int, cells: Mapping[str, str | None]) -> None:
        self._table, self._cells, self.line, self.sheet = table, cells, line, table.sheet
        self.problems: list[Problem] = []

    def note(self, name: str, what: Text, remedy: Text) -> None:
        """Adds a problem with the cell of a field."""
        cell = self._cells.get(name)
        value = "" if cell is None else _value(cell)
        column = self._table.titles.get(name, name)
        self.problems.append(Problem(what, remedy, column, str(value)[:80], self.sheet, self.line))

    @property
    def spelled(self) -> str:
        """All it says, as one text: the same where the same stands in it."""
        return f"{self.sheet} {self.line} {self._cells}"

    def put(self, name: str, words: str) -> None:
        """Let other words stand under a field that its sheet has."""
        self._cells = {**self._cells, name: f"s{words}"}

    @property
    def cells(self) -> dict[str, Value]:
        """What stands under each field, as it was read."""
        return {name: None if cell is None else _value(cell) for name, cell in self._cells.items()}

    def words(self, name: str) -> str:
        """The words of a cell of words; nothing where it holds something else."""
        cell = self._cells.get(name)
        return str(_value(cell)) if cell is not None and cell[0] == "s" else ""

    def titled(self, name: str) -> bool:
        """Whether its sheet has a column for a field."""
        return name in self._table.titles

    def has(self, name: str) -> bool:
        """Whether the cell of a field is filled."""
        return self._cells.get(name) is not None

    @property
    def told(self) -> Mapping[str, str | None]:
        """The cell of each field as the reading process tells it."""
        return self._cells

    def filled(self, names: Sequence[str]) -> list[str]:
        """Those of some fields whose cells are filled."""
        cells = self._cells
        return [name for name in names if name in cells and cells[name] is not None]

    def _value(self, name: str, required: bool) -> Value:
        cell = self._cells.get(name)
        if cell is None:
            if required:
                self.note(name, Text("This cell is empty"), Text("Fill it in"))
            return None
        if cell[0] == "f":
            self.note(name, Text("This cell is a formula"), Text("Paste its value in its place"))
            return None
        if cell[0] == "e":
            self.note(name, Text("The formula of this cell failed"), Text("Write the value itself"))
            return None
        return _value(cell)

    def text(self, name: str, *, required: bool = True) -> str | None:
        """Words or an identifier, without blanks around it; a whole number is taken as its digits."""
        value = self._value(name, required)
        if isinstance(value, Decimal):
            return None if self._lost(name, value) else f"{value:f}"
        if isinstance(value, date | bool):
            what = Text("Words or a number belong here, not a date or a yes and no")
            self.note(name, what, Text("Format the column as text and write it again"))
            return None
        return value

    def identifier(self, name: str, *, required: bool = True) -> str | None:
        """A number or code kept as text: full-width letters and digits made plain, without blanks, and without the
        apostrophe that makes a text of it."""
        cell = self._cells.get(name)
        if cell is not None and plain_code(cell):
            return cell[1:]  # what nearly all are
        words = self.text(name, required=required)
        if words is None:
            return None
        plain = "".join(half_width(words).split()).removeprefix("'")
        if shapes.shortened(plain):
            self._note_lost(name)
            return None
        return plain

    def number(self, name: str, *, required: bool = True) -> Decimal | None:
        """An exact number, from a number cell or from text as any country writes it."""
        value = self._value(name, required)
        if isinstance(value, Decimal):
            return None if self._lost(name, value) else value
        if isinstance(value, str):
            found = shapes.number(half_width(value), self._table.proofs.get(name, ""))
            if isinstance(found, Decimal):
                return found
            if found is False:
                what = Text("This number can be read in two ways")
                self.note(name, what, Text("Write it without the mark between thousands"))
                return None
        if value is not None:
            self.note(name, Text("This is no number"), Text("Write digits, with a point before decimals"))
        return None

    def day(self, name: str, *, required: bool = True) -> date | None:
        """A date: a date cell, the serial number of one, or text as any country writes it."""
        value = self._value(name, required)
        if isinstance(value, date):
            return value
        zero = DAY_ZERO[self._table.since_1904]
        if isinstance(value, Decimal) and value == value.to_integral_value() and int(value) in SERIALS:
            return zero + timedelta(days=int(value))
        if isinstance(value, str | Decimal):
            found = shapes.day(half_width(str(value)), self._table.proofs.get(name, ""))
            if isinstance(found, date):
                return found
            if found is False:
                what = Text("This date can be read in two ways")
                self.note(name, what, Text("Write year, month and day: 2026-01-31"))
                return None
        if value is not None:
            self.note(name, Text("This is no date"), Text("Write year, month and day: 2026-01-31"))
        return None

    def _lost(self, name: str, value: Decimal) -> bool:
        lost = len(value.as_tuple().digits) > EXACT_DIGITS or value.adjusted() >= EXACT_DIGITS
        if lost:
            self._note_lost(name)
        return lost

    def _note_lost(self, name: str) -> None:
        what = Text("The sheet has lost digits: it keeps {count} of a number", count=EXACT_DIGITS)
        self.note(name, what, Text("Format the column as text and write the number again"))


def plain_code(cell: str) -> bool:
    """Whether a cell holds nothing but Latin letters and digits, as words: they stand for themselves."""
    return cell[0] == "s" and cell.isalnum() and cell.isascii()


@dataclass(frozen=True, slots=True)
class Rows:
    """What a file holds: its rows in order, the problems of whole sheets, what was left out and what to tell.

    ``skipped`` is how many rows were left out.
    """

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    skipped: int
    left_out: tuple[LeftOut, ...] = ()
    notices: tuple[Text, ...] = ()


@dataclass(slots=True)
class SheetFile:
    """A file being read: what is known of it as a whole, and its rows, once, when iterated.

    ``count`` is how many rows there are below the titles, those left out included.
    """

    sheets: tuple[SheetFound, ...]
    problems: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...]
    notices: tuple[Text, ...]
    count: int
    _rows: Iterator[Row] = field(default_factory=lambda: iter(()))

    def __iter__(self) -> Iterator[Row]:
        return self._rows

    @property
    def skipped(self) -> int:
        """How many rows were left out."""
        return sum(one.count for one in self.left_out)


_LEFT_OUT = {
    "blank": Text("Empty"),
    "elsewhere": Text("Nothing in the columns that are read"),
    "total": Text("A total"),
    "titles": Text("The titles once more"),
    "hidden sheet": Text("The sheet is hidden"),
    "no titles": Text("The columns of the sheet are not known"),
}


def read_rows(path: Path, fields: Sequence[Field]) -> Rows:
    """The rows under the titles of ``fields`` in every visible sheet of an XLSX or CSV file.

    The titles stand among the first rows; a missing or doubled title is a problem of its sheet, as is a filled sheet
    without titles. A file that is no such file is `Refused`.
    """
    with opened(path, fields) as found:
        rows = tuple(found)
    return Rows(rows, found.problems, found.skipped, found.left_out, found.notices)


@contextmanager
def opened(
    path: Path,
    fields: Sequence[Field],
    mapped: Mapping[str, Mapping[str, str]] | None = None,
    progress: Progress = lambda _done, _total: True,
    ignored: Sequence[str] = (),
) -> Iterator[SheetFile]:
    """A file, looked through to its end, with its rows still to come; the same as `read_rows` for a long one.

    ``mapped`` is what people decided about titles: under the `SheetFound.shape` of a sheet, or under "" for this file
    alone, the name of the field by `normal` title; columns under ``ignored`` titles are as if they were not there.
    ``progress`` hears how much was looked through of how much while
    that takes long; its False is `Stopped`.
    """
    order = _order(fields, mapped, ignored)
    with heard(path, order, progress) as told:
        facts = next(told)
        names = [one.name for one in fields]
        sheets = tuple(_sheet(one, fields) for one in facts["sheets"])
        yield SheetFile(
            tuple(sheet for sheet, one in zip(sheets, facts["sheets"], strict=True) if not one["hidden"]),
            tuple(problem for one in facts["sheets"] for problem in problems_of(one, fields)),
            tuple(
                LeftOut(sheets[at].name, first, last, count, _LEFT_OUT[why])
                for at, first, last, count, why in facts["skipped"]
            ),
            tuple(notice for one in facts["sheets"] for notice in _notices(one)),
            facts["rows"],
            _rows(facts, told, names),
        )


@dataclass(frozen=True, slots=True)
class SomeRows:
    """Rows of one sheet as they stand there: all its titles, and under each title the value of each row.

    ``columns`` tells which of the titles each field stands under, by place; a row comes with its fields to read.
    """

    sheet: str
    titles: tuple[str, ...]
    columns: Mapping[str, int]
    rows: tuple[tuple[Row, tuple[Value, ...]], ...]


def some_rows(
    path: Path,
    fields: Sequence[Field],
    wanted: Mapping[str, Sequence[int]],
    mapped: Mapping[str, Mapping[str, str]] | None = None,
    ignored: Sequence[str] = (),
) -> tuple[SomeRows, ...]:
    """Some rows of a file whole, by the numbers of the rows of each sheet; the rest is as for `opened`."""
    order = _order(fields, mapped, ignored) | {
        "whole": {name: sorted(set(rows)) for name, rows in wanted.items()}
    }
    with heard(path, order, lambda _done, _total: True) as told:
        facts = next(told)
        tables = _tables(facts)
        found: list[list[tuple[Row, tuple[Value, ...]]]] = [[] for _ in tables]
        for at, line, cells in (row for message in told for row in message["rows"]):
            above = facts["sheets"][at]["titles"][1]
            by_place = dict(cells)
            columns = facts["sheets"][at]["columns"]
            row = Row(tables[at], line, {name: by_place.get(place) for name, place in columns.items()})
            values = tuple(
                None if (cell := by_place.get(place)) is None else _value(cell) for place, _ in above
            )
            found[at].append((row, values))
    return tuple(
        SomeRows(
            one["name"],
            tuple(str(title).strip() for _, title in one["titles"][1]),
            {name: [at for at, _ in one["titles"][1]].index(place) for name, place in one["columns"].items()},
            tuple(rows),
        )
        for one, rows in zip(facts["sheets"], found, strict=True)
        if rows
    )


def _order(
    fields: Sequence[Field], mapped: Mapping[str, Mapping[str, str]] | None, ignored: Sequence[str]
) -> dict[str, Any]:
    """What the reader of a file is told to look for."""
    return {
        "fields": [
            (one.name, sorted(one.wanted.titles), one.required, sorted(one.instead)) for one in fields
        ],
        "mapped": mapped or {},
        "ignored": sorted({normal(title) for title in ignored}),
    }


@contextmanager
def heard(path: Path, order: dict[str, Any], progress: Progress) -> Iterator[Iterator[dict[str, Any]]]:
    """What the reader of a file tells besides how far it is, to the end; what it refuses is `Refused`."""
    try:
        path.open("rb").close()
    except OSError as error:
        raise Refused(
            Text("{file} cannot be read: {reason}", file=path.name, reason=reason(error))
        ) from error
    with messages({"path": str(path.absolute()), **order}) as told:
        yield _heard(path, told, progress)


def _heard(path: Path, told: Iterator[dict[str, Any]], progress: Progress) -> Iterator[dict[str, Any]]:
    try:
        for message in told:
            if "done" in message:
                if not progress(message["done"], message["of"]):
                    raise Stopped
            elif "refused" in message:
                raise Refused(refusal(path, Why(message["refused"]), message["limit"]))
            elif "end" in message:
                return
            else:
                yield message
    except Silent as error:
        raise Refused(refusal(path, Why.MEMORY, 0)) from error


def _rows(facts: dict[str, Any], told: Iterator[dict[str, Any]], names: list[str]) -> Iterator[Row]:
    tables = _tables(facts)
    there = [[name for name in names if name in one["columns"]] for one in facts["sheets"]]
    for message in told:
        for at, line, *cells in message["rows"]:
            yield Row(tables[at], line, dict(zip(there[at], cells, strict=True)))


def _tables(facts: dict[str, Any]) -> list[Table]:
    """What the rows of each sheet have in common."""
    return [table_of(one) for one in facts["sheets"]]


def table_of(one: dict[str, Any]) -> Table:
    """What the rows of a sheet have in common."""
    above = dict(one["titles"][1]) if one["titles"] else {}
    titles = {name: str(above[place]).strip() for name, place in one["columns"].items()}
    return Table(one["name"], titles, one["proofs"], one["since_1904"])


def _sheet(one: dict[str, Any], fields: Sequence[Field]) -> SheetFound:
    number, above = one["titles"] or (0, [])
    titles = {place: str(title).strip() for place, title in above}
    return SheetFound(
        one["name"],
        number,
        one["shape"],
        tuple(titles.values()),
        {name: titles[place] for name, place in one["columns"].items()},
        tuple(field.name for field in fields if field.wanted.lacks(one["columns"])),
    )


def problems_of(one: dict[str, Any], fields: Sequence[Field]) -> Iterator[Problem]:
    """What is wrong with a sheet as a whole."""
    name = one["name"]
    if one["hidden"] or not one["filled"]:
        return
    if not one["found"]:
        what = Text("No row of titles among the first {count} rows", count=TITLE_ROWS)
        yield Problem(what, Text("Write the titles above the columns, or empty this sheet"), sheet=name)
        return
    for wanted in fields:
        place = {"sheet": name, "row": one["titles"][0]}
        if count := one["doubled"].get(wanted.name):
            what = Text("{count} columns have this title", count=count)
            yield Problem(what, Text("Leave one of them"), wanted.title, **place)
        elif wanted.wanted.lacks(one["columns"]):
            remedy = Text("Add it, with this title")
            yield Problem(Text("This column is missing"), remedy, wanted.title, **place)


def _notices(one: dict[str, Any]) -> Iterator[Text]:
    """What is told about a sheet without being wrong."""
    if one["hidden"]:
        if one["filled"]:
            yield Text("The hidden sheet “{sheet}” was left out", sheet=one["name"])
        return
    if count := len(one["hidden_rows"]):
        yield Text(
            "“{sheet}”: {count} hidden row was read too",
            plural="“{sheet}”: {count} hidden rows were read too",
            count=count,
            sheet=one["name"],
        )
    if count := len(one["hidden_columns"]):
        yield Text(
            "“{sheet}”: {count} hidden column was read too",
            plural="“{sheet}”: {count} hidden columns were read too",
            count=count,
            sheet=one["name"],
        )


def refusal(path: Path, why: Why, limit: int) -> Text:
    """The sentence for a file that is refused."""
    file = path.name
    match why:
        case Why.LARGE:
            return Text("{file} is too large: at most {limit} MB", file=file, limit=limit)
        case Why.LARGE_UNPACKED:
            return Text("{file} is too large once unpacked: divide it", file=file)
        case Why.COLUMNS:
            return Text(
                "{file} has more than {limit} columns: clear those that are not needed",
                file=file,
                limit=limit,
            )
        case Why.TEXT:
            return Text("{file} does not say how its letters are written: save it as .xlsx", file=file)
        case Why.QUOTES:
            return Text(
                "{file} has a quotation mark out of place near line {line}: mend it, or save it as .xlsx",
                file=file,
                line=str(limit),
            )
        case Why.EMPTY:
            return Text("{file} is empty", file=file)
        case Why.MACROS:
            return Text("{file} holds macros: save it as a plain .xlsx workbook, without macros", file=file)
        case Why.LINKS:
            return Text(
                "{file} takes values from other files or programs: break the links, then save it as .xlsx",
                file=file,
            )
        case Why.CONNECTIONS:
            return Text(
                "{file} is connected to outside data: delete the connections, then save it as .xlsx",
                file=file,
            )
        case Why.OBJECTS:
            return Text(
                "{file} holds objects of other programs: delete them, then save it as a plain .xlsx workbook",
                file=file,
            )
        case Why.MEMORY:
            return Text(
                "{file} could not be read to its end: it is damaged, or no sheet. Nothing was taken from it",
                file=file,
            )
    return Text(
        "{file} is no .xlsx workbook without a password and no .csv file: save it as .xlsx", file=file
    )


@lru_cache(maxsize=4096)  # days, words and names of readers repeat from row to row
def _value(cell: str) -> Value:
    """A cell as text, exact number or date."""
    kind, content = cell[0], cell[1:]
    if kind == "n":
        number = Decimal(content)
        if content.isdecimal():
            return number
        whole = number == number.to_integral_value()
        return number.quantize(Decimal(1)) if whole and number.adjusted() <= EXACT_DIGITS else number
    if kind == "d":
        return date.fromisoformat(content)
    if kind == "b":
        return content == "1"
    words = content.strip()
    return words[1:] if words.startswith("'") and HARMFUL.match(words) else words
