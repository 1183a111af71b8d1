"""The late fees of an account over its card: waived and asked for again by keys, and by command."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.app import App
from desktop.cli import main
from desktop.desk import service as desk
from desktop.desk.page.late_fees import LIMIT, LateFeeSheet
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat
from desktop.ledger.records import WaiverCause
from desktop.ledger.service import waivers
from desktop.qt.page import Question
from desktop.shell.window import Window
from tests.hall import account_number
from tests.looks import faults
from tests.windows import lose_the_answer, settle, shown


def late_account(seat: Seat) -> str:
    """An account of the sample hall that is asked for a late fee."""
    return next(number for number in map(account_number, range(1, 61)) if seat.ask(waivers, number).items)


def sheet_of(qtbot, window: Window, workers, page) -> LateFeeSheet:
    """The sheet over the card, filled."""

    def filled() -> bool:
        found = window.findChildren(LateFeeSheet)
        return bool(found) and found[0].form is not None

    QTest.keyClick(page.account.table(), Qt.Key.Key_L)
    settle(qtbot, workers, filled)
    return window.findChildren(LateFeeSheet)[0]


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_a_late_fee_is_waived_and_asked_for_again_by_keys(
    qtbot, workers, clerk: Seat, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = replace(clerk, actor=replace(clerk.actor, language=language))
    number = late_account(seat)
    part = Money(1)
    window = shown(qtbot, Window(seat, workers))
    page = window.open_page("customers", number)
    settle(qtbot, workers, lambda: page.account.card is not None)
    owed = page.account.card.dues.late_fee

    def closed() -> bool:
        return not window.findChildren(LateFeeSheet)

    sheet = sheet_of(qtbot, window, workers, page)
    form = sheet.form.form
    QTest.keyClicks(form.edit("amount"), "9999")
    answers = [False, False]  # go on typing
    monkeypatch.setattr(Question, "exec", lambda _: answers.pop())
    assert window.open_page("today") is None
    assert window.open_page("customers", account_number(1)) is None, "nor is another account put below it"
    assert (window.page, answers, sheet.isVisible()) == (page, [], True)
    QTest.keyClick(sheet, Qt.Key.Key_F12)
    settle(qtbot, workers, sheet.form.problem.isVisible)
    form.edit("amount").clear()
    QTest.keyClicks(form.edit("amount"), "0.01")
    form.edit("cause").show_text(WaiverCause.UNDELIVERED.value)
    lose_the_answer(seat, monkeypatch)
    QTest.keyClick(sheet, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: not sheet.sending)
    QTest.keyClick(sheet, Qt.Key.Key_F12)
    settle(qtbot, workers, closed)
    settle(qtbot, workers, lambda: page.account.card.dues.late_fee == owed - part)
    (waived,) = seat.ask(waivers, number).waived
    assert (waived.amount, waived.cause, waived.standing) == (part, WaiverCause.UNDELIVERED, True)

    sheet = sheet_of(qtbot, window, workers, page)
    form = sheet.form.form
    form.edit("bill").show_text(str(waived.waiver_id))
    QTest.keyClick(sheet, Qt.Key.Key_F12)
    settle(qtbot, workers, sheet.form.problem.isVisible)  # why is missing
    form.edit("words").show_text("it did arrive")
    QTest.keyClick(sheet, Qt.Key.Key_F12)
    settle(qtbot, workers, closed)
    settle(qtbot, workers, lambda: page.account.card.dues.late_fee == owed)

    sheet = sheet_of(qtbot, window, workers, page)
    form = sheet.form.form
    form.edit("bill").show_text(LIMIT)
    QTest.keyClick(sheet, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: form.edit("amount").property("problem") == "bad")  # how much is missing
    QTest.keyClicks(form.edit("amount"), "12.50".replace(".", page.say.shape.decimal))
    QTest.keyClick(sheet, Qt.Key.Key_F12)
    settle(qtbot, workers, closed)
    assert seat.ask(waivers, number).limit == Money(1250)
    settle(qtbot, workers, lambda: faults(window) == [])
    assert seat.app.verify() == []


def test_a_late_fee_is_waived_and_asked_for_again_by_command(
    hall: App, clerk: Seat, capsys: pytest.CaptureFixture[str]
) -> None:
    number, options = (
        late_account(clerk),
        ["--db", str(hall.database.file), "--json", "--today", "2026-02-05"],
    )
    bill = clerk.ask(waivers, number).items[0].bill_number

    def told(*words: str) -> dict:
        assert main([*words, *options]) == 0
        return json.loads(capsys.readouterr().out)

    before = told("late-fees", "show", number)
    found = told("late-fees", "waive", number, "--bill", bill, "--amount", "0.01", "--cause", "bank")
    assert found["waived"][0]["amount"] == "0.01"
    asked = [Decimal(one["items"][0]["late_fee"]) for one in (before, found)]
    assert asked[0] - asked[1] == Decimal("0.01")
    key = found["waived"][0]["waiver_id"]
    assert told("late-fees", "ask-again", key, "--reason", "not late")["items"] == before["items"]
    assert told("late-fees", "limit", "12.50")["limit"] == "12.50"
    assert main(["late-fees", "waive", number, "--bill", bill, "--cause", "other", *options]) == 1
    assert "Say why" in capsys.readouterr().err
    assert clerk.ask(desk.account_card, number).dues.late_fee > Money(0)
