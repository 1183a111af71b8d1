"""A takeover meets what may happen to it: a killed program, a full disk, a file that is broken, a reader that dies."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from desktop.app import App
from desktop.desk import service as desk
from desktop.kernel.errors import Refused
from desktop.kernel.sheet import process
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.search.records import SearchOrder
from desktop.takeover import service as takeover
from desktop.takeover.service import waiting
from tests.databases_server import Databases
from tests.hall import founded, opened
from tests.kernel import faults
from tests.kernel.test_reader_process import program
from tests.rows import changed, contents
from tests.takeover.workbooks import account, hall, rows_of, written

EN = catalog("en")
COUNT, ROUTE = 8, 4
PAGES = 0, 10, 14
"""Of SQLite's file: none; more than one route takes, less than two; more than both, less than their words too."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A hall of two routes."""
    return written(tmp_path, hall(COUNT, ROUTE))


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.like(founded)


@pytest.fixture
def seat(url: str) -> Iterator[Seat]:
    with opened(url) as app:
        yield app.command_line("1")


def accounts(app: App) -> int:
    return rows_of(app)["ledger_contract_account"]


def resumes(seat: Seat, file: Path, groups: int = 2) -> None:
    """After whatever happened whole routes stand, and the same workbook goes on."""
    assert accounts(seat.app) in {at * ROUTE for at in range(groups + 1)}
    assert seat.app.verify() == []
    done = takeover.import_hall(seat, file)
    assert (done.problems, done.totals) == ((), done.taken)
    assert accounts(seat.app) == groups * ROUTE
    assert seat.app.verify() == []
    for one in (0, groups * ROUTE - 1):
        assert seat.ask(desk.search_hits, SearchOrder(account(one))).customers[0].number == account(one)
    assert seat.ask(desk.words_left) == 0


# Killed


def kill(databases: Databases, folder: Path, file: Path, moments: Sequence[int], groups: int = 2) -> None:
    for at in moments:
        url = databases.like(founded)
        faults.killed(url, folder, at, faults.take_hall, file)
        with opened(url) as app:
            resumes(app.command_line("1"), file, groups)


def test_kill_9_leaves_whole_routes_and_the_takeover_resumes(
    databases: Databases, tmp_path: Path, file: Path
) -> None:
    with opened(databases.like(founded)) as app:
        names = faults.moments(app.command_line("1"), faults.take_hall, file)
    commits = [at for at, name in enumerate(names, 1) if name == "before COMMIT"]
    assert len(commits) == 3, "two routes, and the words they are found by"
    kill(databases, tmp_path, file, [commits[0] // 2, commits[1], commits[1] + 1, commits[2]])


@pytest.mark.trial
def test_kill_9_at_many_moments_of_a_large_takeover(databases: Databases, tmp_path: Path) -> None:
    file = written(tmp_path, hall(40 * ROUTE, ROUTE), title="large.xlsx")
    with opened(databases.like(founded)) as app:
        count = len(faults.moments(app.command_line("1"), faults.take_hall, file))
    kill(databases, tmp_path, file, range(1, count, count // 40), groups=40)


def test_nothing_stays_beside_the_database(seat: Seat, file: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """What waits has no name while it waits: a killed program leaves no file with people in it."""
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(aside))
    seen = []

    def look(_done: int, _total: int) -> bool:
        seen.append(list(aside.iterdir()))
        return True

    takeover.import_hall(seat, file, look)
    assert seen
    assert not any(seen)


# A full disk


@pytest.mark.parametrize("room", [0, 1, 2])
def test_a_full_disk_leaves_whole_routes_and_the_takeover_goes_on(seat: Seat, file: Path, room: int) -> None:
    with (
        faults.full(seat.app, PAGES[room] if seat.app.database.embedded else room),
        pytest.raises(Refused) as refused,
    ):
        takeover.import_hall(seat, file)
    assert "make space and go on" in EN(refused.value.text)
    assert accounts(seat.app) == room * ROUTE
    resumes(seat, file)


def test_without_room_beside_the_program_nothing_comes_in(
    seat: Seat, url: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, connect = contents(url), waiting.sqlcipher.connect

    def small(*given: Any, **options: Any) -> Any:
        database = connect(*given, **options)
        database.execute("PRAGMA max_page_count = 30")
        return database

    with monkeypatch.context() as patch:
        patch.setattr(waiting, "sqlcipher", type("Small", (), {**vars(waiting.sqlcipher), "connect": small}))
        with pytest.raises(Refused) as refused:
            takeover.import_hall(seat, file)
    assert EN(refused.value.text).startswith("There is no room in ")
    assert changed(before, contents(url)) == set()
    resumes(seat, file)


# Broken files and readers


def cut(file: Path, out: Path) -> Path:
    """The same workbook with its last sheet ending in the middle of a row."""
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, content[:-200] if part == "xl/worksheets/sheet11.xml" else content)
    return out


def test_a_workbook_broken_further_down_brings_nothing(
    seat: Seat, url: str, file: Path, tmp_path: Path
) -> None:
    before = contents(url)
    with pytest.raises(Refused) as refused:
        takeover.import_hall(seat, cut(file, tmp_path / "cut.xlsx"))
    assert "is no .xlsx workbook" in EN(refused.value.text)
    assert changed(before, contents(url)) == set()


def test_a_reader_that_dies_half_way_brings_nothing(
    seat: Seat, url: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(url)
    dies = (
        "tell = large._tell_sheet;"
        " large._tell_sheet = lambda source, *rest: os.kill(os.getpid(), 9) if source.name == 'Contracts'"
        " else tell(source, *rest)"
    )
    with monkeypatch.context() as patch:
        patch.setattr(process, "_PROGRAM", program(dies))
        with pytest.raises(Refused) as refused:
            takeover.import_hall(seat, file)
    assert EN(refused.value.text).startswith("hall.xlsx could not be read to its end")
    assert changed(before, contents(url)) == set()
    resumes(seat, file)
