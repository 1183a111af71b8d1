"""Meters, places on routes and the usage of months that come in from another system, many at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.bulk import listed
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Energy, Power
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.metering.records import (
    KnownMeter,
    KnownMonth,
    KnownRead,
    KnownRegister,
    KnownStop,
    MonthChanged,
    MonthUsage,
    ReadReason,
    ReadSource,
)
from desktop.metering.service.reads import read_values
from desktop.metering.tables import (
    Installation,
    Meter,
    MonthBefore,
    MonthEntered,
    PointCapacity,
    ReadingRoute,
    Register,
    RegisterRead,
    RouteStop,
)
from desktop.premises.records import LONGEST_REASON

ORIGIN = "takeover"


def install_many(work: Work, meters: Sequence[KnownMeter]) -> None:
    """Hang meters with their registers; the value billed last is each register's opening read.

    One that was read since has those reads too, still to be billed; a meter that came down hung until then.
    """
    ids = work.new_ids(len(meters))
    work.insert_many(
        Meter, [{"id": key, "serial_number": one.serial} for key, one in zip(ids, meters, strict=True)]
    )
    work.insert_many(
        Installation,
        [
            {
                "meter_id": key,
                "service_point_id": one.service_point_id,
                "multiplier": one.multiplier,
                "installed_on": one.installed_on,
                "removed_on": one.removed_on,
            }
            for key, one in zip(ids, meters, strict=True)
        ],
    )
    several = [(key, register) for key, one in zip(ids, meters, strict=True) for register in one.registers]
    register_ids = work.new_ids(len(several))
    parts = [(own, *one) for own, one in zip(register_ids, several, strict=True)]
    work.insert_many(
        Register,
        [
            {"id": key, "meter_id": meter, "code": one.code, "unit": one.code.unit, "digits": one.digits}
            for key, meter, one in parts
        ],
    )
    work.insert_many(
        RegisterRead,
        [
            read_values(
                work,
                key,
                read.value,
                read.read_on,
                read.reason,
                source=read.source,
                reader=read.reader,
                origin=ORIGIN,
                rollover=read.rollover,
            )
            for key, _, one in parts
            for read in (_opening(one), *one.since)
        ],
    )


def _opening(one: KnownRegister) -> KnownRead:
    """The value a register was billed by last."""
    source = ReadSource.ESTIMATED if one.estimated else ReadSource.INSPECTOR
    return KnownRead(one.value, one.read_on, ReadReason.OPENING, source)


def put_many_on_route(work: Work, stops: Sequence[KnownStop]) -> None:
    """Give service points their places in walking order; routes that are new are made."""
    codes = {one.route for one in stops}
    found = work.session.execute(
        sa.select(ReadingRoute.code, ReadingRoute.id).where(ReadingRoute.code.in_(codes))
    )
    routes: dict[str, UUID] = dict(found.all())
    new = [{"id": work.new_id(), "code": code} for code in sorted(codes - routes.keys())]
    work.insert_many(ReadingRoute, [row | {"hall_id": work.station.hall_id} for row in new])
    routes |= {str(row["code"]): UUID(str(row["id"])) for row in new}
    work.insert_many(
        RouteStop,
        [
            {
                "route_id": routes[one.route],
                "service_point_id": one.service_point_id,
                "account_number": one.account_number,
                "position": one.position,
            }
            for one in stops
        ],
    )


def keep_capacities(work: Work, capacities: Mapping[UUID, Power]) -> None:
    """Keep the power that new service points may take at most."""
    work.insert_many(
        PointCapacity,
        [{"service_point_id": key, "capacity": capacity} for key, capacity in capacities.items()],
    )


def carry_months(work: Work, months: Sequence[KnownMonth]) -> None:
    """Keep what service points used in months before the reads we have."""
    work.insert_many(
        MonthBefore,
        [
            {"service_point_id": one.service_point_id, "month": one.month, "energy": one.energy}
            for one in months
        ],
    )


def enter_month(work: Work, service_point_id: UUID, month: date, energy: Energy, reason: str) -> None:
    """Keep by hand what a service point used in a month before the reads we have; bills made from now on count it.

    `Refused` without a reason, for less than nothing, and for a month that reads tell of.
    """
    why = " ".join(reason.split())
    if not why:
        raise Refused(Text("Say why: it stands in the history."))
    if len(why) > LONGEST_REASON:
        raise Refused(Text("A reason has at most {count} characters.", count=LONGEST_REASON))
    if energy.raw < 0:
        raise Refused(Text("Energy of a month is 0 kWh or more."))
    first = work.session.scalar(
        sa.select(sa.func.min(RegisterRead.read_on))
        .join(Register, Register.id == RegisterRead.register_id)
        .join(Installation, Installation.meter_id == Register.meter_id)
        .where(Installation.service_point_id == service_point_id)
    )
    if month.replace(day=1) > (first or work.today):
        raise Refused(
            Text("From {day} on reads tell what was used: put those right instead.", day=first or work.today)
        )
    work.add(
        MonthEntered(
            id=work.new_id(),
            service_point_id=service_point_id,
            month=month.replace(day=1),
            energy=energy,
            reason=why,
            entered_at=work.at_after(
                sa.select(MonthEntered.entered_at).filter_by(service_point_id=service_point_id)
            ),
            entered_by=work.actor.name,
        )
    )


def months_entered(work: Work, service_point_id: UUID) -> tuple[MonthChanged, ...]:
    """What was entered by hand of months before the reads we have, newest first."""
    rows = work.session.scalars(
        sa.select(MonthEntered)
        .filter_by(service_point_id=service_point_id)
        .order_by(MonthEntered.entered_at.desc(), MonthEntered.id.desc())
    )
    return tuple(
        MonthChanged(work.local(row.entered_at), row.entered_by, row.month, row.energy, row.reason)
        for row in rows
    )


def months_before_reads(
    work: Work, service_point_ids: Collection[UUID], since: date
) -> dict[UUID, list[MonthUsage]]:
    """What service points used in months before the reads we have, from the month of ``since`` on."""
    named = {"points": service_point_ids, "first": since.replace(day=1)}
    months = {
        (row.service_point_id, row.month): row.energy
        for told in (_BEFORE, _ENTERED)
        for row in work.rows(told, named)
    }
    found: dict[UUID, list[MonthUsage]] = {}
    for (point, month), energy in sorted(months.items(), key=lambda one: one[0][1]):
        found.setdefault(point, []).append(MonthUsage(month, energy, estimated=False))
    return found


_BEFORE = sa.select(MonthBefore.service_point_id, MonthBefore.month, MonthBefore.energy).where(
    listed(MonthBefore.service_point_id, "points"), MonthBefore.month >= sa.bindparam("first")
)
_ENTERED = (
    sa.select(MonthEntered.service_point_id, MonthEntered.month, MonthEntered.energy)
    .where(listed(MonthEntered.service_point_id, "points"), MonthEntered.month >= sa.bindparam("first"))
    .order_by(MonthEntered.entered_at, MonthEntered.id)
)
"""What was entered by hand tells of the months that were carried along as well: it comes after them."""
