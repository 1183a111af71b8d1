"""The panes at the right of the counter: the money of one payment, the receipt that is out, the shift."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QWidget

from desktop.counter import rules
from desktop.counter.records import ReceiptIssued, Shift, TakenTogether, TenderKind, TenderPart, TillOpened
from desktop.kernel.measures import Currency, Money
from desktop.kernel.text import Catalog
from desktop.kernel.work import Seat
from desktop.qt import theme
from desktop.qt.basics import RIGHT, Field, Icon, Label, Rule, column, row
from desktop.qt.choosing import Choices, Segments
from desktop.qt.figures import Badge, Elided, Figure, Pair
from desktop.qt.money import MoneyField
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table

TENDERS = (
    (TenderKind.CASH, "banknote", "F6"),
    (TenderKind.CARD, "credit-card", "F7"),
    (TenderKind.WALLET, "qr-code", "F8"),
    (TenderKind.TRANSFER, "split", "F9"),
    (TenderKind.CHEQUE, "stamp", "Ctrl+E"),
)
QUICK_AMOUNTS = 4


def quick_amounts(due: Money, currency: Currency, notes: Sequence[Decimal]) -> tuple[Money, ...]:
    """What people hand over for an amount: exactly that, then the next sums their notes make.

    >>> yuan = Currency("CNY", "元", 2)
    >>> [str(yuan.decimal(money)) for money in quick_amounts(yuan.money("338.01"), yuan, (Decimal(100), Decimal(10)))]
    ['338.01', '340.00', '400.00', '500.00']
    """
    if not due:
        return ()
    owed = currency.decimal(due)
    steps = [*notes, 5 * max(notes)] if notes else []
    rounded = {(owed / step).to_integral_value(ROUND_CEILING) * step for step in steps}
    more = sorted(value for value in rounded if value > owed)
    return (due, *(currency.money(value) for value in more[-QUICK_AMOUNTS:]))


def hand_out(
    change: Money, currency: Currency, notes: Sequence[Decimal]
) -> tuple[tuple[tuple[Decimal, int], ...], Money]:
    """Notes and coins that make a change, largest first, and what is left that no coin makes."""
    left, parts = currency.decimal(change), []
    for note in notes:
        count = int(left // note)
        if count:
            parts.append((note, count))
            left -= note * count
    return tuple(parts), currency.money(left)


class Owed(Protocol):
    """What there is to pay: ``total`` in all, less the ``credit`` that is used before new money."""

    @property
    def total(self) -> Money: ...

    @property
    def credit(self) -> Money: ...

    @property
    def to_pay(self) -> Money: ...


class Debtor(Protocol):
    """Who owes it, as far as the money asks: an account, or several together."""

    @property
    def dues(self) -> Owed: ...

    @property
    def language(self) -> str: ...


class MoneyPane(Panel):
    """The money at the right: tender, what is due, what is given, the change.

    ``parts`` are the tenders put down already, ``meant`` what of the debt the money is for, where not all of it;
    ``paid_by`` names who pays, where that is not the customer, ``credit_shown`` the credit there would be
    after. ``reckoned`` follows every change of the amount that stays with us.
    """

    reckoned = Signal(object)

    def __init__(self, seat: Seat, say: Catalog) -> None:
        super().__init__(say("Take payment"))
        self.say, self.country = say, seat.app.country
        self.catalog = seat.app.catalog
        self.currency = self.country.currency
        self.payer: Debtor | None = None
        self.parts: tuple[TenderPart, ...] = ()
        self.keeps_change, self.paid_by = False, ""
        self.meant: Money | None = None
        self._sure: Money | None = None
        self.credit_shown = Money.zero()
        self._quick: tuple[Money, ...] = ()
        self.badge = Badge()
        self.head.addWidget(self.badge)
        self.tenders = Segments([(icon, say(kind.text), key) for kind, icon, key in TENDERS])
        self.due = Figure("amount")
        self.given = MoneyField(say, self.currency, large=True)
        self.given_field = Field(say("Given (cash)"), self.given, inline=True)
        self.quick = Choices()
        self.reference = QLineEdit()
        self.reference.setPlaceholderText("6228 0042")
        self.reference_field = Field(say("Number of the slip or transfer"), self.reference, inline=True)
        self._build_change()
        self._build()
        self.given.changed.connect(lambda _: self.reckon())
        self.given.stepped.connect(self._step_quick)
        self.given.returnPressed.connect(self._offer)
        self.reference.textEdited.connect(lambda _: self.reference_field.problem(""))
        self.quick.chosen.connect(self._take_quick)
        self.tenders.chosen.connect(lambda _: self._change_tender())

    def _build_change(self) -> None:
        self.change_block = Panel(kind="soft")
        self.change, self.change_note = Figure("display"), Label("", "small", "ink2")
        self.change_note.setAlignment(RIGHT)
        self.change_block.body.setSpacing(0)
        for part in (Label(self.say("Change"), "h2"), self.change, self.change_note):
            self.change_block.body.addWidget(part)

    def _build(self) -> None:
        say = self.say
        quick = QWidget()
        quick.setLayout(
            column(Label(say("Quick amounts, ↑ ↓"), "small", "ink2"), self.quick, spacing=theme.S1)
        )
        self.extra = QStackedWidget()
        self.extra.addWidget(quick)
        self.extra.addWidget(self.reference_field)
        self.extra.setFixedHeight(theme.grown(56))
        self.owed_after, self.credit_after = Pair(say("Owed after")), Pair(say("Credit after"))
        self.words = Pair(say("In words"))
        self.printer, self.foot = Elided("", "small", "ink2"), Pair("", "small")
        self.body.setContentsMargins(theme.S3 + 2, theme.S3, theme.S3 + 2, theme.S2)
        self.body.addWidget(self.tenders)
        self.due_label = Label(say("To pay"), "h2")
        self.body.addLayout(row(self.due_label, self.due))
        self.told_parts = Elided("", "small", "ink2")
        self.told_parts.hide()
        self.body.addWidget(self.told_parts)
        for part in (self.given_field, self.extra, self.change_block, Rule()):
            self.body.addWidget(part)
        for pair in (self.owed_after, self.credit_after, self.words):
            self.body.addWidget(pair)
        self.body.addStretch(1)
        self.paper = QWidget()
        line = row(Icon("printer"), self.printer, spacing=theme.S2)
        line.setStretch(1, 1)
        self.paper.setLayout(line)
        self.body.addWidget(self.paper)
        self.body.addWidget(self.foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a low screen what can be read elsewhere gives way; the money itself never scrolls."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        room = self.height() >= theme.LOW_BELOW
        told = bool(self.told_parts.text())
        self.told_parts.setVisible(told)
        self.foot.setVisible(room and not told)
        self.paper.setVisible(room and not told)
        self.words.setVisible(room and self.country.amount_in_words is not None)

    @property
    def tender(self) -> TenderKind:
        """What the money comes as."""
        return TENDERS[self.tenders.index][0]

    @property
    def locked(self) -> bool:
        """Whether nothing can be changed now."""
        return self.given.isReadOnly()

    def lock(self, locked: bool) -> None:
        """Nothing can be changed while a payment is on its way."""
        self.given.setReadOnly(locked)
        self.reference.setReadOnly(locked)
        self.tenders.setEnabled(not locked)
        self.quick.setEnabled(not locked)

    def show_printer(self, name: str) -> None:
        """Where the receipt will come out; no name: there is no printer."""
        say = self.say
        self.printer.setText(
            say("Receipt printer {printer} is ready", printer=name)
            if name
            else say("No receipt printer, receipts are kept as PDF")
        )

    # The amount ----------------------------------------------------------------------------------------------

    def show_payer(self, payer: Debtor) -> None:
        """What an account has to pay; what was typed stays."""
        self.payer = payer
        say, due = self.say, self.still_due
        title = say("Still to pay") if self.parts else say("To pay")
        self.due_label.setText(title)
        self.due.show_figure(say.money(due), self.currency.sign, title)
        parts = [f"{say(one.tender.text)} {say.money(one.amount)}" for one in self.parts]
        parts += [say("Paid by {name}", name=self.paid_by)] if self.paid_by else []
        self.told_parts.setText(say.join(parts))
        self._make_room()
        language = self.catalog(payer.language).shape.name
        self.foot.label.setText(say("receipt in {language}", language=language))
        offered = due if self.meant is None else min(due, self.meant)
        self._quick = quick_amounts(offered, self.currency, self.country.cash_notes)
        self.quick.offer([self._short(amount) for amount in self._quick])
        self.reckon()

    def begin(self, payer: Debtor, parts: tuple[TenderPart, ...] = (), paid_by: str = "") -> None:
        """The next customer: an empty form, cash; or another debt, for which ``parts`` are put down already."""
        self.parts, self.meant, self.paid_by = parts, None, paid_by
        self._begin_tender(payer)

    def _begin_tender(self, payer: Debtor) -> None:
        self.payer = payer
        self.keeps_change, self._sure = False, None
        self.tenders.choose(0)
        self.reference.clear()
        self.given.show_amount(None)
        self.show_payer(payer)

    def _short(self, amount: Money) -> str:
        whole = amount.raw % 10**self.currency.decimals == 0
        return self.say.number(self.currency.decimal(amount)) if whole else self.say.money(amount)

    def _change_tender(self) -> None:
        cash = self.tender is TenderKind.CASH
        self.extra.setCurrentIndex(0 if cash else 1)
        self.given_field.rename(
            self.say("Given (cash)") if cash else self.say("Amount ({tender})", tender=self.tender)
        )
        cheque = self.tender is TenderKind.CHEQUE
        self.reference_field.rename(
            self.say("Number of the cheque") if cheque else self.say("Number of the slip or transfer")
        )
        self.reference_field.problem("")
        due = self.still_due
        if not cash and self.given.amount() is None and due:
            self.given.show_amount(due)
        self.reckon()
        (self.given if cash else self.reference).setFocus()

    def _take_quick(self, at: int) -> None:
        if not self.locked and 0 <= at < len(self._quick):
            self.given.show_amount(self._quick[at])
            self.given.setFocus()

    def _step_quick(self, by: int) -> None:
        """Up and down in the amount field step through the quick amounts."""
        if self.tender is not TenderKind.CASH or not self._quick:
            return
        given = self.given.amount()
        here = self._quick.index(given) if given in self._quick else (-1 if by > 0 else 0)
        self._take_quick((here + by) % len(self._quick))

    def offer_largest(self) -> None:
        """Type the largest quick amount."""
        self._take_quick(len(self._quick) - 1)

    def _offer(self) -> None:
        """Enter takes the offered value into an empty field; it never books."""
        if not self.locked and self.given.amount() is None and self._quick:
            self.given.show_amount(self._quick[0])

    @property
    def still_due(self) -> Money:
        """What there is to pay besides the tenders put down already."""
        due = self.payer.dues.to_pay if self.payer else Money.zero()
        return max(due - Money.total([one.amount for one in self.parts]), Money.zero())

    @property
    def typed(self) -> Money:
        """All that is typed and not booked."""
        return Money.total([self.given.amount() or Money.zero(), *(one.given for one in self.parts)])

    @property
    def put_down(self) -> tuple[TenderPart, ...]:
        """Every tender as far as it is typed, the one that is being typed last."""
        given, amount, _ = self.split()
        typed = TenderPart(amount, given, self.tender, self.reference.text())
        return (*self.parts, typed) if amount else self.parts

    def part(self) -> TenderPart | None:
        """The tender as it is typed; what is missing is told beside its field."""
        say, (given, amount, _) = self.say, self.split()
        if not amount:
            large = bool(self.given.text()) and self.given.amount() is None
            words = (
                say("No amount is that large")
                if large
                else say("Type what is given; ↑ takes the exact amount")
            )
            self.given_field.problem(words)
            self.given.setFocus()
            return None
        if (self.given.cut or self.given.minus) and self._sure != given:  # 1,234 may have been meant, or -5
            self._sure = given
            words = (
                say("No minus is taken. The same key once more takes {amount}", amount=given)
                if self.given.minus
                else say("Thousands need no mark. The same key once more takes {amount}", amount=given)
            )
            self.given_field.problem(words)
            self.given.setFocus()
            return None
        number = self.reference.text().strip()
        if self.tender is not TenderKind.CASH and not number:
            cheque = self.tender is TenderKind.CHEQUE
            self.reference_field.problem(
                say("Enter the number of the cheque") if cheque else say("Enter the number on the slip")
            )
            self.reference.setFocus()
            return None
        return TenderPart(amount, given, self.tender, number)

    def add_part(self) -> None:
        """Put this tender down and ask for another one, for the rest."""
        part = self.part()
        if part is not None and self.payer is not None:
            self.parts = (*self.parts, part)
            self._begin_tender(self.payer)
            self.given.setFocus()

    def forget(self) -> None:
        """Nothing is typed any more, and no tender is put down."""
        self.parts = ()
        self.given.show_amount(None)

    def turn_change(self) -> None:
        """Keep the change of cash as credit, or give it out again."""
        self.keeps_change = not self.keeps_change and self.tender is TenderKind.CASH
        self.reckon()

    def is_much(self, bills: Sequence[Money]) -> bool:
        """Whether a tender is a hundred times what is due and any bill, and was not confirmed by pressing."""
        due = self.payer.dues.to_pay if self.payer else Money.zero()
        given = self.given.amount() or Money.zero()
        most = rules.is_much([given, *(one.given for one in self.parts)], due, bills)
        if most is None or self._sure == given:
            return False
        self._sure = given
        words = self.say("More than a hundred times {amount}. F12 once more takes it", amount=most)
        self.given_field.problem(words)
        self.given.setFocus()
        return True

    def split(self) -> tuple[Money, Money, Money]:
        """What is given, what of it stays with us, and the change."""
        given = self.given.amount() or Money.zero()
        due = self.still_due
        cash = self.tender is TenderKind.CASH and not self.keeps_change
        amount = min(given, due) if cash and (due or self.parts) else given
        return given, amount, given - amount

    def reckon(self) -> None:
        """Show the change and what is left after, as it would be now."""
        if self.payer is None:
            return
        say, dues = self.say, self.payer.dues
        given, amount, change = self.split()
        before = Money.total([one.amount for one in self.parts])
        if self._sure != given:
            self._sure = None
        self.change.show_figure(say.money(change), self.currency.sign, say("Change"))
        self.change_note.setText(self.notes_words(change))
        left = max(self.still_due - amount, Money.zero())
        amount += before
        self.owed_after.show_value(say.money(left, unit=True))
        credit = max(dues.credit + amount - dues.total, Money.zero())
        self.credit_after.show_value(say.money(credit, unit=True))
        self.credit_shown = credit
        words = self.country.amount_in_words
        if words is not None:
            self.words.show_value(words(self.currency.decimal(amount)) if amount else "–")
        self.quick.mark(self._quick.index(given) if given in self._quick else -1)
        if self.given.minus:
            words = say("No minus is taken: a refund gives money back. Look whether this is the amount")
            self.given_field.problem(words, "warn")
        elif self.given.cut:
            words = say("Two decimals at most; thousands need no mark. Look whether this is the amount")
            self.given_field.problem(words, "warn")
        elif given and left:
            self.given_field.problem(say("Less than what is due: {left} stays open", left=left), "warn")
        elif given and dues.to_pay and amount > dues.to_pay:
            over = amount - dues.to_pay
            self.given_field.problem(say("{amount} more than is due becomes credit", amount=over), "warn")
        else:
            self.given_field.problem("")
        self.reckoned.emit(amount)

    def notes_words(self, change: Money) -> str:
        """The notes and coins that make a change; a blank when there is none."""
        if not change:
            return " "
        parts, left = hand_out(change, self.currency, self.country.cash_notes)
        words = " + ".join(
            self.say.number(note) + (f"×{count}" if count > 1 else "") for note, count in parts
        )
        if left:
            return self.say.join((words, self.say("{left} has no coin", left=left)))
        return words


class DonePane(Panel):
    """The receipt's number and the change, until the next customer."""

    def __init__(self, say: Catalog, sign: str) -> None:
        super().__init__(" ")
        self.say, self.sign = say, sign
        self.badge = Badge(say("Paid"), "ok")
        self.head.addWidget(self.badge)
        block = Panel(kind="soft")
        self.change, self.note = Figure("display"), Label("", "small", "ink2")
        self.note.setAlignment(RIGHT)
        block.body.setSpacing(0)
        for part in (Label(say("Change"), "h2"), self.change, self.note):
            block.body.addWidget(part)
        self.amount = Figure("amount")
        self.given, self.tender = Pair(say("Given")), Pair(say("Tender"))
        self.customer = Pair(say("Customer"))
        self.owed_after, self.credit_after = Pair(say("Owed after")), Pair(say("Credit after"))
        self.paper = Label("", "small", "ink3", wrap=True)
        self.body.setContentsMargins(theme.S3 + 2, theme.S3, theme.S3 + 2, theme.S2)
        self.body.addWidget(block)
        self.body.addLayout(row(Label(say("Paid"), "h2"), self.amount))
        self.body.addWidget(Rule())
        for pair in (self.given, self.tender, self.customer, self.owed_after, self.credit_after):
            self.body.addWidget(pair)
        self.body.addStretch(1)
        self.body.addWidget(self.paper)

    def show_receipt(self, receipt: ReceiptIssued | TakenTogether, notes: str, title: str) -> None:
        """Show what was taken."""
        say = self.say
        self.title.setText(title)
        self.setAccessibleName(self.title.text())
        self.change.show_figure(say.money(receipt.change), self.sign, say("Change"))
        self.note.setText(notes)
        self.amount.show_figure(say.money(receipt.amount), self.sign, say("Paid"))
        tenders = receipt.tenders if isinstance(receipt, TakenTogether) else (receipt.tender,)
        cheque = TenderKind.CHEQUE in tenders
        self.badge.show_state(say("Cheque pending") if cheque else say("Paid"), "due" if cheque else "ok")
        self.given.show_value(say.money(receipt.given, unit=True))
        self.tender.show_value(say.join([say(one.text) for one in tenders]))
        self.customer.show_value(receipt.customer_name)
        self.owed_after.show_value(say.money(receipt.owed_after, unit=True))
        self.credit_after.show_value(say.money(receipt.credit_after, unit=True))
        self.paper.setText("")


