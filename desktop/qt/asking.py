"""A question asked in the page itself, answered in one line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.qt import theme
from desktop.qt.basics import RIGHT, Label, ProblemLine, repolish, row
from desktop.qt.buttons import Button
from desktop.qt.drafts import Draft, Drafts, Keeper
from desktop.qt.fields import TextField
from desktop.qt.panels import Panel
from desktop.qt.tasks import Tasks

LONGEST = 10_000
"""More than any rule allows: an answer that is too long is told, never cut."""


class InlineQuestion(Panel):
    """Something to say in one line, asked in the page: Enter gives it, Esc closes it and the words stay.

    ``choices`` are ready answers, each under its digit while nothing is typed. `answered` tells the place of the
    ready answer (-1 for words of one's own), the words, and whether Ctrl was held. What is typed is kept as a draft
    and stands there again when the same is asked, after a crash too; ``about`` tells questions of pages apart.
    """

    answered = Signal(int, str, bool)

    def __init__(self, drafts: Drafts, tasks: Tasks, about: str = "") -> None:
        super().__init__(padding=0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.body.setContentsMargins(theme.S3, theme.S2, theme.S3, theme.S2)
        self.body.setSpacing(theme.S1)
        self._title, self._keys = Label("", "h2"), Label("", "small", "ink2", wrap=True)
        head = row(self._title, self._keys)
        head.setStretch(1, 1)
        self.body.addLayout(head)
        self._keys.setAlignment(RIGHT)
        self._ready = _Lines()
        self.body.addWidget(self._ready)
        self.edit = _Words(self)
        self._about, self._keeper = about, Keeper(self, drafts, tasks, lambda: self.edit.text().strip())
        self.edit.textEdited.connect(lambda _: self._keeper.typed())
        self._problem = ProblemLine()
        self.body.addWidget(self.edit)
        self.body.addWidget(self._problem)
        self._choices: tuple[str, ...] = ()
        self._kept: dict[str, str] = {}
        self._topic = ""
        self.hide()

    @property
    def waits(self) -> bool:
        """Whether words were typed that are not kept yet."""
        return self._keeper.waits

    def ask(self, topic: str, title: str, keys: str, example: str, choices: Sequence[str] = ()) -> None:
        """Ask ``title``; what was typed under the same ``topic`` before stands there again. ``keys`` says its keys."""
        self.close_question()
        self._topic, self._choices = topic, tuple(choices)
        self._title.setText(title)
        self._keys.setText(keys)
        self.edit.setPlaceholderText(example)
        self.edit.setAccessibleName(title)
        self.edit.setText(self._kept.pop(topic, ""))
        self._keeper.begin(f"{self._about} {topic}".strip(), self._found)
        self.problem("")
        buttons = [Button(words, str(at)) for at, words in enumerate(self._choices, 1)]
        for at, button in enumerate(buttons):
            button.clicked.connect(lambda _=False, at=at: self.answered.emit(at, "", False))
        self._ready.fill(buttons)
        self.show()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _found(self, draft: Draft) -> None:
        if self.isVisible() and not self.edit.text():
            self.edit.setText(draft.content)

    def problem(self, words: str) -> None:
        """Say what is wrong with the answer; it stays typed."""
        self._problem.tell(words)
        self.edit.setAccessibleDescription(words)
        self.edit.setProperty("problem", "bad" if words else "")
        repolish(self.edit)

    def close_question(self) -> bool:
        """Take the question away, its words kept for the next time; False when none was asked."""
        if self.isHidden():
            return False
        if self.edit.text().strip():
            self._kept[self._topic] = self.edit.text()
        if self.waits:
            self._keeper.keep()
        self.hide()
        return True

    def settled(self) -> None:
        """The answer was taken: nothing of it is kept, also where the question was closed before."""
        self.edit.clear()
        self._kept.pop(self._topic, None)
        self._keeper.drop()
        self.close_question()

    def digit(self, number: int) -> bool:
        """Take the ready answer under a digit; False where there is none or words were typed."""
        if not 1 <= number <= len(self._choices) or self.edit.text():
            return False
        self.answered.emit(number - 1, "", False)
        return True


class _Lines(QWidget):
    """Buttons from left to right, in as many lines as they need."""

    def __init__(self) -> None:
        super().__init__()
        self._buttons: list[QWidget] = []

    def fill(self, buttons: Sequence[QWidget]) -> None:
        """Show these in place of those before."""
        for gone in self._buttons:
            gone.hide()
            gone.deleteLater()
        self._buttons = list(buttons)
        self.setVisible(bool(buttons))
        for button in buttons:
            button.setParent(self)
            button.show()
        self._place()

    def minimumSizeHint(self) -> QSize:
        return QSize(max((one.sizeHint().width() for one in self._buttons), default=0), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        left = top = high = 0
        for button in self._buttons:
            size = button.sizeHint()
            if left and left + size.width() > self.width():
                left, top = 0, high + theme.S1
            button.setGeometry(left, top, size.width(), size.height())
            left += size.width() + theme.S2
            high = top + size.height()
        self.setFixedHeight(high)


class _Words(TextField):
    def __init__(self, question: InlineQuestion) -> None:
        super().__init__(longest=LONGEST)
        self._question = question

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.composing:
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            held = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if not event.isAutoRepeat():
                self._question.answered.emit(-1, self.text().strip(), held)
        elif not (event.text().isdigit() and self._question.digit(int(event.text()))):
            super().keyPressEvent(event)
