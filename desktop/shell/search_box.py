"""The one search box and what drops under it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from desktop.qt import icons, theme
from desktop.qt.widgets import LEFT, RIGHT, cap_width, paint_cap


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the drop-down: a heading, a hit or a page."""

    kind: str
    title: str
    second: str = ""
    right: str = ""
    icon: str = ""
    target: tuple[str, object] | None = None


class Drop(QFrame):
    """The hits under the search box: they float over the page and never take the focus from the box."""

    taken = Signal(object)
    HEIGHTS: ClassVar[dict[str, int]] = {"head": 28, "hit": 42, "page": 32, "none": 40}
    FOOT = 34

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "float")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rows: tuple[Row, ...] = ()
        self._foot: tuple[tuple[str, str], ...] = ()
        self._at, self.typed = -1, ""
        self.hide()

    def show_rows(self, typed: str, rows: tuple[Row, ...], foot: tuple[tuple[str, str], ...]) -> None:
        """Show these lines, the first that can be taken marked."""
        self.typed, self._rows, self._foot = typed, rows, foot
        self._at = next((at for at, line in enumerate(rows) if line.target), -1)
        self.resize(theme.SEARCH, sum(self.HEIGHTS[line.kind] for line in rows) + self.FOOT + 8)
        self._name()
        self.show()
        self.raise_()
        self.update()

    @property
    def current(self) -> Row | None:
        """The marked line."""
        return self._rows[self._at] if 0 <= self._at < len(self._rows) else None

    def step(self, by: int) -> None:
        """Mark the next or the line before, headings left out."""
        takers = [at for at, line in enumerate(self._rows) if line.target]
        if takers:
            place = takers.index(self._at) if self._at in takers else -1
            self._at = takers[(place + by) % len(takers)]
            self._name()
            self.update()

    def _name(self) -> None:
        here = self.current
        self.setAccessibleName(f"{here.title} {here.second}" if here else "")

    def _row_at(self, y: float) -> int:
        top = 4
        for at, line in enumerate(self._rows):
            top += self.HEIGHTS[line.kind]
            if y < top:
                return at if line.target else -1
        return -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._row_at(event.position().y())
        if at >= 0 and at != self._at:
            self._at = at
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._row_at(event.position().y())
        if at >= 0:
            self.taken.emit(self._rows[at])

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = 4
        for at, line in enumerate(self._rows):
            height = self.HEIGHTS[line.kind]
            self._paint_row(painter, QRect(1, top, self.width() - 2, height), line, at == self._at)
            top += height
        painter.setPen(theme.colour("line"))
        painter.drawLine(1, top + 4, self.width() - 2, top + 4)
        left = theme.S4
        for key, words in self._foot:
            paint_cap(painter, left, top + 12, key, theme.colour("sunken"), theme.colour("ink2"), None)
            left += cap_width(key) + 6
            painter.setFont(theme.font("small"))
            painter.setPen(theme.colour("ink2"))
            width = theme.metrics("small").horizontalAdvance(words)
            painter.drawText(QRect(left, top + 12, width + 2, 20), LEFT, words)
            left += width + theme.S4

    def _paint_row(self, painter: QPainter, box: QRect, line: Row, here: bool) -> None:
        if here:
            painter.fillRect(box, theme.colour("accent_soft"))
            painter.fillRect(box.x(), box.y(), theme.SELECTION_BAR, box.height(), theme.colour("accent"))
        painter.setPen(theme.colour("ink2"))
        if line.kind in ("head", "none"):
            painter.setFont(theme.font("small"))
            painter.drawText(box.adjusted(theme.S4, 0, 0, 0), LEFT, line.title)
            return
        icons.paint(
            painter,
            line.icon,
            theme.colour("accent" if here else "ink2"),
            16,
            box.left() + 17,
            box.center().y() - 8,
        )
        words = box.adjusted(45, 0, -theme.S4, 0)
        if line.second:
            first, second = words.adjusted(0, 2, 0, -19), words.adjusted(0, 21, 0, -2)
            painter.setFont(theme.font("small"))
            room = second.width()
            painter.drawText(
                second,
                LEFT,
                theme.metrics("small").elidedText(line.second, Qt.TextElideMode.ElideRight, room),
            )
        else:
            first = words
        self._paint_matched(painter, first, line.title)
        if line.right and line.kind == "page":
            width = cap_width(line.right)
            top = box.center().y() - theme.KEY_CAP / 2 + 1
            paint_cap(
                painter,
                words.right() - width,
                top,
                line.right,
                theme.colour("sunken"),
                theme.colour("ink2"),
                None,
            )
        elif line.right:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.colour("ink2"))
            painter.drawText(first, RIGHT, line.right)

    def _paint_matched(self, painter: QPainter, box: QRect, title: str) -> None:
        """The title with the typed part in accent."""
        painter.setFont(theme.font("strong"))
        start = title.casefold().find(self.typed.casefold()) if self.typed else -1
        cuts = (0, start, start + len(self.typed), len(title)) if start >= 0 else (0, len(title))
        left = box.left()
        for at, (begin, end) in enumerate(pairwise(cuts)):
            part = title[begin:end]
            painter.setPen(theme.colour("accent" if at == 1 else "ink"))
            painter.drawText(QRect(left, box.top(), box.right() - left, box.height()), LEFT, part)
            left += theme.metrics("strong").horizontalAdvance(part)


class SearchBox(QLineEdit):
    """The one search box: arrows and Enter work its drop-down, Esc closes it and the text stays."""

    stepped = Signal(int)
    entered = Signal(bool)
    closed = Signal()

    def __init__(self, name: str, hint: str) -> None:
        super().__init__()
        self.setProperty("search", True)
        self.setPlaceholderText(hint)
        self.setAccessibleName(name)
        self.setFixedWidth(theme.SEARCH)
        self.setTextMargins(24, 0, cap_width("Ctrl K") + 4, 0)
        self.setFont(theme.font("body"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(event.key())
        if step is not None:
            self.stepped.emit(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit(bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        icons.paint(painter, "search", theme.colour("ink2"), 16, 10, (self.height() - 16) / 2)
        left, top = self.width() - cap_width("Ctrl K") - 8, (self.height() - theme.KEY_CAP) / 2
        paint_cap(painter, left, top, "Ctrl K", theme.colour("sunken"), theme.colour("ink2"), None)
