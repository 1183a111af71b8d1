"""When a read is doubtful: the limits of voltage levels, and what a service point may take at most."""

from __future__ import annotations

import sqlalchemy as sa

from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.metering.records import (
    CapacityOrder,
    LevelLimits,
)
from desktop.metering.service.points import keep_capacity
from desktop.metering.service.targets import hanging, limits
from desktop.metering.tables import (
    ReadLimits,
)


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
    values = {
        "surge_percent": found.surge_percent,
        "drop_percent": found.drop_percent,
        "floor": found.floor,
        "same_periods": found.same_periods,
        "zero_periods": found.zero_periods,
        "days_low": found.days_low,
        "days_high": found.days_high,
        "holding": " ".join(flag.value for flag in found.holding),
    }
    row = work.session.scalar(sa.select(ReadLimits).filter_by(level=order.level))
    if row is None:
        work.add(ReadLimits(id=work.new_id(), level=order.level, **values))
    else:
        for name, value in values.items():
            setattr(row, name, value)
    return order


@operation("metering.set_limits")
def set_capacity(work: Work, order: CapacityOrder) -> CapacityOrder:
    """Set the power an account may take at most."""
    keep_capacity(work, hanging(work, order.account_number, work.today)[0].service_point_id, order.capacity)
    return order
