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
from desktop.counter.service.till import RECEIPT, move_cash, moved, open_till, shift, till
from desktop.counter.service.till_closing import (
    CASH_SHEET,
    cash_sheet,
    close_till,
    count_till,
    lost,
    prove_tills,
    reprint_cash_sheet,
    till_closing,
)

__all__ = [
    "CASH_SHEET",
    "RECEIPT",
    "cash_sheet",
    "close_till",
    "count_till",
    "lost",
    "lost_payments",
    "move_cash",
    "moved",
    "note_unprinted",
    "open_till",
    "payments",
    "prove",
    "prove_tills",
    "receipt",
    "reprint_cash_sheet",
    "reprint_receipt",
    "search_owners",
    "shift",
    "take_payment",
    "till",
    "till_closing",
    "unprinted",
]
