"""The rows of an XLSX workbook, as a stream: however long a sheet is, only one row of it is in memory.

A cell comes out as a string whose first letter says what it is: ``s`` text, ``n`` number (its shortest text), ``d``
date, ``b`` yes or no, ``e`` an error value, ``f`` a formula, as it is written. Formulas are never reckoned, and what
a program reckoned once is not taken either; one whose value is a text without letters is an empty cell. A workbook with
macros, links to elsewhere or objects of other programs is refused (`foreign`), as is a document type, and with it every
entity. Sizes are checked from the directory of the archive before anything is unpacked, and again while it is.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import isinf
from pathlib import Path
from typing import Any
from xml.parsers import expat

from desktop.kernel.cells import foreign
from desktop.kernel.cells.parsing import CHUNK, Shape, parsed
from desktop.kernel.cells.refusal import Unreadable, Why

MEGABYTE = 2**20
MOST_BYTES = 20 * MEGABYTE
MOST_UNPACKED = 300 * MEGABYTE
MOST_RATIO = 100
MOST_PARTS = 2_000
MOST_COLUMNS = 1_000
MOST_IN_A_CELL = 2 * 2**16
MOST_OF_A_FORMULA = 80
DAY_ZERO = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
"""Day 0 of the serial dates, by whether the workbook counts from 1904."""

FIRST_SERIAL, LAST_SERIAL = 61, 2_958_465
"""1900-03-01, before which spreadsheets count a day that never was, and 9999-12-31."""

EXACT_DIGITS = 15
_DATE_FORMATS = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
_NOT_IN_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([Ee][+-]?\d+)?")
_SOMETHING = re.compile("[^eE]*[1-9]")
_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_ROW = (
    r'<row r="([0-9]{1,7})"(?: spans="[0-9: ]*")?(?: s="[0-9]*")?(?: customFormat="[01a-z]*")?(?: ht="[0-9.]*")?'
    r'(?: hidden="(?:0|false)")?(?: customHeight="[01a-z]*")?(?: outlineLevel="[0-9]*")?(?: collapsed="[01a-z]*")?'
    r'(?: x14ac:dyDescent="[0-9.]*")?>'
)
_CELL = (
    r'<c r="([A-Z]{1,3})[0-9]{1,7}"(?: s="([0-9]{1,5})")?(?:'
    r'(?: t="n")?(?: ?/>|>(?:<v>(-?[0-9]++(?:\.[0-9]+)?)</v>|<v ?/>)?</c>)'
    r'| t="s"><v>([0-9]{1,9})</v></c>'
    r'| t="inlineStr"><is><t(?: xml:space="preserve")?>([^<>&\x00-\x1f]*+)</t></is></c>)'
)
_PLAIN_ROWS = re.compile(f"(?:{_ROW}(?:{_CELL})*+</row>)*+".encode())
"""Rows as nearly all programs write nearly all of them."""

_TAGS = re.compile(f"{_ROW}|{_CELL}|</row>")
"""The same apart: number of a row, or letters, style, number, place of shared words, and words of a cell."""

_WORDS = re.compile(r'<si><t(?: xml:space="preserve")?>([^<>&\x00-\x1f]*+)</t></si>')
_PLAIN_WORDS = re.compile(f"(?:{_WORDS.pattern})*+".encode())

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    expat.ExpatError,
    ArithmeticError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What a damaged or altered archive makes the readers of its parts raise."""


@dataclass(slots=True)
class Line:
    """One row as it stands in the file: its number from 1 on, and its filled cells by place from 0 on."""

    number: int
    cells: dict[int, str]
    hidden: bool = False


@dataclass(slots=True)
class Source:
    """One sheet: its name, whether it is hidden, its rows, and which columns are, known when the rows are through."""

    name: str
    hidden: bool
    lines: Iterator[Line]
    since_1904: bool = False
    hidden_columns: set[int] = field(default_factory=set)


class Strings:
    """The shared words of a workbook, close together: a million of them would be a hundred megabytes otherwise."""

    def __init__(self) -> None:
        self._words, self._ends = bytearray(), array("Q", [0])

    def add(self, words: str) -> None:
        """One more."""
        self._words += words.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._words))

    def __getitem__(self, place: int) -> str:
        if place < 0:
            raise IndexError(place)
        return self._words[self._ends[place] : self._ends[place + 1]].decode("utf-8", "surrogatepass")


