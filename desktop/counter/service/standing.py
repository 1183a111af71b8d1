"""Where a payment stands now: on the account it was taken on, or on the one it was moved to; taken back; a cheque."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.counter.records import ChequeState
from desktop.counter.tables import ChequeOutcome, Payment, PaymentMove, Tender
from desktop.kernel.measures import Money
from desktop.kernel.work import Work
from desktop.ledger.records import Role
from desktop.ledger.tables import Clearing, LedgerAccount, OpenItem, Posting, PostingSet


def _newest(column: Any, otherwise: Any) -> sa.ColumnElement[UUID]:
    """A column of the newest move of a payment, or what it was without any."""
    newest = (
        sa.select(column)
        .where(PaymentMove.payment_id == Payment.id)
        .order_by(PaymentMove.position.desc())
        .limit(1)
        .correlate(Payment)
        .scalar_subquery()
    )
    return sa.func.coalesce(newest, otherwise, type_=sa.Uuid())


def set_now() -> sa.ColumnElement[UUID]:
    """The id of the posting set that settles a payment now."""
    return _newest(PaymentMove.posting_set_id, Payment.posting_set_id)


def account_now() -> sa.ColumnElement[UUID]:
    """The id of the account a payment stands on now."""
    return _newest(PaymentMove.contract_account_id, Payment.contract_account_id)


def taken_back() -> sa.ColumnElement[bool]:
    """Whether a payment was reversed or refunded, wherever it stood; one that was only moved was not."""
    return sa.exists().where(PostingSet.reverses_id == set_now())


# Cheques


def by_cheque() -> sa.ColumnElement[bool]:
    """Whether a tender is a cheque; written out, so that the index of cheques answers."""
    return Tender.kind == sa.literal_column("'cheque'")


def cheque_state() -> sa.ColumnElement[ChequeState]:
    """What the bank made of a payment, if that was by cheque."""
    newest = (
        sa.select(ChequeOutcome.state)
        .where(ChequeOutcome.payment_id == Payment.id)
        .order_by(ChequeOutcome.position.desc())
        .limit(1)
        .correlate(Payment)
        .scalar_subquery()
    )
    pending = sa.literal(ChequeState.PENDING, ChequeOutcome.state.type)
    return sa.func.coalesce(newest, pending, type_=ChequeOutcome.state.type)


def _pending(*shown: Any) -> sa.Select[Any]:
    """Payments whose cheque no bank has credited or returned yet."""
    waits = cheque_state() == ChequeState.PENDING
    return (
        sa.select(*shown)
        .select_from(Tender)
        .join(Payment, Payment.id == Tender.payment_id)
        .where(by_cheque(), waits, ~taken_back())
    )


def awaits_bank(work: Work, payment_id: UUID) -> bool:
    """Whether a payment is a cheque that is pending."""
    return work.session.scalar(_pending(Payment.id).where(Payment.id == payment_id)) is not None


def pending_cheques(work: Work, account_ids: Collection[UUID]) -> dict[UUID, Money]:
    """The cheques that are pending, by account; those without any are absent."""
    found: dict[UUID, Money] = {}
    wanted = _pending(account_now(), Payment.amount).where(account_now().in_(account_ids))
    for key, amount in work.session.execute(wanted):
        found[key] = found.get(key, Money(0)) + amount
    return found


def returned_cheques(work: Work, account_id: UUID) -> int:
    """How many cheques of an account a bank has returned."""
    found = (
        sa.select(sa.func.count())
        .select_from(ChequeOutcome)
        .join(Payment, Payment.id == ChequeOutcome.payment_id)
        .where(ChequeOutcome.state == ChequeState.RETURNED, account_now() == account_id)
    )
    return work.session.scalar(found) or 0


def pending_credit(work: Work, account_id: UUID) -> Money:
    """Credit of an account that came with cheques which are pending: nobody may have it yet."""
    sets = _pending(set_now()).where(account_now() == account_id)
    found = (
        sa.select(Posting.amount)
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .where(Posting.posting_set_id.in_(sets), LedgerAccount.role == Role.CREDIT)
    )
    return max(-Money.total(list(work.session.scalars(found))), Money(0))


def pending_sets(work: Work, account_id: UUID) -> frozenset[UUID]:
    """The posting sets of an account's cheques that are pending."""
    return frozenset(work.session.scalars(_pending(set_now()).where(account_now() == account_id)))


def paid_by_pending(work: Work, account_id: UUID) -> frozenset[str]:
    """The papers of an account that were paid, wholly or in part, by cheques which are pending, by number."""
    sets = _pending(set_now()).where(account_now() == account_id)
    found = (
        sa.select(OpenItem.source_number)
        .join(Clearing, Clearing.open_item_id == OpenItem.id)
        .join(Posting, Posting.id == Clearing.posting_id)
        .where(Posting.posting_set_id.in_(sets))
    )
    return frozenset(work.session.scalars(found))
