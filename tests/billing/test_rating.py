"""What part of a month, what year, what capacity: every rule of rating reaches a bill through a run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desktop.billing import service as billing
from desktop.billing.records import (
    START,
    AdjustingOrder,
    BillLineShown,
    BillShown,
    BillsPage,
    Cause,
    CorrectionOrder,
    EnergyDecisionOrder,
    EnergyOrder,
    EnergyRow,
    EnergyState,
    ReviewFlag,
)
from desktop.contracts import service as contracts
from desktop.contracts.records import (
    AccountOrder,
    CapacitySpell,
    ContractChange,
    ContractEnd,
    NewCustomer,
    Share,
    SpellKind,
    SpellOrder,
    Terms,
    TermsOrder,
)
from desktop.desk import service as desk
from desktop.kernel.country import SuspensionTerms
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Energy, Factor, Money, Power, Reading
from desktop.kernel.period import Period
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.metering import service as metering
from desktop.metering.records import ReadImport, ReadRow, RegisterCode
from desktop.parties.records import DebtorType, PartyKind
from desktop.tariffs.records import Basis
from tests.billing.mixed import (
    BEGAN,
    DEMAND,
    ENDED,
    FACTORY,
    GROWING,
    Kind,
    agree_on_prices,
    hang,
    shipped,
    take,
)
from tests.databases_server import Databases
from tests.hall import JANUARY, accept_waiting, found, meter, opened, seat_of, sign

EN = catalog("en")
MAY_2024 = Period.month("2024-05")
PRICE = Decimal("26.3")
LISTS = (
    "zhejiang/residential_tou", "zhejiang_shared_meter", "guangdong/guangzhou_residential",
    "hubei/agent_two_part_10kv_tou",
)  # fmt: skip


def always(name: str, code: str) -> str:
    """A list as it is shipped under another code, in force since 2024: its notice says so."""
    data = json.loads(shipped(name))
    data["code"] = code
    data["versions"][0] |= {
        "code": f"{code}-1", "valid_from": "2024-01-01", "valid_to": None, "notice": "made up for tests",
    }  # fmt: skip
    return json.dumps(data)


def priced_hall(url: str) -> None:
    """A hall with prices of many kinds and no customer."""
    with opened(url) as app:
        found(app)
        lists = [*map(shipped, LISTS), always("hubei/agent_two_part_10kv_tou", "TWO-PART")]
        agree_on_prices(app, lists)


@pytest.fixture
def hall(databases: Databases, tmp_path: Path) -> Iterator[Seat]:
    with opened(databases.like(priced_hall), intents=tmp_path / "under_way") as app:
        yield app.command_line("1")


def one(tariff: str, used: dict[str, int], place: int = 1, multiplier: int = 1, **terms: Any) -> Kind:
    """An account of a tariff; what its registers count until the read, and its terms since `BEGAN`."""
    return Kind(f"33010000080{place}", tariff, used, multiplier, Terms(BEGAN, **terms) if terms else None)


def two_part(place: int = 1, **terms: Any) -> Kind:
    """A factory by capacity without an adjustment, of 60 kWh × 100 a month."""
    bands = {"active": 60, "sharp": 8, "peak": 16, "flat": 24, "valley": 12, "reactive": 10}
    asked = {"basis": Basis.CAPACITY, "capacity": Power.of(400)} | terms
    return one("TWO-PART", bands, place, 100, **asked)


def bill_of(seat: Seat, kind: Kind, period: Period = JANUARY) -> BillShown:
    """The bill of an account for a month, which is billed with it."""
    return bills_of(seat, period)[kind.number]


def bills_of(seat: Seat, period: Period = JANUARY) -> dict[str, BillShown]:
    """A month of every account: drafted, signed by another person where that is asked for, issued."""
    run = billing.run_bills(seat, period)
    assert [(row.account_number, EN(row.reason)) for row in run.held if row.reason] == []
    sign(seat, run.run.number)
    billing.issue_run(seat, run.run.number)
    bills = seat.ask(billing.bills_of_run, BillsPage(run.run.number, START, 100)).bills
    return {bill.account_number: bill for bill in bills}


def held(seat: Seat, period: Period = JANUARY) -> list[str]:
    return [EN(row.reason) for row in billing.run_bills(seat, period).held if row.reason]


def told_alike(seat: Seat, kind: Kind, counted: Energy) -> None:
    """What if tells what the bills of the months came to, the card what they counted in steps of the year."""
    card = seat.ask(desk.account_card, kind.number)
    own = seat.ask(billing.what_if, kind.number).own
    billed = sum(bill.amount.raw for bill in card.bills if bill.of_month and bill.reversed_on is None)
    assert own is not None
    assert own.low is not None
    assert own.high is not None
    assert (own.low.raw, own.high.raw) == (billed, billed)
    assert card.accumulated == counted


def charges(bill: BillShown) -> list[BillLineShown]:
    """Its lines of capacity or demand."""
    return [line for line in bill.lines if line.power is not None]


def yuan(line: BillLineShown) -> Decimal:
    return Decimal(line.amount.raw) / 100


def cent(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")


def notes(bill: BillShown) -> str:
    return "\n".join(EN(note) for note in bill.notes)


def spell(
    seat: Seat, kind: Kind, what: SpellKind, kva: int, start: date, end: date | None, **more: Any
) -> None:
    order = CapacitySpell(what, start, end, Power.of(kva), **more)
    seat.do(contracts.set_spell, SpellOrder(kind.number, order))


# Standby sources, exemption, sealed capacity


@pytest.mark.parametrize(
    ("kind", "kva", "charged"),
    [
        (SpellKind.COLD_STANDBY, 250, 400),
        (SpellKind.HOT_STANDBY, 250, 650),
        (SpellKind.INTERLOCKED, 250, 400),
        (SpellKind.INTERLOCKED, 630, 630),
    ],
)
def test_a_standby_source_is_charged_by_its_kind(hall: Seat, kind: SpellKind, kva: int, charged: int) -> None:
    """Cold and sealed: not; hot: on top; interlocked: the larger one only."""
    factory = two_part()
    hang(hall, factory)
    take(hall, factory)
    spell(hall, factory, kind, kva, BEGAN, None)
    bill = bill_of(hall, factory)
    (line,) = charges(bill)
    assert yuan(line) == cent(charged * PRICE)
    assert f"{kva} kVA on 31 days" in notes(bill)
    assert hall.app.verify() == []


def test_a_standby_that_begins_inside_the_month_counts_its_days(hall: Seat) -> None:
    factory = two_part()
    hang(hall, factory)
    take(hall, factory)
    spell(hall, factory, SpellKind.HOT_STANDBY, 310, date(2026, 1, 22), None)
    (line,) = charges(bill_of(hall, factory))
    assert yuan(line) == cent((400 * 31 + 310 * 10) * PRICE / 31)


def test_who_is_exempt_pays_neither_capacity_nor_demand_until_the_last_day(hall: Seat) -> None:
    """Central charging of vehicles: no charge for capacity until a day, the rest of that month again."""
    by_capacity, by_demand = two_part(), replace(DEMAND, tariff="TWO-PART")
    for factory in (by_capacity, by_demand):
        hang(hall, factory)
        take(hall, factory)
    why = "central charging of electric vehicles, 川发改价格〔2026〕315号"
    spell(hall, by_capacity, SpellKind.EXEMPT, 0, BEGAN, date(2026, 1, 21), reason=why)
    spell(hall, by_demand, SpellKind.EXEMPT, 0, BEGAN, date(2031, 1, 1), reason=why)
    run = billing.run_bills(hall, JANUARY)
    billing.issue_run(hall, run.run.number)
    bills = {
        bill.account_number: bill
        for bill in hall.ask(billing.bills_of_run, BillsPage(run.run.number, START, 100)).bills
    }
    assert charges(bills[by_demand.number]) == []
    assert bills[by_demand.number].energy == Energy.of(54000)
    (line,) = charges(bills[by_capacity.number])
    assert yuan(line) == cent(400 * 11 * PRICE / 31)
    assert why in notes(bills[by_capacity.number])


SEALED = [
    # sealed, used again, whether the first day is charged, days of January that are free
    (date(2026, 1, 6), date(2026, 1, 26), False, 20),
    (date(2026, 1, 6), date(2026, 1, 26), True, 19),
    (date(2026, 1, 6), date(2026, 1, 20), False, 0),
    (date(2026, 1, 22), date(2026, 3, 1), False, 10),
    (date(2025, 12, 31), date(2026, 3, 1), True, 31),
]


@pytest.mark.parametrize(("start", "end", "charged", "free"), SEALED)
def test_sealed_capacity_is_not_charged_from_fifteen_days_on(
    hall: Seat, start: date, end: date, charged: bool, free: int
) -> None:
    factory = two_part(capacity=Power.of(1000))
    hang(hall, factory)
    take(hall, factory)
    spell(hall, factory, SpellKind.SUSPENDED, 600, start, end, first_day_charged=charged)
    bill = bill_of(hall, factory)
    (line,) = charges(bill)
    assert yuan(line) == cent((400 * 31 + 600 * (31 - free)) * PRICE / 31)
    words = f"not charged on {free} days" if free else "600 kVA sealed for 14 days only: charged all the same"
    assert words in notes(bill)


def test_what_is_sealed_beyond_six_months_of_a_year_is_charged_again(hall: Seat) -> None:
    """Two suspensions of a year add up, also over a change of the contract: the second one is free for what is left of
    six months. The year after has six months of its own."""
    agree_on_prices(hall.app, [always("hubei/agent_two_part_10kv_tou", "OTHER")])
    factory = two_part(capacity=Power.of(1000))
    assert factory.terms is not None
    start = date(2024, 12, 31)
    factory = replace(factory, terms=replace(factory.terms, valid_from=start))
    hang(hall, factory, starts_on=start)
    spell(hall, factory, SpellKind.SUSPENDED, 600, date(2025, 2, 10), date(2025, 5, 10))
    spell(hall, factory, SpellKind.SUSPENDED, 600, date(2025, 9, 1), date(2026, 3, 1))
    (row, *_) = hall.ask(contracts.spells_of_account, factory.number)
    hall.do(contracts.change_contract, ContractChange(row.contract_number, "OTHER", date(2025, 10, 1)))
    # 181 days from 10 February to 10 August, 89 of them used until May: 92 are left from 1 September on
    take(hall, factory, date(2025, 11, 30))
    take(
        hall, replace(factory, used={code: 2 * kwh for code, kwh in factory.used.items()}), date(2025, 12, 31)
    )
    bill = bill_of(hall, factory, Period.month("2025-12"))
    (line,) = charges(bill)
    assert yuan(line) == cent((400 * 31 + 600 * 30) * PRICE / 31)
    assert "not charged on 1 days\n" in notes(bill) + "\n"
    assert "The months that may be sealed are used up: charged from 2 Dec 2025" in notes(bill)
    take(hall, replace(factory, used={code: 3 * kwh for code, kwh in factory.used.items()}))
    (line,) = charges(bill_of(hall, factory))
    assert yuan(line) == cent(400 * PRICE)


def test_a_third_suspension_of_a_year_is_refused_by_the_rules_of_1996(hall: Seat) -> None:
    factory = two_part()
    assert factory.terms is not None
    start = date(2023, 12, 31)
    factory = replace(factory, terms=replace(factory.terms, valid_from=start))
    hang(hall, factory, starts_on=start)
    for month in (1, 2):
        spell(hall, factory, SpellKind.SUSPENDED, 100, date(2024, month, 1), date(2024, month, 20))
    spell(hall, factory, SpellKind.SUSPENDED, 50, date(2024, 2, 1), date(2024, 2, 20))
    third = CapacitySpell(SpellKind.SUSPENDED, date(2024, 4, 1), date(2024, 4, 20), Power.of(100))
    order = SpellOrder(factory.number, third)
    for ask in (lambda: hall.do(contracts.set_spell, order), lambda: hall.ask(billing.capacity_cost, order)):
        with pytest.raises(Refused) as refused:
            ask()
        assert EN(refused.value.text).startswith("Capacity was sealed 2 times in 2024 already")
    spell(hall, factory, SpellKind.SUSPENDED, 100, date(2024, 6, 1), date(2024, 6, 20))
    assert len(hall.ask(contracts.spells_of_account, factory.number)) == 3


def test_what_a_hall_sets_of_suspensions_holds_from_its_day_on(hall: Seat) -> None:
    """Fourteen days are too few by the country's terms; drafts and what is entered follow those of the hall."""
    factory = two_part(capacity=Power.of(1000))
    hang(hall, factory)
    take(hall, factory)
    spell(hall, factory, SpellKind.SUSPENDED, 600, date(2026, 1, 6), date(2026, 1, 20))
    laid_down = hall.ask(contracts.suspension_terms, None)
    assert [(one.terms.most_times, one.set_by) for one in laid_down] == [(2, ""), (None, "")]
    hall.do(contracts.set_suspension_terms, SuspensionTerms(date(2026, 1, 7), 10, 6, 1))
    drafted = billing.run_bills(hall, JANUARY)
    hall.do(contracts.set_suspension_terms, SuspensionTerms(date(2026, 1, 6), 10, 6, 1))
    assert billing.issue_run(hall, drafted.run.number).held, "drafted by terms that hold no more"
    bill = bill_of(hall, factory)
    (line,) = charges(bill)
    assert yuan(line) == cent((400 * 31 + 600 * 17) * PRICE / 31)
    assert "not charged on 14 days" in notes(bill)
    second = CapacitySpell(SpellKind.SUSPENDED, date(2026, 3, 1), date(2026, 4, 1), Power.of(100))
    with pytest.raises(Refused, match="Capacity was sealed"):
        hall.do(contracts.set_spell, SpellOrder(factory.number, second))
    for wrong in (SuspensionTerms(JANUARY.start, 0, 6, None), SuspensionTerms(JANUARY.start, 15, 13, None)):
        with pytest.raises(Refused, match="366 days at least"):
            hall.do(contracts.set_suspension_terms, wrong)
    assert hall.app.verify() == []


