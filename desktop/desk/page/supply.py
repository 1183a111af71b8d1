"""The tab of an account's card with the records behind it: what they are, who changed what when, and their forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from desktop.contracts.records import (
    AccountChange,
    AccountHints,
    ContractChange,
    ContractEnd,
    MonthOrder,
    PlaceChange,
    SupplyOrder,
)
from desktop.contracts.service import (
    account_hints,
    add_point,
    change_account,
    change_contract,
    change_month,
    change_place,
    change_supply,
    correct_tariff,
    end_contract,
    set_spell,
    set_terms,
)
from desktop.desk.page.account_form import AccountForm, PointForm, place_facts
from desktop.desk.page.entry import EntryView, choice
from desktop.desk.page.person import in_panel
from desktop.desk.page.terms import TermsForm
from desktop.desk.page.trying import CapacityForm, WrongTariffForm
from desktop.desk.records import Supply, SupplyPart
from desktop.desk.service import supplies
from desktop.kernel.history import HistoryRow
from desktop.kernel.measures import Energy, Factor, Power, Reading
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.metering.records import MeterChange
from desktop.metering.rules import MOST_DIGITS
from desktop.metering.service import change_meter
from desktop.premises.records import LONGEST_REASON, SupplyState
from desktop.qt import theme
from desktop.qt.basics import Label, column
from desktop.qt.fields import ChoiceField, DateField, FormatField, ReadField, TextField, month_flaw
from desktop.qt.figures import grouped
from desktop.qt.history import history_table
from desktop.qt.money import NumberField
from desktop.qt.page import Key, Page
from desktop.qt.table import Cell, Column, Table


@dataclass(frozen=True, slots=True)
class Record:
    """One record in the list: what it is, its name, more of it, and what happened to it last."""

    part: SupplyPart
    title: str
    facts: str
    last: HistoryRow | None


class SupplyTab(QWidget):
    """The records of one account at one of its service points, `E` changes the one chosen; what happened to it stands
    below."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.seat, self.say = page, page.seat, page.say
        self.points: tuple[Supply, ...] = ()
        self.shown: Supply | None = None
        self._point: UUID | None = None
        say = self.say
        self.records = Table(
            say("Records"),
            (
                Column(say("Record"), lambda one: Cell(say(one.part.text), ink="ink2"), 150),
                Column(say("What it is"), lambda one: Cell(one.title, one.facts, strong=True)),
                Column(say("Last change"), self._last, 250),
            ),
            row_height=theme.ROW_TWO,
            persons=True,
        )
        self.records.moved.connect(self._choose)
        self.records.opened.connect(lambda _: self.change())
        self.history = history_table(say, persons=True)
        layout = column(in_panel(self.records), in_panel(self.history))
        layout.setStretch(0, 5)
        layout.setStretch(1, 2)
        self.setLayout(layout)

    def _last(self, one: Record) -> Cell:
        if one.last is None:
            return Cell("–", ink="ink3")
        when = f"{self.say.date(one.last.on)} {one.last.at}".rstrip()
        return Cell(self.say(one.last.what), self.say.join((when, one.last.by)) if one.last.by else when)

    # Showing -------------------------------------------------------------------------------------------------

    def ask(self, number: str, point: UUID | None) -> None:
        """Ask for the records of an account at a service point; those of another account go at once."""
        self._point = point
        if self.shown is not None and self.shown.account_number != number:
            self.points, self.shown = (), None
            self.records.show_rows(())
            self.history.show_rows(())
        self.page.ask(supplies, number, self._show)

    def _show(self, found: tuple[Supply, ...]) -> None:
        self.points = found
        self.choose_point(self._point)

    def choose_point(self, point: UUID | None) -> None:
        """Show the records at another service point; the main one where there is no such one."""
        self._point = point
        if self.points:
            meant = (one for one in self.points if one.place.service_point_id == point)
            self.shown = next(meant, self.points[0])
            at = max(self.records.currentIndex().row(), 0)
            self.records.show_rows(self._rows(self.shown), select=at)
            self._choose(self.records.current)

    def _rows(self, found: Supply) -> list[Record]:
        say, place, contract = self.say, found.place, found.contract
        premise = [place.postcode, place.region]
        if found.neighbours:
            premise.append(
                say.plural("{count} more service point", "{count} more service points", found.neighbours)
            )
        capacity = "" if found.capacity is None else say("{power} kW at most", power=found.capacity)
        point = (place.feeder_code, place.transformer_code, say(place.supply_state.text), capacity)
        term = say("from {day}", day=contract.valid_from)
        if contract.valid_to is not None:
            term = say("{first} until {last}", first=contract.valid_from, last=contract.valid_to)
        facts = {
            SupplyPart.PREMISE: (place.address, premise),
            SupplyPart.POINT: (place.voltage, point),
            SupplyPart.METER: self._meter(found),
            SupplyPart.ACCOUNT: (
                self.seat.app.country.format_account(found.account_number),
                (say("since {day}", day=found.since), say("route {route}-{place}", route=found.route,
                                                         place=f"{found.position:04}")),
            ),
            SupplyPart.CONTRACT: (contract.number, (contract.tariff_name, term)),
            SupplyPart.TERMS: self._terms(found),
            SupplyPart.CAPACITY: self._spells(found),
        }  # fmt: skip
        return [
            Record(
                part,
                facts[part][0],
                say.join([words for words in facts[part][1] if words]),
                next((one.row for one in found.history if one.part is part), None),
            )
            for part in SupplyPart
        ]

    def _meter(self, found: Supply) -> tuple[str, list[str]]:
        say, meter = self.say, found.meter
        if meter is None:
            return say("No meter hangs here"), []
        facts = [
            say("multiplier {ratio}", ratio=meter.multiplier),
            say.plural("{count} digit", "{count} digits", meter.digits),
            say("hung on {day}", day=meter.installed_on),
            *(say(code.text) for code in meter.registers),
        ]
        return grouped(meter.serial), facts

    def _terms(self, found: Supply) -> tuple[str, list[str]]:
        """The newest terms: by what capacity is charged, then whatever else is agreed."""
        say = self.say
        if not found.terms:
            return say("None agreed: the price list alone counts"), []
        one = found.terms[0].terms
        facts = [
            say("from {day}", day=one.valid_from),
            say("{power} kVA in use", power=one.capacity) if one.capacity else "",
            say("{power} kW by contract", power=one.contract_demand) if one.contract_demand else "",
            say("power factor {standard}", standard=say.number(Decimal(one.power_factor_standard) / 100, 2))
            if one.power_factor_standard
            else "",
            say("{energy} kWh more in every tier", energy=one.threshold_extra) if one.threshold_extra else "",
            say("{energy} kWh free", energy=one.free) if one.free else "",
            say("behind meter {serial}", serial=one.within) if one.within else "",
            say.plural("{count} share", "{count} shares", len(one.shares)) if one.shares else "",
        ]
        return say(one.basis.text), facts

    def _spells(self, found: Supply) -> tuple[str, list[str]]:
        """The newest days of another capacity, and how many more there are."""
        say, standing = self.say, [one for one in found.spells if not one.withdrawn]
        if not standing:
            return say("None: the terms alone count"), []
        one = standing[0]
        facts = [
            f"{say.number(one.power)} kVA" if one.power else "",
            say("from {day}", day=one.starts_on),
            say("until {day}", day=one.ends_on - timedelta(days=1)) if one.ends_on else say("open"),
            say.plural("{count} more", "{count} more", len(standing) - 1) if standing[1:] else "",
        ]
        return say(one.kind.text), facts

    def _choose(self, record: Record | None) -> None:
        events = self.shown.history if self.shown is not None and record is not None else ()
        rows = [one.row for one in events if one.part is record.part]
        self.history.show_rows(rows, select=0 if rows else None)
        self.page.refresh_keys()

    # Keys ----------------------------------------------------------------------------------------------------

    def keys(self) -> list[Key]:
        """The keys of the record chosen."""
        record: Record | None = self.records.current
        if record is None or self.shown is None:
            return []
        ends = self.shown.contract.valid_to is None
        fits = {
            SupplyPart.METER: self.shown.meter is not None,
            SupplyPart.CONTRACT: ends,
            SupplyPart.TERMS: ends,
        }.get(record.part, True)
        keys = []
        if self._may(record.part):
            keys.append(Key("E", Text("change"), self.change, enabled=fits))
        if record.part is SupplyPart.CONTRACT and self.seat.may(correct_tariff):
            keys.append(Key("Ctrl+W", Text("wrong tariff"), self.correct_tariff))
        if record.part is SupplyPart.CONTRACT and self.seat.may(end_contract):
            keys.append(Key("Del", Text("end the contract"), self.end, enabled=ends))
        if self.seat.may(change_supply):
            keys.append(Key("Ctrl+B", Text("supply state"), self.change_supply))
        if record.part is SupplyPart.METER and self.seat.may(change_month):
            keys.append(Key("M", Text("an earlier month"), self.change_month))
        if self.seat.may(add_point):
            keys.append(
                Key("A", Text("add a service point"), self.add_point, enabled=bool(self.shown.running))
            )
            keys.append(Key("Ctrl+U", Text("new customer here"), self.follow))
        return keys

    def _may(self, part: SupplyPart) -> bool:
        rights = {
            SupplyPart.METER: change_meter, SupplyPart.TERMS: set_terms, SupplyPart.CAPACITY: set_spell,
        }  # fmt: skip
        return self.seat.may(rights.get(part, change_place))

    def change(self) -> None:
        """Open the form of the record chosen."""
        record, found = self.records.current, self.shown
        if record is None or found is None or not self._may(record.part):
            return
        forms: dict[SupplyPart, Callable[[Page, Supply], EntryView] | None] = {
            SupplyPart.PREMISE: changing_place,
            SupplyPart.POINT: changing_place,
            SupplyPart.METER: changing_meter if found.meter is not None else None,
            SupplyPart.ACCOUNT: changing_number,
            SupplyPart.CONTRACT: changing_contract if found.contract.valid_to is None else None,
            SupplyPart.TERMS: TermsForm if found.contract.valid_to is None else None,
            SupplyPart.CAPACITY: CapacityForm,
        }
        form = forms[record.part]
        if form is not None:
            self.page.show_entry(form(self.page, found))

    def end(self) -> None:
        """Open the form that ends the contract."""
        if self.shown is not None and self.shown.contract.valid_to is None:
            self.page.show_entry(ending_contract(self.page, self.shown))

    def correct_tariff(self) -> None:
        """Open the form that puts a wrong tariff right backwards."""
        if self.shown is not None:
            self.page.show_entry(WrongTariffForm(self.page, self.shown))

    def follow(self) -> None:
        """Open the form for another customer at this place."""
        self._ask_hints(
            lambda hints, found: AccountForm(self.page, hints, self.page.show_account, follows=found)
        )

    def add_point(self) -> None:
        """Open the form for one more service point of this account."""
        if self.shown is not None and self.shown.running:
            self._ask_hints(lambda hints, found: PointForm(self.page, hints, found))

    def _ask_hints(self, form: Callable[[AccountHints, Supply], EntryView]) -> None:
        found = self.shown
        if found is not None:
            self.page.ask(account_hints, None, lambda hints: self.page.show_entry(form(hints, found)))

    def change_supply(self) -> None:
        """Open the form that puts down what is true about the supply."""
        if self.shown is not None:
            self.page.show_entry(changing_supply(self.page, self.shown))

    def change_month(self) -> None:
        """Open the form for what was used in a month before the reads we have."""
        if self.shown is not None:
            self.page.show_entry(changing_month(self.page, self.shown))


