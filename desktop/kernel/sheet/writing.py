"""Spreadsheets out: identifiers are text, money is a number with its format, and no cell can become a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, BinaryIO

import openpyxl
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from desktop.kernel.measures import Measure, Money

EXACT_DIGITS = 15
# What a spreadsheet takes for a formula; one apostrophe before it is ours, further ones were there already.
HARMFUL = re.compile("'*[=+@\t\r-]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Kind(Enum):
    """What a column of a written sheet holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    VALUE = "value"
    """Each cell what its value is."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column to write: its title, what it holds, decimals shown of a number, width in characters."""

    title: str
    kind: Kind = Kind.TEXT
    decimals: int = 0
    width: float = 14


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to write; a row holds one value per column: text, whole number, Decimal, measure, date or None.

    `Money` is written with the decimals of its column.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Marked:
    """A value whose cell is coloured, because something is wrong with it."""

    value: object


_HEAD_FONT = Font(bold=True)
_HEAD_FILL = PatternFill("solid", fgColor="E6F0EF")
_MARKED = PatternFill("solid", fgColor="FBE4E0")
_HEAD_ALIGNMENT = Alignment(vertical="center", wrap_text=True)


def write_xlsx(sheets: Iterable[Sheet]) -> bytes:
    """The bytes of a workbook; rows are streamed, so a long sheet needs little memory."""
    stream = io.BytesIO()
    write_workbook(sheets, stream)
    return stream.getvalue()


def write_workbook(sheets: Iterable[Sheet], stream: BinaryIO) -> None:
    """Write a workbook into a stream; the next sheet is asked for when the one before it is through."""
    workbook = openpyxl.Workbook(write_only=True)
    try:
        for sheet in sheets:
            page: Any = workbook.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", sheet.name)[:31])
            page.freeze_panes = "A2"
            for index, column in enumerate(sheet.columns, 1):
                page.column_dimensions[get_column_letter(index)].width = column.width
            page.append([_head(page, column) for column in sheet.columns])
            for row in sheet.rows:
                page.append([_written(page, *pair) for pair in zip(sheet.columns, row, strict=True)])
    except BaseException:
        for begun in workbook.worksheets:  # they write beside the workbook until it is saved
            unsaved: Any = begun
            unsaved.close()
            unsaved._writer.cleanup()
        raise
    workbook.save(stream)


def _head(page: Any, column: Column) -> Cell:
    cell = WriteOnlyCell(page, harmless(column.title))
    cell.font, cell.fill, cell.alignment = _HEAD_FONT, _HEAD_FILL, _HEAD_ALIGNMENT
    return cell


def harmless(words: str) -> str:
    """Text that no spreadsheet takes for a formula, and without characters a workbook cannot hold."""
    shown = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", words)
    return f"'{shown}" if HARMFUL.match(shown) else shown


def _written(page: Any, column: Column, value: object) -> Cell | None:
    if isinstance(value, Marked):
        marked = _written(page, column, value.value) or WriteOnlyCell(page)
        marked.fill = _MARKED
        return marked
    if value is None or value == "":
        return None
    if column.kind in (Kind.DATE, Kind.VALUE) and isinstance(value, date):
        cell = WriteOnlyCell(page, datetime.combine(value, time()))
        cell.number_format = "yyyy-mm-dd"
        return cell
    number: Any = _number(column, value) if column.kind in (Kind.NUMBER, Kind.VALUE) else None
    if number is None or len(number.as_tuple().digits) > EXACT_DIGITS:
        cell = WriteOnlyCell(page, harmless(str(value if number is None else number)))
        cell.number_format = "@"
        return cell
    decimals = column.decimals
    if column.kind is Kind.VALUE and not isinstance(value, Money):
        shown = number.normalize() if isinstance(value, Measure) else number
        decimals = max(0, -shown.as_tuple().exponent)
    cell = WriteOnlyCell(page, number)
    cell.number_format = "#,##0" + ("." + "0" * decimals if decimals else "")
    return cell


def _number(column: Column, value: object) -> Decimal | None:
    if isinstance(value, Money):
        return Decimal(value.raw).scaleb(-column.decimals)
    if isinstance(value, Measure):
        return value.decimal
    if isinstance(value, bool):
        return None
    try:
        return Decimal(value) if isinstance(value, int | Decimal) else None
    except InvalidOperation:
        return None
