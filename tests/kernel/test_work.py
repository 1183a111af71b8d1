"""Operations on both databases: at most once, all or nothing, whoever else is at work and whenever it dies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from desktop.app import App, open_app
from desktop.counter import service as counter
from desktop.counter.records import PaymentOrder, ReceiptIssued, ReceiptQuery
from desktop.kernel import canonical, database, intent
from desktop.kernel.errors import AnswerErased, KeyReused, NotPermitted, Refused
from desktop.kernel.journal import Series
from desktop.kernel.measures import Money
from desktop.kernel.period import Clock
from desktop.kernel.text import Text
from desktop.kernel.work import Chunk, Seat, Work, batch, draw_id, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.records import Role
from desktop.parties.tables import Party
from tests import hall as halls
from tests.databases_server import Databases
from tests.hall import (
    PASSWORD,
    SMALL,
    account_number,
    found,
    open_till,
    opened,
    pay,
    posting_sets,
    together,
    yuan,
)
from tests.kernel import faults
from tests.rows import changed, contents, raw

FIVE = PaymentOrder(SMALL[1], yuan("5.00"), yuan("5.00"))
ONE = PaymentOrder(SMALL[1], yuan("1.00"), yuan("1.00"))


def last_set(seat: Seat, number: str) -> UUID:
    """The posting set of an account's newest payment."""
    return posting_sets(seat.app, number)[-1]


def receipts(url: str) -> list[tuple[str, int]]:
    """Every receipt as station and running number."""
    with raw(url) as rows:
        return sorted(
            (str(station), number)
            for station, number in rows("SELECT station_id, running FROM counter_receipt")
        )


def gapless(url: str) -> bool:
    """Whether the receipts of every station are numbered 1 … n, and its series stands at n."""
    with raw(url) as rows:
        series = {
            str(owner): last
            for owner, last in rows("SELECT owner_id, last FROM journal_series WHERE kind = 'receipt'")
        }
    numbers: dict[str, list[int]] = {}
    for station, number in receipts(url):
        numbers.setdefault(station, []).append(number)
    return all(found == list(range(1, len(found) + 1)) for found in numbers.values()) and series == {
        station: len(found) for station, found in numbers.items()
    }


# At most once


def test_the_same_id_and_request_get_the_same_receipt_again(small: Seat, small_hall: str) -> None:
    key = draw_id()
    first = small.do(counter.take_payment, FIVE, key)
    before = contents(small_hall)
    again = small.do(counter.take_payment, FIVE, key)
    assert canonical.dump(again) == canonical.dump(first)
    assert again == first
    assert changed(before, contents(small_hall)) == set()


def test_the_first_answer_survives_a_restart(small: Seat, small_hall: str) -> None:
    key = draw_id()
    first = small.do(counter.take_payment, FIVE, key)
    with opened(small_hall) as app:
        assert app.command_line("1").do(counter.take_payment, FIVE, key) == first
        assert app.answer(counter.take_payment, key) == first
        assert app.answer(counter.take_payment, draw_id()) is None


def test_what_was_booked_is_still_told_when_the_database_became_too_new_to_write(
    small: Seat, small_hall: str
) -> None:
    """A lost answer asked for again must not look like a refusal: the money would be taken twice."""
    key = draw_id()
    first = small.do(counter.take_payment, FIVE, key)
    small.app.read_only = Text("too new")
    before = contents(small_hall)
    assert small.do(counter.take_payment, FIVE, key) == first
    with pytest.raises(Refused) as refused:
        small.do(counter.take_payment, FIVE, draw_id())
    assert refused.value.text == Text("too new")
    assert changed(before, contents(small_hall)) == set()


def test_the_same_id_with_another_amount_is_an_error_and_books_nothing(small: Seat, small_hall: str) -> None:
    key = draw_id()
    small.do(counter.take_payment, FIVE, key)
    before = contents(small_hall)
    with pytest.raises(KeyReused):
        small.do(counter.take_payment, PaymentOrder(SMALL[1], yuan("6.00"), yuan("6.00")), key)
    with pytest.raises(KeyReused):
        small.do(counter.reprint_receipt, ReceiptQuery("1"), key)
    assert changed(before, contents(small_hall)) == set()


