"""Money in transit: what of the hall is on its way into the bank, or out of it, and no bank has shown yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.counter import service as counter
from desktop.counter.records import TenderKind
from desktop.counter.tables import (
    Payment,
    PaymentPart,
    PaymentReversal,
    Receipt,
    Refund,
    RefundRequest,
    Tender,
)
from desktop.kernel.bulk import among
from desktop.kernel.measures import Money
from desktop.kernel.work import (
    Work,
    query,
)
from desktop.ledger.tables import ContractAccount, PostingSet
from desktop.parties.tables import Party
from desktop.staff.tables import User
from desktop.treasury import rules
from desktop.treasury.records import (
    Source,
    SourceKind,
)
from desktop.treasury.tables import BankLine, BankMatch, Deposit, SafeReversal

MATCH = "treasury.match_bank"
RETURNABLE = 50
"""So many payments of one amount are offered when a bank takes one back."""


@query(MATCH)
def in_transit(work: Work, _request: None) -> tuple[Source, ...]:
    """All money in transit that no bank has shown yet, oldest first; what has to come back from it is below zero."""
    return tuple(sorted(sources(work), key=lambda one: (one.day, one.number)))


def sources(
    work: Work,
    days: tuple[date, date] | None = None,
    ids: Collection[UUID] = (),
    amounts: Collection[Money] | None = None,
) -> list[Source]:
    """What waits for the bank: of some days, of some amounts, or some of it by its ids."""
    wanted = _Wanted(work.session, days, ids, None if amounts is None else {one.raw for one in amounts})
    every = (_payments, _deposits, _refunds, _returns)
    found = [one for some in every for one in some(work, wanted)]
    return found if amounts is None else [one for one in found if one.amount.raw in (wanted.amounts or ())]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which money in transit is asked for; ``amounts`` in minor units, what comes back below zero."""

    session: orm.Session
    days: tuple[date, date] | None
    ids: Collection[UUID]
    amounts: Collection[int] | None

    def of(self, found: Any, on: Any, *keys: Any) -> Any:
        """What is asked for, of a day and under one of the keys."""
        if self.days is not None:
            found = found.where(on.between(*self.days))
        if self.ids:
            found = found.where(sa.or_(*(among(self.session, key, self.ids) for key in keys)))
        return found

    def worth(self, amount: Any, sign: int = 1) -> sa.ColumnElement[bool]:
        """Whether an amount is one of those asked for; ``sign`` is -1 for one that is kept positive and goes out."""
        if self.amounts is None:
            return sa.true()
        return among(self.session, amount, [sign * one for one in self.amounts])


def unmatched(source_id: Any) -> sa.ColumnElement[bool]:
    """Whether no line of a bank shows a source."""
    return ~sa.exists().where(BankMatch.source_id == source_id, BankMatch.undone_at.is_(None))


def _reversed(payment_id: Any) -> sa.ColumnElement[bool]:
    """Whether a payment was taken back as if it had never been; one that was refunded did come."""
    return sa.exists().where(PaymentReversal.payment_id == payment_id)


def shown_and_reversed(source_id: Any) -> sa.ColumnElement[bool]:
    """Whether a payment that a bank has shown was taken back since, and no line of a bank shows that yet."""
    back, found = _back()
    wanted: sa.ColumnElement[bool] = source_id.in_(found.where(unmatched(back.id)))
    return wanted


def returns_shown(source_id: Any) -> sa.ColumnElement[bool]:
    """Whether a line of a bank shows that a payment went back."""
    shows = orm.aliased(BankMatch)
    back, found = _back()
    lines = found.join(shows, sa.and_(shows.source_id == back.id, shows.undone_at.is_(None)))
    wanted: sa.ColumnElement[bool] = source_id.in_(lines)
    return wanted


def _back() -> tuple[Any, sa.Select[Any]]:
    """Reversals, and the sources they are of: looked up once for however many lines are asked about."""
    back, part = orm.aliased(PaymentReversal), orm.aliased(PaymentPart)
    source = sa.func.coalesce(part.payment_set_id, back.payment_id, type_=sa.Uuid())
    return back, sa.select(source).select_from(back).outerjoin(part, part.payment_id == back.payment_id)


def _paid(its: Any) -> sa.Select[Any]:
    """Payments by other tenders than cash with their sets (``its``), the receipt of each and its account of now."""
    shared = orm.aliased(Receipt)
    return (
        sa.select(
            Payment.id, PaymentPart.payment_set_id, its.posted_on, Tender.kind, Tender.amount,
            Tender.reference, sa.func.coalesce(shared.number, Receipt.number).label("number"),
            ContractAccount.number.label("account"), Party.name,
        )
        .join(Tender, Tender.payment_id == Payment.id)
        .join(its, its.id == Payment.posting_set_id)
        .outerjoin(PaymentPart, PaymentPart.payment_id == Payment.id)
        .outerjoin(shared, shared.id == PaymentPart.receipt_id)
        .outerjoin(Receipt, Receipt.payment_id == Payment.id)
        .join(ContractAccount, ContractAccount.id == counter.account_now())
        .join(Party, Party.id == ContractAccount.party_id)
        .where(Tender.kind != TenderKind.CASH)
    )  # fmt: skip


def _about(work: Work, row: Any) -> str:
    return f"{work.country.format_account(row.account)} {row.name}"


