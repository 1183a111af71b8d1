"""What shows on every window that this program practises: a frame in the colour of warnings, and the word."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QRegion
from PySide6.QtWidgets import QWidget

from desktop.kernel import practice
from desktop.kernel.text import Catalog
from desktop.qt import theme


def make_room(window: QWidget) -> None:
    """Keep the edge of a window free for the frame."""
    edge = theme.PRACTICE_FRAME if practice.is_on() else 0
    window.setContentsMargins(edge, edge, edge, edge)


def paint_frame(window: QWidget) -> None:
    """Paint the frame into the edge that was kept free: from the ``paintEvent`` of the window."""
    if practice.is_on():
        painter = QPainter(window)
        painter.setClipRegion(QRegion(window.rect()).subtracted(QRegion(window.contentsRect())))
        painter.fillRect(window.rect(), theme.colour("warn"))


def window_title(say: Catalog, *facts: str) -> str:
    """The title of a window of this program; in practice it says so first."""
    word = say("Practice") if practice.is_on() else ""
    return " ".join(part for part in (word, "ServiceHall", *facts) if part)
