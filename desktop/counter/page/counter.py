"""The counter: find the account, see what is due, take money once and only once, hand out receipt and change.

The id of a payment is drawn when the form is filled for an account, before the first press; it is kept on this
computer before the first try (`Seat.do`), and while the answer is unknown the page is locked and asks by that id.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from desktop.contracts.records import GROUP_PREFIX
from desktop.counter.page.account import AccountView, Payer
from desktop.counter.page.beside import BesidePage
from desktop.counter.page.contacts import ContactChanger
from desktop.counter.page.counting import CountGrid
from desktop.counter.page.money import TENDERS, ShiftPane
from desktop.counter.page.over import LeftOver
from desktop.counter.page.several import Several
from desktop.counter.page.stage import Stage
from desktop.counter.page.till import Step
from desktop.counter.records import (
    ReceiptQuery,
    Shift,
    TenderPart,
    TillOpened,
    TillOrder,
    Together,
    TogetherQuery,
)
from desktop.counter.records.cheques import ChequesQuery
from desktop.counter.records.right import RefundQuery
from desktop.counter.service import (
    RECEIPT,
    ask_refund,
    close_till,
    move_payment,
    open_till,
    paid_together,
    receipt,
    reverse_payment,
    shift,
    till,
)
from desktop.invoices.page import InvoiceSheet
from desktop.invoices.records import WishQuery
from desktop.invoices.service import wish
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Seat, draw_id
from desktop.parties.service import change_contact
from desktop.qt import theme
from desktop.qt.basics import clear, column
from desktop.qt.fold import Fold, Stack
from desktop.qt.page import Key, Question
from desktop.qt.panels import Empty, Panel
from desktop.qt.printing import printer_name
from desktop.qt.tasks import Tasks

_SHORTCUT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_SHIFT_PANE = 300
_FOLDED_ACCOUNT, _FOLDED_MONEY = 460, 520


class CounterPage(BesidePage):
    """Taking money. ``card`` is the query that answers an account number with a `Payer`."""

    HELP = Text(
        "Here you take money. Find the account by typing or scanning anything of it; what is due stands at the"
        " right, with the arithmetic of late fees at the left. Type what the customer gives, hand out the change"
        " shown, and take the payment: the receipt is printed by itself. A payment counts once, however often the"
        " key is pressed. While nobody is there, F8 moves cash to the safe and F9 counts and closes the till."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str, *, card: Callable[..., Payer]) -> None:
        super().__init__(seat, tasks, title)
        self.card = card
        self._build()
        self._enter(Stage.WAITING)
        self.ask(till, None, self._show_till)
        self._look_after_lost()
        self.call(printer_name, RECEIPT, self.seat.station.code, then=self.money.show_printer)

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
        self.right = Stack()
        beside = QWidget()
        beside.setLayout(column(self.banner, self.left))  # a message never moves the money
        self.panes = Fold((beside, 0, _FOLDED_ACCOUNT), (self.right, theme.DETAIL_PANE, _FOLDED_MONEY))
        self.body.addWidget(self.panes, 1)
        beside.layout().insertWidget(1, self.question)
        self.changer = ContactChanger(self, self.ask_again, self._back_from_contact)
        beside.layout().insertWidget(2, self.changer)
        beside.layout().setStretch(3, 1)
        self.nobody = Panel()
        self.account = AccountView(self.seat, say)
        self.account.card_wanted.connect(self._to_card)
        for part in (self.nobody, self.account, self.paper, self._build_closed()):
            self.left.addWidget(part)
        self.shift = ShiftPane(say)
        for part in (self.shift, self.money, self.done):
            self.right.addWidget(part)
        self.money.given.scanned.connect(self.search_wanted)
        self.money.reckoned.connect(self._show_order)

    def _show_waiting(self) -> None:
        """The ways to begin, among them the receipt that can be printed again."""
        say = self.say
        ways = [("Ctrl K", say("find customer, meter, phone, address"))]
        if self.last_number:
            ways.append(("Ctrl P", say("print receipt {number} again", number=self.last_number)))
        icon, title = "scan-barcode", say("Scan, or just type")
        text = say("On this page every character goes to the search box above; a scanner needs no click")
        if self.till is not None and self.till.full:
            icon, (title, text) = "wallet", self._full_words("F8")
        clear(self.nobody.body)
        self.nobody.body.addWidget(Empty(icon, title, text, ways))

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
        self.over = LeftOver(self, self._till_opened, self._keys)
        panel.body.addWidget(self.over)
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
        self.changer.close_question()
        if stage is Stage.WAITING:
            self._show_waiting()
        if stage is not Stage.ASKING:  # what was shown stays until the account is there
            shown = {Stage.CLOSED: 3, Stage.WAITING: 0, Stage.DONE: 2}.get(stage, 1)
            self.left.setCurrentIndex(shown)
            if stage is Stage.TILL:
                self.left.setCurrentWidget(self.till_work)
            elif stage is Stage.RIGHT:
                self.left.setCurrentWidget(self.right_work)
            elif self._together and shown == 1:
                self.left.setCurrentWidget(self.several)
            beside = {Stage.CLOSED: 0, Stage.TILL: 0, Stage.RIGHT: 0, Stage.WAITING: 0, Stage.DONE: 2}
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
            keys = [*self.over.keys(), Key("F12", Text("Open the till"), self.open_till, "primary", "wallet")]
            if self.seat.may(close_till):
                keys.insert(0, Key("Ctrl+P", Text("last cash sheet"), self._ask_sheet))
            self.show_keys(*self._refund_keys(), *keys)
            return
        if not self.question.isHidden():
            self.show_keys(Key("Esc", Text("back"), self._leave_question))
            return
        if not self.changer.isHidden():
            self.show_keys(Key("Esc", Text("back"), self.changer.leave))
            return
        if stage in (Stage.TILL, Stage.RIGHT):
            self.show_keys(*(self.till_work if stage is Stage.TILL else self.right_work).keys())
            return
        if stage in (Stage.WAITING, Stage.DONE):
            self.show_keys(*self._idle_keys())
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
            keys.append(Key("Ctrl+G", Text("another tender"), self.money.add_part, enabled=free))
        else:
            keys.append(Key("Ctrl+T", Text("several accounts"), self.pay_together, enabled=free))
            keys.append(Key("Ctrl+G", Text("another tender"), self.money.add_part, enabled=free))
            keys.append(Key("Ctrl+R", Text("change to credit"), self.money.turn_change, enabled=free))
            some = free and len(self.payer.dues.items) > 1
            keys.append(Key("Ctrl+O", Text("settled first"), self.settle_first, enabled=some))
        keys.append(Key("Ctrl+N", Text("somebody else pays"), self.ask_payer, "none", enabled=free))
        keys += self._card_keys(enabled=free)
        if self.payer is not None and self.seat.may(change_contact):
            keys.append(Key("Ctrl+U", Text("contact"), self.change_contact, enabled=free))
        if self.seat.may(wish):
            keys.append(Key("Ctrl+I", Text("invoice"), self.show_invoice, "none", enabled=free))
        if self.payer is not None and self.payer.dues.credit and self.seat.may(ask_refund):
            keys.append(Key("Ctrl+B", Text("give credit back"), self.give_credit_back, "none", enabled=free))
        keys += self._safe_keys(enabled=free)
        keys.append(Key("Esc", Text("leave, asks first"), self._leave, enabled=free))
        words = {
            Stage.FILLED: Text("Take payment"),
            Stage.ASKING: Text("Take payment"),
            Stage.BOOKING: Text("Being booked…"),
            Stage.UNSURE: Text("Being checked…"),
        }[stage]
        keys.append(Key("F12", words, self.take, "primary", "banknote" if free else "clock", free))
        self.show_keys(*keys)

    def _idle_keys(self) -> list[Key]:
        """The keys while nobody pays: nobody is there, or a receipt is out."""
        again = Key("Ctrl+P", Text("print again"), self.print_again, enabled=bool(self.last_number))
        if self.stage is Stage.WAITING:
            find = Key("F2", Text("Find a customer"), self._search, "primary", "search")
            return [again, *self._refund_keys(), *self._till_keys(), find]
        keys = [again]
        paid_at = self.receipt.paid_at.astimezone(self.seat.app.country.zone) if self.receipt else None
        today = paid_at is not None and paid_at.date() == self.seat.today()
        if today and self.seat.may(reverse_payment):
            keys.append(Key("Del", Text("take the payment back"), self.ask_back))
        if not today and self.seat.may(ask_refund):
            keys.append(Key("Del", Text("refund"), self.ask_refund))
        if self.seat.may(move_payment):
            keys.append(Key("Ctrl+M", Text("wrong account"), self.move_payment))
        keys += self._card_keys(enabled=True)
        if self.seat.may(wish):
            keys.append(Key("Ctrl+I", Text("invoice"), self.show_invoice, "none"))
        keys.append(Key("Ctrl+G", Text("choose a printer"), self.paper.ask_print, "none"))
        keys.append(Key("Ctrl+Y", Text("it is spoiled"), self.ask_spoiled, "none", enabled=bool(self._shown)))
        return [
            *keys,
            *self._safe_keys(enabled=True),
            Key("F3", Text("Next customer"), self.next_customer, "primary", "arrow-right"),
        ]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & _SHORTCUT
        typed = "" if held == Qt.KeyboardModifier.ControlModifier else event.text()  # AltGr is Ctrl and Alt
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
        if isinstance(argument, ChequesQuery):
            if self.stage not in (Stage.BOOKING, Stage.UNSURE) and self.may_leave():
                self.show_cheques()
            return
        if isinstance(argument, RefundQuery):
            if self.stage not in (Stage.BOOKING, Stage.UNSURE) and self.may_leave():
                self.show_refunds(argument)
            return
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

    def take_scan(self, code: str) -> bool:
        return self.stage is Stage.RIGHT and self.right_work.take_scan(code)

    def ask_again(self) -> None:
        if self.stage is Stage.UNSURE:
            self._try_again()
        elif self.stage is Stage.RIGHT:
            self.right_work.look()
        elif self.stage is Stage.FILLED and self._together:
            self.ask(paid_together, self.several.query, self._renew)
        elif self.stage is Stage.FILLED and self.payer is not None:
            self.ask(self.card, self.payer.row.number, self._refresh)
        else:
            self.ask(till, None, self._show_till)

    def _focus(self) -> None:
        if self.stage in (Stage.TILL, Stage.RIGHT):
            work = self.till_work if self.stage is Stage.TILL else self.right_work
            self.take_focus(work.first_field())
            return
        wanted = {Stage.CLOSED: self.float, Stage.FILLED: self.money.given}.get(self.stage, self)
        self.take_focus(wanted)

    # The till ------------------------------------------------------------------------------------------------

    def _show_till(self, opened: TillOpened | None) -> None:
        self.till = opened
        self.shift.show_till(opened)
        self._tell_full()
        self.ask(shift, None, self._show_shift)
        if opened is None:
            self.over.look()
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
            if not self.till_work.close_again():
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
        agreed = payer.agreement
        if agreed is not None:  # what keeps it is offered, or what mends it
            self.money.meant = (agreed.missing or agreed.next_amount) + payer.dues.late_fee
            self.money.show_payer(payer)
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
            money = self.money
            self._show_together(found, money.given.amount(), money.parts, money.paid_by)

    def show_together(self, asked: TogetherQuery) -> None:
        """Bring several accounts to the counter, such as a payment group; otherwise as `show_account`."""
        if self._begin(asked):
            self.ask(paid_together, asked, self._show_asked, self._no_payer)

    def _show_asked(self, found: Together) -> None:
        if self.stage is Stage.ASKING:
            self._show_together(found)

    def _show_together(
        self,
        found: Together,
        typed: Money | None = None,
        parts: tuple[TenderPart, ...] = (),
        paid_by: str = "",
    ) -> None:
        self._together, self.payer, self.entry_id = True, None, draw_id()
        self.several.begin(found)
        self.object.setText(found.group_name or found.payer)
        self._enter(Stage.FILLED)
        self.money.begin(self.several.owing, parts, paid_by)
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
        number = self.seat.app.country.format_account(one.account_number)
        self.banner.tell("info", words, self.say.join([number, one.address]))
        self.take_focus(self.money.given)

    def _show_debt(self) -> None:
        """The money follows what is ticked."""
        if self._together and self.stage is Stage.FILLED:
            self.money.show_payer(self.several.owing)

    def _change_side(self) -> None:
        """From the amount to the list of accounts, and back."""
        there = self.several.table
        (self.money.given if there.hasFocus() else there).setFocus()

    def ask_payer(self) -> None:
        """Ask who pays in the customer's place: the receipt says so."""
        if self.stage is Stage.FILLED:
            say, self._answered_with = self.say, self._keep_payer
            self.question.ask(
                f"payer {self.account_shown()}",
                say("Who pays for {name}?", name=self._name()),
                say("Enter keeps it, empty is the customer; Esc goes back"),
                say("name and telephone"),
            )
            self._keys()

    def _keep_payer(self, words: str) -> None:
        self.money.paid_by = words
        self.question.settled()
        self.money.show_payer(self.several.owing if self._together else self.payer)
        self._keys()
        self._focus()

    def settle_first(self) -> None:
        """The customer says which bill the money is for: each press takes the next one."""
        self.account.choose_first()
        meant = self.account.first
        credit = self.payer.dues.credit
        self.money.meant = max(meant.total - credit, Money.zero()) if meant is not None else None
        self.money.show_payer(self.payer)

    def _name(self) -> str:
        """Whose money is typed."""
        if self._together and self.several.found is not None:
            return self.several.found.payer
        return self.payer.row.customer_name if self.payer is not None else ""

    def _show_order(self, amount: Money) -> None:
        """What the money typed would settle; nothing typed: what all that is due would."""
        if self._together:
            self.several.show_amount(amount, self.money.put_down if self.money.parts else ())
        elif self.payer is not None:
            self.account.show_order(self.payer.dues, amount or self.payer.dues.to_pay)

    # Leaving -------------------------------------------------------------------------------------------------

    def may_leave(self) -> bool:
        """Typed money is asked about; a payment on its way keeps its page, which can be left and come back to."""
        if self.stage in (Stage.TILL, Stage.RIGHT):
            return (self.till_work if self.stage is Stage.TILL else self.right_work).may_leave()
        if self.stage is not Stage.FILLED or (self.money.given.amount() is None and not self.money.parts):
            return True
        say = self.say
        shown = say.money(self.money.typed, unit=True)
        question = Question(
            self,
            say("Money is typed"),
            say("{amount} typed for {name} is not booked.", amount=shown, name=self._name()),
            say("Go on typing"),
            say("Discard {amount}", amount=shown),
        )
        if question.exec() != Question.DialogCode.Accepted:
            return False
        self.money.forget()
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
        self.money.forget()
        self.banner.clear()
        self._enter(Stage.WAITING if self.till else Stage.CLOSED)
        self.ask(till, None, self._show_till)
        self._focus()

    def change_contact(self) -> None:
        """Change how the customer at hand is reached; money typed stays."""
        if self.stage is Stage.FILLED and self.payer is not None:
            self.changer.begin(self.payer.party_id, self.payer.contacts)
            self._keys()

    def _back_from_contact(self) -> None:
        self._keys()
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
