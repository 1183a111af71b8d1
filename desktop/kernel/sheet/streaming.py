"""Large workbooks of one template: sheet by sheet, each sheet with its own columns, with little memory.

They may be larger than `reading` allows, so their rows come out while the file is still being read, by the same
process of its own: a file that turns out to be broken further down is `Refused` after some of its rows were given.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.kernel.cells.titles import normal
from desktop.kernel.errors import Problem
from desktop.kernel.sheet.reading import Field, Progress, Row, heard, problems_of, table_of
from desktop.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet of a template: the names it may have, and its fields; without fields it is passed over."""

    names: tuple[str, ...]
    fields: tuple[Field, ...] = ()


def stream_rows(
    path: Path, layouts: Sequence[Layout], progress: Progress = lambda _done, _total: True
) -> Generator[Row | Problem]:
    """The rows of a large workbook one after the other, sheet by sheet; blank ones are left out.

    A sheet whose titles are missing or doubled, that is hidden, or that is none of the template's, is a problem
    instead: its rows would be lost. ``progress`` is that of `reading.opened`.
    """
    by_name = {normal(name): one.fields for one in layouts for name in one.names}
    with heard(path, {"tables": [_table(one) for one in layouts]}, progress) as told:
        names: list[str] = []
        for message in told:
            if "rows" not in message:
                fields = by_name.get(normal(message["name"]), ())
                names, table = [one.name for one in fields], table_of(message)
                yield from _problems(message, fields)
                continue
            for line, *cells in message["rows"]:
                yield Row(table, line, dict(zip(names, cells, strict=True)))


def _table(one: Layout) -> tuple[list[str], list[tuple[str, list[str], bool]]]:
    fields = [(field.name, sorted(field.wanted.titles), field.required) for field in one.fields]
    return [normal(name) for name in one.names], fields


def _problems(sheet: dict[str, Any], fields: Sequence[Field]) -> Iterator[Problem]:
    """What is wrong with a sheet as a whole, where it has any row."""
    name = sheet["name"]
    if not sheet["filled"] or (sheet["known"] and not fields):
        return
    if not sheet["known"]:
        what = Text("No sheet of the template has this name")
        yield Problem(what, Text("Name it as in the template, or delete it"), value=name, sheet=name)
    elif sheet["hidden"]:
        yield Problem(Text("The sheet is hidden"), Text("Show it, or delete it"), value=name, sheet=name)
    else:
        yield from problems_of(sheet, fields)
