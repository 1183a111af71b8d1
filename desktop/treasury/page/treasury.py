"""The hall's money by tab: its tills as they stand, the close of its days."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from desktop.debits.service import debit_files
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.qt.fold import Stack
from desktop.qt.page import Page
from desktop.qt.tasks import Tasks
from desktop.treasury.page.bank import BankPart
from desktop.treasury.page.day import Day
from desktop.treasury.page.debits import DebitPart
from desktop.treasury.page.part import Part
from desktop.treasury.page.safe import SafePart
from desktop.treasury.page.tills import Tills
from desktop.treasury.service import bank_lines, day_look, drawers, safe

AGAIN_MS = 10_000


class TreasuryPage(Page):
    """Tabs of parts, each made when it is first shown and only for those who may."""

    HELP = Text(
        "The hall's money. All tills as they stand: this list asks again by itself. The safe has what tills turned in;"
        " it is counted, and cash goes from it to the bank, in transit until the bank shows it. The day is closed once"
        " its tills are; its sheet carries a digest of all journals, so that nothing can be cut off later unseen, and"
        " the database is copied and proven. Direct debits: mandates say whose bank account pays, a file for the bank"
        " takes what is due by them, and what the bank made of it is booked row by row; nothing is collected twice."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        wanted = (
            (Text("Tills"), Tills, drawers),
            (Text("Safe"), SafePart, safe),
            (Text("Bank files"), BankPart, bank_lines),
            (Text("Direct debits"), DebitPart, debit_files),
            (Text("Day close"), Day, day_look),
        )
        self._kinds = [(words, made) for words, made, asked in wanted if seat.may(asked)]
        self._parts: dict[int, Part] = {}
        self.stack = Stack()
        self.body.addWidget(self.stack, 1)
        self.tabs = self.add_tabs([self.say(words) for words, _ in self._kinds])
        self.tabs.chosen.connect(self._choose)
        self._again = QTimer(self)
        self._again.timeout.connect(self._minute)
        self._again.start(AGAIN_MS)
        self._enter(0)

    @property
    def part(self) -> Part:
        """The part that is shown."""
        return self._parts[self.tabs.index]

    def _enter(self, tab: int) -> None:
        if tab not in self._parts:
            part = self._parts[tab] = self._kinds[tab][1](self)
            part.stepped.connect(self.refresh_keys)
            self.stack.addWidget(part)
        self.stack.setCurrentWidget(self._parts[tab])
        self.object.setText("")
        self.refresh_keys()

    def _choose(self, tab: int) -> None:
        self._enter(tab)
        self.part.ask_again()

    def show_part(self, kind: type[Part]) -> None:
        """Go to the tab of a part."""
        for at, (_, made) in enumerate(self._kinds):
            if made is kind:
                self.tabs.choose(at)

    def show_argument(self, argument: object) -> None:
        name, _, more = (argument if isinstance(argument, str) else "").partition(" ")
        wanted = {
            "day": Day,
            "safe": SafePart,
            "bank": BankPart,
            "debits": DebitPart,
            "debit_file": DebitPart,
        }.get(name)
        if wanted is not None:
            self.show_part(wanted)
        if more and isinstance(self.part, DebitPart):
            self.part.show_file(more) if name == "debit_file" else self.part.show_account(more)
        self.ask_again()
        self.take_focus(self.part.first_field())

    def ask_again(self) -> None:
        self.part.ask_again()

    def _minute(self) -> None:
        if self.isVisible():
            self.part.minute()

    def refresh_keys(self) -> None:
        if self.tabs.index in self._parts:
            self.show_keys(*self.part.keys())

    def may_leave(self) -> bool:
        return all(part.may_leave() for part in self._parts.values())
