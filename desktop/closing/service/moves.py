"""What moved in a month, row by row, as selects: the figures add them up, and who opens a figure reads them.

Each gives ``id``, ``on``, ``paper``, ``account_id``, ``what`` (a code), ``energy`` and ``amount``, and what its figures
are parted by. All rest on what was posted up to the last day of the month, so they stay once it is closed.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing.tables import Bill, BillReversal
from desktop.kernel.database import Exact
from desktop.kernel.measures import Energy, Money
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.ledger.records import ClearingKind
from desktop.ledger.service import OPENING
from desktop.ledger.tables import Clearing, LedgerAccount, OpenItem, Posting, PostingSet
from desktop.tariffs.tables import Tariff, TariffVersion

ISSUED, TAKEN_BACK = "issued", "taken back"
"""What became of a bill in the month; the other codes of ``what`` are the kinds of posting sets."""

WHAT = {
    ISSUED: Text("issued"),
    TAKEN_BACK: Text("taken back"),
    "charge": Text("bill"),
    "payment": Text("payment"),
    "credit_used": Text("credit used"),
    "deposit": Text("deposit"),
    "refund": Text("refund"),
    "refund_way": Text("refund by another way"),
    "reversal": Text("reversal"),
    "opening": Text("taken over"),
    "till_float": Text("from the safe to a till"),
    "till_drop": Text("from a till to the safe"),
    "till_difference": Text("till difference"),
    "safe_difference": Text("difference of the safe"),
    "bank_deposit": Text("from the safe to the bank"),
    "bank_match": Text("arrived in the bank"),
    "bank_fee": Text("fee of a bank"),
    "read": Text("to be looked at"),
    "till": Text("open"),
    "receipt": Text("not printed"),
}

NO_ENERGY = sa.type_coerce(sa.cast(sa.null(), sa.BigInteger), Exact(Energy))
NOTHING = sa.literal(Money(0), Exact(Money))


def within(column: Any, month: Period) -> sa.ColumnElement[bool]:
    """Whether a day lies in the month."""
    found: sa.ColumnElement[bool] = sa.and_(column >= month.start, column < month.end)
    return found


def bills(month: Period) -> sa.CTE:
    """Bills issued in the month, and bills taken back in it with every sign turned."""

    def some(row_id: Any, on: Any, what: str, sign: int) -> sa.Select[Any]:
        def turned(column: Any) -> Any:
            return column if sign > 0 else -column

        return (
            sa.select(
                row_id.label("id"),
                on.label("on"),
                Bill.number.label("paper"),
                Bill.contract_account_id.label("account_id"),
                sa.literal(what).label("what"),
                turned(Bill.energy).label("energy"),
                turned(Bill.amount).label("amount"),
                turned(Bill.tax).label("tax"),
                Bill.tax_percent.label("percent"),
                Tariff.customer_class.label("customer_class"),
                Bill.id.label("bill_id"),
                sa.literal(sign).label("sign"),
            )
            .join(TariffVersion, TariffVersion.id == Bill.tariff_version_id)
            .join(Tariff, Tariff.id == TariffVersion.tariff_id)
        )

    issued = some(Bill.id, Bill.issued_on, ISSUED, 1).where(within(Bill.issued_on, month))
    gone = some(BillReversal.id, BillReversal.reversed_on, TAKEN_BACK, -1)
    gone = gone.join(BillReversal, BillReversal.bill_id == Bill.id).where(
        within(BillReversal.reversed_on, month)
    )
    return sa.union_all(issued, gone).cte()


def paid(month: Period) -> sa.CTE:
    """Open items on which principal was cleared in the month, or such a clearing undone: ``amount`` is what in all.

    ``asked`` is what the item asks for, ``until`` what was cleared of it by the end; ``bill_id`` its bill, where it is
    one of ours.
    """
    moved = (
        _cleared(PostingSet.kind != OPENING, within(PostingSet.posted_on, month))
        .with_only_columns(
            Clearing.open_item_id.label("item_id"),
            sa.func.sum(Clearing.amount).label("amount"),
            sa.func.max(PostingSet.posted_on).label("on"),
        )
        .group_by(Clearing.open_item_id)
        .cte()
    )
    return (
        sa.select(
            OpenItem.id.label("id"),
            moved.c.on,
            OpenItem.source_number.label("paper"),
            OpenItem.contract_account_id.label("account_id"),
            sa.literal("payment").label("what"),
            NO_ENERGY.label("energy"),
            moved.c.amount,
            OpenItem.amount.label("asked"),
            _cleared_by(month).label("until"),
            sa.func.coalesce(Tariff.customer_class, OpenItem.customer_class).label("customer_class"),
            Bill.id.label("bill_id"),
        )
        .join(moved, moved.c.item_id == OpenItem.id)
        .outerjoin(Bill, Bill.number == OpenItem.source_number)
        .outerjoin(TariffVersion, TariffVersion.id == Bill.tariff_version_id)
        .outerjoin(Tariff, Tariff.id == TariffVersion.tariff_id)
        .cte()
    )


def standing(month: Period) -> sa.CTE:
    """Open items charged in the month and not reversed by its end: ``amount`` they ask for, ``collected`` of it."""
    return (
        _items(
            OpenItem.amount.label("amount"),
            sa.func.coalesce(_cleared_by(month), NOTHING).label("collected"),
        )
        .where(PostingSet.kind != OPENING, within(PostingSet.posted_on, month), ~_reversed_by(month))
        .cte()
    )


def owing(month: Period) -> sa.CTE:
    """Open items of which something is owed at the end of the month: ``amount`` is what, ``due_on`` since when."""
    later = _cleared(PostingSet.posted_on >= month.end).with_only_columns(Clearing.open_item_id)
    undone = orm.aliased(PostingSet)
    reversed_later = sa.exists().where(
        undone.reverses_id == Posting.posting_set_id, undone.posted_on >= month.end
    )
    rest = OpenItem.amount - sa.func.coalesce(_cleared_by(month), NOTHING)
    found = (
        _items(sa.type_coerce(rest, Exact(Money)).label("amount"), OpenItem.due_on.label("due_on"))
        .where(
            PostingSet.posted_on < month.end,
            # What stands cleared today was open then only if something happened to it since.
            sa.or_(OpenItem.remaining > Money(0), OpenItem.id.in_(later), reversed_later),
            ~_reversed_by(month),
        )
        .subquery()
    )
    return sa.select(found).where(found.c.amount > NOTHING).cte()


def postings(month: Period) -> sa.CTE:
    """Every posting of the month: ``amount`` debit positive, ``role`` of its ledger account, ``set_id`` its set."""
    return (
        sa.select(
            Posting.id.label("id"),
            PostingSet.posted_on.label("on"),
            sa.literal("").label("paper"),
            Posting.contract_account_id.label("account_id"),
            PostingSet.kind.label("what"),
            NO_ENERGY.label("energy"),
            Posting.amount.label("amount"),
            LedgerAccount.role.label("role"),
            PostingSet.id.label("set_id"),
        )
        .join(PostingSet, PostingSet.id == Posting.posting_set_id)
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .where(within(PostingSet.posted_on, month))
        .cte()
    )


def _items(*more: Any) -> sa.Select[Any]:
    return (
        sa.select(
            OpenItem.id.label("id"),
            PostingSet.posted_on.label("on"),
            OpenItem.source_number.label("paper"),
            OpenItem.contract_account_id.label("account_id"),
            PostingSet.kind.label("what"),
            OpenItem.energy.label("energy"),
            *more,
        )
        .join(Posting, Posting.id == OpenItem.posting_id)
        .join(PostingSet, PostingSet.id == Posting.posting_set_id)
    )


def _cleared(*where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Clearings of principal, with the sets they were posted in."""
    return (
        sa.select(Clearing)
        .join(Posting, Posting.id == Clearing.posting_id)
        .join(PostingSet, PostingSet.id == Posting.posting_set_id)
        .where(Clearing.kind == ClearingKind.PRINCIPAL, *where)
    )


def _cleared_by(month: Period) -> sa.ScalarSelect[Any]:
    """What of an open item was cleared by the end of the month."""
    clearing, posting, made = orm.aliased(Clearing), orm.aliased(Posting), orm.aliased(PostingSet)
    return (
        sa.select(sa.func.sum(clearing.amount))
        .join(posting, posting.id == clearing.posting_id)
        .join(made, made.id == posting.posting_set_id)
        .where(
            clearing.open_item_id == OpenItem.id,
            clearing.kind == ClearingKind.PRINCIPAL,
            made.posted_on < month.end,
        )
        .correlate(OpenItem)
        .scalar_subquery()
    )


def _reversed_by(month: Period) -> sa.ColumnElement[bool]:
    """Whether the set that charged an open item was reversed by the end of the month."""
    undone = orm.aliased(PostingSet)
    return sa.exists().where(undone.reverses_id == Posting.posting_set_id, undone.posted_on < month.end)
