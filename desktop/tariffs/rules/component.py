"""What a priced part of a tariff is, and what its parts share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from desktop.kernel.measures import Energy, Money, Price
from desktop.kernel.text import Text
from desktop.tariffs.columns import Pricing
from desktop.tariffs.records import PricedLine, PriceOrigin, PriceRow, TimeBand


class TariffComponent(Protocol):
    """One priced part of a tariff: its code, where its price comes from, and its parameters as data."""

    @property
    def code(self) -> str:
        """What this part is called inside its version."""

    @property
    def price_origin(self) -> PriceOrigin:
        """Where its price comes from."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The determinants it looks at."""

    @property
    def options(self) -> tuple[str, ...]:
        """The determinants it looks at where they are given."""

    def rows(self) -> tuple[PriceRow, ...]:
        """Its prices as a person reads them."""

    def price(self, pricing: Pricing, index: int) -> None:
        """Adds this component's lines and inputs; ``index`` is its place in the version."""

    def show(self, line: Sequence[int], inputs: Mapping[str, object]) -> PricedLine:
        """One packed line (component, band, tier, quantity, price, amount) in words, from packed inputs."""

    def explain(self, line: Sequence[int], inputs: Mapping[str, object]) -> tuple[Text, ...]:
        """How a packed line came about."""


def energy_line(
    label: Text, code: str, line: Sequence[int], explanation: tuple[Text, ...], band: TimeBand | None = None
) -> PricedLine:
    """A packed line of energy in words."""
    _, _, tier, quantity, price, amount = line
    return PricedLine(
        label, code, tier, Energy(quantity), Price(price), Money(amount), None, explanation, band=band
    )


def whole(inputs: Mapping[str, object], name: str) -> int:
    """A whole number of a trace's inputs."""
    value = inputs[name]
    if not isinstance(value, int):
        raise TypeError(f"{name} of a trace is {value!r}")
    return value
