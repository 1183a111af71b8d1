"""Bookings that an older copy of the database lacks stand over the close of the day until somebody dealt with them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.kernel.work import draw_id
from desktop.shell.window import Window
from desktop.treasury.page.day import Day
from tests.looks import faults
from tests.windows import settle, shown

pytestmark = pytest.mark.usefixtures("dressed")


@pytest.mark.parametrize("language", ["zh_CN", "fi"])
def test_what_is_missing_is_told_and_dealt_with_by_keys(qtbot, hall, clerk, workers, language) -> None:
    hall.booked.append(draw_id())
    hall.ping()
    window = shown(qtbot, Window(replace(clerk, actor=replace(clerk.actor, language=language)), workers))
    page = window.open_page("treasury")
    page.show_part(Day)
    settle(qtbot, workers, lambda: page.part.look is not None)
    settle(qtbot, workers)
    qtbot.waitUntil(lambda: faults(window) == [])  # once it is laid out
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    edit, enter = page.part.missing.edit, Qt.Key.Key_Return
    assert edit.hasFocus()
    QTest.keyClick(edit, enter)
    settle(qtbot, workers, lambda: edit.property("problem") == "bad")
    QTest.keyClicks(edit, "1-26000042")
    QTest.keyClick(edit, enter)
    settle(qtbot, workers, page.part.missing.isHidden)
    settle(qtbot, workers)
    assert hall.ping().lacking == ()
    window.watch.look()
    settle(qtbot, workers, window.notice.isHidden)
