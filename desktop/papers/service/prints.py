"""The print journal: what is printed is queued, sent, confirmed; an original exists once, all further ones are COPY n.

What stands under a number is one print: the original (copy 0) or COPY n. It is *queued* in the transaction that makes
or asks for the paper, and *sent* in one of its own before the first dot goes to a printer, so that two never send the
same. It is *failed* where the printer took nothing. A person answers for what came out: *confirmed*, or *spoiled* where
nothing usable did. A print that is queued, failed or spoiled is printed itself, under its own number; whatever was sent
is only copied.

A sent print is also confirmed by being followed: the next print that the same station sends to the same printer says
so, for whoever stands there has taken the one before out of it, and would have said that it was spoiled. That can still
be said afterwards. Prints from before the steps were kept have none; they count as sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Generator, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel import canonical
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.papers.records import (
    LEAST_REASON,
    MOST_REASON,
    WAITING,
    FailOrder,
    PrintRef,
    PrintRow,
    PrintsQuery,
    PrintState,
    PrintStepRow,
    SendOrder,
    SpoilOrder,
)
from desktop.papers.tables import OpenPrint, PrintJob, PrintStep

PRINT = "desk.print_paper"
SHOWN = 200
"""Prints that are listed at most."""


class _Open(NamedTuple):
    """How an open print stands, and the printer it was sent to; no printer is a file."""

    state: PrintState
    printer: str


_FILED = _Open(PrintState.SENT, "")


def check_code(row_hash: bytes) -> str:
    """The short code that proves a paper: the first 32 bits of its row's hash.

    >>> check_code(bytes.fromhex("7c1f90ae" + "00" * 28))
    '7C1F-90AE'
    """
    code = row_hash.hex().upper()
    return f"{code[:4]}-{code[4:8]}"


def queue(work: Work, kind: str, number: str, owner_id: UUID, *, new: bool = False) -> int:
    """What a paper is printed as now, where it is ``new`` for the first time: 0 for the original, n for COPY n.

    An original that still waits to be printed is given, or a copy that failed or was spoiled; else one more is entered:
    a copy that is only asked for is somebody else's.
    """
    copy = 0
    if not new:
        prints = sa.select(PrintJob.copy).filter_by(kind=kind, number=number)
        mine = sa.or_(PrintJob.copy == 0, OpenPrint.state != PrintState.QUEUED)
        waits = prints.join(OpenPrint).where(OpenPrint.state.in_(WAITING), mine)
        found = work.session.scalar(waits.order_by(PrintJob.copy).limit(1))
        if found is not None:
            return found
        last = work.session.scalar(prints.order_by(PrintJob.copy.desc()).limit(1))
        copy = 0 if last is None else last + 1
    told = {"kind": kind, "number": number, "owner_id": owner_id, "copy": copy, "asked_at": work.at}
    job_id = work.new_id()
    work.insert_many(PrintJob, [{"id": job_id, **told}])
    _keep_open(work, [job_id], PrintState.QUEUED, "")
    return copy


def waiting(kind: str) -> sa.Select[str]:
    """The numbers of papers of a kind that are still to be printed, the original or a copy that was asked for."""
    found = sa.select(PrintJob.number).join(OpenPrint).where(OpenPrint.state.in_(WAITING))
    return found.where(PrintJob.kind == kind)


def waiting_here(work: Work, kinds: Collection[str]) -> tuple[str, ...]:
    """The numbers of papers of some kinds that this hall is still to print, oldest first."""
    found = sa.select(PrintJob.number).join(OpenPrint).where(OpenPrint.state.in_(WAITING))
    mine = found.where(OpenPrint.hall_id == work.station.hall_id, PrintJob.kind.in_(kinds))
    return tuple(work.session.scalars(mine.order_by(PrintJob.asked_at, PrintJob.id)))


# Steps


@operation(PRINT, shared=True)
def send_prints(work: Work, order: SendOrder) -> None:
    """Prints go to a printer now, or into a file where none is named; what went there before is confirmed by it.

    Refused for a print that was sent already. One that is only a file so far may become paper; the same file may be
    written again.
    """
    followed = _last_sent(work, order.printer)
    ids, opened = _locked(work, order.prints, followed)
    sent = []
    for ref, key in zip(order.prints, ids, strict=True):
        found = opened.get(key)
        if not order.printer and (found is None or found == _FILED) and _was_filed(work, key):
            continue
        if found is None or not (found == _FILED or found.state in WAITING):
            raise Refused(
                Text("{number} was printed meanwhile. Print it again: it is a copy then.", number=ref.number)
            )
        sent.append(key)
    if sent:
        last = _Open(PrintState.SENT, order.printer)
        over = [key for key in followed if key not in sent and opened.get(key) == last]
        _step(work, over, PrintState.CONFIRMED, followed_by=sent[0])
        _step(work, sent, PrintState.SENT, printer=order.printer)


@operation(PRINT, shared=True)
def fail_prints(work: Work, order: FailOrder) -> None:
    """No printer took these prints, and why: they wait until they are printed or somebody answers for them."""
    ids, _ = _locked(work, order.prints)
    problem = canonical.dump(order.problem)
    _step(work, ids, PrintState.FAILED, printer=order.printer, problem=problem)


@operation(PRINT, shared=True)
def confirm_prints(work: Work, prints: tuple[PrintRef, ...]) -> None:
    """A person says that these came out, or that nobody needs them any more. Refused for what is not open."""
    ids, opened = _locked(work, prints)
    for ref, key in zip(prints, ids, strict=True):
        if key not in opened:
            raise Refused(Text("Nothing of {number} waits for an answer.", number=ref.number))
    _step(work, ids, PrintState.CONFIRMED)


@operation(PRINT, shared=True)
def spoil_prints(work: Work, order: SpoilOrder) -> None:
    """A person says that nothing usable came out of these prints, and why: each is printed itself once more.

    Refused without a reason, and for a print that still waits to be printed.
    """
    reason = " ".join(order.reason.split())
    if not LEAST_REASON <= len(reason) <= MOST_REASON:
        raise Refused(
            Text("Say in {least} to {most} letters what came out.", least=LEAST_REASON, most=MOST_REASON)
        )
    ids, opened = _locked(work, order.prints)
    for ref, key in zip(order.prints, ids, strict=True):
        if key in opened and opened[key].state in WAITING:
            raise Refused(
                Text("{number} is still to be printed: nothing of it is spoiled.", number=ref.number)
            )
    _step(work, ids, PrintState.SPOILED, words=reason)


def _last_sent(work: Work, printer: str) -> Sequence[UUID]:
    """What this station sent to a printer, and nobody answered for."""
    here = {"station_id": work.station.id, "state": PrintState.SENT, "printer": printer}
    return work.session.scalars(sa.select(OpenPrint.print_job_id).filter_by(**here)).all()


def _was_filed(work: Work, job_id: UUID) -> bool:
    sent = sa.select(PrintStep.printer).filter_by(print_job_id=job_id, state=PrintState.SENT)
    return work.session.scalar(sent.order_by(PrintStep.place.desc()).limit(1)) == ""


def _locked(
    work: Work, prints: Sequence[PrintRef], besides: Collection[UUID] = ()
) -> tuple[list[UUID], dict[UUID, _Open]]:
    """The jobs of prints in their order, locked with others ``besides``, and what of all these is open by then."""
    named = sa.tuple_(PrintJob.kind, PrintJob.number, PrintJob.copy)
    wanted = [(ref.kind, ref.number.strip(), ref.copy) for ref in prints]
    rows = work.rows(
        sa.select(PrintJob.id, PrintJob.kind, PrintJob.number, PrintJob.copy).where(named.in_(wanted))
    )
    known = {(row.kind, row.number, row.copy): row.id for row in rows}
    for ref, name in zip(prints, wanted, strict=True):
        if name not in known:
            raise NotFound(Text("No print has the number {number}.", number=ref.number))
    ids = [known[name] for name in wanted]
    work.lock(PrintJob, {*ids, *besides})
    columns = (OpenPrint.print_job_id, OpenPrint.state, OpenPrint.printer)
    found = work.rows(sa.select(*columns).where(OpenPrint.print_job_id.in_({*ids, *besides})))
    return ids, {row.print_job_id: _Open(row.state, row.printer) for row in found}


def _step(
    work: Work,
    job_ids: Sequence[UUID],
    state: PrintState,
    *,
    printer: str = "",
    words: str = "",
    problem: str | None = None,
    followed_by: UUID | None = None,
) -> None:
    """Enter the same step of prints, and keep in view what of them is open."""
    if not job_ids:
        return
    last = sa.select(PrintStep.print_job_id, sa.func.max(PrintStep.place))
    last = last.where(PrintStep.print_job_id.in_(job_ids)).group_by(PrintStep.print_job_id)
    places: dict[UUID, int] = {row[0]: row[1] for row in work.session.execute(last)}
    told = {
        "hall_id": work.station.hall_id,
        "station_id": work.station.id,
        "state": state,
        "printer": printer,
        "stepped_at": work.at,
        "stepped_by": work.actor.name,
        "words": words,
        "problem": problem,
        "followed_by_id": followed_by,
    }
    rows = [{"print_job_id": key, "place": places.get(key, 0) + 1, **told} for key in job_ids]
    work.insert_many(PrintStep, rows)
    work.session.execute(sa.delete(OpenPrint).where(OpenPrint.print_job_id.in_(job_ids)))
    if state is not PrintState.CONFIRMED:
        _keep_open(work, job_ids, state, printer)


def _keep_open(work: Work, job_ids: Sequence[UUID], state: PrintState, printer: str) -> None:
    told = {
        "station_id": work.station.id,
        "hall_id": work.station.hall_id,
        "state": state,
        "printer": printer,
    }
    work.insert_many(OpenPrint, [{"print_job_id": key, **told} for key in job_ids])


# What was printed


@query(PRINT)
def prints(work: Work, request: PrintsQuery) -> tuple[PrintRow, ...]:
    """Prints of this hall with their steps: those that are open, oldest first; or those of a paper's number, by copy;
    or the latest, newest first. `SHOWN` at most."""
    jobs = sa.select(PrintJob).limit(SHOWN)
    if request.number.strip():
        jobs = jobs.filter_by(number=request.number.strip()).order_by(PrintJob.kind, PrintJob.copy)
    elif request.open:
        mine = OpenPrint.hall_id == work.station.hall_id
        jobs = jobs.join(OpenPrint).where(mine).order_by(PrintJob.asked_at, PrintJob.id)
    else:
        jobs = jobs.where(PrintJob.id.in_(_latest(work)))
    found = work.session.scalars(jobs).all()
    ids = [job.id for job in found]
    opened = {
        row.print_job_id: row
        for row in work.session.scalars(sa.select(OpenPrint).where(OpenPrint.print_job_id.in_(ids)))
    }
    steps: dict[UUID, tuple[PrintStepRow, ...]] = defaultdict(tuple)
    kept = sa.select(PrintStep).where(PrintStep.print_job_id.in_(ids)).order_by(PrintStep.place)
    for step in work.session.scalars(kept):
        steps[step.print_job_id] += (_told(work, step),)
    rows = [_row(work, job, steps[job.id], opened.get(job.id)) for job in found]
    if not request.number.strip() and not request.open:
        rows.sort(key=lambda one: (one.at, one.ref.number), reverse=True)
    return tuple(rows)


def _latest(work: Work) -> Sequence[UUID]:
    steps = (
        sa.select(PrintStep.print_job_id)
        .filter_by(hall_id=work.station.hall_id)
        .order_by(PrintStep.stepped_at.desc(), PrintStep.id.desc())
        .limit(2 * SHOWN)
    )
    return list(dict.fromkeys(work.session.scalars(steps)))[:SHOWN]


def _told(work: Work, step: PrintStep) -> PrintStepRow:
    return PrintStepRow(
        state=step.state,
        printer=step.printer,
        at=work.local(step.stepped_at),
        by=step.stepped_by,
        words=step.words,
        problem=canonical.load(Text, step.problem) if step.problem else None,
        followed=step.followed_by_id is not None,
    )


def _row(work: Work, job: PrintJob, steps: tuple[PrintStepRow, ...], opened: OpenPrint | None) -> PrintRow:
    """A print as it stands; without steps it waits, or is from before they were kept."""
    unknown = PrintState.QUEUED if opened is not None else PrintState.SENT
    return PrintRow(
        ref=PrintRef(job.kind, job.number, job.copy),
        state=steps[-1].state if steps else unknown,
        asked_at=work.local(job.asked_at),
        steps=steps,
    )


# Proof

_AFTER: dict[PrintState | None, frozenset[PrintState]] = {
    None: frozenset(PrintState) - {PrintState.QUEUED},
    PrintState.SENT: frozenset({PrintState.CONFIRMED, PrintState.SPOILED, PrintState.FAILED}),
    PrintState.FAILED: frozenset({PrintState.SENT, PrintState.FAILED, PrintState.CONFIRMED}),
    PrintState.SPOILED: frozenset({PrintState.SENT, PrintState.FAILED, PrintState.CONFIRMED}),
    PrintState.CONFIRMED: frozenset({PrintState.SPOILED, PrintState.FAILED}),
}
"""What may follow a step; one that sent a file may also be followed by one that sends it to a printer."""


def prove_prints(session: orm.Session) -> Iterator[Finding]:
    """No print was sent twice unless the one before failed or was spoiled: an original exists once (I22).

    Every paper has its original and its copies are counted on; what is open of prints is what their last steps say.
    """
    before = orm.aliased(PrintJob)
    same = sa.and_(before.kind == PrintJob.kind, before.number == PrintJob.number)
    one_less = sa.select(before.id).where(same, before.copy == PrintJob.copy - 1)
    for key in session.scalars(sa.select(PrintJob.id).where(PrintJob.copy != 0, ~one_less.exists())):
        words = Text("This paper has no original, or a copy of it is missing")
        yield Finding("I22", PrintJob.__tablename__, key, "print_copies", words)
    opened = {row.print_job_id: row.state for row in session.scalars(sa.select(OpenPrint))}
    columns = (PrintStep.id, PrintStep.print_job_id, PrintStep.place, PrintStep.state, PrintStep.printer)
    rows = session.execute(
        sa.select(*columns)
        .order_by(PrintStep.print_job_id, PrintStep.place)
        .execution_options(yield_per=5000)
    )
    stepped = set()
    for key, steps in groupby(rows, attrgetter("print_job_id")):
        stepped.add(key)
        last = yield from _prove_steps(steps)
        if opened.get(key, PrintState.CONFIRMED) is not last:
            words = Text("What is open of this print is not its last step")
            yield Finding("I22", OpenPrint.__tablename__, key, "print_open", words)
    for key, state in opened.items():
        if key not in stepped and state is not PrintState.QUEUED:
            words = Text("What is open of this print is not its last step")
            yield Finding("I22", OpenPrint.__tablename__, key, "print_open", words)


def _prove_steps(steps: Iterator[Any]) -> Generator[Finding, None, PrintState]:
    """The steps of one print, in their order; gives the last one's state."""
    before: Any = None
    for place, step in enumerate(steps, 1):
        filed = before is not None and before.state is PrintState.SENT and not before.printer
        to_paper = filed and step.state is PrintState.SENT and bool(step.printer)
        allowed = _AFTER.get(before.state if before is not None else None, frozenset())
        if step.place != place or not (to_paper or step.state in allowed):
            words = Text("This print was sent again although the one before came out")
            yield Finding("I22", PrintStep.__tablename__, step.id, "print_twice", words)
        before = step
    last: PrintState = before.state
    return last
