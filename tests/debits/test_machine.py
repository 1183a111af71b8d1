"""Results in any order, with repeats and kills: money of direct debits is what was paid by them, and never twice."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from desktop.counter import service as counter
from desktop.counter.records import TenderKind
from desktop.counter.tables import Payment, PaymentReversal, Tender
from desktop.debits import service as debits
from desktop.debits.records import FileOrder, ItemState, Meaning, ResultRead, ResultsRead, WithdrawOrder
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat
from desktop.ledger import service as ledger
from desktop.ledger.records import Role
from desktop.treasury import service as treasury
from desktop.treasury.service import debiting
from tests import hall as halls
from tests.databases_server import Databases
from tests.hall import SMALL, TODAY, book_debits, books, mandate, opened, pay, result
from tests.kernel import faults

PROVEN = (debits.prove, treasury.prove_debits, counter.prove, counter.prove_debited, ledger.prove)
ORDER = FileOrder("City bank", TODAY, TODAY + timedelta(days=60))


class Debits(RuleBasedStateMachine):
    """One bank and three accounts; banks say what they like, in any order, as often as they like."""

    like: Callable[[Callable[[str], object]], str]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()

    @initialize()
    def open(self) -> None:
        app = self.stack.enter_context(opened(self.like(halls.small_hall)))
        self.seat = app.command_line("1")
        self.files: list[str] = []
        self.rows: list[ResultRead] = []
        self.came: set[tuple[ResultRead, ...]] = set()
        self.before = books(self.seat, Role.IN_TRANSIT) - self.money()
        for number in SMALL[:2]:
            mandate(self.seat, number)

    def teardown(self) -> None:
        self.stack.close()

    def money(self) -> Money:
        """What direct debits brought, less what was taken back of it."""
        back = sa.exists().where(PaymentReversal.payment_id == Payment.id)
        paid = sa.select(Payment.amount).join(Tender, Tender.payment_id == Payment.id)
        with self.seat.app.database.read() as session:
            return Money.total(list(session.scalars(paid.where(Tender.kind == TenderKind.DEBIT, ~back))))

    @rule()
    def make(self) -> None:
        with suppress(Refused):
            self.files.append(self.seat.do(debits.make_file, ORDER).number)

    @rule(at=st.integers(0, 9), by_bank=st.booleans())
    def withdraw(self, at: int, by_bank: bool) -> None:
        if self.files:
            with suppress(Refused):
                order = WithdrawOrder(self.files[at % len(self.files)], "so it goes", by_bank)
                self.seat.do(debits.withdraw_file, order)

    @rule(
        said=st.lists(
            st.tuples(
                st.integers(0, 99), st.sampled_from([Meaning.PAID, Meaning.RETURNED, Meaning.FUNDS, Meaning.CLOSED]),
                st.sampled_from([0, 0, 0, 1]), st.booleans(),
            ),
            min_size=1, max_size=8,
        )
    )  # fmt: skip
    def results(self, said: list[tuple[int, Meaning, int, bool]]) -> None:
        """Rows of any items with any meaning, some of another amount, some known from another file."""
        items = [one for number in self.files for one in self.seat.ask(debits.debit_items, number)]
        if not items:
            return
        rows = []
        for at, meant, more, again in said:
            one = items[at % len(items)]
            known = again and self.rows
            rows.append(
                self.rows[at % len(self.rows)]
                if known
                else result(one.number, one.amount + Money(more), meant)
            )
        unlike = tuple({row.key: row for row in rows}.values())
        if unlike in self.came:
            with pytest.raises(Refused, match="came in before"):
                book_debits(self.seat, *unlike)
            return
        taken = book_debits(self.seat, *unlike)
        self.came.add(unlike)
        self.rows += unlike
        assert (
            taken.read
            == taken.known + taken.paid + taken.failed + taken.returned + len(taken.to_mend) + taken.waiting
        )

    @rule(account=st.sampled_from(SMALL[:2]), amount=st.integers(1, 20_000))
    def pay_at_the_counter(self, account: str, amount: int) -> None:
        pay(self.seat, account, Money(amount))

    @invariant()
    def proven(self) -> None:
        if not hasattr(self, "seat"):
            return
        assert books(self.seat, Role.IN_TRANSIT) == self.before + self.money()
        with self.seat.app.database.read() as session:
            assert [finding for one in PROVEN for finding in one(session)] == []


def run(databases: Databases, examples: int, steps: int) -> None:
    machine = type("Debits", (Debits,), {"like": staticmethod(databases.like)})
    settings = hypothesis.settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=settings)


def test_whatever_banks_say_money_is_what_was_paid(databases: Databases) -> None:
    run(databases, 1, 6)


@pytest.mark.trial
def test_whatever_banks_say_in_many_ways(databases: Databases) -> None:
    run(databases, 12, 20)


# Killed while results are booked


def book_one_by_one(seat: Seat, rows: tuple[ResultRead, ...]) -> None:
    """Take results in and book them a row at a time, or go on with those that are in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(debiting, "ROWS_AT_ONCE", 1)
        if seat.ask(debits.results_waiting):
            treasury.book_waiting(seat)
        elif all(one.awaiting for one in seat.ask(debits.debit_files)[:1]):
            treasury.take_results_in(seat, ResultsRead("r.csv", "f" * 64, rows, (), (), ()), "City bank")


def waiting_file(url: str) -> tuple[ResultRead, ...]:
    """A file that waits for its results, and these."""
    with opened(url) as app:
        seat = app.command_line("1")
        mandate(seat, SMALL[1])
        file = seat.do(debits.make_file, ORDER)
        items = seat.ask(debits.debit_items, file.number)
    return tuple(result(one.number, one.amount, line=f"L{at}") for at, one in enumerate(items))


def paid_once(url: str, rows: tuple[ResultRead, ...]) -> None:
    """Each of the items is paid, once, and the book is whole."""
    with opened(url) as app:
        seat = app.command_line("1")
        (file, *_) = seat.ask(debits.debit_files)
        items = seat.ask(debits.debit_items, file.number)
        assert {one.state for one in items} == {ItemState.PAID}
        assert len({one.payment_id for one in items}) == len(rows)
        assert app.verify() == []


@pytest.mark.parametrize("at", [60, 140])
def test_killed_while_results_are_booked_it_goes_on_and_pays_once(
    databases: Databases, tmp_path: Path, at: int
) -> None:
    url = databases.like(halls.small_hall)
    rows = waiting_file(url)
    assert faults.killed(url, tmp_path, at, book_one_by_one, rows)
    with opened(url) as app:
        book_one_by_one(app.command_line("1"), rows)
    paid_once(url, rows)


@pytest.mark.trial
def test_killed_again_and_again(databases: Databases, tmp_path: Path) -> None:
    url = databases.like(halls.small_hall)
    rows, at = waiting_file(url), 20
    while faults.killed(url, tmp_path, at, book_one_by_one, rows):
        at += 17
    paid_once(url, rows)
