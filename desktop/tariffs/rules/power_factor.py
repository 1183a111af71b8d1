"""The adjustment by power factor: more for a load that draws much reactive energy, less for one that draws little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import numpy as np

from desktop.kernel.measures import Energy, Money
from desktop.kernel.text import Text
from desktop.tariffs.columns import Column, Mask, Pricing, month_energy, multiply_divide
from desktop.tariffs.records import PricedLine, PriceOrigin, PriceRow
from desktop.tariffs.rules.component import whole

WHOLE = 100
"""A factor of 1, in steps of 0.01."""
PERCENT_STEPS = 100
"""A percentage has two decimals."""
UNKNOWN = 10**9
"""Stands where there is no standard; such rows are held."""
CLOSE = 1e-9
"""A factor that lies so close to a half step is computed again with whole numbers."""


@dataclass(frozen=True, slots=True)
class Slope:
    """So many steps of 0.01 (None: all that follow), each worth so much (10 ** -2 percent)."""

    steps: int | None
    percent: int


@dataclass(frozen=True, slots=True)
class Standard:
    """What a customer's factor is held against (in steps of 0.01), and the slopes above and below it."""

    standard: int
    reward: tuple[Slope, ...]
    penalty: tuple[Slope, ...]

    def percent(self, factor: int) -> int:
        """The surcharge (+) or reward (−) for a factor rounded to 0.01, in 10 ** -2 percent."""
        better = factor >= self.standard
        left, total = abs(factor - self.standard), 0
        for slope in self.reward if better else self.penalty:
            taken = left if slope.steps is None else min(left, slope.steps)
            total, left = total + taken * slope.percent, left - taken
        return -total if better else total


@dataclass(frozen=True, slots=True)
class PowerFactorAdjustment:
    """A percentage of other lines, by the power factor of the bill and the customer's standard.

    Factor: active ÷ √(active² + reactive²), rounded half up to 0.01 before it is looked up; reactive energy in
    both directions counts. Base: the lines of the components at the places ``of`` less what those at the places
    ``without`` contain. A standard of 0 means no adjustment; neither does a bill without any energy have one, nor
    one without active energy where ``waive_idle`` says so.
    """

    code: str
    price_origin: PriceOrigin
    standards: tuple[Standard, ...]
    of: tuple[int, ...]
    without: tuple[int, ...]
    waive_idle: bool

    @property
    def reads(self) -> tuple[str, ...]:
        """Active and reactive energy, and the standard."""
        return ("energy_kwh", "reactive_kvarh", "power_factor_standard")

    @property
    def options(self) -> tuple[str, ...]:
        """Reactive energy in the other direction; the energy of the month, and what was metered, where a bill covers a
        part of it."""
        return ("reactive_reverse_kvarh", "month_energy_kwh", "metered_kwh")

    def rows(self) -> tuple[PriceRow, ...]:
        """The range of each standard."""
        return tuple(
            PriceRow(
                Text(
                    "Power factor adjustment, standard {standard}: {reward} % to +{penalty} %",
                    standard=hundredths(one.standard),
                    reward=hundredths(one.percent(WHOLE)),
                    penalty=hundredths(one.percent(0)),
                ),
                None,
                "",
            )
            for one in self.standards
        )

    def price(self, pricing: Pricing, index: int) -> None:
        """One line for each bill that has a standard and some energy, also where it comes to nothing."""
        batch = pricing.batch
        metered, reactive = batch.optional("metered_kwh"), np.abs(batch.column("reactive_kvarh"))
        active = month_energy(batch) if metered is None else metered
        reverse = batch.optional("reactive_reverse_kvarh")
        reactive = reactive if reverse is None else reactive + np.abs(reverse)
        standard = batch.column("power_factor_standard")
        table = percent_table(self.standards)
        unknown = (standard < 0) | (standard > WHOLE)
        row = np.where(unknown, 0, standard)
        unknown |= table[row, 0] == UNKNOWN
        pricing.hold(unknown, Text("The tariff has no such power factor standard"))
        pricing.hold((standard > 0) & (active < 0), Text("A power factor needs energy that is not negative"))
        active = np.maximum(active, 0)
        factor = power_factors(active, reactive)
        percent = table[row, factor]
        base = pricing.total(self.of)
        for place in self.without:
            base = base - pricing.included[place]
        pricing.inputs[self.code] = {
            "active": active,
            "reactive": reactive,
            "standard": standard,
            "factor": factor,
            "percent": percent,
            "base": base,
        }
        measured = (active > 0) if self.waive_idle else (active > 0) | (reactive > 0)
        adjusts = (standard > 0) & measured
        rows = pricing.every if adjusts.all() else np.flatnonzero(adjusts).astype(np.int64)
        amount, fits = (
            adjusted(base, percent) if rows is pricing.every else adjusted(base[rows], percent[rows])
        )
        none = np.broadcast_to(np.int64(0), len(rows))
        pricing.add_amounts(index, rows, none, none, amount, fits)

    def show(self, line: Sequence[int], inputs: Mapping[str, object]) -> PricedLine:
        """The line; its amount is a share of other amounts."""
        return PricedLine(
            Text("Power factor adjustment"),
            self.code,
            0,
            None,
            None,
            Money(line[5]),
            None,
            self.explain(line, inputs),
            "",
        )

    def explain(self, line: Sequence[int], inputs: Mapping[str, object]) -> tuple[Text, ...]:
        """The factor, what the table says of it, and the product."""
        active, reactive = Energy(whole(inputs, "active")), Energy(whole(inputs, "reactive"))
        factor, standard = hundredths(whole(inputs, "factor")), hundredths(whole(inputs, "standard"))
        percent, base = hundredths(whole(inputs, "percent")), Money(whole(inputs, "base"))
        return (
            Text(
                "{active} kWh and {reactive} kvarh: power factor {factor}, standard {standard}",
                active=active,
                reactive=reactive,
                factor=factor,
                standard=standard,
            ),
            Text("{base} × {percent} %", base=base, percent=percent),
        )


