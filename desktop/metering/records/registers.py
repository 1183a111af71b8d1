"""Registers and what they showed: why and by whom a value was read, and what was used between two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from desktop.kernel.measures import Energy, Factor, Power, Reading
from desktop.kernel.text import Text, Worded


class ReadReason(Worded):
    """Why a register was read."""

    PERIODIC = "periodic", Text("Periodic")
    OPENING = "opening", Text("Opening")
    FINAL = "final", Text("Final")
    CHECK = "check", Text("Check")
    DISPUTED = "disputed", Text("Disputed")


ENTERED_ALONE = (ReadReason.PERIODIC, ReadReason.CHECK, ReadReason.DISPUTED)
"""Why one read is entered; what opens and closes a meter comes with its exchange."""


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


@dataclass(frozen=True, slots=True)
class EnergySplit:
    """Energy of one meter divided between sub-meters, a fixed quantity, a share, and the rest."""

    sub: Energy
    fixed: Energy
    ratio: Energy
    main: Energy


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


class RegisterEnergy(NamedTuple):
    """What one register counted in some days, as far as energy is reckoned from it; no demand is told."""

    register: RegisterCode
    energy: Energy
    demand: Power | None = None


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
class MonthUsage:
    """Energy of one month at a service point, for pictures and histories."""

    month: date
    energy: Energy
    estimated: bool
