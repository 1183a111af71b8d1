"""The shared database: SQLite in one file, or PostgreSQL; one schema, exact columns, short transactions.

`Database.write` and `Database.read` are the only ways to a session. `insert_many` and `change_many` are the only
bulk roads; both tell the journal what they wrote.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import operator
import os
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache, cached_property
from pathlib import Path
from typing import Any, ClassVar, TypeVar
from uuid import UUID, SafeUUID

import psycopg
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext.compiler import compiles
from sqlcipher3 import dbapi2 as sqlcipher

from desktop.kernel import practice
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Energy, Factor, Measure, Money, Power, Price, Reading
from desktop.kernel.text import Text

Answer = TypeVar("Answer")

ATTEMPTS = 9
"""A lost race is run again at most eight times."""

PATIENCE_S = 20.0
"""How long somebody at a counter waits for a locked or silent database before hearing of it."""

UNIQUE_ATTEMPTS = 3
"""A unique key that is hit this often is no race but a mistake."""

_RETRY_STATES = re.compile(r"^(40001|40P01|55P03|25006|57P0.|08...)$")


class Exact(sa.types.TypeDecorator[Measure]):
    """A measure stored as a 64-bit integer of its smallest step: money in minor units, energy 10⁻³ kWh …"""

    impl = sa.BigInteger
    cache_ok = True

    def __init__(self, measure: type[Measure]) -> None:
        super().__init__()
        self.measure = measure

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> int | None:
        """The raw integer; a plain int passes, so that sums can be compared."""
        if value is None or type(value) is int:
            return value
        if type(value) is not self.measure:
            raise TypeError(f"a {self.measure.__name__} column takes no {type(value).__name__}")
        return int(value.raw)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Measure | None:
        """The measure; PostgreSQL sums come back as whole decimals."""
        if value is None:
            return None
        if value != int(value):
            raise ValueError(f"{value!r} is no whole number of steps")
        return self.measure(int(value))

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """Both sides of a comparison are this measure."""
        return self


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment with its zone, kept in UTC; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """UTC; SQLite keeps no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("a moment needs its zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Always in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def hex_of(key: UUID) -> str:
    """The 32 digits of an id, as a file keeps it."""
    return key.int.to_bytes(16, "big").hex()


class Keys(list[UUID]):
    """The ids of many rows; their digits are spelled out once, for the file and for the hashes alike."""

    @cached_property
    def digits(self) -> list[str]:
        """What `hex_of` gives of each."""
        return [key.int.to_bytes(16, "big").hex() for key in self]

    def spelled(self, mark: bytes) -> list[bytes]:
        """Each with its dashes behind a mark; of many, the first digit of all is written at once, then the second."""
        if len(self) < _MANY:
            return [
                mark + f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}".encode()
                for one in self.digits
            ]
        digits, size = "".join(self.digits).encode(), len(mark) + 36
        made = bytearray((mark + b"-" * 36) * len(self))
        for digit, place in enumerate(_BETWEEN_DASHES):
            made[len(mark) + place :: size] = digits[digit::32]
        text = bytes(made)
        return [text[at : at + size] for at in range(0, len(text), size)]


_MANY = 40
_BETWEEN_DASHES = [place for place in range(36) if place not in {8, 13, 18, 23}]


def key_of(number: int) -> UUID:
    """The id of a 128-bit number. Rows bring ids by the thousand, and the constructor looks long at each."""
    made = _made(UUID)
    _number(made, number)
    _safety(made, _UNKNOWN)
    return made


_made, _UNKNOWN = object.__new__, SafeUUID.unknown
_number, _safety = (vars(UUID)[name].__set__ for name in ("int", "is_safe"))


class Key(sa.Uuid[UUID]):
    """An id as `sa.Uuid` keeps it, read quickly where it comes as 32 digits."""

    def result_processor(self, dialect: Any, coltype: Any) -> Any:
        """Ids of SQLite are text."""
        if dialect.supports_native_uuid:
            return super().result_processor(dialect, coltype)  # type: ignore[no-untyped-call]
        return lambda value: None if value is None else key_of(int(value, 16))


