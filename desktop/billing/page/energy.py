"""The tab of corrections: energy put right because of the metering, proposed by one person, decided by another.

What a correction comes to stands beside it, while it is typed and when somebody decides about it.
"""

from __future__ import annotations

import json
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.billing.records import (
    ALONE,
    EnergyCost,
    EnergyDecisionOrder,
    EnergyOrder,
    EnergyRow,
    EnergyState,
)
from desktop.billing.service import decide_energy, energy_corrections, energy_cost, propose_energy
from desktop.kernel.country import ErrorKind, ErrorValue
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.fields import Unfit
from desktop.kernel.period import months_before
from desktop.kernel.text import Catalog, Text
from desktop.metering.records import ErrorFound
from desktop.qt import theme
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import Label, ProblemLine, column, row
from desktop.qt.cells import badge_room, title_room
from desktop.qt.fields import ChoiceField, TextField, month_flaw
from desktop.qt.figures import signed
from desktop.qt.fold import Fold, Stack
from desktop.qt.form import FormPanel
from desktop.qt.money import NumberField
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table

STATES = {EnergyState.WAITING: "warn", EnergyState.APPROVED: "ok", EnergyState.DECLINED: "withdrawn"}
DECIMALS = 4
WHYS = (Text("Check the values"), Text("The evidence is missing"), Text("Take another month"))
PLUS, MINUS = "+", "-"
ACROSS = 3
_SIDE, _FOLDED_LIST, _FOLDED_SIDE = 600, 320, 640


class CostPane(Panel):
    """What a correction would come to: the amount in its head, how the energy came about, and each line of it."""

    def __init__(self, say: Catalog, sign: str) -> None:
        super().__init__(say("What it comes to"), padding=0)
        self.say = say
        self.amount = Label("", "strong")
        self.head.addWidget(self.amount)
        self.words = Label("", "small", "ink2", wrap=True)
        above = column(self.words)
        above.setContentsMargins(theme.S3, theme.S2, theme.S3, theme.S2)
        title = say("Amount {sign}", sign=sign)
        self.lines = Table(
            say("What it comes to"),
            (
                Column(
                    say("Line"),
                    lambda line: Cell(say(line.label), say.join([say(part) for part in line.explanation])),
                ),
                Column(title, lambda line: say.money(line.amount), title_room(title, 104), right=True),
            ),
            row_height=theme.ROW_TWO,
        )
        self.lines.show_empty(say("Type what was wrong"), "", "calculator")
        self.body.setSpacing(0)
        self.body.addLayout(above)
        self.body.addWidget(self.lines, 1)

    def show_cost(self, found: EnergyCost | None, words: str = "") -> None:
        """Show what it comes to, or why that cannot be told."""
        say = self.say
        if found is not None:
            came = say("{place}: {what}", place=f"{say.number(found.energy)} kWh", what=found.arithmetic)
            words = say.join([came, *([say(ALONE)] if found.alone else [])])
        self.amount.setText(
            "" if found is None else signed(say.money(found.amount, unit=True), found.amount.raw)
        )
        self.words.setText(words)
        self.lines.show_rows(() if found is None else found.lines)


