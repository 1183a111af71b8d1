"""Arrears are agreed to be paid in parts on the card, by keys; the counter offers what keeps the agreement."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop import sample
from desktop.app import App
from desktop.counter.page import Stage
from desktop.counter.records import TillOrder
from desktop.counter.service import open_till
from desktop.desk.page.agreements import AgreementSheet
from desktop.kernel.measures import Money
from desktop.kernel.period import Clock
from desktop.kernel.work import Seat
from desktop.ledger.records import AgreementState
from desktop.ledger.service import agreements
from desktop.qt.fold import Scroll
from desktop.qt.tasks import Tasks
from desktop.shell.window import Window
from tests.looks import faults
from tests.windows import owing, settle, shown

pytestmark = pytest.mark.usefixtures("dressed")


@pytest.mark.parametrize("language", ["zh_CN", "fi"])
def test_arrears_are_agreed_on_and_the_counter_offers_the_next_part(
    qtbot: QtBot, workers: Tasks, clerk: Seat, language: str
) -> None:
    seat = replace(clerk, actor=replace(clerk.actor, language=language))
    seat.do(open_till, TillOrder(Money(0)))
    number = next(one.number for one in owing(seat) if seat.ask(agreements, one.number).arrears)
    window = shown(qtbot, Window(seat, workers))
    page = window.open_page("customers", number)
    settle(qtbot, workers, lambda: page.account.card is not None)

    def sheet_of() -> AgreementSheet:
        QTest.keyClick(page.account.table(), Qt.Key.Key_G)
        settle(qtbot, workers, lambda: any(one.form for one in window.findChildren(AgreementSheet)))
        settle(qtbot, workers, lambda: faults(window) == [])
        return window.findChildren(AgreementSheet)[0]

    def closed() -> bool:
        return not window.findChildren(AgreementSheet)

    sheet = sheet_of()
    form = sheet.form.form
    assert form.edit("count").hasFocus(), "who opens it types at once"
    QTest.keyClick(sheet, Qt.Key.Key_F12)
    settle(
        qtbot,
        workers,
        lambda: faults(window) == [] and sheet.findChild(Scroll).verticalScrollBar().maximum() == 0,
    )
    QTest.keyClicks(form.edit("count"), "2")
    form.edit("first").show_text(seat.app.catalog(language).date(seat.today()))
    QTest.keyClicks(form.edit("words"), "short of money")
    QTest.keyClick(sheet, Qt.Key.Key_F12)
    settle(qtbot, workers, closed)
    settle(qtbot, workers, lambda: page.account.card.agreement is not None)
    made = page.account.card.agreement
    assert (made.state, len(made.parts)) == (AgreementState.KEPT, 2)

    counter = window.open_page("counter", number)
    settle(qtbot, workers, lambda: counter.stage is Stage.FILLED)
    settle(qtbot, workers, lambda: faults(window) == [])
    QTest.keyClick(counter.money.given, Qt.Key.Key_Return)
    assert counter.money.given.amount() == made.parts[0].amount + counter.payer.dues.late_fee
    counter.money.forget()
    seat.app.clock = Clock(seat.app.country.zone, seat.today() + timedelta(days=1))
    counter.show_account(number)  # nobody paid the first part on its day
    broken = seat.app.catalog(language)("agreement broken: {amount} missing", amount=made.parts[0].amount)
    settle(qtbot, workers, lambda: broken in [one.accessibleName() for one in counter.account.badges])
    settle(qtbot, workers, lambda: faults(window) == [])
    QTest.keyClick(counter.money.given, Qt.Key.Key_Return)
    assert counter.money.given.amount() == made.parts[0].amount + counter.payer.dues.late_fee
    counter.money.forget()

    page = window.open_page("customers", number)
    settle(qtbot, workers)
    sheet = sheet_of()
    QTest.keyClicks(sheet.form.form.edit("words"), "all paid at once")
    QTest.keyClick(sheet, Qt.Key.Key_F12)
    settle(qtbot, workers, closed)
    settle(qtbot, workers, lambda: page.account.card.agreement is None)
    assert seat.app.verify() == []


def test_who_may_not_agree_reads_which_right_it_takes(
    qtbot: QtBot, workers: Tasks, hall: App, clerk: Seat
) -> None:
    lin = hall.sign_in("lin", sample.PASSWORD, "3")
    seat = replace(lin, actor=replace(lin.actor, language="en"))
    window = shown(qtbot, Window(seat, workers))
    page = window.open_page("customers", owing(clerk)[0].number)
    settle(qtbot, workers, lambda: page.account.card is not None)
    QTest.keyClick(page.account.table(), Qt.Key.Key_G)
    settle(qtbot, workers, lambda: any(one.told.text() for one in window.findChildren(AgreementSheet)))
    (sheet,) = window.findChildren(AgreementSheet)
    assert sheet.form is None
    assert "agree that arrears are paid in parts" in sheet.denied.text()
