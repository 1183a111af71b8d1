"""What every test stands on: no screen, no fonts but our own, its own home, fresh databases of both kinds."""

from __future__ import annotations

import atexit
import faulthandler
import gc
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from _pytest.faulthandler import fault_handler_stderr_fd_key
from argon2 import PasswordHasher

from desktop.app import App
from desktop.kernel.work import Seat
from desktop.staff.service import passwords
from tests import hall as halls
from tests.databases_server import Databases, PostgresServer, Prepare, SqliteDatabases


def _leave_the_machine_behind() -> None:
    """Nothing of this machine or person shows in a test, nor in a program that a test starts.

    Called while this file is read: before anything opens Qt or asks where a person's files are.
    """
    home = Path(tempfile.mkdtemp(prefix="servicehall-home-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    for name in [name for name in os.environ if name.startswith(("SERVICEHALL_", "PG", "XDG_", "LC_"))]:
        del os.environ[name]
    folders = {name: name.lower() for name in ("APPDATA", "LOCALAPPDATA")}
    folders |= {
        f"XDG_{name}": name.lower() for name in ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CACHE_HOME")
    }
    folders |= {"HOME": "", "USERPROFILE": "", "XDG_RUNTIME_DIR": "runtime"}
    for name, folder in folders.items():
        (home / folder).mkdir(mode=0o700, exist_ok=True)
        os.environ[name] = str(home / folder)
    fonts = home / "fonts.conf"
    fonts.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n'
        f"<fontconfig><cachedir>{home / 'cache_home'}</cachedir></fontconfig>\n",
        encoding="utf-8",
    )
    os.environ["FONTCONFIG_FILE"] = str(fonts)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["SERVICEHALL_PRINTER"] = "-"
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    os.environ["LANG"] = "C.UTF-8"
    os.environ.pop("LANGUAGE", None)
    os.environ["TZ"] = "UTC"
    if hasattr(time, "tzset"):
        time.tzset()


_leave_the_machine_behind()


def _compile_once() -> None:
    """A statement is compiled once in the run, as in a program that runs all day, not anew for each of its databases.

    The key of a compiled statement names its dialect: those of one kind are equal here.
    """
    plain, made = sa.create_engine, dict[type, sa.Engine]()

    def create_engine(*given: Any, **options: Any) -> sa.Engine:
        engine = plain(*given, query_cache_size=2_000, **options)
        kind: Any = type(engine.dialect)
        if kind not in made:
            made[kind] = engine
            kind.__hash__ = lambda self: hash(type(self))
            kind.__eq__ = lambda self, other: type(self) is type(other)
        engine._compiled_cache = made[kind]._compiled_cache
        return engine

    sa.create_engine = create_engine


_compile_once()

# Nearly every test signs somebody in. The recipe of the product costs a tenth of a second each time, as it should.
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


LONG = (
    "shell/test_pictures",
    "test_cli",
    "billing/test_service",
    "kernel/test_journal",
    "journeys/test_sheet_to_bill",
    "billing/test_rating",
    "billing/test_corrections",
    "takeover/test_round_trip",
    "takeover/test_service",
    "metering/test_service",
    "journeys/test_payment_to_receipt",
    "kernel/test_backup",
    "closing/test_service",
    "monkey/test_cashier",
    "test_tour",
    "counter/test_machine",
    "journeys/test_district",
    "desk/test_records_page",
    "billing/test_special",
    "counter/test_page",
    "kernel/test_work",
)
"""The files that take longest, longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files come first, so that no worker begins one when the others are nearly done."""
    place = {f"tests/{name}.py": at for at, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(LONG)))


def pytest_collection_finish() -> None:
    """What was made to find the tests stays until the end: nobody looks through it for garbage again and again."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A trial that takes long by its size is not asked where it hangs before it has had its own time."""
    trial = item.get_closest_marker("trial")
    if trial is not None and "limit_s" in trial.kwargs:
        stream = item.config.stash[fault_handler_stderr_fd_key]
        faulthandler.dump_traceback_later(trial.kwargs["limit_s"], file=stream)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL for the whole run: ``postgres_server.empty()`` answers the URL of a new database."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def sqlite_databases() -> Iterator[SqliteDatabases]:
    """Files of SQLite for the whole run: ``sqlite_databases.empty()`` answers the URL of a new database."""
    files = SqliteDatabases()
    try:
        yield files
    finally:
        files.remove()


class _Lent:
    """Databases of one kind, dropped when the test that asked for them ends."""

    def __init__(self, source: Databases) -> None:
        self._source, self.kind, self._made = source, source.kind, list[str]()

    def empty(self) -> str:
        self._made.append(self._source.empty())
        return self._made[-1]

    def like(self, prepare: Prepare) -> str:
        self._made.append(self._source.like(prepare))
        return self._made[-1]

    def drop(self, url: str) -> None:
        self._source.drop(url)

    def drop_all(self) -> None:
        for url in self._made:
            self._source.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Each test that asks for this runs twice, once for each kind of database, and leaves none behind.

    ``databases.empty()`` makes an empty one, ``databases.like(prepare)`` a copy of one that ``prepare(url)``
    has filled once in the run: some 20 ms for PostgreSQL, a file copy for SQLite.
    """
    source = "sqlite_databases" if request.param == "sqlite" else "postgres_server"
    lent = _Lent(request.getfixturevalue(source))
    yield lent
    lent.drop_all()


@pytest.fixture
def database_url(databases: Databases) -> str:
    """The URL of an empty database; the test runs on SQLite and on PostgreSQL."""
    return databases.empty()


@pytest.fixture
def sample_hall(databases: Databases) -> str:
    """The URL of a copy of the sample hall: December billed and mostly paid, January still to do."""
    return databases.like(halls.sample_hall)


@pytest.fixture
def billed_hall(databases: Databases) -> str:
    """The URL of a copy of the sample hall with January read, billed and issued; its tills are closed."""
    return databases.like(halls.billed_hall)


@pytest.fixture
def small_hall(databases: Databases) -> str:
    """The URL of a copy of a hall with three accounts and every kind of row; the tills of 1 and 2 are open."""
    return databases.like(halls.small_hall)


@pytest.fixture
def app(sample_hall: str, tmp_path: Path) -> Iterator[App]:
    """The app on a sample hall, on its business date."""
    with halls.opened(sample_hall, intents=tmp_path / "under_way") as app:
        yield app


@pytest.fixture
def seat(app: App) -> Seat:
    """The command line's seat at the first counter of a sample hall: it may do everything."""
    return app.command_line("1")


@pytest.fixture
def billed(billed_hall: str, tmp_path: Path) -> Iterator[Seat]:
    """The same in the hall whose January is billed."""
    with halls.opened(billed_hall, intents=tmp_path / "under_way") as app:
        yield app.command_line("1")


@pytest.fixture
def small(small_hall: str, tmp_path: Path) -> Iterator[Seat]:
    """The same in the hall with three accounts."""
    with halls.opened(small_hall, intents=tmp_path / "under_way") as app:
        yield app.command_line("1")
