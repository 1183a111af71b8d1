"""A payment booked once and only once: sent under the id drawn for it, asked for by that id while nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QTimer

from desktop.counter.page.account import AccountView, Payer
from desktop.counter.page.money import Debtor
from desktop.counter.page.receipts import ReceiptPage
from desktop.counter.page.several import Several
from desktop.counter.page.stage import Stage
from desktop.counter.records import (
    MixedOrder,
    MixedTogetherOrder,
    PaymentOrder,
    ReceiptIssued,
    TakenTogether,
    TogetherOrder,
)
from desktop.counter.service import take_mixed, take_mixed_together, take_payment, take_together, till
from desktop.kernel import intent
from desktop.kernel.database import refused
from desktop.kernel.errors import Away, Refused
from desktop.kernel.log import fault
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat, draw_id
from desktop.qt.tasks import Tasks

CHECK_AGAIN_MS = 2000
TAKING = {
    "counter.take_payment": take_payment,
    "counter.take_together": take_together,
    "counter.take_mixed": take_mixed,
    "counter.take_mixed_together": take_mixed_together,
}
"""What takes money, by the name its intents have."""
_BY_ORDER: dict[type, Callable[..., Any]] = {
    PaymentOrder: take_payment,
    TogetherOrder: take_together,
    MixedOrder: take_mixed,
    MixedTogetherOrder: take_mixed_together,
}
Order = PaymentOrder | TogetherOrder | MixedOrder | MixedTogetherOrder


class BookingPage(ReceiptPage):
    """A page that books what its money pane says."""

    payer: Payer | None
    several: Several
    account: AccountView

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        self._sending = False
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(CHECK_AGAIN_MS)
        self._again.timeout.connect(self._try_again)
        self._left = intent.Left(seat.app.intents, TAKING)
        self._lost = QTimer(self)
        self._lost.setSingleShot(True)
        self._lost.setInterval(intent.LOST_AFTER_S * 1000)
        self._lost.timeout.connect(self._look_after_lost)

    @property
    def debtor(self) -> Debtor | None:
        """Who is to pay now: an account, or several."""
        return self.several.owing if self._together else self.payer

    @property
    def last_number(self) -> str:
        """The number of the last receipt, of several the first; nothing before the first one."""
        return self.last_numbers[0] if self.last_numbers else ""

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

    def _order(self) -> Order | None:
        pane = self.money
        part = pane.part()
        if part is None:
            return None
        if not self._together:
            if pane.is_much([bill.amount for bill in self.payer.bills]):
                return None
            first, number = self.account.first_bill, self.payer.row.number
            if pane.parts:
                return MixedOrder(number, (*pane.parts, part), first, pane.paid_by)
            return PaymentOrder(
                number, part.amount, part.given, part.tender, part.reference, first, pane.paid_by
            )
        if part.amount > pane.still_due:
            words = self.say(
                "More than the {due} there is to pay: an advance goes to one account by itself",
                due=pane.still_due,
            )
            pane.given_field.problem(words)
            pane.given.setFocus()
            return None
        if pane.parts:
            return self.several.mixed((*pane.parts, part), pane.paid_by)
        return self.several.order(part, pane.paid_by)

    def _send(self, order: Order) -> None:
        self._sent, self._sending = order, True
        self.do(self._taking, order, self._taken, self.entry_id, partial(self._not_taken, self.entry_id))

    @property
    def _taking(self) -> Callable[..., ReceiptIssued | TakenTogether]:
        """The operation that books what was sent."""
        return _BY_ORDER[type(self._sent)]

    def _taken(self, taken: ReceiptIssued | TakenTogether) -> None:
        self._again.stop()
        self.entry_id, self._sending = None, False
        self.banner.clear()
        shown = None if self._together else self.money.credit_shown
        self.money.forget()
        if isinstance(taken, TakenTogether):
            self._show_receipts(taken.receipts, taken)
        else:
            self.show_receipt(taken)
        if shown is not None and taken.credit_after != shown:
            self._tell_otherwise(shown, taken.credit_after)
        self.take_focus(self)
        self.ask(till, None, self._show_till)
        self.told.emit()

    def _tell_otherwise(self, shown: Money, credit: Money) -> None:
        """What was booked is not what stood on the screen: money came from elsewhere while it was typed."""
        say = self.say
        self.banner.tell(
            "warn",
            say("Credit is {credit} now, {shown} was shown", credit=credit, shown=shown),
            say("Somebody may have paid the same elsewhere meanwhile. The receipt says what was booked"),
        )

    def _not_taken(self, entry_id: UUID, error: BaseException) -> None:
        """A refusal is certain; anything else leaves open whether it was booked, so it is asked for by its id."""
        self._sending = False
        if isinstance(error, Away):
            self._be_unsure(error)
            self._again.start()
        elif refused(error):
            self._settle_refusal(error)
        else:
            self._be_unsure(key="" if isinstance(error, Refused) else fault(error))
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

    def _be_unsure(self, away: Away | None = None, key: str = "") -> None:
        self._enter(Stage.UNSURE)
        say = self.say
        words = say("Whether it was booked is asked every two seconds")
        if away is not None:
            words = say(
                "{what} ({reason}); it is asked every two seconds", what=away.title, reason=away.reason
            )
        kept = say("Account and amount stay as they are until then")
        self.banner.tell(
            "warn",
            say("Checking this payment. Do not take it again"),
            f"{words}\n{kept}",
            key,
            icon="cloud-off",
        )
        self.told.emit()  # the status line looks whether the database is there

    def _try_again(self) -> None:
        if self.stage is Stage.UNSURE and not self._sending:
            self._send(self._sent)

    def _forget(self, entry_id: UUID | None) -> None:
        folder = self.seat.app.intents
        if folder is not None and entry_id is not None:
            intent.settled(folder, entry_id)

    def _look_after_lost(self) -> None:
        """Payments this computer sent before it stopped: say of each whether it was booked.

        One that may be under way in another window of this person's is looked at again later.
        """
        found, more = self._left.lost()
        if more:
            self._lost.start()
        for lost in found:
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
