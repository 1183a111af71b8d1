"""Signing in on the real application: typed keys are kept while it opens, and an empty database is offered a hall."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop import sample
from desktop.app import open_app
from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.shell.sign_in import Opened, SignIn, remembered
from desktop.shell.window import Window
from tests.windows import WAIT_MS, app, dressed, settle, shown, tasks  # noqa: F401 - fixtures


@pytest.fixture
def opened(app) -> Opened:
    return Opened(app, Window, sample.build, "zhao", sample.PASSWORD)


@pytest.fixture
def first(qtbot, opened, tasks, monkeypatch, tmp_path) -> SignIn:
    monkeypatch.setattr("desktop.shell.sign_in.user_folder", lambda: tmp_path)
    made = shown(qtbot, SignIn("en", lambda: opened, tasks))
    settle(qtbot, tasks, lambda: made.stations)
    return made


def sign_in(form: SignIn, login: str, password: str) -> None:
    form.login.setText(login)
    form.password.setText(password)
    QTest.keyClick(form.password, Qt.Key.Key_Return)


def test_a_person_sits_down_at_the_workplace_chosen(qtbot, first):
    first.station.setCurrentIndex(first.station.findData("2"))
    first.language.setCurrentIndex(0)
    with qtbot.waitSignal(first.signed_in, timeout=WAIT_MS) as seat:
        sign_in(first, "lin", sample.PASSWORD)
    assert seat.args[0].actor.login == "lin"
    assert seat.args[0].actor.language == "zh_CN"
    assert seat.args[0].station.code == "2"
    assert first.password.text() == ""
    assert remembered() == {"language": "zh_CN", "station": "2", "login": "lin"}


def test_a_wrong_password_is_a_problem_of_the_field_and_stays_typed(qtbot, first, tasks):
    sign_in(first, "lin", "wrong")
    settle(qtbot, tasks, lambda: first.password.property("problem") == "bad")
    assert first.password.text() == "wrong"
    assert first.button.isEnabled()
    QTest.keyClicks(first.password, "x")
    assert first.password.property("problem") == ""


def test_keys_typed_while_the_program_opens_are_kept_and_used(qtbot, opened, tasks):
    hold = threading.Event()

    def slowly() -> Opened:
        hold.wait(10)
        return opened

    form = shown(qtbot, SignIn("en", slowly, tasks))
    form.login.setFocus()
    QTest.keyClicks(form.login, "lin")
    QTest.keyClick(form.login, Qt.Key.Key_Return)
    QTest.keyClicks(form.focusWidget(), sample.PASSWORD)
    QTest.keyClick(form.password, Qt.Key.Key_Return)
    with qtbot.waitSignal(form.signed_in, timeout=WAIT_MS) as seat:
        hold.set()
    assert seat.args[0].actor.login == "lin"


def test_a_database_that_cannot_be_opened_is_told_and_nobody_gets_in(qtbot, tasks):
    def fails() -> Opened:
        raise Refused(Text("The till is open already."))

    form = shown(qtbot, SignIn("en", fails, tasks))
    settle(qtbot, tasks, lambda: not form.button.isEnabled())
    assert form.database_fact._state.text() == "The till is open already."


def test_an_empty_database_is_offered_the_sample_hall(qtbot, sqlite_databases, tasks, tmp_path, monkeypatch):
    monkeypatch.setattr("desktop.shell.sign_in.user_folder", lambda: tmp_path)
    empty = open_app(sqlite_databases.empty(), sample.BUSINESS_DATE, intents=tmp_path / "under_way")
    opened = Opened(empty, Window, sample.build, "zhao", sample.PASSWORD)
    form = shown(qtbot, SignIn("en", lambda: opened, tasks))
    settle(qtbot, tasks, lambda: form.sample_button.isVisible())
    assert form.button.isHidden()
    QTest.keyClick(form, Qt.Key.Key_F9)
    QTest.keyClick(form, Qt.Key.Key_F9)
    settle(qtbot, tasks, lambda: form.stations)
    with qtbot.waitSignal(form.signed_in, timeout=WAIT_MS) as seat:
        QTest.keyClick(form.password, Qt.Key.Key_Return)
    assert seat.args[0].actor.login == "zhao"
    empty.close()


def test_the_language_changes_at_once(first):
    first.language.setCurrentIndex(0)
    assert first.say.language == "zh_CN"
    first.language.setCurrentIndex(1)
    assert first.title.text() == "Sign in"
