"""Tariff files taken in by two people, versions that follow each other, and what a bill would cost."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any

import pytest

from desktop.app import App
from desktop.billing import service as billing
from desktop.contracts import service as contracts
from desktop.contracts.records import Connections
from desktop.kernel.canonical import Secret
from desktop.kernel.errors import NotFound, NotPermitted, Refused
from desktop.kernel.files import resource
from desktop.kernel.measures import Energy, Money
from desktop.kernel.period import Period
from desktop.kernel.text import Text, catalog
from desktop.kernel.work import Seat, Work, query
from desktop.staff import service as staff
from desktop.staff.records import OwnPassword, PasswordOrder
from desktop.tariffs import service as tariffs
from desktop.tariffs.records import CostOrder, DecisionOrder, TariffTaken, VersionState, WaitsAlready
from desktop.tariffs.service import taking
from tests import hall as halls
from tests.databases_server import Databases
from tests.hall import connection, founded, opened, seat_of, together, yuan
from tests.rows import REFUSED, raw

EN = catalog("en")


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.like(founded)


@pytest.fixture
def app(url: str) -> Iterator[App]:
    with opened(url) as app:
        yield app


@pytest.fixture
def one(app: App) -> Seat:
    return seat_of(app, "supervisor")


@pytest.fixture
def other(app: App) -> Seat:
    return seat_of(app, "administrator")


def file(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(
        resource("tariffs", "cn", *f"{name}.json".split("/")).read_text("utf-8")
    )
    return data


def residential(code: str, start: str, end: str | None = None, price: str = "0.6") -> dict[str, Any]:
    """A new version of the tariff the hall was founded with."""
    data = file("zhejiang_residential")
    version = copy.deepcopy(data["versions"][0]) | {"code": code, "valid_from": start, "valid_to": end}
    version["components"][0]["tiers"][0]["price"] = price
    return data | {"versions": [version]}


def propose(seat: Seat, data: dict[str, Any]) -> TariffTaken:
    taken = seat.do(tariffs.propose_tariff, json.dumps(data))
    assert isinstance(taken, TariffTaken)
    return taken


def decide(seat: Seat, code: str, *, approve: bool = True, reason: str = "") -> VersionState:
    content = seat.ask(tariffs.version_shown, code).content
    state = seat.do(tariffs.decide_tariff, DecisionOrder(code, content, approve, reason))
    assert isinstance(state, VersionState)
    return state


def states(seat: Seat) -> dict[str, VersionState]:
    return {row.version: row.state for row in seat.ask(tariffs.versions)}


def refused(seat: Seat, job: Any, order: Any) -> str:
    with pytest.raises(Refused) as answer:
        seat.do(job, order)
    return EN(answer.value.text)


def in_force(seat: Seat, period: str) -> list[tuple[str, date | None]]:
    month = Period.month(period)

    @query("tariffs.view")
    def ask(work: Work, _request: None) -> tuple[tuple[str, str], ...]:
        key, _ = tariffs.tariff_id(work, "ZJ-RES")
        found = tariffs.in_force(work, key, month)
        return tuple((row.version.code, str(row.version.valid_to)) for row in found)

    return [(code, None if end == "None" else date.fromisoformat(end)) for code, end in seat.ask(ask, None)]


def test_a_version_takes_effect_when_a_second_person_agrees(app: App, one: Seat, other: Seat) -> None:
    assert propose(one, residential("ZJ-RES-2", "2026-07-01")) == TariffTaken("ZJ-RES", 1, 0)
    assert states(one)["ZJ-RES-2"] is VersionState.WAITING
    assert in_force(one, "2026-07") == [("ZJ-RES-1", None)]
    assert decide(other, "ZJ-RES-2") is VersionState.COMING
    assert states(one) == {"ZJ-RES-2": VersionState.COMING, "ZJ-RES-1": VersionState.IN_FORCE}
    assert in_force(one, "2026-06") == [("ZJ-RES-1", date(2026, 7, 1))]
    assert in_force(one, "2026-07") == [("ZJ-RES-2", None)]
    shown = one.ask(tariffs.version_shown, "ZJ-RES-2")
    assert shown.proposed is not None
    assert shown.decided is not None
    assert (shown.proposed.name, shown.decided.name) == ("Supervisor", "Administrator")
    assert app.verify() == []


def test_nobody_decides_about_their_own(one: Seat) -> None:
    propose(one, residential("ZJ-RES-2", "2026-07-01"))
    content = one.ask(tariffs.version_shown, "ZJ-RES-2").content
    words = refused(one, tariffs.decide_tariff, DecisionOrder("ZJ-RES-2", content, approve=True))
    assert words == "You proposed this version yourself. Another person decides."
    assert states(one)["ZJ-RES-2"] is VersionState.WAITING


def test_nobody_decides_as_somebody_whose_password_they_set(app: App, one: Seat, other: Seat) -> None:
    propose(other, residential("ZJ-RES-2", "2026-07-01"))
    other.do(staff.set_password, PasswordOrder(one.actor.login, Secret("three words here")))
    seized = app.sign_in(one.actor.login, "three words here")
    staff.change_own_password(seized, OwnPassword(Secret("three words here"), Secret("now it is mine")))
    content = other.ask(tariffs.version_shown, "ZJ-RES-2").content
    words = refused(one, tariffs.decide_tariff, DecisionOrder("ZJ-RES-2", content, approve=True))
    assert words.startswith("Administrator has set the password of one of you two")
    assert states(other)["ZJ-RES-2"] is VersionState.WAITING
    assert app.verify() == []


def test_the_decision_is_about_the_content_one_has_seen(one: Seat, other: Seat) -> None:
    propose(one, residential("ZJ-RES-2", "2026-07-01"))
    words = refused(other, tariffs.decide_tariff, DecisionOrder("ZJ-RES-2", "0" * 64, approve=True))
    assert words == "The content has changed meanwhile. Look at the version again."
    again = residential("ZJ-RES-2", "2026-07-01", price="0.7")
    assert refused(one, tariffs.propose_tariff, json.dumps(again)).startswith(
        "Version ZJ-RES-2 waits already"
    )
    waits = (WaitsAlready("ZJ-RES-2", "Supervisor"),)
    assert propose(one, residential("ZJ-RES-2", "2026-07-01")) == TariffTaken("ZJ-RES", 0, 1, waiting=waits)


def test_a_declined_version_says_why_and_can_be_mended(one: Seat, other: Seat) -> None:
    propose(one, residential("ZJ-RES-2", "2026-07-01"))
    content = one.ask(tariffs.version_shown, "ZJ-RES-2").content
    silent = DecisionOrder("ZJ-RES-2", content, approve=False)
    assert refused(other, tariffs.decide_tariff, silent).startswith("Say why")
    assert decide(other, "ZJ-RES-2", approve=False, reason="wrong price") is VersionState.DECLINED
    assert one.ask(tariffs.version_shown, "ZJ-RES-2").reason == "wrong price"
    with pytest.raises(NotFound):
        other.do(tariffs.decide_tariff, DecisionOrder("ZJ-RES-2", content, approve=True))
    propose(one, residential("ZJ-RES-2", "2026-07-01", price="0.61"))
    assert decide(other, "ZJ-RES-2") is VersionState.COMING


def test_a_version_in_use_never_changes(one: Seat) -> None:
    data = file("zhejiang_residential")
    data["versions"][0]["components"][0]["tiers"][0]["price"] = "0.1"
    words = refused(one, tariffs.propose_tariff, json.dumps(data))
    assert words == "Version ZJ-RES-1 is in use and never changes. Give the new prices a new version."
    assert propose(one, file("zhejiang_residential")) == TariffTaken("ZJ-RES", 0, 1)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2019-04-01", "2026-08-01", "Two versions hold on 1 Jul 2026: C and B"),
        ("2018-01-01", None, "Two versions hold on 1 Apr 2019: "),
        ("2018-01-01", "2019-05-01", "Two versions hold on 1 Apr 2019: "),
        ("2018-01-01", "2019-03-01", "No version holds from 1 Mar 2019 to 1 Apr 2019"),
        ("2026-09-01", None, "No version holds from 1 Aug 2026 to 1 Sep 2026"),
        ("2026-07-15", None, "Two versions hold on 15 Jul 2026: B and C"),
        ("2026-07-01", None, "Two versions hold on 1 Jul 2026"),
    ],
)
def test_no_day_has_two_versions_or_none(one: Seat, start: str, end: str | None, words: str) -> None:
    propose(one, residential("B", "2026-07-01", "2026-08-01"))
    assert refused(one, tariffs.propose_tariff, json.dumps(residential("C", start, end))).startswith(words)


def test_versions_that_follow_or_precede_without_a_gap_are_fine(one: Seat, other: Seat) -> None:
    for code, start, end in (
        ("A", "2018-01-01", "2019-04-01"),
        ("B", "2026-07-01", "2026-08-01"),
        ("C", "2026-08-01", None),
    ):
        propose(one, residential(code, start, end))
        decide(other, code)
    assert in_force(one, "2019-03") == [("A", date(2019, 4, 1))]
    assert in_force(one, "2026-07") == [("B", date(2026, 8, 1))]
    assert states(one) == {
        "C": VersionState.COMING,
        "B": VersionState.COMING,
        "ZJ-RES-1": VersionState.IN_FORCE,
        "A": VersionState.ENDED,
    }


def billed_january(app: App, number: str) -> Seat:
    """An account of the founding's tariff read and billed for January."""
    seat = app.command_line("1")
    halls.connect(seat, (number,))
    halls.read(seat, (number,), halls.JANUARY.last, 300)
    run = billing.run_bills(seat, halls.JANUARY).run.number
    billing.issue_run(seat, run)
    return seat


