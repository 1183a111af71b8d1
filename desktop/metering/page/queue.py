"""Doubtful reads worked by keys: one letter for each verdict, the next row follows by itself, U takes the last back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cached_property, partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from desktop.kernel.measures import Reading
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.metering.page.evidence import Evidence, flag_state
from desktop.metering.page.holidays import HolidaysView
from desktop.metering.page.limits import LimitsView
from desktop.metering.page.testing import Letter, MeterTestsView
from desktop.metering.records import (
    Correction,
    Decided,
    DoubtfulReads,
    DoubtfulRow,
    DoubtState,
    ErrorFound,
    EstimateOrder,
    Flag,
    MeterTests,
    MeterTestState,
    ReadRequestRow,
)
from desktop.metering.service import (
    accept,
    approve_estimate,
    ask_again,
    confirm_rollover,
    correct,
    doubtful_reads,
    estimate,
    meter_tests,
    photo,
    read_requests,
    undo_decision,
)
from desktop.qt import theme
from desktop.qt.basics import Label, column, row
from desktop.qt.buttons import Button
from desktop.qt.cells import badge_room, spark_room, title_room
from desktop.qt.fields import ChoiceField
from desktop.qt.figures import grouped
from desktop.qt.fold import Fold, Stack
from desktop.qt.page import Key, Page, cap
from desktop.qt.panels import Panel
from desktop.qt.photos import PhotoSheet
from desktop.qt.progress import Bar
from desktop.qt.table import Cell, Column, Table
from desktop.qt.tasks import Tasks

PANE = 440
MONTHS = 13
FILTER = 132
TESTS, LIMITS, HOLIDAYS = 2, 3, 4
"""The places of the tabs of meter tests, of limits and of public holidays."""
RUN = "billing.run"
"""Who may run bills goes on to them from here."""
_FOLDED_LIST, _FOLDED_PANE = 320, 520
BUTTONS = {
    "A": (Text("Accept"), "check"),
    "C": (Text("Correct"), "pencil"),
    "O": (Text("Gone round"), "rotate-ccw"),
    "E": (Text("Estimate"), "circle-dashed"),
    "R": (Text("Ask for a re-read"), "route"),
}
"""The verdicts that are buttons too, with their icons; a second way to estimate has its line among the reasons."""


class QueuePage(Page):
    """The reads of the hall that wait for a decision."""

    HELP = Text(
        "Here wait the reads that are possible but doubtful; nothing bills them before somebody decides. One letter is"
        " one verdict: accept, correct, gone round, estimate, read again. U takes the last verdict back, as long as no"
        " bill rests on it. A second estimate running needs another person. Under Meter tests stands by when customers"
        " are told what the test of their meter said; E enters it, and from there go the letter and the correction."
    )

    def __init__(
        self, seat: Seat, tasks: Tasks, title: str, letter: Letter, error: Callable[..., ErrorFound]
    ) -> None:
        super().__init__(seat, tasks, title)
        self.found = DoubtfulReads((), 0, 0)
        self.decided: list[tuple[UUID, ...]] = []
        self._at = 0
        self._busy = False
        self.tabs = self.add_tabs(
            (
                self.say("Doubtful reads"),
                self.say("Re-reads"),
                self.say("Meter tests"),
                self.say("Limits"),
                self.say("Holidays"),
            )
        )
        self.tabs.chosen.connect(self._choose_tab)
        self._letter, self._error = letter, error
        self._build()
        self.refresh_keys()

    # Building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        say = self.say
        self.table = Table(say("Doubtful reads"), self._columns(), row_height=theme.ROW_TWO, persons=True)
        self.table.moved.connect(self._show)
        self.bar, self.done = Bar(), Label("", "small", "ink2")
        self.bar.setFixedWidth(110)
        self.reason, self.route = ChoiceField(), ChoiceField()
        for choice, name in ((self.reason, say("Reason")), (self.route, say("Route"))):
            choice.setAccessibleName(name)
            choice.setMinimumWidth(theme.grown(FILTER))
            choice.changed.connect(lambda _: self._filter())
            choice.installEventFilter(self)
        filters = row(self.reason, self.route, self.done, self.bar, spacing=theme.S2)
        filters.setContentsMargins(theme.S3, theme.S1 + 1, theme.S3, theme.S1 + 1)
        filters.insertStretch(2, 1)
        waiting = Panel(padding=0)
        waiting.body.setSpacing(0)
        waiting.body.addLayout(filters)
        waiting.body.addWidget(self.table)
        self.evidence = Evidence(say)
        self.evidence.corrected.connect(self._correct)
        self.evidence.left.connect(self.table.setFocus)
        self.queue = Fold((waiting, 0, _FOLDED_LIST), (self.evidence, PANE, _FOLDED_PANE))
        self.requests = Table(
            say("Re-reads asked for"), self._request_columns(), row_height=theme.ROW_TWO, persons=True
        )
        self.requests.show_empty(say("No re-read is asked for"), "", "circle-check")
        asked = Panel(padding=0)
        asked.body.addWidget(self.requests)
        second = QWidget()
        second.setLayout(column(asked))
        self.stack = Stack()
        self.stack.addWidget(self.queue)
        self.stack.addWidget(second)
        self.stack.addWidget(QWidget())
        self.limits = LimitsView(self)
        self.stack.addWidget(self.limits)
        self.holidays = HolidaysView(self)
        self.stack.addWidget(self.holidays)
        self.body.addWidget(self.stack, 1)
        self.evidence.tell(None)

    @cached_property
    def tests(self) -> MeterTestsView:
        """The tests of meters, made when first shown: before, it would not know how wide it is."""
        made = MeterTestsView(self, self._letter, self._error)
        self.stack.widget(TESTS).setLayout(column(made))
        return made

    def _columns(self) -> tuple[Column, ...]:
        say = self.say
        last, this, change = say("Last kWh"), say("This kWh"), say("Change %")
        months = say("13 months")
        flags = (*(say(flag.text) for flag in Flag), say(DoubtState.PROPOSED.text))
        return (
            Column(say("Customer, route and stop"), self._who),
            Column(
                last, lambda row: self._energy(row.energy_before, "ink2"), title_room(last, 84), right=True
            ),
            Column(this, lambda row: self._energy(row.energy, "ink"), title_room(this, 84), right=True),
            Column(change, self._change, title_room(change, 84), right=True),
            Column(say("Why it waits"), self._why, badge_room(say("Why it waits"), flags)),
            Column(months, self._months, spark_room(months, MONTHS), sorts=False),
        )

    def _months(self, row: DoubtfulRow) -> Cell:
        highest = max((month.energy.raw for month in row.months), default=0)
        bars = tuple(
            (max(month.energy.raw, 0) / highest if highest > 0 else 0.0, month.estimated)
            for month in row.months
        )
        return Cell(" ".join(self.say.number(month.energy) for month in row.months), spark=bars)

    def _who(self, row: DoubtfulRow) -> Cell:
        register = "" if row.register.value == "active" else self.say(row.register.text)
        return Cell(
            row.customer_name or row.account_number,
            self.say.join((f"{row.route}-{row.position:04}", self._number(row.account_number), register)),
        )

    def _number(self, account: str) -> str:
        return self.seat.app.country.format_account(account)

    def _energy(self, energy: Any, ink: str) -> Cell:
        return Cell("–" if energy is None else self.say.number(energy), strong=ink == "ink", ink=ink)

    def _change(self, row: DoubtfulRow) -> Cell:
        if row.change_percent is None:
            return Cell("–", ink="ink3")
        sign = "+" if row.change_percent > 0 else ""
        return Cell(sign + self.say.number(row.change_percent, 0), ink="ink2")

    def _why(self, row: DoubtfulRow) -> Cell:
        if row.state is DoubtState.PROPOSED:
            return Cell(self.say(row.state.text), state="est")
        flag = row.doubts[0].flag
        return Cell(self.say(flag.text), state=flag_state(flag))

    def _request_columns(self) -> tuple[Column, ...]:
        say = self.say

        def who(row: ReadRequestRow) -> Cell:
            place = f"{row.route}-{row.position:04}"
            return Cell(
                row.customer_name or row.account_number, say.join((place, self._number(row.account_number)))
            )

        return (
            Column(say("Customer, route and stop"), who),
            Column(say("Address"), lambda row: Cell(row.address, ink="ink2"), 280, head=0.3),
            Column(say("Meter"), lambda row: Cell(grouped(row.meter_serial), say(row.register.text)), 170),
            Column(say("Why it waits"), lambda row: Cell(say(row.why), ink="ink2"), 300),
            Column(say("Asked for"), lambda row: Cell(say.date(row.asked_on), row.asked_by), 130),
        )

    # Asking --------------------------------------------------------------------------------------------------

    def show_argument(self, argument: object) -> None:
        if argument == MeterTestState.OPEN:
            self.tabs.choose(TESTS)
        self.ask_again()
        self.take_focus(
            self.tests.table if self.tabs.index == TESTS else self.requests if self.tabs.index else self.table
        )

    def ask_again(self) -> None:
        self.table.asking()
        self.ask(doubtful_reads, None, self._take)
        self.ask(read_requests, None, self._take_requests)
        self.ask(meter_tests, None, self._take_tests)
        self.limits.ask()
        self.holidays.ask()

    def _take(self, found: DoubtfulReads) -> None:
        say, self.found = self.say, found
        self._offer_filters()
        self.tabs.count(0, say.number(found.total))
        whole = found.total + found.decided_today
        self.done.setText(
            say("{done} of {whole} done today", done=found.decided_today, whole=whole) if whole else ""
        )
        self.bar.show_share(found.decided_today / whole if whole else 0)
        self.bar.setVisible(bool(whole))
        self._filter()
        self.waiting.emit("doubtful", found.total, False)

    @property
    def _all(self) -> list[DoubtfulRow]:
        """Whatever waits for a decision here."""
        return [row for row in self.found.rows if row.state is not DoubtState.ASKED]

    def _reason_of(self, row: DoubtfulRow) -> str:
        return DoubtState.PROPOSED.value if row.state is DoubtState.PROPOSED else row.doubts[0].flag.value

    def _offer_filters(self) -> None:
        """The reasons and routes of what waits, each with how many; one that is chosen stays while it is there."""
        say, rows = self.say, self._all
        reasons, routes = Counter(map(self._reason_of, rows)), Counter(row.route for row in rows)
        texts = {one.value: one.text for one in (*Flag, DoubtState.PROPOSED)}
        named = [(say("{place}: {what}", place=texts[code], what=say.number(reasons[code])), code) for code in texts
                 if reasons[code]]  # fmt: skip
        walked = [
            (say("{place}: {what}", place=code, what=say.number(routes[code])), code)
            for code in sorted(routes)
        ]
        self.reason.offer([(say("All reasons"), ""), *named])
        self.route.offer([(say("All routes"), ""), *walked])

    def _filter(self) -> None:
        """Show what waits for the reason and on the route chosen."""
        say, reason, route = self.say, self.reason.value(), self.route.value()
        rows = [
            row for row in self._all if reason in (None, self._reason_of(row)) and route in (None, row.route)
        ]
        if self._all:
            words = say("Nothing waits for this reason on this route"), say("Ctrl R, then Esc shows all")
        else:
            words = say("All reads are decided"), say("What is doubted at import or by hand comes here")
        self.table.show_empty(*words, "list-filter" if self._all else "circle-check")
        self._at = min(self._at, max(len(rows) - 1, 0))
        self.table.show_rows(rows, select=self._at if rows else None)
        if not rows:
            self._show(None)

    def _go_to_filters(self) -> None:
        """Into the filter by reason, from there into the one by route."""
        (self.route if self.reason.hasFocus() else self.reason).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Esc in a filter go back to the rows; Esc lets all of them in again."""
        if event.type() == QEvent.Type.KeyPress and watched in (self.reason, self.route):
            if event.key() == Qt.Key.Key_Escape:
                watched.setCurrentIndex(0)
            if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.table.setFocus()
                return True
        return super().eventFilter(watched, event)

    def _take_requests(self, rows: tuple[ReadRequestRow, ...]) -> None:
        self.tabs.count(1, self.say.number(len(rows)))
        self.requests.show_rows(rows, select=0 if rows else None)

    def _take_tests(self, found: MeterTests) -> None:
        self.tabs.count(TESTS, self.say.number(found.open))
        if self.tabs.index == TESTS:
            self.tests.show_tests(found)

    def _choose_tab(self, at: int) -> None:
        self.stack.setCurrentIndex(at)
        if at == TESTS:
            self.tests.table.asking()
            self.ask(meter_tests, None, self._take_tests)
        self.refresh_keys()

    def _show(self, row: DoubtfulRow | None) -> None:
        if row is not None:
            self._at = self.table.currentIndex().row()
        self.evidence.tell(row)
        self.refresh_keys()

    def may_leave(self) -> bool:
        typed = "tests" in vars(self) and not self.tests.may_leave()
        return not typed and self.limits.may_leave() and self.holidays.may_leave()

    def account_shown(self) -> str:
        row = self.evidence.shown
        return row.account_number if row else ""

    # Keys ----------------------------------------------------------------------------------------------------

    def refresh_keys(self) -> None:
        if self.tabs.index == LIMITS:
            self.show_keys(*self.limits.keys())
            return
        if self.tabs.index == HOLIDAYS:
            self.show_keys(*self.holidays.keys())
            return
        if self.tabs.index == TESTS:
            self.show_keys(*self.tests.keys())
            return
        row = None if self.tabs.index else self.evidence.shown
        keys = self._verdicts(row) if row is not None and self.seat.may(correct) else []
        self.evidence.show_actions([self._button(key) for key in keys if key.press in BUTTONS])
        keys = [Key(key.press, key.text, key.act, enabled=not self._busy) for key in keys]
        if row is not None:
            keys.append(Key("S", Text("skip"), self._skip))
            if row.photos:
                keys.append(Key("V", Text("photo"), self._view))
        if self.decided:
            keys.append(Key("U", Text("undo last"), self._undo, enabled=not self._busy))
        if row is not None and self.seat.may(accept) and self._alike(row):
            words = Text("accept all of this reason")
            keys.append(Key("Shift+A", words, self._accept_alike, enabled=not self._busy))
        if not self.seat.may(correct):
            keys = [key for key in keys if key.press in ("S", "V")]
        if not self.tabs.index and self._all:
            keys.append(Key("Ctrl+R", Text("reason, route"), self._go_to_filters))
        if RUN in self.seat.actor.permissions:
            go = partial(self.open_page, "bills")
            keys.append(Key("F12", Text("To bill run"), go, "primary", "arrow-right"))
        self.show_keys(*keys)

    def _button(self, key: Key) -> Button:
        words, icon = BUTTONS[key.press]
        kind = "primary" if key.press == "A" else "plain"
        button = Button(self.say(words), cap(key.press), kind=kind, icon=icon, flush=True)
        button.clicked.connect(key.act)
        return button

    def _verdicts(self, row: DoubtfulRow) -> list[Key]:
        if row.state is DoubtState.PROPOSED:
            keys = [Key("A", Text("approve"), self._approve)] if self.seat.may(approve_estimate) else []
            return [
                *keys,
                Key("C", Text("correct"), self.evidence.type_value),
                Key("R", Text("re-read"), self._again),
            ]
        below = row.gone_round is not None
        keys = [] if below else [Key("A", Text("accept"), self._accept)]
        keys.append(Key("C", Text("correct"), self.evidence.type_value))
        if below:
            keys.append(Key("O", Text("gone round"), self._round))
        for offer, press in zip(row.estimates, ("E", "Shift+E"), strict=False):
            words = Text("estimate") if press == "E" else Text("estimate otherwise")
            keys.append(Key(press, words, partial(self._estimate, offer.method)))
        keys.append(Key("R", Text("re-read"), self._again))
        return keys

    # Deciding ------------------------------------------------------------------------------------------------

    def _decide(self, operation: Callable[..., Any], request: object, ids: tuple[UUID, ...]) -> None:
        if self._busy:
            return
        self._busy = True
        self.banner.clear()

        def taken(answer: Decided | tuple[Decided, ...]) -> None:
            self._busy = False
            self.decided.append(ids)
            first = answer[0] if isinstance(answer, tuple) else answer
            self.toast(self.say(first.state.text))
            self.take_focus(self.table)
            self.ask_again()

        self.do(operation, request, taken, failed=self._failed)
        self.refresh_keys()

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        self.trouble(error)
        self.refresh_keys()

    @property
    def _row(self) -> DoubtfulRow:
        assert self.evidence.shown is not None
        return self.evidence.shown

    def _accept(self) -> None:
        key = self._row.doubtful_id
        self._decide(accept, (key,), (key,))

    def _alike(self, row: DoubtfulRow) -> tuple[UUID, ...]:
        """The rows that wait for the same reason and can be accepted as they are, this one among them."""
        if row.state is not DoubtState.WAITING or row.gone_round is not None:
            return ()
        flag = row.doubts[0].flag
        return tuple(
            one.doubtful_id
            for one in self.table.rows_model.rows
            if one.state is DoubtState.WAITING and one.gone_round is None and one.doubts[0].flag is flag
        )

    def _accept_alike(self) -> None:
        ids = self._alike(self._row)
        self._decide(accept, ids, ids)

    def _correct(self, value: Reading) -> None:
        key = self._row.doubtful_id
        self._decide(correct, Correction(key, value), (key,))

    def _round(self) -> None:
        key = self._row.doubtful_id
        self._decide(confirm_rollover, key, (key,))

    def _estimate(self, method: Any) -> None:
        key = self._row.doubtful_id
        self._decide(estimate, EstimateOrder(key, method), (key,))

    def _approve(self) -> None:
        key = self._row.doubtful_id
        self._decide(approve_estimate, key, (key,))

    def _again(self) -> None:
        key = self._row.doubtful_id
        self._decide(ask_again, key, (key,))

    def _skip(self) -> None:
        at = self._at + 1
        if at < self.table.model().rowCount():
            self.table.go_to(at)

    def _undo(self) -> None:
        if self._busy or not self.decided:
            return
        ids = self.decided[-1]
        self._busy = True

        def undone(_answers: object) -> None:
            self._busy = False
            self.decided.pop()
            self.toast(self.say("Taken back: it waits again"))
            self.ask_again()

        self.do(undo_decision, ids, undone, failed=self._failed)
        self.refresh_keys()

    # The photo -----------------------------------------------------------------------------------------------

    def _view(self) -> None:
        self.ask(photo, self._row.photos[-1], self._show_photo)

    def _show_photo(self, content: bytes) -> None:
        sheet = PhotoSheet(self, self.say, self.say("Photo of the register"), content)
        sheet.appear()
