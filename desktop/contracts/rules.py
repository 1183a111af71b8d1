"""What contracts keep as JSON, as people write it in one line: values of equipment, shares of other tariffs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from desktop.contracts.records import Share
from desktop.kernel import canonical
from desktop.kernel.cells.shapes import half_width
from desktop.kernel.measures import Energy, Factor

SHARES = tuple[Share, ...]
_MARKS = frozenset(";=")
"""What stands between values, and between name and value."""


def losses_of(words: str) -> str:
    """Values by name as JSON; a ValueError where the words are none.

    >>> losses_of("method=fixed_rate; rate_percent = 3")
    '{"method": "fixed_rate", "rate_percent": "3"}'
    """
    if words.lstrip().startswith("{"):
        try:
            found = json.loads(words)
        except RecursionError as error:
            raise ValueError(words) from error
        return words if _is_flat(found) is None else json.dumps(found, ensure_ascii=False)
    values: dict[str, str] = {}
    for part in _parts(words):
        name, mark, value = (piece.strip() for piece in part.partition("="))
        if not mark or not name or not value or name in values:
            raise ValueError(words)
        values[name] = value
    return json.dumps(values, ensure_ascii=False)


def losses_written(kept: str) -> str:
    """The JSON of values by name as people write it, where it is as simple as that.

    >>> losses_written('{"method": "line", "km": 2.50}'), losses_written('{"rows": []}')
    ('method=line; km=2.50', '{"rows": []}')
    """
    flat = _is_flat(json.loads(kept, parse_float=str, parse_int=str))
    return kept if flat is None else "; ".join(f"{name}={value}" for name, value in flat.items())


def _is_flat(found: object) -> Mapping[str, str] | None:
    """Values by name, where each is a plain word or number that stands for itself."""
    if not isinstance(found, dict):
        return None
    plain = all(
        isinstance(word, str) and word == word.strip() != "" and not _MARKS & set(half_width(word))
        for word in (*found, *found.values())
    )
    return found if plain else None


def shares_of(words: str) -> str:
    """Parts that other tariffs price, as canonical JSON; a ValueError where the words are none.

    >>> shares_written(shares_of("A: 15%；B：300 kWh + 5 %"))
    'A: 15 %; B: 300 kWh + 5 %'
    """
    return canonical.dump(tuple(map(_share, _parts(half_width(words)))))


def shares_written(kept: str) -> str:
    """The same as people write them; nothing where there are none."""
    return "; ".join(f"{one.tariff_code}: {_much(one)}" for one in shares_in(kept))


def shares_in(kept: str) -> SHARES:
    """Shares as they are kept."""
    found: SHARES = canonical.load(SHARES, kept)
    return found


def _parts(words: str) -> Iterator[str]:
    for part in half_width(words).split(";"):
        if part.strip():
            yield part.strip()


def _share(words: str) -> Share:
    code, _, much = words.rpartition(":")
    fixed, percent = Energy.zero(), Factor.zero()
    for part in much.lower().split("+"):
        number = part.strip()
        try:
            if number.endswith("kwh"):
                fixed = Energy.of(Decimal(number.removesuffix("kwh").strip()))
            elif number.endswith("%"):
                percent = Factor.of(Decimal(number.removesuffix("%").strip()))
            else:
                raise ValueError(words)
        except (InvalidOperation, OverflowError) as error:
            raise ValueError(words) from error
    if not code.strip() or fixed.raw < 0 or not 0 <= percent.raw <= _WHOLE.raw:
        raise ValueError(words)
    return Share(code.strip(), fixed, percent)


_WHOLE = Factor.of(100)


def _much(one: Share) -> str:
    fixed = f"{_plain(one.fixed)} kWh" if one.fixed else ""
    percent = f"{_plain(one.percent)} %" if one.percent or not one.fixed else ""
    return " + ".join(filter(None, (fixed, percent)))


def _plain(measure: Energy | Factor) -> str:
    """A number without zeros at its end."""
    return f"{measure.decimal.normalize():f}"
