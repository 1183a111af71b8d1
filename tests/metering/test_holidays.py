"""Public holidays that a hall enters: terms leave them out, and tell where nobody entered them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from desktop.desk import service as desk
from desktop.kernel.errors import NotPermitted, Refused
from desktop.kernel.work import Seat
from desktop.metering import service as metering
from desktop.metering.documents.holidays import read_holidays
from desktop.metering.records import MeterTestOrder
from desktop.metering.records.calendar import YearDays
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.hall import SMALL, TODAY, app_of, seat_of, small_hall

UNKNOWN = "The public holidays of {year} are not entered: the day may be another."


def holiday() -> date:
    """The first weekday after today."""
    return next(day for day in (TODAY + timedelta(days=n) for n in range(1, 8)) if day.weekday() < 5)


def test_terms_leave_out_what_was_entered_and_tell_what_nobody_entered(small: Seat) -> None:
    before = small.ask(desk.meter_tests_shown, SMALL[0])
    assert before.told[0].message == UNKNOWN
    small.do(metering.set_year, YearDays(TODAY.year, (holiday(),)))
    after = small.ask(desk.meter_tests_shown, SMALL[0])
    assert before.due_on is not None
    assert after.due_on is not None
    assert after.due_on > before.due_on
    assert UNKNOWN not in [one.message for one in after.told]
    paper = small.do(desk.order_meter_test, MeterTestOrder(SMALL[0], "runs at night"))
    assert (paper.test.due_on, paper.test.unknown_years) == (after.due_on, ())
    small.do(metering.set_year, YearDays(TODAY.year, (date(TODAY.year, 12, 30),)))
    assert small.ask(metering.calendar_years)[1].days.holidays == (date(TODAY.year, 12, 30),)
    (row,) = (one for one in small.ask(metering.meter_tests).rows if one.number == paper.number)
    assert row.due_on == after.due_on, "what a customer was told stays"
    assert app_of(small).verify() == []


def test_a_test_ordered_while_a_year_is_unknown_says_so_until_it_is_entered(small: Seat) -> None:
    paper = small.do(desk.order_meter_test, MeterTestOrder(SMALL[0], "runs at night"))
    assert paper.test.unknown_years == (TODAY.year,)
    assert paper.told[0].message == UNKNOWN
    small.do(metering.set_year, YearDays(TODAY.year, (holiday(),)))
    assert small.ask(metering.meter_test, paper.number).unknown_years == ()


@pytest.mark.parametrize(
    ("holidays", "worked", "words"),
    [
        ((), (), "Name the public holidays"),
        ((date(2027, 1, 1),), (), "is not a day of"),
        ((date(2026, 1, 1), date(2026, 1, 1)), (), "stands twice"),
        ((date(2026, 1, 1),), (date(2026, 1, 2),), "no day of a weekend"),
    ],
)
def test_what_no_year_has_is_refused(
    small: Seat, holidays: tuple[date, ...], worked: tuple[date, ...], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        small.do(metering.set_year, YearDays(2026, holidays, worked))
    cashier = seat_of(app_of(small), "cashier")
    with pytest.raises(NotPermitted):
        cashier.do(metering.set_year, YearDays(2026, (date(2026, 1, 1),)))


def test_a_list_of_days_is_read_and_every_bad_row_is_named(tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text("日期,类型\n2027-01-01,放假\n2027-01-02,\n2027-01-09,上班\n2028-01-03,休\n", "utf-8")
    read = read_holidays(file)
    assert read.problems == ()
    assert read.years == (
        YearDays(2027, (date(2027, 1, 1), date(2027, 1, 2)), (date(2027, 1, 9),)),
        YearDays(2028, (date(2028, 1, 3),)),
    )
    file.write_text("Day,Holiday or worked\n2027-01-01,perhaps\nsoon,holiday\n", "utf-8")
    assert [one.row for one in read_holidays(file).problems] == [2, 3]


def test_holidays_are_entered_by_command(
    capsys: pytest.CaptureFixture[str], databases: Databases, tmp_path: Path
) -> None:
    run = CommandLine(capsys, databases.like(small_hall)).on("2026-02-05")
    shown = run("readings", "holidays").out
    assert "not entered" in shown
    run("readings", "holidays", "--year", "2027", "--holiday", "2027-01-01", "--worked", "2027-01-09")
    file = tmp_path / "days.csv"
    file.write_text("Day\n2028-01-03\n", "utf-8")
    run("readings", "holidays", "--file", str(file))
    found = {row["days"]["year"]: row["days"] for row in run.json("readings", "holidays")}
    assert found[2027]["worked"] == ["2027-01-09"]
    assert found[2028]["holidays"] == ["2028-01-03"]
    file.write_text("日期,类型\n2028-05-01,放假\n2029-01-01,放假\n2029-01-02,上班\n", "utf-8")
    assert "no day of a weekend" in run("readings", "holidays", "--file", str(file), code=1).err
    assert {row["days"]["year"]: row["days"] for row in run.json("readings", "holidays")} == found, (
        "all or none"
    )
    file.write_text("Day\nsoon\n", "utf-8")
    assert "row 2" in run("readings", "holidays", "--file", str(file), code=1).err
