"""What is done at the counter beside taking money: the till and the safe, refunds, cheques, the wrong account."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial

from desktop.billing.service import explanation, what_if
from desktop.counter.page.account import ASKED_OFTEN, Payer
from desktop.counter.page.booking import BookingPage
from desktop.counter.page.papers import receipt_paper
from desktop.counter.page.right import PuttingRight
from desktop.counter.page.stage import Stage
from desktop.counter.page.till import Step, TillWork
from desktop.counter.records import (
    AccountShown,
    CardPart,
    CashSheet,
    CashSheetQuery,
    TillOpened,
    TogetherQuery,
)
from desktop.counter.records.right import RefundQuery
from desktop.counter.service import (
    ask_refund,
    cash_sheet,
    close_till,
    credit_cheque,
    decide_refund,
    move_cash,
    pay_refund,
)
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.qt.fold import Stack
from desktop.qt.page import Key
from desktop.qt.tasks import Tasks


class BesidePage(BookingPage):
    """A page that books, and goes from there to what else is done at a counter; ``left`` is where that stands."""

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        self.payer: Payer | None = None
        self.till: TillOpened | None = None
        self._wanted: str | TogetherQuery | None = None
        self.left = Stack()

    def _show_waiting(self) -> None:
        """The ways to begin while nobody is there."""
        raise NotImplementedError

    def next_customer(self) -> None:
        """Clear the counter for the next one."""
        raise NotImplementedError

    @cached_property
    def till_work(self) -> TillWork:
        """What is done with the drawer; made when it is first shown."""
        made = TillWork(self, receipt_paper)
        made.finished.connect(self._leave_till)
        made.stepped.connect(self._keys)
        self.left.addWidget(made)
        return made

    @cached_property
    def right_work(self) -> PuttingRight:
        """Refunds and payments on the wrong account; made when they are first shown."""
        made = PuttingRight(self)
        made.finished.connect(self.next_customer)
        made.stepped.connect(self._keys)
        self.left.addWidget(made)
        return made

    def _refund_keys(self) -> list[Key]:
        """The ways to cheques and refunds, for whoever has to do with them."""
        keys = []
        if self.seat.may(credit_cheque):
            keys.append(Key("F6", Text("cheques"), self.show_cheques))
        if any(self.seat.may(one) for one in (ask_refund, decide_refund, pay_refund)):
            keys.append(Key("F7", Text("refunds"), self.show_refunds))
        return keys

    def show_cheques(self) -> None:
        """The cheques of this hall that wait for the bank, and what became of others."""
        self._put_right(self.right_work.cheques)

    def show_refunds(self, query: RefundQuery | None = None) -> None:
        """The refunds of this hall: decided and paid out here; or those of an account."""
        self._put_right(partial(self.right_work.list, query))

    def ask_refund(self) -> None:
        """The payment of the receipt shown is to be given back: another person decides."""
        if self.stage is Stage.DONE and self.receipt is not None:
            self._put_right(partial(self.right_work.ask_payment, self.receipt.number))

    def move_payment(self) -> None:
        """The payment of the receipt shown belongs to another account."""
        if self.stage is Stage.DONE and self.receipt is not None:
            self._put_right(partial(self.right_work.move, self.receipt.number))

    def give_credit_back(self) -> None:
        """Credit of the account at hand is to be given back: another person decides."""
        if self.stage is Stage.FILLED and self.payer is not None and self.may_leave():
            row, credit = self.payer.row, self.payer.dues.credit
            self._put_right(partial(self.right_work.ask_credit, row.number, row.customer_name, credit))

    def _put_right(self, begin: Callable[[], None]) -> None:
        self.banner.clear()
        self._enter(Stage.RIGHT)
        begin()

    def _till_keys(self) -> list[Key]:
        """What this person may do with the drawer while nobody is there."""
        keys = []
        if self.seat.may(move_cash):
            keys.append(Key("F8", Text("till and safe"), partial(self._work_on_till, Step.MOVE)))
        if self.seat.may(close_till):
            keys.append(Key("F9", Text("close the till"), partial(self._work_on_till, Step.COUNT)))
        return keys

    def _safe_keys(self, *, enabled: bool) -> list[Key]:
        """The way to the safe while a customer stands here and the drawer is full."""
        if self.till is not None and self.till.full and self.seat.may(move_cash):
            return [Key("Shift+F8", Text("to the safe"), self.relieve, enabled=enabled)]
        return []

    def _card_keys(self, *, enabled: bool) -> list[Key]:
        """The ways to the card of the account at hand, and to what customers ask while they stand here."""
        keys = [Key("Ctrl+D", Text("customer card"), self._to_card, "none", enabled=enabled)]
        for part, (key, words) in ASKED_OFTEN.items():
            if self.seat.may(explanation if part is CardPart.WHY else what_if):
                keys.append(Key(key, words, partial(self._to_card, part), "none", enabled=enabled))
        return keys

    def _to_card(self, part: CardPart | None = None) -> None:
        number = self.account_shown()
        if number:
            self.open_page("customers", number if part is None else AccountShown(number, part))

    def relieve(self) -> None:
        """Bring cash to the safe, and come back to the account at hand."""
        if self.stage in (Stage.FILLED, Stage.DONE) and self.may_leave():
            back: str | TogetherQuery | None = None
            if self.stage is Stage.FILLED:
                back = self.several.query if self._together else self.account_shown()
            self._work_on_till(Step.MOVE)
            self._wanted = back

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

    def _full_words(self, key: str) -> tuple[str, str]:
        """That cash is to be brought to the safe, never how much there is: counts are blind."""
        say = self.say
        if self.till is not None and self.till.refuses:
            text = say("No more cash is taken before that. {key} moves it", key=key)
        else:
            text = say("The drawer holds more than it should. {key} moves it", key=key)
        return say("Bring cash from the drawer to the safe"), text

    def _tell_full(self) -> None:
        """Tell it while a customer stands here; in between, the empty page does."""
        if self.till is None or not self.till.full or self.till.counted:
            return
        if self.stage is Stage.WAITING:
            self._show_waiting()
        elif self.stage in (Stage.DONE, Stage.FILLED) and self.banner.isHidden():
            self.banner.tell("warn", *self._full_words("Shift F8"))
            self._keys()
