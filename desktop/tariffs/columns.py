"""Exact columns: determinants in, priced lines out, and arithmetic on 64-bit integers that never goes wrong
silently. Scales: energy 10 ** -3 kWh, prices 10 ** -8 currency units per kWh, amounts in minor units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from desktop.kernel.measures import INT64_MAX, Energy, Measure, Price, divide_half_up
from desktop.kernel.text import Text

Column = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# Beyond these a value is a mistake, and below them sums of a bill's columns never leave 64 bits.
LARGEST_DETERMINANT = 10**17
LARGEST_AMOUNT = 10**16
# A product estimated in floating point below this certainly fits into 64 bits.
SURELY_FITS = 9.2e18
# What people call the determinants, where one of them is what is wrong.
DETERMINANTS = {
    "energy_kwh": Text("Energy"),
    "accumulated_kwh": Text("Energy used before"),
    "threshold_extra_kwh": Text("Extra energy of a large household"),
    "free_kwh": Text("Free energy"),
    "months_of_use": Text("Months of use"),
}
PRICE_STEPS = 10**Price.DECIMALS
ENERGY_STEPS = 10**Energy.DECIMALS


@dataclass(frozen=True, slots=True)
class Batch:
    """Bills to price: ``rows`` of them, and each determinant as a column of that length.

    Names and scales: ``energy_kwh`` used in the period, ``accumulated_kwh`` used before it in the
    accumulation period, ``threshold_extra_kwh`` added to every tier limit of the whole accumulation period,
    ``free_kwh`` allowed free of charge (10 ** -3 kWh); ``months_of_use`` of the year, or billed at once by
    a monthly tariff. A column of another type or length is a ValueError.
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


def _raw(value: Measure | int) -> int:
    return value.raw if isinstance(value, Measure) else value


@dataclass(frozen=True, slots=True)
class Lines:
    """Priced lines, one entry of each column per line, in the order of ``row``.

    ``row`` is the bill's index in the batch, ``component`` the index in the version, ``band`` 0 (no time
    band), ``tier`` from 1 (0: none), ``quantity`` 10 ** -3 kWh, ``price`` 10 ** -8, ``amount`` minor units.
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
        return Lines(*(column[which] for column in self.columns()))

    @classmethod
    def joined(cls, parts: Sequence[Lines]) -> Lines:
        """All lines of all parts, ordered by row; lines of one row keep the order of the parts."""
        if len(parts) == 1:
            return parts[0]
        together = cls(
            *(np.concatenate(columns) for columns in zip(*(p.columns() for p in parts), strict=True))
        )
        return together.chosen(np.argsort(together.row, kind="stable"))


@dataclass(slots=True)
class Pricing:
    """The state of one `price` call, which each component adds to."""

    batch: Batch
    decimals: int
    parts: list[Lines] = field(default_factory=list)
    inputs: dict[str, Mapping[str, Column]] = field(default_factory=dict)
    held: dict[int, Text] = field(default_factory=dict)
    tax: Column | None = None

    def hold(self, mask: Mask, reason: Text) -> None:
        """Holds the rows of a mask; the first reason of a row stays."""
        for row in np.flatnonzero(mask).tolist():
            self.held.setdefault(row, reason)

    def total(self) -> Column:
        """The sum of the lines so far, over the rows."""
        total = np.zeros(self.batch.rows, dtype=np.int64)
        for part in self.parts:
            np.add.at(total, part.row, part.amount)
        return total

    def add(self, component: int, rows: Column, tiers: Column, quantity: Column, prices: Column) -> None:
        """Adds lines: quantity × price, rounded half up to minor units, for rows in ascending order."""
        steps = PRICE_STEPS * ENERGY_STEPS // 10**self.decimals
        amount, fits = multiply_divide(quantity, prices, steps)
        fits &= np.abs(amount) <= LARGEST_AMOUNT
        if not fits.all():
            amount = np.where(fits, amount, 0)
            stopped = np.zeros(self.batch.rows, dtype=np.bool_)
            stopped[rows[~fits]] = True
            self.hold(stopped, Text("The amount is too large for a bill"))
        index = np.full(len(rows), component, dtype=np.int64)
        self.parts.append(Lines(rows, index, np.zeros_like(rows), tiers, quantity, prices, amount))


def within_bounds(pricing: Pricing) -> Batch:
    """The batch with values that cannot be right taken out, and their rows held."""
    kept: dict[str, Column] = {}
    for name, column in pricing.batch.determinants.items():
        far = (column > LARGEST_DETERMINANT) | (column < -LARGEST_DETERMINANT)
        if far.any():
            pricing.hold(
                far, Text("{determinant} is too large to price", determinant=DETERMINANTS.get(name, name))
            )
        kept[name] = np.where(far, 0, column) if far.any() else column
    return Batch(pricing.batch.rows, kept)


def multiply_divide(left: Column, right: Column, divisor: int) -> tuple[Column, Mask]:
    """``left × right ÷ divisor``, each rounded half up on its absolute value, and which results fit in 64
    bits.

    Products beyond 64 bits are computed exactly, one by one; a result that does not fit is 0. ``divisor`` >
    0.
    """
    fits = np.ones(len(left), dtype=np.bool_)
    if not len(left) or _largest(left) * _largest(right) <= INT64_MAX:
        return _divide_half_up(left * right, divisor), fits
    doubtful = np.abs(left.astype(np.float64) * right.astype(np.float64)) >= SURELY_FITS
    result = _divide_half_up(np.where(doubtful, 0, left) * right, divisor)
    for index in np.flatnonzero(doubtful).tolist():
        exact = divide_half_up(int(left[index]) * int(right[index]), divisor)
        fits[index] = abs(exact) <= INT64_MAX
        result[index] = exact if fits[index] else 0
    return result, fits


def _largest(column: Column) -> int:
    return max(int(column.max()), -int(column.min()))


def _divide_half_up(numbers: Column, divisor: int) -> Column:
    """Floor division would round negative amounts down, so it is done on absolute values."""
    size = np.abs(numbers)
    whole = size // divisor
    whole += size - whole * divisor >= (divisor + 1) // 2
    return np.where(numbers < 0, -whole, whole)