_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(orm.DeclarativeBase):
    """Every table. Column types follow from the annotations."""

    metadata = sa.MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UUID: Key(),
        str: sa.Text(),
        int: sa.BigInteger(),
        bytes: sa.LargeBinary(),
        date: sa.Date(),
        datetime: Moment(),
        Enum: sa.Enum(
            Enum, native_enum=False, length=32, values_callable=lambda kind: [m.value for m in kind]
        ),
        **{kind: Exact(kind) for kind in (Money, Energy, Power, Price, Reading, Factor)},
    }


def table_of(model: type[Base]) -> sa.Table:
    """The table behind a mapped class."""
    table = model.__table__
    if not isinstance(table, sa.Table):
        raise TypeError(f"{model.__name__} is not mapped to a table")
    return table


class Recorded(Base):
    """A row made by an operation: its id, the entry that made it, the district, and a hash over its columns.

    ``KEPT`` rows are never changed or deleted (triggers refuse it; the list stands in `kernel/migrations`).
    ``DERIVED`` columns are caches of other rows; they change freely and stay outside the hash. Of ``SECRET``
    columns the book keeps digests only.
    """

    __abstract__ = True
    KEPT: ClassVar[bool] = False
    DERIVED: ClassVar[frozenset[str]] = frozenset()
    SECRET: ClassVar[frozenset[str]] = frozenset()

    id: orm.Mapped[UUID] = orm.mapped_column(primary_key=True)
    entry_id: orm.Mapped[UUID] = orm.mapped_column(
        sa.ForeignKey("journal_entry.id", deferrable=True, initially="DEFERRED"), index=True
    )
    district_id: orm.Mapped[UUID]
    hash: orm.Mapped[bytes] = orm.mapped_column(sa.LargeBinary(32))

    @classmethod
    def __table_cls__(cls, *args: Any, **options: Any) -> sa.Table:
        """A kept table of SQLite has no row numbers: changing one would replace a row past every trigger."""
        if cls.KEPT:
            options["sqlite_with_rowid"] = False
        return sa.Table(*args, **options)


HASH_VERSION = 1


@cache
def hashed_columns(model: type[Recorded]) -> tuple[str, ...]:
    """The columns a row's hash covers, in the order it covers them."""
    return tuple(
        sorted(c.key for c in table_of(model).columns if c.key != "hash" and c.key not in model.DERIVED)
    )


