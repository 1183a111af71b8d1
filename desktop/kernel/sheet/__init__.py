"""Spreadsheets by column title: XLSX and CSV in, XLSX out."""

from desktop.kernel.sheet.reading import Field, Row, Rows, half_width, read_rows, stream_rows
from desktop.kernel.sheet.writing import (
    Column,
    Entry,
    Kind,
    Origin,
    Sheet,
    harmless,
    write_workbook,
    write_xlsx,
)

__all__ = [
    "Column",
    "Entry",
    "Field",
    "Kind",
    "Origin",
    "Row",
    "Rows",
    "Sheet",
    "half_width",
    "harmless",
    "read_rows",
    "stream_rows",
    "write_workbook",
    "write_xlsx",
]
