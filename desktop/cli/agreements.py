"""`accounts agreement`: arrears that are paid in parts, and whether that is kept."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import click

from desktop.cli.call import DONE, Call, common, read_day, table
from desktop.ledger import service as ledger
from desktop.ledger.records import AgreementEnd, AgreementOrder, Agreements


@click.group("agreement")
def agreement() -> None:
    """Agreements that arrears are paid in parts."""


def _tell(call: Call, found: Agreements) -> int:
    say = call.seat().app.catalog(call.lang)
    rows = [
        [
            str(one.agreement_id), say(one.state.text), say.date(part.due_on), say.money(part.amount),
            say.money(one.left), say.money(one.missing), one.words,
        ]
        for one in found.rows
        for part in one.parts
    ]  # fmt: skip
    told = say("Overdue: {amount}", amount=say.money(found.arrears, unit=True))
    call.answer(found, [*table(rows, {3, 4, 5}), told])
    return DONE


@agreement.command("show")
@click.argument("account")
@common
def agreement_show(call: Call, account: str) -> int:
    """Every agreement about an account, part by part, the newest first, and what is overdue."""
    return _tell(call, call.seat().ask(ledger.agreements, account))


@agreement.command("make")
@click.argument("account")
@click.option(
    "--parts", required=True, type=click.IntRange(2, 36), help="in so many equal parts, a month apart"
)
@click.option("--first", required=True, callback=read_day, help="day the first part is due")
@click.option("--reason", required=True, help="why it is agreed")
@common
def agreement_make(call: Call, account: str, parts: int, first: date, reason: str) -> int:
    """Agree that all an account is overdue with is paid in parts."""
    return _tell(call, call.seat().do(ledger.agree, AgreementOrder(account, parts, first, reason)))


@agreement.command("end")
@click.argument("key", type=click.UUID)
@click.option("--reason", required=True, help="why it holds no more")
@common
def agreement_end(call: Call, key: UUID, reason: str) -> int:
    """End an agreement, by the key that stands before it."""
    return _tell(call, call.seat().do(ledger.end_agreement, AgreementEnd(key, reason)))
