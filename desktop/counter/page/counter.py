"""The counter: find the account, see what is due, take money once and only once, hand out receipt and change.

The id of a payment is drawn when the form is filled for an account, before the first press; it is kept on this
computer before the first try (`Seat.do`), and while the answer is unknown the page is locked and asks by that id.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum
from functools import cached_property, partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.counter.documents import receipt_pdf
from desktop.counter.page.account import AccountView, Payer
from desktop.counter.page.money import TENDERS, DonePane, MoneyPane, ShiftPane
from desktop.counter.page.till import CountGrid, Step, TillWork
from desktop.counter.records import (
    PaymentOrder,
    ReceiptIssued,
    ReceiptQuery,
    Shift,
    TenderKind,
    TillOpened,
    TillOrder,
)
from desktop.counter.service import (
    close_till,
    move_cash,
    note_unprinted,
    open_till,
    receipt,
    reprint_receipt,
    shift,
    take_payment,
    till,
)
from desktop.kernel import intent
from desktop.kernel.database import Away
from desktop.kernel.errors import Refused
from desktop.kernel.log import fault
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Seat, draw_id
from desktop.qt import theme
from desktop.qt.basics import clear, column
from desktop.qt.fold import Fold, Stack
from desktop.qt.page import Key, Page, Question
from desktop.qt.panels import Empty, Panel
from desktop.qt.paper_panel import PaperPanel
from desktop.qt.preview import PaperFile, keep_paper
from desktop.qt.printing import print_paper, printer_name
from desktop.qt.tasks import Tasks

CHECK_AGAIN_MS = 2000
_SHIFT_PANE = 300
_FOLDED_ACCOUNT, _FOLDED_MONEY = 460, 520
LOST_AFTER_S = 30
TAKE_PAYMENT, RECEIPT = "counter.take_payment", "receipt"


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
    return PaperFile(receipt_pdf([receipt], seat.app.catalog, seat.app.country, seat.app.picture))


def receipt_paper(seat: Seat, receipt: ReceiptIssued) -> tuple[Path, PaperFile, str, bool]:
    """The PDF of a receipt, kept in this person's folder and sent to the printer, and open to be shown.

    Then the printer's name (nothing where there is none), and whether it took the paper.
    """
    pdf = receipt_pdf([receipt], seat.app.catalog, seat.app.country, seat.app.picture)
    copy = f"_copy{receipt.copy}" if receipt.copy else ""
    path = keep_paper(f"receipt_{receipt.number}{copy}", pdf)
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
        self.last_number = ""
        self._wanted, self._sending, self._looking = "", False, False
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

    # Building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        say = self.say
        self.left, self.right = Stack(), Stack()
        beside = QWidget()
        beside.setLayout(column(self.banner, self.left))  # a message never moves the money
        beside.layout().setStretch(1, 1)
        self.panes = Fold((beside, 0, _FOLDED_ACCOUNT), (self.right, theme.DETAIL_PANE, _FOLDED_MONEY))
        self.body.addWidget(self.panes, 1)
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
        if stage is Stage.WAITING:
            self._show_waiting()
        if stage is not Stage.ASKING:  # what was shown stays until the account is there
            self.left.setCurrentIndex({Stage.CLOSED: 3, Stage.WAITING: 0, Stage.DONE: 2}.get(stage, 1))
            if stage is Stage.TILL:
                self.left.setCurrentWidget(self.till_work)
            beside = {Stage.CLOSED: 0, Stage.TILL: 0, Stage.WAITING: 0, Stage.DONE: 2}
            self.right.setCurrentIndex(beside.get(stage, 1))
            paying = self.right.currentWidget() is not self.shift
            self.panes.widen(self.right, theme.DETAIL_PANE if paying else _SHIFT_PANE)
        self.money.lock(stage is not Stage.FILLED)
        self._keys()

    def _keys(self) -> None:
        stage = self.stage
        self.primary_width = self.panes.width_of(self.right)
        if stage is Stage.CLOSED:
            self.show_keys(Key("F12", Text("Open the till"), self.open_till, "primary", "wallet"))
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
            self.show_keys(again, card, choose, follow)
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
        else:
            event.ignore()

    def show_argument(self, argument: object) -> None:
        if isinstance(argument, ReceiptQuery):
            if self._is_free():
                self.ask(receipt, argument, self.look_at_receipt)
            return
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
            wanted, self._wanted = self._wanted, ""
            self.show_account(wanted)

    def _show_shift(self, found: Shift | None) -> None:
        self.shift.show_shift(found)
        if found is not None and found.latest and not self.last_number:
            self.last_number = found.latest[0].number
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
        """Bring an account to the counter; refused while a payment is on its way, asked about while money is typed."""
        if self.stage is Stage.CLOSED or (self.till is None and (self._looking or self.stage is Stage.TILL)):
            self._wanted, self._looking = number, False
            self._enter(Stage.CLOSED)
            self._focus()
            return
        if not self._is_free():
            return
        self._looking = False
        self.banner.clear()
        self.payer = self.receipt = self.entry_id = None
        self._enter(Stage.ASKING)
        self.ask(self.card, number, self._show_payer, self._no_payer)

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

    def _show_order(self, amount: Money) -> None:
        """What the money typed would settle; nothing typed: what all that is due would."""
        if self.payer is not None:
            self.account.show_order(self.payer.dues, amount or self.payer.dues.to_pay)

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
        given, amount, _ = pane.split()
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
        self.done.show_receipt(receipt, self.money.notes_words(receipt.change))
        self.paper.clear()
        self._enter(Stage.DONE)
        self._make_paper(receipt)

    def look_at_receipt(self, receipt: ReceiptIssued) -> None:
        """Show a receipt issued before, printing nothing; Ctrl+P makes a copy of it."""
        if self.stage in (Stage.BOOKING, Stage.UNSURE):
            return
        self.banner.clear()
        self.payer, self.entry_id, self._looking = None, None, True
        self.receipt, self.last_number = receipt, receipt.number
        self.done.show_receipt(receipt, self.money.notes_words(receipt.change))
        self._enter(Stage.DONE)
        self.paper.clear()
        title = self.say("Receipt {number}", number=receipt.number)
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
            failed=partial(self._no_paper, receipt),
        )

    def _note_unprinted(self, receipt: ReceiptIssued) -> None:
        """Whoever begins the next day sees it, should nobody print it until then."""
        self.do(note_unprinted, ReceiptQuery(receipt.number), lambda _: None, failed=fault)

    def _show_paper(
        self, receipt: ReceiptIssued, path: Path, paper: PaperFile, printer: str, printed: bool
    ) -> None:
        if self.receipt is None or self.receipt.number != receipt.number:
            return
        title = self.say("Receipt {number}", number=receipt.number)
        self.paper.show_paper(title, path, paper, may_print=not printed)
        kept = self.say("kept as {name}", name=path.name)
        self.done.paper.setText(self.say("printed on {printer}", printer=printer) if printed else kept)
        self.done.paper.setToolTip(str(path))
        if printed:
            self.toast(
                self.say("Receipt {number} printed", number=receipt.number),
                action=Key("Ctrl+P", Text("print again"), self.print_again),
            )
        if printer and not printed:
            self._note_unprinted(receipt)
            self.banner.tell(
                "warn",
                self.say("Paid, but {printer} did not take the receipt", printer=printer),
                self.say("The payment stands. Ctrl P tries again"),
            )

    def _no_paper(self, receipt: ReceiptIssued, error: BaseException) -> None:
        fault(error)
        self._note_unprinted(receipt)
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
        self._looking = False
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
