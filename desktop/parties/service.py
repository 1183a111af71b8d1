"""Persons and organisations: entering them and reading them."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.work import Work
from desktop.parties.records import DebtorType, PartyKind, PartyRoleKind
from desktop.parties.tables import Party, PartyRole


def register(
    work: Work,
    kind: PartyKind,
    name: str,
    language: str,
    debtor_type: DebtorType,
    phone: str,
    role: PartyRoleKind,
) -> UUID:
    """Enter a party in one role; its id."""
    party = Party(
        id=work.new_id(), kind=kind, name=name, language=language, debtor_type=debtor_type, phone=phone
    )
    work.add(party)
    work.session.flush()
    work.add(PartyRole(id=work.new_id(), party_id=party.id, kind=role))
    return party.id


def parties(work: Work, ids: set[UUID]) -> dict[UUID, Party]:
    """Parties by id."""
    return {row.id: row for row in work.session.scalars(sa.select(Party).where(Party.id.in_(ids)))}
