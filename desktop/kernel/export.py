"""Lists as workbooks: all rows of a listing, the chosen columns, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from desktop.kernel.files import written_whole
from desktop.kernel.listing import Extent, Listing, PageOrder, every_row
from desktop.kernel.sheet import Column, Sheet, write_workbook
from desktop.kernel.work import Progress, Seat, Work

LONGEST_SHEET = 1_000_000
"""Rows of a list on one sheet; a workbook holds 1,048,576. Further rows go to further sheets."""

_TOLD_EVERY = 256


@dataclass(frozen=True, slots=True)
class Listed:
    """A column of an exported list, and what a row writes into it."""

    column: Column
    value: Callable[[Any], object]


class _Stopped(Exception):
    """Somebody stopped an export: its draft goes."""


def export_xlsx(
    out: Path,
    name: str,
    columns: Sequence[Listed],
    rows: Iterable[Any],
    total: int,
    progress: Progress,
) -> int | None:
    """Write a list of about ``total`` rows into the workbook ``out``; gives how many were written.

    The file appears whole or not at all: when ``progress(done, total)``, told every 256 rows, answers False there is
    none, and the answer is None. An OSError when it cannot be written.
    """
    left, heads = iter(rows), tuple(one.column for one in columns)
    written = 0

    def some() -> Iterator[Sequence[object]]:
        nonlocal written
        for row in islice(left, LONGEST_SHEET):
            yield [one.value(row) for one in columns]
            written += 1
            if written % _TOLD_EVERY == 0 and not progress(written, max(total, written)):
                raise _Stopped

    def sheets() -> Iterator[Sheet]:
        yield Sheet(name, heads, some())
        while written and written % LONGEST_SHEET == 0:
            yield Sheet(f"{name[:24]} {written // LONGEST_SHEET + 1}", heads, some())

    try:
        with written_whole(out) as stream:
            write_workbook(sheets(), stream)
            if not progress(written, max(total, written)):
                raise _Stopped
    except _Stopped:
        return None
    return written


def export_listing(
    seat: Seat,
    out: Path,
    name: str,
    columns: Sequence[Listed],
    page: Callable[[Work, PageOrder], Sequence[Any]],
    extent: Callable[[Work, Listing], Extent],
    listing: Listing,
    progress: Progress,
) -> int | None:
    """Write every row that two queries (`kernel.listing`) give of a listing, page by page; as `export_xlsx`."""
    whole = seat.ask(extent, listing)
    rows = every_row(partial(seat.ask, page), whole, listing)
    return export_xlsx(out, name, columns, rows, whole.total, progress)
