"""Arrears of an account that are paid in parts, over its card: how that stands, and a form that makes or ends it."""

from __future__ import annotations

from typing import Any

from desktop.desk.page.order_sheet import OrderForm, OrderSheet
from desktop.ledger.records import AgreementEnd, AgreementOrder, AgreementRow, Agreements
from desktop.ledger.service import agree, agreements, end_agreement
from desktop.qt.fields import DateField, TextField
from desktop.qt.money import NumberField
from desktop.qt.page import Page


class AgreementForm(OrderForm):
    """Make an agreement about what is overdue, or end the one that stands; and why."""

    def __init__(self, page: Page, found: Agreements, standing: AgreementRow | None) -> None:
        say = page.say
        title = say("Pay arrears in parts") if standing is None else say("End the agreement")
        note = say("Late fees grow on what is unpaid; nobody is reminded while it is kept")
        super().__init__(say, title, note)
        self.found, self.standing, field = found, standing, self.form.field
        if standing is None:
            self.line(
                field("count", say("Monthly parts"), NumberField(say, most=2), required=True),
                field("first", say("First part due"), DateField(say, page.seat.today()), required=True),
            )
        self.line(field("words", say("Why, in words"), TextField()))
        self.with_problem()

    def order(self) -> tuple[Any, AgreementOrder | AgreementEnd] | None:
        typed = self.form.submit()
        if typed is None:
            return None
        words = typed["words"] or ""
        if self.standing is not None:
            return end_agreement, AgreementEnd(self.standing.agreement_id, words)
        number = self.found.account_number
        return agree, AgreementOrder(number, int(typed["count"]), typed["first"], words)


class AgreementSheet(OrderSheet):
    """How an agreement about the arrears of an account stands, and its parts."""

    def __init__(self, page: Page, number: str) -> None:
        super().__init__(page, page.say("Agreement about arrears"), agreements, agree, number)

    def words(self, found: Agreements) -> tuple[str, str]:
        say = self.say
        standing = self._standing(found)
        if standing is None:
            told = say("Overdue: {amount}", amount=say.money(found.arrears, unit=True))
            rows = found.rows[:1]
        else:
            missing = say("{amount} missing", amount=standing.missing) if standing.missing else ""
            left = say("{amount} left", amount=standing.left)
            told, rows = say.join([say(standing.state.text), missing, left]), (standing,)
        lines = [
            say.join([say.date(part.due_on), say.money(part.amount)]) for one in rows for part in one.parts
        ]
        ends = [say.join([say(one.state.text), one.ended_words or one.words]) for one in rows]
        return told, "\n".join([*ends, *lines])

    def _standing(self, found: Agreements) -> AgreementRow | None:
        return next((one for one in found.rows if one.stands), None)

    def make_form(self, found: Agreements) -> AgreementForm | None:
        standing = self._standing(found)
        some = found.arrears or standing is not None
        return AgreementForm(self.page, found, standing) if some else None

    def done(self, found: Agreements) -> str:
        return self.words(found)[0]
