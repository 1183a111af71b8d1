"""The issue of bills: the same inputs rated again through the same core, and the money they ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.records import (
    OF_MONTH,
    BillKind,
    ChunkDone,
    DraftState,
    RunChunk,
    RunOutcome,
    RunStarted,
)
from desktop.billing.rules import Held
from desktop.billing.service.looks import find_run, unsigned
from desktop.billing.service.pricing import BY_HAND, Priced
from desktop.billing.service.rating import kind_of, rate
from desktop.billing.service.reversal import replaced, reversed_bills, take_back
from desktop.billing.service.runs import draft_states, go_through, numbered
from desktop.billing.tables import Bill, BillCorrection, BillDraft, BillLine, BillRun
from desktop.kernel import canonical
from desktop.kernel.database import among, table_of
from desktop.kernel.measures import Energy, Money, Price
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.kernel.work import Progress, Seat, Work, go_on, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.records import Charge
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.search import service as search
from desktop.search.records import BILL as BILL_OWNER
from desktop.search.records import paper
from desktop.tariffs import service as tariffs

BILL = "bill"
"""The gapless series of a hall."""


@query("billing.view")
def ready_accounts(work: Work, run_number: str) -> RunStarted:
    """The accounts of a run whose drafts may be issued, in walking order; those to be signed first are left out."""
    run = find_run(work, run_number)
    done = draft_states(work, run.id)[DraftState.ISSUED]
    ready = work.session.scalars(
        sa.select(BillDraft.contract_account_id)
        .where(BillDraft.run_id == run.id, BillDraft.state == DraftState.READY, ~unsigned())
        .order_by(BillDraft.position)
    )
    return RunStarted(run.id, run.number, tuple(ready), done)


@operation("billing.issue")
def issue_chunk(work: Work, chunk: RunChunk) -> ChunkDone:
    """Issue some drafts: rate the same inputs again; an account whose inputs changed is held, not issued.

    A draft that puts a bill right takes that bill back in the same breath. One that waits for a signature stays.
    """
    run = work.session.get_one(BillRun, chunk.run_id)
    period = Period(run.period_start, run.period_end)
    work.hold(ContractAccount, chunk.account_ids)
    drafts: dict[UUID, Any] = {
        row.contract_account_id: row
        for row in work.session.execute(
            sa.select(
                BillDraft.contract_account_id, BillDraft.position, BillDraft.input_hash, BillDraft.replaces_id
            ).where(
                BillDraft.run_id == run.id,
                among(work.session, BillDraft.contract_account_id, chunk.account_ids),
                BillDraft.state == DraftState.READY,
                ~unsigned(),
            )
        )
    }
    wanted = [key for key in chunk.account_ids if key in drafts]
    priced, held = rate(work, run, wanted, traced=True)
    same = {key for one in priced if one.digest == drafts[key := one.input.account_id].input_hash}
    good = [one for one in priced if one.input.account_id in same]
    changed = Text("Reads, contract or price changed after the draft: draft this account again.")
    held += [Held(key, changed) for one in priced if (key := one.input.account_id) not in same]
    good, gone = _taking_back(work, run, good, drafts)
    held += gone
    kind = kind_of(work, run)
    if kind in OF_MONTH:
        good, billed = _unbilled(work, good, period)
        held += billed
    _write_bills(work, run, kind, good, {key: draft.position for key, draft in drafts.items()})
    _mark(work, run.id, [one.input.account_id for one in good], held)
    return ChunkDone(len(good), len(held))


def _taking_back(
    work: Work, run: BillRun, good: list[Priced], drafts: Mapping[UUID, Any]
) -> tuple[list[Priced], list[Held]]:
    """Take back the bills that drafts put right; a draft whose bill is gone already is held."""
    wanted = {one.input.account_id: drafts[one.input.account_id].replaces_id for one in good}
    keys = [key for key in wanted.values() if key is not None]
    if not keys:
        return good, []
    bills = work.session.scalars(
        sa.select(Bill).where(Bill.id.in_(keys), Bill.id.not_in(reversed_bills())).order_by(Bill.number)
    ).all()
    reason = work.session.scalar(sa.select(BillCorrection.reason).filter_by(run_id=run.id)) or ""
    standing = {bill.id for bill in bills}
    gone = [one for one in good if wanted[one.input.account_id] not in {None, *standing}]
    if bills:
        take_back(work, bills, reason)
    what = Text("The bill was taken back meanwhile.")
    return [one for one in good if one not in gone], [Held(one.input.account_id, what) for one in gone]


def _unbilled(work: Work, good: list[Priced], period: Period) -> tuple[list[Priced], list[Held]]:
    """Those whose month no other run has billed meanwhile."""
    keys = [one.input.account_id for one in good]
    rows = work.session.scalars(
        sa.select(Bill.contract_account_id).where(
            among(work.session, Bill.contract_account_id, keys),
            Bill.period_start == period.start,
            Bill.kind.in_(OF_MONTH),
            Bill.id.not_in(reversed_bills()),
        )
    )
    billed = set(rows)
    why = Text("{month} is billed already.", month=period.code)
    return (
        [one for one in good if one.input.account_id not in billed],
        [Held(key, why) for key in keys if key in billed],
    )


def _mark(work: Work, run_id: UUID, issued: Sequence[UUID], held: Sequence[Held]) -> None:
    table = table_of(BillDraft)
    mine = table.c.run_id == run_id
    if issued:
        gone = sa.and_(mine, among(work.session, table.c.contract_account_id, issued))
        work.session.connection().execute(
            sa.update(table).where(gone).values(state=DraftState.ISSUED, reason=None)
        )
    if held:
        work.session.connection().execute(
            sa.update(table)
            .where(mine, table.c.contract_account_id == sa.bindparam("account"))
            .values(state=DraftState.HELD, reason=sa.bindparam("why")),
            [{"account": one.account_id, "why": canonical.dump(one.reason)} for one in held],
        )


def _write_bills(
    work: Work, run: BillRun, kind: BillKind, good: Sequence[Priced], places: dict[UUID, int]
) -> None:
    """Numbers, charges, bills and lines of some priced accounts; what replaces a bill is of the same kind."""
    if not good:
        return
    period = Period(run.period_start, run.period_end)
    country, keys = work.country, [one.input.account_id for one in good]
    overdue, credits = ledger.overdue(work, keys, work.today), ledger.credits(work, keys)
    rests_on = ((read.previous_read_id, read.current_read_id) for one in good for read in one.input.reads)
    metering.bill(work, (key for pair in rests_on for key in pair))
    tariffs.use(work, {part.version.id for one in good for part in one.parts})
    due_on = work.today + timedelta(days=country.due_days)
    first = work.number(run.hall_id, BILL, len(good))
    numbers = [numbered(work, "B", first + place) for place in range(len(good))]
    charges = [
        Charge(
            account_id=one.input.account_id,
            source_number=number,
            month=period.start,
            due_on=due_on,
            energy=one.input.energy,
            amount=one.total,
            tax=one.tax,
            customer_class=one.input.customer_class,
            rule_set=country.rule_set(work.today),
        )
        for number, one in zip(numbers, good, strict=True)
    ]
    sets = ledger.charge_many(work, charges)
    rebill_of = replaced(work, keys, period) if kind in OF_MONTH else {}
    bills, lines, owners = [], [], []
    for place, (one, charge, set_id) in enumerate(zip(good, charges, sets, strict=True)):
        key, main = one.input.account_id, one.main
        before, made = rebill_of.get(key, (None, kind))
        bill_id = work.new_id()
        bills.append(
            {
                "id": bill_id,
                "number": charge.source_number,
                "year": work.today.year,
                "running": first + place,
                "run_id": run.id,
                "position": places[key],
                "contract_account_id": key,
                "contract_id": main.part.contract_id,
                "tariff_version_id": main.version.id,
                "posting_set_id": set_id,
                "kind": made,
                "period_start": period.start,
                "period_end": one.ends_on if made is BillKind.FINAL else period.end,
                "issued_on": work.today,
                "due_on": charge.due_on,
                "energy": one.input.energy,
                "amount": one.total,
                "tax": one.tax,
                "tax_percent": int(main.version.version.tax_percent),
                "arrears": overdue.get(key, Money(0)),
                "credit": credits[key],
                "trace": one.trace(),
                "rebill_of": before,
            }
        )
        lines += _lines(bill_id, one)
        owners.append(paper(BILL_OWNER, bill_id, charge.source_number))
    work.insert_many(Bill, bills)
    work.insert_many(BillLine, lines)
    search.index(work, owners)


def _lines(bill_id: UUID, one: Priced) -> list[dict[str, object]]:
    """The lines of all parts, counted through."""
    found: list[dict[str, object]] = []
    for part in one.parts:
        for component, band, tier, quantity, unit, amount in part.lines:
            line = [component, band, tier, quantity, unit, amount]
            found.append(
                {
                    "bill_id": bill_id,
                    "position": len(found) + 1,
                    "component": component,
                    "band": band,
                    "tier": tier,
                    "energy": Energy(quantity)
                    if component == BY_HAND
                    else part.version.version.energy_of(line),
                    "price": Price(unit),
                    "amount": Money(amount),
                }
            )
    return found


def issue_run(seat: Seat, run_number: str, progress: Progress = go_on) -> RunOutcome:
    """Issue the ready drafts of a run, chunk by chunk; stopped or killed, it goes on where it stands."""
    return go_through(seat, issue_chunk, seat.ask(ready_accounts, run_number), progress)
