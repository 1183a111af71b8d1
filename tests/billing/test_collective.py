"""Collective bills: the members' bills of a month on one paper, which follows whatever becomes of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from desktop.billing import service as billing
from desktop.billing.documents import collective_pdf
from desktop.billing.records import (
    CollectiveOrder,
    CollectiveShown,
    CorrectionOrder,
    ManualLine,
    ManualOrder,
    ReversalOrder,
)
from desktop.contracts import service as contracts
from desktop.contracts.records import GroupOrder, MembersOrder
from desktop.desk import service as desk
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Energy, Money
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.ledger import service as ledger
from desktop.search.records import PAPERS, SearchOrder
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.hall import (
    JANUARY,
    SMALL,
    connected_hall,
    issue,
    open_till,
    opened,
    pay,
    read,
    read_hall,
    together,
    yuan,
)

EN = catalog("en")
WHY = "the wrong house"
FIRST = date(2026, 1, 1)


@pytest.fixture
def seat(databases: Databases, tmp_path: Path) -> Iterator[Seat]:
    """Three households with January read, nothing drafted."""
    with opened(databases.like(read_hall), intents=tmp_path / "under_way") as app:
        yield app.command_line("1")


@pytest.fixture
def billed(seat: Seat) -> Seat:
    """The same with January billed."""
    issue(seat, billing.run_bills(seat, JANUARY).run.number)
    return seat


def group(seat: Seat, numbers: tuple[str, ...] = SMALL) -> str:
    return seat.do(contracts.make_group, GroupOrder("The works", SMALL[0], numbers, FIRST)).number


def collect(seat: Seat, number: str, *, partial: bool = False) -> CollectiveShown:
    made = seat.do(billing.collect_bills, CollectiveOrder(number, JANUARY.code, partial))
    return seat.ask(billing.collective_bill, made)


def bill_of(seat: Seat, account: str) -> str:
    return seat.ask(desk.account_card, account).bills[0].number


def stands(seat: Seat, number: str) -> CollectiveShown:
    """The newest version of a group's collective bill, which holds what its members owe of the month, to the cent."""
    newest = seat.ask(billing.collective_bills, number)[0]
    shown = seat.ask(billing.collective_bill, newest.number)
    accounts = {line.account_number for line in shown.lines}
    owed = Money.total(
        [item.principal for account in accounts for item in seat.ask(ledger.dues, account).items]
    )
    assert shown.open_now == newest.open == owed
    assert shown.amount == Money.total([line.amount for line in shown.lines])
    assert seat.app.verify() == []
    return shown


def test_the_bills_of_all_members_stand_on_one_paper_and_nothing_is_posted(billed: Seat) -> None:
    number = group(billed)
    owed = [billed.ask(ledger.dues, account) for account in SMALL]
    made = collect(billed, number)
    assert [(line.account_number, line.bill_number) for line in made.lines] == [
        (account, bill_of(billed, account)) for account in SMALL
    ]
    assert (made.amount, made.open, made.energy) == (yuan("484.20"), yuan("484.20"), Energy.of(900))
    assert (made.payer, made.address_lines, made.due_on) == (
        "Customer 1",
        ("Hangzhou", "Street 1"),
        date(2026, 2, 20),
    )
    assert (made.missing, made.version, made.supersedes) == ((), 1, "")
    assert [billed.ask(ledger.dues, account) for account in SMALL] == owed
    assert collect(billed, number) == made
    stands(billed, number)


def test_it_follows_the_walk_and_leaves_out_who_was_no_member_on_the_last_day(billed: Seat) -> None:
    number = group(billed, (SMALL[2], SMALL[0], SMALL[1]))
    billed.do(contracts.leave_group, MembersOrder(number, SMALL[1:2], JANUARY.last))
    assert [line.account_number for line in collect(billed, number).lines] == [SMALL[0], SMALL[2]]
    late = billed.do(contracts.make_group, GroupOrder("Late", SMALL[1], SMALL[1:2], JANUARY.end)).number
    with pytest.raises(Refused, match="No member"):
        collect(billed, late)


def test_while_a_member_has_no_bill_it_waits_or_is_made_of_a_part_that_says_so(seat: Seat) -> None:
    number = group(seat)
    run = billing.run_bills(seat, JANUARY).run.number
    with pytest.raises(Refused, match="No member"):
        collect(seat, number)
    issue(seat, run)
    seat.do(billing.reverse_bills, ReversalOrder((bill_of(seat, SMALL[1]),), WHY))
    with pytest.raises(Refused, match="Members without a bill") as refused:
        collect(seat, number)
    assert f"The first, {SMALL[1]}: Its bill was taken back." in EN(refused.value.text)
    made = collect(seat, number, partial=True)
    assert [(one.account_number, EN(one.reason)) for one in made.missing] == [
        (SMALL[1], "Its bill was taken back.")
    ]
    assert made.amount == yuan("322.80")
    issue(seat, billing.run_bills(seat, JANUARY).run.number)
    whole = stands(seat, number)
    assert (whole.supersedes, whole.missing, whole.amount, whole.version) == (
        made.number,
        (),
        yuan("484.20"),
        2,
    )


