"""A form in a pane: fields below each other, each with its problem beside it, and what was typed kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from desktop.kernel.text import Catalog, Text
from desktop.qt import theme
from desktop.qt.widgets import Choice, Field, Label, Panel


class Form(Panel):
    """Fields below each other, each with its problem beside it; Enter goes to the next one."""

    def __init__(self, say: Catalog, title: str, note: str = "") -> None:
        super().__init__(title)
        self.say = say
        self.fields: dict[str, Field] = {}
        self._first: dict[str, object] = {}
        if note:
            self.body.addWidget(Label(note, "small", "ink2", wrap=True))

    def line(
        self, name: str, label: str, value: str = "", hint: str = "", *, secret: bool = False
    ) -> QLineEdit:
        """A line to type; a ``secret`` one shows dots."""
        edit = QLineEdit(value)
        if secret:
            edit.setEchoMode(QLineEdit.EchoMode.Password)
        edit.returnPressed.connect(self.focusNextChild)
        self.add(name, label, edit, hint)
        edit.textEdited.connect(lambda _: self.fields[name].problem(""))
        return edit

    def choice(self, name: str, label: str, options: Sequence[tuple[str, str]], value: str) -> Choice:
        """One of a few, as (code, words)."""
        edit = Choice()
        for code, words in options:
            edit.addItem(words, code)
        edit.setCurrentIndex(max(edit.findData(value), 0))
        self.add(name, label, edit)
        return edit

    def add(self, name: str, label: str, edit: QWidget, hint: str = "") -> None:
        """A field of any kind; one that has a ``value`` of its own is asked for it."""
        self.fields[name] = Field(label, edit, hint)
        self.body.addWidget(self.fields[name])
        self._first[name] = self.value(name)

    def beside(self, *names: str) -> None:
        """Put the fields just made side by side."""
        line = QHBoxLayout()
        line.setSpacing(theme.S3)
        for name in names:
            self.body.removeWidget(self.fields[name])
            line.addWidget(self.fields[name], 1, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(line)

    def finish(self) -> Form:
        """Nothing more comes: the rest of the pane stays empty."""
        self.body.addStretch(1)
        return self

    def start(self) -> None:
        """Put the focus into the first field."""
        for field in self.fields.values():
            field.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            return

    def value(self, name: str) -> Any:
        """What a field holds: text, the code of a choice, or the value of a kind of its own."""
        edit = self.fields[name].edit
        if isinstance(edit, QLineEdit):
            return edit.text()
        return edit.currentData() if isinstance(edit, Choice) else edit.value()

    @property
    def touched(self) -> bool:
        """Whether something was typed or chosen."""
        return any(self.value(name) != first for name, first in self._first.items())

    def show_problems(self, problems: dict[str, Text]) -> None:
        """Each problem at its field; the first of them takes the focus."""
        for name, field in self.fields.items():
            field.problem(self.say(problems[name]) if name in problems else "")
        wrong = next((name for name in self.fields if name in problems), None)
        if wrong is not None:
            self.fields[wrong].edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def same_twice(self, first: str, again: str) -> bool:
        """Whether a password was typed the same twice; told at the second where not."""
        if self.value(first) == self.value(again):
            return True
        self.show_problems({again: Text("It is not the same as above")})
        return False
