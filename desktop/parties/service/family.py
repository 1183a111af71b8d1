"""Which parties are one: whoever was merged is read together with the party it was merged into."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.bulk import among
from desktop.kernel.work import Work
from desktop.parties.tables import Party, PartyMerge


def families(work: Work, ids: Collection[UUID]) -> dict[UUID, tuple[UUID, ...]]:
    """Each party with all that were merged into it, over however many steps; itself first."""
    found = {key: [key] for key in ids}
    head = {key: key for key in ids}
    newest = set(ids)
    while newest:
        rows = work.session.execute(
            sa.select(PartyMerge.kept_id, PartyMerge.merged_id)
            .where(among(work.session, PartyMerge.kept_id, newest), PartyMerge.undone_at.is_(None))
            .order_by(PartyMerge.merged_at, PartyMerge.id)
        ).all()
        newest = set()
        for kept, merged in rows:
            if merged not in head:
                head[merged] = head[kept]
                found[head[kept]].append(merged)
                newest.add(merged)
    return {key: tuple(many) for key, many in found.items()}


def family(work: Work, party_id: UUID) -> tuple[UUID, ...]:
    """One party with all that were merged into it; itself first."""
    return families(work, [party_id])[party_id]


def current(work: Work, party_id: UUID) -> UUID:
    """The party that a party is now: itself, or the one it was merged into."""
    seen: set[UUID] = set()
    while party_id not in seen:
        seen.add(party_id)
        kept = work.session.scalar(
            sa.select(PartyMerge.kept_id).filter_by(merged_id=party_id, undone_at=None)
        )
        party_id = kept or party_id
    return party_id


def former_names(work: Work, ids: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    """The names of those that were merged into parties, by these."""
    together = families(work, ids)
    merged = {key for many in together.values() for key in many[1:]}
    names = dict(
        work.session.execute(sa.select(Party.id, Party.name).where(Party.id.in_(merged))).all()
        if merged
        else ()
    )
    return {key: tuple(dict.fromkeys(names[one] for one in many[1:])) for key, many in together.items()}


def is_merged(party_id: sa.ColumnElement[UUID] | orm.InstrumentedAttribute[UUID]) -> sa.ColumnElement[bool]:
    """Whether a party, given by a column, was merged into another."""
    return sa.exists().where(PartyMerge.merged_id == party_id, PartyMerge.undone_at.is_(None))
