"""The page of today on the real application, by its keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.billing import service as billing
from desktop.counter.records import PaymentOrder, TillOrder
from desktop.counter.service import open_till, take_payment
from desktop.desk import service as desk
from desktop.kernel import intent, upkeep
from desktop.kernel.canonical import Secret
from desktop.kernel.measures import Money
from desktop.kernel.period import Period
from desktop.kernel.upkeep import UpkeepKind
from desktop.kernel.work import Seat, draw_id
from desktop.qt.basics import Label
from desktop.shell.window import Window
from desktop.staff import service as staff
from desktop.staff.records import DecisionOrder, PersonOrder, RoleOrder
from tests.hall import account_number, pay, seat_of, yuan
from tests.windows import commit, settle, shown

FRESH = "three words here"


def seat(hall, login: str, language: str = "en", station: str = "3") -> Seat:
    found = seat_of(hall, login, station)
    return replace(found, actor=replace(found.actor, language=language))


def opened(qtbot, person: Seat, workers):
    window = shown(qtbot, Window(person, workers))
    page = window.open_page("today")
    settle(qtbot, workers, lambda: page.day is not None)
    settle(qtbot, workers)
    return page


def press(page, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or page, key, modifier)


def titles(page) -> list[str]:
    return [need.title for need in page.needs]


def figures(page) -> dict[str, str]:
    return {one.label: one.figure for one in page.figures}


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_the_cashier_sees_the_shift_without_any_amount(qtbot, hall, workers, language):
    person = seat(hall, "lin", language)
    page = opened(qtbot, person, workers)
    say = page.say
    assert titles(page) == [say("Your till is closed")]
    assert page.drawers is None
    press(page, Qt.Key.Key_1)
    assert page.window().page_name == "counter"
    person.do(open_till, TillOrder(Money(50000)))
    pay(person, account_number(9), yuan("12.34"))
    page.window().open_page("today")
    settle(qtbot, workers, lambda: not page.needs)
    assert figures(page)[say("Receipts of this shift")] == "1"
    assert len(page.receipts.rows_model.rows) == 1
    words = [label.text() for label in page.findChildren(Label)]
    cells = [page.receipts.rows_model.cell(0, at) for at in range(3)]
    assert not any("12" in one.text and "34" in one.text for one in cells)
    assert not any(part in text for text in words for part in ("12.34", "12,34", "512"))


def test_enter_on_a_customer_served_opens_the_card(qtbot, hall, workers):
    person = seat(hall, "lin")
    person.do(open_till, TillOrder(Money(0)))
    pay(person, account_number(9), yuan("1.00"))
    page = opened(qtbot, person, workers)
    press(page, Qt.Key.Key_R)
    page.receipts.selectRow(0)
    press(page, Qt.Key.Key_Return)
    settle(qtbot, workers, lambda: page.window().page_name == "customers")


def test_the_supervisor_sees_every_till_and_what_needs_a_second_person(qtbot, hall, workers):
    seat(hall, "lin", station="1").do(open_till, TillOrder(yuan("500.00")))
    pay(seat(hall, "lin", station="1"), account_number(9), yuan("1.00"))
    seat(hall, "admin").do(staff.propose_role, RoleOrder("lin", "head_cashier"))
    seat(hall, "zhao").do(staff.propose_role, RoleOrder("zhou", "cashier"))
    page = opened(qtbot, seat(hall, "zhao"), workers)
    assert len(page.shown_cards) == 5
    assert figures(page)["Taken today"] == "1.00"
    assert page.tills.rows_model.cell(1, 4).text == "501.00"
    assert [title for title in titles(page) if "approve" in title] == [
        "Role to approve: Head cashier for 林晓梅"
    ]
    at = next(at for at, title in enumerate(titles(page), 1) if "approve" in title)
    press(page, getattr(Qt.Key, f"Key_{at}"))
    staff_page = page.window().page
    settle(qtbot, workers, lambda: staff_page.proposals.rows_model.rows)
    assert (page.window().page_name, staff_page.tabs.index) == ("staff", 1)


def test_held_drafts_open_the_run_with_only_what_is_held(qtbot, hall, workers):
    drafted = billing.run_bills(hall.command_line(), Period.month("2026-01"))
    page = opened(qtbot, seat(hall, "wang"), workers)
    assert "No read" in titles(page)[0]
    assert figures(page)["Ready to issue"] == "0"
    press(page, Qt.Key.Key_F12)
    bills = page.window().page
    settle(qtbot, workers, lambda: bills.run_shown is not None)
    assert (page.window().page_name, bills.run_shown.number, bills.tabs.index) == (
        "bills",
        drafted.run.number,
        1,
    )


def test_every_card_leads_to_the_list_behind_it(qtbot, hall, workers):
    page = opened(qtbot, seat(hall, "wang"), workers)
    left = next(
        card for card, one in zip(page.shown_cards, page.figures, strict=True) if one.label == "Left to read"
    )
    assert "50" in left.accessibleName()
    QTest.mouseClick(left, Qt.MouseButton.LeftButton)
    assert page.window().page_name == "readings"
    page.window().open_page("today")
    settle(qtbot, workers)
    page.shown_cards[0].setFocus()
    QTest.keyClick(page.shown_cards[0], Qt.Key.Key_Return)
    assert page.window().page_name == "readings"


def test_payments_whose_booking_is_not_known_are_told_and_late(qtbot, hall, workers):
    intent.keep(hall.intents, intent.Intent(draw_id(), "counter.take_payment", "{}"))
    told = []
    window = shown(qtbot, Window(seat(hall, "lin"), workers))
    page = window.open_page("today")
    page.waiting.connect(lambda *what: told.append(what))
    settle(qtbot, workers, lambda: page.lost == 1)
    assert page.needs[0].ink == "bad"
    assert ("counter", 1, True) in told
    assert ("today", len(page.needs), False) in told


def test_it_asks_again_each_minute_while_it_is_looked_at(qtbot, hall, workers):
    page = opened(qtbot, seat(hall, "zhao"), workers)
    before = titles(page)
    seat(hall, "admin").do(staff.propose_role, RoleOrder("lin", "head_cashier"))
    page._again.timeout.emit()
    settle(qtbot, workers, lambda: len(page.needs) == len(before) + 1)
    page.window().open_page("customers")
    settle(qtbot, workers)
    asked = []
    page.ask_again = lambda: asked.append(1)
    page._again.timeout.emit()
    assert asked == []
    assert page._again.interval() == 60_000


def test_escape_asks_before_a_password_half_typed_is_lost(qtbot, hall, workers, monkeypatch):
    asked = []
    monkeypatch.setattr("desktop.qt.form.Question.exec", lambda self: asked.append(self) or len(asked) > 1)
    page = opened(qtbot, seat(hall, "lin"), workers)
    page.change_password()
    press(page, Qt.Key.Key_Escape)
    assert (page.form, asked) == (None, [])
    page.change_password()
    commit(page.form.edit("old"), "demo")
    press(page, Qt.Key.Key_Escape)
    assert page.form.edit("old").text() == "demo"
    press(page, Qt.Key.Key_Escape)
    assert page.form is None
    assert page.list.hasFocus()


def test_ones_own_password_is_changed_with_the_old_one(qtbot, hall, workers):
    page = opened(qtbot, seat(hall, "lin"), workers)
    press(page, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    form = page.form
    for name, text in (("old", "wrong"), ("new", FRESH), ("again", FRESH)):
        commit(form.edit(name), text)
    press(page, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: form.edit("old").property("problem") == "bad")
    form.edit("old").setText("demo")
    press(page, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: page.form is None)
    assert hall.sign_in("lin", FRESH)
    assert page.banner.state == "ok"


def test_somebody_new_chooses_a_password_and_goes_on_with_all_rights(qtbot, hall, workers):
    admin, supervisor = seat(hall, "admin"), seat(hall, "zhao")
    admin.do(staff.enter_person, PersonOrder("hu", "胡娜", "zh_CN", Secret(FRESH), ("cashier",)))
    (one,) = supervisor.ask(staff.proposals)
    supervisor.do(staff.decide_role, DecisionOrder(one.proposal_id, approve=True))
    page = opened(qtbot, seat(hall, "hu", "vi"), workers)
    assert list(page.window().rail) == ["today"]
    renewed = []
    page.window().another.connect(renewed.append)
    settle(qtbot, workers, lambda: page.form is not None)
    for name, text in (("old", FRESH), ("new", "a phrase of my own"), ("again", "a phrase of my own")):
        commit(page.form.edit(name), text)
    press(page, Qt.Key.Key_Escape)
    assert page.form is not None
    press(page, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: renewed)
    assert "counter.take_payment" in renewed[0].actor.permissions
    assert renewed[0].actor.language == "vi"


def test_whoever_keeps_the_database_sees_when_it_was_copied_and_proven(qtbot, hall, workers):
    page = opened(qtbot, seat(hall, "admin"), workers)
    assert {"No backup since yesterday", "The book was not proven this week"} <= set(titles(page))
    assert (figures(page)["Last backup"], figures(page)["Book proven"]) == ("never", "never")
    upkeep.note(hall.database, UpkeepKind.BACKUP)
    upkeep.note(hall.database, UpkeepKind.VERIFY, 2)
    page.ask_again()
    settle(qtbot, workers, lambda: "The book does not hold" in titles(page))
    assert not {"No backup since yesterday", "The book was not proven this week"} & set(titles(page))
    today = datetime.now(hall.country.zone).date()
    assert figures(page)["Last backup"] == page.say.short_date(today)
    assert "Last backup" not in figures(opened(qtbot, seat(hall, "zhao"), workers))


def test_a_receipt_no_printer_took_waits_until_it_is_printed_again(qtbot, hall, workers):
    person = seat(hall, "lin")
    person.do(open_till, TillOrder(Money(0)))
    receipt = person.do(take_payment, PaymentOrder(account_number(9), yuan("1.00"), yuan("1.00")))
    page = opened(qtbot, person, workers)
    assert titles(page) == ["Receipts that were not printed"]
    assert [need.figure for need in page.needs] == ["1"]
    assert "Receipts that were not printed" not in titles(
        opened(qtbot, seat(hall, "lin", "en", "2"), workers)
    )
    assert "Receipts that were not printed" in titles(opened(qtbot, seat(hall, "zhao", "en", "2"), workers))
    page.window().activateWindow()
    page._go_to(page.needs[0])
    counter = page.window().page
    settle(qtbot, workers, lambda: counter.receipt is not None)
    assert counter.receipt.number == receipt.number
    counter.print_again()
    settle(qtbot, workers)
    assert person.ask(desk.today).unprinted == ()
