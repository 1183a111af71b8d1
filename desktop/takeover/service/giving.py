"""A hall goes out into its workbook: everything of one moment, streamed, its control totals counted on the way."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from desktop.kernel.errors import Refused
from desktop.kernel.files import written_whole
from desktop.kernel.listing import Leaving
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Progress, Seat, Work, go_on, operation, query
from desktop.papers import service as papers
from desktop.takeover.documents.sheets import (
    PARTIES,
)
from desktop.takeover.documents.writing import write_hall
from desktop.takeover.records import (
    HallGiven,
    ReleaseOrder,
    ReleaseReason,
    Totals,
)
from desktop.takeover.service.behind import left_behind
from desktop.takeover.service.book import Book
from desktop.takeover.service.moment import Stopped

WHOLE_HALL = Text("Whole hall")
"""What the list of exports calls it."""

_READ_AT_ONCE = 2**20


@operation("takeover.export")
def release(work: Work, order: ReleaseOrder) -> str:
    """Enter that the whole hall leaves the house in a file, and why; the number of the export.

    No limit of the day holds here: the right for it is another one than that for lists.
    """
    words = " ".join(order.words.split())
    if order.reason is ReleaseReason.OTHER and not words:
        raise Refused(Text("Say in a few words why the hall is written out."))
    leaving = Leaving(
        WHOLE_HALL.message, words or order.reason.text.message, order.persons, order.file_name, order.sha256
    )
    return papers.let_out(work, leaving)


@dataclass(frozen=True)
class _Into:
    """Where a workbook goes, in which words, and who is told."""

    stream: BinaryIO
    say: Catalog
    progress: Progress


def export_hall(
    seat: Seat, out: Path, order: ReleaseOrder, progress: Progress = go_on, *, language: str = ""
) -> HallGiven | None:
    """Write the whole hall into the workbook ``out``, all of one moment; None where ``progress`` stopped it.

    The file appears whole, with its export entered into the book, or not at all.
    """
    say = seat.app.catalog(language or seat.actor.language)
    if order.reason is not ReleaseReason.OTHER:
        order = replace(order, words=say(order.reason.text))
    seat.rehearse(release, order)
    try:
        with written_whole(out) as stream:
            totals, behind = seat.ask(write_out, _Into(stream, say, progress))
            persons = dict(totals.counts)[PARTIES.name]
            seat.do(release, replace(order, persons=persons, sha256=_digest(stream)))
    except Stopped:
        return None
    return HallGiven(out.name, totals, behind)


def _digest(stream: BinaryIO) -> str:
    """The SHA-256 of what was written."""
    stream.seek(0)
    digest = hashlib.sha256()
    while some := stream.read(_READ_AT_ONCE):
        digest.update(some)
    return digest.hexdigest()


@query("takeover.export")
def write_out(work: Work, into: _Into) -> tuple[Totals, tuple[Text, ...]]:
    """Write every row of the hall into a stream; its control totals, and what stays behind."""
    into.stream.seek(0)
    into.stream.truncate()
    book = Book(work, into.progress)
    write_hall(into.stream, book.sheets(), into.say, work.country)
    into.progress(book.steps, book.steps)
    return book.counted.totals(), left_behind(book)
