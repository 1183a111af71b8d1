"""How a table is painted: every cell by one delegate, and what stands there while there are no rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from desktop.qt import icons, theme
from desktop.qt.basics import CENTRE, LEFT, RIGHT
from desktop.qt.buttons import cap_width, paint_cap
from desktop.qt.figures import badge_width, paint_badge
from desktop.qt.rows import Cell, Column, Group, Index

CELL_PADDING = 10
TICK_ROOM = theme.ICON_BUTTON + CELL_PADDING
SPARK_STEP = 7
_GREY_BARS = 6
_BAR_HEIGHT = 10


class CellPainter(QStyledItemDelegate):
    """Paints the cells of a `Table`: words in one or two lines, badges, check boxes, group rows, grey bars."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._table.row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        table, rect, row = self._table, option.rect, index.row()
        rows, first = table.rows_model, table.first_column == index.column()
        cell = rows.cell(row, index.column())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        group = rows.row(row) if cell is None else None
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        self._paint_ground(painter, rect, selected, first, group)
        inside = rect.adjusted(CELL_PADDING, 0, -CELL_PADDING, -1)
        if cell is None:
            if isinstance(group, Group):
                self._paint_group(painter, rect, group)
            else:
                grey_bar(painter, inside, max(24, round(inside.width() * 0.6)))
            painter.restore()
            return
        if first and table.ticks:
            paint_tick(painter, inside.left(), rect.center().y(), table.is_ticked(row))
            inside.setLeft(inside.left() + TICK_ROOM)
        if cell.ticked is not None:
            paint_tick(painter, inside.left(), rect.center().y(), cell.ticked)
            inside.setLeft(inside.left() + TICK_ROOM)
        dim = table.stale or rows.stale(row)
        if cell.spark:
            paint_spark(painter, inside, cell.spark)
        elif cell.state:
            self._paint_badge(painter, inside, cell, dim=dim, edged=selected)
        elif cell.cap:
            self._paint_cap(painter, inside, cell.text, "surface" if selected else "sunken")
        else:
            self._paint_words(painter, inside, cell, rows.columns[index.column()], dim)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, rect: QRect, selected: bool, first: bool, group: object
    ) -> None:
        if selected:
            painter.fillRect(rect, theme.colour("accent_soft"))
            if first:
                painter.fillRect(
                    rect.x(), rect.y(), theme.SELECTION_BAR, rect.height(), theme.colour("accent")
                )
        elif isinstance(group, Group):
            painter.fillRect(rect, theme.colour("subtle"))
        if (
            rect.bottom() < self._table.viewport().height() - 1
        ):  # at the very end stands the line of the panel
            painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, theme.colour("line"))

    def _paint_group(self, painter: QPainter, rect: QRect, group: Group) -> None:
        """Chevron, name, count and sum across all columns: each cell shows its part of them."""
        left = self._table.columnViewportPosition(self._table.first_column) + CELL_PADDING
        box = QRect(left, rect.y(), self._table.viewport().width() - CELL_PADDING - left, rect.height())
        painter.setClipRect(rect)
        chevron = "chevron-right" if group.folded else "chevron-down"
        top = box.center().y() - theme.ICON_TEXT / 2
        icons.paint(painter, chevron, theme.colour("ink2"), theme.ICON_TEXT, box.left(), top)
        box.setLeft(box.left() + theme.ICON_TEXT + theme.S2)
        painter.setPen(theme.colour("ink"))
        painter.setFont(theme.font("strong"))
        painter.drawText(box, LEFT, group.name)
        box.setLeft(box.left() + theme.metrics("strong").horizontalAdvance(group.name) + theme.S3)
        painter.setPen(theme.colour("ink2"))
        painter.setFont(theme.font("body"))
        painter.drawText(box, LEFT, self._table.summary(group.rows))

    def _paint_cap(self, painter: QPainter, box: QRect, key: str, ground: str) -> None:
        if key:
            left, top = box.right() + 1 - cap_width(key), box.center().y() - theme.KEY_CAP / 2 + 1
            paint_cap(painter, left, top, key, theme.colour(ground), theme.colour("ink2"), None)

    def _paint_badge(self, painter: QPainter, box: QRect, cell: Cell, *, dim: bool, edged: bool) -> None:
        room = box.width() - badge_width("", cell.state)
        words = theme.metrics("small").elidedText(cell.text, Qt.TextElideMode.ElideRight, max(room, 8))
        top = box.center().y() - theme.BADGE / 2 + 1
        paint_badge(painter, box.left(), top, words, cell.state, dim=dim, edged=edged)

    def _paint_words(self, painter: QPainter, box: QRect, cell: Cell, column: Column, dim: bool) -> None:
        style, align = "strong" if cell.strong else "body", RIGHT if column.right else LEFT
        if cell.icon:
            top = box.center().y() - theme.ICON_TEXT / 2
            icons.paint(painter, cell.icon, theme.colour(cell.icon_ink), theme.ICON_TEXT, box.left(), top)
            box = box.adjusted(theme.ICON_TEXT + theme.S2, 0, 0, 0)
        first = QRect(box)
        if cell.second:
            first.setBottom(box.top() + box.height() // 2 + 1)
            second = QRect(box.left(), box.top() + box.height() // 2 - 1, box.width(), box.height() // 2)
            painter.setFont(theme.font("small"))
            painter.setPen(theme.colour("ink3"))
            painter.drawText(second, align, shortened(cell.second, "small", box.width(), column.head))
        painter.setFont(theme.font(style))
        painter.setPen(theme.colour("ink3" if dim else cell.ink))
        if not cell.second and self._table.row_height >= theme.ROW_TWO:
            painter.setClipRect(box)
            painter.drawText(first, align | Qt.TextFlag.TextWordWrap, cell.text)
            return
        painter.drawText(first, align, shortened(cell.text, style, box.width(), column.head))


def shortened(words: str, style: str, room: int, head: float = 0.0) -> str:
    """Words as they fit into ``room`` px: without their end, or without their middle when a ``head`` is kept."""
    metrics = theme.metrics(style)
    if not head or metrics.horizontalAdvance(words) <= room:
        return metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
    first = metrics.elidedText(words, Qt.TextElideMode.ElideRight, round(room * head))[:-1].rstrip()
    return first + metrics.elidedText(
        words, Qt.TextElideMode.ElideLeft, room - metrics.horizontalAdvance(first)
    )


def paint_spark(painter: QPainter, box: QRect, bars: Sequence[tuple[float, bool]]) -> None:
    """Small bars from left to right on one line; see `Cell`."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    foot, most = box.bottom() - theme.S2, box.height() - 2 * theme.S2
    for at, (share, estimated) in enumerate(bars):
        last = at == len(bars) - 1
        height = max(round(share * most), 1)
        painter.setBrush(theme.colour("bar_hi" if last else "est" if estimated else "bar"))
        painter.drawRect(box.left() + at * SPARK_STEP, foot - height, SPARK_STEP - 2, height)


def spark_room(title: str, bars: int) -> int:
    """The width of a column of so many small bars, under its title."""
    return title_room(title, bars * SPARK_STEP + 2 * CELL_PADDING)


def badge_room(title: str, words: Iterable[str]) -> int:
    """The width to give a column of badges that may say any of these, under its title."""
    widest = max(badge_width(word, "ok") for word in words)
    return title_room(title, theme.ungrown(widest + 2 * CELL_PADDING + 2))


def title_room(title: str, least: int) -> int:
    """The width to give a column of figures that need ``least`` px, wider where its title is longer."""
    return max(least, theme.ungrown(title_width(title)))


def words_room(*words: str, least: int = 132) -> int:
    """The width to give a column whose second lines may say any of these."""
    return max(title_room(one, least) for one in words)


def title_width(title: str) -> int:
    """What the title of a column takes at the person's type size."""
    return theme.metrics("small").horizontalAdvance(title) + 2 * CELL_PADDING + 2


def paint_tick(painter: QPainter, left: float, middle: float, ticked: bool) -> None:
    """A check box of 16 px; the accent fills one that is ticked."""
    box = QRectF(
        left + 0.5, middle - theme.ICON_BUTTON / 2 + 0.5, theme.ICON_BUTTON - 1, theme.ICON_BUTTON - 1
    )
    painter.setPen(QPen(theme.colour("accent" if ticked else "line_strong"), 1))
    painter.setBrush(theme.colour("accent") if ticked else QColor(theme.colour("surface")))
    painter.drawRoundedRect(box, 3, 3)
    if ticked:
        inset = (theme.ICON_BUTTON - 12) / 2
        icons.paint(painter, "check", theme.colour("on_accent"), 12, left + inset, box.top() - 0.5 + inset)


def grey_bar(painter: QPainter, box: QRect, width: float) -> None:
    """What stands for words that are still on their way."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("sunken"))
    top = box.center().y() - _BAR_HEIGHT / 2
    painter.drawRoundedRect(
        QRectF(box.left(), top, width, _BAR_HEIGHT), theme.RADIUS_SMALL, theme.RADIUS_SMALL
    )


def paint_bars(painter: QPainter, box: QRect, row_height: int) -> None:
    """Six grey bars: the first rows are on their way."""
    for at in range(_GREY_BARS):
        row = QRect(box.left() + CELL_PADDING, box.top() + at * row_height, box.width(), row_height)
        grey_bar(painter, row, box.width() * 0.9 - 40 * at)


def paint_empty(painter: QPainter, box: QRect, words: str, hint: str, icon: str) -> None:
    """Why there are no rows, in the middle: an icon in its disc, one line, a quieter one."""
    top = max(box.height() // 2 - 60, theme.S2)
    if icon and box.height() > 180:
        disc = QRectF(box.center().x() - theme.EMPTY_DISC / 2, top, theme.EMPTY_DISC, theme.EMPTY_DISC)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent_soft"))
        painter.drawEllipse(disc)
        inset = (theme.EMPTY_DISC - theme.ICON_EMPTY) / 2
        icons.paint(
            painter, icon, theme.colour("accent"), theme.ICON_EMPTY, disc.x() + inset, disc.y() + inset
        )
        top += theme.EMPTY_DISC + theme.S3
    painter.setPen(theme.colour("ink2"))
    painter.setFont(theme.font("strong"))
    painter.drawText(QRect(0, int(top), box.width(), 22), CENTRE, words)
    painter.setPen(theme.colour("ink3"))
    painter.setFont(theme.font("small"))
    painter.drawText(QRect(0, int(top) + 24, box.width(), 20), CENTRE, hint)