def test_sealed_capacity_goes_on_into_the_contract_of_another_tariff(hall: Seat) -> None:
    factory = two_part(capacity=Power.of(1000))
    hang(hall, factory)
    take(hall, factory)
    spell(hall, factory, SpellKind.SUSPENDED, 600, date(2026, 1, 6), date(2026, 1, 26))
    number = hall.ask(contracts.spells_of_account, factory.number)[0].contract_number
    hall.do(contracts.change_contract, ContractChange(number, "HB-2P-10-TOU", date(2026, 1, 16)))
    assert {row.spell.starts_on for row in hall.ask(contracts.spells_of_account, factory.number)} == {
        date(2026, 1, 6)
    }
    first, second = charges(bill_of(hall, factory))
    assert yuan(first) == cent((400 * 15 + 600 * 5) * PRICE / 31)
    assert yuan(second) == cent((400 * 16 + 600 * 6) * PRICE / 31)


def test_spells_that_no_bill_could_follow_are_refused(hall: Seat) -> None:
    factory = two_part()
    hang(hall, factory)
    day, later = date(2026, 1, 6), date(2026, 2, 6)
    for wrong in (
        CapacitySpell(SpellKind.SUSPENDED, day, None, Power.of(1)),
        CapacitySpell(SpellKind.SUSPENDED, day, day, Power.of(1)),
        CapacitySpell(SpellKind.HOT_STANDBY, day, later),
        CapacitySpell(SpellKind.EXEMPT, day, later, Power.of(1), reason="notice"),
        CapacitySpell(SpellKind.EXEMPT, day, later),
        CapacitySpell(SpellKind.COLD_STANDBY, day, later, Power.of(-1)),
    ):
        with pytest.raises(Refused):
            hall.do(contracts.set_spell, SpellOrder(factory.number, wrong))
    spell(hall, factory, SpellKind.SUSPENDED, 100, day, later)
    spell(hall, factory, SpellKind.SUSPENDED, 200, day, date(2026, 3, 6))
    (row,) = hall.ask(contracts.spells_of_account, factory.number)
    assert (row.spell.power, row.spell.ends_on) == (Power.of(200), date(2026, 3, 6)), "the later word holds"


