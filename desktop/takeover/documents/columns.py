"""What a column of a hall's workbook is: which field it fills, what stands in its cells, how it is explained."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from desktop.kernel.text import Text, Worded

LONGEST = 300
"""Signs in a cell of words."""


class Kind(Enum):
    """What a cell holds."""

    TEXT = "text"
    CODE = "code"
    LIST = "list"
    """Codes with commas between."""
    WORD = "word"
    WORDS = "words"
    """Words of an enum with commas between."""
    DAY = "day"
    MONTH = "month"
    WHOLE = "whole"
    MONEY = "money"
    ENERGY = "energy"
    READING = "reading"
    FACTOR = "factor"
    POWER = "power"
    HUNDREDTHS = "hundredths"
    """A number of 0 to 1 with two decimals, in steps of 0.01."""
    YES = "yes"
    """Yes, or nothing."""
    LOSSES = "losses"
    """Values of equipment by their names, as JSON."""
    SHARES = "shares"
    """Parts that other tariffs price, as canonical JSON."""
    PARTS = "parts"
    """Instalments of a month, as canonical JSON."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the field of a line it fills, its title, what to write there, and an example."""

    name: str
    title: Text
    hint: Text
    example: str
    kind: Kind = Kind.TEXT
    required: bool = False
    words: type[Worded] | None = None
    least: int | None = None
    longest: int = LONGEST


@dataclass(frozen=True, slots=True, eq=False)
class HallSheet:
    """A sheet of the workbook; ``name`` is what programs call it."""

    name: str
    title: Text
    about: Text
    line: type[Any]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """A column by the field it fills."""
        return next(column for column in self.columns if column.name == name)


def listed(words: Iterable[Worded]) -> Text:
    """The words of some members, one after the other."""
    first, *rest = words
    return Text("{first}; {rest}", first=first.text, rest=listed(rest)) if rest else first.text
