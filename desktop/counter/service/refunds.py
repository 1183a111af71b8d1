"""Refunds: asked for by one person, decided by another, paid out of an open till, with a paper of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.counter import rules
from desktop.counter.records import TenderKind
from desktop.counter.records.right import (
    RefundDecisionOrder,
    RefundNumber,
    RefundOrder,
    RefundPaid,
    RefundQuery,
    RefundRow,
    RefundState,
    RefundsWaiting,
)
from desktop.counter.service.drawer import in_drawer
from desktop.counter.service.payments import ROLES
from desktop.counter.service.reversing import the_one
from desktop.counter.service.standing import awaits_bank, pending_credit, set_now, taken_back
from desktop.counter.service.till import RECEIPT, not_taking, open_session
from desktop.counter.service.together import places_of
from desktop.counter.tables import (
    Payment,
    PaymentPart,
    Receipt,
    Refund,
    RefundDecision,
    RefundRequest,
    Tender,
    TillSession,
)
from desktop.kernel import canonical
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding, SecondStep, prove_series
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount, LedgerAccount, Posting, PostingSet
from desktop.papers import service as papers
from desktop.parties.tables import Party
from desktop.search import service as search
from desktop.search.records import REFUND as REFUND_OWNER
from desktop.search.records import Owner, paper
from desktop.staff import service as staff

REFUND = "refund"
WAYS = (TenderKind.CASH, TenderKind.TRANSFER)
"""How money is given back."""

SHOWN = 200


# Asking


@operation("counter.ask_refund")
def ask_refund(work: Work, order: RefundOrder) -> RefundRow:
    """Ask for money to be given back; nothing moves before another person approves it and a till pays it.

    A payment goes back whole, credit in part if so asked. Refused for a payment of today, which is taken back by
    itself, for what was taken back or is asked for already, and beyond the credit there is.
    """
    reason = " ".join(order.reason.split())
    if not reason:
        raise Refused(Text("Say why the money is given back."))
    if order.tender not in WAYS:
        raise Refused(Text("Money is given back in cash or by transfer."))
    if order.tender is TenderKind.TRANSFER and not order.reference.strip():
        raise Refused(Text("Enter the bank account the transfer goes to."))
    account, payment, amount = _paid(work, order) if order.receipt_number.strip() else _credit(work, order)
    row = RefundRequest(
        id=work.new_id(),
        hall_id=work.station.hall_id,
        contract_account_id=account,
        payment_id=payment,
        amount=amount,
        kind=order.tender,
        reference=order.reference.strip(),
        reason=reason,
        proposed_by=work.actor.id,
        proposed_by_name=work.actor.name,
        proposed_at=work.at,
    )
    work.add(row)
    work.session.flush()
    return _row(work, row.id)


def _paid(work: Work, order: RefundOrder) -> tuple[UUID, UUID, Money]:
    """The account, the payment and the amount of a receipt that can be given back."""
    one = the_one(work, order.receipt_number, order.account_number)
    work.claim(
        ContractAccount, [one.account_id]
    )  # asking moves no money: who moves the payment meanwhile begins anew
    if one.posted_on == work.today:
        raise Refused(
            Text("Receipt {number} is of today: take the payment back instead.", number=one.receipt)
        )
    _has_come(work, one.id)
    if refund_waits(work, one.id):
        raise Refused(Text("A refund of receipt {number} is asked for already.", number=one.receipt))
    return one.account_id, one.id, one.amount


def _has_come(work: Work, payment_id: UUID) -> None:
    """Refuse what was paid by a cheque that no bank has credited yet."""
    if awaits_bank(work, payment_id):
        raise Refused(Text("This was paid by a cheque that the bank has not credited yet."))


def _credit(work: Work, order: RefundOrder) -> tuple[UUID, None, Money]:
    """The account whose credit goes back, and how much of it."""
    key = ledger.account_id(work, order.account_number)
    account = work.claim(ContractAccount, [key])[key]
    asked = work.session.scalars(
        sa.select(RefundRequest.amount).where(
            RefundRequest.contract_account_id == key, RefundRequest.payment_id.is_(None), *_open()
        )
    )
    free = max(account.credit - Money.total(list(asked)) - pending_credit(work, key), Money(0))
    amount = free if order.amount is None else order.amount
    if amount.raw <= 0 and order.amount is not None:
        raise Refused(Text("The amount must be more than zero."))
    if amount.raw <= 0 or amount > free:
        raise Refused(
            Text(
                "Account {number} has {free} credit that can be given back.", number=account.number, free=free
            )
        )
    return key, None, amount


def _open() -> tuple[sa.ColumnElement[bool], ...]:
    """Whether a request is neither declined nor paid."""
    declined = sa.exists().where(
        RefundDecision.request_id == RefundRequest.id, RefundDecision.approved.is_(False)
    )
    return ~declined, ~sa.exists().where(Refund.request_id == RefundRequest.id)


def refund_waits(work: Work, payment_id: UUID) -> bool:
    """Whether a refund of a payment is asked for and not finished."""
    found = sa.select(RefundRequest.id).where(RefundRequest.payment_id == payment_id, *_open())
    return work.session.scalar(found.limit(1)) is not None


# Deciding


@operation("counter.decide_refund")
def decide_refund(work: Work, order: RefundDecisionOrder) -> RefundRow:
    """Approve or decline a refund that another person asked for."""
    row = _request(work, order.request_id)
    if work.session.scalar(sa.select(RefundDecision.id).filter_by(request_id=row.id)) is not None:
        raise Refused(Text("This refund is decided already."))
    if row.proposed_by == work.actor.id:
        raise Refused(Text("You asked for this refund yourself. Another person decides."))
    work.second_person(row.proposed_by, row.proposed_at)
    if not order.approve and not order.reason.strip():
        raise Refused(Text("Say why, so that the other knows what to do"))
    decision = RefundDecision(
        id=work.new_id(),
        request_id=row.id,
        proposed_by=row.proposed_by,
        decided_by=work.actor.id,
        decided_by_name=work.actor.name,
        decided_at=work.at,
        approved=order.approve,
        reason=order.reason.strip(),
    )
    work.add(decision)
    work.session.flush()
    return _row(work, row.id)


def _request(work: Work, request_id: UUID) -> RefundRequest:
    row = work.session.get(RefundRequest, request_id)
    if row is None:
        raise NotFound(Text("There is no such refund."))
    return row


# Paying out


@operation("counter.pay_refund")
def pay_refund(work: Work, request_id: UUID) -> RefundPaid:
    """Pay an approved refund out of this station's open till, and issue its paper.

    What a payment cleared is owed again, with its late fee as if it had never been paid. Refused where the drawer
    holds less, and where the credit is used up meanwhile.
    """
    row = _request(work, request_id)
    decision = work.session.scalar(sa.select(RefundDecision).filter_by(request_id=row.id))
    if decision is None or not decision.approved:
        raise Refused(Text("Another person approves the refund first."))
    work.lock(ContractAccount, [row.contract_account_id])
    if work.session.scalar(sa.select(Refund.id).filter_by(request_id=row.id)) is not None:
        raise Refused(Text("This refund was paid out already."))
    opened = open_session(work)
    if opened is None:
        raise not_taking(work)
    if row.kind is TenderKind.CASH and in_drawer(work, opened[1]) < row.amount:
        raise Refused(Text("The drawer does not hold so much: take cash from the safe first."))
    set_id = _post(work, row)
    return _issue(work, row, decision, opened, set_id)


def _post(work: Work, row: RefundRequest) -> UUID:
    """Post what goes back; a payment by the mirror of its set, out of whatever it is paid from now."""
    out = ROLES[row.kind]
    if row.payment_id is None:
        _credit_has_come(work, row)
        return ledger.pay_out(work, row.contract_account_id, row.amount, out)
    found = sa.select(set_now().label("set_id"), Tender.kind, taken_back().label("gone"))
    paid = work.session.execute(
        found.join(Tender, Tender.payment_id == Payment.id).where(Payment.id == row.payment_id)
    ).one()
    if paid.gone:
        raise Refused(Text("The payment was taken back already."))
    _has_come(work, row.payment_id)
    set_id = ledger.take_out(work, paid.set_id, regain=True)
    if ROLES[paid.kind] is not out:
        ledger.transfer(work, "refund_way", ROLES[paid.kind], out, row.amount)
    return set_id


def _credit_has_come(work: Work, row: RefundRequest) -> None:
    """Refuse credit that came with cheques which are pending."""
    key = row.contract_account_id
    pending = pending_credit(work, key)
    if pending and ledger.accounts(work, [key])[key].credit - pending < row.amount:
        raise Refused(Text("Part of this credit came by a cheque that the bank has not credited yet."))


def _issue(
    work: Work, row: RefundRequest, decision: RefundDecision, opened: tuple[Any, TillSession], set_id: UUID
) -> RefundPaid:
    place = places_of(work, [row.contract_account_id])[row.contract_account_id]
    dues = ledger.dues_of(work, [row.contract_account_id])[row.contract_account_id]
    head, country, refund_id = staff.letterhead(work), work.country, work.new_id()
    words = country.amount_in_words(country.currency.decimal(row.amount)) if country.amount_in_words else ""
    paid = _receipt(work, row.payment_id)
    running = work.number(work.station.id, REFUND)
    issued = RefundPaid(
        number=rules.refund_number(work.station.code, work.today.year, running),
        letterhead=head,
        language=place.language,
        account_number=place.number,
        customer_name=place.customer_name,
        address=place.address,
        paid_at=work.at,
        cashier=work.actor.name,
        till_name=opened[0].name,
        receipt_number=paid[0] if paid else "",
        received_on=work.local(paid[1]).date() if paid else None,
        amount=row.amount,
        amount_words=words,
        tender=row.kind,
        reference=row.reference,
        reason=row.reason,
        asked_by=row.proposed_by_name,
        decided_by=decision.decided_by_name,
        owed_after=dues.total,
        credit_after=dues.credit,
        check_code=papers.check_code(decision.hash),
    )
    work.add(
        Refund(
            id=refund_id,
            request_id=row.id,
            payment_id=row.payment_id,
            till_session_id=opened[1].id,
            posting_set_id=set_id,
            kind=row.kind,
            amount=row.amount,
            paid_at=work.at,
            station_id=work.station.id,
            year=work.today.year,
            running=running,
            number=issued.number,
            content=canonical.dump(issued),
        )
    )
    papers.queue(work, REFUND, issued.number, refund_id, new=True)
    search.index(work, [paper(REFUND_OWNER, refund_id, issued.number)], new=True)
    if paid:
        words_on_it = Text("Refunded on {day}: {number}", day=work.today, number=issued.number)
        papers.note(work, RECEIPT, issued.receipt_number, words_on_it)
    return issued


def _receipt(work: Work, payment_id: UUID | None) -> tuple[str, Any] | None:
    """The receipt of a payment and when it was paid."""
    if payment_id is None:
        return None
    row = work.session.execute(
        _with_receipt(sa.select(Payment.paid_at)).where(Payment.id == payment_id)
    ).one()
    return row.receipt, row.paid_at


def _with_receipt(found: sa.Select[Any]) -> sa.Select[Any]:
    """The same with the number of the receipt of a payment, its own or the one of all together."""
    shared = orm.aliased(Receipt)
    return (
        found.add_columns(sa.func.coalesce(shared.number, Receipt.number).label("receipt"))
        .outerjoin(Receipt, Receipt.payment_id == Payment.id)
        .outerjoin(PaymentPart, PaymentPart.payment_id == Payment.id)
        .outerjoin(shared, shared.id == PaymentPart.receipt_id)
    )


# Looking


@query("counter.view")
def refunds(work: Work, asked: RefundQuery) -> tuple[RefundRow, ...]:
    """Refunds of this hall, those that are not finished first, then the newest; or those of an account."""
    done = sa.or_(Refund.id.is_not(None), RefundDecision.approved.is_(False))
    newest = (RefundRequest.proposed_at.desc(), RefundRequest.id.desc())
    found = _rows().order_by(sa.case((done, 1), else_=0), *newest).limit(SHOWN)
    if asked.account_number:
        found = found.where(
            RefundRequest.contract_account_id == ledger.account_id(work, asked.account_number)
        )
    else:
        found = found.where(RefundRequest.hall_id == work.station.hall_id)
    return tuple(_shown(work, row) for row in work.session.execute(found))


@query("counter.view")
def refund_asked(work: Work, request_id: UUID) -> RefundRow | None:
    """The refund that was asked for under this id, if there is one."""
    row = work.session.execute(_rows().where(RefundRequest.id == request_id)).one_or_none()
    return None if row is None else _shown(work, row)


@query("counter.view")
def refunds_waiting(work: Work, _request: None) -> RefundsWaiting:
    """How many refunds of this hall wait for the person who asks: to be decided, and to be paid out."""
    may = work.actor.permissions
    approved = sa.exists().where(RefundDecision.request_id == RefundRequest.id)

    def count(right: str, *where: sa.ColumnElement[bool]) -> int:
        found = sa.select(sa.func.count()).select_from(RefundRequest)
        mine = found.where(RefundRequest.hall_id == work.station.hall_id, *_open(), *where)
        return (work.session.scalar(mine) or 0) if right in may else 0

    return RefundsWaiting(
        to_decide=count("counter.decide_refund", ~approved, RefundRequest.proposed_by != work.actor.id),
        to_pay=count("counter.pay_refund", approved),
    )


def refund_owners(work: Work, refund_ids: Sequence[UUID]) -> list[Owner]:
    """Refunds as search finds them."""
    found = sa.select(Refund.id, Refund.number).where(Refund.id.in_(refund_ids))
    return [paper(REFUND_OWNER, row.id, row.number) for row in work.session.execute(found)]


def _rows() -> sa.Select[Any]:
    found = (
        sa.select(RefundRequest, RefundDecision, ContractAccount.number.label("account"))
        .add_columns(Party.name.label("customer"), Refund.number.label("paid"))
        .select_from(RefundRequest)
        .join(ContractAccount, ContractAccount.id == RefundRequest.contract_account_id)
        .join(Party, Party.id == ContractAccount.party_id)
        .outerjoin(RefundDecision, RefundDecision.request_id == RefundRequest.id)
        .outerjoin(Refund, Refund.request_id == RefundRequest.id)
        .outerjoin(Payment, Payment.id == RefundRequest.payment_id)
    )
    return _with_receipt(found)


def _row(work: Work, request_id: UUID) -> RefundRow:
    return _shown(work, work.session.execute(_rows().where(RefundRequest.id == request_id)).one())


def _shown(work: Work, found: sa.Row[Any]) -> RefundRow:
    asked, decision = found.RefundRequest, found.RefundDecision
    state = RefundState.WAITING
    if decision is not None:
        state = RefundState.APPROVED if decision.approved else RefundState.DECLINED
    return RefundRow(
        request_id=asked.id,
        account_number=found.account,
        customer_name=found.customer,
        receipt_number=found.receipt or "",
        amount=asked.amount,
        tender=asked.kind,
        reference=asked.reference,
        reason=asked.reason,
        state=RefundState.PAID if found.paid else state,
        asked_at=work.local(asked.proposed_at),
        asked_by=asked.proposed_by_name,
        decided_by=decision.decided_by_name if decision else "",
        declined=decision.reason if decision else "",
        number=found.paid or "",
        mine=asked.proposed_by == work.actor.id,
    )


@query("counter.view")
def refund(work: Work, request: RefundNumber) -> RefundPaid:
    """A refund as its paper shows it."""
    return _issued(_refund(work, request.number))


@operation("counter.reprint_receipt")
def reprint_refund(work: Work, request: RefundNumber) -> RefundPaid:
    """The paper of a refund once more, marked COPY n and entered in the print journal."""
    row = _refund(work, request.number)
    return _issued(row, papers.queue(work, REFUND, row.number, row.id))


def _refund(work: Work, number: str) -> Refund:
    row = work.session.scalar(sa.select(Refund).filter_by(number=number.strip().upper()))
    if row is None:
        raise NotFound(Text("No refund has the number {number}.", number=number))
    return row


def _issued(row: Refund, copy: int = 0) -> RefundPaid:
    found: RefundPaid = canonical.load(RefundPaid, row.content)
    return replace(found, copy=copy)


# Proof


def refunds_decided(session: orm.Session) -> Iterator[SecondStep]:
    """Every decision about a refund."""
    rows = session.execute(
        sa.select(RefundDecision, RefundRequest.proposed_at).join(
            RefundRequest, RefundRequest.id == RefundDecision.request_id
        )
    )
    for one, made_at in rows:
        table = RefundDecision.__tablename__
        yield SecondStep(table, one.id, one.proposed_by, made_at, one.decided_by, one.decided_at)


def prove_refunds(session: orm.Session) -> Iterator[Finding]:
    """Refunds are gapless per station, approved, and in the ledger with the amount that was approved."""
    numbers = sa.select(Refund.station_id, Refund.year, Refund.running)
    yield from prove_series(session, REFUND, numbers, Refund.__tablename__)
    money = tuple(set(ROLES.values()))
    posted = (
        sa.select(Posting.posting_set_id, sa.func.sum(Posting.amount).label("amount"))
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .where(LedgerAccount.role.in_(money))
        .group_by(Posting.posting_set_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(Refund, RefundRequest, RefundDecision.approved, posted.c.amount)
        .join(RefundRequest, RefundRequest.id == Refund.request_id)
        .join(PostingSet, PostingSet.id == Refund.posting_set_id)
        .outerjoin(RefundDecision, RefundDecision.request_id == RefundRequest.id)
        .outerjoin(posted, posted.c.posting_set_id == Refund.posting_set_id)
    )
    for one, asked, approved, amount in rows:
        same = (one.amount, one.kind, one.payment_id) == (asked.amount, asked.kind, asked.payment_id)
        if not approved:
            words = Text("Nobody approved this refund")
            yield Finding("I23", Refund.__tablename__, one.id, "refund_alone", words)
        if not same or amount != -one.amount:
            words = Text("The refund is not what was approved, or not in the ledger")
            yield Finding("I18", Refund.__tablename__, one.id, "refund_sum", words)