# A load that is used well: 90 % of the demand price from 260 kWh for each kVA of all points on


def together(seat: Seat, first: Kind, second: Kind) -> None:
    """The service point of the second account belongs to the first one."""
    moved = sa.text(
        "UPDATE contracts_contract SET contract_account_id ="
        " (SELECT id FROM ledger_contract_account WHERE number = :first)"
        " WHERE contract_account_id = (SELECT id FROM ledger_contract_account WHERE number = :second)"
    )
    with seat.app.database.write() as session:
        session.execute(moved, {"first": first.number, "second": second.number})
        session.commit()


WELL_USED = [
    # kVA of the demand point, kVA of the other, kWh of the other × 100, whether the price is reduced
    (200, 0, 0, True),  # 54,000 kWh for 200 kVA alone
    (220, 0, 0, False),
    (220, 0, 60, True),  # 60,000 kWh of both for 220 kVA
    (200, 100, 60, False),  # 60,000 kWh for 300 kVA
]


@pytest.mark.parametrize(("kva", "other_kva", "other_kwh", "reduced"), WELL_USED)
def test_the_discount_looks_at_all_points_of_an_account(
    hall: Seat, kva: int, other_kva: int, other_kwh: int, reduced: bool
) -> None:
    assert DEMAND.terms is not None
    terms = replace(
        DEMAND.terms, basis=Basis.ACTUAL_DEMAND, capacity=Power.of(kva), contract_demand=Power.of(0)
    )
    factory = replace(DEMAND, tariff="TWO-PART", terms=terms)
    hang(hall, factory)
    take(hall, factory)
    if other_kwh:
        other = one("ZJ-SHARED", {"active": other_kwh}, 9, 100, capacity=Power.of(other_kva))
        hang(hall, other)
        take(hall, other)
        together(hall, factory, other)
    (line,) = charges(bill_of(hall, factory))
    price = Decimal("42.0") * (Decimal("0.9") if reduced else 1)
    assert yuan(line) == cent(570 * price)
    words = " ".join(EN(text) for text in line.explanation)
    assert (f"for {kva + other_kva} kVA are 260" in words) == reduced


def test_the_discount_goes_by_the_contracted_capacity_also_while_a_part_is_sealed(hall: Seat) -> None:
    """54,000 kWh are 270 for each of the 200 kVA in use, but 245 for each of the 220 contracted."""
    assert DEMAND.terms is not None
    terms = replace(
        DEMAND.terms, basis=Basis.ACTUAL_DEMAND, capacity=Power.of(220), contract_demand=Power.of(0)
    )
    factory = replace(DEMAND, tariff="TWO-PART", terms=terms)
    hang(hall, factory)
    take(hall, factory)
    spell(hall, factory, SpellKind.REDUCED, 20, BEGAN, None)
    (line,) = charges(bill_of(hall, factory))
    assert yuan(line) == cent(570 * Decimal("42.0"))


# Part months under both rule sets


@pytest.mark.parametrize(
    ("period", "amount"), [(MAY_2024, Decimal("6627.60")), (JANUARY, Decimal("6413.81"))]
)
def test_twelve_days_of_a_new_supply_are_charged_by_the_rules_of_the_month(
    hall: Seat, period: Period, amount: Decimal
) -> None:
    """630 kVA: a thirtieth a day by the rules of 1996, a thirty-first by those of 2024."""
    start = date(period.start.year, period.start.month, 20)
    factory = two_part(capacity=Power.of(630))
    factory = replace(factory, terms=replace(factory.terms, valid_from=start)) if factory.terms else factory
    hang(hall, factory, starts_on=start)
    take(hall, factory, period.last)
    (line,) = charges(bill_of(hall, factory, period))
    assert yuan(line) == amount


def test_a_capacity_that_grows_inside_a_month_is_at_most_a_month_by_the_rules_of_1996(hall: Seat) -> None:
    """400 kVA for the whole month of 31 days are charged 30, 230 more on 21 days."""
    factory = two_part()
    assert factory.terms is not None
    start = date(2024, 4, 30)
    factory = replace(factory, terms=replace(factory.terms, valid_from=start))
    hang(hall, factory, starts_on=start)
    take(hall, factory, MAY_2024.last)
    grown = replace(factory.terms, valid_from=date(2024, 5, 11), capacity=Power.of(630))
    hall.do(contracts.set_terms, TermsOrder(factory.number, grown))
    (line,) = charges(bill_of(hall, factory, MAY_2024))
    assert yuan(line) == cent((400 * 30 + 230 * 21) * PRICE / 30)


