"""What a service point used in a month, as it is billed: registers added up over meters, losses, sub-meters, shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from desktop.billing.rules.figures import billed
from desktop.billing.rules.input import Unbillable
from desktop.kernel.country import Loss
from desktop.kernel.measures import Demand, Energy, Factor, Power
from desktop.kernel.text import Text
from desktop.metering.records import RegisterCode, RegisterEnergy, RegisterUsage
from desktop.metering.rules import split_energy
from desktop.tariffs.records import TimeBand
from desktop.tariffs.rules.proration import spread

BANDS = {RegisterCode.of(band.value): band for band in TimeBand}
"""The band that each register of a band counts."""

DEMAND_STEPS = 10 ** (Demand.DECIMALS - Power.DECIMALS)


@dataclass(frozen=True, slots=True)
class Measured:
    """Energy as it is billed, by what registers counted it; None where no such register was read.

    ``whole`` is the energy beside which the reactive energy was counted, where a part of it is billed elsewhere.
    """

    total: Energy
    bands: Mapping[TimeBand, Energy] = field(default_factory=dict)
    reactive: Energy | None = None
    reverse: Energy | None = None
    demand: Demand | None = None
    whole: Energy | None = None


def as_demand(power: Power) -> Demand:
    """Power in the steps of what a demand register tells."""
    return Demand(power.raw * DEMAND_STEPS)


def measured(reads: Sequence[RegisterUsage | RegisterEnergy], decimals: int) -> Measured:
    """The registers of all meters that hung in a period, each rounded as it is billed and then added up.

    Demand is the highest of all meters. Usage that went backwards is `Unbillable`.
    """
    sums: dict[RegisterCode, Energy] = {}
    for one in reads:
        if one.register is not RegisterCode.DEMAND:
            sums[one.register] = sums.get(one.register, Energy.zero()) + billed(one.energy, decimals)
    if any(energy.raw < 0 for energy in sums.values()):
        raise Unbillable(Text("Usage is negative: check both reads and the meter."))
    demands = [as_demand(one.demand) for one in reads if one.demand is not None]
    return Measured(
        total=sums.get(RegisterCode.ACTIVE, Energy.zero()),
        bands={band: sums[code] for code, band in BANDS.items() if code in sums},
        reactive=sums.get(RegisterCode.REACTIVE),
        reverse=sums.get(RegisterCode.REVERSE_REACTIVE),
        demand=max(demands, default=None),
    )


def banded(used: Measured, wanted: Sequence[TimeBand]) -> Measured:
    """The same with the energy of exactly the bands a price list knows; the whole is their sum then.

    One band that no register counts is what the others leave of the total. More than one, or energy in a band
    the list has no price for, is `Unbillable`.
    """
    if not wanted:
        return used
    for band, energy in used.bands.items():
        if energy and band not in wanted:
            raise Unbillable(Text("The price list has no price for the band {band}.", band=band))
    bands = {band: used.bands[band] for band in wanted if band in used.bands}
    missing = [band for band in wanted if band not in bands]
    if len(missing) > 1 or (missing and not bands):
        raise Unbillable(
            Text("The price needs what is not read here: {determinant}.", determinant=missing[0])
        )
    if missing:
        rest = used.total - Energy.total(list(bands.values()))
        if rest.raw < 0:
            raise Unbillable(Text("The bands count more than the total: check the reads."))
        bands[missing[0]] = rest
    return replace(used, total=Energy.total(list(bands.values())), bands=bands)


def lost(used: Measured, loss: Loss) -> Measured:
    """The same with what is lost between meter and boundary, spread over the bands by their energy."""
    reactive = None if used.reactive is None else used.reactive + loss.reactive
    return replace(_changed(used, loss.active), reactive=reactive)


def without(used: Measured, parts: Sequence[Measured]) -> Measured:
    """The same without what sub-meters counted; `Unbillable` where they counted more, or bands differ in kind."""
    total = used.total - Energy.total([part.total for part in parts])
    bands = dict(used.bands)
    for part in parts:
        if bands and bands.keys() != part.bands.keys():
            raise Unbillable(Text("Main meter and sub-meter do not count the same bands."))
        bands = {band: energy - part.bands[band] for band, energy in bands.items()}
    if total.raw < 0 or any(energy.raw < 0 for energy in bands.values()):
        raise Unbillable(Text("The sub-meters count more than the main meter: check both."))
    return replace(used, total=total, bands=bands, whole=used.whole or used.total)


def shared(used: Measured, fixed: Energy, percent: Factor) -> tuple[Measured, Energy]:
    """The same without a fixed quantity and a percentage of the rest, and what these come to."""
    split = split_energy(used.total, (), fixed, percent)
    if split is None:
        raise Unbillable(Text("Usage is negative: check both reads and the meter."))
    taken = split.fixed + split.ratio
    return replace(_changed(used, -taken), whole=used.whole or used.total), taken


def moved(shape: Measured, energy: Energy) -> Measured:
    """Energy over the bands in proportion to what each counted; without any energy there, all in the first band."""
    bands = (
        dict(zip(shape.bands, spread(energy, list(shape.bands.values())), strict=True)) if shape.bands else {}
    )
    return Measured(energy, bands)


def _changed(used: Measured, by: Energy) -> Measured:
    """More or less energy, over the bands in proportion to what each counted."""
    bands = used.bands
    if bands:
        parts = spread(by, list(bands.values()))
        bands = {band: energy + part for (band, energy), part in zip(bands.items(), parts, strict=True)}
    return replace(used, total=used.total + by, bands=bands)
