"""Bills taken back, and runs that put bills right: drafts signed by another person, issued in place of others."""

from __future__ import annotations

import sqlalchemy as sa

from desktop.billing.records import (
    OF_MONTH,
    BillsReversed,
    CorrectionOrder,
    ReversalOrder,
    RunOutcome,
    RunStarted,
)
from desktop.billing.service.collective import follow
from desktop.billing.service.lowering import lowered_by
from desktop.billing.service.reversal import bills_by_number, reversed_bills, take_back
from desktop.billing.service.runs import draft, new_run, waiting_draft
from desktop.billing.tables import Bill, BillCorrection, BillDraft
from desktop.contracts.tables import SupplyContract
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.kernel.work import Progress, Seat, Work, go_on, operation
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.tariffs import service as tariffs


@operation("billing.reverse", shared=True)
def reverse_bills(work: Work, order: ReversalOrder) -> BillsReversed:
    """Take bills back: what they asked for is owed no more, what was paid on them is credit, their reads are free.

    Refused as a whole where one was taken back already, or where another bill gives back a part of it and stands. The
    next run of the month bills the accounts anew, and another person signs each of them, as where bills are put right.
    """
    bills = bills_by_number(work, order.numbers)
    if not bills:
        raise Refused(Text("Name the bills to take back."))
    accounts = {bill.contract_account_id for bill in bills}
    work.lock(ContractAccount, accounts)
    for why in lowered_by(work, [bill.id for bill in bills]).values():
        raise Refused(why)
    take_back(work, bills, order.reason)
    follow(work, accounts, {bill.period_start for bill in bills})
    return BillsReversed(len(bills), Money.total([bill.amount for bill in bills]))


@operation("billing.reverse")
def start_correction(work: Work, order: CorrectionOrder) -> RunStarted:
    """Start a run that puts bills of one month right: each account waits for a draft beside the bill it replaces."""
    if not order.reason.strip():
        raise Refused(Text("Say why the bills are put right."))
    bills = _chosen(work, order)
    months = {bill.period_start for bill in bills}
    if len(months) > 1:
        raise Refused(Text("Put bills right one month at a time."))
    first = bills[0]
    run = new_run(work, Period(first.period_start, first.period_end))
    work.add(BillCorrection(id=work.new_id(), run_id=run.id, reason=order.reason.strip()))
    work.session.flush()
    bills = sorted(bills, key=lambda bill: (bill.position, bill.number))
    work.insert_many(
        BillDraft,
        [
            waiting_draft(work, run.id, bill.contract_account_id, place) | {"replaces_id": bill.id}
            for place, bill in enumerate(bills, 1)
        ],
    )
    return RunStarted(run.id, run.number)


def _chosen(work: Work, order: CorrectionOrder) -> list[Bill]:
    """The live bills meant; one that was taken back already, or none at all, is refused."""
    if order.numbers:
        bills = bills_by_number(work, order.numbers)
        gone = set(
            work.session.scalars(
                sa.select(Bill.number).where(
                    Bill.id.in_([bill.id for bill in bills]), Bill.id.in_(reversed_bills())
                )
            )
        )
        for bill in bills:
            if bill.number in gone:
                raise Refused(Text("Bill {number} was taken back already.", number=bill.number))
            if bill.kind not in OF_MONTH:
                raise Refused(
                    Text("Bill {number} was made by hand: take it back instead.", number=bill.number)
                )
        return bills
    bills = _of_month(work, order)
    if not bills:
        raise NotFound(Text("There is no bill to put right."))
    return bills


def _of_month(work: Work, order: CorrectionOrder) -> list[Bill]:
    """The live bills of a month, of one route or one tariff."""
    try:
        period = Period.month(order.period)
    except ValueError as error:
        raise Refused(Text("This is no month. Write year and month, for example 2026-01")) from error
    if not (order.route or order.tariff):
        raise Refused(Text("Name bills, a route or a tariff."))
    rows = work.session.execute(
        sa.select(Bill, SupplyContract.service_point_id, SupplyContract.tariff_id)
        .join(SupplyContract, SupplyContract.id == Bill.contract_id)
        .where(Bill.period_start == period.start, Bill.kind.in_(OF_MONTH), Bill.id.not_in(reversed_bills()))
    ).all()
    if order.tariff:
        key, _ = tariffs.tariff_id(work, order.tariff)
        rows = [row for row in rows if row.tariff_id == key]
    if order.route:
        places = metering.walking_order(work, {row.service_point_id for row in rows})
        rows = [row for row in rows if places.get(row.service_point_id, ("", 0))[0] == order.route]
    return [row.Bill for row in rows]


def correct_bills(seat: Seat, order: CorrectionOrder, progress: Progress = go_on) -> RunOutcome:
    """Draft what bills would be put right to; nothing is reversed before another person signed and `issue_run`."""
    return draft(seat, seat.do(start_correction, order), progress)
