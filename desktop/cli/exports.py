"""`exports`: what left the house with persons in it."""

from __future__ import annotations

import click

from desktop.cli.call import DONE, Call, common, table
from desktop.kernel.listing import PageOrder
from desktop.papers import service as papers
from desktop.papers.records import LimitOrder


@click.group("exports")
def exports() -> None:
    """Files with persons in them that left the house."""


@exports.command("list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, help="how many at most")
@common
def exports_list(call: Call, limit: int) -> int:
    """Who exported which list with persons, when, why and how many; newest first."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    rows = seat.ask(papers.exports, PageOrder(limit=limit))
    shown = [
        [
            row.number,
            say.moment(row.exported_at),
            row.by,
            say.join([say(row.list), row.part]),
            say.number(row.persons),
            row.reason,
        ]
        for row in rows
    ]
    call.answer(rows, table(shown, {4}))
    return DONE


@exports.command("limit")
@click.argument("persons", type=click.IntRange(min=0), required=False)
@common
def exports_limit(call: Call, persons: int | None) -> int:
    """How many persons one of staff may export in lists in a day; with a number, set it from now on."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    if persons is not None:
        seat.do(papers.set_export_limit, LimitOrder(persons))
    allowed = seat.ask(papers.allowance)
    told = say(
        "{limit} persons a day for each of staff; {left} left for this one today.",
        limit=allowed.limit,
        left=allowed.left,
    )
    call.answer(allowed, [told])
    return DONE
