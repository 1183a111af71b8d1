"""What drops under the search box: lines in groups, painted, with the typed letters in accent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import ClassVar

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop.qt import icons, theme
from desktop.qt.basics import LEFT, RIGHT
from desktop.qt.buttons import cap_width, paint_cap

Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Words:
    """Some words of a line and where in them the typed letters stand."""

    text: str = ""
    spans: Spans = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the drop-down.

    ``kind``: ``head`` of a group, ``hit`` of two lines, ``page`` of one, ``none`` when there is nothing or something
    went wrong. ``aside`` stands behind the title, ``second`` under it; at the right either a key's ``cap`` or a
    ``figure`` in the ink of its ``state`` over a ``note``. ``take`` is what happens when the line is taken, ``pay``
    when money is to be taken for it.
    """

    kind: str
    title: Words
    aside: Words = field(default_factory=Words)
    second: Words = field(default_factory=Words)
    figure: str = ""
    note: str = ""
    state: str = ""
    cap: str = ""
    icon: str = ""
    take: Callable[[], object] | None = None
    pay: Callable[[], object] | None = None

    @property
    def spoken(self) -> str:
        """The line in words, for those who listen."""
        parts = (self.title.text, self.aside.text, self.second.text, self.figure, self.note, self.cap)
        return ", ".join(part for part in parts if part)


