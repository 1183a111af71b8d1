"""Calls that run on a worker thread and bring their outcome back to the main one.

One long-lived `Tasks` object owns the signals; a runnable knows only its own number and a call that holds no
widget, and garbage is looked for on the main thread alone, so no Qt object ever dies on a worker thread. Reads
share a few threads, writes queue on one, and long jobs on another, so that a payment need not wait for a bill run.
"""

from __future__ import annotations

import gc
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, QTimer, Signal
from shiboken6 import isValid

READERS = 4
_PROGRESS_EVERY_S = 0.04
_COLLECT_EVERY_MS = 500


def while_there(call: Callable[[Any], None]) -> Callable[[Any], None]:
    """A call that does nothing any more once the widget it is a method of was deleted, as a sheet that was closed."""
    method = call.func if isinstance(call, partial) else call
    receiver = getattr(method, "__self__", None)
    if not isinstance(receiver, QObject):
        return call

    def heard(answer: Any) -> None:
        if isValid(receiver):
            call(answer)

    return heard


@dataclass(slots=True)
class _Task:
    """What the main thread keeps of a call under way."""

    owner: QObject
    then: Callable[[Any], None]
    failed: Callable[[BaseException], None]
    progressed: Callable[[int, int], None] | None
    runnable: QRunnable
    stop: threading.Event
    what: str = ""
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class JobShown:
    """A long job under way: its number, what it does, how far it is, and whether it was asked to stop."""

    number: int
    what: str
    done: int
    total: int
    stopping: bool


class _Runnable(QRunnable):
    def __init__(self, tasks: Tasks, number: int, call: Callable[[], Any]) -> None:
        super().__init__()
        self.setAutoDelete(False)  # it is kept, and dropped, on the main thread
        self._tasks, self._number, self._call = tasks, number, call

    def run(self) -> None:
        try:
            outcome, error = self._call(), None
        except BaseException as caught:
            outcome, error = None, caught
        self._call = None
        self._tasks.finished.emit(self._number, outcome, error)


class Tasks(QObject):
    """Runs calls for pages. Lives as long as the application; `close` waits for what is being written.

    Until then Python looks for garbage only here, on the main thread: left to itself it does so on whatever thread
    makes the next object, and a widget taken apart on a worker while events come to it ends the program.
    ``collects`` is False while there is nothing to find.
    """

    finished = Signal(int, object, object)
    advanced = Signal(int, int, int)
    busy_changed = Signal()
    jobs_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count(1)
        self._running: dict[int, _Task] = {}
        self._readers, self._writer = QThreadPool(), QThreadPool()
        self._jobs, self._aside = QThreadPool(), QThreadPool()
        self._readers.setMaxThreadCount(READERS)
        for single in (self._writer, self._jobs, self._aside):
            single.setMaxThreadCount(1)
            single.setExpiryTimeout(-1)
        self.finished.connect(self._settle, Qt.ConnectionType.QueuedConnection)
        self.advanced.connect(self._advance, Qt.ConnectionType.QueuedConnection)
        self.collects = True
        gc.disable()
        self._collector = QTimer(self)
        self._collector.timeout.connect(self._collect)
        self._collector.start(_COLLECT_EVERY_MS)

    @property
    def busy(self) -> int:
        """How many calls are under way or queued."""
        return len(self._running)

    def read(
        self,
        owner: QObject,
        call: Callable[[], Any],
        then: Callable[[Any], None],
        failed: Callable[[BaseException], None],
    ) -> int:
        """Run ``call`` beside others; ``then`` or ``failed`` follows on the main thread while ``owner`` lives."""
        return self._start(self._readers, owner, call, then, failed)

    def write(
        self,
        owner: QObject,
        call: Callable[[], Any],
        then: Callable[[Any], None],
        failed: Callable[[BaseException], None],
    ) -> int:
        """Like `read`, but one after the other, in the order asked for."""
        return self._start(self._writer, owner, call, then, failed)

    def job(
        self,
        owner: QObject,
        call: Callable[[Callable[[int, int], bool]], Any],
        then: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        progressed: Callable[[int, int], None],
        what: str = "",
        *,
        aside: bool = False,
    ) -> int:
        """Run a long ``call(progress)``; ``progressed(done, total)`` is told now and then. Gives its number.

        ``what`` it does is shown among the running tasks. ``aside`` is for what nobody asked for: other jobs do not
        wait for it.
        """
        number, stop = next(self._numbers), threading.Event()
        told = [0.0]

        def progress(done: int, total: int) -> bool:
            now = time.monotonic()
            if now - told[0] >= _PROGRESS_EVERY_S or done >= total:
                told[0] = now
                self.advanced.emit(number, done, total)
            return not stop.is_set()

        pool = self._aside if aside else self._jobs
        self._enter(pool, number, owner, lambda: call(progress), then, failed, progressed, stop)
        self._running[number].what = what
        self.jobs_changed.emit()
        return number

    @property
    def jobs(self) -> tuple[JobShown, ...]:
        """The long jobs under way or queued, oldest first."""
        return tuple(
            JobShown(number, task.what, task.done, task.total, task.stop.is_set())
            for number, task in self._running.items()
            if task.progressed is not None
        )

    def stop(self, number: int) -> None:
        """Ask a job to stop between two of its steps."""
        if number in self._running:
            self._running[number].stop.set()
            self.jobs_changed.emit()

    def close(self) -> None:
        """Ask jobs to stop and wait until nothing runs; outcomes not yet told are dropped."""
        for task in self._running.values():
            task.stop.set()
        for pool in (self._jobs, self._aside, self._writer, self._readers):
            pool.waitForDone(-1)
        self._running.clear()
        self._collector.stop()
        gc.enable()

    def _collect(self) -> None:
        """What Python would do by itself, by the same thresholds; the oldest only while nobody waits for anything."""
        young, middle, old = (
            count > most for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True)
        )
        if self.collects and young:
            gc.collect(2 if old and not self.busy else int(middle))

    def _start(
        self,
        pool: QThreadPool,
        owner: QObject,
        call: Callable[[], Any],
        then: Callable[[Any], None],
        failed: Callable[[BaseException], None],
    ) -> int:
        number = next(self._numbers)
        self._enter(pool, number, owner, call, then, failed, None, threading.Event())
        return number

    def _enter(
        self,
        pool: QThreadPool,
        number: int,
        owner: QObject,
        call: Callable[[], Any],
        then: Callable[[Any], None],
        failed: Callable[[BaseException], None],
        progressed: Callable[[int, int], None] | None,
        stop: threading.Event,
    ) -> None:
        runnable = _Runnable(self, number, call)
        self._running[number] = _Task(owner, then, failed, progressed, runnable, stop)
        self.busy_changed.emit()
        pool.start(runnable)

    def _settle(self, number: int, outcome: object, error: BaseException | None) -> None:
        task = self._running.pop(number, None)
        self.busy_changed.emit()
        if task is not None and task.progressed is not None:
            self.jobs_changed.emit()
        if task is None or not isValid(task.owner):
            return
        if error is None:
            task.then(outcome)
        else:
            task.failed(error)

    def _advance(self, number: int, done: int, total: int) -> None:
        task = self._running.get(number)
        if task is None or task.progressed is None:
            return
        task.done, task.total = done, total
        self.jobs_changed.emit()
        if isValid(task.owner):
            task.progressed(done, total)
