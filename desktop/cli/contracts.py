"""`contracts`: what contracts say that prices look at."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from desktop.billing import service as billing
from desktop.billing.records import BillChanges, CapacityCost, TariffRighted
from desktop.cli.call import DONE, PROBLEMS, Call, common, read_day, table
from desktop.contracts import service as contracts
from desktop.contracts.records import (
    CapacitySpell,
    Share,
    SpellKind,
    SpellOrder,
    SpellRow,
    TariffCorrection,
    Terms,
    TermsOrder,
    TermsRow,
)
from desktop.contracts.rules import losses_of, losses_written
from desktop.kernel import canonical
from desktop.kernel.country import SuspensionTerms
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Energy, Factor, Power
from desktop.kernel.text import Catalog, Text
from desktop.tariffs.records import Basis

STANDARD_STEPS = 100
_dry_run = click.option("--dry-run", is_flag=True, help="tell what it would come to, write nothing")


@click.group("contracts")
def contracts_group() -> None:
    """Contracts and their terms."""


def _number(_context: object, option: click.Parameter, value: str) -> Decimal:
    """The value of an option that is an exact number."""
    try:
        return Decimal(value)
    except InvalidOperation as error:
        raise click.BadParameter(value, param=option) from error


def _losses(file: Path) -> str:
    """The values in a file: JSON, or ``name=value`` with ; between."""
    try:
        return losses_of(file.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise click.BadParameter(str(file)) from error


def _share(words: str) -> Share:
    """``CODE:15`` is 15 percent, ``CODE:300kWh`` a fixed quantity."""
    code, _, much = words.rpartition(":")
    fixed = much.lower().endswith("kwh")
    try:
        number = Decimal(much[:-3] if fixed else much.rstrip("%"))
        return Share(code, fixed=Energy.of(number)) if fixed else Share(code, percent=Factor.of(number))
    except (InvalidOperation, ValueError) as error:
        raise click.BadParameter(words) from error


@contracts_group.command("terms")
@click.argument("account")
@click.option("--from", "start", callback=read_day, help="enter terms from this day on")
@click.option("--contract", default="", help="number of the contract, where the account has several")
@click.option(
    "--basis", type=click.Choice([one.value for one in Basis]), default="none", help="of the charge"
)
@click.option("--capacity", callback=_number, default="0", help="transformers in use, kVA")
@click.option("--demand", callback=_number, default="0", help="contract demand, kW")
@click.option("--standard", callback=_number, default="0", help="power factor standard, such as 0.90")
@click.option("--extra", callback=_number, default="0", help="kWh more in every tier, for a large household")
@click.option("--free", callback=_number, default="0", help="kWh free each month")
@click.option("--losses", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="JSON file")
@click.option("--share", "shares", multiple=True, help="CODE:15 or CODE:300kWh, priced by another tariff")
@click.option("--within", default="", help="number of the main meter that counts this one's energy too")
@common
def contract_terms(
    call: Call,
    account: str,
    start: date | None,
    contract: str,
    basis: str,
    capacity: Decimal,
    demand: Decimal,
    standard: Decimal,
    extra: Decimal,
    free: Decimal,
    losses: Path | None,
    shares: tuple[str, ...],
    within: str,
) -> int:
    """Show the terms of an account's contracts, or enter those that hold from a day on."""
    seat = call.seat()
    if start is not None:
        terms = Terms(
            valid_from=start,
            basis=Basis.of(basis),
            capacity=Power.of(capacity),
            contract_demand=Power.of(demand),
            power_factor_standard=int(standard * STANDARD_STEPS),
            threshold_extra=Energy.of(extra),
            free=Energy.of(free),
            losses="" if losses is None else _losses(losses),
            shares=tuple(map(_share, shares)),
            within=within,
        )
        seat.do(contracts.set_terms, TermsOrder(account, terms, contract))
    rows, say = seat.ask(contracts.terms_of_account, account), seat.app.catalog(call.lang)
    call.answer(rows, table([_row(row, say) for row in rows], {3, 4, 5}))
    return DONE


