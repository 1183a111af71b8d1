"""Bills by instalment: parts asked for before the bill, deducted by it; every cent counted once at every moment."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.app import App
from desktop.billing import service as billing
from desktop.billing.documents import write_bills
from desktop.billing.records import (
    CollectiveOrder,
    CorrectionOrder,
    FinalOrder,
    InstalmentPart,
    InstalmentReversalOrder,
    InstalmentShown,
    InstalmentsIssued,
    InstalmentsOrder,
    PlanOrder,
    ReversalOrder,
)
from desktop.contracts import service as contracts
from desktop.contracts.records import ContractEnd, GroupOrder
from desktop.desk import service as desk
from desktop.desk.records import BillRow
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Money
from desktop.kernel.period import Period
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.ledger import service as ledger
from desktop.ledger.records import ItemKind
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.hall import (
    JANUARY,
    SMALL,
    connected_hall,
    issue,
    issue_as_shown,
    opened,
    pay,
    read,
    read_hall,
    seat_of,
    together,
    yuan,
)
from tests.hall import open_till as with_till
from tests.papers_samples import overlapping, pdf_pages

EN = catalog("en")
FEBRUARY = Period.month("2026-02")
WHY = "the plant stood still"
ACCOUNT = SMALL[0]
THIRDS = (InstalmentPart(6, 33), InstalmentPart(16, 33), InstalmentPart(26, 34))


def fixed(*amounts: str) -> tuple[InstalmentPart, ...]:
    return tuple(
        InstalmentPart(day, amount=yuan(amount)) for day, amount in zip((6, 16, 26), amounts, strict=True)
    )


@pytest.fixture
def seat(databases: Databases, tmp_path: Path) -> Iterator[Seat]:
    """Three households with January read and billed (161.40 each), a till open."""
    with opened(databases.like(read_hall), intents=tmp_path / "under_way") as app:
        seat = with_till(app.command_line("1"))
        issue(seat, billing.run_bills(seat, JANUARY).run.number)
        yield seat


def on(seat: Seat, day: date) -> Seat:
    """The same seat on another business date."""
    return replace(seat, app=App(seat.app.database, seat.app.country, day, seat.app.intents))


def asked(seat: Seat, month: str = FEBRUARY.code, **other: object) -> InstalmentsIssued:
    return seat.do(billing.issue_instalments, InstalmentsOrder(month, **other))  # type: ignore[arg-type]


def month_billed(seat: Seat, used: int) -> str:
    """February read to ``used`` kWh since the opening and billed, on the first of March; the bill's number."""
    later = on(seat, date(2026, 3, 1))
    read(later, SMALL, FEBRUARY.last, used)
    issue_as_shown(later, billing.run_bills(later, FEBRUARY).run.number)
    return later.ask(desk.account_card, ACCOUNT).bills[0].number


def owed(seat: Seat) -> tuple[Money, Money]:
    """What the account owes without late fees, and its credit."""
    dues = seat.ask(ledger.dues, ACCOUNT)
    return dues.principal, dues.credit


def debt(seat: Seat) -> Money:
    """What is owed less credit, as it would be had no late fee been paid from it."""
    principal, credit = owed(seat)
    return principal - credit + booked(seat).get("late_fee", Money(0))


def booked(seat: Seat) -> dict[str, Money]:
    """The balance of every ledger account."""
    with seat.app.database.read() as session:
        rows = session.execute(
            sa.text(
                "SELECT role, sum(amount) AS total FROM ledger_posting p"
                " JOIN ledger_account a ON a.id = p.ledger_account_id GROUP BY role"
            )
        )
        return {row.role.lower(): Money(int(row.total)) for row in rows if row.total}


def test_instalments_are_shares_of_the_newest_bill_or_fixed_and_due_on_their_days(seat: Seat) -> None:
    plan = seat.do(billing.plan_instalments, PlanOrder(ACCOUNT, FEBRUARY.code, THIRDS))
    assert plan is not None
    assert (plan.parts, plan.valid_from, plan.valid_to) == (THIRDS, FEBRUARY.start, None)
    seat.do(billing.plan_instalments, PlanOrder(SMALL[1], FEBRUARY.code, fixed("50.00", "50.00", "20.00")))
    before = booked(seat)["revenue"]
    done = asked(seat)
    assert (len(done.numbers), done.amount, done.left) == (6, yuan("281.40"), ())
    first, second, third, *_ = seat.ask(billing.instalments, FEBRUARY.code)
    assert [(one.due_on, one.amount) for one in (first, second, third)] == [
        (date(2026, 2, 6), yuan("53.26")),
        (date(2026, 2, 16), yuan("53.26")),
        (date(2026, 2, 26), yuan("54.88")),
    ]
    assert seat.app.catalog("en")(first.basis).startswith("33 % of bill B-hall-2026-000001")
    items = [item for item in seat.ask(ledger.dues, ACCOUNT).items if item.kind is ItemKind.INSTALMENT]
    assert [(item.bill_number, item.due_on) for item in items] == [
        (one.number, one.due_on) for one in (first, second, third)
    ]
    assert (booked(seat)["revenue"], booked(seat)["advance"]) == (before, Money(-28140))
    assert asked(seat).numbers == ()
    assert seat.app.verify() == []


