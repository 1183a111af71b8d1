"""A till from its opening to its close, in a real hall, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from desktop.counter import service as counter
from desktop.counter.records import (
    AccountShare,
    CashLimit,
    CashLimitOrder,
    CashSheet,
    CashSheetQuery,
    CloseTillOrder,
    CountOrder,
    LostKind,
    LostState,
    MovementKind,
    MovementOrder,
    PaymentOrder,
    Piece,
    ReceiptQuery,
    SuspectReason,
    TakeBackOrder,
    TenderKind,
    TillOrder,
    TogetherOrder,
    TogetherQuery,
)
from desktop.counter.records.right import RefundDecisionOrder, RefundOrder
from desktop.kernel import canonical, intent
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat, draw_id
from desktop.ledger import service as ledger
from desktop.ledger.records import Role
from desktop.treasury import service as treasury
from tests.hall import (
    PASSWORD,
    SMALL,
    app_of,
    books,
    filed,
    long_ago,
    open_till,
    opened,
    posting_sets,
    printed,
    together,
    yuan,
)
from tests.rows import changed, contents, raw


def take(seat: Seat, amount: str, tender: TenderKind = TenderKind.CASH, given: str = "") -> str:
    """Take money for an account that is in the hall; the receipt's number."""
    order = PaymentOrder(
        SMALL[1], yuan(amount), yuan(given or amount), tender, "" if tender is TenderKind.CASH else "R1"
    )
    receipt = seat.do(counter.take_payment, order)
    printed(seat, receipt)
    return str(receipt.number)


def count(seat: Seat, amount: str, *pieces: tuple[str, int]) -> Any:
    return seat.do(counter.count_till, CountOrder(yuan(amount), tuple(Piece(yuan(v), n) for v, n in pieces)))


def close(seat: Seat, amount: str, reason: str = "", **more: Any) -> CashSheet:
    """Count and close at once."""
    return seat.do(counter.close_till, CloseTillOrder(count(seat, amount).count_id, reason, **more))


@pytest.fixture
def drawer(small: Seat) -> Seat:
    """The second counter, its till open and empty."""
    return app_of(small).command_line("2")


def test_a_day_at_the_till_adds_up_and_everything_lies_in_the_safe_at_the_end(drawer: Seat) -> None:
    safe, tills, short = (books(drawer, one) for one in (Role.SAFE, Role.TILL_CASH, Role.OVER_SHORT))
    close(drawer, "0.00")
    drawer.do(
        counter.open_till, TillOrder(yuan("500.00"), (Piece(yuan("100.00"), 4), Piece(yuan("50.00"), 2)))
    )
    assert books(drawer, Role.SAFE) == safe - yuan("500.00")
    first = take(drawer, "186.40", given="200.00")
    take(drawer, "1200.00", TenderKind.CARD)
    drawer.do(counter.move_cash, MovementOrder(MovementKind.DROP, yuan("300.00"), "  to the   safe "))
    drawer.do(counter.move_cash, MovementOrder(MovementKind.FLOAT, yuan("50.00")))
    last = take(drawer, "98.20")
    assert drawer.ask(counter.till_closing) is None, (
        "nothing of what should be there is told before the count"
    )
    counted = count(drawer, "524.60", ("100.00", 5), ("10.00", 2), ("0.50", 0))
    found = drawer.ask(counter.till_closing)
    assert (found.expected, found.difference) == (yuan("534.60"), yuan("-10.00"))
    assert [(one.tender, one.receipts, one.amount) for one in found.taken] == [
        (TenderKind.CASH, 2, yuan("284.60")),
        (TenderKind.CARD, 1, yuan("1200.00")),
    ]
    assert [(one.kind, one.amount, one.note) for one in found.movements] == [
        (MovementKind.OPENING, yuan("500.00"), ""),
        (MovementKind.DROP, yuan("300.00"), "to the safe"),
        (MovementKind.FLOAT, yuan("50.00"), ""),
    ]
    sheet = drawer.do(counter.close_till, CloseTillOrder(counted.count_id, "a note was given twice"))
    assert (sheet.first_receipt, sheet.last_receipt) == (first, last)
    assert sheet.opening_pieces == (Piece(yuan("100.00"), 4), Piece(yuan("50.00"), 2))
    assert sheet.counted.pieces == (Piece(yuan("100.00"), 5), Piece(yuan("10.00"), 2))
    assert sheet.movements[-1].kind is MovementKind.TURN_IN
    assert drawer.ask(counter.till) is None
    assert books(drawer, Role.TILL_CASH) == tills
    assert books(drawer, Role.OVER_SHORT) == short + yuan("10.00")
    assert books(drawer, Role.SAFE) == safe + yuan("284.60") - yuan("10.00")
    assert drawer.ask(counter.cash_sheet, CashSheetQuery()) == sheet
    filed(drawer, counter.CASH_SHEET, sheet.number)
    copy = drawer.do(counter.reprint_cash_sheet, CashSheetQuery(sheet.number.lower()))
    assert (copy.copy, copy.number, copy.check_code) == (1, sheet.number, sheet.check_code)
    assert app_of(drawer).verify() == []