def test_held_members_are_told_with_the_reason_of_their_draft(databases: Databases) -> None:
    with opened(databases.like(connected_hall)) as app:
        seat = app.command_line("1")
        read(seat, SMALL[:2], JANUARY.last, 300)
        number = group(seat)
        issue(seat, billing.run_bills(seat, JANUARY).run.number)
        done = billing.collect_all(seat, JANUARY)
        ((waits,), made) = done.waiting, done.made
        assert (waits.group_number, made) == (number, ())
        (missing,) = waits.missing
        assert missing.account_number == SMALL[2]
        assert "read" in EN(missing.reason)
        assert len(billing.collect_all(seat, JANUARY, partial=True).made) == 1
        stands(seat, number)


def test_a_bill_taken_back_makes_a_new_version_and_the_earlier_stays(billed: Seat) -> None:
    number = group(billed)
    first = collect(billed, number)
    gone = bill_of(billed, SMALL[1])
    billed.do(billing.reverse_bills, ReversalOrder((gone,), WHY))
    second = stands(billed, number)
    assert (second.supersedes, second.version, second.amount) == (first.number, 2, yuan("322.80"))
    assert [EN(words) for words in second.reason] == [f"No longer on it: {gone}"]
    earlier = billed.ask(billing.collective_bill, first.number)
    assert (earlier.superseded_by, earlier.amount, earlier.lines[1].reversed_on) == (
        second.number,
        first.amount,
        date(2026, 2, 5),
    )


def test_a_bill_put_right_makes_one_new_version_with_both_told(billed: Seat) -> None:
    number = group(billed)
    first = collect(billed, number)
    wrong = bill_of(billed, SMALL[0])
    issue(billed, billing.correct_bills(billed, CorrectionOrder(WHY, (wrong,))).run.number)
    second = stands(billed, number)
    assert (second.supersedes, second.amount) == (first.number, first.amount)
    assert len(second.reason) == 2


def test_a_bill_by_hand_comes_to_it_and_payments_lower_what_is_left(billed: Seat) -> None:
    number = group(billed)
    collect(billed, number)
    line = ManualLine("The wall", Energy(0), yuan("10.00"))
    issue(billed, billing.bill_by_hand(billed, ManualOrder(SMALL[1], JANUARY.code, (line,), WHY)).run.number)
    second = stands(billed, number)
    assert (second.amount, len(second.lines), second.accounts) == (yuan("494.20"), 4, 3)
    pay(open_till(billed), SMALL[1], yuan("100.00"))
    third = stands(billed, number)
    assert (third.number, third.open, third.open_now) == (second.number, yuan("494.20"), yuan("394.20"))


def test_bills_taken_back_while_it_is_made_are_never_on_the_newest_version(billed: Seat) -> None:
    number, gone = group(billed), bill_of(billed, SMALL[2])
    together(
        [
            lambda: collect(billed, number),
            lambda: billed.do(billing.reverse_bills, ReversalOrder((gone,), WHY)),
        ]
    )
    collect(billed, number, partial=True)
    assert gone not in {line.bill_number for line in stands(billed, number).lines}


def test_groups_and_collective_bills_are_found_by_their_numbers(billed: Seat) -> None:
    number = group(billed)
    made = collect(billed, number)
    for typed in (number, made.number):
        (paper,) = billed.ask(desk.search_hits, SearchOrder(typed, 5)).papers
        assert paper.number == typed
    with pytest.raises(NotFound):
        billed.ask(billing.collective_bill, "L-hall-2026-000009")
    assert "group" in PAPERS


def test_its_paper_tells_the_sum_and_an_account_a_line(billed: Seat) -> None:
    number = group(billed)
    billed.do(billing.reverse_bills, ReversalOrder((bill_of(billed, SMALL[1]),), WHY))
    made = collect(billed, number, partial=True)
    content = collective_pdf(made, billed.app.catalog, billed.app.country, billed.app.picture)
    file = pypdfium2.PdfDocument(content)
    plain = " ".join(page.get_textpage().get_text_range() for page in file).replace("\N{NO-BREAK SPACE}", " ")
    for wanted in ("Collective bill", "322.80", number, made.number, "Its bill was taken back", "Street 3"):
        assert wanted in plain


def test_groups_are_made_and_billed_by_commands(
    databases: Databases, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command = CommandLine(capsys, databases.like(read_hall), today="2026-02-05", lang="en", station="1")
    made = command.json(
        "groups", "make", "The works", *SMALL[:2], "--payer", SMALL[2], "--from", "2026-01-01"
    )
    number = made["number"]
    assert (made["payer"], made["members"]) == ("Customer 3", 2)
    command.json("groups", "join", number, SMALL[2], "--from", "2026-01-01")
    assert command.json("groups", "leave", number, SMALL[2], "--from", "2026-01-15")["members"] == 2
    assert command.json("groups", "change", number, "--name", "The plant")["name"] == "The plant"
    run = command.json("bills", "run", "--period", "2026-01")["run"]["number"]
    assert "waits for" in command("groups", "bill", "--period", "2026-01", code=1).err
    command.json("bills", "issue", run)
    (paper,) = command.json("groups", "bill", "--period", "2026-01")["made"]
    assert command.json("groups", "bill", number, "--period", "2026-01")["number"] == paper
    shown = command.json("groups", "show", number)
    assert [one["account_number"] for one in shown["group"]["members"]] == list(SMALL)
    assert [one["number"] for one in shown["bills"]] == [paper]
    command.json("groups", "print", paper, "--out", str(tmp_path / "paper.pdf"))
    assert len(pypdfium2.PdfDocument(tmp_path / "paper.pdf")) == 1
    assert [row["number"] for row in command.json("groups", "list")] == [number]