def test_they_are_issued_as_their_days_come_and_grow_late_fees_each_by_its_own(seat: Seat) -> None:
    seat.do(billing.plan_instalments, PlanOrder(ACCOUNT, FEBRUARY.code, fixed("100.00", "100.00", "100.00")))
    assert len(asked(seat, due_by=date(2026, 2, 10)).numbers) == 1
    assert len(asked(seat, due_by=date(2026, 2, 16), account_number=ACCOUNT).numbers) == 1
    late = on(seat, date(2026, 2, 20)).ask(ledger.dues, ACCOUNT)
    fees = {item.due_on: item.overdue_days for item in late.items if item.kind is ItemKind.INSTALMENT}
    assert fees == {date(2026, 2, 6): 14, date(2026, 2, 16): 4}
    assert all(item.late_fee for item in late.items if item.kind is ItemKind.INSTALMENT)


@pytest.mark.parametrize(("used", "bill"), [(1200, "484.20"), (600, "161.40"), (857, "299.67")])
def test_the_bill_deducts_them_and_settles_the_difference_whatever_its_sign(
    seat: Seat, used: int, bill: str
) -> None:
    january, _ = owed(seat)
    seat.do(billing.plan_instalments, PlanOrder(ACCOUNT, FEBRUARY.code, fixed("100.00", "100.00", "100.00")))
    asked(seat)
    paid = pay(seat, ACCOUNT, january + yuan("100.00"))
    assert {item.kind for item in paid.items} == {ItemKind.ELECTRICITY, ItemKind.INSTALMENT}
    number = month_billed(seat, used)
    shown = seat.ask(billing.bill, number)
    assert (shown.amount, shown.to_pay) == (yuan(bill), yuan(bill) - yuan("300.00"))
    assert [one.amount for one in shown.instalments] == [yuan("100.00")] * 3
    assert debt(seat) == yuan(bill) - yuan("100.00")
    assert "advance" not in booked(seat)
    assert seat.app.verify() == []
    revenue = booked(seat)["revenue"] + booked(seat)["tax"]
    seat.do(billing.reverse_bills, ReversalOrder((number,), WHY))
    assert owed(seat) == (yuan("200.00"), Money(0))
    assert booked(seat)["advance"] == Money(-30000)
    assert booked(seat)["revenue"] + booked(seat)["tax"] == revenue + yuan(bill)
    assert seat.app.verify() == []


def test_a_bill_put_right_deducts_the_same_instalments_again(seat: Seat) -> None:
    seat.do(billing.plan_instalments, PlanOrder(ACCOUNT, FEBRUARY.code, fixed("100.00", "100.00", "100.00")))
    asked(seat)
    wrong, before = month_billed(seat, 600), debt(seat)
    later = on(seat, date(2026, 3, 2))
    issue_as_shown(later, billing.correct_bills(later, CorrectionOrder(WHY, (wrong,))).run.number)
    right = seat.ask(desk.account_card, ACCOUNT).bills[0].number
    assert seat.ask(billing.bill, right).instalments == seat.ask(billing.bill, wrong).instalments
    assert debt(seat) == before
    assert {one.bill_number for one in seat.ask(billing.instalments, FEBRUARY.code)} == {right}
    assert seat.app.verify() == []


def test_the_bill_of_months_nobody_read_deducts_the_instalments_of_each(seat: Seat) -> None:
    """February is billed with March: what was asked for it is owed once, and no more of it is asked for."""
    before, _ = owed(seat)
    seat.do(billing.plan_instalments, PlanOrder(ACCOUNT, FEBRUARY.code, fixed("40.00", "50.00", "60.00")))
    asked(seat, due_by=date(2026, 2, 16))
    later, march = on(seat, date(2026, 4, 1)), Period.month("2026-03")
    asked(later, march.code)
    read(later, SMALL, march.last, 700)
    issue_as_shown(later, billing.run_bills(later, march).run.number)
    number = seat.ask(desk.account_card, ACCOUNT).bills[0].number
    shown = seat.ask(billing.bill, number)
    assert [one.amount.raw for one in shown.instalments] == [4000, 5000, 4000, 5000, 6000]
    assert (shown.amount, debt(seat)) == (yuan("215.20"), before + yuan("215.20"))
    (left,) = asked(later).left
    assert EN(left.reason) == "2026-02 is billed already."
    seat.do(billing.reverse_bills, ReversalOrder((number,), WHY))
    assert debt(seat) == before + yuan("240.00")
    assert len(asked(later).numbers) == 1
    assert seat.app.verify() == []


