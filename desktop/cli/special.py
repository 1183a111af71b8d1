"""`bills final`, `manual` and `adjust`: bills of other kinds than a month's."""

from __future__ import annotations

from collections.abc import Sequence

import click

from desktop.billing import service as billing
from desktop.billing.records import AdjustingOrder, FinalOrder, ManualLine, ManualOrder, RunOutcome
from desktop.cli.call import DONE, PROBLEMS, Call, common, read_month
from desktop.cli.reads import measure
from desktop.kernel.measures import Energy
from desktop.kernel.period import Period
from desktop.kernel.work import Seat


def _tell(call: Call, seat: Seat, done: RunOutcome) -> int:
    """The draft, or why it is held."""
    say = seat.app.catalog(call.lang)
    run = done.run
    lines = [
        say(
            "{kind}, run {number}: {energy} kWh, {amount}",
            kind=run.kind, number=run.number, energy=run.energy, amount=say.money(run.amount, unit=True),
        )
    ]  # fmt: skip
    if run.unsigned:
        lines.append(
            say.plural(
                "{count} draft waits for another person's signature",
                "{count} drafts wait for another person's signature",
                run.unsigned,
            )
        )
    call.answer(done, lines)
    for row in done.held:
        click.echo(f"{row.account_number}: {say(row.reason) if row.reason else ''}", err=True)
    return PROBLEMS if done.held else DONE


@click.command("final")
@click.argument("account")
@click.option(
    "--keep-deposit", is_flag=True, help="leave a security deposit held: it pays nothing of the bill"
)
@common
def final(call: Call, account: str, keep_deposit: bool) -> int:
    """Draft the final bill of an account whose contract has ended, up to its closing read."""
    seat = call.seat(named=True)
    return _tell(call, seat, billing.bill_final(seat, FinalOrder(account, keep_deposit)))


@click.command("manual")
@click.argument("account")
@click.option("--period", required=True, callback=read_month, help="the month, YYYY-MM")
@click.option(
    "--line",
    "lines",
    multiple=True,
    required=True,
    help="what=amount, or what=amount=kWh; as often as needed",
)
@click.option("--reason", required=True, help="why it is made; it stands on the bill")
@click.option("--lowers", default="", metavar="BILL", help="the bill that it gives a part back of")
@common
def manual(call: Call, account: str, period: Period, lines: Sequence[str], reason: str, lowers: str) -> int:
    """Draft a bill by hand; signed by another person and issued, it is owed."""
    seat = call.seat(named=True)
    money = seat.app.country.currency.money

    def read(line: str) -> ManualLine:
        parts = line.split("=")
        if len(parts) not in (2, 3):
            raise click.BadParameter(line)
        energy = measure(Energy, parts[2]) if len(parts) == 3 else Energy(0)
        return ManualLine(parts[0], energy, money(measure(Energy, parts[1]).decimal))

    order = ManualOrder(account, period.code, tuple(map(read, lines)), reason, lowers)
    return _tell(call, seat, billing.bill_by_hand(seat, order))


@click.command("adjust")
@click.argument("bill")
@click.option(
    "--kwh", required=True, callback=lambda c, o, typed: measure(Energy, typed),
    help="how many kWh are charged, or with a minus given back",
)  # fmt: skip
@click.option("--reason", required=True, help="why it is made; it stands on the bill")
@common
def adjust(call: Call, bill: str, kwh: Energy, reason: str) -> int:
    """Draft a bill of its own that charges or refunds energy at once; metering errors by rule are corrections."""
    seat = call.seat(named=True)
    return _tell(call, seat, billing.adjust_bill(seat, AdjustingOrder(bill, kwh, reason)))
