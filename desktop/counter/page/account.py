"""The account at the counter: what is owed with the arithmetic of late fees, usage, payments and bills before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Protocol
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.counter.records import CardPart, PaymentRow
from desktop.kernel.measures import Energy, Money
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat
from desktop.ledger.records import AgreementRow, DueItem, Dues
from desktop.ledger.rules import Allocation, allocate
from desktop.metering.records import MonthUsage
from desktop.parties.records import ContactShown
from desktop.premises.records import SupplyState
from desktop.qt import theme
from desktop.qt.basics import Icon, Label, Rule, column, row
from desktop.qt.buttons import KeyCap
from desktop.qt.cells import badge_room, title_room
from desktop.qt.charts import UsageBars, month_bars
from desktop.qt.figures import Badge, Elided, Facts, Pair, grouped
from desktop.qt.keys import cap
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table, money_cell

SUPPLY_STATES = {SupplyState.CONNECTED: "ok", SupplyState.LIMITED: "warn", SupplyState.DISCONNECTED: "bad"}
ORDER_LINES = 3
RECENT = 12
_MANY_DAYS = 888
_PAYMENTS_WIDE = 316


class _Row(Protocol):
    number: str
    customer_name: str
    address: str
    meter_serial: str
    phone: str


class Billed(Protocol):
    """What a list of bills shows of one."""

    number: str
    month: date
    due_on: date
    energy: Energy
    amount: Money
    open: Money
    cheque: bool
    disputed: bool


class Payer(Protocol):
    """What the counter shows of an account: the part it needs of the card that the desk, an upper area, makes."""

    row: _Row
    party_id: UUID
    contacts: tuple[ContactShown, ...]
    use_class: Text
    supply_state: SupplyState
    language: str
    dues: Dues
    usage: tuple[MonthUsage, ...]
    accumulated: Energy
    bills: tuple[Billed, ...]
    payments: tuple[PaymentRow, ...]
    cheques_pending: Money
    cheques_returned: int
    debit_awaiting: Money
    debit_bank: str
    agreement: AgreementRow | None


def due_state(say: Catalog, item: DueItem, today: date) -> Cell:
    """How an open item stands towards its due day, or that it is disputed, as a badge."""
    if item.wholly_disputed:
        return Cell(say("disputed"), state="warn")
    if item.disputed is not None:
        return Cell(say("{amount} disputed", amount=item.disputed), state="warn")
    if item.overdue_days:
        return Cell(_overdue(say, item.overdue_days), state="bad")
    left = (item.due_on - today).days
    if left <= 0:
        return Cell(say("due today"), state="due")
    return Cell(_days_left(say, left), state="due")


def due_states_room(say: Catalog) -> int:
    """The width of a column of such badges."""
    return badge_room(
        say("State"),
        (_overdue(say, _MANY_DAYS), _days_left(say, _MANY_DAYS), say("due today"), say("disputed")),
    )


def _overdue(say: Catalog, days: int) -> str:
    return say.plural("overdue {count} day", "overdue {count} days", days)


def _days_left(say: Catalog, days: int) -> str:
    return say.plural("{count} day left", "{count} days left", days)


def bill_state(say: Catalog, bill: Billed, today: date) -> Cell:
    """Whether a bill is paid, or how it stands towards its due day, as a badge."""
    if not bill.open:
        return Cell(say("cheque pending"), state="due") if bill.cheque else Cell(say("paid"), state="ok")
    if bill.disputed:
        return Cell(say("disputed"), state="warn")
    if bill.due_on < today:
        return Cell(_overdue(say, (today - bill.due_on).days), state="bad")
    return Cell(say("not yet due"), state="due")


def bill_states_room(say: Catalog) -> int:
    """The width of a column of such badges."""
    words = (say("paid"), say("cheque pending"), say("not yet due"), _overdue(say, _MANY_DAYS))
    return badge_room(say("State"), words)


def disputed_badge(say: Catalog, items: Sequence[DueItem]) -> tuple[str, str]:
    """How many bills of an account are disputed."""
    count = sum(1 for item in items if item.disputed_on is not None)
    return (say.plural("{count} disputed", "{count} disputed", count) if count else "", "warn")


def agreement_badge(say: Catalog, agreement: AgreementRow | None) -> tuple[str, str]:
    """What keeps the agreement about an account's arrears, or that it is broken."""
    if agreement is None:
        return ("", "ok")
    if agreement.missing:
        return (say("agreement broken: {amount} missing", amount=agreement.missing), "bad")
    amount, day = agreement.next_amount, agreement.next_on
    return (say("agreed: {amount} by {day}", amount=amount, day=day or agreement.agreed_on), "ok")


