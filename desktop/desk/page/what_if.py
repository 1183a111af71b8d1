"""The tab of an account that tells what its last twelve months would cost under each price list open to it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.billing.records import WhatIf, WhatIfOption
from desktop.billing.service import what_if
from desktop.kernel.errors import Refused
from desktop.qt import theme
from desktop.qt.basics import Label, column
from desktop.qt.cells import title_room
from desktop.qt.figures import signed
from desktop.qt.page import Page
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table


class WhatIfTab(QWidget):
    """Every choice in a row: its cost or the bounds of it, the difference to what the account has, what is missing."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.say, self.found = page, page.say, None
        say, sign = self.say, page.seat.app.country.currency.sign
        least, most = say("At least {sign}", sign=sign), say("At most {sign}", sign=sign)
        self.table = Table(
            say("What if"),
            (
                Column(say("Price list"), self._name),
                Column(least, lambda one: self._amount(one.low), title_room(least, 104), right=True),
                Column(most, lambda one: self._amount(one.high), title_room(most, 104), right=True),
                Column(say("Against now"), self._difference, title_room(say("Against now"), 190), right=True),
                Column(say("How sure"), self._sure, 260),
            ),
            row_height=theme.ROW_TWO,
        )
        self.head = Label("", "small", "ink2")
        panel = Panel(say("The last twelve months under other prices"), padding=0)
        panel.head.addWidget(self.head)
        panel.body.addWidget(self.table)
        self.notes = Label("", "small", "ink2", wrap=True)
        self.notes.setContentsMargins(theme.S3, theme.S1, theme.S3, theme.S2)
        panel.body.addWidget(self.notes)
        self.setLayout(column(panel))

    def ask(self, number: str) -> None:
        """Reckon for an account."""
        self.table.asking()
        self.page.ask(what_if, number, self._show, self._failed)

    def _show(self, found: WhatIf) -> None:
        say, self.found = self.say, found
        count = len(found.months)
        self.head.setText(
            say.plural(
                "{count} month, {energy} kWh", "{count} months, {energy} kWh", count, energy=found.energy
            )
        )
        self.notes.setText(say.join([say(note) for note in found.notes]))
        self.table.show_rows(found.options, select=0 if found.options else None)

    def _failed(self, error: BaseException) -> None:
        self.found = None
        self.head.setText("")
        self.notes.setText("")
        if not isinstance(error, Refused):
            self.page.trouble(error)
            return
        self.table.show_empty(self.say("Nothing to reckon with"), self.say(error.text), "calculator")
        self.table.show_rows(())

    def _name(self, one: WhatIfOption) -> Cell:
        say = self.say
        below = say.join([one.tariff, say(one.variant) if one.variant else "", one.point])
        return Cell(say.join([one.name, say("now") if one.own else ""]), below, strong=one.own)

    def _amount(self, amount: object) -> Cell:
        return Cell("–", ink="ink3") if amount is None else Cell(self.say.money(amount))

    def _difference(self, one: WhatIfOption) -> Cell:
        own = self.found.own if self.found is not None else None
        if one.own or own is None or one.low is None or own.low is None or own.high is None:
            return Cell("")
        ends = sorted({one.low.raw - own.high.raw, one.high.raw - own.low.raw})
        words = [signed(self.say.money(type(one.low)(raw)), raw) for raw in ends]
        ink = "ok" if ends[-1] < 0 else "bad" if ends[0] > 0 else "ink2"
        return Cell(" … ".join(words), ink=ink)

    def _sure(self, one: WhatIfOption) -> Cell:
        say = self.say
        if one.why is not None:
            return Cell(say(one.why), ink="ink2")
        months = len(self.found.months)
        if one.exact == months:
            return Cell(say("from the registers of every month"), ink="ink2")
        return Cell(
            say(
                "bounds: the registers told enough in {exact} of {months} months",
                exact=one.exact,
                months=months,
            ),
            ink="ink2",
        )
