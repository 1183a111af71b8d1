"""The ledger proven row by row: sets, balances, open items and what cleared them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.ledger.records import (
    ClearingKind,
    Role,
)
from desktop.ledger.tables import (
    Clearing,
    ContractAccount,
    LedgerAccount,
    OpenItem,
    Posting,
    PostingSet,
)


def prove(session: orm.Session) -> Iterator[Finding]:
    """Every posting set sums to zero with two postings at least, all of its own entry; cached balances equal
    the sums behind them."""
    sums = sa.select(
        Posting.posting_set_id.label("set_id"),
        sa.func.sum(Posting.amount).label("total"),
        sa.func.count().label("count"),
    ).group_by(Posting.posting_set_id)
    made = sums.subquery()
    bad = session.execute(
        sa.select(PostingSet.id)
        .outerjoin(made, made.c.set_id == PostingSet.id)
        .where(sa.or_(made.c.count.is_(None), made.c.count < 2, made.c.total != Money(0)))
    ).scalars()
    for key in bad:
        yield Finding(
            "I14",
            PostingSet.__tablename__,
            key,
            "set_sum",
            Text("The postings of this set do not sum to zero"),
        )
    late = session.execute(
        sa.select(PostingSet.id)
        .join(Posting, Posting.posting_set_id == PostingSet.id)
        .where(Posting.entry_id != PostingSet.entry_id)
        .distinct()
    ).scalars()
    for key in late:
        yield Finding(
            "I14",
            PostingSet.__tablename__,
            key,
            "set_foreign",
            Text("This set holds postings of another entry"),
        )
    yield from _prove_balance(session, Role.RECEIVABLE, ContractAccount.owed, 1)
    yield from _prove_balance(session, Role.CREDIT, ContractAccount.credit, -1)
    yield from _prove_items(session)


def _prove_balance(session: orm.Session, role: Role, column: Any, sign: int) -> Iterator[Finding]:
    sums = (
        sa.select(Posting.contract_account_id.label("account"), sa.func.sum(Posting.amount).label("total"))
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .where(LedgerAccount.role == role)
        .group_by(Posting.contract_account_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(ContractAccount.id, column, sums.c.total).outerjoin(
            sums, sums.c.account == ContractAccount.id
        )
    )
    for key, cached, total in rows:
        if cached.raw != sign * (total.raw if total else 0):
            yield Finding(
                "I19",
                ContractAccount.__tablename__,
                key,
                "balance_differs",
                Text("{column} differs from its postings", column=column.key),
            )


def _prove_items(session: orm.Session) -> Iterator[Finding]:
    paid = (
        sa.select(Clearing.open_item_id.label("item"), sa.func.sum(Clearing.amount).label("total"))
        .where(Clearing.kind == ClearingKind.PRINCIPAL)
        .group_by(Clearing.open_item_id)
        .subquery()
    )
    reversed_sets = sa.select(PostingSet.reverses_id).where(PostingSet.reverses_id.is_not(None))
    rows = session.execute(
        sa.select(
            OpenItem.id,
            OpenItem.amount,
            OpenItem.remaining,
            paid.c.total,
            Posting.posting_set_id.in_(reversed_sets),
        )
        .join(Posting, Posting.id == OpenItem.posting_id)
        .outerjoin(paid, paid.c.item == OpenItem.id)
    )
    for key, amount, remaining, total, cancelled in rows:
        expected = 0 if cancelled else amount.raw - (total.raw if total else 0)
        if remaining.raw != expected:
            yield Finding(
                "I19",
                OpenItem.__tablename__,
                key,
                "remaining_differs",
                Text("What remains differs from what was cleared"),
            )