# Losses by table


TABLE = {
    "method": "table",
    "model": "S11-315",
    "rows": [
        {"upto_kwh": "40000", "loss_kwh": "420", "loss_kvarh": "2600"},
        {"upto_kwh": "60000", "loss_kwh": "610", "loss_kvarh": "3300"},
        {"loss_kwh": "900", "loss_kvarh": "5000"},
    ],
}


def test_losses_are_looked_up_in_the_table_of_the_contract(hall: Seat) -> None:
    factory = replace(FACTORY, tariff="TWO-PART")
    assert factory.terms is not None
    factory = replace(factory, terms=replace(factory.terms, losses=json.dumps(TABLE)))
    hang(hall, factory)
    take(hall, factory)
    bill = bill_of(hall, factory)
    assert bill.energy == Energy.of(60000 + 610), "the limit belongs to the row it ends"
    assert "Table of S11-315: 610 kWh lost" in notes(bill)


def test_a_table_that_ends_too_early_holds_the_bill_and_the_run_goes_on(hall: Seat) -> None:
    factory, other = replace(FACTORY, tariff="TWO-PART"), replace(GROWING, tariff="TWO-PART")
    assert factory.terms is not None
    short = TABLE | {"rows": TABLE["rows"][:1]}
    factory = replace(factory, terms=replace(factory.terms, losses=json.dumps(short)))
    for kind in (factory, other):
        hang(hall, kind)
        take(hall, kind)
    run = billing.run_bills(hall, JANUARY)
    (row,) = run.held
    assert row.reason is not None
    assert "The table of S11-315 ends before so much energy" in EN(row.reason)
    assert run.run.ready == 1
    for rows in (
        [],
        [{"upto_kwh": "2", "loss_kwh": "1"}, {"upto_kwh": "1", "loss_kwh": "1"}, {"loss_kwh": "1"}],
    ):
        wrong = replace(factory.terms, losses=json.dumps(TABLE | {"rows": rows}))
        with pytest.raises(Refused):
            hall.do(contracts.set_terms, TermsOrder(factory.number, wrong))


def test_a_part_of_a_month_takes_its_part_of_the_table(hall: Seat) -> None:
    """15,500 kWh in 10 of 31 days are 48,050 a month: a third of the loss of that row."""
    day = date(2026, 1, 22)
    factory = one("TWO-PART", {"active": 155, "sharp": 20, "peak": 40, "flat": 60, "valley": 35}, 1, 100)
    hang(hall, factory, starts_on=day)
    take(hall, factory)
    terms = Terms(day, Basis.CAPACITY, Power.of(315), losses=json.dumps(TABLE))
    hall.do(contracts.set_terms, TermsOrder(factory.number, terms))
    assert bill_of(hall, factory).energy == Energy.of(15500 + round(Decimal(610) * 10 / 31))


# Households


def test_a_large_household_with_an_allowance_has_wider_steps_and_a_credit(hall: Seat) -> None:
    family = one("ZJ-RES", {"active": 4000}, threshold_extra=Energy.of(1200), free=Energy.of(15))
    hang(hall, family)
    take(hall, family)
    bill = bill_of(hall, family)
    assert [(yuan(line), line.energy) for line in bill.lines] == [
        (cent(3960 * Decimal("0.538")), Energy.of(3960)),
        (cent(40 * Decimal("0.588")), Energy.of(40)),
        (-cent(15 * Decimal("0.538")), Energy.of(-15)),
    ]
    assert bill.energy == Energy.of(4000)


@pytest.mark.parametrize(("month", "limits"), [("2026-01", (200, 400)), ("2025-10", (260, 600))])
def test_limits_of_a_season_hold_in_its_months(hall: Seat, month: str, limits: tuple[int, int]) -> None:
    period = Period.month(month)
    family = one("GZ-RES", {"active": 700})
    hang(hall, family, starts_on=period.start)
    take(hall, family, period.last)
    bill = bill_of(hall, family, period)
    first, second = limits
    assert [line.energy for line in bill.lines] == [
        Energy.of(first), Energy.of(second - first), Energy.of(700 - second),
    ]  # fmt: skip


def test_a_month_nobody_read_is_billed_with_the_next_only_where_that_costs_the_same(hall: Seat) -> None:
    """Free energy, capacity and fixed shares are of one month; limits of a month are doubled, those of a year stay."""
    monthly, factory, yearly = one("GZ-RES", {"active": 500}), two_part(2), one("ZJ-RES", {"active": 500}, 3)
    free = one("ZJ-RES", {"active": 500}, 4, free=Energy.of(15))
    shares = one("ZJ-RES", {"active": 500}, 5, shares=(Share("ZJ-SHARED", fixed=Energy.of(50)),))
    hall.app.clock = type(hall.app.clock)(hall.app.country.zone, date(2026, 3, 5))
    for each in (monthly, factory, yearly, free, shares):
        hang(hall, each)
        take(hall, each, date(2026, 2, 28))
    february = Period.month("2026-02")
    run = billing.run_bills(hall, february)
    reasons = {row.account_number: EN(row.reason) for row in run.held if row.reason}
    why = "2026-01 is not billed: take back the reads after it, then enter or estimate its own."
    assert reasons == {each.number: why for each in (factory, free, shares)}
    assert {row.mended_with for row in run.held} == {"metering.record_read"}
    sign(hall, run.run.number)
    billing.issue_run(hall, run.run.number)
    bills = hall.ask(billing.bills_of_run, BillsPage(run.run.number, START, 100)).bills
    steps = {one.account_number: [line.energy for line in one.lines] for one in bills}
    assert steps == {
        monthly.number: [Energy.of(400), Energy.of(100)],
        yearly.number: [Energy.of(500)],
    }
    assert any("2 months billed at once" in EN(words) for one in bills for words in one.lines[0].explanation)
    assert all("of all days since 1 Jan 2026" in notes(bill) for bill in bills)
    told_alike(hall, monthly, Energy.of(500))


def test_why_a_bill_of_two_months_is_higher_names_no_price(hall: Seat) -> None:
    """250 kWh in January, 500 in February and March together: the price list is the same."""
    home = one("GZ-RES", {"active": 250})
    hang(hall, home)
    hall.app.clock = type(hall.app.clock)(hall.app.country.zone, date(2026, 4, 5))
    take(hall, home)
    take(hall, replace(home, used={"active": 750}), date(2026, 3, 31))
    bills = [bill_of(hall, home, Period.month(month)) for month in ("2026-01", "2026-03")]
    why = hall.ask(billing.why_different, (bills[0].number, bills[1].number))
    assert {one.cause for one in why.causes} == {Cause.DAYS, Cause.USAGE}
    assert Money.total([one.amount for one in why.causes]) == bills[1].amount - bills[0].amount


