"""Of two words the later one counts, whatever the clocks of two computers say; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from desktop.contracts import service as contracts
from desktop.contracts.records import MonthOrder, SuspensionTerms
from desktop.counter import service as counter
from desktop.counter.records import CashLimit, CashLimitOrder, CloseTillOrder, CountOrder, TillOrder
from desktop.debits import service as debits
from desktop.debits.records import FileOrder, LeftOut, MandateOrder, MandatesQuery, Meaning
from desktop.kernel.canonical import Secret
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Energy
from desktop.kernel.period import Clock
from desktop.kernel.work import Seat, Work, query
from desktop.ledger import service as ledger
from desktop.ledger.records import LateFeeChoice, WaiverLimitOrder
from desktop.metering import service as metering
from desktop.metering.records.calendar import YearDays
from desktop.papers import service as papers
from desktop.papers.records import LimitOrder
from desktop.staff import service as staff
from desktop.staff.records import DecisionOrder, OwnPassword, PasswordOrder, RoleOrder
from desktop.treasury import service as treasury
from desktop.treasury.records import SafeBackOrder, SafeKind, SafeOrder, SettleOrder
from tests.hall import JANUARY, SMALL, TODAY, app_of, book_debits, result, seat_of, yuan

HOUR = timedelta(hours=1)
LATER = TODAY + timedelta(days=40)
NOVEMBER = date(2025, 11, 1)


def fall_back(seat: Seat) -> None:
    """The next word comes from a computer whose clock is an hour behind."""
    app = app_of(seat)
    at = app.clock.moment() - HOUR
    app.clock = Clock(app.country.zone, None, lambda _zone: at)


@query("desk.view")
def november(work: Work, _request: None) -> Energy:
    """What an account is taken to have used in the month."""
    (contract,) = contracts.in_force(work, [ledger.account_id(work, SMALL[0])], JANUARY).popitem()[1]
    months = metering.months_before_reads(work, [contract.service_point_id], NOVEMBER)
    return next(one.energy for many in months.values() for one in many if one.month == NOVEMBER)


def said(form: Callable[[int], Any]) -> tuple[Any, Any]:
    """Two words about the same: the first says 2, the later one 1."""
    return form(2), form(1)


WORDS = {
    "waivers": (
        ledger.set_waiver_limit,
        said(lambda n: WaiverLimitOrder(yuan(f"{n}.00"))),
        lambda seat: seat.ask(ledger.waivers, SMALL[1]).limit == yuan("1.00"),
    ),
    "exports": (
        papers.set_export_limit,
        said(LimitOrder),
        lambda seat: seat.ask(papers.allowance).limit == 1,
    ),
    "cash": (
        counter.set_cash_limit,
        said(lambda n: CashLimitOrder(CashLimit(yuan("100000.00") if n == 2 else yuan("0.01")))),
        lambda seat: seat.ask(counter.till).full,
    ),
    "late fees": (
        ledger.set_late_fee_choice,
        (LateFeeChoice("debt_year", "due_day", LATER), LateFeeChoice("debt_year", "month", LATER)),
        lambda seat: [
            one.choice for one in seat.ask(ledger.late_fee_choices) if one.valid_from == LATER
        ] == ["month"],
    ),
    "suspensions": (
        contracts.set_suspension_terms,
        said(lambda n: SuspensionTerms(LATER, n, 6, None)),
        lambda seat: [
            one.terms.least_days
            for one in seat.ask(contracts.suspension_terms)
            if one.terms.valid_from == LATER
        ] == [1],
    ),
    "holidays": (
        metering.set_year,
        said(lambda n: YearDays(2031, (date(2031, 1, n),))),
        lambda seat: next(
            one.days.holidays for one in seat.ask(metering.calendar_years) if one.days.year == 2031
        ) == (date(2031, 1, 1),),
    ),
    "months": (
        contracts.change_month,
        said(lambda n: MonthOrder(SMALL[0], NOVEMBER, Energy.of(n), "its last bill")),
        lambda seat: seat.ask(november) == Energy.of(1),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WORDS)
def test_the_later_word_holds(small: Seat, name: str) -> None:
    """Both orders of the clock: who spoke first had a clock that was right, and one that was ahead."""
    setting, (first, later), holds = WORDS[name]
    small.do(setting, first)
    assert not holds(small)
    fall_back(small)
    small.do(setting, later)
    assert holds(small)
    small.do(setting, first)
    assert not holds(small)
    assert app_of(small).verify() == []


def test_nobody_decides_in_the_name_of_another_by_setting_a_clock_back(small: Seat) -> None:
    app = app_of(small)
    admin = seat_of(app, "administrator")
    made = admin.do(staff.propose_role, RoleOrder("reader", "cashier"))
    admin.do(staff.set_password, PasswordOrder("supervisor", Secret("a password for now")))
    seized = app.sign_in("supervisor", "a password for now", "2")
    staff.change_own_password(seized, OwnPassword(Secret("a password for now"), Secret("now it is mine")))
    fall_back(small)
    seized = app.sign_in("supervisor", "now it is mine", "2")
    with pytest.raises(Refused, match="set the password"):
        seized.do(staff.decide_role, DecisionOrder(made.proposal_id, approve=True))


def test_the_newest_count_of_a_safe_is_the_one_that_was_made_last(small: Seat) -> None:
    there = small.ask(treasury.safe).expected
    small.do(treasury.count_safe, SafeOrder(there - yuan("5.00")))
    fall_back(small)
    newest = small.do(treasury.count_safe, SafeOrder(there - yuan("1.00")))
    assert small.ask(treasury.safe).waiting == newest.source_id
    settled = small.do(treasury.settle_count, SettleOrder(newest.source_id, "a coin rolled away"))
    fall_back(small)
    waits = small.do(treasury.count_safe, SafeOrder(there))
    small.do(treasury.take_back_safe, SafeBackOrder(settled.source_id, "counted wrongly"))
    assert small.ask(treasury.safe).waiting is None, "what should have been there was another sum"
    again = small.do(treasury.count_safe, SafeOrder(there - yuan("2.00")))
    assert small.ask(treasury.safe).waiting == again.source_id != waits.source_id
    counts = [row for row in small.ask(treasury.safe).rows if row.kind is SafeKind.COUNT]
    assert counts[0].counted == there - yuan("2.00"), "and is shown first"
    assert app_of(small).verify() == []


def test_the_newest_count_and_close_of_a_till_are_those_that_were_made_last(small: Seat) -> None:
    """A till is closed, opened by another, counted twice and handed over: what was counted last is what is left."""
    other, first = seat_of(app_of(small), "cashier"), small.do(counter.count_till, CountOrder(yuan("1.00")))
    unprinted = small.ask(counter.till_closing).unprinted
    fall_back(small)
    small.do(counter.close_till, CloseTillOrder(first.count_id, "nobody knows", unprinted))
    other.do(counter.open_till, TillOrder(yuan("2.00")))
    for amount in ("3.00", "2.00"):
        counted = other.do(counter.count_till, CountOrder(yuan(amount)))
        fall_back(small)
    closing = other.ask(counter.till_closing)
    assert [one.amount for one in closing.counts] == [yuan("3.00"), yuan("2.00")]
    sheet = other.do(counter.close_till, CloseTillOrder(counted.count_id, ""))
    left = small.ask(counter.left_till)
    assert (left.cash_sheet, left.amount) == (sheet.number, yuan("2.00"))
    assert app_of(small).verify() == []


def test_what_a_bank_refused_is_put_right_by_what_was_said_after_it(small: Seat) -> None:
    order = FileOrder("City bank", TODAY, TODAY + timedelta(days=60))
    file = small.do(debits.make_file, order)
    rows = small.ask(debits.debit_items, file.number)
    fall_back(small)
    book_debits(small, *(result(one.number, one.amount, Meaning.CLOSED) for one in rows))
    assert small.ask(debits.preview_file, order).left[-1].why is LeftOut.REFUSED
    fall_back(small)
    (mine,) = small.ask(debits.mandates, MandatesQuery(SMALL[2]))
    small.do(
        debits.set_mandate,
        MandateOrder(
            SMALL[2], "City bank", "6222021234567899999", "H", "", mine.signed_on, TODAY, mine.mandate_id
        ),
    )
    assert small.do(debits.make_file, order).items == len(rows)
