"""`staff`: people, their passwords and roles."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from desktop.cli.call import A_FILE, DONE, Call, common, table
from desktop.kernel.canonical import Secret
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.text import LANGUAGES, Catalog, Text
from desktop.kernel.work import Seat
from desktop.staff import service as staff
from desktop.staff.records import (
    DecisionOrder,
    LoginOrder,
    OwnPassword,
    PasswordOrder,
    PersonOrder,
    PersonRow,
    RoleOrder,
    role_name,
)


@click.group("staff")
def people() -> None:
    """People of staff, their passwords and roles."""


def _people_lines(rows: Sequence[PersonRow], say: Catalog) -> list[str]:
    told = []
    for row in rows:
        roles = ", ".join(say(role_name(code)) for code in row.roles)
        waits = ", ".join(say(role_name(code)) for code in row.waiting)
        told.append(
            [
                row.login,
                row.name,
                say(row.state.text),
                roles,
                say("waits: {roles}", roles=waits) if waits else "",
                say("password set by {name}, {moment}", name=row.password.by, moment=row.password.at)
                if row.password
                else "",
            ]
        )
    return table(told)


def _one_person(call: Call, seat: Seat, row: PersonRow) -> int:
    call.answer(row, _people_lines([row], seat.app.catalog(call.lang)))
    return DONE


def _password_from(call: Call, file: Path | None, *, known: bool = False) -> Secret:
    """A password nobody sees: from a file's first line, or typed, a new one twice; never from the command's words."""
    if file is not None:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
        return Secret(lines[0] if lines else "")
    if not sys.stdin.isatty():
        raise Refused(Text("Nobody is here to type the password. Name a file with --password-file."))
    if known:
        return Secret(click.prompt(call.say("Password until now"), hide_input=True, err=True))
    typed = click.prompt(
        call.say("New password"), hide_input=True, confirmation_prompt=call.say("The same again"), err=True
    )
    return Secret(typed)


_PASSWORD_FILE = click.option("--password-file", type=A_FILE, help="its first line is the password")


@people.command("list")
@common
def staff_list(call: Call) -> int:
    """Everybody with roles and state, then the roles that wait for a second person."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    rows, waiting = seat.ask(staff.people), seat.ask(staff.proposals)
    lines = _people_lines(rows, say)
    lines += [
        say(
            "{role} for {login}: asked by {name}, {moment}",
            role=role_name(one.role),
            login=one.login,
            name=one.proposed_by,
            moment=one.proposed_at,
        )
        for one in waiting
    ]
    call.answer({"people": rows, "waiting": waiting}, lines)
    return DONE


@people.command("add")
@click.argument("login")
@click.option("--name", required=True, help="as it stands on receipts")
@click.option("--language", type=click.Choice(LANGUAGES), default="zh_CN", help="language of the screens")
@click.option("--role", "roles", multiple=True, help="may be given more than once; waits for approval")
@click.option("--workplace", default="", help="code of the usual station")
@_PASSWORD_FILE
@common
def staff_add(
    call: Call,
    login: str,
    name: str,
    language: str,
    roles: tuple[str, ...],
    workplace: str,
    password_file: Path | None,
) -> int:
    """Enter a person; the first password comes from a file or is asked for, and is changed at the first sign-in."""
    seat = call.seat()
    password = _password_from(call, password_file)
    order = PersonOrder(login, name, language, password, roles, workplace)
    return _one_person(call, seat, seat.do(staff.enter_person, order))


@people.command("password")
@click.argument("login")
@_PASSWORD_FILE
@common
def staff_password(call: Call, login: str, password_file: Path | None) -> int:
    """Set a new password for somebody, who changes it at the next sign-in; a lock is lifted."""
    seat = call.seat()
    order = PasswordOrder(login, _password_from(call, password_file))
    return _one_person(call, seat, seat.do(staff.set_password, order))


@people.command("own-password")
@click.argument("login")
@click.option(
    "--old-file",
    type=A_FILE,
    help="its first line is the password until now",
)
@_PASSWORD_FILE
@common
def staff_own_password(call: Call, login: str, old_file: Path | None, password_file: Path | None) -> int:
    """Change one's own password; the old one proves who asks, as at sign-in."""
    old = _password_from(call, old_file, known=True)
    seat = call.hall().sign_in(login, old, call.station)
    staff.change_own_password(seat, OwnPassword(old, _password_from(call, password_file)))
    call.answer({"login": login}, [call.say("Your password is changed")])
    return DONE


@people.command("unlock")
@click.argument("login")
@common
def staff_unlock(call: Call, login: str) -> int:
    """Let somebody in again before the lock ends by itself."""
    seat = call.seat()
    return _one_person(call, seat, seat.do(staff.unlock, LoginOrder(login)))


@people.command("close")
@click.argument("login")
@click.option("--reopen", is_flag=True, help="let somebody back in who had left, without roles")
@common
def staff_close(call: Call, login: str, reopen: bool) -> int:
    """Close a leaver's login; nothing of theirs is deleted."""
    seat = call.seat()
    job = staff.reopen_login if reopen else staff.close_login
    return _one_person(call, seat, seat.do(job, LoginOrder(login)))


@people.command("grant")
@click.argument("login")
@click.argument("role")
@click.option("--reason", default="", help="why, for the person who approves it")
@click.option("--take-away", is_flag=True, help="end the role, at once")
@common
def staff_grant(call: Call, login: str, role: str, reason: str, take_away: bool) -> int:
    """Ask for a role for somebody; it takes effect when another person approves it."""
    seat = call.seat()
    order = RoleOrder(login, role, reason)
    if take_away:
        return _one_person(call, seat, seat.do(staff.take_role, order))
    made, say = seat.do(staff.propose_role, order), seat.app.catalog(call.lang)
    told = say(
        "{role} for {login} waits. Another person approves it, signed in in the window.",
        role=role_name(made.role),
        login=made.login,
    )
    call.answer(made, [told])
    return DONE


@people.command("approve")
@click.argument("login")
@click.argument("role")
@click.option("--decline", "reason", default="", help="decline instead, with this reason")
@common
def staff_approve(call: Call, login: str, role: str, reason: str) -> int:
    """Approve, or decline, a role that somebody else asked for."""
    seat = call.seat()
    for one in seat.ask(staff.proposals):
        if (one.login, one.role) == (login, role):
            order = DecisionOrder(one.proposal_id, approve=not reason, reason=reason)
            return _one_person(call, seat, seat.do(staff.decide_role, order))
    raise NotFound(Text("No role {role} waits for {login}.", role=role_name(role), login=login))
