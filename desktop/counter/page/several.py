"""Several accounts paid with one tender: which, what each owes and why, and what of the money each gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.counter import rules
from desktop.counter.page.account import DueItems
from desktop.counter.records import (
    AccountDue,
    AccountShare,
    MixedTogetherOrder,
    TenderKind,
    TenderPart,
    Together,
    TogetherOrder,
    TogetherQuery,
)
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat
from desktop.ledger.records import Dues
from desktop.qt import theme
from desktop.qt.basics import Label, Rule, column, row
from desktop.qt.cells import title_room
from desktop.qt.choosing import Segments
from desktop.qt.figures import Badge, Elided, Pair
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table, money_cell

ONE, EACH = 0, 1
"""Places of the choice of receipts."""
_ITEMS_HIGH = 134


@dataclass(frozen=True, slots=True)
class Sums:
    """What the accounts that are ticked have to pay together; ``credit`` is what of theirs is used before."""

    total: Money
    credit: Money
    to_pay: Money


@dataclass(frozen=True, slots=True)
class Owing:
    """Several accounts as the money at the right sees them: one debt, in one language."""

    dues: Sums
    language: str


class Several(QWidget):
    """The accounts with their figures, the items of the one at hand, and the choice of receipts.

    Ticked accounts are paid. ``changed`` follows every change of what there is to pay.
    """

    changed = Signal()

    def __init__(self, seat: Seat) -> None:
        super().__init__()
        self.seat = seat
        self.say = seat.app.catalog(seat.actor.language)
        self.found: Together | None = None
        self._shares: dict[str, Money] = {}
        self._tendered: dict[str, list[tuple[TenderKind, Money]]] = {}
        self.name, self.badge, self.count = Label("", "h1"), Badge(), Badge()
        self.hint = Elided("", "small", "ink2")
        self.table = self._build_table()
        self.items = DueItems(seat, self.say, self.say("Open items of the account"))
        self.receipts = Segments(
            [
                ("receipt-text", self.say("one receipt for all"), "Ctrl+R"),
                ("printer", self.say("one receipt each"), ""),
            ]
        )
        self.principal, self.fee = Pair(self.say("Principal")), Pair(self.say("Late fee"))
        self.credit = Pair(self.say("Credit used"))
        self.total = Pair(self.say("To pay"), "strong")
        self._build()
        self.table.moved.connect(self._show_items)
        self.table.ticked.connect(self._ticked)

    # Building ------------------------------------------------------------------------------------------------

    def _build_table(self) -> Table:
        say, sign = self.say, self.seat.app.country.currency.sign
        principal, fee = say("Principal {sign}", sign=sign), say("Late fee {sign}", sign=sign)
        due, pays = say("To pay {sign}", sign=sign), say("Gets {sign}", sign=sign)

        def money(amount: Money, *, strong: bool = False) -> Cell:
            return money_cell(say.money(amount), zero=not amount, strong=strong)

        return Table(
            say("Accounts paid together"),
            (
                Column(say("Customer, address of use"), lambda one: Cell(one.customer_name, one.address), least=150),
                Column(say("Account number"), self._number, title_room(say("Account number"), 124)),
                Column(principal, lambda one: money(one.dues.principal), title_room(principal, 92), right=True),
                Column(fee, lambda one: money(one.dues.late_fee), title_room(fee, 84), right=True),
                Column(due, lambda one: money(one.dues.to_pay, strong=True), title_room(due, 96), right=True),
                Column(pays, self._gets, title_room(pays, 136), right=True),
            ),
            row_height=theme.ROW_TWO, ticks=True, persons=True, key=lambda one: one.account_number,
            amount=lambda one: one.dues.to_pay,
        )  # fmt: skip

    def _number(self, one: AccountDue) -> str:
        return self.seat.app.country.format_account(one.account_number)

    def _build(self) -> None:
        whole = Panel(padding=0)
        top = row(self.name, self.badge, self.count, spacing=theme.S2)
        top.addStretch(1)
        head = QVBoxLayout()
        head.setContentsMargins(theme.S3 + 2, theme.S2, theme.S3, theme.S1)
        head.setSpacing(2)
        head.addLayout(top)
        head.addWidget(self.hint)
        whole.body.setSpacing(0)
        whole.body.addLayout(head)
        whole.body.addWidget(self.table, 1)
        whole.body.addWidget(Rule())
        self.items.setFixedHeight(theme.grown(_ITEMS_HIGH))
        whole.body.addWidget(self.items)
        whole.body.addWidget(Rule())
        whole.body.addLayout(self._build_foot())
        self.setLayout(column(whole))

    def _build_foot(self) -> QHBoxLayout:
        choice = column(self.receipts, spacing=0)
        choice.addStretch(1)
        sums = column(self.principal, self.fee, self.credit, self.total, spacing=2)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.S3 + 2, theme.S2, theme.S3, theme.S2)
        foot.setSpacing(theme.S5)
        foot.addLayout(choice, 3)
        foot.addLayout(sums, 2)
        return foot

    # Which accounts ------------------------------------------------------------------------------------------

    def begin(self, found: Together) -> None:
        """Show accounts; those that have something to pay are ticked."""
        self.receipts.choose(ONE)
        self._shares = {}
        self.table.ticks.clear()
        for one in found.rows:
            self.table.ticks.put(one, bool(one.dues.to_pay))
        self._show(found, 0)

    def renew(self, found: Together) -> None:
        """The same accounts, asked again: what was left out stays out."""
        left_out = {one.account_number for one in self.rows if not self.table.ticks.has(one)}
        at = self.table.currentIndex().row()
        self.table.ticks.clear()
        for one in found.rows:
            self.table.ticks.put(one, bool(one.dues.to_pay) and one.account_number not in left_out)
        self._show(found, max(at, 0))

    def add(self, found: Together) -> bool:
        """One more account, ticked; whether it was not there before."""
        one = found.rows[0]
        at = next((at for at, had in enumerate(self.rows) if had.account_number == one.account_number), None)
        if at is not None:
            self.table.go_to(at)
            return False
        self.table.ticks.put(one, bool(one.dues.to_pay))
        self._show(replace(self.found, rows=(*self.rows, one)), len(self.rows))
        return True

    def _show(self, found: Together, at: int) -> None:
        say = self.say
        self.found = found
        self.name.setText(found.group_name or found.payer)
        paid_by = say("paid by {name}", name=found.payer)
        self.badge.show_state(say.join([found.group, paid_by]) if found.group else "", "plain")
        self.table.show_rows(found.rows, select=min(at, len(found.rows) - 1))
        self._ticked()

    @property
    def rows(self) -> tuple[AccountDue, ...]:
        """The accounts shown."""
        return self.found.rows if self.found is not None else ()

    @property
    def chosen(self) -> list[Dues]:
        """What the ticked accounts owe, in the order shown."""
        return [one.dues for one in self.rows if self.table.ticks.has(one)]

    @property
    def query(self) -> TogetherQuery:
        """What asks for the same accounts again."""
        group = self.found.group if self.found is not None else ""
        return TogetherQuery(tuple(one.account_number for one in self.rows), group)

    def _show_items(self, one: AccountDue) -> None:
        self.items.show_dues(one.dues)

    # The money -----------------------------------------------------------------------------------------------

    @property
    def owing(self) -> Owing:
        """The debt of the ticked accounts."""
        to_pay = Money.total([one.to_pay for one in self.chosen])
        used = Money.total([min(one.credit, one.total) for one in self.chosen])
        return Owing(Sums(to_pay + used, used, to_pay), self.found.language if self.found else "")

    def _ticked(self) -> None:
        say, chosen, sums = self.say, self.chosen, self.owing.dues
        words = say.plural("{count} account", "{count} accounts", len(chosen))
        self.count.show_state(words, "ok" if chosen else "warn")
        self.principal.show_value(say.money(Money.total([one.principal for one in chosen]), unit=True))
        self.fee.show_value(say.money(Money.total([one.late_fee for one in chosen]), unit=True))
        self.credit.show_value(say.money(-sums.credit, unit=True))
        self.total.show_value(say.money(sums.to_pay, unit=True))
        self.changed.emit()

    def _gets(self, one: AccountDue) -> Cell:
        """What an account gets, and by which of several tenders."""
        say, amount = self.say, self._shares.get(one.account_number, Money.zero())
        by = self._tendered.get(one.account_number, [])
        words = " + ".join(say(tender.text) for tender, _ in by)
        return replace(money_cell(say.money(amount), zero=not amount), second=words)

    def _show_split(self) -> None:
        """What of an account that two tenders pay each of them pays; without one, how accounts come and go."""
        say = self.say
        told = [
            say.join(
                [
                    self.seat.app.country.format_account(number),
                    *(f"{say(tender.text)} {say.money(part)}" for tender, part in by),
                ]
            )
            for number, by in self._tendered.items()
            if len(by) > 1
        ]
        words = say("Space leaves an account out, a scan or search adds one")
        self.hint.setText("; ".join(told) if told else words)

    def show_amount(self, amount: Money, tenders: Sequence[TenderPart] = ()) -> None:
        """What each account gets of an amount, and by which of several ``tenders``; of nothing typed: of all that is
        due."""
        self._shares = {
            share.account_number: share.amount for share in self.shares(amount or self.owing.dues.to_pay)
        }
        self._tendered = {}
        for part in rules.divided(self.mixed(tenders)) if tenders else ():
            for share in part.shares:
                self._tendered.setdefault(share.account_number, []).append((part.tender, share.amount))
        self._show_split()
        self.table.rows_model.retell()

    def shares(self, amount: Money) -> Sequence[AccountShare]:
        """An amount spread over the ticked accounts, oldest debts first."""
        return rules.shares(amount, self.chosen, late_fee_first=self.seat.app.country.late_fee_first)

    def order(self, part: TenderPart, paid_by: str) -> TogetherOrder:
        """The payment as it is typed, by one tender."""
        (paid,) = rules.divided(self.mixed((part,), paid_by))
        return paid

    def mixed(self, tenders: Sequence[TenderPart], paid_by: str = "") -> MixedTogetherOrder:
        """The payment as it is typed, by several tenders."""
        return MixedTogetherOrder(
            shares=tuple(self.shares(Money.total([one.amount for one in tenders]))),
            tenders=tuple(tenders),
            one_receipt=self.receipts.index == ONE,
            group=self.found.group if self.found is not None else "",
            paid_by=paid_by,
        )

    def turn_receipts(self) -> None:
        """One receipt for all, or one each."""
        self.receipts.choose(EACH if self.receipts.index == ONE else ONE)

    def lock(self, locked: bool) -> None:
        """Nothing can be changed while a payment is on its way."""
        self.table.setEnabled(not locked)
        self.receipts.setEnabled(not locked)
