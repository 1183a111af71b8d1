"""What was used between two reads, and every read of a service point."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.bulk import as_stored, key_as_stored, listed
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
    RegisterEnergy,
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
    known: Sequence[Sequence[_Read]] = field(default=(), repr=False)

    def of_days(self, days: Period) -> tuple[RegisterEnergy, ...] | None:
        """What each register counted in days among those of the history; None where reads of them are missing."""
        known = [[read for read in reads if read.read_on < days.end] for reads in self.known]
        known = [reads for reads in known if reads]
        if _missing(known, days) is not None:
            return None
        spans = [(reads[0].hung, span) for reads in known if (span := _span(reads, days)) is not None]
        return tuple(
            RegisterEnergy(hung.register, Energy(_together(first, inside))) for hung, (first, inside) in spans
        )

    @property
    def one_meter(self) -> bool:
        """Whether a single meter counted the active total in all of the history."""
        return sum(reads[0].hung.register is RegisterCode.ACTIVE for reads in self.known) < 2


@dataclass(frozen=True, slots=True)
class _Hung:
    """A register as it hung at a service point; ``reads`` are those of that register there, under all its hangings."""

    reads: list[_Read]
    register_id: UUID
    serial: str
    register: RegisterCode
    digits: int
    multiplier: Factor
    installed_on: date
    removed_on: date | None


class _Read(NamedTuple):
    """One read as far as energy and months are reckoned from it; ``value`` in steps of a `Reading`."""

    hung: _Hung
    stored_id: object
    read_on: date
    value: int
    reason: ReadReason
    source: ReadSource
    rollover: bool
    reversed: int

    @property
    def id(self) -> UUID:
        """Its id; most reads are never asked for it."""
        return key_as_stored(self.stored_id)


class _Detail(NamedTuple):
    """What else a read says."""

    read_at: datetime
    reader: str


def usage(
    work: Work, service_point_ids: Collection[UUID], period: Period, since: date
) -> dict[UUID, PointUsage]:
    """Usage of service points in a period, with their months from ``since`` on.

    A period closes with the last read on one of its days and opens with the read before its first day, or with
    the opening read of a meter hung inside it; after an exchange each meter has its own part. A read that waits for
    a decision holds everything up.
    """
    named = {"since": since - timedelta(days=62), "end": period.end}
    reads = _reads(work, service_point_ids, _COUNTED, named)
    waiting = _waiting(work, service_point_ids, period)
    before = months_before_reads(work, service_point_ids, since)
    spans = {
        key: [span for one in registers if (span := _span(one, period)) is not None]
        for key, registers in reads.items()
    }
    ends = [read for many in spans.values() for first, inside in many for read in (first, inside[-1])]
    details = _details(work, ends)
    return {
        key: PointUsage(
            tuple(_register_usage(first, inside, details) for first, inside in spans[key]),
            Text("A reading waits for a decision.") if key in waiting else _missing(registers, period),
            _history(registers, before.get(key, ()), since),
            registers,
        )
        for key, registers in reads.items()
    }


def _waiting(work: Work, service_point_ids: Collection[UUID], period: Period) -> set[UUID]:
    """The service points with a read of this period or before that nobody has decided on."""
    return set(work.rows(_WAITING, {"points": service_point_ids, "end": period.end}).scalars())


_HANGS = sa.or_(Installation.removed_on.is_(None), DoubtfulRead.read_on <= Installation.removed_on)
_WAITING = (
    sa.select(Installation.service_point_id)
    .join(Register, Register.meter_id == Installation.meter_id)
    .join(DoubtfulRead, DoubtfulRead.register_id == Register.id)
    .where(listed(Installation.service_point_id, "points"), DoubtfulRead.open == 1)
    .where(DoubtfulRead.read_on < sa.bindparam("end"), DoubtfulRead.read_on >= Installation.installed_on)
    .where(_HANGS)
)


def _reads(
    work: Work,
    service_point_ids: Collection[UUID],
    asked: sa.Select[*tuple[Any, ...]],
    named: Mapping[str, date],
) -> dict[UUID, list[list[_Read]]]:
    """Reads of each service point by installed register, oldest first."""
    hung, found = _hung(work, service_point_ids), dict[UUID, list[list[_Read]]]()
    rows = work.rows(asked, {"points": service_point_ids, **named}).all()
    for place, register, key, day, value, reason, source, rollover, gone in rows:
        point, one = hung[place, register]
        if not one.reads:
            found.setdefault(point, []).append(one.reads)
        one.reads.append(_Read(one, key, day, value, _REASONS[reason], _SOURCES[source], rollover, gone))
    return {key: found.get(key, []) for key in service_point_ids}


_EVERY = (
    sa.select(as_stored(Installation.id), as_stored(RegisterRead.register_id), as_stored(RegisterRead.id))
    .add_columns(RegisterRead.read_on, as_stored(RegisterRead.value), as_stored(RegisterRead.reason))
    .add_columns(as_stored(RegisterRead.source), RegisterRead.rollover, as_stored(RegisterRead.reversed))
    .join(Register, Register.meter_id == Installation.meter_id)
    .join(RegisterRead, RegisterRead.register_id == Register.id)
    .where(listed(Installation.service_point_id, "points"))
    .where(RegisterRead.read_on >= Installation.installed_on)
    .where(sa.or_(Installation.removed_on.is_(None), RegisterRead.read_on <= Installation.removed_on))
    .order_by(RegisterRead.read_on, RegisterRead.id)
)
_COUNTED = _EVERY.where(RegisterRead.reason.in_(BILLED), LIVE).where(
    RegisterRead.read_on >= sa.bindparam("since"), RegisterRead.read_on < sa.bindparam("end")
)
_REASONS: Mapping[str, ReadReason] = {one.value: one for one in ReadReason}
_SOURCES: Mapping[str, ReadSource] = {one.value: one for one in ReadSource}


def _hung(work: Work, service_point_ids: Collection[UUID]) -> dict[tuple[object, object], tuple[UUID, _Hung]]:
    """The registers that ever hung at service points, each with its point, by installation and register as stored."""
    reads: dict[tuple[object, UUID], list[_Read]] = {}
    found: dict[tuple[object, object], tuple[UUID, _Hung]] = {}
    for place, register, point, *one in work.rows(_HUNG, {"points": service_point_ids}).all():
        found[place, register] = point, _Hung(reads.setdefault((register, point), []), *one)
    return found


_HUNG = (
    sa.select(as_stored(Installation.id), as_stored(Register.id), Installation.service_point_id, Register.id)
    .add_columns(Meter.serial_number, Register.code, Register.digits)
    .add_columns(Installation.multiplier, Installation.installed_on, Installation.removed_on)
    .join(Meter, Meter.id == Installation.meter_id)
    .join(Register, Register.meter_id == Meter.id)
    .where(listed(Installation.service_point_id, "points"))
)


def _details(work: Work, reads: Iterable[_Read]) -> dict[object, _Detail]:
    """What else reads say, by their ids as stored."""
    rows = work.rows(_DETAILS, {"reads": {read.stored_id for read in reads}}).all()
    return {key: _Detail(read_at, reader) for key, read_at, reader in rows}


_DETAILS = sa.select(as_stored(RegisterRead.id), RegisterRead.read_at, RegisterRead.reader).where(
    listed(RegisterRead.id, "reads")
)


def history(work: Work, stays: Mapping[UUID, tuple[date, date | None]]) -> tuple[ReadShown, ...]:
    """The reads of service points, newest first, each with what was used since the billed read before it.

    ``stays`` says for each point from which day to which (not included; None: still) somebody is supplied there: what
    others used before and after is not theirs to see. The read that opens a stay may be of the day before.
    Reads that were taken back are there too, without a usage.
    """
    found = _reads(work, stays, _EVERY, {})
    every = [read for registers in found.values() for reads in registers for read in reads]
    photos = _photos(work, {read.hung.register_id for read in every})
    details = _details(work, every)
    shown: list[ReadShown] = []
    for point, registers in found.items():
        start, end = stays[point]
        for reads in registers:
            before: _Read | None = None
            for read in reads:
                if read.read_on < start - timedelta(days=1) or (end is not None and read.read_on > end):
                    continue
                counts = read.reason in BILLED and not read.reversed
                used = Energy(_between(before, read)) if before is not None and counts else None
                taken = photos[read.hung.register_id, read.read_on]
                shown.append(_shown(work, read, details[read.stored_id], used, taken))
                before = read if counts else before
    return tuple(sorted(shown, key=lambda read: (read.read_on, read.read_id), reverse=True))


def _photos(work: Work, register_ids: Collection[UUID]) -> dict[tuple[UUID, date], tuple[str, ...]]:
    found: dict[tuple[UUID, date], tuple[str, ...]] = defaultdict(tuple)
    for photo in work.session.scalars(
        sa.select(ReadPhoto).where(ReadPhoto.register_id.in_(register_ids)).order_by(ReadPhoto.id)
    ):
        found[photo.register_id, photo.read_on] += (photo.digest,)
    return found


def _shown(
    work: Work, read: _Read, detail: _Detail, energy: Energy | None, photos: tuple[str, ...]
) -> ReadShown:
    return ReadShown(
        read_id=read.id,
        meter_serial=read.hung.serial,
        register=read.hung.register,
        read_on=read.read_on,
        read_at=work.local(detail.read_at),
        value=Reading(read.value),
        reason=read.reason,
        source=read.source,
        reader=detail.reader,
        energy=energy,
        reversed=bool(read.reversed),
        photos=photos,
    )


def _between(before: _Read, after: _Read) -> int:
    """What was used between two reads, in steps of energy; a register of the highest demand counts nothing up."""
    hung = after.hung
    if hung.register is RegisterCode.DEMAND:
        return 0
    return rules.steps_used(before.value, after.value, hung.multiplier, hung.digits, rollover=after.rollover)


def _together(before: _Read, inside: Sequence[_Read]) -> int:
    """What was used from a read to the last one inside, in steps of energy."""
    return sum(_between(first, second) for first, second in pairwise((before, *inside)))


def _span(reads: Sequence[_Read], period: Period) -> tuple[_Read, list[_Read]] | None:
    """The read that opens a period on a register, and those inside it; None where one of the two is missing."""
    inside, before = list[_Read](), None
    for read in reversed(reads):  # the oldest come first: most of them are long before
        opens = read.reason is ReadReason.OPENING
        if before is None and (opens or read.read_on < period.start):
            before = read
        if read.read_on < period.start:
            break
        if not opens and read.read_on < period.end:
            inside.append(read)
    return (before, inside[::-1]) if inside and before is not None else None


def _missing(registers: Sequence[Sequence[_Read]], period: Period) -> Text | None:
    """Why the active total of a service point cannot be billed."""
    missing = None if registers else Text("No meter was read here yet.")
    for reads in registers:
        first = reads[0].hung
        if (
            first.register is RegisterCode.ACTIVE
            and _span(reads, period) is None
            and not _outside(first, period)
        ):
            inside = any(read.read_on in period and read.reason is not ReadReason.OPENING for read in reads)
            missing = (
                Text("No read before {month}: enter the opening read.", month=period.code)
                if inside
                else Text("No read in {month}: import the sheet, or estimate.", month=period.code)
            )
    return missing


def _history(
    registers: list[list[_Read]], months_before: Sequence[MonthUsage], since: date
) -> tuple[MonthUsage, ...]:
    """The months of a point's active total."""
    months = {one.month: (one.energy.raw, one.estimated) for one in months_before}
    for reads in registers:
        if reads[0].hung.register is RegisterCode.ACTIVE:
            _count_months(months, reads)
    first = since.replace(day=1)
    return tuple(
        MonthUsage(month, Energy(energy), estimated)
        for month, (energy, estimated) in sorted(months.items())
        if month >= first
    )


