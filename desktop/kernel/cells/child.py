"""The reading of one file, told as lines of JSON: what it holds as a whole first, then row after row.

The order comes in as one line of JSON: ``path``, ``fields`` as (name, titles, required, instead), ``mapped`` and
``ignored`` titles, ``whole`` for every cell of some rows (their numbers by sheet) instead of the wanted fields of all.
The file is read once and whole before the first row goes out, packed in memory, so that nothing is taken from a file
that is broken further down. An order with ``tables`` instead of fields is one for a large workbook: see `large`.

Files from outside may mean harm. This process has little memory, and ends by itself when it was busy for `BUSY_S`
without a sign of life; where the system cannot see to that, whoever listens ends a process that is silent.
"""

from __future__ import annotations

import gc
import json
import signal
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from desktop.kernel.cells import delimited, large
from desktop.kernel.cells.refusal import Unreadable, Why
from desktop.kernel.cells.shapes import half_width, proof
from desktop.kernel.cells.titles import TITLE_ROWS, Finder, Titles, Wanted, is_total
from desktop.kernel.cells.workbook import (
    BROKEN,
    MEGABYTE,
    MOST_BYTES,
    Line,
    Source,
    Workbook,
    is_workbook,
)

BATCH = 500
MOST_ROWS = 5_000_000
MOST_CELLS = 30_000_000
MEMORY = 200 * MEGABYTE
TELL_EVERY_S = 0.3

BUSY_S = 2.0
"""Seconds of processor time; how long one waits for them on a busy machine says nothing about a file."""

Tell = Callable[[Mapping[str, Any]], None]


def main() -> int:
    """Read the order from standard input, tell the file on standard output."""
    gc.disable()  # what a file becomes has no circles; looking for them was a sixth of the work
    _limit_memory()
    out = sys.stdout.buffer

    def tell(facts: Mapping[str, Any]) -> None:
        out.write(
            json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        )
        out.flush()

    order = json.loads(sys.stdin.buffer.readline())
    try:
        _alive()
        if "tables" in order:
            stream(order, tell, _alive)
        else:
            for packed in read(order, tell, _alive):
                out.write(zlib.decompress(packed))
        tell({"end": True})
    except (BrokenPipeError, KeyboardInterrupt):
        return 1
    return 0


