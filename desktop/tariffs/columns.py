"""Exact columns: determinants in, priced lines out, and arithmetic on 64-bit integers that never goes wrong
silently. Scales: energy 10 ** -3 kWh, prices 10 ** -8 currency units per kWh, amounts in minor units.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from desktop.kernel.measures import INT64_MAX, Demand, Energy, Measure, Power, Price, divide_half_up
from desktop.kernel.text import Text

Column = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# Beyond these a value is a mistake, and below them sums of a bill's columns never leave 64 bits.
LARGEST_DETERMINANT = 10**17
LARGEST_AMOUNT = 10**16
# A product estimated in floating point below this certainly fits into 64 bits.
SURELY_FITS = 9.2e18
PRICE_STEPS = 10**Price.DECIMALS
ENERGY_STEPS = 10**Energy.DECIMALS
DEMAND_STEPS = 10**Demand.DECIMALS


@dataclass(frozen=True, slots=True)
class Determinant:
    """A quantity a bill is priced by: what people call it, its unit as written, and its measure (int: a count)."""

    label: Text
    unit: str
    measure: type[Measure] | type[int]


DETERMINANTS: Mapping[str, Determinant] = {
    "energy_kwh": Determinant(Text("Energy"), "kWh", Energy),
    "energy_sharp_kwh": Determinant(Text("Energy, sharp"), "kWh", Energy),
    "energy_peak_kwh": Determinant(Text("Energy, peak"), "kWh", Energy),
    "energy_flat_kwh": Determinant(Text("Energy, flat"), "kWh", Energy),
    "energy_valley_kwh": Determinant(Text("Energy, valley"), "kWh", Energy),
    "energy_deep_valley_kwh": Determinant(Text("Energy, deep valley"), "kWh", Energy),
    "accumulated_kwh": Determinant(Text("Energy used before"), "kWh", Energy),
    "threshold_extra_kwh": Determinant(Text("Extra energy of a large household"), "kWh", Energy),
    "free_kwh": Determinant(Text("Free energy"), "kWh", Energy),
    "months_of_use": Determinant(Text("Months of use"), "", int),
    "month": Determinant(Text("Month of the year"), "", int),
    "basic_basis": Determinant(Text("Basis of the capacity charge"), "", int),
    "capacity_kva": Determinant(Text("Capacity"), "kVA", Power),
    "month_energy_kwh": Determinant(Text("Energy of the whole month"), "kWh", Energy),
    "metered_kwh": Determinant(Text("Energy metered with the reactive energy"), "kWh", Energy),
    "all_energy_kwh": Determinant(Text("Energy of all service points"), "kWh", Energy),
    "all_kva": Determinant(Text("Contracted capacity of all service points"), "kVA", Power),
    "charged_days": Determinant(Text("Days charged"), "", int),
    "capacity_kva_days": Determinant(Text("Capacity × days"), "kVA d", Power),
    "month_days": Determinant(Text("Days of the month"), "", int),
    "contract_demand_kw": Determinant(Text("Contract demand"), "kW", Power),
    "demand_kw_max": Determinant(Text("Highest demand"), "kW", Demand),
    "reactive_kvarh": Determinant(Text("Reactive energy"), "kvarh", Energy),
    "reactive_reverse_kvarh": Determinant(Text("Reactive energy, reverse"), "kvarh", Energy),
    "power_factor_standard": Determinant(Text("Power factor standard"), "%", int),
}
"""Every determinant a component may read, by its name in a batch."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Bills to price: ``rows`` of them, and each determinant as a column of that length.

    Names and scales are those of `DETERMINANTS`. Of energy there are: used in the period (the whole, and in each
    time band), used before it in the accumulation period, added to every tier limit of that whole period, and
    free of charge; ``month_energy_kwh`` is that of the whole month where a bill covers a part of it, which has
    ``charged_days`` of the ``month_days``; ``metered_kwh`` is what the meter of the reactive energy counted, where
    others are billed for a part of it; ``all_energy_kwh`` and ``all_kva`` are of the whole account, where that is more
    than the bill's own or contracted otherwise than charged. ``months_of_use`` are those of the year, or billed at once
    by a monthly tariff; ``month`` is the last one billed. A column of another type or length is a ValueError.
    """

    rows: int
    determinants: Mapping[str, Column]

    def __post_init__(self) -> None:
        for name, column in self.determinants.items():
            if column.dtype != np.int64 or column.shape != (self.rows,):
                raise ValueError(f"determinant {name} is no int64 column of {self.rows} rows")

    @classmethod
    def of(cls, bills: Sequence[Mapping[str, Measure | int]]) -> Batch:
        """The batch of bills given one by one; all must name the same determinants.

        >>> Batch.of([{"energy_kwh": Energy.of(180)}]).determinants["energy_kwh"].tolist()
        [180000]
        """
        names = list(bills[0]) if bills else []
        raw = {name: [_raw(bill[name]) for bill in bills] for name in names}
        return cls(len(bills), {name: np.array(values, dtype=np.int64) for name, values in raw.items()})

    def column(self, name: str) -> Column:
        """A determinant that must be there; a missing one is a LookupError naming it."""
        if name not in self.determinants:
            raise LookupError(f"the batch has no determinant {name}")
        return self.determinants[name]

    def optional(self, name: str) -> Column | None:
        """A determinant that may be left out for the whole batch."""
        return self.determinants.get(name)


def month_energy(batch: Batch) -> Column:
    """The energy of the whole month: that of the bill, unless the bill covers a part of the month only."""
    whole = batch.optional("month_energy_kwh")
    return batch.column("energy_kwh") if whole is None else whole


def _raw(value: Measure | int) -> int:
    return value.raw if isinstance(value, Measure) else value


@dataclass(frozen=True, slots=True)
class Lines:
    """Priced lines, one entry of each column per line, part by part as they were priced; `by_row` brings each bill's
    lines together.

    ``row`` is the bill's index in the batch, ``component`` the index in the version, ``band`` the place of a
    `TimeBand` from 1 (0: none), ``tier`` from 1 (0: none), ``quantity`` 10 ** -3 kWh or, of power, 10 ** -6,
    ``price`` 10 ** -8, ``amount`` minor units.
    """

    row: Column
    component: Column
    band: Column
    tier: Column
    quantity: Column
    price: Column
    amount: Column

    NAMES: ClassVar[tuple[str, ...]] = ("row", "component", "band", "tier", "quantity", "price", "amount")

    @classmethod
    def none(cls) -> Lines:
        """No line."""
        return cls(*(np.empty(0, dtype=np.int64) for _ in cls.NAMES))

    def columns(self) -> tuple[Column, ...]:
        """The columns in the order of `NAMES`."""
        return (self.row, self.component, self.band, self.tier, self.quantity, self.price, self.amount)

    def chosen(self, which: Mask | Column) -> Lines:
        """The lines chosen by a mask or in an order."""
        if which.dtype == np.bool_:
            which = np.flatnonzero(which)
        return Lines(*(column.take(which) for column in self.columns()))

    @classmethod
    def joined(cls, parts: Sequence[Lines]) -> Lines:
        """All lines of all parts, one part after the other."""
        if len(parts) == 1:
            return parts[0]
        return cls(*(np.concatenate(columns) for columns in zip(*(p.columns() for p in parts), strict=True)))

    def by_row(self) -> Lines:
        """The lines in the order of ``row``; those of one row keep the order of the parts."""
        return self.chosen(np.argsort(self.row, kind="stable"))


@dataclass(slots=True)
class Pricing:
    """The state of one `price` call, which each component adds to.

    ``included`` are amounts that prices contain without a line of their own, by the component's place; ``sums`` are
    those of its lines. ``every`` is the rows of a part that has one line for each bill.
    """

    batch: Batch
    decimals: int
    parts: list[Lines] = field(default_factory=list)
    inputs: dict[str, Mapping[str, Column]] = field(default_factory=dict)
    included: dict[int, Column] = field(default_factory=dict)
    held: dict[int, Text] = field(default_factory=dict)
    sums: dict[int, Column] = field(default_factory=dict)
    tax: Column | None = None
    every: Column = field(init=False)

    def __post_init__(self) -> None:
        self.every = np.arange(self.batch.rows, dtype=np.int64)

    def hold(self, mask: Mask, reason: Text) -> None:
        """Holds the rows of a mask; the first reason of a row stays."""
        for row in np.flatnonzero(mask).tolist():
            self.held.setdefault(row, reason)

    def total(self, of: Collection[int] | None = None) -> Column:
        """The sum of the lines so far, over the rows; ``of`` some components alone, by their place."""
        total = np.zeros(self.batch.rows, dtype=np.int64)
        for component, amounts in self.sums.items():
            if of is None or component in of:
                total += amounts
        return total

    def _sum(self, component: int, rows: Column, amounts: Column) -> None:
        """Add amounts to what a component's lines come to; rows may have several lines in one part."""
        if component not in self.sums:
            self.sums[component] = np.zeros(self.batch.rows, dtype=np.int64)
        sums = self.sums[component]
        if rows is self.every:
            sums += amounts
        elif (rows[1:] > rows[:-1]).all():
            sums[rows] += amounts
        else:
            np.add.at(sums, rows, amounts)

    def add(
        self,
        component: int,
        rows: Column,
        quantity: Column,
        prices: Column,
        *,
        bands: Column | None = None,
        tiers: Column | None = None,
    ) -> None:
        """Adds lines of energy: quantity × price, rounded half up to minor units, for rows in ascending order."""
        amount, fits = multiply_divide(quantity, prices, PRICE_STEPS * ENERGY_STEPS // 10**self.decimals)
        self.add_amounts(component, rows, quantity, prices, amount, fits, bands=bands, tiers=tiers)

    def add_amounts(
        self,
        component: int,
        rows: Column,
        quantity: Column,
        prices: Column,
        amount: Column,
        fits: Mask,
        *,
        bands: Column | None = None,
        tiers: Column | None = None,
    ) -> None:
        """Adds lines with amounts of their own; a row with one that does not fit is held."""
        fits = fits & (np.abs(amount) <= LARGEST_AMOUNT)
        if not fits.all():
            amount = np.where(fits, amount, 0)
            stopped = np.zeros(self.batch.rows, dtype=np.bool_)
            stopped[rows[~fits]] = True
            self.hold(stopped, Text("The amount is too large for a bill"))
        # One number seen many times: what is the same for all lines takes no memory.
        index, none = np.broadcast_to(np.int64(component), len(rows)), np.broadcast_to(np.int64(0), len(rows))
        bands, tiers = none if bands is None else bands, none if tiers is None else tiers
        self.parts.append(Lines(rows, index, bands, tiers, quantity, prices, amount))
        self._sum(component, rows, amount)


def within_bounds(pricing: Pricing) -> Batch:
    """The batch with values that cannot be right taken out, and their rows held."""
    kept: dict[str, Column] = {}
    for name, column in pricing.batch.determinants.items():
        far = (column > LARGEST_DETERMINANT) | (column < -LARGEST_DETERMINANT)
        if far.any():
            label = DETERMINANTS[name].label if name in DETERMINANTS else name
            pricing.hold(far, Text("{determinant} is too large to price", determinant=label))
        kept[name] = np.where(far, 0, column) if far.any() else column
    return Batch(pricing.batch.rows, kept)


def multiply_divide(left: Column, right: Column, divisor: int | Column) -> tuple[Column, Mask]:
    """``left × right ÷ divisor``, each rounded half up on its absolute value, and which results fit in 64
    bits.

    Products beyond 64 bits are computed exactly, one by one; a result that does not fit is 0. ``divisor`` >
    0, for all alike or for each.
    """
    fits = np.ones(len(left), dtype=np.bool_)
    if not len(left):
        return left * right, fits
    if not isinstance(divisor, int) and divisor.min() == divisor.max():
        divisor = int(divisor[0])  # the same for all: dividing by one number is quicker
    half = divisor if isinstance(divisor, int) else int(divisor.max())  # what rounding adds must fit too
    if _largest(left) * _largest(right) <= INT64_MAX - half:
        return _divide_half_up(left * right, divisor), fits
    doubtful = np.abs(left.astype(np.float64) * right.astype(np.float64)) >= SURELY_FITS - half
    result = _divide_half_up(np.where(doubtful, 0, left) * right, divisor)
    for index in np.flatnonzero(doubtful).tolist():
        by = divisor if isinstance(divisor, int) else int(divisor[index])
        exact = divide_half_up(int(left[index]) * int(right[index]), by)
        fits[index] = abs(exact) <= INT64_MAX
        result[index] = exact if fits[index] else 0
    return result, fits


def share(column: Column, numerator: int, denominator: int) -> Column:
    """A fixed share of a column, half up; determinants and amounts within their bounds always fit."""
    part, _ = multiply_divide(column, np.broadcast_to(np.int64(numerator), len(column)), denominator)
    return part


def _largest(column: Column) -> int:
    return max(int(column.max()), -int(column.min()))


def _divide_half_up(numbers: Column, divisor: int | Column) -> Column:
    """Floor division would round negative amounts down, so it is done on absolute values, in place.

    ``numbers`` is the caller's to spare.
    """
    if int(numbers.min()) >= 0:
        numbers += divisor // 2
        numbers //= divisor
        return numbers
    size = np.abs(numbers)
    size += divisor // 2
    size //= divisor
    size *= np.sign(numbers)
    return size