class Workbook:
    """An open workbook; ``told`` hears how many bytes were unpacked of how many, which are ``most`` at most."""

    def __init__(
        self,
        path: Path,
        told: Callable[[int, int], None] = lambda _done, _total: None,
        most: int = MOST_UNPACKED,
    ) -> None:
        self._told, self._unpacked, self._most = told, 0, most
        self._archive = zipfile.ZipFile(path)
        parts = self._archive.infolist()
        self._total = sum(part.file_size for part in parts)
        packed = max(1, sum(part.compress_size for part in parts))
        if len(parts) > MOST_PARTS or self._total > most or self._total > MOST_RATIO * packed:
            raise Unreadable(Why.LARGE_UNPACKED)
        self._names = {part.filename.lower(): part.filename for part in parts}
        self._refuse_foreign()
        book = self._relations("")
        self._main = next((part for kind, part in book.values() if kind.endswith("/officeDocument")), "")
        if not self._main:
            raise Unreadable(Why.NO_WORKBOOK)
        self._parts = self._relations(self._main)
        self.since_1904, self._sheets = self._contents()
        self._is_date = self._date_styles()
        self._strings: Strings | None = None

    def close(self) -> None:
        """Give the file back."""
        self._archive.close()

    @property
    def sheets(self) -> Iterator[Source]:
        """Every sheet in order; the rows of one are read before the next is asked for."""
        for name, hidden, part in self._sheets:
            source = Source(name, hidden, iter(()), self.since_1904)
            source.lines = self._lines(part, source)
            yield source

    def _chunks(self, part: str) -> Iterator[bytes]:
        with self._archive.open(self._names[part.lower()]) as stream:
            while chunk := stream.read(CHUNK):
                self._unpacked += len(chunk)
                if self._unpacked > self._most + CHUNK:
                    raise Unreadable(Why.LARGE_UNPACKED)
                self._told(self._unpacked, self._total)
                yield chunk

    def _elements(self, part: str, start: Callable[[str, dict[str, str]], None], **handlers: Any) -> None:
        for _ in parsed(self._chunks(part), start, **handlers):
            pass

    def _refuse_foreign(self) -> None:
        """Refuse what a sheet of ours never has, by the names of the parts, their kinds, and what they point to."""
        foreign.refuse_parts(self._names)
        for name in self._names:
            if name == foreign.KINDS or name.endswith(".rels"):
                self._elements(name, foreign.refuse_element)

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """What a part points to inside the archive: by id the kind and the part."""
        folder, _, name = part.rpartition("/")
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, given: dict[str, str]) -> None:
            if tag.rpartition(":")[2] == "Relationship" and given.get("TargetMode") != "External":
                target = given["Target"]
                inside = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                found[given["Id"]] = given["Type"], posixpath.normpath(inside)

        place = posixpath.join(folder, "_rels", f"{name}.rels")
        if place.lower() in self._names:
            self._elements(place, start)
        return found

    def _of_kind(self, kind: str) -> str | None:
        return next((part for what, part in self._parts.values() if what.endswith(kind)), None)

    def _contents(self) -> tuple[bool, list[tuple[str, bool, str]]]:
        """Whether days count from 1904, and the sheets: name, whether hidden, part."""
        sheets: list[tuple[str, bool, str]] = []
        since_1904 = False

        def start(tag: str, given: dict[str, str]) -> None:
            nonlocal since_1904
            match tag.rpartition(":")[2]:
                case "workbookPr":
                    since_1904 = given.get("date1904") in {"1", "true"}
                case "sheet":
                    key = next(value for name, value in given.items() if name.endswith(":id"))
                    kind, part = self._parts[key]
                    if kind.endswith("/worksheet"):
                        sheets.append((given["name"], given.get("state", "visible") != "visible", part))

        self._elements(self._main, start)
        return since_1904, sheets

    def _date_styles(self) -> list[bool]:
        """For each style of a cell, whether a number in it is a day."""
        own: dict[int, bool] = {}
        styles: list[bool] = []
        inside = False

        def start(tag: str, given: dict[str, str]) -> None:
            nonlocal inside
            match tag.rpartition(":")[2]:
                case "numFmt":
                    shape = _NOT_IN_FORMAT.sub("", given.get("formatCode", "")).lower()
                    own[int(given["numFmtId"])] = "general" not in shape and ("y" in shape or "d" in shape)
                case "cellXfs":
                    inside = True
                case "xf" if inside:
                    number = int(given.get("numFmtId", 0))
                    styles.append(own.get(number, number in _DATE_FORMATS))

        def end(tag: str) -> None:
            nonlocal inside
            inside = inside and tag.rpartition(":")[2] != "cellXfs"

        part = self._of_kind("/styles")
        if part is not None and part.lower() in self._names:
            self._elements(part, start, EndElementHandler=end)
        return styles

    def _shared(self) -> Strings:
        """The shared words, read when the first cell asks for one."""
        if self._strings is None:
            self._strings = Strings()
            part = self._of_kind("/sharedStrings")
            if part is not None:
                self._read_strings(part, self._strings)
        return self._strings

    def _read_strings(self, part: str, strings: Strings) -> None:
        words: list[str] = []
        wanted = aloud = False

        def start(tag: str, _given: dict[str, str]) -> None:
            nonlocal wanted, aloud
            name = tag.rpartition(":")[2]
            if name == "si":
                words.clear()
            elif name == "rPh":  # how a word is said is no part of it
                aloud = True
            elif name == "t":
                wanted = not aloud

        def data(found: str) -> None:
            if wanted:
                words.append(found)
                if len(words) > MOST_IN_A_CELL:
                    raise Unreadable(Why.NO_WORKBOOK)

        def end(tag: str) -> None:
            nonlocal wanted, aloud
            name = tag.rpartition(":")[2]
            if name == "t":
                wanted = False
            elif name == "rPh":
                aloud = False
            elif name == "si":
                strings.add(_plain("".join(words)))

        def take(plain: str) -> None:
            for found in _WORDS.findall(plain):
                strings.add(_plain(found))

        shape = Shape(b"</si>", _PLAIN_WORDS, take)
        self._elements(part, start, shape=shape, EndElementHandler=end, CharacterDataHandler=data)

    def _lines(self, part: str, source: Source) -> Iterator[Line]:
        """The filled rows of a sheet; a row without a filled cell is not told."""
        reader = _Sheet(self._is_date, self._shared, source)
        for _ in parsed(
            self._chunks(part),
            reader.start,
            Shape(b"</row>", _PLAIN_ROWS, reader.take),
            EndElementHandler=reader.end,
            CharacterDataHandler=reader.data,
        ):
            yield from reader.found
            reader.found.clear()


