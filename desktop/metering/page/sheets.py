"""Reading sheets in: a dry check first, every bad row with what is wrong and what to do, then the good rows."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.kernel.errors import Problem
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.metering.records import SheetImported
from desktop.metering.service import import_sheet
from desktop.qt import theme
from desktop.qt.basics import Label, column, row
from desktop.qt.fold import Stack
from desktop.qt.page import Key, Page
from desktop.qt.panels import Card, Empty, Panel
from desktop.qt.progress import Progress
from desktop.qt.table import Cell, Column, Table
from desktop.qt.tasks import Tasks

SHEETS = "*.xlsx *.xlsm *.xls *.ods"


class ReadingsPage(Page):
    """Import of one reading sheet."""

    HELP = Text(
        "Here the reads of a month come in. Choose the reading sheet: it is only checked first, and every row that"
        " cannot be taken says what is wrong and what to do. Take the good rows, mend the others in the sheet and"
        " take it again: a read is never stored twice."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        self.path: Path | None = None
        self.checked: SheetImported | None = None
        self.taken: SheetImported | None = None
        self.setAcceptDrops(True)
        self._build()
        self.refresh_keys()

    def _build(self) -> None:
        say = self.say
        self.empty = Empty(
            "upload",
            say("Drop a reading sheet here"),
            say("It is only checked first. Nothing is stored before you take the good rows"),
            (("Ctrl O", say("choose a file")),),
        )
        waiting = Panel(kind="drop")
        waiting.body.addWidget(self.empty)
        self.cards = {
            "rows": Card(say("Rows in the sheet")),
            "good": Card(say("Good")),
            "bad": Card(say("With a problem")),
            "skipped": Card(say("Left out")),
        }
        self.progress = Progress(say("Stop"))
        self.progress.stopped.connect(self.stop_job)
        self.table = Table(
            say("Rows with a problem"),
            (
                Column(say("Sheet"), lambda problem: problem.sheet, 110),
                Column(
                    say("Row"), lambda problem: say.number(problem.row) if problem.row else "", 64, right=True
                ),
                Column(say("Column"), lambda problem: say.write(problem.column), 130),
                Column(say("Value in the sheet"), lambda problem: Cell(problem.value, strong=True), 170),
                Column(
                    say("What is wrong"),
                    lambda problem: Cell(say(problem.what), icon="circle-alert", icon_ink="bad"),
                ),
                Column(say("What to do"), lambda problem: Cell(say(problem.remedy), ink="ink2")),
            ),
            row_height=theme.ROW_TWO,
        )
        self.table.show_empty(say("No row has a problem"), "", "circle-check")
        problems = Panel(say("Rows with a problem"), padding=0)
        problems.head.addWidget(
            Label(
                say("Correct them in the sheet and take it again: rows already stored are left out"),
                "small",
                "ink2",
            )
        )
        problems.body.addWidget(self.table)
        self.working = Panel()
        self.working.body.addWidget(self.progress)
        self.working.hide()
        layout = column()
        layout.addLayout(row(*self.cards.values()))
        layout.addWidget(problems, 1)
        content = QWidget()
        content.setLayout(layout)
        self.stack = Stack()
        self.stack.addWidget(waiting)
        self.stack.addWidget(content)
        self.body.addWidget(self.working)
        self.body.addWidget(self.stack, 1)

    def refresh_keys(self) -> None:
        busy, checked = self.job_running, self.checked
        keys = [Key("Ctrl+O", Text("choose a file"), self.choose, enabled=not busy)]
        if checked is not None and checked.problems:
            keys.append(Key("Ctrl+S", Text("save the list of problems"), self.save_problems, icon="download"))
        if checked is not None:
            keys.append(Key("Esc", Text("put the sheet away"), self.put_away, enabled=not busy))
        good = 0 if checked is None or checked.known or self.taken is not None else checked.stored
        if good:
            text = Text("Take {count} good row", plural="Take {count} good rows", count=good)
            keys.append(Key("F12", text, self.take, "primary", "check", not busy))
        else:
            keys.append(Key("F12", Text("Choose a file"), self.choose, "primary", "upload", not busy))
        self.show_keys(*keys)

    def show_argument(self, argument: object) -> None:
        if isinstance(argument, Path):
            self.check(argument)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and not self.job_running:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        names = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if names:
            event.acceptProposedAction()
            self.check(Path(names[0]))

    def choose(self) -> None:
        """Ask for a file."""
        name, _ = QFileDialog.getOpenFileName(
            self, self.say("Reading sheet"), "", f"{self.say('Sheets')} ({SHEETS})"
        )
        if name:
            self.check(Path(name))

    def check(self, path: Path) -> None:
        """Read the sheet and say what would be stored; nothing is written."""
        if self.job_running:
            return
        self.path, self.checked, self.taken = path, None, None
        self.banner.clear()
        self.object.setText(path.name)
        self.stack.setCurrentIndex(1)
        self.working.show()
        for card in self.cards.values():
            card.show_figure("–")
        self.table.show_rows(())
        self.table.asking()
        self.run(
            import_sheet, path, then=self._checked, progress=self.progress, dry_run=True,
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
        if found.known:
            self.banner.tell(
                "info",
                self.say("This very file was taken before"),
                self.say("Its rows are stored already; nothing is stored a second time"),
            )
        elif found.went_on_after:
            self.banner.tell(
                "info",
                self.say("Stopped after row {row}", row=found.went_on_after),
                self.say("What is stored stays. Take the sheet again to go on"),
            )
        self.refresh_keys()

    def _show(self, found: SheetImported) -> None:
        say = self.say
        stored = self.taken is not None or found.known or found.stopped_after
        self.working.hide()
        self.cards["rows"].show_figure(say.number(found.rows))
        self.cards["good"].show_figure(
            say.number(found.stored),
            *((say("stored"), "ok") if stored else (say("not stored yet"), "plain")),
        )
        bad = len(found.problems)
        self.cards["bad"].show_figure(say.number(bad), *((say("listed below"), "bad") if bad else ()))
        self.cards["skipped"].show_figure(
            say.number(found.skipped), *((say("empty or total"), "plain") if found.skipped else ())
        )
        self.table.show_rows(found.problems, select=0 if found.problems else None)

    def take(self) -> None:
        """Store the good rows."""
        if self.path is None or self.checked is None or self.taken is not None or self.job_running:
            return
        if self.checked.known:
            return
        self.banner.clear()
        self.working.show()
        self.run(
            import_sheet, self.path, then=self._took, progress=self.progress,
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
        if found.stopped_after:
            self.banner.tell(
                "warn",
                say("Stopped after row {row}", row=found.stopped_after),
                say("What is stored stays. Take the sheet again to go on"),
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
        self.object.setText("")
        self.banner.clear()
        self.stack.setCurrentIndex(0)
        self.refresh_keys()

    def save_problems(self) -> None:
        """Ask where the list of problems goes, and write it."""
        stem = self.path.stem if self.path else "readings"
        name, _ = QFileDialog.getSaveFileName(
            self, self.say("Save the list of problems"), f"{stem}_problems.csv", "CSV (*.csv)"
        )
        if name:
            self.save_problems_to(Path(name))

    def save_problems_to(self, out: Path) -> None:
        """Write the problems as a table any spreadsheet opens; an OSError is told in the page."""
        stream = io.StringIO()
        writer = csv.writer(stream)
        columns = self.table.rows_model.columns
        writer.writerow(column.title for column in columns)
        for problem in self.checked.problems if self.checked else ():
            writer.writerow(self._plain(problem, column) for column in columns)
        try:
            out.write_text(stream.getvalue(), encoding="utf-8-sig", newline="")
        except OSError as error:
            self.banner.tell("bad", self.say("The list could not be saved"), str(error))
            return
        self.toast(self.say.join((self.say("List of problems saved"), str(out))))

    def _plain(self, problem: Problem, column: Column) -> str:
        made = column.cell(problem)
        return made.text if isinstance(made, Cell) else made
