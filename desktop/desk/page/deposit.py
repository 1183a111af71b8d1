"""The security deposit of an account, over its card: what is held, how it came about, and moving it."""

from __future__ import annotations

from typing import Any

from desktop.contracts.records.deposit import DepositOrder, DepositReversal, DepositRow, DepositShown
from desktop.contracts.service import deposit, give_deposit_back, hold_deposit, reverse_deposit
from desktop.desk.page.order_sheet import OrderForm, OrderSheet
from desktop.kernel.text import Text
from desktop.qt.fields import ChoiceField, TextField
from desktop.qt.money import MoneyField
from desktop.qt.page import Page

MOST_TOLD = 5
"""So many movements are told, the newest first."""

HOLD, GIVE, BACK = "hold", "give", "back"


class DepositForm(OrderForm):
    """Hold a part of the credit, make the deposit credit again, or take the newest movement back; and why."""

    def __init__(self, page: Page, found: DepositShown) -> None:
        say = page.say
        note = say(
            "Cash comes in as a payment and leaves as a refund: here money moves between credit and deposit"
        )
        super().__init__(say, say("Move the deposit"), note)
        self.found, field = found, self.form.field
        self.newest = next((one for one in found.moves if one.standing and not one.carried), None)
        ways = [(say("hold a part of the credit"), HOLD), (say("make it credit again"), GIVE)]
        if self.newest is not None:
            moved = say.money(self.newest.amount, unit=True)
            ways.append((say("take the newest movement of {amount} back", amount=moved), BACK))
        self.way = ChoiceField(ways)
        self.line(field("way", say("What is done"), self.way))
        currency = page.seat.app.country.currency
        self.line(field("amount", say("Amount"), MoneyField(say, currency)))
        self.line(field("reason", say("Why"), TextField(), required=True))
        if found.held and not found.credit:
            self.way.show_text(GIVE)
        self.with_problem()

    def order(self) -> tuple[Any, DepositOrder | DepositReversal] | None:
        """What is to be done with what was typed; None when something is wrong with it, which is told."""
        typed = self.form.submit()
        if typed is None:
            return None
        if typed["way"] == BACK and self.newest is not None:
            return reverse_deposit, DepositReversal(self.newest.deposit_id, typed["reason"])
        if typed["amount"] is None:
            self.form.show_flaws({"amount": Text("Say how much the deposit is.")})
            return None
        order = DepositOrder(self.found.account_number, typed["amount"], typed["reason"])
        return (hold_deposit if typed["way"] == HOLD else give_deposit_back), order


class DepositSheet(OrderSheet):
    """What is held of an account and every movement."""

    def __init__(self, page: Page, number: str) -> None:
        super().__init__(page, page.say("Security deposit"), deposit, hold_deposit, number)

    def words(self, found: DepositShown) -> tuple[str, str]:
        say = self.say
        held = say(
            "Held: {held}, credit {credit}, owed {owed}",
            held=say.money(found.held, unit=True), credit=found.credit, owed=found.owed,
        )  # fmt: skip
        moves = "\n".join(self._line(one) for one in found.moves[:MOST_TOLD])
        return held, moves or say("No movement yet")

    def make_form(self, found: DepositShown) -> DepositForm:
        return DepositForm(self.page, found)

    def done(self, found: DepositShown) -> str:
        return self.say("Security deposit now {held}", held=self.say.money(found.held, unit=True))

    def _line(self, one: DepositRow) -> str:
        say = self.say
        back = "" if one.standing else say("Taken back")
        return say.join(
            [say.date(one.moved_on), say.money(one.amount, unit=True), say(one.why), one.moved_by, back]
        )