def test_an_id_whose_wording_was_erased_books_nothing_and_says_so(small: Seat, small_hall: str) -> None:
    key = draw_id()
    small.do(counter.take_payment, FIVE, key)
    with raw(small_hall) as rows:
        rows("DELETE FROM journal_text WHERE entry_id = ?", rows.key(key))
    before = contents(small_hall)
    with pytest.raises(AnswerErased):
        small.do(counter.take_payment, FIVE, key)
    with pytest.raises(AnswerErased):
        small.app.answer(counter.take_payment, key)
    with pytest.raises(KeyReused):
        small.do(counter.take_payment, PaymentOrder(SMALL[1], yuan("6.00"), yuan("6.00")), key)
    assert changed(before, contents(small_hall)) == set()
    assert intent.unsettled(small.app.intents) == ()


def test_money_given_is_part_of_the_request(small: Seat) -> None:
    key = draw_id()
    small.do(counter.take_payment, FIVE, key)
    with pytest.raises(KeyReused):
        small.do(counter.take_payment, PaymentOrder(SMALL[1], yuan("5.00"), yuan("10.00")), key)


# All or nothing


def test_an_operation_without_the_right_is_refused_and_writes_nothing(small: Seat, small_hall: str) -> None:
    clerk = small.app.sign_in("clerk", PASSWORD, "1")
    before = contents(small_hall)
    assert not clerk.may(counter.take_payment)
    with pytest.raises(NotPermitted):
        clerk.do(counter.take_payment, FIVE, draw_id())
    assert changed(before, contents(small_hall)) == set()


def test_a_query_without_the_right_is_refused(small: Seat) -> None:
    clerk = small.app.sign_in("clerk", PASSWORD, "1")
    with pytest.raises(NotPermitted):
        clerk.ask(counter.till)


@pytest.mark.parametrize(
    "order",
    [
        PaymentOrder(SMALL[1], yuan("0.00"), yuan("0.00")),
        PaymentOrder(SMALL[1], yuan("5.00"), yuan("4.99")),
        PaymentOrder("330199999999", yuan("5.00"), yuan("5.00")),
    ],
    ids=["nothing", "too little given", "unknown account"],
)
def test_a_refused_payment_writes_nothing(small: Seat, small_hall: str, order: PaymentOrder) -> None:
    before = contents(small_hall)
    with pytest.raises(Refused):
        small.do(counter.take_payment, order, draw_id())
    assert changed(before, contents(small_hall)) == set()


def test_an_id_that_was_refused_may_be_used_once_the_reason_is_gone(seat: Seat) -> None:
    key, order = draw_id(), PaymentOrder(account_number(1), yuan("5.00"), yuan("5.00"))
    with pytest.raises(Refused):
        seat.do(counter.take_payment, order, key)
    assert seat.app.answer(counter.take_payment, key) is None
    assert open_till(seat).do(counter.take_payment, order, key).amount == yuan("5.00")


@operation("counter.take_payment")
def take_half_a_payment(work: Work, order: PaymentOrder) -> ReceiptIssued:
    """Does all of a payment, and is refused then."""
    counter.take_payment(work, order)
    raise Refused(Text("No"))


@operation("counter.take_payment")
def take_a_payment_and_fail(work: Work, order: PaymentOrder) -> ReceiptIssued:
    """Does all of a payment, and has a fault then."""
    counter.take_payment(work, order)
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("function", "raised"),
    [(take_half_a_payment, Refused), (take_a_payment_and_fail, ZeroDivisionError)],
    ids=["refused", "fault"],
)
def test_what_is_written_before_a_refusal_or_a_fault_is_taken_back(
    small: Seat, small_hall: str, function: object, raised: type[Exception]
) -> None:
    before = contents(small_hall)
    with pytest.raises(raised):
        small.do(function, FIVE)  # type: ignore[arg-type]  # of any kind
    assert changed(before, contents(small_hall)) == set()


