"""Bills that are disputed: no late fee grows meanwhile, nobody is reminded, and its end decides what counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from desktop.desk import service as desk
from desktop.desk.records.papers import PaperKind, PaperOrder
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat, Work, draw_id, query
from desktop.ledger import service as ledger
from desktop.ledger.records import DisputeLift, DisputeOrder, DisputeOutcome, DueItem
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.hall import SMALL, TODAY, app_of, opened, pay, seat_of, small_hall, together

NUMBER = SMALL[1]


@pytest.fixture
def hall(databases: Databases) -> str:
    """The small hall in a database of this test's own."""
    return databases.like(small_hall)


@contextmanager
def on(url: str, days: int) -> Iterator[Seat]:
    """Somebody in the hall so many days later."""
    with opened(url, TODAY + timedelta(days=days)) as app:
        yield app.command_line("1")


def item(seat: Seat) -> DueItem:
    return seat.ask(ledger.dues, NUMBER).items[0]


def dispute(seat: Seat, amount: Money | None = None) -> UUID:
    order = DisputeOrder(NUMBER, item(seat).bill_number, "never so much", amount)
    found = seat.do(ledger.dispute_bill, order)
    return found.rows[0].dispute_id


def lift(seat: Seat, key: UUID, outcome: DisputeOutcome) -> None:
    seat.do(ledger.lift_dispute, DisputeLift(key, outcome, "the meter was tested"))


@query("ledger.view")
def reminded(work: Work, number: str) -> Money:
    key = ledger.account_id(work, number)
    return ledger.overdue(work, [key], work.today).get(key, Money(0))


def test_no_late_fee_grows_while_a_bill_is_disputed_and_it_is_shown_everywhere(hall: str) -> None:
    with on(hall, 70) as seat:
        assert item(seat).late_fee > Money(0)
        undisturbed, overdue = item(seat).late_fee, seat.ask(reminded, NUMBER)
        dispute(seat)
        with pytest.raises(Refused, match="disputed already"):
            dispute(seat)
        assert item(seat).late_fee <= undisturbed
        assert seat.ask(reminded, NUMBER) < overdue, "nobody is reminded of it"
    with on(hall, 69) as seat:
        day_before = item(seat).late_fee
    with on(hall, 120) as seat:
        held = item(seat)
        assert held.late_fee == day_before, "the day it was raised counts no more"
        assert (held.disputed_on, held.arithmetic[-1].message) == (
            TODAY + timedelta(days=70),
            "disputed since {day}: no late fee grows",
        )
        card = seat.ask(desk.account_card, NUMBER)
        assert [bill.number for bill in card.bills if bill.disputed] == [held.bill_number]
        order = PaperOrder(NUMBER, PaperKind.STATEMENT, TODAY, TODAY + timedelta(days=120))
        lines = seat.do(desk.issue_paper, replace(order, first=TODAY - timedelta(days=60))).lines
        assert [line.paper for line in lines if line.what.message == "Bill, disputed"] == [held.bill_number]
        pay(seat, NUMBER, held.total)
        assert held.bill_number not in {one.bill_number for one in seat.ask(ledger.dues, NUMBER).items}
        assert app_of(seat).verify() == []


def test_a_bill_that_stands_costs_as_if_it_had_never_been_disputed_one_put_right_does_not(hall: str) -> None:
    with on(hall, 120) as seat:
        never = item(seat).late_fee
    with on(hall, 70) as seat:
        first = dispute(seat)
    with on(hall, 90) as seat:
        lift(seat, first, DisputeOutcome.STOOD)
        with pytest.raises(Refused, match="over already"):
            lift(seat, first, DisputeOutcome.STOOD)
    with on(hall, 120) as seat:
        assert item(seat).late_fee == never
    with on(hall, 90) as seat:
        again = dispute(seat)
    with on(hall, 110) as seat:
        lift(seat, again, DisputeOutcome.CORRECTED)
        assert item(seat).disputed_on is None
    with on(hall, 120) as seat:
        left = item(seat)
        assert left.late_fee < never, "twenty days are left out"
        days = [text.fields["days"] for text in left.arithmetic if "days" in text.fields]
        assert left.arithmetic[-1].message == "{days} d of a dispute do not count"
        assert days[-1] == 20
        assert app_of(seat).verify() == []


