"""The head of a table: column titles with their sort marks, and above them what appears only at need.

Above the titles stand, each only while it has something to say: what went wrong, how far an export is, and the
filter row with what is counted and ticked.
"""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QHeaderView, QLineEdit, QVBoxLayout, QWidget

from desktop.qt import icons, theme
from desktop.qt.basics import LEFT, Label, Rule
from desktop.qt.cells import title_width
from desktop.qt.figures import Elided
from desktop.qt.panels import Banner
from desktop.qt.progress import Progress

FILTER_ROW = theme.CONTROL + 2 * 7
_FILTER_WIDTH = 320
_MARK = 12


class TableHeader(QHeaderView):
    """The titles of a table, below its `TopStrip`."""

    def __init__(self, strip: TopStrip) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.strip = strip
        self.sorted_by, self.descending, self.marked = -1, False, -1
        strip.setParent(self)
        strip.changed.connect(self.arrange)
        self.setFont(theme.font("small"))
        self.setHighlightSections(False)
        self.setSectionsClickable(True)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.setMinimumSectionSize(24)
        self.setStretchLastSection(False)
        self.arrange()

    def arrange(self) -> None:
        """Make room for what stands above the titles."""
        above = self.strip.wanted_height(self.width())
        self.setViewportMargins(0, above, 0, 0)
        self.strip.setGeometry(0, 0, self.width(), above)
        self.setFixedHeight(above + theme.HEADER)

    def sizeHint(self) -> QSize:
        """Its height is known; asking every title for its size takes longer than the rest of a table's moving."""
        return QSize(self.length(), self.minimumHeight())

    def show_sort(self, column: int, descending: bool) -> None:
        """Mark the column that rows are sorted by; -1 marks none."""
        self.sorted_by, self.descending = column, descending
        self.viewport().update()

    def mark(self, column: int) -> None:
        """Underline the title of the column that keys act on; -1 underlines none."""
        if column != self.marked:
            self.marked = column
            self.viewport().update()

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self.arrange()

    def cut_title(self, column: int) -> str:
        """The title of a column that has no room for all of it; the tooltip tells it. Empty for any other."""
        title = str(self.model().headerData(column, self.orientation(), Qt.ItemDataRole.DisplayRole) or "")
        return title if title_width(title) > self.sectionSize(column) + 2 else ""

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self.setToolTip(self.cut_title(self.logicalIndexAt(event.pos())))
        return super().viewportEvent(event)

    def paintSection(self, painter: QPainter, rect: QRect, column: int) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect, theme.colour("subtle"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, theme.colour("line"))
        model = self.model()
        title = model.headerData(column, self.orientation(), Qt.ItemDataRole.DisplayRole) or ""
        align = model.headerData(column, self.orientation(), Qt.ItemDataRole.TextAlignmentRole) or LEFT
        box = rect.adjusted(10, 0, -10, -1)
        here = column == self.sorted_by
        room = box.width() - (_MARK + 2 if here else 0)
        words = theme.metrics("small").elidedText(title, Qt.TextElideMode.ElideRight, room)
        wide = theme.metrics("small").horizontalAdvance(words)
        left = box.left() if align == LEFT else box.right() + 1 - wide - (_MARK + 2 if here else 0)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("ink" if here else "ink2"))
        painter.drawText(QRectF(left, box.top(), wide + 2, box.height()), LEFT, words)
        if here:
            mark = "chevron-down" if self.descending else "chevron-up"
            top = box.center().y() - _MARK / 2 + 1
            icons.paint(painter, mark, theme.colour("accent"), _MARK, left + wide + 2, top)
        if column == self.marked:
            painter.fillRect(left, rect.bottom() - 1, wide, 2, theme.colour("accent"))
        painter.restore()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), theme.colour("subtle"))
        bottom = self.viewport().height() - 1
        painter.fillRect(0, bottom, self.viewport().width(), 1, theme.colour("line"))
        painter.end()
        super().paintEvent(event)


class BarHead(QWidget):
    """Stands above the vertical scroll bar of a table, beside strip and titles, so that the bar is beside rows only."""

    def __init__(self, header: TableHeader) -> None:
        super().__init__()
        self._header = header
        if header.isHidden():
            self.setFixedHeight(0)
        header.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self.setFixedHeight(0 if self._header.isHidden() else self._header.height())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """What is at the left of it goes on: the strip with its lines, then the ground of the titles."""
        painter, wide = QPainter(self), self.width()
        titles = self.height() - theme.HEADER
        painter.fillRect(0, 0, wide, titles, theme.colour("surface"))
        for line in self._header.strip.lines():
            painter.fillRect(0, line, wide, 1, theme.colour("line"))
        painter.fillRect(0, titles, wide, theme.HEADER, theme.colour("subtle"))
        painter.fillRect(0, self.height() - 1, wide, 1, theme.colour("line"))


