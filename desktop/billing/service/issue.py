"""The issue of bills: the same inputs rated again through the same core, and the money they ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.records import (
    OF_MONTH,
    BillKind,
    ChunkDone,
    DraftState,
    RunOutcome,
    RunStarted,
    ShareJob,
    ShareOrder,
)
from desktop.billing.rules import Held
from desktop.billing.service.collective import follow
from desktop.billing.service.deducting import billed_since, deduct, to_deduct
from desktop.billing.service.looks import find_run, unsigned
from desktop.billing.service.lowering import lowered_by
from desktop.billing.service.pricing import BY_HAND, Priced
from desktop.billing.service.rating import kind_of, rate
from desktop.billing.service.reversal import of_month, reversed_bills, take_back
from desktop.billing.service.runs import (
    Helpers,
    draft_chunk,
    draft_states,
    go_through,
    nobody,
    numbered,
    outcome,
    run_started,
    usual_due_day,
)
from desktop.billing.service.shares import next_accounts, share_out, take, upcoming
from desktop.billing.service.special import released
from desktop.billing.tables import Bill, BillCorrection, BillDraft, BillLine, BillRun, Instalment
from desktop.kernel import canonical
from desktop.kernel.bulk import listed
from desktop.kernel.database import table_of
from desktop.kernel.hashing import Keys, Same
from desktop.kernel.measures import Money
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.kernel.work import Progress, Seat, Work, go_on, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.records import Charge
from desktop.metering import service as metering
from desktop.search import service as search
from desktop.search.records import BILL as BILL_OWNER
from desktop.search.records import paper
from desktop.tariffs import service as tariffs

BILL = "bill"
"""The gapless series of a hall."""


_READY = sa.and_(BillDraft.state == DraftState.READY, ~unsigned())
"""Whether a draft may be issued."""

_NEXT = upcoming(_READY)
_DRAFTS = (
    sa.select(BillDraft.contract_account_id, BillDraft.position, BillDraft.input_hash, BillDraft.replaces_id)
    .where(BillDraft.run_id == sa.bindparam("run"), _READY)
    .where(listed(BillDraft.contract_account_id, "accounts"))
    .with_for_update()
)


@query("billing.view")
def ready_accounts(work: Work, run_number: str) -> int:
    """How many drafts of a run may be issued."""
    mine = sa.select(sa.func.count()).select_from(BillDraft)
    return work.session.scalar(mine.where(BillDraft.run_id == find_run(work, run_number).id, _READY)) or 0


@operation("billing.issue", shared=True)
def begin_issue(work: Work, run_number: str) -> RunStarted:
    """Share out the drafts of a run that may be issued; those to be signed first are left out."""
    run = find_run(work, run_number)
    share_out(work, run.id, ShareJob.ISSUE, _READY)
    return RunStarted(run.id, run.number, draft_states(work, run.id)[DraftState.ISSUED])


@operation("billing.issue", shared=True)
def issue_chunk(work: Work, order: ShareOrder) -> ChunkDone:
    """Issue the next drafts of a worker's share: rate the same inputs again; what changed is held, not issued.

    A draft that puts a bill right takes that bill back in the same breath. One that waits for a signature stays.
    """
    share = take(work, order, ShareJob.ISSUE)
    wanted = next_accounts(work, share, order.limit, _NEXT)
    balances = ledger.hold_accounts(work, wanted)
    run = work.session.get_one(BillRun, order.run_id)
    rows = {row.contract_account_id: row for row in work.rows(_DRAFTS, {"run": run.id, "accounts": wanted})}
    drafts = {key: rows[key] for key in wanted if key in rows}
    good, held = made(work, run, drafts, balances)
    _mark(work, run.id, [one.input.account_id for one in good], held)
    follow(work, tuple(drafts), [run.period_start])
    return ChunkDone(len(good), len(held))


def made(
    work: Work, run: BillRun, drafts: Mapping[UUID, Any], balances: ledger.Balances
) -> tuple[list[Priced], list[Held]]:
    """Make the bills of drafts, in the order they come, of accounts held with ``balances``: which are made, which held.

    A draft that changed since becomes no bill. One that puts a bill right takes that bill back.
    """
    wanted, period = tuple(drafts), Period(run.period_start, run.period_end)
    priced, held = rate(work, run, wanted, traced=True)
    same = {key for one in priced if one.digest == drafts[key := one.input.account_id].input_hash}
    same -= _taken_back(work, priced)
    good = [one for one in priced if one.input.account_id in same]
    changed = Text("Reads, contract or price changed after the draft: draft this account again.")
    held += [Held(key, changed) for one in priced if (key := one.input.account_id) not in same]
    good, gone = _taking_back(work, run, good, drafts)
    held += gone
    if any(
        draft.replaces_id for draft in drafts.values()
    ):  # what was paid of a bill taken back is credit now
        balances = ledger.hold_accounts(work, wanted)
    kind, before = kind_of(work, run), Replaced()
    if kind in OF_MONTH:
        good, billed, before = _unbilled(work, good, period)
        held += billed
    if kind is BillKind.FINAL and released(work, run, [one.input.account_id for one in good]):
        balances = ledger.hold_accounts(work, wanted)
    places = {key: draft.position for key, draft in drafts.items()}
    _write_bills(work, run, kind, good, places, before, balances)
    return good, held


def _taken_back(work: Work, priced: Sequence[Priced]) -> set[UUID]:
    """The accounts of which somebody takes a read back at this moment; the others' reads stand until the commit."""
    rests_on = {one.input.account_id: _rests_on(one) for one in priced}
    standing = metering.hold_reads(work, [key for keys in rests_on.values() for key in keys])
    return {account for account, keys in rests_on.items() if not standing.issuperset(keys)}


