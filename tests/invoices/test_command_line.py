"""The invoice register by command."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.hall import INVOICE_NUMBER, SMALL


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], small_hall: str) -> CommandLine:
    return CommandLine(capsys, small_hall, today="2026-02-06", lang="en", station="1")


def test_invoices_are_asked_for_exported_and_numbered(run: CommandLine, tmp_path: Path) -> None:
    (known,) = run.json("invoices", "list", "--state", "numbered")
    assert known["number"] == INVOICE_NUMBER
    refused = run("invoices", "ask", SMALL[1], "--kind", "special", code=1).err
    assert "Kind of invoice: A special VAT invoice is for organisations" in refused
    assert "Tax number: This invoice needs it" in refused
    assert "Buyer:" not in refused, "the customer's name is known"
    named = run.json("invoices", "ask", SMALL[1], "--kind", "ordinary")["buyer"]["title"]
    run("invoices", "ask", SMALL[1], "--kind", "ordinary", "--address", "Street 1")
    told = run("invoices", "ask", SMALL[1]).out
    assert all(words in told for words in ("ordinary invoice", named, "Street 1"))
    (waits,) = run.json("invoices", "list")
    out = tmp_path / "batch.csv"
    assert run.json("invoices", "export", "--out", out)["invoices"] == 1
    assert "No invoice waits" in run("invoices", "export", "--out", out, code=1).err
    (line,) = csv.DictReader(io.StringIO(out.read_text("utf-8-sig")))
    assert line["Bill"] == waits["bill_number"]
    rows = [
        line | {"Invoice number": "26332000000000000009", "Issue date": "2026-02-06"},
        line | {"Bill": "B-none", "Invoice number": "26332000000000000010", "Issue date": "2026-02-06"},
    ]
    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(line))
        writer.writeheader()
        writer.writerows(rows)
    taken = run("invoices", "numbers", out, code=1)
    assert "1 number attached" in taken.out
    assert "row 3" in taken.err
    assert [batch["numbered"] for batch in run.json("invoices", "batches")] == [1, 1]
    again = tmp_path / "again.csv"
    newest = run.json("invoices", "batches")[0]["number"]
    assert run.json("invoices", "export", "--out", again, "--again", newest)["number"] == newest
    assert [row["Bill"] for row in csv.DictReader(io.StringIO(again.read_text("utf-8-sig")))] == [
        waits["bill_number"]
    ]
    assert (
        "No batch of invoices has the number none"
        in run("invoices", "export", "--out", tmp_path / "no.csv", "--again", "none", code=1).err
    )
