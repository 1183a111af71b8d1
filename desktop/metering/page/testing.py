"""The tab of meter tests: what is open with its day, what the others said, and the form of a result.

A result leads on: to the letter for the customer, and to the correction of energy where the meter was wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from desktop.kernel.errors import Refused
from desktop.kernel.text import Catalog, Text
from desktop.metering.records import (
    ErrorFound,
    LoadPoint,
    MeterTestReport,
    MeterTestRow,
    MeterTests,
    MeterTestState,
    MeterTestWithdrawal,
    ReportShown,
    Verdict,
)
from desktop.metering.service import record_test, unknown_words, withdraw_test
from desktop.qt import theme
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import Label, ProblemLine, column
from desktop.qt.cells import badge_room, title_room
from desktop.qt.fields import ChoiceField, DateField, TextField
from desktop.qt.figures import grouped, signed
from desktop.qt.fold import Fold, Stack
from desktop.qt.form import FormPanel, FormRows, RowColumn
from desktop.qt.money import NumberField
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.qt.paper_panel import PaperPanel, Through
from desktop.qt.preview import PaperFile
from desktop.qt.table import Cell, Column, Table

CORRECT = "billing.correct_energy"
"""Who may propose a correction of energy goes on to it from here."""

WRONG = (Verdict.BEYOND, Verdict.FAULTY)
FAST, SLOW = "+", "-"
DECIMALS, ROWS = 3, 3
_SIDE, _FOLDED_LIST, _FOLDED_SIDE = 520, 340, 560

Letter = Callable[..., tuple[str, Path, PaperFile, Through]]
"""Writes the letter with the result of a test, by its number; open to be shown."""


class ResultForm(FormPanel):
    """What a test said: the verdict, who tested when, and the errors at each load."""

    def __init__(self, page: Page, found: MeterTestRow) -> None:
        say, today = page.say, page.seat.today()
        title = say(
            "Test {number} of meter {serial}", number=found.number, serial=grouped(found.meter_serial)
        )
        note = say("A result stands; another one takes its place, with the reason") if found.latest else ""
        super().__init__(say, title, note)
        self.page, self.found, field = page, found, self.form.field
        self.verdict = ChoiceField([(say(one.text), one.value) for one in Verdict])
        tested = DateField(say, today, earliest=found.ordered_on, latest=today)
        tested.show_value(today)
        self.line(
            field("verdict", say("Result"), self.verdict),
            field("tested_on", say("Tested on"), tested, required=True),
        )
        self.line(
            field("tested_by", say("Tested by"), TextField(), required=True),
            field("report", say("Report number"), TextField()),
            field("permitted", say("Permitted error ±"), NumberField(say, DECIMALS, unit="%", most=2)),
        )
        ways = [(say("too fast"), FAST), (say("too slow"), SLOW)]
        columns = (
            RowColumn("load", say("Load %"), lambda: NumberField(say, DECIMALS, most=3), 2),
            RowColumn("error", say("Error %"), lambda: NumberField(say, DECIMALS, most=3), 2),
            RowColumn("way", say("Which way"), lambda: ChoiceField(ways), 3),
        )
        self.rows = FormRows(self.form, say, "points", columns, least=0)
        for _ in range(ROWS):
            self.rows.add_row()
        self.body.insertWidget(self.body.count() - 1, self.form.rows(self.rows))
        words = TextField(example=say("for example: nobody was at home"))
        self.line(field("words", say("Remark"), words))
        self.problem = ProblemLine()
        self.body.insertWidget(self.body.count() - 1, self.problem)
        self.form.pristine()
        self.form.keep_drafts(page.unfinished, f"meter test {found.number}", page.tasks)

    def add_point(self) -> None:
        """One more load, and go there."""
        self.rows.add_row()
        self.rows.go_to_last()

    def order(self) -> MeterTestReport | None:
        """What was typed; None when something is wrong with it, which is told."""
        typed = self.form.submit()
        if not len(self.rows):
            self.rows.add_row()  # what is not typed yet may be what is missing
        if typed is None:
            return None
        return MeterTestReport(
            number=self.found.number,
            verdict=Verdict.of(typed["verdict"]),
            tested_on=typed["tested_on"],
            tested_by=typed["tested_by"],
            report_number=typed["report"] or "",
            permitted=typed["permitted"],
            points=tuple(
                LoadPoint(one["load"], -one["error"] if one["way"] == SLOW else one["error"])
                for one in self.rows.values()
            ),
            words=typed["words"] or "",
        )


class MeterTestsView(QWidget):
    """Every open test of the hall and the newest that are over; the one chosen in full, or the form of its result."""

    def __init__(self, page: Page, letter: Letter, error: Callable[..., ErrorFound]) -> None:
        super().__init__()
        self.page, self.say, self.letter, self.error = page, page.say, letter, error
        self.form: ResultForm | None = None
        self._changed = self._asked = ""
        self._sending = False
        say = self.say
        self.question = InlineQuestion(page.unfinished, page.tasks, "meter test")
        self.question.answered.connect(self._withdraw)
        self.table = Table(
            say("Meter tests"),
            self._columns(),
            row_height=theme.ROW_TWO,
            persons=True,
            key=lambda one: one.number,
        )
        self.table.show_empty(
            say("No meter is to be tested"), say("A test is ordered on the account's card with M"), "gauge"
        )
        self.table.moved.connect(self._show)
        self.table.opened.connect(lambda _: self._open_account())
        listed = Panel(padding=0)
        listed.body.addWidget(self.table)
        asked = QWidget()
        asked.setLayout(column(self.question, listed))
        asked.layout().setStretch(1, 1)
        self.about = Panel(say("Meter test"))
        self.facts = [Label("", *kind, wrap=True) for kind in (("strong",), ("body",), ("small", "ink2"))]
        for label in self.facts:
            self.about.body.addWidget(label)
        self.about.body.addStretch(1)
        self.side = Stack()
        self.side.addWidget(self.about)
        self.paper = PaperPanel(say, page.tasks, "bill", page.seat.station.code)
        self.paper.closed.connect(self.close_paper)
        self.stack = Stack()
        self.stack.addWidget(Fold((asked, 0, _FOLDED_LIST), (self.side, theme.grown(_SIDE), _FOLDED_SIDE)))
        self.stack.addWidget(self.paper)
        self.setLayout(column(self.stack))

    def _columns(self) -> tuple[Column, ...]:
        say, number, today = self.say, self.page.seat.app.country.format_account, self.page.seat.today()

        def who(one: MeterTestRow) -> Cell:
            return Cell(one.customer_name or one.account_number, number(one.account_number))

        def state(one: MeterTestRow) -> Cell:
            if one.overdue(today):
                return Cell(say("overdue"), state="bad")
            if one.state is MeterTestState.WITHDRAWN:
                return Cell(say(one.state.text), state="withdrawn")
            verdict = one.latest.report.verdict if one.latest is not None else None
            if one.is_open:
                return Cell(say(one.state.text), say(verdict.text) if verdict else "", state="due")
            return Cell(say(verdict.text) if verdict else "", state="bad" if verdict in WRONG else "ok")

        states = [say("overdue"), *(say(one.text) for one in (*MeterTestState, *Verdict))]
        return (
            Column(say("Customer"), who),
            Column(say("Meter"), lambda one: Cell(grouped(one.meter_serial), one.number), 190),
            Column(say("Ordered on"), lambda one: Cell(say.date(one.ordered_on), one.ordered_by), 120),
            Column(
                say("Result by"),
                lambda one: Cell(say.date(one.due_on) if one.due_on else "–", strong=one.is_open),
                title_room(say("Result by"), 104),
            ),
            Column(say("State"), state, badge_room(say("State"), states)),
        )

    # Showing -------------------------------------------------------------------------------------------------

    def show_tests(self, found: MeterTests) -> None:
        """Show the tests, the one just changed chosen."""
        rows, at = found.rows, max(self.table.currentIndex().row(), 0)
        named = next((place for place, one in enumerate(rows) if one.number == self._changed), at)
        self._changed = ""
        self.table.show_rows(rows, select=min(named, len(rows) - 1) if rows else None)
        if not rows:
            self._show(None)

    def _show(self, one: MeterTestRow | None) -> None:
        texts = ("", "", "") if one is None else told(self.say, one)
        for label, text in zip(self.facts, texts, strict=True):
            label.setText(text)
        self.page.refresh_keys()

    # Keys ----------------------------------------------------------------------------------------------------

    @property
    def _reads_paper(self) -> bool:
        return self.stack.currentWidget() is self.paper

    def keys(self) -> list[Key]:
        """The keys of the list, of the form or of the letter that is open."""
        if self._reads_paper:
            return [
                Key("Ctrl+P", Text("print"), self.paper.ask_print),
                Key("Esc", Text("back"), self.close_paper),
            ]
        if self.form is not None:
            return [
                *self.form.form.keys,
                Key("Ctrl+L", Text("one more line"), self.form.add_point),
                Key("Esc", Text("back, asks first"), self.close_form),
                Key("F12", Text("Save"), self.send, "primary", "check", not self._sending),
            ]
        one, may, keys = self.table.current, self.page.seat.may, []
        if one is None:
            return []
        stands = one.state is not MeterTestState.WITHDRAWN and not self._sending
        if may(record_test):
            keys.append(Key("E", Text("enter the result"), self.open_form, "button", "pencil", stands))
        if may(withdraw_test):
            keys.append(
                Key("W", Text("withdraw"), self.ask_why, "button", "", one.is_open and not self._sending)
            )
        if one.latest is not None:
            keys.append(
                Key("L", Text("letter with the result"), self.write_letter, enabled=not self._sending)
            )
        wrong = one.latest is not None and not one.is_open and one.latest.report.verdict in WRONG
        if wrong and self.page.seat.app.country.error_kinds and CORRECT in self.page.seat.actor.permissions:
            keys.append(Key("C", Text("put the energy right"), self.correct))
        keys.append(Key("Return", Text("account"), self._open_account))
        return keys

    def _open_account(self) -> None:
        if self.table.current is not None and self.table.current.account_number:
            self.page.open_page("customers", self.table.current.account_number)

    # The result ----------------------------------------------------------------------------------------------

    def open_form(self) -> None:
        """Open the form of what the test chosen said."""
        one = self.table.current
        if self.form is None and one is not None and one.state is not MeterTestState.WITHDRAWN:
            self.form = ResultForm(self.page, one)
            self.side.addWidget(self.form)
            self.side.setCurrentWidget(self.form)
            self.form.form.begin()
            self.page.refresh_keys()

    def may_leave(self) -> bool:
        """Whether nothing typed would be lost; asks."""
        return self.form is None or bool(self.form.form.may_leave())

    def close_form(self) -> None:
        """Close the form, after asking when something typed would be lost."""
        if self.form is not None and self.may_leave():
            self.side.removeWidget(self.form)
            self.form.deleteLater()
            self.form = None
            self.table.setFocus()
            self.page.refresh_keys()

    def send(self) -> None:
        """Enter the result, once; refused, what was typed stays and the reason stands below."""
        order = None if self._sending or self.form is None else self.form.order()
        if order is not None:
            self._do(record_test, order, self._entered, self.form.problem.tell)

    def _entered(self, done: MeterTestRow) -> None:
        if self.form is not None:
            self.form.form.done()
            self.close_form()
        verdict = done.latest.report.verdict.text if done.latest is not None else done.state.text
        self.page.toast(self.say(verdict))
        self._changed = done.number
        self.page.ask_again()

    def _do(
        self, operation: Any, order: object, then: Callable[[Any], None], refused: Callable[[str], None]
    ) -> None:
        self._sending = True
        self.page.refresh_keys()

        def taken(answer: MeterTestRow) -> None:
            self._sending = False
            then(answer)

        def failed(error: BaseException) -> None:
            self._sending = False
            if isinstance(error, Refused):
                refused(self.say(error.text))
            else:
                self.page.trouble(error)
            self.page.refresh_keys()

        self.page.do(operation, order, taken, failed=failed)

    # Withdrawing ---------------------------------------------------------------------------------------------

    def ask_why(self) -> None:
        """Nothing is withdrawn without a reason."""
        one, say = self.table.current, self.say
        if one is not None and one.is_open:
            self._asked = one.number  # whatever is chosen meanwhile
            title = say("Why is test {number} withdrawn?", number=one.number)
            keys = say.join((say("Enter withdraws it"), say("Esc closes, text stays")))
            self.question.ask(one.number, title, keys, say("for example: ordered by mistake"))

    def _withdraw(self, _at: int, words: str, _held: bool) -> None:
        if self._asked and not self._sending:
            order = MeterTestWithdrawal(self._asked, words)
            self._do(withdraw_test, order, self._withdrawn, self.question.problem)

    def _withdrawn(self, done: MeterTestRow) -> None:
        self.question.settled()
        self.page.toast(self.say(done.state.text))
        self.page.take_focus(self.table)
        self.page.ask_again()

    # What follows --------------------------------------------------------------------------------------------

    def write_letter(self) -> None:
        """Show the letter with the result, written now or before; asked for twice at once it would be a copy."""
        one = self.table.current
        if one is not None and not self._sending:
            self._sending = True
            self.page.refresh_keys()
            self.page.call(
                self.letter, self.page.seat, one.number, then=self._show_letter, failed=self._no_letter
            )

    def _no_letter(self, error: BaseException) -> None:
        self._sending = False
        self.page.trouble(error)
        self.page.refresh_keys()

    def _show_letter(self, made: tuple[str, Path, PaperFile, Through]) -> None:
        self._sending = False
        title, path, paper, through = made
        self.stack.setCurrentWidget(self.paper)
        self.paper.show_paper(title, path, paper, through=through)
        self.page.refresh_keys()

    def close_paper(self) -> None:
        """Back to the list."""
        self.stack.setCurrentIndex(0)
        self.page.refresh_keys()
        self.table.setFocus()

    def correct(self) -> None:
        """Go to the correction of energy, with what the test found filled in."""
        if self.table.current is not None:
            self.page.ask(self.error, self.table.current.number, partial(self.page.open_page, "bills"))


def told(say: Catalog, one: MeterTestRow) -> tuple[str, str, str]:
    """A test in words: whose, why and by when, and every report on it, the newest first."""
    lines = [
        say("Why: {words}", words=one.words),
        say("Asked by: {name}", name=one.asked_by),
        say("Day wished for: {day}", day=one.wanted_on) if one.wanted_on else "",
        say("Result by {day}", day=one.due_on) if one.due_on else "",
        *(say(words) for words in unknown_words(one.unknown_years)),
        say("Withdrawn by {name}: {words}", name=one.ended_by, words=one.why) if one.why else "",
    ]
    title = say.join([grouped(one.meter_serial), one.customer_name, one.address])
    return (
        title,
        "\n".join(filter(None, lines)),
        "\n".join(report_line(say, report) for report in one.reports),
    )


def report_line(say: Catalog, one: ReportShown) -> str:
    """A report in a line."""
    report = one.report
    errors = [f"{say.number(point.load)} %: {_error(say, point.error)}" for point in report.points]
    mean = say("mean error {error}", error=_error(say, one.error)) if one.error is not None else ""
    return say.join(
        [say.date(report.tested_on), say(report.verdict.text), report.tested_by, report.report_number, *errors,
         mean, report.words]
    )  # fmt: skip


def _error(say: Catalog, error: Decimal) -> str:
    return f"{signed(say.number(error), error)} %"
