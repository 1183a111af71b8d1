"""The plain values of metering: what a reading sheet holds, what an import did, a month's usage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from desktop.kernel.canonical import Content
from desktop.kernel.cells.found import LeftOut, SheetFound
from desktop.kernel.errors import Problem
from desktop.kernel.measures import Energy, Factor, Power, Reading
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
    SHARP = "sharp", Text("Active, sharp peak")
    PEAK = "peak", Text("Active, peak")
    FLAT = "flat", Text("Active, flat")
    VALLEY = "valley", Text("Active, valley")
    DEEP_VALLEY = "deep_valley", Text("Active, deep valley")
    REACTIVE = "reactive", Text("Reactive")
    REVERSE_ACTIVE = "reverse_active", Text("Active, fed in")
    REVERSE_REACTIVE = "reverse_reactive", Text("Reactive, fed in")
    DEMAND = "demand", Text("Highest demand")

    @property
    def unit(self) -> str:
        """The unit of what is counted, after the multiplier."""
        if self is RegisterCode.DEMAND:
            return "kW"
        return "kvarh" if self in (RegisterCode.REACTIVE, RegisterCode.REVERSE_REACTIVE) else "kWh"


BANDS = (
    RegisterCode.SHARP,
    RegisterCode.PEAK,
    RegisterCode.FLAT,
    RegisterCode.VALLEY,
    RegisterCode.DEEP_VALLEY,
)
"""The registers whose sum is the active total."""


@dataclass(frozen=True, slots=True)
class NewRegister:
    """A register of a meter that is hung: what it counts, its whole digits, what it shows on that day."""

    code: RegisterCode
    digits: int
    opening: Reading


class Flag(Worded):
    """What makes a read doubtful, in a word or two."""

    NEGATIVE = "negative", Text("Below last")
    ZERO = "zero", Text("Zero use")
    SURGE = "surge", Text("Jump up")
    DROP = "drop", Text("Jump down")
    SAME = "same", Text("Same again")
    OVER_CAPACITY = "over_capacity", Text("Over capacity")
    PERIOD_MISMATCH = "period_mismatch", Text("Sums differ")
    CYCLE = "cycle", Text("Odd period")
    ESTIMATED_TWICE = "estimated_twice", Text("Estimated twice")


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason to doubt a read, with its figures in ``text``."""

    flag: Flag
    text: Text


class VoltageLevel(Worded):
    """Whose limits a service point has."""

    HIGH = "high", Text("High voltage")
    LOW = "low", Text("Low voltage")


HUNDRED_KWH = Energy(100_000)


@dataclass(frozen=True, slots=True)
class Limits:
    """When a read is doubtful. Usage changed by so many percent and by ``floor`` at least is a jump.

    Equal usage ``same_periods`` times running, none ``zero_periods`` times, and periods shorter or longer than
    ``days_low`` to ``days_high`` are noted. Of all flags only ``holding`` make a read wait.
    """

    surge_percent: int = 50
    drop_percent: int = 50
    floor: Energy = HUNDRED_KWH
    same_periods: int = 3
    zero_periods: int = 3
    days_low: int = 26
    days_high: int = 35
    holding: tuple[Flag, ...] = tuple(flag for flag in Flag if flag is not Flag.CYCLE)


@dataclass(frozen=True, slots=True)
class Spell:
    """What was used in the ``days`` that ended with the read of ``until``."""

    until: date
    days: int
    energy: Energy
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """What may be used without being doubted: more than ``low`` and less than ``high``."""

    low: Energy
    high: Energy


