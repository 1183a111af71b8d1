"""The parts of a bill: a month cut where contract, price or terms change, each part with what its prices look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from uuid import UUID

from desktop.billing.rules.input import BillPart, Unbillable
from desktop.billing.rules.measured import Measured
from desktop.kernel.country import CapacityRules
from desktop.kernel.measures import Demand, Energy, Measure, Power
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.tariffs.columns import DETERMINANTS
from desktop.tariffs.records import Basis
from desktop.tariffs.rules import TariffVersion
from desktop.tariffs.rules.proration import split_by_days

BY_TERMS = ("basic_basis", "power_factor_standard")
"""Determinants that only the terms of a contract decide."""


NO_POWER, NO_ENERGY = Power.zero(), Energy.zero()


@dataclass(frozen=True, slots=True)
class PointTerms:
    """Of the terms of a contract what prices look at; ``decided`` tells that somebody entered them.

    ``capacity`` is what is charged on those days, with what is sealed or stands by reckoned in; ``exempt`` tells that
    neither capacity nor demand is.
    """

    basis: Basis = Basis.NONE
    capacity: Power = NO_POWER
    contract_demand: Power = NO_POWER
    power_factor_standard: int = 0
    threshold_extra: Energy = NO_ENERGY
    free: Energy = NO_ENERGY
    decided: bool = False
    exempt: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of a service point with one contract, one price list and one set of terms.

    ``months_of_use`` are those of the contract in the year, by a price of months those billed at once; ``accumulated``
    is the energy of the year before the month; with ``goes_on`` what the contract before it used in this month counts
    before it too.
    """

    contract_id: UUID
    version_id: UUID
    version: TariffVersion
    terms: PointTerms
    period: Period
    months_of_use: int
    accumulated: Energy
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class _Month:
    """What holds for all parts of a month alike."""

    period: Period
    used: Measured
    rules: CapacityRules | None
    rule_set: str
    decimals: int


def point_parts(
    stretches: Sequence[Stretch], used: Measured, month: Period, rules: CapacityRules | None, *,
    rule_set: str, decimals: int,
) -> list[BillPart]:  # fmt: skip
    """The parts of one service point's month, in order; what a price list misses is `Unbillable`.

    Energy is cut by days, the last part takes what rounding leaves; capacity counts by days, demand and the power
    factor are those of the whole month. Stretches that differ in capacity alone stay one part.
    """
    whole = _Month(month, used, rules, rule_set, decimals)
    groups = [tuple(many) for _, many in groupby(stretches, key=_priced_alike)]
    days = [sum(one.period.days for one in group) for group in groups]
    cut = _cut(used, days, decimals)
    parts, before, free_left = [], Energy.zero(), groups[0][0].terms.free
    for at, (group, piece) in enumerate(zip(groups, cut, strict=True)):
        if at and group[0].contract_id != groups[at - 1][0].contract_id:
            before, free_left = before if group[0].goes_on else Energy.zero(), group[0].terms.free
        parts.append(_part(group, piece, whole, before, free_left))
        before += piece.total
        free_left = max(free_left - piece.total, Energy.zero())
    return parts


def _priced_alike(one: Stretch) -> tuple[object, ...]:
    terms = one.terms
    return (
        one.contract_id, one.version_id, terms.basis, terms.contract_demand, terms.power_factor_standard,
        terms.threshold_extra, terms.free, terms.decided, terms.exempt,
    )  # fmt: skip


def _cut(used: Measured, days: Sequence[int], decimals: int) -> list[Measured]:
    """Energy by days: each band by itself where there are bands, and then their sums."""
    if len(days) == 1:
        return [used]
    bands = {band: split_by_days(energy, days, decimals) for band, energy in used.bands.items()}
    totals = split_by_days(used.total, days, decimals)
    return [
        Measured(
            Energy.total([parts[at] for parts in bands.values()]) if bands else totals[at],
            {band: parts[at] for band, parts in bands.items()},
        )
        for at in range(len(days))
    ]


def _part(group: Sequence[Stretch], piece: Measured, month: _Month, before: Energy, free: Energy) -> BillPart:
    last = group[-1]
    version, values = last.version, _values(group, piece, month, before, free)
    for name in version.reads:
        if name not in values:
            label = DETERMINANTS[name].label if name in DETERMINANTS else name
            raise Unbillable(Text("The price needs what is not read here: {determinant}.", determinant=label))
    wanted = {*version.reads, *version.options}
    if last.terms.free and "free_kwh" not in wanted:
        raise Unbillable(
            Text("The terms give free energy, the price list knows none: give another list, or take it out.")
        )
    always = {*version.reads, "accumulated_kwh", "months_of_use"}
    return BillPart(
        contract_id=last.contract_id,
        version_id=last.version_id,
        start=group[0].period.start,
        end=last.period.end,
        determinants={
            name: _raw(value)
            for name, value in values.items()
            if name in wanted and (name in always or _raw(value))
        },
    )


