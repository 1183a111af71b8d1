"""The plain values of tariffs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from uuid import UUID

from desktop.kernel.measures import Demand, Energy, Money, Price
from desktop.kernel.text import Text, Worded


def spans(numbers: Sequence[int]) -> str:
    """Numbers in a row written as spans.

    >>> spans((1, 2, 3, 11, 12)), spans((7,))
    ('1–3, 11–12', '7')
    """
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in found)


class PriceOrigin(Worded):
    """Where a price comes from, which decides who may change it."""

    CATALOGUE = "catalogue", Text("Catalogue price fixed by the authority")
    AGENT = "agent", Text("Purchased by the grid company as agent")
    MARKET = "market", Text("Market contract")


class CustomerClass(Worded):
    """Whose price list a tariff is; late fees and what is looked at before issue go by it."""

    RESIDENTIAL = "residential", Text("residential")
    COMMERCIAL = "commercial", Text("commercial")
    INDUSTRIAL = "industrial", Text("industrial")
    FARMING = "farming", Text("farming")


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


class HolidayName(Worded):
    """A holiday that may have hours of its own; the country's calendar says which days it is."""

    NEW_YEAR = "new_year", Text("New Year's Day")
    SPRING_FESTIVAL = "spring_festival", Text("Spring Festival")
    QINGMING = "qingming", Text("Qingming")
    LABOUR_DAY = "labour_day", Text("Labour Day")
    DRAGON_BOAT = "dragon_boat", Text("Dragon Boat Festival")
    MID_AUTUMN = "mid_autumn", Text("Mid-Autumn Festival")
    NATIONAL_DAY = "national_day", Text("National Day")


class MonthsCounted(Worded):
    """Which months of a year count for an account that was not supplied for all of it."""

    BEGUN = "begun", Text("A month begun counts whole in the limits of a year")
    WHOLE = "whole", Text("Only whole months count in the limits of a year")
    YEAR = "year", Text("The limits of a year are the same for a part of it")


class Restart(Enum):
    """What lets the steps of a year, or of a month, begin anew: another tariff, another customer."""

    TARIFF = "tariff"
    CUSTOMER = "customer"


EVERY_RESTART = frozenset(Restart)


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
class PriceRow:
    """One price of a version as a person reads it: what for, how much for one ``unit``, and what it depends on."""

    label: Text
    price: Price | None
    unit: str
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class DayClock:
    """The band of each of the 24 hours in some months of the year."""

    months: tuple[int, ...]
    hours: tuple[TimeBand, ...]

    @property
    def bands(self) -> tuple[TimeBand, ...]:
        """The bands of the day, the dearest first."""
        return tuple(band for band in TimeBand if band in self.hours)

    def hours_of(self, band: TimeBand) -> str:
        """The hours of a band as spans, such as ``0–6, 12–14``."""
        starts = [hour for hour in range(24) if self.hours[hour] is band]
        begins = [hour for hour in starts if hour - 1 not in starts]
        ends = [hour + 1 for hour in starts if hour + 1 not in starts]
        return ", ".join(f"{begin}–{end}" for begin, end in zip(begins, ends, strict=True))

    @property
    def words(self) -> Text:
        """The months in words."""
        every = len(self.months) == 12
        return Text("Every month") if every else Text("Months {months}", months=spans(self.months))


@dataclass(frozen=True, slots=True)
class WaitsAlready:
    """A version that waits for a decision with the very content proposed again, and whose proposal it was."""

    version: str
    proposed_by: str


@dataclass(frozen=True, slots=True)
class TariffTaken:
    """What a tariff file brought: versions added, and versions that were known and the same.

    ``replaces`` are the codes of versions of the same days whose place the added ones are to take; ``waiting`` are
    those of the known ones that somebody proposed before and nobody has decided about.
    """

    code: str
    added: int
    known: int
    replaces: tuple[str, ...] = ()
    waiting: tuple[WaitsAlready, ...] = ()

    @property
    def remarks(self) -> tuple[Text, ...]:
        """What whoever proposed it has to know besides."""
        return (
            *(
                Text("It is to take the place of {version} of the same day", version=one)
                for one in self.replaces
            ),
            *(
                Text(
                    "{version} waits already: {name} proposed the same. Another person approves it.",
                    version=one.version,
                    name=one.proposed_by,
                )
                for one in self.waiting
            ),
        )


class VersionState(Worded):
    """How a version stands on a day."""

    WAITING = "waiting", Text("Waits for approval")
    DECLINED = "declined", Text("Declined")
    COMING = "coming", Text("Begins later")
    IN_FORCE = "in_force", Text("In force")
    ENDED = "ended", Text("Ended")
    REPLACED = "replaced", Text("Replaced")


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in the list of tariffs; ``valid_to`` is not included, None is open."""

    tariff: str
    name: str
    use_class: str
    version: str
    valid_from: date
    valid_to: date | None
    notice: str
    state: VersionState

    @property
    def last(self) -> date | None:
        """The last day it holds."""
        return None if self.valid_to is None else self.valid_to - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Signature:
    """Who did something about a version, and when, in the hall's zone."""

    name: str
    who: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class VersionShown:
    """A version as a person reads it.

    ``asks`` are the determinants one is asked for to know what a bill would cost. ``content`` is the digest of the
    proposed content, which a decision names; it and the signatures are empty for prices of a founding. ``replaces``
    is the code of the version of the same day whose place it takes or took, ``replaced_by`` that of the one that took
    its own.
    """

    row: VersionRow
    source: str
    prices: tuple[PriceRow, ...]
    clocks: tuple[DayClock, ...]
    asks: tuple[str, ...]
    content: str
    proposed: Signature | None
    decided: Signature | None
    reason: str
    replaces: str = ""
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class DecisionOrder:
    """Approve or decline a version by its code; ``content`` is the digest of what one has looked at."""

    version: str
    content: str
    approve: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CostOrder:
    """What would a bill cost: a version by its code, and determinants by name as decimal numbers."""

    version: str
    determinants: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a bill would cost, its lines explained; ``tax`` is the part of the total that is tax."""

    lines: tuple[PricedLine, ...]
    total: Money
    tax: Money
