"""Whatever moves money or is agreed with a customer, ended at each of its moments: done or not done, and asked again by
its id done exactly once."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
import sqlalchemy as sa

from desktop.app import App
from desktop.counter import service as counter
from desktop.counter.records import (
    AccountShare,
    CloseTillOrder,
    CountOrder,
    MixedOrder,
    MixedTogetherOrder,
    MovementKind,
    MovementOrder,
    PaymentOrder,
    TakeBackOrder,
    TakeOverOrder,
    TenderKind,
    TenderPart,
    TogetherQuery,
)
from desktop.counter.records.right import MoveOrder, RefundDecisionOrder, RefundOrder
from desktop.desk import service as desk
from desktop.kernel import intent
from desktop.kernel.journal import Entry
from desktop.kernel.measures import Reading
from desktop.kernel.period import Clock
from desktop.kernel.work import Seat, Work, draw_id
from desktop.ledger import service as ledger
from desktop.ledger.records import AgreementEnd, AgreementOrder, WaiverBack, WaiverCause, WaiverOrder
from desktop.metering import service as metering
from desktop.metering.records import AskedRead, HandRead, ReadReason
from desktop.staff.service import COMMAND_LINE
from desktop.treasury import service as treasury
from desktop.treasury.records import (
    BankDepositOrder,
    BankFileOrder,
    CloseDayOrder,
    CopyOrder,
    DayQuery,
    LineOrder,
    LineRead,
    MatchOrder,
    ReturnOrder,
    SafeBackOrder,
    SafeOrder,
    SettleOrder,
)
from tests.databases_server import Databases
from tests.hall import SMALL, TODAY, app_of, opened, pay, seat_of, small_hall, yuan
from tests.kernel import faults
from tests.kernel.faults import Crash, Moments, crash

LATER = TODAY + timedelta(days=60)
"""When bills of January are overdue; the day of all flows."""


class Step(NamedTuple):
    """An operation of a flow, and who performs it where."""

    job: Callable[[Work, Any], Any]
    request: object
    login: str = COMMAND_LINE
    station: str = "1"


Flow = Generator[Step, Any, None]


def on(app: App, day: date) -> Seat:
    """The command line's seat on a day."""
    app.clock = Clock(app.country.zone, day)
    return app.command_line("1")


def refund(app: App) -> Flow:
    """A payment of another day asked back, approved, paid out; and credit in the same way, which is declined."""
    on(app, TODAY)
    number = pay(app.command_line("2"), SMALL[1], yuan("7.00")).number
    pay(app.command_line("1"), SMALL[0], yuan("3.00"))
    on(app, LATER)
    for order, approve in (
        (RefundOrder("paid twice", number), True),
        (RefundOrder("moved away", account_number=SMALL[0]), False),
    ):
        asked = yield Step(counter.ask_refund, order)
        decision = RefundDecisionOrder(asked.request_id, approve, "it stays here")
        yield Step(counter.decide_refund, decision, "supervisor")
        if approve:
            yield Step(counter.pay_refund, asked.request_id, station="2")


def move(app: App) -> Flow:
    """A payment put on the wrong account, and back; then taken back by the one who took it."""
    number = pay(on(app, LATER), SMALL[1], yuan("7.00")).number
    for right, wrong in ((SMALL[2], SMALL[1]), (SMALL[1], SMALL[2])):
        yield Step(counter.move_payment, MoveOrder(number, right, "the neighbour's", wrong))
    yield Step(counter.reverse_payment, TakeBackOrder(number, "a slip"))


def mixed(app: App) -> Flow:
    """Two accounts paid in cash and by card, what one of them got moved by both tenders, and all of it taken back."""
    seat = on(app, LATER)
    found = seat.ask(counter.paid_together, TogetherQuery(SMALL[1:])).rows
    shares = tuple(AccountShare(row.account_number, row.dues.to_pay, yuan("3.00")) for row in found)
    cash, card = yuan("1.00"), yuan("5.00")
    tenders = (TenderPart(cash, cash), TenderPart(card, card, TenderKind.CARD, "C-0007"))
    taken = yield Step(counter.take_mixed_together, MixedTogetherOrder(shares, tenders))
    first = taken.numbers[0]
    yield Step(counter.move_payment, MoveOrder(first, SMALL[0], "the neighbour's", SMALL[1], whole=True))
    yield Step(counter.reverse_payment, TakeBackOrder(first, "a slip", whole=True))


def agreement(app: App) -> Flow:
    """Arrears agreed to be paid in parts, the first of them paid by two tenders, and the agreement ended."""
    seat = on(app, LATER)
    agreed = yield Step(ledger.agree, AgreementOrder(SMALL[1], 2, seat.today(), "they are short of money"))
    parts = (
        TenderPart(yuan("1.00"), yuan("1.00")),
        TenderPart(yuan("2.00"), yuan("2.00"), TenderKind.CARD, "C"),
    )
    yield Step(counter.take_mixed, MixedOrder(SMALL[1], parts))
    yield Step(ledger.end_agreement, AgreementEnd(agreed.rows[0].agreement_id, "all is paid at once"))


