"""One payment by several tenders: part by card, the rest in cash. Each has its own receipt, all in one transaction."""

from __future__ import annotations

from dataclasses import replace

from desktop.counter import rules
from desktop.counter.records import MixedOrder, PaymentOrder, TakenTogether, TenderKind
from desktop.counter.service.payments import take_tender
from desktop.counter.service.till import RECEIPT
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.work import Work, operation
from desktop.papers import service as papers


@operation("counter.take_payment")
def take_mixed(work: Work, order: MixedOrder) -> TakenTogether:
    """Take money for an account by several tenders, all or none: a payment and a receipt for each.

    So each is counted, matched with its bank, returned, refunded and taken back as any other payment. Every receipt
    says that it is one of several. Cheques settle last: one that comes back reopens what was owed least long.
    """
    objection = rules.objection_mixed(order)
    if objection is not None:
        raise Refused(objection)
    taken = [
        take_tender(
            work,
            PaymentOrder(
                order.account_number,
                one.amount,
                one.given,
                one.tender,
                one.reference,
                order.first,
                order.paid_by,
            ),
            owed=at == 0,
        )
        for at, one in enumerate(sorted(order.tenders, key=lambda part: part.tender is TenderKind.CHEQUE))
    ]
    note = rules.mixed_note(taken)
    for one in taken:
        papers.note(work, RECEIPT, one.number, note)
    last = taken[-1]
    return TakenTogether(
        customer_name=last.customer_name,
        accounts=1,
        amount=order.amount,
        given=Money.total([one.given for one in taken]),
        change=Money.total([one.change for one in taken]),
        tender=taken[0].tender,
        owed_after=last.owed_after,
        credit_after=last.credit_after,
        receipts=tuple(replace(one, notes=(*one.notes, note)) for one in taken),
    )