def test_a_rehearsal_answers_the_same_and_writes_nothing(small: Seat, small_hall: str) -> None:
    before = contents(small_hall)
    rehearsed = small.rehearse(counter.take_payment, FIVE)
    assert changed(before, contents(small_hall)) == set()
    done = small.do(counter.take_payment, FIVE)
    assert (rehearsed.number, rehearsed.items, rehearsed.owed_after) == (
        done.number,
        done.items,
        done.owed_after,
    )


def test_performing_an_entry_again_at_the_same_moment_makes_the_same_ids(small: Seat) -> None:
    moment = datetime(2026, 2, 5, 10, 30, tzinfo=small.app.country.zone)
    small.app.clock = Clock(small.app.country.zone, now=lambda _zone: moment)
    key = draw_id()
    rehearsed = [
        small.app.perform(counter.take_payment, FIVE, small.actor, small.station, key, dry_run=True)
        for _ in range(2)
    ]
    assert rehearsed[0] == rehearsed[1]
    assert small.do(counter.take_payment, FIVE, key) == rehearsed[0]
    other = small.rehearse(counter.take_payment, FIVE)
    assert other.payment_id != rehearsed[0].payment_id


@query("desk.view")
def forget_a_till(work: Work, _request: None) -> int:
    """A query that tries to write, and to keep it."""
    work.session.execute(sa.update(Series).values(last=Series.last + 1))
    work.session.commit()
    return 1


@query("desk.view")
def enter_a_party(work: Work, _request: None) -> int:
    """A query that adds a row, and tries to keep it."""
    work.session.add(Party(id=work.new_id(), entry_id=work.entry_id, district_id=work.station.district_id))
    work.session.commit()
    return 1


@pytest.mark.parametrize("function", [forget_a_till, enter_a_party])
def test_a_query_cannot_write(small: Seat, small_hall: str, function: object) -> None:
    before = contents(small_hall)
    with pytest.raises(Exception, match=r"writ|answer|read"):
        small.ask(function)  # type: ignore[arg-type]  # of any kind
    assert changed(before, contents(small_hall)) == set()
    pay(small, SMALL[1], yuan("1.00"))


def test_a_person_whose_role_was_taken_meanwhile_is_refused(small: Seat, small_hall: str) -> None:
    cashier = small.app.sign_in("cashier", PASSWORD, "1")
    assert cashier.do(counter.take_payment, FIVE).number
    with raw(small_hall) as rows:
        rows("DELETE FROM staff_grant WHERE user_id = ?", rows.key(cashier.actor.id))
    before = contents(small_hall)
    with pytest.raises(NotPermitted):
        cashier.do(counter.take_payment, FIVE)
    assert changed(before, contents(small_hall)) == set()


def test_a_batch_stops_between_two_chunks_and_goes_on_without_doubling(small: Seat, small_hall: str) -> None:
    orders = [PaymentOrder(SMALL[2], Money(fen), Money(fen)) for fen in (101, 102, 103)]
    chunks = [
        Chunk(str(fen), order, row) for row, (fen, order) in enumerate(zip("abc", orders, strict=True), 1)
    ]
    batch_id, told = draw_id(), list[tuple[int, int]]()

    def stop_after_two(done: int, total: int) -> bool:
        told.append((done, total))
        return done < 2

    first, stopped = batch(small, counter.take_payment, batch_id, chunks, stop_after_two)
    assert (len(first), stopped, told) == (2, 2, [(1, 3), (2, 3)])
    numbers = len(receipts(small_hall))
    again, stopped = batch(small, counter.take_payment, batch_id, chunks)
    assert (again[:2], len(again), stopped) == (first, 3, 0)
    assert len(receipts(small_hall)) == numbers + 1


# Many at once


