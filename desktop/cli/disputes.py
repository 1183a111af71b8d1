"""`bills dispute`: bills that their customers dispute, and how it ended."""

from __future__ import annotations

from uuid import UUID

import click

from desktop.cli.call import DONE, Call, common, table
from desktop.cli.counter import read_amount
from desktop.ledger import service as ledger
from desktop.ledger.records import DisputeLift, DisputeOrder, DisputeOutcome, Disputes


@click.group("dispute")
def dispute() -> None:
    """Bills that are disputed: no late fee grows on them meanwhile."""


def _tell(call: Call, found: Disputes) -> int:
    say = call.seat().app.catalog(call.lang)
    rows = [
        [
            str(one.dispute_id), one.bill_number, say.money(one.amount) if one.amount else "",
            say.date(one.raised_on), one.words, one.raised_by,
            say(one.outcome.text) if one.outcome else say("disputed"),
            say.date(one.ended_on) if one.ended_on else "", one.ended_words, one.ended_by,
        ]
        for one in found.rows
    ]  # fmt: skip
    call.answer(found, table(rows, {2}))
    return DONE


@dispute.command("show")
@click.argument("account")
@common
def dispute_show(call: Call, account: str) -> int:
    """Every dispute about bills of an account, the newest first."""
    return _tell(call, call.seat().ask(ledger.disputes, account))


@dispute.command("raise")
@click.argument("account")
@click.option("--bill", required=True, help="number of the bill")
@click.option("--amount", help="the disputed part, like 50.00; the whole bill when left out")
@click.option("--reason", required=True, help="what the customer says")
@common
def dispute_raise(call: Call, account: str, bill: str, amount: str | None, reason: str) -> int:
    """Put down that a bill is disputed, from today on."""
    seat = call.seat()
    part = read_amount(seat, amount) if amount else None
    return _tell(call, seat.do(ledger.dispute_bill, DisputeOrder(account, bill, reason, part)))


@dispute.command("lift")
@click.argument("key", type=click.UUID)
@click.option(
    "--outcome", required=True, type=click.Choice([one.value for one in DisputeOutcome]), help="how it ended"
)
@click.option("--reason", required=True, help="how it was looked into")
@common
def dispute_lift(call: Call, key: UUID, outcome: str, reason: str) -> int:
    """A dispute is over, by the key that stands before it."""
    order = DisputeLift(key, DisputeOutcome.of(outcome), reason)
    return _tell(call, call.seat().do(ledger.lift_dispute, order))
