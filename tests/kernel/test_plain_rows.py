"""Rows written the plain way go past the parser: what comes out is what the parser alone would give, file by file."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.kernel.cells import parsing, workbook
from desktop.kernel.cells.refusal import Unreadable
from desktop.kernel.cells.workbook import BROKEN, Workbook
from tests.kernel.test_hostile_sheets import with_part
from tests.kernel.test_hostile_sheets import workbook as small

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
Found = list[tuple[int, dict[int, str], bool]] | None


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path, bool], Found]:
    """The lines of a file, with plain rows taken past the parser or not; None where it is refused."""

    def lines(path: Path, past: bool) -> Found:
        with monkeypatch.context() as patch:
            if not past:
                patch.setattr(workbook, "parsed", by_the_parser)
            try:
                book = Workbook(path)
                return [(line.number, line.cells, line.hidden) for page in book.sheets for line in page.lines]
            except (Unreadable, *BROKEN):
                return None

    return lines


def by_the_parser(chunks: Iterable[bytes], start: Any, _shape: Any = None, **handlers: Any) -> Iterator[None]:
    handlers.pop("shape", None)
    return parsing.parsed(chunks, start, None, **handlers)


def row(number: int, cells: str = "", more: str = "") -> str:
    return f'<row r="{number}"{more}>{cells}</row>'


def mixed(number: int) -> str:
    """A row of every plain kind of cell, and of some that are not."""
    cells = (
        f'<c r="A{number}" t="s"><v>{number % 3}</v></c>'
        f'<c r="B{number}" s="1" t="n"><v>46{number:03}</v></c>'
        f'<c r="C{number}"><v>{number}.50</v></c>'
        f'<c r="D{number}" t="inlineStr"><is><t xml:space="preserve"> 表{number} </t></is></c>'
        f'<c r="E{number}" s="1"/>'
    )
    unlike = ('<c r="F1" t="str"><f>A1</f><v>x</v></c>', '<c r="F1" t="b"><v>1</v></c>', "<!-- </row> -->",
              '<c t="inlineStr"><is><r><t>a</t></r><rPh><t>b</t></rPh></is></c>', "<![CDATA[ ]]>", "\n")  # fmt: skip
    return row(
        number, cells + (unlike[number % 6] if number % 4 == 0 else ""), ' hidden="1"' * (number % 5 == 0)
    )


def sheet(rows: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    return f"{head}<worksheet><sheetData>{rows}</sheetData></worksheet>".encode()


ROWS = "".join(map(mixed, range(1, 30)))
WORDS = (
    b"<sst>"
    + "".join(f"<si><t>{word}</t></si>" for word in ("id", "Đặng_x0041_", "户", " ")).encode()
    + b"</sst>"
)
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
POINTS_TO = "".join(
    f'<Relationship Id="rId{at}" Type="{KINDS}/{kind}" Target="{part}"/>'
    for at, (kind, part) in enumerate(
        (
            ("worksheet", "worksheets/sheet1.xml"),
            ("styles", "styles.xml"),
            ("sharedStrings", "sharedStrings.xml"),
        ),
        start=1,
    )
)
BASE = with_part(
    "xl/_rels/workbook.xml.rels",
    f"<Relationships>{POINTS_TO}</Relationships>".encode(),
    with_part(STRINGS, WORDS, small()),
)
PIECES = (b"<!--", b"-->", b"<![CDATA[", b"]]>", b"</row>", b"<row/>", b'<row r="7">', b"</c>", b"<v>", b"&lt;", b"&x;",
          b"<?p ", b"?>", b"\xff", b"\xef\xbf\xbf", b"\0", b"\r\n", b">", b"<", b'"', b"'", b"=", b"9", b"A",
          b"_x0041_",
          row(40, '<c r="A40"><v>5</v></c>').encode(), b"<si><t>z</t></si>", b"</si>", b' t="str"',)  # fmt: skip


def spoiled(content: bytes, chance: random.Random) -> bytes:
    raw = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3))):
        at = chance.randrange(len(raw) + 1)
        match chance.randrange(4):
            case 0:
                raw[at:at] = chance.choice(PIECES)
            case 1:
                del raw[at : at + chance.choice((1, 2, 9, 60))]
            case 2:
                raw[at : at + 1] = chance.choice(PIECES)
            case _:
                start = raw.find(b"<row", at)
                raw[at:at] = raw[start : raw.find(b"</row>", start) + 6]
    return bytes(raw)


@pytest.mark.parametrize("chunk", [97, 2**18])
def test_the_same_comes_out_of_spoiled_sheets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: Callable[[Path, bool], Found], chunk: int
) -> None:
    monkeypatch.setattr(workbook, "CHUNK", chunk)
    monkeypatch.setattr(workbook, "MOST_RATIO", 10_000)
    path, read = tmp_path / "book.xlsx", 0
    for seed in range(600):
        chance = random.Random(seed)
        parts = {SHEET: sheet(ROWS), STRINGS: WORDS}
        if seed:
            spoil = chance.choice((SHEET, SHEET, SHEET, STRINGS))
            parts[spoil] = spoiled(parts[spoil], chance)
        with zipfile.ZipFile(path, "w") as new, zipfile.ZipFile(_stored(tmp_path)) as old:
            for part in old.namelist():
                new.writestr(part, parts.get(part) or old.read(part))
        quick = taken(path, True)
        assert quick == taken(path, False), f"seed {seed}"
        read += quick is not None
    assert read > 40


def _stored(folder: Path) -> Path:
    path = folder / "base.xlsx"
    if not path.exists():
        path.write_bytes(BASE)
    return path


HEADS = {
    "declared": '<?xml version="1.0" encoding="utf-8"?>',
    "bare": "",
    "latin": '<?xml version="1.0" encoding="ISO-8859-1"?>',
    "ascii": '<?xml version="1.0" encoding="US-ASCII"?>',
}


@pytest.mark.parametrize("name", HEADS)
def test_letters_are_those_of_the_declared_encoding(
    tmp_path: Path, taken: Callable[[Path, bool], Found], name: str
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(with_part(SHEET, sheet(ROWS, HEADS[name]), BASE))
    quick = taken(path, True)
    assert quick == taken(path, False)
    assert (quick is None) is (name == "ascii")
    path.write_bytes(with_part(SHEET, sheet(ROWS, HEADS["bare"]).decode().encode("utf-16"), BASE))
    assert taken(path, True) == taken(path, False)


def test_nearly_all_rows_go_past_the_parser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise a sheet takes twice as long."""
    told: list[str] = []
    begin = workbook._Sheet.start
    monkeypatch.setattr(
        workbook._Sheet, "start", lambda self, tag, given: (told.append(tag), begin(self, tag, given))
    )
    path = tmp_path / "book.xlsx"
    path.write_bytes(small(25))
    book = Workbook(path)
    assert [len(list(page.lines)) for page in book.sheets] == [26]
    assert told.count("row") == 1
