"""Tariff files: plain JSON data checked and turned into a tariff, every mistake at once with its place.

The file names itself (``format`` 1), a ``code`` and ``name``, whom it is for (``use_class`` as printed,
``customer_class`` as the core knows it), its ``currency`` with the ``decimals`` of its minor unit, and its
``versions``. A version has a ``code``, ``valid_from`` (included) and ``valid_to`` (not included, null:
open), the ``notice`` that fixes it, the ``source`` where it was read, and ``components``, each with
``kind``, ``code`` and ``price_origin``. Numbers are texts, so that none is a binary fraction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from desktop.kernel.errors import Problem
from desktop.kernel.fields import Fields
from desktop.kernel.measures import Energy, Price
from desktop.kernel.text import Text
from desktop.tariffs.columns import LARGEST_DETERMINANT
from desktop.tariffs.records import PriceOrigin
from desktop.tariffs.rules import (
    Accumulation,
    FreeEnergy,
    IncludedTax,
    TariffComponent,
    TariffData,
    TariffVersion,
    Tiers,
)

FORMAT = 1
CUSTOMER_CLASSES = ("residential", "commercial", "industrial", "farming")
UNITS = ("kWh",)
QUANTITIES = ("energy_kwh",)
MOST_DECIMALS = 4
COMPONENT_NAMES = {"kind", "code", "price_origin"}


def read_tariff(data: object, where: str) -> tuple[TariffData | None, tuple[Problem, ...]]:
    """The tariff in the plain data of a file named ``where``, or None and every problem with its JSON path.

    Problems are: a missing, unfit or unknown value; tiers with a gap or an overlap; a negative price; a
    version without notice or validity; two versions, or none, for one day between the first and the last.
    """
    fields = Fields(data, where)
    fields.unknown(
        {"format", "code", "name", "use_class", "customer_class", "currency", "decimals", "versions"}
    )
    if fields.whole("format") != FORMAT and not fields.problems:
        fields.note(
            "format", data, Text("This format is not known"), Text("Update the program, or check the file")
        )
    decimals = _decimals(fields)
    versions = [_version(entry, decimals) for entry in fields.each("versions")]
    _check_validity(fields, versions)
    tariff = TariffData(
        code=fields.text("code"),
        name=fields.text("name"),
        use_class=fields.text("use_class"),
        customer_class=_word(fields, "customer_class", CUSTOMER_CLASSES),
        currency=fields.text("currency"),
        decimals=decimals,
        versions=tuple(sorted(versions, key=lambda version: version.valid_from)),
    )
    return (None if fields.problems else tariff), tuple(fields.problems)


def read_version(
    data: Mapping[str, object], where: str, decimals: int
) -> tuple[TariffVersion | None, tuple[Problem, ...]]:
    """One version alone, as it is stored; ``decimals`` are those of the tariff's currency."""
    fields = Fields(data, where)
    version = _version(fields, decimals)
    return (None if fields.problems else version), tuple(fields.problems)


def _version(fields: Fields, decimals: int) -> TariffVersion:
    fields.unknown({"code", "valid_from", "valid_to", "notice", "source", "components"})
    valid_from = fields.day("valid_from")
    valid_to = fields.day("valid_to") if fields.has("valid_to") else None
    if valid_to is not None and valid_to <= valid_from:
        fields.note(
            "valid_to", valid_to, Text("The validity ends before it starts"), Text("Mend one of the dates")
        )
    components: list[TariffComponent] = []
    for entry in fields.each("components"):
        kind = entry.text("kind")
        if kind and kind not in KINDS:
            known = ", ".join(sorted(KINDS))
            entry.note(
                "kind", kind, Text("No such component is known"), Text("Use one of: {words}", words=known)
            )
        elif kind:
            components.append(KINDS[kind](entry, components))
        if components and components[-1].code in {part.code for part in components[:-1]}:
            entry.note(
                "code", components[-1].code, Text("This code is used twice"), Text("Choose another one")
            )
    return TariffVersion(
        code=fields.text("code"),
        valid_from=valid_from,
        valid_to=valid_to,
        notice=fields.text("notice"),
        source=fields.text("source", ""),
        decimals=decimals,
        components=tuple(components),
        data=fields.data,
    )


def _decimals(fields: Fields) -> int:
    decimals = fields.whole("decimals")
    if not 0 <= decimals <= MOST_DECIMALS:
        fields.note("decimals", decimals, Text("No currency has so many decimals"), Text("Give 0 to 4"))
        return 0
    return decimals


def _check_validity(fields: Fields, versions: Sequence[TariffVersion]) -> None:
    """Each day from the first version on has exactly one version, and each code stands once."""
    numbered = sorted(enumerate(versions), key=lambda entry: entry[1].valid_from)
    for (_, earlier), (index, later) in pairwise(numbered):
        place = f"versions[{index}].valid_from"
        if earlier.valid_to is None or earlier.valid_to > later.valid_from:
            what = Text(
                "Two versions hold on this day: {earlier} and {later}", earlier=earlier.code, later=later.code
            )
            fields.note(place, later.valid_from, what, Text("End the earlier version on this day"))
        elif earlier.valid_to < later.valid_from:
            what = Text("No version holds from {start} to this day", start=earlier.valid_to)
            fields.note(place, later.valid_from, what, Text("Start the version when the earlier one ends"))
    codes = [version.code for version in versions]
    for index, code in enumerate(codes):
        if code and code in codes[:index]:
            place = f"versions[{index}].code"
            fields.note(place, code, Text("This code is used twice"), Text("Choose another one"))


