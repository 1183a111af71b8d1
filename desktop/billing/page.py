"""Bill runs: draft a month, look at what is held and why, issue, print; and one bill with the trace of its lines."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.billing.documents import write_bills
from desktop.billing.records import (
    BillLineShown,
    BillShown,
    DraftRow,
    DraftState,
    RunLook,
    RunOutcome,
    RunRow,
    RunState,
)
from desktop.billing.service import (
    bill,
    bill_runs,
    issue_chunk,
    issue_run,
    print_run,
    run_bills,
    run_drafts,
    start_run,
)
from desktop.kernel.country import Country
from desktop.kernel.measures import Energy
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat
from desktop.metering.records import RegisterUsage
from desktop.qt import theme
from desktop.qt.page import Key, Page
from desktop.qt.preview import PaperView, Sheet, keep_paper, render
from desktop.qt.table import Cell, Column, Table, money_cell
from desktop.qt.tasks import Tasks
from desktop.qt.widgets import (
    Badge,
    Button,
    Card,
    Field,
    Icon,
    KeyCap,
    Label,
    Panel,
    Progress,
    Rule,
    Stepper,
    clear,
    row,
)

RUN_STATES = {
    RunState.DRAFTING: "paused",
    RunState.DRAFTED: "info",
    RunState.ISSUING: "paused",
    RunState.ISSUED: "ok",
}
DRAFT_STATES = {DraftState.READY: "plain", DraftState.HELD: "warn", DraftState.ISSUED: "ok"}


class BillPane(Panel):
    """One bill read well alone: its lines, and where the chosen line comes from, down to the reads."""

    closed = Signal()
    printed = Signal(object)

    def __init__(self, say: Catalog, country: Country) -> None:
        super().__init__(" ", padding=0)
        self.say, self.country, self.shown = say, country, None
        self.setFixedWidth(theme.DETAIL_PANE)
        self.badge = Badge()
        self.close_button = Button(say("Close"), "Esc", kind="quiet")
        self.close_button.clicked.connect(self.closed)
        self.head.insertWidget(1, self.badge)
        self.head.addWidget(self.close_button)
        self.head.setContentsMargins(theme.S3, 0, theme.S1, 0)
        self.lines = Table(
            say("Bill lines"),
            (
                Column(say("Line"), lambda line: say(line.label)),
                Column(say("Quantity × price"), self._product, 118, right=True),
                Column(
                    say("Amount {sign}", sign=country.currency.sign),
                    lambda line: money_cell(say.money(line.amount)),
                    78,
                    right=True,
                ),
            ),
        )
        self.lines.moved.connect(self._show_trace)
        self.total, self.energy = Label("", "strong"), Label("", "body", "ink2")
        sum_row = row(Label(say("Total"), "strong"), self.energy, self.total)
        sum_row.setContentsMargins(10, theme.S2, 10, theme.S2)
        sum_row.insertStretch(1, 1)
        self.trace = QVBoxLayout()
        self.trace.setContentsMargins(theme.S3, theme.S2, theme.S3, theme.S2)
        self.trace.setSpacing(2)
        inside = QWidget()
        inside.setLayout(self.trace)
        self.scroll = QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.scroll.setWidget(inside)
        self.scroll.setAccessibleName(say("Where the line comes from"))
        self.scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.pdf_button = Button(say("Bill PDF"), "Ctrl P", icon="file-text")
        self.pdf_button.clicked.connect(lambda: self.printed.emit(self.shown))
        foot = row(self.pdf_button)
        foot.setContentsMargins(theme.S2, theme.S1, theme.S2, theme.S1)
        foot.addStretch(1)
        self.body.setSpacing(0)
        self.body.addWidget(self.lines)
        self.body.addLayout(sum_row)
        self.body.addWidget(Rule())
        self.body.addWidget(self.scroll, 1)
        self.body.addWidget(Rule())
        self.body.addLayout(foot)

    def show_bill(self, shown: BillShown, state: Cell | None = None) -> None:
        """Show a bill, its first line explained; ``state`` says how it stands (its due day otherwise)."""
        say, self.shown = self.say, shown
        state = state or Cell(say("due {day}", day=shown.due_on), state="due")
        self.title.setText(say("Bill {month}", month=say.month(shown.period.start)))
        self.badge.show_state(state.text, state.state)
        self.setAccessibleName(say("Bill {number}", number=shown.number))
        self.lines.show_rows(shown.lines, select=0)
        self.lines.setFixedHeight(theme.HEADER + theme.ROW * max(1, min(len(shown.lines), 7)))
        self.energy.setText(say("{energy} kWh", energy=shown.energy))
        self.total.setText(say.money(shown.amount))

    def _product(self, line: BillLineShown) -> Cell:
        if line.energy is None or line.price is None:
            return Cell("")
        return Cell(f"{self.say.number(line.energy)} × {self.say.number(line.price)}", ink="ink2")

    def read_trace(self) -> None:
        """Go to where the chosen line comes from; the arrows read on there."""
        self.scroll.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_trace(self, line: BillLineShown) -> None:
        say, shown = self.say, self.shown
        clear(self.trace)
        amount = say.money(line.amount, unit=True)
        title = Label(say("Where {amount} comes from", amount=amount), "strong")
        cap = KeyCap("T", say("Where the line comes from"))
        cap.clicked.connect(self.read_trace)
        head = row(title, cap)
        head.setStretch(0, 1)
        self.trace.addLayout(head)
        self.trace.addSpacing(theme.S1)
        fact = amount
        if line.energy is not None and line.price is not None:
            fact = f"{say.number(line.energy)} kWh × {say.number(line.price)} = {fact}"
        basis = shown.basis
        valid = say("version {version}, valid from {day}", version=basis.version, day=basis.valid_from)
        facts = [
            ("calculator", fact, [say(part) for part in line.explanation]),
            ("tags", basis.name, [valid, basis.notice]),
            *(("gauge", self._usage(read), self._read_sources(read)) for read in shown.reads),
        ]
        if shown.run_number:
            facts.append(("receipt-text", self._run(), [self._run_made(), shown.number]))
        for at, (icon, words, sources) in enumerate(facts):
            self.trace.addWidget(_TraceFact(icon, words, sources, last=at == len(facts) - 1))
        self.trace.addStretch(1)
        told = [part for _, words, sources in facts for part in (words, *sources)]
        self.scroll.setAccessibleDescription(say.join(told))
        self.scroll.verticalScrollBar().setValue(0)

    def _run(self) -> str:
        say, shown = self.say, self.shown
        run = say("Bill run {number}", number=shown.run_number)
        return say.join((run, say("row {number}", number=shown.run_place) if shown.run_place else ""))

    def _run_made(self) -> str:
        shown = self.shown
        if shown.run_at is None:
            return ""
        return self.say("made by {name} {moment}", name=shown.run_by, moment=shown.run_at)

    def _usage(self, read: RegisterUsage) -> str:
        """Where the energy comes from: the two reads, and the multiplier when it is not one."""
        say = self.say
        between = f"{say.number(read.current)} − {say.number(read.previous)}"
        if read.multiplier.decimal != 1:
            between = f"({between}) × {say.number(read.multiplier)}"
        return f"{say.number(read.energy)} kWh = {between}"

    def _read_sources(self, read: RegisterUsage) -> list[str]:
        say = self.say
        return [
            say("Meter {serial}, {register}", serial=read.meter_serial, register=read.register),
            say.join((say("this read {moment}", moment=read.current_at), say(read.source.text), read.reader)),
            say("last read {moment}", moment=read.previous_at),
        ]


class _TraceFact(QWidget):
    """One step of a trace: an icon on a thin rail, the fact, and its sources below."""

    def __init__(self, icon: str, fact: str, sources: Sequence[str], *, last: bool) -> None:
        super().__init__()
        self._last = last
        self._icon = Icon(icon, "accent", theme.ICON_BUTTON)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(fact, "strong", wrap=True))
        for source in filter(None, sources):
            words.addWidget(Label(source, "small", "ink2", wrap=True))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, theme.S2 + 2)
        line.setSpacing(theme.S3)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._last:
            box = self._icon.geometry()
            top = box.bottom() + theme.S1
            QPainter(self).fillRect(
                box.center().x(), top, 1, self.height() - top, theme.colour("line_strong")
            )


def bill_paper(seat: Seat, shown: BillShown) -> tuple[Path, tuple[Sheet, ...]]:
    """The PDF of one bill, kept in this person's folder, and its pages as pictures."""
    out = io.BytesIO()
    write_bills(out, [shown], seat.app.catalog, seat.app.country)
    return keep_paper(f"bill_{shown.number}", out.getvalue()), render(out.getvalue())


