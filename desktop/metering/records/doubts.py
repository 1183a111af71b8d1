"""What makes a read doubtful, when, and what becomes of one that waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from desktop.kernel.history import HistoryRow
from desktop.kernel.measures import Energy, Factor, Power, Reading
from desktop.kernel.text import Text, Worded
from desktop.metering.records.registers import MonthUsage, ReadSource, RegisterCode


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
class AskedRead:
    """A customer wants the meter of an account read again; of several that hang there, the one named."""

    account_number: str
    meter_serial: str = ""


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
class LimitsChanged:
    """One limit of a voltage level that became another."""

    level: VoltageLevel
    row: HistoryRow


@dataclass(frozen=True, slots=True)
class CapacityOrder:
    """The power an account may take at most; ``meter_serial`` chooses where it has several meters."""

    account_number: str
    capacity: Power
    meter_serial: str = ""
