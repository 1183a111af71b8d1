"""The papers of the hall's money."""

from desktop.treasury.documents.day_sheet import day_sheet_pdf, day_sheet_text, read_day_file

__all__ = ["day_sheet_pdf", "day_sheet_text", "read_day_file"]
