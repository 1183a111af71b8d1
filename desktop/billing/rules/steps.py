"""From one bill to another in steps: each scene is a whole bill, its determinants taken partly from either."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from desktop.billing.records import Cause
from desktop.billing.rules.input import BillPart
from desktop.kernel.measures import Energy, divide_half_up

Scene = tuple[tuple[UUID, Mapping[str, int]], ...]
STEP = 10**Energy.DECIMALS

AGREED = (
    "basic_basis", "capacity_kva", "capacity_kva_days", "month_days", "charged_days", "contract_demand_kw",
    "power_factor_standard", "threshold_extra_kwh", "free_kwh",
)  # fmt: skip
"""What the terms of a contract decide."""

MONTHS = "months_of_use"
CALENDAR = ("month", MONTHS)
"""What the calendar alone decides; it goes with the prices, but months of one list go with the days."""

OF_ACCOUNT = ("all_energy_kwh", "all_kva")
"""What is of all service points of an account: the new bill's own in every scene."""

TOTAL, FLAT = "energy_kwh", "energy_flat_kwh"
BEFORE, WHOLE, REVERSE = "accumulated_kwh", "month_energy_kwh", "reactive_reverse_kvarh"
METERED = "metered_kwh"
_KNOWN = {*AGREED, *CALENDAR, *OF_ACCOUNT, BEFORE, WHOLE}

_SCENES = 5


@dataclass(frozen=True, slots=True)
class Steps:
    """The scenes between two bills, as far as they lie side by side: the old quantities at the new prices, with the new
    terms, for the new days; that again and the new bill, both as if the year began with it.

    ``alone`` is what stands on one of the bills only, by the cause it is: parts of the old bill, parts of the new one.
    ``divided`` are the parts of the old bill whose energy is divided among other shares now, as they were and divided
    as on the new bill; the scenes begin with the latter.
    """

    scenes: tuple[Scene, ...]
    alone: Mapping[Cause, tuple[Scene, Scene]] = field(default_factory=dict)
    divided: tuple[Scene, Scene] = ((), ())

    @property
    def asked(self) -> tuple[Scene, ...]:
        """All that has to be priced: the scenes, both sides of each cause that stands alone, and of what is divided."""
        return (*self.scenes, *(side for both in self.alone.values() for side in both), *self.divided)


Chain = list[BillPart]
"""Parts that follow one another: the days of a service point, or of a share of what was used there."""


@dataclass(slots=True)
class _Point:
    """A service point on a bill: what its own list prices, and its shares."""

    own: Chain
    shares: list[Chain]


def steps_between(old: Sequence[BillPart], new: Sequence[BillPart]) -> Steps | None:
    """The scenes from an old bill to a new one; None where one of them is not for the use of a month.

    Service points are laid beside each other, and their shares; energy of earlier months that was put right and a point
    that came or went stand alone. Where other shares were agreed, the old energy is divided as now first; where nothing
    is used now there is nothing to divide by, and each share goes down to nothing as it was.
    """
    (before, mended), (after, mending) = _taken_apart(old), _taken_apart(new)
    by_hand = any(TOTAL not in part.determinants for part in (*old, *new))
    if by_hand or not before or not after:
        return None
    alone: dict[Cause, tuple[Chain, Chain]] = {}
    divided: tuple[Chain, Chain] = ([], [])
    scenes: list[list[tuple[UUID, Mapping[str, int]]]] = [[] for _ in range(_SCENES)]
    _note(alone, Cause.CORRECTION, mended, mending)
    for was, now in _beside(before, after):
        if was is None or now is None:
            _note(alone, Cause.POINT, _all(was), _all(now))
            continue
        alike, level = was, now
        if len(was.shares) != len(now.shares) and not _used(_all(now)):
            alike, level = _with_all_shares(was, now)
        elif len(was.shares) != len(now.shares):
            alike = _divided(was, now)
            divided[0].extend(_all(was))
            divided[1].extend(_all(alike))
        for one, other in zip((alike.own, *alike.shares), (level.own, *level.shares), strict=True):
            for many, more in zip(scenes, _scenes(one, other), strict=True):
                many.extend(more)
    return Steps(
        tuple(tuple(many) for many in scenes),
        {cause: (_as_they_are(one), _as_they_are(other)) for cause, (one, other) in alone.items()},
        (_as_they_are(divided[0]), _as_they_are(divided[1])),
    )


