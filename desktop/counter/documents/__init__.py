"""The papers of the counter."""

from desktop.counter.documents.cash_sheet import cash_sheet_pdf
from desktop.counter.documents.receipt import receipt_pdf
from desktop.counter.documents.strip import strip_pdf

__all__ = ["cash_sheet_pdf", "receipt_pdf", "strip_pdf"]