def _outside(hung: _Hung, period: Period) -> bool:
    """Whether a register's meter came down before the period, or was hung as it ended."""
    gone = hung.removed_on is not None and hung.removed_on < period.start
    return gone or hung.installed_on >= period.last


def _count_months(months: dict[date, tuple[int, bool]], reads: list[_Read]) -> None:
    for before, after in pairwise(reads):
        month = after.read_on.replace(day=1)
        energy, estimated = months.get(month, (0, False))
        months[month] = (
            energy + _between(before, after),
            estimated or after.source is ReadSource.ESTIMATED,
        )


def _register_usage(before: _Read, inside: list[_Read], details: Mapping[object, _Detail]) -> RegisterUsage:
    """From the read before to the last one inside; reads between tell whether the register went round."""
    after, hung = inside[-1], inside[-1].hung
    demand = None
    if hung.register is RegisterCode.DEMAND:
        highest = max(read.value for read in inside)
        demand = Power(rules.steps_used(0, highest, hung.multiplier, hung.digits))
    return RegisterUsage(
        meter_serial=hung.serial,
        register=hung.register,
        previous=Reading(before.value),
        previous_at=details[before.stored_id].read_at,
        current=Reading(after.value),
        current_at=details[after.stored_id].read_at,
        multiplier=hung.multiplier,
        energy=Energy(_together(before, inside)),
        source=after.source,
        reader=details[after.stored_id].reader,
        previous_read_id=before.id,
        current_read_id=after.id,
        demand=demand,
    )
