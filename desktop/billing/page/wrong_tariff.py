"""Bills beside the month's run: a whole route that had a wrong tariff, put right with its bills in sight before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.billing.page.other_form import OtherForm
from desktop.billing.records import BillChange, BillChanges, RouteChoices, TariffRighted
from desktop.billing.service import right_tariff, route_choices, start_right_tariff, try_tariff
from desktop.contracts.records import TariffCorrection
from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.qt import theme
from desktop.qt.basics import Label, column
from desktop.qt.cells import title_room
from desktop.qt.fields import ChoiceField, DateField, TextField
from desktop.qt.figures import signed
from desktop.qt.page import Page
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table

UNSAID = "?"
"""Why, while a correction is only tried."""


class ChangesPane(Panel):
    """The bills that stand, what each would be, and the difference of all in the head."""

    def __init__(self, page: Page) -> None:
        say, sign = page.say, page.seat.app.country.currency.sign
        super().__init__(say("Bills that stand since"), padding=0)
        self.say, self._account = say, page.seat.app.country.format_account
        self.difference = Label("", "strong")
        self.head.addWidget(self.difference)
        now, then = say("At present {sign}", sign=sign), say("Then {sign}", sign=sign)
        self.table = Table(
            say("Bills that stand since"),
            (
                Column(say("Account"), self._who),
                Column(now, lambda one: say.money(one.amount), title_room(now, 96), right=True),
                Column(then, self._then, title_room(then, 96), right=True),
                Column(say("Difference"), self._more, 110, right=True),
            ),
            row_height=theme.ROW_TWO,
        )
        self.table.show_empty(say("No bill stands since that day"), "", "calculator")
        self.told = Label("", "small", "ink2", wrap=True)
        below = column(self.told)
        below.setContentsMargins(theme.S3, theme.S2, theme.S3, theme.S2)
        self.body.setSpacing(0)
        self.body.addWidget(self.table, 1)
        self.body.addLayout(below)

    def _who(self, one: BillChange) -> Cell:
        number = self._account(one.account_number)
        return Cell(number, self.say.join([self.say.month(one.month), one.number]), strong=True)

    def _then(self, one: BillChange) -> Cell:
        if one.new is None:
            return Cell("–", self.say(one.why) if one.why else "", ink="ink3")
        return Cell(self.say.money(one.new))

    def _more(self, one: BillChange) -> Cell:
        if one.new is None:
            return Cell("–", ink="ink3")
        more = one.new - one.amount
        return Cell(signed(self.say.money(more), more.raw))

    def show_changes(self, found: BillChanges | None, told: str = "") -> None:
        """Show what bills would be, the one that changes most first; or why that cannot be told."""
        say = self.say
        rows = () if found is None else found.most_first
        words = say.money(found.difference, unit=True) if found is not None and rows else ""
        self.difference.setText(signed(words, found.difference.raw) if found is not None and words else "")
        if found is not None and rows:
            held = sum(one.new is None for one in rows)
            parts = [say.plural("{count} bill is made anew", "{count} bills are made anew", len(rows) - held)]
            if held:
                parts.append(say.plural("{count} cannot be priced", "{count} cannot be priced", held))
            told = say.join(parts)
        self.told.setText(told)
        self.table.show_rows(rows)


class RouteTariffForm(OtherForm):
    """Which route, the tariff its contracts have and the one they should have had, since when, and why."""

    job, start = staticmethod(right_tariff), staticmethod(start_right_tariff)
    act = Text("Put the tariff right")

    def __init__(self, page: Page) -> None:
        self.pane = ChangesPane(page)
        note = page.say(
            "Contracts get the right tariff, their bills drafts beside them; another person signs"
        )
        super().__init__(page, "wrong tariff", page.say("Wrong tariff of a route"), note)
        self.form.changed.connect(self.try_it)

    @property
    def beside(self) -> QWidget:
        """The bills that would change."""
        return self.pane

    def fill(self) -> None:
        say, field = self.say, self.form.field
        self.route, self.wrong, self.right = ChoiceField(), ChoiceField(), ChoiceField()
        self.line(
            field("route", say("Reading route"), self.route, required=True),
            field("start", say("Should have held from"), DateField(say, self.page.seat.today()), required=True),
        )  # fmt: skip
        self.line(field("wrong", say("Wrong tariff"), self.wrong, required=True))
        self.line(field("right", say("Right tariff"), self.right, required=True))
        why = TextField(example=say("for example: signed as households, they are shops"))
        self.line(field("why", say("Why"), why, required=True))

    def shown(self) -> None:
        """Offer the routes and tariffs there are now."""
        self.page.ask(route_choices, None, self._offer)

    def _offer(self, found: RouteChoices) -> None:
        self.route.offer([(code, code) for code in found.routes])
        count = Counter(name for _, name in found.tariffs)
        options = [
            (self.say.join([name, code]) if count[name] > 1 else name, code) for code, name in found.tariffs
        ]
        for choice in (self.wrong, self.right):
            choice.offer(options)
        self.form.pristine()

    def _made(self, values: dict[str, Any]) -> TariffCorrection | None:
        """What is typed so far, where all of it is there."""
        known = [values[name] for name in ("wrong", "right", "start", "route")]
        if None in known or values["wrong"] == values["right"]:
            return None
        wrong, right, start, route = known
        return TariffCorrection(wrong, right, start, values["why"] or UNSAID, route)

    def order(self) -> TariffCorrection | None:
        typed = self.form.submit()
        if typed is None:
            return None
        made = self._made(typed)
        if made is None:
            self.form.show_flaws({"right": Text("This is the tariff they have: choose another one")})
        return made

    def try_it(self) -> None:
        """Tell what the bills would be, with everything typed."""
        order = self._made(self.form.values())
        if order is None:
            self.pane.show_changes(None)
            return
        rehearse: Callable[..., BillChanges] = self.page.seat.rehearse
        self.page.call(rehearse, try_tariff, order, then=self.pane.show_changes, failed=self._cannot_tell)

    def _cannot_tell(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self.pane.show_changes(None, self.say(error.text))
        else:
            self.page.trouble(error)

    def told(self, done: TariffRighted) -> str:
        """What was done, in a line."""
        contracts = self.say.plural(
            "{count} contract has the right tariff", "{count} contracts have the right tariff", done.contracts
        )
        runs = self.say.plural(
            "{count} run waits for signatures", "{count} runs wait for signatures", len(done.runs)
        )
        return self.say.join([contracts, *([runs] if done.runs else [])])
