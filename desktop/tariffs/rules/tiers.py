"""Block prices: the energy accumulated in a year or a month is cut at limits, each step with its own price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from desktop.kernel.measures import Energy, Money, Price
from desktop.kernel.text import Text
from desktop.tariffs.columns import ENERGY_STEPS, Column, Pricing, multiply_divide
from desktop.tariffs.records import (
    EVERY_RESTART,
    MonthsCounted,
    PricedLine,
    PriceOrigin,
    PriceRow,
    Restart,
    TierPicture,
    spans,
)
from desktop.tariffs.rules.charges import energy_times_price
from desktop.tariffs.rules.component import energy_line, whole

EXTRAS = ("months_of_use", "threshold_extra_kwh")
MONTHS_OF_A_YEAR = 12


class Accumulation(Enum):
    """Over which time the energy of tiers adds up."""

    ANNUAL = "annual"
    MONTHLY = "monthly"


TIER_NUMBERS = (
    Text("1", context="tier"),
    Text("2", context="tier"),
    Text("3", context="tier"),
    Text("4", context="tier"),
    Text("5", context="tier"),
    Text("6", context="tier"),
    Text("7", context="tier"),
    Text("8", context="tier"),
    Text("9", context="tier"),
)


_GOES_ON = {
    Restart.TARIFF: Text("Steps go on with another tariff"),
    Restart.CUSTOMER: Text("Steps go on with another customer"),
}


@dataclass(frozen=True, slots=True)
class SeasonLimits:
    """The limits of some months of the year, in 10 ** -3 kWh."""

    months: tuple[int, ...]
    limits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tiers:
    """A block price: each step of the energy accumulated in a year or a month has its own price.

    ``limits`` are the inclusive upper ends of all tiers but the last (10 ** -3 kWh), ``prices`` one per tier
    (10 ** -8). The energy of a bill lies between what was accumulated before and after it; a negative one
    (a correction) takes back from the top. Limits are for twelve months of a year, or for one month: with
    ``months_of_use`` they are scaled, after ``threshold_extra_kwh`` was added, half up to the step of energy.

    With ``seasons`` (of a monthly price) the limits are those of the ``month`` billed, and of the months before it
    where several are billed at once. ``on_top`` tells prices that come on top of those of time bands.

    ``counted`` and ``restarts`` are settings of whoever bills by it: which months of a year count for an account that
    was not supplied for all of it, and what lets the steps begin anew. They make determinants, the price does not look.
    """

    code: str
    price_origin: PriceOrigin
    quantity: str
    accumulation: Accumulation
    limits: tuple[int, ...]
    prices: tuple[int, ...]
    seasons: tuple[SeasonLimits, ...] = ()
    on_top: bool = False
    counted: MonthsCounted = MonthsCounted.BEGUN
    restarts: frozenset[Restart] = EVERY_RESTART

    @property
    def reads(self) -> tuple[str, ...]:
        """The energy, and the month where limits differ by season."""
        return (self.quantity, "month") if self.seasons else (self.quantity,)

    @property
    def options(self) -> tuple[str, ...]:
        """What moves the limits, and where between them the energy begins."""
        return ("accumulated_kwh", *EXTRAS) if self.limits else ()

    def rows(self) -> tuple[PriceRow, ...]:
        """A row for each tier, of each season where limits differ."""
        seasons = self.seasons or (SeasonLimits((), self.limits),)
        every: tuple[Text, ...] = ()
        if self.limits:
            annual = self.accumulation is Accumulation.ANNUAL
            every = (Text("Energy of a year") if annual else Text("Energy of a month"), *self._settings)
        label = surcharge_label if self.on_top else tier_label
        return tuple(
            PriceRow(
                label(tier, season.limits),
                Price(price),
                "kWh",
                (*every, *((Text("Months {months}", months=spans(season.months)),) if season.months else ())),
            )
            for season in seasons
            for tier, price in enumerate(self.prices, 1)
        )

    @property
    def _settings(self) -> tuple[Text, ...]:
        """What is otherwise than most have it."""
        counted = () if self.counted is MonthsCounted.BEGUN else (self.counted.text,)
        kept = [_GOES_ON[one] for one in Restart if one not in self.restarts]
        return (*counted, *kept)

    def price(self, pricing: Pricing, index: int) -> None:
        """Cuts each bill's energy at the limits; a bill without energy gets one empty line in its tier."""
        energy, before = pricing.batch.column(self.quantity), pricing.batch.optional("accumulated_kwh")
        before = np.zeros_like(energy) if before is None else before
        after = before + energy
        limits = self._limits(pricing)
        extras = (*EXTRAS, "month") if self.seasons else EXTRAS
        pricing.inputs[self.code] = {
            "before": before,
            **{name: column for name in extras if (column := pricing.batch.optional(name)) is not None},
            **{f"limit{number}": limit for number, limit in enumerate(limits, 1)},
        }
        parts = np.empty((len(self.prices), pricing.batch.rows), dtype=np.int64)
        used, idle = np.empty(parts.shape, dtype=np.bool_), energy == 0
        lower = np.zeros_like(energy)
        for tier, limit in enumerate(limits):
            upto_limit = np.minimum(after, limit) - np.minimum(before, limit)
            np.subtract(upto_limit, lower, out=parts[tier])
            used[tier] = (parts[tier] != 0) | (idle & (before <= limit))
            idle &= before > limit
            lower = upto_limit
        np.subtract(energy, lower, out=parts[-1])
        used[-1] = (parts[-1] != 0) | idle
        rows, tiers = np.nonzero(used.T)
        prices = np.array(self.prices, dtype=np.int64)[tiers]
        pricing.add(index, rows, parts[tiers, rows], prices, tiers=tiers + 1)

    def _limits(self, pricing: Pricing) -> list[Column]:
        """The limits as they hold for each row."""
        months, extra = pricing.batch.optional("months_of_use"), pricing.batch.optional("threshold_extra_kwh")
        if months is not None:
            wrong = (months < 1) | (months > MONTHS_OF_A_YEAR)
            pricing.hold(wrong, Text("Months of use must be 1 to 12"))
            months = np.where(wrong, 1, months)
        if self.seasons:
            return self._season_limits(pricing, months, extra)
        limits = []
        for limit in self.limits:
            column = np.full(pricing.batch.rows, limit, dtype=np.int64) if extra is None else extra + limit
            if months is not None:
                per = MONTHS_OF_A_YEAR if self.accumulation is Accumulation.ANNUAL else 1
                column, _ = multiply_divide(column, months, per)
            limits.append(column)
        return limits

    def _season_limits(self, pricing: Pricing, months: Column | None, extra: Column | None) -> list[Column]:
        """The limits of the month billed, and of those before it that are billed with it."""
        month = pricing.batch.column("month")
        wrong = (month < 1) | (month > MONTHS_OF_A_YEAR)
        pricing.hold(wrong, Text("The month must be 1 to 12"))
        month = np.where(wrong, 1, month)
        months = np.ones_like(month) if months is None else months
        by_month = np.zeros((len(self.limits), MONTHS_OF_A_YEAR), dtype=np.int64)
        for season in self.seasons:
            by_month[:, np.array(season.months) - 1] = np.array(season.limits, dtype=np.int64)[:, None]
        limits = np.stack([np.zeros_like(month) if extra is None else extra * months for _ in self.limits])
        for back in range(int(months.max()) if len(months) else 0):
            limits += by_month[:, (month - 1 - back) % MONTHS_OF_A_YEAR] * (back < months)
        return list(limits)

    def show(self, line: Sequence[int], inputs: Mapping[str, object]) -> PricedLine:
        """The line with the limits that held for this bill and the accumulated energy around it."""
        _, _, tier, quantity, price, amount = line
        limits = self._packed_limits(inputs)
        start = self._start(tier, limits, inputs, quantity)
        return PricedLine(
            label=surcharge_label(tier, limits) if self.on_top else tier_label(tier, limits),
            component=self.code,
            tier=tier,
            quantity=Energy(quantity),
            price=Price(price),
            amount=Money(amount),
            accumulated=(Energy(start), Energy(start + quantity)) if limits else None,
            explanation=self._explained(line, inputs, start),
        )

    def _packed_limits(self, inputs: Mapping[str, object]) -> tuple[int, ...]:
        return tuple([whole(inputs, f"limit{number}") for number in range(1, len(self.prices))])

    @staticmethod
    def _start(tier: int, limits: tuple[int, ...], inputs: Mapping[str, object], quantity: int) -> int:
        """What was accumulated before the line: a correction starts at the top and goes down."""
        before = whole(inputs, "before")
        low = limits[tier - 2] if tier > 1 else None
        high = limits[tier - 1] if tier <= len(limits) else None
        if quantity < 0:
            return before if high is None else min(before, high)
        return before if low is None else max(before, low)

    def explain(self, line: Sequence[int], inputs: Mapping[str, object]) -> tuple[Text, ...]:
        """From where to where the energy of the line lies, and why the limits are what they are."""
        return self._explained(
            line, inputs, self._start(line[2], self._packed_limits(inputs), inputs, line[3])
        )

    def _explained(self, line: Sequence[int], inputs: Mapping[str, object], start: int) -> tuple[Text, ...]:
        if not self.limits:
            return (energy_times_price(line),)
        _, _, _, quantity, price, _ = line
        used, low, high, unit = Energy(quantity), Energy(start), Energy(start + quantity), Price(price)
        year = self.accumulation is Accumulation.ANNUAL
        span: dict[str, Any] = {"energy": used, "start": low, "end": high, "price": unit}
        words = [
            Text("{energy} kWh from {start} to {end} kWh of this year × {price}", **span)
            if year
            else Text("{energy} kWh from {start} to {end} kWh of this month × {price}", **span)
        ]
        if self.on_top:
            words.append(Text("Added to the prices of the time bands"))
        if self.seasons:
            words.append(Text("Limits of month {month}", month=str(whole(inputs, "month"))))
        if inputs.get("threshold_extra_kwh"):
            extra = Energy(whole(inputs, "threshold_extra_kwh"))
            words.append(Text("Every limit raised by {extra} kWh for a large household", extra=extra))
        if "months_of_use" in inputs:
            months = whole(inputs, "months_of_use")
            if year and months != MONTHS_OF_A_YEAR:
                words.append(Text("Limits of the year × {months} of 12 months of use", months=months))
            elif self.accumulation is Accumulation.MONTHLY and months != 1:
                words.append(Text("Limits of the month × {months} months billed at once", months=months))
        return tuple(words)

    def picture(self, inputs: Mapping[str, object], energy: int) -> TierPicture:
        """Where a bill left its account between the tiers; ``energy`` is the sum of its lines."""
        limits = [Energy(limit) for limit in self._packed_limits(inputs)]
        return TierPicture(
            limits=(*limits, None),
            prices=tuple(Price(price) for price in self.prices),
            accumulated=Energy(whole(inputs, "before") + energy),
            annual=self.accumulation is Accumulation.ANNUAL,
        )


