"""The frame around a page: the person, the key line and the status line."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QWidget

from desktop.qt import theme
from desktop.qt.page import Key, Page, cap
from desktop.qt.widgets import CENTRE, Bar, Button, Icon, KeyHint, Label, clear, row


class Person(QAbstractButton):
    """The first letters of who is signed in, in a disc; pressing it opens what this person can choose."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__()
        parts = name.split()
        self._letters = name[:1] if not name.isascii() else "".join(word[0] for word in parts[:2]).upper()
        self.setFixedSize(theme.grown(28) + 2 * theme.FOCUS_ROOM, theme.grown(28) + 2 * theme.FOCUS_ROOM)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setToolTip(words)
        self.setAccessibleName(words)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = theme.FOCUS_ROOM
        disc = QRectF(self.rect()).adjusted(room, room, -room, -room)
        edge = self.underMouse() or theme.is_contrast()
        painter.setPen(QPen(theme.colour("accent"), 1) if edge else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent_soft"))
        painter.drawEllipse(disc)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus"), theme.FOCUS_RING))
            painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.setPen(theme.colour("accent"))
        painter.setFont(theme.font("strong"))
        painter.drawText(disc, CENTRE, self._letters)


class KeyLine(QFrame):
    """The keys of the page, from the table that binds them; the primary action stands at the right end."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "foot")
        self.setFixedHeight(theme.KEY_LINE)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.S3 + 2, 0, theme.S3 - theme.FOCUS_ROOM, 0)
        self._row.setSpacing(theme.S4)
        self._shown: tuple[tuple[str, str, str, bool], ...] = ()
        self._page: Page | None = None
        self.primary: Button | None = None

    def show_page(self, page: Page, common: tuple[Key, ...]) -> None:
        """Show the keys of a page and those that work everywhere."""
        keys = (*common, *page.keys)
        signature = tuple((key.press, page.say(key.text), key.place, key.enabled) for key in keys)
        if page is self._page and signature == self._shown:
            return
        self._page, self._shown, self.primary = page, signature, None
        clear(self._row)
        for key in keys:
            if key.place == "hint":
                hint = KeyHint(cap(key.press), page.say(key.text))
                hint.setEnabled(key.enabled)
                hint.clicked.connect(partial(_press, key))
                self._row.addWidget(hint)
        self._row.addStretch(1)
        for key in keys:
            if key.place in ("button", "primary"):
                self._add_button(page, key)

    def _add_button(self, page: Page, key: Key) -> None:
        kind = "primary" if key.place == "primary" else "plain"
        button = Button(page.say(key.text), cap(key.press), kind=kind, icon=key.icon)
        button.setEnabled(key.enabled)
        button.clicked.connect(partial(_press, key))
        if key.place == "primary":
            self.primary = button
            if page.primary_width:
                button.setFixedWidth(page.primary_width + theme.FOCUS_ROOM * 2)
        self._row.addWidget(button)


def _press(key: Key, _checked: bool = False) -> None:
    key.act()


class Status(QFrame):
    """The line at the foot: hall, person and till at the left; what runs, printer, database and date at the right."""

    LEFT = (("hall", "house"), ("person", "user-round"), ("till", "wallet"))
    RIGHT = (("running", "clock"), ("printer", "printer"), ("database", "database"), ("date", "calendar"))

    running_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "status")
        self.setFixedHeight(theme.STATUS_LINE)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.S3 + 2, 0, theme.S3 + 2, 0)
        line.setSpacing(theme.S4)
        self._facts: dict[str, _Fact] = {}
        self.bar = Bar()
        self.bar.setFixedWidth(72)
        self.bar.hide()
        for name, icon in (*self.LEFT, *self.RIGHT):
            if name == "running":
                line.addStretch(1)
                line.addWidget(self.bar)
            self._facts[name] = _Fact(icon)
            line.addWidget(self._facts[name])
        self._facts["running"].setCursor(Qt.CursorShape.PointingHandCursor)
        self._facts["running"].pressed.connect(self.running_pressed)

    def tell(self, name: str, words: str, state: str = "", icon: str = "") -> None:
        """Show one of the facts, in the colour of a state; without words it is away."""
        self._facts[name].tell(words, state, icon)

    def tell_share(self, share: float | None) -> None:
        """How far the running task is, 0 to 1; None takes the bar away."""
        self.bar.setVisible(share is not None)
        self.bar.show_share(share or 0.0)

    def words(self, name: str) -> str:
        """What stands there now."""
        return self._facts[name].label.text()


class _Fact(QWidget):
    pressed = Signal()

    def __init__(self, icon: str) -> None:
        super().__init__()
        self._name, self._icon, self.label = icon, Icon(icon), Label("", "small", "ink2")
        self.label.setMinimumHeight(0)
        self.setLayout(row(self._icon, self.label, spacing=theme.S1 + 1))

    def tell(self, words: str, state: str, icon: str) -> None:
        ink = state if state in ("ok", "warn", "bad") else "ink2"
        self._icon.become(icon or self._name, ink)
        self.label.ink(ink)
        self.label.setText(words)
        self.label.setAccessibleName(words)
        self.setVisible(bool(words))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
