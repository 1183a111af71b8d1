"""An account opened by hand, and what of it changes later: place, meter, number, contract, each with its history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from desktop.billing import service as billing
from desktop.contracts import service as contracts
from desktop.contracts.records import (
    AccountChange,
    AccountOrder,
    ContractChange,
    ContractEnd,
    NewCustomer,
    NewPlace,
    PlaceChange,
    PlaceFacts,
    Terms,
    TermsOrder,
)
from desktop.desk import service as desk
from desktop.desk.records import SupplyPart
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Energy, Factor, Power, Reading
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.metering import service as metering
from desktop.metering.records import MeterChange, NewRegister, PointQuery, ReadImport, ReadRow, RegisterCode
from desktop.parties.records import DebtorType, PartyKind
from desktop.search import service as search
from desktop.search.records import SearchOrder
from tests.hall import JANUARY, PASSWORD, SMALL, TODAY, accept_waiting, meter, party_of, read
from tests.rows import changed, contents

NEW = "330100000009"
FEBRUARY = date(2026, 2, 1)
CUSTOMER = NewCustomer("Lin Mei", PartyKind.PERSON, DebtorType.CONSUMER, "zh_CN", "139 5716 2615")
FACTS = PlaceFacts("310015", "Hangzhou", "New Street 9", "380 V", "F2", "T7", Power.of(40))
PLACE = NewPlace(
    FACTS,
    "M 99",
    Factor.of(2),
    (
        NewRegister(RegisterCode.ACTIVE, 6, Reading.of(7)),
        NewRegister(RegisterCode.PEAK, 6, Reading(0)),
        NewRegister(RegisterCode.VALLEY, 6, Reading(0)),
    ),
    "R1",
    77,
)
ORDER = AccountOrder(NEW, "ZJ-RES", TODAY, customer=CUSTOMER, place=PLACE)


def found(seat: Seat, typed: str) -> list[str]:
    """The numbers of accounts that words lead to."""
    hits = seat.ask(search.find, SearchOrder(typed, kinds=("account",)))
    return [hit.owner_number for hit in hits]


def history(seat: Seat, number: str, part: SupplyPart) -> list[tuple[str, str, str]]:
    """What happened to a record behind an account, newest first: what, details, who."""
    say = catalog("en")
    events = seat.ask(desk.supplies, number)[0].history
    return [(say(one.row.what), say.write(one.row.words), one.row.by) for one in events if one.part is part]


def test_an_account_is_opened_with_all_behind_it(small: Seat) -> None:
    assert small.do(contracts.open_account, ORDER).account_number == NEW
    now = small.ask(desk.supplies, NEW)[0]
    assert now.meter is not None
    assert (now.customer_name, now.place.address, now.capacity, now.meter.serial, now.meter.multiplier) == (
        "Lin Mei", "New Street 9", Power.of(40), "M99", Factor.of(2),
    )  # fmt: skip
    assert now.meter.registers == (RegisterCode.ACTIVE, RegisterCode.PEAK, RegisterCode.VALLEY)
    assert (now.route, now.position, now.contract.tariff_code, now.since) == ("R1", 77, "ZJ-RES", TODAY)
    for typed in ("Lin Mei", "13957162615", "M99", "New Street 9", NEW):
        assert NEW in found(small, typed), typed
    assert {one.part for one in now.history} == set(SupplyPart) - {SupplyPart.TERMS, SupplyPart.CAPACITY}
    assert small.app.verify() == []


def test_hints_offer_what_comes_next(small: Seat) -> None:
    small.do(contracts.open_account, ORDER)
    hints = small.ask(contracts.account_hints)
    assert hints.number == "330100000010"
    assert ("R1", 78) in hints.routes
    assert "ZJ-RES" in dict(hints.tariffs)
    assert hints.newest == FACTS


@pytest.mark.parametrize(
    "other",
    [
        {"account_number": SMALL[0]},
        {"account_number": "12"},
        {"customer": replace(CUSTOMER, name=" ")},
        {"customer": replace(CUSTOMER, phone="nobody")},
        {"customer": None},
        {"place": replace(PLACE, meter_serial=meter(SMALL[0]))},
        {"place": replace(PLACE, route_position=1)},
        {"place": replace(PLACE, route=" ")},
        {"place": replace(PLACE, facts=replace(FACTS, address=""))},
        {"place": replace(PLACE, registers=PLACE.registers[1:])},
        {"place": None},
        {"tariff_code": "NO-SUCH"},
        {"starts_on": date(2026, 2, 6)},
    ],
)
def test_what_is_wrong_opens_nothing(small: Seat, small_hall: str, other: dict[str, Any]) -> None:
    before = contents(small_hall)
    with pytest.raises((Refused, NotFound)):
        small.do(contracts.open_account, replace(ORDER, **other))
    assert changed(before, contents(small_hall)) == set()


def test_a_customer_we_know_gets_another_account(small: Seat) -> None:
    known = party_of(small, SMALL[0])
    small.do(contracts.open_account, replace(ORDER, customer=None, party_id=known))
    assert party_of(small, NEW) == known
    assert [one.row.number for one in small.ask(desk.party_card, known).accounts] == [SMALL[0], NEW]


def test_somebody_follows_at_a_place_from_the_month_that_is_not_billed(small: Seat) -> None:
    follows = AccountOrder(NEW, "ZJ-RES", FEBRUARY, customer=CUSTOMER, follows=SMALL[0])
    with pytest.raises(Refused, match="is billed already"):
        small.do(contracts.open_account, replace(follows, starts_on=date(2026, 1, 20)))
    done = small.do(contracts.open_account, follows)
    assert small.ask(desk.account_card, SMALL[0]).closed_on == FEBRUARY
    assert done.ended == small.ask(desk.supplies, SMALL[0])[0].contract.number
    assert small.ask(desk.account_card, NEW).row.meter_serial == meter(SMALL[0])
    with pytest.raises(Refused, match="holds at this place"):
        small.do(contracts.open_account, replace(follows, account_number="330100000019"))
    row = ReadRow("", 2, NEW, meter(SMALL[0]), Reading.of(1310), TODAY)
    assert small.do(metering.import_reads, ReadImport("any", (row,))).problems == ()
    assert small.app.verify() == []


def test_a_place_changes_and_tells_who_changed_it(small: Seat) -> None:
    before = small.ask(desk.supplies, SMALL[0])[0].place
    facts = PlaceFacts(before.postcode, before.region, "Other Street 5", "10 kV", "F9", "", Power.of(80))
    small.do(contracts.change_place, PlaceChange(SMALL[0], facts))
    assert SMALL[0] in found(small, "Other Street")
    assert small.ask(desk.account_card, SMALL[0]).row.address == "Other Street 5"
    assert ("Address changed", f"was {before.address}, now Other Street 5") in {
        one[:2] for one in history(small, SMALL[0], SupplyPart.PREMISE)
    }
    point = history(small, SMALL[0], SupplyPart.POINT)
    assert ("Voltage changed", "was 220 V, now 10 kV") in {one[:2] for one in point}
    assert all(who for _what, _words, who in point)
    with pytest.raises(Refused, match="Nothing was changed"):
        small.do(contracts.change_place, PlaceChange(SMALL[0], facts))
    with pytest.raises(Refused, match="0 kW"):
        small.do(contracts.change_place, PlaceChange(SMALL[0], replace(facts, capacity=Power(0))))
    assert small.app.verify() == []


def test_a_meter_is_put_right_as_far_as_nothing_is_billed(small: Seat) -> None:
    small.do(contracts.open_account, ORDER)
    small.do(metering.change_meter, MeterChange("M99", "M100", Factor.of(30), 5))
    now = small.ask(desk.supplies, NEW)[0].meter
    assert now is not None
    assert (now.serial, now.multiplier, now.digits, now.billed) == ("M100", Factor.of(30), 5, False)
    assert (found(small, "M100"), found(small, "M99")) == ([NEW], [])
    assert ("Meter changed", "was M99, now M100") in {
        one[:2] for one in history(small, NEW, SupplyPart.METER)
    }
    billed = MeterChange(meter(SMALL[0]), meter(SMALL[0]), Factor.of(30), 6)
    with pytest.raises(Refused, match="Bills rest on reads"):
        small.do(metering.change_meter, billed)
    small.do(metering.change_meter, replace(billed, new_serial="M101", multiplier=Factor.of(1)))
    assert small.ask(desk.account_card, SMALL[0]).row.meter_serial == "M101"
    for other in ("", meter(SMALL[1])):
        with pytest.raises(Refused):
            small.do(metering.change_meter, MeterChange("M101", other, Factor.of(1), 6))
    with pytest.raises(NotFound):
        small.do(metering.change_meter, MeterChange("M99", "M98", Factor.of(1), 6))


def test_a_number_is_put_right_until_a_paper_names_it(small: Seat) -> None:
    small.do(contracts.open_account, ORDER)
    small.do(contracts.change_account, AccountChange(NEW, "330100000123"))
    assert (found(small, "330100000123"), found(small, NEW)) == (["330100000123"], [])
    assert small.ask(metering.point, PointQuery("330100000123")).meter_serial == "M99"
    with pytest.raises(Refused, match="Papers name"):
        small.do(contracts.change_account, AccountChange(SMALL[0], "330100000124"))


def test_a_tariff_changes_from_a_month_that_is_not_billed(small: Seat) -> None:
    first = small.ask(desk.supplies, SMALL[0])[0]
    other = next(code for code, _name in first.tariffs if code != first.contract.tariff_code)
    change = ContractChange(first.contract.number, other, first.opens)
    assert first.opens == FEBRUARY
    for day in (date(2026, 1, 1), date(2026, 1, 31), first.contract.valid_from):
        with pytest.raises(Refused):
            small.do(contracts.change_contract, replace(change, starts_on=day))
    bills = small.ask(desk.account_card, SMALL[0]).bills
    signed = small.do(contracts.change_contract, change)
    now = small.ask(desk.supplies, SMALL[0])[0].contract
    assert (now.number, now.tariff_code, now.valid_from) == (signed.contract_number, other, FEBRUARY)
    card = small.ask(desk.account_card, SMALL[0])
    assert [one.valid_to for one in card.contracts] == [None, FEBRUARY]
    assert card.bills == bills
    told = history(small, SMALL[0], SupplyPart.CONTRACT)
    assert [one[0] for one in told].count("Contract signed") == 2
    with pytest.raises(Refused, match="ends on"):
        small.do(contracts.change_contract, replace(change, tariff_code="ZJ-RES"))
    small.do(contracts.change_contract, ContractChange(signed.contract_number, "ZJ-RES", FEBRUARY))
    assert small.ask(desk.supplies, SMALL[0])[0].contract.tariff_code == "ZJ-RES"
    assert small.app.verify() == []


def test_a_contract_ends_with_a_month(small: Seat) -> None:
    number = small.ask(desk.supplies, SMALL[0])[0].contract.number
    for day in (date(2025, 12, 1), date(2026, 1, 14)):
        with pytest.raises(Refused):
            small.do(contracts.end_contract, ContractEnd(number, day))
    small.do(contracts.end_contract, ContractEnd(number, FEBRUARY))
    assert small.ask(desk.account_card, SMALL[0]).closed_on == FEBRUARY
    with pytest.raises(Refused, match="ends on"):
        small.do(contracts.end_contract, ContractEnd(number, FEBRUARY))


def test_a_new_account_is_billed_by_its_meter(small: Seat) -> None:
    start = replace(ORDER, starts_on=date(2025, 12, 31))
    small.do(contracts.open_account, start)
    row = ReadRow("", 2, NEW, "M99", Reading.of(57), date(2026, 1, 31))
    assert small.do(metering.import_reads, ReadImport("sheet", (row,))).stored == 1
    drafted = billing.run_bills(small, JANUARY)
    billing.issue_run(small, drafted.run.number)
    assert [bill.energy.decimal for bill in small.ask(desk.account_card, NEW).bills] == [100]
    assert small.app.verify() == []


def test_who_moves_inside_a_month_pays_for_their_own_days(small: Seat) -> None:
    middle = AccountOrder(NEW, "ZJ-RES", date(2026, 2, 4), customer=CUSTOMER, follows=SMALL[0])
    before = ReadRow("", 2, SMALL[0], meter(SMALL[0]), Reading.of(1310), date(2026, 2, 3))
    assert small.do(metering.import_reads, ReadImport("before", (before,))).problems == ()
    small.do(contracts.open_account, middle)
    now = small.ask(desk.supplies, NEW)[0]
    assert (now.contract.valid_from, now.meter and now.meter.serial) == (date(2026, 2, 4), meter(SMALL[0]))
    assert small.ask(desk.supplies, SMALL[0])[0].contract.valid_to == date(2026, 2, 4)


def test_neither_of_two_customers_of_one_place_sees_what_the_other_used(small: Seat) -> None:
    move = date(2026, 2, 4)
    read(small, SMALL[:1], date(2026, 2, 3), 400)
    small.do(contracts.open_account, AccountOrder(NEW, "ZJ-RES", move, customer=CUSTOMER, follows=SMALL[0]))
    small.app.clock = type(small.app.clock)(small.app.country.zone, date(2026, 3, 5))
    later = ReadRow("", 2, NEW, meter(SMALL[0]), Reading.of(1450), date(2026, 2, 28))
    assert small.do(metering.import_reads, ReadImport("later", (later,))).problems == ()
    accept_waiting(small)
    gone, come = (small.ask(desk.account_card, number) for number in (SMALL[0], NEW))
    assert gone.reads[0].read_on == date(2026, 2, 3)
    assert gone.reads[0].energy == Energy.of(100)
    assert [(one.read_on, one.energy) for one in come.reads] == [
        (date(2026, 2, 28), Energy.of(50)),
        (TODAY, None),  # taken back
        (date(2026, 2, 3), None),  # the read that opens
    ]
    assert {month.month for month in come.usage} == {date(2026, 2, 1)}
    assert {month.month for month in gone.usage} > {date(2026, 1, 1)}


def test_another_tariff_keeps_the_terms_of_the_contract(small: Seat) -> None:
    terms = Terms(date(2026, 1, 1), free=Energy.of(10))
    small.do(contracts.set_terms, TermsOrder(SMALL[0], terms))
    first = small.ask(desk.supplies, SMALL[0])[0]
    other = next(code for code, _name in first.tariffs if code != first.contract.tariff_code)
    signed = small.do(contracts.change_contract, ContractChange(first.contract.number, other, FEBRUARY))
    rows = small.ask(contracts.terms_of_account, SMALL[0])
    agreed = [(row.contract_number, row.terms.valid_from) for row in rows if row.terms.free == Energy.of(10)]
    assert agreed == [(signed.contract_number, FEBRUARY), (first.contract.number, date(2026, 1, 1))]
    later = {row.contract_number for row in rows if row.terms.valid_from > FEBRUARY}
    assert later == {signed.contract_number, first.contract.number}


def test_a_cashier_changes_nothing(small: Seat) -> None:
    cashier = small.app.sign_in("cashier", PASSWORD, "1")
    for operation, order in (
        (contracts.open_account, ORDER),
        (contracts.change_place, PlaceChange(SMALL[0], FACTS)),
        (contracts.change_account, AccountChange(SMALL[0], NEW)),
        (contracts.change_contract, ContractChange("C", "ZJ-RES", FEBRUARY)),
        (contracts.end_contract, ContractEnd("C", FEBRUARY)),
        (metering.change_meter, MeterChange("M", "N", Factor.of(1), 6)),
    ):
        with pytest.raises(NotPermitted):
            cashier.do(operation, order)