def test_eight_payments_at_once_clear_exactly_their_sum(small: Seat, small_hall: str, tmp_path: Path) -> None:
    owed = small.ask(ledger.dues, SMALL[1]).total
    apps = [open_app(small_hall, small.today(), intents=tmp_path / str(place)) for place in range(8)]
    seats = [app.command_line("12"[place % 2]) for place, app in enumerate(apps)]
    answers = together([lambda seat=seat: pay(seat, SMALL[1], yuan("1.00"), draw_id()) for seat in seats])
    for app in apps:
        app.close()
    assert [type(answer) for answer in answers] == [ReceiptIssued] * 8, answers
    assert owed.raw - small.ask(ledger.dues, SMALL[1]).total.raw == 800
    assert len({answer.number for answer in answers}) == 8
    assert sorted(answer.owed_after.raw for answer in answers) == [
        owed.raw - 100 * n for n in range(8, 0, -1)
    ]
    assert gapless(small_hall)
    assert small.app.verify() == []


def test_eight_payments_at_once_at_a_till_that_never_sold_before(
    seat: Seat, sample_hall: str, tmp_path: Path
) -> None:
    open_till(seat)
    apps = [open_app(sample_hall, seat.today(), intents=tmp_path / str(place)) for place in range(8)]
    seats = [app.command_line("1") for app in apps]
    answers = together(
        [
            lambda one=one, place=place: pay(one, account_number(place), yuan("1.00"), draw_id())  # type: ignore[misc]  # a default that binds
            for place, one in enumerate(seats, 1)
        ]
    )
    for app in apps:
        app.close()
    assert [type(answer) for answer in answers] == [ReceiptIssued] * 8, answers
    assert gapless(sample_hall)
    assert seat.app.verify() == []


def test_two_tills_pay_one_bill_at_once_and_one_of_them_makes_credit(small: Seat, small_hall: str) -> None:
    owed = small.ask(ledger.dues, SMALL[1]).total
    with opened(small_hall) as other:
        answers = together(
            [
                lambda: pay(small, SMALL[1], owed, draw_id()),
                lambda: pay(other.command_line("2"), SMALL[1], owed, draw_id()),
            ]
        )
    assert [type(answer) for answer in answers] == [ReceiptIssued] * 2, answers
    assert sorted((answer.credit_made.raw, len(answer.items)) for answer in answers) == [
        (0, 1),
        (owed.raw, 0),
    ]
    dues = small.ask(ledger.dues, SMALL[1])
    assert (dues.total, dues.credit) == (Money(0), owed)
    assert gapless(small_hall)
    assert small.app.verify() == []


def test_a_payment_against_its_own_reversal_ends_with_the_sums_of_both(small: Seat, small_hall: str) -> None:
    before = small.ask(ledger.dues, SMALL[1]).total
    paid = last_set(small, SMALL[1])
    answers = together([lambda: pay(small, SMALL[1], yuan("7.00")), lambda: small.do(ledger.reverse, paid)])
    assert [isinstance(answer, BaseException) for answer in answers] == [False, False], answers
    assert small.ask(ledger.dues, SMALL[1]).total == before - yuan("7.00") + yuan("20.00")
    assert small.app.verify() == []


def test_two_reversals_at_once_reverse_once(small: Seat, small_hall: str) -> None:
    paid = last_set(small, SMALL[1])
    with opened(small_hall) as other:
        answers = together(
            [lambda: small.do(ledger.reverse, paid), lambda: other.command_line("2").do(ledger.reverse, paid)]
        )
    assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True], answers
    assert small.app.verify() == []


def test_two_processes_with_the_same_id_at_once_make_one_payment(
    small: Seat, small_hall: str, tmp_path: Path
) -> None:
    key, before = draw_id(), len(receipts(small_hall))
    codes = faults.at_once(small_hall, tmp_path, faults.pay, [(SMALL[1], 500, key)] * 2)
    assert codes == [0, 0]
    assert len(receipts(small_hall)) == before + 1
    assert gapless(small_hall)
    assert small.app.verify() == []


# Faults