def cheque_badges(say: Catalog, pending: Money, returned: int) -> list[tuple[str, str]]:
    """What an account has paid by cheque that is not credited yet, and how many of its cheques came back."""
    waits = say("cheque of {amount} pending", amount=pending) if pending else ""
    back = say.plural("{count} cheque returned", "{count} cheques returned", returned) if returned else ""
    return [(waits, "due"), (back, "bad")]


def debit_badge(say: Catalog, awaiting: Money, bank: str) -> tuple[str, str]:
    """What of an account a bank was asked to collect and has not answered yet; else by which bank it is debited."""
    if awaiting:
        return (say("direct debit of {amount} awaits its result", amount=awaiting), "due")
    return (say("direct debit, {bank}", bank=bank) if bank else "", "plain")


class DueItems(QWidget):
    """Open items as a table, with the arithmetic behind the late fee of the one at hand right below."""

    def __init__(self, seat: Seat, say: Catalog, name: str) -> None:
        super().__init__()
        self.seat, self.say = seat, say
        self.table = self._build_table(name)
        self.arithmetic = Elided("", "small", "ink2")
        line = row(Icon("calculator"), self.arithmetic, spacing=theme.S2)
        line.setStretch(1, 1)
        line.setContentsMargins(theme.S3 + 2, 0, theme.S3, 0)
        self.explained = QFrame()
        self.explained.setProperty("kind", "canvas")
        self.explained.setFixedHeight(theme.ROW_COMPACT)
        self.explained.setLayout(line)
        whole = column(self.table, Rule(), self.explained, spacing=0)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.table.moved.connect(self._explain)

    def _build_table(self, name: str) -> Table:
        say, sign = self.say, self.seat.app.country.currency.sign
        principal, fee = say("Principal {sign}", sign=sign), say("Late fee {sign}", sign=sign)
        to_pay = say("To pay {sign}", sign=sign)
        table = Table(
            name,
            (
                Column(
                    say("Owed for"),
                    lambda item: say("{month} {kind}", month=say.month(item.month), kind=item.kind),
                ),
                Column("kWh", self._energy, 72, right=True),
                Column(
                    principal, lambda item: say.money(item.principal), title_room(principal, 96), right=True
                ),
                Column(fee, self._fee, title_room(fee, 90), right=True),
                Column(
                    say("Due"), lambda item: say.date(item.due_on), title_room(say("Due"), 104), right=True
                ),
                Column(
                    say("State"), lambda item: due_state(say, item, self.seat.today()), due_states_room(say)
                ),
                Column(
                    to_pay, lambda item: money_cell(say.money(item.total)), title_room(to_pay, 96), right=True
                ),
            ),
        )
        table.show_empty(say("Nothing is owed"), say("Money taken now becomes credit"), "circle-check")
        return table

    def _energy(self, item: DueItem) -> str:
        return "" if item.energy is None else self.say.number(item.energy)

    def _fee(self, item: DueItem) -> Cell:
        return money_cell(self.say.money(item.late_fee), zero=not item.late_fee, strong=False)

    def show_dues(self, dues: Dues) -> None:
        """Show what is owed."""
        self.explained.setVisible(bool(dues.items))
        self.table.show_rows(dues.items, select=0 if dues.items else None)

    def _explain(self, item: DueItem) -> None:
        say = self.say
        words = [say(part) for part in item.arithmetic]
        if not words:
            month = say.month(item.month)
            words = [say("No late fee for {month}, it may be paid until {day}", month=month, day=item.due_on)]
        self.arithmetic.setText(say.join(words))


ASKED_OFTEN = {
    CardPart.WHY: ("Ctrl+W", Text("why the bill differs")),
    CardPart.WHAT_IF: ("Ctrl+H", Text("other price lists")),
}
"""What customers ask while they stand here: the keys that show it on the card."""


