"""Prepares search beside the work, where an update took its words: seen among the running tasks, stopped there."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.desk.records import Rebuilt
from desktop.desk.service import prepare_search, words_left
from desktop.kernel.log import fault
from desktop.kernel.text import Catalog
from desktop.kernel.work import Progress, Seat
from desktop.qt.floating import Note
from desktop.qt.tasks import Tasks


class Preparing(QObject):
    """Looks once whether owners wait for their words, and gives them; ``noted`` tells how it ended.

    What is stopped, or ends with the program, goes on at the next sign-in. Nobody has to have a right for it: it
    is done as the night's work is.
    """

    noted = Signal(object)

    def __init__(self, parent: QObject, seat: Seat, say: Catalog, tasks: Tasks) -> None:
        super().__init__(parent)
        self._seat, self._say, self._tasks = seat, say, tasks
        tasks.read(self, partial(_left, seat), self._begin, fault)

    def _begin(self, left: int) -> None:
        what = self._say("Preparing search")
        if left and all(job.what != what for job in self._tasks.jobs):
            call = partial(_prepare, self._seat)
            self._tasks.job(self, call, self._ended, fault, lambda *_: None, what, aside=True)

    def _ended(self, done: Rebuilt) -> None:
        if done.left:
            words = self._say("Search is not complete. It is prepared further at the next sign-in")
            self.noted.emit(Note(words, "warn"))
        else:
            self.noted.emit(Note(self._say("Search is ready")))


def _left(seat: Seat) -> int:
    return seat.app.command_line(seat.station.code).ask(words_left)


def _prepare(seat: Seat, progress: Progress) -> Rebuilt:
    return prepare_search(seat.app.command_line(seat.station.code), progress)
