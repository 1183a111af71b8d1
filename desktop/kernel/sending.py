"""The short way to the driver: statements in its own words, for what is asked and written with every payment.

Errors are told as SQLAlchemy tells them. Statements whose answers nobody waits for are `send`: a server is sent several
at once, one way there and back for all of them. They take effect in their order, before whatever is executed next and
before the commit of the session. What a server refuses of them is told there: who must know sooner calls `arrived`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
import sqlalchemy as sa

_WAITING = "statements_waiting"


def execute(connection: sa.Connection, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
    """The driver's cursor behind a statement; the transaction has begun."""
    arrived(connection)
    return _told(connection, statement, values)


def _told(connection: sa.Connection, statement: str, values: Sequence[Any] | Mapping[str, Any]) -> Any:
    driver: Any = connection.connection.driver_connection
    try:
        return driver.execute(statement, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise failed(connection, statement, error) from error


def send(connection: sa.Connection, statement: str, values: Sequence[Any]) -> None:
    """Execute a statement of which one wants to know no more than that it was not refused."""
    if connection.dialect.name == "postgresql":
        connection.info.setdefault(_WAITING, []).append((statement, values))
    else:
        _told(connection, statement, values)


def arrived(connection: sa.Connection) -> None:
    """Wait until what was sent is done; what is refused of it is raised as by `sa.Connection.execute`."""
    waiting = connection.dialect.name == "postgresql" and connection.info.get(_WAITING)
    if not waiting:
        return
    connection.info[_WAITING] = []
    driver: Any = connection.connection.driver_connection
    try:
        with driver.pipeline(), driver.cursor() as cursor:
            for statement, values in waiting:
                cursor.execute(statement, values)
    except psycopg.Error as error:
        raise failed(connection, waiting[-1][0], error) from error


def failed(connection: sa.Connection, statement: str, error: Exception) -> Exception:
    """An error of the driver's, as SQLAlchemy tells every other; a lost connection is given up."""
    known: Any = error
    dialect = connection.dialect
    lost = dialect.is_disconnect(known, connection.connection.driver_connection, None)
    told = sa.exc.DBAPIError.instance(
        statement,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )
    if lost:
        connection.invalidate(error)
    return told


def listen(engine: sa.Engine) -> None:
    """Let whatever is executed on a server's connections wait for what was sent before."""

    @sa.event.listens_for(engine, "begin")
    def forget(connection: sa.Connection) -> None:
        connection.info.pop(_WAITING, None)

    @sa.event.listens_for(engine, "before_cursor_execute")
    def before(connection: sa.Connection, *_: object) -> None:
        arrived(connection)
