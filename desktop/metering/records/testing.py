"""Tests of meters that customers ask for, from the order to what came of it; and re-reads they take back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from desktop.kernel.text import Text, Worded

MOST_POINTS = 12
"""So many load points a report has at most: an active meter is tried at fewer."""

LARGEST_ERROR = Decimal(1000)
"""A meter that errs by more (in %) was typed wrongly; one that stands still errs by −100 %."""

LARGEST_LOAD = Decimal(1000)
"""The load of a point, in % of the basic current, is less than this."""


@dataclass(frozen=True, slots=True)
class AskedReadBack:
    """A re-read a customer asked for is not wanted after all, and why; of several meters, the one named."""

    account_number: str
    words: str
    meter_serial: str = ""


@dataclass(frozen=True, slots=True)
class AskedReadShown:
    """A re-read that waits at a meter because a customer asked for it."""

    meter_serial: str
    asked_on: date
    asked_by: str


class MeterTestState(Worded):
    """How far the test of a meter is."""

    OPEN = "open", Text("To be tested")
    DONE = "done", Text("Tested")
    WITHDRAWN = "withdrawn", Text("Withdrawn")


class Verdict(Worded):
    """What a test said of a meter."""

    WITHIN = "within", Text("Within its limits")
    BEYOND = "beyond", Text("Beyond its limits")
    FAULTY = "faulty", Text("Faulty")
    UNTESTED = "untested", Text("Could not be tested")


@dataclass(frozen=True, slots=True)
class LoadPoint:
    """The error of a meter at a load, both in %: too fast is above zero, too slow below."""

    load: Decimal
    error: Decimal


@dataclass(frozen=True, slots=True)
class MeterTestOrder:
    """A customer wants a meter tested: why, in the customer's words, who asked, and the day wished for.

    Of several meters of the account, the one named.
    """

    account_number: str
    words: str
    asked_by: str = ""
    meter_serial: str = ""
    wanted_on: date | None = None


@dataclass(frozen=True, slots=True)
class MeterTestWithdrawal:
    """A test is not wanted after all, and why; by the number of its order."""

    number: str
    words: str


@dataclass(frozen=True, slots=True)
class MeterTestReport:
    """What a test said, by the number of its order.

    ``points`` are its errors at loads, against the error ``permitted`` (in %, both ways alike); both are known or
    neither. ``words`` say what else is to be known: why a meter could not be tested, why a report is entered anew.
    """

    number: str
    verdict: Verdict
    tested_on: date
    tested_by: str
    report_number: str = ""
    permitted: Decimal | None = None
    points: tuple[LoadPoint, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class ReportShown:
    """A report as it was entered, and when by whom."""

    report: MeterTestReport
    entered_at: datetime
    entered_by: str

    @property
    def error(self) -> Decimal | None:
        """The error that counts: the mean over the load points, in %, to a hundredth; None without any."""
        points = self.report.points
        if not points:
            return None
        return (sum((one.error for one in points), Decimal(0)) / len(points)).quantize(Decimal("0.01"))


@dataclass(frozen=True, slots=True)
class MeterTestRow:
    """The test of a meter as it stands. ``reports`` are those entered, the newest, which counts, first.

    ``due_on`` is the last day on which the customer is told the result, None where the country sets none. ``why`` is
    the reason of one that was withdrawn, on ``ended_on`` by ``ended_by``. ``unknown_years``: nobody entered their
    public holidays, so the day of one that is open may be another.
    """

    number: str
    account_id: UUID
    account_number: str
    service_point_id: UUID
    customer_name: str
    address: str
    meter_serial: str
    words: str
    asked_by: str
    wanted_on: date | None
    ordered_on: date
    ordered_by: str
    due_on: date | None
    state: MeterTestState
    reports: tuple[ReportShown, ...] = ()
    ended_on: date | None = None
    ended_by: str = ""
    why: str = ""
    unknown_years: tuple[int, ...] = ()

    @property
    def latest(self) -> ReportShown | None:
        """The report that counts."""
        return self.reports[0] if self.reports else None

    @property
    def is_open(self) -> bool:
        """Whether the meter is still to be tested."""
        return self.state is MeterTestState.OPEN

    def overdue(self, today: date) -> bool:
        """Whether the customer should know the result by now."""
        return self.is_open and self.due_on is not None and self.due_on < today


@dataclass(frozen=True, slots=True)
class MeterTests:
    """The tests of a hall: those still open, the most pressing first, then the newest that are over."""

    rows: tuple[MeterTestRow, ...]
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class ErrorFound:
    """What a test found, as a correction of energy is proposed for it.

    ``month`` is the one concerned (``2026-01``); ``values`` describe the error as JSON that the country reads, as far
    as the test tells.
    """

    account_number: str
    contract_number: str
    month: str
    values: str
    reason: Text
