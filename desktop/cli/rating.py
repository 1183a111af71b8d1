"""`rate`: cases priced without a database."""

from __future__ import annotations

import json
from pathlib import Path

import click

from desktop.app import COUNTRIES
from desktop.cli.call import DONE, Call, common
from desktop.kernel.commands import USAGE
from desktop.kernel.errors import Refused
from desktop.kernel.text import Text, catalog
from desktop.rating import UnknownTopic, rate


def _where(error: Exception) -> Text:
    match error:
        case json.JSONDecodeError():
            return Text("line {line}, column {column}", line=str(error.lineno), column=str(error.colno))
        case UnicodeDecodeError():
            return Text("it is not in UTF-8")
    return Text("it is nested too deeply")


@click.command("rate")
@click.argument("case", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@common
def rate_case(call: Call, case: Path) -> int:
    """Price one case or a list of cases from a JSON file; no database is needed."""
    try:
        data = json.loads(case.read_text(encoding="utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(Text("{file} is not JSON: {reason}", file=case.name, reason=_where(error))) from error
    many = data if isinstance(data, list) else [data]
    answers = []
    for one in many:
        topic = one.get("topic") if isinstance(one, dict) else None
        country = COUNTRIES.get(str(topic or case.stem)[:2], next(iter(COUNTRIES.values())))
        try:
            answers.append(rate(one, country, catalog(call.lang, country.currency), case.stem))
        except UnknownTopic as unknown:
            click.echo(call.say("No rule answers the topic “{topic}”.", topic=str(unknown)), err=True)
            return USAGE
    click.echo(json.dumps(answers if isinstance(data, list) else answers[0], ensure_ascii=False, indent=1))
    return DONE