def test_a_version_nobody_was_billed_by_is_replaced_for_the_same_day(
    app: App, one: Seat, other: Seat
) -> None:
    taken = propose(one, residential("RIGHT", "2019-04-01", price="0.5"))
    assert taken == TariffTaken("ZJ-RES", 1, 0, ("ZJ-RES-1",))
    assert other.ask(tariffs.version_shown, "RIGHT").replaces == "ZJ-RES-1"
    assert in_force(one, "2026-01") == [("ZJ-RES-1", None)], "it waits for the second person"
    assert decide(other, "RIGHT") is VersionState.IN_FORCE
    assert states(one) == {"RIGHT": VersionState.IN_FORCE, "ZJ-RES-1": VersionState.REPLACED}
    assert in_force(one, "2026-01") == [("RIGHT", None)]
    old, new = (one.ask(tariffs.version_shown, code) for code in ("ZJ-RES-1", "RIGHT"))
    assert (old.replaced_by, new.replaces) == ("RIGHT", "ZJ-RES-1")
    assert [row.price for row in old.prices] != [row.price for row in new.prices]
    seat = billed_january(app, halls.SMALL[0])
    assert seat.ask(billing.bill_runs)[0].amount == yuan("150.00")
    assert app.verify() == []


def test_a_version_that_bills_rest_on_keeps_its_place(url: str, app: App, one: Seat, other: Seat) -> None:
    """Also where they were proposed before the bill, and where somebody writes past the operations."""
    propose(one, residential("LATE", "2019-04-01", price="0.5"))
    seat = billed_january(app, halls.SMALL[0])
    content = other.ask(tariffs.version_shown, "LATE").content
    words = refused(other, tariffs.decide_tariff, DecisionOrder("LATE", content, approve=True))
    assert words.startswith("Bills rest on version ZJ-RES-1 of the same day: it stays.")
    with pytest.raises(NotFound):
        seat.ask(tariffs.version_shown, "NEVER")
    decide(other, "LATE", approve=False, reason="too late")
    words = refused(one, tariffs.propose_tariff, json.dumps(residential("C", "2019-04-01")))
    assert words.startswith("Bills rest on version ZJ-RES-1")
    with raw(url) as rows, pytest.raises(REFUSED):
        rows("UPDATE tariffs_version SET replaced = 1")


