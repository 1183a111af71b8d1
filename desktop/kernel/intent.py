"""What is about to be booked, kept on this computer before the first try, so that a lost answer is asked for by id.

A program has small files of its own for that, mostly one. An intent is written over the one before it and forced to
disk before the database hears of it; when the answer is known, it is wiped out. A new file for each would wait three
times as long for the disk, which would have to learn of the file too. Who wrote an intent may ask again under its id as
long as the program runs, so each file is locked until its program ends, however it ends: what another program that
lives has under way is nobody else's to judge.
"""

from __future__ import annotations

import atexit
import errno
import hashlib
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

from desktop.kernel.errors import NotKept, reason

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOST_AFTER_S = 30
"""What is younger may still be under way in the database, even where its program has ended."""


@dataclass(frozen=True, slots=True)
class Intent:
    """An operation whose answer this computer has not seen; ``kept_at`` in seconds, as `time.time` tells them, in a
    ``file``."""

    entry_id: UUID
    operation: str
    request: str
    kept_at: float = field(default=0.0, compare=False)
    file: Path | None = field(default=None, compare=False)

    @property
    def young(self) -> bool:
        """Whether its answer may still come to whoever sent it."""
        return time.time() - self.kept_at < LOST_AFTER_S


def keep(folder: Path, intent: Intent) -> None:
    """Write the intent and force it to disk; an OSError means nothing may be booked."""
    words = json.dumps([str(intent.entry_id), intent.operation, intent.request], ensure_ascii=False)
    _OURS.keep(folder, intent.entry_id, words.encode())


@contextmanager
def sending(folder: Path, intent: Intent) -> Iterator[None]:
    """The same, and while the block lasts this program itself takes it for under way; `NotKept` for an OSError."""
    try:
        keep(folder, intent)
    except OSError as error:
        raise NotKept(reason(error)) from error
    _SENDING.add(intent.entry_id)
    try:
        yield
    finally:
        _SENDING.discard(intent.entry_id)


def settled(folder: Path, entry_id: UUID) -> None:
    """The answer is known: forget the intent."""
    _OURS.forget(folder, entry_id)
    for one in _found(folder, but=_OURS.names()):  # what a program that ended had asked under this id
        if one.entry_id == entry_id and one.file is not None:
            one.file.unlink(missing_ok=True)


def unsettled(folder: Path) -> tuple[Intent, ...]:
    """Intents without an answer, lost or still under way, oldest first; each as it was kept last."""
    found = {one.entry_id: one for one in sorted(_found(folder), key=lambda one: one.kept_at)}
    return tuple(found[key] for key in sorted(found))


def _found(folder: Path, but: Collection[str] = ()) -> list[Intent]:
    """The intents in the files of a folder, without files of these names."""
    try:
        with os.scandir(folder) as files:
            names = [file.name for file in files if file.name.endswith(_ENDING) and file.name not in but]
    except OSError:
        return []
    found = [_read(folder / name) for name in names]
    return [one for one in found if one is not None]


def _read(path: Path) -> Intent | None:
    """The intent in a file; None where it was wiped out, or never written to its end: then nothing was sent."""
    try:
        held, at = path.read_bytes(), path.stat().st_mtime
    except FileNotFoundError:  # another program settles its own meanwhile
        return None
    digest, words = held[:_DIGEST], held[_DIGEST:].partition(b"\n")[0]
    if hashlib.sha256(words).hexdigest().encode() != digest:
        return None
    key, operation, request = json.loads(words)
    return Intent(UUID(key), operation, request, at, path)


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
        lost = tuple(one for one in left if not one.young and not _may_be_asked(one))
        return lost, len(lost) < len(left)


def _may_be_asked(one: Intent) -> bool:
    if one.entry_id in _SENDING:
        return True
    return one.file is not None and one.file.name not in _OURS.names() and _is_locked(one.file)


_SENDING: set[UUID] = set()
"""What this program waits for at this moment."""

