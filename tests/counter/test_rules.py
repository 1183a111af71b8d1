"""What a tender may be, and the change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.counter import rules
from desktop.counter.records import PaymentOrder, TenderKind
from desktop.kernel.measures import Money


def order(amount: int, given: int, tender: TenderKind = TenderKind.CASH, reference: str = "") -> PaymentOrder:
    return PaymentOrder("330100000001", Money(amount), Money(given), tender, reference)


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_cash_may_be_more_and_the_rest_is_change(amount: int, more: int) -> None:
    one = order(amount, amount + more)
    assert rules.objection(one) is None
    assert rules.change(one) == Money(more)


@given(
    st.integers(-(10**9), 10**9),
    st.integers(-(10**9), 10**9),
    st.sampled_from(TenderKind),
    st.sampled_from(["", " ", "4711"]),
)
def test_what_is_accepted_is_covered_and_proven(
    amount: int, given_: int, tender: TenderKind, reference: str
) -> None:
    if rules.objection(order(amount, given_, tender, reference)) is None:
        assert 0 < amount <= given_
        assert tender is TenderKind.CASH or (given_ == amount and reference.strip())


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (order(0, 0), "more than zero"),
        (order(-100, 100), "more than zero"),
        (order(100, 99), "ask for the rest"),
        (order(100, 200, TenderKind.CARD, "4711"), "Only cash gives change"),
        (order(100, 100, TenderKind.CARD), "Enter the number"),
        (order(100, 100, TenderKind.TRANSFER, "  "), "Enter the number"),
        (order(100, 99, TenderKind.WALLET, "4711"), "ask for the rest"),
    ],
)
def test_what_speaks_against_a_payment_is_said(one: PaymentOrder, words: str) -> None:
    objection = rules.objection(one)
    assert objection is not None
    assert words in objection.message
