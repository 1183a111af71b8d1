"""Taking reading sheets in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.errors import Problem
from desktop.kernel.text import Text
from desktop.kernel.work import Chunk, Progress, Seat, Work, batch, derived_id, go_on, operation
from desktop.metering import rules
from desktop.metering.documents import read_sheet
from desktop.metering.records import (
    ReadImport,
    ReadingSheet,
    ReadReason,
    ReadRow,
    ReadsStored,
    RegisterCode,
    SheetImported,
)
from desktop.metering.service.reads import read_values
from desktop.metering.tables import Installation, Meter, Register, RegisterRead, RouteStop

CHUNK = 500
"""Rows of a sheet in one transaction."""

_SHEETS = UUID(int=0x019000000000_7000_8000_000000000001)
"""Under this id every sheet has its own batch id, derived from its content: a sheet counts once."""


@dataclass
class _Target:
    """The register a row of a sheet is about, with what is known of it."""

    account_number: str
    register_id: UUID
    digits: int
    last: rules.LastRead | None
    days: set[date]


def _targets(work: Work, rows: Sequence[ReadRow]) -> dict[str, _Target]:
    """By meter serial number: the active register of every meter named in the rows that hangs somewhere."""
    found = work.session.execute(
        sa.select(Meter.serial_number, Register.id, Register.digits, RouteStop.account_number)
        .join(Register, Register.meter_id == Meter.id)
        .join(Installation, Installation.meter_id == Meter.id)
        .join(RouteStop, RouteStop.service_point_id == Installation.service_point_id)
        .where(
            Meter.serial_number.in_({row.meter_serial for row in rows}),
            Register.code == RegisterCode.ACTIVE,
            Installation.removed_on.is_(None),
        )
    ).all()
    reads: dict[UUID, list[RegisterRead]] = defaultdict(list)
    for read in work.session.scalars(
        sa.select(RegisterRead)
        .where(RegisterRead.register_id.in_([row.id for row in found]))
        .order_by(RegisterRead.read_on, RegisterRead.id)
    ):
        reads[read.register_id].append(read)
    return {
        row.serial_number: _Target(
            account_number=row.account_number,
            register_id=row.id,
            digits=row.digits,
            last=rules.LastRead(reads[row.id][-1].read_on, reads[row.id][-1].value)
            if reads[row.id]
            else None,
            days={read.read_on for read in reads[row.id]},
        )
        for row in found
    }


@operation("metering.import_reads")
def import_reads(work: Work, order: ReadImport) -> ReadsStored:
    """Store the good rows of a chunk; every other row comes back as a Problem with its place, reason, remedy."""
    targets = _targets(work, order.rows)
    known = set(
        work.session.scalars(
            sa.select(RouteStop.account_number).where(
                RouteStop.account_number.in_({row.account_number for row in order.rows})
            )
        )
    )
    problems: list[Problem] = []
    good: list[dict[str, Any]] = []
    for row in order.rows:
        found = _row_problems(work, row, targets.get(row.meter_serial), known)
        if found:
            problems += [replace(problem, sheet=row.sheet, row=row.row) for problem in found]
            continue
        target = targets[row.meter_serial]
        target.last = rules.LastRead(row.read_on, row.value)
        target.days.add(row.read_on)
        good.append(read_values(work, target.register_id, row, ReadReason.PERIODIC, order.sha256))
    work.insert_many(RegisterRead, good)
    return ReadsStored(len(good), tuple(problems), order.rows[-1].row if order.rows else 0)


def _row_problems(work: Work, row: ReadRow, target: _Target | None, known: set[str]) -> tuple[Problem, ...]:
    if row.account_number not in known:
        what = Text("No account has this number")
        return (
            Problem(
                what,
                Text("Correct the number, or connect the customer first"),
                Text("Account number"),
                row.account_number,
            ),
        )
    if target is None:
        what = Text("No installed meter has this number")
        return (
            Problem(
                what, Text("Correct the number, or enter the exchange first"), Text("Meter"), row.meter_serial
            ),
        )
    if target.account_number != row.account_number:
        what = Text("This meter belongs to account {number}", number=target.account_number)
        return (
            Problem(what, Text("Correct the account or the meter number"), Text("Meter"), row.meter_serial),
        )
    return rules.doubts(
        row.value, row.read_on, work.today, digits=target.digits, last=target.last, read_days=target.days
    )


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