@contracts_group.command("take-terms")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@common
def contract_take_terms(call: Call, file: Path) -> int:
    """Enter the terms of many contracts from FILE (JSON), as `sample district` writes it: all of them or none."""
    seat = call.seat()
    try:
        orders = canonical.load(tuple[TermsOrder, ...], file.read_text(encoding="utf-8-sig"))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise Refused(Text("{file} holds no terms: {reason}", file=file.name, reason=str(error))) from error
    done, say = seat.do(contracts.set_terms_many, orders), seat.app.catalog(call.lang)
    told = say.plural("{count} contract got terms.", "{count} contracts got terms.", done.contracts)
    call.answer(done, [told])
    return DONE


@contracts_group.command("correct-tariff")
@click.argument("accounts", nargs=-1)
@click.option("--route", default="", help="every contract of this reading route by the wrong tariff")
@click.option("--wrong", required=True, help="code of the tariff they have")
@click.option("--right", required=True, help="code of the tariff they should have had")
@click.option("--from", "start", required=True, callback=read_day, help="the first day it should have held")
@click.option("--reason", required=True, help="why it is put right")
@click.option(
    "--rebill", is_flag=True, help="draft the bills that stand since anew, for another person to sign"
)
@_dry_run
@common
def contract_correct_tariff(
    call: Call,
    accounts: tuple[str, ...],
    route: str,
    wrong: str,
    right: str,
    start: date,
    reason: str,
    rebill: bool,
    dry_run: bool,
) -> int:
    """Give contracts the tariff they should have had, also where bills stand; put those right with `bills correct`."""
    seat = call.seat(named=rebill and not dry_run)
    order, say = TariffCorrection(wrong, right, start, reason, route, accounts), seat.app.catalog(call.lang)
    if dry_run:
        found = seat.rehearse(billing.try_tariff, order)
        call.answer(found, _changes(found, say))
        return DONE
    done = billing.right_tariff(seat, order) if rebill else seat.do(contracts.correct_tariff, order)
    runs = done.runs if isinstance(done, TariffRighted) else ()
    told = say.plural(
        "{count} contract has tariff {tariff} now.",
        "{count} contracts have tariff {tariff} now.",
        done.contracts,
        tariff=right,
    )
    rows = [
        say(
            "Run {number}, {month}: {ready} drafts, {amount}",
            number=one.run.number, month=say.month(one.run.period.start), ready=one.run.ready,
            amount=say.money(one.run.amount, unit=True),
        )
        for one in runs
    ]  # fmt: skip
    call.answer(done, [told, *rows])
    for row in (row for one in runs for row in one.held):
        click.echo(f"{row.account_number}: {say(row.reason) if row.reason else ''}", err=True)
    return PROBLEMS if any(one.held for one in runs) else DONE


@contracts_group.command("capacity")
@click.argument("account")
@click.option("--from", "start", callback=read_day, help="enter days of another capacity, from this one on")
@click.option("--until", "end", callback=read_day, help="the first day that no longer counts")
@click.option("--contract", default="", help="number of the contract, where the account has several")
@click.option(
    "--kind",
    type=click.Choice([one.value for one in SpellKind]),
    default="suspended",
    help="what holds on them",
)
@click.option("--kva", callback=_number, default="0", help="what is sealed or stands by")
@click.option("--first-day-charged", is_flag=True, help="the day of sealing is charged")
@click.option("--reason", default="", help="the agreement, or the notice of an exemption")
@click.option("--take-back", is_flag=True, help="take back what begins on that day")
@_dry_run
@common
def contract_capacity(
    call: Call,
    account: str,
    start: date | None,
    end: date | None,
    contract: str,
    kind: str,
    kva: Decimal,
    first_day_charged: bool,
    reason: str,
    take_back: bool,
    dry_run: bool,
) -> int:
    """Show or enter days on which an account is charged for another capacity: sealed, reduced, standby, exempt."""
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    if start is not None:
        spell = CapacitySpell(SpellKind.of(kind), start, end, Power.of(kva), first_day_charged, reason)
        order = SpellOrder(account, spell, contract)
        if dry_run and not take_back:
            found = seat.ask(billing.capacity_cost, order)
            call.answer(found, _cost(found, say))
            return DONE
        act = seat.rehearse if dry_run else seat.do
        act(contracts.withdraw_spell if take_back else contracts.set_spell, order)
    rows = seat.ask(contracts.spells_of_account, account)
    call.answer(rows, table([_spell_row(row, say) for row in rows], {4}))
    return DONE


