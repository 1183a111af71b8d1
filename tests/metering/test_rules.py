"""Usage between two reads, and what makes a new read doubtful."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.kernel.measures import Energy, Factor, Reading
from desktop.kernel.text import catalog
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
