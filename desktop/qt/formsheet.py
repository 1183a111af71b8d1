"""A form that floats over the window: F12 hands it over once, Esc asks before what was typed goes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeyEvent

from desktop.kernel.errors import Refused
from desktop.qt import theme
from desktop.qt.basics import row
from desktop.qt.buttons import Button
from desktop.qt.floating import Sheet
from desktop.qt.form import Form, FormPanel
from desktop.qt.keys import combination, pressed
from desktop.qt.page import Page

WIDE = 620


class FormSheet(Sheet):
    """A sheet over ``page`` that is gone with its closing; `stored` tells that something was written, and its answer.

    Until ``typed`` is set to the form that is filled in, there is nothing to hand over or to lose.
    """

    stored = Signal(object)

    def __init__(self, page: Page, title: str) -> None:
        super().__init__(page.window(), title, page.say("Close"))
        self.page, self.say, self.sending = page, page.say, False
        self.typed: Form | None = None
        self.also = self.press
        self.closed.connect(self.deleteLater)

    @abstractmethod
    def submit(self) -> None:
        """`send` what was typed, unless something is wrong with it, which is told."""

    @abstractmethod
    def refused(self, error: Refused) -> None:
        """Say beside the fields why it was refused; what was typed stays."""

    def show_form(self, panel: FormPanel) -> None:
        """Put a form in, with its button."""
        self.body.addWidget(panel)
        save = Button(self.say("Save"), "F12", kind="primary", flush=True)
        save.clicked.connect(self.submit)
        line = row(save)
        line.addStretch(1)
        self.body.addLayout(line)
        self.typed = panel.form
        panel.show()  # what is not shown yet takes no focus
        panel.form.begin()

    def fit(self) -> None:
        """Be as high as what is told now, once it is laid out."""
        QTimer.singleShot(0, self, self.place)

    def place(self) -> None:
        room = self.parent().rect()
        width = min(theme.grown(WIDE), room.width() - 2 * theme.S3)
        height = min(self.height_of(width), room.height() - theme.TOP_BAR - theme.S2)
        top = max(theme.TOP_BAR, (room.height() - height) // 3)
        self.setGeometry((room.width() - width) // 2, top, width, height)

    def press(self, event: QKeyEvent) -> bool:
        """Whether a key is one of the sheet's, and was taken."""
        if pressed(event) == combination("F12") and not event.isAutoRepeat():
            if self.typed is not None and not self.sending:
                self.submit()
            return True
        return False

    def dismiss(self) -> None:
        if not self.sending and (self.typed is None or self.typed.may_leave()):
            super().dismiss()

    def leave(self) -> bool:
        """Close it where the person goes elsewhere; False where they rather go on typing."""
        self.dismiss()
        return self.isHidden()

    def send(self, operation: Callable[..., Any], order: object, told: Callable[[Any], str]) -> None:
        """Perform an operation; ``told`` gives the words of the note that tells its answer, and the sheet closes."""
        self.sending = True

        def done(answer: Any) -> None:
            self.sending = False
            if self.typed is not None:
                self.typed.done()
            self.page.toast(told(answer))
            self.stored.emit(answer)
            self.dismiss()

        self.page.do(operation, order, done, failed=self.failed)

    def failed(self, error: BaseException) -> None:
        """Nothing was written, or nothing could be asked: what was typed stays."""
        self.sending = False
        if isinstance(error, Refused) and self.typed is not None:
            self.refused(error)
            self.fit()
        else:
            self.page.trouble(error)