@contracts_group.command("suspensions")
@click.option(
    "--from", "start", callback=read_day, help="set what holds of capacity sealed on this day or later"
)
@click.option("--least-days", type=click.IntRange(1), help="so many days each suspension has at least")
@click.option(
    "--most-months", type=click.IntRange(1), help="so many months of a year all of them have at most"
)
@click.option("--times", type=click.IntRange(1), help="so many may begin in a year; left out: any number")
@common
def contract_suspensions(
    call: Call, start: date | None, least_days: int | None, most_months: int | None, times: int | None
) -> int:
    """Show, or set from a day on, what holds of capacity sealed for a time."""
    given = (least_days, most_months, times)
    if start is None and any(given):
        raise click.UsageError(call.say("Name the day from which this holds with --from."))
    if start is not None and (least_days is None or most_months is None):
        raise click.UsageError(call.say("Give --least-days and --most-months too."))
    seat = call.seat()
    say = seat.app.catalog(call.lang)
    if start is not None and least_days is not None and most_months is not None:
        seat.do(contracts.set_suspension_terms, SuspensionTerms(start, least_days, most_months, times))
    rows = seat.ask(contracts.suspension_terms, None)
    told = [
        [say("from {day}", day=one.terms.valid_from), say.join([say(one.words), say(one.times)]), one.set_by]
        for one in rows
    ]
    call.answer(rows, table(told))
    return DONE


def _cost(found: CapacityCost, say: Catalog) -> list[str]:
    """What days of another capacity would change, month by month."""
    rows = [
        [
            say.month(one.month),
            say("rules of {year}", year=one.rule_set),
            say.money(one.before),
            say.money(one.after),
            say("billed: {number}", number=one.bill) if one.bill else "",
            say.join([say(words) for words in one.words]),
        ]
        for one in found.months
    ]
    last = say("Difference: {amount}", amount=say.money(found.difference, unit=True))
    return [*table(rows, {2, 3}), *([say(found.why)] if found.why else [last])]


def _changes(found: BillChanges, say: Catalog) -> list[str]:
    """What bills that stand would be."""
    rows = [
        [
            one.number,
            one.account_number,
            say.month(one.month),
            say.money(one.amount),
            say.money(one.new) if one.new is not None else "",
            say(one.why) if one.why else "",
        ]
        for one in found.bills
    ]
    last = say("Difference: {amount}", amount=say.money(found.difference, unit=True))
    return [*table(rows, {3, 4}), last]


def _spell_row(row: SpellRow, say: Catalog) -> list[str]:
    one = row.spell
    end = say("open") if one.ends_on is None else say.date(one.ends_on)
    if one.withdrawn:
        end = say("taken back")
    return [
        row.contract_number,
        say(one.kind.text),
        say.date(one.starts_on),
        end,
        f"{say.number(one.power)} kVA" if one.power else "",
        one.reason,
    ]


def _row(row: TermsRow, say: Catalog) -> list[str]:
    one = row.terms
    more = [
        f"{share.tariff_code}: {say.number(share.fixed)} kWh, {say.number(share.percent)} %"
        for share in one.shares
    ]
    if one.within:
        more.append(say("behind meter {serial}", serial=one.within))
    if one.losses:
        more.append(losses_written(one.losses))
    return [
        row.contract_number,
        say.date(one.valid_from),
        say(one.basis.text),
        f"{say.number(one.capacity)} kVA",
        f"{say.number(one.contract_demand)} kW",
        say.number(Decimal(one.power_factor_standard) / STANDARD_STEPS),
        say.join(more),
    ]
