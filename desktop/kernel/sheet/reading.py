"""Spreadsheets in: the rows of an XLSX or CSV file by column title.

Columns may stand in any order under any of their titles; a cell comes out as text, as an exact `Decimal`
made from the shortest text of the number, or as a date. Spreadsheets keep 15 digits of a number: one with
more is a `Problem` (the sheet has lost digits), never a guess. A file that is no workbook, or larger
unpacked than a reading sheet can be, is `Refused` before it is opened.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum, ZipError

from desktop.kernel.errors import Problem, Refused
from desktop.kernel.sheet.writing import EXACT_DIGITS, HARMFUL
from desktop.kernel.text import Text

MEGABYTE = 2**20
MOST_BYTES = 20 * MEGABYTE
MOST_UNPACKED = 300 * MEGABYTE
MOST_BYTES_STREAMED = 300 * MEGABYTE
MOST_UNPACKED_STREAMED = 4_000 * MEGABYTE
MOST_RATIO = 100
MOST_PARTS = 2_000
MOST_CELLS = 20_000_000
CHUNK = 4 * MEGABYTE
TITLE_ROWS = 10
# Day 0 of the serial dates in use since 1900-03-01; what lies outside these serials is no date of ours.
DAY_ZERO = date(1899, 12, 30)
SERIALS = range(20_000, 80_000)

Value = str | Decimal | date | bool | None

_FILLED_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]+)(\d+)["'][^>]*(?<!/)>""")
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))")


@dataclass(frozen=True, slots=True)
class Field:
    """A column to look for: the caller's ``name`` for it, our ``title``, and all ``titles`` it may have."""

    name: str
    title: Text
    titles: tuple[str, ...]
    required: bool = True


@dataclass(slots=True)
class Row:
    """One row of a sheet; ``line`` as spreadsheets count. A reader that fails notes why and gives None."""

    sheet: str
    line: int
    cells: Mapping[str, Value]
    titles: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def note(self, name: str, what: Text, remedy: Text) -> None:
        """Adds a problem with the cell of a field."""
        value = self.cells.get(name)
        shown = "" if value is None else str(value)
        self.problems.append(
            Problem(what, remedy, self.titles.get(name, name), shown[:80], self.sheet, self.line)
        )

    def _value(self, name: str, required: bool) -> Value:
        value = self.cells.get(name)
        if value is None and required:
            self.note(name, Text("This cell is empty"), Text("Fill it in"))
        return value

    def text(self, name: str, *, required: bool = True) -> str | None:
        """Words or an identifier, without blanks around it; a whole number is taken as its digits."""
        value = self._value(name, required)
        if isinstance(value, Decimal):
            return None if self._lost(name, value) else f"{value:f}"
        if isinstance(value, date | bool):
            what = Text("Words or a number belong here, not a date or a yes and no")
            self.note(name, what, Text("Format the column as text and write it again"))
            return None
        return value

    def identifier(self, name: str, *, required: bool = True) -> str | None:
        """A number or code kept as text: full-width letters and digits made plain, without blanks."""
        words = self.text(name, required=required)
        return None if words is None else "".join(half_width(words).split())

    def number(self, name: str, *, required: bool = True) -> Decimal | None:
        """An exact number, from a number cell or from text such as ``1,234.5``."""
        value = self._value(name, required)
        if isinstance(value, str):
            words = half_width(value)
            if _NUMBER.fullmatch(words):
                return Decimal(words.replace(",", ""))
        elif isinstance(value, Decimal):
            return None if self._lost(name, value) else value
        if value is not None:
            self.note(name, Text("This is no number"), Text("Write digits, with a point before decimals"))
        return None

    def day(self, name: str, *, required: bool = True) -> date | None:
        """A date: a date cell, the serial number of one, or text such as 2026-01-31 or 2026年1月31日."""
        value = self._value(name, required)
        if isinstance(value, date):
            return value
        if isinstance(value, Decimal) and value == value.to_integral_value() and int(value) in SERIALS:
            return DAY_ZERO + timedelta(days=int(value))
        words = half_width(str(value)) if isinstance(value, str | Decimal) else ""
        hit = _DATE.fullmatch(words)
        try:
            if hit:
                year, month, on = (int(part) for part in hit.groups() if part)
                return date(year, month, on)
        except ValueError:
            pass
        if value is not None:
            self.note(name, Text("This is no date"), Text("Write year, month and day: 2026-01-31"))
        return None

    def _lost(self, name: str, value: Decimal) -> bool:
        lost = len(value.as_tuple().digits) > EXACT_DIGITS or value.adjusted() >= EXACT_DIGITS
        if lost:
            what = Text("The sheet has lost digits: it keeps {count} of a number", count=EXACT_DIGITS)
            self.note(name, what, Text("Format the column as text and write the number again"))
        return lost


