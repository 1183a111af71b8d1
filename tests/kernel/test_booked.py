"""What this computer booked is remembered after its program ended: an older copy of the database is told, until
somebody says that it is dealt with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop.app import App
from desktop.kernel import booked
from desktop.kernel.booked import Booked
from desktop.kernel.errors import NotPermitted, Refused
from desktop.kernel.files import user_folder
from desktop.kernel.work import Seat, draw_id
from desktop.treasury import service as treasury
from desktop.treasury.records import MissingOrder
from tests.command_line import CommandLine
from tests.conftest import Databases
from tests.hall import SMALL, app_of, opened, pay, seat_of, small_hall, yuan

ONE = yuan("1.00")


@contextmanager
def started(url: str, folder: Path) -> Iterator[App]:
    """The program, started anew on this computer."""
    with opened(url, intents=folder) as app:
        yield app


def test_an_older_copy_is_told_after_a_restart_until_it_is_dealt_with(
    sqlite_databases: Databases, tmp_path: Path
) -> None:
    """A real file, copied in the morning, paid into, and replaced by its copy while the program does not run."""
    url = sqlite_databases.like(small_hall)
    file, folder = Path(url.removeprefix("sqlite:///")), tmp_path / "under_way"
    with started(url, folder) as app:
        pay(app.command_line("1"), SMALL[1], ONE)
        assert app.ping().lacking == ()
    shutil.copy(file, tmp_path / "morning.db")
    with started(url, folder) as app:
        for _ in range(2):
            pay(app.command_line("1"), SMALL[1], ONE)
        assert app.ping().lacking == ()
        pay(app.command_line("1"), SMALL[1], ONE)  # not looked at any more: kept when the program ends
    for ending in ("-wal", "-shm"):
        Path(f"{file}{ending}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "morning.db", file)
    with started(url, folder) as app:
        gone = app.ping().lacking
        assert len(gone) == len(set(gone)) >= 3
        assert gone == tuple(sorted(gone))
    with started(url, folder) as app:
        seat = app.command_line("1")
        for _ in range(booked.KEPT // 50):
            pay(seat, SMALL[1], ONE)
        assert app.ping().lacking == gone, "what is booked later does not push it out"
        with pytest.raises(Refused, match="what was done"):
            treasury.dealt_with(seat, MissingOrder(gone, " "))
        assert treasury.dealt_with(seat, MissingOrder(gone, "taken again")) == len(gone)
        assert app.ping().lacking == ()
        assert app.verify() == []
    with started(url, folder) as app:
        assert app.ping().lacking == ()


def test_that_it_is_dealt_with_is_said_by_who_closes_days_and_of_what_is_missing(small: Seat) -> None:
    gone, there = draw_id(), draw_id()
    small.app.perform(
        treasury.deal_with_missing, MissingOrder((gone,), "all"), small.actor, small.station, there
    )
    with pytest.raises(Refused, match="Nothing is missing"):
        small.do(treasury.deal_with_missing, MissingOrder((there,), "taken again"))
    with pytest.raises(NotPermitted):
        seat_of(app_of(small), "cashier").do(treasury.deal_with_missing, MissingOrder((gone,), "all"))
    assert app_of(small).verify() == []


def test_two_programs_and_a_broken_file_lose_nothing_that_counts(small: Seat, tmp_path: Path) -> None:
    hall, seen, new = sorted(draw_id() for _ in range(3))
    first, second = Booked(tmp_path), Booked(tmp_path)
    first.hall_id = second.hall_id = hall
    first.append(seen)
    second.append(new)
    with small.app.database.read() as session:
        assert first.look(session) == (seen,)
        assert second.look(session) == (seen, new)
        first.dealt_with((seen,))
        assert second.look(session) == (new,)
        first.remember()
        second.dealt_with((new,))
        second.remember()
        assert (first.look(session), second.look(session)) == ((), ())
        (tmp_path / f"{hall}.booked").write_text("{")
        assert Booked(tmp_path).look(session) == ()
        again = Booked(tmp_path)
        again.hall_id, ids = hall, sorted(draw_id() for _ in range(booked.KEPT + 5))
        for one in ids:
            again.append(one)
        assert again.look(session) == tuple(ids[5:])


def test_it_is_told_and_dealt_with_by_command(
    capsys: pytest.CaptureFixture[str], small_hall: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))  # a computer that booked nothing yet
    run = CommandLine(capsys, small_hall, today="2026-02-06", lang="en", station="1")
    assert "has all" in run("db", "missing").out
    with opened(small_hall, intents=user_folder() / "under_way") as app:
        app.booked.append(gone := draw_id())
    told = run("db", "missing", code=1).out
    assert "1 booking of this computer is not in the database" in told
    assert str(gone) in told
    run("db", "missing", "--dealt-with", "taken again")
    assert "has all" in run("db", "missing").out
