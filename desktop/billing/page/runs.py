"""Bill runs: draft a month, look at what is held and why, issue, print; and one bill with the trace of its lines."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path

from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget

from desktop.billing.page.bill import BillPane
from desktop.billing.page.correcting import Correcting
from desktop.billing.page.differences import Differences
from desktop.billing.page.energy import EnergyTab
from desktop.billing.page.late_fees import LateFeeSettingsSheet
from desktop.billing.page.limits import limits_view
from desktop.billing.page.printing import bill_paper
from desktop.billing.page.reviewing import Review
from desktop.billing.page.run_tables import compared, drafts_table, held_words, listed, runs_table, why_run
from desktop.billing.page.special import OtherBills
from desktop.billing.records import (
    MOST_SHOWN,
    OF_MONTH,
    BillKind,
    BillShown,
    DraftQuery,
    DraftRow,
    DraftState,
    RunLook,
    RunOutcome,
    RunRow,
    RunState,
    SharesLeft,
)
from desktop.billing.service import (
    bill,
    bill_runs,
    draft_bill,
    issue_chunk,
    issue_run,
    print_run,
    run_bills,
    run_drafts,
    start_run,
    stop_run,
)
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.ledger.service import late_fee_choices
from desktop.metering.records import ErrorFound
from desktop.qt import theme
from desktop.qt.basics import Field, column, reveal, row
from desktop.qt.buttons import Button
from desktop.qt.choosing import Stepper
from desktop.qt.fold import Fold, Stack
from desktop.qt.listform import ListForm
from desktop.qt.page import Key, Page
from desktop.qt.panels import Card, Panel
from desktop.qt.paper_panel import PaperPanel, Through
from desktop.qt.preview import PaperFile
from desktop.qt.progress import Progress
from desktop.qt.table import Table
from desktop.qt.tasks import Tasks

HELD, COMPARED, TO_SIGN, LIMITS, OTHERS, CORRECTIONS = 1, 2, 3, 4, 5, 6
"""Places of the tabs."""
_HIDDEN_BESIDE_BILL, _COMPARED_BESIDE_BILL, _OF_READY = (1, 3, 6), (1, 2, 4, 6), (1, 2, 3, 4)
_RUNS_WIDE = 288
"""As wide as a number of a run and its state need."""
_FOLDED_RUNS, _FOLDED_DRAFTS, _FOLDED_BILL = 380, 320, 460


class BillingPage(Page):
    """Bill runs of the hall."""

    HELP = Text(
        "Here a month becomes bills. Make the drafts, look at what changed and at what is held with its reason,"
        " then issue: from then on the bills are owed. Enter opens a draft as the bill it would become. A held"
        " account stays a draft until its cause is mended; the drafts can be made again as often as you like"
        " before they are issued. A wrong bill is put right with its reason: once another person signed the"
        " draft beside it, the new bill takes its place. Under To sign another person works through what waits,"
        " one letter each, or sends it back with a reason; Limits says what waits. Other bills makes a final"
        " bill, one by hand, or puts energy right. Corrections are of the metering: one person proposes one,"
        " another approves it, and the next bill has it."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        self.run_shown: RunRow | None = None
        self._wanted_run = ""
        self._wanted_bill: BillShown | None = None
        self.drafts: tuple[DraftRow, ...] = ()
        self._typed: list[ListForm | OtherBills | EnergyTab] = []
        titles = (
            Text("All accounts"),
            Text("Held"),
            Text("Differences"),
            Text("To sign"),
            Text("Limits"),
            Text("Other bills"),
            *((Text("Corrections"),) if seat.app.country.error_kinds else ()),
        )
        self.tabs = self.add_tabs([self.say(title) for title in titles])
        self.tabs.chosen.connect(lambda _: self._choose_tab())
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
        self.differences = Differences(say, self.seat.app.country)
        self.pane = BillPane(say, self.seat.app.country)
        self.pane.closed.connect(self._close)
        self.pane.printed.connect(self._preview)
        self.pane.hide()
        self.overview = QWidget()
        self.body.addWidget(self.overview)
        above = column(steps)
        above.addLayout(row(*self.cards.values()))
        self.overview.setLayout(above)
        self.stack, self.views, of_run = Stack(), Stack(), QWidget()
        self.body.addWidget(self.stack, 1)  # in its place before it is filled
        self.stack.addWidget(self.views)
        self.paper = PaperPanel(say, self.tasks, "bill", self.seat.station.code)
        self.paper.closed.connect(self._close_paper)
        self.stack.addWidget(self.paper)
        self.views.addWidget(of_run)
        middle = Fold(
            (self._build_left(), _RUNS_WIDE, _FOLDED_RUNS),
            (self._build_drafts(), 0, _FOLDED_DRAFTS),
            (self.pane, theme.DETAIL_PANE, _FOLDED_BILL),
        )
        of_run.setLayout(column(middle))

    @cached_property
    def review(self) -> Review:
        """What waits for a signature; made when first shown, as the other views of their own are."""
        made = Review(self)
        self.views.addWidget(made.view)
        return made

    @cached_property
    def limits(self) -> ListForm:
        """What a draft waits for."""
        made = limits_view(self)
        self.views.addWidget(made)
        self._typed.append(made)
        return made

    @cached_property
    def others(self) -> OtherBills:
        """The bills no run makes."""
        made = OtherBills(self, self.progress)
        made.made.connect(self._ran)
        self.views.addWidget(made)
        self._typed.append(made)
        return made

    @cached_property
    def corrections(self) -> EnergyTab:
        """Energy put right because of the metering."""
        made = EnergyTab(self)
        self.views.addWidget(made)
        self._typed.append(made)
        return made

    def _view(self) -> QWidget:
        """What the tab chosen shows."""
        if self.tabs.index == TO_SIGN:
            return self.review.view
        if self.tabs.index == LIMITS:
            return self.limits
        if self.tabs.index == CORRECTIONS:
            return self.corrections
        return self.others if self.tabs.index == OTHERS else self.views.widget(0)

    def _build_left(self) -> QWidget:
        say = self.say
        self.month = QLineEdit(months_before(self.seat.today(), 1).strftime("%Y-%m"))
        self.month.setPlaceholderText("2026-01")
        self.month_field = Field(say("Month to bill"), self.month)
        self.month.textEdited.connect(lambda _: self.month_field.problem(""))
        self.draft_button = Button(say("Make drafts"), "Ctrl D", flush=True)
        self.draft_button.clicked.connect(self.make_drafts)
        self.progress = Progress(say("Stop"))
        self.progress.stopped.connect(self.stop_job)
        self.correcting = Correcting(self, self.progress)
        self.correcting.done.connect(self._ran)
        start = Panel(say("New run"))
        start.body.addWidget(self.month_field)
        start.body.addWidget(self.draft_button)
        start.body.addWidget(self.progress)
        start.body.setSpacing(theme.S1)
        reveal(start, self.seat.may(start_run))
        self.runs = runs_table(say)
        self.runs.moved.connect(self._choose)
        earlier = Panel(padding=0)
        earlier.body.addWidget(self.runs)
        left = QWidget()
        left.setLayout(column(start, earlier))
        left.layout().setStretch(1, 1)
        self.left = Stack()
        self.left.addWidget(left)
        self.left.addWidget(self.differences.cause_panel)
        return self.left

    def _build_drafts(self) -> QWidget:
        self.table = drafts_table(self.say, self.seat.app.country)
        self.table.opened.connect(self._open)
        self.table.moved.connect(self._follow)
        self.table.ticked.connect(self.refresh_keys)
        self.differences.table.opened.connect(self._open)
        self.differences.table.moved.connect(self._follow)
        self.differences.table.ticked.connect(self.refresh_keys)
        panel = Panel(padding=0)
        panel.body.addWidget(self.table)
        self.lists = Stack()
        self.lists.addWidget(panel)
        self.lists.addWidget(self.differences.panel)
        asked = QWidget()
        asked.setLayout(column(self.correcting.question, self.lists))
        asked.layout().setStretch(1, 1)
        return asked

    # Keys ----------------------------------------------------------------------------------------------------

    def refresh_keys(self) -> None:
        if self._on_paper:
            back = Key("Esc", Text("back"), self.paper.step_back)
            self.show_keys(back, Key("Ctrl+P", Text("Print"), self.paper.ask_print, "primary", "printer"))
        elif self.tabs.index == LIMITS:
            self.show_keys(*self.limits.keys(), *self._late_fee_keys())
        elif self.tabs.index == OTHERS:
            self.show_keys(*self.others.keys(busy=self.job_running))
        elif self.tabs.index == CORRECTIONS:
            self.show_keys(*self.corrections.keys())
        elif self.tabs.index == TO_SIGN:
            back = Key("Esc", Text("back"), self._close)
            self.show_keys(*self.review.keys(), back, *self._issuing(self.run_shown, busy=self.job_running))
        else:
            self._show_run_keys()

    def _show_run_keys(self) -> None:
        run, busy = self.run_shown, self.job_running
        may_draft = self.seat.may(start_run)
        keys = [
            Key("Return", Text("open bill"), self._open_current),
            Key("Ctrl+P", Text("bill PDF"), self._preview_shown, "none"),
            Key("Esc", Text("back"), self._close),
        ]
        if self.pane.isVisible():
            keys.insert(1, Key("T", Text("trace"), self.pane.read_trace))
        if may_draft:
            keys.insert(1, Key("Ctrl+D", Text("make drafts"), self.make_drafts, enabled=not busy))
        if run is not None and run.at_work and not busy and self.seat.may(stop_run):
            keys.append(Key("Ctrl+T", Text("stop it everywhere"), self.stop_everywhere, "button", "pause"))
        keys += self.correcting.keys(self._chosen(), run, busy=busy)
        self.show_keys(*keys, *self._issuing(run, busy=busy))
        self.draft_button.setEnabled(not busy)

    def _issuing(self, run: RunRow | None, *, busy: bool) -> list[Key]:
        """What F12 does with the run shown: print it, issue it, or make drafts."""
        ready = 0 if run is None else run.ready - run.unsigned
        can_issue = run is not None and run.state in (RunState.DRAFTED, RunState.ISSUING) and ready > 0
        if run is not None and run.state is RunState.ISSUED:
            return [Key("F12", Text("Print the bills"), self.print_bills, "primary", "printer", not busy)]
        if can_issue and self.seat.may(issue_chunk):
            text = Text("Issue {count} bill", plural="Issue {count} bills", count=ready)
            return [Key("F12", text, self.issue, "primary", "check", not busy)]
        if self.seat.may(start_run) and not can_issue:
            return [Key("F12", Text("Make drafts"), self.make_drafts, "primary", "calculator", not busy)]
        return []

    def _chosen(self) -> tuple[DraftRow, ...]:
        """The ticked accounts of the list shown, or the current one."""
        table = self._list()
        if table.ticks is not None and table.ticks.everything:
            left_out = {row.account_number for row in table.ticks.rows}
            return tuple(row for row in table.rows_model.rows if row.account_number not in left_out)
        if table.ticks is not None and table.ticks.rows:
            return table.ticks.rows
        return (table.current,) if table.current is not None else ()

    def _late_fee_keys(self) -> list[Key]:
        """The key to what the law leaves open about late fees, where it leaves anything."""
        settings = self.seat.app.country.late_fee_settings
        if settings is None or self.limits.form is not None or not self.seat.may(late_fee_choices):
            return []
        return [Key("L", Text("late fees"), lambda: LateFeeSettingsSheet(self, settings).appear())]

    def _choose_tab(self) -> None:
        if self.tabs.index == LIMITS:
            self.limits.ask()
        if self.tabs.index == CORRECTIONS:
            self.corrections.ask()
        self.stack.setCurrentIndex(0)
        self.overview.setVisible(self.tabs.index not in (LIMITS, OTHERS, CORRECTIONS))
        self.views.setCurrentWidget(self._view())
        if self.tabs.index == OTHERS:
            self.others.begin()  # once it is seen: what is hidden takes no focus
        self._fit_columns()
        self._show_drafts()
        self.refresh_keys()

    def may_leave(self) -> bool:
        return all(view.may_leave() for view in self._typed)

    def _comparing(self) -> bool:
        return self.tabs.index == COMPARED

    def _list(self) -> Table:
        """The accounts shown."""
        return self.differences.table if self._comparing() else self.table

    # Asking --------------------------------------------------------------------------------------------------

    def ask_again(self) -> None:
        self.runs.asking()
        self.ask(bill_runs, None, self._show_runs)

    def show_argument(self, argument: object) -> None:
        if self._on_paper:
            self._close_paper()
        if isinstance(argument, RunLook):
            self._wanted_run = argument.number
            self.tabs.choose(HELD if argument.held else 0)
        self.ask_again()
        if isinstance(argument, ErrorFound):
            self.tabs.choose(CORRECTIONS)
            self.corrections.propose_for(argument)
            return
        self.take_focus(self.table)
        if isinstance(argument, str) and argument:
            self.ask(bill, argument, self._look_for)

    def _look_for(self, shown: BillShown) -> None:
        """Show a bill beside the run it was issued in: once its accounts are listed, for the pane follows the list."""
        self._open_pane(False)
        self._wanted_bill, self._wanted_run = shown, shown.run_number
        self.ask(bill_runs, None, self._show_runs)

    def _show_runs(self, runs: tuple[RunRow, ...]) -> None:
        wanted = self._wanted_run or (self.run_shown.number if self.run_shown else None)
        self._wanted_run = ""
        at = next((at for at, run in enumerate(runs) if run.number == wanted), 0)
        self.runs.show_rows(runs, select=at if runs else None)
        if not runs:
            self.refresh_keys()

    def _take_run(self, run: RunRow) -> None:
        """Show a run; the drafts of another one are none of its, and its own are still to come."""
        if self.run_shown is not None and self.run_shown.number != run.number:
            self.drafts = ()
        self.run_shown = run

    def _choose(self, run: RunRow) -> None:
        self._take_run(run)
        say = self.say
        self.object.setText(
            say.join(
                (
                    say("run {number}", number=run.number),
                    say("made by {name} {moment}", name=run.started_by, moment=run.started_at),
                    say("stopped by {name}", name=run.stopped_by) if run.stopped_by else "",
                    why_run(say, run),
                    listed(say, run),
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
        self.cards["energy"].show_figure(say.number(run.energy), compared(say, run))
        waits = say.plural("{count} to sign", "{count} to sign", run.unsigned) if run.unsigned else ""
        left = say.plural("{count} left", "{count} left", run.left) if run.left else ""
        drafting = left if run.state is RunState.DRAFTING else ""
        self.cards["ready"].show_figure(
            say.number(run.ready), *((note, "warn") if (note := drafting or waits) else ())
        )
        self.cards["held"].show_figure(say.number(run.held), *((say("see why"), "warn") if run.held else ()))
        issuing = "" if drafting else left
        self.cards["issued"].show_figure(say.number(run.issued), *((issuing, "warn") if issuing else ()))
        self.refresh_keys()
        self.table.asking()
        self.ask(run_drafts, run.number, self._take_drafts)

    def _take_drafts(self, drafts: tuple[DraftRow, ...]) -> None:
        self.drafts = drafts
        self._show_drafts()
        if (wanted := self._wanted_here()) is not None:
            self._wanted_bill = None
            self._show_bill(wanted)

    def _wanted_here(self) -> BillShown | None:
        """The bill that is looked for, unless it is of another run, whose accounts are still to come."""
        wanted, run = self._wanted_bill, self.run_shown
        if wanted is None or run is None or run.number == wanted.run_number:
            return wanted
        listed = {one.number for one in self.runs.rows_model.rows}
        return None if wanted.run_number in listed else wanted  # it may be of another hall

    def _show_drafts(self) -> None:
        held = [draft for draft in self.drafts if draft.state is DraftState.HELD]
        run, waits = self.run_shown, sum(1 for draft in self.drafts if draft.unsigned)
        counts = len(self.drafts), len(held), waits
        if run is not None and run.accounts > MOST_SHOWN:
            counts = run.accounts, run.held, run.unsigned
        for tab, count in zip((0, HELD, TO_SIGN), counts, strict=True):
            self.tabs.count(tab, self.say.number(count))
        self.differences.show_drafts(self.drafts)
        self.tabs.count(COMPARED, self.say.number(len(self.differences.drafts)))
        if self.tabs.index == TO_SIGN:
            self.review.show_drafts(self.run_shown, self.drafts)
        self.left.setCurrentIndex(int(self._comparing()))
        self.lists.setCurrentIndex(int(self._comparing()))
        shown = held if self.tabs.index == HELD else self.drafts
        self.table.show_empty(
            self.say("Nothing is held")
            if self.tabs.index == HELD and self.drafts
            else self.say("No drafts here"),
            "",
            "receipt-text",
        )
        at = self.table.place_in(shown)
        if (wanted := self._wanted_here()) is not None:
            at = next((at for at, draft in enumerate(shown) if draft.bill_number == wanted.number), 0)
        self.table.show_rows(shown, select=at if shown else None)

    # Runs ----------------------------------------------------------------------------------------------------

    def make_drafts(self) -> None:
        """Draft the month typed; a month that is none is a problem of its field."""
        if self.job_running:
            return
        run = self.run_shown
        of_its_own = run is not None and (run.correction or run.kind is not BillKind.PERIODIC)
        if of_its_own and self.tabs.index in (HELD, COMPARED):
            self.correcting.again(self.run_shown)
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

    def stop_everywhere(self) -> None:
        """Stop the run shown, on whatever computer somebody works on it."""
        if self.run_shown is not None and not self.job_running:
            self.do(stop_run, self.run_shown.number, self._stopped)

    def _stopped(self, left: SharesLeft) -> None:
        words = self.say.plural(
            "Stopped by {name}: {count} account is left.", "Stopped by {name}: {count} accounts are left.",
            left.accounts, name=left.stopped_by,
        )  # fmt: skip
        self.banner.tell("warn", words, self.say("What is done stays; start it again to go on"))
        self.ask_again()

    def _ran(self, outcome: RunOutcome) -> None:
        say, run = self.say, outcome.run
        self._take_run(run)
        if run.kind not in OF_MONTH and run.ready:
            self.tabs.choose(TO_SIGN)
        elif run.kind is not BillKind.PERIODIC:
            self.tabs.choose(0)
        elif run.correction and run.ready:
            self.tabs.choose(COMPARED)
        if not self._on_paper:
            self.take_focus(self.review.table if self.tabs.index == TO_SIGN else self._list())
        if outcome.stopped_by and outcome.stopped_by != self.seat.actor.name:
            self.banner.tell(
                "warn",
                say.plural(
                    "Stopped by {name}: {count} account is left.",
                    "Stopped by {name}: {count} accounts are left.",
                    run.left,
                    name=outcome.stopped_by,
                ),
                say("What is done stays; start it again to go on"),
            )
        elif outcome.stopped_after or outcome.stopped_by:
            self.banner.tell(
                "warn",
                say(
                    "Stopped after account {count}. What is done stays; start it again to go on",
                    count=outcome.stopped_after,
                ),
            )
        else:
            issued = (
                say.plural("{count} bill issued", "{count} bills issued", run.issued) if run.issued else ""
            )
            ready = say.plural("{count} draft ready", "{count} drafts ready", run.ready)
            self.banner.tell(
                "ok" if (run.ready or run.issued) and not outcome.told else "warn",
                say.join([issued, ready if run.ready or not issued else ""]),
                "\n".join(filter(None, [held_words(say, run), *map(say, outcome.told)])),
            )
        self.told.emit()
        self.refresh_keys()
        self.ask_again()

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
        if (row := self._list().current) is not None:
            self._open(row)

    def _follow(self, draft: DraftRow) -> None:
        """The pane, once open, follows the row."""
        self.refresh_keys()
        if self.pane.isVisible() and (draft.bill_number or draft.state is DraftState.READY):
            self._ask_bill(draft)
        elif self.pane.isVisible():
            self._open_pane(False)  # the pane tells of the row, and this one has no bill to show

    def _open(self, draft: DraftRow) -> None:
        """Open the bill of an account; once more goes into its lines."""
        if self.pane.isVisible() and self.pane.shown.account_number == draft.account_number:
            self.pane.lines.setFocus()
        else:
            self._ask_bill(draft)

    def _ask_bill(self, draft: DraftRow) -> None:
        """Show the bill of an account beside the list, or its draft as the bill that it would become."""
        if draft.bill_number:
            self.ask(bill, draft.bill_number, self._show_bill)
        elif draft.reason is not None:
            self.banner.tell(
                "warn", self.say("Held: {reason}", reason=draft.reason), self.say(draft.mending())
            )
        elif self.run_shown is not None:
            asked = DraftQuery(self.run_shown.number, draft.account_id)
            rehearse: Callable[..., BillShown] = self.seat.rehearse
            self.call(rehearse, draft_bill, asked, then=self._show_bill)

    def _show_bill(self, shown: BillShown) -> None:
        self.banner.clear()
        self.pane.show_bill(shown)
        self._open_pane(True)

    def _open_pane(self, shown: bool) -> None:
        inside = not shown and self.pane.isAncestorOf(QApplication.focusWidget())
        self.pane.setVisible(shown)
        if inside:
            self.take_focus(self._list())
        self._fit_columns()
        self.refresh_keys()

    def _fit_columns(self) -> None:
        """Columns without room beside a bill, or without a value of what is held, are away."""
        beside = not self.pane.isHidden()
        away = {*(_HIDDEN_BESIDE_BILL if beside else ()), *(_OF_READY if self.tabs.index == HELD else ())}
        for at in (*_HIDDEN_BESIDE_BILL, *_OF_READY):
            self.table.setColumnHidden(at, at in away)
        for at in _COMPARED_BESIDE_BILL:
            self.differences.table.setColumnHidden(at, beside)

    def _preview_shown(self) -> None:
        if self.pane.isVisible() and self.pane.shown.draft:
            self.toast(self.say("A draft has no paper before it is issued"))
        elif self.pane.isVisible():
            self._preview(self.pane.shown)

    def _preview(self, shown: BillShown) -> None:
        title = self.say("Bill {number}", number=shown.number)
        self.call(bill_paper, self.seat, shown, then=lambda made: self._show_paper(title, *made))

    def _show_paper(self, title: str, path: Path, paper: PaperFile, through: Through) -> None:
        self.overview.hide()  # a sheet is read as a whole: it has all of the page
        self.stack.setCurrentWidget(self.paper)
        self.paper.show_paper(title, path, paper, through=through, once=False)
        self.refresh_keys()

    @property
    def _on_paper(self) -> bool:
        return self.stack.currentWidget() is self.paper

    def _close_paper(self) -> None:
        self.stack.setCurrentIndex(0)
        self.overview.show()
        self.take_focus(self._list())
        self.refresh_keys()

    def _close(self) -> None:
        """Close the top-most thing: pane, message."""
        if self.pane.isVisible():
            self._open_pane(False)
        elif self.tabs.index == TO_SIGN and self.review.close_bill():
            pass
        elif not (self.review if self.tabs.index == TO_SIGN else self.correcting).question.close_question():
            self.banner.clear()
