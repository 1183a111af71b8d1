"""What is kept beside the database after the close of a day: its sheet for programs, and a copy that was proven.

The newest copies are kept, and the last one of each month; the book says which were removed.
"""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

import sqlalchemy as sa

from desktop.kernel import journal, upkeep
from desktop.kernel.backup import backup
from desktop.kernel.database import Database
from desktop.kernel.errors import Refused, reason
from desktop.kernel.files import user_folder, written_whole
from desktop.kernel.proof import prove
from desktop.kernel.text import Text
from desktop.kernel.upkeep import UpkeepKind
from desktop.kernel.work import Performer, Progress, Seat, Work, go_on, operation, query
from desktop.treasury import rules
from desktop.treasury.documents import day_file
from desktop.treasury.records import CopyOrder, CopyState, DaySheet, Kept
from desktop.treasury.service.day import CLOSE_DAY, note_copy
from desktop.treasury.tables import DayCopy, HallDay

log = logging.getLogger("desktop.treasury")


class _Stopped(Exception):
    """Somebody stopped the copy: it goes, and another one is due."""


def copies_folder(app: Performer) -> Path:
    """Where sheets and copies are kept: SERVICEHALL_COPIES, else beside an embedded database, else one's own folder."""
    named = os.environ.get("SERVICEHALL_COPIES")
    if named:
        return Path(named)
    file = app.database.file
    return (file.parent if file is not None else user_folder()) / "day_copies"


def keep_day(seat: Seat, sheet: DaySheet, progress: Progress = go_on) -> Kept:
    """Keep the sheet of a closed day for programs and, of an embedded database, a copy: opened, proven, counted.

    Nothing that fails here undoes the close: it is told and noted, and stays until a copy succeeds.
    """
    folder, at = copies_folder(seat.app), f"{seat.app.clock.moment():%H%M%S_%f}"
    export, problem = folder / f"{sheet.number}.json", None
    try:
        with written_whole(export) as stream:
            stream.write(day_file(sheet))
    except OSError as error:
        problem = _unwritten(export, error)
    target = folder / f"{sheet.number}_{at}.db"
    if not seat.app.database.embedded:
        return Kept("" if problem else str(export), None)
    rows = 0
    if problem is None:
        rows, problem = _copied(seat.app.database, target, sheet, progress)
    noted = _noted(seat, CopyOrder(sheet.day, str(target), rows, problem))
    return Kept("" if problem else str(export), noted, 0 if noted.problem else _tidied(seat, folder))


def _copied(database: Database, target: Path, sheet: DaySheet, progress: Progress) -> tuple[int, Text | None]:
    """How many rows a new copy has, and what is wrong with it."""
    done = 0

    def told(_table: str, _rows: int) -> None:
        nonlocal done
        done += 1
        if not progress(done, max(done, _TABLES)):
            raise _Stopped

    try:
        rows = backup(database, target, told)
        return rows, _flaw(target, sheet)
    except _Stopped:
        return 0, Text("The copy was stopped.")
    except Refused as refusal:
        return 0, refusal.text
    except OSError as error:
        return 0, _unwritten(target, error)
    except (RuntimeError, sa.exc.SQLAlchemyError) as error:
        log.warning("the database could not be copied: %s", error)
        return 0, Text("The copy does not hold what the database holds.")


_TABLES = 100
"""About so many tables are copied; their number only makes the bar."""


def _flaw(target: Path, sheet: DaySheet) -> Text | None:
    """What is wrong with a copy that was written, or None: its book is proven, and it ends no earlier than the day."""
    copy = Database(str(target))
    try:
        with copy.read() as session:
            findings = prove(session, ())
            lost = journal.lost_heads(session, [one.head for one in sheet.heads])
    finally:
        copy.close()
    if findings:
        return Text(
            "The copy does not prove: {what}, {table}.", what=findings[0].what, table=findings[0].table
        )
    return Text("The copy ends before the day was closed.") if lost else None


def _noted(seat: Seat, order: CopyOrder) -> CopyState:
    """Keep what came of it; where not even that can be written, it is only told."""
    try:
        noted = seat.do(note_copy, order)
        if order.problem is None:
            upkeep.note(seat.app.database, UpkeepKind.BACKUP)
    except (Refused, sa.exc.SQLAlchemyError) as error:
        log.warning("what came of the copy is not kept: %s", error)
        problem = order.problem or Text("The copy is there, but that could not be noted.")
        return CopyState(seat.app.clock.moment(), order.file, order.rows, problem)
    return noted


# What is removed

DRAFT_LEFT_S = 24 * 3600
"""No copy takes so long: its draft is what a program left that ended meanwhile."""


@query(CLOSE_DAY)
def copies_to_remove(work: Work, _request: None) -> tuple[str, ...]:
    """The files of copies of this hall's days that newer copies stand for; only files that are there count."""
    rows = work.session.execute(
        sa.select(HallDay.day, DayCopy.file)
        .join(HallDay, HallDay.id == DayCopy.day_id)
        .where(HallDay.hall_id == work.station.hall_id, DayCopy.problem == "")
        .order_by(HallDay.day.desc(), DayCopy.tried_at.desc())
    )
    return rules.copies_to_go([(day, file) for day, file in rows if Path(file).is_file()])


@operation(CLOSE_DAY)
def remove_copies(work: Work, files: tuple[str, ...]) -> int:
    """Keep in the book that these copies are removed now; how many."""
    return len(files)


def _tidied(seat: Seat, folder: Path) -> int:
    """Remove the copies that newer ones stand for, once the book has it; one that cannot be removed goes next time."""
    try:
        for draft in folder.glob(".*.db.part*"):
            if time.time() - draft.stat().st_mtime > DRAFT_LEFT_S:
                draft.unlink()
        files = seat.ask(copies_to_remove)
        if files:
            seat.do(remove_copies, files)
        for left in (left for file in files for left in Path(file).parent.glob(f"{Path(file).name}*")):
            left.unlink()
    except (OSError, Refused, sa.exc.SQLAlchemyError) as error:
        log.warning("older copies are still there: %s", error)
        return 0
    return len(files)


def _unwritten(path: Path, error: OSError) -> Text:
    return Text("{file} could not be written: {reason}.", file=str(path), reason=reason(error))
