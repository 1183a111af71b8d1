"""`readings holidays`: the public holidays of a year, which terms of working days leave out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from desktop.cli.call import DONE, PROBLEMS, Call, common, read_day, table
from desktop.kernel.text import Catalog
from desktop.metering import service as metering
from desktop.metering.documents.holidays import read_holidays
from desktop.metering.records.calendar import YearDays, YearSet


def _read_days(context: click.Context, option: click.Parameter, typed: Sequence[str]) -> tuple[date, ...]:
    return tuple(day for one in typed if (day := read_day(context, option, one)) is not None)


@click.command("holidays")
@click.option(
    "--year", type=click.IntRange(2000, 2100), help="the year whose holidays are entered, all of them"
)
@click.option(
    "--holiday", "days", multiple=True, callback=_read_days, help="a public holiday, YYYY-MM-DD; may repeat"
)
@click.option(
    "--worked", multiple=True, callback=_read_days, help="a day of a weekend worked in its stead; may repeat"
)
@click.option("--file", type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="CSV or XLSX: a row for each day, holiday or worked; each year in it is entered")  # fmt: skip
@common
def holidays(
    call: Call, year: int | None, days: tuple[date, ...], worked: tuple[date, ...], file: Path | None
) -> int:
    """Show the public holidays that are known, or enter those of a year in place of what was entered before."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    if file is not None:
        read = read_holidays(file)
        if read.problems:
            for problem in read.problems:
                click.echo(say(problem.line), err=True)
            return PROBLEMS
        rows: Sequence[YearSet] = seat.do(metering.set_years, read.years)
    elif year is not None:
        rows = [seat.do(metering.set_year, YearDays(year, days, worked))]
    elif days or worked:
        raise click.UsageError(say("Name the year these days are of: --year"))
    else:
        rows = seat.ask(metering.calendar_years)
    call.answer(rows, [line for row in rows for line in _lines(say, row)])
    return DONE


def _lines(say: Catalog, row: YearSet) -> list[str]:
    set_by = say.join([row.set_by, say.moment(row.set_at)]) if row.set_at else say("not entered")
    lines = [
        [str(row.days.year), set_by, ""],
        *(["", say.date(day), say("holiday")] for day in row.days.holidays),
        *(["", say.date(day), say("worked")] for day in row.days.worked),
    ]
    return table(lines)
