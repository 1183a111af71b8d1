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


_Take = tuple[int, str, Shape | None]
"""Where a value that is given goes among the parameters, its name, and how it is made one of the driver's."""


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
        names = list((state.positiontup if compiled.positional else list(state.parameters)) or ())
        takes, fixed = list[_Take](), list[Any]()
        for place, name in enumerate(names):
            shape: Shape | None
            if name in state.processors:
                shape = state.processors[name]
            else:
                shape = compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
            if name in given:
                takes.append((place, name, shape))
                fixed.append(None)
            else:
                value = state.parameters[name]
                fixed.append(value if shape is None else shape(value))
        columns = list(self._statement.exported_columns)
        called = [column.key or "" for column in columns]
        row: Any = namedtuple("Row", called, rename=True)  # type: ignore[misc]  # as many as are asked for
        return _Worded(
            state.statement,
            takes,
            fixed,
            None if compiled.positional else names,
            partial(tuple.__new__, row),
            [column.type.dialect_impl(dialect) for column in columns],
        )


@dataclass
class _Worded:
    """The words of a question for one kind of database; ``fixed`` are its parameters where no other value is given."""

    words: str
    takes: list[_Take]
    fixed: list[Any]
    names: list[str] | None
    """What the parameters are called, where they do not go by their places."""
    row: Callable[[Collection[Any]], Any]
    types: list[Any]
    shapes: list[tuple[int, Shape]] | None = None

    def asked(self, connection: sa.Connection, given: Mapping[str, Any]) -> Rows:
        values = self.fixed.copy()
        for place, name, shape in self.takes:
            values[place] = given[name] if shape is None else shape(given[name])
        named = values if self.names is None else dict(zip(self.names, values, strict=True))
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