def paid_once(seat: Seat, url: str, key: UUID, before: int) -> None:
    """Whatever happened to a payment of one yuan under ``key``: asking again leaves exactly one."""
    assert len(receipts(url)) - before in (0, 1)
    counted = seat.app.answer(counter.take_payment, key) is not None
    assert len(receipts(url)) - before == counted
    receipt = pay(seat, SMALL[1], yuan("1.00"), key)
    assert seat.app.answer(counter.take_payment, key) == receipt
    assert len(receipts(url)) - before == 1


def test_a_crash_at_any_moment_of_a_payment_leaves_it_done_or_not_done(small: Seat, small_hall: str) -> None:
    assert small.ask(ledger.dues, SMALL[1]).total > yuan("100.00")  # each moment below pays one yuan of it
    at, through = 0, False
    while not through:
        at, key, before = at + 1, draw_id(), len(receipts(small_hall))
        with faults.Moments(at, faults.crash).of(small.app.database) as moments:
            try:
                faults.pay(small, SMALL[1], 100, key)
                through = True
            except faults.Crash:
                pass
        assert through == (moments.passed < at)
        paid_once(small, small_hall, key, before)
    assert at > 50
    assert gapless(small_hall)
    assert small.app.verify() == []


def _killed_payment(seat: Seat, url: str, folder: Path, at: int) -> bool:
    key, before = draw_id(), len(receipts(url))
    dead = faults.killed(url, folder, at, faults.pay, SMALL[1], 100, key)
    if dead:  # the id and the request were on disk before the first try
        (left,) = intent.unsettled(folder)
        assert left.entry_id == key
        assert canonical.load(PaymentOrder, left.request) == ONE
        intent.settled(folder, key)
    assert intent.unsettled(folder) == ()
    paid_once(seat, url, key, before)
    return dead


def test_kill_9_during_a_payment_leaves_it_done_or_not_done(
    small: Seat, small_hall: str, tmp_path: Path
) -> None:
    names = faults.moments(small, faults.pay, SMALL[1], 100, draw_id())
    for at in _spread(names, 8):
        assert _killed_payment(small, small_hall, tmp_path, at), names[at - 1]
    assert gapless(small_hall)
    assert small.app.verify() == []


@pytest.mark.trial
def test_kill_9_at_every_moment_of_a_payment_leaves_it_done_or_not_done(
    small: Seat, small_hall: str, tmp_path: Path
) -> None:
    at = 1
    while _killed_payment(small, small_hall, tmp_path, at):
        at += 1
    assert at > 50
    assert gapless(small_hall)
    assert small.app.verify() == []


def _spread(names: Sequence[str], count: int) -> list[int]:
    """Moments to be tried: both sides of COMMIT, the last write, and others from beginning to end."""
    commit = names.index("before COMMIT") + 1
    return sorted(
        {round(1 + place * (commit - 2) / (count - 3)) for place in range(count - 2)} | {commit, commit + 1}
    )


def cut_off(url: str) -> None:
    """A server gives up all its connections but this one."""
    with raw(url) as rows:
        rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize("fresh", [True, False])
def test_a_connection_that_was_lost_while_nobody_used_it_is_not_noticed(
    postgres_server: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: bool
) -> None:
    """One that was used just now is taken as it is, and what is asked of it is asked again; an older one is tried."""
    url = postgres_server.like(halls.small_hall)
    with opened(url, intents=tmp_path) as app:
        seat, key = app.command_line("1"), draw_id()
        cut_off(url)
        if not fresh:
            monkeypatch.setattr(database, "FRESH_S", 0.0)
            assert app.stations()
        before = len(receipts(url))
        faults.pay(seat, SMALL[1], 100, key)
        paid_once(seat, url, key, before)


def test_a_lost_connection_at_any_moment_of_a_payment_is_not_noticed(
    postgres_server: Databases, tmp_path: Path
) -> None:
    url = postgres_server.like(halls.small_hall)

    def cut() -> None:
        cut_off(url)

    with opened(url, intents=tmp_path) as app:
        seat, at, through, failed = app.command_line("1"), 0, False, []
        while not through:
            at, key, before = at + 1, draw_id(), len(receipts(url))
            with faults.Moments(at, cut).of(app.database) as moments:
                try:
                    faults.pay(seat, SMALL[1], 100, key)
                except Exception as error:  # every moment is tried before any is judged
                    failed.append((at, moments.names[at - 1], type(error).__name__))
            through = moments.passed < at
            paid_once(seat, url, key, before)
        assert failed == []
        assert at > 50
        assert gapless(url)
        assert app.verify() == []
    postgres_server.drop(url)


