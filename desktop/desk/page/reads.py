"""The reads of an account on its card: entered, taken back, wanted again; its meters exchanged and tested."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING
from uuid import UUID

from desktop.desk.page.lists import reads_table
from desktop.desk.page.testing import order_test
from desktop.desk.records import AccountCard
from desktop.desk.service import meter_tests_shown
from desktop.kernel.text import Text
from desktop.metering.page import ExchangeSheet, ReadSheet
from desktop.metering.records import (
    AskedRead,
    AskedReadBack,
    PointQuery,
    ReadReason,
    ReadReversalOrder,
    ReadShown,
)
from desktop.metering.service import (
    ask_read,
    exchange_meter,
    photo,
    record_read,
    reverse_read,
    withdraw_read,
)
from desktop.qt.page import Key
from desktop.qt.photos import PhotoSheet
from desktop.qt.table import Table

if TYPE_CHECKING:
    from desktop.desk.page.card import AccountView


class Reads:
    """What is done with the reads and meters of the account that ``view`` shows; its table is made when first shown."""

    def __init__(self, view: AccountView) -> None:
        self.view, self.page, self.seat, self.say = view, view.page, view.seat, view.say
        self._bill_of: dict[UUID, str] = {}

    @cached_property
    def table(self) -> Table:
        """The reads, the newest first."""
        made = reads_table(self.say, self._bill_of)
        made.moved.connect(lambda _: self.page.refresh_keys())
        return made

    def know(self, card: AccountCard) -> None:
        """Another card is shown: know which bill rests on which read."""
        self._bill_of.clear()
        self._bill_of |= {read: one.number for one in card.bills for read in one.read_ids}

    def show_card(self, card: AccountCard) -> None:
        """List the reads of a card."""
        self.table.show_rows(card.reads, select=0 if card.reads else None)

    def keys(self, *, here: bool, beside: bool) -> list[Key]:
        """The keys on their tab (``here``), beside the bills, and everywhere on the card."""
        keys, shown = [], "hint" if here else "none"
        if here and self.table.current is not None and self.table.current.photos:
            keys.append(Key("V", Text("photo"), self._view_photo))
        if here and self.seat.may(reverse_read):
            keys.append(Key("Del", Text("take the read back"), self.ask_reversal, enabled=self._goes_back))
        if self.seat.may(record_read):
            keys.append(Key("Ctrl+R", Text("enter a read"), self.enter_read, shown))
        if here and self.seat.may(ask_read):
            words = Text("withdraw the re-read") if self._waits else Text("ask for a re-read")
            keys.append(Key("A", words, self.ask_read))
        if beside and self.seat.may(meter_tests_shown):
            keys.append(Key("M", Text("meter test"), self.test_meter, shown))
        if self.seat.may(exchange_meter):
            keys.append(Key("Ctrl+E", Text("exchange the meter"), self.exchange, shown))
        return keys

    @property
    def _meter(self) -> str:
        """The meter of the service point shown; nothing where none is."""
        return self.view.place.meter_serial if self.view.place is not None else ""

    def enter_read(self) -> None:
        """Type a read in, as somebody tells it on the telephone or brings it on a photo."""
        self._open_sheet(ReadSheet)

    def exchange(self) -> None:
        """Enter that another meter hangs here."""
        self._open_sheet(ExchangeSheet)

    def _open_sheet(self, kind: type[ReadSheet | ExchangeSheet]) -> None:
        if self.view.card is not None:
            sheet = kind(self.page, PointQuery(self.view.card.row.number, self._meter))
            sheet.stored.connect(self.view.reload)
            sheet.appear()

    def test_meter(self) -> None:
        """Show the tests of the account's meters, and order one of the meter shown."""
        order_test(self.view, self._meter, self.view.reload)

    # Taken back ----------------------------------------------------------------------------------------------

    @property
    def _goes_back(self) -> bool:
        """Whether the chosen read can be taken back: it stands, no bill rests on it, no meter was hung with it."""
        read: ReadShown | None = self.table.current
        hung = (ReadReason.OPENING, ReadReason.FINAL)
        return (
            read is not None
            and not read.reversed
            and read.reason not in hung
            and read.read_id not in self._bill_of
        )

    def ask_reversal(self) -> None:
        """Ask why the chosen read is taken back."""
        if self._goes_back:
            read, say = self.table.current, self.say
            title = say("Why is the reading {value} of {day} taken back?", value=read.value, day=read.read_on)
            keys = say.join((say("Enter takes it back"), say("Esc closes, text stays")))
            answer = partial(self._reverse, read.read_id)
            example = say("for example: read at the wrong meter")
            self.view.inquire(answer, f"read {read.read_id}", title, keys, example)

    def _reverse(self, read_id: UUID, _at: int, words: str, _held: bool) -> None:
        self.view.do_once(
            reverse_read, ReadReversalOrder(read_id, words), partial(self._told, self.say("Taken back"))
        )

    # Wanted again --------------------------------------------------------------------------------------------

    @property
    def _waits(self) -> bool:
        """Whether the customer waits for a re-read of the meter of the service point shown."""
        asked = self.view.card.asked_reads if self.view.card is not None else ()
        return bool(self._meter) and self._meter in {one.meter_serial for one in asked}

    def ask_read(self) -> None:
        """The customer wants the meter of the service point shown read again; asked for already, not any more."""
        if self.view.card is None or not self._meter:
            return
        number, meter = self.view.card.row.number, self._meter
        if self._waits:
            say = self.say
            keys = say.join((say("Enter withdraws it"), say("Esc closes, text stays")))
            answer = partial(self._withdraw, AskedReadBack(number, "", meter))
            title, example = say("Why is the re-read withdrawn?"), say("for example: asked for by mistake")
            self.view.inquire(answer, f"re-read {meter}", title, keys, example)
        else:
            self.page.do(ask_read, AskedRead(number, meter), self._asked)

    def _asked(self, count: int) -> None:
        self._told(self.say("Registers to be read again: {count}", count=count))

    def _withdraw(self, order: AskedReadBack, _at: int, words: str, _held: bool) -> None:
        told = partial(self._told, self.say("Re-read withdrawn"))
        self.view.do_once(withdraw_read, replace(order, words=words), told)

    def _told(self, words: str, _answer: object = None) -> None:
        self.page.toast(words)
        self.view.reload()

    # Photos --------------------------------------------------------------------------------------------------

    def _view_photo(self) -> None:
        self.page.ask(photo, self.table.current.photos[-1], self._show_photo)

    def _show_photo(self, content: bytes) -> None:
        PhotoSheet(self.page, self.say, self.say("Photo of the register"), content).appear()
