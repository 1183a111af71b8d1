"""`import hall` and `export hall`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from desktop.takeover.documents.sheets import METERS
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.hall import founded
from tests.takeover.test_service import twins
from tests.takeover.workbooks import changed, hall, written


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


@pytest.mark.trial
def test_a_hall_of_twenty_thousand_moves_from_the_template_to_another_database(
    sqlite_databases: Databases,
    postgres_server: Databases,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """As a new user does it: the template filled in, checked, taken in, proven, written out, and taken in there."""
    here, there = (
        CommandLine(capsys, databases.like(founded), today="2026-02-05")
        for databases in (sqlite_databases, postgres_server)
    )
    template, filled, out = (tmp_path / name for name in ("template.xlsx", "hall.xlsx", "out.xlsx"))
    here.speaking("zh_CN")("import", "hall", str(template), "--template")
    book = openpyxl.load_workbook(template)
    with closing(openpyxl.load_workbook(written(tmp_path, hall(20_000, 250)), read_only=True)) as typed:
        for sheet, rows in zip(book.worksheets[1:], typed.worksheets[1:], strict=True):
            for row in rows.iter_rows(min_row=2, values_only=True):
                sheet.append(row)
    book.save(filled)
    tried = here.json("import", "hall", str(filled), "--dry-run")
    assert (tried["accounts"], tried["problem_count"], tried["taken"]) == (20_000, 0, tried["totals"])
    came = here.json("import", "hall", str(filled), "--totals", str(tmp_path / "totals.pdf"))
    assert came["taken"] == tried["totals"]
    assert here.json("verify") == []
    given = here.json("export", "hall", str(out), "--reason", "takeover")
    assert given["totals"] == came["taken"]
    moved = there.json("import", "hall", str(out), "--duplicates", "keep")
    assert (moved["accounts"], moved["taken"]) == (20_000, came["taken"])
    assert there.json("verify") == []
    assert (
        there.json("export", "hall", str(tmp_path / "again.xlsx"), "--reason", "takeover")["totals"]
        == given["totals"]
    )
    print(f"\n20,000 accounts moved; control totals on both databases: {given['totals']}")
