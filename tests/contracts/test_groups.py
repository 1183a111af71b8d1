"""Payment groups: accounts of one payer, one group an account at a time, with everybody who was in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from desktop.contracts import service as contracts
from desktop.contracts.records import GroupChange, GroupOrder, MembersOrder
from desktop.desk import service as desk
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.work import Seat
from desktop.parties.records import MergeOrder
from tests.databases_server import Databases
from tests.hall import SMALL, connected_hall, opened, party_of, seat_of, together

NEW_YEAR, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
WORKS = GroupOrder("The works", SMALL[0], SMALL[:2], NEW_YEAR)


@pytest.fixture
def seat(databases: Databases, tmp_path: Path) -> Iterator[Seat]:
    """Three accounts, in no group."""
    with opened(databases.like(connected_hall), intents=tmp_path / "under_way") as app:
        yield app.command_line("1")


def test_a_group_has_a_number_a_payer_and_members_from_a_day_on(seat: Seat) -> None:
    made = seat.do(contracts.make_group, WORKS)
    assert (made.number, made.name, made.payer, made.members) == (
        "G-hall-2026-000001",
        "The works",
        "Customer 1",
        2,
    )
    assert seat.ask(contracts.payment_groups, None) == (made,)
    found = seat.ask(contracts.payment_group, made.number)
    assert [(one.account_number, one.valid_from, one.valid_to, one.joined_by) for one in found.members] == [
        (number, NEW_YEAR, None, "Night") for number in SMALL[:2]
    ]
    assert seat.ask(desk.account_card, SMALL[1]).group == made.number
    assert seat.ask(desk.account_card, SMALL[2]).group == ""
    assert seat.app.verify() == []


def test_who_leaves_stays_in_the_history_and_may_join_another_group(seat: Seat) -> None:
    one = seat.do(contracts.make_group, WORKS).number
    other = seat.do(contracts.make_group, replace(WORKS, name="Home", accounts=SMALL[2:])).number
    with pytest.raises(Refused, match="is in payment group"):
        seat.do(contracts.join_group, MembersOrder(other, SMALL[1:2], FEBRUARY))
    seat.do(contracts.leave_group, MembersOrder(one, SMALL[1:2], FEBRUARY))
    with pytest.raises(Refused, match="is in payment group"):
        seat.do(contracts.join_group, MembersOrder(other, SMALL[1:2], date(2026, 1, 31)))
    assert seat.do(contracts.join_group, MembersOrder(other, SMALL[1:2], FEBRUARY)).members == 2
    here, gone = seat.ask(contracts.payment_group, one).members
    assert (here.account_number, here.valid_to) == (SMALL[0], None)
    assert (gone.account_number, gone.valid_to, gone.left_by) == (SMALL[1], FEBRUARY, "Night")
    assert [one.account_number for one in seat.ask(contracts.payment_group, other).members] == list(SMALL[1:])
    assert seat.app.verify() == []


def test_bad_orders_are_refused_whole(seat: Seat) -> None:
    for wrong in (
        replace(WORKS, name=" "),
        replace(WORKS, accounts=()),
        replace(WORKS, accounts=(SMALL[0], SMALL[0])),
    ):
        with pytest.raises(Refused):
            seat.do(contracts.make_group, wrong)
    with pytest.raises(NotFound):
        seat.do(contracts.make_group, replace(WORKS, accounts=(SMALL[0], "1")))
    assert seat.ask(contracts.payment_groups, None) == ()
    number = seat.do(contracts.make_group, WORKS).number
    with pytest.raises(Refused, match="not in payment group"):
        seat.do(contracts.leave_group, MembersOrder(number, SMALL[2:], FEBRUARY))
    with pytest.raises(Refused, match="joined on"):
        seat.do(contracts.leave_group, MembersOrder(number, SMALL[:1], date(2025, 12, 31)))
    with pytest.raises(NotPermitted):
        seat_of(seat.app, "cashier").do(contracts.make_group, WORKS)


def test_another_name_another_payer_and_a_payer_merged_into_another(seat: Seat) -> None:
    number = seat.do(contracts.make_group, WORKS).number
    changed = seat.do(contracts.change_group, GroupChange(number, "The plant", SMALL[1]))
    assert (changed.name, changed.payer) == ("The plant", "Customer 2")
    seat.do(
        contracts.merge_parties, MergeOrder(party_of(seat, SMALL[2]), party_of(seat, SMALL[1]), "one firm")
    )
    assert seat.ask(contracts.payment_group, number).row.payer == "Customer 3"


def test_two_clerks_put_one_account_into_one_group_only(seat: Seat) -> None:
    orders = [replace(WORKS, name=name, accounts=SMALL[:1]) for name in ("One", "Two")]
    answers = together(
        [lambda order=order: seat.do(contracts.make_group, order) for order in orders]  # type: ignore[misc]
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["GroupRow", "Refused"]
    assert len(seat.ask(contracts.payment_groups, None)) == 1
    assert seat.app.verify() == []
