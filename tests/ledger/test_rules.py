"""Which open items an amount clears, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from desktop.kernel.measures import Money
from desktop.ledger.records import DueItem, ItemKind
from desktop.ledger.rules import allocate


def item(number: int, due: int, principal: int, fee: int = 0) -> DueItem:
    """An open item of so many fen, due so many days after New Year."""
    day = date(2026, 1, 1) + timedelta(days=due)
    return DueItem(
        UUID(int=number),
        ItemKind.ELECTRICITY,
        day.replace(day=1),
        f"B-{number}",
        None,
        day,
        0,
        Money(principal),
        Money(fee),
    )


items = st.lists(
    st.builds(item, st.integers(1, 10**6), st.integers(0, 400), st.integers(0, 10**6), st.integers(0, 10**4)),
    max_size=6,
    unique_by=lambda one: one.open_item_id,
)


@given(items, st.integers(0, 5 * 10**6), st.booleans())
def test_no_fen_is_lost_and_none_is_cleared_twice(owed: list[DueItem], amount: int, fee_first: bool) -> None:
    spread, left = allocate(Money(amount), owed, late_fee_first=fee_first)
    assert sum(part.principal.raw + part.late_fee.raw for part in spread) + left.raw == amount
    assert {part.item.open_item_id for part in spread} == {one.open_item_id for one in owed}
    for part in spread:
        assert Money(0) <= part.principal <= part.item.principal
        assert Money(0) <= part.late_fee <= part.item.late_fee
        assert part.settled == (part.principal + part.late_fee == part.item.total)
    assert left.raw == max(0, amount - sum(one.total.raw for one in owed))


@given(items, st.integers(0, 5 * 10**6), st.booleans())
def test_nothing_goes_to_a_later_item_before_the_earlier_is_settled(
    owed: list[DueItem], amount: int, fee_first: bool
) -> None:
    spread, _ = allocate(Money(amount), owed, late_fee_first=fee_first)
    order = [(part.item.due_on, part.item.open_item_id) for part in spread]
    assert order == sorted(order)
    for place, part in enumerate(spread):
        if not part.settled:
            assert all(not later.principal and not later.late_fee for later in spread[place + 1 :])
        first, second = (part.late_fee, part.principal) if fee_first else (part.principal, part.late_fee)
        whole = part.item.late_fee if fee_first else part.item.principal
        assert not second or first == whole


@given(items, st.integers(0, 10**6), st.integers(0, 10**6), st.booleans())
def test_paying_in_two_parts_clears_what_paying_at_once_clears(
    owed: list[DueItem], one: int, other: int, fee_first: bool
) -> None:
    whole, left = allocate(Money(one + other), owed, late_fee_first=fee_first)
    first, kept = allocate(Money(one), owed, late_fee_first=fee_first)
    rest = [
        replace(
            part.item,
            principal=part.item.principal - part.principal,
            late_fee=part.item.late_fee - part.late_fee,
        )
        for part in first
    ]
    second, kept = allocate(kept + Money(other), rest, late_fee_first=fee_first)
    assert kept == left
    assert [(part.principal, part.late_fee) for part in whole] == [
        (a.principal + b.principal, a.late_fee + b.late_fee) for a, b in zip(first, second, strict=True)
    ]


def test_items_of_one_day_are_cleared_in_the_order_of_their_ids() -> None:
    spread, left = allocate(Money(150), [item(2, 5, 100), item(1, 5, 100)], late_fee_first=True)
    assert [(part.item.open_item_id.int, part.principal.raw) for part in spread] == [(1, 100), (2, 50)]
    assert left == Money(0)


def test_the_fee_comes_before_the_principal_where_the_country_says_so() -> None:
    (part,), _ = allocate(Money(50), [item(1, 5, 100, 30)], late_fee_first=True)
    assert (part.late_fee.raw, part.principal.raw) == (30, 20)
    (part,), _ = allocate(Money(50), [item(1, 5, 100, 30)], late_fee_first=False)
    assert (part.late_fee.raw, part.principal.raw) == (0, 50)
