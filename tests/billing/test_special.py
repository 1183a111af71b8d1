"""Bills of other kinds than a month's: final, by hand, back-billing; one core, one ledger, signed by another person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from desktop.app import App
from desktop.billing import service as billing
from desktop.billing.records import (
    AdjustingOrder,
    BillKind,
    BillShown,
    CorrectionOrder,
    FinalOrder,
    ManualLine,
    ManualOrder,
    ReversalOrder,
    ReviewFlag,
    RunOutcome,
)
from desktop.contracts import service as contracts
from desktop.contracts.records import ContractEnd
from desktop.contracts.records.deposit import DepositOrder, DepositReversal
from desktop.desk import service as desk
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.measures import Energy, Money
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.ledger import service as ledger
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.hall import (
    JANUARY,
    SMALL,
    connected_hall,
    issue,
    issue_as_shown,
    open_till,
    opened,
    pay,
    read,
    read_hall,
    seat_of,
    together,
    yuan,
)

EN = catalog("en")
WHY = "the meter stood for ten days"
LINE = ManualLine("Unmetered use", Energy.of(100), yuan("53.80"))
ENDED = date(2026, 1, 21)


@pytest.fixture
def seat(databases: Databases, tmp_path: Path) -> Iterator[Seat]:
    """Three households with January read and billed."""
    with opened(databases.like(read_hall), intents=tmp_path / "under_way") as app:
        seat = app.command_line("1")
        issue(seat, billing.run_bills(seat, JANUARY).run.number)
        yield seat


@pytest.fixture
def ending(databases: Databases, tmp_path: Path) -> Iterator[Seat]:
    """The same before anything was billed; the first one's supply ended with a read of the last day."""
    with opened(databases.like(connected_hall), intents=tmp_path / "under_way") as app:
        seat = app.command_line("1")
        (contract,) = seat.ask(desk.account_card, SMALL[0]).contracts
        seat.do(contracts.end_contract, ContractEnd(contract.number, ENDED))
        read(seat, SMALL[:1], date(2026, 1, 20), 180)
        read(seat, SMALL[1:], JANUARY.last, 300)
        yield seat


def shown(seat: Seat, done: RunOutcome) -> BillShown:
    """The bill of a run that was signed and issued."""
    issued = issue_as_shown(seat, done.run.number)
    assert issued.run.issued == 1
    return newest(seat, seat.ask(billing.run_drafts, done.run.number)[0].account_number)


def newest(seat: Seat, number: str) -> BillShown:
    """The bill of an account that was made last."""
    return max(
        (seat.ask(billing.bill, row.number) for row in seat.ask(desk.account_card, number).bills),
        key=lambda bill: bill.number,
    )


def on(seat: Seat, day: date) -> App:
    """The same database on another business date."""
    return App(seat.app.database, seat.app.country, day, seat.app.intents)  # type: ignore[arg-type]  # an App has them


def balanced(seat: Seat) -> bool:
    return seat.app.verify() == []


# Final


def test_an_account_that_ends_has_its_final_bill_before_the_month_is_over(ending: Seat) -> None:
    day = replace(ending, app=on(ending, date(2026, 1, 22)))
    done = billing.bill_final(day, FinalOrder(SMALL[0]))
    assert (done.run.kind, done.run.ready, done.held) == (BillKind.FINAL, 1, ())
    issue(day, done.run.number)
    bill = newest(day, SMALL[0])
    assert (bill.kind, bill.period.start, bill.period.end) == (BillKind.FINAL, JANUARY.start, ENDED)
    assert (bill.energy, bill.amount) == (Energy.of(180), yuan("96.84"))
    assert any("Supply ended on 21 Jan 2026" in EN(note) for note in bill.notes)
    assert day.ask(ledger.dues, SMALL[0]).principal == bill.amount
    with pytest.raises(Refused, match="billed already"):
        billing.bill_final(day, FinalOrder(SMALL[0]))
    run = billing.run_bills(ending, JANUARY)
    assert {row.account_number for row in ending.ask(billing.run_drafts, run.run.number)} == set(SMALL[1:])
    assert balanced(ending)


def held(seat: Seat, amount: str) -> None:
    """A deposit of the account that ends, taken in at a till."""
    pay(open_till(seat), SMALL[0], yuan(amount))
    with pytest.raises(Refused, match="take the deposit as a payment first"):
        seat.do(contracts.hold_deposit, DepositOrder(SMALL[0], yuan(amount) + Money(1), WHY))
    found = seat.do(contracts.hold_deposit, DepositOrder(SMALL[0], yuan(amount), WHY))
    assert (found.held, found.credit, found.owed) == (yuan(amount), Money(0), Money(0))


