"""The first window: shown before anything heavy is loaded, it takes keys while the program opens its database.

An empty database is offered a sample hall. Only Qt, the theme and the languages are needed to show it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from desktop.kernel import practice
from desktop.kernel.errors import Away, Refused
from desktop.kernel.files import user_folder
from desktop.kernel.text import LANGUAGES, SHAPES, Catalog, catalog
from desktop.qt import preferences, theme
from desktop.qt.basics import Choice, Field, Icon, Label, Mark, ProblemLine, Rule, reveal, row
from desktop.qt.buttons import Button
from desktop.qt.practising import make_room, paint_frame, window_title
from desktop.qt.progress import Progress
from desktop.qt.tasks import Tasks

AGAIN_MS = 3_000
"""A database that does not answer is asked again after so long."""
_BARS = (49, 52, 73, 77, 72, 56, 45, 47, 62, 97, 108, 84, 63)
log = logging.getLogger("desktop.sign_in")


def remembered() -> dict[str, str]:
    """Language, workplace and login of the last time on this computer; nothing when it cannot be read."""
    try:
        found = json.loads((user_folder() / "last_seat.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return (
        {key: value for key, value in found.items() if isinstance(value, str)}
        if isinstance(found, dict)
        else {}
    )


def remember(language: str, station: str, login: str) -> None:
    """Keep them for the next time; a disk that is full or read-only is no reason to stop somebody."""
    try:
        kept = json.dumps({"language": language, "station": station, "login": login})
        (user_folder() / "last_seat.json").write_text(kept, encoding="utf-8")
    except OSError as error:
        log.warning("the last seat is not kept: %s", error)


@dataclass(frozen=True, slots=True)
class Opened:
    """What loading gives: the application, the main window's class, and the sample hall that can be built.

    ``sample_login`` and ``sample_password`` let somebody in who has just made the sample hall. ``first_run`` makes
    the window in which a hall of one's own is described, from application, workers and language. ``people`` are who
    may be practised as: login and role.
    """

    app: Any
    window: Callable[[Any, Tasks], Any]
    build_sample: Callable[[Any, Callable[[int, int], bool]], object]
    sample_login: str
    sample_password: str
    first_run: Callable[[Any, Tasks, Catalog], Any] | None = None
    people: tuple[tuple[str, str], ...] = ()


class _Welcome(QFrame):
    """The left half: the program's name, what is ready, and thirteen months as an ornament."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "soft_left")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(32, 32, 32, 140)
        self.column.setSpacing(theme.S2)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        width = (self.width() - 74) / len(_BARS)
        for at, height in enumerate(_BARS):
            last = at == len(_BARS) - 1
            colour = theme.colour("bar_hi" if last else "bar")
            colour.setAlphaF(0.85 if last else 0.25)
            painter.setBrush(colour)
            painter.drawRoundedRect(
                QRectF(37 + at * width, self.height() - height, width * 0.64, height + 2), 2, 2
            )


class _Fact:
    """One line of readiness in a grid: an icon, a name, how it stands."""

    def __init__(self, grid: QGridLayout) -> None:
        self._icon, self._name, self._state = (
            Icon("clock", "ink2", 16),
            Label(""),
            Label("", "body", "ink2", wrap=True),
        )
        line = grid.rowCount()
        for at, part in enumerate(self._parts):
            grid.addWidget(part, line, at)

    @property
    def _parts(self) -> tuple[QWidget, ...]:
        return self._icon, self._name, self._state

    def reveal(self, visible: bool) -> None:
        """Show the line or take it away."""
        for part in self._parts:
            reveal(part, visible)

    def tell(self, name: str, words: str, state: str) -> None:
        """Show how it stands."""
        self._name.setText(name)
        self._state.setText(words)
        self._icon.become(theme.STATES[state] or "clock", state if state in ("ok", "bad", "warn") else "ink2")
        self._state.ink(state if state in ("bad", "warn") else "ink2")


