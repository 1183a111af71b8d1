"""The late fees of an account, over its card: what is asked today, what was waived, and waiving."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from desktop.desk.page.order_sheet import OrderForm, OrderSheet
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.ledger.records import (
    DueItem,
    WaiverBack,
    WaiverCause,
    WaiverLimitOrder,
    WaiverOrder,
    WaiverRow,
    Waivers,
)
from desktop.ledger.service import (
    set_waiver_limit,
    take_waiver_back,
    waive_large_late_fee,
    waive_late_fee,
    waivers,
)
from desktop.qt.fields import ChoiceField, TextField
from desktop.qt.money import MoneyField
from desktop.qt.page import Page

MOST_TOLD = 6
"""So many waivers are told, the newest first."""


LIMIT = "limit"
"""What is chosen in the place of a bill to set the limit of a counter."""


class LateFeeForm(OrderForm):
    """Waive the late fee of a bill, or ask for it again, and why; or set how much of one a counter waives."""

    def __init__(self, page: Page, found: Waivers) -> None:
        say = page.say
        large = page.seat.may(waive_large_late_fee)
        limit = say.money(found.limit, unit=True)
        note = "" if large else say("At a counter up to {limit} of one bill", limit=limit)
        super().__init__(say, say("Waive a late fee"), note)
        self.found, self._waive, field = (
            found,
            waive_large_late_fee if large else waive_late_fee,
            self.form.field,
        )
        self._back = {str(one.waiver_id): one for one in found.waived if one.standing}
        ways = [(self._fee(item), item.bill_number) for item in found.items]
        for key, one in self._back.items():
            amount = say.money(one.amount, unit=True)
            words = say("ask again for {amount} of {number}", amount=amount, number=one.bill_number)
            ways.append((words, key))
        if page.seat.may(set_waiver_limit):
            ways.append((say("limit of a counter, now {limit} of one bill", limit=limit), LIMIT))
        self.line(field("bill", say("Late fee of"), ChoiceField(ways)))
        currency = page.seat.app.country.currency
        causes = [(say(cause.text), cause.value) for cause in WaiverCause]
        self.line(
            field("amount", say("Amount, empty for all of it"), MoneyField(say, currency)),
            field("cause", say("Who was late"), ChoiceField(causes)),
        )
        self.line(field("words", say("Why, in words"), TextField()))
        self.with_problem()

    def _fee(self, item: DueItem) -> str:
        say = self.say
        days = say.plural("{count} day overdue", "{count} days overdue", item.overdue_days)
        return say.join([item.bill_number, say.money(item.late_fee, unit=True), days])

    def order(self) -> tuple[Any, WaiverOrder | WaiverBack | WaiverLimitOrder] | None:
        typed = self.form.submit()
        if typed is None:
            return None
        chosen, words = typed["bill"], typed["words"] or ""
        if chosen in self._back:
            return take_waiver_back, WaiverBack(UUID(chosen), words)
        amount: Money | None = typed["amount"]
        if chosen == LIMIT:
            if amount is None:
                self.form.show_flaws({"amount": Text("A limit is nothing or more.")})
                return None
            return set_waiver_limit, WaiverLimitOrder(amount)
        if amount == Money(0):
            self.form.show_flaws({"amount": Text("Nothing is no waiver: leave it empty for all of it.")})
            return None
        cause = WaiverCause.of(typed["cause"])
        return self._waive, WaiverOrder(self.found.account_number, chosen, amount, cause, words)


class LateFeeSheet(OrderSheet):
    """What late fees an account is asked for today, and every waiver."""

    def __init__(self, page: Page, number: str) -> None:
        super().__init__(page, page.say("Late fees"), waivers, waive_late_fee, number)

    def words(self, found: Waivers) -> tuple[str, str]:
        say = self.say
        total = Money.total([item.late_fee for item in found.items])
        asked = say("Late fees today: {amount}", amount=say.money(total, unit=True))
        steps = [say(step) for item in found.items for step in item.arithmetic]
        told = [self._line(one) for one in found.waived[:MOST_TOLD]]
        return asked, "\n".join([*steps, *told]) or say("None was waived")

    def make_form(self, found: Waivers) -> LateFeeForm | None:
        some = found.items or any(one.standing for one in found.waived)
        return LateFeeForm(self.page, found) if some or self.page.seat.may(set_waiver_limit) else None

    def done(self, found: Waivers | Money) -> str:
        if isinstance(found, Money):
            return self.say("A counter may waive {limit} of one bill", limit=found)
        total = Money.total([item.late_fee for item in found.items])
        return self.say("Late fees today: {amount}", amount=self.say.money(total, unit=True))

    def _line(self, one: WaiverRow) -> str:
        say = self.say
        waived = say(
            "{amount} of {number} waived", amount=say.money(one.amount, unit=True), number=one.bill_number
        )
        back = "" if one.standing else say("Taken back")
        return say.join(
            [say.date(one.waived_on), waived, say(one.cause.text), one.words, one.waived_by, back]
        )
