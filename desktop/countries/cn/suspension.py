"""Capacity sealed for a time (暂停): which days of a month it is not charged.

供电营业规则 1996 art. 24: a suspension of less than 15 days changes nothing; its limits (twice a year, six months a
year) are the request's matter. Whether the day of sealing is charged is custom of the office: strictly a day of less
than 24 hours is a day of use, many systems count the first day of a suspension and not the last one.
"""

from __future__ import annotations

from datetime import date, timedelta

from desktop.kernel.country import SuspendedDays, Suspension
from desktop.kernel.period import Period

LEAST_DAYS = 15


def suspended_days(suspension: Suspension, month: date) -> SuspendedDays:
    """The days of a suspension in the month that begins on ``month``."""
    period = Period.month(f"{month:%Y-%m}")
    total = (suspension.restored_on - suspension.sealed_on).days
    first_free = suspension.sealed_on + timedelta(days=suspension.seal_day_charged)
    start, end = max(first_free, period.start), min(suspension.restored_on, period.end)
    free = max((end - start).days, 0)
    applies = total >= LEAST_DAYS
    if not (applies and free):
        return SuspendedDays(total, free, applies, None)
    return SuspendedDays(total, free, applies, period.days - free, Period(start, end))
