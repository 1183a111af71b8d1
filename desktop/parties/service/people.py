"""Persons and organisations: entering and reading them, how they are reached, what was noted, who looked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.bulk import among
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.journal import Entry
from desktop.kernel.text import LANGUAGES, Text
from desktop.kernel.work import Work, operation, query
from desktop.parties import rules
from desktop.parties.records import (
    CALLED,
    REACHED,
    ContactKind,
    ContactOrder,
    ContactShown,
    DebtorType,
    KnownParty,
    Lookup,
    PartChanged,
    PartyChange,
    PartyKind,
    PartyOrder,
    PartyPart,
    PartyRoleKind,
    Revealed,
    RevealOrder,
    RevealReason,
    RoleHeld,
    RoleOrder,
)
from desktop.parties.service.family import current, families, family, former_names
from desktop.parties.tables import Contact, Party, PartyChanged, PartyMerge, PartyRole, Reveal
from desktop.search import service as search
from desktop.search.records import PARTY, Owner, Person
from desktop.search.rules import phone_code


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


def register_many(work: Work, parties: Sequence[KnownParty]) -> None:
    """Enter parties that come in from another system, under ids of the caller's; words for search are the caller's."""
    work.insert_many(
        Party,
        [
            {
                "id": one.id,
                "kind": one.kind,
                "name": one.name,
                "language": one.language,
                "debtor_type": one.debtor_type,
                "phone": one.phones[0] if one.phones else "",
            }
            for one in parties
        ],
    )
    work.insert_many(PartyRole, [{"party_id": one.id, "kind": kind} for one in parties for kind in one.roles])
    contacts = [
        {
            "party_id": one.id,
            "kind": kind,
            "value": value,
            "notices": bool(one.notices) and (kind, value) == (_kind_of(one), one.notices),
            "entered_by": work.actor.name,
            "valid_from": work.today,
            "valid_to": None,
        }
        for one in parties
        for kind, value in _carried(one)
    ]
    work.insert_many(Contact, contacts)


def _carried(one: KnownParty) -> Iterator[tuple[ContactKind, str]]:
    """The contacts of a party that comes in; a telephone that is called first is one only where notices go to it."""
    first = one.phones[:1] if one.notices in one.phones[:1] else ()
    yield from ((ContactKind.MOBILE, phone) for phone in (*first, *one.phones[1:]))
    yield from one.contacts


def _kind_of(one: KnownParty) -> ContactKind:
    """The kind of the contact that notices go to."""
    reached = (kind for kind, value in one.contacts if value == one.notices and kind in REACHED)
    return ContactKind.MOBILE if one.notices in one.phones else next(reached, ContactKind.MOBILE)


@operation("parties.change")
def enter(work: Work, order: PartyOrder) -> UUID:
    """Enter a person or an organisation that has no account yet; its id. It is found by name and telephone at once."""
    _check(order.name, order.language)
    phone = rules.tidied(ContactKind.MOBILE, order.phone)
    refusal = rules.phone_objection(phone) if phone else None
    if refusal is not None:
        raise Refused(refusal)
    name = " ".join(order.name.split())
    party_id = register(work, order.kind, name, order.language, order.debtor_type, phone, order.role)
    work.session.flush()
    search.index(work, search_owners(work, [party_id]))
    return party_id


def _check(name: str, language: str) -> None:
    refusal = rules.name_objection(name)
    if refusal is not None:
        raise Refused(refusal)
    if language not in LANGUAGES:
        raise Refused(
            Text(
                "The language “{code}” is not known. There are: {known}",
                code=language,
                known=", ".join(LANGUAGES),
            )
        )


@operation("parties.change")
def change(work: Work, order: PartyChange) -> UUID:
    """Call a party otherwise, speak another language to it, or collect by other rules; its id. What it was stays known.

    Refused where nothing differs.
    """
    _check(order.name, order.language)
    who = locked(work, order.party_id)
    name = " ".join(order.name.split())
    parts = (
        (PartyPart.NAME, who.name, name),
        (PartyPart.LANGUAGE, who.language, order.language),
        (PartyPart.DEBTOR_TYPE, who.debtor_type.value, order.debtor_type.value),
    )
    changed = [one for one in parts if one[1] != one[2]]
    if not changed:
        raise Refused(Text("Nothing was changed: name, language and debtor are as they were."))
    for part, before, after in changed:
        keep_change(work, who, part, before, after)
    who.name, who.language, who.debtor_type = name, order.language, order.debtor_type
    found_anew(work, who)
    return who.id


def keep_change(work: Work, who: Party, part: PartyPart, before: str, after: str) -> None:
    """Keep what a part of a party was before it becomes another."""
    work.add(
        PartyChanged(
            id=work.new_id(),
            party_id=who.id,
            changed_at=work.at,
            changed_by=work.actor.name,
            part=part,
            before=before,
            after=after,
        )
    )


def changes(work: Work, party_id: UUID) -> tuple[PartChanged, ...]:
    """What changed of a party itself, newest first."""
    rows = work.session.scalars(
        sa.select(PartyChanged)
        .filter_by(party_id=party_id)
        .order_by(PartyChanged.changed_at.desc(), PartyChanged.id.desc())
    )
    return tuple(
        PartChanged(work.local(row.changed_at), row.changed_by, row.part, row.before, row.after)
        for row in rows
    )


def parties(work: Work, ids: set[UUID]) -> dict[UUID, Party]:
    """Parties by id."""
    return {row.id: row for row in work.session.scalars(sa.select(Party).where(Party.id.in_(ids)))}


def party(work: Work, party_id: UUID) -> Party:
    """One party; `NotFound` where there is none."""
    row = work.session.get(Party, party_id)
    if row is None:
        raise NotFound(Text("This party is not known. Search for it by name."))
    return row


def locked(work: Work, party_id: UUID) -> Party:
    """One party, nobody else changing it or merging it until the end of the transaction; `Refused` where it was merged.

    Whoever ties something to a party asks for it here: of a merging and such an act, the later one begins anew.
    """
    now = current(work, party_id)
    if now != party_id:
        raise Refused(
            Text(
                "{name} was merged with {kept}: go on there.",
                name=party(work, party_id).name, kept=party(work, now).name,
            )
        )  # fmt: skip
    party(work, party_id)
    row: Party = work.claim(Party, [party_id])[party_id]
    return row


def locked_now(work: Work, ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Of parties that came from elsewhere, the ones they are now: those are locked like one."""
    now = {key: key for key in ids}
    merged = sa.select(PartyMerge.merged_id).where(
        PartyMerge.merged_id.in_(ids), PartyMerge.undone_at.is_(None)
    )
    for key in work.session.scalars(merged).all() if now else ():
        now[key] = current(work, key)
    work.claim(Party, set(now.values()))
    return now


