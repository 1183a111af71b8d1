"""A barcode scanner is told from a person by the speed of its keys and its ending, whatever field has the focus.

It types as a keyboard does: each key at most `GAP_MS` after the one before, at the end Enter or Tab. Where an input
method is on, its letters come as a composition that grows as fast, its digits perhaps in full width. What it typed
is taken out of the field again, which is left as it was; where keys are commands (a list, the page itself) they are
held back until it is clear whose they are. Speed is measured by the moments the keys were pressed, not by those at
which a busy window gets to them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget
from shiboken6 import isValid

GAP_MS = 40
"""The longest time between two keys of a scanner; nobody types six signs so fast."""

LEAST = 6
"""The shortest code."""

_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_SILENT = (Qt.Key.Key_Shift, Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock)
_COMMANDS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


@dataclass(slots=True)
class _Field:
    """A field as it was before the first key that may be a scanner's."""

    widget: QWidget | None
    text: str = ""
    cursor: int = 0
    start: int = -1
    length: int = 0
    index: int = -1

    @classmethod
    def of(cls, widget: QWidget | None) -> _Field:
        if isinstance(widget, QLineEdit):
            start = widget.selectionStart()
            return cls(widget, widget.text(), widget.cursorPosition(), start, len(widget.selectedText()))
        if isinstance(widget, QComboBox):
            return cls(widget, index=widget.currentIndex())
        return cls(widget)

    def restore(self) -> None:
        """Put back what stood there; who follows the field's edits hears of it."""
        widget = self.widget
        if widget is None or not isValid(widget):
            return
        if isinstance(widget, QComboBox) and self.index >= 0:
            widget.setCurrentIndex(self.index)
        if not isinstance(widget, QLineEdit):
            return
        if widget.text() != self.text:
            widget.setText(self.text)
            widget.textEdited.emit(self.text)
        if self.start >= 0:
            widget.setSelection(self.start, self.length)
        else:
            widget.setCursorPosition(min(self.cursor, len(widget.text())))


def _plain(words: str) -> str:
    """Half-width signs for full-width ones."""
    return unicodedata.normalize("NFKC", words)


def _joined(composed: str) -> str:
    """The same without what an input method puts between syllables."""
    return _plain(composed).replace("'", "").replace(" ", "")


class Scanner(QObject):
    """Listens to all keys of a window and of the dialogs over it; ``scanned`` tells each code.

    ``clock`` gives milliseconds; it counts only where an input method is between, whose events bear no time.
    """

    scanned = Signal(str)

    def __init__(self, window: QWidget, clock: Callable[[], int] | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._since = QElapsedTimer()
        self._since.start()
        self.clock = clock or self._since.elapsed
        self._handle: QWindow | None = None
        self._focus: QWidget | None = None
        self._forget()
        self._replaying = False
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(GAP_MS)
        self._patience.timeout.connect(self.let_go)
        QApplication.instance().focusChanged.connect(self._follow)
        self._follow(None, QApplication.focusWidget())

    def _forget(self) -> None:
        self._code, self._composed = "", ""
        self._field = _Field(None)
        self._pressed = self._heard = 0
        self._held: list[QKeyEvent] = []

    # Where keys go -------------------------------------------------------------------------------------------

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Listen where the focus goes, as far as it is this window's or that of a dialog over it."""
        self.let_go()
        if self._focus is not None and isValid(self._focus):  # a dialog that closed has taken its own along
            self._focus.removeEventFilter(self)
        self._focus = None
        if new is None or not self._is_mine(new):
            return
        self._focus = new
        new.installEventFilter(self)
        handle = new.window().windowHandle()
        if handle is not None and handle is not self._handle and isValid(handle):
            self._handle = handle
            handle.installEventFilter(self)

    def _is_mine(self, widget: QWidget) -> bool:
        top: QWidget | None = widget.window()
        while top is not None:
            if top is self._window:
                return True
            above = top.parentWidget()
            top = above.window() if above is not None else None
        return False

    def eventFilter(self, receiver: QObject, event: QEvent) -> bool:
        if self._replaying:
            return False
        kind = event.type()
        if kind == QEvent.Type.KeyPress and isinstance(receiver, QWindow):
            return self._key(event)
        if kind == QEvent.Type.InputMethod and receiver is self._focus:
            return self._composition(event)
        return False

    # Keys ----------------------------------------------------------------------------------------------------

    def _key(self, event: QKeyEvent) -> bool:
        """Whether a key is kept from the window for now, or for good."""
        if event.key() in _SILENT:
            return False
        typed, stamp = _plain(event.text()), event.timestamp()
        if event.key() in _ENDS:
            return self._end(stamp)
        if (
            not stamp
            or event.isAutoRepeat()
            or event.modifiers() & _COMMANDS
            or not typed.isprintable()
            or not typed
        ):
            self.let_go()
            return False
        if not self._follows(stamp):
            self.let_go()
            self._field = _Field.of(QApplication.focusWidget())
        self._code += typed
        self._pressed, self._heard = stamp, self.clock()
        if self._takes_words():
            return False
        self._held.append(event.clone())
        self._patience.start()
        return True

    def _follows(self, stamp: int) -> bool:
        """Whether a key came so soon after the one before that no person pressed it."""
        if not self._code and not self._composed:
            return False
        if self._pressed and stamp:
            return 0 <= stamp - self._pressed <= GAP_MS
        return self.clock() - self._heard <= GAP_MS

    @staticmethod
    def _takes_words() -> bool:
        """Whether what has the focus is written into; elsewhere keys are commands."""
        focus = QApplication.focusWidget()
        return focus is not None and focus.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

    def _end(self, stamp: int) -> bool:
        """Enter or Tab: behind a scanner's keys it ends a code, and reaches nobody."""
        code = self._code + _joined(self._composed)
        if len(code) >= LEAST and stamp and self._follows(stamp):
            self._tell(code)
            return True
        self.let_go()
        return False

    def let_go(self) -> None:
        """No scanner's: what was held back goes where it was meant to go."""
        self._patience.stop()
        held = self._held
        self._forget()
        for event in held:
            self._send(self._handle, event)

    def _send(self, receiver: QObject | None, event: QEvent) -> None:
        if receiver is not None and isValid(receiver):
            self._replaying = True
            try:
                QApplication.sendEvent(receiver, event)
            finally:
                self._replaying = False

    def _tell(self, code: str) -> None:
        """A code: the field is as it was; over a dialog it goes nowhere."""
        self._patience.stop()
        field, composed = self._field, bool(self._composed)
        self._forget()
        if composed:
            QApplication.inputMethod().reset()
            self._send(self._focus, QInputMethodEvent())
        field.restore()
        if QApplication.activeModalWidget() is None:
            self.scanned.emit(code)

    # Input methods -------------------------------------------------------------------------------------------

    def _composition(self, event: QInputMethodEvent) -> bool:
        """Whether what an input method hands over is kept from the field."""
        preedit, committed = event.preeditString(), _joined(event.commitString())
        soon = self._code or self._composed
        soon = bool(soon) and self.clock() - self._heard <= GAP_MS
        if not soon:
            self.let_go()
            self._field = _Field.of(self._focus)
        before = _joined(self._composed)
        ends = bool(before) and not preedit and committed.lower() == before.lower()
        if ends and soon and len(self._code + committed) >= LEAST:
            self._tell(self._code + committed)  # Enter left the composition as it was typed
            return True
        self._code += committed
        self._composed = preedit
        self._pressed, self._heard = 0, self.clock()
        return False
