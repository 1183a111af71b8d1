"""Several service points of one account: added, shown, read, billed together and ended; and what is true of supply."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from desktop.billing import service as billing
from desktop.billing.records import BillShown
from desktop.contracts import service as contracts
from desktop.contracts.records import (
    AccountChange,
    AccountOpened,
    AccountOrder,
    ContractEnd,
    MonthOrder,
    NewPlace,
    PlaceChange,
    PlaceFacts,
    PointOrder,
    SupplyOrder,
)
from desktop.desk import service as desk
from desktop.desk.documents import account_columns
from desktop.desk.records import AccountsOrder, SupplyPart
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Energy, Factor, Power, Reading
from desktop.kernel.period import Period
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat, Work, query
from desktop.ledger import service as ledger
from desktop.metering import service as metering
from desktop.metering.records import (
    CapacityOrder,
    ExchangeOrder,
    ExchangeReason,
    FinalRead,
    HandRead,
    NewRegister,
    PointQuery,
    ReadImport,
    ReadRow,
    RegisterCode,
)
from desktop.premises.records import SupplyState
from desktop.search.records import SearchOrder
from tests.contracts.test_changes import found
from tests.hall import JANUARY, PASSWORD, SMALL, TODAY, accept_waiting, meter, opened
from tests.rows import changed, contents

ACCOUNT = SMALL[0]
MARCH = date(2026, 3, 5)
FEBRUARY = Period.month("2026-02")
SECOND = PointOrder(
    ACCOUNT,
    "ZJ-RES",
    date(2026, 2, 1),
    NewPlace(
        PlaceFacts("310015", "Hangzhou", "Workshop Lane 8", "380 V", "F2", "T7"),
        "W8",
        Factor.of(1),
        (NewRegister(RegisterCode.ACTIVE, 6, Reading.of(50)),),
        "R1",
        88,
    ),
)


@pytest.fixture
def second(small: Seat) -> AccountOpened:
    """The first account is supplied at a second place."""
    return small.do(contracts.add_point, SECOND)


def test_one_more_place_is_shown_found_and_listed(small: Seat, second: AccountOpened) -> None:
    card = small.ask(desk.account_card, ACCOUNT)
    assert [(one.address, one.meter_serial) for one in card.points] == [
        ("Street 1", meter(ACCOUNT)),
        ("Workshop Lane 8", "W8"),
    ]
    assert (card.row.address, card.row.more_meters, card.closed_on) == ("Street 1", ("W8",), None)
    for typed in ("W8", "Workshop", meter(ACCOUNT), "Street 1"):
        assert ACCOUNT in found(small, typed), typed
    shown = small.ask(desk.supplies, ACCOUNT)
    assert [one.contract.number for one in shown] == [shown[0].contract.number, second.contract_number]
    assert [one.running for one in shown] == [2, 2]
    row = next(one for one in small.ask(desk.accounts, AccountsOrder()) if one.number == ACCOUNT)
    values = [one.value(row) for one in account_columns(catalog("en"), small.app.country)]
    assert f"{meter(ACCOUNT)}, W8" in values
    assert small.app.verify() == []


def test_words_of_search_are_the_same_made_anew(small: Seat, second: AccountOpened) -> None:
    end = ContractEnd(second.contract_number, date(2026, 2, 4))
    small.do(metering.exchange_meter, exchange("W9", "W8"))
    assert ACCOUNT in found(small, "W9")
    assert (found(small, "W8"), found(small, meter(ACCOUNT))) == ([], [ACCOUNT])
    before = small.ask(desk.search_hits, SearchOrder("Workshop"))
    desk.rebuild_search(small)
    assert small.ask(desk.search_hits, SearchOrder("Workshop")) == before
    small.do(contracts.end_contract, end)
    assert found(small, "Workshop") == []


def exchange(new: str, old: str = "") -> ExchangeOrder:
    return ExchangeOrder(
        account_number=ACCOUNT,
        exchanged_on=TODAY,
        finals=(FinalRead(RegisterCode.ACTIVE, Reading.of(60)),),
        new_serial=new,
        new_multiplier=Factor.of(1),
        new_registers=(NewRegister(RegisterCode.ACTIVE, 6, Reading(0)),),
        reason=ExchangeReason.FAULTY,
        meter_serial=old,
    )


def test_reads_and_exchanges_name_the_meter(small: Seat, second: AccountOpened) -> None:
    assert second.account_number == ACCOUNT
    read = HandRead(ACCOUNT, Reading.of(70), TODAY)
    for act, request in (
        (small.ask, (metering.point, PointQuery(ACCOUNT))),
        (small.do, (metering.record_read, read)),
        (small.do, (metering.exchange_meter, exchange("W9"))),
    ):
        with pytest.raises(Refused, match="several meters, name one"):
            act(*request)
    with pytest.raises(NotFound, match="does not hang"):
        small.do(metering.record_read, replace(read, meter_serial="W7"))
    assert small.ask(metering.point, PointQuery(ACCOUNT, "W8")).address == "Workshop Lane 8"
    small.do(metering.record_read, replace(read, meter_serial="W8"))
    reads = small.ask(desk.account_card, ACCOUNT).reads
    assert ("W8", Reading.of(70)) in {(one.meter_serial, one.value) for one in reads}


def test_a_doubtful_read_tells_where_it_is(small: Seat, second: AccountOpened) -> None:
    assert second.account_number == ACCOUNT
    small.do(metering.set_capacity, CapacityOrder(ACCOUNT, Power.of(1), "W8"))
    row = ReadRow("", 2, ACCOUNT, "W8", Reading.of(9000), TODAY)
    small.do(metering.import_reads, ReadImport("any", (row,)))
    (waiting,) = (one for one in small.ask(metering.doubtful_reads).rows if one.meter_serial == "W8")
    assert (waiting.account_number, waiting.address) == (ACCOUNT, "Workshop Lane 8")


def test_one_bill_has_both_places(small: Seat, small_hall: str, second: AccountOpened) -> None:
    assert second.account_number == ACCOUNT
    with opened(small_hall, MARCH) as app:
        seat = app.command_line("1")
        shows = {
            meter(number): Reading.of(value) for number, value in zip(SMALL, (1500, 1600, 1600), strict=True)
        }
        rows = [
            ReadRow("", at, number, meter(number), shows[meter(number)], FEBRUARY.last)
            for at, number in enumerate(SMALL, 2)
        ]
        rows.append(ReadRow("", 9, ACCOUNT, "W8", Reading.of(150), FEBRUARY.last))
        assert seat.do(metering.import_reads, ReadImport("february", tuple(rows))).problems == ()
        accept_waiting(seat)
        drafted = billing.run_bills(seat, FEBRUARY)
        billing.issue_run(seat, drafted.run.number)
        card = seat.ask(desk.account_card, ACCOUNT)
        shown: BillShown = seat.ask(billing.bill, card.bills[0].number)
        assert card.bills[0].month == FEBRUARY.start
        used = {one.meter_serial: one.energy for one in shown.reads}
        assert used == {meter(ACCOUNT): Energy.of(200), "W8": Energy.of(100)}
        assert shown.energy == Energy.of(300)
        assert card.usage[-1].energy == Energy.of(300)
        assert app.verify() == []


def test_one_place_ends_and_the_other_stays(small: Seat, second: AccountOpened) -> None:
    main = small.ask(desk.supplies, ACCOUNT)[0].contract.number
    small.do(contracts.end_contract, ContractEnd(main, date(2026, 2, 3)))
    card = small.ask(desk.account_card, ACCOUNT)
    assert (card.closed_on, card.row.address) == (None, "Workshop Lane 8")
    assert [one.ended_on for one in card.points] == [None, date(2026, 2, 3)]
    small.do(contracts.end_contract, ContractEnd(second.contract_number, date(2026, 2, 4)))
    assert small.ask(desk.account_card, ACCOUNT).closed_on == date(2026, 2, 4)
    with pytest.raises(Refused, match="is closed"):
        small.do(contracts.add_point, replace(SECOND, starts_on=TODAY))


def test_a_place_is_chosen_by_its_contract(small: Seat, second: AccountOpened) -> None:
    facts = replace(SECOND.place.facts, address="Workshop Lane 9") if SECOND.place else None
    assert facts is not None
    with pytest.raises(Refused, match="several contracts, name one"):
        small.do(contracts.change_place, PlaceChange(ACCOUNT, facts))
    with pytest.raises(NotFound, match="has no contract"):
        small.do(contracts.change_place, PlaceChange(ACCOUNT, facts, "C-1"))
    small.do(contracts.change_place, PlaceChange(ACCOUNT, facts, second.contract_number))
    assert [one.address for one in small.ask(desk.account_card, ACCOUNT).points] == [
        "Street 1", "Workshop Lane 9",
    ]  # fmt: skip


def test_a_place_somebody_leaves_is_taken_over(small: Seat) -> None:
    other = replace(SECOND, place=None, follows=SMALL[1])
    done = small.do(contracts.add_point, other)
    assert done.ended == small.ask(desk.supplies, SMALL[1])[0].contract.number
    assert small.ask(desk.account_card, ACCOUNT).row.more_meters == (meter(SMALL[1]),)
    row = ReadRow("", 2, ACCOUNT, meter(SMALL[1]), Reading.of(1310), TODAY)
    assert small.do(metering.import_reads, ReadImport("any", (row,))).problems == ()
    with pytest.raises(Refused, match="supplied there already"):
        small.do(contracts.add_point, replace(other, follows=ACCOUNT, follows_contract=done.contract_number,
                                              starts_on=TODAY))  # fmt: skip


def test_another_point_of_the_same_premise(small: Seat) -> None:
    premise = small.ask(desk.supplies, ACCOUNT)[0].place.premise_id
    small.do(contracts.add_point, replace(SECOND, premise_id=premise))
    first, other = small.ask(desk.supplies, ACCOUNT)
    assert (first.place.premise_id, first.neighbours) == (other.place.premise_id, 1)
    assert other.place.address == "Street 1"


@pytest.mark.parametrize(
    "other",
    [
        {"account_number": "330100000009"},
        {"starts_on": date(2026, 1, 20)},
        {"starts_on": date(2026, 2, 6)},
        {"tariff_code": "NO-SUCH"},
        {"place": None},
        {"premise_id": UUID(int=7)},
    ],
)
def test_what_is_wrong_adds_nothing(small: Seat, small_hall: str, other: dict[str, Any]) -> None:
    before = contents(small_hall)
    with pytest.raises((Refused, NotFound)):
        small.do(contracts.add_point, replace(SECOND, **other))
    assert changed(before, contents(small_hall)) == set()


def test_an_account_with_two_places_gets_another_number(small: Seat) -> None:
    hints = small.ask(contracts.account_hints)
    party = small.ask(desk.account_card, ACCOUNT).party_id
    small.do(
        contracts.open_account,
        AccountOrder(hints.number, "ZJ-RES", TODAY, party_id=party, place=SECOND.place),
    )
    other = replace(SECOND.place, meter_serial="W9", route_position=89) if SECOND.place else None
    small.do(contracts.add_point, replace(SECOND, account_number=hints.number, place=other, starts_on=TODAY))
    small.do(contracts.change_account, AccountChange(hints.number, "330100000123"))
    for serial in ("W8", "W9"):
        assert small.ask(metering.point, PointQuery("330100000123", serial)).meter_serial == serial


# Supply


def test_what_is_true_of_supply_is_put_down(small: Seat) -> None:
    say = catalog("en")
    day = date(2026, 1, 12)
    small.do(contracts.change_supply, SupplyOrder(ACCOUNT, SupplyState.DISCONNECTED, day, " seen  there "))
    assert small.ask(desk.account_card, ACCOUNT).supply_state is SupplyState.DISCONNECTED
    supply = small.ask(desk.supplies, ACCOUNT)[0]
    events = [one.row for one in supply.history if one.part is SupplyPart.POINT]
    told = (say(events[0].what), say.write(events[0].words), events[0].by)
    assert told == ("Disconnected since 12 Jan 2026", "was Connected: seen there", small.actor.name)
    with pytest.raises(Refused, match="kept already"):
        small.do(contracts.change_supply, SupplyOrder(ACCOUNT, SupplyState.DISCONNECTED, day, "again"))
    assert small.app.verify() == []


@pytest.mark.parametrize(("since", "reason"), [(date(2026, 2, 6), "seen"), (TODAY, "  "), (TODAY, "x" * 201)])
def test_supply_needs_a_day_that_came_and_a_reason(
    small: Seat, small_hall: str, since: date, reason: str
) -> None:
    before = contents(small_hall)
    with pytest.raises(Refused):
        small.do(contracts.change_supply, SupplyOrder(ACCOUNT, SupplyState.LIMITED, since, reason))
    assert changed(before, contents(small_hall)) == set()


@pytest.mark.parametrize("known", [210, None])
def test_what_was_used_before_the_reads_is_put_down_and_the_newest_word_holds(
    small: Seat, known: int | None
) -> None:
    """November came in with the hall; nobody knew October."""
    month = date(2025, 11 if known else 10, 1)
    assert small.ask(used, month) == (None if known is None else Energy.of(known))
    for energy in ("300", "120.5"):
        small.do(
            contracts.change_month, MonthOrder(ACCOUNT, month, Energy.of(Decimal(energy)), " its  last bill ")
        )
        assert small.ask(used, month) == Energy.of(Decimal(energy))
    newest = small.ask(desk.supplies, ACCOUNT)[0].history[0].row
    told = (catalog("en")(newest.what), newest.words, newest.by)
    assert told == (f"Use of {month:%Y-%m} entered: 120.5 kWh", "its last bill", small.actor.name)
    assert small.app.verify() == []


@query("desk.view")
def used(work: Work, month: date) -> Energy | None:
    """What steps and estimates take an account to have used in a month before its reads."""
    (contract,) = contracts.in_force(work, [ledger.account_id(work, ACCOUNT)], JANUARY).popitem()[1]
    months = metering.months_before_reads(work, [contract.service_point_id], date(2025, 1, 1))
    return {one.month: one.energy for many in months.values() for one in many}.get(month)


@pytest.mark.parametrize(
    ("month", "energy", "reason"),
    [(date(2026, 2, 1), 1, "a bill"), (date(2025, 10, 1), -1, "a bill"), (date(2025, 10, 1), 1, " "),
     (date(2025, 10, 1), 1, "x" * 201)],
)  # fmt: skip
def test_a_month_needs_a_reason_and_is_none_that_reads_tell_of(
    small: Seat, small_hall: str, month: date, energy: int, reason: str
) -> None:
    before = contents(small_hall)
    with pytest.raises(Refused):
        small.do(contracts.change_month, MonthOrder(ACCOUNT, month, Energy.of(energy), reason))
    assert changed(before, contents(small_hall)) == set()


def test_a_cashier_puts_nothing_down(small: Seat) -> None:
    cashier = small.app.sign_in("cashier", PASSWORD, "1")
    for act, request in (
        (contracts.add_point, SECOND),
        (contracts.change_supply, SupplyOrder(ACCOUNT, SupplyState.LIMITED, TODAY, "seen")),
        (contracts.change_month, MonthOrder(ACCOUNT, date(2025, 10, 1), Energy.of(1), "a bill")),
    ):
        with pytest.raises(NotPermitted):
            cashier.do(act, request)
