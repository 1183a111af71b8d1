"""A meter where it hangs: one read typed in or taken back, an exchange, and meters known from another system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from desktop.kernel.canonical import Content
from desktop.kernel.measures import Energy, Factor, Reading
from desktop.kernel.text import Text, Worded
from desktop.metering.records.doubts import Doubt, Expected
from desktop.metering.records.registers import MonthUsage, NewRegister, ReadReason, ReadSource, RegisterCode


@dataclass(frozen=True, slots=True)
class KnownRead:
    """A read that another system had and did not bill."""

    value: Reading
    read_on: date
    reason: ReadReason = ReadReason.PERIODIC
    source: ReadSource = ReadSource.INSPECTOR
    rollover: bool = False
    reader: str = ""


@dataclass(frozen=True, slots=True)
class KnownRegister:
    """A register of a meter that comes in from another system, with the value billed last and the reads since."""

    code: RegisterCode
    digits: int
    value: Reading
    read_on: date
    estimated: bool = False
    since: tuple[KnownRead, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownMeter:
    """A meter that hangs at a service point, or hung there until ``removed_on``, and comes in from another system."""

    service_point_id: UUID
    serial: str
    multiplier: Factor
    installed_on: date
    registers: tuple[KnownRegister, ...]
    removed_on: date | None = None


@dataclass(frozen=True, slots=True)
class KnownStop:
    """A service point's place on its reading route in another system."""

    service_point_id: UUID
    account_number: str
    route: str
    position: int


@dataclass(frozen=True, slots=True)
class MonthChanged:
    """What somebody entered by hand of a month before the reads we have, and why."""

    entered_at: datetime
    by: str
    month: date
    energy: Energy
    reason: str


@dataclass(frozen=True, slots=True)
class KnownMonth:
    """What was used at a service point in a month (its first day) before the reads we have."""

    service_point_id: UUID
    month: date
    energy: Energy


class ExchangeReason(Worded):
    """Why a meter is exchanged."""

    PERIODIC = "periodic", Text("Due by age")
    FAULTY = "faulty", Text("Faulty")
    CAPACITY = "capacity", Text("Change of capacity")
    DAMAGED = "damaged", Text("Damaged or lost")
    OTHER = "other", Text("Other reason")


@dataclass(frozen=True, slots=True)
class PointQuery:
    """A meter that hangs at an account; ``meter_serial`` chooses where it has several."""

    account_number: str
    meter_serial: str = ""


@dataclass(frozen=True, slots=True)
class HandRead:
    """One read typed in: of a register of the meter at an account, perhaps with a photo of it.

    ``rollover`` is a person's word that the register passed its last digit. ``keep_doubtful`` lets a read that is
    doubted wait for a decision; without it such a read is refused. ``meter_serial`` chooses where an account has
    several meters.
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
    meter_serial: str = ""


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
    """Another meter at an account: final reads of the old one, the new one with its registers and multiplier.

    ``meter_serial`` is the old one, where the account has several.
    """

    account_number: str
    exchanged_on: date
    finals: tuple[FinalRead, ...]
    new_serial: str
    new_multiplier: Factor
    new_registers: tuple[NewRegister, ...]
    reason: ExchangeReason
    reader: str = ""
    meter_serial: str = ""


@dataclass(frozen=True, slots=True)
class MeterExchanged:
    """Which meter came down and which hangs now."""

    old_serial: str
    new_serial: str


@dataclass(frozen=True, slots=True)
class MeterChange:
    """A meter as it really is: its number, multiplier and whole digits, in the place of what was entered wrongly.

    ``serial`` names the meter; multiplier and digits can be other only while no bill rests on a read of it.
    """

    serial: str
    new_serial: str
    multiplier: Factor
    digits: int


@dataclass(frozen=True, slots=True)
class MeterNow:
    """A meter that hangs at a service point, with its registers; ``billed`` tells that a bill rests on a read of it."""

    serial: str
    multiplier: Factor
    installed_on: date
    digits: int
    registers: tuple[RegisterCode, ...]
    billed: bool
