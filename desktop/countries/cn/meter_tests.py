"""A meter that its customer doubts (校表): when the result is told, who bears the fee, what follows.

供电营业规则 1996 art. 79: the meter is tested within seven days; where it errs beyond its limits the fee is paid back
and the energy put right by art. 80 (1), half of the time since it was tested or hung last; meanwhile bills are paid in
time. Since 2011 the ten promises of State Grid (国家电网公司供电服务“十项承诺”, renewed in 2022) have the result told
within five working days. Provinces differ in both, so the terms stand here by the day from which they hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from desktop.countries.cn.meter_error import Cause
from desktop.kernel.country import MeterTestRules
from desktop.kernel.measures import Energy
from desktop.kernel.period import Calendar
from desktop.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Term:
    """From ``since`` on a result is told within so many days, or working days, in the ``words`` for the customer."""

    since: date
    days: int
    working: bool
    words: Text


TERMS = (
    Term(date.min, 7, False, Text("The result is told within 7 days.")),
    Term(date(2011, 1, 1), 5, True, Text("The result is told within 5 working days.")),
)
"""The oldest first."""

_FEE = Text(
    "A fee for the test, where the province has one, is paid back if the meter errs beyond its limits."
)
_MEANWHILE = Text("Bills are paid in time meanwhile; what was counted wrongly is put right afterwards.")
_OUTCOMES: Mapping[str, tuple[Text, ...]] = {
    "within": (
        Text("The meter counts as it should: bills stand, and a fee for the test is not paid back."),
        Text("Who disagrees may have the meter verified by the next higher verification body."),
    ),
    "beyond": (
        Text(
            "The meter errs beyond its limits: the energy is put right by the error found, for half of the time since"
            " the meter was tested or hung last, and a fee for the test is paid back."
        ),
    ),
    "faulty": (
        Text(
            "The meter is faulty: it is exchanged, the energy is put right by that of a normal month, and a fee for"
            " the test is paid back."
        ),
    ),
    "untested": (Text("The meter could not be tested: another day is agreed on."),),
}


def _term(day: date) -> Term:
    return next(one for one in reversed(TERMS) if one.since <= day)


def due(day: date, calendar: Calendar) -> date:
    """The last day on which the result of a test asked for on ``day`` is told.

    >>> due(date(2026, 2, 5), Calendar()), due(date(2010, 2, 5), Calendar())
    (datetime.date(2026, 2, 12), datetime.date(2010, 2, 12))
    """
    term = _term(day)
    return calendar.working_day(day, term.days) if term.working else day + timedelta(days=term.days)


def counts_working_days(day: date) -> bool:
    """Whether the term of a test asked for on ``day`` leaves out weekends and public holidays."""
    return _term(day).working


def told(day: date) -> tuple[Text, ...]:
    """What a customer is told who asks for a test on ``day``."""
    return _term(day).words, _FEE, _MEANWHILE


def outcome(verdict: str) -> tuple[Text, ...]:
    """What follows from a result."""
    return _OUTCOMES[verdict]


def error(verdict: str, percent: Decimal | None, recorded: Energy) -> Mapping[str, object] | None:
    """The metering error a test found, by the keys of `meter_error.energy_error`."""
    if verdict == "faulty":
        return {"kind": Cause.NORMAL_MONTH.value}
    if verdict != "beyond" or percent is None:
        return None
    return {
        "kind": Cause.METER_ERROR.value,
        "recorded_kwh": f"{recorded.decimal.normalize():f}",
        "error_percent": f"{percent:f}",
        "half_period": True,
    }


METER_TESTS = MeterTestRules(due, counts_working_days, told, outcome, error)
