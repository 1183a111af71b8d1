"""A till that somebody else counted and closed: the next cashier takes it over with that count, by one key."""

from __future__ import annotations

from collections.abc import Callable

from desktop.counter.records import LeftTill, TakeOverOrder, TillOpened
from desktop.counter.service import left_till, take_over_till
from desktop.kernel.text import Text
from desktop.qt.basics import CENTRE, Label, reveal
from desktop.qt.page import Key, Page


class LeftOver(Label):
    """Says what the cashier before left in the drawer; hidden where there is nothing to take over."""

    def __init__(self, page: Page, opened: Callable[[TillOpened], None], changed: Callable[[], None]) -> None:
        super().__init__("", "body", "ink2", wrap=True)
        self.page, self._opened, self._changed = page, opened, changed
        self.found: LeftTill | None = None
        self.setAlignment(CENTRE)
        self.hide()

    def look(self) -> None:
        """Ask whether somebody left the till to be taken over."""
        if self.page.seat.may(left_till):
            self.page.ask(left_till, None, self._show)

    def _show(self, found: LeftTill | None) -> None:
        self.found, say = found, self.page.say
        reveal(self, found is not None)
        if found is not None:
            self.setText(
                say(
                    "{name} counted {amount} and closed at {time}. F9 takes the till over with this count",
                    name=found.closed_by,
                    amount=say.money(found.amount, unit=True),
                    time=found.closed_at.timetz(),
                )
            )
        self._changed()

    def keys(self) -> list[Key]:
        """The key that takes the till over, while there is something to take over."""
        return [Key("F9", Text("take it over"), self.take)] if self.found is not None else []

    def take(self) -> None:
        """Open the till with what was counted."""
        found, self.found = self.found, None
        if found is not None:
            self.page.banner.clear()
            self.page.do(take_over_till, TakeOverOrder(found.cash_sheet), self._taken, failed=self._failed)

    def _taken(self, opened: TillOpened) -> None:
        self.hide()
        self._opened(opened)

    def _failed(self, error: BaseException) -> None:
        self.page.trouble(error)
        self.look()
