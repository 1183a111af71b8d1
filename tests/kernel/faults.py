"""Faults at every moment a program talks to a database: raised in-process, or the process killed for real.

A moment is: before and after every statement, before and after every COMMIT, before and after every COPY.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from desktop.app import App, open_app
from desktop.billing import service as billing
from desktop.billing.service import runs as billing_runs
from desktop.kernel import bulk, intent, migrations
from desktop.kernel.database import Database
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat
from desktop.metering import service as metering
from desktop.metering.service import sheets
from desktop.takeover import service as takeover
from tests import hall as halls
from tests.rows import raw
from tests.statements import each_statement


class Crash(BaseException):
    """The program ends here, as far as anything inside it can tell."""


class Moments:
    """Counts the moments of a database and acts at one of them: by its place (0: at none), or the first of a name."""

    def __init__(self, at: int | str = 0, act: Callable[[], None] = lambda: None) -> None:
        self.at, self.act, self.passed = at, act, 0
        self.names: list[str] = []

    def hit(self, name: str) -> None:
        self.passed += 1
        self.names.append(name)
        if self.at == self.passed or (self.at == name and self.names.count(name) == 1):
            self.act()

    @contextmanager
    def of(self, database: Database) -> Iterator[Moments]:
        """Counting, until the block ends."""
        engine = database.engine

        def before(connection: sa.Connection, statement: str, _values: Any) -> None:
            if connection.engine is engine:  # a file's readers have another
                self.hit(f"before {statement.split('(', maxsplit=1)[0][:60].strip()}")

        def after(connection: sa.Connection, statement: str, _values: Any) -> None:
            if connection.engine is engine:
                self.hit(f"after {statement.split('(', maxsplit=1)[0][:60].strip()}")

        commit, copy, send = engine.dialect.do_commit, bulk._copy, bulk.send

        def do_commit(connection: Any) -> None:
            if self.names and self.names[-1].startswith("after SELECT"):  # who only reads ends like this too
                commit(connection)
                return
            self.hit("before COMMIT")
            commit(connection)
            self.hit("after COMMIT")

        def counted_copy(connection: sa.Connection, statement: str, rows: Any) -> None:
            self.hit(f"before {statement.split('(', maxsplit=1)[0].strip()}")
            copy(connection, statement, rows)
            self.hit(f"after {statement.split('(', maxsplit=1)[0].strip()}")

        def counted_send(connection: sa.Connection, statement: str, values: Any) -> None:
            if database.embedded:  # it is executed there and then
                send(connection, statement, values)
                return
            before(connection, statement, values)
            send(connection, statement, values)
            after(connection, statement, values)

        engine.dialect.do_commit = do_commit  # type: ignore[method-assign]  # the fault
        bulk._copy, bulk.send = counted_copy, counted_send
        try:
            with each_statement(before, after):
                yield self
        finally:
            engine.dialect.do_commit = commit  # type: ignore[method-assign]  # the fault
            bulk._copy, bulk.send = copy, send


def crash() -> None:
    """End the work without ending the process."""
    raise Crash


def die() -> None:
    """End this process as kill -9 does: nothing is closed, flushed or said."""
    os.kill(os.getpid(), signal.SIGKILL)


def hang() -> None:
    """Stand still until somebody kills this process."""
    os.kill(os.getpid(), signal.SIGSTOP)


# A full disk


@contextmanager
def full(app: App, room: int) -> Iterator[None]:
    """The disk is full, as the database itself finds, after so much more: pages of SQLite's file, operations in
    PostgreSQL's book; there is room again when the block is left."""
    database = app.database
    database.engine.dispose()
    if database.embedded:
        url = f"sqlite:///{database.file}"
        with raw(url) as rows:
            most = rows.one("PRAGMA page_count") + room

        def limit(connection: Any, _record: object) -> None:
            connection.execute(f"PRAGMA max_page_count = {most}")

        sa.event.listen(database.engine, "connect", limit)
        try:
            yield
        finally:
            sa.event.remove(database.engine, "connect", limit)
            database.engine.dispose()
        return
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with raw(url) as rows:
        rows(_FULL_SERVER.format(room=room))
        try:
            yield
        finally:
            rows(
                "DROP TRIGGER full_disk ON journal_entry; DROP FUNCTION full_disk(); DROP SEQUENCE full_disk"
            )


