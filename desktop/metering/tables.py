"""Meters, their registers, where they hang, and every value read."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.kernel.database import Recorded
from desktop.kernel.measures import Factor, Reading
from desktop.metering.records import ReadReason, ReadSource, RegisterCode, SheetState


class Meter(Recorded):
    """The device, known by its serial number."""

    __tablename__ = "metering_meter"
    serial_number: Mapped[str] = mapped_column(unique=True)


class Register(Recorded):
    """One counter of a meter: what it counts, in which unit, how many digits before it starts again."""

    __tablename__ = "metering_register"
    __table_args__ = (sa.UniqueConstraint("meter_id", "code"),)
    meter_id: Mapped[UUID] = mapped_column(sa.ForeignKey("metering_meter.id"))
    code: Mapped[RegisterCode]
    unit: Mapped[str]
    digits: Mapped[int]


class ReadingRoute(Recorded):
    """Service points in walking order, read by one person on one day."""

    __tablename__ = "metering_route"
    code: Mapped[str] = mapped_column(unique=True)
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"))


class RouteStop(Recorded):
    """A service point's place on its route, and the account number that reading sheets name it by."""

    __tablename__ = "metering_route_stop"
    __table_args__ = (sa.UniqueConstraint("route_id", "position"),)
    route_id: Mapped[UUID] = mapped_column(sa.ForeignKey("metering_route.id"))
    service_point_id: Mapped[UUID] = mapped_column(sa.ForeignKey("premises_service_point.id"), unique=True)
    account_number: Mapped[str] = mapped_column(index=True)
    position: Mapped[int]


class Installation(Recorded):
    """A meter at a service point from a day to a day, with the transformer ratio in front of it."""

    __tablename__ = "metering_installation"
    __table_args__ = (
        sa.Index(
            "uq_metering_installation_one_meter",
            "service_point_id",
            unique=True,
            sqlite_where=sa.text("removed_on IS NULL"),
            postgresql_where=sa.text("removed_on IS NULL"),
        ),
        sa.Index("ix_metering_installation_meter", "meter_id"),
    )
    meter_id: Mapped[UUID] = mapped_column(sa.ForeignKey("metering_meter.id"))
    service_point_id: Mapped[UUID] = mapped_column(sa.ForeignKey("premises_service_point.id"), index=True)
    multiplier: Mapped[Factor]
    installed_on: Mapped[date]
    removed_on: Mapped[date | None]


class RegisterRead(Recorded):
    """The value of a register at one moment. A later truth is another read, never a change of this one."""

    __tablename__ = "metering_read"
    __table_args__ = (sa.UniqueConstraint("register_id", "read_on", "reason"),)
    KEPT = True
    register_id: Mapped[UUID] = mapped_column(sa.ForeignKey("metering_register.id"))
    read_on: Mapped[date]
    read_at: Mapped[datetime]
    value: Mapped[Reading]
    reason: Mapped[ReadReason]
    source: Mapped[ReadSource]
    reader: Mapped[str]
    rollover: Mapped[bool]
    origin: Mapped[str]


class SheetImport(Recorded):
    """One import of a sheet, known by its content; taken back, the same content may be taken once more."""

    __tablename__ = "metering_sheet_import"
    __table_args__ = (
        sa.UniqueConstraint("hall_id", "sha256", "attempt"),
        sa.Index("ix_metering_sheet_import_taken", "hall_id", "taken_at"),
    )
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"))
    sha256: Mapped[str]
    attempt: Mapped[int]
    file_name: Mapped[str]
    state: Mapped[SheetState]
    rows: Mapped[int]
    stored: Mapped[int]
    waiting: Mapped[int]
    rejected: Mapped[int]
    skipped: Mapped[int]
    taken_at: Mapped[datetime]
    taken_by: Mapped[str]


class SheetTitles(Recorded):
    """What people decided about the titles of one sender: ``columns`` is the field of each title, as JSON."""

    __tablename__ = "metering_sheet_titles"
    __table_args__ = (sa.UniqueConstraint("hall_id", "shape"),)
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"))
    shape: Mapped[str]
    titles: Mapped[str]
    columns: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
