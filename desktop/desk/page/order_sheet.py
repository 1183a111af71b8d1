"""A sheet over an account's card: how something stands, how it came about, and a form that changes it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent

from desktop.kernel.errors import Refused
from desktop.kernel.work import found as found_operation
from desktop.qt import theme
from desktop.qt.basics import Label, ProblemLine, row
from desktop.qt.buttons import Button
from desktop.qt.floating import Sheet
from desktop.qt.form import FormPanel
from desktop.qt.keys import combination, pressed
from desktop.qt.page import Page
from desktop.staff.records import PERMISSIONS

WIDE = 620


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


class OrderSheet(Sheet):
    """What ``query`` tells of an account; F12 does what the form says. `moved` tells that something was done.

    Whoever may not do ``operation`` reads which right it takes, in the place of the form.
    """

    moved = Signal()

    def __init__(
        self, page: Page, title: str, query: Callable[..., Any], operation: Callable[..., Any], number: str
    ) -> None:
        super().__init__(page.window(), title, page.say("Close"))
        self.page, self.say, self._sending = page, page.say, False
        self.operation = operation
        self.form: OrderForm | None = None
        self.told = Label("", "strong", wrap=True)
        self.moves = Label("", "small", "ink2", wrap=True)
        self.denied = Label("", "small", "ink2", wrap=True)
        for part in (self.told, self.moves, self.denied):
            self.body.addWidget(part)
        self.also = self._press
        self.closed.connect(self.deleteLater)
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
            self.body.addWidget(self.form)
            save = Button(self.say("Save"), "F12", kind="primary", flush=True)
            save.clicked.connect(self.submit)
            line = row(save)
            line.addStretch(1)
            self.body.addLayout(line)
            self.form.show()  # what is not shown yet takes no focus
            self.form.form.begin()
        self._fit()

    def _fit(self) -> None:
        """Be as high as what is told now, once it is laid out."""
        QTimer.singleShot(0, self, self.place)

    def place(self) -> None:
        room = self.parent().rect()
        width = min(theme.grown(WIDE), room.width() - 2 * theme.S3)
        height = min(self.height_of(width), room.height() - theme.TOP_BAR - theme.S2)
        top = max(theme.TOP_BAR, (room.height() - height) // 3)
        self.setGeometry((room.width() - width) // 2, top, width, height)

    def _press(self, event: QKeyEvent) -> bool:
        if pressed(event) == combination("F12") and not event.isAutoRepeat():
            self.submit()
            return True
        return False

    def dismiss(self) -> None:
        if not self._sending and (self.form is None or self.form.form.may_leave()):
            super().dismiss()

    def leave(self) -> bool:
        """Close it where the person goes elsewhere; False where they rather go on typing."""
        self.dismiss()
        return self.isHidden()

    def submit(self) -> None:
        """Do what was typed, once."""
        asked = None if self.form is None or self._sending else self.form.order()
        self._fit()
        if asked is not None:
            self._sending = True
            self.page.do(*asked, self._taken, failed=self._failed)

    def _taken(self, found: Any) -> None:
        self._sending = False
        if self.form is not None:
            self.form.form.done()
        self.page.toast(self.done(found))
        self.moved.emit()
        self.dismiss()

    def _failed(self, error: BaseException) -> None:
        self._sending = False
        if isinstance(error, Refused) and self.form is not None:
            self.form.problem.tell(self.say(error.text))
            self._fit()
        else:
            self.page.trouble(error)
