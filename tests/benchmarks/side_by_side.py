"""Measure two ways of doing the same in one run: the ratio is what counts, for machines differ."""

from __future__ import annotations

import os
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.rows import raw

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


def processor_s(server: int | None = None) -> float:
    """Processor time of this process and of those it has waited for, such as the one that reads a file.

    That of a database server's processes belongs to it where the server's own process is given (see `server_of`).
    """
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    mine = time.process_time() + ended.ru_utime + ended.ru_stime
    return mine if server is None else mine + _family_s(server)


def server_of(url: str) -> int | None:
    """The process of the server behind a database; None for a file, and where the system does not tell."""
    if not url.startswith("postgresql") or not Path("/proc/self/stat").exists():
        return None
    with raw(url) as rows:
        backend = rows.one("SELECT pg_backend_pid()")
        return int(_stat(Path(f"/proc/{backend}"))[1])


def _family_s(server: int) -> float:
    """Processor time of a process, of its children, and of those that have ended."""
    ticks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found = _stat(folder)
        except OSError:  # it has ended meanwhile
            continue
        if int(folder.name) == server:
            ticks += sum(map(int, found[11:15]))
        elif int(found[1]) == server:
            ticks += sum(map(int, found[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(folder: Path) -> list[str]:
    """What the system tells of a process, from its state on."""
    return (folder / "stat").read_text().rpartition(")")[2].split()


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


def most_memory_mb() -> float:
    """The most memory of this process alone: what the system counts for it otherwise includes its parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
