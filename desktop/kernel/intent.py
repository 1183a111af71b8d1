"""What is about to be booked, kept on this computer before the first try, so that a lost answer is asked for by id.

One small file for each money operation under way: written, forced to disk and renamed before the database hears of
it, removed when the answer is known.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

LOST_AFTER_S = 30
"""What is younger may be under way in another window of this person's."""


@dataclass(frozen=True, slots=True)
class Intent:
    """An operation whose answer this computer has not seen; ``kept_at`` in seconds, as `time.time` tells them."""

    entry_id: UUID
    operation: str
    request: str
    kept_at: float = field(default=0.0, compare=False)

    @property
    def young(self) -> bool:
        """Whether its answer may still come to whoever sent it."""
        return time.time() - self.kept_at < LOST_AFTER_S


def keep(folder: Path, intent: Intent) -> None:
    """Write the intent and force it to disk; an OSError means nothing may be booked."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{intent.entry_id}.json"
    draft = path.with_suffix(".draft")
    with draft.open("w", encoding="utf-8") as stream:
        json.dump({"operation": intent.operation, "request": intent.request}, stream, ensure_ascii=False)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def settled(folder: Path, entry_id: UUID) -> None:
    """The answer is known: forget the intent."""
    (folder / f"{entry_id}.json").unlink(missing_ok=True)


def unsettled(folder: Path) -> tuple[Intent, ...]:
    """Intents left by a crash or a lost answer, oldest first."""
    found = []
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        data = json.loads(path.read_text(encoding="utf-8"))
        found.append(Intent(UUID(path.stem), data["operation"], data["request"], path.stat().st_mtime))
    return tuple(found)