def _rests_on(one: Priced) -> list[UUID]:
    """The reads that a bill rests on."""
    return [key for read in one.input.reads for key in (read.previous_read_id, read.current_read_id)]


def _taking_back(
    work: Work, run: BillRun, good: list[Priced], drafts: Mapping[UUID, Any]
) -> tuple[list[Priced], list[Held]]:
    """Take back the bills that drafts put right; held are those whose bill is gone already, or lowered by another."""
    wanted = {one.input.account_id: drafts[one.input.account_id].replaces_id for one in good}
    keys = [key for key in wanted.values() if key is not None]
    if not keys:
        return good, []
    bills = work.session.scalars(
        sa.select(Bill).where(Bill.id.in_(keys), Bill.id.not_in(reversed_bills())).order_by(Bill.number)
    ).all()
    reason = work.session.scalar(sa.select(BillCorrection.reason).filter_by(run_id=run.id)) or ""
    standing, lowered = {bill.id for bill in bills}, lowered_by(work, keys)
    why = dict.fromkeys(set(keys) - standing, Text("The bill was taken back meanwhile.")) | lowered
    taken = [bill for bill in bills if bill.id not in lowered]
    if taken:
        take_back(work, taken, reason)
    held = [Held(one, why[key]) for one, key in wanted.items() if key in why]
    gone = {one.account_id for one in held}
    return [one for one in good if one.input.account_id not in gone], held


Replaced = dict[UUID, tuple[UUID, BillKind]]
"""The bill that the new one of an account replaces, and its kind."""


def _unbilled(work: Work, good: list[Priced], period: Period) -> tuple[list[Priced], list[Held], Replaced]:
    """Those whose month no other run has billed meanwhile, and what bills of it they replace."""
    keys = [one.input.account_id for one in good]
    billed, before = of_month(work, keys, period)
    why = Text("{month} is billed already.", month=period.code)
    return (
        [one for one in good if one.input.account_id not in billed],
        [Held(key, why) for key in keys if key in billed],
        before,
    )


def _mark(work: Work, run_id: UUID, issued: Sequence[UUID], held: Sequence[Held]) -> None:
    connection = work.session.connection()
    if issued:
        connection.execute(_ISSUED, {"run": run_id, "accounts": issued})
    if held:
        told = [{"account": one.account_id, "why": canonical.dump(one.reason)} for one in held]
        connection.execute(_HELD, [{"run": run_id} | one for one in told])


_MINE = sa.update(_TABLE := table_of(BillDraft)).where(_TABLE.c.run_id == sa.bindparam("run"))
_ISSUED = _MINE.where(listed(_TABLE.c.contract_account_id, "accounts")).values(
    state=DraftState.ISSUED, reason=None
)
_HELD = _MINE.where(_TABLE.c.contract_account_id == sa.bindparam("account")).values(
    state=DraftState.HELD, reason=sa.bindparam("why")
)


