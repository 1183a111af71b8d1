"""How a customer who stands at the desk is reached from now on: one thing at a time, what was before kept."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation
from desktop.parties import rules
from desktop.parties.records import (
    CALLED,
    REACHED,
    ContactChange,
    ContactKind,
    ContactOrder,
    ContactPart,
    PartyChange,
)
from desktop.parties.service.family import family
from desktop.parties.service.people import add_contact, change, found_anew, keep_first_phone, locked
from desktop.parties.tables import Contact, Party


@operation("parties.change_contact")
def change_contact(work: Work, order: ContactChange) -> UUID:
    """Change the telephone number of a party, where its notices go, its language or who may act for it; its id.

    What held before is closed today and stays in the history. Refused where nothing differs.
    """
    who = locked(work, order.party_id)
    keep_first_phone(work, who)
    if order.part is ContactPart.PHONE:
        _call(work, who, order.value)
    elif order.part is ContactPart.NOTICES:
        _notify(work, who, order.value)
    elif order.part is ContactPart.LANGUAGE:
        change(work, PartyChange(who.id, who.name, order.value, who.debtor_type))
    else:
        before = _held(work, who, {ContactKind.AUTHORISED})
        add_contact(work, ContactOrder(who.id, ContactKind.AUTHORISED, order.value))
        _close(work, before)
    return who.id


def _held(work: Work, who: Party, kinds: Collection[ContactKind]) -> list[Contact]:
    """The contacts of a party of these kinds that hold."""
    rows = work.session.scalars(
        sa.select(Contact).where(
            Contact.party_id.in_(family(work, who.id)), Contact.kind.in_(kinds), Contact.valid_to.is_(None)
        )
    )
    return list(rows)


def _close(work: Work, rows: Collection[Contact]) -> None:
    for row in rows:
        row.valid_to = work.today
    work.session.flush()


def _call(work: Work, who: Party, typed: str) -> None:
    """Another number is called first; the one before holds no more, and notices that went there go to the new one."""
    value, before = rules.tidied(ContactKind.MOBILE, typed), who.phone
    if value == before:
        raise Refused(Text("This contact is kept already."))
    held = _held(work, who, CALLED)
    old = [row for row in held if row.value == before]
    notices = any(row.notices for row in old)
    known = [row for row in held if row.value == value]
    if known and not notices:
        who.phone = value
    else:
        _close(work, known)
        add_contact(work, ContactOrder(who.id, ContactKind.MOBILE, typed, notices))
    _close(work, old)
    found_anew(work, who)


def _notify(work: Work, who: Party, contact_id: str) -> None:
    """Notices go to one contact and no other any more."""
    held = _held(work, who, REACHED)
    chosen = next((row for row in held if str(row.id) == contact_id), None)
    if chosen is None:
        raise NotFound(Text("This contact is not known. Press F5 and choose it again."))
    others = [row for row in held if row.notices and row is not chosen]
    if chosen.notices and not others:
        raise Refused(Text("Notices go there already."))
    for row in (*others, *([] if chosen.notices else [chosen])):
        row.valid_to = work.today
        work.add(
            Contact(
                id=work.new_id(),
                party_id=row.party_id,
                kind=row.kind,
                value=row.value,
                notices=row is chosen,
                entered_by=work.actor.name,
                valid_from=work.today,
                valid_to=None,
            )
        )
    work.session.flush()
