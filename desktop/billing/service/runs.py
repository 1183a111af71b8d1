"""Bill runs: every account of a hall drafted for a month, chunk by chunk, and nothing owed before the issue."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import date, timedelta
from operator import attrgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.records import (
    OF_MONTH,
    ChunkDone,
    Comparison,
    DraftState,
    ReviewFlag,
    RunOrder,
    RunOutcome,
    RunStarted,
    ShareJob,
    ShareOrder,
)
from desktop.billing.rules import Held, paper_number
from desktop.billing.service.comparing import compare_drafts
from desktop.billing.service.looks import bill_run, find_run, held_drafts, left_out
from desktop.billing.service.lowering import lowered_by
from desktop.billing.service.pricing import Priced
from desktop.billing.service.rating import kind_of, rate
from desktop.billing.service.reversal import of_month, reversed_bills
from desktop.billing.service.reviewing import review
from desktop.billing.service.shares import (
    NothingFree,
    next_accounts,
    share_out,
    shares_left,
    stop_run,
    take,
    upcoming,
)
from desktop.billing.tables import Bill, BillCorrection, BillDraft, BillOccasion, BillReversal, BillRun
from desktop.contracts import service as contracts
from desktop.contracts.tables import SupplyContract
from desktop.kernel import canonical
from desktop.kernel.bulk import among
from desktop.kernel.database import table_of
from desktop.kernel.errors import Refused
from desktop.kernel.journal import Entry
from desktop.kernel.measures import Energy, Money
from desktop.kernel.period import Period
from desktop.kernel.sizes import look_anew
from desktop.kernel.text import Text
from desktop.kernel.work import Progress, Seat, Work, draw_id, go_on, operation, query, undisturbed
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount, OpenItem, Posting, PostingSet
from desktop.metering import service as metering
from desktop.metering.tables import Installation, Meter, Register, RegisterRead
from desktop.staff import service as staff

CHUNK = 500
"""Accounts in one transaction."""

BESIDE_TILLS = {ShareJob.DRAFT: 100, ShareJob.ISSUE: 50}
"""The same on a server: who pays one of those that are issued waits until they are, and every payment waits while what
was written before it reaches the disk."""

_LOOKED_AT_AFTER = 1_250
"""After so many accounts a new hall's tables are large enough to be looked at."""

PAUSE_S = 0.2
"""How long a worker waits that has nothing left to do while others are at work."""

WAITING = BillDraft.state == DraftState.WAITING
"""What is not drafted yet."""

_NEXT = upcoming(WAITING)

_READ = (Installation, Meter, Register, RegisterRead, SupplyContract, ContractAccount)
"""Tables a run reads key by key; those of a hall that was taken in a moment ago were tiny then."""

_GROWING = (Bill, OpenItem, Posting, PostingSet)
"""Tables of an issue whose rows are looked up by others."""

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
            return RunStarted(run.id, run.number, sum(states.values()) - states[DraftState.WAITING])
    if run is None:
        run = new_run(work, period)
    work.session.execute(
        sa.delete(BillDraft).where(BillDraft.run_id == run.id, BillDraft.state != DraftState.ISSUED)
    )
    _wait(work, run, period)
    if not any(draft_states(work, run.id).values()):
        raise Refused(Text("Every account is already billed for {month}.", month=order.period))
    return RunStarted(run.id, run.number)


def _wait(work: Work, run: BillRun, period: Period) -> None:
    """Let every account wait for its draft that no run has billed for a month yet: one statement, for there may be a
    million of them."""
    accounts, table = contracts.billable(period), table_of(BillDraft)
    billed = sa.select(Bill.id).where(
        Bill.contract_account_id == accounts.c.account_id,
        Bill.period_start == period.start,
        Bill.kind.in_(OF_MONTH),
        Bill.id.not_in(reversed_bills()),
    )
    blank = waiting_draft(work, run.id, run.id, 0)
    each = {"contract_account_id": accounts.c.account_id, "position": accounts.c.place}
    columns = [each.get(name, sa.literal(value, table.c[name].type)) for name, value in blank.items()]
    waiting = sa.select(*columns).where(~billed.exists())
    work.session.connection().execute(sa.insert(table).from_select(list(blank), waiting))


@operation("billing.run", shared=True)
def share_drafts(work: Work, run_number: str) -> int:
    """Share out what of a run waits for its draft; how many shares."""
    return share_out(work, find_run(work, run_number).id, ShareJob.DRAFT, WAITING)


