"""Bills of other kinds than a month's: the final one of an account that ends, those made by hand, back-billing.

Each is a run of one account, drafted, signed by another person where somebody made it by hand, and issued like all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.records import (
    OF_MONTH,
    AdjustingOrder,
    BillKind,
    FinalOrder,
    ManualOrder,
    RunOutcome,
    RunStarted,
)
from desktop.billing.service.lowering import left_of, lowered_bill
from desktop.billing.service.reversal import billed_up_to, bills_by_number, reversal_days
from desktop.billing.service.runs import DONE, draft, new_run, restart_run, waiting_draft
from desktop.billing.tables import BillDraft, BillOccasion, BillRun
from desktop.contracts import service as contracts
from desktop.kernel import canonical
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Energy, Money
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Progress, Seat, Work, go_on, operation
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount


@operation("billing.run")
def start_final(work: Work, order: FinalOrder) -> RunStarted:
    """Start the final bill of an account whose supply ended: up to the closing read, in the month of its last day.

    One that somebody else has started alike and nobody issued is gone on with.
    """
    key = ledger.account_id(work, order.account_number)
    work.lock(ContractAccount, [key])
    ended = contracts.ends_on(work, key)
    if ended is None:
        raise Refused(Text("Account {number} goes on: end its contract first.", number=order.account_number))
    if ended > work.today:
        raise Refused(Text("Account {number} ends on {day} only.", number=order.account_number, day=ended))
    last = ended.fromordinal(ended.toordinal() - 1)
    period = Period.month(f"{last:%Y-%m}")
    billed = billed_up_to(work, key)
    if billed is not None and billed >= period.start:
        raise Refused(Text("{month} is billed already.", month=period.code))
    before = Period.month(f"{months_before(period.start, 1):%Y-%m}")
    running = contracts.in_force(work, [key], before).get(key, ())
    used = any(
        one.valid_from < before.last for one in running
    )  # a contract's first day ends with its opening read
    if used and (billed is None or billed < before.start):
        raise Refused(
            Text("Bill {month} first: the final bill is of the last month alone.", month=before.code)
        )
    for number, content in _begun(work, key, period):
        if canonical.load(FinalOrder, content).keep_deposit == order.keep_deposit:
            return restart_run(work, number)
    return _start(work, key, period, BillKind.FINAL, "", order)


def released(work: Work, run: BillRun, account_ids: Sequence[UUID]) -> bool:
    """Make deposits of accounts credit that their final bill uses, unless they are to stay; whether any was held."""
    content = work.session.scalar(sa.select(BillOccasion.content).filter_by(run_id=run.id))
    if content is None or canonical.load(FinalOrder, content).keep_deposit:
        return False
    amounts = [contracts.release(work, key, run.number) for key in account_ids]
    return any(amounts)


def _begun(work: Work, account_id: UUID, period: Period) -> Sequence[tuple[str, str]]:
    """The runs that make the final bill of an account and are not issued yet, the newest first: number and order."""
    rows = work.session.execute(
        sa.select(BillRun.number, BillOccasion.content)
        .join(BillOccasion, BillOccasion.run_id == BillRun.id)
        .join(BillDraft, BillDraft.run_id == BillRun.id)
        .where(
            BillOccasion.kind == BillKind.FINAL,
            BillRun.period_start == period.start,
            BillDraft.contract_account_id == account_id,
            BillDraft.state.not_in(DONE),
        )
        .order_by(BillRun.started_at.desc())
    )
    return [(number, content) for number, content in rows]


@operation("billing.manual")
def start_manual(work: Work, order: ManualOrder) -> RunStarted:
    """Start a bill whose lines somebody writes; another person signs it before it is issued."""
    key = ledger.account_id(work, order.account_number)
    try:
        period = Period.month(order.period)
    except ValueError as error:
        raise Refused(Text("This is no month. Write year and month, for example 2026-01")) from error
    if not order.lines or any(not line.words.strip() for line in order.lines):
        raise Refused(Text("Say of each line what it is for."))
    if not any(line.amount for line in order.lines):
        raise Refused(Text("The bill has no amount."))
    if order.lowers:
        work.lock(ContractAccount, [key])
        order = _lowering(work, key, order)
    return _start(work, key, period, BillKind.MANUAL, order.reason, order)


def _lowering(work: Work, account_id: UUID, order: ManualOrder) -> ManualOrder:
    """The order that names the bill it lowers as it is numbered; refused where that bill has less left."""
    amount, energy = (
        Money.total([line.amount for line in order.lines]),
        Energy.total([line.energy for line in order.lines]),
    )
    if amount.raw >= 0:
        raise Refused(Text("Only a bill that gives money back lowers another one."))
    bill = lowered_bill(work, order.lowers, account_id)
    flaw = left_of(work, bill).flaw(amount, energy)
    if flaw is not None:
        raise Refused(flaw)
    return replace(order, lowers=bill.number)


@operation("billing.manual")
def start_adjusting(work: Work, order: AdjustingOrder) -> RunStarted:
    """Start the charge or refund of energy that a bill counted wrongly; another person signs it before it is issued."""
    bill = next(iter(bills_by_number(work, (order.number,))), None)
    if bill is None or bill.kind not in OF_MONTH:
        raise Refused(Text("Name the bill of a month whose energy is put right."))
    if reversal_days(work, [bill.id]):
        raise Refused(Text("Bill {number} was taken back already.", number=bill.number))
    if not order.energy:
        raise Refused(Text("Say how many kWh are charged or given back."))
    work.lock(ContractAccount, [bill.contract_account_id])
    flaw = left_of(work, bill).flaw(Money(0), order.energy) if order.energy.raw < 0 else None
    if flaw is not None:
        raise Refused(flaw)
    period = Period(bill.period_start, Period.month(f"{bill.period_start:%Y-%m}").end)
    order = replace(order, number=bill.number, upto=billed_up_to(work, bill.contract_account_id))
    return _start(work, bill.contract_account_id, period, BillKind.ADJUSTING, order.reason, order)


def _start(
    work: Work, account_id: UUID, period: Period, kind: BillKind, reason: str,
    order: FinalOrder | ManualOrder | AdjustingOrder,
) -> RunStarted:  # fmt: skip
    if kind is not BillKind.FINAL and not reason.strip():
        raise Refused(Text("Say why the bill is made."))
    run = new_run(work, period)
    work.add(
        BillOccasion(
            id=work.new_id(), run_id=run.id, kind=kind, reason=reason.strip(), content=canonical.dump(order)
        )
    )
    work.session.flush()
    work.insert_many(BillDraft, [waiting_draft(work, run.id, account_id, 1)])
    return RunStarted(run.id, run.number)


def bill_final(seat: Seat, order: FinalOrder, progress: Progress = go_on) -> RunOutcome:
    """Draft the final bill of an account."""
    return draft(seat, seat.do(start_final, order), progress)


def bill_by_hand(seat: Seat, order: ManualOrder, progress: Progress = go_on) -> RunOutcome:
    """Draft a bill by hand; nothing is owed before another person signed it and it is issued."""
    return draft(seat, seat.do(start_manual, order), progress)


def adjust_bill(seat: Seat, order: AdjustingOrder, progress: Progress = go_on) -> RunOutcome:
    """Draft what a bill would cost more or less with other energy; signed by another person and issued like all."""
    return draft(seat, seat.do(start_adjusting, order), progress)
