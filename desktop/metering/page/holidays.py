"""The public holidays of each year, and the form that enters them: terms of working days leave them out."""

from __future__ import annotations

import re
from datetime import date

from desktop.kernel.text import Catalog, Text
from desktop.metering.records.calendar import YearDays, YearSet
from desktop.metering.service import calendar_years, set_year
from desktop.qt import theme
from desktop.qt.basics import ProblemLine
from desktop.qt.fields import TextField, read_date
from desktop.qt.form import FormPanel
from desktop.qt.listform import ListForm
from desktop.qt.page import Page
from desktop.qt.panels import Empty
from desktop.qt.table import Cell, Column, Table

_LONGEST = 2_000


class HolidaysForm(FormPanel):
    """All holidays of one year, and the weekend days worked in their stead."""

    def __init__(self, page: Page, found: YearSet) -> None:
        say = page.say
        title = say("Public holidays of {year}", year=str(found.days.year))
        super().__init__(say, title, say("All of the year: they take the place of what was entered before"))
        self.found = found
        example = ", ".join(
            say.date(day) for day in (date(found.days.year, 6, 1), date(found.days.year, 6, 2))
        )
        for name, label, days in (
            ("holidays", Text("Public holidays"), found.days.holidays),
            ("worked", Text("Weekend days worked in their stead"), found.days.worked),
        ):
            edit = TextField(example=example, longest=_LONGEST)
            edit.show_text(", ".join(say.date(day) for day in days))
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
                self.refused(self.say("“{day}” is no day. Write days with commas between them.", day=wrong))
                return None
        return YearDays(self.found.days.year, *days)  # type: ignore[arg-type]  # no words are among them by now

    def _days(self, typed: str) -> tuple[date, ...] | str:
        """The days somebody typed, or the first word that is none."""
        middle, found = date(self.found.days.year, 7, 1), list[date]()
        for word in filter(None, re.split(r"[,;，；、\s]+", typed)):
            day = read_date(word, self.say.shape, middle)
            if day is None:
                return word
            found.append(day)
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
        return Cell(", ".join(say.date(day) for day in found) or "–", ink="ink2")

    return (
        Column(say("Year"), lambda one: Cell(str(one.days.year), strong=True), 80),
        Column(say("Entered by"), known, 180),
        Column(say("Public holidays"), lambda one: days(one.days.holidays)),
        Column(say("Worked instead"), lambda one: days(one.days.worked), 200),
    )


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
