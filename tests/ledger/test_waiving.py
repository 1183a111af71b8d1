"""Late fees that are not asked for: for a reason, within a limit, taken back once, and never money in the books."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from desktop.app import App
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat, Work, draw_id, operation
from desktop.ledger import service as ledger
from desktop.ledger.records import DueItem, WaiverBack, WaiverCause, WaiverLimitOrder, WaiverOrder
from desktop.ledger.tables import LateFeeWaiver
from tests.databases_server import Databases
from tests.hall import SMALL, TODAY, opened, pay, seat_of, small_hall, together, yuan

LATE = TODAY + timedelta(days=60)


def item(seat: Seat) -> DueItem:
    return seat.ask(ledger.dues, SMALL[1]).items[0]


def waive(
    seat: Seat, amount: Money | None = None, cause: WaiverCause = WaiverCause.BANK, words: str = ""
) -> Any:
    order = WaiverOrder(SMALL[1], item(seat).bill_number, amount, cause, words)
    return seat.do(ledger.waive_late_fee, order)


@pytest.fixture
def small_hall_late(databases: Databases) -> str:
    """The small hall in a database of this test's own."""
    return databases.like(small_hall)


@pytest.fixture
def late(small_hall_late: str):
    """The same two months later."""
    with opened(small_hall_late, LATE) as app:
        yield app, app.command_line("1")


def test_what_is_waived_is_asked_for_no_more_and_the_rest_goes_on_growing(late: tuple[App, Seat]) -> None:
    app, seat = late
    before = item(seat)
    found = waive(seat, yuan("0.50"), words="the bank's own letter")
    assert item(seat).late_fee == before.late_fee - yuan("0.50")
    assert "0.50" in app.catalog("en")(item(seat).arithmetic[-1])
    newest = found.waived[0]
    assert (newest.amount, newest.standing, newest.words) == (yuan("0.50"), True, "the bank's own letter")
    owing = seat.ask(ledger.dues, SMALL[1])
    paid = pay(seat, SMALL[1], owing.to_pay)
    assert sum(one.late_fee.raw for one in paid.items) == owing.late_fee.raw
    assert not seat.ask(ledger.dues, SMALL[1]).items
    assert app.verify() == []


def test_a_waiver_is_taken_back_once_and_asked_for_again(late: tuple[App, Seat]) -> None:
    app, seat = late
    before = item(seat).late_fee
    waiver = waive(seat).waived[0].waiver_id
    assert item(seat).late_fee == Money(0)
    assert item(seat).arithmetic
    with pytest.raises(Refused, match="no late fee"):
        waive(seat)
    with pytest.raises(Refused, match="Say why"):
        seat.do(ledger.take_waiver_back, WaiverBack(waiver, " "))
    key = draw_id()
    for _ in range(2):  # a lost answer asks again
        back = seat.do(ledger.take_waiver_back, WaiverBack(waiver, "it was not late"), key)
    assert not back.waived[0].standing
    assert item(seat).late_fee == before
    with pytest.raises(Refused, match="before"):
        seat.do(ledger.take_waiver_back, WaiverBack(waiver, "once more"))
    with pytest.raises(NotFound):
        seat.do(ledger.take_waiver_back, WaiverBack(draw_id(), "no such thing"))
    assert app.verify() == []


def test_a_counter_has_a_limit_that_a_supervisor_has_not(late: tuple[App, Seat]) -> None:
    app, seat = late
    fee = item(seat).late_fee
    seat.do(ledger.set_waiver_limit, WaiverLimitOrder(fee - yuan("0.01")))
    with pytest.raises(Refused, match="supervisor"):
        waive(seat)
    waive(seat, yuan("0.02"))
    with pytest.raises(Refused, match="supervisor"):
        waive(seat)  # the rest alone would be within it, together they are not
    order = WaiverOrder(SMALL[1], item(seat).bill_number, None, WaiverCause.MISREAD)
    with pytest.raises(NotPermitted):
        seat_of(app, "cashier").do(ledger.waive_large_late_fee, order)
    seat.do(ledger.waive_large_late_fee, order)
    assert item(seat).late_fee == Money(0)


@pytest.mark.parametrize(
    ("amount", "cause", "words", "told"),
    [
        (yuan("0.00"), WaiverCause.BANK, "", "can be waived"),
        (yuan("-1.00"), WaiverCause.BANK, "", "can be waived"),
        (yuan("900.00"), WaiverCause.BANK, "", "can be waived"),
        (None, WaiverCause.OTHER, "no", "Say why"),
        (None, WaiverCause.BANK, "x" * 201, "Say why"),
    ],
)
def test_what_is_no_waiver_is_refused_and_changes_nothing(
    late: tuple[App, Seat], amount: Money | None, cause: WaiverCause, words: str, told: str
) -> None:
    _, seat = late
    before = seat.ask(ledger.waivers, SMALL[1])
    with pytest.raises(Refused, match=told):
        waive(seat, amount, cause, words)
    with pytest.raises(Refused, match="no late fee"):
        seat.do(ledger.waive_late_fee, WaiverOrder(SMALL[1], "B-none", None, cause, words))
    assert seat.ask(ledger.waivers, SMALL[1]) == before


def test_two_who_waive_one_fee_at_once_waive_it_once(late: tuple[App, Seat], small_hall_late: str) -> None:
    app, seat = late
    order = WaiverOrder(SMALL[1], item(seat).bill_number, None, WaiverCause.BANK)
    with opened(small_hall_late, LATE) as other:
        second = other.command_line("2")
        answers = together(
            [lambda: seat.do(ledger.waive_late_fee, order), lambda: second.do(ledger.waive_late_fee, order)]
        )
    assert sum(isinstance(one, Refused) for one in answers) == 1, answers
    assert len([one for one in seat.ask(ledger.waivers, SMALL[1]).waived if one.standing]) == 1
    assert app.verify() == []


@operation("ledger.waive_late_fee")
def take_back_too_much(work: Work, waiver_id: UUID) -> None:
    """What no program of ours writes: more is taken back than was waived."""
    waiver = work.session.get_one(LateFeeWaiver, waiver_id)
    told = {"cause": waiver.cause, "words": "", "waived_on": work.today, "waived_by": "nobody"}
    work.add(
        LateFeeWaiver(
            id=work.new_id(),
            open_item_id=waiver.open_item_id,
            amount=-waiver.amount - yuan("0.01"),
            reverses_id=waiver.id,
            **told,
        )
    )


def test_verify_names_a_row_that_takes_back_more_than_was_waived(late: tuple[App, Seat]) -> None:
    app, seat = late
    seat.do(take_back_too_much, waive(seat, yuan("0.50")).waived[0].waiver_id)
    assert [one.code for one in app.verify()] == ["waiver"]
