"""Many tills at once on a server: beside a bill run, and with the server restarted under them; trials, both.

`TILLS`, `RUN_ACCOUNTS`, `ALONE_S`, `RECEIPTS` and `RESTARTS` change the sizes. A till does as its page does: what has
no answer is asked for again under its id every two seconds; only what is raised otherwise would be shown as an error.
"""

from __future__ import annotations

import json
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desktop.app import App, open_app
from desktop.billing import service as billing
from desktop.counter import service as counter
from desktop.counter.records import PaymentOrder, TillOrder
from desktop.counter.tables import Receipt
from desktop.kernel import intent
from desktop.kernel.errors import Away
from desktop.kernel.measures import Money
from desktop.kernel.proof import Finding
from desktop.kernel.work import draw_id
from desktop.ledger.records import Role
from tests.benchmarks.district import TODAY, account_number, billable_hall
from tests.benchmarks.test_large_run import sign
from tests.databases_server import PostgresServer, ServerPair
from tests.hall import JANUARY, books, connect, found, issue, read
from tests.kernel import faults

AWAITED_S = 2.0
"""So long a page waits before it asks again for a payment without an answer."""

IN_ONE_PROCESS = 25
"""Tills of one process share its connections, of which there are more."""

LOOKED_EVERY_S = 10.0
"""So often a trial looks how far it has come, and tells it."""

FLOAT = Money(10_000)
SLOWER = 3.0
"""Beside a bill run one payment in a hundred takes at most so many times as long as without one: 2.0 and 2.9 where
nothing else ran beside it. While the fifty accounts of a transaction are issued, who pays one of them waits."""


@dataclass(frozen=True)
class Plan:
    """What tills do: ``each`` so many payments (0: until they are stopped), with a pause of about so long between."""

    url: str
    folder: Path
    numbers: Sequence[str]
    each: int
    think_s: float


