"""The papers of the hall's money."""

from desktop.treasury.documents.bank_file import read_bank_file
from desktop.treasury.documents.day_sheet import (
    day_file,
    day_sheet_pdf,
    day_sheet_text,
    debit_words,
    dropped_words,
    read_day_file,
)
from desktop.treasury.documents.deposit import deposit_slip_pdf
from desktop.treasury.documents.missing import missing_words

__all__ = [
    "day_file",
    "day_sheet_pdf",
    "day_sheet_text",
    "debit_words",
    "deposit_slip_pdf",
    "dropped_words",
    "missing_words",
    "read_bank_file",
    "read_day_file",
]
