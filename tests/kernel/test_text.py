"""Texts wait for a language; catalogs write words, numbers, dates and money as their language does."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from desktop.kernel.compile_catalogs import compile_catalogs
from desktop.kernel.files import catalog_file
from desktop.kernel.measures import Currency, Energy, Money
from desktop.kernel.text import LANGUAGES, SHAPES, Text, Worded, catalog

YUAN, DONG, EURO = Currency("CNY", "元", 2), Currency("VND", "₫", 0), Currency("EUR", "€", 2)
NBSP = "\N{NO-BREAK SPACE}"


class Colour(Worded):
    RED = "red", Text("Red, as nobody translates it")


def test_fields_are_filled_by_name() -> None:
    say = catalog("en", YUAN)
    text = Text(
        "{who} paid {amount} on {day} {unknown}", who="Chen", amount=Money(123_450), day=date(2026, 2, 5)
    )
    assert say(text) == "Chen paid 1,234.50 on 5 Feb 2026 {unknown}"
    assert say("{n} of {text}", n=3, text=Text("{x} inside", x=1)) == "3 of 1 inside"
    assert say(Text("{who} owes {amount}", who="Chen"), amount=Money(100)) == "Chen owes 1.00", (
        "both come together"
    )
    assert say("") == ""
    assert say("A text without fields keeps {braces}") == "A text without fields keeps {braces}"


def test_a_value_cannot_smuggle_in_a_field() -> None:
    assert catalog("en")(Text("{a}", a="{b}", b="secret")) == "{b}"


def test_plurals_and_contexts() -> None:
    say = catalog("en")
    forms = [say(Text("{count} odd row", plural="{count} odd rows", count=count)) for count in (0, 1, 2)]
    assert forms == ["0 odd rows", "1 odd row", "2 odd rows"]
    assert say.plural("{count} odd row", "{count} odd rows", 1) == "1 odd row"
    assert say(Text("odd", context="number")) == "odd"
    assert say(Text("{count} odd", plural="{count} odds", count=2, context="x")) == "2 odds"


def test_a_count_that_needs_no_plural_is_a_field_like_any_other() -> None:
    message = "A contact has at most {count} characters."
    words = catalog("vi")(Text(message, count=60))
    assert words == catalog("vi")(message, count=60) != catalog("en")(message, count=60)


def test_texts_are_equal_when_they_would_read_the_same() -> None:
    assert Text("a", x=1) == Text("a", x=1)
    assert hash(Text("a", x=1)) == hash(Text("a", x=1))
    assert Text("a", x=1) != Text("a", x=2)
    assert Text("a", context="b") != Text("a")
    assert Text("a") != "a"


def test_worded_codes_are_stored_as_codes_and_shown_as_words() -> None:
    assert Colour("red") is Colour.RED
    assert Colour.RED.value == "red"
    assert catalog("en").write(Colour.RED) == "Red, as nobody translates it"


@pytest.mark.parametrize(
    ("language", "currency", "number", "money", "day", "month"),
    [
        ("zh_CN", YUAN, "1,234.5", f"−1,234.50{NBSP}元", "2026-02-05", "2026-02"),
        ("en", YUAN, "1,234.5", f"−1,234.50{NBSP}元", "5 Feb 2026", "Feb 2026"),
        ("vi", DONG, "1.234,5", "-123.450 ₫", "05/02/2026", "02/2026"),
        ("fi", EURO, f"1{NBSP}234,5", f"−1{NBSP}234,50{NBSP}€", "5.2.2026", "2/2026"),
    ],
)
def test_each_language_writes_in_its_way(
    language: str, currency: Currency, number: str, money: str, day: str, month: str
) -> None:
    say = catalog(language, currency)
    assert say.number(Decimal("1234.50")) == number
    assert say.money(Money(-123_450), unit=True) == money
    assert say.date(date(2026, 2, 5)) == day
    assert say.month(date(2026, 2, 5)) == month
    assert say.moment(datetime(2026, 2, 5, 8, 5, tzinfo=UTC)) == f"{day} 08:05"


def test_numbers() -> None:
    say = catalog("en")
    assert say.number(Decimal("0.58886875")) == "0.58886875"
    assert say.number(Decimal("1E+3")) == "1,000"
    assert say.number(Energy.of("2760")) == "2,760"
    assert say.number(Decimal("2.675"), 2) == "2.68"
    assert say.number(Decimal("-0.004"), 2) in {"0.00", "−0.00"}
    assert say.number(2026, group=False) == "2026"


def test_every_kind_of_value_can_be_written() -> None:
    say = catalog("en", YUAN)
    written = [say.write(value) for value in (True, False, 3, Decimal("0.1"), time(8, 5), None, Path("a"))]
    assert written == ["yes", "no", "3", "0.1", "08:05", "None", "a"]


def test_money_without_a_currency_is_an_error() -> None:
    with pytest.raises(ValueError, match="without a currency"):
        catalog("en").money(Money(1))


def test_facts_in_one_line() -> None:
    assert catalog("zh_CN").join(("甲", "", "乙")) == "甲\N{IDEOGRAPHIC SPACE}乙"
    assert catalog("fi").join(["a", "b"]) == "a, b"


def test_only_known_languages() -> None:
    assert set(LANGUAGES) == set(SHAPES) == {"zh_CN", "en", "vi", "fi"}
    with pytest.raises(ValueError, match="no language 'sv'"):
        catalog("sv")


def test_catalogs_compile_and_a_broken_file_is_found(tmp_path: Path) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    good = tmp_path / "fi.po"
    good.write_text(f'{head}msgid "Paid {{amount}}"\nmsgstr "Maksettu {{amount}}"\n', "utf-8")
    (made,) = compile_catalogs(tmp_path)
    assert made == catalog_file("fi", tmp_path)
    assert made.stat().st_size
    good.write_text(f'{head}msgid "a"\nnonsense\n', "utf-8")
    with pytest.raises(PoFileError):
        compile_catalogs(tmp_path)
