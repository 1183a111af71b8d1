"""What the last twelve months of an account would cost under each price list open to it, by the newest prices.

Each list counts with its newest version in these months, for one service point at a time: the others stay as they are.
Every month is priced by the core from what its registers counted, with losses, sub-meters, shares and days of another
capacity. Where registers told less than a list asks for, the cases between which the cost must lie are priced, and both
ends are shown; a month of which a meter tells nothing is left out for all, and said so.
"""

from __future__ import annotations

import json
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
    charged_terms,
    lost,
    measured,
    months_of_use,
    point_parts,
    shared,
    without,
)
from desktop.billing.rules.scenes import by_bands, by_demand
from desktop.billing.service.inputs import priced_terms
from desktop.billing.service.pricing import totals
from desktop.contracts import service as contracts
from desktop.contracts.records import InForce, Terms
from desktop.kernel.country import Load
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
NO_ENERGY, NO_POWER = Energy.zero(), Power.zero()
DEMAND_BASES = (Basis.CONTRACT_DEMAND, Basis.ACTUAL_DEMAND)


@dataclass(frozen=True, slots=True)
class _Month:
    """What a point used in a month without its ``shares`` (tariff and energy), and in its calendar year before it.

    ``energy`` and ``contracted`` are those of the whole account.
    """

    period: Period
    used: Measured
    before: Energy
    shares: tuple[tuple[str, Energy], ...] = ()
    energy: Energy = NO_ENERGY
    contracted: Power = NO_POWER