class Same:
    """What is the same in every row of a column."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


Columns = Mapping[str, Sequence[Any] | Same]
"""Rows by column: a value for each row, or the same for all."""


def keyed(values: Sequence[Any] | Same) -> Sequence[Any] | Same:
    """A column, as `Keys` where it holds ids alone."""
    if isinstance(values, Same | Keys) or not values or type(values[0]) is not UUID:
        return values
    return Keys(values) if set(map(type, values)) == {UUID} else values


def columns_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Sequence[Any] | Same]:
    """Rows that name the same columns, by column."""
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def row_hash(table: str, columns: Sequence[str], values: Mapping[str, Any]) -> bytes:
    """SHA-256 over table name, hash version and every covered column, each as name and spelled-out value."""
    return row_hashes(table, columns, {name: Same(values.get(name)) for name in columns}, 1)[0]


def row_hashes(table: str, names: Sequence[str], columns: Columns, count: int) -> list[bytes]:
    """The hash of each of many rows, as `row_hash` gives it; what is the same in all of them is spelled once."""
    parts, alike = list[list[bytes]](), f"{HASH_VERSION}|{table}".encode()
    for name in names:
        mark, values = f"|{name}=".encode(), columns.get(name, _MISSING)
        if isinstance(values, Same) or all_same(values):
            alike += mark + _sized(values.value if isinstance(values, Same) else values[0])
        else:
            parts.append(_spelled(alike + mark, values))
            alike = b""
    rows = zip(*parts, strict=True) if parts else itertools.repeat((), count)
    sha256 = hashlib.sha256
    return [sha256(b"".join(row) + alike).digest() for row in rows]


_MISSING = Same(None)


def all_same(values: Sequence[Any]) -> bool:
    """Whether many values are one and the same object, as in a column that says the same in every row."""
    if not values:
        return True
    first = values[0]
    return values[-1] is first and all(map(operator.is_, values, itertools.repeat(first)))


def _spelled(mark: bytes, values: Sequence[Any]) -> list[bytes]:
    """The values of a column as they are hashed, behind its mark."""
    keys = keyed(values)
    if isinstance(keys, Keys):
        return keys.spelled(mark + b"37:d")
    kinds = set(map(type, values))
    if len(kinds) == 1 and isinstance(values[0], Measure):
        values, kinds = [value.raw for value in values], {int}
    if kinds == {int}:
        return [
            b"%b%d:n%b" % (mark, len(value) + 1, value) for value in [b"%d" % number for number in values]
        ]
    if kinds == {str}:
        return [b"%b%d:s%b" % (mark, len(value) + 1, value) for value in [words.encode() for words in values]]
    if kinds <= _DAYS:  # a column has few of them
        known = {value: mark + _sized(value) for value in set(values)}
        return [known[value] for value in values]
    return [mark + _sized(value) for value in values]


_DAYS = frozenset({date, type(None)})


def _sized(value: Any) -> bytes:
    spelled = _COMMON.get(type(value), _spell)(value)
    return b"%d:%b" % (len(spelled), spelled)


_COMMON: dict[type, Callable[[Any], bytes]] = {
    type(None): lambda _: b"-",
    UUID: lambda value: f"d{value}".encode(),
    str: lambda value: f"s{value}".encode(),
    int: lambda value: b"n%d" % value,
    bytes: lambda value: b"b" + value,
    Money: lambda value: b"n%d" % value.raw,
    Energy: lambda value: b"n%d" % value.raw,
    Price: lambda value: b"n%d" % value.raw,
    Reading: lambda value: b"n%d" % value.raw,
}
"""The commonest of what `_spell` spells, found by type."""


def _spell(value: Any) -> bytes:
    match value:
        case None:
            return b"-"
        case bytes():
            return b"b" + value
        case Measure():
            return f"n{value.raw}".encode()
        case bool():
            return b"t" if value else b"f"
        case int() | Decimal():
            return f"n{value}".encode()
        case datetime():
            return f"m{value.astimezone(UTC).isoformat(timespec='microseconds')}".encode()
        case date() | UUID():
            return f"d{value}".encode()
        case Enum():
            return f"s{value.value}".encode()
        case str():
            return f"s{value}".encode()
    raise TypeError(f"no column holds a {type(value).__name__}")


class Away(Refused):
    """The database did not answer; whether the last operation counted is asked by its id."""

    def __init__(self, reason: Text | str) -> None:
        super().__init__(
            Text(
                "The database does not answer. Nothing typed is lost: go on when it is back. ({reason})",
                reason=reason,
            )
        )


def refused(error: BaseException) -> bool:
    """Whether it is certain that nothing was booked; where the database is `Away`, it may have been.

    Only then what is tried once more gets an id of its own.
    """
    return isinstance(error, Refused) and not isinstance(error, Away)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a database is: the engine's URL, how it is shown, and the file of an embedded one."""

    url: sa.URL
    label: str
    file: Path | None


