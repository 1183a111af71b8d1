"""The pricing core: a batch of bills priced by one tariff version, in whole columns of exact integers.

A version is a row of components; each reads the determinants it needs by name from the batch and adds
lines. One bill is a batch of one, so the counter, the draft, the issue and the mass run price alike. Each
line is rounded once, half up on the absolute value; a total is the sum of its lines. What does not fit into
64 bits is computed with Python's integers, and a row that still does not fit is held. Scales stand in
`columns`.

A new kind of component is a class here with the methods of `TariffComponent` and its reader in `documents`;
the core does not change.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from itertools import pairwise
from typing import Protocol

import numpy as np

from desktop.kernel.measures import Energy, Money, Price
from desktop.kernel.text import Text
from desktop.tariffs.columns import (
    ENERGY_STEPS,
    Batch,
    Column,
    Lines,
    Pricing,
    multiply_divide,
    within_bounds,
)
from desktop.tariffs.records import PricedLine, PriceOrigin, TierPicture

EXTRAS = ("months_of_use", "threshold_extra_kwh")
MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class PricedBatch:
    """What a batch costs.

    ``lines`` add up to ``total`` (a column over the rows, minor units); ``tax`` is the part of the total that
    is tax, however it got in. ``held`` names the rows that could not be priced, with the reason: they have no
    line and a total of 0. ``inputs`` are what each component looked at, by its code, for the trace.
    """

    lines: Lines
    total: Column
    tax: Column
    held: Mapping[int, Text]
    inputs: Mapping[str, Mapping[str, Column]]


class TariffComponent(Protocol):
    """One priced part of a tariff: its code, where its price comes from, and its parameters as data."""

    @property
    def code(self) -> str:
        """What this part is called inside its version."""

    @property
    def price_origin(self) -> PriceOrigin:
        """Where its price comes from."""

    def price(self, pricing: Pricing, index: int) -> None:
        """Adds this component's lines and inputs; ``index`` is its place in the version."""

    def show(self, line: Sequence[int], inputs: Mapping[str, object]) -> PricedLine:
        """One packed line (component, band, tier, quantity, price, amount) in words, from packed inputs."""

    def explain(self, line: Sequence[int], inputs: Mapping[str, object]) -> tuple[Text, ...]:
        """How a packed line came about."""


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


