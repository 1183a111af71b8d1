"""What left the house with persons in it: who took it, when and why."""

from __future__ import annotations

from textwrap import wrap

from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.papers.records import Allowance, ExportRow, LimitOrder
from desktop.papers.service import allowance, exports, exports_extent, set_export_limit
from desktop.qt import theme
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import row
from desktop.qt.detail import Brief, Detail, Told
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.qt.rows import Source
from desktop.qt.table import Cell, Column, Table
from desktop.qt.tasks import Tasks

_INVOICES = "Invoices"
"""The list of what was exported for the tax system."""


class ExportsPage(Page):
    """Every file with persons in it that left this hall, newest first."""

    HELP = Text(
        "Every list with personal data that was exported here, and every sheet given out to readers: who took it,"
        " when, how many persons and why. The file itself carries the same mark. Nothing can be taken out of this"
        " list."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        say = self.say
        self.question = InlineQuestion(self.unfinished, self.tasks, "exports")
        self.question.answered.connect(lambda _at, words, _held: self._set_limit(words))
        self.list = Table(
            say("Exports"),
            (
                Column(say("When"), lambda one: say.moment(one.exported_at), 134, sorts=False),
                Column(say("Who"), lambda one: Cell(one.by, strong=True), 150, sorts=False),
                Column(say("List"), self._name, 200, sorts=False),
                Column(
                    say("Persons"), lambda one: Cell(say.number(one.persons)), 90, right=True, sorts=False
                ),
                Column(say("Why"), self._reason, sorts=False),
                Column(say("Number"), lambda one: Cell(one.number, ink="ink2"), 170, sorts=False),
            ),
            source=Source(self.ask, exports, exports_extent),
        )
        self.list.show_empty(say("Nothing with persons in it left the house yet"), "", "download")
        self.detail = Detail(say("Export"))
        self.detail.setFixedWidth(theme.LIST_COLUMN)
        self.detail.follow(self.list, self._told)
        panel = Panel(padding=0)
        panel.body.addWidget(self.list)
        middle = row(panel, self.detail)
        middle.setStretch(0, 1)
        self.body.addWidget(self.question)
        self.body.addLayout(middle, 1)
        self.refresh_keys()

    def _name(self, one: ExportRow) -> str:
        return self.say.join([self.say(one.list), one.part])

    def _reason(self, one: ExportRow) -> Cell:
        """Why it left; what goes to the readers and to the tax system each month needs no words."""
        for_taxes = one.list.message == _INVOICES
        usual = self.say("for the tax system") if for_taxes else self.say("for the readers")
        return Cell(one.reason or usual, ink="ink" if one.reason else "ink2")

    def _told(self, one: ExportRow) -> Brief:
        say = self.say
        lines = (
            Told(say("Persons"), say.number(one.persons), strong=True),
            Told(say("Who"), one.by),
            Told(say("When"), say.moment(one.exported_at)),
            Told(say("Why"), self._reason(one).text),
            Told(say("Number"), one.number),
            Told(say("Digest of the file"), " ".join(wrap(one.sha256, 8))),
        )
        return Brief(self._name(one), lines)

    def refresh_keys(self) -> None:
        keys = [Key("Esc", Text("back"), self._close), Key("F5", Text("ask again"), self.ask_again)]
        if self.seat.may(set_export_limit):
            keys.append(Key("Ctrl+E", Text("set the limit"), self.ask_limit))
        self.show_keys(*keys)

    def show_argument(self, argument: object) -> None:
        self.ask_again()
        self.take_focus(self.list)

    def ask_again(self) -> None:
        self.list.ask_again()
        if self.seat.may(allowance):
            self.ask(allowance, None, self._show_limit)

    def _show_limit(self, found: Allowance) -> None:
        self.object.setText(self.say("at most {count} persons a day for each of staff", count=found.limit))

    def ask_limit(self) -> None:
        """Ask how many persons one of staff may take out in a day."""
        say = self.say
        title = say("How many persons may one of staff export in a day")
        self.question.ask("limit", title, say("Enter sets it, Esc back"), "5000")

    def _set_limit(self, words: str) -> None:
        bare = "".join(sign for sign in words if sign.isdecimal())
        if not bare or not words.isascii():
            self.question.problem(self.say("Write a number of persons"))
            return
        self.do(set_export_limit, LimitOrder(int(bare)), self._limited)

    def _limited(self, found: Allowance) -> None:
        self.question.settled()
        self.banner.clear()
        self._show_limit(found)
        self.take_focus(self.list)

    def _close(self) -> None:
        self.question.close_question()
        self.banner.clear()
        self.take_focus(self.list)