class SignIn(QWidget):
    """Signing in. ``load`` opens everything on a worker thread; ``signed_in`` carries the seat.

    ``practise`` starts the program once more to practise, in a language, and answers whether it could.
    """

    signed_in = Signal(object)

    def __init__(
        self,
        language: str,
        load: Callable[[], Opened],
        tasks: Tasks,
        practise: Callable[[str], bool] | None = None,
    ) -> None:
        super().__init__()
        self.tasks, self._practise = tasks, practise
        self.opened: Opened | None = None
        self.stations = ()
        self._last = remembered()
        self.say: Catalog = catalog(language)
        self._wanted = self._empty = self._busy = self._chosen = False
        self._failed: BaseException | None = None
        make_room(self)
        self.setMinimumSize(*theme.SMALLEST_WINDOW)
        self.resize(*theme.FIRST_WINDOW)
        self._build()
        self._translate()
        (self.password if self.login.text() else self.login).setFocus()
        self._load, self._waits = load, True

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        paint_frame(self)
        if self._waits:  # what is loaded beside the window only begins when the window is painted
            QTimer.singleShot(0, self, self._begin_loading)
            self._waits = False

    def _begin_loading(self) -> None:
        self.tasks.read(self, self._load, self._loaded, self._not_loaded)

    # Building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.welcome = _Welcome()
        self.tagline = Label("", "body", "ink2")
        name = Label("ServiceHall", "figure")
        self.welcome.column.addWidget(Mark(44))
        self.welcome.column.addSpacing(theme.S3)
        for part in (name, self.tagline):
            self.welcome.column.addWidget(part)
        self.welcome.column.addSpacing(theme.S5)
        facts = QGridLayout()
        facts.setHorizontalSpacing(10)
        facts.setVerticalSpacing(theme.S2)
        facts.setColumnStretch(2, 1)
        self.database_fact, self.hall_fact, self.date_fact = _Fact(facts), _Fact(facts), _Fact(facts)
        self.welcome.column.addLayout(facts)
        self.welcome.column.addStretch(1)
        card = QFrame()
        card.setProperty("kind", "panel")
        card.setFixedSize(798, 438)
        halves = QHBoxLayout(card)
        halves.setContentsMargins(1, 1, 1, 1)
        halves.setSpacing(0)
        self.welcome.setFixedWidth(424)
        halves.addWidget(self.welcome)
        halves.addLayout(self._build_form(), 1)
        front = QWidget()
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(front)
        outer = QVBoxLayout(front)
        outer.addStretch(1)
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(1)

    def _build_form(self) -> QVBoxLayout:
        self.language, self.station = Choice(), Choice()
        self.language.setFixedWidth(112)
        self.station.setFixedWidth(172)
        self.station.hide()
        for code in LANGUAGES:
            self.language.addItem(SHAPES[code].name, code)
        self.language.setCurrentIndex(LANGUAGES.index(self.say.language))
        self.language.currentIndexChanged.connect(self._change_language)
        self.title, self.subtitle = Label("", "h1"), Label("", "small", "ink2", wrap=True)
        self.login, self.password = QLineEdit(), QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.login_field, self.password_field = Field(" ", self.login), Field(" ", self.password)
        self.login.returnPressed.connect(self._from_login)
        self.password.returnPressed.connect(self.sign_in)
        for edit in (self.login, self.password):
            edit.textEdited.connect(lambda _: self.password_field.problem(""))
        self.login.setText(self._last.get("login", ""))
        self.button = Button(" ", "Enter", kind="primary", flush=True)
        self.button.clicked.connect(self.sign_in)
        self.sample_button = Button(" ", "F9", icon="zap", flush=True)
        self.sample_button.clicked.connect(self.make_sample)
        self.own_button = Button(" ", "F12", kind="primary", icon="house", flush=True)
        self.own_button.clicked.connect(self.make_own)
        self.country = Choice()
        self.country_field = Field(" ", self.country)
        self.practice_button = Button(" ", "F8", kind="quiet")
        self.practice_button.clicked.connect(self.practise)
        self.practice_button.setVisible(self._practise is not None)
        for part in (self.sample_button, self.own_button, self.country_field):
            part.hide()
        self.first_run: Any = None
        self.progress = Progress(" ")
        self.progress.stop_button.hide()
        self.problem = ProblemLine()
        self.foot = Label("", "small", "ink3", wrap=True)
        form = QVBoxLayout()
        form.setContentsMargins(32, 18, 32, 14)
        form.setSpacing(theme.S2)
        top = row(self.station, self.language, spacing=theme.S2)
        top.insertStretch(1, 1)
        form.addLayout(top)
        form.addWidget(self.title)
        form.addWidget(self.subtitle)
        form.addSpacing(theme.S2)
        for part in (self.login_field, self.password_field, self.country_field):
            form.addWidget(part)
        form.addSpacing(theme.S1)
        for part in (self.button, self.own_button, self.sample_button):
            form.addWidget(part)
        form.addWidget(self.progress)
        form.addWidget(self.problem)
        form.addStretch(1)
        form.addWidget(Rule())
        foot = row(self.foot, self.practice_button, spacing=theme.S2)
        foot.setStretch(0, 1)
        form.addLayout(foot)
        return form

    # Words ---------------------------------------------------------------------------------------------------

    def _change_language(self, at: int) -> None:
        self.say, self._chosen = catalog(LANGUAGES[at]), True
        self._translate()

    def _translate(self) -> None:
        say = self.say
        self.setWindowTitle(window_title(say))
        self.practice_button.relabel(say("Practise"))
        self.tagline.setText(say("Metering, billing and counter of the service hall"))
        self.title.setText(say("Sign in"))
        self.login_field.rename(say("Login"))
        self.password_field.rename(say("Password"))
        self.language.setAccessibleName(say("Language"))
        self.station.setAccessibleName(say("Workplace"))
        self.button.relabel(say("Sign in"))
        self.sample_button.relabel(say("Make a sample hall"))
        self.own_button.relabel(say("Set up our own hall"))
        self.country_field.rename(say("Country"))
        self.foot.setText(say("Forgot the password? The supervisor sets a new one"))
        self.password_field.problem("")
        self._tell()

    def _tell(self) -> None:
        """Say how far opening is, in the language of now."""
        say, opened = self.say, self.opened
        if self._failed is not None:
            words = (
                say(self._failed.text)
                if isinstance(self._failed, Refused)
                else say("It cannot be opened: {reason}", reason=str(self._failed))
            )
            self.database_fact.tell(say("Database"), words, "bad")
        elif opened is None:
            self.database_fact.tell(say("Database"), say("opening…"), "plain")
        else:
            label = opened.app.database_label
            self.database_fact.tell(
                say("Database"),
                say("{name}, empty", name=label) if self._empty else say("{name}, ready", name=label),
                "warn" if self._empty else "ok",
            )
        self.hall_fact.reveal(bool(self.stations))
        self.date_fact.reveal(opened is not None)
        self.subtitle.setText(
            say("The database is empty. Set up your own hall, or try everything with 50 invented customers")
            if self._empty
            else ""
        )
        self.subtitle.setVisible(self._empty)
        self.login_field.setVisible(not self._empty)
        self.password_field.setVisible(not self._empty)
        if self.stations:
            self.hall_fact.tell(say("Hall"), self.stations[0].hall_name, "ok")
        if opened is not None:
            self.date_fact.tell(say("Business date"), say.date(opened.app.clock.moment().date()), "ok")

    # Opening -------------------------------------------------------------------------------------------------

    def _loaded(self, opened: Opened) -> None:
        self.opened = opened
        if practice.is_on():
            self.practice_button.hide()
            self.setWindowTitle(window_title(self.say))
            make_room(self)
        self._look()

    def _look(self) -> None:
        self.tasks.read(self, partial(_stations, self.opened.app), self._looked, self._not_loaded)

    def _looked(self, stations: tuple[Any, ...]) -> None:
        """No workplace at all: no hall stands in this database yet."""
        self.stations, self._empty, self._failed = stations, not stations, None
        self.button.setEnabled(True)
        for part in (self.sample_button, self.country_field):
            part.setVisible(self._empty)
        self.own_button.setVisible(self._empty and self.opened.first_run is not None)
        self.country.clear()
        for country in self.opened.app.countries.values():
            self.country.addItem(self.say(country.name), country.code)
        self.button.setVisible(not self._empty)
        self.station.clear()
        for station in stations:
            several = len({one.hall_code for one in stations}) > 1
            name = self.say.join([station.hall_name, station.name]) if several else station.name
            self.station.addItem(name, station.code)
        at = self.station.findData(self._last.get("station"))
        self.station.setCurrentIndex(at if at >= 0 else min(1, len(stations) - 1))
        self.station.setVisible(bool(stations))
        self._tell()
        if self._empty:
            (self.own_button if self.opened.first_run is not None else self.sample_button).setFocus()
        elif self._wanted:
            self.sign_in()

    def _not_loaded(self, error: BaseException) -> None:
        if self._failed is None:
            log.error("cannot open: %s", error, exc_info=error)
        self._failed = error
        self.button.setEnabled(False)
        self._tell()
        if isinstance(error, Away):  # it may come back, and nobody has to start the program anew
            QTimer.singleShot(AGAIN_MS, self, self._begin_loading if self.opened is None else self._look)

    def make_sample(self) -> None:
        """Fill the empty database with the sample hall."""
        if self.opened is None or not self._empty or self._busy:
            return
        self._busy = True
        self.opened.app.choose_country(self.country.currentData())
        self.sample_button.setEnabled(False)
        self.own_button.setEnabled(False)
        self.problem.tell("")
        self.progress.begin(self.say("Making the sample hall"))
        call = partial(self.opened.build_sample, self.opened.app)
        self.tasks.job(self, call, self._sample_made, self._sample_failed, self._sample_progress)

    def _sample_progress(self, done: int, total: int) -> None:
        self.progress.advance(self.say("Making the sample hall"), done, total)

    def _sample_made(self, _made: object) -> None:
        self._busy = False
        self.progress.end()
        self._look()
        self.login.setText(self.opened.sample_login)
        self.password.setText(self.opened.sample_password)
        self.foot.setText(
            self.say(
                "The sample hall stands. All its logins have the password {password}",
                password=self.opened.sample_password,
            )
        )
        self.password.setFocus()

    def _sample_failed(self, error: BaseException) -> None:
        log.error("sample hall: %s", error, exc_info=error)
        self._busy = False
        self.progress.end()
        self.sample_button.setEnabled(True)
        self.own_button.setEnabled(True)
        words = (
            self.say(error.text)
            if isinstance(error, Refused)
            else self.say("It did not go through: {reason}", reason=str(error))
        )
        self.problem.tell(words)

    def practise(self) -> None:
        """Practise in a program of its own, which never opens the database of this one."""
        if self._practise is None or practice.is_on():
            return
        if self._practise(self.say.language):
            self.foot.setText(self.say("Practice opens in a window of its own"))
        else:
            self.problem.tell(self.say("Practice could not be started. Start it with: servicehall practice"))

    # A hall of one's own -------------------------------------------------------------------------------------

    def make_own(self) -> None:
        """Describe a hall of one's own, step by step, in this window."""
        if self.opened is None or not self._empty or self._busy or self.opened.first_run is None:
            return
        self._busy = True
        self.opened.app.choose_country(self.country.currentData())
        self.first_run = self.opened.first_run(self.opened.app, self.tasks, self.say)
        self.first_run.founded.connect(self._own_made)
        self.first_run.closed.connect(self._leave_own)
        self._stack.addWidget(self.first_run)
        self._stack.setCurrentWidget(self.first_run)
        self.first_run.step.form.begin()

    def _leave_own(self) -> None:
        self._busy = False
        self._stack.setCurrentIndex(0)
        self._stack.removeWidget(self.first_run)
        self.first_run.deleteLater()
        self.first_run = None
        self.own_button.setFocus()

    def _own_made(self, login: str) -> None:
        self._leave_own()
        self._look()
        self.login.setText(login)
        self.foot.setText(self.say("The hall stands. Sign in with the password you chose"))
        self.password.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.first_run is None or self.first_run.may_close():
            super().closeEvent(event)
        else:
            event.ignore()

    # Signing in ----------------------------------------------------------------------------------------------

    def _from_login(self) -> None:
        if self.password.text():
            self.sign_in()
        else:
            self.password.setFocus()

    def sign_in(self) -> None:
        """Sign in with what is typed; before the database is open it is remembered and done then."""
        if self._busy or self._empty or self._failed is not None:
            return
        if not self.login.text().strip():
            self.login.setFocus()
            return
        self._wanted = True
        self.password_field.problem("")
        self.button.setEnabled(False)
        if self.opened is None:
            return
        self._wanted, self._busy = False, True
        call = partial(
            self.opened.app.sign_in,
            self.login.text().strip(),
            self.password.text(),
            self.station.currentData(),
        )
        self.tasks.write(self, call, self._signed_in, self._refused)

    def _signed_in(self, seat: Any) -> None:
        self._busy = False
        self.password.clear()
        self.button.setEnabled(True)
        remember(self.say.language, seat.station.code, seat.actor.login)
        self.signed_in.emit(replace(seat, actor=replace(seat.actor, language=self._language_of(seat))))

    def _language_of(self, seat: Any) -> str:
        """The language chosen here, else the one this person chose in the window before."""
        mine = preferences.of(seat.actor.login)
        kept = mine.value("language", self.say.language)
        language = self.say.language if self._chosen or kept not in LANGUAGES else kept
        if self._chosen:
            mine.keep("language", language)
        self._chosen = False
        return language

    def _refused(self, error: BaseException) -> None:
        self._busy = False
        self.button.setEnabled(True)
        if isinstance(error, Refused):
            self.password_field.problem(self.say(error.text))
        else:
            log.error("sign in: %s", error, exc_info=error)
            self.password_field.problem(self.say("It did not go through: {reason}", reason=str(error)))
        self.password.setFocus()
        self.password.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.isAutoRepeat():
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_F9 or (enter and self.sample_button.hasFocus()):
            self.make_sample()
        elif event.key() == Qt.Key.Key_F8:
            self.practise()
        elif event.key() == Qt.Key.Key_F12 or (enter and self.own_button.hasFocus()):
            self.make_own()
        else:
            super().keyPressEvent(event)


def _stations(app: Any) -> tuple[Any, ...]:
    return () if app.is_empty() else app.stations()
