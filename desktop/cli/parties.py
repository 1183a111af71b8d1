"""`parties` and `notes`: whoever we deal with, and what is noted about them."""

from __future__ import annotations

from uuid import UUID

import click

from desktop.cli.call import DONE, Call, common, table, told
from desktop.contracts import service as contracts
from desktop.contracts.records import SomebodyAlike
from desktop.desk import service as desk
from desktop.kernel.text import LANGUAGES, Catalog, Worded
from desktop.kernel.work import Seat
from desktop.parties import service as parties
from desktop.parties.records import (
    ApartOrder,
    ContactChange,
    ContactKind,
    ContactOrder,
    ContactPart,
    ContactShown,
    DebtorType,
    MergeOrder,
    MergeUndone,
    NoteOrder,
    PartyChange,
    PartyKind,
    PartyOrder,
    PartyPart,
    PartyRoleKind,
)
from desktop.parties.records import RoleOrder as FurtherRole


def _codes(kinds: type[Worded]) -> click.Choice[str]:
    """One of the codes of an enum."""
    return click.Choice([kind.value for kind in kinds])


@click.group("parties")
def parties_group() -> None:
    """Customers, producers, land lessors and contractors."""


@parties_group.command("reach")
@click.argument("who")
@click.argument("part", type=_codes(ContactPart))
@click.argument("value", metavar="NEW")
@common
def parties_reach(call: Call, who: str, part: str, value: str) -> int:
    """Change how a party is reached: its number, the contact notices go to (by its id), its language, or who acts."""
    seat = call.seat()
    key = seat.do(parties.change_contact, ContactChange(party_id(seat, who), ContactPart.of(part), value))
    say = seat.app.catalog(call.lang)
    call.answer(key, [say("{part} changed", part=ContactPart.of(part))])
    return DONE


@parties_group.command("show")
@click.argument("who")
@common
def parties_show(call: Call, who: str) -> int:
    """One party, by the number of one of its accounts or by its id: roles, accounts, contacts, history."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    card = seat.ask(desk.party_card, party_id(seat, who))
    lines = [say.join((card.name, *(say(role.kind.text) for role in card.roles)))]
    if card.merged_into is not None:
        lines.append(say("merged into {name}: {key}", name=card.merged_into[1], key=str(card.merged_into[0])))
    lines += table(
        [
            [one.row.number, one.row.address, say.money(one.row.owed), say.money(one.late_fee)]
            for one in card.accounts
        ],
        {2, 3},
    )
    owed, credit = say.money(card.total, unit=True), say.money(card.credit, unit=True)
    lines.append(say("Owed {owed}, credit {credit}", owed=owed, credit=credit))
    lines += table([_contact(say, one) for one in card.contacts])
    lines += table([told(say, row) for row in card.history])
    call.answer(card, lines)
    return DONE


def _contact(say: Catalog, one: ContactShown) -> list[str]:
    until = say.date(one.valid_to) if one.valid_to is not None else ""
    notices = say("notices go here") if one.notices and one.valid_to is None else ""
    return [say(one.kind.text), one.value, say.date(one.valid_from), until, notices, str(one.contact_id)]


@parties_group.command("contact")
@click.argument("who")
@click.argument("kind", metavar="KIND", type=_codes(ContactKind))
@click.argument("value", metavar="CONTACT")
@click.option("--notices", is_flag=True, help="notices go there")
@common
def parties_contact(call: Call, who: str, kind: str, value: str, notices: bool) -> int:
    """Add a contact to a party, from today on: mobile, phone, email, postal, identity, bank or authorised."""
    seat = call.seat()
    order = ContactOrder(party_id(seat, who), ContactKind.of(kind), value, notices)
    added = seat.do(parties.add_contact, order)
    say = seat.app.catalog(call.lang)
    call.answer({"contact_id": added}, [say("{kind} added", kind=order.kind)])
    return DONE


@parties_group.command("contact-close")
@click.argument("contact", metavar="ID", type=click.UUID)
@common
def parties_contact_close(call: Call, contact: UUID) -> int:
    """Close a contact today, by its id; it stays in the history."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    call.answer({"contact_id": seat.do(parties.close_contact, contact)}, [say("Contact closed")])
    return DONE


@parties_group.command("add")
@click.argument("name")
@click.option("--kind", type=_codes(PartyKind), default="person", help="person or organisation")
@click.option("--role", type=_codes(PartyRoleKind), required=True, help="what it is to us")
@click.option("--debtor", type=_codes(DebtorType), default="consumer", help="which rules of collection hold")
@click.option("--language", type=click.Choice(LANGUAGES), help="language of its papers")
@click.option("--phone", default="", help="number to call")
@common
def parties_add(
    call: Call, name: str, kind: str, role: str, debtor: str, language: str | None, phone: str
) -> int:
    """Enter a person or an organisation without an account."""
    seat = call.seat()
    order = PartyOrder(
        PartyKind.of(kind), name, language or seat.app.country.language, DebtorType.of(debtor),
        PartyRoleKind.of(role), phone,
    )  # fmt: skip
    entered = seat.do(parties.enter, order)
    say = seat.app.catalog(call.lang)
    call.answer({"party_id": entered}, [say("{name} is entered: {key}", name=name, key=str(entered))])
    return DONE


