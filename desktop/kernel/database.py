"""The shared database: SQLite in one file, or PostgreSQL; one schema, exact columns, short transactions.

`Database.write` and `Database.read` are the only ways to a session; whoever asks one thing takes `asked`. The only bulk
roads, `insert_many` and `change_many`, tell the journal what they wrote.
"""

from __future__ import annotations

import errno
import os
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache, cached_property
from pathlib import Path
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlcipher3 import dbapi2 as sqlcipher

from desktop.kernel import practice, sending, standby
from desktop.kernel.errors import Away, NotKept, Refused, Uncertain, reason
from desktop.kernel.hashing import key_of
from desktop.kernel.measures import Energy, Factor, Measure, Money, Power, Price, Reading
from desktop.kernel.text import Text

Answer = TypeVar("Answer")

ATTEMPTS = 9
"""A lost race is run again at most eight times."""

PATIENCE_S = 20.0
"""How long somebody at a counter waits for a locked or silent database before hearing of it."""

BEGINS = "begins"
"""Where a connection keeps how its transactions begin: whether they may write, and what they see of others."""

FRESH_S = 5.0
"""A connection used so lately is not asked whether it stands before it is used again: `repeated` mends that."""

_KEY = "key"
"""Where it keeps what its transaction books under."""

_LOCKED = "55P03"
"""The state of a lock that was not given in time."""

_USED = "used"

_LOOK_AGAIN_S = 0.1
"""How soon it is looked again whether a standby has what was committed."""

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

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], Measure | None]:
        """The measure; PostgreSQL sums come back as whole decimals."""
        measure = self.measure

        def read(value: Any) -> Measure | None:
            if type(value) is int:
                return measure(value)
            if value is None:
                return None
            if value != int(value):
                raise ValueError(f"{value!r} is no whole number of steps")
            return measure(int(value))

        return read

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


@cache
def hashed_columns(model: type[Recorded]) -> tuple[str, ...]:
    """The columns a row's hash covers, in the order it covers them."""
    return tuple(
        sorted(c.key for c in table_of(model).columns if c.key != "hash" and c.key not in model.DERIVED)
    )


def refused(error: BaseException) -> bool:
    """Whether it is certain that nothing was booked; where the database is `Away`, or a try was `NotKept`, it may be.

    Only then what is tried once more gets an id of its own.
    """
    return isinstance(error, Refused) and not isinstance(error, Away | NotKept)


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
        self._commits: standby.Commits | None = None
        if place.file is not None:
            engine = _sqlite_engine(place.file, self._wait)
            self._reading = _sqlite_engine(place.file, self._wait, writes=False)
        else:
            url_with_password = place.url.set(password=password) if password else place.url
            self._reading = engine = _postgresql_engine(url_with_password, self._wait)
            self._commits = standby.Commits(engine, self._wait)
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
    def write(self, isolation: str = "REPEATABLE READ", key: UUID | None = None) -> Iterator[orm.Session]:
        """A session whose transaction may write; committed by the caller, rolled back otherwise.

        What it writes is booked under ``key``: nobody else has that under way meanwhile, see `ended`.
        """
        begin = "BEGIN IMMEDIATE" if self.embedded else f"BEGIN ISOLATION LEVEL {isolation} READ WRITE"
        with self.engine.connect() as connection:
            connection.info[BEGINS] = begin
            connection.info[_KEY] = key
            with _Session(connection, expire_on_commit=False) as session:
                session.commits = self._commits
                yield session

    def confirm(self) -> None:
        """Wait until the standby of a server, if it has one to wait for, has all that was committed before."""
        if not self.embedded:
            with self.write() as session:
                session.execute(sa.text(standby.CONFIRM))
                session.commit()

    def ended(self, key: UUID) -> None:
        """Wait until nobody has anything under way that is booked under ``key``: what is not found then, never will be.

        A server goes on with a commit whose program is gone, and shows it to nobody while its standby has not got it.
        """
        if self.embedded:
            return
        with self.read() as session:
            try:
                sending.execute(session.connection(), _alone(key))
            except sa.exc.DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) != _LOCKED:
                    raise
                raise standby.Unconfirmed(Text("it is still under way")) from error

    @contextmanager
    def read(self) -> Iterator[orm.Session]:
        """A session that sees one snapshot and cannot write.

        It ends by a commit: after a rollback the driver forgets the statements a server has prepared.
        """
        with self._reading.connect() as connection:
            if not self.embedded:
                connection.info[BEGINS] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
            with connection.begin(), _Session(connection, expire_on_commit=False) as session:
                session.found = connection
                yield session

    def asked(self, question: Callable[[orm.Session], Answer]) -> Answer:
        """What a question finds on one snapshot, asked again like any attempt of `repeated`; it keeps no object."""

        def attempt() -> Answer:
            with self.read() as session:
                return question(session)

        return self.repeated(attempt)

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
                why = _not_written(error)
                if why is not None:
                    raise Refused(why) from error
                if not _worth_another(error, turn):
                    raise
                pause = random.uniform(0.0, min(0.01 * 2**turn, 0.6))  # noqa: S311 - spread, not secrecy
                if turn == ATTEMPTS - 1 or time.monotonic() + pause > last_start:
                    raise Away(_why_away(error)) from error
                if error.connection_invalidated:
                    self.close()
            except standby.Unconfirmed as error:
                pause = _LOOK_AGAIN_S
                if time.monotonic() + pause > last_start:
                    raise Uncertain(error.why) from error
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


