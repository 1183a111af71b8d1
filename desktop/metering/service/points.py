"""Hanging meters, and the places of service points on their routes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.bulk import among
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Factor, Power
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation
from desktop.metering import rules
from desktop.metering.records import MeterChange, MeterNow, NewRegister, ReadReason, RegisterCode
from desktop.metering.service.reads import LIVE, read_values
from desktop.metering.tables import (
    Installation,
    Meter,
    MeterTest,
    PointCapacity,
    ReadingRoute,
    Register,
    RegisterRead,
    RouteStop,
)
from desktop.search import service as search
from desktop.search.records import ACCOUNT, Code, MatchKind


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
    _check_serial(work, serial.strip())
    if RegisterCode.ACTIVE not in codes:
        raise Refused(Text("A meter needs a register of the active total."))
    if len(set(codes)) != len(codes):
        raise Refused(Text("A register is named twice for meter {serial}.", serial=serial))
    for one in registers:
        _check_counting(multiplier, one.digits)
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


def rename_stop(work: Work, service_point_id: UUID, account_number: str) -> None:
    """Sheets name a service point by another account from now on."""
    stop = work.session.scalar(sa.select(RouteStop).filter_by(service_point_id=service_point_id))
    if stop is not None:
        stop.account_number = account_number


def rename_stops(work: Work, old: str, new: str) -> None:
    """Sheets name the service points of an account by another number from now on, and so do the tests of its meters."""
    for stop in work.session.scalars(sa.select(RouteStop).filter_by(account_number=old)):
        stop.account_number = new
    for test in work.session.scalars(sa.select(MeterTest).filter_by(account_number=old)):
        test.account_number = new


def next_places(work: Work) -> tuple[tuple[str, int], ...]:
    """The routes of the hall by code, each with the next place after its last."""
    rows = work.session.execute(
        sa.select(ReadingRoute.code, sa.func.coalesce(sa.func.max(RouteStop.position), 0) + 1)
        .outerjoin(RouteStop, RouteStop.route_id == ReadingRoute.id)
        .where(ReadingRoute.hall_id == work.station.hall_id)
        .group_by(ReadingRoute.code)
        .order_by(ReadingRoute.code)
    )
    return tuple((code, place) for code, place in rows)


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
        .where(
            among(work.session, Installation.service_point_id, service_point_ids),
            Installation.removed_on.is_(None),
        )
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


def capacities(work: Work, service_point_ids: Collection[UUID]) -> dict[UUID, PointCapacity]:
    """The power service points may take at most, where it is known."""
    rows = work.session.scalars(
        sa.select(PointCapacity).where(PointCapacity.service_point_id.in_(service_point_ids))
    )
    return {row.service_point_id: row for row in rows}


def keep_capacity(work: Work, service_point_id: UUID, capacity: Power) -> bool:
    """Keep the power a service point may take at most; whether it is another than before."""
    if capacity.raw <= 0:
        raise Refused(Text("A capacity is more than 0 kW."))
    row = capacities(work, [service_point_id]).get(service_point_id)
    if row is None:
        work.add(PointCapacity(id=work.new_id(), service_point_id=service_point_id, capacity=capacity))
        return True
    changed = row.capacity != capacity
    row.capacity = capacity
    return changed


def billed_on(work: Work, service_point_id: UUID) -> date | None:
    """The day of the latest read of a service point that a bill rests on."""
    return work.session.scalar(
        sa.select(sa.func.max(RegisterRead.read_on))
        .join(Register, Register.id == RegisterRead.register_id)
        .join(Installation, Installation.meter_id == Register.meter_id)
        .where(Installation.service_point_id == service_point_id, RegisterRead.bills > 0)
    )


# A meter as it was entered, and as it really is


def meter_now(work: Work, service_point_id: UUID) -> MeterNow | None:
    """The meter that hangs at a service point, or None."""
    hung = work.session.execute(
        sa.select(Installation, Meter)
        .join(Meter, Meter.id == Installation.meter_id)
        .where(Installation.service_point_id == service_point_id, Installation.removed_on.is_(None))
    ).one_or_none()
    if hung is None:
        return None
    registers = _registers(work, hung.Meter)
    return MeterNow(
        serial=hung.Meter.serial_number,
        multiplier=hung.Installation.multiplier,
        installed_on=hung.Installation.installed_on,
        digits=registers[0].digits,
        registers=tuple(one.code for one in registers),
        billed=_is_billed(work, registers),
    )


def rows_of_meters(work: Work, service_point_id: UUID) -> dict[UUID, str]:
    """The rows of every meter that hung at a service point (meter, registers, installation), each with its number."""
    rows = work.session.execute(
        sa.select(Meter.serial_number, Meter.id, Installation.id, Register.id)
        .join(Installation, Installation.meter_id == Meter.id)
        .join(Register, Register.meter_id == Meter.id)
        .where(Installation.service_point_id == service_point_id)
    )
    return {key: serial for serial, *keys in rows for key in keys}


def _registers(work: Work, meter: Meter) -> list[Register]:
    """The registers of a meter, the active total first."""
    order = list(RegisterCode)
    found = work.session.scalars(sa.select(Register).filter_by(meter_id=meter.id)).all()
    return sorted(found, key=lambda one: order.index(one.code))


def _is_billed(work: Work, registers: Sequence[Register]) -> bool:
    """Whether a bill rests on a read of one of these registers."""
    billed = sa.exists().where(
        RegisterRead.register_id.in_([one.id for one in registers]), RegisterRead.bills > 0
    )
    return bool(work.session.scalar(sa.select(billed)))


@operation("metering.change_meter")
def change_meter(work: Work, order: MeterChange) -> MeterNow:
    """Put right what was entered wrongly of a meter that hangs; nothing a bill rests on becomes another."""
    found = work.session.execute(
        sa.select(Installation, Meter)
        .join(Meter, Meter.id == Installation.meter_id)
        .where(Meter.serial_number == order.serial.strip(), Installation.removed_on.is_(None))
        .with_for_update(of=Installation)
    ).one_or_none()
    if found is None:
        raise NotFound(Text("No installed meter has the number {serial}.", serial=order.serial))
    hung, meter = found
    registers = _registers(work, meter)
    serial = "".join(order.new_serial.split())
    counted = (order.multiplier, order.digits) != (hung.multiplier, registers[0].digits)
    if serial == meter.serial_number and not counted:
        raise Refused(Text("Nothing was changed: number, multiplier and digits are as they were."))
    old = meter.serial_number
    if serial != old:
        _check_serial(work, serial)
        meter.serial_number = serial
    if counted:
        _count_otherwise(work, hung, registers, order)
    work.session.flush()
    found_by_meter(work, hung.service_point_id, old, serial)
    now = meter_now(work, hung.service_point_id)
    assert now is not None
    return now


def found_by_meter(work: Work, service_point_id: UUID, old: str, new: str) -> None:
    """The account supplied at a service point is found by the number of another meter instead of the old one."""
    number = work.session.scalar(
        sa.select(RouteStop.account_number).filter_by(service_point_id=service_point_id)
    )
    if number is not None:
        search.recoded(work, ACCOUNT, number, *(Code(MatchKind.METER, serial, (6,)) for serial in (old, new)))


def _count_otherwise(
    work: Work, hung: Installation, registers: Sequence[Register], order: MeterChange
) -> None:
    """Another multiplier, other digits: only while no bill was made by the old ones."""
    if _is_billed(work, registers):
        raise Refused(
            Text("Bills rest on reads of this meter: multiplier and digits stay. Exchange the meter instead.")
        )
    _check_counting(order.multiplier, order.digits)
    highest = work.session.scalar(
        sa.select(sa.func.max(sa.type_coerce(RegisterRead.value, sa.BigInteger))).where(
            RegisterRead.register_id.in_([one.id for one in registers]), LIVE
        )
    )
    if (highest or 0) >= rules.capacity(order.digits).raw:
        raise Refused(Text("A reading of this meter has more than {digits} digits.", digits=order.digits))
    hung.multiplier = order.multiplier
    for one in registers:
        one.digits = order.digits


def _check_serial(work: Work, serial: str) -> None:
    if not serial:
        raise Refused(Text("Type the number of the new meter."))
    if work.session.scalar(sa.select(Meter.id).filter_by(serial_number=serial)):
        raise Refused(Text("Meter {serial} is known already.", serial=serial))


def _check_counting(multiplier: Factor, digits: int) -> None:
    if multiplier.raw <= 0:
        raise Refused(Text("A multiplier is more than 0."))
    if not 1 <= digits <= rules.MOST_DIGITS:
        raise Refused(Text("A register has 1 to {most} digits", most=rules.MOST_DIGITS))
