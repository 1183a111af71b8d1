"""From reads and contracts to what a bill is computed from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.billing.rules import BillInput, BillPart, accumulated, billed, change
from desktop.kernel import canonical
from desktop.kernel.measures import Energy
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.metering.records import MonthUsage

JANUARY = Period.month("2026-01")


def month(code: str, kwh: str) -> MonthUsage:
    return MonthUsage(Period.month(code).start, Energy.of(kwh), False)


@pytest.mark.parametrize(
    ("energy", "decimals", "expected"),
    [
        ("210.499", 0, "210"),
        ("210.5", 0, "211"),
        ("0.5", 0, "1"),
        ("0.499", 0, "0"),
        ("210.555", 2, "210.56"),
        ("210.555", 3, "210.555"),
        ("-0.5", 0, "-1"),
    ],
)
def test_energy_is_billed_half_up(energy: str, decimals: int, expected: str) -> None:
    assert billed(Energy.of(energy), decimals) == Energy.of(expected)


USAGE = [
    month("2025-11", "100"),
    month("2025-12", "200.4"),
    month("2026-01", "300.5"),
    month("2026-02", "400.4"),
]


@pytest.mark.parametrize(
    ("period", "since", "expected"),
    [
        ("2026-01", date(2024, 1, 1), "0"),
        ("2026-02", date(2024, 1, 1), "301"),
        ("2026-03", date(2024, 1, 1), "701"),
        ("2026-03", date(2026, 2, 1), "400"),
        ("2026-03", date(2026, 2, 15), "400"),
        ("2026-03", date(2026, 3, 1), "0"),
        ("2025-12", date(2024, 1, 1), "100"),
    ],
)
def test_energy_of_the_year_counts_as_it_was_billed_from_the_contract_on(
    period: str, since: date, expected: str
) -> None:
    assert accumulated(USAGE, Period.month(period), since, 0) == Energy.of(expected)


@pytest.mark.parametrize(
    ("amount", "before", "expected"),
    [
        ("110", "100", "10.0"),
        ("100", "110", "-9.1"),
        ("0", "50", "-100.0"),
        ("100.05", "100", "0.1"),
        ("5", "0", None),
    ],
)
def test_change_is_a_percentage_with_one_decimal(amount: str, before: str, expected: str | None) -> None:
    found = change(Decimal(amount), Decimal(before))
    assert found == (None if expected is None else Decimal(expected))


def bill_input(**other: object) -> BillInput:
    part = {"contract_id": UUID(int=2), "version_id": UUID(int=3)}
    part |= {"start": JANUARY.start, "end": JANUARY.end, "determinants": {"energy_kwh": 100_000, "month": 1}}
    values: dict[str, object] = {
        "account_id": UUID(int=1),
        "customer_class": "residential",
        "energy": Energy.of(100),
        "reads": (),
        "usage": (),
    }
    known = {name: other.pop(name) for name in list(other) if name in part}
    return BillInput(parts=(BillPart(**part | known),), **values | other)  # type: ignore[arg-type]  # of any kind


@given(
    st.sampled_from(
        [
            {"account_id": UUID(int=9)},
            {"contract_id": UUID(int=9)},
            {"version_id": UUID(int=9)},
            {"customer_class": "commercial"},
            {"start": date(2026, 1, 2)},
            {"end": date(2026, 1, 31)},
            {"determinants": {"energy_kwh": 100_001, "month": 1}},
            {"determinants": {"energy_kwh": 100_000, "month": 2}},
            {"determinants": {"energy_kwh": 100_000, "month": 1, "months_of_use": 11}},
            {"energy": Energy(1)},
            {"usage": (month("2026-01", "1"),)},
            {"notes": (Text("Prices changed"),)},
        ]
    )
)
def test_equal_inputs_spell_alike_and_others_do_not(other: dict[str, object]) -> None:
    assert canonical.dump(bill_input()) == canonical.dump(bill_input())
    assert canonical.dump(bill_input(**other)) != canonical.dump(bill_input())
