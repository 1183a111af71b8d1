"""The print journal by keys: what nobody has is printed as itself, answered for, or said to be spoiled."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.counter.records import PaymentOrder, TillOrder
from desktop.counter.service import open_till, take_payment
from desktop.desk.service import account_card, today
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.papers.page import sending
from desktop.papers.page.prints import PrintsPage
from desktop.papers.records import FailOrder, PrintRef, PrintState
from desktop.papers.service import fail_prints
from desktop.qt import paper_panel
from desktop.shell.window import Window
from tests.hall import printed
from tests.windows import owing, settle

X, A, P = Qt.Key.Key_X, Qt.Key.Key_A, Qt.Key.Key_P
CTRL = Qt.KeyboardModifier.ControlModifier
OFF = Text("The printer {printer} is not there. Switch it on or choose another", printer="till")


@pytest.fixture
def page(qtbot: QtBot, window: Window, clerk: Seat) -> PrintsPage:
    """One receipt that nobody printed, one that failed, one that was sent, in this order."""
    clerk.do(open_till, TillOrder(Money(0)))
    number = owing(clerk)[0].number
    _, failed, sent = (clerk.do(take_payment, PaymentOrder(number, Money(100), Money(100))) for _ in range(3))
    clerk.do(fail_prints, FailOrder(printed(clerk, failed, printer="till"), "till", OFF))
    printed(clerk, sent, printer="till")
    made = window.open_page("prints")
    settle(qtbot, window.tasks, lambda: made.list.current is not None)
    assert isinstance(made, PrintsPage)
    return made


def states(page: PrintsPage) -> list[PrintState]:
    return [page.list.rows_model.row(at).state for at in range(page.list.rows_model.rowCount())]


def test_open_prints_are_printed_answered_and_spoiled_by_keys(
    qtbot: QtBot, window: Window, page: PrintsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVICEHALL_PRINTER", "till")
    sent: list[object] = []
    monkeypatch.setattr(sending, "print_pages", lambda *asked: sent.append(asked) or 1)
    assert states(page) == [PrintState.QUEUED, PrintState.FAILED, PrintState.SENT]
    assert page.object.text() == "2 papers nobody has yet"
    assert "is not there" in page.list.rows_model.cell(1, 4).words
    QTest.keyClick(page.list, P, CTRL)
    settle(qtbot, window.tasks, lambda: states(page) == [PrintState.SENT, PrintState.FAILED])
    assert len(sent) == 1, "it followed what was sent to the same printer before"
    page.list.go_to(1)
    QTest.keyClick(page.list, A)
    settle(qtbot, window.tasks, lambda: states(page) == [PrintState.SENT])
    QTest.keyClick(page.list, X)
    QTest.keyClick(page.question.edit, Qt.Key.Key_Return)
    assert page.question.isVisible(), "nothing is spoiled without a word"
    QTest.keyClicks(page.question.edit, "a torn strip")
    QTest.keyClick(page.question.edit, Qt.Key.Key_Return)
    settle(qtbot, window.tasks, lambda: states(page) == [PrintState.SPOILED])
    assert page.list.rows_model.cell(0, 4).words.startswith("a torn strip")
    QTest.keyClick(page.list, P, CTRL)
    settle(qtbot, window.tasks, lambda: states(page) == [PrintState.SENT] and len(sent) == 2)
    steps = [step.state.value for step in page.list.current.steps]
    assert steps == ["sent", "spoiled", "sent"]
    QTest.keyClick(page.list, A)
    settle(qtbot, window.tasks, lambda: states(page) == [])
    QTest.keyClick(page, Qt.Key.Key_Tab, CTRL)
    settle(qtbot, window.tasks, lambda: len(states(page)) >= 3)
    assert {*states(page)[:3]} == {PrintState.CONFIRMED}


def test_a_bill_is_printed_twice_from_its_card_and_each_is_a_print_that_is_answered_for(
    qtbot: QtBot, window: Window, page: PrintsPage, clerk: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[object] = []

    def once(*asked: object) -> int:
        taken.append(asked)
        if len(taken) == 2:
            raise Refused(OFF)
        return 1

    monkeypatch.setenv("SERVICEHALL_PRINTER", "laser")
    monkeypatch.setattr(paper_panel, "printers", lambda: ("laser",))
    monkeypatch.setattr(paper_panel, "print_pages", once)
    monkeypatch.setattr(sending, "print_pages", once)
    number = owing(clerk)[0].number
    customers = window.open_page("customers", number)
    card = customers.account
    settle(qtbot, window.tasks, card.pane.isVisible)
    QTest.keyClick(window.focusWidget(), P, CTRL)
    settle(qtbot, window.tasks, lambda: card.paper.view.pages == 1)
    form = card.paper.print_panel
    for told in (form.isHidden, form.problem.isVisible):
        card.paper.ask_print()
        assert form.isVisible()
        assert form.copies.isVisible(), "a bill may be printed as often as anybody asks"
        card.paper.ask_print()
        settle(qtbot, window.tasks, told)
    assert "is not there" in form.problem._words.text()
    bill = clerk.ask(account_card, number).bills[0].number
    window.open_page("prints")
    settle(qtbot, window.tasks, lambda: states(page)[-1] is PrintState.FAILED)
    last = len(states(page)) - 1
    assert page.list.rows_model.row(last).ref == PrintRef("bill", bill, 1), "the first one was followed by it"
    assert [page.list.rows_model.cell(last, at).words for at in (0, 1)] == [f"Bill {bill}", "print 2"]
    assert clerk.ask(today).bills_unprinted == (bill,)
    page.list.go_to(last)
    QTest.keyClick(page.list, P, CTRL)
    settle(qtbot, window.tasks, lambda: len(taken) == 3)
    settle(qtbot, window.tasks, lambda: states(page)[-1] is PrintState.SENT)
    assert clerk.ask(today).bills_unprinted == ()


def test_a_printer_that_is_off_is_a_sentence_and_nothing_is_lost(
    qtbot: QtBot, window: Window, page: PrintsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def off(*_: object) -> int:
        raise Refused(OFF)

    monkeypatch.setenv("SERVICEHALL_PRINTER", "till")
    monkeypatch.setattr(sending, "print_pages", off)
    QTest.keyClick(page.list, P, CTRL)
    settle(qtbot, window.tasks, lambda: states(page)[0] is PrintState.FAILED)
    assert page.banner.title_text == "till did not take the paper"
    monkeypatch.setattr(sending, "print_pages", lambda *_: 1 / 0)
    QTest.keyClick(page.list, P, CTRL)
    settle(qtbot, window.tasks, lambda: len(page.list.current.steps) == 4)
    assert "Reference" in page.list.rows_model.cell(0, 4).words, (
        "even what nobody expects stays in the journal"
    )
