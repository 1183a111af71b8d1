"""A day as a dial: 24 hours around, from midnight at the top, each span in the tone of its band with its word."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.qt import theme
from desktop.qt.basics import CENTRE, LEFT

HOURS = 24
RING = 26
_MARKS = (0, 6, 12, 18)
_WHOLE = 360 * 16


@dataclass(frozen=True, slots=True)
class HourBand:
    """The band of an hour: its word, and how dear it is from 0 (cheapest) to 4."""

    word: str
    level: int


@dataclass(frozen=True, slots=True)
class Span:
    """Hours in a row with one band: from ``start``, ``length`` of them, perhaps across midnight."""

    band: HourBand
    start: int
    length: int


def day_spans(hours: Sequence[HourBand]) -> list[Span]:
    """The spans of a day, in order; what goes on over midnight is one span."""
    spans: list[Span] = []
    for band, run in groupby(range(HOURS), key=lambda hour: hours[hour]):
        found = list(run)
        spans.append(Span(band, found[0], len(found)))
    if len(spans) > 1 and spans[0].band == spans[-1].band:
        first, last = spans[0], spans.pop()
        spans[0] = Span(first.band, last.start, last.length + first.length)
    return spans


class DayDial(QWidget):
    """One day; ``show_day`` with the months it holds in, in words, and the band of each hour."""

    SIDE = 172

    def __init__(self) -> None:
        super().__init__()
        self.title, self.spans = "", list[Span]()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_day(self, title: str, hours: Sequence[HourBand]) -> None:
        """Show a day."""
        self.title, self.spans = title, day_spans(hours)
        told = [
            f"{one.band.word} {one.start}–{(one.start + one.length - 1) % HOURS + 1}" for one in self.spans
        ]
        self.setAccessibleName(title)
        self.setAccessibleDescription(", ".join(told))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.SIDE, self.SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = theme.metrics("caption").height() + 2
        box = QRectF(self.rect()).adjusted(room, room, -room, -room)
        ring = box.adjusted(RING / 2, RING / 2, -RING / 2, -RING / 2)
        for span in self.spans:
            self._paint_span(painter, ring, span)
        painter.setPen(theme.colour("ink2"))
        painter.setFont(theme.font("caption"))
        for hour in _MARKS:
            painter.drawText(_around(box, hour, box.width() / 2 + room / 2 + 1), CENTRE, str(hour))
        painter.setPen(theme.colour("ink"))
        painter.setFont(theme.font("strong"))
        painter.drawText(
            box.adjusted(RING, RING, -RING, -RING), CENTRE | Qt.TextFlag.TextWordWrap, self.title
        )

    def _paint_span(self, painter: QPainter, ring: QRectF, span: Span) -> None:
        ground, ink = TONES[span.band.level]
        pen = QPen(theme.colour(ground), RING)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        start, turn = 90 * 16 - span.start * _WHOLE // HOURS, -span.length * _WHOLE // HOURS
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen)
        painter.drawArc(ring, start, turn)
        edge = QPen(theme.colour("surface"), 2)
        painter.setPen(edge)
        middle, outer = ring.center(), ring.width() / 2 + RING / 2
        painter.drawLine(_point(middle, span.start, outer - RING), _point(middle, span.start, outer))
        wide = theme.metrics("small").horizontalAdvance(span.band.word)
        if wide <= min(RING - 2, ring.width() * math.pi * span.length / HOURS):
            painter.setPen(theme.colour(ink))
            painter.setFont(theme.font("small"))
            at = _around(ring, span.start + span.length / 2, ring.width() / 2)
            painter.drawText(at, CENTRE, span.band.word)


class DialLegend(QWidget):
    """The tones of bands with their words, side by side."""

    SIDE = 12

    def __init__(self, bands: Sequence[HourBand]) -> None:
        super().__init__()
        self.bands = tuple(bands)
        self.setAccessibleName(", ".join(band.word for band in bands))
        self.setFixedHeight(theme.metrics("small").height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font("small"))
        left, metrics = 0, theme.metrics("small")
        for band in self.bands:
            box = QRectF(left + 0.5, (self.height() - self.SIDE) / 2, self.SIDE, self.SIDE)
            painter.setPen(QPen(theme.colour("line_strong"), 1))
            painter.setBrush(theme.colour(TONES[band.level][0]))
            painter.drawRect(box)
            painter.setPen(theme.colour("ink2"))
            left += self.SIDE + theme.S1
            wide = metrics.horizontalAdvance(band.word)
            painter.drawText(QRectF(left, 0, wide + 2, self.height()), LEFT, band.word)
            left += wide + theme.S3


TONES = (
    ("subtle", "ink2"),
    ("accent_soft", "ink"),
    ("sunken", "ink"),
    ("accent", "on_accent"),
    ("ink", "surface"),
)
"""Ground and ink of each level: the dearer, the darker. The word of the band stands on it."""


def _point(middle: QPointF, hour: float, radius: float) -> QPointF:
    angle = math.radians(hour * 360 / HOURS - 90)
    return QPointF(middle.x() + math.cos(angle) * radius, middle.y() + math.sin(angle) * radius)


def _around(box: QRectF, hour: float, radius: float) -> QRectF:
    """Room for a word around a point of the dial."""
    at = _point(box.center(), hour, radius)
    return QRectF(at.x() - 40, at.y() - 10, 80, 20)
