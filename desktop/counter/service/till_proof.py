"""That the tills of the book add up: cash sheets, closed sessions, movements and differences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.counter.records import MovementKind, TenderKind
from desktop.counter.service.till import INTO_TILL
from desktop.counter.service.till_closing import CASH_SHEET
from desktop.counter.tables import (
    CashCount,
    CashSheetIssued,
    Payment,
    PaymentReversal,
    Refund,
    Tender,
    TillClosed,
    TillMovement,
    TillSession,
)
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding, prove_series
from desktop.kernel.text import Text
from desktop.ledger.records import Role
from desktop.ledger.tables import LedgerAccount, Posting


def prove_tills(session: orm.Session) -> Iterator[Finding]:
    """Cash sheets are gapless; of each closed session what was expected is what its rows make, and stays so."""
    numbers = sa.select(CashSheetIssued.station_id, CashSheetIssued.year, CashSheetIssued.running)
    yield from prove_series(session, CASH_SHEET, numbers, CashSheetIssued.__tablename__)
    cash = _sums(
        session,
        sa.select(Payment.till_session_id, sa.func.sum(Tender.amount))
        .join(Tender, Tender.payment_id == Payment.id)
        .where(Tender.kind == TenderKind.CASH)
        .group_by(Payment.till_session_id),
    )
    flows = {
        kind: _sums(
            session,
            sa.select(TillMovement.till_session_id, sa.func.sum(TillMovement.amount))
            .where(TillMovement.kind == kind)
            .group_by(TillMovement.till_session_id),
        )
        for kind in MovementKind
    }
    rows = session.execute(
        sa.select(TillClosed, TillSession, CashCount.amount, CashCount.till_session_id)
        .join(TillSession, TillSession.id == TillClosed.till_session_id)
        .join(CashCount, CashCount.id == TillClosed.cash_count_id)
    )
    returned = _sums(
        session,
        sa.select(PaymentReversal.till_session_id, sa.func.sum(Tender.amount))
        .join(Tender, Tender.payment_id == PaymentReversal.payment_id)
        .where(PaymentReversal.till_session_id.is_not(None))
        .group_by(PaymentReversal.till_session_id),
    )
    refunded = _sums(
        session,
        sa.select(Refund.till_session_id, sa.func.sum(Refund.amount))
        .where(Refund.kind == TenderKind.CASH)
        .group_by(Refund.till_session_id),
    )
    nothing, closed = Money(0), set()
    for row, shift, counted, counted_session in rows:
        key = shift.id
        closed.add(key)
        moved = {kind: sums.get(key, nothing) for kind, sums in flows.items()}
        expected = (
            shift.opening_float + cash.get(key, nothing) - row.given_back
            + moved[MovementKind.FLOAT] - moved[MovementKind.DROP]
        )  # fmt: skip
        short = row.given_back < returned.get(key, nothing) + refunded.get(key, nothing)
        fits = (counted, counted_session, moved[MovementKind.TURN_IN]) == (row.counted, key, row.counted)
        if (
            expected != row.expected
            or short
            or not fits
            or moved[MovementKind.OPENING] != shift.opening_float
        ):
            yield _wrong(
                row.id, "till_sum", Text("What was expected in the drawer is not what its rows make")
            )
    yield from _prove_postings(session)
    shut = session.scalars(sa.select(TillSession.id).where(TillSession.closed_at.is_not(None)))
    for key in set(shut) ^ closed:
        words = Text("The session is closed without its count, or counted out and open")
        yield Finding("I18", TillSession.__tablename__, key, "till_closed", words)


def _prove_postings(session: orm.Session) -> Iterator[Finding]:
    """Each movement and each difference is in the ledger as it says."""
    posted = (
        sa.select(Posting.posting_set_id, sa.func.sum(Posting.amount).label("amount"))
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .where(LedgerAccount.role == Role.TILL_CASH)
        .group_by(Posting.posting_set_id)
        .subquery()
    )
    movements_posted = session.execute(
        sa.select(TillMovement.id, TillMovement.kind, TillMovement.amount, posted.c.amount).outerjoin(
            posted, posted.c.posting_set_id == TillMovement.posting_set_id
        )
    )
    for key, kind, amount, found in movements_posted:
        if found != (amount if kind in INTO_TILL else -amount):
            words = Text("The ledger does not have this movement as it was")
            yield Finding("I18", TillMovement.__tablename__, key, "till_movement", words)
    differences = session.execute(
        sa.select(TillClosed.id, TillClosed.counted, TillClosed.expected, posted.c.amount)
        .outerjoin(posted, posted.c.posting_set_id == TillClosed.posting_set_id)
        .where(TillClosed.posting_set_id.is_not(None))
    )
    for key, counted, expected, found in differences:
        if found != counted - expected:
            yield _wrong(key, "till_difference", Text("The ledger does not have this difference as it was"))


def _wrong(key: UUID, code: str, words: Text) -> Finding:
    return Finding("I18", TillClosed.__tablename__, key, code, words)


def _sums(session: orm.Session, found: sa.Select[*tuple[Any, ...]]) -> dict[UUID, Money]:
    return dict(session.execute(found).all())