class Database:
    """One database, embedded or shared, by URL.

    ``sqlite:///path`` or a plain path opens (and makes) an embedded file through sqlcipher3; ``postgresql://…``
    a shared one through psycopg. ``password`` comes from a keyring or a file, never from the URL. ``patience``
    is how many seconds `repeated` may take until `Away`; one wait for a lock or a server takes a quarter of it.
    """

    def __init__(self, url: str, password: str | None = None, patience: float = PATIENCE_S) -> None:
        place = _place(url)
        self.label, self.file = place.label, place.file
        self._patience, self._wait = patience, patience / 4
        if place.file is not None:
            engine = _sqlite_engine(place.file, self._wait)
            self._reading = _sqlite_engine(place.file, self._wait, writes=False)
        else:
            url_with_password = place.url.set(password=password) if password else place.url
            self._reading = engine = _postgresql_engine(url_with_password, self._wait)
        self.engine = engine
        self.dialect: str = engine.dialect.name

    @property
    def embedded(self) -> bool:
        """Whether this is a file of our own rather than a shared server."""
        return self.file is not None

    @cached_property
    def for_practice(self) -> bool:
        """Whether its file says that it was made for practice."""
        if not self.embedded:
            return False
        with self._reading.connect() as connection:
            return connection.exec_driver_sql("PRAGMA application_id").scalar() == practice.FILE_MARK

    def mark_for_practice(self) -> None:
        """Let the file of a new database say that it was made for practice."""
        self._pragma(f"application_id = {practice.FILE_MARK}")

    @contextmanager
    def write(self, isolation: str = "REPEATABLE READ") -> Iterator[orm.Session]:
        """A session whose transaction may write; committed by the caller, rolled back otherwise."""
        with self._session(writer=True, isolation=isolation) as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[orm.Session]:
        """A session that sees one snapshot and cannot write.

        It ends by a commit: after a rollback the driver forgets the statements a server has prepared.
        """
        with self._session(writer=False) as session:
            yield session
            session.commit()

    @contextmanager
    def _session(self, *, writer: bool, isolation: str = "REPEATABLE READ") -> Iterator[orm.Session]:
        options: dict[str, Any] = {"writer": writer}
        if self.dialect == "postgresql":
            options |= {"isolation_level": isolation, "postgresql_readonly": not writer}
        engine = self.engine if writer else self._reading
        with orm.Session(engine.execution_options(**options), expire_on_commit=False) as session:
            yield session

    def repeated(self, attempt: Callable[[], Answer]) -> Answer:
        """Run ``attempt`` again after a lost race or a lost connection, with full jitter; then `Away`.

        None begins that could not wait once more within the database's patience. Attempts must be repeatable:
        each asks by id first whether an earlier one counted.
        """
        last_start = time.monotonic() + self._patience - self._wait
        for turn in range(ATTEMPTS):
            try:
                return attempt()
            except sa.exc.DBAPIError as error:
                if _no_room(error):
                    raise Refused(
                        Text(
                            "The disk is full or may not be written. Nothing was booked: make space and go on."
                        )
                    ) from error
                if not _worth_another(error, turn):
                    raise
                pause = random.uniform(0.0, min(0.01 * 2**turn, 0.6))  # noqa: S311 - spread, not secrecy
                if turn == ATTEMPTS - 1 or time.monotonic() + pause > last_start:
                    raise Away(_why_away(error)) from error
                if error.connection_invalidated:
                    self.close()
            time.sleep(pause)
        raise AssertionError("unreachable")

    def merge_log(self) -> None:
        """Bring everything of an embedded database into its one file, so that it can be moved."""
        self._pragma("wal_checkpoint(TRUNCATE)")

    def _pragma(self, words: str) -> None:
        raw = self.engine.raw_connection()
        try:
            raw.cursor().execute(f"PRAGMA {words}")
        finally:
            raw.close()

    def close(self) -> None:
        """Give back every connection."""
        for engine in (self.engine, self._reading):
            engine.dispose()


def _no_room(error: sa.exc.DBAPIError) -> bool:
    """Whether the disk is full, read-only or broken: nothing is half written, and people are told."""
    if getattr(error.orig, "sqlstate", None) is not None:
        return getattr(error.orig, "sqlstate", None) == "53100"
    words = ("disk is full", "readonly database", "disk I/O error")
    return isinstance(error.orig, sqlcipher.OperationalError) and any(w in str(error.orig) for w in words)


def _why_away(error: sa.exc.DBAPIError) -> Text:
    state = getattr(error.orig, "sqlstate", None)
    lost = state is None and not isinstance(error.orig, sqlcipher.Error)
    if lost or error.connection_invalidated or str(state).startswith(("08", "57")):
        return Text("no connection")
    return Text("others are writing all the time")


