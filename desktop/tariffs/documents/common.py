"""What the readers of components share: words, prices, energies, months."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from desktop.kernel.fields import Fields
from desktop.kernel.measures import Energy, Price
from desktop.kernel.text import Text
from desktop.tariffs.columns import LARGEST_DETERMINANT
from desktop.tariffs.records import PriceOrigin

COMPONENT_NAMES = {"kind", "code", "price_origin"}
UNITS = ("kWh",)
QUANTITIES = ("energy_kwh",)
MONTHS = range(1, 13)


def word(fields: Fields, key: str, known: Sequence[str], default: str | None = None) -> str:
    """One of some known words."""
    found = fields.text(key) if default is None else fields.text(key, default)
    if found and found not in known:
        words = ", ".join(known)
        fields.note(
            key, found, Text("This is not one of the known words"), Text("Use one of: {words}", words=words)
        )
    return found


def price(fields: Fields, key: str) -> int:
    """A price per unit in steps of 10 ** -8, never negative."""
    value = fields.decimal(key)
    steps = value.scaleb(Price.DECIMALS)
    if value < 0:
        fields.note(key, value, Text("A price must not be negative"), Text("Mend the price"))
    elif steps != int(steps):
        fields.note(key, value, Text("A price has eight decimals at most"), Text("Mend the price"))
    elif steps > LARGEST_DETERMINANT:
        fields.note(key, value, Text("This is too large"), Text("Mend the price"))
    else:
        return int(steps)
    return 0


def energy(fields: Fields, key: str) -> int | None:
    """An energy in steps of 10 ** -3 kWh; None after noting what is wrong with it."""
    limit = fields.decimal(key).scaleb(Energy.DECIMALS)
    if limit == int(limit) and 0 <= limit <= LARGEST_DETERMINANT:
        return int(limit)
    what = Text("This is no energy in kWh with three decimals at most")
    fields.note(key, fields.decimal(key), what, Text("Mend the limit"))
    return None


def percent(fields: Fields, key: str, most: int = 100) -> Decimal:
    """A percentage from 0 to ``most``, with four decimals at most."""
    value = fields.decimal(key)
    if 0 <= value <= most and value == round(value, 4):
        return value
    what = Text("This is no percentage from 0 to {most}", most=most)
    fields.note(key, value, what, Text("Mend the value"))
    return Decimal(0)


def words(fields: Fields, key: str) -> tuple[str, ...]:
    """A list of texts, perhaps empty."""
    value = fields.data.get(key) or ()
    if (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and all(isinstance(one, str) for one in value)
    ):
        return tuple(value)
    fields.note(key, value, Text("This is no list"), Text("Write the entries in []"))
    return ()


def inside(fields: Fields, key: str) -> Fields:
    """The named values of an object below."""
    return Fields(fields.data.get(key), fields.where, fields.place(key), fields.problems)


def months(fields: Fields) -> tuple[int, ...]:
    """The months of a season, as numbers from 1 to 12."""
    value = fields.data.get("months")
    if isinstance(value, Sequence) and value and all(isinstance(one, int) and one in MONTHS for one in value):
        return tuple(value)
    fields.note("months", value, Text("These are no months"), Text("Write a list of numbers from 1 to 12"))
    return ()


def one_season_each(fields: Fields, seasons: Iterable[Sequence[int]]) -> None:
    """Each month stands in one season."""
    found = [month for season in seasons for month in season]
    for month in MONTHS:
        if found.count(month) > 1:
            what = Text("Month {month} stands in two seasons", month=month)
            fields.note("seasons", None, what, Text("Take it out of one"))
        elif month not in found:
            what = Text("Month {month} stands in no season", month=month)
            fields.note("seasons", None, what, Text("Add it to one"))


def origin(fields: Fields) -> PriceOrigin:
    """Where the price comes from."""
    return fields.choice("price_origin", PriceOrigin)