class EstimateMethod(Worded):
    """What a missing read is made from."""

    LAST_YEAR = "last_year", Text("Same month last year")
    MEAN = "mean", Text("Mean of three months")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A usage made from earlier ones, and the arithmetic as ``basis``."""

    method: EstimateMethod
    energy: Energy
    basis: Text


@dataclass(frozen=True, slots=True)
class EnergySplit:
    """Energy of one meter divided between sub-meters, a fixed quantity, a share, and the rest."""

    sub: Energy
    fixed: Energy
    ratio: Energy
    main: Energy


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


@dataclass(frozen=True, slots=True)
class RegisterUsage:
    """Usage of one register between two reads: (current - previous) × multiplier, rollover included.

    ``energy`` is in the unit of the register, kvarh alike; the highest ``demand`` is what a register of it shows.
    """

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
    demand: Power | None = None

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
    reversed: bool = False
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownRegister:
    """A register of a meter that comes in from another system, with the value billed last and any read since."""

    code: RegisterCode
    digits: int
    value: Reading
    read_on: date
    newest: Reading | None = None
    newest_on: date | None = None


@dataclass(frozen=True, slots=True)
class KnownMeter:
    """A meter that hangs at a service point and comes in from another system."""

    service_point_id: UUID
    serial: str
    multiplier: Factor
    installed_on: date
    registers: tuple[KnownRegister, ...]


@dataclass(frozen=True, slots=True)
class KnownStop:
    """A service point's place on its reading route in another system."""

    service_point_id: UUID
    account_number: str
    route: str
    position: int


@dataclass(frozen=True, slots=True)
class KnownMonth:
    """What was used at a service point in a month (its first day) before the reads we have."""

    service_point_id: UUID
    month: date
    energy: Energy


@dataclass(frozen=True, slots=True)
class MonthUsage:
    """Energy of one month at a service point, for pictures and histories."""

    month: date
    energy: Energy
    estimated: bool


# Doubtful reads and what becomes of them


class DoubtState(Worded):
    """What became of a doubtful read."""

    WAITING = "waiting", Text("Waits")
    PROPOSED = "proposed", Text("Second estimate waits")
    ASKED = "asked", Text("Re-read asked for")
    ACCEPTED = "accepted", Text("Accepted")
    CORRECTED = "corrected", Text("Corrected")
    ROLLED_OVER = "rolled_over", Text("Gone round")
    ESTIMATED = "estimated", Text("Estimated")
    REPLACED = "replaced", Text("Read again")
    TAKEN_BACK = "taken_back", Text("Taken back")


class RequestState(Worded):
    """Whether a re-read is still to be made."""

    OPEN = "open", Text("To be read again")
    ANSWERED = "answered", Text("Read again")
    WITHDRAWN = "withdrawn", Text("Withdrawn")


class ExchangeReason(Worded):
    """Why a meter is exchanged."""

    PERIODIC = "periodic", Text("Due by age")
    FAULTY = "faulty", Text("Faulty")
    CAPACITY = "capacity", Text("Change of capacity")
    DAMAGED = "damaged", Text("Damaged or lost")
    OTHER = "other", Text("Other reason")


@dataclass(frozen=True, slots=True)
class HandRead:
    """One read typed in: of a register of the meter at an account, perhaps with a photo of it.

    ``rollover`` is a person's word that the register passed its last digit. ``keep_doubtful`` lets a read that is
    doubted wait for a decision; without it such a read is refused.
    """

    account_number: str
    value: Reading
    read_on: date
    register: RegisterCode = RegisterCode.ACTIVE
    source: ReadSource = ReadSource.INSPECTOR
    reason: ReadReason = ReadReason.PERIODIC
    reader: str = ""
    rollover: bool = False
    keep_doubtful: bool = True
    photo: Content | None = None


@dataclass(frozen=True, slots=True)
class HandReadTaken:
    """What became of a read typed in: stored, or waiting with its doubts."""

    stored: bool
    energy: Energy | None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterNow:
    """A register as it hangs at an account now, and its latest read."""

    register_id: UUID
    meter_serial: str
    code: RegisterCode
    digits: int
    multiplier: Factor
    last_on: date | None
    last_value: Reading | None
    last_estimated: bool
    expected: Expected | None


@dataclass(frozen=True, slots=True)
class PointNow:
    """What hangs at an account, to read it or to exchange it; ``waiting`` counts reads nobody has decided on."""

    account_number: str
    customer_name: str
    address: str
    meter_serial: str
    installed_on: date
    registers: tuple[RegisterNow, ...]
    history: tuple[MonthUsage, ...]
    waiting: int


@dataclass(frozen=True, slots=True)
class ReadReversalOrder:
    """A read to take back, and why."""

    read_id: UUID
    why: str


@dataclass(frozen=True, slots=True)
class OriginReversal:
    """All reads of one import, by the digest of its sheet, to take back, and why."""

    sha256: str
    why: str