def _worth_another(error: sa.exc.DBAPIError, turn: int) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    if state == "23505":  # every attempt looks before it writes: after a race it finds the other's row
        return turn < UNIQUE_ATTEMPTS - 1
    if state is not None:
        return bool(_RETRY_STATES.match(state))
    if isinstance(error.orig, sqlcipher.OperationalError):
        return "locked" in str(error.orig) or "busy" in str(error.orig)
    return isinstance(error, sa.exc.OperationalError)


def _place(url: str) -> _Place:
    if "://" not in url and re.match(r"[a-z][a-z0-9+]+:", url):  # one letter would be a drive of Windows
        raise Refused(
            Text("“{url}” is not the address of a database. Write a file path or postgresql://…", url=url)
        )
    if "://" not in url:
        path = Path(url).expanduser().resolve()
        return _Place(sa.URL.create("sqlite"), path.name, path)
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise Refused(
            Text("“{url}” is not the address of a database. Write a file path or postgresql://…", url=url)
        ) from error
    if parsed.get_backend_name() == "sqlite":
        path = Path(parsed.database or "").expanduser().resolve()
        return _Place(parsed, path.name, path)
    if parsed.get_backend_name() != "postgresql":
        raise Refused(
            Text("“{url}” is not the address of a database. Write a file path or postgresql://…", url=url)
        )
    if parsed.password is not None:
        raise Refused(
            Text(
                "A password does not belong in the database address. Keep it in the system's keyring,"
                " or name a file that holds it in SERVICEHALL_DB_PASSWORD_FILE."
            )
        )
    parsed = parsed.set(drivername="postgresql+psycopg")
    return _Place(parsed, f"{parsed.host or ''}/{parsed.database}", None)


