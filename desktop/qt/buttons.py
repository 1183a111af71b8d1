"""Buttons and the caps of keys on them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from desktop.qt import icons, theme
from desktop.qt.basics import CENTRE, LEFT

CAP_PADDING = 6


def cap_width(key: str) -> int:
    """The width of a key cap with these words on it."""
    return max(theme.KEY_CAP, theme.metrics("caption").horizontalAdvance(key) + 2 * CAP_PADDING)


def paint_cap(
    painter: QPainter, x: float, y: float, key: str, ground: QColor, ink: QColor, edge: QColor | None
) -> None:
    """A key cap with its top left corner at ``x, y``; in high contrast it always has an edge."""
    edge = ink if edge is None and theme.is_contrast() else edge
    rect = QRectF(x + 0.5, y + 0.5, cap_width(key) - 1, theme.KEY_CAP - 1)
    painter.setPen(QPen(edge, 1) if edge else Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(rect, 3, 3)
    painter.setPen(ink)
    painter.setFont(theme.font("caption"))
    painter.drawText(rect, CENTRE, key)


def show_caps(root: QWidget, caps: Mapping[str, str]) -> None:
    """Let everything below that carries a key show the one it is pressed with now (standard cap to bound one)."""
    for part in root.findChildren(QWidget):
        if isinstance(part, Capped):
            part.show_cap(caps)


class Capped:
    """Something with the cap of a key on it; ``standard`` is the key as it was given."""

    key: str
    standard: str

    def show_cap(self, caps: Mapping[str, str]) -> None:
        """Show the key that is pressed for it now."""
        shown = caps.get(self.standard, self.standard)
        if shown != self.key:
            self.key = shown
            self.name_key()

    def name_key(self) -> None:
        """Say the key to those who listen, and paint it."""


class Button(QAbstractButton, Capped):
    """A button with its key on it: ``primary`` (one on a page), ``plain``, ``quiet`` or ``danger``.

    The focus ring lives in 3 px of the button's own rectangle, but not at the sides of a ``flush`` one, which
    lines up with the fields above it. Enter does not press it, Space does.
    """

    def __init__(
        self, text: str, key: str = "", *, kind: str = "plain", icon: str = "", flush: bool = False
    ) -> None:
        super().__init__()
        self.kind, self.key, self.standard, self.icon_name = kind, key, key, icon
        self._side = 0 if flush else theme.FOCUS_ROOM
        self.relabel(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def relabel(self, text: str) -> None:
        """Show other words."""
        self.setText(text)
        self.name_key()

    def name_key(self) -> None:
        self.setAccessibleName(f"{self.text()} ({self.key})" if self.key else self.text())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._content() + 2 * theme.S3 + 2 * self._side, theme.CONTROL + 2 * theme.FOCUS_ROOM)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _shown_icon(self) -> str:
        return self.icon_name if self.isEnabled() or self.icon_name == "clock" else "lock"

    def _content(self) -> int:
        icon = theme.ICON_BUTTON + theme.S2 if self._shown_icon() else 0
        cap = theme.S2 + cap_width(self.key) if self.key else 0
        return icon + theme.metrics("strong").horizontalAdvance(self.text()) + cap

    def _colours(self) -> tuple[str, str, str | None]:
        """Ground, ink and edge."""
        pressed, over = self.isDown(), self.underMouse()
        if not self.isEnabled():
            return "sunken", "ink3", None
        if self.kind == "primary":
            return ("accent_press" if pressed else "accent_hover" if over else "accent"), "on_accent", None
        ground = "sunken" if pressed else "subtle" if over else ("" if self.kind == "quiet" else "surface")
        if self.kind == "danger":
            return ground, "bad", "bad"
        return ground, "ink", None if self.kind == "quiet" else "line_strong"

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, ink, edge = self._colours()
        box = QRectF(self.rect()).adjusted(self._side, theme.FOCUS_ROOM, -self._side, -theme.FOCUS_ROOM)
        inside = box.adjusted(0.5, 0.5, -0.5, -0.5) if edge else box
        painter.setPen(QPen(theme.colour(edge), 1) if edge else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(inside, theme.RADIUS_BUTTON, theme.RADIUS_BUTTON)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus"), theme.FOCUS_RING))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)
        self._paint_content(painter, box, theme.colour(ink))

    def _paint_content(self, painter: QPainter, box: QRectF, ink: QColor) -> None:
        left = box.left() + max(theme.S2, (box.width() - self._content()) / 2)
        middle = box.center().y()
        if self._shown_icon():
            icons.paint(
                painter, self._shown_icon(), ink, theme.ICON_BUTTON, left, middle - theme.ICON_BUTTON / 2
            )
            left += theme.ICON_BUTTON + theme.S2
        painter.setFont(theme.font("strong"))
        painter.setPen(ink)
        width = theme.metrics("strong").horizontalAdvance(self.text())
        painter.drawText(QRectF(left, box.top(), width + 2, box.height()), LEFT, self.text())
        if not self.key:
            return
        left += width + theme.S2
        if self.kind == "primary" and self.isEnabled():
            ground, edge = QColor(ink), QColor(ink)
            ground.setAlphaF(0.2)
            edge.setAlphaF(0.5)
            paint_cap(painter, left, middle - theme.KEY_CAP / 2, self.key, ground, ink, edge)
        else:
            words = theme.colour("ink2") if self.isEnabled() else ink
            paint_cap(
                painter, left, middle - theme.KEY_CAP / 2, self.key, theme.colour("sunken"), words, None
            )


class KeyHint(QAbstractButton):
    """A key cap and what the key does; pressing it with the mouse does the same."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__()
        self.key = key
        self.setText(text)
        self.setAccessibleName(f"{text} ({key})")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        words = theme.metrics("small").horizontalAdvance(self.text())
        return QSize(cap_width(self.key) + 6 + words + 2, theme.CONTROL)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = theme.colour("ink" if self.isEnabled() else "ink3")
        paint_cap(
            painter,
            0,
            (self.height() - theme.KEY_CAP) / 2,
            self.key,
            theme.colour("sunken"),
            theme.colour("ink2"),
            None,
        )
        painter.setPen(theme.colour("accent") if self.underMouse() and self.isEnabled() else ink)
        painter.setFont(theme.font("small"))
        left = cap_width(self.key) + 6
        painter.drawText(QRectF(left, 0, self.width() - left, self.height()), LEFT, self.text())


class KeyCap(QAbstractButton, Capped):
    """A key cap alone, beside what the key acts on; ``text`` says what it does to those who listen."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__()
        self.key = self.standard = key
        self._does = text
        self.setToolTip(text)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.name_key()

    def name_key(self) -> None:
        self.setAccessibleName(f"{self._does} ({self.key})")
        self.setFixedSize(max(cap_width(self.key), theme.LEAST_HIT), theme.LEAST_HIT)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, top = (self.width() - cap_width(self.key)) / 2, (self.height() - theme.KEY_CAP) / 2
        paint_cap(painter, left, top, self.key, theme.colour("sunken"), theme.colour("ink2"), None)
