"""Spreadsheets out: identifiers are text, money is a number with its format, and no cell can become a formula.

A sheet with `Entry` columns is a form: everything else is locked, so that what comes back is what went out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, BinaryIO

import openpyxl
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins

from desktop.kernel.errors import Refused
from desktop.kernel.measures import Measure, Money
from desktop.kernel.text import Text
from desktop.kernel.watermark import mark_everywhere

EXACT_DIGITS = 15
# What a spreadsheet takes for a formula; one apostrophe before it is ours, further ones were there already.
HARMFUL = re.compile("'*[=+@\t\r\n＝＋＠－-]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Kind(Enum):
    """What a column of a written sheet holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    VALUE = "value"
    """Each cell what its value is."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Makes a column one that somebody fills in.

    What is typed is expected to be ``not_below`` the value in the column of that index, in the same row; for text
    nothing is expected. Anything else is asked about with ``warning``, never stopped.
    """

    warning: str = ""
    not_below: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column to write: its title, what it holds, decimals shown of a number, width in characters.

    ``wrap`` lets long words take further lines of their cell.
    """

    title: str
    kind: Kind = Kind.TEXT
    decimals: int = 0
    width: float = 14
    entry: Entry | None = None
    wrap: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to write; a row holds one value per column: text, whole number, Decimal, measure, date or None.

    `Money` is written with the decimals of its column. The lines ``above`` stand over the titles, one a row. With a
    ``foot`` the sheet prints on A4 landscape, as wide as the paper, its titles on every page and the foot below; in
    the foot ``{page}`` and ``{pages}`` are counted by whoever prints.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[object]]
    above: tuple[str, ...] = ()
    foot: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who made a workbook, and a remark, as its properties tell."""

    author: str
    remark: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A value whose cell is coloured, because something is wrong with it."""

    value: object


_HEAD_FONT = Font(bold=True)
_HEAD_FILL = PatternFill("solid", fgColor="E6F0EF")
_MARKED = PatternFill("solid", fgColor="FBE4E0")
_HEAD_ALIGNMENT = Alignment(vertical="center", wrap_text=True)
_ABOVE_FONT = Font(color="46544F")
_TO_FILL_IN = PatternFill("solid", fgColor="FFFBEA")
_TO_FILL_IN_BORDER = Border(*(Side("thin", "FF78857F"),) * 4)
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_FREE = Protection(locked=False)
_LONGEST_WARNING = 250  # a workbook with a longer one does not open
LAST_ROW = 1_048_576
_A4 = 9
_MARGIN_INCHES = 0.4


def write_xlsx(sheets: Iterable[Sheet], origin: Origin | None = None) -> bytes:
    """The bytes of a workbook; rows are streamed, so a long sheet needs little memory."""
    stream = io.BytesIO()
    write_workbook(sheets, stream, origin)
    return stream.getvalue()


def write_workbook(sheets: Iterable[Sheet], stream: BinaryIO, origin: Origin | None = None) -> None:
    """Write a workbook into a stream; the next sheet is asked for when the one before it is through.

    `Refused` where a sheet would get more rows than one holds: who opens it would see the first ones alone. In
    practice each sheet says so over its titles and in print.
    """
    workbook, mark = openpyxl.Workbook(write_only=True), mark_everywhere()
    workbook.properties.title = mark or None
    if origin is not None:
        workbook.properties.creator = _plain(origin.author)
        workbook.properties.description = _plain(origin.remark)
    try:
        for sheet in sheets:
            _write_sheet(workbook, sheet, mark)
    except BaseException:
        for begun in workbook.worksheets:  # they write beside the workbook until it is saved
            unsaved: Any = begun
            unsaved.close()
            unsaved._writer.cleanup()
        raise
    workbook.save(stream)


@contextmanager
def csv_rows(stream: BinaryIO) -> Iterator[Any]:
    """A writer of rows into ``stream``, in UTF-8 that spreadsheets know by its mark; in practice the first says so."""
    words = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    writer = csv.writer(words)
    if mark_everywhere():
        writer.writerow([mark_everywhere()])
    yield writer
    words.flush()
    words.detach()


def _write_sheet(workbook: openpyxl.Workbook, sheet: Sheet, mark: str) -> None:
    page: Any = workbook.create_sheet(_sheet_name(sheet.name))
    if mark:
        sheet = replace(sheet, above=(mark, *sheet.above))
        page.HeaderFooter.oddHeader.center.text = mark.replace("&", "&&")
    head = len(sheet.above) + 1
    page.freeze_panes = f"A{head + 1}"
    for index, column in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(index)].width = column.width
    if sheet.foot:
        _lay_out(page, sheet.foot, head)
    for words in sheet.above:
        cell = WriteOnlyCell(page, harmless(words))
        cell.font = _ABOVE_FONT
        page.append([cell])
    page.append([_head(page, column) for column in sheet.columns])
    last = head
    for row in sheet.rows:
        last += 1
        if last > LAST_ROW:
            what = Text(
                "The sheet “{sheet}” would have more than {count} rows. Write out fewer at once.",
                sheet=sheet.name,
                count=LAST_ROW,
            )
            raise Refused(what)
        page.append([_written(page, *pair) for pair in zip(sheet.columns, row, strict=True)])
    if last > head and any(column.entry is not None for column in sheet.columns):
        _lock(page, sheet.columns, head + 1, last)


def _sheet_name(name: str) -> str:
    """A name a spreadsheet allows for a sheet."""
    return re.sub(r"[\[\]:*?/\\]", " ", _plain(name)).strip("' ")[:31].rstrip("' ") or "1"


def _lay_out(page: Any, foot: str, head: int) -> None:
    """How the sheet prints."""
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", _A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.page_margins = PageMargins(*(_MARGIN_INCHES,) * 4, header=0.2, footer=0.2)
    page.print_title_rows = f"{head}:{head}"
    words = foot.replace("&", "&&").replace("{page}", "&P").replace("{pages}", "&N")
    page.HeaderFooter.oddFooter.center.text = words


def _lock(page: Any, columns: Sequence[Column], first: int, last: int) -> None:
    """Lock all but what is filled in, and ask about what is typed there when it is not expected."""
    page.protection.sheet = True
    page.protection.formatColumns = page.protection.formatRows = page.protection.autoFilter = False
    for at, column in enumerate(columns):
        if column.entry is None or column.kind not in (Kind.NUMBER, Kind.DATE):
            continue
        floor, below = "0", column.entry.not_below
        if below is not None:
            floor = f"{get_column_letter(below + 1)}{first}"  # counts on with the rows
        asked = DataValidation(
            "decimal" if column.kind is Kind.NUMBER else "date",
            operator="greaterThanOrEqual",
            formula1=floor,
            allow_blank=True,
            showErrorMessage=True,
            errorStyle="warning",
            error=_plain(column.entry.warning)[:_LONGEST_WARNING],
            errorTitle=_plain(column.title)[:31],
        )
        letter = get_column_letter(at + 1)
        asked.add(f"{letter}{first}:{letter}{min(last, LAST_ROW)}")
        page.data_validations.append(asked)


def _head(page: Any, column: Column) -> Cell:
    cell = WriteOnlyCell(page, harmless(column.title))
    cell.font, cell.fill, cell.alignment = _HEAD_FONT, _HEAD_FILL, _HEAD_ALIGNMENT
    return cell


def harmless(words: str) -> str:
    """Text that no spreadsheet takes for a formula, and without characters a workbook cannot hold."""
    shown = _plain(words)
    return f"'{shown}" if HARMFUL.match(shown) else shown


def _plain(words: str) -> str:
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", words)


def _written(page: Any, column: Column, value: object) -> Cell | None:
    if isinstance(value, Marked):
        marked = _written(page, column, value.value) or WriteOnlyCell(page)
        marked.fill = _MARKED
        return marked
    cell = None if value is None or value == "" else _filled(page, column, value)
    if column.entry is None:
        if cell is not None and column.wrap:
            cell.alignment = _WRAPPED
        return cell
    if cell is None:
        cell = WriteOnlyCell(page)
        cell.number_format = _EMPTY_FORMATS[column.kind]
    cell.protection, cell.fill, cell.border = _FREE, _TO_FILL_IN, _TO_FILL_IN_BORDER
    return cell


_EMPTY_FORMATS = {
    Kind.TEXT: "@",
    Kind.NUMBER: "General",
    Kind.DATE: "yyyy-mm-dd",
    Kind.VALUE: "General",
}


def _filled(page: Any, column: Column, value: object) -> Cell:
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
