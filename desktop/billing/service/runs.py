"""Bill runs: every account of a hall drafted for a month, chunk by chunk, and nothing owed before the issue."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.records import (
    OF_MONTH,
    ChunkDone,
    Comparison,
    DraftState,
    ReviewFlag,
    RunChunk,
    RunOrder,
    RunOutcome,
    RunStarted,
)
from desktop.billing.rules import paper_number
from desktop.billing.service.comparing import compare_drafts
from desktop.billing.service.looks import bill_run, find_run, held_drafts
from desktop.billing.service.pricing import Priced
from desktop.billing.service.rating import kind_of, rate
from desktop.billing.service.reversal import reversed_bills
from desktop.billing.service.reviewing import review
from desktop.billing.tables import Bill, BillCorrection, BillDraft, BillOccasion, BillRun
from desktop.contracts import service as contracts
from desktop.kernel import canonical
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Energy, Money
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.kernel.work import Chunk, Progress, Seat, Work, batch, draw_id, go_on, operation, undisturbed

CHUNK = 500
"""Accounts in one transaction."""

DONE = (DraftState.ISSUED, DraftState.REVERSED)
"""What nothing more is done about in a run."""

BILL_RUN = "bill_run"
"""The gapless series of a hall."""


@operation("billing.run")
def start_run(work: Work, order: RunOrder) -> RunStarted:
    """Start a run for a month, or go on with the one that is not issued yet: its accounts wait for drafts.

    A run that was stopped while drafting goes on there; one that stood ready is drafted anew as a whole.
    """
    period = Period.month(order.period)
    if period.end > work.today + timedelta(days=1):
        raise Refused(Text("{month} is not over yet.", month=order.period))
    unfinished = sa.exists().where(BillDraft.run_id == BillRun.id, BillDraft.state.not_in(DONE))
    correction = sa.exists().where(BillCorrection.run_id == BillRun.id)
    occasion = sa.exists().where(BillOccasion.run_id == BillRun.id)
    run = work.session.scalars(
        sa.select(BillRun)
        .where(
            BillRun.hall_id == work.station.hall_id,
            BillRun.period_start == period.start,
            unfinished,
            ~correction,
            ~occasion,
        )
        .order_by(BillRun.number.desc())
    ).first()
    if run is not None:
        states = draft_states(work, run.id)
        if states[DraftState.WAITING]:  # it was stopped while drafting: go on there
            done = sum(states.values()) - states[DraftState.WAITING]
            return RunStarted(run.id, run.number, in_state(work, run.id, DraftState.WAITING), done)
    live = sa.select(Bill.contract_account_id).where(
        Bill.period_start == period.start, Bill.kind.in_(OF_MONTH), Bill.id.not_in(reversed_bills())
    )
    issued = set(work.session.scalars(live))
    places = {key: place for place, key in enumerate(contracts.billable(work, period), 1)}
    accounts = [key for key in places if key not in issued]
    if run is None:
        if not accounts:
            raise Refused(Text("Every account is already billed for {month}.", month=order.period))
        run = new_run(work, period)
    work.session.execute(
        sa.delete(BillDraft).where(BillDraft.run_id == run.id, BillDraft.state != DraftState.ISSUED)
    )
    work.insert_many(BillDraft, [waiting_draft(work, run.id, key, places[key]) for key in accounts])
    return RunStarted(run.id, run.number, tuple(accounts))


def draft_states(work: Work, run_id: UUID) -> dict[DraftState, int]:
    """How many drafts of a run are in each state."""
    rows = work.session.execute(
        sa.select(BillDraft.state, sa.func.count())
        .where(BillDraft.run_id == run_id)
        .group_by(BillDraft.state)
    ).all()
    return dict.fromkeys(DraftState, 0) | dict(rows)


def in_state(work: Work, run_id: UUID, state: DraftState) -> tuple[UUID, ...]:
    """The accounts of a run in one state, in walking order."""
    rows = work.session.scalars(
        sa.select(BillDraft.contract_account_id)
        .where(BillDraft.run_id == run_id, BillDraft.state == state)
        .order_by(BillDraft.position)
    )
    return tuple(rows)


def new_run(work: Work, period: Period) -> BillRun:
    running = work.number(work.station.hall_id, BILL_RUN)
    run = BillRun(
        id=work.new_id(),
        number=numbered(work, "R", running),
        year=work.today.year,
        running=running,
        hall_id=work.station.hall_id,
        period_start=period.start,
        period_end=period.end,
        started_at=work.at,
        started_by=work.actor.name,
    )
    work.add(run)
    work.session.flush()
    return run


def numbered(work: Work, kind: str, running: int) -> str:
    """A paper's number: kind, hall, year, and its place in the hall's gapless series of that year."""
    return paper_number(kind, work.station.hall_code, work.today.year, running)


def waiting_draft(work: Work, run_id: UUID, account_id: UUID, position: int) -> dict[str, object]:
    return {
        "run_id": run_id,
        "contract_account_id": account_id,
        "district_id": work.station.district_id,
        "position": position,
        "state": DraftState.WAITING,
        "energy": Energy(0),
        "amount": Money(0),
        "energy_before": None,
        "input_hash": None,
        "reason": None,
        "replaces_id": None,
        "compared": "[]",
        "flags": "",
        "made_by": work.actor.id,
    }


@operation("billing.run")
def draft_chunk(work: Work, chunk: RunChunk) -> ChunkDone:
    """Draft some accounts of a run: what each would be billed, or why it is held."""
    run = work.session.get_one(BillRun, chunk.run_id)
    period = Period(run.period_start, run.period_end)
    priced, held = rate(work, run, chunk.account_ids, traced=False)
    before = {
        (one := bill.input).account_id: next(
            (m.energy for m in reversed(one.usage) if m.month < period.start), None
        )
        for bill in priced
    }
    blank = _take_drafts(work, chunk)
    compared, flags = _looked_at(work, run, priced, {key: row["replaces_id"] for key, row in blank.items()})
    rows = [
        blank[one.input.account_id]
        | {
            "state": DraftState.READY,
            "energy": one.input.energy,
            "amount": one.total,
            "energy_before": before[one.input.account_id],
            "input_hash": one.digest,
            "compared": canonical.dump(compared[one.input.account_id]),
            "flags": " ".join(flag.value for flag in flags[one.input.account_id]),
        }
        for one in priced
    ]
    rows += [
        blank[one.account_id] | {"state": DraftState.HELD, "reason": canonical.dump(one.reason)}
        for one in held
    ]
    work.insert_many(BillDraft, rows)
    return ChunkDone(len(priced), len(held))


def _looked_at(
    work: Work, run: BillRun, priced: Sequence[Priced], replaces: Mapping[UUID, UUID | None]
) -> tuple[Mapping[UUID, tuple[Comparison, ...]], Mapping[UUID, tuple[ReviewFlag, ...]]]:
    """How drafts stand towards other bills, and why somebody looks at them: always at what is made by hand."""
    if kind_of(work, run) not in OF_MONTH:
        keys = [one.input.account_id for one in priced]
        return dict.fromkeys(keys, ()), dict.fromkeys(keys, (ReviewFlag.BY_HAND,))
    compared = compare_drafts(work, priced, replaces)
    return compared, review(work, priced, compared)


def _take_drafts(work: Work, chunk: RunChunk) -> dict[UUID, dict[str, Any]]:
    """Take the chunk's drafts away to be written anew; a blank one for each account, in its place."""
    mine = sa.and_(BillDraft.run_id == chunk.run_id, BillDraft.contract_account_id.in_(chunk.account_ids))
    rows = work.session.execute(
        sa.select(BillDraft.contract_account_id, BillDraft.position, BillDraft.replaces_id).where(mine)
    ).all()
    work.session.execute(sa.delete(BillDraft).where(mine))
    return {
        row.contract_account_id: waiting_draft(work, chunk.run_id, row.contract_account_id, row.position)
        | {"replaces_id": row.replaces_id}
        for row in rows
    }


