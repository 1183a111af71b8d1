"""Cheques at the counter: those that wait for the bank, and what it made of them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.counter.records import ChequeState
from desktop.counter.records.cheques import (
    ChequeLetter,
    ChequeOrder,
    ChequeReturned,
    ChequeRow,
    ChequesQuery,
)
from desktop.counter.service import cheques, credit_cheque, return_cheque
from desktop.kernel.errors import Refused
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat
from desktop.qt import theme
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import column
from desktop.qt.cells import badge_room, title_room
from desktop.qt.fields import read_date
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table, money_cell

STATES = {ChequeState.PENDING: "due", ChequeState.CREDITED: "ok", ChequeState.RETURNED: "bad"}


def cheques_table(seat: Seat, say: Catalog) -> Table:
    """Cheques, those that are pending first."""
    number = seat.app.country.format_account
    amount, state = say("Amount"), say("State")

    def whose(one: ChequeRow) -> Cell:
        more = one.accounts > 1
        below = (
            say("for {count} accounts together", count=one.accounts) if more else number(one.account_number)
        )
        return Cell(one.customer_name, below, strong=True)

    def stands(one: ChequeRow) -> Cell:
        return Cell(say(one.state.text), say.date(one.on) if one.on else "", state=STATES[one.state])

    table = Table(
        say("Cheques"),
        (
            Column(say("Customer"), whose, 210),
            Column(
                say("Cheque"),
                lambda one: Cell(one.cheque_number, say("Receipt {number}", number=one.receipt_number)),
            ),
            Column(say("Handed in"), lambda one: Cell(say.moment(one.taken_at), ink="ink2"), 150),
            Column(
                amount, lambda one: money_cell(say.money(one.amount)), title_room(amount, 104), right=True
            ),
            Column(state, stands, badge_room(state, [say(one.text) for one in ChequeState])),
            Column(say("Why"), lambda one: Cell(one.reason, one.by)),
        ),
        row_height=theme.ROW_TWO,
        key=lambda one: one.cheque_id,
        persons=True,
    )
    table.show_empty(
        say("No cheque was taken"), say("One that is handed in at the counter waits here"), "stamp"
    )
    return table


class ChequeList(QWidget):
    """The cheques of the hall: C says that the bank credited one, R that it came back.

    ``returned`` carries the letters that then go out; ``stepped`` when other keys work than before.
    """

    returned = Signal(object)
    stepped = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.seat, self.say = page, page.seat, page.say
        self.busy = False
        self.table = cheques_table(self.seat, self.say)
        self.question = InlineQuestion(page.unfinished, page.tasks, "cheque")
        self.question.answered.connect(self._answered)
        self._back = False
        self._asked: ChequeRow | None = None  # whatever is chosen meanwhile
        listed = Panel(self.say("Cheques"), padding=0)
        listed.body.addWidget(self.table)
        self.setLayout(column(self.question, listed))
        self.layout().setStretch(1, 1)
        self.table.moved.connect(lambda _: self.stepped.emit())

    def look(self) -> None:
        """Ask for the cheques once more."""
        self.table.asking()
        self.page.ask(cheques, ChequesQuery(), self._show)

    def _show(self, found: tuple[ChequeRow, ...]) -> None:
        at = max(self.table.currentIndex().row(), 0)
        self.table.show_rows(found, select=min(at, len(found) - 1) if found else None)
        self.stepped.emit()

    def keys(self) -> list[Key]:
        """What can be said of the cheque at hand."""
        if not self.question.isHidden():
            return []
        one: ChequeRow | None = self.table.current
        waits = one is not None and not self.busy and one.state is ChequeState.PENDING
        back = waits or (one is not None and not self.busy and one.state is ChequeState.CREDITED)
        return [
            Key("C", Text("credited"), partial(self._ask, False), "button", "check", waits),
            Key("R", Text("returned"), partial(self._ask, True), "button", "", back),
        ]

    def leave_question(self) -> bool:
        """Take the question away; False when none was asked."""
        if not self.question.close_question():
            return False
        self.stepped.emit()
        self.page.take_focus(self.table)
        return True

    def _ask(self, back: bool) -> None:
        """Ask for the day it was credited, or why it came back."""
        one, say, self._back = self.table.current, self.say, back
        if one is None:
            return
        self._asked = one
        about = say.join([one.cheque_number, say.money(one.amount, unit=True)])
        if back:
            title = say("Why was cheque {cheque} returned?", cheque=about)
            keys, example = say("Enter reverses its payment, Esc goes back"), say("for example: not covered")
        else:
            title = say("On which day was cheque {cheque} credited?", cheque=about)
            keys, example = say("Enter alone takes today, Esc goes back"), say.date(self.seat.today())
        self.question.ask(f"{back} {one.cheque_id}", title, keys, example)
        self.stepped.emit()

    def _answered(self, _at: int, words: str, _held: bool) -> None:
        one = self._asked
        if one is None or self.busy:
            return
        today = self.seat.today()
        day = today if self._back or not words.strip() else read_date(words, self.say.shape, today)
        if day is None:
            flaw = Text("No such day. Write it like {example}", example=today)
            self.question.problem(self.say(flaw))
            return
        self.busy = True
        operation = return_cheque if self._back else credit_cheque
        order = ChequeOrder(one.cheque_id, day, words.strip() if self._back else "")
        self.page.do(operation, order, self._done, failed=self._failed, kept=True)

    def _done(self, found: ChequeRow | ChequeReturned) -> None:
        self.busy = False
        self.question.settled()
        if isinstance(found, ChequeReturned):
            letters: tuple[ChequeLetter, ...] = found.letters
            self.returned.emit(letters)
            return
        self.page.toast(self.say(found.state.text))
        self.page.take_focus(self.table)
        self.look()

    def _failed(self, error: BaseException) -> None:
        self.busy = False
        if isinstance(error, Refused):
            self.question.problem(self.say(error.text))
        else:
            self.page.trouble(error)
