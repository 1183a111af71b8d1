"""Reading sheets: a spreadsheet of reads in, with every bad row named at once, and the same sheet out."""

from __future__ import annotations

import hashlib
import itertools
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import BinaryIO

from desktop.kernel.cells.found import LeftOut
from desktop.kernel.cells.titles import normal
from desktop.kernel.errors import Problem
from desktop.kernel.measures import Reading
from desktop.kernel.sheet import (
    Column,
    Field,
    Kind,
    Marked,
    Progress,
    Row,
    Sheet,
    SheetFile,
    SomeRows,
    half_width,
    opened,
    some_rows,
    write_workbook,
    write_xlsx,
)
from desktop.kernel.text import LANGUAGES, Catalog, Text, catalog
from desktop.metering import rules
from desktop.metering.records import ReadingSheet, ReadRow, ReadSource, RegisterCode

ACCOUNT = Text("Account number")
METER = Text("Meter")
READ_ON = Text("Read on")
VALUE = Text("Current reading")
SOURCE = Text("Read by")
READER = Text("Reader")
NOTE = Text("Note")
REGISTER = Text("Register")
EXPECTED = Text("Expected")

# What halls write above these columns, besides our own title in each language.
TITLES: tuple[tuple[str, Text, tuple[str, ...], bool], ...] = (
    ("account", ACCOUNT, ("户号", "用户编号", "客户编号", "用电户号", "account", "account no", "mã khách hàng", "mã kh",
                          "asiakasnumero", "asiakasnro"), True),
    ("meter", METER, ("表号", "电能表", "电能表号", "电表号", "资产编号", "meter no", "meter number",
                      "công tơ", "số công tơ", "mittari", "mittarinumero", "mittarin numero"), True),
    ("read_on", READ_ON, ("抄表日期", "抄表日", "日期", "reading date", "date", "ngày ghi", "ngày ghi chỉ số",
                          "lukupäivä", "lukemapäivä", "päivämäärä", "pvm"), True),
    ("value", VALUE, ("本次示数", "本期示数", "本次抄见", "示数", "reading", "read", "chỉ số", "chỉ số mới",
                       "lukema", "mittarilukema", "uusi lukema"), True),
    ("source", SOURCE, ("抄表方式", "抄表来源", "reading method", "source"), False),
    ("reader", READER, ("抄表员", "抄表人", "read by whom", "inspector", "người ghi", "lukija"), False),
    ("note", NOTE, ("备注", "说明", "notes", "remark", "ghi chú", "huomautus"), False),
    ("register", REGISTER, ("示数类型", "示数类别", "计度器", "register code"), False),
)  # fmt: skip
"""What is looked for: its name, our title, others, and whether every sheet must have it."""

REGISTERS: dict[RegisterCode, tuple[str, ...]] = {
    RegisterCode.ACTIVE: ("总", "有功总", "正向有功总", "总有功", "正向有功", "有功", "total"),
    RegisterCode.SHARP: ("尖", "有功尖", "正向有功尖", "尖峰", "sharp"),
    RegisterCode.PEAK: ("峰", "有功峰", "正向有功峰", "高峰", "peak", "cao điểm", "huippu"),
    RegisterCode.FLAT: ("平", "有功平", "正向有功平", "平段", "flat", "bình thường", "perus"),
    RegisterCode.VALLEY: ("谷", "有功谷", "正向有功谷", "低谷", "valley", "off-peak", "thấp điểm", "yö"),
    RegisterCode.DEEP_VALLEY: ("深谷", "有功深谷", "正向有功深谷", "deep valley"),
    RegisterCode.REACTIVE: ("无功", "无功总", "正向无功", "正向无功总", "reactive", "loisteho"),
    RegisterCode.REVERSE_ACTIVE: ("反向有功", "反向有功总", "上网"),
    RegisterCode.REVERSE_REACTIVE: ("反向无功", "反向无功总"),
    RegisterCode.DEMAND: ("需量", "最大需量", "demand", "công suất", "huipputeho"),
}
"""What halls call the registers of a meter, besides our own words in each language."""

REQUIRED = frozenset(name for name, _, _, required in TITLES if required)
SOURCES: dict[ReadSource, tuple[str, ...]] = {
    ReadSource.INSPECTOR: ("现场", "现场抄表", "手工", "人工", "手抄"),
    ReadSource.CUSTOMER: ("客户自报", "自报", "客户"),
    ReadSource.REMOTE: ("远程", "远抄", "自动", "采集", "集抄"),
    ReadSource.ESTIMATED: ("估抄", "估算", "暂估"),
}
# The widest registers have nine whole digits; more is another number in the wrong column.
LARGEST_READING = 10**9


