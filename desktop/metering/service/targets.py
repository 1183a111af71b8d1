"""What is known of the registers of hanging meters: the reads a new one is checked against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.bulk import among
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Energy, Factor, Power, Reading
from desktop.kernel.period import months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.metering import rules
from desktop.metering.records import (
    Expected,
    Flag,
    Limits,
    ReadSource,
    RegisterCode,
    RequestState,
    Spell,
    VoltageLevel,
)
from desktop.metering.service.carried import months_before_reads
from desktop.metering.service.reads import BILLED, LIVE
from desktop.metering.tables import (
    DoubtfulRead,
    Installation,
    Meter,
    PointCapacity,
    ReadLimits,
    ReadRequest,
    Register,
    RegisterRead,
    RouteStop,
)
from desktop.premises.tables import ServicePoint


class Past(NamedTuple):
    """A live read as checks see it."""

    read_on: date
    value: Reading
    estimated: bool
    rollover: bool


@dataclass(slots=True)
class Target:
    """A register somebody reads, with what is known of it.

    ``reads`` are live ones by stretches of time, oldest first; within a stretch none is missing, and the last
    stretch is the latest. ``carried`` are months before the reads we have, as another system billed them. ``waiting``
    are days with a read nobody has decided on.
    """

    account_number: str
    meter_serial: str
    service_point_id: UUID
    register_id: UUID
    code: RegisterCode
    digits: int
    multiplier: Factor
    installed_on: date
    limits: Limits
    capacity: Power | None
    reads: list[list[Past]] = field(default_factory=lambda: [[]])
    carried: tuple[Spell, ...] = ()
    billed_on: date | None = None
    waiting: set[date] = field(default_factory=set)
    request: ReadRequest | None = None

    @property
    def last(self) -> rules.LastRead | None:
        """The latest live read."""
        if not self.reads[-1]:
            return None
        newest = self.reads[-1][-1]
        return rules.LastRead(newest.read_on, newest.value, newest.estimated)

    @property
    def days(self) -> set[date]:
        """The days with a live read."""
        return {read.read_on for part in self.reads for read in part}

    def energy(self, before: Past, after: Past) -> Energy:
        """What was used between two reads."""
        return rules.usage(before.value, after.value, self.multiplier, self.digits, rollover=after.rollover)

    def spells(self, until: date | None = None) -> tuple[Spell, ...]:
        """What was used between reads, oldest first; up to a day only where one is given."""
        read = tuple(
            Spell(
                after.read_on,
                rules.spell_days(before.read_on, after.read_on),
                self.energy(before, after),
                after.estimated,
            )
            for part in self.reads
            for before, after in pairwise(part)
            if until is None or after.read_on <= until
        )
        return (*(one for one in self.carried if until is None or one.until <= until), *read)

    def counted(self, day: date) -> tuple[Reading, Reading, bool] | None:
        """The last two reads, where the latest is of ``day``, and whether the register went round between them."""
        part = self.reads[-1]
        if len(part) < 2 or part[-1].read_on != day:
            return None
        return part[-2].value, part[-1].value, part[-1].rollover

    def expected(self, until: date) -> Expected | None:
        """What may be used from the last read to a day without being doubted; None without history."""
        last = self.last
        if last is None:
            return None
        days = rules.spell_days(last.read_on, until)
        return rules.between(rules.bases(self.spells(), until, days), self.limits)


Key = tuple[str, RegisterCode]


def limits(work: Work) -> dict[VoltageLevel, Limits]:
    """The limits of every voltage level: as the hall has set them, else the usual ones."""
    rows = work.session.scalars(sa.select(ReadLimits))
    return dict(rules.LIMITS) | {row.level: _limits(row) for row in rows}


def _limits(row: ReadLimits) -> Limits:
    return Limits(
        surge_percent=row.surge_percent,
        drop_percent=row.drop_percent,
        floor=row.floor,
        same_periods=row.same_periods,
        zero_periods=row.zero_periods,
        days_low=row.days_low,
        days_high=row.days_high,
        holding=tuple(Flag.of(code) for code in row.holding.split()),
    )


def targets(
    work: Work,
    where: sa.ColumnElement[bool],
    first: date,
    last: date,
    *,
    since: date | None = None,
) -> dict[Key, Target]:
    """The registers of hanging meters that ``where`` names, with the reads that new ones of these days rest on.

    With ``since`` all reads from that day on are known, instead of the stretches that checks need.
    """
    known = limits(work)
    rows = work.session.connection().execute(
        sa.select(
            Meter.serial_number,
            Register.id,
            Register.code,
            Register.digits,
            Installation.multiplier,
            Installation.installed_on,
            RouteStop.account_number,
            ServicePoint.id,
            ServicePoint.voltage,
            PointCapacity.capacity,
        )
        .join(Register, Register.meter_id == Meter.id)
        .join(Installation, Installation.meter_id == Meter.id)
        .join(RouteStop, RouteStop.service_point_id == Installation.service_point_id)
        .join(ServicePoint, ServicePoint.id == Installation.service_point_id)
        .outerjoin(PointCapacity, PointCapacity.service_point_id == ServicePoint.id)
        .where(where, Installation.removed_on.is_(None))
    )
    found = {
        (serial, code): Target(
            account_number=account,
            meter_serial=serial,
            service_point_id=point,
            register_id=register,
            code=code,
            digits=digits,
            multiplier=multiplier,
            installed_on=installed_on,
            limits=known[rules.level(voltage)],
            capacity=capacity,
        )
        for serial, register, code, digits, multiplier, installed_on, account, point, voltage, capacity in rows
    }
    by_register = {target.register_id: target for target in found.values()}
    begins = since
    if begins is None:
        year_ago, lately = rules.look_back(first, last)
        apart = year_ago[1] < lately[0]
        begins = lately[0] if apart else year_ago[0]
        if apart:
            _take_up(work, by_register, RegisterRead.read_on.between(*year_ago))
            for target in by_register.values():
                target.reads.append([])
    _take_up(work, by_register, RegisterRead.read_on >= begins)
    _load_older(work, {key: one for key, one in by_register.items() if not one.reads[-1]})
    _load_waiting(work, by_register)
    _load_carried(work, found.values(), min(begins, rules.look_back(first, last)[0][0]))
    return found


def _load_older(work: Work, by_register: dict[UUID, Target]) -> None:
    """The latest read of registers that nobody read lately."""
    newest = (
        sa.select(RegisterRead.register_id, sa.func.max(RegisterRead.read_on).label("day"))
        .where(
            among(work.session, RegisterRead.register_id, by_register), RegisterRead.reason.in_(BILLED), LIVE
        )
        .group_by(RegisterRead.register_id)
        .subquery()
    )
    if by_register:
        _take_up(
            work,
            by_register,
            sa.exists().where(
                newest.c.register_id == RegisterRead.register_id, newest.c.day == RegisterRead.read_on
            ),
        )


def _take_up(work: Work, by_register: dict[UUID, Target], *where: sa.ColumnElement[bool]) -> None:
    rows = work.session.connection().execute(
        sa.select(
            RegisterRead.register_id,
            RegisterRead.read_on,
            sa.type_coerce(RegisterRead.value, sa.BigInteger),
            RegisterRead.source == ReadSource.ESTIMATED,
            RegisterRead.rollover,
            RegisterRead.bills,
        )
        .where(
            among(work.session, RegisterRead.register_id, by_register),
            RegisterRead.reason.in_(BILLED),
            LIVE,
            *where,
        )
        .order_by(RegisterRead.read_on, RegisterRead.id)
    )
    for register_id, read_on, raw, estimated, rollover, bills in rows:
        target = by_register[register_id]
        target.reads[-1].append(Past(read_on, Reading(raw), bool(estimated), rollover))
        if bills:
            target.billed_on = read_on


def _load_waiting(work: Work, by_register: dict[UUID, Target]) -> None:
    for register_id, read_on in work.session.execute(
        sa.select(DoubtfulRead.register_id, DoubtfulRead.read_on).where(
            among(work.session, DoubtfulRead.register_id, by_register), DoubtfulRead.open == 1
        )
    ):
        by_register[register_id].waiting.add(read_on)
    for request in work.session.scalars(
        sa.select(ReadRequest).where(
            among(work.session, ReadRequest.register_id, by_register), ReadRequest.state == RequestState.OPEN
        )
    ):
        by_register[request.register_id].request = request


def _load_carried(work: Work, found: Iterable[Target], since: date) -> None:
    """The months before the reads of active totals; the last one ends with the first of them."""
    totals = {target.service_point_id: target for target in found if target.code is RegisterCode.ACTIVE}
    for point_id, months in months_before_reads(work, totals, since).items():
        target = totals[point_id]
        begun = min(target.days, default=date.max)
        spells = ((month, months_before(month.month, -1) - timedelta(days=1)) for month in months)
        target.carried = tuple(
            Spell(min(last, begun), (min(last, begun) - month.month).days + 1, month.energy)
            for month, last in spells
            if month.month <= begun
        )


def hanging(work: Work, account_number: str, day: date, meter_serial: str = "") -> list[Target]:
    """The registers of the meter that hangs at an account, the active total first; none is `Refused`.

    So are several meters where none is named.
    """
    number, serial = "".join(account_number.split()), meter_serial.strip()
    if work.session.scalar(sa.select(RouteStop.id).filter_by(account_number=number)) is None:
        raise NotFound(
            Text("No account has the number {number}. Check it, or search by name or meter.", number=number)
        )
    found = targets(work, RouteStop.account_number == number, day, day)
    meters = sorted({target.meter_serial for target in found.values()})
    if not meters:
        raise Refused(Text("No meter hangs at account {number}.", number=number))
    if serial and serial not in meters:
        raise NotFound(
            Text("Meter {serial} does not hang at account {number}.", serial=serial, number=number)
        )
    if not serial and len(meters) > 1:
        known = ", ".join(meters)
        raise Refused(
            Text("Account {number} has several meters, name one: {known}", number=number, known=known)
        )
    order = list(RegisterCode)
    mine = [target for target in found.values() if target.meter_serial == (serial or meters[0])]
    return sorted(mine, key=lambda target: order.index(target.code))
