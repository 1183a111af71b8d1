"""The rail of areas: narrow with the name under each icon, or wide with name, count and key beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QSpacerItem, QVBoxLayout

from desktop.qt import icons, theme
from desktop.qt.basics import CENTRE, LEFT, Label, Mark, row
from desktop.qt.buttons import Capped, cap_width, paint_cap
from desktop.shell.pages import PageEntry

_SIDE = 6
_MOST = 99
_CHINESE_FROM = "\u2e80"
"""Strokes of Chinese need the larger type under an icon; Latin letters do not."""


class RailButton(QAbstractButton, Capped):
    """One area: its icon, its name, how much waits there, a bar at the left when it is shown.

    On a low screen the names of all areas give way to their tooltips.
    """

    def __init__(self, entry: PageEntry, words: str, key: str) -> None:
        super().__init__()
        self.entry, self.key, self.standard = entry, key, key
        self.count, self.late, self.wide = 0, False, False
        self.setText(words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.name_key()

    def name_key(self) -> None:
        words = f"{self.text()} ({self.key})" if self.key else self.text()
        self.setToolTip(words)
        self.setAccessibleName(f"{words}, {self.count}" if self.count else words)
        self.update()

    def show_badge(self, count: int, late: bool) -> None:
        """Show how many wait there, in red when some are late; nothing for none."""
        self.count, self.late = count, late
        self.name_key()

    def widen(self, wide: bool) -> None:
        """Take the shape of a wide or a narrow rail."""
        self.wide = wide
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if self.wide:
            return QSize(theme.RAIL_WIDE, theme.RAIL_LINE)
        return QSize(theme.RAIL, theme.RAIL_BUTTON)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), theme.ICON_RAIL + theme.S1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        ink = theme.colour("accent" if self.isChecked() else "ink2")
        if self.wide:
            self._paint_wide(painter, ink)
        else:
            self._paint_narrow(painter, ink)

    def _paint_ground(self, painter: QPainter) -> None:
        here = self.isChecked()
        box = QRectF(_SIDE, 1.5, self.width() - 2 * _SIDE, self.height() - 3)
        if here or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft" if here else "sunken"))
            painter.drawRoundedRect(box, theme.RADIUS_PANEL, theme.RADIUS_PANEL)
        if here:
            inset = self.height() / 5
            painter.fillRect(
                QRectF(0, inset, theme.SELECTION_BAR, self.height() - 2 * inset), theme.colour("accent")
            )
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus"), theme.FOCUS_RING))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), theme.RADIUS_PANEL, theme.RADIUS_PANEL)

    def _paint_narrow(self, painter: QPainter, ink) -> None:
        low = not self._named()
        line = 0 if low else theme.TYPES["small"].line
        top = (self.height() - theme.ICON_RAIL - line) / 2
        left = (self.width() - theme.ICON_RAIL) / 2
        icons.paint(painter, self.entry.icon, ink, theme.ICON_RAIL, left, top)
        if not low:
            style = "caption" if max(self.text()) < _CHINESE_FROM else "small"
            painter.setPen(ink)
            painter.setFont(theme.font(style))
            words = theme.metrics(style).elidedText(
                self.text(), Qt.TextElideMode.ElideRight, self.width() - 4
            )
            painter.drawText(QRectF(0, top + theme.ICON_RAIL + 1, self.width(), line), CENTRE, words)
        if self.count:
            self._paint_badge(painter, left + theme.ICON_RAIL - 4, top - 3)

    def _named(self) -> bool:
        """Whether every area of the rail has room for its name: heights differ by a pixel, names all stand or none."""
        rail = self.parentWidget()
        lowest = min(one.height() for one in (rail or self).findChildren(RailButton) or [self])
        return lowest >= theme.ICON_RAIL + theme.TYPES["small"].line + 2

    def _paint_wide(self, painter: QPainter, ink) -> None:
        middle = self.height() / 2
        left = theme.S5 - theme.S1
        icons.paint(painter, self.entry.icon, ink, theme.ICON_RAIL, left, middle - theme.ICON_RAIL / 2)
        right = self.width() - theme.S3
        if self.key:
            right -= cap_width(self.key)
            cap_ink = theme.colour("ink2")
            top = middle - theme.KEY_CAP / 2
            paint_cap(painter, right, top, self.key, theme.colour("sunken"), cap_ink, None)
            right -= theme.S2
        if self.count:
            right -= self._badge_width()
            self._paint_badge(painter, right, middle - self._badge_height() / 2)
            right -= theme.S1
        left += theme.ICON_RAIL + theme.S3
        painter.setPen(ink)
        painter.setFont(theme.font("strong" if self.isChecked() else "body"))
        words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(right - left))
        painter.drawText(QRectF(left, 0, right - left, self.height()), LEFT, words)

    def _count_words(self) -> str:
        return f"{_MOST}+" if self.count > _MOST else str(self.count)

    def _badge_height(self) -> int:
        return theme.TYPES["caption"].line

    def _badge_width(self) -> int:
        return max(self._badge_height(), theme.metrics("caption").horizontalAdvance(self._count_words()) + 8)

    def _paint_badge(self, painter: QPainter, left: float, top: float) -> None:
        box = QRectF(left, max(top, 0), self._badge_width(), self._badge_height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("bad" if self.late else "ink2"))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(theme.colour("surface"))
        painter.setFont(theme.font("caption"))
        painter.drawText(box, CENTRE, self._count_words())


class Rail(QFrame):
    """The areas of one person, top to bottom; ``opened`` is told the name of the one pressed."""

    def __init__(
        self, name: str, areas: Sequence[tuple[PageEntry, str, str]], opened: Callable[[str], object]
    ) -> None:
        super().__init__()
        self.setProperty("kind", "canvas")
        self.setAccessibleName(name)
        self._program = Label("ServiceHall", "h2")
        self._head = row(Mark(32), self._program, spacing=theme.S3)
        self._head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.S2, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        gives_way = QSizePolicy.Policy.Maximum  # in a low window it is gone before an area would be
        column.addItem(QSpacerItem(0, theme.S4 + 2, QSizePolicy.Policy.Minimum, gives_way))
        self.buttons: dict[str, RailButton] = {}
        for entry, words, key in areas:
            button = RailButton(entry, words, key)
            button.clicked.connect(partial(_press, opened, entry.name))
            column.addWidget(button)
            self.buttons[entry.name] = button
        column.addStretch(1)
        self.wide = False
        self.widen(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        QPainter(self).fillRect(self.width() - 1, 0, 1, self.height(), theme.colour("line"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for button in self.buttons.values():
            button.update()  # what one shows depends on the others

    def widen(self, wide: bool) -> None:
        """Be wide, with keys beside the names, or narrow."""
        self.wide = wide
        self._program.setVisible(wide)
        width = theme.RAIL_WIDE if wide else theme.RAIL
        self._head.setContentsMargins(theme.S4 if wide else (width - 32) // 2, 0, 0, 0)
        self.setFixedWidth(width)
        for button in self.buttons.values():
            button.widen(wide)


def _press(opened: Callable[[str], object], name: str, _checked: bool = False) -> None:
    opened(name)


def is_wide(choice: str, room: int) -> bool:
    """Whether the rail is wide: as chosen (``wide``, ``narrow``), else in a window with ``room`` px."""
    return choice == "wide" or (choice != "narrow" and room >= theme.WIDE_SCREEN)