@dataclass(frozen=True, slots=True)
class Tiers:
    """A block price: each step of the energy accumulated in a year or a month has its own price.

    ``limits`` are the inclusive upper ends of all tiers but the last (10 ** -3 kWh), ``prices`` one per tier
    (10 ** -8). The energy of a bill lies between what was accumulated before and after it; a negative one
    (a correction) takes back from the top. Limits are for twelve months of a year, or for one month: with
    ``months_of_use`` they are scaled, after ``threshold_extra_kwh`` was added, half up to the step of energy.
    """

    code: str
    price_origin: PriceOrigin
    quantity: str
    accumulation: Accumulation
    limits: tuple[int, ...]
    prices: tuple[int, ...]

    def price(self, pricing: Pricing, index: int) -> None:
        """Cuts each bill's energy at the limits; a bill without energy gets one empty line in its tier."""
        energy, before = pricing.batch.column(self.quantity), pricing.batch.optional("accumulated_kwh")
        before = np.zeros_like(energy) if before is None else before
        after = before + energy
        limits = self._limits(pricing)
        pricing.inputs[self.code] = {
            "before": before,
            **{name: column for name in EXTRAS if (column := pricing.batch.optional(name)) is not None},
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
        pricing.add(index, rows, tiers + 1, parts[tiers, rows], prices)

    def _limits(self, pricing: Pricing) -> list[Column]:
        """The limits as they hold for each row."""
        rows, months = pricing.batch.rows, pricing.batch.optional("months_of_use")
        extra = pricing.batch.optional("threshold_extra_kwh")
        limits = []
        for limit in self.limits:
            column = np.full(rows, limit, dtype=np.int64) if extra is None else extra + limit
            if months is not None:
                per = MONTHS_OF_A_YEAR if self.accumulation is Accumulation.ANNUAL else 1
                column, _ = multiply_divide(column, months, per)
            limits.append(column)
        if months is not None:
            wrong = (months < 1) | (months > MONTHS_OF_A_YEAR)
            pricing.hold(wrong, Text("Months of use must be 1 to 12"))
        return limits

    def show(self, line: Sequence[int], inputs: Mapping[str, object]) -> PricedLine:
        """The line with the limits that held for this bill and the accumulated energy around it."""
        _, _, tier, quantity, price, amount = line
        limits = self._packed_limits(inputs)
        start = self._start(tier, limits, inputs, quantity)
        return PricedLine(
            label=tier_label(tier, limits),
            component=self.code,
            tier=tier,
            quantity=Energy(quantity),
            price=Price(price),
            amount=Money(amount),
            accumulated=(Energy(start), Energy(start + quantity)),
            explanation=self.explain(line, inputs),
        )

    def _packed_limits(self, inputs: Mapping[str, object]) -> tuple[int, ...]:
        return tuple(_whole(inputs, f"limit{number}") for number in range(1, len(self.prices)))

    @staticmethod
    def _start(tier: int, limits: tuple[int, ...], inputs: Mapping[str, object], quantity: int) -> int:
        """What was accumulated before the line: a correction starts at the top and goes down."""
        before = _whole(inputs, "before")
        low = limits[tier - 2] if tier > 1 else None
        high = limits[tier - 1] if tier <= len(limits) else None
        if quantity < 0:
            return before if high is None else min(before, high)
        return before if low is None else max(before, low)

    def explain(self, line: Sequence[int], inputs: Mapping[str, object]) -> tuple[Text, ...]:
        """From where to where the energy of the line lies, and why the limits are what they are."""
        _, _, tier, quantity, price, _ = line
        start = self._start(tier, self._packed_limits(inputs), inputs, quantity)
        used, low, high, unit = Energy(quantity), Energy(start), Energy(start + quantity), Price(price)
        year = Text(
            "{energy} kWh from {start} to {end} kWh of this year × {price}",
            energy=used,
            start=low,
            end=high,
            price=unit,
        )
        month = Text(
            "{energy} kWh from {start} to {end} kWh of this month × {price}",
            energy=used,
            start=low,
            end=high,
            price=unit,
        )
        words = [year if self.accumulation is Accumulation.ANNUAL else month]
        if inputs.get("threshold_extra_kwh"):
            extra = Energy(_whole(inputs, "threshold_extra_kwh"))
            words.append(Text("Every limit raised by {extra} kWh for a large household", extra=extra))
        if "months_of_use" in inputs:
            months = _whole(inputs, "months_of_use")
            if self.accumulation is Accumulation.ANNUAL and months != MONTHS_OF_A_YEAR:
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
            accumulated=Energy(_whole(inputs, "before") + energy),
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


@dataclass(frozen=True, slots=True)
class FreeEnergy:
    """Energy a household may use free: a credit line at the first price of the tiers it belongs to.

    The energy counts in the tiers all the same; the credit is never more than was used.
    """

    code: str
    price_origin: PriceOrigin
    quantity: str
    first_price: int

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
        pricing.add(index, rows, np.zeros_like(rows), -credit[rows], prices)

    def show(self, line: Sequence[int], inputs: Mapping[str, object]) -> PricedLine:
        """The credit."""
        _, _, _, quantity, price, amount = line
        explanation = self.explain(line, inputs)
        label = Text("Free energy")
        return PricedLine(
            label, self.code, 0, Energy(quantity), Price(price), Money(amount), None, explanation
        )

    def explain(self, line: Sequence[int], inputs: Mapping[str, object]) -> tuple[Text, ...]:
        """How much of the allowance was used, at which price."""
        used, free = Energy(-line[3]), Energy(_whole(inputs, "free_kwh"))
        return (
            Text(
                "{energy} kWh of {free} kWh free each month × {price}, taken off",
                energy=used,
                free=free,
                price=Price(line[4]),
            ),
        )


@dataclass(frozen=True, slots=True)
class IncludedTax:
    """Tax that prices already contain: net = gross ÷ (1 + rate) half up, tax = gross − net. It adds no line.

    The rate is kept as a fraction, so 13 % is exactly 113 / 100.
    """

    code: str
    price_origin: PriceOrigin
    percent: Decimal

    def price(self, pricing: Pricing, index: int) -> None:
        """Splits the sum of all lines so far."""
        gross = pricing.total()
        pricing.tax = gross - self.net(gross)

    def net(self, gross: Column) -> Column:
        """The amounts without tax; amounts up to `LARGEST_AMOUNT` per line always fit."""
        whole, parts = (1 + self.percent / 100).as_integer_ratio()
        net, _ = multiply_divide(gross, np.full(len(gross), parts, dtype=np.int64), whole)
        return net

    def show(self, line: Sequence[int], inputs: Mapping[str, object]) -> PricedLine:
        """There is no line to show."""
        raise LookupError(f"{self.code} has no line")

    def explain(self, line: Sequence[int], inputs: Mapping[str, object]) -> tuple[Text, ...]:
        """What part of the price is tax."""
        return (Text("Prices contain {percent} % tax", percent=self.percent),)


@dataclass(frozen=True, slots=True)
class TariffVersion:
    """The components of a tariff for a validity; ``valid_to`` is not included, None is open.

    ``decimals`` is the number of decimals of its currency. ``notice`` names the authority's text. ``data`` is
    the version as it stood in the file: `read_version` of it gives an equal version.
    """

    code: str
    valid_from: date
    valid_to: date | None
    notice: str
    source: str
    decimals: int
    components: tuple[TariffComponent, ...]
    data: Mapping[str, object] = field(compare=False, repr=False)

    def in_force(self, day: date) -> bool:
        """Whether the version holds on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def tax_percent(self) -> Decimal:
        """The rate of the tax its prices contain; 0 where they contain none."""
        return sum((part.percent for part in self.components if isinstance(part, IncludedTax)), Decimal(0))

    @property
    def tiers(self) -> Tiers | None:
        """Its block price, if it has one."""
        return next((part for part in self.components if isinstance(part, Tiers)), None)


@dataclass(frozen=True, slots=True)
class TariffData:
    """A tariff file taken apart: versions in order of their validity, without gap or overlap."""

    code: str
    name: str
    use_class: str
    customer_class: str
    currency: str
    decimals: int
    versions: tuple[TariffVersion, ...]

    def on(self, day: date) -> TariffVersion | None:
        """The version in force on ``day``."""
        return next((version for version in self.versions if version.in_force(day)), None)


def price(version: TariffVersion, batch: Batch) -> PricedBatch:
    """Prices every bill of a batch by one version of a tariff.

    Rows that cannot be priced are held, each with its reason, and the others go on; a determinant missing
    from the whole batch is a LookupError, for then the caller made a mistake.
    """
    pricing = Pricing(batch, version.decimals)
    pricing.batch = within_bounds(pricing)
    for index, component in enumerate(version.components):
        component.price(pricing, index)
    lines = Lines.joined(pricing.parts) if pricing.parts else Lines.none()
    total = pricing.total()
    tax = np.zeros_like(total) if pricing.tax is None else pricing.tax
    if pricing.held:
        good = np.ones(batch.rows, dtype=np.bool_)
        good[list(pricing.held)] = False
        lines, total, tax = lines.chosen(good[lines.row]), np.where(good, total, 0), np.where(good, tax, 0)
    return PricedBatch(lines, total, tax, dict(sorted(pricing.held.items())), pricing.inputs)


def pack(version: TariffVersion, priced: PricedBatch) -> list[str]:
    """The trace of each row as canonical JSON: its lines, and what each component looked at.

    ``{"inputs":{code:{name:number}},"lines":[[component,band,tier,quantity,price,amount]],"version":code}``
    with the scales of `Lines`; `traced` puts it into words.
    """
    lines = priced.lines
    columns = zip(*(column.tolist() for column in lines.columns()[1:]), strict=True)
    packed_lines = [f"[{c},{b},{t},{q},{p},{a}]" for c, b, t, q, p, a in columns]
    ends = np.searchsorted(lines.row, np.arange(len(priced.total) + 1)).tolist()
    template, inputs = _input_template(priced)
    tail = f',"version":{json.dumps(version.code)}}}'
    return [
        f'{{"inputs":{template % values},"lines":[{",".join(packed_lines[start:end])}]{tail}'
        for values, (start, end) in zip(inputs, pairwise(ends), strict=True)
    ]


def _input_template(priced: PricedBatch) -> tuple[str, list[tuple[int, ...]]]:
    """The inputs of one row with a place for each number, and the numbers of all rows."""
    groups: list[str] = []
    columns: list[list[int]] = []
    for code in sorted(priced.inputs):
        names = sorted(priced.inputs[code])
        columns += [priced.inputs[code][name].tolist() for name in names]
        places = ",".join(f"{json.dumps(name)}:%d" for name in names)
        groups.append(f"{json.dumps(code).replace('%', '%%')}:{{{places}}}")
    rows: list[tuple[int, ...]] = list(zip(*columns, strict=True)) if columns else [()] * len(priced.total)
    return "{" + ",".join(groups) + "}", rows


def traced(version: TariffVersion, packed: str) -> tuple[PricedLine, ...]:
    """The lines of a packed trace in words, in the order they were priced, by the version that priced."""
    trace = json.loads(packed)
    if trace["version"] != version.code:
        raise ValueError(f"priced by version {trace['version']}, not {version.code}")
    return tuple(
        version.components[line[0]].show(line, trace["inputs"].get(version.components[line[0]].code, {}))
        for line in trace["lines"]
    )


def tier_picture(version: TariffVersion, packed: str) -> TierPicture | None:
    """Where a packed bill left its account between the tiers; None where the tariff has none."""
    tiers, trace = version.tiers, json.loads(packed)
    if tiers is None or tiers.code not in trace["inputs"]:
        return None
    energy = sum(line[3] for line in trace["lines"] if version.components[line[0]] is tiers)
    return tiers.picture(trace["inputs"][tiers.code], energy)


def _whole(inputs: Mapping[str, object], name: str) -> int:
    value = inputs[name]
    if not isinstance(value, int):
        raise TypeError(f"{name} of a trace is {value!r}")
    return value
