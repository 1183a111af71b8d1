"""Forms that tell what they would cost while they are filled in: days of another capacity, a wrong tariff put right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from desktop.billing.records import BillChange, BillChanges, CapacityCost, CapacityMonth
from desktop.billing.service import capacity_cost, try_tariff
from desktop.contracts.records import (
    CapacitySpell,
    SpellKind,
    SpellOrder,
    TariffCorrection,
)
from desktop.contracts.service import correct_tariff, set_spell, withdraw_spell
from desktop.desk.page.entry import EntryView, choice
from desktop.desk.records import Supply
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money, Power
from desktop.kernel.text import Text
from desktop.premises.records import LONGEST_REASON
from desktop.qt import theme
from desktop.qt.basics import Label
from desktop.qt.cells import title_room
from desktop.qt.fields import ChoiceField, DateField, TextField
from desktop.qt.figures import signed
from desktop.qt.money import NumberField
from desktop.qt.page import Key, Page
from desktop.qt.table import Cell, Column, Table, fitting

MOST_SHOWN = 7
CHARGED, FREE = "charged", "free"


class TryingView(EntryView):
    """A form with what it would come to beside it, asked for anew with everything typed."""

    def __init__(self, page: Page, title: str, act: Text, draft: str, note: str) -> None:
        super().__init__(page, title, act, draft, note)
        self.difference, self.told = Label("", "strong"), Label("", "small", "ink2", wrap=True)
        self._gone = False

    def add_cost(self, title: str, columns: Sequence[Column], empty: str) -> None:
        """The panel with what it would come to, at the place of the next panel."""
        self.cost = Table(title, columns, row_height=theme.ROW_TWO)
        self.cost.show_empty(empty, "", "calculator")
        self.panel.head.addWidget(self.difference)
        self.panel.body.addWidget(fitting(self.cost, MOST_SHOWN))
        self.panel.body.addWidget(self.told)
        self.form.changed.connect(self.try_it)

    def try_it(self) -> None:
        """Ask what it would come to, where all that is typed makes sense."""
        raise NotImplementedError

    def show_cost(self, rows: Sequence[Any], difference: Money | None, told: str = "") -> None:
        """Show what it would come to; an answer that comes after the form was done with is nobody's."""
        if self._gone:
            return
        words = self.say.money(difference, unit=True) if difference is not None else ""
        self.difference.setText(signed(words, difference.raw) if difference is not None else "")
        self.told.setText(told)
        self.cost.show_rows(rows)
        fitting(self.cost, MOST_SHOWN)

    def forget(self) -> None:
        self._gone = True
        super().forget()

    def cannot_tell(self, error: BaseException) -> None:
        """Say why it cannot be told."""
        if isinstance(error, Refused):
            self.show_cost((), None, self.say(error.text))
        else:
            self.page.trouble(error)


