"""Payments and their receipts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.contracts import service as contracts
from desktop.contracts.tables import SupplyContract
from desktop.counter import rules
from desktop.counter.records import (
    PaymentOrder,
    PaymentRow,
    ReceiptIssued,
    ReceiptQuery,
    TenderKind,
)
from desktop.counter.service.drawer import check_room, holding
from desktop.counter.service.standing import account_now, cheque_state, taken_back
from desktop.counter.service.till import RECEIPT, counting, not_taking
from desktop.counter.tables import (
    DrawerLimit,
    Payment,
    PaymentMove,
    PaymentPart,
    Receipt,
    Tender,
    Till,
    TillSession,
)
from desktop.kernel import canonical, intent
from desktop.kernel.asking import Question
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding, prove_series
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.records import Role, Settlement
from desktop.ledger.tables import ContractAccount, OpenItem
from desktop.papers import service as papers
from desktop.parties.tables import Party
from desktop.premises.tables import Premise, ServicePoint
from desktop.search import service as search
from desktop.search.records import RECEIPT as RECEIPT_OWNER
from desktop.search.records import Owner, paper
from desktop.staff import service as staff
from desktop.staff.records import Letterhead
from desktop.staff.tables import Station

TAKING = (
    "counter.take_payment",
    "counter.take_together",
    "counter.take_mixed",
    "counter.take_mixed_together",
)
"""The operations that take money, by name."""

ROLES = {
    TenderKind.CASH: Role.TILL_CASH,
    TenderKind.CARD: Role.IN_TRANSIT,
    TenderKind.TRANSFER: Role.IN_TRANSIT,
    TenderKind.WALLET: Role.IN_TRANSIT,
    TenderKind.CHEQUE: Role.IN_TRANSIT,
    TenderKind.DEBIT: Role.IN_TRANSIT,
}


# Payments


@operation("counter.take_payment")
def take_payment(work: Work, order: PaymentOrder) -> ReceiptIssued:
    """Take money for an account: settle what it owes, oldest first, the rest becomes credit; issue the receipt.

    A cheque settles on the day it is handed in, and is pending until the bank credits it: see `return_cheque`.
    Refused where the tender does not fit, the till is closed, cash comes to a drawer that holds more than it may, or
    nothing is owed of the bill it is meant for. The receipt number, its row and the head of the journal are the last
    things written.
    """
    return take_tender(work, order, owed=True)


def take_tender(work: Work, order: PaymentOrder, *, owed: bool) -> ReceiptIssued:
    """The same, of one tender of several too; whether the bill it is meant for must still be ``owed``."""
    objection = rules.objection(order)
    if objection is not None:
        raise Refused(objection)
    number = "".join(order.account_number.split())
    here = {"station": work.station.id, "hall": work.station.hall_id}
    head, paying = staff.letterhead(work), work.asked(_PAYING, {"account": number, **here}).one_or_none()
    if paying is None:
        raise ledger.unknown(order.account_number)
    first = _meant(work, paying.id, order.first, owed=owed) if order.first.strip() else None
    settlement = ledger.settle_held(work, paying, order.amount, ROLES[order.tender], first=first)
    if paying.session_id is None:
        raise not_taking(work)
    if order.tender is TenderKind.CASH:
        check_room(work, paying.session_id, paying.opening_float, paying.refused_above)
    payment = {
        "id": work.new_id(),
        "till_session_id": paying.session_id,
        "contract_account_id": paying.id,
        "posting_set_id": settlement.posting_set_id,
        "paid_at": work.at,
        "amount": order.amount,
    }
    (proof,) = work.insert_many(Payment, [payment])
    tender = {
        "id": work.new_id(),
        "payment_id": payment["id"],
        "kind": order.tender,
        "reference": order.reference.strip(),
        "given": order.given,
        "amount": order.amount,
    }
    work.insert_many(Tender, [tender])
    return _issue_receipt(work, order, settlement, paying, head, payment["id"], papers.check_code(proof))


def _meant(work: Work, account_id: UUID, bill_number: str, *, owed: bool) -> UUID:
    """The open item of a bill of an account that money is meant for."""
    items = sa.select(OpenItem.id, OpenItem.remaining).filter_by(contract_account_id=account_id)
    found = work.session.execute(items.where(OpenItem.source_number == bill_number.strip())).one_or_none()
    if found is None or (owed and not found.remaining):
        raise Refused(
            Text("Nothing of bill {number} is owed: take the payment without it.", number=bill_number)
        )
    meant: UUID = found.id
    return meant


def _paying() -> Question:
    """An account, locked, and what a receipt says of it; the open session of the till that takes its money, if any."""
    place = (
        sa.select(Premise.address)
        .join(ServicePoint, ServicePoint.premise_id == Premise.id)
        .join(SupplyContract, SupplyContract.service_point_id == ServicePoint.id)
        .where(SupplyContract.contract_account_id == ContractAccount.id, contracts.is_main())
    )
    here: tuple[Any, Any] = (sa.bindparam("station"), sa.bindparam("hall"))
    taking = sa.and_(Till.station_id == sa.bindparam("station"), TillSession.closed_at.is_(None), ~counting())
    return Question(
        sa.select(ContractAccount.id, ContractAccount.number, ContractAccount.credit)
        .add_columns(Party.name.label("customer_name"), Party.language)
        .add_columns(sa.func.coalesce(place.scalar_subquery(), "").label("address"))
        .add_columns(
            TillSession.id.label("session_id"), Till.name.label("till_name"), TillSession.opening_float
        )
        .add_columns(holding(DrawerLimit.refused_above, *here).label("refused_above"))
        .join(Party, Party.id == ContractAccount.party_id)
        .outerjoin(sa.join(TillSession, Till, Till.id == TillSession.till_id), taking)
        .where(ContractAccount.number == sa.bindparam("account"))
        .with_for_update(key_share=True, of=ContractAccount)
    )


_PAYING = _paying()


def _issue_receipt(
    work: Work,
    order: PaymentOrder,
    settlement: Settlement,
    paying: sa.Row[*tuple[Any, ...]],
    head: Letterhead,
    payment_id: UUID,
    check_code: str,
) -> ReceiptIssued:
    country = work.country
    words = country.amount_in_words(country.currency.decimal(order.amount)) if country.amount_in_words else ""
    running = work.number(work.station.id, RECEIPT)
    issued = ReceiptIssued(
        payment_id=payment_id,
        number=rules.receipt_number(work.station.code, work.today.year, running),
        letterhead=head,
        language=paying.language,
        account_number=paying.number,
        customer_name=paying.customer_name,
        address=paying.address,
        paid_at=work.at,
        cashier=work.actor.name,
        till_name=paying.till_name,
        items=settlement.items,
        amount=order.amount,
        amount_words=words,
        tender=order.tender,
        given=order.given,
        change=rules.change(order),
        credit_used=settlement.credit_used,
        credit_made=settlement.credit_made,
        owed_after=settlement.owed_after,
        credit_after=settlement.credit_after,
        check_code=check_code,
        notes=(*rules.cheque_notes(order), *rules.said_notes(order)),
    )
    keep_receipt(work, issued, running)
    return issued


def keep_receipt(work: Work, issued: ReceiptIssued, running: int, *, waits: bool = True) -> UUID:
    """Keep a receipt under the number it was given, to be found and (it ``waits`` for that) printed; its id."""
    receipt_id = work.new_id()
    row = {
        "id": receipt_id,
        "payment_id": issued.payment_id,
        "station_id": work.station.id,
        "year": work.today.year,
        "running": running,
        "number": issued.number,
        "content": canonical.dump(issued),
    }
    work.insert_many(Receipt, [row])
    if waits:
        papers.queue(work, RECEIPT, issued.number, issued.payment_id, new=True)
    search.index(work, [paper(RECEIPT_OWNER, receipt_id, issued.number)], new=True)
    return receipt_id


def search_owners(work: Work, receipt_ids: Sequence[UUID]) -> list[Owner]:
    """Receipts as search finds them."""
    rows = work.session.execute(sa.select(Receipt.id, Receipt.number).where(Receipt.id.in_(receipt_ids)))
    return [paper(RECEIPT_OWNER, row.id, row.number) for row in rows]


def _receipt(work: Work, number: str) -> Receipt:
    row = work.session.scalar(sa.select(Receipt).filter_by(number=number.strip()))
    if row is None:
        raise NotFound(Text("No receipt has the number {number}.", number=number))
    return row


def receipt_of(work: Work, payment_id: UUID) -> str:
    """The number of the receipt of a payment that has one of its own."""
    found: str = work.session.scalars(sa.select(Receipt.number).filter_by(payment_id=payment_id)).one()
    return found


def _issued(work: Work, row: Receipt, copy: int = 0) -> ReceiptIssued:
    found: ReceiptIssued = canonical.load(ReceiptIssued, row.content)
    said = papers.notes(work, RECEIPT, [row.number]).get(row.number, ())
    return replace(found, copy=copy, notes=(*found.notes, *said))


@query("counter.view")
def receipt(work: Work, request: ReceiptQuery) -> ReceiptIssued:
    """A receipt as it was issued."""
    return _issued(work, _receipt(work, request.number))


@operation("counter.reprint_receipt")
def reprint_receipt(work: Work, request: ReceiptQuery) -> ReceiptIssued:
    """The same receipt as it is printed now: the original while that is still to come out, else marked COPY n."""
    row = _receipt(work, request.number)
    return _issued(work, row, papers.queue(work, RECEIPT, row.number, row.payment_id))


def unprinted(work: Work, *, own: bool) -> tuple[str, ...]:
    """The numbers of receipts of this hall that wait to be printed, oldest first; ``own`` of this station alone."""
    mine = Station.id == work.station.id if own else Station.hall_id == work.station.hall_id
    found = sa.select(Receipt.number).join(Station, Station.id == Receipt.station_id)
    waiting = found.where(mine, Receipt.number.in_(papers.waiting(RECEIPT)))
    return tuple(work.session.scalars(waiting.order_by(Receipt.year, Receipt.running)))


def payments(work: Work, account_id: UUID, limit: int) -> tuple[PaymentRow, ...]:
    """An account's payments, newest first: those taken on it, and those moved to it since."""
    shared = orm.aliased(Receipt)
    moved_here = sa.select(PaymentMove.payment_id).where(PaymentMove.contract_account_id == account_id)
    rows = work.session.execute(
        sa.select(
            Payment.paid_at,
            sa.func.coalesce(shared.content, Receipt.content).label("content"),
            Tender.kind,
            Payment.amount,
            Payment.contract_account_id.label("taken_on"),
            taken_back().label("taken_back"),
            account_now().label("stands_on"),
            cheque_state().label("cheque"),
        )
        .select_from(Payment)
        .outerjoin(Receipt, Receipt.payment_id == Payment.id)
        .outerjoin(PaymentPart, PaymentPart.payment_id == Payment.id)
        .outerjoin(shared, shared.id == PaymentPart.receipt_id)
        .join(Tender, Tender.payment_id == Payment.id)
        .where(sa.or_(Payment.contract_account_id == account_id, Payment.id.in_(moved_here)))
        .order_by(Payment.paid_at.desc(), sa.func.coalesce(shared.number, Receipt.number).desc())
        .limit(limit)
    )
    number, found = ledger.accounts(work, [account_id])[account_id].number, []
    for row in rows:
        issued = canonical.load(ReceiptIssued, row.content)
        mine = issued.part_of(number) or issued
        came = row.taken_on != account_id
        found.append(
            PaymentRow(
                paid_at=work.local(row.paid_at),
                receipt_number=issued.number,
                tender=row.kind,
                amount=row.amount,
                cashier=issued.cashier,
                settled=() if came else mine.items,
                credit_made=Money.zero() if came else mine.credit_made,
                together=max(len(issued.parts), 1),
                taken_back=row.taken_back,
                moved=came or row.stands_on != account_id,
                elsewhere=row.stands_on != account_id,
                cheque=row.cheque if row.kind is TenderKind.CHEQUE else None,
            )
        )
    return tuple(found)


