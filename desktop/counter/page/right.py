"""Putting payments right at the counter: refunds asked for, decided and paid out; the wrong account; cheques."""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.counter.documents import cheque_letters_pdf, move_letters_pdf, refund_pdf
from desktop.counter.page.cheques import ChequeList
from desktop.counter.page.moving import MovePanel
from desktop.counter.page.refunds import AskPanel, refunds_table
from desktop.counter.records import ReceiptQuery, TenderKind
from desktop.counter.records.cheques import ChequeLetter
from desktop.counter.records.right import (
    LetterQuery,
    MoveLetter,
    MoveOrder,
    PaymentMoved,
    RefundDecisionOrder,
    RefundNumber,
    RefundPaid,
    RefundQuery,
    RefundRow,
    RefundState,
)
from desktop.counter.service import (
    CHEQUE_LETTER,
    LETTER,
    REFUND,
    ask_refund,
    decide_refund,
    move_payment,
    moves,
    paid_with,
    pay_refund,
    refunds,
    reprint_cheque_letters,
    reprint_letters,
    reprint_refund,
)
from desktop.kernel.database import refused
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Seat, draw_id
from desktop.papers.page.sending import Printed, keep_and_print, send
from desktop.papers.records import PrintRef
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import column
from desktop.qt.fold import Stack
from desktop.qt.page import Key, Page, Question
from desktop.qt.panels import Panel
from desktop.qt.paper_panel import PaperPanel


class Step(Enum):
    """What is put right."""

    LIST = "refunds that wait, and those that were"
    ASK = "a refund is asked for"
    MOVE = "a payment goes to the right account"
    PAPER = "it is done, its paper is shown"
    CHEQUES = "cheques that wait for the bank"


Letters = tuple[MoveLetter, ...] | tuple[ChequeLetter, ...]


def refund_paper(seat: Seat, paid: RefundPaid) -> Printed:
    """The PDF of a refund, kept and sent to its printer."""
    pdf = refund_pdf(paid, seat.app.catalog, seat.app.country, seat.app.picture)
    return keep_and_print(seat, _prints(paid), f"refund_{paid.number}", pdf)


def letters_paper(seat: Seat, letters: Letters) -> Printed:
    """The PDF of the letters about a payment that was moved, or a cheque that came back, kept and sent as one file."""
    drawn = cheque_letters_pdf if isinstance(letters[0], ChequeLetter) else move_letters_pdf
    pdf = drawn(letters, seat.app.catalog, seat.app.country, seat.app.picture)
    return keep_and_print(seat, _prints(letters), f"letters_{letters[0].number}", pdf)


def _prints(shown: RefundPaid | Letters) -> tuple[PrintRef, ...]:
    if isinstance(shown, RefundPaid):
        return (PrintRef(REFUND, shown.number, shown.copy),)
    kind = CHEQUE_LETTER if isinstance(shown[0], ChequeLetter) else LETTER
    return tuple(PrintRef(kind, one.number, one.copy) for one in shown)


def begun_with(seat: Seat, number: str) -> tuple[Any, Any]:
    """The payments of a receipt as they stand, and how they were moved before."""
    return seat.ask(paid_with, ReceiptQuery(number)), seat.ask(moves, ReceiptQuery(number))