class EnergyForm(FormPanel):
    """What was wrong, in which month, and the bill it comes with."""

    def __init__(self, page: Page) -> None:
        note = page.say(
            "It comes with the bill of a month that is not billed yet, once another person approved it"
        )
        super().__init__(page.say, page.say("Correction of energy"), note)
        self.page, self.kinds = page, page.seat.app.country.error_kinds
        self._add_fields()
        self.problem = ProblemLine()
        self.body.insertWidget(self.body.count() - 1, self.problem)
        self._choose()
        self.form.pristine()
        self.form.keep_drafts(page.unfinished, "energy", page.tasks)

    def _add_fields(self) -> None:
        say, field, today = self.say, self.form.field, self.page.seat.today()
        month = TextField(example=f"{months_before(today, 1):%Y-%m}")
        billed_with = TextField(example=f"{today:%Y-%m}")
        billed_with.show_text(f"{today:%Y-%m}")
        self.kind = ChoiceField([(say(kind.name), kind.code) for kind in self.kinds])
        self.kind.changed.connect(lambda _: self._choose())
        self.line(
            field("account", say("Account number"), TextField(), required=True),
            field("month", say("Month concerned"), month, required=True, judge=month_flaw),
            field("with", say("Comes with the bill of"), billed_with, required=True, judge=month_flaw),
        )
        self.line(
            field("kind", say("What was wrong"), self.kind),
            field("contract", say("Contract, where there are several"), TextField()),
        )
        self.values = Stack()
        for kind in self.kinds:
            self.values.addWidget(self._values(kind))
        self.body.insertWidget(self.body.count() - 1, self.values)
        why = TextField(example=say("for example: verified on request, report 12"))
        self.line(field("reason", say("Why"), why, required=True))

    def _values(self, kind: ErrorKind) -> QWidget:
        """The fields of one kind of error, three in a line."""
        made = QWidget()
        whole = column()
        fields = [field for value in kind.values for field in self._value(kind, value)]
        for at in range(0, len(fields), ACROSS):
            line = row()
            for field in fields[at : at + ACROSS]:
                line.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
            whole.addLayout(line)
        whole.addStretch(1)
        made.setLayout(whole)
        return made

    def _value(self, kind: ErrorKind, value: ErrorValue) -> list[QWidget]:
        say, field, name = self.say, self.form.field, f"{kind.code}.{value.key}"
        if value.choices:
            options = [(say(words), str(at)) for at, (_, words) in enumerate(value.choices)]
            return [field(name, say(value.label), ChoiceField(options))]
        number = NumberField(say, DECIMALS, unit=value.unit)
        made: list[QWidget] = [field(name, say(value.label), number, required=True)]
        if value.signs is not None:
            plus, minus = value.signs
            ways = ChoiceField([(say(plus), PLUS), (say(minus), MINUS)])
            made.append(field(f"{name}.sign", say("Which way"), ways))
        return made

    def _choose(self) -> None:
        """Only the fields of the kind chosen are asked for."""
        for at, kind in enumerate(self.kinds):
            for name in self._names(kind):
                self.form.edit(name).setEnabled(kind.code == self.kind.value())
            if kind.code == self.kind.value():
                self.values.setCurrentIndex(at)

    @staticmethod
    def _names(kind: ErrorKind) -> list[str]:
        names = []
        for value in kind.values:
            names.append(f"{kind.code}.{value.key}")
            if value.signs is not None:
                names.append(f"{kind.code}.{value.key}.sign")
        return names

    def described(self, typed: dict[str, Any]) -> str | None:
        """The values of the error as the country reads them; None while one is missing."""
        kind = next(one for one in self.kinds if one.code == typed["kind"])
        found: dict[str, object] = {"kind": kind.code}
        for value in kind.values:
            given = typed[f"{kind.code}.{value.key}"]
            if given is None:
                return None
            if value.choices:
                found[value.key] = value.choices[int(given)][0]
            else:
                minus = value.signs is not None and typed[f"{kind.code}.{value.key}.sign"] == MINUS
                found[value.key] = str(-given if minus else given)
        return json.dumps(found)

    def fill(self, found: ErrorFound) -> None:
        """Put in what was found; what is not known of it stays to be typed."""
        values = json.loads(found.values)
        edits = {
            "account": found.account_number,
            "contract": found.contract_number,
            "month": found.month,
            "kind": values["kind"],
            "reason": self.say(found.reason),
        }
        kind = next(one for one in self.kinds if one.code == values["kind"])
        for value in kind.values:
            given = values.get(value.key)
            if given is None:
                continue
            name = f"{kind.code}.{value.key}"
            if value.choices:
                edits[name] = str([one for one, _words in value.choices].index(given))
                continue
            number = Decimal(str(given))
            edits[name] = self.say.number(abs(number) if value.signs is not None else number)
            if value.signs is not None:
                edits[f"{name}.sign"] = MINUS if number < 0 else PLUS
        self.form.restore(edits)

    def made(self, typed: dict[str, Any]) -> EnergyOrder | None:
        """What is typed so far, where all of it is there."""
        values = self.described(typed)
        months = (typed["month"], typed["with"])
        if not typed["account"] or values is None or any(one is None or month_flaw(one) for one in months):
            return None
        return EnergyOrder(
            typed["account"],
            typed["month"],
            typed["with"],
            values,
            typed["reason"] or "",
            typed["contract"] or "",
        )

    def order(self) -> EnergyOrder | None:
        """What was typed; None when something is wrong with it, which is told."""
        typed = self.form.submit()
        return None if typed is None else self.made(typed)

    def refused(self, error: Refused) -> None:
        """Tell why it was refused, beside the field it is about; what was typed stays."""
        fields = error.text.fields
        if isinstance(error, Unfit):
            flaws = {
                f"{self.kind.value()}.{one.column}": Text(
                    "{what}. {remedy}", what=one.what, remedy=one.remedy
                )
                for one in error.problems
            }
        elif isinstance(error, NotFound):
            flaws = {"month" if "month" in fields else "account": error.text}
        else:
            flaws = {"with" if "month" in fields else "contract" if "known" in fields else "": error.text}
        left = self.form.show_flaws(flaws)
        self.problem.tell(self.say.join([self.say(words) for words in left.values()]))


