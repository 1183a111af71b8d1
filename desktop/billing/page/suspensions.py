"""What holds of capacity sealed for a time, from which day on: under the limits, and the form that sets it anew."""

from __future__ import annotations

from functools import partial

from desktop.contracts.records import SuspensionRow
from desktop.contracts.service import set_suspension_terms, suspension_terms
from desktop.kernel.country import SuspensionTerms
from desktop.kernel.text import Text
from desktop.qt import theme
from desktop.qt.basics import ProblemLine
from desktop.qt.fields import DateField
from desktop.qt.form import FormPanel
from desktop.qt.listform import ListForm
from desktop.qt.money import NumberField
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table


class SuspensionForm(FormPanel):
    """Terms from a day on, filled with those that hold today."""

    def __init__(self, page: Page, now: SuspensionTerms) -> None:
        say = page.say
        note = say("It holds for what is sealed on this day or later; bills that stand do not change")
        super().__init__(say, say("Sealed capacity"), note)
        field = self.form.field

        def number(value: int | None, unit: str = "") -> NumberField:
            made = NumberField(say, most=3, unit=unit)
            made.show_text("" if value is None else say.number(value))
            return made

        start = DateField(say, page.seat.today())
        start.show_value(page.seat.today())
        self.line(field("from", say("Valid from"), start, required=True))
        self.line(
            field("days", say("Each at least"), number(now.least_days, say("days")), required=True),
            field(
                "months",
                say("Of a year together at most"),
                number(now.most_months, say(Text("months", context="unit"))),
                required=True,
            ),
        )
        hint = say("Empty: any number of times")
        self.line(field("times", say("Times a year at most"), number(now.most_times), hint=hint))
        self.problem = ProblemLine()
        self.body.insertWidget(self.body.count() - 1, self.problem)
        self.form.pristine()
        self.form.keep_drafts(page.unfinished, "suspension terms", page.tasks)

    def order(self) -> SuspensionTerms | None:
        """What was typed; None when something is wrong with it, which is told."""
        typed = self.form.submit()
        if typed is None:
            return None
        times = None if typed["times"] is None else int(typed["times"])
        return SuspensionTerms(typed["from"], int(typed["days"]), int(typed["months"]), times)

    def refused(self, words: str) -> None:
        """Say why it was refused."""
        self.problem.tell(words)


class SuspensionPanel(Panel):
    """The terms by their days, and who set them here; under a `ListForm`, whose side the form takes."""

    def __init__(self, page: Page) -> None:
        say = page.say
        super().__init__(say("Sealed capacity"), padding=0)
        self.page, self.rows = page, tuple[SuspensionRow, ...]()
        here = say("laid down by the country")
        self.table = Table(
            say("Sealed capacity"),
            (
                Column(say("Valid"), lambda one: Cell(say("from {day}", day=one.terms.valid_from)), 130),
                Column(say("What holds"), lambda one: Cell(say(one.words), say(one.times), strong=True)),
                Column(say("Set by"), lambda one: Cell(one.set_by or here, ink="ink2"), 150),
            ),
            row_height=theme.ROW_TWO,
        )
        self.body.addWidget(self.table)

    def ask(self) -> None:
        """Ask for the terms once more."""
        self.page.ask(suspension_terms, None, self._show)

    def _show(self, rows: tuple[SuspensionRow, ...]) -> None:
        self.rows = rows
        self.table.show_rows(rows)
        self.page.refresh_keys()

    def keys(self, form: ListForm) -> list[Key]:
        """The key that opens the form, filled with what holds today."""
        if not self.rows or not self.page.seat.may(set_suspension_terms):
            return []
        today = self.page.seat.today()
        now = [one.terms for one in self.rows if one.terms.valid_from <= today or one is self.rows[0]][-1]
        saved = self.page.say("This holds from its day on")
        make = partial(SuspensionForm, self.page, now)
        return [Key("S", Text("sealed capacity"), partial(form.open_form, make, set_suspension_terms, saved))]
