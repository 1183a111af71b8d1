"""Looks now and then whether database and printer are there, and tells the status line."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import QObject, QTimer

from desktop.kernel.errors import Away, Refused
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat
from desktop.qt.panels import Banner
from desktop.qt.printing import printer_name
from desktop.qt.tasks import Tasks
from desktop.shell.frame import Status
from desktop.treasury.documents import missing_words

EVERY_MS = 60_000
WHILE_AWAY_MS = 10_000
SOON_MS = 400
CLOCK_OFF = timedelta(minutes=5)


class Watch(QObject):
    """Asks every minute, and soon after something happened; tells ``status``, and ``banner`` what stops all work."""

    def __init__(self, seat: Seat, say: Catalog, tasks: Tasks, status: Status, banner: Banner) -> None:
        super().__init__(status)
        self._seat, self.say, self._tasks, self._status, self._banner = seat, say, tasks, status, banner
        self._asking = self._once_more = self._told = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)
        self.look()

    def look(self) -> None:
        """Ask now; while an answer is on its way, soon after it."""
        if self._asking:
            self._once_more = True
            return
        self._asking, self._once_more = True, False
        self._tasks.read(self, self._seat.app.ping, self._answered, self._failed)
        self._tasks.read(self, printer_name, self._show_printer, lambda _: None)

    def look_soon(self) -> None:
        """Something happened that may say more: ask in a moment."""
        self._timer.start(SOON_MS)

    def _answered(self, answer) -> None:
        self._asking = False
        self._timer.start(SOON_MS if self._once_more else EVERY_MS)
        if answer.newer is not None:
            self._tell_newer(answer.newer)
            return
        self._status.tell("database", self.say("Database in order, {ms} ms", ms=answer.ms), "ok")
        if answer.lacking:  # the server failed, and what took its place had not got everything
            words = missing_words(answer.lacking, self.say, self._seat.app.country.zone)
            self._banner.tell("bad", *words)
            self._told = True
        else:
            self._tell_clock(answer.clock_behind)

    def _tell_clock(self, behind: timedelta) -> None:
        """A wrong clock stops nothing, but receipts, late fees and the day go by it."""
        wrong, say = abs(behind) >= CLOCK_OFF, self.say
        if wrong:
            minutes = round(abs(behind).total_seconds() / 60)
            title = (
                say("The clock of this computer is {minutes} min behind", minutes=minutes)
                if behind > timedelta()
                else say("The clock of this computer is {minutes} min ahead", minutes=minutes)
            )
            self._banner.tell(
                "warn", title, say("Set it before money is taken: receipts and late fees go by it")
            )
        elif self._told:
            self._banner.clear()
        self._told = wrong

    def _tell_newer(self, words: Text) -> None:
        self._status.tell("database", self.say("Database only to read"), "warn")
        self._banner.tell(
            "warn", self.say(words), self.say("Until then all can be read and nothing is booked")
        )

    def _failed(self, error: BaseException) -> None:
        self._asking = False
        self._timer.start(WHILE_AWAY_MS)
        away = isinstance(error, Away | Refused)
        words = self.say("Database away") if away else self.say("Database in trouble")
        self._status.tell("database", words, "warn", "cloud-off")

    def _show_printer(self, name: str) -> None:
        self._status.tell("printer", name)
