"""Money on real databases: whatever is charged, paid and reversed in whatever order, every sum holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from desktop.app import App
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Energy, Money
from desktop.kernel.period import Clock
from desktop.kernel.work import Seat, Work, draw_id, operation
from desktop.ledger import service as ledger
from desktop.ledger.records import Charge, Dues
from desktop.ledger.rules import allocate
from desktop.ledger.tables import ContractAccount, OpenItem, Posting
from tests import hall as halls
from tests.databases_server import Databases
from tests.hall import SMALL, open_till, opened, pay, posting_sets, yuan

START = date(2026, 2, 5)


@dataclass(frozen=True)
class ChargeOrder:
    """Something to charge in a test: an amount and the tax inside it, due after so many days."""

    number: str
    paper: str
    amount: Money
    tax: Money
    due_days: int


@operation("billing.issue")
def charge(work: Work, orders: tuple[ChargeOrder, ...]) -> tuple[UUID | None, ...]:
    """Charge as a bill run does: several accounts in one go."""
    ids = {order.number: ledger.account_id(work, order.number) for order in orders}
    held = ledger.hold_accounts(work, ids.values())
    return tuple(
        ledger.charge_many(
            work,
            [
                Charge(
                    account_id=ids[order.number],
                    source_number=order.paper,
                    month=work.today.replace(day=1),
                    due_on=work.today + timedelta(days=order.due_days),
                    energy=Energy(1000),
                    amount=order.amount,
                    tax=order.tax,
                    customer_class="residential",
                    rule_set=ledger.late_fee_terms(work, work.today),
                )
                for order in orders
            ],
            held,
        )
    )


def a_charge(number: str, amount: str, due_days: int = 15) -> ChargeOrder:
    money = yuan(amount)
    return ChargeOrder(number, f"P-{draw_id()}", money, Money(money.raw * 13 // 113), due_days)


@pytest.fixture
def fresh(databases: Databases) -> Iterator[Seat]:
    """Three accounts that owe nothing, at an open till."""
    with opened(databases.like(halls.connected_hall), START) as app:
        yield open_till(app.command_line("1"))


def days_pass(seat: Seat, days: int) -> None:
    """The same seat, so many days later."""
    app = seat.app
    app.clock = Clock(app.country.zone, seat.today() + timedelta(days=days))


def figures(dues: Dues) -> list[tuple[Any, ...]]:
    """What is owed, without the ids of its rows."""
    return [(one.due_on, one.principal, one.late_fee, one.overdue_days) for one in dues.items]


def test_a_charge_is_owed_and_posted_to_revenue_and_tax(fresh: Seat) -> None:
    (set_id,) = fresh.do(charge, (a_charge(SMALL[0], "113.00"),))
    dues = fresh.ask(ledger.dues, SMALL[0])
    assert (dues.principal, dues.late_fee, dues.credit, dues.to_pay) == (
        yuan("113.00"),
        Money(0),
        Money(0),
        yuan("113.00"),
    )
    with fresh.app.database.read() as session:
        amounts = session.scalars(sa.select(Posting.amount).filter_by(posting_set_id=set_id)).all()
    assert sorted(amount.raw for amount in amounts) == [-10_000, -1_300, 11_300]
    assert fresh.app.verify() == []


def test_a_charge_of_nothing_posts_nothing(fresh: Seat) -> None:
    assert fresh.do(charge, (a_charge(SMALL[0], "0.00"),)) == (None,)
    assert fresh.ask(ledger.dues, SMALL[0]).items == ()


def test_a_negative_charge_becomes_credit(fresh: Seat) -> None:
    order = ChargeOrder(SMALL[0], "P-1", Money(-5000), Money(-575), 15)
    fresh.do(charge, (order,))
    dues = fresh.ask(ledger.dues, SMALL[0])
    assert (dues.items, dues.credit) == ((), yuan("50.00"))
    fresh.do(charge, (a_charge(SMALL[0], "80.00"),))
    dues = fresh.ask(ledger.dues, SMALL[0])
    assert (dues.principal, dues.credit) == (yuan("30.00"), Money(0))
    assert fresh.app.verify() == []


def test_a_negative_charge_on_an_account_that_owes_pays_what_it_owes(fresh: Seat) -> None:
    fresh.do(charge, (a_charge(SMALL[0], "80.00"),))
    fresh.do(charge, (ChargeOrder(SMALL[0], "P-1", Money(-5000), Money(-575), 15),))
    dues = fresh.ask(ledger.dues, SMALL[0])
    assert (dues.principal, dues.credit) == (yuan("30.00"), Money(0))
    assert fresh.app.verify() == []


def test_two_charges_of_one_account_in_one_go_use_its_credit_once(fresh: Seat) -> None:
    pay(fresh, SMALL[0], yuan("100.00"))
    fresh.do(
        charge, (a_charge(SMALL[0], "60.00", 10), a_charge(SMALL[1], "5.00"), a_charge(SMALL[0], "70.00", 20))
    )
    dues = fresh.ask(ledger.dues, SMALL[0])
    assert [one.principal for one in dues.items] == [yuan("30.00")]
    assert dues.credit == Money(0)
    assert fresh.app.verify() == []


def test_a_late_fee_grows_by_the_day_and_is_paid_before_the_principal(fresh: Seat) -> None:
    fresh.do(charge, (a_charge(SMALL[0], "1000.00", 15),))
    days_pass(fresh, 15)
    assert fresh.ask(ledger.dues, SMALL[0]).late_fee == Money(0)
    days_pass(fresh, 10)
    (item,) = fresh.ask(ledger.dues, SMALL[0]).items
    assert (item.late_fee, item.overdue_days) == (yuan("10.00"), 10)  # 1 ‰ of 1000.00 a day
    assert item.arithmetic
    receipt = pay(fresh, SMALL[0], yuan("110.00"))
    assert [(one.principal, one.late_fee) for one in receipt.items] == [(yuan("100.00"), yuan("10.00"))]
    assert fresh.ask(ledger.dues, SMALL[0]).total == yuan("900.00")
    days_pass(fresh, 10)
    dues = fresh.ask(ledger.dues, SMALL[0])
    assert (dues.principal, dues.late_fee) == (yuan("900.00"), yuan("9.00"))
    assert fresh.app.verify() == []


def test_a_payment_reversed_at_once_leaves_what_was_owed(fresh: Seat) -> None:
    fresh.do(charge, (a_charge(SMALL[0], "100.00", 5), a_charge(SMALL[0], "50.00", 15)))
    days_pass(fresh, 10)
    before = fresh.ask(ledger.dues, SMALL[0])
    for amount in ("60.00", "100.50", "400.00"):
        pay(fresh, SMALL[0], yuan(amount))
        fresh.do(ledger.reverse, posting_sets(fresh.app, SMALL[0])[-1])
        assert figures(fresh.ask(ledger.dues, SMALL[0])) == figures(before)
        assert fresh.ask(ledger.dues, SMALL[0]).credit == before.credit
    assert fresh.app.verify() == []


def test_a_payment_reversed_later_leaves_what_would_be_owed_had_it_never_come(fresh: Seat) -> None:
    orders = tuple(a_charge(number, "1000.00", 5) for number in SMALL[:2])
    fresh.do(charge, orders)
    for wait, amount in ((10, "400.00"), (20, "30.00")):
        days_pass(fresh, wait)
        pay(fresh, SMALL[0], yuan(amount))
        days_pass(fresh, 30)
        fresh.do(ledger.reverse, posting_sets(fresh.app, SMALL[0])[-1])
        paid, never = (fresh.ask(ledger.dues, number) for number in SMALL[:2])
        assert figures(paid) == figures(never)
    assert fresh.app.verify() == []


def test_a_late_fee_is_asked_for_again_where_others_paid_the_rest(fresh: Seat) -> None:
    fresh.do(charge, tuple(a_charge(number, "1000.00", 5) for number in SMALL))
    days_pass(fresh, 15)
    pay(fresh, SMALL[0], yuan("10.00"))  # all of the late fee and nothing else
    of_fee = posting_sets(fresh.app, SMALL[0])[-1]
    days_pass(fresh, 3)
    for number, amount in ((SMALL[0], "1003.00"), (SMALL[1], "1003.00")):
        pay(fresh, number, yuan(amount))
    assert fresh.ask(ledger.dues, SMALL[0]).items == ()
    days_pass(fresh, 7)
    fresh.do(ledger.reverse, of_fee)  # as a cheque that came back
    assert fresh.ask(ledger.dues, SMALL[0]).total.raw > 0
    for wait in (0, 30):
        days_pass(fresh, wait)
        had, never = (fresh.ask(ledger.dues, number) for number in SMALL[:2])
        assert (figures(had), had.credit) == (figures(never), never.credit)
    assert fresh.app.verify() == []
    fresh.do(ledger.reverse, posting_sets(fresh.app, SMALL[0])[-1])
    had, never = (fresh.ask(ledger.dues, number) for number in (SMALL[0], SMALL[2]))
    assert (figures(had), had.credit) == (figures(never), never.credit)
    assert fresh.app.verify() == []


def test_a_set_is_reversed_once(fresh: Seat) -> None:
    pay(fresh, SMALL[0], yuan("1.00"))
    key = posting_sets(fresh.app, SMALL[0])[-1]
    fresh.do(ledger.reverse, key)
    with pytest.raises(Refused, match="reversed already"):
        fresh.do(ledger.reverse, key)
    with pytest.raises(NotFound):
        fresh.do(ledger.reverse, draw_id())


def test_a_reversal_is_not_reversed_itself(fresh: Seat) -> None:
    (key,) = fresh.do(charge, (a_charge(SMALL[0], "10.00"),))
    assert key is not None
    mirror = fresh.do(ledger.reverse, key)
    with pytest.raises(Refused):
        fresh.do(ledger.reverse, mirror)
    assert fresh.app.verify() == []


def test_a_charge_that_something_was_paid_on_is_not_reversed_before_the_payment(fresh: Seat) -> None:
    (key,) = fresh.do(charge, (a_charge(SMALL[0], "10.00"),))
    pay(fresh, SMALL[0], yuan("1.00"))
    before = fresh.ask(ledger.dues, SMALL[0])
    with pytest.raises(Refused, match="reverse the payment first"):
        fresh.do(ledger.reverse, key)
    assert fresh.ask(ledger.dues, SMALL[0]) == before
    fresh.do(ledger.reverse, posting_sets(fresh.app, SMALL[0])[-1])
    fresh.do(ledger.reverse, key)
    assert fresh.ask(ledger.dues, SMALL[0]).items == ()
    assert fresh.app.verify() == []


def test_a_payment_whose_credit_is_used_up_is_not_reversed(fresh: Seat) -> None:
    pay(fresh, SMALL[0], yuan("50.00"))
    fresh.do(charge, (a_charge(SMALL[0], "30.00"),))
    with pytest.raises(Refused, match="used up"):
        fresh.do(ledger.reverse, posting_sets(fresh.app, SMALL[0])[-1])
    assert fresh.ask(ledger.dues, SMALL[0]).credit == yuan("20.00")
    assert fresh.app.verify() == []


def test_an_account_is_found_with_spaces_in_its_number_and_another_is_not(fresh: Seat) -> None:
    spaced = f" {SMALL[0][:4]} {SMALL[0][4:8]} {SMALL[0][8:]} "
    assert fresh.ask(ledger.dues, spaced) == fresh.ask(ledger.dues, SMALL[0])
    with pytest.raises(NotFound):
        fresh.ask(ledger.dues, SMALL[0] + "0")


# Whatever happens, in whatever order


class Ledger(RuleBasedStateMachine):
    """Charges, payments and reversals on three accounts, in any order, with days passing between them."""

    like: Callable[[Callable[[str], object]], str]
    sets = Bundle("sets")
    accounts = st.sampled_from(SMALL)
    amounts = st.integers(1, 60_000) | st.sampled_from([1, 100, 11_300])

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()

    @initialize()
    def open(self) -> None:
        self.app: App = self.stack.enter_context(opened(self.like(halls.connected_hall), START))
        self.seat = open_till(self.app.command_line("1"))
        self.paid = dict.fromkeys(SMALL, 0)

    def dues(self, number: str) -> Dues:
        return self.seat.ask(ledger.dues, number)

    @rule(target=sets, number=accounts, amount=amounts, due=st.integers(-40, 40), negative=st.integers(0, 9))
    def charge(self, number: str, amount: int, due: int, negative: int) -> UUID | None:
        before = self.dues(number)
        signed = Money(-amount if negative == 0 else amount)
        order = ChargeOrder(number, f"P-{draw_id()}", signed, Money(signed.raw // 9), due)
        (set_id,) = self.seat.do(charge, (order,))
        after = self.dues(number)
        assert (after.total - after.credit) - (before.total - before.credit) >= signed or before.credit
        assert not (after.principal and after.credit)  # credit is used at once
        return set_id

    @rule(target=sets, number=accounts, amount=amounts, exactly=st.sampled_from(["", "all", "half", "more"]))
    def pay(self, number: str, amount: int, exactly: str) -> UUID:
        before = self.dues(number)
        owed = before.to_pay.raw
        chosen = {"all": owed, "half": owed // 2, "more": owed + amount}.get(exactly, amount) or amount
        wanted, left = allocate(before.credit + Money(chosen), before.items, late_fee_first=True)
        receipt = pay(self.seat, number, Money(chosen))
        cleared = [(one.open_item_id, one.principal, one.late_fee, one.settled) for one in receipt.items]
        assert cleared == [
            (part.item.open_item_id, part.principal, part.late_fee, part.settled)
            for part in wanted
            if part.principal or part.late_fee
        ]
        after = self.dues(number)
        assert (after.credit, receipt.credit_after) == (left, left)
        assert before.total - after.total == Money(chosen) + before.credit - left
        assert receipt.owed_after == after.total
        return posting_sets(self.app, number)[-1]

    @rule(target=sets, key=consumes(sets))
    def reverse(self, key: UUID | None) -> UUID | None:
        before = {number: self.dues(number) for number in SMALL}
        if key is None:
            return None
        try:
            return self.seat.do(ledger.reverse, key)
        except Refused:
            assert {number: self.dues(number) for number in SMALL} == before
            return None

    @rule(days=st.integers(1, 45))
    def wait(self, days: int) -> None:
        days_pass(self.seat, days)

    @invariant()
    def every_sum_holds(self) -> None:
        with self.app.database.read() as session:
            assert not session.scalar(sa.select(sa.func.sum(Posting.amount)))
            for account in session.scalars(sa.select(ContractAccount)):
                assert account.credit >= Money(0)
                items = sa.select(OpenItem.remaining).filter_by(contract_account_id=account.id)
                assert account.owed == Money.total(session.scalars(items).all())

    def teardown(self) -> None:
        try:
            assert self.app.verify() == []
        finally:
            self.stack.close()


def play(databases: Databases, examples: int, steps: int, *phases: hypothesis.Phase) -> None:
    """Play the machine on a kind of database."""
    made: list[str] = []

    def like(prepare: Callable[[str], object]) -> str:
        for url in made:
            databases.drop(url)
        made[:] = [databases.like(prepare)]
        return made[0]

    machine = type("LedgerHere", (Ledger,), {"like": staticmethod(like)})
    run_state_machine_as_test(
        machine,
        settings=hypothesis.settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            phases=phases,
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )


def test_every_sum_holds_whatever_is_charged_paid_and_reversed(databases: Databases) -> None:
    examples, steps = (10, 15) if databases.kind == "sqlite" else (4, 12)
    play(databases, examples, steps, hypothesis.Phase.generate)


@pytest.mark.trial
def test_every_sum_holds_however_long_it_goes_on(databases: Databases) -> None:
    play(databases, 100, 60, hypothesis.Phase.generate, hypothesis.Phase.shrink)


def test_a_month_before_a_closed_one_is_told_in_words_though_nobody_posted_into_it(small_hall: str) -> None:
    """No row of the month can be held, so the trigger refuses, and a person hears why."""
    with opened(small_hall, date(2025, 11, 20)) as app:
        with pytest.raises(Refused, match="is closed: nothing is posted") as refused:
            pay(app.command_line("1"), SMALL[1], yuan("1.00"))
        assert refused.value.text.fields["month"] == "2025-11"
