"""The plain values of premises."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.kernel.text import Text, Worded


class SupplyState(Worded):
    """Whether electricity flows."""

    CONNECTED = "connected", Text("Connected")
    LIMITED = "limited", Text("Limited")
    DISCONNECTED = "disconnected", Text("Disconnected")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a service point is, and how it is supplied."""

    postcode: str
    region: str
    address: str
    voltage: str
    supply_state: SupplyState