_ENDING, _DIGEST = ".kept", 64
_SMALL = 1 << 16
"""Of a larger request the file is given back, not kept for the next one."""


class _Ours:
    """The files of this program: one for each intent it has under way at once, locked as long as it lives."""

    SURELY_LOCKED_S = 60

    def __init__(self) -> None:
        self._free: dict[Path, list[IO[bytes]]] = {}
        self._kept: dict[tuple[Path, UUID], IO[bytes]] = {}
        self._names: set[str] = set()
        self._guard = threading.Lock()
        atexit.register(self._end)

    def names(self) -> Collection[str]:
        """What its files are called, in whatever folder."""
        return self._names

    def keep(self, folder: Path, entry_id: UUID, words: bytes) -> None:
        """Write words into a file and force them to disk."""
        with self._guard:
            kept = self._kept.get((folder, entry_id))
            place = kept if kept is not None and _stands(kept) else self._free_one(folder)
            self._kept[folder, entry_id] = place
        try:
            _write(place, hashlib.sha256(words).hexdigest().encode() + words + b"\n")
        except OSError:
            with suppress(OSError):
                self.forget(folder, entry_id)
            raise

    def forget(self, folder: Path, entry_id: UUID) -> None:
        """Wipe out what was kept; nobody waits for the disk, for asking once more by the id does no harm."""
        with self._guard:
            place = self._kept.pop((folder, entry_id), None)
            if place is None:
                return
            size = os.fstat(place.fileno()).st_size
            if size > _SMALL:
                place.truncate(0)
            else:
                place.seek(0)
                place.write(bytes(size))
            self._free[folder].append(place)

    def _free_one(self, folder: Path) -> IO[bytes]:
        if folder not in self._free:
            self._sweep(folder)
        free = self._free.setdefault(folder, [])
        while free:
            place = free.pop()
            if _stands(place):
                return place
            place.close()
        return self._new(folder)

    def _new(self, folder: Path) -> IO[bytes]:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{uuid4()}{_ENDING}"
        place = path.open("x+b", buffering=0)
        with suppress(OSError):  # a folder without locks: then age alone decides
            _lock(place)
        self._names.add(path.name)
        try:
            _write(place, bytes(4096))
        except OSError:
            place.close()
            path.unlink(missing_ok=True)
            raise
        if sys.platform != "win32":  # the folder has to know its file too
            listing = os.open(folder, os.O_RDONLY)
            os.fsync(listing)
            os.close(listing)
        return place

    def _sweep(self, folder: Path) -> None:
        """Remove what programs that were killed left here empty."""
        for path in folder.glob(f"*{_ENDING}"):
            with suppress(OSError):
                old = time.time() - path.stat().st_mtime > self.SURELY_LOCKED_S
                if old and not _is_locked(path) and _read(path) is None:
                    path.unlink()

    def _end(self) -> None:
        for place in self._kept.values():
            place.close()
        for places in self._free.values():
            for place in places:
                place.close()
                with suppress(OSError):
                    Path(place.name).unlink()


def _stands(place: IO[bytes]) -> bool:
    """Whether nobody removed an open file."""
    return os.fstat(place.fileno()).st_nlink > 0


def _write(place: IO[bytes], words: bytes) -> None:
    """Write from the beginning of a file, and wait until the disk has it."""
    place.seek(0)
    if place.write(words) != len(words):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), place.name)
    if sys.platform == "linux":
        os.fdatasync(place.fileno())
    else:
        os.fsync(place.fileno())


def _is_locked(path: Path) -> bool:
    """Whether another program holds a file."""
    try:
        with path.open("r+b") as stream:
            _lock(stream)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _lock(stream: IO[bytes]) -> None:
    """Lock a file until it is closed; an OSError where another program has it."""
    if sys.platform == "win32":
        stream.seek(1 << 40)  # what is locked there cannot be read: far behind all that is written
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)


_OURS = _Ours()
