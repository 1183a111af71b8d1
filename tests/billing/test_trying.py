"""What something would come to is what it comes to: days of another capacity, energy put right, a wrong tariff."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.billing import service as billing
from desktop.billing.records import CorrectionOrder, EnergyDecisionOrder, EnergyOrder
from desktop.contracts import service as contracts
from desktop.contracts.records import CapacitySpell, SpellKind, SpellOrder, TariffCorrection, TermsOrder
from desktop.desk import service as desk
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Energy, Money, Power
from desktop.kernel.work import Seat
from desktop.tariffs import rules as pricing
from desktop.tariffs.columns import Batch
from desktop.tariffs.documents import read_tariff
from desktop.tariffs.rules.proration import split_by_days
from tests.billing.mixed import CHANGING, DEMAND, SHOP, agree_on_prices, changing, hang, shipped, take
from tests.billing.test_rating import (
    EN,
    PRICE,
    bill_of,
    cent,
    charges,
    notes,
    one,
    priced_hall,
    spell,
    two_part,
    yuan,
)
from tests.databases_server import Databases, goes_on_from
from tests.hall import JANUARY, opened, seat_of, sign


@goes_on_from(priced_hall)
def more_prices(url: str) -> None:
    """The hall of test_rating with a list whose price changes inside January, and one for shops."""
    with opened(url) as app:
        agree_on_prices(app, [changing(), shipped("hubei/agent_single_lv_tou")])


@pytest.fixture
def hall(databases: Databases, tmp_path: Path) -> Iterator[Seat]:
    with opened(databases.like(more_prices), intents=tmp_path / "under_way") as app:
        yield app.command_line("1")


# Capacity


SPELLS = [
    (SpellKind.SUSPENDED, 100, date(2026, 1, 6), date(2026, 1, 26), 300 * 31 + 100 * 11),
    (SpellKind.REDUCED, 100, date(2026, 1, 22), None, 300 * 31 + 100 * 21),
    (SpellKind.HOT_STANDBY, 250, date(2026, 1, 22), None, 400 * 31 + 250 * 10),
    (SpellKind.EXEMPT, 0, date(2026, 1, 11), date(2026, 2, 1), 400 * 10),
]


@pytest.mark.parametrize(("kind", "kva", "start", "end", "kva_days"), SPELLS)
def test_what_days_of_another_capacity_would_come_to_is_what_is_billed(
    hall: Seat, kind: SpellKind, kva: int, start: date, end: date | None, kva_days: int
) -> None:
    factory = two_part()
    hang(hall, factory)
    take(hall, factory)
    order = SpellOrder(factory.number, CapacitySpell(kind, start, end, Power.of(kva), reason="notice"))
    told = hall.ask(billing.capacity_cost, order)
    january = told.months[0]
    assert Decimal(january.before.raw) / 100 == cent(400 * PRICE)
    assert Decimal(january.after.raw) / 100 == cent(kva_days * PRICE / 31)
    assert (len(told.months), told.more) == ((12, True) if end is None else (1, False))
    assert hall.ask(contracts.spells_of_account, factory.number) == ()
    hall.do(contracts.set_spell, order)
    (line,) = charges(bill_of(hall, factory))
    assert line.amount == january.after
    assert hall.ask(billing.capacity_cost, order).months[0].bill


def test_each_month_is_told_by_the_rules_of_its_own_edition(hall: Seat) -> None:
    """May 2024 has thirty days in the charge, June its own; 30 of the 92 days lie before the new edition."""
    factory = two_part(capacity=Power.of(1000))
    hang(hall, factory, starts_on=date(2023, 12, 31))
    assert factory.terms is not None
    since = replace(factory.terms, valid_from=date(2023, 12, 31))
    hall.do(contracts.set_terms, TermsOrder(factory.number, since))
    one_spell = CapacitySpell(SpellKind.SUSPENDED, date(2024, 5, 12), date(2024, 6, 21), Power.of(600))
    may, june = hall.ask(billing.capacity_cost, SpellOrder(factory.number, one_spell)).months
    assert (may.rule_set, june.rule_set) == ("1996", "2024")
    assert Decimal(may.after.raw) / 100 == cent((400 * 30 + 600 * 11) * PRICE / 30)
    assert Decimal(june.after.raw) / 100 == cent((400 * 30 + 600 * 10) * PRICE / 30)


def test_days_taken_back_hold_on_none_and_may_be_entered_again(hall: Seat) -> None:
    factory = two_part()
    hang(hall, factory)
    take(hall, factory)
    spell(hall, factory, SpellKind.REDUCED, 100, date(2026, 1, 1), None)
    order = SpellOrder(factory.number, CapacitySpell(SpellKind.REDUCED, date(2026, 1, 1)))
    hall.do(contracts.withdraw_spell, order)
    with pytest.raises(NotFound):
        hall.do(contracts.withdraw_spell, order)
    (line,) = charges(bill_of(hall, factory))
    assert yuan(line) == cent(400 * PRICE)
    spell(hall, factory, SpellKind.REDUCED, 50, date(2026, 1, 1), None)
    (row,) = hall.ask(contracts.spells_of_account, factory.number)
    assert (row.spell.power, row.spell.withdrawn) == (Power.of(50), False)
    assert hall.app.verify() == []


def test_what_cannot_be_told_says_why(hall: Seat) -> None:
    demand = replace(DEMAND, tariff="TWO-PART")
    household = one("ZJ-RES", {"active": 100}, 2)
    for kind in (demand, household):
        hang(hall, kind)
    sealed = CapacitySpell(SpellKind.SUSPENDED, date(2026, 1, 6), date(2026, 2, 6), Power.of(10))
    found = hall.ask(billing.capacity_cost, SpellOrder(household.number, sealed))
    assert found.why is not None
    assert "no charge for capacity" in EN(found.why)
    by_contract = hall.ask(billing.capacity_cost, SpellOrder(demand.number, sealed))
    assert by_contract.why is None
    assert by_contract.difference == Money(0)  # 500 kW agreed stay above 40 % of what is left


# Energy


def propose(seat: Seat, order: EnergyOrder) -> None:
    row = seat_of(seat.app, "clerk").do(billing.propose_energy, order)
    seat_of(seat.app, "supervisor").do(
        billing.decide_energy, EnergyDecisionOrder(row.correction_id, approve=True)
    )


def normal(number: str, recorded: int, usual: int, billed_with: str = "2026-01") -> EnergyOrder:
    values = {"kind": "normal_month", "recorded_kwh": str(recorded), "normal_kwh": str(usual)}
    return EnergyOrder(number, "2026-01", billed_with, json.dumps(values), "a blind display")


def test_what_a_correction_would_come_to_is_what_is_billed(hall: Seat) -> None:
    """2,700 kWh of January and 300 more: 60 of them in the first step, 240 in the second."""
    family = one("ZJ-RES", {"active": 2700})
    hang(hall, family)
    order = normal(family.number, 2700, 3000)
    early = hall.ask(billing.energy_cost, order)
    assert (early.alone, early.amount) == (True, Money(16140))
    take(hall, family)
    told = hall.ask(billing.energy_cost, order)
    assert (told.alone, told.energy) == (False, Energy.of(300))
    assert told.amount == Money(3228 + 14112)  # 60 × 0.538 + 240 × 0.588
    assert hall.ask(billing.energy_corrections) == ()
    propose(hall, order)
    bill = bill_of(hall, family)
    assert Money.total([line.amount for line in bill.lines[1:]]) == told.amount
    assert hall.app.verify() == []


def test_a_correction_over_a_price_change_is_cut_by_days(hall: Seat) -> None:
    """310 kWh over 12 and 19 days of January at 0.6519 and 0.6832."""
    hang(hall, CHANGING)
    take(hall, CHANGING)
    order = normal(CHANGING.number, 620, 930)
    told = hall.ask(billing.energy_cost, order)
    assert [(line.quantity, line.amount) for line in told.lines] == [
        (Energy.of(120), Money(7823)),
        (Energy.of(190), Money(12981)),
    ]
    propose(hall, order)
    bill = bill_of(hall, CHANGING)
    assert [line.energy for line in bill.lines] == [
        Energy.of(240), Energy.of(380), Energy.of(120), Energy.of(190),
    ]  # fmt: skip
    assert "split by days" in notes(bill)
    assert bill.amount == Money(41608) + told.amount
    assert hall.app.verify() == []


TIERS = read_tariff(json.loads(shipped("zhejiang_residential")), "zhejiang")[0]


def by_tier(parts: Sequence[tuple[int, int]]) -> dict[int, int]:
    """The kWh of each step, of parts with what was accumulated before them, through the core."""
    assert TIERS is not None
    rows = [{"accumulated_kwh": Energy.of(at).raw, "energy_kwh": Energy.of(used).raw} for at, used in parts]
    lines = pricing.price(TIERS.versions[0], Batch.of(rows)).lines
    found: dict[int, int] = defaultdict(int)
    for tier, quantity in zip(lines.tier.tolist(), lines.quantity.tolist(), strict=True):
        found[tier] += quantity // Energy.of(1).raw
    return {tier: used for tier, used in found.items() if used}


@given(
    energy=st.integers(-10_000, 10_000),
    before=st.integers(0, 10_000),
    days=st.lists(st.integers(1, 31), min_size=1, max_size=4),
)
def test_cutting_a_correction_moves_no_step_of_the_year(energy: int, before: int, days: list[int]) -> None:
    """Each part begins where the one before ends: together they are what one part alone would be."""
    cut, at = [], before
    for part in split_by_days(Energy.of(energy), days, 0):
        cut.append((at, int(part.decimal)))
        at += int(part.decimal)
    assert at == before + energy
    assert by_tier(cut) == by_tier([(before, energy)])


# A wrong tariff


def test_what_a_wrong_tariff_would_change_is_what_putting_the_bills_right_gives(hall: Seat) -> None:
    shop = replace(SHOP, tariff="CHANGING")
    hang(hall, shop)
    take(hall, shop)
    bill = bill_of(hall, shop)
    order = TariffCorrection(
        "CHANGING", SHOP.tariff, bill.period.start, "it is a shop", account_numbers=(shop.number,)
    )
    told = hall.rehearse(billing.try_tariff, order)
    with pytest.raises(ValueError, match="only rehearsed"):
        hall.do(billing.try_tariff, order)
    (change,) = told.bills
    assert (change.number, change.amount, change.why) == (bill.number, bill.amount, None)
    assert change.new is not None
    assert hall.ask(desk.supplies, shop.number)[0].contract.tariff_code == "CHANGING"
    hall.do(contracts.correct_tariff, order)
    run = billing.correct_bills(hall, CorrectionOrder("it is a shop", numbers=(bill.number,))).run.number
    sign(hall, run)
    billing.issue_run(hall, run)
    again = hall.ask(billing.bill, hall.ask(desk.account_card, shop.number).bills[0].number)
    assert again.amount == change.new == bill.amount + told.difference
    assert hall.app.verify() == []


def test_a_tariff_that_cannot_price_the_meter_says_so(hall: Seat) -> None:
    """A meter without bands has no price by bands."""
    hang(hall, CHANGING)
    take(hall, CHANGING)
    bill_of(hall, CHANGING)
    order = TariffCorrection(
        "CHANGING", SHOP.tariff, JANUARY.start, "wrong", account_numbers=(CHANGING.number,)
    )
    (change,) = hall.rehearse(billing.try_tariff, order).bills
    assert change.new is None
    assert change.why is not None
    with pytest.raises(Refused, match="why"):
        hall.rehearse(billing.try_tariff, replace(order, reason=" "))
