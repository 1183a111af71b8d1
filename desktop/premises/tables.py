"""Houses and the points where supply is delivered."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.kernel.database import Recorded
from desktop.premises.records import SupplyState


class Premise(Recorded):
    """A house, flat or plant with an address."""

    __tablename__ = "premises_premise"
    postcode: Mapped[str]
    region: Mapped[str]
    address: Mapped[str] = mapped_column(index=True)


class ServicePoint(Recorded):
    """Where supply is delivered; it outlives meter and customer."""

    __tablename__ = "premises_service_point"
    premise_id: Mapped[UUID] = mapped_column(sa.ForeignKey("premises_premise.id"), index=True)
    supply_state: Mapped[SupplyState]
    voltage: Mapped[str]
    feeder_code: Mapped[str]
    transformer_code: Mapped[str]


class SupplyChange(Recorded):
    """What was put down by hand about the supply of a service point: what is true there, since when, and why."""

    __tablename__ = "premises_supply_change"
    KEPT = True
    service_point_id: Mapped[UUID] = mapped_column(sa.ForeignKey("premises_service_point.id"), index=True)
    before: Mapped[SupplyState]
    after: Mapped[SupplyState]
    since: Mapped[date]
    reason: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
