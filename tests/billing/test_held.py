"""What holds a bill: each reason told with who can mend it, nothing guessed, and the bill there once it is mended."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

import desktop
from desktop.app import App
from desktop.billing import service as billing
from desktop.billing.records import DraftRow, DraftState
from desktop.billing.rules.mending import mended_with
from desktop.contracts import service as contracts
from desktop.contracts.records import AccountOrder, ContractChange, NewCustomer, Terms, TermsOrder
from desktop.desk import service as desk
from desktop.kernel.measures import Energy, Money, Power
from desktop.kernel.text import Text, catalog
from desktop.kernel.work import Seat
from desktop.metering import service as metering
from desktop.metering.records import ReadReversalOrder
from desktop.parties.records import DebtorType, PartyKind
from desktop.tariffs.records import Basis
from tests.billing.mixed import BEGAN, ENDED, Kind, agree_on_prices, hang, shipped, take
from tests.databases_server import Databases
from tests.hall import JANUARY, found, meter, opened

EN = catalog("en")
BANDS = {"sharp": 8, "peak": 16, "flat": 24, "valley": 12}


def dear() -> str:
    """A price nobody can pay, and one that ends in the middle of January; their notices say that they are made up."""
    data = json.loads(shipped("zhejiang_shared_meter"))
    data |= {"code": "DEAR", "name": "DEAR"}
    version = data["versions"][0]
    version |= {"code": "DEAR-1", "valid_from": "2025-01-01", "valid_to": None, "notice": "made up for tests"}
    for part in version["components"]:
        if "price" in part:
            part["price"] = "99999999"
        for tier in part.get("tiers", ()):
            tier["price"] = "99999999"
    return json.dumps(data)


def ends_early(valid_to: str | None, start: str = "2025-01-01", code: str = "SHORT-1") -> str:
    data = json.loads(shipped("zhejiang_shared_meter"))
    data |= {"code": "SHORT", "name": "SHORT"}
    data["versions"][0] |= {
        "code": code,
        "valid_from": start,
        "valid_to": valid_to,
        "notice": "made up for tests",
    }
    return json.dumps(data)


def kind(
    place: int, tariff: str, used: dict[str, int], multiplier: int = 1, terms: Terms | None = None
) -> Kind:
    return Kind(f"33010000070{place}", tariff, used, multiplier, terms)


CAPACITY = Terms(BEGAN, Basis.CAPACITY, Power.of(400))
UNREAD = kind(1, "ZJ-RES", {"active": 100})
SHORT = kind(2, "SHORT", {"active": 100})
BANDLESS = kind(3, "HB-2P-10-TOU", {"active": 60}, 100, CAPACITY)
UNDECIDED = kind(4, "HB-2P-10-TOU", {"active": 60, **BANDS, "reactive": 5}, 100)
UNMEASURED = kind(
    5, "HB-2P-10-TOU", {"active": 60, **BANDS}, 100, Terms(BEGAN, Basis.ACTUAL_DEMAND, Power.of(400))
)
BLIND = kind(6, "HB-2P-10-TOU", {"active": 60, **BANDS}, 100, replace(CAPACITY, power_factor_standard=90))
COSTLY = kind(7, "DEAR", {"active": 900_000}, 1_000_000)
GAP = kind(9, "ZJ-RES", {"active": 100})
OVERLAP = kind(8, "ZJ-RES", {"active": 100})
FREE = Kind("330100000712", "DEAR", {"active": 100}, terms=Terms(BEGAN, free=Energy.of(15)))
LEAVES = Kind("330100000710", "ZJ-RES", {"active": 100})
COMES = "330100000711"

HELD = (
    (UNREAD, "No read in 2026-01: import the sheet, or estimate.", "metering.record_read"),
    (SHORT, "No price is in force for all of 2026-01: import the tariff.", "tariffs.import"),
    (BANDLESS, "The price needs what is not read here: Sharp peak.", "metering.record_read"),
    (UNDECIDED, "Enter the terms of the contract", "contracts.set_terms"),
    (UNMEASURED, "The charge for demand needs a read of the highest demand.", "metering.record_read"),
    (BLIND, "The power factor needs a read of the reactive energy.", "metering.record_read"),
    (COSTLY, "The amount is too large for a bill", "tariffs.import"),
    (LEAVES, "No read in 2026-01: import the sheet, or estimate.", "metering.record_read"),
    (GAP, "Two contracts run in 2026-01: end one before that month.", "contracts.change"),
    (FREE, "The terms give free energy, the price list knows none", "contracts.set_terms"),
    (OVERLAP, "Two contracts run in 2026-01: end one before that month.", "contracts.change"),
)  # fmt: skip


def held_hall(url: str) -> None:
    with opened(url) as app:
        found(app)
        lists = [shipped("hubei/agent_two_part_10kv_tou"), dear(), ends_early("2026-01-20")]
        agree_on_prices(app, lists)
        seat = app.command_line("1")
        for one, _, _ in HELD:
            hang(seat, one)
            if one not in (UNREAD, LEAVES):
                take(seat, one)
        person = NewCustomer("Lin Mei", PartyKind.PERSON, DebtorType.CONSUMER, "en")
        seat.do(
            contracts.open_account,
            AccountOrder(COMES, "ZJ-RES", date(2026, 1, 11), person, follows=LEAVES.number),
        )
        take(seat, replace(LEAVES, number=COMES), serial=meter(LEAVES.number))
        _ends(app, GAP.number, "2026-01-10")
        _ends(app, OVERLAP.number, "2026-01-25")


def _ends(app: App, number: str, day: str) -> None:
    """A contract that ends on a day and one from 19 January on, as a former system may have left them."""
    seat = app.command_line("1")
    (row,) = (row.number for row in seat.ask(desk.account_card, number).contracts)
    seat.do(contracts.change_contract, ContractChange(row, "SHORT", date(2026, 1, 19)))
    with app.database.write() as session:
        moved = sa.text("UPDATE contracts_contract SET valid_to = :day WHERE number = :number")
        session.execute(moved, {"number": row, "day": day})
        session.commit()


@pytest.fixture
def hall(databases: Databases, tmp_path: Path) -> Iterator[Seat]:
    with opened(databases.like(held_hall), intents=tmp_path / "under_way") as app:
        yield app.command_line("1")


def drafts(seat: Seat, run: str) -> dict[str, DraftRow]:
    return {row.account_number: row for row in seat.ask(billing.run_drafts, run)}


def test_every_reason_is_told_with_who_can_mend_it_and_the_bill_is_there_once_it_is_mended(
    hall: Seat,
) -> None:
    done = billing.run_bills(hall, JANUARY)
    rows = drafts(hall, done.run.number)
    for one, reason, right in HELD:
        row = rows[one.number]
        assert row.reason is not None
        assert EN(row.reason).startswith(reason)
        assert (row.state, row.amount, row.energy, row.mended_with) == (
            DraftState.HELD, Money(0), Energy(0), right,
        )  # fmt: skip
        assert row.menders
        assert all(name in EN(row.mending()) for name in row.menders[:3])
    comes = rows[COMES]
    assert comes.reason is not None
    assert EN(comes.reason) == "No read when the customer changed on 11 Jan 2026: enter it."
    _mend(hall)
    again = drafts(hall, billing.run_bills(hall, JANUARY).run.number)
    left = {key: EN(row.reason) for key, row in again.items() if row.reason is not None}
    assert left.keys() == {one.number for one in (BANDLESS, COSTLY, GAP, OVERLAP, FREE)}
    assert (again[LEAVES.number].energy, again[COMES].energy) == (Energy.of(40), Energy.of(60))
    assert again[SHORT.number].energy == Energy.of(100)


def _mend(seat: Seat) -> None:
    take(seat, UNREAD)
    last = next(read for read in seat.ask(desk.account_card, COMES).reads if read.read_on == ENDED)
    seat.do(metering.reverse_read, ReadReversalOrder(last.read_id, "the closing read was forgotten"))
    comes = replace(LEAVES, number=COMES)
    take(seat, replace(comes, used={"active": 40}), date(2026, 1, 10), meter(LEAVES.number))
    take(seat, comes, serial=meter(LEAVES.number))
    agree_on_prices(seat.app, [ends_early(None, "2026-01-20", "SHORT-2")])
    for one, terms in ((UNDECIDED, CAPACITY), (UNMEASURED, CAPACITY), (BLIND, CAPACITY)):
        seat.do(contracts.set_terms, TermsOrder(one.number, replace(terms, power_factor_standard=0)))


def test_every_reason_in_the_program_has_somebody_who_mends_it() -> None:
    """A reason that the list does not know would send everybody to whoever bills."""
    folder = Path(desktop.__file__).parent
    told = set()
    for path in (
        *folder.glob("billing/rules/*.py"),
        *folder.glob("billing/service/inputs.py"),
        *folder.glob("tariffs/**/*.py"),
    ):
        words = path.read_text("utf-8")
        for one in re.finditer(r'(?:Unbillable\(|\.hold\([^"]*?)\s*Text\(\s*"([^"]+)"', words):
            told.add(one.group(1))
    assert len(told) > 20
    unknown = {words for words in told if mended_with(Text(words)) == "billing.run"}
    assert unknown == OF_THE_PROGRAM


OF_THE_PROGRAM = {
    "A month has 28 to 31 days",
    "Months of use must be 1 to 12",
    "Neither a demand was read nor is a capacity known.",
    "The month must be 1 to 12",
    "The price list of this contract has no charge for capacity or demand.",
    "This country has no rules for a charge by capacity.",
    "What measured demand costs is known when the month is read.",
}
"""What no clerk can mend, or what only a preview tells."""
