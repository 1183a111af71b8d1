"""Measures: exact, unmixable, rounded half up away from zero, split without losing a fen."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.kernel.measures import (
    INT64_MAX,
    Currency,
    Energy,
    Factor,
    Money,
    Price,
    Reading,
    divide_half_up,
    round_half_up,
    split,
)

YUAN, DONG = Currency("CNY", "元", 2), Currency("VND", "₫", 0)


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        ("0.005", 2, "0.01"),
        ("-0.005", 2, "-0.01"),
        ("0.0049999", 2, "0.00"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("12345678901234567890.125", 2, "12345678901234567890.13"),
    ],
)
def test_halves_go_away_from_zero(value: str, decimals: int, rounded: str) -> None:
    assert round_half_up(Decimal(value), decimals) == Decimal(rounded)


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**12))
def test_divide_half_up_is_the_nearest_whole_number(numerator: int, denominator: int) -> None:
    result = divide_half_up(numerator, denominator)
    distance = abs(Fraction(numerator, denominator) - result)
    assert distance <= Fraction(1, 2)
    if distance == Fraction(1, 2):
        assert abs(result) > abs(Fraction(numerator, denominator))
    assert divide_half_up(-numerator, denominator) == -result


def test_a_measure_counts_its_smallest_step() -> None:
    assert (Energy.of("1.5").raw, Price.of("0.588").raw, Factor.of(30).raw) == (1500, 58_800_000, 30_000_000)
    assert Reading.of("48327").decimal == Decimal("48327.000")
    assert Energy.of(3) + Energy.of(4) - Energy.of(2) == Energy.of(5)
    assert -Energy.of(3) * 2 == Energy.of(-6)
    assert abs(Energy.of(-3)) == Energy.of(3)
    assert Energy.total([Energy.of(1), Energy.of(2)]) == Energy.of(3)
    assert Energy.total([]) == Energy.zero()
    assert not Energy.zero()
    assert sorted([Energy.of(2), Energy.of(1)]) == [Energy.of(1), Energy.of(2)]


def test_kinds_do_not_mix() -> None:
    with pytest.raises(TypeError, match="Money and Energy do not mix"):
        Money(1) + Energy(1)
    with pytest.raises(TypeError):
        Money(1) - 1
    with pytest.raises(TypeError):
        Money(1) * 1.5
    with pytest.raises(TypeError):
        Money(1.0)
    with pytest.raises(TypeError):
        Money(True)
    with pytest.raises(TypeError):
        Energy.total([Money(1)])


def test_what_does_not_fit_is_an_error() -> None:
    assert Money(INT64_MAX).raw == INT64_MAX
    with pytest.raises(OverflowError):
        Money(INT64_MAX) + Money(1)
    with pytest.raises(ValueError, match="more than 3 decimals"):
        Energy.of("0.0001")


def test_money_needs_a_currency_for_its_decimals() -> None:
    assert (YUAN.money("148.88"), DONG.money(1807)) == (Money(14_888), Money(1807))
    assert (YUAN.decimal(Money(14_888)), DONG.decimal(Money(1807))) == (Decimal("148.88"), Decimal(1807))
    assert (YUAN.rounded(Decimal("0.005")), DONG.rounded(Decimal("-0.5"))) == (Money(1), Money(-1))
    with pytest.raises(ValueError, match="more than 0 decimals"):
        DONG.money("0.5")


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=9))
def test_a_split_adds_up_and_is_fair(raw: int, weights: list[int]) -> None:
    if not sum(weights):
        with pytest.raises(ValueError, match="weights"):
            split(Money(raw), weights)
        return
    parts = split(Money(raw), weights)
    assert sum(part.raw for part in parts) == raw
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.raw - Fraction(raw * weight, sum(weights))) < len(weights)
        if not weight:
            assert part == Money(0)


def test_weights_must_not_be_negative() -> None:
    with pytest.raises(ValueError, match="weights"):
        split(Money(1), (2, -1))
