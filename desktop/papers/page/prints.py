"""The print journal: what is still to be printed, what failed or was spoiled, and what a person says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.papers.page.sending import Printed
from desktop.papers.records import PrintRef, PrintRow, PrintsQuery, PrintState, PrintStepRow, SpoilOrder
from desktop.papers.service import confirm_prints, prints, spoil_prints
from desktop.qt import theme
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import row
from desktop.qt.cells import badge_room
from desktop.qt.detail import Brief, Detail, Told
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table
from desktop.qt.tasks import Tasks

STATES = {
    PrintState.QUEUED: "due",
    PrintState.SENT: "info",
    PrintState.CONFIRMED: "ok",
    PrintState.SPOILED: "warn",
    PrintState.FAILED: "bad",
}
"""How the badge of each state looks."""


@dataclass(frozen=True, slots=True)
class PaperWay:
    """What a kind of paper is called, and how one of it is printed by its number as the journal wants it now.

    Copies of it are ``marked`` COPY n, or the paper is the same each time.
    """

    title: Text
    again: Callable[[str], Printed] | None
    marked: bool = True


class PrintsPage(Page):
    """Open prints and the latest by tab, their steps beside them. ``ways`` gives what a person may print, by kind."""

    HELP = Text(
        "What was printed here and what became of it. Open is what nobody has yet: not printed, failed or spoiled; and"
        " the last one sent to each printer, until another follows it. Ctrl P prints a paper that nobody has as itself"
        " and anything else as a copy; a bill looks the same each time. A says that it came out, or that nobody needs"
        " it; X that nothing usable came out."
    )

    def __init__(
        self, seat: Seat, tasks: Tasks, title: str, *, ways: Callable[[Seat], Mapping[str, PaperWay]]
    ) -> None:
        super().__init__(seat, tasks, title)
        say, self._ways = self.say, ways(seat)
        self.busy = False
        self._asked: PrintRef | None = None
        self.tabs = self.add_tabs((say(Text("Open", context="prints")), say("Latest")))
        self.tabs.chosen.connect(lambda _: self._change_tab())
        self.question = InlineQuestion(self.unfinished, self.tasks, "prints")
        self.question.answered.connect(lambda _at, words, _held: self._spoil(words))
        self.list = self._build_list()
        self.detail = Detail(say("Print"))
        self.detail.setFixedWidth(theme.grown(_DETAIL_WIDE))
        self.detail.follow(self.list, self._told)
        panel = Panel(padding=0)
        panel.body.addWidget(self.list)
        middle = row(panel, self.detail)
        middle.setStretch(0, 1)
        self.body.addWidget(self.question)
        self.body.addLayout(middle, 1)
        self.refresh_keys()

    def _build_list(self) -> Table:
        say = self.say
        words = [say(state.text) for state in PrintState]
        table = Table(
            say("Prints"),
            (
                Column(say("Paper"), lambda one: Cell(self._name(one), one.ref.number), least=190),
                Column(say("Printed as"), lambda one: Cell(self._as(one)), 104),
                Column(
                    say("State"),
                    lambda one: Cell(say(one.state.text), state=STATES[one.state]),
                    badge_room(say("State"), words),
                ),
                Column(say("When"), lambda one: Cell(say.moment(one.at), _by(one)), 150),
                Column(say("What is known"), lambda one: Cell(self._known(one), self._printer(one) or " ")),
            ),
            row_height=theme.ROW_TWO,
            key=lambda one: one.ref,
        )
        table.moved.connect(lambda _: self.refresh_keys())
        table.opened.connect(lambda _: self.print_again())
        return table

    # What is shown -------------------------------------------------------------------------------------------

    def _name(self, one: PrintRow) -> str:
        way = self._ways.get(one.ref.kind)
        return self.say(way.title) if way is not None else one.ref.kind

    def _as(self, one: PrintRow) -> str:
        way, copy = self._ways.get(one.ref.kind), one.ref.copy
        if way is not None and not way.marked:
            return self.say("print {count}", count=copy + 1)
        return self.say("copy {count}", count=copy) if copy else self.say("original")

    def _printer(self, one: PrintRow) -> str:
        return self._where(one.steps[-1]) if one.steps else ""

    def _where(self, step: PrintStepRow) -> str:
        if step.state in (PrintState.SENT, PrintState.FAILED):
            return step.printer or self.say("file")
        return ""

    def _known(self, one: PrintRow) -> str:
        if not one.steps:
            return self.say("nobody has sent it to a printer") if one.state is PrintState.QUEUED else ""
        return self._words(one.steps[-1])

    def _words(self, step: PrintStepRow) -> str:
        if step.problem is not None:
            return self.say(step.problem)
        return self.say("the next print followed it") if step.followed else step.words

    def _told(self, one: PrintRow) -> Brief:
        say = self.say
        lines = [Told(say("Number"), one.ref.number, strong=True), Told(say("Printed as"), self._as(one))]
        lines.append(Told(say("Asked for"), say.moment(one.asked_at)))
        for step in one.steps:
            told = [say.moment(step.at), step.by, self._where(step), self._words(step)]
            lines.append(Told(say(step.state.text), say.join([words for words in told if words])))
        return Brief(self._name(one), tuple(lines), say(one.state.text), STATES[one.state])

    # Keys ----------------------------------------------------------------------------------------------------

    def refresh_keys(self) -> None:
        if not self.question.isHidden():
            self.show_keys(Key("Esc", Text("back"), self._close))
            return
        one, free = self.list.current, not self.busy
        waits = one is not None and one.waits
        unsure = one is not None and one.state is not PrintState.CONFIRMED
        self.show_keys(
            Key("Esc", Text("back"), self._close),
            Key("F5", Text("ask again"), self.ask_again),
            Key("Ctrl+Tab", Text("open, latest"), self._next_tab),
            Key("X", Text("it is spoiled"), self.ask_spoiled, enabled=free and one is not None and not waits),
            Key("A", Text("came out, or not needed"), self.confirm, enabled=free and unsure),
            Key(
                "Ctrl+P",
                Text("Print"),
                self.print_again,
                "primary",
                "printer",
                free and self._way is not None,
            ),
        )

    @property
    def _way(self) -> Callable[[str], Printed] | None:
        """How the chosen paper is printed, where this person may."""
        one: PrintRow | None = self.list.current
        way = self._ways.get(one.ref.kind) if one is not None else None
        return way.again if way is not None else None

    def show_argument(self, argument: object) -> None:
        self.ask_again()
        self.take_focus(self.list)

    def ask_again(self) -> None:
        self.list.asking()
        self.ask(prints, PrintsQuery(open=self.tabs.index == 0), self._show)

    def _next_tab(self) -> None:
        self.tabs.choose(self.tabs.index + 1)

    def _change_tab(self) -> None:
        say, open_ones = self.say, self.tabs.index == 0
        self.question.close_question()
        empty = say("Every print came out") if open_ones else say("Nothing was printed here yet")
        self.list.show_empty(empty, "", "printer")
        self.list.show_rows(())
        self.ask_again()

    def _show(self, found: tuple[PrintRow, ...]) -> None:
        say, here = self.say, self.tabs.index == 0
        self.list.show_empty(
            say("Every print came out") if here else say("Nothing was printed here yet"), "", "printer"
        )
        at = max(self.list.currentIndex().row(), 0)
        self.list.show_rows(found, select=min(at, len(found) - 1) if found else None)
        if here:
            self.tabs.count(0, say.number(len(found)))
            waiting = [one for one in found if one.waits]
            self.object.setText(
                say.plural("{count} paper nobody has yet", "{count} papers nobody has yet", len(waiting))
            )
        self.refresh_keys()

    # Doing ---------------------------------------------------------------------------------------------------

    def print_again(self) -> None:
        """Print the chosen paper: itself where nobody has it yet, else as a copy."""
        one, way = self.list.current, self._way
        if way is not None and not self.busy:
            self._work()
            self.call(_printed, way, one.ref.number, then=self._printed, failed=self._failed)

    def _printed(self, made: Printed) -> None:
        made.paper.close()
        self.busy = False
        if made.problem is not None:
            words = self.say("{printer} did not take the paper", printer=made.printer)
            self.banner.tell("warn", words, self.say(made.problem))
        elif made.printed:
            self.toast(self.say("Printed on {printer}", printer=made.printer))
        else:
            self.toast(self.say("kept as {name}", name=made.path.name))
        self.ask_again()

    def confirm(self) -> None:
        """The chosen print came out, or nobody needs it any more."""
        one = self.list.current
        if one is not None and not self.busy:
            self._work()
            self.do(confirm_prints, (one.ref,), self._answered, failed=self._failed)

    def ask_spoiled(self) -> None:
        """Ask what came out in place of the chosen print."""
        one, say = self.list.current, self.say
        if one is not None:
            self._asked = one.ref  # whatever is chosen meanwhile
            self.question.ask(
                f"{one.ref.kind} {one.ref.number} {one.ref.copy}",
                say("What came out instead of {papers}?", papers=say.join([self._name(one), one.ref.number])),
                say("Enter keeps it, Esc goes back; it can be printed anew then"),
                say("for example: a torn strip"),
            )
            self.refresh_keys()

    def _spoil(self, words: str) -> None:
        if not words.strip():
            self.question.problem(self.say("Say what came out"))
        elif self._asked is not None:
            self.do(spoil_prints, SpoilOrder((self._asked,), words), self._answered, failed=self._stands)

    def _stands(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self.question.problem(self.say(error.text))
        else:
            self.trouble(error)

    def _work(self) -> None:
        self.busy = True
        self.banner.clear()
        self.refresh_keys()

    def _answered(self, _done: None) -> None:
        self.busy = False
        if not self.question.isHidden():
            self.question.settled()
        self.told.emit()
        self.take_focus(self.list)
        self.ask_again()

    def _failed(self, error: BaseException) -> None:
        self.busy = False
        self.trouble(error)
        self.ask_again()

    def _close(self) -> None:
        self.question.close_question()
        self.banner.clear()
        self.take_focus(self.list)
        self.refresh_keys()


_DETAIL_WIDE = 340


def _printed(way: Callable[[str], Printed], number: str) -> Printed:
    return way(number)


def _by(one: PrintRow) -> str:
    return one.steps[-1].by if one.steps else ""