def exchanged(reads: Sequence[tuple[object, str, datetime | str, datetime | str]]) -> bool:
    """Whether a meter came into the place of another: register, serial number, first and last moment of each read.

    Several meters that count beside each other, as at several points or behind one another, are no exchange.

    >>> exchanged([("active", "A", "01-01", "01-12"), ("active", "B", "01-12", "01-31")])
    True
    >>> exchanged([("active", "A", "01-01", "01-31"), ("active", "B", "01-01", "01-31")])
    False
    """
    return len({serial for _, serial, *_ in reads}) > 1 and any(
        one[0] == other[0] and one[1] != other[1] and one[3] <= other[2]  # type: ignore[operator]  # alike
        for one in reads
        for other in reads
    )


def _taken_apart(parts: Sequence[BillPart]) -> tuple[list[_Point], Chain]:
    """The service points of a bill, and what is priced of earlier months."""
    points: list[_Point] = []
    earlier: Chain = []
    if any(not part.share for part in parts):
        month = min(part.start for part in parts if not part.share).replace(day=1)
        last: BillPart | None = None
        for part in parts:
            if part.share and part.start < month:
                earlier.append(part)
                continue
            follows = last is not None and last.share == part.share and last.end == part.start
            if not part.share and not follows:
                points.append(_Point([], []))
            elif part.share and not follows:
                points[-1].shares.append([])
            (points[-1].shares[-1] if part.share else points[-1].own).append(part)
            last = part
    return points, earlier


def _beside(old: list[_Point], new: list[_Point]) -> list[tuple[_Point | None, _Point | None]]:
    """Each point beside itself on the other bill: by its contracts, and where as many are left on both, in order."""
    if len(old) == len(new) == 1:
        return [(old[0], new[0])]
    left, found = list(old), list[tuple[_Point | None, _Point | None]]()
    rest = []
    for now in new:
        keys = {part.contract_id for part in now.own}
        was = next((one for one in left if keys & {part.contract_id for part in one.own}), None)
        if was is None:
            rest.append(now)
        else:
            left.remove(was)
            found.append((was, now))
    if len(left) == len(rest):
        return [*found, *zip(left, rest, strict=True)]
    return [*found, *((was, None) for was in left), *((None, now) for now in rest)]


def _all(point: _Point | None) -> Chain:
    return [] if point is None else [*point.own, *(part for share in point.shares for part in share)]


def _note(alone: dict[Cause, tuple[Chain, Chain]], cause: Cause, old: Chain, new: Chain) -> None:
    if old or new:
        was, now = alone.get(cause, ([], []))
        alone[cause] = [*was, *old], [*now, *new]


def _as_they_are(parts: Chain) -> Scene:
    return tuple((part.version_id, part.determinants) for part in parts)


def _used(parts: Chain) -> int:
    return sum(part.determinants[TOTAL] for part in parts)


def _divided(was: _Point, now: _Point) -> _Point:
    """The energy of an old point divided among its own list and shares in the proportions of the new one.

    A share goes on with the old one of its list, where as many are left on both with any; one without stands as the
    new bill has it.
    """
    whole, all_now, left = _used(_all(was)), _used(_all(now)), list(was.shares)
    energies = [divide_half_up(whole * _used(share), all_now * STEP) * STEP for share in now.shares]
    shares = []
    for share, energy in zip(now.shares, energies, strict=True):
        shares.append(_holding(_of_its_list(share, left), energy, share, was.own))
    return _Point(_holding(was.own, whole - sum(energies), now.own, was.own), shares)


def _with_all_shares(was: _Point, now: _Point) -> tuple[_Point, _Point]:
    """Two points of which the new one uses nothing, with the shares of both: what one has not is nothing.

    A share goes on with the old one of its list.
    """
    left, old, new = list(was.shares), list[Chain](), list[Chain]()
    for share in now.shares:
        before = _of_its_list(share, left)
        old.append(before or _holding([], 0, share, was.own))
        new.append(share)
    for share in left:
        old.append(share)
        new.append(_holding([], 0, share, now.own))
    return _Point(was.own, old), _Point(now.own, new)


