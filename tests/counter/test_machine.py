"""Whatever happens at the tills, in whatever order: money in is postings is receipts, and nothing is ever lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

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
    AT_COUNTER,
    AccountShare,
    CloseTillOrder,
    CountOrder,
    MixedTogetherOrder,
    MovementKind,
    MovementOrder,
    PaymentOrder,
    ReceiptIssued,
    ReceiptQuery,
    TakeBackOrder,
    TenderKind,
    TenderPart,
    TogetherOrder,
    TogetherQuery,
)
from desktop.counter.records.cheques import ChequeOrder, ChequesQuery
from desktop.counter.records.right import MoveOrder, RefundDecisionOrder, RefundOrder
from desktop.counter.service.till import session_of
from desktop.counter.tables import Payment
from desktop.kernel import intent
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.period import Clock
from desktop.kernel.work import Seat, Work, draw_id, query
from desktop.ledger import service as ledger
from desktop.ledger.records import Role, WaiverBack, WaiverCause, WaiverOrder
from desktop.ledger.tables import ContractAccount, LedgerAccount, OpenItem, Posting
from tests import hall as halls
from tests.databases_server import Databases
from tests.hall import SMALL, TODAY, open_till, opened, seat_of
from tests.kernel.faults import Crash, Moments, crash
from tests.rows import raw

OUT = (TenderKind.CASH, TenderKind.TRANSFER)


@dataclass(frozen=True)
class Fault:
    """What befalls an operation at one of its moments: the program ends there, or a server drops its connections.

    Beyond its last moment nothing does, but that its answer is lost.
    """

    at: int | str
    cut: bool = False


FAULTS = st.none() | st.builds(
    Fault, st.integers(1, 160) | st.sampled_from(["before COMMIT", "after COMMIT"]), st.booleans()
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
        self.url = self.like(halls.small_hall)
        self.app: App = self.stack.enter_context(opened(self.url))
        self.second = seat_of(self.app, "supervisor")
        self.today = TODAY
        self.cash = {code: self.in_drawer(code) for code in ("1", "2")}
        self.transit = self.posted(Role.IN_TRANSIT)

    def seat(self, code: str) -> Seat:
        return self.app.command_line(code)

    # What may befall an operation -----------------------------------------------------------------------------

    def do(self, seat: Seat, job: Callable[[Work, Any], Any], order: object, fault: Fault | None) -> Any:
        """Perform an operation. Whatever befalls it, what stands then is whole; asked again it is done once."""
        if fault is None:
            return seat.do(job, order)
        key = draw_id()
        try:
            with Moments(fault.at, self.cut if fault.cut else crash).of(self.app.database):
                first = seat.do(job, order, key)
        except Crash:
            first = self.begin_anew(job, key)
        again = seat.do(job, order, key)
        assert first in (None, again)
        assert self.app.answer(job, key) == again
        assert intent.unsettled(self.intents) == ()
        return again

    def cut(self) -> None:
        """The server drops every connection; a file has none, so the program ends."""
        if self.app.database.embedded:
            crash()
        with raw(self.url) as rows:
            rows(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def begin_anew(self, job: Callable[[Work, Any], Any], key: UUID) -> Any:
        """The program is started again: it knows what was under way, and finds it done wholly (its answer) or not."""
        self.app.database.close()
        assert [one.entry_id for one in intent.unsettled(self.intents)] == [key]
        assert self.app.verify() == []
        answer = self.app.answer(job, key)
        if answer is None:
            self.every_sum_holds()
        return answer

    @property
    def intents(self) -> Path:
        assert self.app.intents is not None
        return self.app.intents

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

    @rule(target=receipts, code=stations, number=accounts, amount=amounts, kind=st.sampled_from(AT_COUNTER),
          fault=FAULTS)  # fmt: skip
    def pay(self, code: str, number: str, amount: int, kind: TenderKind, fault: Fault | None) -> str:
        money = Money(amount)
        order = PaymentOrder(number, money, money, kind, "" if kind is TenderKind.CASH else "N1")
        taken: ReceiptIssued = self.do(self.seat(code), counter.take_payment, order, fault)
        self.came(code, kind, money)
        return taken.number

    @rule(target=receipts, code=stations, each=st.booleans(), mixed=st.booleans(), fault=FAULTS)
    def pay_together(self, code: str, each: bool, mixed: bool, fault: Fault | None) -> object:
        rows = self.seat(code).ask(counter.paid_together, TogetherQuery(SMALL)).rows
        shares = tuple(
            AccountShare(row.account_number, row.dues.to_pay, min(row.dues.to_pay, Money(700)))
            for row in rows
            if row.dues.to_pay
        )
        if not shares:
            return multiple()
        whole = Money.total([share.amount for share in shares])
        if mixed and whole.raw > 1:
            cash = Money(whole.raw // 2)
            card = TenderPart(whole - cash, whole - cash, TenderKind.CARD, "N1")
            order: Any = MixedTogetherOrder(shares, (card, TenderPart(cash, cash)), not each)
            taken = self.do(self.seat(code), counter.take_mixed_together, order, fault)
            self.came(code, TenderKind.CARD, card.amount)
        else:
            cash, order = whole, TogetherOrder(shares, Money(10_000), one_receipt=not each)
            taken = self.do(self.seat(code), counter.take_together, order, fault)
        self.came(code, TenderKind.CASH, cash)
        return multiple(*taken.numbers)

    @rule(code=stations, number=receipts)
    def print_again(self, code: str, number: str) -> None:
        """The original as long as nobody says that it is on paper; from then on one copy more."""
        first, second = (
            self.seat(code).do(counter.reprint_receipt, ReceiptQuery(number)).copy for _ in range(2)
        )
        assert first <= second <= first + 1

    # Putting right -------------------------------------------------------------------------------------------

    @rule(code=stations, number=receipts, whole=st.booleans(), fault=FAULTS)
    def void(self, code: str, number: str, whole: bool, fault: Fault | None) -> None:
        order = TakeBackOrder(number, "a slip", whole=whole)
        try:
            back = self.do(self.seat(code), counter.reverse_payment, order, fault)
        except Refused:
            return
        for one in back:
            self.came(code, one.tender, -one.amount)

    @rule(bounced=st.booleans(), fault=FAULTS)
    def cheque(self, bounced: bool, fault: Fault | None) -> None:
        """The bank credits a cheque, or sends it back: then its money is in transit no more."""
        found = self.seat("1").ask(counter.cheques, ChequesQuery())
        if not found:
            return
        order = ChequeOrder(found[0].cheque_id, self.today, "not covered")
        job = counter.return_cheque if bounced else counter.credit_cheque
        with suppress(Refused):  # its end is known, or the credit it made is used up
            self.do(self.seat("1"), job, order, fault)
            self.transit -= found[0].amount if bounced else Money(0)

    @rule(number=receipts, left=accounts, right=accounts, again=st.booleans(), whole=st.booleans(),
          fault=FAULTS)  # fmt: skip
    def move(self, number: str, left: str, right: str, again: bool, whole: bool, fault: Fault | None) -> None:
        for to, source in ((right, left), (left, right))[: 1 + again]:
            order = MoveOrder(number, to, "the neighbour's", source, whole)
            try:
                self.do(self.seat("1"), counter.move_payment, order, fault)
            except Refused:
                return

    @rule(number=accounts, words=st.sampled_from(["", "it did arrive"]), fault=FAULTS)
    def waive(self, number: str, words: str, fault: Fault | None) -> None:
        """The late fee of a bill is not asked for, or asked for again."""
        seat = self.seat("1")
        found = seat.ask(ledger.waivers, number)
        standing = [one.waiver_id for one in found.waived if one.standing]
        with suppress(Refused):  # beyond the limit of a counter
            if words and standing:
                self.do(seat, ledger.take_waiver_back, WaiverBack(standing[0], words), fault)
            elif found.items:
                order = WaiverOrder(number, found.items[0].bill_number, None, WaiverCause.UNDELIVERED)
                self.do(seat, ledger.waive_late_fee, order, fault)

    @rule(target=asked, number=receipts, account=accounts, kind=st.sampled_from(OUT), fault=FAULTS)
    def ask(self, number: str, account: str, kind: TenderKind, fault: Fault | None) -> object:
        order = RefundOrder(
            "paid twice", number, account, None, kind, "6228" if kind is not TenderKind.CASH else ""
        )
        return self._asked(order, fault)

    @rule(target=asked, account=accounts, kind=st.sampled_from(OUT), fault=FAULTS)
    def ask_credit(self, account: str, kind: TenderKind, fault: Fault | None) -> object:
        order = RefundOrder(
            "moved away", "", account, None, kind, "6228" if kind is not TenderKind.CASH else ""
        )
        return self._asked(order, fault)

    def _asked(self, order: RefundOrder, fault: Fault | None) -> object:
        try:
            row = self.do(self.seat("1"), counter.ask_refund, order, fault)
        except Refused:
            return multiple()
        return row.request_id

    @rule(code=stations, request=asked, approve=st.sampled_from([True, True, False]), fault=FAULTS)
    def refund(self, code: str, request: object, approve: bool, fault: Fault | None) -> None:
        with suppress(Refused):  # decided before
            self.do(self.second, counter.decide_refund, RefundDecisionOrder(request, approve, "no"), fault)
        try:
            paid = self.do(self.seat(code), counter.pay_refund, request, fault)
        except Refused:
            return
        self.came(code, paid.tender, -paid.amount)

    # The till and the day ------------------------------------------------------------------------------------

    @rule(code=stations, kind=st.sampled_from([MovementKind.FLOAT, MovementKind.DROP]), amount=amounts,
          fault=FAULTS)  # fmt: skip
    def safe(self, code: str, kind: MovementKind, amount: int, fault: Fault | None) -> None:
        self.do(self.seat(code), counter.move_cash, MovementOrder(kind, Money(amount)), fault)
        self.cash[code] += Money(amount if kind is MovementKind.FLOAT else -amount)

    @rule(code=stations, wrong=st.sampled_from([0, 0, 500]), fault=FAULTS)
    def close(self, code: str, wrong: int, fault: Fault | None) -> None:
        """A count blind and the close: what is expected is what the model says, whoever moved what since."""
        if self.cash[code].raw < 0:
            return
        seat, counted = self.seat(code), self.cash[code] + Money(wrong)
        count = self.do(seat, counter.count_till, CountOrder(counted), fault)
        found = seat.ask(counter.till_closing)
        assert found.expected == self.cash[code]
        order = CloseTillOrder(count.count_id, "a note" if wrong else "", found.unprinted)
        sheet = self.do(seat, counter.close_till, order, fault)
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
        assert self.app.verify() == []

    def teardown(self) -> None:
        try:
            with self.app.database.read() as session:
                assert session.scalar(sa.select(sa.func.count()).select_from(Payment))
        finally:
            self.stack.close()


def play(databases: Databases, examples: int, steps: int, seed: int | None = None) -> None:
    """Play the machine on a kind of database, from a ``seed`` or the same each time, with all proofs at every step."""
    made: list[str] = []

    def like(prepare: Callable[[str], object]) -> str:
        for url in made:
            databases.drop(url)
        made[:] = [databases.like(prepare)]
        return made[0]

    machine = type("TillsHere", (Tills,), {"like": staticmethod(like)})
    run_state_machine_as_test(
        machine if seed is None else hypothesis.seed(seed)(machine),
        settings=hypothesis.settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=seed is None,
            database=None,
            phases=[hypothesis.Phase.generate],  # what fails after minutes would be made small for hours
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )


def test_money_in_is_postings_is_receipts_whatever_happens(databases: Databases) -> None:
    play(databases, 3, 14)


@pytest.mark.trial(limit_s=3600)
@pytest.mark.parametrize("seed", range(10))
def test_money_in_is_postings_is_receipts_however_long_it_goes_on(databases: Databases, seed: int) -> None:
    play(databases, 6, 60, seed)
