"""Persons and organisations, whatever they are to us."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.kernel.database import Recorded
from desktop.parties.records import ContactKind, DebtorType, PartyKind, PartyPart, PartyRoleKind, RevealReason


class Party(Recorded):
    """A person or an organisation; papers speak its language. ``phone`` is the number to call first."""

    __tablename__ = "parties_party"
    kind: Mapped[PartyKind]
    name: Mapped[str] = mapped_column(index=True)
    language: Mapped[str]
    debtor_type: Mapped[DebtorType]
    phone: Mapped[str]


class PartyRole(Recorded):
    """One thing a party is to us."""

    __tablename__ = "parties_role"
    __table_args__ = (sa.UniqueConstraint("party_id", "kind"),)
    party_id: Mapped[UUID] = mapped_column(sa.ForeignKey("parties_party.id"))
    kind: Mapped[PartyRoleKind]


class PartyChanged(Recorded):
    """One part of a party that was changed, as it was before and after."""

    __tablename__ = "parties_change"
    KEPT = True
    party_id: Mapped[UUID] = mapped_column(sa.ForeignKey("parties_party.id"), index=True)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    part: Mapped[PartyPart]
    before: Mapped[str]
    after: Mapped[str]


class Contact(Recorded):
    """One way to reach a party, or one number it is known by, from a day to a day."""

    __tablename__ = "parties_contact"
    party_id: Mapped[UUID] = mapped_column(sa.ForeignKey("parties_party.id"), index=True)
    kind: Mapped[ContactKind]
    value: Mapped[str]
    notices: Mapped[bool]
    entered_by: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Note(Recorded):
    """What somebody wrote about a party or one of its accounts; a later note settles an alert, nothing changes it."""

    __tablename__ = "parties_note"
    KEPT = True
    party_id: Mapped[UUID] = mapped_column(sa.ForeignKey("parties_party.id"), index=True)
    contract_account_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("ledger_contract_account.id"))
    text: Mapped[str]
    author: Mapped[str]
    written_at: Mapped[datetime]
    alert: Mapped[bool]
    settles_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("parties_note.id"), unique=True)


class Reveal(Recorded):
    """One look at a party's personal data. What was seen is not here: only who looked, when and why."""

    __tablename__ = "parties_reveal"
    KEPT = True
    party_id: Mapped[UUID] = mapped_column(sa.ForeignKey("parties_party.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("staff_user.id"))
    looked_at: Mapped[datetime]
    looked_by: Mapped[str]
    reason: Mapped[RevealReason]
    words: Mapped[str]


class PartyMerge(Recorded):
    """Two parties that are one: what the ``merged`` one had is the ``kept`` one's, until that is undone."""

    __tablename__ = "parties_merge"
    __table_args__ = (
        sa.Index(
            "uq_parties_merge_merged",
            "merged_id",
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        ),
        sa.CheckConstraint("kept_id <> merged_id", name="two"),
    )
    kept_id: Mapped[UUID] = mapped_column(sa.ForeignKey("parties_party.id"), index=True)
    merged_id: Mapped[UUID] = mapped_column(sa.ForeignKey("parties_party.id"))
    reason: Mapped[str]
    merged_at: Mapped[datetime]
    merged_by: Mapped[str]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str]
    undone_why: Mapped[str]


class ToldApart(Recorded):
    """Two parties that look alike and are not one, as somebody decided; ``one_id`` is the smaller id."""

    __tablename__ = "parties_told_apart"
    __table_args__ = (sa.UniqueConstraint("one_id", "other_id"),)
    KEPT = True
    one_id: Mapped[UUID] = mapped_column(sa.ForeignKey("parties_party.id"))
    other_id: Mapped[UUID] = mapped_column(sa.ForeignKey("parties_party.id"), index=True)
    decided_at: Mapped[datetime]
    decided_by: Mapped[str]