@contextmanager
def read_only(app: App) -> Iterator[None]:
    """The file of an embedded database may only be read, as it says itself, until the block is left."""
    database = app.database

    def forbid(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    database.engine.dispose()
    sa.event.listen(database.engine, "connect", forbid)
    try:
        yield
    finally:
        sa.event.remove(database.engine, "connect", forbid)
        database.engine.dispose()


@contextmanager
def file_away(app: App) -> Iterator[None]:
    """The file of an embedded database cannot be opened, as where its drive is not there."""
    database = app.database
    database.close()
    assert database.file is not None
    kept = database.file.rename(database.file.with_suffix(".kept"))
    database.file.mkdir()
    try:
        yield
    finally:
        database.close()
        database.file.rmdir()
        kept.rename(database.file)


@contextmanager
def no_room_for_intents() -> Iterator[None]:
    """The disk of this computer has no room to keep what is about to be booked."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intent, "_write", full)
        yield


_FULL_SERVER = """
CREATE SEQUENCE full_disk;
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF nextval('full_disk') > {room} THEN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON journal_entry FOR EACH ROW EXECUTE FUNCTION full_disk();
"""


# Jobs to be killed: what they do and nothing more


def pay(seat: Seat, number: str, fen: int, key: UUID) -> None:
    """One payment with its id kept on this computer first."""
    halls.pay(seat, number, Money(fen), key)


def take_reads(seat: Seat, sheet: Path) -> None:
    """A reading sheet a row at a time."""
    with small_chunks(1):
        metering.import_sheet(seat, sheet)


def draft(seat: Seat) -> None:
    """Drafts for January an account at a time."""
    with small_chunks(1):
        billing.run_bills(seat, halls.JANUARY)


def issue(seat: Seat, run: str) -> None:
    """The issue of a run an account at a time."""
    with small_chunks(1):
        billing.issue_run(seat, run)


def take_hall(seat: Seat, file: Path) -> None:
    """A hall from its workbook, route by route."""
    takeover.import_hall(seat, file)


@contextmanager
def small_chunks(rows: int) -> Iterator[None]:
    """Bulk jobs commit every so many rows or accounts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "CHUNK", rows)
        patch.setattr(billing_runs, "CHUNK", rows)
        yield


Job = Callable[..., None]


def _seat(url: str, intents: Path) -> Seat:
    """The seat a job acts from, connected, so that the first moment belongs to the job."""
    return open_app(url, halls.TODAY, intents=intents).command_line("1")


def _in_a_process(
    url: str, intents: Path, at: int | str, job: Job, given: tuple[Any, ...], act: Callable[[], None] = die
) -> None:
    seat = _seat(url, intents)
    with Moments(at, act).of(seat.app.database):
        job(seat, *given)


def _upgrade_in_a_process(url: str, at: int) -> None:
    database = Database(url)
    with Moments(at, die).of(database):
        migrations.upgrade(database)


def processes() -> Any:
    """Processes that begin without threads or connections of ours, quickly where the system can."""
    kind = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(kind)
    if kind == "forkserver":
        context.set_forkserver_preload(["tests.kernel.faults"])
    return context


def aside(target: Callable[..., None], *given: Any) -> int:
    """Call a function of a module in a process of its own; the process's exit code."""
    process = processes().Process(target=target, args=given)
    process.start()
    process.join()
    return int(process.exitcode)


def killed(url: str, intents: Path, at: int | str, job: Job, *given: Any) -> bool:
    """Do a job in a process of its own that is killed at a moment; whether it was (it may have come through)."""
    code = aside(_in_a_process, url, intents, at, job, given)
    assert code in (0, -signal.SIGKILL), f"the job failed by itself: exit code {code}"
    return code != 0


def begun(
    url: str, intents: Path, at: int | str, job: Job, *given: Any, act: Callable[[], None] = die
) -> Any:
    """A process of its own that does a job and acts at a moment."""
    process = processes().Process(target=_in_a_process, args=(url, intents, at, job, given, act))
    process.start()
    return process


def killed_upgrade(url: str, at: int) -> bool:
    """The same for bringing a schema up to date."""
    code = aside(_upgrade_in_a_process, url, at)
    assert code in (0, -signal.SIGKILL)
    return code != 0


def at_once(url: str, intents: Path, job: Job, each: list[tuple[Any, ...]]) -> list[int]:
    """The same job in several processes that begin together; their exit codes."""
    context = processes()
    start = context.Barrier(len(each))
    started = [
        context.Process(target=_together, args=(start, url, intents / str(place), job, given))
        for place, given in enumerate(each)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join()
    return [process.exitcode for process in started]


def _together(start: Any, url: str, intents: Path, job: Job, given: tuple[Any, ...]) -> None:
    seat = _seat(url, intents)
    start.wait()
    job(seat, *given)


def moments(seat: Seat, job: Job, *given: Any) -> list[str]:
    """Every moment of a job, by doing it."""
    with Moments().of(seat.app.database) as counted:
        job(seat, *given)
    return counted.names
