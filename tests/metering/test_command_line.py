"""Single reads, exchanges and the queue from the command line, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image

from desktop.metering import service as metering
from desktop.metering.records import DoubtState, EstimateMethod, EstimateOrder
from tests import hall as halls
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.metering.test_reads import FLAT, HOME, hall


@pytest.fixture
def run(databases: Databases, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys, databases.like(hall)).on("2026-03-05")


def test_a_read_is_entered_or_waits_and_is_decided(run: CommandLine, tmp_path: Path) -> None:
    tried = run("readings", "enter", HOME, "2200", "--on", "2026-01-31", "--dry-run")
    assert tried.out == "Stored. 300 kWh used.\n"
    photo = tmp_path / "register.jpg"
    photo.write_bytes(halls.photo())
    stored = run("readings", "enter", HOME, "2200", "--on", "2026-01-31", "--photo", str(photo), "--json")
    assert (stored.data["stored"], stored.data["energy"]) == (True, "300")
    doubted = run("readings", "enter", HOME, "5000", "--on", "2026-02-28").out
    assert doubted.splitlines()[0] == "Waits for a decision. 2,800 kWh used."
    assert doubted.splitlines()[1].startswith("Jump up: 2,800 kWh after 271 kWh")
    (row,) = run("readings", "queue", "list", "--json").data["rows"]
    assert (row["account_number"], row["value"]) == (HOME, "5000")
    key = row["doubtful_id"]
    assert "Jump up" in run("readings", "queue", "list").out
    assert run("readings", "queue", "accept", "--flag", "drop").out == "Accepted 0 reads.\n"
    assert run("readings", "queue", "accept", "--flag", "surge").out == "Accepted 1 read.\n"
    assert run("readings", "queue", "undo", key).out == "Waits\n"
    assert run.by("supervisor")("readings", "queue", "estimate", key, "--method", "mean").out == "Estimated\n"
    run("readings", "queue", "undo", key)
    assert run("readings", "queue", "reread", key).out == "Re-read asked for\n"
    run("readings", "queue", "undo", key)
    assert "below the last read" in run("readings", "queue", "correct", key, "5", code=1).err
    assert run("readings", "queue", "correct", key, "2480.5").out == "Corrected\n"
    assert run("readings", "queue", "list").out == "All reads are decided\n"
    assert "decided already" in run("readings", "queue", "accept", key, code=1).err


def test_a_photo_of_any_size_is_made_small_on_the_way(run: CommandLine, tmp_path: Path) -> None:
    noise = Image.effect_noise((2400, 1600), 120).convert("RGB")
    photo = tmp_path / "register.png"
    noise.save(photo, "PNG")
    run("readings", "enter", HOME, "2200", "--on", "2026-01-31", "--photo", str(photo))
    (shown,) = [read for read in run.json("accounts", "show", HOME)["reads"] if read["photos"]]
    assert shown["value"] == "2200"
    photo.write_bytes(b"GIF89a no")
    assert "no photo" in run("readings", "enter", HOME, "2210", "--photo", str(photo), code=1).err
    photo.unlink()
    assert "cannot be read" in run("readings", "enter", HOME, "2210", "--photo", str(photo), code=1).err


def test_one_read_is_taken_back_by_its_day(run: CommandLine) -> None:
    run("readings", "enter", HOME, "2200", "--on", "2026-01-31")
    back = ("readings", "reverse", HOME, "--on", "2026-01-31")
    assert "why" in run(*back, code=2).err
    assert run(*back, "--why", "wrong meter").out == "Taken back\n"
    assert "no such reading" in run(*back, "--why", "wrong meter", code=1).err
    assert run("readings", "enter", HOME, "2201", "--on", "2026-01-31").out.startswith("Stored.")


def test_limits_are_shown_and_set_for_one_level(run: CommandLine) -> None:
    before = {one["level"]: one["limits"] for one in run.json("readings", "limits")}
    run(
        "readings",
        "limits",
        "low",
        "--surge",
        "400",
        "--floor",
        "12.5",
        "--hold",
        "negative",
        "--hold",
        "surge",
    )
    after = {one["level"]: one["limits"] for one in run.json("readings", "limits")}
    assert after["high"] == before["high"]
    assert after["low"] == before["low"] | {
        "surge_percent": 400, "floor": "12.5", "holding": ["negative", "surge"],
    }  # fmt: skip
    assert "+400 %" in run("readings", "limits", "low").out
    assert "longest" in run("readings", "limits", "low", "--days-low", "90", code=1).err
    run("readings", "limits", "--surge", "10", code=2)
    told = run.json("readings", "limits", "low", "--history")
    assert ("was 50 %, now 400 %", "Night") in {(one["row"]["words"], one["row"]["by"]) for one in told}
    assert "was 50 %, now 400 %" in run("readings", "limits", "--history").out
    assert run.json("readings", "limits", "high", "--history") == []


def test_a_second_estimate_is_approved_by_another_person_only(run: CommandLine) -> None:
    first = ("readings", "enter", HOME, "2200", "--on", "2026-01-31", "--source", "estimated")
    assert "say who makes it: --as" in run(*first, code=1).err
    reader = run.by("supervisor")
    reader(*first)
    reader("readings", "enter", HOME, "2450", "--on", "2026-02-28", "--source", "estimated")
    (row,) = run.json("readings", "queue", "list")["rows"]
    assert "--as" in run("readings", "queue", "estimate", row["doubtful_id"], "--method", "mean", code=1).err
    reader("readings", "queue", "estimate", row["doubtful_id"], "--method", "mean")
    assert "another person" in reader("readings", "queue", "approve", row["doubtful_id"], code=1).err


def test_an_estimate_that_somebody_else_proposed_is_approved(databases: Databases, capsys) -> None:
    url = databases.like(hall)
    run = CommandLine(capsys, url).on("2026-03-05")
    run.by("metering")("readings", "enter", HOME, "2200", "--on", "2026-01-31", "--source", "estimated")
    run("readings", "enter", HOME, "5000", "--on", "2026-02-28")
    (row,) = run.json("readings", "queue", "list")["rows"]
    with halls.opened(url, date(2026, 3, 5)) as app:
        order = EstimateOrder(UUID(row["doubtful_id"]), EstimateMethod.MEAN)
        proposed = halls.seat_of(app, "metering").do(metering.estimate, order)
        assert proposed.state is DoubtState.PROPOSED
    assert "no second person" in run("readings", "queue", "approve", row["doubtful_id"], code=1).err
    assert run.by("supervisor")("readings", "queue", "approve", row["doubtful_id"]).out == "Estimated\n"
    assert run.json("readings", "queue", "list")["rows"] == []
    newest = run.json("accounts", "show", HOME)["reads"][0]
    assert (newest["read_on"], newest["source"]) == ("2026-02-28", "estimated")
    assert "decided already" in run("readings", "queue", "approve", row["doubtful_id"], code=1).err


def test_a_register_goes_round_and_a_meter_is_exchanged(run: CommandLine) -> None:
    run("readings", "enter", FLAT, "40", "--on", "2026-01-31")
    key = run("readings", "queue", "list", "--json").data["rows"][0]["doubtful_id"]
    assert run("readings", "queue", "rollover", key).out == "Gone round\n"
    options = ("--on", "2026-02-10", "--final", "90", "--multiplier", "30", "--reason", "faulty")
    done = run("readings", "exchange", FLAT, "N70012345", *options, "--dry-run")
    assert done.out == f"Meter M{FLAT} came down, N70012345 hangs.\n"
    done = run("readings", "exchange", FLAT, "N70012345", *options)
    assert done.out == f"Meter M{FLAT} came down, N70012345 hangs.\n"
    assert [hit["number"] for hit in run("search", "N70012345", "--json").data["customers"]] == [FLAT]
    assert "known already" in run("readings", "exchange", FLAT, "N70012345", "--final", "1", code=1).err


@pytest.mark.parametrize(
    "call",
    [
        ("readings", "enter", HOME, "many"),
        ("readings", "enter", HOME, "1.0001"),
        ("readings", "enter", HOME, "1", "--on", "yesterday"),
        ("readings", "exchange", HOME, "N1", "--final", "sharp peak=1"),
        ("readings", "exchange", HOME, "N1"),
        ("readings", "queue", "accept", "no-id"),
    ],
)
def test_what_is_typed_wrongly_is_told(run: CommandLine, call: tuple[str, ...]) -> None:
    said = run(*call, code=2)
    assert said.err
    assert "Traceback" not in said.err


def test_a_sheet_is_taken_back_by_its_file(run: CommandLine, tmp_path: Path) -> None:
    sheet: Callable[..., Path] = halls.january_sheet
    file = sheet(tmp_path, halls.small_reads((HOME,), halls.JANUARY.last, 1200))
    said = run("readings", "import", str(file)).out
    assert "1 rows, 1 reads stored" in said
    assert run("readings", "take-back", str(file), "--why", "another month").out == "Took back 1 read\n"
    assert run("readings", "take-back", str(file), "--why", "again", code=1).err.startswith("No read of this")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "1 route, {places} places, {registers} registers in "),
        ("fi", ": 1 reitti, {places} paikkaa, {registers} rekisteriä"),
        ("vi", "1 sổ GCS, {places} điểm, {registers} bộ chỉ số trong "),
        ("zh_CN", "1 个抄表段\u3000{places} 个点位\u3000{registers} 个示数"),
    ],
)
def test_what_an_export_wrote_is_counted_in_words_that_fit(
    run: CommandLine, tmp_path: Path, language: str, words: str
) -> None:
    done = run.json("readings", "export", "--route", "R1", "--out", tmp_path / "first.xlsx")
    assert done["routes"] == 1
    said = run.speaking(language)("readings", "export", "--route", "R1", "--out", tmp_path / "route.xlsx").out
    assert words.format(places=done["stops"], registers=done["registers"]) in said
