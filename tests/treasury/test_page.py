"""The hall's money by keys alone: tills as they stand, a day closed with its sheet and its copy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.app import App
from desktop.counter.page import Stage
from desktop.counter.records import (
    CloseTillOrder,
    CountOrder,
    PaymentOrder,
    TenderKind,
    TillOrder,
)
from desktop.counter.service import close_till, count_till, open_till, take_payment, till
from desktop.kernel import intent
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat
from desktop.papers.records import PrintsQuery
from desktop.papers.service import prints
from desktop.qt.page import Question
from desktop.qt.tasks import Tasks
from desktop.shell.window import Window
from desktop.treasury.page.bank import LINES, BankPart
from desktop.treasury.page.day import DAY, SHEET, Day
from desktop.treasury.page.safe import FORM, LIST, SLIP, SafePart
from desktop.treasury.records import (
    BankField,
    BankFileOrder,
    DayQuery,
    LineRead,
    LinesQuery,
    LineState,
    SafeKind,
    TillState,
)
from desktop.treasury.service import (
    bank_lines,
    copies_folder,
    day_sheet,
    drawers,
    match_lines,
    safe,
    take_bank_file,
)
from tests.hall import TODAY
from tests.windows import hold_key, lose_the_answer, owing, settle, shown

pytestmark = pytest.mark.usefixtures("dressed")


def press(window: Window, key: Qt.Key) -> None:
    """A key on whatever has the focus."""
    QTest.keyClick(QApplication.focusWidget() or window, key)


def shut(hall: App, station: str) -> None:
    """Close the till of a workplace, opened before where it is not, with nothing in it."""
    seat = hall.command_line(station)
    if seat.ask(till) is None:
        seat.do(open_till, TillOrder(Money(0)))
    counted = seat.do(count_till, CountOrder(Money(0)))
    seat.do(close_till, CloseTillOrder(counted.count_id, "nobody knows"))


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_a_day_is_closed_by_keys_once_its_tills_are(
    qtbot: QtBot,
    hall: App,
    clerk: Seat,
    workers: Tasks,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("SERVICEHALL_COPIES", str(tmp_path / "copies"))
    seat = replace(clerk, actor=replace(clerk.actor, language=language))
    counter = hall.command_line("1")
    counter.do(open_till, TillOrder(Money(10_000)))
    order = PaymentOrder(owing(seat)[0].number, Money(100), Money(100))
    receipt = counter.do(take_payment, order)

    window = shown(qtbot, Window(seat, workers))
    page = window.open_page("treasury")
    settle(qtbot, workers)
    rows = {one.till_name: one for one in seat.ask(drawers)}
    shown_rows = page.part.table.rows_model
    assert [shown_rows.row(at) for at in range(shown_rows.rowCount())] == list(rows.values())
    one = rows[counter.station.name]
    assert (one.state, one.last_amount, one.cash) == (TillState.OPEN, Money(100), Money(10_100))

    page.tabs.setFocus()
    while page.tabs.index < len(page.tabs) - 1:
        press(window, Qt.Key.Key_Right)
    part = page.part
    assert isinstance(part, Day)
    settle(qtbot, workers, lambda: part.look is not None)
    assert page.primary is not None
    press(window, Qt.Key.Key_F12)
    assert part.question.isHidden(), "tills are open"
    shut(hall, "0")
    counted = counter.do(count_till, CountOrder(Money(10_100)))
    counter.do(close_till, CloseTillOrder(counted.count_id, "", (receipt.number,)))
    press(window, Qt.Key.Key_F5)
    settle(qtbot, workers, lambda: not part.look.day.open_tills)
    press(window, Qt.Key.Key_F12)
    assert part.question.isHidden(), "a receipt waits for its paper"
    press(window, Qt.Key.Key_F8)
    press(window, Qt.Key.Key_F12)
    assert part.question.isVisible()
    QTest.keyClicks(part.question.edit, "quiet")
    kept = lose_the_answer(seat, monkeypatch)  # the sheet is shown and the copy made all the same
    hold_key(part.question.edit, Qt.Key.Key_Return, 10)
    settle(qtbot, workers, lambda: part.stack.currentIndex() == SHEET and part.look.day.copy is not None)
    sheet = seat.ask(day_sheet, DayQuery())
    assert (sheet.remark, sheet.unprinted, sheet.language) == ("quiet", (receipt.number,), language)
    assert kept == ["treasury.close_day"]
    assert page.banner.isHidden()
    assert part.look.day.copy.problem is None
    assert {path.suffix for path in copies_folder(hall).iterdir()} == {".json", ".db"}
    assert part.paper.pages == 1
    assert seat.actor.name in page.object.text()
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: part.stack.currentIndex() == DAY)
    press(window, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: part.stack.currentIndex() == SHEET and part.paper.pages == 1)
    assert part.sheet == sheet
    assert hall.verify() == []


def test_the_page_of_tills_follows_them_by_itself(
    qtbot: QtBot, hall: App, window: Window, clerk: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody touches a key: a till elsewhere is opened, paid at and counted, and the chosen row stays chosen."""
    monkeypatch.setattr("desktop.treasury.page.treasury.AGAIN_MS", 20)
    page = window.open_page("treasury")
    settle(qtbot, window.tasks, lambda: page.part.table.rows_model.rowCount() > 1)
    page.part.table.go_to(1)
    chosen, counter = page.part.table.current.till_name, hall.command_line("2")

    def follows(state: TillState, cash: Money) -> None:
        def shows() -> bool:
            rows = page.part.table.rows_model.rows
            return any((one.till_code, one.state, one.cash) == ("2", state, cash) for one in rows)

        qtbot.waitUntil(shows, timeout=5_000)

    counter.do(open_till, TillOrder(Money(10_000)))
    follows(TillState.OPEN, Money(10_000))
    counter.do(take_payment, PaymentOrder(owing(clerk)[0].number, Money(100), Money(100)))
    follows(TillState.OPEN, Money(10_100))
    counter.do(count_till, CountOrder(Money(0)))
    follows(TillState.COUNTING, Money(10_100))
    assert page.part.table.current.till_name == chosen


