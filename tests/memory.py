"""How much memory a job takes, and the process that reads its file for it: measured in a process of its own."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop.app import open_app
from desktop.kernel.work import Seat
from tests.benchmarks.side_by_side import processor_s
from tests.hall import TODAY

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the system does not tell memory"
)
LOOKED_EVERY_S = 0.02


@dataclass(frozen=True)
class Spent:
    """What a job answered, the most memory of program and reader in MB, and seconds by clock and processor."""

    answer: Any
    program: int
    reader: int
    wall: float
    processor: float

    def __str__(self) -> str:
        return (
            f"program {self.program} MB, reader {self.reader} MB,"
            f" {self.wall:.1f} s, {self.processor:.1f} s of processor time"
        )


def spent(url: str, job: Callable[..., Any], *given: Any) -> Spent:
    """Do ``job(seat, *given)`` on a database in a process that has done nothing else."""
    context = multiprocessing.get_context("spawn")
    ours, its = context.Pipe()
    process = context.Process(target=_in_a_process, args=(its, url, job, given))
    process.start()
    its.close()
    found: Spent = ours.recv()
    process.join()
    return found


def _in_a_process(told: Any, url: str, job: Callable[..., Any], given: tuple[Any, ...]) -> None:
    app = open_app(url, TODAY)
    seat: Seat = app.command_line("1")
    reader = [0]
    threading.Thread(target=watch_readers, args=(reader,), daemon=True).start()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    began, processor = time.perf_counter(), processor_s()
    answer = job(seat, *given)
    told.send(Spent(answer, _most("self"), reader[0], time.perf_counter() - began, processor_s() - processor))
    app.close()


def watch_readers(most: list[int]) -> None:
    """The most memory of a reader of files, seen again and again while it lives."""
    while True:
        for thread in Path("/proc/self/task").iterdir():
            try:
                for child in (thread / "children").read_text(encoding="ascii").split():
                    # Between its start and the program it becomes it has our own memory.
                    if b"cells.child" in Path(f"/proc/{child}/cmdline").read_bytes():
                        most[0] = max(most[0], _most(child))
            except OSError:
                continue
        time.sleep(LOOKED_EVERY_S)


def _most(process: str) -> int:
    """The most memory a process had at once, in MB."""
    words = Path(f"/proc/{process}/status").read_text(encoding="ascii").split()
    return int(words[words.index("VmHWM:") + 1]) // 1024 if "VmHWM:" in words else 0
