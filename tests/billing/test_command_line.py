"""Bills put right, taken back, signed and compared, and terms of contracts, by the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.billing import service as billing
from desktop.billing.records import EnergyDecisionOrder
from tests.billing.mixed import CHANGING, FACTORY, GROWING, TRANSFORMER, mixed_hall
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.hall import SMALL, opened, seat_of


@pytest.fixture
def small_run(small_hall: str, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Commands on the small hall."""
    return CommandLine(capsys, small_hall, today="2026-02-05", lang="en", station="1")


def test_a_bill_is_put_right_once_somebody_signed(small_run: CommandLine) -> None:
    (bill,) = small_run.json("accounts", "show", SMALL[1])["bills"]
    wrong = ("bills", "correct", bill["number"], "--reason", "wrong house")
    assert "say who makes it: --as" in small_run(*wrong, code=1).err
    drafted = small_run.by("clerk").json(*wrong)
    number = drafted["run"]["number"]
    assert (drafted["run"]["ready"], drafted["run"]["unsigned"], drafted["run"]["correction"]) == (
        1,
        1,
        "wrong house",
    )
    assert "no second person" in small_run("bills", "sign", number, code=1).err
    small_run("bills", "draft", number)
    refused = small_run.by("clerk")("bills", "sign", number, code=1)
    assert "Another person" in refused.err, (
        "drafted again by a job of the night, it is the clerk's all the same"
    )
    waits = small_run("bills", "issue", number, code=3).out
    assert "0 issued" in waits
    assert "1 draft waits for another person's signature" in waits
    told = small_run("bills", "differences", number, "--against", "replaced").out
    assert SMALL[1] in told
    assert "Puts a bill right" in told
    assert small_run.sign(number) == 1
    assert small_run.json("bills", "issue", number)["run"]["issued"] == 1
    again, gone = small_run.json("accounts", "show", SMALL[1])["bills"]
    assert gone["number"] == bill["number"]
    shown = small_run("bills", "show", gone["number"]).out
    assert "Taken back on 5 Feb 2026: wrong house" in shown
    assert f"Replaced by bill {again['number']}" in shown
    why = small_run("bills", "why", gone["number"], again["number"]).lines
    assert [line.split() for line in why] == [["Difference", "0.00"]]


def test_a_bill_is_taken_back_with_a_reason(small_run: CommandLine) -> None:
    (bill,) = small_run.json("accounts", "show", SMALL[1])["bills"]
    clerk = small_run.by("clerk")
    assert clerk("bills", "reverse", bill["number"], code=2).err
    assert "--as" in small_run("bills", "reverse", bill["number"], "--reason", "wrong house", code=1).err
    told = clerk("bills", "reverse", bill["number"], "--reason", "wrong house").out
    assert told.startswith("1 bill taken back")
    assert "taken back already" in clerk("bills", "reverse", bill["number"], "--reason", "x", code=1).err
    drafted = small_run.json("bills", "run", "--period", "2026-01")
    assert drafted["run"]["ready"] == 1
    assert small_run.json("bills", "draft", drafted["run"]["number"])["run"]["ready"] == 1
    assert "Another person" in clerk("bills", "sign", drafted["run"]["number"], code=1).err


