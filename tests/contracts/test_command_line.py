"""Accounts opened and changed on the command line, as on the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.hall import SMALL, meter

NEW = "330100000009"
PLACE = (
    "--address", "New Street 9", "--voltage", "380 V", "--capacity", "40", "--meter", "M99", "--multiplier", "30",
    "--opening", "active=7", "--opening", "peak=3", "--route", "R1",
)  # fmt: skip


@pytest.fixture
def run(small_hall: str, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys, small_hall, today="2026-02-05")


def test_an_account_is_opened_and_its_records_are_told(run: CommandLine) -> None:
    order = ("accounts", "new", "--number", NEW, "--name", "Lin Mei", *PLACE)
    assert NEW in run(*order, "--dry-run").out
    run("accounts", "records", NEW, code=1)
    run(*order)
    found = run.json("accounts", "records", NEW)[0]
    assert (found["customer_name"], found["meter"]["registers"], found["capacity"]) == (
        "Lin Mei", ["active", "peak"], "40",
    )  # fmt: skip
    assert "New Street 9" in run("accounts", "records", NEW).out
    assert "exists already" in run(*order, code=1).err


def test_a_customer_we_know_and_a_place_taken_over(run: CommandLine) -> None:
    done = run.json("accounts", "new", "--party", SMALL[0], "--follows", SMALL[1], "--from", "2026-02-01")
    assert done["account_number"] == "330100000004"
    assert run.json("parties", "show", SMALL[0])["accounts"][1]["row"]["meter_serial"] == meter(SMALL[1])


def test_records_are_changed_and_what_is_not_named_stays(run: CommandLine) -> None:
    run("accounts", "change-place", SMALL[0], "--voltage", "380 V")
    run("accounts", "change-meter", SMALL[0], "--serial", "M98")
    assert "Bills rest" in run("accounts", "change-meter", SMALL[0], "--multiplier", "2", code=1).err
    assert "Papers name" in run("accounts", "change-number", SMALL[0], NEW, code=1).err
    tariffs = run.json("accounts", "records", SMALL[0])[0]["tariffs"]
    other = next(code for code, _name in tariffs if code != "ZJ-RES")
    assert "billed" in run("accounts", "change-tariff", SMALL[0], other, "--from", "2026-01-01", code=1).err
    run("accounts", "change-tariff", SMALL[0], other, "--from", "2026-03-01", "--dry-run")
    run("accounts", "change-tariff", SMALL[0], other, "--from", "2026-02-01")
    run("accounts", "end-contract", SMALL[1], "--on", "2026-02-01")
    now = run.json("accounts", "records", SMALL[0])[0]
    assert (now["place"]["voltage"], now["place"]["address"]) == ("380 V", "Street 1")
    assert (now["meter"]["serial"], now["contract"]["tariff_code"]) == ("M98", other)
    assert run.json("accounts", "records", SMALL[1])[0]["contract"]["valid_to"] == "2026-02-01"


def test_a_second_place_is_added_read_changed_and_ended(run: CommandLine, tmp_path: Path) -> None:
    more = ("accounts", "add-point", SMALL[0], "--meter", "W8", "--route", "R1", "--from", "2026-02-01")
    run(*more, "--same-premise", "--dry-run")
    assert "one more place" in run(*more, "--address", "Workshop Lane 8", "--voltage", "380 V").out
    first, second = run.json("accounts", "records", SMALL[0])
    assert (second["place"]["address"], second["meter"]["serial"]) == ("Workshop Lane 8", "W8")
    assert "Workshop Lane 8" in run("accounts", "records", SMALL[0]).out
    assert "name one" in run("accounts", "change-place", SMALL[0], "--feeder", "F9", code=1).err
    contract = ("--contract", second["contract"]["number"])
    run("accounts", "change-place", SMALL[0], *contract, "--feeder", "F9")
    assert "name one" in run("readings", "enter", SMALL[0], "20", code=1).err
    run("readings", "enter", SMALL[0], "20", "--meter", "W8", "--dry-run")
    assert "has no contract" in run("accounts", "end-contract", SMALL[0], "--contract", "C-1", "--on",
                                    "2026-03-01", code=1).err  # fmt: skip
    move = ("readings", "route-move", SMALL[0], "--route", "R1", "--place", "1")
    assert "name one" in run(*move, code=1).err
    run(*move, "--meter", "W8")
    assert "Workshop Lane 8" in run("accounts", "show", SMALL[0]).out
    out = run("export", "hall", tmp_path / "hall.xlsx", "--reason", "audit").out
    assert "more service points" not in out
    assert f"{meter(SMALL[0])} W8" in run("accounts", "list").out
    run("accounts", "end-contract", SMALL[0], *contract, "--on", "2026-03-01")
    now = run.json("accounts", "records", SMALL[0])
    assert [one["contract"]["valid_to"] for one in now] == [None, "2026-03-01"]
    assert [one["place"]["feeder_code"] for one in now] == [first["place"]["feeder_code"], "F9"]


def test_an_earlier_month_is_put_down_with_its_reason(run: CommandLine) -> None:
    order = ("accounts", "change-month", SMALL[0], "2025-10", "187.5")
    run(*order, code=2)
    why = ("--why", "the last bill of the former system")
    run(*order, *why, "--dry-run")
    assert "187.5" not in run("accounts", "records", SMALL[0]).out
    run(*order, *why)
    assert "Use of 2025-10 entered: 187.5 kWh" in run("accounts", "records", SMALL[0]).out
    assert "YYYY-MM" in run("accounts", "change-month", SMALL[0], "10.2025", "1", *why, code=2).err


def test_supply_is_put_down_with_its_reason(run: CommandLine) -> None:
    order = ("accounts", "change-supply", SMALL[0], "disconnected", "--since", "2026-01-12")
    run(*order, code=2)
    run(*order, "--why", "seen at the place", "--dry-run")
    run(*order, "--why", "seen at the place")
    assert "kept already" in run(*order, "--why", "again", code=1).err
    (found,) = run.json("accounts", "records", SMALL[0])
    assert found["place"]["supply_state"] == "disconnected"
    assert "Disconnected since 12 Jan 2026" in run("accounts", "records", SMALL[0]).out
