"""The tab of other bills: the final one of an account, one by hand, energy of a bill put right; F12 makes the draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.billing.page.other_form import BACK, OtherForm
from desktop.billing.page.wrong_tariff import RouteTariffForm
from desktop.billing.records import (
    AdjustingOrder,
    BillKind,
    FinalOrder,
    ManualLine,
    ManualOrder,
    RunOutcome,
    TariffRighted,
)
from desktop.billing.service import (
    adjust_bill,
    bill_by_hand,
    bill_final,
    start_adjusting,
    start_final,
    start_manual,
)
from desktop.contracts.records.deposit import DepositShown
from desktop.contracts.service import deposit
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Energy, Money
from desktop.kernel.text import Text
from desktop.qt import theme
from desktop.qt.basics import Field, Label, column
from desktop.qt.fields import ChoiceField, TextField
from desktop.qt.fold import Fold, Stack
from desktop.qt.form import FormRows, RowColumn
from desktop.qt.money import MoneyField, NumberField
from desktop.qt.page import Key, Page
from desktop.qt.panels import Empty, Panel
from desktop.qt.progress import Progress

WIDE, _FOLDED_FORM, _FOLDED_HINT = 560, 320, 180


USED, KEPT = "used", "kept"


class FinalForm(OtherForm):
    """The final bill asks for the account, and tells what is held of it: set against the bill, or kept."""

    job, start = staticmethod(bill_final), staticmethod(start_final)

    def fill(self) -> None:
        say, field = self.say, self.form.field
        self.account = TextField()
        self.line(field("account", say("Account number"), self.account, required=True))
        ways = [(say("is set against what is owed"), USED), (say("stays held"), KEPT)]
        self.line(field("deposit", say("A security deposit"), ChoiceField(ways)))
        self.held = Label("", "small", "ink2", wrap=True)
        self.body.insertWidget(self.body.count() - 1, self.held)
        self.account.editingFinished.connect(self._ask)

    def _ask(self) -> None:
        """Tell what is held of the account typed."""
        number = self.account.value()
        if number:
            self.page.ask(deposit, number, self._tell, failed=lambda _: self.held.setText(""))
        else:
            self.held.setText("")

    def _tell(self, found: DepositShown) -> None:
        if self.account.value() != found.account_number:
            return
        say = self.say
        words = say("No security deposit is held of this account")
        if found.held:
            words = say(
                "Held: {held}. Owed before this bill: {owed}. What is left of it becomes credit, paid back on request",
                held=say.money(found.held, unit=True),
                owed=say.money(found.owed, unit=True),
            )
        self.held.setText(words)

    def order(self) -> FinalOrder | None:
        typed = self.form.submit()
        return None if typed is None else FinalOrder(typed["account"], typed["deposit"] == KEPT)


class ManualForm(OtherForm):
    """A bill by hand: whose, of which month, its lines, and why."""

    job, start = staticmethod(bill_by_hand), staticmethod(start_manual)

    def fill(self) -> None:
        say, currency, field = self.say, self.country.currency, self.form.field
        self.line(
            field("account", say("Account number"), TextField(), required=True),
            field("month", say("Month"), TextField(example="2026-01"), required=True),
        )
        self.line(
            field("way", say("Charged or given back"), self.way()),
            field("lowers", say("Part of which bill, where given back"), TextField()),
        )
        columns = (
            RowColumn("what", say("What for"), TextField, 3),
            RowColumn("amount", currency.sign, lambda: MoneyField(say, currency), 2),
            RowColumn("energy", "kWh", lambda: NumberField(say, Energy.DECIMALS), 2, required=False),
        )
        self.rows = FormRows(self.form, say, "lines", columns)
        self.body.insertWidget(self.body.count() - 1, self.form.rows(self.rows))
        self.line(field("reason", say("Why"), TextField(), required=True))

    def add_line(self) -> None:
        """One more line, and go there."""
        self.rows.add_row()
        self.rows.go_to_last()

    def order(self) -> ManualOrder | None:
        typed = self.form.submit()
        if typed is None:
            return None
        sign = -1 if typed["way"] == BACK else 1
        lines = tuple(
            ManualLine(one["what"], Energy.of(one["energy"] or 0) * sign, Money(one["amount"].raw * sign))
            for one in self.rows.values()
        )
        return ManualOrder(typed["account"], typed["month"], lines, typed["reason"], typed["lowers"] or "")


class AdjustingForm(OtherForm):
    """Energy of a bill put right: which bill, how many kWh, and why."""

    job, start = staticmethod(adjust_bill), staticmethod(start_adjusting)

    def fill(self) -> None:
        say, field = self.say, self.form.field
        self.line(field("number", say("Bill number"), TextField(), required=True))
        self.line(
            field("energy", say("Energy"), NumberField(say, Energy.DECIMALS, unit="kWh"), required=True),
            field("way", say("Charged or given back"), self.way()),
        )
        self.line(field("reason", say("Why"), TextField(), required=True))

    def order(self) -> AdjustingOrder | None:
        typed = self.form.submit()
        if typed is None:
            return None
        energy = Energy.of(typed["energy"])
        return AdjustingOrder(typed["number"], -energy if typed["way"] == BACK else energy, typed["reason"])


class OtherBills(QWidget):
    """The forms under a choice of what is made; `made` tells the run of a draft."""

    made = Signal(object)

    def __init__(self, page: Page, progress: Progress) -> None:
        super().__init__()
        self.page, self.progress = page, progress
        say = page.say
        until_read = say("Up to the closing read of an account whose contract has ended")
        typed = say("Another person signs it; what is typed stands on the bill")
        same_prices = say("At the prices and tiers of that bill; another person signs it")
        every: tuple[OtherForm, ...] = (
            self._of(FinalForm, BillKind.FINAL, until_read),
            self._of(ManualForm, BillKind.MANUAL, typed),
            self._of(AdjustingForm, BillKind.ADJUSTING, same_prices),
            RouteTariffForm(page),
        )
        self.forms = tuple(form for form in every if page.seat.may(form.start))
        self.kind = ChoiceField([(form.title.text(), str(at)) for at, form in enumerate(self.forms)])
        self.kind.changed.connect(lambda _: self._choose())
        self.stack = Stack()
        for form in self.forms:
            self.stack.addWidget(form)
        left = column(Field(say("What is made"), self.kind), self.stack)
        left.setStretch(1, 1)
        narrow = QWidget()
        narrow.setLayout(left)
        self.beside, hint = Stack(), Panel()
        words = say("The draft stands among the runs; signed and issued it is owed like every bill")
        hint.body.addWidget(Empty("receipt-text", say("Bills beside the month's run"), words))
        for one in (hint, *(form.beside for form in self.forms if form.beside is not None)):
            self.beside.addWidget(one)
        self.setLayout(
            column(Fold((narrow, theme.grown(WIDE), _FOLDED_FORM), (self.beside, 0, _FOLDED_HINT)))
        )

    def _of(self, form: Callable[[Page, str, str, str], OtherForm], kind: BillKind, note: str) -> OtherForm:
        return form(self.page, kind.value, self.page.say(kind.text), note)

    @property
    def form(self) -> OtherForm | None:
        """The form shown; None for who may make no such bill."""
        return self.forms[self.stack.currentIndex()] if self.forms else None

    def _choose(self) -> None:
        self.stack.setCurrentIndex(int(self.kind.value() or 0))
        if self.form is not None:
            self.form.shown()
            self.beside.setCurrentWidget(self.form.beside or self.beside.widget(0))
        self.page.refresh_keys()

    def begin(self) -> None:
        """Go to the first field."""
        if self.form is not None:
            self.form.form.begin()

    def may_leave(self) -> bool:
        """Whether nothing typed would be lost; asks."""
        return all(form.form.may_leave() for form in self.forms)

    def keys(self, *, busy: bool) -> list[Key]:
        """The keys of the form shown."""
        if self.form is None:
            return []
        keys = list(self.form.form.keys)
        if isinstance(self.form, ManualForm):
            keys.append(Key("Ctrl+L", Text("one more line"), self.form.add_line))
        return [*keys, Key("F12", self.form.act, self.send, "primary", "calculator", not busy)]

    def send(self) -> None:
        """Draft what was typed; refused, it stays typed and the reason stands below."""
        form = self.form
        order = None if form is None or self.page.job_running else form.order()
        if form is None or order is None:
            return
        form.problem.tell("")
        self.page.run(
            self._drafted, form.job, order, then=self._taken, progress=self.progress,
            begin=Text("Drafting"),
            words=lambda done, total: Text("Drafting, {done} of {total}", done=done, total=total),
        )  # fmt: skip

    @staticmethod
    def _drafted(seat: Any, job: Callable[..., Any], order: Any, report: Any) -> Any:
        """The outcome, or why it was refused: what was typed then stays in the form."""
        try:
            return job(seat, order, report)
        except Refused as refused:
            return refused

    def _taken(self, done: RunOutcome | TariffRighted | Refused) -> None:
        form = self.form
        assert form is not None
        if isinstance(done, Refused):
            form.problem.tell(self.page.say(done.text))
            return
        form.form.done()
        form.shown()
        runs = done.runs if isinstance(done, TariffRighted) else (done,)
        for one in runs[-1:]:
            self.made.emit(one)
        if words := form.told(done):
            self.page.banner.tell("ok", words)