def _limit_memory() -> None:
    try:
        resource = import_module("resource")
    except ImportError:  # this system cannot limit a process
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _alive() -> None:
    """A sign of life: from now on this process may be busy for a while again before the system ends it."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, BUSY_S)


def _telling(tell: Tell, alive: Callable[[], None]) -> Callable[[int, int], None]:
    """What tells how far the reading is, now and then."""
    last = [time.monotonic()]

    def progress(done: int, total: int) -> None:
        alive()
        now = time.monotonic()
        if now - last[0] > TELL_EVERY_S:
            last[0] = now
            tell({"done": done, "of": total})

    return progress


@contextmanager
def _refusing(tell: Tell) -> Iterator[None]:
    """Whatever is wrong with a file is told."""
    try:
        yield
    except Unreadable as refused:
        tell({"refused": refused.why.value, "limit": refused.limit})
    except MemoryError:
        tell({"refused": Why.MEMORY.value, "limit": 0})
    except BROKEN:
        tell({"refused": Why.NO_WORKBOOK.value, "limit": 0})


def read(order: Mapping[str, Any], tell: Tell, alive: Callable[[], None] = lambda: None) -> Iterator[bytes]:
    """Tells how far it is, then the facts or the refusal; gives the rows as packed lines of JSON."""
    packed: list[bytes] = []
    with _refusing(tell):
        file = _File(order, _telling(tell, alive))
        facts = file.survey()
        tell(facts)
        packed = file.packed
    for rows in packed:
        alive()
        yield rows


def stream(order: Mapping[str, Any], tell: Tell, alive: Callable[[], None] = lambda: None) -> None:
    """Tells how far it is, and the sheets of a large workbook as they come, to their end or to the refusal."""
    with _refusing(tell):
        large.stream(order, tell, _telling(tell, alive))


class _File:
    """A file while it is read."""

    def __init__(self, order: Mapping[str, Any], progress: Callable[[int, int], None]) -> None:
        self.path, self._progress = Path(order["path"]), progress
        fields = [
            Wanted(name, frozenset(titles), required, frozenset(instead))
            for name, titles, required, instead in order["fields"]
        ]
        self._fields = fields
        self._names = [one.name for one in fields]
        self._finder = Finder(fields, order.get("mapped", {}), frozenset(order.get("ignored", ())))
        whole = order.get("whole")
        self._whole = None if whole is None else {name: set(rows) for name, rows in whole.items()}
        self.packed: list[bytes] = []
        self._batch: list[list[Any]] = []
        self._skips: list[list[Any]] = []
        self._proofs: dict[tuple[int, str], set[str]] = {}
        self._rows = self._cells = 0
        self._sheet_name = ""

    def survey(self) -> Mapping[str, Any]:
        """Reads all there is; the facts about the file."""
        sheets = []
        with _Opened(self.path, self._finder, self._progress) as sources:
            for at, source in enumerate(sources):
                sheets.append(self._sheet(at, source))
        self._flush()
        if not any(sheet["filled"] for sheet in sheets):
            raise Unreadable(Why.EMPTY)
        return {"sheets": sheets, "skipped": self._skips, "rows": self._rows}

    def _sheet(self, at: int, source: Source) -> dict[str, Any]:
        self._sheet_name = source.name
        head: list[Line] = []
        lines = _counted(source.lines, self._count)
        for line in lines:
            head.append(line)
            if len(head) == TITLE_ROWS or line.number >= 10 * TITLE_ROWS:
                break
        titles = self._finder.find(head)
        usable = titles is not None and not source.hidden and self._complete(titles)
        hidden: list[int] = []
        filled = len(head)
        if usable and titles is not None:
            below = [line for line in head if line.number > titles.number]
            filled += self._table(at, titles, _chained(below, lines), hidden)
        else:
            above = titles.number if titles is not None and titles.columns else 0
            filled += self._left_out(at, source, above, _chained(head, lines))
        return {
            "name": source.name,
            "hidden": source.hidden,
            "filled": filled,
            "titles": None if titles is None else [titles.number, sorted(titles.above.items())],
            "found": bool(titles and (titles.columns or titles.doubled)),
            "shape": titles.shape if titles else "",
            "columns": dict(titles.columns) if titles else {},
            "doubled": dict(titles.doubled) if titles else {},
            "hidden_rows": hidden,
            "hidden_columns": sorted(source.hidden_columns.intersection(titles.above) if titles else ()),
            "since_1904": source.since_1904,
            "proofs": {
                name: "".join(sorted(found)) for (sheet, name), found in self._proofs.items() if sheet == at
            },
        }

    def _complete(self, titles: Titles) -> bool:
        lacking = any(one.lacks(titles.columns) for one in self._fields)
        return bool(titles.columns) and not titles.doubled and not lacking

    def _count(self, line: Line) -> None:
        self._cells += len(line.cells)
        if self._cells > MOST_CELLS:
            raise Unreadable(Why.LARGE_UNPACKED)

    def _left_out(self, at: int, source: Source, above: int, lines: Iterator[Line]) -> int:
        """Rows of a sheet that is not read: counted, so that none is lost without a word."""
        filled = last = first = 0
        for line in lines:
            if line.number > above:
                first, last, filled = first or line.number, line.number, filled + 1
        if filled:
            self._rows += filled
            self._skips.append([at, first, last, filled, "hidden sheet" if source.hidden else "no titles"])
        return filled

    def _table(self, at: int, titles: Titles, lines: Iterator[Line], hidden: list[int]) -> int:
        """The rows below the titles: each goes out, or is skipped with its reason."""
        names = [name for name in self._names if name in titles.columns]
        places = [titles.columns[name] for name in names]
        proofs: list[set[str]] = [self._proofs.setdefault((at, name), set()) for name in names]
        before, filled = titles.number, 0
        for line in lines:
            if line.number > before + 1:
                self._skip(at, before + 1, line.number - 1, "blank")
            before, filled = line.number, filled + 1
            values = list(map(line.cells.get, places))
            reason = self._reason(line, values, names, titles)
            if reason:
                self._skip(at, line.number, line.number, reason)
                continue
            for value, found in zip(values, proofs, strict=True):
                if value is not None and not value.isalnum() and value[0] == "s" and len(value) < 40:
                    proven = proof(half_width(value[1:]))
                    if proven:
                        found.add(proven)
            if line.hidden:
                hidden.append(line.number) if len(hidden) < 1000 else None
            self._out(at, line, values)
        return filled

    def _reason(self, line: Line, values: Sequence[str | None], names: Sequence[str], titles: Titles) -> str:
        """Why a row is no row of the table; nothing where it is one."""
        if not any(values):
            return "elsewhere"
        first = min(line.cells)
        words = line.cells[first]
        if words[0] != "s" or words[1].isdigit():
            return ""
        there = dict(zip(names, values, strict=True))
        incomplete = any(there.get(one.name) in (None, words) for one in self._fields if one.required)
        if incomplete and len(words) < 40 and is_total(words[1:]):
            return "total"
        same = all(
            value == f"s{titles.above[titles.columns[name]]}"
            for name, value in there.items()
            if value is not None
        )
        return "titles" if same else ""

    def _skip(self, at: int, first: int, last: int, reason: str) -> None:
        self._rows += last - first + 1
        latest = self._skips[-1] if self._skips else None
        if latest is not None and latest[0] == at and latest[4] == reason and latest[2] == first - 1:
            latest[2], latest[3] = last, latest[3] + last - first + 1
        else:
            self._skips.append([at, first, last, last - first + 1, reason])

    def _out(self, at: int, line: Line, values: list[str | None]) -> None:
        self._rows += 1
        if self._rows > MOST_ROWS:
            raise Unreadable(Why.LARGE_UNPACKED)
        if self._whole is None:
            self._batch.append([at, line.number, *values])
        elif line.number in self._whole.get(self._sheet_name, ()):
            self._batch.append([at, line.number, sorted(line.cells.items())])
        if len(self._batch) == BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._batch:
            words = json.dumps({"rows": self._batch}, ensure_ascii=False, separators=(",", ":"))
            self.packed.append(zlib.compress(words.encode("utf-8", "replace") + b"\n", 1))
            self._batch = []


class _Opened:
    """The sheets of a file of either kind, closed afterwards."""

    def __init__(self, path: Path, finder: Finder, progress: Callable[[int, int], None]) -> None:
        self._path, self._finder, self._progress = path, finder, progress
        self._book: Workbook | None = None

    def __enter__(self) -> Iterator[Source]:
        if is_workbook(self._path):
            if self._path.stat().st_size > MOST_BYTES:
                raise Unreadable(Why.LARGE, MOST_BYTES // MEGABYTE)
            self._book = Workbook(self._path, self._progress)
            return self._book.sheets
        with self._path.open("rb") as stream:
            start = stream.read(8)
        if self._path.suffix.lower() in {".csv", ".txt", ".tsv"} and not start.startswith(
            (b"\xd0\xcf\x11\xe0", b"PK\3\4", b"%PDF")
        ):
            return iter([delimited.source(self._path, self._finder.count, self._progress)])
        raise Unreadable(Why.NO_WORKBOOK)

    def __exit__(self, *_: object) -> None:
        if self._book is not None:
            self._book.close()


def _counted(lines: Iterator[Line], count: Callable[[Line], None]) -> Iterator[Line]:
    for line in lines:
        count(line)
        yield line


def _chained(head: Sequence[Line], rest: Iterator[Line]) -> Iterator[Line]:
    yield from head
    yield from rest


if __name__ == "__main__":
    sys.exit(main())
