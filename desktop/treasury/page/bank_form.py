"""The form that takes a bank's file in: whose it is, and what its columns are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal

from desktop.kernel.errors import Refused
from desktop.qt import theme
from desktop.qt.basics import Field, Label, ProblemLine, column
from desktop.qt.fields import ChoiceField, TextField
from desktop.qt.page import Page
from desktop.qt.panels import Panel
from desktop.treasury.page.part import COLUMN_WIDE, columns_grid
from desktop.treasury.records import BankField, BankFileRead, BankRow
from desktop.treasury.service import banks, read_file

_PROBLEMS_SHOWN = 4


class FileForm(Panel):
    """What a file is, before it is taken in: whose, what its columns are, how many lines and how much."""

    stepped = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__(page.say("File of a bank"))
        self.page, self.say = page, page.say
        self.path: Path | None = None
        self.read: BankFileRead | None = None
        self.known: tuple[BankRow, ...] = ()
        self.bank = TextField(example="中国工商银行", longest=60)
        self.bank_field = Field(self.say("Bank or acquirer"), self.bank)
        self.columns = {one: ChoiceField() for one in BankField}
        self.told, self.problem = Label("", "strong", wrap=True), ProblemLine()
        grid = columns_grid(self.say, self.columns, 4, self._again)
        self.bank_field.setFixedWidth(2 * theme.grown(COLUMN_WIDE))
        self.bank.editingFinished.connect(self._bank_named)
        self.bank.textEdited.connect(lambda _: self.bank_field.problem(""))
        inside = column(self.told, self.problem, self.bank_field)
        inside.addLayout(grid)
        self.body.addLayout(inside)
        self.body.addStretch(1)

    @property
    def ready(self) -> bool:
        """Whether the file may be taken in."""
        return self.read is not None and bool(self.read.lines) and not self.read.problems

    def begin(self, path: Path) -> None:
        """Read a file, by the titles of the bank that was taken in last under this name, if any."""
        self.path, self.read = path, None
        self.told.setText(self.say("Reading {file}", file=path.name))
        self.problem.tell("")
        self.page.ask(banks, None, self._show_banks)
        self.page.take_focus(self.bank)

    def _show_banks(self, found: Sequence[BankRow]) -> None:
        self.known = tuple(found)
        names = self.say.join([one.name for one in found])
        self.bank_field.hint(self.say("Known: {names}", names=names) if found else "")
        self._read(self._titles_of(self.bank.text()))

    def _titles_of(self, name: str) -> tuple[tuple[str, str], ...]:
        """The titles a bank's files had, where its name is known."""
        return next((one.columns for one in self.known if one.name == " ".join(name.split())), ())

    def _bank_named(self) -> None:
        columns = self._titles_of(self.bank.text())
        if columns and self.read is not None and columns != self.read.columns:
            self._read(columns)

    def _again(self) -> None:
        """Other columns were chosen: read it anew."""
        chosen = tuple((one.value, edit.value() or "") for one, edit in self.columns.items())
        self._read(chosen)

    def _read(self, columns: Sequence[tuple[str, str]]) -> None:
        if self.path is not None:
            self.page.call(
                read_file, self.page.seat, self.path, tuple(columns), then=self._show, failed=self._failed
            )

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self.told.setText("")
            self.problem.tell(self.say(error.text))
        else:
            self.page.trouble(error)

    def _show(self, read: BankFileRead) -> None:
        self.read, say = read, self.say
        words = say.plural("{count} line", "{count} lines", len(read.lines))
        fees = [say("fees {amount}", amount=read.fees)] if read.fees else []
        self.told.setText(say.join([read.file_name, words, say.money(read.total, unit=True), *fees]))
        told = [say(one.line) for one in read.problems[:_PROBLEMS_SHOWN]]
        if len(read.problems) > len(told):
            told.append(say("and {count} more", count=len(read.problems) - len(told)))
        self.problem.tell("\n".join(told))
        here = dict(read.columns)
        for one, edit in self.columns.items():
            edit.blockSignals(True)
            edit.offer([("–", ""), *((title, title) for title in read.titles)])
            edit.show_text(here.get(one.value, ""))
            edit.blockSignals(False)
        self.stepped.emit()
