"""The lock keeps everything: typed money, pages, jobs; only its person, or one who takes over, comes in."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop import sample
from desktop.counter.page import Stage
from desktop.counter.records import TillOrder
from desktop.counter.service import open_till
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.qt.page import Question
from desktop.qt.progress import Progress
from desktop.shell import lock
from desktop.shell.window import Window
from tests.windows import WAIT_MS, owing, settle

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def counter(qtbot, window, clerk):
    """The counter with an account and 100 typed."""
    clerk.do(open_till, TillOrder(Money(0)))
    page = window.open_page("counter", owing(clerk)[0].number)
    settle(qtbot, window.tasks, lambda: page.payer is not None)
    QTest.keyClicks(page.money.given, "100")
    return page


def unlock(window: Window, password: str) -> None:
    QTest.keyClicks(window.lock_screen.password, password)
    QTest.keyClick(window.lock_screen.password, Qt.Key.Key_Return)


def test_by_key_it_covers_all_and_the_password_brings_everything_back(qtbot, window, counter):
    payer, entry = counter.payer, counter.entry_id
    QTest.keyClick(counter.money.given, Qt.Key.Key_L, CONTROL)
    cover = window.lock_screen
    assert cover.isVisible()
    assert cover.geometry() == window.rect()
    assert window.seat.actor.name in cover.title.text()
    assert window.seat.station.hall_name in cover.place.text()
    assert QApplication.focusWidget() is cover.password
    unlock(window, sample.PASSWORD)
    settle(qtbot, window.tasks, cover.isHidden)
    assert counter.money.given.text() == "100"
    assert (counter.payer, counter.entry_id, counter.stage) == (payer, entry, Stage.FILLED)
    assert QApplication.focusWidget() is counter.money.given
    assert cover.password.text() == ""


def test_no_key_reaches_what_is_below(qtbot, window, counter, monkeypatch):
    taken = []
    monkeypatch.setattr(counter, "take", lambda: taken.append(1))
    counter._keys()
    window.lock()
    for key in (Qt.Key.Key_F12, Qt.Key.Key_Escape, Qt.Key.Key_F1, Qt.Key.Key_F10, Qt.Key.Key_F4):
        QTest.keyClick(QApplication.focusWidget(), key)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_2, CONTROL)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_K, CONTROL)
    for _ in range(8):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert window.lock_screen.isAncestorOf(QApplication.focusWidget())
    counter.money.given.setFocus()
    assert QApplication.focusWidget() is window.lock_screen.password
    assert window.lock_screen.isVisible()
    assert window.page_name == "counter"
    assert taken == []
    assert window.close() is False


def test_a_wrong_password_is_counted_and_told(qtbot, window, hall):
    window.open_page("customers")
    settle(qtbot, window.tasks)
    window.lock()
    for _ in range(5):
        window.lock_screen.password.clear()
        unlock(window, "wrong")
        settle(qtbot, window.tasks, lambda: window.lock_screen.password.property("problem") == "bad")
    window.lock_screen.password.clear()
    unlock(window, sample.PASSWORD)
    settle(qtbot, window.tasks, window.lock_screen.button.isEnabled)
    assert window.lock_screen.isVisible()
    assert "Locked after too many tries" in window.lock_screen.password.accessibleDescription()


def test_five_minutes_without_key_or_mouse_lock(qtbot, window, monkeypatch):
    assert lock.LOCK_AFTER_MS == 5 * 60 * 1000
    window.open_page("customers")
    settle(qtbot, window.tasks)
    counted = window.idle.findChild(QTimer)
    for again in (
        200_000,
        100_000,
    ):  # each key counts anew; it comes through the window itself, as from a keyboard
        monkeypatch.setattr(lock, "LOCK_AFTER_MS", again)
        QTest.keyClick(window.windowHandle(), Qt.Key.Key_Down)
        qtbot.waitUntil(lambda wanted=again: counted.interval() == wanted, timeout=WAIT_MS)
    assert window.lock_screen.isHidden()
    monkeypatch.setattr(lock, "LOCK_AFTER_MS", 50)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Down)
    qtbot.waitUntil(window.lock_screen.isVisible, timeout=WAIT_MS)


def test_an_open_question_is_answered_the_safe_way(qtbot, window, counter):
    question = Question(window, "Money is typed", "text", "Go on typing", "Discard")
    question.open()
    window.lock()
    assert question.result() == Question.DialogCode.Rejected
    assert question.isHidden()
    assert QApplication.focusWidget() is window.lock_screen.password
    assert counter.money.given.text() == "100"


def test_a_job_goes_on_below_the_lock(qtbot, window):
    page = window.open_page("readings")
    settle(qtbot, window.tasks)
    go, ended, progress = threading.Event(), [], Progress("Stop")
    page.body.addWidget(progress)

    def job(_seat, report) -> str:
        go.wait(10)
        return "done"

    page.run(
        job,
        then=ended.append,
        progress=progress,
        begin=Text("Issuing"),
        words=lambda done, total: Text("Issuing, {done} of {total}", done=done, total=total),
    )
    window.lock()
    go.set()
    qtbot.waitUntil(lambda: ended == ["done"], timeout=WAIT_MS)
    assert window.lock_screen.isVisible()


class TestAnother:
    def test_only_after_a_confirmation(self, qtbot, window, counter, monkeypatch):
        window.lock()
        monkeypatch.setattr(Question, "exec", lambda _: Question.DialogCode.Rejected)
        QTest.keyClick(window.lock_screen.password, Qt.Key.Key_F9)
        assert window.lock_screen.login_field.isHidden()
        monkeypatch.setattr(Question, "exec", lambda _: Question.DialogCode.Accepted)
        QTest.keyClick(window.lock_screen.password, Qt.Key.Key_F9)
        assert window.lock_screen.login_field.isVisible()
        QTest.keyClicks(window.lock_screen.login, "lin")
        QTest.keyClick(window.lock_screen.login, Qt.Key.Key_Return)
        seats = []
        window.another.connect(seats.append)
        with qtbot.waitSignal(window.closed, timeout=WAIT_MS):
            unlock(window, sample.PASSWORD)
        assert [seat.actor.login for seat in seats] == ["lin"]
        assert window.isHidden()

    def test_the_first_one_can_still_come_back(self, qtbot, window, counter, monkeypatch):
        window.lock()
        monkeypatch.setattr(Question, "exec", lambda _: Question.DialogCode.Accepted)
        QTest.keyClick(window.lock_screen.password, Qt.Key.Key_F9)
        QTest.keyClicks(window.lock_screen.login, "lin")
        QTest.keyClick(window.lock_screen.login, Qt.Key.Key_F9)
        assert window.lock_screen.login_field.isHidden()
        unlock(window, sample.PASSWORD)
        settle(qtbot, window.tasks, window.lock_screen.isHidden)
        assert counter.money.given.text() == "100"

    def test_not_while_a_payment_is_under_way(self, qtbot, window, counter, monkeypatch):
        monkeypatch.setattr(Question, "exec", lambda _: Question.DialogCode.Accepted)
        counter._enter(Stage.UNSURE)
        window.lock()
        QTest.keyClick(window.lock_screen.password, Qt.Key.Key_F9)
        assert window.lock_screen.login_field.isHidden()
        assert window.lock_screen.password.property("problem") == "warn"
        counter._enter(Stage.FILLED)
