"""Which day of a hall is closed next, and how its sheet is numbered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta


def day_number(hall: str, year: int, running: int) -> str:
    """The number of a day sheet, in its hall's gapless series.

    >>> day_number("HZ01", 2026, 7)
    'DHZ01-2600007'
    """
    return f"D{hall}-{year % 100:02}{running:05}"


def days_open(dates: Collection[date], closed: date | None, today: date) -> tuple[date, ...]:
    """The days up to ``today`` that something is still to be closed of, oldest first: by the dates of what is in none.

    What came late belongs to the day after the one ``closed`` last. Where none was ever closed, the first close takes
    all there is.

    >>> days_open([date(2026, 2, 3), date(2026, 2, 5)], date(2026, 2, 3), date(2026, 2, 5))
    (datetime.date(2026, 2, 4), datetime.date(2026, 2, 5))
    >>> days_open([date(2026, 1, 9), date(2026, 2, 4)], None, date(2026, 2, 5))
    (datetime.date(2026, 2, 5),)
    """
    if closed is None:
        return (today,) if dates else ()
    first = closed + timedelta(days=1)
    return tuple(sorted({max(day, first) for day in dates if max(day, first) <= today}))


def deposit_number(hall: str, year: int, running: int) -> str:
    """The number of a deposit's slip, in its hall's gapless series.

    >>> deposit_number("HZ01", 2026, 7)
    'BHZ01-2600007'
    """
    return f"B{hall}-{year % 100:02}{running:05}"
