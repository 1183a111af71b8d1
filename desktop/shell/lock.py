"""The lock: after five minutes without a key or the mouse, or by key, the window is covered until its person is back.

Nothing below changes: pages, typed money and jobs stay as they are, and a payment on its way goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.kernel.errors import Refused
from desktop.kernel.text import Catalog
from desktop.kernel.work import Seat
from desktop.qt import theme
from desktop.qt.basics import Field, Icon, Label, Mark, Rule, row
from desktop.qt.buttons import Button
from desktop.qt.floating import go_round
from desktop.qt.page import Question
from desktop.qt.tasks import Tasks

LOCK_AFTER_MS = 5 * 60 * 1000
_ACTIVE = (
    QEvent.Type.KeyPress,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TabletPress,
)
log = logging.getLogger("desktop.lock")


class Idle(QObject):
    """Tells when nobody has pressed a key or moved the mouse for a while, in any window of the program."""

    idle = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.idle)
        QGuiApplication.instance().focusWindowChanged.connect(self._watch)
        self.wake()

    def wake(self) -> None:
        """Somebody is here: count from now."""
        self._timer.start(LOCK_AFTER_MS)

    def stop(self) -> None:
        """Nobody sits here any more."""
        self._timer.stop()

    def _watch(self, window: QWindow | None) -> None:
        """A window takes the keys, a dialog perhaps: what happens in it counts too."""
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _ACTIVE:
            self.wake()
        return False


class LockScreen(QFrame):
    """Covers a window: who sits here, and the password. ``unlocked`` gives the cover away, ``another`` a new seat.

    ``settled`` says whether the work below may be left to another person now.
    """

    unlocked = Signal()
    another = Signal(object)

    def __init__(
        self, parent: QWidget, seat: Seat, say: Catalog, tasks: Tasks, settled: Callable[[], bool]
    ) -> None:
        super().__init__(parent)
        self.seat, self.say, self.tasks, self._settled = seat, say, tasks, settled
        self._busy = self._stranger = False
        self._held: QWidget | None = None
        self.setProperty("kind", "canvas")
        self.setAutoFillBackground(True)
        self.setAccessibleName(say("Locked"))
        self._build()
        parent.installEventFilter(self)
        QApplication.instance().focusChanged.connect(self._guard)
        self.hide()

    def _build(self) -> None:
        say = self.say
        self.title = Label(self.seat.actor.name, "h1")
        self.place = Label(say.join((self.seat.station.hall_name, self.seat.station.name)), "body", "ink2")
        self.note = Label("", "small", "ink2", wrap=True)
        self.login, self.password = QLineEdit(), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.login_field = Field(say("Login"), self.login)
        self.password_field = Field(say("Password"), self.password)
        self.login.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.unlock)
        self.password.textEdited.connect(lambda _: self.password_field.problem(""))
        self.button = Button(say("Unlock"), "Enter", kind="primary", flush=True)
        self.button.clicked.connect(self.unlock)
        self.other = Button(say("Another person"), "F9", kind="quiet")
        self.other.clicked.connect(self.change_person)
        card = QFrame()
        card.setProperty("kind", "panel")
        card.setFixedWidth(theme.grown(400))
        column = QVBoxLayout(card)
        column.setContentsMargins(theme.S5, theme.S5, theme.S5, theme.S4)
        column.setSpacing(theme.S2)
        head = row(Mark(32), spacing=theme.S3)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.place)
        head.addLayout(words, 1)
        head.addWidget(Icon("lock", "ink2", theme.ICON_RAIL))
        column.addLayout(head)
        column.addWidget(Rule())
        for part in (self.note, self.login_field, self.password_field):
            column.addWidget(part)
        buttons = QHBoxLayout()
        buttons.addWidget(self.button)
        buttons.addStretch(1)
        buttons.addWidget(self.other)
        column.addLayout(buttons)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(3)

    def cover(self) -> None:
        """Cover the window and ask for its person; questions that stand open are answered the safe way."""
        while isinstance(dialog := QApplication.activeModalWidget(), QDialog):
            dialog.reject()
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        self._held = QApplication.focusWidget()
        self._ask_for(stranger=False)
        self._fit()
        self.show()
        self.raise_()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _guard(self, _before: QWidget | None, now: QWidget | None) -> None:
        """The focus never goes below the cover; what wanted it, as when an answer arrives, has it afterwards."""
        if not self.isVisible() or now is None or now is self or now.window() is not self.window():
            return
        if not self.isAncestorOf(now):
            self._held = now
            self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_for(self, *, stranger: bool) -> None:
        say, self._stranger = self.say, stranger
        name = self.seat.actor.name
        self.login_field.setVisible(stranger)
        self.other.relabel(name if stranger else say("Another person"))
        self.button.relabel(say("Sign in") if stranger else say("Unlock"))
        self.note.setText(
            say("What {name} typed is dropped when you are signed in", name=name)
            if stranger
            else say("Locked. All that {name} typed is still there", name=name)
        )
        self.login.clear()
        self.password.clear()
        self.password_field.problem("")
        (self.login if stranger else self.password).setFocus()

    def change_person(self) -> None:
        """Let another person sign in instead, once it is clear that typed work of the first is dropped; and back."""
        if self._stranger:
            self._ask_for(stranger=False)
            return
        say, name = self.say, self.seat.actor.name
        if not self._settled():
            self._tell_unsettled()
            return
        question = Question(
            self,
            say("Another person"),
            say("What {name} typed and did not book or save is dropped.", name=name),
            say("Keep it locked"),
            say("Go on, drop it"),
        )
        if question.exec() == Question.DialogCode.Accepted:
            self._ask_for(stranger=True)

    def _tell_unsettled(self) -> None:
        words = self.say(
            "A payment or a task of {name} is still under way. Wait until it is settled",
            name=self.seat.actor.name,
        )
        self.password_field.problem(words, "warn")

    def unlock(self) -> None:
        """Try the password; failures are counted as when signing in."""
        login = self.login.text().strip() if self._stranger else self.seat.actor.login
        if self._busy:
            return
        if not login:
            self.login.setFocus()
            return
        self._busy = True
        self.button.setEnabled(False)
        call = partial(self.seat.app.sign_in, login, self.password.text(), self.seat.station.code)
        self.tasks.read(self, call, self._signed_in, self._refused)

    def _signed_in(self, seat: Any) -> None:
        self._free()
        if seat.actor.id == self.seat.actor.id:
            self._uncover()
        elif self._settled():
            self.another.emit(seat)
        else:
            self._tell_unsettled()

    def _uncover(self) -> None:
        held, self._held = self._held, None
        self.password.clear()
        self.hide()
        if held is not None and isValid(held):
            held.setFocus(Qt.FocusReason.OtherFocusReason)
        self.unlocked.emit()

    def _refused(self, error: BaseException) -> None:
        self._free()
        if isinstance(error, Refused):
            self.password_field.problem(self.say(error.text))
        else:
            log.error("unlock: %s", error, exc_info=error)
            self.password_field.problem(self.say("It did not go through: {reason}", reason=str(error)))
        self.password.setFocus()
        self.password.selectAll()

    def _free(self) -> None:
        self._busy = False
        self.button.setEnabled(True)

    def _fit(self) -> None:
        self.setGeometry(self.parentWidget().contentsRect())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """No key reaches the work below."""
        if event.key() == Qt.Key.Key_F9 and not event.isAutoRepeat():
            self.change_person()
        event.accept()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round inside."""
        go_round(self, forward)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parent() and self.isVisible():
            self._fit()
        return False
