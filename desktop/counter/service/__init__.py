"""The counter: tills, payments and their receipts."""

from desktop.counter.service.payments import (
    RECEIPT,
    lost_payments,
    note_unprinted,
    open_till,
    payments,
    prove,
    receipt,
    reprint_receipt,
    search_owners,
    shift,
    take_payment,
    till,
    unprinted,
)
from desktop.counter.service.reversing import paid_with, prove_reversals, reverse_payment
from desktop.counter.service.together import paid_together, prove_together, reprint_receipts, take_together

__all__ = [
    "RECEIPT",
    "lost_payments",
    "note_unprinted",
    "open_till",
    "paid_together",
    "paid_with",
    "payments",
    "prove",
    "prove_reversals",
    "prove_together",
    "receipt",
    "reprint_receipt",
    "reprint_receipts",
    "reverse_payment",
    "search_owners",
    "shift",
    "take_payment",
    "take_together",
    "till",
    "unprinted",
]
