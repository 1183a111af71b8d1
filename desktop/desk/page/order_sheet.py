"""A sheet over an account's card: how something stands, how it came about, and a form that changes it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from desktop.kernel.errors import Refused
from desktop.kernel.work import found as found_operation
from desktop.qt.basics import Label, ProblemLine
from desktop.qt.form import FormPanel
from desktop.qt.formsheet import FormSheet
from desktop.qt.page import Page
from desktop.staff.records import PERMISSIONS


class OrderForm(FormPanel):
    """The form of such a sheet, with a line below its fields for what a service has against it."""

    def with_problem(self) -> None:
        """Close the form below its fields: nothing is typed yet."""
        self.problem = ProblemLine()
        self.body.insertWidget(self.body.count() - 1, self.problem)
        self.form.pristine()

    @abstractmethod
    def order(self) -> tuple[Callable[..., Any], Any] | None:
        """The operation and what it is asked; None when something typed is wrong, which is told."""


class OrderSheet(FormSheet):
    """What ``query`` tells of an account; F12 does what the form says.

    Whoever may not do ``operation`` reads which right it takes, in the place of the form.
    """

    def __init__(
        self, page: Page, title: str, query: Callable[..., Any], operation: Callable[..., Any], number: str
    ) -> None:
        super().__init__(page, title)
        self.operation = operation
        self.form: OrderForm | None = None
        self.told = Label("", "strong", wrap=True)
        self.moves = Label("", "small", "ink2", wrap=True)
        self.denied = Label("", "small", "ink2", wrap=True)
        for part in (self.told, self.moves, self.denied):
            self.body.addWidget(part)
        page.ask(query, number, self._show, failed=page.trouble)

    @abstractmethod
    def words(self, found: Any) -> tuple[str, str]:
        """How it stands, and how it came about."""

    @abstractmethod
    def make_form(self, found: Any) -> OrderForm | None:
        """What changes it; None where nothing can be changed. Asked only for who may change it."""

    @abstractmethod
    def done(self, found: Any) -> str:
        """What to tell when it is changed."""

    def _show(self, found: Any) -> None:
        told, moves = self.words(found)
        self.told.setText(told)
        self.moves.setText(moves)
        may = self.page.seat.may(self.operation)
        right = self.say(PERMISSIONS[found_operation(self.operation).permission])
        self.denied.setText("" if may else self.say("Changed by whoever has the right: {right}", right=right))
        for part in (self.moves, self.denied):
            part.setVisible(bool(part.text()))
        self.form = self.make_form(found) if may else None
        if self.form is not None:
            self.show_form(self.form)
        self.fit()

    def submit(self) -> None:
        asked = self.form.order() if self.form is not None else None
        self.fit()
        if asked is not None:
            self.send(*asked, self.done)

    def refused(self, error: Refused) -> None:
        if self.form is not None:
            self.form.problem.tell(self.say(error.text))
