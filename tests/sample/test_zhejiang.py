"""The sample hall: the same invented households and figures every time and on both databases."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desktop import sample
from desktop.app import App
from desktop.billing import service as billing
from desktop.billing.records import DraftState
from desktop.counter.tables import Payment
from desktop.desk import service as desk
from desktop.desk.records import AccountsOrder
from desktop.kernel.measures import Money
from desktop.kernel.work import Seat
from desktop.ledger import service as ledger
from desktop.metering import service as metering
from desktop.metering.records import ReadSource, RegisterCode
from desktop.metering.tables import Register, RegisterRead
from desktop.sample import zhejiang
from desktop.sample.others import OTHERS
from desktop.treasury import service as treasury
from desktop.treasury.records import DayQuery
from tests import hall as halls
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.papers_samples import pdf_pages

DECEMBER = "R-HM-2026-000001"
SAME_EVERYWHERE = {
    "december": "14185.88",
    "unpaid": "1209.41",
    "credit": "0.00",
    "payments": "44 12976.47",
}
"""Yuan. Whoever changes an invented number on purpose changes it here too."""


def told(seat: Seat) -> dict[str, str]:
    """The figures of a sample hall."""
    rows = seat.ask(desk.accounts, AccountsOrder())
    money = seat.app.country.currency.decimal
    with seat.app.database.read() as session:
        paid = session.scalars(sa.select(Payment.amount)).all()
    return {
        "december": str(money(seat.ask(billing.bill_run, DECEMBER).amount)),
        "unpaid": str(money(Money.total([row.owed for row in rows]))),
        "credit": str(money(Money.total([row.credit for row in rows]))),
        "payments": f"{len(paid)} {money(Money.total(paid))}",
    }


def test_households_are_the_same_whatever_was_drawn_before():
    first = sample.households()
    random.seed(1)
    random.random()
    assert sample.households() == first
    assert sample.households(2000)[:50] == first
    assert (first[0].number, first[0].meter, first[0].name) == ("330104827007", "001277390131", "孙桂香")
    assert (first[-1].number, first[-1].name) == ("330104827350", "胡强")


def test_numbers_and_meters_are_each_of_their_own():
    many = sample.households(2000)
    for values in ([one.number for one in many], [one.meter for one in many]):
        assert len(set(values)) == 2000
    assert all(one.monthly_kwh >= 0 and 1200 <= one.start <= 64000 for one in many)


def test_the_january_sheet_is_the_same_every_time():
    reads = sample.january_reads()
    assert reads == sample.january_reads()
    assert sample.january_reads(2000)[:50] == reads
    assert {read.read_on for read in reads} == {date(2026, 1, 31)}
    assert [read.row for read in reads] == list(range(2, 52))
    assert {read.source for read in reads} == {ReadSource.INSPECTOR}


def test_the_figures_are_the_same_on_both_databases(seat: Seat):
    assert told(seat) == SAME_EVERYWHERE


def test_two_halls_differ_in_their_ids_only(sqlite_databases, postgres_server):
    urls = sqlite_databases.like(halls.sample_hall), postgres_server.like(halls.sample_hall)
    try:
        seen = []
        for url in urls:
            with halls.opened(url) as app:
                seen.append(everything_shown(app.command_line()))
        assert seen[0] == seen[1]
    finally:
        sqlite_databases.drop(urls[0])
        postgres_server.drop(urls[1])


def everything_shown(seat: Seat) -> list[Any]:
    """Every account card and every bill, without ids, moments of booking and what is made of them."""
    rows = seat.ask(desk.accounts, AccountsOrder())
    cards = [seat.ask(desk.account_card, row.number) for row in rows]
    bills = [seat.ask(billing.bill, card.bills[0].number) for card in cards]
    return [
        (
            (
                card.row.number,
                card.row.customer_name,
                card.row.address,
                card.row.meter_serial,
                card.row.phone,
            ),
            (
                card.row.owed,
                card.row.credit,
                card.usage,
                [replace(found, read_ids=()) for found in card.bills],
                card.language,
                card.route,
            ),
            [(paid.receipt_number, paid.paid_at.date(), paid.tender, paid.amount) for paid in card.payments],
            (bill.lines, bill.amount_words, bill.due_on, bill.usage, bill.tiers, bill.payment_code),
            [(read.previous, read.current, read.energy, read.current_at) for read in bill.reads],
        )
        for card, bill in zip(cards, bills, strict=True)
    ]


def test_thirteen_month_ends_were_read_and_a_year_of_usage_is_known(app: App):
    seat = app.command_line()
    with app.database.read() as session:
        total = sa.select(RegisterRead.read_on).join(Register).where(Register.code == RegisterCode.ACTIVE)
        reads = Counter(session.scalars(total))
    exchange = reads.pop(zhejiang.EXCHANGED_ON)
    assert exchange == 2  # the old meter's last, the new one's first
    days = sorted(reads)
    assert len(days) == 13
    assert set(reads.values()) == {50}
    assert (days[0], days[-1]) == (date(2024, 12, 31), date(2025, 12, 31))
    assert all((day + timedelta(days=1)).day == 1 for day in days)
    for place in (1, 12, 17, 31, 41):
        card = seat.ask(desk.account_card, halls.account_number(place))
        assert [one.month for one in card.usage] == [date(2025, month, 1) for month in range(1, 13)]
    assert card.usage[1].energy.decimal > 1000
    empty = seat.ask(desk.account_card, halls.account_number(12))
    assert {one.energy.decimal for one in empty.usage} == {0}
    guessed = seat.ask(desk.account_card, halls.account_number(17))
    assert [one.month.month for one in guessed.usage if one.estimated] == [2]


def test_january_makes_thirteen_months(billed: Seat):
    for place in (1, 19, 50):
        card = billed.ask(desk.account_card, halls.account_number(place))
        assert len(card.usage) == 13
        shown = billed.ask(billing.bill, card.bills[0].number)
        assert [one.month for one in shown.usage] == [one.month for one in card.usage]
        assert shown.usage[-1].energy == shown.energy
    assert billed.ask(billing.bill, card.bills[0].number).letterhead.hall == "和睦营业厅"


def test_the_hall_has_its_interesting_customers(billed: Seat):
    """Past the first tier, past the second, an empty flat, an English one, debtors, and one who paid a part."""
    shown = {
        place: billed.ask(billing.bill, f"B-HM-2026-{50 + place:06}") for place in (5, 7, 12, 19, 23, 41)
    }
    assert len(shown[41].lines) == 3, "a villa past the second limit in one winter month"
    assert len(shown[5].lines) == 1
    assert shown[7].energy.decimal > 2000
    assert shown[23].energy.decimal > 2000
    assert (shown[12].energy.raw, shown[12].amount) == (0, Money(0))
    assert shown[19].language == "en"
    debtors = [
        place for place in range(1, 51)
        if any(item.overdue_days for item in billed.ask(ledger.dues, halls.account_number(place)).items)
    ]  # fmt: skip
    assert [place for place in debtors if place % 9 == 0] == [9, 18, 27, 36, 45]
    assert [place for place in debtors if place % 9] == [10, 20, 30, 40, 50]


def test_its_book_proves_sound(app: App, billed_hall: str):
    assert app.verify() == []
    assert app.clock.moment().date() == sample.BUSINESS_DATE
    with halls.opened(billed_hall) as other:
        assert other.verify() == []


def test_its_people_sign_in(app: App):
    rights = {
        login: app.sign_in(login, sample.PASSWORD, "3").actor.permissions for login in ("lin", "wang", "zhao")
    }
    assert "counter.take_payment" in rights["lin"]
    assert "counter.take_payment" not in rights["wang"]
    assert {"counter.take_payment", "billing.issue", "metering.import_reads"} <= rights["zhao"]


def test_a_hall_of_another_size(database_url: str, capsys: pytest.CaptureFixture[str], tmp_path: Path):
    run = CommandLine(capsys, database_url)
    assert "9 accounts" in run("demo", "--accounts", 9).out
    assert len(run.json("accounts", "list")) == 9
    run("readings", "import", halls.january_sheet(tmp_path, sample.january_reads(9)))
    run("bills", "run", "--period", "2026-01")
    assert run.json("bills", "issue", "R-HM-2026-000002")["run"]["issued"] == 9
    assert run.json("verify") == []


@pytest.mark.trial
def test_two_thousand_accounts(database_url: str, capsys: pytest.CaptureFixture[str], tmp_path: Path):
    """A hall forty times as large does its January: made, read, billed, issued, printed, paid, proven."""
    run = CommandLine(capsys, database_url)
    run("demo", "--accounts", 2000)
    reads = sample.january_reads(2000)
    done = run.json("readings", "import", halls.january_sheet(tmp_path, reads))
    assert (done["stored"], done["problems"]) == (2000 - len(OTHERS), [])
    drafted = run.json("bills", "run", "--period", "2026-01")["run"]
    assert (drafted["ready"], drafted["held"]) == (2000, 0)
    run.sign(drafted["number"])
    issued = run.json("bills", "issue", drafted["number"])["run"]
    assert (issued["issued"], issued["amount"]) == (2000, drafted["amount"])
    out = tmp_path / "bills.pdf"
    assert run.json("bills", "print", drafted["number"], "--out", out)["pages"] == 2000
    pages = pdf_pages(out.read_bytes())
    assert "B-HM-2026-002001" in pages[0]
    assert "B-HM-2026-004000" in pages[-1]
    rows = run.json("accounts", "list", "--limit", 2000)
    assert len(rows) == 2000
    january = sum(
        Decimal(row["amount"]) for row in run.json("bills", "list") if row["period"]["start"] == "2026-01-01"
    )
    assert january == Decimal(issued["amount"])
    paid = run.json("pay", "--account", rows[-1]["number"], "--amount", rows[-1]["owed"])
    assert paid["number"].startswith("0-26")
    assert run.json("accounts", "show", rows[1998]["number"])["payments"], (
        "all of them paid December, not fifty"
    )
    assert run.json("verify") == []


WHAT_OTHERS_PAY = {
    1: ("352", "156.54"),
    2: ("2275", "1269.45"),
    3: ("3747", "3044.49"),
    4: ("58346", "49184.91"),
    5: ("54000", "63906.87"),
    6: ("55200", "47364.76"),
    7: ("1488", "830.30"),
    8: ("8808", "6245.20"),
    9: ("658", "484.08"),
    10: ("417", "216.28"),
}
"""January, by place: kWh and yuan. Whoever changes an invented number on purpose changes it here too."""


def test_accounts_of_every_kind_stand_beside_the_households(databases: Databases) -> None:
    """Households by the hour, shared and large; a shop, three factories, a farm, a market with a shop behind it."""
    with halls.opened(databases.like(halls.whole_sample_hall)) as app:
        seat = app.command_line("1")
        assert len(seat.ask(desk.accounts, AccountsOrder())) == sample.ACCOUNTS
        december = {row.account_number: row for row in seat.ask(billing.run_drafts, DECEMBER)}
        assert {december[one.number].state for one in OTHERS} == {DraftState.ISSUED}
        run = billing.run_bills(seat, halls.JANUARY)
        drafts = {row.account_number: row for row in seat.ask(billing.run_drafts, run.run.number)}
        told = {
            one.place: (
                f"{drafts[one.number].energy.decimal:.0f}",
                str(app.country.currency.decimal(drafts[one.number].amount)),
            )
            for one in OTHERS
        }
        assert told == WHAT_OTHERS_PAY
        assert all(not drafts[one.number].flags for one in OTHERS), "nothing of theirs waits for a signature"
        assert len(run.held) == sample.HOUSEHOLDS, "their reads come on a sheet"
        assert seat.ask(treasury.day_look, DayQuery()).open_tills == (), "its first day can be closed"
        assert app.verify() == []


def test_one_meter_has_bands_one_was_exchanged_and_a_few_reads_are_doubted(app: App):
    seat = app.command_line()
    banded = seat.ask(desk.account_card, halls.account_number(zhejiang.BANDED)).reads
    assert {read.register for read in banded} == {RegisterCode.ACTIVE, RegisterCode.PEAK, RegisterCode.VALLEY}
    newest = {read.register: read.energy for read in banded[:3]}
    assert newest[RegisterCode.PEAK] + newest[RegisterCode.VALLEY] == newest[RegisterCode.ACTIVE]
    exchanged = seat.ask(desk.account_card, halls.account_number(zhejiang.EXCHANGED))
    assert len({read.meter_serial for read in exchanged.reads}) == 2
    assert all(one.energy.raw >= 0 for one in exchanged.usage)
    waiting = seat.ask(metering.doubtful_reads).rows
    assert {row.account_number for row in waiting} == {halls.account_number(place) for place in zhejiang.TOLD}
    assert len({row.doubts[0].flag for row in waiting}) == 3