class PuttingRight(Stack):
    """What was paid is put right, in the place of an account. ``finished`` when the counter goes on."""

    finished = Signal()
    stepped = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.seat, self.say = page, page.seat, page.say
        self.step, self.busy, self.query = Step.LIST, False, RefundQuery()
        self.entry_id: UUID | None = None
        self._paying: tuple[UUID, UUID] | None = None
        self.shown: RefundPaid | Letters | None = None
        self.table = refunds_table(self.seat, self.say)
        self.question = InlineQuestion(page.unfinished, page.tasks, "refund")
        self._declines: RefundRow | None = None
        self.question.answered.connect(self._declined)
        listed = Panel(self.say("Refunds"), padding=0)
        listed.body.addWidget(self.table)
        first = QWidget()
        first.setLayout(column(self.question, listed))
        first.layout().setStretch(1, 1)
        self.asking, self.moving = AskPanel(self.seat, self.say), MovePanel(self.seat, self.say)
        self.paper = PaperPanel(
            self.say, page.tasks, REFUND, self.seat.station.code, key="Ctrl+G", back=False
        )
        self.cheque_list = ChequeList(page)
        for part in (first, self.asking, self.moving, self.paper, self.cheque_list):
            self.addWidget(part)
        self.table.moved.connect(lambda _: self.stepped.emit())
        self.table.opened.connect(lambda _: self._pay())
        self.moving.asked.connect(self._try)
        self.moving.accounts.changed.connect(lambda _: self.stepped.emit())
        self.cheque_list.stepped.connect(self.stepped)
        self.cheque_list.returned.connect(self._cheque_returned)

    # Steps ---------------------------------------------------------------------------------------------------

    def _enter(self, step: Step) -> None:
        self.step, self.busy = step, False
        self.question.close_question()
        self.setCurrentIndex(list(Step).index(step))
        self.stepped.emit()
        self.page.take_focus(self.first_field())

    def first_field(self) -> QWidget:
        """Where typing begins."""
        where = {
            Step.LIST: self.table,
            Step.ASK: self.asking.reason,
            Step.MOVE: self.moving.to,
            Step.CHEQUES: self.cheque_list.table,
        }
        return where.get(self.step, self.page)

    def list(self, query: RefundQuery | None = None) -> None:
        """Show the refunds of this hall, or those of an account with the one that is looked for chosen."""
        self.query = query or RefundQuery()
        self._enter(Step.LIST)
        self.look()

    def cheques(self) -> None:
        """Show the cheques of this hall."""
        self._enter(Step.CHEQUES)
        self.look()

    def look(self) -> None:
        """Ask for the refunds, or the cheques, once more."""
        if self.step is Step.CHEQUES:
            self.cheque_list.look()
        elif self.step is Step.LIST:
            self.table.asking()
            self.page.ask(refunds, self.query, self._show)

    def _show(self, found: tuple[RefundRow, ...]) -> None:
        before = max(self.table.currentIndex().row(), 0)
        wanted = (at for at, one in enumerate(found) if one.number and one.number == self.query.number)
        at = next(wanted, before)
        self.table.show_rows(found, select=min(at, len(found) - 1) if found else None)
        self.stepped.emit()

    def ask_payment(self, number: str) -> None:
        """Ask for the payment of a receipt to be given back."""
        self._begin(Step.ASK)
        self.asking.begin_payment(number, ())
        then = partial(self._asked_about, number)
        self.page.ask(paid_with, ReceiptQuery(number), then)

    def _asked_about(self, number: str, parts: Any) -> None:
        if self.step is Step.ASK:
            self.asking.begin_payment(number, parts)

    def ask_credit(self, number: str, name: str, credit: Money) -> None:
        """Ask for credit of an account to be given back."""
        self.asking.begin_credit(number, name, credit)
        self._begin(Step.ASK)

    def move(self, number: str) -> None:
        """Put the payment of a receipt on another account."""
        self.moving.begin(number, (), ())
        self._begin(Step.MOVE)
        self.page.call(begun_with, self.seat, number, then=partial(self._moves_of, number))

    def _moves_of(self, number: str, found: tuple[Any, Any]) -> None:
        if self.step is Step.MOVE and not self.moving.typed and not self.moving.to.value():
            self.moving.begin(number, *found)
            self.stepped.emit()
            if self.moving.to.value():
                self._try()

    def take_scan(self, code: str) -> bool:
        """A code is the right account, where one is asked for."""
        if self.step is not Step.MOVE or self.busy:
            return False
        self.moving.to.setText(code)
        self._try()
        return True

    def _begin(self, step: Step) -> None:
        self.entry_id = draw_id()
        self._enter(step)

    def leave(self) -> None:
        """Back; what is typed is asked about."""
        if self.step is Step.CHEQUES and self.cheque_list.leave_question():
            return
        if self.may_leave():
            self.finished.emit()

    def may_leave(self) -> bool:
        """Whether nothing typed is lost, or the person gives it up."""
        typed = (self.step is Step.ASK and self.asking.typed) or (
            self.step is Step.MOVE and self.moving.typed
        )
        if not typed or self.busy:
            return not self.busy
        say = self.say
        question = Question(
            self.page,
            say("Something is typed"),
            say("It is not kept yet."),
            say("Go on typing"),
            say("Discard"),
        )
        if question.exec() != Question.DialogCode.Accepted:
            return False
        self.asking.reason.setText("")
        self.moving.reason.setText("")
        return True

    # Keys ----------------------------------------------------------------------------------------------------

    def keys(self) -> list[Key]:
        """The keys of the step."""
        free, back = not self.busy, Key("Esc", Text("back"), self.leave, enabled=not self.busy)
        if not self.question.isHidden():
            return [Key("Esc", Text("back"), self._leave_question)]
        if self.step is Step.ASK:
            ways = [
                Key(key, kind.text, partial(self.asking.ways.choose, at), "none", enabled=free)
                for at, (kind, key) in enumerate(((TenderKind.CASH, "F6"), (TenderKind.TRANSFER, "F7")))
            ]
            return [*ways, back, Key("F12", Text("Ask for it"), self._ask, "primary", "check", free)]
        if self.step is Step.MOVE:
            seen = self.moving.seen is not None
            words = Text("Move the payment") if seen else Text("See what comes of it")
            turn = Key("Ctrl+T", Text("whole payment or one receipt"), self.moving.turn_extent, enabled=free)
            move = Key("F12", words, self._move, "primary", "check" if seen else "search", free)
            return [*([turn] if self.moving.mixed else []), back, move]
        if self.step is Step.CHEQUES:
            return [*self.cheque_list.keys(), back]
        if self.step is Step.PAPER:
            again = Key("Ctrl+P", Text("print again"), self._print_again, enabled=free)
            choose = Key("Ctrl+G", Text("choose a printer"), self.paper.ask_print, "none")
            return [again, choose, Key("F12", Text("Done"), self.finished.emit, "primary", "check", free)]
        return [*self._list_keys(free), back]

    def _list_keys(self, free: bool) -> list[Key]:
        one, may, keys = self.table.current, self.seat.may, []
        state = one.state if one is not None and free else None
        if may(decide_refund):
            waits = state is RefundState.WAITING and not one.mine
            keys.append(Key("A", Text("approve"), self._approve, "button", "check", waits))
            keys.append(Key("R", Text("decline"), self._ask_why, "button", "", waits))
        if may(reprint_refund):
            keys.append(Key("Ctrl+P", Text("print again"), self._copy, enabled=state is RefundState.PAID))
        if may(pay_refund):
            due = state is RefundState.APPROVED
            keys.append(Key("F12", Text("Pay it out"), self._pay, "primary", "banknote", due))
        return keys

    def _leave_question(self) -> None:
        self.question.close_question()
        self.stepped.emit()
        self.page.take_focus(self.table)

    # Doing ---------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        self.busy = True
        self.page.banner.clear()
        self.stepped.emit()

    def _failed(self, error: BaseException) -> None:
        self.busy = False
        if refused(error):
            self.entry_id, self._paying = draw_id(), None
            self.look()
        self.stepped.emit()
        self.page.trouble(error)

    def _ask(self) -> None:
        order = self.asking.order()
        if order is not None:
            self._work()
            self.page.do(ask_refund, order, self._asked, self.entry_id, self._failed)

    def _asked(self, row: RefundRow) -> None:
        self.page.toast(
            self.say(
                "Asked for {amount}: another person decides", amount=self.say.money(row.amount, unit=True)
            )
        )
        self.list()

    def _approve(self) -> None:
        self._decide(self.table.current, "")

    def _ask_why(self) -> None:
        """Nothing is declined without a reason."""
        one, say = self.table.current, self.say
        if one is not None:
            title = say("Decline the refund of {amount}", amount=say.money(one.amount, unit=True))
            self._declines = one  # whatever is chosen meanwhile
            self.question.ask(str(one.request_id), title, say("Enter declines it, Esc leaves it"), say("why"))
            self.stepped.emit()

    def _declined(self, _place: int, words: str, _ctrl: bool) -> None:
        if not words.strip():
            self.question.problem(self.say("Say why"))
            return
        self.question.close_question()
        self._decide(self._declines, words)

    def _decide(self, one: RefundRow | None, declined: str) -> None:
        if one is not None and not self.busy:
            self._work()
            order = RefundDecisionOrder(one.request_id, not declined, declined)
            self.page.do(decide_refund, order, self._decided, failed=self._failed)

    def _decided(self, row: RefundRow) -> None:
        if row.state is RefundState.DECLINED:
            self.question.settled()
        self.page.toast(self.say(row.state.text))
        self.list()

    def _pay(self) -> None:
        one = self.table.current
        if one is None or self.busy or one.state is not RefundState.APPROVED or not self.seat.may(pay_refund):
            return
        if self._paying is None or self._paying[0] != one.request_id:
            self._paying = one.request_id, draw_id()
        self._work()
        self.page.do(pay_refund, one.request_id, self._paid, self._paying[1], self._failed)

    def _paid(self, paid: RefundPaid) -> None:
        say = self.say
        amount = say.money(paid.amount, unit=True)
        cash = paid.tender is TenderKind.CASH
        words = say("Give {amount} back", amount=amount) if cash else say("Send {amount}", amount=amount)
        self._show_paper(paid)
        self.page.banner.tell("ok", words, say.join([paid.customer_name, paid.reference]))
        self.page.told.emit()

    def _try(self) -> None:
        """What would come of a move: the real step, without its commit."""
        order = self.moving.trial()
        if order is not None:
            then = partial(self._tried, order)
            self.page.call(self.seat.rehearse, move_payment, order, then=then, failed=self._not_tried)

    def _tried(self, order: MoveOrder, moved: PaymentMoved) -> None:
        self.moving.show_moved(order, moved)
        self.stepped.emit()
        if self.step is Step.MOVE:
            self.page.take_focus(self.moving.reason)

    def _not_tried(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self.moving.problem.tell(self.say(error.text))
        else:
            self.page.trouble(error)

    def _move(self) -> None:
        order = self.moving.order()
        if order is not None:
            self._work()
            self.page.do(move_payment, order, self._moved, self.entry_id, self._failed)

    def _moved(self, moved: PaymentMoved) -> None:
        say = self.say
        self._show_paper(moved.letters)
        names = say.join([moved.left.customer_name, moved.right.customer_name])
        words = say("{amount} moved, with letters to both", amount=say.money(moved.amount, unit=True))
        self.page.banner.tell("ok", words, names)
        self.page.told.emit()

    def _cheque_returned(self, letters: tuple[ChequeLetter, ...]) -> None:
        say = self.say
        self._show_paper(letters)
        names = say.join([one.customer_name for one in letters[:3]])
        words = say.plural("{count} letter is ready", "{count} letters are ready", len(letters))
        self.page.banner.tell(
            "ok", say("The cheque is returned, what it paid is owed again"), say.join([words, names])
        )
        self.page.told.emit()

    # Papers --------------------------------------------------------------------------------------------------

    def _show_paper(self, shown: RefundPaid | Letters) -> None:
        self.shown = shown
        self.asking.reason.setText("")
        self.moving.reason.setText("")
        self.paper.clear()
        self._enter(Step.PAPER)
        made = refund_paper if isinstance(shown, RefundPaid) else letters_paper
        self.page.call(made, self.seat, shown, then=self._made)

    @property
    def _title(self) -> str:
        if isinstance(self.shown, RefundPaid):
            return self.say("Refund {number}", number=self.shown.number)
        return self.say("Letters {numbers}", numbers=self.say.join([one.number for one in self.shown]))

    def _made(self, made: Printed) -> None:
        say, through = self.say, partial(send, self.seat, _prints(self.shown))
        self.paper.show_paper(self._title, made.path, made.paper, may_print=not made.printed, through=through)
        if made.problem is not None:
            words = say("{printer} did not take the paper", printer=made.printer)
            told = f"{say(made.problem)}\n{say('What was done stands. Ctrl P tries again')}"
            self.page.banner.tell("warn", words, told)

    def _copy(self) -> None:
        one = self.table.current
        if one is not None and one.number:
            self._work()
            self.page.do(reprint_refund, RefundNumber(one.number), self._show_paper, failed=self._failed)

    def _print_again(self) -> None:
        self._work()
        if isinstance(self.shown, RefundPaid):
            query = RefundNumber(self.shown.number)
            self.page.do(reprint_refund, query, self._show_paper, failed=self._failed)
        else:
            numbers = tuple(one.number for one in self.shown)
            cheque = isinstance(self.shown[0], ChequeLetter)
            again = reprint_cheque_letters if cheque else reprint_letters
            self.page.do(again, LetterQuery(numbers), self._show_paper, failed=self._failed)
