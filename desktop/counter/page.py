"""The counter: find the account, see what is due, take money once and only once, hand out receipt and change.

The id of a payment is drawn when the form is filled for an account, before the first press; it is kept on this
computer before the first try (`Seat.do`), and while the answer is unknown the page is locked and asks by that id.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Protocol
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from desktop.counter.documents import receipt_pdf
from desktop.counter.records import (
    PaymentOrder,
    PaymentRow,
    ReceiptIssued,
    ReceiptQuery,
    TenderKind,
    TillOpened,
    TillOrder,
)
from desktop.counter.service import open_till, reprint_receipt, take_payment, till
from desktop.kernel import intent
from desktop.kernel.database import Away
from desktop.kernel.errors import Refused
from desktop.kernel.log import fault
from desktop.kernel.measures import Currency, Energy, Money
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat, draw_id
from desktop.ledger.records import DueItem, Dues
from desktop.metering.records import MonthUsage
from desktop.premises.records import SupplyState
from desktop.qt import theme
from desktop.qt.charts import UsageBars, month_bars
from desktop.qt.money import MoneyField
from desktop.qt.page import Key, Page, Question
from desktop.qt.preview import PaperView, Sheet, keep_paper, render
from desktop.qt.printing import print_paper, printer_name
from desktop.qt.table import Cell, Column, Table, money_cell
from desktop.qt.tasks import Tasks
from desktop.qt.widgets import (
    RIGHT,
    Badge,
    Choices,
    Empty,
    Facts,
    Field,
    Figure,
    Label,
    Pair,
    Panel,
    Rule,
    Segments,
    column,
    row,
)

TENDERS = (
    (TenderKind.CASH, "banknote", "F6"),
    (TenderKind.CARD, "credit-card", "F7"),
    (TenderKind.WALLET, "qr-code", "F8"),
    (TenderKind.TRANSFER, "split", "F9"),
)
SUPPLY_STATES = {SupplyState.CONNECTED: "ok", SupplyState.LIMITED: "warn", SupplyState.DISCONNECTED: "bad"}
CHECK_AGAIN_MS = 2000
LOST_AFTER_S = 30
QUICK_AMOUNTS = 4
LOW_PANE = 560
TAKE_PAYMENT = "counter.take_payment"


class _Row(Protocol):
    number: str
    customer_name: str
    address: str
    meter_serial: str
    phone: str


class Payer(Protocol):
    """What the counter shows of an account: the part it needs of the card that the desk, an upper area, makes."""

    row: _Row
    use_class: Text
    supply_state: SupplyState
    language: str
    dues: Dues
    usage: tuple[MonthUsage, ...]
    accumulated: Energy
    payments: tuple[PaymentRow, ...]


class Stage(Enum):
    """Where a customer's turn stands."""

    CLOSED = "the till is not open"
    WAITING = "no account yet"
    ASKING = "an account is on its way: nothing can be taken on the one before"
    FILLED = "an account, money can be taken"
    BOOKING = "a payment is being booked"
    UNSURE = "whether it was booked is being asked"
    DONE = "the receipt is out"


def due_state(say: Catalog, item: DueItem, today: date) -> Cell:
    """How an open item stands towards its due day, as a badge."""
    if item.overdue_days:
        words = say.plural("overdue {count} day", "overdue {count} days", item.overdue_days)
        return Cell(words, state="bad")
    left = (item.due_on - today).days
    if left <= 0:
        return Cell(say("due today"), state="due")
    return Cell(say.plural("{count} day left", "{count} days left", left), state="due")


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


def receipt_paper(seat: Seat, receipt: ReceiptIssued) -> tuple[Path, tuple[Sheet, ...], str, bool]:
    """The PDF of a receipt, kept in this person's folder and sent to the printer, and its pages as pictures.

    Then the printer's name (nothing where there is none), and whether it took the paper.
    """
    pdf = receipt_pdf([receipt], seat.app.catalog, seat.app.country)
    copy = f"_copy{receipt.copy}" if receipt.copy else ""
    path, sheets, printer = keep_paper(f"receipt_{receipt.number}{copy}", pdf), render(pdf), printer_name()
    return path, sheets, printer, bool(printer) and print_paper(pdf, printer)


