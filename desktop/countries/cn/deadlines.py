"""The last day or minute of a term (期限).

民法典 art. 201: the day on which a term begins is not counted, and one of hours runs from the moment on. Art. 203: a
term whose last day is a public holiday ends with the day after the holiday. Working days leave out Saturdays, Sundays
and public holidays, and count the days worked in their stead (调休); minutes and hours run through all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum

from desktop.kernel.fields import Fields
from desktop.kernel.period import Calendar
from desktop.kernel.text import Text

_LONGEST = 10_000


PUBLIC = Calendar(
    frozenset(date(2026, 5, day) for day in range(1, 6)),
    frozenset({date(2026, 5, 9)}),
)
"""The public holidays known here: those china.md section 11 gives. 国务院办公厅 lays them down anew each year. One that
is missing here makes a term end early; a weekend worked in its stead, late by that day. So halls enter each year, and
none counts as known here: of 2026 only these are.
"""


class Unit(Enum):
    """What a term is counted in."""

    MINUTES = "minutes"
    HOURS = "hours"
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"


def deadline(start: datetime, count: int, unit: Unit, calendar: Calendar, *, roll: bool = False) -> str:
    """When so much after ``start`` is: a day, or for minutes and hours a moment, in ISO form.

    ``roll``: one of calendar days that ends on a day nobody works ends on the next that is worked.

    >>> deadline(datetime(2026, 4, 29, 10), 5, Unit.WORKING_DAYS, PUBLIC)
    '2026-05-09'
    """
    if unit in (Unit.MINUTES, Unit.HOURS):
        return (start + timedelta(**{unit.value: count})).isoformat(timespec="minutes")
    if unit is Unit.WORKING_DAYS:
        return calendar.working_day(start.date(), count).isoformat()
    last = start.date() + timedelta(days=count)
    return (calendar.rolled(last) if roll else last).isoformat()


def rate_case(data: Mapping[str, object]) -> Mapping[str, object]:
    """The answer to a case of the topic ``cn_deadlines``; unfit input is `Refused`, naming the key."""
    fields = Fields(data)
    written, count = fields.text("start"), fields.whole("n")
    unit, roll = fields.choice("unit", Unit), fields.truth("roll_to_workday", default=False)
    start = _read(fields, "start", written)
    if not 0 <= count <= _LONGEST:
        fields.note("n", count, _TOO_MUCH, Text("Write a number from 0 to {most}", most=_LONGEST))
    given = {key: data.get(key) or () for key in ("holidays", "extra_workdays")}
    for key, days in given.items():
        if not isinstance(days, list | tuple):
            fields.note(key, days, Text("This is no list"), Text("Write the entries in []"))
    fields.refuse()
    holidays, worked = (
        frozenset(_read(fields, key, day).date() for day in days)  # type: ignore[attr-defined]  # a list by now
        for key, days in given.items()
    )
    fields.refuse()
    return {"deadline": deadline(start, count, unit, Calendar(holidays, worked), roll=roll)}


_ANY = datetime.combine(date(2000, 1, 1), time())
_TOO_MUCH = Text("This is too little or too much")


def _read(fields: Fields, key: str, written: object) -> datetime:
    """A day or moment in ISO form, of this century or the one before, without a zone: that of the hall."""
    try:
        found = datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 2100 or found.tzinfo is not None:
        fields.note(key, written, Text("This is no date"), Text("Write year, month and day: 2026-01-31"))
        return _ANY
    return found