def test_the_month_a_supply_began_in_is_not_lost_where_nobody_read_at_its_end(hall: Seat) -> None:
    """Supplied from 10 January, first read at the end of February: 400 kVA are owed for the days of January too."""
    began, factory = date(2026, 1, 10), two_part(2)
    assert factory.terms is not None
    factory = replace(factory, terms=replace(factory.terms, valid_from=began))
    monthly = one("GZ-RES", {"active": 500})
    hall.app.clock = type(hall.app.clock)(hall.app.country.zone, date(2026, 3, 5))
    for each in (monthly, factory):
        hang(hall, each, starts_on=began)
        take(hall, each, date(2026, 2, 28))
    run = billing.run_bills(hall, Period.month("2026-02"))
    reasons = [(row.account_number, EN(row.reason)) for row in run.held if row.reason]
    why = "2026-01 is not billed: take back the reads after it, then enter or estimate its own."
    assert reasons == [(factory.number, why)]
    sign(hall, run.run.number)
    billing.issue_run(hall, run.run.number)
    (bill,) = hall.ask(billing.bills_of_run, BillsPage(run.run.number, START, 100)).bills
    assert [line.energy for line in bill.lines] == [Energy.of(400), Energy.of(100)]
    assert "of all days since 11 Jan 2026" in notes(bill)


def test_a_meter_read_inside_each_month_is_billed_month_by_month(hall: Seat) -> None:
    """Read on the 25th: what is used after it belongs to the next month, and no month is missing."""
    factory = two_part(2)
    hall.app.clock = type(hall.app.clock)(hall.app.country.zone, date(2026, 3, 5))
    hang(hall, factory)
    take(hall, factory, date(2026, 1, 25))
    bill_of(hall, factory)
    take(
        hall,
        replace(factory, used={code: 2 * used for code, used in factory.used.items()}),
        date(2026, 2, 25),
    )
    assert bill_of(hall, factory, Period.month("2026-02")).energy == Energy.of(6000)


def test_a_shared_meter_has_one_price_without_steps(hall: Seat) -> None:
    home = one("ZJ-SHARED", {"active": 9000})
    hang(hall, home)
    take(hall, home)
    (line,) = bill_of(hall, home).lines
    assert (line.energy, yuan(line)) == (Energy.of(9000), Decimal("5022.00"))


def test_a_new_and_a_closed_account_have_the_steps_of_their_months(hall: Seat) -> None:
    """Supplied from 15 July: six months of twelve, 1,380 kWh; closed with January: one month, 230 kWh."""
    fresh, closed = one("ZJ-RES", {"active": 1500}), one("ZJ-RES", {"active": 300}, 2)
    hang(hall, fresh, starts_on=date(2025, 7, 15))
    take(hall, fresh, date(2025, 7, 31))
    july = bill_of(hall, fresh, Period.month("2025-07"))
    assert [line.energy for line in july.lines] == [Energy.of(1380), Energy.of(120)]
    hang(hall, closed)
    take(hall, closed)
    take(hall, fresh, ENDED, start=1000)
    hall.do(contracts.end_contract, ContractEnd("C-hall-2026-000002", date(2026, 2, 1)))
    january = bill_of(hall, closed)
    assert [line.energy for line in january.lines] == [Energy.of(230), Energy.of(70)]
    assert any("1 of 12 months of use" in EN(words) for line in january.lines for words in line.explanation)


# What the utility sets: months counted, and what lets the steps begin anew


def set_otherwise(seat: Seat, code: str, **settings: Any) -> None:
    """The household list of Zhejiang under another code, with its own settings."""
    data = json.loads(shipped("zhejiang_residential"))
    data["code"], data["name"] = code, code
    data["versions"][0] |= {"code": f"{code}-1", "notice": "made up for tests"}
    data["versions"][0]["components"][0] |= settings
    agree_on_prices(seat.app, [json.dumps(data)])


