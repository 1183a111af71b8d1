"""Many rows at once: written by column the quick way of each database, and asked for by one parameter."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext.compiler import compiles

from desktop.kernel.database import Exact, Key
from desktop.kernel.hashing import DAYS, Columns, Keys, Same, all_same, hex_of, key_of, keyed
from desktop.kernel.sending import arrived, failed, send


def as_stored(column: Any) -> sa.Label[Any]:
    """A column as the driver gives it, for the many values of a list that only have to match or to be reckoned with."""
    return sa.type_coerce(column, sa.types.NULLTYPE).label(
        f"stored_{column.expression.table.name}_{column.key}"
    )


def key_as_stored(stored: Any) -> UUID:
    """The id that `as_stored` gives: a file's digits, or the id itself."""
    return stored if isinstance(stored, UUID) else key_of(int(stored, 16))


def among(session: orm.Session, column: Any, values: Iterable[Any]) -> sa.ColumnElement[bool]:
    """Whether a column of ids or words holds one of many values: ``in_`` for thousands, handed over as one parameter.

    The values are bound quickly, and as many as there are: a server takes no more than 65,535 parameters.
    """
    many = list(values)
    if session.get_bind().dialect.name == "postgresql":
        array: sa.ColumnElement[bool] = column == sa.any_(sa.literal(many, sa.ARRAY(column.type)))
        return array
    each = sa.func.json_each(_json(many)).table_valued("value")
    found: sa.ColumnElement[bool] = column.in_(sa.select(each.c.value))
    return found


def listed(column: Any, name: str) -> sa.ColumnElement[bool]:
    """The same as `among` of ids that are given under a name: for a statement that stands in its module, made once."""
    return _Listed(column, sa.bindparam(name, type_=_Ids()))


