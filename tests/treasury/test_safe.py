"""The safe of a hall and a till handed over: every sum is what the ledger has, and what is taken back stays seen."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from desktop.counter import service as counter
from desktop.counter.records import (
    CloseTillOrder,
    CountOrder,
    MovementKind,
    MovementOrder,
    Piece,
    TakeOverOrder,
)
from desktop.desk import service as desk
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat, draw_id
from desktop.ledger.records import Role
from desktop.treasury import service as treasury
from desktop.treasury.records import (
    BankDepositOrder,
    SafeBackOrder,
    SafeKind,
    SafeOrder,
    SafeRow,
    SettleOrder,
    SlipQuery,
)
from tests.hall import PASSWORD, SMALL, app_of, books, count_safe, filed, opened, pay, seat_of, together, yuan
from tests.rows import changed, contents, raw


def expected(seat: Seat) -> Money:
    return seat.ask(treasury.safe).expected


def count(seat: Seat, amount: Money, reason: str = "nobody knows") -> Any:
    return count_safe(seat, amount, reason)


def test_the_safe_has_what_tills_turned_in_and_cash_goes_from_it_to_the_bank(small: Seat) -> None:
    assert expected(small) == yuan("460.00") - yuan("200.00"), (
        "counted with 500, deposited 40, a float of 200"
    )
    in_ledger = books(small, Role.SAFE)
    small.do(counter.move_cash, MovementOrder(MovementKind.DROP, yuan("150.00")))
    assert expected(small) == yuan("410.00")
    count(small, yuan("409.00"))
    short = small.ask(treasury.safe)
    assert (short.expected, short.turned_in, short.rows[0].amount) == (
        yuan("409.00"),
        Money(0),
        yuan("-1.00"),
    )
    transit = books(small, Role.IN_TRANSIT)
    slip = small.do(
        treasury.deposit_cash,
        BankDepositOrder(yuan("400.00"), " 77  1 ", (Piece(yuan("100.00"), 3), Piece(yuan("5.00"), 0))),
    )
    assert (slip.slip, slip.pieces, slip.amount_words) == ("77 1", (Piece(yuan("100.00"), 3),), "肆佰元整")
    assert expected(small) == yuan("9.00")
    assert books(small, Role.IN_TRANSIT) == transit + yuan("400.00")
    assert books(small, Role.SAFE) == in_ledger + yuan("150.00") - yuan("401.00")
    assert small.ask(treasury.deposit_slip, SlipQuery(slip.number)) == slip
    assert small.do(treasury.reprint_deposit_slip, SlipQuery(slip.number)).copy == 0, "nobody printed it"
    filed(small, treasury.DEPOSIT, slip.number)
    assert small.do(treasury.reprint_deposit_slip, SlipQuery(slip.number)).copy == 1
    newest = small.ask(treasury.safe).rows[0]
    assert (newest.kind, newest.paper, newest.till_name) == (SafeKind.DEPOSIT, slip.number, "77 1")
    back = small.do(treasury.take_back_safe, SafeBackOrder(newest.source_id, "the car did not come"))
    assert back.taken_back == "the car did not come"
    assert expected(small) == yuan("409.00")
    assert books(small, Role.IN_TRANSIT) == transit
    again = small.do(treasury.deposit_cash, BankDepositOrder(yuan("400.00"), "77 1"))
    assert again.check_code[:4] != slip.check_code[:4], (
        "each slip has a code of its own, whenever it was made"
    )
    assert again.number != slip.number, "a slip that was taken back is free again, its number is not"
    rows = {row.paper: row for row in small.ask(treasury.safe).rows}
    assert rows[slip.number].taken_back == "the car did not come"
    assert app_of(small).verify() == []


def test_what_cannot_be_is_refused_and_changes_nothing(small: Seat, small_hall: str) -> None:
    first = count(small, expected(small)).source_id
    before = contents(small_hall)
    for operation, order, words in (
        (treasury.count_safe, SafeOrder(Money(-1)), "negative"),
        (treasury.settle_count, SettleOrder(first, "nobody knows"), "booked already"),
        (treasury.settle_count, SettleOrder(draw_id(), "nobody knows"), "no such count"),
        (treasury.deposit_cash, BankDepositOrder(Money(0), "1"), "more than zero"),
        (treasury.deposit_cash, BankDepositOrder(yuan("1.00"), "  "), "bank's slip"),
        (treasury.deposit_cash, BankDepositOrder(yuan("1.00"), "1001"), "already"),
        (treasury.deposit_cash, BankDepositOrder(yuan("1.00"), "1", (Piece(yuan("5.00"), 1),)), "more than"),
        (treasury.deposit_cash, BankDepositOrder(yuan("9999.00"), "1"), "Count the safe first"),
        (treasury.take_back_safe, SafeBackOrder(draw_id(), "why"), "no such"),
        (treasury.take_back_safe, SafeBackOrder(first, " "), "Say why"),
    ):
        with pytest.raises(Refused, match=words):
            small.do(operation, order)
    with pytest.raises(NotFound):
        small.ask(treasury.deposit_slip, SlipQuery("B9"))
    assert changed(before, contents(small_hall)) == set()
    second = count(small, yuan("1.00")).source_id
    with pytest.raises(Refused, match="counted again"):
        small.do(treasury.take_back_safe, SafeBackOrder(first, "why"))
    for key in (second, first):
        small.do(treasury.take_back_safe, SafeBackOrder(key, "why"))
    with pytest.raises(Refused, match="taken back already"):
        small.do(treasury.take_back_safe, SafeBackOrder(first, "why"))
    cashier = app_of(small).sign_in("cashier", PASSWORD, "1")
    for asked in (lambda: cashier.ask(treasury.safe), lambda: count(cashier, Money(0))):
        with pytest.raises(NotPermitted):
            asked()
    assert app_of(small).verify() == []


def counts(seat: Seat) -> list[SafeRow]:
    """The counts of the safe made in this test, newest first."""
    return [row for row in seat.ask(treasury.safe).rows if row.kind is SafeKind.COUNT][:-1]


def test_a_count_stays_whatever_it_comes_to_and_its_difference_is_booked_with_a_reason(small: Seat) -> None:
    there, in_ledger = expected(small), books(small, Role.SAFE)
    first = small.do(treasury.count_safe, SafeOrder(there - yuan("5.00"), (Piece(yuan("100.00"), 2),)))
    assert (first.booked, first.expected, first.difference) == (False, there, yuan("-5.00"))
    assert (expected(small), books(small, Role.SAFE)) == (there, in_ledger), "nothing is booked yet"
    assert small.ask(treasury.safe).waiting == first.source_id
    assert small.ask(desk.today).hall_day.safe_differs
    for reason, words in ((" ", "say why"), ("x" * 501, "letters at most")):
        with pytest.raises(Refused, match=words):
            small.do(treasury.settle_count, SettleOrder(first.source_id, reason))
    second = small.do(treasury.count_safe, SafeOrder(there - yuan("1.00")))
    with pytest.raises(Refused, match="counted again"):
        small.do(treasury.settle_count, SettleOrder(first.source_id, "nobody knows"))
    small.do(
        counter.move_cash, MovementOrder(MovementKind.DROP, yuan("20.00"))
    )  # after the count: not of its difference
    settled = small.do(treasury.settle_count, SettleOrder(second.source_id, "a coin rolled away"))
    assert (settled.booked, settled.difference) == (True, yuan("-1.00"))
    assert expected(small) == there + yuan("19.00")
    assert books(small, Role.SAFE) == in_ledger + yuan("19.00")
    assert small.ask(treasury.safe).turned_in == yuan("20.00"), "since the count, not since its reason"
    assert [(row.counted, row.paper, row.booked) for row in counts(small)] == [
        (there - yuan("1.00"), "a coin rolled away", True),
        (there - yuan("5.00"), "", False),
    ]
    assert small.ask(treasury.safe).waiting is None
    assert not small.ask(desk.today).hall_day.safe_differs
    assert app_of(small).verify() == []


def test_a_count_is_not_booked_against_what_was_taken_back_since(small: Seat) -> None:
    small.do(treasury.deposit_cash, BankDepositOrder(yuan("10.00"), "79"))
    deposit = small.ask(treasury.safe).rows[0].source_id
    waits = small.do(treasury.count_safe, SafeOrder(expected(small) + yuan("10.00"))).source_id
    small.do(treasury.take_back_safe, SafeBackOrder(deposit, "it never left"))
    assert small.ask(treasury.safe).waiting is None
    with pytest.raises(Refused, match="taken back"):
        small.do(treasury.settle_count, SettleOrder(waits, "nobody knows"))
    again = small.do(treasury.count_safe, SafeOrder(expected(small)))
    assert (again.booked, again.difference) == (True, Money(0))
    assert [row.booked for row in counts(small)] == [True, False]
    assert app_of(small).verify() == []


def test_two_who_say_why_at_once_book_it_once(small: Seat, small_hall: str) -> None:
    there = expected(small)
    waits = small.do(treasury.count_safe, SafeOrder(there + yuan("3.00"))).source_id
    with opened(small_hall) as other:
        answers = together(
            [
                lambda: small.do(treasury.settle_count, SettleOrder(waits, "found")),
                lambda: other.command_line("2").do(treasury.settle_count, SettleOrder(waits, "nobody knows")),
            ]
        )
    (refused,) = (one for one in answers if isinstance(one, BaseException))
    assert isinstance(refused, Refused), answers
    assert expected(small) == there + yuan("3.00")
    assert app_of(small).verify() == []


def test_who_counted_and_who_said_why_are_both_named(small: Seat) -> None:
    waits = small.do(treasury.count_safe, SafeOrder(yuan("1.00"))).source_id
    other = seat_of(app_of(small), "supervisor", "2")
    assert other.actor.name != small.actor.name
    other.do(treasury.settle_count, SettleOrder(waits, "nobody knows"))
    assert counts(small)[0].by == f"{small.actor.name}, {other.actor.name}"


def test_what_is_older_than_the_list_is_taken_back_too(small: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    small.do(treasury.deposit_cash, BankDepositOrder(yuan("9.00"), "77"))
    deposit = small.ask(treasury.safe).rows[0]
    monkeypatch.setattr(import_module("desktop.treasury.service.safe"), "ROWS_SHOWN", 1)
    small.do(treasury.deposit_cash, BankDepositOrder(yuan("8.00"), "78"))
    assert [row.source_id for row in small.ask(treasury.safe).rows] != [deposit.source_id]
    back = small.do(treasury.take_back_safe, SafeBackOrder(deposit.source_id, "the car did not come"))
    assert (back.paper, back.taken_back) == (deposit.paper, "the car did not come")


def test_two_deposits_at_once_never_take_more_than_there_is(small: Seat, small_hall: str) -> None:
    there = expected(small)
    with opened(small_hall) as other:
        orders = [BankDepositOrder(there, slip) for slip in ("a", "b")]
        answers = together(
            [
                lambda: small.do(treasury.deposit_cash, orders[0]),
                lambda: other.command_line("2").do(treasury.deposit_cash, orders[1]),
            ]
        )
    assert sum(isinstance(one, Refused) for one in answers) == 1, answers
    assert expected(small) == Money(0)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE treasury_deposit SET amount = amount + 1", "safe_movement"),
        ("UPDATE treasury_safe_count SET counted = counted + 1", "safe_movement"),
        ("UPDATE treasury_safe_tally SET counted = counted + 1", "safe_count"),
        ("UPDATE treasury_safe_tally SET expected = counted, id = user_id", "safe_count"),
        ("UPDATE treasury_safe_reversal SET posting_set_id = NULL", "safe_movement"),
        ("UPDATE treasury_deposit SET running = running + 7", "numbers_gap"),
        ("UPDATE counter_hand_over SET till_session_id = till_closed_id", "row_altered"),
        ("UPDATE counter_till_closed SET counted = counted + 1", "hand_over"),
    ],
)
def test_verify_names_what_was_altered(small: Seat, small_hall: str, change: str, code: str) -> None:
    with raw(small_hall) as rows:
        rows.unguard()
        if rows.kind == "sqlite":
            rows("PRAGMA ignore_check_constraints = 1")
        else:
            rows("ALTER TABLE counter_till_closed DROP CONSTRAINT ck_counter_till_closed_difference")
        rows(change)
    assert code in {one.code for one in app_of(small).verify()}


# A till handed over


def test_a_till_is_taken_over_with_the_count_it_was_closed_by(small: Seat) -> None:
    pay(small, SMALL[1], yuan("12.00"))
    cashier = seat_of(app_of(small), "cashier", "1")
    assert cashier.ask(counter.left_till) is None, "it is open"
    there = next(one for one in small.ask(treasury.drawers) if one.till_name == "Counter 1").cash
    notes = (Piece(yuan("100.00"), 2), Piece(yuan("10.00"), 1))
    counted = small.do(counter.count_till, CountOrder(there, notes))
    unprinted = small.ask(counter.till_closing).unprinted
    sheet = small.do(counter.close_till, CloseTillOrder(counted.count_id, "", unprinted))
    assert small.ask(counter.left_till) is None, "nobody hands over to himself"
    with pytest.raises(Refused, match="Nobody handed"):
        cashier.do(counter.take_over_till, TakeOverOrder("Z9"))
    left = cashier.ask(counter.left_till)
    assert (left.cash_sheet, left.amount, left.pieces) == (sheet.number, there, notes)
    safe = expected(small)
    taken = cashier.do(counter.take_over_till, TakeOverOrder(sheet.number))
    assert (taken.till_name, taken.receipts) == ("Counter 1", 0)
    assert expected(small) == safe - there
    assert cashier.ask(counter.left_till) is None
    with pytest.raises(Refused, match="Nobody handed"):
        cashier.do(counter.take_over_till, TakeOverOrder(sheet.number))
    end = cashier.do(counter.count_till, CountOrder(there))
    last = cashier.do(counter.close_till, CloseTillOrder(end.count_id))
    assert (last.opening_float, last.opening_pieces, last.difference) == (there, notes, Money(0))
    assert last.number.startswith("Z1-")
    assert app_of(small).verify() == []
