"""The word that bookings which the database lacks are dealt with; what is missing stands over every page."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.qt.asking import InlineQuestion
from desktop.qt.page import Key, Page
from desktop.treasury.records import MissingOrder
from desktop.treasury.service import deal_with_missing, dealt_with


class MissingQuestion(InlineQuestion):
    """Asks what was done, while something is missing."""

    def __init__(self, page: Page) -> None:
        super().__init__(page.unfinished, page.tasks, "missing")
        self._page, self._ids, self._sending = page, tuple[UUID, ...](), False
        self.answered.connect(lambda _at, words, _held: self._say_so(words))

    def keys(self) -> Sequence[Key]:
        """The key that asks, for who closes days."""
        self._ids = self._page.seat.app.booked.lacking
        if not self._ids or not self._page.seat.may(deal_with_missing):
            return []
        return [Key("Ctrl+D", Text("the missing bookings are dealt with"), self.begin)]

    def begin(self) -> None:
        """Ask."""
        say = self._page.say
        self.ask(
            str(self._ids[-1]),
            say("What was done about the missing bookings?"),
            say("Enter keeps it in the journal, Esc goes back"),
            say("for example: all three receipts taken again"),
        )
        self._page.refresh_keys()

    def _say_so(self, words: str) -> None:
        if self._sending:
            return
        self._sending, order = True, MissingOrder(self._ids, words)
        self._page.call(dealt_with, self._page.seat, order, then=self._dealt_with, failed=self._refused)

    def _dealt_with(self, _count: int) -> None:
        self._sending = False
        self.settled()
        self._page.told.emit()
        self._page.ask_again()

    def _refused(self, error: BaseException) -> None:
        self._sending = False
        if isinstance(error, Refused):
            self.problem(self._page.say(error.text))
        else:
            self._page.trouble(error)