@dataclass(frozen=True, slots=True)
class _Point:
    """A service point with what holds there now and what it used month by month."""

    contract: InForce
    agreed: Terms
    terms: PointTerms
    months: tuple[_Month, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    """One list with one set of terms; ``own`` is what the account has."""

    code: str
    name: str
    version: tariffs.InForce
    terms: PointTerms
    own: bool
    variant: Text | None = None


@dataclass(frozen=True, slots=True)
class _Cost:
    """The cost of each month, between its bounds; ``exact`` of them told all that was asked for."""

    low: tuple[int, ...]
    high: tuple[int, ...]
    exact: frozenset[int]


@query("billing.view")
def what_if(work: Work, account_number: str) -> WhatIf:
    """The last twelve months under each choice open to an account, its own first, the cheapest of the others next."""
    key = ledger.account_id(work, account_number)
    this = Period.month(f"{work.today:%Y-%m}")
    running = {one.service_point_id: one for one in contracts.in_force(work, [key], this).get(key, [])}
    if not running:
        raise Refused(Text("What if asks for an account with a contract in force."))
    points, notes = _points(work, list(running.values()), this)
    months = points[0].months
    if not months:
        raise Refused(Text("No month of use is known yet."))
    options = _options(work, points)
    own = [one for one in options if one.own]
    others = sorted(
        (one for one in options if not one.own), key=lambda one: (one.low is None, one.low or Money(0))
    )
    return WhatIf(
        account_number, tuple(month.period.start for month in months),
        Energy.total([month.energy for month in months]), (*own, *others), tuple(notes),
    )  # fmt: skip


def _points(work: Work, running: Sequence[InForce], this: Period) -> tuple[list[_Point], list[Text]]:
    """The points with the months that are known of each of them, and what is to be told of these months."""
    agreed = contracts.terms(work, [one.contract_id for one in running], this)
    found: list[_Point] = []
    notes: list[Text] = []
    for contract in running:
        known = agreed.get(contract.contract_id, ())
        now = known[-1] if known else contracts.UNDECIDED
        terms = priced_terms(now) if known else PointTerms(decided=True)
        found.append(_Point(contract, now, terms, tuple(_months(work, contract, now, this, notes))))
    common = set.intersection(*({one.period for one in point.months} for point in found))
    every = {one.period for point in found for one in point.months}
    if left := len(every - common):
        notes.append(
            Text(
                "{count} month is left out: not every meter tells of it",
                plural="{count} months are left out: not every meter tells of them",
                count=left,
            )
        )
    energies: dict[Period, Energy] = defaultdict(Energy.zero)
    for point in found:
        for one in point.months:
            energies[one.period] += one.energy
    contracted = Power.total([point.agreed.capacity for point in found])
    whole = [
        replace(
            point,
            months=tuple(
                replace(one, energy=energies[one.period], contracted=contracted)
                for one in point.months
                if one.period in common
            ),
        )
        for point in found
    ]
    blind = {
        one.period
        for point in whole
        for one in point.months
        if point.terms.power_factor_standard and one.used.reactive is None
    }
    if blind:
        notes.append(
            Text(
                "Without the power factor in {count} month: no reactive energy was read",
                plural="Without the power factor in {count} months: no reactive energy was read",
                count=len(blind),
            )
        )
    return whole, list(dict.fromkeys(notes))


def _months(
    work: Work, contract: InForce, agreed: Terms, this: Period, notes: list[Text]
) -> Iterator[_Month]:
    """What a point used in each of the last twelve whole months of which its registers, or its months, tell."""
    point, decimals = contract.service_point_id, work.country.billed_energy_decimals
    inside = sorted(contracts.measured_within(work, {point}, this).get(point, ()))
    since = months_before(this.start, 2 * MONTHS)
    last = Period.month(f"{months_before(this.start, 1):%Y-%m}")
    histories = metering.usage(work, {point, *inside}, last, since)
    first = contract.supplied_since.replace(day=1)
    energies = {
        key: {one.month: billed(one.energy, decimals) for one in told.history}
        for key, told in histories.items()
    }
    mine = {month: energy for month, energy in energies[point].items() if month >= first}
    for back in range(MONTHS, 0, -1):
        period = Period.month(f"{months_before(this.start, back):%Y-%m}")
        if period.start not in mine:
            continue
        told = metering.usage(work, {point, *inside}, period, period.start)
        if any(told[key].missing is not None and period.start not in energies[key] for key in inside):
            notes.append(Text("A sub-meter tells nothing of {month}: it is left out", month=period.code))
            continue
        used, *parts = (
            Measured(energies[key][period.start])
            if told[key].missing is not None
            else measured(told[key].registers, decimals)
            for key in (point, *inside)
        )
        try:
            used = _behind(work, used, parts, agreed, period)
        except Unbillable as why:
            notes.append(Text("{month} is left out: {reason}", month=period.code, reason=why.reason))
            continue
        whole, shares = used.total, []
        for share in agreed.shares:
            used, taken = shared(used, share.fixed, share.percent)
            shares.append((share.tariff_code, taken))
        year = date(period.start.year, 1, 1)
        before = [energy for month, energy in mine.items() if year <= month < period.start]
        yield _Month(period, used, Energy.total(before), tuple(shares), whole)


def _behind(work: Work, used: Measured, parts: Sequence[Measured], agreed: Terms, period: Period) -> Measured:
    """With what the customer's equipment loses, and without what sub-meters counted; bands that do not fit are none."""
    if agreed.losses and work.country.losses is not None:
        load = Load(used.total, used.reactive or Energy.zero(), period.days, period.days)
        try:
            used = lost(used, work.country.losses(json.loads(agreed.losses), load))
        except Refused as refusal:
            raise Unbillable(refusal.text) from refusal
    if not parts:
        return used
    if any(part.bands.keys() != used.bands.keys() for part in parts):
        used = replace(used, bands={})
    return without(used, parts)


def _options(work: Work, points: Sequence[_Point]) -> list[WhatIfOption]:
    """Every choice at every point, the other points and all shares as they are now."""
    serials = metering.serial_numbers(work, [one.contract.service_point_id for one in points])
    choices = [list(_choices(work, point.contract, point.terms, point.months)) for point in points]
    shares = _shares(work, points)
    costs = [
        [_cost(work, point, choice) for choice in mine] for point, mine in zip(points, choices, strict=True)
    ]
    unknown = Text("The price list of now is not on offer.")
    now: list[_Cost | Text] = [
        next((cost for choice, cost in zip(mine, told, strict=True) if choice.own), unknown)
        for mine, told in zip(choices, costs, strict=True)
    ]
    found = []
    for at, (point, mine) in enumerate(zip(points, choices, strict=True)):
        name = serials.get(point.contract.service_point_id, "") if len(points) > 1 else ""
        for choice, cost in zip(mine, costs[at], strict=True):
            if choice.own and at:
                continue
            together = [*now[:at], cost, *now[at + 1 :], shares]
            found.append(_option(choice, together, len(point.months), "" if choice.own else name))
    return found


def _option(choice: _Choice, together: Sequence[_Cost | Text], months: int, point: str) -> WhatIfOption:
    """One choice with the cost of the whole account, or why it cannot be told."""
    whole = WhatIfOption(choice.code, choice.name, choice.variant, choice.own, None, None, 0, None, point)
    for one in together:
        if isinstance(one, Text):
            return replace(whole, why=one)
    costs = [one for one in together if isinstance(one, _Cost)]
    low, high = (Money(sum(sum(side(one)) for one in costs)) for side in (_low, _high))
    exact = frozenset.intersection(*(one.exact for one in costs)) & frozenset(range(months))
    return replace(whole, low=low, high=high, exact=len(exact))


def _low(one: _Cost) -> tuple[int, ...]:
    return one.low


def _high(one: _Cost) -> tuple[int, ...]:
    return one.high


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


def _cost(work: Work, point: _Point, choice: _Choice) -> _Cost | Text:
    """The cost of a point's months by one choice, each between its bounds; or why it cannot be told."""
    cases: list[list[list[tuple[UUID, dict[str, int]]]]] = []
    try:
        for month in point.months:
            scenes = _scenes(choice, month)
            cases.append([_parts(work, point.contract, choice, month, scene) for scene in scenes])
    except Unbillable as why:
        return why.reason
    return _bounds(work, cases)


def _bounds(work: Work, cases: Sequence[Sequence[Sequence[tuple[UUID, dict[str, int]]]]]) -> _Cost | Text:
    """The least and the most that the cases of each month come to."""
    amounts = iter(totals(work, [part for month in cases for parts in month for part in parts]))
    low, high, exact = [], [], set()
    for at, month in enumerate(cases):
        sums = []
        for parts in month:
            found = [next(amounts) for _ in parts]
            if None in found:
                return Text("A month cannot be priced by this list.")
            sums.append(sum(one or 0 for one in found))
        low.append(min(sums))
        high.append(max(sums))
        if len(sums) == 1:
            exact.add(at)
    return _Cost(tuple(low), tuple(high), frozenset(exact))


def _shares(work: Work, points: Sequence[_Point]) -> _Cost | Text:
    """What other lists price of the meters' energy, by their newest versions."""
    cases: list[list[list[tuple[UUID, dict[str, int]]]]] = [[[]] for _ in points[0].months]
    for point in points:
        for at, month in enumerate(point.months):
            for code, taken in month.shares:
                tariff, _ = tariffs.tariff_id(work, code)
                versions = tariffs.in_force(
                    work, tariff, Period(month.period.start, work.today + timedelta(days=1))
                )
                if not versions:
                    return Text(
                        "No price is in force for {month}: import the tariff.", month=month.period.code
                    )
                choice = _Choice(code, "", versions[-1], PointTerms(decided=True), own=True)
                alone = replace(month, used=Measured(taken), before=Energy.zero())
                try:
                    priced = [
                        _parts(work, point.contract, choice, alone, one) for one in _scenes(choice, alone)
                    ]
                except Unbillable as why:
                    return why.reason
                cases[at] = [[*before, *parts] for before in cases[at] for parts in priced]
    return _bounds(work, cases)


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
    terms = choice.terms if used.reactive is not None else replace(choice.terms, power_factor_standard=0)
    spells = contracts.spells(work, [contract.contract_id], month.period).get(contract.contract_id, ())
    months = months_of_use(year, month.period.start.year, version.version.counted)
    stretches = [
        Stretch(contract.contract_id, version.id, version.version, charged, days, months, month.before)
        for charged, days in charged_terms(terms, spells, month.period, work.country.capacity)
    ]
    parts = point_parts(
        stretches, used, month.period, work.country.capacity,
        rule_set=work.country.rule_set(month.period.start), decimals=work.country.billed_energy_decimals,
    )  # fmt: skip
    more: dict[str, int] = {}
    if "all_kva" in version.version.options and (
        (month.energy, month.contracted) != (used.total, choice.terms.capacity) or spells
    ):
        more = {"all_energy_kwh": month.energy.raw, "all_kva": month.contracted.raw}
    return [(part.version_id, dict(part.determinants) | more) for part in parts]
