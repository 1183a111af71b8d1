"""The wrong-account step: which payment, which account it was meant for, and both accounts before and after."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.counter.records import PaidPart
from desktop.counter.records.right import MovedAccount, MoveOrder, MoveRow, PaymentMoved
from desktop.kernel.measures import Money
from desktop.kernel.text import Catalog
from desktop.kernel.work import Seat
from desktop.ledger.records import SettledItem
from desktop.qt import theme
from desktop.qt.basics import Field, Label, ProblemLine, column, reveal, row
from desktop.qt.cells import title_room
from desktop.qt.choosing import Segments
from desktop.qt.fields import ChoiceField, TextField
from desktop.qt.figures import Pair
from desktop.qt.fold import Fold
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table, money_cell

_BESIDE = 700
WHOLE, ALONE = 0, 1
"""Places of the choice of what is moved."""


class SidePanel(Panel):
    """One of the two accounts: what it owed and what it owes then, item by item with its late fee."""

    def __init__(self, say: Catalog, title: str, items: str) -> None:
        super().__init__(title)
        self.say = say
        self.who, self.where = Label("", "strong"), Label("", "small", "ink2", wrap=True)
        self.owed, self.late = Pair(say("Owed")), Pair(say("of it late fees"))
        self.credit = Pair(say("Credit"))
        amount, fee = say("Principal"), say("Late fee")
        self.items = Table(
            items,
            (
                Column(items, lambda one: Cell(say.month(one.month), one.bill_number)),
                Column(
                    amount,
                    lambda one: money_cell(say.money(one.principal)),
                    title_room(amount, 92),
                    right=True,
                ),
                Column(fee, lambda one: money_cell(say.money(one.late_fee)), title_room(fee, 84), right=True),
            ),
            row_height=theme.ROW_TWO,
        )
        self.items.show_empty(say("Nothing"))
        self.items.setMinimumHeight(theme.grown(120))
        for part in (self.who, self.where, self.owed, self.late, self.credit):
            self.body.addWidget(part)
        self.body.addWidget(self.items, 1)

    def show_side(self, side: MovedAccount | None, number: str, items: tuple[SettledItem, ...]) -> None:
        """Show what becomes of it; nothing while that is not known."""
        say = self.say
        self.who.setText(say.join([number, side.customer_name]) if side else "–")
        self.where.setText(side.address if side else "")
        values = (
            (self.owed, "total"),
            (self.late, "late_fee"),
            (self.credit, "credit"),
        )
        for pair, name in values:
            if side is None:
                pair.show_value("–")
                continue
            before, after = (say.money(getattr(dues, name)) for dues in (side.before, side.after))
            pair.show_value(f"{before} → {after}" if before != after else after)
        self.items.show_rows(items)


class MovePanel(Panel):
    """One guided step: type or scan the right account, look, say why, confirm. ``asked`` for what would come of it."""

    asked = Signal()

    def __init__(self, seat: Seat, say: Catalog) -> None:
        super().__init__(say("Payment on the wrong account"))
        self.say, self.format = say, seat.app.country.format_account
        self.number, self.seen = "", None
        self._parts: list[PaidPart] = []
        self.about, self.history = Label("", "strong", wrap=True), Label("", "small", "ink2", wrap=True)
        self.accounts = ChoiceField()
        self.accounts_field = Field(say("It stands on"), self.accounts)
        self.extent = Segments(
            [
                ("banknote", say("the whole payment"), "Ctrl+T"),
                ("receipt-text", say("this receipt alone"), ""),
            ]
        )
        self.to = TextField(example=say("type or scan the account number"))
        self.to_field = Field(say("The right account"), self.to)
        self.reason = TextField(example=say("for example: the neighbour's bill was scanned"))
        self.reason_field = Field(say("Why"), self.reason)
        self.problem = ProblemLine()
        self.left = SidePanel(say, say("It leaves"), say("Owed again"))
        self.right = SidePanel(say, say("It comes to"), say("It settles"))
        fields = row(self.accounts_field, self.to_field, self.reason_field)
        sides = Fold((self.left, 0, 200), (self.right, 0, 200), below=_BESIDE)
        top = QWidget()
        top.setLayout(column(self.about, self.history, self.extent))
        self.extent.setMaximumWidth(theme.grown(460))
        self.body.addWidget(top)
        self.body.addLayout(fields)
        self.body.addWidget(self.problem)
        self.body.addWidget(sides, 1)
        self.to.textEdited.connect(lambda _: self._changed())
        self.to.returnPressed.connect(self.asked)
        self.accounts.changed.connect(lambda _: self._other_account())
        self.extent.chosen.connect(lambda _: self._other_extent())
        self.reason.textEdited.connect(lambda _: self.reason_field.problem(""))

    def begin(self, number: str, parts: tuple[PaidPart, ...], moves: tuple[MoveRow, ...]) -> None:
        """Begin with a receipt; where its payment was moved before, the way back is filled in."""
        say = self.say
        self.number, self.seen = number, None
        self._parts = [one for one in parts if not one.taken_back]
        standing = [one for one in self._parts if one.receipt_number == number]
        names = [
            (say.join([self.format(one.account_number), one.customer_name]), one.account_number)
            for one in standing
        ]
        self.accounts.offer(names)
        reveal(self.accounts_field, len(names) > 1)
        self.to.setText("")
        self.extent.choose(WHOLE)
        self._show_extent()
        last = moves[-1] if moves else None
        self.history.setText(
            say(
                "Moved on {day} from {left} to {right}: {reason}",
                day=last.moved_at.date(),
                left=self.format(last.from_account),
                right=self.format(last.to_account),
                reason=last.reason,
            )
            if last
            else ""
        )
        reveal(self.history, last is not None)
        self.to.setText(last.from_account if last and len(standing) == 1 else "")
        self.reason.setText("")
        for field in (self.to_field, self.reason_field):
            field.problem("")
        self._forget()

    def _moved(self) -> list[PaidPart]:
        """The payments of the account that is chosen: those of all its tenders, or of this receipt alone."""
        number = self.accounts.value()
        paid = [one for one in self._parts if one.account_number == number]
        alone = [one for one in paid if one.receipt_number == self.number]
        return alone if self.extent.index == ALONE or not alone else paid

    @property
    def mixed(self) -> bool:
        """Whether there is more to move than this receipt."""
        number = self.accounts.value()
        return len({one.receipt_number for one in self._parts if one.account_number == number}) > 1

    def _show_extent(self) -> None:
        """Which receipts are moved, of which account and how much: where several tenders paid it, all or the one."""
        say, moved = self.say, self._moved()
        reveal(self.extent, self.mixed)
        told = say("The payment was taken back already.")
        if moved or not self._parts:
            first = moved[:1]
            words = [
                say(
                    "Receipt {number}",
                    number=say.join([one.receipt_number for one in moved] or [self.number]),
                )
            ]
            words += [say.join([self.format(one.account_number), one.customer_name]) for one in first]
            total = Money.total([one.amount for one in moved])
            told = say.join([*words, *(say.money(total, unit=True) for _ in first)])
        self.about.setText(told)

    def turn_extent(self) -> None:
        """The whole payment, or this receipt alone."""
        if self.mixed:
            self.extent.choose(ALONE if self.extent.index == WHOLE else WHOLE)

    def _other_account(self) -> None:
        self._show_extent()
        self._changed()

    def _other_extent(self) -> None:
        self._show_extent()
        self._changed()
        if self.to.value():
            self.asked.emit()

    @property
    def typed(self) -> bool:
        """Whether something would be lost."""
        return bool(self.reason.text().strip())

    def _changed(self) -> None:
        self.to_field.problem("")
        self._forget()

    def _forget(self) -> None:
        """What was shown is not what is typed any more."""
        self.seen = None
        self.problem.tell("")
        for side in (self.left, self.right):
            side.show_side(None, "", ())

    def trial(self) -> MoveOrder | None:
        """What would be done, to see what comes of it; None without an account."""
        if not self.to.value():
            self.to_field.problem(self.say("Type the account the payment was meant for"))
            self.to.setFocus()
            return None
        return MoveOrder(
            self.number,
            self.to.value(),
            self.reason.value() or "…",
            self.accounts.value() or "",
            self.extent.index == WHOLE,
        )

    def show_moved(self, order: MoveOrder, moved: PaymentMoved) -> None:
        """Show both accounts before and after."""
        if (order.to_account, order.whole) != (self.to.value(), self.extent.index == WHOLE):
            return  # typed on meanwhile
        self.seen = order
        self.problem.tell("")
        self.left.show_side(moved.left, self.format(moved.left.account_number), moved.reopened)
        self.right.show_side(moved.right, self.format(moved.right.account_number), moved.settled)

    def order(self) -> MoveOrder | None:
        """What is confirmed: only what was seen, and with its reason; None where one of them is missing."""
        if self.seen is None:
            self.asked.emit()
            return None
        if not self.reason.value():
            self.reason_field.problem(self.say("Say why"))
            self.reason.setFocus()
            return None
        return replace(self.seen, reason=self.reason.value())
