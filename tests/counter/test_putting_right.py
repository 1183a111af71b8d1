"""Payments put right later: refunds by two people, and payments moved from the wrong account to the right one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest

from desktop.counter import service as counter
from desktop.counter.documents import move_letters_pdf, refund_pdf
from desktop.counter.records import (
    CloseTillOrder,
    CountOrder,
    ReceiptQuery,
    TakeBackOrder,
    TenderKind,
)
from desktop.counter.records.right import (
    LetterQuery,
    MoveOrder,
    RefundDecisionOrder,
    RefundNumber,
    RefundOrder,
    RefundQuery,
    RefundRow,
    RefundState,
)
from desktop.desk import service as desk
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat, draw_id
from desktop.ledger import service as ledger
from tests.hall import SMALL, TODAY, app_of, filed, open_till, opened, pay, seat_of, together, yuan
from tests.ledger.test_disputing import reminded
from tests.papers_samples import pdf_pages
from tests.rows import changed, contents

PAID_UP, PART, OWING = SMALL


def approved(seat: Seat, order: RefundOrder) -> RefundRow:
    """A refund that one asks for and another approves."""
    asked = seat.do(counter.ask_refund, order)
    assert asked.state is RefundState.WAITING
    done = seat_of(app_of(seat), "supervisor").do(
        counter.decide_refund, RefundDecisionOrder(asked.request_id, approve=True)
    )
    assert done.state is RefundState.APPROVED
    return done


# Refunds


def test_a_payment_of_yesterday_is_given_back_by_two_people_and_its_till_still_closes_to_the_cent(
    small: Seat, small_hall: str
) -> None:
    before = small.ask(ledger.dues, OWING).total
    receipt = pay(small, OWING, yuan("40.00"))
    with opened(small_hall, TODAY + timedelta(days=1)) as app:
        seat = app.command_line("2")
        order = RefundOrder("paid twice", receipt_number=receipt.number)
        asked = seat.do(counter.ask_refund, order)
        with pytest.raises(Refused, match="asked for already"):
            seat.do(counter.ask_refund, order)
        with pytest.raises(Refused, match="Another person approves"):
            seat.do(counter.pay_refund, asked.request_id)
        yes = RefundDecisionOrder(asked.request_id, approve=True)
        with pytest.raises(Refused, match="asked for this refund yourself"):
            seat.do(counter.decide_refund, yes)
        with pytest.raises(NotPermitted):
            seat_of(app, "cashier").do(counter.decide_refund, yes)
        seat_of(app, "head_cashier").do(counter.decide_refund, yes)
        with pytest.raises(Refused, match="does not hold so much"):
            seat.do(counter.pay_refund, asked.request_id)
        pay(seat, PART, yuan("50.00"))
        key = draw_id()
        paid = seat.do(counter.pay_refund, asked.request_id, key)
        assert seat.do(counter.pay_refund, asked.request_id, key) == paid
        with pytest.raises(Refused, match="paid out already"):
            seat.do(counter.pay_refund, asked.request_id)
        assert (paid.number, paid.amount, paid.receipt_number) == (
            "R2-26000001",
            yuan("40.00"),
            receipt.number,
        )
        assert (paid.asked_by, paid.decided_by) == ("Night", "Head_Cashier")
        assert seat.ask(ledger.dues, OWING).total >= before, "what it had cleared is owed again"
        (row, *_) = seat.ask(desk.account_card, OWING).payments
        assert (row.receipt_number, row.taken_back) == (receipt.number, True)
        assert [str(note) for note in seat.ask(counter.receipt, ReceiptQuery(receipt.number)).notes]
        counted = seat.do(counter.count_till, CountOrder(yuan("10.00")))
        sheet = seat.do(counter.close_till, CloseTillOrder(counted.count_id))
        assert (sheet.expected, sheet.difference) == (yuan("10.00"), Money(0))
        filed(seat, counter.REFUND, paid.number)
        copy = seat.do(counter.reprint_refund, RefundNumber(paid.number))
        assert replace(copy, copy=0) == seat.ask(counter.refund, RefundNumber(paid.number)) == paid
        text = " ".join(pdf_pages(refund_pdf(copy, app.catalog, app.country, app.picture))[0].split())
        for words in (paid.number, "COPY 1", receipt.number, "paid twice", "肆拾元整", "Head_Cashier"):
            assert words in text, words
        assert app.verify() == []


def test_credit_is_given_back_in_part_by_transfer_and_never_twice(
    small: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(small, PAID_UP, yuan("9.00"))
    by_bank = RefundOrder("moved away", "", PAID_UP, yuan("5.00"), TenderKind.TRANSFER, "6228 0042 0001")
    first = approved(small, by_bank)
    with pytest.raises(Refused, match="credit that can be given back"):
        small.do(counter.ask_refund, by_bank)
    declined = small.do(counter.ask_refund, RefundOrder("all", account_number=PAID_UP))
    order = RefundDecisionOrder(declined.request_id, approve=False, reason="in part only")
    seat_of(app_of(small), "supervisor").do(counter.decide_refund, order)
    with monkeypatch.context() as patch:
        patch.setattr(import_module("desktop.counter.service.refunds"), "SHOWN", 1)
        (waits,) = small.ask(counter.refunds, RefundQuery())
    assert waits.request_id == first.request_id, "newer ones that are finished hide none that is not"
    assert small.do(counter.ask_refund, RefundOrder("all", account_number=PAID_UP)).amount == yuan("4.00")
    paid = small.do(counter.pay_refund, first.request_id)
    assert (paid.credit_after, paid.reference) == (yuan("4.00"), "6228 0042 0001")
    states = [one.state for one in small.ask(counter.refunds, RefundQuery(PAID_UP))]
    assert states[:3] == [RefundState.WAITING, RefundState.DECLINED, RefundState.PAID]
    assert app_of(small).verify() == []


def test_credit_used_up_after_the_approval_is_not_given_back(small: Seat, small_hall: str) -> None:
    extra = small.ask(ledger.dues, PART).total + yuan("5.00")
    receipt = pay(small, PART, extra)
    row = approved(small, RefundOrder("too much", account_number=PART))
    small.do(counter.reverse_payment, TakeBackOrder(receipt.number, "the wrong one"))
    before = contents(small_hall)
    with pytest.raises(Refused, match="cannot be given back"):
        small.do(counter.pay_refund, row.request_id)
    assert changed(before, contents(small_hall)) == set()


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (RefundOrder("", account_number=PAID_UP), "Say why"),
        (RefundOrder("x", account_number=PAID_UP, tender=TenderKind.CARD), "in cash or by transfer"),
        (RefundOrder("x", account_number=PAID_UP, tender=TenderKind.TRANSFER), "bank account"),
        (RefundOrder("x", account_number=PAID_UP), "credit that can be given back"),
        (RefundOrder("x", account_number=PART, amount=Money(-1)), "more than zero"),
        (RefundOrder("x", account_number="1"), "No account"),
        (RefundOrder("x", receipt_number="9-1"), "No receipt"),
        (RefundOrder("x", receipt_number="1-26000001"), "is of today"),
        (RefundOrder("x", receipt_number="1-26000001", account_number=PART), "of no payment"),
    ],
)
def test_what_cannot_be_given_back_is_refused_in_words(small: Seat, order: RefundOrder, words: str) -> None:
    with pytest.raises((Refused, NotFound), match=words):
        small.do(counter.ask_refund, order)


def test_a_refund_paid_at_two_tills_at_once_is_paid_once(small: Seat, small_hall: str) -> None:
    pay(small, PAID_UP, yuan("3.00"))
    pay(app_of(small).command_line("2"), PART, yuan("3.00"))
    row = approved(small, RefundOrder("paid twice", account_number=PAID_UP))
    with opened(small_hall) as other:
        answers = together(
            [
                lambda: small.do(counter.pay_refund, row.request_id),
                lambda: other.command_line("2").do(counter.pay_refund, row.request_id),
            ]
        )
    assert sum(isinstance(one, Refused) for one in answers) == 1, answers
    assert app_of(small).verify() == []


# The wrong account


def test_a_payment_is_moved_with_letters_to_both_and_moved_back_by_the_same_step(
    small: Seat, small_hall: str
) -> None:
    started = [small.ask(ledger.dues, number) for number in (PART, OWING)]
    drawer = yuan("0.00")
    receipt = pay(small, PART, yuan("10.00"))
    order = MoveOrder(receipt.number, OWING, "the neighbour paid")
    told = small.rehearse(counter.move_payment, order)
    key = draw_id()
    moved = small.do(counter.move_payment, order, key)
    assert small.do(counter.move_payment, order, key) == moved
    assert (told.left, told.right, told.settled) == (moved.left, moved.right, moved.settled)
    assert moved.left.after == started[0]
    assert moved.right.after.total == started[1].total - yuan("10.00")
    assert sum((item.principal for item in moved.reopened), drawer) == yuan("10.00")
    there = small.ask(desk.account_card, OWING).payments[0]
    assert (there.receipt_number, there.moved, there.elsewhere) == (receipt.number, True, False)
    here = small.ask(desk.account_card, PART).payments[0]
    assert (here.receipt_number, here.moved, here.elsewhere, here.taken_back) == (
        receipt.number,
        True,
        True,
        False,
    )
    with pytest.raises(Refused, match="is on account"):
        small.do(counter.move_payment, order)
    back = small.do(counter.move_payment, MoveOrder(receipt.number, PART, "it was right"))
    assert (back.left.after, back.right.after.total) == (started[1], started[0].total - yuan("10.00"))
    trail = small.ask(counter.moves, ReceiptQuery(receipt.number))
    assert [(row.from_account, row.to_account, len(row.letters)) for row in trail] == [
        (PART, OWING, 2),
        (OWING, PART, 2),
    ]
    filed(small, counter.LETTER, *trail[0].letters)
    copies = small.do(counter.reprint_letters, LetterQuery(trail[0].letters))
    app = small.app
    pages = pdf_pages(move_letters_pdf(copies, app.catalog, app.country, app.picture))
    assert ["COPY 1" in page for page in pages] == [True, True]
    assert OWING not in pages[0].replace(" ", ""), "no customer is told another's number"
    small.do(counter.reverse_payment, TakeBackOrder(receipt.number, "all wrong"))
    assert [small.ask(ledger.dues, number) for number in (PART, OWING)] == started
    with pytest.raises(Refused, match="taken back already"):
        small.do(counter.move_payment, order)
    assert app.verify() == []  # type: ignore[attr-defined]  # known here


def test_late_fees_follow_the_day_of_the_payment(small_hall: str) -> None:
    """What opens again is late as if never paid; where the payment was meant for, its own day counts."""
    with opened(small_hall, TODAY + timedelta(days=60)) as app:
        seat = app.command_line("1")
        late = [seat.ask(ledger.dues, number) for number in (PART, OWING)]
        receipt = pay(seat, PART, late[0].total)
        assert late[1].late_fee.raw > 0
    with opened(small_hall, TODAY + timedelta(days=75)) as app:
        seat = app.command_line("1")
        grown = seat.ask(ledger.dues, OWING)
        assert grown.late_fee > late[1].late_fee
        assert [seat.ask(reminded, number) for number in (PART, OWING)] == [Money(0), grown.principal]
        moved = seat.do(counter.move_payment, MoveOrder(receipt.number, OWING, "the neighbour paid"))
        assert moved.left.after.principal == late[0].principal
        assert moved.left.after.late_fee > late[0].late_fee, "as if it had never been paid"
        assert seat.ask(reminded, PART) == late[0].principal, "who is reminded of arrears follows the money"
        assert seat.ask(reminded, OWING) < grown.principal
        settled = sum((item.total for item in moved.settled), Money(0))
        assert settled == min(late[0].total, late[1].total)
        assert all(
            item.late_fee <= one.late_fee for item, one in zip(moved.settled, late[1].items, strict=False)
        )
        assert app.verify() == []


def test_a_payment_under_a_refund_or_closed_till_keeps_its_till(small: Seat, small_hall: str) -> None:
    """The till that took the money closes on what it took, wherever the payment stands now."""
    second = app_of(small).command_line("2")
    receipt = pay(second, PART, yuan("10.00"))
    small.do(counter.move_payment, MoveOrder(receipt.number, OWING, "the neighbour paid"))
    counted = second.do(counter.count_till, CountOrder(yuan("10.00")))
    sheet = second.do(counter.close_till, CloseTillOrder(counted.count_id))
    assert (sheet.expected, sheet.difference) == (yuan("10.00"), Money(0))
    small.do(counter.move_payment, MoveOrder(receipt.number, PART, "it was right"))
    with opened(small_hall, TODAY + timedelta(days=1)) as app:
        seat = open_till(app.command_line("2"))
        pay(seat, PART, yuan("20.00"))
        row = approved(seat, RefundOrder("paid twice", receipt_number=receipt.number))
        with pytest.raises(Refused, match="asked for already"):
            seat.do(counter.move_payment, MoveOrder(receipt.number, OWING, "again"))
        assert seat.do(counter.pay_refund, row.request_id).amount == yuan("10.00")
        assert app.verify() == []


def test_two_moves_of_one_payment_at_once_leave_it_on_one_account(small: Seat, small_hall: str) -> None:
    receipt = pay(small, PART, yuan("10.00"))
    with opened(small_hall) as other:
        answers = together(
            [
                lambda: small.do(counter.move_payment, MoveOrder(receipt.number, OWING, "x")),
                lambda: other.command_line("2").do(
                    counter.move_payment, MoveOrder(receipt.number, PAID_UP, "x", PART)
                ),
            ]
        )
    assert sum(isinstance(one, Refused) for one in answers) <= 1, answers
    assert app_of(small).verify() == []


def test_a_refund_asked_for_while_its_payment_is_moved_goes_one_way_only(
    small: Seat, small_hall: str
) -> None:
    receipt = pay(small, PART, yuan("3.00"))
    with opened(small_hall, TODAY + timedelta(days=1)) as app, opened(small_hall, TODAY) as other:
        asks = RefundOrder("paid twice", receipt_number=receipt.number, account_number=PART)
        moves = MoveOrder(receipt.number, OWING, "the neighbour paid")
        answers = together(
            [
                lambda: app.command_line("1").do(counter.ask_refund, asks),
                lambda: other.command_line("2").do(counter.move_payment, moves),
            ]
        )
        assert sum(isinstance(one, Refused) for one in answers) == 1, answers
        assert app.verify() == []


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (MoveOrder("1-26000001", OWING, " "), "Say why"),
        (MoveOrder("1-26000001", "77", "x"), "No account"),
        (MoveOrder("9-9", OWING, "x"), "No receipt"),
        (MoveOrder("1-26000001", OWING, "x", PART), "of no payment"),
    ],
)
def test_what_cannot_be_moved_is_refused_in_words(small: Seat, order: MoveOrder, words: str) -> None:
    with pytest.raises(Refused, match=words):
        small.do(counter.move_payment, order)
    with pytest.raises(NotPermitted):
        seat_of(app_of(small), "cashier").do(counter.move_payment, order)
