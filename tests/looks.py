"""What is wrong with the look of a window: words with less room than they need, parts that stick out or overlap."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QModelIndex, QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QTextEdit,
    QWidget,
)

from desktop.qt import theme
from desktop.qt.figures import Elided, badge_width
from desktop.qt.fold import Scroll
from desktop.qt.table import CELL_PADDING, Table

SMALLEST_HIT = 24
CONTROLS = (
    QAbstractButton, QLineEdit, QComboBox, QAbstractItemView, QAbstractSpinBox, QPlainTextEdit, QTextEdit,
)  # fmt: skip
SLACK = 1  # of a pixel: sizes are whole, advances are not
ROWS_LOOKED_AT = 12
FIELD_PADDING = 20
HEADER_PADDING = 10


def faults(root: QWidget) -> list[str]:
    """Everything below that is wrong with what a window shows now."""
    return [
        fault
        for part in _shown(root)
        for look in (_cut, _outside, _overlapping, _unnamed, _too_small, _scrolled_sideways)
        for fault in look(part)
    ]


def _shown(root: QWidget) -> list[QWidget]:
    """Every part somebody sees; what Qt makes for itself is left out."""
    return [
        part
        for part in root.findChildren(QWidget)
        if part.isVisible()
        and not isinstance(part, QScrollBar | QHeaderView)
        and not part.objectName().startswith("qt_")
    ]


def _name(part: QWidget) -> str:
    words = part.text() if isinstance(part, QLabel | QAbstractButton | QLineEdit) else part.accessibleName()
    return f"{type(part).__name__} {words!r}"


def _in_scroll_area(part: QWidget) -> bool:
    """Whether a part is the content of something that scrolls, and so may be larger than it."""
    parent = part.parentWidget()
    return isinstance(parent and parent.parentWidget(), QAbstractScrollArea)


def _cut(part: QWidget) -> Iterator[str]:
    """Words that need more than their box."""
    if isinstance(part, Table):
        yield from _cut_in_table(part)
    elif isinstance(part, QLabel):
        yield from _cut_label(part)
    elif isinstance(part, QLineEdit):
        words = part.placeholderText()
        if part.fontMetrics().horizontalAdvance(words) > part.width() - FIELD_PADDING + SLACK:
            yield f"the example {words!r} is cut in {_name(part)}"
    elif isinstance(part, QComboBox):
        room = part.width() - FIELD_PADDING - theme.ICON_TEXT
        if part.fontMetrics().horizontalAdvance(part.currentText()) > room + SLACK:
            yield f"{part.currentText()!r} is cut in a list of {part.width()} px"
    else:
        yield from _cut_painted(part)


def _cut_label(part: QLabel) -> Iterator[str]:
    words = part.text()
    if not words:
        return
    if part.wordWrap():
        if part.height() + SLACK < part.heightForWidth(part.width()):
            yield f"{words!r} is cut below: {part.height()} of {part.heightForWidth(part.width())} px"
        return
    needs = max(part.fontMetrics().horizontalAdvance(line) for line in words.split("\n"))
    if needs > part.width() + SLACK and not (isinstance(part, Elided) and part.toolTip() == words):
        yield f"{words!r} has {part.width()} of {needs} px"
    if part.height() < part.fontMetrics().height() - 2:
        yield f"{words!r} is {part.height()} px high, its letters {part.fontMetrics().height()}"


def _cut_painted(part: QWidget) -> Iterator[str]:
    """What paints itself says by `minimumSizeHint` how much room its words need."""
    least = part.minimumSizeHint()
    for side, has, needs in (("wide", part.width(), least.width()), ("high", part.height(), least.height())):
        if has + SLACK < needs:
            yield f"{_name(part)} is {has} px {side} and needs {needs}"
    if isinstance(part, QAbstractButton) and part.text():
        words = theme.metrics("small").horizontalAdvance(part.text())
        if words > part.width():
            yield f"{_name(part)} has {part.width()} px for words of {words}"


def _cut_in_table(table: Table) -> Iterator[str]:
    model = table.rows_model
    for at, column in enumerate(model.columns):
        if table.isColumnHidden(at):
            continue
        width = table.columnWidth(at)
        title = theme.metrics("small").horizontalAdvance(column.title) + 2 * HEADER_PADDING
        gives_way = not column.width and table.header.cut_title(at) == column.title  # and a tooltip tells it
        if table.horizontalHeader().isVisible() and title > width + SLACK and not gives_way:
            yield f"{table.accessibleName()}: title {column.title!r} has {width} of {title} px"
        for row in range(min(model.rowCount(QModelIndex()), ROWS_LOOKED_AT)):
            yield from _cut_cell(table, model.cell(row, at), width, column.right)


def _cut_cell(table: Table, cell, width: int, right: bool) -> Iterator[str]:
    room = width - 2 * CELL_PADDING
    words = theme.metrics("strong" if cell.strong else "body").horizontalAdvance(cell.text)
    if cell.state and badge_width(cell.text, cell.state) > room + SLACK:
        yield f"{table.accessibleName()}: badge {cell.text!r} has {room} px"
    elif right and not cell.state and words > room + SLACK:
        yield f"{table.accessibleName()}: number {cell.text!r} has {room} of {words} px"


def _outside(part: QWidget) -> Iterator[str]:
    """Parts that stick out of what they lie in."""
    parent = part.parentWidget()
    if parent is None or part.isWindow() or _in_scroll_area(part):
        return
    if isinstance(parent, QAbstractScrollArea | QHeaderView):
        return
    room = parent.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK)
    if not room.contains(part.geometry()) and part.width() and part.height():
        yield f"{_name(part)} at {part.geometry().getRect()} sticks out of {_name(parent)} {parent.size().toTuple()}"


def _overlapping(panel: QWidget) -> Iterator[str]:
    """Parts of one panel that lie over each other."""
    if not panel.layout():
        return
    managed = [panel.layout()]
    for layout in managed:  # grows while it is read
        managed += [item.layout() for item in map(layout.itemAt, range(layout.count())) if item.layout()]
    parts = [
        item.widget()
        for layout in managed
        for item in map(layout.itemAt, range(layout.count()))
        if item.widget() is not None and item.widget().isVisible()
    ]
    for one, other in combinations(parts, 2):
        both: QRect = one.geometry().intersected(other.geometry())
        stacked = panel.layout().metaObject().className() == "QStackedLayout"
        if both.width() > SLACK and both.height() > SLACK and not stacked:
            yield f"{_name(one)} lies over {_name(other)}"


def _unnamed(part: QWidget) -> Iterator[str]:
    """Controls that say nothing to those who listen."""
    if isinstance(part, CONTROLS) and not part.accessibleName():
        yield f"{type(part).__name__} in {_name(part.parentWidget())} has no name"


def _too_small(part: QWidget) -> Iterator[str]:
    """Controls too small to be hit."""
    if isinstance(part, QAbstractButton | QLineEdit | QComboBox) and part.height() < SMALLEST_HIT:
        yield f"{_name(part)} is {part.height()} px high"


def _scrolled_sideways(part: QWidget) -> Iterator[str]:
    """A page that has to be scrolled to the side to be read."""
    if isinstance(part, QScrollArea) and part.horizontalScrollBar().maximum() > SLACK:
        yield f"{_name(part.widget())} is {part.horizontalScrollBar().maximum()} px too wide"


def wide_tables(root: QWidget) -> list[str]:
    """Tables that have to be scrolled to the side, in a window that has room for all of their columns."""
    return [
        f"{_name(part)} is {part.horizontalScrollBar().maximum()} px too wide"
        for part in root.findChildren(Table)
        if part.isVisible() and part.horizontalScrollBar().maximum() > SLACK
    ]


def high_pages(root: QWidget) -> list[str]:
    """Pages that have to be scrolled, in a window that is high enough for all of them."""
    return [
        f"{_name(part.widget())} is {part.verticalScrollBar().maximum()} px too high"
        for part in root.findChildren(Scroll)
        if part.isVisible() and part.verticalScrollBar().maximum() > SLACK
    ]


def reading_order(root: QWidget) -> list[str]:
    """Where Tab goes upwards instead of on: from one control to one that ends above it, in the same panel."""
    found, before = [], None
    part = root.nextInFocusChain()
    while part is not None and part is not root:
        if (
            part.isVisible()
            and part.focusPolicy() & Qt.FocusPolicy.TabFocus
            and root.isAncestorOf(part)
            and part.isEnabled()
        ):
            if before is not None and before.parentWidget() is part.parentWidget():
                place, last = part.mapTo(root, QPoint(0, 0)), before.mapTo(root, QPoint(0, 0))
                back = place.y() + part.height() <= last.y()
                left = place.y() < last.y() + before.height() and place.x() < last.x() and not back
                if back or left:
                    found.append(f"Tab goes back from {_name(before)} to {_name(part)}")
            before = part
        part = part.nextInFocusChain()
    return found
