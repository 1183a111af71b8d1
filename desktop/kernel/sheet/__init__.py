"""Spreadsheets by column title: XLSX and CSV in, XLSX out."""

from desktop.kernel.cells.found import LeftOut, SheetFound
from desktop.kernel.cells.shapes import half_width
from desktop.kernel.sheet.reading import (
    Field,
    Progress,
    Row,
    Rows,
    SheetFile,
    SomeRows,
    Stopped,
    opened,
    plain_code,
    read_rows,
    some_rows,
)
from desktop.kernel.sheet.streaming import Layout, stream_rows
from desktop.kernel.sheet.writing import (
    Column,
    Entry,
    Kind,
    Marked,
    Origin,
    Sheet,
    csv_rows,
    harmless,
    write_workbook,
    write_xlsx,
)

__all__ = [
    "Column",
    "Entry",
    "Field",
    "Kind",
    "Layout",
    "LeftOut",
    "Marked",
    "Origin",
    "Progress",
    "Row",
    "Rows",
    "Sheet",
    "SheetFile",
    "SheetFound",
    "SomeRows",
    "Stopped",
    "csv_rows",
    "half_width",
    "harmless",
    "opened",
    "plain_code",
    "read_rows",
    "some_rows",
    "stream_rows",
    "write_workbook",
    "write_xlsx",
]