def test_from_the_count_on_no_money_goes_in_or_out_and_a_second_count_is_another_fact(
    drawer: Seat, small_hall: str
) -> None:
    first = count(drawer, "5.00")
    before = contents(small_hall)
    with pytest.raises(Refused, match="being counted"):
        take(drawer, "1.00")
    with pytest.raises(Refused, match="being counted"):
        drawer.do(counter.move_cash, MovementOrder(MovementKind.DROP, yuan("1.00")))
    with pytest.raises(Refused, match="open already"):
        open_till(drawer)
    assert changed(before, contents(small_hall)) == set()
    assert drawer.ask(counter.till).counted
    second = count(drawer, "0.00")
    with pytest.raises(Refused, match="counted again"):
        drawer.do(counter.close_till, CloseTillOrder(first.count_id, "gone"))
    found = drawer.ask(counter.till_closing)
    assert [one.amount for one in found.counts] == [yuan("5.00"), Money(0)]
    sheet = drawer.do(counter.close_till, CloseTillOrder(second.count_id))
    assert [one.count_id for one in sheet.counts] == [first.count_id, second.count_id]
    before = contents(small_hall)
    for refused in (
        lambda: take(drawer, "1.00"),
        lambda: count(drawer, "1.00"),
        lambda: drawer.do(counter.close_till, CloseTillOrder(second.count_id)),
        lambda: drawer.do(counter.move_cash, MovementOrder(MovementKind.FLOAT, yuan("1.00"))),
    ):
        with pytest.raises(Refused, match="closed"):
            refused()
    assert changed(before, contents(small_hall)) == set()


CANNOT_BE: tuple[tuple[Callable[..., Any], object, str], ...] = (
    (counter.count_till, CountOrder(Money(-1)), "negative"),
    (counter.count_till, CountOrder(Money(100), (Piece(Money(100), 2),)), "more than"),
    (counter.count_till, CountOrder(Money(100), (Piece(Money(100), -1),)), "from 0"),
    (counter.count_till, CountOrder(Money(100), (Piece(Money(0), 1),)), "from 0"),
    (counter.move_cash, MovementOrder(MovementKind.DROP, Money(0)), "more than zero"),
    (counter.move_cash, MovementOrder(MovementKind.TURN_IN, Money(1)), "to the safe"),
    (counter.close_till, CloseTillOrder(draw_id()), "Count the drawer first"),
    (counter.open_till, TillOrder(Money(100), (Piece(Money(100), 2),)), "more than"),
)


def test_what_cannot_be_is_refused_and_changes_nothing(drawer: Seat, small_hall: str) -> None:
    before = contents(small_hall)
    for operation, order, words in CANNOT_BE:
        with pytest.raises(Refused, match=words):
            drawer.do(operation, order)
    assert changed(before, contents(small_hall)) == set()


def test_a_difference_needs_a_reason_and_the_receipts_that_could_explain_it_are_named(drawer: Seat) -> None:
    numbers = {
        SuspectReason.EQUAL: take(drawer, "18.00"),
        SuspectReason.CHANGE: take(drawer, "32.00", given="50.00"),
        SuspectReason.HALF: take(drawer, "9.00"),
        SuspectReason.SWAPPED: take(drawer, "64.00"),
    }
    take(drawer, "18.00", TenderKind.CARD)
    take(drawer, "5.00")
    counted = count(drawer, "110.00")  # 128.00 should be there
    found = drawer.ask(counter.till_closing)
    assert found.difference == yuan("-18.00")
    assert {one.why: one.number for one in found.suspects} == numbers
    assert next(one.why for one in found.suspects) is SuspectReason.EQUAL
    with pytest.raises(Refused, match="say why"):
        drawer.do(counter.close_till, CloseTillOrder(counted.count_id, "  "))
    again = count(drawer, "146.00")
    over = drawer.ask(counter.till_closing)
    assert SuspectReason.TENDER in {one.why for one in over.suspects}, (
        "booked as a card, perhaps paid in cash"
    )
    sheet = drawer.do(counter.close_till, CloseTillOrder(again.count_id, "nobody  knows"))
    assert (sheet.difference, sheet.reason) == (yuan("18.00"), "nobody knows")
    assert app_of(drawer).verify() == []


