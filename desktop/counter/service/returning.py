"""Payments that a bank took back after it had shown them: returned transfers, charges of a card that are disputed."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

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
    """A payment that a bank took back: its reversal, how much, and its receipt."""

    reversal_id: UUID
    amount: Money
    receipt_number: str


def bank_took_back(work: Work, receipt_number: str, reason: str) -> tuple[BankReturn, ...]:
    """Reverse all that the tender of a receipt paid, whatever day it is of: the bank has the money back already.

    What it cleared is owed again, with its late fee as if it had never been paid; credit of it that cleared something
    since is taken from there. Refused where a part was taken back before or a refund of it waits.
    """
    work.claim(ContractAccount, {row.account_id for row in paid_rows(work, receipt_number)})
    found, rows = [], paid_rows(work, receipt_number)
    for row in rows:
        if row.taken_back:
            raise Refused(Text("The payment of account {number} was taken back already.", number=row.number))
        if refund_waits(work, row.id):
            raise Refused(Text("A refund of receipt {number} is asked for already.", number=row.receipt))
    for row in rows:
        reversal = PaymentReversal(
            id=work.new_id(),
            payment_id=row.id,
            till_session_id=None,
            posting_set_id=ledger.take_out(work, row.posting_set_id, regain=True),
            reversed_at=work.at,
            reversed_by=work.actor.name,
            reason=reason,
        )
        work.add(reversal)
        found.append(BankReturn(reversal.id, row.amount, row.receipt))
    words = Text("Taken back by the bank on {day}: {reason}", day=work.today, reason=reason)
    for number in dict.fromkeys(row.receipt for row in rows):
        papers.note(work, RECEIPT, number, words)
    return tuple(found)