class PaperPanel(Panel):
    """A paper shown in place of a list, with the way back."""

    closed = Signal()

    def __init__(self, say: Catalog) -> None:
        super().__init__(" ", padding=theme.S3)
        self.say = say
        self.where = Label("", "small", "ink2")
        self.where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        back = Button(say("Back"), "Esc", kind="quiet")
        back.clicked.connect(self.closed)
        self.head.addWidget(self.where)
        self.head.addWidget(back)
        self.view = PaperView(say("Preview"))
        self.body.addWidget(self.view)

    def show_paper(self, title: str, path: Path, sheets: Sequence[Sheet]) -> None:
        """Show pages, and where the file is kept."""
        self.title.setText(title)
        self.where.setText(self.say("kept as {name}", name=path.name))
        self.where.setToolTip(str(path))
        self.view.show_sheets(sheets)


class BillingPage(Page):
    """Bill runs of the hall."""

    HELP = Text(
        "Here a month becomes bills. Make the drafts, look at what changed and at what is held with its reason,"
        " then issue: from then on the bills are owed. A held account stays a draft until its cause is mended;"
        " the drafts can be made again as often as you like before they are issued."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        self.run_shown: RunRow | None = None
        self._wanted_run = ""
        self.drafts: tuple[DraftRow, ...] = ()
        self.tabs = self.add_tabs((self.say("All accounts"), self.say("Held")))
        self.tabs.chosen.connect(lambda _: self._show_drafts())
        self._build()
        self.refresh_keys()

    # Building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        say, sign = self.say, self.seat.app.country.currency.sign
        steps = Panel(padding=theme.S1)
        self.stepper = Stepper([say("Month"), say("Drafts"), say("Issue"), say("Print")])
        steps.body.setContentsMargins(theme.S3, theme.S1, theme.S3, 0)
        steps.body.addWidget(self.stepper)
        self.cards = {
            "amount": Card(say("Drafted amount"), sign),
            "energy": Card(say("Energy"), "kWh"),
            "ready": Card(say("Ready")),
            "held": Card(say("Held")),
            "issued": Card(say("Issued")),
        }
        middle = QHBoxLayout()
        middle.setSpacing(theme.S3)
        middle.addLayout(self._build_left())
        middle.addWidget(self._build_drafts(), 1)
        self.pane = BillPane(say, self.seat.app.country)
        self.pane.closed.connect(self._close)
        self.pane.printed.connect(self._preview)
        self.pane.hide()
        middle.addWidget(self.pane)
        self.body.addWidget(steps)
        self.body.addLayout(row(*self.cards.values()))
        self.body.addLayout(middle, 1)

    def _build_left(self) -> QVBoxLayout:
        say = self.say
        self.month = QLineEdit(months_before(self.seat.today(), 1).strftime("%Y-%m"))
        self.month.setPlaceholderText("2026-01")
        self.month_field = Field(say("Month to bill"), self.month)
        self.month.textEdited.connect(lambda _: self.month_field.problem(""))
        self.draft_button = Button(say("Make drafts"), "Ctrl D", flush=True)
        self.draft_button.clicked.connect(self.make_drafts)
        self.progress = Progress(say("Stop"))
        self.progress.stopped.connect(self.stop_job)
        start = Panel(say("New run"))
        start.body.addWidget(self.month_field)
        start.body.addWidget(self.draft_button)
        start.body.addWidget(self.progress)
        start.body.setSpacing(theme.S1)
        if not self.seat.may(start_run):
            start.hide()
        self.runs = Table(
            say("Bill runs"),
            (
                Column(say("Run"), lambda run: Cell(say.month(run.period.start), run.number, strong=True)),
                Column(say("State"), lambda run: Cell(say(run.state.text), state=RUN_STATES[run.state]), 110),
            ),
            row_height=theme.ROW_TWO,
        )
        self.runs.show_empty(say("No bill run yet"), say("Ctrl D makes the drafts of a month"))
        self.runs.moved.connect(self._choose)
        earlier = Panel(padding=0)
        earlier.body.addWidget(self.runs)
        column = QVBoxLayout()
        column.setSpacing(theme.S3)
        for panel in (start, earlier):
            panel.setFixedWidth(theme.LIST_COLUMN)
        column.addWidget(start)
        column.addWidget(earlier, 1)
        return column

    def _build_drafts(self) -> QWidget:
        say, sign = self.say, self.seat.app.country.currency.sign
        self.table = Table(
            say("Accounts of the run"),
            (
                Column(say("Customer, account, address"), self._who),
                Column(say("kWh before"), lambda draft: self._energy(draft.energy_before), 92, right=True),
                Column("kWh", lambda draft: Cell(say.number(draft.energy)), 80, right=True),
                Column(say("Change %"), self._change, 88, right=True),
                Column(
                    say("Amount {sign}", sign=sign),
                    lambda draft: money_cell(say.money(draft.amount), zero=not draft.amount),
                    110,
                    right=True,
                ),
                Column(
                    say("State"),
                    lambda draft: Cell(say(draft.state.text), state=DRAFT_STATES[draft.state]),
                    96,
                ),
                Column(
                    say("Bill, or why it is held"),
                    lambda draft: Cell(say(draft.reason) if draft.reason else draft.bill_number, ink="ink2"),
                    220,
                ),
            ),
            row_height=theme.ROW_TWO,
        )
        self.table.show_empty(say("No drafts here"), "", "receipt-text")
        self.table.opened.connect(self._open)
        self.table.moved.connect(self._follow)
        panel = Panel(padding=0)
        panel.body.addWidget(self.table)
        self.paper = PaperPanel(say)
        self.paper.closed.connect(self._close)
        self.stack = QStackedWidget()
        self.stack.addWidget(panel)
        self.stack.addWidget(self.paper)
        return self.stack

    def _who(self, draft: DraftRow) -> Cell:
        number = self.seat.app.country.format_account(draft.account_number)
        return Cell(draft.customer_name, f"{number}  {draft.address}")

    def _energy(self, energy: Energy | None) -> Cell:
        return Cell("–" if energy is None else self.say.number(energy), ink="ink2")

    def _change(self, draft: DraftRow) -> Cell:
        if draft.state is DraftState.HELD or not draft.energy_before:
            return Cell("–", ink="ink3")
        share = Decimal(draft.energy.raw - draft.energy_before.raw) * 100 / draft.energy_before.raw
        words = ("+" if share > 0 else "") + self.say.number(share, 1)
        return Cell(words, ink="bad" if share >= 30 else "ink2")

    # Keys ----------------------------------------------------------------------------------------------------

    def refresh_keys(self) -> None:
        run, busy = self.run_shown, self.job_running
        issued = run is not None and run.state is RunState.ISSUED
        can_issue = run is not None and run.state in (RunState.DRAFTED, RunState.ISSUING) and run.ready > 0
        may_draft, may_issue = self.seat.may(start_run), self.seat.may(issue_chunk)
        keys = [
            Key("Return", Text("open bill"), self._open_current),
            Key("Ctrl+P", Text("bill PDF"), self._preview_shown, "none"),
            Key("Esc", Text("back"), self._close),
        ]
        if may_draft:
            keys.insert(1, Key("Ctrl+D", Text("make drafts"), self.make_drafts, enabled=not busy))
        if issued:
            keys.append(Key("F12", Text("Print the bills"), self.print_bills, "primary", "printer", not busy))
        elif can_issue and may_issue:
            text = Text("Issue {count} bill", plural="Issue {count} bills", count=run.ready)
            keys.append(Key("F12", text, self.issue, "primary", "check", not busy))
        elif may_draft and not can_issue:
            keys.append(Key("F12", Text("Make drafts"), self.make_drafts, "primary", "calculator", not busy))
        self.show_keys(*keys)
        self.draft_button.setEnabled(not busy)

    # Asking --------------------------------------------------------------------------------------------------

    def ask_again(self) -> None:
        self.runs.asking()
        self.ask(bill_runs, None, self._show_runs)

    def show_argument(self, argument: object) -> None:
        if isinstance(argument, RunLook):
            self._wanted_run = argument.number
            self.tabs.choose(1 if argument.held else 0)
        self.ask_again()
        if isinstance(argument, str) and argument:
            self.ask(bill, argument, self._show_bill)

    def _show_runs(self, runs: tuple[RunRow, ...]) -> None:
        wanted = self._wanted_run or (self.run_shown.number if self.run_shown else None)
        self._wanted_run = ""
        at = next((at for at, run in enumerate(runs) if run.number == wanted), 0)
        self.runs.show_rows(runs, select=at if runs else None)
        if not runs:
            self.refresh_keys()

    def _choose(self, run: RunRow) -> None:
        self.run_shown = run
        say = self.say
        self.object.setText(
            say.join(
                (
                    say("run {number}", number=run.number),
                    say("made by {name} {moment}", name=run.started_by, moment=run.started_at),
                )
            )
        )
        step = {RunState.DRAFTING: 1, RunState.DRAFTED: 2, RunState.ISSUING: 2, RunState.ISSUED: 3}[run.state]
        self.stepper.show_step(
            step,
            (
                say.month(run.period.start),
                say.plural("{count} account", "{count} accounts", run.accounts),
                say.plural("{count} bill", "{count} bills", run.issued),
                say("one file for all") if run.issued else "",
            ),
        )
        self.cards["amount"].show_figure(say.money(run.amount))
        self.cards["energy"].show_figure(say.number(run.energy))
        self.cards["ready"].show_figure(say.number(run.ready))
        self.cards["held"].show_figure(say.number(run.held), *((say("see why"), "warn") if run.held else ()))
        self.cards["issued"].show_figure(say.number(run.issued))
        self.refresh_keys()
        self.table.asking()
        self.ask(run_drafts, run.number, self._take_drafts)

    def _take_drafts(self, drafts: tuple[DraftRow, ...]) -> None:
        self.drafts = drafts
        self._show_drafts()

    def _show_drafts(self) -> None:
        held = [draft for draft in self.drafts if draft.state is DraftState.HELD]
        self.tabs.count(0, self.say.number(len(self.drafts)))
        self.tabs.count(1, self.say.number(len(held)))
        shown = held if self.tabs.index else self.drafts
        self.table.show_empty(
            self.say("Nothing is held") if self.tabs.index and self.drafts else self.say("No drafts here"),
            "",
            "receipt-text",
        )
        self.table.show_rows(shown, select=0 if shown else None)

    # Runs ----------------------------------------------------------------------------------------------------

    def make_drafts(self) -> None:
        """Draft the month typed; a month that is none is a problem of its field."""
        if self.job_running:
            return
        try:
            period = Period.month(self.month.text().strip())
        except ValueError:
            self.month_field.problem(self.say("This is no month. Write year and month, for example 2026-01"))
            self.month.setFocus()
            return
        self.banner.clear()
        self.run(
            run_bills, period, then=self._ran, progress=self.progress,
            begin=Text("Drafting"),
            words=lambda done, total: Text("Drafting, {done} of {total}", done=done, total=total),
            note=self.say("stops between two accounts, goes on later"),
        )  # fmt: skip

    def issue(self) -> None:
        """Issue the run shown: bills, open items and postings."""
        if self.run_shown is None or self.job_running:
            return
        self.banner.clear()
        self.run(
            issue_run, self.run_shown.number, then=self._ran, progress=self.progress,
            begin=Text("Issuing"),
            words=lambda done, total: Text("Issuing, {done} of {total}", done=done, total=total),
            note=self.say("stops between two accounts, goes on later"),
        )  # fmt: skip

    def _ran(self, outcome: RunOutcome) -> None:
        say, run = self.say, outcome.run
        self.run_shown = run
        if outcome.stopped_after:
            self.banner.tell(
                "warn",
                say(
                    "Stopped after account {count}. What is done stays; start it again to go on",
                    count=outcome.stopped_after,
                ),
            )
        elif run.state is RunState.ISSUED:
            self.banner.tell(
                "ok",
                say.plural("{count} bill issued", "{count} bills issued", run.issued),
                self._held_words(run),
            )
        else:
            self.banner.tell(
                "ok" if run.ready else "warn",
                say.plural("{count} draft ready", "{count} drafts ready", run.ready),
                self._held_words(run),
            )
        self.told.emit()
        self.refresh_keys()
        self.ask_again()

    def _held_words(self, run: RunRow) -> str:
        return (
            self.say.plural(
                "{count} account is held; its reason stands in its row",
                "{count} accounts are held; their reasons stand in their rows",
                run.held,
            )
            if run.held
            else ""
        )

    def print_bills(self) -> None:
        """Ask where the file goes, then write all bills of the run into it."""
        if self.run_shown is None or self.job_running:
            return
        name, _ = QFileDialog.getSaveFileName(
            self, self.say("Print the bills"), f"{self.run_shown.number}.pdf", "PDF (*.pdf)"
        )
        if name:
            self.print_to(Path(name))

    def print_to(self, out: Path) -> None:
        """Write all bills of the run shown into one file."""
        self.banner.clear()
        self.run(
            print_run, self.run_shown.number, out, then=partial(self._printed, out), progress=self.progress,
            begin=Text("Printing"),
            words=lambda done, total: Text("Printing, {done} of {total}", done=done, total=total),
        )  # fmt: skip

    def _printed(self, out: Path, pages: int) -> None:
        self.banner.tell(
            "ok", self.say.plural("{count} page written", "{count} pages written", pages), str(out)
        )
        self.refresh_keys()

    # One bill ------------------------------------------------------------------------------------------------

    def open_first_bill(self) -> None:
        """Open the first account of the list that has a bill."""
        found = next((draft for draft in self.drafts if draft.bill_number), None)
        if found is not None:
            self._open(found)

    def _open_current(self) -> None:
        if self.table.current is not None:
            self._open(self.table.current)

    def _follow(self, draft: DraftRow) -> None:
        """The pane, once open, follows the row."""
        if self.pane.isVisible() and draft.bill_number:
            self.ask(bill, draft.bill_number, self._show_bill)

    def _open(self, draft: DraftRow) -> None:
        if draft.bill_number:
            self.ask(bill, draft.bill_number, self._show_bill)
        elif draft.reason is not None:
            self.banner.tell("warn", self.say("Held: {reason}", reason=draft.reason))
        else:
            self.banner.tell("info", self.say("This draft becomes a bill when the run is issued"))

    def _show_bill(self, shown: BillShown) -> None:
        self.banner.clear()
        self.pane.show_bill(shown)
        for column in (1, 3, 6):
            self.table.setColumnHidden(column, True)
        self.pane.show()

    def _preview_shown(self) -> None:
        if self.pane.isVisible():
            self._preview(self.pane.shown)

    def _preview(self, shown: BillShown) -> None:
        title = self.say("Bill {number}", number=shown.number)
        self.call(bill_paper, self.seat, shown, then=lambda made: self._show_paper(title, *made))

    def _show_paper(self, title: str, path: Path, sheets: tuple[Sheet, ...]) -> None:
        self.paper.show_paper(title, path, sheets)
        self.stack.setCurrentWidget(self.paper)

    def _close(self) -> None:
        """Close the top-most thing: paper, pane, message."""
        if self.stack.currentWidget() is self.paper:
            self.stack.setCurrentIndex(0)
        elif self.pane.isVisible():
            self.pane.hide()
            for column in (1, 3, 6):
                self.table.setColumnHidden(column, False)
        else:
            self.banner.clear()
