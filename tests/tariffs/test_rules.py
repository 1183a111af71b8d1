"""The pricing core against an oracle in plain decimals, and its promises one by one."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.kernel.measures import Currency, Energy, Money, Price
from desktop.kernel.text import Text, catalog
from desktop.tariffs.columns import LARGEST_DETERMINANT, Batch, multiply_divide
from desktop.tariffs.documents import read_version
from desktop.tariffs.rules import TariffVersion, pack, price, tier_picture, traced

YUAN = Currency("CNY", "元", 2)
SAY = catalog("en", YUAN)
ZHEJIANG = (("2760", "0.538"), ("4800", "0.588"), (None, "0.838"))
Tier = tuple[str | None, str]


def version(
    tiers: tuple[Tier, ...] = ZHEJIANG, accumulation: str = "annual", tax: str = "13", decimals: int = 2
) -> TariffVersion:
    parts: list[dict[str, object]] = [
        {
            "kind": "tiers",
            "code": "energy",
            "price_origin": "catalogue",
            "quantity": "energy_kwh",
            "unit": "kWh",
            "accumulation": accumulation,
            "tiers": [{"upto": upto, "price": unit} for upto, unit in tiers],
        },
        {"kind": "free_energy", "code": "free", "price_origin": "catalogue", "of": "energy"},
        {"kind": "included_tax", "code": "vat", "price_origin": "catalogue", "percent": tax},
    ]
    data = {"code": "T-1", "valid_from": "2020-01-01", "notice": "notice", "components": parts}
    made, problems = read_version(data, "test", decimals)
    assert not problems
    assert made is not None
    return made


def bill(
    energy: str | int,
    before: str | int = 0,
    *,
    free: str | int = 0,
    extra: str | int = 0,
    months: int | None = None,
) -> dict[str, Energy | int]:
    values: dict[str, Energy | int] = {
        "energy_kwh": Energy.of(energy),
        "accumulated_kwh": Energy.of(before),
        "free_kwh": Energy.of(free),
        "threshold_extra_kwh": Energy.of(extra),
    }
    return values if months is None else {**values, "months_of_use": months}


def half_up(value: Fraction, decimals: int = 2) -> Decimal:
    """An oracle of its own: exact fractions, rounded on the absolute value."""
    scaled = abs(value) * 10**decimals
    whole = scaled.numerator // scaled.denominator
    whole += scaled - whole >= Fraction(1, 2)
    return Decimal(whole if value >= 0 else -whole).scaleb(-decimals)


def oracle(tiers: tuple[Tier, ...], values: dict[str, Energy | int], accumulation: str) -> dict[int, Decimal]:
    """Amount per tier (0: the free credit), worked out interval by interval with decimals."""

    def kwh(name: str) -> Fraction:
        value = values.get(name, Energy.zero())
        return Fraction(value.raw if isinstance(value, Energy) else value, 1000)

    before, energy, extra = kwh("accumulated_kwh"), kwh("energy_kwh"), kwh("threshold_extra_kwh")
    share = Fraction(1)
    if "months_of_use" in values:
        share = Fraction(values["months_of_use"], 12 if accumulation == "annual" else 1)
    low, high = sorted((before, before + energy))
    amounts: dict[int, Decimal] = {}
    bottom: Fraction | None = None
    for number, (upto, unit) in enumerate(tiers, 1):
        top = None
        if upto is not None:
            top = Fraction(half_up((Fraction(upto) + extra) * share, 3))
        begin = low if bottom is None else max(low, bottom)
        end = high if top is None else min(high, top)
        inside = max(end - begin, Fraction(0))
        amounts[number] = half_up((inside if energy >= 0 else -inside) * Fraction(unit))
        bottom = top
    credit = max(Fraction(0), min(kwh("free_kwh"), energy))
    amounts[0] = -half_up(credit * Fraction(tiers[0][1]))
    return amounts


thousandths = st.integers(min_value=-3_000_000, max_value=9_000_000).map(lambda raw: Decimal(raw).scaleb(-3))
unit_prices = st.integers(min_value=0, max_value=3 * 10**8).map(lambda raw: str(Decimal(raw).scaleb(-8)))
limit_lists = st.lists(
    st.integers(min_value=1, max_value=6_000_000), min_size=0, max_size=4, unique=True
).map(sorted)


@st.composite
def tariffs(draw: st.DrawFn) -> tuple[Tier, ...]:
    limits = [str(Decimal(raw).scaleb(-3)) for raw in draw(limit_lists)]
    return tuple((upto, draw(unit_prices)) for upto in (*limits, None))


bills = st.builds(
    bill,
    thousandths.map(str),
    thousandths.map(str),
    free=st.integers(min_value=0, max_value=30),
    extra=st.integers(min_value=0, max_value=1200),
    months=st.integers(min_value=1, max_value=12),
)


@given(tariffs(), st.lists(bills, min_size=1, max_size=8), st.sampled_from(["annual", "monthly"]))
def test_a_batch_equals_the_oracle_to_the_fen(
    tiers: tuple[Tier, ...], values: list[dict[str, Energy | int]], accumulation: str
) -> None:
    made = version(tiers, accumulation)
    priced = price(made, Batch.of(values))
    assert not priced.held
    for row, one in enumerate(values):
        lines = priced.lines.chosen(priced.lines.row == row)
        got = dict(zip(lines.tier.tolist(), lines.amount.tolist(), strict=True))
        expected = oracle(tiers, one, accumulation)
        assert {tier: Decimal(got.get(tier, 0)).scaleb(-2) for tier in expected} == expected
        assert int(priced.total[row]) == sum(got.values())
        gross = Fraction(int(priced.total[row]), 100)
        assert Decimal(int(priced.tax[row])).scaleb(-2) == Decimal(int(priced.total[row])).scaleb(
            -2
        ) - half_up(gross * 100 / 113)


@given(tariffs(), st.lists(bills, min_size=1, max_size=8))
def test_a_batch_equals_as_many_batches_of_one(
    tiers: tuple[Tier, ...], values: list[dict[str, Energy | int]]
) -> None:
    made = version(tiers)
    priced = price(made, Batch.of(values))
    alone = [price(made, Batch.of([one])) for one in values]
    assert priced.total.tolist() == [one.total[0] for one in alone]
    assert priced.tax.tolist() == [one.tax[0] for one in alone]
    assert pack(made, priced) == [text for one in alone for text in pack(made, one)]


@given(tariffs(), st.lists(thousandths, min_size=1, max_size=6), thousandths)
def test_splitting_an_energy_keeps_the_tiers_but_for_rounding(
    tiers: tuple[Tier, ...], parts: list[Decimal], before: Decimal
) -> None:
    made = version(tiers)
    whole = price(made, Batch.of([bill(str(sum(parts)), str(before))]))
    starts = [before + sum(parts[:index]) for index in range(len(parts))]
    split = price(made, Batch.of([bill(str(p), str(s)) for p, s in zip(parts, starts, strict=True)]))
    for tier in range(1, len(tiers) + 1):
        mine = split.lines.quantity[split.lines.tier == tier].sum()
        assert mine == whole.lines.quantity[whole.lines.tier == tier].sum()
    lines = len(split.lines.row) + len(whole.lines.row)
    assert abs(int(split.total.sum()) - int(whole.total[0])) * 2 <= lines


@given(tariffs(), bills)
def test_a_correction_takes_back_what_was_billed(
    tiers: tuple[Tier, ...], one: dict[str, Energy | int]
) -> None:
    made = version(tiers)
    energy, before = one["energy_kwh"], one["accumulated_kwh"]
    assert isinstance(energy, Energy)
    assert isinstance(before, Energy)
    forth = price(made, Batch.of([{"energy_kwh": energy, "accumulated_kwh": before}]))
    back = price(made, Batch.of([{"energy_kwh": -energy, "accumulated_kwh": before + energy}]))
    assert back.total[0] == -forth.total[0]
    assert back.tax[0] == -forth.tax[0]


@pytest.mark.parametrize(
    ("energy", "before", "quantities", "total"),
    [
        ("210", "2550", {1: 210}, "112.98"),  # a limit is inclusive
        ("211", "2550", {1: 210, 2: 1}, "113.57"),
        ("2300", "2700", {1: 60, 2: 2040, 3: 200}, "1399.40"),
        ("260", "2680", {1: 80, 2: 180}, "148.88"),
        ("-300", "2860", {1: -200, 2: -100}, "-166.40"),
        ("0", "2760", {1: 0}, "0.00"),
        ("0", "2761", {2: 0}, "0.00"),
        ("0", "9000", {3: 0}, "0.00"),
    ],
)
def test_worked_bills(energy: str, before: str, quantities: dict[int, int], total: str) -> None:
    priced = price(version(), Batch.of([bill(energy, before)]))
    got = dict(zip(priced.lines.tier.tolist(), priced.lines.quantity.tolist(), strict=True))
    assert got == {tier: kwh * 1000 for tier, kwh in quantities.items()}
    assert Decimal(int(priced.total[0])).scaleb(-2) == Decimal(total)


def test_halves_of_negative_amounts_round_away_from_zero() -> None:
    made = version(((None, "0.545"),), "monthly")
    priced = price(made, Batch.of([bill(1), bill(-1, 5)]))
    assert priced.total.tolist() == [55, -55]


def test_months_of_use_scale_the_limits_of_a_year() -> None:
    made = version()
    priced = price(made, Batch.of([bill(150, 1300, months=6)]))
    assert priced.lines.quantity.tolist() == [80_000, 70_000]
    line = traced(made, json.loads(pack(made, priced)[0]))[1]
    assert SAY(line.label) == "Tier 2 (1,381 to 2,400 kWh)"
    assert [SAY(text) for text in line.explanation] == [
        "70 kWh from 1,380 to 1,450 kWh of this year × 0.588",
        "Limits of the year × 6 of 12 months of use",
    ]


def test_months_billed_at_once_double_the_limits_of_a_month() -> None:
    made = version((("200", "0.5"), (None, "0.6")), "monthly")
    assert price(made, Batch.of([bill(500, months=2)])).lines.quantity.tolist() == [400_000, 100_000]


def test_extra_energy_of_a_large_household_moves_every_limit() -> None:
    made = version((("200", "0.58886875"), ("400", "0.63886875"), (None, "0.88886875")), "monthly")
    priced = price(made, Batch.of([bill(550, extra=100)]))
    assert priced.lines.quantity.tolist() == [300_000, 200_000, 50_000]
    assert Money(int(priced.total[0])) == Money(34887)
    explanation = traced(made, json.loads(pack(made, priced)[0]))[0].explanation
    assert (
        Text("Every limit raised by {extra} kWh for a large household", extra=Energy.of(100)) in explanation
    )


def test_free_energy_is_a_credit_line_of_its_own() -> None:
    made = version((("2040", "0.477"), (None, "0.527")))
    priced = price(made, Batch.of([bill(120, 500, free=15), bill(9, 500, free=15), bill(-9, 500, free=15)]))
    assert priced.total.tolist() == [5008, 0, -429]
    credit = traced(made, json.loads(pack(made, priced)[0]))[1]
    assert (credit.quantity, credit.amount, credit.tier) == (Energy.of(-15), Money(-716), 0)
    assert [SAY(text) for text in credit.explanation] == [
        "15 kWh of 15 kWh free each month × 0.477, taken off"
    ]


def test_the_trace_says_where_the_energy_lies() -> None:
    made = version()
    packed = pack(made, price(made, Batch.of([bill(260, 2680)])))[0]
    first, second = traced(made, json.loads(packed))
    assert [SAY(text) for text in second.explanation] == [
        "180 kWh from 2,760 to 2,940 kWh of this year × 0.588"
    ]
    assert second.accumulated == (Energy.of(2760), Energy.of(2940))
    assert (SAY(first.label), SAY(second.label)) == ("Tier 1 (to 2,760 kWh)", "Tier 2 (2,761 to 4,800 kWh)")
    picture = tier_picture(made, json.loads(packed))
    assert picture is not None
    assert (picture.accumulated, picture.limits, picture.annual) == (
        Energy.of(2940),
        (Energy.of(2760), Energy.of(4800), None),
        True,
    )
    assert picture.prices[1] == Price.of("0.588")


def test_the_trace_of_a_correction_goes_down_from_the_top() -> None:
    made = version()
    lines = traced(made, json.loads(pack(made, price(made, Batch.of([bill(-300, 2860)])))[0]))
    assert [line.accumulated for line in lines] == [
        (Energy.of(2760), Energy.of(2560)),
        (Energy.of(2860), Energy.of(2760)),
    ]


def test_a_packed_trace_is_canonical_json() -> None:
    made = version()
    packed = pack(made, price(made, Batch.of([bill(260, 2680, free=15), bill(0)])))
    for text in packed:
        assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))
    assert json.loads(packed[0])["lines"][0] == [0, 0, 1, 80_000, 53_800_000, 4304]


def test_a_trace_is_only_read_by_the_version_that_priced() -> None:
    made = version()
    packed = pack(made, price(made, Batch.of([bill(1)])))[0].replace("T-1", "T-2")
    with pytest.raises(ValueError, match="T-2"):
        traced(made, json.loads(packed))


def test_currencies_without_decimals_round_to_whole_units() -> None:
    made = version(((None, "1806.5"),), "monthly", "8", decimals=0)
    priced = price(made, Batch.of([bill(1), bill("0.001")]))
    assert priced.total.tolist() == [1807, 2]


def test_a_product_beyond_64_bits_is_exact() -> None:
    made = version(((None, "9.99999999"),), "monthly")
    energy = Decimal("123456789012.345")
    priced = price(made, Batch.of([bill(str(energy)), bill(1)]))
    assert not priced.held
    expected = (energy * Decimal("9.99999999")).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert Decimal(int(priced.total[0])).scaleb(-2) == expected
    assert priced.total[1] == 1000
    net = (expected / Decimal("1.13")).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert Decimal(int(priced.tax[0])).scaleb(-2) == expected - net


def test_what_cannot_be_priced_is_held_and_the_others_go_on() -> None:
    made = version(((None, "999999999"),), "monthly")
    rows = [bill(1), bill(10**13), bill(1, months=12), bill(2)]
    for row in rows:
        row.setdefault("months_of_use", 1)
    rows[2]["months_of_use"] = 13
    rows[3]["free_kwh"] = Energy.of(-1)
    priced = price(made, Batch.of(rows))
    assert {row: SAY(text) for row, text in priced.held.items()} == {
        1: "The amount is too large for a bill",
        2: "Months of use must be 1 to 12",
        3: "The free energy must not be negative",
    }
    assert priced.lines.row.tolist() == [0]
    assert priced.total.tolist() == [99_999_999_900, 0, 0, 0]
    assert priced.tax[1:].tolist() == [0, 0, 0]
    assert len(pack(made, priced)) == 4


def test_a_determinant_beyond_reason_is_held() -> None:
    made = version()
    column = np.array([LARGEST_DETERMINANT + 1, -(2**63), 2**63 - 1, 1000], dtype=np.int64)
    priced = price(made, Batch(4, {"energy_kwh": column}))
    assert list(priced.held) == [0, 1, 2]
    assert priced.total.tolist() == [0, 0, 0, 54]


def test_a_batch_is_checked_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="energy_kwh"):
        Batch(2, {"energy_kwh": np.array([1], dtype=np.int64)})
    with pytest.raises(ValueError, match="energy_kwh"):
        Batch(1, {"energy_kwh": np.array([1.0])})
    with pytest.raises(LookupError, match="energy_kwh"):
        price(version(), Batch(1, {"accumulated_kwh": np.array([1], dtype=np.int64)}))


def test_an_empty_batch_costs_nothing() -> None:
    priced = price(version(), Batch(0, {"energy_kwh": np.empty(0, dtype=np.int64)}))
    assert priced.total.tolist() == []
    assert pack(version(), priced) == []


@given(
    st.lists(st.tuples(st.integers(-(2**62), 2**62), st.integers(-(2**62), 2**62)), min_size=1, max_size=5),
    st.integers(1, 10**12),
)
def test_multiply_divide_is_exact_or_says_that_it_does_not_fit(
    pairs: list[tuple[int, int]], divisor: int
) -> None:
    left, right = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    result, fits = multiply_divide(left, right, divisor)
    for (a, b), got, fit in zip(pairs, result.tolist(), fits.tolist(), strict=True):
        exact = int(half_up(Fraction(a * b, divisor), 0))
        assert fit == (abs(exact) <= 2**63 - 1)
        assert got == (exact if fit else 0)
