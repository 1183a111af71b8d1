"""The disputed bills of an account over its card: put down and lifted by keys, shown on card and counter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.counter.page import Stage
from desktop.counter.records import TillOrder
from desktop.counter.service import open_till
from desktop.desk.page.disputes import DisputeSheet
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat
from desktop.ledger.records import DisputeOutcome
from desktop.ledger.service import disputes
from desktop.qt.tasks import Tasks
from desktop.shell.window import Window
from tests.looks import faults
from tests.windows import owing, settle, shown

pytestmark = pytest.mark.usefixtures("dressed")


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_a_bill_is_disputed_and_stands_in_the_end_by_keys(
    qtbot: QtBot, workers: Tasks, clerk: Seat, language: str
) -> None:
    seat = replace(clerk, actor=replace(clerk.actor, language=language))
    seat.do(open_till, TillOrder(Money(0)))
    number = owing(seat)[0].number
    window = shown(qtbot, Window(seat, workers))
    page = window.open_page("customers", number)
    settle(qtbot, workers, lambda: page.account.card is not None)

    def sheet_of() -> DisputeSheet:
        QTest.keyClick(page.account.table(), Qt.Key.Key_Q)
        settle(qtbot, workers, lambda: any(one.form for one in window.findChildren(DisputeSheet)))
        settle(qtbot, workers, lambda: faults(window) == [])
        return window.findChildren(DisputeSheet)[0]

    def closed() -> bool:
        return not window.findChildren(DisputeSheet)

    sheet = sheet_of()
    QTest.keyClick(sheet, Qt.Key.Key_F12)
    settle(qtbot, workers, sheet.form.problem.isVisible)  # why is missing
    words = sheet.form.form.edit("words")
    words.setFocus()
    QTest.keyClicks(words, "never so much")
    QTest.keyClicks(sheet.form.form.edit("amount"), "1.00")
    QTest.keyClick(sheet, Qt.Key.Key_F12)
    settle(qtbot, workers, closed)
    settle(qtbot, workers, lambda: page.account.card.dues.items[0].disputed_on is not None)
    settle(qtbot, workers, lambda: faults(window) == [])
    assert page.account.card.dues.items[0].disputed == Money(100)
    assert any(bill.disputed for bill in page.account.card.bills)

    counter = window.open_page("counter", number)
    settle(qtbot, workers, lambda: counter.stage is Stage.FILLED)
    assert any(one.state == "warn" for one in counter.account.badges)
    settle(qtbot, workers, lambda: faults(window) == [])

    page = window.open_page("customers", number)
    settle(qtbot, workers)
    sheet = sheet_of()
    sheet.form.form.edit("outcome").show_text(DisputeOutcome.STOOD.value)
    sheet.form.form.edit("words").show_text("the meter is right")
    QTest.keyClick(sheet, Qt.Key.Key_F12)
    settle(qtbot, workers, closed)
    settle(qtbot, workers, lambda: page.account.card.dues.items[0].disputed_on is None)
    assert seat.ask(disputes, number).rows[0].outcome is DisputeOutcome.STOOD
    assert seat.app.verify() == []
