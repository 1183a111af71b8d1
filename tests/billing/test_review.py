"""The second pair of eyes: what waits for it by the limits of its class, who signs, sends back and looks again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from desktop.billing import service as billing
from desktop.billing.records import (
    ClassLimits,
    DraftQuery,
    DraftRow,
    DraftsPage,
    DraftState,
    ReviewFlag,
    ReviewLimits,
    SendBackOrder,
    SignOrder,
)
from desktop.billing.service import looks
from desktop.contracts import service as contracts
from desktop.contracts.records import Connections
from desktop.kernel.errors import NotPermitted, Refused
from desktop.kernel.measures import Energy
from desktop.kernel.period import Period
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.tariffs.records import CustomerClass
from tests.command_line import CommandLine
from tests.databases_server import Databases, goes_on_from
from tests.hall import (
    JANUARY,
    SMALL,
    connection,
    issue,
    opened,
    read,
    read_hall,
    seat_of,
    sign,
    yuan,
)

EN = catalog("en")
FEBRUARY, MARCH = Period.month("2026-02"), Period.month("2026-03")
NEWCOMER = "330100000004"
HOME = CustomerClass.RESIDENTIAL


@goes_on_from(read_hall)
def february_read(url: str) -> None:
    """January billed; in February one used as before, one nothing, one much more, and one is new."""
    with opened(url) as app:
        seat = app.command_line("1")
        issue(seat, billing.run_bills(seat, JANUARY).run.number)
    with opened(url, date(2026, 3, 1)) as app:
        seat = app.command_line("1")
        seat.do(contracts.connect, Connections((connection(NEWCOMER, starts_on=JANUARY.last),)))
        for number, used in zip((*SMALL, NEWCOMER), (610, 300, 1200, 50), strict=True):
            read(seat, [number], FEBRUARY.last, used)


@pytest.fixture
def seat(databases: Databases, tmp_path: Path) -> Iterator[Seat]:
    """The hall on the day February is billed."""
    with opened(databases.like(february_read), date(2026, 3, 2), tmp_path / "under_way") as app:
        yield app.command_line("1")


@pytest.fixture
def other(seat: Seat) -> Seat:
    """Another person than who drafts."""
    return seat_of(seat.app, "supervisor")


def drafted(seat: Seat) -> tuple[str, dict[str, DraftRow]]:
    run = billing.run_bills(seat, FEBRUARY).run.number
    return run, rows(seat, run)


def rows(seat: Seat, run: str) -> dict[str, DraftRow]:
    return {row.account_number: row for row in seat.ask(billing.run_drafts, run)}


def order(run: str, row: DraftRow) -> SignOrder:
    assert row.account_id is not None
    return SignOrder(run, (row.account_id,))


def later(seat: Seat, day: date) -> Seat:
    """The same seat on another business date."""
    app = seat.app
    return replace(seat, app=type(app)(app.database, app.country, day, app.intents))


def test_nothing_much_more_and_a_newcomer_wait_and_the_others_do_not(seat: Seat) -> None:
    _, found = drafted(seat)
    assert {number: row.flags for number, row in found.items()} == {
        SMALL[0]: (),
        SMALL[1]: (ReviewFlag.ZERO, ReviewFlag.JUMP),
        SMALL[2]: (ReviewFlag.JUMP,),
        NEWCOMER: (ReviewFlag.FIRST,),
    }


def test_drafts_are_gone_through_page_by_page(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    run, _ = drafted(seat)
    every = seat.ask(billing.run_drafts, run)
    waiting = tuple(row for row in every if row.flags)
    for limit in (1, 2, 3, 4, 5):
        assert tuple(billing.each_draft(seat, DraftsPage(run, limit=limit))) == every
        assert tuple(billing.each_draft(seat, DraftsPage(run, limit=limit, unsigned=True))) == waiting
    named = DraftsPage(run, numbers=(SMALL[2], SMALL[0], "none of it"))
    assert [row.account_number for row in billing.each_draft(seat, named)] == [SMALL[0], SMALL[2]]
    shown = seat.ask(billing.bill_run, run)
    before = [row for row in every if row.energy_before]
    assert (shown.compared, shown.energy_before) == (
        Energy.total([row.energy for row in before]), Energy.total([row.energy_before for row in before])
    )  # fmt: skip
    assert before
    assert len(before) < len(every)
    monkeypatch.setattr(looks, "MOST_SHOWN", 3)  # what waits is shown before what does not
    assert seat.ask(billing.run_drafts, run) == waiting
    monkeypatch.setattr(looks, "MOST_SHOWN", 2)
    assert seat.ask(billing.run_drafts, run) == waiting[:2]
    assert seat.ask(billing.held_drafts, run) == ()
    keys = tuple(row.account_id for row in waiting if row.account_id)
    seat_of(seat.app, "supervisor").do(billing.send_back, SendBackOrder(run, keys, "look again"))
    assert [row.account_number for row in seat.ask(billing.held_drafts, run)] == [
        row.account_number for row in waiting[:2]
    ]


def test_a_hall_that_bills_for_the_first_time_looks_at_no_bill_because_it_is_the_first(
    databases: Databases,
) -> None:
    with opened(databases.like(read_hall)) as app:
        seat = app.command_line("1")
        assert billing.run_bills(seat, JANUARY).run.unsigned == 0


def test_the_same_use_for_months_waits(seat: Seat) -> None:
    issue(seat, drafted(seat)[0])
    march = later(seat, date(2026, 4, 1))
    for number, used in ((SMALL[0], 930), (SMALL[1], 300), (SMALL[2], 2100)):
        read(march, [number], MARCH.last, used)
    run = billing.run_bills(march, MARCH).run.number
    assert {number: row.flags for number, row in rows(march, run).items() if number in SMALL} == {
        SMALL[0]: (),
        SMALL[1]: (ReviewFlag.ZERO,),
        SMALL[2]: (),
    }
    issue(march, run)
    april = later(seat, date(2026, 5, 1))
    for number, used in ((SMALL[0], 1250), (SMALL[1], 300), (SMALL[2], 3000)):
        read(april, [number], date(2026, 4, 30), used)
    run = billing.run_bills(april, Period.month("2026-04")).run.number
    found = rows(april, run)
    assert found[SMALL[1]].flags == (ReviewFlag.ZERO, ReviewFlag.SAME)
    assert found[SMALL[2]].flags == (ReviewFlag.SAME,)
    assert found[SMALL[0]].flags == ()


def test_limits_of_a_class_hold_from_their_day_on(seat: Seat, other: Seat) -> None:
    """Set today for tomorrow: today's drafts keep those of today, tomorrow's have the new ones."""
    tomorrow = seat.today() + timedelta(days=1)
    waiting = (ReviewFlag.LARGE, ReviewFlag.JUMP)
    limits = ReviewLimits(400, Energy.of(200), yuan("300.00"), 4, waiting)
    other.do(billing.set_review_limits, ClassLimits(HOME, tomorrow, limits))
    assert drafted(seat)[1][SMALL[1]].flags == (ReviewFlag.ZERO, ReviewFlag.JUMP)
    run = billing.run_bills(later(seat, tomorrow), FEBRUARY).run.number
    assert {number: row.flags for number, row in rows(seat, run).items()} == {
        SMALL[0]: (),
        SMALL[1]: (),
        SMALL[2]: (ReviewFlag.LARGE,),
        NEWCOMER: (),
    }
    known = [one for one in seat.ask(billing.review_limits) if one.customer_class is HOME]
    assert known == [ClassLimits(HOME, None, ReviewLimits()), ClassLimits(HOME, tomorrow, limits)]


def test_limits_of_a_coming_day_are_set_again_and_bad_ones_are_refused(seat: Seat, other: Seat) -> None:
    tomorrow = seat.today() + timedelta(days=1)
    for percent in (20, 40):
        other.do(billing.set_review_limits, ClassLimits(HOME, tomorrow, ReviewLimits(percent)))
    known = [one for one in seat.ask(billing.review_limits) if one.customer_class is HOME]
    assert [one.limits.jump_percent for one in known] == [30, 40]
    good = ReviewLimits()
    for day, limits in (
        (seat.today(), good),
        (None, good),
        (tomorrow, replace(good, jump_percent=0)),
        (tomorrow, replace(good, floor=Energy(-1))),
        (tomorrow, replace(good, large=yuan("0.00"))),
        (tomorrow, replace(good, same_months=1)),
    ):
        with pytest.raises(Refused):
            other.do(billing.set_review_limits, ClassLimits(HOME, day, limits))
    with pytest.raises(NotPermitted):
        seat_of(seat.app, "cashier").do(billing.set_review_limits, ClassLimits(HOME, tomorrow, good))
    assert seat.app.verify() == []


def test_issue_waits_for_each_signature(seat: Seat, other: Seat) -> None:
    run, found = drafted(seat)
    issued = billing.issue_run(seat, run).run
    assert (issued.issued, issued.unsigned) == (1, 3)
    with pytest.raises(Refused, match="Another person"):
        seat.do(billing.sign_drafts, order(run, found[SMALL[1]]))
    other.do(billing.sign_drafts, order(run, found[SMALL[1]]))
    assert billing.issue_run(seat, run).run.issued == 2
    assert sign(seat, run) == 2
    assert billing.issue_run(seat, run).run.issued == 4
    assert seat.app.verify() == []


def test_a_draft_sent_back_is_held_with_the_reason_until_it_is_drafted_again(seat: Seat, other: Seat) -> None:
    run, found = drafted(seat)
    row = found[SMALL[1]]
    assert row.account_id is not None
    back = SendBackOrder(run, (row.account_id,), "look at the meter")
    with pytest.raises(Refused, match="Another person"):
        seat.do(billing.send_back, back)
    with pytest.raises(Refused, match="Say why"):
        other.do(billing.send_back, replace(back, reason=" "))
    assert other.do(billing.send_back, back).held == 1
    held = rows(seat, run)[SMALL[1]]
    assert (held.state, held.reason and EN(held.reason)) == (
        DraftState.HELD,
        "Sent back by Supervisor: look at the meter",
    )
    sign(seat, run)
    assert billing.issue_run(seat, run).run.issued == 3
    again = billing.draft_again(seat, run).run
    assert (again.ready, again.unsigned, again.held) == (1, 1, 0)
    issue(seat, run)
    assert seat.app.verify() == []


def test_what_was_decided_is_taken_back_until_it_is_issued(seat: Seat, other: Seat) -> None:
    run, found = drafted(seat)
    one, two = found[SMALL[1]], found[SMALL[2]]
    assert two.account_id is not None
    other.do(billing.sign_drafts, order(run, one))
    other.do(billing.send_back, SendBackOrder(run, (two.account_id,), "why so much"))
    both = SignOrder(run, tuple(row.account_id for row in (one, two) if row.account_id))
    assert other.do(billing.look_again, both).done == 2
    assert {rows(seat, run)[number].unsigned for number in SMALL[1:]} == {True}
    assert other.do(billing.look_again, both).done == 0
    assert billing.issue_run(seat, run).run.issued == 1
    issue(seat, run)
    assert other.do(billing.look_again, both).done == 0
    assert {row.state for row in rows(seat, run).values()} == {DraftState.ISSUED}
    assert seat.app.verify() == []


def test_a_draft_is_looked_at_with_its_months_lines_and_reads(seat: Seat) -> None:
    run, found = drafted(seat)
    row = found[SMALL[2]]
    assert row.account_id is not None
    look = seat.ask(billing.draft_look, DraftQuery(run, row.account_id))
    assert [month.energy for month in look.usage] == [Energy.of(300), row.energy]
    assert sum(line.amount.raw for line in look.lines) == row.amount.raw
    assert [read.energy for read in look.reads] == [row.energy]


# By the command line


def test_the_queue_is_worked_by_commands(
    databases: Databases, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    url = databases.like(february_read)
    with opened(url, date(2026, 3, 2), tmp_path / "under_way") as app:
        run, _ = drafted(seat_of(app, "supervisor"))
    command = CommandLine(capsys, url, today="2026-03-02", lang="en", station="1")
    assert [row["account_number"] for row in command.json("bills", "queue", run)] == [*SMALL[1:], NEWCOMER]
    (line,) = command("bills", "queue", run, "--reason", "first").lines
    assert NEWCOMER in line
    assert "First bill" in line
    every = command.json("bills", "differences", run)
    assert [row["account_number"] for row in every][:2] == [SMALL[2], SMALL[1]]
    assert command.json("bills", "differences", run, "--first", 2) == every[:2]
    shown = command("bills", "show", SMALL[2], "--draft", run).lines
    assert "Draft: nothing is owed before run" in shown[1]
    assert not [line for line in shown if "Check code" in line]
    assert command.json("bills", "show", SMALL[2], "--draft", run)["amount"] == every[0]["amount"]
    assert "no account" in command("bills", "show", "999", "--draft", run, code=1).err
    refused = command("bills", "sign", run, SMALL[2], code=1).err
    assert "no second person" in refused
    assert "Another person than the maker" in command.by("supervisor")("bills", "sign", run, code=1).err
    command = command.by("clerk")
    assert command.json("bills", "send-back", run, SMALL[1], "--reason", "look at the meter")["held"] == 1
    assert command.json("bills", "sign", run, SMALL[2])["done"] == 1
    assert command.json("bills", "look-again", run, SMALL[1], SMALL[2])["done"] == 2
    assert "has no account" in command("bills", "look-again", run, "330100000099", code=1).err
    assert command.json("bills", "sign", run)["done"] == 3
    assert command.json("bills", "issue", run)["run"]["issued"] == 4


def test_limits_are_shown_and_set_by_a_command(
    databases: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    command = CommandLine(capsys, databases.like(read_hall), today="2026-02-05", lang="en", station="1")
    assert len(command("bills", "limits").lines) == len(CustomerClass)
    (made,) = command.json(
        "bills",
        "limits",
        "--class",
        "farming",
        "--jump",
        "45",
        "--large",
        "500",
        "--wait",
        "jump",
        "--wait",
        "first",
    )
    assert made["valid_from"] == "2026-02-06"
    limits = made["limits"]
    assert (limits["jump_percent"], limits["large"], limits["same_months"]) == (45, "500.00", 3)
    assert [row["valid_from"] for row in command.json("bills", "limits", "--class", "farming")] == [
        None,
        "2026-02-06",
    ]
    assert (
        "tomorrow"
        in command("bills", "limits", "--class", "farming", "--from", "2026-02-05", "--jump", "9", code=1).err
    )
    assert "class of customers" in command("bills", "limits", "--jump", "9", code=2).err
