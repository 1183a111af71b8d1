"""Time of use in a tariff file: the hours of the bands, and their prices."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from desktop.kernel.fields import Fields
from desktop.kernel.measures import Price
from desktop.kernel.text import Text
from desktop.tariffs.documents.common import (
    COMPONENT_NAMES,
    inside,
    months,
    one_season_each,
    origin,
    price,
    words,
)
from desktop.tariffs.records import HolidayName, TimeBand
from desktop.tariffs.rules import TariffComponent
from desktop.tariffs.rules.bands import HOURS_OF_A_DAY, HolidayHours, Hours, Season, TimeBands, band_price

BANDS = {band.value: band for band in TimeBand}
# A published price has six decimals; one computed from factors is rounded alike.
COMPUTED_DECIMALS = 6


def hours(fields: Fields, earlier: Sequence[TariffComponent]) -> Hours:
    """The clock: seasons that cover each month and each hour once, and hours of holidays."""
    fields.unknown({*COMPONENT_NAMES, "rest", "seasons", "holidays", "factors"})
    rest = fields.choice("rest", TimeBand) if fields.has("rest") else None
    seasons = tuple(_season(entry, rest) for entry in fields.each("seasons"))
    one_season_each(fields, [season.months for season in seasons])
    return Hours(
        code=fields.text("code"),
        price_origin=origin(fields),
        seasons=seasons,
        holidays=tuple(_holiday(entry) for entry in fields.each("holidays", [])),
        factors=tuple(_factors(fields).items()) if fields.has("factors") else (),
    )


def _season(fields: Fields, rest: TimeBand | None) -> Season:
    fields.unknown({"months", "hours"})
    clock: list[TimeBand | None] = [None] * HOURS_OF_A_DAY
    for entry in fields.each("hours"):
        entry.unknown({"from", "to", "band"})
        band = entry.choice("band", TimeBand)
        for hour in _span(entry):
            taken = clock[hour]
            if taken is not None:
                what = Text("The hour from {hour}:00 belongs to {band} already", hour=str(hour), band=taken)
                entry.note("from", entry.data.get("from"), what, Text("Let the bands follow each other"))
                break
            clock[hour] = band
    gaps = [hour for hour, band in enumerate(clock) if band is None]
    if gaps and rest is None:
        what = Text("No band holds in the hour from {hour}:00", hour=str(gaps[0]))
        fields.note("hours", None, what, Text("Add the hours, or name the band of the rest"))
    fallback = rest or TimeBand.FLAT
    return Season(months(fields), tuple(fallback if band is None else band for band in clock))


def _span(fields: Fields) -> tuple[int, ...]:
    """The hours from one full hour up to another, also across midnight."""
    start, end = fields.whole("from"), fields.whole("to")
    if 0 <= start < HOURS_OF_A_DAY and 0 < end <= HOURS_OF_A_DAY and start != end:
        length = (end - start) % HOURS_OF_A_DAY or HOURS_OF_A_DAY
        return tuple((start + step) % HOURS_OF_A_DAY for step in range(length))
    what = Text("These are no hours of a day")
    fields.note("from", start, what, Text("Write full hours: from 0 to 23, to 1 to 24"))
    return ()


def _holiday(fields: Fields) -> HolidayHours:
    fields.unknown({"names", "from", "to", "band"})
    known = {name.value: name for name in HolidayName}
    names = words(fields, "names")
    if not names:
        fields.note("names", None, Text("This value is missing"), Text("Name the holidays"))
    for name in names:
        if name not in known:
            what = Text("This is not one of the known words")
            fields.note("names", name, what, Text("Use one of: {words}", words=", ".join(known)))
    hours = _span(fields) or (0,)
    return HolidayHours(
        tuple(known[name] for name in names if name in known), hours, fields.choice("band", TimeBand)
    )


def _factors(fields: Fields) -> dict[TimeBand, Decimal]:
    """What each band costs against the flat one."""
    given = inside(fields, "factors")
    given.unknown(BANDS)
    factors = {band: given.decimal(band.value) for band in TimeBand if band.value in given.data}
    for band, factor in factors.items():
        if factor <= 0:
            given.note(band.value, factor, Text("A factor is above 0"), Text("Mend the value"))
    return factors


def time_bands(fields: Fields, earlier: Sequence[TariffComponent]) -> TimeBands:
    """A price for each band: as published, or what floats × a factor + what does not."""
    fields.unknown({*COMPONENT_NAMES, "prices", "floating", "fixed", "factors"})
    found = _published(fields) if fields.has("prices") else _computed(fields)
    clock = next((part for part in earlier if isinstance(part, Hours)), None)
    if clock is not None and found:
        for band in TimeBand:
            if band in clock.bands and band not in found:
                what = Text("The band {band} has hours and no price", band=band)
                fields.note("prices", None, what, Text("Add its price"))
            elif band in found and band not in clock.bands:
                what = Text("The band {band} has a price and no hours", band=band)
                fields.note("prices", None, what, Text("Add its hours"))
    ordered = tuple((band, found[band]) for band in TimeBand if band in found)
    return TimeBands(fields.text("code"), origin(fields), ordered)


def _published(fields: Fields) -> dict[TimeBand, int]:
    given = inside(fields, "prices")
    given.unknown(BANDS)
    found = {BANDS[key]: price(given, key) for key in given.data if key in BANDS}
    if not found:
        fields.note("prices", None, Text("This value is missing"), Text("Add it"))
    return found


def _computed(fields: Fields) -> dict[TimeBand, int]:
    if not fields.has("factors"):
        fields.note("prices", None, Text("This value is missing"), Text("Add it"))
        return {}
    floating, fixed = _sum(fields, "floating"), _sum(fields, "fixed")
    return {
        band: int(band_price(floating, fixed, factor, COMPUTED_DECIMALS).scaleb(Price.DECIMALS))
        for band, factor in _factors(fields).items()
    }


def _sum(fields: Fields, key: str) -> Decimal:
    """The sum of a list of prices."""
    parts = words(fields, key)
    values = Fields(
        {f"{key}[{at}]": one for at, one in enumerate(parts)}, fields.where, fields.path, fields.problems
    )
    return Decimal(sum(price(values, name) for name in values.data)).scaleb(-Price.DECIMALS)