def _entry(page: Page, found: Supply, title: str, act: Text, draft: str, note: str) -> EntryView:
    return EntryView(page, title, act, f"{draft} {found.contract.number}", note)


def changing_place(page: Page, found: Supply) -> EntryView:
    """The form for premise and service point."""
    say, place = page.say, found.place
    note = (
        say("Another address is that of all service points of this premise")
        if found.neighbours
        else say("Bills and sheets written from now on say what stands here")
    )
    view = _entry(page, found, say("Premise and service point"), Text("Save"), "place", note)
    field = view.form.field

    def words(value: str, longest: int = 40) -> TextField:
        made = TextField(longest=longest)
        made.show_text(value)
        return made

    capacity = NumberField(say, Power.DECIMALS, unit="kW")
    if found.capacity is not None:
        capacity.show_text(say.number(found.capacity))
    view.add(field("address", say("Address"), words(place.address, 200), required=True))
    view.add(
        field("region", say("Region"), words(place.region, 200)),
        field("postcode", say("Postcode"), words(place.postcode)),
    )
    view.add(
        field("voltage", say("Voltage"), words(place.voltage), required=True),
        field("capacity", say("Capacity"), capacity, required=found.capacity is not None),
    )
    view.add(
        field("feeder", say("Feeder"), words(place.feeder_code)),
        field("transformer", say("Transformer"), words(place.transformer_code)),
    )

    def send(values: dict[str, Any]) -> None:
        order = PlaceChange(found.account_number, place_facts(values), found.contract.number)
        view.do(change_place, order, say("{address} is changed", address=values["address"]))

    return _ready(view, send)


