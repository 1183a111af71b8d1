"""Where a payment stands now: on the account it was taken on, or on the one it was moved to; or taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.counter.tables import Payment, PaymentMove
from desktop.ledger.tables import PostingSet


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
