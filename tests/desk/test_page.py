"""The customers' page on the real application."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.ledger.service import dues
from desktop.qt.widgets import grouped
from tests.windows import owing, settle


@pytest.fixture
def page(qtbot, window):
    made = window.open_page("customers")
    settle(qtbot, window.tasks, lambda: made.list.rows_model.rows)
    return made


def test_the_list_opens_a_card_with_enter_and_escape_leads_back(qtbot, page):
    assert len(page.list.rows_model.rows) == 50
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    wanted = page.list.current
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: page.card is not None)
    assert page.card.row == wanted
    QTest.keyClick(page, Qt.Key.Key_Escape)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    settle(qtbot, page.tasks)
    assert page.stack.currentIndex() == 0


def test_the_card_shows_what_is_owed_and_how_the_late_fee_comes_about(qtbot, page, clerk):
    number = owing(clerk)[0].number
    owed = clerk.ask(dues, number)
    page.show_account(number)
    settle(qtbot, page.tasks, lambda: page.card is not None)
    assert page.owed.words == page.say.money(owed.total)
    shown = page.dues.rows_model
    assert shown.cell(0, 2).text == page.say.money(owed.items[0].late_fee)
    assert "×" in page.arithmetic.text()
    assert shown.cell(0, 4).state == "bad"
    assert len(page.card.usage) == 13 or len(page.card.usage) == 12


def test_the_newest_bill_opens_with_the_trace_of_its_line(qtbot, page, clerk):
    page.show_account(owing(clerk)[0].number)
    settle(qtbot, page.tasks, page.pane.isVisible)
    bill = page.pane.shown
    assert bill.account_number == page.card.row.number
    words = [label.text() for label in page.pane.findChildren(type(page.name)) if label.isVisible()]
    assert any(bill.basis.version in text for text in words)
    assert any(grouped(bill.reads[0].meter_serial) in text for text in words)
    QTest.keyClick(page, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page.tasks, lambda: page.paper.view.pages == 1)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert page.left.currentIndex() == 0


def test_payments_are_behind_the_second_tab(qtbot, page):
    page.show_account(page.list.rows_model.rows[0].number)
    settle(qtbot, page.tasks, lambda: page.card is not None)
    QTest.keyClick(page, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert page.lists.currentWidget() is page.payments
    assert len(page.payments.rows_model.rows) == len(page.card.payments) == 1


def test_f12_takes_the_customer_to_the_counter(qtbot, window, page, clerk):
    number = owing(clerk)[0].number
    page.show_account(number)
    settle(qtbot, page.tasks, lambda: page.card is not None)
    QTest.keyClick(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: window.page_name == "counter")


def test_an_unknown_number_is_told_in_the_page(qtbot, page):
    page.show_account("000000000000")
    settle(qtbot, page.tasks, lambda: page.banner.title_text)
    assert page.card is None
