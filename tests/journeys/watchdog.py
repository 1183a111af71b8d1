"""How long the thread of the window is kept from its next event while somebody works."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QTimer

TOLD_OVER_MS = 50
WRONG_OVER_MS = 1000
TICK_MS = 5
TOLD = 5


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """One stretch without an event: its time of the processor, which a busy machine does not stretch, and what ran."""

    ms: int
    during: str


class Watchdog:
    """Notes every block of the window's thread, in key presses and while answers are shown."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._during, self._last = "", 0.0
        self._timer = QTimer()
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    @contextmanager
    def pressing(self, what: str) -> Iterator[None]:
        """What a key does before its handler returns."""
        start = time.thread_time()
        yield
        self._note(start, what)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """What happens between two ticks while answers arrive; the waiting itself does nothing."""
        self._last = time.thread_time()
        self._timer.start()
        yield
        self._timer.stop()

    def follow(self, what: str) -> None:
        """Name what is going on now."""
        self._during = what

    def _tick(self) -> None:
        self._note(self._last, f"answers after {self._during}")
        self._last = time.thread_time()

    def _note(self, start: float, what: str) -> None:
        ms = round((time.thread_time() - start) * 1000)
        if ms > TOLD_OVER_MS:
            self.blocks.append(Block(ms, what))

    def report(self) -> str:
        """The longest blocks, longest first."""
        longest = sorted(self.blocks, reverse=True)[:TOLD]
        return ", ".join(f"{block.ms} ms ({block.during})" for block in longest)
