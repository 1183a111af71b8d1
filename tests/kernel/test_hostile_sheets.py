"""Files that mean harm, or were harmed: refused in one sentence, or read as another program reads them; no crash."""

from __future__ import annotations

import html
import io
import random
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineError, CalamineWorkbook

from desktop.kernel.cells import delimited
from desktop.kernel.cells.shapes import half_width
from desktop.kernel.errors import Refused
from desktop.kernel.sheet import Field, Layout, process, read_rows, stream_rows
from desktop.kernel.text import Text, catalog
from tests.sheets import at_hand  # noqa: F401 - fixtures

SAY = catalog("en")
FIELDS = (
    Field("id", Text("Id"), ("id",)),
    Field("number", Text("Number"), ("number",)),
    Field("day", Text("Day"), ("day",)),
)
NO_WORKBOOK = "{} is no .xlsx workbook without a password and no .csv file: save it as .xlsx"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(rows: int = 4, *formulas: str) -> bytes:
    """A small workbook with text, numbers and days; ``formulas`` stand in place of numbers in further rows."""
    book = openpyxl.Workbook()
    page = book.active
    page.append(["id", "number", "day"])
    for at in range(rows):
        page.append([f"M{at:03}", 1000.5 + at, date(2026, 1, 1 + at)])
    for formula in formulas:
        page.append(["F1", formula, date(2026, 1, 1)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(name: str, content: bytes, base: bytes | None = None) -> bytes:
    """The workbook with one part more, or another in its place."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(base or workbook())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return out.getvalue()


def sheet(inside: str, before: str = "") -> bytes:
    """A workbook whose sheet is what is given."""
    xml = (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="{SPACE}"><sheetData>{inside}</sheetData></worksheet>'
    )
    return with_part("xl/worksheets/sheet1.xml", xml.encode())


def _inline(place: str, words: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>'


TITLES = f'<row r="1">{_inline("A1", "id")}{_inline("B1", "number")}{_inline("C1", "day")}</row>'
LAUGHS = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
    f"<!ENTITY {'abcdefghij'[at]} '{('&' + 'abcdefghij'[at - 1] + ';') * 10}'>" for at in range(1, 10)
) + "]>"  # fmt: skip


def _flat_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (40 * 2**20))
    return out.getvalue()


def _lying_directory() -> bytes:
    """Says that a part of 40 MB holds a hundred bytes."""
    raw = bytearray(_flat_bomb())
    size = (40 * 2**20).to_bytes(4, "little")
    while (at := raw.find(size)) >= 0:
        raw[at : at + 4] = (100).to_bytes(4, "little")
    return bytes(raw)


def _encrypted() -> bytes:
    raw = bytearray(workbook())
    for mark, shift in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(mark)
        while at >= 0:
            raw[at + shift] |= 1
            at = raw.find(mark, at + 4)
    return bytes(raw)


HOSTILE: dict[str, tuple[bytes, str]] = {
    "bomb.xlsx": (_flat_bomb(), "{} is too large once unpacked: divide it"),
    "lie.xlsx": (_lying_directory(), NO_WORKBOOK),
    "laughs.xlsx": (sheet(TITLES + f'<row r="2">{_inline("A2", "&j;")}</row>', LAUGHS), NO_WORKBOOK),
    "outside.xlsx": (
        sheet(
            TITLES + f'<row r="2">{_inline("A2", "&e;")}</row>',
            '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        ),
        NO_WORKBOOK,
    ),
    "wide.xlsx": (
        sheet(TITLES + '<row r="2"><c r="XFD2"><v>1</v></c></row>'),
        "{} has more than 1,000 columns: clear those that are not needed",
    ),
    "columns.xlsx": (
        sheet(f'<row r="1">{"".join(f"<c><v>{at}</v></c>" for at in range(16_384))}</row>'),
        "{} has more than 1,000 columns: clear those that are not needed",
    ),
    "word.xlsx": (
        sheet(TITLES + f'<row r="2">{_inline("A2", "x" * 9_000_000)}</row>'),
        "{} is too large once unpacked: divide it",
    ),
    "name.xlsx": (
        sheet(TITLES + f'<row r="2"><c {"r" * 5_000_000}="1"/></row>'),
        "{} is too large once unpacked: divide it",
    ),
    "backwards.xlsx": (
        sheet(TITLES + '<row r="5"><c r="A5"><v>1</v></c></row><row r="4"><c r="A4"><v>1</v></c></row>'),
        NO_WORKBOOK,
    ),
    "twice.xlsx": (
        sheet(TITLES + '<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>'),
        NO_WORKBOOK,
    ),
    "values.xlsx": (sheet(TITLES + '<row r="2"><c r="A2"><v>1003.5</v><v>1</v></c></row>'), NO_WORKBOOK),
    "mixed.xlsx": (
        sheet(TITLES + '<row r="2"><c r="A2" t="inlineStr"><is><v>1</v><t>M3</t></is></c></row>'),
        NO_WORKBOOK,
    ),
    "inside.xlsx": (
        sheet(TITLES + '<row r="2"><c r="A2" t="inlineStr"><is><t><v>1</v>M3</t></is></c></row>'),
        NO_WORKBOOK,
    ),
    "blank.xlsx": (sheet(TITLES + '<row r="2"><c r="A2"><v> 000.5</v></c></row>'), NO_WORKBOOK),
    "number.xlsx": (sheet(TITLES + '<row r="2"><c r="A2"><v>0x10</v></c></row>'), NO_WORKBOOK),
    "shared.xlsx": (sheet(TITLES + '<row r="2"><c r="A2" t="s"><v>99</v></c></row>'), NO_WORKBOOK),
    "half.xlsx": (workbook()[: len(workbook()) // 2], NO_WORKBOOK),
    "end.xlsx": (workbook()[:-30], NO_WORKBOOK),
    "locked.xlsx": (_encrypted(), NO_WORKBOOK),
    "password.xlsx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096, NO_WORKBOOK),
    "paper.xlsx": (b"%PDF-1.7\n1 0 obj\n" + b"x" * 4000, NO_WORKBOOK),
    "paper.csv": (b"%PDF-1.7\n1 0 obj\n" + b"x" * 4000, NO_WORKBOOK),
    "table.csv": (workbook(), NO_WORKBOOK),
    "text.xlsx": (b"id,number,day\n1,2,2026-01-01\n", NO_WORKBOOK),
    "quote.csv": (
        b'id,number,day\n"1,2,2026-01-01\n3,4,2026-01-01\n',
        "{} has a quotation mark out of place near line 3: mend it, or save it as .xlsx",
    ),
    "quotes.csv": (
        b'id,number,day\n"1"2,3,2026-01-01\n',
        "{} has a quotation mark out of place near line 2: mend it, or save it as .xlsx",
    ),
    "bytes.csv": (bytes(range(256)) * 9, NO_WORKBOOK),
    "wide.csv": (
        b"id,number,day" + b"," * 5000 + b"\n",
        "{} has more than 1,000 columns: clear those that are not needed",
    ),
    "letters.csv": (
        "id;number;day\nĐặng;1;2026-01-01\n".encode("cp1258", "replace") + b"\xd2;\xcc\n",
        "{} does not say how its letters are written: save it as .xlsx",
    ),
    "nothing.csv": (b"", "{} is empty"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    content, sentence = HOSTILE[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Refused) as refused:
        read_rows(path, FIELDS)
    assert SAY(refused.value.text) == sentence.format(name)


def typed(kind: str) -> bytes:
    """The workbook whose main part is of another kind."""
    with zipfile.ZipFile(io.BytesIO(workbook())) as archive:
        kinds = archive.read("[Content_Types].xml").decode()
    plain = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    assert plain in kinds
    return with_part("[Content_Types].xml", kinds.replace(plain, kind).encode())


def related(kind: str, target: str, *, outside: bool = False) -> bytes:
    """The workbook whose sheet points to something."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    mode = ' TargetMode="External"' if outside else ""
    links = f'<Relationship Id="rId9" Type="{office}/{kind}" Target="{target}"{mode}/>'
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    xml = f'<Relationships xmlns="{space}">{links}</Relationships>'
    return with_part("xl/worksheets/_rels/sheet1.xml.rels", xml.encode())


MACROS = "{} holds macros: save it as a plain .xlsx workbook, without macros"
LINKS = "{} takes values from other files or programs: break the links, then save it as .xlsx"
CONNECTIONS = "{} is connected to outside data: delete the connections, then save it as .xlsx"
OBJECTS = "{} holds objects of other programs: delete them, then save it as a plain .xlsx workbook"
FOREIGN: dict[str, tuple[bytes, str]] = {
    "project.xlsm": (with_part("xl/vbaProject.bin", b"x"), MACROS),
    "renamed.xlsx": (with_part("xl/VBAPROJECT.BIN", b"x"), MACROS),
    "kind.xlsm": (typed("application/vnd.ms-excel.sheet.macroEnabled.main+xml"), MACROS),
    "template.xlsx": (typed("application/vnd.ms-excel.template.macroEnabled.main+xml"), MACROS),
    "old.xlsx": (with_part("xl/macrosheets/sheet1.xml", b"<x/>"), MACROS),
    "link.xlsx": (with_part("xl/externalLinks/externalLink1.xml", b"<ddeLink/>"), LINKS),
    "path.xlsx": (related("externalLinkPath", "file:///C:/other.xlsx", outside=True), LINKS),
    "picture.xlsx": (related("image", "https://example.com/a.png", outside=True), LINKS),
    "data.xlsx": (with_part("xl/connections.xml", b"<connections/>"), CONNECTIONS),
    "query.xlsx": (with_part("xl/queryTables/queryTable1.xml", b"<x/>"), CONNECTIONS),
    "model.xlsx": (with_part("xl/model/item.data", b"x"), CONNECTIONS),
    "ole.xlsx": (with_part("xl/embeddings/oleObject1.bin", b"x"), OBJECTS),
    "control.xlsx": (related("control", "../activeX/activeX1.xml"), ""),
    "controls.xlsx": (with_part("xl/activeX/activeX1.xml", b"<x/>"), OBJECTS),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_macros_links_and_objects_are_refused(tmp_path: Path, name: str) -> None:
    content, sentence = FOREIGN[name]
    path = tmp_path / name
    path.write_bytes(content)
    if not sentence:  # it points to a part that is not there
        assert len(read_rows(path, FIELDS).rows) == 4
        return
    for read in (
        lambda: read_rows(path, FIELDS),
        lambda: list(stream_rows(path, [Layout(("Sheet",), FIELDS)])),
    ):
        with pytest.raises(Refused) as refused:
            read()
        assert SAY(refused.value.text) == sentence.format(name)
    assert sorted(one.name for one in tmp_path.iterdir()) == [name]


@pytest.mark.parametrize(
    "content",
    [related("hyperlink", "mailto:reader@example.com", outside=True), with_part("../../evil.xml", b"<x/>")],
)
def test_what_does_nothing_by_itself_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "book.xlsm"
    path.write_bytes(content)
    assert len(read_rows(path, FIELDS).rows) == 4
    assert sorted(one.name for one in tmp_path.iterdir()) == ["book.xlsm"]


def _cells(*inside: str) -> str:
    """Row 2: each cell as (what follows its place, and what it holds)."""
    cells = (f'<c r="{letter}2"{one}</c>' for letter, one in zip("ABCD", inside, strict=False))
    return f'<row r="2">{"".join(cells)}</row>'


SEVEN, TWO, DAY = "><v>7</v>", "><v>2</v>", "><v>46023</v>"
SPILLED = _cells(SEVEN, '><f t="array" ref="B2:B3">1+1</f><v>2</v>', DAY) + "".join(
    f'<row r="{at}"><c r="A{at}"{SEVEN}</c><c r="B{at}"{TWO}</c><c r="C{at}"{DAY}</c></row>' for at in (3, 4)
)


@pytest.mark.parametrize(
    ("rows", "bad"),
    [
        (_cells(SEVEN, "><f>1+1</f><v>2</v>", DAY), {2}),
        (_cells(SEVEN, "><v>2</v><f>1+1</f>", DAY), {2}),
        (_cells(SEVEN, '><f t="shared" si="0"/><v>2</v>', DAY), {2}),
        (_cells(SEVEN, "><f>1+1</f>", DAY), {2}),
        (_cells(' t="str"><f>"M"</f><v>M</v>', TWO, DAY), {2}),
        (_cells(SEVEN, TWO, "><f>TODAY()</f><v>46023</v>"), {2}),
        (_cells(SEVEN, ' t="e"><f>1/0</f><v>#DIV/0!</v>', DAY), {2}),
        (_cells(SEVEN, TWO, DAY, "><f>B2</f><v>2</v>"), set()),
        (_cells(' t="str"><v>total</v>', "><f>SUM(B3)</f><v>2</v>"), set()),
        (SPILLED, {2, 3}),
    ],
)
def test_a_formula_that_is_read_is_a_problem_of_its_cell(tmp_path: Path, rows: str, bad: set[int]) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(sheet(TITLES + rows))
    found = set()
    for row in read_rows(path, FIELDS).rows:
        row.identifier("id"), row.number("number"), row.day("day")
        for problem in row.problems:
            assert (problem.what.message, problem.value[:1]) == ("This cell is a formula", "=")
            found.add(row.line)
    assert found == bad


@pytest.mark.usefixtures("at_hand")
def test_lines_are_counted_though_they_are_blank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MOST_LINES", 1000)
    path = tmp_path / "blank.csv"
    path.write_bytes(b"id,number,day\n1,2,2026-01-01\n" + b",,\n" * 900)
    assert len(read_rows(path, FIELDS).rows) == 1
    path.write_bytes(b"id,number,day\n1,2,2026-01-01\n" + b",,\n" * 2000)
    with pytest.raises(Refused):
        read_rows(path, FIELDS)


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_rows(tmp_path / "gone.xlsx", FIELDS)
    assert SAY(refused.value.text) == "gone.xlsx cannot be read: No such file or directory"
    with pytest.raises(Refused):
        read_rows(tmp_path, FIELDS)


def test_a_reader_that_dies_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook())
    monkeypatch.setattr(process, "_PROGRAM", "import os; os.kill(os.getpid(), 9)")
    with pytest.raises(Refused) as refused:
        read_rows(path, FIELDS)
    assert SAY(refused.value.text).startswith("book.xlsx could not be read to its end")


def test_a_reader_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook())
    monkeypatch.setattr(process, "_PROGRAM", "import time; time.sleep(600)")
    monkeypatch.setattr(process, "SILENT_S", 0.4)
    with pytest.raises(Refused):
        read_rows(path, FIELDS)


@pytest.mark.parametrize("number", ["1e999", "1e-999999999", "1.79769313486232e+308"])
def test_a_number_beyond_all_numbers_is_a_problem(tmp_path: Path, number: str) -> None:
    cells = f'<c r="A2"><v>{number}</v></c><c r="B2"><v>{number}</v></c>'
    path = tmp_path / "far.xlsx"
    path.write_bytes(sheet(f'{TITLES}<row r="2">{cells}</row>'))
    (row,) = read_rows(path, FIELDS).rows
    assert row.number("number") is None
    assert len(row.problems) == 1
    assert len(row.identifier("id") or "") < 30


@pytest.mark.parametrize(("serial", "day"), [(4, None), (60, None), (61, date(1900, 3, 1))])
def test_days_of_which_spreadsheets_count_one_too_many_are_problems(
    tmp_path: Path, serial: int, day: date | None
) -> None:
    path = tmp_path / "early.xlsx"
    path.write_bytes(sheet(f'{TITLES}<row r="2"><c r="C2" s="1"><v>{serial}</v></c></row>'))
    (row,) = read_rows(path, FIELDS).rows
    assert row.day("day") == day
    assert bool(row.problems) is (day is None)


# Harmed files


@dataclass(frozen=True)
class Taken:
    """One row as it was read."""

    id: str
    number: Decimal
    day: date


def taken(path: Path) -> dict[tuple[str, int], Taken] | None:
    """The rows that were read without a problem; None where the file was refused."""
    try:
        found = read_rows(path, FIELDS)
    except Refused:
        return None
    rows = {}
    for row in found.rows:
        values = row.identifier("id"), row.number("number"), row.day("day")
        assert all(problem.what.message for problem in row.problems)
        if not row.problems:
            rows[row.sheet, row.line] = Taken(*values)  # type: ignore[arg-type]  # of any kind
    return rows


def elsewhere(path: Path, sheet: str, line: int) -> set[str]:
    """The words in a row as another program reads them."""
    book = CalamineWorkbook.from_path(path)
    page = book.get_sheet_by_name(sheet)
    first = page.start[0] if page.start else 0
    return {_words(value) for value in page.to_python()[line - 1 - first]}


def _words(value: object) -> str:
    if isinstance(value, float):
        return f"{Decimal(repr(value)).normalize():f}"
    return value.isoformat()[:10] if isinstance(value, date | datetime) else "".join(str(value).split())


def harmed(seed: int) -> tuple[str, bytes]:
    """A small file with some bytes changed: of the file itself, or of one of its parts, or a part lost."""
    chance = random.Random(seed)
    if chance.random() < 0.2:
        words = "id;number;day\r\n" + "".join(f"M{at};1 00{at},5;2026-01-0{at + 1}\r\n" for at in range(4))
        return "book.csv", _spoiled(words.encode(chance.choice(("utf-8", "utf-16", "gb18030"))), chance)
    if chance.random() < 0.3:
        return "book.xlsx", _spoiled(GOOD, chance)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(out, "w") as new:
        chosen = chance.choice(
            [*old.namelist(), *["xl/worksheets/sheet1.xml"] * 9, *["xl/sharedStrings.xml"] * 3]
        )
        lost = chance.random() < 0.05
        for part in old.namelist():
            if part != chosen:
                new.writestr(part, old.read(part))
            elif not lost:
                new.writestr(part, _spoiled(old.read(part), chance))
        if chance.random() < 0.02:
            new.writestr(chance.choice(FOREIGN_PARTS), b"<x/>")
    return "book.xlsx", out.getvalue()


FOREIGN_PARTS = ("xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/connections.xml")


GOOD = workbook(4, "=1000+3.5")
ENCODINGS = ("utf-8", "utf-16", "gb18030", "cp1252", "cp1258")
"""What a text file may be in; one byte of another kind makes Western letters of plain ones."""

_PIECES = (b"<", b">", b'"', b"/", b"0", b"9", b"&", b"<c>", b"</c>", b"<v>1</v>", b"\0", b"\xff", b"r=", b't="s"',
           b"<row>", b"<f>1</f>", b"<f/>", b"<f>",
           b"&amp;", b"<!--", b"-->", b"E9", b"-", b".", b",", b";", b"\r\n", b" ")  # fmt: skip


def _spoiled(content: bytes, chance: random.Random) -> bytes:
    raw = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        at = chance.randrange(len(raw) + 1)
        match chance.randrange(5):
            case 0:
                raw[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del raw[at : at + chance.choice((1, 1, 4, 40))]
            case 2:
                raw[at:at] = chance.choice(_PIECES)
            case 3:
                raw[at : at + 1] = chance.choice(_PIECES)
            case _:
                length, to = chance.choice((1, 8, 30)), chance.randrange(len(raw) + 1)
                raw[to:to] = raw[at : at + length]
    return bytes(raw)


def check(folder: Path, seeds: Iterable[int]) -> int:
    """None is accepted wrongly; how many were accepted at all."""
    whole = folder / "whole.xlsx"
    whole.write_bytes(GOOD)
    original = taken(whole)
    assert original
    known = set(original.values())
    accepted, wrong = 0, []
    for seed in seeds:
        name, content = harmed(seed)
        path = folder / name
        path.write_bytes(content)
        rows = taken(path)
        if not rows:
            continue
        accepted += 1
        if name.endswith(".xlsx") and forbidden(path, {line for _, line in rows}):
            wrong.append(f"seed {seed}: formulas or foreign parts")
        for (page, line), row in rows.items():
            if row not in known and not stands(row, path, content, page, line):
                wrong.append(f"seed {seed}: {row}")
    assert not wrong, "\n".join(wrong)
    return accepted


def forbidden(path: Path, lines: set[int]) -> bool:
    """Whether a workbook has parts it must not have, or a formula in the columns and rows that were read."""
    with zipfile.ZipFile(path) as archive:
        if set(archive.namelist()) & set(FOREIGN_PARTS):
            return True
        xml = archive.read("xl/worksheets/sheet1.xml").decode("utf-8", "replace")
    plain = re.sub("<!--.*?-->", "", xml, flags=re.DOTALL)
    rows = re.findall(r'<row r="(\d+)"[^>]*>((?:(?!</row>).)*)</row>', plain, re.DOTALL)
    formula = re.compile(r'<c r="[A-C]\d+"[^>]*>(?:(?!</c>).)*<f[\s/>]', re.DOTALL)
    return any(int(line) in lines and formula.search(inside) for line, inside in rows)


def stands(row: Taken, path: Path, content: bytes, page: str, line: int) -> bool:
    """Whether a file says what was read from it."""
    if path.name == "book.csv":
        texts = (half_width(content.decode(encoding, "ignore")) for encoding in ENCODINGS)
        return any(row.id in "".join(text.split()) for text in texts)
    try:
        told = elsewhere(path, page, line)
    except CalamineError:  # it wants more of a workbook than its rows
        told = between_tags(path)
    return {row.id, f"{row.number.normalize():f}", row.day.isoformat()} <= told


def between_tags(path: Path) -> set[str]:
    """All words of the first sheet, and the days that its numbers may be."""
    with zipfile.ZipFile(path) as archive:
        words = set(
            re.findall(">([^<>]+)<", archive.read("xl/worksheets/sheet1.xml").decode("utf-8", "replace"))
        )
    days = {str(date(1899, 12, 30) + timedelta(int(word))) for word in words if re.fullmatch(r"4\d{4}", word)}
    return {_words(html.unescape(word)) for word in words} | days


@pytest.mark.usefixtures("at_hand")
def test_a_harmed_file_is_refused_or_read_as_it_stands(tmp_path: Path) -> None:
    assert check(tmp_path, range(2000)) > 100


@pytest.mark.trial
@pytest.mark.usefixtures("at_hand")
@pytest.mark.parametrize("first", range(2_000, 202_000, 10_000))
def test_two_hundred_thousand_harmed_files(tmp_path: Path, first: int) -> None:
    assert check(tmp_path, range(first, first + 10_000)) > 500
