"""What people hear of a file besides its rows; not used by the process that reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.kernel.text import Text


@dataclass(frozen=True, slots=True)
class SheetFound:
    """A sheet of a file: ``columns`` gives the title of each field found, ``titles`` all titles from left to right,
    ``missing`` the fields it lacks. ``shape`` is what sheets of one sender have in common."""

    name: str
    title_row: int
    shape: str
    titles: tuple[str, ...]
    columns: Mapping[str, str]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that are no rows of a table, from ``first`` to ``last``, ``count`` of them, and why."""

    sheet: str
    first: int
    last: int
    count: int
    why: Text
