"""Reads, dates and numbers with a format: typed, pasted, through an input method, in every language's shape."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app import COUNTRIES
from desktop.kernel.fields import EARLIEST, LATEST
from desktop.kernel.measures import Money, Reading
from desktop.kernel.text import LANGUAGES, SHAPES, catalog
from desktop.qt.fields import ChoiceField, DateField, FormatField, ReadField, TextField, read_date
from desktop.qt.money import MoneyField, NumberField
from tests import windows
from tests.windows import commit

TODAY = date(2026, 2, 5)
IDENTIFIERS = COUNTRIES["cn"].identifiers


@pytest.fixture
def shown(qtbot, dressed):
    def show(widget):
        windows.shown(qtbot, widget)
        widget.setFocus()
        return widget

    return show


def compose(widget, preedit: str) -> None:
    """An input method shows something it has not handed over yet."""
    QApplication.sendEvent(widget, QInputMethodEvent(preedit, []))


def ways(typed: str):
    """How these characters can come into a field: by keys (where a keyboard has them), an input method, pasted."""
    return (QTest.keyClicks, commit, paste) if typed.isascii() else (commit, paste)


def paste(field, text: str) -> None:
    QApplication.clipboard().setText(text)
    field.paste()


class TestRead:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(
        ("typed", "value"),
        [("48067", 48067), ("４８０６７", 48067), ("004806", 4806), ("48 067", 48067), ("0", 0)],
    )
    def test_keys_and_input_methods(self, shown, language, typed, value):
        for enter in ways(typed):
            field = shown(ReadField(catalog(language), 6))
            enter(field, typed)
            assert field.value() == Reading.of(value)
            assert field.flaw() is None

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(
        "pasted", ["48,067", "48.067", "48 067", "48\N{NO-BREAK SPACE}067", " 48067 ", "４８，０６７"]
    )
    def test_group_marks_of_every_language_are_taken_out_of_what_is_pasted(self, shown, language, pasted):
        field = shown(ReadField(catalog(language), 6))
        paste(field, pasted)
        assert field.value() == Reading.of(48067)
        assert field.text() == catalog(language).number(48067)

    def test_more_digits_than_the_register_has_are_told_and_stay(self, shown):
        field = shown(ReadField(catalog("en"), 5))
        QTest.keyClicks(field, "123456")
        assert field.value() is None
        assert catalog("en")(field.flaw()) == "The register has 5 digits. Read it again"
        assert field.text() == "123,456"

    def test_decimals_of_the_register(self, shown):
        field = shown(ReadField(catalog("fi"), 5, 1))
        QTest.keyClicks(field, "1204.57")
        assert field.text() == "1\N{NO-BREAK SPACE}204,5"
        assert field.value() == Reading.of("1204.5")

    @given(number=st.integers(0, 999_999), tenths=st.integers(0, 9), language=st.sampled_from(LANGUAGES))
    def test_what_is_shown_is_read_back(self, qapp, number, tenths, language):
        field = ReadField(catalog(language), 6, 1)
        read = Reading.of(Decimal(number) + Decimal(tenths) / 10)
        field.show_value(read)
        assert field.value() == read
        field.show_text(field.text_typed())
        assert field.value() == read


class TestDate:
    @pytest.mark.parametrize(
        ("language", "typed", "day"),
        [
            ("zh_CN", "2026-11-05", date(2026, 11, 5)),
            ("zh_CN", "2026年11月5日", date(2026, 11, 5)),
            ("zh_CN", "２０２６．１１．５", date(2026, 11, 5)),
            ("zh_CN", "20261105", date(2026, 11, 5)),
            ("zh_CN", "11-5", date(2025, 11, 5)),
            ("zh_CN", "1.5", date(2026, 1, 5)),
            ("zh_CN", "26-11-05", date(2026, 11, 5)),
            ("en", "2026/11/5", date(2026, 11, 5)),
            ("en", "5.3", date(2026, 3, 5)),
            ("en", "5 Nov 2026", date(2026, 11, 5)),
            ("en", "5 march", date(2026, 3, 5)),
            ("en", "5.11.2026", date(2026, 11, 5)),
            ("vi", "05/11/2026", date(2026, 11, 5)),
            ("vi", "5/3", date(2026, 3, 5)),
            ("vi", "05112026", date(2026, 11, 5)),
            ("vi", "20261105", date(2026, 11, 5)),
            ("fi", "5.11.2026", date(2026, 11, 5)),
            ("fi", "5.11.26", date(2026, 11, 5)),
            ("fi", "5. 3.", date(2026, 3, 5)),
            ("fi", "31.12.", date(2025, 12, 31)),
            ("fi", "29.2.", None),
            ("en", "2026-02-30", None),
            ("en", "1789-07-14", None),
            ("en", "tomorrow", None),
            ("en", "5", None),
            ("en", "", None),
        ],
    )
    def test_days_as_people_write_them(self, language, typed, day):
        assert read_date(typed, SHAPES[language], TODAY) == day

    @given(
        day=st.dates(EARLIEST, LATEST), language=st.sampled_from(LANGUAGES), today=st.dates(EARLIEST, LATEST)
    )
    def test_what_a_language_writes_is_read_back(self, day, language, today):
        for written in (catalog(language).date(day), day.isoformat(), f"{day:%Y%m%d}"):
            assert read_date(written, SHAPES[language], today) == day

    @given(st.text(alphabet="0123456789-./ 年月日０９", max_size=12), st.sampled_from(LANGUAGES))
    def test_nothing_typed_breaks_it(self, typed, language):
        found = read_date(typed, SHAPES[language], TODAY)
        assert found is None or EARLIEST <= found <= LATEST

    def test_arrows_put_in_today_and_step_from_there(self, shown):
        field = shown(DateField(catalog("fi"), TODAY))
        QTest.keyClick(field, Qt.Key.Key_Up)
        assert field.text() == "5.2.2026"
        QTest.keyClick(field, Qt.Key.Key_Up)
        QTest.keyClick(field, Qt.Key.Key_Up)
        QTest.keyClick(field, Qt.Key.Key_Down)
        assert field.value() == date(2026, 2, 6)

    def test_leaving_writes_the_day_as_the_language_does(self, shown):
        field = shown(DateField(catalog("zh_CN"), TODAY))
        commit(field, "２．１４")
        field.clearFocus()
        assert field.text() == "2026-02-14"

    def test_days_outside_are_told(self, shown):
        field = shown(DateField(catalog("en"), TODAY, earliest=date(2026, 1, 1), latest=date(2026, 12, 31)))
        told = []
        for typed in ("2025-12-31", "2027-01-01", "2026-13-01", "2026-06-01"):
            field.show_text(typed)
            told.append(field.flaw() and catalog("en")(field.flaw()))
        first, last, example = map(catalog("en").date, (date(2026, 1, 1), date(2026, 12, 31), TODAY))
        assert told == [
            f"Too early: from {first} on", f"Too late: until {last}",
            f"No such day. Write it like {example}", None,
        ]  # fmt: skip

    def test_the_calendar_is_opened_and_used_by_keys(self, shown):
        field = shown(DateField(catalog("vi"), TODAY))
        QTest.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        calendar = field.calendar
        for key in (Qt.Key.Key_PageDown, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Down):
            QTest.keyClick(calendar, key)
        QTest.keyClick(calendar, Qt.Key.Key_Return)
        assert field.text() == "13/03/2026"

    def test_a_day_is_taken_from_the_calendar_with_the_mouse(self, shown):
        field = shown(DateField(catalog("en"), TODAY))
        field.open_calendar()
        calendar = field.calendar
        QTest.mouseClick(calendar, Qt.MouseButton.LeftButton, pos=calendar._cell(0, 1).center().toPoint())
        assert field.value() == date(2026, 2, 2)


class TestFormat:
    @pytest.mark.parametrize(
        ("kind", "typed", "shown_as", "kept"),
        [
            ("account", "330104827615", "3301 0482 7615", "330104827615"),
            ("account", "３３０１０４８２７６１５", "3301 0482 7615", "330104827615"),
            ("tax_number", "91330105ma2h4k7x7g", "91 330105 MA2H4K7X7 G", "91330105MA2H4K7X7G"),
            ("phone", "13957162615", "139 5716 2615", "13957162615"),
            ("phone", "0571-88001234", "0571 8800 1234", "057188001234"),
            ("bank_account", "1202-0201 0990", "1202 0201 0990", "120202010990"),
        ],
    )
    def test_groups_appear_however_it_is_typed(self, shown, kind, typed, shown_as, kept):
        for enter in ways(typed):
            field = shown(FormatField(IDENTIFIERS[kind]))
            enter(field, typed)
            assert field.text() == shown_as
            assert field.value() == kept
            assert field.flaw() is None

    def test_the_cursor_keeps_its_place_among_groups(self, shown):
        field = shown(FormatField(IDENTIFIERS["account"]))
        QTest.keyClicks(field, "12345678")
        for _ in range(4):
            QTest.keyClick(field, Qt.Key.Key_Left)
        QTest.keyClicks(field, "99")
        assert field.text() == "1234 9956 78"
        QTest.keyClick(field, Qt.Key.Key_Backspace)
        assert field.text() == "1234 9567 8"
        QTest.keyClick(field, Qt.Key.Key_Backspace)
        QTest.keyClick(field, Qt.Key.Key_Backspace)
        assert field.value() == "1235678"

    @pytest.mark.parametrize(
        ("kind", "number"),
        [("tax_number", "91330105MA2H4K7X7H"), ("tax_number", "9133"), ("phone", "139571626"),
         ("account", "12"), ("account", "12345678901A"), ("bank_account", "1"), ("phone", "ABC")],
    )  # fmt: skip
    def test_what_breaks_the_rule_is_told_in_every_language(self, shown, kind, number):
        field = shown(FormatField(IDENTIFIERS[kind]))
        field.show_value(number)
        words = {catalog(language)(field.flaw()) for language in LANGUAGES}
        assert len(words) == len(LANGUAGES)

    @given(number=st.text("0123456789", min_size=10, max_size=13))
    def test_what_is_shown_is_read_back(self, qapp, number):
        field = FormatField(IDENTIFIERS["account"])
        field.show_value(number)
        assert field.value() == number


def test_words_lose_only_the_spaces_around_them(shown):
    field = shown(TextField())
    commit(field, "  杭州  供电 ")
    assert field.value() == "杭州 供电"
    secret = shown(TextField(secret=True))
    QTest.keyClicks(secret, " a b ")
    assert secret.value() == " a b "


def test_a_choice_keeps_what_was_chosen_when_more_is_offered(shown):
    field = shown(ChoiceField([("One", "1"), ("Two", "2")]))
    field.show_text("2")
    field.offer([("One", "1"), ("Two", "2"), ("Three", "3")])
    assert field.value() == "2"
    field.show_text("no such")
    assert field.value() == "2"


@pytest.mark.parametrize(
    ("make", "wide", "value"),
    [
        (lambda: ReadField(catalog("zh_CN"), 6), "４８０", Reading.of(480)),
        (lambda: DateField(catalog("zh_CN"), TODAY), "２０２６年２月６日", date(2026, 2, 6)),
        (lambda: FormatField(IDENTIFIERS["phone"]), "９５５９８", "95598"),
        (TextField, "陈玉兰", "陈玉兰"),
        (lambda: NumberField(catalog("zh_CN")), "４８０", Decimal(480)),
        (lambda: MoneyField(catalog("zh_CN"), COUNTRIES["cn"].currency), "３４０．５", Money(34050)),
    ],
    ids=["read", "date", "format", "text", "number", "money"],
)
def test_what_is_still_composed_is_not_judged(shown, make, wide, value):
    field = shown(make())
    heard = []
    field.changed.connect(heard.append)
    compose(field, "si ba ling")
    assert field.composing
    assert field.text() == ""
    assert heard == []
    commit(field, wide)
    assert not field.composing
    assert field.value() == value
    field.selectAll()
    compose(field, "er")  # what was selected has gone, but the new is not there yet
    assert heard[-1] == value
    compose(field, "")
    assert heard[-1] is None
