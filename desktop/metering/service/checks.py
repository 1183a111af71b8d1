"""What is known of a register, and what becomes of a new read of it: stored, doubted and waiting, or a Problem."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel import canonical
from desktop.kernel.errors import Problem
from desktop.kernel.measures import Energy, Factor, Power, Reading
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.metering import rules
from desktop.metering.records import (
    BANDS,
    Doubt,
    DoubtState,
    Expected,
    Flag,
    Limits,
    ReadReason,
    ReadRow,
    ReadSource,
    RegisterCode,
    RequestState,
    Spell,
    VoltageLevel,
)
from desktop.metering.service.reads import BILLED, LIVE, decide, read_values
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

WAITS = Text("It waits in the queue: decide it there")


@dataclass(frozen=True, slots=True)
class Past:
    """A live read as checks see it."""

    read_on: date
    value: Reading
    estimated: bool
    rollover: bool


@dataclass
class Target:
    """A register somebody reads, with what is known of it.

    ``reads`` are live ones by stretches of time, oldest first; within a stretch none is missing, and the last
    stretch is the latest. ``waiting`` are days with a read nobody has decided on.
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
        return tuple(
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
    rows = work.session.execute(
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
    return found


def _load_older(work: Work, by_register: dict[UUID, Target]) -> None:
    """The latest read of registers that nobody read lately."""
    newest = (
        sa.select(RegisterRead.register_id, sa.func.max(RegisterRead.read_on).label("day"))
        .where(RegisterRead.register_id.in_(by_register), RegisterRead.reason.in_(BILLED), LIVE)
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
    rows = work.session.execute(
        sa.select(
            RegisterRead.register_id,
            RegisterRead.read_on,
            sa.type_coerce(RegisterRead.value, sa.BigInteger),
            RegisterRead.source == ReadSource.ESTIMATED,
            RegisterRead.rollover,
            RegisterRead.bills,
        )
        .where(RegisterRead.register_id.in_(by_register), RegisterRead.reason.in_(BILLED), LIVE, *where)
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
            DoubtfulRead.register_id.in_(by_register), DoubtfulRead.open == 1
        )
    ):
        by_register[register_id].waiting.add(read_on)
    for request in work.session.scalars(
        sa.select(ReadRequest).where(
            ReadRequest.register_id.in_(by_register), ReadRequest.state == RequestState.OPEN
        )
    ):
        by_register[request.register_id].request = request


# Taking reads


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is found of one read: problems (it cannot be stored), or its usage and what makes it doubtful."""

    problems: tuple[Problem, ...]
    energy: Energy | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of some reads: how many are stored, the problems of the ``rejected``, the doubts of those that
    wait."""

    stored: int
    problems: tuple[Problem, ...]
    waiting: tuple[Problem, ...]
    rejected: int = 0


def judge(
    work: Work,
    target: Target,
    row: ReadRow,
    siblings: Collection[Target] = (),
    *,
    rollover: bool = False,
    below: bool = False,
) -> Verdict:
    """What is to say of a new read of a register; ``below`` lets a smaller one wait whatever it looks like.

    ``siblings`` are the other registers of the meter: the total is compared with its bands once all are read.
    """
    last, cumulative = target.last, target.code is not RegisterCode.DEMAND
    expected = target.expected(row.read_on) if last is not None else None
    smaller = last is not None and row.value < last.value
    if smaller and cumulative and not (rollover or below or (last and last.estimated)):
        around = rules.usage(
            last.value if last else row.value, row.value, target.multiplier, target.digits, rollover=True
        )
        below = rules.may_have_gone_round(around, expected, target.multiplier, target.digits)
    elif smaller:
        below = True
    found = rules.problems(
        row.value,
        row.read_on,
        work.today,
        digits=target.digits,
        last=last,
        read_days=target.days,
        billed_on=target.billed_on,
        below=below,
    )
    asked = target.request is not None and row.read_on >= target.request.asked_on
    if not found and row.read_on in target.waiting and not asked:
        what = Text("A reading of this day waits for a decision already")
        found = (Problem(what, Text("Decide it in the queue first"), rules.DAY_FIELD, f"{row.read_on}"),)
    if found:
        return Verdict(found)
    return _weigh(target, row, siblings, rollover=rollover)


def _weigh(target: Target, row: ReadRow, siblings: Collection[Target], *, rollover: bool) -> Verdict:
    last = target.last
    doubts = rules.estimated_again(last, estimated=row.source is ReadSource.ESTIMATED)
    if target.code is RegisterCode.DEMAND:
        demand = rules.usage(Reading(0), row.value, target.multiplier, target.digits)
        return Verdict((), None, (*doubts, *rules.over_capacity(Power(demand.raw), target.capacity)))
    if last is None:
        return Verdict((), None, doubts)
    energy = rules.usage(last.value, row.value, target.multiplier, target.digits, rollover=rollover)
    days = rules.spell_days(last.read_on, row.read_on)
    if target.code is RegisterCode.ACTIVE:
        doubts += rules.doubts(
            energy,
            row.read_on,
            days,
            target.spells(),
            target.limits,
            capacity_kw=target.capacity,
            last=last,
        )
    elif energy.raw < 0:
        doubts += rules.doubts(energy, row.read_on, days, (), target.limits, last=last)
    if siblings and (target.code is RegisterCode.ACTIVE or target.code in BANDS):
        doubts += _sums(target, row, siblings, rollover=rollover)
    return Verdict((), energy, doubts)


def _sums(target: Target, row: ReadRow, siblings: Collection[Target], *, rollover: bool) -> tuple[Doubt, ...]:
    """The total against its bands, once the last of them is read."""
    pairs: dict[RegisterCode, tuple[Reading, Reading, bool]] = {}
    for one in siblings:
        if one.code is not RegisterCode.ACTIVE and one.code not in BANDS:
            continue
        pair = one.counted(row.read_on)
        if pair is None:
            return ()
        pairs[one.code] = pair
    assert target.last is not None
    pairs[target.code] = (target.last.value, row.value, rollover)
    digits = {one.code: one.digits for one in (*siblings, target)}
    passed = {
        code: Reading(after.raw - before.raw + (rules.capacity(digits[code]).raw if round_ else 0))
        for code, (before, after, round_) in pairs.items()
    }
    decimals = max(rules.decimals(value) for before, after, _ in pairs.values() for value in (before, after))
    return rules.sums_differ(passed, decimals)


def holds(target: Target, doubts: Sequence[Doubt]) -> bool:
    """Whether doubts make a read wait, by the limits of its service point."""
    return any(doubt.flag in target.limits.holding for doubt in doubts)


@dataclass
class Taking:
    """Reads on their way into the book: what is stored and what waits, written by `write`."""

    work: Work
    found: dict[Key, Target]
    origin: str
    good: list[dict[str, Any]] = field(default_factory=list)
    doubted: list[dict[str, Any]] = field(default_factory=list)

    def siblings(self, target: Target) -> list[Target]:
        """The other registers of a meter."""
        return [
            one
            for (serial, code), one in self.found.items()
            if serial == target.meter_serial and code is not target.code
        ]

    def keep(
        self, target: Target, row: ReadRow, doubts: tuple[Doubt, ...], reason: ReadReason, *, rollover: bool
    ) -> bool:
        """Take a read that can be stored: it is, unless its doubts make it wait. Whether it is stored."""
        self._answer(target, row)
        if holds(target, doubts):
            target.waiting.add(row.read_on)
            self.doubted.append(self._doubted(target, row, doubts, reason, rollover=rollover))
            return False
        estimated = row.source is ReadSource.ESTIMATED
        target.reads[-1].append(Past(row.read_on, row.value, estimated, rollover))
        self.good.append(
            read_values(
                self.work,
                target.register_id,
                row.value,
                row.read_on,
                reason,
                source=row.source,
                reader=row.reader,
                origin=self.origin,
                rollover=rollover,
            )
        )
        return True

    def _answer(self, target: Target, row: ReadRow) -> None:
        """The first read after a re-read was asked for answers it, and stands instead of the doubtful one."""
        request = target.request
        if request is None:
            return
        doubtful = self.work.session.get_one(DoubtfulRead, request.doubtful_id)
        if row.read_on < doubtful.read_on:
            return
        request.state, request.answered_on = RequestState.ANSWERED, row.read_on
        decide(self.work, doubtful, DoubtState.REPLACED)
        target.request = None
        target.waiting.discard(doubtful.read_on)

    def _doubted(
        self, target: Target, row: ReadRow, doubts: tuple[Doubt, ...], reason: ReadReason, *, rollover: bool
    ) -> dict[str, Any]:
        return {
            "register_id": target.register_id,
            "read_on": row.read_on,
            "value": row.value,
            "reason": reason,
            "source": row.source,
            "reader": row.reader,
            "origin": self.origin,
            "entered_at": self.work.at,
            "entered_by": self.work.actor.name,
            "entered_by_id": self.work.actor.id,
            "doubts": canonical.dump(doubts),
            "state": DoubtState.WAITING,
            "open": 1,
            "decided_at": None,
            "decided_by": "",
            "decided_by_id": None,
            "read_id": None,
            "basis": "",
            "proposed": None,
            "rollover": rollover,
        }

    def write(self) -> None:
        """Write what was taken."""
        self.work.session.flush()
        self.work.insert_many(RegisterRead, self.good)
        self.work.insert_many(DoubtfulRead, self.doubted)


def take(work: Work, rows: Sequence[ReadRow], origin: str) -> Taken:
    """Take the rows of a sheet: each is stored, waits with its doubts, or is a Problem with its place."""
    if not rows:
        return Taken(0, (), ())
    days = [row.read_on for row in rows]
    found = targets(work, Meter.serial_number.in_({row.meter_serial for row in rows}), min(days), max(days))
    taking = Taking(work, found, origin)
    meters: dict[str, list[Target]] = defaultdict(list)
    for target in found.values():
        meters[target.meter_serial].append(target)
    known = _known_accounts(work, rows)
    problems: list[Problem] = []
    waiting: list[Problem] = []
    stored = rejected = 0
    for row in rows:
        at = meters.get(row.meter_serial, [])
        wrong = _misplaced(row, at, known)
        if wrong is None:
            target = found[row.meter_serial, row.register]
            verdict = judge(work, target, row, [one for one in at if one is not target])
            if not verdict.problems:
                if taking.keep(target, row, verdict.doubts, ReadReason.PERIODIC, rollover=False):
                    stored += 1
                else:
                    waiting += _doubt_problems(row, verdict.doubts)
                continue
            wrong = verdict.problems
        problems += [replace(problem, sheet=row.sheet, row=row.row) for problem in wrong]
        rejected += 1
    taking.write()
    return Taken(stored, tuple(problems), tuple(waiting), rejected)


def _doubt_problems(row: ReadRow, doubts: Sequence[Doubt]) -> list[Problem]:
    value = f"{row.value.decimal.normalize():f}"
    return [
        Problem(doubt.text, WAITS, rules.READING_FIELD, value, sheet=row.sheet, row=row.row)
        for doubt in doubts
    ]


def _known_accounts(work: Work, rows: Sequence[ReadRow]) -> set[str]:
    return set(
        work.session.scalars(
            sa.select(RouteStop.account_number).where(
                RouteStop.account_number.in_({row.account_number for row in rows})
            )
        )
    )


def _misplaced(row: ReadRow, at: Sequence[Target], known: set[str]) -> tuple[Problem, ...] | None:
    """Why a row is about no register of ours, or of another account."""
    if row.account_number not in known:
        what = Text("No account has this number")
        remedy = Text("Correct the number, or connect the customer first")
        return (Problem(what, remedy, Text("Account number"), row.account_number),)
    if not at:
        what = Text("No installed meter has this number")
        remedy = Text("Correct the number, or enter the exchange first")
        return (Problem(what, remedy, Text("Meter"), row.meter_serial),)
    if at[0].account_number != row.account_number:
        what = Text("This meter belongs to account {number}", number=at[0].account_number)
        remedy = Text("Correct the account or the meter number")
        return (Problem(what, remedy, Text("Meter"), row.meter_serial),)
    if row.register not in {target.code for target in at}:
        what = Text("This meter has no register “{register}”", register=row.register)
        remedy = Text("Correct the register, or enter the exchange first")
        return (Problem(what, remedy, Text("Register"), row.register.value),)
    return None