@pytest.mark.parametrize(
    ("deposit", "left", "credit"), [("500.00", "0.00", "403.16"), ("50.00", "46.84", "0.00")]
)
def test_a_deposit_is_set_against_the_final_bill_and_its_rest_is_credit(
    ending: Seat, deposit: str, left: str, credit: str
) -> None:
    """96.84 owed: of 500.00 held 403.16 are left, of 50.00 nothing; taken back, all of it is held again."""
    held(ending, deposit)
    issue_as_shown(ending, billing.bill_final(ending, FinalOrder(SMALL[0])).run.number)
    bill, now = newest(ending, SMALL[0]), ending.ask(contracts.deposit, SMALL[0])
    assert (now.held, now.owed, now.credit) == (Money(0), yuan(left), yuan(credit))
    assert (bill.amount, bill.credit) == (yuan("96.84"), yuan(deposit))
    assert f"The security deposit of {deposit} is set against what is owed" in ending.app.catalog("en")(
        bill.notes[-1]
    )
    assert balanced(ending)
    (out, _) = now.moves
    with pytest.raises(Refused, match="Say why"):
        ending.do(contracts.reverse_deposit, DepositReversal(out.deposit_id, " "))
    back = ending.do(contracts.reverse_deposit, DepositReversal(out.deposit_id, "the wrong account"))
    assert (back.held, back.owed, back.credit) == (yuan(deposit), yuan("96.84"), Money(0))
    with pytest.raises(Refused, match="taken back already"):
        ending.do(contracts.reverse_deposit, DepositReversal(out.deposit_id, "the wrong account"))
    assert balanced(ending)
    half = ending.do(contracts.give_deposit_back, DepositOrder(SMALL[0], yuan("20.00"), "a part of it"))
    assert (half.held, half.owed) == (yuan(deposit) - yuan("20.00"), yuan("76.84"))
    with pytest.raises(Refused, match="became credit again since"):
        ending.do(contracts.reverse_deposit, DepositReversal(half.moves[-1].deposit_id, "by mistake"))
    with pytest.raises(Refused, match="are held of this account"):
        ending.do(contracts.give_deposit_back, DepositOrder(SMALL[0], yuan("500.00"), "too much"))
    with pytest.raises(NotPermitted):
        seat_of(ending.app, "cashier").do(
            contracts.give_deposit_back, DepositOrder(SMALL[0], yuan("1.00"), WHY)
        )
    assert balanced(ending)


def test_a_deposit_that_is_to_stay_pays_nothing_of_the_final_bill(ending: Seat) -> None:
    held(ending, "500.00")
    billing.bill_final(ending, FinalOrder(SMALL[0]))
    issue(ending, billing.bill_final(ending, FinalOrder(SMALL[0], keep_deposit=True)).run.number)
    now = ending.ask(contracts.deposit, SMALL[0])
    assert (now.held, now.owed) == (yuan("500.00"), yuan("96.84"))
    assert "paid back once nothing is owed" in EN(newest(ending, SMALL[0]).notes[-1])


def test_two_clerks_who_make_the_same_final_bill_at_once_make_one(ending: Seat) -> None:
    clerks = [ending, replace(ending, station=seat_of(ending.app, "clerk", "2").station)]
    runs = together([lambda seat=seat: billing.bill_final(seat, FinalOrder(SMALL[0])) for seat in clerks])
    assert {done.run.number for done in runs if isinstance(done, RunOutcome)} == {runs[0].run.number}
    together([lambda seat=seat: issue(seat, runs[0].run.number) for seat in clerks])
    bills = ending.ask(desk.account_card, SMALL[0]).bills
    assert [(bill.amount, bill.reversed_on) for bill in bills] == [(yuan("96.84"), None)]
    assert ending.ask(ledger.dues, SMALL[0]).principal == yuan("96.84")
    assert ending.ask(billing.bill, bills[0].number).kind is BillKind.FINAL
    assert balanced(ending)


def test_who_goes_on_has_no_final_bill(ending: Seat) -> None:
    with pytest.raises(Refused, match="goes on"):
        billing.bill_final(ending, FinalOrder(SMALL[1]))
    with pytest.raises(NotFound):
        billing.bill_final(ending, FinalOrder("1"))


def test_a_final_bill_and_a_months_run_never_bill_a_month_twice(ending: Seat) -> None:
    month = billing.run_bills(ending, JANUARY).run.number  # drafted by both: the final bill comes first
    final = billing.bill_final(ending, FinalOrder(SMALL[0])).run.number
    done = issue(ending, month)
    assert (done.run.issued, done.run.held) == (2, 1)
    assert done.held[0].reason is not None
    assert EN(done.held[0].reason) == f"Its final bill is drafted in run {final}: issue that one."
    assert issue(ending, final).run.issued == 1
    assert newest(ending, SMALL[0]).kind is BillKind.FINAL
    again = billing.run_bills(ending, JANUARY).run
    assert (again.number, again.issued, again.ready, again.held) == (month, 2, 0, 0)
    assert balanced(ending)


