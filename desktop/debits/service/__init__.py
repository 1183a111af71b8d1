"""Direct debits up to what a bank made of them; what is paid by them is booked above, where tills and banks are."""

from desktop.debits.service.banks import MAKE, TAKE, VIEW, debit_banks, set_debit_bank
from desktop.debits.service.files import (
    FILE,
    awaiting,
    debit_of,
    due_day,
    file_to_send,
    make_file,
    note_sent,
    preview_file,
    send_file,
    withdraw_file,
)
from desktop.debits.service.history import mandate_history
from desktop.debits.service.mandates import (
    end_mandate,
    import_mandates,
    mandates,
    set_mandate,
    take_mandates,
)
from desktop.debits.service.proof import prove
from desktop.debits.service.results import (
    find_item,
    fitted,
    held_results,
    item_of_payment,
    keep_outcome,
    open_result,
    open_results,
    read_results_of,
    results_to_book,
    results_waiting,
    set_result_aside,
    take_results,
)
from desktop.debits.service.standing import debit_files, debit_items, items_of

__all__ = [
    "FILE",
    "MAKE",
    "TAKE",
    "VIEW",
    "awaiting",
    "debit_banks",
    "debit_files",
    "debit_items",
    "debit_of",
    "due_day",
    "end_mandate",
    "file_to_send",
    "find_item",
    "fitted",
    "held_results",
    "import_mandates",
    "item_of_payment",
    "items_of",
    "keep_outcome",
    "make_file",
    "mandate_history",
    "mandates",
    "note_sent",
    "open_result",
    "open_results",
    "preview_file",
    "prove",
    "read_results_of",
    "results_to_book",
    "results_waiting",
    "send_file",
    "set_debit_bank",
    "set_mandate",
    "set_result_aside",
    "take_mandates",
    "take_results",
    "withdraw_file",
]