@operation("billing.run")
def restart_run(work: Work, run_number: str) -> RunStarted:
    """Draft again what of a run is not issued yet: its accounts wait once more."""
    run = find_run(work, run_number)
    mine = sa.and_(BillDraft.run_id == run.id, BillDraft.state.not_in(DONE))
    waiting = work.session.scalars(
        sa.select(BillDraft.contract_account_id).where(mine).order_by(BillDraft.position)
    ).all()
    work.session.execute(sa.update(BillDraft).where(mine).values(state=DraftState.WAITING))
    return RunStarted(run.id, run.number, tuple(waiting))


def draft_again(seat: Seat, run_number: str, progress: Progress = go_on) -> RunOutcome:
    """Draft anew what of a run is not issued yet."""
    return go_through(seat, draft_chunk, seat.do(restart_run, run_number), progress)


def run_bills(seat: Seat, period: Period, progress: Progress = go_on) -> RunOutcome:
    """Draft every account of the hall that is not billed for a month yet; nothing is owed before `issue_run`."""
    started = seat.do(start_run, RunOrder(period.code))
    return go_through(seat, draft_chunk, started, progress)


def go_through(
    seat: Seat, job: Callable[[Work, RunChunk], ChunkDone], started: RunStarted, progress: Progress
) -> RunOutcome:
    """Do the accounts that wait, chunk by chunk; rows are counted over the whole run."""
    chunks = [
        Chunk(
            str(at),
            RunChunk(started.run_id, started.waiting[at : at + CHUNK]),
            started.done + min(at + CHUNK, len(started.waiting)),
        )
        for at in range(0, len(started.waiting), CHUNK)
    ]

    def went_on(done: int, total: int) -> bool:
        tidy()
        return progress(done, total)

    with undisturbed() as tidy:
        _, stopped = batch(seat, job, draw_id(), chunks, went_on)
    held = seat.ask(held_drafts, started.number)
    return RunOutcome(seat.ask(bill_run, started.number), held, stopped, started.done)
