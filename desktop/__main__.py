"""``servicehall``: commands go to the command line; without one the sign-in window is shown at once.

The one file whose imports do not all stand at its top: the window is on the screen, taking keys, before the
database, the papers and the sheets are loaded beside it.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from desktop.kernel.work import Progress, Seat
    from desktop.qt.tasks import Tasks
    from desktop.shell.sign_in import Opened, SignIn
    from desktop.shell.window import Window

PRACTICE = "practice"
_FLAGS = ("--db", "--lang", "--today")
_SAMPLE_LOGIN = "zhao"  # the supervisor of the sample hall, who may do all of the main job


@dataclass(frozen=True, slots=True)
class Wish:
    """What the window was started with."""

    db: str | None = None
    lang: str | None = None
    today: date | None = None
    practice: bool = False


def wish(argv: Sequence[str]) -> Wish | None:
    """The window's flags; None when a command, or a flag only the command line can explain, is among them.

    ``practice`` alone is no command: it opens a window too.
    """
    found: dict[str, str] = {}
    words, practises = list(argv), False
    while words:
        flag, joined, value = words.pop(0).partition("=")
        if (flag, joined, practises) == (PRACTICE, "", False):
            practises = True
            continue
        if flag not in _FLAGS or (not joined and not words):
            return None
        found[flag] = value if joined else words.pop(0)
    try:
        today = date.fromisoformat(found["--today"]) if "--today" in found else None
    except ValueError:
        return None
    if practises and "--db" in found:
        return None
    return Wish(found.get("--db"), found.get("--lang"), today, practises)


def main(argv: Sequence[str] | None = None) -> int:
    """Start the window or the command line; gives the exit code."""
    gc.disable()  # loading makes much and drops nothing
    words = list(sys.argv[1:] if argv is None else argv)
    if words == ["read-cells"]:  # the bundled program, started to read a file: see `kernel/sheet/process.py`
        from desktop.kernel.cells.child import main as read_cells

        return read_cells()
    asked = wish(words)
    if asked is not None and (asked.lang is None or _knows(asked.lang)):
        return show(asked)
    words = _command_first(words)
    if words[:1] == ["tour"]:
        from desktop.tour import main as tour

        _loaded()
        return tour(words[1:])
    from desktop.cli import main as command

    _loaded()
    return command(words)


def _command_first(words: list[str]) -> list[str]:
    """A call with the flags that stand before its command behind it, where commands expect them.

    >>> _command_first(["--db", "hall.db", "--lang=vi", "bills", "list"])
    ['bills', 'list', '--db', 'hall.db', '--lang=vi']
    """
    ahead = 0
    while ahead < len(words) and words[ahead].partition("=")[0] in _FLAGS:
        ahead += 1 if "=" in words[ahead] else 2
    return [*words[ahead:], *words[:ahead]]


def _loaded() -> None:
    """Garbage is looked for from now on, but never among what was loaded: it stays until the end."""
    gc.freeze()
    gc.enable()


def _knows(language: str) -> bool:
    from desktop.kernel.text import LANGUAGES

    return language in LANGUAGES


def show(asked: Wish) -> int:
    """Show the sign-in window, load the rest beside it, and stay until the last window is closed."""
    # Before Qt, for PySide reads the source of every module that is imported after it.
    from desktop.kernel.text import catalog

    if no_screen():
        say = catalog(asked.lang or "en")
        sys.stderr.write(say("There is no screen here. Use a command: servicehall --help") + "\n")
        return 1
    application, tasks, first = begin(asked)
    windows: list[Window] = []

    def enter(seat: Seat) -> None:
        assert first.opened is not None, "somebody signed in"
        window = first.opened.window(seat, tasks)
        windows.append(window)
        window.another.connect(enter)
        window.signed_out.connect(first.show)
        window.closed.connect(partial(leave, window))
        window.open_last()
        window.show()
        first.hide()

    def leave(window: Window) -> None:
        windows.remove(window)
        window.deleteLater()

    first.signed_in.connect(enter)
    code = application.exec()
    tasks.close()
    if first.opened is not None:
        first.opened.app.close()
    return code


def begin(asked: Wish) -> tuple[QApplication, Tasks, SignIn]:
    """The application, its workers and the sign-in window, which is painted with the next events."""
    from desktop.kernel import practice
    from desktop.qt import theme
    from desktop.qt.tasks import Tasks
    from desktop.shell.sign_in import remembered

    application = theme.application()
    application.setApplicationName("ServiceHall")
    theme.apply(application)
    tasks = Tasks(application)
    tasks.collects = False
    if asked.practice:
        practice.begin()  # before anything asks where this person's files are
    language = asked.lang or remembered().get("language") or system_language()
    make = _practice_window if asked.practice else _window
    first = make(language, asked, tasks)
    first.show()
    return application, tasks, first


def _window(language: str, asked: Wish, tasks: Tasks) -> SignIn:
    """The first window of a real hall."""
    from desktop.shell.sign_in import SignIn

    def loaded() -> Opened:
        try:
            return load(asked)
        finally:
            tasks.collects = True

    return SignIn(language, loaded, tasks, practise)


def _practice_window(language: str, asked: Wish, tasks: Tasks) -> SignIn:
    """The first window of a program that practises."""
    from desktop.shell.practising import PracticeSignIn

    def loaded(anew: bool, progress: Progress) -> Opened | None:
        try:
            return load_practice(asked, anew, progress)
        finally:
            tasks.collects = True

    return PracticeSignIn(language, loaded, tasks)


def practise(language: str) -> bool:
    """Start this program once more, to practise in a language; whether it could be started."""
    from PySide6.QtCore import QProcess

    program = [] if getattr(sys, "frozen", False) else ["-m", "desktop"]
    return QProcess.startDetached(sys.executable, [*program, PRACTICE, "--lang", language])[0]


def no_screen() -> bool:
    """Whether a window would have nowhere to go: Qt itself would end the program without a word."""
    shown = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform.startswith("linux") and not any(os.environ.get(name) for name in shown)


def load(asked: Wish) -> Opened:
    """Everything else, imported and opened on a worker thread."""
    from desktop import sample
    from desktop.app import open_app
    from desktop.shell.first_run import FirstRun
    from desktop.shell.sign_in import Opened
    from desktop.shell.window import Window

    _import_all()
    app = open_app(asked.db, asked.today)
    return Opened(app, Window, sample.build, _SAMPLE_LOGIN, sample.PASSWORD, FirstRun)


def _import_all() -> None:
    from desktop.kernel.log import keep_log
    from desktop.shell.pages import import_pages

    keep_log()
    import_pages()
    gc.freeze()


def load_practice(asked: Wish, anew: bool, progress: Progress) -> Opened | None:
    """The same of the hall for practice, founded where it does not stand yet, or ``anew``; None: stopped."""
    from desktop import sample
    from desktop.sample.practice import PEOPLE, found_practice, open_practice
    from desktop.shell.sign_in import Opened
    from desktop.shell.window import Window

    _import_all()
    stands = None if anew else open_practice(asked.today)
    app = stands or found_practice(progress, asked.today) or open_practice(asked.today)
    if app is None:
        return None
    return Opened(app, Window, sample.build, PEOPLE[0][0], sample.PASSWORD, people=PEOPLE)


def system_language() -> str:
    """The language of this computer when the window speaks it, else English."""
    from PySide6.QtCore import QLocale

    from desktop.kernel.text import LANGUAGES

    name = QLocale.system().name()
    return next((language for language in LANGUAGES if language[:2] == name[:2]), "en")


if __name__ == "__main__":
    sys.exit(main())
