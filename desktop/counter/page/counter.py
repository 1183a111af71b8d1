"""The counter: find the account, see what is due, take money once and only once, hand out receipt and change.

The id of a payment is drawn when the form is filled for an account, before the first press; it is kept on this
computer before the first try (`Seat.do`), and while the answer is unknown the page is locked and asks by that id.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from enum import Enum
from functools import cached_property, partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from desktop.contracts.records import GROUP_PREFIX
from desktop.counter.documents import receipt_pdf, strip_pdf
from desktop.counter.page.account import AccountView, Payer
from desktop.counter.page.counting import CountGrid
from desktop.counter.page.money import TENDERS, Debtor, DonePane, MoneyPane, ShiftPane
from desktop.counter.page.several import Several
from desktop.counter.page.till import Step, TillWork
from desktop.counter.records import (
    CashSheet,
    CashSheetQuery,
    PaymentOrder,
    PaymentTakenBack,
    ReceiptIssued,
    ReceiptQuery,
    Shift,
    TakeBackOrder,
    TakenTogether,
    TenderKind,
    TillOpened,
    TillOrder,
    Together,
    TogetherOrder,
    TogetherQuery,
)
from desktop.counter.service import (
    cash_sheet,
    close_till,
    move_cash,
    note_unprinted,
    open_till,
    paid_together,
    receipt,
    reprint_receipts,
    reverse_payment,
    shift,
    take_payment,
    take_together,
    till,
)
from desktop.invoices.page import InvoiceSheet
from desktop.invoices.records import WishQuery
from desktop.invoices.service import wish
from desktop.kernel import intent
from desktop.kernel.database import Away
from desktop.kernel.errors import Refused
from desktop.kernel.log import fault
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Seat, draw_id
from desktop.qt import theme
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import clear, column
from desktop.qt.fold import Fold, Stack
from desktop.qt.page import Key, Page, Question
from desktop.qt.panels import Empty, Panel
from desktop.qt.paper_panel import PaperPanel
from desktop.qt.preview import PaperFile, keep_paper
from desktop.qt.printing import STRIP, paper_form, print_paper, printer_name
from desktop.qt.tasks import Tasks

CHECK_AGAIN_MS = 2000
_SHIFT_PANE = 300
_FOLDED_ACCOUNT, _FOLDED_MONEY = 460, 520
LOST_AFTER_S = 30
TAKING = {"counter.take_payment": take_payment, "counter.take_together": take_together}
"""What takes money, by the name its intents have."""

RECEIPT = "receipt"


class Stage(Enum):
    """Where a customer's turn stands."""

    CLOSED = "the till is not open"
    TILL = "the drawer is counted, or its cash moved"
    WAITING = "no account yet"
    ASKING = "an account is on its way: nothing can be taken on the one before"
    FILLED = "an account, money can be taken"
    BOOKING = "a payment is being booked"
    UNSURE = "whether it was booked is being asked"
    DONE = "the receipt is out"


def receipt_look(seat: Seat, receipt: ReceiptIssued) -> PaperFile:
    """A receipt for the eye only."""
    return PaperFile(_drawn(seat, [receipt]))


def _drawn(seat: Seat, receipts: Sequence[ReceiptIssued]) -> bytes:
    """Receipts in the form this station prints them in."""
    if paper_form(RECEIPT, seat.station.code) == STRIP:
        return strip_pdf(receipts, seat.app.catalog, seat.app.country)
    return receipt_pdf(receipts, seat.app.catalog, seat.app.country, seat.app.picture)


def receipt_paper(seat: Seat, *receipts: ReceiptIssued) -> tuple[Path, PaperFile, str, bool]:
    """The PDF of a receipt (or several), kept in this person's folder and sent to the printer, and open to be shown.

    Then the printer's name (nothing where there is none), and whether it took the paper.
    """
    pdf = _drawn(seat, receipts)
    first, last = receipts[0], receipts[-1]
    copy = f"_copy{first.copy}" if first.copy else ""
    until = f"_{last.number}" if last is not first else ""
    path = keep_paper(f"receipt_{first.number}{until}{copy}", pdf)
    printer = printer_name(RECEIPT, seat.station.code)
    return path, PaperFile(pdf), printer, bool(printer) and print_paper(pdf, printer)


