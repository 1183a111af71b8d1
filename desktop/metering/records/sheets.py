"""What a reading sheet holds, and what an import of one did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from desktop.kernel.cells.found import LeftOut, SheetFound
from desktop.kernel.errors import Problem
from desktop.kernel.measures import Reading
from desktop.kernel.text import Text, Worded
from desktop.metering.records.registers import ReadSource, RegisterCode


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One good row of a reading sheet; ``sheet`` and ``row`` are where it stands in the file."""

    sheet: str
    row: int
    account_number: str
    meter_serial: str
    value: Reading
    read_on: date
    source: ReadSource = ReadSource.INSPECTOR
    reader: str = ""
    register: RegisterCode = RegisterCode.ACTIVE


@dataclass(frozen=True, slots=True)
class ReadingSheet:
    """A reading sheet taken apart: good rows, a Problem for every bad one, and how many rows held nothing."""

    file_name: str
    sha256: str
    rows: tuple[ReadRow, ...]
    problems: tuple[Problem, ...]
    skipped: int


@dataclass(frozen=True, slots=True)
class ReadImport:
    """A chunk of a sheet to store; the order in the file is kept. A sheet is known by its content, not its name;
    ``attempt`` counts how often that was taken back before."""

    sha256: str
    rows: tuple[ReadRow, ...]
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class ReadsStored:
    """What became of a chunk, or of a whole sheet: how many reads were stored, and why the others were not.

    ``waiting`` are the rows that are possible but doubtful: kept, and not billed before somebody decides. One row
    may have several problems, or wait for several reasons.
    """

    stored: int
    problems: tuple[Problem, ...] = ()
    last_row: int = 0
    waiting: tuple[Problem, ...] = ()
    rejected: int = 0


class SheetState(Worded):
    """How far the import of a sheet has come."""

    RUNNING = "running", Text("Under way")
    STOPPED = "stopped", Text("Stopped")
    DONE = "done", Text("Taken", context="sheet")
    TAKEN_BACK = "taken_back", Text("Taken back")


@dataclass(frozen=True, slots=True)
class SheetBegun:
    """A sheet to take in: known by its content; ``attempt`` counts how often it was taken back before."""

    sha256: str
    file_name: str
    attempt: int
    rows: int


@dataclass(frozen=True, slots=True)
class SheetEnded:
    """What became of it so far."""

    sha256: str
    attempt: int
    state: SheetState
    rows: int
    stored: int
    waiting: int
    rejected: int
    skipped: int


@dataclass(frozen=True, slots=True)
class SheetTaken:
    """One import of a sheet: when, by whom, and what became of its rows."""

    import_id: UUID
    sha256: str
    attempt: int
    file_name: str
    state: SheetState
    rows: int
    stored: int
    waiting: int
    rejected: int
    skipped: int
    taken_at: datetime
    taken_by: str


@dataclass(frozen=True, slots=True)
class TitleMap:
    """What people decided about the titles of one sender: the field of each title, as it is compared.

    ``shape`` is what the sheets of a sender have in common; ``titles`` are theirs, to show.
    """

    shape: str
    titles: tuple[str, ...]
    columns: Mapping[str, str]
    changed_at: datetime | None = None
    changed_by: str = ""


@dataclass(frozen=True, slots=True)
class SheetsKnown:
    """What this hall knows before it takes a sheet: how often its content was taken back, its latest import, and
    every sender's titles."""

    sha256: str
    attempt: int
    earlier: SheetTaken | None
    maps: tuple[TitleMap, ...]


@dataclass(frozen=True, slots=True)
class SheetImported:
    """What became of a whole sheet: ``rows`` are those stored, ``held`` (doubtful, ``waiting`` says why), rejected or
    skipped (``left_out`` says why); a row with several registers counts once for each.

    ``stopped_after`` is the row in the file after which a stopped import stands (0: it went through);
    ``known`` tells that this very file was taken before (``earlier``: when, by whom), and nothing was stored a second
    time; ``went_on_after`` is the row after which an earlier try of it had stopped or was killed. ``sheets`` are those
    whose columns somebody may have to name.
    """

    file_name: str
    rows: int
    stored: int
    problems: tuple[Problem, ...]
    skipped: int
    stopped_after: int = 0
    known: bool = False
    went_on_after: int = 0
    held: int = 0
    rejected: int = 0
    left_out: tuple[LeftOut, ...] = ()
    notices: tuple[Text, ...] = ()
    sheets: tuple[SheetFound, ...] = ()
    earlier: SheetTaken | None = None
    waiting: tuple[Problem, ...] = ()
