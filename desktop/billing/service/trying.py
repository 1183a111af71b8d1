"""What something would cost before it is done: days of another capacity, a tariff put right backwards."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.records import (
    OF_MONTH,
    BillChange,
    BillChanges,
    CapacityCost,
    CapacityMonth,
    CorrectionOrder,
    EnergyCost,
    EnergyOrder,
    RouteChoices,
    TariffRighted,
    TariffStarted,
)
from desktop.billing.rules import BillInput, Unbillable, spell_words
from desktop.billing.service.corrections import start_correction
from desktop.billing.service.energy import drawn_up
from desktop.billing.service.inputs import charge_parts, corrected_parts, gather
from desktop.billing.service.pricing import price, totals
from desktop.billing.service.reversal import reversed_bills
from desktop.billing.service.runs import draft
from desktop.billing.tables import Bill
from desktop.contracts import service as contracts
from desktop.contracts.records import CapacitySpell, InForce, SpellOrder, TariffCorrected, TariffCorrection
from desktop.kernel import canonical
from desktop.kernel.bulk import among
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Progress, Seat, Work, go_on, operation, query, rehearsal
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.tariffs import rules as pricing
from desktop.tariffs import service as tariffs
from desktop.tariffs.rules.basic import BasicCharge

MOST_MONTHS = 12
"""So many months are told of days without an end."""


@query("billing.view")
def capacity_cost(work: Work, order: SpellOrder) -> CapacityCost:
    """What days of another capacity would change of the charge for capacity or demand, before they are entered.

    A contract by demand is reckoned as if its demand stayed within the contract.
    """
    one = order.spell
    found = contracts.contract_on(work, order.account_number, order.contract_number, one.starts_on)
    contracts.check_spell(work, found, one)
    months, more = _months(one, found.valid_to)
    rows = []
    for month in months:
        running = contracts.in_force(work, [found.contract_account_id], month)[found.contract_account_id]
        contract = next(each for each in running if each.contract_id == found.id)
        try:
            rows.append(_capacity_month(work, contract, one, month))
        except Unbillable as why:
            return CapacityCost(tuple(rows), why=why.reason)
    return CapacityCost(tuple(rows), more)


def _months(one: CapacitySpell, until: date | None) -> tuple[list[Period], bool]:
    """The months that a spell touches while its contract runs, and whether there are more of them."""
    end = min(one.ends_on or date.max, until or date.max)
    found: list[Period] = []
    start = one.starts_on.replace(day=1)
    while start < end:
        if len(found) == MOST_MONTHS:
            return found, True
        found.append(Period.month(f"{start:%Y-%m}"))
        start = months_before(start, -1)
    return found, False


def _capacity_month(work: Work, contract: InForce, one: CapacitySpell, month: Period) -> CapacityMonth:
    known = contracts.spells(work, [contract.contract_id], month).get(contract.contract_id, ())
    others = [each for each in known if (each.kind, each.starts_on) != (one.kind, one.starts_on)]
    before, after = (_charge(work, contract, spells, month) for spells in (known, (*others, one)))
    standing = work.session.scalar(
        sa.select(Bill.number).where(
            Bill.contract_account_id == contract.account_id,
            Bill.period_start == month.start,
            Bill.kind.in_(OF_MONTH),
            Bill.id.not_in(reversed_bills()),
        )
    )
    sealed = contracts.sealed(work, [contract.contract_id], month.start.year).get(contract.contract_id, ())
    own = [Period(one.starts_on, one.ends_on)] if one.ends_on else []
    days = [*own, *(each for each in sealed if each.start != one.starts_on)]
    words = tuple(spell_words([one], month, contracts.capacity_rules(work), days))
    rule_set = work.country.rule_set(month.start)
    return CapacityMonth(month.start, rule_set, before, after, words, standing or "")


def _charge(work: Work, contract: InForce, spells: Sequence[CapacitySpell], month: Period) -> Money:
    """The charge for capacity or demand of a month alone, through the core."""
    parts = charge_parts(work, contract, spells, month)
    versions = [tariffs.version(work, part.version_id).version for part in parts]
    others = {
        one.code for version in versions for one in version.components if not isinstance(one, BasicCharge)
    }
    amounts = totals(work, [(part.version_id, part.determinants) for part in parts], others)
    if None in amounts:
        raise Unbillable(Text("A month cannot be priced by this list."))
    return Money(sum(one or 0 for one in amounts))


@query("billing.view")
def energy_cost(work: Work, order: EnergyOrder) -> EnergyCost:
    """What a correction of energy would come to with the bill it comes with, before it is proposed or approved."""
    one = drawn_up(work, order)
    try:
        parts, alone = corrected_parts(work, one)
    except Unbillable as why:
        raise Refused(why.reason) from why
    made = BillInput(one.contract_account_id, "", tuple(parts), one.energy, (), ())
    done, held = price(work, [made], traced=True)
    if held:
        raise Refused(held[0].reason)
    (priced,) = done
    lines = tuple(
        line for part in priced.parts for line in pricing.traced(part.version.version, json.loads(part.trace))
    )
    return EnergyCost(one.energy, canonical.load(Text, one.arithmetic), priced.total, lines, alone)


@rehearsal("contracts.correct_tariff")
def try_tariff(work: Work, order: TariffCorrection) -> BillChanges:
    """Put a wrong tariff right and rate anew the bills that stand since, to see what they would be."""
    by_month = _standing(work, contracts.correct_tariff(work, order), order)
    return BillChanges(
        tuple(change for month, bills in by_month.items() for change in _changes(work, month, bills))
    )


def _standing(
    work: Work, done: TariffCorrected, order: TariffCorrection
) -> dict[Period, dict[UUID, tuple[Bill, str]]]:
    """The bills that stand since a tariff was put right, by month and account, each with the account's number."""
    work.session.flush()
    rows = work.session.execute(
        sa.select(Bill, ContractAccount.number)
        .join(ContractAccount, ContractAccount.id == Bill.contract_account_id)
        .where(
            among(work.session, Bill.contract_account_id, done.account_ids),
            Bill.period_end > order.starts_on,
            Bill.kind.in_(OF_MONTH),
            Bill.id.not_in(reversed_bills()),
        )
        .order_by(Bill.period_start, ContractAccount.number)
    ).all()
    by_month: dict[Period, dict[UUID, tuple[Bill, str]]] = defaultdict(dict)
    for bill, number in rows:
        by_month[Period.month(f"{bill.period_start:%Y-%m}")][bill.contract_account_id] = (bill, number)
    return by_month