def test_a_draft_priced_by_a_version_that_was_replaced_is_held_at_issue(
    app: App, one: Seat, other: Seat
) -> None:
    seat = app.command_line("1")
    halls.connect(seat, halls.SMALL[:1])
    halls.read(seat, halls.SMALL[:1], halls.JANUARY.last, 300)
    run = billing.run_bills(seat, halls.JANUARY).run.number
    propose(one, residential("RIGHT", "2019-04-01", price="0.5"))
    decide(other, "RIGHT")
    assert [EN(row.reason) for row in billing.issue_run(seat, run).held if row.reason] == [
        "Reads, contract or price changed after the draft: draft this account again."
    ]
    billing.draft_again(seat, run)
    assert billing.issue_run(seat, run).run.amount == yuan("150.00")
    assert app.verify() == []


def test_a_replacement_and_a_bill_at_the_same_moment_leave_one_of_them(
    url: str, app: App, one: Seat, other: Seat
) -> None:
    """Either the bill stands by the old version, or the new one stands and the draft is held."""
    seat = app.command_line("1")
    halls.connect(seat, halls.SMALL[:1])
    halls.read(seat, halls.SMALL[:1], halls.JANUARY.last, 300)
    run = billing.run_bills(seat, halls.JANUARY).run.number
    propose(one, residential("RIGHT", "2019-04-01", price="0.5"))
    with opened(url) as elsewhere:
        decider = seat_of(elsewhere, "administrator")
        together([partial(billing.issue_run, seat, run), partial(decide, decider, "RIGHT")])
    replaced = states(one)["ZJ-RES-1"] is VersionState.REPLACED
    assert seat.ask(billing.bill_runs)[0].issued == (0 if replaced else 1)
    assert app.verify() == []


