"""A run shared by several workers: along the routes, one worker a share, whatever is killed, late or out of time."""

from __future__ import annotations

import random
import signal
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from desktop.billing import service as billing
from desktop.billing.records import DraftState, RunOrder, RunRow, ShareJob, ShareOrder
from desktop.billing.service import runs, shares
from desktop.billing.tables import BillDraft, BillShare
from desktop.kernel.database import Moment
from desktop.kernel.errors import Refused
from desktop.kernel.work import Seat, draw_id
from tests.billing.test_service import fifty_drafted, fifty_read, january_bills
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.hall import JANUARY, account_number, open_till, opened, pay, sign, yuan
from tests.kernel import faults
from tests.rows import raw


def test_a_share_ends_with_a_route_or_inside_one_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "FULL", 3)
    monkeypatch.setattr(shares, "MOST", 5)
    walk = enumerate("aabbcccccccd", 1)
    assert list(shares.cut(walk)) == [[1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 12]]
    assert list(shares.cut(iter(()))) == []


@pytest.fixture
def shared(databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Seat:
    """Fifty drafted accounts whose issue is shared out in shares of ten."""
    monkeypatch.setattr(shares, "FULL", 10)
    monkeypatch.setattr(shares, "MOST", 10)
    url = databases.like(fifty_drafted)
    with opened(url) as app:
        seat = app.command_line("1")
        seat.do(billing.begin_issue, newest_run(seat))
        yield seat


def newest_run(seat: Seat) -> str:
    """The newest run."""
    return seat.ask(billing.bill_runs)[0].number


def _rows(seat: Seat) -> list[BillShare]:
    with seat.app.database.read() as session:
        mine = {"job": ShareJob.ISSUE, "run_id": _order(seat, None).run_id}
        return list(session.scalars(sa.select(BillShare).filter_by(**mine).order_by(BillShare.first)))


def _order(seat: Seat, worker: UUID | None, limit: int = 4) -> ShareOrder:
    return ShareOrder(seat.ask(billing.run_started, newest_run(seat)).run_id, worker or UUID(int=0), limit)


def test_a_worker_comes_back_to_its_share_and_another_takes_the_next(shared: Seat) -> None:
    one, two = draw_id(), draw_id()
    for worker in (one, two, one, two, one):
        shared.do(billing.issue_chunk, _order(shared, worker))
    assert [(row.done, row.holder) for row in _rows(shared)[:3]] == [(10, None), (8, two), (0, None)]


def test_a_lease_counts_by_the_clock_of_the_database(shared: Seat) -> None:
    one, two = draw_id(), draw_id()
    shared.app.clock = type(shared.app.clock)(shared.app.country.zone, date(2036, 2, 5))
    shared.do(billing.issue_chunk, _order(shared, one))
    with shared.app.database.read() as session:
        now = session.scalars(sa.select(sa.type_coerce(sa.func.current_timestamp(), Moment()))).one()
    assert timedelta(0) < _rows(shared)[0].held_until - now <= shares.LEASE
    shared.do(billing.issue_chunk, _order(shared, two))
    assert [row.holder for row in _rows(shared)[:2]] == [one, two]


def test_what_a_silent_worker_holds_is_done_after_all_that_is_free(shared: Seat) -> None:
    silent, other = draw_id(), draw_id()
    shared.do(billing.issue_chunk, _order(shared, silent))
    for _ in range(4):
        shared.do(billing.issue_chunk, _order(shared, other, 10))
    assert [row.done for row in _rows(shared)] == [4, 10, 10, 10, 10]
    shared.do(billing.issue_chunk, _order(shared, other, 10))
    assert [row.done for row in _rows(shared)] == [10] * 5
    with pytest.raises(shares.NothingFree):
        shared.do(billing.issue_chunk, _order(shared, other))
    assert shared.app.verify() == []


ON_A_SERVER = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
"""Only a server has several writers at one moment: a file has one, whoever waits."""


@ON_A_SERVER
def test_a_share_that_is_worked_on_is_left_alone(shared: Seat) -> None:
    with shared.app.database.write("READ COMMITTED") as session:
        mine = sa.select(BillShare).filter_by(job=ShareJob.ISSUE, run_id=_order(shared, None).run_id)
        held = session.scalars(mine.order_by(BillShare.first).limit(4).with_for_update()).all()
        assert [row.first for row in held] == [row.first for row in _rows(shared)[:4]]
        shared.do(billing.issue_chunk, _order(shared, draw_id(), 10))
        assert [row.done for row in _rows(shared)] == [0, 0, 0, 0, 10]
        with pytest.raises(shares.NothingFree):
            shared.do(billing.issue_chunk, _order(shared, draw_id(), 10))
    done = billing.issue_run(shared, newest_run(shared))
    assert (done.run.issued, done.left) == (50, ())


def test_all_that_did_not_go_through_is_told_with_its_reason(databases: Databases) -> None:
    url = databases.like(fifty_read)
    with opened(url) as app:
        seat = app.command_line("1")
        run = billing.run_bills(seat, JANUARY).run.number
        sign(seat, run)
        with app.database.write() as session:
            session.execute(
                sa.update(BillDraft)
                .where(BillDraft.position <= 3)
                .values(flags="large", made_by=UUID(int=9)),
                execution_options={"synchronize_session": False},
            )
            session.execute(
                sa.update(BillDraft).where(BillDraft.position == 4).values(input_hash=bytes(32)),
                execution_options={"synchronize_session": False},
            )
            session.commit()
        done = billing.issue_run(seat, run)
        told = {one.reason.message: one.accounts for one in done.left}
        assert told == {
            "Another person has to sign the draft first.": 3,
            "Reads, contract or price changed after the draft: draft this account again.": 1,
        }
        assert done.run.issued + sum(told.values()) == done.run.accounts == 50


# Stopped from elsewhere


def test_a_stop_from_another_computer_reaches_workers_at_their_next_chunk(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One works in chunks of five; somebody at another station stops it after the first."""
    monkeypatch.setattr(runs, "CHUNK", 5)
    url = databases.like(fifty_drafted)
    with opened(url) as app, opened(url) as elsewhere:
        seat, other = app.command_line("1"), elsewhere.command_line("2")
        number, told = newest_run(seat), list[RunRow]()

        def watch(_done: int, _total: int) -> bool:
            if not told:
                told.append(other.ask(billing.bill_run, number))
                assert other.do(billing.stop_run, number).accounts == told[0].left
            return True

        stopped = billing.issue_run(seat, number, watch)
        assert (told[0].issued, told[0].left, told[0].at_work) == (5, 45, True)
        assert stopped.stopped_by == other.actor.name
        # the chunk that was begun while it was stopped may be the last one, never two
        assert stopped.run.issued in (5, 10)
        assert (stopped.run.left, stopped.run.at_work) == (50 - stopped.run.issued, False)
        joined = billing.help_run(other, number, ShareJob.ISSUE)
        assert (joined.stopped_by, joined.run.issued) == (other.actor.name, stopped.run.issued)
        with pytest.raises(Refused, match="Nobody works"):
            other.do(billing.stop_run, number)
        done = billing.issue_run(other, number)
        assert (done.run.issued, done.run.left, done.stopped_by) == (50, 0, "")
        assert app.verify() == []
    assert january_bills(url) == 50


def test_who_leads_stops_all_with_their_own_stop_and_a_helper_only_leaves(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "CHUNK", 5)
    with opened(databases.like(fifty_drafted)) as app:
        seat = app.command_line("1")
        number = newest_run(seat)
        seat.do(billing.begin_issue, number)
        left = billing.help_run(seat, number, ShareJob.ISSUE, lambda _done, _total: False)
        assert (left.stopped_by, left.run.at_work) == ("", True)
        stopped = billing.issue_run(seat, number, lambda _done, _total: False)
        assert (stopped.stopped_by, stopped.run.at_work) == (seat.actor.name, False)
        assert billing.issue_run(seat, number).run.issued == 50


def test_a_run_is_stopped_by_command(databases: Databases, capsys: pytest.CaptureFixture[str]) -> None:
    url = databases.like(fifty_drafted)
    run = CommandLine(capsys, url, today="2026-02-05", lang="en", station="1")
    with opened(url) as app:
        number = newest_run(app.command_line("1"))
        assert "Nobody works" in run("bills", "stop", number, code=1).err
        app.command_line("1").do(billing.begin_issue, number)
    assert "50 accounts are left" in run("bills", "stop", number).out
    assert run.json("bills", "work", number, "--job", "issue")["stopped_by"]


# Killed


def _work(url: str, intents: Path, at: int, job: str, number: str) -> None:
    """A worker in a process of its own, killed at a moment (0: never)."""
    runs.CHUNK, shares.FULL, shares.MOST = 4, 8, 8
    with opened(url, intents=intents) as app:
        seat = app.command_line("1")
        with faults.Moments(at, faults.die).of(app.database):
            billing.help_run(seat, number, ShareJob(job))


def _together(url: str, folder: Path, job: str, number: str, moments: Sequence[int]) -> list[int]:
    """Workers that begin at once, each killed at its moment; their exit codes."""
    context = faults.processes()
    workers = []
    for place, at in enumerate(moments):
        intents = folder / f"{job}{place}"
        intents.mkdir()
        workers.append(context.Process(target=_work, args=(url, intents, at, job, number)))
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    return [one.exitcode for one in workers]


def _killed_run(databases: Databases, folder: Path, seed: int) -> None:
    """Drafting and issuing by three workers, two of which are killed at random moments."""
    chance, url = random.Random(seed), databases.like(fifty_read)
    with pytest.MonkeyPatch.context() as patch, opened(url) as app:
        patch.setattr(shares, "FULL", 8)
        patch.setattr(shares, "MOST", 8)
        seat = app.command_line("1")
        number = seat.do(billing.start_run, RunOrder(JANUARY.code)).number
        for job, begin in ((ShareJob.DRAFT, billing.share_drafts), (ShareJob.ISSUE, billing.begin_issue)):
            if job is ShareJob.ISSUE:
                sign(seat, number)
            seat.do(begin, number)
            codes = _together(
                url, folder, job.value, number, [chance.randrange(1, 90), chance.randrange(1, 250), 0]
            )
            assert set(codes) <= {0, -signal.SIGKILL}
            assert codes[2] == 0
            with app.database.read() as session:
                mine = BillDraft.run_id == seat.ask(billing.run_started, number).run_id
                states = set(session.scalars(sa.select(BillDraft.state).where(mine)))
            assert states == {DraftState.READY if job is ShareJob.DRAFT else DraftState.ISSUED}
        assert january_bills(url) == 50
        assert seat.ask(billing.bill_run, number).issued == 50
        assert app.verify() == []


def test_workers_killed_at_any_moment_bill_each_account_once(databases: Databases, tmp_path: Path) -> None:
    _killed_run(databases, tmp_path, 5)


@pytest.mark.trial
@pytest.mark.parametrize("seed", range(30))
def test_workers_killed_at_many_moments_bill_each_account_once(
    databases: Databases, tmp_path: Path, seed: int
) -> None:
    _killed_run(databases, tmp_path, seed)


@ON_A_SERVER
def test_a_payment_taken_meanwhile_sends_no_run_back_to_its_beginning(databases: Databases) -> None:
    """A till pays between two statements of the start of a run, whose drafts refer to the account it pays."""
    tries, url = list[str](), databases.like(fifty_read)
    with opened(url) as app, opened(url) as other:
        till = open_till(other.command_line("1"))

        def pay_one(_c, _cursor, statement: str, *_rest) -> None:
            if statement.startswith("INSERT INTO billing_draft"):
                tries.append(statement)
                pay(till, account_number(1), yuan("1.00"))

        sa.event.listen(app.database.engine, "before_cursor_execute", pay_one)
        drafted = billing.run_bills(app.command_line("2"), JANUARY)
        assert drafted.run.accounts == 50
        assert len(tries) == 1
        assert app.verify() == []


@ON_A_SERVER
def test_a_read_that_is_taken_back_meanwhile_is_not_billed(shared: Seat) -> None:
    """Somebody commits the reversal between two statements of the issue, which sees each with its own eyes."""
    app, taken = shared.app, []

    def reverse(_c, _cursor, statement: str, *_rest) -> None:
        if not taken and "FROM metering_read" in statement and "FOR UPDATE" in statement:
            taken.append(statement)
            url = app.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
            with raw(url) as rows:
                rows(
                    "UPDATE metering_read SET reversed = 1 WHERE id = (SELECT r.id FROM metering_read r"
                    " JOIN metering_register g ON g.id = r.register_id"
                    " JOIN metering_installation i ON i.meter_id = g.meter_id"
                    " JOIN contracts_contract c ON c.service_point_id = i.service_point_id"
                    " JOIN billing_draft d ON d.contract_account_id = c.contract_account_id"
                    " WHERE d.position = 2 AND r.read_on = '2026-01-31' AND d.state = 'ready')"
                )

    sa.event.listen(app.database.engine, "before_cursor_execute", reverse)
    done = billing.issue_run(shared, newest_run(shared))
    assert taken
    assert (done.run.issued, done.run.held) == (49, 1)
    (held,) = done.held
    assert held.reason is not None
    assert held.reason.message.startswith("Reads, contract or price changed")


# The command line


def test_the_command_line_shares_a_run_with_processes_of_its_own(
    databases: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    url = databases.like(fifty_read)
    run = CommandLine(capsys, url, today="2026-02-05", lang="en", station="1")
    drafted = run("bills", "run", "--period", "2026-01", "--workers", "2")
    assert "50 ready" in drafted.out
    assert ("one worker does it all" in drafted.err) == (databases.kind == "sqlite")
    with opened(url) as app:
        number = newest_run(app.command_line("1"))
    run.sign(number)
    assert "50 issued" in run("bills", "issue", number, "--workers", "2").out
    assert run.json("bills", "work", number, "--job", "issue")["run"]["issued"] == 50
    with opened(url) as app:
        assert app.verify() == []
    assert january_bills(url) == 50
