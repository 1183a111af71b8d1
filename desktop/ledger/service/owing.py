"""What is owed on a day, item by item, with late fees and their arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.country import Debt, LateFee
from desktop.kernel.database import among
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Work, query
from desktop.ledger.records import (
    ClearingKind,
    DueItem,
    Dues,
)
from desktop.ledger.service.accounts import account_id
from desktop.ledger.tables import (
    Clearing,
    ContractAccount,
    LateFeeWaiver,
    OpenItem,
)


@query("ledger.view")
def dues(work: Work, account_number: str) -> Dues:
    """All an account owes today, with late fees and their arithmetic, oldest first."""
    key = account_id(work, account_number)
    return dues_of(work, [key])[key]


def dues_of(work: Work, account_ids: Collection[UUID]) -> dict[UUID, Dues]:
    """The same of many accounts by id."""
    return dues_from(work, work.rows(_OWING, {"accounts": list(account_ids)}).all(), work.today)


def dues_from(work: Work, owing: Sequence[sa.Row[*tuple[Any, ...]]], on: date) -> dict[UUID, Dues]:
    """What accounts, given by their rows of `HELD`, owe on a day."""
    cleared: dict[UUID, list[sa.Row[*tuple[Any, ...]]]] = {}
    for row in work.rows(_ITEMS, {"accounts": [account.id for account in owing]}):
        cleared.setdefault(row.id, []).append(row)
    found: dict[UUID, list[DueItem]] = {account.id: [] for account in owing}
    for rows in cleared.values():
        found[rows[0].contract_account_id].append(_due(work, rows, on))
    return {
        account.id: Dues(
            account.id,
            account.number,
            on,
            tuple(sorted(found[account.id], key=lambda item: (item.due_on, item.open_item_id))),
            account.credit,
        )
        for account in owing
    }


_OWING = sa.select(ContractAccount.id, ContractAccount.number, ContractAccount.credit).where(
    ContractAccount.id.in_(sa.bindparam("accounts", expanding=True))
)
HELD = _OWING.with_for_update(key_share=True)
"""Id, number and credit of accounts, locked until the end of the transaction."""
_ITEMS = (
    sa.select(
        OpenItem.id, OpenItem.contract_account_id, OpenItem.kind, OpenItem.month, OpenItem.source_number
    )
    .add_columns(OpenItem.energy, OpenItem.due_on, OpenItem.customer_class, OpenItem.rule_set)
    .add_columns(OpenItem.amount, OpenItem.remaining)
    .add_columns(
        sa.select(sa.func.sum(LateFeeWaiver.amount))
        .where(LateFeeWaiver.open_item_id == OpenItem.id)
        .scalar_subquery()
        .label("waived")
    )
    .add_columns(Clearing.kind.label("part"), Clearing.cleared_on, Clearing.amount.label("cleared"))
    .outerjoin(Clearing, Clearing.open_item_id == OpenItem.id)
    .where(OpenItem.contract_account_id.in_(sa.bindparam("accounts", expanding=True)))
    .where(OpenItem.remaining > sa.literal_column("0"))
    .order_by(Clearing.cleared_on)
)
"""What accounts owe, each open item beside all that was cleared of it."""


def _due(work: Work, rows: Sequence[sa.Row[*tuple[Any, ...]]], on: date) -> DueItem:
    """One open item from its rows, one for each clearing; a single one where nothing was cleared."""
    item = rows[0]
    paid = tuple((row.cleared_on, row.cleared) for row in rows if row.part is ClearingKind.PRINCIPAL)
    fees_paid = Money.total([row.cleared for row in rows if row.part is ClearingKind.LATE_FEE])
    debt = Debt(item.customer_class, item.rule_set, item.amount, item.due_on, item.month, paid)
    grown = work.country.late_fee(debt, on)
    waived = item.waived or Money(0)
    fee = max(grown.amount - fees_paid - waived, Money(0))
    return DueItem(
        open_item_id=item.id,
        kind=item.kind,
        month=item.month,
        bill_number=item.source_number,
        energy=item.energy,
        due_on=item.due_on,
        overdue_days=max((on - item.due_on).days, 0),
        principal=item.remaining,
        late_fee=fee,
        arithmetic=_told(grown, waived),
    )


def _told(grown: LateFee, waived: Money) -> tuple[Text, ...]:
    """How a late fee came about, and what of it is not asked for."""
    if not grown.amount:
        return ()
    return (*grown.arithmetic, *([Text("{amount} of it is waived", amount=waived)] if waived else ()))


def overdue(work: Work, account_ids: Sequence[UUID], on: date) -> dict[UUID, Money]:
    """Principal overdue on a day, by account; those who owe nothing overdue are absent."""
    rows = work.rows(
        sa.select(OpenItem.contract_account_id, sa.func.sum(OpenItem.remaining))
        .where(
            among(work.session, OpenItem.contract_account_id, account_ids),
            OpenItem.remaining > Money(0),
            OpenItem.due_on < on,
        )
        .group_by(OpenItem.contract_account_id)
    )
    return dict(rows.all())


def open_amounts(work: Work, account_id: UUID) -> dict[str, Money]:
    """What is left of each paper of an account, by its number."""
    rows = work.session.execute(
        sa.select(OpenItem.source_number, OpenItem.remaining).where(
            OpenItem.contract_account_id == account_id
        )
    )
    return dict(rows.all())


def open_of(work: Work, source_numbers: Sequence[str]) -> dict[str, Money]:
    """What is left of papers, by number; those that never asked for money are absent."""
    rows = work.session.execute(
        sa.select(OpenItem.source_number, OpenItem.remaining).where(
            among(work.session, OpenItem.source_number, source_numbers)
        )
    )
    return dict(rows.all())


def paid_days(work: Work, account_id: UUID) -> dict[str, date]:
    """The day each paper of an account was paid in full, by its number; those not paid in full are absent."""
    rows = work.session.execute(
        sa.select(OpenItem.source_number, Clearing.cleared_on)
        .join(Clearing, Clearing.open_item_id == OpenItem.id)
        .where(
            OpenItem.contract_account_id == account_id,
            OpenItem.remaining == Money(0),
            Clearing.kind == ClearingKind.PRINCIPAL,
        )
        .group_by(OpenItem.source_number, Clearing.cleared_on)
        .having(sa.func.sum(Clearing.amount) > Money(0))
        .order_by(Clearing.cleared_on)
    )
    return dict(rows.all())
