"""Lists with persons are exported by keys for a reason; who took what out is seen by supervisors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from python_calamine import CalamineWorkbook

from desktop.app import App
from desktop.kernel.listing import Leaving, PageOrder
from desktop.kernel.work import Seat
from desktop.papers import service as papers
from desktop.papers.records import LimitOrder
from desktop.qt.export import ExportQuestion
from desktop.shell.window import Window
from tests import hall as halls
from tests.windows import WAIT_MS, settle, shown

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def answering(qtbot, *typed: str) -> list[str]:
    """Type into the question once it is open, one answer after the other; what it said in between."""
    told: list[str] = []

    def type_in() -> None:
        question = QApplication.activeModalWidget()
        if not isinstance(question, ExportQuestion):
            QTimer.singleShot(20, type_in)
            return
        for words in typed:
            question.edit.setText(words)
            QTest.keyClick(question.edit, Qt.Key.Key_Return)
            told.append(question.edit.accessibleDescription())
        if question.isVisible():
            QTest.keyClick(question, Qt.Key.Key_Escape)

    QTimer.singleShot(0, type_in)
    return told


def customers(qtbot, seat: Seat, workers, language: str = "en"):
    window = shown(qtbot, Window(replace(seat, actor=replace(seat.actor, language=language)), workers))
    page = window.open_page("customers")
    settle(qtbot, workers, lambda: page.list.rows_model.total == 50)
    page.list.setFocus()
    return page


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_list_with_persons_leaves_for_a_reason(
    qtbot, clerk: Seat, workers, tmp_path: Path, monkeypatch, language: str
) -> None:
    page, out = customers(qtbot, clerk, workers, language), tmp_path / "accounts.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    answering(qtbot, "", "Letters to all")
    QTest.keyClick(page.list, Qt.Key.Key_E, CTRL | SHIFT)
    settle(qtbot, workers, lambda: out.exists() and not page.job_running)
    mark, titles, *rows = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    assert mark[0].endswith(": Letters to all")
    assert "赵建国" in mark[0]
    assert (titles[0], len(rows)) == (page.say("Account"), 50)
    (newest,) = clerk.ask(papers.exports, PageOrder())
    assert (page.say(newest.list), newest.persons) == (page.say("Accounts"), 50)


def test_without_a_reason_the_question_stays_and_escape_takes_nothing_out(
    qtbot, clerk: Seat, workers, monkeypatch
) -> None:
    page = customers(qtbot, clerk, workers)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: pytest.fail("no file is asked for"))
    told = answering(qtbot, "  ", "ab")
    QTest.keyClick(page.list, Qt.Key.Key_E, CTRL | SHIFT)
    settle(qtbot, workers)
    assert len(told) == 2
    assert clerk.ask(papers.exports, PageOrder()) == ()


def test_a_list_beyond_the_limit_says_what_remains(qtbot, clerk: Seat, workers, tmp_path: Path) -> None:
    halls.seat_of(clerk.app, "admin").do(papers.set_export_limit, LimitOrder(60))
    clerk.do(papers.export_persons, Leaving("Accounts", "Letters to all", 50))
    page, out = customers(qtbot, clerk, workers), tmp_path / "accounts.xlsx"
    page.list.export_to(out, "Letters to all")
    settle(qtbot, workers, lambda: not page.job_running and not page.banner.isHidden())
    assert "This list has 50 persons, and 10 of 60 are left to you today" in page.banner.title_text
    assert not out.exists()


def test_who_may_not_export_has_no_key_for_it(qtbot, hall: App, workers) -> None:
    page = customers(qtbot, halls.seat_of(hall, "lin", "3"), workers)
    assert "Ctrl+Shift+E" not in {key.press for key in (*page.keys, *page.list.keys)}
    QTest.keyClick(page.list, Qt.Key.Key_E, CTRL | SHIFT)
    settle(qtbot, workers)
    assert QApplication.activeModalWidget() is None


def test_a_supervisor_sees_who_took_what_and_why(qtbot, clerk: Seat, workers) -> None:
    for at in range(3):
        clerk.do(papers.export_persons, Leaving("Accounts", f"Letters {at}", 7 + at, sha256="ab" * 32))
    window = shown(qtbot, Window(clerk, workers))
    page = window.open_page("exports")
    settle(qtbot, workers, lambda: page.list.rows_model.total == 3)
    shown_rows = [
        [page.list.rows_model.cell(row, column).text for column in (1, 2, 3, 4)] for row in range(3)
    ]
    assert shown_rows[0] == ["赵建国", "Accounts", "9", "Letters 2"], "newest first"
    qtbot.waitUntil(lambda: page.detail.shown is not None, timeout=WAIT_MS)
    assert "abababab" in page.detail.shown.words
    QTest.keyClick(page, Qt.Key.Key_F, CTRL)
    page.list.start_filter()
    QTest.keyClicks(page.list.strip.filter.field, "letters 1")
    settle(qtbot, workers, lambda: page.list.rows_model.total == 1)
    assert "Ctrl+E" not in {key.press for key in page.keys}, "the limit is the administrator's"


def test_an_administrator_sets_the_limit(qtbot, hall: App, workers) -> None:
    window = shown(qtbot, Window(halls.seat_of(hall, "admin", "3"), workers))
    page = window.open_page("exports")
    settle(qtbot, workers)
    QTest.keyClick(page, Qt.Key.Key_E, CTRL)
    for words, done in (("many", False), ("250", True)):
        page.question.edit.setText(words)
        QTest.keyClick(page.question.edit, Qt.Key.Key_Return)
        settle(qtbot, workers, lambda done=done: page.question.isHidden() is done)
    assert halls.seat_of(hall, "zhao").ask(papers.allowance).limit == 250
    assert "250" in page.object.text()
