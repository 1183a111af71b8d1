"""The page of staff by its keys, in two languages; and every page for every role."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.kernel.canonical import Secret
from desktop.kernel.errors import Refused
from desktop.kernel.work import OPERATIONS, Seat
from desktop.qt.basics import Label
from desktop.qt.form import Form
from desktop.shell.pages import PAGES
from desktop.shell.window import Window
from desktop.staff import service as staff
from desktop.staff.page import PEOPLE, WAITING
from desktop.staff.records import (
    LoginOrder,
    OwnPassword,
    PasswordOrder,
    PersonOrder,
    PersonState,
    RoleOrder,
    role_name,
)
from tests.hall import seat_of
from tests.windows import commit, settle, shown

CONTROL = Qt.KeyboardModifier.ControlModifier
FRESH = "three words here"
BOTH_LANGUAGES = pytest.mark.parametrize("page", ["zh_CN", "vi"], indirect=True)
LOGINS = {
    "representative": "chen", "reader": "zhou", "cashier": "lin", "head_cashier": "sun", "metering": "wu",
    "inspector": "li", "clerk": "wang", "supervisor": "zhao", "administrator": "admin",
}  # fmt: skip


def seat(hall, login: str, language: str = "en") -> Seat:
    found = seat_of(hall, login, "3")
    return replace(found, actor=replace(found.actor, language=language))


@pytest.fixture
def page(request, qtbot, hall, workers):
    """The page of an administrator, in Vietnamese unless a test asks for another language."""
    window = shown(qtbot, Window(seat(hall, "admin", getattr(request, "param", "vi")), workers))
    made = window.open_page("staff")
    settle(qtbot, workers, lambda: made.people.rows_model.rows)
    return made


def press(page, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or page, key, modifier)


def select(page, login: str) -> None:
    rows = page.people.rows_model.rows
    page.people.selectRow(next(at for at, one in enumerate(rows) if one.login == login))


def words(page) -> list[str]:
    return [label.text() for label in page.pane.findChildren(Label) if label.isVisible()]


def type_into(form: Form, **texts: str) -> None:
    for name, text in texts.items():
        form.edit(name).setFocus()
        commit(form.edit(name), text)


@BOTH_LANGUAGES
def test_everybody_is_listed_with_roles_and_what_they_let_do(qtbot, page):
    rows = page.people.rows_model
    assert {one.login for one in rows.rows} == set(LOGINS.values())
    select(page, "lin")
    settle(qtbot, page.tasks, lambda: page.say(role_name("cashier")) in words(page))
    assert any(page.say("take payments") in text for text in words(page))
    assert not any(page.say("issue bills") in text for text in words(page))
    assert rows.cell(0, 3).state == "ok"


@BOTH_LANGUAGES
def test_a_person_is_entered_by_keys_and_the_roles_wait(qtbot, page):
    press(page, Qt.Key.Key_F12)
    assert page.form.edit("login").hasFocus()
    QTest.keyClicks(page.form.edit("login"), "hu")
    press(page, Qt.Key.Key_Return)
    assert page.form.edit("name").hasFocus()
    commit(page.form.edit("name"), "胡娜")
    ticks = page.form.edit("roles")
    ticks.setFocus()
    press(page, Qt.Key.Key_Down)
    press(page, Qt.Key.Key_Space)
    assert ticks.value() == ("reader",)
    type_into(page.form, password=FRESH, again=FRESH)
    press(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.form is None)
    settle(qtbot, page.tasks, lambda: page.people.current.login == "hu")
    assert page.banner.state == "ok"
    assert (page.people.current.waiting, page.people.current.state) == (("reader",), PersonState.MUST_CHANGE)
    assert page.seat.app.sign_in("hu", FRESH).actor.permissions == staff.EVERYBODY


def test_what_does_not_fit_stands_beside_its_field_and_nothing_typed_is_lost(qtbot, page):
    page.enter()
    form = page.form
    type_into(form, login="two words", password="short", again="shorter")
    press(page, Qt.Key.Key_F12)
    wrong = [name for name in form.typed() if form.edit(name).property("problem") == "bad"]
    assert wrong == ["login", "name", "password", "again"]
    assert form.edit("login").hasFocus()
    for name, text in (("login", "LIN"), ("name", "胡娜"), ("password", FRESH), ("again", FRESH)):
        form.edit(name).show_text(text)
    press(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: form.edit("login").property("problem") == "bad")
    assert form.edit("login").hasFocus()
    assert not form.edit("password").property("problem")
    form.edit("name").setFocus()
    assert form.edit("login").property("problem") == "bad"
    assert (form.edit("login").text(), form.edit("password").text()) == ("LIN", FRESH)


def test_escape_asks_before_a_form_is_lost(qtbot, page, monkeypatch):
    asked = []
    monkeypatch.setattr("desktop.qt.form.Question.exec", lambda self: asked.append(self) or 0)
    page.enter()
    press(page, Qt.Key.Key_Escape)
    assert (page.form, asked) == (None, [])
    page.enter()
    type_into(page.form, login="hu")
    press(page, Qt.Key.Key_Escape)
    assert len(asked) == 1
    assert page.form.edit("login").text() == "hu"
    assert not page.window().open_page("customers")
    monkeypatch.setattr("desktop.qt.form.Question.exec", lambda self: 1)
    press(page, Qt.Key.Key_Escape)
    assert page.form is None


def test_a_person_half_typed_is_kept_without_the_password_and_gone_on_with(qtbot, hall, workers, page):
    drafts = hall.drafts(page.seat.actor)
    page.enter()
    type_into(page.form, login="hu", name="胡娜", password=FRESH)
    page.form.edit("roles").tick(["reader"])
    press(page, Qt.Key.Key_S, CONTROL)
    settle(qtbot, workers, lambda: drafts.found("staff.enter_person"))
    assert FRESH not in drafts.found("staff.enter_person").content
    window = shown(qtbot, Window(seat(hall, "admin"), workers))
    again = window.open_page("staff")
    settle(qtbot, workers, lambda: again.roles and again.stations)
    press(again, Qt.Key.Key_F12)
    settle(qtbot, workers, again.form.offer.isVisible)
    press(again, Qt.Key.Key_Return)
    assert again.form.edit("password").hasFocus()
    assert again.form.edit("roles").value() == ("reader",)
    type_into(again.form, password=FRESH, again=FRESH)
    press(again, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: again.form is None)
    settle(qtbot, workers, lambda: drafts.found("staff.enter_person") is None)
    assert hall.sign_in("hu", FRESH).actor.name == "胡娜"


def test_a_change_half_typed_waits_at_its_own_person(qtbot, hall, workers, page):
    select(page, "lin")
    press(page, Qt.Key.Key_E, CONTROL)
    page.form.edit("name").show_text("林小梅")
    press(page, Qt.Key.Key_S, CONTROL)
    settle(qtbot, workers, lambda: hall.drafts(page.seat.actor).found("staff.change_person.lin"))
    page._drop_form()
    select(page, "zhou")
    page.change()
    settle(qtbot, workers)
    assert not page.form.offer.isVisible()
    page.close_form()
    select(page, "lin")
    page.change()
    settle(qtbot, workers, page.form.offer.isVisible)
    page.form.offer.discard.click()
    settle(qtbot, workers, lambda: hall.drafts(page.seat.actor).found("staff.change_person.lin") is None)


def test_name_language_and_workplace_change(qtbot, page):
    select(page, "lin")
    press(page, Qt.Key.Key_E, CONTROL)
    page.form.edit("name").selectAll()
    type_into(page.form, name="林小梅")
    page.form.edit("station").setCurrentIndex(2)
    press(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.form is None)
    settle(qtbot, page.tasks, lambda: page.people.current.name == "林小梅")
    assert (page.people.current.login, page.people.current.station) == ("lin", "1")


def test_a_lock_is_lifted_and_a_password_set(qtbot, page):
    app = page.seat.app
    for _ in range(5):
        with pytest.raises(Refused):
            app.sign_in("lin", "wrong")
    page.ask_again()
    settle(qtbot, page.tasks)
    select(page, "lin")
    assert page.people.current.state is PersonState.LOCKED
    press(page, Qt.Key.Key_T, CONTROL)
    settle(qtbot, page.tasks, lambda: page.people.current.state is PersonState.ACTIVE)
    press(page, Qt.Key.Key_U, CONTROL)
    type_into(page.form, password=FRESH, again=FRESH)
    press(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.people.current.state is PersonState.MUST_CHANGE)


def test_a_leaver_is_closed_after_one_more_look_and_let_back_in(qtbot, page):
    select(page, "lin")
    press(page, Qt.Key.Key_Y, CONTROL)
    assert page.form is not None
    press(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.form is None)
    settle(qtbot, page.tasks, lambda: page.people.current.login == "lin")
    assert page.people.current.state is PersonState.LEFT
    assert page.people.rows_model.rows[-1].login == "lin"
    press(page, Qt.Key.Key_Y, CONTROL)
    settle(qtbot, page.tasks, lambda: page.people.current.state is PersonState.MUST_CHANGE)


def test_roles_are_asked_for_and_taken_away_in_one_form(qtbot, page):
    select(page, "lin")
    press(page, Qt.Key.Key_R, CONTROL)
    ticks = page.form.edit("roles")
    for code in ("cashier", "head_cashier"):
        ticks.selectRow([role.code for role in ticks.rows_model.rows].index(code))
        QTest.keyClick(ticks, Qt.Key.Key_Space)
    press(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.form is None)
    settle(qtbot, page.tasks, lambda: page.people.current.waiting == ("head_cashier",))
    assert page.people.current.roles == ()


def waiting_page(qtbot, hall, workers, login: str):
    seat(hall, "admin").do(staff.propose_role, RoleOrder("lin", "head_cashier", "two weeks"))
    seat(hall, "admin").do(staff.propose_role, RoleOrder("zhou", "cashier"))
    window = shown(qtbot, Window(seat(hall, login), workers))
    page = window.open_page("staff", "waiting")
    settle(qtbot, workers, lambda: len(page.proposals.rows_model.rows) == 2)
    return page


def test_another_person_approves_with_a_and_declines_with_d_and_a_reason(qtbot, hall, workers):
    page = waiting_page(qtbot, hall, workers, "zhao")
    assert page.tabs.index == WAITING
    settle(qtbot, workers, lambda: any("see what every drawer holds" in text for text in words(page)))
    press(page, Qt.Key.Key_A)
    settle(qtbot, workers, lambda: len(page.proposals.rows_model.rows) == 1)
    press(page, Qt.Key.Key_D)
    press(page, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: page.form.edit("reason").property("problem") == "bad")
    type_into(page.form, reason="no till is free")
    press(page, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: not page.proposals.rows_model.rows)
    rows = {one.login: one for one in page.seat.ask(staff.people)}
    assert rows["lin"].roles == ("cashier", "head_cashier")
    assert rows["zhou"].roles == ("reader",)
    page.tabs.choose(PEOPLE)


def test_ones_own_request_waits_for_another(qtbot, hall, workers):
    page = waiting_page(qtbot, hall, workers, "admin")
    press(page, Qt.Key.Key_A)
    press(page, Qt.Key.Key_F12)
    settle(qtbot, workers)
    assert len(page.seat.ask(staff.proposals)) == 2
    assert page.banner.title_text == ""


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_who_set_a_password_is_told_and_cannot_approve_with_it(qtbot, hall, workers, language):
    admin = seat(hall, "admin")
    admin.do(staff.set_password, PasswordOrder("zhao", Secret(FRESH)))
    staff.change_own_password(hall.sign_in("zhao", FRESH, "3"), OwnPassword(Secret(FRESH), Secret(FRESH * 2)))
    admin.do(staff.propose_role, RoleOrder("lin", "head_cashier"))
    seized = hall.sign_in("zhao", FRESH * 2, "3")
    window = shown(qtbot, Window(replace(seized, actor=replace(seized.actor, language=language)), workers))
    page = window.open_page("staff", "waiting")
    settle(qtbot, workers, lambda: page.proposals.rows_model.rows)
    press(page, Qt.Key.Key_A)
    settle(qtbot, workers, lambda: page.banner.state == "bad")
    assert admin.actor.name in page.banner.title_text
    assert len(admin.ask(staff.proposals)) == 1
    page.tabs.choose(PEOPLE)
    select(page, "zhao")
    settle(qtbot, workers, lambda: any(admin.actor.name in text for text in words(page)))
    today = window.open_page("today")
    settle(qtbot, workers, lambda: any(admin.actor.name in need.title for need in today.needs))


def test_where_nobody_else_may_approve_the_page_says_what_to_do(qtbot, hall, workers):
    seat(hall, "admin").do(staff.close_login, LoginOrder("zhao"))
    page = waiting_page(qtbot, hall, workers, "admin")
    assert "Nobody else" in page.banner.title_text


# Every page for every role


@pytest.mark.parametrize("role", LOGINS)
def test_each_role_has_its_pages_and_no_key_it_may_not_use(qtbot, hall, workers, role):
    person = seat(hall, LOGINS[role])
    assert person.actor.permissions == staff.EVERYBODY | staff.permissions(staff.ROLES[role])
    window = shown(qtbot, Window(person, workers))
    assert list(window.rail) == [one.name for one in PAGES if one.open_to(person.actor.permissions)]
    for name in window.rail:
        page = window.open_page(name)
        settle(qtbot, workers)
        assert page.banner.title_text == "", f"{role} on {name}"
        for key in page.keys:
            operation = KEYS.get((name, key.text.message))
            if operation is not None:
                assert person.may(OPERATIONS[operation].function), f"{role}: {key.press} on {name}"
    missing = {key for key, one in KEYS.items() if person.may(OPERATIONS[one].function) and key[0] == "staff"}
    if "staff" in window.rail:
        seen = {("staff", key.text.message) for key in window.pages["staff"].keys}
        seen |= {("staff", key.text.message) for key in _waiting_keys(window.pages["staff"])}
        assert missing <= seen | {("staff", "unlock"), ("staff", "let back in")}


def _waiting_keys(page):
    page.tabs.choose(WAITING)
    return page.keys


KEYS = {
    ("staff", "change"): "staff.change_person",
    ("staff", "roles"): "staff.propose_role",
    ("staff", "new password"): "staff.set_password",
    ("staff", "unlock"): "staff.unlock",
    ("staff", "close the login"): "staff.close_login",
    ("staff", "let back in"): "staff.reopen_login",
    ("staff", "Enter a person"): "staff.enter_person",
    ("staff", "approve"): "staff.decide_role",
    ("staff", "decline"): "staff.decide_role",
    ("bills", "make drafts"): "billing.start_run",
    ("bills", "Make drafts"): "billing.start_run",
    ("counter", "Open the till"): "counter.open_till",
    ("counter", "Take payment"): "counter.take_payment",
    ("today", "tills"): "treasury.drawers",
}
"""Keys of pages by their words, with the operation behind each."""


def test_somebody_new_has_today_alone_until_the_password_is_their_own(qtbot, hall, workers):
    admin = seat(hall, "admin")
    admin.do(staff.enter_person, PersonOrder("hu", "胡娜", "zh_CN", Secret(FRESH)))
    window = shown(qtbot, Window(seat(hall, "hu"), workers))
    assert list(window.rail) == ["today"]
