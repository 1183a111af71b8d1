"""A hall in an empty database: `demo` makes the sample hall, `found` one's own."""

from __future__ import annotations

import json
from pathlib import Path

import click

from desktop import sample
from desktop.app import COUNTRIES
from desktop.cli.call import A_FILE, DONE, PROBLEMS, Call, common
from desktop.founding import service as founding
from desktop.founding.documents import read_founding
from desktop.founding.documents import template as founding_template
from desktop.kernel.errors import Refused
from desktop.kernel.files import written_whole
from desktop.kernel.text import Text


@click.command("demo")
@click.option(
    "--accounts", type=click.IntRange(1, 100_000), default=sample.ACCOUNTS, help="how many accounts"
)
@common
def demo(call: Call, accounts: int) -> int:
    """Make the sample hall in an empty database."""
    app = call.app()
    if not app.is_empty():
        raise Refused(Text("This database already has a hall. Choose another file with --db."))
    sample.build(app, accounts=accounts)
    say = app.catalog(call.lang)
    told = say(
        "A sample hall with {count} accounts stands in {place}. Sign in as lin, wang or zhao, password {password}.",
        count=accounts,
        place=app.database_label,
        password=sample.PASSWORD,
    )
    call.answer({"accounts": accounts, "database": app.database_label}, [told])
    return DONE


@click.command("found")
@click.argument("file", type=A_FILE)
@click.option("--template", is_flag=True, help="write an example to start from, and nothing else")
@click.option(
    "--country",
    type=click.Choice(tuple(COUNTRIES)),
    default=next(iter(COUNTRIES)),
    help="country whose rules hold there",
)
@click.option("--dry-run", is_flag=True, help="check only, write nothing")
@common
def found(call: Call, file: Path, template: bool, country: str, dry_run: bool) -> int:
    """Set up a hall of one's own in an empty database, as FILE (JSON) describes it; all of it or nothing."""
    if template:
        return _found_template(call, file, country)
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Refused(Text("{file} is not JSON: {reason}", file=str(file), reason=str(error))) from error
    order, problems = read_founding(data, file.name, founding.surroundings(COUNTRIES, file.parent))
    for problem in problems:
        click.echo(
            call.say(
                "{file}, {place}: {what}. {remedy}.",
                file=file.name,
                place=problem.column,
                what=problem.what,
                remedy=problem.remedy,
            ),
            err=True,
        )
    if order is None:
        return PROBLEMS
    app = call.app()
    made = app.found(order, dry_run=dry_run)
    told = Text(
        "{place}: halls {halls}, stations {stations}, people {people}.",
        halls=made.halls,
        stations=made.stations,
        people=made.users,
        place=app.database_label,
    )
    lines = [call.say(told)]
    if dry_run:
        lines.append(call.say("Nothing was written."))
    if len(order.places.users) < 2:
        lines.append(call.say("Only one person works here: nobody can approve what they do."))
    call.answer(made, lines)
    return DONE


def _found_template(call: Call, file: Path, country: str) -> int:
    """Write the example; a file that stands there already is left alone."""
    if file.exists():
        raise Refused(Text("{file} is there already. Choose another name.", file=str(file)))
    example = json.dumps(founding_template(COUNTRIES[country]), ensure_ascii=False, indent=2)
    with written_whole(file) as stream:
        stream.write(example.encode() + b"\n")
    call.answer({"file": str(file)}, [call.say("An example stands in {file}.", file=str(file))])
    return DONE
