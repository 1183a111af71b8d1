"""A list whose chosen row is changed in a form beside it: E opens it, F12 saves, Esc asks first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.qt import theme
from desktop.qt.basics import column, row
from desktop.qt.fold import Stack
from desktop.qt.form import FormPanel
from desktop.qt.page import Key, Page
from desktop.qt.panels import Empty, Panel
from desktop.qt.table import Table


class RowForm(Protocol):
    """What is asked of the form of a row, besides being a `FormPanel`."""

    def order(self) -> object | None:
        """What was typed; None when something is wrong with it, which is told."""
        ...

    def refused(self, words: str) -> None:
        """Say why it was refused; what was typed stays."""
        ...


class ListForm(QWidget):
    """``make`` gives the form of a row, ``operation`` takes what it orders; then ``saved`` is told.

    ``ask`` fills the table; ``below`` stands under it; ``more`` are keys beside those of the list.
    """

    def __init__(
        self, page: Page, table: Table, empty: Empty, *, make: Callable[[Any], Any],
        operation: Callable[..., Any], ask: Callable[[], None], saved: str, below: QWidget | None = None,
        more: Callable[[ListForm], list[Key]] = lambda _: [],
    ) -> None:  # fmt: skip
        super().__init__()
        self._more = more
        self.page, self.table, self.form = page, table, None
        self._make, self._operation, self.ask, self._saved = make, operation, ask, saved
        self._takes, self._told, self._sending = operation, saved, False
        table.moved.connect(lambda _: page.refresh_keys())
        table.opened.connect(lambda _: self.change())
        listed, blank = Panel(padding=0), Panel()
        listed.body.addWidget(table)
        blank.body.addWidget(empty)
        left = column(listed)
        if below is not None:
            left.addWidget(below, 2)
            left.setStretch(0, 3)
        self.side = Stack()
        self.side.setFixedWidth(theme.grown(theme.DETAIL_PANE + 60))
        self.side.addWidget(blank)
        whole = row()
        whole.addLayout(left, 1)
        whole.addWidget(self.side)
        self.setLayout(whole)

    def keys(self) -> list[Key]:
        """The keys of the list, or of the form that is open; none for who may not change it."""
        if self.form is None:
            own = Key("E", Text("change"), self.change, enabled=self.table.current is not None)
            return [*([own] if self.page.seat.may(self._operation) else []), *self._more(self)]
        send = Key("F12", Text("Save"), self.send, "primary", "check", not self._sending)
        return [*self.form.form.keys, Key("Esc", Text("back, asks first"), self.close_form), send]

    def change(self) -> None:
        """Open the form of the row chosen."""
        if (chosen := self.table.current) is not None:
            self.open_form(lambda: self._make(chosen), self._operation, self._saved)

    def open_form(self, make: Callable[[], Any], operation: Callable[..., Any], saved: str) -> None:
        """Open a form beside the list, for whoever may do what it orders; then ``saved`` is told."""
        if not self.page.seat.may(operation) or not self.close_form():
            return
        form: FormPanel = make()
        self.form, self._takes, self._told = form, operation, saved
        self.side.addWidget(form)
        self.side.setCurrentWidget(form)
        form.form.begin()
        self.page.refresh_keys()

    def may_leave(self) -> bool:
        """Whether nothing typed would be lost; asks."""
        return self.form is None or bool(self.form.form.may_leave())

    def close_form(self) -> bool:
        """Close the form, after asking when something typed would be lost; whether none is open now."""
        if not self.may_leave():
            return False
        if self.form is not None:
            self.side.removeWidget(self.form)
            self.form.deleteLater()
            self.form = None
            self.table.setFocus()
            self.page.refresh_keys()
        return True

    def send(self) -> None:
        """Save once; refused, what was typed stays and the reason stands below."""
        order = None if self._sending or self.form is None else self.form.order()
        if order is not None:
            self._sending = True
            self.page.do(self._takes, order, self._taken, failed=partial(self._failed, self.form))

    def _taken(self, _answer: object) -> None:
        self._sending = False
        if self.form is not None:
            self.form.form.done()
            self.close_form()
        self.page.toast(self._told)
        self.ask()

    def _failed(self, form: RowForm, error: BaseException) -> None:
        self._sending = False
        if isinstance(error, Refused) and form is self.form:
            form.refused(self.page.say(error.text))
        else:
            self.page.trouble(error)
        self.page.refresh_keys()
