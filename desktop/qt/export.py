"""Exports of tables: the columns as they are shown, why persons leave the house, the job that writes rows at hand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from desktop.kernel import sheet
from desktop.kernel.export import Gate, Listed, export_xlsx
from desktop.kernel.text import Catalog
from desktop.kernel.work import Progress, Seat
from desktop.qt import theme
from desktop.qt.basics import Field, Label, row
from desktop.qt.buttons import Button
from desktop.qt.fields import TextField
from desktop.qt.rows import Cell, Column, shown_number

_FLEXIBLE_PX = 240
_CHARACTER_PX = 8


def exported(columns: Sequence[Column], say: Catalog) -> list[Listed]:
    """How columns of a table are written: their values, or their cells as shown."""
    decimals = say.currency.decimals if say.currency is not None else 0
    return [
        Listed(
            sheet.Column(
                one.title, sheet.Kind.VALUE, decimals, max(10, (one.width or _FLEXIBLE_PX) / _CHARACTER_PX)
            ),
            one.value or partial(_as_shown, one, say),
        )
        for one in columns
    ]


def _as_shown(column: Column, say: Catalog, row: Any) -> object:
    """A cell's words; in a right-aligned column the number they show."""
    made = column.cell(row)
    words = made.words if isinstance(made, Cell) else made
    number = shown_number(words, say) if column.right else None
    return words if number is None else number


def write_rows(
    _seat: Seat,
    out: Path,
    name: str,
    columns: Sequence[Listed],
    rows: Sequence[Any],
    report: Progress,
    gate: Gate | None = None,
) -> int | None:
    """Write rows at hand; how many, None when it was stopped."""
    return export_xlsx(out, name, columns, rows, len(rows), report, gate)


class ExportQuestion(QDialog):
    """Why a list with persons leaves the house; ``reason`` is what was typed."""

    LEAST = 4

    def __init__(self, parent: QWidget, say: Catalog, title: str, told: str) -> None:
        super().__init__(parent)
        self._say, self.reason = say, ""
        self.setWindowTitle(title)
        self.edit = TextField(example=say("for example: letters about the outage on Monday"))
        self.field = Field(say("Why"), self.edit)
        self.edit.changed.connect(lambda _: self._tell(""))
        back, go_on = Button(say("Back"), "Esc"), Button(say("Choose a file"), "Enter", kind="primary")
        back.clicked.connect(self.reject)
        go_on.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.S5, theme.S5, theme.S5, theme.S4)
        layout.setSpacing(theme.S3)
        layout.addWidget(Label(title, "h2"))
        layout.addWidget(Label(told, wrap=True))
        layout.addWidget(self.field)
        buttons = row(back)
        buttons.addStretch(1)
        buttons.addWidget(go_on)
        layout.addLayout(buttons)
        self.setMinimumWidth(460)
        self.edit.setFocus()

    def accept(self) -> None:
        """Go on with a reason; without one the field says what is missing."""
        self.reason = self.edit.value() or ""
        if len(self.reason) < self.LEAST:
            self._tell(self._say("Say why: it stands in the file and in the list of exports"))
            self.edit.setFocus()
            return
        super().accept()

    def _tell(self, words: str) -> None:
        self.field.problem(words)
        self.layout().activate()
        self.adjustSize()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not self.edit.composing and not event.isAutoRepeat():
                self.accept()
        else:
            super().keyPressEvent(event)