def test_the_last_bill_deducts_what_was_asked_for_months_after_the_end(seat: Seat) -> None:
    """March was asked for before anybody knew that supply ends in February: no bill of March will come."""
    pay(seat, ACCOUNT, owed(seat)[0])
    for number in (ACCOUNT, SMALL[1]):
        parts = fixed("40.00", "50.00", "60.00")
        seat.do(billing.plan_instalments, PlanOrder(number, FEBRUARY.code, parts))
    asked(seat)
    assert len(asked(seat, "2026-03").numbers) == 6
    later = on(seat, date(2026, 3, 1))
    read(later, SMALL, date(2026, 2, 20), 600)
    (contract,) = seat.ask(desk.account_card, ACCOUNT).contracts
    later.do(contracts.end_contract, ContractEnd(contract.number, date(2026, 2, 21)))
    issue_as_shown(later, billing.bill_final(later, FinalOrder(ACCOUNT)).run.number)
    assert debt(seat) == yuan("168.40")  # 140 kWh beyond the first step of two months
    issue(later, billing.run_bills(later, FEBRUARY).run.number)
    last, other = (seat.ask(desk.account_card, number).bills[0].number for number in (ACCOUNT, SMALL[1]))
    assert [len(seat.ask(billing.bill, number).instalments) for number in (last, other)] == [6, 3]
    assert seat.app.verify() == []


def test_an_instalment_is_taken_back_only_while_no_bill_deducts_it(seat: Seat) -> None:
    seat.do(billing.plan_instalments, PlanOrder(ACCOUNT, FEBRUARY.code, fixed("100.00", "100.00", "100.00")))
    first, *_ = asked(seat).numbers
    before = owed(seat)
    pay(seat, ACCOUNT, before[0])
    back = seat.do(billing.reverse_instalment, InstalmentReversalOrder(first, WHY))
    assert (back.reversed_on, back.open) == (date(2026, 2, 5), Money(0))
    assert owed(seat) == (Money(0), yuan("100.00"))
    with pytest.raises(Refused, match="already"):
        seat.do(billing.reverse_instalment, InstalmentReversalOrder(first, WHY))
    (again,) = asked(seat).numbers
    assert owed(seat) == (Money(0), Money(0))
    number = month_billed(seat, 600)
    with pytest.raises(Refused, match="deducts instalment"):
        seat.do(billing.reverse_instalment, InstalmentReversalOrder(again, WHY))
    assert first not in {one.number for one in seat.ask(billing.bill, number).instalments}
    assert len(seat.ask(billing.bill, number).instalments) == 3
    assert seat.app.verify() == []


def test_a_month_that_is_billed_or_has_nothing_to_go_by_is_left_out_with_the_reason(seat: Seat) -> None:
    seat.do(billing.plan_instalments, PlanOrder(ACCOUNT, JANUARY.code, THIRDS))
    (left,) = asked(seat, JANUARY.code).left
    assert EN(left.reason) == "2026-01 is billed already."
    bill = seat.ask(desk.account_card, ACCOUNT).bills[0].number
    seat.do(billing.reverse_bills, ReversalOrder((bill,), WHY))
    (left,) = asked(seat, JANUARY.code).left
    assert "no bill before 2026-01" in EN(left.reason)


def test_bad_plans_are_refused(seat: Seat) -> None:
    good = PlanOrder(ACCOUNT, FEBRUARY.code, THIRDS)
    for parts in (
        THIRDS[:2],
        (*THIRDS[:2], InstalmentPart(16, 34)),
        (*THIRDS[:2], InstalmentPart(31, 34)),
        (*THIRDS[:2], InstalmentPart(26)),
        (*THIRDS[:2], InstalmentPart(26, 35)),
        (*THIRDS[:2], InstalmentPart(26, 0)),
        (*THIRDS[:2], InstalmentPart(26, amount=Money(-1))),
        (),
    ):
        with pytest.raises(Refused):
            seat.do(billing.plan_instalments, replace(good, parts=parts))
    with pytest.raises(NotPermitted):
        seat_of(seat.app, "cashier").do(billing.plan_instalments, good)
    with pytest.raises(NotFound):
        seat.ask(billing.instalment, "A-hall-2026-000001")


