"""The counter: tills, payments and their receipts."""

from desktop.counter.service.payments import (
    lost_payments,
    note_unprinted,
    payments,
    prove,
    receipt,
    reprint_receipt,
    search_owners,
    take_payment,
    unprinted,
)
from desktop.counter.service.reversing import paid_with, prove_reversals, reverse_payment
from desktop.counter.service.till import RECEIPT, counting, move_cash, open_till, shift, till
from desktop.counter.service.till_closing import (
    CASH_SHEET,
    cash_sheet,
    close_till,
    count_till,
    in_drawer,
    lost,
    reprint_cash_sheet,
    till_closing,
)
from desktop.counter.service.till_over import left_till, prove_hand_overs, take_over_till
from desktop.counter.service.till_proof import prove_tills
from desktop.counter.service.together import paid_together, prove_together, reprint_receipts, take_together

__all__ = [
    "CASH_SHEET",
    "RECEIPT",
    "cash_sheet",
    "close_till",
    "count_till",
    "counting",
    "in_drawer",
    "left_till",
    "lost",
    "lost_payments",
    "move_cash",
    "note_unprinted",
    "open_till",
    "paid_together",
    "paid_with",
    "payments",
    "prove",
    "prove_hand_overs",
    "prove_reversals",
    "prove_tills",
    "prove_together",
    "receipt",
    "reprint_cash_sheet",
    "reprint_receipt",
    "reprint_receipts",
    "reverse_payment",
    "search_owners",
    "shift",
    "take_over_till",
    "take_payment",
    "take_together",
    "till",
    "till_closing",
    "unprinted",
]
