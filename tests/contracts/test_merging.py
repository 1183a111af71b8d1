"""Parties that are one: found, merged with all they have, found by both names, told apart, and parted again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from desktop.contracts import service as contracts
from desktop.contracts.records import AccountOpened, AccountOrder, Merged
from desktop.desk import service as desk
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Money
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.ledger import service as ledger
from desktop.parties import service as parties
from desktop.parties.records import (
    ApartOrder,
    ContactKind,
    ContactOrder,
    DebtorType,
    Likeness,
    MergeOrder,
    MergeUndone,
    NoteOrder,
    PartyChange,
    PartyKind,
    PartyOrder,
    PartyPart,
    PartyRoleKind,
    RoleOrder,
)
from desktop.search.records import SearchOrder
from tests.contracts.test_changes import found
from tests.contracts.test_points import SECOND
from tests.databases_server import Databases
from tests.hall import PASSWORD, SMALL, TODAY, opened, party_of, small_hall
from tests.rows import changed, contents, raw

IDENTITY = "11010519491231002X"


@pytest.fixture
def pair(small: Seat) -> tuple[UUID, UUID]:
    """Customers of the first and second account, who are one: the second has another name, a role and an alert."""
    kept, merged = party_of(small, SMALL[0]), party_of(small, SMALL[1])
    small.do(parties.change, PartyChange(merged, "陈玉兰", "zh_CN", DebtorType.BUSINESS))
    small.do(parties.add_role, RoleOrder(merged, PartyRoleKind.LESSOR))
    small.do(parties.add_contact, ContactOrder(merged, ContactKind.IDENTITY, IDENTITY))
    small.do(parties.add_note, NoteOrder(merged, "dog in the yard", alert=True))
    return kept, merged


def merge(small: Seat, pair: tuple[UUID, UUID], *taken: PartyPart) -> None:
    done = small.do(contracts.merge_parties, MergeOrder(*pair, "entered twice", taken))
    assert (done.kept_id, done.merged_id, done.accounts) == (*pair, 1)


def told(small: Seat, party_id: UUID) -> list[tuple[str, str]]:
    say = catalog("en")
    return [(say(row.what), say.write(row.words)) for row in small.ask(desk.party_card, party_id).history]


def searched(small: Seat, typed: str) -> list[str]:
    return [one.number for one in small.ask(desk.search_hits, SearchOrder(typed)).customers]


def test_all_of_both_is_shown_together_and_money_stays_with_accounts(
    small: Seat, pair: tuple[UUID, UUID]
) -> None:
    kept, merged = pair
    owed = [small.ask(desk.account_card, number).dues.total for number in SMALL[:2]]
    name = small.ask(desk.party_card, kept).name
    merge(small, pair)
    card = small.ask(desk.party_card, kept)
    assert [one.row.number for one in card.accounts] == list(SMALL[:2])
    assert card.total == Money.total(owed)
    assert [small.ask(desk.account_card, number).dues.total for number in SMALL[:2]] == owed
    assert {role.kind for role in card.roles} == {PartyRoleKind.CUSTOMER, PartyRoleKind.LESSOR}
    assert {"**** 002X", "138 **** 0001", "138 **** 0002"} <= {one.value for one in card.contacts}
    assert "dog in the yard" in {note.text for note in card.notes if note.pinned}
    assert (card.name, small.ask(desk.account_card, SMALL[1]).row.customer_name) == (name, name)
    assert (f"陈玉兰 was merged into {name}", "entered twice") in told(small, kept)
    assert (f"陈玉兰 was merged into {name}", "entered twice") in told(small, merged)
    assert small.ask(desk.party_card, merged).merged_into == (kept, name)
    assert small.app.verify() == []


def test_words_of_both_lead_to_the_one_that_stayed(
    small: Seat, small_hall: str, pair: tuple[UUID, UUID]
) -> None:
    kept, merged = pair
    merge(small, pair)
    for typed in ("chenyulan", "陈玉兰", "13800000002", "Customer 1"):
        assert str(kept) in searched(small, typed), typed
        assert str(merged) not in searched(small, typed), typed
    small.do(parties.change, PartyChange(kept, "Lin Mei", "en", DebtorType.CONSUMER))
    assert str(kept) in searched(small, "chenyulan")
    before = contents(small_hall)
    assert desk.rebuild_search(small).left == 0
    assert {name for name in changed(before, contents(small_hall)) if name == "search_key"} == set()


def test_what_was_chosen_is_taken_on_and_stays_known(small: Seat, pair: tuple[UUID, UUID]) -> None:
    kept, _ = pair
    merge(small, pair, PartyPart.NAME, PartyPart.LANGUAGE, PartyPart.PHONE)
    card = small.ask(desk.party_card, kept)
    assert (card.name, card.language, card.debtor_type, card.phone) == (
        "陈玉兰", "zh_CN", DebtorType.CONSUMER, "138 **** 0002",
    )  # fmt: skip
    assert ("Name changed", "was Customer 1, now 陈玉兰") in told(small, kept)


def test_nothing_more_is_entered_at_the_merged_one(small: Seat, pair: tuple[UUID, UUID]) -> None:
    kept, merged = pair
    merge(small, pair)
    contact = ContactOrder(merged, ContactKind.EMAIL, "a@example.com")
    for act, order in (
        (parties.add_contact, contact),
        (parties.add_note, NoteOrder(merged, "hello")),
        (parties.add_role, RoleOrder(merged, PartyRoleKind.PRODUCER)),
        (contracts.merge_parties, MergeOrder(merged, party_of(small, SMALL[2]), "once more")),
        (contracts.merge_parties, MergeOrder(party_of(small, SMALL[2]), merged, "once more")),
    ):
        with pytest.raises(Refused, match="was merged with"):
            small.do(act, order)
    card = small.ask(desk.party_card, kept)
    theirs = next(one for one in card.contacts if one.value == "**** 002X")
    small.do(parties.close_contact, theirs.contact_id)
    alert = next(note for note in card.notes if note.text == "dog in the yard")
    small.do(parties.add_note, NoteOrder(kept, "gone", settles=alert.note_id))
    assert not any(note.pinned for note in small.ask(desk.party_card, kept).notes)


def test_a_merging_is_undone(small: Seat, small_hall: str, pair: tuple[UUID, UUID]) -> None:
    kept, merged = pair
    before = [replace(small.ask(desk.party_card, key), history=()) for key in pair]
    merge(small, pair, PartyPart.NAME, PartyPart.PHONE)
    done = small.do(contracts.unmerge_parties, MergeUndone(merged, "two people after all"))
    assert done.accounts == 1
    after = [small.ask(desk.party_card, key) for key in pair]
    for one, other in zip(before, after, strict=True):
        assert [row.row.number for row in one.accounts] == [row.row.number for row in other.accounts]
        assert (one.name, one.phone, one.roles) == (other.name, other.phone, other.roles)
        assert {row.value for row in one.contacts} == {row.value for row in other.contacts}
        assert one.notes == other.notes
    assert ("陈玉兰 and Customer 1 are two again", "two people after all") in told(small, kept)
    assert found(small, "chenyulan") == [SMALL[1]]
    assert {SMALL[0]} == set(found(small, "Customer 1")) & set(SMALL[:2])
    with pytest.raises(NotFound, match="merged with nobody"):
        small.do(contracts.unmerge_parties, MergeUndone(merged, "again"))
    rows = contents(small_hall)
    desk.rebuild_search(small)
    assert {name for name in changed(rows, contents(small_hall)) if name == "search_key"} == set()
    merge(small, pair)  # and may be merged again
    assert small.app.verify() == []


def test_a_chain_is_undone_from_its_end(small: Seat, pair: tuple[UUID, UUID]) -> None:
    last = party_of(small, SMALL[2])
    merge(small, pair)
    small.do(contracts.merge_parties, MergeOrder(last, pair[0], "all three are one"))
    card = small.ask(desk.party_card, last)
    assert [one.row.number for one in card.accounts] == list(SMALL)
    assert "dog in the yard" in {note.text for note in card.notes}
    with pytest.raises(Refused, match="was merged with"):
        small.do(contracts.unmerge_parties, MergeUndone(pair[1], "not she"))
    small.do(contracts.unmerge_parties, MergeUndone(pair[0], "not they"))
    small.do(contracts.unmerge_parties, MergeUndone(pair[1], "not she"))
    assert [small.ask(desk.account_card, number).party_id for number in SMALL] == [*pair, last]


def test_what_is_wrong_merges_nothing(small: Seat, small_hall: str, pair: tuple[UUID, UUID]) -> None:
    before = contents(small_hall)
    for order in (
        MergeOrder(*pair, "  "),
        MergeOrder(pair[0], pair[0], "the same"),
        MergeOrder(pair[0], UUID(int=7), "nobody"),
    ):
        with pytest.raises((Refused, NotFound)):
            small.do(contracts.merge_parties, order)
    representative = small.app.sign_in("representative", PASSWORD, "1")
    for act, request in (
        (representative.do, (contracts.merge_parties, MergeOrder(*pair, "no right"))),
        (representative.do, (contracts.unmerge_parties, MergeUndone(pair[1], "no right"))),
        (representative.ask, (contracts.duplicates, None)),
    ):
        with pytest.raises(NotPermitted):
            act(*request)
    assert changed(before, contents(small_hall)) - {"staff_sign_in", "staff_user"} == set()


def test_a_preview_warns_of_what_speaks_against_it(small: Seat, pair: tuple[UUID, UUID]) -> None:
    say = catalog("en")
    assert small.ask(desk.merge_preview, pair).warnings == ()
    small.do(parties.add_contact, ContactOrder(pair[0], ContactKind.IDENTITY, "330105199001011234"))
    firm = small.do(
        parties.enter,
        PartyOrder(PartyKind.ORGANISATION, "Firm", "en", DebtorType.BUSINESS, PartyRoleKind.CONTRACTOR),
    )
    assert [say(one) for one in small.ask(desk.merge_preview, pair).warnings] == [
        "Their identity or tax numbers differ"
    ]
    assert [say(one) for one in small.ask(desk.merge_preview, (pair[0], firm)).warnings] == [
        "One is a person, the other an organisation"
    ]


def test_who_may_be_one_is_listed_until_told_apart(small: Seat, pair: tuple[UUID, UUID]) -> None:
    def entered(name: str, kind: ContactKind, value: str) -> UUID:
        order = PartyOrder(PartyKind.PERSON, name, "en", DebtorType.CONSUMER, PartyRoleKind.LESSOR)
        key = small.do(parties.enter, order)
        small.do(parties.add_contact, ContactOrder(key, kind, value))
        return key

    address = small.ask(desk.account_card, SMALL[2]).row.address
    third = party_of(small, SMALL[2])
    name = small.ask(desk.party_card, third).name
    numbered = entered("Somebody", ContactKind.IDENTITY, IDENTITY)
    same = entered(name, ContactKind.POSTAL, address)
    entered("Quite Other", ContactKind.POSTAL, address)
    similar = entered(f"{name}x", ContactKind.POSTAL, address)
    listed = {(one.likeness, one.one.party_id, one.other.party_id) for one in small.ask(contracts.duplicates)}
    assert listed == {
        (Likeness.IDENTITY, pair[1], numbered),
        (Likeness.SAME, third, same),
        (Likeness.SIMILAR, third, similar),
    }
    small.do(contracts.tell_apart, ApartOrder(similar, third))
    merge_ = MergeOrder(pair[1], numbered, "the same number")
    small.do(contracts.merge_parties, merge_)
    listed = {(one.likeness, one.one.party_id, one.other.party_id) for one in small.ask(contracts.duplicates)}
    assert listed == {(Likeness.SAME, third, same)}


# Two at once


@pytest.fixture
def race(postgres_server: Databases, tmp_path: Path) -> Iterator[tuple[str, Seat, Seat]]:
    """Two programs on one database: its address, and a seat of each."""
    url = postgres_server.like(small_hall)
    with opened(url, intents=tmp_path / "1") as one, opened(url, intents=tmp_path / "2") as other:
        yield url, one.command_line("1"), other.command_line("2")
    postgres_server.drop(url)


def opening(seat: Seat, party_id: UUID) -> AccountOrder:
    """One more account for a party."""
    number = seat.ask(contracts.account_hints).number
    return AccountOrder(number, "ZJ-RES", TODAY, party_id=party_id, place=SECOND.place)


def waits(url: str) -> bool:
    """Whether a connection waits for what another one holds."""
    with raw(url) as rows:
        return bool(rows("SELECT 1 FROM pg_locks WHERE NOT granted"))


def test_an_account_opened_while_its_party_is_merged_follows(
    race: tuple[str, Seat, Seat], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever opens it has looked at the party when the merging begins, and goes on once that waits or is done."""
    url, clerk, other = race
    kept, merged = (party_of(clerk, number) for number in SMALL[:2])
    order = opening(clerk, merged)
    open_account, going = ledger.open_account, ThreadPoolExecutor(1)
    begun: list[Future[Merged]] = []

    def slowly(*given: Any) -> UUID:
        if not begun:
            begun.append(
                going.submit(other.do, contracts.merge_parties, MergeOrder(kept, merged, "one person"))
            )
            while not begun[0].done() and not waits(url):
                pass
        return open_account(*given)

    monkeypatch.setattr(ledger, "open_account", slowly)
    with going:
        clerk.do(contracts.open_account, order)
    assert begun[0].result().accounts in (1, 2)
    assert party_of(clerk, order.account_number) == kept
    assert clerk.ask(desk.party_card, merged).accounts == ()
    assert {one.row.number for one in clerk.ask(desk.party_card, kept).accounts} == {
        *SMALL[:2],
        order.account_number,
    }
    assert searched(clerk, "Customer 2")
    assert clerk.app.verify() == []


