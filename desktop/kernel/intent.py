"""What is about to be booked, kept on this computer before the first try, so that a lost answer is asked for by id.

One small file for each money operation under way: written, forced to disk and renamed before the database hears of
it, removed when the answer is known. Who wrote it may ask again under its id as long as the program runs, so each
program holds a lock beside its intents that ends with it, however it ends: what another program that lives has under
way is nobody else's to judge.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOST_AFTER_S = 30
"""What is younger may still be under way in the database, even where its program has ended."""


@dataclass(frozen=True, slots=True)
class Intent:
    """An operation whose answer this computer has not seen; ``kept_at`` in seconds, as `time.time` tells them, by the
    program that ``keeper`` names."""

    entry_id: UUID
    operation: str
    request: str
    kept_at: float = field(default=0.0, compare=False)
    keeper: str = field(default="", compare=False)

    @property
    def young(self) -> bool:
        """Whether its answer may still come to whoever sent it."""
        return time.time() - self.kept_at < LOST_AFTER_S


def keep(folder: Path, intent: Intent) -> None:
    """Write the intent and force it to disk; an OSError means nothing may be booked."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {"operation": intent.operation, "request": intent.request, "keeper": _LIFE.sign(folder)}
    path = folder / f"{intent.entry_id}.json"
    draft = path.with_suffix(".draft")
    with draft.open("wb", buffering=0) as stream:
        stream.write(json.dumps(kept, ensure_ascii=False).encode())
        os.fsync(stream.fileno())
    draft.replace(path)


@contextmanager
def sending(folder: Path, intent: Intent) -> Iterator[None]:
    """The same, and while the block lasts this program itself takes it for under way."""
    keep(folder, intent)
    _SENDING.add(intent.entry_id)
    try:
        yield
    finally:
        _SENDING.discard(intent.entry_id)


def settled(folder: Path, entry_id: UUID) -> None:
    """The answer is known: forget the intent."""
    (folder / f"{entry_id}.json").unlink(missing_ok=True)


def unsettled(folder: Path) -> tuple[Intent, ...]:
    """Intents without an answer, lost or still under way, oldest first."""
    found = []
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        with suppress(FileNotFoundError):  # another program settles its own meanwhile
            data = json.loads(path.read_text(encoding="utf-8"))
            at = path.stat().st_mtime
            found.append(
                Intent(UUID(path.stem), data["operation"], data["request"], at, data.get("keeper", ""))
            )
    return tuple(found)


class Left:
    """What stood without an answer when somebody began to look: what is kept later is its own window's to ask for.

    ``among``: the operations looked for, or with ``other`` all but these.
    """

    def __init__(self, folder: Path | None, among: Collection[str], *, other: bool = False) -> None:
        self._folder = folder
        found = () if folder is None else unsettled(folder)
        self._ids = {one.entry_id for one in found if (one.operation in among) != other}

    def lost(self) -> tuple[tuple[Intent, ...], bool]:
        """Those that nobody will ask for again; and whether there are others, which may come to be so later."""
        if self._folder is None or not self._ids:
            return (), False
        left = [one for one in unsettled(self._folder) if one.entry_id in self._ids]
        lost = tuple(one for one in left if not one.young and not self._may_be_asked(one))
        return lost, len(lost) < len(left)

    def _may_be_asked(self, one: Intent) -> bool:
        assert self._folder is not None
        return one.entry_id in _SENDING or _LIFE.of_another(self._folder, one.keeper)


_SENDING: set[UUID] = set()
"""What this program waits for at this moment."""


class _Life:
    """The locks by which this program shows that it lives, one in each folder of intents, and those of others."""

    ENDING = ".alive"
    SURELY_LOCKED_S = 60

    def __init__(self) -> None:
        self._held: dict[Path, IO[bytes]] = {}
        self._guard = threading.Lock()
        atexit.register(self._end)

    def sign(self, folder: Path) -> str:
        """The name under which this program's lock stands in a folder, from now on until it ends."""
        with self._guard:
            if folder not in self._held:
                self._sweep(folder)
                stream = (folder / f"{uuid4()}{self.ENDING}").open("xb")
                with suppress(OSError):  # a folder without locks: then age alone decides
                    _lock(stream)
                self._held[folder] = stream
            return Path(self._held[folder].name).stem

    def of_another(self, folder: Path, keeper: str) -> bool:
        """Whether the program of this name, if it is not this one, still lives."""
        own = self._held.get(folder)
        if not keeper or (own is not None and Path(own.name).stem == keeper):
            return False
        return self._is_locked(folder / f"{keeper}{self.ENDING}")

    def _is_locked(self, path: Path) -> bool:
        try:
            with path.open("r+b") as stream:
                _lock(stream)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False

    def _sweep(self, folder: Path) -> None:
        """Remove what programs that were killed left here."""
        for path in folder.glob(f"*{self.ENDING}"):
            with suppress(OSError):
                old = time.time() - path.stat().st_mtime > self.SURELY_LOCKED_S
                if old and not self._is_locked(path):
                    path.unlink()

    def _end(self) -> None:
        for stream in self._held.values():
            stream.close()
            with suppress(OSError):
                Path(stream.name).unlink()


def _lock(stream: IO[bytes]) -> None:
    """Lock a file of this program's until it is closed; an OSError where another program has it."""
    if sys.platform == "win32":
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)


_LIFE = _Life()
