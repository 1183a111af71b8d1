"""How a customer is reached, changed at the desk one thing at a time: what was before is closed and stays known."""

from __future__ import annotations

from uuid import UUID

import pytest

from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.work import Seat, Work, draw_id, query
from desktop.parties import service as parties
from desktop.parties.records import (
    ContactChange,
    ContactKind,
    ContactOrder,
    ContactPart,
    ContactShown,
    RevealOrder,
    RevealReason,
)
from tests.command_line import CommandLine
from tests.hall import SMALL, TODAY, app_of, party_of, seat_of


@query("desk.view")
def parties_language(work: Work, party_id: UUID) -> str:
    return parties.party(work, party_id).language


@query("desk.view")
def shown(work: Work, party_id: UUID) -> tuple[ContactShown, ...]:
    return parties.contacts(work, party_id)


def clear(seat: Seat, party_id: UUID) -> tuple[ContactShown, ...]:
    """The contacts as they are, looked at for a reason."""
    key = seat.do(parties.reveal, RevealOrder(party_id, RevealReason.PRESENT))
    return seat.ask(parties.revealed, key).contacts


def change(seat: Seat, party_id: UUID, part: ContactPart, value: str) -> None:
    seat.do(parties.change_contact, ContactChange(party_id, part, value))


def test_another_number_is_called_and_the_one_before_closed_with_its_notices(small: Seat) -> None:
    who = party_of(small, SMALL[1])
    cashier = seat_of(app_of(small), "cashier")
    (before,) = clear(small, who)
    small.do(parties.add_contact, ContactOrder(who, ContactKind.MOBILE, "13900001111", notices=True))
    change(cashier, who, ContactPart.PHONE, "１３９ 0000 2222")
    held = [one for one in clear(small, who) if one.valid_to is None]
    assert [(one.value, one.notices) for one in held] == [("13900002222", True), (before.value, False)]
    closed = next(one for one in clear(small, who) if one.valid_to is not None)
    assert (closed.value, closed.valid_to) == ("13900001111", TODAY)
    change(cashier, who, ContactPart.PHONE, before.value)
    held = [one for one in clear(small, who) if one.valid_to is None]
    assert [(one.value, one.notices) for one in held] == [(before.value, True)], "notices follow"
    for value, words in (("ring at noon", "no telephone number"), (before.value, "kept already")):
        with pytest.raises(Refused, match=words):
            change(cashier, who, ContactPart.PHONE, value)


def test_notices_go_to_one_contact_alone(small: Seat) -> None:
    who = party_of(small, SMALL[1])
    mail = small.do(parties.add_contact, ContactOrder(who, ContactKind.EMAIL, "lan@example.com"))
    small.do(parties.add_contact, ContactOrder(who, ContactKind.POSTAL, "Street 1", notices=True))
    change(small, who, ContactPart.NOTICES, str(mail))
    there = [one for one in clear(small, who) if one.valid_to is None and one.notices]
    assert [one.value for one in there] == ["lan@example.com"]
    with pytest.raises(Refused, match="go there already"):
        change(small, who, ContactPart.NOTICES, str(there[0].contact_id))
    with pytest.raises(NotFound):
        change(small, who, ContactPart.NOTICES, str(draw_id()))


def test_language_and_who_may_act_change_and_stay_in_the_history(small: Seat) -> None:
    who = party_of(small, SMALL[1])
    before = small.ask(parties_language, who)
    change(small, who, ContactPart.LANGUAGE, "fi" if before != "fi" else "vi")
    assert small.ask(parties_language, who) != before
    for name in ("Li Ming 13800001111", "Wang Fang 13800002222"):
        change(small, who, ContactPart.AUTHORISED, name)
    acts = [one for one in clear(small, who) if one.kind is ContactKind.AUTHORISED]
    assert [(one.value, one.valid_to) for one in acts] == [
        ("Wang Fang 13800002222", None),
        ("Li Ming 13800001111", TODAY),
    ]
    masked = next(one for one in small.ask(shown, who) if one.kind is ContactKind.AUTHORISED)
    assert "Wang" not in masked.value
    with pytest.raises(Refused, match="Nothing was typed"):
        change(small, who, ContactPart.AUTHORISED, " ")
    with pytest.raises(NotPermitted):
        change(seat_of(app_of(small), "reader"), who, ContactPart.LANGUAGE, before)
    assert app_of(small).verify() == []


def test_a_party_is_reached_otherwise_by_command(small_hall: str, capsys: pytest.CaptureFixture[str]) -> None:
    run = CommandLine(capsys, small_hall, lang="en")
    assert "changed" in run("parties", "reach", SMALL[1], "language", "fi").out
    run("parties", "reach", SMALL[1], "phone", "13900003333")
    assert "no telephone number" in run("parties", "reach", SMALL[1], "phone", "soon", code=1).err
