"""What the law leaves open about late fees is chosen from a day on, and nothing billed before changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from desktop.billing import service as billing
from desktop.billing.service.runs import due_day_told
from desktop.countries.cn import COUNTRY
from desktop.countries.cn.late_fee import due_day, late_fee, note, settings, terms_of
from desktop.kernel.country import Debt
from desktop.kernel.errors import NotPermitted, Refused
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat, Work, query
from desktop.ledger import service as ledger
from desktop.ledger.records import LateFeeChoice
from desktop.ledger.tables import OpenItem
from desktop.metering import service as metering
from desktop.metering.records.calendar import YearDays
from tests import hall as halls
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.hall import SMALL, TODAY, app_of, open_till, opened, seat_of, yuan
from tests.ledger.test_service import a_charge, charge, days_pass

SAY = catalog("en", COUNTRY.currency)
TOMORROW = TODAY + timedelta(days=1)
LEAST = LateFeeChoice("least", "least_1", TOMORROW)


@pytest.fixture
def fresh(databases: Databases) -> Iterator[Seat]:
    """Accounts that owe nothing, at an open till."""
    with opened(databases.like(halls.connected_hall)) as app:
        yield open_till(app.command_line("1"))


@query("ledger.view")
def stamped(work: Work, number: str) -> list[str]:
    """The terms of what an account owes, oldest first."""
    found = sa.select(OpenItem.rule_set).filter_by(contract_account_id=ledger.account_id(work, number))
    return list(work.session.scalars(found.order_by(OpenItem.due_on, OpenItem.id)))


def held(seat: Seat) -> list[tuple[str, str, date | None]]:
    return [(one.setting, one.choice, one.valid_from) for one in seat.ask(ledger.late_fee_choices)]


def test_a_bill_keeps_the_terms_of_the_day_it_was_issued(fresh: Seat) -> None:
    start: list[tuple[str, str, date | None]] = [
        ("debt_year", "month", None),
        ("rest_day", "stays", None),
        ("least", "none", None),
    ]
    assert held(fresh) == start
    fresh.do(ledger.set_late_fee_choice, LEAST)
    fresh.do(charge, (a_charge(SMALL[0], "12.50", 10),))
    assert held(fresh) == [*start, ("least", "least_1", TOMORROW)], "it is to come"
    days_pass(fresh, 1)
    assert held(fresh) == [*start[:2], ("least", "least_1", TOMORROW)]
    fresh.do(charge, (a_charge(SMALL[0], "12.50", 10),))
    fresh.do(ledger.set_late_fee_choice, LateFeeChoice("least", "none", TOMORROW + timedelta(days=1)))
    fresh.do(ledger.set_late_fee_choice, LateFeeChoice("debt_year", "due_day", TOMORROW + timedelta(days=1)))
    days_pass(fresh, 1)
    fresh.do(charge, (a_charge(SMALL[0], "12.50", 10),))
    assert fresh.ask(stamped, SMALL[0]) == ["2024", "2024 least_1", "2024 due_day"]
    days_pass(fresh, 13)
    fees = [one.late_fee for one in fresh.ask(ledger.dues, SMALL[0]).items]
    assert fees == [yuan("0.06"), yuan("1.00"), yuan("0.04")]
    assert app_of(fresh).verify() == []


def test_a_run_is_issued_on_the_terms_of_its_day(databases: Databases) -> None:
    url = databases.like(halls.drafted_hall)
    with opened(url) as app:
        for chosen in (LEAST, LateFeeChoice("rest_day", "moves", TOMORROW)):
            app.command_line("1").do(ledger.set_late_fee_choice, chosen)
        festival = tuple(date(2026, 2, day) for day in range(15, 24))
        app.command_line("1").do(metering.set_year, YearDays(2026, festival, (date(2026, 2, 28),)))
    with opened(url, TOMORROW) as app:
        seat = app.command_line("1")
        billing.issue_run(seat, seat.ask(billing.bill_runs)[0].number)
        assert seat.ask(stamped, SMALL[0]) == ["2024 least_1"]
        (owed,) = seat.ask(ledger.dues, SMALL[0]).items
        assert owed.due_on == date(2026, 2, 24), "the 21st is a day of the Spring Festival"
        assert "at least 1.00" in SAY(seat.ask(billing.bill, owed.bill_number).late_fee_note)


def test_a_run_tells_where_nobody_entered_the_holidays_its_due_day_hangs_on(databases: Databases) -> None:
    url, december = databases.like(halls.drafted_hall), date(2026, 12, 18)
    with opened(url) as app:
        app.command_line("1").do(ledger.set_late_fee_choice, LateFeeChoice("rest_day", "moves", TOMORROW))
        assert app.command_line("1").ask(due_day_told) == (), "nothing moves yet"
    with opened(url, TOMORROW) as app:
        assert [SAY(one) for one in app.command_line("1").ask(due_day_told)] == [
            "Bills issued today are to be paid by 23 Feb 2026.",
            "The public holidays of 2026 are not entered: the day may be another.",
        ]
        app.command_line("1").do(metering.set_year, YearDays(2026, (date(2026, 2, 17),), ()))
        assert app.command_line("1").ask(due_day_told) == ()
    with opened(url, december) as app:
        seat = app.command_line("1")
        told = billing.issue_run(seat, seat.ask(billing.bill_runs)[0].number).told
        assert [SAY(one) for one in told] == [
            "Bills issued today are to be paid by 4 Jan 2027.",
            "The public holidays of 2027 are not entered: the day may be another.",
        ]
        (owed,) = seat.ask(ledger.dues, SMALL[0]).items
        assert owed.due_on == date(2027, 1, 4), "the 2nd is a Saturday"
        seat.do(metering.set_year, YearDays(2027, (date(2027, 1, 1), date(2027, 1, 4)), ()))
        assert seat.ask(due_day_told) == ()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (LateFeeChoice("least", "least_1", TODAY), "tomorrow"),
        (LateFeeChoice("most", "least_1", TOMORROW), "called so"),
        (LateFeeChoice("least", "due_day", TOMORROW), "no choice of it"),
    ],
)
def test_what_cannot_be_chosen_is_refused(fresh: Seat, wrong: LateFeeChoice, words: str) -> None:
    before = held(fresh)
    with pytest.raises(Refused, match=words):
        fresh.do(ledger.set_late_fee_choice, wrong)
    assert held(fresh) == before
    with pytest.raises(NotPermitted):
        seat_of(app_of(fresh), "cashier").do(ledger.set_late_fee_choice, LEAST)


def test_it_is_chosen_by_command(small_hall: str, capsys: pytest.CaptureFixture[str]) -> None:
    run = CommandLine(capsys, small_hall, today=f"{TODAY}", lang="en", station="1")
    (chosen,) = run.json("late-fees", "choose", "least", "least_1")
    assert (chosen["choice"], chosen["valid_from"]) == ("least_1", f"{TOMORROW}")
    assert "no choice of it" in run("late-fees", "choose", "least", "most", code=1).err
    told = run("late-fees", "settings").out
    assert "from the start" in told
    assert "Least late fee of a bill" in told


# The rule


def debt(name: str, principal: str, customer_class: str = "commercial") -> Debt:
    """A December bill that is due in January."""
    return Debt(customer_class, name, yuan(principal), date(2025, 1, 15), date(2024, 12, 1))


@pytest.mark.parametrize(
    ("name", "principal", "fee"),
    [
        ("2024", "10000.00", "300.00"),  # china.md 6: by the month billed the higher rate holds at once
        ("2024 due_day", "10000.00", "200.00"),
        ("2024 due_day least_1", "12.50", "1.00"),
        ("2024", "12.50", "0.38"),
    ],
)
def test_the_words_chosen_change_the_fee(name: str, principal: str, fee: str) -> None:
    assert late_fee(debt(name, principal), date(2025, 1, 25)).amount == yuan(fee)
    assert ("least" in SAY(note("residential", name))) == ("least" in name)


def test_a_last_payment_day_that_is_no_working_day_moves_where_a_hall_chose_so() -> None:
    saturday, monday = date(2026, 3, 7), date(2026, 3, 9)
    for chosen, due in (({}, saturday), ({"rest_day": "stays"}, saturday), ({"rest_day": "moves"}, monday)):
        assert due_day(saturday, COUNTRY.public_days, chosen) == due
    assert due_day(monday, COUNTRY.public_days, {"rest_day": "moves"}) == monday


def test_the_least_fee_was_law_until_2024_and_no_choice() -> None:
    assert [one.key for one in settings(date(2024, 5, 31))] == ["debt_year", "rest_day"]
    assert [one.key for one in settings(date(2024, 6, 1))] == ["debt_year", "rest_day", "least"]
    for name in ("2024 least_2", "2024  due_day", "2023"):
        with pytest.raises(ValueError, match="no late-fee rule set"):
            terms_of(name)
