"""The plain values of premises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from desktop.kernel.text import Text, Worded

LONGEST_REASON = 200


class SupplyState(Worded):
    """Whether electricity flows."""

    CONNECTED = "connected", Text("Connected")
    LIMITED = "limited", Text("Limited")
    DISCONNECTED = "disconnected", Text("Disconnected")


@dataclass(frozen=True, slots=True)
class KnownPremise:
    """A premise that comes in from another system."""

    id: UUID
    postcode: str
    region: str
    address: str


@dataclass(frozen=True, slots=True)
class KnownPoint:
    """A service point that comes in from another system."""

    id: UUID
    premise_id: UUID
    voltage: str
    feeder_code: str
    transformer_code: str
    supply_state: SupplyState


@dataclass(frozen=True, slots=True)
class Place:
    """Where a service point is, and how it is supplied."""

    postcode: str
    region: str
    address: str
    voltage: str
    supply_state: SupplyState


@dataclass(frozen=True, slots=True)
class SupplyChanged:
    """What somebody put down about the supply of a service point: true since a day, and why."""

    changed_at: datetime
    by: str
    before: SupplyState
    after: SupplyState
    since: date
    reason: str


@dataclass(frozen=True, slots=True)
class PlaceNow:
    """All that is kept of a service point and its premise."""

    premise_id: UUID
    service_point_id: UUID
    postcode: str
    region: str
    address: str
    voltage: str
    feeder_code: str
    transformer_code: str
    supply_state: SupplyState
