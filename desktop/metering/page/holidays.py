"""The public holidays of each year, and the form that enters them: terms of working days leave them out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from desktop.kernel.text import Catalog, Text
from desktop.metering.records.calendar import YearDays, YearSet
from desktop.metering.service import calendar_years, set_year
from desktop.metering.service.calendar import MOST_DAYS
from desktop.qt import theme
from desktop.qt.basics import ProblemLine
from desktop.qt.fields import TextField, read_date
from desktop.qt.form import FormPanel
from desktop.qt.listform import ListForm
from desktop.qt.page import Page
from desktop.qt.panels import Empty
from desktop.qt.table import Cell, Column, Table

_LONGEST = 2_000
_BETWEEN, _UP_TO = re.compile(r"[,;，；、]+"), re.compile(r"\s*(?:[–—~～至]|\.\.)\s*|\s+-\s+")


class HolidaysForm(FormPanel):
    """All holidays of one year, and the weekend days worked in their stead."""

    def __init__(self, page: Page, found: YearSet) -> None:
        say = page.say
        title = say("Public holidays of {year}", year=str(found.days.year))
        super().__init__(say, title, say("All of the year: they take the place of what was entered before"))
        self.found = found
        self._example = _written(say, [date(found.days.year, 6, day) for day in (1, 10, 11, 12)])
        for name, label, days in (
            ("holidays", Text("Public holidays"), found.days.holidays),
            ("worked", Text("Weekend days worked in their stead"), found.days.worked),
        ):
            edit = TextField(example=self._example, longest=_LONGEST)
            edit.show_text(_written(say, days))
            self.line(self.form.field(name, say(label), edit, required=name == "holidays"))
        self.problem = ProblemLine()
        self.body.insertWidget(self.body.count() - 1, self.problem)
        self.form.pristine()
        drafts = page.seat.app.drafts(page.seat.actor)
        self.form.keep_drafts(drafts, f"holidays {found.days.year}", page.tasks)

    def order(self) -> YearDays | None:
        """What was typed; None when something is wrong with it, which is told."""
        typed = self.form.submit()
        if typed is None:
            return None
        days = [self._days(typed[name] or "") for name in ("holidays", "worked")]
        for wrong in days:
            if isinstance(wrong, str):
                words = self.say(
                    "“{day}” is no day. Write days like {example}", day=wrong, example=self._example
                )
                self.refused(words)
                return None
        return YearDays(self.found.days.year, *days)  # type: ignore[arg-type]  # no words are among them by now

    def _days(self, typed: str) -> tuple[date, ...] | str:
        """The days somebody typed, some as a first and a last one, or the first word that is none."""
        middle, found = date(self.found.days.year, 7, 1), list[date]()
        for part in filter(None, map(str.strip, _BETWEEN.split(typed))):
            whole = read_date(part, self.say.shape, middle)  # “1 Jan 2026” is one day
            for word in [part] if whole or _UP_TO.search(part) else part.split():
                ends = [read_date(one, self.say.shape, middle) for one in _UP_TO.split(word)]
                first, last = ends[0], ends[-1]
                if first is None or last is None or len(ends) > 2 or not 0 <= (last - first).days < MOST_DAYS:
                    return word
                found += (first + timedelta(days=n) for n in range((last - first).days + 1))
        return tuple(found)

    def refused(self, words: str) -> None:
        """Say why it was refused."""
        self.problem.tell(words)


def _columns(say: Catalog) -> tuple[Column, ...]:
    def known(one: YearSet) -> Cell:
        if one.set_at is None:
            return Cell(say("not entered"), state="warn")
        return Cell(one.set_by, say.moment(one.set_at))

    def days(found: tuple[date, ...]) -> Cell:
        if not found:
            return Cell("–", ink="ink2")
        return Cell(say.plural("{count} day", "{count} days", len(found)), _written(say, found))

    return (
        Column(say("Year"), lambda one: Cell(str(one.days.year), strong=True), 80),
        Column(say("Entered by"), known, 180),
        Column(say("Public holidays"), lambda one: days(one.days.holidays)),
        Column(say("Worked instead"), lambda one: days(one.days.worked), 200),
    )


def _written(say: Catalog, days: Sequence[date]) -> str:
    """Days in their order, those without a gap by the first and the last, as they can be typed."""
    runs: list[list[date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(" – ".join(dict.fromkeys((say.date(one[0]), say.date(one[-1])))) for one in runs)


class HolidaysView(ListForm):
    """The years whose holidays were entered, this one and the next; E enters those of the one chosen."""

    def __init__(self, page: Page) -> None:
        say = page.say
        table = Table(say("Public holidays"), _columns(say), row_height=theme.ROW_TWO)
        hint = say("E enters the holidays of a year") if page.seat.may(set_year) else ""
        super().__init__(
            page, table, Empty("calendar", say("Working days leave out public holidays"), hint),
            make=lambda found: HolidaysForm(page, found), operation=set_year, ask=self._ask,
            saved=say("Terms leave these days out from now on"),
        )  # fmt: skip

    def _ask(self) -> None:
        """Ask once more; a form that is open stays as it is."""
        self.page.ask(calendar_years, None, self._show)

    def _show(self, found: tuple[YearSet, ...]) -> None:
        self.table.show_rows(found, select=max(self.table.currentIndex().row(), 0))
