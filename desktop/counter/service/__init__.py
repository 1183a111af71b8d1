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

__all__ = [
    "RECEIPT",
    "lost_payments",
    "note_unprinted",
    "open_till",
    "payments",
    "prove",
    "receipt",
    "reprint_receipt",
    "search_owners",
    "shift",
    "take_payment",
    "till",
    "unprinted",
]
