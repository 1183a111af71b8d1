"""Prices for each kWh, and what a price contains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from desktop.kernel.measures import Energy, Money, Price, divide_half_up
from desktop.kernel.text import Text
from desktop.tariffs.columns import ENERGY_STEPS, PRICE_STEPS, Column, Pricing, multiply_divide, share
from desktop.tariffs.records import ChargeName, PricedLine, PriceOrigin, PriceRow
from desktop.tariffs.rules.component import energy_line, whole


@dataclass(frozen=True, slots=True)
class PerKwh:
    """One price for every kWh (10 ** -8): electricity at a single rate, or one of the parts of its price."""

    code: str
    price_origin: PriceOrigin
    quantity: str
    name: ChargeName
    unit_price: int

    @property
    def reads(self) -> tuple[str, ...]:
        """The energy."""
        return (self.quantity,)

    @property
    def options(self) -> tuple[str, ...]:
        """Nothing more."""
        return ()

    def rows(self) -> tuple[PriceRow, ...]:
        """The price under its name."""
        return (PriceRow(self.name.text, Price(self.unit_price), "kWh"),)

    def price(self, pricing: Pricing, index: int) -> None:
        """A line for each bill, also for one without energy."""
        energy = pricing.batch.column(self.quantity)
        rows = pricing.every
        pricing.add(index, rows, energy, np.broadcast_to(np.int64(self.unit_price), len(rows)))

    def show(self, line: Sequence[int], inputs: Mapping[str, object]) -> PricedLine:
        """The line under the name of the price."""
        return energy_line(self.name.text, self.code, line, self.explain(line, inputs))

    def explain(self, line: Sequence[int], inputs: Mapping[str, object]) -> tuple[Text, ...]:
        """The product."""
        return (energy_times_price(line),)


def energy_times_price(line: Sequence[int]) -> Text:
    """The product of a packed line of energy."""
    return Text("{energy} kWh × {price}", energy=Energy(line[3]), price=Price(line[4]))


@dataclass(frozen=True, slots=True)
class IncludedFunds:
    """Funds that the prices already contain, so much for each kWh (10 ** -8). They add no line.

    What they come to, once for the whole energy, is kept for what leaves them out (`amounts`).
    """

    code: str
    price_origin: PriceOrigin
    quantity: str
    unit_price: int

    @property
    def reads(self) -> tuple[str, ...]:
        """The energy."""
        return (self.quantity,)

    @property
    def options(self) -> tuple[str, ...]:
        """Nothing more."""
        return ()

    def rows(self) -> tuple[PriceRow, ...]:
        """What the prices contain of them."""
        label = Text("Of this government funds")
        return (PriceRow(label, Price(self.unit_price), "kWh"),)

    def amounts(self, pricing: Pricing) -> Column:
        """What they come to for each row, half up to minor units."""
        steps = PRICE_STEPS * ENERGY_STEPS // 10**pricing.decimals
        return share(pricing.batch.column(self.quantity), self.unit_price, steps)

    def price(self, pricing: Pricing, index: int) -> None:
        """Keeps what they come to."""
        pricing.inputs[self.code] = {"funds": self.amounts(pricing)}
        pricing.included[index] = pricing.inputs[self.code]["funds"]

    def show(self, line: Sequence[int], inputs: Mapping[str, object]) -> PricedLine:
        """There is no line to show."""
        raise LookupError(f"{self.code} has no line")

    def explain(self, line: Sequence[int], inputs: Mapping[str, object]) -> tuple[Text, ...]:
        """What they come to."""
        return (
            Text(
                "Prices contain {amount} of government funds, {price} for each kWh",
                amount=Money(whole(inputs, "funds")),
                price=Price(self.unit_price),
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

    @property
    def reads(self) -> tuple[str, ...]:
        """Nothing: it splits what the others charge."""
        return ()

    @property
    def options(self) -> tuple[str, ...]:
        """Nothing more."""
        return ()

    def rows(self) -> tuple[PriceRow, ...]:
        """How much of the prices is tax."""
        return (PriceRow(Text("Prices contain {percent} % tax", percent=self.percent), None, ""),)

    def price(self, pricing: Pricing, index: int) -> None:
        """Splits the sum of all lines so far."""
        gross = pricing.total()
        pricing.tax = gross - self.net(gross)

    @property
    def _ratio(self) -> tuple[int, int]:
        return (1 + self.percent / 100).as_integer_ratio()

    def within(self, gross: int) -> int:
        """The tax in one amount, as `net` leaves it out."""
        whole, parts = self._ratio
        return gross - divide_half_up(gross * parts, whole)

    def net(self, gross: Column) -> Column:
        """The amounts without tax; amounts up to `LARGEST_AMOUNT` per line always fit."""
        whole, parts = self._ratio
        net, _ = multiply_divide(gross, np.broadcast_to(np.int64(parts), len(gross)), whole)
        return net

    def show(self, line: Sequence[int], inputs: Mapping[str, object]) -> PricedLine:
        """There is no line to show."""
        raise LookupError(f"{self.code} has no line")

    def explain(self, line: Sequence[int], inputs: Mapping[str, object]) -> tuple[Text, ...]:
        """What part of the price is tax."""
        return (Text("Prices contain {percent} % tax", percent=self.percent),)