class _Ids(sa.types.TypeDecorator[Sequence[UUID]]):
    """Many ids as one parameter: an array, or JSON."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """An array where there are arrays."""
        plain: sa.types.TypeEngine[Any] = sa.ARRAY(Key()) if dialect.name == "postgresql" else sa.Text()
        return dialect.type_descriptor(plain)

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        """The ids, which may come in any collection."""
        many = list(value)
        return many if dialect.name == "postgresql" else _json(many)


class _Listed(sa.sql.functions.FunctionElement[bool]):
    """A column and the many values one of which it holds."""

    type = sa.Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> _Listed:
        """As it stands: compared with a truth value it would find its rows without an index."""
        return self


@compiles(_Listed)
def _in_json(element: _Listed, compiler: Any, **options: Any) -> str:
    column, many = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({many}))"


@compiles(_Listed, "postgresql")
def _in_array(element: _Listed, compiler: Any, **options: Any) -> str:
    column, many = (compiler.process(one, **options) for one in element.clauses)
    return f"{column} = ANY ({many})"


def _json(values: Sequence[Any]) -> str:
    """Ids or words as a file takes many of them at once."""
    many = keyed(values)
    if isinstance(many, Keys):
        return '["' + '","'.join(many.digits) + '"]'
    return json.dumps([hex_of(value) if isinstance(value, UUID) else value for value in values])


def bulk_insert(session: orm.Session, table: sa.Table, columns: Columns, count: int) -> None:
    """Insert so many rows, by column, the quick way of each database: COPY, or one statement for all.

    A column that is not named is NULL. Triggers and constraints hold as for single rows.
    """
    if not count:
        return
    connection = session.connection()
    named = [column for column in table.columns if column.key in columns]
    dialect = connection.dialect
    bound = {column.name: _bound(column, columns[column.key], dialect) for column in named}
    if dialect.name != "postgresql":
        for statement, values in insertions(table.name, bound, count):
            connection.exec_driver_sql(statement, values)
        return
    spelled = zip(*(_repeated(values, count) for values in bound.values()), strict=True)
    names = ", ".join(f'"{column.name}"' for column in named)
    if count <= FEW:
        rows = ", ".join([f"({', '.join(['%s'] * len(named))})"] * count)
        flat = tuple(itertools.chain.from_iterable(spelled))
        send(connection, f'INSERT INTO "{table.name}" ({names}) VALUES {rows}', flat)
    else:
        _copy(connection, f'COPY "{table.name}" ({names}) FROM STDIN', spelled)


def insert_row(session: orm.Session, table: sa.Table, row: Mapping[str, Any]) -> None:
    """Insert a single row by column name: a payment writes ten of these."""
    connection = session.connection()
    dialect, columns = connection.dialect, table.columns
    values = [
        value if (shape := _binder(columns[name], dialect)) is None else shape(value)
        for name, value in row.items()
    ]
    send(connection, _row_insert(table, tuple(row), "%s" if dialect.name == "postgresql" else "?"), values)


@lru_cache(1_000)
def _row_insert(table: sa.Table, keys: tuple[str, ...], mark: str) -> str:
    listed = ", ".join(f'"{table.columns[key].name}"' for key in keys)
    return f'INSERT INTO "{table.name}" ({listed}) VALUES ({", ".join([mark] * len(keys))})'


FEW = 4
"""So many rows a server takes sooner by a statement it has prepared than by COPY, which goes there and back twice."""

_TOGETHER = 50
"""So many rows a file takes by one statement: each statement costs a savepoint and a way through the driver, which is
half of what a row costs; of more rows at once nothing more is won."""


def insertions(
    table: str, columns: Mapping[str, Iterable[Any] | Same], count: int
) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """The statements that let a file take so many rows of spelled values, each with its parameters for each turn.

    What is the same in all rows is handed over once for each statement.
    """
    alike = [values.value for values in columns.values() if isinstance(values, Same)]
    differing = [values for values in columns.values() if not isinstance(values, Same)]
    flat, width = [None] * (len(differing) * count), len(differing)
    for place, values in enumerate(differing):
        flat[place::width] = values  # a column of another length is a ValueError
    names = tuple((name, isinstance(values, Same)) for name, values in columns.items())
    whole = count - count % _TOGETHER
    for first, end, rows in ((0, whole, _TOGETHER), (whole, count, 1)):
        if first < end:
            step = rows * width
            turns = [(*alike, *flat[at * width : at * width + step]) for at in range(first, end, rows)]
            yield _insertion(table, names, rows), turns


@lru_cache(1_000)
def _insertion(table: str, names: tuple[tuple[str, bool], ...], rows: int) -> str:
    """An insert of so many rows at once; ``names`` tells of each column whether it is the same in all."""
    number = itertools.count(1)
    alike = {name: next(number) for name, same in names if same}
    marks = [
        f"({', '.join(f'?{alike.get(name) or next(number)}' for name, _ in names)})" for _ in range(rows)
    ]
    listed = ", ".join(f'"{name}"' for name, _ in names)
    return f'INSERT INTO "{table}" ({listed}) VALUES {", ".join(marks)}'


def _copy(connection: sa.Connection, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    arrived(connection)
    raw: Any = connection.connection.driver_connection
    try:
        with raw.cursor() as cursor, cursor.copy(statement) as copy:
            for values in rows:
                copy.write_row(values)
    except psycopg.Error as error:
        raise failed(connection, statement, error) from error


def bulk_add(
    session: orm.Session, table: sa.Table, amounts: Mapping[UUID, int], column: str, *, held: bool = False
) -> None:
    """Add to a column of integers, by id: one statement for all, or one prepared statement run again and again.

    Rows that are not ``held`` yet are locked in the order of their ids, so that two of these never wait for each other.
    """
    connection, in_order = session.connection(), sorted(amounts.items(), key=_by_key)
    keys, by = Keys([key for key, _ in in_order]), [amount for _, amount in in_order]
    if len(keys) == 1:
        server = connection.dialect.name == "postgresql"
        mark, key = ("%s", keys[0]) if server else ("?", keys.digits[0])
        send(
            connection,
            f'UPDATE {table.name} SET "{column}" = "{column}" + {mark} WHERE id = {mark}',
            (by[0], key),
        )
    elif connection.dialect.name == "postgresql" and held:
        connection.exec_driver_sql(
            f'UPDATE {table.name} t SET "{column}" = t."{column}" + m.by'
            " FROM unnest(%s::uuid[], %s::bigint[]) AS m (id, by) WHERE t.id = m.id",
            (keys, by),
        )
    elif connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"WITH many AS (SELECT t.id, m.by FROM {table.name} t"
            " JOIN unnest(%s::uuid[], %s::bigint[]) AS m (id, by) ON m.id = t.id ORDER BY t.id"
            " FOR NO KEY UPDATE OF t)"
            f' UPDATE {table.name} t SET "{column}" = t."{column}" + many.by FROM many WHERE t.id = many.id',
            (keys, by),
        )
    else:
        connection.exec_driver_sql(
            f'UPDATE {table.name} SET "{column}" = "{column}" + ? WHERE id = ?',
            list(zip(by, keys.digits, strict=True)),
        )


def bulk_set(session: orm.Session, table: sa.Table, row_id: UUID, values: Mapping[str, Any]) -> None:
    """Let columns of one row hold other values, by its id."""
    connection, known = session.connection(), {**values, "id": row_id}
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    changed = ", ".join(f'"{name}" = {mark}' for name in values)
    bound = [
        value if (shape := _binder(table.columns[name], connection.dialect)) is None else shape(value)
        for name, value in known.items()
    ]
    send(connection, f'UPDATE "{table.name}" SET {changed} WHERE id = {mark}', bound)


def _by_key(change: tuple[UUID, int]) -> int:
    return change[0].int


def _repeated(values: Iterable[Any] | Same, count: int) -> Iterable[Any]:
    return itertools.repeat(values.value, count) if isinstance(values, Same) else values


def _bound(column: sa.Column[Any], values: Sequence[Any] | Same, dialect: sa.Dialect) -> Iterable[Any] | Same:
    """The values of one column, as the driver takes them."""
    shape = _binder(column, dialect)
    if isinstance(values, Same) or all_same(values):
        value = values.value if isinstance(values, Same) else values[0]
        return Same(value if shape is None else shape(value))
    if shape is None:
        return values
    if isinstance(values, Keys):
        return values.digits
    if isinstance(column.type, Key):
        return [None if value is None else hex_of(value) for value in values]
    if isinstance(column.type, sa.LargeBinary):
        return values
    kinds = set(map(type, values))
    if isinstance(column.type, Exact) and kinds == {int}:
        return values
    if isinstance(column.type, Exact) and kinds == {column.type.measure}:
        return [value.raw for value in values]
    if isinstance(column.type, sa.Date) and kinds <= DAYS:  # a column has few of them
        known = {value: shape(value) for value in set(values)}
        return [known[value] for value in values]
    return map(shape, values)


def _binder(column: sa.Column[Any], dialect: sa.Dialect) -> Callable[[Any], Any] | None:
    """What makes a value of a column one that the driver takes; found once, for a payment writes ten tables."""
    key = column, dialect.name
    if key not in _BINDERS:
        _BINDERS[key] = column.type.dialect_impl(dialect).bind_processor(dialect)
    return _BINDERS[key]


_BINDERS: dict[tuple[sa.Column[Any], str], Callable[[Any], Any] | None] = {}
