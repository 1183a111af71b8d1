"""The page of months: what stands open, the figures, the rows behind each of them, and the close."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from operator import attrgetter
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from desktop.billing.records import RunLook
from desktop.closing.documents import age_words, tax_words, tier_words
from desktop.closing.records import Behind, BehindRow, Check, CloseOrder, Figure, MonthLook, MonthRow
from desktop.closing.service import behind, behind_extent, close_month, export_month, look_at, months
from desktop.counter.service import lost_payments
from desktop.kernel.listing import Listing
from desktop.kernel.measures import Energy, Measure, Money
from desktop.kernel.text import Text
from desktop.kernel.work import Seat
from desktop.ledger.records import Role
from desktop.qt import theme
from desktop.qt.asking import InlineQuestion
from desktop.qt.basics import column
from desktop.qt.cells import badge_room, title_room
from desktop.qt.fold import Fold, Stack
from desktop.qt.page import Key, Page
from desktop.qt.panels import Card, Panel
from desktop.qt.progress import Progress
from desktop.qt.rows import Source
from desktop.qt.table import Cell, Column, Table, money_cell
from desktop.qt.tasks import Tasks

CHECKS, TIERS, AGES, TAXES, LEDGER = range(5)
_LIST, _FOLDED_LIST, _FOLDED_FIGURES = 220, 160, 460


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a tab: its words, its figures in the order of the columns, and what each of the two keys opens."""

    words: str
    second: str
    figures: tuple[Measure | int, ...]
    opens: Figure | None = None
    other: Figure | None = None
    state: str = ""
    total: bool = False