class _Sheet:
    """What a parser tells of one sheet: rows are put together in ``found``."""

    def __init__(self, is_date: list[bool], shared: Callable[[], Strings], source: Source) -> None:
        self.found: list[Line] = []
        self._is_date, self._shared, self._source = is_date, shared, source
        self._day_zero = DAY_ZERO[source.since_1904]
        self._names: dict[str, str] | None = None
        self._places: dict[str, int] = {}
        self._line, self._hidden, self._place = 0, False, -1
        self._cells: dict[int, str] | None = None
        self._type = self._style = self._filled_by = ""
        self._formula = self._valued = self._aloud = self._wanted = self._told = False
        self._words: list[str] = []
        self._formula_words: list[str] = []
        self._reckoned: list[
            tuple[int, int, int]
        ] = []  # first and last place, and last row, of a formula's values

    def take(self, plain: str) -> None:
        """Whole rows that are written the plain way, which the parser need not see."""
        places, cells = self._places, dict[int, str]()
        numbers: dict[tuple[str, str], str] = {}
        for row, letters, style, number, shared, words in _TAGS.findall(plain):
            if letters:
                cell: str | None = None
                if number:
                    cell = numbers.get((number, style))
                    if cell is None:
                        cell = numbers[number, style] = self._number(number, style)
                elif words:
                    cell = f"s{words}" if words.isalnum() else _text(_plain(words))
                elif shared:
                    cell = _text(self._shared()[int(shared)])
                if cell is not None:
                    place = places.get(letters)
                    self._put(cells, self._place_of(letters) if place is None else place, cell)
            elif row:
                self._begin_row(int(row))
                cells = {}
            elif cells:
                self.found.append(Line(self._line, cells))

    def start(self, tag: str, given: dict[str, str]) -> None:
        """An element begins."""
        if self._names is None:  # the first one: its prefix is the prefix of all
            prefix, colon, _ = tag.rpartition(":")
            known = ("row", "c", "v", "t", "f", "rPh", "col")
            self._names = {f"{prefix}{colon}{name}": name for name in known}
        name = self._names.get(tag)
        if name == "c":
            self._begin_cell(given)
        elif name in {"v", "t"}:
            together = self._words and "v" in (name, self._filled_by)
            if self._wanted or together:  # one inside the other, or two: they would be another value
                raise Unreadable(Why.NO_WORKBOOK)
            self._wanted = not self._aloud
            self._valued, self._filled_by = True, name
        elif name == "row":
            self._begin_row(int(given["r"]) if "r" in given else self._line + 1)
            self._hidden = given.get("hidden") in {"1", "true"}
            self._cells = {}
        elif name == "f":
            self._begin_formula(given)
        elif name == "rPh":
            self._aloud = True
        elif name == "col" and given.get("hidden") in {"1", "true"}:
            first, last = int(given["min"]), min(int(given["max"]), MOST_COLUMNS)
            self._source.hidden_columns.update(range(first - 1, last))

    def _begin_formula(self, given: dict[str, str]) -> None:
        self._formula = self._told = True
        self._formula_words = []
        if given.get("t") in {"array", "dataTable"} and ":" in given.get(
            "ref", ""
        ):  # its values stand in many cells
            (first, _), (last, bottom) = (
                (self._place_of(end.rstrip(_DIGITS)), int(end.lstrip(_LETTERS)))
                for end in given["ref"].split(":")
            )
            self._reckoned.append((first, last, bottom))

    def _begin_row(self, line: int) -> None:
        if line <= self._line or self._cells is not None:
            raise Unreadable(Why.NO_WORKBOOK)
        self._line, self._place = line, -1
        if self._reckoned:
            self._reckoned = [one for one in self._reckoned if one[2] >= line]

    def _begin_cell(self, given: dict[str, str]) -> None:
        reference = given.get("r")
        if reference is None:
            self._place += 1
        else:
            self._place = self._place_of(reference.rstrip(_DIGITS))
        self._type, self._style = given.get("t", "n"), given.get("s", "")
        self._formula = self._valued = False
        self._words = []

    def _place_of(self, letters: str) -> int:
        place = self._places.get(letters)
        if place is None:
            place = self._places[letters] = column_place(letters)
        return place

    def data(self, found: str) -> None:
        """Characters between tags."""
        if self._wanted or self._told:
            words = self._words if self._wanted else self._formula_words
            words.append(found)
            if len(words) > MOST_IN_A_CELL:
                raise Unreadable(Why.NO_WORKBOOK)

    def end(self, tag: str) -> None:
        """An element ends."""
        name = self._names.get(tag) if self._names else None
        if name in {"v", "t"}:
            self._wanted = False
        elif name == "f":
            self._told = False
        elif name == "c":
            cell = self._cell()
            if cell is not None:
                self._put(self._cells, self._place, cell)
        elif name == "row":
            if self._cells:
                self.found.append(Line(self._line, self._cells, self._hidden))
            self._cells = None
        elif name == "rPh":
            self._aloud = False

    def _put(self, cells: dict[int, str] | None, place: int, cell: str) -> None:
        if place >= MOST_COLUMNS:
            raise Unreadable(Why.COLUMNS, MOST_COLUMNS)
        if cells is None or place in cells:
            raise Unreadable(Why.NO_WORKBOOK)
        if self._reckoned and cell[0] != "f" and any(one[0] <= place <= one[1] for one in self._reckoned):
            cell = "f="
        cells[place] = cell

    def _cell(self) -> str | None:
        words = self._words
        if self._formula:
            empty = self._valued and self._type == "str" and not "".join(words).strip()
            return None if empty else f"f={''.join(self._formula_words)[:MOST_OF_A_FORMULA]}"
        if not words:
            return None
        value = words[0] if len(words) == 1 else "".join(words)
        kind = self._type
        if kind == "s":
            return _text(self._shared()[int(value)])
        if kind == "n":
            return self._number(value, self._style)
        if kind in {"inlineStr", "str"}:
            return _text(_plain(value))
        if kind == "b":
            return "b1" if value.strip() in {"1", "true"} else "b0"
        if kind == "d":
            return f"s{value}"
        if kind == "e":
            return f"e{value}"
        raise Unreadable(Why.NO_WORKBOOK)

    def _number(self, value: str, style: str) -> str:
        if not _NUMBER.fullmatch(value) or not value.isascii():
            raise Unreadable(Why.NO_WORKBOOK)
        if style and self._is_date and self._is_date[int(style)]:
            serial = int(float(value))
            if FIRST_SERIAL <= serial <= LAST_SERIAL - (self._day_zero.year - 1899) * 366:
                return f"d{self._day_zero + timedelta(days=serial)}"
        number = float(value)
        if isinf(number) or (not number and _SOMETHING.match(value)):
            return f"s{value}"  # no sheet holds it; written out it could fill the memory
        # 17 digits are how a program writes what somebody typed with fewer: 0.10000000000000001 is 0.1
        return f"n{number!r}" if len(value) > EXACT_DIGITS else f"n{value}"


def _text(words: str) -> str | None:
    """A cell of words; one of blanks alone is empty."""
    return f"s{words}" if words and not words.isspace() else None


def _plain(words: str) -> str:
    """Words without the escapes a workbook needs for some characters."""
    if "_x" not in words:
        return words
    return _ESCAPED.sub(lambda hit: chr(int(hit[1], 16)), words)


def is_workbook(path: Path) -> bool:
    """Whether a file is an archive with the name of a workbook."""
    with path.open("rb") as stream:
        return stream.read(2) == b"PK" and path.suffix.lower() in {".xlsx", ".xlsm"}


def column_place(letters: str) -> int:
    """The place of a column from 0 on by its letters; anything else is no workbook.

    >>> column_place("A"), column_place("AB")
    (0, 27)
    """
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z" or number > 10**6:
            raise Unreadable(Why.NO_WORKBOOK)
        number = number * 26 + ord(letter) - ord("A") + 1
    if not number:
        raise Unreadable(Why.NO_WORKBOOK)
    return number - 1
