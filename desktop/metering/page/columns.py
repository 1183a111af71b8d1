"""What the columns of a sheet hold, said by hand once for every sender."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtWidgets import QVBoxLayout

from desktop.kernel.cells.found import SheetFound
from desktop.kernel.cells.titles import normal
from desktop.kernel.text import Catalog, Text
from desktop.metering.documents import REQUIRED, field_titles
from desktop.metering.records import TitleMap
from desktop.qt.basics import Label, row
from desktop.qt.figures import Badge
from desktop.qt.keys import Key
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table


@dataclass(frozen=True, slots=True)
class Titled:
    """A title of the sheet and the field it means, where one is known; ``by_hand`` when somebody just said so."""

    title: str
    field: str = ""
    by_hand: bool = False


class ColumnsPanel(Panel):
    """The titles of a sheet whose columns are not all known: a digit says what the selected one holds."""

    def __init__(self, say: Catalog, changed: Callable[[], None]) -> None:
        super().__init__(say("What do the columns hold?"), padding=0)
        self._say, self._changed = say, changed
        self._fields = {
            name: title for name, title in field_titles().items() if not name.startswith("value_")
        }
        self.sheet: SheetFound | None = None
        self._rows: list[Titled] = []
        self.head.addWidget(
            Label(say("Select a title and press the digit of its meaning. It is remembered"), "small", "ink2")
        )
        self.table = Table(
            say("Titles of the sheet"),
            (
                Column(say("Title in the sheet"), lambda one: Cell(one.title, strong=True), 320),
                Column(say("Holds"), self._meaning),
            ),
        )
        meanings = QVBoxLayout()
        self._badges: dict[str, Badge] = {}
        for digit, (name, title) in enumerate(self._fields.items(), 1):
            badge = self._badges[name] = Badge()
            meanings.addLayout(row(Label(f"{digit}  {say(title)}"), badge))
        meanings.addWidget(Label(f"0  {say('nothing that is read')}"))
        meanings.addStretch(1)
        side = Panel()
        side.body.addLayout(meanings)
        side.setFixedWidth(320)
        self.body.addLayout(row(self.table, side))

    @property
    def keys(self) -> tuple[Key, ...]:
        """A digit for each field, and 0 for none."""
        digits = [Key(str(at), title, lambda name=name: self.assign(name), "none")
                  for at, (name, title) in enumerate(self._fields.items(), 1)]  # fmt: skip
        return (*digits, Key("0", Text("nothing that is read"), lambda: self.assign(""), "none"))

    @property
    def decided(self) -> TitleMap | None:
        """What was said about the sheet; None while a field it must have is missing."""
        rows = self._rows
        if self.sheet is None or self._missing() or not any(one.by_hand for one in rows):
            return None
        columns = {normal(one.title): one.field for one in rows if one.field}
        return TitleMap(self.sheet.shape, self.sheet.titles, columns)

    def show_sheet(self, sheet: SheetFound) -> None:
        """Begin with what is known of a sheet, or go on with what was said of it before."""
        if sheet != self.sheet:
            found = {title: name for name, title in sheet.columns.items()}
            self._rows = [Titled(title, found.get(title, "")) for title in sheet.titles]
        self.sheet = sheet
        self._show(next((at for at, one in enumerate(self._rows) if not one.field), 0))

    def assign(self, name: str) -> None:
        """Say what the selected title means; a field has one column only."""
        chosen = self.table.current
        if chosen is None:
            return
        at = self._rows.index(chosen)
        for place, one in enumerate(self._rows):
            if place == at:
                self._rows[place] = replace(one, field=name, by_hand=True)
            elif name and one.field == name:
                self._rows[place] = replace(one, field="", by_hand=True)
        self._show(min(at + 1, len(self._rows) - 1))
        self._changed()

    def _show(self, select: int) -> None:
        self.table.show_rows(self._rows, select=select)
        missing = self._missing()
        for name, badge in self._badges.items():
            badge.show_state(*((self._say("missing"), "warn") if name in missing else ("", "plain")))

    def _missing(self) -> set[str]:
        if self.sheet is None:
            return set()
        found = {
            one.field.partition("_")[0] if one.field.startswith("value_") else one.field for one in self._rows
        }
        return REQUIRED - found

    def _meaning(self, one: Titled) -> Cell:
        if not one.field:
            return Cell(self._say("not read"), ink="ink3")
        return Cell(self._say(field_titles()[one.field]), icon="check" if one.by_hand else "")
