"""Accounts with several service points: in from a workbook, out again, and into the other kind of database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desktop.app import App
from desktop.billing import service as billing
from desktop.billing.records import DraftQuery, DraftState
from desktop.contracts import service as contracts
from desktop.contracts.records import CapacitySpell, NewPlace, PlaceFacts, PointOrder, SpellKind, SpellOrder
from desktop.desk import service as desk
from desktop.desk.records import AccountsOrder
from desktop.kernel.measures import Energy, Factor, Money, Power, Reading
from desktop.kernel.period import Period
from desktop.kernel.text import catalog
from desktop.kernel.work import Seat
from desktop.metering import service as metering
from desktop.metering.records import NewRegister, ReadImport, ReadRow, RegisterCode, RouteQuery
from desktop.parties.records import MergeOrder, MergeUndone
from desktop.premises.records import SupplyState
from desktop.sample.others import OTHERS, price_lists
from desktop.takeover import service as takeover
from desktop.takeover.documents.columns import HallSheet
from desktop.takeover.documents.sheets import (
    ACCOUNTS,
    CONTRACTS,
    HISTORY,
    ITEMS,
    METERS,
    PAYMENTS,
    POINTS,
    TARIFFS,
)
from desktop.takeover.records import (
    Choices,
    ContractLine,
    Duplicates,
    HistoryLine,
    MeterLine,
    PointLine,
    ReleaseOrder,
    ReleaseReason,
    TariffLine,
)
from desktop.tariffs import service as tariffs
from desktop.tariffs.records import DecisionOrder, VersionState
from tests.databases_server import Databases
from tests.hall import founded, january_sheet, opened, party_of, sample_hall, seat_of, whole_sample_hall
from tests.takeover.test_round_trip import told
from tests.takeover.workbooks import LAST_READ, account, hall, written

KEEP = Choices(Duplicates.KEEP)
MOVING = ReleaseOrder("out.xlsx", ReleaseReason.TAKEOVER)
FIRST = account(0)
_CAPACITY, _DEMAND = OTHERS[3:5]
JANUARY, FEBRUARY = Period.month("2026-01"), Period.month("2026-02")

Rows = dict[HallSheet, Iterable[Any]]


def two_points() -> Rows:
    """A hall whose first account is supplied at a workshop too, on another route; where it lives comes second."""
    rows: dict[HallSheet, list[Any]] = {sheet: list(lines) for sheet, lines in hall(4).items()}
    rows[POINTS].append(
        PointLine("W", "H1", "380 V", "F2", "T2", SupplyState.LIMITED, Power.of("60.5"), FIRST, "R7", 3)
    )
    for register, value in ((RegisterCode.ACTIVE, 100), (RegisterCode.REACTIVE, 20)):
        rows[METERS].append(
            MeterLine("W1", "W", Reading.of(value), LAST_READ, 6, register, Factor.of(40), date(2024, 1, 1))
        )
    rows[CONTRACTS].append(ContractLine(FIRST, "YL-FARM", date(2019, 1, 1), None, "W"))
    rows[HISTORY].append(HistoryLine(FIRST, 2026, m1=Energy.of(4000), point="W"))
    rows[TARIFFS].append(TariffLine("YL-FARM"))
    rows[ITEMS] = rows[PAYMENTS] = []
    return {**rows}


def agreed(app: App, *lists: str) -> None:
    """Price lists that one person proposed and another approved."""
    one, other = seat_of(app, "supervisor"), seat_of(app, "administrator")
    for words in lists:
        one.do(tariffs.propose_tariff, words)
        waiting = next(row for row in other.ask(tariffs.versions) if row.state is VersionState.WAITING)
        content = other.ask(tariffs.version_shown, waiting.version).content
        other.do(tariffs.decide_tariff, DecisionOrder(waiting.version, content, approve=True))


def of_farms() -> str:
    """A price list of another customer class."""
    return price_lists()[-1]


def test_a_further_point_comes_in_with_all_that_is_its_own(seat: Seat, tmp_path: Path) -> None:
    agreed(seat.app, of_farms())
    file = written(tmp_path, two_points())
    done = takeover.import_hall(seat, file)
    assert (done.problems, done.taken) == ((), done.totals)
    assert dict(done.totals.counts)["points"] == 5
    first, other = seat.ask(desk.supplies, FIRST)
    assert (first.contract.tariff_code, other.contract.tariff_code) == ("YL-FARM", "ZJ-RES")
    assert (first.place.supply_state, first.capacity) == (SupplyState.LIMITED, Power.of("60.5"))
    assert (other.place.supply_state, other.capacity) == (SupplyState.CONNECTED, None)
    card = seat.ask(desk.account_card, FIRST)
    assert [(one.address, one.meter_serial) for one in card.points] == [
        ("Street 0 No. 1", "W1"),
        ("Street 0 No. 0", f"M{FIRST}"),
    ]
    (stop,) = seat.ask(contracts.reading_round, RouteQuery("R7", FEBRUARY)).stops
    assert (stop.account_number, stop.address) == (FIRST, "Street 0 No. 1")
    assert (first.route, first.position) == ("R7", 3)
    assert takeover.import_hall(seat, file).known
    assert seat.app.verify() == []


def test_the_class_of_an_account_is_that_of_its_main_point_on_both_sides(
    both: tuple[Seat, Seat], tmp_path: Path
) -> None:
    """The workshop was supplied first, so the credit is a farm's, wherever it stands in the workbook."""
    for seat in both:
        agreed(seat.app, of_farms())
    here, there = both
    came = takeover.import_hall(here, written(tmp_path, two_points()), choices=KEEP)
    credit = {one.customer_class: one.credit for one in came.taken.classes}
    assert credit == {"farming": Money(500)}
    given = takeover.export_hall(here, tmp_path / "out.xlsx", MOVING)
    assert given is not None
    moved = takeover.import_hall(there, tmp_path / "out.xlsx", choices=KEEP)
    assert given.totals == came.taken == moved.taken
    again = takeover.export_hall(there, tmp_path / "again.xlsx", MOVING)
    assert again is not None
    assert told(tmp_path / "out.xlsx") == told(tmp_path / "again.xlsx")
    for number in (FIRST, account(1)):
        mine, theirs = here.ask(desk.supplies, number), there.ask(desk.supplies, number)
        assert [
            (one.route, one.position, one.capacity, one.meter, one.place.supply_state) for one in mine
        ] == [(one.route, one.position, one.capacity, one.meter, one.place.supply_state) for one in theirs]


