"""A new account in one form: who, where, which meter, and the contract; and one more service point of an account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from desktop.contracts.records import (
    AccountHints,
    AccountOpened,
    AccountOrder,
    NewCustomer,
    NewPlace,
    PlaceFacts,
    PointOrder,
)
from desktop.contracts.service import add_point, open_account
from desktop.desk.page.entry import EntryView, choice, languages
from desktop.desk.records import Supply
from desktop.desk.service import account_card
from desktop.kernel.measures import Factor, Power, Reading
from desktop.kernel.text import Text
from desktop.metering.page import RegisterRows, registers_of
from desktop.parties import rules
from desktop.parties.records import ContactKind, DebtorType, PartyKind
from desktop.qt.basics import Label, ProblemLine
from desktop.qt.choosing import Stepper
from desktop.qt.fields import ChoiceField, DateField, FormatField, ReadField, TextField
from desktop.qt.figures import grouped
from desktop.qt.money import NumberField
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.search.records import ACCOUNT, SearchHit, SearchOrder
from desktop.search.service import find

LOOK_AFTER_MS = 400
SHORTEST_PHONE = 7
CUSTOMER, PLACE, METER, CONTRACT = range(4)
_CUSTOMER_FIELDS = ("name", "phone", "kind", "language", "debtor")


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """A party we know already."""

    party_id: UUID
    name: str


class PlaceForm(EntryView):
    """A form with a place, the meter that hangs there, and the contract."""

    widest = 720

    def __init__(
        self, page: Page, hints: AccountHints, title: str, act: Text, draft: str, note: str = ""
    ) -> None:
        super().__init__(page, title, act, draft, note)
        self._hints, self._today = hints, page.seat.today()
        self.registers: RegisterRows | None = None

    def add_place(self, facts: PlaceFacts | None) -> None:
        """Where it is and how it is supplied, most of it as in ``facts``."""
        say, field = self.say, self.form.field
        self.add(field("address", say("Address"), TextField(), required=True))
        postcode, region, voltage = TextField(longest=20), TextField(), TextField(longest=40)
        if facts is not None:
            postcode.show_text(facts.postcode)
            region.show_text(facts.region)
            voltage.show_text(facts.voltage)
        self.add(field("region", say("Region"), region), field("postcode", say("Postcode"), postcode))
        self.add(
            field("voltage", say("Voltage"), voltage, required=True),
            field("feeder", say("Feeder"), TextField(longest=40)),
            field("transformer", say("Transformer"), TextField(longest=40)),
            field("capacity", say("Capacity"), NumberField(say, Power.DECIMALS, unit="kW")),
        )

    def add_meter(self) -> None:
        """The meter with its registers, in the panel beside."""
        say, field = self.say, self.form.field
        self.panel_beside(say("Meter"))
        self.meter = self.panel
        ratio = ReadField(say, 6, Reading.DECIMALS)
        ratio.show_value(Reading.of(1))
        self.add(
            field("serial", say("Number of the new meter"), TextField(longest=40), required=True),
            field("ratio", say("Multiplier"), ratio, required=True),
        )
        self.registers = RegisterRows(self.form, say)
        self.panel.body.addWidget(self.form.rows(self.registers))

    def add_begin(self) -> None:
        """From when, and where on which route."""
        say, field, hints = self.say, self.form.field, self._hints
        start = DateField(say, self._today, latest=self._today)
        start.show_value(self._today)
        routes = [(code, code) for code, _next in hints.routes]
        route = ChoiceField(routes) if routes else TextField(longest=20)
        self.position = NumberField(say, most=6)
        self.add(
            field("start", say("Supplied from"), start, required=True),
            field("route", say("Route"), route, required=True),
            field("position", say("Place on route"), self.position, required=True),
        )
        route.changed.connect(self._next_place)
        self._next_place(route.value())

    def tariff_field(self, code: str) -> QWidget:
        """The tariffs on offer, this one chosen."""
        tariff = ChoiceField([(name, one) for one, name in self._hints.tariffs])
        tariff.show_text(code)
        return self.form.field("tariff", self.say("Tariff"), tariff, required=True)

    def _next_place(self, route: str | None) -> None:
        following = dict(self._hints.routes).get(route or "", 1)
        self.position.show_text(str(following))

    def keys(self) -> list[Key]:
        keys = super().keys()
        if self.registers is not None:
            keys[-2:-2] = self.registers.keys
        return keys

    @staticmethod
    def place(values: dict[str, Any]) -> NewPlace:
        """The place and the meter as the form has them."""
        return NewPlace(
            place_facts(values),
            values["serial"],
            Factor.of(values["ratio"].decimal),
            registers_of(values["registers"]),
            values["route"],
            int(values["position"]),
        )


class AccountForm(PlaceForm):
    """Opens an account; ``shown`` gets its number then.

    ``customer`` is somebody we know who gets another account; ``follows`` is what an account is supplied with now,
    where somebody takes over the place.
    """

    def __init__(
        self,
        page: Page,
        hints: AccountHints,
        shown: Callable[[str], None],
        customer: KnownCustomer | None = None,
        follows: Supply | None = None,
    ) -> None:
        say = page.say
        draft = f"account {follows.account_number if follows else customer.party_id if customer else ''}"
        super().__init__(page, hints, say("Customer"), Text("Open the account"), draft.strip())
        self._shown, self._follows = shown, follows
        self.customer = customer
        self._alike: SearchHit | None = None
        self._gone = False
        self.stepper = Stepper((say("Customer"), say("Place"), say("Meter"), say("Contract")))
        steps = Panel()
        steps.body.addWidget(self.stepper)
        self.whole.insertWidget(0, steps)
        self._add_customer()
        if follows is None:
            self.panel_below(say("Place"))
            self.add_place(hints.newest)
            self.add_meter()
        else:
            self._tell_place(follows)
        self.panel_below(say("Account and contract"))
        self._add_contract()
        self.send = self._send
        self._looking = QTimer(self, interval=LOOK_AFTER_MS, singleShot=True)
        self._looking.timeout.connect(self._look)
        self.form.changed.connect(self._follow)
        self.begin()
        self._follow()
        if customer is not None:
            self._take(customer)
            self.form.pristine()

    # Building ------------------------------------------------------------------------------------------------

    def _add_customer(self) -> None:
        say, field = self.say, self.form.field
        self.add(
            field("name", say(Text("Name", context="party")), TextField(longest=rules.LONGEST), required=True)
        )
        self.add(
            field("phone", say("Phone"), TextField(), judge=rules.phone_objection),
            field("kind", say("Kind"), choice(say, tuple(PartyKind))),
        )
        self.add(
            field("language", say("Language"), languages(self.page.seat.app.country.language)),
            field("debtor", say("Debtor"), choice(say, tuple(DebtorType))),
        )
        self.known = ProblemLine()
        self.panel.body.addWidget(self.known)

    def _tell_place(self, follows: Supply) -> None:
        say, place = self.say, follows.place
        self.panel_beside(say("Place"))
        self.panel.body.addWidget(Label(place.address, "strong", wrap=True))
        serial = follows.meter.serial if follows.meter else ""
        lines = [say.join((place.region, place.voltage)), say("Meter {serial}", serial=grouped(serial))]
        if follows.contract.valid_to is None:
            lines.append(
                say(
                    "{name} was supplied here: contract {number} ends on the day this one begins",
                    name=follows.customer_name,
                    number=follows.contract.number,
                )
            )
        for words in lines:
            self.panel.body.addWidget(Label(words, "small", "ink2", wrap=True))

    def _add_contract(self) -> None:
        say, field, hints = self.say, self.form.field, self._hints
        number = FormatField(self.page.seat.app.country.identifiers["account"])
        number.show_value(hints.number or None)
        tariff = hints.tariff if self._follows is None else self._follows.contract.tariff_code
        self.add(field("number", say("Account number"), number, required=True), self.tariff_field(tariff))
        if self._follows is None:
            self.add_begin()
            return
        start = DateField(say, self._today, latest=self._today)
        start.show_value(self._today)
        self.add(
            field("start", say("Supplied from"), start, required=True,
                  hint=say("A read of the day before parts the two bills"))
        )  # fmt: skip

    # What is typed -------------------------------------------------------------------------------------------

    def _follow(self) -> None:
        """Tell at the top how far the form is, and look whether we know this customer."""
        form = self.form
        values = {name: form.edit(name).text_typed() for name in ("name", "number")}
        facts = [values["name"], "", "", values["number"]]
        if self._follows is not None:
            serial = self._follows.meter.serial if self._follows.meter else ""
            facts[PLACE], facts[METER] = self._follows.place.address, grouped(serial)
        else:
            facts[PLACE], facts[METER] = form.edit("address").text_typed(), form.edit("serial").text_typed()
        at = next((at for at, fact in enumerate(facts) if not fact.strip()), CONTRACT)
        self.stepper.show_step(at, facts)
        if self.customer is None:
            self._looking.start()

    def _look(self) -> None:
        """Whether a customer with this telephone, or just this name, is known."""
        form = self.form
        phone = rules.tidied(ContactKind.MOBILE, form.edit("phone").text_typed())
        typed = phone if len(phone) >= SHORTEST_PHONE else form.edit("name").text_typed().strip()
        if self.customer is None and len(typed) > 1:
            self.page.ask(find, SearchOrder(typed, 5, (ACCOUNT,)), self._found, failed=lambda _: None)
        else:
            self._found(())

    def _found(self, hits: tuple[SearchHit, ...]) -> None:
        if self.customer is not None or self._gone:
            return
        self._alike = next((hit for hit in hits if hit.exact), None)
        if self._alike is None:
            self.known.tell("")
        else:
            words = self.say(
                "{name}, account {number}, is a customer already. Ctrl+E takes this customer",
                name=self._alike.title,
                number=self._alike.owner_number,
            )
            self.known.tell(words, "warn")
        self.page.refresh_keys()

    def take_known(self) -> None:
        """The customer is the one we know."""
        if self._alike is not None:
            self.page.ask(
                account_card,
                self._alike.owner_number,
                lambda card: self._take(KnownCustomer(card.party_id, card.row.customer_name)),
            )

    def forget(self) -> None:
        self._gone = True
        self._looking.stop()
        super().forget()

    def _take(self, customer: KnownCustomer) -> None:
        if self._gone:
            return
        form, self.customer, self._alike = self.form, customer, None
        for name in _CUSTOMER_FIELDS:
            form.edit(name).setEnabled(False)
        form.edit("name").show_text(customer.name)
        form.edit("phone").show_text("")
        self.known.tell(self.say("Another account of a customer we know"), "ok")
        self.page.refresh_keys()
        form.begin()

    def keys(self) -> list[Key]:
        keys = super().keys()
        if self._alike is not None:
            keys.insert(0, Key("Ctrl+E", Text("take the known customer"), self.take_known))
        return keys

    # Handing over --------------------------------------------------------------------------------------------

    def _send(self, values: dict[str, Any]) -> None:
        customer = None
        if self.customer is None:
            customer = NewCustomer(
                values["name"],
                PartyKind.of(values["kind"]),
                DebtorType.of(values["debtor"]),
                values["language"],
                values["phone"] or "",
            )
        order = AccountOrder(
            values["number"],
            values["tariff"],
            values["start"],
            customer,
            self.customer.party_id if self.customer is not None else None,
            self.place(values) if self._follows is None else None,
            self._follows.account_number if self._follows is not None else "",
            self._follows.contract.number if self._follows is not None else "",
        )

        def opened(done: AccountOpened) -> None:
            self._shown(done.account_number)

        number = self.page.seat.app.country.format_account(order.account_number)
        self.do(open_account, order, self.say("Account {number} is open", number=number), opened)


HERE, ELSEWHERE, TAKEN = "here", "elsewhere", "taken"
_PREMISE = ("address", "region", "postcode")
_NEW = ("voltage", "feeder", "transformer", "capacity", "serial", "ratio", "route", "position")


class PointForm(PlaceForm):
    """One more service point of an account: at the address of the one ``found`` tells of, elsewhere, or where somebody
    was supplied until then."""

    def __init__(self, page: Page, hints: AccountHints, found: Supply) -> None:
        say, place = page.say, found.place
        self._found = found
        note = say("It gets a contract of its own, and stands on the same bills as the other service points")
        number = page.seat.app.country.format_account(found.account_number)
        title = say("One more service point of account {number}", number=number)
        draft = f"point {found.account_number}"
        super().__init__(page, hints, title, Text("Add the service point"), draft, note)
        self.where = ChoiceField(
            [
                (place.address, HERE),
                (say("At another address"), ELSEWHERE),
                (say("Where another account was supplied"), TAKEN),
            ]
        )
        follows = FormatField(page.seat.app.country.identifiers["account"])
        self.add(
            self.form.field("where", say("Where"), self.where),
            self.form.field("follows", say("Account that leaves it"), follows, required=True),
        )
        several = say("Only where that account has several contracts")
        self.add(self.form.field("contract", say("Its contract"), TextField(), hint=several))
        self.add_place(PlaceFacts(place.postcode, place.region, place.address, place.voltage, "", ""))
        self.add_meter()
        self.panel_below(say("Contract"))
        self.add(self.tariff_field(found.contract.tariff_code))
        self.add_begin()
        self.where.changed.connect(self._choose)
        self._choose(HERE)
        self.send = self._send
        self.begin()

    def _choose(self, where: str | None) -> None:
        """The address is that of the premise, or to be typed; a place taken over has its own, and its meter."""
        place, edit = self._found.place, self.form.edit
        for name in ("follows", "contract"):
            edit(name).setEnabled(where == TAKEN)
        for name in _PREMISE:
            edit(name).setEnabled(where == ELSEWHERE)
        for name in _NEW:
            edit(name).setEnabled(where != TAKEN)
        self.meter.setVisible(where != TAKEN)
        if where == HERE:
            for name, value in zip(_PREMISE, (place.address, place.region, place.postcode), strict=True):
                edit(name).show_text(value)
        elif edit("address").text_typed() == place.address:
            edit("address").show_text("")

    def _send(self, values: dict[str, Any]) -> None:
        taken = values["where"] == TAKEN
        order = PointOrder(
            self._found.account_number,
            values["tariff"],
            values["start"],
            None if taken else self.place(values),
            self._found.place.premise_id if values["where"] == HERE else None,
            values["follows"] if taken else "",
            (values["contract"] or "") if taken else "",
        )
        number = self.page.seat.app.country.format_account(order.account_number)
        words = self.say("Account {number} has one more service point", number=number)
        self.do(add_point, order, words)


def place_facts(values: dict[str, Any]) -> PlaceFacts:
    """The facts of a place as a form has them."""
    capacity = values["capacity"]
    return PlaceFacts(
        values["postcode"] or "",
        values["region"] or "",
        values["address"],
        values["voltage"],
        values["feeder"] or "",
        values["transformer"] or "",
        None if capacity is None else Power.of(capacity),
    )
