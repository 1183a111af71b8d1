"""When a read is doubtful: the limits of voltage levels, and what a service point may take at most."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from desktop.kernel.errors import Refused
from desktop.kernel.history import HistoryRow
from desktop.kernel.journal import happened
from desktop.kernel.measures import Energy
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.metering import rules
from desktop.metering.records import CapacityOrder, Flag, LevelLimits, Limits, LimitsChanged
from desktop.metering.service.points import keep_capacity
from desktop.metering.service.targets import hanging, limits
from desktop.metering.tables import ReadLimits
from desktop.staff import service as staff

HOLDING = "holding"
NAMES = {
    "surge_percent": Text("Jump up from"),
    "drop_percent": Text("Jump down from"),
    "floor": Text("Smallest jump"),
    "same_periods": Text("Same usage"),
    "zero_periods": Text("No usage"),
    "days_low": Text("Shortest period"),
    "days_high": Text("Longest period"),
}
"""What the figures among the limits are called."""


@query("metering.view")
def read_limits(work: Work, _request: None) -> tuple[LevelLimits, ...]:
    """The limits of every voltage level."""
    return tuple(LevelLimits(level, found) for level, found in limits(work).items())


@operation("metering.set_limits")
def set_limits(work: Work, order: LevelLimits) -> LevelLimits:
    """Set when a read is doubtful at a voltage level; what is stored already is not looked at again."""
    found = order.limits
    for percent in (found.surge_percent, found.drop_percent):
        if not 0 < percent <= 1000:
            raise Refused(Text("A limit is 1 to 1,000 percent."))
    if found.floor.raw < 0 or found.same_periods < 2 or found.zero_periods < 2:
        raise Refused(Text("The smallest change is 0 kWh or more; periods are counted from 2 on."))
    if not 0 < found.days_low <= found.days_high:
        raise Refused(Text("The shortest period comes before the longest."))
    values = _values(found)
    row = work.session.scalar(sa.select(ReadLimits).filter_by(level=order.level))
    if row is None:
        work.add(ReadLimits(id=work.new_id(), level=order.level, **values))
    else:
        for name, value in values.items():
            setattr(row, name, value)
    return order


def limits_set(work: Work) -> tuple[LevelLimits, ...]:
    """The limits that a hall has set for itself."""
    own = set(work.session.scalars(sa.select(ReadLimits.level)))
    return tuple(LevelLimits(level, found) for level, found in limits(work).items() if level in own)


def carry_limits(work: Work, levels: Sequence[LevelLimits]) -> None:
    """Set limits of another system for voltage levels that have none of their own here."""
    work.insert_many(ReadLimits, [{"level": one.level, **_values(one.limits)} for one in levels])


def _values(found: Limits) -> dict[str, Any]:
    """Limits as a row holds them."""
    return {
        **{name: getattr(found, name) for name in NAMES},
        HOLDING: " ".join(flag.value for flag in found.holding),
    }


@query("metering.view")
def limits_history(work: Work, _request: None) -> tuple[LimitsChanged, ...]:
    """Which limits became others: when, by whom, from what to what; newest first at each voltage level."""
    return tuple(
        LimitsChanged(row.level, one)
        for row in work.session.scalars(sa.select(ReadLimits).order_by(ReadLimits.level))
        for one in _changes(work, row)
    )


def _changes(work: Work, row: ReadLimits) -> Iterator[HistoryRow]:
    """What the book tells of the limits of a level. Set for the first time, they took the place of the usual ones."""
    told = happened(work.session, [row.id])
    who = staff.names(work, {one.actor_id for one in told})
    now = {name: getattr(row, name) for name in (*NAMES, HOLDING)}
    for one in told:
        if one.field:
            value = json.loads(one.before or "null")
            before = {one.field: Energy(value) if one.field == "floor" else value}
        else:
            before = _values(rules.LIMITS[row.level])
        at = work.local(one.at)
        for name, old in before.items():
            for part, words in _told(name, old, now[name]):
                what = Text("{part} changed", part=part)
                yield HistoryRow(at.date(), f"{at:%H:%M}", what, words, who.get(one.actor_id, ""))
        now |= before


def _told(name: str, before: Any, after: Any) -> Iterator[tuple[Text, Text]]:
    """What is to say of one column that changed: nothing where it did not, several things of what waits."""
    if name == HOLDING:
        held, holds = set(before.split()), set(after.split())
        for flag in Flag:
            if (flag.value in held) is not (flag.value in holds):
                yield flag.text, _from_to(*(_fate(flag, many) for many in (held, holds)))
    elif before != after:
        yield NAMES[name], _from_to(*(_figure(name, value) for value in (before, after)))


def _from_to(before: object, after: object) -> Text:
    return Text("was {before}, now {after}", before=before, after=after)


def _fate(flag: Flag, holding: set[str]) -> Text:
    return Text("Waits for a decision") if flag.value in holding else Text("Is stored")


def _figure(name: str, value: Any) -> object:
    if name.endswith("percent"):
        return f"{value} %"
    return Text("{energy} kWh", energy=value) if name == "floor" else value


@operation("metering.set_limits")
def set_capacity(work: Work, order: CapacityOrder) -> CapacityOrder:
    """Set the power an account may take at most."""
    hung = hanging(work, order.account_number, work.today, order.meter_serial)
    keep_capacity(work, hung[0].service_point_id, order.capacity)
    return order