class _Session(orm.Session):
    """A session that finds its connection at once: every statement of an operation asks for it."""

    found: sa.Connection | None = None
    commits: standby.Commits | None = None

    def connection(self, *told: Any, **options: Any) -> sa.Connection:
        """The one connection of the transaction."""
        if self.found is None or not self.found.in_transaction():
            self.found = super().connection(*told, **options)
        return self.found

    def close(self) -> None:
        """Forget all objects; most questions find none."""
        if self.identity_map or self.in_transaction():
            super().close()

    def commit(self) -> None:
        """The end of the transaction, once all that was sent has arrived."""
        if not self.in_transaction():
            super().commit()
            return
        connection = self.connection()
        sending.arrived(connection)
        if self.commits is None:
            super().commit()
        else:
            self.commits.watched(connection, super().commit)


def _not_written(error: sa.exc.DBAPIError) -> Text | None:
    """Why it is certain that nothing was written, where it is: the disk is full, or the file may only be read."""
    state, words = getattr(error.orig, "sqlstate", None), _words_of_file(error)
    if state == "53100" or "disk is full" in words:
        return Text("The disk is full. Nothing was booked: make space and go on.")
    if "readonly database" in words:
        return Text(
            "The database may only be read. Nothing was booked: allow this computer to write its file and go on."
        )
    return None


def _words_of_file(error: sa.exc.DBAPIError) -> str:
    """What an embedded database says of its file or disk; empty for anything else."""
    return str(error.orig) if isinstance(error.orig, sqlcipher.OperationalError) else ""


_WORDS_AWAY = {
    "unable to open": Text("its file cannot be opened"),
    "disk I/O error": Text("its disk reports a fault"),
    "locked": Text("others are writing all the time"),
    "busy": Text("others are writing all the time"),
}
"""What an embedded database says while it cannot be reached: a disk that fails may have kept a commit all the same."""


def _why_away(error: sa.exc.DBAPIError) -> Text:
    for words, why in _WORDS_AWAY.items():
        if words in _words_of_file(error):
            return why
    state = getattr(error.orig, "sqlstate", None)
    if state == "25006":
        return Text("it may only be read now")
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
        return any(words in str(error.orig) for words in _WORDS_AWAY)
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
        parsed = _several_hosts(url) or sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError) as error:
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
    hosts = [one for one in (parsed.host or "", *_listed(parsed.query.get("host", ""))) if one]
    return _Place(parsed, f"{','.join(hosts)}/{parsed.database}", None)


_HOSTS = re.compile(r"(postgresql(?:\+\w+)?://(?:[^@/?]*@)?)([^@/?]+,[^@/?]+)(.*)")


def _several_hosts(url: str) -> sa.URL | None:
    """An address of several hosts as PostgreSQL writes it, ``//name@one:5432,two:5432/hall``; None for any other."""
    parts = _HOSTS.fullmatch(url)
    if parts is None:
        return None
    before, hosts, after = parts.groups()
    return sa.make_url(before + after).update_query_dict({"host": hosts.split(",")}, append=True)


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
    if path.is_dir():
        raise Refused(no_database(path.name, reason(IsADirectoryError(errno.EISDIR, ""))))
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
        sending.execute(connection, connection.info.get(BEGINS, "BEGIN"))

    return engine


def _postgresql_engine(url: sa.URL, wait: float) -> sa.Engine:
    """``wait``: seconds for a lock, and for a server to take a connection; a silent one is given up after two."""
    query = dict(url.query)
    named = (url.host or "", *_listed(query.get("host", "")), *_listed(query.get("hostaddr", "")))
    hosts = [_PORT.sub(r"\1", host) for host in named if host] or [
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
        isolation_level="AUTOCOMMIT",  # the driver's own BEGIN would be one more way there and back
        pool_size=5,
        max_overflow=30,
        hide_parameters=True,
    )

    @sa.event.listens_for(engine, "checkin")
    def used(_connection: Any, record: Any) -> None:
        record.info[_USED] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def look(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get(_USED, time.monotonic()) < FRESH_S:
            return
        try:
            connection.execute("SELECT 1")
        except engine.dialect.loaded_dbapi.Error as error:
            raise sa.exc.InvalidatePoolError from error

    sending.listen(engine)  # first of all: at the begin of a transaction nothing is waiting to be sent
    limits = (
        f"SET LOCAL lock_timeout = {round(wait * 1000)}; SET LOCAL statement_timeout = '120s';"
        " SET LOCAL idle_in_transaction_session_timeout = '120s'"
    )

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        key = connection.info.pop(_KEY, None)
        words = f"{connection.info.get(BEGINS, 'BEGIN')}; {limits}"
        sending.execute(connection, words if key is None else f"{words}; {_alone(key)}")

    return engine


def _alone(key: UUID) -> str:
    """What lets a transaction of a server go on once no other has this key under way; it ends with the transaction."""
    return f"SELECT pg_advisory_xact_lock({(key.int & 2**64 - 1) - 2**63})"


_PORT = re.compile(r"^([^:]*):\d+$")


def _listed(value: str | Sequence[str]) -> list[str]:
    return value.split(",") if isinstance(value, str) else list(value)


def no_database(place: str, why: Text | str) -> Text:
    """That an address is none of a database."""
    return Text(
        "{place} cannot be opened as a database: {reason}. Check the address.", place=place, reason=why
    )


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