def correction_part(
    stretch: Stretch, energy: Measured, already: Energy, rules: CapacityRules | None
) -> BillPart:
    """What energy put right afterwards is priced by: the list of its month, on top of what that year or month had.

    It moves neither the capacity charge nor the power factor, and nothing of it is free.
    """
    known = replace(stretch.terms, free=NO_ENERGY, power_factor_standard=0, exempt=True, decided=True)
    month = Period.month(f"{stretch.period.start:%Y-%m}")
    whole = _Month(month, energy, rules, "", 0)
    part = _part([replace(stretch, terms=known)], energy, whole, Energy.zero(), NO_ENERGY)
    moved = {"accumulated_kwh": already.raw} if "accumulated_kwh" in part.determinants else {}
    return replace(part, determinants=dict(part.determinants) | moved, share=True)


def _raw(value: Measure | int) -> int:
    return value if isinstance(value, int) else value.raw


def _values(
    group: Sequence[Stretch], piece: Measured, month: _Month, before: Energy, free: Energy
) -> dict[str, Measure | int]:
    """Every determinant that is known of a part."""
    last, used = group[-1], month.used
    values: dict[str, Measure | int] = {
        "energy_kwh": piece.total,
        **{band.determinant: energy for band, energy in piece.bands.items()},
        "accumulated_kwh": before + (last.accumulated if last.version.is_annual else Energy.zero()),
        "months_of_use": last.months_of_use,
        "month": month.period.start.month,
        "threshold_extra_kwh": last.terms.threshold_extra,
        "free_kwh": free,
        "reactive_kvarh": used.reactive or Energy.zero(),
        "reactive_reverse_kvarh": used.reverse or Energy.zero(),
        "demand_kw_max": used.demand or Demand.zero(),
    }
    if piece.total != used.total:
        values["month_energy_kwh"] = used.total
    if used.whole is not None and used.whole != used.total:
        values["metered_kwh"] = used.whole
    if any(name in last.version.reads for name in BY_TERMS):
        values |= _agreed(group, month)
    return values


def _agreed(group: Sequence[Stretch], month: _Month) -> dict[str, Measure | int]:
    """What the terms say: the basis of the capacity charge with what it is measured by, and the standard."""
    terms, version, used = group[-1].terms, group[-1].version, month.used
    if not terms.decided:
        raise Unbillable(
            Text(
                "Enter the terms of the contract: the basis of its capacity charge, its power factor standard."
            )
        )
    found: dict[str, Measure | int] = {"power_factor_standard": terms.power_factor_standard}
    if "power_factor_standard" in version.reads and terms.power_factor_standard and used.reactive is None:
        raise Unbillable(Text("The power factor needs a read of the reactive energy."))
    if "basic_basis" not in version.reads:
        return found
    if terms.exempt:
        return found | _no_charge(month)
    if terms.basis is Basis.NONE:
        raise Unbillable(Text("Enter the basis of the capacity charge in the terms of the contract."))
    if terms.basis in (Basis.CONTRACT_DEMAND, Basis.ACTUAL_DEMAND) and used.demand is None:
        raise Unbillable(Text("The charge for demand needs a read of the highest demand."))
    return found | _capacity(group, month)


def _no_charge(month: _Month) -> dict[str, Measure | int]:
    return {
        "basic_basis": Basis.NONE.number,
        "capacity_kva": NO_POWER,
        "capacity_kva_days": NO_POWER,
        "month_days": month.period.days,
        "contract_demand_kw": NO_POWER,
    }


def _layers(group: Sequence[Stretch], month: Period) -> tuple[Power, list[tuple[Power, int]]]:
    """The capacity charged for the whole month, and what comes on top of it with its days."""
    whole, parts, below = Power.zero(), [], Power.zero()
    for level in sorted({one.terms.capacity for one in group if one.terms.capacity}):
        days = sum(one.period.days for one in group if one.terms.capacity >= level)
        if days == month.days:
            whole += level - below
        else:
            parts.append((level - below, days))
        below = level
    return whole, parts


def _capacity(group: Sequence[Stretch], month: _Month) -> dict[str, Measure | int]:
    if month.rules is None:
        raise Unbillable(Text("This country has no rules for a charge by capacity."))
    days = sum(one.period.days for one in group)
    capacity = group[-1].terms.capacity
    charged = month.rules.days(month.rule_set, month.period.days, *_layers(group, month.period))
    found: dict[str, Measure | int] = {
        "basic_basis": group[-1].terms.basis.number,
        "capacity_kva": capacity,
        "capacity_kva_days": charged.kva_days,
        "month_days": charged.month_days,
        "contract_demand_kw": group[-1].terms.contract_demand,
    }
    if days != month.period.days:
        found["charged_days"] = min(days, charged.month_days)
    return found
