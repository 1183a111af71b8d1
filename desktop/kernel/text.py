"""Words that wait for a language (`Text`), and the languages themselves (`Catalog`).

The screen speaks the clerk's language while a paper speaks the customer's, at the same moment, so nothing here
is global: whoever shows words holds a `Catalog`. Messages are English in the code, translated by gettext from
``i18n/<language>.po``; how a language writes numbers, dates and money stands in `SHAPES`.
"""

from __future__ import annotations

import gettext
import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import ClassVar, Self

from desktop.kernel.files import catalog_file
from desktop.kernel.measures import Currency, Measure, Money, round_half_up

_Day = date
_Time = time

MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"
# The font draws curly marks as wide as a Chinese sign, which only Chinese wants.
_STRAIGHT = dict.fromkeys(map(ord, "“”"), '"')


class Text:
    """A message with named fields, still without a language: ``Text("Paid {amount}", amount=money)``.

    ``plural`` and ``count`` choose the form (the number is also the field ``count``); ``context`` parts two
    meanings of one English word. Two texts are equal when they would read the same in every language.
    """

    __slots__ = ("context", "count", "fields", "message", "plural")

    def __init__(
        self,
        message: str,
        /,
        *,
        plural: str = "",
        count: int | None = None,
        context: str = "",
        **fields: object,
    ) -> None:
        self.message, self.plural, self.count, self.context = message, plural, count, context
        self.fields: dict[str, object] = fields if count is None else {"count": count, **fields}

    def _key(self) -> tuple[object, ...]:
        return (self.message, self.plural, self.count, self.context, tuple(sorted(self.fields.items())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash((self.message, self.context, self.count))

    def __repr__(self) -> str:
        return f"Text({self.message!r}, {self.fields!r})"


class Worded(Enum):
    """An enum whose members are shown as words: ``PAID = "paid", Text("Paid")``; the value is the code alone."""

    text: Text
    __hash__ = (
        object.__hash__
    )  # members are one of a kind; an enum's own hash is that of its name, reckoned each time

    def __new__(cls, code: str, text: Text) -> Worded:
        member = object.__new__(cls)
        member._value_ = code
        member.text = text
        return member

    @classmethod
    def of(cls, code: str) -> Self:
        """The member with this code; an unknown one is a ValueError."""
        for member in cls:
            if member.value == code:
                return member
        raise ValueError(f"{code!r} is no {cls.__name__}")


@dataclass(frozen=True, slots=True)
class Shape:
    """How a language writes numbers and dates; ``{name}`` in a date is one of ``months``.

    ``short`` is a date without its year, ``month`` one without its day, ``short_month`` the same in figures.
    ``weekdays``, from Monday on, are there where a date of today is written with its day. ``gap`` stands before a
    unit, ``percent_gap`` before the sign of a percentage.
    """

    decimal: str
    group: str
    date: str
    short: str
    month: str
    short_month: str
    name: str
    separator: str
    months: tuple[str, ...] = ("",) * 12
    weekdays: tuple[str, ...] = ()
    minus: str = MINUS
    gap: str = NO_BREAK
    percent_gap: str = NO_BREAK
    time: str = "{h:02}:{m:02}"


SHAPES = {
    "zh_CN": Shape(
        ".", ",", "{y:04}-{m:02}-{d:02}", "{m:02}-{d:02}", "{y:04}-{m:02}", "{yy:02}-{m}", "简体中文",
        "\N{IDEOGRAPHIC SPACE}", weekdays=("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    ),
    "en": Shape(
        ".", ",", "{d} {name} {y:04}", "{d} {name}", "{name} {y:04}", "{m}/{yy:02}", "English", ", ",
        months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    ),
    "vi": Shape(
        ",", ".", "{d:02}/{m:02}/{y:04}", "{d:02}/{m:02}", "{m:02}/{y:04}", "{m}/{yy:02}", "Tiếng Việt", ", ",
        minus="-", gap=" ", percent_gap="",
    ),
    "fi": Shape(
        ",", NO_BREAK, "{d}.{m}.{y:04}", "{d}.{m}.", "{m}/{y:04}", "{m}/{yy:02}", "Suomi", ", ", time="{h}.{m:02}",
    ),
}  # fmt: skip
LANGUAGES = tuple(SHAPES)


class Said(str):
    """Words of a language that know their ``message``: what is remembered by it holds in every language."""

    message: str

    def __new__(cls, words: str, message: str) -> Self:
        said = super().__new__(cls, words)
        said.message = message
        return said


def message_of(words: str) -> str:
    """The message that words say; words that nobody translated are their own."""
    return words.message if isinstance(words, Said) else words


class Catalog:
    """One language: called with a `Text` or a message it gives the words; its methods write values."""

    _FIELD: ClassVar[re.Pattern[str]] = re.compile(r"\{(\w+)\}")

    def __init__(
        self, language: str, translations: gettext.NullTranslations, currency: Currency | None
    ) -> None:
        self.language, self.shape, self.currency = language, SHAPES[language], currency
        self._translations = translations

    def __call__(self, text: Text | str, /, **fields: object) -> str:
        """The words of ``text``; fields that are measures, dates or texts are written as this language does.

        Those given here come to those a `Text` has.
        """
        if isinstance(text, str):
            return Said(self._fill(self._translations.gettext(text) if text else "", fields), text)
        found = self._translations
        if text.plural and text.count is not None and text.context:
            words = found.npgettext(text.context, text.message, text.plural, text.count)
        elif text.plural and text.count is not None:
            words = found.ngettext(text.message, text.plural, text.count)
        elif text.context:
            words = found.pgettext(text.context, text.message)
        else:
            words = found.gettext(text.message) if text.message else ""
        return Said(self._fill(words, {**text.fields, **fields} if fields else text.fields), text.message)

    def plural(self, message: str, plural: str, count: int, /, **fields: object) -> str:
        """The form of a message that fits ``count``, which is also its field ``count``."""
        return self._fill(self._translations.ngettext(message, plural, count), {"count": count, **fields})

    def _fill(self, words: str, fields: dict[str, object]) -> str:
        if self.language != "zh_CN":
            words = words.translate(_STRAIGHT)
        if not fields:
            return words
        return self._FIELD.sub(lambda hit: self.write(fields[hit[1]]) if hit[1] in fields else hit[0], words)

    def write(self, value: object) -> str:
        """Any value as this language writes it: texts, worded codes, measures, numbers, dates, moments."""
        match value:
            case str():
                return value
            case Text():
                return self(value)
            case Worded():
                return self(value.text)
            case Money():
                return self.money(value)
            case Measure():
                return self.number(value)
            case bool():
                return self(Text("yes")) if value else self(Text("no"))
            case int() | Decimal():
                return self.number(value)
            case datetime():
                return self.moment(value)
            case date():
                return self.date(value)
            case _Time():
                return self.time(value)
            case _:
                return str(value)

    def number(
        self, value: Measure | Decimal | int, decimals: int | None = None, *, group: bool = True
    ) -> str:
        """A number with this language's marks: as many decimals as it has, or exactly ``decimals`` (half up)."""
        plain = value.decimal if isinstance(value, Measure) else Decimal(value)
        if decimals is not None:
            plain = round_half_up(plain, decimals)
        elif plain == plain.to_integral_value():
            plain = plain.quantize(Decimal(1))
        else:
            plain = plain.normalize()
        words = f"{abs(plain):,f}" if group else f"{abs(plain):f}"
        words = words.translate({ord(","): self.shape.group, ord("."): self.shape.decimal})
        return self.shape.minus + words if plain < 0 else words

    def money(self, amount: Money, *, unit: bool = False) -> str:
        """An amount with all its decimals; with ``unit`` the currency's sign follows after a no-break space."""
        if self.currency is None:
            raise ValueError("this catalog was opened without a currency")
        words = self.number(self.currency.decimal(amount), self.currency.decimals)
        return self.with_unit(words, self.currency.sign) if unit else words

    def with_unit(self, number: str, unit: str) -> str:
        """A written number and its unit, not to be parted where the language keeps them together."""
        return f"{number}{self.shape.gap}{unit}"

    def percent(self, share: Decimal, decimals: int | None = None) -> str:
        """A share of one as a percentage: ``0.255`` is ``25.5 %``."""
        return f"{self.number(share * 100, decimals)}{self.shape.percent_gap}%"

    def time(self, at: _Time) -> str:
        """The time of day to the minute."""
        return self.shape.time.format(h=at.hour, m=at.minute)

    def date(self, day: date) -> str:
        """A date."""
        return self._day(self.shape.date, day)

    def short_date(self, day: _Day) -> str:
        """A date without its year: ``11-05``, ``5 Nov``, ``05/11``, ``5.11.``"""
        return self._day(self.shape.short, day)

    def today(self, day: _Day) -> str:
        """The date of today, with its day of the week where that is the custom."""
        words = self.date(day)
        return f"{words} {self.shape.weekdays[day.weekday()]}" if self.shape.weekdays else words

    def month(self, day: _Day) -> str:
        """The month a date lies in."""
        return self._day(self.shape.month, day)

    def short_month(self, day: _Day) -> str:
        """The same in figures: ``26-11``, ``11/26``."""
        return self._day(self.shape.short_month, day)

    def _day(self, shape: str, day: _Day) -> str:
        name = self.shape.months[day.month - 1]
        return shape.format(y=day.year, yy=day.year % 100, m=day.month, d=day.day, name=name)

    def moment(self, at: datetime) -> str:
        """A date and the time of day to the minute, in the zone the moment carries."""
        return f"{self.date(at.date())} {at.hour:02}:{at.minute:02}"

    def join(self, parts: list[str] | tuple[str, ...]) -> str:
        """Facts in one line: an ideographic space between them in Chinese, commas elsewhere."""
        return self.shape.separator.join(part for part in parts if part)


@cache
def _translations(language: str) -> gettext.NullTranslations:
    path = catalog_file(language)
    if not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as stream:
        return gettext.GNUTranslations(stream)


def catalog(language: str, currency: Currency | None = None) -> Catalog:
    """The catalog of a language (`LANGUAGES`); an unknown one is a ValueError."""
    if language not in SHAPES:
        raise ValueError(f"no language {language!r}: {', '.join(LANGUAGES)}")
    return Catalog(language, _translations(language), currency)
