"""Meters and reads: hanging a meter, taking reads in, and what was used between two reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.errors import Problem, Refused
from desktop.kernel.measures import Energy, Factor, Reading
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.kernel.work import Chunk, Progress, Seat, Work, batch, derived_id, go_on, operation
from desktop.metering import rules
from desktop.metering.documents import read_sheet
from desktop.metering.records import (
    MonthUsage,
    ReadImport,
    ReadingSheet,
    ReadReason,
    ReadRow,
    ReadShown,
    ReadSource,
    ReadsStored,
    RegisterCode,
    RegisterUsage,
    SheetImported,
)
from desktop.metering.tables import Installation, Meter, ReadingRoute, Register, RegisterRead, RouteStop

CHUNK = 500
"""Rows of a sheet in one transaction."""

_SHEETS = UUID(int=0x019000000000_7000_8000_000000000001)
"""Under this id every sheet has its own batch id, derived from its content: a sheet counts once."""


# Hanging meters


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
    work.insert_many(RegisterRead, [_read(work, register.id, read, ReadReason.OPENING, "")])


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


# Taking reads in


@dataclass
class _Target:
    """The register a row of a sheet is about, with what is known of it."""

    account_number: str
    register_id: UUID
    digits: int
    last: rules.LastRead | None
    days: set[date]


def _targets(work: Work, rows: Sequence[ReadRow]) -> dict[str, _Target]:
    """By meter serial number: the active register of every meter named in the rows that hangs somewhere."""
    found = work.session.execute(
        sa.select(Meter.serial_number, Register.id, Register.digits, RouteStop.account_number)
        .join(Register, Register.meter_id == Meter.id)
        .join(Installation, Installation.meter_id == Meter.id)
        .join(RouteStop, RouteStop.service_point_id == Installation.service_point_id)
        .where(
            Meter.serial_number.in_({row.meter_serial for row in rows}),
            Register.code == RegisterCode.ACTIVE,
            Installation.removed_on.is_(None),
        )
    ).all()
    reads: dict[UUID, list[RegisterRead]] = defaultdict(list)
    for read in work.session.scalars(
        sa.select(RegisterRead)
        .where(RegisterRead.register_id.in_([row.id for row in found]))
        .order_by(RegisterRead.read_on, RegisterRead.id)
    ):
        reads[read.register_id].append(read)
    return {
        row.serial_number: _Target(
            account_number=row.account_number,
            register_id=row.id,
            digits=row.digits,
            last=rules.LastRead(reads[row.id][-1].read_on, reads[row.id][-1].value)
            if reads[row.id]
            else None,
            days={read.read_on for read in reads[row.id]},
        )
        for row in found
    }


@operation("metering.import_reads")
def import_reads(work: Work, order: ReadImport) -> ReadsStored:
    """Store the good rows of a chunk; every other row comes back as a Problem with its place, reason, remedy."""
    targets = _targets(work, order.rows)
    known = set(
        work.session.scalars(
            sa.select(RouteStop.account_number).where(
                RouteStop.account_number.in_({row.account_number for row in order.rows})
            )
        )
    )
    problems: list[Problem] = []
    good: list[dict[str, Any]] = []
    for row in order.rows:
        found = _row_problems(work, row, targets.get(row.meter_serial), known)
        if found:
            problems += [replace(problem, sheet=row.sheet, row=row.row) for problem in found]
            continue
        target = targets[row.meter_serial]
        target.last = rules.LastRead(row.read_on, row.value)
        target.days.add(row.read_on)
        good.append(_read(work, target.register_id, row, ReadReason.PERIODIC, order.sha256))
    work.insert_many(RegisterRead, good)
    return ReadsStored(len(good), tuple(problems), order.rows[-1].row if order.rows else 0)


def _row_problems(work: Work, row: ReadRow, target: _Target | None, known: set[str]) -> tuple[Problem, ...]:
    if row.account_number not in known:
        what = Text("No account has this number")
        return (
            Problem(
                what,
                Text("Correct the number, or connect the customer first"),
                Text("Account number"),
                row.account_number,
            ),
        )
    if target is None:
        what = Text("No installed meter has this number")
        return (
            Problem(
                what, Text("Correct the number, or enter the exchange first"), Text("Meter"), row.meter_serial
            ),
        )
    if target.account_number != row.account_number:
        what = Text("This meter belongs to account {number}", number=target.account_number)
        return (
            Problem(what, Text("Correct the account or the meter number"), Text("Meter"), row.meter_serial),
        )
    return rules.doubts(
        row.value, row.read_on, work.today, digits=target.digits, last=target.last, read_days=target.days
    )


def _read(work: Work, register_id: UUID, row: ReadRow, reason: ReadReason, origin: str) -> dict[str, Any]:
    return {
        "register_id": register_id,
        "read_on": row.read_on,
        "read_at": _end_of(row.read_on, work),
        "value": row.value,
        "reason": reason,
        "source": row.source,
        "reader": row.reader,
        "rollover": False,
        "origin": origin,
    }


def _end_of(day: date, work: Work) -> datetime:
    """A sheet gives the day alone: the value frozen at its end, told as its last minute."""
    return datetime.combine(day, time(23, 59), work.country.zone)


def import_sheet(
    seat: Seat, path: Path, progress: Progress = go_on, *, dry_run: bool = False
) -> SheetImported:
    """Take a reading sheet in: good rows are stored, every bad row is named; chunk by chunk, each file once.

    Stopped or killed, the same file goes on where it stands. A dry run answers the same and writes nothing.
    """
    sheet = read_sheet(path, seat.today())
    batch_id = derived_id(_SHEETS, f"{seat.station.hall_id} {sheet.sha256}")
    chunks = _chunks(sheet)
    before = 0
    for chunk in chunks:
        if seat.app.answer(import_reads, derived_id(batch_id, chunk.key)) is None:
            break
        before = chunk.last_row
    known = bool(chunks) and before == chunks[-1].last_row
    stored, stopped = batch(seat, import_reads, batch_id, chunks, progress, dry_run=dry_run)
    problems = [*sheet.problems, *(problem for one in stored for problem in one.problems)]
    return SheetImported(
        file_name=sheet.file_name,
        rows=len(sheet.rows) + len({(problem.sheet, problem.row) for problem in sheet.problems}),
        stored=sum(one.stored for one in stored),
        problems=tuple(sorted(problems, key=lambda problem: (problem.sheet, problem.row))),
        skipped=sheet.skipped,
        stopped_after=stopped,
        known=known,
        went_on_after=0 if known else before,
    )


def _chunks(sheet: ReadingSheet) -> list[Chunk]:
    """The rows in transactions of `CHUNK`; the key names the rows, so another size of chunk is other work."""
    parts = [sheet.rows[at : at + CHUNK] for at in range(0, len(sheet.rows), CHUNK)]
    return [
        Chunk(f"{place * CHUNK}+{len(part)}", ReadImport(sheet.sha256, part), part[-1].row)
        for place, part in enumerate(parts)
    ]


# What was used


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
    return {key: _point_usage(list(reads[key].values()), period, since) for key in service_point_ids}


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


def _point_usage(registers: list[list[_Read]], period: Period, since: date) -> PointUsage:
    found, missing = [], None if registers else Text("No meter was read here yet.")
    months: dict[date, tuple[int, bool]] = {}
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
