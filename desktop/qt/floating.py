"""What floats over a page without stopping it: sheets (help, person, running tasks) and toasts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop.qt import theme
from desktop.qt.basics import Icon, Label, Rule
from desktop.qt.buttons import Button, KeyHint
from desktop.qt.figures import Elided
from desktop.qt.fold import Scroll
from desktop.qt.keys import Key, cap

TOAST_MS = 5000
MOST_TOASTS = 3


def go_round(root: QWidget, forward: bool) -> None:
    """Move the focus to the next control (or the one before) below ``root``, from the last to the first."""
    parts, at = list[QWidget](), root.nextInFocusChain()
    while at is not root:
        inside = root.isAncestorOf(at) and at.isVisible() and at.isEnabled()
        if inside and at.focusPolicy() & Qt.FocusPolicy.TabFocus:
            parts.append(at)
        at = at.nextInFocusChain()
    if parts:
        holder = QApplication.focusWidget()
        here = parts.index(holder) if holder in parts else (-1 if forward else 0)
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        parts[(here + (1 if forward else -1)) % len(parts)].setFocus(reason)


class Sheet(QFrame):
    """A panel over the window: Esc or its button closes it, the focus stays inside and goes back where it was.

    Keys pressed in it never reach the page below; ``also`` takes those that work everywhere. Fill `body`.
    """

    closed = Signal()

    def __init__(self, parent: QWidget, title: str, close_words: str) -> None:
        super().__init__(parent)
        self.setProperty("kind", "float")
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.also: Callable[[QKeyEvent], bool] = lambda _: False
        self._before: QWidget | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.setSpacing(0)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(theme.S4, 0, theme.S2, 0)
        self.head.setSpacing(theme.S2)
        self.title = Label(title, "h2")
        self.close_button = Button(close_words, "Esc", kind="quiet")
        self.close_button.clicked.connect(self.dismiss)
        self.head.addWidget(self.title)
        self.head.addStretch(1)
        self.head.addWidget(self.close_button)
        head = QWidget()
        head.setFixedHeight(theme.TOP_BAR)
        head.setLayout(self.head)
        outer.addWidget(head)
        outer.addWidget(Rule())
        self._content = QWidget()
        self.body = QVBoxLayout(self._content)
        self.body.setContentsMargins(theme.S4, theme.S3, theme.S4, theme.S3)
        self.body.setSpacing(theme.S2)
        outer.addWidget(_Body(self._content), 1)
        parent.installEventFilter(self)
        self.hide()

    def height_of(self, width: int) -> int:
        """How high it would be to show all of it at a width; where the window is lower it scrolls."""
        inside, layout = width - 2, self._content.layout()
        wanted = layout.heightForWidth(inside) if layout.hasHeightForWidth() else layout.sizeHint().height()
        return max(wanted, self._content.minimumSizeHint().height()) + theme.TOP_BAR + theme.S2

    def place(self) -> None:
        """Take the place over the window; called when it is shown and whenever the window changes its size."""

    def appear(self, focus: QWidget | None = None) -> None:
        """Show the sheet with the focus in it."""
        if self.isHidden():
            self._before = QApplication.focusWidget()
        self.place()
        self.show()
        self.raise_()
        (focus or self).setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Close it; the focus goes back."""
        if self.isHidden():
            return
        inside = self.isAncestorOf(QApplication.focusWidget()) or self.hasFocus()
        self.hide()
        if inside and self._before is not None and isValid(self._before) and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._before = None
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            self.also(event)
        event.accept()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round inside."""
        go_round(self, forward)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parent() and self.isVisible():
            self.place()
        return False


class _Body(Scroll):
    """What a sheet holds: as high as the sheet lets it be."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)


@dataclass(frozen=True, slots=True)
class Note:
    """What a toast says: words, a state (`theme.STATES`), and at most one thing to do with its key."""

    words: str
    state: str = "ok"
    action: Key | None = None


class Toast(QFrame):
    """One note that goes by itself after five seconds, but not while the mouse rests on it."""

    gone = Signal(object)

    def __init__(self, parent: QWidget, note: Note, say: Callable[..., str]) -> None:
        super().__init__(parent)
        self.note = note
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.S3 + theme.S1, theme.S1, theme.S3, theme.S1)
        line.setSpacing(theme.S2)
        line.addWidget(Icon(theme.STATES[note.state] or "info", self._ink, theme.ICON_BUTTON))
        line.addWidget(Elided(note.words), 1)
        if note.action is not None:
            line.addSpacing(theme.S3)
            hint = KeyHint(cap(note.action.press), say(note.action.text))
            hint.clicked.connect(self.act)
            line.addWidget(hint)
        self.setMinimumHeight(theme.PANEL_TITLE)
        self.setAccessibleName(note.words)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TOAST_MS)
        self._timer.timeout.connect(self._end)
        self._timer.start()

    @property
    def _ink(self) -> str:
        return theme.state_colours(self.note.state)[0]

    def act(self, _checked: bool = False) -> None:
        """Do what is offered."""
        self.gone.emit(self)
        if self.note.action is not None:
            self.note.action.act()

    def _end(self) -> None:
        if self.underMouse():
            self._timer.start()
        else:
            self.gone.emit(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().adjusted(1, 1, -1, -1)
        painter.setPen(QPen(theme.colour(self._ink), 1))
        painter.setBrush(theme.colour("surface"))
        painter.drawRoundedRect(box, theme.RADIUS_PANEL, theme.RADIUS_PANEL)
        painter.setClipRect(0, 0, theme.S1 + 1, self.height())
        painter.setBrush(theme.colour(self._ink))
        painter.drawRoundedRect(box, theme.RADIUS_PANEL, theme.RADIUS_PANEL)


class Toasts(QObject):
    """The toasts of a window, newest lowest, above ``over`` (its key line) at the right."""

    def __init__(self, window: QWidget, over: QWidget, say: Callable[..., str]) -> None:
        super().__init__(over)
        self._window, self._over, self._say = window, over, say
        self.shown: list[Toast] = []
        window.installEventFilter(self)

    def show_note(self, note: Note) -> None:
        """Show a note; the oldest goes when there are too many."""
        toast = Toast(self._window, note, self._say)
        toast.gone.connect(self._drop)
        self.shown.append(toast)
        if len(self.shown) > MOST_TOASTS:
            self._drop(self.shown[0])
        self._place()
        toast.show()

    def press(self, press: str) -> bool:
        """Act on the key of the newest toast that offers it."""
        for toast in reversed(self.shown):
            if toast.note.action is not None and toast.note.action.press == press:
                toast.act()
                return True
        return False

    def clear(self) -> None:
        """Take all away."""
        for toast in tuple(self.shown):
            self._drop(toast)

    def _drop(self, toast: Toast) -> None:
        if toast in self.shown:
            self.shown.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def _place(self) -> None:
        bottom = self._over.mapTo(self._window, self._over.rect().topLeft()).y() - theme.S2
        for toast in reversed(self.shown):
            toast.resize(
                min(toast.sizeHint().width(), self._window.width() - 2 * theme.S3), toast.sizeHint().height()
            )
            bottom -= toast.height()
            toast.move(self._window.width() - toast.width() - theme.S3, bottom)
            toast.raise_()
            bottom -= theme.S2

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.shown:
            self._place()
        return False
