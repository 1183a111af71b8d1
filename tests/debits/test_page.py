"""Direct debits by keys: a bank, a mandate, a file out, results in, a row mended, money taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app import App
from desktop.debits.records import FileState, ItemState, MandatesQuery
from desktop.debits.service import debit_banks, debit_files, debit_items, mandates, open_results
from desktop.kernel.work import Seat
from desktop.papers.records import PrintsQuery
from desktop.papers.service import prints
from desktop.qt.tasks import Tasks
from desktop.shell.window import Window
from desktop.treasury.page.debits import (
    BANK,
    FILES,
    HISTORY,
    MAKE,
    MANDATE,
    MANDATES,
    MEND,
    RESULTS,
    DebitPart,
)
from tests.windows import owing, settle, shown

pytestmark = pytest.mark.usefixtures("dressed")


def press(window: Window, key: Qt.Key) -> None:
    """A key on whatever has the focus."""
    QTest.keyClick(QApplication.focusWidget() or window, key)


def typed(window: Window, *words: str) -> None:
    """Words into the field that has the focus and those after it, each closed by Enter."""
    for one in words:
        QTest.keyClicks(QApplication.focusWidget(), one)
        press(window, Qt.Key.Key_Return)


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_debits_from_a_bank_to_money_taken_back_by_keys(
    qtbot: QtBot, hall: App, clerk: Seat, workers: Tasks, language: str, tmp_path: Path
) -> None:
    seat = replace(clerk, actor=replace(clerk.actor, language=language))
    account = owing(seat)[0].number
    window = shown(qtbot, Window(seat, workers))
    page = window.open_page("treasury", "debits")
    part = page.part
    assert isinstance(part, DebitPart)
    settle(qtbot, workers)

    press(window, Qt.Key.Key_F6)
    press(window, Qt.Key.Key_F9)
    assert part.view == BANK
    typed(window, "Bank")
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: part.view == MANDATES and part.banks)
    assert [one.name for one in seat.ask(debit_banks)] == ["Bank"]

    press(window, Qt.Key.Key_F12)
    assert part.view == MANDATE
    form = part.mandate_form
    typed(window, account)
    form.number.setFocus()
    typed(window, "6222021234567890123", "Holder")
    QTest.keyClick(form.signed, Qt.Key.Key_Up)
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: part.view == MANDATES and part.mandates.current is not None)
    assert seat.ask(mandates, MandatesQuery(account))[0].bank_account.endswith("0123")

    press(window, Qt.Key.Key_Escape)
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: part.view == MAKE and part.make_form.ready)
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: part.view == FILES and part.items.current is not None)
    (file,) = seat.ask(debit_files)
    out = tmp_path / "out.xlsx"
    part.write_to(out, file.number)
    settle(qtbot, workers, lambda: not part.busy)
    assert seat.ask(debit_files)[0].state is FileState.SENT
    assert out.exists()

    one = seat.ask(debit_items, file.number)[0]
    amount = seat.app.country.currency.decimal(one.amount)
    back = tmp_path / "back.csv"
    back.write_text(
        f"明细编号,扣款金额,处理结果\n{one.number},{amount},成功\nK1,1.00,成功\nK2,1.00,成功\n", "utf-8"
    )
    part.bring(back)
    settle(qtbot, workers, lambda: part.view == RESULTS and part.results_form.ready)
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: part.view == MEND and part.rows.current is not None)
    press(window, Qt.Key.Key_S)
    part.rows.go_to(1)  # the answer belongs to the row that was asked about
    part.question.edit.setFocus()
    for left in (["K2"], []):
        typed(window, "another creditor's")
        settle(qtbot, workers, lambda: not part.busy and part.question.isHidden())
        assert [one.number for one in seat.ask(open_results)] == left
        press(window, Qt.Key.Key_S)

    press(window, Qt.Key.Key_Escape)
    settle(qtbot, workers, lambda: part.view == FILES and part.items.current.state is ItemState.PAID)
    press(window, Qt.Key.Key_R)
    typed(window, "not covered")
    settle(qtbot, workers, lambda: part.items.current.state is ItemState.RETURNED)
    letters = [one.ref.number for one in seat.ask(prints, PrintsQuery()) if one.ref.kind == "cheque_letter"]
    assert letters[0] in page.banner.accessibleDescription(), "somebody has to print it"
    window.open_page("treasury", f"debits {account}")
    settle(qtbot, workers, lambda: part.view == MANDATES and part.mandates.current.account_number == account)
    press(window, Qt.Key.Key_H)
    settle(qtbot, workers, lambda: part.view == HISTORY and part.history.current is not None)
    press(window, Qt.Key.Key_Escape)
    window.open_page("treasury", f"debits {owing(seat)[1].number}")
    settle(qtbot, workers, lambda: part.view == MANDATE and form.account.text() == owing(seat)[1].number)
    press(window, Qt.Key.Key_Escape)
    window.open_page("treasury", f"debit_file {file.number}")
    settle(qtbot, workers, lambda: part.view == FILES and part.files.current.number == file.number)
    window.open_page("treasury", "debit_file K-none")
    settle(qtbot, workers, lambda: page.banner.state == "warn")
    assert hall.verify() == []
