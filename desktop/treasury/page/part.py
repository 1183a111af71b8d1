"""What each tab of the page of the hall's money is: a part with its own keys and its own asking."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desktop.kernel.text import Catalog, Worded
from desktop.qt import theme
from desktop.qt.basics import Field
from desktop.qt.fields import ChoiceField
from desktop.qt.page import Key, Page

LETTERS_NAMED = 4
COLUMN_WIDE = 230


def columns_grid(
    say: Catalog, columns: Mapping[Worded, ChoiceField], across: int, changed: Callable[[], object]
) -> QGridLayout:
    """Which column of a file stands for which of its fields, so many fields beside each other."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.S3)
    grid.setVerticalSpacing(theme.S2)
    for at, (one, edit) in enumerate(columns.items()):
        field = Field(say("Column: {field}", field=one.text), edit)
        field.setFixedWidth(theme.grown(COLUMN_WIDE))
        grid.addWidget(field, at // across, at % across)
        edit.changed.connect(lambda _: changed())
    grid.setColumnStretch(across, 1)
    return grid


def letters_written(numbers: Sequence[str], say: Catalog) -> list[str]:
    """Where letters wait to be printed, naming the first of them; nothing without one."""
    if not numbers:
        return []
    named = ", ".join(numbers[:LETTERS_NAMED]) + (" …" if len(numbers) > LETTERS_NAMED else "")
    words = say.plural(
        "{count} letter waits in the print journal: {numbers}",
        "{count} letters wait in the print journal: {numbers}",
        len(numbers),
        numbers=named,
    )
    return [words]


class Part(QWidget):
    """One tab, made when it is first shown; ``stepped`` when other keys work in it than before."""

    stepped = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.seat, self.say = page, page.seat, page.say
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(theme.S3)

    def ask_again(self) -> None:
        """Ask for what is shown once more."""
        raise NotImplementedError

    def keys(self) -> Sequence[Key]:
        """The keys that work in it now."""
        raise NotImplementedError

    def first_field(self) -> QWidget:
        """Where the focus goes when it is shown."""
        raise NotImplementedError

    def may_leave(self) -> bool:
        """Whether nothing typed is lost, or the person gives it up."""
        return True

    def minute(self) -> None:
        """Time passed while it was shown."""