def re_read(app: App) -> Flow:
    """A re-read that a customer asks for, answered by a read."""
    shows = on(app, LATER).ask(desk.account_card, SMALL[2]).reads[0].value
    yield Step(metering.ask_read, AskedRead(SMALL[2]))
    yield Step(
        metering.record_read, HandRead(SMALL[2], shows + Reading.of(1), LATER, reason=ReadReason.CHECK)
    )


def waiver(app: App) -> Flow:
    """A late fee that is not asked for, and asked for again."""
    bill = on(app, LATER).ask(ledger.waivers, SMALL[1]).items[0].bill_number
    waived = yield Step(ledger.waive_late_fee, WaiverOrder(SMALL[1], bill, None, WaiverCause.UNDELIVERED))
    yield Step(ledger.take_waiver_back, WaiverBack(waived.waived[0].waiver_id, "it did arrive"))


def bank(app: App) -> Flow:
    """A bank's file taken in; its lines matched by themselves and by hand, undone, set aside."""
    seat, slips = on(app, LATER), ("A-0007", "B-0007")
    for slip in slips:
        seat.do(
            counter.take_payment,
            PaymentOrder(SMALL[1], yuan("7.00"), yuan("7.00"), TenderKind.CARD, slip),
        )
    lines = tuple(
        LineRead(row, slip, LATER, yuan("7.00"), slip if row == 2 else "", "")
        for row, slip in enumerate(slips, 2)
    )
    fee = LineRead(4, "F", LATER, yuan("-1.00"), "", "")
    order = BankFileOrder("Acquirer", "april.csv", "2" * 64, (("day", "Date"),), (*lines, fee))
    first, second, third = (yield Step(treasury.take_bank_file, order)).new
    assert (yield Step(treasury.match_lines, (first, second, third))) == 1
    (left,) = (one for one in seat.ask(treasury.in_transit) if one.reference == slips[1])
    yield Step(treasury.match_line, MatchOrder(second, (left.source_id,)))
    yield Step(treasury.undo_line, LineOrder(first, "another one"))
    yield Step(treasury.set_line_aside, LineOrder(third, "a fee"))


def taken_back(app: App) -> Flow:
    """A day that comes less a fee, a fee, and a payment that the bank takes back."""
    seat = on(app, LATER)
    pays = PaymentOrder(SMALL[1], yuan("7.00"), yuan("7.00"), TenderKind.WALLET, "W-0007")
    seat.do(counter.take_payment, pays)
    amounts = (("6.90", ""), ("-1.00", ""), ("-7.00", "W0007"))
    lines = tuple(
        LineRead(row, f"W{row}", LATER, yuan(amount), text, "") for row, (amount, text) in enumerate(amounts)
    )
    order = BankFileOrder("Acquirer", "wallets.csv", "3" * 64, (("day", "Date"),), lines)
    less, fee, back = seat.do(treasury.take_bank_file, order).new
    (paid,) = (one.source_id for one in seat.ask(treasury.in_transit) if one.reference == "W-0007")
    yield Step(treasury.match_line, MatchOrder(less, (paid,), yuan("0.10")))
    yield Step(treasury.book_fee, LineOrder(fee, "month"))
    yield Step(treasury.return_line, ReturnOrder(back, paid, "disputed"))


def safe(app: App) -> Flow:
    """The safe counted with a difference, cash brought to the bank, both taken back."""
    seat = on(app, LATER)
    yield Step(counter.move_cash, MovementOrder(MovementKind.DROP, yuan("10.00")))
    there = seat.ask(treasury.safe).expected
    counted = yield Step(treasury.count_safe, SafeOrder(there - yuan("1.00")))
    yield Step(treasury.settle_count, SettleOrder(counted.source_id, "nobody knows"))
    yield Step(treasury.deposit_cash, BankDepositOrder(yuan("9.00"), "77"))
    deposit = seat.ask(treasury.safe).rows[0]
    yield Step(treasury.take_back_safe, SafeBackOrder(deposit.source_id, "not brought there"))
    yield Step(treasury.take_back_safe, SafeBackOrder(counted.source_id, "miscounted"))


def hand_over(app: App) -> Flow:
    """A till counted, closed and taken over by somebody else."""
    seat = on(app, LATER)
    pay(seat, SMALL[1], yuan("7.00"))
    sheet = yield from _shut(seat)
    yield Step(counter.take_over_till, TakeOverOrder(sheet.number), "cashier")


def day(app: App) -> Flow:
    """The tills of a hall closed, then its day; what came of the copy is kept."""
    seat = on(app, LATER)
    for code in ("1", "2"):
        yield from _shut(app.command_line(code))
    look = seat.ask(treasury.day_look, DayQuery())
    sheet = yield Step(treasury.close_day, CloseDayOrder(look.day, look.unprinted))
    yield Step(treasury.note_copy, CopyOrder(sheet.day, "copy.db", 1))


