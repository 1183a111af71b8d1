"""What every page is: two verbs to the services, its keys in one table, and a place where troubles are told.

``ask`` and ``do`` run on worker threads with their own session; ``then`` follows on the main thread. A rule that
refuses is shown in the page, in the person's language; anything else is logged under a reference and told once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.kernel.database import refused
from desktop.kernel.errors import Away, Refused
from desktop.kernel.log import fault
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat, draw_id
from desktop.qt import preferences, theme
from desktop.qt.basics import Label
from desktop.qt.buttons import Button, show_caps
from desktop.qt.choosing import Tabs
from desktop.qt.drafts import Drafts
from desktop.qt.figures import Elided
from desktop.qt.floating import Note
from desktop.qt.fold import Scroll
from desktop.qt.keys import Key, bound, cap, changed_caps, combination, pressed
from desktop.qt.panels import Banner
from desktop.qt.progress import Progress
from desktop.qt.table import Table
from desktop.qt.tasks import Tasks, while_there

__all__ = ["Key", "Page", "Question", "cap", "combination"]


class Page(QWidget):
    """One page of the window; subclasses fill ``body`` and call `show_keys`.

    ``seat`` is the person signed in at a station, ``say`` the person's language, ``preferences`` what the
    person chose on this computer, ``primary`` the button of the primary action while there is one. ``HELP`` is what
    F1 says the page is for: two to four sentences.
    """

    HELP: ClassVar[Text | None] = None
    place: ClassVar[QWidget | None] = None
    """Where the page that is made now will stand: Qt dresses whatever moves anew, so it is made there."""

    go = Signal(str, object)
    keys_changed = Signal()
    search_wanted = Signal(str)
    told = Signal()
    noted = Signal(object)
    waiting = Signal(str, int, bool)
    """How many wait on a page by its name, and whether some of them are late; the rail shows it."""
    renewed = Signal(object)
    """The person has other rights now: the seat to go on with, in a window of its own."""

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(self.place)
        self.seat, self.tasks, self.title = seat, tasks, title
        self.say: Catalog = seat.app.catalog(seat.actor.language)
        self.preferences = preferences.of(seat.actor.login)
        self.keys: tuple[Key, ...] = ()
        self.first_refusal: Callable[[QKeyEvent], bool] = lambda _: False
        self._asked_keys: tuple[Key, ...] = ()
        self._changed_keys: dict[str, str] = {}
        self._tabs: list[Tabs] = []
        self.primary: QWidget | None = None
        self.primary_width = 0
        self._latest: dict[str, int] = {}
        self._unheard: tuple[tuple[Callable[..., Any], Any], UUID] | None = None
        self._job: int | None = None
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._head = QHBoxLayout()
        self._head.setContentsMargins(theme.S3 + 2, 0, theme.S3, 0)
        self._head.setSpacing(theme.S3)
        self.object = Elided("", "small", "ink2")
        self._head.addWidget(Label(title, "h1"))
        self._head.addWidget(self.object)
        self._head.addStretch(1)
        head = QFrame()
        head.setProperty("kind", "head")
        head.setFixedHeight(theme.PAGE_HEAD)
        head.setLayout(self._head)
        outer.addWidget(head)
        self.banner = Banner()
        content = QWidget()
        self.body = QVBoxLayout(content)
        self.body.setContentsMargins(theme.S3, theme.S3 - 2, theme.S3, theme.S3 - 2)
        self.body.setSpacing(theme.S3)
        self.body.addWidget(self.banner)
        self.scroll = Scroll(content)
        outer.addWidget(self.scroll, 1)

    @property
    def unfinished(self) -> Drafts:
        """What this person typed and did not finish."""
        kept: Drafts = self.seat.app.drafts(self.seat.actor)
        return kept

    # What subclasses may answer ------------------------------------------------------------------------------

    def show_argument(self, argument: object) -> None:
        """The page was opened, perhaps with something to show."""

    def ask_again(self) -> None:
        """F5, or rows changed elsewhere: ask for what is shown once more."""

    def refresh_keys(self) -> None:
        """Something that decides which keys work has changed, such as a job that began or ended."""

    def may_leave(self) -> bool:
        """Whether the person may go to another page now; asks about money typed."""
        return True

    def may_close(self) -> bool:
        """Whether the window may be closed now."""
        return self.may_leave()

    def is_settled(self) -> bool:
        """Whether nothing is under way that would be lost with the page: a job, money whose booking is unknown."""
        return not self.job_running

    def account_shown(self) -> str:
        """The number of the account in front of the person, for its card and for coming back to it; or nothing."""
        return ""

    def take_scan(self, _code: str) -> bool:
        """Whether the page itself takes what a scanner read; else it is searched for."""
        return False

    # The verbs -----------------------------------------------------------------------------------------------

    def ask(
        self,
        query: Callable[..., Any],
        request: Any,
        then: Callable[[Any], None],
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Ask a query; only the newest answer of each query counts."""
        self._read(query.__qualname__, partial(self.seat.ask, query, request), then, failed)

    def call(
        self,
        function: Callable[..., Any],
        *args: Any,
        then: Callable[[Any], None],
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Run a plain function (a document, a picture of it) beside the window."""
        self._read(function.__qualname__, partial(function, *args), then, failed)

    def _read(
        self,
        topic: str,
        call: Callable[[], Any],
        then: Callable[[Any], None],
        failed: Callable[[BaseException], None] | None,
    ) -> None:
        heard = while_there(then)

        def newest(answer: Any) -> None:
            if self._latest.get(topic) == number:
                heard(answer)

        number = self.tasks.read(self, call, newest, while_there(failed or self.trouble))
        self._latest[topic] = number

    def do(
        self,
        operation: Callable[..., Any],
        request: Any,
        then: Callable[[Any], None],
        entry_id: UUID | None = None,
        failed: Callable[[BaseException], None] | None = None,
        *,
        kept: bool = False,
    ) -> None:
        """Perform an operation; with an ``entry_id`` of its own it is kept on this computer before the first try.

        Without one, the same asked again right after an answer that was lost is done once all the same; ``kept``: the
        id drawn here is kept on this computer too, as for whatever changes money.
        """
        unheard, self._unheard = self._unheard, None
        then, failed = while_there(then), while_there(failed or self.trouble)
        if entry_id is not None:
            call = partial(self.seat.do, operation, request, entry_id)
            self.tasks.write(self, call, then, failed)
            return
        asked = operation, request
        key = unheard[1] if unheard and unheard[0] == asked else draw_id()

        def not_done(error: BaseException) -> None:
            self._unheard = None if refused(error) else (asked, key)
            failed(error)

        way = self.seat.do if kept else self.seat.once
        self.tasks.write(self, partial(way, operation, request, key), then, not_done)

    def run(
        self,
        job: Callable[..., Any],
        *args: Any,
        then: Callable[[Any], None],
        progress: Progress,
        begin: Text,
        words: Callable[[int, int], Text],
        note: str = "",
        **options: Any,
    ) -> None:
        """Run a long job with its progress shown: ``begin``, then ``words(done, total)``.

        Esc or Stop ends it between two steps.
        """

        def ended(outcome: Any) -> None:
            self._end_job(progress)
            then(outcome)

        def failed(error: BaseException) -> None:
            self._end_job(progress)
            self.trouble(error)

        def progressed(done: int, total: int) -> None:
            progress.advance(self.say(words(done, total)), done, total)

        progress.begin(self.say(begin), note)
        call = partial(_run_job, job, self.seat, args, options)
        self._job = self.tasks.job(self, call, ended, failed, progressed, self.say(begin))
        self.refresh_keys()

    @property
    def job_running(self) -> bool:
        """Whether a long job of this page is under way."""
        return self._job is not None

    def stop_job(self) -> None:
        """Ask the job to stop between two of its steps."""
        if self._job is not None:
            self.tasks.stop(self._job)

    def _end_job(self, progress: Progress) -> None:
        self._job = None
        progress.end()
        self.refresh_keys()

    def open_page(self, name: str, argument: object = None) -> None:
        """Go to another page by its name."""
        self.go.emit(name, argument)

    # Troubles ------------------------------------------------------------------------------------------------

    def trouble(self, error: BaseException, banner: Banner | None = None, remedy: str = "") -> None:
        """Tell what stopped: a refusal in words, anything else under a reference; rows seen before stay.

        A part of the page may have a banner of its own, and a remedy to add.
        """
        told = banner or self.banner
        for table in self.findChildren(Table):
            table.answered()
        if isinstance(error, Away):
            words = f"{self.say(error.text)} {remedy}".strip()
            told.tell("warn", self.say(error.title), words, icon="cloud-off")
        elif isinstance(error, Refused):
            told.tell("bad", self.say(error.text), remedy)
        else:
            key = fault(error)
            words = self.say(
                "Nothing was changed by it. Try it again; if it comes back, tell the reference at the right"
            )
            told.tell("bad", self.say("This step did not go through"), remedy or words, key)
        self.told.emit()

    # Keys ----------------------------------------------------------------------------------------------------

    def show_keys(self, *keys: Key) -> None:
        """The keys that work here now; the key line and the help show them from this very table."""
        self._asked_keys = keys
        self.bind_keys()

    def bind_keys(self) -> None:
        """Bind the keys as the person changed them."""
        changed = self.preferences.value("keys", {})
        own = {key.press for key in self._asked_keys}
        keys = [*self._asked_keys, *(key for key in self._tab_keys() if key.press not in own)]
        self.keys = bound(keys, changed)
        if changed != self._changed_keys:
            self._changed_keys = changed
            show_caps(self, changed_caps(changed))
        self.keys_changed.emit()

    @property
    def table_keys(self) -> tuple[Key, ...]:
        """The keys that work in the tables shown, where the page has none of its own for the same."""
        own = {key.press for key in self.keys}
        shown = [
            table for table in self.findChildren(Table) if table.isVisible() and table.header.isVisible()
        ]
        found = {key.standard: key for table in shown for key in table.keys}
        return tuple(key for key in found.values() if key.press not in own)

    def toast(self, words: str, state: str = "ok", action: Key | None = None) -> None:
        """A note for five seconds: done, printed, kept. Never for money or problems, which stay until settled."""
        if action is not None:
            action = bound((action,), self.preferences.value("keys", {}))[0]
        self.noted.emit(Note(words, state, action))

    def press(self, event: QKeyEvent) -> bool:
        """Act on a key of the table; a key held down acts once. False when it is none of ours."""
        wanted = pressed(event)
        if self.first_refusal(event):
            return True
        if wanted == combination("Esc") and self.job_running:
            self.stop_job()
            return True
        for key in self.keys:
            if combination(key.press) == wanted:
                if key.enabled and not event.isAutoRepeat():
                    key.act()
                return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.press(event):
            event.accept()
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        return super().event(event)

    def begin_at_top(self) -> None:
        """A page that opens shows its head: a list farther down comes into view with the first key pressed in it."""
        if isinstance(QApplication.focusWidget(), Table):
            self.scroll.verticalScrollBar().setValue(0)

    def take_focus(self, widget: QWidget) -> None:
        """Put the focus somewhere in the page, unless somebody is typing outside it, as into the search box."""
        holder = QApplication.focusWidget()
        outside = isinstance(holder, QLineEdit) and not self.isAncestorOf(holder)
        if not (outside and holder.text()):
            widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def add_tabs(self, titles: Sequence[str]) -> Tabs:
        """Tabs beside the title."""
        tabs = Tabs(titles)
        self._tabs.append(tabs)
        self._head.insertSpacing(2, theme.S3)
        self._head.insertWidget(3, tabs)
        return tabs

    def _tab_keys(self) -> list[Key]:
        """The keys that go from tab to tab, wherever tabs are shown."""
        if all(tabs.isHidden() for tabs in self._tabs):
            return []
        return [
            Key("Ctrl+Tab", Text("next tab"), partial(self._step_tab, 1), "none"),
            Key("Ctrl+Shift+Backtab", Text("tab before"), partial(self._step_tab, -1), "none"),
        ]

    def _step_tab(self, by: int) -> None:
        """The next tab, or the one before; what had the focus and is gone hands it to the first table shown.

        A tab without a table says itself where it begins.
        """
        holder = QApplication.focusWidget()
        for tabs in self._tabs:
            if not tabs.isHidden():
                tabs.choose(tabs.index + by)
        if holder is None or holder.isVisible():
            return
        table = next((table for table in self.findChildren(Table) if table.isVisible()), None)
        now = QApplication.focusWidget()
        if table is not None or now is None or not self.isAncestorOf(now):
            self.take_focus(table or self)

    def add_to_head(self, widget: QWidget) -> None:
        """Something at the right end of the page head."""
        self._head.addWidget(widget)


def _run_job(
    job: Callable[..., Any], seat: Seat, args: tuple[Any, ...], options: dict[str, Any], report: Any
) -> Any:
    return job(seat, *args, report, **options)


class Question(QDialog):
    """One question about something that would be lost; Enter takes the safe answer, which comes first."""

    def __init__(self, parent: QWidget, title: str, text: str, safe: str, unsafe: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.S5, theme.S5, theme.S5, theme.S4)
        layout.setSpacing(theme.S3)
        layout.addWidget(Label(title, "h2"))
        layout.addWidget(Label(text, wrap=True))
        buttons = QHBoxLayout()
        self.unsafe, self.safe = Button(unsafe, kind="danger"), Button(safe, "Enter", kind="primary")
        self.unsafe.clicked.connect(self.accept)
        self.safe.clicked.connect(self.reject)
        buttons.addWidget(self.unsafe)
        buttons.addStretch(1)
        buttons.addWidget(self.safe)
        layout.addLayout(buttons)
        self.setMinimumWidth(420)
        self.safe.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.focusWidget() is not self.unsafe:
            self.reject()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accept()
        else:
            super().keyPressEvent(event)
