"""Every price of every shipped list beside the published tables, typed here once more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from desktop.kernel.files import resource

ZHEJIANG_LIMITS = ("2760", "4800", None)
GUANGZHOU_LIMITS = {(5, 6, 7, 8, 9, 10): ("260", "600"), (1, 2, 3, 4, 11, 12): ("200", "400")}
GUANGZHOU_HOURS = {(0, 8, "valley"), (10, 12, "peak"), (14, 19, "peak")}
ZHEJIANG_HOURS = {(8, 22, "peak"), (22, 8, "valley")}

HOUSEHOLDS: dict[str, tuple[tuple[str, ...], Any]] = {
    # list: prices of its steps, or what they add; its limits
    "zhejiang_residential": (("0.538", "0.588", "0.838"), ZHEJIANG_LIMITS),
    "zhejiang/residential_tou": (("0", "0.05", "0.3"), ZHEJIANG_LIMITS),
    "zhejiang_shared_meter": (("0.558",), (None,)),
    "zhejiang/shared_meter_10kv": (("0.538",), (None,)),
    "guangdong/guangzhou_residential": (("0.58886875", "0.63886875", "0.88886875"), GUANGZHOU_LIMITS),
    "guangdong/guangzhou_residential_tou": (("0", "0.05", "0.3"), GUANGZHOU_LIMITS),
    "guangdong/guangzhou_shared_meter": (("0.62586875",), (None,)),
}
HOUSEHOLD_BANDS = {
    "zhejiang/residential_tou": ({"peak": "0.568", "valley": "0.288"}, ZHEJIANG_HOURS),
    "guangdong/guangzhou_residential_tou": (
        {"peak": "0.99500875", "flat": "0.58886875", "valley": "0.22914475"}, GUANGZHOU_HOURS,
    ),
}  # fmt: skip

# Hubei, agents' purchase of January 2026: flat, sharp, peak, valley
AGENT = {
    "single_lv": ("0.735686", "1.133999", "0.930961", "0.516924"),
    "single_10kv": ("0.715686", "1.113999", "0.910961", "0.496924"),
    "single_35kv": ("0.695686", "1.093999", "0.890961", "0.476924"),
    "two_part_10kv": ("0.651886", "1.049999", "0.848961", "0.432924"),
    "two_part_35kv": ("0.632086", "1.030199", "0.827161", "0.413124"),
    "two_part_110kv": ("0.613986", "1.012099", "0.809061", "0.395024"),
    "two_part_220kv": ("0.594986", "0.993099", "0.790061", "0.376024"),
}
FUNDS = {"hubei": "0.0452", "sichuan": "0.04716875"}
"""45.2 and 47.16875 yuan a MWh."""

# Transmission from 2026-08-01: single rate, two-part energy, demand, capacity
TRANSMISSION = {
    "hubei": {
        "lv": ("0.2103", None, None, None),
        "10kv": ("0.1903", "0.1263", "42.0", "26.3"),
        "35kv": ("0.1703", "0.1065", "42.0", "26.3"),
        "110kv": ("0.1503", "0.0884", "39.0", "24.4"),
        "220kv": ("0.1303", "0.0694", "39.0", "24.4"),
    },
    "sichuan": {
        "lv": ("0.2563", None, None, None),
        "10kv": ("0.2299", "0.1391", "35", "22"),
        "35kv": ("0.1992", "0.1125", "30", "19"),
        "110kv": ("0.1126", "0.0644", "27", "17"),
        "220kv": ("0.0934", "0.0466", "24", "15"),
    },
}


def only_version(name: str) -> Any:
    (found,) = json.loads(resource("tariffs", "cn", f"{name}.json").read_text("utf-8"))["versions"]
    return found


def parts(name: str) -> dict[str, Any]:
    """The components of a list by their kind and code."""
    found = only_version(name)["components"]
    return {f"{one['kind']} {one['code']}": one for one in found}


def hours_of(season: Any) -> set[tuple[int, int, str]]:
    return {(one["from"], one["to"], one["band"]) for one in season["hours"]}


@pytest.mark.parametrize("name", HOUSEHOLDS)
def test_steps_of_households(name: str) -> None:
    prices, limits = HOUSEHOLDS[name]
    found = parts(name)
    steps = found.get("tiers energy") or found["tier_adders tiers"]
    assert tuple(one.get("price", one.get("adder")) for one in steps["tiers"]) == prices
    if isinstance(limits, dict):
        assert steps["accumulation"] == "monthly"
        assert {tuple(sorted(one["months"])): tuple(one["limits"]) for one in steps["seasons"]} == limits
    else:
        assert tuple(one["upto"] for one in steps["tiers"]) == limits
        assert len(prices) == 1 or steps["accumulation"] == "annual"
    if name in HOUSEHOLD_BANDS:
        bands, hours = HOUSEHOLD_BANDS[name]
        assert found["time_bands energy"]["prices"] == bands
        (season,) = found["hours hours"]["seasons"]
        assert hours_of(season) == hours


@pytest.mark.parametrize("name", AGENT)
def test_agents_prices_of_hubei(name: str) -> None:
    flat, sharp, peak, valley = AGENT[name]
    with_bands = parts(f"hubei/agent_{name}_tou")
    banded = {"sharp": sharp, "peak": peak, "flat": flat, "valley": valley}
    assert with_bands["time_bands energy"]["prices"] == banded
    assert with_bands["included_funds funds"]["price"] == FUNDS["hubei"]
    if name.startswith("single"):
        alone = parts(f"hubei/agent_{name}")
        assert alone["per_kwh energy"]["price"] == flat
        assert alone["included_funds funds"]["price"] == FUNDS["hubei"]
    else:
        _, _, demand, capacity = TRANSMISSION["hubei"][name.removeprefix("two_part_")]
        basic = with_bands["basic_charge basic"]
        assert (basic["demand_price"], basic["capacity_price"]) == (demand, capacity)
    days = only_version(f"hubei/agent_{name}_tou")
    assert (days["valid_from"], days["valid_to"]) == ("2026-01-01", "2026-02-01")
    seasons = {tuple(sorted(one["months"])): hours_of(one) for one in with_bands["hours hours"]["seasons"]}
    summer, rest = seasons[7, 8], seasons[1, 2, 3, 4, 5, 6, 9, 10, 11, 12]
    always = {(0, 6, "valley"), (6, 12, "flat"), (12, 14, "valley"), (14, 16, "flat")}
    assert summer == always | {(16, 20, "peak"), (20, 22, "sharp"), (22, 24, "peak")}
    assert rest == always | {(16, 18, "peak"), (18, 20, "sharp"), (20, 24, "peak")}


@pytest.mark.parametrize(
    ("province", "level"), [(one, at) for one in TRANSMISSION for at in TRANSMISSION[one]]
)
def test_transmission_prices(province: str, level: str) -> None:
    single, energy, demand, capacity = TRANSMISSION[province][level]
    alone = f"{province}/transmission_single_{level}"
    assert parts(alone)["per_kwh transmission"]["price"] == single
    names = [alone]
    if energy is not None:
        names.append(f"{province}/transmission_two_part_{level}")
        found = parts(names[-1])
        assert found["per_kwh transmission"]["price"] == energy
        basic = found["basic_charge basic"]
        assert (basic["demand_price"], basic["capacity_price"]) == (demand, capacity)
    for name in names:
        assert parts(name)["per_kwh funds"]["price"] == FUNDS[province]
        assert (only_version(name)["valid_from"], only_version(name)["valid_to"]) == ("2026-08-01", None)


def test_what_is_not_in_these_tables_is_not_shipped() -> None:
    folder = resource("tariffs", "cn")
    shipped = {file.relative_to(folder).with_suffix("").as_posix() for file in folder.rglob("*.json")}
    agents = {f"hubei/agent_{name}_tou" for name in AGENT} | {
        f"hubei/agent_{name}" for name in AGENT if name.startswith("single")
    }
    moved = {
        f"{province}/transmission_{kind}_{level}"
        for province, levels in TRANSMISSION.items()
        for level, prices in levels.items()
        for kind in ("single", "two_part")
        if kind == "single" or prices[1] is not None
    }
    assert shipped == {*HOUSEHOLDS, *agents, *moved, "shanxi/hours"}


def test_factors_and_holidays_of_shanxi() -> None:
    hours = parts("shanxi/hours")["hours hours"]
    assert hours["factors"] == {
        "sharp": "1.92", "peak": "1.6", "flat": "1", "valley": "0.45", "deep_valley": "0.36",
    }  # fmt: skip
    (holiday,) = hours["holidays"]
    assert (holiday["from"], holiday["to"], holiday["band"]) == (13, 15, "deep_valley")
    assert set(holiday["names"]) == {"spring_festival", "labour_day", "national_day"}
    assert only_version("shanxi/hours")["valid_from"] == "2026-05-01"
