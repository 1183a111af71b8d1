"""A server that answers no commit before its standby has it: how long we wait for that, and what is in doubt then.

While no standby answers, a server waits with every commit for ever: no limit of a statement ends that. Where somebody
ends the wait, it says by a warning that the commit stands there and perhaps nowhere else. We end it ourselves after
``wait`` seconds, and in both cases what was committed is in doubt: it is asked for by its id, and is told as booked
once a later commit was waited for to the end, for a standby has everything in order.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

import sqlalchemy as sa

from desktop.kernel.text import Text

log = logging.getLogger("desktop.kernel.standby")
CONFIRM = "SELECT pg_logical_emit_message(true, 'servicehall', '')"
"""The smallest thing a server writes: who commits it has waited for all that was committed before."""

_LOOK_EVERY_S = 0.5
_WARNED = ("01000", "57P01")
"""The states of its warning: the wait was ended, alone or with the connection."""
_DOUBTS, _SERVANT = "doubts", "servant"


class Unconfirmed(Exception):
    """It is not certain yet whether something is booked for good: ``why``."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.message)
        self.why = why


class Commits:
    """The commits of one database that are under way; one thread of the program looks after all of them."""

    def __init__(self, engine: sa.Engine, wait: float) -> None:
        self._engine, self._wait = engine, wait
        self._begun: dict[int, float] = {}
        sa.event.listen(engine, "connect", _connected)
        _look_after(self)

    def watched(self, connection: sa.Connection, commit: Callable[[], None]) -> None:
        """Commit; `Unconfirmed` where the server did not wait for its standby to the end."""
        doubts, servant = connection.info[_DOUBTS], connection.info[_SERVANT]
        doubts.clear()
        self._begun[servant] = time.monotonic()
        try:
            commit()
        finally:
            del self._begun[servant]
        if doubts:
            raise Unconfirmed(Text("the server waits for its standby"))

    def end_waiting(self) -> None:
        """Let the server give up the waits that are too long; nothing else it does is touched."""
        late = time.monotonic() - self._wait
        servants = [servant for servant, at in tuple(self._begun.items()) if at < late]
        if not servants:
            return
        waiting = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = ANY(%s) AND wait_event = 'SyncRep'"
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql(waiting, (servants,))
        except sa.exc.DBAPIError as error:
            log.warning("a commit that waits for its standby cannot be ended: %s", error)


def _connected(driver: Any, record: Any) -> None:
    doubts: list[str] = []
    record.info[_DOUBTS], record.info[_SERVANT] = doubts, driver.info.backend_pid
    driver.add_notice_handler(lambda told: doubts.append(told.sqlstate) if told.sqlstate in _WARNED else None)


_ALL: WeakSet[Commits] = WeakSet()
_GUARD = threading.Lock()


def _look_after(commits: Commits) -> None:
    with _GUARD:
        first = not _ALL
        _ALL.add(commits)
    if first:
        threading.Thread(target=_look, name="commits", daemon=True).start()


def _look() -> None:
    while True:
        time.sleep(_LOOK_EVERY_S)
        with _GUARD:
            found = tuple(_ALL)
            if not found:
                return
        for commits in found:
            commits.end_waiting()
        del found
