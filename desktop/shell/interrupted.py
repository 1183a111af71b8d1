"""Steps this computer began and never heard the answer of, as after a crash: each is asked for by its id, and told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, QTimer

from desktop.counter.service import TAKING
from desktop.kernel import intent
from desktop.kernel.intent import Intent
from desktop.kernel.text import Catalog
from desktop.kernel.work import OPERATIONS, Performer, Seat
from desktop.qt.panels import Banner
from desktop.qt.tasks import Tasks
from desktop.staff.records import PERMISSIONS


class Interrupted(QObject):
    """Tells once, in a ``banner``, what was booked and what is to be done again. Payments are the counter's to tell."""

    def __init__(self, seat: Seat, say: Catalog, tasks: Tasks, banner: Banner) -> None:
        super().__init__(banner)
        self._seat, self.say, self._tasks, self._banner = seat, say, tasks, banner
        self._left = intent.Left(seat.app.intents, TAKING, other=True)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(intent.LOST_AFTER_S * 1000)
        self._later.timeout.connect(self.look)
        self.look()

    def look(self) -> None:
        """Ask for what is lost by now; for the rest, and where the database is away, later."""
        lost, more = self._left.lost()
        if more:
            self._later.start()
        if lost:
            call = partial(_booked, self._seat.app, lost)
            self._tasks.read(self, call, partial(self._tell, lost), lambda _: self._later.start())

    def _tell(self, lost: Sequence[Intent], booked: Sequence[bool]) -> None:
        """Say it; only what was said is forgotten."""
        say, folder = self.say, self._seat.app.intents
        lines = [self._line(one, done) for one, done in zip(lost, booked, strict=True)]
        state = "info" if all(booked) else "warn"
        self._banner.tell(
            state, say("This computer was interrupted before it heard the answer"), "\n".join(lines)
        )
        assert folder is not None
        for one in lost:
            intent.settled(folder, one.entry_id)

    def _line(self, one: Intent, booked: bool) -> str:
        say, step = self.say, _step(self.say, one)
        moment = datetime.fromtimestamp(one.kept_at, self._seat.app.country.zone)
        if booked:
            return say("Is booked: {step}, {moment}", step=step, moment=moment)
        return say("Is not booked, do it again: {step}, {moment}", step=step, moment=moment)

    def seen(self) -> None:
        """Somebody went on to another page: it was read."""
        self._banner.clear()


def _booked(app: Performer, lost: Sequence[Intent]) -> list[bool]:
    return [app.took_effect(one.entry_id) for one in lost]


def _step(say: Catalog, one: Intent) -> str:
    """What somebody may do who has the right for it, or the name of what this program does not know."""
    done = OPERATIONS.get(one.operation)
    words = None if done is None else PERMISSIONS.get(done.permission)
    return one.operation if words is None else say(words)