def test_an_open_version_is_replaced_before_one_that_follows_it(one: Seat, other: Seat) -> None:
    propose(one, residential("B", "2026-07-01"))
    decide(other, "B")
    propose(one, residential("RIGHT", "2019-04-01"))
    decide(other, "RIGHT")
    assert in_force(one, "2026-06") == [("RIGHT", date(2026, 7, 1))]
    assert states(one) == {
        "B": VersionState.COMING,
        "RIGHT": VersionState.IN_FORCE,
        "ZJ-RES-1": VersionState.REPLACED,
    }


def test_versions_decided_at_the_same_moment_leave_each_day_one_version(
    url: str, app: App, one: Seat
) -> None:
    """Proposed at the same moment, neither has seen the other; of the two one at most takes effect."""
    files = [residential("B", "2026-07-01", "2026-08-01"), residential("C", "2026-07-15")]
    with opened(url) as elsewhere:
        proposers = [one, seat_of(elsewhere, "supervisor")]
        together([partial(propose, seat, data) for seat, data in zip(proposers, files, strict=True)])
        waiting = [code for code, state in states(one).items() if state is VersionState.WAITING]
        assert waiting
        deciders = [seat_of(app, "administrator"), seat_of(elsewhere, "administrator")]
        together([partial(decide, seat, code) for seat, code in zip(deciders, waiting, strict=False)])
    used = [code for code, state in states(one).items() if state is VersionState.COMING]
    assert len(used) == 1
    assert app.verify() == []