def test_a_plan_is_changed_and_ended_from_a_month_on(seat: Seat) -> None:
    for parts in (THIRDS, fixed("1.00", "1.00", "1.00")):  # the second takes the place of the first
        seat.do(billing.plan_instalments, PlanOrder(ACCOUNT, FEBRUARY.code, parts))
    asked(seat)
    with pytest.raises(Refused, match="issued already"):
        seat.do(billing.plan_instalments, PlanOrder(ACCOUNT, FEBRUARY.code, THIRDS))
    seat.do(billing.plan_instalments, PlanOrder(ACCOUNT, "2026-03", THIRDS))
    assert seat.do(billing.plan_instalments, PlanOrder(ACCOUNT, "2026-04", ())) is None
    rows = seat.ask(billing.instalment_plans, None)
    assert [(row.valid_from.month, row.valid_to) for row in rows] == [
        (2, date(2026, 3, 1)),
        (3, date(2026, 4, 1)),
    ]
    assert asked(seat, "2026-04").numbers == ()


def test_instalments_and_the_bill_issued_at_once_are_never_lost_between_them(seat: Seat) -> None:
    seat.do(billing.plan_instalments, PlanOrder(ACCOUNT, FEBRUARY.code, fixed("10.00", "10.00", "10.00")))
    later = on(seat, date(2026, 3, 1))
    read(later, SMALL, FEBRUARY.last, 600)
    run = billing.run_bills(later, FEBRUARY).run.number
    together([lambda: asked(later), lambda: issue(later, run)])
    assert seat.app.verify() == []
    bill = seat.ask(desk.account_card, ACCOUNT).bills[0].number
    assert len(seat.ask(billing.bill, bill).instalments) == len(seat.ask(billing.instalments, FEBRUARY.code))


def test_a_collective_bill_asks_for_the_instalments_of_its_bills_too(seat: Seat) -> None:
    pay(seat, ACCOUNT, owed(seat)[0])
    seat.do(billing.plan_instalments, PlanOrder(ACCOUNT, FEBRUARY.code, fixed("50.00", "50.00", "50.00")))
    asked(seat)
    month_billed(seat, 600)
    group = seat.do(contracts.make_group, GroupOrder("The works", ACCOUNT, (ACCOUNT,), JANUARY.start)).number
    number = seat.do(billing.collect_bills, CollectiveOrder(group, FEBRUARY.code))
    assert seat.ask(billing.collective_bill, number).open == owed(seat)[0] == yuan("161.40")
    assert seat.app.verify() == []


STEPS = ("ask", "pay", "bill", "back", "take", "right")


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(st.sampled_from(STEPS), min_size=4, max_size=9),
    amounts=st.tuples(*[st.integers(1, 20_000)] * 3),
    used=st.integers(301, 900),
)
def test_whatever_happens_in_whatever_order_each_cent_is_owed_once(
    sqlite_databases: Databases, steps: list[str], amounts: tuple[int, ...], used: int
) -> None:
    """Debt less credit is the instalments that stand, or the bill once it stands, less what was paid."""
    url = sqlite_databases.like(connected_hall)
    with opened(url, date(2026, 3, 1)) as app:
        seat = with_till(app.command_line("1"))
        read(seat, SMALL, JANUARY.last, 300)
        issue(seat, billing.run_bills(seat, JANUARY).run.number)
        read(seat, SMALL, FEBRUARY.last, used)
        parts = tuple(
            InstalmentPart(day, amount=Money(one)) for day, one in zip((6, 16, 26), amounts, strict=True)
        )
        seat.do(billing.plan_instalments, PlanOrder(ACCOUNT, FEBRUARY.code, parts))
        paid, count = Money(0), itertools.count(1)
        january = owed(seat)[0]
        for step in steps:
            paid += _done(seat, step, Money(next(count) * 1_111))
            assert seat.app.verify() == []
            books = booked(seat)
            assert debt(seat) == january + _standing(seat) - paid
            revenue = books["revenue"] + books["tax"]
            bills = [_bill(seat, number) for number in SMALL]
            assert -revenue == january * 3 + Money.total([bill.amount for bill in bills if bill])
    sqlite_databases.drop(url)


def _bill(seat: Seat, account: str) -> BillRow | None:
    """The bill of February that stands."""
    bills = seat.ask(desk.account_card, account).bills
    return next((bill for bill in bills if bill.month == FEBRUARY.start and bill.reversed_on is None), None)