def _words(text: Text) -> tuple[str, ...]:
    """A text in every language, for what one hall writes another one reads."""
    return tuple(catalog(language)(text) for language in LANGUAGES)


@cache
def _fields() -> tuple[Field, ...]:
    """A column for each field, and one for each register in sheets that have them side by side."""
    columns = {code: f"value_{code.value}" for code in RegisterCode if code is not RegisterCode.ACTIVE}
    fields = []
    for name, title, titles, required in TITLES:
        words = (*titles, title.message, *_words(title))
        if name == "value":
            total = (*words, *_register_titles(RegisterCode.ACTIVE, words))
            fields.append(Field(name, title, total, required, tuple(columns.values())))
            fields += [
                Field(columns[code], code.text, _register_titles(code, words), required=False)
                for code in columns
            ]
        else:
            fields.append(Field(name, title, words, required))
    return (*fields, Field("expected", EXPECTED, (EXPECTED.message, *_words(EXPECTED)), required=False))


def _register_titles(code: RegisterCode, readings: Sequence[str]) -> tuple[str, ...]:
    """What stands above the readings of one register: its name, alone or with the words for a reading."""
    names = (*REGISTERS[code], code.text.message, *_words(code.text))
    return (
        *names,
        *(f"{word}{name}" for word in readings for name in names),
        *(f"{name}示数" for name in names),
    )


@cache
def _registers() -> dict[str, RegisterCode]:
    """Registers by what people call them."""
    return {
        normal(word): code
        for code, words in REGISTERS.items()
        for word in (code.value, *words, code.text.message, *_words(code.text))
    }


@lru_cache(maxsize=256)
def _source_of(word: str) -> ReadSource | None:
    return _sources().get(half_width(word).casefold())


@cache
def _sources() -> dict[str, ReadSource]:
    return {
        half_width(word).casefold(): source
        for source, words in SOURCES.items()
        for word in (source.value, source.text.message, *words, *_words(source.text))
    }


@dataclass(frozen=True, slots=True)
class SheetPart:
    """So many rows of a sheet in a row: the reads of the good ones, the problems of the others, and where it ends.

    ``done`` is how many rows have come out of the sheet so far, ``rejected`` how many of this part are bad, and
    ``left_out`` those of a reader's list where nothing was read. ``content`` differs where the file says something
    else there, whatever was corrected in it.
    """

    rows: tuple[ReadRow, ...]
    problems: tuple[Problem, ...]
    rejected: int
    left_out: tuple[LeftOut, ...]
    last_row: int
    done: int
    content: str


Corrections = Mapping[tuple[str, int], Mapping[str, str]]
"""What somebody says that cells of a sheet mean: by sheet and row, the words of a field."""

_NONE: Corrections = {}


@dataclass(frozen=True, slots=True)
class SheetOpened:
    """A reading sheet, looked through to its end; its rows come out in parts."""

    file: SheetFile
    today: date

    @property
    def count(self) -> int:
        """How many rows will come out of it."""
        return self.file.count - self.file.skipped

    def parts(self, size: int, corrections: Corrections = _NONE) -> Iterator[SheetPart]:
        """Its rows, ``size`` at a time. A meter that stands twice on one day is a problem of the later row."""
        seen, done = _Seen(), 0
        rows = iter(self.file)
        while lines := list(itertools.islice(rows, size)):
            good: list[ReadRow] = []
            problems: list[Problem] = []
            left_out: list[LeftOut] = []
            rejected = 0
            content = hashlib.sha256("\n".join([row.spelled for row in lines]).encode("utf-8", "replace"))
            for row in lines:
                for name, words in corrections.get((row.sheet, row.line), {}).items():
                    row.put(name, words)
                if row.titled("expected") and not row.filled(_VALUES):
                    left_out.append(LeftOut(row.sheet, row.line, row.line, 1, Text("Not read")))
                    continue
                reads = _read_row(row, self.today)
                if not row.problems:
                    _note_repeated(row, reads, seen)
                if row.problems:
                    rejected += 1
                    problems += row.problems
                else:
                    good += reads
            done += len(lines)
            yield SheetPart(
                tuple(good),
                tuple(problems),
                rejected,
                tuple(left_out),
                lines[-1].line,
                done,
                content.hexdigest()[:16],
            )


def _note_repeated(row: Row, reads: Sequence[ReadRow], seen: _Seen) -> None:
    for read in reads:
        if earlier := seen.before(read):
            what = Text("This meter stands in row {row} already with this day", row=earlier)
            row.note("meter", what, Text("Leave one of the two rows"))
            return