@pytest.mark.parametrize(
    ("sheet", "change", "what"),
    [
        (POINTS, {"account": account(1), "number": "S0"}, "stands in row"),
        (POINTS, {"route": "R0", "position": 2}, "An account has this place"),
        (POINTS, {"route": "R7", "position": None}, "belong together"),
        (CONTRACTS, {"account": account(1)}, "no such further service point"),
        (HISTORY, {"m2": Energy.of(5)}, "after the last read"),
        (HISTORY, {"account": account(1)}, "no such further service point"),
        (METERS, {"point": "S1"}, "Another"),
    ],
)
def test_a_further_point_that_is_not_right_is_named(
    checking: Seat, tmp_path: Path, sheet: HallSheet, change: dict[str, Any], what: str
) -> None:
    rows = {**two_points()}
    lines = list(rows[sheet])
    rows[sheet] = [*lines[:-1], replace(lines[-1], **change)]
    done = takeover.import_hall(checking, written(tmp_path, rows), dry_run=True)
    told_of = [catalog("en")(one.line) for one in done.problems]
    assert any(what in one for one in told_of), told_of
    assert not done.groups[0].taken


def test_an_account_names_its_first_point_itself(checking: Seat, tmp_path: Path) -> None:
    rows = {**two_points()}
    accounts = list(rows[ACCOUNTS])
    rows[ACCOUNTS] = [replace(accounts[0], point="", route="", position=None), *accounts[1:]]
    done = takeover.import_hall(checking, written(tmp_path, rows), dry_run=True)
    assert any("names no service point" in catalog("en")(one.line) for one in done.problems)


def with_more(seat: Seat) -> None:
    """The sample hall with an account of three places and one customer who was two."""
    numbers = [one.number for one in seat.ask(desk.accounts, AccountsOrder())][:3]
    for nth, meter in enumerate(("W8", "W9")):
        facts = PlaceFacts(
            "310015", "Hangzhou", f"Workshop Lane {nth}", "380 V", "F2", "T7", Power.of(30 + nth)
        )
        registers = (NewRegister(RegisterCode.ACTIVE, 6, Reading.of(50)),)
        place = NewPlace(facts, meter, Factor.of(1), registers, "0412", 900 + nth)
        seat.do(contracts.add_point, PointOrder(numbers[0], "ZJ-RES", date(2026, 1, 1), place))
    kept, merged = (party_of(seat, number) for number in numbers[1:])
    seat.do(contracts.merge_parties, MergeOrder(kept, merged, "one person"))


