"""A monkey at the window: keys, clicks, text and input methods by chance, the same ones for the same seed."""

from __future__ import annotations

import logging
import random
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.shell.window import Window
from tests.windows import settle

SIZES = ((1366, 768), (1280, 680), (853, 480), (1920, 1080))
PLAIN = (
    "F1 F2 F3 F4 F5 F6 F7 F8 F9 F12 Return Enter Escape Tab Backtab Space Backspace Delete Up Down Left Right"
)
MORE = (
    "Home End PgUp PgDown Ctrl+Tab Ctrl+Shift+Tab Ctrl+Shift+C Ctrl+Shift+E Ctrl+Return Shift+Down Shift+Up"
)
KEYS = (
    *PLAIN.split(),
    *MORE.split(),
    *(f"Ctrl+{sign}" for sign in "1234567890ABCDEFGIJKMNOPRSTUVXYZ"),  # L locks the window
    *"ACEHNRSTUV019",
)
WORDS = (
    "100", "0", "１２３，４５", "1.234,56", "-5", "99999999999999999999", "330104827063", "zm", "郭洋", "仇", "Ẫm Ộ",
    "  ", "2026-01", "2026-13", "'; DROP TABLE counter_payment; --", "%_\\", "\u200b\u00a0", "a" * 300,
    "\U0001f469\u200d\U0001f4bb", "<b>x</b>", "&",
)  # fmt: skip
COMPOSED = ("郭", "拱墅", "ｚｈａｏ", "１００", "é", "")
ACCOUNTS = 50
LOOK_EVERY_MS = 15
LAST_STEPS = 15
SEARCHED_MS = 150


