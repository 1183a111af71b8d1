"""Refunds at the counter: the list of those that wait, and the form that asks for one."""

from __future__ import annotations

from desktop.counter.records import PaidPart, TenderKind
from desktop.counter.records.right import RefundOrder, RefundRow, RefundState
from desktop.kernel.measures import Money
from desktop.kernel.text import Catalog
from desktop.kernel.work import Seat
from desktop.qt import theme
from desktop.qt.basics import Field, Label, column, reveal
from desktop.qt.cells import badge_room, title_room
from desktop.qt.choosing import Segments
from desktop.qt.fields import ChoiceField, TextField
from desktop.qt.money import MoneyField
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table, money_cell

STATES = {
    RefundState.WAITING: "warn",
    RefundState.APPROVED: "info",
    RefundState.DECLINED: "withdrawn",
    RefundState.PAID: "ok",
}
WAYS = ((TenderKind.CASH, "banknote", "F6"), (TenderKind.TRANSFER, "split", "F7"))


def refunds_table(seat: Seat, say: Catalog) -> Table:
    """Refunds, those that wait first."""
    number = seat.app.country.format_account
    amount, state = say("Amount"), say("State")

    def what(one: RefundRow) -> Cell:
        of = say("Receipt {number}", number=one.receipt_number) if one.receipt_number else say("Credit")
        return Cell(of, say(one.tender.text))

    def stands(one: RefundRow) -> Cell:
        return Cell(say(one.state.text), one.number or one.decided_by, state=STATES[one.state])

    table = Table(
        say("Refunds"),
        (
            Column(
                say("Customer"),
                lambda one: Cell(one.customer_name, number(one.account_number), strong=True),
                190,
            ),
            Column(say("What is given back"), what, 190),
            Column(
                amount, lambda one: money_cell(say.money(one.amount)), title_room(amount, 104), right=True
            ),
            Column(
                say("Why"),
                lambda one: Cell(one.reason, one.declined or say("asked for by {name}", name=one.asked_by)),
            ),
            Column(state, stands, badge_room(state, [say(one.text) for one in RefundState])),
        ),
        row_height=theme.ROW_TWO,
        key=lambda one: one.request_id,
        persons=True,
    )
    table.show_empty(
        say("No refund was asked for"),
        say("It is asked for from a receipt of an earlier day, or from an account with credit"),
        "banknote",
    )
    return table


class AskPanel(Panel):
    """What is given back, how, and why."""

    def __init__(self, seat: Seat, say: Catalog) -> None:
        super().__init__(say("Ask for a refund"))
        self.say, self.format = say, seat.app.country.format_account
        self.receipt_number, self.account_number = "", ""
        self.about = Label("", "strong", wrap=True)
        self.accounts = ChoiceField()
        self.accounts_field = Field(say("Account"), self.accounts)
        self.ways = Segments([(icon, say(kind.text), key) for kind, icon, key in WAYS])
        self.amount = MoneyField(say, seat.app.country.currency, large=True)
        self.amount_field = Field(say("Amount"), self.amount)
        self.bank = TextField(example="6228 0042 0001")
        self.bank_field = Field(say("Bank account it is sent to"), self.bank)
        self.reason = TextField(example=say("for example: paid twice"))
        self.reason_field = Field(say("Why"), self.reason)
        inside = column(
            self.about,
            self.accounts_field,
            self.ways,
            self.amount_field,
            self.bank_field,
            self.reason_field,
            Label(say("Another person decides; then a till pays it out"), "small", "ink2", wrap=True),
        )
        self.body.addLayout(inside)
        self.body.addStretch(1)
        for part in (self.ways, self.amount_field, self.bank_field, self.reason_field, self.accounts_field):
            part.setMaximumWidth(theme.grown(460))
        self.ways.chosen.connect(lambda _: self._show_way())
        self.amount.changed.connect(lambda _: self.amount_field.problem(""))
        self.bank.textEdited.connect(lambda _: self.bank_field.problem(""))
        self.reason.textEdited.connect(lambda _: self.reason_field.problem(""))

    def _begin(self, receipt_number: str, account_number: str, words: str) -> None:
        self.receipt_number, self.account_number = receipt_number, account_number
        self.about.setText(words)
        self.ways.choose(0)
        self._show_way()
        self.amount.show_amount(None)
        for edit, field in ((self.bank, self.bank_field), (self.reason, self.reason_field)):
            edit.setText("")
            field.problem("")
        self.amount_field.problem("")
        reveal(self.accounts_field, False)

    def begin_payment(self, number: str, parts: tuple[PaidPart, ...]) -> None:
        """The payment of a receipt goes back; of several accounts one is chosen."""
        say = self.say
        self._begin(number, "", "")
        reveal(self.amount_field, False)
        standing = [one for one in parts if not one.taken_back and one.receipt_number == number]
        names = [
            (
                say.join(
                    [self.format(one.account_number), one.customer_name, say.money(one.amount, unit=True)]
                ),
                one.account_number,
            )
            for one in standing
        ]
        self.accounts.offer(names)
        reveal(self.accounts_field, len(names) > 1)
        words = [say("Receipt {number}", number=number), *(names[0][0] for _ in names[:1] if len(names) == 1)]
        self.about.setText(say.join(words) if standing else say("The payment was taken back already."))

    def begin_credit(self, account_number: str, name: str, credit: Money) -> None:
        """Credit of an account goes back."""
        words = [self.format(account_number), name, self.say("credit {amount}", amount=credit)]
        self._begin("", account_number, self.say.join(words))
        reveal(self.amount_field, True)
        self.amount.show_amount(credit)

    @property
    def typed(self) -> bool:
        """Whether something would be lost."""
        return bool(self.reason.text().strip() or self.bank.text().strip())

    def _show_way(self) -> None:
        reveal(self.bank_field, WAYS[self.ways.index][0] is TenderKind.TRANSFER)

    def order(self) -> RefundOrder | None:
        """What is asked for; None where something is missing, which is told."""
        tender, say = WAYS[self.ways.index][0], self.say
        amount = None if self.receipt_number else self.amount.amount()
        if not self.receipt_number and not amount:
            self.amount_field.problem(say("Type the amount that is given back"))
            self.amount.setFocus()
            return None
        if tender is TenderKind.TRANSFER and not self.bank.value():
            self.bank_field.problem(say("Enter the bank account"))
            self.bank.setFocus()
            return None
        if not self.reason.value():
            self.reason_field.problem(say("Say why"))
            self.reason.setFocus()
            return None
        account = self.account_number or self.accounts.value() or ""
        bank = self.bank.value() or "" if tender is TenderKind.TRANSFER else ""
        return RefundOrder(self.reason.value(), self.receipt_number, account, amount, tender, bank)
