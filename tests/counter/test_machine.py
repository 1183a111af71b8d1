"""Whatever happens at the tills, in whatever order: money in is postings is receipts, and nothing is ever lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import timedelta

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from desktop.app import App
from desktop.counter import service as counter
from desktop.counter.records import (
    AccountShare,
    CloseTillOrder,
    CountOrder,
    MovementKind,
    MovementOrder,
    PaymentOrder,
    TakeBackOrder,
    TenderKind,
    TogetherOrder,
    TogetherQuery,
)
from desktop.counter.records.right import MoveOrder, RefundDecisionOrder, RefundOrder
from desktop.counter.service.till import session_of
from desktop.counter.tables import Payment
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.period import Clock
from desktop.kernel.work import Seat, Work, draw_id, query
from desktop.ledger import service as ledger
from desktop.ledger.records import Role
from desktop.ledger.tables import ContractAccount, LedgerAccount, OpenItem, Posting
from tests import hall as halls
from tests.databases_server import Databases
from tests.hall import SMALL, TODAY, open_till, opened, seat_of

OUT = (TenderKind.CASH, TenderKind.TRANSFER)
PROVEN = (
    counter.prove,
    counter.prove_tills,
    counter.prove_together,
    counter.prove_reversals,
    counter.prove_refunds,
    counter.prove_moves,
    ledger.prove,
)


@query("counter.view")
def drawer(work: Work, _request: None) -> Money:
    """What the drawer of a station should hold."""
    found = session_of(work)
    assert found is not None
    return counter.in_drawer(work, found[1])


class Tills(RuleBasedStateMachine):
    """Two tills and three accounts. ``cash`` is what each drawer should hold, ``transit`` what is on its way."""

    like: Callable[[Callable[[str], object]], str]
    receipts = Bundle("receipts")
    asked = Bundle("asked")
    stations = st.sampled_from(["1", "2"])
    accounts = st.sampled_from(SMALL)
    amounts = st.integers(1, 40_000) | st.sampled_from([1, 16_140, 4_840])

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()

    @initialize()
    def open(self) -> None:
        self.app: App = self.stack.enter_context(opened(self.like(halls.small_hall)))
        self.second = seat_of(self.app, "supervisor")
        self.today = TODAY
        self.cash = {code: self.in_drawer(code) for code in ("1", "2")}
        self.transit = self.posted(Role.IN_TRANSIT)

    def seat(self, code: str) -> Seat:
        return self.app.command_line(code)

    def in_drawer(self, code: str) -> Money:
        """What the books say a drawer should hold."""
        return self.seat(code).ask(drawer)

    def posted(self, role: Role) -> Money:
        with self.app.database.read() as session:
            found = session.scalar(
                sa.select(sa.func.sum(Posting.amount))
                .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
                .where(LedgerAccount.role == role)
            )
        return found or Money(0)

    def came(self, code: str, kind: TenderKind, amount: Money) -> None:
        """Money came in at a till, or (below zero) went out."""
        if kind is TenderKind.CASH:
            self.cash[code] += amount
        else:
            self.transit += amount

    # Money in ------------------------------------------------------------------------------------------------

    @rule(target=receipts, code=stations, number=accounts, amount=amounts, kind=st.sampled_from(TenderKind),
          lost=st.booleans())  # fmt: skip
    def pay(self, code: str, number: str, amount: int, kind: TenderKind, lost: bool) -> str:
        key, money = draw_id(), Money(amount)
        order = PaymentOrder(number, money, money, kind, "" if kind is TenderKind.CASH else "N1")
        taken = self.seat(code).do(counter.take_payment, order, key)
        if lost:  # the answer did not arrive: asked for by its id, and sent once more
            assert self.app.answer(counter.take_payment, key) == taken
            assert self.seat(code).do(counter.take_payment, order, key) == taken
        self.came(code, kind, money)
        return taken.number

    @rule(target=receipts, code=stations, each=st.booleans())
    def pay_together(self, code: str, each: bool) -> object:
        rows = self.seat(code).ask(counter.paid_together, TogetherQuery(SMALL)).rows
        shares = tuple(
            AccountShare(row.account_number, row.dues.to_pay, min(row.dues.to_pay, Money(700)))
            for row in rows
            if row.dues.to_pay
        )
        if not shares:
            return multiple()
        order = TogetherOrder(shares, Money(10_000), one_receipt=not each)
        taken = self.seat(code).do(counter.take_together, order)
        self.came(code, TenderKind.CASH, taken.amount)
        return multiple(*taken.numbers)

    # Putting right -------------------------------------------------------------------------------------------

    @rule(code=stations, number=receipts)
    def void(self, code: str, number: str) -> None:
        try:
            back = self.seat(code).do(counter.reverse_payment, TakeBackOrder(number, "a slip"))
        except Refused:
            return
        for one in back:
            self.came(code, one.tender, -one.amount)

    @rule(number=receipts, left=accounts, right=accounts, again=st.booleans())
    def move(self, number: str, left: str, right: str, again: bool) -> None:
        for to, source in ((right, left), (left, right))[: 1 + again]:
            try:
                self.seat("1").do(counter.move_payment, MoveOrder(number, to, "the neighbour's", source))
            except Refused:
                return

    @rule(target=asked, number=receipts, account=accounts, kind=st.sampled_from(OUT))
    def ask(self, number: str, account: str, kind: TenderKind) -> object:
        order = RefundOrder(
            "paid twice", number, account, None, kind, "6228" if kind is not TenderKind.CASH else ""
        )
        return self._asked(order)

    @rule(target=asked, account=accounts, kind=st.sampled_from(OUT))
    def ask_credit(self, account: str, kind: TenderKind) -> object:
        order = RefundOrder(
            "moved away", "", account, None, kind, "6228" if kind is not TenderKind.CASH else ""
        )
        return self._asked(order)

    def _asked(self, order: RefundOrder) -> object:
        try:
            row = self.seat("1").do(counter.ask_refund, order)
        except Refused:
            return multiple()
        return row.request_id

    @rule(code=stations, request=asked, approve=st.sampled_from([True, True, False]), lost=st.booleans())
    def refund(self, code: str, request: object, approve: bool, lost: bool) -> None:
        key = draw_id()
        with suppress(Refused):  # decided before
            self.second.do(counter.decide_refund, RefundDecisionOrder(request, approve, "no"))
        try:
            paid = self.seat(code).do(counter.pay_refund, request, key)
        except Refused:
            return
        if lost:
            assert self.seat(code).do(counter.pay_refund, request, key) == paid
        self.came(code, paid.tender, -paid.amount)

    # The till and the day ------------------------------------------------------------------------------------

    @rule(code=stations, kind=st.sampled_from([MovementKind.FLOAT, MovementKind.DROP]), amount=amounts)
    def safe(self, code: str, kind: MovementKind, amount: int) -> None:
        self.seat(code).do(counter.move_cash, MovementOrder(kind, Money(amount)))
        self.cash[code] += Money(amount if kind is MovementKind.FLOAT else -amount)

    @rule(code=stations, wrong=st.sampled_from([0, 0, 500]))
    def close(self, code: str, wrong: int) -> None:
        """A count blind and the close: what is expected is what the model says, whoever moved what since."""
        if self.cash[code].raw < 0:
            return
        seat, counted = self.seat(code), self.cash[code] + Money(wrong)
        count = seat.do(counter.count_till, CountOrder(counted))
        found = seat.ask(counter.till_closing)
        assert found.expected == self.cash[code]
        sheet = seat.do(
            counter.close_till, CloseTillOrder(count.count_id, "a note" if wrong else "", found.unprinted)
        )
        assert sheet.difference == Money(wrong)
        open_till(seat)
        self.cash[code] = Money(0)

    @rule(days=st.integers(1, 30))
    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)
        self.app.clock = Clock(self.app.country.zone, self.today)

    # What holds ----------------------------------------------------------------------------------------------

    @invariant()
    def every_sum_holds(self) -> None:
        for code, held in self.cash.items():
            assert self.in_drawer(code) == held
        assert self.posted(Role.IN_TRANSIT) == self.transit
        assert self.posted(Role.TILL_CASH) == Money.total(list(self.cash.values()))
        with self.app.database.read() as session:
            assert not session.scalar(sa.select(sa.func.sum(Posting.amount)))
            for account in session.scalars(sa.select(ContractAccount)):
                assert account.credit >= Money(0)
                items = sa.select(OpenItem.remaining).filter_by(contract_account_id=account.id)
                assert account.owed == Money.total(session.scalars(items).all())
            assert [finding for proof in PROVEN for finding in proof(session)] == []

    def teardown(self) -> None:
        try:
            assert self.app.verify() == []
            with self.app.database.read() as session:
                assert session.scalar(sa.select(sa.func.count()).select_from(Payment))
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

    run_state_machine_as_test(
        type("TillsHere", (Tills,), {"like": staticmethod(like)}),
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


def test_money_in_is_postings_is_receipts_whatever_happens(databases: Databases) -> None:
    play(databases, 3, 14, hypothesis.Phase.generate)


@pytest.mark.trial
def test_money_in_is_postings_is_receipts_however_long_it_goes_on(databases: Databases) -> None:
    play(databases, 60, 60, hypothesis.Phase.generate, hypothesis.Phase.shrink)
