"""From reads and contracts to what a bill is computed from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.billing.rules import (
    BillInput,
    BillPart,
    Counted,
    accumulated,
    billed,
    change,
    counted,
    months_of_use,
)
from desktop.contracts.records import Link
from desktop.kernel import canonical
from desktop.kernel.measures import Energy
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.metering.records import MonthUsage
from desktop.tariffs.records import MonthsCounted, Restart

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
    ("start", "end", "expected"),
    [
        (date(2026, 1, 1), date(2026, 2, 1), "301"),
        (date(2026, 1, 1), date(2026, 3, 1), "701"),
        (date(2026, 2, 15), date(2026, 3, 1), "400"),
        (date(2026, 3, 1), date(2026, 3, 1), "0"),
        (date(2025, 1, 1), date(2025, 12, 1), "100"),
    ],
)
def test_energy_of_months_adds_up_as_it_was_billed(start: date, end: date, expected: str) -> None:
    assert accumulated(USAGE, start, end, 0) == Energy.of(expected)


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


ONE, OTHER = UUID(int=1), UUID(int=2)


@st.composite
def chains(draw: st.DrawFn) -> list[Link]:
    """Contracts at one point in a year, some with a gap between them."""
    day, links = date(2026, 1, draw(st.integers(1, 28))), []
    for _ in range(draw(st.integers(1, 5))):
        end = day + timedelta(days=draw(st.integers(1, 60)))
        account, tariff = draw(st.sampled_from([ONE, OTHER])), draw(st.sampled_from([ONE, OTHER]))
        links.append(Link(uuid4(), account, tariff, day, end))
        day = end + timedelta(days=draw(st.sampled_from([0, 0, 0, 5])))
    return links


@given(chains(), st.sets(st.sampled_from(list(Restart))), st.data())
def test_the_days_that_count_are_the_same_from_every_contract_of_them(
    links: list[Link], restarts: set[Restart], data: st.DataObject
) -> None:
    """A span of contracts is one and the same from wherever one looks; cutting a contract in two changes nothing."""
    kept = frozenset(restarts)
    spans = [counted(links, one.valid_from, one.valid_to, kept) for one in links]
    for one, span in zip(links, spans, strict=True):
        assert span.since <= one.valid_from
        inside = [other for other in links if span.since <= other.valid_from < (span.until or date.max)]
        assert {counted(links, other.valid_from, other.valid_to, kept) for other in inside} == {span}
    at = data.draw(st.integers(0, len(links) - 1))
    long = links[at]
    assert long.valid_to is not None
    if (long.valid_to - long.valid_from).days < 2:
        return
    middle = long.valid_from + timedelta(days=1)
    halves = [replace(long, valid_to=middle), replace(long, valid_from=middle)]
    cut = [*links[:at], *halves, *links[at + 1 :]]
    assert counted(cut, middle, long.valid_to, kept) == spans[at]


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "months"),
    [
        (date(2020, 5, 1), None, 12),
        (date(2026, 1, 1), None, 12),
        (date(2026, 1, 31), None, 12),
        (date(2026, 3, 15), None, 10),
        (date(2026, 12, 31), None, 1),
        (date(2020, 1, 1), date(2026, 6, 10), 6),
        (date(2020, 1, 1), date(2027, 1, 1), 12),
        (date(2020, 1, 1), date(2026, 12, 31), 12),
        (date(2026, 3, 1), date(2026, 5, 2), 3),
        (date(2020, 1, 1), date(2026, 7, 1), 6),
        (date(2026, 3, 1), date(2026, 4, 1), 1),
    ],
)
def test_months_of_use_count_begun_months_whole(valid_from: date, valid_to: date | None, months: int) -> None:
    """``valid_to`` is the first day no longer covered, so a contract that ends on 1 July was used until June."""
    span = Counted(valid_from, valid_to)
    assert months_of_use(span, 2026, MonthsCounted.BEGUN) == months


@given(
    st.dates(date(2025, 6, 1), date(2026, 12, 31)), st.integers(1, 700), st.sampled_from(list(MonthsCounted))
)
def test_months_of_a_year_are_one_to_twelve(since: date, days: int, months: MonthsCounted) -> None:
    span = Counted(since, since + timedelta(days=days))
    if span.until is not None and span.until <= date(2026, 1, 1):
        return
    found = months_of_use(span, 2026, months)
    assert 1 <= found <= 12
    assert months_of_use(span, 2026, MonthsCounted.WHOLE) <= months_of_use(span, 2026, MonthsCounted.BEGUN)
