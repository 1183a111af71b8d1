"""Files of banks and acquirers: taken in under the bank's own titles, their lines matched with money in transit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.counter.records import TenderKind
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.qt import theme
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import Label, reveal, row
from desktop.qt.cells import badge_room
from desktop.qt.fold import Fold, Stack
from desktop.qt.page import Key, Page
from desktop.qt.panels import Card, Panel
from desktop.qt.progress import Progress
from desktop.qt.table import Cell, Column, Table, money_cell
from desktop.treasury.page.bank_form import FileForm
from desktop.treasury.page.part import Part, letters_written
from desktop.treasury.records import (
    BankFileTaken,
    LineOrder,
    LineRow,
    LinesQuery,
    LineState,
    MatchOrder,
    ReturnOrder,
    Source,
    Suggestion,
)
from desktop.treasury.rules import fee_fits
from desktop.treasury.service import (
    bank_lines,
    book_fee,
    in_transit,
    line_suggestions,
    match_line,
    return_line,
    set_line_aside,
    take_file,
    undo_line,
)

LINES, FORM = range(2)
STATES = {
    LineState.OPEN: "due",
    LineState.MEND: "warn",
    LineState.MATCHED: "ok",
    LineState.ASIDE: "withdrawn",
}
_IN_TRANSIT = Text("in transit")
_SIDE, _FOLDED = 500, 260


class Asked(Enum):
    """What the question asks the reason of."""

    ASIDE = Text("Set aside: {amount}?")
    FEE = Text("Book as a fee: {amount}?")
    RETURN = Text("The bank takes a payment back: {amount}?")
    UNDO = Text("Undo: {amount}?")


class BankPart(Part):
    """Lines at the left, what the chosen one may be at the right; a form in their place takes a file in."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        say, sign = self.say, self.seat.app.country.currency.sign
        self.busy, self.asked = False, Asked.UNDO
        self.asked_of: tuple[LineRow, Suggestion | None] | None = None
        self.state: LineState | None = LineState.OPEN
        self.chosen: UUID | None = None
        self.transit: tuple[Source, ...] = ()
        self.listed: tuple[Suggestion, ...] = ()
        self.by_hand = False
        self.cards = (
            Card(say("In transit"), sign), Card(say("Payments and deposits in transit")), Card(say("Unmatched")),
        )  # fmt: skip
        self.question = InlineQuestion(page.unfinished, page.tasks, "bank")
        self.question.answered.connect(lambda _at, words, _held: self._answered(words))
        self.progress = Progress(say("Stop"))
        self.progress.stopped.connect(page.stop_job)
        self.table, self.hints = self._build_lines(), self._build_hints()
        self._lay_out()

    @cached_property
    def form(self) -> FileForm:
        """The form that takes a file in, made when the first one comes."""
        made = FileForm(self.page)
        made.stepped.connect(self.stepped)
        self.stack.addWidget(made)
        return made

    def _build_lines(self) -> Table:
        say, sign = self.say, self.seat.app.country.currency.sign
        states = [say(one.text) for one in LineState]
        table = Table(
            say("Lines of the bank"),
            (
                Column(say("Day"), lambda one: say.date(one.day), 110),
                Column(say("Amount {sign}", sign=sign), self._shown, 120, right=True,
                       value=lambda one: one.amount),
                Column(say("Reference and purpose"), lambda one: Cell(one.reference or "–", one.text), least=160),
                Column(say("Bank or acquirer"), lambda one: Cell(one.bank, one.file_name), 130),
                Column(say("State"), lambda one: Cell(say(one.state.text), state=STATES[one.state]),
                       badge_room(say("State"), states)),
            ),
            row_height=theme.ROW_TWO,
            key=lambda one: one.line_id,
        )  # fmt: skip
        table.show_empty(
            say("No line waits to be matched"),
            say("Ctrl O takes a file of a bank or an acquirer in"),
            "building-2",
        )
        table.moved.connect(self._choose)
        return table

    def _build_hints(self) -> Table:
        say, sign = self.say, self.seat.app.country.currency.sign
        table = Table(
            say("What it may be"),
            (
                Column(say("What"), self._what),
                Column(say("Why"), lambda one: Cell(say(one.why), self._day(one), ink="ink2"), 150),
                Column(say("Amount {sign}", sign=sign), self._amount, 100, right=True),
            ),
            row_height=theme.ROW_TWO,
            ticks=True,
            persons=True,
            key=lambda one: tuple(source.source_id for source in one.sources),
            amount=self._whole,
        )
        table.opened.connect(lambda _: self.match())
        table.ticked.connect(self._tell)
        table.moved.connect(lambda _: self._tell())
        return table

    def _what(self, one: Suggestion) -> Cell:
        first: Source = one.sources[0]
        if len(one.sources) > 1:
            tender = self.say(TenderKind(first.tender).text) if first.tender else ""
            return Cell(self.say("{count} payments", count=len(one.sources)), tender, strong=True)
        return Cell(first.number or self.say(first.kind.text), first.about, strong=True)

    def _day(self, one: Suggestion) -> str:
        return self.say.join([self.say.short_date(one.sources[0].day), one.sources[0].reference])

    def _amount(self, one: Suggestion) -> Cell:
        return self._less(self._whole(one) - one.fee, one.fee)

    @staticmethod
    def _whole(one: Suggestion) -> Money:
        return Money.total([source.amount for source in one.sources])

    def _shown(self, one: LineRow) -> Cell:
        return self._less(one.amount, one.fee)

    def _less(self, amount: Money, fee: Money) -> Cell:
        """An amount, and under it the fee it is less."""
        shown = money_cell(self.say.money(amount))
        return replace(shown, second=self.say("fee {amount}", amount=fee)) if fee else shown

    def _lay_out(self) -> None:
        listed, beside = Panel(padding=0), Panel(self.say("What it may be"), padding=0)
        listed.body.addWidget(self.table)
        self.told = Label("", "small", "ink2", wrap=True)
        self.told.setContentsMargins(theme.S3, theme.S2, theme.S3, theme.S2)
        beside.body.addWidget(self.told)
        beside.body.addWidget(self.hints, 1)
        self.stack = Stack()
        self.stack.addWidget(Fold((listed, 0, _FOLDED), (beside, theme.grown(_SIDE), _FOLDED)))
        self.body.addLayout(row(*self.cards))
        self.body.addWidget(self.question)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.stack, 1)

    # Asking --------------------------------------------------------------------------------------------------

    def ask_again(self) -> None:
        self.table.asking()
        self.page.ask(bank_lines, LinesQuery(self.state), self._show)
        self.page.ask(in_transit, None, self._show_transit)

    def _show_transit(self, found: Sequence[Source]) -> None:
        self.transit = tuple(found)
        self.cards[0].show_figure(self.say.money(Money.total([one.amount for one in found])))
        oldest = self.say("oldest {day}", day=min(one.day for one in found)) if found else ""
        self.cards[1].show_figure(self.say.number(len(found)), oldest)

    def _show(self, rows: Sequence[LineRow]) -> None:
        waiting = sum(one.state is LineState.OPEN for one in rows)
        mend = sum(one.state is LineState.MEND for one in rows)
        note = self.say("{count} to be mended", count=mend) if mend else ""
        self.cards[2].show_figure(self.say.number(waiting), note)
        at = next((at for at, one in enumerate(rows) if one.line_id == self.chosen), 0)
        self.table.show_rows(rows, select=at if rows else None)
        if rows:
            self._choose(rows[at])
        else:
            self._show_hints(())
        self.stepped.emit()

    def _choose(self, one: LineRow) -> None:
        if one.line_id != self.chosen:
            self.by_hand = False
        self.chosen = one.line_id
        if one.state is not LineState.OPEN:
            self._show_hints(())
        elif self.by_hand:
            self._show_every()
        else:
            self.page.ask(line_suggestions, one.line_id, partial(self._show_for, one.line_id))
        self._tell()

    def _tell(self) -> None:
        """What became of the chosen line, or what the ticked sources come to beside it."""
        one, picked = self.table.current, self.picked
        if one is None:
            return
        told = [self.say("matched with {numbers}", numbers=", ".join(one.with_what))] if one.with_what else []
        if one.fee:
            told.append(self.say("fee {amount}", amount=one.fee))
        if one.state is LineState.MEND:
            told.append(self.say("taken back since: match the line by which the bank takes it back, or undo"))
        if picked is not None and picked.fee and not one.fee:
            told.append(self.say("fee {amount}", amount=picked.fee))
        short = Money(0) if picked is None or picked.returned else self._short(one, picked)
        if short.raw > 0:
            told.append(self.say("{amount} too little for the line", amount=short))
        elif short:
            told.append(self.say("{amount} too much for the line", amount=-short))
        told += [words for words in (one.by, one.reason) if words]
        self.told.setText(self.say.join(told))
        reveal(self.told, bool(told))
        self.stepped.emit()

    @property
    def picked(self) -> Suggestion | None:
        """All that is ticked as one, less the fee that the file tells or that may have been kept; None without."""
        one, at = self.table.current, self.hints.current
        if one is None or one.state is not LineState.OPEN:
            return None
        ticked = [some for some in self.listed if self.hints.ticks.has(some)]
        if self.by_hand and not ticked and at is not None:
            ticked = [at]
        if not ticked or (len(ticked) == 1 and not self.by_hand):
            return ticked[0] if ticked else None
        sources = {source.source_id: source for some in ticked for source in some.sources}
        more = Money.total([source.amount for source in sources.values()]) - one.amount
        fee = one.fee or (more if one.amount.raw > 0 and fee_fits(one.amount + more, more) else Money(0))
        return Suggestion(tuple(sources.values()), _IN_TRANSIT, fee)

    def _short(self, one: LineRow, picked: Suggestion) -> Money:
        """How much is missing to the amount of a line; below zero where it is too much."""
        return one.amount + picked.fee - self._whole(picked)

    def _show_every(self) -> None:
        """All that is in transit, what is nearest in time first."""
        one = self.table.current
        if one is not None:
            near = sorted(self.transit, key=lambda source: (abs((one.day - source.day).days), source.number))
            self._show_hints([Suggestion((source,), _IN_TRANSIT) for source in near])

    def _turn_hints(self) -> None:
        """What the line may be, or all that is in transit, to be ticked."""
        self.by_hand = not self.by_hand
        self._choose(self.table.current)
        self.page.take_focus(self.hints if self.by_hand else self.table)

    def _show_for(self, line_id: UUID, found: Sequence[Suggestion]) -> None:
        if line_id == self.chosen and not self.by_hand:
            self._show_hints(found)

    def _show_hints(self, found: Sequence[Suggestion]) -> None:
        one, say = self.table.current, self.say
        if one is not None and one.state is LineState.OPEN:
            words = say("Nothing in transit fits this line"), say("A lists all that is in transit")
        else:
            words = say("No line that waits is chosen"), ""
        self.hints.show_empty(*words, "search")
        self.listed = tuple(found)
        self.hints.ticks.clear()
        self.hints.show_rows(found, select=0 if found else None)
        self.stepped.emit()

    # Keys ----------------------------------------------------------------------------------------------------

    def keys(self) -> Sequence[Key]:
        free = not self.busy and not self.page.job_running
        if not self.question.isHidden():
            return [Key("Esc", Text("back"), self._back)]
        if self.stack.currentIndex() == FORM:
            ready = free and self.form.ready
            return [Key("Esc", Text("back"), self._leave_form, enabled=free),
                    Key("F12", Text("Take the file in"), self._take, "primary", "download", ready)]  # fmt: skip
        one, words = self.table.current, Text("show all") if self.state else Text("show unmatched")
        keys = [Key("Ctrl+O", Text("choose a file"), self.choose_file, enabled=free), Key("F8", words, self._turn),
                Key("F5", Text("ask again"), self.page.ask_again)]  # fmt: skip
        if one is not None and one.state is LineState.OPEN:
            keys.append(Key("S", Text("set aside"), partial(self._ask, Asked.ASIDE), enabled=free))
            if one.amount.raw < 0:
                keys.append(Key("G", Text("book as a fee"), partial(self._ask, Asked.FEE), enabled=free))
        elif one is not None:
            keys.append(Key("U", Text("undo"), partial(self._ask, Asked.UNDO), enabled=free))
        if one is not None and one.state is LineState.OPEN:
            hint = self.picked or self.hints.current
            words = Text("Take the payment back") if hint is not None and hint.returned else Text("Match it")
            fits = hint is not None and (hint.returned or not self._short(one, hint))
            turned = Text("what it may be") if self.by_hand else Text("all in transit")
            keys.append(Key("A", turned, self._turn_hints, enabled=free))
            keys.append(Key("F12", words, self.match, "primary", "check", free and fits))
        return keys

    def first_field(self) -> QWidget:
        return self.form.bank if self.stack.currentIndex() == FORM else self.table

    def may_leave(self) -> bool:
        return not self.busy

    def _turn(self) -> None:
        """All lines, or those alone that wait."""
        self.state = None if self.state else LineState.OPEN
        self.ask_again()
        self.stepped.emit()

    def _back(self) -> None:
        self.question.close_question()
        self.stepped.emit()
        self.page.take_focus(self.table)

    # Matching ------------------------------------------------------------------------------------------------

    def match(self) -> None:
        """Match the chosen line with the chosen suggestion; for a payment the bank takes back ask why first."""
        one, hint = self.table.current, self.picked or self.hints.current
        if one is None or hint is None or self.busy or one.state is not LineState.OPEN:
            return
        if hint.returned:
            self._ask(Asked.RETURN)
            return
        self.busy = True
        order = MatchOrder(one.line_id, tuple(source.source_id for source in hint.sources), hint.fee)
        self.page.do(match_line, order, self._done, failed=self._failed)

    def _ask(self, what: Asked) -> None:
        """Ask why: a line is set aside, booked as a fee, takes a payment back, or is undone."""
        one, say = self.table.current, self.say
        self.asked = what
        self.asked_of = one, self.picked or self.hints.current  # whatever is chosen meanwhile
        title = say(Text(what.value.message, amount=say.money(one.amount, unit=True)))
        self.question.ask(
            str(one.line_id),
            title,
            say("Enter does it, Esc goes back"),
            say("why, such as: interest of the bank"),
        )
        self.stepped.emit()

    def _answered(self, reason: str) -> None:
        if not reason:
            self.question.problem(self.say("Say why"))
        elif self.asked_of is not None and not self.busy:
            self.busy = True
            operation, order = self._wanted(*self.asked_of, reason)
            self.page.do(operation, order, self._done, failed=self._failed)

    def _wanted(
        self, one: LineRow, hint: Suggestion | None, reason: str
    ) -> tuple[Any, LineOrder | ReturnOrder]:
        """What was asked about, with its reason."""
        if self.asked is Asked.RETURN and hint is not None:
            return return_line, ReturnOrder(one.line_id, hint.sources[0].source_id, reason)
        operations = {Asked.ASIDE: set_line_aside, Asked.FEE: book_fee}
        return operations.get(self.asked, undo_line), LineOrder(one.line_id, reason)

    def _done(self, one: LineRow) -> None:
        self.busy = False
        self.question.settled()
        self.page.banner.clear()
        words = self.say.join([self.say(one.state.text), self.say.money(one.amount, unit=True)])
        self.page.toast(words)
        if one.letters:
            told = self.say.join(letters_written(one.letters, self.say))
            self.page.banner.tell("ok", self.say("Taken back: {number}", number=one.with_what[0]), told)
        self.ask_again()
        self.page.take_focus(self.table)

    def _failed(self, error: BaseException) -> None:
        self.busy = False
        if isinstance(error, Refused) and not self.question.isHidden():
            self.question.problem(self.say(error.text))
        else:
            self.page.trouble(error)
        self.ask_again()

    # A file --------------------------------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask for a file."""
        name, _ = QFileDialog.getOpenFileName(
            self, self.say("File of a bank"), "", "XLSX, CSV (*.xlsx *.csv)"
        )
        if name:
            self.bring(Path(name))

    def bring(self, path: Path) -> None:
        """Open the form for a file."""
        self.page.banner.clear()
        self.stack.setCurrentWidget(self.form)
        self.form.begin(path)
        self.stepped.emit()

    def _leave_form(self) -> None:
        self.page.banner.clear()  # it told of the file
        self.stack.setCurrentIndex(LINES)
        self.stepped.emit()
        self.page.take_focus(self.table)

    def _take(self) -> None:
        name = self.form.bank.text().strip()
        if not name:
            self.form.bank_field.problem(self.say("Name the bank or acquirer"))
            self.form.bank.setFocus()
            return
        read = self.form.read
        self.page.run(
            take_file, read, name, read.columns,
            then=self._taken,
            progress=self.progress,
            begin=Text("Taking in {file}", file=read.file_name),
            words=lambda done, total: Text("{done} of {total} lines", done=done, total=total),
        )  # fmt: skip
        self.stepped.emit()

    def _taken(self, taken: BankFileTaken) -> None:
        say = self.say
        words = say(
            "{bank}: {new} lines, {matched} of them matched",
            bank=taken.bank,
            new=len(taken.new),
            matched=taken.matched,
        )
        more = [say("{count} known from another file", count=taken.known)] if taken.known else []
        if taken.earlier:
            more.append(say("{count} of earlier files matched", count=taken.earlier))
        if taken.doubled:
            rows = ", ".join(map(str, taken.doubled[:20]))
            more.append(say("not taken, their number is another line's: rows {rows}", rows=rows))
        self._leave_form()
        self.page.banner.tell("warn" if taken.doubled else "ok", words, say.join(more))
        self.ask_again()
