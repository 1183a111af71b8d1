"""The plain values of metering: what a reading sheet holds, what an import did, a month's usage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from desktop.kernel.cells.found import LeftOut, SheetFound
from desktop.kernel.errors import Problem
from desktop.kernel.measures import Energy, Factor, Reading
from desktop.kernel.period import Period
from desktop.kernel.text import Text, Worded


class ReadReason(Worded):
    """Why a register was read."""

    PERIODIC = "periodic", Text("Periodic")
    OPENING = "opening", Text("Opening")
    FINAL = "final", Text("Final")
    CHECK = "check", Text("Check")
    DISPUTED = "disputed", Text("Disputed")


class ReadSource(Worded):
    """Who or what the value comes from."""

    INSPECTOR = "inspector", Text("On site")
    CUSTOMER = "customer", Text("By the customer")
    REMOTE = "remote", Text("Remote")
    ESTIMATED = "estimated", Text("Estimated")


class RegisterCode(Worded):
    """What a register counts."""

    ACTIVE = "active", Text("Active total")


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
    """A chunk of a sheet to store; the order in the file is kept. A sheet is known by its content, not its name."""

    sha256: str
    rows: tuple[ReadRow, ...]


@dataclass(frozen=True, slots=True)
class ReadsStored:
    """What became of a chunk, or of a whole sheet: how many reads were stored, and why the others were not."""

    stored: int
    problems: tuple[Problem, ...] = ()
    last_row: int = 0


class SheetState(Worded):
    """How far the import of a sheet has come."""

    RUNNING = "running", Text("Under way")
    STOPPED = "stopped", Text("Stopped")
    DONE = "done", Text("Taken")
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
    """What became of a whole sheet: ``rows`` are those stored, waiting, rejected or skipped (``left_out`` says why).

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
    rejected: int = 0
    left_out: tuple[LeftOut, ...] = ()
    notices: tuple[Text, ...] = ()
    sheets: tuple[SheetFound, ...] = ()
    earlier: SheetTaken | None = None


@dataclass(frozen=True, slots=True)
class RegisterUsage:
    """Usage of one register between two reads: (current - previous) × multiplier, rollover included."""

    meter_serial: str
    register: RegisterCode
    previous: Reading
    previous_at: datetime
    current: Reading
    current_at: datetime
    multiplier: Factor
    energy: Energy
    source: ReadSource
    reader: str
    previous_read_id: UUID
    current_read_id: UUID

    def at(self, local: Callable[[datetime], datetime]) -> RegisterUsage:
        """The same with its moments in another zone."""
        return replace(self, previous_at=local(self.previous_at), current_at=local(self.current_at))


@dataclass(frozen=True, slots=True)
class ReadShown:
    """One read in a service point's history; ``energy`` is what was used since the billed read before it."""

    read_id: UUID
    meter_serial: str
    register: RegisterCode
    read_on: date
    read_at: datetime
    value: Reading
    reason: ReadReason
    source: ReadSource
    reader: str
    energy: Energy | None


@dataclass(frozen=True, slots=True)
class MonthUsage:
    """Energy of one month at a service point, for pictures and histories."""

    month: date
    energy: Energy
    estimated: bool


# Routes, and what a reader takes along


@dataclass(frozen=True, slots=True)
class RouteRow:
    """How far a reading route is for a month: its places, how many are read, how many of those estimated.

    ``exported_at`` is when a sheet or list of it left the house last.
    """

    route_id: UUID
    code: str
    places: int
    read: int
    estimated: int
    exported_at: datetime | None = None

    @property
    def left(self) -> int:
        """Places still to be read."""
        return self.places - self.read


@dataclass(frozen=True, slots=True)
class RegisterToRead:
    """A register as a reader finds it: what it showed last, what is expected, and the day it was read in the month.

    Values that are not known are None.
    """

    meter_serial: str
    register: RegisterCode
    last_on: date | None
    last: Reading | None
    least: Reading | None = None
    most: Reading | None = None
    read_on: date | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """A place on a route, counted from 1 in walking order; without a meter there is no register to read.

    ``customer_name`` and ``alerts`` (what a reader must know of the place) are empty where nobody asked for them.
    """

    service_point_id: UUID
    place: int
    account_number: str
    address: str
    registers: tuple[RegisterToRead, ...]
    customer_name: str = ""
    alerts: tuple[str, ...] = ()

    @property
    def read_on(self) -> date | None:
        """The day all its registers were read by in the month; None while one is not."""
        days = [one.read_on for one in self.registers]
        return max(day for day in days if day) if days and all(days) else None


@dataclass(frozen=True, slots=True)
class RouteQuery:
    """A route, by its code, in a month."""

    code: str
    period: Period


@dataclass(frozen=True, slots=True)
class Round:
    """One walk along a route for a month: its stops in walking order, and who read it last."""

    route_id: UUID
    code: str
    period: Period
    stops: tuple[Stop, ...]
    reader: str = ""


@dataclass(frozen=True, slots=True)
class RoundOrder:
    """What to give out to readers: routes by their codes, the month, who reads and when (both may be left open).

    ``unread`` leaves out what is read already in that month.
    """

    codes: tuple[str, ...]
    period: Period
    reader: str = ""
    planned_on: date | None = None
    unread: bool = False


@dataclass(frozen=True, slots=True)
class RouteLeft:
    """A route in a file that leaves the house."""

    code: str
    persons: int


@dataclass(frozen=True, slots=True)
class RouteExport:
    """A file for readers that leaves the house: the routes in it, and its SHA-256."""

    routes: tuple[RouteLeft, ...]
    period: Period
    sha256: str
    on_paper: bool = False


@dataclass(frozen=True, slots=True)
class RoundsWritten:
    """What was written for readers: the files, and how many routes, places and registers are in them."""

    files: tuple[Path, ...]
    routes: int
    stops: int
    registers: int


@dataclass(frozen=True, slots=True)
class RouteOrder:
    """A route to add."""

    code: str


@dataclass(frozen=True, slots=True)
class RouteRename:
    """Another code for a route."""

    code: str
    new_code: str


@dataclass(frozen=True, slots=True)
class StopMove:
    """A place in walking order, counted from 1, for a service point on a route; beyond the last it comes last."""

    service_point_id: UUID
    code: str
    place: int


@dataclass(frozen=True, slots=True)
class StopMoved:
    """Where a stop is now, and the move that takes it back."""

    code: str
    place: int
    back: StopMove
