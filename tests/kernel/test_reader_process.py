"""The process that reads files from outside: little memory, measured; ended when it hangs; large workbooks too."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from desktop.kernel.cells import child, workbook
from desktop.kernel.errors import Problem, Refused
from desktop.kernel.sheet import Layout, Row, process, read_rows, stream_rows
from desktop.kernel.sheet.reading import _order
from desktop.kernel.sheet.streaming import _table
from desktop.kernel.text import catalog
from tests.kernel.test_hostile_sheets import FIELDS, HOSTILE, NO_WORKBOOK, SPACE, with_part
from tests.kernel.test_hostile_sheets import workbook as small

SAY = catalog("en")
LAYOUTS = (Layout(("Sheet",), FIELDS),)
UNREAD = "{} could not be read to its end: it is damaged, or no sheet. Nothing was taken from it"
MOST_KB = child.MEMORY // 1024

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the system does not tell memory"
)


def program(before: str = "pass", after: str = "pass") -> str:
    """The reader's own program with something done before or after it."""
    return (
        "import os, sys; sys.path.insert(0, {root!r}); from desktop.kernel.cells import child, large;"
        f" {before}; child.main(); {after}"
    )


TELLS_MEMORY = program(
    after='sys.stderr.write(open("/proc/self/status").read() + open("/proc/self/limits").read())'
)


