"""A list of public holidays from a file: a row for each day, and whether it is worked in another's stead."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path

from desktop.kernel.errors import Problem
from desktop.kernel.sheet import Field, read_rows
from desktop.kernel.text import LANGUAGES, Text, catalog
from desktop.metering.records.calendar import YearDays, YearsRead

_DAY, _KIND = Text("Day"), Text("Holiday or worked")
_HOLIDAY, _WORKED = Text("holiday"), Text("worked")
_WORDS = {"holiday": ("放假", "休", "假日", "节假日"), "worked": ("上班", "班", "调休上班", "补班")}


@cache
def _fields() -> tuple[Field, ...]:
    def titles(title: Text, *others: str) -> tuple[str, ...]:
        return *others, title.message, *(catalog(language)(title) for language in LANGUAGES)

    return (
        Field("day", _DAY, titles(_DAY, "日期", "date")),
        Field("kind", _KIND, titles(_KIND, "放假或上班", "类型"), False),
    )


@cache
def _kinds() -> dict[str, str]:
    found = {word: kind for kind, words in _WORDS.items() for word in words}
    for kind, text in (("holiday", _HOLIDAY), ("worked", _WORKED)):
        for word in (text.message, *(catalog(language)(text) for language in LANGUAGES)):
            found[word.casefold()] = kind
    return found


def read_holidays(path: Path) -> YearsRead:
    """The days of a list by their years; a day without a kind is a holiday. `Refused` for what is no such file."""
    found = read_rows(path, _fields())
    problems = list[Problem](found.problems)
    days: dict[int, dict[str, list[date]]] = defaultdict(lambda: {"holiday": [], "worked": []})
    for row in found.rows:
        day, written = row.day("day"), (row.text("kind", required=False) or "").strip().casefold()
        kind = _kinds().get(written or "holiday")
        if kind is None:
            row.note("kind", Text("This is neither a holiday nor worked"), Text("Write holiday or worked"))
        problems += row.problems
        if day is not None and kind is not None:
            days[day.year][kind].append(day)
    years = tuple(
        YearDays(year, tuple(kinds["holiday"]), tuple(kinds["worked"]))
        for year, kinds in sorted(days.items())
    )
    return YearsRead(years, tuple(problems))
