"""Bill runs on a real hall: drafts and bills alike, held with a reason, whole chunks whatever happens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa

from desktop import sample
from desktop.billing import service as billing
from desktop.billing.records import START, BillShown, BillsPage, DraftState, RunState
from desktop.desk import service as desk
from desktop.desk.records import AccountsOrder
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Energy, Money, Reading
from desktop.kernel.period import Period
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.ledger import service as ledger
from desktop.ledger.tables import OpenItem, PostingSet
from desktop.metering import service as metering
from desktop.metering.records import ReadRow
from tests import hall as halls
from tests.databases_server import Databases, goes_on_from
from tests.hall import (
    JANUARY,
    SMALL,
    accept_waiting,
    account_number,
    ask_for_re_reads,
    issue,
    january_sheet,
    opened,
    pay,
    read,
    sign,
    together,
    yuan,
)
from tests.kernel import faults
from tests.rows import changed, contents, raw, tally

EN = catalog("en")


@pytest.fixture
def ready(seat: Seat, tmp_path: Path) -> Seat:
    """The sample hall with January read."""
    metering.import_sheet(seat, january_sheet(tmp_path))
    return seat


def january_bills(url: str) -> int:
    with raw(url) as rows:
        return int(rows.one("SELECT count(*) FROM billing_bill WHERE period_start = '2026-01-01'"))


def shown(seat: Seat, run: str) -> tuple[BillShown, ...]:
    """Every bill of a run."""
    return seat.ask(billing.bills_of_run, BillsPage(run, START, 100)).bills


def newest(seat: Seat) -> str:
    return seat.ask(billing.bill_runs)[0].number


# Drafts and bills


def test_drafts_owe_nothing_and_bills_equal_them(ready: Seat, sample_hall: str) -> None:
    owed = {row.number: row.owed for row in ready.ask(desk.accounts, AccountsOrder())}
    run = billing.run_bills(ready, JANUARY)
    assert (run.run.state, run.run.accounts, run.run.ready, run.held) == (RunState.DRAFTED, 50, 50, ())
    assert {row.number: row.owed for row in ready.ask(desk.accounts, AccountsOrder())} == owed
    assert january_bills(sample_hall) == 0
    drafts = ready.ask(billing.run_drafts, run.run.number)
    issued = issue(ready, run.run.number)
    assert (issued.run.state, issued.run.issued, issued.held) == (RunState.ISSUED, 50, ())
    assert (issued.run.energy, issued.run.amount) == (run.run.energy, run.run.amount)
    bills = {bill.account_number: bill for bill in shown(ready, run.run.number)}
    assert [(one.account_number, one.energy, one.amount) for one in drafts] == [
        (number, bill.energy, bill.amount) for number, bill in bills.items()
    ]
    after = {row.number: row.owed for row in ready.ask(desk.accounts, AccountsOrder())}
    assert {number: after[number] - owed[number] for number in owed} == {
        number: bill.amount for number, bill in bills.items()
    }
    assert ready.app.verify() == []


def test_a_server_knows_how_large_the_tables_are_that_a_run_reads(ready: Seat, sample_hall: str) -> None:
    """A hall that was taken in a moment ago would be read from end to end for each part of the run."""
    billing.run_bills(ready, JANUARY)
    asked = "SELECT reltuples FROM pg_class WHERE relname = 'metering_register'"
    with raw(sample_hall) as rows:
        assert rows.kind == "sqlite" or rows.one(asked) == tally(rows, "metering_register") > 0


def test_each_bill_is_the_sum_of_its_lines_and_each_line_is_explained(billed: Seat) -> None:
    bills = shown(billed, newest(billed))
    assert len(bills) == 50
    for bill in bills:
        assert bill.amount == Money.total([line.amount for line in bill.lines])
        assert bill.energy == Energy.total([one.energy for one in bill.reads])
        for one in bill.reads:
            assert (one.current.decimal - one.previous.decimal) * one.multiplier.decimal == one.energy.decimal
        for line in bill.lines:
            assert line.explanation, (bill.number, line)
            if line.energy is not None and line.price is not None:
                exact = line.energy.decimal * line.price.decimal * 100
                assert abs(line.amount.raw - exact) <= Decimal("0.5")
        assert bill.basis.notice
        assert bill.basis.valid_from <= bill.period.start
        assert bill.tax_percent == 13
        assert bill.tax.raw == round(bill.amount.raw * Decimal(13) / Decimal(113))


def test_the_reads_of_a_bill_are_the_stored_ones(billed: Seat) -> None:
    bills = {bill.account_number: bill for bill in shown(billed, newest(billed))}
    for row in sample.january_reads():
        (one,) = bills[row.account_number].reads
        assert (one.meter_serial, one.current, one.source, one.reader) == (
            row.meter_serial,
            row.value,
            row.source,
            row.reader,
        )
        assert one.current_at.date() in (date(2026, 1, 31), date(2026, 2, 1))


def test_thirteen_months_are_shown_and_the_last_is_the_billed_one(billed: Seat) -> None:
    for bill in shown(billed, newest(billed)):
        assert len(bill.usage) == 13
        assert (bill.usage[-1].month, bill.usage[-1].energy) == (date(2026, 1, 1), bill.energy)
        assert bill.usage[0].month == date(2025, 1, 1)


def test_the_account_card_agrees_with_bills_and_dues(billed: Seat) -> None:
    bills = {bill.account_number: bill for bill in shown(billed, newest(billed))}
    for row in billed.ask(desk.accounts, AccountsOrder()):
        card, dues = billed.ask(desk.account_card, row.number), billed.ask(ledger.dues, row.number)
        bill, line = bills[row.number], card.bills[0]
        assert (line.number, line.amount, line.energy, line.due_on) == (
            bill.number,
            bill.amount,
            bill.energy,
            bill.due_on,
        )
        assert card.dues == dues
        assert card.row == row
        assert dues.principal == row.owed == Money.total([one.open for one in card.bills])
        assert {item.bill_number: item.principal for item in dues.items} == {
            one.number: one.open for one in card.bills if one.open
        }
        assert card.accumulated == bill.energy  # January is the first month of its year
        assert card.usage[-1] == bill.usage[-1]
        assert bill.arrears == Money.total([i.principal for i in dues.items if i.month < JANUARY.start])


def test_an_account_without_use_gets_a_bill_of_zero_and_owes_nothing(billed: Seat) -> None:
    number = account_number(12)
    (bill,) = (bill for bill in shown(billed, newest(billed)) if bill.account_number == number)
    assert (bill.energy, bill.amount, bill.tax) == (Energy(0), Money(0), Money(0))
    assert billed.ask(ledger.dues, number).items == ()
    with billed.app.database.read() as session:
        assert session.scalar(sa.select(OpenItem).filter_by(source_number=bill.number)) is None


def test_bill_numbers_follow_the_walking_order_without_a_gap(billed: Seat) -> None:
    bills = shown(billed, newest(billed))
    assert sorted(bill.number for bill in bills) == [bill.number for bill in bills]
    assert len({bill.number[:-6] for bill in bills}) == 1
    assert [int(bill.number[-6:]) for bill in bills] == list(range(51, 101))  # December took 1 … 50
    assert [bill.account_number for bill in bills] == [row.account_number for row in sample.january_reads()]


def test_a_bill_is_found_by_its_number_alone(billed: Seat) -> None:
    bill = shown(billed, newest(billed))[3]
    assert billed.ask(billing.bill, f" {bill.number} ") == bill
    with pytest.raises(NotFound):
        billed.ask(billing.bill, "B-0")


# Steps of the year


def _sheet(day: date, more: int) -> list[ReadRow]:
    return [replace(row, read_on=day, value=row.value + Reading.of(more)) for row in sample.january_reads()]


def test_steps_of_the_year_go_on_where_the_month_before_ended(billed_hall: str, tmp_path: Path) -> None:
    with opened(billed_hall, date(2026, 3, 5)) as app:
        seat = app.command_line("1")
        january = {bill.account_number: bill for bill in shown(seat, newest(seat))}
        ask_for_re_reads(seat)
        metering.import_sheet(seat, january_sheet(tmp_path, _sheet(date(2026, 2, 28), 1500), "february.xlsx"))
        accept_waiting(seat)
        run = billing.run_bills(seat, Period.month("2026-02"))
        assert (run.held, run.run.unsigned) == ((), 49)  # 1,500 kWh are a jump for all but the largest
        assert billing.issue_run(seat, run.run.number).run.issued == 1
        assert sign(seat, run.run.number) == 49
        billing.issue_run(seat, run.run.number)
        crossed = 0
        for bill in shown(seat, run.run.number):
            before = january[bill.account_number]
            tiered = [line for line in bill.lines if line.accumulated]
            assert tiered[0].accumulated[0] == before.energy
            assert tiered[-1].accumulated[1] == before.energy + bill.energy
            for line, after in pairwise(tiered):
                assert line.accumulated[1] == after.accumulated[0]
            crossed += len({line.price for line in tiered}) > 1
            card = seat.ask(desk.account_card, bill.account_number)
            assert card.accumulated == before.energy + bill.energy  # where March begins
        assert crossed
        assert app.verify() == []


def test_the_first_month_of_a_year_begins_at_nothing(billed: Seat) -> None:
    for bill in shown(billed, newest(billed)):
        tiered = [line.accumulated for line in bill.lines if line.accumulated]
        assert tiered[0][0] == Energy(0)
        assert tiered[-1][1] == bill.energy


# Held


def test_an_account_without_a_read_is_held_with_the_reason_and_billed_later(
    seat: Seat, sample_hall: str, tmp_path: Path
) -> None:
    rows = sample.january_reads()
    left_out = rows.pop(5)
    metering.import_sheet(seat, january_sheet(tmp_path, rows))
    run = billing.run_bills(seat, JANUARY)
    (held,) = run.held
    assert (held.account_number, held.state, held.amount) == (
        left_out.account_number,
        DraftState.HELD,
        Money(0),
    )
    assert EN(held.reason) == "No read in 2026-01: import the sheet, or estimate."
    issued = issue(seat, run.run.number)
    assert (issued.run.issued, issued.run.held, january_bills(sample_hall)) == (49, 1, 49)
    metering.import_sheet(seat, january_sheet(tmp_path, [left_out], "late.xlsx"))
    again = billing.run_bills(seat, JANUARY)
    assert (again.run.number, again.run.ready, again.held) == (run.run.number, 1, ())
    issued = issue(seat, again.run.number)
    assert (issued.run.issued, january_bills(sample_hall)) == (50, 50)
    assert seat.app.verify() == []


def test_an_account_whose_inputs_changed_after_the_draft_is_held_and_not_billed(
    ready: Seat, sample_hall: str
) -> None:
    run = billing.run_bills(ready, JANUARY)
    row = sample.january_reads()[9]
    with raw(sample_hall) as rows:
        rows.unguard()
        rows(
            "UPDATE metering_read SET value = value + 1000 WHERE value = ? AND read_on = '2026-01-31'",
            row.value.raw,
        )
    issued = issue(ready, run.run.number)
    assert (issued.run.issued, issued.run.held) == (49, 1)
    (held,) = issued.held
    assert held.account_number == row.account_number
    assert EN(held.reason).startswith("Reads, contract or price changed after the draft")
    again = billing.run_bills(ready, JANUARY)
    assert (again.run.number, again.run.ready, again.held) == (run.run.number, 1, ())
    assert issue(ready, run.run.number).run.issued == 50


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE tariffs_version SET valid_from = '2026-02-01'", "No price is in force for 2026-01"),
        ("UPDATE tariffs_version SET valid_to = '2026-01-01'", "No price is in force for 2026-01"),
        ("UPDATE tariffs_version SET valid_from = '2026-01-10'", ""),
        ("UPDATE tariffs_version SET valid_to = '2026-01-10'", ""),
        (
            "UPDATE metering_read SET value = value + 900000 WHERE read_on = '2025-12-31'",
            "Usage is negative: check both reads and the meter.",
        ),
        (
            "DELETE FROM metering_read WHERE read_on = '2025-12-31'",
            "No read before 2026-01: enter the opening read.",
        ),
        ("DELETE FROM metering_read WHERE read_on = '2026-01-31'", "No read in 2026-01: import the sheet"),
    ],
    ids=[
        "price begins later",
        "price ended before",
        "price begins inside",
        "price ends inside",
        "negative usage",
        "no read before",
        "no read",
    ],
)
def test_what_cannot_be_billed_is_held_with_the_reason(
    small: Seat, small_hall: str, statement: str, reason: str
) -> None:
    with raw(small_hall) as rows:
        rows.unguard()
        for table in ("billing_line", "billing_bill", "billing_draft"):
            rows(f"DELETE FROM {table}")
        rows(statement)
    run = billing.run_bills(small, JANUARY)
    assert (run.run.ready, len(run.held)) == (0, 3)
    for one in run.held:
        assert one.reason is not None
        assert EN(one.reason).startswith(reason)
        assert (one.energy, one.amount) == (Energy(0), Money(0))


def test_a_contract_that_ended_before_the_month_is_not_billed(small: Seat, small_hall: str) -> None:
    with raw(small_hall) as rows:
        rows.unguard()
        for table in ("billing_line", "billing_bill", "billing_draft"):
            rows(f"DELETE FROM {table}")
        rows("UPDATE contracts_contract SET valid_to = '2026-01-01' WHERE number LIKE '%000001'")
    assert billing.run_bills(small, JANUARY).run.accounts == 2


def test_a_month_that_is_not_over_is_refused(seat: Seat) -> None:
    with pytest.raises(Refused, match="not over"):
        billing.run_bills(seat, Period.month("2026-02"))


def test_a_month_billed_for_everybody_is_refused(billed: Seat, billed_hall: str) -> None:
    before = contents(billed_hall)
    with pytest.raises(Refused, match="billed"):
        billing.run_bills(billed, JANUARY)
    assert changed(before, contents(billed_hall)) == set()


def test_issuing_an_issued_run_again_changes_nothing(billed: Seat, billed_hall: str) -> None:
    before = contents(billed_hall)
    again = billing.issue_run(billed, newest(billed))
    assert (again.run.state, again.run.issued) == (RunState.ISSUED, 50)
    assert changed(before, contents(billed_hall)) == set()
    with pytest.raises(NotFound):
        billing.issue_run(billed, "R-0")


def test_a_run_may_be_drafted_anew_before_it_is_issued(ready: Seat) -> None:
    first, again = billing.run_bills(ready, JANUARY), billing.run_bills(ready, JANUARY)
    assert again == first


def test_a_cashier_neither_drafts_nor_issues(ready: Seat, sample_hall: str) -> None:
    run = billing.run_bills(ready, JANUARY).run.number
    cashier, before = ready.app.sign_in("lin", sample.PASSWORD, "1"), contents(sample_hall)
    with pytest.raises(NotPermitted):
        billing.run_bills(cashier, JANUARY)
    with pytest.raises(NotPermitted):
        billing.issue_run(cashier, run)
    assert changed(before, contents(sample_hall)) == set()


# Credit


def test_credit_is_used_for_the_new_bill_at_once(small: Seat) -> None:
    pay(small, SMALL[0], yuan("500.00"))
    small.app.clock = type(small.app.clock)(small.app.country.zone, date(2026, 3, 5))
    read(small, SMALL, date(2026, 2, 28), 400)
    run = billing.run_bills(small, Period.month("2026-02"))
    sign(small, run.run.number)
    billing.issue_run(small, run.run.number)
    (bill,) = (one for one in shown(small, run.run.number) if one.account_number == SMALL[0])
    dues = small.ask(ledger.dues, SMALL[0])
    assert (bill.credit, bill.arrears) == (yuan("500.00"), Money(0))
    assert (dues.items, dues.credit) == ((), yuan("500.00") - bill.amount)
    with small.app.database.read() as session:
        assert "credit_used" in set(session.scalars(sa.select(PostingSet.kind)))
    assert small.app.verify() == []


# Stopped, killed, twice at once


def test_a_stopped_run_and_a_stopped_issue_say_where_and_go_on(ready: Seat, sample_hall: str) -> None:
    with faults.small_chunks(10):
        stopped = billing.run_bills(ready, JANUARY, lambda done, _total: done < 20)
        assert (stopped.stopped_after, stopped.run.ready, stopped.run.state) == (20, 20, RunState.DRAFTING)
        number = stopped.run.number
        done = billing.run_bills(ready, JANUARY)
        assert (done.run.number, done.stopped_after, done.run.ready) == (number, 0, 50)
        sign(ready, number)
        stopped = billing.issue_run(ready, number, lambda done, _total: done < 30)
        assert (stopped.stopped_after, stopped.run.issued, january_bills(sample_hall)) == (30, 30, 30)
        assert stopped.run.state is RunState.ISSUING
        done = billing.issue_run(ready, number)
    assert (done.stopped_after, done.run.issued, january_bills(sample_hall)) == (0, 50, 50)
    assert ready.app.verify() == []


def test_a_run_stopped_in_the_middle_is_finished_after_its_ready_part_was_issued(
    ready: Seat, sample_hall: str
) -> None:
    with faults.small_chunks(10):
        stopped = billing.run_bills(ready, JANUARY, lambda done, _total: done < 20)
        issue(ready, stopped.run.number)
        assert january_bills(sample_hall) == 20
        done = billing.run_bills(ready, JANUARY)
        assert (done.run.number, done.run.ready, done.run.issued) == (stopped.run.number, 30, 20)
        issue(ready, done.run.number)
    assert january_bills(sample_hall) == 50
    bills = shown(ready, stopped.run.number)
    assert [bill.account_number for bill in bills] == [row.account_number for row in sample.january_reads()]
    assert ready.app.verify() == []


JOBS = {"draft": (halls.read_hall, faults.draft), "issue": (halls.drafted_hall, faults.issue)}


def _given(url: str, job: faults.Job) -> tuple[str, ...]:
    if job is faults.draft:
        return ()
    with opened(url) as app:
        return (newest(app.command_line("1")),)


def _moments(databases: Databases, name: str) -> list[str]:
    prepare, job = JOBS[name]
    url = databases.like(prepare)
    with opened(url) as app:
        return faults.moments(app.command_line("1"), job, *_given(url, job))


def _resumes(url: str) -> None:
    """After whatever happened, each account is billed or not, and the same run goes on."""
    with raw(url) as rows:
        issued = rows.one("SELECT count(*) FROM billing_draft WHERE state = 'issued'")
    assert issued == january_bills(url)
    with opened(url) as app, faults.small_chunks(1):
        seat = app.command_line("1")
        if issued < 3:
            run = billing.run_bills(seat, JANUARY)
            assert (run.run.ready, run.run.issued, run.held) == (3 - issued, issued, ())
            billing.issue_run(seat, run.run.number)
        assert january_bills(url) == 3
        (run_row,) = seat.ask(billing.bill_runs)
        assert (run_row.state, run_row.issued) == (RunState.ISSUED, 3)
        assert [bill.account_number for bill in shown(seat, run_row.number)] == list(SMALL)
        assert app.verify() == []


SPARED = 8
"""A lease prolonged within one second writes nothing, so that a run may have some moments less than the one counted."""


@pytest.mark.parametrize("name", JOBS)
def test_a_crash_at_any_moment_leaves_whole_chunks_and_the_run_resumes(
    databases: Databases, name: str
) -> None:
    prepare, job = JOBS[name]
    count = len(_moments(databases, name)) - SPARED
    for at in range(1, count + 1, count // 8):
        url = databases.like(prepare)
        with opened(url) as app:
            seat, given = app.command_line("1"), _given(url, job)
            with faults.Moments(at, faults.crash).of(app.database), pytest.raises(faults.Crash):
                job(seat, *given)
        _resumes(url)


def _kill(databases: Databases, name: str, folder: Path, moments: Sequence[int]) -> None:
    prepare, job = JOBS[name]
    for at in moments:
        url = databases.like(prepare)
        assert faults.killed(url, folder, at, job, *_given(url, job))
        _resumes(url)


@pytest.mark.parametrize("name", JOBS)
def test_kill_9_leaves_whole_chunks_and_the_run_resumes(
    databases: Databases, name: str, tmp_path: Path
) -> None:
    names = _moments(databases, name)
    commits = [place for place, one in enumerate(names, 1) if one == "before COMMIT"]
    _kill(databases, name, tmp_path, [commits[1] - 9, commits[1], commits[-2] + 1])


@pytest.mark.trial
@pytest.mark.parametrize("name", JOBS)
def test_kill_9_at_every_moment_leaves_whole_chunks_and_the_run_resumes(
    databases: Databases, name: str, tmp_path: Path
) -> None:
    _kill(databases, name, tmp_path, range(1, len(_moments(databases, name)) + 1))


@goes_on_from(halls.sample_hall)
def fifty_read(url: str) -> None:
    """The sample hall with January read."""
    with opened(url) as app, TemporaryDirectory() as folder:
        metering.import_sheet(app.command_line(), january_sheet(Path(folder)))


@goes_on_from(fifty_read)
def fifty_drafted(url: str) -> None:
    """The sample hall with January read, drafted, and signed where it waits for that."""
    with opened(url) as app:
        seat = app.command_line()
        sign(seat, billing.run_bills(seat, JANUARY).run.number)


def test_a_run_issued_twice_at_once_bills_each_account_once(databases: Databases) -> None:
    url = databases.like(fifty_drafted)
    with opened(url) as one, opened(url) as two, faults.small_chunks(10):
        seats = [one.command_line("1"), two.command_line("2")]
        number = newest(seats[0])
        answers = together([lambda seat=seat: billing.issue_run(seat, number) for seat in seats])
        assert [type(answer).__name__ for answer in answers] == ["RunOutcome"] * 2, answers
        assert january_bills(url) == 50
        assert one.verify() == []


def test_a_run_started_twice_at_once_is_one_run(databases: Databases) -> None:
    url = databases.like(fifty_read)
    with opened(url) as one, opened(url) as two, faults.small_chunks(10):
        seats = [one.command_line("1"), two.command_line("2")]
        answers = together([lambda seat=seat: billing.run_bills(seat, JANUARY) for seat in seats])
        assert [type(answer).__name__ for answer in answers] == ["RunOutcome"] * 2, answers
        assert len({answer.run.number for answer in answers}) == 1
        run = billing.run_bills(seats[0], JANUARY)
        assert (run.run.accounts, run.run.ready) == (50, 50)
        issue(seats[0], run.run.number)
        assert january_bills(url) == 50
        assert one.verify() == []


def test_a_payment_while_bills_are_issued_is_neither_lost_nor_doubled(databases: Databases) -> None:
    url = databases.like(fifty_drafted)
    with opened(url) as one, opened(url) as two, faults.small_chunks(10):
        seat, till = one.command_line("1"), halls.open_till(two.command_line("2"))
        numbers = [account_number(place) for place in (1, 11, 21, 31, 41)]
        before = {number: till.ask(ledger.dues, number).principal for number in numbers}
        answers = together(
            [
                lambda: billing.issue_run(seat, newest(seat)),
                *(lambda number=number: pay(till, number, yuan("1.00")) for number in numbers),
            ]
        )
        assert not [answer for answer in answers if isinstance(answer, BaseException)]
        bills = {bill.account_number: bill.amount for bill in shown(seat, newest(seat))}
        for number in numbers:
            dues = till.ask(ledger.dues, number)
            fees = before[number] + bills[number] - yuan("1.00") - (dues.principal - dues.credit)
            assert Money(-100) <= fees <= Money(0)  # what of the yuan went to a late fee
        assert one.verify() == []


# Printing


def test_a_run_is_printed_into_one_file_of_a_page_a_bill(billed: Seat, tmp_path: Path) -> None:
    out = tmp_path / "bills.pdf"
    told: list[tuple[int, int]] = []
    assert billing.print_run(billed, newest(billed), out, lambda *done: not told.append(done)) == 50
    assert out.read_bytes().startswith(b"%PDF")
    assert told[-1] == (50, 50)


def test_every_bill_is_printed_once_in_walking_order_though_the_run_was_issued_in_parts(
    databases: Databases, tmp_path: Path
) -> None:
    url = databases.like(halls.drafted_hall)
    with opened(url) as app, faults.small_chunks(1):
        seat = app.command_line("1")
        number = newest(seat)
        billing.issue_run(seat, number, lambda *_: False)
        assert january_bills(url) == 1
        halls.connect(seat, ["330100000000"])  # one more, first on the route
        read(seat, ["330100000000"], JANUARY.last, 10)
        billing.run_bills(seat, JANUARY)
        billing.issue_run(seat, number)
        pages, after, found = 0, seat.ask(billing.bills_of_run, BillsPage(number, START, 0)).last, []
        while pages < 9:
            page = seat.ask(billing.bills_of_run, BillsPage(number, after, 1))
            found += [bill.account_number for bill in page.bills]
            pages, after = pages + 1, page.last
        assert sorted(found) == ["330100000000", *SMALL]
        assert billing.print_run(seat, number, tmp_path / "bills.pdf") == 4


def test_a_run_without_bills_prints_nothing(ready: Seat, tmp_path: Path) -> None:
    run = billing.run_bills(ready, JANUARY)
    with pytest.raises(Refused):
        billing.print_run(ready, run.run.number, tmp_path / "bills.pdf")
    assert list(tmp_path.glob("bills*")) == []


def test_a_stopped_print_leaves_no_file(billed: Seat, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        billing.print_run(billed, newest(billed), tmp_path / "bills.pdf", lambda *_: False)
    assert list(tmp_path.glob("*bills*")) == []
