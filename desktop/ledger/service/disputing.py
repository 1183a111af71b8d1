"""Bills that a customer disputes: while a dispute stands no late fee grows on the bill, and nobody is reminded of it.

Where only a part is disputed, that part is left out and the rest goes on as any other debt.

Paying it stays possible. How the days of a dispute count once it is over, the country says by its outcome.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger.records import DisputeLift, DisputeOrder, DisputeRow, Disputes
from desktop.ledger.service.accounts import account_id
from desktop.ledger.service.owing import dues_of
from desktop.ledger.service.waiving import reason
from desktop.ledger.tables import ContractAccount, Dispute, DisputeEnd, DisputePart, OpenItem

DISPUTE = "ledger.dispute_bill"


@query("ledger.view")
def disputes(work: Work, account_number: str) -> Disputes:
    """The bills of an account that can be disputed today, and every dispute, the newest first."""
    return _disputes(work, account_id(work, account_number), account_number)


@operation(DISPUTE)
def dispute_bill(work: Work, order: DisputeOrder) -> Disputes:
    """Put down that a bill is disputed, from today on; why. Refused for one that is, or of which nothing is owed.

    A part of it is less than what is left of the bill.
    """
    key = account_id(work, order.account_number)
    words = reason(order.words, needed=True)
    work.claim(
        ContractAccount, [key]
    )  # a dispute leaves the account as it was: who looked before begins anew
    items = dues_of(work, [key])[key].items
    item = next((one for one in items if one.bill_number == order.bill_number.strip()), None)
    if item is None:
        raise Refused(
            Text("Nothing of bill {number} is owed: there is nothing to stop.", number=order.bill_number)
        )
    if item.disputed_on is not None:
        raise Refused(Text("Bill {number} is disputed already.", number=item.bill_number))
    if order.amount is not None and not Money(0) < order.amount < item.principal:
        raise Refused(
            Text(
                "The disputed part is more than zero and less than {principal}; leave it empty for the whole bill.",
                principal=item.principal,
            )
        )
    before = sa.select(sa.func.count()).select_from(Dispute).filter_by(open_item_id=item.open_item_id)
    dispute_id = work.new_id()
    work.add(
        Dispute(
            id=dispute_id,
            open_item_id=item.open_item_id,
            position=(work.session.scalar(before) or 0) + 1,
            raised_on=work.today,
            raised_by=work.actor.name,
            words=words,
        )
    )
    work.session.flush()
    if order.amount is not None:
        work.add(DisputePart(id=work.new_id(), dispute_id=dispute_id, amount=order.amount))
    work.touched(key)
    work.session.flush()
    return _disputes(work, key, order.account_number)


@operation(DISPUTE)
def lift_dispute(work: Work, order: DisputeLift) -> Disputes:
    """A dispute is over, by its outcome: the bill stands, or it was put right."""
    words = reason(order.words, needed=True)
    found = work.session.execute(
        sa.select(Dispute, ContractAccount.id, ContractAccount.number)
        .join(OpenItem, OpenItem.id == Dispute.open_item_id)
        .join(ContractAccount, ContractAccount.id == OpenItem.contract_account_id)
        .where(Dispute.id == order.dispute_id)
    ).one_or_none()
    if found is None:
        raise NotFound(Text("This dispute is not here."))
    row, key, number = found
    work.claim(ContractAccount, [key])
    if work.session.scalar(sa.select(DisputeEnd.id).filter_by(dispute_id=row.id)) is not None:
        raise Refused(Text("This dispute is over already."))
    work.add(
        DisputeEnd(
            id=work.new_id(),
            dispute_id=row.id,
            ended_on=work.today,
            ended_by=work.actor.name,
            outcome=order.outcome,
            words=words,
        )
    )
    work.touched(key)
    work.session.flush()
    return _disputes(work, key, number)


def _disputes(work: Work, key: UUID, number: str) -> Disputes:
    rows = work.session.execute(
        sa.select(Dispute, OpenItem.source_number)
        .add_columns(DisputeEnd.ended_on, DisputeEnd.ended_by, DisputeEnd.outcome)
        .add_columns(DisputeEnd.words.label("ended_words"), DisputePart.amount)
        .join(OpenItem, OpenItem.id == Dispute.open_item_id)
        .outerjoin(DisputeEnd, DisputeEnd.dispute_id == Dispute.id)
        .outerjoin(DisputePart, DisputePart.dispute_id == Dispute.id)
        .where(OpenItem.contract_account_id == key)
        .order_by(Dispute.id.desc())
    )
    told = tuple(
        DisputeRow(
            dispute_id=row.Dispute.id,
            bill_number=row.source_number,
            raised_on=row.Dispute.raised_on,
            raised_by=row.Dispute.raised_by,
            words=row.Dispute.words,
            ended_on=row.ended_on,
            ended_by=row.ended_by or "",
            outcome=row.outcome,
            ended_words=row.ended_words or "",
            amount=row.amount,
        )
        for row in rows
    )
    return Disputes(number, dues_of(work, [key])[key].items, told)


def prove_disputes(session: orm.Session) -> Iterator[Finding]:
    """Of an open item one dispute stands at most, and none ends before it begins."""
    later = orm.aliased(Dispute)
    overlapping = (
        sa.select(later.id)
        .join(Dispute, sa.and_(Dispute.open_item_id == later.open_item_id, Dispute.position < later.position))
        .outerjoin(DisputeEnd, DisputeEnd.dispute_id == Dispute.id)
        .where(sa.or_(DisputeEnd.id.is_(None), DisputeEnd.ended_on > later.raised_on))
    )
    backward = (
        sa.select(Dispute.id)
        .join(DisputeEnd, DisputeEnd.dispute_id == Dispute.id)
        .where(DisputeEnd.ended_on < Dispute.raised_on)
    )
    for key in {*session.scalars(overlapping), *session.scalars(backward)}:
        words = Text("This dispute stands beside another one, or ends before it begins")
        yield Finding("I15", Dispute.__tablename__, key, "dispute", words)