def test_a_party_merged_while_it_gets_an_account_takes_it_along(
    race: tuple[str, Seat, Seat], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The merging has seen the accounts as they were when the other one is opened and stands."""
    _, clerk, other = race
    kept, merged = (party_of(clerk, number) for number in SMALL[:2])
    order = opening(other, merged)
    merge, opened_then = parties.merge, list[AccountOpened]()

    def slowly(*given: Any) -> UUID:
        if not opened_then:
            opened_then.append(other.do(contracts.open_account, order))
        return merge(*given)

    monkeypatch.setattr(parties, "merge", slowly)
    assert clerk.do(contracts.merge_parties, MergeOrder(kept, merged, "one person")).accounts == 2
    assert party_of(clerk, order.account_number) == kept
    assert clerk.ask(desk.party_card, merged).accounts == ()
    assert clerk.app.verify() == []


def test_what_is_entered_of_a_party_while_it_is_merged_is_found_with_the_one_that_stays(
    race: tuple[str, Seat, Seat], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, clerk, other = race
    kept, merged = (party_of(clerk, number) for number in SMALL[:2])
    merge, entered = parties.merge, list[UUID]()
    order = ContactOrder(merged, ContactKind.MOBILE, "13711112222")

    def slowly(*given: Any) -> UUID:
        if not entered:
            entered.append(other.do(parties.add_contact, order))
        return merge(*given)

    monkeypatch.setattr(parties, "merge", slowly)
    clerk.do(contracts.merge_parties, MergeOrder(kept, merged, "one person"))
    assert str(kept) in searched(clerk, "13711112222")
    with pytest.raises(Refused, match="was merged with"):
        other.do(parties.add_contact, order)
