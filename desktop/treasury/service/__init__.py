"""The hall's money: its tills as they stand, the close of its days, what is kept of them."""

from desktop.treasury.service.copies import copies_folder, keep_day
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
from desktop.treasury.service.safe import (
    DEPOSIT,
    count_safe,
    deposit_cash,
    deposit_slip,
    prove_safe,
    reprint_deposit_slip,
    safe,
    take_back_safe,
)
from desktop.treasury.service.tills import DRAWERS, drawers, kept_today

__all__ = [
    "CLOSE_DAY",
    "DAY_SHEET",
    "DEPOSIT",
    "DRAWERS",
    "close_day",
    "copies_folder",
    "count_safe",
    "day_look",
    "day_sheet",
    "day_waiting",
    "days",
    "deposit_cash",
    "deposit_slip",
    "drawers",
    "heads_checked",
    "keep_day",
    "kept_today",
    "note_copy",
    "prove",
    "prove_safe",
    "reprint_day_sheet",
    "reprint_deposit_slip",
    "safe",
    "take_back_safe",
]