# Who follows what is owed


class Follower:
    """Notes which account it hears of, and what stands in the transaction then."""

    def __init__(self, seat: Seat) -> None:
        self.heard: list[UUID] = []
        self.series: list[int] = []
        self.owed: list[Money] = []
        seat.app.after_balance = (self,)

    def __call__(self, work: Work, account_id: UUID) -> None:
        self.heard.append(account_id)
        self.owed.append(ledger.accounts(work, [account_id])[account_id].owed)
        kind = sa.select(Series.last).filter_by(owner_id=work.station.id, kind=counter.RECEIPT)
        self.series.append(work.session.scalar(kind) or 0)


def test_a_follower_hears_of_each_touched_account_once_before_numbers_are_drawn(small: Seat) -> None:
    follower = Follower(small)
    with small.app.database.read() as session:
        last = session.scalar(
            sa.select(Series.last).filter_by(owner_id=small.station.id, kind=counter.RECEIPT)
        )
    dues = small.ask(ledger.dues, SMALL[1])
    pay(small, SMALL[1], dues.total)
    assert follower.heard == [dues.account_id]
    assert follower.owed == [Money(0)]  # it sees the payment, inside its transaction
    assert follower.series == [last]


def test_a_reversal_is_heard_of_too(small: Seat) -> None:
    follower = Follower(small)
    small.do(ledger.reverse, last_set(small, SMALL[1]))
    assert follower.heard == [small.ask(ledger.dues, SMALL[1]).account_id]


def test_a_refused_operation_is_not_heard_of(small: Seat) -> None:
    follower = Follower(small)
    with pytest.raises(Refused):
        small.do(counter.take_payment, PaymentOrder(SMALL[1], yuan("5.00"), yuan("1.00")))
    assert follower.heard == []


def test_a_follower_that_fails_takes_the_payment_back(small: Seat, small_hall: str) -> None:
    def fail(_work: Work, _account_id: UUID) -> None:
        raise Refused(Text("No"))

    before = contents(small_hall)
    small.app.after_balance = (fail,)
    with pytest.raises(Refused):
        small.do(counter.take_payment, FIVE)
    assert changed(before, contents(small_hall)) == set()


def test_a_follower_may_move_money_itself_and_is_heard_by_those_after_it(small: Seat) -> None:
    heard: list[UUID] = []

    def give_back(work: Work, account_id: UUID) -> None:
        if len(heard) < 2:
            ledger.settle(work, account_id, yuan("1.00"), Role.OPENING)

    small.app.after_balance = (give_back, lambda _work, account_id: heard.append(account_id))
    owed = small.ask(ledger.dues, SMALL[1]).total
    pay(small, SMALL[1], yuan("5.00"))
    assert len(heard) == 3
    assert owed - small.ask(ledger.dues, SMALL[1]).total == yuan("7.00")
    assert small.app.verify() == []


def test_a_hall_is_founded_once(database_url: str) -> None:
    app = open_app(database_url)
    try:
        assert app.is_empty()
        found(app)
        assert not app.is_empty()
        before = contents(database_url)
        with pytest.raises(Refused):
            found(app)
        assert changed(before, contents(database_url)) == set()
    finally:
        app.close()


def test_two_foundings_at_once_make_one_hall(database_url: str) -> None:
    apps: list[App] = [open_app(database_url) for _ in range(2)]
    answers = together([lambda app=app: found(app) for app in apps])
    for app in apps:
        app.close()
    with raw(database_url) as rows:
        assert rows.one("SELECT count(*) FROM staff_hall") == 1
    assert sum(isinstance(answer, Refused) for answer in answers) == 1, answers
