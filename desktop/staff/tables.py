"""Where we are and who works here: districts, halls, stations, people, their roles."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.kernel.database import Base, Recorded


class District(Recorded):
    """A supply district: the unit of row-level rights and of partitions."""

    __tablename__ = "staff_district"
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class Company(Recorded):
    """What papers say of the company of the same name that halls belong to; pictures by their digest in `papers`."""

    __tablename__ = "staff_company"
    name: Mapped[str] = mapped_column(unique=True)
    tax_number: Mapped[str]
    bank: Mapped[str]
    bank_account: Mapped[str]
    letterhead: Mapped[str | None] = mapped_column(sa.ForeignKey("papers_attachment.digest"))
    seal: Mapped[str | None] = mapped_column(sa.ForeignKey("papers_attachment.digest"))


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


class Draft(Base):
    """What a person typed into a form and did not finish: nobody's record, so neither hashed nor in the journal."""

    __tablename__ = "staff_draft"
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"), primary_key=True)
    form: Mapped[str] = mapped_column(primary_key=True)
    saved_at: Mapped[datetime]
    content: Mapped[str]
