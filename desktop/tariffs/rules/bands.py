"""Time of use: which hours belong to which band, and what a kWh costs in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from desktop.kernel.measures import Price, round_half_up
from desktop.kernel.text import Text
from desktop.tariffs.columns import Pricing
from desktop.tariffs.records import DayClock, HolidayName, PricedLine, PriceOrigin, PriceRow, TimeBand
from desktop.tariffs.rules.charges import energy_times_price
from desktop.tariffs.rules.component import energy_line

HOURS_OF_A_DAY = 24
TOTAL = "energy_kwh"


@dataclass(frozen=True, slots=True)
class Season:
    """The band of each of the 24 hours in some months of the year; hour 17 is from 17:00 to 17:59."""

    months: tuple[int, ...]
    hours: tuple[TimeBand, ...]


@dataclass(frozen=True, slots=True)
class HolidayHours:
    """Hours with a band of their own on some holidays."""

    names: tuple[HolidayName, ...]
    hours: tuple[int, ...]
    band: TimeBand


@dataclass(frozen=True, slots=True)
class Hours:
    """The clock of a time-of-use tariff. It prices nothing.

    Each month belongs to one season. ``factors`` are what a band costs against the flat one, as a notice states
    them; published prices, where there are some, win over them.
    """

    code: str
    price_origin: PriceOrigin
    seasons: tuple[Season, ...]
    holidays: tuple[HolidayHours, ...] = ()
    factors: tuple[tuple[TimeBand, Decimal], ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        """Nothing: meters sort the energy by their own clock."""
        return ()

    @property
    def options(self) -> tuple[str, ...]:
        """Nothing more."""
        return ()

    def rows(self) -> tuple[PriceRow, ...]:
        """No price: the hours of holidays, and the factors of the notice, where it states some."""
        holidays = [
            PriceRow(
                Text(
                    "{band} from {start}:00 to {end}:00 on holidays",
                    band=one.band,
                    start=str(one.hours[0]),
                    end=str(one.hours[-1] + 1),
                ),
                None,
                "",
                tuple(name.text for name in one.names),
            )
            for one in self.holidays
        ]
        factors = [
            PriceRow(Text("{band}: × {factor} of the flat price", band=band, factor=factor), None, "")
            for band, factor in self.factors
        ]
        return (*holidays, *factors)

    @property
    def clocks(self) -> tuple[DayClock, ...]:
        """The day of each season."""
        return tuple(DayClock(season.months, season.hours) for season in self.seasons)

    @property
    def bands(self) -> frozenset[TimeBand]:
        """The bands that some hour belongs to."""
        used = {band for season in self.seasons for band in season.hours}
        return frozenset(used | {holiday.band for holiday in self.holidays})

    def price(self, pricing: Pricing, index: int) -> None:
        """Nothing to price."""

    def show(self, line: Sequence[int], inputs: Mapping[str, object]) -> PricedLine:
        """There is no line to show."""
        raise LookupError(f"{self.code} has no line")

    def explain(self, line: Sequence[int], inputs: Mapping[str, object]) -> tuple[Text, ...]:
        """Nothing to explain."""
        return ()


@dataclass(frozen=True, slots=True)
class TimeBands:
    """A price for each time band (10 ** -8), for the energy that the meter sorted into it.

    The bands together are the whole energy; a bill where they are not is held.
    """

    code: str
    price_origin: PriceOrigin
    prices: tuple[tuple[TimeBand, int], ...]

    @property
    def reads(self) -> tuple[str, ...]:
        """The energy of each band, and the whole."""
        return (TOTAL, *(band.determinant for band, _ in self.prices))

    @property
    def options(self) -> tuple[str, ...]:
        """Nothing more."""
        return ()

    def rows(self) -> tuple[PriceRow, ...]:
        """The price of each band."""
        return tuple(PriceRow(band.text, Price(price), "kWh") for band, price in self.prices)

    def price(self, pricing: Pricing, index: int) -> None:
        """A line for each band that was used; a bill without energy gets one empty line in the first band."""
        whole = pricing.batch.column(TOTAL)
        parts = np.stack([pricing.batch.column(band.determinant) for band, _ in self.prices])
        pricing.hold(
            parts.sum(axis=0) != whole, Text("The energy of the time bands does not add up to the whole")
        )
        idle = ~parts.any(axis=0)
        for place, (band, price) in enumerate(self.prices):
            used = (parts[place] != 0) | idle if place == 0 else parts[place] != 0
            rows = pricing.every if used.all() else np.flatnonzero(used).astype(np.int64)
            quantity = parts[place] if rows is pricing.every else parts[place][rows]
            pricing.add(
                index,
                rows,
                quantity,
                np.broadcast_to(np.int64(price), len(rows)),
                bands=np.broadcast_to(np.int64(band.number), len(rows)),
            )

    def show(self, line: Sequence[int], inputs: Mapping[str, object]) -> PricedLine:
        """The line under the name of its band."""
        band = list(TimeBand)[line[1] - 1]
        return energy_line(band.text, self.code, line, self.explain(line, inputs), band)

    def explain(self, line: Sequence[int], inputs: Mapping[str, object]) -> tuple[Text, ...]:
        """The product."""
        return (energy_times_price(line),)


def band_price(floating: Decimal, fixed: Decimal, factor: Decimal, decimals: int = 6) -> Decimal:
    """What a kWh costs in a band: what floats with the time of day × its factor + what does not, half up.

    >>> band_price(Decimal("0.398113"), Decimal("0.215873"), Decimal("0.45"))
    Decimal('0.395024')
    """
    return round_half_up(floating * factor + fixed, decimals)