@dataclass(frozen=True, slots=True)
class ReadsReversed:
    """How many reads were taken back, live and waiting ones together."""

    reads: int


@dataclass(frozen=True, slots=True)
class FinalRead:
    """What a register of the meter that is taken down shows at the end."""

    code: RegisterCode
    value: Reading
    rollover: bool = False


@dataclass(frozen=True, slots=True)
class ExchangeOrder:
    """Another meter at an account: final reads of the old one, the new one with its registers and multiplier."""

    account_number: str
    exchanged_on: date
    finals: tuple[FinalRead, ...]
    new_serial: str
    new_multiplier: Factor
    new_registers: tuple[NewRegister, ...]
    reason: ExchangeReason
    reader: str = ""


@dataclass(frozen=True, slots=True)
class MeterExchanged:
    """Which meter came down and which hangs now."""

    old_serial: str
    new_serial: str


@dataclass(frozen=True, slots=True)
class DoubtfulRow:
    """A doubtful read with all that speaks for and against it. ``change_percent`` is against the last period."""

    doubtful_id: UUID
    state: DoubtState
    account_number: str
    customer_name: str
    address: str
    route: str
    position: int
    meter_serial: str
    register: RegisterCode
    multiplier: Factor
    digits: int
    previous_on: date | None
    previous: Reading | None
    previous_estimated: bool
    read_on: date
    value: Reading
    source: ReadSource
    reader: str
    energy: Energy | None
    energy_before: Energy | None
    change_percent: Decimal | None
    gone_round: Energy | None
    doubts: tuple[Doubt, ...]
    months: tuple[MonthUsage, ...]
    expected: Expected | None
    estimates: tuple[EstimateOffer, ...]
    photos: tuple[str, ...]
    entered_by: str
    entered_at: datetime
    request_asked_on: date | None
    proposal: Text | None
    proposed_by: str
    proposed_value: Reading | None


@dataclass(frozen=True, slots=True)
class EstimateOffer:
    """An estimate somebody may take, and the value the register would show."""

    method: EstimateMethod
    energy: Energy
    value: Reading
    basis: Text


@dataclass(frozen=True, slots=True)
class DoubtfulReads:
    """The doubtful reads of a hall that wait, in walking order, and how many were decided today."""

    rows: tuple[DoubtfulRow, ...]
    total: int
    decided_today: int


@dataclass(frozen=True, slots=True)
class Correction:
    """The value a register really shows."""

    doubtful_id: UUID
    value: Reading


@dataclass(frozen=True, slots=True)
class EstimateOrder:
    """An estimate in place of a doubtful read."""

    doubtful_id: UUID
    method: EstimateMethod


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a doubtful read."""

    doubtful_id: UUID
    state: DoubtState


@dataclass(frozen=True, slots=True)
class ReadRequestRow:
    """A re-read that is asked for and not answered."""

    account_number: str
    customer_name: str
    address: str
    route: str
    position: int
    meter_serial: str
    register: RegisterCode
    asked_on: date
    asked_by: str
    why: Text


@dataclass(frozen=True, slots=True)
class LevelLimits:
    """The limits of a voltage level."""

    level: VoltageLevel
    limits: Limits


@dataclass(frozen=True, slots=True)
class CapacityOrder:
    """The power an account may take at most."""

    account_number: str
    capacity: Power


# Routes, and what a reader takes along


@dataclass(frozen=True, slots=True)
class RouteRow:
    """How far a reading route is for a month: its places, how many are read, how many of those estimated.

    ``doubtful`` reads wait for a decision. ``exported_at`` is when a sheet or list of it left the house last.
    """

    route_id: UUID
    code: str
    places: int
    read: int
    estimated: int
    doubtful: int = 0
    exported_at: datetime | None = None

    @property
    def left(self) -> int:
        """Places still to be read."""
        return self.places - self.read


@dataclass(frozen=True, slots=True)
class RegisterToRead:
    """A register as a reader finds it: what it showed last, what is expected, and the day it was read in the month.

    Values that are not known are None. ``waits``: a read of the month waits for a decision.
    """

    meter_serial: str
    register: RegisterCode
    last_on: date | None
    last: Reading | None
    least: Reading | None = None
    most: Reading | None = None
    read_on: date | None = None
    waits: bool = False


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
