"""`late-fees`: what an account is asked for paying late, and what of it is waived."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import click

from desktop.cli.call import DONE, Call, common, read_day, table
from desktop.cli.counter import read_amount
from desktop.ledger import service as ledger
from desktop.ledger.records import (
    LateFeeChoice,
    LateFeeChoiceRow,
    WaiverBack,
    WaiverCause,
    WaiverLimitOrder,
    WaiverOrder,
    Waivers,
)

_CAUSES = click.Choice([cause.value for cause in WaiverCause])


@click.group("late-fees")
def late_fees() -> None:
    """Late fees, and what of them is waived."""


def _tell(call: Call, found: Waivers) -> int:
    say = call.seat().app.catalog(call.lang)
    asked = [[one.bill_number, say.money(one.late_fee), *map(say, one.arithmetic)] for one in found.items]
    waived = [
        [
            str(one.waiver_id), say.date(one.waived_on), one.bill_number, say.money(one.amount),
            say(one.cause.text), one.words, one.waived_by, "" if one.standing else say("Taken back"),
        ]
        for one in found.waived
    ]  # fmt: skip
    call.answer(found, [*table(asked, {1}), *table(waived, {3})])
    return DONE


@late_fees.command("show")
@click.argument("account")
@common
def show(call: Call, account: str) -> int:
    """The late fees of an account today, and what was waived of them."""
    return _tell(call, call.seat().ask(ledger.waivers, account))


@late_fees.command("waive")
@click.argument("account")
@click.option("--bill", required=True, help="number of the bill")
@click.option("--amount", help="how much of its late fee; all of it when left out")
@click.option("--cause", required=True, type=_CAUSES, help="who was late")
@click.option("--reason", default="", help="why, in words")
@common
def waive(call: Call, account: str, bill: str, amount: str | None, cause: str, reason: str) -> int:
    """Ask nothing for late fee of a bill: up to the limit, or beyond it where you may."""
    seat = call.seat()
    part = read_amount(seat, amount) if amount else None
    order = WaiverOrder(account, bill, part, WaiverCause.of(cause), reason)
    large = seat.may(ledger.waive_large_late_fee)
    return _tell(call, seat.do(ledger.waive_large_late_fee if large else ledger.waive_late_fee, order))


@late_fees.command("ask-again")
@click.argument("waiver", type=click.UUID)
@click.option("--reason", required=True, help="why, in words")
@common
def ask_again(call: Call, waiver: UUID, reason: str) -> int:
    """Take one waiver back, by the key that stands before it."""
    return _tell(call, call.seat().do(ledger.take_waiver_back, WaiverBack(waiver, reason)))


def _settings(call: Call, found: tuple[LateFeeChoiceRow, ...]) -> int:
    say = call.seat().app.catalog(call.lang)
    rows = [
        [
            one.setting, one.choice, say(one.name), say(one.words),
            say("from {day}", day=one.valid_from) if one.valid_from else say("from the start"),
        ]
        for one in found
    ]  # fmt: skip
    call.answer(found, table(rows))
    return DONE


@late_fees.command("settings")
@common
def settings(call: Call) -> int:
    """What was chosen of what the law leaves open: what holds now, and what is to hold later."""
    return _settings(call, call.seat().ask(ledger.late_fee_choices))


@late_fees.command("choose")
@click.argument("setting")
@click.argument("choice")
@click.option(
    "--from", "from_on", callback=read_day, help="for bills issued from which day on, YYYY-MM-DD; tomorrow"
)
@common
def choose(call: Call, setting: str, choice: str, from_on: date | None) -> int:
    """Choose what the law leaves open, by its word, for bills issued from a day on; those before keep theirs."""
    seat = call.seat()
    order = LateFeeChoice(setting, choice, from_on or seat.today() + timedelta(days=1))
    return _settings(call, (seat.do(ledger.set_late_fee_choice, order),))


@late_fees.command("limit")
@click.argument("amount")
@common
def limit(call: Call, amount: str) -> int:
    """Set how much late fee of one bill a counter may waive."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    held = seat.do(ledger.set_waiver_limit, WaiverLimitOrder(read_amount(seat, amount)))
    call.answer({"limit": held}, [say("A counter may waive {limit} of one bill", limit=held)])
    return DONE
