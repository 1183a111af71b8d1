"""Time bands, basic charge and power factor: a batch against an oracle in plain fractions, and promises one by one."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.countries.cn import COUNTRY
from desktop.kernel.measures import Demand, Energy, Measure, Power
from desktop.kernel.text import LANGUAGES, catalog
from desktop.tariffs.columns import Batch
from desktop.tariffs.documents import read_version
from desktop.tariffs.records import Basis, TimeBand
from desktop.tariffs.rules import TariffVersion, pack, price, tier_picture, traced
from desktop.tariffs.rules.power_factor import adjusted, power_factors
from desktop.tariffs.rules.proration import split_by_days

SAY = catalog("en", COUNTRY.currency)
BANDS = ("sharp", "peak", "flat", "valley", "deep_valley")
Bill = Mapping[str, Measure | int]


def component(kind: str, code: str, **values: Any) -> dict[str, Any]:
    return {"kind": kind, "code": code, "price_origin": "agent", **values}


def version(*parts: dict[str, Any]) -> TariffVersion:
    data = {"code": "T-1", "valid_from": "2026-01-01", "notice": "notice", "components": list(parts)}
    made, problems = read_version(data, "test", 2)
    assert not problems
    assert made is not None
    return made


@dataclass(frozen=True)
class Prices:
    """The prices of a whole two-part tariff, and its readings of the rules."""

    bands: tuple[str, ...]
    capacity: str
    demand: str
    funds: str
    over_from: str
    discount: bool

    def version(self) -> TariffVersion:
        statutory: dict[str, Any] = dict(COUNTRY.tariff_parts["basic_charge"])
        statutory["over"] = {**statutory["over"], "from": self.over_from}
        if not self.discount:
            statutory["discount"] = None
        return version(
            component("time_bands", "energy", prices=dict(zip(BANDS, self.bands, strict=True))),
            component(
                "basic_charge",
                "basic",
                capacity_price=self.capacity,
                demand_price=self.demand,
                **statutory,
            ),
            component("included_funds", "funds", quantity="energy_kwh", unit="kWh", price=self.funds),
            component(
                "power_factor",
                "pf",
                of=["energy", "basic"],
                without=["funds"],
                **COUNTRY.tariff_parts["power_factor"],
            ),
            component("included_tax", "vat", percent="13"),
        )


def half_up(value: Fraction, decimals: int = 2) -> Decimal:
    """An oracle of its own: exact fractions, rounded on the absolute value."""
    scaled = abs(value) * 10**decimals
    whole = scaled.numerator // scaled.denominator
    whole += scaled - whole >= Fraction(1, 2)
    return Decimal(whole if value >= 0 else -whole).scaleb(-decimals)


def plain(bill: Bill, name: str) -> Fraction:
    value = bill[name]
    return Fraction(value.decimal) if isinstance(value, Measure) else Fraction(value)


def basic_of(prices: Prices, bill: Bill) -> Decimal:
    """The basic charge, written down as the notices say it."""
    basis = list(Basis)[int(plain(bill, "basic_basis"))]
    if basis is Basis.NONE:
        return Decimal(0)
    if basis is Basis.CAPACITY:
        days = plain(bill, "capacity_kva_days") / plain(bill, "month_days")
        return half_up(days * Fraction(prices.capacity))
    capacity, actual = plain(bill, "capacity_kva"), plain(bill, "demand_kw_max")
    quantity = actual
    if basis is Basis.CONTRACT_DEMAND:
        contract = max(plain(bill, "contract_demand_kw"), capacity * Fraction(40, 100))
        limit = contract * Fraction(105, 100)
        quantity = contract
        if actual > limit:
            quantity = (limit if prices.over_from == "limit" else contract) + 2 * (actual - limit)
    share = Fraction(1)
    contracted = plain(bill, "all_kva")
    if prices.discount and contracted and plain(bill, "all_energy_kwh") / contracted >= 260:
        share = Fraction(9, 10)
    return half_up(quantity * Fraction(prices.demand) * share)


def factor_of(active: int, reactive: int) -> int:
    """The factor in steps of 0.01, by whole numbers alone."""
    apparent = active * active + reactive * reactive
    if not apparent:
        return 0
    square = Fraction(active * active * 10_000, apparent)
    root = math.isqrt(square.numerator // square.denominator)
    return root + 1 if square >= (root + Fraction(1, 2)) ** 2 else root


def percent_of(standard: int, factor: int) -> Fraction:
    """The table, step by step."""
    if factor >= standard:
        steps = {90: [15] * 5, 85: [10] * 5 + [15] * 4, 80: [10] * 10 + [15] * 2}[standard]
        return -Fraction(sum(steps[: factor - standard]), 100)
    return sum(
        (Fraction([50, 100, 200][(step >= 20) + (step >= 25)], 100) for step in range(standard - factor)),
        Fraction(0),
    )


def oracle(prices: Prices, bill: Bill) -> dict[str, Decimal]:
    """A whole bill in fractions, each line rounded once."""
    energy = sum(
        (
            half_up(plain(bill, f"energy_{band}_kwh") * Fraction(unit))
            for band, unit in zip(BANDS, prices.bands, strict=True)
        ),
        Decimal(0),
    )
    basic = basic_of(prices, bill)
    funds = half_up(plain(bill, "energy_kwh") * Fraction(prices.funds))
    standard = int(plain(bill, "power_factor_standard"))
    active = int(plain(bill, "energy_kwh") * 1000)
    reactive = int((abs(plain(bill, "reactive_kvarh")) + abs(plain(bill, "reactive_reverse_kvarh"))) * 1000)
    adjustment = Decimal(0)
    if standard and (active or reactive):
        percent = percent_of(standard, factor_of(active, reactive))
        adjustment = half_up(Fraction(energy + basic - funds) * percent / 100)
    return {"energy": energy, "basic": basic, "pf": adjustment}


unit_prices = st.integers(min_value=0, max_value=2 * 10**6).map(lambda raw: str(Decimal(raw).scaleb(-6)))
all_prices = st.builds(
    Prices,
    bands=st.tuples(*[unit_prices] * 5),
    capacity=st.integers(0, 500).map(lambda raw: str(Decimal(raw).scaleb(-1))),
    demand=st.integers(0, 500).map(lambda raw: str(Decimal(raw).scaleb(-1))),
    funds=st.integers(0, 100_000).map(lambda raw: str(Decimal(raw).scaleb(-6))),
    over_from=st.sampled_from(["limit", "contract"]),
    discount=st.booleans(),
)
kwh = st.integers(0, 2_000_000_000).map(Energy)
power = st.integers(0, 5_000_000).map(Power)


@st.composite
def bills(draw: st.DrawFn) -> Bill:
    parts = {f"energy_{band}_kwh": draw(kwh) for band in BANDS}
    days = draw(st.integers(28, 31))
    return {
        **parts,
        "energy_kwh": Energy.total(list(parts.values())),
        "basic_basis": draw(st.integers(0, 3)),
        "capacity_kva_days": Power(draw(st.integers(0, 5_000_000)) * days),
        "month_days": days,
        "capacity_kva": draw(power),
        "contract_demand_kw": draw(power),
        "demand_kw_max": Demand(draw(st.integers(0, 6_000_000_000))),
        "reactive_kvarh": draw(kwh),
        "reactive_reverse_kvarh": -draw(kwh),
        "power_factor_standard": draw(st.sampled_from([0, 80, 85, 90])),
        "all_energy_kwh": Energy.total([*parts.values(), draw(kwh)]),
        "all_kva": draw(power),
    }


@given(all_prices, st.lists(bills(), min_size=1, max_size=5))
def test_a_whole_bill_equals_the_oracle_to_the_fen(prices: Prices, many: list[Bill]) -> None:
    made = prices.version()
    priced = price(made, Batch.of(many))
    assert not priced.held
    for row, one in enumerate(many):
        lines = traced(made, json.loads(pack(made, priced)[row]))
        expected = oracle(prices, one)
        for code, amount in expected.items():
            found = sum((line.amount.raw for line in lines if line.component == code), 0)
            assert Decimal(found).scaleb(-2) == amount, code
        assert int(priced.total[row]) == sum(line.amount.raw for line in lines)
        net = half_up(Fraction(int(priced.total[row]), 113))
        assert Decimal(int(priced.total[row] - priced.tax[row])).scaleb(-2) == net


@given(all_prices, st.lists(bills(), min_size=2, max_size=5))
def test_a_batch_of_whole_bills_equals_as_many_of_one(prices: Prices, many: list[Bill]) -> None:
    made = prices.version()
    together = pack(made, price(made, Batch.of(many)))
    assert together == [text for one in many for text in pack(made, price(made, Batch.of([one])))]


@given(all_prices, bills())
def test_what_is_taken_back_rounds_like_what_was_billed(prices: Prices, one: Bill) -> None:
    made = version(
        component("time_bands", "energy", prices=dict(zip(BANDS, prices.bands, strict=True))),
        component("per_kwh", "t", name="transmission", quantity="energy_kwh", unit="kWh", price=prices.funds),
    )
    names = ["energy_kwh", *(f"energy_{band}_kwh" for band in BANDS)]
    forth = {name: one[name] for name in names}
    back = {name: -value for name, value in forth.items() if isinstance(value, Energy)}
    assert price(made, Batch.of([back])).total[0] == -price(made, Batch.of([forth])).total[0]


@given(
    st.integers(0, 10**12).map(lambda raw: np.array([raw], dtype=np.int64)),
    st.sampled_from([80, 85, 90]),
    st.integers(0, 100),
)
def test_an_adjustment_taken_back_rounds_like_the_one_billed(base: Any, standard: int, factor: int) -> None:
    percent = np.array([int(percent_of(standard, factor) * 100)], dtype=np.int64)
    forth, back = adjusted(base, percent)[0], adjusted(-base, percent)[0]
    assert int(back[0]) == -int(forth[0])
    expected = half_up(Fraction(int(base[0]), 100) * percent_of(standard, factor) / 100)
    assert Decimal(int(forth[0])).scaleb(-2) == expected


@given(
    st.lists(st.tuples(st.integers(0, 10**15), st.integers(0, 10**15)), min_size=1, max_size=20),
    st.integers(1, 99),
)
def test_a_power_factor_is_exact_also_beside_a_half_step(pairs: list[tuple[int, int]], scale: int) -> None:
    pairs += [(3 * scale, 4 * scale), (0, scale), (scale, 0)]
    for steps in (
        17,
        139,
        179,
        191,
    ):  # the reactive energy at which the factor is as close to a half step as it gets
        active = steps * 10**12
        pairs += [
            (active, math.isqrt(active**2 * (200**2 - steps**2) // steps**2) + beside) for beside in (0, 1)
        ]
    columns = [np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True)]
    assert power_factors(*columns).tolist() == [factor_of(*pair) for pair in pairs]


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 31), min_size=1, max_size=6), st.integers(0, 3))
def test_a_period_cut_by_days_keeps_its_energy(raw: int, days: list[int], decimals: int) -> None:
    if not sum(days):
        with pytest.raises(ValueError, match="days"):
            split_by_days(Energy(raw), days, decimals)
        return
    step = 10 ** (3 - decimals)
    whole = Energy(raw // step * step)
    parts = split_by_days(whole, days, decimals)
    assert Energy.total(parts) == whole
    for part, day in zip(parts[:-1], days[:-1], strict=True):
        share = half_up(Fraction(whole.raw * day, 1000 * sum(days)), decimals)
        assert part.decimal == share


def bill(**other: Measure | int) -> dict[str, Measure | int]:
    values: dict[str, Measure | int] = {f"energy_{band}_kwh": Energy.zero() for band in BANDS}
    values |= {
        "energy_kwh": Energy.zero(),
        "basic_basis": 0,
        "capacity_kva_days": Power.zero(),
        "month_days": 30,
        "capacity_kva": Power.zero(),
        "contract_demand_kw": Power.zero(),
        "demand_kw_max": Demand.zero(),
        "reactive_kvarh": Energy.zero(),
        "reactive_reverse_kvarh": Energy.zero(),
        "power_factor_standard": 0,
    }
    return values | other


HUBEI = Prices(
    ("1.049999", "0.848961", "0.651886", "0.432924", "0.1"), "26.3", "42.0", "0.0452", "limit", True
)


def test_what_cannot_be_priced_is_held_with_its_reason() -> None:
    made = HUBEI.version()
    rows = [
        bill(energy_kwh=Energy.of(5)),
        bill(basic_basis=4),
        bill(basic_basis=-1),
        bill(basic_basis=1, month_days=27),
        bill(contract_demand_kw=Power.of(-1)),
        bill(power_factor_standard=70),
        bill(energy_kwh=Energy.of(-5), energy_flat_kwh=Energy.of(-5), power_factor_standard=90),
        bill(),
    ]
    priced = price(made, Batch.of(rows))
    assert {row: SAY(reason) for row, reason in priced.held.items()} == {
        0: "The energy of the time bands does not add up to the whole",
        1: "This basis of the capacity charge is not known",
        2: "This basis of the capacity charge is not known",
        3: "A month has 28 to 31 days",
        4: "Capacity and demand must not be negative",
        5: "The tariff has no such power factor standard",
        6: "A power factor needs energy that is not negative",
    }
    assert priced.total.tolist() == [0] * 8


def test_the_explanation_of_a_demand_above_its_contract() -> None:
    made = HUBEI.version()
    used = Energy.of(600_000)
    one = bill(
        basic_basis=Basis.CONTRACT_DEMAND.number,
        contract_demand_kw=Power.of(600),
        demand_kw_max=Demand.of(1000),
        capacity_kva=Power.of(2000),
        energy_kwh=used,
        energy_flat_kwh=used,
    )
    lines = traced(made, json.loads(pack(made, price(made, Batch.of([one])))[0]))
    basic = next(line for line in lines if line.component == "basic")
    assert SAY(basic.label) == "Charge for contract demand, 1,160 kW"
    assert [SAY(text) for text in basic.explanation] == [
        "Contract 600 kW, measured 1,000 kW",
        "At least 40 % of 2,000 kVA: 800 kW",
        "Above 105 %: 840 kW + 2 × (1,000 − 840) kW",
        "1,160 kW × 37.8",
        "600,000 kWh for 2,000 kVA are 260 kWh for each kVA or more: 90 % of the price 42",
    ]


def test_the_explanation_of_a_power_factor_names_table_and_base() -> None:
    made, used = HUBEI.version(), Energy.of(200_000)
    one = bill(
        energy_kwh=used,
        energy_flat_kwh=used,
        reactive_kvarh=Energy.of(210_000),
        power_factor_standard=90,
    )
    lines = traced(made, json.loads(pack(made, price(made, Batch.of([one])))[0]))
    assert [SAY(text) for text in lines[-1].explanation] == [
        "200,000 kWh and 210,000 kvarh: power factor 0.69, standard 0.9",
        "121,337.20 × 11 %",
    ]
    assert SAY.write(lines[-1].amount) == "13,347.09"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_explains_itself_in_every_language(language: str) -> None:
    say, made = catalog(language, COUNTRY.currency), HUBEI.version()
    used = Energy.of(1000)
    rows = [
        bill(energy_kwh=used, energy_peak_kwh=used, basic_basis=basis, power_factor_standard=90,
             capacity_kva_days=Power.of(12 * 630), capacity_kva=Power.of(10), demand_kw_max=Demand.of(30))
        for basis in range(4)
    ]  # fmt: skip
    for packed in pack(made, price(made, Batch.of(rows))):
        for line in traced(made, json.loads(packed)):
            assert line.explanation
            for text in (line.label, *line.explanation):
                assert "{" not in say(text)


SHANXI_SPRING = [
    {"from": 6, "to": 8, "band": "peak"},
    {"from": 17, "to": 24, "band": "peak"},
    {"from": 2, "to": 5, "band": "valley"},
    {"from": 9, "to": 15, "band": "valley"},
]


def clock(**values: Any) -> dict[str, Any]:
    spring = {"months": [3, 4, 5], "hours": SHANXI_SPRING}
    rest = {"months": [1, 2, 6, 7, 8, 9, 10, 11, 12], "hours": [{"from": 22, "to": 8, "band": "valley"}]}
    return component(
        "hours", "clock", rest="flat", seasons=[spring, rest],
        holidays=[{"names": ["labour_day"], "from": 13, "to": 15, "band": "deep_valley"}],
    ) | values  # fmt: skip


def test_hours_are_half_open_and_cross_midnight() -> None:
    spring, rest = version(clock()).clocks
    assert (spring.hours[23], spring.hours[8], spring.hours[14]) == (
        TimeBand.PEAK,
        TimeBand.FLAT,
        TimeBand.VALLEY,
    )
    assert (rest.hours[22], rest.hours[7], rest.hours[8]) == (TimeBand.VALLEY, TimeBand.VALLEY, TimeBand.FLAT)


def problems_of(*parts: dict[str, Any]) -> dict[str, str]:
    data = {"code": "T-1", "valid_from": "2026-01-01", "notice": "notice", "components": list(parts)}
    made, problems = read_version(json.loads(json.dumps(data)), "file.json", 2)
    assert made is None
    return {str(one.column).removeprefix("components"): SAY(one.what) for one in problems}


SUMMER = {"months": list(range(1, 13)), "hours": SHANXI_SPRING}


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"rest": None}, "[0].seasons[0].hours", "No band holds in the hour from 0:00"),
        (
            {"seasons": [{"months": [1], "hours": SHANXI_SPRING}]},
            "[0].seasons",
            "Month 12 stands in no season",
        ),
        ({"seasons": [SUMMER, {**SUMMER, "months": [7]}]}, "[0].seasons", "Month 7 stands in two seasons"),
        (
            {"seasons": [{**SUMMER, "hours": [*SHANXI_SPRING, {"from": 23, "to": 24, "band": "flat"}]}]},
            "[0].seasons[0].hours[4].from",
            "The hour from 23:00 belongs to Peak already",
        ),
        (
            {"seasons": [{**SUMMER, "hours": [{"from": 8, "to": 25, "band": "flat"}]}]},
            "[0].seasons[0].hours[0].from",
            "These are no hours of a day",
        ),
        ({"seasons": [{**SUMMER, "months": [13]}]}, "[0].seasons[0].months", "These are no months"),
        (
            {"holidays": [{"names": ["sunday"], "from": 13, "to": 15, "band": "valley"}]},
            "[0].holidays[0].names",
            "This is not one of the known words",
        ),
        ({"factors": {"peak": "0"}}, "[0].factors.peak", "A factor is above 0"),
        ({"factors": {"noon": "1"}}, "[0].factors.noon", "Nothing of this name is known here"),
    ],
)
def test_a_clock_with_a_mistake_is_refused(change: dict[str, Any], place: str, words: str) -> None:
    assert problems_of(clock(**change))[place] == words


@pytest.mark.parametrize(
    ("part", "place", "words"),
    [
        (component("time_bands", "e", prices={"noon": "1"}), "[1].prices.noon", "Nothing of this name is known"),
        (component("time_bands", "e"), "[1].prices", "This value is missing"),
        (
            component("time_bands", "e", prices={"peak": "1", "valley": "0.1", "flat": "0.5"}),
            "[1].prices",
            "The band Deep valley has hours and no price",
        ),
        (
            component("per_kwh", "e", name="magic", quantity="energy_kwh", unit="kWh", price="1"),
            "[1].name",
            "This is not one of the known words",
        ),
        (
            component("power_factor", "e", of=["x"], without=["clock"], standards=[], idle="no"),
            "[1].of",
            "No component of this code stands before it",
        ),
        (
            component("power_factor", "e", of=[], without=["clock"], standards=[], idle="no"),
            "[1].without",
            "Only funds that prices contain can be left out",
        ),
        (
            component("basic_charge", "e", capacity_price="-1", demand_price="1", floor_percent="140", over=3),
            "[1].floor_percent",
            "This is no percentage from 0 to 100",
        ),
        (
            component(
                "basic_charge", "e", capacity_price="1", demand_price="1.00000001", floor_percent="40",
                over={"percent": "105", "times": 2, "from": "limit"},
                discount={"kwh_per_kva": 260, "percent": "90.5"},
            ),
            "[1].discount.percent",
            "This share of the price has more than eight decimals",
        ),
    ],
)  # fmt: skip
def test_a_component_with_a_mistake_is_refused(part: dict[str, Any], place: str, words: str) -> None:
    assert problems_of(clock(), part)[place].startswith(words)


def test_what_stands_behind_the_tax_is_refused() -> None:
    tax = component("included_tax", "vat", percent="13")
    found = problems_of(
        tax, component("per_kwh", "e", name="energy", quantity="energy_kwh", unit="kWh", price="1")
    )
    assert found["[1].kind"] == "What prices contain of tax stands last"


def tier(kind: str, price_key: str, **values: Any) -> dict[str, Any]:
    return component(
        kind, "tiers", quantity="energy_kwh", unit="kWh", accumulation="monthly",
        tiers=[{price_key: "0.5"}, {price_key: "0.6"}, {price_key: "0.9"}],
        seasons=[
            {"months": [5, 6, 7, 8, 9, 10], "limits": ["260", "600"]},
            {"months": [1, 2, 3, 4, 11, 12], "limits": ["200", "400"]},
        ],
    ) | values  # fmt: skip


@pytest.mark.parametrize(
    ("month", "months", "quantities"),
    [(7, 1, [260, 340, 100]), (1, 1, [200, 200, 300]), (5, 2, [460, 240]), (1, 3, [600, 100])],
)
def test_limits_follow_the_seasons_of_the_months_billed(
    month: int, months: int, quantities: list[int]
) -> None:
    made = version(tier("tiers", "price"))
    one = {"energy_kwh": Energy.of(700), "month": month, "months_of_use": months}
    assert price(made, Batch.of([one])).lines.quantity.tolist() == [kwh * 1000 for kwh in quantities]


def test_an_extra_limit_counts_for_each_month_billed() -> None:
    made = version(tier("tiers", "price"))
    one = {
        "energy_kwh": Energy.of(700),
        "month": 5,
        "months_of_use": 2,
        "threshold_extra_kwh": Energy.of(100),
    }
    assert price(made, Batch.of([one])).lines.quantity.tolist() == [660_000, 40_000]


@pytest.mark.parametrize("month", [0, 13, -1])
def test_a_month_that_is_none_is_held(month: int) -> None:
    priced = price(version(tier("tiers", "price")), Batch.of([{"energy_kwh": Energy.of(1), "month": month}]))
    assert SAY(priced.held[0]) == "The month must be 1 to 12"


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"accumulation": "annual"}, "[0].accumulation", "Limits of seasons are limits of a month"),
        ({"seasons": [{"months": [1], "limits": ["1"]}]}, "[0].seasons[0].limits", "There must be 2 limits"),
        (
            {"seasons": [{"months": list(range(1, 13)), "limits": ["600", "260"]}]},
            "[0].seasons[0].limits",
            "This tier ends where the one below",
        ),
        (
            {"seasons": [{"months": list(range(1, 13)), "limits": ["600", "x"]}]},
            "[0].seasons[0].limits[1]",
            "This is no number",
        ),
        ({"tiers": [{"price": "1", "upto": "3"}]}, "[0].tiers[0].upto", "Nothing of this name is known here"),
    ],
)
def test_seasons_with_a_mistake_are_refused(change: dict[str, Any], place: str, words: str) -> None:
    assert problems_of(tier("tiers", "price", **change))[place].startswith(words)


def test_tiers_on_top_of_bands_say_so() -> None:
    made = version(
        component("time_bands", "bands", prices={"peak": "0.568", "valley": "0.288"}),
        tier("tier_adders", "adder"),
    )
    one = {
        "energy_kwh": Energy.of(500),
        "energy_peak_kwh": Energy.of(200),
        "energy_valley_kwh": Energy.of(300),
        "month": 7,
    }
    packed = pack(made, price(made, Batch.of([one])))[0]
    assert tier_picture(made, json.loads(packed)) is None
    lines = traced(made, json.loads(packed))
    assert [(SAY(line.label), line.band) for line in lines] == [
        ("Peak", TimeBand.PEAK),
        ("Valley", TimeBand.VALLEY),
        ("Tier 1 (to 260 kWh), added", None),
        ("Tier 2 (261 to 600 kWh), added", None),
    ]
    assert [SAY(text) for text in lines[3].explanation] == [
        "240 kWh from 260 to 500 kWh of this month × 0.6",
        "Added to the prices of the time bands",
        "Limits of month 7",
    ]


def test_published_prices_win_and_factors_compute_the_rest() -> None:
    made = version(
        component(
            "time_bands", "energy", floating=["0.384470", "0.013643"], fixed=["0.0884", "0.082273", "0.0452"],
            factors={"sharp": "2", "flat": "1", "valley": "0.45"},
        )
    )  # fmt: skip
    assert made.components[0].prices == (
        (TimeBand.SHARP, 101_209_900),
        (TimeBand.FLAT, 61_398_600),
        (TimeBand.VALLEY, 39_502_400),
    )