@dataclass
class Served:
    """What tills of a process did: of each payment when it began, how long it took, how often it was asked for again,
    and its receipt; and whatever a person would have seen as an error."""

    payments: list[tuple[float, float, int, str, int]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    cpu_s: float = 0.0


def _till(app: App, code: str, plan: Plan, stop: Any, served: Served) -> None:
    """One till, on a thread of its own."""
    chance, done = random.Random(code), 0
    try:
        seat = app.command_line(code)
        while not stop.is_set() and (not plan.each or done < plan.each):
            time.sleep(plan.think_s * chance.uniform(0.5, 1.5))
            amount, key, again = Money(chance.randrange(1, 5_000)), draw_id(), 0
            order, began = PaymentOrder(chance.choice(plan.numbers), amount, amount), time.time()
            while True:
                try:
                    taken = seat.do(counter.take_payment, order, key)
                    break
                except Away:
                    again += 1
                    time.sleep(AWAITED_S)
            served.payments.append((began, time.time() - began, again, taken.number, amount.raw))
            done += 1
    except Exception as error:
        served.errors.append(f"till {code}: {error!r}")


def _process(plan: Plan, codes: Sequence[str], stop: Any) -> None:
    """Some tills in a process of their own; what they did goes into a file."""
    app, served = open_app(plan.url, TODAY, intents=plan.folder / f"under_way_{codes[0]}"), Served()
    threads = [threading.Thread(target=_till, args=(app, code, plan, stop, served)) for code in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    app.close()
    assert app.intents is not None
    served.errors += [f"left under way: {left.entry_id}" for left in intent.unsettled(app.intents)]
    served.cpu_s = time.process_time()
    (plan.folder / f"served_{codes[0]}.json").write_text(json.dumps(asdict(served)))


class Tills:
    """So many tills, open and at work in processes of their own, until they are done or stopped."""

    def __init__(self, count: int, plan: Plan) -> None:
        context, codes = faults.processes(), [str(code) for code in range(1, count + 1)]
        self.plan, self.stop = plan, context.Event()
        size = min(IN_ONE_PROCESS, -(-count // 4))
        parts = [codes[at : at + size] for at in range(0, count, size)]
        self.processes = [context.Process(target=_process, args=(plan, part, self.stop)) for part in parts]
        for one in self.processes:
            one.start()

    @property
    def working(self) -> bool:
        return any(one.is_alive() for one in self.processes)

    def served(self) -> Served:
        """What all of them did, once they are through."""
        for one in self.processes:
            one.join()
        whole = Served()
        for file in self.plan.folder.glob("served_*.json"):
            told = json.loads(file.read_text())
            whole.payments += [tuple(one) for one in told["payments"]]
            whole.errors += told["errors"]
            whole.cpu_s += told["cpu_s"]
        assert [one.exitcode for one in self.processes] == [0] * len(self.processes)
        return whole


@contextmanager
def _server() -> Iterator[PostgresServer]:
    """A server on a disk, which waits until it has what it commits."""
    with tempfile.TemporaryDirectory(prefix="servicehall-", ignore_cleanup_errors=True) as folder:
        settings = {"fsync": "on", "full_page_writes": "on", "autovacuum": "on", "max_connections": 600}
        server = PostgresServer(Path(folder), **settings)
        server.start()
        try:
            yield server
        finally:
            server.remove()


def _open_tills(app: App, count: int) -> None:
    for code in range(1, count + 1):
        app.command_line(str(code)).do(counter.open_till, TillOrder(FLOAT))


def _size(name: str, usual: int) -> int:
    return int(os.environ.get(name, usual))


def _filled(one: Finding) -> bool:
    """Whether this is found of rows that were filled in past the program: they have no hash, contracts no series."""
    past = {"row_altered", "row_not_as_written", "rows_missing"}
    return one.code in past or (one.code, one.table) == ("numbers_gap", "contracts_contract")


def _late(seconds: Sequence[float], share: float = 0.99) -> float:
    """How long all but the slowest took."""
    return sorted(seconds)[int(len(seconds) * share)]


# Beside a bill run


def bill(url: str, folder: Path) -> None:
    """Draft, sign and issue January; when that began and ended goes into a file."""
    app, began = open_app(url, TODAY, intents=folder / "run"), time.time()
    seat = app.command_line("1")
    drafted = billing.run_bills(seat, JANUARY).run
    sign(seat, drafted.number)
    issued = billing.issue_run(seat, drafted.number).run.issued
    app.close()
    told = {"began": began, "ended": time.time(), "issued": issued}
    (folder / "run.json").write_text(json.dumps(told))


@pytest.mark.trial
def test_tills_beside_a_bill_run_are_hardly_slower(tmp_path: Path) -> None:
    count, accounts, alone_s = _size("TILLS", 20), _size("RUN_ACCOUNTS", 20_000), _size("ALONE_S", 60)
    with _server() as server:
        url = server.empty()
        app = billable_hall(url, accounts, count)
        _open_tills(app, count)
        numbers = [account_number(place) for place in range(accounts)]
        tills = Tills(count, Plan(url, tmp_path, numbers, 0, 1.0))
        time.sleep(alone_s / 4)  # what begins learns, and is not counted
        began = time.time()
        time.sleep(alone_s)
        run = faults.processes().Process(target=bill, args=(url, tmp_path))
        run.start()
        run.join()
        tills.stop.set()
        served = tills.served()
        assert run.exitcode == 0
        ran = json.loads((tmp_path / "run.json").read_text())
        alone = [took for at, took, *_ in served.payments if began <= at < ran["began"]]
        beside = [took for at, took, *_ in served.payments if ran["began"] <= at < ran["ended"]]
        print(
            f"\n{count} tills: {len(alone):,} payments alone, one in a hundred over {_late(alone) * 1000:.0f} ms (half"
            f" over {_late(alone, 0.5) * 1000:.0f}); {len(beside):,} beside a run of {accounts:,} accounts in"
            f" {ran['ended'] - ran['began']:.0f} s: {_late(beside) * 1000:.0f} ms ({_late(beside, 0.5) * 1000:.0f}),"
            f" {_late(beside) / _late(alone):.1f} times; asked again {sum(one[2] for one in served.payments)} times"
        )
        assert served.errors == []
        assert ran["issued"] == accounts
        assert [one for one in app.verify() if not _filled(one)] == []
        app.close()
    assert _late(beside) <= SLOWER * _late(alone)


# A server that is restarted


@pytest.mark.trial(limit_s=3 * 3600)
def test_tills_lose_and_double_nothing_when_the_server_is_restarted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with _server() as server:

        def restart(turn: int) -> None:
            server.stop("immediate" if turn % 2 else "fast")
            time.sleep(1)
            server.start()

        _work_on(server.empty(), restart, tmp_path, capsys)


@pytest.mark.trial(limit_s=3 * 3600)
def test_tills_lose_and_double_nothing_when_the_standby_takes_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pair = ServerPair(max_connections=600, autovacuum="on")
    try:
        pair.start()

        def fail_over(_turn: int) -> None:
            pair.fail_over()
            time.sleep(1)
            pair.follow()

        name = pair.leader.empty().partition("?")[0].rpartition("/")[2]
        _work_on(pair.url(name), fail_over, tmp_path, capsys)
    finally:
        pair.remove()


def _work_on(
    url: str, fail: Callable[[int], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Many tills at work while their server fails several times: each payment once, and nobody sees an error."""

    def tell(words: str) -> None:
        with capsys.disabled():
            print(f"{time.time() - began:6.0f} s: {words}", flush=True)

    count, receipts, times = _size("TILLS", 200), _size("RECEIPTS", 100_000), _size("RESTARTS", 3)
    app, began = open_app(url, TODAY, intents=tmp_path / "under_way"), time.time()
    numbers = _billed_hall(app, count)
    tell(f"{count} tills are open")
    tills = Tills(count, Plan(url, tmp_path, numbers, receipts // count, 0.05))
    for turn in range(1, times + 1):
        while tills.working and (taken := _taken(app)) < receipts * turn // (times + 1):
            tell(f"{taken:,} receipts")
            time.sleep(LOOKED_EVERY_S)
        assert tills.working, "it fails under them"
        app.close()
        fail(turn)
        tell(f"the server failed and is back, {turn} of {times}")
    while tills.working:
        tell(f"{_taken(app):,} receipts")
        time.sleep(LOOKED_EVERY_S)
    served = tills.served()
    took = max(at + lasted for at, lasted, *_ in served.payments) - min(one[0] for one in served.payments)
    again = [one[2] for one in served.payments if one[2]]
    print(
        f"\n{count} tills, {times} failures: {len(served.payments):,} receipts in {took:.0f} s, half over"
        f" {_late([one[1] for one in served.payments], 0.5) * 1000:.0f} ms; {len(again)} were asked for again,"
        f" {max(again, default=0)} times at most; {served.cpu_s / len(served.payments) * 1000:.1f} ms of processor"
        " time for each at the tills"
    )
    assert served.errors == []
    tell("proving")
    _each_once(app, served, receipts // count * count, count)
    tell("proven")
    app.close()


def _billed_hall(app: App, stations: int) -> list[str]:
    """A hall whose accounts owe January, with all its tills open; the numbers of the accounts."""
    found(app, stations)
    seat = app.command_line("1")
    numbers = [f"3301{place:08}" for place in range(1_000)]
    connect(seat, numbers)
    read(seat, numbers, JANUARY.last, 300)
    issue(seat, billing.run_bills(seat, JANUARY).run.number)
    _open_tills(app, stations)
    return numbers


def _taken(app: App) -> int:
    with app.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Receipt)) or 0


def _each_once(app: App, served: Served, receipts: int, tills: int) -> None:
    """Every payment has the one receipt its till was given; they are all there is, numbered without gaps."""
    given = [number for *_, number, _ in served.payments]
    with app.database.read() as session:
        rows = session.execute(sa.select(Receipt.number, Receipt.station_id, Receipt.running)).all()
    assert len(given) == receipts
    assert sorted(given) == sorted(row.number for row in rows)
    runs: dict[Any, list[int]] = {}
    for row in rows:
        runs.setdefault(row.station_id, []).append(row.running)
    assert all(sorted(run) == list(range(1, len(run) + 1)) for run in runs.values())
    money = Money(sum(amount for *_, amount in served.payments))
    assert books(app.command_line("1"), Role.TILL_CASH) == money + Money(FLOAT.raw * tills)
    assert app.verify() == []
