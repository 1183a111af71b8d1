"""The main window: rail of areas, the one search box, the page, the key line and the status line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import ClassVar

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.counter.service import till
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.qt import icons, theme
from desktop.qt.page import Key, Page, cap, combination
from desktop.qt.tasks import Tasks
from desktop.qt.widgets import (
    CENTRE,
    LEFT,
    RIGHT,
    Button,
    Icon,
    KeyHint,
    Label,
    Mark,
    cap_width,
    clear,
    paint_cap,
    row,
)
from desktop.search.records import SearchHit, SearchOrder
from desktop.search.service import find
from desktop.shell.pages import PAGES, PageEntry

SEARCH_AFTER_MS = 120
SEARCH_HITS = 7
BUSY_AFTER_MS = 400


class RailButton(QAbstractButton):
    """One area in the rail: its icon, its name, a bar at the left when it is shown."""

    def __init__(self, entry: PageEntry, words: str, key: str) -> None:
        super().__init__()
        self.entry = entry
        self.setText(words)
        self.setToolTip(f"{words} ({key})")
        self.setAccessibleName(f"{words} ({key})")
        self.setFixedSize(theme.RAIL, 53)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCheckable(True)
        self.setAutoExclusive(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        here = self.isChecked()
        box = QRectF(6, 1.5, self.width() - 12, self.height() - 3)
        if here or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_soft" if here else "sunken"))
            painter.drawRoundedRect(box, theme.RADIUS_PANEL, theme.RADIUS_PANEL)
        if here:
            painter.fillRect(QRectF(0, 11, theme.SELECTION_BAR, self.height() - 22), theme.colour("accent"))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus"), theme.FOCUS_RING))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), theme.RADIUS_PANEL, theme.RADIUS_PANEL)
        ink = theme.colour("accent" if here else "ink2")
        icons.paint(painter, self.entry.icon, ink, theme.ICON_RAIL, (self.width() - theme.ICON_RAIL) / 2, 7)
        painter.setPen(ink)
        painter.setFont(theme.font("small"))
        words = theme.metrics("small").elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 8)
        painter.drawText(QRectF(0, 29, self.width(), 20), CENTRE, words)


class Person(QWidget):
    """The first letters of who is signed in, in a disc."""

    def __init__(self, name: str) -> None:
        super().__init__()
        words = name.split()
        self._letters = name[:1] if not name.isascii() else "".join(word[0] for word in words[:2]).upper()
        self.setFixedSize(28, 28)
        self.setToolTip(name)
        self.setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent_soft"))
        painter.drawEllipse(self.rect())
        painter.setPen(theme.colour("accent"))
        painter.setFont(theme.font("strong"))
        painter.drawText(self.rect(), CENTRE, self._letters)


class KeyLine(QFrame):
    """The keys of the page, from the table that binds them; the primary action stands at the right end."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "foot")
        self.setFixedHeight(theme.KEY_LINE)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.S3 + 2, 0, theme.S3 - theme.FOCUS_ROOM, 0)
        self._row.setSpacing(theme.S4)
        self._shown: tuple[tuple[str, str, str, bool], ...] = ()
        self._page: Page | None = None
        self.primary: Button | None = None

    def show_page(self, page: Page, common: tuple[Key, ...]) -> None:
        """Show the keys of a page and those that work everywhere."""
        keys = (*common, *page.keys)
        signature = tuple((key.press, page.say(key.text), key.place, key.enabled) for key in keys)
        if page is self._page and signature == self._shown:
            return
        self._page, self._shown, self.primary = page, signature, None
        clear(self._row)
        for key in keys:
            if key.place == "hint":
                hint = KeyHint(cap(key.press), page.say(key.text))
                hint.setEnabled(key.enabled)
                hint.clicked.connect(partial(_press, key))
                self._row.addWidget(hint)
        self._row.addStretch(1)
        for key in keys:
            if key.place in ("button", "primary"):
                self._add_button(page, key)

    def _add_button(self, page: Page, key: Key) -> None:
        kind = "primary" if key.place == "primary" else "plain"
        button = Button(page.say(key.text), cap(key.press), kind=kind, icon=key.icon)
        button.setEnabled(key.enabled)
        button.clicked.connect(partial(_press, key))
        if key.place == "primary":
            self.primary = button
            if page.primary_width:
                button.setFixedWidth(page.primary_width + theme.FOCUS_ROOM * 2)
        self._row.addWidget(button)


