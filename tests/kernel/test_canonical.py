"""Plain values to JSON and back, the same bytes every time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.counter.records import PaymentOrder, TenderKind
from desktop.kernel import canonical
from desktop.kernel.measures import INT64_MAX, Energy, Money, Price
from desktop.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Inner:
    """A value inside another."""

    amount: Money
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """One field of every kind that requests and answers have."""

    id: UUID
    day: date
    at: datetime
    ratio: Decimal
    energy: Energy
    price: Price
    kind: TenderKind
    text: Text
    raw: bytes
    flag: bool
    many: tuple[Inner, ...]
    pair: tuple[int, str]
    names: Mapping[str, int]
    nothing: Inner | None


texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
amounts = st.integers(-INT64_MAX, INT64_MAX)
inners = st.builds(Inner, st.builds(Money, amounts), st.none() | texts)
fields: st.SearchStrategy[Any] = (
    texts
    | st.none()
    | st.booleans()
    | amounts
    | st.dates()
    | st.builds(Money, amounts)
    | st.builds(Energy, amounts)
    | st.decimals(allow_nan=False, allow_infinity=False)
)
wholes = st.builds(
    Whole,
    st.uuids(),
    st.dates(),
    st.datetimes(timezones=st.just(UTC) | st.just(timezone(timedelta(hours=8)))),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.builds(Energy, amounts),
    st.builds(Price, amounts),
    st.sampled_from(TenderKind),
    st.builds(lambda name, value: Text("{" + name + "}", **{name: value}), st.sampled_from("abc"), fields),
    st.binary(),
    st.booleans(),
    st.lists(inners, max_size=3).map(tuple),
    st.tuples(amounts, texts),
    st.dictionaries(texts, amounts, max_size=3),
    st.none() | inners,
)


@given(wholes)
def test_what_is_dumped_is_built_again_and_dumps_to_the_same_bytes(whole: Whole) -> None:
    text = canonical.dump(whole)
    again = canonical.load(Whole, text)
    assert again == whole
    assert canonical.dump(again) == text
    sorted_names = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert sorted_names == text


@given(st.dictionaries(texts, amounts))
def test_the_order_of_names_does_not_matter(values: dict[str, int]) -> None:
    turned = dict(reversed(list(values.items())))
    assert canonical.dump(values) == canonical.dump(turned)


def test_the_spelling_is_fixed() -> None:
    order = PaymentOrder("330104827615", Money(10_000), Money(10_000), TenderKind.CASH, "户")
    assert canonical.dump(order) == (
        '{"account_number":"330104827615","amount":10000,"first":"","given":10000,"paid_by":"","reference":"户","tender":"cash"}'
    )


@pytest.mark.parametrize("value", [1.5, float("nan"), object(), {1.0: "x"}.keys(), {1, 2}, Inner])
def test_what_has_no_exact_spelling_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical.dump(value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Money, "1.5"),
        (Money, '"1"'),
        (Money, "true"),
        (int, "true"),
        (int, "1.0"),
        (str, "1"),
        (bool, "0"),
        (UUID, '"x"'),
        (date, '"2026-02-30"'),
        (TenderKind, '"gold"'),
        (Inner, '{"amount":1,"other":2}'),
        (Inner, "{}"),
        (tuple[int, str], "[1]"),
    ],
)
def test_what_does_not_fit_is_an_error(kind: Any, text: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        canonical.load(kind, text)


def test_a_text_keeps_the_kinds_of_its_fields() -> None:
    inner = Text("{day}", day=date(2026, 1, 1))
    text = Text(
        "{a} {b} {c} {d} {e}",
        plural="many {count}",
        count=3,
        context="x",
        a=Money(1),
        b=Energy(2),
        c=inner,
        d=TenderKind.CASH,
        e=Decimal("1.10"),
    )
    again = canonical.load(Text, canonical.dump(text))
    assert again.fields["a"] == Money(1)
    assert again.fields["b"] == Energy(2)
    assert again.fields["c"] == inner
    assert again.fields["e"] == Decimal("1.10")
    assert again.fields["d"] == TenderKind.CASH.text
    assert (again.message, again.plural, again.count, again.context) == (
        text.message,
        text.plural,
        text.count,
        text.context,
    )
