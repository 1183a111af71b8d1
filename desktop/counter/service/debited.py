"""Payments by direct debit: a bank says it has the money, no till is open for it and nobody waits for a paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.counter import rules
from desktop.counter.records import ReceiptIssued, TenderKind
from desktop.counter.service.payments import ROLES, keep_receipt
from desktop.counter.service.till import RECEIPT
from desktop.counter.service.together import Place, places_of
from desktop.counter.tables import Payment, Tender
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.ledger import service as ledger
from desktop.ledger.records import Settlement
from desktop.ledger.tables import ContractAccount
from desktop.papers import service as papers
from desktop.staff import service as staff


@dataclass(frozen=True, slots=True)
class Debited:
    """What a bank collected of an account: for which open item, on which day, under which number, by which bank."""

    account_id: UUID
    open_item_id: UUID
    amount: Money
    on: date
    reference: str
    bank: str


def take_debits(work: Work, debited: Sequence[Debited]) -> tuple[ReceiptIssued, ...]:
    """Take what a bank collected: each clears the item it was for, then what else is owed; the rest becomes credit.

    Late fees stop on the day of collection. Each has its receipt in this station's series, which is kept and found but
    printed only when somebody asks for it.
    """
    keys = [one.account_id for one in debited]
    work.lock(ContractAccount, keys)
    places, role = places_of(work, keys), ROLES[TenderKind.DEBIT]
    settled = [
        ledger.settle(work, one.account_id, one.amount, role, one.on, first=one.open_item_id)
        for one in debited
    ]
    paid = [
        {
            "id": key, "till_session_id": None, "contract_account_id": one.account_id,
            "posting_set_id": how.posting_set_id, "paid_at": work.at, "amount": one.amount,
        }
        for key, one, how in zip(work.new_ids(len(debited)), debited, settled, strict=True)
    ]  # fmt: skip
    proofs = work.insert_many(Payment, paid)
    tenders = [
        {
            "payment_id": row["id"], "kind": TenderKind.DEBIT, "reference": one.reference,
            "given": one.amount, "amount": one.amount,
        }
        for row, one in zip(paid, debited, strict=True)
    ]  # fmt: skip
    work.insert_many(Tender, tenders)
    running = work.number(work.station.id, RECEIPT, len(debited))
    issued = []
    for at, (one, how) in enumerate(zip(debited, settled, strict=True)):
        place = places[one.account_id]
        number = rules.receipt_number(work.station.code, work.today.year, running + at)
        code = papers.check_code(proofs[at])
        issued.append(_receipt(work, number, paid[at]["id"], one, how, place, code))
        keep_receipt(work, issued[-1], running + at, waits=False)
    return tuple(issued)


def _receipt(
    work: Work, number: str, payment_id: Any, one: Debited, how: Settlement, place: Place, code: str
) -> ReceiptIssued:
    country = work.country
    words = country.amount_in_words
    return ReceiptIssued(
        payment_id=payment_id,
        number=number,
        letterhead=staff.letterhead(work),
        language=place.language,
        account_number=place.number,
        customer_name=place.customer_name,
        address=place.address,
        paid_at=work.at,
        cashier=work.actor.name,
        till_name=one.bank,
        items=how.items,
        amount=one.amount,
        amount_words=words(country.currency.decimal(one.amount)) if words else "",
        tender=TenderKind.DEBIT,
        given=one.amount,
        change=Money(0),
        credit_used=how.credit_used,
        credit_made=how.credit_made,
        owed_after=how.owed_after,
        credit_after=how.credit_after,
        check_code=code,
        notes=(Text("Collected by direct debit on {day}, {number}", day=one.on, number=one.reference),),
    )


def prove_debited(session: orm.Session) -> Iterator[Finding]:
    """Only direct debits came to no till, and none of them came to one."""
    rows = session.scalars(
        sa.select(Payment.id)
        .join(Tender, Tender.payment_id == Payment.id)
        .where((Tender.kind == TenderKind.DEBIT) != Payment.till_session_id.is_(None))
    )
    for key in rows:
        words = Text("Only a direct debit comes to no till")
        yield Finding("I18", Payment.__tablename__, key, "payment_till", words)
