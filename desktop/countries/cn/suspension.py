"""Capacity sealed for a time (暂停): which days of a month it is not charged.

供电营业规则 1996 art. 24: a suspension of less than 15 days changes nothing; its limits (twice a year, six months a
year) are the request's matter. That NDRC order 14 of 2024 kept the fifteen days could not be read in its text: they
stand in `TERMS` as a dated setting. Whether the day of sealing is charged is custom of the office: strictly a day of
less than 24 hours is a day of use, many systems count the first day of a suspension and not the last one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from desktop.kernel.country import SuspendedDays, Suspension
from desktop.kernel.period import Period


@dataclass(frozen=True, slots=True)
class SuspensionTerms:
    """The least days of a suspension that begins on ``valid_from`` or later."""

    rule_set: str
    valid_from: date
    least_days: int


TERMS = (SuspensionTerms("1996", date(1996, 10, 8), 15), SuspensionTerms("2024", date(2024, 6, 1), 15))


def terms_on(day: date) -> SuspensionTerms:
    """The terms for a suspension that begins on a day; days before the first ones take these."""
    return [terms for terms in TERMS if terms.valid_from <= day or terms is TERMS[0]][-1]


def suspended_days(suspension: Suspension, month: date) -> SuspendedDays:
    """The days of a suspension in the month that begins on ``month``."""
    period = Period.month(f"{month:%Y-%m}")
    total = (suspension.restored_on - suspension.sealed_on).days
    first_free = suspension.sealed_on + timedelta(days=suspension.seal_day_charged)
    start, end = max(first_free, period.start), min(suspension.restored_on, period.end)
    free = max((end - start).days, 0)
    applies = total >= terms_on(suspension.sealed_on).least_days
    if not (applies and free):
        return SuspendedDays(total, free, applies, None)
    return SuspendedDays(total, free, applies, period.days - free, Period(start, end))