def test_of_two_who_propose_a_version_at_once_the_second_is_told(
    url: str, one: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same content becomes one proposal, and other content is refused; also where the price list is new."""
    look = taking._waiting

    def both_look(work: Work, code: str) -> Any:
        """Nobody goes on before the other one has looked too, if he can."""
        found = look(work, code)
        with suppress(threading.BrokenBarrierError):
            looked.wait(0.2)
        return found

    monkeypatch.setattr(taking, "_waiting", both_look)
    with opened(url) as elsewhere:
        seats = [one, seat_of(elsewhere, "administrator", "2")]
        new = file("zhejiang/shared_meter_10kv")
        for data, code in ((residential("B", "2026-07-01"), "B"), (new, "ZJ-SHARED-10-1")):
            looked = threading.Barrier(2)
            taken = together([partial(propose, seat, data) for seat in seats])
            assert sorted(answer.added for answer in taken) == [0, 1]
            proposer = one.ask(tariffs.version_shown, code).proposed
            (late,) = (answer.remarks for answer in taken if not answer.added)
            assert proposer is not None
            assert [EN(remark) for remark in late] == [
                f"{code} waits already: {proposer.name} proposed the same. Another person approves it."
            ]
        prices = [residential("C", "2026-08-01", price=price) for price in ("0.6", "0.7")]
        looked = threading.Barrier(2)
        answers = together([partial(propose, seat, data) for seat, data in zip(seats, prices, strict=True)])
    (late_one,) = (answer for answer in answers if isinstance(answer, Refused))
    assert EN(late_one.text) == "Version C waits already with other content. Decide about that first."


def test_what_is_wrong_with_a_file_is_told_with_its_place(one: Seat) -> None:
    assert "line 1, column 2: This is no JSON" in refused(one, tariffs.propose_tariff, "{")
    assert "This is no JSON" in refused(one, tariffs.propose_tariff, "[" * 100_000)
    wrong = json.dumps(residential("B", "2026-07-01", price="-1"), indent=1)
    words = refused(one, tariffs.propose_tariff, wrong)
    line = next(at for at, one in enumerate(wrong.splitlines(), 1) if '"-1"' in one)
    assert f"line {line}, versions[0].components[0].tiers[0].price: A price must not be negative" in words
    dollars = residential("B", "2026-07-01") | {"currency": "USD"}
    assert refused(one, tariffs.propose_tariff, json.dumps(dollars)).startswith("The tariff is in USD")
    for_others = residential("B", "2026-07-01") | {"customer_class": "industrial"}
    assert refused(one, tariffs.propose_tariff, json.dumps(for_others)).startswith(
        "Tariff ZJ-RES is for other"
    )


def test_rights(app: App, one: Seat) -> None:
    clerk, cashier = seat_of(app, "clerk"), seat_of(app, "cashier")
    assert clerk.ask(tariffs.versions)
    with pytest.raises(NotPermitted):
        propose(clerk, residential("B", "2026-07-01"))
    with pytest.raises(NotPermitted):
        cashier.ask(tariffs.versions)
    propose(one, residential("B", "2026-07-01"))
    with pytest.raises(NotPermitted):
        decide(clerk, "B")


def test_prices_written_past_the_decision_are_found(url: str, app: App, one: Seat, other: Seat) -> None:
    propose(one, residential("B", "2026-07-01"))
    decide(other, "B")
    with raw(url) as rows:
        rows.unguard()
        rows("UPDATE tariffs_decision SET approved = ?", False)
    assert ("I23", "tariffs_version") in {(found.invariant, found.table) for found in app.verify()}


@pytest.mark.parametrize("column", ["proposed_by", "decided_by", "content_sha256"])
def test_the_database_itself_refuses_a_decision_of_ones_own(
    url: str, app: App, one: Seat, other: Seat, column: str
) -> None:
    propose(one, residential("B", "2026-07-01"))
    decide(other, "B")
    with raw(url) as rows:
        with pytest.raises(REFUSED):
            rows(f"UPDATE tariffs_decision SET {column} = ?", b"0" * 32)
        with pytest.raises(REFUSED):
            rows("DELETE FROM tariffs_proposal")


def test_the_founding_alone_takes_prices_in_without_a_second_person(app: App, one: Seat) -> None:
    shown = one.ask(tariffs.version_shown, "ZJ-RES-1")
    assert (shown.proposed, shown.decided, shown.content) == (None, None, "")
    assert app.verify() == []


def test_a_version_reads_as_a_person_would(one: Seat, other: Seat) -> None:
    propose(one, file("hubei/agent_two_part_10kv_tou"))
    shown = other.ask(tariffs.version_shown, "HB-2P-10-TOU-2601")
    say = catalog("en", other.app.country.currency)
    rows = [
        (say(row.label), "" if row.price is None else say.number(row.price), row.unit) for row in shown.prices
    ]
    assert ("Sharp peak", "1.049999", "kWh") in rows
    assert ("By capacity, a month", "26.3", "kVA") in rows
    assert ("Prices contain 13 % tax", "", "") in rows
    assert [clock.months for clock in shown.clocks] == [(7, 8), (1, 2, 3, 4, 5, 6, 9, 10, 11, 12)]
    assert set(shown.asks) == {
        "energy_sharp_kwh", "energy_peak_kwh", "energy_flat_kwh", "energy_valley_kwh", "basic_basis",
        "capacity_kva", "contract_demand_kw", "demand_kw_max", "reactive_kvarh", "reactive_reverse_kvarh",
        "power_factor_standard",
    }  # fmt: skip


def ask_cost(seat: Seat, version: str, **values: str) -> Money:
    total = seat.ask(tariffs.cost, CostOrder(version, tuple(values.items()))).total
    assert isinstance(total, Money)
    return total


def test_what_a_bill_would_cost(one: Seat) -> None:
    assert ask_cost(one, "ZJ-RES-1", energy_kwh="260", accumulated_kwh="2680") == yuan("148.88")
    propose(one, file("hubei/agent_two_part_10kv_tou"))
    propose(one, file("guangdong/guangzhou_residential"))
    values = {
        "energy_sharp_kwh": "12000",
        "energy_peak_kwh": "36000",
        "energy_flat_kwh": "80000",
        "energy_valley_kwh": "72000",
        "basic_basis": "capacity",
        "capacity_kva": "1000",
        "reactive_kvarh": "66000",
        "power_factor_standard": "90",
    }
    assert ask_cost(one, "HB-2P-10-TOU-2601", **values) == yuan("151705.92")
    assert ask_cost(one, "GZ-RES-1", energy_kwh="600") == yuan("423.31")  # today is in February
    assert ask_cost(one, "GZ-RES-1", energy_kwh="600", month="7") == yuan("370.33")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("energy", "1", "There is no determinant energy"),
        ("energy_kwh", "many", "“many” is no value for Energy"),
        ("energy_kwh", "1e30", "“1e30” is no value"),
        ("energy_kwh", "0.0001", "“0.0001” is no value"),
        ("months_of_use", "1.5", "“1.5” is no value"),
        ("months_of_use", "13", "Months of use must be 1 to 12"),
        ("energy_kwh", "NaN", "“NaN” is no value"),
    ],
)
def test_a_cost_that_cannot_be_told(one: Seat, name: str, value: str, words: str) -> None:
    with pytest.raises(Refused) as answer:
        one.ask(tariffs.cost, CostOrder("ZJ-RES-1", ((name, value),)))
    assert EN(answer.value.text).replace('"', "“", 1).replace('"', "”", 1).startswith(words)


def test_a_tariff_that_needs_more_than_is_read_holds_the_account(app: App, one: Seat, other: Seat) -> None:
    propose(one, file("zhejiang/residential_tou"))
    decide(other, "ZJ-RES-TOU-1")
    seat = app.command_line("1")
    seat.do(contracts.connect, Connections((connection(halls.SMALL[0], tariff_code="ZJ-RES-TOU"),)))
    halls.read(seat, halls.SMALL[:1], halls.JANUARY.last, 300)
    outcome = billing.run_bills(seat, halls.JANUARY)
    assert [EN(row.reason) for row in outcome.held if isinstance(row.reason, Text)] == [
        "The price needs what is not read here: Peak."
    ]


def test_a_monthly_tariff_counts_the_month_alone(app: App, one: Seat, other: Seat) -> None:
    propose(one, file("guangdong/guangzhou_residential"))
    decide(other, "GZ-RES-1")
    seat = app.command_line("1")
    seat.do(contracts.connect, Connections((connection(halls.SMALL[0], tariff_code="GZ-RES"),)))
    halls.read(seat, halls.SMALL[:1], halls.JANUARY.last, 600)
    outcome = billing.run_bills(seat, halls.JANUARY)
    assert (outcome.run.energy, outcome.run.amount) == (Energy.of(600), yuan("423.31"))