@cache
def percent_table(standards: tuple[Standard, ...]) -> Column:
    """The percentage by standard and factor, both in steps of 0.01; a standard that is none has `UNKNOWN`."""
    table = np.full((WHOLE + 1, WHOLE + 1), UNKNOWN, dtype=np.int64)
    table[0] = 0
    for one in standards:
        table[one.standard] = [one.percent(factor) for factor in range(WHOLE + 1)]
    table.setflags(write=False)
    return table


def hundredths(value: int) -> Decimal:
    """A number of steps of 0.01."""
    return Decimal(value).scaleb(-2)


def power_factors(active: Column, reactive: Column) -> Column:
    """Active ÷ √(active² + reactive²) in steps of 0.01, half up; 0 where both are. Both ≥ 0."""
    apparent = np.hypot(active.astype(np.float64), reactive.astype(np.float64))
    scaled = WHOLE * active / np.where(apparent == 0, 1, apparent) + 0.5
    factor = np.floor(scaled).astype(np.int64)
    for row in np.flatnonzero(np.abs(scaled - np.round(scaled)) < CLOSE).tolist():
        factor[row] = _exact_factor(int(active[row]), int(reactive[row]), int(factor[row]))
    return factor


def adjusted(base: Column, percent: Column) -> tuple[Column, Mask]:
    """Base × percentage (10 ** -2 percent), half up to minor units, and which results fit."""
    return multiply_divide(base, percent, 100 * PERCENT_STEPS)


def _exact_factor(active: int, reactive: int, near: int) -> int:
    """The largest number of steps whose lower half step is reached, beside a first estimate."""
    apparent = active * active + reactive * reactive
    for steps in (near + 1, near, near - 1):
        if 0 < steps <= WHOLE and 4 * WHOLE**2 * active * active >= (2 * steps - 1) ** 2 * apparent > 0:
            return steps
    return 0
