"""The proof of direct debits: what files say is what is in them, and money of debits is what was paid by them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.debits.records import Meaning
from desktop.debits.service.files import FILE
from desktop.debits.service.standing import newest
from desktop.debits.tables import DebitFile, DebitItem, FileWithdrawn, Outcome, Result
from desktop.kernel.proof import Finding, prove_series
from desktop.kernel.text import Text


def prove(session: orm.Session) -> Iterator[Finding]:
    """Files are gapless and make their totals; an item is awaited where it has no outcome and its file stands."""
    numbers = sa.select(DebitFile.hall_id, DebitFile.year, DebitFile.running)
    yield from prove_series(session, FILE, numbers, DebitFile.__tablename__)
    sums = (
        sa.select(
            DebitItem.file_id, sa.func.count().label("count"), sa.func.sum(DebitItem.amount).label("whole")
        )
        .group_by(DebitItem.file_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(DebitFile.id, DebitFile.items, DebitFile.amount, sums.c["count"], sums.c.whole).outerjoin(
            sums, sums.c.file_id == DebitFile.id
        )
    )
    for key, items, amount, there, whole in rows:
        if (items, amount) != (there, whole):
            words = Text("The file is not the sum of its items")
            yield Finding("I18", DebitFile.__tablename__, key, "debit_file_sum", words)
    stands: Any = session.execute(
        sa.select(DebitItem.id, DebitItem.awaiting, Outcome.id, FileWithdrawn.id)
        .select_from(DebitItem)
        .outerjoin(Outcome, newest())
        .outerjoin(FileWithdrawn, FileWithdrawn.file_id == DebitItem.file_id)
    )
    for key, waits, told, back in stands:
        if waits != (told is None and back is None):
            words = Text("Whether a result is awaited is not what its outcomes say")
            yield Finding("I15", DebitItem.__tablename__, key, "debit_item_awaiting", words)
    yield from _prove_outcomes(session)


def _prove_outcomes(session: orm.Session) -> Iterator[Finding]:
    """A result names the item it was of by the bank's amount; what was taken back was paid before."""
    before = orm.aliased(Outcome)
    rows: Any = session.execute(
        sa.select(Outcome.id, Outcome.meaning, Outcome.position, Outcome.payment_id)
        .add_columns(before.meaning.label("was"), before.payment_id.label("was_payment"))
        .add_columns(Result.id.label("result"), Result.meaning.label("said"))
        .select_from(Outcome)
        .outerjoin(
            before, sa.and_(before.item_id == Outcome.item_id, before.position == Outcome.position - 1)
        )
        .outerjoin(Result, Result.id == Outcome.result_id)
        .where(Outcome.item_id.is_not(None))
    )
    for row in rows:
        returned, paid = row.meaning is Meaning.RETURNED, row.was is Meaning.PAID
        follows = (row.position == 1) == (row.was is None) and returned == paid
        same = not returned or row.was_payment == row.payment_id
        if not (follows and same) or (row.result is not None and row.said is not row.meaning):
            yield _wrong(row.id)


def _wrong(key: UUID) -> Finding:
    words = Text("What became of this item does not follow from what was before")
    return Finding("I15", Outcome.__tablename__, key, "debit_outcome", words)
