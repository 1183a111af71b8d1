"""The main window: rail of areas, the one search box, the page, the key line and the status line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.counter.service import till
from desktop.kernel import practice
from desktop.kernel.lettering import load_fonts
from desktop.kernel.log import fault
from desktop.kernel.text import LANGUAGES, Text
from desktop.kernel.work import Seat
from desktop.qt import preferences, theme
from desktop.qt.basics import Label
from desktop.qt.buttons import show_caps
from desktop.qt.figures import Badge
from desktop.qt.floating import Note, Sheet, Toasts
from desktop.qt.formsheet import FormSheet
from desktop.qt.keys import Key, bound, changed_caps, combination, pressed, written
from desktop.qt.page import Page
from desktop.qt.panels import Banner
from desktop.qt.practising import make_room, paint_frame, window_title
from desktop.qt.scanner import Scanner
from desktop.qt.tasks import Tasks
from desktop.qt.translator import Translator
from desktop.search.rules import scanned_words
from desktop.shell.frame import KeyLine, Person, Status
from desktop.shell.help import HelpSheet
from desktop.shell.interrupted import Interrupted
from desktop.shell.lock import Idle, LockScreen
from desktop.shell.pages import PAGES
from desktop.shell.person import PersonSheet, look_of
from desktop.shell.preparing import Preparing
from desktop.shell.rail import Rail, is_wide
from desktop.shell.running import RunningSheet, share_words
from desktop.shell.search_box import Search
from desktop.shell.watch import Watch
from desktop.staff.records import role_name
from desktop.staff.service import my_roles

BUSY_AFTER_MS = 400
FONTS_AFTER_MS = 1500
"""The fonts of papers are read when the window stands, so that the first receipt does not wait for them."""

CARD = "customers"
MOST_AREA_KEYS = 10
SHEET_KEYS = ("F1", "F10", "Ctrl+J", "Ctrl+L")
MadeSheet = TypeVar("MadeSheet", bound=Sheet)
REBUILDING = ("language", "density", "percent")


class Window(QWidget):
    """The main window of a person signed in at a station.

    ``closed`` follows its end; ``signed_out`` comes before it when somebody else is to sign in, and ``another``
    carries the seat of one who took over while the window was locked.
    """

    closed = Signal()
    signed_out = Signal()
    another = Signal(object)

    def __init__(self, seat: Seat, tasks: Tasks) -> None:
        super().__init__()
        self.tasks = tasks
        self.preferences = preferences.of(seat.actor.login)
        make_room(self)
        self.setMinimumSize(*theme.SMALLEST_WINDOW)
        self._take_place()
        self.entries = tuple(entry for entry in PAGES if entry.open_to(seat.actor.permissions))
        self._badges: dict[str, tuple[int, bool]] = {}
        self._translator: Translator | None = None
        self._leaving = False
        theme.wear(QApplication.instance(), look_of(self.preferences))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._clock = QTimer(self)
        self._clock.setInterval(20_000)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(BUSY_AFTER_MS)
        self._patience.timeout.connect(self._tell_busy)
        tasks.busy_changed.connect(self._notice_busy)
        tasks.jobs_changed.connect(self._tell_busy)
        self.idle = Idle(self)
        self.idle.idle.connect(self.lock)
        self._build(seat)
        self.preparing = Preparing(self, seat, self.say, tasks)
        self.preparing.noted.connect(self._note)

    # Building ------------------------------------------------------------------------------------------------

    def _build(self, seat: Seat) -> None:
        """Everything in the window, in the language of ``seat`` and the sizes of now."""
        self.seat, self.say = seat, seat.app.catalog(seat.actor.language)
        self._speak()
        self.setWindowTitle(window_title(self.say, seat.station.hall_name))
        self.pages: dict[str, Page] = {}
        self.page: Page | None = None
        self._before: tuple[str, object] | None = None
        self._argument: object = None
        self.content = QWidget()
        outer = QVBoxLayout(self.content)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._make_rail())
        self.stack, self.key_line, self.status = QStackedWidget(), KeyLine(), Status()
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._make_top())
        right.addWidget(self._make_notice())
        right.addWidget(self.stack, 1)
        right.addWidget(self.key_line)
        middle.addLayout(right, 1)
        outer.addLayout(middle, 1)
        outer.addWidget(self.status)
        self.layout().addWidget(self.content)
        self._make_sheets()
        self.status.running_pressed.connect(self.show_running)
        self.scanner = Scanner(self)
        self.scanner.scanned.connect(self.take_scan)
        self.watch = Watch(seat, self.say, self.tasks, self.status, self.notice)
        self._fonts = QTimer(self)
        self._fonts.setSingleShot(True)
        self._fonts.timeout.connect(lambda: self.tasks.read(self, load_fonts, lambda _: None, fault))
        self._fonts.start(FONTS_AFTER_MS)
        self._widen()
        self._tell_facts()

    def _speak(self) -> None:
        """Qt's own words follow the person's language."""
        application = QApplication.instance()
        if self._translator is not None:
            application.removeTranslator(self._translator)
            self._translator.deleteLater()
        self._translator = Translator(self.say, self)
        application.installTranslator(self._translator)

    def _make_rail(self) -> QWidget:
        areas = [
            (entry, self.say(entry.title), f"Ctrl {at % 10}" if at <= MOST_AREA_KEYS else "")
            for at, entry in enumerate(self.entries, 1)
        ]
        self.rail_pane = Rail(self.say("Areas"), areas, self.open_page)
        self.rail = self.rail_pane.buttons
        for name, (count, late) in self._badges.items():
            self.badge(name, count, late)
        return self.rail_pane

    def _make_top(self) -> QWidget:
        top = QWidget()
        top.setFixedHeight(theme.TOP_BAR)
        line = QHBoxLayout(top)
        line.setContentsMargins(theme.S3, 0, theme.S3 - theme.FOCUS_ROOM, 0)
        line.setSpacing(theme.S3)
        self.finder = Search(self)
        self.search, self.drop = self.finder.box, self.finder.drop
        line.addWidget(self.search)
        line.addStretch(1)
        self.message = Badge()
        self.practice = Badge(self.say("Practice") if practice.is_on() else "", "warn")
        name = self.seat.actor.name
        self.person = Person(name, self.say("{name}: language, theme, keys, lock (F10)", name=name))
        self.person.clicked.connect(self.show_person)
        line.addWidget(self.message)
        line.addWidget(self.practice)
        line.addWidget(Label(self.seat.station.name, "small", "ink2"))
        line.addWidget(self.person)
        return top

    def _make_notice(self) -> QWidget:
        """Room for what concerns every page; taken only while there is something to say."""
        self.notice, interrupted = Banner(), Banner()
        self.interrupted = Interrupted(self.seat, self.say, self.tasks, interrupted)
        room = QVBoxLayout()
        room.setContentsMargins(theme.S3, 0, theme.S3, 0)
        room.addWidget(self.notice)
        room.addWidget(interrupted)
        whole = QWidget()
        whole.setLayout(room)
        return whole

    def _make_sheets(self) -> None:
        """What floats over the page, and the cover over all."""
        say = self.say
        self.toasts = Toasts(self, self.key_line, say)
        self.sheets: dict[str, Sheet] = {}
        self.lock_screen = LockScreen(self, self.seat, say, self.tasks, self.is_settled)
        self.lock_screen.another.connect(self._hand_over)
        self.lock_screen.unlocked.connect(self.idle.wake)

    def _sheet(self, make: Callable[[], MadeSheet]) -> MadeSheet:
        """A sheet, made when it is first wanted."""
        made: MadeSheet | None = self.sheets.get(make.__name__)
        if made is None:
            made = make()
            made.also = self._sheet_key
            self.sheets[make.__name__] = made
        return made

    def _make_help(self) -> HelpSheet:
        return HelpSheet(self, self.seat, self.say, self.tasks, self._bind_keys)

    def _make_person(self) -> PersonSheet:
        made = PersonSheet(self, self.seat, self.say, self.preferences)
        made.chosen.connect(self.choose)
        made.keys_wanted.connect(self.show_help)
        made.lock_wanted.connect(self.lock)
        made.out_wanted.connect(self.sign_out)
        return made

    def _make_running(self) -> RunningSheet:
        return RunningSheet(self, self.tasks, self.say)

    @property
    def help(self) -> HelpSheet:
        """What the page is for, and its keys."""
        return self._sheet(self._make_help)

    @property
    def person_sheet(self) -> PersonSheet:
        """What this person can choose."""
        return self._sheet(self._make_person)

    @property
    def running(self) -> RunningSheet:
        """The tasks that run now."""
        return self._sheet(self._make_running)

    def badge(self, name: str, count: int, late: bool = False) -> None:
        """Show in the rail how many wait on a page, in red when some are late."""
        self._badges[name] = (count, late)
        if name in self.rail:
            self.rail[name].show_badge(count, late)

    def tell(self, words: str, state: str = "info") -> None:
        """The one message at the top, such as a day that is open; without words it goes."""
        self.message.show_state(words, state)

    # Pages ---------------------------------------------------------------------------------------------------

    def open_page(self, name: str, argument: object = None) -> Page | None:
        """Show a page by its name, made when first asked for; None when the page before may not be left."""
        left = [self.page] if self.page is not None and self.pages.get(name) is not self.page else []
        if not self._may_leave(left) and self.page is not None:
            self.rail[self.page_name].setChecked(True)
            return None
        if name not in self.pages:
            self.pages[name] = self._make_page(name)
        if self.page is not None and name != self.page_name:
            self._before = (self.page_name, None)
            self.interrupted.seen()
        self.page, self._argument = self.pages[name], argument
        self.stack.setCurrentWidget(self.page)
        if name in self.rail:
            self.rail[name].setChecked(True)
        self._show_keys()
        self.page.show_argument(argument)
        self.page.begin_at_top()
        return self.page

    @property
    def page_name(self) -> str:
        """The name of the page shown."""
        return next((name for name, page in self.pages.items() if page is self.page), "")

    def _make_page(self, name: str) -> Page:
        entry = next(entry for entry in self.entries if entry.name == name)
        Page.place = self.stack
        try:
            page = entry.make(self.seat, self.tasks)
        finally:
            Page.place = None
        page.go.connect(self.open_page)
        page.keys_changed.connect(partial(self._keys_of, page))
        page.search_wanted.connect(self.start_search)
        page.told.connect(self._tell_till)
        page.told.connect(self.watch.look_soon)
        page.noted.connect(self._note)
        page.waiting.connect(self.badge)
        page.renewed.connect(self._hand_over)
        page.first_refusal = self._before_page
        self.stack.addWidget(page)
        return page

    def open_last(self) -> None:
        """Open the page this person was on the last time, or the first."""
        names = [entry.name for entry in self.entries]
        last = self.preferences.value("page", "")
        self.open_page(last if last in names else names[0])

    def swap_card(self) -> None:
        """The card of the account shown, and back to the page before."""
        if self.page_name != CARD and CARD in self.rail and self.page is not None:
            number = self.page.account_shown()
            if number:
                self.open_page(CARD, number)
                return
        if self._before is not None:
            self.open_page(*self._before)

    def _keys_of(self, page: Page) -> None:
        if page is self.page:
            self._show_keys()

    def _note(self, note: Note) -> None:
        self.toasts.show_note(note)
        if self.lock_screen.isVisible():
            self.lock_screen.raise_()

    # Search --------------------------------------------------------------------------------------------------

    def start_search(self, typed: str = "") -> None:
        """Go to the search box; what was typed elsewhere goes with it."""
        self.finder.start(typed)

    def take_scan(self, code: str) -> None:
        """What a scanner read: the page's own, or searched for; at the counter its account comes to be paid."""
        if self.lock_screen.isVisible():
            return
        words = scanned_words(code)
        if self.page is None or not self.page.take_scan(words):
            self.finder.scan(words, pay=self.page_name == "counter")

    def close_search(self) -> None:
        """Close what drops under the search box; the text stays."""
        self.finder.close()

    # Keys ----------------------------------------------------------------------------------------------------

    def common_keys(self) -> tuple[Key, ...]:
        """The keys that work on every page, as this person changed them; a page's own keys come first."""
        areas = [
            Key(f"Ctrl+{at % 10}", entry.title, partial(self.open_page, entry.name), "none")
            for at, entry in enumerate(self.entries[:MOST_AREA_KEYS], 1)
        ]
        keys = (
            Key("F1", Text("help"), self.show_help),
            Key("Ctrl+K", Text("search"), self.start_search),
            Key("F2", Text("search"), self.start_search, "none"),
            Key("F4", Text("account card, page before"), self.swap_card, "none"),
            Key("F5", Text("ask again"), self._ask_again, "none"),
            Key("F10", Text("language, theme, keys"), self.show_person, "none"),
            Key("F11", Text("whole screen"), self.fill_screen, "none"),
            Key("Ctrl+J", Text("running tasks"), self.show_running, "none"),
            Key("Ctrl+L", Text("lock"), self.lock, "none"),
            *areas,
        )
        own = self.page.keys if self.page is not None else ()
        return bound(keys, self.preferences.value("keys", {}), own)

    def _show_keys(self) -> None:
        if self.page is not None:
            shown = [key for key in self.common_keys() if key.place != "none"]
            self.key_line.show_page(self.page, tuple(shown))

    def _bind_keys(self) -> None:
        """The person changed keys: everything that binds or shows them looks again."""
        for page in self.pages.values():
            page.bind_keys()
        self._show_keys()
        show_caps(self, changed_caps(self.preferences.value("keys", {})))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (
            self._before_page(event)
            or self._own_key(event)
            or (self.page is not None and self.page.press(event))
        ):
            event.accept()
        else:
            super().keyPressEvent(event)

    def _own_key(self, event: QKeyEvent) -> bool:
        return self._act(event, self.common_keys())

    def _sheet_key(self, event: QKeyEvent) -> bool:
        """Keys that work inside a sheet as well: those of sheets, and the lock."""
        return self._act(event, [key for key in self.common_keys() if key.standard in SHEET_KEYS])

    def _act(self, event: QKeyEvent, keys: Sequence[Key]) -> bool:
        wanted = pressed(event)
        for key in keys:
            if combination(key.press) == wanted:
                if not event.isAutoRepeat():
                    key.act()
                return True
        return False

    def _before_page(self, event: QKeyEvent) -> bool:
        """What floats over the page takes a key before it: Esc closes the top-most sheet, a toast offers its key."""
        if pressed(event) == combination("Esc"):
            shown = [sheet for sheet in self.sheets.values() if sheet.isVisible()]
            if shown:
                shown[-1].dismiss()
            return bool(shown)
        return not event.isAutoRepeat() and self.toasts.press(written(event))

    def _ask_again(self) -> None:
        if self.page is not None:
            self.page.ask_again()
        self.watch.look_soon()

    def fill_screen(self) -> None:
        """Take the whole screen, or give it back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    # Sheets --------------------------------------------------------------------------------------------------

    def _show_sheet(self, wanted: Sheet) -> bool:
        """Close the other sheets; False when the wanted one was open and is closed now."""
        self.close_search()
        was_open = wanted.isVisible()
        for sheet in self.sheets.values():
            sheet.dismiss()
        return not was_open

    def show_help(self) -> None:
        """Explain the page shown and its keys, or close the help."""
        if self.page is not None and self._show_sheet(self.help):
            self.help.explain(self.page, self.common_keys)

    def show_person(self) -> None:
        """Show what this person can choose, or close it."""
        if self._show_sheet(self.person_sheet):
            self.person_sheet.appear(self.person_sheet.choices["language"])

    def show_running(self) -> None:
        """Show the running tasks, or close them."""
        if self._show_sheet(self.running):
            self.running.appear_at_first()

    # What a person chooses -----------------------------------------------------------------------------------

    def choose(self, name: str, value: object) -> None:
        """Take a choice of the person's sheet at once; one that builds the window again asks about typed money."""
        if name in REBUILDING and not self.may_rebuild():
            self.person_sheet.show_chosen(self.seat.actor.language)
            return
        self.preferences.keep(name, value)
        if name == "rail":
            self._widen()
        elif name == "theme":
            theme.wear(QApplication.instance(), look_of(self.preferences))
        else:
            self.rebuild()
            self.show_person()
            self.person_sheet.choices[name].setFocus()

    def is_settled(self) -> bool:
        """Whether nothing is under way that would be lost with the pages: a job, money whose booking is unknown."""
        return all(page.is_settled() for page in self.pages.values())

    def may_rebuild(self) -> bool:
        """Whether the pages may be made again now: nothing under way, typed money given up."""
        if not self.is_settled():
            words = self.say("A payment or a task is under way. Choose again when it is settled")
            self._note(Note(words, "warn"))
            return False
        return self._may_leave(self.pages.values())

    def _may_leave(self, pages: Iterable[Page]) -> bool:
        """Whether pages may be left, and first the forms that float over them; asks about what was typed."""
        return self._sheets_left() and all(page.may_leave() for page in pages)

    def _sheets_left(self) -> bool:
        return all(sheet.leave() for sheet in self.findChildren(FormSheet))

    def rebuild(self) -> None:
        """Build everything anew in the language and sizes chosen; the page shown comes back with its account."""
        name, argument = self.page_name, self._argument
        if self.page is not None:
            argument = self.page.account_shown() or argument
        language = self.preferences.value("language", self.seat.actor.language)
        theme.wear(QApplication.instance(), look_of(self.preferences))
        self.toasts.clear()
        self.finder.close()
        self.finder.deleteLater()
        holder = QApplication.focusWidget()
        if holder is not None:  # nothing that goes now is to have the focus back
            holder.clearFocus()
        for old in (self.content, self.drop, self.lock_screen, *self.sheets.values()):
            old.hide()
            old.deleteLater()
        self.layout().removeWidget(self.content)
        self._build(replace(self.seat, actor=replace(self.seat.actor, language=language)))
        if name:
            self.open_page(name, argument)

    def _widen(self) -> None:
        wide = is_wide(self.preferences.value("rail", "auto"), self.width())
        if wide != self.rail_pane.wide:
            self.rail_pane.widen(wide)

    # Lock and leaving ----------------------------------------------------------------------------------------

    def lock(self) -> None:
        """Cover everything until its person is back; all below stays as it is."""
        if self.lock_screen.isHidden() and self.isVisible():
            self.close_search()
            for sheet in self.sheets.values():
                sheet.dismiss()
            self.lock_screen.cover()

    def sign_out(self) -> None:
        """Give the workplace back: as closing, but somebody else may sign in."""
        if all(page.may_close() for page in self.pages.values()):
            self._leave(self.signed_out)

    def _hand_over(self, seat: Seat) -> None:
        """Somebody goes on, another person or with other rights: the new window stands before this one goes."""
        kept = preferences.of(seat.actor.login).value("language", seat.actor.language)
        language = kept if kept in LANGUAGES else seat.actor.language
        self._leave(self.another, replace(seat, actor=replace(seat.actor, language=language)))

    def _leave(self, told: Signal, *what: object) -> None:
        self._leaving = True
        told.emit(*what)
        self.close()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.finder.hide()
        super().mousePressEvent(event)

    # Facts ---------------------------------------------------------------------------------------------------

    def _tell_facts(self) -> None:
        station, actor = self.seat.station, self.seat.actor
        self.status.tell("hall", station.hall_name)
        self.status.tell("person", actor.name)
        self.status.tell("printer", "")
        self.status.tell("database", self.seat.app.database_label)
        self._tick()
        self._tell_busy()
        self._tell_till()
        self.tasks.read(self, partial(self.seat.ask, my_roles), self._show_roles, lambda _: None)

    def _show_roles(self, codes: tuple[str, ...]) -> None:
        """Who sits here, with the role that may do most."""
        roles = [self.say(role_name(code)) for code in codes[-1:]]
        self.status.tell("person", self.say.join([self.seat.actor.name, *roles]))

    def _tick(self) -> None:
        at, say = self.seat.app.clock.moment(), self.say
        self.status.tell("date", say.join((say.today(at.date()), f"{at:%H:%M}")))

    def _notice_busy(self) -> None:
        """What takes long is shown; what is done at once does not flicker."""
        if not self.tasks.busy:
            self._patience.stop()
            self._tell_busy()
        elif not self._patience.isActive():
            self._patience.start()

    def _tell_busy(self) -> None:
        """A job with its share, else how many calls take long."""
        jobs, say = self.tasks.jobs, self.say
        if jobs:
            job = jobs[0]
            more = say.plural("{count} more", "{count} more", len(jobs) - 1) if len(jobs) > 1 else ""
            words = say.join((f"{job.what} {share_words(job)}".strip(), more))
            self.status.tell("running", words)
            self.status.tell_share(job.done / job.total if job.total else 0.0)
            return
        running = self.tasks.busy
        words = say.plural("{count} task running", "{count} tasks running", running) if running else ""
        self.status.tell("running", words)
        self.status.tell_share(None)

    def _tell_till(self) -> None:
        if "counter" in self.rail:
            self.tasks.read(self, partial(self.seat.ask, till), self._show_till, lambda _: None)

    def _show_till(self, opened) -> None:
        if opened is None:
            self.status.tell("till", self.say("Till closed"))
        else:
            receipts = self.say.plural("{count} receipt", "{count} receipts", opened.receipts)
            self.status.tell("till", self.say.join((opened.till_name, receipts)))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_frame(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.finder.hide()
        self._widen()

    def _take_place(self) -> None:
        """Stand where this person left the window, when that is on a screen of today."""
        self.resize(*theme.FIRST_WINDOW)
        kept = self.preferences.value("window", [])
        if len(kept) != 5 or not all(isinstance(number, int) for number in kept):
            return
        left, top, width, height, maximised = kept
        place = QRect(QPoint(left, top), QSize(width, height).expandedTo(self.minimumSize()))
        self.resize(place.size())
        if any(screen.availableGeometry().contains(place.topLeft()) for screen in QGuiApplication.screens()):
            self.setGeometry(place)
        if maximised:
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def _keep_place(self) -> None:
        place = self.normalGeometry() if self.isMaximized() or self.isFullScreen() else self.geometry()
        kept = [place.x(), place.y(), place.width(), place.height(), int(self.isMaximized())]
        self.preferences.keep("window", kept)
        if self.page_name:
            self.preferences.keep("page", self.page_name)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._leaving and (
            self.lock_screen.isVisible()
            or not self._sheets_left()
            or not all(page.may_close() for page in self.pages.values())
        ):
            event.ignore()
            return
        self._keep_place()
        self._clock.stop()
        self.idle.stop()
        QApplication.instance().removeTranslator(self._translator)
        event.accept()
        self.closed.emit()