class IconButton(QAbstractButton):
    """An icon to click, for what a key does too; its name is its tooltip."""

    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.setFixedSize(theme.CONTROL, theme.CONTROL)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def named(self, words: str, key: str) -> None:
        """What it does, and the key that does the same."""
        self.setAccessibleName(words)
        self.setToolTip(f"{words} ({key})")

    def sizeHint(self) -> QSize:
        return QSize(theme.CONTROL, theme.CONTROL)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus() or self.underMouse():
            painter.setPen(theme.colour("focus" if self.hasFocus() else "line"))
            painter.setBrush(theme.colour("surface"))
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.RADIUS_BUTTON, theme.RADIUS_BUTTON
            )
        inset = (theme.CONTROL - theme.ICON_BUTTON) / 2
        icons.paint(painter, self._icon, theme.colour("ink2"), theme.ICON_BUTTON, inset, inset)


class FilterField(QLineEdit):
    """Where a filter is typed. ``left`` tells that keys go back to the rows, ``cleared`` that Esc was pressed."""

    left = Signal()
    cleared = Signal()

    def minimumSizeHint(self) -> QSize:
        """The example in it is never cut."""
        words = self.fontMetrics().horizontalAdvance(self.placeholderText())
        return QSize(words + 2 * theme.S4, super().minimumSizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cleared.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class FilterRow(QWidget):
    """Where a filter is typed, what is counted and ticked beside it, and what the mouse does for two keys."""

    def __init__(self) -> None:
        super().__init__()
        self.field = FilterField()
        self.field.setClearButtonEnabled(False)
        self.field.setMaximumWidth(_FILTER_WIDTH)
        self.counted, self.ticked = Label("", "small", "ink2"), Elided("", "body", "ink")
        self.columns_button, self.export_button = IconButton("columns-3"), IconButton("download")
        self.setFixedHeight(FILTER_ROW)
        inside = QHBoxLayout(self)
        inside.setContentsMargins(10, 0, theme.S2, 0)
        inside.setSpacing(theme.S3)
        inside.addWidget(self.field, 1)
        inside.addWidget(self.counted)
        inside.addStretch(1)
        inside.addWidget(self.ticked)
        inside.addWidget(self.columns_button)
        inside.addWidget(self.export_button)


class TopStrip(QWidget):
    """What stands above the titles of a table; ``changed`` asks for room.

    Most tables never have anything to say there, so each part is made when it is first asked for; ``filter_made``
    tells that the filter row was.
    """

    changed = Signal()
    filter_made = Signal()

    def __init__(self) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._parts: dict[int, tuple[QWidget, Rule]] = {}
        self._filter: FilterRow | None = None

    @cached_property
    def banner(self) -> Banner:
        """What went wrong; the first line."""
        made = Banner()
        self._place(0, made)
        made.installEventFilter(self)
        return made

    @cached_property
    def progress(self) -> Progress:
        """How far an export is; the second line."""
        made, running = Progress(""), QWidget()
        inside = QVBoxLayout(running)
        inside.setContentsMargins(theme.S3, theme.S2, theme.S3, theme.S2)
        inside.addWidget(made)
        self._place(1, running)
        made.installEventFilter(self)
        return made

    @property
    def filter(self) -> FilterRow:
        """The filter row; the line above the titles."""
        if self._filter is None:
            self._filter = FilterRow()
            self._place(2, self._filter)
            self.filter_made.emit()
        return self._filter

    def _place(self, place: int, part: QWidget) -> None:
        """Put a part, and a line below it, among those that are there, both still hidden."""
        line = Rule()
        at = 2 * sum(other < place for other in self._parts)
        for one in (line, part):
            one.hide()
            self.layout().insertWidget(at, one)
        self._parts[place] = part, line

    @property
    def filters(self) -> bool:
        """Whether the filter row is shown."""
        return self._filter is not None and not self._filter.isHidden()

    @property
    def typed(self) -> str:
        """The filter typed."""
        return self._filter.field.text() if self._filter is not None else ""

    @property
    def troubled(self) -> bool:
        """Whether something went wrong and is not settled."""
        return self._shown(0)

    def settle(self) -> None:
        """Nothing is wrong any longer."""
        if self.troubled:
            self.banner.clear()

    def _shown(self, place: int) -> bool:
        return place in self._parts and not self._parts[place][0].isHidden()

    def wanted_height(self, width: int) -> int:
        """How high it is at a width; 0 when it has nothing to say."""
        if not any(map(self._shown, self._parts)):
            return 0
        layout = self.layout()
        return layout.heightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()

    def show_filter(self, shown: bool) -> None:
        """Show or hide the filter row."""
        if self.filters != shown:
            self.filter.setVisible(shown)
            self._rearrange()

    def lines(self) -> list[int]:
        """Where the lines below its parts are."""
        return [line.y() for _, line in self._parts.values() if not line.isHidden()]

    def eventFilter(self, watched, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            if 1 in self._parts and watched is self.progress:
                self._parts[1][0].setVisible(not watched.isHidden())
            self._rearrange()
        return False

    def _rearrange(self) -> None:
        for part, line in self._parts.values():
            line.setVisible(not part.isHidden())
        self.layout().invalidate()
        self.changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), theme.colour("surface"))