def _write_bills(
    work: Work, run: BillRun, kind: BillKind, good: Sequence[Priced], places: Mapping[UUID, int],
    before: Replaced, balances: ledger.Balances,
) -> None:  # fmt: skip
    """Numbers, charges, bills and lines of some priced accounts; what replaces a bill is of the same kind."""
    if not good:
        return
    period = Period(run.period_start, run.period_end)
    keys = Keys([one.input.account_id for one in good])
    owing = [key for key in keys if balances[key][0]]
    overdue = ledger.overdue(work, owing, work.today) if owing else {}
    metering.bill(work, (key for one in good for key in _rests_on(one)), held=True)
    tariffs.use(work, {part.version.id for one in good for part in one.parts})
    due_on = ledger.due_day(work, usual_due_day(work), metering.calendar(work))
    first = work.number(run.hall_id, BILL, len(good))
    numbers = [numbered(work, "B", first + place) for place in range(len(good))]
    asked: Mapping[UUID, Sequence[Instalment]] = {}
    if kind in OF_MONTH:
        since = {one.input.account_id: billed_since(work, one.input.reads, period.start) for one in good}
        asked = to_deduct(work, since, period.start)
    charges = _charges(work, period.start, due_on, numbers, good, asked)
    sets, mains = ledger.charge_many(work, charges, balances), [one.main for one in good]
    replaces = [before.get(key, (None, kind)) for key in keys]
    kinds = [made for _, made in replaces]
    bill_ids = work.new_ids(len(good))
    work.insert_columns(
        Bill,
        {
            "id": bill_ids,
            "number": numbers,
            "year": Same(work.today.year),
            "running": range(first, first + len(good)),
            "run_id": Same(run.id),
            "position": [places[key] for key in keys],
            "contract_account_id": keys,
            "contract_id": [main.part.contract_id for main in mains],
            "tariff_version_id": [main.version.id for main in mains],
            "posting_set_id": sets,
            "kind": kinds,
            "period_start": Same(period.start),
            "period_end": [
                one.ends_on if made is BillKind.FINAL else period.end
                for one, made in zip(good, kinds, strict=True)
            ],
            "issued_on": Same(work.today),
            "due_on": Same(due_on),
            "energy": [one.input.energy.raw for one in good],
            "amount": [charge.amount.raw for charge in charges],
            "tax": [charge.tax.raw for charge in charges],
            "tax_percent": [int(main.version.version.tax_percent) for main in mains],
            "arrears": [overdue.get(key, NOTHING).raw for key in keys],
            "credit": [balances[key][1] for key in keys],
            "trace": [one.trace() for one in good],
            "rebill_of": [replaced_id for replaced_id, _ in replaces],
        },
        len(good),
    )
    lines = [line for bill_id, one in zip(bill_ids, good, strict=True) for line in _lines(bill_id, one)]
    work.insert_columns(BillLine, dict(zip(_LINE, zip(*lines, strict=True), strict=False)), len(lines))
    deduct(
        work, {key: asked[account] for key, account in zip(bill_ids, keys, strict=True) if account in asked}
    )
    search.index(
        work,
        [paper(BILL_OWNER, key, number) for key, number in zip(bill_ids, numbers, strict=True)],
        new=True,
    )


def _charges(
    work: Work, month: date, due_on: date, numbers: Sequence[str], good: Sequence[Priced],
    asked: Mapping[UUID, Sequence[Instalment]],
) -> list[Charge]:  # fmt: skip
    """What each bill asks for, beside what instalments asked for before."""
    rule_set = ledger.late_fee_terms(work, work.today)
    return [
        Charge(
            account_id=one.input.account_id,
            source_number=number,
            month=month,
            due_on=due_on,
            energy=one.input.energy,
            amount=one.total,
            tax=one.tax,
            customer_class=one.input.customer_class,
            rule_set=rule_set,
            advance=Money.total([before.amount for before in asked.get(one.input.account_id, ())]),
        )
        for number, one in zip(numbers, good, strict=True)
    ]


NOTHING = Money(0)
_LINE = ("bill_id", "position", "component", "band", "tier", "energy", "price", "amount")


def _lines(bill_id: UUID, one: Priced) -> Iterator[tuple[Any, ...]]:
    """The lines of all parts, counted through, as rows of `_LINE`; quantities in the steps of their measures."""
    every = ((part.version.version, line) for part in one.parts for line in part.lines)
    for position, (version, line) in enumerate(every, 1):
        component, band, tier, energy, price, amount = line
        if component != BY_HAND:
            energy = version.energy_of(line).raw
        yield bill_id, position, component, band, tier, energy, price, amount


def issue_run(
    seat: Seat, run_number: str, progress: Progress = go_on, helpers: Helpers = nobody
) -> RunOutcome:
    """Issue the ready drafts of a run, chunk by chunk; stopped or killed, it goes on where it stands."""
    if not seat.ask(ready_accounts, run_number):
        return outcome(seat, run_number)
    return issue(seat, seat.do(begin_issue, run_number), progress, helpers)


def issue(
    seat: Seat, started: RunStarted, progress: Progress = go_on, helpers: Helpers = nobody
) -> RunOutcome:
    """Issue what of a run is shared out, together with whoever is at it already."""
    return go_through(seat, issue_chunk, ShareJob.ISSUE, started, progress, helpers)


def help_run(seat: Seat, run_number: str, job: ShareJob, progress: Progress = go_on) -> RunOutcome:
    """Join others who draft or issue a run, until nothing of it is left."""
    chunk = draft_chunk if job is ShareJob.DRAFT else issue_chunk
    started = seat.ask(run_started, run_number)
    return go_through(seat, chunk, job, started, progress, nobody, leads=False)
