"""What becomes of a new read of a register: stored, doubted and waiting, or a Problem."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import sqlalchemy as sa

from desktop.kernel import canonical
from desktop.kernel.bulk import among
from desktop.kernel.errors import Problem
from desktop.kernel.measures import Energy, Power, Reading
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.metering import rules
from desktop.metering.records import (
    BANDS,
    Doubt,
    DoubtState,
    ReadReason,
    ReadRow,
    ReadSource,
    RegisterCode,
    RequestState,
)
from desktop.metering.service.likely import ACCOUNT_FIELD, METER_FIELD, offered
from desktop.metering.service.reads import answer_wish, decide, read_values
from desktop.metering.service.targets import Key, Past, Target, targets
from desktop.metering.tables import (
    DoubtfulRead,
    Meter,
    RegisterRead,
    RouteStop,
)

WAITS = Text("It waits in the queue: decide it there")


class Verdict(NamedTuple):
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
    smaller = last is not None and row.value < last.value
    if smaller and cumulative and not (rollover or below or (last and last.estimated)):
        around = rules.usage(
            last.value if last else row.value, row.value, target.multiplier, target.digits, rollover=True
        )
        below = rules.may_have_gone_round(
            around, target.expected(row.read_on), target.multiplier, target.digits
        )
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
        if request.doubtful_id is None:
            target.request = None if answer_wish(request, row.read_on) else request
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
    serials = among(work.session, Meter.serial_number, {row.meter_serial for row in rows})
    found = targets(work, serials, min(days), max(days))
    taking = Taking(work, found, origin)
    meters: dict[str, list[Target]] = defaultdict(list)
    for target in found.values():
        meters[target.meter_serial].append(target)
    known = _known_accounts(work, rows, {target.account_number for target in found.values()})
    problems: list[Problem] = []
    misplaced: list[tuple[ReadRow, Problem]] = []
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
            problems += [_placed(problem, row) for problem in verdict.problems]
        else:
            misplaced += [(row, _placed(problem, row)) for problem in wrong]
        rejected += 1
    if misplaced:
        problems += offered(work, misplaced, {serial: at[0].account_number for serial, at in meters.items()})
    taking.write()
    return Taken(stored, tuple(problems), tuple(waiting), rejected)


def _placed(problem: Problem, row: ReadRow) -> Problem:
    return replace(problem, sheet=row.sheet, row=row.row)


def _doubt_problems(row: ReadRow, doubts: Sequence[Doubt]) -> list[Problem]:
    value = f"{row.value.decimal.normalize():f}"
    return [
        Problem(doubt.text, WAITS, rules.READING_FIELD, value, sheet=row.sheet, row=row.row)
        for doubt in doubts
    ]


def _known_accounts(work: Work, rows: Sequence[ReadRow], found: set[str]) -> set[str]:
    """The account numbers of rows that exist; those that were ``found`` already need no question."""
    asked = {row.account_number for row in rows} - found
    number = RouteStop.account_number
    more = work.session.scalars(sa.select(number).where(among(work.session, number, asked))) if asked else ()
    return found.union(more)


def _misplaced(row: ReadRow, at: Sequence[Target], known: set[str]) -> tuple[Problem, ...] | None:
    """Why a row is about no register of ours, or of another account."""
    if row.account_number not in known:
        what = Text("No account has this number")
        remedy = Text("Correct the number, or connect the customer first")
        return (Problem(what, remedy, ACCOUNT_FIELD, row.account_number),)
    if not at:
        what = Text("No installed meter has this number")
        remedy = Text("Correct the number, or enter the exchange first")
        return (Problem(what, remedy, METER_FIELD, row.meter_serial),)
    if at[0].account_number != row.account_number:
        what = Text("This meter belongs to account {number}", number=at[0].account_number)
        remedy = Text("Correct the account or the meter number")
        return (Problem(what, remedy, METER_FIELD, row.meter_serial),)
    if all(target.code is not row.register for target in at):
        what = Text("This meter has no register “{register}”", register=row.register)
        remedy = Text("Correct the register, or enter the exchange first")
        return (Problem(what, remedy, Text("Register"), row.register.value),)
    return None
