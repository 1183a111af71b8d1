"""The hall's money by command: the day closed, its sheet written, the book checked against its file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.hall import SMALL


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], small_hall: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """The command line in the hall with three accounts, on the day after its first close."""
    monkeypatch.setenv("SERVICEHALL_COPIES", str(tmp_path / "copies"))
    return CommandLine(capsys, small_hall, today="2026-02-06", lang="en", station="1")


def test_a_day_is_closed_and_checked_by_command(run: CommandLine, tmp_path: Path) -> None:
    assert "is open" in run("day", "show").out
    assert "Tills are open" in run("day", "close", "--hand-on", code=1).err
    for station in ("1", "2"):
        run.at(station)("till", "close", "--amount", "0", "--reason", "nobody knows", "--hand-on")
    assert "is not printed" in run("day", "close", code=1).err
    out = tmp_path / "day.pdf"
    closed = run.json("day", "close", "--hand-on", "--remark", "quiet", "--out", out)
    assert (closed["sheet"]["remark"], len(closed["sheet"]["tills"])) == ("quiet", 2)
    assert out.read_bytes().startswith(b"%PDF")
    export = Path(closed["kept"]["export"])
    assert "2 journals" in run("day", "check", export).out
    assert "closed already" in run("day", "close", "--day", "2026-02-06", code=1).err
    assert closed["sheet"]["number"] in run("day", "list").out
    assert closed["sheet"]["digest"] in run("day", "sheet").out
    for name in ("again.pdf", "again.json", "again.txt"):
        assert "Copy" in run("day", "sheet", "--out", tmp_path / name).out
    told = json.loads((tmp_path / "again.json").read_text())
    told["heads"][0]["head"]["number"] += 1000
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(told))
    assert "is not in the book" in run("day", "check", forged, code=1).out
    assert "not the file of a closed day" in run("day", "check", out, code=1).err
    again = run("day", "copy", code=0 if closed["kept"]["copy"] else 1)
    assert "rows in" in again.out or "on a server" in again.err
    run("verify")


def test_the_safe_by_command(run: CommandLine, tmp_path: Path) -> None:
    assert "No count" in run("safe", "settle", "--reason", "nobody knows", code=1).err
    first = run.json("safe", "count", "--notes", "100x8", code=1)
    told = run("safe", "count", "--notes", "100x9", code=1).out
    assert "difference" in told
    assert "safe settle" in told
    assert "say why" in run("safe", "show").out
    assert (
        "counted again" in run("safe", "settle", first["source_id"], "--reason", "nobody knows", code=1).err
    )
    assert "900.00" in run("safe", "settle", "--reason", "counted twice").out
    assert "0.00" in run("safe", "count", "--amount", "900").out, "what fits needs no reason"
    out = tmp_path / "slip.pdf"
    made = run.json("safe", "deposit", "--notes", "100x3", "--slip", "77-1", "--out", out)
    assert out.read_bytes().startswith(b"%PDF")
    assert "Copy 1" in run("safe", "slip", made["number"], "--out", tmp_path / "copy.pdf").out
    found = run.json("safe", "show")
    assert (found["expected"], found["rows"][0]["paper"]) == ("600.00", made["number"])
    source = found["rows"][0]["source_id"]
    assert "taken back" in run("safe", "take-back", source, "--reason", "no car").out
    assert "900.00" in run("safe", "show").out
    assert "Nobody handed" in run("till", "take-over", code=1).err
    run("verify")


def test_fees_in_a_column_by_command(run: CommandLine, tmp_path: Path) -> None:
    run("pay", "--account", SMALL[1], "--amount", "9.00", "--tender", "card", "--reference", "POS000771")
    path = tmp_path / "acquirer.csv"
    path.write_text("交易日期,交易金额,Kept,参考号\n2026-02-06,9.00,9.01,POS000771\n")
    options = ("--bank", "Acquirer", "--column", "fee=Kept")
    told = run("bank", "import", path, *options, code=1).err
    assert "Kept" in told
    assert "more than the amount" in told
    path.write_text("交易日期,交易金额,Kept,参考号\n2026-02-06,9.00,0.04,POS000771\n")
    assert "1 lines, 1 of them matched" in run("bank", "import", path, *options).out
    row = next(row for row in run.json("bank", "list", "--all") if row["file_name"] == path.name)
    assert (row["amount"], row["fee"], row["state"]) == ("8.96", "0.04", "matched")
    assert "fee 0.04" in run("bank", "list", "--all").out
    path.write_text("交易日期,交易金额,Kept,参考号\n2026-02-07,7.00,0.03,POS000772\n")
    run("bank", "import", path, "--bank", "Acquirer")
    row = next(row for row in run.json("bank", "list") if row["amount"] == "6.97")
    assert row["fee"] == "0.03", "the bank's titles are kept"
    run("verify")


def test_a_bank_file_by_command(run: CommandLine, tmp_path: Path) -> None:
    for reference in ("POS000771", "POS000772"):
        run("pay", "--account", SMALL[1], "--amount", "9.00", "--tender", "card", "--reference", reference)
    path = tmp_path / "bank.csv"
    path.write_text(
        "When,Sum,Ref\n2026-02-06,9.00,POS000771\n2026-02-06,9.00,\n2026-02-07,-1.20,\n2026-02-07,-9.00,POS000771\n"
    )
    options = ("--bank", "City bank", "--column", "amount=Sum", "--column", "reference=Ref")
    missing = run("bank", "import", path, *options, code=1).err
    assert "column is missing" in missing
    assert "Its columns are When, Sum, Ref" in missing
    assert "is no column" in run("bank", "import", path, *options, "--column", "when=When", code=1).err
    assert "4 lines, 1 of them matched" in run("bank", "import", path, *options, "--column", "day=When").out
    assert "came in before" in run("bank", "import", path, "--bank", "City bank", code=1).err
    rows = run.json("bank", "list")
    line, fee, back = (
        next(row for row in rows if (row["file_name"], row["amount"]) == ("bank.csv", amount))["line_id"]
        for amount in ("9.00", "-1.20", "-9.00")
    )
    assert "Matched" in run("bank", "fee", fee, "--reason", "month").out
    hints = run.json("bank", "hints", back)
    assert hints[0]["returned"]
    assert "takes it back" in run("bank", "hints", back).out
    key = hints[0]["sources"][0]["source_id"]
    assert "Matched" in run("bank", "return", back, key, "--reason", "disputed").out
    source = next(row for row in run.json("bank", "transit") if row["reference"] == "POS000772")["source_id"]
    assert "Matched" in run("bank", "match", line, source).out
    assert "Unmatched" in run("bank", "undo", line, "--reason", "another one").out
    assert "Set aside" in run("bank", "aside", line, "--reason", "a fee").out
    assert len(run.json("bank", "list", "--all")) == len(rows) + 2 + 1
    run("verify")
