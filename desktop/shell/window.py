"""The main window: rail of areas, the one search box, the page, the key line and the status line."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.counter.service import till
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.qt import theme
from desktop.qt.page import Key, Page, combination
from desktop.qt.tasks import Tasks
from desktop.qt.widgets import Label, Mark
from desktop.search.records import SearchHit, SearchOrder
from desktop.search.service import find
from desktop.shell.frame import KeyLine, Person, RailButton, Status
from desktop.shell.pages import PAGES
from desktop.shell.search_box import Drop, Row, SearchBox

SEARCH_AFTER_MS = 120
SEARCH_HITS = 7
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
        self._asked_search = 0
        self._take_only = False
        self._build()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEARCH_AFTER_MS)
        self._timer.timeout.connect(self._search)
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
        self.drop = Drop(self)
        self.drop.taken.connect(self._take)

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
        self.search = SearchBox(
            self.say("Search"), self.say("Name, initials, account, meter, phone, address")
        )
        self.search.textEdited.connect(self._typed_search)
        self.search.stepped.connect(self.drop_step)
        self.search.entered.connect(self._enter_search)
        self.search.closed.connect(self.close_search)
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

    def _common(self) -> tuple[Key, ...]:
        return (Key("Ctrl+K", Text("search"), self.start_search),)

    def _show_keys(self) -> None:
        if self.page is not None:
            self.key_line.show_page(self.page, self._common())

    # Search --------------------------------------------------------------------------------------------------

    def start_search(self, typed: str = "") -> None:
        """Go to the search box; what was typed elsewhere goes with it."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if typed:
            self.search.setText(typed)
            self._typed_search(typed)
        else:
            self.search.selectAll()

    def _typed_search(self, _typed: str) -> None:
        self._take_only = False
        self._timer.start(SEARCH_AFTER_MS)

    def _search(self) -> None:
        typed = self.search.text().strip()
        if not typed:
            self.drop.hide()
            return
        self._asked_search += 1
        asked = self._asked_search

        def answer(hits: tuple[SearchHit, ...]) -> None:
            if asked == self._asked_search and self.search.text().strip() == typed:
                self._show_hits(typed, hits)

        call = partial(self.seat.ask, find, SearchOrder(typed, SEARCH_HITS))
        self.tasks.read(self, call, answer, lambda error: self.page.trouble(error) if self.page else None)

    def _show_hits(self, typed: str, hits: tuple[SearchHit, ...]) -> None:
        if self._take_only and len(hits) == 1:
            self._take(Row("hit", hits[0].title, target=("customers", hits[0].owner_number)))
            return
        rows: list[Row] = []
        if hits:
            more = len(hits) >= SEARCH_HITS
            count = self.say("the first {count}, type more to narrow them down", count=len(hits))
            found = self.say.plural("{count} customer", "{count} customers", len(hits))
            rows.append(Row("head", count if more else found))
            for hit in hits:
                target = ("customers", hit.owner_number)
                rows.append(Row("hit", hit.title, hit.subtitle, "", "user-round", target))
        pages = [entry for entry in self.entries if typed.casefold() in self.say(entry.title).casefold()]
        if pages:
            rows.append(Row("head", self.say("Pages")))
            for entry in pages:
                key = f"Ctrl {self.entries.index(entry) + 1}"
                rows.append(Row("page", self.say(entry.title), "", key, entry.icon, (entry.name, None)))
        if not rows:
            rows.append(
                Row(
                    "none",
                    self.say('Nothing found for "{typed}". Try part of the name or number', typed=typed),
                )
            )
        foot = (
            ("↑ ↓", self.say("choose")),
            ("Enter", self.say("open")),
            ("Ctrl Enter", self.say("take money")),
            ("Esc", self.say("close, text stays")),
        )
        self.drop.move(self.search.mapTo(self, QPoint(0, self.search.height() + 4)))
        self.drop.show_rows(typed, tuple(rows), foot)

    def drop_step(self, by: int) -> None:
        """Arrows in the search box; the drop-down comes back when it was closed."""
        if self.drop.isVisible():
            self.drop.step(by)
        else:
            self._timer.start(0)

    def _enter_search(self, to_counter: bool) -> None:
        """Take the marked line; Enter right behind the text, as a scanner sends it, takes the only hit."""
        if (
            self.drop.isVisible()
            and self.drop.typed == self.search.text().strip()
            and self.drop.current is not None
        ):
            self._take(self.drop.current, to_counter)
        else:
            self._take_only = True
            self._timer.start(0)

    def _take(self, line: Row, to_counter: bool = False) -> None:
        if line.target is None:
            return
        name, argument = line.target
        at_counter = self.page_name == "counter" and "counter" in self.rail
        if (
            name == "customers"
            and argument is not None
            and (to_counter or at_counter)
            and "counter" in self.rail
        ):
            name = "counter"
        self.close_search()
        opened = self.open_page(name, argument)
        if opened is not None:
            self.search.clear()

    def close_search(self) -> None:
        """Close the drop-down; the text stays."""
        self._timer.stop()
        self._asked_search += 1
        self.drop.hide()
        if self.page is not None and self.search.hasFocus():
            self.page.setFocus(Qt.FocusReason.OtherFocusReason)

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
        self.drop.hide()
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
        self.status.tell("date", self.say.join((self.say.today(at.date()), f"{at:%H:%M}")))

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
        self.drop.hide()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not all(page.may_close() for page in self.pages.values()):
            event.ignore()
            return
        self._clock.stop()
        event.accept()
        self.closed.emit()
