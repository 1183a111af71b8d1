"""Payments taken back at the counter: one, those of one receipt, or all that one tender paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.counter.records import (
    PaidPart,
    PaymentTakenBack,
    ReceiptQuery,
    TakeBackOrder,
    TenderKind,
)
from desktop.counter.service.standing import account_now, set_now, taken_back
from desktop.counter.service.till import not_taking, open_session
from desktop.counter.tables import Payment, PaymentPart, PaymentReversal, Receipt, Tender
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount, PostingSet
from desktop.parties.tables import Party


@query("counter.view")
def paid_with(work: Work, request: ReceiptQuery) -> tuple[PaidPart, ...]:
    """What was paid with a receipt, by every tender and account by account, and whether it stands."""
    return tuple(
        PaidPart(
            receipt_number=row.receipt,
            account_number=row.number,
            customer_name=row.name,
            amount=row.amount,
            tender=row.kind,
            taken_back=row.taken_back,
            reversed_by=row.reversed_by or "",
            reason=row.reason or "",
        )
        for row in paid_rows(work, request.number, whole=True)
    )


@query("counter.view")
def asked_back(work: Work, order: TakeBackOrder) -> tuple[str, Money]:
    """The first account of which an order takes payments back, and how much, whether they stand or not.

    No account and nothing where the receipt is in another database.
    """
    try:
        rows = paid_rows(work, order.receipt_number, whole=order.whole)
    except NotFound:
        return "", Money.zero()
    named = {"".join(one.split()) for one in order.accounts}
    meant = [
        row
        for row in rows
        if (order.whole or row.receipt == order.receipt_number.strip()) and (not named or row.number in named)
    ]
    return (meant[0].number if meant else ""), Money.total([row.amount for row in meant])


def paid_rows(work: Work, receipt_number: str, *, whole: bool = False) -> Sequence[Any]:
    """The payments of the tender of a receipt, in their order, on the accounts they stand on now.

    ``whole``: of every tender that was taken in the same step at a counter.
    """
    found = work.session.execute(
        sa.select(Receipt.payment_id, PaymentPart.payment_set_id)
        .add_columns(Payment.entry_id, Payment.till_session_id)
        .join(Payment, Payment.id == Receipt.payment_id)
        .outerjoin(PaymentPart, PaymentPart.payment_id == Receipt.payment_id)
        .where(Receipt.number == receipt_number.strip())
    ).one_or_none()
    if found is None:
        raise NotFound(Text("No receipt has the number {number}.", number=receipt_number))
    shared, first = orm.aliased(Receipt), orm.aliased(PostingSet)
    rows = (
        sa.select(
            Payment.id,
            Payment.paid_at,
            set_now().label("posting_set_id"),
            Payment.amount,
            ContractAccount.id.label("account_id"),
            ContractAccount.number,
            Party.name,
            Tender.kind,
            Tender.reference,
            sa.func.coalesce(shared.number, Receipt.number).label("receipt"),
            PaymentReversal.reversed_by,
            PaymentReversal.reason,
            taken_back().label("taken_back"),
            first.posted_on,
        )
        .select_from(Payment)
        .join(first, first.id == Payment.posting_set_id)
        .join(ContractAccount, ContractAccount.id == account_now())
        .join(Party, Party.id == ContractAccount.party_id)
        .join(Tender, Tender.payment_id == Payment.id)
        .outerjoin(Receipt, Receipt.payment_id == Payment.id)
        .outerjoin(PaymentPart, PaymentPart.payment_id == Payment.id)
        .outerjoin(shared, shared.id == PaymentPart.receipt_id)
        .outerjoin(PaymentReversal, PaymentReversal.payment_id == Payment.id)
        .order_by(sa.func.coalesce(shared.running, Receipt.running), PaymentPart.position)
    )
    if whole and found.till_session_id is not None:  # many direct debits are booked in one step
        return work.session.execute(rows.where(Payment.entry_id == found.entry_id)).all()
    if found.payment_set_id is None:
        return work.session.execute(rows.where(Payment.id == found.payment_id)).all()
    return work.session.execute(rows.where(PaymentPart.payment_set_id == found.payment_set_id)).all()


@operation("ledger.reverse")
def reverse_payment(work: Work, order: TakeBackOrder) -> tuple[PaymentTakenBack, ...]:
    """Take payments back, each by the mirror of its posting set; see `TakeBackOrder` for which. All or none.

    What they cleared is owed again. Cash leaves the drawer of this station, which must be open. Refused for one that
    was taken back before, for one of another day (later it is a refund, which one person alone never makes), and where
    credit it made is used up.
    """
    reason = " ".join(order.reason.split())
    if not reason:
        raise Refused(Text("Say why the payment is taken back."))
    rows = _wanted(order, paid_rows(work, order.receipt_number, whole=order.whole))
    late = next((row for row in rows if row.posted_on != work.today), None)
    if late is not None:
        raise Refused(
            Text(
                "Receipt {number} is of {day}: a payment is taken back on its own day only."
                " Later it is a refund, which takes two people.",
                number=late.receipt,
                day=late.posted_on,
            )
        )
    work.lock(ContractAccount, {row.account_id for row in rows})
    gives_cash = any(row.kind is TenderKind.CASH for row in rows)
    opened = open_session(work) if gives_cash else None
    if gives_cash and opened is None:
        raise not_taking(work)
    for row in rows:
        work.add(
            PaymentReversal(
                id=work.new_id(),
                payment_id=row.id,
                till_session_id=opened[1].id if opened and row.kind is TenderKind.CASH else None,
                posting_set_id=ledger.reverse(work, row.posting_set_id),
                reversed_at=work.at,
                reversed_by=work.actor.name,
                reason=reason,
            )
        )
    return tuple(PaymentTakenBack(row.receipt, row.number, row.name, row.amount, row.kind) for row in rows)


def the_one(work: Work, receipt_number: str, account_number: str) -> Any:
    """The payment of an account under a receipt, or the only one there; refused where it does not stand."""
    asked, number = receipt_number.strip(), "".join(account_number.split())
    rows = [row for row in paid_rows(work, asked) if row.receipt == asked and number in ("", row.number)]
    if not rows:
        raise Refused(
            Text("Receipt {number} is of no payment of account {account}.", number=asked, account=number)
        )
    if len(rows) > 1:
        raise Refused(Text("Receipt {number} is of several accounts: name the one.", number=asked))
    if rows[0].taken_back:
        raise Refused(Text("The payment of account {number} was taken back already.", number=rows[0].number))
    return rows[0]


def _wanted(order: TakeBackOrder, paid: Sequence[Any]) -> list[Any]:
    """The payments an order names, as far as they stand; of each account it names one at least."""
    number = order.receipt_number.strip()
    rows = [row for row in paid if order.whole or row.receipt == number]
    named = ["".join(one.split()) for one in order.accounts]
    strange = next((one for one in named if all(row.number != one for row in rows)), None)
    if strange is not None:
        raise Refused(
            Text("Receipt {number} is of no payment of account {account}.", number=number, account=strange)
        )
    standing = [row for row in rows if not row.taken_back and (not named or row.number in named)]
    gone = next((one for one in named if all(row.number != one for row in standing)), None)
    if gone is not None or not standing:
        raise Refused(
            Text("The payment of account {number} was taken back already.", number=gone or rows[0].number)
        )
    return standing


# Proof


def prove_reversals(session: orm.Session) -> Iterator[Finding]:
    """A payment taken back is mirrored by the very posting set its record names."""
    rows = session.scalars(
        sa.select(PaymentReversal.id)
        .join(Payment, Payment.id == PaymentReversal.payment_id)
        .join(PostingSet, PostingSet.id == PaymentReversal.posting_set_id)
        .where(sa.or_(PostingSet.reverses_id.is_(None), PostingSet.reverses_id != set_now()))
    )
    for key in rows:
        words = Text("This reversal does not mirror its payment")
        yield Finding("I15", PaymentReversal.__tablename__, key, "payment_reversal", words)