class Drop(QFrame):
    """The hits under the search box: they float over the page and never take the focus from the box."""

    taken = Signal(object)
    HEIGHTS: ClassVar[dict[str, int]] = {"head": 28, "hit": 42, "page": 32, "none": 56}
    INKS: ClassVar[dict[str, str]] = {"bad": "bad", "open": "ink", "clear": "ink3"}
    EDGE, FOOT, TEXT = 4, 34, 45

    def __init__(self, parent: QWidget, speaker: QWidget) -> None:
        """``speaker`` is the widget with the focus, through which the marked line is told to those who listen."""
        super().__init__(parent)
        self.setProperty("kind", "float")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._speaker = speaker
        self._rows: tuple[Row, ...] = ()
        self._foot: tuple[tuple[str, str], ...] = ()
        self._at, self.typed = -1, ""
        self.hide()

    def show_rows(self, typed: str, rows: tuple[Row, ...], foot: tuple[tuple[str, str], ...]) -> None:
        """Show these lines, the first that can be taken marked, as many as the window has room for."""
        lines = len(self._foot_lines(foot))
        room = self.parentWidget().height() - self.y() - lines * self.FOOT - 2 * self.EDGE
        self.typed, self._rows, self._foot = typed, self._fitting(rows, room), foot
        self._at = next((at for at, line in enumerate(self._rows) if line.take), -1)
        height = sum(self.HEIGHTS[line.kind] for line in self._rows)
        self.resize(theme.SEARCH, height + lines * self.FOOT + 2 * self.EDGE)
        self.show()
        self.raise_()
        self._tell()

    def _fitting(self, rows: tuple[Row, ...], room: int) -> tuple[Row, ...]:
        """The rows without the last lines of the longest groups, where the window is too low for all."""
        kept = list(rows)
        while sum(self.HEIGHTS[line.kind] for line in kept) > room:
            heads = [at for at, line in enumerate(kept) if line.kind == "head"] + [len(kept)]
            groups = [(end - begin, end) for begin, end in pairwise(heads)]
            if not groups or max(groups)[0] <= 2:
                break
            del kept[max(groups)[1] - 1]
        return tuple(kept)

    @property
    def current(self) -> Row | None:
        """The marked line."""
        return self._rows[self._at] if 0 <= self._at < len(self._rows) else None

    @property
    def rows(self) -> tuple[Row, ...]:
        """The lines shown."""
        return self._rows

    def step(self, by: int) -> None:
        """Mark the next or the line before, headings left out."""
        takers = [at for at, line in enumerate(self._rows) if line.take]
        if takers:
            place = takers.index(self._at) if self._at in takers else -1
            self._mark(takers[(place + by) % len(takers)])

    def step_group(self, by: int) -> None:
        """Mark the first line of the next group, or of the one before."""
        heads = [at for at, line in enumerate(self._rows) if line.kind == "head"]
        if heads:
            here = sum(1 for at in heads if at < self._at) - 1
            self._mark(heads[(here + by) % len(heads)] + 1)

    def _mark(self, at: int) -> None:
        self._at = at
        self._tell()

    def _tell(self) -> None:
        here = self.current
        words = here.spoken if here else self._rows[0].spoken if self._rows else ""
        if words != self.accessibleName():
            self.setAccessibleName(words)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._speaker, words))
        self.update()

    # The mouse -----------------------------------------------------------------------------------------------

    def _row_at(self, y: float) -> int:
        top = self.EDGE
        for at, line in enumerate(self._rows):
            top += self.HEIGHTS[line.kind]
            if y < top:
                return at if line.take else -1
        return -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._row_at(event.position().y())
        if at >= 0 and at != self._at:
            self._mark(at)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._row_at(event.position().y())
        if at >= 0:
            self.taken.emit(self._rows[at])

    # Painting ------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = self.EDGE
        for at, line in enumerate(self._rows):
            height = self.HEIGHTS[line.kind]
            self._paint_row(painter, QRect(1, top, self.width() - 2, height), line, at == self._at)
            top += height
        painter.setPen(theme.colour("line"))
        painter.drawLine(1, top + self.EDGE, self.width() - 2, top + self.EDGE)
        for line in self._foot_lines(self._foot):
            left = theme.S4
            for key, words in line:
                paint_cap(painter, left, top + 12, key, theme.colour("sunken"), theme.colour("ink2"), None)
                left += cap_width(key) + 6
                width = self._paint_words(
                    painter, QRect(left, top + 12, self.width(), 20), words, "small", "ink2"
                )
                left += width + theme.S3 + 2
            top += self.FOOT - 6

    def _foot_lines(self, foot: Sequence[tuple[str, str]]) -> list[list[tuple[str, str]]]:
        """The keys in as many lines as they need."""
        lines: list[list[tuple[str, str]]] = [[]]
        left = theme.S4
        for key, words in foot:
            needs = cap_width(key) + 6 + theme.metrics("small").horizontalAdvance(words) + theme.S3 + 2
            if lines[-1] and left + needs > theme.SEARCH:
                lines.append([])
                left = theme.S4
            lines[-1].append((key, words))
            left += needs
        return lines

    def _paint_row(self, painter: QPainter, box: QRect, line: Row, here: bool) -> None:
        if here:
            painter.fillRect(box, theme.colour("accent_soft"))
            painter.fillRect(box.x(), box.y(), theme.SELECTION_BAR, box.height(), theme.colour("accent"))
        words = box.adjusted(self.TEXT, 0, -theme.S4, 0)
        if line.kind == "head":
            words = box.adjusted(theme.S4 - 1, 4, -theme.S4, 0)
            title = self._paint_words(painter, words, line.title.text, "small", "ink2")
            self._paint_words(
                painter, words.adjusted(title + theme.S3, 0, 0, 0), line.aside.text, "small", "ink2"
            )
        else:
            ink = theme.colour(
                "accent" if here else line.state if line.kind == "none" and line.state else "ink2"
            )
            icons.paint(painter, line.icon, ink, 16, box.left() + 17, box.center().y() - 8)
            words = words.adjusted(0, 0, -self._paint_right(painter, words, line), 0)
            self._paint_left(painter, words, line)
            return
        self._paint_right(painter, words, line)

    def _paint_left(self, painter: QPainter, box: QRect, line: Row) -> None:
        first = box
        if line.second.text:
            half = box.height() // 2
            first = QRect(box.left(), box.top() + 2, box.width(), half - 1)
            second = QRect(box.left(), box.top() + half, box.width(), half - 2)
            self._paint_marked(painter, second, line.second, "small", "ink2")
        width = self._paint_marked(painter, first, line.title, "body", "ink")
        if line.aside.text:
            self._paint_marked(
                painter, first.adjusted(width + theme.S3 - 2, 0, 0, 0), line.aside, "body", "ink2"
            )

    def _paint_right(self, painter: QPainter, box: QRect, line: Row) -> int:
        """What stands at the right; how much room it takes."""
        if line.cap:
            width = cap_width(line.cap)
            top = box.center().y() - theme.KEY_CAP / 2 + 1
            paint_cap(
                painter,
                box.right() - width,
                top,
                line.cap,
                theme.colour("sunken"),
                theme.colour("ink2"),
                None,
            )
            return width + theme.S2
        half = box.height() // 2
        widths = [0]
        for words, style, ink, top in (
            (line.figure, "body" if line.state == "clear" else "strong", self.INKS.get(line.state, "ink"), 2),
            (line.note, "small", "ink2", half),
        ):
            if words:
                painter.setFont(theme.font(style))
                painter.setPen(theme.colour(ink))
                painter.drawText(QRect(box.left(), box.top() + top, box.width(), half - 2), RIGHT, words)
                widths.append(theme.metrics(style).horizontalAdvance(words) + theme.S3)
        return max(widths)

    def _paint_words(self, painter: QPainter, box: QRect, words: str, style: str, ink: str) -> int:
        """Words at the left of a box, shortened to its room; their width."""
        metrics = theme.metrics(style)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(box.width(), 0))
        painter.setFont(theme.font(style))
        painter.setPen(theme.colour(ink))
        painter.drawText(box, LEFT, shown)
        return metrics.horizontalAdvance(shown)

    def _paint_marked(self, painter: QPainter, box: QRect, words: Words, style: str, ink: str) -> int:
        """Words with the typed letters in accent; their width."""
        left, done = box.left(), 0
        for begin, end in (*words.spans, (len(words.text), len(words.text))):
            for part, part_style, part_ink in (
                (words.text[done:begin], style, ink),
                (words.text[begin:end], "strong" if style == "body" else style, "accent"),
            ):
                if part and left < box.right():
                    room = QRect(left, box.top(), box.right() - left, box.height())
                    left += self._paint_words(painter, room, part, part_style, part_ink)
            done = end
        return left - box.left()