@dataclass(frozen=True, slots=True)
class Rows:
    """What a file holds: its rows in order, the problems of whole sheets, and how many rows were blank."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    skipped: int


def half_width(words: str) -> str:
    """Text as typed on any keyboard: full-width digits, letters and marks made plain, blanks around
    taken off.

    >>> half_width("　３３０１－４ ")
    '3301-4'
    """
    return unicodedata.normalize("NFKC", words).strip()


def read_rows(path: Path, fields: Sequence[Field]) -> Rows:
    """The rows under the titles of ``fields`` in every visible sheet of an XLSX or CSV file.

    The titles stand in the first row, of the first ten, that holds one of them; a missing or doubled title
    is a problem of its sheet, as is a filled sheet without titles. A file that is no such file is
    `Refused`.
    """
    rows: list[Row] = []
    problems: list[Problem] = []
    skipped, found = 0, False
    for sheet, numbered in _sheets(path):
        table = list(numbered)
        place = _titles(table, fields)
        if place is None:
            if table:
                what = Text("No row of titles among the first {count} rows", count=TITLE_ROWS)
                remedy = Text("Write the titles above the columns, or empty this sheet")
                problems.append(Problem(what, remedy, sheet=sheet))
            continue
        found = True
        columns, wrong = _columns(sheet, table[place], fields)
        problems += wrong
        if wrong:
            continue
        titles = {name: str(table[place][1][index]).strip() for name, index in columns.items()}
        for number, cells in table[place + 1 :]:
            values = {name: _cell(cells[index]) for name, index in columns.items() if index < len(cells)}
            if all(value is None for value in values.values()):
                skipped += 1
            else:
                rows.append(Row(sheet, number, values, titles))
    if not found and not problems:
        raise Refused(Text("{file} is empty", file=path.name))
    return Rows(tuple(rows), tuple(problems), skipped)


def stream_rows(path: Path, fields_of: Callable[[str], Sequence[Field] | None]) -> Iterator[Row | Problem]:
    """The rows of a large workbook one after the other, sheet by sheet, so that many of them need little memory.

    ``fields_of(sheet)`` gives the columns of a visible sheet, None where it is passed over. A sheet whose titles are
    missing or doubled gives its problems and no row; blank rows are left out. A file that is no workbook is `Refused`.
    """
    if path.stat().st_size > MOST_BYTES_STREAMED:
        limit = MOST_BYTES_STREAMED // MEGABYTE
        raise Refused(Text("{file} is too large: at most {limit} MB", file=path.name, limit=limit))
    with path.open("rb") as stream:
        if path.suffix.lower() not in {".xlsx", ".xlsm"} or not stream.read(4).startswith(b"PK"):
            raise _no_workbook(path)
    _check_workbook(path, MOST_UNPACKED_STREAMED)
    for name, numbered in _workbook_sheets(path):
        fields = fields_of(name)
        if fields is None:
            continue
        head = list(itertools.islice(numbered, TITLE_ROWS))
        place = _titles(head, fields)
        if place is None:
            if any(_cell(value) is not None for _, cells in head for value in cells):
                what = Text("No row of titles among the first {count} rows", count=TITLE_ROWS)
                remedy = Text("Write the titles above the columns, or empty this sheet")
                yield Problem(what, remedy, sheet=name)
            continue
        columns, wrong = _columns(name, head[place], fields)
        yield from wrong
        titles = {field: str(head[place][1][index]).strip() for field, index in columns.items()}
        for number, cells in () if wrong else itertools.chain(head[place + 1 :], numbered):
            values = {field: _cell(cells[index]) for field, index in columns.items() if index < len(cells)}
            if any(value is not None for value in values.values()):
                yield Row(name, number, values, titles)


Numbered = Iterator[tuple[int, Sequence[object]]]


def _sheets(path: Path) -> Iterator[tuple[str, Numbered]]:
    """Name and numbered rows of each visible sheet; blank rows are left out of a workbook's end and start."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise Refused(
            Text("{file} is too large: at most {limit} MB", file=path.name, limit=MOST_BYTES // MEGABYTE)
        )
    with path.open("rb") as stream:
        start = stream.read(4)
    if start.startswith(b"PK") and path.suffix.lower() in {".xlsx", ".xlsm"}:
        _check_workbook(path, MOST_UNPACKED)
        yield from _workbook_sheets(path)
    elif path.suffix.lower() in {".csv", ".txt"} and not start.startswith(b"\xd0\xcf"):
        yield path.stem, enumerate(_csv_rows(path), 1)
    else:
        raise _no_workbook(path)


