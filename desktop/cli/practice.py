"""`practice`: the hall for practice, without its window."""

from __future__ import annotations

import click

from desktop import sample
from desktop.cli.call import DONE, PROBLEMS, Call, common, progress
from desktop.kernel import practice
from desktop.kernel.errors import Refused
from desktop.kernel.text import Text
from desktop.sample.practice import PEOPLE, found_practice, open_practice, practice_file


@click.group("practice")
def practice_group() -> None:
    """The hall for practice: `servicehall practice` alone opens its window."""


@practice_group.command("found")
@common
def practice_found(call: Call) -> int:
    """Found the hall for practice where it does not stand yet."""
    practice.begin()
    app = open_practice()
    if app is None:
        return _founded(call)
    call.opened.append(app.database)
    return _told(call)


@practice_group.command("reset")
@click.option("--yes", is_flag=True, help="all that was done in practice may be dropped")
@common
def practice_reset(call: Call, yes: bool) -> int:
    """Found the hall for practice anew: all that was done in it is dropped."""
    if not yes:
        raise Refused(Text("All that was done in practice would be dropped. Say so with --yes."))
    return _founded(call)


def _founded(call: Call) -> int:
    app = found_practice(progress(call))
    if app is None:
        click.echo(call.say("Stopped. There is no hall for practice yet"), err=True)
        return PROBLEMS
    call.opened.append(app.database)
    return _told(call)


def _told(call: Call) -> int:
    file, people = str(practice_file()), [login for login, _role in PEOPLE]
    told = call.say(
        "The hall for practice stands in {place}. Sign in as {people}, password {password}.",
        place=file,
        people=", ".join(people),
        password=sample.PASSWORD,
    )
    call.answer({"database": file, "people": people}, [told])
    return DONE
