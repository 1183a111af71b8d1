"""`bills sign`, `queue`, `send-back`, `look-again` and `limits`: the second pair of eyes on drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import click

from desktop.billing import service as billing
from desktop.billing.records import (
    LOOKED_AT,
    ClassLimits,
    DraftRow,
    DraftsPage,
    DraftState,
    ReviewFlag,
    SendBackOrder,
    SignOrder,
)
from desktop.cli.call import DONE, Call, common, read_day, table
from desktop.cli.reads import codes, measure
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Energy
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat
from desktop.tariffs.records import CustomerClass


def _waiting(seat: Seat, run: str, accounts: Sequence[str]) -> list[DraftRow]:
    """The drafts of a run that wait for a signature: all of them, or those of some accounts."""
    if accounts:
        return [row for row in drafts_of(seat, run, accounts) if row.unsigned]
    return list(billing.each_draft(seat, DraftsPage(run, unsigned=True)))


def drafts_of(seat: Seat, run: str, accounts: Sequence[str]) -> list[DraftRow]:
    """The drafts of some accounts of a run."""
    rows = list(billing.each_draft(seat, DraftsPage(run, numbers=tuple(accounts))))
    for number in accounts:
        if number not in {row.account_number for row in rows}:
            raise Refused(Text("Run {number} has no account {account}.", number=run, account=number))
    return rows


def keys_of(rows: Sequence[DraftRow]) -> tuple[UUID, ...]:
    """The accounts of drafts, as far as these have one."""
    return tuple(row.account_id for row in rows if row.account_id)


@click.command("sign")
@click.argument("run")
@click.argument("accounts", nargs=-1)
@common
def sign(call: Call, run: str, accounts: tuple[str, ...]) -> int:
    """Sign the drafts of a run that wait for another person than their maker: all of them, or some accounts."""
    seat = call.seat()
    done = seat.do(billing.sign_drafts, SignOrder(run, keys_of(_waiting(seat, run, accounts))))
    say = seat.app.catalog(call.lang)
    call.answer(done, [say.plural("{count} draft signed", "{count} drafts signed", done.done)])
    return DONE


@click.command("queue")
@click.argument("run")
@click.option("--reason", type=codes(ReviewFlag), help="only those that wait for this reason")
@common
def queue(call: Call, run: str, reason: str | None) -> int:
    """The drafts of a run that wait for another person's signature, and why."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    rows = [row for row in _waiting(seat, run, ()) if reason is None or ReviewFlag.of(reason) in row.flags]
    lines = [
        [
            row.account_number,
            row.customer_name,
            "–" if row.energy_before is None else say.number(row.energy_before),
            say.number(row.energy),
            say.money(row.amount),
            say.join([say(flag.text) for flag in row.flags]),
        ]
        for row in rows
    ]
    call.answer(rows, table(lines, {2, 3, 4}))
    return DONE


@click.command("send-back")
@click.argument("run")
@click.argument("accounts", nargs=-1, required=True)
@click.option("--reason", required=True, help="why they are not signed")
@common
def send_back(call: Call, run: str, accounts: tuple[str, ...], reason: str) -> int:
    """Send drafts that wait for a signature back to their maker: they are held with the reason."""
    seat = call.seat()
    order = SendBackOrder(run, keys_of(_waiting(seat, run, accounts)), reason)
    done = seat.do(billing.send_back, order)
    say = seat.app.catalog(call.lang)
    call.answer(done, [say.plural("{count} draft sent back", "{count} drafts sent back", done.held)])
    return DONE


@click.command("look-again")
@click.argument("run")
@click.argument("accounts", nargs=-1, required=True)
@common
def look_again(call: Call, run: str, accounts: tuple[str, ...]) -> int:
    """Take back what was signed or sent back of a run and is not issued: it waits for a signature again."""
    seat = call.seat()
    rows = [row for row in drafts_of(seat, run, accounts) if row.state is not DraftState.ISSUED]
    done = seat.do(billing.look_again, SignOrder(run, keys_of(rows)))
    say = seat.app.catalog(call.lang)
    call.answer(done, [say.plural("{count} draft waits again", "{count} drafts wait again", done.done)])
    return DONE


@click.command("limits")
@click.option("--class", "customer_class", type=codes(CustomerClass), help="whose limits: all when left out")
@click.option("--from", "valid_from", callback=read_day, help="from which day on, YYYY-MM-DD; tomorrow")
@click.option("--jump", "jump_percent", type=click.IntRange(1, 1000), help="percent from which usage jumps")
@click.option("--floor", callback=lambda c, o, typed: typed and measure(Energy, typed),
              help="kWh a change has at least to be a jump")  # fmt: skip
@click.option("--large", help="the amount from which a bill is very large")
@click.option("--same", "same_months", type=click.IntRange(2, 99), help="equal usage so many months running")
@click.option(
    "--wait", "waiting", multiple=True, type=codes(LOOKED_AT), help="reasons that wait, all of them"
)
@common
def limits(
    call: Call, customer_class: str | None, valid_from: date | None, large: str | None, **given: Any
) -> int:
    """Show which drafts another person signs, or set it for a class of customers; what is not named stays."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    named = {name: value for name, value in given.items() if value not in (None, ())}
    if large is not None:
        named["large"] = seat.app.country.currency.money(measure(Energy, large).decimal)
    if named and customer_class is None:
        raise click.UsageError(say("Name the class of customers these limits are for"))
    if "waiting" in named:
        named["waiting"] = tuple(map(ReviewFlag.of, named["waiting"]))
    rows = seat.ask(billing.review_limits)
    if customer_class is not None:
        rows = tuple(row for row in rows if row.customer_class.value == customer_class)
    if named:
        day = valid_from or seat.today() + timedelta(days=1)
        known = [row for row in rows if row.valid_from is None or row.valid_from <= day][-1]
        order = ClassLimits(known.customer_class, day, replace(known.limits, **named))
        rows = (seat.do(billing.set_review_limits, order),)
    call.answer(rows, table([_limits_line(say, row) for row in rows]))
    return DONE


def _limits_line(say: Catalog, row: ClassLimits) -> list[str]:
    one = row.limits
    return [
        say(row.customer_class.text),
        say("from {day}", day=row.valid_from) if row.valid_from else say("from the start"),
        f"±{one.jump_percent} %",
        say("from {energy} kWh", energy=one.floor),
        say.money(one.large, unit=True),
        say("same {count} times", count=one.same_months),
        say.join([say(flag.text) for flag in one.waiting]),
    ]
