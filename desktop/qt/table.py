"""The one table: rows at hand, or a million fetched in pages; sorted, filtered, ticked, copied and exported by keys.

States: rows, nothing here (with a way to begin), loading (grey bars after 150 ms; old rows stay, paler, while the
same question is asked again), and a banner when rows did not come. Words, questions and long jobs go through the page
the table stands in.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFileDialog, QHeaderView, QTableView, QWidget

from desktop.kernel.export import Gate, export_listing
from desktop.kernel.listing import Leaving, Listing
from desktop.kernel.measures import Measure, Money
from desktop.kernel.text import Catalog, Text, catalog, message_of
from desktop.kernel.work import Seat
from desktop.qt import theme
from desktop.qt.arrangement import Arrangement, Chooser
from desktop.qt.cells import CELL_PADDING, TICK_ROOM, CellPainter, paint_bars, paint_empty
from desktop.qt.export import ExportQuestion, exported, write_rows
from desktop.qt.header import BarHead, TableHeader, TopStrip
from desktop.qt.keys import Key, bound, combination, pressed
from desktop.qt.rows import Cell, Column, Group, LazyRows, Rows, Source
from desktop.qt.ticks import Amount, Ticks, total_of

LOADING_AFTER_MS = 150
FILTER_AFTER_MS = 200
_AHEAD = 48
"""Rows fetched before they are seen, above and below."""


_EXTENDING = {
    Qt.Key.Key_Up: QAbstractItemView.CursorAction.MoveUp,
    Qt.Key.Key_Down: QAbstractItemView.CursorAction.MoveDown,
    Qt.Key.Key_PageUp: QAbstractItemView.CursorAction.MovePageUp,
    Qt.Key.Key_PageDown: QAbstractItemView.CursorAction.MovePageDown,
}


@runtime_checkable
class Host(Protocol):
    """The page a table stands in: its language, and the road to worker threads."""

    say: Catalog
    seat: Seat
    job_running: bool
    preferences: Any

    def run(self, job: Callable[..., Any], *args: Any, **options: Any) -> None:
        """Run a long job with its progress shown."""

    def trouble(self, error: BaseException, banner: Any = None, remedy: str = "") -> None:
        """Tell what stopped."""


class Table(QTableView):
    """A table of frozen rows. ``moved`` follows the selected row, ``opened`` Enter and double click.

    With a ``source`` the rows are fetched as they are seen; without one they come by `show_rows`. ``ticks`` lets rows
    be ticked, ``key`` tells them apart and ``amount`` is summed; ``group`` names the group a row at hand stands in.
    ``persons`` marks a list with persons in it: it leaves the house for a reason only, and that is recorded.
    Columns, widths and order are kept for the person, by the page the table stands in and the message of its ``name``.
    """

    moved = Signal(object)
    opened = Signal(object)
    ticked = Signal()
    listed = Signal()

    def __init__(
        self,
        name: str,
        columns: Sequence[Column],
        *,
        row_height: int | None = None,
        header: bool = True,
        source: Source | None = None,
        ticks: bool = False,
        key: Callable[[Any], Hashable] = lambda row: row,
        amount: Amount | None = None,
        group: Callable[[Any], str] | None = None,
        persons: bool = False,
    ) -> None:
        super().__init__()
        self.persons = persons
        self.rows_model = Rows(columns) if source is None else LazyRows(columns, source)
        self.rows_model.group = group
        self.row_height, self.stale = row_height or theme.ROW, False
        self._name, self._source, self._amount = message_of(name), source, amount
        self._key = key
        self.ticks = Ticks(key, amount) if ticks else None
        self._empty, self._empty_hint, self._empty_icon, self._loading = "", "", "", False
        self._kept: Any | None = None
        self._column, self._stepped = 0, False
        self.strip = TopStrip()
        self.setAccessibleName(name)
        self._dress(header)
        self.setModel(self.rows_model)
        self.setItemDelegate(CellPainter(self))
        self.arrangement = Arrangement(self)
        self._timer = _waits(self, LOADING_AFTER_MS, self._show_loading)
        self._typing = _waits(self, FILTER_AFTER_MS if source else 0, self._apply_filter)
        self._connect()

    def _dress(self, header: bool) -> None:
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.header = TableHeader(self.strip)
        self.setHorizontalHeader(self.header)
        self.header.setVisible(header)
        self.header.setAccessibleName(self.accessibleName())
        self.addScrollBarWidget(BarHead(self.header), Qt.AlignmentFlag.AlignTop)
        down = self.verticalHeader()
        down.hide()
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setMinimumSectionSize(self.row_height)
        down.setDefaultSectionSize(self.row_height)

    def _connect(self) -> None:
        strip, model = self.strip, self.rows_model
        self.selectionModel().currentChanged.connect(self._tell_current)
        self.doubleClicked.connect(lambda _: self._open())
        self.header.sectionClicked.connect(self.sort_by)
        strip.filter_made.connect(self._connect_filter)
        strip.show_filter(self.ticks is not None)
        strip.changed.connect(self.updateGeometries)
        model.listed.connect(self._after_list)
        model.dataChanged.connect(self._after_page)
        if isinstance(model, LazyRows):
            model.failed.connect(self._fail)

    def _connect_filter(self) -> None:
        made = self.strip.filter
        made.field.textChanged.connect(lambda _: self._typing.start())
        made.field.left.connect(self._leave_filter)
        made.field.cleared.connect(self.clear_filter)
        made.columns_button.clicked.connect(self.choose_columns)
        made.export_button.clicked.connect(self.export)

    # The page around it --------------------------------------------------------------------------------------

    @property
    def host(self) -> Host | None:
        """The page the table stands in; None while it stands in none."""
        around = self.parentWidget()
        while around is not None and not isinstance(around, Host):
            around = around.parentWidget()
        return around

    @property
    def say(self) -> Catalog:
        """The language of the page."""
        host = self.host
        return catalog("en") if host is None else host.say

    def _recall(self) -> None:
        """Arrange the columns as the person left them, as soon as it is known which page this is on."""
        host = self.host
        if host is not None and not self.arrangement.remembered:
            self.arrangement.remember(host.preferences, f"table {type(host).__qualname__} {self._name}")
            if self._source is None and self.rows_model.rows:
                self.rows_model.list(self.rows_model.listing)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._recall()
        self._name_parts()

    def _name_parts(self) -> None:
        say = self.say
        self.rows_model.say = say
        if self.strip.filters:
            row = self.strip.filter
            row.field.setPlaceholderText(say("Filter (Ctrl F)"))
            row.field.setAccessibleName(say("Filter {table}", table=self.accessibleName()))
            row.columns_button.named(say("Columns"), "Ctrl Shift C")
            row.export_button.named(say("Export"), "Ctrl Shift E")
            self._tell_counts()

    # Rows ----------------------------------------------------------------------------------------------------

    @property
    def current(self) -> Any | None:
        """The selected row; None when there is none, or it is not there yet."""
        index = self.currentIndex()
        row = self.rows_model.row(index.row()) if index.isValid() else None
        return None if isinstance(row, Group) else row

    @property
    def first_column(self) -> int:
        """The column shown first."""
        order = self.arrangement.shown
        return order[0] if order else -1

    def go_to(self, at: int) -> None:
        """Make a row the current one, also one far away that is not there yet."""
        if 0 <= at < self.rows_model.rowCount():
            self.setCurrentIndex(self.rows_model.index(at, self._column))

    def show_rows(self, rows: Sequence[Any], *, select: int | None = None) -> None:
        """Show rows; ``select`` marks one of them by its place in what is given."""
        self._calm()
        self._recall()
        self.rows_model.say = self.say
        self._kept = rows[select] if select is not None and 0 <= select < len(rows) else None
        self.rows_model.show(rows)
        self.viewport().update()

    def place_in(self, rows: Sequence[Any]) -> int:
        """Where the current row stands among rows that come in place of these, by its key; 0 when it is not there."""
        now = self.current
        if now is None:
            return 0
        key = self._key(now)
        return next((at for at, row in enumerate(rows) if self._key(row) == key), 0)

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
        self._calm()
        self.viewport().update()

    def ask_again(self) -> None:
        """Fetch the rows of a source, for the first time or once more."""
        self._recall()
        self._list(self.rows_model.listing)

    def _calm(self) -> None:
        self._timer.stop()
        self._loading = self.stale = False

    def _show_loading(self) -> None:
        self._loading, self.stale = not self.rows_model.rows, bool(self.rows_model.rows)
        self.viewport().update()

    def _list(self, listing: Listing) -> None:
        """Show the rows in an order and filter, keeping the current row where it is still there."""
        if self._source is None:
            self._kept = self.current
        else:
            self.asking()
        self.rows_model.say = self.say
        self.rows_model.list(listing)

    def _after_list(self) -> None:
        """Rows have come, or stand in another order."""
        if self._source is not None:
            self._calm()
            self.strip.settle()
        rows = self.rows_model.rows
        if self._source is None:
            place = next((at for at, row in enumerate(rows) if row is self._kept), -1)
            if place >= 0:
                self.go_to(place)
        elif rows and not self.currentIndex().isValid():
            self.go_to(0)
        self.arrangement.show_sort()
        self._tell_counts()
        self.listed.emit()
        self.viewport().update()

    def _after_page(self, first: QModelIndex, last: QModelIndex) -> None:
        self._calm()
        if first.row() <= self.currentIndex().row() <= last.row() and self.current is not None:
            self.moved.emit(self.current)

    def _fail(self, error: BaseException) -> None:
        self.answered()
        host = self.host
        if host is not None:
            host.trouble(error, self.strip.banner, self.say("Rows seen before stay. F5 asks again"))

    def _tell_current(self, now: QModelIndex, before: QModelIndex) -> None:
        self._mark_column()
        if now.row() != before.row() and self.current is not None:
            self.moved.emit(self.current)

    def _open(self) -> None:
        if self.current is not None:
            self.opened.emit(self.current)

    # Order and filter ----------------------------------------------------------------------------------------

    def sort_by(self, column: int) -> None:
        """Sort by a column: up, then down, then as the rows came."""
        one, now = self.rows_model.columns[column], self.rows_model.listing
        if not one.sorts:
            return
        if now.sort != one.key:
            sort, descending = one.key, False
        else:
            sort, descending = ("", False) if now.descending else (one.key, True)
        self._list(replace(now, sort=sort, descending=descending))
        self.arrangement.keep()

    def sort_by_current(self) -> None:
        """Sort by the column the cursor stands in (Left and Right move it)."""
        self.sort_by(self._column if self._column in self.arrangement.shown else self.first_column)

    def start_filter(self) -> None:
        """Show the filter row and type into it."""
        if self.header.isVisible():
            self.strip.show_filter(True)
            self._name_parts()
            self.strip.filter.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.strip.filter.field.selectAll()

    def clear_filter(self) -> None:
        """Show all rows again; the filter row goes where ticks do not need it."""
        self.strip.filter.field.clear()
        self._apply_filter()
        self.strip.show_filter(self.ticks is not None)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def _filters(self) -> bool:
        """Whether there is a filter for Esc to clear, or a filter row to close."""
        return bool(self.strip.typed) or (self.ticks is None and self.strip.filters)

    def _leave_filter(self) -> None:
        self._apply_filter()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.currentIndex().isValid():
            self.go_to(0)

    def _apply_filter(self) -> None:
        self._typing.stop()
        typed, now = self.strip.typed.strip(), self.rows_model.listing
        if typed != now.filter:
            if self.ticks is not None and self.ticks.everything:
                self.ticks.clear()  # "all" meant all of what was shown
            self._list(replace(now, filter=typed))

    def _tell_counts(self) -> None:
        if not self.strip.filters:
            return
        say, total, row = self.say, self.rows_model.total, self.strip.filter
        words = say("counting") if total is None else say.plural("{count} row", "{count} rows", total)
        row.counted.setText(words if self._source is None or self._started else "")
        if self.ticks is not None:
            count = self.ticks.count(total or 0)
            whole = self.rows_model.extent.sum if isinstance(self.rows_model, LazyRows) and total else None
            parts = [say.plural("{count} ticked", "{count} ticked", count)] if count else []
            row.ticked.setText(say.join([*parts, *(self._sum(self.ticks.sum(whole)) if count else [])]))

    @property
    def _started(self) -> bool:
        return bool(self.rows_model.rows) or self.rows_model.total is not None

    def _sum(self, amount: Measure | None) -> list[str]:
        if amount is None:
            return []
        return [self.say.money(amount, unit=True) if isinstance(amount, Money) else self.say.number(amount)]

    def summary(self, rows: Sequence[Any]) -> str:
        """How many rows a group has, and their sum."""
        say = self.say
        count = say.plural("{count} row", "{count} rows", len(rows))
        return say.join([count, *(self._sum(total_of(self._amount, rows)) if self._amount else [])])

    # Ticks ---------------------------------------------------------------------------------------------------

    def is_ticked(self, row: int) -> bool:
        """Whether the row at a place is ticked."""
        behind = self.rows_model.row(row)
        return self.ticks is not None and behind is not None and self.ticks.has(behind)

    def tick(self, row: int, ticked: bool) -> None:
        """Tick the row at a place or take its tick away; nothing for one that is not there yet."""
        behind = self.rows_model.row(row)
        if self.ticks is not None and behind is not None and not isinstance(behind, Group):
            self.ticks.put(behind, ticked)
            self._tell_ticks()

    def tick_current(self) -> None:
        """Tick the current row, or take its tick away."""
        at = self.currentIndex().row()
        self.tick(at, not self.is_ticked(at))

    def tick_all(self) -> None:
        """Tick every row of the filter; when all are ticked, none."""
        total = self.rows_model.total or 0
        if self.ticks.count(total) >= total:
            self.ticks.clear()
        elif self._source is not None:
            self.ticks.all()
        else:
            for row in self.rows_model.all_rows():
                self.ticks.put(row, True)
        self._tell_ticks()

    def _extend(self, action: QAbstractItemView.CursorAction) -> None:
        """Move on and tick what was passed; stops before rows that are not there yet."""
        start = self.currentIndex().row()
        goal = self.moveCursor(action, Qt.KeyboardModifier.NoModifier).row()
        step = 1 if goal > start else -1
        self.tick(start, True)
        for at in range(start + step, goal + step, step):
            if self.rows_model.row(at) is None:
                break
            self.tick(at, True)
            self.go_to(at)

    def _tell_ticks(self) -> None:
        self._tell_counts()
        self.ticked.emit()
        self.viewport().update()

    # Columns -------------------------------------------------------------------------------------------------

    def choose_columns(self) -> None:
        """Open the list of columns over the table."""
        Chooser(self).open_over()

    def setColumnHidden(self, column: int, hide: bool) -> None:
        self.arrangement.withhold(column, hide)

    def sizeHint(self) -> QSize:
        """A table takes the height there is and asks for none: it scrolls by itself, the page need not."""
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrangement.share_width()
        self.updateGeometries()  # at once: Qt would take the bar below away only after it was seen

    def _mark_column(self) -> None:
        """Left and Right were used: show which column the cursor stands in."""
        self.header.mark(self._column if self._stepped else -1)

    # Copy and export -----------------------------------------------------------------------------------------

    def copy(self) -> None:
        """Put what `copied` gives on the clipboard."""
        QGuiApplication.clipboard().setText(self.copied())

    def copied(self) -> str:
        """The ticked rows, the current one, or all at hand, as text with titles: tabs between cells."""
        shown = [self.rows_model.columns[at] for at in self.arrangement.shown]
        lines = [[column.title for column in shown]]
        for row in self._chosen():
            made = [column.cell(row) for column in shown]
            lines.append([cell.words if isinstance(cell, Cell) else cell for cell in made])
        return "\n".join("\t".join(" ".join(cell.split()) for cell in line) for line in lines)

    def _chosen(self) -> Sequence[Any]:
        if self.ticks is not None and self.ticks.rows and not self.ticks.everything:
            return self.ticks.rows
        if self.current is not None:
            return [self.current]
        return [] if self._source is not None else list(self.rows_model.all_rows())

    @property
    def may_export(self) -> bool:
        """Whether the person may take this list out of the house."""
        host = self.host
        return not self.persons or (host is not None and host.seat.may(host.seat.app.export_persons))

    def export(self) -> None:
        """Ask where to, then write every row of the present filter and order into a workbook."""
        host, say = self.host, self.say
        if host is None or host.job_running or not self.may_export:
            return
        reason = self._ask_reason() if self.persons else ""
        if reason is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self, say("Export"), f"{self.accessibleName()}.xlsx", "XLSX (*.xlsx)"
        )
        if name:
            self.export_to(Path(name if name.lower().endswith(".xlsx") else f"{name}.xlsx"), reason)

    def _ask_reason(self) -> str | None:
        """Why persons leave the house; None when it was thought better of."""
        say, total = self.say, self.rows_model.total or 0
        told = say.plural(
            "{count} row with personal data leaves the house. Who took it, when and why is recorded and"
            " stands in the file",
            "{count} rows with personal data leave the house. Who took them, when and why is recorded and"
            " stands in the file",
            total,
        )
        question = ExportQuestion(self, say, say("Export persons"), told)
        return question.reason if question.exec() else None

    def export_to(self, out: Path, reason: str = "") -> None:
        """Write every row of the present filter and order, the chosen columns, into a workbook; Esc stops it.

        A list with persons in it needs a ``reason``.
        """
        columns = exported([self.rows_model.columns[at] for at in self.arrangement.shown], self.say)
        if self._source is None:
            job, rows = write_rows, (tuple(self.rows_model.all_rows()),)
        else:
            job, rows = export_listing, (self._source.page, self._source.extent, self.rows_model.listing)
        host = self.host
        self.strip.progress.stop_button.relabel(self.say("Stop"))
        host.run(
            job,
            out,
            self.accessibleName(),
            columns,
            *rows,
            gate=self._gate(host.seat, reason) if self.persons else None,
            then=partial(self._exported_to, out),
            progress=self.strip.progress,
            begin=Text("Writing {file}", file=out.name),
            words=lambda done, total: Text("{done} of {total} rows", done=done, total=total),
        )

    def _gate(self, seat: Seat, reason: str) -> Gate:
        return Gate(seat, Leaving(self._name, reason), self.say)

    def _exported_to(self, out: Path, written: int | None) -> None:
        say, banner = self.say, self.host.banner
        if written is not None:
            banner.tell("ok", say.plural("{count} row exported", "{count} rows exported", written), str(out))
        else:
            banner.tell("info", say("Export stopped, no file was written"))

    # Keys and painting ---------------------------------------------------------------------------------------

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys that work in this table beside arrows and Enter, as the person changed them."""
        keys = [
            Key("Ctrl+C", Text("copy with titles"), self.copy),
            Key("Ctrl+F", Text("filter"), self.start_filter),
            Key("Ctrl+Shift+S", Text("sort by this column"), self.sort_by_current),
            Key("Ctrl+Shift+C", Text("choose columns"), self.choose_columns),
        ]
        if self.may_export:
            keys.append(Key("Ctrl+Shift+E", Text("export to a workbook"), self.export))
        if self.ticks is not None:
            keys += [
                Key("Space", Text("tick the row"), self.tick_current),
                Key("Ctrl+A", Text("tick all, or none"), self.tick_all),
            ]
        host = self.host
        return bound(keys, {} if host is None else host.preferences.value("keys", {}))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wanted, key = pressed(event), event.key()
        act = next((one.act for one in self.keys if combination(one.press) == wanted), None)
        shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if act is not None:
            act()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current is not None:
            self._open()
        elif key == Qt.Key.Key_Escape and self._filters and not (self.host and self.host.job_running):
            self.clear_filter()
        elif key == Qt.Key.Key_F5 and self._source is not None and self.strip.troubled:
            self.ask_again()
        elif shift and self.ticks is not None and key in _EXTENDING:
            self._extend(_EXTENDING[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and not event.modifiers():
            self.go_to(0 if key == Qt.Key.Key_Home else self.rows_model.rowCount() - 1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not event.modifiers():
            self._step_aside(key)
        elif event.text().strip() or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()  # letters and Ctrl keys belong to the page
        else:
            super().keyPressEvent(event)
            self._bring_into_view()

    def _bring_into_view(self) -> None:
        """The page scrolls, where it is small, to the row that a key went to."""
        row, host = self.visualRect(self.currentIndex()), self.host
        if host is not None and not self.viewport().visibleRegion().boundingRect().contains(row):
            host.scroll.show_place(self.viewport(), row)

    def _step_aside(self, key: Qt.Key) -> None:
        """Left and Right fold and unfold a group; in other rows they go from column to column."""
        at = self.currentIndex().row()
        row = self.rows_model.row(at)
        if isinstance(row, Group):
            self.rows_model.fold(row.name, key == Qt.Key.Key_Left)
            self.go_to(at)
            return
        order = self.arrangement.shown
        here = order.index(self._column) if self._column in order else 0
        there = max(0, min(len(order) - 1, here + (1 if key == Qt.Key.Key_Right else -1)))
        self._column, self._stepped = order[there], True
        self.go_to(max(at, 0))
        self._mark_column()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or index.column() != self.first_column:
            return
        inside = event.position().x() - self.visualRect(index).left()
        row = self.rows_model.row(index.row())
        if isinstance(row, Group):
            self.rows_model.fold(row.name, not row.folded)
        elif self.ticks is not None and inside < CELL_PADDING + TICK_ROOM:
            self.tick_current()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._stepped = False
        self.header.mark(-1)

    def paintEvent(self, event: QPaintEvent) -> None:
        if isinstance(self.rows_model, LazyRows) and self.rows_model.rows:
            first = self.rowAt(0)
            last = self.rowAt(self.viewport().height() - 1)
            last = last if last >= 0 else self.rows_model.rowCount() - 1
            self.rows_model.want(first, last, _AHEAD)
        super().paintEvent(event)
        if self.rows_model.rows:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box, typed = self.viewport().rect(), self.rows_model.listing.filter
        if self._loading:
            paint_bars(painter, box, self.row_height)
        elif typed:
            words = self.say('Nothing for "{typed}". Esc clears the filter', typed=typed)
            paint_empty(painter, box, words, "", "list-filter")
        elif self._empty:
            paint_empty(painter, box, self._empty, self._empty_hint, self._empty_icon)


def _waits(owner: QWidget, after_ms: int, then: Callable[[], None]) -> QTimer:
    timer = QTimer(owner)
    timer.setSingleShot(True)
    timer.setInterval(after_ms)
    timer.timeout.connect(then)
    return timer


def money_cell(words: str, *, zero: bool = False, strong: bool = True, ink: str = "ink") -> Cell:
    """An amount; a zero that is only noise is paler."""
    return Cell(words, strong=strong and not zero, ink="ink3" if zero else ink)


def fitting(table: Table, most: int) -> QWidget:
    """Let a table be as high as its rows, up to ``most`` of them."""
    rows = min(max(len(table.rows_model.rows), 1), most)
    table.setFixedHeight(theme.HEADER + rows * table.row_height)
    return table