def _word(fields: Fields, key: str, known: Sequence[str], default: str | None = None) -> str:
    word = fields.text(key) if default is None else fields.text(key, default)
    if word and word not in known:
        words = ", ".join(known)
        fields.note(
            key, word, Text("This is not one of the known words"), Text("Use one of: {words}", words=words)
        )
    return word


def _price(fields: Fields, key: str) -> int:
    """A price per unit in steps of 10 ** -8, never negative."""
    price = fields.decimal(key)
    if price < 0:
        fields.note(key, price, Text("A price must not be negative"), Text("Mend the price"))
    elif price.scaleb(Price.DECIMALS) != int(price.scaleb(Price.DECIMALS)):
        fields.note(key, price, Text("A price has eight decimals at most"), Text("Mend the price"))
    elif price.scaleb(Price.DECIMALS) > LARGEST_DETERMINANT:
        fields.note(key, price, Text("This is too large"), Text("Mend the price"))
    else:
        return int(price.scaleb(Price.DECIMALS))
    return 0


def _limit(fields: Fields, key: str) -> int | None:
    """An energy in steps of 10 ** -3 kWh; None after noting what is wrong with it."""
    limit = fields.decimal(key).scaleb(Energy.DECIMALS)
    if limit == int(limit) and 0 <= limit <= LARGEST_DETERMINANT:
        return int(limit)
    what = Text("This is no energy in kWh with three decimals at most")
    fields.note(key, fields.decimal(key), what, Text("Mend the limit"))
    return None


def _tiers(fields: Fields, earlier: Sequence[TariffComponent]) -> Tiers:
    fields.unknown({*COMPONENT_NAMES, "quantity", "unit", "accumulation", "tiers"})
    _word(fields, "unit", UNITS)
    limits: list[int] = []
    prices: list[int] = []
    entries = fields.each("tiers")
    for entry in entries:
        entry.unknown({"above", "upto", "price"})
        prices.append(_price(entry, "price"))
        _check_start(entry, limits)
        if entry is entries[-1]:
            if entry.has("upto"):
                what = Text("The last tier has no upper limit")
                entry.note("upto", entry.decimal("upto"), what, Text("Write null, or add the tier above it"))
        elif not entry.has("upto"):
            entry.note("upto", None, Text("Only the last tier has no upper limit"), Text("Add the limit"))
        else:
            limit = _limit(entry, "upto")
            if limit is None:
                continue
            if limits and limit <= limits[-1]:
                what = Text("This tier ends where the one below it ends, or before")
                entry.note("upto", entry.decimal("upto"), what, Text("Order the tiers by their limits"))
            limits.append(limit)
    return Tiers(
        code=fields.text("code"),
        price_origin=_origin(fields),
        quantity=_word(fields, "quantity", QUANTITIES),
        accumulation=fields.choice("accumulation", Accumulation),
        limits=tuple(limits),
        prices=tuple(prices),
    )


def _check_start(entry: Fields, limits: Sequence[int]) -> None:
    """``above`` may say where a tier begins; then it is where the one below it ends."""
    if not entry.has("above"):
        return
    above, below = _limit(entry, "above"), limits[-1] if limits else 0
    if above is None:
        return
    if above > below:
        what = Text("There is a gap between this tier and the one below it")
    elif above < below:
        what = Text("This tier overlaps the one below it")
    else:
        return
    entry.note("above", entry.decimal("above"), what, Text("Begin it at {limit} kWh", limit=Energy(below)))


def _free(fields: Fields, earlier: Sequence[TariffComponent]) -> FreeEnergy:
    fields.unknown({*COMPONENT_NAMES, "of"})
    of = fields.text("of")
    tiers = next((part for part in earlier if isinstance(part, Tiers) and part.code == of), None)
    if of and tiers is None:
        what = Text("No tiers of this code stand before it")
        fields.note("of", of, what, Text("Name a component of the kind tiers"))
    return FreeEnergy(
        code=fields.text("code"),
        price_origin=_origin(fields),
        quantity=tiers.quantity if tiers else "",
        first_price=tiers.prices[0] if tiers and tiers.prices else 0,
    )


def _included_tax(fields: Fields, earlier: Sequence[TariffComponent]) -> IncludedTax:
    fields.unknown({*COMPONENT_NAMES, "percent"})
    percent = fields.decimal("percent")
    if not 0 <= percent < 100:
        fields.note("percent", percent, Text("This is no rate of tax in percent"), Text("Give 0 to 100"))
        percent = Decimal(0)
    return IncludedTax(code=fields.text("code"), price_origin=_origin(fields), percent=percent)


def _origin(fields: Fields) -> PriceOrigin:
    return fields.choice("price_origin", PriceOrigin)


Reader = Callable[[Fields, Sequence[TariffComponent]], TariffComponent]
KINDS: Mapping[str, Reader] = {"tiers": _tiers, "free_energy": _free, "included_tax": _included_tax}
