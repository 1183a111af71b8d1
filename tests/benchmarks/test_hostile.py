"""How soon a file that means harm is refused, and how much memory its reader takes: at most 2 s and 200 MB each.

Seconds are processor time of both processes: by the clock a busy machine takes longer over any file.
"""

from __future__ import annotations

import io
import random
import threading
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from desktop.kernel.errors import Refused
from desktop.kernel.sheet import Layout, read_rows, stream_rows
from tests.benchmarks.side_by_side import processor_s
from tests.kernel.test_hostile_sheets import FIELDS, FOREIGN, HOSTILE, SPACE, TITLES, sheet, with_part
from tests.memory import needs_proc, watch_readers

MOST_S, MOST_MB = 2.0, 200
SLOWEST_TOLD = 5
MEGABYTE = 2**20


def _large(inside: Iterable[str]) -> bytes:
    """A workbook whose one sheet is written piece by piece, and has no end."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sheet(""))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for part in old.namelist():
            if part != "xl/worksheets/sheet1.xml":
                new.writestr(part, old.read(part))
        with new.open("xl/worksheets/sheet1.xml", "w") as stream:
            stream.write(f'<worksheet xmlns="{SPACE}"><sheetData>{TITLES}'.encode())
            for piece in inside:
                stream.write(piece.encode())
    return out.getvalue()


def _endless(begun: str, megabytes: int) -> bytes:
    """A sheet in which something begins and has no end; its letters pack badly, so that it looks like no bomb."""
    noise = random.Random(1).randbytes(MEGABYTE // 2).hex()
    return _large([begun, *[noise] * megabytes])


def _many_parts(count: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for at in range(count):
            archive.writestr(f"xl/{at}", b"")
    return out.getvalue()


LARGE: dict[str, Callable[[], bytes]] = {
    "wide.xlsx": lambda: _large(f'<row r="{at}">{"<c><v>1</v></c>" * 300}</row>' for at in range(2, 60_000)),
    "deep.xlsx": lambda: _large(f"<a{at % 10}>" * 1000 for at in range(30_000)),
    "comment.xlsx": lambda: _endless("<!--", 100),
    "tag.xlsx": lambda: _endless("<", 100),
    "word.xlsx": lambda: _endless('<row r="2"><c t="inlineStr"><is><t>', 60),
    "cut.xlsx": lambda: _large(f'<row r="{at}"><c r="A{at}"><v>{at}</v></c></row>' for at in range(2, 100_000)),
    "parts.xlsx": lambda: _many_parts(60_000),
    "styles.xlsx": lambda: with_part(
        "xl/styles.xml",
        b"<styleSheet><cellXfs>" + b"".join(b'<xf numFmtId="%d"/>' % (at % 997) for at in range(1_000_000)),
    ),
    "strings.xlsx": lambda: with_part(
        "xl/sharedStrings.xml",
        b"<sst>" + b"".join(b"<si><t>%d</t></si>" % at for at in range(1_000_000)),
        sheet(TITLES + '<row r="2"><c r="A2" t="s"><v>1</v></c></row>'),
    ),
    "nul.csv": lambda: bytes(90 * MEGABYTE),
    "quotes.csv": lambda: b'id,number,day\n"' + b'a""' * 30_000_000,
    "line.csv": lambda: b"id,number,day\n" + b"x" * (90 * MEGABYTE),
    "blank.csv": lambda: b"id,number,day\n" + b",,,\n" * 20_000_000,
}  # fmt: skip


@needs_proc
@pytest.mark.parametrize("road", ["reads", "hall"])
def test_a_hostile_file_is_refused_soon(tmp_path: Path, road: str) -> None:
    """By the road of a sheet of reads, and by that of a hall's workbook."""
    memory = [0]
    threading.Thread(target=watch_readers, args=(memory,), daemon=True).start()
    small = {name: content for name, (content, sentence) in (HOSTILE | FOREIGN).items() if sentence}
    told = []
    for name in (*small, *(f"large {name}" for name in LARGE)):
        path = tmp_path / name
        path.write_bytes(small[name] if name in small else LARGE[name.removeprefix("large ")]())
        memory[0], before = 0, processor_s()
        with pytest.raises(Refused):
            _ = (
                read_rows(path, FIELDS)
                if road == "reads"
                else [*stream_rows(path, [Layout(("Sheet",), FIELDS)])]
            )
        told.append((processor_s() - before, memory[0], name))
        path.unlink()
    told.sort(reverse=True)
    slowest = ", ".join(f"{name} {used:.2f} s {most} MB" for used, most, name in told[:SLOWEST_TOLD])
    print(f"\n{len(told)} hostile files, by the road of {road}; the slowest: {slowest}")
    assert told[0][0] <= MOST_S
    assert max(most for _, most, _ in told) <= MOST_MB