# Roles


def roles(work: Work, party_id: UUID) -> tuple[RoleHeld, ...]:
    """What a party is to us, in the order of the kinds; the role being entered just now included."""
    rows = work.session.execute(
        sa.select(PartyRole.kind, Entry.business_date)
        .outerjoin(Entry, Entry.id == PartyRole.entry_id)
        .where(PartyRole.party_id.in_(family(work, party_id)))
    )
    since: dict[PartyRoleKind, date] = {}
    for row in rows:
        day = row.business_date or work.today
        since[row.kind] = min(day, since.get(row.kind, day))
    return tuple(RoleHeld(kind, since[kind]) for kind in PartyRoleKind if kind in since)


@operation("parties.change")
def add_role(work: Work, order: RoleOrder) -> tuple[RoleHeld, ...]:
    """Let a party be something more to us; all its roles. Refused where it has the role already."""
    who = locked(work, order.party_id)
    if order.role in {held.kind for held in roles(work, who.id)}:
        raise Refused(Text("{name} has the role “{role}” already.", name=who.name, role=order.role))
    work.add(PartyRole(id=work.new_id(), party_id=who.id, kind=order.role))
    work.session.flush()
    return roles(work, who.id)


# Contacts: the number given when a customer was connected stands in the party itself. It is shown as a contact
# under the party's own id, and becomes a row of its own the first time contacts change.


def contacts(work: Work, party_id: UUID) -> tuple[ContactShown, ...]:
    """A party's contacts, masked: those that hold first, each newest first."""
    return tuple(_shown(row, clear=False) for row in _contacts(work, party(work, party_id)))


