"""The help sheet: what the page is for, and every key that works there, from the table that binds them.

A key can be changed in its row: Enter, then the new key. What is chosen holds on every page and is kept. Ctrl+P
prints the sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.kernel.log import fault
from desktop.kernel.text import Catalog
from desktop.kernel.work import Seat
from desktop.qt import preferences, theme
from desktop.qt.basics import LEFT, RIGHT, Label, ProblemLine, Rule, clear, row
from desktop.qt.buttons import Button, cap_width, paint_cap
from desktop.qt.floating import Sheet
from desktop.qt.fold import Inner
from desktop.qt.keys import FIXED, Key, cap, combination, pressed, refusal, written
from desktop.qt.page import Page
from desktop.qt.paper_panel import PrintPanel
from desktop.qt.preview import PaperFile
from desktop.qt.tasks import Tasks
from desktop.shell.help_paper import KeyGroup, help_pdf

WIDTH = 520
_CAPS = 132
_FIELD_KEYS = ("Tab", "Shift+Tab")
PRINT = "Ctrl+P"


class KeyRow(QWidget):
    """One key and what it does; Enter asks for another key, Delete gives the standard one back."""

    wanted = Signal(object)
    undone = Signal(object)
    stepped = Signal(object, int)

    def __init__(self, key: Key, words: str, note: str) -> None:
        super().__init__()
        self.key, self._words, self._note, self.asking = key, words, note, ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{words} ({cap(key.press)})")
        self.setAccessibleDescription(note)

    def sizeHint(self) -> QSize:
        return QSize(WIDTH - 60, theme.ROW)

    def ask(self, words: str) -> None:
        """Show that a new key is waited for, or that it no longer is."""
        self.asking = words
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.wanted.emit(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.wanted.emit(self)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.undone.emit(self)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(self, 1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            event.ignore()

    def focusInEvent(self, event) -> None:
        super().focusInEvent(event)
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None:
            area.ensureWidgetVisible(self, 0, theme.S2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.fillRect(self.rect(), theme.colour("accent_soft"))
            painter.fillRect(0, 0, theme.SELECTION_BAR, self.height(), theme.colour("accent"))
        ink = theme.colour("ink" if self.key.enabled else "ink3")
        left, top = theme.S3, (self.height() - theme.KEY_CAP) / 2
        if self.asking:
            painter.setPen(theme.colour("accent"))
            painter.setFont(theme.font("strong"))
            painter.drawText(QRectF(left, 0, self.width() - left, self.height()), LEFT, self.asking)
            return
        paint_cap(painter, left, top, cap(self.key.press), theme.colour("sunken"), theme.colour("ink2"), None)
        left += max(theme.grown(_CAPS), cap_width(cap(self.key.press)) + theme.S2)
        room = self.width() - left - theme.S3
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colour("ink3"))
        painter.drawText(QRectF(left, 0, room, self.height()), RIGHT, self._note)
        room -= painter.fontMetrics().horizontalAdvance(self._note) + theme.S2
        painter.setFont(theme.font("body"))
        painter.setPen(ink)
        words = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(QRectF(left, 0, room, self.height()), LEFT, words)


class HelpSheet(Sheet):
    """Help for the page shown. ``rebind`` lets everything that shows or binds keys look again."""

    def __init__(
        self, parent: QWidget, seat: Seat, say: Catalog, tasks: Tasks, rebind: Callable[[], object]
    ) -> None:
        super().__init__(parent, say("Help"), say("Close"))
        self.say, self._seat, self._tasks, self._rebind = say, seat, tasks, rebind
        self._preferences = preferences.of(seat.actor.login)
        self._page: Page | None = None
        self._common: Callable[[], Sequence[Key]] = tuple
        self._asked: KeyRow | None = None
        self.rows: list[KeyRow] = []
        self.text = Label("", "body", wrap=True)
        self.problem = ProblemLine()
        self.standard = Button(say("Back to the standard keys"), kind="quiet", icon="rotate-ccw")
        self.standard.clicked.connect(self.reset)
        self.hint = Label(
            say("Enter changes a key, Delete takes the standard one"), "small", "ink3", wrap=True
        )
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._scroll = Inner(inside)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setAccessibleName(say("Keys"))
        self.print_button = Button(say("Print"), cap(PRINT), kind="quiet", icon="printer")
        self.print_button.clicked.connect(self.print)
        self.print_panel = PrintPanel(say, tasks, "help", seat.station.code, PRINT)
        self.print_panel.printed.connect(self._printed)
        self.print_panel.closed.connect(self._close_print)
        foot = row(self.hint, self.standard, self.print_button)
        foot.setStretch(0, 1)
        self.body.addWidget(self.print_panel)
        self.body.addWidget(self.text)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(self.problem)
        self.body.addWidget(Rule())
        self.body.addLayout(foot)

    def place(self) -> None:
        """Over the right part of the page."""
        window = self.parentWidget()
        width = min(theme.grown(WIDTH), window.width() - 2 * theme.S3)
        below = theme.KEY_LINE + theme.STATUS_LINE + theme.S2
        height = window.height() - theme.TOP_BAR - below
        self.setGeometry(window.width() - width - theme.S3, theme.TOP_BAR, width, height)

    def explain(self, page: Page, common: Callable[[], Sequence[Key]]) -> None:
        """Show the help of a page with the keys that work everywhere."""
        self._page, self._common = page, common
        self.print_panel.hide()
        self.title.setText(self.say("Help: {page}", page=page.title))
        self.text.setText(self.say(page.HELP) if page.HELP is not None else "")
        self.text.setVisible(page.HELP is not None)
        self._fill()
        self.appear(self.rows[0] if self.rows else None)

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every key listed."""
        return tuple(row.key for row in self.rows)

    def _fill(self) -> None:
        assert self._page is not None, "a page is explained"
        clear(self._list)
        self.rows, self._asked = [], None
        self.problem.tell("")
        for title, keys in self.groups():
            self._add_group(title, keys)
        self._list.addStretch(1)
        self.standard.setVisible(bool(self._preferences.value("keys", {})))

    def groups(self) -> list[tuple[str, list[Key]]]:
        """Every key that works now under its heading, each once: the page's own come first."""
        assert self._page is not None, "a page is explained"
        say, page = self.say, self._page
        taken: set[str] = set()
        found = []
        for title, keys in (
            (say("On this page"), page.keys),
            (say("In its tables"), page.table_keys),
            (say("Everywhere"), self._common()),
        ):
            found.append((title, [key for key in keys if key.press not in taken]))
            taken |= {key.press for key in keys}
        return found

    def _add_group(self, title: str, keys: Sequence[Key]) -> None:
        if not keys:
            return
        heading = Label(title, "small", "ink2")
        heading.setIndent(theme.S3)
        self._list.addSpacing(theme.S2)
        self._list.addWidget(heading)
        self._list.addSpacing(theme.S1)
        for key in keys:
            changed = key.press != key.standard
            note = self.say("standard {key}", key=cap(key.standard)) if changed else ""
            line = KeyRow(key, self.say(key.text), note)
            line.wanted.connect(self._ask)
            line.undone.connect(self._undo)
            line.stepped.connect(self._step)
            self._list.addWidget(line)
            line.show()
            self.rows.append(line)

    def _step(self, line: KeyRow, by: int) -> None:
        at = self.rows.index(line) + by
        if 0 <= at < len(self.rows):
            self.rows[at].setFocus(Qt.FocusReason.OtherFocusReason)

    # Printing ------------------------------------------------------------------------------------------------

    def print(self) -> None:
        """Put the sheet on paper: first which printer, then to it."""
        if self.print_panel.isVisible():
            self.print_panel.print()
            return
        told = [
            KeyGroup(title, tuple((cap(key.press), self.say(key.text)) for key in keys))
            for title, keys in self.groups()
            if keys
        ]
        foot = self.say.join((self._seat.station.company, self._seat.station.hall_name))
        draw = partial(help_pdf, self.say, self.title.text(), self.text.text(), told, foot)
        self._tasks.read(self, lambda: PaperFile(draw()), self.print_panel.ask, self._not_drawn)

    def _not_drawn(self, error: BaseException) -> None:
        self.problem.tell(
            self.say("The sheet could not be made. Reference {reference}", reference=fault(error))
        )

    def _printed(self, sides: int, printer: str) -> None:
        self.problem.tell(
            self.say.plural(
                "{count} side printed on {printer}",
                "{count} sides printed on {printer}",
                sides,
                printer=printer,
            ),
            "ok",
        )

    def _close_print(self) -> None:
        if not self.print_panel.printing:
            self.print_panel.hide()
            self.rows[0].setFocus(Qt.FocusReason.OtherFocusReason)

    # Changing keys -------------------------------------------------------------------------------------------

    def _ask(self, line: KeyRow) -> None:
        self.problem.tell("")
        if line.key.standard in FIXED:
            found = refusal(line.key, line.key.press, ())
            self.problem.tell(self.say(found) if found else "", "warn")
            return
        self._asked = line
        line.ask(self.say("Press the new key, Esc keeps {key}", key=cap(line.key.press)))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._asked is None and pressed(event) == combination(PRINT):
            event.accept()
            self.print()
            return
        if self._asked is None and event.key() == Qt.Key.Key_Escape and self.print_panel.isVisible():
            event.accept()
            self.print_panel.stop()
            self._close_print()
            return
        if self._asked is None:
            super().keyPressEvent(event)
            return
        event.accept()
        press = written(event)
        if press:
            self._take(press)

    def focusNextPrevChild(self, forward: bool) -> bool:
        if self._asked is not None:
            self._take(_FIELD_KEYS[0 if forward else 1])
            return True
        return super().focusNextPrevChild(forward)

    def _take(self, press: str) -> None:
        line, self._asked = self._asked, None
        line.ask("")
        line.setFocus(Qt.FocusReason.OtherFocusReason)
        if press == "Esc":
            return
        found = refusal(line.key, press, self.keys)
        if found is not None:
            self.problem.tell(self.say(found))
        else:
            self._keep(line.key.standard, press)

    def _undo(self, line: KeyRow) -> None:
        self._keep(line.key.standard, line.key.standard)

    def _keep(self, standard: str, press: str) -> None:
        changed = {**self._preferences.value("keys", {}), standard: press}
        self._change({key: value for key, value in changed.items() if key != value}, standard)

    def reset(self) -> None:
        """Every key as it is by standard."""
        self._change({}, self.rows[0].key.standard)

    def _change(self, changed: dict[str, str], shown: str) -> None:
        self._preferences.keep("keys", changed)
        self._rebind()
        self._fill()
        line = next((line for line in self.rows if line.key.standard == shown), self.rows[0])
        line.setFocus(Qt.FocusReason.OtherFocusReason)