def measured(order: Mapping[str, Any]) -> tuple[dict[str, Any], int, int]:
    """What the real process tells first of a file besides how far it is, the most memory it had at once, and the
    most the system would have given it, in KB."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", TELLS_MEMORY.format(root=process._ROOT)],
        input=json.dumps(order).encode() + b"\n",
        capture_output=True,
        check=True,
    )
    first = next(one for one in map(json.loads, done.stdout.splitlines()) if "done" not in one)
    words = done.stderr.decode().split()
    limit = int(words[words.index("address") + 2])
    return first, int(words[words.index("VmHWM:") + 1]), limit // 1024


def long_workbook(path: Path, rows: int) -> Path:
    """A workbook with shared words, as spreadsheet programs save them, each word another one."""
    cells = "".join(
        f'<row r="{at + 2}"><c r="A{at + 2}" t="s"><v>{at + 3}</v></c><c r="B{at + 2}"><v>{at}.5</v></c>'
        f'<c r="C{at + 2}" t="s"><v>{at + 3}</v></c></row>'
        for at in range(rows)
    )
    titles = "".join(f'<c r="{"ABC"[at]}1" t="s"><v>{at}</v></c>' for at in range(3))
    sheet = f'<worksheet xmlns="{SPACE}"><sheetData><row r="1">{titles}</row>{cells}</sheetData></worksheet>'
    words = (*("id", "number", "day"), *(f"number {at:09}" for at in range(rows)))
    shared = f'<sst xmlns="{SPACE}">{"".join(f"<si><t>{word}</t></si>" for word in words)}</sst>'
    with_sheet = with_part("xl/worksheets/sheet1.xml", sheet.encode())
    path.write_bytes(with_sheet)
    with zipfile.ZipFile(path) as archive:
        links = archive.read("xl/_rels/workbook.xml.rels").decode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    link = f'<Relationship Id="rId99" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
    linked = with_part(
        "xl/_rels/workbook.xml.rels", links.replace("</Relationships>", link).encode(), with_sheet
    )
    path.write_bytes(with_part("xl/sharedStrings.xml", shared.encode(), linked))
    return path


@needs_proc
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_little_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(HOSTILE[name][0])
    for order in (_order(FIELDS, None, ()), {"tables": [_table(one) for one in LAYOUTS]}):
        told, used, limit = measured({"path": str(path), **order})
        assert set(told) == {"refused", "limit"}
        assert used < MOST_KB == limit


@needs_proc
def test_a_long_file_gets_little_memory(tmp_path: Path) -> None:
    path = long_workbook(tmp_path / "long.xlsx", 40_000)
    for order in (_order(FIELDS, None, ()), {"tables": [_table(one) for one in LAYOUTS]}):
        told, used, _ = measured({"path": str(path), **order})
        assert "refused" not in told
        assert used < MOST_KB // 2


def refused(path: Path) -> list[str]:
    """The sentences for a file, read as one of rows and as a large workbook."""
    told = []
    for read in (lambda: read_rows(path, FIELDS), lambda: list(stream_rows(path, LAYOUTS))):
        with pytest.raises(Refused) as found:
            read()
        told.append(SAY(found.value.text))
    return told


@pytest.mark.parametrize(
    ("before", "why"),
    [
        (
            "child.BUSY_S = 0.2; large.stream = child._File.survey = lambda *_: [0 for _ in iter(int, 1)]",
            "busy",
        ),
        ("large.stream = child._File.survey = lambda *_: bytearray(2 * child.MEMORY)", "memory"),
        ("large.stream = child._File.survey = lambda *_: os.kill(os.getpid(), 9)", "killed"),
        ("large.stream = child._File.survey = lambda *_: os._exit(0)", "gone"),
    ],
    ids=lambda one: one if len(one) < 9 else "",
)
def test_a_reader_in_trouble_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, why: str
) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(small())
    monkeypatch.setattr(process, "_PROGRAM", program(before))
    assert refused(path) == [UNREAD.format("book.xlsx")] * 2, why


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.endswith(".xlsx")])
def test_a_hostile_large_workbook_is_refused_in_one_sentence(tmp_path: Path, name: str) -> None:
    content, sentence = HOSTILE[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Refused) as found:
        list(stream_rows(path, LAYOUTS))
    assert SAY(found.value.text) == sentence.format(name)


def test_a_large_workbook_is_no_other_kind_of_file(tmp_path: Path) -> None:
    path = tmp_path / "hall.csv"
    path.write_bytes(b"id,number,day\n1,2,2026-01-01\n")
    with pytest.raises(Refused) as found:
        list(stream_rows(path, LAYOUTS))
    assert SAY(found.value.text) == NO_WORKBOOK.format("hall.csv")
    with pytest.raises(Refused) as found:
        list(stream_rows(tmp_path / "gone.xlsx", LAYOUTS))
    assert SAY(found.value.text) == "gone.xlsx cannot be read: No such file or directory"


def test_more_parts_than_a_workbook_has_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "parts.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for at in range(workbook.MOST_PARTS + 1):
            archive.writestr(f"xl/{at}", b"")
    assert refused(path) == ["parts.xlsx is too large once unpacked: divide it"] * 2


def test_sheets_of_a_large_workbook_that_would_be_lost_are_told(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(small())
    rows = list(stream_rows(path, (Layout(("SHEET ",), FIELDS),)))
    assert [row.line for row in rows if isinstance(row, Row)] == [2, 3, 4, 5]
    assert list(stream_rows(path, (Layout(("Sheet",)),))) == [], "passed over by the template itself"
    (strange,) = stream_rows(path, (Layout(("Other",), FIELDS),))
    book = openpyxl.load_workbook(path)
    book.create_sheet("Notes")  # without a row
    book["Sheet"].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    (hidden,) = stream_rows(path, (*LAYOUTS, Layout(("Notes",), FIELDS)))
    assert isinstance(strange, Problem)
    assert isinstance(hidden, Problem)
    assert SAY(strange.what) == "No sheet of the template has this name"
    assert SAY(hidden.what) == "The sheet is hidden"


def test_who_stops_listening_ends_the_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[subprocess.Popen[bytes]] = []

    class Noted(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            begun.append(self)

    monkeypatch.setattr(process.subprocess, "Popen", Noted)
    with closing(stream_rows(long_workbook(tmp_path / "long.xlsx", 3_000), LAYOUTS)) as rows:
        assert isinstance(next(rows), Row)
        assert begun[0].poll() is None
    assert begun[0].poll() is not None
