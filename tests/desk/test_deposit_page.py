"""A security deposit over the card of an account: taken out of credit, made credit again, taken back, by keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.billing.page.runs import OTHERS
from desktop.billing.page.special import FinalForm
from desktop.contracts.service import deposit
from desktop.desk.page.card import PAYMENTS
from desktop.desk.page.deposit import DepositSheet
from desktop.kernel.measures import Money
from desktop.ledger.service import dues
from desktop.shell.window import Window
from tests.hall import account_number, open_till, pay, yuan
from tests.windows import settle, shown

ACCOUNT = account_number(3)


def sheet_of(qtbot, window: Window, workers) -> DepositSheet:
    """The sheet over the page, filled."""

    def filled() -> bool:
        found = window.findChildren(DepositSheet)
        return bool(found) and found[0].form is not None

    settle(qtbot, workers, filled)
    return window.findChildren(DepositSheet)[0]


def typed(sheet: DepositSheet, way: str, amount: str, reason: str) -> None:
    form = sheet.form.form
    form.edit("way").show_text(way)
    for name, words in (("amount", amount), ("reason", reason)):
        form.edit(name).clear()
        QTest.keyClicks(form.edit(name), words)
    QTest.keyClick(sheet, Qt.Key.Key_F12)


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_a_deposit_is_held_and_given_back_and_the_final_bill_tells_of_it(qtbot, workers, clerk, language):
    seat = replace(clerk, actor=replace(clerk.actor, language=language))
    owed = seat.ask(dues, ACCOUNT).total
    pay(open_till(seat), ACCOUNT, owed + yuan("300.00"))
    window = shown(qtbot, Window(seat, workers))
    page = window.open_page("customers", ACCOUNT)
    settle(qtbot, workers, lambda: page.account.card is not None)
    page.account.tabs.choose(PAYMENTS)
    settle(qtbot, workers)

    def moved() -> bool:
        return not window.findChildren(DepositSheet)

    QTest.keyClick(page.account.table(), Qt.Key.Key_D)
    sheet = sheet_of(qtbot, window, workers)
    typed(sheet, "hold", "300.01", "shop")
    settle(qtbot, workers, sheet.form.problem.isVisible)
    typed(sheet, "hold", "300.00", "shop")
    settle(qtbot, workers, moved)
    assert seat.ask(deposit, ACCOUNT).held == yuan("300.00")
    for way, amount, held in (("give", "100.00", "200.00"), ("back", "", "300.00")):
        QTest.keyClick(page.account.table(), Qt.Key.Key_D)
        typed(sheet_of(qtbot, window, workers), way, amount, "shop")
        settle(qtbot, workers, moved)
        assert seat.ask(deposit, ACCOUNT).held == yuan(held)
    assert seat.ask(dues, ACCOUNT).credit == Money(0)

    bills = window.open_page("bills")
    bills.tabs.choose(OTHERS)
    settle(qtbot, workers, lambda: bills.findChildren(FinalForm))
    (form,) = bills.findChildren(FinalForm)
    form.account.show_text(ACCOUNT)
    form.account.editingFinished.emit()
    settle(qtbot, workers, lambda: "300" in form.held.text())
    assert seat.app.verify() == []
