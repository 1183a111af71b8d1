"""The day of the hall: what hinders its close, what its tills came to, the close, and the sheets of days before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.counter.documents import lost_words
from desktop.counter.records import LostPayment, LostState
from desktop.counter.service import heard, lost
from desktop.kernel.database import refused
from desktop.kernel.files import written_whole
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Seat, draw_id
from desktop.papers.page.sending import Printed, keep_and_print, send
from desktop.papers.records import PrintRef
from desktop.qt import theme
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import Label, column, reveal, row
from desktop.qt.cells import badge_room
from desktop.qt.fold import Fold, Stack
from desktop.qt.page import Key, Page
from desktop.qt.panels import Card, Panel
from desktop.qt.paper_panel import PaperPanel
from desktop.qt.preview import PaperFile
from desktop.qt.progress import Progress
from desktop.qt.table import Cell, Column, Table, money_cell
from desktop.treasury.documents import (
    day_file,
    day_sheet_pdf,
    day_sheet_text,
    debit_words,
    dropped_words,
)
from desktop.treasury.page.missing import MissingQuestion
from desktop.treasury.page.part import Part
from desktop.treasury.records import CloseDayOrder, DayLook, DayQuery, DayRow, DaySheet, Kept
from desktop.treasury.service import DAY_SHEET, close_day, day_look, days, keep_day, reprint_day_sheet

_LIST, _FOLDED_LIST, _FOLDED_DAY = 250, 160, 420
DAY, SHEET = range(2)


@dataclass(frozen=True, slots=True)
class Line:
    """A day in the list: closed as ``row`` tells, or still to be closed."""

    day: date
    row: DayRow | None


@dataclass(frozen=True, slots=True)
class Look:
    """What the part shows: the days, the chosen one, and steps with money of this computer without an answer."""

    lines: tuple[Line, ...]
    day: DayLook
    lost: tuple[LostPayment, ...]

    @property
    def open_ends(self) -> bool:
        """Whether something is left that is settled or handed on."""
        return bool(self.day.unprinted) or any(one.is_open for one in self.lost)


def look_at_day(seat: Seat, day: date | None) -> Look:
    """A day, or the next one to close, beside all others."""
    found, closed = seat.ask(day_look, DayQuery(day)), seat.ask(days)
    known = {row.day for row in closed}
    waiting = {*found.earlier, *([found.day] if found.sheet is None else [])}
    if day is not None:
        other = seat.ask(day_look, DayQuery())
        waiting |= {*other.earlier, *([other.day] if other.sheet is None else [])}
    lines = [Line(one, None) for one in sorted(waiting - known, reverse=True)]
    return Look((*lines, *(Line(row.day, row) for row in closed)), found, lost(seat))


def day_paper(seat: Seat, sheet: DaySheet) -> Printed:
    """The PDF of a day sheet, kept and sent to its printer."""
    pdf = day_sheet_pdf(sheet, seat.app.catalog, seat.app.country, seat.app.picture)
    return keep_and_print(seat, sheet_prints(sheet), f"day_sheet_{sheet.number}", pdf)


def sheet_prints(sheet: DaySheet) -> tuple[PrintRef, ...]:
    """A day sheet as the print journal knows it."""
    return (PrintRef(DAY_SHEET, sheet.number, sheet.copy),)


def day_look_paper(seat: Seat, sheet: DaySheet) -> PaperFile:
    """A day sheet for the eye only."""
    return PaperFile(day_sheet_pdf(sheet, seat.app.catalog, seat.app.country, seat.app.picture))


class Day(Part):
    """Days at the left, newest first; of the chosen one what hinders it, its tills, and its sheet."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        say, sign = self.say, self.seat.app.country.currency.sign
        self.look: Look | None = None
        self.chosen: date | None = None
        self.handed_on = self.busy = False
        self._closing: tuple[CloseDayOrder, UUID] | None = None
        self.sheet: DaySheet | None = None
        self.question = InlineQuestion(page.unfinished, page.tasks, "day")
        self.question.answered.connect(lambda _at, words, _held: self._close_with(words))
        self.progress = Progress(say("Stop"))
        self.progress.stopped.connect(page.stop_job)
        self.list = self._build_list()
        self.cards = (
            Card(say("Taken"), sign), Card(say("Turned in to the safe"), sign), Card(say("Till differences"), sign),
            Card(say("Copy of the database")),
        )  # fmt: skip
        self.hinders = Panel(kind="warn")
        self.hinder_words, self.hinder_state = (
            Label("", "body", wrap=True),
            Label("", "small", "ink2", wrap=True),
        )
        self.hinders.body.addWidget(self.hinder_words)
        self.hinders.body.addWidget(self.hinder_state)
        self.missing = MissingQuestion(page)
        self.tills = self._build_tills()
        self.paper = PaperPanel(say, page.tasks, DAY_SHEET, self.seat.station.code, key="Ctrl+G")
        self.paper.closed.connect(self._leave_sheet)
        self._lay_out()

    def _build_list(self) -> Table:
        say = self.say
        states = (
            say(Text("closed", context="day")),
            say(Text("not closed", context="day")),
            say("copy failed"),
        )

        def state(one: Line) -> Cell:
            if one.row is None:
                return Cell(states[1], state="due")
            failed = one.row.copy is not None and one.row.copy.problem is not None
            return Cell(states[2], state="bad") if failed else Cell(states[0], state="locked")

        table = Table(
            say("Days"),
            (
                Column(say("Day"), lambda one: Cell(say.date(one.day), strong=True)),
                Column(say("State"), state, badge_room(say("State"), states)),
            ),
            key=lambda one: one.day,
        )
        table.show_empty(say("No day was closed yet"), "", "calendar")
        table.moved.connect(self._choose)
        table.opened.connect(lambda _: self.show_sheet())
        return table

    def _build_tills(self) -> Table:
        say, sign = self.say, self.seat.app.country.currency.sign

        def money(title: str, name: str, width: int = 120) -> Column:
            return Column(
                title, lambda one: money_cell(say.money(getattr(one, name)), zero=not getattr(one, name)), width,
                right=True, value=lambda one: getattr(one, name),
            )  # fmt: skip

        table = Table(
            say("Tills of the day"),
            (
                Column(say("Till"), lambda one: Cell(one.till_name, one.cash_sheet, strong=True), 170),
                Column(say("Closed by"), lambda one: Cell(one.closed_by, say.moment(one.closed_at))),
                Column(say("Receipts"), lambda one: say.number(one.receipts), 104, right=True),
                money(say("Taken {sign}", sign=sign), "amount"),
                money(say("Expected {sign}", sign=sign), "expected"),
                money(say("Counted {sign}", sign=sign), "counted"),
                money(say("Difference {sign}", sign=sign), "difference"),
            ),
            row_height=theme.ROW_TWO,
        )
        table.show_empty(
            say("No till was closed on this day"), say("Tills that are closed come here"), "wallet"
        )
        return table

    def _lay_out(self) -> None:
        listed, tills, shown = Panel(padding=0), Panel(padding=0), QWidget()
        listed.body.addWidget(self.list)
        tills.body.addWidget(self.tills)
        self.below = Label("", "small", "ink2", wrap=True)
        right = column()
        right.addLayout(row(*self.cards))
        right.addWidget(self.hinders)
        right.addWidget(tills, 1)
        right.addWidget(self.below)
        shown.setLayout(right)
        self.stack = Stack()
        self.stack.addWidget(shown)
        self.stack.addWidget(self.paper)
        self.body.addWidget(self.question)
        self.body.addWidget(self.missing)
        self.body.addWidget(self.progress)
        self.body.addWidget(Fold((listed, theme.grown(_LIST), _FOLDED_LIST), (self.stack, 0, _FOLDED_DAY)), 1)

    # Asking --------------------------------------------------------------------------------------------------

    def ask_again(self) -> None:
        self.page.call(look_at_day, self.seat, self.chosen, then=self._show)

    def _choose(self, one: Line) -> None:
        if self.look is not None and one.day != self.look.day.day:
            self.chosen, self.handed_on = one.day, False
            self.question.close_question()
            self.stack.setCurrentIndex(DAY)
            self.ask_again()

    def _tell_below(self, found: DayLook) -> None:
        """What the tills do not show: cash of before their counts, and direct debits."""
        told = [dropped_words(one, self.say) for one in found.tills if one.dropped]
        told += [debit_words(one, self.say) for one in found.debits]
        self.below.setText("\n".join(told))
        reveal(self.below, bool(told))

    def _show(self, look: Look) -> None:
        self.look, found, say = look, look.day, self.say
        sent = self._closing
        if sent is not None and found.sheet is not None and found.day == sent[0].day and not self.busy:
            self._send_close(*sent)  # its answer was lost: by its id it is given again
        at = next((at for at, one in enumerate(look.lines) if one.day == found.day), None)
        self.list.show_rows(look.lines, select=at)
        figures = ("amount", "to_safe", "difference")
        sums = [Money.total([getattr(one, name) for one in found.tills]) for name in figures]
        for card, amount in zip(self.cards, sums, strict=False):
            card.show_figure(say.money(amount))
        if sums[-1]:
            words = say("over") if sums[-1].raw > 0 else say("short")
            self.cards[len(sums) - 1].show_figure(say.money(sums[-1]), words, "bad")
        self._show_copy(found)
        self.tills.show_rows(found.tills)
        self._tell_below(found)
        self._show_hinders(look)
        if self.stack.currentIndex() == DAY:
            self.page.object.setText(self._words(found))
        self.stepped.emit()

    def _words(self, found: DayLook) -> str:
        if found.sheet is None:
            return self.say.join([self.say.date(found.day), self.say(Text("not closed", context="day"))])
        return self._told(found.sheet)

    def _told(self, sheet: DaySheet) -> str:
        """The day of a sheet, and who closed it when."""
        closed = Text(
            "closed by {name} on {moment}", context="day", name=sheet.closed_by, moment=sheet.closed_at
        )
        return self.say.join([self.say.date(sheet.day), self.say(closed)])

    def _show_copy(self, found: DayLook) -> None:
        card, say = self.cards[3], self.say
        reveal(card, self.seat.app.database.embedded)
        if found.sheet is None:
            card.show_figure("–")
        elif found.copy is None:
            card.show_figure(say("missing"), "", "bad")
        elif found.copy.problem is not None:
            card.show_figure(say("failed"), say.time(found.copy.tried_at.timetz()), "bad")
        else:
            card.show_figure(say.time(found.copy.tried_at.timetz()), say("proven"), "ok")

    def _show_hinders(self, look: Look) -> None:
        """What stands in the way and what to do about it; why a copy failed."""
        say, found = self.say, look.day
        told = []
        if found.sheet is not None:
            if found.copy is not None and found.copy.problem is not None:
                told.append(say("Copy failed: {problem}", problem=found.copy.problem))
        else:
            told += [
                say("{day} is not closed: days are closed one after the other", day=one)
                for one in found.earlier
            ]
            told += [
                say("{till} is open: {name}, since {moment}", till=one.till_name, name=one.cashier,
                    moment=one.opened_at)
                for one in found.open_tills
            ]  # fmt: skip
            told += [say("Receipt {number} is not printed", number=number) for number in found.unprinted]
            told += [lost_words(one, say, self.seat.app.country) for one in look.lost]
        reveal(self.hinders, bool(told))
        self.hinder_words.setText("\n".join(told))
        self.hinder_state.setText(self._remedy(look))
        mild = found.sheet is None and self.handed_on and not (found.open_tills or found.earlier)
        self.hinders.kind("bad" if found.sheet is not None else "info" if mild else "warn")

    def _remedy(self, look: Look) -> str:
        say, found = self.say, look.day
        if found.sheet is not None:
            return say("F9 copies once more; the close stands")
        if found.earlier:
            return say("Choose the earlier day at the left and close it first")
        if found.open_tills:
            return say("Count and close these tills at their counters")
        return (
            say("Handed on: it stands on the day sheet")
            if self.handed_on
            else say("Settle it, or F8 hands it on")
        )

    # Keys ----------------------------------------------------------------------------------------------------

    def keys(self) -> Sequence[Key]:
        page, look = self.page, self.look
        if not (self.missing.isHidden() and self.question.isHidden()):
            return [Key("Esc", Text("back"), self._back)]
        free = look is not None and not self.busy and not page.job_running
        if self.stack.currentIndex() == SHEET:
            again = Key("Ctrl+P", Text("print again"), self._print_again, enabled=free)
            write = Key("Ctrl+E", Text("write the day"), self.choose_file, enabled=free)
            return [Key("Esc", Text("back"), self._leave_sheet), again, write,
                    Key("F12", Text("Done"), self._leave_sheet, "primary", "check", free)]  # fmt: skip
        keys = [Key("F5", Text("ask again"), page.ask_again), *self.missing.keys()]
        if look is None:
            return keys
        if look.day.sheet is not None:
            if self.seat.app.database.embedded and self.seat.may(close_day):
                keys.append(
                    Key("F9", Text("copy once more"), lambda: self._keep(self.look.day.sheet), enabled=free)
                )
            keys.append(Key("Ctrl+E", Text("write the day"), self.choose_file, enabled=free))
            return [*keys, Key("F12", Text("Show its sheet"), self.show_sheet, "primary", "file-text", free)]
        if any(one.state is not LostState.WAITS for one in look.lost):
            keys.append(Key("F7", Text("seen, or done again"), self._heard, enabled=free))
        if look.open_ends and not self.handed_on:
            keys.append(Key("F8", Text("hand on"), self._hand_on, enabled=free))
        if self.seat.may(close_day):
            ready = free and not look.day.earlier and not look.day.open_tills
            keys.append(Key("F12", Text("Close the day"), self.ask_close, "primary", "lock", ready))
        return keys

    def first_field(self) -> QWidget:
        return self.paper.view if self.stack.currentIndex() == SHEET else self.list

    def may_leave(self) -> bool:
        return not self.busy

    def _back(self) -> None:
        self.question.close_question()
        self.missing.close_question()
        self.stepped.emit()
        self.page.take_focus(self.list)

    # The close -----------------------------------------------------------------------------------------------

    def _hand_on(self) -> None:
        """Whoever comes next looks after what is open; it stands on the sheet."""
        self.handed_on = True
        self._show_hinders(self.look)
        self.stepped.emit()

    def _heard(self) -> None:
        """What was lost is known, and was done again where it had to be: it is named no more."""
        self.page.call(heard, self.seat, self.look.lost, then=lambda _: self.page.ask_again())

    def ask_close(self) -> None:
        """Ask for the last word."""
        say, look = self.say, self.look
        if look.open_ends and not self.handed_on:
            self.hinders.kind("bad")
            return
        self.question.ask(
            f"{look.day.day}",
            say("Close {day}? It is never opened again", day=look.day.day),
            say("Enter closes the day, Esc goes back"),
            say("remark for the sheet, if any"),
        )
        self.stepped.emit()

    def _close_with(self, remark: str) -> None:
        if self.busy or self.look is None:
            return
        handed_on = tuple(one for one in self.look.lost if one.is_open)
        order = CloseDayOrder(self.look.day.day, self.look.day.unprinted, handed_on, remark)
        if self._closing is None or self._closing[0] != order:
            self._closing = order, draw_id()
        self._send_close(*self._closing)

    def _send_close(self, order: CloseDayOrder, key: UUID) -> None:
        self.busy = True
        self.page.do(close_day, order, self._closed, key, self._not_closed)

    def _closed(self, sheet: DaySheet) -> None:
        self.busy, self.handed_on, self._closing = False, False, None
        self.page.banner.clear()
        self.question.settled()
        self.sheet, self.chosen = sheet, sheet.day
        self.page.call(heard, self.seat, self.look.lost, then=lambda _: None)  # the sheet names them for good
        self.paper.clear()
        self.stack.setCurrentIndex(SHEET)
        self.page.object.setText(self._told(sheet))
        self.page.told.emit()
        self.page.call(day_paper, self.seat, sheet, then=self._show_printed)
        self._keep(sheet)

    def _not_closed(self, error: BaseException) -> None:
        self.busy = False
        if refused(error):
            self._closing = None
        self.question.close_question()
        self.page.trouble(error)
        self.ask_again()

    def _keep(self, sheet: DaySheet) -> None:
        """Keep the sheet for programs and a copy of the database; the close stands whatever comes of it."""
        self.page.run(
            keep_day,
            sheet,
            then=self._kept,
            progress=self.progress,
            begin=Text("Copying the database"),
            words=lambda done, total: Text("{done} tables copied", done=done),
        )

    def _kept(self, kept: Kept) -> None:
        if kept.copy is not None and kept.copy.problem is not None:
            words = self.say("The day is closed, but the database was not copied")
            self.page.banner.tell("bad", words, self.say(kept.copy.problem))
        elif kept.copy is not None:
            words = [self.say("Copied and proven: {rows} rows", rows=kept.copy.rows)]
            if kept.removed:
                words.append(self.say("Older copies removed: {count}", count=kept.removed))
            self.page.toast(self.say.join(words))
        self.ask_again()

    # The sheet -----------------------------------------------------------------------------------------------

    def show_sheet(self) -> None:
        """Show the sheet of the chosen day, printing nothing."""
        if self.look is None or self.look.day.sheet is None:
            return
        self.sheet = self.look.day.sheet
        self.paper.clear()
        self.stack.setCurrentIndex(SHEET)
        self.stepped.emit()
        title, sheet = self.say("Day sheet {number}", number=self.sheet.number), self.sheet
        self.page.call(
            day_look_paper, self.seat, sheet,
            then=lambda paper: self.paper.show_paper(title, None, paper, may_print=False),
        )  # fmt: skip

    def _show_printed(self, made: Printed) -> None:
        title = self.say("Day sheet {number}", number=self.sheet.number)
        self.busy = False
        through = partial(send, self.seat, sheet_prints(self.sheet))
        self.paper.show_paper(title, made.path, made.paper, may_print=not made.printed, through=through)
        if made.problem is not None:
            words = self.say("{printer} did not take the sheet", printer=made.printer)
            told = self.say.join([self.say(made.problem), self.say("Ctrl P tries again")])
            self.page.banner.tell("warn", words, told)
        self.stepped.emit()

    def _print_again(self) -> None:
        self.busy = True
        self.page.do(
            reprint_day_sheet, DayQuery(self.sheet.day), self._show_copy_of, failed=self._not_printed
        )

    def _show_copy_of(self, sheet: DaySheet) -> None:
        self.sheet = sheet
        self.page.call(day_paper, self.seat, sheet, then=self._show_printed, failed=self._not_printed)

    def _not_printed(self, error: BaseException) -> None:
        self.busy = False
        self.stepped.emit()
        self.page.trouble(error)

    def _leave_sheet(self) -> None:
        self.stack.setCurrentIndex(DAY)
        self.ask_again()
        self.stepped.emit()
        self.page.take_focus(self.list)

    def choose_file(self) -> None:
        """Ask for a file and write what proves the day: for programs, or to read."""
        sheet = self.sheet if self.stack.currentIndex() == SHEET else self.look.day.sheet
        name, _ = QFileDialog.getSaveFileName(
            self, self.say("Write the day"), f"{sheet.number}.json", "JSON (*.json);;TXT (*.txt)"
        )
        if name:
            self.page.call(write_day, sheet, self.say, Path(name), then=partial(self._written, Path(name)))

    def _written(self, path: Path, _none: None) -> None:
        self.page.toast(self.say("Written: {file}", file=path.name))


def write_day(sheet: DaySheet, say: object, out: Path) -> None:
    """Write what proves a day into a file: text where its name ends so, else for programs."""
    text = out.suffix.lower() == ".txt"
    with written_whole(out) as stream:
        stream.write(day_sheet_text(sheet, say).encode() if text else day_file(sheet))
