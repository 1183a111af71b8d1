"""Calls on worker threads: their outcome comes back on the main thread, and only to those who still live."""

from __future__ import annotations

import threading
import time
import weakref

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.qt.tasks import Tasks
from tests.windows import WAIT_MS, settle

pytestmark = pytest.mark.usefixtures("dressed")


@pytest.fixture
def owner(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def no(error: BaseException) -> None:
    raise error


def test_the_call_runs_elsewhere_and_the_answer_comes_home(qtbot, workers, owner):
    seen = []
    workers.read(owner, threading.get_ident, lambda ident: seen.append((ident, threading.get_ident())), no)
    settle(qtbot, workers, lambda: seen)
    assert seen[0][0] != threading.get_ident() == seen[0][1]


def test_an_error_comes_home_too(qtbot, workers, owner):
    seen = []
    workers.write(owner, lambda: 1 / 0, no, seen.append)
    settle(qtbot, workers, lambda: seen)
    assert isinstance(seen[0], ZeroDivisionError)


def test_garbage_of_windows_is_taken_away_on_the_main_thread_while_workers_make_more(qtbot, workers, owner):
    """A widget taken apart on a worker while events come to it is a segmentation fault."""
    threads, stopped = [], threading.Event()

    def make_garbage() -> None:
        while not stopped.wait(0.001):
            for _ in range(5_000):
                ring: list[object] = []
                ring.append(ring)

    for _ in range(3):
        workers.read(owner, make_garbage, lambda _: None, no)
    for _ in range(20):
        dropped = QWidget()
        dropped.itself = dropped
        weakref.finalize(dropped, lambda: threads.append(threading.get_ident()))
        qtbot.wait(5)
    dropped = None
    try:
        qtbot.waitUntil(lambda: len(threads) == 20, timeout=WAIT_MS)
    finally:
        stopped.set()
    assert set(threads) == {threading.get_ident()}


def test_writes_keep_their_order_on_one_thread(qtbot, workers, owner):
    done, threads = [], set()

    def call(at: int) -> int:
        threads.add(threading.get_ident())
        time.sleep(0.002 if at % 2 else 0)
        return at

    for at in range(30):
        workers.write(owner, lambda at=at: call(at), done.append, no)
    settle(qtbot, workers, lambda: len(done) == 30)
    assert done == list(range(30))
    assert len(threads) == 1


def test_a_job_tells_how_far_it_is_and_stops_when_asked(qtbot, workers, owner):
    told, ended = [], []

    def job(progress) -> int:
        for at in range(10_000):
            time.sleep(0.001)
            if not progress(at, 10_000):
                return at
        return -1

    number = workers.job(owner, job, ended.append, no, lambda done, total: told.append((done, total)))
    qtbot.waitUntil(lambda: len(told) > 2)
    workers.stop(number)
    settle(qtbot, workers, lambda: ended)
    assert 0 < ended[0] < 9_999
    assert told == sorted(told)


def test_a_job_does_not_hold_up_a_write(qtbot, workers, owner):
    order, hold = [], threading.Event()
    workers.job(owner, lambda _: hold.wait(10), lambda _: order.append("job"), no, lambda *_: None)
    workers.write(owner, lambda: None, lambda _: order.append("write"), no)
    qtbot.waitUntil(lambda: bool(order))
    hold.set()
    settle(qtbot, workers, lambda: len(order) == 2)
    assert order == ["write", "job"]


def test_nobody_is_told_who_is_gone_and_nothing_dies_on_a_worker(qtbot, workers):
    hold, deaths = threading.Event(), []
    owner = QObject()
    weakref.finalize(owner, lambda: deaths.append(threading.get_ident()))
    told = []
    workers.read(owner, lambda: hold.wait(10), told.append, no)
    owner.deleteLater()
    del owner
    qtbot.wait(20)
    hold.set()
    settle(qtbot, workers)
    assert told == []
    assert set(deaths) <= {threading.get_ident()}


def test_closing_waits_for_what_is_being_written(dressed):
    made, owner, written = Tasks(), QObject(), []
    made.write(owner, lambda: (time.sleep(0.05), written.append(1)), lambda _: None, no)
    made.close()
    assert written == [1]