class EnergyTab(QWidget):
    """Every correction, those that wait first; the one chosen with what it comes to, or the form of a new one."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.say = page, page.say
        self.form: EnergyForm | None = None
        self._sending = False
        self.question = InlineQuestion(page.unfinished, page.tasks, "energy")
        self.question.answered.connect(self._answered)
        self._asked: EnergyRow | None = None
        self.table = Table(
            self.say("Corrections"),
            self._columns(),
            row_height=theme.ROW_TWO,
            key=lambda one: one.correction_id,
        )
        hint = self.say("Ctrl N proposes one") if page.seat.may(propose_energy) else ""
        self.table.show_empty(self.say("No energy was put right yet"), hint, "gauge")
        self.table.moved.connect(self._show)
        listed = Panel(padding=0)
        listed.body.addWidget(self.table)
        asked = QWidget()
        asked.setLayout(column(self.question, listed))
        asked.layout().setStretch(1, 1)
        self.cost = CostPane(self.say, page.seat.app.country.currency.sign)
        self.about = Panel(self.say("Correction of energy"))
        self.facts = [Label("", *kind, wrap=True) for kind in (("strong",), ("body",), ("small", "ink2"))]
        for label in self.facts:
            self.about.body.addWidget(label)
        self.about.body.addStretch(1)
        self.top = Stack()
        self.top.addWidget(self.about)
        beside = QWidget()
        beside.setLayout(column(self.top, self.cost))
        beside.layout().setStretch(1, 1)
        self.setLayout(column(Fold((asked, 0, _FOLDED_LIST), (beside, theme.grown(_SIDE), _FOLDED_SIDE))))

    def _columns(self) -> tuple[Column, ...]:
        say, number = self.say, self.page.seat.app.country.format_account
        comes = say("Comes with")
        return (
            Column(say("Account"), lambda one: Cell(number(one.account_number), one.reason, strong=True)),
            Column(say("Month"), lambda one: say.month(one.month), 92),
            Column(comes, lambda one: say.month(one.billed_with), title_room(comes, 92)),
            Column("kWh", lambda one: signed(say.number(one.energy), one.energy.raw), 84, right=True),
            Column(
                say("State"),
                lambda one: Cell(
                    say(one.state.text), one.decided_by or one.proposed_by, state=STATES[one.state]
                ),
                badge_room(say("State"), [say(state.text) for state in EnergyState]),
            ),
        )

    # Showing -------------------------------------------------------------------------------------------------

    def ask(self) -> None:
        """Ask for the corrections."""
        self.table.asking()
        self.page.ask(energy_corrections, None, self._show_rows)

    def _show_rows(self, found: tuple[EnergyRow, ...]) -> None:
        at = max(self.table.currentIndex().row(), 0)
        self.table.show_rows(found, select=min(at, len(found) - 1) if found else None)
        self._show(self.table.current)

    def _show(self, one: EnergyRow | None) -> None:
        """Show the correction chosen; what it comes to is asked for unless one is being typed."""
        say = self.say
        if one is None:
            words = ("", "", "")
        else:
            by = say("proposed by {name}", name=one.proposed_by)
            decided = say("decided by {name}", name=one.decided_by) if one.decided_by else ""
            words = (
                say.join([one.account_number, say.month(one.month), f"{say.number(one.energy)} kWh"]),
                one.reason,
                say.join([part for part in (by, decided, one.declined) if part]),
            )
        for label, text in zip(self.facts, words, strict=True):
            label.setText(text)
        if self.form is None:
            self.cost.show_cost(None)
            if one is not None and one.state is EnergyState.WAITING:
                self.page.ask(energy_cost, one.order, self._tell, self._cannot_tell)
            elif one is not None:
                self.cost.show_cost(None, say(one.arithmetic))
        self.page.refresh_keys()

    def _tell(self, found: EnergyCost) -> None:
        self.cost.show_cost(found)

    def _cannot_tell(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self.cost.show_cost(None, self.say(error.text))
        else:
            self.page.trouble(error)

    # Keys ----------------------------------------------------------------------------------------------------

    def keys(self) -> list[Key]:
        """The keys of the list, or of the form that is open."""
        if self.form is not None:
            send = Key("F12", Text("Propose"), self.send, "primary", "check", not self._sending)
            return [*self.form.form.keys, Key("Esc", Text("back, asks first"), self.close_form), send]
        may, one, keys = self.page.seat.may, self.table.current, []
        waits = one is not None and one.state is EnergyState.WAITING and not self._sending
        if may(decide_energy):
            mine = one is not None and one.mine
            keys.append(Key("A", Text("approve"), self.approve, "button", "check", waits and not mine))
            keys.append(Key("R", Text("decline"), self.ask_why, "button", "", waits and not mine))
        if may(propose_energy):
            keys.append(Key("Ctrl+N", Text("propose a correction"), self.propose, "button", "pencil"))
        keys.append(Key("Esc", Text("back"), self.question.close_question))
        return keys

    def propose(self) -> None:
        """Open the form of a new correction."""
        if self.form is None:
            self.form = EnergyForm(self.page)
            self.form.form.changed.connect(self._try)
            self.top.addWidget(self.form)
            self.top.setCurrentWidget(self.form)
            self.cost.show_cost(None)
            self.form.form.begin()
            self.page.refresh_keys()

    def propose_for(self, found: ErrorFound) -> None:
        """Open the form of a new correction for an error that was found, filled in as far as that tells."""
        if self.close_form():
            self.propose()
            self.form.fill(found)
            self.form.form.begin()

    def _try(self) -> None:
        """Ask what the correction would come to, where all of it is typed."""
        order = None if self.form is None else self.form.made(self.form.form.values())
        if order is None:
            self.cost.show_cost(None)
        else:
            self.page.ask(energy_cost, order, self._tell, self._cannot_tell)

    def may_leave(self) -> bool:
        """Whether nothing typed would be lost; asks."""
        return self.form is None or bool(self.form.form.may_leave())

    def close_form(self) -> bool:
        """Close the form, after asking when something typed would be lost; whether none is open now."""
        if not self.may_leave():
            return False
        if self.form is not None:
            self.top.removeWidget(self.form)
            self.form.deleteLater()
            self.form = None
            self.table.setFocus()
            self._show(self.table.current)
        return True

    def send(self) -> None:
        """Propose once; refused, what was typed stays and the reason stands beside its field."""
        order = None if self._sending or self.form is None else self.form.order()
        if order is not None:
            self._sending = True
            self.page.refresh_keys()
            self.page.do(propose_energy, order, self._proposed, failed=partial(self._failed, self.form))

    def _proposed(self, _done: EnergyRow) -> None:
        self._sending = False
        if self.form is not None:
            self.form.form.done()
            self.close_form()
        self.page.toast(self.say("Proposed: another person decides about it"))
        self.ask()

    def _failed(self, form: EnergyForm | None, error: BaseException) -> None:
        self._sending = False
        if isinstance(error, Refused) and form is not None and form is self.form:
            form.refused(error)
        else:
            self.page.trouble(error)
        self.page.refresh_keys()

    # Deciding ------------------------------------------------------------------------------------------------

    def approve(self) -> None:
        """Approve the correction chosen."""
        self._decide(self.table.current, "")

    def ask_why(self) -> None:
        """Nothing is declined without a reason."""
        one, say = self.table.current, self.say
        if one is not None:
            self._asked = one  # whatever is chosen meanwhile
            number = self.page.seat.app.country.format_account(one.account_number)
            title = say("Decline {energy} kWh of account {number}", energy=one.energy, number=number)
            keys = say("Enter declines it, Esc leaves it")
            self.question.ask(str(one.correction_id), title, keys, say("why"), [say(why) for why in WHYS])

    def _answered(self, place: int, words: str, _ctrl: bool) -> None:
        why = self.say(WHYS[place]) if place >= 0 else words.strip()
        if not why:
            self.question.problem(self.say("Say why"))
            return
        self.question.close_question()
        self._decide(self._asked, why)

    def _decide(self, one: EnergyRow | None, declined: str) -> None:
        if one is None or self._sending:
            return
        self._sending = True
        order = EnergyDecisionOrder(one.correction_id, not declined, declined)
        self.page.do(decide_energy, order, self._decided, failed=partial(self._failed, None))

    def _decided(self, done: EnergyRow) -> None:
        self._sending = False
        if done.state is EnergyState.DECLINED:
            self.question.settled()
        words = self.say(
            "Approved: it comes with the bill of {month}", month=self.say.month(done.billed_with)
        )
        self.page.toast(words if done.state is EnergyState.APPROVED else self.say("Declined"))
        self.page.take_focus(self.table)
        self.ask()
