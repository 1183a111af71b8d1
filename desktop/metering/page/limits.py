"""When a read is doubtful at each voltage level: the limits that hold, and the form that sets others."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.kernel.measures import Energy
from desktop.kernel.text import Catalog
from desktop.metering.records import Flag, LevelLimits, Limits, LimitsChanged
from desktop.metering.service import limits_history, read_limits, set_limits
from desktop.qt import theme
from desktop.qt.basics import ProblemLine
from desktop.qt.fields import ChoiceField
from desktop.qt.form import FormPanel
from desktop.qt.history import history_table
from desktop.qt.listform import ListForm
from desktop.qt.money import NumberField
from desktop.qt.page import Page
from desktop.qt.panels import Empty, Panel
from desktop.qt.table import Cell, Column, Table

WAITS, STORED = "waits", "stored"
_NUMBERS = ("surge", "drop", "same", "zero", "low", "high")


class LimitsForm(FormPanel):
    """The limits of one voltage level: figures first, then what each doubt does to a read."""

    def __init__(self, page: Page, found: LevelLimits) -> None:
        say = page.say
        note = say("What is stored already is not looked at again")
        super().__init__(say, say(found.level.text), note)
        self.found, now = found, found.limits
        field = self.form.field

        def number(value: int, unit: str = "") -> NumberField:
            made = NumberField(say, most=6, unit=unit)
            made.show_text(say.number(value))
            return made

        floor = NumberField(say, Energy.DECIMALS, unit="kWh")
        floor.show_text(say.number(now.floor))
        days, times = say("days"), say("times running")
        self.line(
            field("surge", say("Jump up from"), number(now.surge_percent, "%"), required=True),
            field("drop", say("Jump down from"), number(now.drop_percent, "%"), required=True),
            field("floor", say("and at least"), floor, required=True),
        )
        self.line(
            field("same", say("Same usage"), number(now.same_periods, times), required=True),
            field("zero", say("No usage"), number(now.zero_periods, times), required=True),
        )
        self.line(
            field("low", say("Shortest period"), number(now.days_low, days), required=True),
            field("high", say("Longest period"), number(now.days_high, days), required=True),
        )
        flags = list(Flag)
        for at in range(0, len(flags), 3):
            self.line(*(self._flag(flag, holds=flag in now.holding) for flag in flags[at : at + 3]))
        self.problem = ProblemLine()
        self.body.insertWidget(self.body.count() - 1, self.problem)
        self.form.pristine()
        self.form.keep_drafts(
            page.seat.app.drafts(page.seat.actor), f"limits {found.level.value}", page.tasks
        )

    def _flag(self, flag: Flag, *, holds: bool) -> QWidget:
        say = self.say
        choice = ChoiceField([(say("Waits"), WAITS), (say("Is stored"), STORED)])
        choice.show_text(WAITS if holds else STORED)
        return self.form.field(f"flag {flag.value}", say(flag.text), choice)

    def order(self) -> LevelLimits | None:
        """What was typed; None when something is wrong with it, which is told."""
        typed = self.form.submit()
        if typed is None:
            return None
        surge, drop, same, zero, low, high = (int(typed[name]) for name in _NUMBERS)
        holding = tuple(flag for flag in Flag if typed[f"flag {flag.value}"] == WAITS)
        limits = Limits(surge, drop, Energy.of(typed["floor"]), same, zero, low, high, holding)
        return LevelLimits(self.found.level, limits)

    def refused(self, words: str) -> None:
        """Say why it was refused."""
        self.problem.tell(words)


def _columns(say: Catalog) -> tuple[Column, ...]:
    def percent(one: LevelLimits) -> Cell:
        found = one.limits
        jumps = say.join((f"+{found.surge_percent} %", f"−{found.drop_percent} %"))
        return Cell(jumps, say("from {energy} kWh", energy=found.floor))

    def running(one: LevelLimits) -> Cell:
        found = one.limits
        return Cell(say("same {count} times", count=found.same_periods),
                    say("none {count} times", count=found.zero_periods))  # fmt: skip

    def held(one: LevelLimits) -> Cell:
        holding = one.limits.holding
        others = [say(flag.text) for flag in Flag if flag not in holding]
        if len(others) > len(holding):
            return Cell(say.join([say(flag.text) for flag in holding]), ink="ink2")
        words = say("all but {what}", what=say.join(others)) if others else say("every doubt")
        return Cell(words, ink="ink2")

    return (
        Column(say("Voltage level"), lambda one: Cell(say(one.level.text), strong=True), 120),
        Column(say("Jump"), percent, 130),
        Column(say("Running"), running, 130),
        Column(
            say("Days"),
            lambda one: f"{one.limits.days_low}–{one.limits.days_high}",
            76,
        ),
        Column(say("What waits for a decision"), held),
    )


class LimitsView(ListForm):
    """The limits of every voltage level; E changes those of the one chosen, who changed what stands below."""

    def __init__(self, page: Page) -> None:
        say = page.say
        table = Table(say("Limits"), _columns(say), row_height=theme.ROW_TWO)
        self.history = history_table(say, theme.DETAIL_PANE // 2)
        self._changes: tuple[LimitsChanged, ...] = ()
        happened = Panel(say("History"), padding=0)
        happened.body.addWidget(self.history)
        hint = say("E changes the limits of a level") if page.seat.may(set_limits) else ""
        super().__init__(
            page, table, Empty("gauge", say("When a read is doubtful"), hint),
            make=lambda found: LimitsForm(page, found), operation=set_limits, ask=self._ask,
            saved=say("These limits hold from now on"), below=happened,
        )  # fmt: skip
        table.moved.connect(lambda _: self._choose())

    def _ask(self) -> None:
        """Ask for the limits once more; a form that is open stays as it is."""
        self.page.ask(read_limits, None, self._show)
        self.page.ask(limits_history, None, self._show_history)

    def _show(self, found: tuple[LevelLimits, ...]) -> None:
        self.table.show_rows(found, select=max(self.table.currentIndex().row(), 0))

    def _show_history(self, found: tuple[LimitsChanged, ...]) -> None:
        self._changes = found
        self._choose()

    def _choose(self) -> None:
        """Tell what changed of the level chosen."""
        chosen: LevelLimits | None = self.table.current
        rows = [one.row for one in self._changes if chosen is not None and one.level is chosen.level]
        self.history.show_rows(rows, select=0 if rows else None)
