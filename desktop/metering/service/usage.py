"""What was used between two reads, and every read of a service point."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.measures import Energy, Factor, Power, Reading
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
from desktop.metering.service.reads import BILLED, LIVE
from desktop.metering.tables import DoubtfulRead, Installation, Meter, ReadPhoto, Register, RegisterRead


@dataclass(frozen=True, slots=True)
class PointUsage:
    """A service point's usage in a period by register and meter, and the months of its active total until then.

    ``missing`` is why the active total cannot be billed, None where it can.
    """

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
    reversed: bool
    register_id: UUID
    serial: str
    register: RegisterCode
    digits: int
    multiplier: Factor
    installed_on: date
    removed_on: date | None


def usage(
    work: Work, service_point_ids: Collection[UUID], period: Period, since: date
) -> dict[UUID, PointUsage]:
    """Usage of service points in a period, with their months from ``since`` on.

    A period closes with the last read on one of its days and opens with the read before its first day, or with
    the opening read of a meter hung inside it; after an exchange each meter has its own part. A read that waits for
    a decision holds everything up.
    """
    reads = _reads(
        work,
        service_point_ids,
        RegisterRead.reason.in_(BILLED),
        LIVE,
        RegisterRead.read_on >= since - timedelta(days=62),
        RegisterRead.read_on < period.end,
    )
    waiting = _waiting(work, service_point_ids, period)
    before = months_before_reads(work, service_point_ids, since)
    return {
        key: _point_usage(
            list(reads[key].values()), before.get(key, ()), period, since, waiting=key in waiting
        )
        for key in service_point_ids
    }


def _waiting(work: Work, service_point_ids: Collection[UUID], period: Period) -> set[UUID]:
    """The service points with a read of this period or before that nobody has decided on."""
    rows = work.session.scalars(
        sa.select(Installation.service_point_id)
        .join(Register, Register.meter_id == Installation.meter_id)
        .join(DoubtfulRead, DoubtfulRead.register_id == Register.id)
        .where(
            Installation.service_point_id.in_(service_point_ids),
            DoubtfulRead.open == 1,
            DoubtfulRead.read_on < period.end,
            DoubtfulRead.read_on >= Installation.installed_on,
            sa.or_(Installation.removed_on.is_(None), DoubtfulRead.read_on <= Installation.removed_on),
        )
    )
    return set(rows)


def _reads(
    work: Work, service_point_ids: Collection[UUID], *where: sa.ColumnElement[bool]
) -> dict[UUID, dict[UUID, list[_Read]]]:
    """Reads by service point and installed register, oldest first."""
    rows = work.session.execute(
        sa.select(Installation, Meter.serial_number, Register, RegisterRead)
        .join(Meter, Meter.id == Installation.meter_id)
        .join(Register, Register.meter_id == Meter.id)
        .join(RegisterRead, RegisterRead.register_id == Register.id)
        .where(
            Installation.service_point_id.in_(service_point_ids),
            RegisterRead.read_on >= Installation.installed_on,
            sa.or_(Installation.removed_on.is_(None), RegisterRead.read_on <= Installation.removed_on),
            *where,
        )
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
                bool(read.reversed),
                register.id,
                serial,
                register.code,
                register.digits,
                hung.multiplier,
                hung.installed_on,
                hung.removed_on,
            )
        )
    return reads


def history(work: Work, stays: Mapping[UUID, tuple[date, date | None]]) -> tuple[ReadShown, ...]:
    """The reads of service points, newest first, each with what was used since the billed read before it.

    ``stays`` says for each point from which day to which (not included; None: still) somebody is supplied there: what
    others used before and after is not theirs to see. The read that opens a stay may be of the day before.
    Reads that were taken back are there too, without a usage.
    """
    found = _reads(work, stays)
    photos = _photos(work, {key for registers in found.values() for key in registers})
    shown: list[ReadShown] = []
    for point, registers in found.items():
        start, end = stays[point]
        for reads in registers.values():
            before: _Read | None = None
            for read in reads:
                if read.read_on < start - timedelta(days=1) or (end is not None and read.read_on > end):
                    continue
                counts = read.reason in BILLED and not read.reversed
                used = _between(before, read) if before is not None and counts else None
                shown.append(_shown(work, read, used, photos[read.register_id, read.read_on]))
                before = read if counts else before
    return tuple(sorted(shown, key=lambda read: (read.read_on, read.read_id), reverse=True))


def _photos(work: Work, register_ids: Collection[UUID]) -> dict[tuple[UUID, date], tuple[str, ...]]:
    found: dict[tuple[UUID, date], tuple[str, ...]] = defaultdict(tuple)
    for photo in work.session.scalars(
        sa.select(ReadPhoto).where(ReadPhoto.register_id.in_(register_ids)).order_by(ReadPhoto.id)
    ):
        found[photo.register_id, photo.read_on] += (photo.digest,)
    return found


def _shown(work: Work, read: _Read, energy: Energy | None, photos: tuple[str, ...]) -> ReadShown:
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
        reversed=read.reversed,
        photos=photos,
    )


def _between(before: _Read, after: _Read) -> Energy:
    """What was used between two reads; a register of the highest demand counts nothing up."""
    if after.register is RegisterCode.DEMAND:
        return Energy.zero()
    return rules.usage(before.value, after.value, after.multiplier, after.digits, rollover=after.rollover)


def _point_usage(
    registers: list[list[_Read]],
    months_before: Sequence[MonthUsage],
    period: Period,
    since: date,
    *,
    waiting: bool,
) -> PointUsage:
    found, missing = [], None if registers else Text("No meter was read here yet.")
    months = {one.month: (one.energy.raw, one.estimated) for one in months_before}
    for reads in registers:
        total = reads[0].register is RegisterCode.ACTIVE
        if total:
            _count_months(months, reads)
        inside = [read for read in reads if read.read_on in period and read.reason is not ReadReason.OPENING]
        earlier = [read for read in reads if read.read_on < period.start or read.reason is ReadReason.OPENING]
        if inside and earlier:
            found.append(_register_usage(earlier[-1], inside))
        elif total and not _outside(reads[0], period):
            missing = (
                Text("No read before {month}: enter the opening read.", month=period.code)
                if inside
                else Text("No read in {month}: import the sheet, or estimate.", month=period.code)
            )
    if waiting:
        missing = Text("A reading waits for a decision.")
    history = tuple(
        MonthUsage(month, Energy(energy), estimated)
        for month, (energy, estimated) in sorted(months.items())
        if month >= since.replace(day=1)
    )
    return PointUsage(tuple(found), missing, history)


def _outside(read: _Read, period: Period) -> bool:
    """Whether this register's meter came down before the period, or was hung as it ended."""
    gone = read.removed_on is not None and read.removed_on < period.start
    return gone or read.installed_on >= period.last


def _count_months(months: dict[date, tuple[int, bool]], reads: list[_Read]) -> None:
    for before, after in pairwise(reads):
        month = after.read_on.replace(day=1)
        energy, estimated = months.get(month, (0, False))
        months[month] = (
            energy + _between(before, after).raw,
            estimated or after.source is ReadSource.ESTIMATED,
        )


def _register_usage(before: _Read, inside: list[_Read]) -> RegisterUsage:
    """From the read before to the last one inside; reads between tell whether the register went round."""
    after = inside[-1]
    steps = pairwise((before, *inside))
    highest = max(read.value.raw for read in inside)
    demand = rules.usage(Reading(0), Reading(highest), after.multiplier, after.digits)
    return RegisterUsage(
        meter_serial=after.serial,
        register=after.register,
        previous=before.value,
        previous_at=before.read_at,
        current=after.value,
        current_at=after.read_at,
        multiplier=after.multiplier,
        energy=Energy.total([_between(first, second) for first, second in steps]),
        source=after.source,
        reader=after.reader,
        previous_read_id=before.id,
        current_read_id=after.id,
        demand=Power(demand.raw) if after.register is RegisterCode.DEMAND else None,
    )
