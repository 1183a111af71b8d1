"""Papers a customer asks for at the desk: statement, proofs and usage, numbered and kept as they were given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing import service as billing
from desktop.billing.tables import Bill
from desktop.counter import service as counter
from desktop.counter.tables import Payment, PaymentMove, PaymentPart, Receipt, Refund
from desktop.desk.records.papers import AccountPaper, PaperKind, PaperLine, PaperOrder, PaperQuery
from desktop.kernel import canonical
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.records import Role
from desktop.ledger.tables import LedgerAccount, OpenItem, Posting, PostingSet
from desktop.papers import service as papers
from desktop.papers.records import PaperRow
from desktop.papers.tables import IssuedPaper
from desktop.staff import service as staff

SHOWN = 100
_MONEY = (Role.TILL_CASH, Role.IN_TRANSIT)
_NOTHING = Money(0)
_WHAT = {
    "charge": Text("Bill"),
    "payment": Text("Payment"),
    "credit_used": Text("Credit used"),
    "refund": Text("Refund"),
    "reversal": Text("Taken back"),
    "opening": Text("Taken over"),
}


@operation("desk.issue_paper")
def issue_paper(work: Work, order: PaperOrder) -> AccountPaper:
    """Write a paper about an account; it is numbered and kept with all it shows.

    Refused for a time that ends before it begins or is still to come, and a proof of no debt where something is owed
    or a cheque is pending.
    """
    if order.first > order.last:
        raise Refused(Text("The time ends before it begins."))
    if order.last > work.today:
        raise Refused(Text("A paper tells what was: until {day} at the latest.", day=work.today))
    key = ledger.account_id(work, order.account_number)
    place = counter.places_of(work, [key])[key]
    dues = ledger.dues_of(work, [key])[key]
    if order.kind is PaperKind.NO_DEBT and dues.total:
        raise Refused(
            Text(
                "Account {number} owes {owed}: no proof of no debt is written.",
                number=place.number,
                owed=dues.total,
            )
        )
    pending = counter.pending_cheques(work, [key])
    if order.kind is PaperKind.NO_DEBT and pending:
        raise Refused(
            Text(
                "Account {number} paid {amount} by cheque that no bank has credited yet:"
                " no proof of no debt is written before.",
                number=place.number,
                amount=pending[key],
            )
        )
    opening, lines = _lines(work, key, order)
    head = staff.letterhead(work)

    def made(number: str, code: str) -> AccountPaper:
        return AccountPaper(
            number=number,
            kind=order.kind,
            letterhead=head,
            language=place.language,
            account_number=place.number,
            customer_name=place.customer_name,
            address=place.address,
            first=order.first,
            last=order.last,
            written_on=work.today,
            by=work.actor.name,
            opening=opening,
            lines=lines,
            closing=lines[-1].balance if lines else opening,
            check_code=code,
        )

    return papers.issue(work, order.kind.value, key, place.language, made)


def _lines(work: Work, key: UUID, order: PaperOrder) -> tuple[Money, tuple[PaperLine, ...]]:
    """What was owed at the beginning, and what a paper of a kind lists."""
    if order.kind is PaperKind.NO_DEBT:
        return _NOTHING, ()
    if order.kind is PaperKind.USAGE:
        return _NOTHING, _used(work, key, order)
    opening, lines = _moved(work, key, order)
    if order.kind is PaperKind.PAYMENTS:
        gone = set(
            work.session.scalars(sa.select(PostingSet.reverses_id).where(PostingSet.reverses_id.is_not(None)))
        )
        gone |= counter.pending_sets(work, key)
        lines = [(one, line) for one, line in lines if line.paid.raw > 0 and one not in gone]
    return opening, tuple(line for _, line in lines)


def _moved(work: Work, key: UUID, order: PaperOrder) -> tuple[Money, list[tuple[UUID, PaperLine]]]:
    """What moved the balance of an account, set by set; late fees are charged where they are paid."""

    def total(roles: tuple[Role, ...]) -> sa.ColumnElement[Money]:
        hit = sa.case((LedgerAccount.role.in_(roles), Posting.amount), else_=sa.literal(0))
        return sa.func.sum(hit, type_=Posting.amount.type)

    rows = work.session.execute(
        sa.select(
            PostingSet.id,
            PostingSet.posted_on,
            PostingSet.kind,
            total((Role.RECEIVABLE, Role.CREDIT)).label("change"),
            total(_MONEY).label("paid"),
        )
        .join(Posting, Posting.posting_set_id == PostingSet.id)
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .where(Posting.contract_account_id == key, PostingSet.posted_on <= order.last)
        .group_by(PostingSet.id, PostingSet.posted_on, PostingSet.kind)
        .order_by(PostingSet.posted_on, PostingSet.id)
    ).all()
    numbers = _numbers(work, [row.id for row in rows])
    pending, disputed = counter.pending_sets(work, key), ledger.disputed_papers(work, key)
    opening, balance, found = _NOTHING, _NOTHING, []
    for row in rows:
        balance += row.change
        if row.posted_on < order.first:
            opening = balance
        elif row.change or row.paid:
            line = PaperLine(
                row.posted_on,
                _what(row, pending, numbers.get(row.id, "") in disputed),
                numbers.get(row.id, ""),
                None,
                row.change + row.paid,
                row.paid,
                balance,
            )
            found.append((row.id, line))
    return opening, found


def _what(row: Any, pending: frozenset[UUID], disputed: bool) -> Text:
    """What a posting set is called on a statement."""
    if row.id in pending:
        return Text("Cheque, pending")
    if disputed and row.kind == "charge":
        return Text("Bill, disputed")
    return _WHAT.get(row.kind, Text("Booked"))


def _numbers(work: Work, ids: list[UUID]) -> dict[UUID, str]:
    """The papers behind posting sets; a set that takes another back has that one's."""
    shared, moved = orm.aliased(Receipt), orm.aliased(PaymentMove)
    number = sa.func.coalesce(shared.number, Receipt.number)

    def of(column: Any, *joins: Any) -> sa.Select[Any]:
        found = sa.select(column, number).select_from(Payment)
        for one in joins:
            found = found.join(*one)
        return (
            found.outerjoin(Receipt, Receipt.payment_id == Payment.id)
            .outerjoin(PaymentPart, PaymentPart.payment_id == Payment.id)
            .outerjoin(shared, shared.id == PaymentPart.receipt_id)
        )

    back = dict(
        work.session.execute(
            sa.select(PostingSet.id, PostingSet.reverses_id).where(
                PostingSet.id.in_(ids), PostingSet.reverses_id.is_not(None)
            )
        ).all()
    )
    wanted = {*ids, *back.values()}
    bills = sa.select(Posting.posting_set_id, OpenItem.source_number).join(
        OpenItem, OpenItem.posting_id == Posting.id
    )
    asked = (
        bills.where(Posting.posting_set_id.in_(wanted)),
        sa.select(Bill.posting_set_id, Bill.number).where(Bill.posting_set_id.in_(wanted)),
        of(Payment.posting_set_id).where(Payment.posting_set_id.in_(wanted)),
        of(moved.posting_set_id, (moved, moved.payment_id == Payment.id)).where(
            moved.posting_set_id.in_(wanted)
        ),
        sa.select(Refund.posting_set_id, Refund.number).where(Refund.posting_set_id.in_(wanted)),
    )
    found = {key: words for one in asked for key, words in work.session.execute(one) if words}
    return {**{key: found[old] for key, old in back.items() if old in found}, **found}


