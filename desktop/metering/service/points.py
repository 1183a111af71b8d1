"""Hanging meters, and the places of service points on their routes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Factor
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.metering import rules
from desktop.metering.records import NewRegister, ReadReason, RegisterCode
from desktop.metering.service.reads import read_values
from desktop.metering.tables import Installation, Meter, ReadingRoute, Register, RegisterRead, RouteStop


def install(
    work: Work,
    service_point_id: UUID,
    serial: str,
    multiplier: Factor,
    on: date,
    registers: Sequence[NewRegister],
    *,
    reader: str = "",
) -> UUID:
    """Hang a new meter with its registers, each with its opening read; the id of its installation.

    ``multiplier`` is current × voltage transformer ratio, of all registers alike. A meter that is known already,
    without an active total, with a register twice, or with an opening read it cannot show is `Refused`.
    """
    _check_new_meter(work, serial, multiplier, registers)
    meter = Meter(id=work.new_id(), serial_number=serial)
    work.add(meter)
    work.session.flush()
    ids = {one.code: work.new_id() for one in registers}
    for one in registers:
        work.add(
            Register(
                id=ids[one.code], meter_id=meter.id, code=one.code, unit=one.code.unit, digits=one.digits
            )
        )
    hung = Installation(
        id=work.new_id(),
        meter_id=meter.id,
        service_point_id=service_point_id,
        multiplier=multiplier,
        installed_on=on,
        removed_on=None,
    )
    work.add(hung)
    work.session.flush()
    opening = ReadReason.OPENING
    work.insert_many(
        RegisterRead,
        [read_values(work, ids[one.code], one.opening, on, opening, reader=reader) for one in registers],
    )
    return hung.id


def _check_new_meter(work: Work, serial: str, multiplier: Factor, registers: Sequence[NewRegister]) -> None:
    codes = [one.code for one in registers]
    if not serial.strip():
        raise Refused(Text("Type the number of the new meter."))
    if work.session.scalar(sa.select(Meter.id).filter_by(serial_number=serial)):
        raise Refused(Text("Meter {serial} is known already.", serial=serial))
    if RegisterCode.ACTIVE not in codes:
        raise Refused(Text("A meter needs a register of the active total."))
    if len(set(codes)) != len(codes):
        raise Refused(Text("A register is named twice for meter {serial}.", serial=serial))
    if multiplier.raw <= 0:
        raise Refused(Text("A multiplier is more than 0."))
    for one in registers:
        if not 1 <= one.digits <= rules.MOST_DIGITS:
            raise Refused(Text("A register has 1 to {most} digits", most=rules.MOST_DIGITS))
        if not 0 <= one.opening.raw < rules.capacity(one.digits).raw:
            raise Refused(
                Text(
                    "{register} cannot show {value}: it has {digits} digits.",
                    register=one.code, value=one.opening, digits=one.digits,
                )
            )  # fmt: skip


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


def point_of_meter(work: Work, serial: str) -> UUID:
    """The service point where a meter hangs now; `NotFound` where none does."""
    found = work.session.scalar(
        sa.select(Installation.service_point_id)
        .join(Meter, Meter.id == Installation.meter_id)
        .where(Meter.serial_number == serial, Installation.removed_on.is_(None))
    )
    if found is None:
        raise NotFound(Text("No meter {serial} hangs anywhere.", serial=serial))
    return found
