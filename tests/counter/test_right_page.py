"""Refunds and payments on the wrong account at the counter, by keys alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import App
from desktop.counter.page import CounterPage, Stage
from desktop.counter.page.right import Step
from desktop.counter.records import (
    MixedOrder,
    PaymentOrder,
    ReceiptQuery,
    TenderKind,
    TenderPart,
    TillOrder,
)
from desktop.counter.records.right import RefundDecisionOrder, RefundQuery, RefundState
from desktop.counter.service import (
    decide_refund,
    moves,
    open_till,
    receipt,
    refunds,
    take_mixed,
    take_payment,
)
from desktop.kernel.measures import Money
from desktop.kernel.period import Clock
from desktop.kernel.work import Seat
from desktop.ledger.service import dues
from desktop.qt.page import Question
from desktop.qt.tasks import Tasks
from desktop.shell.window import Window
from tests.hall import seat_of
from tests.looks import faults
from tests.windows import lose_the_answer, owing, settle, shown

pytestmark = pytest.mark.usefixtures("dressed")


def press(window: Window, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key on whatever has the focus."""
    QTest.keyClick(QApplication.focusWidget() or window, key, held)


def typed(window: Window, words: str) -> None:
    QTest.keyClicks(QApplication.focusWidget() or window, words)


def at_step(qtbot: QtBot, page: CounterPage, step: Step) -> None:
    settle(qtbot, page.tasks, lambda: page.stage is Stage.RIGHT and page.right_work.step is step)
    settle(qtbot, page.tasks, lambda: not page.right_work.busy)


def counter(qtbot: QtBot, seat: Seat, workers: Tasks) -> tuple[Window, CounterPage]:
    """The counter of somebody, its till open."""
    window = shown(qtbot, Window(seat, workers))
    page = window.open_page("counter")
    settle(qtbot, workers, lambda: page.till is not None)
    return window, page


def look(qtbot: QtBot, page: CounterPage, seat: Seat, number: str) -> None:
    page.look_at_receipt(seat.ask(receipt, ReceiptQuery(number)))
    settle(qtbot, page.tasks, lambda: page.stage is Stage.DONE)


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_a_payment_on_the_wrong_account_is_moved_and_moved_back_by_keys(
    qtbot: QtBot, clerk: Seat, workers: Tasks, language: str
) -> None:
    seat = replace(clerk, actor=replace(clerk.actor, language=language))
    seat.do(open_till, TillOrder(Money(0)))
    wrong, right = (row.number for row in owing(seat)[:2])
    before = [seat.ask(dues, number).total for number in (wrong, right)]
    paid = seat.do(take_payment, PaymentOrder(wrong, Money(1000), Money(1000)))
    window, page = counter(qtbot, seat, workers)
    look(qtbot, page, seat, paid.number)
    press(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    at_step(qtbot, page, Step.MOVE)
    work = page.right_work
    assert work.moving.to.hasFocus()
    press(window, Qt.Key.Key_F12)
    assert work.moving.seen is None, "nothing is confirmed that was not seen"
    typed(window, "77")
    press(window, Qt.Key.Key_Return)
    settle(qtbot, workers, work.moving.problem.isVisible)
    work.moving.to.selectAll()
    typed(window, right)
    press(window, Qt.Key.Key_Return)
    settle(qtbot, workers, lambda: work.moving.seen is not None)
    assert work.moving.right.items.rows_model.rows, "what it settles is shown"
    assert seat.ask(dues, wrong).total == before[0] - Money(1000), "nothing is moved yet"
    assert work.moving.reason.hasFocus()
    press(window, Qt.Key.Key_F12)
    typed(window, "neighbour")
    press(window, Qt.Key.Key_F12)
    at_step(qtbot, page, Step.PAPER)
    assert [seat.ask(dues, number).total for number in (wrong, right)] == [before[0], before[1] - Money(1000)]
    settle(qtbot, workers, lambda: work.paper.paper is not None)
    press(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, workers, lambda: work.shown[0].copy == 1)
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: page.stage is Stage.WAITING)

    look(qtbot, page, seat, paid.number)
    press(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, workers, lambda: page.right_work.moving.seen is not None)
    assert page.right_work.moving.to.text() == wrong, "the way back is filled in"
    typed(window, "it was right")
    press(window, Qt.Key.Key_F12)
    at_step(qtbot, page, Step.PAPER)
    assert [seat.ask(dues, number).total for number in (wrong, right)] == [before[0] - Money(1000), before[1]]
    assert len(seat.ask(moves, ReceiptQuery(paid.number))) == 2


