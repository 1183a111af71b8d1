"""Several accounts paid by command, and payments taken back."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from tests.command_line import CommandLine
from tests.hall import account_number
from tests.papers_samples import pdf_pages

ACCOUNTS = tuple(account_number(place) for place in (9, 10, 11))
NAMED = tuple(word for number in ACCOUNTS for word in ("--account", number))


def test_accounts_are_paid_together_once_and_taken_back(
    billed_hall: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, key = CommandLine(capsys, billed_hall), str(uuid4())
    paper = tmp_path / "receipt.pdf"
    taken = run.json("pay-together", *NAMED, "--key", key, "--receipt", str(paper))
    (receipt,) = taken["receipts"]
    assert [part["account_number"] for part in receipt["parts"]] == list(ACCOUNTS)
    assert taken["owed_after"] == "0.00"
    text = "".join(pdf_pages(paper.read_bytes()))
    assert all(part["address"] in text for part in receipt["parts"])
    assert run.json("pay-together", *NAMED, "--key", key) == taken
    said = run("pay-together", *NAMED, "--amount", "1.00", code=1)
    assert "is more than the" in said.err
    number = receipt["number"]
    back = run.json("receipts", "reverse", number, "--reason", "wrong", "--account", ACCOUNTS[1])
    assert [one["account_number"] for one in back] == [ACCOUNTS[1]]
    assert "wrong" in run("receipts", "show", number).out
    each = run.json("pay-together", "--account", ACCOUNTS[1], "--account", ACCOUNTS[0], "--each")
    assert [one["account_number"] for one in each["receipts"]] == [ACCOUNTS[1]], (
        "only it has something to pay"
    )
    assert "taken back already" in run("receipts", "reverse", number, "--reason", "x", "--account", ACCOUNTS[1],
                                       code=1).err  # fmt: skip
    run("verify")