class CapacityForm(TryingView):
    """Days on which a contract is charged for another capacity; those entered before stand at the right."""

    widest = 640

    def __init__(self, page: Page, found: Supply) -> None:
        say = page.say
        self._found = found
        note = say(
            "They hold on top of the terms. The same kind from the same day on replaces what was entered"
        )
        super().__init__(
            page, say("Days of another capacity, contract {number}", number=found.contract.number), Text("Save"),
            f"capacity {found.account_number}", note,
        )  # fmt: skip
        self._add_fields()
        self.panel_beside(say("What it would come to"))
        amount = page.seat.app.country.currency.sign
        now, then = say("At present {sign}", sign=amount), say("Then {sign}", sign=amount)
        columns = (
            Column(say("Month"), self._month, 150),
            Column(now, lambda one: say.money(one.before), title_room(now, 96), right=True),
            Column(then, lambda one: say.money(one.after), title_room(then, 96), right=True),
            Column(say("Why"), lambda one: Cell(say.join([say(part) for part in one.words]), ink="ink2")),
        )
        self.add_cost(say("What it would come to"), columns, say("Type days and kVA"))
        self.panel_below(say("Entered"))
        self._add_entered()
        self.send = self._send
        self.begin()

    def _add_fields(self) -> None:
        say, field, today = self.say, self.form.field, self.page.seat.today()
        self.kind = choice(say, tuple(SpellKind))
        self.start, self.end = DateField(say, today), DateField(say, today)
        self.power = NumberField(say, Power.DECIMALS, unit="kVA")
        self.first = ChoiceField(
            [(say("The day of sealing is free"), FREE), (say("The day of sealing is charged"), CHARGED)]
        )
        self.reason = TextField(longest=LONGEST_REASON)
        self.reason.setPlaceholderText(say("the agreement, or the notice of an exemption"))
        self.add(field("kind", say("Kind"), self.kind), field("power", say("Capacity"), self.power))
        self.add(
            field("start", say("Valid from"), self.start, required=True),
            field("end", say("Restored on"), self.end, hint=say("the first day it no longer holds")),
        )
        self.add(field("first", say("First day"), self.first))
        self.add(field("reason", say("Reason"), self.reason))

    def _add_entered(self) -> None:
        say = self.say
        self.entered = Table(
            say("Entered"),
            (
                Column(say("Kind"), lambda one: Cell(say(one.kind.text), one.reason, strong=True)),
                Column(say("Valid"), self._days, 190),
                Column("kVA", lambda one: say.number(one.power) if one.power else "", 80, right=True),
            ),
            row_height=theme.ROW_TWO,
        )
        self.entered.show_empty(say("Nothing entered: the terms alone count"))
        self.entered.opened.connect(self.load)
        self.entered.moved.connect(lambda _: self.page.refresh_keys())
        self.panel.body.addWidget(self.entered)
        self.entered.show_rows(self._found.spells)
        fitting(self.entered, MOST_SHOWN)

    def _days(self, one: CapacitySpell) -> Cell:
        say = self.say
        if one.withdrawn:
            return Cell(say("taken back"), say("from {day}", day=one.starts_on), ink="ink3")
        end = say("open") if one.ends_on is None else say("until {day}", day=one.ends_on - timedelta(days=1))
        return Cell(say("from {day}", day=one.starts_on), end)

    def _month(self, one: CapacityMonth) -> Cell:
        say = self.say
        below = say("billed: {number}", number=one.bill) if one.bill else ""
        return Cell(say.month(one.month), below or say("rules of {year}", year=one.rule_set))

    def load(self, one: CapacitySpell) -> None:
        """Put in what was entered, to be typed over."""
        say = self.say
        self.kind.show_text(one.kind.value)
        self.start.show_value(one.starts_on)
        self.end.show_value(None if one.withdrawn else one.ends_on)
        self.power.show_text(say.number(one.power) if one.power else "")
        self.first.show_text(CHARGED if one.first_day_charged else FREE)
        self.reason.show_text(one.reason)
        self.form.begin()

    def _typed(self, values: dict[str, Any]) -> CapacitySpell:
        return CapacitySpell(
            SpellKind.of(values["kind"]), values["start"], values["end"], Power.of(values["power"] or 0),
            values["first"] == CHARGED, values["reason"] or "",
        )  # fmt: skip

    def _order(self, one: CapacitySpell) -> SpellOrder:
        return SpellOrder(self._found.account_number, one, self._found.contract.number)

    def try_it(self) -> None:
        values = self.form.values()
        one = None if values["start"] is None else self._typed(values)
        if one is None or one.flaws.keys() - {"reason"}:
            self.show_cost((), None)
            return
        tried = one if not one.flaws else CapacitySpell(one.kind, one.starts_on, one.ends_on, reason="?")
        self.page.ask(capacity_cost, self._order(tried), self._tell, self.cannot_tell)

    def _tell(self, found: CapacityCost) -> None:
        say = self.say
        billed = [one.bill for one in found.months if one.bill]
        words = [
            say(found.why) if found.why else "",
            say("and so on, month by month") if found.more else "",
            say("Bills that stand do not change by it: put them right on the page of bills")
            if billed
            else "",
        ]
        self.show_cost(
            found.months, None if found.why else found.difference, say.join([one for one in words if one])
        )

    def keys(self) -> list[Key]:
        keys, chosen = super().keys(), self.entered.current
        some = chosen is not None and not chosen.withdrawn
        keys[-2:-2] = [Key("Ctrl+D", Text("take back what is entered"), self.withdraw, enabled=some)]
        return keys

    def withdraw(self) -> None:
        """Take back the days chosen among those entered."""
        chosen = self.entered.current
        if chosen is not None and not chosen.withdrawn:
            self.do(withdraw_spell, self._order(chosen), self.say("Taken back"))

    def _send(self, values: dict[str, Any]) -> None:
        one = self._typed(values)
        if one.flaws:
            self.form.show_flaws(one.flaws)
            return
        words = self.say("{kind} from {day}", kind=one.kind, day=one.starts_on)
        self.do(set_spell, self._order(one), words)


