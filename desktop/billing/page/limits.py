"""Which drafts another person signs, by class of customers: the limits that hold, those to come, and their form."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtWidgets import QWidget

from desktop.billing.page.suspensions import SuspensionPanel
from desktop.billing.records import LOOKED_AT, ClassLimits, ReviewFlag, ReviewLimits
from desktop.billing.service import review_limits, set_review_limits
from desktop.kernel.measures import Energy
from desktop.qt import theme
from desktop.qt.basics import ProblemLine
from desktop.qt.cells import title_room
from desktop.qt.fields import ChoiceField, DateField
from desktop.qt.form import FormPanel
from desktop.qt.listform import ListForm
from desktop.qt.money import MoneyField, NumberField
from desktop.qt.page import Page
from desktop.qt.panels import Empty
from desktop.qt.table import Cell, Column, Table

WAITS, PASSES = "waits", "passes"


class ReviewLimitsForm(FormPanel):
    """The limits of one class from a day on: the day, the figures, then what each reason does to a draft."""

    def __init__(self, page: Page, found: ClassLimits) -> None:
        say, now = page.say, found.limits
        super().__init__(
            say, say(found.customer_class.text).capitalize(),
            say("What is drafted today keeps the limits of today"),
        )  # fmt: skip
        self.found, field = found, self.form.field
        tomorrow = page.seat.today() + timedelta(days=1)
        start = DateField(say, page.seat.today(), earliest=tomorrow)
        start.show_value(max(found.valid_from or tomorrow, tomorrow))
        percent = NumberField(say, most=4, unit="%")
        percent.show_text(say.number(now.jump_percent))
        floor = NumberField(say, Energy.DECIMALS, unit="kWh")
        floor.show_text(say.number(now.floor))
        self.large = MoneyField(say, page.seat.app.country.currency)
        self.large.show_text(say.money(now.large))
        same = NumberField(say, most=2, unit=say("times running"))
        same.show_text(say.number(now.same_months))
        self.line(field("from", say("Valid from"), start, required=True))
        self.line(
            field("jump", say("Jump from"), percent, required=True),
            field("floor", say("and at least"), floor, required=True),
        )
        self.line(
            field("large", say("Very large from"), self.large, required=True),
            field("same", say("Same usage"), same, required=True),
        )
        for at in range(0, len(LOOKED_AT), 2):
            self.line(*(self._flag(flag, waits=flag in now.waiting) for flag in LOOKED_AT[at : at + 2]))
        self.problem = ProblemLine()
        self.body.insertWidget(self.body.count() - 1, self.problem)
        self.form.pristine()
        self.form.keep_drafts(
            page.seat.app.drafts(page.seat.actor), f"review {found.customer_class.value}", page.tasks
        )

    def _flag(self, flag: ReviewFlag, *, waits: bool) -> QWidget:
        say = self.say
        choice = ChoiceField([(say("Another person signs"), WAITS), (say("No signature"), PASSES)])
        choice.show_text(WAITS if waits else PASSES)
        return self.form.field(f"flag {flag.value}", say(flag.text), choice)

    def order(self) -> ClassLimits | None:
        """What was typed; None when something is wrong with it, which is told."""
        typed = self.form.submit()
        if typed is None:
            return None
        waiting = tuple(flag for flag in LOOKED_AT if typed[f"flag {flag.value}"] == WAITS)
        limits = ReviewLimits(
            int(typed["jump"]), Energy.of(typed["floor"]), self.large.amount(), int(typed["same"]), waiting
        )
        return ClassLimits(self.found.customer_class, typed["from"], limits)

    def refused(self, words: str) -> None:
        """Say why it was refused."""
        self.problem.tell(words)


def _columns(page: Page) -> tuple[Column, ...]:
    say = page.say

    def valid(one: ClassLimits) -> Cell:
        if one.valid_from is None:
            return Cell(say("from the start"), ink="ink2")
        coming = one.valid_from > page.seat.today()
        return Cell(say("from {day}", day=one.valid_from), say("to come") if coming else "")

    def waiting(one: ClassLimits) -> Cell:
        others = [say(flag.text) for flag in LOOKED_AT if flag not in one.limits.waiting]
        if not others:
            return Cell(say("every reason"), ink="ink2")
        return Cell(say("all but {what}", what=say.join(others)), ink="ink2")

    return (
        Column(say("Class"), lambda one: Cell(say(one.customer_class.text).capitalize(), strong=True), 110),
        Column(say("Valid"), valid, 140),
        Column(
            say("Jump"),
            lambda one: Cell(
                f"±{one.limits.jump_percent} %", say("from {energy} kWh", energy=one.limits.floor)
            ),
            160,
        ),
        Column(
            say("Very large from"),
            lambda one: Cell(say.money(one.limits.large)),
            title_room(say("Very large from"), 120),
            right=True,
        ),
        Column(
            say("Same usage"),
            lambda one: Cell(say("{count} months", count=one.limits.same_months)),
            title_room(say("Same usage"), 110),
        ),
        Column(say("What another person signs"), waiting),
    )


def limits_view(page: Page) -> ListForm:
    """The limits of every class, with the form that sets others."""
    say = page.say
    table = Table(
        say("Limits"), _columns(page), row_height=theme.ROW_TWO,
        key=lambda one: (one.customer_class, one.valid_from),
    )  # fmt: skip
    hint = say("E changes the limits of a class") if page.seat.may(set_review_limits) else ""

    def show(found: tuple[ClassLimits, ...]) -> None:
        table.show_rows(found, select=max(table.currentIndex().row(), 0))

    sealed = SuspensionPanel(page) if page.seat.app.country.capacity else None

    def ask() -> None:
        page.ask(review_limits, None, show)
        if sealed is not None:
            sealed.ask()

    return ListForm(
        page, table, Empty("pencil", say("Which drafts another person signs"), hint),
        make=lambda found: ReviewLimitsForm(page, found), operation=set_review_limits, ask=ask,
        saved=say("These limits hold from their day on"), below=sealed,
        more=sealed.keys if sealed is not None else lambda _: [],
    )  # fmt: skip
