"""The plain values of metering: what a reading sheet holds, what an import did, a month's usage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from desktop.kernel.errors import Problem
from desktop.kernel.measures import Energy, Factor, Reading
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


@dataclass(frozen=True, slots=True)
class SheetImported:
    """What became of a whole sheet.

    ``stopped_after`` is the row in the file after which a stopped import stands (0: it went through);
    ``known`` tells that this very file was taken before, and nothing was stored a second time;
    ``went_on_after`` is the row after which an earlier try of it had stopped or was killed.
    """

    file_name: str
    rows: int
    stored: int
    problems: tuple[Problem, ...]
    skipped: int
    stopped_after: int = 0
    known: bool = False
    went_on_after: int = 0


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
