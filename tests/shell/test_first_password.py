"""Somebody new, from the sign-in window to full rights, by keys alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop import __main__ as program
from desktop import sample
from desktop.kernel.canonical import Secret
from desktop.shell.sign_in import Opened, SignIn
from desktop.shell.window import Window
from desktop.staff import service as staff
from desktop.staff.records import DecisionOrder, PersonOrder
from tests.hall import seat_of
from tests.windows import WAIT_MS

GIVEN, OWN = "three words here", "a phrase of my own"


def typed(text: str) -> None:
    """Type where the focus is, and go on with Enter."""
    QTest.keyClicks(QApplication.focusWidget(), text)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)


def windows(kind: type) -> list:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]


@pytest.fixture
def newcomer(hall) -> None:
    """A cashier just entered, whose role is approved."""
    seat_of(hall, "admin", "3").do(
        staff.enter_person, PersonOrder("hu", "胡娜", "en", Secret(GIVEN), ("cashier",))
    )
    supervisor = seat_of(hall, "zhao", "3")
    (one,) = supervisor.ask(staff.proposals)
    supervisor.do(staff.decide_role, DecisionOrder(one.proposal_id, approve=True))


def test_somebody_new_signs_in_takes_a_password_of_their_own_and_has_all_rights(
    qtbot, hall, newcomer, dressed, monkeypatch, tmp_path
):
    monkeypatch.setattr("desktop.shell.sign_in.user_folder", lambda: tmp_path)
    monkeypatch.setattr(
        program, "load", lambda _: Opened(hall, Window, sample.build, "zhao", sample.PASSWORD)
    )
    monkeypatch.setattr(hall, "close", lambda: None)
    seen = []

    def work(*_: object) -> int:
        (first,) = windows(SignIn)
        qtbot.addWidget(first)
        first.activateWindow()
        qtbot.waitUntil(lambda: bool(first.stations) and first.isActiveWindow(), timeout=WAIT_MS)
        typed("hu")
        typed(GIVEN)
        qtbot.waitUntil(lambda: bool(windows(Window)), timeout=WAIT_MS)
        (small,) = windows(Window)
        small.activateWindow()
        seen.append((small.page_name, list(small.rail)))
        qtbot.waitUntil(lambda: small.page.form is not None, timeout=WAIT_MS)
        qtbot.waitUntil(small.page.form.edit("old").hasFocus, timeout=WAIT_MS)
        for text in (GIVEN, OWN, OWN):
            typed(text)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F12)
        qtbot.waitUntil(lambda: bool(windows(Window)) and small not in windows(Window), timeout=WAIT_MS)
        seen.append([(list(one.rail), one.seat.actor.permissions) for one in windows(Window)])
        for one in windows(Window):
            one.close()
        return 0

    monkeypatch.setattr(QApplication, "exec", work)
    program.show(program.Wish(lang="en"))
    ((page, rail), ((after, rights),)) = seen
    assert (page, rail) == ("today", ["today"])
    assert "counter" in after
    assert "counter.take_payment" in rights
    assert rights > staff.EVERYBODY
