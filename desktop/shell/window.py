"""The main window: rail of areas, the one search box, the page, the key line and the status line."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.counter.service import till
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.qt import theme
from desktop.qt.page import Key, Page, combination
from desktop.qt.tasks import Tasks
from desktop.qt.widgets import Label, Mark
from desktop.shell.frame import KeyLine, Person, RailButton, Status
from desktop.shell.pages import PAGES
from desktop.shell.search_box import Search

BUSY_AFTER_MS = 400


class Window(QWidget):
    """The main window of a person signed in at a station."""

    closed = Signal()

    def __init__(self, seat: Seat, tasks: Tasks) -> None:
        super().__init__()
        self.seat, self.tasks = seat, tasks
        self.say = seat.app.catalog(seat.actor.language)
        self.setWindowTitle(f"ServiceHall {seat.station.hall_name}")
        self.setMinimumSize(*theme.SMALLEST_WINDOW)
        self.resize(*theme.FIRST_WINDOW)
        self.entries = tuple(entry for entry in PAGES if entry.permission in seat.actor.permissions)
        self.pages: dict[str, Page] = {}
        self.page: Page | None = None
        self._before: tuple[str, object] | None = None
        self._build()
        self._clock = QTimer(self)
        self._clock.setInterval(20_000)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(BUSY_AFTER_MS)
        self._patience.timeout.connect(self._tell_busy)
        tasks.busy_changed.connect(self._notice_busy)
        self._tell_facts()

    # Building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._make_rail())
        self.stack, self.key_line, self.status = QStackedWidget(), KeyLine(), Status()
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._make_top())
        right.addWidget(self.stack, 1)
        right.addWidget(self.key_line)
        middle.addLayout(right, 1)
        outer.addLayout(middle, 1)
        outer.addWidget(self.status)

    def _make_rail(self) -> QWidget:
        rail = QFrame()
        rail.setProperty("kind", "canvas")
        rail.setFixedWidth(theme.RAIL)
        rail.setAccessibleName(self.say("Areas"))
        column = QVBoxLayout(rail)
        column.setContentsMargins(0, theme.S2, 0, 0)
        column.setSpacing(0)
        column.addWidget(Mark(32), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(theme.S4 + 2)
        self.rail: dict[str, RailButton] = {}
        for at, entry in enumerate(self.entries, 1):
            button = RailButton(entry, self.say(entry.title), f"Ctrl {at}")
            button.clicked.connect(partial(self._open_from_rail, entry.name))
            column.addWidget(button)
            self.rail[entry.name] = button
        column.addStretch(1)
        return rail

    def _make_top(self) -> QWidget:
        top = QWidget()
        top.setFixedHeight(theme.TOP_BAR)
        line = QHBoxLayout(top)
        line.setContentsMargins(theme.S3, 0, theme.S3 + 2, 0)
        line.setSpacing(theme.S3)
        self.finder = Search(self)
        self.search, self.drop = self.finder.box, self.finder.drop
        line.addWidget(self.search)
        line.addStretch(1)
        line.addWidget(Label(self.seat.station.name, "small", "ink2"))
        line.addWidget(Person(self.seat.actor.name))
        return top

    # Pages ---------------------------------------------------------------------------------------------------

    def open_page(self, name: str, argument: object = None) -> Page | None:
        """Show a page by its name, made when first asked for; None when the page before may not be left."""
        if self.page is not None and self.pages.get(name) is not self.page and not self.page.may_leave():
            self.rail[self.page_name].setChecked(True)
            return None
        if name not in self.pages:
            self.pages[name] = self._make_page(name)
        if self.page is not None and name != self.page_name:
            self._before = (self.page_name, None)
        self.page = self.pages[name]
        self.stack.setCurrentWidget(self.page)
        if name in self.rail:
            self.rail[name].setChecked(True)
        self._show_keys()
        self.page.show_argument(argument)
        return self.page

    @property
    def page_name(self) -> str:
        """The name of the page shown."""
        return next((name for name, page in self.pages.items() if page is self.page), "")

    def _make_page(self, name: str) -> Page:
        entry = next(entry for entry in self.entries if entry.name == name)
        page = entry.make(self.seat, self.tasks)
        page.go.connect(self.open_page)
        page.keys_changed.connect(partial(self._keys_of, page))
        page.search_wanted.connect(self.start_search)
        page.told.connect(self._tell_till)
        self.stack.addWidget(page)
        return page

    def _open_from_rail(self, name: str, _checked: bool = False) -> None:
        self.open_page(name)

    def _keys_of(self, page: Page) -> None:
        if page is self.page:
            self._show_keys()

    def common_keys(self) -> tuple[Key, ...]:
        """The keys that work on every page."""
        return (Key("Ctrl+K", Text("search"), self.start_search),)

    def _show_keys(self) -> None:
        if self.page is not None:
            self.key_line.show_page(self.page, self.common_keys())

    # Search --------------------------------------------------------------------------------------------------

    def start_search(self, typed: str = "") -> None:
        """Go to the search box; what was typed elsewhere goes with it."""
        self.finder.start(typed)

    def close_search(self) -> None:
        """Close what drops under the search box; the text stays."""
        self.finder.close()

    # Keys ----------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._own_key(event) or (self.page is not None and self.page.press(event)):
            event.accept()
        else:
            super().keyPressEvent(event)

    def _own_key(self, event: QKeyEvent) -> bool:
        pressed = event.keyCombination()
        if pressed in (combination("Ctrl+K"), combination("F2")):
            self.start_search()
        elif pressed == combination("F5") and self.page is not None:
            self.page.ask_again()
        elif pressed == combination("F4") and self._before is not None:
            self.open_page(*self._before)
        else:
            for at, entry in enumerate(self.entries, 1):
                if pressed == combination(f"Ctrl+{at}"):
                    self.open_page(entry.name)
                    return True
            return False
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.finder.hide()
        super().mousePressEvent(event)

    # Facts ---------------------------------------------------------------------------------------------------

    def _tell_facts(self) -> None:
        station, actor = self.seat.station, self.seat.actor
        self.status.tell("hall", station.hall_name)
        self.status.tell("person", actor.name)
        self.status.tell("database", self.seat.app.database_label)
        self._tick()
        self._tell_busy()
        self._tell_till()

    def _tick(self) -> None:
        at = self.seat.app.clock.moment()
        self.status.tell("date", self.say.join((self.say.date(at.date()), f"{at:%H:%M}")))

    def _notice_busy(self) -> None:
        """What takes long is shown; what is done at once does not flicker."""
        if not self.tasks.busy:
            self._patience.stop()
            self._tell_busy()
        elif not self._patience.isActive():
            self._patience.start()

    def _tell_busy(self) -> None:
        running = self.tasks.busy
        words = self.say.plural("{count} task running", "{count} tasks running", running) if running else ""
        self.status.tell("running", words)

    def _tell_till(self) -> None:
        if "counter" in self.rail:
            self.tasks.read(self, partial(self.seat.ask, till), self._show_till, lambda _: None)

    def _show_till(self, opened) -> None:
        if opened is None:
            self.status.tell("till", self.say("Till closed"))
        else:
            receipts = self.say.plural("{count} receipt", "{count} receipts", opened.receipts)
            self.status.tell("till", self.say.join((opened.till_name, receipts)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.finder.hide()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not all(page.may_close() for page in self.pages.values()):
            event.ignore()
            return
        self._clock.stop()
        event.accept()
        self.closed.emit()
