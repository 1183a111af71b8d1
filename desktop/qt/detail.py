"""The detail pane: one row in plain words, read well by eye and aloud, every line of it reachable by Tab."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.qt import theme
from desktop.qt.basics import CENTRE, TOP_LEFT, Label, clear
from desktop.qt.figures import Badge
from desktop.qt.fold import Inner
from desktop.qt.panels import Panel
from desktop.qt.table import Table

FOLLOW_AFTER_MS = 80


@dataclass(frozen=True, slots=True)
class Told:
    """One line: what it is, what it says, whether it is a figure to stand out."""

    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Brief:
    """What a pane tells: a title, a badge (words and state), and lines."""

    title: str
    lines: tuple[Told, ...] = ()
    badge: str = ""
    state: str = "plain"

    @property
    def words(self) -> str:
        """All of it as text, a line each."""
        head = f"{self.title}, {self.badge}" if self.badge else self.title
        return "\n".join([head, *(f"{line.label}: {line.value}" for line in self.lines if line.value)])


class Detail(Panel):
    """A pane that shows a `Brief` and follows the current row of a table.

    A screen reader hears the title with all lines as its description, and each line on its own by Tab; Ctrl+C in a
    line copies its value.
    """

    def __init__(self, name: str) -> None:
        super().__init__(padding=0)
        self.shown: Brief | None = None
        self._name, self._describe = name, None
        self.setAccessibleName(name)
        self._title, self._badge = Label("", "h2", wrap=True), Badge()
        head = QVBoxLayout()
        head.setContentsMargins(theme.S4, theme.S3, theme.S3, theme.S2)
        head.setSpacing(theme.S1)
        head.addWidget(self._title)
        head.addWidget(self._badge)
        self._nothing = Label("", "small", "ink3")
        self._nothing.setAlignment(CENTRE)
        self._nothing.hide()
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(theme.S2, theme.S1, theme.S2, theme.S2)
        self._lines.setSpacing(0)
        inside = QWidget()
        above = QVBoxLayout(inside)
        above.setContentsMargins(0, 0, 0, 0)
        above.addLayout(self._lines)
        above.addStretch(1)
        self._scroll = Inner(inside)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.setSpacing(0)
        self.body.addLayout(head)
        self.body.addWidget(self._nothing, 1)
        self.body.addWidget(self._scroll, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FOLLOW_AFTER_MS)
        self._timer.timeout.connect(self._catch_up)

    def follow(self, table: Table, describe: Callable[[Any], Brief]) -> None:
        """Show the current row of a table, as ``describe`` tells it, 80 ms after it was reached."""
        self._table, self._describe = table, describe
        table.moved.connect(lambda _: self._timer.start())
        table.listed.connect(self._timer.start)

    def _catch_up(self) -> None:
        row = self._table.current
        self._nothing.setText(self._table.say("Nothing is chosen"))
        self.tell(None if row is None else self._describe(row))
        self._nothing.setVisible(row is None)
        self._scroll.setVisible(row is not None)

    def tell(self, brief: Brief | None) -> None:
        """Show a row in brief; None shows nothing."""
        if brief == self.shown:
            return
        self.shown = brief
        self._title.setText(brief.title if brief else "")
        self._badge.show_state(brief.badge if brief else "", brief.state if brief else "plain")
        self.setAccessibleName(f"{self._name}: {brief.title}" if brief else self._name)
        self.setAccessibleDescription(brief.words if brief else "")
        shown = [line for line in brief.lines if line.value] if brief else []
        here = [self._lines.itemAt(at).widget() for at in range(self._lines.count())]
        if len(here) != len(shown):
            clear(self._lines)
            here = [_Line() for _ in shown]
            for line in here:
                self._lines.addWidget(line)
        for line, told in zip(here, shown, strict=True):
            line.tell(told)

    @property
    def lines(self) -> Sequence[QWidget]:
        """The lines in Tab order."""
        return [self._lines.itemAt(at).widget() for at in range(self._lines.count())]


class _Line(QWidget):
    """A label over its value; takes the focus so that it can be read and copied."""

    def __init__(self) -> None:
        super().__init__()
        self.told = Told("", "")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def tell(self, told: Told) -> None:
        """Show another line."""
        self.told = told
        self.setAccessibleName(f"{told.label}: {told.value}")
        self.updateGeometry()
        self.update()

    @property
    def _style(self) -> str:
        return "figure" if self.told.strong else "body"

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        room = QRect(0, 0, max(40, width - 2 * theme.S2), 10_000)
        words = theme.metrics(self._style).boundingRect(room, int(Qt.TextFlag.TextWordWrap), self.told.value)
        lines = max(1, round(words.height() / theme.metrics(self._style).lineSpacing()))
        return theme.TYPES["small"].line + lines * theme.TYPES[self._style].line + theme.S2

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(200, self.width())))

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
            area = self.parent().parent().parent() if self.hasFocus() else None
            if isinstance(area, QScrollArea):
                area.ensureWidgetVisible(self)
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.told.value)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("focus"), theme.FOCUS_RING))
            ring = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(ring, theme.RADIUS_SMALL, theme.RADIUS_SMALL)
        box = self.rect().adjusted(theme.S2, theme.S1, -theme.S2, -theme.S1)
        painter.setPen(theme.colour("ink2"))
        painter.setFont(theme.font("small"))
        painter.drawText(box, TOP_LEFT, self.told.label)
        painter.setPen(theme.colour("ink"))
        painter.setFont(theme.font(self._style))
        box.setTop(box.top() + theme.TYPES["small"].line)
        painter.drawText(box, TOP_LEFT | Qt.TextFlag.TextWordWrap, self.told.value)
