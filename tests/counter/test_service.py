"""Tills, payments and receipts in a real hall."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import sqlalchemy as sa

from desktop.counter import service as counter
from desktop.counter.records import PaymentOrder, ReceiptIssued, ReceiptQuery, TenderKind, TillOrder
from desktop.counter.tables import Payment, Tender
from desktop.desk import service as desk
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Money
from desktop.kernel.period import Clock
from desktop.kernel.work import Seat, draw_id
from desktop.ledger import service as ledger
from desktop.ledger.records import Role
from desktop.ledger.tables import LedgerAccount, Posting
from tests.hall import (
    PASSWORD,
    SMALL,
    account_number,
    app_of,
    open_till,
    opened,
    pay,
    posting_sets,
    together,
    yuan,
)
from tests.kernel import faults
from tests.rows import changed, contents, raw


def station(seat: Seat, code: str) -> Seat:
    """The same person at another station."""
    return app_of(seat).command_line(code)


# Tills


def test_a_till_opens_with_its_float_and_tells_the_next_receipt(seat: Seat) -> None:
    assert seat.ask(counter.till) is None
    opened_till = seat.do(counter.open_till, TillOrder(yuan("500.00")))
    assert (opened_till.till_code, opened_till.receipts) == ("1", 0)
    assert seat.ask(counter.till) == opened_till
    receipt = pay(seat, account_number(1), yuan("1.00"))
    assert receipt.number == opened_till.next_receipt
    now = seat.ask(counter.till)
    assert now is not None
    assert (now.receipts, now.session_id) == (1, opened_till.session_id)
    assert now.next_receipt != receipt.number


def test_an_open_till_is_not_opened_again(small: Seat, small_hall: str) -> None:
    before = contents(small_hall)
    with pytest.raises(Refused, match="open already"):
        small.do(counter.open_till, TillOrder(Money(0)))
    assert changed(before, contents(small_hall)) == set()


def test_a_negative_float_is_refused(seat: Seat) -> None:
    with pytest.raises(Refused, match="negative"):
        seat.do(counter.open_till, TillOrder(Money(-1)))


def test_a_till_opened_twice_at_once_is_open_once(seat: Seat, sample_hall: str) -> None:
    with opened(sample_hall) as other:
        answers = together(
            [
                lambda: open_till(seat),
                lambda: open_till(other.command_line("1")),
                lambda: open_till(station(seat, "1")),
            ]
        )
    assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True, True], answers
    with raw(sample_hall) as rows:
        assert rows.one("SELECT count(*) FROM counter_till WHERE code = '1'") == 1
    assert pay(seat, account_number(1), yuan("1.00")).number
    assert app_of(seat).verify() == []


def test_a_closed_till_takes_no_money(seat: Seat, sample_hall: str) -> None:
    before = contents(sample_hall)
    with pytest.raises(Refused, match="till is closed"):
        pay(seat, account_number(1), yuan("1.00"))
    assert changed(before, contents(sample_hall)) == set()


# Payments


def test_a_payment_clears_the_oldest_bill_first_and_the_receipt_shows_it(billed: Seat) -> None:
    open_till(billed)
    number = account_number(9)  # December is open, and January
    before = billed.ask(ledger.dues, number)
    assert [item.month for item in before.items] == [date(2025, 12, 1), date(2026, 1, 1)]
    first = before.items[0]
    receipt = pay(billed, number, first.total + yuan("1.00"))
    assert [(one.month, one.principal, one.late_fee, one.settled) for one in receipt.items] == [
        (first.month, first.principal, first.late_fee, True),
        (date(2026, 1, 1), yuan("1.00"), Money(0), False),
    ]
    after = billed.ask(ledger.dues, number)
    assert receipt.owed_after == after.total == before.total - receipt.amount
    assert [item.bill_number for item in after.items] == [before.items[1].bill_number]
    card = billed.ask(desk.account_card, number)
    assert card.payments[0].receipt_number == receipt.number
    assert {one.number: one.open for one in card.bills}[first.bill_number] == Money(0)


def test_a_receipt_tells_who_what_where_and_when(small: Seat) -> None:
    order = PaymentOrder(SMALL[1], yuan("12.34"), yuan("20.00"))
    receipt = small.do(counter.take_payment, order)
    assert (receipt.amount, receipt.given, receipt.change) == (yuan("12.34"), yuan("20.00"), yuan("7.66"))
    assert (receipt.customer_name, receipt.address, receipt.account_number) == (
        "Customer 2",
        "Street 2",
        SMALL[1],
    )
    assert (receipt.letterhead.company, receipt.letterhead.hall) == ("Company", "Hall")
    assert (receipt.cashier, receipt.till_name, receipt.language) == ("Night", "Counter 1", "en")
    assert (receipt.amount_words, receipt.tender, receipt.copy) == ("壹拾贰元叁角肆分", TenderKind.CASH, 0)
    assert receipt.paid_at.date() == date(2026, 2, 5)
    assert small.ask(counter.receipt, ReceiptQuery(f" {receipt.number} ")) == receipt


def test_more_than_is_owed_becomes_credit_and_an_advance_adds_to_it(small: Seat) -> None:
    owed = small.ask(ledger.dues, SMALL[1]).total
    receipt = pay(small, SMALL[1], owed + yuan("5.00"))
    assert (receipt.credit_made, receipt.credit_after, receipt.owed_after) == (
        yuan("5.00"),
        yuan("5.00"),
        Money(0),
    )
    again = pay(small, SMALL[1], yuan("1.00"))
    assert (again.items, again.credit_after) == ((), yuan("6.00"))


@pytest.mark.parametrize(
    ("tender", "reference", "role"),
    [
        (TenderKind.CASH, "", Role.TILL_CASH),
        (TenderKind.CARD, "C1", Role.IN_TRANSIT),
        (TenderKind.TRANSFER, "T1", Role.IN_TRANSIT),
        (TenderKind.WALLET, "W1", Role.IN_TRANSIT),
    ],
)
def test_each_tender_goes_to_its_ledger_account(
    small: Seat, tender: TenderKind, reference: str, role: Role
) -> None:
    receipt = small.do(
        counter.take_payment, PaymentOrder(SMALL[1], yuan("5.00"), yuan("5.00"), tender, f" {reference} ")
    )
    with small.app.database.read() as session:
        payment = session.get_one(Payment, receipt.payment_id)
        query = sa.select(Posting.amount).join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        posted = session.scalars(
            query.where(Posting.posting_set_id == payment.posting_set_id, LedgerAccount.role == role)
        )
        assert posted.all() == [yuan("5.00")]
        stored = session.scalars(sa.select(Tender).filter_by(payment_id=payment.id)).one()
        assert (stored.kind, stored.reference, stored.amount, stored.given) == (
            tender,
            reference,
            yuan("5.00"),
            yuan("5.00"),
        )


def test_a_clerk_takes_no_money_and_a_cashier_reverses_none(small: Seat) -> None:
    clerk, cashier = (app_of(small).sign_in(login, PASSWORD, "1") for login in ("clerk", "cashier"))
    with pytest.raises(NotPermitted):
        pay(clerk, SMALL[1], yuan("1.00"))
    assert pay(cashier, SMALL[1], yuan("1.00")).cashier == "Cashier"
    with pytest.raises(NotPermitted):
        cashier.do(ledger.reverse, posting_sets(small.app, SMALL[1])[-1])  # type: ignore[arg-type]  # of any kind


# Receipts


def test_receipt_numbers_count_up_by_station_without_a_gap(small: Seat) -> None:
    other = station(small, "2")
    numbers = [pay(one, SMALL[1], yuan("0.10")).number for one in (small, other, small, other, small)]
    runs = {
        code: [int(number[-6:]) for number in numbers if number.startswith(code)]
        for code in {n[:-6] for n in numbers}
    }
    assert len(runs) == 2
    for run in runs.values():
        assert run == list(range(run[0], run[0] + len(run)))


def test_a_new_year_begins_at_one(small: Seat) -> None:
    small.app.clock = Clock(small.app.country.zone, date(2027, 1, 1))
    receipt = pay(small, SMALL[1], yuan("1.00"))
    assert receipt.number.endswith("27000001")
    small.app.clock = Clock(small.app.country.zone, date(2026, 12, 31))
    assert "26000" in pay(small, SMALL[1], yuan("1.00")).number
    assert app_of(small).verify() == []


def test_the_year_of_a_receipt_is_that_of_the_hall_not_of_greenwich(small: Seat) -> None:
    """Half past midnight in Hangzhou is still the old year in Greenwich."""
    zone = small.app.country.zone
    small.app.clock = Clock(zone, now=lambda zone: datetime(2027, 1, 1, 0, 30, tzinfo=zone))
    receipt = pay(small, SMALL[1], yuan("1.00"))
    assert receipt.number.endswith("27000001")
    assert receipt.paid_at.date() == date(2027, 1, 1)
    assert app_of(small).verify() == []


def test_reprints_say_which_copy_they_are_and_change_nothing_else(small: Seat) -> None:
    receipt = pay(small, SMALL[1], yuan("1.00"))
    copies = [small.do(counter.reprint_receipt, ReceiptQuery(receipt.number)) for _ in range(3)]
    assert [copy.copy for copy in copies] == [1, 2, 3]
    assert small.ask(counter.receipt, ReceiptQuery(receipt.number)) == receipt
    assert app_of(small).verify() == []


def test_reprints_at_once_have_numbers_of_their_own(small: Seat, small_hall: str) -> None:
    query = ReceiptQuery(pay(small, SMALL[1], yuan("1.00")).number)
    with opened(small_hall) as other:
        seats = [small, other.command_line("2"), station(small, "2")]
        answers = together([lambda seat=seat: seat.do(counter.reprint_receipt, query) for seat in seats])  # type: ignore[misc]  # a default that binds
    assert sorted(answer.copy for answer in answers) == [1, 2, 3], answers


def test_a_receipt_nobody_issued_is_not_found(small: Seat) -> None:
    for ask in (
        lambda query: small.ask(counter.receipt, query),
        lambda query: small.do(counter.reprint_receipt, query),
    ):
        with pytest.raises(NotFound):
            ask(ReceiptQuery("1-26999999"))


def test_a_receipt_still_says_what_it_said_after_more_payments(small: Seat) -> None:
    receipt = pay(small, SMALL[1], yuan("1.00"))
    pay(small, SMALL[1], yuan("50.00"))
    assert small.ask(counter.receipt, ReceiptQuery(receipt.number)) == receipt


def test_the_check_code_of_a_receipt_comes_from_the_hash_of_its_payment(small: Seat) -> None:
    receipt = pay(small, SMALL[1], yuan("1.00"))
    with small.app.database.read() as session:
        digest = session.get_one(Payment, receipt.payment_id).hash.hex().upper()
    assert receipt.check_code.replace("-", "") == digest[: len(receipt.check_code.replace("-", ""))]


def test_the_money_in_the_tills_is_the_sum_of_what_was_taken(small: Seat) -> None:
    with small.app.database.read() as session:
        cash = sa.select(sa.func.sum(Posting.amount)).join(
            LedgerAccount, LedgerAccount.id == Posting.ledger_account_id
        )
        before = session.scalar(cash.where(LedgerAccount.role == Role.TILL_CASH))
    receipts = [
        pay(small, SMALL[place % 3], Money(fen), draw_id()) for place, fen in enumerate((1, 99, 12_345))
    ]
    assert all(isinstance(receipt, ReceiptIssued) for receipt in receipts)
    with small.app.database.read() as session:
        after = session.scalar(cash.where(LedgerAccount.role == Role.TILL_CASH))
    assert after - before == Money(12_445)


def test_a_full_disk_books_nothing_and_the_same_id_pays_once_there_is_room(small: Seat) -> None:
    app, key = app_of(small), draw_id()
    before = small.ask(ledger.dues, SMALL[1]).to_pay
    with faults.full(app, 0), pytest.raises(Refused, match="disk is full"):
        pay(small, SMALL[1], Money(1), key)
    assert small.ask(ledger.dues, SMALL[1]).to_pay == before
    assert pay(small, SMALL[1], Money(1), key).number
    assert small.ask(ledger.dues, SMALL[1]).to_pay == before - Money(1)