def changing_supply(page: Page, found: Supply) -> EntryView:
    """The form that puts down whether this place has electricity, as it truly is there."""
    say = page.say
    note = say("Only what is true at the place is put down here: nothing is switched, and nobody is sent")
    view = _entry(page, found, say("Supply state"), Text("Save"), "supply", note)
    state, since = (
        choice(say, tuple(SupplyState), found.place.supply_state),
        DateField(say, page.seat.today(), latest=page.seat.today()),
    )
    since.show_value(page.seat.today())
    why = TextField(longest=LONGEST_REASON)
    why.setPlaceholderText(say("for example: seen at the place, the record was wrong"))
    field = view.form.field
    view.panel.body.addWidget(Label(found.place.address, "strong", wrap=True))
    view.add(field("state", say("Supply state"), state), field("since", say("Since"), since, required=True))
    view.add(field("why", say("Why"), why, required=True))

    def send(values: dict[str, Any]) -> None:
        order = SupplyOrder(
            found.account_number,
            SupplyState.of(values["state"]),
            values["since"],
            values["why"],
            found.contract.number,
        )
        view.do(change_supply, order, say("{state} since {day}", state=order.state, day=order.since))

    return _ready(view, send)


def changing_month(page: Page, found: Supply) -> EntryView:
    """The form for what was used here in a month before the reads we have."""
    say = page.say
    note = say("Steps of a year and estimates reckon with it from the next bill on; bills that are made stay")
    view = _entry(page, found, say("Use of an earlier month"), Text("Save"), "month", note)
    month = TextField(longest=7, example=f"{months_before(page.seat.today(), 1):%Y-%m}")
    why = TextField(longest=LONGEST_REASON)
    why.setPlaceholderText(say("for example: the last bill of the former system"))
    field = view.form.field
    energy = NumberField(say, Energy.DECIMALS, unit="kWh")
    view.panel.body.addWidget(Label(found.place.address, "strong", wrap=True))
    view.add(
        field("month", say("Month, as 2026-01"), month, required=True, judge=month_flaw),
        field("energy", say("Energy"), energy, required=True),
    )
    view.add(field("why", say("Why"), why, required=True))

    def send(values: dict[str, Any]) -> None:
        first = Period.month(values["month"]).start
        order = MonthOrder(
            found.account_number, first, Energy.of(values["energy"]), values["why"], found.contract.number
        )
        view.do(change_month, order, say("Use of {month} is kept", month=values["month"]))

    return _ready(view, send)


