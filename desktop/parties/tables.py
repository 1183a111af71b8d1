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
