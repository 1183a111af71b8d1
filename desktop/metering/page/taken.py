"""Which sheets were taken, and what was decided about the titles of their senders."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from desktop.kernel.text import Catalog, Text
from desktop.metering.documents import field_titles
from desktop.metering.records import OriginReversal, ReadsReversed, SheetState, SheetTaken, TitleMap
from desktop.metering.service import map_titles, sheets_taken, take_back_sheet, title_maps
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import column
from desktop.qt.cells import title_room
from desktop.qt.keys import Key
from desktop.qt.page import Page
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table

STATES = {
    SheetState.RUNNING: "warn",
    SheetState.STOPPED: "warn",
    SheetState.DONE: "ok",
    SheetState.TAKEN_BACK: "plain",
}


FIGURES = (
    (Text("Rows in all"), "rows"),
    (Text("Stored"), "stored"),
    (Text("Waiting", context="reads"), "waiting"),
    (Text("Rejected"), "rejected"),
    (Text("Left out"), "skipped"),
)


WHYS = (Text("The wrong file"), Text("The wrong month"), Text("Its columns were mistaken"))


class TakenView(QWidget):
    """The imports of this hall, newest first; what one of them brought is taken back while nothing of it is billed."""

    def __init__(self, page: Page) -> None:
        say = page.say
        super().__init__()
        self._page = page
        self.table = Table(
            say("Sheets taken"),
            (
                Column(say("File"), lambda one: Cell(one.file_name, strong=True)),
                Column(say("When"), lambda one: say.moment(one.taken_at), 150, value=lambda one: one.taken_at.date()),
                Column(say("By"), lambda one: one.taken_by, 130),
                *(_figure(say, title, name) for title, name in FIGURES),
                Column(say("State"), lambda one: Cell(say(one.state.text), state=STATES[one.state]), 130),
            ),
            key=lambda one: one.import_id,
        )  # fmt: skip
        self.table.show_empty(
            say("No sheet was taken yet"),
            say("Each sheet taken stands here with what became of it"),
            "upload",
        )
        self.table.moved.connect(lambda _: page.refresh_keys())
        self.question = InlineQuestion(page.unfinished, page.tasks, "sheet")
        self._asked = ""
        self.question.answered.connect(self._answered)
        panel = Panel(padding=0)
        panel.body.addWidget(self.table)
        self.setLayout(column(self.question, panel))

    @property
    def keys(self) -> tuple[Key, ...]:
        """Take the selected sheet back."""
        if not self._page.seat.may(take_back_sheet):
            return ()
        chosen = self.table.current
        standing = chosen is not None and chosen.state is not SheetState.TAKEN_BACK
        return (
            Key("Ctrl+Z", Text("take this sheet back"), self.ask_why, icon="rotate-ccw", enabled=standing),
        )

    def ask(self) -> None:
        """Ask for the list."""
        self.table.asking()
        self._page.ask(sheets_taken, None, self._show)

    def ask_why(self) -> None:
        """Nothing is taken back without a reason."""
        say, chosen = self._page.say, self.table.current
        if chosen is not None:
            title = say(
                "Take back {file}: {count} reads", file=chosen.file_name, count=chosen.stored + chosen.waiting
            )
            self._asked = chosen.sha256  # whatever is chosen meanwhile
            keys = say("Enter takes it back, Esc leaves it")
            self.question.ask(
                chosen.sha256, title, keys, say("why it is taken back"), [say(why) for why in WHYS]
            )

    def _answered(self, place: int, words: str, _ctrl: bool) -> None:
        why = self._page.say(WHYS[place]) if place >= 0 else words.strip()
        if not why:
            self.question.problem(self._page.say("Say why"))
        elif self._asked:
            self._page.do(take_back_sheet, OriginReversal(self._asked, why), self._taken_back)

    def _taken_back(self, done: ReadsReversed) -> None:
        say = self._page.say
        self.question.settled()
        self._page.banner.tell(
            "ok", say.plural("Took back {count} read", "Took back {count} reads", done.reads)
        )
        self.ask()

    def _show(self, found: tuple[SheetTaken, ...]) -> None:
        self.table.show_rows(found, select=0 if found else None)
        self._page.refresh_keys()


def _figure(say: Catalog, title: Text, name: str) -> Column:
    return Column(
        say(title),
        lambda one: Cell(say.number(getattr(one, name)), ink="ink" if getattr(one, name) else "ink3"),
        title_room(say(title), 90),
        right=True,
        value=lambda one: getattr(one, name),
    )


class TitlesPanel(Panel):
    """Senders whose titles somebody explained, the latest first; what was decided can be forgotten."""

    def __init__(self, page: Page) -> None:
        say = page.say
        super().__init__(padding=0)
        self._page, self._fields = page, field_titles()
        self.table = Table(
            say("Titles explained by hand"),
            (
                Column(
                    say("Titles of the sheet"),
                    lambda one: Cell("  ".join(one.titles), second=self._meanings(one)),
                ),
                Column(say("Explained"), lambda one: say.moment(one.changed_at), 150),
                Column(say("By"), lambda one: one.changed_by, 150),
            ),
            row_height=44,
            key=lambda one: one.shape,
        )
        self.table.show_empty(
            say("No titles were explained"), say("Columns that are not known are explained once"), "check"
        )
        self.body.addWidget(self.table)

    @property
    def keys(self) -> tuple[Key, ...]:
        """Forget what was decided about the selected sender."""
        chosen = self.table.current
        return (
            Key("U", Text("forget these titles"), self.forget, icon="rotate-ccw", enabled=chosen is not None),
        )

    def ask(self) -> None:
        """Ask for the list."""
        self.table.asking()
        self._page.ask(title_maps, None, self._show)

    def forget(self) -> None:
        """From the next sheet on the columns are asked about again."""
        chosen = self.table.current
        if chosen is not None:
            self._page.do(
                map_titles, replace(chosen, columns={}, changed_at=None, changed_by=""), lambda _: self.ask()
            )

    def _show(self, found: tuple[TitleMap, ...]) -> None:
        self.table.show_rows(found, select=0 if found else None)
        self._page.refresh_keys()

    def _meanings(self, one: TitleMap) -> str:
        say = self._page.say
        return say.join([f"{title} = {say(self._fields[name])}" for title, name in one.columns.items()])
