"""`instalments`: parts of a month that large customers are asked for before its bill."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from desktop.billing import service as billing
from desktop.billing.documents import write_instalments
from desktop.billing.records import (
    InstalmentPart,
    InstalmentReversalOrder,
    InstalmentShown,
    InstalmentsOrder,
    PlanOrder,
    PlanRow,
)
from desktop.cli.call import A_FILE, DONE, PROBLEMS, Call, common, read_day, read_month, table
from desktop.cli.reads import measure
from desktop.kernel.country import Country
from desktop.kernel.files import written_whole
from desktop.kernel.measures import Energy, Money
from desktop.kernel.period import Period
from desktop.kernel.text import Catalog

NOTHING = Money(0)


@click.group("instalments")
def instalments() -> None:
    """Instalments: a month paid in parts before its bill, which deducts them."""


def read_part(country: Country, typed: str) -> InstalmentPart:
    """``6=33%`` or ``6=3000.00``: the day of the month and a share of the newest bill, or an amount."""
    day, _, rest = typed.partition("=")
    if not day.isdigit() or not rest:
        raise click.BadParameter(typed)
    if rest.endswith("%"):
        if not rest[:-1].strip().isdigit():
            raise click.BadParameter(typed)
        return InstalmentPart(int(day), percent=int(rest[:-1]))
    return InstalmentPart(int(day), amount=country.currency.money(measure(Energy, rest).decimal))


def part_words(say: Catalog, part: InstalmentPart) -> str:
    """One part of a plan: its day and its share or amount."""
    what = f"{part.percent} %" if part.percent is not None else say.money(part.amount or NOTHING, unit=True)
    return say("day {day}: {what}", day=part.day, what=what)


def _plan(say: Catalog, row: PlanRow) -> list[str]:
    until = say.date(row.valid_to) if row.valid_to else ""
    parts = say.join([part_words(say, part) for part in row.parts])
    return [row.account_number, row.customer_name, say.date(row.valid_from), until, parts]


@instalments.command("plan")
@click.argument("account")
@click.option("--from", "first", required=True, callback=read_month, help="the first month, YYYY-MM")
@click.option("--part", "parts", multiple=True, help="day=share% or day=amount; as often as needed")
@click.option("--end", is_flag=True, help="no instalments from that month on")
@common
def plan(call: Call, account: str, first: Period, parts: Sequence[str], end: bool) -> int:
    """Agree how an account pays its months in parts, or end it; without parts, by equal shares on the usual days."""
    seat = call.seat()
    country, say = seat.app.country, seat.app.catalog(call.lang)
    given = () if end else tuple(read_part(country, part) for part in parts) or billing.usual_parts(country)
    row = seat.do(billing.plan_instalments, PlanOrder(account, first.code, given))
    call.answer(
        row, table([_plan(say, row)]) if row else [say("No instalments from {month} on", month=first.code)]
    )
    return DONE


@instalments.command("plans")
@common
def plans(call: Call) -> int:
    """Accounts that pay in instalments."""
    seat = call.seat()
    say, rows = seat.app.catalog(call.lang), seat.ask(billing.instalment_plans, None)
    call.answer(rows, table([_plan(say, row) for row in rows]))
    return DONE


@instalments.command("issue")
@click.option("--period", required=True, callback=read_month, help="the month, YYYY-MM")
@click.option("--due-by", callback=read_day, help="only those due up to this day, YYYY-MM-DD")
@click.option("--account", default="", help="of this account alone")
@common
def issue(call: Call, period: Period, due_by: date | None, account: str) -> int:
    """Issue the instalments of a month, each once; those left out are told with the reason."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    done = seat.do(billing.issue_instalments, InstalmentsOrder(period.code, due_by, account))
    words = say.plural("{count} instalment issued", "{count} instalments issued", len(done.numbers))
    call.answer(done, [say.join([words, say.money(done.amount, unit=True)])])
    for one in done.left:
        click.echo(f"{one.account_number}: {say(one.reason)}", err=True)
    return PROBLEMS if done.left else DONE


def _shown(say: Catalog, one: InstalmentShown) -> list[str]:
    state = say("taken back {day}", day=one.reversed_on) if one.reversed_on else one.bill_number
    return [
        one.number,
        one.account_number,
        say.date(one.due_on),
        say.money(one.amount),
        say.money(one.open),
        state,
    ]


@instalments.command("list")
@click.option("--period", required=True, callback=read_month, help="the month, YYYY-MM")
@common
def list_them(call: Call, period: Period) -> int:
    """The instalments of a month, what is left of each, and the bill that deducts it."""
    seat = call.seat()
    say, rows = seat.app.catalog(call.lang), seat.ask(billing.instalments, period.code)
    call.answer(rows, table([_shown(say, row) for row in rows], {3, 4}))
    return DONE


@instalments.command("reverse")
@click.argument("number")
@click.option("--reason", required=True, help="why it is taken back")
@common
def reverse(call: Call, number: str, reason: str) -> int:
    """Take an instalment back that no bill deducts: what was paid on it becomes credit."""
    seat = call.seat()
    done = seat.do(billing.reverse_instalment, InstalmentReversalOrder(number, reason))
    call.answer(done, table([_shown(seat.app.catalog(call.lang), done)], {3, 4}))
    return DONE


@instalments.command("print")
@click.option("--period", required=True, callback=read_month, help="the month, YYYY-MM")
@click.option("--out", required=True, type=A_FILE, help="the file (.pdf)")
@common
def print_them(call: Call, period: Period, out: Path) -> int:
    """Write the instalments of a month that stand into one PDF, each in its customer's language."""
    seat = call.seat()
    say, app = seat.app.catalog(call.lang), seat.app
    rows = [one for one in seat.ask(billing.instalments, period.code) if one.reversed_on is None]
    with written_whole(out) as stream:
        pages = write_instalments(stream, rows, app.catalog, app.country, app.picture)
    words = say.plural("{count} page written", "{count} pages written", pages)
    call.answer({"pages": pages, "file": str(out)}, [say.join([words, str(out)])])
    return DONE
