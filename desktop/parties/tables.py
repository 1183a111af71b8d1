"""Persons and organisations, whatever they are to us."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from desktop.kernel.database import Recorded
from desktop.parties.records import DebtorType, PartyKind, PartyRoleKind


class Party(Recorded):
    """A person or an organisation; papers speak its language."""

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
