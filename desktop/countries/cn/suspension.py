"""Capacity sealed for a time (暂停): which days of a month it is not charged.

供电营业规则 1996 art. 24: twice in a calendar year, each time for 15 days or more, for six months of the year together;
what is sealed for a shorter time or beyond the six months is charged by the contract, restored or not. That NDRC order
14 of 2024 kept the days and the months and let the times go could not be read in its text: what `TERMS` say holds
until a hall enters terms of its own from a day on. Whether the day of sealing is charged is custom of the office:
strictly a day of less than 24 hours is a day of use, many systems count the first day of a suspension and not the last.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from desktop.kernel.country import SuspendedDays, Suspension, SuspensionTerms
from desktop.kernel.period import Period, months_before

TERMS = (
    SuspensionTerms(date(1996, 10, 8), least_days=15, most_months=6, most_times=2),
    SuspensionTerms(date(2024, 6, 1), least_days=15, most_months=6, most_times=None),
)


def suspended_days(suspension: Suspension, month: date, terms: SuspensionTerms) -> SuspendedDays:
    """The days of a suspension in the month that begins on ``month``, by the terms of the day it was sealed."""
    period = Period.month(f"{month:%Y-%m}")
    total = (suspension.restored_on - suspension.sealed_on).days
    first_free = suspension.sealed_on + timedelta(days=suspension.seal_day_charged)
    own = Period(suspension.sealed_on, suspension.restored_on)
    counted = [one for one in suspension.every or (own,) if one.days >= terms.least_days]
    used_up = _used_up(counted, month.year, terms.most_months)
    last = suspension.restored_on if used_up is None else min(suspension.restored_on, used_up)
    start, end = max(first_free, period.start), min(last, period.end)
    free = max((end - start).days, 0)
    applies = total >= terms.least_days
    beyond = used_up if applies and last < min(suspension.restored_on, period.end) else None
    if not (applies and free):
        return SuspendedDays(total, free, applies, None, used_up=beyond)
    return SuspendedDays(total, free, applies, period.days - free, Period(start, end), beyond)


def _used_up(every: Sequence[Period], year: int, months: int) -> date | None:
    """The day of a year from which the months that may be sealed are used up; None where days are left.

    Six months are the days from the first one sealed in the year to the same day six months later; days on which more
    than one part is sealed count once.

    >>> _used_up([Period(date(2025, 3, 10), date(2025, 12, 1))], 2025, 6)
    datetime.date(2025, 9, 10)
    >>> _used_up([Period(date(2025, 3, 10), date(2025, 6, 10)), Period(date(2025, 9, 1), date(2026, 2, 1))], 2025, 6)
    datetime.date(2025, 12, 2)
    >>> _used_up([Period(date(2025, 9, 1), date(2026, 2, 1))], 2025, 6) is None
    True
    """
    whole = Period(date(year, 1, 1), date(year + 1, 1, 1))
    sealed = sorted(days for one in every if (days := one.overlap(whole)) is not None)
    if not sealed:
        return None
    first = sealed[0].start
    left, done = (_later(first, months) - first).days, first
    for days in sealed:
        start = max(days.start, done)
        if (days.end - start).days > left:
            return start + timedelta(days=left)
        left -= max((days.end - start).days, 0)
        done = max(done, days.end)
    return None


def _later(day: date, months: int) -> date:
    """The same day so many months later, the last one of a month that has none."""
    month = months_before(day, -months)
    return month.replace(day=min(day.day, monthrange(month.year, month.month)[1]))
