"""A hall of one's own, in six steps by keys: nothing is written before the last one, which does all of it or nothing.

What is typed is judged by the same rules as the file of ``servicehall found``, and problems stand beside their fields.
There is nobody yet to keep a draft for, so leaving asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.founding.documents import ADMINISTRATOR, read_founding
from desktop.founding.records import Founding
from desktop.founding.service import surroundings
from desktop.kernel.errors import Problem, Refused
from desktop.kernel.log import fault
from desktop.kernel.text import Catalog
from desktop.qt import theme
from desktop.qt.basics import Label, Mark, clear, column, row
from desktop.qt.buttons import Button, KeyHint
from desktop.qt.choosing import Stepper
from desktop.qt.page import combination
from desktop.qt.panels import Banner, Panel
from desktop.qt.progress import Progress
from desktop.qt.tasks import Tasks
from desktop.shell.first_steps import (
    CompanyStep,
    CountryStep,
    PeopleStep,
    PlacesStep,
    PricesStep,
    Step,
    SummaryStep,
)


class FirstRun(QWidget):
    """The steps, one after the other; ``founded`` carries the login of the first administrator."""

    founded = Signal(str)
    closed = Signal()

    def __init__(self, app: Any, tasks: Tasks, say: Catalog) -> None:
        super().__init__()
        self.app, self.tasks, self.say = app, tasks, say
        self.at, self.busy = 0, False
        self.primary = Button(say("Next"), "F12", kind="primary", icon="arrow-right")
        self.primary.clicked.connect(self.go_on)
        self.back = Button(say("Back"), "Esc", kind="quiet")
        self.back.clicked.connect(self.go_back)
        self.steps: list[Step] = [CountryStep(say, self.primary, app), *self._steps_of_the_country()]
        self._build()
        self._show_step(0)

    def _steps_of_the_country(self) -> list[Step]:
        """The steps whose fields follow the country's formats."""
        return [
            CompanyStep(self.say, self.primary, self.app, self.tasks),
            PlacesStep(self.say, self.primary, self.app),
            PeopleStep(self.say, self.primary, tuple(self._around().roles)),
            PricesStep(self.say, self.primary, self.app),
            SummaryStep(self.say, self.primary, self.app),
        ]

    def _settle(self, country: str) -> None:
        """Take another country: its formats and prices, in steps made anew."""
        self.app.choose_country(country)
        for step in self.steps[1:]:
            self.stack.removeWidget(step)
            step.deleteLater()
        self.steps[1:] = self._steps_of_the_country()
        for step in self.steps[1:]:
            self.stack.addWidget(step)

    def _build(self) -> None:
        say = self.say
        self.stepper = Stepper([step.title for step in self.steps])
        top = row(Mark(32), Label(say("Our own hall"), "h1"))
        top.addStretch(1)
        top.setContentsMargins(theme.S4, theme.S3, theme.S4, 0)
        steps = Panel(padding=theme.S1)
        steps.body.setContentsMargins(theme.S3, theme.S1, theme.S3, 0)
        steps.body.addWidget(self.stepper)
        self.banner, self.progress = Banner(), Progress(say("Stop"))
        self.progress.stop_button.hide()
        self.stack = QStackedWidget()
        for step in self.steps:
            self.stack.addWidget(step)
        middle = column(steps, self.banner, self.progress, self.stack)
        middle.setContentsMargins(theme.S4, theme.S3, theme.S4, theme.S3)
        middle.setStretch(3, 1)
        self.hints = QHBoxLayout()
        self.hints.setSpacing(theme.S4)
        foot = QFrame()
        foot.setProperty("kind", "foot")
        foot.setFixedHeight(theme.KEY_LINE)
        line = QHBoxLayout(foot)
        line.setContentsMargins(theme.S4, 0, theme.S4, 0)
        line.addLayout(self.hints)
        line.addStretch(1)
        line.addWidget(self.back)
        line.addWidget(self.primary)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addLayout(middle, 1)
        whole.addWidget(foot)

    @property
    def step(self) -> Step:
        """The step shown now."""
        return self.steps[self.at]

    def described(self) -> dict[str, Any]:
        """The hall as far as it is described."""
        found: dict[str, Any] = {}
        for step in self.steps:
            found |= step.part()
        return found

    def _around(self) -> Any:
        return surroundings(self.app.countries)

    def _show_step(self, at: int) -> None:
        self.at = at
        last = at == len(self.steps) - 1
        self.primary.icon_name = "check" if last else "arrow-right"
        self.primary.relabel(self.say("Make this hall") if last else self.say("Next"))
        self.stack.setCurrentIndex(at)
        self.stepper.show_step(at, [step.fact() for step in self.steps[:at]] + [""] * (len(self.steps) - at))
        clear(self.hints)
        enter = () if at >= len(self.steps) - 2 else (("Enter", self.say("next field"), None),)
        hints = (*enter, *self.step.step_keys())
        for press, words, act in hints:
            hint = KeyHint(press.replace("+", " "), words)
            if act is not None:
                hint.clicked.connect(act)
            self.hints.addWidget(hint)
        self.step.enter(self.described())
        self.step.form.begin()

    def go_on(self) -> None:
        """Judge this step and go to the next one; after the last, make the hall."""
        if self.busy:
            return
        self.banner.clear()
        if self.step.form.submit() is None or not self._judged():
            return
        if self.at == len(self.steps) - 1:
            self._make()
            return
        chosen = self.described()["country"]
        if chosen != self.app.country.code:
            self._settle(chosen)
        self._show_step(self.at + 1)

    def _judged(self) -> bool:
        """Whether what is described up to this step is right; problems are told where they are."""
        problems = list(self._problems())
        mine = [one for one in problems if self._step_of(one) == self.at]
        if isinstance(self.step, PeopleStep):
            mine += self.step.unlike()
        left = self.step.form.show_problems(mine)
        self._tell(left)
        return not mine

    def _problems(self) -> tuple[Problem, ...]:
        quickly = replace(self._around(), hashed=lambda _: "!")
        return read_founding(_without_blanks(self.described()), "", quickly)[1]

    def _step_of(self, problem: Problem) -> int:
        """Which step a problem belongs to, by the first part of its place."""
        first = str(problem.column).split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]
        homes = (
            ("country", "language"),
            ("company",),
            ("districts", "halls", "stations"),
            ("people",),
            ("tariffs",),
        )
        return next((at for at, names in enumerate(homes) if first in names), len(self.steps) - 1)

    def _tell(self, problems: list[Problem]) -> None:
        if problems:
            first = problems[0]
            self.banner.tell("bad", self.say(first.what), self.say(first.remedy))

    def go_back(self) -> None:
        """The step before, everything kept; from the first one out, which asks when something was typed."""
        if self.busy:
            return
        self.banner.clear()
        if self.at:
            self._show_step(self.at - 1)
        elif self.may_close():
            self.closed.emit()

    def may_close(self) -> bool:
        """Whether it may be left now: asks when anything was typed."""
        typed = next((step.form for step in self.steps if step.form.dirty), None)
        return not self.busy and (typed is None or typed.may_leave())

    def _make(self) -> None:
        self.busy = True
        self.primary.setEnabled(False)
        self.progress.begin(self.say("Making the hall"))
        call = partial(_found, self.app, _without_blanks(self.described()), self._around())
        self.tasks.write(self, call, self._made, self._not_made)

    def _made(self, order: Founding) -> None:
        self.busy = False
        self.progress.end()
        for step in self.steps:
            step.form.pristine()
        self.founded.emit(next(user.login for user in order.places.users if ADMINISTRATOR in user.roles))

    def _not_made(self, error: BaseException) -> None:
        self.busy = False
        self.progress.end()
        self.primary.setEnabled(True)
        if isinstance(error, Refused):
            self.banner.tell("bad", self.say("The hall was not made"), self.say(error.text))
        else:
            nothing = self.say("Nothing was written. What you typed is still here")
            self.banner.tell("bad", self.say("The hall was not made"), nothing, fault(error))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pressed = event.keyCombination()
        acts = {combination(press): act for press, _words, act in self.step.step_keys()}
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.isAutoRepeat():
            super().keyPressEvent(event)
        elif pressed == combination("F12") or (enter and self.primary.hasFocus()):
            self.go_on()
        elif enter:
            self.focusNextChild()
        elif pressed == combination("Esc"):
            self.go_back()
        elif pressed in acts:
            acts[pressed]()
        else:
            super().keyPressEvent(event)


def _without_blanks(described: Mapping[str, Any]) -> dict[str, Any]:
    """The description as a file would have it: what is not there is left out."""

    def kept(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: kept(item) for key, item in value.items() if item is not None}
        return [kept(item) for item in value] if isinstance(value, list) else value

    return kept(dict(described))


def _found(app: Any, described: Mapping[str, Any], around: Any) -> Founding:
    """Make the hall, on a worker: hashing passwords takes its time."""
    order, problems = read_founding(described, "", around)
    if order is None:
        raise Refused(problems[0].what)
    app.found(order)
    return order
