"""The instalments of a month as people write them in one line."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from desktop.billing.records import InstalmentPart
from desktop.kernel import canonical
from desktop.kernel.cells.shapes import half_width
from desktop.kernel.measures import Currency

PARTS = tuple[InstalmentPart, ...]


def parts_of(words: str, currency: Currency) -> str:
    """Instalments as canonical JSON; a ValueError where the words are none that somebody could pay by.

    >>> yuan = Currency("CNY", "元", 2)
    >>> parts_written(parts_of("15：1000；5: 30%", yuan), yuan)
    '5: 30 %; 15: 1000.00'
    """
    found = [_part(part, currency) for part in half_width(words).split(";") if part.strip()]
    shares = sum(part.percent or 0 for part in found)
    if not found or shares > 100 or len({part.day for part in found}) < len(found):
        raise ValueError(words)
    return canonical.dump(tuple(sorted(found, key=lambda part: part.day)))


def parts_written(kept: str, currency: Currency) -> str:
    """The same as people write them."""
    found: PARTS = canonical.load(PARTS, kept)
    return "; ".join(
        f"{part.day}: {part.percent} %"
        if part.amount is None
        else f"{part.day}: {currency.decimal(part.amount):f}"
        for part in found
    )


def _part(words: str, currency: Currency) -> InstalmentPart:
    day, _, much = (piece.strip() for piece in words.partition(":"))
    try:
        number, percent = Decimal(much.removesuffix("%").strip()), much.endswith("%")
        if not 1 <= int(day) <= 28 or number <= 0 or (percent and number != int(number)):
            raise ValueError(words)
        if percent:
            return InstalmentPart(int(day), percent=int(number))
        return InstalmentPart(int(day), amount=currency.money(number))
    except (InvalidOperation, OverflowError) as error:
        raise ValueError(words) from error