class MonthsPage(Page):
    """Months at the left; of the chosen one cards and, by tab, what stands open and its figures."""

    HELP = Text(
        "The months of the ledger. A month that is over is closed once nothing stops it; from then on nothing posts"
        " into it, and its figures stay. What is undone later posts into the open month. Enter on a figure opens the"
        " rows it is the sum of; Ctrl+E writes the month for other books of account."
    )

    def __init__(self, seat: Seat, tasks: Tasks, title: str) -> None:
        super().__init__(seat, tasks, title)
        self.look: MonthLook | None = None
        self.opened: Figure | None = None
        say = self.say
        self.tabs = self.add_tabs(
            [say("Check list"), say("Class and tier"), say("Arrears"), say("VAT"), say("Ledger")]
        )
        self.tabs.chosen.connect(self._choose_tab)
        self.question = InlineQuestion(self.unfinished, self.tasks, "month")
        self.question.answered.connect(lambda _at, words, _held: self._close_with(words))
        self.progress = Progress(say("Stop"))
        self.progress.stopped.connect(self.stop_job)
        self.months = self._build_months()
        listed, shown = Panel(padding=0), QWidget()
        listed.body.addWidget(self.months)
        self.stack = Stack()
        right = column()
        right.addLayout(self._build_cards())
        right.addWidget(self.stack, 1)
        shown.setLayout(right)
        self._tables: dict[int, Table] = {}
        self.body.addWidget(self.question)
        self.body.addWidget(self.progress)
        self.body.addWidget(Fold((listed, theme.grown(_LIST), _FOLDED_LIST), (shown, 0, _FOLDED_FIGURES)), 1)
        self._choose_tab(CHECKS)

    # Building ------------------------------------------------------------------------------------------------

    def _build_months(self) -> Table:
        say = self.say
        states = say(Text("closed", context="month")), say("not closed"), say("not over")

        def state(one: MonthRow) -> Cell:
            if one.closed_at is not None:
                return Cell(states[0], state="locked")
            return Cell(states[1], state="due") if one.over else Cell(states[2], state="plain")

        table = Table(
            say("Months"),
            (
                Column(say("Month"), lambda one: Cell(say.month(one.month), strong=True)),
                Column(say("State"), state, badge_room(say("State"), states)),
            ),
            key=lambda one: one.month,
        )
        table.moved.connect(self._choose_month)
        return table

    def _build_cards(self) -> QHBoxLayout:
        say, sign = self.say, self.seat.app.country.currency.sign
        cards, found = QHBoxLayout(), {}
        cards.setSpacing(theme.S3)
        for name, label, unit, opens in (
            ("receivable", say("Receivable"), sign, Behind.CHARGED),
            ("received", say("Received"), sign, Behind.RECEIVED),
            ("recovery", say("Recovery rate"), "%", Behind.DUE),
            ("arrears", say("Arrears"), sign, Behind.ARREARS),
            ("price", say("Average price"), f"{sign}/kWh", Behind.CHARGED),
        ):
            card = found[name] = Card(label, unit, leads=True)
            card.opened.connect(partial(self._open_card, opens))
            cards.addWidget(card, 1)
        self.cards: dict[str, Card] = found
        return cards

    def _table(self, tab: int) -> Table:
        """The table of a tab, made when it is first shown."""
        if tab not in self._tables:
            table = self._build(tab)
            table.opened.connect(self._open_line)
            panel = Panel(padding=0)
            panel.body.addWidget(table)
            self.stack.addWidget(panel)
            self._tables[tab] = table
        return self._tables[tab]

    def _build(self, tab: int) -> Table:
        say = self.say
        match tab:
            case 0:
                return Table(say("Check list"), (
                    Column(say("What may stand open"), lambda one: Cell(one.words, strong=bool(one.figures[0]))),
                    self._number(say("Count"), 0),
                    Column(say("State"), self._check_state, badge_room(
                        say("State"), (say("nothing open"), say("stops the close"), say("explain it")))),
                ))  # fmt: skip
            case 1:
                return Table(say("Class and tier"), (
                    Column(say("Class"), _words, 150), Column(say("Tier"), lambda one: Cell(one.second)),
                    self._number("kWh", 0), self._number(say("Receivable"), 1), self._number(say("Received"), 2),
                ))  # fmt: skip
            case 2:
                return Table(say("Arrears"), (
                    Column(say("Overdue"), _words), self._number(say("Items"), 0), self._number(say("Amount"), 1),
                ))  # fmt: skip
            case 3:
                return Table(say("VAT"), (
                    Column("%", _words, 80), Column(say("Bills"), lambda one: Cell(one.second)),
                    self._number(say("Count"), 0), self._number(say("Net"), 1), self._number(say("VAT"), 2),
                    self._number(say("Gross"), 3),
                ))  # fmt: skip
        return Table(say("Ledger"), (
            Column(say("Ledger account"), _words, title_room(say("Ledger account"), 110)),
            Column(say("What it holds"), lambda one: Cell(one.second)),
            self._number(say("Balance before"), 0), self._number(say("Debit"), 1),
            self._number(say(Text("Credit", context="ledger")), 2), self._number(say("Balance after"), 3),
        ))  # fmt: skip

    def _number(self, title: str, at: int) -> Column:
        say = self.say

        def cell(one: Line) -> Cell:
            figure = one.figures[at]
            if isinstance(figure, Money):
                return money_cell(say.money(figure), zero=not figure)
            return Cell(say.number(figure), ink="ink" if figure else "ink3", strong=one.total)

        return Column(title, cell, title_room(title, 112), right=True, value=lambda one: one.figures[at])

    def _check_state(self, one: Line) -> Cell:
        words = {
            "ok": self.say("nothing open"), "bad": self.say("stops the close"), "warn": self.say("explain it"),
        }  # fmt: skip
        return Cell(words[one.state], state=one.state)

    @cached_property
    def behind(self) -> Table:
        """The rows behind a figure, made when the first one is opened."""
        say, sign = self.say, self.seat.app.country.currency.sign

        def quantity(one: BehindRow) -> Cell:
            return Cell("" if one.energy is None else say.number(one.energy))

        def amount(one: BehindRow) -> Cell:
            return Cell("") if one.amount is None else money_cell(say.money(one.amount), zero=not one.amount)

        table = Table(
            say("Rows behind a figure"),
            (
                Column(say("Day"), lambda one: say.date(one.on) if one.on else "", 100, sorts=False),
                Column(say("What"), lambda one: Cell(say(one.what), ink="ink2"), 130, sorts=False),
                Column(say("Paper"), lambda one: one.paper, 160, sorts=False),
                Column(say("Account"), self._account, 140, sorts=False),
                Column(say("Customer"), lambda one: Cell(one.customer_name, strong=True), sorts=False),
                Column("kWh", quantity, 90, right=True, sorts=False, value=lambda one: one.energy),
                Column(
                    say("Amount {sign}", sign=sign), amount, 116, right=True, sorts=False,
                    value=lambda one: one.amount,
                ),
            ),
            source=Source(self.ask, behind, behind_extent),
            persons=True,
        )  # fmt: skip
        table.show_empty(say("No row is behind this figure"), "", "list-filter")
        table.opened.connect(self._open_row)
        table.listed.connect(self._tell_sum)
        self._behind_panel = Panel(" ", padding=0, gives_way=True)
        self._behind_panel.body.addWidget(table)
        self.stack.addWidget(self._behind_panel)
        return table

    def _account(self, one: BehindRow) -> str:
        return self.seat.app.country.format_account(one.account_number) if one.account_number else ""

    # Asking --------------------------------------------------------------------------------------------------

    def show_argument(self, argument: object) -> None:
        self.ask_again()
        self.take_focus(self.months)

    def ask_again(self) -> None:
        self.months.asking()
        self.ask(months, None, self._show_months)
        if self.opened is not None:
            self.behind.ask_again()

    def _show_months(self, found: tuple[MonthRow, ...]) -> None:
        """The month chosen before; at first the oldest that can be closed."""
        before = self.months.current
        ready = [at for at, one in enumerate(found) if one.over and one.closed_at is None]
        at = next((at for at, one in enumerate(found) if before and one.month == before.month), None)
        if at is None:
            at = ready[-1] if ready else 0
        self.waiting.emit("months", len(ready), False)
        self.months.show_rows(found, select=at)
        self._ask_look(found[at])

    def _choose_month(self, one: MonthRow) -> None:
        if self.look is None or self.look.row.month != one.month:
            self._back()
            self._ask_look(one)

    def _ask_look(self, one: MonthRow) -> None:
        self.call(look_at, self.seat, f"{one.month:%Y-%m}", then=self._show_look)

    def _show_look(self, look: MonthLook) -> None:
        if self.months.current is None or self.months.current.month != look.row.month:
            return
        self.look = look
        say, found = self.say, look.figures
        closed = look.row.closed_at
        words = [say.month(look.row.month)]
        if closed is not None:
            words.append(say("closed by {name} on {moment}", name=look.row.closed_by, moment=closed))
        self.object.setText(say.join([*words, look.row.remark]))
        share, price = found.recovery_percent, found.average_price
        self.cards["receivable"].show_figure(say.money(found.receivable))
        self.cards["received"].show_figure(say.money(found.received))
        self.cards["recovery"].show_figure("–" if share is None else say.number(share, 2))
        self.cards["arrears"].show_figure(say.money(found.arrears))
        self.cards["price"].show_figure("–" if price is None else say.number(price, 4))
        self.tabs.count(CHECKS, say.number(sum(bool(one.count) for one in look.checks)))
        self._fill(self.tabs.index)
        self.refresh_keys()

    # Tabs ----------------------------------------------------------------------------------------------------

    def _choose_tab(self, tab: int) -> None:
        self.opened = None
        table = self._table(tab)
        self._fill(tab)
        self.stack.setCurrentWidget(table.parentWidget())
        self.refresh_keys()

    def _fill(self, tab: int) -> None:
        if self.look is not None:
            kept = self._table(tab).currentIndex().row()
            rows = _LINES[tab](self, self.look)
            self._table(tab).show_rows(rows, select=max(kept, 0))

    def _figure(self, behind: Behind, part: str = "") -> Figure:
        return Figure(f"{self.look.row.month:%Y-%m}", behind, part)

    def check_lines(self, look: MonthLook) -> list[Line]:
        """The check list."""
        lines = []
        for one in look.checks:
            state = "ok" if not one.count else "bad" if one.check.blocks else "warn"
            opens = self._figure(Behind.CHECK, one.check.value) if one.count else None
            lines.append(Line(self.say(one.check.text), "", (one.count,), opens, state=state))
        return lines

    def tier_lines(self, look: MonthLook) -> list[Line]:
        """What each class was asked for and paid, by tier, and all together."""
        say = self.say
        lines = []
        for row in look.figures.tiers:
            part = f"{row.customer_class.value} {row.tier}"
            lines.append(
                Line(
                    say(row.customer_class.text).capitalize(), tier_words(row, say),
                    (row.energy, row.receivable, row.received),
                    self._figure(Behind.CHARGED, part), self._figure(Behind.RECEIVED, part),
                )
            )  # fmt: skip
        found = look.figures
        whole = (found.energy, found.receivable, found.received)
        fees = self._figure(Behind.LEDGER, Role.LATE_FEE.value)
        late = Line(say("Late fees"), "", (Energy(0), Money(0), found.late_fees), fees, fees)
        return [*lines, self._total(whole, Behind.CHARGED, Behind.RECEIVED), late]

    def age_lines(self, look: MonthLook) -> list[Line]:
        """Arrears by age, and all together."""
        lines = [
            Line(
                age_words(row, self.say), "", (row.items, row.amount),
                self._figure(Behind.ARREARS, f"{row.first} {'-' if row.last is None else row.last}"),
            )
            for row in look.figures.ages
        ]  # fmt: skip
        items = sum(row.items for row in look.figures.ages)
        return [*lines, self._total((items, look.figures.arrears), Behind.ARREARS)]

    def tax_lines(self, look: MonthLook) -> list[Line]:
        """Value added tax by rate, bills issued and taken back, and all together."""
        taxes = look.figures.taxes
        lines = [
            Line(
                self.say.number(row.percent), tax_words(row, self.say),
                (row.bills, row.net, row.tax, row.gross),
                self._figure(Behind.TAX, f"{row.percent} {'taken back' if row.taken_back else 'issued'}"),
            )
            for row in taxes
        ]  # fmt: skip
        sums = [
            Money.total([part(row) for row in taxes]) for part in map(attrgetter, ("net", "tax", "gross"))
        ]
        return [*lines, self._total((sum(row.bills for row in taxes), *sums), Behind.TAX)]

    def ledger_lines(self, look: MonthLook) -> list[Line]:
        """Every ledger account with its balances and sides."""
        return [
            Line(
                row.code, self.say(row.name), (row.before, row.debit, row.credit, row.after),
                self._figure(Behind.LEDGER, row.role.value),
            )
            for row in look.figures.ledger
        ]  # fmt: skip

    def _total(self, figures: tuple[Measure | int, ...], opens: Behind, other: Behind | None = None) -> Line:
        second = self._figure(other) if other is not None else None
        return Line(self.say("All"), "", figures, self._figure(opens), second, total=True)

    # Rows behind ---------------------------------------------------------------------------------------------

    def _open_card(self, opens: Behind) -> None:
        if self.look is not None:
            self._open(self._figure(opens))

    def _open_line(self, line: Line) -> None:
        if line.opens is not None:
            self._open(line.opens)
        else:
            self.toast(self.say("No row is behind this figure"))

    def _open_current(self) -> None:
        if self.opened is not None:
            if self.behind.current is not None:
                self._open_row(self.behind.current)
        elif self.months.hasFocus():
            self.take_focus(self._table(self.tabs.index))
        elif self._table(self.tabs.index).current is not None:
            self._open_line(self._table(self.tabs.index).current)

    def _open_other(self) -> None:
        line = self._table(TIERS).current
        if line is not None and line.other is not None:
            self._open(line.other)

    def _open(self, figure: Figure) -> None:
        if figure.part == Check.PAYMENTS.value:
            self.open_page("counter")
        elif figure.part == Check.EARLIER.value:
            self.take_focus(self.months)
        else:
            self.opened = figure
            table = self.behind
            table.clear_filter()
            table.rows_model.listing = Listing(about=str(figure))
            table.ask_again()
            self._behind_panel.setAccessibleName(self._title(figure))
            self.stack.setCurrentWidget(self._behind_panel)
            self._tell_sum()
            self.refresh_keys()
            self.take_focus(table)

    def _title(self, figure: Figure) -> str:
        if figure.behind is Behind.CHECK:
            return self.say(Check.of(figure.part).text)
        words = next(
            (
                self.say.join([line.words, line.second])
                for line in _LINES[self.tabs.index](self, self.look)
                if figure in (line.opens, line.other) and not line.total
            ),
            "",
        )
        return self.say.join(
            [self.say(figure.behind.text), words] if words else [self.say(figure.behind.text)]
        )

    def _tell_sum(self) -> None:
        if self.opened is None or self.look is None:
            return
        say, extent = self.say, self.behind.rows_model.extent
        words = [self._title(self.opened)]
        if extent is not None and self.behind.rows_model.total is not None:
            words.append(say.plural("{count} row", "{count} rows", extent.total))
            if self.opened.behind is not Behind.CHECK:
                words.append(say.money(extent.sum, unit=True))
        self._behind_panel.title.setText(say.join(words))

    def _open_row(self, row: BehindRow) -> None:
        number = (
            row.paper
            if row.page == "bills" and self.opened.behind is not Behind.CHECK
            else row.account_number
        )
        if row.page == "bills" and self.opened.behind is Behind.CHECK:
            self.open_page("bills", RunLook(row.paper, held=self.opened.part == Check.HELD.value))
        elif row.page in ("customers", "bills"):
            if number:
                self.open_page(row.page, number)
        else:
            self.open_page(row.page)

    def _back(self) -> None:
        if self.question.close_question():
            self.refresh_keys()
            self.take_focus(self.months)
        elif self.opened is not None:
            self._choose_tab(self.tabs.index)
            self.take_focus(self._table(self.tabs.index))
        else:
            self.banner.clear()

    # Keys ----------------------------------------------------------------------------------------------------

    def refresh_keys(self) -> None:
        keys = [Key("Esc", Text("back"), self._back)]
        if not self.question.isHidden():
            self.show_keys(*keys)
            return
        opens = Text("open it") if self.opened is not None else Text("rows behind it")
        keys.append(Key("Return", opens, self._open_current))
        if self.opened is None and self.tabs.index == TIERS:
            keys.append(Key("Ctrl+G", Text("what was received"), self._open_other))
        keys.append(Key("F5", Text("ask again"), self.ask_again))
        ready = self.look is not None and not self.job_running
        writing = Key("Ctrl+E", Text("write the month"), self.choose_file, enabled=ready)
        closed = self.look is not None and self.look.row.closed_at is not None
        if closed or not self.seat.may(close_month):
            keys.append(Key("F12", Text("Write the month"), self.choose_file, "primary", "download", ready))
        else:
            keys += [writing, Key("F12", self._close_words(), self.ask_close, "primary", "lock",
                                  ready and not self.look.blocked)]  # fmt: skip
        self.show_keys(*keys)

    def _close_words(self) -> Text:
        if self.look is None or not self.look.blocked:
            return Text("Close the month")
        if not self.look.row.over:
            return Text("Close it when it is over")
        return Text("Close: first what stops it")

    # Closing -------------------------------------------------------------------------------------------------

    def ask_close(self) -> None:
        """Ask for the last word, and for a remark where something stands open."""
        if self.look is None or self.look.blocked:
            return
        say = self.say
        self.question.ask(
            f"{self.look.row.month:%Y-%m}",
            say("Close {month}? Nothing posts into it afterwards", month=say.month(self.look.row.month)),
            say("Enter closes it, Esc goes back"),
            say("remark, such as: the till of counter 2 goes on, its receipts are dated by day"),
        )
        self.refresh_keys()

    def _close_with(self, remark: str) -> None:
        look = self.look
        if look.warned and not remark:
            self.question.problem(self.say("Say why it is closed with what stands open"))
            return
        waiting = lost_payments(self.seat.app.intents)
        order = CloseOrder(f"{look.row.month:%Y-%m}", look.digest, remark, waiting)
        self.do(close_month, order, self._closed, failed=self._not_closed)

    def _closed(self, look: MonthLook) -> None:
        self.question.settled()
        say = self.say
        words = say("{month} is closed: nothing posts into it any more", month=say.month(look.row.month))
        self.banner.tell("ok", words)
        self.ask_again()
        self.take_focus(self.months)

    def _not_closed(self, error: BaseException) -> None:
        self.question.close_question()
        self.trouble(error)
        self.ask_again()

    # Writing -------------------------------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask for a file and write the month into it."""
        if self.look is None or self.job_running:
            return
        name, _ = QFileDialog.getSaveFileName(
            self,
            self.say("Write the month"),
            f"{self.look.row.month:%Y-%m}.xlsx",
            "XLSX (*.xlsx);;CSV (*.csv)",
        )
        if name:
            self.write_to(Path(name))

    def write_to(self, out: Path) -> None:
        """Write the figures and postings of the month shown."""
        out = out if out.suffix.lower() in (".xlsx", ".csv") else out.with_name(f"{out.name}.xlsx")
        self.run(
            export_month,
            f"{self.look.row.month:%Y-%m}",
            out,
            self.say,
            then=partial(self._written, out),
            progress=self.progress,
            begin=Text("Writing {file}", file=out.name),
            words=lambda done, total: Text("{done} of {total} rows", done=done, total=total),
        )

    def _written(self, out: Path, count: int) -> None:
        words = self.say.plural("{count} posting written", "{count} postings written", count)
        self.banner.tell("ok", words, str(out))


def _words(line: Line) -> Cell:
    return Cell(line.words, strong=line.total)


_LINES: dict[int, Callable[[MonthsPage, MonthLook], Sequence[Line]]] = {
    CHECKS: MonthsPage.check_lines,
    TIERS: MonthsPage.tier_lines,
    AGES: MonthsPage.age_lines,
    TAXES: MonthsPage.tax_lines,
    LEDGER: MonthsPage.ledger_lines,
}
