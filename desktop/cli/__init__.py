"""The `servicehall` command: bulk and nightly jobs through the same operations as the pages.

Exit codes: 0 done, 1 refused or problems found, 2 wrong usage, 3 done but for what waits for a person (drafts of bills
that another person has to sign). Results go to standard output (``--json`` for programs), errors to standard error,
both in the chosen language. A module here holds one group of commands.
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from desktop.cli import (
    accounts,
    agreements,
    bills,
    cheques,
    contracts,
    corrections,
    counter,
    database,
    debits,
    deposits,
    exports,
    founding,
    groups,
    holidays,
    instalments,
    invoices,
    late_fees,
    months,
    papers,
    parties,
    practice,
    prints,
    rating,
    readings,
    reads,
    refunds,
    routes,
    safe,
    sample,
    search,
    staff,
    supply,
    takeover,
    tariffs,
    testing,
    treasury,
)
from desktop.kernel.commands import call
from desktop.kernel.log import keep_log

COMMANDS: tuple[click.Command, ...] = (
    accounts.accounts,
    bills.bills,
    cheques.cheques_group,
    contracts.contracts_group,
    corrections.corrections_group,
    counter.pay,
    counter.pay_together,
    counter.receipts,
    counter.till_group,
    database.db,
    database.verify,
    debits.debit_group,
    deposits.deposits,
    exports.exports,
    founding.demo,
    founding.found,
    groups.groups,
    instalments.instalments,
    invoices.invoices_group,
    late_fees.late_fees,
    months.months_group,
    parties.notes,
    parties.parties_group,
    practice.practice_group,
    prints.prints_group,
    rating.rate_case,
    readings.readings,
    refunds.refunds,
    sample.sample_group,
    search.find,
    staff.people,
    takeover.export_group,
    takeover.import_group,
    tariffs.tariffs_group,
    treasury.bank_group,
    treasury.day_group,
    safe.safe_group,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option("0.1.0", prog_name="servicehall", message="%(prog)s %(version)s")
def cli() -> None:
    """ServiceHall: without a command the window opens; `servicehall tour` shows the main job without a screen."""


for _command in COMMANDS:
    cli.add_command(_command)
for _command in (*routes.COMMANDS, *reads.COMMANDS, *testing.COMMANDS, holidays.holidays):
    readings.readings.add_command(_command)
for _command in (*supply.COMMANDS, *papers.COMMANDS, agreements.agreement):
    accounts.accounts.add_command(_command)


def main(argv: Sequence[str]) -> int:
    """Run one command; its exit code."""
    keep_log()
    return call(cli, argv, "servicehall")
