"""From when to when the steps of a block price count for a contract, and how many months of the year that are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from desktop.contracts.records import Link
from desktop.tariffs.records import MonthsCounted, Restart

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Counted:
    """Days over which steps add up, ``until`` not included (None: open)."""

    since: date
    until: date | None


def counted(
    links: Sequence[Link], valid_from: date, valid_to: date | None, restarts: frozenset[Restart]
) -> Counted:
    """The days of a contract, and of those before and after it at its service point that do not begin anew.

    ``links`` are all contracts of the year there, the earliest first.
    """
    since, until = valid_from, valid_to
    at = next((place for place, one in enumerate(links) if one.valid_from == valid_from), None)
    if at is None:
        return Counted(since, until)
    for place in range(at, 0, -1):
        if not _goes_on(links[place - 1], links[place], restarts):
            break
        since = links[place - 1].valid_from
    for place in range(at, len(links) - 1):
        if not _goes_on(links[place], links[place + 1], restarts):
            break
        until = links[place + 1].valid_to
    return Counted(since, until)


def _goes_on(before: Link, after: Link, restarts: frozenset[Restart]) -> bool:
    """Whether steps go on from one contract to the next: no gap between them, and nothing that begins anew."""
    if before.valid_to != after.valid_from:
        return False
    happened = set()
    if before.account_id != after.account_id:
        happened.add(Restart.CUSTOMER)
    if before.tariff_id != after.tariff_id:
        happened.add(Restart.TARIFF)
    return not happened & restarts


def months_of_use(span: Counted, year: int, months: MonthsCounted) -> int:
    """Months of a calendar year that count, 1 at least.

    >>> months_of_use(Counted(date(2026, 3, 15), date(2026, 6, 10)), 2026, MonthsCounted.BEGUN)
    4
    >>> months_of_use(Counted(date(2026, 3, 15), date(2026, 6, 10)), 2026, MonthsCounted.WHOLE)
    2
    """
    if months is MonthsCounted.YEAR:
        return 12
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    first, last = max(span.since, start), min(span.until or end, end) - DAY
    from_month, to_month = first.month, last.month
    if months is MonthsCounted.WHOLE:
        from_month += first.day > 1
        to_month -= (last + DAY).day > 1
    return max(to_month - from_month + 1, 1)
