"""What was used between two reads, and every read of a service point."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.measures import Energy, Factor, Reading
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.metering import rules
from desktop.metering.records import (
    MonthUsage,
    ReadReason,
    ReadShown,
    ReadSource,
    RegisterCode,
    RegisterUsage,
)
from desktop.metering.service.carried import months_before_reads
from desktop.metering.tables import Installation, Meter, Register, RegisterRead


@dataclass(frozen=True, slots=True)
class PointUsage:
    """A service point's usage in a period, or why it is ``missing``, and its months until then."""

    registers: tuple[RegisterUsage, ...]
    missing: Text | None
    history: tuple[MonthUsage, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """One read with what turns it into energy."""

    id: UUID
    read_on: date
    read_at: datetime
    value: Reading
    reason: ReadReason
    source: ReadSource
    reader: str
    rollover: bool
    serial: str
    register: RegisterCode
    digits: int
    multiplier: Factor


_BILLED = (ReadReason.PERIODIC, ReadReason.OPENING, ReadReason.FINAL)


def usage(
    work: Work, service_point_ids: Collection[UUID], period: Period, since: date
) -> dict[UUID, PointUsage]:
    """Usage of service points in a period, with their months from ``since`` on.

    A period closes with the last read on one of its days and opens with the read before its first day, or with
    the opening read of a meter hung inside it.
    """
    reads = _reads(
        work,
        service_point_ids,
        RegisterRead.reason.in_(_BILLED),
        RegisterRead.read_on >= since - timedelta(days=62),
        RegisterRead.read_on < period.end,
    )
    earlier = months_before_reads(work, service_point_ids, since)
    return {
        key: _point_usage(list(reads[key].values()), earlier.get(key, ()), period, since)
        for key in service_point_ids
    }


def _reads(
    work: Work, service_point_ids: Collection[UUID], *where: sa.ColumnElement[bool]
) -> dict[UUID, dict[UUID, list[_Read]]]:
    """Reads by service point and register, oldest first."""
    rows = work.session.execute(
        sa.select(Installation, Meter.serial_number, Register, RegisterRead)
        .join(Meter, Meter.id == Installation.meter_id)
        .join(Register, Register.meter_id == Meter.id)
        .join(RegisterRead, RegisterRead.register_id == Register.id)
        .where(Installation.service_point_id.in_(service_point_ids), *where)
        .order_by(RegisterRead.read_on, RegisterRead.id)
    )
    reads: dict[UUID, dict[UUID, list[_Read]]] = defaultdict(lambda: defaultdict(list))
    for hung, serial, register, read in rows:
        reads[hung.service_point_id][register.id].append(
            _Read(
                read.id,
                read.read_on,
                read.read_at,
                read.value,
                read.reason,
                read.source,
                read.reader,
                read.rollover,
                serial,
                register.code,
                register.digits,
                hung.multiplier,
            )
        )
    return reads


def history(work: Work, service_point_ids: Collection[UUID]) -> tuple[ReadShown, ...]:
    """Every read of service points, newest first, each with what was used since the billed read before it."""
    shown: list[ReadShown] = []
    for registers in _reads(work, service_point_ids).values():
        for reads in registers.values():
            before: _Read | None = None
            for read in reads:
                used = None if before is None or read.reason not in _BILLED else _between(before, read)
                shown.append(_shown(work, read, used))
                before = read if read.reason in _BILLED else before
    return tuple(sorted(shown, key=lambda read: (read.read_on, read.read_id), reverse=True))


def _shown(work: Work, read: _Read, energy: Energy | None) -> ReadShown:
    return ReadShown(
        read_id=read.id,
        meter_serial=read.serial,
        register=read.register,
        read_on=read.read_on,
        read_at=work.local(read.read_at),
        value=read.value,
        reason=read.reason,
        source=read.source,
        reader=read.reader,
        energy=energy,
    )


def _between(before: _Read, after: _Read) -> Energy:
    return rules.usage(before.value, after.value, after.multiplier, after.digits, rollover=after.rollover)


def _point_usage(
    registers: list[list[_Read]], earlier_months: Sequence[MonthUsage], period: Period, since: date
) -> PointUsage:
    found, missing = [], None if registers else Text("No meter was read here yet.")
    months = {one.month: (one.energy.raw, one.estimated) for one in earlier_months}
    for reads in registers:
        for before, after in pairwise(reads):
            month = after.read_on.replace(day=1)
            energy, estimated = months.get(month, (0, False))
            months[month] = (
                energy + _between(before, after).raw,
                estimated or after.source is ReadSource.ESTIMATED,
            )
        inside = [read for read in reads if read.read_on in period and read.reason is not ReadReason.OPENING]
        earlier = [read for read in reads if read.read_on < period.start or read.reason is ReadReason.OPENING]
        if not inside:
            missing = Text("No read in {month}: import the sheet, or estimate.", month=period.code)
        elif not earlier:
            missing = Text("No read before {month}: enter the opening read.", month=period.code)
        else:
            found.append(_register_usage(earlier[-1], inside[-1]))
    history = tuple(
        MonthUsage(month, Energy(energy), estimated)
        for month, (energy, estimated) in sorted(months.items())
        if month >= since.replace(day=1)
    )
    return PointUsage(tuple(found), missing, history)


def _register_usage(before: _Read, after: _Read) -> RegisterUsage:
    return RegisterUsage(
        meter_serial=after.serial,
        register=after.register,
        previous=before.value,
        previous_at=before.read_at,
        current=after.value,
        current_at=after.read_at,
        multiplier=after.multiplier,
        energy=_between(before, after),
        source=after.source,
        reader=after.reader,
        previous_read_id=before.id,
        current_read_id=after.id,
    )
