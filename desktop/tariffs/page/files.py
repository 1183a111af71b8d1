"""The tariff files that come with the program, read anew whenever they are shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.kernel.files import resource
from desktop.kernel.json_lines import told
from desktop.kernel.text import Catalog, Text
from desktop.qt import theme
from desktop.qt.basics import column
from desktop.qt.cells import badge_room
from desktop.qt.panels import Panel
from desktop.qt.table import Cell, Column, Table
from desktop.tariffs.documents.files import TariffFile

_STATES = {"New": "info", "New versions": "info", "Taken in": "ok", "With mistakes": "bad"}
_WORDS = (Text("New"), Text("New versions"), Text("Taken in"), Text("With mistakes"))


class FilesView(QWidget):
    """One row a file; ticked ones, or the current one, are taken in."""

    def __init__(self, say: Catalog, country: str) -> None:
        super().__init__()
        self.say, self.folder = say, resource("tariffs", country)
        self.known: tuple[str, ...] = ()
        self.table = Table(
            say("Tariff files"),
            (
                Column(say("Price list"), lambda one: Cell(one.name, one.use_class, strong=True), 320),
                Column(say("Notice"), lambda one: Cell(one.notice or self._flaw(one), ink="ink2")),
                Column(say("File"), self._file, 250),
                Column(say("State"), self._state, badge_room(say("State"), [say(one) for one in _WORDS])),
            ),
            row_height=theme.ROW_TWO,
            ticks=True,
            key=lambda one: str(one.path),
        )
        self.table.show_empty(
            say("No tariff file comes with the program"), say("Open one with Ctrl+O"), "tags"
        )
        panel = Panel(padding=0)
        panel.body.addWidget(self.table)
        self.setLayout(column(panel))

    def _flaw(self, one: TariffFile) -> str:
        return self.say(told(one.problems[0]))

    def _file(self, one: TariffFile) -> Cell:
        say = self.say
        if one.valid_from is None:
            return Cell(self._name(one))
        valid = (
            say("from {first} to {last}", first=one.valid_from, last=one.last)
            if one.last
            else say("from {first} on", first=one.valid_from)
        )
        return Cell(self._name(one), valid)

    def _name(self, one: TariffFile) -> str:
        return str(one.path.relative_to(self.folder))

    def _state(self, one: TariffFile) -> Cell:
        state = one.state(self.known)
        return Cell(self.say(state), state=_STATES[state.message])

    def know(self, versions: Sequence[str]) -> None:
        """Tell how the files stand to the versions that are known."""
        if tuple(versions) != self.known:
            self.known = tuple(versions)
            self.show_files(self.table.rows_model.rows)

    def show_files(self, found: Sequence[TariffFile]) -> None:
        """Show what was read; the row that was current stays so."""
        before = self.table.current
        at = next((at for at, one in enumerate(found) if before is not None and one.path == before.path), 0)
        self.table.show_rows(found, select=at if found else None)

    def chosen(self) -> list[TariffFile]:
        """What is to be taken in."""
        ticks, current = self.table.ticks, self.table.current
        if ticks is not None and ticks.everything:
            left_out = {one.path for one in ticks.rows}
            return [one for one in self.table.rows_model.rows if one.path not in left_out]
        if ticks is not None and ticks.rows:
            return list(ticks.rows)
        return [current] if current is not None else []
