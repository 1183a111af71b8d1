"""The disputed bills of an account, over its card: which are, since when and why, and how others ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from desktop.desk.page.order_sheet import OrderForm, OrderSheet
from desktop.kernel.text import Catalog
from desktop.ledger.records import DisputeLift, DisputeOrder, DisputeOutcome, DisputeRow, Disputes
from desktop.ledger.service import dispute_bill, disputes, lift_dispute
from desktop.qt.fields import ChoiceField, TextField
from desktop.qt.money import MoneyField
from desktop.qt.page import Page

MOST_TOLD = 6
"""So many disputes are told, the newest first."""


class DisputeForm(OrderForm):
    """Put down that a bill is disputed, or how its dispute ended; and why."""

    def __init__(self, page: Page, found: Disputes, bill: str) -> None:
        say = page.say
        counts = page.seat.app.country.dispute_counts
        note = (
            say("No late fee grows while it is looked into; if the bill stands, those days count after all")
            if counts
            else say("No late fee grows while it is looked into")
        )
        super().__init__(say, say("A bill is disputed"), note)
        self.found, field = found, self.form.field
        self._standing = {one.bill_number: one for one in found.rows if one.outcome is None}
        names = dict.fromkeys([*(item.bill_number for item in found.items), *self._standing])
        self.bill = ChoiceField([(self._name(say, number), number) for number in names])
        self.bill.show_text(bill)
        outcomes = [(say("it is disputed"), ""), *((say(one.text), one.value) for one in DisputeOutcome)]
        self.outcome = ChoiceField(outcomes)
        self.line(field("bill", say("Bill"), self.bill), field("outcome", say("What is so"), self.outcome))
        self.part = MoneyField(say, page.seat.app.country.currency)
        self.line(field("amount", say("Disputed part"), self.part, hint=say("empty: the whole bill")))
        self.line(field("words", say("Why, in words"), TextField()))
        self.with_problem()

    def _name(self, say: Catalog, number: str) -> str:
        item = next((one for one in self.found.items if one.bill_number == number), None)
        words = [number, say.money(item.principal, unit=True) if item else ""]
        return say.join([*words, say("disputed") if number in self._standing else ""])

    def order(self) -> tuple[Any, DisputeOrder | DisputeLift] | None:
        typed = self.form.submit()
        if typed is None:
            return None
        number, words = typed["bill"] or "", typed["words"] or ""
        standing = self._standing.get(number)
        if standing is None and typed["outcome"]:
            self.problem.tell(self.say("This bill is not disputed."))
            return None
        if standing is None or not typed["outcome"]:
            return dispute_bill, DisputeOrder(self.found.account_number, number, words, typed["amount"])
        return lift_dispute, DisputeLift(
            UUID(str(standing.dispute_id)), DisputeOutcome.of(typed["outcome"]), words
        )


class DisputeSheet(OrderSheet):
    """Which bills of an account are disputed, and every dispute there was."""

    def __init__(self, page: Page, number: str, bill: str) -> None:
        self.bill = bill
        super().__init__(page, page.say("Disputed bills"), disputes, dispute_bill, number)

    def words(self, found: Disputes) -> tuple[str, str]:
        say = self.say
        count = sum(1 for one in found.rows if one.outcome is None)
        stands = (
            say.plural("{count} bill is disputed", "{count} bills are disputed", count)
            if count
            else say("No bill is disputed")
        )
        return stands, "\n".join(self._line(one) for one in found.rows[:MOST_TOLD])

    def make_form(self, found: Disputes) -> DisputeForm | None:
        some = found.items or any(one.outcome is None for one in found.rows)
        return DisputeForm(self.page, found, self.bill) if some else None

    def done(self, found: Disputes) -> str:
        return self.words(found)[0]

    def _line(self, one: DisputeRow) -> str:
        say = self.say
        part = say("{amount} of it", amount=one.amount) if one.amount else ""
        first = [say.date(one.raised_on), one.bill_number, part, one.words, one.raised_by]
        if one.outcome is None or one.ended_on is None:
            return say.join(first)
        return say.join(
            [*first, say.date(one.ended_on), say(one.outcome.text), one.ended_words, one.ended_by]
        )
