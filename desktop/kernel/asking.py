"""Questions that are asked with every payment and every look: worded once, and handed to the driver as they are."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa

from desktop.kernel import sending

Shape = Callable[[Any], Any]
"""What makes of a value another: one of ours one of the driver's, or the other way round."""


_Take = tuple[str, bool, Shape | None]
"""A parameter: its name, whether its value is given (it is always the same otherwise), and how that is made one of the
driver's."""


class Rows(list[Any]):
    """The rows of an answer, each a tuple with its columns by name."""

    def one_or_none(self) -> Any:
        """The only row; None where there is none."""
        if len(self) > 1:
            raise ValueError(f"{len(self)} rows where one at most was expected")
        return self[0] if self else None

    def one(self) -> Any:
        """The only row."""
        (found,) = self
        return found

    def scalar(self) -> Any:
        """What the first column of the first row holds; None where there is no row."""
        return self[0][0] if self else None


class Question:
    """A statement with named parameters that stands in its module, made once, and is asked of any connection.

    SQLAlchemy finds its words by all it is made of each time, and how each value is to be read: for a row or two that
    takes as long as the database does. Here both are known after the first time.
    """

    def __init__(self, statement: sa.Select[*tuple[Any, ...]] | sa.UpdateBase) -> None:
        self._statement = statement
        self._worded: dict[str, _Worded] = {}

    def of(self, connection: sa.Connection, values: Mapping[str, Any] | None = None) -> Rows:
        """The rows of the answer; errors are SQLAlchemy's. ``values`` by name; many ids are one value (`listed`)."""
        given: Mapping[str, Any] = values or {}
        worded = self._worded.get(connection.dialect.name)
        if worded is None:
            worded = self._wording(connection.dialect, given)
            self._worded[connection.dialect.name] = worded
        return worded.asked(connection, given)

    def _wording(self, dialect: sa.Dialect, given: Mapping[str, Any]) -> _Worded:
        """The words, and what is made of the values that are given with each question."""
        compiled = self._statement.compile(dialect=dialect)
        state = compiled.construct_expanded_state(dict(given))
        takes, fixed = list[_Take](), dict[str, Any]()
        for name in (state.positiontup if compiled.positional else list(state.parameters)) or ():
            shape: Shape | None
            if name in state.processors:
                shape = state.processors[name]
            else:
                shape = compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
            if name not in given:
                value = state.parameters[name]
                fixed[name] = value if shape is None else shape(value)
            takes.append((name, name in given, shape))
        columns = list(self._statement.exported_columns)
        names = [column.key or "" for column in columns]
        row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # as many as are asked for
        return _Worded(
            state.statement,
            takes,
            fixed,
            compiled.positional,
            partial(tuple.__new__, row),
            [column.type.dialect_impl(dialect) for column in columns],
        )


@dataclass
class _Worded:
    """The words of a question for one kind of database; the same values of it are ``fixed``."""

    words: str
    takes: list[_Take]
    fixed: dict[str, Any]
    by_place: bool
    row: Callable[[Collection[Any]], Any]
    types: list[Any]
    shapes: list[tuple[int, Shape]] | None = None

    def asked(self, connection: sa.Connection, given: Mapping[str, Any]) -> Rows:
        values = []
        for name, asked, shape in self.takes:
            value = given[name] if asked else self.fixed[name]
            values.append(shape(value) if asked and shape is not None else value)
        named = values if self.by_place else dict(zip([take[0] for take in self.takes], values, strict=True))
        cursor = sending.execute(connection, self.words, named)
        fetched = cursor.fetchall()
        if self.shapes is None:
            self.shapes = self._reading(connection.dialect, cursor.description)
        make, rows = self.row, Rows()
        for one in fetched:
            read = list(one)
            for place, shape in self.shapes:
                read[place] = shape(read[place])
            rows.append(make(read))
        return rows

    def _reading(self, dialect: sa.Dialect, told: Any) -> list[tuple[int, Shape]]:
        """How columns are read that do not come as they are wanted."""
        found = [
            kind.result_processor(dialect, about[1]) for kind, about in zip(self.types, told, strict=True)
        ]
        return [(place, shape) for place, shape in enumerate(found) if shape is not None]
