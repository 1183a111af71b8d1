"""The hall's money: its tills as they stand, the close of its days, what is kept of them."""

from desktop.treasury.service.bank import (
    book_fee,
    line_suggestions,
    match_all,
    match_line,
    match_lines,
    return_line,
    set_line_aside,
    take_file,
    undo_line,
)
from desktop.treasury.service.bank_files import banks, read_file, take_bank_file
from desktop.treasury.service.bank_lines import bank_lines, lines_to_mend, prove_bank
from desktop.treasury.service.copies import copies_folder, copies_to_remove, keep_day, remove_copies
from desktop.treasury.service.day import (
    CLOSE_DAY,
    DAY_SHEET,
    close_day,
    day_look,
    day_sheet,
    day_waiting,
    days,
    heads_checked,
    note_copy,
    prove,
    reprint_day_sheet,
)
from desktop.treasury.service.debiting import (
    book_results,
    book_waiting,
    mend_result,
    prove_debits,
    return_debit,
    take_results_in,
)
from desktop.treasury.service.missing import deal_with_missing, dealt_with
from desktop.treasury.service.safe import (
    DEPOSIT,
    deposit_cash,
    deposit_slip,
    prove_safe,
    reprint_deposit_slip,
    safe,
    take_back_safe,
)
from desktop.treasury.service.safe_counts import count_safe, settle_count
from desktop.treasury.service.tills import DRAWERS, drawers, kept_today
from desktop.treasury.service.transit import MATCH as MATCH_BANK
from desktop.treasury.service.transit import in_transit

__all__ = [
    "CLOSE_DAY",
    "DAY_SHEET",
    "DEPOSIT",
    "DRAWERS",
    "MATCH_BANK",
    "bank_lines",
    "banks",
    "book_fee",
    "book_results",
    "book_waiting",
    "close_day",
    "copies_folder",
    "copies_to_remove",
    "count_safe",
    "day_look",
    "day_sheet",
    "day_waiting",
    "days",
    "deal_with_missing",
    "dealt_with",
    "deposit_cash",
    "deposit_slip",
    "drawers",
    "heads_checked",
    "in_transit",
    "keep_day",
    "kept_today",
    "line_suggestions",
    "lines_to_mend",
    "match_all",
    "match_line",
    "match_lines",
    "mend_result",
    "note_copy",
    "prove",
    "prove_bank",
    "prove_debits",
    "prove_safe",
    "read_file",
    "remove_copies",
    "reprint_day_sheet",
    "reprint_deposit_slip",
    "return_debit",
    "return_line",
    "safe",
    "set_line_aside",
    "settle_count",
    "take_back_safe",
    "take_bank_file",
    "take_file",
    "take_results_in",
    "undo_line",
]