class _Seen:
    """The row in which a meter and a day were first seen, in 16 bytes for each but the latest."""

    RECENT = 50_000

    def __init__(self) -> None:
        self._recent: dict[int, int] = {}
        self._older: list[tuple[array[int], array[int]]] = []

    def before(self, read: ReadRow) -> int:
        """The row that had the same before; 0 when this is the first, which is kept."""
        key = hash((read.meter_serial, read.read_on, read.register.value))
        for keys, rows in self._older:
            place = bisect_left(keys, key)
            if place < len(keys) and keys[place] == key:
                return rows[place]
        row = self._recent.setdefault(key, read.row)
        if len(self._recent) > self.RECENT:
            ordered = sorted(self._recent.items())
            self._older.append(
                (array("q", (key for key, _ in ordered)), array("q", (row for _, row in ordered)))
            )
            self._recent.clear()
        return 0 if row == read.row else row


@contextmanager
def open_sheet(
    path: Path,
    today: date,
    mapped: Mapping[str, Mapping[str, str]] | None = None,
    progress: Progress = lambda _done, _total: True,
) -> Iterator[SheetOpened]:
    """A reading sheet (XLSX or CSV) to be taken apart; a file that is no such sheet is `Refused`.

    ``mapped`` titles and ``progress`` are those of `desktop.kernel.sheet.opened`.
    """
    with opened(path, _fields(), mapped, progress, _reasons()) as file:
        yield SheetOpened(file, today)


def field_titles() -> dict[str, Text]:
    """The fields a title can be mapped to, by name."""
    return {field.name: field.title for field in _fields() if field.name != "expected"}


def read_sheet(path: Path, today: date) -> ReadingSheet:
    """A whole reading sheet taken apart: good rows in order, and a problem for each thing that is wrong.

    A row with any problem is not among the good ones.
    """
    with open_sheet(path, today) as sheet:
        parts = list(sheet.parts(max(1, sheet.count)))
    return ReadingSheet(
        path.name,
        digest(path),
        tuple(row for part in parts for row in part.rows),
        (*sheet.file.problems, *(problem for part in parts for problem in part.problems)),
        sheet.file.skipped + sum(len(part.left_out) for part in parts),
    )


WRONG, REMEDY = Text("What is wrong"), Text("What to do")
_FIELD_OF = {
    ACCOUNT: "account",
    METER: "meter",
    READ_ON: "read_on",
    VALUE: "value",
    REGISTER: "register",
    rules.READING_FIELD: "value",
}


def _reasons() -> tuple[str, ...]:
    """The titles of the columns that a reject sheet has besides those of its file; nothing is read from them."""
    return (*_words(WRONG), *_words(REMEDY))


def write_rejects(
    path: Path,
    problems: Sequence[Problem],
    mapped: Mapping[str, Mapping[str, str]],
    stream: BinaryIO,
    say: Catalog,
) -> int:
    """Write the rows of a reading sheet that have problems, with all their columns, what is wrong with each and what
    to do, the cells coloured; how many rows. Corrected, the workbook is a reading sheet again."""
    by_row: dict[tuple[str, int], list[Problem]] = {}
    for problem in problems:
        by_row.setdefault((problem.sheet, problem.row), []).append(problem)
    wanted: dict[str, list[int]] = {}
    for sheet, row in by_row:
        wanted.setdefault(sheet, []).append(row)
    found = some_rows(path, _fields(), wanted, mapped, _reasons())
    write_workbook((_rejects(one, by_row, say) for one in found), stream)
    return sum(len(one.rows) for one in found)


def _rejects(found: SomeRows, by_row: Mapping[tuple[str, int], list[Problem]], say: Catalog) -> Sheet:
    """The bad rows of one sheet. Numbers and dates that were understood are written as such, for what proved their
    meaning may stand in a row that is left behind."""
    rows = []
    for row, values in found.rows:
        problems = by_row[found.sheet, row.line]
        cells: list[object] = list(values)
        for name, read in (*((name, Row.number) for name in _VALUES), ("read_on", Row.day)):
            place = found.columns.get(name)
            understood = read(row, name, required=False) if place is not None else None
            if place is not None and understood is not None:
                cells[place] = understood
        for problem in problems:
            place = _place(problem, found)
            if place is not None and not isinstance(cells[place], Marked):
                cells[place] = Marked(cells[place])
        wrong = "\n".join(say.join((say.write(one.column), say(one.what))) for one in problems)
        remedy = "\n".join(dict.fromkeys(say(one.remedy) for one in problems))
        rows.append((*cells, Marked(wrong), remedy))
    columns = (
        *(Column(title, Kind.VALUE, width=16) for title in found.titles),
        Column(say(WRONG), width=48),
        Column(say(REMEDY), width=48),
    )
    return Sheet(found.sheet, columns, rows)


