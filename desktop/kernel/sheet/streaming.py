"""Large workbooks of our own template: sheet by sheet, each sheet with its own columns, with little memory.

They are made by somebody who takes a hall over, not sent in by anybody, and may be larger than `reading` allows; so
python-calamine reads them in this process.
"""

from __future__ import annotations

import itertools
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum, ZipError

from desktop.kernel.cells.refusal import Why
from desktop.kernel.cells.titles import TITLE_ROWS, Finder
from desktop.kernel.cells.workbook import MEGABYTE, MOST_PARTS, MOST_RATIO, Line
from desktop.kernel.errors import Problem, Refused
from desktop.kernel.sheet.reading import Field, Row, Table, problems_of, refusal
from desktop.kernel.text import Text

MOST_BYTES_STREAMED = 300 * MEGABYTE
MOST_UNPACKED_STREAMED = 4_000 * MEGABYTE
MOST_CELLS = 20_000_000
CHUNK = 4 * MEGABYTE
Numbered = Iterator[tuple[int, Sequence[object]]]

_FILLED_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Z]+)(\d+)["'][^>]*(?<!/)>""")


def stream_rows(path: Path, fields_of: Callable[[str], Sequence[Field] | None]) -> Iterator[Row | Problem]:
    """The rows of a large workbook one after the other, sheet by sheet, so that many of them need little memory.

    ``fields_of(sheet)`` gives the columns of a visible sheet, None where it is passed over. A sheet whose titles are
    missing or doubled gives its problems and no row; blank rows are left out. A file that is no workbook is `Refused`.
    """
    if path.stat().st_size > MOST_BYTES_STREAMED:
        raise Refused(refusal(path, Why.LARGE, MOST_BYTES_STREAMED // MEGABYTE))
    with path.open("rb") as stream:
        if path.suffix.lower() not in {".xlsx", ".xlsm"} or not stream.read(4).startswith(b"PK"):
            raise Refused(refusal(path, Why.NO_WORKBOOK, 0))
    _check_workbook(path, MOST_UNPACKED_STREAMED)
    for name, numbered in _workbook_sheets(path):
        fields = fields_of(name)
        if fields is not None:
            yield from _sheet_rows(name, (_line(*one) for one in numbered), fields)


def _sheet_rows(name: str, lines: Iterator[Line], fields: Sequence[Field]) -> Iterator[Row | Problem]:
    head = list(itertools.islice(lines, TITLE_ROWS))
    titles = Finder([field.wanted for field in fields], {}).find(head)
    known = bool(titles and (titles.columns or titles.doubled))
    facts = {
        "name": name,
        "hidden": False,
        "filled": sum(1 for line in head if line.cells),
        "found": known,
        "titles": [titles.number if titles else 0],
        "doubled": dict(titles.doubled) if titles else {},
        "columns": dict(titles.columns) if titles else {},
    }
    wrong = list(problems_of(facts, fields))
    yield from wrong
    if titles is None or wrong:
        return
    table = Table(name, {one: titles.above[at].strip() for one, at in titles.columns.items()}, {}, False)
    for line in itertools.chain(head, lines):
        cells = {one: line.cells.get(at) for one, at in titles.columns.items()}
        if line.number > titles.number and any(cells.values()):
            yield Row(table, line.number, cells)


def _line(number: int, values: Sequence[object]) -> Line:
    spelled = ((place, _spelled(value)) for place, value in enumerate(values))
    return Line(number, {place: cell for place, cell in spelled if cell is not None})


def _spelled(value: object) -> str | None:
    """A value as `desktop.kernel.cells` spells it."""
    match value:
        case None:
            return None
        case bool():
            return "b1" if value else "b0"
        case datetime() | date():
            return f"d{value.isoformat()[:10]}"
        case int() | float():
            return f"n{value!r}"
    words = str(value)
    return f"s{words}" if words.strip() else None


def _workbook_sheets(path: Path) -> Iterator[tuple[str, Numbered]]:
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            for meta in workbook.sheets_metadata:
                if meta.visible is SheetVisibleEnum.Visible:
                    sheet = workbook.get_sheet_by_name(meta.name)
                    yield meta.name, enumerate(sheet.iter_rows(), 1)
    except (CalamineError, PasswordError, ZipError) as error:
        raise Refused(refusal(path, Why.NO_WORKBOOK, 0)) from error


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
        raise Refused(refusal(path, Why.NO_WORKBOOK, 0)) from error


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
