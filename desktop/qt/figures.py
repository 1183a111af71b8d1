"""What is read: figures, facts and states in words."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.qt import icons, theme
from desktop.qt.basics import LEFT, RIGHT, Label, reveal


def grouped(number: str) -> str:
    """A long number in groups of four for the eye; anything else as it is.

    >>> grouped("001277394408"), grouped("HM-7")
    ('0012 7739 4408', 'HM-7')
    """
    if not number.isdigit():
        return number
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


class Elided(Label):
    """Words in one line that end in an ellipsis without room; the whole, or ``more`` where given, is the tooltip."""

    def __init__(self, text: str = "", style: str = "body", ink: str = "ink") -> None:
        super().__init__(text, style, ink)
        self._more = ""
        self.setAlignment(LEFT)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(48, self.fontMetrics().horizontalAdvance(self.text()) + 1), self.minimumHeight())

    def setText(self, text: str, more: str = "") -> None:
        super().setText(text)
        self._more = more
        self._tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def _shown(self) -> str:
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())

    def _tell(self) -> None:
        self.setToolTip(self._more or ("" if self._shown() == self.text() else self.text()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(theme.colour(self.property("ink")))
        painter.drawText(self.rect(), self.alignment(), self._shown())


def badge_width(text: str, state: str) -> int:
    """The width of a badge with these words."""
    icon = 13 + theme.S1 if theme.STATES[state] else 0
    return icon + theme.metrics("small").horizontalAdvance(text) + 2 * 7


def paint_badge(
    painter: QPainter, x: float, y: float, text: str, state: str, *, dim: bool = False, edged: bool = False
) -> None:
    """A badge (`theme.STATES`) with its top left corner at ``x, y``; ``edged`` where its ground would not be seen."""
    mark, soft = theme.state_colours(state)
    rect = QRectF(x, y, badge_width(text, state), theme.BADGE)
    ink = theme.colour("ink3" if dim else mark)
    edged = edged or theme.is_contrast()
    painter.setPen(QPen(ink, 1) if edged else Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("sunken" if dim else soft))
    inside = rect.adjusted(0.5, 0.5, -0.5, -0.5) if edged else rect
    painter.drawRoundedRect(inside, theme.RADIUS_SMALL, theme.RADIUS_SMALL)
    left = x + 7
    if theme.STATES[state]:
        icons.paint(painter, theme.STATES[state], ink, 13, left, y + (theme.BADGE - 13) / 2)
        left += 13 + theme.S1
    painter.setPen(ink)
    painter.setFont(theme.font("small"))
    painter.drawText(QRectF(left, y, rect.right() - left, theme.BADGE), LEFT, text)


class Badge(QWidget):
    """A state in words on its soft ground, with the icon of the state.

    One that ``gives_way`` ends in an ellipsis where there is no room, the whole in its tooltip.
    """

    NARROWEST = 72

    def __init__(self, text: str = "", state: str = "plain") -> None:
        super().__init__()
        self.gives_way = False
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.text, self.state = text, state
        self.setAccessibleName(text)
        if not text:  # what stands in no window yet is not shown: it would be a window of its own
            self.hide()

    def show_state(self, text: str, state: str) -> None:
        """Say something else; without words the badge is gone."""
        self.text, self.state = text, state
        self.setAccessibleName(text)
        reveal(self, bool(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(badge_width(self.text, self.state), theme.BADGE)

    def minimumSizeHint(self) -> QSize:
        whole = self.sizeHint()
        return QSize(min(whole.width(), self.NARROWEST), theme.BADGE) if self.gives_way else whole

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        missing, shown = self.sizeHint().width() - self.width(), self.text
        if missing > 0:
            room = theme.metrics("small").horizontalAdvance(self.text) - missing
            shown = theme.metrics("small").elidedText(self.text, Qt.TextElideMode.ElideRight, room)
        paint_badge(painter, 0, 0, shown, self.state)
        self.setToolTip("" if shown == self.text else self.text)


class Figure(QWidget):
    """An amount in a large style, at the right, its unit smaller after it."""

    def __init__(self, style: str, ink: str = "ink") -> None:
        super().__init__()
        self._style, self._ink, self._words, self._unit = style, ink, "", ""
        self.setMinimumHeight(theme.TYPES[style].line)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def words(self) -> str:
        """What is shown, unit left out."""
        return self._words

    def show_figure(self, words: str, unit: str, name: str) -> None:
        """Show an amount; ``name`` says what it is to those who listen."""
        self._words, self._unit = words, unit
        self.setAccessibleName(f"{name} {words} {unit}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = theme.metrics(self._style).horizontalAdvance(self._words) + theme.metrics(
            "h2"
        ).horizontalAdvance(self._unit)
        return QSize(width + theme.S2, theme.TYPES[self._style].line)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        base = (self.height() + theme.metrics(self._style).capHeight()) / 2
        left = self.width() - theme.metrics("h2").horizontalAdvance(self._unit)
        painter.setFont(theme.font("h2"))
        painter.setPen(theme.colour("ink2"))
        painter.drawText(QPointF(left, base), self._unit)
        painter.setFont(theme.font(self._style))
        painter.setPen(theme.colour(self._ink))
        left -= theme.S2 + theme.metrics(self._style).horizontalAdvance(self._words)
        painter.drawText(QPointF(left, base), self._words)


class Pair(QWidget):
    """A label at the left and its value at the right, one line of a sum."""

    def __init__(self, label: str, style: str = "body") -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._style = style
        self.label = Label(label, style, "ink" if style != "body" else "ink2")
        self.value = Elided("", style)
        self.value.setAlignment(RIGHT)
        row.addWidget(self.label)
        row.addStretch(1)
        row.addWidget(self.value)

    def show_value(self, value: str, label: str | None = None) -> None:
        """Show the value, and another label."""
        if label is not None:
            self.label.setText(label)
        self.value.setText(value)
        self.value.setAccessibleName(f"{self.label.text()} {value}")


class Facts(QWidget):
    """Labels with their values below, side by side; values can be selected, the ``longest`` one gives way."""

    def __init__(self, labels: Sequence[str], *, longest: int, gap: int = theme.S5) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(gap)
        self.values: list[Label] = []
        for at, label in enumerate(labels):
            column = QVBoxLayout()
            column.setSpacing(0)
            value = Elided("–") if at == longest else Label("–")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setAccessibleName(label)
            column.addWidget(Label(label, "small", "ink2"))
            column.addWidget(value)
            row.addLayout(column)
            self.values.append(value)
        row.addStretch(1)

    def show_values(self, values: Sequence[str]) -> None:
        """Fill in, in the order of the labels."""
        for label, value in zip(self.values, values, strict=True):
            label.setText(value or "–")


def signed(words: str, value: int | Decimal) -> str:
    """A difference with its sign."""
    return f"+{words}" if value > 0 else words
