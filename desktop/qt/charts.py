"""Painted pictures of figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.kernel.text import Catalog
from desktop.qt import theme
from desktop.qt.widgets import CENTRE, RIGHT

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


class UsageBars(QWidget):
    """Up to 13 months as bars, the last one in accent and bold; estimated months are hatched."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._bars: tuple[UsageBar, ...] = ()
        self._name = name
        self.setAccessibleName(name)
        self.setMinimumHeight(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_bars(self, bars: Sequence[UsageBar]) -> None:
        """Show these months, oldest first."""
        self._bars = tuple(bars)
        self.setAccessibleDescription(", ".join(f"{bar.label}: {bar.words}" for bar in bars))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bars:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        highest = max(Decimal(1), *(bar.value for bar in self._bars))
        step = grid_step(highest)
        top_value = max(highest, step)
        scale = f"{step * int(top_value / step):,f}"
        left = theme.metrics("small").horizontalAdvance(scale) + theme.S2
        area = QRectF(left, 20, self.width() - left - 2, self.height() - 20 - 22)
        self._paint_grid(painter, area, step, top_value)
        width = area.width() / len(self._bars)
        for at, bar in enumerate(self._bars):
            high = float(bar.value / top_value) * area.height()
            box = QRectF(area.left() + at * width + width * 0.18, area.bottom() - high, width * 0.64, high)
            self._paint_bar(painter, box, bar, last=at == len(self._bars) - 1, room=width)

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

    def _paint_bar(self, painter: QPainter, box: QRectF, bar: UsageBar, *, last: bool, room: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if bar.estimated:
            painter.setBrush(theme.colour("est_soft"))
            painter.drawRect(box)
            painter.setBrush(QBrush(theme.colour("est"), Qt.BrushStyle.BDiagPattern))
            painter.setPen(QPen(theme.colour("est"), 1))
            painter.drawRect(box)
        else:
            painter.setBrush(theme.colour("bar_hi" if last else "bar"))
            painter.drawRoundedRect(box, 2, 2)
        painter.setFont(theme.font("strong" if last else "small"))
        painter.setPen(theme.colour("ink" if last else "ink2"))
        over = QRectF(box.center().x() - room / 2 - 6, box.top() - 19, room + 12, 18)
        under = QRectF(box.center().x() - room / 2 - 4, box.bottom() + 3, room + 8, 18)
        if theme.metrics("small").horizontalAdvance(bar.words) <= room + 6:
            painter.drawText(over, CENTRE, bar.words)
        painter.drawText(under, CENTRE, bar.label)
