"""Taking reading sheets in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.cells.found import LeftOut, SheetFound
from desktop.kernel.cells.titles import normal
from desktop.kernel.errors import NotFound, Problem, Refused
from desktop.kernel.files import written_whole
from desktop.kernel.sheet import Stopped
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import (
    Answer,
    Job,
    Progress,
    Request,
    Seat,
    Work,
    derived_id,
    go_on,
    operation,
    query,
    undisturbed,
)
from desktop.metering.documents import (
    Corrections,
    SheetOpened,
    SheetPart,
    digest,
    field_titles,
    open_sheet,
    write_rejects,
)
from desktop.metering.records import (
    OriginReversal,
    ReadImport,
    ReadsReversed,
    ReadsStored,
    SheetBegun,
    SheetEnded,
    SheetImported,
    SheetsKnown,
    SheetState,
    SheetTaken,
    TitleMap,
)
from desktop.metering.service.checks import take
from desktop.metering.service.reads import reverse_sheet
from desktop.metering.tables import SheetImport, SheetTitles

CHUNK = 2_000
"""Rows of a sheet in one transaction."""

_NOTHING = "{}"

_SHEETS = UUID(int=0x019000000000_7000_8000_000000000001)
"""Under this id every sheet has its own batch id, derived from its content: a sheet counts once."""


@operation("metering.import_reads")
def import_reads(work: Work, order: ReadImport) -> ReadsStored:
    """Store the good rows of a chunk. What is possible but doubtful waits for a decision; every other row comes back
    as a Problem with its place, reason, remedy. Refused once the sheet is taken back."""
    row = _standing(work, order.sha256, order.attempt)
    if row is not None and row.state is SheetState.STOPPED:
        row.state = SheetState.RUNNING
    taken = take(work, order.rows, order.sha256)
    last_row = order.rows[-1].row if order.rows else 0
    return ReadsStored(taken.stored, taken.problems, last_row, taken.waiting, taken.rejected)


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
    """Write down what became of a sheet: it went through, or stands somewhere. Refused once it is taken back."""
    row = _standing(work, order.sha256, order.attempt)
    if row is None:
        raise NotFound(Text("No import of this sheet has begun."))
    row.state, row.rows = order.state, order.rows
    row.stored, row.waiting, row.rejected, row.skipped = (
        order.stored,
        order.waiting,
        order.rejected,
        order.skipped,
    )


def _standing(work: Work, sha256: str, attempt: int) -> SheetImport | None:
    """An import of this hall, locked; None where none was begun. Refused where it is taken back: that is its end."""
    row = work.session.scalars(
        sa.select(SheetImport)
        .filter_by(hall_id=work.station.hall_id, sha256=sha256, attempt=attempt)
        .with_for_update()
    ).one_or_none()
    if row is not None and row.state is SheetState.TAKEN_BACK:
        raise Refused(
            Text(
                "{file} was taken back meanwhile: nothing of it stands. Choose it again to take it once more.",
                file=row.file_name,
            )
        )
    return row


@operation("metering.reverse_read")
def take_back_sheet(work: Work, order: OriginReversal) -> ReadsReversed:
    """Take back all a sheet has brought, stored and waiting reads; refused as a whole once one of them is billed.

    An import that still runs stops there. The same file may be taken once more afterwards.
    """
    row = work.session.scalars(
        sa.select(SheetImport)
        .filter_by(hall_id=work.station.hall_id, sha256=order.sha256)
        .order_by(SheetImport.attempt.desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()
    if row is None or row.state is SheetState.TAKEN_BACK:
        raise NotFound(Text("No read of this sheet stands any more."))
    count = reverse_sheet(work, order)
    row.state = SheetState.TAKEN_BACK
    return ReadsReversed(count)


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
    corrections: Corrections | None = None,
) -> SheetImported:
    """Take a reading sheet in: good rows are stored, every bad row is named; chunk by chunk, each file once.

    ``columns`` says what titles mean that are not known, by title the field; a sheet that is complete with it is
    remembered for its sender. ``corrections`` are what cells mean, such as `likely_corrections`; of a sheet that was
    taken before they change nothing any more. Stopped or killed, the same file goes on where it stands. A dry run
    answers the same and writes nothing.
    """
    known = seat.ask(sheets_known, digest(path))
    mapped = _mapped(known.maps, columns)
    try:
        with open_sheet(path, seat.today(), mapped, progress) as sheet:
            if columns and not dry_run:
                _remember(seat, sheet.file.sheets, mapped[""])
            return _Import(seat, path, known, sheet, dry_run, corrections or {}).run(progress)
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

    def __init__(
        self,
        seat: Seat,
        path: Path,
        known: SheetsKnown,
        sheet: SheetOpened,
        dry_run: bool,
        corrections: Corrections,
    ) -> None:
        self._corrections = corrections
        self._seat, self._path, self._known, self._sheet, self._dry_run = seat, path, known, sheet, dry_run
        self._sha256 = known.sha256
        self._batch = derived_id(_SHEETS, f"{seat.station.hall_id} {known.sha256} {known.attempt}")
        self._fresh = known.earlier is None
        self._problems: list[Problem] = list(sheet.file.problems)
        self._waiting: list[Problem] = []
        self._left_out: list[LeftOut] = list(sheet.file.left_out)
        self._stored = self._held = self._rejected = self._before = self._parts = 0

    def run(self, progress: Progress) -> SheetImported:
        """Part after part until the end, or until somebody stops it."""
        with undisturbed() as tidy:
            return self._run(progress, tidy)

    def _run(self, progress: Progress, tidy: Callable[[], object]) -> SheetImported:
        stopped = 0
        for part in self._sheet.parts(CHUNK, self._corrections):
            self._problems += part.problems
            self._left_out += part.left_out
            self._rejected += part.rejected
            if part.rows:
                self._count(len(part.rows), self._store(part))
            if not progress(part.done, self._sheet.count) and part.done < self._sheet.count:
                stopped = part.last_row
                break
            tidy()
        known = bool(self._parts) and not self._fresh
        done = self._outcome(stopped, known)
        if self._parts and not self._dry_run and not known:
            self._end(done)
        return done

    def _count(self, reads: int, answer: ReadsStored) -> None:
        self._parts += 1
        self._stored += answer.stored
        self._rejected += answer.rejected
        self._held += reads - answer.stored - answer.rejected
        self._problems += answer.problems
        self._waiting += answer.waiting

    def _store(self, part: SheetPart) -> ReadsStored:
        """One part: what it answered before, or its own operation now."""
        order = ReadImport(self._sha256, part.rows, self._known.attempt)
        key = derived_id(self._batch, f"{part.done} {part.content}")
        if not self._fresh:
            answer = self._seat.app.answer(import_reads, key)
            if answer is not None:
                self._before = part.last_row
                return answer
            self._fresh = True
        if not self._parts and self._known.earlier is None and not self._dry_run:
            self._begin()
        return self._perform(import_reads, order, key, dry_run=self._dry_run)

    def _perform(
        self, function: Job[Request, Answer], order: Request, key: UUID, *, dry_run: bool = False
    ) -> Answer:
        seat = self._seat
        return seat.app.perform(function, order, seat.actor, seat.station, key, dry_run=dry_run)

    def _begin(self) -> None:
        order = SheetBegun(self._sha256, self._path.name, self._known.attempt, self._sheet.file.count)
        self._perform(begin_sheet, order, derived_id(self._batch, "begin"))

    def _end(self, done: SheetImported) -> None:
        order = SheetEnded(
            self._sha256,
            self._known.attempt,
            SheetState.STOPPED if done.stopped_after else SheetState.DONE,
            done.rows,
            done.stored,
            done.held,
            done.rejected,
            done.skipped,
        )
        self._perform(end_sheet, order, derived_id(self._batch, f"end {_content(order)}"))

    def _outcome(self, stopped: int, known: bool) -> SheetImported:
        file = self._sheet.file
        skipped = sum(one.count for one in self._left_out)
        return SheetImported(
            file_name=self._path.name,
            rows=file.count if stopped else self._stored + self._held + self._rejected + skipped,
            stored=self._stored,
            problems=tuple(sorted(self._problems, key=lambda problem: (problem.sheet, problem.row))),
            skipped=skipped,
            stopped_after=stopped,
            known=known,
            went_on_after=0 if known else self._before,
            held=self._held,
            rejected=self._rejected,
            left_out=tuple(self._left_out),
            notices=file.notices,
            sheets=file.sheets,
            earlier=self._known.earlier if known else None,
            waiting=tuple(self._waiting),
        )


def _content(asked: object) -> str:
    """Some letters that differ where what is asked for differs."""
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:16]
