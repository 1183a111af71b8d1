"""Tables of frozen rows: columns know how to write a cell, one delegate paints every cell.

States: rows, nothing here (with a way to begin), and loading (grey bars after 150 ms; old rows stay, paler,
while the same question is asked again).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop.qt import icons, theme
from desktop.qt.widgets import CENTRE, LEFT, RIGHT, badge_width, paint_badge

CELL_PADDING = 10
LEAST_WIDTH = 96
LOADING_AFTER_MS = 150
_GREY_BARS = 6
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_WORD_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows. ``state`` makes it a badge; ``second`` is a quieter line below."""

    text: str
    second: str = ""
    state: str = ""
    strong: bool = False
    ink: str = "ink"
    icon: str = ""
    icon_ink: str = "accent"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, how a row becomes its cell, its width in px (0: takes what is left)."""

    title: str
    cell: Callable[[Any], Cell | str]
    width: int = 0
    right: bool = False


class Rows(QAbstractTableModel):
    """Frozen rows under their columns; cells are written when they are first looked at."""

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns, self.rows = tuple(columns), ()
        self._cells: dict[tuple[int, int], Cell] = {}

    def show(self, rows: Sequence[Any]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self._cells.clear()
        self.endResetModel()

    def cell(self, row: int, column: int) -> Cell:
        """One cell."""
        found = self._cells.get((row, column))
        if found is None:
            made = self.columns[column].cell(self.rows[row])
            found = made if isinstance(made, Cell) else Cell(made)
            self._cells[row, column] = found
        return found

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role not in _WORD_ROLES:
            return None
        cell = self.cell(index.row(), index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.columns[index.column()].title}: {cell.text} {cell.second}".strip()
        return cell.text

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self.columns[section].right else LEFT
        return None


class _Painter(QStyledItemDelegate):
    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self._table = table

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(0, self._table.row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        rows: Rows = self._table.rows_model
        cell, column = rows.cell(index.row(), index.column()), rows.columns[index.column()]
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.colour("accent_soft"))
            if index.column() == 0:
                painter.fillRect(
                    rect.x(), rect.y(), theme.SELECTION_BAR, rect.height(), theme.colour("accent")
                )
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, theme.colour("line"))
        inside = rect.adjusted(CELL_PADDING, 0, -CELL_PADDING, -1)
        if cell.state:
            self._paint_badge(painter, inside, cell)
        else:
            self._paint_words(painter, inside, cell, RIGHT if column.right else LEFT)
        painter.restore()

    def _paint_badge(self, painter: QPainter, box: QRect, cell: Cell) -> None:
        room = box.width() - badge_width("", cell.state)
        words = theme.metrics("small").elidedText(cell.text, Qt.TextElideMode.ElideRight, max(room, 8))
        top = box.center().y() - theme.BADGE / 2 + 1
        paint_badge(painter, box.left(), top, words, cell.state, dim=self._table.stale)

    def _paint_words(self, painter: QPainter, box: QRect, cell: Cell, align: Qt.AlignmentFlag) -> None:
        style = "strong" if cell.strong else "body"
        ink = "ink3" if self._table.stale else cell.ink
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
            words = theme.metrics("small").elidedText(cell.second, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(second, align, words)
        painter.setFont(theme.font(style))
        painter.setPen(theme.colour(ink))
        if not cell.second and self._table.row_height >= theme.ROW_TWO:
            painter.setClipRect(box)
            painter.drawText(first, align | Qt.TextFlag.TextWordWrap, cell.text)
            return
        painter.drawText(
            first, align, theme.metrics(style).elidedText(cell.text, Qt.TextElideMode.ElideRight, box.width())
        )


class Table(QTableView):
    """A table of frozen rows. ``moved`` follows the selected row, ``opened`` Enter and double click."""

    moved = Signal(object)
    opened = Signal(object)

    def __init__(
        self, name: str, columns: Sequence[Column], *, row_height: int | None = None, header: bool = True
    ) -> None:
        super().__init__()
        self.rows_model, self.row_height, self.stale = Rows(columns), row_height or theme.ROW, False
        self._empty, self._empty_hint, self._empty_icon, self._loading = "", "", "", False
        self.setAccessibleName(name)
        self.setModel(self.rows_model)
        self.setItemDelegate(_Painter(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._dress_headers(header)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOADING_AFTER_MS)
        self._timer.timeout.connect(self._show_loading)
        self.selectionModel().currentRowChanged.connect(self._tell_row)
        self.doubleClicked.connect(lambda index: self.opened.emit(self.rows_model.rows[index.row()]))

    def _dress_headers(self, header: bool) -> None:
        across, down = self.horizontalHeader(), self.verticalHeader()
        across.setAccessibleName(self.accessibleName())
        down.hide()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(self.row_height)
        down.setMinimumSectionSize(self.row_height)
        across.setVisible(header)
        across.setFont(theme.font("small"))
        across.setFixedHeight(theme.HEADER)
        across.setHighlightSections(False)
        across.setSectionsClickable(False)
        across.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        across.setMinimumSectionSize(24)

    @property
    def current(self) -> Any | None:
        """The selected row, or None."""
        index = self.currentIndex()
        return self.rows_model.rows[index.row()] if index.isValid() else None

    def show_rows(self, rows: Sequence[Any], *, select: int | None = None) -> None:
        """Show rows; ``select`` marks one of them."""
        self._timer.stop()
        self._loading = self.stale = False
        self.rows_model.show(rows)
        if select is not None and 0 <= select < len(self.rows_model.rows):
            self.selectRow(select)
        self.viewport().update()

    def show_empty(self, words: str, hint: str = "", icon: str = "") -> None:
        """What to say when there are no rows."""
        self._empty, self._empty_hint, self._empty_icon = words, hint, icon
        self.setAccessibleDescription(words)
        self.viewport().update()

    def asking(self) -> None:
        """Rows are on their way: nothing for 150 ms, then old rows paler or grey bars."""
        self._timer.start()

    def answered(self) -> None:
        """The question failed: rows seen before stay readable."""
        self._timer.stop()
        self._loading = self.stale = False
        self.viewport().update()

    def _show_loading(self) -> None:
        self._loading, self.stale = not self.rows_model.rows, bool(self.rows_model.rows)
        self.viewport().update()

    def _tell_row(self, index: QModelIndex) -> None:
        if index.isValid():
            self.moved.emit(self.rows_model.rows[index.row()])

    def copied(self) -> str:
        """The selected rows, or all, as text with titles: tabs between cells."""
        chosen = sorted({index.row() for index in self.selectedIndexes()}) or range(len(self.rows_model.rows))
        titles = "\t".join(column.title for column in self.rows_model.columns)
        lines = [
            "\t".join(
                " ".join(filter(None, (cell.text, cell.second)))
                for cell in (
                    self.rows_model.cell(at, column) for column in range(len(self.rows_model.columns))
                )
            )
            for at in chosen
        ]
        return "\n".join([titles, *lines])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.copied())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current is not None:
            self.opened.emit(self.current)
        elif event.text().strip() or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # letters and Ctrl keys belong to the page
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def setColumnHidden(self, column: int, hide: bool) -> None:
        super().setColumnHidden(column, hide)
        self._share_width()

    def _share_width(self) -> None:
        """Fixed columns keep their width; those of width 0 share what is left, which is never less than they need."""
        shown = [at for at in range(len(self.rows_model.columns)) if not self.isColumnHidden(at)]
        widths = {at: theme.grown(self.rows_model.columns[at].width) for at in shown}
        left, takers = self.viewport().width() - sum(widths.values()), list(widths.values()).count(0)
        for at, width in widths.items():
            title = title_room(self.rows_model.columns[at].title, LEAST_WIDTH)
            self.setColumnWidth(at, width or max(title, left // takers))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.rows_model.rows:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._loading:
            self._paint_bars(painter)
        elif self._empty:
            self._paint_empty(painter)

    def _paint_bars(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("sunken"))
        for at in range(_GREY_BARS):
            top = at * self.row_height + self.row_height / 2 - 5
            painter.drawRoundedRect(
                QRectF(CELL_PADDING, top, self.viewport().width() * 0.9 - 40 * at, 10), 4, 4
            )

    def _paint_empty(self, painter: QPainter) -> None:
        box = self.viewport().rect()
        top = max(box.height() // 2 - 60, theme.S2)
        if self._empty_icon and box.height() > 180:
            disc = QRectF(box.center().x() - theme.EMPTY_DISC / 2, top, theme.EMPTY_DISC, theme.EMPTY_DISC)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft"))
            painter.drawEllipse(disc)
            inset = (theme.EMPTY_DISC - theme.ICON_EMPTY) / 2
            icons.paint(
                painter,
                self._empty_icon,
                theme.colour("accent"),
                theme.ICON_EMPTY,
                disc.x() + inset,
                disc.y() + inset,
            )
            top += theme.EMPTY_DISC + theme.S3
        painter.setPen(theme.colour("ink2"))
        painter.setFont(theme.font("strong"))
        painter.drawText(QRect(0, int(top), box.width(), 22), CENTRE, self._empty)
        painter.setPen(theme.colour("ink3"))
        painter.setFont(theme.font("small"))
        painter.drawText(QRect(0, int(top) + 24, box.width(), 20), CENTRE, self._empty_hint)


def money_cell(words: str, *, zero: bool = False, strong: bool = True, ink: str = "ink") -> Cell:
    """An amount; a zero that is only noise is paler."""
    return Cell(words, strong=strong and not zero, ink="ink3" if zero else ink)


def badge_room(title: str, words: Iterable[str]) -> int:
    """The width of a column of badges that may say any of these, under its title."""
    return max(title_room(title, 0), *(badge_width(word, "ok") + 2 * CELL_PADDING + 2 for word in words))


def title_room(title: str, least: int) -> int:
    """The width of a column of figures that need ``least`` px, wider where its title is longer."""
    return max(least, theme.metrics("small").horizontalAdvance(title) + 2 * CELL_PADDING + 2)


def fitting(table: Table, most: int) -> QWidget:
    """Let a table be as high as its rows, up to ``most`` of them."""
    rows = min(max(len(table.rows_model.rows), 1), most)
    table.setFixedHeight(theme.HEADER + rows * table.row_height)
    return table
