"""Somebody at the window: keys go wherever the focus is, and every step is waited for until nothing runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QKeyCombination, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop import sample
from desktop.app import App
from desktop.qt.page import Page
from desktop.qt.tasks import Tasks
from desktop.shell.pages import import_pages
from desktop.shell.sign_in import Opened, SignIn
from desktop.shell.window import Window
from tests.journeys.watchdog import Watchdog
from tests.windows import WAIT_MS, commit, settle, shown

CONTROL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
LOOK_EVERY_MS = 10


class Hands:
    """Keys and clicks of one person at one window."""

    def __init__(self, qtbot: QtBot, workers: Tasks) -> None:
        self.qtbot, self.workers = qtbot, workers
        self.window: Window = None
        self.watchdog = Watchdog()

    @property
    def page(self) -> Any:
        """The page shown."""
        return self.window.page

    def _focus(self) -> QWidget:
        """Where a key goes; without a screen nobody hands the focus back to a window when its dialog closes."""
        if QApplication.activeWindow() is None:
            self.window.activateWindow()
            self.qtbot.waitUntil(self.window.isActiveWindow, timeout=WAIT_MS)
        return QApplication.focusWidget() or QApplication.activeWindow()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """Press and release a key."""
        focus, name = self._focus(), QKeySequence(QKeyCombination(modifier, key)).toString()
        self.watchdog.follow(name)
        with self.watchdog.pressing(name):
            QTest.keyClick(focus, key, modifier)

    def type(self, words: object) -> None:
        """Type characters."""
        self.watchdog.follow(f"typing {words}")
        for character in str(words):
            with self.watchdog.pressing(f"typing {character}"):
                QTest.keyClicks(self._focus(), character)

    def hold(self, key: Qt.Key, times: int = 30) -> None:
        """Press a key and keep it down: the keyboard repeats it, wherever the focus moves meanwhile."""
        for at in range(times):
            QApplication.sendEvent(self._focus(), QKeyEvent(QEvent.Type.KeyPress, key, NONE, "", at > 0))
            QApplication.processEvents()
        QApplication.sendEvent(self._focus(), QKeyEvent(QEvent.Type.KeyRelease, key, NONE))

    def wait(self, until: Callable[[], object] | None = None) -> None:
        """Wait until nothing runs, and for what should be true then."""
        with self.watchdog.waiting():
            settle(self.qtbot, self.workers, until)

    def open(self, name: str) -> Page:
        """Go to a page by its key."""
        at = [entry.name for entry in self.window.entries].index(name)
        self.press(Qt.Key(Qt.Key.Key_0 + (at + 1) % 10), CONTROL)
        self.wait(lambda: self.window.page_name == name)
        return self.page

    def sign_in(self, app: App, login: str, language: str = "en") -> Window:
        """Sign in by keyboard at the first counter offered, and have the main window open."""
        import_pages()  # as the program does beside the sign-in window
        opened = Opened(app, Window, sample.build, login, sample.PASSWORD)
        door = shown(self.qtbot, SignIn(language, lambda: opened, self.workers))
        seats: list[Any] = []
        door.signed_in.connect(seats.append)
        self.wait(lambda: door.stations)
        door.login.setFocus()
        self.press(Qt.Key.Key_A, CONTROL)
        self.type(login)
        self.press(Qt.Key.Key_Return)
        self.type(sample.PASSWORD)
        self.press(Qt.Key.Key_Return)
        self.press(Qt.Key.Key_Return)
        self.wait(lambda: seats)
        assert len(seats) == 1, "a second Enter is not a second sign-in"
        with self.watchdog.pressing("opening the window"):
            self.window = Window(seats[0], self.workers)
            self.window.open_page(self.window.entries[0].name)
            self.window.show()
        door.close()
        shown(self.qtbot, self.window)
        self.wait(lambda: QApplication.activeWindow() is self.window)
        return self.window

    @contextmanager
    def naming(self, path: Path) -> Iterator[None]:
        """The file dialog that comes now is answered by typing a name and Enter; that none comes fails."""
        answered: list[QDialog] = []
        timer = QTimer()
        timer.setInterval(LOOK_EVERY_MS)
        timer.timeout.connect(partial(self._answer, path, answered))
        timer.start()
        yield
        self.qtbot.waitUntil(lambda: bool(answered), timeout=WAIT_MS)
        timer.stop()

    def _answer(self, path: Path, answered: list[QDialog]) -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QFileDialog) and dialog.isVisible() and not answered:
            answered.append(dialog)
            name = dialog.findChild(QLineEdit, "fileNameEdit")
            name.selectAll()
            commit(name, str(path))  # what an input method does; a keyboard of tests has no hanzi
            QTest.keyClick(name, Qt.Key.Key_Return)

    def find(self, number: str) -> None:
        """Type an account number on the counter, as a scanner does, and Enter."""
        self.type(number)
        self.press(Qt.Key.Key_Return)
        self.qtbot.waitUntil(
            lambda: self.page.payer is not None and self.page.payer.row.number == number, timeout=WAIT_MS
        )
        self.wait()
