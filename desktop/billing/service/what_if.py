"""What the last twelve months of an account would cost under each price list open to it, beside what it was billed.

Every month goes the way of its bill: the same reads, losses, sub-meters, shares, corrections, sealed days, energy of
the year before it and prices of that month; only list and terms are others, for one service point at a time. So what
the account has costs what its bills of these months came to. A list that is younger than a month counts with its first
prices. Where registers told less than a list asks for, the cases between which the cost must lie are priced, and both
ends are shown; a month of which a meter tells nothing is left out for all, and said so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from desktop.billing.records import WhatIf, WhatIfOption
from desktop.billing.rules import BillPart, Measured, PointTerms, Unbillable, billed
from desktop.billing.rules.scenes import by_bands, by_demand
from desktop.billing.service.inputs import Source, Used, of_account, priced_terms
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
from desktop.tariffs.records import Basis, TimeBand

MONTHS = 12
DEMAND_BASES = (Basis.CONTRACT_DEMAND, Basis.ACTUAL_DEMAND)


class _Retold(Source):
    """What bills of a month are computed from, where a month that nobody read may be told by what was put down for it,
    and a list that had no price yet has its first ones."""

    def versions(self, tariff: UUID) -> list[tariffs.InForce]:
        """The versions of a tariff in the month, the first one of all from its first day on."""
        found = super().versions(tariff) or tariffs.in_force(
            self.work, tariff, Period(self.period.start, self.work.today + timedelta(days=1))
        )
        if found and found[0].version.valid_from > self.period.start:
            found = [
                replace(found[0], version=replace(found[0].version, valid_from=self.period.start)),
                *found[1:],
            ]
        return found

    def counted_by(self, point: UUID, span: Period, bands: Sequence[TimeBand]) -> Measured:
        """What the registers of a point counted; of no bands the total alone, or the month as it was put down."""
        if bands:
            return super().counted_by(point, span, bands)
        usage = self.usage(point, span)
        month = next((one for one in usage.history if one.month == self.period.start), None)
        if usage.missing is None or month is None or span != self.period:
            return replace(super().counted_by(point, span, bands), bands={})
        return Measured(billed(month.energy, self.decimals))


@dataclass(frozen=True, slots=True)
class _Month:
    """A month of a point: its contracts then, what it used (``told``, in no bands), and of the account as a whole the
    energy and capacity that a discount goes by."""

    source: _Retold
    many: tuple[InForce, ...]
    told: Used
    energy: Energy
    contracted: Power

    @property
    def period(self) -> Period:
        return self.source.period


@dataclass(frozen=True, slots=True)
class _Point:
    """A service point with what holds there now and what it used month by month."""

    contract: InForce
    terms: PointTerms
    months: tuple[_Month, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    """One list with the terms it makes of what was agreed on; ``own`` is what the account has, by what it had."""

    code: str
    name: str
    version: tariffs.InForce
    tariff: UUID
    terms: Callable[[PointTerms], PointTerms]
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
    """The points with the months that are known of all of them, and what is to be told of these months."""
    notes: list[Text] = []
    last = [Period.month(f"{months_before(this.start, back):%Y-%m}") for back in range(MONTHS, 0, -1)]
    sources = [_Retold(work, [running[0].account_id], one) for one in last]
    known = [dict(_months(sources, one, notes)) for one in running]
    common = set.intersection(*(set(one) for one in known))
    if left := len({month for one in known for month in one} - common):
        notes.append(
            Text(
                "{count} month is left out: not every meter tells of it",
                plural="{count} months are left out: not every meter tells of them",
                count=left,
            )
        )
    energies: dict[Period, Energy] = defaultdict(Energy.zero)
    contracted: dict[Period, Power] = defaultdict(Power.zero)
    for one in known:
        for period, month in one.items():
            energies[period] += month.told.energy
            contracted[period] += month.contracted
    now = contracts.terms(work, [one.contract_id for one in running], this)
    whole = []
    for contract, one in zip(running, known, strict=True):
        agreed = now.get(contract.contract_id, ())
        terms = priced_terms(agreed[-1]) if agreed else PointTerms(decided=True)
        months = tuple(
            replace(month, energy=energies[period], contracted=contracted[period])
            for period, month in one.items()
            if period in common
        )
        whole.append(_Point(contract, terms, months))
    blind = {
        one.period
        for point in whole
        for one in point.months
        if point.terms.power_factor_standard and one.told.used.reactive is None
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
    sources: Sequence[_Retold], contract: InForce, notes: list[Text]
) -> Iterator[tuple[Period, _Month]]:
    """What a point used in each of the months of which its registers, or what was put down, tell."""
    point = contract.service_point_id
    for source in sources:
        period = source.period
        every = source.contracts.get(contract.account_id, ())
        many = tuple(one for one in every if one.service_point_id == point)
        if not many:
            continue
        usage = source.usage(point, source.covered(many))
        if not usage.registers and period.start not in {one.month for one in usage.history}:
            continue
        try:
            told = source.used(point, many, ())
        except Unbillable as why:
            notes.append(Text("{month} is left out: {reason}", month=period.code, reason=why.reason))
            continue
        yield period, _Month(source, many, told, told.energy, source.newest(many).capacity)


def _options(work: Work, points: Sequence[_Point]) -> list[WhatIfOption]:
    """Every choice at every point, the other points and all shares as they are now."""
    serials = metering.serial_numbers(work, [one.contract.service_point_id for one in points])
    choices = [list(_choices(work, point)) for point in points]
    beside = _beside(work, points)
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
            together = [*now[:at], cost, *now[at + 1 :], beside]
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


def _choices(work: Work, point: _Point) -> Iterator[_Choice]:
    """What the account has, and every other list of its class with every basis and, for tiers, as a large household."""
    contract, months = point.contract, point.months
    since = Period(months[0].period.start, work.today + timedelta(days=1))
    days = (*(month.period.last for month in months), work.today)
    for code, name in dict.fromkeys(one for day in days for one in tariffs.on_offer(work, day)):
        tariff, customer_class = tariffs.tariff_id(work, code)
        if customer_class != contract.customer_class:
            continue
        version = tariffs.in_force(work, tariff, since)[-1]
        for variant, changed in _variants(work, version, point):
            own = tariff == contract.tariff_id and changed(point.terms) == point.terms
            yield _Choice(code, name, version, tariff, changed, own, variant)


def _variants(
    work: Work, version: tariffs.InForce, point: _Point
) -> Iterator[tuple[Text | None, Callable[[PointTerms], PointTerms]]]:
    """What a list may make of the terms it is chosen with."""
    if "basic_basis" in version.version.reads:
        highest = _highest(point.months)
        for basis in (Basis.CAPACITY, *DEMAND_BASES):
            yield basis.text, partial(_by_basis, basis, highest)
        return
    yield None, _as_agreed
    extra = work.country.large_household
    steps = "threshold_extra_kwh" in version.version.options
    if extra is not None and steps and not point.terms.threshold_extra:
        whole = extra * (12 if version.version.is_annual else 1)
        yield Text("As a large household"), partial(replace, threshold_extra=whole)


def _as_agreed(terms: PointTerms) -> PointTerms:
    return terms


def _by_basis(basis: Basis, highest: Power, terms: PointTerms) -> PointTerms:
    """Terms with this basis; where no demand was agreed on, the highest that was read, or all of the capacity."""
    agreed = terms.contract_demand
    if basis is Basis.CONTRACT_DEMAND and not agreed:
        agreed = highest or terms.capacity
    return replace(terms, basis=basis, contract_demand=agreed)


def _highest(months: Sequence[_Month]) -> Power:
    """The highest demand that was read in the months."""
    raw = max(
        (one.demand.raw for month in months if (one := month.told.used).demand is not None),
        default=0,
    )
    return Power(raw // 10 ** (Demand.DECIMALS - Power.DECIMALS))


def _cost(work: Work, point: _Point, choice: _Choice) -> _Cost | Text:
    """The cost of a point's months by one choice, each between its bounds; or why it cannot be told."""
    try:
        cases = [
            [_parts(work, choice, month, used) for used in _scenes(choice, month)] for month in point.months
        ]
    except Unbillable as why:
        return why.reason
    return _bounds(work, cases)