def test_a_receipt_that_is_not_printed_is_printed_or_handed_on(drawer: Seat) -> None:
    order = PaymentOrder(SMALL[1], yuan("1.00"), yuan("1.00"))
    number = drawer.do(counter.take_payment, order).number
    counted = count(drawer, "1.00")
    assert drawer.ask(counter.till_closing).unprinted == (number,)
    with pytest.raises(Refused, match="not printed") as refused:
        drawer.do(counter.close_till, CloseTillOrder(counted.count_id))
    assert refused.value.text.fields["numbers"] == number
    sheet = drawer.do(counter.close_till, CloseTillOrder(counted.count_id, unprinted=(number, "1-26000099")))
    assert sheet.unprinted == (number,)
    reprinted = drawer.do(counter.reprint_receipt, ReceiptQuery(number))
    assert reprinted.copy == 0, "it can still be printed after the close"


def kept(seat: Seat, operation: str, request: object, key: UUID | None = None, *, old: bool = True) -> UUID:
    """A step this computer sent and heard nothing of, a moment or a long time ago."""
    key, folder = key or draw_id(), seat.app.intents
    assert folder is not None
    intent.keep(folder, intent.Intent(key, operation, canonical.dump(request)))
    if old:
        long_ago(folder, key)
    return key


def test_a_payment_without_an_answer_is_named_and_handed_on(drawer: Seat) -> None:
    order = PaymentOrder(SMALL[1], yuan("7.00"), yuan("10.00"))
    key = kept(drawer, "counter.take_payment", order, old=False)
    kept(drawer, "ledger.reverse", "x")
    (waits,) = lost = counter.lost(drawer)
    assert (waits.entry_id, waits.account_number, waits.amount) == (key, SMALL[1], yuan("7.00"))
    assert (waits.kind, waits.state, waits.is_open) == (LostKind.PAYMENT, LostState.WAITS, True)
    sheet = close(drawer, "0.00", lost=lost)
    assert drawer.ask(counter.cash_sheet, CashSheetQuery()).lost == sheet.lost == lost
    counter.heard(drawer, lost)
    assert counter.lost(drawer) == lost, "what may be under way is not forgotten"
    with pytest.raises(Refused, match="till is closed"):
        drawer.do(counter.take_payment, order, key)


def test_cash_that_moved_or_was_refunded_without_an_answer_is_asked_for_by_its_id(small: Seat) -> None:
    """Booked, its answer lost; and sent, but never booked: of both the close tells what became of it."""
    app = app_of(small)
    take(small, "2000.00")
    asked = small.do(counter.ask_refund, RefundOrder("paid twice", account_number=SMALL[1]))
    supervisor = app.sign_in("supervisor", PASSWORD, "1")
    supervisor.do(counter.decide_refund, RefundDecisionOrder(asked.request_id, approve=True))
    drop = MovementOrder(MovementKind.DROP, yuan("30.00"))
    moved = draw_id()
    small.app.perform(counter.move_cash, drop, small.actor, small.station, moved)
    kept(small, "counter.move_cash", drop, moved)
    kept(small, "counter.move_cash", MovementOrder(MovementKind.FLOAT, yuan("2.00")))
    kept(small, "counter.pay_refund", asked.request_id)
    kept(small, "counter.pay_refund", draw_id())
    void, back = TakeBackOrder(take(small, "3.00"), "wrong account"), draw_id()
    small.app.perform(counter.reverse_payment, void, small.actor, small.station, back)
    kept(small, "counter.reverse_payment", void, back)
    kept(small, "counter.reverse_payment", TakeBackOrder(take(small, "4.00"), "typed twice"))
    kept(small, "counter.reverse_payment", TakeBackOrder("9999-1", "typed twice"))
    found = counter.lost(small)
    assert {(one.kind, one.account_number, one.amount, one.state) for one in found} == {
        (LostKind.DROP, "", yuan("30.00"), LostState.BOOKED),
        (LostKind.FLOAT, "", yuan("2.00"), LostState.UNBOOKED),
        (LostKind.REFUND, SMALL[1], asked.amount, LostState.UNBOOKED),
        (LostKind.REFUND, "", Money(0), LostState.UNBOOKED),  # asked for in another database
        (LostKind.TAKEN_BACK, SMALL[1], yuan("3.00"), LostState.BOOKED),
        (LostKind.TAKEN_BACK, SMALL[1], yuan("4.00"), LostState.UNBOOKED),
        (LostKind.TAKEN_BACK, "", Money(0), LostState.UNBOOKED),
    }
    counter.heard(small, found)
    assert counter.lost(small) == ()
    assert app.verify() == []


