"""Direct debits by rule: what a bank's words mean, what goes into a file, which result fits."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.debits import rules
from desktop.debits.records import ItemState, LeftOut, Meaning
from desktop.kernel.measures import Money
from desktop.kernel.work import draw_id
from desktop.ledger.records import DueItem, ItemKind

DAY = date(2026, 2, 5)


def due(raw: int, fee: int = 0, on: date = DAY, disputed: date | None = None) -> DueItem:
    return DueItem(
        draw_id(), ItemKind.ELECTRICITY, DAY, "B1", None, on, 0, Money(raw), Money(fee), (), disputed
    )


@pytest.mark.parametrize(
    ("result", "reason", "codes", "meant"),
    [
        ("成功", "", {}, Meaning.PAID),
        (" 扣款成功 ", "余额不足", {}, Meaning.PAID),
        ("失败", "账户余额不足", {}, Meaning.FUNDS),
        ("失败", "该账户已销户", {}, Meaning.CLOSED),
        ("失败", "???", {}, Meaning.FAILED),
        ("冲正", "", {}, Meaning.RETURNED),
        ("0000", "", {"0000": "paid"}, Meaning.PAID),
        ("9", "e2", {"9": "failed", "E2": "frozen"}, Meaning.FROZEN),
        ("失败", "X", {"X": "paid"}, Meaning.FAILED),
        ("0000", "", {}, None),
        ("处理中", "", {}, None),
        ("余额不足", "", {}, Meaning.FUNDS),
        ("余额不足", "", {"余额不足": "paid"}, Meaning.PAID),
        ("协议", "", {}, None),
    ],
)
def test_what_a_bank_says_is_known_or_nobody_guesses(
    result: str, reason: str, codes: dict[str, str], meant: Meaning | None
) -> None:
    assert rules.meaning(result, reason, codes) is meant


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("6222 0212-3456 7890", True),
        ("FI2112345600000785", True),
        ("6.2E+18", False),
        ("12345", False),
        ("", False),
    ],
)
def test_a_bank_account_is_digits_or_letters(typed: str, right: bool) -> None:
    assert (rules.bank_account_problem(typed) is None) is right


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (rules.Candidate(due(100), Money(100), "A", False, False), None),
        (rules.Candidate(due(100), Money(100), None, True, False), LeftOut.WAITING),
        (rules.Candidate(due(100), Money(100), None, False, False), LeftOut.NO_MANDATE),
        (rules.Candidate(due(100), Money(100), "B", False, True), LeftOut.OTHER_BANK),
        (rules.Candidate(due(100, disputed=DAY), Money(100), "A", False, True), LeftOut.DISPUTED),
        (rules.Candidate(due(100), Money(100), "A", False, True), LeftOut.REFUSED),
        (rules.Candidate(due(100), Money(0), "A", False, False), LeftOut.COVERED),
        (rules.Candidate(due(100), Money(9), "A", False, False), LeftOut.SMALL),
    ],
)
def test_what_is_left_out_of_a_file_and_why(one: rules.Candidate, why: LeftOut | None) -> None:
    assert rules.left_out(one, "A", Money(10)) is why


@given(st.lists(st.tuples(st.integers(1, 999), st.integers(0, 99)), max_size=6), st.integers(0, 4_000))
def test_credit_is_used_before_and_nothing_is_collected_twice(
    items: list[tuple[int, int]], credit: int
) -> None:
    every = tuple(due(principal, fee) for principal, fee in items)
    found = rules.collected(every, Money(credit), DAY)
    whole = sum(one.total.raw for one in every)
    assert sum(amount.raw for _, amount in found) == max(whole - credit, 0)
    assert all(0 <= amount.raw <= item.total.raw for item, amount in found)
    assert rules.collected(every, Money(credit), date(2026, 2, 4)) == ()


@pytest.mark.parametrize("state", list(ItemState))
@pytest.mark.parametrize("meant", list(Meaning))
def test_a_result_fits_an_item_in_one_state_alone(state: ItemState, meant: Meaning) -> None:
    asked = rules.Asked("A", Money(5), state)
    problem = rules.result_problem(meant, "K1", Money(5), "A", asked, row=7)
    fits = state is (ItemState.PAID if meant is Meaning.RETURNED else ItemState.AWAITING)
    assert (problem is None) is fits
    assert problem is None or (problem.row, problem.value) == (7, "K1")


def test_another_amount_bank_or_number_is_no_fit() -> None:
    asked = rules.Asked("A", Money(5), ItemState.AWAITING)
    for amount, bank, one in ((Money(6), "A", asked), (Money(5), "B", asked), (Money(5), "A", None)):
        assert rules.result_problem(Meaning.PAID, "K1", amount, bank, one, row=1) is not None


def test_numbers_and_masks() -> None:
    assert rules.item_number(rules.file_number("hall", 2026, 1), 1) == "KHALL260000100001"
    assert rules.masked("6222021234567890123") == "6222 **** 0123"
