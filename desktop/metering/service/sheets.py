"""Taking reading sheets in."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from desktop.kernel.work import Chunk, Progress, Seat, Work, batch, derived_id, go_on, operation
from desktop.metering.documents import read_sheet
from desktop.metering.records import ReadImport, ReadingSheet, ReadsStored, SheetImported
from desktop.metering.service.checks import take

CHUNK = 500
"""Rows of a sheet in one transaction."""

_SHEETS = UUID(int=0x019000000000_7000_8000_000000000001)
"""Under this id every sheet has its own batch id, derived from its content: a sheet counts once."""


@operation("metering.import_reads")
def import_reads(work: Work, order: ReadImport) -> ReadsStored:
    """Store the good rows of a chunk. What is possible but doubtful waits for a decision; every other row comes back
    as a Problem with its place, reason, remedy."""
    taken = take(work, order.rows, order.sha256)
    last_row = order.rows[-1].row if order.rows else 0
    return ReadsStored(taken.stored, taken.problems, last_row, taken.waiting)


def import_sheet(
    seat: Seat, path: Path, progress: Progress = go_on, *, dry_run: bool = False
) -> SheetImported:
    """Take a reading sheet in: good rows are stored, every bad row is named; chunk by chunk, each file once.

    Stopped or killed, the same file goes on where it stands. A dry run answers the same and writes nothing.
    """
    sheet = read_sheet(path, seat.today())
    batch_id = derived_id(_SHEETS, f"{seat.station.hall_id} {sheet.sha256}")
    chunks = _chunks(sheet)
    before = 0
    for chunk in chunks:
        if seat.app.answer(import_reads, derived_id(batch_id, chunk.key)) is None:
            break
        before = chunk.last_row
    known = bool(chunks) and before == chunks[-1].last_row
    stored, stopped = batch(seat, import_reads, batch_id, chunks, progress, dry_run=dry_run)
    problems = [*sheet.problems, *(problem for one in stored for problem in one.problems)]
    return SheetImported(
        file_name=sheet.file_name,
        rows=len(sheet.rows) + len({(problem.sheet, problem.row) for problem in sheet.problems}),
        stored=sum(one.stored for one in stored),
        problems=tuple(sorted(problems, key=lambda problem: (problem.sheet, problem.row))),
        skipped=sheet.skipped,
        waiting=tuple(one for many in stored for one in many.waiting),
        stopped_after=stopped,
        known=known,
        went_on_after=0 if known else before,
    )


def _chunks(sheet: ReadingSheet) -> list[Chunk]:
    """The rows in transactions of `CHUNK`; the key names the rows, so another size of chunk is other work."""
    parts = [sheet.rows[at : at + CHUNK] for at in range(0, len(sheet.rows), CHUNK)]
    return [
        Chunk(f"{place * CHUNK}+{len(part)}", ReadImport(sheet.sha256, part), part[-1].row)
        for place, part in enumerate(parts)
    ]