@pytest.mark.parametrize(("months", "counted"), [("begun", 12), ("whole", 11), ("year", 12)])
def test_a_list_says_which_months_of_a_year_count(hall: Seat, months: str, counted: int) -> None:
    """Supplied from 5 January on: eleven whole months, twelve begun."""
    set_otherwise(hall, "SET", months=months)
    family = one("SET", {"active": 3000})
    hang(hall, family, starts_on=date(2026, 1, 5))
    take(hall, family)
    first, _ = bill_of(hall, family).lines
    assert first.energy == Energy.of(2760 * counted // 12)


@pytest.mark.parametrize(
    ("restart", "first_step"), [(["tariff", "customer"], Energy.of(2760)), (["customer"], Energy.of(260))]
)
def test_a_list_says_whether_steps_begin_anew_with_another_tariff(
    hall: Seat, restart: list[str], first_step: Energy
) -> None:
    """2,500 kWh of January by one list: of February's 3,000 by another the first step takes what is left, or all."""
    set_otherwise(hall, "SET", restart=restart, months="year")
    family = one("ZJ-RES", {"active": 2500})
    hang(hall, family)
    take(hall, family)
    bill_of(hall, family)
    hall.app.clock = type(hall.app.clock)(hall.app.country.zone, date(2026, 3, 5))
    (contract,) = (row.number for row in hall.ask(desk.account_card, family.number).contracts)
    hall.do(contracts.change_contract, ContractChange(contract, "SET", date(2026, 2, 1)))
    take(hall, replace(family, used={"active": 5500}), date(2026, 2, 28))
    bill = bill_of(hall, family, Period.month("2026-02"))
    assert bill.lines[0].energy == first_step
    assert bill.energy == Energy.of(3000)
    counted = Energy.of(3000 if "tariff" in restart else 5500)
    assert hall.ask(desk.account_card, family.number).accumulated == counted


@pytest.mark.parametrize(
    ("restart", "before"), [(["tariff", "customer"], Energy.of(0)), (["tariff"], Energy.of(2500))]
)
def test_a_list_says_whether_steps_begin_anew_with_another_customer(
    hall: Seat, restart: list[str], before: Energy
) -> None:
    set_otherwise(hall, "SET", restart=restart)
    leaves = one("SET", {"active": 2500})
    hang(hall, leaves)
    take(hall, leaves)
    bill_of(hall, leaves)
    hall.app.clock = type(hall.app.clock)(hall.app.country.zone, date(2026, 3, 5))
    order = AccountOrder(
        "330100000899", "SET", date(2026, 2, 1), NewCustomer("Lin Mei", PartyKind.PERSON, DebtorType.CONSUMER, "en"),
        follows=leaves.number,
    )  # fmt: skip
    hall.do(contracts.open_account, order)
    comes = replace(leaves, number="330100000899", used={"active": 2600})
    take(hall, comes, date(2026, 2, 28), meter(leaves.number))
    bill = bill_of(hall, comes, Period.month("2026-02"))
    assert bill.lines[0].accumulated == (before, before + Energy.of(100))


def moved_in(seat: Seat, leaves: Kind, comes: str, day: date, tariff: str = "SET") -> Kind:
    """Another customer where one was supplied until a day."""
    person = NewCustomer("Lin Mei", PartyKind.PERSON, DebtorType.CONSUMER, "en")
    seat.do(contracts.open_account, AccountOrder(comes, tariff, day, person, follows=leaves.number))
    return replace(leaves, number=comes)


@pytest.mark.parametrize(
    ("restart", "before"), [(["tariff", "customer"], (0, 300)), (["tariff"], (2600, 2900))]
)
def test_another_customer_inside_a_month_goes_on_where_the_former_one_ended(
    hall: Seat, restart: list[str], before: tuple[int, int]
) -> None:
    """2,500 kWh in January and 100 until 10 February are the former's, 300 from then on the new one's."""
    set_otherwise(hall, "SET", restart=restart)
    leaves = one("SET", {"active": 2500})
    hang(hall, leaves)
    take(hall, leaves)
    bill_of(hall, leaves)
    hall.app.clock = type(hall.app.clock)(hall.app.country.zone, date(2026, 4, 5))
    take(hall, replace(leaves, used={"active": 2600}), date(2026, 2, 10))
    comes = moved_in(hall, leaves, "330100000899", date(2026, 2, 11))
    for used, day in ((2900, date(2026, 2, 28)), (3000, date(2026, 3, 31))):
        take(hall, replace(comes, used={"active": used}), day, meter(leaves.number))
    february = bills_of(hall, Period.month("2026-02"))
    march = bill_of(hall, comes, Period.month("2026-03"))
    start, later = before
    shown = [bill.lines[0].accumulated for bill in (february[leaves.number], february[comes.number], march)]
    assert shown == [
        (Energy.of(2500), Energy.of(2600)),
        (Energy.of(start), Energy.of(start + 160 if start else 300)),
        (Energy.of(later), Energy.of(later + 100)),
    ]
    told_alike(hall, comes, Energy.of(later + 100))


OTHERWISE = [
    # terms of the main point, kWh of the sub-meter behind it, energy in steps of January's 1,000 kWh
    ({"losses": '{"method": "fixed_rate", "rate_percent": "2"}'}, 0, 1020),
    ({"shares": (Share("ZJ-SHARED", percent=Factor.of("15")),)}, 0, 850),
    ({}, 300, 700),
]


@pytest.mark.parametrize(("terms", "inside", "counted"), OTHERWISE)
def test_steps_of_a_year_count_what_was_billed_in_them(
    hall: Seat, terms: dict[str, Any], inside: int, counted: int
) -> None:
    """What is lost counts, what a sub-meter or a share takes does not, in earlier months as in the month billed."""
    home = one("ZJ-RES", {"active": 1000}, power_factor_standard=0, **terms)
    behind = one("ZJ-SHARED", {"active": inside}, 2, within=meter(home.number))
    kinds = [home, *([behind] if inside else [])]
    for each in kinds:
        hang(hall, replace(each, terms=replace(each.terms or Terms(BEGAN), within="")))
    for each in kinds:
        if each.terms is not None:
            hall.do(contracts.set_terms, TermsOrder(each.number, each.terms))
    hall.app.clock = type(hall.app.clock)(hall.app.country.zone, date(2026, 4, 5))
    for at, day in enumerate((ENDED, date(2026, 2, 28), date(2026, 3, 31)), 1):
        for each in kinds:
            take(hall, replace(each, used={"active": each.used["active"] * at}), day)
    begins = 0
    for month in ("2026-01", "2026-02", "2026-03"):
        shown = bill_of(hall, home, Period.month(month)).lines[0].accumulated
        assert shown is not None
        assert shown[0] == Energy.of(begins)
        begins += counted
    told_alike(hall, home, Energy.of(begins))


def test_a_list_that_begins_anew_inside_a_month_goes_on_with_its_days(hall: Seat) -> None:
    """3,100 kWh of January: 15 of 31 days by one list, 16 by the next, which goes on with these alone."""
    set_otherwise(hall, "SET", months="year")
    family = one("ZJ-RES", {"active": 3100})
    hang(hall, family)
    take(hall, family)
    (contract,) = (row.number for row in hall.ask(desk.account_card, family.number).contracts)
    hall.do(contracts.change_contract, ContractChange(contract, "SET", date(2026, 1, 16)))
    january = bill_of(hall, family)
    assert sum(line.energy.raw for line in january.lines[-1:]) == Energy.of(1600).raw
    hall.app.clock = type(hall.app.clock)(hall.app.country.zone, date(2026, 3, 5))
    take(hall, replace(family, used={"active": 3200}), date(2026, 2, 28))
    assert bill_of(hall, family, Period.month("2026-02")).lines[0].accumulated == (
        Energy.of(1600), Energy.of(1700),
    )  # fmt: skip
    told_alike(hall, family, Energy.of(1700))


def test_steps_count_each_register_as_it_was_rounded(hall: Seat) -> None:
    """100.5 and 100.5 kWh of two bands are 101 each: February begins at 202, not at 201."""
    home = one("ZJ-RES-TOU", {"active": 201, "peak": 0, "valley": 0})
    hang(hall, home)
    hall.app.clock = type(hall.app.clock)(hall.app.country.zone, date(2026, 3, 5))
    for at, day in enumerate((ENDED, date(2026, 2, 28)), 1):
        half = Reading.of(Decimal(1000) + Decimal("100.5") * at)
        rows = tuple(
            ReadRow("", row, home.number, meter(home.number), value, day, register=RegisterCode.of(code))
            for row, (code, value) in enumerate(
                {"active": Reading.of(1000 + 201 * at), "peak": half, "valley": half}.items(), 2
            )
        )
        hall.do(metering.import_reads, ReadImport(str(day), rows))
        accept_waiting(hall)
    assert bill_of(hall, home).energy == Energy.of(202)
    february = bill_of(hall, home, Period.month("2026-02"))
    assert next(line.accumulated for line in february.lines if line.accumulated)[0] == Energy.of(202)
    told_alike(hall, home, Energy.of(404))


def test_energy_that_a_bill_of_its_own_charges_counts_in_the_steps(hall: Seat) -> None:
    home = one("ZJ-RES", {"active": 1000})
    hang(hall, home)
    take(hall, home)
    january = bill_of(hall, home)
    done = billing.adjust_bill(hall, AdjustingOrder(january.number, Energy.of(500), "read wrongly"))
    sign(hall, done.run.number)
    billing.issue_run(hall, done.run.number)
    hall.app.clock = type(hall.app.clock)(hall.app.country.zone, date(2026, 3, 5))
    take(hall, replace(home, used={"active": 1100}), date(2026, 2, 28))
    february = bill_of(hall, home, Period.month("2026-02"))
    assert february.lines[0].accumulated == (Energy.of(1500), Energy.of(1600))
    told_alike(hall, home, Energy.of(1600))


def adjusted(seat: Seat, number: str, kwh: int) -> Money:
    """What a bill costs more or less with other energy."""
    done = billing.adjust_bill(seat, AdjustingOrder(number, Energy.of(kwh), "read wrongly"))
    sign(seat, done.run.number)
    billing.issue_run(seat, done.run.number)
    (bill,) = seat.ask(billing.bills_of_run, BillsPage(done.run.number, START, 2)).bills
    return bill.amount


def test_energy_of_a_bill_comes_on_top_of_what_later_bills_and_others_put_right_billed(hall: Seat) -> None:
    """2,000 and 760 kWh fill the first step: 100 more of January cost the second one, and go back at it."""
    home = one("ZJ-RES", {"active": 2000})
    hang(hall, home)
    take(hall, home)
    january = bill_of(hall, home)
    hall.app.clock = type(hall.app.clock)(hall.app.country.zone, date(2026, 4, 5))
    take(hall, replace(home, used={"active": 2760}), date(2026, 2, 28))
    february = bill_of(hall, home, Period.month("2026-02"))
    assert adjusted(hall, january.number, 100) == Money.of("5880")
    assert adjusted(hall, january.number, -150) == Money.of(str(-5880 - 2690))
    assert adjusted(hall, february.number, 100) == Money.of(str(2690 + 2940))
    rebill = billing.correct_bills(hall, CorrectionOrder("as it was", numbers=(february.number,)))
    (draft,) = hall.ask(billing.run_drafts, rebill.run.number)
    assert draft.amount == february.amount, "what was put right later has its place above this bill"
    waiting = billing.adjust_bill(hall, AdjustingOrder(january.number, Energy.of(10), "read wrongly"))
    take(hall, replace(home, used={"active": 2860}), date(2026, 3, 31))
    march = bill_of(hall, home, Period.month("2026-03"))
    assert march.lines[0].accumulated == (Energy.of(2810), Energy.of(2910))
    sign(hall, waiting.run.number)
    billing.issue_run(hall, waiting.run.number)
    (left,) = hall.ask(billing.run_drafts, waiting.run.number)
    assert left.reason is not None
    assert "meanwhile" in EN(left.reason)
    told_alike(hall, home, Energy.of(2910))


# Energy put right because of the metering


def correct(seat: Seat, who: Kind, month: str, billed_with: str, **values: Any) -> EnergyRow:
    """A correction that one person proposes and another approves."""
    order = EnergyOrder(who.number, month, billed_with, json.dumps(values), "verified on request")
    row = seat_of(seat.app, "clerk").do(billing.propose_energy, order)
    assert row.state is EnergyState.WAITING
    done = seat_of(seat.app, "supervisor").do(
        billing.decide_energy, EnergyDecisionOrder(row.correction_id, approve=True)
    )
    assert isinstance(done, EnergyRow)
    return done


def test_a_meter_that_ran_fast_is_paid_back_at_the_steps_of_the_year_concerned(hall: Seat) -> None:
    """2,900 kWh in 2025 were 140 above the first limit: of 450 kWh paid back these 140 come first."""
    family = one("ZJ-RES", {"active": 1400})
    hang(hall, family, starts_on=date(2024, 12, 31))
    for day, used in ((date(2025, 11, 30), 1400), (date(2025, 12, 31), 2900), (ENDED, 3200)):
        take(hall, replace(family, used={"active": used}), day)
    row = correct(
        hall, family, "2025-12", "2026-01", kind="meter_error", recorded_kwh="18900", error_percent="5"
    )
    assert (row.energy, row.state) == (Energy.of(-450), EnergyState.APPROVED)
    bill = bill_of(hall, family)
    assert [(line.energy, yuan(line)) for line in bill.lines] == [
        (Energy.of(300), Decimal("161.40")),
        (Energy.of(-310), Decimal("-166.78")),
        (Energy.of(-140), Decimal("-82.32")),
    ]
    assert bill.energy == Energy.of(-150)
    assert bill.tiers is not None
    assert bill.tiers.accumulated == Energy.of(300)  # what is put right of last year does not move this one
    assert "2025-12 put right, -450 kWh at its own prices (verified on request):" in notes(bill).replace(
        "−", "-"
    )
    assert hall.app.verify() == []


def test_what_is_billed_afterwards_counts_in_the_year_from_then_on(hall: Seat) -> None:
    """January 2,600 and February 100 kWh; 500 of January come with February: March begins at 3,200."""
    family = one("ZJ-RES", {"active": 2600})
    hang(hall, family)
    take(hall, family)
    bill_of(hall, family)
    hall.app.clock = type(hall.app.clock)(hall.app.country.zone, date(2026, 4, 5))
    correct(hall, family, "2026-01", "2026-02", kind="normal_month", recorded_kwh="2600", normal_kwh="3100")
    take(hall, replace(family, used={"active": 2700}), date(2026, 2, 28))
    take(hall, replace(family, used={"active": 2800}), date(2026, 3, 31))
    february = bill_of(hall, family, Period.month("2026-02"))
    assert [(line.energy, line.accumulated) for line in february.lines] == [
        (Energy.of(100), (Energy.of(2600), Energy.of(2700))),
        (Energy.of(60), (Energy.of(2700), Energy.of(2760))),
        (Energy.of(440), (Energy.of(2760), Energy.of(3200))),
    ]
    march = bill_of(hall, family, Period.month("2026-03"))
    assert march.lines[0].accumulated == (Energy.of(3200), Energy.of(3300))
    told_alike(hall, family, Energy.of(3300))


def test_what_is_billed_afterwards_of_a_month_with_steps_of_its_own_adds_up(hall: Seat) -> None:
    """250 kWh in January; twice 100 come later: the second of them passes 400 kWh, the limit of the month."""
    home = one("GZ-RES", {"active": 250})
    hang(hall, home)
    take(hall, home)
    january = bill_of(hall, home)
    hall.app.clock = type(hall.app.clock)(hall.app.country.zone, date(2026, 4, 5))
    for day, used in ((date(2026, 2, 28), 300), (date(2026, 3, 31), 350)):
        take(hall, replace(home, used={"active": used}), day)
        month = f"{day:%Y-%m}"
        correct(hall, home, "2026-01", month, kind="normal_month", recorded_kwh="250", normal_kwh="350")
        bill = bill_of(hall, home, Period.month(month))
    assert [(line.energy, line.accumulated) for line in bill.lines[1:]] == [
        (Energy.of(50), (Energy.of(350), Energy.of(400))),
        (Energy.of(50), (Energy.of(400), Energy.of(450))),
    ]
    assert adjusted(hall, january.number, -50) == Money.of("-4444")


def test_a_wrong_wiring_is_billed_by_band_without_capacity_and_factor(hall: Seat) -> None:
    """One of three phases reversed: a third was measured, twice as much is billed afterwards."""
    start = date(2025, 11, 30)
    assert FACTORY.terms is not None
    factory = replace(FACTORY, tariff="TWO-PART", terms=replace(FACTORY.terms, valid_from=start))
    hang(hall, factory, starts_on=start)
    take(hall, factory, date(2025, 12, 31))
    take(hall, replace(factory, used={code: 2 * used for code, used in factory.used.items()}))
    plain = len(bill_of(hall, factory, Period.month("2025-12")).lines)
    correct(
        hall, factory, "2025-12", "2026-01",
        kind="wiring", recorded_kwh="60000", correct_power="3", wrong_power="1",
    )  # fmt: skip
    bill = bill_of(hall, factory)
    later = bill.lines[plain:]
    assert [line.energy for line in later] == [Energy.of(kwh) for kwh in (16000, 32000, 48000, 24000)]
    assert len(charges(bill)) == 1
    assert "12,000" not in notes(bill)
    assert "60,000 kWh × (3 ÷ 1 − 1)" in notes(bill)


def test_a_correction_waits_for_another_person_and_for_a_month_that_is_not_billed(hall: Seat) -> None:
    family = one("ZJ-RES", {"active": 300})
    hang(hall, family)
    take(hall, family)
    clerk, supervisor = seat_of(hall.app, "clerk"), seat_of(hall.app, "supervisor")
    values = json.dumps(
        {"kind": "multiplier", "recorded_kwh": "9000", "correct_multiplier": "30", "used_multiplier": "40"}
    )
    order = EnergyOrder(family.number, "2026-01", "2026-01", values, "wrong plate")
    for wrong in (
        replace(order, values="{"),
        replace(order, values="[]"),
        replace(order, values='{"kind": "magic"}'),
        replace(order, values=values.replace('"40"', '"30"')),
        replace(order, reason=" "),
        replace(order, month="2026"),
        replace(order, month="2026-02"),
    ):
        with pytest.raises(Refused):
            clerk.do(billing.propose_energy, wrong)
    row = clerk.do(billing.propose_energy, order)
    with pytest.raises(Refused):
        clerk.do(billing.decide_energy, EnergyDecisionOrder(row.correction_id, approve=True))
    assert bill_of(hall, family).energy == Energy.of(300), "what nobody agreed to reaches no bill"
    with pytest.raises(Refused):
        supervisor.do(billing.decide_energy, EnergyDecisionOrder(row.correction_id, approve=True))
    done = supervisor.do(
        billing.decide_energy, EnergyDecisionOrder(row.correction_id, approve=False, reason="late")
    )
    assert done.state is EnergyState.DECLINED
    with pytest.raises(Refused):
        clerk.do(billing.propose_energy, order)
    assert [one.state for one in hall.ask(billing.energy_corrections)] == [EnergyState.DECLINED]


def test_a_bill_that_pays_back_more_than_it_asks_for_waits_for_a_signature(hall: Seat) -> None:
    family = one("ZJ-RES", {"active": 300})
    hang(hall, family)
    take(hall, family)
    correct(hall, family, "2026-01", "2026-01", kind="normal_month", recorded_kwh="1000", normal_kwh="100")
    run = billing.run_bills(hall, JANUARY)
    (draft,) = hall.ask(billing.run_drafts, run.run.number)
    assert ReviewFlag.NEGATIVE in draft.flags
    assert (draft.energy, draft.amount.raw) == (Energy.of(-600), -32280)


def test_shares_agreed_anew_are_a_matter_of_the_terms(hall: Seat) -> None:
    """15 % of a family's 1,000 kWh at 0.558 instead of 0.538 from February on: 3.00 yuan; the rest as ever."""
    home = one("ZJ-RES", {"active": 1000})
    hang(hall, home)
    hall.app.clock = type(hall.app.clock)(hall.app.country.zone, date(2026, 3, 5))
    share = Terms(date(2026, 2, 1), shares=(Share("ZJ-SHARED", percent=Factor.of("15")),))
    hall.do(contracts.set_terms, TermsOrder(home.number, share))
    take(hall, home)
    take(hall, replace(home, used={"active": 2100}), date(2026, 2, 28))
    january, february = (bill_of(hall, home, Period.month(month)) for month in ("2026-01", "2026-02"))
    why = hall.ask(billing.why_different, (january.number, february.number))
    causes = {one.cause: one.amount for one in why.causes}
    assert causes[Cause.TERMS] == Money.of("300")
    assert Cause.TOGETHER not in causes
    assert Money.total(list(causes.values())) == february.amount - january.amount
    back = hall.ask(billing.why_different, (february.number, january.number))
    assert Cause.TOGETHER not in {one.cause for one in back.causes}
    assert Money.total([one.amount for one in back.causes]) == january.amount - february.amount


def test_a_share_priced_by_steps_of_a_year_goes_on_through_its_months(hall: Seat) -> None:
    """Half of 4,000 and of 2,000 kWh at the residents' list: February takes its 1,000 from 2,000 on, 760 in tier 1."""
    shop = one("ZJ-SHARED", {"active": 4000}, shares=(Share("ZJ-RES", percent=Factor.of("50")),))
    hang(hall, shop)
    hall.app.clock = type(hall.app.clock)(hall.app.country.zone, date(2026, 3, 5))
    take(hall, shop)
    take(hall, replace(shop, used={"active": 6000}), date(2026, 2, 28))
    bill_of(hall, shop)
    steps = [line for line in bill_of(hall, shop, Period.month("2026-02")).lines if line.accumulated]
    assert [(line.energy, line.accumulated) for line in steps] == [
        (Energy.of(760), (Energy.of(2000), Energy.of(2760))),
        (Energy.of(240), (Energy.of(2760), Energy.of(3000))),
    ]


def test_who_uses_nothing_and_has_no_share_any_more_sees_the_usage_alone(hall: Seat) -> None:
    home = one("ZJ-RES", {"active": 1000})
    home = replace(
        home, terms=Terms(date(2025, 12, 31), shares=(Share("ZJ-SHARED", percent=Factor.of("15")),))
    )
    hang(hall, home)
    hall.app.clock = type(hall.app.clock)(hall.app.country.zone, date(2026, 3, 5))
    hall.do(contracts.set_terms, TermsOrder(home.number, Terms(date(2026, 2, 1))))
    take(hall, home)
    take(hall, home, date(2026, 2, 28))
    january, february = (bill_of(hall, home, Period.month(month)) for month in ("2026-01", "2026-02"))
    for numbers in ((january.number, february.number), (february.number, january.number)):
        why = hall.ask(billing.why_different, numbers)
        assert {one.cause for one in why.causes} <= {Cause.USAGE, Cause.DAYS, Cause.TERMS}
        assert Cause.USAGE in {one.cause for one in why.causes}
        assert Money.total([one.amount for one in why.causes]) == why.difference
