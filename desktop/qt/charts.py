"""Painted pictures of figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.kernel.text import Catalog
from desktop.qt import theme
from desktop.qt.basics import CENTRE, LEFT, RIGHT

_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class UsageBar:
    """One month: the label under it, its height, the words over it, and whether it is estimated."""

    label: str
    value: Decimal
    words: str
    estimated: bool


def month_bars(say: Catalog, months: Sequence[tuple[date, Decimal, bool]]) -> list[UsageBar]:
    """Months (first day, kWh, estimated) as bars; the first one and every January carry their year."""
    bars = []
    for at, (month, energy, estimated) in enumerate(months):
        with_year = at == 0 or month.month == 1
        label = say.short_month(month) if with_year else str(month.month)
        bars.append(UsageBar(label, energy, say.number(energy, 0), estimated))
    return bars


def grid_step(highest: Decimal, lines: int = 3) -> Decimal:
    """The round distance (1, 2 or 5 times a power of ten) between grid lines so that about ``lines`` fit.

    >>> grid_step(Decimal(450))
    Decimal('200')
    """
    if highest <= 0:
        return Decimal(1)
    exponent = 0
    while True:
        for digit in _STEPS:
            step = Decimal(digit) * 10**exponent
            if step * lines >= highest:
                return step
        exponent += 1


_ARROWS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class UsageBars(QWidget):
    """Up to 13 months as bars, the one looked at in accent and bold; estimated months are hatched.

    The last month is looked at first. Where months are ``chosen`` by ← → (or a press), the widget takes the focus
    and `moved` tells the place of the month looked at.
    """

    moved = Signal(int)

    def __init__(self, name: str, *, chosen: bool = False) -> None:
        super().__init__()
        self._bars: tuple[UsageBar, ...] = ()
        self._name, self.at = name, -1
        self.setAccessibleName(name)
        self.setMinimumHeight(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.chosen = chosen
        if chosen:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_bars(self, bars: Sequence[UsageBar]) -> None:
        """Show these months, oldest first, the last one looked at."""
        self._bars = tuple(bars)
        self.at = len(self._bars) - 1
        self._tell()

    def look_at(self, at: int) -> None:
        """Look at another month, without telling."""
        if at != self.at and 0 <= at < len(self._bars):
            self.at = at
            self._tell()

    def _tell(self) -> None:
        """Say the month looked at, then all of them, to those who listen."""
        if self.chosen and self._bars:
            here = self._bars[self.at]
            self.setAccessibleName(f"{self._name}, {here.label}: {here.words}")
        self.setAccessibleDescription(", ".join(f"{bar.label}: {bar.words}" for bar in self._bars))
        self.update()

    def _choose(self, at: int) -> None:
        if at != self.at and 0 <= at < len(self._bars):
            self.look_at(at)
            self.moved.emit(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.chosen and event.key() in _ARROWS:
            self._choose(self.at + _ARROWS[event.key()])
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.chosen and self._bars:
            area = self._area()
            self._choose(int((event.position().x() - area.left()) * len(self._bars) / area.width()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _scale(self) -> tuple[Decimal, Decimal]:
        """The distance between grid lines, and the value at the top."""
        highest = max(Decimal(1), *(bar.value for bar in self._bars))
        step = grid_step(highest)
        return step, max(highest, step)

    def _area(self) -> QRectF:
        step, top = self._scale()
        left = theme.metrics("small").horizontalAdvance(f"{step * int(top / step):,f}") + theme.S2
        return QRectF(left, 20, self.width() - left - 2, self.height() - 20 - 22)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._bars:
            (step, top), area = self._scale(), self._area()
            self._paint_grid(painter, area, step, top)
            width = area.width() / len(self._bars)
            for at, bar in enumerate(self._bars):
                high = float(bar.value / top) * area.height()
                box = QRectF(area.left() + (at + 0.18) * width, area.bottom() - high, width * 0.64, high)
                self._paint_bar(painter, box, bar, here=at == self.at, room=width)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus"), theme.FOCUS_RING))
            ring = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(ring, theme.RADIUS_SMALL, theme.RADIUS_SMALL)

    def _paint_grid(self, painter: QPainter, area: QRectF, step: Decimal, top: Decimal) -> None:
        painter.setFont(theme.font("small"))
        value = Decimal(0)
        while value <= top:
            y = area.bottom() - float(value / top) * area.height()
            painter.setPen(QPen(theme.colour("line" if value else "line_strong"), 1))
            painter.drawLine(int(area.left()), round(y), int(area.right()), round(y))
            painter.setPen(theme.colour("ink2"))
            painter.drawText(QRectF(0, y - 9, area.left() - theme.S2, 18), RIGHT, f"{value:f}")
            value += step

    def _paint_bar(self, painter: QPainter, box: QRectF, bar: UsageBar, *, here: bool, room: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if bar.estimated:
            painter.setBrush(theme.colour("est_soft"))
            painter.drawRect(box)
            painter.setBrush(QBrush(theme.colour("est"), Qt.BrushStyle.BDiagPattern))
            painter.setPen(QPen(theme.colour("est"), 2 if here else 1))
            painter.drawRect(box)
        else:
            painter.setBrush(theme.colour("bar_hi" if here else "bar"))
            painter.drawRoundedRect(box, 2, 2)
        painter.setFont(theme.font("strong" if here else "small"))
        painter.setPen(theme.colour("ink" if here else "ink2"))
        over = QRectF(box.center().x() - room / 2 - 6, box.top() - 19, room + 12, 18)
        under = QRectF(box.center().x() - room / 2 - 4, box.bottom() + 3, room + 8, 18)
        if theme.metrics("small").horizontalAdvance(bar.words) <= room + 6:
            painter.drawText(over, CENTRE, bar.words)
        painter.drawText(under, CENTRE, bar.label)


@dataclass(frozen=True, slots=True)
class Difference:
    """One cause: its name, how much it changed as a share of what it was, the two values, and the difference."""

    cause: str
    share: Decimal
    words: str
    difference: str


class Differences(QWidget):
    """Two papers beside each other: cause, bar, values and difference; the last row is the sum of both.

    Rows without a change stay, so that one sees nothing is left out.
    """

    ROW = 26

    def __init__(self, name: str) -> None:
        super().__init__()
        self._rows: tuple[Difference, ...] = ()
        self._sum: Difference | None = None
        self._name = name
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_rows(self, rows: Sequence[Difference], total: Difference | None) -> None:
        """Show these causes, and under a line what they come to."""
        self._rows, self._sum = tuple(rows), total
        every = [*rows, total] if total else rows
        told = [f"{one.cause}: {one.words} {one.difference}".strip() for one in every]
        self.setAccessibleDescription(", ".join(told))
        self.setMinimumHeight(self.ROW * len(every))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        every = [*self._rows, self._sum] if self._sum else list(self._rows)
        body, strong = theme.metrics("body"), theme.metrics("strong")
        left = max(body.horizontalAdvance(one.cause) for one in self._rows) + theme.S3
        right = max(strong.horizontalAdvance(one.difference) for one in every)
        words = max(body.horizontalAdvance(one.words) for one in self._rows)
        room = QRectF(left, 0, self.width() - left - words - right - 2 * theme.S4, self.ROW)
        for at, one in enumerate(self._rows):
            self._paint_row(painter, at * self.ROW, one, room.translated(0, at * self.ROW), right)
        if self._sum:
            top = len(self._rows) * self.ROW
            painter.fillRect(QRectF(0, top, self.width(), 1), theme.colour("line"))
            painter.setFont(theme.font("strong"))
            painter.setPen(theme.colour("ink"))
            line = QRectF(0, top, self.width(), self.ROW)
            painter.drawText(line, LEFT, f"{self._sum.cause}  {self._sum.words}")
            painter.drawText(line, RIGHT, self._sum.difference)

    def _paint_row(self, painter: QPainter, top: float, one: Difference, room: QRectF, right: float) -> None:
        line = QRectF(0, top, self.width(), self.ROW)
        painter.setFont(theme.font("body"))
        painter.setPen(theme.colour("ink"))
        painter.drawText(line, LEFT, one.cause)
        painter.drawText(line, RIGHT, one.difference)
        painter.setPen(theme.colour("ink2"))
        painter.drawText(line.adjusted(0, 0, -right - theme.S4, 0), RIGHT, one.words)
        if one.share and room.width() > theme.S5:
            self._paint_share(painter, one.share, room)

    def _paint_share(self, painter: QPainter, share: Decimal, room: QRectF) -> None:
        """A bar to the right for more, to the left for less; from the middle where both are shown."""
        longest = max(abs(one.share) for one in self._rows)
        both = any(one.share < 0 for one in self._rows)
        full = room.width() / 2 if both else room.width()
        long = max(float(abs(share) / longest) * full, 2)
        start = room.left() + (full if both else 0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("bar_hi" if share > 0 else "bar"))
        painter.drawRoundedRect(
            QRectF(start if share > 0 else start - long, room.center().y() - 5, long, 10), 2, 2
        )
