"""Tariff files: the ones we ship, and every mistake named with its place."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from desktop.countries.cn import COUNTRY
from desktop.kernel.files import resource
from desktop.kernel.measures import Demand, Energy, Measure, Power
from desktop.kernel.text import catalog
from desktop.tariffs.columns import DETERMINANTS, Batch
from desktop.tariffs.documents import read_content, read_tariff, read_version
from desktop.tariffs.records import TimeBand
from desktop.tariffs.rules import TariffVersion, Tiers, price
from desktop.tariffs.rules.bands import Hours, TimeBands, band_price

SAY = catalog("en")
SHIPPED = sorted(resource("tariffs").rglob("*.json"))


def residential() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(
        resource("tariffs", "cn", "zhejiang_residential.json").read_text("utf-8")
    )
    return data


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_file_has_no_problem_and_names_its_notice(path: Any) -> None:
    tariff, problems = read_tariff(json.loads(path.read_text("utf-8")), path.name)
    assert problems == ()
    assert tariff is not None
    for version in tariff.versions:
        assert version.notice
        assert version.source
        again, found = read_version(json.loads(json.dumps(version.data)), "stored", tariff.decimals)
        assert (again, found) == (version, ())


def shipped(name: str) -> TariffVersion:
    data = json.loads(resource("tariffs", "cn", *f"{name}.json".split("/")).read_text("utf-8"))
    tariff, problems = read_tariff(data, name)
    assert not problems
    assert tariff is not None
    return tariff.versions[0]


def test_codes_of_shipped_tariffs_and_versions_stand_once() -> None:
    files = [json.loads(path.read_text("utf-8")) for path in SHIPPED]
    codes = [file["code"] for file in files] + [one["code"] for file in files for one in file["versions"]]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_law_fixes_stands_in_a_file_as_the_country_says(path: Any) -> None:
    for version in json.loads(path.read_text("utf-8"))["versions"]:
        for part in version["components"]:
            statutory = COUNTRY.tariff_parts.get(part["kind"], {})
            assert json.loads(json.dumps(statutory)) == {key: part[key] for key in statutory}


@pytest.mark.parametrize(
    ("name", "used", "expected"),
    [
        ("zhejiang/residential_tou", {"peak": 150, "valley": 150, "before": 2600}, "135.40"),
        ("zhejiang/shared_meter_10kv", {"energy": 100}, "53.80"),
        ("guangdong/guangzhou_residential", {"energy": 600, "month": 1}, "423.31"),
        ("guangdong/guangzhou_residential", {"energy": 550, "month": 1, "extra": 100}, "348.87"),
        (
            "guangdong/guangzhou_residential_tou",
            {"peak": 200, "flat": 150, "valley": 150, "month": 7},
            "333.70",
        ),
        (
            "guangdong/guangzhou_residential_tou",
            {"peak": 200, "flat": 150, "valley": 150, "month": 12},
            "361.70",
        ),
        ("guangdong/guangzhou_shared_meter", {"energy": 1000}, "625.87"),
        ("hubei/agent_single_lv", {"energy": 8600, "kvarh": 4200, "standard": 85}, "6297.21"),
        (
            "hubei/agent_two_part_10kv_tou",
            {
                "sharp": 12000,
                "peak": 36000,
                "flat": 80000,
                "valley": 72000,
                "kva": 1000,
                "kvarh": 66000,
                "standard": 90,
            },
            "151705.92",
        ),
        ("hubei/agent_single_10kv_tou", {"peak": 1000}, "910.96"),
        ("hubei/transmission_two_part_110kv", {"energy": 1000, "kva": 1000}, "24533.60"),
        ("hubei/transmission_single_lv", {"energy": 1000}, "255.50"),
        ("sichuan/transmission_two_part_35kv", {"energy": 1000, "kva": 100}, "2059.67"),
        ("sichuan/transmission_single_10kv", {"energy": 1000}, "277.07"),
    ],
)
def test_a_worked_bill_of_a_shipped_tariff(name: str, used: dict[str, int], expected: str) -> None:
    made = shipped(name)
    bands = {band.determinant: Energy.of(used.get(band.value, 0)) for band in TimeBand}
    whole = Energy.of(used["energy"]) if "energy" in used else Energy.total(list(bands.values()))
    one: dict[str, Measure | int] = {
        **bands,
        "energy_kwh": whole,
        "accumulated_kwh": Energy.of(used.get("before", 0)),
        "month": used.get("month", 1),
        "threshold_extra_kwh": Energy.of(used.get("extra", 0)),
        "basic_basis": int("kva" in used),
        "capacity_kva_days": Power.of(used.get("kva", 0) * 30),
        "month_days": 30,
        "capacity_kva": Power.of(used.get("kva", 0)),
        "contract_demand_kw": Power.zero(),
        "demand_kw_max": Demand.zero(),
        "reactive_kvarh": Energy.of(used.get("kvarh", 0)),
        "power_factor_standard": used.get("standard", 0),
    }
    priced = price(made, Batch.of([one]))
    assert not priced.held
    assert Decimal(int(priced.total[0])).scaleb(-2) == Decimal(expected)


def test_every_two_part_price_of_hubei_is_what_its_factor_makes_but_the_peak() -> None:
    """The published peak is about 1.49 times the flat one, not 1.5: published prices win over factors."""
    for path in sorted(resource("tariffs", "cn", "hubei").glob("agent_two_part_*_tou.json")):
        made = shipped(f"hubei/{path.stem}")
        hours, bands = made.components[0], made.components[1]
        assert isinstance(hours, Hours)
        assert isinstance(bands, TimeBands)
        prices = {band: Decimal(raw).scaleb(-8) for band, raw in bands.prices}
        floating = Decimal("0.398113")
        fixed = prices[TimeBand.FLAT] - floating
        off = {
            band
            for band, factor in hours.factors
            if abs(band_price(floating, fixed, factor) - prices[band]) > Decimal("0.000001")
        }
        assert off == {TimeBand.PEAK}, path.stem


def test_hours_alone_price_nothing() -> None:
    priced = price(shipped("shanxi/hours"), Batch.of([{"energy_kwh": Energy.of(100)}]))
    assert SAY(priced.held[0]) == "This price list has no prices: SX-HOURS-2605"


def test_the_clock_of_shanxi_follows_the_notice() -> None:
    hours = shipped("shanxi/hours").components[0]
    assert isinstance(hours, Hours)
    letters = {band: band.value[0].upper() for band in TimeBand}
    assert {
        month: "".join(letters[band] for band in clock.hours)
        for clock in hours.clocks
        for month in (3, 6, 9, 12)
        if month in clock.months
    } == {
        3: "FFVVVFPPFVVVVVVFFPPPPPPP",
        6: "FFVVVFPPFFVVVVVFFFSSSPPP",
        9: "FFVVVFPPFFFVVVVFFPPPPPPP",
        12: "FFVVVFPPFFVVVVVFPSSSPPPF",
    }


def test_the_residential_tiers_of_zhejiang() -> None:
    tariff, _ = read_tariff(residential(), "zhejiang_residential.json")
    assert tariff is not None
    version = tariff.on(date(2026, 1, 31))
    assert version is not None
    assert version.tax_percent == Decimal(13)
    tiers = version.tiers
    assert isinstance(tiers, Tiers)
    assert tiers.limits == (2_760_000, 4_800_000)
    assert tiers.prices == (53_800_000, 58_800_000, 83_800_000)
    assert tariff.on(date(2000, 1, 1)) is None


def changed(path: str, value: object) -> dict[str, Any]:
    """The residential file with one value replaced (or taken away: ``...``) at a dotted place."""
    data = copy.deepcopy(residential())
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    spot: Any = data
    for step in way:
        spot = spot[step]
    if value is ...:
        del spot[last]
    else:
        spot[last] = value
    return data


V, TIER = "versions.0", "versions.0.components.0.tiers"


@pytest.mark.parametrize(
    ("path", "value", "place", "words"),
    [
        ("format", 2, "format", "This format is not known"),
        ("code", ..., "code", "This value is missing"),
        ("name", " ", "name", "This is no text"),
        ("customer_class", "royal", "customer_class", "This is not one of the known words"),
        ("decimals", 9, "decimals", "No currency has so many decimals"),
        ("colour", "red", "colour", "Nothing of this name is known here"),
        ("versions", [], "versions", "This is no list"),
        (f"{V}.notice", ..., "versions[0].notice", "This value is missing"),
        (f"{V}.valid_from", ..., "versions[0].valid_from", "This value is missing"),
        (f"{V}.valid_from", "2026-02-30", "versions[0].valid_from", "This is no date"),
        (f"{V}.valid_to", "2019-04-01", "versions[0].valid_to", "The validity ends before it starts"),
        (f"{V}.components.0.kind", "magic", "versions[0].components[0].kind", "No such component is known"),
        (
            f"{V}.components.0.unit",
            "kVA",
            "versions[0].components[0].unit",
            "This is not one of the known words",
        ),
        (
            f"{V}.components.0.price_origin",
            "x",
            "versions[0].components[0].price_origin",
            "This is not one of",
        ),
        (
            f"{V}.components.0.accumulation",
            ...,
            "versions[0].components[0].accumulation",
            "This value is missing",
        ),
        (
            f"{V}.components.1.of",
            "x",
            "versions[0].components[1].of",
            "No tiers of this code stand before it",
        ),
        (f"{V}.components.1.code", "energy", "versions[0].components[1].code", "This code is used twice"),
        (f"{V}.components.2.percent", "130", "versions[0].components[2].percent", "This is no rate of tax"),
        (
            f"{TIER}.0.price",
            "-0.1",
            "versions[0].components[0].tiers[0].price",
            "A price must not be negative",
        ),
        (f"{TIER}.0.price", "a", "versions[0].components[0].tiers[0].price", "This is no number"),
        (f"{TIER}.0.price", True, "versions[0].components[0].tiers[0].price", "This is no number"),
        (f"{TIER}.0.price", "NaN", "versions[0].components[0].tiers[0].price", "This is no number"),
        (
            f"{TIER}.0.price",
            "0.123456789",
            "versions[0].components[0].tiers[0].price",
            "A price has eight decimals",
        ),
        (f"{TIER}.0.price", "9999999999", "versions[0].components[0].tiers[0].price", "This is too large"),
        (
            f"{TIER}.1.above",
            "2800",
            "versions[0].components[0].tiers[1].above",
            "There is a gap between this tier",
        ),
        (
            f"{TIER}.1.above",
            "2700",
            "versions[0].components[0].tiers[1].above",
            "This tier overlaps the one below",
        ),
        (
            f"{TIER}.1.upto",
            "2760",
            "versions[0].components[0].tiers[1].upto",
            "This tier ends where the one below",
        ),
        (
            f"{TIER}.1.upto",
            "4800.0001",
            "versions[0].components[0].tiers[1].upto",
            "This is no energy in kWh",
        ),
        (
            f"{TIER}.1.upto",
            None,
            "versions[0].components[0].tiers[1].upto",
            "Only the last tier has no upper",
        ),
        (
            f"{TIER}.2.upto",
            "9000",
            "versions[0].components[0].tiers[2].upto",
            "The last tier has no upper limit",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(path: str, value: object, place: str, words: str) -> None:
    tariff, problems = read_tariff(changed(path, value), "file.json")
    assert tariff is None
    found = {str(problem.column): problem for problem in problems}
    assert place in found
    assert SAY(found[place].what).startswith(words)
    assert SAY(found[place].remedy)
    assert found[place].sheet == "file.json"


def test_a_newer_format_and_a_number_without_end_are_told_as_what_they_are() -> None:
    newer = residential() | {"format": 2, "colours": []}
    first = read_tariff(newer, "file.json")[1][0]
    assert (first.column, first.value) == ("format", "2")
    endless = f'{{"format": {"1" * 5_000}}}'
    assert [SAY(one.what) for one in read_content(endless, "file.json")[1]] == ["This is no JSON"]


def test_all_mistakes_are_named_at_once() -> None:
    data = changed(f"{V}.notice", ...)
    data["versions"][0]["components"][0]["tiers"][0]["price"] = "-1"
    del data["name"]
    _, problems = read_tariff(data, "file.json")
    assert len(problems) == 3


@pytest.mark.parametrize(
    ("ends", "starts", "words"),
    [
        ("2020-02-01", "2020-01-01", "Two versions hold on this day: ZJ-RES-1 and B"),
        (None, "2020-01-01", "Two versions hold on this day: ZJ-RES-1 and B"),
        ("2020-01-01", "2020-01-02", "No version holds from 1 Jan 2020 to this day"),
    ],
)
def test_each_day_has_one_version(ends: str | None, starts: str, words: str) -> None:
    data = residential()
    data["versions"][0]["valid_to"] = ends
    later = {**copy.deepcopy(data["versions"][0]), "code": "B", "valid_from": starts, "valid_to": None}
    data["versions"].append(later)
    _, problems = read_tariff(data, "file.json")
    assert [(str(problem.column), SAY(problem.what)) for problem in problems] == [
        ("versions[1].valid_from", words)
    ]


def test_versions_that_follow_each_other_are_fine_in_any_order() -> None:
    data = residential()
    first = data["versions"][0]
    later = {**copy.deepcopy(first), "code": "B", "valid_from": "2026-01-01"}
    first["valid_to"] = "2026-01-01"
    data["versions"] = [later, first]
    tariff, problems = read_tariff(data, "file.json")
    assert problems == ()
    assert tariff is not None
    days = (date(2025, 12, 31), date(2026, 1, 1))
    assert [found.code for day in days if (found := tariff.on(day))] == ["ZJ-RES-1", "B"]


@pytest.mark.parametrize(
    "data", [None, [], "x", 3, {"versions": 3}, {"versions": [3]}, {"versions": [{"components": [[]]}]}]
)
def test_anything_else_is_a_problem_and_no_crash(data: object) -> None:
    tariff, problems = read_tariff(data, "file.json")
    assert tariff is None
    assert problems


SPOILT: tuple[Any, ...] = (None, "", "x", -1, "-5.5", "1e20", "9" * 30, True, [], ["x"], {}, [{}], "0", 0.1)


def ways(data: Any) -> Iterator[tuple[Any, ...]]:
    """The way to every value below."""
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in entries:
        yield (key,)
        yield from ((key, *rest) for rest in ways(value))


@pytest.mark.parametrize(
    "name",
    [
        "hubei/agent_two_part_10kv_tou",
        "guangdong/guangzhou_residential_tou",
        "guangdong/guangzhou_residential",
        "sichuan/transmission_two_part_35kv",
    ],
)
def test_a_file_with_one_value_spoilt_is_read_or_refused_and_never_breaks_the_core(name: str) -> None:
    whole = json.loads(resource("tariffs", "cn", *f"{name}.json".split("/")).read_text("utf-8"))
    batch = Batch.of([dict.fromkeys(DETERMINANTS, 1) | {"month_days": 30}])
    refused = 0
    for way in ways(whole):
        for value in SPOILT:
            data = copy.deepcopy(whole)
            spot: Any = data
            for step in way[:-1]:
                spot = spot[step]
            spot[way[-1]] = value
            tariff, problems = read_tariff(data, "file.json")
            refused += tariff is None
            assert (tariff is None) == bool(problems)
            if tariff is not None:
                priced = price(tariff.versions[0], batch)
                assert priced.held or priced.lines.row.size
                assert all(SAY(row.label) for row in tariff.versions[0].rows)
    assert refused
