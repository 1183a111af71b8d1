"""Which columns of a table are shown, in which order and how wide, and how rows are sorted: chosen and remembered."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
)

from desktop.kernel.listing import Listing
from desktop.qt import theme
from desktop.qt.basics import LEFT, Label
from desktop.qt.buttons import KeyHint
from desktop.qt.cells import CELL_PADDING, TICK_ROOM, paint_tick, title_width
from desktop.qt.rows import Index

_KEEP_AFTER_MS = 400
_LEAST = 96
_NARROWEST, _TITLE_CUT = 72, 100
"""So far a column that shares what is left gives way: to its title, and that is cut where it is longer than this."""


class Arrangement:
    """The columns of one `Table`. A person leaves columns out, moves and widens them; a page may withhold one."""

    def __init__(self, table: QTableView) -> None:
        self._table, self._header = table, table.horizontalHeader()
        self._store: Any = None
        self._name = ""
        self._withheld: set[int] = set()
        self._left_out: set[str] = set()
        self._widths: dict[str, int] = {}
        self._sharing = False
        self._timer = QTimer(table)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_KEEP_AFTER_MS)
        self._timer.timeout.connect(self.keep)
        self._header.sectionResized.connect(self._dragged)
        self._header.sectionHandleDoubleClicked.disconnect()  # Qt would measure a thousand rows
        self._header.sectionHandleDoubleClicked.connect(self._fit)

    @property
    def _columns(self):
        return self._table.rows_model.columns

    @property
    def order(self) -> list[int]:
        """All columns as they stand, shown or not."""
        return [self._header.logicalIndex(at) for at in range(self._header.count())]

    @property
    def shown(self) -> list[int]:
        """The columns shown, from left to right."""
        return [column for column in self.order if not self._header.isSectionHidden(column)]

    def is_chosen(self, column: int) -> bool:
        """Whether the person wants to see a column."""
        return self._columns[column].key not in self._left_out

    def choose(self, column: int, shown: bool) -> None:
        """Show a column or leave it out; the last one stays."""
        key = self._columns[column].key
        if shown:
            self._left_out.discard(key)
        elif len(self._left_out) + 1 < len(self._columns):
            self._left_out.add(key)
        self._apply()

    def withhold(self, column: int, hidden: bool) -> None:
        """Take a column away for as long as the page has no room for it; not remembered."""
        (self._withheld.add if hidden else self._withheld.discard)(column)
        self._apply(keep=False)

    def move(self, column: int, by: int) -> None:
        """Move a column among all columns."""
        at = self._header.visualIndex(column)
        self._header.moveSection(at, max(0, min(self._header.count() - 1, at + by)))
        self._apply()

    def reset(self) -> None:
        """All columns, in their own order and width."""
        self._left_out.clear()
        self._widths.clear()
        self._put_in_order(range(len(self._columns)))
        self._apply()

    def _put_in_order(self, order) -> None:
        for at, column in enumerate(order):
            self._header.moveSection(self._header.visualIndex(column), at)

    def _apply(self, *, keep: bool = True) -> None:
        for at, column in enumerate(self._columns):
            self._header.setSectionHidden(at, at in self._withheld or column.key in self._left_out)
        self.share_width()
        self._table.viewport().update()
        if keep:
            self.keep()

    # Width ---------------------------------------------------------------------------------------------------

    def share_width(self) -> None:
        """Columns keep the width they were given, and more for a longer title where there is room for it.

        Those of width 0 share what is left, never less than they need; where only a little is missing they give way
        rather than the table scrolls to the side.
        """
        own = {
            at: self._widths.get(self._columns[at].key, theme.grown(self._columns[at].width))
            for at in self.shown
        }
        titles = {at: title_width(self._columns[at].title) for at in own}
        titled = {
            at: max(width, titles[at]) if width and self._columns[at].key not in self._widths else width
            for at, width in own.items()
        }
        least = {
            at: max(_LEAST, titles[at], theme.grown(self._columns[at].least))
            for at, width in own.items()
            if not width
        }
        room = self._table.viewport().width()
        shared = self._shared(titled, least, room) or self._shared(own, least, room) or own
        left = room - sum(shared.values())
        self._sharing = True
        for at, width in shared.items():
            self._header.resizeSection(at, width or max(least[at], left // len(least)))
        self._sharing = False

    def _shared(self, widths: dict[int, int], least: dict[int, int], room: int) -> dict[int, int] | None:
        """The widths as they fit, with less for the columns that share what is left; None without room."""
        missing = sum(widths.values()) + sum(least.values()) - room
        if missing <= 0:
            return widths
        gives = {
            at: max(
                0, width - max(_NARROWEST, theme.grown(one.least), min(_TITLE_CUT, title_width(one.title)))
            )
            for at, width, one in ((at, width, self._columns[at]) for at, width in least.items())
        }
        if missing > sum(gives.values()):
            return None
        found = dict(widths)
        for at, most in gives.items():
            by = min(most, missing)
            missing -= by
            found[at] = least[at] - by
        return found

    def _dragged(self, column: int, _before: int, width: int) -> None:
        if not self._sharing and width and not self._header.isSectionHidden(column):
            self._widths[self._columns[column].key] = width
            self._timer.start()
            QTimer.singleShot(0, self._table, self.share_width)

    def _fit(self, column: int) -> None:
        """A double click on the edge of a title gives the column its own width back."""
        self._widths.pop(self._columns[column].key, None)
        self.share_width()
        self.keep()

    # Memory --------------------------------------------------------------------------------------------------

    @property
    def remembered(self) -> bool:
        """Whether what is chosen is kept."""
        return self._store is not None

    def remember(self, store: Any, name: str) -> None:
        """Take over what ``store`` holds under a name, and keep what is chosen from now on."""
        self._store, self._name = store, name
        known = store.value(name, {})
        keys = {column.key: at for at, column in enumerate(self._columns)}
        order = [keys[key] for key in _texts(known.get("order")) if key in keys]
        self._left_out = {key for key in _texts(known.get("left_out")) if key in keys}
        if len(self._left_out) == len(keys):
            self._left_out.clear()
        widths = known.get("widths")
        if isinstance(widths, dict):
            self._widths = {
                key: wide
                for key, wide in widths.items()
                if key in keys and isinstance(wide, int) and wide > 0
            }
        self._put_in_order(order + [at for at in range(len(keys)) if at not in order])
        sort = known.get("sort")
        if isinstance(sort, str) and sort in keys:
            self._table.rows_model.listing = Listing(sort, bool(known.get("descending")))
        self._apply(keep=False)

    def keep(self) -> None:
        """Hand what is chosen to the store, where there is one."""
        self._timer.stop()
        if self._store is None:
            return
        listing = self._table.rows_model.listing
        self._store.keep(
            self._name,
            {
                "order": [self._columns[at].key for at in self.order],
                "left_out": sorted(self._left_out),
                "widths": dict(self._widths),
                "sort": listing.sort,
                "descending": listing.descending,
            },
        )

    def show_sort(self) -> None:
        """Mark the title of the column that rows are sorted by."""
        listing = self._table.rows_model.listing
        at = next((at for at, one in enumerate(self._columns) if one.key == listing.sort), -1)
        self._header.show_sort(at if listing.sort else -1, listing.descending)


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


class Chooser(QFrame):
    """The list of a table's columns, floating over it: Space ticks, Alt with arrows moves, Esc closes."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        say = table.say
        self._table, self._arrangement = table, table.arrangement
        self.setObjectName("chooser")
        self.setProperty("kind", "float")
        self.list = QListWidget()
        self.list.setAccessibleName(say("Columns"))
        self.list.setItemDelegate(_ColumnPainter(self.list))
        self.list.installEventFilter(self)
        self.list.itemChanged.connect(self._ticked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.S2, theme.S2, theme.S2, theme.S2)
        layout.setSpacing(theme.S1)
        layout.addWidget(Label(say("Columns"), "h2"))
        layout.addWidget(self.list)
        for hints in (
            (("Space", say("show or hide"), self._toggle), ("Esc", say("close"), self.close_list)),
            (("Alt ↑", say("up"), self._up), ("Alt ↓", say("down"), self._down)),
            (("Del", say("as at first"), self._reset),),
        ):
            line = QHBoxLayout()
            for key, words, act in hints:
                hint = KeyHint(key, words)
                hint.clicked.connect(act)
                line.addWidget(hint)
            line.addStretch(1)
            layout.addLayout(line)
        self._fill(0)

    def open_over(self) -> None:
        """Show it below the titles, at the right, with the keys in it."""
        rows = self.list.count()
        self.list.setFixedHeight(min(rows * theme.ROW + 2, max(3 * theme.ROW, self._table.height() - 200)))
        self.adjustSize()
        width = max(260, self.sizeHint().width())
        top = self._table.viewport().geometry().top() + theme.S1
        self.setGeometry(max(0, self._table.width() - width - theme.S3), top, width, self.sizeHint().height())
        self.show()
        self.raise_()
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_list(self) -> None:
        """Put it away; keys go back to the rows."""
        self.list.removeEventFilter(self)
        self.hide()
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.deleteLater()

    def _fill(self, current: int) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for column in self._arrangement.order:
            item = QListWidgetItem(self._table.rows_model.columns[column].title)
            item.setData(Qt.ItemDataRole.UserRole, column)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            ticked = self._arrangement.is_chosen(column)
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.setCurrentRow(current)

    def _ticked(self, item: QListWidgetItem) -> None:
        wanted = item.checkState() == Qt.CheckState.Checked
        self._arrangement.choose(item.data(Qt.ItemDataRole.UserRole), wanted)
        self._fill(self.list.row(item))

    def _toggle(self) -> None:
        item = self.list.currentItem()
        ticked = item.checkState() == Qt.CheckState.Checked
        item.setCheckState(Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked)

    def _move(self, by: int) -> None:
        at = self.list.currentRow()
        self._arrangement.move(self.list.currentItem().data(Qt.ItemDataRole.UserRole), by)
        self._fill(max(0, min(self.list.count() - 1, at + by)))

    def _up(self) -> None:
        self._move(-1)

    def _down(self) -> None:
        self._move(1)

    def _reset(self) -> None:
        self._arrangement.reset()
        self._fill(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and not self.isAncestorOf(
            self.window().focusWidget() or self
        ):
            self.close_list()
        return event.type() == QEvent.Type.KeyPress and self._act(event)

    def _act(self, event: QKeyEvent) -> bool:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        acts = {
            (Qt.Key.Key_Space, False): self._toggle,
            (Qt.Key.Key_Up, True): self._up,
            (Qt.Key.Key_Down, True): self._down,
            (Qt.Key.Key_Delete, False): self._reset,
            (Qt.Key.Key_Escape, False): self.close_list,
            (Qt.Key.Key_Return, False): self.close_list,
        }
        act = acts.get((event.key(), alt))
        if act is not None:
            act()
        return act is not None


class _ColumnPainter(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index):
        size = super().sizeHint(option, index)
        size.setHeight(theme.ROW)
        return size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.colour("accent_soft"))
        ticked = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
        paint_tick(painter, rect.left() + CELL_PADDING, rect.center().y(), ticked)
        painter.setFont(theme.font("body"))
        painter.setPen(theme.colour("ink"))
        words = index.data(Qt.ItemDataRole.DisplayRole)
        painter.drawText(rect.adjusted(CELL_PADDING + TICK_ROOM, 0, -CELL_PADDING, 0), LEFT, words)
        painter.restore()