def changing_meter(page: Page, found: Supply) -> EntryView:
    """The form that puts right what was entered wrongly of the meter."""
    say, meter = page.say, found.meter
    note = (
        say("Bills rest on its reads: only its number can be put right. Another meter is an exchange")
        if meter.billed
        else say("Put right what was entered wrongly. Another meter is an exchange")
    )
    view = _entry(page, found, say("Meter {serial}", serial=meter.serial), Text("Save"), "meter", note)
    serial, ratio = TextField(longest=40), ReadField(say, 6, Reading.DECIMALS)
    digits = ChoiceField([(str(count), str(count)) for count in range(4, MOST_DIGITS + 1)])
    serial.show_text(meter.serial)
    ratio.show_value(Reading.of(meter.multiplier.decimal))
    digits.show_text(str(meter.digits))
    field = view.form.field
    view.add(field("serial", say("Meter"), serial, required=True))
    view.add(field("ratio", say("Multiplier"), ratio, required=True), field("digits", say("Digits"), digits))
    for edit in (ratio, digits):
        edit.setEnabled(not meter.billed)

    def send(values: dict[str, Any]) -> None:
        order = MeterChange(
            meter.serial, values["serial"], Factor.of(values["ratio"].decimal), int(values["digits"])
        )
        words = say("Meter {serial} is changed", serial=order.new_serial)
        view.do(change_meter, order, words)

    return _ready(view, send)


