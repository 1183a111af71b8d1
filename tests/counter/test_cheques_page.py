"""Cheques at the counter by keys alone: taken with their number, credited, returned with a letter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.counter.page import Stage
from desktop.counter.page.right import Step
from desktop.counter.records import ChequeState, TenderKind, TillOrder
from desktop.counter.records.cheques import ChequesQuery
from desktop.counter.service import cheques, open_till
from desktop.kernel import intent
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat
from desktop.ledger.service import dues
from desktop.qt.tasks import Tasks
from tests.counter.test_right_page import at_step, counter, press, typed
from tests.looks import faults
from tests.windows import lose_the_answer, owing, settle

pytestmark = pytest.mark.usefixtures("dressed")
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_a_cheque_is_taken_credited_and_returned_by_keys(
    qtbot: QtBot, clerk: Seat, workers: Tasks, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = replace(clerk, actor=replace(clerk.actor, language=language))
    seat.do(open_till, TillOrder(Money(0)))
    number = owing(seat)[0].number
    owed = seat.ask(dues, number).total
    window, page = counter(qtbot, seat, workers)
    for cheque in ("", "10203344"):
        page.show_account(number)
        settle(qtbot, workers, lambda: page.stage is Stage.FILLED)
        press(window, Qt.Key.Key_E, CTRL)
        assert page.money.tender is TenderKind.CHEQUE
        assert page.money.reference.hasFocus()
        assert page.money.reference.accessibleName() == seat.app.catalog(language)("Number of the cheque")
        typed(window, cheque)
        if not cheque:
            press(window, Qt.Key.Key_F12)
            assert page.money.reference.property("problem") == "bad", "no cheque without its number"
            typed(window, "10203343")
        else:
            page.money.given.show_amount(Money(500))
        settle(qtbot, workers, lambda: faults(window) == [])
        press(window, Qt.Key.Key_F12)
        settle(qtbot, workers, lambda: page.stage is Stage.DONE)
        assert page.done.badge.accessibleName() == seat.app.catalog(language)(ChequeState.PENDING.text)
        press(window, Qt.Key.Key_F3)
        settle(qtbot, workers, lambda: page.stage is Stage.WAITING)
    assert seat.ask(dues, number).total == Money(0)
    press(window, Qt.Key.Key_F6)
    at_step(qtbot, page, Step.CHEQUES)
    work = page.right_work.cheque_list
    settle(qtbot, workers, lambda: len(work.table.rows_model.rows) == 2)
    settle(qtbot, workers, lambda: faults(window) == [])
    asked = work.table.current.cheque_id
    press(window, Qt.Key.Key_C)
    work.table.selectRow(1)  # somebody clicks elsewhere while the question stands
    typed(window, "x")
    press(window, Qt.Key.Key_Return)
    assert not work.question.isHidden(), "that is no day"
    work.question.edit.clear()
    kept = lose_the_answer(seat, monkeypatch)
    press(window, Qt.Key.Key_Return)
    settle(qtbot, workers, lambda: not work.busy)
    assert kept == ["counter.credit_cheque"]
    assert not work.question.isHidden(), "the question stands until the answer is known"
    press(window, Qt.Key.Key_Return)  # the same once more, under the same id
    settle(qtbot, workers, lambda: work.table.rows_model.rows[-1].state is ChequeState.CREDITED)
    assert work.table.rows_model.rows[-1].cheque_id == asked
    work.table.selectRow(1)
    press(window, Qt.Key.Key_R)
    press(window, Qt.Key.Key_Escape)
    assert page.right_work.step is Step.CHEQUES, "Esc closes the question alone"
    press(window, Qt.Key.Key_R)
    typed(window, "77")
    kept = lose_the_answer(seat, monkeypatch)
    press(window, Qt.Key.Key_Return)
    settle(qtbot, workers, lambda: not work.busy)
    assert kept == ["counter.return_cheque"]
    press(window, Qt.Key.Key_Return)
    at_step(qtbot, page, Step.PAPER)
    settle(qtbot, workers, lambda: page.right_work.paper.paper is not None)
    settle(qtbot, workers, lambda: faults(window) == [])
    press(window, Qt.Key.Key_P, CTRL)
    settle(qtbot, workers, lambda: page.right_work.shown[0].copy == 1)
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: page.stage is Stage.WAITING)
    assert seat.ask(dues, number).total == owed
    states = {row.cheque_number: row.state for row in seat.ask(cheques, ChequesQuery(number))}
    assert states == {"10203343": ChequeState.RETURNED, "10203344": ChequeState.PENDING}
    assert not intent.unsettled(seat.app.intents)
