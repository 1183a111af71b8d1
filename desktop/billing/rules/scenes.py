"""What a month may have been where registers tell only a part of it: the cases between which its cost must lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop.billing.rules.input import Unbillable
from desktop.billing.rules.measured import Measured, banded
from desktop.kernel.measures import Demand, Energy, Power, divide_half_up
from desktop.kernel.text import Text
from desktop.tariffs.records import TimeBand


def by_bands(used: Measured, bands: Sequence[TimeBand]) -> list[Measured]:
    """The month with the energy of exactly these bands; where no register told, all of it in each band in turn."""
    try:
        return [banded(used, bands)]
    except Unbillable:
        return [
            replace(used, bands={band: used.total if band is one else Energy.zero() for band in bands})
            for one in bands
        ]


def by_demand(used: Measured, capacity: Power, hours: int) -> list[Measured]:
    """The month with its highest demand; where none was read, the even load of all hours and the whole capacity."""
    if used.demand is not None:
        return [used]
    if not capacity:
        raise Unbillable(Text("Neither a demand was read nor is a capacity known."))
    even = divide_half_up(used.total.raw * 10 ** (Demand.DECIMALS - Energy.DECIMALS), hours)
    most = capacity.raw * 10 ** (Demand.DECIMALS - Power.DECIMALS)
    return [replace(used, demand=Demand(even)), replace(used, demand=Demand(max(most, even)))]
