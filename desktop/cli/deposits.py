"""`deposits`: what is held of an account against default, taken in, given back and taken back."""

from __future__ import annotations

from uuid import UUID

import click

from desktop.cli.call import DONE, Call, common, table
from desktop.cli.reads import measure
from desktop.contracts import service as contracts
from desktop.contracts.records.deposit import DepositOrder, DepositReversal, DepositShown
from desktop.kernel.measures import Energy


@click.group()
def deposits() -> None:
    """Security deposits: what is held of a customer, out of credit and into it."""


def _tell(call: Call, found: DepositShown) -> int:
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    rows = [
        [
            str(one.deposit_id), say.date(one.moved_on), say.money(one.amount), say(one.why), one.moved_by,
            "" if one.standing else say("Taken back"),
        ]
        for one in found.moves
    ]  # fmt: skip
    head = say(
        "Held: {held}, credit {credit}, owed {owed}",
        held=say.money(found.held, unit=True), credit=found.credit, owed=found.owed,
    )  # fmt: skip
    call.answer(found, [head, *table(rows, {2})])
    return DONE


def _order(call: Call, account: str, amount: str, reason: str) -> DepositOrder:
    currency = call.seat().app.country.currency
    return DepositOrder(account, currency.money(measure(Energy, amount).decimal), reason)


@deposits.command("show")
@click.argument("account")
@common
def show(call: Call, account: str) -> int:
    """What is held of an account, and how it came about."""
    return _tell(call, call.seat().ask(contracts.deposit, account))


@deposits.command("hold")
@click.argument("account")
@click.option("--amount", required=True, help="how much of its credit")
@click.option("--reason", required=True, help="why; it stands beside the movement")
@common
def hold(call: Call, account: str, amount: str, reason: str) -> int:
    """Hold a part of an account's credit as its deposit; take it as a payment first."""
    return _tell(call, call.seat().do(contracts.hold_deposit, _order(call, account, amount, reason)))


@deposits.command("give-back")
@click.argument("account")
@click.option("--amount", required=True, help="how much of its deposit")
@click.option("--reason", required=True, help="why; it stands beside the movement")
@common
def give_back(call: Call, account: str, amount: str, reason: str) -> int:
    """Make a deposit credit again: it pays what is owed, the rest may be refunded."""
    return _tell(call, call.seat().do(contracts.give_deposit_back, _order(call, account, amount, reason)))


@deposits.command("take-back")
@click.argument("movement", type=click.UUID)
@click.option("--reason", required=True, help="why; it stands beside the movement")
@common
def take_back(call: Call, movement: UUID, reason: str) -> int:
    """Take one movement back, by the key that stands before it."""
    return _tell(call, call.seat().do(contracts.reverse_deposit, DepositReversal(movement, reason)))
