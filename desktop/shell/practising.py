"""Signing in to practise: the hall for it is founded the first time, and anew when wanted, beside this window."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from desktop.kernel.errors import Refused
from desktop.kernel.work import Progress
from desktop.qt.basics import Label
from desktop.qt.page import Question
from desktop.qt.tasks import Tasks
from desktop.shell.sign_in import Opened, SignIn
from desktop.staff.records import role_name

log = logging.getLogger("desktop.practising")
Load = Callable[[bool, Progress], Opened | None]


class PracticeSignIn(SignIn):
    """The first window of practice.

    ``load(anew, progress)`` opens the hall for it, founding it where it does not stand, or ``anew``; None where it was
    stopped and none stands.
    """

    def __init__(self, language: str, load: Load, tasks: Tasks) -> None:
        self._found = load
        self._job: int | None = None
        super().__init__(language, lambda: None, tasks)
        self.progress.stopped.connect(self.stop)
        self.progress.stop_button.show()

    def _build(self) -> None:
        super()._build()
        self.people = Label("", "small", "ink2", wrap=True)
        self.tagline.hide()
        self.welcome.column.insertWidget(self.welcome.column.count() - 1, self.people)

    def _translate(self) -> None:
        super()._translate()
        self.sample_button.relabel(self.say("Begin practice anew"))
        self.progress.stop_button.relabel(self.say("Stop"))

    def _tell(self) -> None:
        super()._tell()
        self.title.setText(self.say("Practise"))
        self.subtitle.setText(self.say("Invented customers in a database of their own. Nothing here counts"))
        self.subtitle.show()
        self.foot.setText("")
        if self.opened is not None:
            people = [f"{login} ({self.say(role_name(role))})" for login, role in self.opened.people]
            words = self.say(
                "Sign in as {people}. All have the password {password}",
                people=self.say.join(people),
                password=self.opened.sample_password,
            )
            self.people.setText(words)

    def _begin_loading(self) -> None:
        self._open(anew=False)

    def _open(self, *, anew: bool) -> None:
        self._busy = True
        self.button.setEnabled(False)
        self.sample_button.setEnabled(False)
        self.problem.tell("")
        self.progress.begin(self.say("Making the hall for practice"))
        call = partial(_loaded, self._found, self.opened, anew)
        self._job = self.tasks.job(self, call, self._ended, self._not_founded, self._sample_progress)

    def _sample_progress(self, done: int, total: int) -> None:
        self.progress.advance(self.say("Making the hall for practice"), done, total)

    def stop(self) -> None:
        """Found no further: what stood before still stands."""
        if self._job is not None:
            self.tasks.stop(self._job)

    def _settled(self) -> None:
        self._job, self._busy = None, False
        self.progress.end()
        self.sample_button.setEnabled(True)
        self.sample_button.show()

    def _ended(self, opened: Any) -> None:
        self._settled()
        if opened is None:
            self.problem.tell(self.say("Stopped. There is no hall for practice yet"))
            self.sample_button.setFocus()
            return
        self.button.setEnabled(True)
        self.login.setText(opened.sample_login)
        self.password.setText(opened.sample_password)
        self._loaded(opened)

    def _not_founded(self, error: BaseException) -> None:
        self._settled()
        log.error("practice: %s", error, exc_info=error)
        refused = isinstance(error, Refused)
        reason = self.say("It did not go through: {reason}", reason=str(error))
        self.problem.tell(self.say(error.text) if refused else reason)

    def _looked(self, stations: tuple[Any, ...]) -> None:
        super()._looked(stations)
        self.sample_button.show()
        self.password.setFocus()

    def make_sample(self) -> None:
        """Found the hall anew, once it is sure that all that was practised may go."""
        if self._busy:
            return
        if self.opened is not None:
            say = self.say
            question = Question(
                self,
                say("Begin practice anew"),
                say("All that was done in practice is dropped, and the hall is as on its first day."),
                say("Keep it"),
                say("Drop it, begin anew"),
            )
            if question.exec() != Question.DialogCode.Accepted:
                return
        self._open(anew=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._job is not None:
            self.stop()
        else:
            super().keyPressEvent(event)


def _loaded(load: Load, opened: Opened | None, anew: bool, progress: Progress) -> Opened | None:
    """The hall of before is closed first: it may give way to another."""
    if opened is not None:
        opened.app.close()
    return load(anew, progress)
