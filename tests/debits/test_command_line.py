"""Direct debits by command: a bank, mandates by a sheet, a file out, results in, rows mended, money taken back."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.command_line import CommandLine
from tests.hall import SMALL


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], small_hall: str) -> CommandLine:
    """The command line in the hall with three accounts."""
    return CommandLine(capsys, small_hall, today="2026-02-05", lang="en", station="1")


def test_from_a_sheet_of_mandates_to_money_taken_back(run: CommandLine, tmp_path: Path) -> None:
    bank = (
        "bank",
        "Bank of the town",
        "--creditor",
        "C-7",
        "--csv",
        "--code",
        "00=paid",
        "--code",
        "E1=funds",
    )
    assert "CSV UTF-8" in run("debit", *bank).out
    assert "no amount" in run("debit", "bank", "Bank of the town", "--least", "x", code=1).err
    assert "says nothing" in run("debit", "bank", "Bank of the town", "--code", "00", code=1).err
    assert "There is no" in run("debit", "bank", "Bank of the town", "--code", "00=perhaps", code=1).err
    (told,) = (one for one in run.json("debit", "banks") if one["name"] == "Bank of the town")
    assert (told["creditor"], told["layout"]["codes"]) == ("C-7", [["00", "paid"], ["E1", "funds"]])

    sheet = tmp_path / "mandates.xlsx"
    run("debit", "import", "--template", sheet)
    book = openpyxl.load_workbook(sheet)
    page = book.worksheets[0]
    page.delete_rows(2)
    page.append([SMALL[1], "Bank of the town", "6222021234567890123", "Holder", "A-9", "2026-01-05", ""])
    page.append(["999", "Bank of the town", "6222021234567890123", "Holder", "", "2026-01-05", ""])
    page.append([SMALL[0], "Bank of the town", "6.2E+18", "Holder", "", "2026-01-05", ""])
    book.save(sheet)
    taken = run("debit", "import", sheet, code=1)
    assert "Mandates entered: 1, known before: 0" in taken.out
    assert [f"row {row}" in taken.err for row in (3, 4)] == [True, True]
    assert "Mandates entered: 0, known before: 1" in run("debit", "import", sheet, code=1).out

    about = ("--bank", "Bank of the town", "--on", "2026-02-06", "--due-by", "2026-04-30")
    assert "another bank" in run("debit", "preview", *about).out
    out = tmp_path / "out.csv"
    made = run.json("debit", "out", *about, "--out", out)
    number, count = made["made"]["number"], made["made"]["items"]
    assert run.json("debit", "write", number, "--out", out)["sha256"] == made["sha256"]
    rows = run.json("debit", "items", number)
    assert len(rows) == count
    assert "was sent" in run("debit", "withdraw", number, "--reason", "late", code=1).err

    one = rows[0]
    results = tmp_path / "results.csv"
    results.write_text(
        "Number of the item,Amount,Result,Reason\n"
        f"{one['number']},{one['amount']},00,\nK1,1.00,00,\n{one['number']},{one['amount']},?,\n"
    )
    assert "row 4" in run("debit", "results", results, "--bank", "Bank of the town", code=1).err
    results.write_text(
        f"Number of the item,Amount,Result,Reason\n{one['number']},{one['amount']},00,\nK1,1.00,00,\n"
    )
    said = run("debit", "results", results, "--bank", "Bank of the town", code=1)
    assert "Paid: 1" in said.out
    assert "row 3" in said.err
    assert "came in before" in run("debit", "results", results, "--bank", "Bank of the town", code=1).err
    assert "Paid: 0" in run("debit", "go-on", code=1).out
    (strange,) = run.json("debit", "open", code=1)
    assert "Give either" in run("debit", "mend", strange["result_id"], code=2).err
    assert "No item" in run("debit", "mend", strange["result_id"], "--item", "K1", code=1).err
    assert "Set aside" in run("debit", "mend", strange["result_id"], "--aside", "another's").out
    assert run.json("debit", "open") == []
    assert number in run("debit", "files").out
    letter = tmp_path / "letter.pdf"
    back = ("returned", one["number"], "--reason", "not covered", "--out", letter)
    assert "Taken back" in run("debit", *back).out
    assert letter.read_bytes().startswith(b"%PDF")
    (about, *_) = run.json("accounts", "papers", SMALL[1])
    assert f"{about['number']}  Letter about a returned payment" in run("accounts", "papers", SMALL[1]).out
    assert "Copy 1" in run("accounts", "reprint", about["number"], "--out", letter).out
    (mine,) = run.json("debit", "mandates", "--account", SMALL[1])
    changed = (
        "mandate",
        SMALL[1],
        "--bank",
        "Bank of the town",
        "--holder",
        "New",
        "--signed-on",
        "2026-01-05",
    )
    assert "New" in run("debit", *changed, "--change", mine["mandate_id"]).out
    assert "was Holder, now New" in run("debit", "history", SMALL[1]).out
    assert "2026" in run("debit", "end", mine["mandate_id"], "--reason", "moved").out
    run("verify")
