"""The plain values of papers: what left the house with persons in it, and how many may leave in a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.kernel.text import Text

LIMIT = 5_000
"""Persons that one of staff may take out in lists in a day, while nobody has set another number."""

LEAST_REASON, MOST_REASON = 4, 200
"""Letters of a reason."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A list that may leave: the number of its export, and how many more persons this one may take out today."""

    number: str
    left: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many persons somebody may take out in lists in a day, and how many left with them today."""

    limit: int
    exported: int

    @property
    def left(self) -> int:
        """How many may still leave today."""
        return max(0, self.limit - self.exported)


@dataclass(frozen=True, slots=True)
class LimitOrder:
    """How many persons one of staff may take out in lists in a day, from now on."""

    persons: int


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One file with persons in it that left the house: ``part`` says which of several lists of that name it is."""

    number: str
    exported_at: datetime
    by: str
    list: Text
    part: str
    persons: int
    reason: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A letter or proof that was made for an account."""

    number: str
    kind: str
    issued_at: datetime
    by: str
