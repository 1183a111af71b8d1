"""The plain values of tariffs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.kernel.measures import Energy, Money, Price
from desktop.kernel.text import Text, Worded


class PriceOrigin(Worded):
    """Where a price comes from, which decides who may change it."""

    CATALOGUE = "catalogue", Text("Catalogue price fixed by the authority")
    AGENT = "agent", Text("Purchased by the grid company as agent")
    MARKET = "market", Text("Market contract")


@dataclass(frozen=True, slots=True)
class TierPicture:
    """Where an account stands between the steps of a block price, for papers and screens.

    ``limits`` are the inclusive upper limits (None for the last), one for each price.
    """

    limits: tuple[Energy | None, ...]
    prices: tuple[Price, ...]
    accumulated: Energy
    annual: bool


@dataclass(frozen=True, slots=True)
class TariffBasis:
    """The price list a bill rests on."""

    name: str
    version: str
    notice: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class PricedLine:
    """One priced line as papers and screens show it.

    ``quantity`` is None where the line prices something other than energy. ``accumulated`` is the energy of
    the accumulation period before and after the line. ``explanation`` says in words how the amount came
    about.
    """

    label: Text
    component: str
    tier: int
    quantity: Energy | None
    price: Price
    amount: Money
    accumulated: tuple[Energy, Energy] | None
    explanation: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class TariffTaken:
    """What a tariff file brought: versions added, and versions that were known and the same."""

    code: str
    added: int
    known: int
