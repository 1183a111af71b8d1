"""A server that fails, and the standby that takes its place at the same address: nothing is lost, nothing doubled."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop.app import App
from desktop.counter import service as counter
from desktop.counter.records import LostState
from desktop.countries.cn import COUNTRY as CHINA
from desktop.kernel import intent
from desktop.kernel.database import Database
from desktop.kernel.errors import Uncertain
from desktop.kernel.work import Seat, draw_id
from tests import hall as halls
from tests.databases_server import ServerPair
from tests.hall import SMALL, opened, pay, yuan
from tests.kernel import faults
from tests.kernel.test_work import gapless, paid_once, receipts

ONE = yuan("1.00")


@dataclass
class Hall:
    """The small hall on two servers, and a counter of it."""

    pair: ServerPair
    name: str
    seat: Seat

    @property
    def url(self) -> str:
        """Its address at the server that takes writes."""
        return self.pair.leader.url(self.name)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    pair = ServerPair()
    try:
        pair.start()
        name = pair.leader.like(halls.small_hall).partition("?")[0].rpartition("/")[2]
        with opened(pair.url(name), intents=tmp_path) as app:
            yield Hall(pair, name, app.command_line("1"))
    finally:
        pair.remove()


def fails_over(hall: Hall, at: int | str) -> bool:
    """Pay one yuan while the server fails at a moment; whether the payment took so long that it came to that."""
    key, before = draw_id(), len(receipts(hall.url))
    with faults.Moments(at, hall.pair.fail_over).of(hall.seat.app.database) as moments:
        faults.pay(hall.seat, SMALL[1], 100, key)
    folder = hall.seat.app.intents
    assert folder is not None
    assert intent.unsettled(folder) == (), "the answer came, whichever server gave it"
    paid_once(hall.seat, hall.url, key, before)
    return moments.passed >= at if isinstance(at, int) else True


def impatient(hall: Hall, folder: Path) -> App:
    """Somebody else's program, who waits for a second."""
    return App(Database(hall.url, patience=1), CHINA, halls.TODAY, folder)


def being_checked(hall: Hall, folder: Path) -> None:
    """The standby is gone and nobody promoted it: the server waits for ever, and is waited for no longer than anybody
    else; what it committed alone is booked for those who ask the server, and not for the till."""
    key, before = draw_id(), len(receipts(hall.url))
    app = impatient(hall, folder)
    till = app.command_line("1")
    hall.pair.follower.stop()
    with pytest.raises(Uncertain) as away:
        faults.pay(till, SMALL[1], 100, key)
    assert "standby" in str(away.value.text.fields["reason"])
    assert [one.entry_id for one in intent.unsettled(folder)] == [key]
    assert len(receipts(hall.url)) == before + 1, "it stands on the server that may fail next"
    with pytest.raises(Uncertain):
        app.took_effect(key)
    hall.pair.wait_for_follower("")  # whoever looks after the servers says that there is none
    assert app.took_effect(key)
    paid_once(till, hall.url, key, before)
    app.close()


WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


def comes(hall: Hall, child: Any, question: str) -> None:
    """Wait until a server says that a process has come so far."""
    while not hall.pair.leader.one(question):
        assert child.is_alive()
        time.sleep(0.05)


def unheard_of(hall: Hall, folder: Path) -> None:
    """The program of a till is killed while the server waits for its standby with the payment: whoever asks sees
    nothing of it, and yet it is booked as soon as the standby is there again. "Not booked" is not said before."""
    key, before = draw_id(), len(receipts(hall.url))
    server = hall.pair.leader
    hall.pair.follower.stop()
    child = faults.begun(hall.url, folder, "never", faults.pay, SMALL[1], 100, key)
    comes(hall, child, WAITS)
    child.kill()
    child.join()
    app = impatient(hall, folder)
    assert len(receipts(hall.url)) == before, "nobody sees it"
    with pytest.raises(Uncertain) as away:
        app.took_effect(key)
    assert "under way" in str(away.value.text.fields["reason"])
    halls.long_ago(folder)
    (left,) = counter.lost(app.command_line("1"))
    assert left.state is LostState.WAITS, "a till that closes is not told that it never counted"
    hall.pair.follower.start()
    while server.one(WAITS):
        with suppress(Uncertain):
            assert app.took_effect(key)
    paid_once(app.command_line("1"), hall.url, key, before)
    app.close()


def stopped(hall: Hall, folder: Path) -> None:
    """The computer of a till hangs before its commit, which may still come: nobody is told before its server knows."""
    key, before = draw_id(), len(receipts(hall.url))
    child = faults.begun(hall.url, folder, "before COMMIT", faults.pay, SMALL[1], 100, key, act=faults.hang)
    comes(hall, child, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
    app = impatient(hall, folder)
    with pytest.raises(Uncertain):
        app.took_effect(key)
    child.kill()
    child.join()
    assert not app.took_effect(key)
    paid_once(app.command_line("1"), hall.url, key, before)
    app.close()


def test_a_payment_goes_through_while_its_server_is_replaced_by_the_standby(hall: Hall) -> None:
    """What was committed is on the new server; what was under way is asked for by its id there, and done once."""
    key = draw_id()
    pay(hall.seat, SMALL[1], ONE)
    assert fails_over(hall, "before COMMIT")
    hall.pair.follow()

    def lost() -> None:
        hall.pair.fail_over()
        raise faults.Crash

    before = len(receipts(hall.url))
    with faults.Moments("after COMMIT", lost).of(hall.seat.app.database), pytest.raises(faults.Crash):
        faults.pay(hall.seat, SMALL[1], 100, key)
    folder = hall.seat.app.intents
    assert folder is not None
    (left,) = intent.unsettled(folder)
    assert left.entry_id == key
    assert hall.seat.app.took_effect(key), "the standby had it before the till was answered"
    paid_once(hall.seat, hall.url, key, before)
    hall.pair.follow()
    stopped(hall, folder / "stopped")
    unheard_of(hall, folder / "killed")
    key, before = draw_id(), len(receipts(hall.url))
    being_checked(
        hall, folder / "till"
    )  # and from then on nobody waits for the standby, which gets nothing more
    pay(hall.seat, SMALL[1], ONE)
    assert hall.seat.app.ping().lacking == ()
    with faults.Moments("after COMMIT", lost).of(hall.seat.app.database), pytest.raises(faults.Crash):
        faults.pay(hall.seat, SMALL[1], 100, key)
    assert not hall.seat.app.took_effect(key), "nobody waited for the standby, and it never got it"
    assert hall.seat.app.ping().lacking, "what was booked before, and answered, is told to be missing"
    paid_once(hall.seat, hall.url, key, before)
    assert gapless(hall.url)
    assert hall.seat.app.verify() == []


@pytest.mark.trial
def test_a_server_that_fails_at_any_moment_of_a_payment_is_not_noticed(hall: Hall) -> None:
    at = 1
    while fails_over(hall, at):
        hall.pair.follow()
        at += 1
    assert at > 50
    assert gapless(hall.url)
    assert hall.seat.app.verify() == []