def lost_payments(folder: Path | None) -> int:
    """Payments of this computer whose booking nobody has seen yet."""
    found = intent.unsettled(folder) if folder is not None else ()
    return sum(one.operation in TAKING for one in found)


def prove(session: orm.Session) -> Iterator[Finding]:
    """Receipt numbers are gapless per station; every payment has its tenders' sum and one receipt."""

    numbers = sa.select(Receipt.station_id, Receipt.year, Receipt.running)
    yield from prove_series(session, RECEIPT, numbers, Receipt.__tablename__)
    tendered = (
        sa.select(Tender.payment_id, sa.func.sum(Tender.amount).label("total"))
        .group_by(Tender.payment_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(
            Payment.id, Payment.amount, tendered.c.total, sa.func.coalesce(PaymentPart.receipt_id, Receipt.id)
        )
        .select_from(Payment)
        .outerjoin(tendered, tendered.c.payment_id == Payment.id)
        .outerjoin(Receipt, Receipt.payment_id == Payment.id)
        .outerjoin(PaymentPart, PaymentPart.payment_id == Payment.id)
    )
    for key, amount, total, receipt_id in rows:
        if total != amount:
            yield Finding(
                "I18",
                Payment.__tablename__,
                key,
                "payment_sum",
                Text("The payment is not the sum of its tenders"),
            )
        if receipt_id is None:
            yield Finding(
                "I17",
                Payment.__tablename__,
                key,
                "payment_without_receipt",
                Text("The payment has no receipt"),
            )
