"""What every page does: its two verbs, its keys, and how troubles are told."""

from __future__ import annotations

import logging
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.desk.service import account_card
from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.ledger.service import dues
from desktop.qt.page import Key, Page, cap
from desktop.qt.progress import Progress
from tests.windows import hold_key, owing, settle, shown


@pytest.fixture
def page(qtbot, clerk, workers) -> Page:
    return shown(qtbot, Page(clerk, workers, "A page"))


def test_asking_answers_on_the_main_thread(qtbot, page, clerk):
    seen = []
    page.ask(dues, owing(clerk)[0].number, lambda found: seen.append((found, threading.current_thread())))
    settle(qtbot, page.tasks, lambda: seen)
    assert seen[0][0].to_pay
    assert seen[0][1] is threading.main_thread()


def test_only_the_newest_answer_of_a_query_counts(qtbot, page, clerk):
    numbers, seen = [row.number for row in owing(clerk)[:4]], []
    for number in numbers:
        page.ask(dues, number, lambda found: seen.append(found.account_number))
    settle(qtbot, page.tasks, lambda: seen)
    assert seen == numbers[-1:]


def test_a_refusal_is_told_in_words(qtbot, page):
    page.ask(account_card, "999", lambda _: None)
    settle(qtbot, page.tasks, lambda: page.banner.title_text)
    assert "999" in page.banner.title_text
    assert page.banner.state == "bad"


def test_a_fault_is_told_once_under_a_reference_that_stands_in_the_log(qtbot, page, caplog):
    def broken() -> None:
        raise ZeroDivisionError("inside")

    with caplog.at_level(logging.ERROR):
        page.call(broken, then=lambda _: None)
        settle(qtbot, page.tasks, lambda: page.banner.title_text)
    told = page.banner._reference.text()
    assert told.startswith("E-")
    assert told in caplog.text
    assert "Traceback" not in page.banner.title_text + page.banner._text.text()
    assert "ZeroDivisionError" in caplog.text


def test_a_key_does_what_the_key_line_says_and_repeats_do_nothing(page):
    pressed = []
    page.show_keys(
        Key("F12", Text("go"), lambda: pressed.append("go"), "primary"),
        Key("Ctrl+P", Text("print"), lambda: pressed.append("print")),
        Key("N", Text("note"), lambda: pressed.append("note"), enabled=False),
    )
    hold_key(page, Qt.Key.Key_F12, 30)
    QTest.keyClick(page, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(page, Qt.Key.Key_N)
    QTest.keyClick(page, Qt.Key.Key_X)
    assert pressed == ["go", "print"]
    assert cap("Ctrl+P") == "Ctrl P"


def test_escape_stops_a_running_job(qtbot, page):
    ended, progress = [], Progress("Stop")
    page.body.addWidget(progress)

    def job(_seat, report) -> str:
        at = 0
        while report(at, 1_000_000):
            at += 1
            threading.Event().wait(0.001)
        return "stopped"

    page.run(
        job,
        then=ended.append,
        progress=progress,
        begin=Text("go"),
        words=lambda d, t: Text("{done} of {total}", done=d, total=t),
    )
    assert page.job_running
    qtbot.waitUntil(lambda: not progress.isHidden())
    QTest.keyClick(page, Qt.Key.Key_Escape)
    settle(qtbot, page.tasks, lambda: ended)
    assert ended == ["stopped"]
    assert progress.isHidden()


def test_a_refused_job_is_told_and_its_bar_goes(qtbot, page):
    progress = Progress("Stop")
    page.body.addWidget(progress)

    def job(_seat, _report) -> None:
        raise Refused(Text("The till is open already."))

    page.run(
        job,
        then=lambda _: None,
        progress=progress,
        begin=Text("go"),
        words=lambda d, t: Text("{done} of {total}", done=d, total=t),
    )
    settle(qtbot, page.tasks, lambda: page.banner.title_text)
    assert not page.job_running
    assert progress.isHidden()
