"""What this program booked last, remembered on this computer: a database that lacks some of it is an older one.

One small file for each hall beside the intents, written when the database was looked at and when the program ends,
never on the way of a booking. What is found lacking stays in it until the database has it again or somebody says
that it is dealt with.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import orm

from desktop.kernel import journal
from desktop.kernel.files import written_whole

log = logging.getLogger("desktop.kernel.booked")
KEPT = 100
"""So many of what was booked last are looked for."""
DEALT_WITH_KEPT = 10 * KEPT


@dataclass(frozen=True, slots=True)
class _Kept:
    """What stands in the file; ids are versions 7, so that they sort by the moment they were drawn."""

    booked: frozenset[UUID] = frozenset()
    lacking: frozenset[UUID] = frozenset()
    dealt_with: frozenset[UUID] = frozenset()


class Booked:
    """The newest ids that took effect; ``lacking`` those the database had not got when it was looked at last.

    ``hall_id`` names the hall they belong to, whatever address its database has; nothing is remembered before it.
    """

    def __init__(self, folder: Path | None) -> None:
        self.hall_id: UUID | None = None
        self.lacking: tuple[UUID, ...] = ()
        self._folder = folder
        self._own: deque[UUID] = deque(maxlen=KEPT)
        self.append = self._own.append

    def look(self, session: orm.Session) -> tuple[UUID, ...]:
        """Which of them the database lacks, oldest first; they are remembered from now on."""
        kept = self._read()
        known = (kept.booked | kept.lacking | frozenset(self._own)) - kept.dealt_with
        gone = journal.lacking(session, known)
        self._write(kept, _Kept(_newest(known - gone), gone, kept.dealt_with))
        self.lacking = tuple(sorted(gone))
        return self.lacking

    def remember(self) -> None:
        """The program ends: keep what it booked since it looked last."""
        if self._own:
            kept = self._read()
            booked = (kept.booked | frozenset(self._own)) - kept.lacking - kept.dealt_with
            self._write(kept, _Kept(_newest(booked), kept.lacking, kept.dealt_with))

    def dealt_with(self, ids: Collection[UUID]) -> None:
        """Somebody looked after what was lacking: it is told no more, by this program or another."""
        kept = self._read()
        known = kept.dealt_with | frozenset(ids)
        self._write(kept, _Kept(kept.booked - known, kept.lacking - known, _newest(known, DEALT_WITH_KEPT)))
        for one in ids:
            with suppress(ValueError):
                self._own.remove(one)
        self.lacking = tuple(one for one in self.lacking if one not in known)

    @property
    def _path(self) -> Path | None:
        known = self._folder is not None and self.hall_id is not None
        return self._folder / f"{self.hall_id}.booked" if self._folder and known else None

    def _read(self) -> _Kept:
        """What is remembered; a file that cannot be read is as none, for nobody's work waits for it."""
        try:
            path = self._path
            found = json.loads(path.read_bytes()) if path is not None else {}
            return _Kept(**{name: frozenset(map(UUID, ids)) for name, ids in found.items()})
        except FileNotFoundError:
            return _Kept()
        except (OSError, ValueError, TypeError, AttributeError) as error:
            log.warning("what was booked lately is not known any more: %s", error)
            return _Kept()

    def _write(self, before: _Kept, now: _Kept) -> None:
        path = self._path
        if path is None or now == before:
            return
        told = {
            "booked": sorted(map(str, now.booked)),
            "lacking": sorted(map(str, now.lacking)),
            "dealt_with": sorted(map(str, now.dealt_with)),
        }
        try:
            with written_whole(path) as stream:
                stream.write(json.dumps(told).encode())
        except OSError as error:
            log.warning("what was booked lately is not remembered: %s", error)


def _newest(ids: Iterable[UUID], count: int = KEPT) -> frozenset[UUID]:
    return frozenset(sorted(ids)[-count:])


def drawn_at(entry_id: UUID) -> datetime:
    """When an id was drawn, by the clock of its computer."""
    return datetime.fromtimestamp((entry_id.int >> 80) / 1000, UTC)
