"""Exports of tables: the columns as they are shown, and the job that writes rows at hand beside the window."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from desktop.kernel import sheet
from desktop.kernel.export import Listed, export_xlsx
from desktop.kernel.text import Catalog
from desktop.kernel.work import Progress, Seat
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
    _seat: Seat, out: Path, name: str, columns: Sequence[Listed], rows: Sequence[Any], report: Progress
) -> int | None:
    """Write rows at hand; how many, None when it was stopped."""
    return export_xlsx(out, name, columns, rows, len(rows), report)
