"""Reading routes, and what a reader takes along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from desktop.kernel.measures import Reading
from desktop.kernel.period import Period
from desktop.metering.records.registers import RegisterCode


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

    Values that are not known are None. ``waits``: a read of the month waits for a decision; since ``asked_on`` a
    re-read is asked for.
    """

    meter_serial: str
    register: RegisterCode
    last_on: date | None
    last: Reading | None
    least: Reading | None = None
    most: Reading | None = None
    read_on: date | None = None
    waits: bool = False
    asked_on: date | None = None


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

    @property
    def asked_on(self) -> date | None:
        """Since when one of its registers is to be read again."""
        return min((one.asked_on for one in self.registers if one.asked_on), default=None)


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
