"""Lines of a strip as printers of tills write them themselves: 48 columns, of which a Chinese letter takes two."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

COLUMNS = 48
"""Columns of a strip of 80 mm in the usual type of such printers."""


@dataclass(frozen=True, slots=True)
class StripLine:
    """A line, or the symbol of a ``code`` in its place; ``tall`` ones are twice as high."""

    words: str = ""
    centred: bool = False
    bold: bool = False
    tall: bool = False
    code: str = ""


def columns(words: str) -> int:
    """How many columns words take.

    >>> columns("12.30 元")
    8
    """
    return sum(2 if unicodedata.east_asian_width(sign) in "FW" else 1 for sign in words)


def wrapped(words: str, room: int) -> list[str]:
    """Words in lines of so many columns at most, broken at spaces where they have some.

    >>> wrapped("186.15 by 16 days", 10), wrapped("电费收据", 6), wrapped("", 6)
    (['186.15 by', '16 days'], ['电费收', '据'], [''])
    """
    lines = [""]
    for word in words.split(" "):
        parts = list(_parts(word, room))
        longer = f"{lines[-1]} {parts[0]}" if lines[-1] else parts[0]
        if columns(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(parts[0])
        lines += parts[1:]
    return lines


def _parts(word: str, room: int) -> Iterator[str]:
    part = ""
    for sign in word:
        if part and columns(part + sign) > room:
            yield part
            part = ""
        part += sign
    yield part


def paired(label: str, value: str, indent: int = 0) -> list[str]:
    """A label at the left, in as many lines as it needs, beside its value at the right edge.

    >>> paired("Total", "12.30")[0]
    'Total                                      12.30'
    """
    first, *rest = wrapped(label, COLUMNS - indent - columns(value) - 1)
    left = " " * indent
    gap = " " * (COLUMNS - indent - columns(first) - columns(value))
    return [f"{left}{first}{gap}{value}", *(left + line for line in rest)]
