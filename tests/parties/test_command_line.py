"""Parties and notes on the command line."""

from __future__ import annotations

import pytest

from tests.command_line import CommandLine
from tests.hall import SMALL


@pytest.fixture
def run(small_hall: str, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys, small_hall, today="2026-02-05")


def test_a_party_is_shown_by_the_number_of_an_account_with_its_data_masked(run: CommandLine) -> None:
    card = run.json("parties", "show", SMALL[0])
    assert card == run.json("parties", "show", card["party_id"])
    assert [one["row"]["number"] for one in card["accounts"]] == [SMALL[0]]
    assert [one["value"] for one in card["contacts"]] == ["s***@example.com", "138 **** 0001"]
    said = run("parties", "show", SMALL[1]).out
    assert "138 **** 0002" in said
    assert "13800000002" not in said
    owed = run.json("accounts", "show", SMALL[1])["dues"]["total"]
    assert run.json("parties", "show", SMALL[1])["total"] == owed
    run("parties", "show", "404", code=1)


def test_a_contact_is_added_and_closed(run: CommandLine) -> None:
    assert (
        run("parties", "contact", SMALL[2], "email", "lan@example.com", "--notices").out == "E-mail added\n"
    )
    bank = run.json("parties", "contact", SMALL[2], "bank", "3300161603505300")["contact_id"]
    said = run("parties", "show", SMALL[2]).out
    assert "notices go here" in said
    assert bank in said
    assert run("parties", "contact-close", bank).out == "Contact closed\n"
    kept = {one["kind"]: one["valid_to"] for one in run.json("parties", "show", SMALL[2])["contacts"]}
    assert (kept["email"], kept["bank"]) == (None, "2026-02-05")
    assert "no e-mail address" in run("parties", "contact", SMALL[2], "email", "lan", code=1).err
    assert "was closed" in run("parties", "contact-close", bank, code=1).err


def test_notes_are_added_and_listed_open_alerts_first(run: CommandLine) -> None:
    assert SMALL[1] in run("notes", "add", SMALL[1], "Dog in the yard", "--alert").out
    run("notes", "add", SMALL[1], "Key at the porter")
    assert [one["text"] for one in run.json("notes", "list", SMALL[1])] == [
        "Dog in the yard",
        "Key at the porter",
    ]
    assert "Dog in the yard" in run("notes", "list", SMALL[1]).lines[0]
    assert run.json("notes", "list", SMALL[2]) == []
    assert "write the note" in run("notes", "add", SMALL[1], " ", code=1).err


def test_a_party_is_entered_changed_and_given_a_role(run: CommandLine) -> None:
    entered = run.json(
        "parties",
        "add",
        "Sunrise Solar",
        "--kind",
        "organisation",
        "--role",
        "producer",
        "--debtor",
        "business",
    )
    who = entered["party_id"]
    card = run.json("parties", "show", who)
    assert (card["name"], card["kind"], card["language"], card["accounts"]) == (
        "Sunrise Solar",
        "organisation",
        "zh_CN",
        [],
    )
    run("parties", "change", who, "--name", "Sunset Solar", "--language", "fi")
    run("parties", "change", who, "--name", "Sunset Solar", code=1)
    held = run.json("parties", "role", who, "lessor")
    assert [one["kind"] for one in held] == ["producer", "lessor"]
    run("parties", "role", who, "lessor", code=1)
    card = run.json("parties", "show", who)
    assert (card["name"], card["language"], card["debtor_type"]) == ("Sunset Solar", "fi", "business")
    assert who == run.json("search", "sunset")["customers"][0]["number"]
    assert run.json("search", "sunrise")["customers"] == []
    run("parties", "add", " ", "--role", "lessor", code=1)
    run("parties", "add", "Ann", "--role", "lessor", "--phone", "none", code=1)


def test_parties_that_are_one_are_merged_and_parted_again(run: CommandLine) -> None:
    other = run.json("parties", "show", SMALL[1])["party_id"]
    merge = ("parties", "merge", SMALL[0], SMALL[1], "--take", "name")
    run(*merge, code=2)
    assert "1 account moved" in run(*merge, "--why", "entered twice", "--dry-run").out
    assert run.json("parties", "show", SMALL[1])["party_id"] == other
    assert "Customer 2 was merged into Customer 1" in run(*merge, "--why", "entered twice").out
    card = run.json("parties", "show", SMALL[1])
    assert (card["name"], [one["row"]["number"] for one in card["accounts"]]) == (
        "Customer 2",
        list(SMALL[:2]),
    )
    assert "merged into Customer 2" in run("parties", "show", other).out
    assert "entered twice" in run("parties", "show", SMALL[0]).out
    assert "same party" in run(*merge, "--why", "again", code=1).err
    assert "1 account moved" in run("parties", "unmerge", other, "--why", "two after all").out
    assert run.json("parties", "show", SMALL[0])["name"] == "Customer 1"
    assert run.json("parties", "show", SMALL[1])["party_id"] == other


def test_who_seems_to_be_one_is_listed_and_told_apart(run: CommandLine) -> None:
    assert run("parties", "duplicates").out == "Nobody seems to be entered twice\n"
    added = run.json("parties", "add", "Nobody", "--role", "lessor")["party_id"]
    run("parties", "apart", SMALL[0], added)
    assert run.json("parties", "duplicates") == []