def _press(key: Key, _checked: bool = False) -> None:
    key.act()


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the drop-down: a heading, a hit or a page."""

    kind: str
    title: str
    second: str = ""
    right: str = ""
    icon: str = ""
    target: tuple[str, object] | None = None


class Drop(QFrame):
    """The hits under the search box: they float over the page and never take the focus from the box."""

    taken = Signal(object)
    HEIGHTS: ClassVar[dict[str, int]] = {"head": 28, "hit": 42, "page": 32, "none": 40}
    FOOT = 34

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "float")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rows: tuple[_Row, ...] = ()
        self._foot: tuple[tuple[str, str], ...] = ()
        self._at, self.typed = -1, ""
        self.hide()

    def show_rows(self, typed: str, rows: tuple[_Row, ...], foot: tuple[tuple[str, str], ...]) -> None:
        """Show these lines, the first that can be taken marked."""
        self.typed, self._rows, self._foot = typed, rows, foot
        self._at = next((at for at, line in enumerate(rows) if line.target), -1)
        self.resize(theme.SEARCH, sum(self.HEIGHTS[line.kind] for line in rows) + self.FOOT + 8)
        self._name()
        self.show()
        self.raise_()
        self.update()

    @property
    def current(self) -> _Row | None:
        """The marked line."""
        return self._rows[self._at] if 0 <= self._at < len(self._rows) else None

    def step(self, by: int) -> None:
        """Mark the next or the line before, headings left out."""
        takers = [at for at, line in enumerate(self._rows) if line.target]
        if takers:
            place = takers.index(self._at) if self._at in takers else -1
            self._at = takers[(place + by) % len(takers)]
            self._name()
            self.update()

    def _name(self) -> None:
        here = self.current
        self.setAccessibleName(f"{here.title} {here.second}" if here else "")

    def _row_at(self, y: float) -> int:
        top = 4
        for at, line in enumerate(self._rows):
            top += self.HEIGHTS[line.kind]
            if y < top:
                return at if line.target else -1
        return -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._row_at(event.position().y())
        if at >= 0 and at != self._at:
            self._at = at
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._row_at(event.position().y())
        if at >= 0:
            self.taken.emit(self._rows[at])

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = 4
        for at, line in enumerate(self._rows):
            height = self.HEIGHTS[line.kind]
            self._paint_row(painter, QRect(1, top, self.width() - 2, height), line, at == self._at)
            top += height
        painter.setPen(theme.colour("line"))
        painter.drawLine(1, top + 4, self.width() - 2, top + 4)
        left = theme.S4
        for key, words in self._foot:
            paint_cap(painter, left, top + 12, key, theme.colour("sunken"), theme.colour("ink2"), None)
            left += cap_width(key) + 6
            painter.setFont(theme.font("small"))
            painter.setPen(theme.colour("ink2"))
            width = theme.metrics("small").horizontalAdvance(words)
            painter.drawText(QRect(left, top + 12, width + 2, 20), LEFT, words)
            left += width + theme.S4

    def _paint_row(self, painter: QPainter, box: QRect, line: _Row, here: bool) -> None:
        if here:
            painter.fillRect(box, theme.colour("accent_soft"))
            painter.fillRect(box.x(), box.y(), theme.SELECTION_BAR, box.height(), theme.colour("accent"))
        painter.setPen(theme.colour("ink2"))
        if line.kind in ("head", "none"):
            painter.setFont(theme.font("small"))
            painter.drawText(box.adjusted(theme.S4, 0, 0, 0), LEFT, line.title)
            return
        icons.paint(
            painter,
            line.icon,
            theme.colour("accent" if here else "ink2"),
            16,
            box.left() + 17,
            box.center().y() - 8,
        )
        words = box.adjusted(45, 0, -theme.S4, 0)
        if line.second:
            first, second = words.adjusted(0, 2, 0, -19), words.adjusted(0, 21, 0, -2)
            painter.setFont(theme.font("small"))
            room = second.width()
            painter.drawText(
                second,
                LEFT,
                theme.metrics("small").elidedText(line.second, Qt.TextElideMode.ElideRight, room),
            )
        else:
            first = words
        self._paint_matched(painter, first, line.title)
        if line.right and line.kind == "page":
            width = cap_width(line.right)
            top = box.center().y() - theme.KEY_CAP / 2 + 1
            paint_cap(
                painter,
                words.right() - width,
                top,
                line.right,
                theme.colour("sunken"),
                theme.colour("ink2"),
                None,
            )
        elif line.right:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.colour("ink2"))
            painter.drawText(first, RIGHT, line.right)

    def _paint_matched(self, painter: QPainter, box: QRect, title: str) -> None:
        """The title with the typed part in accent."""
        painter.setFont(theme.font("strong"))
        start = title.casefold().find(self.typed.casefold()) if self.typed else -1
        cuts = (0, start, start + len(self.typed), len(title)) if start >= 0 else (0, len(title))
        left = box.left()
        for at, (begin, end) in enumerate(pairwise(cuts)):
            part = title[begin:end]
            painter.setPen(theme.colour("accent" if at == 1 else "ink"))
            painter.drawText(QRect(left, box.top(), box.right() - left, box.height()), LEFT, part)
            left += theme.metrics("strong").horizontalAdvance(part)


class SearchBox(QLineEdit):
    """The one search box: arrows and Enter work its drop-down, Esc closes it and the text stays."""

    stepped = Signal(int)
    entered = Signal(bool)
    closed = Signal()

    def __init__(self, name: str, hint: str) -> None:
        super().__init__()
        self.setProperty("search", True)
        self.setPlaceholderText(hint)
        self.setAccessibleName(name)
        self.setFixedWidth(theme.SEARCH)
        self.setTextMargins(24, 0, cap_width("Ctrl K") + 4, 0)
        self.setFont(theme.font("body"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(event.key())
        if step is not None:
            self.stepped.emit(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit(bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        icons.paint(painter, "search", theme.colour("ink2"), 16, 10, (self.height() - 16) / 2)
        left, top = self.width() - cap_width("Ctrl K") - 8, (self.height() - theme.KEY_CAP) / 2
        paint_cap(painter, left, top, "Ctrl K", theme.colour("sunken"), theme.colour("ink2"), None)


class Status(QFrame):
    """The line at the foot: hall, person and till at the left; what runs, database and business date at the right."""

    LEFT = (("hall", "house"), ("person", "user-round"), ("till", "wallet"))
    RIGHT = (("running", "clock"), ("database", "database"), ("date", "calendar"))

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "status")
        self.setFixedHeight(theme.STATUS_LINE)
        line = QHBoxLayout(self)
        line.setContentsMargins(theme.S3 + 2, 0, theme.S3 + 2, 0)
        line.setSpacing(theme.S4)
        self._facts: dict[str, tuple[QWidget, Label]] = {}
        for name, icon in (*self.LEFT, *self.RIGHT):
            if name == "running":
                line.addStretch(1)
            fact, label = QWidget(), Label("", "small", "ink2")
            label.setMinimumHeight(0)
            fact.setLayout(row(Icon(icon), label, spacing=theme.S1 + 1))
            line.addWidget(fact)
            self._facts[name] = (fact, label)

    def tell(self, name: str, words: str) -> None:
        """Show one of the facts; without words it is away."""
        fact, label = self._facts[name]
        label.setText(words)
        label.setAccessibleName(words)
        fact.setVisible(bool(words))

    def words(self, name: str) -> str:
        """What stands there now."""
        return self._facts[name][1].text()


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
            self._take(_Row("hit", hits[0].title, target=("customers", hits[0].owner_number)))
            return
        rows: list[_Row] = []
        if hits:
            more = len(hits) >= SEARCH_HITS
            count = self.say("the first {count}, type more to narrow them down", count=len(hits))
            found = self.say.plural("{count} customer", "{count} customers", len(hits))
            rows.append(_Row("head", count if more else found))
            for hit in hits:
                target = ("customers", hit.owner_number)
                rows.append(_Row("hit", hit.title, hit.subtitle, "", "user-round", target))
        pages = [entry for entry in self.entries if typed.casefold() in self.say(entry.title).casefold()]
        if pages:
            rows.append(_Row("head", self.say("Pages")))
            for entry in pages:
                key = f"Ctrl {self.entries.index(entry) + 1}"
                rows.append(_Row("page", self.say(entry.title), "", key, entry.icon, (entry.name, None)))
        if not rows:
            rows.append(
                _Row(
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

    def _take(self, line: _Row, to_counter: bool = False) -> None:
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
        self.drop.hide()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not all(page.may_close() for page in self.pages.values()):
            event.ignore()
            return
        self._clock.stop()
        event.accept()
        self.closed.emit()
