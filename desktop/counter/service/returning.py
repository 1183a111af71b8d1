"""Payments that a bank took back after it had shown them: returned transfers, charges of a card that are disputed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.counter.records import TenderKind
from desktop.counter.records.cheques import ChequeLetter, ChequeOrder
from desktop.counter.service.cheques import hide_cheques, return_cheque, return_letters
from desktop.counter.service.refunds import refund_waits
from desktop.counter.service.reversing import paid_rows
from desktop.counter.service.till import RECEIPT
from desktop.counter.tables import PaymentReversal
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount
from desktop.papers import service as papers


@dataclass(frozen=True, slots=True)
class BankReturn:
    """A payment that a bank took back: its reversal, how much, its receipt, and the letter about it, if any."""

    payment_id: UUID
    reversal_id: UUID
    amount: Money
    receipt_number: str
    letter: str = ""


def bank_took_back(
    work: Work, paid_id: UUID, receipt_number: str, on: date, reason: str
) -> tuple[BankReturn, ...]:
    """Reverse all that a tender paid, whatever day it is of: the bank has had the money back since ``on``.

    ``paid_id`` is of its payment, or of all its payments together; ``receipt_number`` one of theirs. What they cleared
    is owed again, with its late fee as if it had never been paid; credit of them that cleared something since is taken
    from there. About a cheque or a direct debit each customer gets a letter. Refused where a part was taken back
    before or its refund waits.
    """
    work.claim(ContractAccount, {row.account_id for row in paid_rows(work, receipt_number)})
    rows = paid_rows(work, receipt_number)
    for row in rows:
        if row.taken_back:
            raise Refused(Text("The payment of account {number} was taken back already.", number=row.number))
        if refund_waits(work, row.id):
            raise Refused(Text("A refund of receipt {number} is asked for already.", number=row.receipt))
    if rows[0].kind is TenderKind.CHEQUE:
        hide_cheques(work, [paid_id])
        day = max(work.local(rows[0].paid_at).date(), min(on, work.today))
        letters = return_cheque(work, ChequeOrder(paid_id, day, reason)).letters
    else:
        letters = _reverse(work, rows, on, reason)
    about = {one.account_number: one.number for one in letters}
    made = sa.select(PaymentReversal.payment_id, PaymentReversal.id)
    keys = dict(
        work.session.execute(made.where(PaymentReversal.payment_id.in_([row.id for row in rows]))).all()
    )
    return tuple(
        BankReturn(row.id, keys[row.id], row.amount, row.receipt, about.get(row.number, "")) for row in rows
    )


def _reverse(work: Work, rows: Sequence[Any], on: date, reason: str) -> tuple[ChequeLetter, ...]:
    before = ledger.dues_of(work, {row.account_id for row in rows})
    for row in rows:
        work.add(
            PaymentReversal(
                id=work.new_id(),
                payment_id=row.id,
                till_session_id=None,
                posting_set_id=ledger.take_out(work, row.posting_set_id, regain=True),
                reversed_at=work.at,
                reversed_by=work.actor.name,
                reason=reason,
            )
        )
    work.session.flush()
    words = Text("Taken back by the bank on {day}: {reason}", day=work.today, reason=reason)
    for number in dict.fromkeys(row.receipt for row in rows):
        papers.note(work, RECEIPT, number, words)
    by_debit = rows[0].kind is TenderKind.DEBIT
    return return_letters(work, rows, on, reason, before, TenderKind.DEBIT) if by_debit else ()
