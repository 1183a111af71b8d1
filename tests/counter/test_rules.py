"""What a tender may be, and the change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.counter import rules
from desktop.counter.records import Flow, FlowKind, PaymentOrder, Piece, SuspectReason, TenderKind
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


amounts = st.integers(1, 10**9).map(Money)
flows = st.lists(
    st.builds(Flow, st.sampled_from(FlowKind), st.sampled_from([kind.value for kind in TenderKind]), amounts),
    max_size=30,
)


@given(st.integers(0, 10**9).map(Money), flows, st.integers(-(10**9), 10**9).map(Money))
def test_what_should_be_in_a_drawer_is_the_sum_of_all_that_moved(
    opening: Money, made: list[Flow], taken_out: Money
) -> None:
    found = rules.balance(opening, made, taken_out)
    signed = [(one.tender, one.amount if one.kind is FlowKind.RECEIPT else -one.amount) for one in made]
    cash = Money.total([amount for tender, amount in signed if tender == "cash"])
    assert found.expected == opening + cash - taken_out
    assert found.net_total == Money.total([amount for _, amount in signed])
    assert sum(found.counts.values()) == len(made)
    assert rules.balance(opening, made[::-1], taken_out).expected == found.expected


pieces = st.lists(st.builds(Piece, amounts, st.integers(0, rules.MOST_PIECES)), max_size=8)


@given(pieces, st.integers(-100, 10**9).map(Money))
def test_a_count_is_at_least_what_its_pieces_come_to(made: list[Piece], more: Money) -> None:
    whole = Money.total([piece.amount for piece in made]) + more
    assert (rules.count_objection(whole, made) is None) == (more.raw >= 0)


@given(st.integers(10, 10**8), st.integers(0, 7))
def test_two_digits_that_changed_places_explain_their_difference(amount: int, place: int) -> None:
    digits = list(str(amount).zfill(9))
    digits[place], digits[place + 1] = digits[place + 1], digits[place]
    other = int("".join(digits))
    difference = Money(other - amount)
    why = rules.explains(difference, TenderKind.CASH, Money(amount), Money(amount))
    if not difference or not other:
        assert why is None or why is SuspectReason.EQUAL
    else:
        assert why is not None
        assert why is SuspectReason.SWAPPED or abs(difference.raw) in (amount, 2 * amount)


@pytest.mark.parametrize(
    ("difference", "tender", "amount", "given_", "why"),
    [
        (-5000, TenderKind.CASH, 5000, 5000, SuspectReason.EQUAL),
        (5000, TenderKind.CASH, 5000, 5000, SuspectReason.EQUAL),
        (5000, TenderKind.CARD, 5000, 5000, SuspectReason.TENDER),
        (-5000, TenderKind.CARD, 5000, 5000, None),
        (-5000, TenderKind.CASH, 2500, 2500, SuspectReason.HALF),
        (5000, TenderKind.CASH, 15000, 20000, SuspectReason.CHANGE),
        (-900, TenderKind.CASH, 5400, 5400, SuspectReason.SWAPPED),
        (900, TenderKind.CASH, 5400, 5400, None),
        (-900, TenderKind.CASH, 5500, 5500, None),
        (0, TenderKind.CASH, 5500, 5500, None),
    ],
)
def test_a_receipt_explains_a_difference_or_does_not(
    difference: int, tender: TenderKind, amount: int, given_: int, why: SuspectReason | None
) -> None:
    assert rules.explains(Money(difference), tender, Money(amount), Money(given_)) is why
