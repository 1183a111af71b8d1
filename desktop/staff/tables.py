"""Where we are and who works here: districts, halls, stations, people, their roles and who agreed to them."""

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
    """A named bundle of permissions. Of a standard role the program's own patterns hold, not those kept here."""

    __tablename__ = "staff_role"
    code: Mapped[str] = mapped_column(unique=True)
    permissions: Mapped[str]


class User(Recorded):
    """A person of staff. Failed attempts and the lock are counted here, outside the hash."""

    __tablename__ = "staff_user"
    DERIVED = frozenset({"failures", "locked_until"})
    SECRET = frozenset({"password_hash"})
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    language: Mapped[str]
    password_hash: Mapped[str]
    failures: Mapped[int]
    locked_until: Mapped[datetime | None]


class Standing(Recorded):
    """How somebody stands: the usual workplace, whether the password is still another's, the day of leaving.

    People of the founding have none until something of it changes; it counts as empty.
    """

    __tablename__ = "staff_standing"
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"), unique=True)
    station_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("staff_station.id"))
    must_change: Mapped[bool]
    left_on: Mapped[date | None]


class PasswordGiven(Recorded):
    """That somebody set another's password: who, and when. What its owner chose afterwards leaves no row."""

    __tablename__ = "staff_password_given"
    KEPT = True
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"), index=True)
    given_by: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    given_at: Mapped[datetime]


class Grant(Recorded):
    """A role given to a person: at the founding, or by the entry of an approving `Decision`."""

    __tablename__ = "staff_grant"
    __table_args__ = (sa.Index(None, "user_id", "role_id"),)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    role_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_role.id"))


class Proposal(Recorded):
    """A role somebody asks for a person; it waits for another person's `Decision`."""

    __tablename__ = "staff_proposal"
    __table_args__ = (sa.UniqueConstraint("id", "proposed_by"),)
    KEPT = True
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"), index=True)
    role_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_role.id"))
    proposed_by: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    proposed_at: Mapped[datetime]
    reason: Mapped[str]


class Decision(Recorded):
    """What another person made of a proposal; the database itself refuses the proposer's own."""

    __tablename__ = "staff_decision"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ("proposal_id", "proposed_by"), ("staff_proposal.id", "staff_proposal.proposed_by")
        ),
        sa.CheckConstraint("decided_by <> proposed_by", name="two_people"),
    )
    KEPT = True
    proposal_id: Mapped[UUID] = mapped_column(unique=True)
    proposed_by: Mapped[UUID]
    decided_by: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    decided_at: Mapped[datetime]
    approved: Mapped[bool]
    reason: Mapped[str]


class Withdrawal(Recorded):
    """A role taken away again."""

    __tablename__ = "staff_withdrawal"
    KEPT = True
    grant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_grant.id"), unique=True)
    withdrawn_by: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    withdrawn_at: Mapped[datetime]
    reason: Mapped[str]


class Draft(Base):
    """What a person typed into a form and did not finish: nobody's record, so neither hashed nor in the journal."""

    __tablename__ = "staff_draft"
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"), primary_key=True)
    form: Mapped[str] = mapped_column(primary_key=True)
    saved_at: Mapped[datetime]
    content: Mapped[str]
