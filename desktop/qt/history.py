"""The table of what happened to something, newest first."""

from __future__ import annotations

from desktop.kernel.history import HistoryRow
from desktop.kernel.text import Catalog
from desktop.qt.table import Cell, Column, Table


def history_table(say: Catalog, what: int = 330, *, persons: bool = False) -> Table:
    """What happened, when, and who did it; ``what`` is the width of that column, ``persons`` as of every table."""

    def when(row: HistoryRow) -> str:
        return f"{say.date(row.on)} {row.at}".rstrip()

    table = Table(
        say("History"),
        (
            Column(say("When"), when, 150),
            Column(say("What"), lambda row: say(row.what), what),
            Column(say("Details"), lambda row: Cell(say.write(row.words), ink="ink2")),
            Column(say("By"), lambda row: Cell(row.by or "–", ink="ink2"), 140),
        ),
        persons=persons,
    )
    table.show_empty(say("Nothing happened yet"), "", "history")
    return table
