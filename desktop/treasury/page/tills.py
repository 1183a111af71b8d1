"""All tills of the hall as they stand, for a supervisor; it asks again by itself. How much cash they may hold."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.counter.records import CashLimit, CashLimitOrder
from desktop.counter.service import set_cash_limit
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.qt import theme
from desktop.qt.basics import ProblemLine, row
from desktop.qt.fields import ChoiceField
from desktop.qt.fold import Stack
from desktop.qt.form import FormPanel
from desktop.qt.money import MoneyField
from desktop.qt.page import Key, Page
from desktop.qt.panels import Card, Panel
from desktop.qt.table import Cell, Column, Table, money_cell
from desktop.treasury.page.part import Part
from desktop.treasury.records import DrawerRow, TillState
from desktop.treasury.service import drawers

_FORM_WIDE = 720
TILL_STATES = {TillState.OPEN: "ok", TillState.COUNTING: "warn", TillState.CLOSED: "closed"}


class LimitForm(FormPanel):
    """How much cash the drawer of a till may hold, or any of the hall."""

    def __init__(self, page: Page, rows: Sequence[DrawerRow], chosen: DrawerRow | None) -> None:
        say, currency = page.say, page.seat.app.country.currency
        super().__init__(say, say("How much cash a drawer may hold"), say("Left empty there is no limit"))
        self.say, field = say, self.form.field
        self.till = ChoiceField(
            [
                (say("every till without a limit of its own"), ""),
                *((one.till_name, one.till_code) for one in rows),
            ]
        )
        if chosen is not None:
            self.till.show_text(chosen.till_code)
        told, refused = MoneyField(say, currency), MoneyField(say, currency)
        for edit, amount in zip((told, refused), self._held(chosen), strict=True):
            edit.show_amount(amount)
        self.line(field("till", say("Till"), self.till))
        self.line(
            field("told", say("Ask for the safe above"), told),
            field("refused", say("Refuse cash above"), refused),
        )
        self.problem = ProblemLine()
        self.body.insertWidget(self.body.count() - 1, self.problem)
        self.form.pristine()

    @staticmethod
    def _held(chosen: DrawerRow | None) -> tuple[Money | None, Money | None]:
        return (None, None) if chosen is None else (chosen.limit.told_above, chosen.limit.refused_above)

    def order(self) -> CashLimitOrder | None:
        """What was typed; None when something is wrong with it, which is told."""
        typed = self.form.submit()
        if typed is None:
            return None
        return CashLimitOrder(CashLimit(typed["told"], typed["refused"]), typed["till"] or "")


class Tills(Part):
    """Every till: its state, who since when, what should be in it and may be, receipts, the last payment."""

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
        self.form: LimitForm | None = None
        self._sending = False
        self.stack = Stack()
        self.stack.addWidget(panel)
        self.body.addLayout(row(self.open, self.cash, self.taken, self.receipts, spacing=theme.S3))
        self.body.addWidget(self.stack, 1)

    def _since(self, one: DrawerRow) -> Cell:
        return Cell(self.say.moment(one.opened_at) if one.opened_at else "", ink="ink2")

    def _receipts(self, one: DrawerRow) -> Cell:
        return Cell(self.say.number(one.receipts), ink="ink" if one.receipts else "ink3")

    def _money(self, amount: Money) -> Cell:
        return money_cell(self.say.money(amount), zero=not amount)

    def _cash(self, one: DrawerRow) -> Cell:
        """What is in the drawer; beside its limit, where it holds more."""
        if one.opened_at is None:
            return Cell("")
        told, refused = one.limit.told_above, one.limit.refused_above
        full = any(limit is not None and one.cash > limit for limit in (told, refused))
        return Cell(self.say.money(one.cash), state="warn") if full else self._money(one.cash)

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
        if self.form is not None:
            save = Key("F12", Text("Save"), self._save, "primary", "check", not self._sending)
            return [Key("Esc", Text("back, asks first"), self._close), save]
        keys = [Key("F5", Text("ask again, also by itself"), self.page.ask_again)]
        if self.seat.may(set_cash_limit):
            keys.append(Key("L", Text("cash limit"), self.set_limit))
        return keys

    def first_field(self) -> QWidget:
        return self.table

    # How much a drawer may hold ------------------------------------------------------------------------------

    def set_limit(self) -> None:
        """Open the form that says how much cash the till at hand may hold."""
        if self.form is None:
            self.form = LimitForm(self.page, self.table.rows_model.rows, self.table.current)
            self.form.setMaximumWidth(theme.grown(_FORM_WIDE))
            around = QWidget()
            line = row(self.form)
            line.setStretch(0, 1)
            line.addStretch(0)
            around.setLayout(line)
            self.stack.addWidget(around)
            self.stack.setCurrentWidget(around)
            self.form.form.begin()
            self.stepped.emit()

    def may_leave(self) -> bool:
        return self.form is None or bool(self.form.form.may_leave())

    def _close(self) -> None:
        if self.form is not None and self.may_leave():
            around = self.stack.currentWidget()
            self.stack.removeWidget(around)
            around.deleteLater()
            self.form = None
            self.stepped.emit()
            self.page.take_focus(self.table)

    def _save(self) -> None:
        order = None if self._sending or self.form is None else self.form.order()
        if order is not None:
            self._sending = True
            self.page.do(set_cash_limit, order, self._saved, failed=self._failed)

    def _saved(self, _held: CashLimit) -> None:
        self._sending = False
        if self.form is not None:
            self.form.form.done()
            self._close()
        self.page.toast(self.say("The limit holds from now on"))
        self.ask_again()

    def _failed(self, error: BaseException) -> None:
        self._sending = False
        if isinstance(error, Refused) and self.form is not None:
            self.form.problem.tell(self.say(error.text))
        else:
            self.page.trouble(error)
        self.stepped.emit()
