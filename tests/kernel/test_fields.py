"""Plain JSON data by name: what is missing or unfit is a problem with its path."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum

import pytest

from desktop.kernel.errors import Refused
from desktop.kernel.fields import Fields
from desktop.kernel.text import catalog

SAY = catalog("en")


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


def test_values_by_name() -> None:
    fields = Fields(
        {
            "t": " a ",
            "d": "0.588",
            "f": 0.1,
            "i": 3,
            "on": "2026-01-31",
            "s": "large",
            "list": [{"x": 1}],
            "n": None,
        }
    )
    assert fields.text("t") == "a"
    assert (fields.decimal("d"), fields.decimal("f"), fields.whole("i")) == (
        Decimal("0.588"),
        Decimal("0.1"),
        3,
    )
    assert fields.day("on") == date(2026, 1, 31)
    assert fields.choice("s", Size) is Size.LARGE
    assert [entry.whole("x") for entry in fields.each("list")] == [1]
    assert not fields.has("n")
    assert fields.decimal("n", "7") == 7
    assert fields.choice("n", Size, Size.SMALL) is Size.SMALL
    assert fields.each("n", []) == ()
    assert fields.text("n", "x") == "x"
    assert fields.problems == []


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("text", 3),
        ("text", ""),
        ("decimal", "x"),
        ("decimal", True),
        ("decimal", "Infinity"),
        ("decimal", "1" * 29),
        ("decimal", "1e99"),
        ("decimal", [1]),
        ("whole", "1.5"),
        ("day", "2026-02-30"),
        ("day", "1899-12-31"),
        ("day", 20260131),
        ("each", {}),
        ("each", "abc"),
        ("each", []),
    ],
)
def test_an_unfit_value_is_a_problem(method: str, value: object) -> None:
    fields = Fields({"key": value}, "file.json")
    getattr(fields, method)("key")
    (problem,) = fields.problems
    assert (problem.column, problem.sheet) == ("key", "file.json")
    assert SAY(problem.remedy)


@pytest.mark.parametrize("method", ["text", "decimal", "whole", "day", "each"])
def test_a_missing_value_is_a_problem(method: str) -> None:
    for data in ({}, {"key": None}):
        fields = Fields(data)
        getattr(fields, method)("key")
        assert [SAY(problem.what) for problem in fields.problems] == ["This value is missing"]


def test_the_path_goes_down_and_problems_are_shared() -> None:
    fields = Fields({"a": [{"b": [{"c": "x"}, 5]}]})
    for outer in fields.each("a"):
        for inner in outer.each("b"):
            inner.whole("c")
    assert [problem.column for problem in fields.problems] == ["a[0].b[1]", "a[0].b[0].c", "a[0].b[1].c"]


def test_unknown_names_and_words() -> None:
    fields = Fields({"a": 1, "b": 2, "s": "huge"})
    fields.unknown({"a", "s"})
    fields.choice("s", Size)
    assert [problem.column for problem in fields.problems] == ["b", "s"]
    assert SAY(fields.problems[1].remedy) == "Use one of: small, large"


def test_the_first_problem_refuses() -> None:
    Fields({}).refuse()
    fields = Fields({"a": "x"})
    fields.decimal("a")
    with pytest.raises(Refused) as refused:
        fields.refuse()
    assert SAY(refused.value.text) == "a: This is no number. Write a number such as 0.588"
    with pytest.raises(Refused) as refused:
        Fields([]).refuse()
    assert SAY(refused.value.text).startswith("This is no group of named values.")