class _Faults(logging.Handler):
    """Whatever the program logs as an error: a fault reference on the screen always has one."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        told = "".join(traceback.format_exception(error)) if error else ""
        self.found.append(f"{record.getMessage()}\n{told}")


class Monkey:
    """Whoever sits at a window and does anything; after every step the window is let come to rest."""

    def __init__(self, qtbot: QtBot, window: Window, seed: int) -> None:
        self.qtbot, self.window, self.seed = qtbot, window, seed
        self.chance = random.Random(seed)
        self.steps: deque[str] = deque(maxlen=LAST_STEPS)
        self.acts: tuple[tuple[int, Callable[[], str]], ...] = (
            (30, self.press),
            (8, self.hammer),
            (14, self.click),
            (14, self.type),
            (6, self.compose),
            (8, self.bring_account),
            (5, self.pay),
            (5, self.serve),
            (3, self.wheel),
            (2, self.resize),
            (2, self.hold),
        )

    def run(self, steps: int) -> None:
        """Do so many steps; a fault or a traceback ends it, naming seed, step and what was done last."""
        with self._listening() as faults, self._dialogs_answered():
            for step in range(steps):
                act = self.chance.choices([act for _, act in self.acts], [often for often, _ in self.acts])[0]
                self.steps.append(act())
                settle(self.qtbot, self.window.tasks)
                if not self.window.isVisible():
                    self.window.show()
                assert faults.found == [], self._told(step, faults.found)

    def _told(self, step: int, found: list[str]) -> str:
        return "\n".join([f"seed {self.seed}, step {step}", *self.steps, *found])

    @contextmanager
    def _listening(self) -> Iterator[_Faults]:
        faults = _Faults()
        logging.getLogger().addHandler(faults)
        yield faults
        logging.getLogger().removeHandler(faults)

    @contextmanager
    def _dialogs_answered(self) -> Iterator[None]:
        """Dialogs that wait for an answer get one, files none."""
        timer = QTimer()
        timer.setInterval(LOOK_EVERY_MS)
        timer.timeout.connect(self._answer)
        timer.start()
        yield
        timer.stop()

    def _answer(self) -> None:
        popup, dialog = QApplication.activePopupWidget(), QApplication.activeModalWidget()
        if isinstance(popup, QMenu) or popup is not None:
            popup.close()
        elif isinstance(dialog, QFileDialog):
            dialog.reject()
        elif isinstance(dialog, QDialog):
            QTest.keyClick(dialog, self.chance.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape)))
            if dialog.isVisible() and self.chance.random() < 0.2:
                dialog.reject()

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self.window

    def press(self, key: str = "") -> str:
        """One key."""
        key = key or self.chance.choice(KEYS)
        pressed = QKeySequence(key)[0]
        QTest.keyClick(self._focus(), pressed.key(), pressed.keyboardModifiers())
        return f"press {key}"

    def hammer(self) -> str:
        """Several keys before anything could answer."""
        return "at once: " + ", ".join(self.press() for _ in range(self.chance.randint(2, 5)))

    def hold(self) -> str:
        """One key, many times."""
        key = self.chance.choice(("F12", "Return", "Escape", "Tab", "Down", "F5"))
        for _ in range(20):
            self.press(key)
        return f"hold {key}"

    def type(self) -> str:
        """Words wherever the focus is, through an input method where a keyboard has no such keys."""
        words = self.chance.choice(WORDS)
        if words.isascii():
            self._keys(words)
        else:
            self._commit("", words)
        return f"type {words!r}"

    def _keys(self, words: str) -> None:
        """Each sign goes where the one before has moved the focus to."""
        for sign in words:
            QTest.keyClicks(self._focus(), sign)

    def compose(self) -> str:
        """A composition, half of it thrown away."""
        words = self.chance.choice(COMPOSED)
        self._commit("zhao", "")
        self._commit("", words if self.chance.random() < 0.5 else "")
        return f"compose {words!r}"

    def _commit(self, preedit: str, words: str) -> None:
        event = QInputMethodEvent(preedit, [])
        event.setCommitString(words)
        QApplication.sendEvent(self._focus(), event)

    def click(self) -> str:
        """Somewhere on some part of the window, now and then twice or with the other button."""
        parts = [
            part
            for part in self.window.findChildren(QWidget)
            if part.isVisible() and not part.rect().isEmpty()
        ]
        part = self.chance.choice(parts)
        at = QPoint(self.chance.randrange(part.width()), self.chance.randrange(part.height()))
        click = QTest.mouseDClick if self.chance.random() < 0.2 else QTest.mouseClick
        right = self.chance.random() < 0.1
        button = Qt.MouseButton.RightButton if right else Qt.MouseButton.LeftButton
        click(part, button, Qt.KeyboardModifier.NoModifier, at)
        return f"click {type(part).__name__} {part.accessibleName()!r} at {at.toTuple()}"

    def wheel(self) -> str:
        """Turn the wheel over the window."""
        at = QPointF(self.chance.randrange(self.window.width()), self.chance.randrange(self.window.height()))
        part = self.window.childAt(at.toPoint()) or self.window
        turn = QPoint(0, self.chance.choice((-360, 360)))
        event = QWheelEvent(
            part.mapFrom(self.window, at), at, QPoint(), turn, Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(part, event)
        return "turn the wheel"

    def resize(self) -> str:
        """Another size of the window."""
        size = self.chance.choice(SIZES)
        self.window.resize(*size)
        return f"resize to {size}"

    def bring_account(self) -> str:
        """An account number typed as a scanner does."""
        number = f"33010482{7000 + self.chance.randint(1, ACCOUNTS) * 7:04}"
        self._keys(number)
        self.press("Return")
        return f"scan {number}"

    def pay(self) -> str:
        """An amount and the key that books it, or opens the till."""
        amount = self.chance.choice(("", "200", "500", "0", "17,5"))
        self._keys(amount)
        self.press("F12")
        return f"pay {amount!r}"

    def serve(self) -> str:
        """What a cashier does all day, from wherever the window stands: scan, take the exact amount, next."""
        at = next((at for at, entry in enumerate(self.window.entries, 1) if entry.name == "counter"), 0)
        if not at:
            return "no counter here"
        self.window.activateWindow()  # without a screen nobody hands the focus back when a dialog closes
        for key in ("Escape", "Escape", f"Ctrl+{at}", "Escape"):
            self.press(key)
            settle(self.qtbot, self.window.tasks)
        if self.window.page_name == "counter" and self.window.page.till is None:
            self.window.page.float.setFocus()
            self.press("Ctrl+A")
            self.pay()
            settle(self.qtbot, self.window.tasks)
        self.window.page.setFocus()
        done = self.bring_account()
        self.qtbot.wait(SEARCHED_MS)
        settle(self.qtbot, self.window.tasks)
        for key in ("Up", "F12", "F3"):
            self.press(key)
            settle(self.qtbot, self.window.tasks)
        return f"serve, {done}"