def test_a_final_bill_put_right_stays_a_final_bill(ending: Seat) -> None:
    """And tells what became of the deposit that the first one used."""
    held(ending, "500.00")
    issue(ending, billing.bill_final(ending, FinalOrder(SMALL[0])).run.number)
    wrong = newest(ending, SMALL[0])
    issue(ending, billing.correct_bills(ending, CorrectionOrder(WHY, (wrong.number,))).run.number)
    right = newest(ending, SMALL[0])
    assert (right.kind, right.replaces, right.period, right.amount) == (
        BillKind.FINAL,
        wrong.number,
        wrong.period,
        wrong.amount,
    )
    assert right.notes[-1] == wrong.notes[-1]
    assert "The security deposit of 500.00 is set" in ending.app.catalog("en")(right.notes[-1])
    (out, _) = ending.ask(contracts.deposit, SMALL[0]).moves
    ending.do(contracts.reverse_deposit, DepositReversal(out.deposit_id, "it is to stay"))
    issue_as_shown(ending, billing.correct_bills(ending, CorrectionOrder(WHY, (right.number,))).run.number)
    assert "paid back once nothing is owed" in EN(newest(ending, SMALL[0]).notes[-1])
    assert balanced(ending)


# By hand


def test_a_bill_by_hand_waits_for_another_person_and_is_owed_like_all(seat: Seat) -> None:
    owed = seat.ask(ledger.dues, SMALL[0]).principal
    done = billing.bill_by_hand(seat, ManualOrder(SMALL[0], "2026-01", (LINE,), WHY))
    (draft,) = seat.ask(billing.run_drafts, done.run.number)
    assert (draft.flags, draft.unsigned, draft.amount) == ((ReviewFlag.BY_HAND,), True, LINE.amount)
    assert billing.issue_run(seat, done.run.number).run.issued == 0
    bill = shown(seat, done)
    assert (bill.kind, bill.amount, bill.energy, bill.tax) == (
        BillKind.MANUAL,
        LINE.amount,
        LINE.energy,
        yuan("6.19"),
    )
    (line,) = bill.lines
    assert (EN(line.label), line.energy, line.amount) == (LINE.words, LINE.energy, LINE.amount)
    assert WHY in EN(bill.notes[0])
    assert seat.ask(ledger.dues, SMALL[0]).principal == owed + LINE.amount
    assert balanced(seat)


def test_several_bills_by_hand_of_one_month_stand_beside_each_other_and_are_taken_back(seat: Seat) -> None:
    owed = seat.ask(ledger.dues, SMALL[0]).principal
    order = ManualOrder(SMALL[0], "2026-01", (LINE,), WHY)
    first, second = (shown(seat, billing.bill_by_hand(seat, order)) for _ in range(2))
    assert first.number != second.number
    with pytest.raises(Refused, match="made by hand"):
        billing.correct_bills(seat, CorrectionOrder(WHY, (first.number,)))
    seat.do(billing.reverse_bills, ReversalOrder((first.number, second.number), WHY))
    assert seat.ask(ledger.dues, SMALL[0]).principal == owed
    assert balanced(seat)


def test_a_credit_by_hand_lowers_what_is_owed(seat: Seat) -> None:
    owed = seat.ask(ledger.dues, SMALL[0]).principal
    gift = ManualLine("Made good", Energy(0), Money(-1000))
    shown(seat, billing.bill_by_hand(seat, ManualOrder(SMALL[0], "2026-01", (gift,), WHY)))
    dues = seat.ask(ledger.dues, SMALL[0])
    assert dues.principal - dues.credit == owed - yuan("10.00")
    assert balanced(seat)


def test_bad_orders_by_hand_are_refused(seat: Seat) -> None:
    good = ManualOrder(SMALL[0], "2026-01", (LINE,), WHY)
    for wrong in (
        replace(good, reason=" "),
        replace(good, lines=()),
        replace(good, lines=(replace(LINE, words=" "),)),
        replace(good, lines=(replace(LINE, amount=Money(0)),)),
        replace(good, period="2026-13"),
    ):
        with pytest.raises(Refused):
            billing.bill_by_hand(seat, wrong)
    with pytest.raises(NotPermitted):
        billing.bill_by_hand(seat_of(seat.app, "cashier"), good)
    held = billing.bill_by_hand(seat, replace(good, period="2024-01")).held
    assert [EN(row.reason) for row in held if row.reason] == ["No contract is in force in 2024-01."]


