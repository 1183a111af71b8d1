"""What the last months would cost otherwise: exact where registers told, between honest bounds where not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from desktop.billing import service as billing
from desktop.billing.records import WhatIf, WhatIfOption
from desktop.contracts import service as contracts
from desktop.contracts.records import Share, Terms, TermsOrder
from desktop.desk import service as desk
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Energy, Factor, Money
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from tests.billing.mixed import (
    BEGAN,
    CHANGING,
    DEMAND,
    FACTORY,
    GROWING,
    HOUSEHOLD,
    SHOP,
    agree_on_prices,
    hang,
    mixed_hall,
    shipped,
    take,
)
from tests.billing.test_rating import together
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.hall import JANUARY, SMALL, connect, connected_hall, issue, meter, opened, read, yuan

EN, PLAIN = catalog("en"), SMALL[0]


@pytest.fixture
def mixed(databases: Databases, tmp_path: Path) -> Iterator[Seat]:
    """The hall of mixed accounts with January billed, in February."""
    with opened(databases.like(mixed_hall), intents=tmp_path / "under_way") as app:
        seat = app.command_line("1")
        billing.issue_run(seat, billing.run_bills(seat, JANUARY).run.number)
        yield seat


def options(found: WhatIf) -> dict[tuple[str, str], WhatIfOption]:
    return {(one.tariff, EN(one.variant) if one.variant else ""): one for one in found.options}


def billed(seat: Seat, number: str) -> Money:
    return seat.ask(desk.account_card, number).bills[0].amount


def test_what_an_account_has_costs_what_was_billed(mixed: Seat) -> None:
    for number in (HOUSEHOLD.number, DEMAND.number, FACTORY.number):  # the last one with losses
        found = mixed.ask(billing.what_if, number)
        own = found.own
        assert own is not None
        assert found.options[0] is own
        assert (own.low, own.high, own.exact) == (billed(mixed, number), billed(mixed, number), 1)
        assert found.months == (JANUARY.start,)


def test_a_household_with_bands_sees_both_lists_exactly_and_itself_as_a_large_one(mixed: Seat) -> None:
    """300 kWh, 180 of them in the peak: 300 × 0.538 without bands."""
    found = options(mixed.ask(billing.what_if, HOUSEHOLD.number))
    plain = found["ZJ-RES", ""]
    assert (plain.low, plain.high) == (yuan("161.40"), yuan("161.40"))
    assert ("ZJ-RES", "As a large household") in found
    assert all(one.tariff.startswith("ZJ-RES") for one in found.values())  # of its class alone


def test_without_bands_the_cost_lies_between_all_in_the_valley_and_all_in_the_peak(mixed: Seat) -> None:
    """A household read by one register: 0.288 and 0.568 a kWh, in the first tier."""
    connect(mixed, [PLAIN])
    read(mixed, [PLAIN], JANUARY.last, 300)
    found = options(mixed.ask(billing.what_if, PLAIN))
    banded = found["ZJ-RES-TOU", ""]
    assert (banded.low, banded.high, banded.exact) == (yuan("86.40"), yuan("170.40"), 0)
    assert found["ZJ-RES", ""].own


def test_capacity_against_demand_is_told_by_the_demand_that_was_read(mixed: Seat) -> None:
    """500 kW agreed, 570 kW read at most: by the measured demand it is more than by the agreed one within 105 %."""
    found = options(mixed.ask(billing.what_if, DEMAND.number))
    bases = {variant: one for (tariff, variant), one in found.items() if tariff == DEMAND.tariff}
    assert set(bases) == {"Transformer capacity", "Contract demand", "Measured demand"}
    assert bases["Contract demand"].own
    assert {one.exact for one in bases.values()} == {1}
    assert len({one.low for one in bases.values()}) == 3


def test_without_a_demand_it_lies_between_the_even_load_and_the_whole_capacity(mixed: Seat) -> None:
    found = options(mixed.ask(billing.what_if, GROWING.number))
    measured = found[GROWING.tariff, "Measured demand"]
    assert measured.low is not None
    assert measured.high is not None
    assert measured.low < measured.high
    assert measured.exact == 0


def test_what_cannot_be_reckoned_says_why(mixed: Seat, tmp_path: Path, databases: Databases) -> None:
    with pytest.raises(NotFound):
        mixed.ask(billing.what_if, "1")
    with (
        opened(databases.like(connected_hall), date(2026, 1, 5)) as app,
        pytest.raises(Refused, match="No month"),
    ):
        app.command_line("1").ask(billing.what_if, SMALL[0])
    no_price = options(mixed.ask(billing.what_if, CHANGING.number))
    assert no_price["CHANGING", ""].low is not None


def test_a_share_a_sub_meter_and_a_second_point_are_reckoned_in(mixed: Seat) -> None:
    """15 % of a shop's meter by another list, another account behind it, and a point of its own beside it."""
    main, part, second = (replace(SHOP, number=f"33010000095{at}", terms=None) for at in (1, 2, 3))
    main, part = (
        replace(one, tariff="CHANGING", used={"active": used}) for one, used in ((main, 9000), (part, 620))
    )
    second = replace(second, tariff="ZJ-RES", used={"active": 300})
    for kind in (main, part, second):
        hang(mixed, kind)
        take(mixed, kind)
    shares = (Share("ZJ-SHARED-NEW", percent=Factor.of(15)),)
    agree_on_prices(mixed.app, [shipped("zhejiang_shared_meter").replace("ZJ-SHARED", "ZJ-SHARED-NEW")])
    mixed.do(contracts.set_terms, TermsOrder(main.number, Terms(BEGAN, shares=shares)))
    mixed.do(contracts.set_terms, TermsOrder(part.number, Terms(BEGAN, within=meter(main.number))))
    together(mixed, main, second)
    issue(mixed, billing.run_bills(mixed, JANUARY).run.number)
    bill = mixed.ask(desk.account_card, main.number).bills[0]
    found = mixed.ask(billing.what_if, main.number)
    assert found.energy == Energy.of(9000 - 620 + 300)
    assert found.own is not None
    assert (found.own.low, found.own.high) == (bill.amount, bill.amount)  # its price changed inside January
    points = {one.point for one in found.options if not one.own}
    assert points == {meter(main.number), meter(second.number)}
    household = next(one for one in found.options if one.variant and one.tariff == "ZJ-RES")
    assert household.low == found.own.low  # 300 kWh stay in the first step either way
    assert mixed.ask(billing.what_if, part.number).energy == Energy.of(620)


def test_a_month_without_its_sub_meter_is_left_out_and_said_so(mixed: Seat) -> None:
    main, part = (replace(CHANGING, number=f"33010000096{at}") for at in (1, 2))
    for kind in (main, part):
        hang(mixed, kind)
    take(mixed, main)
    mixed.do(contracts.set_terms, TermsOrder(part.number, Terms(BEGAN, within=meter(main.number))))
    with pytest.raises(Refused, match="No month"):
        mixed.ask(billing.what_if, main.number)
    take(mixed, part)
    assert mixed.ask(billing.what_if, main.number).notes == ()


def test_it_is_told_by_a_command(databases: Databases, capsys: pytest.CaptureFixture[str]) -> None:
    command = CommandLine(capsys, databases.like(mixed_hall), today="2026-02-05", lang="en", station="1")
    head, *lines = command("accounts", "what-if", HOUSEHOLD.number).lines
    assert head == "1 month, 300 kWh"
    assert "now" in lines[0]
    assert len(command.json("accounts", "what-if", HOUSEHOLD.number)["options"]) == len(lines)
