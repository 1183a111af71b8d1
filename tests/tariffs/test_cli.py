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
    run("tariffs", "import", HUBEI)
    assert "Waits for approval" in run("tariffs", "list").out
    own = run("tariffs", "approve", "HB-2P-10-TOU-2601", code=1)
    assert "Another person decides" in own.err
    with opened(url) as app:
        seat = seat_of(app, "supervisor")
        seat.do(tariffs.propose_tariff, SHARED.read_text("utf-8"))
    assert "In force" in run("tariffs", "approve", "ZJ-SHARED-10-1").out
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
    assert "In force" in run("tariffs", "approve", "ZJ-RES-RIGHT").out
    assert "Replaced" in run("tariffs", "list").out
    assert "ZJ-RES-RIGHT of the same day took its place" in run("tariffs", "show", "ZJ-RES-1").out


def test_the_mistakes_of_a_file_are_told_one_by_one(run: CommandLine, tmp_path: Path) -> None:
    data = json.loads(HUBEI.read_text("utf-8"))
    data["versions"][0]["components"][1]["prices"]["peak"] = "-1"
    del data["versions"][0]["notice"]
    (tmp_path / "wrong.json").write_text(json.dumps(data), "utf-8")
    answer = run("tariffs", "import", tmp_path / "wrong.json", code=1)
    assert "wrong.json, versions[0].components[1].prices.peak: A price must not be negative" in answer.err
    assert "versions[0].notice: This value is missing" in answer.err
    (tmp_path / "no.json").write_text("{", "utf-8")
    assert "no.json is not JSON" in run("tariffs", "import", tmp_path / "no.json", code=1).err


def test_a_value_without_a_name_is_refused(run: CommandLine) -> None:
    answer = run("tariffs", "cost", "ZJ-RES-1", "260", code=1)
    assert answer.err.strip() == "260 is no pair of name and value. Write it like energy_kwh=260"
