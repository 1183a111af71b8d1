"""What happened to something, one thing a row, as cards, tabs and commands tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.kernel.text import Text


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One thing that happened: the day, the hour (``14:27``) where it is known, what, more of it, and who did it."""

    on: date
    at: str
    what: Text
    words: str | Text
    by: str
