"""The status line, running tasks, toasts: what is under way can be seen and stopped from anywhere."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.counter.records import TillOrder
from desktop.counter.service import open_till
from desktop.kernel import migrations
from desktop.kernel.errors import Away, Refused
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.qt import floating
from desktop.qt.page import Key
from desktop.qt.progress import Progress
from desktop.shell import watch
from tests.windows import WAIT_MS, settle

CONTROL = Qt.KeyboardModifier.ControlModifier


def start(page, ended: list) -> None:
    """A job of a hundred steps that waits for somebody to stop it."""

    progress = Progress("Stop")
    page.body.addWidget(progress)

    def job(_seat, report) -> str:
        at = 0
        while report(at, 100):
            at = min(at + 1, 50)
            threading.Event().wait(0.002)
        return "stopped"

    page.run(
        job,
        then=ended.append,
        progress=progress,
        begin=Text("Issuing"),
        words=lambda done, total: Text("Issuing, {done} of {total}", done=done, total=total),
    )


def test_a_running_job_is_seen_and_stopped_from_any_page(qtbot, window):
    ended: list = []
    page = window.open_page("readings")
    settle(qtbot, window.tasks)
    start(page, ended)
    other = window.open_page("customers")
    qtbot.waitUntil(lambda: window.status.words("running") == "Issuing 50 %", timeout=WAIT_MS)
    assert window.status.bar.isVisible()
    QTest.keyClick(other, Qt.Key.Key_J, CONTROL)
    assert window.running.isVisible()
    assert QApplication.focusWidget().text() == "Stop"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: ended == ["stopped"], timeout=WAIT_MS)
    settle(qtbot, window.tasks)
    assert window.running.lines == {}
    assert window.status.bar.isHidden()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert window.running.isHidden()


def test_the_database_answers_with_its_time(qtbot, window):
    qtbot.waitUntil(
        lambda: window.status.words("database").startswith("Database in order, "), timeout=WAIT_MS
    )
    assert window.status.words("database").endswith(" ms")


def test_a_database_that_does_not_answer_is_told_and_comes_back(qtbot, window, hall, monkeypatch):
    def away() -> None:
        raise Away("gone")

    monkeypatch.setattr(watch, "WHILE_AWAY_MS", 100)
    with monkeypatch.context() as patched:
        patched.setattr(hall, "ping", away)
        window.watch.look_soon()
        qtbot.waitUntil(lambda: window.status.words("database") == "Database away", timeout=WAIT_MS)
        assert window.status._facts["database"].label.property("ink") == "warn"
    qtbot.waitUntil(lambda: "in order" in window.status.words("database"), timeout=WAIT_MS)


def test_a_schema_newer_than_the_program_is_told_and_nothing_is_booked(
    qtbot, window, hall, clerk, monkeypatch
):
    window.open_page("customers")
    monkeypatch.setattr(migrations, "version", lambda _: 9999)
    window.watch.look()
    qtbot.waitUntil(lambda: bool(window.notice.title_text), timeout=WAIT_MS)
    assert "newer" in window.notice.title_text
    with pytest.raises(Refused) as refused:
        clerk.do(open_till, TillOrder(Money(0)))
    assert "9" in clerk.app.catalog("en")(refused.value.text)
    settle(qtbot, window.tasks)
    assert window.page.list.rows_model.rows


def test_the_date_stands_as_the_language_writes_it(qtbot, window):
    assert window.status.words("date").startswith("5 Feb 2026, ")
    window.choose("language", "zh_CN")
    assert window.status.words("date").startswith("2026-02-05 周四")
    settle(qtbot, window.tasks)


def test_a_toast_goes_by_itself_and_its_key_acts(qtbot, window, monkeypatch):
    monkeypatch.setattr(floating, "TOAST_MS", 300)
    page = window.open_page("customers")
    settle(qtbot, window.tasks)
    done = []
    page.toast("Kept", action=Key("Ctrl+U", Text("print again"), lambda: done.append(1)))
    toast = window.toasts.shown[0]
    assert toast.isVisible()
    assert toast.geometry().bottom() < window.key_line.mapTo(window, window.key_line.rect().topLeft()).y()
    QTest.keyClick(page, Qt.Key.Key_U, CONTROL)
    assert done == [1]
    assert window.toasts.shown == []
    page.toast("Kept")
    qtbot.waitUntil(lambda: window.toasts.shown == [], timeout=WAIT_MS)


def test_never_more_than_three_toasts(window):
    page = window.open_page("customers")
    for at in range(5):
        page.toast(str(at))
    assert [toast.note.words for toast in window.toasts.shown] == ["2", "3", "4"]