@operation("contracts.correct_tariff")
def start_right_tariff(work: Work, order: TariffCorrection) -> TariffStarted:
    """Put a wrong tariff right and start a run for each month whose bills stand since: all of it or nothing.

    The bills change when another person has signed the drafts and somebody issues them.
    """
    done = contracts.correct_tariff(work, order)
    runs = [
        start_correction(
            work, CorrectionOrder(order.reason, tuple(bill.number for bill, _ in bills.values()))
        )
        for bills in _standing(work, done, order).values()
    ]
    return TariffStarted(done.contracts, tuple(runs))


def right_tariff(seat: Seat, order: TariffCorrection, progress: Progress = go_on) -> TariffRighted:
    """Put a wrong tariff right and draft what the bills that stand since would be."""
    started = seat.do(start_right_tariff, order)
    return TariffRighted(started.contracts, tuple(draft(seat, one, progress) for one in started.runs))


@query("billing.view")
def route_choices(work: Work, _request: None = None) -> RouteChoices:
    """What a wrong tariff of a route is chosen from."""
    routes = metering.route_rows(work, Period.month(f"{work.today:%Y-%m}"))
    return RouteChoices(tuple(one.code for one in routes), tariffs.by_name(work))


def _changes(work: Work, month: Period, bills: dict[UUID, tuple[Bill, str]]) -> list[BillChange]:
    """What bills of a month would be by the contracts as they are now."""
    priced, held = price(work, gather(work, list(bills), month), traced=False)
    new = {one.input.account_id: one.total for one in priced}
    why = {one.account_id: one.reason for one in held}
    return [
        BillChange(bill.number, number, bill.period_start, bill.amount, new.get(key), why.get(key))
        for key, (bill, number) in bills.items()
    ]
