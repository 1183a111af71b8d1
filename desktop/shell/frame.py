"""The frame around a page: the person, the key line and the status line."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QWidget

from desktop.qt import theme
from desktop.qt.basics import CENTRE, Icon, Label, row
from desktop.qt.buttons import Button, KeyHint
from desktop.qt.page import Key, Page, cap
from desktop.qt.progress import Bar

_GAPS = (theme.S4, theme.S3, theme.S2)


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
        self._hints: list[KeyHint] = []
        self._buttons: list[Button] = []
        self._shown: tuple[tuple[str, str, str, bool], ...] = ()
        self._page: Page | None = None
        self.primary: Button | None = None
        self.setFixedHeight(theme.KEY_LINE)

    def show_page(self, page: Page, common: tuple[Key, ...]) -> None:
        """Show the keys of a page and those that work everywhere."""
        keys = (*common, *page.keys)
        signature = tuple((key.press, page.say(key.text), key.place, key.enabled) for key in keys)
        if page is self._page and signature == self._shown:
            self._arrange()
            return
        self._page, self._shown, self.primary = page, signature, None
        for gone in (*self._hints, *self._buttons):
            gone.hide()
            gone.deleteLater()
        self._hints = [self._hint(page, key) for key in keys if key.place == "hint"]
        self._buttons = [self._button(page, key) for key in keys if key.place in ("button", "primary")]
        page.primary = self.primary
        self._arrange()

    def _hint(self, page: Page, key: Key) -> KeyHint:
        hint = KeyHint(cap(key.press), page.say(key.text))
        hint.setParent(self)
        hint.setEnabled(key.enabled)
        hint.clicked.connect(partial(_press, key))
        return hint

    def _button(self, page: Page, key: Key) -> Button:
        kind = "primary" if key.place == "primary" else "plain"
        button = Button(page.say(key.text), cap(key.press), kind=kind, icon=key.icon)
        button.setParent(self)
        button.setEnabled(key.enabled)
        button.clicked.connect(partial(_press, key))
        if key.place == "primary":
            self.primary = button
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Hints from the left, buttons at the right end of the last row; closer before they take a second row."""
        sizes = {button: button.sizeHint() for button in self._buttons}
        room = sum(size.width() + theme.S4 for size in sizes.values()) - theme.S4
        gap = self._gap(room)
        left, row = theme.S3 + 2, 0
        for hint in self._hints:
            size = hint.sizeHint()
            if left > theme.S4 and left + size.width() > self.width() - theme.S3:
                left, row = theme.S3 + 2, row + 1
            self._place(hint, left, row, size)
            left += size.width() + gap
        right = self.width() - theme.S3 + theme.FOCUS_ROOM
        if sizes and left + room > right:
            row += 1
        elif self.primary is not None and self._page is not None:
            wide = self._page.primary_width + 2 * theme.FOCUS_ROOM
            if left + room - sizes[self.primary].width() + wide <= right:
                sizes[self.primary].setWidth(max(wide, sizes[self.primary].width()))
        for button, size in reversed(sizes.items()):
            self._place(button, right - size.width(), row, size)
            right -= size.width() + theme.S4
        self.setFixedHeight(theme.KEY_LINE * (row + 1))

    def _gap(self, buttons: int) -> int:
        """The widest gap between hints at which they fit beside buttons of so many px."""
        free = self.width() - theme.S3 - buttons - sum(hint.sizeHint().width() for hint in self._hints)
        fitting = (gap for gap in _GAPS if theme.S3 + 2 + gap * len(self._hints) <= free)
        return next(fitting, theme.S4)

    def _place(self, part: QWidget, left: int, row: int, size: QSize) -> None:
        top = row * theme.KEY_LINE + (theme.KEY_LINE - size.height() + 1) // 2
        part.setGeometry(QRect(QPoint(left, top), size))
        part.show()


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
        self.hide()  # until there is something to tell

    def tell(self, words: str, state: str, icon: str) -> None:
        ink = state if state in ("ok", "warn", "bad") else "ink2"
        self._icon.become(icon or self._name, ink)
        self.label.ink(ink)
        self.label.setText(words)
        self.label.setAccessibleName(words)
        self.setVisible(bool(words))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