def _shut(seat: Seat) -> Generator[Step, Any, Any]:
    """Count a till one too many, and close it; its cash sheet."""
    code = seat.station.code
    held = next(one.cash for one in seat.ask(treasury.drawers) if one.till_name == f"Counter {code}")
    counted = yield Step(counter.count_till, CountOrder(held + yuan("1.00")), station=code)
    order = CloseTillOrder(counted.count_id, "one too many", seat.ask(counter.till_closing).unprinted)
    return (yield Step(counter.close_till, order, station=code))


FLOWS = {
    flow.__name__: flow
    for flow in (
        refund,
        move,
        mixed,
        agreement,
        re_read,
        waiver,
        bank,
        taken_back,
        safe,
        hand_over,
        day,
    )
}


@contextmanager
def _books(databases: Databases, folder: Path) -> Generator[tuple[App, str]]:
    url = databases.like(small_hall)
    with opened(url, LATER, folder) as app:
        yield app, url
        assert app.verify() == []
    databases.drop(url)


def _play(app: App, flow: Flow, perform: Callable[[Step, UUID], Any]) -> int:
    """Perform each step of a flow, and look that it was done once; how many steps there were."""
    steps, step = 0, next(flow)
    while True:
        key, before = draw_id(), _entries(app)
        answer = perform(step, key)
        assert _entries(app) == before + 1
        assert _under_way(app) == []
        assert seat_of(app, step.login, step.station).do(step.job, step.request, key) == answer
        steps += 1
        try:
            step = flow.send(answer)
        except StopIteration:
            return steps


def _entries(app: App) -> int:
    with app.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Entry)) or 0


def _intents(app: App) -> Path:
    assert app.intents is not None
    return app.intents


def _known(app: App, step: Step, key: UUID, before: int) -> bool:
    """Whether a step that was ended is done; either way it is so wholly, and one that is stands here as under way."""
    done = app.answer(step.job, key) is not None
    assert _entries(app) == before + done
    assert not done or _under_way(app) == [key]
    return done


def _under_way(app: App) -> list[UUID]:
    """What this computer has no answer to."""
    return [one.entry_id for one in intent.unsettled(_intents(app))]


def _writes(seat: Seat, step: Step) -> list[int | str]:
    """Where a step is ended: before each statement that writes, and before and after the commit.

    Of a server the last write does for all: a new connection each time is most of the work.
    """
    database = app_of(seat).database
    with Moments().of(database) as moments:
        seat.rehearse(step.job, step.request)
    found = [at for at, name in enumerate(moments.names, 1) if WRITES.match(name)]
    return [*found[0 if database.embedded else -1 :], "before COMMIT", "after COMMIT"]


WRITES = re.compile(r"before (INSERT|UPDATE|DELETE|COPY|WITH)")


@pytest.mark.parametrize("name", FLOWS)
def test_a_crash_before_any_write_leaves_it_done_or_not_done(
    databases: Databases, tmp_path: Path, name: str
) -> None:
    def perform(step: Step, key: UUID) -> Any:
        seat, before, done = seat_of(app, step.login, step.station), _entries(app), False
        for at in _writes(seat, step):
            assert not done
            with pytest.raises(Crash), Moments(at, crash).of(app.database):
                seat.do(step.job, step.request, key)
            assert _under_way(app) == [key]
            done = _known(app, step, key, before)
            assert done == (at == "after COMMIT")
        return seat.do(step.job, step.request, key)

    with _books(databases, tmp_path) as (app, _):
        assert _play(app, FLOWS[name](app), perform) >= 2


def act(
    seat: Seat, login: str, station: str, job: Callable[[Work, Any], Any], request: object, key: UUID
) -> None:
    """One step in a process of its own."""
    on(app_of(seat), LATER)
    seat_of(app_of(seat), login, station).do(job, request, key)


def _kill(databases: Databases, folder: Path, flow: Callable[[App], Flow], ends: Iterable[int | str]) -> None:
    """Play a flow in processes that are killed at these moments of each step, until one comes through."""

    def perform(step: Step, key: UUID) -> Any:
        before, done = _entries(app), False
        given = (step.login, step.station, step.job, step.request, key)
        for at in ends:
            if not faults.killed(url, folder, at, act, *given):
                break
            done = _known(app, step, key, before) or done
        assert done, "the moment after the commit is one of them"
        return app.answer(step.job, key)

    with _books(databases, folder) as (app, url):
        assert _play(app, flow(app), perform) >= 2


def test_kill_9_around_the_commit_leaves_it_done_or_not_done(databases: Databases, tmp_path: Path) -> None:
    _kill(databases, tmp_path, waiver, ("before COMMIT", "after COMMIT", "never"))


@pytest.mark.trial(limit_s=1800)
@pytest.mark.parametrize("name", FLOWS)
def test_kill_9_at_every_moment_leaves_it_done_or_not_done(
    databases: Databases, tmp_path: Path, name: str
) -> None:
    _kill(databases, tmp_path, FLOWS[name], range(1, 10_000))