class _AccountView(QWidget):
    """The account, its open items with the arithmetic of late fees, usage and recent payments."""

    def __init__(self, seat: Seat, say: Catalog) -> None:
        super().__init__()
        self.seat, self.say = seat, say
        sign = seat.app.country.currency.sign
        self.name, self.badges = Label("", "h1"), [Badge() for _ in range(3)]
        self.facts = Facts(
            (say("Account"), say("Address"), say("Meter"), say("Phone"), say("Credit")),
            longest=1,
            gap=theme.S5,
        )
        self.table = Table(
            say("Open items"),
            (
                Column(
                    say("Owed for"),
                    lambda item: say("{month} {kind}", month=say.month(item.month), kind=item.kind),
                ),
                Column(
                    "kWh",
                    lambda item: say.number(item.energy) if item.energy is not None else "",
                    80,
                    right=True,
                ),
                Column(
                    say("Principal {sign}", sign=sign),
                    lambda item: say.money(item.principal),
                    100,
                    right=True,
                ),
                Column(say("Late fee {sign}", sign=sign), self._fee, 100, right=True),
                Column(say("Due"), lambda item: say.date(item.due_on), 104, right=True),
                Column(say("State"), lambda item: due_state(say, item, seat.today()), 150),
                Column(
                    say("To pay {sign}", sign=sign),
                    lambda item: money_cell(say.money(item.total)),
                    104,
                    right=True,
                ),
            ),
        )
        self.table.show_empty(say("Nothing is owed"), say("Money taken now becomes credit"), "circle-check")
        self.table.moved.connect(self._explain)
        self._build()

    def _build(self) -> None:
        say = self.say
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
        account.body.addWidget(self.table, 1)
        account.body.addWidget(Rule())
        self.arithmetic_title, self.arithmetic = Label("", "strong"), Label("", "small", "ink2", wrap=True)
        explained = column(self.arithmetic_title, self.arithmetic, spacing=2)
        explained.addStretch(1)
        self.principal, self.fee = Pair(say("Principal")), Pair(say("Late fee"))
        self.total = Pair(say("Total"), "strong")
        sums = column(self.principal, self.fee, self.total, spacing=2)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.S3 + 2, theme.S2, theme.S3, theme.S2)
        foot.setSpacing(theme.S5)
        foot.addLayout(explained, 5)
        foot.addLayout(sums, 3)
        account.body.addLayout(foot)
        usage = Panel(say("Usage, 13 months"))
        self.accumulated, self.estimated = Label("", "small", "ink2"), Badge()
        usage.head.addWidget(self.estimated)
        usage.head.addWidget(self.accumulated)
        self.bars = UsageBars(say("Usage, 13 months"))
        usage.body.addWidget(self.bars)
        recent = Panel(say("Recent payments"), padding=0)
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
        recent.body.addWidget(self.payments)
        below = row(usage, recent)
        below.setStretch(0, 5)
        below.setStretch(1, 3)
        whole = column(account)
        whole.setStretch(0, 11)
        whole.addLayout(below, 10)
        self.setLayout(whole)

    def _fee(self, item: DueItem) -> Cell:
        return money_cell(self.say.money(item.late_fee), zero=not item.late_fee, strong=False)

    def show_payer(self, payer: Payer) -> None:
        """Show an account."""
        say, dues = self.say, payer.dues
        self.name.setText(payer.row.customer_name)
        self.badges[0].show_state(say(payer.supply_state.text), SUPPLY_STATES[payer.supply_state])
        overdue = sum(1 for item in dues.items if item.overdue_days)
        self.badges[1].show_state(
            say.plural("{count} overdue", "{count} overdue", overdue) if overdue else "", "bad"
        )
        self.badges[2].show_state(say(payer.use_class), "plain")
        number = self.seat.app.country.format_account(payer.row.number)
        self.facts.show_values(
            (
                number,
                payer.row.address,
                payer.row.meter_serial,
                payer.row.phone,
                say.money(dues.credit, unit=True),
            )
        )
        self.principal.show_value(say.money(dues.principal, unit=True))
        self.fee.show_value(say.money(dues.late_fee, unit=True))
        total = say.plural("Total of {count} item", "Total of {count} items", len(dues.items))
        self.total.show_value(say.money(dues.total, unit=True), total)
        self.arithmetic_title.setText("")
        self.arithmetic.setText("")
        self.table.show_rows(dues.items, select=0 if dues.items else None)
        self.bars.show_bars(
            month_bars(say, [(one.month, one.energy.decimal, one.estimated) for one in payer.usage])
        )
        self.accumulated.setText(say("kWh, this year {energy}", energy=payer.accumulated))
        self.estimated.show_state(
            say("estimated") if any(one.estimated for one in payer.usage) else "", "est"
        )
        self.payments.show_rows(payer.payments[:12])

    def _explain(self, item: DueItem) -> None:
        say = self.say
        if item.arithmetic:
            self.arithmetic_title.setText(say("Late fee of {month}", month=say.month(item.month)))
            self.arithmetic.setText("\n".join(say(part) for part in item.arithmetic))
        else:
            self.arithmetic_title.setText(say("No late fee for {month}", month=say.month(item.month)))
            self.arithmetic.setText(say("it may be paid until {day}", day=item.due_on))


