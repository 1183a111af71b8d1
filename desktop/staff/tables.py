"""Where we are and who works here: districts, halls, stations, people, their roles."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.kernel.database import Recorded


class District(Recorded):
    """A supply district: the unit of row-level rights and of partitions."""

    __tablename__ = "staff_district"
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class Hall(Recorded):
    """A service hall, and what its letterhead says. A sample hall lives on its ``practice_date``."""

    __tablename__ = "staff_hall"
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    company: Mapped[str]
    address: Mapped[str]
    hotline: Mapped[str]
    country: Mapped[str]
    practice_date: Mapped[date | None]


class Station(Recorded):
    """A workplace in a hall; its id is also the id of its journal chain and of its receipt series."""

    __tablename__ = "staff_station"
    hall_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_hall.id"))
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class Role(Recorded):
    """A named bundle of permissions."""

    __tablename__ = "staff_role"
    code: Mapped[str] = mapped_column(unique=True)
    permissions: Mapped[str]


class User(Recorded):
    """A person of staff. Failed attempts and the lock are counted here, outside the hash."""

    __tablename__ = "staff_user"
    DERIVED = frozenset({"failures", "locked_until"})
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    language: Mapped[str]
    password_hash: Mapped[str]
    failures: Mapped[int]
    locked_until: Mapped[datetime | None]


class Grant(Recorded):
    """A role given to a person."""

    __tablename__ = "staff_grant"
    __table_args__ = (sa.UniqueConstraint("user_id", "role_id"),)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    role_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_role.id"))
