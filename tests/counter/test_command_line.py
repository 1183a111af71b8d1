"""Several accounts paid by command, and payments taken back."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from desktop import sample
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
    flats = ("--account", ACCOUNTS[1], "--account", ACCOUNTS[2], "--account", ACCOUNTS[0])
    key = ("--key", str(uuid4()))
    run("receipts", "reverse", each["receipts"][0]["number"], "--reason", "by card as well")
    mixed = ("pay-together", *flats, "--tender", "card", "--reference", "6228", "--also", "cash:1.50", *key)
    mixed += ("--paid-by", "Wu Lan")
    taken = run.json(*mixed)
    assert all("Wu Lan" in one["notes"][0] for one in taken["receipts"])
    assert [one["tender"] for one in taken["receipts"]] == ["card", "cash"]
    assert (taken["owed_after"], taken["receipts"][1]["amount"]) == ("0.00", "1.50")
    assert run.json(*mixed) == taken
    told = run("receipts", "show", taken["receipts"][0]["number"], "--lang", "en").out
    assert ("Card" in told, "Cash" in told) == (True, True)
    run("verify")


def test_a_slip_of_the_hand_is_refused_by_command_unless_it_is_meant(
    billed_hall: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run, much = (
        CommandLine(capsys, billed_hall, lang="en"),
        ("--account", ACCOUNTS[0], "--amount", "500000.00"),
    )
    said = run("pay", *much, code=1).err
    assert ("over a hundred times" in said, "--large" in said) == (True, True)
    part = ("--account", ACCOUNTS[0], "--amount", "1.00", "--also", "card:500000.00:6228")
    assert "500,000.00" in run("pay", *part, code=1).err
    key = ("--key", str(uuid4()))
    taken = run.json("pay", *much, "--large", *key)
    assert run.json("pay", *much, *key) == taken, "what is booked is told again"
    run("verify")


def test_a_payment_is_moved_and_refunds_ask_for_two_people_by_command(
    billed_hall: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, letters = CommandLine(capsys, billed_hall), tmp_path / "letters.pdf"
    paid = run.json("pay", "--account", ACCOUNTS[0], "--amount", "10.00", "--also", "card:2.00:77")
    number = paid["receipts"][0]["number"]
    move = ("receipts", "move", number, "--to", ACCOUNTS[1], "--reason", "the neighbour's", "--whole")
    told = run.json(*move, "--dry-run")
    assert "Nothing was written" in run(*move, "--dry-run").out
    moved = run.json(*move, "--letters", str(letters))
    assert moved["right"]["after"] == told["right"]["after"]
    assert (moved["amount"], moved["besides"]) == ("12.00", [paid["receipts"][1]["number"]])
    assert len(pdf_pages(letters.read_bytes())) == 2
    assert ACCOUNTS[1] in run("receipts", "moves", number).out
    numbers = [letter["number"] for letter in moved["letters"]]
    run("receipts", "letters", *numbers, "--out", str(letters))
    assert all("副本 1" in page for page in pdf_pages(letters.read_bytes()))
    run("pay", "--account", ACCOUNTS[2], "--amount", "5000.00")
    asking = ("refunds", "ask", "--account", ACCOUNTS[2], "--amount", "9.00", "--reason", "moved away")
    assert "say who makes it: --as" in run.speaking("en")(*asking, code=1).err
    asked = run.by("lin", sample.PASSWORD).json(*asking)
    assert asked["state"] == "waiting"
    key = asked["request_id"]
    assert "no second person" in run.speaking("en")("refunds", "decide", key, code=1).err
    assert "approves the refund first" in run("refunds", "pay", key, code=1).err
    assert "moved away" in run("refunds", "list", "--account", ACCOUNTS[2]).out
    assert "No refund" in run("refunds", "print", "R1-1", "--out", str(letters), code=1).err
    run("verify")