def _sqlite_engine(path: Path, wait: float, *, writes: bool = True) -> sa.Engine:
    """``wait``: seconds for a lock.

    Who only reads has connections of its own: to forbid one to write, or to allow it again, makes it forget all the
    statements it has prepared, and preparing one takes longer than most of them do.
    """
    version = tuple(int(part) for part in sqlcipher.sqlite_version.split("."))
    fixed = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    if not fixed:
        raise Refused(
            Text(
                "The database engine {version} has a known fault. Install the program again.",
                version=sqlcipher.sqlite_version,
            )
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)  # whoever can read the file reads everybody in it

    def connect() -> Any:
        connection = sqlcipher.connect(str(path), timeout=wait, isolation_level=None, check_same_thread=False)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            "mmap_size=0",
            "recursive_triggers=ON",
            f"query_only={'OFF' if writes else 'ON'}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    engine = sa.create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=connect,
        poolclass=sa.pool.QueuePool,
        max_overflow=30,
        hide_parameters=True,
    )

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writer = connection.get_execution_options().get("writer", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


def _postgresql_engine(url: sa.URL, wait: float) -> sa.Engine:
    """``wait``: seconds for a lock, and for a server to take a connection; a silent one is given up after two."""
    query = dict(url.query)
    named = (url.host or "", *_listed(query.get("host", "")), *_listed(query.get("hostaddr", "")))
    hosts = [host for host in named if host] or [
        os.environ.get("PGHOST", ""),
        os.environ.get("PGHOSTADDR", ""),
    ]
    local = all(host.startswith("/") or host in ("", "localhost", "127.0.0.1", "::1") for host in hosts)
    local = local and "service" not in query and not os.environ.get("PGSERVICE")
    wanted = {
        "target_session_attrs": "read-write",
        "connect_timeout": str(max(round(wait), 2)),  # fewer seconds than two are taken as two
        "keepalives_idle": "10",
        "tcp_user_timeout": str(round(wait * 2000)),
    }
    if not local:
        wanted |= {"sslmode": "verify-full", "channel_binding": "require"}
    engine = sa.create_engine(
        url.set(query=query | {k: v for k, v in wanted.items() if k not in query or not local}),
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=30,
        hide_parameters=True,
    )

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(
            f"SET LOCAL lock_timeout = {round(wait * 1000)}; SET LOCAL statement_timeout = '120s';"
            " SET LOCAL idle_in_transaction_session_timeout = '120s'"
        )

    return engine


def _listed(value: str | Sequence[str]) -> list[str]:
    return value.split(",") if isinstance(value, str) else list(value)


def as_stored(column: Any) -> sa.Label[Any]:
    """A column as the driver gives it, for the many values of a list that only have to match or to be reckoned with."""
    return sa.type_coerce(column, sa.types.NULLTYPE).label(
        f"stored_{column.expression.table.name}_{column.key}"
    )


def key_as_stored(stored: Any) -> UUID:
    """The id that `as_stored` gives: a file's digits, or the id itself."""
    return stored if isinstance(stored, UUID) else key_of(int(stored, 16))


def among(session: orm.Session, column: Any, values: Iterable[Any]) -> sa.ColumnElement[bool]:
    """Whether a column of ids or words holds one of many values: ``in_`` for thousands, handed over as one parameter.

    The values are bound quickly, and as many as there are: a server takes no more than 65,535 parameters.
    """
    many = list(values)
    if session.get_bind().dialect.name == "postgresql":
        array: sa.ColumnElement[bool] = column == sa.any_(sa.literal(many, sa.ARRAY(column.type)))
        return array
    each = sa.func.json_each(_json(many)).table_valued("value")
    found: sa.ColumnElement[bool] = column.in_(sa.select(each.c.value))
    return found


def listed(column: Any, name: str) -> sa.ColumnElement[bool]:
    """The same as `among` of ids that are given under a name: for a statement that stands in its module, made once."""
    return _Listed(column, sa.bindparam(name, type_=_Ids()))


class _Ids(sa.types.TypeDecorator[Sequence[UUID]]):
    """Many ids as one parameter: an array, or JSON."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """An array where there are arrays."""
        plain: sa.types.TypeEngine[Any] = sa.ARRAY(Key()) if dialect.name == "postgresql" else sa.Text()
        return dialect.type_descriptor(plain)

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        """The ids, which may come in any collection."""
        many = list(value)
        return many if dialect.name == "postgresql" else _json(many)


class _Listed(sa.sql.functions.FunctionElement[bool]):
    """A column and the many values one of which it holds."""

    type = sa.Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> _Listed:
        """As it stands: compared with a truth value it would find its rows without an index."""
        return self


@compiles(_Listed)
def _in_json(element: _Listed, compiler: Any, **options: Any) -> str:
    column, many = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({many}))"


@compiles(_Listed, "postgresql")
def _in_array(element: _Listed, compiler: Any, **options: Any) -> str:
    column, many = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY ({many})"


def _json(values: Sequence[Any]) -> str:
    """Ids or words as a file takes many of them at once."""
    many = keyed(values)
    if isinstance(many, Keys):
        return '["' + '","'.join(many.digits) + '"]'
    return json.dumps([hex_of(value) if isinstance(value, UUID) else value for value in values])


def bulk_insert(session: orm.Session, table: sa.Table, columns: Columns, count: int) -> None:
    """Insert so many rows, by column, the quick way of each database: COPY, or one statement for all.

    A column that is not named is NULL. Triggers and constraints hold as for single rows.
    """
    if not count:
        return
    connection = session.connection()
    named = [column for column in table.columns if column.key in columns]
    dialect = connection.dialect
    spelled = zip(*(_bound(column, columns[column.key], count, dialect) for column in named), strict=True)
    names = ", ".join(f'"{column.name}"' for column in named)
    if dialect.name != "postgresql":
        marks = ", ".join("?" * len(named))
        connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', list(spelled))
    elif count <= FEW:
        rows = ", ".join([f"({', '.join(['%s'] * len(named))})"] * count)
        flat = tuple(itertools.chain.from_iterable(spelled))
        connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({names}) VALUES {rows}', flat)
    else:
        _copy(connection, f'COPY "{table.name}" ({names}) FROM STDIN', spelled)


FEW = 4
"""So many rows a server takes sooner by a statement it has prepared than by COPY, which goes there and back twice."""


def _copy(connection: sa.Connection, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    raw: Any = connection.connection.driver_connection
    try:
        with raw.cursor() as cursor, cursor.copy(statement) as copy:
            for values in rows:
                copy.write_row(values)
    except psycopg.Error as error:  # the same road as every other statement's errors
        raise sa.exc.DBAPIError.instance(
            statement, None, error, psycopg.Error, hide_parameters=True, dialect=connection.dialect
        ) from error


def bulk_add(
    session: orm.Session, table: sa.Table, amounts: Mapping[UUID, int], column: str, *, held: bool = False
) -> None:
    """Add to a column of integers, by id: one statement for all, or one prepared statement run again and again.

    Rows that are not ``held`` yet are locked in the order of their ids, so that two of these never wait for each other.
    """
    connection, in_order = session.connection(), sorted(amounts.items(), key=_by_key)
    keys, by = Keys([key for key, _ in in_order]), [amount for _, amount in in_order]
    if connection.dialect.name == "postgresql" and len(keys) == 1:
        connection.exec_driver_sql(
            f'UPDATE {table.name} SET "{column}" = "{column}" + %s WHERE id = %s', (by[0], keys[0])
        )
    elif connection.dialect.name == "postgresql" and held:
        connection.exec_driver_sql(
            f'UPDATE {table.name} t SET "{column}" = t."{column}" + m.by'
            " FROM unnest(%s::uuid[], %s::bigint[]) AS m (id, by) WHERE t.id = m.id",
            (keys, by),
        )
    elif connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"WITH many AS (SELECT t.id, m.by FROM {table.name} t"
            " JOIN unnest(%s::uuid[], %s::bigint[]) AS m (id, by) ON m.id = t.id ORDER BY t.id"
            " FOR NO KEY UPDATE OF t)"
            f' UPDATE {table.name} t SET "{column}" = t."{column}" + many.by FROM many WHERE t.id = many.id',
            (keys, by),
        )
    else:
        connection.exec_driver_sql(
            f'UPDATE {table.name} SET "{column}" = "{column}" + ? WHERE id = ?',
            list(zip(by, keys.digits, strict=True)),
        )


def _by_key(change: tuple[UUID, int]) -> int:
    return change[0].int


def _bound(
    column: sa.Column[Any], values: Sequence[Any] | Same, count: int, dialect: sa.Dialect
) -> Iterable[Any]:
    """The values of one column, as the driver takes them."""
    shape = _binder(column, dialect)
    if isinstance(values, Same) or all_same(values):
        value = values.value if isinstance(values, Same) else values[0]
        return itertools.repeat(value if shape is None else shape(value), count)
    if shape is None:
        return values
    if isinstance(values, Keys):
        return values.digits
    if isinstance(column.type, Key):
        return [None if value is None else hex_of(value) for value in values]
    if isinstance(column.type, sa.LargeBinary):
        return values
    kinds = set(map(type, values))
    if isinstance(column.type, Exact) and kinds == {int}:
        return values
    if isinstance(column.type, Exact) and kinds == {column.type.measure}:
        return [value.raw for value in values]
    if isinstance(column.type, sa.Date) and kinds <= _DAYS:  # a column has few of them
        known = {value: shape(value) for value in set(values)}
        return [known[value] for value in values]
    return map(shape, values)


def _binder(column: sa.Column[Any], dialect: sa.Dialect) -> Callable[[Any], Any] | None:
    """What makes a value of a column one that the driver takes; found once, for a payment writes ten tables."""
    key = column, dialect.name
    if key not in _BINDERS:
        _BINDERS[key] = column.type.dialect_impl(dialect).bind_processor(dialect)
    return _BINDERS[key]


_BINDERS: dict[tuple[sa.Column[Any], str], Callable[[Any], Any] | None] = {}


def sound(file: Path) -> None:
    """Refuse an embedded database whose pages do not hold together."""
    copy = sqlcipher.connect(str(file), isolation_level=None)
    try:
        (state,) = copy.execute("PRAGMA integrity_check").fetchone()
    except sqlcipher.DatabaseError as error:
        state = str(error)
    finally:
        copy.close()
    if state != "ok":
        raise Refused(Text("{file} is not a sound database: {state}", file=file.name, state=state))
