"""How numbers and days are written as text, and what one cell of a column proves about the others.

``1,234`` is a thousand in one country and one in another; ``02/03/2026`` is in March or in February. No cell is ever
guessed: what it may mean is decided by the other cells of its column, or not at all.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

POINT, COMMA, DAY_FIRST, MONTH_FIRST = ".", ",", "d", "m"
"""What a cell can prove: which mark stands before decimals, and whether the day or the month comes first."""

_PLAIN = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},  # full width
    **dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " "),
    **dict.fromkeys((0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF), None),
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2212, 0xFE63), "-"),
    **dict.fromkeys((0x2019, 0x2BC), "'"),
    0x3002: ".",
    0x3001: ",",
}

_GROUPED = re.compile(r"\d{1,3}(?:([ '.,])\d{3})(?:\1\d{3})*(?:([.,])\d+)?", re.ASCII)
_SIMPLE = re.compile(r"(\d+)([.,])(\d+)", re.ASCII)
_WHOLE = re.compile(r"\d+", re.ASCII)
_SHORTENED = re.compile(r"[+-]?\d(?:[.,]\d+)?[Ee][+-]\d{2,}", re.ASCII)

_YEAR_FIRST = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))(?:[T ]+\d{1,2}:\d\d.*)?",
    re.ASCII,
)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:[T ,]+\d{1,2}[:.]\d\d.*)?", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})[ -]([a-z]{3,9})\.?[ -](\d{4})", re.ASCII | re.IGNORECASE)
_VIETNAMESE = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def half_width(words: str) -> str:
    """Text as typed on any keyboard: full-width digits, letters and marks made plain, every kind of blank and minus
    the common one, blanks around taken off.

    >>> half_width("　３３０１－４ ")
    '3301-4'
    """
    if words.isascii():
        return words.strip()
    return unicodedata.normalize("NFC", words).translate(_PLAIN).strip()


def without_accents(words: str) -> str:
    """Small letters without the marks on them.

    >>> without_accents("Điện Mã"), without_accents("Päivä")
    ('dien ma', 'paiva')
    """
    if words.isascii():
        return words.casefold()
    apart = unicodedata.normalize("NFD", words.casefold().replace("đ", "d"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def shortened(words: str) -> bool:
    """Whether this is a long number as a spreadsheet shortens it for a text file: ``3.30105E+11``."""
    return _SHORTENED.fullmatch(words) is not None


def proof(words: str) -> str:
    """What a text, made `half_width`, proves about its column: of `POINT`, `COMMA`, `DAY_FIRST`, `MONTH_FIRST`.

    >>> proof("1.234,5"), proof("1,234"), proof("31/1/2026"), proof("0,5"), proof("1,234,567")
    (',', '', 'd', ',', '.')
    """
    if hit := _YEAR_LAST.fullmatch(words):
        first, second = int(hit[1]), int(hit[3])
        if hit[2] == "." or first == second or max(first, second) > 31 or min(first, second) > 12:
            return ""
        return DAY_FIRST if first > 12 else MONTH_FIRST if second > 12 else ""
    return _mark(words.lstrip("+- "))


def _mark(words: str) -> str:
    """The decimal mark that one number proves, or nothing."""
    if hit := _GROUPED.fullmatch(words):
        group, mark = hit[1], hit[2] or ""
        if group in {".", ","}:
            if mark == group:
                return ""
            if mark or words.count(group) > 1:
                return "," if group == "." else "."
            return words[1] if words[0] == "0" else ""  # nobody groups behind a leading nought
        return mark
    hit = _SIMPLE.fullmatch(words)
    return hit[2] if hit else ""


def number(words: str, proven: str) -> Decimal | bool | None:
    """The number a text, made `half_width`, says: None when it is none, False when it may be one of two.

    ``proven`` is what the cells of its column prove together.

    >>> number("1.234,5", ""), number("1 234,5", ""), number("1,234", ""), number("1,234", "."), number("1,234", ",")
    (Decimal('1234.5'), Decimal('1234.5'), False, Decimal('1234'), Decimal('1.234'))
    """
    sign = -1 if words.startswith("-") else 1
    bare = words[1:].lstrip() if words[:1] in {"-", "+"} else words
    if _WHOLE.fullmatch(bare):
        return sign * Decimal(bare)
    own = _mark(bare)
    grouped = _GROUPED.fullmatch(bare)
    if grouped is None and _SIMPLE.fullmatch(bare) is None:
        return None
    if grouped is not None and grouped[1] == grouped[2]:
        return None
    if not own and grouped is not None and grouped[1] in {".", ","}:
        marks = {mark for mark in (POINT, COMMA) if mark in proven}
        if len(marks) != 1:
            return False
        own = marks.pop()
    plain = re.sub(f"[^0-9{re.escape(own)}]", "", bare) if own else re.sub("[^0-9]", "", bare)
    return sign * Decimal(plain.replace(",", "."))


def day(words: str, proven: str) -> date | bool | None:
    """The day a text, made `half_width`, says, a time of day behind it left aside: None when it is none, False when
    it may be one of two.

    Where points part day and month, the day comes first: no country writes it otherwise.

    >>> day("2026年1月31日", ""), day("31.1.2026", ""), day("02/03/2026", ""), day("02/03/2026", "d")
    (datetime.date(2026, 1, 31), datetime.date(2026, 1, 31), False, datetime.date(2026, 3, 2))
    """
    try:
        if hit := _YEAR_FIRST.fullmatch(words):
            year, month, on = (int(part) for part in hit.group(1, 3, 4, 5, 6, 7, 8) if part)
            return date(year, month, on)
        if hit := _YEAR_LAST.fullmatch(words):
            return _year_last(int(hit[1]), hit[2], int(hit[3]), int(hit[4]), proven)
        if hit := _NAMED.fullmatch(words):
            return date(int(hit[3]), _MONTHS.index(hit[2][:3].casefold()) + 1, int(hit[1]))
        if hit := _VIETNAMESE.fullmatch(" ".join(without_accents(words).split())):
            return date(int(hit[3]), int(hit[2]), int(hit[1]))
    except ValueError:
        pass
    return None


def _year_last(first: int, between: str, second: int, year: int, proven: str) -> date | bool:
    orders = {order for order in (DAY_FIRST, MONTH_FIRST) if order in proven}
    if between == "." or first == second or first > 12:
        return date(year, second, first)
    if second > 12:
        return date(year, first, second)
    if len(orders) != 1:
        return False
    return date(year, second, first) if orders == {DAY_FIRST} else date(year, first, second)