def _contacts(work: Work, who: Party) -> list[Contact]:
    """The contacts of a party and of those merged into it; what both had stands there once."""
    found = work.session.scalars(sa.select(Contact).where(Contact.party_id.in_(family(work, who.id))))
    rows: list[Contact] = []
    held: set[tuple[ContactKind, str]] = set()
    for row in sorted(found, key=lambda row: row.party_id != who.id):
        if row.valid_to is None and row.party_id != who.id and (row.kind, row.value) in held:
            continue
        rows.append(row)
        if row.valid_to is None:
            held.add((row.kind, row.value))
    if who.phone and not any(row.value == who.phone for row in rows):
        rows.append(_first_phone(work, who))
    rows.sort(key=lambda row: (row.valid_from, row.id), reverse=True)
    return sorted(rows, key=lambda row: row.valid_to is not None)


def _first_phone(work: Work, who: Party) -> Contact:
    """The number given at connecting, as a contact since that day; not yet a row."""
    since = work.session.scalar(sa.select(Entry.business_date).where(Entry.id == who.entry_id)) or work.today
    return Contact(
        id=who.id,
        party_id=who.id,
        kind=ContactKind.MOBILE,
        value=who.phone,
        notices=False,
        entered_by="",
        valid_from=since,
        valid_to=None,
    )


def _shown(row: Contact, *, clear: bool) -> ContactShown:
    return ContactShown(
        contact_id=row.id,
        kind=row.kind,
        value=row.value if clear else rules.masked(row.kind, row.value),
        notices=row.notices,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        entered_by=row.entered_by,
    )


def keep_first_phone(work: Work, who: Party) -> None:
    """The number somebody was entered with becomes a contact of its own, where it is none yet."""
    if who.phone and not work.session.scalar(
        sa.select(Contact.id).filter_by(party_id=who.id, value=who.phone)
    ):
        work.add(_first_phone(work, who))
        work.session.flush()


@operation("parties.change")
def add_contact(work: Work, order: ContactOrder) -> UUID:
    """Add a contact from today on; its id. A telephone number becomes the one to call first."""
    who, refusal = locked(work, order.party_id), rules.objection(order)
    if refusal is not None:
        raise Refused(refusal)
    value = rules.tidied(order.kind, order.value)
    keep_first_phone(work, who)
    mine = family(work, who.id)
    known = (
        sa.select(Contact.id)
        .filter_by(kind=order.kind, value=value, valid_to=None)
        .where(Contact.party_id.in_(mine))
    )
    if work.session.scalar(known):
        raise Refused(Text("This contact is kept already."))
    row = Contact(
        id=work.new_id(),
        party_id=who.id,
        kind=order.kind,
        value=value,
        notices=order.notices,
        entered_by=work.actor.name,
        valid_from=work.today,
        valid_to=None,
    )
    work.add(row)
    if order.kind in CALLED:
        who.phone = value
        found_anew(work, who)
    return row.id


@operation("parties.change")
def close_contact(work: Work, contact_id: UUID) -> UUID:
    """Close a contact today, its history kept; its id. The newest number left is then the one to call first."""
    row = work.session.get(Contact, contact_id)
    if row is None and (who := work.session.get(Party, contact_id)) is not None:
        keep_first_phone(work, who)
        row = work.session.get(Contact, contact_id)
    if row is None:
        raise NotFound(Text("This contact is not known. Press F5 and choose it again."))
    who = locked(work, current(work, row.party_id))
    if row.valid_to is not None:
        raise Refused(Text("This contact was closed on {day}.", day=row.valid_to))
    mine = family(work, who.id)
    for same in work.session.scalars(
        sa.select(Contact).filter_by(kind=row.kind, value=row.value, valid_to=None)
        .where(Contact.party_id.in_(mine))
    ):  # fmt: skip
        same.valid_to = work.today
    work.session.flush()
    if row.kind in CALLED and row.value == who.phone:
        who.phone = newest_phone(work, mine)
    if row.kind in CALLED:
        found_anew(work, who)
    return row.id


def known_by(work: Work, party_id: UUID) -> frozenset[str]:
    """The identity or tax numbers of a party that hold."""
    rows = work.session.scalars(
        sa.select(Contact.value).where(
            Contact.party_id.in_(family(work, party_id)),
            Contact.kind == ContactKind.IDENTITY,
            Contact.valid_to.is_(None),
        )
    )
    return frozenset(rows)