class AccountView(QWidget):
    """The account, its open items with the arithmetic of late fees, usage and recent payments.

    On a high screen its bills stand below. ``card_wanted`` with a `CardPart` that customers ask for.
    """

    card_wanted = Signal(object)

    def __init__(self, seat: Seat, say: Catalog) -> None:
        super().__init__()
        self.seat, self.say = seat, say
        self.name, self.badges = Label("", "h1"), [Badge() for _ in range(8)]
        self.dues: Dues | None = None
        self._first: UUID | None = None
        self.facts = Facts(
            (say("Account"), say("Address"), say("Meter"), say("Phone"), say("Credit")),
            longest=1,
            gap=theme.S5,
        )
        self._build_tables()
        self._build()

    # Building ------------------------------------------------------------------------------------------------

    def _build_tables(self) -> None:
        say, sign = self.say, self.seat.app.country.currency.sign
        amount = say("Amount {sign}", sign=sign)
        self.items = DueItems(self.seat, say, say("Open items"))
        self.table = self.items.table
        self.payments = Table(
            say("Recent payments"),
            (
                Column("", lambda paid: Cell(say.date(paid.paid_at.date()), ink="ink2"), 104),
                Column("", lambda paid: say(paid.tender.text)),
                Column("", lambda paid: Cell(say.money(paid.amount)), 96, right=True),
            ),
            row_height=theme.ROW_COMPACT,
            header=False,
        )
        self.payments.show_empty(say("No payment yet"))
        self.bills = Table(
            say("Bills"),
            (
                Column(say("Month"), lambda bill: say.month(bill.month), 96),
                Column(say("Bill"), lambda bill: Cell(bill.number, ink="ink2")),
                Column("kWh", lambda bill: say.number(bill.energy), 96, right=True),
                Column(
                    amount,
                    lambda bill: money_cell(say.money(bill.amount)),
                    title_room(amount, 110),
                    right=True,
                ),
                Column(say("Due"), lambda bill: say.date(bill.due_on), 110, right=True),
                Column(
                    say("State"), lambda bill: bill_state(say, bill, self.seat.today()), bill_states_room(say)
                ),
            ),
        )
        self.bills.show_empty(say("No bill yet"), "", "receipt-text")

    def _build(self) -> None:
        say = self.say
        usage = Panel(say("Usage, 13 months"))
        self.accumulated, self.estimated = Label("", "small", "ink2"), Badge()
        usage.head.addWidget(self.estimated)
        usage.head.addWidget(self.accumulated)
        for part, (key, words) in ASKED_OFTEN.items():
            shown = KeyCap(cap(key), say(words))
            shown.clicked.connect(partial(self._want, part))
            usage.head.addWidget(shown)
        self.bars = UsageBars(say("Usage, 13 months"))
        usage.body.addWidget(self.bars)
        recent = Panel(say("Recent payments"), padding=0)
        recent.body.addWidget(self.payments)
        recent.setMinimumWidth(theme.grown(_PAYMENTS_WIDE))
        self.bills_panel = Panel(say("Bills"), padding=0)
        self.bills_panel.body.addWidget(self.bills)
        below = row(usage, recent)
        below.setStretch(0, 5)
        below.setStretch(1, 3)
        whole = column(self._build_account())
        whole.setStretch(0, 11)
        whole.addLayout(below, 10)
        whole.addWidget(self.bills_panel, 10)
        self.setLayout(whole)

    def _build_account(self) -> Panel:
        account = Panel(padding=0)
        top = row(self.name, *self.badges, spacing=theme.S2)
        top.addStretch(1)
        head = QVBoxLayout()
        head.setContentsMargins(theme.S3 + 2, theme.S2, theme.S3, theme.S1)
        head.setSpacing(2)
        head.addLayout(top)
        head.addWidget(self.facts)
        account.body.setSpacing(0)
        account.body.addLayout(head)
        account.body.addWidget(self.items, 1)
        account.body.addLayout(self._build_sums())
        return account

    def _build_sums(self) -> QHBoxLayout:
        say = self.say
        self.order_title = Elided("", "small")
        self.order = [Elided("", "small", "ink2") for _ in range(ORDER_LINES)]
        spread = column(self.order_title, *self.order, spacing=0)
        spread.addStretch(1)
        self.principal, self.fee = Pair(say("Principal")), Pair(say("Late fee"))
        self.total = Pair(say("Total"), "strong")
        sums = column(self.principal, self.fee, self.total, spacing=2)
        sums.addStretch(1)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.S3 + 2, theme.S2, theme.S3, theme.S2)
        foot.setSpacing(theme.S5)
        foot.addLayout(spread, 5)
        foot.addLayout(sums, 3)
        return foot

    def _want(self, part: CardPart) -> None:
        self.card_wanted.emit(part)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A high screen has room for the bills as well; on a low one the bars keep a readable height."""
        super().resizeEvent(event)
        self.bills_panel.setVisible(self.height() >= theme.HIGH_FROM)

    # Showing -------------------------------------------------------------------------------------------------

    def show_payer(self, payer: Payer) -> None:
        """Show an account; the same one keeps what was chosen to be settled first, as long as it is owed."""
        say, dues = self.say, payer.dues
        same = self.dues is not None and self.dues.account_id == dues.account_id
        self.dues = dues
        if not same or self.first is None:
            self._first = None
        self.name.setText(payer.row.customer_name)
        self.badges[0].show_state(say(payer.supply_state.text), SUPPLY_STATES[payer.supply_state])
        overdue = sum(1 for item in dues.items if item.overdue_days and not item.wholly_disputed)
        self.badges[1].show_state(
            say.plural("{count} overdue", "{count} overdue", overdue) if overdue else "", "bad"
        )
        self.badges[2].show_state(say(payer.use_class), "plain")
        more = [
            disputed_badge(say, dues.items),
            agreement_badge(say, payer.agreement),
            *cheque_badges(say, payer.cheques_pending, payer.cheques_returned),
            debit_badge(say, payer.debit_awaiting, payer.debit_bank),
        ]
        for badge, (words, state) in zip(self.badges[3:], more, strict=True):
            badge.show_state(words, state)
        self.facts.show_values(
            (
                self.seat.app.country.format_account(payer.row.number),
                payer.row.address,
                grouped(payer.row.meter_serial),
                payer.row.phone,
                say.money(dues.credit, unit=True),
            )
        )
        self.principal.show_value(say.money(dues.principal, unit=True))
        self.fee.show_value(say.money(dues.late_fee, unit=True))
        total = say.plural("Total of {count} item", "Total of {count} items", len(dues.items))
        self.total.show_value(say.money(dues.total, unit=True), total)
        self.items.show_dues(dues)
        self.show_order(dues, dues.to_pay)
        self.bars.show_bars(
            month_bars(say, [(one.month, one.energy.decimal, one.estimated) for one in payer.usage])
        )
        self.accumulated.setText(say("kWh, this year {energy}", energy=payer.accumulated))
        self.estimated.show_state(
            say("estimated") if any(one.estimated for one in payer.usage) else "", "est"
        )
        self.payments.show_rows(payer.payments[:RECENT])
        self.bills.show_rows(payer.bills)

    @property
    def first(self) -> DueItem | None:
        """The open item that is to be settled first, as the customer wishes; None: the order of the country."""
        items = self.dues.items if self.dues is not None else ()
        return next((item for item in items if item.open_item_id == self._first), None)

    @property
    def first_bill(self) -> str:
        """The number of its bill; empty for the order of the country."""
        return self.first.bill_number if self.first is not None else ""

    def choose_first(self) -> None:
        """Settle the next open item first; past the last the order of the country holds again."""
        items = self.dues.items if self.dues is not None else ()
        if len(items) > 1:
            at = items.index(self.first) + 1 if self.first is not None else 0
            self._first = items[at].open_item_id if at < len(items) else None
            self.table.go_to(at % len(items))

    def _order_words(self) -> str:
        say = self.say
        if self.first is not None:
            return say("{month} is settled first, as the customer wishes", month=say.month(self.first.month))
        if self.seat.app.country.late_fee_first:
            return say("Settled oldest first, late fee before principal")
        return say("Settled oldest first, principal before late fee")

    def show_order(self, dues: Dues, amount: Money) -> None:
        """Which items an amount settles, in which order; credit is used before it."""
        country = self.seat.app.country
        spread, _ = allocate(
            amount + dues.credit, dues.items, late_fee_first=country.late_fee_first, first=self._first
        )
        self.order_title.setText(self._order_words())
        self.order_title.setVisible(bool(spread))
        for label, words in zip(self.order, self._order_lines(spread), strict=True):
            label.setText(words)
            label.setVisible(bool(words))

    def _order_lines(self, spread: Sequence[Allocation]) -> list[str]:
        """A line for each item; where there are more than fit, the last line counts the rest."""
        lines = [self._settled(part) for part in spread]
        if len(lines) > ORDER_LINES:
            rest = len(lines) - ORDER_LINES + 1
            lines[ORDER_LINES - 1 :] = [self.say.plural("{count} more", "{count} more", rest)]
        return lines + [""] * (ORDER_LINES - len(lines))

    def _settled(self, part: Allocation) -> str:
        say, month = self.say, self.say.month(part.item.month)
        paid = part.principal + part.late_fee
        if not part.settled:
            left = part.item.total - paid
            if not paid:
                return say("{month}: {left} stays open", month=month, left=left)
            return say("{month}: {paid} paid, {left} stays open", month=month, paid=paid, left=left)
        if not part.late_fee:
            return say("{month}: principal {principal}, settled", month=month, principal=part.principal)
        return say(
            "{month}: late fee {fee}, principal {principal}, settled",
            month=month,
            fee=part.late_fee,
            principal=part.principal,
        )