def test_a_mixed_payment_is_moved_whole_unless_one_receipt_is_chosen(
    qtbot: QtBot, clerk: Seat, workers: Tasks
) -> None:
    clerk.do(open_till, TillOrder(Money(0)))
    wrong, right = (row.number for row in owing(clerk)[:2])
    card = TenderPart(Money(400), Money(400), TenderKind.CARD, "6228")
    paid = clerk.do(take_mixed, MixedOrder(wrong, (card, TenderPart(Money(600), Money(600)))))
    window, page = counter(qtbot, clerk, workers)
    look(qtbot, page, clerk, paid.numbers[1])
    press(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    at_step(qtbot, page, Step.MOVE)
    moving = page.right_work.moving
    settle(qtbot, workers, lambda: moving.mixed)
    assert all(number in moving.about.text() for number in (*paid.numbers, "10.00"))
    typed(window, right)
    press(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, workers, lambda: moving.seen is not None)
    assert (moving.seen.whole, "6.00" in moving.about.text()) == (False, True)
    press(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, workers, lambda: moving.seen is not None and moving.seen.whole)
    assert faults(window) == []
    typed(window, "neighbour")
    press(window, Qt.Key.Key_F12)
    at_step(qtbot, page, Step.PAPER)
    assert [len(clerk.ask(moves, ReceiptQuery(number))) for number in paid.numbers] == [1, 1]
    assert len(page.right_work.shown) == 2, "one letter to each customer"


@pytest.fixture
def tomorrow(hall: App, clerk: Seat) -> tuple[Seat, str]:
    """The day after a payment of 30.00, at a till with 100.00 in its drawer; the number of the receipt."""
    clerk.do(open_till, TillOrder(Money(10000)))
    paid = clerk.do(take_payment, PaymentOrder(owing(clerk)[0].number, Money(3000), Money(3000)))
    hall.clock = Clock(hall.country.zone, hall.clock.business_date + timedelta(days=1))
    return clerk, paid.number


def test_a_refund_is_asked_for_decided_by_another_and_paid_out_by_keys(
    qtbot: QtBot, hall: App, tomorrow: tuple[Seat, str], workers: Tasks
) -> None:
    seat, number = tomorrow
    window, page = counter(qtbot, seat, workers)
    look(qtbot, page, seat, number)
    press(window, Qt.Key.Key_Delete)
    at_step(qtbot, page, Step.ASK)
    work = page.right_work
    press(window, Qt.Key.Key_F12)
    assert not seat.ask(refunds, RefundQuery()), "nothing is asked for without a reason"
    typed(window, "paid twice")
    press(window, Qt.Key.Key_F12)
    at_step(qtbot, page, Step.LIST)
    settle(qtbot, workers, lambda: len(work.table.rows_model.rows) == 1)
    press(window, Qt.Key.Key_A)
    settle(qtbot, workers)
    (waiting,) = seat.ask(refunds, RefundQuery())
    assert waiting.state is RefundState.WAITING, "nobody approves a refund of their own"

    second = seat_of(hall, "sun", seat.station.code)
    second.do(decide_refund, RefundDecisionOrder(waiting.request_id, approve=True))
    page.ask_again()
    settle(qtbot, workers, lambda: work.table.current.state is RefundState.APPROVED)
    press(window, Qt.Key.Key_F12)
    at_step(qtbot, page, Step.PAPER)
    (paid,) = seat.ask(refunds, RefundQuery())
    assert (paid.state, paid.number) == (RefundState.PAID, work.shown.number)
    settle(qtbot, workers, lambda: work.paper.paper is not None)
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: page.stage is Stage.WAITING)
    assert hall.verify() == []


def test_credit_is_asked_back_from_the_account_and_typed_words_are_not_lost(
    qtbot: QtBot, clerk: Seat, workers: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk.do(open_till, TillOrder(Money(0)))
    number = owing(clerk)[0].number
    owed = clerk.ask(dues, number).to_pay
    clerk.do(take_payment, PaymentOrder(number, owed + Money(500), owed + Money(500)))
    window, page = counter(qtbot, clerk, workers)
    page.show_account(number)
    settle(qtbot, workers, lambda: page.stage is Stage.FILLED)
    press(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    at_step(qtbot, page, Step.ASK)
    asking = page.right_work.asking
    assert asking.amount.amount() == Money(500)
    press(window, Qt.Key.Key_F7)
    typed(window, "moved away")
    monkeypatch.setattr(Question, "exec", lambda _: Question.DialogCode.Rejected)
    press(window, Qt.Key.Key_Escape)
    assert page.stage is Stage.RIGHT
    press(window, Qt.Key.Key_F12)
    assert asking.bank.hasFocus(), "a transfer needs its bank account"
    typed(window, "6228 0042")
    lose_the_answer(clerk, monkeypatch)
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, page.banner.isVisible)
    assert page.right_work.step is Step.ASK
    press(window, Qt.Key.Key_F12)
    at_step(qtbot, page, Step.LIST)
    (row,) = clerk.ask(refunds, RefundQuery())
    assert (row.amount, row.tender, row.reference) == (Money(500), TenderKind.TRANSFER, "6228 0042")


def test_who_may_not_finds_no_key(qtbot: QtBot, clerk: Seat, workers: Tasks) -> None:
    seat = replace(
        clerk,
        actor=replace(
            clerk.actor,
            permissions=frozenset(
                one
                for one in clerk.actor.permissions
                if "refund" not in one and one != "counter.move_payment"
            ),
        ),
    )
    clerk.do(open_till, TillOrder(Money(0)))
    _, page = counter(qtbot, seat, workers)
    assert "F7" not in {key.press for key in page.keys}
