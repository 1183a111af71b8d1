"""Signing in on the real application: typed keys are kept while it opens, and an empty database is offered a hall."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop import sample
from desktop.app import open_app
from desktop.kernel.errors import Away, Refused
from desktop.kernel.text import Text
from desktop.shell.sign_in import Opened, SignIn, remembered
from desktop.shell.window import Window
from tests.windows import WAIT_MS, settle, shown


@pytest.fixture
def opened(hall) -> Opened:
    return Opened(hall, Window, sample.build, "zhao", sample.PASSWORD)


@pytest.fixture
def first(qtbot, opened, workers, monkeypatch, tmp_path) -> SignIn:
    monkeypatch.setattr("desktop.shell.sign_in.user_folder", lambda: tmp_path)
    made = shown(qtbot, SignIn("en", lambda: opened, workers))
    settle(qtbot, workers, lambda: made.stations)
    return made


def sign_in(form: SignIn, login: str, password: str) -> None:
    form.login.setText(login)
    form.password.setText(password)
    QTest.keyClick(form.password, Qt.Key.Key_Return)


def test_a_person_sits_down_at_the_workplace_chosen(qtbot, first):
    first.station.setCurrentIndex(first.station.findData("2"))
    first.language.setCurrentIndex(0)
    with qtbot.waitSignal(first.signed_in, timeout=WAIT_MS) as clerk:
        sign_in(first, "lin", sample.PASSWORD)
    assert clerk.args[0].actor.login == "lin"
    assert clerk.args[0].actor.language == "zh_CN"
    assert clerk.args[0].station.code == "2"
    assert first.password.text() == ""
    assert remembered() == {"language": "zh_CN", "station": "2", "login": "lin"}


def test_a_wrong_password_is_a_problem_of_the_field_and_stays_typed(qtbot, first, workers):
    sign_in(first, "lin", "wrong")
    settle(qtbot, workers, lambda: first.password.property("problem") == "bad")
    assert first.password.text() == "wrong"
    assert first.button.isEnabled()
    QTest.keyClicks(first.password, "x")
    assert first.password.property("problem") == ""


def test_a_database_that_comes_back_is_opened_without_starting_anew(qtbot, opened, workers, monkeypatch):
    monkeypatch.setattr("desktop.shell.sign_in.AGAIN_MS", 10)
    away = [True]

    def load() -> Opened:
        if away:
            raise Away("gone")
        return opened

    form = shown(qtbot, SignIn("en", load, workers))
    qtbot.waitUntil(lambda: "does not answer" in form.database_fact._state.text(), timeout=WAIT_MS)
    away.clear()
    settle(qtbot, workers, lambda: form.stations)
    assert "does not answer" not in form.database_fact._state.text()
    with qtbot.waitSignal(form.signed_in, timeout=WAIT_MS):
        sign_in(form, "lin", sample.PASSWORD)


def test_keys_typed_while_the_program_opens_are_kept_and_used(qtbot, opened, workers):
    hold = threading.Event()

    def slowly() -> Opened:
        hold.wait(10)
        return opened

    form = shown(qtbot, SignIn("en", slowly, workers))
    form.login.setFocus()
    QTest.keyClicks(form.login, "lin")
    QTest.keyClick(form.login, Qt.Key.Key_Return)
    QTest.keyClicks(form.focusWidget(), sample.PASSWORD)
    QTest.keyClick(form.password, Qt.Key.Key_Return)
    with qtbot.waitSignal(form.signed_in, timeout=WAIT_MS) as clerk:
        hold.set()
    assert clerk.args[0].actor.login == "lin"


def test_a_database_that_cannot_be_opened_is_told_and_nobody_gets_in(qtbot, workers):
    def fails() -> Opened:
        raise Refused(Text("The till is open already."))

    form = shown(qtbot, SignIn("en", fails, workers))
    settle(qtbot, workers, lambda: not form.button.isEnabled())
    assert form.database_fact._state.text() == "The till is open already."


def test_an_empty_database_is_offered_the_sample_hall(
    qtbot, sqlite_databases, workers, tmp_path, monkeypatch
):
    monkeypatch.setattr("desktop.shell.sign_in.user_folder", lambda: tmp_path)
    empty = open_app(sqlite_databases.empty(), sample.BUSINESS_DATE, intents=tmp_path / "under_way")
    opened = Opened(empty, Window, sample.build, "zhao", sample.PASSWORD)
    form = shown(qtbot, SignIn("en", lambda: opened, workers))
    settle(qtbot, workers, form.sample_button.isVisible)
    assert form.button.isHidden()
    QTest.keyClick(form, Qt.Key.Key_F9)
    QTest.keyClick(form, Qt.Key.Key_F9)
    settle(qtbot, workers, lambda: form.stations)
    with qtbot.waitSignal(form.signed_in, timeout=WAIT_MS) as clerk:
        QTest.keyClick(form.password, Qt.Key.Key_Return)
    assert clerk.args[0].actor.login == "zhao"
    empty.close()


def test_the_language_changes_at_once(first):
    first.language.setCurrentIndex(0)
    assert first.say.language == "zh_CN"
    first.language.setCurrentIndex(1)
    assert first.title.text() == "Sign in"
