"""The frame around a page: rail buttons, the person, the key line and the status line."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy, QWidget

from desktop.qt import icons, theme
from desktop.qt.page import Key, Page, cap
from desktop.qt.widgets import CENTRE, Button, Icon, KeyHint, Label, row
from desktop.shell.pages import PageEntry

_RAIL_BUTTON = 53


class RailButton(QAbstractButton):
    """One area in the rail: its icon, its name, a bar at the left when it is shown."""

    def __init__(self, entry: PageEntry, words: str, key: str) -> None:
        super().__init__()
        self.entry = entry
        self.setText(words)
        self.setToolTip(f"{words} ({key})")
        self.setAccessibleName(f"{words} ({key})")
        self.setFixedWidth(theme.RAIL)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCheckable(True)
        self.setAutoExclusive(True)

    def sizeHint(self) -> QSize:
        return QSize(theme.RAIL, _RAIL_BUTTON)

    def minimumSizeHint(self) -> QSize:
        """On a low screen the words give way to the tooltip."""
        return QSize(theme.RAIL, theme.CONTROL)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        here = self.isChecked()
        box = QRectF(6, 1.5, self.width() - 12, self.height() - 3)
        if here or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft" if here else "sunken"))
            painter.drawRoundedRect(box, theme.RADIUS_PANEL, theme.RADIUS_PANEL)
        if here:
            painter.fillRect(QRectF(0, 11, theme.SELECTION_BAR, self.height() - 22), theme.colour("accent"))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus"), theme.FOCUS_RING))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), theme.RADIUS_PANEL, theme.RADIUS_PANEL)
        ink = theme.colour("accent" if here else "ink2")
        low = self.height() < _RAIL_BUTTON - theme.S2
        top = (self.height() - theme.ICON_RAIL) / 2 if low else 7
        icons.paint(painter, self.entry.icon, ink, theme.ICON_RAIL, (self.width() - theme.ICON_RAIL) / 2, top)
        if low:
            return
        painter.setPen(ink)
        painter.setFont(theme.font("small"))
        words = theme.metrics("small").elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 8)
        painter.drawText(QRectF(0, 29, self.width(), 20), CENTRE, words)


class Person(QWidget):
    """The first letters of who is signed in, in a disc."""

    def __init__(self, name: str) -> None:
        super().__init__()
        words = name.split()
        self._letters = name[:1] if not name.isascii() else "".join(word[0] for word in words[:2]).upper()
        self.setFixedSize(28, 28)
        self.setToolTip(name)
        self.setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent_soft"))
        painter.drawEllipse(self.rect())
        painter.setPen(theme.colour("accent"))
        painter.setFont(theme.font("strong"))
        painter.drawText(self.rect(), CENTRE, self._letters)


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
        """Hints from the left, buttons at the right end of the last row; as many rows as they need."""
        left, row = theme.S3 + 2, 0
        for hint in self._hints:
            size = hint.sizeHint()
            if left > theme.S4 and left + size.width() > self.width() - theme.S3:
                left, row = theme.S3 + 2, row + 1
            self._place(hint, left, row, size)
            left += size.width() + theme.S4
        right = self.width() - theme.S3 + theme.FOCUS_ROOM
        sizes = {button: button.sizeHint() for button in self._buttons}
        room = sum(size.width() + theme.S4 for size in sizes.values()) - theme.S4
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

    def _place(self, part: QWidget, left: int, row: int, size: QSize) -> None:
        top = row * theme.KEY_LINE + (theme.KEY_LINE - size.height() + 1) // 2
        part.setGeometry(QRect(QPoint(left, top), size))
        part.show()


def _press(key: Key, _checked: bool = False) -> None:
    key.act()


class Status(QFrame):
    """The line at the foot: hall, person and till at the left; what runs, database and business date at the right."""

    LEFT = (("hall", "house"), ("person", "user-round"), ("till", "wallet"))
    RIGHT = (("running", "clock"), ("database", "database"), ("date", "calendar"))

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "status")
        self.setFixedHeight(theme.STATUS_LINE)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.S3 + 2, 0, theme.S3 + 2, 0)
        line.setSpacing(theme.S4)
        self._facts: dict[str, tuple[QWidget, Label]] = {}
        for name, icon in (*self.LEFT, *self.RIGHT):
            if name == "running":
                line.addStretch(1)
            fact, label = QWidget(), Label("", "small", "ink2")
            label.setMinimumHeight(0)
            fact.setLayout(row(Icon(icon), label, spacing=theme.S1 + 1))
            line.addWidget(fact)
            self._facts[name] = (fact, label)

    def tell(self, name: str, words: str) -> None:
        """Show one of the facts; without words it is away."""
        fact, label = self._facts[name]
        label.setText(words)
        label.setAccessibleName(words)
        fact.setVisible(bool(words))

    def words(self, name: str) -> str:
        """What stands there now."""
        return self._facts[name][1].text()
