"""The commands of price lists, in words and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.kernel.files import resource
from desktop.tariffs import service as tariffs
from tests.command_line import CommandLine
from tests.databases_server import SqliteDatabases
from tests.hall import founded, opened, seat_of

SHARED = resource("tariffs", "cn", "zhejiang", "shared_meter_10kv.json")
HUBEI = resource("tariffs", "cn", "hubei", "agent_two_part_10kv_tou.json")


@pytest.fixture
def url(sqlite_databases: SqliteDatabases) -> str:
    return sqlite_databases.like(founded)


@pytest.fixture
def run(url: str, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys, url)


def test_a_price_list_is_shown_and_priced(run: CommandLine) -> None:
    assert "ZJ-RES-1" in run("tariffs", "list").out
    told = run("tariffs", "show", "ZJ-RES-1").out
    assert "Tier 2 (2,761 to 4,800 kWh)" in told
    assert "0.588" in told
    assert "148.88" in run("tariffs", "cost", "ZJ-RES-1", "energy_kwh=260", "accumulated_kwh=2680").out


def test_a_file_waits_for_a_second_person(run: CommandLine, url: str) -> None:
    assert "Nothing was written." in run("tariffs", "import", HUBEI, "--dry-run").out
    assert "HB-2P-10-TOU-2601" not in run("tariffs", "list").out
    assert "say who makes it: --as" in run("tariffs", "import", HUBEI, code=1).err
    run.by("supervisor")("tariffs", "import", HUBEI)
    assert "Waits for approval" in run("tariffs", "list").out
    own = run.by("supervisor")("tariffs", "approve", "HB-2P-10-TOU-2601", code=1)
    assert "Another person decides" in own.err
    with opened(url) as app:
        seat = seat_of(app, "supervisor")
        seat.do(tariffs.propose_tariff, SHARED.read_text("utf-8"))
    assert "In force" in run.by("administrator")("tariffs", "approve", "ZJ-SHARED-10-1").out
    shown = run("tariffs", "show", "HB-2P-10-TOU-2601").out
    assert "Sharp peak" in shown
    assert "Months 7–8: Sharp peak 20–22, Peak 16–20, 22–24" in shown


def test_a_version_of_the_same_day_takes_the_place_of_one_nobody_was_billed_by(
    run: CommandLine, url: str, tmp_path: Path
) -> None:
    right = resource("tariffs", "cn", "zhejiang_residential.json").read_text("utf-8")
    right = right.replace('"ZJ-RES-1"', '"ZJ-RES-RIGHT"').replace('"0.538"', '"0.54"')
    (tmp_path / "right.json").write_text(right, "utf-8")
    words = "It is to take the place of ZJ-RES-1 of the same day"
    assert words in run("tariffs", "import", tmp_path / "right.json", "--dry-run").out
    with opened(url) as app:
        seat_of(app, "supervisor").do(tariffs.propose_tariff, right)
    assert "In the place of ZJ-RES-1 of the same day" in run("tariffs", "show", "ZJ-RES-RIGHT").out
    assert "no second person" in run("tariffs", "approve", "ZJ-RES-RIGHT", code=1).err
    assert "In force" in run.by("administrator")("tariffs", "approve", "ZJ-RES-RIGHT").out
    assert "Replaced" in run("tariffs", "list").out
    assert "ZJ-RES-RIGHT of the same day took its place" in run("tariffs", "show", "ZJ-RES-1").out


def test_the_mistakes_of_a_file_are_told_one_by_one(run: CommandLine, tmp_path: Path) -> None:
    data = json.loads(HUBEI.read_text("utf-8"))
    data["versions"][0]["components"][1]["prices"]["peak"] = "-1"
    del data["versions"][0]["notice"]
    wrong = json.dumps(data, indent=1).replace('"prices": {', '"prices": {"flat": "0.1",', 1)
    (tmp_path / "wrong.json").write_text(wrong, "utf-8")
    lines = wrong.splitlines()
    place = "versions[0].components[1].prices"
    peak, flat = (
        next(at for at, one in enumerate(lines, 1) if words in one) for words in ('"-1"', '"flat": "0.6')
    )
    (tmp_path / "no.json").write_text("{", "utf-8")
    dollars = HUBEI.read_text("utf-8").replace("CNY", "USD")
    (tmp_path / "dollars.json").write_text(dollars, "utf-8")
    files = [tmp_path / f"{name}.json" for name in ("wrong", "no", "dollars", "missing")]
    answer = run.by("supervisor")("tariffs", "import", *files, SHARED, code=1)
    assert f"wrong.json: line {peak}, {place}.peak: A price must not be negative" in answer.err
    assert f"wrong.json: line {flat}, {place}.flat: This name stands twice" in answer.err
    assert "wrong.json: line 10, versions[0].notice: This value is missing" in answer.err
    assert "no.json: line 1, column 2: This is no JSON" in answer.err
    assert "dollars.json: The tariff is in USD" in answer.err
    assert "missing.json: This file cannot be read" in answer.err
    assert "ZJ-SHARED-10: versions that wait for a second person: 1" in answer.out


def test_a_value_without_a_name_is_refused(run: CommandLine) -> None:
    answer = run("tariffs", "cost", "ZJ-RES-1", "260", code=1)
    assert answer.err.strip() == "260 is no pair of name and value. Write it like energy_kwh=260"
