"""One tender for several accounts, on both databases: one key, one transaction, a payment each, receipts by choice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from desktop.contracts import service as contracts
from desktop.contracts.records import GroupOrder
from desktop.counter import rules
from desktop.counter import service as counter
from desktop.counter.records import (
    AccountShare,
    ReceiptQuery,
    TakeBackOrder,
    TakenTogether,
    TenderKind,
    Together,
    TogetherOrder,
    TogetherQuery,
)
from desktop.counter.tables import Payment, PaymentPart, Receipt, Tender
from desktop.desk import service as desk
from desktop.kernel.errors import KeyReused, NotFound, NotPermitted, Refused
from desktop.kernel.measures import Money
from desktop.kernel.period import Clock
from desktop.kernel.text import Text
from desktop.kernel.work import Seat, draw_id
from desktop.ledger import service as ledger
from tests.hall import (
    PASSWORD,
    SMALL,
    account_number,
    app_of,
    open_till,
    opened,
    pay,
    printed,
    together,
    yuan,
)
from tests.rows import changed, contents

ACCOUNTS = tuple(account_number(place) for place in (9, 10, 11))


def asked(seat: Seat, *accounts: str) -> Together:
    return seat.ask(counter.paid_together, TogetherQuery(accounts or ACCOUNTS))


def spread(found: Together, amount: Money | None = None) -> tuple[AccountShare, ...]:
    dues = [row.dues for row in found.rows]
    wanted = Money.total([one.to_pay for one in dues]) if amount is None else amount
    return rules.shares(wanted, dues, late_fee_first=True)


def order(seat: Seat, *accounts: str, **other: object) -> TogetherOrder:
    """All that accounts owe, in cash counted out exactly."""
    shares = spread(asked(seat, *accounts))
    made = TogetherOrder(shares, Money.total([share.amount for share in shares]))
    return replace(made, **other)  # type: ignore[arg-type]  # any field


@pytest.fixture
def till(billed: Seat) -> Seat:
    return open_till(billed)


def test_one_tender_settles_all_and_stands_on_one_receipt(till: Seat) -> None:
    found = asked(till)
    due = Money.total([row.dues.to_pay for row in found.rows])
    assert all(row.dues.to_pay for row in found.rows)
    before = till.ask(counter.till)
    taken = till.do(counter.take_together, order(till, given=due + yuan("7.00")))
    assert (taken.amount, taken.change, taken.owed_after, taken.accounts) == (due, yuan("7.00"), Money(0), 3)
    (receipt,) = taken.receipts
    assert before is not None
    assert receipt.number == before.next_receipt
    assert [part.account_number for part in receipt.parts] == list(ACCOUNTS)
    assert [part.amount for part in receipt.parts] == [row.dues.to_pay for row in found.rows]
    assert [len(part.items) for part in receipt.parts] == [len(row.dues.items) for row in found.rows]
    assert till.ask(counter.receipt, ReceiptQuery(receipt.number)) == receipt
    for number, row in zip(ACCOUNTS, found.rows, strict=True):
        assert not till.ask(ledger.dues, number).items
        card = till.ask(desk.account_card, number).payments[0]
        assert (card.receipt_number, card.amount, card.together) == (receipt.number, row.dues.to_pay, 3)
        assert sum(item.total.raw for item in card.settled) == row.dues.total.raw
    shift = till.ask(counter.shift)
    assert shift is not None
    assert (dict(shift.counts)[TenderKind.CASH], shift.latest[0].amount) == (1, due)
    assert app_of(till).verify() == []


def test_one_receipt_each_is_a_run_of_numbers_without_a_gap(till: Seat) -> None:
    taken = till.do(counter.take_together, order(till, one_receipt=False, paid_by="Wu  Lan"))
    running = [int(number[-6:]) for number in taken.numbers]
    assert running == list(range(running[0], running[0] + 3))
    assert [one.account_number for one in taken.receipts] == list(ACCOUNTS)
    assert all(not one.parts and one.owed_after == Money(0) for one in taken.receipts)
    assert [one.notes for one in taken.receipts] == [(Text("Paid by {name}", name="Wu Lan"),)] * 3
    assert pay(till, ACCOUNTS[0], yuan("1.00")).number[-6:] == f"{running[-1] + 1:06}"
    printed(till, *taken.receipts)
    copies = till.do(counter.reprint_receipts, taken.numbers)
    assert [copy.copy for copy in copies] == [1, 1, 1]
    assert app_of(till).verify() == []


def test_the_same_key_pays_once_and_another_order_under_it_is_refused(till: Seat) -> None:
    key, wanted = draw_id(), order(till)
    first = till.do(counter.take_together, wanted, key)
    assert till.do(counter.take_together, wanted, key) == first
    assert till.app.answer(counter.take_together, key) == first
    with pytest.raises(KeyReused):
        till.do(counter.take_together, replace(wanted, given=wanted.given + Money(100)), key)
    with till.app.database.read() as session:
        payments = session.scalars(sa.select(Payment.id).where(Payment.amount.in_(_amounts(wanted)))).all()
        assert len(payments) == 3


def _amounts(wanted: TogetherOrder) -> list[Money]:
    return [share.amount for share in wanted.shares]


def test_part_of_it_clears_what_is_oldest_whosever_it_is(till: Seat) -> None:
    found = asked(till)
    december = [row for row in found.rows if row.dues.items[0].month == date(2025, 12, 1)]
    oldest = Money.total([row.dues.items[0].total for row in december])
    shares = spread(found, oldest + yuan("0.50"))
    for share in shares[:-1]:
        assert share.amount.raw >= 0
    assert {share.account_number for share in shares} >= {row.dues.account_number for row in december}
    taken = till.do(counter.take_together, TogetherOrder(shares, oldest + yuan("0.50")))
    assert taken.owed_after == Money.total([row.dues.to_pay for row in found.rows if row.dues.account_number in
                                            {one.account_number for one in shares}]) - taken.amount  # fmt: skip
    left = [item for number in ACCOUNTS for item in till.ask(ledger.dues, number).items]
    assert all(item.month == date(2026, 1, 1) for item in left)
    assert app_of(till).verify() == []


def test_what_cannot_be_taken_books_nothing(till: Seat, billed_hall: str) -> None:
    stale = order(till)
    pay(till, ACCOUNTS[1], yuan("1.00"))
    good = order(till)
    first = good.shares[0]
    before = contents(billed_hall)
    for wrong, words in (
        (stale, "has .* to pay, not"),
        (replace(good, shares=()), "Name the accounts"),
        (replace(good, shares=(first, first)), "named twice"),
        (replace(good, shares=(replace(first, amount=Money(0)),)), "more than zero"),
        (replace(good, shares=(replace(first, amount=first.due + Money(1)),)), "too much"),
        (replace(good, given=good.given - Money(1)), "ask for the rest"),
        (replace(good, tender=TenderKind.CARD), "number of the card slip"),
        (replace(good, shares=(first,) * (rules.MOST_TOGETHER + 1)), "named twice"),
        (replace(good, group="G-0"), "No payment group"),
        (replace(good, paid_by="x" * 101), "Name who pays"),
        (replace(good, shares=(replace(first, account_number="1"),)), "No account"),
    ):
        with pytest.raises(Refused, match=words):
            till.do(counter.take_together, wrong)
    assert changed(before, contents(billed_hall)) == set()


def test_a_closed_till_takes_nothing_and_a_clerk_neither(small: Seat, billed: Seat) -> None:
    with pytest.raises(Refused, match="till is closed"):
        billed.do(counter.take_together, order(billed))
    clerk = app_of(small).sign_in("clerk", PASSWORD, "1")
    with pytest.raises(NotPermitted):
        clerk.do(counter.take_together, order(small, SMALL[1]))


def test_a_group_is_paid_by_its_payer_and_found_from_any_member(till: Seat) -> None:
    group = till.do(contracts.make_group, GroupOrder("Three flats", ACCOUNTS[2], ACCOUNTS, date(2026, 1, 1)))
    by_number = till.ask(counter.paid_together, TogetherQuery(group=group.number))
    by_member = till.ask(counter.paid_together, TogetherQuery((ACCOUNTS[1],), family=True))
    assert by_number == by_member
    assert (by_number.group, by_number.payer) == (group.number, group.payer)
    assert {row.account_number for row in by_number.rows} == set(ACCOUNTS)
    with pytest.raises(NotFound):
        till.ask(counter.paid_together, TogetherQuery(group="G-0"))
    taken = till.do(counter.take_together, order(till, group=group.number))
    assert (taken.receipts[0].account_number, taken.receipts[0].address) == (group.number, "Three flats")
    assert taken.customer_name == group.payer


def test_one_of_them_or_all_are_taken_back(till: Seat) -> None:
    first = till.do(counter.take_together, order(till))
    number = first.receipts[0].number
    due = {share.account_number: share.amount for share in order_of(first)}
    back = till.do(counter.reverse_payment, TakeBackOrder(number, "wrong flat", (ACCOUNTS[1],)))
    assert [(one.account_number, one.amount) for one in back] == [(ACCOUNTS[1], due[ACCOUNTS[1]])]
    assert till.ask(ledger.dues, ACCOUNTS[1]).to_pay == due[ACCOUNTS[1]]
    assert not till.ask(ledger.dues, ACCOUNTS[0]).items
    told = {one.account_number: one for one in till.ask(counter.paid_with, ReceiptQuery(number))}
    assert [told[one].taken_back for one in ACCOUNTS] == [False, True, False]
    assert told[ACCOUNTS[1]].reason == "wrong flat"
    with pytest.raises(Refused, match="taken back already"):
        till.do(counter.reverse_payment, TakeBackOrder(number, "again", (ACCOUNTS[1],)))
    with pytest.raises(Refused, match="Say why"):
        till.do(counter.reverse_payment, TakeBackOrder(number, " "))
    rest = till.do(counter.reverse_payment, TakeBackOrder(number, "all of it"))
    assert [one.account_number for one in rest] == [ACCOUNTS[0], ACCOUNTS[2]]
    with pytest.raises(Refused, match="taken back already"):
        till.do(counter.reverse_payment, TakeBackOrder(number, "all of it"))
    each = till.do(counter.take_together, order(till, one_receipt=False))
    one = till.do(counter.reverse_payment, TakeBackOrder(each.numbers[1], "one receipt"))
    assert [row.account_number for row in one] == [ACCOUNTS[1]]
    others = till.do(counter.reverse_payment, TakeBackOrder(each.numbers[1], "the tender", whole=True))
    assert [row.receipt_number for row in others] == [each.numbers[0], each.numbers[2]]
    assert till.ask(desk.account_card, ACCOUNTS[0]).payments[0].taken_back
    assert app_of(till).verify() == []


def test_a_payment_of_another_day_is_a_refund_and_no_affair_of_one_person(till: Seat) -> None:
    number = till.do(counter.take_together, order(till)).receipts[0].number
    till.app.clock = Clock(till.app.country.zone, till.today() + timedelta(days=1))
    with pytest.raises(Refused, match="on its own day only"):
        till.do(counter.reverse_payment, TakeBackOrder(number, "wrong flat"))
    assert not any(one.taken_back for one in till.ask(counter.paid_with, ReceiptQuery(number)))


def order_of(taken: TakenTogether) -> tuple[AccountShare, ...]:
    return tuple(
        AccountShare(part.account_number, part.amount, part.amount) for part in taken.receipts[0].parts
    )


def test_two_tills_that_pay_the_same_accounts_at_once_pay_them_once(till: Seat, billed_hall: str) -> None:
    """In both the accounts stand in another order; who comes second is told what is left."""
    with opened(billed_hall) as app:
        other = open_till(app.command_line("2"))
        one, two = order(till), order(other, *reversed(ACCOUNTS))
        answers = together(
            [lambda: till.do(counter.take_together, one), lambda: other.do(counter.take_together, two)]
        )
    taken = [answer for answer in answers if isinstance(answer, TakenTogether)]
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert (len(taken), len(refused)) == (1, 1), answers
    assert all(not till.ask(ledger.dues, number).items for number in ACCOUNTS)
    assert app_of(till).verify() == []


def test_the_proof_names_a_tender_that_is_not_the_sum_of_its_payments(till: Seat) -> None:
    till.do(counter.take_together, order(till))
    with till.app.database.write() as session:
        part = session.scalars(sa.select(PaymentPart)).first()
        receipts = session.scalars(sa.select(Receipt.id).where(Receipt.id != part.receipt_id)).first()
        assert list(counter.prove_together(session)) == []
        session.execute(sa.text("DROP TRIGGER counter_payment_part_no_update" + (
            " ON counter_payment_part" if session.get_bind().dialect.name == "postgresql" else "")))  # fmt: skip
        session.execute(sa.update(PaymentPart).where(PaymentPart.id == part.id).values(receipt_id=receipts))
        assert [one.code for one in counter.prove_together(session)] == ["together_receipt"]
        session.rollback()
    with till.app.database.read() as session:
        tendered = session.scalars(sa.select(Tender.amount).join(Payment, Payment.id == Tender.payment_id))
        assert tendered.all()