def test_a_payment_that_was_reversed_is_not_expected(drawer: Seat) -> None:
    take(drawer, "3.00")
    take(drawer, "4.00")
    drawer.do(ledger.reverse, posting_sets(drawer.app, SMALL[1])[-1])  # type: ignore[arg-type]  # of any kind
    assert close(drawer, "3.00").taken[0].reversals == 1
    assert app_of(drawer).verify() == []


def test_cash_leaves_the_drawer_of_the_counter_that_gives_it_back(small: Seat, drawer: Seat) -> None:
    first = take(drawer, "8.00")
    card = take(drawer, "6.00", TenderKind.CARD)
    small.do(counter.reverse_payment, TakeBackOrder(first, "the wrong account"))
    drawer.do(counter.reverse_payment, TakeBackOrder(card, "the wrong account"))
    drawer.do(counter.reverse_payment, TakeBackOrder(take(small, "2.00"), "twice"))
    (now,) = (one for one in small.ask(treasury.drawers) if one.till_name == "Counter 2")
    assert now.cash == yuan("6.00")
    sheet = close(drawer, "6.00")
    assert (sheet.expected, sheet.difference) == (yuan("6.00"), Money(0))
    assert [(one.tender, one.receipts, one.reversals, one.amount) for one in sheet.taken] == [
        (TenderKind.CASH, 1, 1, yuan("6.00")),
        (TenderKind.CARD, 1, 1, Money(0)),
    ]
    with pytest.raises(Refused, match="closed"):
        drawer.do(counter.reverse_payment, TakeBackOrder(take(small, "1.00"), "twice"))
    assert app_of(drawer).verify() == []


def test_one_tender_of_several_accounts_is_one_suspect_and_one_lost_payment(drawer: Seat) -> None:
    owed = drawer.ask(counter.paid_together, TogetherQuery(SMALL[1:3]))
    shares = tuple(AccountShare(row.account_number, row.dues.to_pay, yuan("9.00")) for row in owed.rows)
    order = TogetherOrder(shares, yuan("20.00"))
    paid = drawer.do(counter.take_together, order)
    count(drawer, "0.00")
    found = drawer.ask(counter.till_closing)
    assert found.expected == yuan("18.00")
    assert [(one.number, one.amount, one.why) for one in found.suspects] == [
        (paid.numbers[0], yuan("18.00"), SuspectReason.EQUAL)
    ]
    kept(drawer, "counter.take_together", order)
    (lost,) = counter.lost(drawer)
    assert (lost.account_number, lost.amount) == (SMALL[1], yuan("18.00"))


def test_a_clerk_closes_no_till_and_a_cashier_sees_no_sheet_of_another(small: Seat, drawer: Seat) -> None:
    app = small.app
    clerk, cashier = (app.sign_in(login, PASSWORD, "1") for login in ("clerk", "cashier"))  # type: ignore[attr-defined]  # known here
    with pytest.raises(NotPermitted):
        count(clerk, "0.00")
    with pytest.raises(NotPermitted):
        clerk.do(counter.move_cash, MovementOrder(MovementKind.DROP, yuan("1.00")))
    other = close(drawer, "0.00")
    with pytest.raises(NotPermitted):
        cashier.ask(counter.cash_sheet, CashSheetQuery(other.number))
    with pytest.raises(NotFound):
        cashier.ask(counter.cash_sheet, CashSheetQuery())
    with pytest.raises(NotFound):
        small.ask(counter.cash_sheet, CashSheetQuery("Z9-26000001"))
    assert small.ask(counter.cash_sheet, CashSheetQuery(other.number)) == other
    assert cashier.do(counter.count_till, CountOrder(Money(0))).by == "Cashier"


