"""What the last twelve months of an account would cost under each price list open to it, by the newest prices.

Each list counts with its newest version in these months. Every month is priced by the core from what its registers
counted. Where they told less than a list asks for, the cases between which the cost must lie are priced, and both
ends are shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from desktop.billing.records import WhatIf, WhatIfOption
from desktop.billing.rules import (
    Counted,
    Measured,
    PointTerms,
    Stretch,
    Unbillable,
    billed,
    measured,
    months_of_use,
    point_parts,
)
from desktop.billing.rules.scenes import by_bands, by_demand
from desktop.billing.service.inputs import priced_terms
from desktop.billing.service.pricing import totals
from desktop.contracts import service as contracts
from desktop.contracts.records import InForce
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Demand, Energy, Money, Power
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Work, query
from desktop.ledger import service as ledger
from desktop.metering import service as metering
from desktop.tariffs import service as tariffs
from desktop.tariffs.records import Basis

MONTHS = 12
DEMAND_BASES = (Basis.CONTRACT_DEMAND, Basis.ACTUAL_DEMAND)


@dataclass(frozen=True, slots=True)
class _Month:
    """What was used in a month, and in its calendar year before it."""

    period: Period
    used: Measured
    before: Energy


@dataclass(frozen=True, slots=True)
class _Choice:
    """One list with one set of terms; ``own`` is what the account has."""

    code: str
    name: str
    version: tariffs.InForce
    terms: PointTerms
    own: bool
    variant: Text | None = None


@query("billing.view")
def what_if(work: Work, account_number: str) -> WhatIf:
    """The last twelve months under each choice open to an account, its own first, the cheapest of the others next."""
    key = ledger.account_id(work, account_number)
    this = Period.month(f"{work.today:%Y-%m}")
    running = contracts.in_force(work, [key], this).get(key, [])
    if len({one.service_point_id for one in running}) != 1:
        raise Refused(Text("What if asks for an account with one service point and a contract in force."))
    contract = running[-1]
    months = _months(work, contract, this)
    if not months:
        raise Refused(Text("No month of use is known yet."))
    known = contracts.terms(work, [contract.contract_id], this).get(contract.contract_id, ())
    terms = priced_terms(known[-1]) if known else PointTerms(decided=True)
    options = [_option(work, contract, one, months) for one in _choices(work, contract, terms, months)]
    own = [one for one in options if one.own]
    others = sorted(
        (one for one in options if not one.own), key=lambda one: (one.low is None, one.low or Money(0))
    )
    return WhatIf(
        account_number, tuple(month.period.start for month in months),
        Energy.total([month.used.total for month in months]), (*own, *others),
    )  # fmt: skip


def _months(work: Work, contract: InForce, this: Period) -> list[_Month]:
    """What the registers counted in each of the last twelve whole months; of others the energy alone, if known."""
    point, decimals = contract.service_point_id, work.country.billed_energy_decimals
    since = months_before(this.start, 2 * MONTHS)
    last = Period.month(f"{months_before(this.start, 1):%Y-%m}")
    history = metering.usage(work, {point}, last, since)[point].history
    first = contract.supplied_since.replace(day=1)
    energies = {one.month: billed(one.energy, decimals) for one in history if one.month >= first}
    found = []
    for back in range(MONTHS, 0, -1):
        period = Period.month(f"{months_before(this.start, back):%Y-%m}")
        if period.start not in energies:
            continue
        told = metering.usage(work, {point}, period, period.start)[point]
        used = Measured(energies[period.start])
        if told.missing is None:
            used = measured(told.registers, decimals)
        before = [
            energy
            for month, energy in energies.items()
            if date(period.start.year, 1, 1) <= month < period.start
        ]
        found.append(_Month(period, used, Energy.total(before)))
    return found


def _choices(work: Work, contract: InForce, terms: PointTerms, months: Sequence[_Month]) -> Iterator[_Choice]:
    """What the account has, and every other list of its class with every basis and, for tiers, as a large household."""
    since = Period(months[0].period.start, work.today + timedelta(days=1))
    days = (*(month.period.last for month in months), work.today)
    for code, name in dict.fromkeys(one for day in days for one in tariffs.on_offer(work, day)):
        tariff, customer_class = tariffs.tariff_id(work, code)
        if customer_class != contract.customer_class:
            continue
        version = tariffs.in_force(work, tariff, since)[-1]
        mine = tariff == contract.tariff_id
        for variant, changed in _variants(work, version, terms, months):
            yield _Choice(code, name, version, changed, mine and changed == terms, variant)


def _variants(
    work: Work, version: tariffs.InForce, terms: PointTerms, months: Sequence[_Month]
) -> Iterator[tuple[Text | None, PointTerms]]:
    """The terms a list may be chosen with."""
    if "basic_basis" in version.version.reads:
        for basis in (Basis.CAPACITY, *DEMAND_BASES):
            agreed = terms.contract_demand
            if basis is Basis.CONTRACT_DEMAND and not agreed:
                agreed = _highest(months) or terms.capacity
            yield basis.text, replace(terms, basis=basis, contract_demand=agreed, decided=True)
        return
    yield None, terms
    extra = work.country.large_household
    if extra is not None and "threshold_extra_kwh" in version.version.options and not terms.threshold_extra:
        whole = extra * (12 if version.version.is_annual else 1)
        yield Text("As a large household"), replace(terms, threshold_extra=whole)


def _highest(months: Sequence[_Month]) -> Power:
    """The highest demand that was read in the months."""
    raw = max((month.used.demand.raw for month in months if month.used.demand is not None), default=0)
    return Power(raw // 10 ** (Demand.DECIMALS - Power.DECIMALS))


def _option(work: Work, contract: InForce, choice: _Choice, months: Sequence[_Month]) -> WhatIfOption:
    """The cost of all months by one choice, between its bounds; or why it cannot be told."""
    cases: list[tuple[int, list[tuple[UUID, dict[str, int]]]]] = []
    exact = 0
    try:
        for place, month in enumerate(months):
            scenes = _scenes(choice, month)
            exact += len(scenes) == 1
            cases += [(place, _parts(work, contract, choice, month, scene)) for scene in scenes]
    except Unbillable as why:
        return WhatIfOption(choice.code, choice.name, choice.variant, choice.own, None, None, 0, why.reason)
    amounts = iter(totals(work, [part for _, parts in cases for part in parts]))
    by_month: dict[int, list[int]] = defaultdict(list)
    for place, parts in cases:
        found = [next(amounts) for _ in parts]
        if None in found:
            reason = Text("A month cannot be priced by this list.")
            return WhatIfOption(choice.code, choice.name, choice.variant, choice.own, None, None, 0, reason)
        by_month[place].append(sum(one or 0 for one in found))
    low, high = (Money(sum(pick(one) for one in by_month.values())) for pick in (min, max))
    return WhatIfOption(choice.code, choice.name, choice.variant, choice.own, low, high, exact)


def _scenes(choice: _Choice, month: _Month) -> list[Measured]:
    """The cases of a month for one choice: one where the registers told all it asks for."""
    scenes = by_bands(month.used, choice.version.version.bands)
    if choice.terms.basis in DEMAND_BASES and "basic_basis" in choice.version.version.reads:
        hours = month.period.days * 24
        scenes = [case for one in scenes for case in by_demand(one, choice.terms.capacity, hours)]
    return scenes


def _parts(
    work: Work, contract: InForce, choice: _Choice, month: _Month, used: Measured
) -> list[tuple[UUID, dict[str, int]]]:
    version, year = choice.version, Counted(contract.valid_from, contract.valid_to)
    stretch = Stretch(
        contract.contract_id, version.id, version.version, choice.terms, month.period,
        months_of_use(year, month.period.start.year, version.version.counted), month.before,
    )  # fmt: skip
    if used.reactive is None:
        stretch = replace(stretch, terms=replace(choice.terms, power_factor_standard=0))
    parts = point_parts(
        [stretch], used, month.period, work.country.capacity,
        rule_set=work.country.rule_set(month.period.start), decimals=work.country.billed_energy_decimals,
    )  # fmt: skip
    return [(part.version_id, dict(part.determinants)) for part in parts]
