"""A sheet taken back: what it brought into this hall and nothing else, even while it still comes in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from desktop.contracts import service as contracts
from desktop.contracts.records import Connections
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat, Work, operation
from desktop.metering import service as metering
from desktop.metering.documents import digest
from desktop.metering.records import OriginReversal, SheetState
from desktop.metering.tables import RegisterRead
from desktop.staff.tables import Hall, Station
from tests.databases_server import Databases, goes_on_from
from tests.hall import connection, january_sheet, opened
from tests.kernel import faults
from tests.metering.test_reads import FLAT, HOME, JAN, hall, row, waiting

EN = catalog("en")
LATER = "330100000004"
"""An account that is connected after the first hall took the sheet."""


@operation("metering.import_reads")
def another_hall(work: Work, _request: None) -> None:
    """A second hall with one station."""
    first = work.session.get_one(Hall, work.station.hall_id)
    same = {
        name: getattr(first, name) for name in ("company", "address", "hotline", "country", "practice_date")
    }
    other = Hall(id=work.new_id(), code="other", name="Other hall", **same)
    work.add(other)
    work.session.flush()
    work.add(Station(id=work.new_id(), hall_id=other.id, code="9", name="Counter 9"))


@goes_on_from(hall)
def two_halls(url: str) -> None:
    with opened(url, date(2026, 1, 5)) as app:
        app.command_line("1").do(another_hall)


@pytest.fixture
def seat(databases: Databases) -> Iterator[Seat]:
    with opened(databases.like(two_halls), date(2026, 3, 5)) as app:
        yield app.command_line("1")


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """January: a home that used far too much, one that did not, and an account that may not be there yet."""
    return january_sheet(tmp_path, (row(HOME, 3000), row(FLAT, 99_990), row(LATER, 1200)))


def live(seat: Seat) -> int:
    """How many reads of January stand."""
    with seat.app.database.read() as session:
        standing = sa.select(sa.func.count(RegisterRead.id)).filter_by(reversed=0, read_on=JAN)
        return session.scalar(standing) or 0


def state(seat: Seat) -> SheetState:
    return seat.ask(metering.sheets_taken)[0].state


def test_the_very_same_file_in_another_hall_stays(seat: Seat, sheet: Path) -> None:
    other = seat.app.command_line("9")
    taken = metering.import_sheet(seat, sheet)
    assert (taken.stored, taken.held, taken.rejected) == (1, 1, 1)
    other.do(metering.accept, (waiting(seat).doubtful_id,))
    seat.do(contracts.connect, Connections((connection(LATER),)))
    assert metering.import_sheet(other, sheet).stored == 1
    back = OriginReversal(digest(sheet), "the wrong month")
    assert seat.do(metering.take_back_sheet, back).reads == 2, "the accepted read came with this hall's sheet"
    assert (live(seat), state(seat), state(other)) == (1, SheetState.TAKEN_BACK, SheetState.DONE)
    with pytest.raises(NotFound):
        seat.do(metering.reverse_import, back)
    assert other.do(metering.take_back_sheet, back).reads == 1
    assert (live(seat), state(other)) == (0, SheetState.TAKEN_BACK)
    assert seat.app.verify() == []


def test_taken_back_while_it_comes_in_it_stops_and_may_come_in_once_more(seat: Seat, sheet: Path) -> None:
    back = OriginReversal(digest(sheet), "the wrong file")

    def take_back(done: int, _total: int) -> bool:
        if done == 2:
            assert seat.do(metering.take_back_sheet, back).reads == 2
        return True

    seat.do(contracts.connect, Connections((connection(LATER),)))
    with faults.small_chunks(1), pytest.raises(Refused) as refused:
        metering.import_sheet(seat, sheet, take_back)
    assert EN(refused.value.text).startswith("january.xlsx was taken back meanwhile")
    assert (live(seat), state(seat)) == (0, SheetState.TAKEN_BACK)
    again = metering.import_sheet(seat, sheet)
    assert (again.stored, again.held, again.known, state(seat)) == (2, 1, False, SheetState.DONE)
    assert seat.app.verify() == []


def test_taken_back_after_its_last_rows_it_is_not_marked_done(seat: Seat, sheet: Path) -> None:
    back = OriginReversal(digest(sheet), "the wrong file")

    def take_back(done: int, total: int) -> bool:
        if done == total:
            seat.do(metering.take_back_sheet, back)
        return True

    with pytest.raises(Refused):
        metering.import_sheet(seat, sheet, take_back)
    assert (live(seat), state(seat)) == (0, SheetState.TAKEN_BACK)


def test_a_stopped_import_runs_again_when_it_goes_on(seat: Seat, sheet: Path) -> None:
    states = []

    def stop(done: int, _total: int) -> bool:
        states.append(state(seat))
        return done < 1

    with faults.small_chunks(1):
        metering.import_sheet(seat, sheet, stop)
        assert state(seat) is SheetState.STOPPED
        metering.import_sheet(seat, sheet, lambda *_: states.append(state(seat)) or True)
    assert states[-2:] == [SheetState.RUNNING] * 2
    assert state(seat) is SheetState.DONE


def test_a_sheet_of_which_nothing_stands_may_come_in_once_more(seat: Seat, tmp_path: Path) -> None:
    """Its accounts were connected only after it was taken."""
    sheet = january_sheet(tmp_path, (row(LATER, 1200),))
    assert metering.import_sheet(seat, sheet).rejected == 1
    seat.do(contracts.connect, Connections((connection(LATER),)))
    assert metering.import_sheet(seat, sheet).known
    assert seat.do(metering.take_back_sheet, OriginReversal(digest(sheet), "connected now")).reads == 0
    assert metering.import_sheet(seat, sheet).stored == 1
