"""The drawer at the counter: counted by note and coin, filled and emptied between times, closed with its sheet."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.counter.documents import cash_sheet_pdf, cash_sheet_xlsx, lost_words
from desktop.counter.page.counting import CountGrid
from desktop.counter.records import (
    CashSheet,
    CashSheetQuery,
    CloseTillOrder,
    LostPayment,
    LostState,
    MovementKind,
    MovementOrder,
    MovementRow,
    ReceiptQuery,
    TillClosing,
    TillCounted,
)
from desktop.counter.service import (
    CASH_SHEET,
    close_till,
    count_till,
    heard,
    lost,
    move_cash,
    reprint_cash_sheet,
    reprint_receipt,
    till_closing,
)
from desktop.kernel.database import refused
from desktop.kernel.errors import Refused
from desktop.kernel.files import written_whole
from desktop.kernel.intent import LOST_AFTER_S
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat, draw_id
from desktop.papers.page.sending import Printed, keep_and_print, send
from desktop.papers.records import PrintRef
from desktop.qt import theme
from desktop.qt.basics import Field, Label, Rule, column, reveal, row
from desktop.qt.choosing import Segments
from desktop.qt.fields import TextField
from desktop.qt.fold import Fold, Stack
from desktop.qt.money import MoneyField
from desktop.qt.page import Key, Page, Question
from desktop.qt.panels import Card, Panel
from desktop.qt.paper_panel import PaperPanel
from desktop.qt.preview import PaperFile
from desktop.qt.table import Cell, Column, Table, money_cell

_BESIDE = 760
"""The width from which on what was taken and what could explain a difference stand side by side."""


class Step(Enum):
    """What is done with the drawer."""

    COUNT = "it is counted, blind"
    RESULT = "what should be there is known"
    MOVE = "cash goes to the safe or comes from it"
    SHEET = "it is closed, its sheet is shown"


def sheet_paper(seat: Seat, sheet: CashSheet) -> Printed:
    """The PDF of a cash sheet, kept and sent to its printer."""
    pdf = cash_sheet_pdf(sheet, seat.app.catalog, seat.app.country, seat.app.picture)
    return keep_and_print(seat, sheet_prints(sheet), f"cash_sheet_{sheet.number}", pdf)


def sheet_prints(sheet: CashSheet) -> tuple[PrintRef, ...]:
    """A cash sheet as the print journal knows it."""
    return (PrintRef(CASH_SHEET, sheet.number, sheet.copy),)


def sheet_look(seat: Seat, sheet: CashSheet) -> PaperFile:
    """A cash sheet for the eye only."""
    return PaperFile(cash_sheet_pdf(sheet, seat.app.catalog, seat.app.country, seat.app.picture))


def write_sheet(seat: Seat, sheet: CashSheet, out: Path) -> None:
    """Write a cash sheet as a workbook."""
    with written_whole(out) as stream:
        stream.write(cash_sheet_xlsx(sheet, seat.app.catalog, seat.app.country))


def look_at_closing(seat: Seat) -> tuple[TillClosing | None, tuple[LostPayment, ...]]:
    """The session that was counted, and the steps with money of this computer without an answer."""
    return seat.ask(till_closing), lost(seat)


def heard_of(seat: Seat, told: tuple[LostPayment, ...]) -> tuple[TillClosing | None, tuple[LostPayment, ...]]:
    """The same, once somebody has looked after what was told."""
    heard(seat, told)
    return look_at_closing(seat)


class TillWork(Stack):
    """What is done with the drawer, in the place of an account. ``finished`` when the counter goes on."""

    finished = Signal()
    stepped = Signal()

    def __init__(self, page: Page, print_receipt: Callable[..., Printed]) -> None:
        super().__init__()
        self.page, self.seat, self.say, self._receipt_paper = page, page.seat, page.say, print_receipt
        self.step, self.busy = Step.COUNT, False
        self.found: TillClosing | None = None
        self.lost: tuple[LostPayment, ...] = ()
        self.handed_on = False
        self.sheet: CashSheet | None = None
        self.entry_id: UUID | None = None
        self._closing: tuple[CloseTillOrder, UUID] | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LOST_AFTER_S * 1000)
        self._later.timeout.connect(self.look_again)
        self.grid = CountGrid(self.seat, self.say)
        self.result, self.mover = Closing(self.seat, self.say), Mover(self.seat, self.say)
        self.paper = PaperPanel(
            self.say, page.tasks, CASH_SHEET, self.seat.station.code, key="Ctrl+G", back=False
        )
        panel = Panel(self.say("Count the drawer"))
        panel.body.addWidget(
            Label(self.say("What should be there is told after the count"), "small", "ink2", wrap=True)
        )
        panel.body.addWidget(self.grid)
        panel.body.addStretch(1)
        for part in (panel, self.result, self.mover, self.paper):
            self.addWidget(part)
        for field in (self.grid.rest, self.mover.amount):
            field.scanned.connect(page.search_wanted)

    def _enter(self, step: Step) -> None:
        self.step, self.busy = step, False
        self.setCurrentIndex(list(Step).index(step))
        self.stepped.emit()
        self.page.take_focus(self.first_field())

    def first_field(self) -> QWidget:
        """Where typing begins."""
        if self.step is Step.COUNT:
            return self.grid.fields[0]
        if self.step is Step.MOVE:
            return self.mover.amount
        return (
            self.result.reason if self.step is Step.RESULT and self.result.reason.isVisible() else self.page
        )

    def keys(self) -> list[Key]:
        """The keys of the step."""
        free, back = not self.busy, Key("Esc", Text("back"), self.leave, enabled=not self.busy)
        if self.step is Step.COUNT:
            return [back, Key("F12", Text("This is the count"), self._count, "primary", "check", free)]
        if self.step is Step.MOVE:
            ways = [
                Key(key, kind.text, lambda at=at: self.mover.ways.choose(at), "none", enabled=free)
                for at, (kind, _, key) in enumerate(_WAYS)
            ]
            return [*ways, back, Key("F12", Text("Move the cash"), self._move, "primary", "banknote", free)]
        if self.step is Step.SHEET:
            again = Key("Ctrl+P", Text("print again"), self._print_again, enabled=free)
            choose = Key("Ctrl+G", Text("choose a printer"), self.paper.ask_print, "none")
            write = Key("Ctrl+E", Text("write as workbook"), self.choose_file, enabled=free)
            done = Key("F12", Text("Done"), self.finished.emit, "primary", "check", free)
            return [again, choose, write, done]
        keys = [Key("F9", Text("count again"), self.count, enabled=free)]
        if self.found is not None and self.found.unprinted:
            keys.append(Key("Ctrl+P", Text("print the receipt"), self._print_waiting, enabled=free))
        if any(one.state is not LostState.WAITS for one in self.lost):
            keys.append(Key("F7", Text("seen, or done again"), self._heard, enabled=free))
        if self._open_ends and not self.handed_on:
            keys.append(Key("F8", Text("hand on"), self._hand_on, enabled=free))
        return [*keys, Key("F12", Text("Close the till"), self._close, "primary", "lock", free)]

    # Steps ---------------------------------------------------------------------------------------------------

    def count(self) -> None:
        """Count the drawer, once more perhaps."""
        self.grid.begin()
        self._enter(Step.COUNT)

    def move(self) -> None:
        """Move cash between drawer and safe."""
        self.entry_id = draw_id()
        self.mover.begin()
        self._enter(Step.MOVE)

    def look(self) -> None:
        """Ask what should be there, now that the drawer is counted."""
        self.page.call(look_at_closing, self.seat, then=self._show_result)

    def look_again(self) -> None:
        """The same by itself, while the result is shown."""
        if self.step is Step.RESULT and not self.busy and self.isVisible():
            self.look()

    def leave(self) -> None:
        """Back; what is typed is asked about."""
        if not self.may_leave():
            return
        if self.step is Step.COUNT and self.found is not None:
            self._enter(Step.RESULT)
        else:
            self.finished.emit()

    def may_leave(self) -> bool:
        """Whether nothing typed is lost, or the person gives it up."""
        if self.step is Step.COUNT:
            typed = self.grid.typed
        else:
            typed = self.step is Step.MOVE and self.mover.amount.amount() is not None
        if not typed or self.busy:
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
        self.grid.begin()
        self.mover.begin()
        return True

    def forget(self) -> None:
        """The session is over: nothing of it is shown to the next."""
        self.found, self.lost, self.handed_on = None, (), False

    # The count -----------------------------------------------------------------------------------------------

    def _count(self) -> None:
        if not self.grid.typed:
            self.grid.rest_field.problem(self.say("Count the drawer; type 0 if it is empty"))
            self.grid.fields[0].setFocus()
            return
        self._work()
        self.page.do(count_till, self.grid.order, self._counted, failed=self._failed)

    def _counted(self, _counted: TillCounted) -> None:
        self.grid.begin()
        self.page.told.emit()
        self.page.ask_again()
        self.look()

    def _work(self) -> None:
        self.busy = True
        self.page.banner.clear()
        self.stepped.emit()

    def _failed(self, error: BaseException) -> None:
        self.busy = False
        self.stepped.emit()
        self.page.trouble(error)
        if isinstance(error, Refused):
            self.page.ask_again()

    # The result ----------------------------------------------------------------------------------------------

    @property
    def _open_ends(self) -> bool:
        unprinted = self.found is not None and self.found.unprinted
        return bool(unprinted or any(one.is_open for one in self.lost))

    def _show_result(self, answer: tuple[TillClosing | None, tuple[LostPayment, ...]]) -> None:
        found, self.lost = answer
        if self.step in (Step.MOVE, Step.SHEET) or (self.step is Step.COUNT and self.grid.typed):
            return  # what is under the hands comes first
        if found is None:  # closed by somebody else meanwhile
            self.finished.emit()
            return
        self.found = found
        if any(one.state is LostState.WAITS for one in self.lost):
            self._later.start()
        self.result.show_closing(found, self.lost, handed_on=self.handed_on)
        self._enter(Step.RESULT)

    def _hand_on(self) -> None:
        """Whoever comes next looks after what is open; it stands on the sheet."""
        self.handed_on = True
        self.result.show_closing(self.found, self.lost, handed_on=True)
        self.stepped.emit()

    def _heard(self) -> None:
        """What was lost is known, and was done again where it had to be: it is named no more."""
        self.page.call(heard_of, self.seat, self.lost, then=self._show_result)

    def _print_waiting(self) -> None:
        self._work()
        number = self.found.unprinted[0]
        self.page.do(reprint_receipt, ReceiptQuery(number), self._print_receipt, failed=self._failed)

    def _print_receipt(self, receipt: object) -> None:
        self.page.call(
            self._receipt_paper, self.seat, receipt, then=self._receipt_printed, failed=self._failed
        )

    def _receipt_printed(self, made: Printed) -> None:
        if made.problem is not None:
            self.page.banner.tell("warn", self.say(made.problem))
        self.look()

    def _close(self) -> None:
        if self.found is None:
            return
        if self._open_ends and not self.handed_on:
            self.result.tell_open_ends()
            return
        reason = self.result.reason.text().strip()
        if self.found.difference and not reason:
            self.result.reason_field.problem(self.say("Say why it differs, or that nobody knows"))
            self.result.reason.setFocus()
            return
        handed_on = tuple(one for one in self.lost if one.is_open)
        order = CloseTillOrder(self.found.counted.count_id, reason, self.found.unprinted, handed_on)
        if self._closing is None or self._closing[0] != order:
            self._closing = order, draw_id()
        self.close_again()

    def close_again(self) -> bool:
        """Ask for the close whose answer was lost, by its id: its sheet is shown after all; False where there is none.

        One that is under way is waited for.
        """
        if self._closing is not None and not self.busy:
            self._work()
            self.page.do(close_till, self._closing[0], self._closed, self._closing[1], self._not_closed)
        return self._closing is not None

    def _not_closed(self, error: BaseException) -> None:
        if refused(error):
            self._closing = None
        self._failed(error)

    # The sheet -----------------------------------------------------------------------------------------------

    def _closed(self, sheet: CashSheet) -> None:
        self.sheet, self._closing = sheet, None
        self.page.call(heard, self.seat, self.lost, then=lambda _: None)  # the sheet names them for good
        self.forget()
        self.result.reason.setText("")
        self.paper.clear()
        self._enter(Step.SHEET)
        self.page.told.emit()
        self.page.call(sheet_paper, self.seat, sheet, then=self._show_paper)

    def show_sheet(self, sheet: CashSheet) -> None:
        """Show a sheet issued before, printing nothing; Ctrl+P makes a copy of it."""
        self.sheet = sheet
        self.paper.clear()
        self._enter(Step.SHEET)
        title = self.say("Cash sheet {number}", number=sheet.number)
        self.page.call(
            sheet_look,
            self.seat,
            sheet,
            then=lambda paper: self.paper.show_paper(title, None, paper, may_print=False),
        )

    def _show_paper(self, made: Printed) -> None:
        title = self.say("Cash sheet {number}", number=self.sheet.number)
        self.busy = False
        self.stepped.emit()
        through = partial(send, self.seat, sheet_prints(self.sheet))
        self.paper.show_paper(title, made.path, made.paper, may_print=not made.printed, through=through)
        if made.problem is not None:
            self.page.banner.tell(
                "warn",
                self.say("The till is closed, but {printer} did not take the sheet", printer=made.printer),
                self.say.join([self.say(made.problem), self.say("Ctrl P tries again")]),
            )

    def _print_again(self) -> None:
        self._work()
        self.page.do(
            reprint_cash_sheet, CashSheetQuery(self.sheet.number), self._show_copy, failed=self._failed
        )

    def _show_copy(self, sheet: CashSheet) -> None:
        self.sheet = sheet
        self.page.call(sheet_paper, self.seat, sheet, then=self._show_paper)

    def choose_file(self) -> None:
        """Ask for a file and write the sheet as a workbook."""
        name, _ = QFileDialog.getSaveFileName(
            self, self.say("Write the cash sheet"), f"{self.sheet.number}.xlsx", "XLSX (*.xlsx)"
        )
        if name:
            out = Path(name).with_suffix(".xlsx")
            told = self.say("Written: {file}", file=out.name)
            self.page.call(write_sheet, self.seat, self.sheet, out, then=lambda _: self.page.toast(told))

    # Cash between drawer and safe ----------------------------------------------------------------------------

    def _move(self) -> None:
        order = self.mover.order()
        if order is None:
            return
        self._work()
        self.page.do(move_cash, order, self._moved, self.entry_id, self._not_moved)

    def _moved(self, moved: MovementRow) -> None:
        self.busy = False
        words = self.say.join([self.say(moved.kind.text), self.say.money(moved.amount, unit=True)])
        self.mover.begin()
        self.page.toast(words)
        self.finished.emit()

    def _not_moved(self, error: BaseException) -> None:
        if refused(error):
            self.entry_id = draw_id()
        self._failed(error)


class Closing(Panel):
    """The result of a count: what should be there, the difference, what could explain it, what is still open."""

    def __init__(self, seat: Seat, say: Catalog) -> None:
        super().__init__(say("Close the till"))
        self.say, self.country = say, seat.app.country
        sign = seat.app.country.currency.sign
        self.expected, self.counted, self.difference = (
            Card(words, sign) for words in (say("Expected in the drawer"), say("Counted"), say("Difference"))
        )
        self.reason = TextField(example=say("a note was given twice, or: nobody knows"), longest=500)
        self.reason_field = Field(say("Why it differs"), self.reason)
        self.reason.textEdited.connect(lambda _: self.reason_field.problem(""))
        self.open_ends = Panel(kind="warn")
        self.open_words = Label("", "body", wrap=True)
        self.open_state = Label("", "small", "ink2", wrap=True)
        self.open_ends.body.addWidget(self.open_words)
        self.open_ends.body.addWidget(self.open_state)
        self.taken = Table(
            say("Taken"),
            (
                Column(say("Tender"), lambda one: Cell(say(one.tender.text))),
                Column(say("Receipts"), lambda one: Cell(say.number(one.receipts)), 76, right=True),
                Column(say("Kept"), lambda one: money_cell(say.money(one.amount)), 116, right=True),
            ),
        )
        self.suspects = Table(
            say("Receipts that could explain it"),
            (
                Column("", lambda one: Cell(f"{one.paid_at:%H:%M}", ink="ink2"), 60),
                Column(say("Receipt"), lambda one: Cell(one.number, one.customer_name), 150),
                Column(say("Why"), lambda one: Cell(say(one.why.text), say(one.tender.text))),
                Column(say("Amount"), lambda one: money_cell(say.money(one.amount)), 116, right=True),
            ),
            row_height=theme.ROW_TWO,
            persons=True,
        )
        self.suspects.show_empty(say("No receipt explains it by itself"))
        self._build()

    def _build(self) -> None:
        say = self.say
        cards = row(self.expected, self.counted, self.difference)
        taken, beside, self.explained = QWidget(), QWidget(), QWidget()
        taken.setLayout(column(Label(say("Taken"), "h2"), self.taken, spacing=theme.S1))
        self.explained.setLayout(
            column(Label(say("Receipts that could explain it"), "h2"), self.suspects, spacing=theme.S1)
        )
        beside.setLayout(column(self.explained))  # its room stays, so that what was taken keeps to the left
        for part in (self.taken, self.suspects):
            part.setMinimumHeight(theme.grown(120))
        self.body.addLayout(cards)
        self.body.addWidget(self.reason_field)
        self.body.addWidget(self.open_ends)
        self.body.addWidget(Rule())
        self.body.addWidget(Fold((taken, 340, 140), (beside, 0, 160), below=_BESIDE), 1)

    def show_closing(
        self, found: TillClosing, lost_payments: tuple[LostPayment, ...], *, handed_on: bool
    ) -> None:
        """Show what a count came to."""
        say, difference = self.say, found.difference
        again = len(found.counts)
        noted = say.plural("{count} count", "{count} counts", again) if again > 1 else ""
        self.expected.show_figure(say.money(found.expected))
        self.counted.show_figure(say.money(found.counted.amount), noted)
        state = "bad" if difference else "ok"
        words = say("short") if difference.raw < 0 else say("over") if difference else say("nothing missing")
        self.difference.show_figure(say.money(difference), words, state)
        reveal(self.reason_field, bool(difference))
        self.taken.show_rows(found.taken)
        self.suspects.show_rows(found.suspects)
        reveal(self.explained, bool(difference))
        told = [say("Receipt {number} is not printed", number=number) for number in found.unprinted]
        told += [lost_words(one, say, self.country) for one in lost_payments]
        still_open = bool(found.unprinted) or any(one.is_open for one in lost_payments)
        reveal(self.open_ends, bool(told))
        self.open_words.setText("\n".join(told))
        self.open_state.setText(
            say("Handed on: it stands on the cash sheet")
            if handed_on
            else say("Settle it, or F8 hands it on")
        )
        reveal(self.open_state, still_open)
        self.open_ends.kind("info" if handed_on or not still_open else "warn")

    def tell_open_ends(self) -> None:
        """What is open stops the close."""
        self.open_ends.kind("bad")


_WAYS = ((MovementKind.DROP, "lock", "F6"), (MovementKind.FLOAT, "banknote", "F7"))


class Mover(Panel):
    """Cash that goes to the safe or comes from it: which way, how much, what for."""

    def __init__(self, seat: Seat, say: Catalog) -> None:
        super().__init__(say("Till and safe"))
        self.say = say
        self.ways = Segments([(icon, say(kind.text), key) for kind, icon, key in _WAYS])
        self.amount = MoneyField(say, seat.app.country.currency, large=True)
        self.amount_field = Field(say("Amount"), self.amount)
        self.note = TextField(example=say("bag 0042"))
        self.amount.changed.connect(lambda _: self.amount_field.problem(""))
        self.amount.returnPressed.connect(self.note.setFocus)
        inside = QWidget()
        inside.setFixedWidth(420)
        inside.setLayout(column(self.ways, self.amount_field, Field(say("Note"), self.note)))
        self.body.addWidget(inside)
        self.body.addStretch(1)

    def begin(self) -> None:
        """An empty form; most cash goes to the safe."""
        self.ways.choose(0)
        self.amount.show_amount(None)
        self.amount_field.problem("")
        self.note.setText("")

    def order(self) -> MovementOrder | None:
        """What is to be moved; None where the amount is missing, which is told."""
        amount = self.amount.amount()
        if not amount:
            self.amount_field.problem(self.say("Type the amount that moves"))
            self.amount.setFocus()
            return None
        return MovementOrder(_WAYS[self.ways.index][0], amount, self.note.text().strip())