def test_of_a_bill_disputed_in_part_the_rest_goes_on(hall: str) -> None:
    with on(hall, 70) as seat:
        before, overdue = item(seat), seat.ask(reminded, NUMBER)
        for wrong in (Money(0), before.principal, before.principal + Money(1)):
            with pytest.raises(Refused, match="leave it empty"):
                dispute(seat, wrong)
        first = dispute(seat, Money(1000))
        held = item(seat)
        assert (held.disputed, held.wholly_disputed, held.principal) == (Money(1000), False, before.principal)
        assert seat.ask(reminded, NUMBER) == overdue - Money(1000), "the rest is reminded of"
    with on(hall, 119) as seat:
        grown = item(seat)
        whole = before.late_fee + Money(int(before.principal.raw * 49 / 1000 + 0.5))
        assert before.late_fee < grown.late_fee < whole
        assert grown.late_fee >= whole - Money(52), "ten yuan at one per mille for fifty days less"
        assert grown.arithmetic[-1].fields["amount"] == Money(1000)
        pay(seat, NUMBER, grown.total - Money(1000))
        assert item(seat).principal == Money(1000)
        assert item(seat).wholly_disputed, "what is left is what is disputed"
        due = {one.bill_number for one in seat.ask(ledger.dues, NUMBER).items}
        assert seat.ask(reminded, NUMBER) < overdue
        assert held.bill_number in due
        lift(seat, first, DisputeOutcome.CORRECTED)
    with on(hall, 130) as seat:
        assert seat.ask(ledger.disputes, NUMBER).rows[0].amount == Money(1000)
        assert item(seat).disputed_on is None
        assert app_of(seat).verify() == []


def test_what_means_nothing_is_refused(hall: str) -> None:
    with on(hall, 70) as seat:
        number = item(seat).bill_number
        with pytest.raises(Refused, match="Nothing of bill"):
            seat.do(ledger.dispute_bill, DisputeOrder(NUMBER, "B-0", "never so much"))
        with pytest.raises(Refused, match="Say why"):
            seat.do(ledger.dispute_bill, DisputeOrder(NUMBER, number, "no"))
        with pytest.raises(NotFound):
            lift(seat, draw_id(), DisputeOutcome.STOOD)
        with pytest.raises(NotPermitted):
            seat_of(app_of(seat), "cashier").do(
                ledger.dispute_bill, DisputeOrder(NUMBER, number, "never so much")
            )


def test_two_who_put_one_bill_down_at_once_do_it_once(hall: str) -> None:
    with on(hall, 70) as one, on(hall, 70) as other:
        done = together([lambda: dispute(one), lambda: dispute(other)])
        assert sum(isinstance(answer, Refused) for answer in done) == 1
        assert sum(row.outcome is None for row in one.ask(ledger.disputes, NUMBER).rows) == 1
        assert app_of(one).verify() == []


def test_bills_are_disputed_by_command(hall: str, capsys: pytest.CaptureFixture[str]) -> None:
    run = CommandLine(capsys, hall, today=f"{TODAY + timedelta(days=70)}", lang="en", station="1")
    with on(hall, 70) as seat:
        bill = item(seat).bill_number
    raised = run.json(
        "bills", "dispute", "raise", NUMBER, "--bill", bill, "--amount", "5.00", "--reason", "never so much"
    )
    key = raised["rows"][0]["dispute_id"]
    assert "never so much" in run("bills", "dispute", "show", NUMBER).out
    lifted = run.json("bills", "dispute", "lift", key, "--outcome", "stood", "--reason", "the meter is right")
    assert lifted["rows"][0]["outcome"] == "stood"
    assert (
        "not here"
        in run(
            "bills", "dispute", "lift", str(draw_id()), "--outcome", "stood", "--reason", "none", code=1
        ).err
    )
