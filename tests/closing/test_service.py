"""Months closed on real databases: what they show, what stops a close, and that nothing gets in afterwards."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.app import App
from desktop.billing import service as billing
from desktop.billing.records import CorrectionOrder, ReversalOrder
from desktop.closing import service as closing
from desktop.closing.records import Behind, Check, CloseOrder, Figure, MonthFigures, MonthLook
from desktop.counter import service as counter
from desktop.counter.records import PaymentOrder, ReceiptIssued
from desktop.desk import service as desk
from desktop.kernel import backup, canonical, intent
from desktop.kernel.database import Database
from desktop.kernel.errors import NotPermitted, Refused
from desktop.kernel.listing import Listing, every_row
from desktop.kernel.measures import Energy, Money
from desktop.kernel.period import Clock
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat, Work, draw_id, operation
from desktop.ledger import service as ledger
from desktop.ledger.records import Role
from desktop.ledger.tables import LedgerAccount, Posting, PostingSet
from tests import hall as halls
from tests.databases_server import Databases, PostgresServer, goes_on_from
from tests.hall import SMALL, opened, pay, yuan
from tests.rows import REFUSED, raw

FEBRUARY, MARCH = "2026-02", "2026-03"


def on(seat: Seat, day: date) -> Seat:
    """The same seat on another business date."""
    seat.app.clock = Clock(seat.app.country.zone, day)
    return seat


def close(seat: Seat, month: str, remark: str = "all of it is known") -> MonthLook:
    """Close a month as it looks now."""
    return seat.do(closing.close_month, CloseOrder(month, closing.look_at(seat, month).digest, remark))


@contextlib.contextmanager
def refused(words: str) -> Iterator[None]:
    """What is refused here says these words."""
    with pytest.raises(Refused) as caught:
        yield
    assert catalog("en")(caught.value.text) == words


def rows_of(seat: Seat, figure: Figure, typed: str = "") -> tuple[list[Any], Any]:
    """All rows behind a figure, with their extent."""
    listing = Listing(about=str(figure), filter=typed)
    extent = seat.ask(closing.behind_extent, listing)
    rows = list(every_row(lambda order: seat.ask(closing.behind, order), extent, listing))
    assert len(rows) == extent.total
    return rows, extent


@pytest.fixture
def march(small: Seat) -> Seat:
    """The hall with three accounts, in the month after the one it posted into."""
    return on(small, date(2026, 3, 2))


@pytest.fixture
def tiered(databases: Databases) -> Iterator[Seat]:
    """Three accounts whose January reaches one, two and three tiers, billed; the till is open."""
    with opened(databases.like(_tiered_hall)) as app:
        yield app.command_line("1")


@goes_on_from(halls.connected_hall)
def _tiered_hall(url: str) -> None:
    with opened(url) as app:
        seat = halls.open_till(app.command_line("1"))
        for number, used in zip(SMALL, (300, 3_500, 6_000), strict=True):
            halls.read(seat, (number,), date(2026, 1, 31), used)
        halls.issue(seat, billing.run_bills(seat, halls.JANUARY).run.number)


def bill_of(seat: Seat, number: str) -> str:
    """The newest bill of an account that stands."""
    return next(one.number for one in seat.ask(desk.account_card, number).bills if one.reversed_on is None)


# What a month shows


def test_a_month_looks_the_same_before_and_after_its_close(march: Seat) -> None:
    before = closing.look_at(march, FEBRUARY)
    after = close(march, FEBRUARY)
    assert after.figures == before.figures == closing.look_at(march, FEBRUARY).figures
    assert (after.row.closed_by, after.row.remark) == ("Night", "all of it is known")
    assert march.app.verify() == []


def test_figures_by_class_and_tier(tiered: Seat) -> None:
    pay(tiered, SMALL[1], yuan("1000.00"))
    found = closing.look_at(on(tiered, date(2026, 3, 2)), FEBRUARY).figures
    rows = [(row.tier, row.energy, row.receivable, row.received) for row in found.tiers]
    # 2,760 kWh at 0.538, 740 at 0.588: 1,920.00 in all, of which 1,000.00 were paid
    assert rows == [
        (1, Energy.of(300 + 2760 + 2760), yuan("161.40") + yuan("1484.88") * 2, yuan("773.38")),
        (2, Energy.of(740 + 2040), yuan("435.12") + yuan("1199.52"), yuan("226.62")),
        (3, Energy.of(1200), yuan("1005.60"), Money(0)),
    ]
    assert found.receivable == yuan("5771.40")
    assert (str(found.recovery_percent), str(found.average_price)) == ("17.33", "0.5889")
    assert [(row.first, row.last, row.items, row.amount) for row in found.ages][:3] == [
        (0, 0, 0, Money(0)),
        (1, 30, 3, yuan("4771.40")),
        (31, 90, 0, Money(0)),
    ]
    (tax,) = found.taxes
    assert (tax.percent, tax.bills, tax.gross) == (13, 3, yuan("5771.40"))


def test_arrears_are_those_of_the_months_end(tiered: Seat) -> None:
    february = closing.look_at(on(tiered, date(2026, 3, 2)), FEBRUARY).figures
    pay(tiered, SMALL[0], yuan("500.00"))
    billing_run = bill_of(tiered, SMALL[2])
    tiered.do(billing.reverse_bills, ReversalOrder((billing_run,), "a wrong read"))
    assert closing.look_at(tiered, FEBRUARY).figures == february
    march = closing.look_at(on(tiered, date(2026, 4, 1)), MARCH).figures
    assert march.arrears == yuan("1920.00")
    assert (march.receivable, march.recovery_percent) == (-yuan("3690.00"), None)


def test_every_figure_opens_rows_that_add_up_to_it(tiered: Seat) -> None:
    pay(tiered, SMALL[1], yuan("777.77"))
    pay(tiered, SMALL[0], yuan("170.00"))
    tiered.do(billing.reverse_bills, ReversalOrder((bill_of(tiered, SMALL[2]),), "a wrong read"))
    on(tiered, date(2026, 3, 2))
    found = closing.look_at(tiered, FEBRUARY).figures
    assert_opened(tiered, found)
    rows, _ = rows_of(tiered, Figure(FEBRUARY, Behind.CHARGED))
    assert [(row.account_number, str(row.what.message)) for row in rows][-1] == (SMALL[2], "taken back")
    rows, extent = rows_of(tiered, Figure(FEBRUARY, Behind.RECEIVED, "residential 1"), SMALL[1])
    assert [row.account_number for row in rows] == [SMALL[1]]
    assert extent.sum == rows[0].amount


def assert_opened(seat: Seat, found: MonthFigures) -> None:
    """Every figure is the sum of the rows behind it."""
    month = f"{found.month:%Y-%m}"

    def total(behind: Behind, part: str = "") -> Money:
        rows, extent = rows_of(seat, Figure(month, behind, part))
        whole = Money.total([row.amount for row in rows])
        assert extent.sum == whole, (behind, part)
        return whole

    for row in found.tiers:
        part = f"{row.customer_class.value} {row.tier}"
        assert total(Behind.CHARGED, part) == row.receivable, part
        assert total(Behind.RECEIVED, part) == row.received, part
        energy = [one.energy for one in rows_of(seat, Figure(month, Behind.CHARGED, part))[0]]
        assert Energy.total(energy) == row.energy, part
    assert total(Behind.CHARGED) == found.receivable
    assert total(Behind.RECEIVED) == found.received
    assert (total(Behind.DUE), total(Behind.COLLECTED)) == (found.due, found.collected)
    for age in found.ages:
        part = f"{age.first} {'-' if age.last is None else age.last}"
        _, extent = rows_of(seat, Figure(month, Behind.ARREARS, part))
        assert (extent.total, extent.sum) == (age.items, age.amount), part
    assert total(Behind.ARREARS) == found.arrears
    for tax in found.taxes:
        part = f"{tax.percent} {'taken back' if tax.taken_back else 'issued'}"
        assert total(Behind.TAX, part) == tax.gross, part
    for account in found.ledger:
        assert total(Behind.LEDGER, account.role.value) == account.debit - account.credit, account.code


def posted(app: App, month: str) -> dict[str, int]:
    """What the postings themselves say of a month: an account of it that shares nothing with the figures."""
    start = date.fromisoformat(f"{month}-01")
    end = date(start.year + start.month // 12, start.month % 12 + 1, 1)
    with app.database.read() as session:
        sets = {row.id: row for row in session.scalars(sa.select(PostingSet))}
        roles = dict(session.execute(sa.select(LedgerAccount.id, LedgerAccount.role)).all())
        rows = [
            (sets[one.posting_set_id], roles[one.ledger_account_id], one.amount.raw)
            for one in session.scalars(sa.select(Posting))
        ]
    within = [(one, role, amount) for one, role, amount in rows if start <= one.posted_on < end]
    owed = [(one, amount) for one, role, amount in rows if role is Role.RECEIVABLE and one.posted_on < end]
    asked = 0
    for one, role, amount in rows:
        if role is Role.RECEIVABLE and one.kind == "charge":
            undone = next((other for other in sets.values() if other.reverses_id == one.id), None)
            asked += amount * (start <= one.posted_on < end)
            asked -= amount * (undone is not None and start <= undone.posted_on < end)
    moved = sum(amount for one, amount in owed if one.posted_on >= start)
    return {
        "receivable": -sum(amount for _, role, amount in within if role in (Role.REVENUE, Role.TAX)),
        "tax": -sum(amount for _, role, amount in within if role is Role.TAX),
        "late_fees": -sum(amount for _, role, amount in within if role is Role.LATE_FEE),
        "arrears": sum(amount for _, amount in owed),
        "received": asked - moved,
        "sets": len({one.id for one, _, _ in within}),
    }


def assert_posted(seat: Seat, month: str) -> MonthFigures:
    """The figures of a month are what its postings say."""
    found = closing.look_at(seat, month).figures
    assert posted(seat.app, month) == {
        "receivable": found.receivable.raw,
        "tax": sum(row.tax.raw for row in found.taxes),
        "late_fees": found.late_fees.raw,
        "arrears": found.arrears.raw,
        "received": found.received.raw,
        "sets": found.sets,
    }
    return found


_STEPS = st.one_of(
    st.tuples(st.just("pay"), st.integers(0, 2), st.integers(1, 300_000)),
    st.tuples(st.just("undo payment"), st.integers(0, 2), st.just(0)),
    st.tuples(st.just("take back"), st.integers(0, 2), st.just(0)),
    st.tuples(st.just("put right"), st.integers(0, 2), st.just(0)),
    st.tuples(st.just("days"), st.integers(1, 25), st.just(0)),
)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@settings(max_examples=4, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(_STEPS, min_size=4, max_size=9))
def test_figures_equal_the_postings_whatever_is_done(
    request: pytest.FixtureRequest, kind: str, steps: list[tuple[str, int, int]]
) -> None:
    source = request.getfixturevalue("sqlite_databases" if kind == "sqlite" else "postgres_server")
    url = source.like(_tiered_hall)
    try:
        with opened(url) as app:
            seat, day = app.command_line("1"), halls.TODAY
            for what, which, amount in steps:
                if what == "days":
                    day = date.fromordinal(day.toordinal() + which)
                    on(seat, day)
                else:
                    with contextlib.suppress(Refused, StopIteration, IndexError):
                        _step(seat, what, SMALL[which], Money(amount))
            on(seat, date(day.year + day.month // 12, day.month % 12 + 1, 1))
            for month in reversed(seat.ask(closing.months)[1:]):
                code = f"{month.month:%Y-%m}"
                found = assert_posted(seat, code)
                assert_opened(seat, found)
                assert close(seat, code).figures == found
            assert app.verify() == []
    finally:
        source.drop(url)


def _step(seat: Seat, what: str, number: str, amount: Money) -> None:
    match what:
        case "pay":
            pay(seat, number, amount)
        case "undo payment":
            seat.do(ledger.reverse, halls.posting_sets(seat.app, number)[-1])
        case "take back":
            seat.do(billing.reverse_bills, ReversalOrder((bill_of(seat, number),), "a wrong read"))
        case _:
            run = billing.correct_bills(seat, CorrectionOrder("the wrong house", (bill_of(seat, number),)))
            halls.issue(seat, run.run.number)


# What stops a close


def test_a_month_is_closed_when_it_is_over(small: Seat) -> None:
    with pytest.raises(Refused, match="not over"):
        close(small, FEBRUARY)


def test_the_month_before_is_closed_first(march: Seat) -> None:
    on(march, date(2026, 4, 1))
    assert checked(march, MARCH)[Check.EARLIER] == 1
    with refused("2026-03 cannot be closed yet. Months before it not closed: 1."):
        close(march, MARCH)
    close(march, FEBRUARY)
    close(march, MARCH)


def checked(seat: Seat, month: str) -> dict[Check, int]:
    """What stands open, by its kind."""
    return {one.check: one.count for one in closing.look_at(seat, month).checks}


def test_drafts_of_the_month_stop_its_close_and_held_accounts_are_told(databases: Databases) -> None:
    with opened(databases.like(halls.drafted_hall), date(2026, 2, 5)) as app:
        seat = app.command_line("1")
        assert checked(seat, "2026-01")[Check.DRAFTS] == 3
        with refused("2026-01 cannot be closed yet. Drafts of the month not issued: 3."):
            close(seat, "2026-01")
        rows, _ = rows_of(seat, Figure("2026-01", Behind.CHECK, "drafts"))
        assert sorted(row.account_number for row in rows) == sorted(SMALL)
        assert {row.page for row in rows} == {"bills"}


def test_a_payment_without_an_answer_on_this_computer_stops_the_close(
    small_hall: str, tmp_path: Path
) -> None:
    with opened(small_hall, date(2026, 3, 2), tmp_path) as app:
        seat = app.command_line("1")
        order = PaymentOrder(SMALL[1], yuan("1.00"), yuan("1.00"))
        intent.keep(tmp_path, intent.Intent(draw_id(), "counter.take_payment", canonical.dump(order)))
        look = closing.look_at(seat, FEBRUARY)
        assert look.blocked
        with refused("2026-02 cannot be closed yet. Payments without an answer, on this computer: 1."):
            seat.do(closing.close_month, CloseOrder(FEBRUARY, look.digest, "all is well", 1))


def test_what_stands_open_is_explained(march: Seat) -> None:
    open_now = checked(march, FEBRUARY)
    assert (open_now[Check.TILLS], open_now[Check.UNPRINTED]) == (2, 1)
    with pytest.raises(Refused, match="remark"):
        close(march, FEBRUARY, remark="  ")
    rows, _ = rows_of(march, Figure(FEBRUARY, Behind.CHECK, "tills"))
    assert sorted(row.paper for row in rows) == ["Counter 1", "Counter 2"]
    for check in ("unprinted", "held", "doubtful"):
        rows, _ = rows_of(march, Figure(FEBRUARY, Behind.CHECK, check))
        assert len(rows) == open_now[Check.of(check)]


def test_nobody_closes_what_they_did_not_see(small: Seat) -> None:
    seen = closing.look_at(small, FEBRUARY)
    pay(small, SMALL[1], yuan("1.00"))
    on(small, date(2026, 3, 2))
    with pytest.raises(Refused, match="has changed since you looked"):
        small.do(closing.close_month, CloseOrder(FEBRUARY, seen.digest, "all is well"))


def test_only_who_may_close_closes(march: Seat) -> None:
    with pytest.raises(NotPermitted):
        halls.seat_of(march.app, "cashier").ask(closing.months)
    supervisor = halls.seat_of(march.app, "supervisor")
    assert close(supervisor, FEBRUARY).row.closed_by == "Supervisor"
    with pytest.raises(Refused, match="closed already"):
        close(supervisor, FEBRUARY)


# What stays out of a closed month


def test_nothing_posts_into_a_closed_month_and_what_undoes_it_posts_into_the_open_one(march: Seat) -> None:
    close(march, FEBRUARY)
    on(march, date(2026, 2, 27))
    number = bill_of(march, SMALL[1])
    for attempt in (
        lambda: pay(march, SMALL[1], yuan("1.00")),
        lambda: march.do(ledger.reverse, halls.posting_sets(march.app, SMALL[1])[0]),
        lambda: march.do(billing.reverse_bills, ReversalOrder((number,), "a wrong read")),
    ):
        with refused(
            "2026-02 is closed: nothing is posted into it any more. Book it in the open month, with the business"
            " date of today."
        ):
            attempt()
    on(march, date(2026, 3, 3))
    march.do(billing.reverse_bills, ReversalOrder((number,), "a wrong read"))
    found = closing.look_at(march, MARCH).figures
    assert found.receivable == -yuan("161.40")
    assert march.app.verify() == []


def test_raw_sql_posts_nothing_into_a_closed_month_nor_opens_it(march: Seat, small_hall: str) -> None:
    close(march, FEBRUARY)
    with raw(small_hall) as rows:
        columns = "id, entry_id, district_id, hash, kind"
        for day in ("2026-02-28", "2026-01-15"):
            with pytest.raises(REFUSED, match="its month is closed"):
                rows(
                    f"INSERT INTO ledger_posting_set ({columns}, posted_on) SELECT ?, entry_id, district_id, hash,"
                    " kind, ? FROM ledger_posting_set LIMIT 1",
                    _another_id(rows.kind), day,
                )  # fmt: skip
        for statement in (
            "UPDATE ledger_month SET closed = FALSE",
            "DELETE FROM ledger_month WHERE closed",
            "UPDATE ledger_month SET month = '2027-02-01' WHERE month = '2026-02-01'",
        ):
            with pytest.raises(REFUSED, match="stays closed"):
                rows(statement)
    assert march.app.verify() == []


def _another_id(kind: str) -> Any:
    key = draw_id()
    return key.hex if kind == "sqlite" else key


def test_verify_tells_of_a_posting_that_got_in(
    march: Seat, small_hall: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(march, FEBRUARY)
    with raw(small_hall) as rows:
        table = " ON ledger_posting_set" if rows.kind == "postgresql" else ""
        rows(f"DROP TRIGGER ledger_posting_set_month{table}")
    on(march, date(2026, 2, 27))
    # as a program that knows nothing of months
    monkeypatch.setattr("desktop.ledger.service.book._hold_month", lambda _work: None)
    pay(march, SMALL[1], yuan("1.00"))
    assert [one.code for one in march.app.verify()] == ["month_differs"]


# Two at once, on a server


@operation("closing.close", shared=True)
def close_slowly(work: Work, order: CloseOrder) -> MonthLook:
    """A close that holds its month until it is let go."""
    done = closing.close_month(work, order)
    _wait_in(work)
    return done


@operation("counter.take_payment")
def pay_slowly(work: Work, order: PaymentOrder) -> ReceiptIssued:
    """A payment that has posted, and waits before its commit."""
    done = counter.take_payment(work, order)
    work.session.flush()
    _wait_in(work)
    return done


_inside, _go_on = threading.Event(), threading.Event()


def _wait_in(_work: Work) -> None:
    _inside.set()
    assert _go_on.wait(60)


def _both(first: Callable[[], Any], second: Callable[[], Any], url: str) -> list[Any]:
    """What two answer or raise, the second begun inside the first, which ends once the second waits for a lock."""
    _inside.clear()
    _go_on.clear()
    answers: list[Any] = [None, None]

    def run(place: int, job: Callable[[], Any]) -> None:
        try:
            answers[place] = job()
        except BaseException as error:
            answers[place] = error

    threads = [threading.Thread(target=run, args=one) for one in enumerate((first, second))]
    threads[0].start()
    assert _inside.wait(60)
    threads[1].start()
    with raw(url) as rows:
        while threads[1].is_alive() and not rows.one("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            pass
    assert threads[1].is_alive(), "the second did not wait"
    _go_on.set()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture
def two(postgres_server: PostgresServer) -> Iterator[tuple[str, Seat, Seat]]:
    """A server, a till where it is still February, and a supervisor where it is March: two connections."""
    url = postgres_server.like(_tiered_hall)
    with opened(url, date(2026, 2, 28)) as till, opened(url, date(2026, 3, 1)) as office:
        yield url, till.command_line("1"), office.command_line("1")
    postgres_server.drop(url)


def test_a_close_waits_for_a_payment_under_way_and_counts_it(two: tuple[str, Seat, Seat]) -> None:
    url, till, office = two
    seen = closing.look_at(office, FEBRUARY)
    order = PaymentOrder(SMALL[1], yuan("5.00"), yuan("5.00"))
    paid, refused = _both(
        lambda: till.do(pay_slowly, order),
        lambda: office.do(closing.close_month, CloseOrder(FEBRUARY, seen.digest, "all is well")),
        url,
    )
    assert paid.amount == yuan("5.00")
    assert isinstance(refused, Refused), "the payment was seen, so this is not the month that was looked at"
    assert "has changed" in str(refused.text.message)
    found = assert_posted(office, FEBRUARY)
    assert found.received + found.late_fees == yuan("5.00")
    close(office, FEBRUARY)
    assert office.app.verify() == []


@pytest.mark.parametrize("bills", [False, True])
def test_what_posts_during_a_close_is_refused_after_it(two: tuple[str, Seat, Seat], bills: bool) -> None:
    url, till, office = two
    seen = closing.look_at(office, FEBRUARY)
    number = bill_of(till, SMALL[1])
    closed, refused = _both(
        lambda: office.do(close_slowly, CloseOrder(FEBRUARY, seen.digest, "all is well")),
        lambda: (
            till.do(billing.reverse_bills, ReversalOrder((number,), "a wrong read"))
            if bills
            else pay(till, SMALL[1], yuan("5.00"))
        ),
        url,
    )
    assert closed.figures == seen.figures == assert_posted(office, FEBRUARY)
    assert isinstance(refused, Refused), refused
    assert "is closed" in str(refused.text.message)
    assert office.app.verify() == []


def test_a_posting_of_the_open_month_does_not_wait_for_a_close(two: tuple[str, Seat, Seat]) -> None:
    _, till, office = two
    on(till, date(2026, 3, 1))
    seen = closing.look_at(office, FEBRUARY)
    _inside.clear()
    _go_on.clear()
    thread = threading.Thread(
        target=lambda: office.do(close_slowly, CloseOrder(FEBRUARY, seen.digest, "all is well"))
    )
    thread.start()
    assert _inside.wait(60)
    other = replace(till, station=till.app.command_line("2").station)
    halls.open_till(other)
    assert pay(other, SMALL[1], yuan("5.00")).amount == yuan("5.00")
    _go_on.set()
    thread.join()
    assert closing.look_at(office, FEBRUARY).figures == seen.figures


def test_a_hall_with_a_closed_month_comes_back_from_its_backup(
    march: Seat, databases: Databases, tmp_path: Path
) -> None:
    close(march, FEBRUARY)
    backup.backup(march.app.database, tmp_path / "copy.db")
    url = databases.empty()
    empty = Database(url)
    backup.restore(tmp_path / "copy.db", empty)
    empty.close()
    with opened(url, date(2026, 2, 27)) as app:
        assert app.verify() == []
        with pytest.raises(Refused, match="is closed"):
            pay(app.command_line("1"), SMALL[1], yuan("1.00"))


def test_what_instalments_and_the_bill_that_deducts_them_ask_for_counts_once(small: Seat) -> None:
    """Received is what was paid, to the cent, and receivable the bill: instalments are no revenue beside it."""
    before = closing.look_at(small, FEBRUARY).figures
    card = small.ask(desk.account_card, SMALL[2])
    asked = Money.total([one.amount for one in card.instalments if one.reversed_on is None])
    (bill,) = (one for one in card.bills if one.reversed_on is None)
    assert asked == yuan("40.00")
    owed = small.ask(ledger.dues, SMALL[2])
    assert owed.principal == bill.amount
    receipt = pay(small, SMALL[2], owed.total)
    after = closing.look_at(small, FEBRUARY).figures
    assert after.received - before.received == bill.amount
    assert after.late_fees - before.late_fees == receipt.amount - bill.amount
    assert (after.receivable, after.due) == (before.receivable, before.due)
    assert after.collected - before.collected == bill.amount
    untiered = Money.total([row.received for row in after.tiers if not row.tier])
    assert untiered - Money.total([row.received for row in before.tiers if not row.tier]) == asked
