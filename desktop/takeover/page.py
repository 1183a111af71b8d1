"""A hall comes in and goes out: the workbook is checked first, then taken route by route, its totals signed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.kernel.errors import Problem
from desktop.kernel.files import written_whole
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.qt import theme
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import column, row
from desktop.qt.file_page import FilePage
from desktop.qt.fold import Stack
from desktop.qt.page import Key, Question
from desktop.qt.panels import Card, Panel
from desktop.qt.progress import Progress
from desktop.qt.table import Cell, Column, Table
from desktop.qt.tasks import Tasks
from desktop.takeover.documents.totals import TotalRow, figure, total_rows, totals_pdf, totals_xlsx
from desktop.takeover.documents.writing import template
from desktop.takeover.records import (
    Choices,
    Duplicates,
    Finding,
    GroupOutcome,
    HallGiven,
    HallTaken,
    ReleaseOrder,
    ReleaseReason,
)
from desktop.takeover.service import export_hall, import_hall, release

PROBLEMS, FINDINGS, GROUPS, TOTALS = range(4)
READY_REASONS = tuple(reason for reason in ReleaseReason if reason is not ReleaseReason.OTHER)
_STATES = {Duplicates.REFUSE: "warn", Duplicates.KEEP: "plain", Duplicates.MERGE: "info"}


class TakeoverPage(FilePage):
    """One workbook on its way in, or the whole hall on its way out."""

    FILES = Text("Workbook of a hall"), "*.xlsx *.xlsm"

    HELP = Text(
        "Here a whole hall comes in from a workbook, or goes out into one. Save the empty workbook, fill it in and"
        " choose it: it is only checked first. Say which parties are one, compare the control totals with the former"
        " system, then take it in: a reading route comes in as a whole or not at all, and never twice."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        self.path: Path | None = None
        self.checked: HallTaken | None = None
        self.chosen: dict[str, Duplicates] = {}
        self.stale = False
        self._build()
        self.put_away()

    def _build(self) -> None:
        say = self.say
        waiting = self.drop_panel(
            "database",
            say("Drop the workbook of a hall here"),
            say("It is only checked first. Nothing comes in before the control totals are compared"),
            (("Ctrl T", say("save the empty workbook")),),
        )
        self.cards = {
            "accounts": Card(say("Accounts")),
            "groups": Card(say("Routes that come in")),
            "problems": Card(say("Rows with a problem")),
            "findings": Card(say("Seem to be one")),
            "left": Card(say("Left to pay")),
        }
        self.progress = Progress(say("Stop"))
        self.progress.stopped.connect(self.stop_job)
        self.working = Panel()
        self.working.body.addWidget(self.progress)
        self.working.hide()
        self.question = InlineQuestion(self.unfinished, self.tasks, "takeover")
        self.question.answered.connect(self._give)
        titles = (Text("Rows with a problem"), Text("Seem to be one"), Text("Routes"), Text("Control totals"))
        self.tabs = self.add_tabs([say(title) for title in titles])
        self.views = Stack()
        self.tables = (self._problems(), self._findings(), self._groups(), self._totals())
        for table in self.tables:
            panel = Panel(padding=0)
            panel.body.addWidget(table)
            self.views.addWidget(panel)
        self.tabs.chosen.connect(self._show_tab)
        layout = column()
        layout.addLayout(row(*self.cards.values()))
        layout.addWidget(self.views, 1)
        content = QWidget()
        content.setLayout(layout)
        self.stack = Stack()
        self.stack.addWidget(waiting)
        self.stack.addWidget(content)
        self.body.addWidget(self.question)
        self.body.addWidget(self.working)
        self.body.addWidget(self.stack, 1)

    # Tables ------------------------------------------------------------------------------------------------------

    def _problems(self) -> Table:
        say = self.say

        def number(problem: Problem) -> str:
            return say.number(problem.row) if problem.row else ""

        table = Table(
            say("Rows with a problem"),
            (
                Column(say("Sheet"), lambda problem: problem.sheet, 130),
                Column(say("Row"), number, 64, right=True),
                Column(say("Column"), lambda problem: say.write(problem.column), 150),
                Column(say("Value in the sheet"), lambda problem: Cell(problem.value, strong=True), 170),
                Column(
                    say("What is wrong"),
                    lambda problem: Cell(say(problem.what), icon="circle-alert", icon_ink="bad"),
                ),
                Column(say("What to do"), lambda problem: Cell(say(problem.remedy), ink="ink2")),
            ),
            row_height=theme.ROW_TWO,
            persons=True,
        )
        table.show_empty(say("No row has a problem"), "", "circle-check")
        return table

    def _findings(self) -> Table:
        say = self.say

        def other(finding: Finding) -> Cell:
            place = Text("Row {row}", row=str(finding.other_row))
            here = Text("here already, account {number}", number=finding.other_number)
            return Cell(finding.other_name, say(place if finding.other_row else here))

        table = Table(
            say("Seem to be one"),
            (
                Column(
                    say("Party"),
                    lambda one: Cell(one.name, say("Row {row}", row=str(one.row)), strong=True),
                    180,
                ),
                Column(say("Seems to be"), other, 220),
                Column(say("Why"), lambda one: say(one.likeness.text), 220),
                Column(say("Address"), lambda one: one.address),
                Column(
                    say("What becomes of them"),
                    lambda one: Cell(say(one.choice.text), state=_STATES[one.choice]),
                    200,
                ),
            ),
            row_height=theme.ROW_TWO,
            persons=True,
        )
        table.show_empty(say("No two parties seem to be one"), "", "circle-check")
        return table

    def _groups(self) -> Table:
        say = self.say

        def state(group: GroupOutcome) -> Cell:
            if group.bad:
                return Cell(say("Stays out"), state="bad")
            if group.known:
                return Cell(say("In already"), state="info")
            taken = group.taken and self.checked is not None and not self.checked.dry_run
            return (
                Cell(say("Is in"), state="ok")
                if taken
                else Cell(say("Ready", context="group"), state="plain")
            )

        table = Table(
            say("Routes"),
            (
                Column(say("Route"), lambda group: Cell(group.name or say("without a route"), strong=True), 200),
                Column(
                    say("Accounts"), lambda group: say.number(group.accounts), 120, right=True,
                    value=lambda group: group.accounts,
                ),
                Column(
                    say("Rows with a problem"), lambda group: say.number(group.bad) if group.bad else "", 180,
                    right=True, value=lambda group: group.bad,
                ),
                Column(say("State"), state, 160),
                Column("", lambda _: ""),
            ),
        )  # fmt: skip
        table.show_empty(say("The workbook has no account"))
        return table

    def _totals(self) -> Table:
        say = self.say

        def compared(row: TotalRow) -> Cell:
            agreed = Cell(say("All of it"), state="ok")
            return agreed if row.agrees else Cell(say("Not all"), state="warn")

        return Table(
            say("Control totals"),
            (
                Column(say("Control total"), lambda row: say(row.name), 300),
                Column(say("Workbook"), lambda row: figure(row.whole, say), 180, right=True),
                Column(say("Taken"), lambda row: Cell(figure(row.taken, say), strong=True), 180, right=True),
                Column(say("State"), compared, 140),
                Column("", lambda _: ""),
            ),
        )

    def _show_tab(self, at: int) -> None:
        self.views.setCurrentIndex(at)
        self.take_focus(self.tables[at])
        self.refresh_keys()

    # Keys --------------------------------------------------------------------------------------------------------

    def refresh_keys(self) -> None:
        busy, checked = self.job_running, self.checked
        keys = [self.choose_key()]
        if checked is None:
            keys.append(Key("Ctrl+T", Text("save the empty workbook"), self.save_template))
            if self.seat.may(release):
                keys.append(Key("Ctrl+E", Text("write the hall out"), self.ask_why, enabled=not busy))
        else:
            if self.tabs.index == FINDINGS and checked.findings and checked.dry_run:
                for press, text, choice in (
                    ("K", Text("keep both"), Duplicates.KEEP),
                    ("M", Text("merge them"), Duplicates.MERGE),
                ):
                    keys.append(Key(press, text, partial(self.decide, choice), enabled=not busy))
                for press, text, choice in (
                    ("Shift+K", Text("keep all"), Duplicates.KEEP),
                    ("Shift+M", Text("merge all"), Duplicates.MERGE),
                ):
                    keys.append(Key(press, text, partial(self.decide_all, choice), enabled=not busy))
            keys.append(Key("Ctrl+S", Text("save the control totals"), self.save_totals, icon="download"))
            keys.append(Key("Esc", Text("put the workbook away"), self.close_top, enabled=not busy))
        self.show_keys(*keys, self._primary(busy))

    def _primary(self, busy: bool) -> Key:
        checked = self.checked
        if checked is not None and checked.dry_run:
            if self.stale:
                return Key("F12", Text("Check again"), self.check_again, "primary", "rotate-ccw", not busy)
            if checked.accounts and not checked.known:
                text = Text(
                    "Take {count} account in", plural="Take {count} accounts in", count=checked.accounts
                )
                return Key("F12", text, self.take, "primary", "check", not busy)
        return Key("F12", Text("Choose a file"), self.choose, "primary", "upload", not busy)

    def close_top(self) -> None:
        """Close the question, or put the workbook away."""
        if not self.question.close_question() and self.may_close():
            self.put_away()

    def may_close(self) -> bool:
        if not self.chosen or self.checked is None or not self.checked.dry_run:
            return True
        say = self.say
        title, text = say("Your choices are not taken in yet"), say("Go on choosing, or discard them")
        return bool(Question(self, title, text, say("Go on choosing"), say("Discard")).exec())

    # In ----------------------------------------------------------------------------------------------------------

    def check(self, path: Path) -> None:
        """Read a workbook and say what would come in; nothing is written."""
        self.put_away()
        self.path = path
        self.object.setText(path.name)
        self._run(Text("Checking the workbook"), self.say("nothing is written yet"), dry_run=True)

    def check_again(self) -> None:
        """Check the same workbook with what was chosen for its parties."""
        if self.path is not None and not self.job_running:
            self._run(Text("Checking the workbook"), self.say("nothing is written yet"), dry_run=True)

    ask_again = check_again

    def take(self) -> None:
        """Take in what was found right."""
        if self.path is not None and not self.job_running:
            note = self.say("stops between two routes; what is in stays, and goes on later without doubling")
            self._run(Text("Taking the hall in"), note, dry_run=False)

    def _run(self, begin: Text, note: str, *, dry_run: bool) -> None:
        self.banner.clear()
        self.question.close_question()
        self.stack.setCurrentIndex(1)
        self.tabs.show()
        self.working.show()
        for table in self.tables:
            table.asking()
        self.run(
            import_hall, self.path, then=self._came, progress=self.progress, dry_run=dry_run,
            choices=Choices(by_key=tuple(self.chosen.items())), begin=begin,
            words=lambda done, total: Text("{percent} % done", percent=100 * done // total), note=note,
        )  # fmt: skip

    def trouble(self, error: BaseException) -> None:
        self.working.hide()
        if self.checked is None:
            self.put_away()
        super().trouble(error)
        self.refresh_keys()

    def _came(self, outcome: HallTaken) -> None:
        first = self.checked is None
        self.checked, self.stale = outcome, False
        self.working.hide()
        self._show(outcome)
        if first:
            self.tabs.choose(self._most_pressing(outcome))
        self._tell(outcome)
        self.told.emit()
        self.refresh_keys()
        self.take_focus(self.tables[self.tabs.index])

    @staticmethod
    def _most_pressing(outcome: HallTaken) -> int:
        if any(one.choice is Duplicates.REFUSE for one in outcome.findings):
            return FINDINGS
        return PROBLEMS if outcome.problems else TOTALS

    def _tell(self, outcome: HallTaken) -> None:
        say = self.say
        if outcome.known:
            self.banner.tell("info", say("All of it came in before"), say("Nothing is taken twice"))
        elif outcome.dry_run:
            return
        elif outcome.stopped_after:
            words = say("What is in stays. Take the workbook again to go on")
            stopped = say.plural(
                "Stopped after {count} route", "Stopped after {count} routes", outcome.stopped_after
            )
            self.banner.tell("warn", stopped, words)
        else:
            came = say.plural("{count} account is in", "{count} accounts are in", outcome.accounts)
            left = sum(not one.taken for one in outcome.groups)
            stays = say.plural("{count} route stays out", "{count} routes stay out", left)
            words = say("Save the control totals, compare them with the former system and sign them")
            self.banner.tell("warn" if left else "ok", say.join((came, stays)) if left else came, words)

    def _show(self, outcome: HallTaken) -> None:
        say = self.say
        good, bad = sum(one.taken for one in outcome.groups), outcome.problem_count
        open_findings = sum(one.choice is Duplicates.REFUSE for one in outcome.findings)
        note = (say("in"), "ok") if not outcome.dry_run or outcome.known else (say("not in yet"), "plain")
        self.cards["accounts"].show_figure(say.number(outcome.accounts), *note)
        self.cards["groups"].show_figure(f"{say.number(good)} / {say.number(len(outcome.groups))}")
        self.cards["problems"].show_figure(say.number(bad), *((say("listed below"), "bad") if bad else ()))
        self.cards["findings"].show_figure(
            say.number(len(outcome.findings)), *((say("to choose"), "warn") if open_findings else ())
        )
        self.cards["left"].show_figure(say.money(outcome.taken.left, unit=True))
        shown = (
            outcome.problems,
            outcome.findings,
            outcome.groups,
            total_rows(outcome.totals, outcome.taken),
        )
        for at, (table, rows) in enumerate(zip(self.tables, shown, strict=True)):
            table.show_rows(rows, select=0 if rows else None)
            self.tabs.count(at, say.number(len(rows)) if at != TOTALS and rows else "")
        more = bad - len(outcome.problems)
        if more:
            told = say.plural("{count} further problem", "{count} further problems", more)
            self.banner.tell("info", told, say("Mend those that are listed and check again"))

    def put_away(self) -> None:
        """Forget the workbook; what came in stays."""
        if self.job_running:
            return
        self.path, self.checked, self.stale = None, None, False
        self.chosen = {}
        self.object.setText("")
        self.banner.clear()
        self.tabs.hide()
        self.stack.setCurrentIndex(0)
        self.refresh_keys()

    # Choices -----------------------------------------------------------------------------------------------------

    def decide(self, choice: Duplicates) -> None:
        """Choose what becomes of the finding in front, and go to the next."""
        table = self.tables[FINDINGS]
        finding = table.current
        if finding is not None and self.checked is not None:
            at = self.checked.findings.index(finding)
            self._choose({finding.key}, choice, min(at + 1, len(self.checked.findings) - 1))

    def decide_all(self, choice: Duplicates) -> None:
        """Choose the same for every finding that nothing was chosen for."""
        if self.checked is not None:
            still = {one.key for one in self.checked.findings if one.choice is Duplicates.REFUSE}
            self._choose(still, choice, 0)

    def _choose(self, keys: set[str], choice: Duplicates, select: int) -> None:
        assert self.checked is not None
        self.chosen |= dict.fromkeys(keys, choice)
        findings = tuple(
            replace(one, choice=choice) if one.key in keys else one for one in self.checked.findings
        )
        self.checked, self.stale = replace(self.checked, findings=findings), True
        self.tables[FINDINGS].show_rows(findings, select=select)
        self.refresh_keys()

    # Papers and files --------------------------------------------------------------------------------------------

    def save_template(self) -> None:
        """Ask where the empty workbook goes, and write it."""
        name, _ = QFileDialog.getSaveFileName(
            self, self.say("Save the empty workbook"), f"{self.say('Hall')}.xlsx", "XLSX (*.xlsx)"
        )
        if name:
            self.save_template_to(Path(name))

    def save_template_to(self, out: Path) -> None:
        """Write the empty workbook; an OSError is told in the page."""
        self.call(template, self.say, self.seat.app.country, then=partial(self._keep, out))

    def save_totals(self) -> None:
        """Ask where the control totals go, and write them."""
        if self.checked is not None and self.path is not None:
            name, _ = QFileDialog.getSaveFileName(
                self, self.say("Save the control totals"), f"{self.path.stem}_totals.pdf",
                "PDF (*.pdf);;XLSX (*.xlsx)",
            )  # fmt: skip
            if name:
                self.save_totals_to(Path(name))

    def save_totals_to(self, out: Path) -> None:
        """Write the control totals as PDF or XLSX, as the name ends."""
        assert self.checked is not None
        if out.suffix.lower() == ".xlsx":
            self.call(totals_xlsx, self.checked, self.say, then=partial(self._keep, out))
        else:
            seat, at = self.seat, self.seat.app.clock.moment()
            self.call(
                totals_pdf, self.checked, self.say, seat.station.hall_name, seat.actor.name, at,
                then=partial(self._keep, out),
            )  # fmt: skip

    def _keep(self, out: Path, content: bytes) -> None:
        try:
            with written_whole(out) as stream:
                stream.write(content)
        except OSError as error:
            self.banner.tell("bad", self.say("The file could not be saved"), str(error))
            return
        self.toast(self.say.join((self.say("Saved"), str(out))))

    # Out ---------------------------------------------------------------------------------------------------------

    def ask_why(self) -> None:
        """Ask why the whole hall is written into a file: the answer stands in the journal."""
        say = self.say
        self.question.ask(
            "release",
            say("Why is the whole hall written out?"),
            say("Enter goes on, Esc does not; the reason is recorded"),
            say("The reason in a few words"),
            [say(reason.text) for reason in READY_REASONS],
        )

    def _give(self, ready: int, words: str, _held: bool) -> None:
        reason = READY_REASONS[ready] if ready >= 0 else ReleaseReason.OTHER
        if reason is ReleaseReason.OTHER and not words:
            self.question.problem(self.say("Say in a few words why the hall is written out."))
            return
        name, _ = QFileDialog.getSaveFileName(
            self, self.say("Write the hall out"), f"{self.seat.station.hall_code}.xlsx", "XLSX (*.xlsx)"
        )
        if name:
            self.give(Path(name), reason, words)

    def give(self, out: Path, reason: ReleaseReason, words: str = "") -> None:
        """Write the whole hall into a workbook."""
        if self.job_running:
            return
        self.question.settled()
        self.banner.clear()
        self.working.show()
        self.run(
            export_hall, out, ReleaseOrder(out.name, reason, words), then=self._given, progress=self.progress,
            begin=Text("Writing the hall out"),
            words=lambda done, total: Text("{percent} % done", percent=100 * done // total),
            note=self.say("the file appears once it is whole"),
        )  # fmt: skip

    def _given(self, given: HallGiven | None) -> None:
        self.working.hide()
        say = self.say
        if given is None:
            self.banner.tell("warn", say("Stopped: there is no file."))
        else:
            count = dict(given.totals.counts)["accounts"]
            told = say.plural("{count} account written", "{count} accounts written", count)
            notice = say("The reason stands in the journal")
            level, more = ("warn", say.join(map(say, given.behind))) if given.behind else ("ok", notice)
            self.banner.tell(level, say.join((told, given.file_name)), more)
        self.told.emit()
        self.refresh_keys()
