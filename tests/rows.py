"""Rows behind the program's back: plain drivers, what stands in every table, and other values for a column."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlcipher3 import dbapi2 as sqlcipher

from desktop.kernel.database import Base, Database, Exact


@dataclass
class Raw:
    """A connection of the plain driver, as somebody with a database tool has it. Marks are ``?`` on both kinds."""

    kind: str
    connection: Any

    def __call__(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement; its rows."""
        if self.kind == "postgresql":
            statement = statement.replace("%", "%%").replace("?", "%s") if values else statement
        cursor = self.connection.execute(statement, *([values] if values else []))
        return list(cursor.fetchall()) if cursor.description else []

    def one(self, statement: str, *values: object) -> Any:
        """The one value a statement gives."""
        ((value,),) = self(statement, *values)
        return value

    def unguard(self) -> None:
        """Put every trigger out of action: for good in a file, for this connection on a server."""
        if self.kind == "postgresql":
            self("SET session_replication_role = replica")
        else:
            for (name,) in self("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                self(f"DROP TRIGGER {name}")

    def key(self, row_id: UUID) -> object:
        """An id as this kind stores it."""
        return row_id if self.kind == "postgresql" else row_id.hex


REFUSED = (sqlcipher.DatabaseError, psycopg.Error)
"""What a plain driver raises when the database refuses a statement."""


@contextmanager
def raw(url: str) -> Iterator[Raw]:
    """A connection of the plain driver: nothing of ours set up, every statement its own transaction."""
    if url.startswith("postgresql"):
        connection: Any = psycopg.connect(url, autocommit=True)
        kind = "postgresql"
    else:
        connection = sqlcipher.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=15)
        kind = "sqlite"
    try:
        yield Raw(kind, connection)
    finally:
        connection.close()


def contents(url: str) -> dict[str, tuple[int, str]]:
    """For every table: how many rows, and a digest of all there is in them."""
    database, found = Database(url), {}
    try:
        with database.read() as session:
            for table in Base.metadata.sorted_tables:
                rows = sorted(repr(tuple(row)) for row in session.execute(sa.select(table)))
                found[table.name] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    finally:
        database.close()
    return found


def changed(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]) -> set[str]:
    """The tables that differ."""
    return {name for name in before if before[name] != after[name]}


def first_row(rows: Raw, table: sa.Table) -> dict[str, Any]:
    """One row of a table as the driver gives it, by column: one that its partial keys hold for, where there is any."""
    listed = ", ".join(f'"{column.name}"' for column in table.columns)
    partial = [where for index in table.indexes if index.unique and (where := _condition(index)) is not None]
    held = [f"coalesce({where}, false) DESC" for where in partial]
    order = ", ".join([*held, *(column.name for column in table.primary_key)])
    found = rows(f"SELECT {listed} FROM {table.name} ORDER BY {order} LIMIT 1")
    assert found, f"the small hall has no row in {table.name}"
    return dict(zip((column.name for column in table.columns), found[0], strict=True))


def into(table: str, values: dict[str, Any]) -> str:
    """The part of an INSERT after INTO, with marks."""
    return f"{table} ({', '.join(map(quoted, values))}) VALUES ({', '.join('?' for _ in values)})"


def quoted(name: str) -> str:
    """A name of a column as SQL takes it."""
    return f'"{name}"'


def tally(rows: Raw, table: str) -> int:
    """How many rows a table has."""
    return int(rows.one(f"SELECT count(*) FROM {table}"))


def unique_keys(table: sa.Table) -> list[list[str]]:
    """The columns of every unique key of a table, the primary key first; of a partial one, its condition's too."""
    found = [[column.name for column in table.primary_key]]
    found += [
        [c.name for c in one.columns] for one in table.constraints if isinstance(one, sa.UniqueConstraint)
    ]
    return found + [_partial_key(table, index) for index in table.indexes if index.unique]


def _condition(index: sa.Index) -> Any:
    """For which rows a key is unique; None: for all."""
    return index.dialect_options["sqlite"]["where"]


def _partial_key(table: sa.Table, index: sa.Index) -> list[str]:
    names = [column.name for column in index.columns]
    condition = str(_condition(index)).split()
    return names + [one.name for one in table.columns if one.name in condition and one.name not in names]


def others(column: sa.Column[Any], value: Any, rows: Raw) -> list[Any]:
    """Other values that a column may hold, as the driver takes them; none where there is only one."""
    kind, server = column.type, rows.kind == "postgresql"
    if isinstance(kind, sa.Enum):
        return [other for other in kind.enums if other != value]
    if isinstance(kind, sa.Uuid):
        return [rows.key(UUID(int=UUID(str(value or UUID(int=7 << 76))).int ^ 1))]
    if isinstance(kind, sa.LargeBinary):
        return [bytes([value[0] ^ 1, *value[1:]]) if value is not None else bytes(32)]
    if isinstance(kind, sa.Boolean):
        return [not value if server else 1 - value]
    if isinstance(kind, sa.Date):
        day = (value if server else date.fromisoformat(value)) if value is not None else date(2026, 1, 1)
        return [day + timedelta(days=1) if server else (day + timedelta(days=1)).isoformat()]
    if is_moment(column):
        return [moment_after(value, timedelta(milliseconds=1), rows)]
    if isinstance(kind, Exact | sa.BigInteger):
        return [(value or 0) + 1, (value or 0) - 1, (value or 0) + 987_654]
    assert isinstance(kind, sa.Text), kind
    return [f"{value or ''}x"]


def is_moment(column: sa.Column[Any]) -> bool:
    """Whether a column holds moments."""
    return isinstance(getattr(column.type, "impl_instance", column.type), sa.DateTime)


def moment_after(value: Any, by: timedelta, rows: Raw) -> Any:
    """A moment a little later, as the driver takes it; where there is none, any moment."""
    if rows.kind == "postgresql":
        return (value or datetime.fromisoformat("2026-01-01T00:00:00+00:00")) + by
    later = datetime.fromisoformat(value or "2026-01-01 00:00:00.000000") + by
    return later.isoformat(sep=" ", timespec="microseconds")


def nonsense(column: sa.Column[Any], value: Any, rows: Raw) -> list[Any]:
    """Values that a column cannot mean, though the database takes them: a file most, a server a few."""
    kind, server = column.type, rows.kind == "postgresql"
    if isinstance(kind, sa.Enum):
        return ["unheard-of"]
    if is_moment(column):
        finer = [moment_after(value, timedelta(microseconds=1), rows)] if value is not None else []
        return finer if server else [*finer, "yesterday"]
    if server:
        return []
    if isinstance(kind, Exact | sa.BigInteger):
        return [(value or 0) + 0.25, "many"]
    if isinstance(kind, sa.Date):
        return ["yesterday"]
    if isinstance(kind, sa.Uuid):
        return ["nobody"]
    if isinstance(kind, sa.LargeBinary):
        return ["none"]
    return []