# Back-billing and refund


def test_energy_of_a_bill_is_charged_or_given_back_at_its_prices_and_tiers(seat: Seat) -> None:
    """300 kWh were billed; 2,600 more go 140 kWh into the second tier (2,760 kWh of the year), which is left first."""
    bill = newest(seat, SMALL[0])
    more = shown(seat, billing.adjust_bill(seat, AdjustingOrder(bill.number, Energy.of(2600), WHY)))
    assert (more.kind, more.energy, more.amount) == (
        BillKind.ADJUSTING,
        Energy.of(2600),
        yuan("1405.80"),
    )
    assert bill.number in EN(more.lines[0].label)
    less = shown(seat, billing.adjust_bill(seat, AdjustingOrder(bill.number, Energy.of(-100), WHY)))
    assert (less.energy, less.amount) == (Energy.of(-100), Money(-5880))
    dues = seat.ask(ledger.dues, SMALL[0])
    assert dues.principal - dues.credit == bill.amount + more.amount + less.amount
    assert balanced(seat)


def test_only_a_standing_bill_of_a_month_is_adjusted(seat: Seat) -> None:
    bill = newest(seat, SMALL[0])
    by_hand = shown(seat, billing.bill_by_hand(seat, ManualOrder(SMALL[1], "2026-01", (LINE,), WHY)))
    for wrong in (
        AdjustingOrder(by_hand.number, Energy.of(1), WHY),
        AdjustingOrder(bill.number, Energy(0), WHY),
        AdjustingOrder(bill.number, Energy.of(1), ""),
        AdjustingOrder(bill.number, Energy.of(-301), WHY),
    ):
        with pytest.raises(Refused):
            billing.adjust_bill(seat, wrong)
    seat.do(billing.reverse_bills, ReversalOrder((bill.number,), WHY))
    with pytest.raises(Refused, match="already"):
        billing.adjust_bill(seat, AdjustingOrder(bill.number, Energy.of(1), WHY))


# By the command line


def test_special_bills_are_made_by_commands(databases: Databases, capsys: pytest.CaptureFixture[str]) -> None:
    command = CommandLine(capsys, databases.like(read_hall), today="2026-02-05", lang="en", station="1")
    run = command.json("bills", "run", "--period", "2026-01")["run"]["number"]
    command.json("bills", "issue", run)
    (bill,) = command.json("accounts", "show", SMALL[0])["bills"]
    clerk = command.by("clerk")
    made = clerk.json(
        "bills", "manual", SMALL[0], "--period", "2026-01", "--line", "Unmetered use=53.80=100",
        "--line", "Work on the wall=20", "--reason", WHY,
    )  # fmt: skip
    assert made["run"]["amount"] == "73.80"
    adjusted = clerk.json("bills", "adjust", bill["number"], "--kwh", "100", "--reason", WHY)
    assert adjusted["run"]["amount"] == "53.80"
    for one in (made, adjusted):
        assert command.sign(one["run"]["number"]) == 1
        issued = command.json("bills", "issue", one["run"]["number"])
        assert (issued["run"]["issued"], issued["left"]) == (1, [])
    less = clerk.json(
        "bills", "manual", SMALL[0], "--period", "2026-01", "--line", "Agreed=-10", "--reason", WHY,
        "--lowers", bill["number"],
    )  # fmt: skip
    assert command.sign(less["run"]["number"]) == 1
    assert not command.json("bills", "issue", less["run"]["number"])["left"]
    wrong = ("bills", "manual", SMALL[0], "--period", "2026-01", "--line", "x=-152", "--reason", WHY)
    assert "has 151.40 left" in clerk(*wrong, "--lowers", bill["number"], code=1).err
    assert command.json("bills", "issue", run)["left"] == []
    assert "goes on" in clerk("bills", "final", SMALL[0], "--keep-deposit", code=1).err
    assert command.json("deposits", "show", SMALL[0])["held"] == "0.00"
    why = ("--amount", "5", "--reason", WHY)
    assert "take the deposit as a payment first" in command("deposits", "hold", SMALL[0], *why, code=1).err
    assert "0.00 are held" in command("deposits", "give-back", SMALL[0], *why, code=1).err
    assert clerk("bills", "manual", SMALL[0], "--period", "2026-01", "--line", "x", "--reason", "y", code=2)
    adjusting = ("bills", "adjust", bill["number"], "--kwh", "100", "--reason", WHY)
    for by_hand in (wrong, adjusting, ("bills", "final", SMALL[0])):
        assert "say who makes it: --as" in command(*by_hand, code=1).err
