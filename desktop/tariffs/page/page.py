"""The page of price lists."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from desktop.kernel.json_lines import told
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat
from desktop.qt import theme
from desktop.qt.asking import InlineQuestion
from desktop.qt.cells import badge_room
from desktop.qt.fold import Fold, Stack
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table
from desktop.qt.tasks import Tasks
from desktop.tariffs import service as tariffs
from desktop.tariffs.documents.files import TariffFile, read_file, tariff_files
from desktop.tariffs.page.cost import CostPane
from desktop.tariffs.page.files import FilesView
from desktop.tariffs.page.pane import STATES, VersionPane, validity
from desktop.tariffs.records import (
    Cost,
    CostOrder,
    DecisionOrder,
    TariffTaken,
    VersionRow,
    VersionShown,
    VersionState,
)

_LIST_WIDE = 500
_FOLDED_LIST, _FOLDED_PANE, _FOLDED_COST = 200, 420, 320
_FOLD_BELOW = 1200
"""Under this the version in the middle has no room for two dials beside each other."""
MOST_PROBLEMS = 8
"""So many mistakes of a file are told at once; the rest is counted."""


def versions_table(say: Catalog) -> Table:
    """Every version, by its tariff."""
    room = badge_room(say("State"), (say(state.text) for state in VersionState))
    table = Table(
        say("Prices"),
        (
            Column(say("Price list"), lambda one: Cell(one.name, one.use_class, strong=True)),
            Column(say("Valid"), lambda one: Cell(one.version, validity(one, say)), 196),
            Column(say("State"), lambda one: Cell(say(one.state.text), state=STATES[one.state]), room),
        ),
        row_height=theme.ROW_TWO,
    )
    table.show_empty(say("No prices yet"), say("Ctrl+I shows the tariff files, Ctrl+O opens one"), "tags")
    return table


class TariffsPage(Page):
    """Versions at the left, one of them in words and dials in the middle, its cost box at the right."""

    HELP = Text(
        "Every price list with its versions, the day each begins, and the notice it rests on. "
        "A new version takes effect when a second person approves the same content; one in use never changes. "
        "As long as nobody was billed by a version, another of the same day may take its place the same way. "
        "The box at the right tells what a bill would cost by the version shown."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        self.shown: VersionShown | None = None
        self._wanted = ""
        say = self.say
        self.table = versions_table(say)
        self.table.moved.connect(self._choose)
        self.table.opened.connect(lambda _: self.cost.begin())
        listed = Panel(padding=0)
        listed.body.addWidget(self.table)
        self.pane = VersionPane(say)
        self.cost = CostPane(say)
        self.cost.wanted.connect(self._ask_cost)
        self.question = InlineQuestion(self.unfinished, self.tasks, "tariff")
        self.question.answered.connect(self._decline)
        self.body.addWidget(self.question)
        middle = Fold(
            (listed, theme.grown(_LIST_WIDE), _FOLDED_LIST),
            (self.pane, 0, _FOLDED_PANE),
            (self.cost, self.cost.wide, _FOLDED_COST),
            below=theme.grown(_FOLD_BELOW),
        )
        self.views = Stack()
        self.body.addWidget(self.views, 1)
        self.views.addWidget(middle)
        self.refresh_keys()

    # Asking --------------------------------------------------------------------------------------------------

    def show_argument(self, argument: object) -> None:
        if isinstance(argument, str):
            self._wanted = argument
        self.ask_again()
        self.take_focus(self.table)

    def ask_again(self) -> None:
        self.table.asking()
        self.ask(tariffs.versions, None, self._show_versions)
        if self._choosing:
            self.files.table.asking()
            self.call(tariff_files, self.files.folder, then=self.files.show_files)

    def _show_versions(self, versions: tuple[VersionRow, ...]) -> None:
        before = self.table.current
        wanted = self._wanted or (before.version if before else "")
        self._wanted = ""
        if self._choosing:
            self.files.know([one.version for one in versions])
        at = next((at for at, one in enumerate(versions) if one.version == wanted), 0)
        self.table.show_rows(versions, select=at if versions else None)
        count = sum(one.state is VersionState.WAITING for one in versions)
        self.waiting.emit("tariffs", count, False)
        if self.table.current is not None:
            self._choose(self.table.current)

    def _choose(self, one: VersionRow) -> None:
        self.ask(tariffs.version_shown, one.version, self._show_version)

    def _show_version(self, shown: VersionShown) -> None:
        if self.shown is None or self.shown.row.version != shown.row.version:
            self.question.close_question()
            self.cost.ask_for(shown)
        self.shown = shown
        self.pane.show_version(shown)
        self.refresh_keys()

    # What would it cost --------------------------------------------------------------------------------------

    def _ask_cost(self, order: CostOrder) -> None:
        self.ask(tariffs.cost, order, partial(self._show_cost, order), failed=self.cost.refuse)

    def _show_cost(self, order: CostOrder, cost: Cost) -> None:
        if self.shown is not None and self.shown.row.version == order.version:
            self.cost.show_cost(cost)

    # Keys ----------------------------------------------------------------------------------------------------

    def refresh_keys(self) -> None:
        if not self.question.isHidden():
            self.show_keys(Key("Esc", Text("back"), self._close_question))
            return
        if self._choosing:
            some = bool(self.files.chosen())
            self.show_keys(
                Key("Ctrl+O", Text("open a file"), self.open_files),
                Key("Esc", Text("back"), self.show_list),
                Key("F12", Text("Take in"), self.take_chosen, "primary", "upload", some),
            )
            return
        keys = [
            Key("Return", Text("what it would cost"), self.cost.begin, enabled=self.shown is not None),
            Key("Esc", Text("back"), lambda: self.take_focus(self.table), "none"),
        ]
        waits = self.shown is not None and self.shown.row.state is VersionState.WAITING
        if self.seat.may(tariffs.propose_tariff):
            keys.append(Key("Ctrl+I", Text("tariff files"), self.show_files))
            keys.append(Key("Ctrl+O", Text("open a file"), self.open_files))
        if waits and self.seat.may(tariffs.decide_tariff):
            mine = self._is_mine()
            keys.append(Key("D", Text("decline"), self.decline, enabled=not mine))
            words = Text("Approve: another person") if mine else Text("Approve the version")
            keys.append(Key("F12", words, self.approve, "primary", "check", not mine))
        elif self.seat.may(tariffs.propose_tariff):
            keys.append(Key("F12", Text("Tariff files"), self.show_files, "primary", "upload"))
        self.show_keys(*keys)

    def _is_mine(self) -> bool:
        proposed = self.shown.proposed if self.shown else None
        return proposed is not None and proposed.who == self.seat.actor.id

    # Deciding ------------------------------------------------------------------------------------------------

    def approve(self) -> None:
        """Approve the version shown, as it is shown."""
        if self.shown is not None:
            words = self.say("{version} is approved", version=self.shown.row.version)
            order = DecisionOrder(self.shown.row.version, self.shown.content, approve=True)
            self.do(tariffs.decide_tariff, order, partial(self._decided, words))

    def decline(self) -> None:
        """Ask why, then decline."""
        if self.shown is not None:
            version = self.shown.row.version
            self.question.ask(
                version,
                self.say("Why is {version} declined?", version=version),
                self.say("Enter declines, Esc goes back"),
                self.say("such as: the valley price is not that of the notice"),
            )
            self.refresh_keys()

    def _decline(self, _ready: int, reason: str, _held: bool) -> None:
        if not reason:
            self.question.problem(self.say("Say why, so that the other knows what to do"))
        elif self.shown is not None:
            words = self.say("{version} is declined", version=self.shown.row.version)
            order = DecisionOrder(self.shown.row.version, self.shown.content, approve=False, reason=reason)
            self.do(tariffs.decide_tariff, order, partial(self._decided, words))

    def _decided(self, words: str, _state: VersionState) -> None:
        self.question.settled()
        self.banner.tell("ok", words)
        self.refresh_keys()
        self.take_focus(self.table)
        self.ask_again()

    def _close_question(self) -> None:
        self.question.close_question()
        self.refresh_keys()
        self.take_focus(self.table)

    # Taking in -----------------------------------------------------------------------------------------------

    @cached_property
    def files(self) -> FilesView:
        """The files that come with the program; made when first shown."""
        made = FilesView(self.say, self.seat.app.country.code)
        made.table.opened.connect(lambda _: self.take_chosen())
        made.table.moved.connect(lambda _: self.refresh_keys())
        made.table.ticked.connect(self.refresh_keys)
        self.views.addWidget(made)
        return made

    def show_files(self) -> None:
        """Show the tariff files that come with the program, as they are now."""
        self.question.close_question()
        self.views.setCurrentWidget(self.files)
        self.ask_again()
        self.refresh_keys()
        self.take_focus(self.files.table)

    def show_list(self) -> None:
        """Back to the price lists."""
        self.views.setCurrentIndex(0)
        self.ask_again()
        self.refresh_keys()
        self.take_focus(self.table)

    @property
    def _choosing(self) -> bool:
        return self.views.currentIndex() > 0

    def open_files(self) -> None:
        """Ask for tariff files from anywhere, and take them in."""
        names, _ = QFileDialog.getOpenFileNames(self, self.say("Tariff files"), "", "JSON (*.json)")
        if names:
            self.take_in([Path(name) for name in names])

    def take_chosen(self) -> None:
        """Take in the ticked files, or the current one."""
        if chosen := [one.path for one in self.files.chosen()]:
            self.take_in(chosen)

    def take_in(self, files: Sequence[Path]) -> None:
        """Propose the versions of files, one after another; the first with a mistake ends it there."""
        self.call(read_file, files[0], then=partial(self._checked, files))

    def _checked(self, files: Sequence[Path], found: TariffFile) -> None:
        if found.problems:
            lines = [self.say(told(one)) for one in found.problems[:MOST_PROBLEMS]]
            count = len(found.problems)
            title = self.say.plural(
                "{file}: {count} mistake", "{file}: {count} mistakes", count, file=files[0].name
            )
            self.banner.tell("bad", title, "\n".join(lines))
        else:
            self.do(tariffs.propose_tariff, found.content, partial(self._taken, files, found.versions[-1]))

    def _taken(self, files: Sequence[Path], newest: str, taken: TariffTaken) -> None:
        words = self.say(
            "{tariff}: versions that wait for a second person: {added}, known already: {known}",
            tariff=taken.code,
            added=taken.added,
            known=taken.known,
        )
        self.banner.tell("ok", words, "\n".join(self.say(one) for one in taken.remarks))
        if files[1:]:
            self.take_in(files[1:])
            return
        self._wanted = newest
        if self._choosing:
            self.show_list()
        else:
            self.ask_again()
