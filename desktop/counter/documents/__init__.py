"""The papers of the counter."""

from desktop.counter.documents.cash_sheet import cash_sheet_pdf
from desktop.counter.documents.cash_workbook import cash_sheet_xlsx
from desktop.counter.documents.letters import (
    cheque_letters_pdf,
    letter_head,
    move_letters_pdf,
    refund_pdf,
)
from desktop.counter.documents.lost import handed_on_words, lost_words
from desktop.counter.documents.receipt import receipt_pdf
from desktop.counter.documents.strip import strip_lines, strip_pdf

__all__ = [
    "cash_sheet_pdf",
    "cash_sheet_xlsx",
    "cheque_letters_pdf",
    "handed_on_words",
    "letter_head",
    "lost_words",
    "move_letters_pdf",
    "receipt_pdf",
    "refund_pdf",
    "strip_lines",
    "strip_pdf",
]
