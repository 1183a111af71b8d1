"""The form for what a contract says that prices look at: capacity, demand, power factor, free energy, shares."""

from __future__ import annotations

from functools import partial
from typing import Any

from desktop.contracts.records import Share, Terms, TermsOrder
from desktop.contracts.rules import losses_of, losses_written
from desktop.contracts.service import set_terms
from desktop.desk.page.entry import EntryView, choice
from desktop.desk.records import Supply
from desktop.kernel.measures import Energy, Factor, Power
from desktop.kernel.text import Catalog, Text
from desktop.qt.fields import ChoiceField, DateField, TextField
from desktop.qt.form import FormRows, RowColumn
from desktop.qt.money import NumberField
from desktop.qt.page import Key, Page
from desktop.tariffs.records import Basis

STANDARD_DECIMALS = 2
"""A power factor standard is written like 0.90."""

PERCENT_DECIMALS = 2
LONGEST_VALUES = 10_000


def _unfit(words: str) -> Text | None:
    """Why words are no values by their names; None where they are."""
    try:
        losses_of(words)
    except ValueError:
        return Text("These are no values by their names")
    return None


class TermsForm(EntryView):
    """The terms of an account's contract from a day on; what holds now stands there to be typed over."""

    widest = 640

    def __init__(self, page: Page, found: Supply) -> None:
        say = page.say
        self._found = found
        self._now = found.terms[0].terms if found.terms else Terms(found.opens)
        title = say("Terms of contract {number}", number=found.contract.number)
        note = say("They hold from the day given; earlier ones stay as they were")
        super().__init__(page, title, Text("Save"), f"terms {found.account_number}", note)
        self._add_figures()
        columns = (
            RowColumn("tariff", say("Shares priced by another tariff"), self._tariff, 5),
            RowColumn("percent", say("percent"), partial(NumberField, say, PERCENT_DECIMALS, unit="%"), 2,
                      required=False),
            RowColumn("fixed", say("or kWh a month"), partial(NumberField, say, Energy.DECIMALS, unit="kWh"), 3,
                      required=False),
        )  # fmt: skip
        self.shares = FormRows(self.form, say, "shares", columns)
        self.panel.body.addWidget(self.form.rows(self.shares))
        self._show_shares(say)
        self.send = self._send
        self.begin()

    def _add_figures(self) -> None:
        say, field, now = self.say, self.form.field, self._now
        today = self.page.seat.today()
        start = DateField(say, today)
        start.show_value(max(self._found.opens, self._found.contract.valid_from))
        basis = choice(say, tuple(Basis), now.basis)
        self.add(
            field("start", say("Valid from"), start, required=True),
            field("basis", say("Capacity charge by"), basis),
        )
        self.add(
            field("capacity", say("Transformers in use"), self._number(now.capacity, Power.DECIMALS, "kVA")),
            field("demand", say("Contract demand"), self._number(now.contract_demand, Power.DECIMALS, "kW")),
            field("standard", say("Power factor standard"), self._standard()),
        )
        within = TextField(longest=40)
        within.show_text(now.within)
        self.add(
            field(
                "extra", say("More in every tier"), self._number(now.threshold_extra, Energy.DECIMALS, "kWh")
            ),
            field("free", say("Free each month"), self._number(now.free, Energy.DECIMALS, "kWh")),
            field("within", say("Behind main meter"), within),
        )
        if self.page.seat.app.country.losses is not None:
            losses = TextField(longest=LONGEST_VALUES)
            losses.show_text(losses_written(now.losses) if now.losses else "")
            hint = say("such as {words}", words="method=fixed_rate; rate_percent=3")
            self.add(field("losses", say("Losses before the meter"), losses, hint=hint, judge=_unfit))

    def _number(self, value: Any, decimals: int, unit: str) -> NumberField:
        made = NumberField(self.say, decimals, unit=unit)
        if value:
            made.show_text(self.say.number(value))
        return made

    def _standard(self) -> NumberField:
        made = NumberField(self.say, STANDARD_DECIMALS, most=1)
        if self._now.power_factor_standard:
            steps = Factor.of(self._now.power_factor_standard).decimal / 10**STANDARD_DECIMALS
            made.show_text(self.say.number(steps, STANDARD_DECIMALS))
        return made

    def _tariff(self) -> ChoiceField:
        return ChoiceField([(name, code) for code, name in self._found.tariffs])

    def _show_shares(self, say: Catalog) -> None:
        for at, share in enumerate(self._now.shares):
            if at:
                self.shares.add_row()
            typed = {"tariff": share.tariff_code}
            if share.fixed:
                typed["fixed"] = say.number(share.fixed)
            if share.percent or not share.fixed:
                typed["percent"] = say.number(share.percent)
            for name, words in typed.items():
                self.form.edit(f"shares[{at}].{name}").show_text(words)

    def keys(self) -> list[Key]:
        keys = super().keys()
        keys[-2:-2] = [
            Key("Ctrl+I", Text("add a share"), self._add_share),
            Key("Ctrl+D", Text("take the share away"), self.shares.remove_row),
        ]
        return keys

    def _add_share(self) -> None:
        self.shares.add_row()
        self.shares.go_to_last()

    def _send(self, values: dict[str, Any]) -> None:
        def power(name: str) -> Power:
            return Power.of(values[name] or 0)

        terms = Terms(
            valid_from=values["start"],
            basis=Basis.of(values["basis"]),
            capacity=power("capacity"),
            contract_demand=power("demand"),
            power_factor_standard=int((values["standard"] or 0) * 10**STANDARD_DECIMALS),
            threshold_extra=Energy.of(values["extra"] or 0),
            free=Energy.of(values["free"] or 0),
            losses=losses_of(values["losses"]) if values.get("losses") else "",
            shares=tuple(
                Share(one["tariff"], Energy.of(one["fixed"] or 0), Factor.of(one["percent"] or 0))
                for one in values["shares"]
            ),
            within=values["within"] or "",
        )
        order = TermsOrder(self._found.account_number, terms, self._found.contract.number)
        self.do(set_terms, order, self.say("Terms from {day} on", day=terms.valid_from))
