"""Usage between two reads, and what makes a new read doubtful."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.kernel.measures import Energy, Factor, Power, Reading
from desktop.kernel.text import catalog
from desktop.metering import rules
from desktop.metering.records import (
    EstimateMethod,
    Flag,
    Limits,
    MonthUsage,
    RegisterCode,
    Spell,
    VoltageLevel,
)
from desktop.metering.rules import LastRead, capacity, problems, usage

SAY = catalog("en")
TODAY = date(2026, 2, 5)


@pytest.mark.parametrize(
    ("previous", "current", "multiplier", "digits", "rollover", "energy"),
    [
        ("48067", "48327", "1", 6, False, "260"),
        ("1034.56", "1203.11", "1", 6, False, "168.55"),
        ("512.36", "530.11", "2000", 6, False, "35500"),
        ("99950", "120", "1", 5, True, "170"),
        ("9987.5", "12.5", "40", 4, True, "1000"),
        ("5000", "4990", "1", 6, False, "-10"),
        ("0", "0.001", "0.5", 6, False, "0.001"),  # half a step counts as one
        ("0.001", "0", "0.5", 6, False, "-0.001"),
    ],
)
def test_usage(
    previous: str, current: str, multiplier: str, digits: int, rollover: bool, energy: str
) -> None:
    reads = Reading.of(previous), Reading.of(current)
    assert usage(*reads, Factor.of(multiplier), digits, rollover=rollover) == Energy.of(energy)


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=8), st.integers(1, 6000))
def test_usages_add_up(values: list[int], multiplier: int) -> None:
    reads = [Reading(value) for value in sorted(values)]
    factor = Factor.of(multiplier)
    steps = [usage(low, high, factor, 6) for low, high in itertools.pairwise(reads)]
    assert Energy.total(steps) == usage(reads[0], reads[-1], factor, 6)


def test_capacity() -> None:
    assert capacity(6).decimal == Decimal(1_000_000)


def found(value: str, read_on: date = TODAY, **known: object) -> list[str]:
    facts: dict[str, object] = {"digits": 5, "last": LastRead(date(2026, 1, 1), Reading.of(1000)), **known}
    wrong = problems(Reading.of(value), read_on, TODAY, **facts)
    assert all(SAY(problem.remedy) and problem.value for problem in wrong)
    return [SAY(problem.what) for problem in wrong]


def test_a_good_read_raises_no_doubt() -> None:
    assert found("1260") == []
    assert found("1000") == []
    assert found("5", last=None) == []


def test_what_speaks_against_a_read() -> None:
    assert found("999.9") == ["The reading is below the previous one, 1,000"]
    assert found("999.9", below=True) == []
    assert found("100000") == ["The reading has more digits than the register, which has 5"]
    assert found("1260", date(2026, 2, 6)) == ["The day of the reading lies in the future"]
    assert found("1260", date(2026, 1, 1), read_days={date(2026, 1, 1)}) == [
        "This register has a reading of this day already"
    ]
    assert found("1260", date(2025, 12, 31)) == ["The register was read later, on 1 Jan 2026"]
    assert found("-1") == ["A reading cannot be negative", "The reading is below the previous one, 1,000"]
    assert len(found("100000", date(2026, 2, 6))) == 2
    billed = {"billed_on": date(2026, 1, 1)}
    assert found("1260", date(2025, 12, 31), **billed) == ["The register is billed up to 1 Jan 2026"]


# Doubts


def kwh(amount: int | str) -> Energy:
    return Energy.of(amount)


def months(
    *energies: int, last: date = date(2026, 1, 31), estimated: tuple[int, ...] = ()
) -> tuple[Spell, ...]:
    """Spells of thirty days, the last one ending on a day; places counted from 0 are estimated."""
    days = [last - timedelta(days=30 * back) for back in range(len(energies))][::-1]
    return tuple(
        Spell(day, 30, kwh(energy), place in estimated)
        for place, (day, energy) in enumerate(zip(days, energies, strict=True))
    )


AFTER = date(2026, 3, 2)
"""Thirty days after the last of `months`."""


def flags(energy: int | str, history: tuple[Spell, ...], **other: object) -> list[str]:
    limits = other.pop("limits", Limits())
    days = other.pop("days", 30)
    assert isinstance(days, int)
    assert isinstance(limits, Limits)
    doubted = rules.doubts(kwh(energy), AFTER, days, history, limits, **other)  # type: ignore[arg-type]  # of any kind
    assert all(SAY(doubt.text) for doubt in doubted)
    return [doubt.flag.value for doubt in doubted]


LAST_YEAR = Spell(date(2025, 3, 3), 30, Energy.of(700))


@pytest.mark.parametrize(
    ("energy", "history", "expected"),
    [
        (300, (), []),  # nothing is known of a new customer
        (300, months(310), []),
        (450, months(300), ["surge"]),  # the limit itself is reached
        (449, months(300), []),
        (150, months(300), ["drop"]),
        (151, months(300), []),
        (140, months(60), []),  # +133 %, but less than the floor
        (160, months(60), ["surge"]),
        (700, (LAST_YEAR, *months(300)), []),  # as last year
        (1100, (LAST_YEAR, *months(300)), ["surge"]),
        (-1, months(300), ["negative"]),
        (0, months(300), ["zero", "drop"]),
        (0, months(0), []),  # it was told the month before
        (0, months(0, 0), ["zero"]),  # and once more when it lasts
        (0, months(0, 0, 0), []),
        (0, (), ["zero"]),
        (240, months(0), ["surge"]),
        (586, months(586, 586), ["same"]),
        (586, months(586), []),
        (586, months(586, 585), []),
    ],
)
def test_flags(energy: int, history: tuple[Spell, ...], expected: list[str]) -> None:
    assert flags(energy, history) == expected


def test_usage_is_compared_day_by_day() -> None:
    assert flags(600, months(300), days=61) == ["cycle"]
    assert flags(300, months(600), days=15) == ["cycle"]
    assert flags(300, months(300), days=26) == flags(300, months(300), days=35) == []


def test_a_read_after_estimates_settles_them() -> None:
    """600 were estimated where 300 are usual: 10 more are right for both months together, and so are 0."""
    history = months(300, 590, estimated=(1,))
    assert flags(10, history) == []
    assert flags(1200, history) == ["surge"]


def test_high_voltage_has_narrower_limits() -> None:
    high = rules.LIMITS[VoltageLevel.HIGH]
    assert flags(1300, months(1000), limits=high) == ["surge"]
    assert flags(1300, months(1000)) == []
    assert flags(700, months(1000), limits=high) == ["drop"]


def test_more_than_the_capacity_allows() -> None:
    assert flags(7200, months(7200), capacity_kw=Power.of(10)) == []
    assert flags("7200.001", months(7200), capacity_kw=Power.of(10)) == ["over_capacity"]
    assert [doubt.flag for doubt in rules.over_capacity(Power.of(11), Power.of(10))] == [Flag.OVER_CAPACITY]
    assert rules.over_capacity(Power.of(10), Power.of(10)) == rules.over_capacity(Power.of(10), None) == ()


def test_a_jump_tells_its_figures() -> None:
    (doubt,) = rules.doubts(kwh(482), AFTER, 30, months(264), Limits())
    assert SAY(doubt.text) == "482 kWh after 264 kWh: 82.58 %, the limit is 50 %"


def test_two_estimates_running_are_doubted() -> None:
    last = LastRead(date(2026, 1, 31), Reading.of(1), estimated=True)
    assert [doubt.flag for doubt in rules.estimated_again(last, estimated=True)] == [Flag.ESTIMATED_TWICE]
    assert rules.estimated_again(last, estimated=False) == ()
    assert rules.estimated_again(None, estimated=True) == ()


@given(
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.integers(1, 99),
    st.integers(0, 10**5),
)
def test_a_jump_is_just_what_lies_outside_the_expected_range(
    used: int, before: int, year_ago: int, percent: int, floor: int
) -> None:
    limits = Limits(surge_percent=percent, drop_percent=percent, floor=Energy(floor + 1))
    history = (Spell(LAST_YEAR.until, 30, Energy(year_ago)), Spell(date(2026, 1, 31), 30, Energy(before)))
    expected = rules.between(rules.bases(history, AFTER, 30), limits)
    assert expected is not None
    doubted = {doubt.flag for doubt in rules.doubts(Energy(used), AFTER, 30, history, limits)}
    assert (Flag.SURGE in doubted) == (used >= expected.high.raw)
    assert (Flag.DROP in doubted) == (used <= expected.low.raw)
    for flag, sign in ((Flag.SURGE, 1), (Flag.DROP, -1)):
        changes = [sign * (used - base) for base in (before, year_ago)]
        jumps = all(
            change > floor and change * 100 >= base * percent
            for change, base in zip(changes, (before, year_ago), strict=True)
        )
        assert (flag in doubted) == jumps


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=24), st.integers(1, 28))
def test_what_is_expected_holds_the_month_before(energies: list[int], day: int) -> None:
    history = tuple(
        MonthUsage(date(2024 + place // 12, place % 12 + 1, 1), kwh(energy), False)
        for place, energy in enumerate(energies)
    )
    last = history[-1].month
    expected = rules.expected_range(history, (last + timedelta(days=32)).replace(day=day))
    assert expected is not None
    assert 0 <= expected.low.raw < history[-1].energy.raw < expected.high.raw
    assert rules.expected_range((), last) is None
    assert rules.expected_range(history[-1:], last) is None


@pytest.mark.parametrize(
    ("counted", "decimals", "apart"),
    [
        ({"active": "100", "peak": "60", "valley": "40"}, 0, False),
        ({"active": "100", "peak": "60", "valley": "38"}, 0, False),
        ({"active": "100", "peak": "60", "valley": "37"}, 0, True),
        ({"active": "100", "peak": "60", "valley": "39.98"}, 2, False),
        ({"active": "100", "peak": "60", "valley": "39.97"}, 2, True),
        ({"active": "100", "sharp": "10", "peak": "30", "flat": "30", "valley": "34"}, 0, False),
        ({"active": "100", "sharp": "10", "peak": "30", "flat": "30", "valley": "35"}, 0, True),
        ({"active": "100", "reactive": "3"}, 0, False),
        ({"peak": "60"}, 0, False),
    ],
)
def test_the_total_is_the_sum_of_its_bands_to_a_last_digit_each(
    counted: dict[str, str], decimals: int, apart: bool
) -> None:
    values = {RegisterCode.of(code): Reading.of(value) for code, value in counted.items()}
    assert bool(rules.sums_differ(values, decimals)) == apart


# Estimates


def test_estimates_come_with_their_arithmetic() -> None:
    history = months(*[200] * 12, 240, 240, 240)
    found = rules.estimates(history, AFTER, 30)
    by = {one.method: one for one in found}
    assert by[EstimateMethod.MEAN].energy == kwh(240)
    assert SAY(by[EstimateMethod.MEAN].basis) == "720 kWh in 90 days: 240 kWh in 30 days"
    trend = by[EstimateMethod.LAST_YEAR]
    assert trend.energy == kwh(240)
    assert SAY(trend.basis) == (
        "200 kWh in the same 30 days last year × 720 ÷ 600 kWh, the trend since: 240 kWh"
    )


def test_what_the_history_does_not_give_is_not_estimated() -> None:
    assert rules.estimates((), AFTER, 30) == ()
    assert rules.estimates(months(200, 210), AFTER, 30) == ()
    assert [one.method for one in rules.estimates((LAST_YEAR,), AFTER, 30)] == [EstimateMethod.LAST_YEAR]
    estimated = months(200, 210, 220, 230, estimated=(1,))
    (mean,) = rules.estimates(estimated, AFTER, 30)
    assert mean.energy == kwh(217)  # of the three that were read


@given(
    st.integers(0, 999_999_999),
    st.integers(0, 10**9 - 1),
    st.sampled_from(["1", "30", "2000"]),
    st.integers(6, 9),
)
def test_an_estimated_value_counts_what_was_estimated(
    last: int, energy: int, ratio: str, digits: int
) -> None:
    multiplier = Factor.of(ratio)
    value, rollover = rules.estimated_value(Reading(last), Energy(energy), multiplier, digits)
    assert 0 <= value.raw < capacity(digits).raw
    assert rollover == (value.raw < last)
    counted = usage(Reading(last), value, multiplier, digits, rollover=rollover)
    assert abs(counted.raw - energy) <= multiplier.decimal / 2
