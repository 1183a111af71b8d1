"""Arrears paid in parts by agreement: kept and broken by what is paid, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from desktop.desk import service as desk
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat, Work, draw_id, query
from desktop.ledger import service as ledger
from desktop.ledger.records import (
    AgreementEnd,
    AgreementOrder,
    AgreementRow,
    Agreements,
    AgreementState,
    DisputeOrder,
)
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.hall import SMALL, TODAY, app_of, opened, pay, seat_of, small_hall, together

NUMBER = SMALL[1]
LATE = TODAY + timedelta(days=70)


@pytest.fixture
def hall(databases: Databases) -> str:
    """The small hall in a database of this test's own."""
    return databases.like(small_hall)


@contextmanager
def on(url: str, days: int) -> Iterator[Seat]:
    """Somebody in the hall so many days after it owed."""
    with opened(url, LATE + timedelta(days=days)) as app:
        yield app.command_line("1")


def agree(seat: Seat, count: int = 2, first: int = 10) -> Agreements:
    first_on = seat.today() + timedelta(days=first)
    return seat.do(ledger.agree, AgreementOrder(NUMBER, count, first_on, "they are short of money"))


def newest(seat: Seat) -> AgreementRow:
    return seat.ask(ledger.agreements, NUMBER).rows[0]


@query("ledger.view")
def reminded(work: Work, number: str) -> Money:
    key = ledger.account_id(work, number)
    return ledger.overdue(work, [key], work.today).get(key, Money(0))


def test_what_is_paid_in_time_keeps_it_and_nobody_is_reminded(hall: str) -> None:
    with on(hall, 0) as seat:
        arrears = seat.ask(ledger.agreements, NUMBER).arrears
        assert seat.ask(reminded, NUMBER) == arrears > Money(0)
        made = agree(seat).rows[0]
        assert Money.total([part.amount for part in made.parts]) == arrears
        assert (made.state, made.next_on) == (AgreementState.KEPT, made.parts[0].due_on)
        assert seat.ask(reminded, NUMBER) == Money(0)
        with pytest.raises(Refused, match="stands already"):
            agree(seat)
    with on(hall, 10) as seat:  # the day it is due still counts
        row = newest(seat)
        assert row.state is AgreementState.KEPT
        pay(seat, NUMBER, row.next_amount + seat.ask(ledger.dues, NUMBER).late_fee)
        assert newest(seat).next_on == row.parts[1].due_on
    with on(hall, 20) as seat:
        row = newest(seat)
        assert (row.state, row.missing, seat.ask(reminded, NUMBER)) == (
            AgreementState.KEPT,
            Money(0),
            Money(0),
        )
        assert seat.ask(desk.account_card, NUMBER).agreement == row
        pay(seat, NUMBER, seat.ask(ledger.dues, NUMBER).to_pay)
        assert newest(seat).state is AgreementState.PAID
        assert seat.ask(desk.account_card, NUMBER).agreement is None
        assert app_of(seat).verify() == []


def test_what_is_disputed_of_it_does_not_hide_what_came_due_later(hall: str) -> None:
    number = SMALL[2]
    with opened(hall, TODAY + timedelta(days=5)) as app:  # two instalments are overdue, the bill is not yet
        seat = app.command_line("1")
        first = seat.today() + timedelta(days=20)
        made = seat.do(ledger.agree, AgreementOrder(number, 2, first, "they are short of money"))
        old, _, later = seat.ask(ledger.dues, number).items
        assert made.rows[0].left == made.arrears == old.principal * 2
        seat.do(ledger.dispute_bill, DisputeOrder(number, old.bill_number, "the meter ran too fast"))
        assert seat.ask(reminded, number) == Money(0)
    with opened(hall, later.due_on + timedelta(days=1)) as app:
        assert app.command_line("1").ask(reminded, number) == later.principal


def test_what_is_not_paid_breaks_it_and_all_is_asked_for_again(hall: str) -> None:
    with on(hall, 0) as seat:
        arrears = seat.ask(ledger.agreements, NUMBER).arrears
        first = agree(seat).rows[0].parts[0].amount
    with on(hall, 11) as seat:
        row = newest(seat)
        assert (row.state, row.missing) == (AgreementState.BROKEN, first)
        assert seat.ask(reminded, NUMBER) == arrears
        pay(seat, NUMBER, first + seat.ask(ledger.dues, NUMBER).late_fee)
        assert newest(seat).state is AgreementState.KEPT, "what was missing is there"
        with pytest.raises(Refused, match="Say why"):
            seat.do(ledger.end_agreement, AgreementEnd(row.agreement_id, "no"))
        seat.do(ledger.end_agreement, AgreementEnd(row.agreement_id, "moved out"))
        with pytest.raises(Refused, match="over already"):
            seat.do(ledger.end_agreement, AgreementEnd(row.agreement_id, "moved out"))
        assert seat.ask(reminded, NUMBER) == arrears - first
        assert agree(seat, 3, 0).rows[0].state is AgreementState.KEPT
        assert app_of(seat).verify() == []


def test_what_cannot_be_agreed_is_refused_and_two_at_once_make_one(hall: str) -> None:
    with on(hall, 0) as seat, on(hall, 0) as other:
        for count, first in ((1, 10), (37, 10), (2, -1), (2, 93)):
            with pytest.raises(Refused):
                agree(seat, count, first)
        with pytest.raises(Refused, match="overdue with nothing"):
            seat.do(ledger.agree, AgreementOrder(SMALL[0], 2, LATE, "they are short of money"))
        with pytest.raises(NotFound):
            seat.do(ledger.end_agreement, AgreementEnd(draw_id(), "moved out"))
        with pytest.raises(NotPermitted):
            seat_of(app_of(seat), "cashier").do(
                ledger.agree, AgreementOrder(NUMBER, 2, LATE, "short of money")
            )
        done = together([lambda: agree(seat), lambda: agree(other)])
        assert sum(isinstance(answer, Refused) for answer in done) == 1
        assert sum(one.stands for one in seat.ask(ledger.agreements, NUMBER).rows) == 1


def test_it_is_made_shown_and_ended_by_command(hall: str, capsys: pytest.CaptureFixture[str]) -> None:
    run = CommandLine(capsys, hall, today=f"{LATE}", lang="en", station="1")
    made = run.json(
        "accounts",
        "agreement",
        "make",
        NUMBER,
        "--parts",
        "2",
        "--first",
        f"{LATE}",
        "--reason",
        "short of money",
    )
    key = made["rows"][0]["agreement_id"]
    assert run.json("accounts", "agreement", "show", NUMBER) == made
    ended = run.json("accounts", "agreement", "end", key, "--reason", "moved out")
    assert ended["rows"][0]["state"] == "ended"
