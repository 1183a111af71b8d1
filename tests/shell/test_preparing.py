"""A database whose words of search are gone: people work at once, search is honest, and is prepared beside the work."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.app import App
from desktop.desk import service as desk
from desktop.desk.service import finding
from desktop.kernel.listing import PageOrder
from desktop.shell.window import Window
from tests.hall import seat_of
from tests.windows import WAIT_MS, commit, found, settle, shown


@pytest.fixture
def lost(hall: App, monkeypatch: pytest.MonkeyPatch) -> App:
    """The sample hall after an update that took the words; they come back five owners at a time."""
    hall.command_line().do(desk.forget_words)
    monkeypatch.setattr(finding, "AT_ONCE", 5)
    return hall


def typed(qtbot, window: Window, name: str) -> str:
    """What drops under the search box, as one text."""
    window.start_search()
    window.search.clear()
    commit(window.search, name)
    found(qtbot, window, name)
    return " ".join(f"{row.title.text} {row.second.text}" for row in window.drop.rows)


def test_search_is_prepared_beside_the_work_of_whoever_signs_in(qtbot, lost, workers):
    name = lost.command_line().ask(desk.accounts, PageOrder())[-1].customer_name
    window = shown(qtbot, Window(seat_of(lost, "wang"), workers))
    window.open_page("customers")
    settle(qtbot, workers)
    assert "查找已就绪" in [toast.note.words for toast in window.toasts.shown]
    assert name in typed(qtbot, window, name)
    assert lost.command_line().ask(desk.words_left) == 0


def test_stopped_it_says_so_and_goes_on_at_the_next_sign_in(qtbot, lost, workers):
    window = shown(qtbot, Window(seat_of(lost, "wang"), workers))
    QTest.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(window.running.lines), timeout=WAIT_MS)
    next(iter(window.running.lines.values())).stop.click()
    settle(qtbot, workers)
    left = lost.command_line().ask(desk.words_left)
    assert left
    window.open_page("customers")
    settle(qtbot, workers)
    assert f"正在准备查找 还有 {left} 条暂时查不到" in typed(qtbot, window, "nobody")
    page = window.page
    page.list.start_filter()
    QTest.keyClicks(page.list.strip.filter.field, "nobody")
    settle(qtbot, workers, page.banner.isVisible)
    page.list.clear_filter()
    settle(qtbot, workers, page.banner.isHidden)
    window.close()
    shown(qtbot, Window(seat_of(lost, "lin"), workers))
    settle(qtbot, workers)
    assert lost.command_line().ask(desk.words_left) == 0
