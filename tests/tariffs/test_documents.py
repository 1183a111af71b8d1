"""Tariff files: the ones we ship, and every mistake named with its place."""

from __future__ import annotations

import copy
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from desktop.kernel.files import resource
from desktop.kernel.text import catalog
from desktop.tariffs.documents import read_tariff, read_version
from desktop.tariffs.rules import Tiers

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
