"""The queue of drafts that wait for another person: signed or sent back by one letter, the next row follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.billing.page.bill import BillPane
from desktop.billing.records import (
    Against,
    BillShown,
    ChunkDone,
    DraftLook,
    DraftQuery,
    DraftRow,
    ReviewFlag,
    RunRow,
    SendBackOrder,
    SignOrder,
)
from desktop.billing.rules import change
from desktop.billing.service import draft_bill, draft_look, look_again, send_back, sign_drafts
from desktop.kernel.text import Text
from desktop.qt import theme
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import Label, column
from desktop.qt.buttons import Button
from desktop.qt.cells import badge_room, title_room
from desktop.qt.charts import month_bars
from desktop.qt.evidence import EvidencePane
from desktop.qt.fields import ChoiceField
from desktop.qt.figures import signed
from desktop.qt.fold import Fold, Stack
from desktop.qt.keys import cap
from desktop.qt.page import Key, Page
from desktop.qt.panels import Panel
from desktop.qt.progress import Bar
from desktop.qt.table import Cell, Column, Table, money_cell

PANE, FILTER = 440, 132
_FOLDED_LIST, _FOLDED_PANE = 320, 520
SERIOUS = (ReviewFlag.NEGATIVE, ReviewFlag.LARGE)
WHYS = (Text("Check the reading"), Text("Ask the customer"), Text("Check price and terms"))
BACK = "back"


class Review(QObject):
    """The tab of drafts to sign: the list with its filter, the evidence beside it, and the letters."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.page, self.say, self.question = (
            page,
            page.say,
            InlineQuestion(page.unfinished, page.tasks, "review"),
        )
        self.run: RunRow | None = None
        self.decided: list[tuple[str, tuple[UUID, ...]]] = []
        self._all: tuple[DraftRow, ...] = ()
        self._signed = self._at = 0
        self._busy = False
        self._sending: tuple[UUID, ...] = ()
        self._build()
        self.question.answered.connect(self._answered)

    def _build(self) -> None:
        say = self.say
        self.table = Table(
            say("Drafts to sign"),
            self._columns(),
            row_height=theme.ROW_TWO,
            persons=True,
            key=lambda row: row.account_number,
        )
        self.table.moved.connect(self._show)
        self.table.opened.connect(self._open)
        self.reason = ChoiceField()
        self.reason.setAccessibleName(say("Reason"))
        self.reason.setMinimumWidth(theme.grown(FILTER))
        self.reason.changed.connect(lambda _: self._filter())
        self.reason.installEventFilter(self)
        self.bar, self.done = Bar(), Label("", "small", "ink2")
        self.bar.setFixedWidth(110)
        waiting = Panel(say("Drafts to sign"), padding=0)
        for widget in (self.reason, self.done, self.bar):
            waiting.head.addWidget(widget)
        waiting.body.addWidget(self.table)
        self.evidence = EvidencePane(say)
        self.evidence.show_parts(shown=False)
        self.pane = BillPane(say, self.page.seat.app.country)
        self.pane.closed.connect(self.close_bill)
        self.beside = Stack()
        self.beside.addWidget(self.evidence)
        self.beside.addWidget(self.pane)
        asked = QWidget()
        asked.setLayout(column(self.question, waiting))
        asked.layout().setStretch(1, 1)
        self.view = Fold((asked, 0, _FOLDED_LIST), (self.beside, PANE, _FOLDED_PANE))

    def _columns(self) -> tuple[Column, ...]:
        say, sign = self.say, self.page.seat.app.country.currency.sign
        before, now, amount = (
            say("kWh before"),
            say("This kWh"),
            say("Amount {sign}", sign=sign),
        )
        return (
            Column(say("Customer, account, route"), self._who),
            Column(before, lambda row: self._before(row, "ink2"), title_room(before, 76), right=True),
            Column(
                now, lambda row: Cell(say.number(row.energy), strong=True), title_room(now, 76), right=True
            ),
            Column("%", self._change, 72, right=True),
            Column(
                amount, lambda row: money_cell(say.money(row.amount)), title_room(amount, 92), right=True
            ),
            Column(
                say("Why it waits"), self._why,
                badge_room(say("Why it waits"), [f"{say(flag.text)} +2" for flag in ReviewFlag]),
            ),
        )  # fmt: skip

    # Cells ---------------------------------------------------------------------------------------------------

    def _who(self, row: DraftRow) -> Cell:
        number = self.page.seat.app.country.format_account(row.account_number)
        return Cell(row.customer_name, self.say.join([number, row.route]))

    def _before(self, row: DraftRow, ink: str) -> Cell:
        return Cell("–" if row.energy_before is None else self.say.number(row.energy_before), ink=ink)

    def _change(self, row: DraftRow) -> Cell:
        share = change(row.energy.decimal, row.energy_before.decimal) if row.energy_before else None
        if share is None:
            return Cell("–", ink="ink3")
        return Cell(signed(self.say.number(share, 0), share), ink="ink2")

    def _why(self, row: DraftRow) -> Cell:
        first, *others = row.flags
        words = self.say(first.text)
        more = f"{words} +{len(others)}" if others else words
        return Cell(more, state="bad" if first in SERIOUS else "warn")

    # Showing -------------------------------------------------------------------------------------------------

    def show_drafts(self, run: RunRow | None, drafts: Sequence[DraftRow]) -> None:
        """Show what of a run waits for a signature; how many were signed stands beside it."""
        self.run = run
        self._all = tuple(row for row in drafts if row.unsigned)
        self._signed = sum(1 for row in drafts if row.flags and row.signed_by)
        total = self._signed + len(self._all)
        words = self.say("{done} of {total} signed", done=self._signed, total=total)
        self.done.setText(words if total else "")
        self.bar.show_share(self._signed / total if total else 0)
        self.bar.setVisible(bool(total))
        counts = Counter(flag for row in self._all for flag in row.flags)
        named = [
            (self.say("{place}: {what}", place=flag, what=self.say.number(counts[flag])), flag.value)
            for flag in ReviewFlag
            if counts[flag]
        ]
        self.reason.offer([(self.say("All reasons"), ""), *named])
        self._filter()

    def _filter(self) -> None:
        """Show what waits for the reason chosen."""
        say, reason = self.say, self.reason.value()
        rows = [row for row in self._all if reason is None or ReviewFlag.of(reason) in row.flags]
        if self._all:
            words = say("Nothing waits for this reason"), say("Ctrl R, then Esc shows all")
        else:
            words = say("Nothing waits for a signature"), ""
        self.table.show_empty(*words, "list-filter" if self._all else "circle-check")
        self._at = min(self._at, max(len(rows) - 1, 0))
        self.table.show_rows(rows, select=self._at if rows else None)
        if not rows:
            self._show(None)

    def _go_to_filter(self) -> None:
        self.reason.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Esc in the filter go back to the rows; Esc lets all of them in again."""
        if event.type() == QEvent.Type.KeyPress and watched is self.reason:
            if event.key() == Qt.Key.Key_Escape:
                self.reason.setCurrentIndex(0)
            if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.table.setFocus()
                return True
        return super().eventFilter(watched, event)

    def _show(self, row: DraftRow | None) -> None:
        """Show a draft; its months and lines are asked for, the figures stand at once."""
        self.evidence.show_parts(shown=row is not None)
        if row is not None:
            self._at = self.table.currentIndex().row()
            self._tell(row)
            self.evidence.bars.show_bars(())
            asked = DraftQuery(self.run.number, row.account_id)
            self.page.ask(draft_look, asked, partial(self._looked, row))
        if row is not None and self._opened():
            self._ask_bill(row)
        else:
            self.close_bill()
        self.page.refresh_keys()

    def _opened(self) -> bool:
        """Whether the bill that the draft would become stands in the place of the evidence."""
        return self.beside.currentWidget() is self.pane

    def _open(self, row: DraftRow) -> None:
        """Open the draft chosen; once more goes into its lines."""
        if self._opened() and self.pane.shown.account_number == row.account_number:
            self.pane.lines.setFocus()
        else:
            self._ask_bill(row)

    def _ask_bill(self, row: DraftRow) -> None:
        """Show a draft as the bill that it would become, in the place of the evidence."""
        rehearse: Callable[..., BillShown] = self.page.seat.rehearse
        asked = DraftQuery(self.run.number, row.account_id)
        self.page.call(rehearse, draft_bill, asked, then=self._show_bill)

    def _show_bill(self, shown: BillShown) -> None:
        row = self.table.current
        if row is not None and row.account_number == shown.account_number:
            self.pane.show_bill(shown)
            self.beside.setCurrentWidget(self.pane)
            self.page.refresh_keys()

    def close_bill(self) -> bool:
        """Go back from the bill to the evidence; whether it was open."""
        was, inside = self._opened(), self.pane.isAncestorOf(QApplication.focusWidget())
        self.beside.setCurrentWidget(self.evidence)
        if inside:
            self.page.take_focus(self.table)
        return was

    def _tell(self, row: DraftRow) -> None:
        say, first = self.say, row.flags[0]
        number = self.page.seat.app.country.format_account(row.account_number)
        self.evidence.tell_head(
            row.customer_name, say.join((number, row.route)), say(first.text),
            "bad" if first in SERIOUS else "warn",
        )  # fmt: skip
        other = row.against(Against.REPLACED) or row.against(Against.MONTH)
        labels = (
            say(other.against.text) if other else say(Against.MONTH.text), say("Now"), say("Difference"),
        )  # fmt: skip
        values = (
            say.money(other.amount) if other else "–", say.money(row.amount),
            signed(say.money(other.difference), other.difference.raw) if other else "–",
        )  # fmt: skip
        energies = (
            say("{energy} kWh", energy=other.energy) if other else "",
            say("{energy} kWh", energy=row.energy),
            f"{signed(say.number(row.energy - other.energy), (row.energy - other.energy).raw)} kWh"
            if other
            else "",
        )
        self.evidence.tell_figures(labels, values, energies, "bad" if row.amount.raw < 0 else "ink")
        self.evidence.tell_reasons(say("Why it waits"))
        for flag in row.flags:
            bad = flag in SERIOUS
            self.evidence.line(
                "circle-alert" if bad else "triangle-alert", "bad" if bad else "warn", say(flag.text)
            )
        if other and other.causes:
            causes = sorted(other.causes, key=lambda one: -abs(one.amount.raw))
            words = [
                f"{say(one.cause.text)} {signed(say.money(one.amount), one.amount.raw)}" for one in causes
            ]
            self.evidence.line("calculator", "accent", say.join(words))
        gone = row.against(Against.REPLACED)
        if gone is not None:
            self.evidence.line("rotate-ccw", "accent", say("replaces bill {number}", number=gone.number))

    def _looked(self, row: DraftRow, look: DraftLook) -> None:
        """The months and where the energy comes from, where the row is still the one shown."""
        if self.table.current is None or self.table.current.account_id != look.account_id:
            return
        say = self.say
        months = [(one.month, one.energy.decimal, one.estimated) for one in look.usage]
        self.evidence.bars.show_bars(month_bars(say, months))
        self.evidence.bars.setVisible(bool(months))  # of a bill by hand there are none
        for read in look.reads:
            between = f"{say.number(read.current)} − {say.number(read.previous)}"
            words = say.join((between, say(read.register.text), say(read.source.text), read.reader))
            self.evidence.line("gauge", "est" if read.source.value == "estimated" else "ink2", words)
        if (
            ReviewFlag.BY_HAND in row.flags
        ):  # nothing was measured: what somebody wrote is all there is to look at
            for note in look.notes:
                self.evidence.line("pencil", "ink2", say(note))

    # Keys ----------------------------------------------------------------------------------------------------

    def keys(self) -> list[Key]:
        """The letters for the row chosen."""
        row, may = self.table.current, self.page.seat.may(sign_drafts)
        keys = []
        if row is not None and may:
            keys += [
                Key("A", Text("sign"), lambda: self._sign((row.account_id,)), enabled=not self._busy),
                Key("R", Text("send back"), lambda: self._ask_why(row), enabled=not self._busy),
            ]
        self._show_buttons(keys)
        if row is not None:
            keys.append(Key("Return", Text("open bill"), partial(self._open, row)))
            keys += [Key("T", Text("trace"), self.pane.read_trace)] if self._opened() else []
            keys.append(Key("S", Text("skip"), self._skip))
        if may and self.decided:
            keys.append(Key("U", Text("undo last"), self._undo, enabled=not self._busy))
        if row is not None and may:
            alike = tuple(one.account_id for one in self.table.rows_model.rows if one.flags == row.flags)
            words = Text("sign all of this reason")
            keys.append(Key("Shift+A", words, lambda: self._sign(alike), enabled=not self._busy))
        if self._all:
            keys.append(Key("Ctrl+R", Text("reason"), self._go_to_filter))
        return keys

    def _show_buttons(self, keys: Sequence[Key]) -> None:
        words = {"A": (Text("Sign the draft"), "check"), "R": (Text("Send back"), "rotate-ccw")}
        buttons = []
        for key in keys:
            text, icon = words[key.press]
            kind = "primary" if key.press == "A" else "plain"
            button = Button(self.say(text), cap(key.press), kind=kind, icon=icon, flush=True)
            button.clicked.connect(key.act)
            buttons.append(button)
        self.evidence.show_actions(buttons)

    # Deciding ------------------------------------------------------------------------------------------------

    def _sign(self, keys: tuple[UUID, ...]) -> None:
        if self.run is not None and not self._busy:
            self._busy = True
            order = SignOrder(self.run.number, keys)
            self.page.do(sign_drafts, order, partial(self._taken, keys, "signed"), failed=self._failed)

    def _ask_why(self, row: DraftRow) -> None:
        """Nothing is sent back without a reason."""
        say = self.say
        self._sending = (row.account_id,)
        title = say("Send the draft of {name} back", name=row.customer_name)
        keys = say("Enter sends it back, Esc leaves it")
        self.question.ask(BACK, title, keys, say("why"), [say(why) for why in WHYS])

    def _answered(self, place: int, words: str, _ctrl: bool) -> None:
        why = self.say(WHYS[place]) if place >= 0 else words.strip()
        if not why:
            self.question.problem(self.say("Say why"))
        elif self.run is not None and not self._busy:
            self.question.close_question()
            self._busy = True
            keys = self._sending
            order = SendBackOrder(self.run.number, keys, why)
            self.page.do(send_back, order, partial(self._taken, keys, "sent back"), failed=self._failed)

    def _taken(self, keys: tuple[UUID, ...], how: str, done: ChunkDone) -> None:
        say = self.say
        self._busy = False
        if how != "signed":
            self.question.settled()
        self.decided.append((self.run.number, keys))
        words = (
            say.plural("{count} draft signed", "{count} drafts signed", done.done)
            if how == "signed"
            else say("Sent back: it is held with the reason")
        )
        self.page.toast(words)
        self.page.take_focus(self.table)
        self.page.ask_again()

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        self.page.trouble(error)
        self.page.refresh_keys()

    def _skip(self) -> None:
        if self._at + 1 < self.table.model().rowCount():
            self.table.go_to(self._at + 1)

    def _undo(self) -> None:
        if self._busy or not self.decided:
            return
        self._busy = True
        run, keys = self.decided[-1]

        def undone(_answer: ChunkDone) -> None:
            self._busy = False
            self.decided.pop()
            self.page.toast(self.say("Taken back: it waits again"))
            self.page.ask_again()

        self.page.do(look_again, SignOrder(run, keys), undone, failed=self._failed)