def _bounds(work: Work, cases: Sequence[Sequence[Sequence[BillPart]]]) -> _Cost | Text:
    """The least and the most that the cases of each month come to."""
    every = [part for month in cases for parts in month for part in parts]
    amounts = iter(totals(work, [(part.version_id, part.determinants) for part in every]))
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


def _beside(work: Work, points: Sequence[_Point]) -> _Cost | Text:
    """What stays as it was billed: the energy that other lists price, and what was put right with these months."""
    cases: list[list[list[BillPart]]] = [[[]] for _ in points[0].months]
    try:
        for point in points:
            for at, month in enumerate(point.months):
                span = month.source.covered(month.many)
                cases[at][0] += month.source.share_parts(month.told, month.many[-1], span, [])
        for at, month in enumerate(points[0].months):
            cases[at][0] += _put_right(month.source, month.many[0].account_id)
    except Unbillable as why:
        return why.reason
    return _bounds(work, cases)


def _put_right(source: Source, account_id: UUID) -> list[BillPart]:
    """The corrections that came with the bill of a month."""
    if all(one.billed_with != source.period.start for one in source.corrections.get(account_id, ())):
        return []
    own = [part for point in source.points(account_id) for part in point.parts]
    return [part for point in source.put_right(account_id, own) for part in point.parts]


def _scenes(choice: _Choice, month: _Month) -> list[Measured]:
    """The cases of a month for one choice: one where the registers told all it asks for."""
    point, bands = month.many[0].service_point_id, choice.version.version.bands
    try:
        scenes = [month.source.used(point, month.many, bands).used]
    except Unbillable:
        scenes = by_bands(month.told.used, bands)
    terms = choice.terms(priced_terms(month.source.newest(month.many)))
    if terms.basis in DEMAND_BASES and "basic_basis" in choice.version.version.reads:
        hours = month.period.days * 24
        scenes = [case for one in scenes for case in by_demand(one, terms.capacity, hours)]
    return scenes


def _parts(work: Work, choice: _Choice, month: _Month, used: Measured) -> list[BillPart]:
    """What a month is priced by: of the account's own choice by the lists it had."""
    source, many = month.source, month.many
    span = source.covered(many)
    usage = source.usage(many[0].service_point_id, span)
    if not choice.own:
        many = tuple(replace(one, tariff_id=choice.tariff) for one in many)
    stretches = []
    for one in source.stretches(many, span, usage):
        terms = replace(choice.terms(one.terms), decided=True)
        if used.reactive is None:
            terms = replace(terms, power_factor_standard=0)
        stretches.append(replace(one, terms=terms))
    return of_account(work, source.cut(stretches, used), month.energy, month.contracted)
