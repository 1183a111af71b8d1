"""What was noted about parties and their accounts, and the alerts among it that nobody has settled yet."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation
from desktop.parties.records import NoteOrder, NoteShown
from desktop.parties.service.family import families, family
from desktop.parties.service.people import locked
from desktop.parties.tables import Note

LONGEST_NOTE = 2000


@operation("parties.note")
def add_note(work: Work, order: NoteOrder) -> UUID:
    """Append a note; its id. Refused without words, and where it settles what is no open alert of this party."""
    who, text = locked(work, order.party_id), order.text.strip()
    if not text:
        raise Refused(Text("Nothing was typed: write the note first."))
    if len(text) > LONGEST_NOTE:
        raise Refused(Text("A note has at most {count} characters.", count=LONGEST_NOTE))
    if order.settles is not None and order.settles not in {
        note.note_id for note in notes(work, who.id) if note.pinned
    }:
        raise Refused(Text("This alert is settled already."))
    row = Note(
        id=work.new_id(),
        party_id=who.id,
        contract_account_id=order.account_id,
        text=text,
        author=work.actor.name,
        written_at=work.at,
        alert=order.alert,
        settles_id=order.settles,
    )
    work.add(row)
    return row.id


def notes(work: Work, party_id: UUID) -> tuple[NoteShown, ...]:
    """A party's notes, those about its accounts among them: open alerts first, each newest first."""
    rows = work.session.scalars(
        sa.select(Note)
        .where(Note.party_id.in_(family(work, party_id)))
        .order_by(Note.written_at.desc(), Note.id.desc())
    ).all()
    settled = {row.settles_id for row in rows}
    found = [_note(work, row, pinned=row.alert and row.id not in settled) for row in rows]
    return tuple(sorted(found, key=lambda note: not note.pinned))


def _note(work: Work, row: Note, *, pinned: bool) -> NoteShown:
    return NoteShown(
        note_id=row.id,
        text=row.text,
        author=row.author,
        written_at=work.local(row.written_at),
        account_id=row.contract_account_id,
        alert=row.alert,
        pinned=pinned,
        settles=row.settles_id,
    )


def alerts(work: Work, party_ids: set[UUID]) -> dict[UUID, tuple[NoteShown, ...]]:
    """The open alerts of parties, newest first, those about one of their accounts among them."""
    settling = orm.aliased(Note)
    head = {one: key for key, many in families(work, party_ids).items() for one in many}
    rows = work.session.scalars(
        sa.select(Note)
        .where(Note.party_id.in_(head), Note.alert, ~sa.exists().where(settling.settles_id == Note.id))
        .order_by(Note.written_at.desc(), Note.id.desc())
    )
    found: dict[UUID, tuple[NoteShown, ...]] = {}
    for row in rows:
        whose = head[row.party_id]
        found[whose] = (*found.get(whose, ()), _note(work, row, pinned=True))
    return found