class WrongTariffForm(TryingView):
    """The tariff a contract should have had, from a day on that may be billed; the bills that stand are told."""

    def __init__(self, page: Page, found: Supply) -> None:
        say = page.say
        self._found = found
        note = say(
            "For a tariff that was wrong from that day on. One that changes from now on is changed with E"
        )
        super().__init__(
            page, say("Wrong tariff of contract {number}", number=found.contract.number),
            Text("Put the tariff right"), f"wrong tariff {found.contract.number}", note,
        )  # fmt: skip
        self._add_fields()
        self.panel_beside(say("Bills that stand since"))
        amount = page.seat.app.country.currency.sign
        now, then = say("At present {sign}", sign=amount), say("Then {sign}", sign=amount)
        columns = (
            Column(say("Bill"), self._bill),
            Column(now, lambda one: say.money(one.amount), title_room(now, 96), right=True),
            Column(then, self._then, title_room(then, 96), right=True),
            Column(say("Difference"), self._difference, 110, right=True),
        )
        self.add_cost(say("Bills that stand since"), columns, say("No bill stands since that day"))
        self.send = self._send
        self.begin()

    def _add_fields(self) -> None:
        say, field, found = self.say, self.form.field, self._found
        others = [(name, code) for code, name in found.tariffs if code != found.contract.tariff_code]
        start = DateField(say, self.page.seat.today())
        start.show_value(found.contract.valid_from)
        self.add(
            field("tariff", say("Right tariff"), ChoiceField(others), required=True),
            field("start", say("Should have held from"), start, required=True),
        )
        why = TextField(longest=LONGEST_REASON)
        why.setPlaceholderText(say("for example: signed as a household, it is a shop"))
        self.add(field("why", say("Why"), why, required=True))

    def _bill(self, one: BillChange) -> Cell:
        return Cell(self.say.month(one.month), one.number, strong=True)

    def _then(self, one: BillChange) -> Cell:
        if one.new is None:
            return Cell("–", self.say(one.why) if one.why else "", ink="ink3")
        return Cell(self.say.money(one.new))

    def _difference(self, one: BillChange) -> Cell:
        if one.new is None:
            return Cell("–", ink="ink3")
        more = one.new - one.amount
        return Cell(signed(self.say.money(more), more.raw))

    def _order(self, values: dict[str, Any]) -> TariffCorrection:
        found = self._found
        return TariffCorrection(
            found.contract.tariff_code, values["tariff"], values["start"], values["why"] or "?",
            account_numbers=(found.account_number,), contract_number=found.contract.number,
        )  # fmt: skip

    def try_it(self) -> None:
        values = self.form.values()
        if values["tariff"] is None or values["start"] is None:
            self.show_cost((), None)
            return
        rehearse: Callable[..., BillChanges] = self.page.seat.rehearse
        self.page.call(rehearse, try_tariff, self._order(values), then=self._tell, failed=self.cannot_tell)

    def _tell(self, found: BillChanges) -> None:
        say = self.say
        words = (
            say("Put them right on the page of bills afterwards; another person signs it")
            if found.bills
            else ""
        )
        self.show_cost(found.bills, found.difference if found.bills else None, words)

    def _send(self, values: dict[str, Any]) -> None:
        words = self.say("The contract has the right tariff from {day} on", day=values["start"])
        self.do(correct_tariff, self._order(values), words)