def _used(work: Work, key: UUID, order: PaperOrder) -> tuple[PaperLine, ...]:
    """The bills of months that begin within the time, those taken back left out."""
    rows = work.session.scalars(
        sa.select(Bill)
        .where(
            Bill.contract_account_id == key, Bill.period_start >= order.first, Bill.period_start <= order.last
        )
        .order_by(Bill.period_start, Bill.number)
    ).all()
    gone = billing.reversal_days(work, [row.id for row in rows])
    return tuple(
        PaperLine(row.period_start, Text("Bill"), row.number, row.energy, row.amount, _NOTHING, _NOTHING)
        for row in rows
        if row.id not in gone
    )


# Papers that were given


@query("desk.view")
def papers_of(work: Work, account_number: str) -> tuple[PaperRow, ...]:
    """The letters and proofs of an account, newest first."""
    return papers.papers_of(work, ledger.account_id(work, account_number), SHOWN)


@query("desk.view")
def paper_kind(work: Work, number: str) -> str:
    """What kind of paper about an account has a number; `NotFound` where none has."""
    return papers.issued(work, number).kind


@operation("desk.issue_paper")
def reprint_paper(work: Work, request: PaperQuery) -> AccountPaper:
    """A paper once more, marked COPY n and entered in the print journal."""
    row = papers.issued(work, request.number)
    if row.kind not in {kind.value for kind in PaperKind}:
        raise NotFound(Text("No paper has the number {number}.", number=request.number))
    return replace(_content(row), copy=papers.queue(work, row.kind, row.number, row.owner_id))


def _content(row: IssuedPaper) -> AccountPaper:
    found: AccountPaper = canonical.load(AccountPaper, row.content)
    return found