@parties_group.command("change")
@click.argument("who")
@click.option("--name", help="new name")
@click.option("--debtor", type=_codes(DebtorType), help="which rules of collection hold")
@click.option("--language", type=click.Choice(LANGUAGES), help="language of its papers")
@common
def parties_change(call: Call, who: str, name: str | None, debtor: str | None, language: str | None) -> int:
    """Change name, language or debtor of a party; what is not named stays."""
    seat = call.seat()
    card = seat.ask(desk.party_card, party_id(seat, who))
    order = PartyChange(
        card.party_id, name or card.name, language or card.language,
        DebtorType.of(debtor) if debtor else card.debtor_type,
    )  # fmt: skip
    changed = seat.do(parties.change, order)
    say = seat.app.catalog(call.lang)
    call.answer({"party_id": changed}, [say("{name} is changed", name=order.name)])
    return DONE


@parties_group.command("role")
@click.argument("who")
@click.argument("role", type=_codes(PartyRoleKind))
@common
def parties_role(call: Call, who: str, role: str) -> int:
    """Let a party be something more to us."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    held = seat.do(parties.add_role, FurtherRole(party_id(seat, who), PartyRoleKind.of(role)))
    call.answer(held, table([[say(one.kind.text), say.date(one.since)] for one in held]))
    return DONE


_why = click.option("--why", required=True, help="the reason, for the history")


@parties_group.command("duplicates")
@common
def parties_duplicates(call: Call) -> int:
    """Parties that seem to be one: the same number, or the same or a similar name at one address."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    pairs = seat.ask(contracts.duplicates)
    rows = [
        [say(one.likeness.text), *(f"{who.name} {_called(who)}" for who in (one.one, one.other)), one.shared]
        for one in pairs
    ]
    call.answer(pairs, table(rows) or [say("Nobody seems to be entered twice")])
    return DONE


def _called(who: SomebodyAlike) -> str:
    """What a command names a party by: its first account, else its id."""
    return who.accounts[0] if who.accounts else str(who.party_id)


@parties_group.command("merge")
@click.argument("kept")
@click.argument("merged")
@click.option(
    "--take",
    "taken",
    multiple=True,
    type=_codes(PartyPart),
    help="what the party that stays takes on of the merged one; once for each",
)
@_why
@click.option("--dry-run", is_flag=True, help="check only, write nothing")
@common
def parties_merge(call: Call, kept: str, merged: str, taken: tuple[str, ...], why: str, dry_run: bool) -> int:
    """Let two parties be one: the second is merged into the first, with its accounts."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    pair = (party_id(seat, kept), party_id(seat, merged))
    preview = seat.ask(desk.merge_preview, pair)
    order = MergeOrder(*pair, why, tuple(map(PartyPart.of, taken)))
    done = (seat.rehearse if dry_run else seat.do)(contracts.merge_parties, order)
    told_now = say("{name} was merged into {kept}", name=preview.merged.name, kept=preview.kept.name)
    moved = say.plural("{count} account moved", "{count} accounts moved", done.accounts)
    call.answer(done, [say.join((told_now, moved)), *(say(one) for one in preview.warnings)])
    return DONE


@parties_group.command("unmerge")
@click.argument("merged")
@_why
@common
def parties_unmerge(call: Call, merged: str, why: str) -> int:
    """Undo the merging of the party with this id: it has its accounts again."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    done = seat.do(contracts.unmerge_parties, MergeUndone(party_id(seat, merged), why))
    call.answer(done, [say.plural("{count} account moved", "{count} accounts moved", done.accounts)])
    return DONE


@parties_group.command("apart")
@click.argument("one")
@click.argument("other")
@common
def parties_apart(call: Call, one: str, other: str) -> int:
    """Put down that two parties which look alike are not one."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    order = ApartOrder(party_id(seat, one), party_id(seat, other))
    call.answer(seat.do(contracts.tell_apart, order), [say("Kept as two")])
    return DONE


def party_id(seat: Seat, who: str) -> UUID:
    """The party with this id, or the one behind an account."""
    try:
        return UUID(who)
    except ValueError:
        return seat.ask(desk.account_card, who).party_id


@click.group("notes")
def notes() -> None:
    """Notes about customers and their accounts."""


@notes.command("add")
@click.argument("account")
@click.argument("text")
@click.option("--alert", is_flag=True, help="shown on the card until it is settled")
@common
def notes_add(call: Call, account: str, text: str, alert: bool) -> int:
    """Append a note to an account."""
    seat = call.seat()
    card = seat.ask(desk.account_card, account)
    note = seat.do(parties.add_note, NoteOrder(card.party_id, text, card.row.account_id, alert=alert))
    say = seat.app.catalog(call.lang)
    told = say("Noted for account {number}, {name}.", number=card.row.number, name=card.row.customer_name)
    call.answer({"note": note, "account": card.row.number}, [told])
    return DONE


@notes.command("list")
@click.argument("account")
@common
def notes_list(call: Call, account: str) -> int:
    """The notes of an account, open alerts first."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    found = seat.ask(desk.account_card, account).notes
    rows = [
        [say.moment(one.written_at), one.author, say("alert") if one.pinned else "", one.text]
        for one in found
    ]
    call.answer(found, table(rows))
    return DONE
