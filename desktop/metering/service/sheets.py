"""Taking reading sheets in."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.cells.found import SheetFound
from desktop.kernel.cells.titles import normal
from desktop.kernel.errors import Problem, Refused
from desktop.kernel.files import written_whole
from desktop.kernel.sheet import Stopped
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Progress, Seat, Work, derived_id, go_on, operation, query
from desktop.metering import rules
from desktop.metering.documents import (
    SheetOpened,
    SheetPart,
    digest,
    field_titles,
    open_sheet,
    write_rejects,
)
from desktop.metering.records import (
    ReadImport,
    ReadReason,
    ReadRow,
    ReadsStored,
    RegisterCode,
    SheetBegun,
    SheetEnded,
    SheetImported,
    SheetsKnown,
    SheetState,
    SheetTaken,
    TitleMap,
)
from desktop.metering.service.reads import read_values
from desktop.metering.tables import (
    Installation,
    Meter,
    Register,
    RegisterRead,
    RouteStop,
    SheetImport,
    SheetTitles,
)

CHUNK = 500
"""Rows of a sheet in one transaction."""

_NOTHING = "{}"

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


@operation("metering.import_reads")
def begin_sheet(work: Work, order: SheetBegun) -> UUID:
    """Enter a sheet into the list of imports, before its first row is stored; the id of the import."""
    row = SheetImport(
        id=work.new_id(),
        hall_id=work.station.hall_id,
        sha256=order.sha256,
        attempt=order.attempt,
        file_name=order.file_name,
        state=SheetState.RUNNING,
        rows=order.rows,
        stored=0,
        waiting=0,
        rejected=0,
        skipped=0,
        taken_at=work.at,
        taken_by=work.actor.name,
    )
    work.add(row)
    return row.id


@operation("metering.import_reads")
def end_sheet(work: Work, order: SheetEnded) -> None:
    """Write down what became of a sheet: it went through, or stands somewhere."""
    row = work.session.scalars(
        sa.select(SheetImport)
        .filter_by(hall_id=work.station.hall_id, sha256=order.sha256, attempt=order.attempt)
        .with_for_update()
    ).one()
    row.state = order.state
    row.stored, row.waiting, row.rejected, row.skipped = (
        order.stored,
        order.waiting,
        order.rejected,
        order.skipped,
    )


@query("metering.import_reads")
def sheets_taken(work: Work, _request: None) -> tuple[SheetTaken, ...]:
    """The imports of this hall, newest first, the latest thousand."""
    rows = work.session.scalars(
        sa.select(SheetImport)
        .filter_by(hall_id=work.station.hall_id)
        .order_by(SheetImport.taken_at.desc(), SheetImport.id.desc())
        .limit(1000)
    )
    return tuple(_taken(work, row) for row in rows)


def _taken(work: Work, row: SheetImport) -> SheetTaken:
    return SheetTaken(
        import_id=row.id,
        sha256=row.sha256,
        attempt=row.attempt,
        file_name=row.file_name,
        state=row.state,
        rows=row.rows,
        stored=row.stored,
        waiting=row.waiting,
        rejected=row.rejected,
        skipped=row.skipped,
        taken_at=work.local(row.taken_at),
        taken_by=row.taken_by,
    )


@query("metering.import_reads")
def sheets_known(work: Work, sha256: str) -> SheetsKnown:
    """What is known before a sheet of this content is taken."""
    rows = work.session.scalars(
        sa.select(SheetImport)
        .filter_by(hall_id=work.station.hall_id, sha256=sha256)
        .order_by(SheetImport.attempt)
    ).all()
    latest = rows[-1] if rows and rows[-1].state is not SheetState.TAKEN_BACK else None
    attempt = latest.attempt if latest else len(rows)
    earlier = _taken(work, latest) if latest else None
    return SheetsKnown(sha256, attempt, earlier, title_maps(work, None))


@query("metering.import_reads")
def title_maps(work: Work, _request: None) -> tuple[TitleMap, ...]:
    """What people decided about the titles of senders, the latest first."""
    rows = work.session.scalars(
        sa.select(SheetTitles)
        .filter_by(hall_id=work.station.hall_id)
        .order_by(SheetTitles.changed_at.desc(), SheetTitles.id)
    )
    return tuple(
        TitleMap(
            row.shape,
            tuple(json.loads(row.titles)),
            json.loads(row.columns),
            work.local(row.changed_at),
            row.changed_by,
        )
        for row in rows
        if row.columns != _NOTHING
    )


@operation("metering.import_reads")
def map_titles(work: Work, order: TitleMap) -> None:
    """Remember which columns of a sender hold which fields; without columns what was decided is forgotten."""
    unknown = set(order.columns.values()) - set(field_titles())
    if unknown:
        raise Refused(
            Text(
                "There is no field “{field}”. There are: {known}",
                field=min(unknown),
                known=", ".join(field_titles()),
            )
        )
    row = work.session.scalars(
        sa.select(SheetTitles).filter_by(hall_id=work.station.hall_id, shape=order.shape).with_for_update()
    ).one_or_none()
    columns = json.dumps(dict(sorted(order.columns.items())), ensure_ascii=False)
    if row is None:
        row = SheetTitles(id=work.new_id(), hall_id=work.station.hall_id, shape=order.shape)
        row.titles, row.columns = json.dumps(order.titles, ensure_ascii=False), columns
        row.changed_at, row.changed_by = work.at, work.actor.name
        work.add(row)
    else:
        row.columns, row.changed_at, row.changed_by = columns, work.at, work.actor.name


def import_sheet(
    seat: Seat,
    path: Path,
    progress: Progress = go_on,
    *,
    dry_run: bool = False,
    columns: Mapping[str, str] | None = None,
) -> SheetImported:
    """Take a reading sheet in: good rows are stored, every bad row is named; chunk by chunk, each file once.

    ``columns`` says what titles mean that are not known, by title the field; a sheet that is complete with it is
    remembered for its sender. Stopped or killed, the same file goes on where it stands. A dry run answers the same
    and writes nothing.
    """
    known = seat.ask(sheets_known, digest(path))
    mapped = _mapped(known.maps, columns)
    try:
        with open_sheet(path, seat.today(), mapped, progress) as sheet:
            if columns and not dry_run:
                _remember(seat, sheet.file.sheets, mapped[""])
            return _Import(seat, path, known, sheet, dry_run).run(progress)
    except Stopped:
        return SheetImported(path.name, 0, 0, (), 0, stopped_after=1)


def save_rejects(
    seat: Seat,
    path: Path,
    problems: Sequence[Problem],
    out: Path,
    say: Catalog,
    columns: Mapping[str, str] | None = None,
) -> int:
    """Write the rows of a sheet that were not taken into a workbook that says why and, corrected, is the next one.

    How many rows; an `OSError` when the place cannot be written.
    """
    with written_whole(out) as stream:
        return write_rejects(path, problems, _mapped(seat.ask(title_maps, None), columns), stream, say)


def _mapped(maps: Sequence[TitleMap], columns: Mapping[str, str] | None) -> dict[str, Mapping[str, str]]:
    """What is decided about titles: by sender, and for this file."""
    by_hand = {normal(title): name for title, name in (columns or {}).items()}
    return {**{one.shape: one.columns for one in maps}, "": by_hand}


def _remember(seat: Seat, sheets: Sequence[SheetFound], columns: Mapping[str, str]) -> None:
    for sheet in sheets:
        here = {title: name for title, name in columns.items() if title in map(normal, sheet.titles)}
        if here and not sheet.missing:
            seat.do(map_titles, TitleMap(sheet.shape, sheet.titles, here))


class _Import:
    """A sheet on its way in."""

    def __init__(self, seat: Seat, path: Path, known: SheetsKnown, sheet: SheetOpened, dry_run: bool) -> None:
        self._seat, self._path, self._known, self._sheet, self._dry_run = seat, path, known, sheet, dry_run
        self._sha256 = known.sha256
        self._batch = derived_id(_SHEETS, f"{seat.station.hall_id} {known.sha256} {known.attempt}")
        self._fresh = known.earlier is None
        self._answers: list[ReadsStored] = []
        self._problems: list[Problem] = list(sheet.file.problems)
        self._rejected = self._before = 0

    def run(self, progress: Progress) -> SheetImported:
        """Part after part until the end, or until somebody stops it."""
        stopped = 0
        for part in self._sheet.parts(CHUNK):
            self._problems += part.problems
            self._rejected += part.rejected
            if part.rows:
                self._answers.append(self._store(part))
            if not progress(part.done, self._sheet.count) and part.done < self._sheet.count:
                stopped = part.last_row
                break
        known = bool(self._answers) and not self._fresh
        done = self._outcome(stopped, known)
        if self._answers and not self._dry_run and not known:
            self._end(done)
        return done

    def _store(self, part: SheetPart) -> ReadsStored:
        """One part: what it answered before, or its own operation now."""
        order = ReadImport(self._sha256, part.rows)
        key = derived_id(self._batch, f"{part.done} {_content(order)}")
        if not self._fresh:
            answer = self._seat.app.answer(import_reads, key)
            if answer is not None:
                self._before = part.last_row
                return answer
            self._fresh = True
        if not self._answers and self._known.earlier is None and not self._dry_run:
            self._begin()
        return self._seat.app.perform(
            import_reads, order, self._seat.actor, self._seat.station, key, dry_run=self._dry_run
        )

    def _begin(self) -> None:
        order = SheetBegun(self._sha256, self._path.name, self._known.attempt, self._sheet.file.count)
        key = derived_id(self._batch, "begin")
        self._seat.app.perform(begin_sheet, order, self._seat.actor, self._seat.station, key)

    def _end(self, done: SheetImported) -> None:
        order = SheetEnded(
            self._sha256,
            self._known.attempt,
            SheetState.STOPPED if done.stopped_after else SheetState.DONE,
            done.stored,
            0,
            done.rejected,
            done.skipped,
        )
        key = derived_id(self._batch, f"end {_content(order)}")
        self._seat.app.perform(end_sheet, order, self._seat.actor, self._seat.station, key)

    def _outcome(self, stopped: int, known: bool) -> SheetImported:
        problems = [*self._problems, *(problem for one in self._answers for problem in one.problems)]
        file = self._sheet.file
        refused = {(one.sheet, one.row) for answer in self._answers for one in answer.problems}
        return SheetImported(
            file_name=self._path.name,
            rows=file.count,
            stored=sum(one.stored for one in self._answers),
            problems=tuple(sorted(problems, key=lambda problem: (problem.sheet, problem.row))),
            skipped=file.skipped,
            stopped_after=stopped,
            known=known,
            went_on_after=0 if known else self._before,
            rejected=self._rejected + len(refused),
            left_out=file.left_out,
            notices=file.notices,
            sheets=file.sheets,
            earlier=self._known.earlier if known else None,
        )


def _content(order: object) -> str:
    """Some letters that differ where what is asked for differs."""
    return hashlib.sha256(repr(order).encode()).hexdigest()[:16]
