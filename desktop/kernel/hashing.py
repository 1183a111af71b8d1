"""What rows are spelled and hashed by: ids, values and columns as bytes that are the same everywhere and always."""

from __future__ import annotations

import hashlib
import itertools
import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID, SafeUUID

from desktop.kernel.measures import Energy, Measure, Money, Price, Reading


def hex_of(key: UUID) -> str:
    """The 32 digits of an id, as a file keeps it."""
    return key.int.to_bytes(16, "big").hex()


class Keys(list[UUID]):
    """The ids of many rows; their digits are spelled out once, for the file and for the hashes alike."""

    @cached_property
    def digits(self) -> list[str]:
        """What `hex_of` gives of each."""
        return [key.int.to_bytes(16, "big").hex() for key in self]

    def spelled(self, mark: bytes) -> list[bytes]:
        """Each with its dashes behind a mark; of many, the first digit of all is written at once, then the second."""
        if len(self) < _MANY:
            return [
                mark + f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}".encode()
                for one in self.digits
            ]
        digits, size = "".join(self.digits).encode(), len(mark) + 36
        made = bytearray((mark + b"-" * 36) * len(self))
        for digit, place in enumerate(_BETWEEN_DASHES):
            made[len(mark) + place :: size] = digits[digit::32]
        text = bytes(made)
        return [text[at : at + size] for at in range(0, len(text), size)]


_MANY = 40
_BETWEEN_DASHES = [place for place in range(36) if place not in {8, 13, 18, 23}]


def key_of(number: int) -> UUID:
    """The id of a 128-bit number. Rows bring ids by the thousand, and the constructor looks long at each."""
    made = _made(UUID)
    _number(made, number)
    _safety(made, _UNKNOWN)
    return made


def key_told(words: str) -> UUID:
    """The id of its spelling with dashes; any other is left to the constructor, and a ValueError where it is none."""
    digits = words.replace("-", "")
    return (
        key_of(int(digits, 16))
        if len(words) == 36 and len(digits) == 32 and digits.isalnum()
        else UUID(words)
    )


_made, _UNKNOWN = object.__new__, SafeUUID.unknown
_number, _safety = (vars(UUID)[name].__set__ for name in ("int", "is_safe"))


HASH_VERSION = 1


class Same:
    """What is the same in every row of a column."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


Columns = Mapping[str, Sequence[Any] | Same]
"""Rows by column: a value for each row, or the same for all."""


def keyed(values: Sequence[Any] | Same) -> Sequence[Any] | Same:
    """A column, as `Keys` where it holds ids alone."""
    if isinstance(values, Same | Keys) or not values or type(values[0]) is not UUID:
        return values
    return Keys(values) if set(map(type, values)) == {UUID} else values


def columns_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Sequence[Any] | Same]:
    """Rows that name the same columns, by column."""
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def row_hash(table: str, columns: Sequence[str], values: Mapping[str, Any]) -> bytes:
    """SHA-256 over table name, hash version and every covered column, each as name and spelled-out value."""
    parts = [f"{HASH_VERSION}|{table}".encode()]
    for name, mark in _marked(tuple(columns)):
        value = values.get(name)
        spelled = _COMMON.get(type(value), _spell)(value)
        parts.append(b"%b%d:%b" % (mark, len(spelled), spelled))
    return hashlib.sha256(b"".join(parts)).digest()


def row_hashes(table: str, names: Sequence[str], columns: Columns, count: int) -> list[bytes]:
    """The hash of each of many rows, as `row_hash` gives it; what is the same in all of them is spelled once."""
    parts, alike = list[list[bytes]](), f"{HASH_VERSION}|{table}".encode()
    for name, mark in _marked(tuple(names)):
        values = columns.get(name, _MISSING)
        if isinstance(values, Same) or all_same(values):
            alike += mark + _sized(values.value if isinstance(values, Same) else values[0])
        else:
            parts.append(_spelled(alike + mark, values))
            alike = b""
    rows = zip(*parts, strict=True) if parts else itertools.repeat((), count)
    sha256 = hashlib.sha256
    return [sha256(b"".join(row) + alike).digest() for row in rows]


@lru_cache(1_000)
def _marked(names: tuple[str, ...]) -> list[tuple[str, bytes]]:
    """Columns beside what stands before their values: whatever is written asks for the same few lists of them."""
    return [(name, f"|{name}=".encode()) for name in names]


_MISSING = Same(None)


def all_same(values: Sequence[Any]) -> bool:
    """Whether many values are one and the same object, as in a column that says the same in every row."""
    if not values:
        return True
    first = values[0]
    return values[-1] is first and all(map(operator.is_, values, itertools.repeat(first)))


def _spelled(mark: bytes, values: Sequence[Any]) -> list[bytes]:
    """The values of a column as they are hashed, behind its mark."""
    keys = keyed(values)
    if isinstance(keys, Keys):
        return keys.spelled(mark + b"37:d")
    kinds = set(map(type, values))
    if len(kinds) == 1 and isinstance(values[0], Measure):
        values, kinds = [value.raw for value in values], {int}
    if kinds == {int}:
        return [
            b"%b%d:n%b" % (mark, len(value) + 1, value) for value in [b"%d" % number for number in values]
        ]
    if kinds == {str}:
        return [b"%b%d:s%b" % (mark, len(value) + 1, value) for value in [words.encode() for words in values]]
    if kinds <= DAYS:  # a column has few of them
        known = {value: mark + _sized(value) for value in set(values)}
        return [known[value] for value in values]
    return [mark + _sized(value) for value in values]


DAYS = frozenset({date, type(None)})
"""The types in a column of days."""


def _sized(value: Any) -> bytes:
    spelled = _COMMON.get(type(value), _spell)(value)
    return b"%d:%b" % (len(spelled), spelled)


_COMMON: dict[type, Callable[[Any], bytes]] = {
    type(None): lambda _: b"-",
    UUID: lambda value: f"d{value}".encode(),
    str: lambda value: f"s{value}".encode(),
    int: lambda value: b"n%d" % value,
    bytes: lambda value: b"b" + value,
    Money: lambda value: b"n%d" % value.raw,
    Energy: lambda value: b"n%d" % value.raw,
    Price: lambda value: b"n%d" % value.raw,
    Reading: lambda value: b"n%d" % value.raw,
}
"""The commonest of what `_spell` spells, found by type."""


def _spell(value: Any) -> bytes:
    match value:
        case None:
            return b"-"
        case bytes():
            return b"b" + value
        case Measure():
            return f"n{value.raw}".encode()
        case bool():
            return b"t" if value else b"f"
        case int() | Decimal():
            return f"n{value}".encode()
        case datetime():
            return f"m{value.astimezone(UTC).isoformat(timespec='microseconds')}".encode()
        case date() | UUID():
            return f"d{value}".encode()
        case Enum():
            return f"s{value.value}".encode()
        case str():
            return f"s{value}".encode()
    raise TypeError(f"no column holds a {type(value).__name__}")
