"""Meters, their registers, where they hang, and every value read."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.kernel.database import Recorded
from desktop.kernel.measures import Energy, Factor, Power, Reading
from desktop.metering.records import (
    DoubtState,
    ExchangeReason,
    MeterTestState,
    ReadReason,
    ReadSource,
    RegisterCode,
    RequestState,
    SheetState,
    Verdict,
    VoltageLevel,
)


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


class MeterExchange(Recorded):
    """One meter taken down and another hung in its place on one day."""

    __tablename__ = "metering_exchange"
    old_installation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("metering_installation.id"), unique=True)
    new_installation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("metering_installation.id"), unique=True)
    exchanged_on: Mapped[date]
    reason: Mapped[ExchangeReason]
    entered_by: Mapped[str]


class RegisterRead(Recorded):
    """The value of a register at one moment. A later truth is another read, never a change of this one.

    ``reversed`` repeats whether a `ReadReversal` takes it back; ``bills`` how many live bills rest on it.
    """

    __tablename__ = "metering_read"
    __table_args__ = (
        sa.Index(
            "uq_metering_read_live",
            "register_id",
            "read_on",
            "reason",
            unique=True,
            sqlite_where=sa.text("reversed = 0"),
            postgresql_where=sa.text("reversed = 0"),
        ),
        sa.Index("ix_metering_read_origin", "origin"),
    )
    KEPT = True
    DERIVED = frozenset({"reversed", "bills"})
    register_id: Mapped[UUID] = mapped_column(sa.ForeignKey("metering_register.id"))
    read_on: Mapped[date]
    read_at: Mapped[datetime]
    value: Mapped[Reading]
    reason: Mapped[ReadReason]
    source: Mapped[ReadSource]
    reader: Mapped[str]
    rollover: Mapped[bool]
    origin: Mapped[str]
    reversed: Mapped[int] = mapped_column(sort_order=1)
    bills: Mapped[int] = mapped_column(sort_order=1)


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


class ReadReversal(Recorded):
    """A read taken back: by whom, when, why."""

    __tablename__ = "metering_read_reversal"
    KEPT = True
    read_id: Mapped[UUID] = mapped_column(sa.ForeignKey("metering_read.id"), unique=True)
    reversed_at: Mapped[datetime]
    reversed_by: Mapped[str]
    why: Mapped[str]


class ReadPhoto(Recorded):
    """A photo of a register on the day it was read; ``digest`` names the attachment."""

    __tablename__ = "metering_read_photo"
    __table_args__ = (sa.UniqueConstraint("register_id", "read_on", "digest"),)
    KEPT = True
    register_id: Mapped[UUID] = mapped_column(sa.ForeignKey("metering_register.id"))
    read_on: Mapped[date]
    digest: Mapped[str]


class DoubtfulRead(Recorded):
    """A read that is possible but doubted; nothing bills it. Once decided, ``read_id`` is the read it became.

    ``doubts`` are its reasons, as data. ``basis`` is the arithmetic of the estimate that stands, or is proposed,
    in its place; ``proposed`` what the register would show then.
    """

    __tablename__ = "metering_doubtful_read"
    __table_args__ = (
        sa.Index(
            "uq_metering_doubtful_read_open",
            "register_id",
            "read_on",
            "reason",
            unique=True,
            sqlite_where=sa.text("open = 1"),
            postgresql_where=sa.text("open = 1"),
        ),
        sa.Index("ix_metering_doubtful_read_register_id", "register_id"),
        sa.Index("ix_metering_doubtful_read_origin", "origin"),
        sa.Index("ix_metering_doubtful_read_decided_at", "decided_at"),
    )
    register_id: Mapped[UUID] = mapped_column(sa.ForeignKey("metering_register.id"))
    read_on: Mapped[date]
    value: Mapped[Reading]
    reason: Mapped[ReadReason]
    source: Mapped[ReadSource]
    reader: Mapped[str]
    origin: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
    entered_by_id: Mapped[UUID]
    doubts: Mapped[str]
    state: Mapped[DoubtState]
    open: Mapped[int]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str]
    decided_by_id: Mapped[UUID | None]
    read_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("metering_read.id"))
    basis: Mapped[str]
    proposed: Mapped[Reading | None]
    rollover: Mapped[bool]


class ReadRequest(Recorded):
    """A re-read asked for; the next read of the register answers it. Of no doubtful read where a customer asked."""

    __tablename__ = "metering_read_request"
    __table_args__ = (
        sa.Index(
            "uq_metering_read_request_open",
            "register_id",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )
    register_id: Mapped[UUID] = mapped_column(sa.ForeignKey("metering_register.id"))
    doubtful_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("metering_doubtful_read.id"), index=True)
    asked_on: Mapped[date]
    asked_by: Mapped[str]
    state: Mapped[RequestState]
    answered_on: Mapped[date | None]


class ReadRequestWithdrawn(Recorded):
    """A re-read that nobody wants any more: when, by whom, why."""

    __tablename__ = "metering_read_request_withdrawn"
    KEPT = True
    request_id: Mapped[UUID] = mapped_column(sa.ForeignKey("metering_read_request.id"), unique=True)
    withdrawn_on: Mapped[date]
    withdrawn_by: Mapped[str]
    words: Mapped[str]


class MeterTest(Recorded):
    """A test of a meter that a customer asked for, at the service point where it hung, for the account supplied there.

    ``number`` is that of the order slip; ``state`` and the columns after it say how it ended. Of one meter a single
    test is open. ``account_number`` repeats that of the account and changes with it.
    """

    __tablename__ = "metering_meter_test"
    __table_args__ = (
        sa.Index(
            "uq_metering_meter_test_open",
            "meter_id",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )
    number: Mapped[str] = mapped_column(unique=True)
    meter_id: Mapped[UUID] = mapped_column(sa.ForeignKey("metering_meter.id"))
    service_point_id: Mapped[UUID] = mapped_column(sa.ForeignKey("premises_service_point.id"), index=True)
    contract_account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ledger_contract_account.id"), index=True)
    account_number: Mapped[str]
    words: Mapped[str]
    asked_by: Mapped[str]
    wanted_on: Mapped[date | None]
    ordered_on: Mapped[date]
    ordered_by: Mapped[str]
    due_on: Mapped[date | None]
    state: Mapped[MeterTestState]
    ended_on: Mapped[date | None]
    ended_by: Mapped[str]
    why: Mapped[str]


class MeterTestResult(Recorded):
    """A report on the test of a meter (`MeterTestReport` as canonical JSON); the last one entered counts."""

    __tablename__ = "metering_meter_test_result"
    __table_args__ = (sa.UniqueConstraint("test_id", "position"),)
    KEPT = True
    test_id: Mapped[UUID] = mapped_column(sa.ForeignKey("metering_meter_test.id"))
    position: Mapped[int]
    verdict: Mapped[Verdict]
    tested_on: Mapped[date]
    content: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]


class PointCapacity(Recorded):
    """The power a service point may take at most, where it is known."""

    __tablename__ = "metering_point_capacity"
    service_point_id: Mapped[UUID] = mapped_column(sa.ForeignKey("premises_service_point.id"), unique=True)
    capacity: Mapped[Power]


class ReadLimits(Recorded):
    """When a read is doubtful at a voltage level, where a hall has set it; ``holding`` are flags with spaces."""

    __tablename__ = "metering_read_limits"
    level: Mapped[VoltageLevel] = mapped_column(unique=True)
    surge_percent: Mapped[int]
    drop_percent: Mapped[int]
    floor: Mapped[Energy]
    same_periods: Mapped[int]
    zero_periods: Mapped[int]
    days_low: Mapped[int]
    days_high: Mapped[int]
    holding: Mapped[str]


class CalendarYear(Recorded):
    """All public holidays of a year and the weekend days worked in their stead, as JSON lists; its newest row holds."""

    __tablename__ = "metering_calendar_year"
    KEPT = True
    year: Mapped[int]
    holidays: Mapped[str]
    worked: Mapped[str]
    set_at: Mapped[datetime]
    set_by: Mapped[str]


class MonthEntered(Recorded):
    """What somebody entered by hand of a month before the reads we have; the newest of a month holds, before what came
    in."""

    __tablename__ = "metering_month_entered"
    KEPT = True
    service_point_id: Mapped[UUID] = mapped_column(sa.ForeignKey("premises_service_point.id"), index=True)
    month: Mapped[date]
    energy: Mapped[Energy]
    reason: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]


class MonthBefore(Recorded):
    """What a service point used in a month before the reads we have, as another system billed it."""

    __tablename__ = "metering_month_before"
    __table_args__ = (sa.UniqueConstraint("service_point_id", "month"),)
    KEPT = True
    service_point_id: Mapped[UUID] = mapped_column(sa.ForeignKey("premises_service_point.id"))
    month: Mapped[date]
    energy: Mapped[Energy]
