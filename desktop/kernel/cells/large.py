"""Large workbooks of one template: sheet by sheet, each with its own columns, told while they are read.

Nothing is kept here, so memory stays flat however long the sheets are. Whoever listens keeps the rows aside until the
file has come to its end, and drops them where it does not. The order names the ``tables`` of the template, each as
(names of its sheet, fields); a table without fields is passed over.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from desktop.kernel.cells.refusal import Unreadable, Why
from desktop.kernel.cells.titles import TITLE_ROWS, Finder, Titles, Wanted, normal
from desktop.kernel.cells.workbook import MEGABYTE, Line, Source, Workbook, is_workbook

BATCH = 500
MOST_BYTES = 300 * MEGABYTE
MOST_UNPACKED = 4_000 * MEGABYTE

Tell = Callable[[Mapping[str, Any]], None]


def stream(order: Mapping[str, Any], tell: Tell, progress: Callable[[int, int], None]) -> None:
    """Tell for each sheet its facts and then its rows, as (line, a cell for each field)."""
    path = Path(order["path"])
    if not is_workbook(path):
        raise Unreadable(Why.NO_WORKBOOK)
    if path.stat().st_size > MOST_BYTES:
        raise Unreadable(Why.LARGE, MOST_BYTES // MEGABYTE)
    tables = {
        name: [Wanted(field, frozenset(titles), required) for field, titles, required in fields]
        for names, fields in order["tables"]
        for name in names
    }
    book = Workbook(path, progress, MOST_UNPACKED)
    try:
        for source in book.sheets:
            _tell_sheet(source, tables.get(normal(source.name)), tell)
    finally:
        book.close()


def _tell_sheet(source: Source, fields: list[Wanted] | None, tell: Tell) -> None:
    """The facts of a sheet: those of a hidden or strange one tell only whether it is filled."""
    read = [] if source.hidden or fields is None else fields
    lines = source.lines
    head = list(itertools.islice(lines, TITLE_ROWS if read else 1))
    titles = Finder(read, {}).find(head) if read else None
    tell(
        {
            "name": source.name,
            "hidden": source.hidden,
            "known": fields is not None,
            "filled": len(head),
            "titles": None if titles is None else [titles.number, sorted(titles.above.items())],
            "found": bool(titles and (titles.columns or titles.doubled)),
            "columns": dict(titles.columns) if titles else {},
            "doubled": dict(titles.doubled) if titles else {},
            "since_1904": source.since_1904,
            "proofs": {},
        }
    )
    if titles is not None and not titles.doubled and not any(one.lacks(titles.columns) for one in read):
        for rows in _rows(titles, [one.name for one in read], itertools.chain(head, lines)):
            tell({"rows": rows})
    for _ in lines:  # the next sheet is told once this one is through
        pass


def _rows(titles: Titles, names: list[str], lines: Iterator[Line]) -> Iterator[list[list[Any]]]:
    places = [titles.columns.get(name) for name in names]
    batch: list[list[Any]] = []
    for line in lines:
        cells = [None if place is None else line.cells.get(place) for place in places]
        if line.number > titles.number and any(cells):
            batch.append([line.number, *cells])
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch
