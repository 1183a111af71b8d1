"""Typing amounts: exact whatever the width of the digits, the marks of the language, or the order of keys."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.kernel.measures import Currency, Money
from desktop.kernel.text import LANGUAGES, SHAPES, catalog
from desktop.qt.money import MoneyField, read_amount
from tests.windows import commit

YUAN = Currency("CNY", "元", 2)
DONG = Currency("VND", "đ", 0)


@pytest.fixture
def make(qtbot, dressed):
    def field(language: str = "zh_CN", currency: Currency = YUAN) -> MoneyField:
        made = MoneyField(catalog(language, currency), currency)
        qtbot.addWidget(made)
        made.show()
        return made

    return field


@pytest.mark.parametrize(
    ("typed", "language", "decimals", "value"),
    [
        ("340.00", "zh_CN", 2, "340"),
        ("３４０．００", "zh_CN", 2, "340"),
        ("１２３４，５", "zh_CN", 2, "1234.5"),
        ("1,234.50", "zh_CN", 2, "1234.50"),
        ("1.234,50", "zh_CN", 2, "1234.50"),
        ("1,234", "zh_CN", 2, "1234"),
        ("1,5", "zh_CN", 2, "1.5"),
        ("1.234", "vi", 0, "1234"),
        ("149.000", "vi", 0, "149000"),
        ("1,234,567", "en", 2, "1234567"),
        ("1 234,50", "fi", 2, "1234.50"),
        ("1\N{NO-BREAK SPACE}234,50", "fi", 2, "1234.50"),
        (".5", "en", 2, "0.5"),
        ("007", "en", 2, "7"),
    ],
)
def test_amounts_are_read_as_people_write_them(typed, language, decimals, value):
    assert read_amount(typed, SHAPES[language], decimals) == Decimal(value)


@pytest.mark.parametrize(
    "typed", ["", "abc", "1.2.3,4.5x", "12.345", "-5", "1..2", "999999999999", "1e5", "."]
)
def test_what_is_no_amount_is_none(typed):
    assert read_amount(typed, SHAPES["en"], 2) is None


@given(raw=st.integers(0, 10**12), language=st.sampled_from(LANGUAGES))
def test_what_a_language_writes_it_reads_back(raw, language):
    say = catalog(language, YUAN)
    assert read_amount(say.money(Money(raw)), SHAPES[language], 2) == YUAN.decimal(Money(raw))


@given(raw=st.integers(0, 10**10))
def test_money_without_decimals_too(raw):
    assert read_amount(catalog("vi", DONG).money(Money(raw)), SHAPES["vi"], 0) == raw


class TestField:
    @pytest.mark.parametrize(
        ("language", "keys", "shown", "raw"),
        [
            ("zh_CN", "1234567.5", "1,234,567.5", 123456750),
            ("zh_CN", "1234567,5", "1,234,567.5", 123456750),
            ("en", "12.345", "12.34", 1234),
            ("en", "..5", "0.5", 50),
            ("en", "0005", "5", 500),
            ("fi", "1234.50", "1\N{NO-BREAK SPACE}234,50", 123450),
            ("en", "12a3b", "123", 12300),
        ],
    )
    def test_grouping_appears_while_typing(self, make, language, keys, shown, raw):
        field = make(language)
        QTest.keyClicks(field, keys)
        assert field.text() == shown
        assert field.amount() == Money(raw)

    def test_thousands_with_the_mark_of_another_country_are_told(self, make):
        field = make("zh_CN")
        QTest.keyClicks(field, "1.23")
        assert not field.cut
        QTest.keyClicks(field, "4")
        assert (field.text(), field.cut) == ("1.23", True)
        QTest.keyClick(field, Qt.Key.Key_Backspace)
        assert not field.cut
        QApplication.clipboard().setText("1.234")
        field.selectAll()
        field.paste()
        assert field.cut

    def test_a_currency_without_decimals_takes_no_mark(self, make):
        field = make("vi", DONG)
        QTest.keyClicks(field, "149000.5")
        assert field.text() == "1.490.005"
        assert field.amount() == Money(1490005)

    def test_an_input_method_hands_over_wide_digits(self, make):
        field = make()
        commit(field, "３４０")
        commit(field, "。")
        commit(field, "５")
        assert field.text() == "340.5"
        assert field.amount() == Money(34050)

    def test_pasting_understands_either_mark(self, make):
        field = make("fi")
        QApplication.clipboard().setText("1,234.50")
        field.paste()
        assert field.text() == "1\N{NO-BREAK SPACE}234,50"

    def test_the_cursor_keeps_its_digit(self, make):
        field = make()
        QTest.keyClicks(field, "1234")
        QTest.keyClick(field, Qt.Key.Key_Left)
        QTest.keyClicks(field, "99")
        assert field.text() == "123,994"
        QTest.keyClick(field, Qt.Key.Key_Backspace)
        assert field.text() == "12,394"

    def test_deleting_goes_past_the_marks_that_group(self, make):
        field = make()
        QTest.keyClicks(field, "1234")
        for _ in range(3):
            QTest.keyClick(field, Qt.Key.Key_Left)
        QTest.keyClick(field, Qt.Key.Key_Backspace)
        assert field.text() == "234"
        QTest.keyClicks(field, "1")
        QTest.keyClick(field, Qt.Key.Key_Delete)
        assert field.text() == "134"

    def test_a_scanner_code_is_handed_on_and_the_amount_stays(self, qtbot, make):
        field = make()
        QTest.keyClicks(field, "12.5")
        with qtbot.waitSignal(field.scanned):
            QApplication.clipboard().setText("33010482707633010482")
            field.paste()
        assert field.amount() == Money(1250)

    def test_nothing_typed_is_no_amount(self, make):
        assert make().amount() is None
