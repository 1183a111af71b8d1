"""`corrections`: energy put right because of the metering."""

from __future__ import annotations

from pathlib import Path

import click

from desktop.billing import service as billing
from desktop.billing.records import (
    ALONE,
    EnergyCost,
    EnergyDecisionOrder,
    EnergyOrder,
    EnergyRow,
    EnergyState,
)
from desktop.cli.call import DONE, Call, common, read_month, table
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.period import Period
from desktop.kernel.text import Catalog, Text
from desktop.kernel.work import Seat


@click.group("corrections")
def corrections_group() -> None:
    """Energy put right because of the metering."""


@corrections_group.command("list")
@common
def corrections_list(call: Call) -> int:
    """Every correction of energy, those that wait first."""
    return _listed(call, call.seat())


def _listed(call: Call, seat: Seat) -> int:
    rows, say = seat.ask(billing.energy_corrections), seat.app.catalog(call.lang)
    call.answer(rows, table([_row(row, say) for row in rows], {3}))
    return DONE


def _row(row: EnergyRow, say: Catalog) -> list[str]:
    return [
        row.account_number,
        f"{row.month:%Y-%m}",
        f"{row.billed_with:%Y-%m}",
        f"{say.number(row.energy)} kWh",
        say(row.state.text),
        row.proposed_by,
        row.decided_by,
        row.reason,
        say(row.arithmetic),
    ]


@corrections_group.command("propose")
@click.argument("account")
@click.option("--month", required=True, callback=read_month, help="the month concerned, YYYY-MM")
@click.option("--with", "billed_with", required=True, callback=read_month, help="the month whose bill has it")
@click.option(
    "--values", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False), help="JSON file"
)
@click.option("--contract", default="", help="number of the contract, where the account has several")
@click.option("--reason", required=True, help="why the energy is put right")
@click.option("--dry-run", is_flag=True, help="tell what it would come to, write nothing")
@common
def corrections_propose(
    call: Call,
    account: str,
    month: Period,
    billed_with: Period,
    values: Path,
    contract: str,
    reason: str,
    dry_run: bool,
) -> int:
    """Propose to put energy right with the bill of a month, after approval; bills adjust charges it at once."""
    seat = call.seat(named=not dry_run)
    try:
        words = values.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(Text("{file} is not written in UTF-8.", file=values.name)) from error
    order = EnergyOrder(account, month.code, billed_with.code, words, reason, contract)
    if dry_run:
        found, say = seat.ask(billing.energy_cost, order), seat.app.catalog(call.lang)
        call.answer(found, _cost(found, say))
        return DONE
    seat.do(billing.propose_energy, order)
    return _listed(call, seat)


def _cost(found: EnergyCost, say: Catalog) -> list[str]:
    """What a correction would come to, line by line."""
    rows = [
        [say(line.label), say.money(line.amount), say.join([say(words) for words in line.explanation])]
        for line in found.lines
    ]
    head = say("{place}: {what}", place=f"{say.number(found.energy)} kWh", what=found.arithmetic)
    last = say("Amount: {amount}", amount=say.money(found.amount, unit=True))
    alone = [say(ALONE)] if found.alone else []
    return [head, *table(rows, {1}), last, *alone]


@corrections_group.command("approve")
@click.argument("account")
@click.argument("month", callback=read_month)
@click.option("--decline", "reason", default="", help="decline instead, with this reason")
@common
def corrections_approve(call: Call, account: str, month: Period, reason: str) -> int:
    """Approve, or decline, what somebody else proposed for a month of an account."""
    seat = call.seat()
    for row in seat.ask(billing.energy_corrections):
        if (row.account_number, row.month, row.state) == (account, month.start, EnergyState.WAITING):
            seat.do(billing.decide_energy, EnergyDecisionOrder(row.correction_id, not reason, reason))
            return _listed(call, seat)
    raise NotFound(Text("There is no such correction."))
