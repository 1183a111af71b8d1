"""Block prices of a tariff file: tiers, tiers on top of time bands, and energy free of charge."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.kernel.fields import Fields
from desktop.kernel.measures import Energy
from desktop.kernel.text import Text
from desktop.tariffs.documents.common import (
    COMPONENT_NAMES,
    QUANTITIES,
    UNITS,
    energy,
    months,
    one_season_each,
    origin,
    price,
    word,
    words,
)
from desktop.tariffs.records import EVERY_RESTART, MonthsCounted, Restart
from desktop.tariffs.rules import Accumulation, FreeEnergy, TariffComponent, Tiers
from desktop.tariffs.rules.tiers import SeasonLimits


def tiers(fields: Fields, earlier: Sequence[TariffComponent]) -> Tiers:
    """A price for each tier."""
    return _tiers(fields, "price")


def tier_adders(fields: Fields, earlier: Sequence[TariffComponent]) -> Tiers:
    """What each tier adds to the prices of time bands."""
    return _tiers(fields, "adder")


def _tiers(fields: Fields, price_key: str) -> Tiers:
    fields.unknown(
        {*COMPONENT_NAMES, "quantity", "unit", "accumulation", "tiers", "seasons", "months", "restart"}
    )
    word(fields, "unit", UNITS)
    seasonal = fields.has("seasons")
    accumulation = fields.choice("accumulation", Accumulation)
    entries = fields.each("tiers")
    prices = tuple(price(entry, price_key) for entry in entries)
    limits = _limits(entries, price_key, seasonal)
    seasons: tuple[SeasonLimits, ...] = ()
    if seasonal:
        seasons = _seasons(fields, len(entries) - 1)
        limits = seasons[0].limits if seasons else ()
        if accumulation is Accumulation.ANNUAL:
            what = Text("Limits of seasons are limits of a month")
            fields.note("accumulation", accumulation.value, what, Text("Write monthly"))
    return Tiers(
        code=fields.text("code"),
        price_origin=origin(fields),
        quantity=word(fields, "quantity", QUANTITIES),
        accumulation=accumulation,
        limits=limits,
        prices=prices,
        seasons=seasons,
        on_top=price_key == "adder",
        counted=fields.choice("months", MonthsCounted, MonthsCounted.BEGUN),
        restarts=_restarts(fields),
    )


def _restarts(fields: Fields) -> frozenset[Restart]:
    """What lets the steps begin anew: every such thing, unless the file names some of them, or none."""
    if not fields.has("restart"):
        return EVERY_RESTART
    known = {one.value: one for one in Restart}
    for code in words(fields, "restart"):
        if code not in known:
            remedy = Text("Use one of: {words}", words=", ".join(known))
            fields.note("restart", code, Text("This is not one of the known words"), remedy)
    return frozenset(known[code] for code in words(fields, "restart") if code in known)


def _limits(entries: Sequence[Fields], price_key: str, seasonal: bool) -> tuple[int, ...]:
    """The limits that stand beside the prices; with seasons they stand there instead."""
    limits: list[int] = []
    for entry in entries:
        entry.unknown({price_key} if seasonal else {"above", "upto", price_key})
        if seasonal:
            continue
        _check_start(entry, limits)
        if entry is entries[-1]:
            if entry.has("upto"):
                what = Text("The last tier has no upper limit")
                entry.note("upto", entry.decimal("upto"), what, Text("Write null, or add the tier above it"))
        elif not entry.has("upto"):
            entry.note("upto", None, Text("Only the last tier has no upper limit"), Text("Add the limit"))
        else:
            limit = energy(entry, "upto")
            if limit is None:
                continue
            if limits and limit <= limits[-1]:
                what = Text("This tier ends where the one below it ends, or before")
                entry.note("upto", entry.decimal("upto"), what, Text("Order the tiers by their limits"))
            limits.append(limit)
    return tuple(limits)


def _seasons(fields: Fields, wanted: int) -> tuple[SeasonLimits, ...]:
    entries, seasons = fields.each("seasons"), []
    for entry in entries:
        entry.unknown({"months", "limits"})
        given = entry.data.get("limits")
        texts = list(given) if isinstance(given, Sequence) and not isinstance(given, str) else []
        if len(texts) != wanted:
            what = Text("There must be {wanted} limits, one for each tier but the last", wanted=wanted)
            entry.note("limits", given, what, Text("Mend the limits"))
            continue
        values = Fields(
            {f"limits[{at}]": one for at, one in enumerate(texts)}, entry.where, entry.path, entry.problems
        )
        found = [energy(values, key) for key in values.data]
        limits = tuple(limit for limit in found if limit is not None)
        if list(limits) != sorted(set(limits)):
            what = Text("This tier ends where the one below it ends, or before")
            entry.note("limits", given, what, Text("Order the tiers by their limits"))
        seasons.append(SeasonLimits(months(entry), limits))
    one_season_each(fields, [season.months for season in seasons])
    return tuple(seasons)


def _check_start(entry: Fields, limits: Sequence[int]) -> None:
    """``above`` may say where a tier begins; then it is where the one below it ends."""
    if not entry.has("above"):
        return
    above, below = energy(entry, "above"), limits[-1] if limits else 0
    if above is None:
        return
    if above > below:
        what = Text("There is a gap between this tier and the one below it")
    elif above < below:
        what = Text("This tier overlaps the one below it")
    else:
        return
    entry.note("above", entry.decimal("above"), what, Text("Begin it at {limit} kWh", limit=Energy(below)))


def free_energy(fields: Fields, earlier: Sequence[TariffComponent]) -> FreeEnergy:
    """Energy free of charge at the first price of tiers that stand before it."""
    fields.unknown({*COMPONENT_NAMES, "of"})
    of = fields.text("of")
    tiers = next((part for part in earlier if isinstance(part, Tiers) and part.code == of), None)
    if of and tiers is None:
        what = Text("No tiers of this code stand before it")
        fields.note("of", of, what, Text("Name a component of the kind tiers"))
    return FreeEnergy(
        code=fields.text("code"),
        price_origin=origin(fields),
        quantity=tiers.quantity if tiers else "",
        first_price=tiers.prices[0] if tiers and tiers.prices else 0,
    )
