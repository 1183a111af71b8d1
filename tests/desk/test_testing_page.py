"""A meter is tested, by keys: ordered on the card, reported on the page of what is to check, put right in billing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.desk.page.card import READS
from desktop.desk.page.testing import MeterTestSheet
from desktop.desk.service import account_card, order_meter_test
from desktop.kernel.work import Seat
from desktop.metering.page.queue import TESTS
from desktop.metering.records import MeterTestOrder, MeterTestState, Verdict
from desktop.qt.tasks import Tasks
from desktop.shell.window import Window
from tests.hall import TODAY
from tests.looks import faults
from tests.windows import owing, settle, shown

pytestmark = pytest.mark.usefixtures("dressed")


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_a_meter_test_is_ordered_and_withdrawn_on_the_card(
    qtbot: QtBot, workers: Tasks, clerk: Seat, language: str
) -> None:
    seat = replace(clerk, actor=replace(clerk.actor, language=language))
    number = owing(seat)[0].number
    window = shown(qtbot, Window(seat, workers))
    card = window.open_page("customers", number).account
    settle(qtbot, workers, lambda: card.card is not None)
    card.tabs.choose(READS)

    def sheet_of() -> MeterTestSheet:
        QTest.keyClick(card.table(), Qt.Key.Key_M)
        settle(qtbot, workers, lambda: any(one.form for one in window.findChildren(MeterTestSheet)))
        settle(qtbot, workers, lambda: faults(window) == [])
        return window.findChildren(MeterTestSheet)[0]

    def closed() -> bool:
        return not window.findChildren(MeterTestSheet)

    QTest.keyClick(card.table(), Qt.Key.Key_M)
    QTest.keyClick(window.findChildren(MeterTestSheet)[0], Qt.Key.Key_Escape)  # before it knows anything
    settle(qtbot, workers, closed)
    sheet = sheet_of()
    assert sheet.form is not None
    QTest.keyClick(sheet, Qt.Key.Key_F12)
    settle(qtbot, workers)
    assert not closed(), "why is missing"
    assert window.focusWidget() is sheet.form.form.edit("words"), "M, the words, F12"
    QTest.keyClicks(window.focusWidget(), "twice as much")
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_F12)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert sheet.isVisible(), "what is being booked is waited for"
    settle(qtbot, workers, lambda: closed() and card.sheets.currentWidget() is card.paper)
    settle(qtbot, workers, lambda: any(one.is_open for one in card.card.tests))
    settle(qtbot, workers, lambda: faults(window) == [])
    QTest.keyClick(window.page, Qt.Key.Key_Escape)  # the slip is put away
    assert any(badge.text and badge.state == "due" for badge in card.head.badges)
    assert card.card.tests[0].words == "twice as much"

    sheet = sheet_of()
    assert sheet.form is not None
    sheet.form.form.edit("words").show_text("not needed")
    QTest.keyClick(sheet, Qt.Key.Key_F12)
    settle(qtbot, workers, closed)
    settle(qtbot, workers, lambda: card.card.tests[0].state is MeterTestState.WITHDRAWN)

    QTest.keyClick(card.table(), Qt.Key.Key_A)  # a re-read instead, and not that either
    settle(qtbot, workers, lambda: bool(card.card.asked_reads))
    settle(qtbot, workers, lambda: faults(window) == [])
    QTest.keyClick(card.table(), Qt.Key.Key_A)
    QTest.keyClick(card.question.edit, Qt.Key.Key_Return)
    settle(qtbot, workers)
    assert card.question.isVisible(), "nothing is withdrawn without a reason"
    QTest.keyClicks(card.question.edit, "a mistake")
    QTest.keyClick(card.question.edit, Qt.Key.Key_Return)
    settle(qtbot, workers, lambda: not card.card.asked_reads)
    assert seat.app.verify() == []


def test_a_result_leads_to_the_letter_and_to_the_correction(
    qtbot: QtBot, workers: Tasks, clerk: Seat
) -> None:
    first, second = (row.number for row in owing(clerk)[:2])
    orders = [clerk.do(order_meter_test, MeterTestOrder(one, "twice as much")) for one in (first, second)]
    window = shown(qtbot, Window(clerk, workers))
    page = window.open_page("doubtful", MeterTestState.OPEN)
    tests = page.tests
    settle(qtbot, workers, lambda: len(tests.table.rows_model.rows) == 2)
    assert page.tabs.index == TESTS
    assert tests.table.current.number == orders[0].number

    def press(key: Qt.Key) -> None:
        QTest.keyClick(tests.table, key)
        settle(qtbot, workers)

    press(Qt.Key.Key_E)
    assert tests.form is not None
    settle(qtbot, workers, lambda: faults(window) == [])
    form = tests.form.form
    form.edit("verdict").show_text(Verdict.BEYOND.value)
    form.edit("tested_by").show_text("Li Na")
    QTest.keyClick(form.edit("tested_by"), Qt.Key.Key_F12)
    settle(qtbot, workers, tests.form.problem.isVisible)  # its errors are missing
    form.edit("permitted").show_text("2")
    form.edit("points[0].load").show_text("100")
    form.edit("points[0].error").show_text("5")
    form.edit("points[0].way").show_text("-")
    settle(qtbot, workers, lambda: faults(window) == [])
    QTest.keyClick(form.edit("tested_by"), Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: tests.form is None and len(tests.table.rows_model.rows) == 2)
    done = clerk.ask(account_card, first).tests[0]
    assert (done.latest.report.verdict, done.latest.error) == (Verdict.BEYOND, -5)
    settle(qtbot, workers, lambda: tests.table.current.number == done.number)
    settle(qtbot, workers, lambda: faults(window) == [])

    press(Qt.Key.Key_L)
    settle(qtbot, workers, lambda: tests.stack.currentWidget() is tests.paper)
    settle(qtbot, workers, lambda: faults(window) == [])
    QTest.keyClick(window.page, Qt.Key.Key_Escape)
    settle(qtbot, workers, lambda: tests.stack.currentIndex() == 0)

    press(Qt.Key.Key_C)
    settle(qtbot, workers, lambda: window.page_name == "bills" and window.page.corrections.form is not None)
    correction = window.page.corrections
    settle(qtbot, workers, lambda: correction.cost.amount.text() != "")
    typed = correction.form.form.values()
    assert (typed["account"], typed["meter_error.error_percent"], typed["meter_error.error_percent.sign"]) == (
        first, 5, "-",
    )  # fmt: skip
    assert done.number in typed["reason"]
    correction.form.form.done()

    page = window.open_page("doubtful", MeterTestState.OPEN)
    settle(qtbot, workers)
    tests.table.go_to(next(at for at, one in enumerate(tests.table.rows_model.rows) if one.is_open))
    press(Qt.Key.Key_W)
    QTest.keyClicks(tests.question.edit, "a mistake")
    QTest.keyClick(tests.question.edit, Qt.Key.Key_Return)
    settle(qtbot, workers, lambda: not any(one.is_open for one in tests.table.rows_model.rows))


def test_today_tells_of_tests_that_are_overdue(qtbot: QtBot, workers: Tasks, clerk: Seat) -> None:
    clerk.do(order_meter_test, MeterTestOrder(owing(clerk)[0].number, "twice as much"))
    clerk.app.clock = replace(clerk.app.clock, business_date=TODAY + timedelta(days=8))
    window = shown(qtbot, Window(clerk, workers))
    page = window.open_page("today")
    settle(qtbot, workers, lambda: any(one.argument is MeterTestState.OPEN for one in page.needs))
