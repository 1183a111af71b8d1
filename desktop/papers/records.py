"""The plain values of papers: prints and what became of them, what left the house with persons in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.kernel.text import Text, Worded

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


# Prints


class PrintState(Worded):
    """How a print stands."""

    QUEUED = "queued", Text("not printed")
    SENT = "sent", Text("sent", context="print")
    CONFIRMED = "confirmed", Text("came out", context="print")
    SPOILED = "spoiled", Text("spoiled", context="print")
    FAILED = "failed", Text("failed", context="print")


WAITING = (PrintState.QUEUED, PrintState.FAILED, PrintState.SPOILED)
"""The states of a print that is still to be printed itself."""


@dataclass(frozen=True, slots=True)
class PrintRef:
    """One print of a paper: the original, or COPY ``copy``."""

    kind: str
    number: str
    copy: int = 0


@dataclass(frozen=True, slots=True)
class SendOrder:
    """Prints go to a printer by name; into a file where there is none."""

    prints: tuple[PrintRef, ...]
    printer: str = ""


@dataclass(frozen=True, slots=True)
class FailOrder:
    """No printer took these prints, and what it told; no ``printer`` where they could not even be drawn."""

    prints: tuple[PrintRef, ...]
    printer: str
    problem: Text


@dataclass(frozen=True, slots=True)
class SpoilOrder:
    """Nothing usable came out of these prints; the words of who says so."""

    prints: tuple[PrintRef, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class PrintsQuery:
    """Prints of this hall: the ``open`` ones, else the latest; or those of a paper by its ``number``, in all halls."""

    open: bool = True
    number: str = ""


@dataclass(frozen=True, slots=True)
class PrintStepRow:
    """What became of a print; ``followed`` where the print after it said so."""

    state: PrintState
    printer: str
    at: datetime
    by: str
    words: str
    problem: Text | None
    followed: bool


@dataclass(frozen=True, slots=True)
class PrintRow:
    """A print and its steps, oldest first."""

    ref: PrintRef
    state: PrintState
    asked_at: datetime
    steps: tuple[PrintStepRow, ...]

    @property
    def waits(self) -> bool:
        """Whether nobody has it yet."""
        return self.state in WAITING

    @property
    def at(self) -> datetime:
        """When it came to stand as it does."""
        return self.steps[-1].at if self.steps else self.asked_at
