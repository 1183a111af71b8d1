"""Drafts of forms: where they are kept, and the offer to go on with one that was found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from desktop.kernel.text import Catalog
from desktop.qt import theme
from desktop.qt.basics import Icon, Label, column, row
from desktop.qt.buttons import Button
from desktop.qt.panels import Panel


class Draft(Protocol):
    """What somebody typed and did not finish, and when it was kept."""

    @property
    def saved_at(self) -> datetime: ...

    @property
    def content(self) -> str: ...


class Drafts(Protocol):
    """Where the drafts of one person are kept, by the name of the form."""

    def keep(self, form: str, content: str) -> datetime:
        """Keep what is typed now; when that was."""

    def found(self, form: str) -> Draft | None:
        """What was typed last and not finished."""

    def drop(self, form: str) -> None:
        """The form is done with."""


class DraftOffer(Panel):
    """Something unfinished was found: go on with it, or discard it; Enter takes what has the focus.

    ``changed`` tells that it came or went.
    """

    changed = Signal()

    def __init__(self, say: Catalog) -> None:
        super().__init__(kind="info", padding=0)
        self._say = say
        self._words = Label("", wrap=True)
        self.go_on, self.discard = Button(" ", "Enter"), Button(say("Discard"), kind="quiet")
        told = row(Icon("clock", "info", theme.ICON_RAIL), self._words)
        told.setStretch(1, 1)
        answers = row(self.go_on, self.discard, spacing=theme.S2)
        answers.addStretch(1)
        whole = column(spacing=theme.S1)
        whole.setContentsMargins(theme.S3, theme.S2, theme.S3, theme.S2)
        for line in (told, answers):
            whole.addLayout(line)
        self.body.addLayout(whole)
        self._take = self._drop = lambda: None
        self.go_on.clicked.connect(lambda: self._answer(self._take))
        self.discard.clicked.connect(lambda: self._answer(self._drop))

    def ask(self, time: str, take: Callable[[], object], drop: Callable[[], object]) -> None:
        """Offer what was typed at a time of day."""
        self._take, self._drop = take, drop
        self._words.setText(self._say("This form was not finished"))
        self.go_on.relabel(self._say("Go on with what you typed at {time}", time=time))
        self.show()
        self.changed.emit()
        self.go_on.setFocus(Qt.FocusReason.OtherFocusReason)

    def _answer(self, act: Callable[[], object]) -> None:
        self.hide()
        self.changed.emit()
        act()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            (self.discard if self.discard.hasFocus() else self.go_on).click()
        else:
            super().keyPressEvent(event)
