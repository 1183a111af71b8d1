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


_Take = tuple[str, str | None, int | None, Shape | None]
"""A parameter: its name, the value given for it (None: it is always the same), which of a collection it is, and how it
is made one of the driver's."""


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
        self._worded: dict[tuple[str, tuple[int, ...]], _Worded] = {}
        binds = [one for one in sa.sql.visitors.iterate(statement) if isinstance(one, sa.BindParameter)]
        self._many = tuple({one.key for one in binds if one.expanding and one.value is None})

    def of(self, connection: sa.Connection, values: Mapping[str, Any] | None = None) -> Rows:
        """The rows of the answer; errors are SQLAlchemy's. ``values``: by name, of an ``in_`` a collection of them."""
        given: Mapping[str, Any] = values or {}
        sizes: tuple[int, ...] = ()
        if self._many:
            given = dict(given) | {name: _padded(list(given[name])) for name in self._many}
            sizes = tuple([len(given[name]) for name in self._many])
        key = connection.dialect.name, sizes
        worded = self._worded.get(key)
        if worded is None:
            worded = self._worded[key] = self._wording(connection.dialect, given)
        return worded.asked(connection, given)

    def _wording(self, dialect: sa.Dialect, given: Mapping[str, Any]) -> _Worded:
        """The words for as many values of each ``in_`` as are given."""
        compiled = self._statement.compile(dialect=dialect)
        state = compiled.construct_expanded_state(dict(given))
        named = state.positiontup if compiled.positional else list(state.parameters)
        places = {
            each: (name, at) for name in self._many for at, each in enumerate(state.parameter_expansion[name])
        }
        takes, fixed = list[_Take](), dict[str, Any]()
        for name in named or ():
            given_as, at = places.get(name, (name, None))
            shape: Shape | None
            if name in state.processors:
                shape = state.processors[name]
            else:
                shape = compiled.binds[given_as].type.dialect_impl(dialect).bind_processor(dialect)
            if given_as in given:
                takes.append((name, given_as, at, shape))
            else:
                value = state.parameters[name]
                fixed[name] = value if shape is None else shape(value)
                takes.append((name, None, None, None))
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


def _padded(values: list[Any]) -> list[Any]:
    """Values for an ``in_``, the last one named more often until there are 1, 2, 4, 8 …: so many wordings are few."""
    if not values:
        return values
    return values + values[-1:] * ((1 << (len(values) - 1).bit_length()) - len(values))


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
        for name, given_as, at, shape in self.takes:
            if given_as is None:
                values.append(self.fixed[name])
                continue
            value = given[given_as] if at is None else given[given_as][at]
            values.append(value if shape is None else shape(value))
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
