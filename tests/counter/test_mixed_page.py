"""By keys alone: several tenders, a bill settled first, change kept as credit, far too much asked about, and what
customers ask while they stand here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import App, open_app
from desktop.counter.page import CounterPage, Stage
from desktop.counter.records import TakenTogether, TillOrder
from desktop.counter.service import open_till
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat
from desktop.ledger.service import dues
from desktop.qt.fold import Scroll
from desktop.qt.page import Question
from desktop.shell.window import Window
from tests.databases_server import Databases
from tests.hall import TODAY, billed_hall
from tests.looks import faults
from tests.windows import owing, prefer_nothing, settle

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def hall(sqlite_databases: Databases, tmp_path: Path) -> Iterator[App]:
    """The sample hall whose January is billed: some owe two bills."""
    prefer_nothing()
    url = sqlite_databases.like(billed_hall)
    opened = open_app(url, TODAY, intents=tmp_path / "under_way")
    yield opened
    opened.close()
    sqlite_databases.drop(url)


@pytest.fixture
def page(qtbot: QtBot, window: Window, clerk: Seat) -> CounterPage:
    """The counter with an account that owes something, nothing typed yet."""
    clerk.do(open_till, TillOrder(Money(0)))
    made = window.open_page("counter")
    settle(qtbot, window.tasks, lambda: made.till is not None)
    show(qtbot, made, owing(clerk)[0].number)
    return made


def show(qtbot: QtBot, page: CounterPage, number: str) -> None:
    page.show_account(number)
    settle(qtbot, page.tasks, lambda: page.payer is not None and page.payer.row.number == number)


def keys(page: CounterPage, *pressed: str | Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
    """Keys on whatever has the focus of the window."""
    for one in pressed:
        at = page.window().focusWidget()
        if isinstance(one, str):
            QTest.keyClicks(at, one)
        else:
            QTest.keyClick(at, one, held or Qt.KeyboardModifier.NoModifier)


def go_on() -> None:
    question = QApplication.activeModalWidget()
    assert isinstance(question, Question)
    question.safe.click()


def test_card_and_cash_pay_one_bill_by_keys_and_are_taken_back_at_once(qtbot, clerk, page) -> None:
    number, due = page.payer.row.number, page.payer.dues.to_pay
    keys(page, Qt.Key.Key_F7)
    keys(page, Qt.Key.Key_G, held=CTRL)
    assert page.money.parts == (), "a slip without a number is no tender"
    keys(page, "62280042")
    page.money.given.setFocus()
    page.money.given.selectAll()
    keys(page, "1.00")
    keys(page, Qt.Key.Key_G, held=CTRL)
    assert [one.amount for one in page.money.parts] == [Money(100)]
    assert page.money.due.words == page.say.money(due - Money(100))
    settle(qtbot, page.tasks, lambda: faults(page.window()) == [])
    scroll = page.findChild(Scroll)
    assert scroll.verticalScrollBar().maximum() == 0, "the money never scrolls"
    QTimer.singleShot(50, go_on)
    keys(page, Qt.Key.Key_Escape)
    assert page.stage is Stage.FILLED
    assert len(page.money.parts) == 1, "what is put down is money typed"
    keys(page, "500")
    keys(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.stage is Stage.DONE)
    assert len(page.last_numbers) == 2
    assert page.done.change.words == page.say.money(Money(50000) - due + Money(100))
    assert clerk.ask(dues, number).to_pay == Money(0)
    page.setFocus()
    keys(page, Qt.Key.Key_Delete)
    keys(page, "wrong customer", Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: clerk.ask(dues, number).to_pay == due)


def test_the_customer_says_which_bill_is_paid_first(qtbot, clerk, page) -> None:
    many = next(one.number for one in owing(clerk) if len(clerk.ask(dues, one.number).items) > 1)
    show(qtbot, page, many)
    items = page.payer.dues.items
    for _ in items:
        keys(page, Qt.Key.Key_O, held=CTRL)
    assert page.account.first == items[-1]
    keys(page, Qt.Key.Key_N, held=CTRL)
    keys(page, "Wang 138", Qt.Key.Key_Return)
    keys(page, Qt.Key.Key_Return, Qt.Key.Key_F12)  # Enter offers what that bill comes to
    settle(qtbot, page.tasks, lambda: page.stage is Stage.DONE)
    assert page.receipt.notes[-1].fields == {"name": "Wang 138"}
    assert [one.bill_number for one in page.receipt.items] == [items[-1].bill_number]
    assert {one.bill_number for one in clerk.ask(dues, many).items} == {one.bill_number for one in items[:-1]}


def test_change_becomes_credit_and_far_too_much_is_asked_about(qtbot, clerk, page) -> None:
    number, due = page.payer.row.number, page.payer.dues.to_pay
    most = max(due, *(bill.amount for bill in page.payer.bills))
    keys(page, page.say.number((most * 100).raw // 100 + 1).replace(",", ""))
    keys(page, Qt.Key.Key_F12)
    assert page.stage is Stage.FILLED
    assert "F12" in page.money.given.accessibleDescription()
    page.money.given.selectAll()
    keys(page, page.say.money(due + Money(250)).replace(",", ""))
    keys(page, Qt.Key.Key_R, held=CTRL)
    assert page.money.split() == (due + Money(250), due + Money(250), Money(0))
    keys(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.stage is Stage.DONE)
    assert clerk.ask(dues, number).credit == Money(250)
    assert not isinstance(page.receipt, TakenTogether)


def test_several_accounts_are_paid_by_cash_and_card_by_keys(qtbot, clerk, page) -> None:
    """What is put down stays when others join; each account shows which tender pays it; all is taken back at once."""
    number = page.payer.row.number
    other = next(one.number for one in owing(clerk) if one.number != number)
    keys(page, Qt.Key.Key_N, held=CTRL)
    keys(page, "Wu", Qt.Key.Key_Return)
    keys(page, "1")
    keys(page, Qt.Key.Key_G, held=CTRL)
    keys(page, Qt.Key.Key_T, held=CTRL)
    settle(qtbot, page.tasks, lambda: page._together)
    assert page.money.paid_by == "Wu", "who pays stays when others join"
    keys(page, Qt.Key.Key_N, held=CTRL)
    assert page.question.isVisible()
    keys(page, "Wu Lan", Qt.Key.Key_Return)
    assert "Wu Lan" in page.money.told_parts.text()
    assert [one.amount for one in page.money.parts] == [Money(100)], "what is put down stays"
    page.show_account(other)
    settle(qtbot, page.tasks, lambda: len(page.several.rows) == 2)
    due = [clerk.ask(dues, one).to_pay for one in (number, other)]
    keys(page, page.say.money(due[0]).replace(",", ""))
    keys(page, Qt.Key.Key_G, held=CTRL)
    keys(page, Qt.Key.Key_F7)
    settle(qtbot, page.tasks, lambda: faults(page.window()) == [])
    card = page.say("Card")
    gets = [page.several._gets(one).second for one in page.several.rows]
    assert (card in gets[0], gets[1].startswith(page.say("Cash")), card in gets[1]) == (False, True, True)
    keys(page, "6228", Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.stage is Stage.DONE)
    assert {one.notes[0].fields["name"] for one in page._shown} == {"Wu Lan"}
    assert (len(page.last_numbers), [clerk.ask(dues, one).to_pay for one in (number, other)]) == (
        3,
        [Money(0)] * 2,
    )
    page.setFocus()
    keys(page, Qt.Key.Key_Delete)
    keys(page, "wrong flats", Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: [clerk.ask(dues, one).to_pay for one in (number, other)] == due)


def test_why_a_bill_differs_and_other_price_lists_are_one_key_away(qtbot, clerk, window, page) -> None:
    """The account stands at the counter again when one comes back."""
    many = next(one.number for one in owing(clerk) if len(clerk.ask(dues, one.number).items) > 1)
    show(qtbot, page, many)
    keys(page, Qt.Key.Key_W, held=CTRL)
    settle(qtbot, window.tasks, lambda: window.page_name == "customers" and window.page.card is not None)
    card = window.page.account
    settle(
        qtbot,
        window.tasks,
        lambda: card.sheets.currentWidget() is card.paper and card.paper.paper is not None,
    )
    assert card.card.row.number == many
    keys(page, Qt.Key.Key_F4)
    settle(qtbot, window.tasks, lambda: window.page is page and page.stage is Stage.FILLED)
    assert page.payer.row.number == many
    keys(page, Qt.Key.Key_H, held=CTRL)
    settle(qtbot, window.tasks, lambda: window.page_name == "customers" and card.what_if.found is not None)
    assert card.card.row.number == many
