"""Bills taken back and put right: money mirrored, reads free, another person's signature, preview equal to result."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from desktop.billing import service as billing
from desktop.billing.records import (
    START,
    Against,
    BillShown,
    BillsPage,
    Cause,
    CorrectionOrder,
    ReversalOrder,
    ReviewFlag,
    RunOutcome,
    RunState,
    SignOrder,
)
from desktop.desk import service as desk
from desktop.desk.records import AccountsOrder
from desktop.kernel.canonical import Secret
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Energy, Money
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat, draw_id
from desktop.ledger import service as ledger
from desktop.ledger.tables import Posting
from desktop.metering import service as metering
from desktop.metering.records import ReadReversalOrder
from desktop.staff import service as staff
from desktop.staff.records import OwnPassword, PasswordOrder
from tests.billing.mixed import CHANGING, MIXED, SHOP, mixed_hall
from tests.databases_server import Databases
from tests.hall import (
    JANUARY,
    SMALL,
    issue_as_shown,
    opened,
    pay,
    posting_sets,
    read,
    seat_of,
    sign,
    together,
    yuan,
)
from tests.kernel import faults
from tests.rows import changed, contents, raw

EN = catalog("en")
WHY = "wrong multiplier"


def bills_of(seat: Seat, number: str) -> list[BillShown]:
    """Every bill of an account, the newest first."""
    return [seat.ask(billing.bill, row.number) for row in seat.ask(desk.account_card, number).bills]


def newest(seat: Seat) -> str:
    return seat.ask(billing.bill_runs)[0].number


def put_right(seat: Seat, order: CorrectionOrder) -> RunOutcome:
    """Drafted, signed and issued."""
    run = billing.correct_bills(seat, order).run.number
    sign(seat, run)
    return billing.issue_run(seat, run)


def sums_to_zero(seat: Seat) -> bool:
    with seat.app.database.read() as session:
        total = session.scalar(sa.select(sa.func.sum(Posting.amount)))
        return total == Money(0) and seat.app.verify() == []


# Taken back


def test_a_bill_taken_back_is_owed_no_more_and_stays_to_be_seen(small: Seat) -> None:
    bill = bills_of(small, SMALL[1])[0]
    owed = small.ask(ledger.dues, SMALL[1])
    taken = small.do(billing.reverse_bills, ReversalOrder((bill.number,), WHY))
    assert (taken.bills, taken.amount) == (1, bill.amount)
    shown = small.ask(billing.bill, bill.number)
    assert (shown.reversed_on, shown.reversed_why) == (date(2026, 2, 5), WHY)
    assert replace(shown, reversed_on=None, reversed_why="") == bill
    dues = small.ask(ledger.dues, SMALL[1])
    assert (owed.principal, dues.principal, dues.credit) == (
        bill.amount - yuan("20.00"),
        Money(0),
        yuan("20.00"),
    )
    (row,) = small.ask(desk.account_card, SMALL[1]).bills
    assert (row.reversed_on, row.open) == (date(2026, 2, 5), Money(0))
    assert sums_to_zero(small)


def test_what_was_paid_on_it_is_credit_and_pays_the_next_bill(small: Seat) -> None:
    bill = bills_of(small, SMALL[0])[0]
    small.do(billing.reverse_bills, ReversalOrder((bill.number,), WHY))
    assert small.ask(ledger.dues, SMALL[0]).credit == bill.amount
    run = billing.run_bills(small, JANUARY).run.number
    billing.issue_run(small, run)
    assert bills_of(small, SMALL[0])[0].number == bill.number, "a bill anew waits for another person"
    draft = next(one for one in small.ask(billing.run_drafts, run) if one.account_number == SMALL[0])
    assert draft.flags == (ReviewFlag.CORRECTION,)
    beside = next(one for one in draft.compared if one.against is Against.REPLACED)
    assert (beside.number, beside.difference) == (bill.number, Money(0))
    issue_as_shown(small, run)
    again, gone = bills_of(small, SMALL[0])
    assert (again.replaces, gone.replaced_by) == (gone.number, again.number)
    assert (again.amount, again.energy, again.lines) == (bill.amount, bill.energy, bill.lines)
    dues = small.ask(ledger.dues, SMALL[0])
    assert (dues.principal, dues.credit) == (Money(0), Money(0))
    assert sums_to_zero(small)


def test_its_reads_are_free_and_may_be_taken_back(small: Seat) -> None:
    bill = bills_of(small, SMALL[1])[0]
    order = ReadReversalOrder(bill.reads[0].current_read_id, "misread")
    with pytest.raises(Refused, match="bill rests"):
        small.do(metering.reverse_read, order)
    small.do(billing.reverse_bills, ReversalOrder((bill.number,), WHY))
    small.do(metering.reverse_read, order)
    assert small.app.verify() == []


def test_it_is_taken_back_once_with_a_reason_by_who_may(small: Seat, small_hall: str) -> None:
    bill = bills_of(small, SMALL[1])[0]
    before = contents(small_hall)
    for order, error in (
        (ReversalOrder((bill.number,), " "), Refused),
        (ReversalOrder(("B-0",), WHY), NotFound),
        (ReversalOrder((), WHY), Refused),
    ):
        with pytest.raises(error):
            small.do(billing.reverse_bills, order)
    with pytest.raises(NotPermitted):
        seat_of(small.app, "cashier").do(billing.reverse_bills, ReversalOrder((bill.number,), WHY))
    assert changed(before, contents(small_hall)) == set()
    small.do(billing.reverse_bills, ReversalOrder((bill.number,), WHY))
    after = contents(small_hall)
    with pytest.raises(Refused, match="already"):
        small.do(billing.reverse_bills, ReversalOrder((bill.number,), WHY))
    assert changed(after, contents(small_hall)) == set()


def test_two_clerks_who_take_one_bill_back_at_once_take_it_back_once(small: Seat) -> None:
    order = ReversalOrder((bills_of(small, SMALL[1])[0].number,), WHY)
    other = small.app.command_line("2")
    answers = together(
        [lambda: small.do(billing.reverse_bills, order), lambda: other.do(billing.reverse_bills, order)]
    )
    assert [type(one) for one in answers].count(Refused) == 1
    dues = small.ask(ledger.dues, SMALL[1])
    assert (dues.principal, dues.credit) == (Money(0), yuan("20.00"))
    assert sums_to_zero(small)


def test_a_payment_at_the_moment_its_bill_is_taken_back_is_credit(small: Seat) -> None:
    order = ReversalOrder((bills_of(small, SMALL[1])[0].number,), WHY)
    answers = together(
        [lambda: small.do(billing.reverse_bills, order), lambda: pay(small, SMALL[1], yuan("5.00"))]
    )
    assert [one for one in answers if isinstance(one, BaseException)] == []
    dues = small.ask(ledger.dues, SMALL[1])
    assert (dues.principal, dues.credit) == (Money(0), yuan("25.00"))
    assert sums_to_zero(small)


def test_a_crash_at_any_moment_leaves_a_bill_taken_back_or_standing(small: Seat) -> None:
    order, key = ReversalOrder((bills_of(small, SMALL[1])[0].number,), WHY), draw_id()
    owed = small.ask(ledger.dues, SMALL[1])
    at, through = 0, False
    while not through:
        at += 1
        with faults.Moments(at, faults.crash).of(small.app.database):
            try:
                small.app.perform(billing.reverse_bills, order, small.actor, small.station, key)
                through = True
            except faults.Crash:
                pass
        dues = small.ask(ledger.dues, SMALL[1])
        assert (dues.principal, dues.credit) in [(owed.principal, owed.credit), (Money(0), yuan("20.00"))]
    assert at > 20
    assert (dues.principal, dues.credit) == (Money(0), yuan("20.00"))
    assert sums_to_zero(small)


def test_a_payment_of_a_bill_taken_back_may_still_be_reversed_while_its_credit_stands(small: Seat) -> None:
    bill = bills_of(small, SMALL[1])[0]
    small.do(billing.reverse_bills, ReversalOrder((bill.number,), WHY))
    small.do(ledger.reverse, posting_sets(small.app, SMALL[1])[-1])
    dues = small.ask(ledger.dues, SMALL[1])
    assert (dues.principal, dues.credit) == (Money(0), Money(0))
    assert sums_to_zero(small)


def test_a_late_fee_paid_on_it_is_credit_too(small: Seat) -> None:
    small.app.clock = type(small.app.clock)(small.app.country.zone, date(2026, 4, 1))
    owed = small.ask(ledger.dues, SMALL[1])
    assert owed.late_fee
    pay(small, SMALL[1], owed.total)
    bill = bills_of(small, SMALL[1])[0]
    small.do(billing.reverse_bills, ReversalOrder((bill.number,), WHY))
    assert small.ask(ledger.dues, SMALL[1]).credit == owed.total + yuan("20.00")  # paid in February
    assert sums_to_zero(small)


def test_a_bill_of_before_bills_had_parts_is_shown_compared_and_put_right_alike(
    small: Seat, small_hall: str
) -> None:
    """Its trace names one pricing and no determinants."""
    bill = bills_of(small, SMALL[1])[0]
    with raw(small_hall) as rows:
        rows.unguard()
        trace = json.loads(rows.one("SELECT trace FROM billing_bill WHERE number = ?", bill.number))
        old = {"pricing": trace["parts"][0]["pricing"], "reads": trace["reads"], "usage": trace["usage"]}
        rows("UPDATE billing_bill SET trace = ? WHERE number = ?", json.dumps(old), bill.number)
    assert replace(small.ask(billing.bill, bill.number), check_code=bill.check_code) == bill
    run = billing.correct_bills(small, CorrectionOrder(WHY, numbers=(bill.number,))).run.number
    (draft,) = small.ask(billing.run_drafts, run)
    other = draft.against(Against.REPLACED)
    assert other is not None
    assert (other.difference, other.causes) == (Money(0), ())
    sign(small, run)
    billing.issue_run(small, run)
    again, gone = bills_of(small, SMALL[1])
    assert (again.lines, again.replaces, gone.replaced_by) == (bill.lines, bill.number, again.number)


# Put right


def test_who_set_a_password_does_not_sign_with_it(small: Seat) -> None:
    bill = bills_of(small, SMALL[1])[0]
    run = billing.correct_bills(small, CorrectionOrder(WHY, numbers=(bill.number,))).run.number
    first, own = Secret("three words here"), Secret("now it is mine")
    small.do(staff.set_password, PasswordOrder("supervisor", first))
    seized = small.app.sign_in("supervisor", first, "1")
    staff.change_own_password(seized, OwnPassword(first, own))
    order = SignOrder(run, tuple(one.account_id for one in small.ask(billing.run_drafts, run)))
    with pytest.raises(Refused, match="the password of one of you two"):
        seized.do(billing.sign_drafts, order)


def test_a_correction_replaces_a_bill_after_another_person_signed(small: Seat) -> None:
    bill = bills_of(small, SMALL[1])[0]
    drafted = billing.correct_bills(small, CorrectionOrder(WHY, numbers=(bill.number,)))
    run = drafted.run.number
    assert (drafted.run.correction, drafted.run.ready, drafted.run.unsigned) == (WHY, 1, 1)
    (draft,) = small.ask(billing.run_drafts, run)
    assert (draft.replaces, draft.flags, draft.unsigned) == (bill.number, (ReviewFlag.CORRECTION,), True)
    other = draft.against(Against.REPLACED)
    assert other is not None
    assert (other.amount, other.difference, other.causes) == (bill.amount, Money(0), ())
    assert billing.issue_run(small, run).run.issued == 0
    with pytest.raises(Refused, match="Another person"):
        small.do(billing.sign_drafts, SignOrder(run, (draft.account_id,)))  # type: ignore[arg-type]  # of any kind
    assert sign(small, run) == 1
    issued = billing.issue_run(small, run)
    assert (issued.run.issued, issued.run.state, issued.held) == (1, RunState.ISSUED, ())
    again, gone = bills_of(small, SMALL[1])
    assert (again.replaces, gone.reversed_why) == (bill.number, WHY)
    assert (again.amount, again.lines, again.reads) == (bill.amount, bill.lines, bill.reads)
    dues = small.ask(ledger.dues, SMALL[1])
    assert (dues.principal, dues.credit) == (bill.amount - yuan("20.00"), Money(0))
    assert sums_to_zero(small)


def test_drafted_anew_it_waits_for_a_signature_again(small: Seat) -> None:
    bill = bills_of(small, SMALL[1])[0]
    run = billing.correct_bills(small, CorrectionOrder(WHY, numbers=(bill.number,))).run.number
    sign(small, run)
    again = billing.draft_again(small, run)
    assert (again.run.ready, again.run.unsigned) == (1, 0)  # the same input by the same maker stays signed
    other = seat_of(small.app, "supervisor")
    assert billing.draft_again(other, run).run.unsigned == 1
    with pytest.raises(Refused, match="Another person"):
        sign(small, run)


def test_a_wrong_read_is_put_right_and_the_difference_says_so(small: Seat) -> None:
    bill = bills_of(small, SMALL[1])[0]
    small.do(billing.reverse_bills, ReversalOrder((bill.number,), "misread"))
    small.do(metering.reverse_read, ReadReversalOrder(bill.reads[0].current_read_id, "misread"))
    read(small, (SMALL[1],), date(2026, 1, 31), 280)
    run = billing.run_bills(small, JANUARY).run.number
    sign(small, run)
    billing.issue_run(small, run)
    again, _ = bills_of(small, SMALL[1])
    assert (again.energy, bill.energy) == (Energy.of(280), Energy.of(300))
    why = small.ask(billing.why_different, (bill.number, again.number))
    assert [(one.cause, one.amount) for one in why.causes] == [(Cause.USAGE, again.amount - bill.amount)]
    assert sums_to_zero(small)


def test_a_bill_taken_back_meanwhile_is_held_and_nothing_is_doubled(small: Seat) -> None:
    bill = bills_of(small, SMALL[1])[0]
    run = billing.correct_bills(small, CorrectionOrder(WHY, numbers=(bill.number,))).run.number
    sign(small, run)
    small.do(billing.reverse_bills, ReversalOrder((bill.number,), WHY))
    issued = billing.issue_run(small, run)
    assert (issued.run.issued, issued.run.held) == (0, 1)
    assert issued.held[0].reason is not None
    assert EN(issued.held[0].reason) == "The bill was taken back meanwhile."
    with pytest.raises(Refused, match="already"):
        billing.correct_bills(small, CorrectionOrder(WHY, numbers=(bill.number,)))
    assert sums_to_zero(small)


@pytest.fixture
def mixed(databases: Databases, tmp_path: Path) -> Iterator[Seat]:
    """The hall of mixed accounts with January billed."""
    with opened(databases.like(mixed_hall), intents=tmp_path / "under_way") as app:
        seat = app.command_line("1")
        billing.issue_run(seat, billing.run_bills(seat, JANUARY).run.number)
        yield seat


def test_a_route_is_put_right_and_the_preview_equals_the_result(mixed: Seat) -> None:
    """Every account of the route is rated anew; only those whose price was wrong come out otherwise."""
    owed = {row.number: row.owed for row in mixed.ask(desk.accounts, AccountsOrder())}
    drafted = billing.correct_bills(mixed, CorrectionOrder(WHY, period="2026-01", route="R1"))
    assert (drafted.run.ready, drafted.held) == (len(MIXED), ())
    preview = {row.account_number: row for row in mixed.ask(billing.run_drafts, drafted.run.number)}
    sign(mixed, drafted.run.number)
    issued = billing.issue_run(mixed, drafted.run.number)
    assert (issued.run.issued, issued.run.amount) == (len(MIXED), drafted.run.amount)
    for number, row in preview.items():
        again, gone = bills_of(mixed, number)
        assert (again.amount, again.energy, again.lines) == (row.amount, row.energy, gone.lines)
        other = row.against(Against.REPLACED)
        assert other is not None
        assert other.difference == again.amount - gone.amount
    after = {row.number: row.owed for row in mixed.ask(desk.accounts, AccountsOrder())}
    assert after == owed
    bills = mixed.ask(billing.bills_of_run, BillsPage(drafted.run.number, START, 100))
    assert {bill.account_number for bill in bills.bills} == {one.number for one in MIXED}
    assert sums_to_zero(mixed)


PRICE = (
    "UPDATE tariffs_component SET parameters = replace(parameters, '{old}', '{new}')"
    " WHERE version_id = (SELECT id FROM tariffs_version WHERE code = 'CHANGING-2')"
)


def test_a_wrong_price_stands_out_and_a_mass_rebill_puts_it_right(
    databases: Databases, tmp_path: Path
) -> None:
    url, order = databases.like(mixed_hall), CorrectionOrder(WHY, period="2026-01", tariff="CHANGING")
    with raw(url) as rows:
        rows.unguard()
        rows(PRICE.format(old="0.6832", new="0.9832"))
    with opened(url, intents=tmp_path / "under_way") as app:
        seat = app.command_line("1")
        billing.issue_run(seat, billing.run_bills(seat, JANUARY).run.number)
        wrong = bills_of(seat, CHANGING.number)[0]
    with raw(url) as rows:
        rows.unguard()
        rows(PRICE.format(old="0.9832", new="0.6832"))
    with opened(url, intents=tmp_path / "under_way") as app:
        seat = app.command_line("1")
        run = billing.correct_bills(seat, order).run.number
        preview = {row.account_number: row.amount for row in seat.ask(billing.run_drafts, run)}
        sign(seat, run)
        billing.issue_run(seat, run)
        right = bills_of(seat, CHANGING.number)[0]
        assert (wrong.amount, right.amount) == (yuan("530.08"), yuan("416.08"))
        assert {number: bills_of(seat, number)[0].amount for number in preview} == preview
        assert seat.ask(ledger.dues, CHANGING.number).principal == right.amount
        assert sums_to_zero(seat)


def test_bills_are_chosen_by_tariff_and_month(mixed: Seat) -> None:
    order = CorrectionOrder(WHY, period="2026-01", tariff="CHANGING")
    drafted = billing.correct_bills(mixed, order)
    assert {row.account_number for row in mixed.ask(billing.run_drafts, drafted.run.number)} == {
        one.number for one in MIXED if one.tariff == "CHANGING"
    }
    for wrong in (
        CorrectionOrder(WHY),
        CorrectionOrder(WHY, period="2026-01"),
        CorrectionOrder(" ", period="2026-01", route="R1"),
        CorrectionOrder(WHY, period="2026-13", route="R1"),
    ):
        with pytest.raises(Refused):
            billing.correct_bills(mixed, wrong)
    for unknown in (
        CorrectionOrder(WHY, period="2026-01", route="R9"),
        CorrectionOrder(WHY, numbers=("B-0",)),
    ):
        with pytest.raises(NotFound):
            billing.correct_bills(mixed, unknown)


def test_a_bill_put_right_twice_is_a_chain(mixed: Seat) -> None:
    first = bills_of(mixed, SHOP.number)[0]
    for _ in range(2):
        put_right(mixed, CorrectionOrder(WHY, numbers=(bills_of(mixed, SHOP.number)[0].number,)))
    third, second, gone = bills_of(mixed, SHOP.number)
    assert (gone.number, gone.replaced_by, second.replaced_by, third.reversed_on) == (
        first.number,
        second.number,
        third.number,
        None,
    )
    assert mixed.ask(ledger.dues, SHOP.number).principal == first.amount
    assert sums_to_zero(mixed)


def test_a_reversal_and_a_rebill_of_unchanged_input_give_the_same_bill(mixed: Seat) -> None:
    for one in MIXED:
        before = bills_of(mixed, one.number)[0]
        put_right(mixed, CorrectionOrder(WHY, numbers=(before.number,)))
        after = bills_of(mixed, one.number)[0]
        same = ("lines", "parts", "amount", "tax", "energy", "reads", "notes", "usage", "basis", "tiers")
        assert [getattr(after, name) for name in same] == [getattr(before, name) for name in same]
    assert sums_to_zero(mixed)
