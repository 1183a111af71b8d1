"""A tariff and its versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from desktop.kernel.measures import Energy
from desktop.tariffs.records import (
    EVERY_RESTART,
    DayClock,
    MonthsCounted,
    PriceRow,
    Restart,
    TimeBand,
    VersionState,
)
from desktop.tariffs.rules.bands import Hours, TimeBands
from desktop.tariffs.rules.basic import BasicCharge
from desktop.tariffs.rules.charges import IncludedTax
from desktop.tariffs.rules.component import TariffComponent
from desktop.tariffs.rules.tiers import Accumulation, Tiers


@dataclass(frozen=True)
class TariffVersion:
    """The components of a tariff for a validity; ``valid_to`` is not included, None is open.

    ``decimals`` is the number of decimals of its currency. ``notice`` names the authority's text. ``data`` is
    the version as it stood in the file: `read_version` of it gives an equal version. What every bill asks is found out
    once.
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

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The determinants it cannot do without."""
        return tuple(dict.fromkeys(name for part in self.components for name in part.reads))

    @cached_property
    def options(self) -> tuple[str, ...]:
        """The determinants it looks at where they are given."""
        return tuple(dict.fromkeys(name for part in self.components for name in part.options))

    @property
    def asks(self) -> tuple[str, ...]:
        """The determinants a person is asked for; what follows from others or from the calendar is not asked."""
        every = dict.fromkeys((*self.reads, *self.options))
        derived = {"capacity_kva_days", "month_days", "month_energy_kwh", "metered_kwh", "charged_days"}
        derived |= {"all_energy_kwh", "all_kva", *(("energy_kwh",) if self.bands else ())}
        return tuple(name for name in every if name not in derived)

    @cached_property
    def bands(self) -> tuple[TimeBand, ...]:
        """The time bands it prices; none where every hour costs the same."""
        return tuple(
            band for part in self.components if isinstance(part, TimeBands) for band, _ in part.prices
        )

    @property
    def rows(self) -> tuple[PriceRow, ...]:
        """Its prices as a person reads them."""
        return tuple(row for part in self.components for row in part.rows())

    @property
    def clocks(self) -> tuple[DayClock, ...]:
        """The hours of its time bands by season."""
        return tuple(clock for part in self.components if isinstance(part, Hours) for clock in part.clocks)

    @cached_property
    def is_annual(self) -> bool:
        """Whether its tiers count the energy of a whole year; a month alone otherwise."""
        return self.tiers is not None and self.tiers.accumulation is Accumulation.ANNUAL

    @cached_property
    def counted(self) -> MonthsCounted:
        """Which months of a year count in the limits of its tiers."""
        return self.tiers.counted if self.tiers else MonthsCounted.BEGUN

    @cached_property
    def restarts(self) -> frozenset[Restart]:
        """What lets its tiers begin anew."""
        return self.tiers.restarts if self.tiers else EVERY_RESTART

    def energy_of(self, line: Sequence[int]) -> Energy:
        """The energy of a packed line; none where it prices power."""
        power = isinstance(self.components[line[0]], BasicCharge)
        return Energy.zero() if power else Energy(line[3])

    def tax_within(self, gross: int) -> int:
        """The tax that an amount in minor units contains."""
        return sum(part.within(gross) for part in self.components if isinstance(part, IncludedTax))

    @property
    def tax_percent(self) -> Decimal:
        """The rate of the tax its prices contain; 0 where they contain none."""
        return sum((part.percent for part in self.components if isinstance(part, IncludedTax)), Decimal(0))

    @cached_property
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


def state_on(day: date, valid_from: date, valid_to: date | None) -> VersionState:
    """How an approved version stands on a day."""
    if day < valid_from:
        return VersionState.COMING
    return VersionState.ENDED if valid_to is not None and day >= valid_to else VersionState.IN_FORCE
