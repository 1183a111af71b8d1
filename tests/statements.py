"""What the program tells a database, as it tells it: by SQLAlchemy, or in the driver's own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from desktop.kernel import sending

Told = Callable[[sa.Connection, str, Any], None]
"""Is given a connection, a statement and its values."""


def nothing(_connection: sa.Connection, _statement: str, _values: Any) -> None:
    """For who does not care."""


@contextmanager
def each_statement(before: Told, after: Told = nothing) -> Iterator[None]:
    """Call something around each statement, until the block ends; what waits to be sent is not among them."""
    told = sending._told

    def by_hand(connection: sa.Connection, statement: str, values: Any) -> Any:
        before(connection, statement, values)
        cursor = told(connection, statement, values)
        after(connection, statement, values)
        return cursor

    events = {"before_cursor_execute": before, "after_cursor_execute": after}
    listening = {
        name: lambda connection, _cursor, statement, values, *_, act=act: act(connection, statement, values)
        for name, act in events.items()
    }
    for name, listener in listening.items():
        sa.event.listen(sa.Engine, name, listener)
    sending._told = by_hand
    try:
        yield
    finally:
        sending._told = told
        for name, listener in listening.items():
            sa.event.remove(sa.Engine, name, listener)
