"""The safe of the hall: what should be in it, its movements, a count of it, and cash that goes to the bank."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QWidget

from desktop.counter.page.counting import CountGrid
from desktop.kernel.database import refused
from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Seat, draw_id
from desktop.papers.page.sending import Printed, keep_and_print, send
from desktop.papers.records import PrintRef
from desktop.qt import theme
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import Field, Label, reveal, row
from desktop.qt.fields import TextField
from desktop.qt.fold import Stack
from desktop.qt.page import Key, Page, Question
from desktop.qt.panels import Card, Panel
from desktop.qt.paper_panel import PaperPanel
from desktop.qt.preview import PaperFile
from desktop.qt.table import Cell, Column, Table, money_cell
from desktop.treasury.documents import deposit_slip_pdf
from desktop.treasury.page.part import Part
from desktop.treasury.records import (
    BankDepositOrder,
    DepositSlip,
    Safe,
    SafeBackOrder,
    SafeCounted,
    SafeKind,
    SafeOrder,
    SafeRow,
    SettleOrder,
    SlipQuery,
)
from desktop.treasury.service import (
    DEPOSIT,
    count_safe,
    deposit_cash,
    deposit_slip,
    reprint_deposit_slip,
    safe,
    settle_count,
    take_back_safe,
)

LIST, FORM, SLIP = range(3)
_ICONS = {SafeKind.DEPOSIT: "building-2", SafeKind.COUNT: "calculator"}


def slip_paper(seat: Seat, slip: DepositSlip) -> Printed:
    """The PDF of a deposit's slip, kept and sent to its printer."""
    pdf = deposit_slip_pdf(slip, seat.app.catalog, seat.app.country, seat.app.picture)
    return keep_and_print(seat, slip_prints(slip), f"deposit_{slip.number}", pdf)


def slip_prints(slip: DepositSlip) -> tuple[PrintRef, ...]:
    """A slip as the print journal knows it."""
    return (PrintRef(DEPOSIT, slip.number, slip.copy),)


def slip_look(seat: Seat, slip: DepositSlip) -> PaperFile:
    """A slip for the eye only."""
    return PaperFile(deposit_slip_pdf(slip, seat.app.catalog, seat.app.country, seat.app.picture))


