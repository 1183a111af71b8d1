"""One payment by several tenders, of one account or of several, and money meant for one bill: on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.counter import rules
from desktop.counter import service as counter
from desktop.counter.documents import move_letters_pdf
from desktop.counter.records import (
    AccountShare,
    MixedOrder,
    MixedTogetherOrder,
    PaymentOrder,
    ReceiptQuery,
    TakeBackOrder,
    TakenTogether,
    TenderKind,
    TenderPart,
    TogetherQuery,
)
from desktop.counter.records.cheques import ChequeOrder, ChequesQuery
from desktop.counter.records.right import MoveOrder
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat, draw_id
from desktop.ledger import service as ledger
from tests.hall import TODAY, account_number, app_of, open_till, yuan
from tests.papers_samples import pdf_pages

ACCOUNT = account_number(9)
FLATS = tuple(account_number(place) for place in (9, 10, 11))
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
        TakeBackOrder(taken.numbers[1], "changed his mind", whole=True),
    )
    assert {one.tender for one in back} == {CARD, CASH}
    assert till.ask(ledger.dues, ACCOUNT).to_pay == taken.amount
    assert app_of(till).verify() == []


def test_a_mixed_payment_is_moved_whole_with_one_letter_to_each(till: Seat) -> None:
    """As if each tender had been moved by itself; one receipt of it can go alone, and all of it comes back."""
    other = account_number(10)
    started = [till.ask(ledger.dues, number) for number in (ACCOUNT, other)]
    taken = till.do(counter.take_mixed, mixed(till))
    order = MoveOrder(taken.numbers[1], other, "the neighbour's", whole=True)
    moved = till.do(counter.move_payment, order)
    assert (moved.amount, moved.left.after) == (taken.amount, started[0])
    paid = min(taken.amount, started[1].to_pay)
    assert moved.right.after.to_pay == started[1].to_pay - paid
    assert Money.total([item.total for item in moved.settled]) == paid
    assert len({item.open_item_id for item in moved.settled}) == len(moved.settled)
    assert moved.besides == (taken.numbers[0], taken.numbers[2])
    assert [(one.amount, one.besides) for one in moved.letters] == [(taken.amount, moved.besides)] * 2
    app = app_of(till)
    (page, _) = pdf_pages(move_letters_pdf(moved.letters, app.catalog, app.country, app.picture))
    assert all(number in page for number in taken.numbers)
    assert app.verify() == []
    alone = till.do(counter.move_payment, MoveOrder(taken.numbers[2], ACCOUNT, "the cheque was right"))
    assert (alone.amount, alone.besides) == (yuan("1.00"), ())
    back = till.do(counter.move_payment, replace(order, to_account=ACCOUNT))
    assert back.besides == (taken.numbers[0],), "what stands there already stays"
    assert [till.ask(ledger.dues, number).to_pay for number in (ACCOUNT, other)] == [
        Money(0),
        started[1].to_pay,
    ]
    assert len(till.do(counter.reverse_payment, TakeBackOrder(taken.numbers[0], "all", whole=True))) == 3
    assert [till.ask(ledger.dues, number) for number in (ACCOUNT, other)] == started
    assert app.verify() == []


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


# Several accounts by several tenders


def flats(till: Seat, *, one_receipt: bool = True) -> MixedTogetherOrder:
    """All that three flats owe: a cheque put down first, cash for a flat and half of another, card for the rest."""
    dues = [row.dues for row in till.ask(counter.paid_together, TogetherQuery(FLATS)).rows]
    first, second, _ = (one.to_pay for one in dues)
    cheque, cash = yuan("1.00"), first + second - Money(second.raw // 2)
    card = Money.total([one.to_pay for one in dues]) - cheque - cash
    tenders = (
        TenderPart(cheque, cheque, CHEQUE, "77"),
        TenderPart(cash, cash + yuan("5.00"), CASH),
        TenderPart(card, card, CARD, "6228"),
    )
    shares = tuple(AccountShare(one.account_number, one.to_pay, one.to_pay) for one in dues)
    return MixedTogetherOrder(shares, tenders, one_receipt)


def test_one_tender_after_the_other_fills_the_accounts_and_all_is_taken_back(till: Seat) -> None:
    order, key = flats(till), draw_id()
    taken = till.do(counter.take_mixed_together, order, key)
    assert (taken.amount, taken.change, taken.owed_after) == (order.amount, yuan("5.00"), Money(0))
    assert (taken.accounts, taken.tenders) == (3, (CASH, CARD, CHEQUE))
    cash, card, cheque = taken.receipts
    assert [one.account_number for one in cash.parts] == list(FLATS[:2])
    assert [one.account_number for one in card.parts] == list(FLATS[1:])
    assert (cheque.account_number, cheque.amount) == (FLATS[2], yuan("1.00")), "a cheque settles last"
    assert {one.notes[-1].fields["count"] for one in taken.receipts} == {3}
    assert cash.customer_name == card.customer_name == taken.customer_name, (
        "who pays is one, whatever it pays for"
    )
    assert till.do(counter.take_mixed_together, order, key) == taken, "the same key is the same payment"
    assert till.app.answer(counter.take_mixed_together, key) == taken
    assert not any(till.ask(ledger.dues, number).items for number in FLATS)
    assert app_of(till).verify() == []
    paid = till.ask(counter.paid_with, ReceiptQuery(card.number))
    assert [(one.receipt_number, one.account_number) for one in paid] == [
        (cash.number, FLATS[0]), (cash.number, FLATS[1]), (card.number, FLATS[1]), (card.number, FLATS[2]),
        (cheque.number, FLATS[2]),
    ]  # fmt: skip
    second = TakeBackOrder(card.number, "not this flat", (FLATS[1],), whole=True)
    assert {one.tender for one in till.do(counter.reverse_payment, second)} == {CASH, CARD}
    with pytest.raises(Refused, match="taken back already"):
        till.do(counter.reverse_payment, second)
    back = till.do(counter.reverse_payment, TakeBackOrder(cheque.number, "all of it", whole=True))
    assert {one.account_number for one in back} == {FLATS[0], FLATS[2]}
    owed = [till.ask(ledger.dues, number).to_pay for number in FLATS]
    assert owed == [share.amount for share in order.shares]
    assert app_of(till).verify() == []


def test_each_account_has_its_receipt_of_each_tender(till: Seat) -> None:
    taken = till.do(counter.take_mixed_together, flats(till, one_receipt=False))
    running = [int(number[-6:]) for number in taken.numbers]
    assert running == list(range(running[0], running[0] + 5)), "without a gap"
    assert [one.account_number for one in taken.receipts] == [*FLATS[:2], *FLATS[1:], FLATS[2]]
    assert not any(one.parts for one in taken.receipts)
    (cheque, *_) = till.ask(counter.cheques, ChequesQuery(FLATS[2]))
    till.do(counter.return_cheque, ChequeOrder(cheque.cheque_id, TODAY, "no cover"))
    owed = [till.ask(ledger.dues, number).to_pay for number in FLATS]
    assert owed == [Money(0), Money(0), yuan("1.00")], "what came back reopens its own share alone"
    assert app_of(till).verify() == []


def test_nothing_of_several_tenders_is_booked_where_one_cannot_be(till: Seat) -> None:
    good = flats(till)
    cheque, cash, card = good.tenders
    first, *rest = good.shares
    before = [till.ask(ledger.dues, number) for number in FLATS]
    for wrong, words in (
        (replace(good, tenders=(cash, card)), "the accounts get"),
        (replace(good, tenders=(cheque, cash, replace(card, reference=""))), "number of the card slip"),
        (replace(good, tenders=(cheque, cash, replace(card, reference="77"), cheque)), "get"),
        (replace(good, shares=(replace(first, due=first.due + Money(1)), *rest)), "has .* to pay, not"),
        (replace(good, group="G-0"), "No payment group"),
    ):
        with pytest.raises(Refused, match=words):
            till.do(counter.take_mixed_together, wrong)
    assert [till.ask(ledger.dues, number) for number in FLATS] == before


@given(
    st.lists(st.integers(1, 900), min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(1, 900), st.sampled_from([CASH, CARD, CHEQUE])), min_size=1, max_size=5),
)
def test_what_tenders_pay_is_what_accounts_get(
    shares: list[int], tenders: list[tuple[int, TenderKind]]
) -> None:
    """Whatever both come to, as far as both reach; two tenders in a row share one account at most."""
    order = MixedTogetherOrder(
        tuple(AccountShare(str(at), Money(one), Money(one)) for at, one in enumerate(shares)),
        tuple(TenderPart(Money(one), Money(one), kind) for one, kind in tenders),
    )
    parts = rules.divided(order)
    assert [one.tender for one in parts] == [one.tender for one in rules.in_turn(order.tenders)]
    reach, got = (
        min(sum(shares), sum(one for one, _ in tenders)),
        dict.fromkeys(map(str, range(len(shares))), 0),
    )
    for part, tender in zip(parts, rules.in_turn(order.tenders), strict=True):
        assert part.amount.raw <= tender.amount.raw
        for share in part.shares:
            got[share.account_number] += share.amount.raw
    assert sum(got.values()) == sum(part.amount.raw for part in parts) == reach
    assert all(got[str(at)] <= one for at, one in enumerate(shares))
    assert sum(len(part.shares) for part in parts) <= len(shares) + len(tenders) - 1