def changing_number(page: Page, found: Supply) -> EntryView:
    """The form that gives an account the number it should have had."""
    say = page.say
    note = say("Once a paper names it, an account keeps its number")
    title = say("Account {number}", number=page.seat.app.country.format_account(found.account_number))
    view = _entry(page, found, title, Text("Save"), "number", note)
    number = FormatField(page.seat.app.country.identifiers["account"])
    number.show_value(found.account_number)
    view.add(view.form.field("number", say("Account number"), number, required=True))

    def send(values: dict[str, Any]) -> None:
        order = AccountChange(found.account_number, values["number"])
        words = say("The account has the number {number}", number=order.new_number)
        view.do(change_account, order, words, first=lambda done: page.account.renumbered(done.account_number))

    return _ready(view, send)


def changing_contract(page: Page, found: Supply) -> EntryView:
    """The form for another tariff from a month on."""
    say = page.say
    note = say("The contract ends that day and a new one follows it. Months that are billed stay as they are")
    title = say("Contract {number}", number=found.contract.number)
    view = _entry(page, found, title, Text("Sign"), "tariff", note)
    tariff = ChoiceField([(name, code) for code, name in found.tariffs])
    tariff.show_text(found.contract.tariff_code)
    field = view.form.field
    view.add(field("tariff", say("Tariff"), tariff, required=True))
    view.add(
        field("start", say("Valid from"), _first_days(page, found), required=True, hint=_first_words(page))
    )

    def send(values: dict[str, Any]) -> None:
        order = ContractChange(found.contract.number, values["tariff"], values["start"])
        words = say("Another tariff from {day} on", day=order.starts_on)
        view.do(change_contract, order, words)

    return _ready(view, send)


def ending_contract(page: Page, found: Supply) -> EntryView:
    """The form that ends a contract."""
    say = page.say
    note = (
        say("Nobody is supplied here from that day on; the other service points of the account stay")
        if found.running > 1
        else say("The account is closed from that day on; what is owed stays owed")
    )
    title = say("End contract {number}", number=found.contract.number)
    view = _entry(page, found, title, Text("End the contract"), "end", note)
    view.add(
        view.form.field("end", say("Ends on"), _first_days(page, found), required=True,
                        hint=_first_words(page))
    )  # fmt: skip

    def send(values: dict[str, Any]) -> None:
        order = ContractEnd(found.contract.number, values["end"])
        words = say("The contract ends on {day}", day=order.ends_on)
        view.do(end_contract, order, words)

    return _ready(view, send)


def _first_words(page: Page) -> str:
    return page.say("A day that is not billed yet")


def _first_days(page: Page, found: Supply) -> DateField:
    """A field for the first day of a month; the next one that can be is put in."""
    made = DateField(page.say, page.seat.today(), earliest=min(found.opens, found.contract.valid_from))
    today: date = page.seat.today()
    following = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    made.show_value(max(found.opens, following))
    return made


def _ready(view: EntryView, send: Callable[[dict[str, Any]], None]) -> EntryView:
    view.send = send
    view.begin()
    return view