def test_a_payment_and_a_close_at_once(drawer: Seat, small_hall: str) -> None:
    """Whoever comes second is told; whatever went in was expected, and what was refused went nowhere."""
    with opened(small_hall) as other:
        cashier = other.command_line("2")
        answers = together(
            [lambda: take(cashier, "2.00"), lambda: count(drawer, "9.00"), lambda: take(drawer, "5.00")]
        )
    assert not isinstance(answers[1], BaseException), answers
    refused = [one for one in answers if isinstance(one, BaseException)]
    assert all(isinstance(one, Refused) and "being counted" in one.text.message for one in refused), answers
    taken = Money.total(
        [yuan(a) for a, one in (("2.00", answers[0]), ("5.00", answers[2])) if isinstance(one, str)]
    )
    found = drawer.ask(counter.till_closing)
    assert found.expected == taken
    with opened(small_hall) as other:
        order = CloseTillOrder(answers[1].count_id, "seen")
        closes = together(
            [
                lambda: drawer.do(counter.close_till, order),
                lambda: other.command_line("2").do(counter.close_till, order),
                lambda: take(drawer, "1.00"),
            ]
        )
    assert sum(isinstance(one, CashSheet) for one in closes) == 1, closes
    assert sum(isinstance(one, Refused) for one in closes) == 2, closes
    assert app_of(drawer).verify() == []


def test_a_payment_under_way_when_the_count_begins_is_in_it_or_refused(drawer: Seat, small_hall: str) -> None:
    """The count comes between the first look of a payment and its money, by a connection of its own."""
    seen: list[Any] = []
    settle = counter.payments.__globals__["ledger"].settle_held

    def counted_meanwhile(*args: Any, **named: Any) -> Any:
        if not seen and drawer.app.database.dialect == "postgresql":  # a file has one writer at a time
            seen.append(None)
            with opened(small_hall) as other:
                seen.append(count(other.command_line("2"), "0.00"))
        return settle(*args, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counter.payments.__globals__["ledger"], "settle_held", counted_meanwhile)
        if drawer.app.database.dialect == "postgresql":
            with pytest.raises(Refused, match="being counted"):
                take(drawer, "1.00")
            assert seen[1].amount == Money(0)
        else:
            take(drawer, "1.00")


REFUSED_BY_TRIGGERS = (
    "UPDATE counter_till_session SET closed_at = NULL WHERE id = :session",
    "DELETE FROM counter_till_session WHERE id = :session",
    "UPDATE counter_cash_count SET amount = 1 WHERE till_session_id = :session",
    "DELETE FROM counter_till_closed WHERE till_session_id = :session",
    "UPDATE counter_till_movement SET amount = 1 WHERE till_session_id = :session",
    (
        "INSERT INTO counter_cash_count SELECT till_session_id, kind, user_id, counted_at, amount, pieces, :new,"
        " entry_id, district_id, hash FROM counter_cash_count WHERE till_session_id = :session AND kind = 'closing'"
    ),
    (
        "INSERT INTO counter_till_movement SELECT till_session_id, kind, user_id, moved_at, amount, note, (SELECT id"
        " FROM ledger_posting_set WHERE id NOT IN (SELECT posting_set_id FROM counter_till_movement) LIMIT 1), :new,"
        " entry_id, district_id, hash FROM counter_till_movement WHERE till_session_id = :session AND kind = 'float'"
    ),
    (
        "INSERT INTO counter_payment SELECT :session, contract_account_id, posting_set_id, paid_at, amount, :new,"
        " entry_id, district_id, hash FROM counter_payment LIMIT 1"
    ),
)


def test_the_database_itself_keeps_a_closed_session_closed(small: Seat) -> None:
    with small.app.database.write() as session:
        words = "SELECT till_session_id FROM counter_till_movement WHERE kind = 'float'"
        key = session.scalar(sa.text(words))
        for statement in REFUSED_BY_TRIGGERS:
            values = {"session": key} | ({"new": draw_id().hex} if ":new" in statement else {})
            with (
                pytest.raises(sa.exc.DBAPIError, match=r"closed|never deleted|kept as they"),
                session.begin_nested(),
            ):
                session.execute(sa.text(statement), values)


