"""Papers as pictures on the screen, and the folder this person's papers are kept in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from desktop.kernel.files import user_folder
from desktop.qt import theme

_DOTS_PER_POINT = 2.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page as dots: four bytes each (blue, green, red, unused), row by row."""

    dots: bytes
    width: int
    height: int


def render(pdf: bytes, most: int = 20) -> tuple[Sheet, ...]:
    """The first ``most`` pages of a PDF as pictures; runs on any thread, holds no Qt object."""
    with pypdfium2.PdfDocument(pdf) as document:
        sheets = []
        for at in range(min(len(document), most)):
            bitmap = document[at].render(
                scale=_DOTS_PER_POINT, force_bitmap_format=pypdfium2.raw.FPDFBitmap_BGRx
            )
            sheets.append(Sheet(bytes(bitmap.buffer), bitmap.width, bitmap.height))
        return tuple(sheets)


def keep_paper(name: str, pdf: bytes) -> Path:
    """Keep a paper in this person's folder under a name fit for a file; gives its path. OSError when it cannot."""
    folder = user_folder() / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{re.sub(r'[^0-9A-Za-z_-]+', '_', name)}.pdf"
    path.write_bytes(pdf)
    return path


class PaperView(QScrollArea):
    """Pages one below the other, as wide as there is room and never larger than they are."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._sheets: list[_SheetView] = []
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.S3)
        self._column.addStretch(1)
        self.setWidget(inside)

    @property
    def pages(self) -> int:
        """How many pages are shown."""
        return len(self._sheets)

    def show_sheets(self, sheets: Sequence[Sheet]) -> None:
        """Show these pages."""
        for old in self._sheets:
            old.hide()
            old.deleteLater()
        self._sheets = [_SheetView(sheet) for sheet in sheets]
        for at, view in enumerate(self._sheets):
            self._column.insertWidget(at, view, 0, Qt.AlignmentFlag.AlignHCenter)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        for view in self._sheets:
            view.fit(self.viewport().width(), self.viewport().height())


class _SheetView(QWidget):
    def __init__(self, sheet: Sheet) -> None:
        super().__init__()
        image = QImage(sheet.dots, sheet.width, sheet.height, sheet.width * 4, QImage.Format.Format_RGB32)
        self._pixmap = QPixmap.fromImage(image)
        self._natural = (sheet.width / _DOTS_PER_POINT * 1.4, sheet.height / _DOTS_PER_POINT * 1.4)

    def fit(self, width: int, height: int) -> None:
        """Take the room given; a landscape page also keeps to the height."""
        share = min(1.0, (width - 4) / self._natural[0])
        if self._natural[0] > self._natural[1]:
            share = min(share, (height - 4) / self._natural[1])
        self.setFixedSize(max(1, int(self._natural[0] * share)), max(1, int(self._natural[1] * share)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(self.rect(), self._pixmap)
        painter.setPen(theme.colour("line"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
