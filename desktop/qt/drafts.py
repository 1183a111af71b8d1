"""Drafts: what is typed into forms and questions is kept while it is typed, and what was found is offered again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

from desktop.kernel.text import Catalog
from desktop.qt import theme
from desktop.qt.basics import Icon, Label, column, row
from desktop.qt.buttons import Button
from desktop.qt.panels import Panel
from desktop.qt.tasks import Tasks

KEPT_EVERY_MS = 2000
log = logging.getLogger("desktop.draft")


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


class Keeper(QObject):
    """Keeps what is typed in one place, two seconds after it was typed, so that it survives a crash.

    ``content`` gives what stands there now: None is nothing to keep, no words at all drop what was kept. ``kept``
    tells when it was, ``name`` under which.
    """

    kept = Signal(object)

    def __init__(
        self, owner: QObject, drafts: Drafts, tasks: Tasks, content: Callable[[], str | None]
    ) -> None:
        super().__init__(owner)
        self._drafts, self._tasks, self._content, self.name = drafts, tasks, content, ""
        self._timer = QTimer(self, interval=KEPT_EVERY_MS, singleShot=True)
        self._timer.timeout.connect(self.keep)

    @property
    def waits(self) -> bool:
        """Whether something was typed that is not kept yet."""
        return self._timer.isActive()

    def begin(self, name: str, found: Callable[[Draft], None]) -> None:
        """From now on keep under this name; ``found`` gets what was kept there before, if anything was."""

        def answer(draft: Draft | None) -> None:
            if draft is not None and name == self.name:
                found(draft)

        self.name = name
        self._tasks.read(self, partial(self._drafts.found, name), answer, self._failed)

    def typed(self) -> None:
        """Something was typed."""
        if not self.waits:
            self._timer.start()

    def keep(self) -> None:
        """Keep what stands there now."""
        self._timer.stop()
        content = self._content()
        if content:
            call = partial(self._drafts.keep, self.name, content)
            self._tasks.write(self, call, self.kept.emit, self._failed)
        elif content is not None:
            self.drop()

    def drop(self) -> None:
        """It is done with."""
        self._timer.stop()
        self._tasks.write(self, partial(self._drafts.drop, self.name), lambda _: None, self._failed)

    def _failed(self, error: BaseException) -> None:
        log.warning("the draft of %s is not kept: %s", self.name, type(error).__name__)


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