class _MoneyPane(Panel):
    """The money at the right: tender, what is due, what is given, the change."""

    def __init__(self, seat: Seat, say: Catalog) -> None:
        super().__init__(say("Take payment"))
        self.seat, self.say = seat, say
        self.currency = seat.app.country.currency
        self.has_words = seat.app.country.amount_in_words is not None
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
        quick = QWidget()
        quick.setLayout(
            column(Label(say("Quick amounts, ↑ ↓"), "small", "ink2"), self.quick, spacing=theme.S1)
        )
        self.extra = QStackedWidget()
        self.extra.addWidget(quick)
        self.extra.addWidget(self.reference_field)
        self.extra.setFixedHeight(theme.grown(56))
        self.change_block = Panel(kind="soft")
        self.change, self.change_note = Figure("display"), Label("", "small", "ink2")
        self.change_note.setAlignment(RIGHT)
        self.change_block.body.setSpacing(0)
        for part in (Label(say("Change"), "h2"), self.change, self.change_note):
            self.change_block.body.addWidget(part)
        self.owed_after, self.credit_after = Pair(say("Owed after")), Pair(say("Credit after"))
        self.words = Pair(say("In words"))
        self.foot = Pair("", "small")
        self.body.setContentsMargins(theme.S3 + 2, theme.S3, theme.S3 + 2, theme.S2)
        self.body.addWidget(self.tenders)
        self.body.addLayout(row(Label(say("To pay"), "h2"), self.due))
        for part in (self.given_field, self.extra, self.change_block, Rule()):
            self.body.addWidget(part)
        for pair in (self.owed_after, self.credit_after, self.words):
            self.body.addWidget(pair)
        self.body.addStretch(1)
        self.body.addWidget(self.foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a low screen what can be read elsewhere gives way; the money itself never scrolls."""
        super().resizeEvent(event)
        self.foot.setVisible(self.height() >= LOW_PANE)
        self.words.setVisible(self.height() >= LOW_PANE and self.has_words)

    @property
    def tender(self) -> TenderKind:
        """What the money comes as."""
        return TENDERS[self.tenders.index][0]

    def lock(self, locked: bool) -> None:
        """Nothing can be changed while a payment is on its way."""
        self.given.setReadOnly(locked)
        self.reference.setReadOnly(locked)
        self.tenders.setEnabled(not locked)
        self.quick.setEnabled(not locked)


class _DonePane(Panel):
    """The receipt's number and the change, until the next customer."""

    def __init__(self, say: Catalog, sign: str) -> None:
        super().__init__(" ")
        self.say, self.sign = say, sign
        self.head.addWidget(Badge(say("Paid"), "ok"))
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

    def show_receipt(self, receipt: ReceiptIssued, notes: str) -> None:
        """Show what was taken."""
        say = self.say
        self.title.setText(say("Receipt {number}", number=receipt.number))
        self.setAccessibleName(self.title.text())
        self.change.show_figure(say.money(receipt.change), self.sign, say("Change"))
        self.note.setText(notes)
        self.amount.show_figure(say.money(receipt.amount), self.sign, say("Paid"))
        self.given.show_value(say.money(receipt.given, unit=True))
        self.tender.show_value(say(receipt.tender.text))
        self.customer.show_value(receipt.customer_name)
        self.owed_after.show_value(say.money(receipt.owed_after, unit=True))
        self.credit_after.show_value(say.money(receipt.credit_after, unit=True))
        self.paper.setText("")


class _ShiftPane(Panel):
    """This till's shift: numbers of receipts only, for counts are blind."""

    def __init__(self, say: Catalog) -> None:
        super().__init__(say("This shift"))
        self.say = say
        self.till, self.opened = Pair(say("Till")), Pair(say("Opened"))
        self.receipts, self.next = Pair(say("Receipts")), Pair(say("Next receipt"))
        self.body.setContentsMargins(theme.S3 + 2, theme.S3, theme.S3 + 2, theme.S2)
        for pair in (self.till, self.opened, self.receipts, self.next):
            self.body.addWidget(pair)
        self.body.addWidget(Label(say("Amounts are shown after the count"), "small", "ink3"))
        self.body.addStretch(1)

    def show_till(self, opened: TillOpened | None) -> None:
        """Show the open session, or that there is none."""
        say = self.say
        self.till.show_value(opened.till_name if opened else say("closed"))
        self.opened.show_value(say.moment(opened.opened_at) if opened else "–")
        self.receipts.show_value(say.number(opened.receipts) if opened else "–")
        self.next.show_value(opened.next_receipt if opened else "–")


class CounterPage(Page):
    """Taking money. ``card`` is the query that answers an account number with a `Payer`."""

    HELP = Text(
        "Here you take money. Find the account by typing or scanning anything of it; what is due stands at the"
        " right, with the arithmetic of late fees at the left. Type what the customer gives, hand out the change"
        " shown, and take the payment: the receipt is printed by itself. A payment counts once, however often the"
        " key is pressed."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str, *, card: Callable[..., Payer]) -> None:
        super().__init__(seat, tasks, title)
        self.card, self.stage = card, Stage.WAITING
        self.payer: Payer | None = None
        self.till: TillOpened | None = None
        self.entry_id: UUID | None = None
        self.receipt: ReceiptIssued | None = None
        self.last_number = ""
        self.primary_width = theme.DETAIL_PANE
        self._quick: tuple[Money, ...] = ()
        self._wanted, self._sending = "", False
        self._build()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(CHECK_AGAIN_MS)
        self._again.timeout.connect(self._try_again)
        self._lost = QTimer(self)
        self._lost.setSingleShot(True)
        self._lost.setInterval(LOST_AFTER_S * 1000)
        self._lost.timeout.connect(self._look_after_lost)
        self._enter(Stage.WAITING)
        self.ask(till, None, self._show_till)
        self._look_after_lost()

    # Building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        say = self.say
        self.waiting = Empty(
            "scan-barcode",
            say("Scan, or just type"),
            say("On this page every character goes to the search box above; a scanner needs no click"),
            (
                ("Ctrl K", say("find customer, meter, phone, address")),
                ("Ctrl P", say("print the last receipt again")),
            ),
        )
        waiting = Panel()
        waiting.body.addWidget(self.waiting)
        self.account = _AccountView(self.seat, say)
        self.paper = PaperView(say("Receipt"))
        paper = Panel()
        paper.body.addWidget(self.paper)
        self.left = QStackedWidget()
        for part in (waiting, self.account, paper, self._build_closed()):
            self.left.addWidget(part)
        self.shift, self.money, self.done = (
            _ShiftPane(say),
            _MoneyPane(self.seat, say),
            _DonePane(say, self.seat.app.country.currency.sign),
        )
        self.right = QStackedWidget()
        for part in (self.shift, self.money, self.done):
            self.right.addWidget(part)
        self.right.setFixedWidth(theme.DETAIL_PANE)
        beside = column(self.banner, self.left)  # a message never moves the money
        beside.setStretch(1, 1)
        middle = QHBoxLayout()
        middle.setSpacing(theme.S3)
        middle.addLayout(beside, 1)
        middle.addWidget(self.right)
        self.body.addLayout(middle, 1)
        self.money.given.changed.connect(lambda _: self._reckon())
        self.money.given.scanned.connect(self.search_wanted)
        self.money.given.stepped.connect(self._step_quick)
        self.money.given.returnPressed.connect(self._offer)
        self.money.reference.textEdited.connect(lambda _: self.money.reference_field.problem(""))
        self.money.quick.chosen.connect(self._take_quick)
        self.money.tenders.chosen.connect(lambda _: self._change_tender())

    def _build_closed(self) -> Panel:
        say = self.say
        self.float = MoneyField(say, self.seat.app.country.currency)
        self.float_field = Field(
            say("Float in the drawer"), self.float, say("Count it and type the sum; F12 opens the till")
        )
        self.float_field.setFixedWidth(320)
        panel = Panel()
        panel.body.addStretch(2)
        panel.body.addWidget(
            Empty("lock", say("The till is closed"), say("Open it with its float, then money can be taken")),
            2,
        )
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self.float_field)
        line.addStretch(1)
        panel.body.addLayout(line)
        panel.body.addStretch(4)
        return panel

    # Stages --------------------------------------------------------------------------------------------------

    def _enter(self, stage: Stage) -> None:
        """Show what belongs to a stage, and its keys."""
        self.stage = stage
        if stage is not Stage.ASKING:  # what was shown stays until the account is there
            self.left.setCurrentIndex({Stage.CLOSED: 3, Stage.WAITING: 0, Stage.DONE: 2}.get(stage, 1))
            self.right.setCurrentIndex({Stage.CLOSED: 0, Stage.WAITING: 0, Stage.DONE: 2}.get(stage, 1))
        self.money.lock(stage is not Stage.FILLED)
        self._keys()

    def _keys(self) -> None:
        stage = self.stage
        if stage is Stage.CLOSED:
            self.show_keys(Key("F12", Text("Open the till"), self.open_till, "primary", "wallet"))
            return
        if stage in (Stage.WAITING, Stage.DONE):
            again = Key("Ctrl+P", Text("print again"), self.print_again, enabled=bool(self.last_number))
            if stage is Stage.WAITING:
                self.show_keys(again, Key("F2", Text("Find a customer"), self._search, "primary", "search"))
                return
            card = Key("Ctrl+D", Text("customer card"), self._to_card)
            self.show_keys(
                again, card, Key("F3", Text("Next customer"), self.next_customer, "primary", "arrow-right")
            )
            return
        free = stage is Stage.FILLED
        keys = [
            Key(key, kind.text, partial(self.money.tenders.choose, at), "none", enabled=free)
            for at, (kind, _, key) in enumerate(TENDERS)
        ]
        keys.append(Key("Ctrl+D", Text("customer card"), self._to_card, enabled=free))
        keys.append(Key("Esc", Text("leave, asks first"), self._leave, enabled=free))
        words = {
            Stage.FILLED: Text("Take payment"),
            Stage.ASKING: Text("Take payment"),
            Stage.BOOKING: Text("Being booked…"),
            Stage.UNSURE: Text("Being checked…"),
        }[stage]
        keys.append(Key("F12", words, self.take, "primary", "banknote" if free else "clock", free))
        self.show_keys(*keys)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.text()
        if self.press(event):
            event.accept()
        elif typed.strip() and typed.isprintable() and self.stage in (Stage.WAITING, Stage.DONE):
            self.search_wanted.emit(typed)
        else:
            event.ignore()

    def show_argument(self, argument: object) -> None:
        if isinstance(argument, str) and argument:
            self.show_account(argument)
            return
        self._focus()
        self.ask_again()

    def ask_again(self) -> None:
        if self.stage is Stage.UNSURE:
            self._try_again()
        elif self.stage is Stage.FILLED and self.payer is not None:
            self.ask(self.card, self.payer.row.number, self._refresh)
        else:
            self.ask(till, None, self._show_till)

    def _focus(self) -> None:
        wanted = {Stage.CLOSED: self.float, Stage.FILLED: self.money.given}.get(self.stage, self)
        self.take_focus(wanted)

    # The till ------------------------------------------------------------------------------------------------

    def _show_till(self, opened: TillOpened | None) -> None:
        self.till = opened
        self.shift.show_till(opened)
        self.object.setText(opened.till_name if opened else self.seat.station.name)
        self.money.badge.show_state(
            self.say("{till} open", till=opened.till_name) if opened else "", "locked"
        )
        next_receipt = self.say("next receipt {number}", number=opened.next_receipt) if opened else ""
        self.money.foot.show_value(next_receipt)
        if opened is None and self.stage in (Stage.WAITING, Stage.DONE):
            self._enter(Stage.CLOSED)
            self._focus()
        elif opened is not None and self.stage is Stage.CLOSED:
            self._enter(Stage.WAITING)
            self._focus()
        if opened is not None and self._wanted:
            wanted, self._wanted = self._wanted, ""
            self.show_account(wanted)

    def open_till(self) -> None:
        """Open the till with the float typed."""
        amount = self.float.amount()
        if amount is None:
            self.float_field.problem(self.say("Type the float as an amount, 0 if the drawer is empty"))
            self.float.setFocus()
            return
        self.float_field.problem("")
        self.banner.clear()
        self.do(open_till, TillOrder(amount), self._till_opened)

    def _till_opened(self, opened: TillOpened) -> None:
        self._show_till(opened)
        self.told.emit()

    # One account ---------------------------------------------------------------------------------------------

    def show_account(self, number: str) -> None:
        """Bring an account to the counter; refused while a payment is on its way, asked about while money is typed."""
        if self.stage in (Stage.BOOKING, Stage.UNSURE):
            self.banner.tell(
                "warn",
                self.say("Checking this payment. Do not take it again"),
                self.say("The next account can come when it is settled"),
            )
            return
        if self.stage is Stage.CLOSED:
            self._wanted = number
            self._focus()
            return
        if not self.may_leave():
            return
        self.banner.clear()
        self.payer = self.receipt = self.entry_id = None
        self._enter(Stage.ASKING)
        self.ask(self.card, number, self._show_payer, self._no_payer)

    def _no_payer(self, error: BaseException) -> None:
        self._enter(Stage.WAITING)
        self.trouble(error)

    def _show_payer(self, payer: Payer) -> None:
        if self.stage is not Stage.ASKING:
            return
        self.payer = payer
        self.entry_id = draw_id()
        self.account.show_payer(payer)
        self.object.setText(payer.row.customer_name)
        self._enter(Stage.FILLED)
        self.money.tenders.choose(0)
        self.money.reference.clear()
        self.money.given.show_amount(None)
        self._fill_due()
        self.take_focus(self.money.given)

    def _refresh(self, payer: Payer) -> None:
        """The same account, asked again: what was typed stays."""
        if (
            self.stage is Stage.FILLED
            and self.payer is not None
            and payer.row.number == self.payer.row.number
        ):
            self.payer = payer
            self.account.show_payer(payer)
            self._fill_due()

    def _fill_due(self) -> None:
        country = self.seat.app.country
        due = self.payer.dues.to_pay
        self.money.due.show_figure(self.say.money(due), country.currency.sign, self.say("To pay"))
        language = self.seat.app.catalog(self.payer.language).shape.name
        self.money.foot.label.setText(self.say("receipt in {language}", language=language))
        self._quick = quick_amounts(due, country.currency, country.cash_notes)
        self.money.quick.offer([self._short(amount) for amount in self._quick])
        self._reckon()

    def _short(self, amount: Money) -> str:
        return (
            self.say.number(self.seat.app.country.currency.decimal(amount))
            if amount.raw % 100 == 0
            else self.say.money(amount)
        )

    def _change_tender(self) -> None:
        cash = self.money.tender is TenderKind.CASH
        self.money.extra.setCurrentIndex(0 if cash else 1)
        self.money.given_field.label.setText(
            self.say("Given (cash)") if cash else self.say("Amount ({tender})", tender=self.money.tender)
        )
        if (
            not cash
            and self.payer is not None
            and self.money.given.amount() is None
            and self.payer.dues.to_pay
        ):
            self.money.given.show_amount(self.payer.dues.to_pay)
        self._reckon()
        (self.money.given if cash else self.money.reference).setFocus()

    def _take_quick(self, at: int) -> None:
        if self.stage is Stage.FILLED and 0 <= at < len(self._quick):
            self.money.given.show_amount(self._quick[at])
            self.money.given.setFocus()

    def _step_quick(self, by: int) -> None:
        """Up and down in the amount field step through the quick amounts."""
        if self.money.tender is not TenderKind.CASH or not self._quick:
            return
        given = self.money.given.amount()
        here = self._quick.index(given) if given in self._quick else (-1 if by > 0 else 0)
        self._take_quick((here + by) % len(self._quick))

    def offer_largest(self) -> None:
        """Type the largest quick amount."""
        self._take_quick(len(self._quick) - 1)

    def _offer(self) -> None:
        """Enter takes the offered value into an empty field; it never books."""
        if self.stage is Stage.FILLED and self.money.given.amount() is None and self._quick:
            self.money.given.show_amount(self._quick[0])

    def _split(self) -> tuple[Money, Money, Money]:
        """What is given, what of it stays with us, and the change."""
        given = self.money.given.amount() or Money.zero()
        due = self.payer.dues.to_pay if self.payer else Money.zero()
        amount = min(given, due) if self.money.tender is TenderKind.CASH and due else given
        return given, amount, given - amount

    def _reckon(self) -> None:
        """Show the change and what is left after, as it would be now."""
        if self.payer is None:
            return
        say, pane, dues = self.say, self.money, self.payer.dues
        given, amount, change = self._split()
        pane.change.show_figure(say.money(change), pane.currency.sign, say("Change"))
        pane.change_note.setText(self._notes_words(change))
        left = max(dues.to_pay - amount, Money.zero())
        pane.owed_after.show_value(say.money(left, unit=True))
        credit = max(dues.credit + amount - dues.total, Money.zero())
        pane.credit_after.show_value(say.money(credit, unit=True))
        words = self.seat.app.country.amount_in_words
        if words is not None:
            pane.words.show_value(words(pane.currency.decimal(amount)) if amount else "–")
        pane.quick.mark(self._quick.index(given) if given in self._quick else -1)
        if given and left and amount:
            pane.given_field.problem(say("Less than what is due: {left} stays open", left=left), "warn")
        else:
            pane.given_field.problem("")

    def _notes_words(self, change: Money) -> str:
        if not change:
            return " "
        country = self.seat.app.country
        parts, left = hand_out(change, country.currency, country.cash_notes)
        words = " + ".join(
            self.say.number(note) + (f"×{count}" if count > 1 else "") for note, count in parts
        )
        if left:
            return self.say.join((words, self.say("{left} has no coin", left=left)))
        return words

    # The payment ---------------------------------------------------------------------------------------------

    def take(self) -> None:
        """Book what the form says, once: the id was drawn when the form was filled."""
        if self.stage is not Stage.FILLED or self.payer is None or self.entry_id is None:
            return
        order = self._order()
        if order is None:
            return
        self.banner.clear()
        self._enter(Stage.BOOKING)
        self._send(order)

    def _order(self) -> PaymentOrder | None:
        pane, say = self.money, self.say
        given, amount, _ = self._split()
        if not amount:
            pane.given_field.problem(say("Type what is given; ↑ takes the exact amount"))
            pane.given.setFocus()
            return None
        if pane.tender is not TenderKind.CASH and not pane.reference.text().strip():
            pane.reference_field.problem(say("Enter the number on the slip"))
            pane.reference.setFocus()
            return None
        return PaymentOrder(self.payer.row.number, amount, given, pane.tender, pane.reference.text().strip())

    def _send(self, order: PaymentOrder) -> None:
        self._sent, self._sending = order, True
        self.do(take_payment, order, self._taken, self.entry_id, partial(self._not_taken, self.entry_id))

    def _taken(self, receipt: ReceiptIssued) -> None:
        self._again.stop()
        self.entry_id, self._sending = None, False
        self.banner.clear()
        self.money.given.clear()
        self.show_receipt(receipt)
        self.take_focus(self)
        self.ask(till, None, self._show_till)
        self.told.emit()

    def show_receipt(self, receipt: ReceiptIssued) -> None:
        """Show a receipt: its number and the change large, its paper at the left."""
        self.receipt, self.last_number = receipt, receipt.number
        self.done.show_receipt(receipt, self._notes_words(receipt.change))
        self.paper.show_sheets(())
        self._enter(Stage.DONE)
        self._make_paper(receipt)

    def _not_taken(self, entry_id: UUID, error: BaseException) -> None:
        """A refusal is certain; anything else leaves open whether it was booked, so it is asked for by its id."""
        self._sending = False
        if isinstance(error, Away):
            self._be_unsure()
            self._again.start()
        elif isinstance(error, Refused):
            self._settle_refusal(error)
        else:
            self._be_unsure(fault(error))
            answered = partial(self._answered, error)
            self.call(
                self.seat.app.answer,
                take_payment,
                entry_id,
                then=answered,
                failed=lambda _: self._again.start(),
            )

    def _settle_refusal(self, error: BaseException) -> None:
        """Nothing was booked: the form is free again, under a new id."""
        self.entry_id = draw_id()
        self._enter(Stage.FILLED)
        self.trouble(error)
        self.money.given.setFocus()
        self.ask_again()

    def _answered(self, error: BaseException, receipt: ReceiptIssued | None) -> None:
        if receipt is not None:
            self._forget(self.entry_id)
            self._taken(receipt)
        else:
            self._forget(self.entry_id)
            self._settle_refusal(error)

    def _be_unsure(self, key: str = "") -> None:
        self._enter(Stage.UNSURE)
        self.banner.tell(
            "warn",
            self.say("Checking this payment. Do not take it again"),
            self.say(
                "Account and amount stay as they are until the database answers; it is asked every two seconds"
            ),
            key,
            icon="cloud-off",
        )

    def _try_again(self) -> None:
        if self.stage is Stage.UNSURE and not self._sending:
            self._send(self._sent)

    def _forget(self, entry_id: UUID | None) -> None:
        folder = self.seat.app.intents
        if folder is not None and entry_id is not None:
            intent.settled(folder, entry_id)

    def _look_after_lost(self) -> None:
        """Payments this computer sent before it stopped: say of each whether it was booked.

        A young one may be under way in another window of this person's; it is looked at again later.
        """
        folder = self.seat.app.intents
        for lost in intent.unsettled(folder) if folder is not None else ():
            if lost.operation != TAKE_PAYMENT or lost.entry_id == self.entry_id:
                continue
            if time.time() - (folder / f"{lost.entry_id}.json").stat().st_mtime < LOST_AFTER_S:
                self._lost.start()
                continue
            told = partial(self._tell_lost, lost.entry_id)
            answer = partial(self.seat.app.answer, take_payment, lost.entry_id)
            self.tasks.read(self, answer, told, lambda _: self._lost.start())

    def _tell_lost(self, entry_id: UUID, receipt: ReceiptIssued | None) -> None:
        say = self.say
        self._forget(entry_id)
        if receipt is None:
            self.banner.tell(
                "warn",
                say("A payment was interrupted and not booked"),
                say("If money was taken for it, take the payment now"),
            )
        else:
            self.last_number = receipt.number
            text = say(
                "{name} paid {amount}. Ctrl P prints the receipt",
                name=receipt.customer_name,
                amount=receipt.amount,
            )
            self.banner.tell(
                "info",
                say("An interrupted payment was booked: receipt {number}", number=receipt.number),
                text,
            )
            self._keys()

    # Receipts ------------------------------------------------------------------------------------------------

    def _make_paper(self, receipt: ReceiptIssued) -> None:
        self.call(
            receipt_paper,
            self.seat,
            receipt,
            then=lambda made: self._show_paper(receipt, *made),
            failed=self._no_paper,
        )

    def _show_paper(
        self, receipt: ReceiptIssued, path: Path, sheets: tuple[Sheet, ...], printer: str, printed: bool
    ) -> None:
        if self.receipt is None or self.receipt.number != receipt.number:
            return
        self.paper.show_sheets(sheets)
        kept = self.say("kept as {name}", name=path.name)
        self.done.paper.setText(self.say("printed on {printer}", printer=printer) if printed else kept)
        self.done.paper.setToolTip(str(path))
        if printed:
            self.toast(
                self.say("Receipt {number} printed", number=receipt.number),
                action=Key("Ctrl+P", Text("print again"), self.print_again),
            )
        if printer and not printed:
            self.banner.tell(
                "warn",
                self.say("Paid, but {printer} did not take the receipt", printer=printer),
                self.say("The payment stands. Ctrl P tries again"),
            )

    def _no_paper(self, error: BaseException) -> None:
        fault(error)
        self.banner.tell(
            "warn",
            self.say("Paid, but the receipt could not be made as a paper"),
            self.say("The payment stands. Ctrl P tries again"),
        )

    def print_again(self) -> None:
        """Make the last receipt once more, marked COPY n and recorded."""
        if self.last_number and self.stage in (Stage.WAITING, Stage.DONE):
            self.do(reprint_receipt, ReceiptQuery(self.last_number), self._show_copy)

    def _show_copy(self, copy: ReceiptIssued) -> None:
        if self.stage not in (Stage.WAITING, Stage.DONE):
            return
        self.show_receipt(copy)
        self.banner.tell(
            "info", self.say("Copy {count} of receipt {number}", count=copy.copy, number=copy.number)
        )

    # Leaving -------------------------------------------------------------------------------------------------

    def may_leave(self) -> bool:
        """Typed money is asked about; a payment on its way keeps its page, which can be left and come back to."""
        amount = self.money.given.amount()
        if self.stage is not Stage.FILLED or amount is None:
            return True
        say = self.say
        shown = say.money(amount, unit=True)
        question = Question(
            self,
            say("Money is typed"),
            say("{amount} typed for {name} is not booked.", amount=shown, name=self.payer.row.customer_name),
            say("Go on typing"),
            say("Discard {amount}", amount=shown),
        )
        if question.exec() != Question.DialogCode.Accepted:
            return False
        self.money.given.show_amount(None)
        return True

    def may_close(self) -> bool:
        """Not while a payment is being booked; one that is only asked about is kept and told at the next start."""
        if self.stage is Stage.BOOKING:
            self.banner.tell(
                "warn",
                self.say("A payment is being booked"),
                self.say("Close the window when its receipt is out"),
            )
            return False
        return self.may_leave()

    def _leave(self) -> None:
        if self.may_leave():
            self.next_customer()

    def is_settled(self) -> bool:
        return super().is_settled() and self.stage not in (Stage.BOOKING, Stage.UNSURE)

    def account_shown(self) -> str:
        if self.payer is not None:
            return self.payer.row.number
        return self.receipt.account_number if self.receipt is not None else ""

    def next_customer(self) -> None:
        """Clear the counter for the next one."""
        if self.stage in (Stage.BOOKING, Stage.UNSURE):
            return
        self.payer = self.receipt = self.entry_id = None
        self.money.given.clear()
        self.banner.clear()
        self._enter(Stage.WAITING if self.till else Stage.CLOSED)
        self.ask(till, None, self._show_till)
        self._focus()

    def _search(self) -> None:
        self.search_wanted.emit("")

    def _to_card(self) -> None:
        if self.account_shown():
            self.open_page("customers", self.account_shown())
