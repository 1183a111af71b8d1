"""One payment by several tenders, and money meant for one bill: on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.counter import service as counter
from desktop.counter.records import (
    MixedOrder,
    PaymentOrder,
    ReceiptQuery,
    TakeBackOrder,
    TakenTogether,
    TenderKind,
    TenderPart,
)
from desktop.counter.records.cheques import ChequeOrder, ChequesQuery
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat, draw_id
from desktop.ledger import service as ledger
from tests.hall import TODAY, account_number, app_of, open_till, yuan

ACCOUNT = account_number(9)
CARD, CASH, CHEQUE = TenderKind.CARD, TenderKind.CASH, TenderKind.CHEQUE


@pytest.fixture
def till(billed: Seat) -> Seat:
    return open_till(billed)


def mixed(till: Seat, *, over: str = "0") -> MixedOrder:
    """What the account owes, two yuan of it by card, one by cheque, the rest in cash."""
    due = till.ask(ledger.dues, ACCOUNT).to_pay
    rest = due - yuan("3.00")
    card, cheque = (
        TenderPart(yuan("2.00"), yuan("2.00"), CARD, "6228"),
        TenderPart(yuan("1.00"), yuan("1.00"), CHEQUE, "77"),
    )
    return MixedOrder(ACCOUNT, (card, cheque, TenderPart(rest, rest + yuan(over), CASH)))


def test_each_tender_has_its_receipt_and_all_say_so(till: Seat) -> None:
    order, key = mixed(till, over="7.00"), draw_id()
    taken = till.do(counter.take_mixed, order, key)
    assert isinstance(taken, TakenTogether)
    assert (taken.amount, taken.change, taken.owed_after) == (order.amount, yuan("7.00"), Money(0))
    assert [one.tender for one in taken.receipts] == [CARD, CASH, CHEQUE], "a cheque settles last"
    assert taken.tenders == (CARD, CASH, CHEQUE)
    running = [int(one.number.partition("-")[2]) for one in taken.receipts]
    assert running == list(range(running[0], running[0] + 3))
    assert all(
        {"first": taken.numbers[0], "last": taken.numbers[2]}.items() <= dict(one.notes[-1].fields).items()
        for one in taken.receipts
    )
    again = till.ask(counter.receipt, ReceiptQuery(taken.numbers[1]))
    assert again.notes == taken.receipts[1].notes, "the note is on the paper whenever it is printed"
    assert till.do(counter.take_mixed, order, key) == taken, "the same key is the same payment"
    with pytest.raises(Refused):
        till.do(counter.take_mixed, replace(order, tenders=order.tenders[:2]), key)
    assert app_of(till).verify() == []


def test_a_cheque_returned_reopens_its_share_alone_and_all_is_taken_back_at_once(till: Seat) -> None:
    taken = till.do(counter.take_mixed, mixed(till))
    cheque = next(
        one for one in till.ask(counter.cheques, ChequesQuery()) if one.receipt_number == taken.numbers[2]
    )
    till.do(counter.return_cheque, ChequeOrder(cheque.cheque_id, TODAY, "no cover"))
    assert till.ask(ledger.dues, ACCOUNT).to_pay == yuan("1.00")
    back = till.do(
        counter.reverse_payment,
        TakeBackOrder(taken.numbers[0], "changed his mind", besides=(taken.numbers[1],)),
    )
    assert {one.tender for one in back} == {CARD, CASH}
    assert till.ask(ledger.dues, ACCOUNT).to_pay == taken.amount
    assert app_of(till).verify() == []


def test_all_or_none_and_what_cannot_be(till: Seat) -> None:
    good, before = mixed(till), till.ask(ledger.dues, ACCOUNT)
    card, _, cash = good.tenders
    wrong = (
        (card,),
        (card, replace(card, amount=yuan("1.00"), given=yuan("1.00"))),  # one slip twice
        (card, replace(cash, amount=Money(0))),
        (card, replace(card, reference="1", given=yuan("5.00"))),  # a card gives no change
        (card, replace(card, reference="", tender=CHEQUE)),
        (card,) * 10,
    )
    for tenders in wrong:
        with pytest.raises(Refused):
            till.do(counter.take_mixed, MixedOrder(ACCOUNT, tenders))
    assert till.ask(ledger.dues, ACCOUNT) == before


def test_money_meant_for_a_bill_settles_it_before_older_ones(till: Seat) -> None:
    items = till.ask(ledger.dues, ACCOUNT).items
    older, newest = items[0], items[-1]
    assert older.open_item_id != newest.open_item_id
    order = PaymentOrder(ACCOUNT, newest.total, newest.total, first=newest.bill_number)
    issued = till.do(counter.take_payment, order)
    assert [one.bill_number for one in issued.items] == [newest.bill_number]
    assert issued.notes[-1].fields["number"] == newest.bill_number
    left = [one.bill_number for one in till.ask(ledger.dues, ACCOUNT).items]
    assert left == [one.bill_number for one in items[:-1]]
    for number in (newest.bill_number, "no such bill"):
        with pytest.raises(Refused, match="owed"):
            till.do(counter.take_payment, replace(order, first=number))
    parts = (TenderPart(older.total, older.total, CARD, "5"), TenderPart(yuan("0.10"), yuan("0.10")))
    taken = till.do(counter.take_mixed, MixedOrder(ACCOUNT, parts, first=older.bill_number))
    assert taken.receipts[0].items[0].bill_number == older.bill_number
    assert app_of(till).verify() == []
