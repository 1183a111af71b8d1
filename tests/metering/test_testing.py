"""Tests of meters and re-reads that customers ask for: ordered once, withdrawn with a reason, reported, put right."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from desktop.billing import service as billing
from desktop.billing.records import EnergyOrder
from desktop.contracts import service as contracts
from desktop.contracts.records import AccountChange
from desktop.desk import service as desk
from desktop.desk.documents.testing import meter_test_pdf
from desktop.desk.records.papers import PaperQuery
from desktop.desk.records.testing import MeterTestPaper
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Factor, Reading
from desktop.kernel.text import Text
from desktop.kernel.work import Seat, draw_id
from desktop.metering import service as metering
from desktop.metering.records import (
    AskedRead,
    AskedReadBack,
    ExchangeOrder,
    ExchangeReason,
    FinalRead,
    LoadPoint,
    MeterTestOrder,
    MeterTestReport,
    MeterTestState,
    MeterTestWithdrawal,
    NewRegister,
    RegisterCode,
    Verdict,
)
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.hall import SMALL, TODAY, app_of, connect, filed, meter, seat_of, small_hall, together
from tests.kernel.faults import Crash, Moments, crash
from tests.papers_samples import outside, overlapping, pdf_pages

NUMBER = SMALL[0]
WHY = "twice as much as last year"
DAY = timedelta(days=1)


def ordered(seat: Seat, number: str = NUMBER) -> MeterTestPaper:
    return seat.do(desk.order_meter_test, MeterTestOrder(number, WHY))


def report(number: str, verdict: Verdict = Verdict.WITHIN, **other: object) -> MeterTestReport:
    return replace(MeterTestReport(number, verdict, TODAY, "Li Na", "R-12"), **other)


def errors(*found: str) -> dict[str, object]:
    points = tuple(
        LoadPoint(Decimal(load), Decimal(error)) for load, error in zip(("100", "10"), found, strict=False)
    )
    return {"permitted": Decimal(2), "points": points}


def words(seat: Seat, paper: MeterTestPaper) -> str:
    pdf = meter_test_pdf(paper, seat.app.catalog, seat.app.country, seat.app.picture)
    assert not outside(pdf, 18, 192)
    assert not overlapping(pdf)
    return " ".join(" ".join(page.split()) for page in pdf_pages(pdf))


def history(seat: Seat, number: str) -> list[tuple[str, object]]:
    return [(one.row.what.message, one.row.words) for one in seat.ask(desk.supplies, number)[0].history]


def test_a_test_is_ordered_once_and_stands_until_a_result(small: Seat) -> None:
    slip = ordered(small)
    assert (slip.test.meter_serial, slip.test.number) == (meter(NUMBER), slip.number)
    assert slip.test.due_on == TODAY + 7 * DAY, "five working days from a Thursday"
    assert slip.test.asked_by == slip.customer_name
    text = words(small, slip)
    assert all(part in text for part in (slip.number, WHY, "12 Feb 2026", "5 working days", meter(NUMBER)))
    with pytest.raises(Refused, match="is ordered already") as twice:
        ordered(small)
    assert twice.value.text.fields["number"] == slip.number
    (waiting,) = [one for one in small.ask(metering.meter_tests).rows if one.is_open]
    assert (waiting.number, waiting.account_number, waiting.words) == (slip.number, NUMBER, WHY)
    assert small.ask(desk.account_card, NUMBER).tests == (waiting,)
    assert small.ask(desk.today).tests_overdue == 0

    missed = small.do(metering.record_test, report(slip.number, Verdict.UNTESTED, words="nobody at home"))
    assert (missed.state, missed.latest.report.verdict) == (MeterTestState.OPEN, Verdict.UNTESTED)
    small.do(metering.record_test, report(slip.number, **errors("0.4", "-0.1")))
    again = small.do(
        metering.record_test, report(slip.number, **errors("0.6", "-0.1"), words="a slip of the hand")
    )
    assert (again.state, len(again.reports), again.latest.error) == (MeterTestState.DONE, 3, Decimal("0.25"))
    told = history(small, NUMBER)
    assert [what for what, _ in told].count("Meter {serial} tested: {verdict}") == 3
    assert ("Test of the meter ordered: {number}", WHY) in told

    letter = small.do(desk.write_test_letter, slip.number)
    text = words(small, letter)
    assert all(part in text for part in ("Within its limits", "+0.6", "−0.1", "±2", "R-12", slip.number))
    assert "not paid back" in text
    filed(small, letter.kind.value, letter.number)
    twice = small.do(desk.write_test_letter, slip.number)
    assert (twice.number, twice.copy) == (letter.number, 1)
    assert small.do(desk.reprint_test_paper, PaperQuery(slip.number)).test.number == slip.number
    assert {one.number for one in small.ask(desk.papers_of, NUMBER)} >= {slip.number, letter.number}
    with pytest.raises(Refused, match="Nothing is put right"):
        small.ask(desk.meter_error, slip.number)
    ordered(small)
    assert app_of(small).verify() == []


def test_a_wrong_meter_leads_to_the_correction(small: Seat) -> None:
    slip = ordered(small)
    row = small.do(metering.record_test, report(slip.number, Verdict.BEYOND, **errors("5", "5")))
    assert row.latest.error == 5
    found = small.ask(desk.meter_error, slip.number)
    assert (found.account_number, found.month) == (NUMBER, "2026-01")
    assert json.loads(found.values) == {
        "kind": "meter_error", "recorded_kwh": "300", "error_percent": "5.00", "half_period": True,
    }  # fmt: skip
    order = EnergyOrder(NUMBER, found.month, "2026-02", found.values, "the test", found.contract_number)
    assert small.ask(billing.energy_cost, order).energy.decimal == -7, "300 × 5 ÷ 105, half of the time"
    text = words(small, small.do(desk.write_test_letter, slip.number))
    assert "Beyond its limits" in text
    assert "half of the time" in text
    broken = ordered(small, SMALL[1])
    small.do(metering.record_test, report(broken.number, Verdict.FAULTY))
    assert json.loads(small.ask(desk.meter_error, broken.number).values) == {"kind": "normal_month"}


def test_a_test_is_withdrawn_with_a_reason(small: Seat) -> None:
    slip = ordered(small)
    with pytest.raises(Refused, match="Say why"):
        small.do(metering.withdraw_test, MeterTestWithdrawal(slip.number, " "))
    row = small.do(metering.withdraw_test, MeterTestWithdrawal(slip.number, "not needed"))
    assert (row.state, row.why, row.ended_on) == (MeterTestState.WITHDRAWN, "not needed", TODAY)
    assert ("Test of the meter withdrawn: {number}", "not needed") in history(small, NUMBER)
    for over in (MeterTestWithdrawal(slip.number, "again"), report(slip.number)):
        act = metering.withdraw_test if isinstance(over, MeterTestWithdrawal) else metering.record_test
        with pytest.raises(Refused, match="is over"):
            small.do(act, over)
    with pytest.raises(Refused, match="Nothing is reported"):
        small.do(desk.write_test_letter, slip.number)
    assert ordered(small).number != slip.number


UNTRUE: tuple[tuple[dict[str, object], str], ...] = (
    ({"tested_on": TODAY + DAY}, "still to come"),
    ({"tested_on": TODAY - DAY}, "was not done before"),
    ({"tested_by": " "}, "who tested"),
    ({"permitted": Decimal(2)}, "both or neither"),
    ({"verdict": Verdict.BEYOND}, "needs the errors"),
    (errors("3"), "By these errors"),
    ({"verdict": Verdict.BEYOND, **errors("1")}, "By these errors"),
    (errors("-101"), "from −100 %"),
    (errors("1000"), "from −100 %"),
    ({**errors("1"), "permitted": Decimal(0)}, "permitted error is more than 0"),
    ({**errors(), "points": (LoadPoint(Decimal(0), Decimal(1)),)}, "A load is more than 0"),
    ({**errors(), "points": (LoadPoint(Decimal(1), Decimal(1)),) * 2}, "stands there twice"),
    ({**errors(), "points": (LoadPoint(Decimal(1), Decimal(1)),) * 13}, "at most {most} load points"),
    ({"verdict": Verdict.UNTESTED}, "could not be tested"),
    ({"verdict": Verdict.UNTESTED, "words": "away", **errors("1")}, "has no errors"),
)
"""What no report says, and what is told of it."""


def test_what_no_report_says_is_refused(small: Seat) -> None:
    number = ordered(small).number
    for other, told in UNTRUE:
        with pytest.raises(Refused, match=told):
            small.do(metering.record_test, report(number, **other))


def test_what_nobody_can_order_is_refused(small: Seat) -> None:
    order = MeterTestOrder(NUMBER, WHY)
    for other, told in (
        ({"words": "  "}, "Say why"),
        ({"wanted_on": TODAY - DAY}, "is over"),
        ({"wanted_on": TODAY + 400 * DAY}, "more than a year off"),
        ({"meter_serial": "another"}, "does not hang"),
        ({"account_number": "330199999999"}, "No account"),
    ):
        with pytest.raises(Refused, match=told):
            small.do(desk.order_meter_test, replace(order, **other))
    with pytest.raises(NotFound, match="No test of a meter"):
        small.do(metering.record_test, report("P-1"))
    wished = small.do(desk.order_meter_test, replace(order, wanted_on=TODAY + 4 * DAY))
    assert wished.test.due_on == TODAY + 11 * DAY, "five working days from the day the customer wished for"
    number = wished.number
    small.do(metering.record_test, report(number))
    for other, told in (
        ({}, "say why it is entered anew"),
        ({"verdict": Verdict.UNTESTED, "words": "x"}, "was tested"),
    ):
        with pytest.raises(Refused, match=told):
            small.do(metering.record_test, report(number, **other))
    with pytest.raises(NotPermitted):
        seat_of(small.app, "cashier").do(metering.record_test, report(number))


def test_two_desks_order_one_test(small: Seat) -> None:
    before = len(small.ask(desk.papers_of, NUMBER))
    answers = together([lambda: ordered(small)] * 3)
    assert sorted(type(one).__name__ for one in answers) == ["MeterTestPaper", "Refused", "Refused"]
    assert len(small.ask(desk.papers_of, NUMBER)) == before + 1
    assert app_of(small).verify() == []


def test_a_crash_before_or_after_the_commit_leaves_one_order_and_one_letter(small: Seat) -> None:
    order = MeterTestOrder(NUMBER, WHY)

    def crashed(job: Any, request: Any) -> Any:
        """What a job answers when it is asked again with its key after each of two crashes."""
        key = draw_id()
        for at in ("before COMMIT", "after COMMIT"):
            with pytest.raises(Crash), Moments(at, crash).of(small.app.database):
                small.do(job, request, key)
        return small.do(job, request, key)

    slip = crashed(desk.order_meter_test, order)
    done = crashed(metering.record_test, report(slip.number))
    letter = crashed(desk.write_test_letter, slip.number)
    assert [len(done.reports), letter.test.reports] == [1, done.reports]
    numbers = [one.number for one in small.ask(desk.papers_of, NUMBER)]
    assert (numbers.count(slip.number), numbers[0]) == (1, letter.number)
    assert app_of(small).verify() == []


def test_a_test_keeps_to_its_account_under_another_number(small: Seat) -> None:
    old, new = "330100000077", "330100000078"
    connect(small, [old])
    slip = ordered(small, old)
    small.do(contracts.change_account, AccountChange(old, new))
    assert small.ask(metering.meter_test, slip.number).account_number == new
    small.do(metering.record_test, report(slip.number, Verdict.BEYOND, **errors("5")))
    found = small.ask(desk.meter_error, slip.number)
    assert (found.account_number, json.loads(found.values)["recorded_kwh"]) == (new, "0"), "nothing read yet"


def test_a_re_read_asked_for_by_mistake_is_withdrawn(small: Seat) -> None:
    with pytest.raises(Refused, match="No re-read of this meter"):
        small.do(metering.withdraw_read, AskedReadBack(NUMBER, "a mistake"))
    small.do(metering.ask_read, AskedRead(NUMBER))
    (asked,) = small.ask(desk.account_card, NUMBER).asked_reads
    assert (asked.meter_serial, asked.asked_on) == (meter(NUMBER), TODAY)
    with pytest.raises(Refused, match="Say why"):
        small.do(metering.withdraw_read, AskedReadBack(NUMBER, " "))
    assert small.do(metering.withdraw_read, AskedReadBack(NUMBER, "a mistake", meter(NUMBER))) == 1
    assert NUMBER not in {one.account_number for one in small.ask(metering.read_requests)}
    assert small.ask(desk.account_card, NUMBER).asked_reads == ()
    assert ("Re-read withdrawn", "a mistake") in history(small, NUMBER)
    assert small.do(metering.ask_read, AskedRead(NUMBER)) == 1
    assert app_of(small).verify() == []


@pytest.mark.parametrize(
    ("on", "told"),
    [
        (TODAY, ("Re-read done", meter(NUMBER))),
        (TODAY - DAY, ("Re-read withdrawn", Text("The meter came down before the day it was asked for"))),
    ],
)
def test_a_meter_that_comes_down_leaves_no_re_read_waiting(
    small: Seat, on: date, told: tuple[str, object]
) -> None:
    """Its last read answers it, unless the meter was down before the customer asked and only entered later."""
    small.do(metering.ask_read, AskedRead(NUMBER))
    registers = (NewRegister(RegisterCode.ACTIVE, 6, Reading.of(0)),)
    final = (FinalRead(RegisterCode.ACTIVE, Reading.of(5000)),)
    order = ExchangeOrder(NUMBER, on, final, "N1", Factor.of(1), registers, ExchangeReason.FAULTY)
    small.do(metering.exchange_meter, order)
    assert small.ask(desk.account_card, NUMBER).asked_reads == ()
    assert NUMBER not in {one.account_number for one in small.ask(metering.read_requests)}
    assert told in history(small, NUMBER)
    assert small.do(metering.ask_read, AskedRead(NUMBER)) == 1, "of the new meter"
    assert app_of(small).verify() == []


def test_tests_of_meters_by_command(
    databases: Databases, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = CommandLine(capsys, databases.like(small_hall)).on("2026-02-05")
    out = tmp_path / "slip.pdf"
    order = ("readings", "test", "order", NUMBER, "--why", WHY)
    told = run(*order, "--asked-by", "his daughter", "--out", str(out)).lines
    number = told[0].split()[1]
    assert told[1:4] == [
        "Result by 12 Feb 2026",
        "The public holidays of 2026 are not entered: the day may be another.",
        "The result is told within 5 working days.",
    ]
    assert out.read_bytes().startswith(b"%PDF")
    assert "ordered already" in run(*order, code=1).err
    assert number in run.on("2026-02-13")("readings", "test", "list").out
    assert "overdue" in run.on("2026-02-13")("readings", "test", "list").out
    result = ("readings", "test", "result", number, "beyond", "--by", "Li Na", "--report", "R-12")
    assert "LOAD=ERROR" in run(*result, "--error", "5", code=2).err
    assert "Invalid value" in run(*result, "--permitted", "much", code=2).err
    assert "needs the errors" in run(*result, code=1).err
    row = run(*result, "--permitted", "2", "--error", "100=+5%", "--error", "10=-1", "--json").data
    assert (row["state"], row["reports"][0]["error"]) == ("done", "2.00")
    letter = tmp_path / "letter.pdf"
    assert "The original of P-" in run("readings", "test", "letter", number, "--out", str(letter)).out
    assert "Copy 1 of P-" in run("readings", "test", "letter", number, "--out", str(letter)).out
    assert "Copy 1 of " in run("readings", "test", "reprint", number, "--out", str(letter)).out
    number = run(*order).lines[0].split()[1]
    assert "Withdrawn" in run("readings", "test", "withdraw", number, "--why", "a mistake").out
    assert "No meter is to be tested" in run("readings", "test", "list").out
    assert "a mistake" in run("readings", "test", "list", "--all").out
    run("readings", "ask", NUMBER)
    assert run("readings", "unask", NUMBER, "--why", "a mistake").out == "Re-reads withdrawn: 1\n"
    run("verify")
