"""What is about to be booked stands on this computer before the first try, and until the answer is known."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import assume, given
from hypothesis import strategies as st

from desktop.counter import service as counter
from desktop.counter.records import PaymentOrder, ReceiptIssued
from desktop.kernel import canonical, intent
from desktop.kernel.errors import Away, KeyReused, NotKept, Refused
from desktop.kernel.intent import Intent
from desktop.kernel.work import Seat, Work, draw_id, operation
from tests.hall import SMALL, long_ago, pay, yuan
from tests.kernel import faults
from tests.rows import raw

ORDER = PaymentOrder(SMALL[1], yuan("5.00"), yuan("5.00"))


def folder(seat: Seat) -> Path:
    assert seat.app.intents is not None
    return seat.app.intents


@operation("counter.take_payment")
def look_aside(work: Work, order: PaymentOrder) -> tuple[str, ...]:
    """What stands on this computer while a payment is booked."""
    return tuple(str(one.entry_id) for one in intent.unsettled(Path(order.reference)))


def test_the_intent_is_on_disk_before_the_first_try_and_gone_with_the_answer(small: Seat) -> None:
    key = draw_id()
    order = PaymentOrder(SMALL[1], yuan("5.00"), yuan("5.00"), reference=str(folder(small)))
    assert small.do(look_aside, order, key) == (str(key),)
    assert intent.unsettled(folder(small)) == ()
    (file,) = folder(small).iterdir()
    assert not file.read_bytes().strip(b"\0"), "what was asked for stays readable"


def test_an_operation_without_an_id_of_its_caller_leaves_no_trace_here(small: Seat) -> None:
    folder(small).mkdir(parents=True, exist_ok=True)
    order = PaymentOrder(SMALL[1], yuan("5.00"), yuan("5.00"), reference=str(folder(small)))
    assert small.do(look_aside, order) == ()


@pytest.mark.parametrize("refused", [PaymentOrder(SMALL[1], yuan("5.00"), yuan("1.00"))])
def test_a_refused_intent_is_gone(small: Seat, refused: PaymentOrder) -> None:
    with pytest.raises(Refused):
        small.do(counter.take_payment, refused, draw_id())
    assert intent.unsettled(folder(small)) == ()


def test_an_intent_whose_key_was_used_for_something_else_is_gone(small: Seat) -> None:
    key = draw_id()
    small.do(counter.take_payment, ORDER, key)
    with pytest.raises(KeyReused):
        pay(small, SMALL[1], yuan("6.00"), key)
    assert intent.unsettled(folder(small)) == ()


def _impatient(seat: Seat) -> None:
    """Do not wait for a lock as long as people would."""

    @sa.event.listens_for(seat.app.database.engine, "checkout")
    def hurry(connection: object, *_: object) -> None:
        if seat.app.database.dialect == "sqlite":
            connection.execute("PRAGMA busy_timeout = 1")  # type: ignore[attr-defined]  # known here


@contextmanager
def away(url: str) -> Iterator[None]:
    """Nobody gets at a database: a file is locked by somebody else, a server takes no connections to it."""
    if url.startswith("sqlite"):
        with raw(url) as rows:
            rows("BEGIN IMMEDIATE")
            yield
        return
    name = sa.make_url(url).database
    with raw(url.replace(f"/{name}", "/postgres")) as rows:
        rows(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
        rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ?", name)
        yield
        rows(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')


def test_the_intent_stays_while_the_database_is_away_and_is_settled_later(
    small: Seat, small_hall: str
) -> None:
    key = draw_id()
    _impatient(small)
    with away(small_hall):
        with pytest.raises(Away):
            small.do(counter.take_payment, ORDER, key)
        (left,) = intent.unsettled(folder(small))
        assert left == Intent(key, "counter.take_payment", canonical.dump(ORDER))
    assert small.app.answer(counter.take_payment, key) is None
    again = canonical.load(PaymentOrder, left.request)
    assert isinstance(small.do(counter.take_payment, again, key), ReceiptIssued)
    assert intent.unsettled(folder(small)) == ()


@operation("counter.take_payment")
def break_down(work: Work, _order: PaymentOrder) -> None:
    """A fault of the program."""
    raise ZeroDivisionError


def test_the_intent_stays_after_a_fault_of_the_program(small: Seat) -> None:
    key = draw_id()
    with pytest.raises(ZeroDivisionError):
        small.do(break_down, ORDER, key)
    assert [left.entry_id for left in intent.unsettled(folder(small))] == [key]


def test_nothing_is_booked_when_the_intent_cannot_be_kept(small: Seat, tmp_path: Path) -> None:
    small.app.intents = tmp_path / "file" / "folder"
    (tmp_path / "file").write_text("in the way")
    key = draw_id()
    with pytest.raises(NotKept):
        small.do(counter.take_payment, ORDER, key)
    assert small.app.answer(counter.take_payment, key) is None


def test_unsettled_intents_are_listed_oldest_first(tmp_path: Path) -> None:
    keys = [draw_id() for _ in range(5)]
    for key in reversed(keys):
        intent.keep(tmp_path, Intent(key, "counter.take_payment", "{}"))
    assert [one.entry_id for one in intent.unsettled(tmp_path)] == sorted(keys)
    intent.settled(tmp_path, keys[2])
    intent.settled(tmp_path, keys[2])
    assert len(intent.unsettled(tmp_path)) == 4
    assert intent.unsettled(tmp_path / "nowhere") == ()


# What other programs have under way


def wait_for_an_answer(folder: Path, kept: Any, answered: Any) -> None:
    """A program that sent something long ago, and waits."""
    key = draw_id()
    intent.keep(folder, Intent(key, "counter.pay_refund", "{}"))
    long_ago(folder)
    kept.set()
    answered.wait()
    intent.settled(folder, key)


@pytest.mark.parametrize("killed", [True, False])
def test_only_what_nobody_can_ask_for_any_more_is_lost(tmp_path: Path, killed: bool) -> None:
    context = faults.processes()
    kept, answered = context.Event(), context.Event()
    other = context.Process(target=wait_for_an_answer, args=(tmp_path, kept, answered))
    other.start()
    kept.wait()
    payments, rest = (intent.Left(tmp_path, ["counter.take_payment"], other=flag) for flag in (False, True))
    assert rest.lost() == ((), True)
    if killed:
        assert other.pid is not None
        os.kill(other.pid, signal.SIGKILL)
    else:  # who was killed while he waits would be waited for
        answered.set()
    other.join()
    assert len(intent.unsettled(tmp_path)) == killed
    assert rest.lost() == (intent.unsettled(tmp_path), False)
    assert payments.lost() == ((), False)


def test_what_this_program_waits_for_and_what_it_sent_later_is_not_lost(tmp_path: Path) -> None:
    first, later = (Intent(draw_id(), "counter.pay_refund", "{}") for _ in range(2))
    with intent.sending(tmp_path, first):
        long_ago(tmp_path)
        left = intent.Left(tmp_path, [], other=True)
        assert left.lost() == ((), True)
    intent.keep(tmp_path, later)
    long_ago(tmp_path)
    assert left.lost() == ((first,), False)


def test_what_programs_that_were_killed_left_empty_is_swept(tmp_path: Path) -> None:
    dead, asked = tmp_path / f"{draw_id()}.kept", tmp_path / f"{draw_id()}.kept"
    dead.write_bytes(bytes(4096))
    asked.write_bytes(written(tmp_path / "elsewhere"))
    for file in (dead, asked):
        os.utime(file, (0, 0))
    intent.keep(tmp_path, Intent(draw_id(), "counter.pay_refund", "{}"))
    assert asked.exists()
    assert not dead.exists()


def written(folder: Path, request: str = "{}") -> bytes:
    """The file of an intent."""
    key = draw_id()
    intent.keep(folder, Intent(key, "counter.pay_refund", request))
    (one,) = [one for one in intent.unsettled(folder) if one.entry_id == key]
    assert one.file is not None
    return one.file.read_bytes()


def test_what_a_program_that_ended_asked_is_settled_by_whoever_asks_it_again(tmp_path: Path) -> None:
    (tmp_path / f"{draw_id()}.kept").write_bytes(written(tmp_path / "elsewhere"))
    (left,) = intent.unsettled(tmp_path)
    long_ago(tmp_path)
    intent.keep(tmp_path, left)
    (one,) = intent.unsettled(tmp_path)
    assert one == left
    assert one.young
    intent.settled(tmp_path, left.entry_id)
    assert intent.unsettled(tmp_path) == ()


def test_one_file_after_another_intent(tmp_path: Path) -> None:
    """A large one does not stay, one whose folder somebody emptied gets a new file, several at once have one each."""
    many = [Intent(draw_id(), "counter.pay_refund", "x" * size) for size in (10, 200_000, 5)]
    for one in many:
        intent.keep(tmp_path, one)
        assert intent.unsettled(tmp_path) == (one,)
        intent.settled(tmp_path, one.entry_id)
    (file,) = tmp_path.iterdir()
    assert file.stat().st_size < 200_000
    file.unlink()
    for one in many:
        intent.keep(tmp_path, one)
    assert {one.entry_id for one in intent.unsettled(tmp_path)} == {one.entry_id for one in many}
    for one in many:
        intent.settled(tmp_path, one.entry_id)
    assert intent.unsettled(tmp_path) == ()
    assert len(list(tmp_path.iterdir())) == 3


@given(st.integers(0, 3000), st.integers(0, 3000), st.booleans(), st.floats(0, 1))
def test_a_half_written_intent_is_not_taken_for_one(before: int, size: int, wiped: bool, part: float) -> None:
    """A crash while an intent is written leaves some of it over what stood there: nothing was asked of the database
    yet, and what stood there was settled."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        old, new = (written(folder, letter * times) for letter, times in (("o", before), ("n", size)))
        for one in intent.unsettled(folder):
            intent.settled(folder, one.entry_id)
        whole = new.rstrip(b"\0\n")
        below = bytes(len(old)) if wiped else old
        at = int(part * (len(whole) - 1))
        torn = whole[:at] + below[at:]
        assume(not torn.startswith(whole))
        (folder / "torn.kept").write_bytes(torn)
        found = [one.request for one in intent.unsettled(folder)]
        assert found == [] or (found == ["o" * before] and not wiped and at < len(old))


def test_an_intent_is_forced_to_disk_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forced: list[tuple[Intent, ...]] = []
    for name in ("fsync", "fdatasync"):
        if sync := getattr(os, name, None):

            def watch(descriptor: int, sync: Callable[[int], None] = sync) -> None:
                sync(descriptor)
                forced.append(intent.unsettled(tmp_path))

            monkeypatch.setattr(os, name, watch)
    one = Intent(draw_id(), "counter.take_payment", '{"户": 1}')
    intent.keep(tmp_path, one)
    assert forced in ([(), (), (one,)], [(), (one,)])  # the file, its folder, what is in it


def test_an_intent_for_which_the_disk_has_no_room_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent.keep(tmp_path, Intent(draw_id(), "counter.take_payment", "{}"))
    (before,) = intent.unsettled(tmp_path)
    intent.settled(tmp_path, before.entry_id)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        for name in ("fsync", "fdatasync"):
            patch.setattr(os, name, full, raising=False)
        with pytest.raises(OSError, match="space"):
            intent.keep(tmp_path, Intent(draw_id(), "counter.take_payment", "{}"))
    assert intent.unsettled(tmp_path) == ()
