"""Reading sheets: a spreadsheet of reads in, with every bad row named at once, and the same sheet out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from desktop.kernel.errors import Problem
from desktop.kernel.measures import Reading
from desktop.kernel.sheet import Column, Field, Kind, Row, Sheet, half_width, read_rows, write_xlsx
from desktop.kernel.text import LANGUAGES, Catalog, Text, catalog
from desktop.metering.records import ReadingSheet, ReadRow, ReadSource

ACCOUNT = Text("Account number")
METER = Text("Meter")
READ_ON = Text("Read on")
VALUE = Text("Current reading")
SOURCE = Text("Read by")
READER = Text("Reader")
NOTE = Text("Note")

# What halls write above these columns, besides our own title in each language.
TITLES: tuple[tuple[str, Text, tuple[str, ...], bool], ...] = (
    ("account", ACCOUNT, ("户号", "用户编号", "客户编号", "用电户号", "account", "account no"), True),
    ("meter", METER, ("表号", "电能表", "电能表号", "电表号", "资产编号", "meter no", "meter number"), True),
    ("read_on", READ_ON, ("抄表日期", "抄表日", "日期", "reading date", "date"), True),
    ("value", VALUE, ("本次示数", "本期示数", "本次抄见", "示数", "reading", "read"), True),
    ("source", SOURCE, ("抄表方式", "抄表来源", "reading method", "source"), False),
    ("reader", READER, ("抄表员", "抄表人", "read by whom", "inspector"), False),
    ("note", NOTE, ("备注", "说明", "notes", "remark"), False),
)
SOURCES: dict[ReadSource, tuple[str, ...]] = {
    ReadSource.INSPECTOR: ("现场", "现场抄表", "手工", "人工", "手抄"),
    ReadSource.CUSTOMER: ("客户自报", "自报", "客户"),
    ReadSource.REMOTE: ("远程", "远抄", "自动", "采集", "集抄"),
    ReadSource.ESTIMATED: ("估抄", "估算", "暂估"),
}
# The widest registers have nine whole digits; more is another number in the wrong column.
LARGEST_READING = Reading.of(10**9)


def _words(text: Text) -> tuple[str, ...]:
    """A text in every language, for what one hall writes another one reads."""
    return tuple(catalog(language)(text) for language in LANGUAGES)


def _fields() -> tuple[Field, ...]:
    return tuple(
        Field(name, title, (*titles, title.message, *_words(title)), required)
        for name, title, titles, required in TITLES
    )


def _sources() -> dict[str, ReadSource]:
    return {
        half_width(word).casefold(): source
        for source, words in SOURCES.items()
        for word in (source.value, source.text.message, *words, *_words(source.text))
    }


def read_sheet(path: Path, today: date) -> ReadingSheet:
    """A reading sheet (XLSX or CSV) taken apart: good rows in order, and a problem for each thing that is
    wrong.

    A row with any problem is not among the good ones. A meter that stands twice on one day is a problem of
    the later row. A file that is no such sheet is `Refused`.
    """
    table, sources = read_rows(path, _fields()), _sources()
    good: list[ReadRow] = []
    problems: list[Problem] = list(table.problems)
    seen: dict[tuple[str, date], Row] = {}
    for row in table.rows:
        read = _read_row(row, today, sources)
        if read is not None:
            earlier = seen.setdefault((read.meter_serial, read.read_on), row)
            if earlier is not row:
                what = Text("This meter stands in row {row} already with this day", row=earlier.line)
                row.note("meter", what, Text("Leave one of the two rows"))
        if read is not None and not row.problems:
            good.append(read)
        problems += row.problems
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return ReadingSheet(path.name, digest, tuple(good), tuple(problems), table.skipped)


def _read_row(row: Row, today: date, sources: dict[str, ReadSource]) -> ReadRow | None:
    account, meter = row.identifier("account"), row.identifier("meter")
    value, read_on = _reading(row), row.day("read_on")
    if read_on is not None and read_on > today:
        row.note("read_on", Text("The day of the reading lies in the future"), Text("Correct the date"))
    word = row.text("source", required=False)
    source = ReadSource.INSPECTOR if word is None else sources.get(half_width(word).casefold())
    if source is None:
        known = ", ".join(words[0] for words in SOURCES.values())
        row.note(
            "source", Text("This is not one of the known words"), Text("Use one of: {words}", words=known)
        )
    reader = row.text("reader", required=False) or ""
    if account is None or meter is None or value is None or read_on is None or source is None:
        return None
    return ReadRow(row.sheet, row.line, account, meter, value, read_on, source, reader)


def _reading(row: Row) -> Reading | None:
    """What the register shows: not negative, three decimals at most."""
    number = row.number("value")
    if number is None:
        return None
    if number < 0:
        row.note("value", Text("A reading cannot be negative"), Text("Read the register again"))
    elif number >= LARGEST_READING.decimal:
        row.note("value", Text("No register shows a number this large"), Text("Read the register again"))
    elif number != round(number, Reading.DECIMALS):
        row.note("value", Text("A reading has three decimals at most"), Text("Read the register again"))
    else:
        return Reading.of(number)
    return None


def reading_sheet_xlsx(rows: Iterable[ReadRow], say: Catalog) -> bytes:
    """A workbook of reads with titles in the language of ``say``; `read_sheet` gives the same rows back."""
    columns = (
        Column(say(ACCOUNT), width=18),
        Column(say(METER), width=18),
        Column(say(READ_ON), Kind.DATE, width=13),
        Column(say(VALUE), Kind.NUMBER, decimals=Reading.DECIMALS, width=14),
        Column(say(SOURCE), width=12),
        Column(say(READER), width=14),
        Column(say(NOTE), width=24),
    )
    cells = (
        (row.account_number, row.meter_serial, row.read_on, row.value, say(row.source.text), row.reader, "")
        for row in rows
    )
    return write_xlsx([Sheet(say(Text("Reading sheet")), columns, cells)])
