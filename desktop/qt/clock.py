"""A running deadline as a pill: the ring is the share of the time that is left, the words say the same."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.qt import icons, theme
from desktop.qt.basics import LEFT

_RING = 13
_WHOLE = 360 * 16


class ClockPill(QWidget):
    """One deadline: ``show_left`` with the words, the share left (0 to 1) and the state (``ok``, ``warn``, ``bad``,
    ``paused``). A late one has a full ring, a paused one the sign of a pause.
    """

    def __init__(self) -> None:
        super().__init__()
        self.words, self.share, self.state = "", 0.0, "ok"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_left(self, words: str, share: float, state: str) -> None:
        """Say how much is left."""
        self.words, self.share, self.state = words, min(max(share, 0.0), 1.0), state
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(
            2 * theme.S2 + _RING + 6 + theme.metrics("strong").horizontalAdvance(self.words), theme.CLOCK
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mark, soft = theme.state_colours(self.state)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(soft))
        painter.drawRoundedRect(QRectF(self.rect()), theme.RADIUS_CHIP, theme.RADIUS_CHIP)
        ink, ring = theme.colour(mark), QRectF(theme.S2, (self.height() - _RING) / 2, _RING, _RING)
        if self.state == "paused":
            icons.paint(painter, theme.STATES["paused"], ink, _RING, ring.x(), ring.y())
        else:
            self._paint_ring(painter, ring.adjusted(1.5, 1.5, -1.5, -1.5))
        painter.setPen(ink)
        painter.setFont(theme.font("strong"))
        left = int(ring.right()) + 6
        painter.drawText(self.rect().adjusted(left, 0, 0, 0), LEFT, self.words)

    def _paint_ring(self, painter: QPainter, box: QRectF) -> None:
        ink = theme.colour(theme.state_colours(self.state)[0])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pale = theme.colour("line_strong")
        pale.setAlphaF(0.5)
        painter.setPen(QPen(pale, 2.5))
        painter.drawEllipse(box)
        painter.setPen(QPen(ink, 2.5))
        turn = _WHOLE if self.state == "bad" else round(_WHOLE * self.share)
        painter.drawArc(box, 90 * 16, -turn)
