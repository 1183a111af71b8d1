"""What tests of pages and windows stand on: the sample hall in a real database, somebody signed in, workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop import sample
from desktop.app import App, open_app
from desktop.desk.records import AccountRow, AccountsOrder
from desktop.desk.service import accounts
from desktop.kernel import intent
from desktop.kernel.errors import Away
from desktop.kernel.files import user_folder
from desktop.kernel.work import Seat
from desktop.qt import preferences, theme
from desktop.qt.formsheet import FormSheet
from desktop.qt.tasks import Tasks
from desktop.shell.sign_in import SignIn
from desktop.shell.window import Window
from tests.hall import sample_hall

LOGIN = "zhao"
STATION = "3"
WAIT_MS = 15_000


def prefer_nothing() -> None:
    """Nobody has chosen anything on this computer yet."""
    for kept in user_folder().glob("preferences_*.json"):
        kept.unlink()
    preferences.of.cache_clear()


@pytest.fixture
def hall(sqlite_databases, tmp_path: Path) -> Iterator[App]:
    """The sample hall on its business date, in a database of this test's own; nobody prefers anything."""
    prefer_nothing()
    url = sqlite_databases.like(sample_hall)
    opened = open_app(url, date(2026, 2, 5), intents=tmp_path / "under_way")
    yield opened
    opened.close()
    sqlite_databases.drop(url)


@pytest.fixture
def clerk(hall: App) -> Seat:
    """The supervisor at the third counter, speaking English."""
    found = hall.sign_in(LOGIN, sample.PASSWORD, STATION)
    return replace(found, actor=replace(found.actor, language="en"))


@pytest.fixture
def dressed(qapp: QApplication) -> QApplication:
    """The application in the light theme with the bundled fonts."""
    theme.apply(qapp, dark=False)
    return qapp


@pytest.fixture
def workers(dressed: QApplication) -> Iterator[Tasks]:
    """Workers that are waited for when the test ends."""
    made = Tasks()
    yield made
    made.close()


@pytest.fixture
def window(qtbot: QtBot, clerk: Seat, workers: Tasks) -> Window:
    """The main window, shown and active, no page open yet."""
    return shown(qtbot, Window(clerk, workers))


def _ask_nothing(widget: QWidget) -> None:
    """A test that ends with money or a form typed is not asked about it."""
    if isinstance(widget, Window):
        widget.pages.clear()
        for sheet in widget.findChildren(FormSheet):
            sheet.typed = None
    if isinstance(widget, SignIn):
        widget.first_run = None


def shown(qtbot: QtBot, widget: QWidget) -> QWidget:
    """Show a window and wait until keys go to it."""
    qtbot.addWidget(widget, before_close_func=_ask_nothing)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow, timeout=WAIT_MS)
    return widget


def settle(qtbot: QtBot, workers: Tasks, until: Callable[[], object] | None = None) -> None:
    """Wait until nothing runs, and for what should be true then."""

    def calm() -> bool:
        return not workers.busy and (until is None or bool(until()))

    qtbot.waitUntil(calm, timeout=WAIT_MS)


def found(qtbot: QtBot, window: Window, typed: str) -> None:
    """Wait until the search box shows what is found for these words; a slow answer is announced first."""

    def answered() -> bool:
        announced = any(row.title.text == window.say("Searching…") for row in window.drop.rows)
        return window.drop.isVisible() and window.drop.typed == typed and not announced

    qtbot.waitUntil(answered, timeout=WAIT_MS)


def owing(clerk: Seat) -> list[AccountRow]:
    """Accounts that owe something, in number order."""
    return [row for row in clerk.ask(accounts, AccountsOrder()) if row.owed]


def hold_key(widget: QWidget, key: Qt.Key, times: int, *, fresh: bool = True) -> None:
    """Press a key and hold it: one press (unless it is held from before), then repeats, then the release."""
    none = Qt.KeyboardModifier.NoModifier
    for at in range(times):
        QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyPress, key, none, "", at > 0 or not fresh))
    QApplication.sendEvent(widget, QKeyEvent(QEvent.Type.KeyRelease, key, none))


def commit(widget: QWidget, text: str) -> None:
    """Type through an input method, which hands over several characters at once."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def lose_the_answer(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The next operation is done, but nobody hears of it; answers what this computer had kept before its first try."""
    perform, left, kept = seat.app.perform, [True], list[str]()

    def deaf(*given: Any, **named: Any) -> Any:
        if not (left and left.pop()):
            return perform(*given, **named)
        kept.extend(one.operation for one in intent.unsettled(seat.app.intents))
        perform(*given, **named)
        raise Away("gone")

    monkeypatch.setattr(seat.app, "perform", deaf)
    return kept
