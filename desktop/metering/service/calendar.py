"""Working days: the public holidays that halls enter for each year, since they are laid down anew for each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa

from desktop.kernel.errors import Refused
from desktop.kernel.period import Calendar
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.metering.records.calendar import YearDays, YearSet
from desktop.metering.tables import CalendarYear

MOST_DAYS = 120
"""More holidays than any year has."""
_SATURDAY = 5


def calendar(work: Work) -> Calendar:
    """The working days of this country: what everybody knows, and in its stead what was entered for a year."""
    found = work.country.public_days
    for one in _entered(work).values():
        found = found.with_year(one.days.year, one.days.holidays, one.days.worked)
    return found


def _entered(work: Work) -> dict[int, YearSet]:
    """The years that were entered, each as it was last."""
    rows = work.session.scalars(sa.select(CalendarYear).order_by(CalendarYear.set_at, CalendarYear.id))
    return {
        row.year: YearSet(
            YearDays(row.year, _days(row.holidays), _days(row.worked)), work.local(row.set_at), row.set_by
        )
        for row in rows
    }


def _days(written: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(one) for one in json.loads(written))


@query("metering.view")
def calendar_years(work: Work, _request: None = None) -> tuple[YearSet, ...]:
    """The years that were entered, and this one and the next where nobody did; the newest first."""
    found, public = _entered(work), work.country.public_days
    for year in (work.today.year, work.today.year + 1):
        if year not in found:
            holidays, worked = (
                tuple(sorted(day for day in days if day.year == year))
                for days in (public.holidays, public.worked)
            )
            found[year] = YearSet(YearDays(year, holidays, worked))
    return tuple(found[year] for year in sorted(found, reverse=True))


@operation("metering.set_holidays")
def set_year(work: Work, order: YearDays) -> YearSet:
    """Enter all public holidays of a year, in place of what was entered for it before.

    Terms counted from now on leave them out; a day that a customer was told stays. Refused where a day is not of the
    year, stands twice, or is worked though it is none of a weekend.
    """
    holidays, worked = sorted(order.holidays), sorted(order.worked)
    _check(order.year, holidays, worked)
    row = CalendarYear(
        id=work.new_id(),
        year=order.year,
        holidays=json.dumps([day.isoformat() for day in holidays]),
        worked=json.dumps([day.isoformat() for day in worked]),
        set_at=work.at_after(sa.select(CalendarYear.set_at).filter_by(year=order.year)),
        set_by=work.actor.name,
    )
    work.add(row)
    return YearSet(
        YearDays(order.year, tuple(holidays), tuple(worked)), work.local(row.set_at), work.actor.name
    )


@operation("metering.set_holidays")
def set_years(work: Work, orders: tuple[YearDays, ...]) -> tuple[YearSet, ...]:
    """Enter several years as `set_year` does each: all of them, or none where one is refused."""
    return tuple(set_year(work, order) for order in orders)


def _check(year: int, holidays: list[date], worked: list[date]) -> None:
    if not holidays:
        raise Refused(Text("Name the public holidays of {year}.", year=str(year)))
    if len(holidays) + len(worked) > MOST_DAYS:
        raise Refused(Text("These are more days than a year has holidays."))
    seen = set[date]()
    for day in (*holidays, *worked):
        if day.year != year:
            raise Refused(Text("{day} is not a day of {year}.", day=day, year=str(year)))
        if day in seen:
            raise Refused(Text("{day} stands twice.", day=day))
        seen.add(day)
    for day in worked:
        if day.weekday() < _SATURDAY:
            raise Refused(Text("{day} is no day of a weekend: it is worked anyway.", day=day))


def unknown_years(work: Work, known: Calendar, since: date, until: date | None) -> tuple[int, ...]:
    """The years of a term whose holidays nobody entered, by what is ``known``; none where it leaves out no holidays."""
    rules = work.country.meter_tests
    if rules is None or until is None or not rules.counts_working_days(since):
        return ()
    return known.unknown(since, until)


def unknown_words(years: Iterable[int]) -> tuple[Text, ...]:
    """What whoever sees a term is told of holidays nobody entered."""
    return tuple(
        Text("The public holidays of {year} are not entered: the day may be another.", year=str(year))
        for year in years
    )