def _parts(seat: Seat) -> list[InstalmentShown]:
    """The instalments that stand."""
    return [one for one in seat.ask(billing.instalments, FEBRUARY.code) if one.reversed_on is None]


def _standing(seat: Seat) -> Money:
    """What February has asked for."""
    bill = _bill(seat, ACCOUNT)
    return bill.amount if bill else Money.total([one.amount for one in _parts(seat)])


def _done(seat: Seat, step: str, amount: Money) -> Money:
    """One step, as far as it is possible now; what was paid by it."""
    bill, parts = _bill(seat, ACCOUNT), _parts(seat)
    if step == "ask":
        asked(seat)
    elif step == "pay":
        pay(seat, ACCOUNT, amount)
        return amount
    elif step == "bill" and bill is None:
        issue(seat, billing.run_bills(seat, FEBRUARY).run.number)
    elif step == "back" and bill is not None:
        seat.do(billing.reverse_bills, ReversalOrder((bill.number,), WHY))
    elif step == "take" and parts and bill is None:
        seat.do(billing.reverse_instalment, InstalmentReversalOrder(parts[-1].number, WHY))
    elif step == "right" and bill is not None:
        issue(seat, billing.correct_bills(seat, CorrectionOrder(WHY, (bill.number,))).run.number)
    return Money(0)


def test_instalments_are_agreed_issued_taken_back_and_printed_by_commands(
    databases: Databases, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command = CommandLine(capsys, databases.like(read_hall), today="2026-02-05", lang="en", station="1")
    thrice = [word for day in (6, 16, 26) for word in ("--part", f"{day}=50.00")]
    command.json("instalments", "plan", SMALL[2], "--from", "2026-01", *thrice)
    command.json("instalments", "issue", "--period", "2026-01")
    command.json("instalments", "plan", SMALL[2], "--from", "2026-02", "--end")
    run = command.json("bills", "run", "--period", "2026-01")["run"]["number"]
    command.json("bills", "issue", run)
    deducting = command.json("instalments", "list", "--period", "2026-01")[0]["bill_number"]
    told = command("bills", "show", deducting).out.splitlines()
    total, *parts, left = next(told[at : at + 5] for at, line in enumerate(told) if line.startswith("Total"))
    assert [line.split()[-1] for line in parts] == ["−50.00"] * 3
    owed = Decimal(total.split()[-1]) - 150
    assert left.startswith("Left to pay" if owed >= 0 else "Given back as credit")
    assert Decimal(left.split()[-1]) == abs(owed)
    plan = command.json("instalments", "plan", ACCOUNT, "--from", "2026-02")
    assert [(part["day"], part["percent"]) for part in plan["parts"]] == [(6, 33), (16, 33), (26, 34)]
    parts = [word for part in ("6=10.00", "16=20%", "26=30.50") for word in ("--part", part)]
    command.json("instalments", "plan", SMALL[1], "--from", "2026-02", *parts)
    assert command("instalments", "plan", SMALL[1], "--from", "2026-02", "--part", "six=1", code=2)
    done = command.json("instalments", "issue", "--period", "2026-02")
    assert (len(done["numbers"]), done["amount"]) == (6, "234.18")
    command.json("instalments", "reverse", done["numbers"][0], "--reason", WHY)
    rows = command.json("instalments", "list", "--period", "2026-02")
    assert [row["reversed_on"] for row in rows] == ["2026-02-05", *[None] * 5]
    command.json("instalments", "print", "--period", "2026-02", "--out", str(tmp_path / "parts.pdf"))
    (first, *_) = pages = pdf_pages((tmp_path / "parts.pdf").read_bytes())
    assert len(pages) == 5
    assert "33 % of bill" in first
    command.json("instalments", "plan", ACCOUNT, "--from", "2026-03", "--end")
    until = {row["account_number"]: row["valid_to"] for row in command.json("instalments", "plans")}
    assert until[ACCOUNT] == "2026-03-01"


def test_a_bill_tells_what_it_deducts_on_paper(seat: Seat) -> None:
    seat.do(billing.plan_instalments, PlanOrder(ACCOUNT, FEBRUARY.code, fixed("100.00", "100.00", "100.00")))
    numbers = asked(seat).numbers
    out = io.BytesIO()
    shown = seat.ask(billing.bill, month_billed(seat, 600))
    write_bills(out, [shown], seat.app.catalog, seat.app.country)
    words = " ".join(pdf_pages(out.getvalue()))
    for wanted in (*numbers, "Given back as credit", "138.60", "Nothing to pay"):
        assert wanted in words
    assert overlapping(out.getvalue()) == []
