"""The run bills mixed accounts: bands, capacity, demand, power factor, losses, shares, price changes, sub-meters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from desktop.billing import service as billing
from desktop.billing.records import (
    START,
    BillShown,
    BillsPage,
    Cause,
    CauseAmount,
    ManualLine,
    ManualOrder,
    RunOutcome,
)
from desktop.contracts import service as contracts
from desktop.contracts.records import Share, Terms, TermsOrder
from desktop.desk import service as desk
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Energy, Factor, Money, Power
from desktop.kernel.period import Period
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.metering import service as metering
from desktop.metering.records import ReadReversalOrder
from desktop.tariffs.records import Basis
from tests.billing.mixed import (
    BEGAN,
    CHANGED,
    CHANGING,
    DEMAND,
    FACTORY,
    GROWING,
    HOUSEHOLD,
    MIXED,
    SHARED,
    SHOP,
    Kind,
    exchange,
    hang,
    mixed_hall,
    take,
)
from tests.databases_server import Databases
from tests.hall import JANUARY, issue_as_shown, meter, opened

EN = catalog("en")
FEN = Decimal("0.01")
PRICES = {
    "HB-1P-LV-TOU": {"sharp": "1.133999", "peak": "0.930961", "flat": "0.735686", "valley": "0.516924"},
    "HB-2P-10-TOU": {"sharp": "1.049999", "peak": "0.848961", "flat": "0.651886", "valley": "0.432924"},
}


@pytest.fixture
def mixed(databases: Databases, tmp_path: Path) -> Iterator[Seat]:
    """The hall of mixed accounts."""
    with opened(databases.like(mixed_hall), intents=tmp_path / "under_way") as app:
        yield app.command_line("1")


def fen(amount: Decimal) -> Decimal:
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def kwh(energy: Mapping[str, int], tariff: str) -> Decimal:
    """What bands cost, each line rounded."""
    return sum((fen(Decimal(PRICES[tariff][band]) * used) for band, used in energy.items()), Decimal(0))


def billed(seat: Seat) -> dict[str, BillShown]:
    """January billed: every bill by account."""
    run = billing.run_bills(seat, JANUARY)
    assert [(row.account_number, EN(row.reason)) for row in run.held if row.reason] == []
    billing.issue_run(seat, run.run.number)
    bills = seat.ask(billing.bills_of_run, BillsPage(run.run.number, START, 100)).bills
    return {bill.account_number: bill for bill in bills}


def amount(bill: BillShown) -> Decimal:
    return Decimal(bill.amount.raw) / 100


def why_held(run: RunOutcome, one: Kind) -> str:
    return next(EN(row.reason) for row in run.held if row.account_number == one.number and row.reason)


def test_every_kind_of_account_is_billed_and_the_book_is_sound(mixed: Seat) -> None:
    bills = billed(mixed)
    assert set(bills) == {one.number for one in MIXED}
    for bill in bills.values():
        assert bill.amount == Money.total([line.amount for line in bill.lines])
        assert all(line.explanation for line in bill.lines)
    assert mixed.app.verify() == []


def test_a_household_with_bands_pays_by_band_and_the_valley_is_what_the_total_leaves(mixed: Seat) -> None:
    bill = billed(mixed)[HOUSEHOLD.number]
    assert amount(bill) == fen(Decimal("0.568") * 180) + fen(Decimal("0.288") * 120)
    assert (bill.energy, len(bill.reads)) == (Energy.of(300), 2)
    assert [EN(line.label) for line in bill.lines] == ["Peak", "Valley", "Tier 1 (to 2,760 kWh), added"]


def test_a_bill_by_hand_differs_from_the_month_of_a_list_with_bands_as_a_whole(mixed: Seat) -> None:
    """Nobody measured what it charges, so no part of the difference is use or price."""
    month = billed(mixed)[SHOP.number]
    line = ManualLine("The wall", Energy.of(7), Money(4321))
    run = billing.bill_by_hand(mixed, ManualOrder(SHOP.number, "2026-01", (line,), "a letter")).run.number
    issue_as_shown(mixed, run)
    by_hand = mixed.ask(billing.bills_of_run, BillsPage(run, START, 1)).bills[0]
    for old, new in ((month, by_hand), (by_hand, month)):
        why = mixed.ask(billing.why_different, (old.number, new.number))
        assert why.causes == (CauseAmount(Cause.TOGETHER, new.amount - old.amount),)


def test_a_shop_pays_its_four_bands(mixed: Seat) -> None:
    bill = billed(mixed)[SHOP.number]
    assert amount(bill) == kwh({"sharp": 1200, "peak": 2400, "flat": 3600, "valley": 1800}, "HB-1P-LV-TOU")
    assert bill.energy == Energy.of(9000)


def test_a_factory_pays_capacity_losses_and_the_adjustment_by_its_power_factor(mixed: Seat) -> None:
    """60,000 kWh and 25,000 kvarh behind 315 kVA lose 561 kWh and 3,240 kvarh; the largest band takes the rest."""
    bill = billed(mixed)[FACTORY.number]
    lost = {"sharp": 75, "peak": 150, "flat": 224, "valley": 112}
    bands = {band: 200 * FACTORY.used[band] + lost[band] for band in lost}
    energy, capacity = kwh(bands, "HB-2P-10-TOU"), fen(315 * Decimal("26.3"))
    base = energy + capacity - fen(60561 * Decimal("0.0452"))
    assert amount(bill) == energy + capacity + fen(base * Decimal("-0.0015"))  # 0.91 where 0.90 is asked for
    assert bill.energy == Energy.of(60561)


def test_contract_demand_counts_what_lies_above_its_limit_twice(mixed: Seat) -> None:
    """0.95 × 600 = 570 kW on a contract of 500: 525 + 2 × 45 = 615 kW."""
    bill = billed(mixed)[DEMAND.number]
    (line,) = (line for line in bill.lines if line.power is not None)
    assert (line.power.decimal if line.power else None, line.amount.raw) == (Decimal(615), 2_583_000)
    assert "570" in " ".join(EN(text) for text in line.explanation)


def test_a_price_that_changes_inside_the_month_is_split_by_days(mixed: Seat) -> None:
    bill = billed(mixed)[CHANGING.number]
    assert [(part.period.days, part.lines[0].energy) for part in bill.parts] == [
        (12, Energy.of(240)),
        (19, Energy.of(380)),
    ]
    assert [line.amount.raw for line in bill.lines] == [15646, 25962]
    assert amount(bill) == Decimal("416.08")
    assert any("split by days" in EN(note) for note in bill.notes)


def test_the_tax_of_a_bill_is_rounded_once_however_many_prices_it_has(mixed: Seat) -> None:
    """166.23 and 276.70 by two prices: 442.93 ÷ 1.13 leaves 50.96 of tax, not 19.12 and 31.83."""
    more = replace(CHANGING, number="330100000934", used={"active": 660})
    hang(mixed, more)
    take(mixed, more)
    bills = billed(mixed)
    assert (amount(bills[more.number]), bills[more.number].tax) == (Decimal("442.93"), Money.of("5096"))
    for bill in bills.values():
        assert bill.tax.raw == bill.amount.raw - 100 * fen(amount(bill) / Decimal("1.13"))


def test_a_share_of_a_meter_is_priced_by_another_list(mixed: Seat) -> None:
    """15 % of 12,345 kWh are 1,852 kWh of a household; 10,493 kWh are cut by days: 4,062 and 6,431."""
    bill = billed(mixed)[SHARED.number]
    parts = {part.basis.version: part for part in bill.parts}
    assert set(parts) == {"CHANGING-1", "CHANGING-2", "ZJ-RES-1"}
    assert parts["CHANGING-1"].lines[0].energy == Energy.of(4062)
    assert parts["CHANGING-2"].lines[0].energy == Energy.of(6431)
    assert Energy.total([line.energy for line in parts["ZJ-RES-1"].lines if line.energy]) == Energy.of(1852)
    assert bill.energy == Energy.of(12345)


def test_the_power_factor_is_that_of_the_meter_whoever_pays_for_a_part_of_it(mixed: Seat) -> None:
    """60,561 kWh and 28,240 kvarh are 0.91, 15 % of a household and 6,000 kWh of a sub-meter included: −0.15 % of what
    the factory pays itself."""
    assert FACTORY.terms is not None
    share = (Share("ZJ-RES", percent=Factor.of("15")),)
    shares = replace(FACTORY, number="330100000931", terms=replace(FACTORY.terms, shares=share))
    main, part = (
        replace(FACTORY, number="330100000932"),
        replace(FACTORY, number="330100000933", multiplier=20),
    )
    for one in (shares, main, part):
        hang(mixed, one)
        take(mixed, one)
    assert part.terms is not None
    mixed.do(contracts.set_terms, TermsOrder(part.number, replace(part.terms, within=meter(main.number))))
    bills = billed(mixed)
    for number, kwh_left in ((shares.number, 51477), (main.number, 54561)):
        own = bills[number].parts[0].lines
        adjustment = own[-1]
        assert EN(adjustment.explanation[0]).startswith("60,561 kWh and 28,240 kvarh: power factor 0.91")
        base = sum(line.amount.raw for line in own if line is not adjustment)
        base = Decimal(base) / 100 - fen(kwh_left * Decimal("0.0452"))
        assert Decimal(adjustment.amount.raw) / 100 == fen(base * Decimal("-0.0015"))
    assert mixed.app.verify() == []


def test_capacity_that_changes_counts_by_days_on_one_line(mixed: Seat) -> None:
    bill = billed(mixed)[GROWING.number]
    (line,) = (line for line in bill.lines if line.power is not None)
    assert len(bill.parts) == 1
    expected = fen((400 * 10 + 630 * 21) * Decimal("26.3") / 31)
    assert Decimal(line.amount.raw) / 100 == expected


def test_a_meter_exchanged_in_the_month_adds_up(mixed: Seat) -> None:
    one = replace(SHOP, number="330100000911")
    hang(mixed, one)
    exchange(mixed, one, date(2026, 1, 11))
    bills = billed(mixed)
    assert (bills[one.number].amount, bills[one.number].energy) == (
        bills[SHOP.number].amount,
        bills[SHOP.number].energy,
    )
    assert len({read.meter_serial for read in bills[one.number].reads}) == 2


def test_a_sub_meter_is_billed_by_itself_and_the_main_one_without_it(mixed: Seat) -> None:
    main, part = replace(SHOP, number="330100000912"), replace(CHANGING, number="330100000913")
    main = replace(main, tariff="CHANGING", used={"active": 9000}, terms=None)
    for one in (main, part):
        hang(mixed, one)
        take(mixed, one)
    mixed.do(contracts.set_terms, TermsOrder(part.number, Terms(BEGAN, within=meter(main.number))))
    bills = billed(mixed)
    assert bills[main.number].energy == Energy.of(9000 - 620)
    assert bills[part.number].energy == Energy.of(620)
    assert {read.meter_serial for read in bills[main.number].reads} == {
        meter(main.number),
        meter(part.number),
    }
    assert mixed.app.verify() == []


def test_several_metering_points_of_an_account_stand_on_one_bill(mixed: Seat) -> None:
    second = replace(SHOP, number="330100000914")
    hang(mixed, second)
    take(mixed, second)
    with mixed.app.database.write() as session:
        session.execute(
            sa.text(
                "UPDATE contracts_contract SET contract_account_id ="
                " (SELECT id FROM ledger_contract_account WHERE number = :first)"
                " WHERE contract_account_id = (SELECT id FROM ledger_contract_account WHERE number = :second)"
            ),
            {"first": CHANGING.number, "second": second.number},
        )
        session.commit()
    bills = billed(mixed)
    assert second.number not in bills
    assert bills[CHANGING.number].energy == Energy.of(620 + 9000)
    assert bills[CHANGING.number].amount.raw == 41608 + bills[SHOP.number].amount.raw


MOVE = {
    "one": "UPDATE contracts_contract SET valid_to = '2026-01-16' WHERE contract_account_id = {account}",
    "other": "UPDATE contracts_contract SET valid_from = '2026-01-16', service_point_id ="
    " (SELECT service_point_id FROM contracts_contract WHERE valid_to IS NOT NULL)"
    " WHERE contract_account_id = {account}",
}


def move_in(mixed: Seat, one: Kind, other: Kind) -> None:
    """The one moves out on 15 January, the other moves in."""
    hang(mixed, one)
    hang(mixed, other)
    with mixed.app.database.write() as session:
        for who, number in (("one", one.number), ("other", other.number)):
            account = f"(SELECT id FROM ledger_contract_account WHERE number = '{number}')"
            session.execute(sa.text(MOVE[who].format(account=account)))
        session.commit()


def test_who_moved_out_and_who_moved_in_inside_a_month_pay_their_own_days_only(mixed: Seat) -> None:
    """The meter was read on the last day of the one; the other goes on from there."""
    one, other = replace(CHANGING, number="330100000920"), replace(CHANGING, number="330100000921")
    move_in(mixed, one, other)
    take(mixed, one)
    assert why_held(billing.run_bills(mixed, JANUARY), one).startswith("No read in 2026-01")
    reads = mixed.ask(desk.account_card, other.number).reads
    mixed.do(metering.reverse_read, ReadReversalOrder(reads[0].read_id, "the read of the move is missing"))
    take(mixed, replace(one, used={"active": 300}), date(2026, 1, 15))
    take(mixed, one)
    bills = billed(mixed)
    assert (bills[one.number].energy, bills[other.number].energy) == (Energy.of(300), Energy.of(320))
    assert [part.period.days for part in bills[one.number].parts] == [12, 3]
    assert [part.period.days for part in bills[other.number].parts] == [16]


def test_steps_of_the_year_count_nothing_of_who_was_supplied_before(mixed: Seat) -> None:
    """Of January's 620 kWh the first 300 were somebody else's."""
    one, other = (replace(CHANGING, number=f"33010000092{at}", tariff="ZJ-RES") for at in (2, 3))
    move_in(mixed, one, other)
    take(mixed, replace(one, used={"active": 300}), date(2026, 1, 15))
    take(mixed, one)
    assert billed(mixed)[other.number].lines[0].accumulated == (Energy(0), Energy.of(320))
    mixed.app.clock = type(mixed.app.clock)(mixed.app.country.zone, date(2026, 3, 5))
    take(mixed, replace(one, used={"active": 1000}), date(2026, 2, 28))
    run = billing.run_bills(mixed, Period.month("2026-02")).run.number
    issue_as_shown(mixed, run)
    bills = mixed.ask(billing.bills_of_run, BillsPage(run, START, 100)).bills
    (february,) = (bill for bill in bills if bill.account_number == other.number)
    assert february.lines[0].accumulated == (Energy.of(320), Energy.of(700))
    assert [month.month for month in february.usage] == [date(2026, 1, 1), date(2026, 2, 1)]


TWO_PART_NEEDS = {
    "basic_basis": (Terms(BEGAN, power_factor_standard=90), "Enter the basis of the capacity charge"),
    "demand": (
        Terms(BEGAN, Basis.ACTUAL_DEMAND, Power.of(400), power_factor_standard=90),
        "The charge for demand needs a read of the highest demand",
    ),
}


@pytest.mark.parametrize("needs", TWO_PART_NEEDS)
def test_what_terms_do_not_decide_is_held_and_not_guessed(mixed: Seat, needs: str) -> None:
    terms, reason = TWO_PART_NEEDS[needs]
    one = replace(GROWING, number="330100000915", terms=terms)
    hang(mixed, one)
    take(mixed, one)
    assert why_held(billing.run_bills(mixed, JANUARY), one).startswith(reason)


def test_missing_registers_are_held_with_what_is_missing(mixed: Seat) -> None:
    no_terms = replace(GROWING, number="330100000916", terms=None)
    no_reactive = replace(
        GROWING, number="330100000917", used={k: v for k, v in GROWING.used.items() if k != "reactive"}
    )
    one_band = replace(SHOP, number="330100000918", used={"active": 9000, "peak": 100})
    unknown_band = replace(HOUSEHOLD, number="330100000919", used={"active": 300, "peak": 100, "sharp": 10})
    for one in (no_terms, no_reactive, one_band, unknown_band):
        hang(mixed, one)
        take(mixed, one)
    run = billing.run_bills(mixed, JANUARY)
    assert why_held(run, no_terms).startswith("Enter the terms of the contract")
    assert why_held(run, no_reactive) == "The power factor needs a read of the reactive energy."
    assert why_held(run, one_band).startswith("The price needs what is not read here")
    assert why_held(run, unknown_band) == "The price list has no price for the band Sharp peak."
    assert run.run.ready == len(MIXED)


def test_terms_are_checked_and_the_later_word_of_a_day_holds(mixed: Seat) -> None:
    number = GROWING.number
    before = mixed.ask(contracts.terms_of_account, number)
    assert [row.terms.capacity for row in before] == [Power.of(630), Power.of(400)]
    better = replace(before[0].terms, capacity=Power.of(500))
    mixed.do(contracts.set_terms, TermsOrder(number, better))
    assert [row.terms.capacity for row in mixed.ask(contracts.terms_of_account, number)] == [
        Power.of(500),
        Power.of(400),
    ]
    wrong = (
        Terms(CHANGED, Basis.CAPACITY),
        Terms(CHANGED, Basis.CONTRACT_DEMAND, Power.of(1)),
        Terms(CHANGED, capacity=Power.of(-1)),
        Terms(CHANGED, power_factor_standard=101),
        Terms(CHANGED, losses="{"),
        Terms(CHANGED, losses='{"method": "magic"}'),
        Terms(CHANGED, shares=(Share("ZJ-RES", percent=Factor.of(101)),)),
        Terms(CHANGED, within=meter(number)),
    )
    for terms in wrong:
        with pytest.raises(Refused):
            mixed.do(contracts.set_terms, TermsOrder(number, terms))
    with pytest.raises(NotFound):
        mixed.do(contracts.set_terms, TermsOrder(number, Terms(CHANGED, shares=(Share("NONE"),))))
    with pytest.raises(NotFound):
        mixed.do(contracts.set_terms, TermsOrder(number, Terms(date(2020, 1, 1))))
