"""Contacts with their history, notes that stay as written, and personal data shown by a recorded act only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from desktop.desk import service as desk
from desktop.desk.records import PartyCard
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.work import Seat, draw_id
from desktop.parties import service as parties
from desktop.parties.records import (
    ContactKind,
    ContactOrder,
    NoteOrder,
    PartyRoleKind,
    RevealOrder,
    RevealReason,
    RoleOrder,
)
from tests.hall import PASSWORD, SMALL, TODAY, opened, party_of

OLD, NEW = "13800000002", "13911112222"


@pytest.fixture
def party_id(small: Seat) -> UUID:
    """The party of the second account: its phone was given at connecting, nothing else is known of it."""
    return party_of(small, SMALL[1])


def card(seat: Seat, party_id: UUID) -> PartyCard:
    return seat.ask(desk.party_card, party_id)


def look(seat: Seat, party_id: UUID) -> UUID:
    return seat.do(parties.reveal, RevealOrder(party_id, RevealReason.COMPLAINT))


def test_the_number_given_at_connecting_is_a_contact_since_then(small: Seat, party_id: UUID) -> None:
    (first,) = card(small, party_id).contacts
    assert (first.kind, first.value, first.valid_from) == (ContactKind.MOBILE, "138 **** 0002", TODAY)
    assert first.valid_to is None


def test_a_new_number_is_called_first_and_the_old_one_stays_until_it_is_closed(
    small: Seat, party_id: UUID
) -> None:
    added = small.do(parties.add_contact, ContactOrder(party_id, ContactKind.MOBILE, "139 1111 2222"))
    shown = small.ask(parties.revealed, look(small, party_id))
    assert shown.phone == NEW
    assert {one.value for one in shown.contacts} == {OLD, NEW}
    small.do(parties.close_contact, added)
    shown = small.ask(parties.revealed, look(small, party_id))
    assert shown.phone == OLD
    assert [(one.value, one.valid_to) for one in shown.contacts] == [(OLD, None), (NEW, TODAY)]
    assert small.app.verify() == []


def test_the_first_number_is_closed_like_any_other(small: Seat, party_id: UUID) -> None:
    (first,) = card(small, party_id).contacts
    small.do(parties.close_contact, first.contact_id)
    found = card(small, party_id)
    assert (found.phone, [one.valid_to for one in found.contacts]) == ("", [TODAY])
    with pytest.raises(Refused):
        small.do(parties.close_contact, first.contact_id)
    with pytest.raises(NotFound):
        small.do(parties.close_contact, draw_id())


def test_the_same_contact_is_not_kept_twice(small: Seat, party_id: UUID) -> None:
    with pytest.raises(Refused):
        small.do(parties.add_contact, ContactOrder(party_id, ContactKind.MOBILE, OLD))
    with pytest.raises(Refused):
        small.do(parties.add_contact, ContactOrder(party_id, ContactKind.EMAIL, "nowhere"))
    assert len(card(small, party_id).contacts) == 1


def test_notes_are_appended_and_an_alert_stays_until_a_note_settles_it(small: Seat, party_id: UUID) -> None:
    account = small.ask(desk.account_card, SMALL[1]).row.account_id
    first = small.do(parties.add_note, NoteOrder(party_id, " Rings twice ", account))
    alert = small.do(parties.add_note, NoteOrder(party_id, "Dog", alert=True))
    small.do(parties.add_note, NoteOrder(party_id, "Moved the letterbox"))
    notes = small.ask(desk.account_card, SMALL[1]).notes
    assert [note.text for note in notes] == ["Dog", "Moved the letterbox", "Rings twice"]
    assert [note.pinned for note in notes] == [True, False, False]
    small.do(parties.add_note, NoteOrder(party_id, "Dog is gone", settles=alert))
    assert not any(note.pinned for note in small.ask(desk.account_card, SMALL[1]).notes)
    for wrong in (alert, first):
        with pytest.raises(Refused):
            small.do(parties.add_note, NoteOrder(party_id, "Again", settles=wrong))
    with pytest.raises(Refused):
        small.do(parties.add_note, NoteOrder(party_id, "  "))


def test_a_note_about_one_account_is_not_on_the_card_of_another(small: Seat, party_id: UUID) -> None:
    other = small.ask(desk.account_card, SMALL[2]).row.account_id
    small.do(parties.add_note, NoteOrder(party_id, "About another account", other))
    assert small.ask(desk.account_card, SMALL[1]).notes == ()
    assert [note.text for note in card(small, party_id).notes] == ["About another account"]


def test_personal_data_is_shown_to_who_gave_a_reason_today(small: Seat, party_id: UUID) -> None:
    given = small.do(parties.reveal, RevealOrder(party_id, RevealReason.OTHER, "Meter door is locked"))
    assert small.ask(parties.revealed, given).phone == OLD
    colleague = small.app.sign_in("supervisor", PASSWORD, "1")
    with pytest.raises(Refused):
        colleague.ask(parties.revealed, given)
    with pytest.raises(Refused):
        small.ask(parties.revealed, draw_id())
    (seen,) = parties_looked(small, party_id)
    assert (seen.by, seen.words) == (small.actor.name, "Meter door is locked")


def parties_looked(seat: Seat, party_id: UUID) -> list:
    return [row for row in card(seat, party_id).history if row.what.message.startswith("Personal data")]


def test_a_reason_of_yesterday_shows_nothing_today(small: Seat, small_hall: str, party_id: UUID) -> None:
    given = look(small, party_id)
    with opened(small_hall, TODAY + timedelta(days=1)) as tomorrow, pytest.raises(Refused):
        tomorrow.command_line("1").ask(parties.revealed, given)


def test_a_reason_of_ones_own_needs_words(small: Seat, party_id: UUID) -> None:
    with pytest.raises(Refused):
        small.do(parties.reveal, RevealOrder(party_id, RevealReason.OTHER, " "))
    assert parties_looked(small, party_id) == []


def test_the_journal_keeps_who_looked_and_why_but_not_what_was_seen(small: Seat, party_id: UUID) -> None:
    given = look(small, party_id)
    small.ask(parties.revealed, given)
    with small.app.database.read() as session:
        request, answer = session.execute(
            sa.text(
                "SELECT t.request, t.answer FROM journal_text t JOIN journal_entry e ON e.id = t.entry_id"
                " WHERE e.operation = 'parties.reveal' ORDER BY e.number DESC LIMIT 1"
            )
        ).one()
    assert "complaint" in request
    assert answer == f'"{given}"'
    assert OLD not in request + answer


def test_every_right_stands_for_itself(small: Seat, party_id: UUID) -> None:
    reader = small.app.sign_in("reader", PASSWORD, "1")
    reader.do(parties.add_note, NoteOrder(party_id, "Gate code at the porter"))
    with pytest.raises(NotPermitted):
        look(reader, party_id)
    with pytest.raises(NotPermitted):
        reader.do(parties.add_contact, ContactOrder(party_id, ContactKind.MOBILE, NEW))
    mine = look(small, party_id)
    with pytest.raises(NotPermitted):
        reader.ask(parties.revealed, mine)
    stranger = replace(small, actor=replace(small.actor, permissions=frozenset()))
    with pytest.raises(NotPermitted):
        stranger.ask(desk.party_card, party_id)


def test_a_party_takes_on_another_role_once(small: Seat, party_id: UUID) -> None:
    held = small.do(parties.add_role, RoleOrder(party_id, PartyRoleKind.LESSOR))
    assert [one.kind for one in held] == [PartyRoleKind.CUSTOMER, PartyRoleKind.LESSOR]
    with pytest.raises(Refused):
        small.do(parties.add_role, RoleOrder(party_id, PartyRoleKind.LESSOR))
    assert {one.since for one in card(small, party_id).roles} == {TODAY}


def test_the_card_of_a_party_tells_what_happened_newest_first(small: Seat) -> None:
    found = card(small, party_of(small, SMALL[0]))
    told = [row.what.message for row in found.history]
    assert {"Note", "Alert", "Alert settled", "{kind} added", "Became {role}"} - set(told) == {"Note"}
    assert [row.on for row in found.history] == sorted((row.on for row in found.history), reverse=True)
    assert [one.row.number for one in found.accounts] == [SMALL[0]]
    with pytest.raises(NotFound):
        card(small, draw_id())
