"""The plain values of tariffs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.kernel.measures import Demand, Energy, Money, Price
from desktop.kernel.text import Text, Worded


class PriceOrigin(Worded):
    """Where a price comes from, which decides who may change it."""

    CATALOGUE = "catalogue", Text("Catalogue price fixed by the authority")
    AGENT = "agent", Text("Purchased by the grid company as agent")
    MARKET = "market", Text("Market contract")


class TimeBand(Worded):
    """A part of the day with a price of its own; its place from 1 on is the number of the band in a line."""

    SHARP = "sharp", Text("Sharp peak")
    PEAK = "peak", Text("Peak")
    FLAT = "flat", Text("Flat")
    VALLEY = "valley", Text("Valley")
    DEEP_VALLEY = "deep_valley", Text("Deep valley")

    @property
    def number(self) -> int:
        """Its number in the lines of a batch."""
        return list(TimeBand).index(self) + 1

    @property
    def determinant(self) -> str:
        """The name of its energy in a batch."""
        return f"energy_{self.value}_kwh"


class Basis(Worded):
    """By what the capacity charge of a two-part tariff is measured; its place from 0 on is its number in a batch."""

    NONE = "none", Text("No capacity charge")
    CAPACITY = "capacity", Text("Transformer capacity")
    CONTRACT_DEMAND = "contract_demand", Text("Contract demand")
    ACTUAL_DEMAND = "actual_demand", Text("Measured demand")

    @property
    def number(self) -> int:
        """Its number in a batch."""
        return list(Basis).index(self)


class ChargeName(Worded):
    """What a price for each kWh is paid for."""

    ENERGY = "energy", Text("Electricity")
    PURCHASE = "purchase", Text("Purchase")
    LOSS = "loss", Text("Losses at the grid entry")
    TRANSMISSION = "transmission", Text("Transmission and distribution")
    SYSTEM = "system", Text("System operation")
    FUNDS = "funds", Text("Government funds and surcharges")


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

    ``quantity`` (in ``unit``) and ``price`` are None where an amount is a share of other amounts. ``accumulated``
    is the energy of the accumulation period before and after the line. ``explanation`` says in words how the
    amount came about.
    """

    label: Text
    component: str
    tier: int
    quantity: Energy | Demand | None
    price: Price | None
    amount: Money
    accumulated: tuple[Energy, Energy] | None
    explanation: tuple[Text, ...]
    unit: str = "kWh"
    band: TimeBand | None = None


@dataclass(frozen=True, slots=True)
class TariffTaken:
    """What a tariff file brought: versions added, and versions that were known and the same."""

    code: str
    added: int
    known: int