class SafePart(Part):
    """What came and went, newest first; a form in its place counts the safe or brings cash to the bank."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        say, sign = self.say, self.seat.app.country.currency.sign
        self.busy = self.deposits = False
        self._asked: SafeRow | None = None
        self._waiting: UUID | None = None
        self._differing: SafeCounted | None = None
        self.entry_id: UUID | None = None
        self.slip: DepositSlip | None = None
        self.cards = (
            Card(say("In the safe"), sign),
            Card(say("Turned in since the count"), sign),
            Card(say("Counted last")),
        )
        self.question = InlineQuestion(page.unfinished, page.tasks, "safe")
        self.question.answered.connect(lambda _at, words, _held: self._answer(words))
        self.table = self._build_table()
        self.grid = CountGrid(self.seat, say)
        self.number = TextField(example="3301-20260205-0017")
        self.number_field = Field(say("Number of the bank's slip"), self.number)
        self.form = Panel(" ")
        self.paper = PaperPanel(say, page.tasks, DEPOSIT, self.seat.station.code, key="Ctrl+G")
        self.paper.closed.connect(self._leave)
        self._lay_out()

    def _lay_out(self) -> None:
        listed = Panel(padding=0)
        listed.body.addWidget(self.table)
        self.hint = Label("", "small", "ink2", wrap=True)
        self.form.body.addWidget(self.hint)
        for part in (self.grid, self.number_field):
            self.form.body.addWidget(part)
        self.number_field.setMaximumWidth(theme.grown(460))
        self.form.body.addStretch(1)
        self.number.textEdited.connect(lambda _: self.number_field.problem(""))
        self.stack = Stack()
        for part in (listed, self.form, self.paper):
            self.stack.addWidget(part)
        self.body.addLayout(row(*self.cards))
        self.body.addWidget(self.question)
        self.body.addWidget(self.stack, 1)

    def _build_table(self) -> Table:
        say, sign = self.say, self.seat.app.country.currency.sign
        table = Table(
            say("Movements of the safe"),
            (
                Column(say("Time"), lambda one: Cell(say.moment(one.at), ink="ink2"), 150),
                Column(say("What"), self._what, 290),
                Column(say("Paper"), lambda one: one.paper, 180),
                Column(say("Till or slip"), lambda one: one.till_name, 180),
                Column(say(Text("Who", context="cash sheet")), lambda one: one.by),
                Column(say("Amount {sign}", sign=sign), self._amount, 140, right=True, value=lambda one: one.amount),
                Column(say("Counted {sign}", sign=sign), self._counted, 140, right=True,
                       value=lambda one: one.counted),
            ),
            key=lambda one: (one.at, one.kind, one.till_name, one.paper),
        )  # fmt: skip
        table.show_empty(
            say("Nothing came into the safe yet"),
            say("Tills turn their cash in when they are closed"),
            "lock",
        )
        table.opened.connect(lambda _: self.open())
        table.moved.connect(lambda _: self.stepped.emit())
        return table

    def _what(self, one: SafeRow) -> Cell:
        words = self.say(one.kind.text)
        if one.taken_back is not None:
            return Cell(self.say("{what}, taken back", what=words), ink="ink3")
        if one.source_id == self._waiting and not one.booked:
            return Cell(self.say("{what}, reason missing", what=words), icon="triangle-alert", state="warn")
        if not one.booked:
            return Cell(self.say("{what}, not booked", what=words), ink="ink3")
        return Cell(words, icon=_ICONS.get(one.kind, ""), strong=one.source_id is not None)

    def _amount(self, one: SafeRow) -> Cell:
        cell = money_cell(self.say.money(one.amount), zero=not one.amount)
        return cell if one.taken_back is None and one.booked else Cell(cell.text, ink="ink3")

    def _counted(self, one: SafeRow) -> Cell:
        return Cell("") if one.counted is None else Cell(self.say.money(one.counted))

    # Asking --------------------------------------------------------------------------------------------------

    def ask_again(self) -> None:
        self.page.ask(safe, None, self._show)

    def _show(self, found: Safe) -> None:
        say, (there, turned, last) = self.say, self.cards
        if self._is_blind:  # what came while it is counted is told with all else
            return
        note = say("more went out than the book has: count it") if found.expected.raw < 0 else ""
        there.show_figure(say.money(found.expected), note)
        turned.show_figure(say.money(found.turned_in))
        last.show_figure(say.moment(found.counted_at) if found.counted_at else say("never"))
        self._waiting = found.waiting
        at = self.table.currentIndex().row()
        self.table.show_rows(found.rows, select=max(at, 0) if found.rows else None)
        self.stepped.emit()

    @property
    def _is_blind(self) -> bool:
        """Whether the safe is being counted: what should be there is told after the count."""
        return self.stack.currentIndex() == FORM and not self.deposits

    # Keys ----------------------------------------------------------------------------------------------------

    def keys(self) -> Sequence[Key]:
        free = not self.busy
        if not self.question.isHidden():
            return [Key("Esc", Text("back"), self._leave)]
        if self.stack.currentIndex() == FORM:
            words = Text("Bring it to the bank") if self.deposits else Text("This is the count")
            return [Key("Esc", Text("back"), self._back, enabled=free),
                    Key("F12", words, self._send, "primary", "check", free)]  # fmt: skip
        if self.stack.currentIndex() == SLIP:
            again = Key("Ctrl+P", Text("print again"), self._print, enabled=free)
            return [Key("Esc", Text("back"), self._leave), again,
                    Key("F12", Text("Done"), self._leave, "primary", "check", free)]  # fmt: skip
        keys, one = [Key("F5", Text("ask again"), self.page.ask_again)], self.table.current
        if one is not None and one.kind is SafeKind.DEPOSIT:
            keys.append(Key("Return", Text("show the slip"), self.open))
        if self.seat.may(count_safe):
            if self._waits(one):
                keys.append(Key("Return", Text("say why it differs"), self.open, enabled=free))
            if one is not None and one.source_id is not None and one.booked and one.taken_back is None:
                keys.append(Key("Del", Text("take it back"), self.ask_back, enabled=free))
            keys.append(Key("F9", Text("count the safe"), partial(self.begin, deposits=False), enabled=free))
            keys.append(
                Key(
                    "F12",
                    Text("Bring cash to the bank"),
                    partial(self.begin, deposits=True),
                    "primary",
                    "building-2",
                    free,
                )
            )
        return keys

    def _waits(self, one: SafeRow | None) -> bool:
        """Whether a row is the count whose difference waits for its reason."""
        return one is not None and one.source_id is not None and one.source_id == self._waiting

    def open(self) -> None:
        """What Enter does with the chosen row: the slip of a deposit, the reason of a count that waits for it."""
        one = self.table.current
        if self._waits(one) and self.seat.may(settle_count):
            self._ask_why(SafeCounted(one.source_id, one.counted - one.amount, one.counted))
        else:
            self.show_slip()

    def first_field(self) -> QWidget:
        if self.stack.currentIndex() == FORM:
            return self.grid.fields[0]
        return self.paper.view if self.stack.currentIndex() == SLIP else self.table

    def may_leave(self) -> bool:
        typed = self.stack.currentIndex() == FORM and (self.grid.typed or bool(self.number.text()))
        if self.busy or not typed:
            return not self.busy
        say = self.say
        question = Question(
            self.page,
            say("Something is typed"),
            say("It is not kept yet."),
            say("Go on typing"),
            say("Discard"),
        )
        if question.exec() != Question.DialogCode.Accepted:
            return False
        self._clear()
        return True

    def _clear(self) -> None:
        self.grid.begin()
        self.number.setText("")
        self.number_field.problem("")

    def _back(self) -> None:
        if self.may_leave():
            self._leave()

    def _leave(self) -> None:
        self.question.close_question()
        self.stack.setCurrentIndex(LIST)
        self.ask_again()
        self.stepped.emit()
        self.page.take_focus(self.table)

    # The forms -----------------------------------------------------------------------------------------------

    def begin(self, *, deposits: bool) -> None:
        """Open an empty form: a deposit, or a count."""
        self._clear()
        say, self.deposits, self.entry_id = self.say, deposits, draw_id()
        reveal(self.number_field, deposits)
        self.form.title.setText(say("Deposit to the bank") if deposits else say("Count the safe"))
        reveal(self.form.title, True)
        told = (
            Text("It is in transit until the bank's file shows it")
            if deposits
            else Text(
                "Each count is kept. What should be there is told after it; a difference is posted with its reason"
            )
        )
        self.hint.setText(say(told))
        self.page.banner.clear()
        self.stack.setCurrentIndex(FORM)
        if self._is_blind:
            for card in self.cards[:2]:
                card.show_figure("–")
        self.stepped.emit()
        self.page.take_focus(self.first_field())

    def _send(self) -> None:
        if not self.grid.typed:
            self.grid.rest_field.problem(self.say("Count it; type 0 if there is nothing"))
            self.grid.fields[0].setFocus()
            return
        count, slip = self.grid.order, self.number.text().strip()
        if self.deposits and not slip:
            self.number_field.problem(self.say("Type the number of the bank's slip."))
            self.number.setFocus()
            return
        self.busy = True
        self.stepped.emit()
        if self.deposits:
            order = BankDepositOrder(count.amount, slip, count.pieces)
            self.page.do(deposit_cash, order, self._deposited, self.entry_id, self._failed)
        else:
            counted = SafeOrder(count.amount, count.pieces)
            self.page.do(count_safe, counted, self._was_counted, self.entry_id, self._failed)

    def _failed(self, error: BaseException) -> None:
        """It is told, and what was typed stays."""
        self.busy = False
        if refused(error):
            self.entry_id = draw_id()
        self.page.trouble(error)
        self.stepped.emit()

    def _was_counted(self, counted: SafeCounted) -> None:
        """The count stands; its difference is told now, and asks why."""
        self.busy = False
        self._clear()
        words = self.say.join([self.say(SafeKind.COUNT.text), self.say.money(counted.counted, unit=True)])
        self.page.toast(words)
        self._leave()
        if not counted.booked:
            self._ask_why(counted)

    def _ask_why(self, counted: SafeCounted) -> None:
        """Ask why a count differs; Esc leaves it as it is, another count may follow it."""
        say, self._differing = self.say, counted
        self.question.ask(
            f"why {counted.source_id}",
            say(
                "Counted {counted}, expected {expected}, difference {difference}: why?",
                counted=say.money(counted.counted, unit=True),
                expected=say.money(counted.expected, unit=True),
                difference=say.money(counted.difference, unit=True),
            ),
            say("Enter posts the difference, Esc leaves it for later"),
            say("nobody knows"),
        )
        self.stepped.emit()

    def _deposited(self, slip: DepositSlip) -> None:
        self._clear()
        self.slip = slip
        self._enter_slip()
        self.page.told.emit()
        self.page.call(slip_paper, self.seat, slip, then=self._printed, failed=self._not_printed)

    # The slip ------------------------------------------------------------------------------------------------

    def _enter_slip(self) -> None:
        self.paper.clear()
        self.stack.setCurrentIndex(SLIP)
        self.stepped.emit()

    def show_slip(self) -> None:
        """Show the slip of the chosen deposit, printing nothing."""
        one = self.table.current
        if one is not None and one.kind is SafeKind.DEPOSIT:
            self.page.ask(deposit_slip, SlipQuery(one.paper), self._show_slip)

    def _show_slip(self, slip: DepositSlip) -> None:
        if self.stack.currentIndex() != LIST:
            return  # a form was opened meanwhile
        self.slip = slip
        self._enter_slip()
        title = self._title(slip)
        self.page.call(
            slip_look, self.seat, slip,
            then=lambda paper: self.paper.show_paper(title, None, paper, may_print=False),
        )  # fmt: skip

    def _title(self, slip: DepositSlip) -> str:
        return self.say("Deposit slip {number}", number=slip.number)

    def _print(self) -> None:
        self.busy = True
        self.page.do(
            reprint_deposit_slip, SlipQuery(self.slip.number), self._show_copy, failed=self._not_printed
        )

    def _show_copy(self, slip: DepositSlip) -> None:
        self.slip = slip
        self.page.call(slip_paper, self.seat, slip, then=self._printed, failed=self._not_printed)

    def _printed(self, made: Printed) -> None:
        self.busy = False
        through = partial(send, self.seat, slip_prints(self.slip))
        self.paper.show_paper(
            self._title(self.slip), made.path, made.paper, may_print=not made.printed, through=through
        )
        if made.problem is not None:
            words = self.say("{printer} did not take the sheet", printer=made.printer)
            told = self.say.join([self.say(made.problem), self.say("Ctrl P tries again")])
            self.page.banner.tell("warn", words, told)
        self.stepped.emit()

    def _not_printed(self, error: BaseException) -> None:
        self.busy = False
        self.stepped.emit()
        self.page.trouble(error)

    # Taking back ---------------------------------------------------------------------------------------------

    def ask_back(self) -> None:
        """Ask why the chosen count or deposit is taken back."""
        one, say = self.table.current, self.say
        self._asked, self._differing = one, None  # whatever is chosen meanwhile
        self.question.ask(
            str(one.source_id),
            say(
                "Take back: {what}, {amount}?",
                what=say(one.kind.text),
                amount=say.money(one.amount, unit=True),
            ),
            say("Enter takes it back, Esc goes back"),
            say("why, such as: the car of the bank did not come"),
        )
        self.stepped.emit()

    def _answer(self, reason: str) -> None:
        """Why a count differs, or why something is taken back."""
        one, counted = self._asked, self._differing
        if not reason:
            self.question.problem(self.say("Say why"))
        elif counted is not None and not self.busy:
            self.busy = True
            settled = SettleOrder(counted.source_id, reason)
            self.page.do(settle_count, settled, self._settled, failed=self._not_done, kept=True)
        elif one is not None and one.source_id is not None and not self.busy:
            self.busy = True
            order = SafeBackOrder(one.source_id, reason)
            self.page.do(take_back_safe, order, self._taken_back, failed=self._not_done, kept=True)

    def _settled(self, counted: SafeCounted) -> None:
        self.busy = False
        self.question.settled()
        difference = self.say.money(counted.difference, unit=True)
        self.page.toast(self.say("Difference posted: {difference}", difference=difference))
        self._leave()

    def _taken_back(self, one: SafeRow) -> None:
        self.busy = False
        self.question.settled()
        self.page.toast(self.say("{what}, taken back", what=self.say(one.kind.text)))
        self._leave()

    def _not_done(self, error: BaseException) -> None:
        self.busy = False
        if isinstance(error, Refused):
            self.question.problem(self.say(error.text))
        else:
            self.page.trouble(error)
        self.stepped.emit()
