"""Measure two ways of doing the same in one run: the ratio is what counts, for machines differ."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

REPEATS = 5


@dataclass(frozen=True)
class Comparison:
    """Seconds of processor time of each side, and how many times faster ours is."""

    ours: float
    other: float

    @property
    def ratio(self) -> float:
        """How many times faster ours is."""
        return self.other / self.ours


def processor_s() -> float:
    """Processor time of this process and of those it has waited for, such as the one that reads a file."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def compare(
    name: str, ours: Callable[[], object], other: Callable[[], object], unit: str, count: int
) -> Comparison:
    """Run both in turn several times, print the medians and the ratio."""
    mine, theirs = [], []
    for _ in range(REPEATS):
        for times, side in ((mine, ours), (theirs, other)):
            start = time.process_time()
            side()
            times.append(time.process_time() - start)
    found = Comparison(statistics.median(mine), statistics.median(theirs))
    print(
        f"\n{name}: {count / found.ours:,.0f} {unit} per CPU second, the plain way {count / found.other:,.0f}:"
        f" ratio {found.ratio:.1f}"
    )
    return found
