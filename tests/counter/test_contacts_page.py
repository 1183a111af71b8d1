"""How a customer is reached, changed at the counter and on the card in three keys."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.counter.page import Stage
from desktop.counter.records import TillOrder
from desktop.counter.service import open_till
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat
from desktop.parties.records import ContactKind
from desktop.qt.page import Question
from desktop.qt.tasks import Tasks
from tests.counter.test_right_page import counter, press, typed
from tests.looks import faults
from tests.windows import owing, settle


def answer(discard: bool) -> None:
    question = QApplication.activeModalWidget()
    assert isinstance(question, Question)
    (question.unsafe if discard else question.safe).click()


pytestmark = pytest.mark.usefixtures("dressed")
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_number_language_notices_and_who_may_act_change_in_three_keys(
    qtbot: QtBot, clerk: Seat, workers: Tasks, language: str
) -> None:
    seat = replace(clerk, actor=replace(clerk.actor, language=language))
    seat.do(open_till, TillOrder(Money(0)))
    number = owing(seat)[0].number
    window, page = counter(qtbot, seat, workers)
    page.show_account(number)
    settle(qtbot, workers, lambda: page.stage is Stage.FILLED)
    page.money.given.show_amount(Money(500))
    press(window, Qt.Key.Key_U, CTRL)
    settle(qtbot, workers, lambda: faults(window) == [])
    typed(window, "1")
    typed(window, "soon")
    press(window, Qt.Key.Key_Return)
    settle(qtbot, workers, lambda: page.changer.edit.property("problem") == "bad")
    page.changer.edit.clear()
    typed(window, "13900007777")
    press(window, Qt.Key.Key_Return)
    settle(qtbot, workers, lambda: page.payer.row.phone.endswith("7777"))
    assert page.money.given.amount() == Money(500), "money typed stays"
    assert page.money.given.hasFocus()
    press(window, Qt.Key.Key_U, CTRL)
    typed(window, "1")
    typed(window, "1390")
    for discard in (False, True):  # Esc asks about what is typed, and discards it only when told to
        QTimer.singleShot(50, partial(answer, discard))
        press(window, Qt.Key.Key_Escape)
        assert page.changer.isHidden() == discard
        assert page.changer.edit.text() == ("" if discard else "1390")
        window.activateWindow()  # no window manager does it here
        settle(qtbot, workers, (page.money.given if discard else page.changer.edit).hasFocus)
    assert page.money.given.amount() == Money(500)

    for digits in ("34", "21"):  # Finnish; the one number
        press(window, Qt.Key.Key_U, CTRL)
        typed(window, digits[0])
        typed(window, digits[1])
        settle(qtbot, workers, page.changer.isHidden)
    settle(qtbot, workers, lambda: page.payer.language == "fi" and page.payer.contacts[0].notices)
    press(window, Qt.Key.Key_U, CTRL)
    press(window, Qt.Key.Key_Escape)
    assert page.changer.isHidden()
    assert page.stage is Stage.FILLED, "Esc closes the question alone"
    page.money.given.show_amount(None)

    card = window.open_page("customers", number).account
    settle(qtbot, workers, lambda: card.card is not None and card.table().hasFocus())
    press(window, Qt.Key.Key_Y, CTRL)
    settle(qtbot, workers, lambda: faults(window) == [])
    typed(window, "4")
    typed(window, "Li Ming 13800001111")
    press(window, Qt.Key.Key_Return)
    settle(qtbot, workers, lambda: any(one.kind is ContactKind.AUTHORISED for one in card.card.contacts))
