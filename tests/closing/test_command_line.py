"""Months by command: what the page can do, the command line can do in bulk."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.command_line import CommandLine
from tests.hall import SMALL


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], small_hall: str) -> CommandLine:
    """The command line in March, on the hall with three accounts."""
    return CommandLine(capsys, small_hall, today="2026-03-02", lang="en", station="1")


def test_a_month_is_shown_closed_and_stays(run: CommandLine) -> None:
    look = run.json("months", "show", "2026-02")
    assert (look["figures"]["receivable"], look["row"]["closed_by"], look["warned"]) == ("484.20", "", True)
    assert "Say in a remark" in run("months", "close", "2026-02", code=1).err
    told = run("months", "close", "2026-02", "--remark", "tills go on").out
    assert "Closed by Night" in told
    closed = run.json("months", "show", "2026-02")
    assert closed["figures"] == look["figures"]
    assert [row["remark"] for row in run.json("months", "list")] == ["", "tills go on", ""]
    refused = run.on("2026-02-27")("pay", "--account", SMALL[1], "--amount", "1.00", code=1)
    assert "2026-02 is closed" in refused.err
    assert "not over" in run("months", "close", "2026-03", code=1).err
    run("months", "close", "March", code=2)


def test_the_rows_behind_a_figure_add_up(run: CommandLine) -> None:
    behind = run.json("months", "rows", "2026-02", "charged", "residential", "1")
    assert behind["sum"] == "484.20"
    assert sum(float(row["amount"]) for row in behind["rows"]) == pytest.approx(484.20)
    assert "taken back" in run("months", "rows", "2026-02", "charged").out
    account = run.json("months", "rows", "2026-02", "ledger", "1122")
    assert account == run.json("months", "rows", "2026-02", "ledger", "receivable")
    assert account["rows"]
    assert "No figure is called" in run("months", "rows", "2026-02", "weather", code=1).err
    for wrong in (
        ("ledger", "9"), ("charged", "farmers"), ("received", "residential", "x"), ("arrears", "1"),
        ("tax", "x"), ("check",),
    ):  # fmt: skip
        assert "There is no part" in run("months", "rows", "2026-02", *wrong, code=1).err


def test_a_month_leaves_as_a_workbook_and_as_csv(run: CommandLine, tmp_path: Path) -> None:
    book, rows = tmp_path / "february.xlsx", tmp_path / "february.csv"
    written = run.json("months", "export", "2026-02", "--out", book)["postings"]
    run("months", "export", "2026-02", "--out", rows)
    assert ".xlsx, .csv" in run("months", "export", "2026-02", "--out", tmp_path / "x.txt", code=2).err
    shown = run("months", "show", "2026-02").out
    assert all(title in shown for title in ("Class", "Overdue", "Net", "What it holds", "Balance before"))
    lines = list(csv.DictReader(io.StringIO(rows.read_text("utf-8-sig"))))
    assert len(lines) == written
    debit = sum(round(float(line["Debit"] or 0) * 100) for line in lines)
    assert debit == sum(round(float(line["Credit"] or 0) * 100) for line in lines) > 0
    assert {line["Ledger account"] for line in lines} == {
        "1001",
        "100101",
        "1002",
        "1012",
        "1122",
        "1901",
        "2203",
        "2204",
        "2221",
        "2241",
        "6001",
    }
    assert {line["Paper"][:1] for line in lines} >= {"B"}
    sheets = {name: CalamineWorkbook.from_path(book).get_sheet_by_name(name).to_python() for name in (
        "Class and tier", "VAT", "Ledger accounts", "Postings",
    )}  # fmt: skip
    assert sheets["Class and tier"][3] == ["residential", "tier 1", 900.0, 484.2, 181.4]
    assert len(sheets["Postings"]) - 3 == written
    ledger = {row[0]: row for row in sheets["Ledger accounts"][3:]}
    for code, *_ in ledger.values():
        own = [row for row in sheets["Postings"][3:] if row[5] == code]
        assert sum(round((row[7] or 0) * 100) for row in own) == round(ledger[code][3] * 100), code
