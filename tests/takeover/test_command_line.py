"""`import hall` and `export hall`."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from desktop.takeover.documents.sheets import METERS
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.takeover.test_service import twins
from tests.takeover.workbooks import changed, founded, hall, written


@pytest.fixture
def run(databases: Databases, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys, databases.like(founded), today="2026-02-05")


def test_a_hall_comes_in_is_proven_and_goes_out_again(run: CommandLine, tmp_path: Path) -> None:
    file = str(written(tmp_path, hall(8, 4)))
    tried = run.json("import", "hall", file, "--dry-run")
    assert (tried["accounts"], tried["dry_run"], run.json("accounts", "list")) == (8, True, [])
    came = run.json("import", "hall", file, "--totals", str(tmp_path / "totals.pdf"))
    assert (came["accounts"], came["taken"]) == (8, tried["taken"])
    assert (tmp_path / "totals.pdf").read_bytes().startswith(b"%PDF")
    assert "nothing was taken twice" in run("import", "hall", file).out
    run("verify")
    out = tmp_path / "out.xlsx"
    given = run.json("export", "hall", str(out), "--reason", "takeover")
    assert given["totals"]["left"] == came["taken"]["left"]
    assert "Whole hall" in run("exports", "list").out
    run("export", "hall", str(out), "--reason", "other", code=1)


def test_bad_rows_and_twins_are_named_and_settled(run: CommandLine, tmp_path: Path) -> None:
    bad = str(written(tmp_path, changed(hall(8, 4), METERS, 0, digits=2), title="bad.xlsx"))
    said = run("import", "hall", bad, "--dry-run", code=1)
    assert "Meters row 2, Last reading “5000”" in said.err.replace('"5000"', "“5000”")
    assert "R0: 1 rows are not right" in said.out
    file = str(written(tmp_path, twins(name="陈玉荣")))
    refused = run("import", "hall", file, code=1)
    assert "Similar name, same address" in refused.err
    (finding,) = run.json("import", "hall", file, "--dry-run", code=1)["findings"]
    assert run.json("import", "hall", file, "--merge", finding["key"])["accounts"] == 4


def test_the_template_is_written_and_never_over_another_file(run: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "empty.xlsx"
    run.speaking("zh_CN")("import", "hall", str(file), "--template")
    assert openpyxl.load_workbook(file).sheetnames[:3] == ["说明", "客户", "用电地址"]
    run("import", "hall", str(file), "--template", code=1)
