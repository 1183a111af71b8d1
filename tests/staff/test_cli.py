"""People on the command line: the same operations, and no password in a command's words."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.kernel.errors import Refused
from desktop.staff import service as staff
from desktop.staff.records import RoleOrder
from tests.command_line import CommandLine
from tests.hall import opened, seat_of

FRESH = "three words here"


@pytest.fixture
def run(small_hall: str, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys, small_hall)


@pytest.fixture
def password(tmp_path: Path) -> Path:
    file = tmp_path / "password.txt"
    file.write_text(f"{FRESH}\n", encoding="utf-8")
    return file


def test_everybody_is_listed_with_roles_and_what_waits(run: CommandLine) -> None:
    run("staff", "grant", "reader", "cashier", "--reason", "stands in")
    said = run("staff", "list")
    assert any(
        "reader" in line and "Meter reader" in line and "waits: Cashier" in line for line in said.lines
    )
    assert said.lines[-1].startswith("Cashier for reader: asked by Night")
    listed = run.json("staff", "list")
    assert listed["waiting"][0]["reason"] == "stands in"
    assert "servicehall" not in {one["login"] for one in listed["people"]}
    assert "抄表员" in run.speaking("zh_CN")("staff", "list").out


def test_a_person_is_entered_with_a_password_from_a_file(
    run: CommandLine, small_hall: str, password: Path
) -> None:
    said = run("staff", "add", "minna", "--name", "Minna", "--language", "fi", "--role", "reader", "--role",
               "cashier", "--workplace", "2", "--password-file", password)  # fmt: skip
    assert "Must change password" in said.out
    assert FRESH not in said.out + said.err
    with opened(small_hall) as app:
        assert app.sign_in("minna", FRESH).actor.permissions == staff.EVERYBODY
    assert "already" in run("staff", "add", "MINNA", "--name", "x", "--password-file", password, code=1).err
    assert "king" in run("staff", "grant", "minna", "king", code=1).err


def test_the_owner_of_a_password_that_was_set_changes_it_before_anything_else(
    run: CommandLine, small_hall: str, password: Path, tmp_path: Path
) -> None:
    run("staff", "password", "cashier", "--password-file", password)
    own = tmp_path / "own.txt"
    own.write_text("a phrase of my own", encoding="utf-8")
    change = ("staff", "own-password", "cashier", "--password-file", own)
    assert "wrong" in run(*change, "--old-file", own, code=1).err
    assert "Your password is changed" in run(*change, "--old-file", password).out
    with opened(small_hall) as app:
        assert "counter.take_payment" in app.sign_in("cashier", "a phrase of my own").actor.permissions
    (told,) = [one for one in run.json("staff", "list")["people"] if one["login"] == "cashier"]
    assert told["password"]["by"] == "Night"


def test_without_a_file_or_somebody_to_type_nothing_is_done(run: CommandLine, small_hall: str) -> None:
    assert "--password-file" in run("staff", "password", "cashier", code=1).err
    with opened(small_hall) as app:
        assert app.sign_in("cashier", "long enough")


def test_a_password_is_set_and_a_login_unlocked_closed_and_reopened(
    run: CommandLine, small_hall: str, password: Path
) -> None:
    assert "Must change" in run("staff", "password", "cashier", "--password-file", password).out
    with opened(small_hall) as app:
        for _ in range(5):
            with pytest.raises(Refused):
                app.sign_in("cashier", "wrong")
    assert "Must change" in run("staff", "unlock", "cashier").out
    assert "Left" in run("staff", "close", "cashier").out
    assert "closed" not in run("staff", "close", "cashier", code=1).out
    assert "Must change" in run("staff", "close", "cashier", "--reopen").out
    assert "nobody" in run("staff", "close", "nobody", code=1).err


def test_what_the_command_line_asked_for_it_does_not_approve(run: CommandLine, small_hall: str) -> None:
    run("staff", "grant", "reader", "cashier")
    assert "yourself" in run("staff", "approve", "reader", "cashier", code=1).err
    with opened(small_hall) as app:
        seat_of(app, "administrator").do(staff.propose_role, RoleOrder("reader", "clerk"))
        seat_of(app, "administrator").do(staff.propose_role, RoleOrder("reader", "metering"))
    assert "no second person" in run("staff", "approve", "reader", "clerk", code=1).err
    own = run.by("administrator")
    assert "yourself" in own("staff", "approve", "reader", "clerk", code=1).err
    other = run.by("supervisor")
    assert "Billing clerk" in other("staff", "approve", "reader", "clerk").out
    declined = other("staff", "approve", "reader", "metering", "--decline", "not trained").out
    assert "Metering" not in declined
    assert "No role" in run("staff", "approve", "reader", "metering", code=1).err
    assert "Billing clerk" not in run("staff", "grant", "reader", "clerk", "--take-away").out
    run("verify")