CHANGED_BEHIND = {
    "UPDATE counter_till_closed SET expected = expected + 1 WHERE posting_set_id IS NOT NULL": "till_sum",
    "UPDATE counter_till_movement SET amount = amount + 1 WHERE kind = 'float'": "till_sum",
    "UPDATE counter_till_movement SET kind = 'drop' WHERE kind = 'float'": "till_movement",
    (
        "UPDATE counter_till_closed SET given_back = 10, counted = counted - 10 WHERE posting_set_id IS NOT NULL"
    ): "till_difference",
    "UPDATE counter_cash_count SET amount = amount + 1 WHERE kind = 'closing'": "till_sum",
    "UPDATE counter_till_session SET closed_at = opened_at WHERE closed_at IS NULL": "till_closed",
    "UPDATE counter_cash_sheet SET running = running + 7": "numbers_gap",
}


def test_what_was_changed_behind_the_program_is_found(small: Seat, small_hall: str) -> None:
    kept = ("counter_till_closed", "counter_till_movement", "counter_cash_count", "counter_cash_sheet")
    with raw(small_hall) as rows:
        for table in kept:
            rows(f"DROP TRIGGER {table}_no_update" + (f" ON {table}" if rows.kind == "postgresql" else ""))
    for statement, code in CHANGED_BEHIND.items():
        with small.app.database.write() as session:
            assert list(counter.prove_tills(session)) == []
            session.execute(sa.text(statement))
            assert code in {one.code for one in counter.prove_tills(session)}, statement


# How much cash a drawer may hold


def test_a_drawer_above_its_limit_is_to_be_emptied_and_takes_no_more_cash(small: Seat) -> None:
    def limit(told: str, refused: str = "", till: str = "1") -> None:
        amounts = (yuan(one) if one else None for one in (told, refused))
        small.do(counter.set_cash_limit, CashLimitOrder(CashLimit(*amounts), till))

    (mine,) = (one for one in small.ask(treasury.drawers) if one.till_code == "1")
    assert mine.limit == CashLimit(yuan("100000.00")), "that of the hall"
    some = PaymentOrder(SMALL[2], yuan("1.00"), yuan("1.00"))
    limit("1.00", "2.00")
    limit("1.00", till="")
    opened_till = small.ask(counter.till)
    assert opened_till is not None
    assert (opened_till.full, opened_till.refuses) == (True, True)
    before = small.ask(ledger.dues, SMALL[2])
    with pytest.raises(Refused, match="holds as much cash as it may"):
        small.do(counter.take_payment, some)
    found = small.ask(counter.paid_together, TogetherQuery(SMALL[1:])).rows
    shares = tuple(AccountShare(one.dues.account_number, one.dues.to_pay, yuan("0.10")) for one in found)
    with pytest.raises(Refused, match="holds as much cash as it may"):
        small.do(counter.take_together, TogetherOrder(shares, yuan("1.00")))
    assert small.ask(ledger.dues, SMALL[2]) == before
    small.do(counter.take_payment, replace(some, tender=TenderKind.CARD, reference="slip 1"))
    small.do(counter.move_cash, MovementOrder(MovementKind.DROP, mine.cash - yuan("1.50")))
    opened_till = small.ask(counter.till)
    assert opened_till is not None
    assert (opened_till.full, opened_till.refuses) == (True, False)
    small.do(counter.take_payment, some)
    limit("")
    opened_till = small.ask(counter.till)
    assert opened_till is not None
    assert not opened_till.full, "no limit of its own is none, whatever the hall has"
    assert app_of(small).verify() == []


@pytest.mark.parametrize(
    ("told", "refused", "till", "words"),
    [
        ("0", "", "1", "more than nothing"),
        ("5", "4", "1", "the larger one"),
        ("5", "", "77", "No till of this hall"),
    ],
)
def test_a_limit_that_means_nothing_is_refused(
    small: Seat, told: str, refused: str, till: str, words: str
) -> None:
    limit = CashLimit(*(yuan(one) if one else None for one in (told, refused)))
    with pytest.raises((Refused, NotFound), match=words):
        small.do(counter.set_cash_limit, CashLimitOrder(limit, till))
    with pytest.raises(NotPermitted):
        app_of(small).sign_in("cashier", PASSWORD, "1").do(
            counter.set_cash_limit, CashLimitOrder(limit, till)
        )
