"""All tills of the hall as they stand, for a supervisor; it asks again by itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.qt import theme
from desktop.qt.basics import row
from desktop.qt.page import Key, Page
from desktop.qt.panels import Card, Panel
from desktop.qt.table import Cell, Column, Table, money_cell
from desktop.treasury.page.part import Part
from desktop.treasury.records import DrawerRow, TillState
from desktop.treasury.service import drawers

TILL_STATES = {TillState.OPEN: "ok", TillState.COUNTING: "warn", TillState.CLOSED: "closed"}


class Tills(Part):
    """Every till: its state, who since when, what should be in it, receipts, the last payment."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        say, sign = self.say, self.seat.app.country.currency.sign
        self.open, self.cash, self.taken, self.receipts = (
            Card(say("Tills open")), Card(say("In the drawers"), sign), Card(say("Taken today"), sign),
            Card(say("Receipts since they were opened")),
        )  # fmt: skip
        self.table = Table(
            say("Tills"),
            (
                Column(say("Till"), lambda one: Cell(one.till_name, strong=True), 130),
                Column(say("State"), lambda one: Cell(say(one.state.text), state=TILL_STATES[one.state]), 150),
                Column(say("Cashier"), lambda one: one.cashier or Cell(say("nobody"), ink="ink3")),
                Column(say("Since"), self._since, 136),
                Column(say("Receipts"), self._receipts, 104, right=True, value=lambda one: one.receipts),
                Column(say("Drawer {sign}", sign=sign), self._cash, 130, right=True,
                       value=lambda one: one.cash),
                Column(say("Last payment"), self._last, 130),
                Column(say("Amount {sign}", sign=sign), self._last_amount, 120, right=True,
                       value=lambda one: one.last_amount),
                Column(say("Taken today {sign}", sign=sign), lambda one: self._money(one.taken), 136, right=True,
                       value=lambda one: one.taken),
            ),
            key=lambda one: one.till_name,
        )  # fmt: skip
        self.table.show_empty(
            say("This hall has no workplace yet"), say("A till comes with the first workplace"), "wallet"
        )
        panel = Panel(padding=0)
        panel.body.addWidget(self.table)
        self.body.addLayout(row(self.open, self.cash, self.taken, self.receipts, spacing=theme.S3))
        self.body.addWidget(panel, 1)

    def _since(self, one: DrawerRow) -> Cell:
        return Cell(self.say.moment(one.opened_at) if one.opened_at else "", ink="ink2")

    def _receipts(self, one: DrawerRow) -> Cell:
        return Cell(self.say.number(one.receipts), ink="ink" if one.receipts else "ink3")

    def _money(self, amount: Money) -> Cell:
        return money_cell(self.say.money(amount), zero=not amount)

    def _cash(self, one: DrawerRow) -> Cell:
        return Cell("") if one.opened_at is None else self._money(one.cash)

    def _last(self, one: DrawerRow) -> Cell:
        return Cell(self.say.time(one.last_at.timetz()) if one.last_at else "", ink="ink2")

    def _last_amount(self, one: DrawerRow) -> Cell:
        return Cell("") if one.last_at is None else self._money(one.last_amount)

    def ask_again(self) -> None:
        self.page.ask(drawers, None, self._show)

    def minute(self) -> None:
        self.ask_again()

    def _show(self, rows: Sequence[DrawerRow]) -> None:
        say = self.say
        is_open = sum(one.opened_at is not None for one in rows)
        note = say("of {count}", count=len(rows))
        self.open.show_figure(say.number(is_open), note)
        self.cash.show_figure(say.money(Money.total([one.cash for one in rows])))
        self.taken.show_figure(say.money(Money.total([one.taken for one in rows])))
        self.receipts.show_figure(say.number(sum(one.receipts for one in rows)))
        self.table.show_rows(rows, select=max(self.table.currentIndex().row(), 0) if rows else None)

    def keys(self) -> Sequence[Key]:
        return [Key("F5", Text("ask again, also by itself"), self.page.ask_again)]

    def first_field(self) -> QWidget:
        return self.table