def newest_phone(work: Work, party_ids: Collection[UUID]) -> str:
    """The telephone number of parties that came last and holds, or nothing."""
    left = sa.select(Contact.value).where(
        Contact.party_id.in_(party_ids), Contact.kind.in_(CALLED), Contact.valid_to.is_(None)
    )
    newest = left.order_by(Contact.valid_from.desc(), Contact.id.desc()).limit(1)
    return work.session.scalar(newest) or ""


# Found by name and telephone


def phones(work: Work, ids: set[UUID]) -> dict[UUID, tuple[str, ...]]:
    """The telephone numbers of parties that hold, the one to call first before the others."""
    found = {
        row.id: [row.phone] if row.phone else []
        for row in work.session.execute(
            sa.select(Party.id, Party.phone).where(among(work.session, Party.id, ids))
        )
    }
    head = {one: key for key, many in families(work, ids).items() for one in many}
    more = work.session.execute(
        sa.select(Contact.party_id, Contact.value)
        .where(
            among(work.session, Contact.party_id, head),
            Contact.kind.in_(CALLED),
            Contact.valid_to.is_(None),
        )
        .order_by(Contact.valid_from.desc(), Contact.id.desc())
    )
    for party_id, value in more:
        found[head[party_id]].append(value)
    return {party_id: tuple(dict.fromkeys(many)) for party_id, many in found.items()}


def search_owners(work: Work, ids: Sequence[UUID]) -> list[Owner]:
    """Parties as search finds them themselves, whatever accounts they have; by names of those merged into them too."""
    called, former = phones(work, set(ids)), former_names(work, ids)
    return [
        Owner(
            kind=PARTY,
            id=who.id,
            number=str(who.id),
            title=who.name,
            codes=tuple(map(phone_code, called[who.id])),
            person=True,
            party_id=who.id,
            former=former[who.id],
        )
        for who in parties(work, set(ids)).values()
    ]


def found_anew(work: Work, who: Party, merged: tuple[UUID, ...] = ()) -> None:
    """A party is called otherwise or has other numbers: it and its accounts are found by those from now on.

    So is what was found by those ``merged`` into it.
    """
    work.session.flush()
    former = former_names(work, [who.id])[who.id]
    search.called(work, Person(who.id, who.name, phones(work, {who.id})[who.id], merged, former))


# Personal data: masked until a recorded act shows it


@operation("parties.reveal")
def reveal(work: Work, order: RevealOrder) -> UUID:
    """Enter that this person looks at a party's personal data, and why; the id that `revealed` asks for.

    The answer stands in the journal, so it holds no personal data.
    """
    who, words = party(work, order.party_id), order.words.strip()
    if order.reason is RevealReason.OTHER and not words:
        raise Refused(Text("Say in a few words why the data is shown."))
    row = Reveal(
        id=work.new_id(),
        party_id=who.id,
        user_id=work.actor.id,
        looked_at=work.at,
        looked_by=work.actor.name,
        reason=order.reason,
        words=words,
    )
    work.add(row)
    return row.id


@query("parties.reveal")
def revealed(work: Work, reveal_id: UUID) -> Revealed:
    """A party's personal data in clear, for the person who entered this look today; refused for anybody else."""
    look = work.session.get(Reveal, reveal_id)
    if look is None or look.user_id != work.actor.id or work.local(look.looked_at).date() != work.today:
        raise Refused(Text("The reason was given by somebody else or on another day. Give it again."))
    who = party(work, look.party_id)
    return Revealed(who.phone, tuple(_shown(row, clear=True) for row in _contacts(work, who)))


def lookups(work: Work, party_id: UUID) -> tuple[Lookup, ...]:
    """Who looked at a party's personal data, newest first."""
    rows = work.session.scalars(
        sa.select(Reveal)
        .where(Reveal.party_id.in_(family(work, party_id)))
        .order_by(Reveal.looked_at.desc(), Reveal.id.desc())
    )
    return tuple(Lookup(work.local(row.looked_at), row.looked_by, row.reason, row.words) for row in rows)
