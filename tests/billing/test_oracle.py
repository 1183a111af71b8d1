"""Whole bills of a service point against an oracle in plain fractions: losses, a price change, sealed capacity, factor.

From what the registers counted to the amounts; the oracle writes the rules down as the notices say them.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from desktop.billing.rules import Measured, PointTerms, Stretch, charged_terms, lost, point_parts
from desktop.contracts.records import CapacitySpell, SpellKind
from desktop.countries.cn import COUNTRY
from desktop.kernel.country import Load
from desktop.kernel.measures import Energy, Power
from desktop.kernel.period import Period
from desktop.tariffs.columns import Batch
from desktop.tariffs.records import Basis, TimeBand
from desktop.tariffs.rules import TariffVersion, pack, price, traced
from tests.tariffs.test_rules import version as tier_version
from tests.tariffs.test_two_part import Prices, all_prices, factor_of, half_up, percent_of

MONTH = Period.month("2026-03")
BANDS = list(TimeBand)
CONTRACT, NOTHING = UUID(int=1), Energy.zero()


def kwh(raw: int) -> Energy:
    return Energy.of(raw)


bands = st.lists(st.integers(0, 90_000).map(kwh), min_size=5, max_size=5)
days_of_month = st.integers(1, MONTH.days - 1)


@st.composite
def sealed(draw: st.DrawFn) -> tuple[CapacitySpell, ...]:
    """Up to two suspensions about March, of 1 to 60 days."""
    spells = []
    for _ in range(draw(st.integers(0, 2))):
        start = MONTH.start + timedelta(days=draw(st.integers(-40, 30)))
        end = start + timedelta(days=draw(st.one_of(st.sampled_from([14, 15]), st.integers(1, 60))))
        power = Power.of(draw(st.integers(1, 300)))
        spells.append(CapacitySpell(SpellKind.SUSPENDED, start, end, power, draw(st.booleans())))
    return tuple(spells)


def parts_of(
    versions: list[tuple[TariffVersion, Period]], used: Measured, terms: PointTerms,
    spells: tuple[CapacitySpell, ...] = (), before: Energy = NOTHING,
) -> list[tuple[TariffVersion, dict[str, int]]]:  # fmt: skip
    """What a bill is priced by, each part with its version."""
    every = [Period(one.starts_on, one.ends_on) for one in spells if one.ends_on]
    stretches = [
        Stretch(CONTRACT, UUID(int=at), version, known, days, 12, before)
        for at, (version, span) in enumerate(versions)
        for known, days in charged_terms(terms, spells, span, COUNTRY.capacity, every)
    ]
    parts = point_parts(stretches, used, MONTH, COUNTRY.capacity, rule_set="2024", decimals=0)
    return [(versions[part.version_id.int][0], dict(part.determinants)) for part in parts]


def spread_out(loss: int, counted: list[int]) -> list[int]:
    """A loss over bands by what each counted; the largest takes the rest."""
    whole = sum(counted)
    if not whole:
        return [loss, *([0] * (len(counted) - 1))]
    shares = [int(half_up(Fraction(loss * one, whole), 0)) for one in counted]
    shares[counted.index(max(counted))] += loss - sum(shares)
    return shares


def free_days(spells: tuple[CapacitySpell, ...], days: Period) -> Fraction:
    """Capacity × days that are not charged, day by day; capacity is never less than none."""
    total = Fraction(0)
    for day in (days.start + timedelta(days=at) for at in range(days.days)):
        off = Fraction(0)
        for one in spells:
            assert one.ends_on is not None
            first = one.starts_on + timedelta(days=one.first_day_charged)
            if (one.ends_on - one.starts_on).days >= 15 and first <= day < one.ends_on:
                off += Fraction(one.power.decimal)
        total += min(off, CAPACITY)
    return total


CAPACITY = Fraction(500)


@given(all_prices, all_prices, bands, st.integers(0, 60_000), sealed(), days_of_month, st.sampled_from([0, 80, 85, 90]),
       st.integers(0, 500))  # fmt: skip
def test_a_whole_bill_equals_the_oracle_to_the_fen(
    old: Prices, new: Prices, counted: list[Energy], kvarh: int, spells: tuple[CapacitySpell, ...], change: int,
    standard: int, per_mille: int,
) -> None:  # fmt: skip
    day = MONTH.start + timedelta(days=change)
    spans = [Period(MONTH.start, day), Period(day, MONTH.end)]
    versions = list(zip((old.version(), new.version()), spans, strict=True))
    total = Energy.total(counted)
    loss = COUNTRY.losses({"method": "fixed_rate", "rate_percent": str(Decimal(per_mille) / 10)},
                          Load(total, kwh(kvarh), MONTH.days, MONTH.days))  # fmt: skip
    used = lost(Measured(total, dict(zip(BANDS, counted, strict=True)), kwh(kvarh), Energy(0)), loss)
    terms = PointTerms(Basis.CAPACITY, Power.of(int(CAPACITY)), power_factor_standard=standard, decided=True)
    parts = parts_of(versions, used, terms, spells)

    plain = [int(one.decimal) for one in counted]
    more = int(half_up(Fraction(sum(plain) * per_mille, 1000), 0))
    billed = [one + part for one, part in zip(plain, spread_out(more, plain), strict=True)]
    first = [int(half_up(Fraction(one * change, MONTH.days), 0)) for one in billed]
    cut = [first, [one - part for one, part in zip(billed, first, strict=True)]]
    factor = factor_of(sum(billed) * 1000, kvarh * 1000)
    percent = percent_of(standard, factor) if standard and (sum(billed) or kvarh) else Fraction(0)
    assert len(parts) == 2
    for (version, values), prices, energies, span in zip(parts, (old, new), cut, spans, strict=True):
        priced = price(version, Batch.of([values]))
        assert not priced.held
        energy = sum(
            (half_up(one * Fraction(unit)) for one, unit in zip(energies, prices.bands, strict=True)),
            Decimal(0),
        )
        charged = CAPACITY * span.days - free_days(spells, span)
        basic = half_up(charged * Fraction(prices.capacity) / MONTH.days)
        funds = half_up(sum(energies) * Fraction(prices.funds))
        adjustment = half_up(Fraction(energy + basic - funds) * percent / 100)
        assert Decimal(int(priced.total[0])).scaleb(-2) == energy + basic + adjustment
        lines = traced(version, json.loads(pack(version, priced)[0]))
        assert sum(line.amount.raw for line in lines) == int(priced.total[0])


@given(st.integers(0, 6_000), st.integers(0, 6_000), st.sets(days_of_month, max_size=4))
def test_cutting_a_month_never_changes_what_each_step_has(energy: int, before: int, cuts: set[int]) -> None:
    made = tier_version()
    edges = [MONTH.start + timedelta(days=day) for day in cuts]

    def steps(spans: tuple[Period, ...]) -> dict[int, int]:
        found: dict[int, int] = {}
        for version, values in parts_of(
            [(made, span) for span in spans], Measured(kwh(energy)), PointTerms(), (), kwh(before)
        ):
            lines = price(version, Batch.of([values])).lines
            for tier, quantity in zip(lines.tier.tolist(), lines.quantity.tolist(), strict=True):
                found[tier] = found.get(tier, 0) + quantity
        return {tier: quantity for tier, quantity in found.items() if quantity}

    assert steps(MONTH.split(edges)) == steps((MONTH,))


def test_the_oracle_is_of_days_that_are_free() -> None:
    """Twenty days of March of 600 kVA sealed where 500 are contracted: none is left to charge on them."""
    spell = CapacitySpell(SpellKind.SUSPENDED, date(2026, 3, 5), date(2026, 3, 25), Power.of(600))
    assert free_days((spell,), MONTH) == CAPACITY * 20
    assert free_days((replace(spell, ends_on=date(2026, 3, 19)),), MONTH) == 0
