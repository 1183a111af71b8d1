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
from desktop.treasury.service.tills import DRAWERS, drawers, kept_today

__all__ = [
    "CLOSE_DAY",
    "DAY_SHEET",
    "DRAWERS",
    "close_day",
    "copies_folder",
    "day_look",
    "day_sheet",
    "day_waiting",
    "days",
    "drawers",
    "heads_checked",
    "keep_day",
    "kept_today",
    "note_copy",
    "prove",
    "reprint_day_sheet",
]