def likely_corrections(problems: Iterable[Problem]) -> dict[tuple[str, int], dict[str, str]]:
    """What the rows of these problems most likely mean, where one thing is likely."""
    found: dict[tuple[str, int], dict[str, str]] = {}
    for one in problems:
        if one.likely and isinstance(one.column, Text):
            found.setdefault((one.sheet, one.row), {})[_FIELD_OF[one.column]] = one.likely
    return found


def _place(problem: Problem, found: SomeRows) -> int | None:
    """The column a problem is about: the sheet's own title, or one of our fields."""
    if isinstance(problem.column, str):
        return found.titles.index(problem.column) if problem.column in found.titles else None
    return found.columns.get(_FIELD_OF.get(problem.column, ""))


def digest(path: Path) -> str:
    """What a file is known by: the SHA-256 of its content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


_VALUES = ("value", *(f"value_{code.value}" for code in RegisterCode if code is not RegisterCode.ACTIVE))


def _read_row(row: Row, today: date) -> list[ReadRow]:
    """The reads of a row: of one register, or of each that has a column of its own. None where it has problems."""
    account, meter = row.identifier("account"), row.identifier("meter")
    values = _readings(row)
    read_on = row.day("read_on")
    if read_on is not None and read_on > today:
        row.note("read_on", Text("The day of the reading lies in the future"), Text("Correct the date"))
    source = _source(row)
    reader = row.text("reader", required=False) or ""
    if account is None or meter is None or read_on is None or source is None or row.problems:
        return []
    return [
        ReadRow(row.sheet, row.line, account, meter, value, read_on, source, reader, code)
        for code, value in values
    ]


def _source(row: Row) -> ReadSource | None:
    word = row.text("source", required=False)
    if word is None:
        return ReadSource.INSPECTOR
    source = _source_of(word)
    if source is None:
        known = ", ".join(words[0] for words in SOURCES.values())
        what, remedy = Text("This is not one of the known words"), Text("Use one of: {words}", words=known)
        row.note("source", what, remedy)
    return source


def _readings(row: Row) -> list[tuple[RegisterCode, Reading]]:
    """What each register shows; one without a word is the total."""
    code: RegisterCode | None = RegisterCode.ACTIVE
    if row.has("register"):
        word = row.text("register") or ""
        code = _registers().get(normal(word))
        if code is None:
            known = ", ".join(words[0] for words in REGISTERS.values())
            what, remedy = (
                Text("This is not one of the known words"),
                Text("Use one of: {words}", words=known),
            )
            row.note("register", what, remedy)
    names = row.filled(_VALUES) or ["value"]
    found = [(name, _reading(row, name)) for name in names]
    return [
        (RegisterCode.of(name.removeprefix("value_")) if name != "value" else code, value)
        for name, value in found
        if value is not None and code is not None
    ]


def _reading(row: Row, name: str) -> Reading | None:
    """What a register shows: not negative, three decimals at most."""
    number = row.number(name)
    if number is None:
        return None
    if number < 0:
        row.note(name, Text("A reading cannot be negative"), Text("Read the register again"))
    elif number >= LARGEST_READING:
        row.note(name, Text("No register shows a number this large"), Text("Read the register again"))
    elif (steps := number.scaleb(Reading.DECIMALS)) != steps.to_integral_value():
        row.note(name, Text("A reading has three decimals at most"), Text("Read the register again"))
    else:
        return Reading(int(steps))
    return None


def reading_sheet_xlsx(rows: Iterable[ReadRow], say: Catalog) -> bytes:
    """A workbook of reads with titles in the language of ``say``; `read_sheet` gives the same rows back.

    Registers stand in a column of their own where there are others than the active total.
    """
    rows = list(rows)
    several = any(row.register is not RegisterCode.ACTIVE for row in rows)
    columns = (
        Column(say(ACCOUNT), width=18),
        Column(say(METER), width=18),
        Column(say(READ_ON), Kind.DATE, width=13),
        Column(say(VALUE), Kind.NUMBER, decimals=Reading.DECIMALS, width=14),
        Column(say(SOURCE), width=12),
        Column(say(READER), width=14),
        Column(say(NOTE), width=24),
        *((Column(say(REGISTER), width=18),) if several else ()),
    )
    cells = (
        (
            row.account_number, row.meter_serial, row.read_on, row.value, say(row.source.text), row.reader, "",
            *((say(row.register.text),) if several else ()),
        )
        for row in rows
    )  # fmt: skip
    return write_xlsx([Sheet(say(Text("Reading sheet")), columns, cells)])
