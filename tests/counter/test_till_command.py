"""The till by command: opened, filled, shown, counted blind and closed."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.counter.records import MovementKind, MovementOrder
from desktop.kernel import canonical, intent
from desktop.kernel.files import user_folder
from desktop.kernel.measures import Money
from desktop.kernel.work import draw_id
from tests.command_line import CommandLine
from tests.hall import SMALL, long_ago


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], small_hall: str) -> CommandLine:
    """The command line at the second counter of the hall with three accounts."""
    return CommandLine(capsys, small_hall, today="2026-02-06", lang="en", station="2")


def test_a_till_is_closed_and_opened_by_command(run: CommandLine, tmp_path: Path) -> None:
    assert "Count the drawer first" in run("till", "close", code=1).err
    run("till", "close", "--amount", "0")
    assert run("till", "show").out.strip() == "The till is closed"
    opened = run("till", "open", "--notes", "100x4", "--notes", "50×2")
    assert "500.00" in opened.out
    assert "no count of notes" in run("till", "open", "--notes", "100", code=1).err
    paid = ("pay", "--account", SMALL[1], "--amount", "12.00", "--given", "20.00")
    run(*paid, "--receipt", tmp_path / "receipt.pdf")
    run("till", "move", "drop", "300", "--note", "bag 1")
    run("till", "move", "turn_in", "300", code=2)
    assert "300" not in run("till", "show").out, "counts are blind"
    first = run("till", "close", "--notes", "100x2", code=1)
    assert "say why" in first.err
    assert "212.00" in first.err
    assert "12.00" in first.err
    assert "its amount is the difference" in first.err
    assert "its amount is the difference" in run("till", "show").out
    shown = run.json("till", "show")
    assert (shown["expected"], shown["difference"], shown["counted"]["amount"]) == (
        "212.00",
        "-12.00",
        "200.00",
    )
    out = tmp_path / "sheet.pdf"
    closed = run.json("till", "close", "--reason", "nobody knows", "--sheet", out)
    assert (closed["difference"], closed["reason"]) == ("-12.00", "nobody knows")
    assert out.read_bytes().startswith(b"%PDF")
    again = run("till", "sheet", "--out", tmp_path / "copy.pdf")
    assert f"Copy 1 of {closed['number']}" in again.out
    assert "being counted" not in run("pay", "--account", SMALL[1], "--amount", "1.00").err, (
        "it opens by itself"
    )
    run("verify")


def test_receipts_not_printed_are_handed_on_by_word(run: CommandLine) -> None:
    first = run.at("1")(
        "till", "close", "--amount", "500", code=1
    )  # one receipt of the hall waits for its paper
    assert "not printed" in first.err
    assert "--hand-on" in first.err
    closed = run.at("1").json("till", "close", "--reason", "counted twice", "--hand-on")
    assert len(closed["unprinted"]) == 1


def test_cash_whose_answer_was_lost_is_named_at_the_close_by_command(
    run: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))  # nothing else is under way
    folder, key, lost = user_folder() / "under_way", draw_id(), draw_id()
    run("till", "move", "float", "300", "--key", key)
    run("till", "move", "float", "300", "--key", key)  # the same step, once
    for one, order in (
        (key, MovementOrder(MovementKind.FLOAT, Money(30_000))),
        (lost, MovementOrder(MovementKind.DROP, Money(20_000))),
    ):
        intent.keep(folder, intent.Intent(one, "counter.move_cash", canonical.dump(order)))
        long_ago(folder, one)
    first = run("till", "close", "--amount", "300", code=1)
    assert "Is booked, its answer was lost: Float from the safe, 300.00" in first.err
    assert "Is not booked, do it again if the money changed hands: Drop to the safe" in first.err
    assert "--seen" in first.err
    shown = run("till", "show").out
    assert "Drop to the safe" in shown
    assert "Float from the safe" not in shown, "told once"
    closed = run.json("till", "close", "--seen")
    assert (closed["difference"], closed["lost"]) == ("0.00", [])
    assert intent.unsettled(folder) == ()


def test_the_cash_of_a_drawer_is_limited_by_command(run: CommandLine) -> None:
    limits = ("till", "limit", "--till", "2", "--tell-above", "1.00", "--refuse-above")
    assert "the larger one" in run(*limits, "0.50", code=1).err
    assert "no limit" in run("till", "limit", "--tell-above", "5000").out
    assert run.json(*limits, "2.00") == {"told_above": "1.00", "refused_above": "2.00"}
    run("till", "move", "float", "300")
    cash = ("pay", "--account", SMALL[1], "--amount", "1.00")
    assert "holds as much cash as it may" in run(*cash, code=1).err
    run(*cash, "--tender", "card", "--reference", "slip 1")
    assert run.json("till", "show")["refuses"] is True
