"""The customers' page on the real application."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from python_calamine import CalamineWorkbook

from desktop.kernel.listing import Listing
from desktop.ledger.service import dues
from tests.windows import owing, settle

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


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


def test_keys_sort_the_list_and_the_pane_tells_the_current_account(qtbot, page, clerk):
    for _ in range(5):
        QTest.keyClick(page.list, Qt.Key.Key_Right)
    for _ in range(2):
        QTest.keyClick(page.list, Qt.Key.Key_S, CTRL | SHIFT)
        settle(qtbot, page.tasks, lambda: page.list.rows_model.total == 50)
    most = max(owing(clerk), key=lambda row: row.owed)
    assert page.list.current.owed == most.owed
    qtbot.waitUntil(lambda: page.detail.shown.title == page.list.current.customer_name)
    assert page.say.money(most.owed, unit=True) in page.detail.accessibleDescription()
    assert page.list.current.phone in page.detail.accessibleDescription()


def test_a_filter_finds_by_words_and_escape_brings_all_back(qtbot, page):
    wanted = page.list.rows_model.rows[7]
    QTest.keyClick(page, Qt.Key.Key_F, CTRL)
    QTest.keyClicks(page.list.strip.field, wanted.number)
    settle(qtbot, page.tasks, lambda: page.list.rows_model.total == 1)
    assert page.list.current == wanted
    assert page.object.text() == "1 account"
    QTest.keyClick(page.list.strip.field, Qt.Key.Key_Escape)
    settle(qtbot, page.tasks, lambda: page.list.rows_model.total == 50)


def test_a_list_is_exported_and_remembered(qtbot, page, window, tmp_path):
    page.list.arrangement.choose(4, False)
    page.list.sort_by(1)
    settle(qtbot, page.tasks, lambda: page.list.rows_model.total == 50)
    page.list.export_to(tmp_path / "accounts.xlsx")
    settle(qtbot, page.tasks, (tmp_path / "accounts.xlsx").exists)
    rows = CalamineWorkbook.from_path(tmp_path / "accounts.xlsx").get_sheet_by_index(0).to_python()
    assert rows[0] == ["Account", "Customer", "Address", "Meter", "Owed 元", "Credit 元"]
    assert [row[0] for row in rows[1:]] == [row.number for row in page.list.rows_model.rows]
    again = type(page)(page.seat, page.tasks, "Customers")
    qtbot.addWidget(again)
    assert again.list.rows_model.listing.sort == "name"
    assert 4 not in again.list.arrangement.shown
    again.list.arrangement.reset()
    again.list.rows_model.listing = Listing()
    again.list.arrangement.keep()


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
    assert any(bill.reads[0].meter_serial in text for text in words)
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
