"""One bill beside a list: its lines, where each comes from down to the reads, and its paper."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.billing.documents import standing
from desktop.billing.records import BillLineShown, BillPartShown, BillShown
from desktop.kernel.country import Country
from desktop.kernel.text import Catalog
from desktop.metering.records import RegisterUsage
from desktop.qt import theme
from desktop.qt.basics import Icon, Label, Rule, clear, row
from desktop.qt.buttons import Button, KeyCap
from desktop.qt.cells import title_room
from desktop.qt.figures import Badge, grouped
from desktop.qt.fold import Inner
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table, money_cell


class BillPane(Panel):
    """One bill read well alone: its lines, and where the chosen line comes from, down to the reads."""

    closed = Signal()
    printed = Signal(object)

    def __init__(self, say: Catalog, country: Country) -> None:
        super().__init__(" ", padding=0)
        self.say, self.country, self.shown = say, country, None
        self.badge = Badge()
        self.close_button = Button(say("Close"), "Esc", kind="quiet")
        self.close_button.clicked.connect(self.closed)
        self.head.insertWidget(1, self.badge)
        self.head.addWidget(self.close_button)
        self.head.setContentsMargins(theme.S3, 0, theme.S1, 0)
        product, amount = say("Quantity × price"), say("Amount {sign}", sign=country.currency.sign)
        self.lines = Table(
            say("Bill lines"),
            (
                Column(say("Line"), lambda line: say(line.label)),
                Column(product, self._product, title_room(product, 150), right=True),
                Column(
                    amount,
                    lambda line: money_cell(say.money(line.amount)),
                    title_room(amount, 80),
                    right=True,
                ),
            ),
        )
        self.lines.moved.connect(self._show_trace)
        self.lines.opened.connect(lambda _: self.read_trace())
        self.total, self.energy = Label("", "strong"), Label("", "body", "ink2")
        sum_row = row(Label(say("Total"), "strong"), self.energy, self.total)
        sum_row.setContentsMargins(10, theme.S2, 10, theme.S2)
        sum_row.insertStretch(1, 1)
        self.trace = QVBoxLayout()
        self.trace.setContentsMargins(theme.S3, theme.S2, theme.S3, theme.S2)
        self.trace.setSpacing(2)
        inside = QWidget()
        inside.setLayout(self.trace)
        self.scroll = Inner(inside)
        self.scroll.setAccessibleName(say("Where the line comes from"))
        self.scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
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
        """Show a bill, its first line explained; ``state`` says how it stands (its due day otherwise).

        A draft is marked as one, and has no paper.
        """
        say, before, self.shown = self.say, self.shown, shown
        if shown.reversed_on is not None:
            state = Cell(say("taken back {day}", day=shown.reversed_on), state="plain")
        elif shown.draft:
            state = Cell(say("Draft"), state="info")
        state = state or Cell(say("due {day}", day=shown.due_on), state="due")
        title = say("Bill {month}", month=say.month(shown.period.start))
        self.title.setText(title)
        self.badge.show_state(state.text, state.state)
        name = say.join([title, state.text]) if shown.draft else say("Bill {number}", number=shown.number)
        self.setAccessibleName(name)
        self.pdf_button.setVisible(not shown.draft)
        again = before is not None and _same_bill(before, shown)
        self.lines.show_rows(shown.lines, select=self.lines.place_in(shown.lines) if again else 0)
        self.lines.setFixedHeight(theme.HEADER + theme.ROW * max(1, min(len(shown.lines), 7)))
        self.energy.setText(say("{energy} kWh", energy=shown.energy))
        self.total.setText(say.money(shown.amount))

    def _product(self, line: BillLineShown) -> Cell:
        say, quantity = self.say, line.energy if line.power is None else line.power
        if quantity is None or line.price is None:
            return Cell("")
        unit = "" if line.power is None else f" {line.unit}"
        return Cell(f"{say.number(quantity)}{unit} × {say.number(line.price)}", ink="ink2")

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
        part = next((one for one in shown.parts if line in one.lines), None)
        basis = shown.basis if part is None else part.basis
        valid = say("version {version}, valid from {day}", version=basis.version, day=basis.valid_from)
        facts = [
            ("calculator", fact, [say(part) for part in line.explanation]),
            ("tags", basis.name, [self._days(part), valid, basis.notice]),
            *(("gauge", self._usage(read), self._read_sources(read)) for read in shown.reads),
        ]
        if shown.notes:
            facts.append(
                ("calculator", say("From the reads to the bill"), [say(note) for note in shown.notes])
            )
        if shown.instalments:
            facts.append(("receipt-text", say("Instalments deducted"), self._deducted()))
        if shown.run_number:
            facts.append(("receipt-text", self._run(), [self._run_made(), shown.number]))
        if beside := [say(words) for words in standing(shown)]:
            facts.append(("rotate-ccw", beside[0], beside[1:]))
        for at, (icon, words, sources) in enumerate(facts):
            self.trace.addWidget(_TraceFact(icon, words, sources, last=at == len(facts) - 1))
        self.trace.addStretch(1)
        told = [part for _, words, sources in facts for part in (words, *sources)]
        self.scroll.setAccessibleDescription(say.join(told))
        self.scroll.verticalScrollBar().setValue(0)

    def _days(self, part: BillPartShown | None) -> str:
        """The days a price list priced, where it did not price the whole period."""
        if part is None or part.period == self.shown.period:
            return ""
        return self.say("for {start} to {end}", start=part.period.start, end=part.period.last)

    def _deducted(self) -> list[str]:
        """Each instalment with its due day, and what is left of the bill."""
        say, shown = self.say, self.shown
        left = say("given back as credit") if shown.to_pay.raw < 0 else say("left to pay")
        return [
            *(say.join([one.number, say("due {day}", day=one.due_on), say.money(one.amount)])
              for one in shown.instalments),
            say.join([left, say.money(abs(shown.to_pay), unit=True)]),
        ]  # fmt: skip

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
        if read.demand is not None:
            return (
                f"{say.number(read.demand)} kW = {say.number(read.current)} × {say.number(read.multiplier)}"
            )
        return f"{say.number(read.energy)} {read.register.unit} = {between}"

    def _read_sources(self, read: RegisterUsage) -> list[str]:
        say = self.say
        return [
            say("Meter {serial}, {register}", serial=grouped(read.meter_serial), register=read.register),
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


def _same_bill(one: BillShown, other: BillShown) -> bool:
    return (one.number, one.account_number, one.period) == (other.number, other.account_number, other.period)
