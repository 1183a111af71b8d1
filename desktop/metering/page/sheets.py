"""Reading sheets in: a dry check first, every bad row with what is wrong and what to do, then the good rows."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.kernel.cells.found import SheetFound
from desktop.kernel.errors import Problem, reason
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.metering.documents import likely_corrections
from desktop.metering.page.columns import ColumnsPanel
from desktop.metering.page.taken import TakenView, TitlesPanel
from desktop.metering.records import SheetImported, SheetTaken
from desktop.metering.service import import_sheet, map_titles, save_rejects
from desktop.qt import theme
from desktop.qt.basics import Label, column, row
from desktop.qt.file_page import FilePage
from desktop.qt.fold import Stack
from desktop.qt.page import Key
from desktop.qt.panels import Card, Panel
from desktop.qt.progress import Progress
from desktop.qt.table import Cell, Column, Table
from desktop.qt.tasks import Tasks


class ReadingsPage(FilePage):
    """Import of one reading sheet."""

    FILES = Text("Reading sheet"), "*.xlsx *.xlsm *.csv *.tsv *.txt"

    HELP = Text(
        "Here the reads of a month come in. Choose the reading sheet: it is only checked first, and every row that"
        " cannot be taken says what is wrong and what to do. Take the good rows, save the others as a reject sheet,"
        " mend them there and take that sheet: a read is never stored twice."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        self.path: Path | None = None
        self.checked: SheetImported | None = None
        self.taken: SheetImported | None = None
        self.corrections: dict[tuple[str, int], dict[str, str]] = {}
        self.stale = False
        self._shown: list[tuple[Problem, str]] = []
        self.tabs = self.add_tabs((self.say("Import"), self.say("Sheets taken"), self.say("Titles")))
        self.tabs.chosen.connect(self._show_tab)
        self._build()
        self.refresh_keys()

    def _build(self) -> None:
        say = self.say
        waiting = self.drop_panel(
            "upload",
            say("Drop a reading sheet here"),
            say("It is only checked first. Nothing is stored before you take the good rows"),
        )
        self.cards = {
            "rows": Card(say("Rows in the sheet")),
            "good": Card(say("Good")),
            "held": Card(say("Doubtful")),
            "bad": Card(say("With a problem")),
            "skipped": Card(say("Left out")),
        }
        self.progress = Progress(say("Stop"))
        self.progress.stopped.connect(self.stop_job)
        self.table = Table(
            say("Rows with a problem"),
            (
                Column(say("Sheet"), lambda one: one[0].sheet, 110),
                Column(say("Row"), lambda one: say.number(one[0].row) if one[0].row else "", 64, right=True),
                Column(say("Column"), lambda one: say.write(one[0].column), 130),
                Column(say("Value in the sheet"), lambda one: Cell(one[0].value, strong=True), 170),
                Column(
                    say("What is wrong"),
                    lambda one: Cell(say(one[0].what), icon=theme.STATES[one[1]], icon_ink=one[1]),
                ),
                Column(say("What to do"), self._to_do),
            ),
            row_height=theme.ROW_TWO,
        )
        self.table.show_empty(say("No row has a problem"), "", "circle-check")
        self.table.moved.connect(lambda _: self.refresh_keys())
        self.table.opened.connect(lambda _: self.take_likely())
        problems = Panel(say("Rows with a problem"), padding=0)
        problems.head.addWidget(
            Label(
                say("Saved as a reject sheet and corrected there, they are the next import"),
                "small",
                "ink2",
            )
        )
        problems.body.addWidget(self.table)
        self.working = Panel()
        self.working.body.addWidget(self.progress)
        self.working.hide()
        self.notices = Label("", "small", "ink2", wrap=True)
        self.columns = ColumnsPanel(say, self.refresh_keys)
        self.taken_list, self.titles_list = TakenView(self), TitlesPanel(self)
        layout = column()
        layout.addLayout(row(*self.cards.values()))
        layout.addWidget(self.notices)
        layout.addWidget(problems, 1)
        content = QWidget()
        content.setLayout(layout)
        self.stack = Stack()
        for part in (waiting, content, self.columns, self.taken_list, self.titles_list):
            self.stack.addWidget(part)
        self.body.addWidget(self.working)
        self.body.addWidget(self.stack, 1)

    def _to_do(self, one: tuple[Problem, str]) -> Cell:
        """What to do about a row, or what somebody said it means."""
        problem = one[0]
        if self._said(problem):
            return Cell(self.say("{number} stands there instead", number=problem.likely), state="info")
        return Cell(self.say(problem.remedy), ink="ink2")

    def _said(self, problem: Problem) -> bool:
        return bool(problem.likely) and (problem.sheet, problem.row) in self.corrections

    def refresh_keys(self) -> None:
        shown = self.stack.currentWidget()
        if shown is self.columns:
            self.show_keys(*self._column_keys())
        elif isinstance(shown, TakenView | TitlesPanel):
            self.show_keys(*shown.keys, Key("F12", Text("Choose a file"), self.choose, "primary", "upload"))
        else:
            self.show_keys(*self._import_keys())

    def _column_keys(self) -> tuple[Key, ...]:
        return (
            *self.columns.keys,
            Key("Esc", Text("back to the problems"), self._back),
            Key(
                "F12", Text("Remember and check again"), self.explain, "primary", "check",
                self.columns.decided is not None,
            ),
        )  # fmt: skip

    def _import_keys(self) -> list[Key]:
        busy, checked = self.job_running, self.checked
        keys = [self.choose_key()]
        if checked is not None and self._unknown is not None:
            keys.append(Key("Ctrl+T", Text("say what the columns hold"), self.ask_columns, enabled=not busy))
        if checked is not None and checked.rejected:
            keys.append(
                Key(
                    "Ctrl+S",
                    Text("save the reject sheet"),
                    self.save_rejects,
                    icon="download",
                    enabled=not busy,
                )
            )
        if checked is not None:
            keys.append(Key("Esc", Text("put the sheet away"), self.put_away, enabled=not busy))
        likely = self._likely
        if likely is not None:
            take = Text("take {number}", number=likely.likely)
            keys.append(Key("Return", take, self.take_likely, enabled=not busy))
        good = (
            0 if checked is None or checked.known or self.taken is not None else checked.stored + checked.held
        )
        if self.stale:
            keys.append(Key("F12", Text("Check again"), self.check_again, "primary", "rotate-ccw", not busy))
        elif good:
            text = Text("Take {count} good row", plural="Take {count} good rows", count=good)
            keys.append(Key("F12", text, self.take, "primary", "check", not busy))
        else:
            keys.append(Key("F12", Text("Choose a file"), self.choose, "primary", "upload", not busy))
        return keys

    def _show_tab(self, index: int) -> None:
        self.banner.clear()
        if index == 0:
            self.stack.setCurrentIndex(0 if self.path is None else 1)
        else:
            panel = (self.taken_list, self.titles_list)[index - 1]
            self.stack.setCurrentWidget(panel)
            panel.ask()
        self.refresh_keys()

    def ask_again(self) -> None:
        if self.tabs.index:
            (self.taken_list, self.titles_list)[self.tabs.index - 1].ask()

    @property
    def _unknown(self) -> SheetFound | None:
        """The first sheet whose columns somebody has to explain."""
        sheets = self.checked.sheets if self.checked is not None else ()
        return next((one for one in sheets if one.missing and one.titles), None)

    def ask_columns(self) -> None:
        """Let the person say what the columns of a sheet hold."""
        if self._unknown is not None:
            self.columns.show_sheet(self._unknown)
            self.stack.setCurrentWidget(self.columns)
            self.take_focus(self.columns.table)
            self.refresh_keys()

    def explain(self) -> None:
        """Remember what was said about the columns, and check the sheet with it."""
        decided, path = self.columns.decided, self.path
        if decided is not None and path is not None:
            self.do(map_titles, decided, lambda _: self.check(path))

    def _back(self) -> None:
        self.stack.setCurrentIndex(1)
        self.refresh_keys()

    @property
    def _likely(self) -> Problem | None:
        """The problem in front, where it offers a number that nobody has taken yet."""
        chosen, checked = self.table.current, self.checked
        if chosen is None or checked is None or checked.known or self.taken is not None:
            return None
        problem: Problem = chosen[0]
        return problem if problem.likely and not self._said(problem) else None

    def take_likely(self) -> None:
        """The row in front means the number that is offered; the next one is shown."""
        problem = self._likely
        if problem is None or self.job_running:
            return
        for place, fields in likely_corrections([problem]).items():
            self.corrections.setdefault(place, {}).update(fields)
        self.stale = True
        here = next(at for at, (one, _) in enumerate(self._shown) if one is problem)
        offering = (at for at, (one, _) in enumerate(self._shown) if one.likely and not self._said(one))
        self.table.show_rows(self._shown, select=next((at for at in offering if at > here), here))
        self.refresh_keys()

    def check_again(self) -> None:
        """Check the same sheet with what was said about its rows."""
        if self.path is not None and not self.job_running:
            self._check(self.path)

    def check(self, path: Path) -> None:
        """Read the sheet and say what would be stored; nothing is written."""
        self.corrections = {}
        self._check(path)

    def _check(self, path: Path) -> None:
        self.path, self.checked, self.taken, self.stale = path, None, None, False
        self.tabs.choose(0)
        self.banner.clear()
        self.notices.hide()
        self.object.setText(path.name)
        self.stack.setCurrentIndex(1)
        self.working.show()
        for card in self.cards.values():
            card.show_figure("–")
        self.table.show_rows(())
        self.table.asking()
        self.run(
            import_sheet, path, then=self._checked, progress=self.progress, dry_run=True,
            corrections=dict(self.corrections),
            begin=Text("Checking the sheet"),
            words=lambda done, total: Text("Checking row {done} of {total}", done=done, total=total),
            note=self.say("nothing is stored yet"),
        )  # fmt: skip

    def trouble(self, error: BaseException) -> None:
        self.working.hide()
        self.table.answered()
        if self.checked is None:
            self.stack.setCurrentIndex(0)
            self.object.setText("")
        super().trouble(error)
        self.refresh_keys()

    def _checked(self, found: SheetImported) -> None:
        self.checked = found
        self._show(found)
        if self._shown:
            self.take_focus(self.table)
        if found.known and found.earlier is not None:
            self._tell_known(found.earlier)
        elif found.went_on_after:
            self.banner.tell(
                "info",
                self.say("Stopped after row {row}", row=found.went_on_after),
                self.say("What is stored stays. Take the sheet again to go on"),
            )
        elif self._unknown is not None:
            self.banner.tell(
                "warn",
                self.say("Not all columns of “{sheet}” are known", sheet=self._unknown.name),
                self.say("Ctrl T: say what they hold. It is remembered for sheets with the same titles"),
            )
        self.refresh_keys()

    def _tell_known(self, earlier: SheetTaken) -> None:
        say = self.say
        self.banner.tell(
            "info",
            say("This very file was taken before"),
            say(
                "{at} by {who}: {stored} stored, {rejected} rejected, {skipped} left out. Nothing is stored twice",
                at=earlier.taken_at,
                who=earlier.taken_by,
                stored=earlier.stored,
                rejected=earlier.rejected,
                skipped=earlier.skipped,
            ),
        )

    def _show(self, found: SheetImported) -> None:
        say = self.say
        stored = self.taken is not None or found.known or found.stopped_after
        self.working.hide()
        self.cards["rows"].show_figure(say.number(found.rows))
        self.cards["good"].show_figure(
            say.number(found.stored),
            *((say("stored"), "ok") if stored else (say("not stored yet"), "plain")),
        )
        self.cards["held"].show_figure(
            say.number(found.held), *((say("wait for a decision"), "warn") if found.held else ())
        )
        bad = found.rejected or len(found.problems)
        self.cards["bad"].show_figure(say.number(bad), *((say("listed below"), "bad") if bad else ()))
        self.cards["skipped"].show_figure(
            say.number(found.skipped), *((self._reasons(found), "plain") if found.skipped else ())
        )
        told = say.join([say(notice) for notice in found.notices])
        self.notices.setText(told)
        self.notices.setVisible(bool(told))
        self._shown = [
            *((one, "bad") for one in found.problems),
            *((one, "warn") for one in found.waiting),
        ]
        self.table.show_rows(self._shown, select=0 if self._shown else None)

    def _reasons(self, found: SheetImported) -> str:
        """Why rows were left out: each reason once, the commonest first."""
        counts: dict[str, int] = {}
        for one in found.left_out:
            words = self.say(one.why)
            counts[words] = counts.get(words, 0) + one.count
        ordered = sorted(counts, key=lambda words: -counts[words])
        return self.say.join([f"{words} {self.say.number(counts[words])}" for words in ordered])

    def take(self) -> None:
        """Store the good rows."""
        if self.path is None or self.checked is None or self.taken is not None or self.job_running:
            return
        if self.checked.known or self.stale:
            return
        self.banner.clear()
        self.working.show()
        self.run(
            import_sheet, self.path, then=self._took, progress=self.progress,
            corrections=dict(self.corrections),
            begin=Text("Storing the reads"),
            words=lambda done, total: Text("Storing row {done} of {total}", done=done, total=total),
            note=self.say("stops between two parts; what is stored stays, and goes on later without doubling"),
        )  # fmt: skip

    def _took(self, found: SheetImported) -> None:
        say = self.say
        if not found.stopped_after:
            self.checked = self.taken = found
        self._show(found)
        stored = say.plural("Stored {count} read", "Stored {count} reads", found.stored)
        if found.held:
            held = say.plural("{count} doubtful one waits", "{count} doubtful ones wait", found.held)
            stored = say.join((stored, held))
        if found.stopped_after:
            self.banner.tell(
                "warn",
                say("Stopped after row {row}", row=found.stopped_after),
                say(
                    "What is stored stays. Take the sheet again to go on, or take it back under “Sheets taken”"
                ),
            )
        elif found.problems:
            left = say.plural("{count} row to correct", "{count} rows to correct", len(found.problems))
            self.banner.tell("warn", say.join((stored, left)))
        else:
            self.banner.tell("ok", stored)
        self.told.emit()
        self.refresh_keys()

    def put_away(self) -> None:
        """Forget the sheet; what was stored stays stored."""
        if self.job_running:
            return
        self.path = self.checked = self.taken = None
        self.corrections, self.stale = {}, False
        self.object.setText("")
        self.banner.clear()
        self.stack.setCurrentIndex(0)
        self.refresh_keys()

    def save_rejects(self) -> None:
        """Ask where the reject sheet goes, and write it."""
        if self.path is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self, self.say("Save the reject sheet"), f"{self.path.stem}_rejects.xlsx", "XLSX (*.xlsx)"
        )
        if name:
            self.save_rejects_to(Path(name))

    def save_rejects_to(self, out: Path) -> None:
        """Write the bad rows with their reasons; corrected, that workbook is the next import."""
        if self.path is None or self.checked is None:
            return
        self.call(
            save_rejects, self.seat, self.path, self.checked.problems, out, self.say,
            then=lambda count: self._saved(count, out), failed=self._not_saved,
        )  # fmt: skip

    def _saved(self, count: int, out: Path) -> None:
        rows = self.say.plural("{count} row saved", "{count} rows saved", count)
        self.toast(self.say.join((rows, str(out))))

    def _not_saved(self, error: BaseException) -> None:
        if isinstance(error, OSError):
            self.banner.tell(
                "bad", self.say("The reject sheet could not be saved"), self.say.write(reason(error))
            )
        else:
            self.trouble(error)