class CounterPage(Page):
    """Taking money. ``card`` is the query that answers an account number with a `Payer`."""

    HELP = Text(
        "Here you take money. Find the account by typing or scanning anything of it; what is due stands at the"
        " right, with the arithmetic of late fees at the left. Type what the customer gives, hand out the change"
        " shown, and take the payment: the receipt is printed by itself. A payment counts once, however often the"
        " key is pressed. While nobody is there, F8 moves cash to the safe and F9 counts and closes the till."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str, *, card: Callable[..., Payer]) -> None:
        super().__init__(seat, tasks, title)
        self.card, self.stage = card, Stage.WAITING
        self.payer: Payer | None = None
        self.till: TillOpened | None = None
        self.entry_id: UUID | None = None
        self.receipt: ReceiptIssued | None = None
        self.last_numbers: tuple[str, ...] = ()
        self._together = False
        self._wanted: str | TogetherQuery | None = None
        self._sending, self._looking = False, False
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
        self.call(printer_name, RECEIPT, self.seat.station.code, then=self.money.show_printer)

    @property
    def last_number(self) -> str:
        """The number of the last receipt, of several the first; nothing before the first one."""
        return self.last_numbers[0] if self.last_numbers else ""

    # Building ------------------------------------------------------------------------------------------------

    @cached_property
    def several(self) -> Several:
        """Several accounts at once; made when they are first shown."""
        made = Several(self.seat)
        made.changed.connect(self._show_debt)
        made.table.opened.connect(lambda _: self.money.given.setFocus())
        self.left.addWidget(made)
        return made

    def _build(self) -> None:
        say = self.say
        self.left, self.right = Stack(), Stack()
        beside = QWidget()
        beside.setLayout(column(self.banner, self.left))  # a message never moves the money
        self.panes = Fold((beside, 0, _FOLDED_ACCOUNT), (self.right, theme.DETAIL_PANE, _FOLDED_MONEY))
        self.body.addWidget(self.panes, 1)
        self.question = InlineQuestion(self.unfinished, self.tasks, "counter")
        self.question.answered.connect(lambda _at, words, _held: self._take_back(words))
        beside.layout().insertWidget(1, self.question)
        beside.layout().setStretch(2, 1)
        self.nobody = Panel()
        self.account = AccountView(self.seat, say)
        self.paper = PaperPanel(say, self.tasks, RECEIPT, self.seat.station.code, key="Ctrl+G", back=False)
        for part in (self.nobody, self.account, self.paper, self._build_closed()):
            self.left.addWidget(part)
        self.shift, self.money, self.done = (
            ShiftPane(say),
            MoneyPane(self.seat, say),
            DonePane(say, self.seat.app.country.currency.sign),
        )
        for part in (self.shift, self.money, self.done):
            self.right.addWidget(part)
        self.money.given.scanned.connect(self.search_wanted)
        self.money.reckoned.connect(self._show_order)

    @cached_property
    def till_work(self) -> TillWork:
        """What is done with the drawer; made when it is first shown."""
        made = TillWork(self, receipt_paper)
        made.finished.connect(self._leave_till)
        made.stepped.connect(self._keys)
        self.left.addWidget(made)
        return made

    def _show_waiting(self) -> None:
        """The ways to begin, among them the receipt that can be printed again."""
        say = self.say
        ways = [("Ctrl K", say("find customer, meter, phone, address"))]
        if self.last_number:
            ways.append(("Ctrl P", say("print receipt {number} again", number=self.last_number)))
        clear(self.nobody.body)
        self.nobody.body.addWidget(
            Empty(
                "scan-barcode",
                say("Scan, or just type"),
                say("On this page every character goes to the search box above; a scanner needs no click"),
                ways,
            )
        )

    def _build_closed(self) -> Panel:
        say = self.say
        self.opening = CountGrid(self.seat, say)
        self.float = self.opening.rest
        panel = Panel()
        panel.body.addWidget(
            Empty(
                "lock", say("The till is closed"), say("Count the float in the drawer; F12 opens the till")
            ),
            1,
        )
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self.opening)
        line.addStretch(1)
        panel.body.addLayout(line)
        panel.body.addStretch(1)
        return panel

    # Stages --------------------------------------------------------------------------------------------------

    def _enter(self, stage: Stage) -> None:
        """Show what belongs to a stage, and its keys."""
        self.stage = stage
        self.question.close_question()
        if stage is Stage.WAITING:
            self._show_waiting()
        if stage is not Stage.ASKING:  # what was shown stays until the account is there
            shown = {Stage.CLOSED: 3, Stage.WAITING: 0, Stage.DONE: 2}.get(stage, 1)
            self.left.setCurrentIndex(shown)
            if stage is Stage.TILL:
                self.left.setCurrentWidget(self.till_work)
            elif self._together and shown == 1:
                self.left.setCurrentWidget(self.several)
            beside = {Stage.CLOSED: 0, Stage.TILL: 0, Stage.WAITING: 0, Stage.DONE: 2}
            self.right.setCurrentIndex(beside.get(stage, 1))
            paying = self.right.currentWidget() is not self.shift
            self.panes.widen(self.right, theme.DETAIL_PANE if paying else _SHIFT_PANE)
        self.money.lock(stage is not Stage.FILLED)
        if self._together:
            self.several.lock(stage is not Stage.FILLED)
        self._keys()

    def _keys(self) -> None:
        stage = self.stage
        self.primary_width = self.panes.width_of(self.right)
        if stage is Stage.CLOSED:
            keys = [Key("F12", Text("Open the till"), self.open_till, "primary", "wallet")]
            if self.seat.may(close_till):
                keys.insert(0, Key("Ctrl+P", Text("last cash sheet"), self._ask_sheet))
            self.show_keys(*keys)
            return
        if not self.question.isHidden():
            self.show_keys(Key("Esc", Text("back"), self._leave_question))
            return
        if stage is Stage.TILL:
            self.show_keys(*self.till_work.keys())
            return
        if stage in (Stage.WAITING, Stage.DONE):
            again = Key("Ctrl+P", Text("print again"), self.print_again, enabled=bool(self.last_number))
            if stage is Stage.WAITING:
                find = Key("F2", Text("Find a customer"), self._search, "primary", "search")
                self.show_keys(again, *self._till_keys(), find)
                return
            card = Key("Ctrl+D", Text("customer card"), self._to_card)
            choose = Key("Ctrl+G", Text("choose a printer"), self.paper.ask_print, "none")
            follow = Key("F3", Text("Next customer"), self.next_customer, "primary", "arrow-right")
            keys = [again, card, choose, follow]
            if self.seat.may(wish):
                keys.insert(2, Key("Ctrl+I", Text("invoice"), self.show_invoice, "none"))
            if self.seat.may(reverse_payment):
                keys.insert(1, Key("Del", Text("take the payment back"), self.ask_back))
            self.show_keys(*keys)
            return
        free = stage is Stage.FILLED
        keys = [
            Key(key, kind.text, partial(self.money.tenders.choose, at), "none", enabled=free)
            for at, (kind, _, key) in enumerate(TENDERS)
        ]
        if self._together:
            keys.append(Key("Ctrl+T", Text("list, amount"), self._change_side, enabled=free))
            turn = self.several.turn_receipts
            keys.append(Key("Ctrl+R", Text("one receipt or one each"), turn, enabled=free))
        else:
            keys.append(Key("Ctrl+T", Text("several accounts"), self.pay_together, enabled=free))
        keys.append(Key("Ctrl+D", Text("customer card"), self._to_card, enabled=free))
        if self.seat.may(wish):
            keys.append(Key("Ctrl+I", Text("invoice"), self.show_invoice, "none", enabled=free))
        keys.append(Key("Esc", Text("leave, asks first"), self._leave, enabled=free))
        words = {
            Stage.FILLED: Text("Take payment"),
            Stage.ASKING: Text("Take payment"),
            Stage.BOOKING: Text("Being booked…"),
            Stage.UNSURE: Text("Being checked…"),
        }[stage]
        keys.append(Key("F12", words, self.take, "primary", "banknote" if free else "clock", free))
        self.show_keys(*keys)

    def _till_keys(self) -> list[Key]:
        """What this person may do with the drawer while nobody is there."""
        keys = []
        if self.seat.may(move_cash):
            keys.append(Key("F8", Text("till and safe"), partial(self._work_on_till, Step.MOVE)))
        if self.seat.may(close_till):
            keys.append(Key("F9", Text("close the till"), partial(self._work_on_till, Step.COUNT)))
        return keys

    def _work_on_till(self, step: Step) -> None:
        self.banner.clear()
        self.till_work.forget()
        self._enter(Stage.TILL)
        if step is Step.MOVE:
            self.till_work.move()
        else:
            self.till_work.count()

    def _ask_sheet(self) -> None:
        self.banner.clear()
        self.ask(cash_sheet, CashSheetQuery(), self._show_sheet)

    def _show_sheet(self, sheet: CashSheet) -> None:
        if self.stage is Stage.CLOSED:
            self._enter(Stage.TILL)
            self.till_work.show_sheet(sheet)

    def _leave_till(self) -> None:
        if self.till_work.step is Step.SHEET:
            self.till = None
        self.next_customer()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.text()
        if self.press(event):
            event.accept()
        elif typed.strip() and typed.isprintable() and self.stage in (Stage.WAITING, Stage.DONE):
            self.search_wanted.emit(typed)
        elif typed.isdigit() and self.stage is Stage.FILLED and not self.money.given.hasFocus():
            self.money.given.setFocus()  # figures are money, also from the list of accounts
            QApplication.sendEvent(self.money.given, event)
        else:
            event.ignore()

    def show_argument(self, argument: object) -> None:
        if isinstance(argument, ReceiptQuery):
            if self._is_free():
                self.ask(receipt, argument, self.look_at_receipt)
            return
        if isinstance(argument, str) and argument.startswith(GROUP_PREFIX):
            argument = TogetherQuery(group=argument)
        if isinstance(argument, TogetherQuery):
            self.show_together(argument)
            return
        if isinstance(argument, str) and argument:
            self.show_account(argument)
            return
        self._focus()
        self.ask_again()

    def ask_again(self) -> None:
        if self.stage is Stage.UNSURE:
            self._try_again()
        elif self.stage is Stage.FILLED and self._together:
            self.ask(paid_together, self.several.query, self._renew)
        elif self.stage is Stage.FILLED and self.payer is not None:
            self.ask(self.card, self.payer.row.number, self._refresh)
        else:
            self.ask(till, None, self._show_till)

    def _focus(self) -> None:
        if self.stage is Stage.TILL:
            self.take_focus(self.till_work.first_field())
            return
        wanted = {Stage.CLOSED: self.float, Stage.FILLED: self.money.given}.get(self.stage, self)
        self.take_focus(wanted)

    # The till ------------------------------------------------------------------------------------------------

    def _show_till(self, opened: TillOpened | None) -> None:
        self.till = opened
        self.shift.show_till(opened)
        self.ask(shift, None, self._show_shift)
        self.object.setText(opened.till_name if opened else self.seat.station.name)
        words = self.say("{till} open", till=opened.till_name) if opened else ""
        self.money.badge.show_state(words, "ok")
        next_receipt = self.say("next receipt {number}", number=opened.next_receipt) if opened else ""
        self.money.foot.show_value(next_receipt)
        if opened is None and self.stage in (Stage.WAITING, Stage.DONE) and not self._looking:
            self._enter(Stage.CLOSED)
            self._focus()
        elif opened is not None and opened.counted:
            waits = self.stage in (Stage.CLOSED, Stage.WAITING, Stage.DONE)
            if waits and self.seat.may(close_till):
                self._enter(Stage.TILL)
            if self.stage is Stage.TILL and (waits or self.till_work.step is Step.RESULT):
                self.till_work.look()
        elif opened is None and self.stage is Stage.TILL and self.till_work.step is not Step.SHEET:
            self.next_customer()  # somebody else closed it
        elif opened is not None and self.stage is Stage.CLOSED:
            self._enter(Stage.WAITING)
            self._focus()
        if opened is not None and self._wanted:
            wanted, self._wanted = self._wanted, None
            self.show_argument(wanted)

    def _show_shift(self, found: Shift | None) -> None:
        self.shift.show_shift(found)
        if found is not None and found.latest and not self.last_number:
            self.last_numbers = (found.latest[0].number,)
            if self.stage is Stage.WAITING:
                self._enter(Stage.WAITING)

    def open_till(self) -> None:
        """Open the till with the float typed."""
        if not self.opening.typed:
            self.opening.rest_field.problem(self.say("Type the float as an amount, 0 if the drawer is empty"))
            self.float.setFocus()
            return
        self.banner.clear()
        order = self.opening.order
        self.do(open_till, TillOrder(order.amount, order.pieces), self._till_opened)

    def _till_opened(self, opened: TillOpened) -> None:
        self.opening.begin()
        self._show_till(opened)
        self.told.emit()

    # One account ---------------------------------------------------------------------------------------------

    def show_account(self, number: str) -> None:
        """Bring an account to the counter; refused while a payment is on its way, asked about while money is typed.

        While several are paid together, it joins them.
        """
        if self._together and self.stage is Stage.FILLED:
            self.banner.clear()
            self.ask(paid_together, TogetherQuery((number,)), self._join)
        elif self._begin(number):
            self.ask(self.card, number, self._show_payer, self._no_payer)

    def _begin(self, wanted: str | TogetherQuery) -> bool:
        """Whether something else can be asked for now; where the till is closed, it is once that is open."""
        if self.stage is Stage.CLOSED or (self.till is None and (self._looking or self.stage is Stage.TILL)):
            self._wanted, self._looking = wanted, False
            self._enter(Stage.CLOSED)
            self._focus()
            return False
        if not self._is_free():
            return False
        self._looking = self._together = False
        self.banner.clear()
        self.payer = self.receipt = self.entry_id = None
        self._enter(Stage.ASKING)
        return True

    def _is_free(self) -> bool:
        """Whether something else may be shown now: no payment on its way, nothing typed that is not given up."""
        if self.stage in (Stage.BOOKING, Stage.UNSURE):
            self.banner.tell(
                "warn",
                self.say("Checking this payment. Do not take it again"),
                self.say("The next account can come when it is settled"),
            )
            return False
        if self.till is not None and self.till.counted:
            self.banner.tell(
                "warn",
                self.say("The till is being counted"),
                self.say("Close it and open it again, then money can be taken"),
            )
            return False
        return self.may_leave()

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
        self.money.begin(payer)
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
            self.money.show_payer(payer)

    # Several accounts ----------------------------------------------------------------------------------------

    def pay_together(self) -> None:
        """Pay the account at hand with what belongs to it: its payment group, or its customer's other accounts."""
        if self.stage is Stage.FILLED and self.payer is not None:
            asked = TogetherQuery((self.payer.row.number,), family=True)
            self.ask(paid_together, asked, partial(self._show_family, self.payer.row.number))

    def _show_family(self, number: str, found: Together) -> None:
        """Several in the place of the one, unless another came meanwhile; money typed stays."""
        if self.stage is Stage.FILLED and self.payer is not None and self.payer.row.number == number:
            self._show_together(found, typed=self.money.given.amount())

    def show_together(self, asked: TogetherQuery) -> None:
        """Bring several accounts to the counter, such as a payment group; otherwise as `show_account`."""
        if self._begin(asked):
            self.ask(paid_together, asked, self._show_asked, self._no_payer)

    def _show_asked(self, found: Together) -> None:
        if self.stage is Stage.ASKING:
            self._show_together(found)

    def _show_together(self, found: Together, typed: Money | None = None) -> None:
        self._together, self.payer, self.entry_id = True, None, draw_id()
        self.several.begin(found)
        self.object.setText(found.group_name or found.payer)
        self._enter(Stage.FILLED)
        self.money.begin(self.several.owing)
        self.money.given.show_amount(typed)
        self.take_focus(self.money.given)

    def _renew(self, found: Together) -> None:
        """The same accounts, asked again; what was typed stays."""
        if self._together and self.stage is Stage.FILLED:
            self.several.renew(found)

    def _join(self, found: Together) -> None:
        """One more account, scanned or searched for."""
        if not (self._together and self.stage is Stage.FILLED):
            return
        one = found.rows[0]
        if self.several.add(found):
            words = self.say("{name} joins them", name=one.customer_name)
        else:
            words = self.say("{name} is there already", name=one.customer_name)
        self.banner.tell("info", words, self.say.join([one.account_number, one.address]))
        self.take_focus(self.money.given)

    def _show_debt(self) -> None:
        """The money follows what is ticked."""
        if self._together and self.stage is Stage.FILLED:
            self.money.show_payer(self.several.owing)

    def _change_side(self) -> None:
        """From the amount to the list of accounts, and back."""
        there = self.several.table
        (self.money.given if there.hasFocus() else there).setFocus()

    @property
    def debtor(self) -> Debtor | None:
        """Who is to pay now: an account, or several."""
        return self.several.owing if self._together else self.payer

    def _name(self) -> str:
        """Whose money is typed."""
        if self._together and self.several.found is not None:
            return self.several.found.payer
        return self.payer.row.customer_name if self.payer is not None else ""

    def _show_order(self, amount: Money) -> None:
        """What the money typed would settle; nothing typed: what all that is due would."""
        if self._together:
            self.several.show_amount(amount)
        elif self.payer is not None:
            self.account.show_order(self.payer.dues, amount or self.payer.dues.to_pay)

    # The payment ---------------------------------------------------------------------------------------------

    def take(self) -> None:
        """Book what the form says, once: the id was drawn when the form was filled."""
        if self.stage is not Stage.FILLED or self.debtor is None or self.entry_id is None:
            return
        order = self._order()
        if order is None:
            return
        self.banner.clear()
        self._enter(Stage.BOOKING)
        self._send(order)

    def _order(self) -> PaymentOrder | TogetherOrder | None:
        pane, say = self.money, self.say
        given, amount, _ = pane.split()
        if not amount:
            pane.given_field.problem(say("Type what is given; ↑ takes the exact amount"))
            pane.given.setFocus()
            return None
        if pane.tender is not TenderKind.CASH and not pane.reference.text().strip():
            pane.reference_field.problem(say("Enter the number on the slip"))
            pane.reference.setFocus()
            return None
        number = pane.reference.text().strip()
        if not self._together:
            return PaymentOrder(self.payer.row.number, amount, given, pane.tender, number)
        to_pay = self.several.owing.dues.to_pay
        if amount > to_pay:
            words = say(
                "More than the {due} there is to pay: an advance goes to one account by itself", due=to_pay
            )
            pane.given_field.problem(words)
            pane.given.setFocus()
            return None
        return self.several.order(amount, given, pane.tender, number)

    def _send(self, order: PaymentOrder | TogetherOrder) -> None:
        self._sent, self._sending = order, True
        self.do(self._taking, order, self._taken, self.entry_id, partial(self._not_taken, self.entry_id))

    @property
    def _taking(self) -> Callable[..., ReceiptIssued | TakenTogether]:
        """The operation that books what was sent."""
        return take_together if isinstance(self._sent, TogetherOrder) else take_payment

    def _taken(self, taken: ReceiptIssued | TakenTogether) -> None:
        self._again.stop()
        self.entry_id, self._sending = None, False
        self.banner.clear()
        self.money.given.clear()
        if isinstance(taken, TakenTogether):
            self._show_receipts(taken.receipts, taken)
        else:
            self.show_receipt(taken)
        self.take_focus(self)
        self.ask(till, None, self._show_till)
        self.told.emit()

    def show_receipt(self, receipt: ReceiptIssued) -> None:
        """Show a receipt: its number and the change large, its paper at the left."""
        self._show_receipts((receipt,), receipt)

    def _show_receipts(
        self, receipts: tuple[ReceiptIssued, ...], taken: ReceiptIssued | TakenTogether
    ) -> None:
        """Show what one tender paid with its receipts, and print them."""
        self._together = False
        self.receipt, self.last_numbers = receipts[0], tuple(one.number for one in receipts)
        self.done.show_receipt(taken, self.money.notes_words(taken.change), self._titled(receipts))
        self.paper.clear()
        self._enter(Stage.DONE)
        self._make_paper(receipts)

    def _titled(self, receipts: Sequence[ReceiptIssued]) -> str:
        first, last = receipts[0].number, receipts[-1].number
        if len(receipts) == 1:
            return self.say("Receipt {number}", number=first)
        return self.say("Receipts {first} to {last}", first=first, last=last)

    def look_at_receipt(self, receipt: ReceiptIssued) -> None:
        """Show a receipt issued before, printing nothing; Ctrl+P makes a copy of it."""
        if self.stage in (Stage.BOOKING, Stage.UNSURE):
            return
        self.banner.clear()
        self.payer, self.entry_id, self._looking, self._together = None, None, True, False
        self.receipt, self.last_numbers = receipt, (receipt.number,)
        title = self._titled([receipt])
        self.done.show_receipt(receipt, self.money.notes_words(receipt.change), title)
        self._enter(Stage.DONE)
        self.paper.clear()
        self.call(
            receipt_look,
            self.seat,
            receipt,
            then=lambda paper: self.paper.show_paper(title, None, paper, may_print=False),
        )
        self.take_focus(self)

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
                self._taking,
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

    def _answered(self, error: BaseException, taken: ReceiptIssued | TakenTogether | None) -> None:
        if taken is not None:
            self._forget(self.entry_id)
            self._taken(taken)
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
            if lost.operation not in TAKING or lost.entry_id == self.entry_id:
                continue
            if time.time() - (folder / f"{lost.entry_id}.json").stat().st_mtime < LOST_AFTER_S:
                self._lost.start()
                continue
            told = partial(self._tell_lost, lost.entry_id)
            answer = partial(self.seat.app.answer, TAKING[lost.operation], lost.entry_id)
            self.tasks.read(self, answer, told, lambda _: self._lost.start())

    def _tell_lost(self, entry_id: UUID, taken: ReceiptIssued | TakenTogether | None) -> None:
        say = self.say
        self._forget(entry_id)
        if taken is None:
            self.banner.tell(
                "warn",
                say("A payment was interrupted and not booked"),
                say("If money was taken for it, take the payment now"),
            )
        else:
            self.last_numbers = taken.numbers if isinstance(taken, TakenTogether) else (taken.number,)
            text = say(
                "{name} paid {amount}. Ctrl P prints the receipt",
                name=taken.customer_name,
                amount=taken.amount,
            )
            self.banner.tell(
                "info",
                say("An interrupted payment was booked: receipt {number}", number=self.last_number),
                text,
            )
            self._keys()

    # Receipts ------------------------------------------------------------------------------------------------

    def _make_paper(self, receipts: tuple[ReceiptIssued, ...]) -> None:
        self.call(
            receipt_paper,
            self.seat,
            *receipts,
            then=lambda made: self._show_paper(receipts, *made),
            failed=partial(self._no_paper, receipts),
        )

    def _note_unprinted(self, receipts: Sequence[ReceiptIssued]) -> None:
        """Whoever begins the next day sees it, should nobody print it until then."""
        for one in receipts:
            self.do(note_unprinted, ReceiptQuery(one.number), lambda _: None, failed=fault)

    def _show_paper(
        self, receipts: Sequence[ReceiptIssued], path: Path, paper: PaperFile, printer: str, printed: bool
    ) -> None:
        if self.receipt is None or self.receipt.number != receipts[0].number:
            return
        title = self._titled(receipts)
        self.paper.show_paper(title, path, paper, may_print=not printed)
        kept = self.say("kept as {name}", name=path.name)
        self.done.paper.setText(self.say("printed on {printer}", printer=printer) if printed else kept)
        self.done.paper.setToolTip(str(path))
        if printed:
            self.toast(
                self.say("{papers} printed", papers=title),
                action=Key("Ctrl+P", Text("print again"), self.print_again),
            )
        if printer and not printed:
            self._note_unprinted(receipts)
            self.banner.tell(
                "warn",
                self.say("Paid, but {printer} did not take the receipt", printer=printer),
                self.say("The payment stands. Ctrl P tries again"),
            )

    def _no_paper(self, receipts: Sequence[ReceiptIssued], error: BaseException) -> None:
        fault(error)
        self._note_unprinted(receipts)
        self.banner.tell(
            "warn",
            self.say("Paid, but the receipt could not be made as a paper"),
            self.say("The payment stands. Ctrl P tries again"),
        )

    # Taking back ---------------------------------------------------------------------------------------------

    def ask_back(self) -> None:
        """Ask why all that the tender of the receipt shown paid is taken back."""
        if self.stage is Stage.DONE and self.receipt is not None:
            say = self.say
            self.question.ask(
                self.receipt.number,
                say("Why is all that this tender paid taken back?"),
                say("Enter takes it back, Esc goes back; one of several accounts is taken back on its card"),
                say("for example: the wrong account"),
            )

            self._keys()

    def _leave_question(self) -> None:
        self.question.close_question()
        self._keys()
        self.take_focus(self)

    def _take_back(self, words: str) -> None:
        if not words.strip():
            self.question.problem(self.say("Say why"))
        elif self.receipt is not None:
            order = TakeBackOrder(self.receipt.number, words, whole=True)
            self.do(reverse_payment, order, self._taken_back, failed=self._stands)

    def _taken_back(self, payments: tuple[PaymentTakenBack, ...]) -> None:
        say = self.say
        self.question.settled()
        self._keys()
        total = say.money(Money.total([one.amount for one in payments]), unit=True)
        names = say.join([one.customer_name for one in payments[:3]])
        count = say.plural("{count} payment taken back", "{count} payments taken back", len(payments))
        cash = any(one.tender is TenderKind.CASH for one in payments)
        given = say("Give {amount} back", amount=total) if cash else say("{amount} goes back", amount=total)
        self.banner.tell("ok", count, say.join([given, names]))
        self.take_focus(self)
        self.ask(till, None, self._show_till)

    def _stands(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self.question.problem(self.say(error.text))
        else:
            self.trouble(error)

    # Copies --------------------------------------------------------------------------------------------------

    def print_again(self) -> None:
        """Make the last receipt once more, or all that one tender got, marked COPY n and recorded."""
        if self.last_numbers and self.stage in (Stage.WAITING, Stage.DONE):
            self.do(reprint_receipts, self.last_numbers, self._show_copies)

    def _show_copies(self, copies: tuple[ReceiptIssued, ...]) -> None:
        if self.stage not in (Stage.WAITING, Stage.DONE):
            return
        first = copies[0]
        if len(copies) == 1:
            self.show_receipt(first)
            words = self.say("Copy {count} of receipt {number}", count=first.copy, number=first.number)
        else:
            self._show_receipts(copies, _summed(copies))
            words = self.say("Copies of {count} receipts", count=len(copies))
        self.banner.tell("info", words)

    # Leaving -------------------------------------------------------------------------------------------------

    def may_leave(self) -> bool:
        """Typed money is asked about; a payment on its way keeps its page, which can be left and come back to."""
        if self.stage is Stage.TILL:
            return self.till_work.may_leave()
        amount = self.money.given.amount()
        if self.stage is not Stage.FILLED or amount is None:
            return True
        say = self.say
        shown = say.money(amount, unit=True)
        question = Question(
            self,
            say("Money is typed"),
            say("{amount} typed for {name} is not booked.", amount=shown, name=self._name()),
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
        if self._together:
            current = self.several.table.current
            return current.account_number if current is not None else ""
        if self.payer is not None:
            return self.payer.row.number
        return self.receipt.account_number if self.receipt is not None else ""

    def next_customer(self) -> None:
        """Clear the counter for the next one."""
        if self.stage in (Stage.BOOKING, Stage.UNSURE):
            return
        self.payer = self.receipt = self.entry_id = None
        self._looking = self._together = False
        self.money.given.clear()
        self.banner.clear()
        self._enter(Stage.WAITING if self.till else Stage.CLOSED)
        self.ask(till, None, self._show_till)
        self._focus()

    def _search(self) -> None:
        self.search_wanted.emit("")

    def show_invoice(self) -> None:
        """What invoices the account at hand is to have, asked for while its customer stands here."""
        number = self.account_shown()
        if self.stage is Stage.DONE and self.receipt is not None and self.receipt.parts:
            number = self.receipt.parts[0].account_number
        if number:
            InvoiceSheet(self, WishQuery(number)).appear()

    def _to_card(self) -> None:
        if self.account_shown():
            self.open_page("customers", self.account_shown())


def _summed(copies: Sequence[ReceiptIssued]) -> TakenTogether:
    """Receipts of one tender printed again, told as what they come to."""
    first = copies[0]
    return TakenTogether(
        customer_name=first.customer_name,
        accounts=len(copies),
        amount=Money.total([one.amount for one in copies]),
        given=Money.total([one.given for one in copies]),
        change=Money.zero(),
        tender=first.tender,
        owed_after=Money.total([one.owed_after for one in copies]),
        credit_after=Money.total([one.credit_after for one in copies]),
        receipts=tuple(copies),
    )