def _no_workbook(path: Path) -> Refused:
    return Refused(
        Text(
            "{file} is no .xlsx workbook without a password and no .csv file: save it as .xlsx",
            file=path.name,
        )
    )


def _workbook_sheets(path: Path) -> Iterator[tuple[str, Numbered]]:
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            for meta in workbook.sheets_metadata:
                if meta.visible is SheetVisibleEnum.Visible:
                    sheet = workbook.get_sheet_by_name(meta.name)
                    yield meta.name, enumerate(sheet.iter_rows(), 1)
    except (CalamineError, PasswordError, ZipError) as error:
        raise _no_workbook(path) from error


def _csv_rows(path: Path) -> Iterator[Sequence[object]]:
    """Rows of a CSV file in UTF-8 or the Chinese national encoding, parted by comma, semicolon or tab."""
    raw = path.read_bytes()
    try:
        words = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            words = raw.decode("gb18030")
        except UnicodeDecodeError as error:
            raise _no_workbook(path) from error
    if "\0" in words:
        raise _no_workbook(path)
    first = words.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(words, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise _no_workbook(path) from error


def _check_workbook(path: Path, most_unpacked: int) -> None:
    """Refuses what would not fit into memory, from the directory of the file and the places of its cells."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            packed = max(1, sum(part.compress_size for part in parts))
            if len(parts) > MOST_PARTS or unpacked > most_unpacked or unpacked > MOST_RATIO * packed:
                raise Refused(Text("{file} is too large once unpacked: divide it", file=path.name))
            for part in parts:
                if part.filename.endswith(".xml") and _area(archive, part) > MOST_CELLS:
                    raise Refused(
                        Text(
                            "{file} has cells too far apart: clear the empty rows and columns", file=path.name
                        )
                    )
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise _no_workbook(path) from error


def _area(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """Rows × columns up to the last filled cell of a sheet.

    The reader lays a sheet out in full, so a single cell in the last corner would ask for half a terabyte and
    end the program.
    """
    columns: set[bytes] = set()
    last_row, rest = 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            seen = rest + chunk
            for hit in _FILLED_CELL.finditer(seen):
                columns.add(hit[1])
                last_row = max(last_row, int(hit[2]))
            rest = seen[seen.rfind(b"<") :] if b"<" in seen else b""
    return last_row * max((_column_number(letters) for letters in columns), default=0)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + letter - ord("A") + 1
    return number


def _cell(value: object) -> Value:
    """A cell as text, exact number or date; None when blank."""
    match value:
        case bool() | None:
            return value
        case datetime():
            return value.date()
        case date():
            return value
        case int() | float():
            number = Decimal(repr(value))
            whole = number == number.to_integral_value()
            return number.quantize(Decimal(1)) if whole and number.adjusted() <= EXACT_DIGITS else number
        case _:
            words = str(value).strip()
            escaped = words.startswith("'") and HARMFUL.match(words)
            return words[1:] if escaped else words or None


def _normal(title: object) -> str:
    """A title without blanks, marks, the unit in brackets and the difference of capitals."""
    words = re.sub(r"[(\[].*", "", "".join(half_width(str(title)).split()))
    return words.strip("*:").casefold()


def _titles(table: Sequence[tuple[int, Sequence[object]]], fields: Sequence[Field]) -> int | None:
    """The index of the row that holds the most titles, among the first ones; None when none holds one."""
    known = {_normal(title) for wanted in fields for title in wanted.titles}
    hits = [len(known.intersection(map(_normal, cells))) for _, cells in table[:TITLE_ROWS]]
    most = max(hits, default=0)
    return hits.index(most) if most else None


def _columns(
    sheet: str, row: tuple[int, Sequence[object]], fields: Sequence[Field]
) -> tuple[dict[str, int], list[Problem]]:
    """Which column each field stands in, and what is missing or doubled."""
    number, cells = row
    columns: dict[str, int] = {}
    problems = []
    for wanted in fields:
        titles = {_normal(title) for title in wanted.titles}
        places = [index for index, cell in enumerate(cells) if _normal(cell) in titles]
        if len(places) > 1:
            what = Text("{count} columns have this title", count=len(places))
            problems.append(Problem(what, Text("Leave one of them"), wanted.title, sheet=sheet, row=number))
        elif places:
            columns[wanted.name] = places[0]
        elif wanted.required:
            what, remedy = Text("This column is missing"), Text("Add it, with this title")
            problems.append(Problem(what, remedy, wanted.title, sheet=sheet, row=number))
    return columns, problems