def test_the_sample_hall_with_such_accounts_moves_and_is_billed_alike(
    sqlite_databases: Databases, postgres_server: Databases, tmp_path: Path
) -> None:
    urls = sqlite_databases.like(sample_hall), postgres_server.like(founded)
    with opened(urls[0]) as old, opened(urls[1]) as new:
        here, there = old.command_line("1"), new.command_line("1")
        with_more(here)
        given = takeover.export_hall(here, tmp_path / "sample.xlsx", MOVING)
        assert given is not None
        moved = takeover.import_hall(there, tmp_path / "sample.xlsx", choices=KEEP)
        assert (moved.problems, moved.taken) == ((), given.totals)
        again = takeover.export_hall(there, tmp_path / "again.xlsx", MOVING)
        assert again is not None
        assert again.totals == given.totals
        assert told(tmp_path / "sample.xlsx") == told(tmp_path / "again.xlsx")
        number = next(one.number for one in here.ask(desk.accounts, AccountsOrder()))
        lanes = tuple(
            ReadRow("", 9 + nth, number, meter, Reading.of(90 + nth), JANUARY.last)
            for nth, meter in enumerate(("W8", "W9"))
        )
        bills = []
        for seat in (here, there):
            waiting = {one.doubtful_id for one in seat.ask(metering.doubtful_reads).rows}  # of February
            metering.import_sheet(seat, january_sheet(tmp_path))
            assert seat.do(metering.import_reads, ReadImport("lanes", lanes)).problems == ()
            doubted = {one.doubtful_id for one in seat.ask(metering.doubtful_reads).rows} - waiting
            seat.do(metering.accept, tuple(doubted))
            run = billing.run_bills(seat, JANUARY)
            bills.append((run.held, run.run.amount, run.run.energy))
            assert seat.app.verify() == []
        assert bills[0] == bills[1]
        mine, theirs = (
            [one.meter_serial for one in seat.ask(desk.account_card, number).points] for seat in (here, there)
        )
        assert mine == theirs
        assert sorted(mine[1:]) == ["W8", "W9"]
        kept, merged = (one.number for one in here.ask(desk.accounts, AccountsOrder())[1:3])
        for seat in (here, there):
            (shown,) = seat.ask(desk.party_card, party_of(seat, merged)).merges
            assert shown.kept_id == party_of(seat, kept)
            seat.do(contracts.unmerge_parties, MergeUndone(shown.merged_id, "two after all"))
            assert party_of(seat, kept) == shown.kept_id
            assert party_of(seat, merged) == shown.merged_id
            assert seat.app.verify() == []


def sealed(seat: Seat) -> None:
    """Days of another capacity at both factories of the sample; one of them is over."""
    spells = (
        (_CAPACITY, CapacitySpell(SpellKind.SUSPENDED, date(2026, 1, 6), date(2026, 2, 1), Power.of(115))),
        (_DEMAND, CapacitySpell(SpellKind.EXEMPT, date(2026, 1, 20), reason="2026-17")),
        (_DEMAND, CapacitySpell(SpellKind.REDUCED, date(2025, 11, 3), date(2025, 12, 20), Power.of(200))),
    )
    for one, spell in spells:
        seat.do(contracts.set_spell, SpellOrder(one.number, spell))


def test_the_sample_hall_of_every_kind_of_account_moves_and_is_billed_alike(
    sqlite_databases: Databases, postgres_server: Databases, tmp_path: Path
) -> None:
    """Two-part customers with losses, power factor standards and capacity days, shares, a sub-meter, free energy."""
    urls = sqlite_databases.like(whole_sample_hall), postgres_server.like(founded)
    with opened(urls[0]) as old, opened(urls[1]) as new:
        here, there = old.command_line("1"), new.command_line("1")
        agreed(new, *price_lists()[1:])
        sealed(here)
        given = takeover.export_hall(here, tmp_path / "sample.xlsx", MOVING)
        moved = takeover.import_hall(there, tmp_path / "sample.xlsx", choices=KEEP)
        again = takeover.export_hall(there, tmp_path / "again.xlsx", MOVING)
        assert given is not None
        assert again is not None
        assert (moved.problems, moved.taken, again.totals) == ((), given.totals, given.totals)
        assert told(tmp_path / "sample.xlsx") == told(tmp_path / "again.xlsx")
        assert new.verify() == []
        before, after = (january(seat) for seat in (here, there))
        assert before == after
        factory = before[_CAPACITY.number]
        assert any("kWh lost" in words for words in factory[-1])
        assert any("sealed" in words for words in factory[-1])


def january(seat: Seat) -> dict[str, tuple[Energy, Money, list[str]]]:
    """What each account of other kinds than a household would be billed for January: its lines, and how they come
    about."""
    run = billing.run_bills(seat, JANUARY).run.number
    say, found = catalog("en"), {}
    for one in seat.ask(billing.run_drafts, run):
        if one.account_number in {other.number for other in OTHERS}:
            assert one.state is DraftState.READY, one
            assert one.account_id is not None
            look = seat.ask(billing.draft_look, DraftQuery(run, one.account_id))
            lines = [repr((line.energy, line.price, line.amount)) for line in look.lines]
            found[one.account_number] = one.energy, one.amount, [*lines, *map(say, look.notes)]
    assert len(found) == len(OTHERS)
    return found
