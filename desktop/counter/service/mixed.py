"""One payment by several tenders: part by card, the rest in cash. Each has its receipts, all in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop.counter import rules
from desktop.counter.records import (
    MixedOrder,
    MixedTogetherOrder,
    PaymentOrder,
    ReceiptIssued,
    TakenTogether,
)
from desktop.counter.service.payments import take_tender
from desktop.counter.service.till import RECEIPT
from desktop.counter.service.together import held_as_seen, payer_of, take_shares
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
        for at, one in enumerate(rules.in_turn(order.tenders))
    ]
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
        receipts=_noted(work, taken, len(taken)),
    )


@operation("counter.take_payment")
def take_mixed_together(work: Work, order: MixedTogetherOrder) -> TakenTogether:
    """Take several tenders for several accounts, all or none: for each tender what `take_together` makes for one.

    One tender after the other fills the accounts in their order, cheques last: see `rules.divided`. Refused as a whole
    where one of them is, or an account has something else to pay than when the shares were made.
    """
    parts = rules.divided(order)
    objections = [rules.objection_divided(order), *map(rules.objection_together, parts)]
    objection = next((one for one in objections if one is not None), None)
    if objection is not None:
        raise Refused(objection)
    keys = held_as_seen(work, order.shares)
    held = dict(zip((share.account_number for share in order.shares), keys, strict=True))
    payer = payer_of(work, order.group, keys)  # the same of every tender, whichever account it begins with
    taken = [
        take_shares(work, part, [held[one.account_number] for one in part.shares], payer) for part in parts
    ]
    receipts = [receipt for one in taken for receipt in one.receipts]
    after = rules.stands_after(receipts)
    return TakenTogether(
        customer_name=payer.name,
        accounts=len(after),
        amount=order.amount,
        given=Money.total([one.given for one in taken]),
        change=Money.total([one.change for one in taken]),
        tender=taken[0].tender,
        owed_after=Money.total([one.owed_after for one in after]),
        credit_after=Money.total([one.credit_after for one in after]),
        receipts=_noted(work, receipts, len(taken)),
    )


def _noted(work: Work, receipts: Sequence[ReceiptIssued], tenders: int) -> tuple[ReceiptIssued, ...]:
    """Receipts of one payment, each saying from now on that it is one of them."""
    note = rules.mixed_note(receipts, tenders)
    for one in receipts:
        papers.note(work, RECEIPT, one.number, note)
    return tuple(replace(one, notes=(*one.notes, note)) for one in receipts)
