"""What waits today, by person: only what is theirs, and figures that are those of the lists behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from desktop.billing import service as billing
from desktop.counter import service as counter
from desktop.counter.records import PaymentOrder, TenderKind
from desktop.counter.records.right import RefundDecisionOrder, RefundOrder, RefundQuery, RefundsWaiting
from desktop.counter.service import take_payment
from desktop.desk import service as desk
from desktop.desk.page.needs import needs_of
from desktop.desk.records import Today
from desktop.kernel.canonical import Secret
from desktop.kernel.errors import NotPermitted, Refused
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.ledger import service as ledger
from desktop.metering import service as metering
from desktop.staff import service as staff
from desktop.staff.records import PasswordOrder, RoleOrder
from desktop.treasury import service as treasury
from tests.hall import (
    JANUARY,
    SMALL,
    issue,
    january_sheet,
    open_till,
    opened,
    pay,
    posting_sets,
    seat_of,
    yuan,
)

EN = catalog("en")
FRESH = "three words here"


@pytest.fixture
def night(small_hall: str) -> Iterator[Seat]:
    with opened(small_hall) as app:
        yield app.command_line("1")


def of(night: Seat, login: str, station: str = "1") -> Today:
    return seat_of(night.app, login, station).ask(desk.today)


def test_a_password_set_for_somebody_is_told_to_them_and_to_administrators(night: Seat) -> None:
    seat_of(night.app, "administrator").do(staff.set_password, PasswordOrder("cashier", Secret(FRESH)))
    assert [one.login for one in night.app.sign_in("cashier", FRESH).ask(desk.today).passwords] == ["cashier"]
    told = [one.login for one in of(night, "administrator").passwords]
    assert "cashier" not in told  # one's own doing is no news
    assert "newcomer" in told
    assert of(night, "clerk").passwords == ()


def parts(today: Today) -> set[str]:
    named = ("till", "served", "receipts", "routes", "runs", "proposals", "locked")
    return {name for name in named if getattr(today, name) is not None}


@pytest.mark.parametrize(
    ("role", "theirs"),
    [
        ("representative", {"served", "receipts"}),
        ("reader", {"served", "receipts", "routes"}),
        ("inspector", {"served", "receipts", "routes"}),
        ("cashier", {"till", "served", "receipts"}),
        ("head_cashier", {"till", "served", "receipts"}),
        ("metering", {"served", "receipts", "routes", "runs"}),
        ("clerk", {"served", "receipts", "routes", "runs"}),
        ("supervisor", {"till", "served", "receipts", "routes", "runs", "proposals", "locked"}),
        ("administrator", {"till", "served", "receipts", "routes", "runs", "proposals", "locked"}),
    ],
)
def test_each_role_sees_what_is_theirs(night: Seat, role: str, theirs: set[str]) -> None:
    assert parts(of(night, role)) == theirs


def test_somebody_with_anothers_password_is_told_to_choose_one(night: Seat) -> None:
    seat_of(night.app, "supervisor").do(
        staff.set_password, PasswordOrder("cashier", Secret("three words here"))
    )
    today = of(night, "cashier")
    assert today.must_change
    assert parts(today) == set()


def test_the_cashier_sees_receipts_of_this_till_and_never_an_amount(night: Seat) -> None:
    before = of(night, "cashier", "2")
    assert (before.receipts, before.till.receipts) == ((), 0)
    pay(seat_of(night.app, "cashier", "2"), SMALL[2], yuan("20.00"))
    after = of(night, "cashier", "2")
    assert [one.account_number for one in after.receipts] == [SMALL[2]]
    assert after.till.receipts == 1
    assert "20.00" not in repr(after)


def test_served_counts_accounts_of_today_and_no_reversed_payment(night: Seat) -> None:
    before = of(night, "representative")
    assert before.served == 2  # the third account's payment was reversed
    pay(night, SMALL[0], yuan("1.00"))
    pay(night, SMALL[2], yuan("1.00"))
    today = of(night, "representative")
    assert today.served == 3
    assert len(today.receipts) == len(before.receipts) + 2
    with opened(_url(night), date(2026, 2, 6)) as tomorrow:
        assert seat_of(tomorrow, "representative").ask(desk.today).served == 0


def _url(seat: Seat) -> str:
    database = seat.app.database
    return str(database.file) if database.file else database.engine.url.render_as_string(hide_password=False)


def test_routes_tell_what_is_still_to_read(seat: Seat, tmp_path) -> None:
    before = seat.ask(desk.today)
    assert before.month == date(2026, 1, 1)
    assert [(one.code, one.places, one.read, one.left) for one in before.routes] == [
        ("0412", 25, 0, 25),
        ("0413", 25, 0, 25),
    ]
    metering.import_sheet(seat, january_sheet(tmp_path))
    assert [(one.read, one.left, one.estimated) for one in seat.ask(desk.today).routes] == [(25, 0, 0)] * 2


def test_a_run_waits_until_all_of_it_is_issued(seat: Seat, tmp_path) -> None:
    assert (seat.ask(desk.today).unbilled, seat.ask(desk.today).runs) == (True, ())
    drafted = billing.run_bills(seat, JANUARY)
    today = seat.ask(desk.today)
    assert not today.unbilled
    assert [(run.number, run.held) for run in today.runs] == [(drafted.run.number, 50)]
    (held,) = today.held
    assert (held.accounts, held.run_number) == (50, drafted.run.number)
    assert "No read" in EN(held.reason)
    metering.import_sheet(seat, january_sheet(tmp_path))
    billing.run_bills(seat, JANUARY)
    assert [(run.ready, run.held) for run in seat.ask(desk.today).runs] == [(50, 0)]
    issue(seat, drafted.run.number)
    assert (seat.ask(desk.today).runs, seat.ask(desk.today).held) == ((), ())


def test_roles_that_wait_and_people_locked_out_are_told_to_those_who_can_help(night: Seat) -> None:
    night.do(staff.propose_role, RoleOrder("reader", "cashier"))
    for _ in range(5):
        with pytest.raises(Refused):
            night.app.sign_in("clerk", "wrong")
    today = of(night, "supervisor")
    assert [(one.login, one.role) for one in today.proposals] == [("reader", "cashier")]
    assert [one.login for one in today.locked] == ["clerk"]


def test_drawers_are_float_and_cash_kept_and_only_for_those_who_may_know(night: Seat) -> None:
    seat = seat_of(night.app, "head_cashier")
    first, second = seat.ask(treasury.drawers)
    pay(night, SMALL[0], yuan("5.00"))
    pay(night, SMALL[1], yuan("7.00"))
    night.do(take_payment, PaymentOrder(SMALL[1], yuan("3.00"), yuan("3.00"), TenderKind.CARD, "slip 1"))
    after = seat.ask(treasury.drawers)[0]
    assert after.cash == first.cash + yuan("12.00")
    assert after.taken == first.taken + yuan("15.00")
    assert after.receipts == first.receipts + 3
    assert (second.cashier, second.cash, second.receipts) == ("Night", yuan("0.00"), 0)
    night.do(ledger.reverse, posting_sets(night.app, SMALL[0])[-1])
    assert seat.ask(treasury.drawers)[0].cash == after.cash - yuan("5.00")
    assert first.cash > yuan("200.00")
    for role in ("cashier", "representative", "clerk"):
        with pytest.raises(NotPermitted):
            seat_of(night.app, role).ask(treasury.drawers)


def test_a_station_without_a_till_is_closed(seat: Seat) -> None:
    rows = seat.ask(treasury.drawers)
    assert [one.opened_at is None for one in rows] == [False, True, True, True]
    open_till(seat)
    assert seat.ask(treasury.drawers)[1].opened_at is not None


def test_refunds_wait_for_whoever_may_decide_or_pay_them_out(night: Seat) -> None:
    pay(night, SMALL[0], yuan("9.00"))

    def waiting(login: str) -> tuple[int, int] | None:
        found = of(night, login).refunds
        return None if found is None else (found.to_decide, found.to_pay)

    before = waiting("head_cashier")
    assert before is not None
    asked = seat_of(night.app, "supervisor").do(
        counter.ask_refund, RefundOrder("moved away", account_number=SMALL[0], amount=yuan("9.00"))
    )
    assert waiting("head_cashier") == (before[0] + 1, before[1])
    assert waiting("supervisor") == before, "one's own is another's to decide"
    assert waiting("reader") is None
    seat_of(night.app, "head_cashier").do(
        counter.decide_refund, RefundDecisionOrder(asked.request_id, approve=True)
    )
    assert waiting("head_cashier") == (before[0], before[1] + 1)
    night.do(counter.pay_refund, asked.request_id)
    assert waiting("head_cashier") == before
    needs = needs_of(EN, replace(of(night, "head_cashier"), refunds=RefundsWaiting(2, 1)), "x", 0, False)
    assert [(one.title, one.figure) for one in needs if one.argument == RefundQuery()] == [
        ("Refunds to be decided", "2"), ("Refunds to be paid out", "1"),
    ]  # fmt: skip