def draft_states(work: Work, run_id: UUID) -> dict[DraftState, int]:
    """How many drafts of a run are in each state."""
    rows = work.session.execute(
        sa.select(BillDraft.state, sa.func.count())
        .where(BillDraft.run_id == run_id)
        .group_by(BillDraft.state)
    ).all()
    return dict.fromkeys(DraftState, 0) | dict(rows)


def new_run(work: Work, period: Period) -> BillRun:
    """A run of this hall for a period, with the next number of the year."""
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
    """The row of an account that is to be drafted, at its place of the walk."""
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


@operation("billing.run", shared=True)
def draft_chunk(work: Work, order: ShareOrder) -> ChunkDone:
    """Draft the next accounts of a worker's share: what each would be billed, or why it is held."""
    share = take(work, order, ShareJob.DRAFT)
    run = work.session.get_one(BillRun, order.run_id)
    blank = _take_drafts(work, run.id, next_accounts(work, share, order.limit, _NEXT))
    period = Period(run.period_start, run.period_end)
    priced, held = rate(work, run, list(blank), traced=False)
    before = {
        (one := bill.input).account_id: next(
            (m.energy for m in reversed(one.usage) if m.month < period.start), None
        )
        for bill in priced
    }
    _, gone = of_month(work, list(blank), period)
    replaces = {key: row["replaces_id"] or gone.get(key, (None,))[0] for key, row in blank.items()}
    for key, maker in _took_back(work, {one: bill_id for one, (bill_id, _) in gone.items()}).items():
        blank[key]["made_by"] = maker
    priced, lowered = _standing_alone(work, priced, replaces)
    held += lowered
    compared, flags = _looked_at(work, run, priced, replaces)
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


@query("billing.view")
def run_started(work: Work, run_number: str) -> RunStarted:
    """A run as whoever joins the others at it sees it."""
    run = find_run(work, run_number)
    return RunStarted(run.id, run.number)


def _took_back(work: Work, bills: Mapping[UUID, UUID]) -> dict[UUID, UUID]:
    """Who took back the bills of accounts that are made anew: the maker of what takes their place."""
    if not bills:
        return {}
    rows = work.session.execute(
        sa.select(BillReversal.bill_id, Entry.actor_id)
        .join(Entry, Entry.id == BillReversal.entry_id)
        .where(among(work.session, BillReversal.bill_id, bills.values()))
    )
    who = dict(rows.all())
    return {account: who[bill_id] for account, bill_id in bills.items()}


def _standing_alone(
    work: Work, priced: Sequence[Priced], replaces: Mapping[UUID, UUID | None]
) -> tuple[list[Priced], list[Held]]:
    """The drafts but for those whose bill another one lowers: that one is to be taken back first."""
    keys = {bill_id: one for one, bill_id in replaces.items() if bill_id is not None}
    held = {keys[key]: why for key, why in lowered_by(work, keys).items()} if keys else {}
    left = [one for one in priced if one.input.account_id not in held]
    return left, [Held(key, held[key]) for key in held.keys() & {one.input.account_id for one in priced}]


def _looked_at(
    work: Work, run: BillRun, priced: Sequence[Priced], replaces: Mapping[UUID, UUID | None]
) -> tuple[Mapping[UUID, tuple[Comparison, ...]], Mapping[UUID, tuple[ReviewFlag, ...]]]:
    """How drafts stand towards other bills, and why somebody looks at them: always at what is made by hand."""
    if kind_of(work, run) not in OF_MONTH:
        keys = [one.input.account_id for one in priced]
        return dict.fromkeys(keys, ()), dict.fromkeys(keys, (ReviewFlag.BY_HAND,))
    compared = compare_drafts(work, priced, replaces)
    return compared, review(work, priced, compared)


