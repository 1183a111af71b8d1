"""Lucide icons, drawn from their outlines in one colour at the size and device ratio asked for."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.kernel.files import resource

_THIN_ABOVE = 16


@cache
def _outline(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


@cache
def _drawn(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    outline = _outline(name).replace("currentColor", colour)
    if size > _THIN_ABOVE:
        outline = outline.replace('stroke-width="2"', 'stroke-width="1.75"')
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(outline.encode())).render(painter, QRectF(0, 0, pixmap.width(), pixmap.height()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def pixmap(name: str, colour: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon as a picture of ``size`` device-independent pixels; kept for the next time."""
    return _drawn(name, colour.name(), size, ratio)


def paint(painter: QPainter, name: str, colour: QColor, size: int, x: float, y: float) -> None:
    """Draw the icon with its top left corner at ``x, y``."""
    ratio = painter.device().devicePixelRatioF() if painter.device() is not None else 1.0
    painter.drawPixmap(QPointF(x, y), pixmap(name, colour, size, ratio))