def _of_its_list(share: Chain, left: list[Chain]) -> Chain:
    """The share of the same price list among those that are left, taken from them; nothing where there is none."""
    versions = {part.version_id for part in share}
    found = next((one for one in left if versions & {part.version_id for part in one}), [])
    if found:
        left.remove(found)
    return found


def _holding(chain: Chain, energy: int, new: Chain, days: Chain) -> Chain:
    """A chain with other energy, spread over its parts and bands as it was; one without any as the new one spreads it,
    over the ``days`` of the old bill."""
    if chain and _used(chain) == energy:
        return chain
    if not _used(chain):
        found = _together(new)
        values = _scaled(found, energy, found[TOTAL]) if found[TOTAL] else found
        return [replace(new[-1], start=days[0].start, end=days[-1].end, determinants=values)]
    whole, passed, made = _used(chain), 0, []
    for part in chain:
        values = _scaled(part.determinants, energy, whole, _energy)
        if BEFORE in values:
            values[BEFORE] = chain[0].determinants[BEFORE] + passed
        if WHOLE in values:
            values[WHOLE] = energy
        passed += values[TOTAL]
        made.append(replace(part, determinants=values))
    return made


def _scenes(old: Chain, new: Chain) -> tuple[Scene, ...]:
    """The scenes of one chain."""
    after, days = _together(new), (_days(old), _days(new))
    before = _measured_alike(_together(old), after)
    priced = before | {name: after[name] for name in CALENDAR if name in after}
    if MONTHS in before and old[-1].version_id == new[0].version_id:
        priced[MONTHS] = before[MONTHS]
    priced |= {name: after[name] for name in AGREED if name in after and name not in priced}
    agreed = {name: value for name, value in priced.items() if name not in AGREED}
    agreed |= {name: after[name] for name in AGREED if name in after}
    dated = _scaled(agreed, days[1], days[0])
    dated |= {MONTHS: after[MONTHS]} if MONTHS in after else {}
    return (
        _laid(priced, new),
        _laid(agreed, new),
        _laid(dated, new),
        _laid(dated | {BEFORE: 0}, new),
        tuple((part.version_id, _levelled(part, new)) for part in new),
    )


def _measured_alike(before: dict[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """What was used then, as the new price list looks at it.

    Where it was not read by bands, it is taken to have been spread over them as now, or to have been flat where nothing
    is used now; what else was not read then is as it is now, but nothing where a bill leaves out what is nothing.
    """
    if METERED in after:
        before.setdefault(METERED, before[TOTAL])
    missing = [name for name in after if name not in before and name not in _KNOWN]
    bands = [name for name in after if _band(name)]
    if missing and not any(_band(name) for name in before):
        whole, left = max(sum(after[name] for name in bands), 1), before[TOTAL]
        bands.sort(key=lambda name: name != FLAT)
        for name in bands[1:]:
            before[name] = divide_half_up(before[TOTAL] * after[name], whole * STEP) * STEP
            left -= before[name]
        before |= dict.fromkeys(bands[:1], left)
    missing = [name for name in missing if name not in before]
    nothing = [name for name in missing if _band(name) or name == REVERSE]
    return before | {name: after[name] for name in missing} | dict.fromkeys(nothing, 0)


def _days(parts: Sequence[BillPart]) -> int:
    return sum((part.end - part.start).days for part in parts)


def _energy(name: str) -> bool:
    """Whether a determinant is energy that adds up over the parts of a bill."""
    return name.startswith("energy_")


def _band(name: str) -> bool:
    return _energy(name) and name != TOTAL


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


def _scaled(
    values: Mapping[str, int], days: int, of: int, moves: Callable[[str], bool] | None = None
) -> dict[str, int]:
    """Energy for so many days (or kWh) instead of others, in whole kWh, bands and their sum alike.

    Reactive energy goes with it, and what it was counted beside, unless ``moves`` tells which determinants do.
    """
    moves = moves or _moves
    if days == of:
        return dict(values)
    found = {
        name: divide_half_up(value * days, of * STEP) * STEP if moves(name) else value
        for name, value in values.items()
    }
    bands = [value for name, value in found.items() if _band(name)]
    return found | ({TOTAL: sum(bands)} if bands else {})


def _moves(name: str) -> bool:
    return _energy(name) or name.startswith("reactive_") or name == METERED


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
        bands = [value for name, value in mine.items() if _band(name)]
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