def _take_drafts(work: Work, run_id: UUID, account_ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Take drafts that wait away to be written anew; a blank one for each account, in its place.

    They are put in their order here: asked for it, a file would go through the whole run along its places. Their maker
    is who asked for them, whoever's process works on them.
    """
    chosen = among(work.session, BillDraft.contract_account_id, account_ids)
    mine = sa.and_(BillDraft.run_id == run_id, chosen, WAITING)
    rows = work.session.execute(
        sa.select(BillDraft.contract_account_id, BillDraft.position, BillDraft.replaces_id, BillDraft.made_by)
        .where(mine)
        .with_for_update()
    ).all()
    work.session.execute(sa.delete(BillDraft).where(mine), execution_options={"synchronize_session": False})
    return {
        row.contract_account_id: waiting_draft(work, run_id, row.contract_account_id, row.position)
        | {"replaces_id": row.replaces_id, "made_by": row.made_by}
        for row in sorted(rows, key=attrgetter("position"))
    }


@operation("billing.run")
def restart_run(work: Work, run_number: str) -> RunStarted:
    """Draft again what of a run is not issued yet: its accounts wait once more.

    Who asks for it is their maker now; but jobs of the night, which may be anybody, leave them to who made them.
    """
    run = find_run(work, run_number)
    mine = sa.and_(BillDraft.run_id == run.id, BillDraft.state.not_in(DONE))
    maker = {} if work.actor.login == staff.COMMAND_LINE else {"made_by": work.actor.id}
    work.session.execute(
        sa.update(BillDraft).where(mine).values(state=DraftState.WAITING, **maker),
        execution_options={"synchronize_session": False},
    )
    return RunStarted(run.id, run.number)


def draft_again(seat: Seat, run_number: str, progress: Progress = go_on) -> RunOutcome:
    """Draft anew what of a run is not issued yet."""
    return draft(seat, seat.do(restart_run, run_number), progress)


Helpers = Callable[[str, ShareJob], AbstractContextManager[None]]
"""Others who work on a run, by its number, for as long as the block lasts."""


@contextmanager
def nobody(_number: str, _job: ShareJob) -> Iterator[None]:
    """No helpers."""
    yield


def run_bills(
    seat: Seat, period: Period, progress: Progress = go_on, helpers: Helpers = nobody
) -> RunOutcome:
    """Draft every account of the hall that is not billed for a month yet; nothing is owed before `issue_run`."""
    return draft(seat, seat.do(start_run, RunOrder(period.code)), progress, helpers)


def draft(
    seat: Seat, started: RunStarted, progress: Progress = go_on, helpers: Helpers = nobody
) -> RunOutcome:
    """Draft what of a started run waits, together with whoever is at it already."""
    seat.do(share_drafts, started.number)
    return go_through(seat, draft_chunk, ShareJob.DRAFT, started, progress, helpers)


def go_through(
    seat: Seat,
    chunk: Callable[[Work, ShareOrder], ChunkDone],
    job: ShareJob,
    started: RunStarted,
    progress: Progress,
    helpers: Helpers,
    *,
    leads: bool = True,
) -> RunOutcome:
    """Work on a run until nothing of it is left, chunk by chunk; accounts are counted over all who work on it.

    Somebody may stop it for all of them. One who ``leads`` does so with their own stop, a helper only leaves.
    """
    worker, stopped, total, by, asked = draw_id(), 0, 0, "", 0
    at_once = CHUNK if seat.app.database.embedded else min(CHUNK, BESIDE_TILLS[job])
    look_anew(seat.app.database, _READ)
    with helpers(started.number, job), undisturbed() as tidy:
        while (left := seat.ask(shares_left, (started.run_id, job))).open:
            done, by = total - left.accounts if total else started.before, left.stopped_by
            if not by and total and not progress(done, total):
                if leads and seat.may(stop_run):
                    with suppress(Refused):  # the others were through at this moment
                        by = seat.do(stop_run, started.number).stopped_by
                stopped = done
                break
            if by:
                stopped = done
                break
            total = total or started.before + left.accounts
            try:
                seat.do(chunk, ShareOrder(started.run_id, worker, at_once))
                asked += at_once
                if job is ShareJob.ISSUE and asked - at_once < _LOOKED_AT_AFTER <= asked:
                    look_anew(seat.app.database, _GROWING)
            except NothingFree:
                time.sleep(PAUSE_S)
            tidy()
        else:
            if total:
                progress(total, total)
    return replace(outcome(seat, started.number, stopped, started.before), stopped_by=by)


def outcome(seat: Seat, number: str, stopped_after: int = 0, went_on_after: int = 0) -> RunOutcome:
    """How a run stands after somebody worked on it."""
    held, left = seat.ask(held_drafts, number), seat.ask(left_out, number)
    run, told = seat.ask(bill_run, number), seat.ask(due_day_told)
    return RunOutcome(run, held, stopped_after, went_on_after, left, told=told)


def usual_due_day(work: Work) -> date:
    """The day on which bills issued today fall due, be it a holiday or not."""
    return work.today + timedelta(days=work.country.due_days)


@query("billing.view")
def due_day_told(work: Work, _request: None) -> tuple[Text, ...]:
    """What is not sure of the last payment day of bills issued today; nothing where it is."""
    usual, calendar = usual_due_day(work), metering.calendar(work)
    years = ledger.due_day_unsure(work, usual, calendar)
    if not years:
        return ()
    day = ledger.due_day(work, usual, calendar)
    return Text("Bills issued today are to be paid by {day}.", day=day), *metering.unknown_words(years)
