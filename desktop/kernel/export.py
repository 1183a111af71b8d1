"""Lists as workbooks: all rows of a listing, the chosen columns, whole or not at all.

A list with persons in it leaves through a `Gate`: asked before a row is written, marked in the file, and entered into
the book before the file appears under its name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from desktop.kernel.files import written_whole
from desktop.kernel.listing import Extent, Leaving, Listing, PageOrder, every_row
from desktop.kernel.sheet import Column, Origin, Sheet, write_workbook
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Progress, Seat, Work

LONGEST_SHEET = 1_000_000
"""Rows of a list on one sheet; a workbook holds 1,048,576. Further rows go to further sheets."""

_TOLD_EVERY = 256


@dataclass(frozen=True, slots=True)
class Listed:
    """A column of an exported list, and what a row writes into it."""

    column: Column
    value: Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Gate:
    """The way out of the house for a file with persons in it; ``say`` is the language of its mark."""

    seat: Seat
    leaving: Leaving
    say: Catalog

    def ask(self, persons: int) -> None:
        """Whether so many may leave now; otherwise `Refused`, with what remains."""
        self.seat.rehearse(self.seat.app.export_persons, replace(self.leaving, persons=persons))

    def tell(self, persons: int, sha256: str) -> None:
        """They leave: entered into the book, or `Refused`."""
        self.seat.do(self.seat.app.export_persons, replace(self.leaving, persons=persons, sha256=sha256))

    @property
    def origin(self) -> Origin:
        """What the file tells of itself: who took it out, when and why."""
        return marked(self.seat, self.say, self.leaving.reason)


def marked(seat: Seat, say: Catalog, reason: str) -> Origin:
    """The mark of a file with persons in it."""
    words = Text(
        "Personal data. Exported by {name} on {moment}: {reason}",
        name=seat.actor.name,
        moment=seat.app.clock.moment(),
        reason=reason,
    )
    return Origin(seat.actor.name, say(words))


def digest_of(draft: Path) -> str:
    """The SHA-256 of a file in hex."""
    with draft.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def take_out(out: Path, content: bytes, persons: int, gate: Gate) -> None:
    """Write a finished file with so many persons in it; it appears once it is entered into the book."""
    gate.ask(persons)
    with written_whole(out) as stream:
        stream.write(content)
        gate.tell(persons, hashlib.sha256(content).hexdigest())


class _Stopped(Exception):
    """Somebody stopped an export: its draft goes."""


def export_xlsx(
    out: Path,
    name: str,
    columns: Sequence[Listed],
    rows: Iterable[Any],
    total: int,
    progress: Progress,
    gate: Gate | None = None,
) -> int | None:
    """Write a list of about ``total`` rows into the workbook ``out``; gives how many were written.

    The file appears whole or not at all: when ``progress(done, total)``, told every 256 rows, answers False there is
    none, and the answer is None. An OSError when it cannot be written. A list with persons in it needs its ``gate``,
    and is `Refused` there.
    """
    if gate is not None:
        gate.ask(total)
    left, heads = iter(rows), tuple(one.column for one in columns)
    origin = gate.origin if gate is not None else None
    above = () if origin is None else (origin.remark,)
    written = 0

    def some() -> Iterator[Sequence[object]]:
        nonlocal written
        for row in islice(left, LONGEST_SHEET):
            yield [one.value(row) for one in columns]
            written += 1
            if written % _TOLD_EVERY == 0 and not progress(written, max(total, written)):
                raise _Stopped

    def sheets() -> Iterator[Sheet]:
        yield Sheet(name, heads, some(), above)
        while written and written % LONGEST_SHEET == 0:
            yield Sheet(f"{name[:24]} {written // LONGEST_SHEET + 1}", heads, some(), above)

    try:
        with written_whole(out) as stream:
            write_workbook(sheets(), stream, origin)
            if not progress(written, max(total, written)):
                raise _Stopped
            if gate is not None:
                stream.flush()
                gate.tell(written, digest_of(Path(stream.name)))
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
    gate: Gate | None = None,
) -> int | None:
    """Write every row that two queries (`kernel.listing`) give of a listing, page by page; as `export_xlsx`."""
    whole = seat.ask(extent, listing)
    rows = every_row(partial(seat.ask, page), whole, listing)
    return export_xlsx(out, name, columns, rows, whole.total, progress, gate)
