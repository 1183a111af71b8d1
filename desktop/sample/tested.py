"""Tests of meters in the sample hall: one whose meter counts as it should, and one that is to be made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from desktop.desk import service as desk
from desktop.desk.records.testing import MeterTestPaper
from desktop.kernel.work import Seat
from desktop.metering import service as metering
from desktop.metering.records import LoadPoint, MeterTestOrder, MeterTestReport, Verdict
from desktop.papers import service as papers
from desktop.papers.records import PrintRef, SendOrder

ASKED, TESTED, ASKED_LATE = date(2026, 1, 20), date(2026, 1, 26), date(2026, 2, 3)


def doubt_meters(on: Callable[[date], Seat], tested: str, waiting: str) -> None:
    """Two accounts have their meters tested; of the first the result is told by letter."""
    seat = on(ASKED)
    slip = seat.do(desk.order_meter_test, MeterTestOrder(tested, "夜里没人用电，表还在走", "户主本人"))
    _printed(seat, slip)
    points = tuple(
        LoadPoint(Decimal(load), Decimal(error)) for load, error in (("100", "0.3"), ("10", "-0.2"))
    )
    report = MeterTestReport(
        slip.number, Verdict.WITHIN, TESTED, "李强", "JL-2026-0117", Decimal("1.0"), points
    )
    seat = on(TESTED)
    seat.do(metering.record_test, report)
    _printed(seat, seat.do(desk.write_test_letter, slip.number))
    seat = on(ASKED_LATE)
    _printed(seat, seat.do(desk.order_meter_test, MeterTestOrder(waiting, "换表之后电费高了", "户主的儿子")))


def _printed(seat: Seat, paper: MeterTestPaper) -> None:
    prints = (PrintRef(paper.kind.value, paper.number),)
    seat.do(papers.send_prints, SendOrder(prints))
    seat.do(papers.confirm_prints, prints)
