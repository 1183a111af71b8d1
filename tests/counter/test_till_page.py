"""A till's day at the counter by keys alone: opened, paid at, emptied, counted, closed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.app import App
from desktop.counter.page import CounterPage, Stage
from desktop.counter.page.till import Step
from desktop.counter.records import (
    CashSheetQuery,
    MovementKind,
    MovementOrder,
    PaymentOrder,
    Piece,
    TillOrder,
)
from desktop.counter.service import cash_sheet, open_till, take_payment, till
from desktop.kernel import canonical, intent
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat, draw_id
from desktop.ledger.service import dues
from desktop.qt.page import Question
from desktop.qt.tasks import Tasks
from desktop.shell.window import Window
from tests.hall import long_ago
from tests.looks import faults
from tests.windows import commit, hold_key, lose_the_answer, owing, settle, shown

pytestmark = pytest.mark.usefixtures("dressed")


def press(window: Window, key: Qt.Key) -> None:
    """A key on whatever has the focus."""
    QTest.keyClick(QApplication.focusWidget() or window, key)


def typed(window: Window, words: str) -> None:
    QTest.keyClicks(QApplication.focusWidget() or window, words)


def at_step(qtbot: QtBot, page: CounterPage, step: Step) -> None:
    settle(qtbot, page.tasks, lambda: page.stage is Stage.TILL and page.till_work.step is step)
    settle(qtbot, page.tasks, lambda: not page.till_work.busy)


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_a_day_at_the_till_by_keys_alone(
    qtbot: QtBot, hall: App, clerk: Seat, workers: Tasks, language: str
) -> None:
    seat = replace(clerk, actor=replace(clerk.actor, language=language))
    window = shown(qtbot, Window(seat, workers))
    page = window.open_page("counter")
    settle(qtbot, workers, lambda: page.stage is Stage.CLOSED)
    assert page.float.hasFocus()
    typed(window, "0.5")
    press(window, Qt.Key.Key_Return)  # to the largest note
    typed(window, "3")
    press(window, Qt.Key.Key_Down)
    commit(QApplication.focusWidget(), "２")
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: page.stage is Stage.WAITING)

    number = owing(seat)[0].number
    due = seat.ask(dues, number).to_pay
    typed(window, number[0])
    typed(window, number[1:])  # by now in the search box
    press(window, Qt.Key.Key_Return)
    settle(qtbot, workers, lambda: page.stage is Stage.FILLED)
    press(window, Qt.Key.Key_Up)
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: page.stage is Stage.DONE)
    press(window, Qt.Key.Key_F3)
    settle(qtbot, workers, lambda: page.stage is Stage.WAITING)

    press(window, Qt.Key.Key_F8)
    at_step(qtbot, page, Step.MOVE)
    typed(window, "100")
    press(window, Qt.Key.Key_Return)
    typed(window, "0042")
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: page.stage is Stage.WAITING)

    press(window, Qt.Key.Key_F9)
    at_step(qtbot, page, Step.COUNT)
    assert page.till_work.grid.fields[0].hasFocus()
    commit(QApplication.focusWidget(), "２")
    press(window, Qt.Key.Key_Down)
    typed(window, "2")
    press(window, Qt.Key.Key_Up)
    press(window, Qt.Key.Key_Up)  # from the first to the rest
    rest = due + Money(50)
    typed(window, f"{seat.app.country.currency.decimal(rest)}".replace(".", page.say.shape.decimal))
    hold_key(QApplication.focusWidget(), Qt.Key.Key_F12, 20)
    at_step(qtbot, page, Step.RESULT)
    found = page.till_work.found
    assert (found.expected, found.difference) == (Money(40_050) + due - Money(10_000), Money(0))
    assert len(found.counts) == 1
    press(window, Qt.Key.Key_F12)
    at_step(qtbot, page, Step.SHEET)
    settle(qtbot, workers)
    sheet = seat.ask(cash_sheet, CashSheetQuery())
    assert sheet.opening_pieces == (Piece(Money(10_000), 3), Piece(Money(5_000), 2))
    assert [(one.kind, one.note) for one in sheet.movements] == [
        (MovementKind.OPENING, ""),
        (MovementKind.DROP, "0042"),
        (MovementKind.TURN_IN, ""),
    ]
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: page.stage is Stage.CLOSED)
    assert seat.ask(till) is None
    assert hall.verify() == []


@pytest.fixture
def counted(qtbot: QtBot, hall: App, window: Window, clerk: Seat) -> CounterPage:
    """A drawer one yuan short at the end of its day, beside a payment without an answer."""
    clerk.do(open_till, TillOrder(Money(10_000)))
    order = PaymentOrder(owing(clerk)[0].number, Money(100), Money(100))
    receipt = clerk.do(take_payment, order)
    page = window.open_page("counter")
    settle(qtbot, window.tasks, lambda: page.stage is Stage.WAITING)
    intent.keep(hall.intents, intent.Intent(draw_id(), "counter.take_payment", canonical.dump(order)))
    page.receipt = receipt
    press(window, Qt.Key.Key_F9)
    at_step(qtbot, page, Step.COUNT)
    typed(window, "1")
    press(window, Qt.Key.Key_F12)
    at_step(qtbot, page, Step.RESULT)
    return page


def test_what_is_open_is_handed_on_and_a_difference_told_before_it_closes(
    qtbot: QtBot, window: Window, clerk: Seat, counted: CounterPage
) -> None:
    work = counted.till_work
    assert (work.found.difference, len(work.lost)) == (Money(-100), 1)
    assert [one.number for one in work.found.suspects] == [counted.receipt.number]
    press(window, Qt.Key.Key_F12)
    assert work.step is Step.RESULT
    press(window, Qt.Key.Key_F8)
    press(window, Qt.Key.Key_F12)
    assert work.result.reason.property("problem") == "bad"
    assert work.result.reason.hasFocus()
    typed(window, "gone")
    press(window, Qt.Key.Key_F12)
    at_step(qtbot, counted, Step.SHEET)
    sheet = clerk.ask(cash_sheet, CashSheetQuery())
    assert (sheet.difference, sheet.reason, len(sheet.lost)) == (Money(-100), "gone", 1)
    settle(qtbot, window.tasks)
    press(window, Qt.Key.Key_F12)
    settle(qtbot, window.tasks, lambda: counted.stage is Stage.CLOSED)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    at_step(qtbot, counted, Step.SHEET)
    assert work.sheet == sheet
    settle(qtbot, window.tasks)
    press(window, Qt.Key.Key_F12)
    settle(qtbot, window.tasks, lambda: counted.stage is Stage.CLOSED)


def test_a_close_whose_answer_was_lost_shows_its_sheet_after_all(
    qtbot: QtBot,
    hall: App,
    window: Window,
    clerk: Seat,
    counted: CounterPage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    press(window, Qt.Key.Key_F8)
    press(window, Qt.Key.Key_F12)
    typed(window, "gone")
    kept = lose_the_answer(clerk, monkeypatch)
    press(window, Qt.Key.Key_F12)
    at_step(
        qtbot, counted, Step.SHEET
    )  # whoever looks finds the till closed, and asks for its sheet by the id
    assert kept[-1] == "counter.close_till", "its id was kept before the first try"
    assert counted.till_work.sheet == clerk.ask(cash_sheet, CashSheetQuery())
    assert counted.banner.isHidden()
    settle(qtbot, window.tasks, lambda: counted.till_work.paper.pages == 1)
    assert hall.verify() == []


def test_cash_whose_answer_was_lost_is_named_and_told_of_as_settled(
    qtbot: QtBot, hall: App, window: Window, counted: CounterPage
) -> None:
    work, key = counted.till_work, draw_id()
    order = MovementOrder(MovementKind.DROP, Money(5_000), "0042")
    intent.keep(hall.intents, intent.Intent(key, "counter.move_cash", canonical.dump(order)))
    long_ago(hall.intents, key)
    work.look_again()
    settle(qtbot, window.tasks, lambda: len(work.lost) == 2)
    first, *_, last = told = work.result.open_words.text().splitlines()
    assert "is not printed" in first
    assert last.startswith("Is not booked, do it again if the money changed hands: Drop to the safe")
    press(window, Qt.Key.Key_F7)
    settle(qtbot, window.tasks, lambda: len(work.lost) == 1)
    assert work.result.open_words.text().splitlines() == told[:-1]
    assert "No answer yet" in told[-2]
    assert [one.entry_id for one in intent.unsettled(hall.intents)] == [work.lost[0].entry_id]


def test_a_counted_till_takes_no_customer_and_is_counted_once_more(
    qtbot: QtBot, window: Window, clerk: Seat, counted: CounterPage
) -> None:
    counted.show_account(owing(clerk)[0].number)
    assert counted.stage is Stage.TILL
    assert counted.banner.state == "warn"
    press(window, Qt.Key.Key_F9)
    at_step(qtbot, counted, Step.COUNT)
    press(window, Qt.Key.Key_Escape)
    at_step(qtbot, counted, Step.RESULT)
    press(window, Qt.Key.Key_F9)
    at_step(qtbot, counted, Step.COUNT)
    press(window, Qt.Key.Key_Up)
    typed(window, "101")
    press(window, Qt.Key.Key_F12)
    settle(qtbot, window.tasks, lambda: len(counted.till_work.found.counts) == 2)
    assert counted.till_work.found.difference == Money(0)
    assert clerk.ask(till).counted


def test_esc_asks_before_a_count_is_given_up(
    qtbot: QtBot, window: Window, clerk: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk.do(open_till, TillOrder(Money(0)))
    page = window.open_page("counter")
    settle(qtbot, window.tasks, lambda: page.stage is Stage.WAITING)
    press(window, Qt.Key.Key_F9)
    at_step(qtbot, page, Step.COUNT)
    press(window, Qt.Key.Key_F12)
    assert page.till_work.grid.rest.property("problem") == "bad", "an empty drawer is typed as 0"
    typed(window, "5")
    answers = [Question.DialogCode.Rejected, Question.DialogCode.Accepted]
    monkeypatch.setattr(Question, "exec", lambda _: answers.pop(0))
    press(window, Qt.Key.Key_Escape)
    assert page.stage is Stage.TILL
    assert page.till_work.grid.typed
    press(window, Qt.Key.Key_Escape)
    settle(qtbot, window.tasks, lambda: page.stage is Stage.WAITING)
    assert not clerk.ask(till).counted


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_a_supervisor_limits_the_drawer_and_the_clerk_brings_cash_to_the_safe_by_keys(
    qtbot: QtBot, clerk: Seat, workers: Tasks, language: str
) -> None:
    seat = replace(clerk, actor=replace(clerk.actor, language=language))
    seat.do(open_till, TillOrder(Money(30_000)))
    window = shown(qtbot, Window(seat, workers))
    treasury = window.open_page("treasury")
    part = treasury.part
    settle(qtbot, workers, lambda: part.table.rows_model.rows and part.table.hasFocus())
    mine = next(at for at, one in enumerate(part.table.rows_model.rows) if one.till_code == seat.station.code)
    for _ in range(mine):
        press(window, Qt.Key.Key_Down)
    assert part.table.current.till_code == seat.station.code
    press(window, Qt.Key.Key_L)
    press(window, Qt.Key.Key_Return)
    typed(window, "200")
    press(window, Qt.Key.Key_Return)
    typed(window, "100")
    settle(qtbot, workers, lambda: faults(window) == [])
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, part.form.problem.isVisible)
    QApplication.focusWidget().selectAll()
    typed(window, "250")
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: part.form is None and part.table.rows_model.rows[mine].limit.refused_above)
    settle(qtbot, workers, lambda: faults(window) == [])

    page = window.open_page("counter")
    settle(qtbot, workers, lambda: page.till is not None and page.till.refuses)
    said = page.nobody.findChildren(QLabel)
    assert any("F8" in one.text() for one in said)
    assert not any("300" in one.text() for one in said), "counts are blind"
    settle(qtbot, workers, lambda: faults(window) == [])
    number = owing(seat)[0].number
    page.show_account(number)
    settle(qtbot, workers, lambda: page.stage is Stage.FILLED)
    press(window, Qt.Key.Key_Up)
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: page.stage is Stage.FILLED and page.banner.isVisible())
    assert seat.ask(dues, number).total, "nothing was taken"
    page.money.given.show_amount(None)
    QTest.keyClick(window, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    at_step(qtbot, page, Step.MOVE)
    typed(window, "200")
    press(window, Qt.Key.Key_F12)
    settle(
        qtbot, workers, lambda: page.stage is Stage.FILLED and page.till is not None and not page.till.full
    )
    assert page.payer.row.number == number, "the customer still stands there"
    press(window, Qt.Key.Key_Up)
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: page.stage is Stage.DONE)
