"""Reading sheets into a real hall: every bad row named, good ones stored once, whenever it stops or dies."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from desktop import sample
from desktop.contracts import service as contracts
from desktop.contracts.records import Connections
from desktop.kernel.errors import NotPermitted, Problem, Refused
from desktop.kernel.measures import Energy, Reading
from desktop.kernel.period import Period
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.metering import service as metering
from desktop.metering.records import ReadReason, ReadRow, ReadSource
from desktop.metering.tables import Register, RegisterRead
from tests import hall as halls
from tests.databases_server import Databases
from tests.hall import JANUARY, SMALL, connection, january_sheet, meter, opened, read, together
from tests.kernel import faults
from tests.rows import changed, contents, raw

EN = catalog("en")


def january(url: str) -> int:
    """How many reads of the last day of January are stored."""
    with raw(url) as rows:
        return int(rows.one("SELECT count(*) FROM metering_read WHERE read_on = '2026-01-31'"))


def test_a_sheet_is_stored_with_all_it_says(seat: Seat, sample_hall: str, tmp_path: Path) -> None:
    sheet = january_sheet(tmp_path)
    done = metering.import_sheet(seat, sheet)
    assert (done.rows, done.stored, done.problems, done.skipped, done.stopped_after, done.known) == (
        50,
        50,
        (),
        0,
        0,
        False,
    )
    wanted = sample.january_reads()[7]
    with seat.app.database.read() as session:
        stored = session.scalars(
            sa.select(RegisterRead)
            .join(Register, Register.id == RegisterRead.register_id)
            .where(RegisterRead.read_on == wanted.read_on, RegisterRead.value == wanted.value)
        ).one()
        assert (stored.reason, stored.source, stored.reader) == (
            ReadReason.PERIODIC,
            ReadSource.INSPECTOR,
            "周海波",
        )
        assert stored.read_at.isoformat() == "2026-01-31T15:59:00+00:00"  # the end of the day in Hangzhou
        assert stored.origin == hashlib.sha256(sheet.read_bytes()).hexdigest()
    assert january(sample_hall) == 50
    assert seat.app.verify() == []


def test_the_same_file_again_is_known_and_stores_nothing(
    seat: Seat, sample_hall: str, tmp_path: Path
) -> None:
    sheet = january_sheet(tmp_path)
    first = metering.import_sheet(seat, sheet)
    before = contents(sample_hall)
    again = metering.import_sheet(seat, sheet)
    assert (again.known, again.stored, again.problems) == (True, first.stored, ())
    assert changed(before, contents(sample_hall)) == set()


def test_the_same_file_is_known_under_another_name_too(seat: Seat, sample_hall: str, tmp_path: Path) -> None:
    sheet = january_sheet(tmp_path)
    metering.import_sheet(seat, sheet)
    before = contents(sample_hall)
    other = sheet.rename(tmp_path / "copy of january.xlsx")
    assert metering.import_sheet(seat, other).known
    assert changed(before, contents(sample_hall)) == set()


def test_a_dry_run_says_the_same_and_writes_nothing(seat: Seat, sample_hall: str, tmp_path: Path) -> None:
    rows = sample.january_reads()
    rows[3] = replace(rows[3], meter_serial="nowhere")
    sheet, before = january_sheet(tmp_path, rows), contents(sample_hall)
    tried = metering.import_sheet(seat, sheet, dry_run=True)
    assert changed(before, contents(sample_hall)) == set()
    assert metering.import_sheet(seat, sheet) == tried
    assert january(sample_hall) == 49


def _bad(place: int, **other: object) -> tuple[int, ReadRow]:
    return place, replace(sample.january_reads()[place], **other)  # type: ignore[arg-type]  # of any kind


JAN = sample.january_reads()
BAD: dict[str, tuple[tuple[int, ReadRow], tuple[str, str, str, str]]] = {
    "unknown account": (
        _bad(0, account_number="330199999999"),
        ("Account number", "330199999999", "No account has this number", "Correct the number"),
    ),
    "unknown meter": (
        _bad(1, meter_serial="001299999999"),
        ("Meter", "001299999999", "No installed meter has this number", "Correct the number"),
    ),
    "meter of another account": (
        _bad(2, meter_serial=JAN[3].meter_serial, read_on=date(2026, 1, 30)),
        ("Meter", JAN[3].meter_serial, f"This meter belongs to account {JAN[3].account_number}", "Correct"),
    ),
    "below the previous": (
        _bad(4, value=Reading.of(7)),
        ("Reading", "7", "The reading is below the previous one", "Read again"),
    ),
    "in the future": (
        _bad(5, read_on=date(2026, 2, 6)),
        ("Read on", "2026-02-06", "The day of the reading lies in the future", "Correct the date"),
    ),
    "too many digits": (
        _bad(6, value=Reading.of(1_000_000)),
        (
            "Reading",
            "1000000",
            "The reading has more digits than the register, which has 6",
            "Read the register",
        ),
    ),
    "a day that has a read": (
        _bad(7, read_on=date(2025, 12, 31)),
        ("Read on", "2025-12-31", "This register has a reading of this day already", "Leave the row out"),
    ),
    "before the last read": (
        _bad(8, read_on=date(2025, 12, 15)),
        ("Read on", "2025-12-15", "The register is billed up to 31 Dec 2025", "Correct the date"),
    ),
}


def _shown(problem: Problem) -> tuple[str, str, str]:
    column = problem.column if isinstance(problem.column, str) else EN(problem.column)
    titles = {
        "户号": "Account number",
        "电表": "Meter",
        "表号": "Meter",
        "抄表日期": "Read on",
        "示数": "Reading",
    }
    return titles.get(column, column), problem.value, EN(problem.what)


def test_every_bad_row_is_named_with_its_place_reason_and_remedy_and_the_good_ones_are_stored(
    seat: Seat, sample_hall: str, tmp_path: Path
) -> None:
    rows = sample.january_reads()
    for (place, row), _ in BAD.values():
        rows[place] = row
    rows.append(rows[20])  # the same meter and day once more
    done = metering.import_sheet(seat, january_sheet(tmp_path, rows))
    found = {problem.row: problem for problem in done.problems}
    assert len(found) == len(done.problems) == len(BAD) + 1
    for (place, _row), (column, value, what, remedy) in BAD.values():
        problem = found.pop(place + 2)  # the titles stand in row 1
        assert problem.sheet
        shown = _shown(problem)
        assert shown[1] == value
        assert shown[2].startswith(what)
        assert EN(problem.remedy).startswith(remedy)
        assert shown[0] == column, problem
    (double,) = found.values()
    assert (double.row, double.value) == (52, rows[20].meter_serial)
    assert EN(double.what) == "This meter stands in row 22 already with this day"
    assert (done.rows, done.stored) == (51, 51 - len(BAD) - 1)
    assert january(sample_hall) == done.stored
    assert seat.app.verify() == []


def test_a_corrected_sheet_brings_the_rest_and_names_what_is_there_already(
    seat: Seat, sample_hall: str, tmp_path: Path
) -> None:
    rows = sample.january_reads()
    rows[3] = replace(rows[3], meter_serial="nowhere")
    metering.import_sheet(seat, january_sheet(tmp_path, rows))
    done = metering.import_sheet(seat, january_sheet(tmp_path, name="corrected.xlsx"))
    assert (done.stored, len(done.problems), done.known) == (1, 49, False)
    assert january(sample_hall) == 50


def test_a_file_that_is_no_sheet_is_refused_and_stores_nothing(
    seat: Seat, sample_hall: str, tmp_path: Path
) -> None:
    before = contents(sample_hall)
    for name, content in (
        ("a.xlsx", b"PK\x03\x04 no"),
        ("b.xlsx", b""),
        ("c.csv", "名称,数\n1,2\n".encode()),
    ):
        file = tmp_path / name
        file.write_bytes(content)
        with contextlib.suppress(Refused):
            assert metering.import_sheet(seat, file).stored == 0
    assert changed(before, contents(sample_hall)) == set()


def test_a_person_without_the_right_imports_nothing(seat: Seat, sample_hall: str, tmp_path: Path) -> None:
    before = contents(sample_hall)
    cashier = seat.app.sign_in("lin", sample.PASSWORD, "1")
    with pytest.raises(NotPermitted):
        metering.import_sheet(cashier, january_sheet(tmp_path))
    assert changed(before, contents(sample_hall)) == set()


# Stopped, killed, twice at once


def test_a_stopped_import_says_the_row_and_goes_on_there(
    seat: Seat, sample_hall: str, tmp_path: Path
) -> None:
    sheet = january_sheet(tmp_path)
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> bool:
        told.append((done, total))
        return done < 20

    with faults.small_chunks(10):
        first = metering.import_sheet(seat, sheet, stop)
        assert (first.stopped_after, first.stored, january(sample_hall)) == (
            21,
            20,
            20,
        )  # row 21 is the 20th read
        assert told == [(10, 50), (20, 50)]
        again = metering.import_sheet(seat, sheet)
    assert (again.stopped_after, again.stored, again.known, january(sample_hall)) == (0, 50, False, 50)
    assert seat.app.verify() == []


def test_an_import_stopped_after_its_last_chunk_went_through(
    seat: Seat, sample_hall: str, tmp_path: Path
) -> None:
    with faults.small_chunks(10):
        done = metering.import_sheet(seat, january_sheet(tmp_path), lambda done, total: done < total)
    assert (done.stopped_after, done.stored, january(sample_hall)) == (0, 50, 50)


def test_an_import_goes_on_with_chunks_of_another_size(seat: Seat, sample_hall: str, tmp_path: Path) -> None:
    sheet = january_sheet(tmp_path)
    with faults.small_chunks(10):
        metering.import_sheet(seat, sheet, lambda done, _total: done < 20)
    done = metering.import_sheet(seat, sheet)
    assert january(sample_hall) == 50
    assert done.stopped_after == 0


def _sheet(folder: Path) -> Path:
    """January of the small hall."""
    return january_sheet(folder, halls.small_reads(SMALL, JANUARY.last, 300))


def _resumes(url: str, sheet: Path) -> None:
    """After whatever happened, the same sheet goes on, and every read stands once."""
    with opened(url) as app, faults.small_chunks(1):
        before = january(url)
        assert before in range(4)
        done = metering.import_sheet(app.command_line("1"), sheet)
        assert (done.stored, done.problems, done.known, january(url)) == (3, (), before == 3, 3)
        assert app.verify() == []


def _moments(databases: Databases, folder: Path) -> list[str]:
    with opened(databases.like(halls.connected_hall)) as app:
        return faults.moments(app.command_line("1"), faults.take_reads, _sheet(folder))


def test_a_crash_at_any_moment_leaves_whole_chunks_and_the_import_resumes(
    databases: Databases, tmp_path: Path
) -> None:
    sheet, count = _sheet(tmp_path), len(_moments(databases, tmp_path))
    for at in range(1, count + 1, count // 8):
        url = databases.like(halls.connected_hall)
        with opened(url) as app:
            seat = app.command_line("1")
            with faults.Moments(at, faults.crash).of(app.database), pytest.raises(faults.Crash):
                faults.take_reads(seat, sheet)
        _resumes(url, sheet)


def _kill(databases: Databases, folder: Path, moments: Sequence[int]) -> None:
    sheet = _sheet(folder)
    for at in moments:
        url = databases.like(halls.connected_hall)
        assert faults.killed(url, folder, at, faults.take_reads, sheet)
        _resumes(url, sheet)


def test_kill_9_leaves_whole_chunks_and_the_import_resumes(databases: Databases, tmp_path: Path) -> None:
    names = _moments(databases, tmp_path)
    commits = [place for place, name in enumerate(names, 1) if name == "before COMMIT"]
    _kill(databases, tmp_path, [7, commits[1], commits[1] + 1, commits[-1]])


@pytest.mark.trial
def test_kill_9_at_every_moment_leaves_whole_chunks_and_the_import_resumes(
    databases: Databases, tmp_path: Path
) -> None:
    _kill(databases, tmp_path, range(1, len(_moments(databases, tmp_path)) + 1))


@pytest.mark.parametrize("room", [0, 3])
def test_a_full_disk_leaves_whole_chunks_and_the_import_goes_on(
    seat: Seat, sample_hall: str, tmp_path: Path, room: int
) -> None:
    sheet = january_sheet(tmp_path)
    with faults.small_chunks(10), faults.full(seat.app, room), pytest.raises(Refused) as refused:
        metering.import_sheet(seat, sheet)
    assert EN(refused.value.text).endswith("Nothing was booked: make space and go on.")
    assert january(sample_hall) in range(0, 50, 10)
    assert seat.app.verify() == []
    with faults.small_chunks(10):
        done = metering.import_sheet(seat, sheet)
    assert (done.stored, done.problems, january(sample_hall)) == (50, (), 50)
    assert seat.app.verify() == []


def test_the_same_sheet_imported_twice_at_once_is_stored_once(
    seat: Seat, sample_hall: str, tmp_path: Path
) -> None:
    sheet = january_sheet(tmp_path)
    with opened(sample_hall) as other, faults.small_chunks(10):
        answers = together(
            [
                lambda: metering.import_sheet(seat, sheet),
                lambda: metering.import_sheet(other.command_line("2"), sheet),
            ]
        )
    assert [getattr(answer, "stored", answer) for answer in answers] == [50, 50]
    assert january(sample_hall) == 50
    assert seat.app.verify() == []


def test_two_sheets_with_the_same_reads_at_once_store_each_read_once(
    seat: Seat, sample_hall: str, tmp_path: Path
) -> None:
    sheets = [
        january_sheet(tmp_path, rows, name)
        for name, rows in (("a.xlsx", JAN), ("b.xlsx", [replace(row, reader="Another") for row in JAN]))
    ]
    with opened(sample_hall) as other, faults.small_chunks(10):
        answers = together(
            [
                lambda: metering.import_sheet(seat, sheets[0]),
                lambda: metering.import_sheet(other.command_line("2"), sheets[1]),
            ]
        )
    assert [type(answer).__name__ for answer in answers] == ["SheetImported"] * 2, answers
    assert sum(answer.stored for answer in answers) == 50
    assert sum(len(answer.problems) for answer in answers) == 50
    assert january(sample_hall) == 50
    assert seat.app.verify() == []


# Meters and usage


def test_a_meter_is_hung_once(small: Seat, small_hall: str) -> None:
    before = contents(small_hall)
    with pytest.raises(Refused, match="known already"):
        small.do(contracts.connect, Connections((connection("330100000009", meter_serial=meter(SMALL[0])),)))
    assert changed(before, contents(small_hall)) == set()


def test_usage_lies_between_the_last_read_before_and_the_last_read_inside(small: Seat) -> None:
    for one in halls.usage(small.app, JANUARY):
        assert one.missing is None
        (register,) = one.registers
        assert (register.previous, register.current) == (Reading.of(1000), Reading.of(1300))
        assert register.energy == Energy.of(300)
        assert [(month.month, month.energy) for month in one.history] == [(date(2026, 1, 1), Energy.of(300))]


def test_usage_of_a_month_without_a_read_is_missing_and_says_so(small: Seat) -> None:
    reasons = {EN(one.missing) for one in halls.usage(small.app, Period.month("2026-02")) if one.missing}
    assert reasons == {"No read in 2026-02: import the sheet, or estimate."}


def test_two_reads_inside_a_month_count_to_the_later_one(small: Seat) -> None:
    small.app.clock = type(small.app.clock)(small.app.country.zone, date(2026, 3, 5))
    for day, used in ((date(2026, 2, 10), 340), (date(2026, 2, 28), 420)):
        read(small, SMALL, day, used)
    for one in halls.usage(small.app, Period.month("2026-02")):
        assert one.registers[0].energy == Energy.of(120)
        assert [month.energy for month in one.history] == [Energy.of(300), Energy.of(120)]
    after = Period(date(2026, 2, 28) - timedelta(days=10), date(2026, 2, 28))
    assert all(one.missing for one in halls.usage(small.app, after))