class ShiftPane(Panel):
    """This till's shift: numbers of receipts only, for counts are blind, and the latest ones."""

    def __init__(self, say: Catalog) -> None:
        super().__init__(say("This shift"))
        self.say = say
        self.till, self.opened = Pair(say("Till")), Pair(say("Opened"))
        self.counts = {kind: Pair(say(kind.text)) for kind, _, _ in TENDERS}
        self.receipts, self.next = Pair(say("Receipts"), "strong"), Pair(say("Next receipt"))
        self.latest = Table(
            say("Latest receipts"),
            (
                Column("", lambda one: Cell(f"{one.paid_at:%H:%M}", ink="ink2"), 60),
                Column("", lambda one: Cell(one.customer_name, say(one.tender.text))),
                Column("", lambda one: Cell(say.money(one.amount)), 92, right=True),
            ),
            row_height=theme.ROW_TWO,
            header=False,
            persons=True,
        )
        self.latest.show_empty(say("No receipt yet"))
        self.body.setContentsMargins(theme.S3 + 2, theme.S3, theme.S3 + 2, theme.S2)
        for part in (self.till, self.opened, Rule(), *self.counts.values(), self.receipts, self.next):
            self.body.addWidget(part)
        self.body.addWidget(Label(say("Amounts are shown after the count"), "small", "ink3"))
        self.body.addWidget(Rule())
        self.body.addWidget(Label(say("Latest receipts"), "small", "ink2"))
        self.body.addWidget(self.latest, 1)

    def show_till(self, opened: TillOpened | None) -> None:
        """Show the open session, or that there is none."""
        say = self.say
        self.till.show_value(opened.till_name if opened else say("closed"))
        self.opened.show_value(say.moment(opened.opened_at) if opened else "–")
        self.receipts.show_value(say.number(opened.receipts) if opened else "–")
        self.next.show_value(opened.next_receipt if opened else "–")

    def show_shift(self, shift: Shift | None) -> None:
        """Show what it took."""
        counts = dict(shift.counts) if shift else {}
        for kind, pair in self.counts.items():
            pair.show_value(self.say.number(counts[kind]) if counts else "–")
        self.latest.show_rows(shift.latest if shift else ())