def test_terms_of_a_contract_are_entered_and_shown(
    databases: Databases, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = CommandLine(capsys, databases.like(mixed_hall), today="2026-02-05", lang="en", station="1")
    losses = tmp_path / "losses.json"
    losses.write_text(json.dumps(TRANSFORMER), encoding="utf-8")
    rows = run.json(
        "contracts", "terms", GROWING.number, "--from", "2026-02-01", "--basis", "contract_demand",
        "--capacity", "800", "--demand", "500", "--standard", "0.85", "--losses", losses, "--share", "ZJ-RES:15",
    )  # fmt: skip
    newest = rows[0]["terms"]
    assert (newest["basis"], newest["capacity"], newest["contract_demand"]) == (
        "contract_demand",
        "800",
        "500",
    )
    assert (newest["power_factor_standard"], len(rows)) == (85, 3)
    told = run("contracts", "terms", FACTORY.number).out
    assert "315 kVA" in told
    assert "0.9" in told
    for wrong in (("--capacity", "many"), ("--share", "ZJ-RES"), ("--from", "May")):
        run("contracts", "terms", GROWING.number, "--from", "2026-02-01", *wrong, code=2)
    refused = run("contracts", "terms", GROWING.number, "--from", "2026-02-01", "--basis", "capacity", code=1)
    assert "needs the capacity" in refused.err


def test_sealed_capacity_and_an_exemption_are_entered_by_command(small_run: CommandLine) -> None:
    number = SMALL[0]
    sealed = ("--kva", "100", "--from", "2026-01-06", "--until", "2026-01-26")
    told = small_run("contracts", "capacity", number, *sealed).out
    assert "Sealed for a time" in told
    assert "100 kVA" in told
    assert "Say until when" in small_run("contracts", "capacity", number, *sealed[:-2], code=1).err
    exempt = ("--kind", "exempt", "--from", "2026-01-01", "--reason", "notice 315")
    assert "notice 315" in small_run("contracts", "capacity", number, *exempt).out
    kept = [row["spell"] for row in small_run.json("contracts", "capacity", number)]
    told = {(one["kind"], one["starts_on"]) for one in kept}
    assert told == {("suspended", "2026-01-06"), ("exempt", "2026-01-01"), ("suspended", "2027-01-01")}


def test_terms_of_sealed_capacity_are_shown_and_set(small_run: CommandLine) -> None:
    first, second, later = small_run("contracts", "suspensions").out.splitlines()
    assert "from 8 Oct 1996" in first
    assert "15 days at least, 6 months of a year together, at most 2 times" in first
    assert "any number of times" in second
    assert "from 1 Jan 2028" in later
    given = ("--from", "2026-03-01", "--least-days", "20", "--most-months", "4")
    assert "--from" in small_run("contracts", "suspensions", *given[2:], code=2).err
    assert "--most-months" in small_run("contracts", "suspensions", *given[:4], code=2).err
    told = small_run("contracts", "suspensions", *given).out
    assert "20 days at least, 4 months of a year together, any number of times" in told
    too_many = ("--from", "2026-03-01", "--least-days", "20", "--most-months", "13")
    assert "1 to 12 months" in small_run("contracts", "suspensions", *too_many, code=1).err


def test_what_it_would_come_to_is_told_by_command(
    databases: Databases, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = CommandLine(capsys, databases.like(mixed_hall), today="2026-02-05", lang="en", station="1")
    sealed = ("--kva", "100", "--from", "2026-01-06", "--until", "2026-01-26")
    told = run("contracts", "capacity", GROWING.number, *sealed, "--dry-run").out
    assert "rules of 2024" in told
    assert "100 kVA sealed: not charged on 20 days" in told
    assert run.json("contracts", "capacity", GROWING.number) == []
    run("contracts", "capacity", GROWING.number, *sealed)
    run("contracts", "capacity", GROWING.number, "--from", "2026-01-06", "--take-back", "--dry-run")
    assert (
        "taken back"
        in run("contracts", "capacity", GROWING.number, "--from", "2026-01-06", "--take-back").out
    )
    values = tmp_path / "error.json"
    values.write_text('{"kind": "normal_month", "recorded_kwh": "620", "normal_kwh": "930"}')
    asked = ("--month", "2026-01", "--with", "2026-01", "--values", values, "--reason", "blind", "--dry-run")
    told = run("corrections", "propose", CHANGING.number, *asked).out
    assert "310 kWh" in told
    assert "Amount: 208.04" in told  # 120 kWh at 0.6519 and 190 at 0.6832
    assert run.json("corrections", "list") == []
    drafted = run.json("bills", "run", "--period", "2026-01")["run"]["number"]
    run.sign(drafted)
    run("bills", "issue", drafted)
    wrong = ("--wrong", "CHANGING", "--right", "ZJ-RES", "--from", "2026-01-01", "--reason", "a household")
    changes = run.json("contracts", "correct-tariff", CHANGING.number, *wrong, "--dry-run")
    assert [one["amount"] for one in changes["bills"]] == ["416.08"]
    assert "Difference" in run("contracts", "correct-tariff", CHANGING.number, *wrong, "--dry-run").out
    told = run.by("supervisor")("contracts", "correct-tariff", CHANGING.number, *wrong, "--rebill").out
    assert "1 contract has tariff" in told
    (rebill,) = (row for row in run.json("bills", "list") if row["correction"])
    assert f"Run {rebill['number']}, Jan 2026: 1 drafts" in told
    assert rebill["amount"] == changes["bills"][0]["new"]


def test_all_mistakes_of_a_file_are_told_at_once_with_line_and_field(
    small_run: CommandLine, tmp_path: Path
) -> None:
    values = tmp_path / "error.json"
    asked = ("--month", "2026-01", "--with", "2026-03", "--values", values, "--reason", "wrong plate")
    values.write_text(
        '{"kind": "meter_error",\n "recorded_kw": 200,\n "half_period": "no",\n'
        ' "error_percent": "5",\n "error_percent": "-101"}'
    )
    clerk = small_run.by("clerk")
    lines = clerk("corrections", "propose", SMALL[0], *asked, code=1).err.splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        "line 1, recorded_kwh", "line 2, recorded_kw", "line 3, half_period", "line 5, error_percent",
        "line 5, error_percent",
    ]  # fmt: skip
    values.write_text('{"kind": "meter"}')
    told = clerk("corrections", "propose", SMALL[0], *asked, code=1).err
    assert [line.partition(": ")[0] for line in told.splitlines()] == ["line 1, kind", "line 1, recorded_kwh"]
    values.write_bytes('{"kind": "你"}'.encode("gb18030"))
    assert "not written in UTF-8" in clerk("corrections", "propose", SMALL[0], *asked, code=1).err
    values.write_text('{"method": "transformer",\n "sn_kva": "a"}')
    losses = ("--from", "2026-01-01", "--losses", values)
    told = small_run("contracts", "terms", SMALL[0], *losses, code=1).err
    places = [line.partition(": ")[0] for line in told.splitlines()]
    assert len(places) == len(set(places)) > 3


def test_energy_is_put_right_by_two_people(small_run: CommandLine, small_hall: str, tmp_path: Path) -> None:
    number, values = SMALL[0], tmp_path / "error.json"
    values.write_text(
        '{"kind": "multiplier", "recorded_kwh": "9000", "correct_multiplier": "30", "used_multiplier": "40"}'
    )
    asked = ("--month", "2026-01", "--with", "2026-03", "--values", values, "--reason", "wrong plate")
    assert "--as" in small_run("corrections", "propose", number, *asked, code=1).err
    told = small_run.by("clerk")("corrections", "propose", number, *asked).out
    assert "-2,250 kWh" in told.replace("−", "-")
    assert "no second person" in small_run("corrections", "approve", number, "2026-01", code=1).err
    with opened(small_hall) as app:
        (row,) = (
            one
            for one in app.command_line("1").ask(billing.energy_corrections)
            if one.reason == "wrong plate"
        )
        order = EnergyDecisionOrder(row.correction_id, approve=True)
        seat_of(app, "supervisor").do(billing.decide_energy, order)
    assert "Approved" in small_run("corrections", "list").out
    assert "no such correction" in small_run("corrections", "approve", number, "2026-01", code=1).err
