"""Bills taken back: their money mirrored in the ledger, their reads free again, the bills themselves as they were."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.records import OF_MONTH, BillKind, DraftState
from desktop.billing.tables import Bill, BillDraft, BillReversal
from desktop.kernel import canonical
from desktop.kernel.bulk import listed
from desktop.kernel.database import table_of
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.ledger import service as ledger
from desktop.metering import service as metering
from desktop.metering.records import RegisterUsage


def reversed_bills() -> sa.Select[tuple[UUID]]:
    """The ids of every bill that was taken back."""
    return sa.select(BillReversal.bill_id)


def reversal_days(work: Work, bill_ids: Collection[UUID]) -> dict[UUID, date]:
    """The day each bill was taken back; those that stand are absent."""
    rows = work.session.execute(
        sa.select(BillReversal.bill_id, BillReversal.reversed_on).where(BillReversal.bill_id.in_(bill_ids))
    )
    return dict(rows.all())


def billed_up_to(work: Work, account_id: UUID) -> date | None:
    """The first day of the newest month an account is billed for."""
    return work.session.scalar(
        sa.select(sa.func.max(Bill.period_start)).where(
            Bill.contract_account_id == account_id,
            Bill.kind.in_(OF_MONTH),
            Bill.id.not_in(reversed_bills()),
        )
    )


def bills_by_number(work: Work, numbers: Sequence[str]) -> list[Bill]:
    """Bills in the order their numbers were given; `NotFound` for the first that there is none of."""
    wanted = list(dict.fromkeys(number.strip() for number in numbers if number.strip()))
    rows = {row.number: row for row in work.session.scalars(sa.select(Bill).where(Bill.number.in_(wanted)))}
    for number in wanted:
        if number not in rows:
            raise NotFound(Text("No bill has the number {number}.", number=number))
    return [rows[number] for number in wanted]


def take_back(work: Work, bills: Sequence[Bill], reason: str) -> None:
    """Reverse bills of locked accounts; their rows stay as they are."""
    if not reason.strip():
        raise Refused(Text("Say why the bill is taken back."))
    gone = work.session.scalars(
        sa.select(Bill.number)
        .join(BillReversal, BillReversal.bill_id == Bill.id)
        .where(Bill.id.in_([bill.id for bill in bills]))
    ).first()
    if gone is not None:
        raise Refused(Text("Bill {number} was taken back already.", number=gone))
    sets = ledger.reverse_charges(work, [bill.posting_set_id for bill in bills if bill.posting_set_id])
    metering.bill(work, (key for bill in bills for key in _rests_on(bill)), times=-1)
    _mark_drafts(work, bills)
    work.insert_many(
        BillReversal,
        [
            {
                "bill_id": bill.id,
                "posting_set_id": sets[bill.posting_set_id] if bill.posting_set_id else None,
                "reversed_on": work.today,
                "reversed_at": work.at,
                "reversed_by": work.actor.name,
                "reason": reason.strip(),
            }
            for bill in bills
        ],
    )


def _mark_drafts(work: Work, bills: Sequence[Bill]) -> None:
    table = table_of(BillDraft)
    work.session.connection().execute(
        sa.update(table)
        .where(table.c.run_id == sa.bindparam("run"), table.c.contract_account_id == sa.bindparam("account"))
        .values(state=DraftState.REVERSED),
        [{"run": bill.run_id, "account": bill.contract_account_id} for bill in bills],
    )


def _rests_on(bill: Bill) -> list[UUID]:
    return [key for read in reads_of(bill) for key in (read.previous_read_id, read.current_read_id)]


def reads_of(bill: Bill) -> tuple[RegisterUsage, ...]:
    """The registers a bill was computed from, each between its two reads."""
    found: tuple[RegisterUsage, ...] = canonical.build(
        tuple[RegisterUsage, ...], json.loads(bill.trace)["reads"]
    )
    return found


def of_month(
    work: Work, account_ids: Collection[UUID], period: Period
) -> tuple[set[UUID], dict[UUID, tuple[UUID, BillKind]]]:
    """Which accounts are billed for a month; and of the others the bill that was taken back and that no other
    replaces yet, and its kind."""
    rows = work.rows(_BILLED, {"accounts": account_ids, "month": period.start}).all()
    again = {row.rebill_of for row in rows}
    return {row.contract_account_id for row in rows if row.gone is None}, {
        row.contract_account_id: (row.id, row.kind)
        for row in rows
        if row.gone is not None and row.id not in again
    }


_BILLED = (
    sa.select(Bill.contract_account_id, Bill.id, Bill.kind, Bill.rebill_of)
    .add_columns(BillReversal.bill_id.label("gone"))
    .outerjoin(BillReversal, BillReversal.bill_id == Bill.id)
    .where(listed(Bill.contract_account_id, "accounts"), Bill.period_start == sa.bindparam("month"))
    .where(Bill.kind.in_(OF_MONTH))
)
