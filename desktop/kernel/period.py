"""Days and the spans between them: half-open periods, months, and the one clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from ``start`` (included) to ``end`` (not included); an empty or backward one is a ValueError."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"a period ends after it starts: {self.start} – {self.end}")

    @classmethod
    def month(cls, code: str) -> Period:
        """The calendar month written ``2026-01``; anything else is a ValueError.

        >>> Period.month("2026-12").end
        datetime.date(2027, 1, 1)
        """
        start = datetime.strptime(code, "%Y-%m").date()
        return cls(start, (start + timedelta(days=31)).replace(day=1))

    @property
    def code(self) -> str:
        """``2026-01``: the month the period starts in."""
        return f"{self.start:%Y-%m}"

    @property
    def days(self) -> int:
        """Number of days covered."""
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The last day that belongs to the period."""
        return self.end - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def overlap(self, other: Period) -> Period | None:
        """The days both cover, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    def split(self, days: Iterable[date]) -> tuple[Period, ...]:
        """The period cut at the start of each given day that lies inside it."""
        cuts = sorted({day for day in days if self.start < day < self.end})
        edges = [self.start, *cuts, self.end]
        return tuple(Period(start, end) for start, end in pairwise(edges))


def months_before(day: date, months: int) -> date:
    """The first day of the month that lies ``months`` before the month of ``day``.

    >>> months_before(date(2026, 1, 31), 12)
    datetime.date(2025, 1, 1)
    """
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weekdays that are public ``holidays``, and days of a weekend that are ``worked`` in their stead.

    ``known`` are the years of which all of them are known.
    """

    holidays: frozenset[date] = field(default_factory=frozenset)
    worked: frozenset[date] = field(default_factory=frozenset)
    known: frozenset[int] = field(default_factory=frozenset)

    def is_worked(self, day: date) -> bool:
        """Whether people work on a day."""
        return day in self.worked or (day.weekday() < _SATURDAY and day not in self.holidays)

    def working_day(self, day: date, count: int) -> date:
        """The last of so many working days after a day."""
        while count:
            day += timedelta(days=1)
            count -= self.is_worked(day)
        return day

    def rolled(self, day: date) -> date:
        """A day, or the first working day after it."""
        return day if self.is_worked(day) else self.working_day(day, 1)

    def unknown(self, since: date, until: date) -> tuple[int, ...]:
        """The years between two days of which the holidays are not known.

        >>> Calendar(known=frozenset({2026})).unknown(date(2026, 12, 30), date(2027, 1, 7))
        (2027,)
        """
        return tuple(year for year in range(since.year, until.year + 1) if year not in self.known)

    def with_year(self, year: int, holidays: Iterable[date], worked: Iterable[date]) -> Calendar:
        """The same, but with exactly these days in a year, which is known then."""
        return Calendar(
            frozenset(day for day in self.holidays if day.year != year).union(holidays),
            frozenset(day for day in self.worked if day.year != year).union(worked),
            self.known | {year},
        )


_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment and the business date, in the zone of the hall.

    ``business_date`` fixes the date (``--today``) while the time of day goes on; ``now`` is given by tests.
    """

    zone: ZoneInfo
    business_date: date | None = None
    now: Callable[[ZoneInfo], datetime] = datetime.now

    def moment(self) -> datetime:
        """Now, with the zone, on the business date; whole milliseconds, so it is stored as it is."""
        at = self.now(self.zone)
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        if self.business_date is not None:
            at = datetime.combine(self.business_date, at.timetz())
        return at