def tier_label(tier: int, limits: Sequence[int]) -> Text:
    """What a tier is called: its number and the whole kWh it covers, for limits in 10 ** -3 kWh."""
    number = TIER_NUMBERS[tier - 1] if tier <= len(TIER_NUMBERS) else tier
    first = Energy(limits[tier - 2] + ENERGY_STEPS) if tier > 1 else Energy.zero()
    if not limits:
        return Text("Electricity")
    if tier > len(limits):
        return Text("Tier {tier} (from {first} kWh)", tier=number, first=first)
    upto = Energy(limits[tier - 1])
    if tier == 1:
        return Text("Tier {tier} (to {upto} kWh)", tier=number, upto=upto)
    return Text("Tier {tier} ({first} to {upto} kWh)", tier=number, first=first, upto=upto)


def surcharge_label(tier: int, limits: Sequence[int]) -> Text:
    """What a tier on top of time bands is called, for limits in 10 ** -3 kWh."""
    return Text("{tier}, added", tier=tier_label(tier, limits))


@dataclass(frozen=True, slots=True)
class FreeEnergy:
    """Energy a household may use free: a credit line at the first price of the tiers it belongs to.

    The energy counts in the tiers all the same; the credit is never more than was used.
    """

    code: str
    price_origin: PriceOrigin
    quantity: str
    first_price: int

    @property
    def reads(self) -> tuple[str, ...]:
        """The energy alone: who has no allowance gets no credit."""
        return (self.quantity,)

    @property
    def options(self) -> tuple[str, ...]:
        """The allowance."""
        return ("free_kwh",)

    def rows(self) -> tuple[PriceRow, ...]:
        """What an allowance takes off for each kWh."""
        return (PriceRow(Text("Free energy"), Price(-self.first_price), "kWh"),)

    def price(self, pricing: Pricing, index: int) -> None:
        """Adds a credit line for each bill that has an allowance and some energy."""
        free = pricing.batch.optional("free_kwh")
        if free is None:
            return
        pricing.inputs[self.code] = {"free_kwh": free}
        pricing.hold(free < 0, Text("The free energy must not be negative"))
        credit = np.minimum(np.maximum(pricing.batch.column(self.quantity), 0), np.maximum(free, 0))
        rows = np.flatnonzero(credit).astype(np.int64)
        prices = np.full(len(rows), self.first_price, dtype=np.int64)
        pricing.add(index, rows, -credit[rows], prices)

    def show(self, line: Sequence[int], inputs: Mapping[str, object]) -> PricedLine:
        """The credit."""
        return energy_line(Text("Free energy"), self.code, line, self.explain(line, inputs))

    def explain(self, line: Sequence[int], inputs: Mapping[str, object]) -> tuple[Text, ...]:
        """How much of the allowance was used, at which price."""
        used, free = Energy(-line[3]), Energy(whole(inputs, "free_kwh"))
        return (
            Text(
                "{energy} kWh of {free} kWh free each month × {price}, taken off",
                energy=used,
                free=free,
                price=Price(line[4]),
            ),
        )
