"""Hanging meters, and the places of service points on their routes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.errors import Refused
from desktop.kernel.measures import Factor, Reading
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.metering.records import ReadReason, ReadRow, RegisterCode
from desktop.metering.service.reads import read_values
from desktop.metering.tables import Installation, Meter, ReadingRoute, Register, RegisterRead, RouteStop


def install(
    work: Work,
    service_point_id: UUID,
    serial: str,
    digits: int,
    multiplier: Factor,
    opening: Reading,
    on: date,
) -> None:
    """Hang a new meter with one active register at a service point, with its opening read."""
    if work.session.scalar(sa.select(Meter.id).filter_by(serial_number=serial)):
        raise Refused(Text("Meter {serial} is known already.", serial=serial))
    meter = Meter(id=work.new_id(), serial_number=serial)
    register = Register(
        id=work.new_id(), meter_id=meter.id, code=RegisterCode.ACTIVE, unit="kWh", digits=digits
    )
    work.add(meter)
    work.session.flush()
    work.add(register)
    work.add(
        Installation(
            id=work.new_id(),
            meter_id=meter.id,
            service_point_id=service_point_id,
            multiplier=multiplier,
            installed_on=on,
            removed_on=None,
        )
    )
    work.session.flush()
    read = ReadRow("", 0, "", serial, opening, on)
    work.insert_many(RegisterRead, [read_values(work, register.id, read, ReadReason.OPENING, "")])


def put_on_route(work: Work, service_point_id: UUID, account_number: str, code: str, position: int) -> None:
    """Give a service point its place in walking order, under the account number that sheets name it by.

    The route is made when it is new.
    """
    route = work.session.scalar(sa.select(ReadingRoute.id).filter_by(code=code))
    if route is None:
        row = ReadingRoute(id=work.new_id(), code=code, hall_id=work.station.hall_id)
        work.add(row)
        work.session.flush()
        route = row.id
    if work.session.scalar(sa.select(RouteStop.id).filter_by(route_id=route, position=position)):
        raise Refused(Text("Place {position} on route {route} is taken.", position=position, route=code))
    work.add(
        RouteStop(
            id=work.new_id(),
            route_id=route,
            service_point_id=service_point_id,
            account_number=account_number,
            position=position,
        )
    )


def walking_order(work: Work, service_point_ids: Iterable[UUID]) -> dict[UUID, tuple[str, int]]:
    """Route code and position of service points."""
    rows = work.session.execute(
        sa.select(RouteStop.service_point_id, ReadingRoute.code, RouteStop.position)
        .join(ReadingRoute, ReadingRoute.id == RouteStop.route_id)
        .where(RouteStop.service_point_id.in_(set(service_point_ids)))
    )
    return {row.service_point_id: (row.code, row.position) for row in rows}


def serial_numbers(work: Work, service_point_ids: Collection[UUID]) -> dict[UUID, str]:
    """The meter that hangs at each service point now."""
    rows = work.session.execute(
        sa.select(Installation.service_point_id, Meter.serial_number)
        .join(Meter, Meter.id == Installation.meter_id)
        .where(Installation.service_point_id.in_(service_point_ids), Installation.removed_on.is_(None))
    )
    return dict(rows.all())
