"""China: words of amounts, late fees, and the small customs of the pack."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.countries.cn import CHART, COUNTRY, format_account, mask_name, payment_code
from desktop.countries.cn.amount_in_words import DIGITS, amount_in_words
from desktop.countries.cn.late_fee import TERMS, note, rule_set, terms_of
from desktop.kernel.country import Debt
from desktop.kernel.measures import Money
from desktop.kernel.period import Period
from desktop.kernel.text import catalog
from desktop.ledger.records import Role

SAY = catalog("en", COUNTRY.currency)


def value_of(words: str) -> int:
    """Reads an amount in words back into fen: an oracle that knows nothing of how it was written."""
    sign = -1 if words.startswith("负") else 1
    words = words.removeprefix("负").removesuffix("整")
    whole, _, rest = words.rpartition("元") if "元" in words else ("", "", words)
    yuan, group, digit = 0, 0, 0
    for letter in whole:
        if letter in DIGITS:
            digit = DIGITS.index(letter)
        elif letter in "拾佰仟":
            group += digit * 10 ** ("拾佰仟".index(letter) + 1)
            digit = 0
        else:
            yuan += (group + digit) * {"万": 10**4, "亿": 10**8}[letter]
            group = digit = 0
    fen, digit = (yuan + group + digit) * 100, 0
    for letter in rest:
        if letter in DIGITS:
            digit = DIGITS.index(letter)
        else:
            fen += digit * {"角": 10, "分": 1}[letter]
    return sign * fen


@given(st.integers(min_value=-(10**14) + 1, max_value=10**14 - 1))
def test_words_read_back_give_the_amount(fen: int) -> None:
    words = amount_in_words(Decimal(fen).scaleb(-2))
    assert value_of(words) == fen
    assert "零零" not in words
    assert words.endswith("整") == (fen % 100 == 0)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("100005000", "壹亿零伍仟元整"),
        ("100000000.05", "壹亿元零伍分"),
        ("30.05", "叁拾元零伍分"),
        ("1010.50", "壹仟零壹拾元零伍角"),
        ("-0.05", "负伍分"),
        ("999999999999.99", "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_words(amount: str, words: str) -> None:
    assert amount_in_words(Decimal(amount)) == words


@pytest.mark.parametrize("amount", ["0.001", "1000000000000", "-1000000000000"])
def test_no_words_for_what_is_no_amount(amount: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        amount_in_words(Decimal(amount))


def debt(
    principal: int = 10_000,
    due_on: date = date(2026, 1, 20),
    month: date = date(2026, 1, 1),
    customer_class: str = "residential",
    paid: tuple[tuple[date, Money], ...] = (),
    rules: str = "2024",
) -> Debt:
    return Debt(customer_class, rules, Money(principal), due_on, month, paid)


def test_the_arithmetic_of_a_fee_is_told() -> None:
    fee = COUNTRY.late_fee(debt(18_640), date(2026, 2, 5))
    assert (fee.amount, fee.days) == (Money(298), 16)
    assert [SAY(text) for text in fee.arithmetic] == [
        "186.40 × 1 ‰ × 16 d (21 Jan 2026 to 5 Feb 2026) = 2.98"
    ]


def test_a_part_paid_makes_two_shares_and_their_sum_is_rounded_once() -> None:
    paid = ((date(2025, 3, 31), Money(200_000)),)
    fee = COUNTRY.late_fee(
        debt(500_000, date(2025, 3, 20), date(2025, 3, 1), "commercial", paid), date(2025, 4, 10)
    )
    assert fee.amount == Money(17_000)
    assert [SAY(text) for text in fee.arithmetic] == [
        "5,000.00 × 2 ‰ × 11 d (21 Mar 2025 to 31 Mar 2025) = 110",
        "3,000.00 × 2 ‰ × 10 d (1 Apr 2025 to 10 Apr 2025) = 60",
        "Together 170, rounded once to 170.00",
    ]


def test_days_on_which_no_fee_grows_are_left_out_and_the_rest_told() -> None:
    pause = Period(date(2026, 1, 25), date(2026, 2, 1))
    fee = COUNTRY.late_fee(replace(debt(), paused=(pause,)), date(2026, 2, 5))
    assert (fee.amount, fee.days) == (Money(90), 9)
    assert [SAY(text) for text in fee.arithmetic][:2] == [
        "100.00 × 1 ‰ × 4 d (21 Jan 2026 to 24 Jan 2026) = 0.4",
        "100.00 × 1 ‰ × 5 d (1 Feb 2026 to 5 Feb 2026) = 0.5",
    ]
    whole = Period(date(2026, 1, 1), date(2027, 1, 1))
    assert COUNTRY.late_fee(replace(debt(), paused=(whole,)), date(2026, 2, 5)).amount == Money(0)


def test_the_least_fee_of_1996_is_told() -> None:
    fee = COUNTRY.late_fee(debt(1_250, date(2023, 7, 20), date(2023, 7, 1), rules="1996"), date(2023, 7, 23))
    assert fee.amount == Money(100)
    assert SAY(fee.arithmetic[-1]) == "The least late fee is 1.00"


def test_a_resident_keeps_one_share_across_the_new_year() -> None:
    fee = COUNTRY.late_fee(debt(100_000, date(2024, 12, 20), date(2024, 12, 1)), date(2025, 1, 31))
    assert (fee.amount, fee.days, len(fee.arithmetic)) == (Money(4_200), 42, 1)


def test_the_year_of_a_debt_is_that_of_its_month() -> None:
    late = debt(1_000_000, date(2025, 1, 15), date(2024, 12, 1), "industrial")
    assert COUNTRY.late_fee(late, date(2025, 1, 25)).amount == Money(30_000)


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 1, 20)])
def test_nothing_up_to_the_due_day(day: date) -> None:
    fee = COUNTRY.late_fee(debt(), day)
    assert (fee.amount, fee.days, fee.arithmetic) == (Money(0), 0, ())


@given(
    st.integers(0, 10**9),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 10**7)), max_size=4),
    st.integers(0, 800),
    st.sampled_from(["residential", "commercial"]),
)
def test_a_fee_equals_the_sum_of_its_days(
    principal: int, parts: list[tuple[int, int]], late: int, customer_class: str
) -> None:
    due_on = date(2024, 11, 20)
    paid = sorted((date.fromordinal(due_on.toordinal() + after), Money(part)) for after, part in parts)
    exact = Decimal(0)
    for step in range(1, late + 1):
        day = date.fromordinal(due_on.toordinal() + step)
        left = principal - sum(part.raw for on, part in paid if on < day)
        rate = Decimal(1) if customer_class == "residential" else Decimal(2 if day.year == 2024 else 3)
        exact += max(left, 0) * rate / 1000
    as_of = date.fromordinal(due_on.toordinal() + late)
    fee = COUNTRY.late_fee(debt(principal, due_on, date(2024, 11, 1), customer_class, tuple(paid)), as_of)
    assert abs(fee.amount.raw - exact) <= Decimal("0.5")


def test_the_rule_set_goes_by_the_day_of_the_bill() -> None:
    days = (date(1990, 1, 1), date(2024, 5, 31), date(2024, 6, 1), date(2026, 2, 5))
    assert [rule_set(day) for day in days] == ["1996", "1996", "2024", "2024"]
    assert [terms.valid_from for terms in TERMS] == sorted(terms.valid_from for terms in TERMS)
    with pytest.raises(ValueError, match="1888"):
        terms_of("1888")


def test_a_bill_says_what_paying_late_costs() -> None:
    assert SAY(note("residential", "2024")).startswith("Paid late: 1 ‰ of the debt is added for each day (")
    assert "2 ‰ of the debt is added for each day, 3 ‰ after the year" in SAY(note("commercial", "2024"))


def test_the_chart_has_an_account_for_each_role() -> None:
    assert {account.role for account in CHART} == {role.value for role in Role}
    assert len({account.code for account in CHART}) == len(CHART)


@pytest.mark.parametrize(
    ("number", "shown"),
    [("330104827615", "3301 0482 7615"), ("0123456789", "0123 4567 89"), (" 33 01", "3301"), ("", "")],
)
def test_an_account_number_in_groups(number: str, shown: str) -> None:
    assert format_account(number) == shown


@pytest.mark.parametrize(
    ("name", "masked"),
    [("陈玉兰", "陈*兰"), ("陈兰", "陈*"), ("陈", "陈"), ("欧阳玉兰", "欧**兰"), ("", ""), (" 陈兰 ", "陈*")],
)
def test_a_name_is_masked(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_the_payment_code_names_account_amount_and_month() -> None:
    code = payment_code("330104827615", Decimal("148.8"), date(2026, 10, 1))
    assert code == "SH1/330104827615/148.80/202610"


def test_notes_and_coins_go_from_large_to_small() -> None:
    assert list(COUNTRY.cash_notes) == sorted(COUNTRY.cash_notes, reverse=True)