def test_a_copy_that_failed_stays_red_until_one_succeeds(
    qtbot: QtBot, hall: App, window: Window, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    folder.write_text("a file in its place")
    monkeypatch.setenv("SERVICEHALL_COPIES", str(folder))
    for station in ("0", "1"):
        shut(hall, station)
    page = window.open_page("treasury", "day")
    part = page.part
    assert isinstance(part, Day)
    settle(qtbot, window.tasks, lambda: part.look is not None)
    press(window, Qt.Key.Key_F12)
    press(window, Qt.Key.Key_Return)
    settle(qtbot, window.tasks, lambda: part.look.day.copy is not None)
    assert (page.banner.state, part.look.day.copy.problem is None) == ("bad", False)
    press(window, Qt.Key.Key_Escape)
    settle(qtbot, window.tasks, lambda: part.stack.currentIndex() == DAY)
    assert part.hinders.property("kind") == "bad"
    today = window.open_page("today")
    settle(qtbot, window.tasks, lambda: any(one.page == "treasury" for one in today.needs))
    folder.unlink()
    window.open_page("treasury")
    settle(qtbot, window.tasks)
    press(window, Qt.Key.Key_F9)
    settle(qtbot, window.tasks, lambda: part.look.day.copy.problem is None)
    window.open_page("today")
    settle(qtbot, window.tasks, lambda: not any(one.page == "treasury" for one in today.needs))


def test_cash_goes_to_the_bank_by_keys_and_a_till_is_taken_over(
    qtbot: QtBot, hall: App, window: Window, clerk: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    three = hall.command_line("3")
    three.do(open_till, TillOrder(Money(30_000)))
    counted = three.do(count_till, CountOrder(Money(30_000)))
    three.do(close_till, CloseTillOrder(counted.count_id))
    page = window.open_page("treasury")
    page.show_part(SafePart)
    part = page.part
    assert isinstance(part, SafePart)
    settle(qtbot, window.tasks, lambda: part.table.rows_model.rowCount() > 0)
    press(window, Qt.Key.Key_F9)
    assert part.stack.currentIndex() == FORM
    part.ask_again()
    settle(qtbot, window.tasks)
    assert all(" – " in card.accessibleName() for card in part.cards[:2]), "counts are blind"
    QTest.keyClicks(QApplication.focusWidget(), "3")
    hold_key(QApplication.focusWidget(), Qt.Key.Key_F12, 5)
    settle(qtbot, window.tasks, part.question.edit.hasFocus)
    assert part.stack.currentIndex() == LIST, "the count stands, whatever is said of it"
    press(window, Qt.Key.Key_Escape)
    settle(qtbot, window.tasks)
    assert clerk.ask(safe).waiting is not None
    assert clerk.ask(safe).expected == Money(0), "nothing is booked without a reason"
    today = window.open_page("today")
    settle(qtbot, window.tasks, lambda: any(one.argument == "safe" for one in today.needs))
    window.open_page("treasury", "safe")
    settle(qtbot, window.tasks, part.table.hasFocus)
    part.table.go_to(0)
    press(window, Qt.Key.Key_Return)
    press(window, Qt.Key.Key_Return)
    assert part.question.edit.property("problem") == "bad"
    QTest.keyClicks(part.question.edit, "nobody knows")
    hold_key(part.question.edit, Qt.Key.Key_Return, 5)
    settle(qtbot, window.tasks, lambda: part.question.isHidden() and not part.busy)
    assert clerk.ask(safe).expected == Money(30_000)

    press(window, Qt.Key.Key_F12)
    QTest.keyClicks(QApplication.focusWidget(), "2")
    press(window, Qt.Key.Key_F12)
    assert part.number.hasFocus(), "the bank's number is missing"
    answers = [Question.DialogCode.Rejected]
    monkeypatch.setattr(Question, "exec", lambda _: answers.pop(0))
    press(window, Qt.Key.Key_Escape)
    assert part.stack.currentIndex() == FORM
    QTest.keyClicks(part.number, "77-1")
    hold_key(part.number, Qt.Key.Key_F12, 5)
    settle(qtbot, window.tasks, lambda: part.stack.currentIndex() == SLIP and part.paper.pages == 1)
    press(window, Qt.Key.Key_F12)
    settle(qtbot, window.tasks, lambda: part.stack.currentIndex() == LIST)
    assert [row.till_name for row in clerk.ask(safe).rows if row.kind is SafeKind.DEPOSIT] == ["77-1"]
    part.table.go_to(0)
    press(window, Qt.Key.Key_Delete)
    QTest.keyClicks(part.question.edit, "no car")
    kept = lose_the_answer(clerk, monkeypatch)
    press(window, Qt.Key.Key_Return)
    settle(qtbot, window.tasks, lambda: not part.busy)
    assert kept == ["treasury.take_back_safe"]
    press(window, Qt.Key.Key_Return)  # the same once more, under the same id
    settle(qtbot, window.tasks, part.question.isHidden)
    assert clerk.ask(safe).expected == Money(30_000)
    assert not intent.unsettled(hall.intents)

    counter = window.open_page("counter")
    settle(qtbot, window.tasks, lambda: counter.over.found is not None)
    press(window, Qt.Key.Key_F9)
    settle(qtbot, window.tasks, lambda: counter.stage is Stage.WAITING)
    assert clerk.ask(till) is not None
    assert clerk.ask(safe).expected == Money(0)
    assert hall.verify() == []


def test_a_bank_file_is_taken_in_and_matched_by_keys(
    qtbot: QtBot, hall: App, window: Window, clerk: Seat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    three = hall.command_line("3")
    three.do(open_till, TillOrder(Money(0)))
    for at, row in enumerate(owing(clerk)[:2]):
        order = PaymentOrder(row.number, Money(12_300), Money(12_300), TenderKind.CARD, f"POS-0007{at}")
        three.do(take_payment, order)
    path = tmp_path / "bank.csv"
    path.write_text(
        "When,Sum,Ref\n2026-02-05,123.00,POS00070\n2026-02-06,123.00,\n2026-02-06,-3.50,手续费\n", "utf-8"
    )
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    page = window.open_page("treasury")
    page.show_part(BankPart)
    part = page.part
    assert isinstance(part, BankPart)
    settle(qtbot, window.tasks)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window.tasks, lambda: part.form.read is not None and part.form.bank.hasFocus())
    assert not part.form.ready, "its columns are not known"
    for field, title in ((BankField.DAY, "When"), (BankField.AMOUNT, "Sum"), (BankField.REFERENCE, "Ref")):
        part.form.columns[field].show_text(title)
        settle(qtbot, window.tasks)
    settle(qtbot, window.tasks, lambda: part.form.ready)
    press(window, Qt.Key.Key_F12)
    assert part.form.bank.hasFocus(), "it is nobody's"
    QTest.keyClicks(part.form.bank, "City bank")
    hold_key(part.form.bank, Qt.Key.Key_F12, 5)
    settle(
        qtbot,
        window.tasks,
        lambda: part.stack.currentIndex() == LINES and part.table.rows_model.rowCount() == 2,
    )
    part.table.go_to(0)
    settle(qtbot, window.tasks, lambda: part.hints.rows_model.rowCount() == 1)
    assert part.table.current.amount == Money(12_300)
    press(window, Qt.Key.Key_F12)
    settle(qtbot, window.tasks, lambda: part.table.rows_model.rowCount() == 1 and not part.busy)
    press(window, Qt.Key.Key_S)
    assert part.question.isVisible()
    QTest.keyClicks(part.question.edit, "a fee")
    press(window, Qt.Key.Key_Return)
    settle(qtbot, window.tasks, lambda: part.table.rows_model.rowCount() == 0 and not part.busy)
    press(window, Qt.Key.Key_F8)
    settle(qtbot, window.tasks, lambda: part.table.rows_model.rowCount() == 3)
    assert {one.state for one in clerk.ask(bank_lines, LinesQuery())} == {LineState.MATCHED, LineState.ASIDE}
    part.table.go_to(0)
    asked = part.table.current.line_id
    press(window, Qt.Key.Key_U)
    part.table.go_to(1)  # somebody clicks elsewhere while the question stands
    QTest.keyClicks(part.question.edit, "the wrong one")
    press(window, Qt.Key.Key_Return)
    settle(qtbot, window.tasks, lambda: part.question.isHidden() and not part.busy)
    (undone,) = clerk.ask(bank_lines, LinesQuery(LineState.OPEN))
    assert undone.line_id == asked
    part.bring(path)
    settle(qtbot, window.tasks, lambda: part.form.ready)
    press(window, Qt.Key.Key_F12)
    settle(qtbot, window.tasks, lambda: page.banner.state == "bad")
    press(window, Qt.Key.Key_Escape)
    assert page.banner.isHidden(), "the list is not what was refused"
    assert hall.verify() == []


def test_fees_and_what_the_bank_takes_back_are_booked_by_keys(
    qtbot: QtBot, hall: App, window: Window, clerk: Seat
) -> None:
    three = hall.command_line("3")
    three.do(open_till, TillOrder(Money(0)))
    for at, row in enumerate(owing(clerk)[:2]):
        order = PaymentOrder(row.number, Money(12_300), Money(12_300), TenderKind.WALLET, f"POS-0007{at}")
        three.do(take_payment, order)
    lines = tuple(
        LineRead(row, f"K{row}", TODAY + timedelta(days=row), Money(amount), reference, "")
        for row, amount, reference in ((3, -12_300, "POS00071"), (2, -350, ""), (1, 24_500, ""))
    )
    clerk.do(take_bank_file, BankFileOrder("City bank", "f.csv", "a" * 64, (("day", "Date"),), lines))
    page = window.open_page("treasury")
    page.show_part(BankPart)
    part = page.part
    assert isinstance(part, BankPart)

    def waiting(count: int) -> None:
        settle(qtbot, window.tasks, lambda: part.table.rows_model.rowCount() == count and not part.busy)

    waiting(3)
    part.table.go_to(2)
    settle(qtbot, window.tasks, lambda: part.hints.current is not None)
    assert part.hints.current.fee == Money(100)
    press(window, Qt.Key.Key_F12)
    waiting(2)
    part.table.go_to(1)
    press(window, Qt.Key.Key_G)
    QTest.keyClicks(part.question.edit, "month")
    press(window, Qt.Key.Key_Return)
    waiting(1)
    settle(qtbot, window.tasks, lambda: part.hints.current is not None)
    assert part.hints.current.returned
    press(window, Qt.Key.Key_F12)
    assert part.question.isVisible()
    QTest.keyClicks(part.question.edit, "disputed")
    press(window, Qt.Key.Key_Return)
    waiting(0)
    rows = clerk.ask(bank_lines, LinesQuery())
    assert [one.fee for one in rows] == [Money(0), Money(350), Money(100)]
    assert {one.state for one in rows} == {LineState.MATCHED}
    assert rows[0].reason == "disputed"
    assert hall.verify() == []


def test_a_cheque_that_the_bank_takes_back_names_its_letter(
    qtbot: QtBot, hall: App, window: Window, clerk: Seat
) -> None:
    three, amount = hall.command_line("3"), Money(12_300)
    three.do(open_till, TillOrder(Money(0)))
    three.do(
        take_payment, PaymentOrder(owing(clerk)[0].number, amount, amount, TenderKind.CHEQUE, "C-0099-1")
    )
    lines = tuple(
        LineRead(row, f"K{row}", TODAY + timedelta(days=row), one, "C00991", "")
        for row, one in ((1, amount), (2, -amount))
    )
    order = BankFileOrder("City bank", "c.csv", "c" * 64, (("day", "Date"),), lines)
    clerk.do(match_lines, clerk.do(take_bank_file, order).new[:1])
    page = window.open_page("treasury", "bank")
    part = page.part
    settle(qtbot, window.tasks, lambda: part.hints.current is not None)
    press(window, Qt.Key.Key_F12)
    QTest.keyClicks(part.question.edit, "not covered")
    press(window, Qt.Key.Key_Return)
    settle(qtbot, window.tasks, lambda: part.table.rows_model.rowCount() == 0 and not part.busy)
    letters = [one.ref.number for one in clerk.ask(prints, PrintsQuery()) if one.ref.kind == "cheque_letter"]
    assert letters[0] in page.banner.accessibleDescription()


def test_a_file_with_fees_is_mapped_and_what_no_rule_finds_is_ticked_by_keys(
    qtbot: QtBot, hall: App, window: Window, clerk: Seat, tmp_path: Path
) -> None:
    """A day of three wallets: one comes alone with the fee its file tells, two together in one that no rule finds."""
    three = hall.command_line("3")
    three.do(open_till, TillOrder(Money(0)))
    for at, fen in enumerate((12_300, 4_000, 5_000)):
        order = PaymentOrder(
            owing(clerk)[at].number, Money(fen), Money(fen), TenderKind.WALLET, f"W-0007{at}"
        )
        three.do(take_payment, order)
    path = tmp_path / "wallets.csv"
    path.write_text("When,Net,Kept,Ref\n2026-02-06,122.40,0.60,W00070\n2026-02-06,89.10,0.90,batch 7\n")
    page = window.open_page("treasury")
    page.show_part(BankPart)
    part = page.part
    assert isinstance(part, BankPart)
    part.bring(path)
    settle(qtbot, window.tasks, lambda: part.form.read is not None and part.form.bank.hasFocus())
    fields = {BankField.DAY: "When", BankField.NET: "Net", BankField.FEE: "Kept", BankField.REFERENCE: "Ref"}
    for field, title in fields.items():
        part.form.columns[field].show_text(title)
        settle(qtbot, window.tasks)
    settle(qtbot, window.tasks, lambda: part.form.ready)
    assert part.form.read is not None
    assert part.form.read.fees == Money(150)
    QTest.keyClicks(part.form.bank, "Wallet")
    press(window, Qt.Key.Key_F12)

    def waiting(count: int) -> None:
        settle(
            qtbot,
            window.tasks,
            lambda: (
                part.stack.currentIndex() == LINES
                and part.table.rows_model.rowCount() == count
                and not part.busy
            ),
        )

    waiting(1)
    settle(qtbot, window.tasks, lambda: not any(one.reference == "W-00070" for one in part.transit))
    press(window, Qt.Key.Key_A)
    shown_rows = part.hints.rows_model
    assert shown_rows.rowCount() == len(part.transit)
    assert [shown_rows.row(at).sources[0].reference for at in (0, 1)] == ["W-00071", "W-00072"], (
        "nearest first"
    )
    press(window, Qt.Key.Key_Space)
    assert "50.00" in part.told.text(), "what is missing to the line and its fee is told"
    press(window, Qt.Key.Key_F12)
    assert not part.busy, "one alone does not make the line"
    press(window, Qt.Key.Key_Down)
    press(window, Qt.Key.Key_Space)
    press(window, Qt.Key.Key_F12)
    waiting(0)
    rows = clerk.ask(bank_lines, LinesQuery())
    assert sorted((one.state, one.fee.raw, len(one.with_what)) for one in rows) == [
        (LineState.MATCHED, 60, 1),
        (LineState.MATCHED, 90, 2),
    ]
    press(window, Qt.Key.Key_F8)
    settle(qtbot, window.tasks, lambda: part.table.rows_model.rowCount() == 2)
    assert "90.00" not in part.told.text(), "nothing is missing any more"
    assert hall.verify() == []