_WHOLE = sa.func.coalesce(PaymentPart.payment_set_id, Payment.id)


def _payments(work: Work, wanted: _Wanted) -> list[Source]:
    """Payments that came; all accounts of one tender are one."""
    its = orm.aliased(PostingSet)
    part = PaymentPart.payment_set_id.is_not(None)  # together they may be worth it
    found = _paid(its).where(
        ~_reversed(Payment.id), unmatched(_WHOLE), sa.or_(part, wanted.worth(Tender.amount))
    )
    found = wanted.of(found, its.posted_on, Payment.id, PaymentPart.payment_set_id)
    grouped: dict[UUID, Source] = {}
    for row in work.session.execute(found):
        source_id = row.payment_set_id or row.id
        if source_id in grouped:
            before = grouped[source_id]
            grouped[source_id] = replace(before, amount=before.amount + row.amount)
        else:
            grouped[source_id] = Source(
                source_id, SourceKind.PAYMENT, row.kind.value, row.posted_on, row.amount, row.reference,
                row.number or "", _about(work, row),
            )  # fmt: skip
    return list(grouped.values())


def _returns(work: Work, wanted: _Wanted) -> list[Source]:
    """Payments that a bank has shown and that were taken back since: the bank has to take them back too."""
    its, back, before = orm.aliased(PostingSet), orm.aliased(PostingSet), orm.aliased(BankMatch)
    found = (
        _paid(its)
        .add_columns(PaymentReversal.id.label("reversal_id"), back.posted_on.label("reversed_on"))
        .join(PaymentReversal, PaymentReversal.payment_id == Payment.id)
        .join(back, back.id == PaymentReversal.posting_set_id)
        .where(
            sa.exists().where(before.source_id == _WHOLE, before.undone_at.is_(None)),
            unmatched(PaymentReversal.id),
            wanted.worth(Tender.amount, -1),
        )
    )
    found = wanted.of(found, back.posted_on, PaymentReversal.id)
    return [
        Source(
            row.reversal_id, SourceKind.RETURN, row.kind.value, row.reversed_on, -row.amount, row.reference,
            row.number or "", _about(work, row),
        )
        for row in work.session.execute(found)
    ]  # fmt: skip


def _refunds(work: Work, wanted: _Wanted) -> list[Source]:
    """Refunds by other tenders than cash: they go out of the bank."""
    found = (
        sa.select(Refund, PostingSet.posted_on, RefundRequest.reference)
        .add_columns(ContractAccount.number.label("account"), Party.name)
        .join(PostingSet, PostingSet.id == Refund.posting_set_id)
        .join(RefundRequest, RefundRequest.id == Refund.request_id)
        .join(ContractAccount, ContractAccount.id == RefundRequest.contract_account_id)
        .join(Party, Party.id == ContractAccount.party_id)
        .where(Refund.kind != TenderKind.CASH, unmatched(Refund.id), wanted.worth(Refund.amount, -1))
    )
    found = wanted.of(found, PostingSet.posted_on, Refund.id)
    return [
        Source(
            row.Refund.id, SourceKind.REFUND, row.Refund.kind.value, row.posted_on, -row.Refund.amount,
            row.reference, row.Refund.number, _about(work, row),
        )
        for row in work.session.execute(found)
    ]  # fmt: skip


def _deposits(work: Work, wanted: _Wanted) -> list[Source]:
    found = (
        sa.select(Deposit, PostingSet.posted_on, User.name)
        .join(PostingSet, PostingSet.id == Deposit.posting_set_id)
        .join(User, User.id == Deposit.user_id)
        .where(
            ~sa.exists().where(SafeReversal.source_id == Deposit.id),
            unmatched(Deposit.id),
            wanted.worth(Deposit.amount),
        )
    )
    found = wanted.of(found, PostingSet.posted_on, Deposit.id)
    return [
        Source(row.id, SourceKind.DEPOSIT, "", on, row.amount, row.slip, row.number, name)
        for row, on, name in work.session.execute(found)
    ]


def returnable(work: Work, line: BankLine, gross: Money) -> list[Source]:
    """Payments that the bank of a line has shown and may take back by it; ``gross`` is its amount before a fee, below
    zero."""
    shown = orm.aliased(BankLine)
    first = line.day - timedelta(days=rules.RETURNED_WITHIN)
    keys = work.session.scalars(
        sa.select(BankMatch.source_id)
        .join(shown, shown.id == BankMatch.line_id)
        .where(
            shown.bank_id == line.bank_id,
            shown.day.between(first, line.day),
            BankMatch.kind == SourceKind.PAYMENT,
            BankMatch.undone_at.is_(None),
            BankMatch.amount == -gross,
            ~shown_and_reversed(BankMatch.source_id),
            ~returns_shown(BankMatch.source_id),
        )
        .order_by(shown.day.desc())
        .limit(RETURNABLE)
    ).all()
    its, found = orm.aliased(PostingSet), dict[UUID, Source]()
    wanted = _paid(its).where(sa.or_(Payment.id.in_(keys), PaymentPart.payment_set_id.in_(keys)))
    for row in work.session.execute(wanted):
        source_id = row.payment_set_id or row.id
        if source_id not in found:
            found[source_id] = Source(
                source_id, SourceKind.PAYMENT, row.kind.value, row.posted_on, gross, row.reference,
                row.number or "", _about(work, row),
            )  # fmt: skip
    return list(found.values())
