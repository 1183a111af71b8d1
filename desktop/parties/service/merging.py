"""Two parties that are one: merged, with all that is known of both, and parted again where that was wrong.

Nothing of the merged one is moved or deleted but its accounts, which its callers move: contacts, notes, roles and
looks stay its own and are read together with those of the party that stays (`family`). So a merging can be undone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.text import Text, catalog
from desktop.kernel.work import Work
from desktop.parties import rules
from desktop.parties.records import (
    ApartOrder,
    DebtorType,
    MergeOrder,
    MergeShown,
    MergeUndone,
    PartyKind,
    PartyPart,
)
from desktop.parties.service.family import current, family
from desktop.parties.service.people import (
    found_anew,
    keep_change,
    keep_first_phone,
    locked,
    newest_phone,
    party,
)
from desktop.parties.tables import Contact, Party, PartyChanged, PartyMerge, ToldApart
from desktop.search import service as search


def merge(work: Work, order: MergeOrder) -> UUID:
    """Let two parties be one: the one that stays takes on what was chosen of the other; the id of the entry's row.

    `Refused` without a reason, for one and the same party, and where one was merged before.
    """
    why = _reason(order.reason)
    if order.kept_id == order.merged_id:
        raise Refused(Text("This is the same party: choose another one."))
    for key in sorted((order.kept_id, order.merged_id)):
        locked(work, key)
    kept, merged = party(work, order.kept_id), party(work, order.merged_id)
    for one in (kept, merged):
        keep_first_phone(work, one)
    _take_on(work, kept, merged, order.taken)
    row = PartyMerge(
        id=work.new_id(),
        kept_id=kept.id,
        merged_id=merged.id,
        reason=why,
        merged_at=work.at,
        merged_by=work.actor.name,
        undone_at=None,
        undone_by="",
        undone_why="",
    )
    work.add(row)
    work.session.flush()
    search.unlisted(work, [merged.id])
    return row.entry_id


def _reason(typed: str) -> str:
    why = " ".join(typed.split())
    if not why:
        raise Refused(Text("Say why: it stands in the history."))
    if len(why) > rules.LONGEST:
        raise Refused(Text("A reason has at most {count} characters.", count=rules.LONGEST))
    return why


def _take_on(work: Work, kept: Party, merged: Party, taken: Collection[PartyPart]) -> None:
    for part in taken:
        if part is PartyPart.PHONE:
            kept.phone = merged.phone or kept.phone
        else:
            _become(work, kept, part, _value(merged, part))


def _value(who: Party, part: PartyPart) -> str:
    value = getattr(who, part.value)
    return value if isinstance(value, str) else str(value.value)


def _become(work: Work, who: Party, part: PartyPart, code: str) -> None:
    """One part of a party becomes another; what it was stays known."""
    before = _value(who, part)
    if before == code:
        return
    keep_change(work, who, part, before, code)
    kinds = {PartyPart.KIND: PartyKind, PartyPart.DEBTOR_TYPE: DebtorType}
    setattr(who, part.value, kinds[part].of(code) if part in kinds else code)


def part_again(work: Work, order: MergeUndone) -> tuple[UUID, UUID]:
    """Undo a merging: both are parties of their own again; who stayed, and who was merged.

    What the one that stayed took on is as before, unless it was changed since. `Refused` where nothing is to undo, or
    where the one that stayed was merged itself since.
    """
    why = _reason(order.why)
    row = work.session.scalars(
        sa.select(PartyMerge).filter_by(merged_id=order.merged_id, undone_at=None).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound(Text("{name} is merged with nobody.", name=party(work, order.merged_id).name))
    kept = locked(work, row.kept_id)
    row.undone_at, row.undone_by, row.undone_why = work.at, work.actor.name, why
    work.session.flush()
    for change in work.session.scalars(
        sa.select(PartyChanged).filter_by(party_id=kept.id, entry_id=row.entry_id)
    ).all():
        if _value(kept, change.part) == change.after:
            _become(work, kept, change.part, change.before)
    mine = family(work, kept.id)
    own = sa.select(Contact.id).where(Contact.party_id.in_(mine), Contact.value == kept.phone)
    if kept.phone and work.session.scalar(own) is None:
        kept.phone = newest_phone(work, mine)
    work.session.flush()
    return kept.id, row.merged_id


def carry_merges(work: Work, kept: Mapping[UUID, UUID]) -> None:
    """Let parties that come in from another system be merged with others, by their ids."""
    reason = catalog(work.country.language)(Text("They were one when they were taken over"))
    work.insert_many(
        PartyMerge,
        [
            {
                "kept_id": key,
                "merged_id": merged,
                "reason": reason,
                "merged_at": work.at,
                "merged_by": work.actor.name,
                "undone_at": None,
                "undone_by": "",
                "undone_why": "",
            }
            for merged, key in kept.items()
        ],
    )


def found_together(work: Work, party_id: UUID, merged: UUID | None = None) -> None:
    """Whatever is found by a party, and by the one merged into it just now, is found by what it is called now."""
    found_anew(work, party(work, party_id), () if merged is None else (merged,))


def merges(work: Work, party_id: UUID) -> tuple[MergeShown, ...]:
    """Every merging that a party was part of, those of who was merged into it too, newest first."""
    kept, merged = orm.aliased(Party), orm.aliased(Party)
    mine = family(work, party_id)
    rows = work.session.execute(
        sa.select(PartyMerge, kept.name, merged.name)
        .join(kept, kept.id == PartyMerge.kept_id)
        .join(merged, merged.id == PartyMerge.merged_id)
        .where(sa.or_(PartyMerge.kept_id.in_(mine), PartyMerge.merged_id == party_id))
        .order_by(PartyMerge.merged_at.desc(), PartyMerge.id.desc())
    )
    return tuple(
        MergeShown(
            row.kept_id,
            kept_name,
            row.merged_id,
            merged_name,
            work.local(row.merged_at),
            row.merged_by,
            row.reason,
            None if row.undone_at is None else work.local(row.undone_at),
            row.undone_by,
            row.undone_why,
        )
        for row, kept_name, merged_name in rows
    )


def tell_apart(work: Work, order: ApartOrder) -> None:
    """Put down that two parties which look alike are not one."""
    one, other = sorted((current(work, order.one_id), current(work, order.other_id)))
    if one == other:
        raise Refused(Text("This is the same party: choose another one."))
    locked(work, one)
    locked(work, other)
    if work.session.scalar(sa.select(ToldApart.id).filter_by(one_id=one, other_id=other)) is None:
        work.add(
            ToldApart(
                id=work.new_id(),
                one_id=one,
                other_id=other,
                decided_at=work.at,
                decided_by=work.actor.name,
            )
        )


def told_apart(work: Work) -> frozenset[frozenset[UUID]]:
    """The pairs of parties that somebody said are not one."""
    rows = work.session.execute(sa.select(ToldApart.one_id, ToldApart.other_id))
    return frozenset(frozenset((row.one_id, row.other_id)) for row in rows)
