"""Papers as pictures on the screen, and the folder this person's papers are kept in.

A paper of five thousand pages opens at once: the sizes of its pages are known, and only those near the view are drawn,
on a worker, one after the other.
"""

from __future__ import annotations

import atexit
import re
import threading
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path
from weakref import WeakSet

import pypdfium2
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea

from desktop.kernel.files import user_folder
from desktop.kernel.log import fault
from desktop.qt import theme
from desktop.qt.tasks import Tasks

DRAWING = threading.Lock()
"""The library that reads PDF files does one thing at a time in a process."""

PAGES_KEPT = 12
_DOTS_PER_POINT = 2.0
_POINTS_WIDE = 1.4
"""Device-independent pixels that a point takes at most."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page as dots: four bytes each (blue, green, red, unused), row by row."""

    dots: bytes
    width: int
    height: int


_open: WeakSet[PaperFile] = WeakSet()


@atexit.register
def _close_all() -> None:
    for paper in tuple(_open):
        paper.close()


class PaperFile:
    """An open PDF: ``sizes`` of its pages in points, and pages as pictures when asked for, from any thread."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        _open.add(self)
        with DRAWING:
            self._document = pypdfium2.PdfDocument(pdf)
            count = len(self._document)
            self.sizes = tuple(self._document.get_page_size(at) for at in range(count))

    def draw(self, at: int) -> Sheet | None:
        """A page as a picture; holds no Qt object. None once the file is closed."""
        with DRAWING:
            if self._document is None:
                return None
            page = self._document[at]
            bitmap = page.render(scale=_DOTS_PER_POINT, force_bitmap_format=pypdfium2.raw.FPDFBitmap_BGRx)
            sheet = Sheet(bytes(bitmap.buffer), bitmap.width, bitmap.height)
            bitmap.close()
            page.close()
            return sheet

    def close(self) -> None:
        """Give the file back."""
        with DRAWING:
            if self._document is not None:
                self._document.close()
                self._document = None


def keep_paper(name: str, pdf: bytes) -> Path:
    """Keep a paper in this person's folder under a name fit for a file; gives its path. OSError when it cannot."""
    folder = user_folder() / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{re.sub(r'[^0-9A-Za-z_-]+', '_', name)}.pdf"
    path.write_bytes(pdf)
    return path


class PaperView(QAbstractScrollArea):
    """Pages one below the other, as wide as there is room and never larger than they are.

    Arrows, Page Up and Page Down scroll, Ctrl+Home and Ctrl+End go to the ends; ``moved`` tells the first page in
    view, counted from 1.
    """

    moved = Signal(int)

    def __init__(self, name: str, tasks: Tasks) -> None:
        super().__init__()
        self._tasks, self._paper = tasks, None
        self._boxes: list[tuple[float, float]] = []
        self._tops: list[float] = []
        self._drawn: OrderedDict[int, QPixmap] = OrderedDict()
        self._waiting: int | None = None
        self._first = 0
        self.setAccessibleName(name)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    @property
    def pages(self) -> int:
        """How many pages the paper has."""
        return 0 if self._paper is None else len(self._paper.sizes)

    @property
    def drawn(self) -> tuple[int, ...]:
        """Which pages stand ready as pictures."""
        return tuple(sorted(self._drawn))

    def show_paper(self, paper: PaperFile | None) -> None:
        """Show a paper from its first page on, or none; the one before is closed."""
        if self._paper is not None and self._paper is not paper:
            self._paper.close()
        self._paper, self._waiting = paper, None
        self._drawn.clear()
        self._lay_out()
        self.verticalScrollBar().setValue(0)
        self._scrolled()

    def go_to(self, page: int) -> None:
        """Bring a page, counted from 1, to the top."""
        if 1 <= page <= self.pages:
            self.verticalScrollBar().setValue(int(self._tops[page - 1]))

    def _lay_out(self) -> None:
        width, height = self.viewport().width(), self.viewport().height()
        self._boxes = [_fitted(size, width, height) for size in (self._paper.sizes if self._paper else ())]
        steps = [box[1] + theme.S3 for box in self._boxes]
        self._tops = list(accumulate(steps, initial=0.0))
        bar = self.verticalScrollBar()
        bar.setPageStep(height)
        bar.setSingleStep(theme.CONTROL)
        bar.setRange(0, max(0, int(self._tops[-1] - theme.S3 - height)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        page = self._first + 1
        self._lay_out()
        self.go_to(page)
        self._scrolled()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar, control = self.verticalScrollBar(), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Home and control:
            bar.setValue(0)
        elif event.key() == Qt.Key.Key_End and control:
            bar.setValue(bar.maximum())
        else:
            super().keyPressEvent(event)

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        self.viewport().update()

    def _in_view(self) -> range:
        """The pages that are seen now."""
        if not self._boxes:
            return range(0)
        top = self.verticalScrollBar().value()
        first = max(bisect_right(self._tops, top) - 1, 0)
        last = bisect_right(self._tops, top + self.viewport().height()) - 1
        return range(min(first, self.pages - 1), min(last, self.pages - 1) + 1)

    def _scrolled(self, _value: int = 0) -> None:
        seen = self._in_view()
        if seen and seen[0] != self._first:
            self._first = seen[0]
        if seen:
            self.moved.emit(seen[0] + 1)
        self._draw_next()
        self.viewport().update()

    def _draw_next(self) -> None:
        """Draw what is seen, then its neighbours; what was scrolled past meanwhile is never drawn."""
        seen = self._in_view()
        if self._waiting is not None or not seen:
            return
        near = [*seen, seen[-1] + 1, seen[0] - 1]
        wanted = next((at for at in near if 0 <= at < self.pages and at not in self._drawn), None)
        if wanted is None:
            return
        self._waiting = wanted
        call = partial(self._paper.draw, wanted)
        paper = self._paper
        self._tasks.read(self, call, lambda sheet: self._take(paper, wanted, sheet), self._not_drawn)

    def _take(self, paper: PaperFile, at: int, sheet: Sheet | None) -> None:
        if paper is not self._paper or sheet is None:
            return
        self._waiting = None
        image = QImage(sheet.dots, sheet.width, sheet.height, sheet.width * 4, QImage.Format.Format_RGB32)
        self._drawn[at] = QPixmap.fromImage(image)
        while len(self._drawn) > PAGES_KEPT:
            self._drawn.popitem(last=False)
        self._draw_next()
        self.viewport().update()

    def _not_drawn(self, error: BaseException) -> None:
        fault(error)  # the page stays white; the file itself is kept and can be printed

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        top = self.verticalScrollBar().value()
        for at in self._in_view():
            width, height = self._boxes[at]
            left = (self.viewport().width() - width) / 2
            box = QRectF(int(left), int(self._tops[at] - top), width, height)
            if at in self._drawn:
                painter.drawPixmap(box, self._drawn[at], QRectF(self._drawn[at].rect()))
            else:
                painter.fillRect(box, Qt.GlobalColor.white)  # a sheet of paper, whatever the theme
            painter.setPen(theme.colour("line"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(0, 0, -1, -1))


def _fitted(size: tuple[float, float], width: int, height: int) -> tuple[float, float]:
    """The room a page takes; a landscape page also keeps to the height."""
    across, down = size[0] * _POINTS_WIDE, size[1] * _POINTS_WIDE
    share = min(1.0, (width - 4) / across)
    if across > down:
        share = min(share, (height - 4) / down)
    return max(1.0, int(across * share)), max(1.0, int(down * share))
