"""From one bill to another in steps: each scene is a whole bill, its determinants taken partly from either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from desktop.billing.rules.input import BillPart
from desktop.kernel.measures import Energy, divide_half_up

Scene = tuple[tuple[UUID, Mapping[str, int]], ...]
STEP = 10**Energy.DECIMALS

AGREED = (
    "basic_basis", "capacity_kva", "capacity_kva_days", "month_days", "charged_days", "contract_demand_kw",
    "power_factor_standard", "threshold_extra_kwh", "free_kwh",
)  # fmt: skip
"""What the terms of a contract decide."""

CALENDAR = ("month", "months_of_use")
"""What the calendar alone decides; it goes with the prices."""

OF_ACCOUNT = ("all_energy_kwh", "all_kva")
"""What is of all service points of an account: the new bill's own in every scene."""

TOTAL, BEFORE, WHOLE = "energy_kwh", "accumulated_kwh", "month_energy_kwh"


@dataclass(frozen=True, slots=True)
class Steps:
    """The scenes between two bills: the old quantities at the new prices, with the new terms, for the new days; that
    again and the new bill, both as if the year began with it."""

    scenes: tuple[Scene, Scene, Scene, Scene, Scene]


def steps_between(old: Sequence[BillPart], new: Sequence[BillPart]) -> Steps | None:
    """The scenes from an old bill to a new one; None where they cannot be laid side by side.

    Both must be of one service point without shares, and the new price list must find in the old bill what it needs.
    """
    if any(part.share for part in (*old, *new)) or _points(old) > 1 or _points(new) > 1:
        return None
    before, days = _together(old), (_days(old), _days(new))
    names = {name for part in new for name in part.determinants}
    missing = names - before.keys() - {*AGREED, *CALENDAR, *OF_ACCOUNT, BEFORE, WHOLE}
    if missing or not days[0]:
        return None
    after = _together(new)
    priced = before | {name: after[name] for name in CALENDAR if name in after}
    priced |= {name: after[name] for name in AGREED if name in after and name not in priced}
    agreed = {name: value for name, value in priced.items() if name not in AGREED}
    agreed |= {name: after[name] for name in AGREED if name in after}
    dated = _scaled(agreed, days[1], days[0])
    return Steps(
        (
            _laid(priced, new),
            _laid(agreed, new),
            _laid(dated, new),
            _laid(dated | {BEFORE: 0}, new),
            tuple((part.version_id, _levelled(part, new)) for part in new),
        )
    )


def _points(parts: Sequence[BillPart]) -> int:
    """How many points a bill has: parts that begin again where others ended belong to another one."""
    starts = [part.start for part in parts]
    return 1 if starts == sorted(set(starts)) else 2


def _days(parts: Sequence[BillPart]) -> int:
    return sum((part.end - part.start).days for part in parts)


def _energy(name: str) -> bool:
    """Whether a determinant is energy that adds up over the parts of a bill."""
    return name.startswith("energy_")


def _together(parts: Sequence[BillPart]) -> dict[str, int]:
    """The determinants of a whole bill: energy and capacity days add up, the rest is that of the last part."""
    found: dict[str, int] = {}
    for part in parts:
        for name, value in part.determinants.items():
            adds = _energy(name) or name in ("capacity_kva_days", "charged_days")
            found[name] = found.get(name, 0) + value if adds else value
    for name in (WHOLE, *OF_ACCOUNT):
        found.pop(name, None)
    if BEFORE in parts[0].determinants:
        found[BEFORE] = parts[0].determinants[BEFORE]
    return found


def _scaled(values: Mapping[str, int], days: int, of: int) -> dict[str, int]:
    """Energy for so many days instead of others, in whole kWh, bands and their sum alike."""
    if days == of:
        return dict(values)
    found = {
        name: divide_half_up(value * days, of * STEP) * STEP if _moves(name) else value
        for name, value in values.items()
    }
    bands = [value for name, value in found.items() if _energy(name) and name != TOTAL]
    return found | ({TOTAL: sum(bands)} if bands else {})


def _moves(name: str) -> bool:
    return _energy(name) or name.startswith("reactive_")


def _laid(values: Mapping[str, int], new: Sequence[BillPart]) -> Scene:
    """A whole bill cut as the new one is: by days, the last part takes the rest."""
    if len(new) == 1:
        return ((new[0].version_id, _wanted(values, new[0])),)
    whole, left, passed = _days(new), dict(values), values.get(BEFORE, 0)
    scene = []
    for at, part in enumerate(new):
        mine = dict(values)
        for name in [name for name in values if _energy(name) or name == "capacity_kva_days"]:
            cut = divide_half_up(values[name] * _days([part]), whole * STEP) * STEP
            mine[name] = left[name] if at == len(new) - 1 else cut
            left[name] -= mine[name]
        bands = [value for name, value in mine.items() if _energy(name) and name != TOTAL]
        mine[TOTAL] = sum(bands) if bands else mine[TOTAL]
        mine |= {BEFORE: passed, WHOLE: values[TOTAL]}
        if "charged_days" in part.determinants:
            mine["charged_days"] = part.determinants["charged_days"]
        passed += mine[TOTAL]
        scene.append((part.version_id, _wanted(mine, part)))
    return tuple(scene)


def _wanted(values: Mapping[str, int], part: BillPart) -> dict[str, int]:
    """Of these determinants what the part's price list looks at, in the part's own order."""
    return {name: values.get(name, part.determinants[name]) for name in part.determinants}


def _levelled(part: BillPart, new: Sequence[BillPart]) -> dict[str, int]:
    """A part as if the year had begun with its bill."""
    found = dict(part.determinants)
    if BEFORE in found:
        found[BEFORE] -= new[0].determinants.get(BEFORE, 0)
    return found
