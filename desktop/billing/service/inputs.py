"""What bills are computed from: contracts, terms, price lists and reads of many accounts, gathered at once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from uuid import UUID

from desktop.billing.rules import (
    BillInput,
    BillPart,
    Counted,
    Held,
    Measured,
    PointTerms,
    Stretch,
    Unbillable,
    as_demand,
    banded,
    charged_terms,
    correction_part,
    counted,
    lost,
    measured,
    months_of_use,
    moved,
    point_parts,
    shared,
    spell_words,
    without,
)
from desktop.billing.service.energy import agreed
from desktop.billing.service.stepped import Before, Chain, Parts
from desktop.billing.tables import EnergyCorrection
from desktop.contracts import service as contracts
from desktop.contracts.records import CapacitySpell, InForce, Link, Share, SpellKind, Terms
from desktop.kernel import canonical
from desktop.kernel.country import CapacityRules, Load
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Energy, Power
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.metering import service as metering
from desktop.metering.records import MonthUsage, RegisterCode, RegisterUsage
from desktop.metering.rules import together
from desktop.tariffs import service as tariffs
from desktop.tariffs.records import EVERY_RESTART, Basis, TimeBand
from desktop.tariffs.rules import TariffVersion
from desktop.tariffs.rules.proration import split_by_days

MONTHS_SHOWN = 13
NO_POWER = Power.zero()

BY_DAYS = Text("Prices or terms changed inside this period: energy is split by days of use.")


def gather(work: Work, account_ids: Sequence[UUID], period: Period) -> list[BillInput | Held]:
    """What each account's bill is computed from, or why it is held; in the order the accounts came."""
    source = Source(work, account_ids, period)
    return [source.input(account_id) for account_id in account_ids]


@dataclass
class _Point:
    """What came together at one service point: its parts, reads, history and how its energy was reckoned.

    ``contracted`` is the capacity its contract names at the end, sealed or not.
    """

    parts: list[BillPart]
    energy: Energy
    reads: tuple[RegisterUsage, ...]
    history: tuple[MonthUsage, ...]
    notes: list[Text]
    contracted: Power = NO_POWER


@dataclass(frozen=True, slots=True)
class Used:
    """What a service point used in a month as its own list prices it; ``energy`` with the ``shares`` that others price.

    ``inside`` are the reads of its sub-meters.
    """

    used: Measured
    energy: Energy
    shares: tuple[tuple[Share, Energy], ...]
    inside: tuple[RegisterUsage, ...]
    notes: tuple[Text, ...]


class Source:
    """Everything asked of the database for one chunk of accounts, each thing once."""

    def __init__(
        self, work: Work, account_ids: Sequence[UUID], period: Period, *, alone: bool = False
    ) -> None:
        self.work, self.period = work, period
        self.decimals = work.country.billed_energy_decimals
        self.contracts = contracts.in_force(work, account_ids, period)
        every = [one for many in self.contracts.values() for one in many]
        self.terms = contracts.terms(work, [one.contract_id for one in every], period)
        self.spells = contracts.spells(work, [one.contract_id for one in every], period)
        self.corrections = agreed(work, account_ids, period.start)
        self.within = contracts.measured_within(work, {one.service_point_id for one in every}, period)
        self._usage: dict[Period, dict[UUID, metering.PointUsage]] = {}
        self._wanted = self._spans(every)
        self.before = None if alone else Before(work, period, self.contracts, self.of_month)
        self._links: dict[tuple[UUID, int], list[Link]] = {}
        self._first: dict[UUID, date] = {}
        self._versions: dict[UUID, list[tariffs.InForce]] = {}
        self._priced: dict[tuple[UUID, Period], Sequence[tuple[tariffs.InForce, Period]]] = {}

    def _spans(self, every: Iterable[InForce]) -> dict[Period, set[UUID]]:
        """Which points are read for which days: the whole month for most, a part of it where somebody moved."""
        by_point: dict[tuple[UUID, UUID], list[InForce]] = defaultdict(list)
        for one in every:
            by_point[one.account_id, one.service_point_id].append(one)
        wanted: dict[Period, set[UUID]] = defaultdict(set)
        for (_, point), many in by_point.items():
            wanted[self.covered(many)] |= {point, *self.within.get(point, ())}
        return wanted

    def covered(self, many: Sequence[InForce]) -> Period:
        """The days of the month that contracts of one account at one point cover."""
        start, end = many[0].valid_from, many[-1].valid_to
        return Period(max(start, self.period.start), min(end or self.period.end, self.period.end))

    def links(self, contract: InForce, version: TariffVersion, year: int) -> list[Link]:
        """A contract among those of its point in a year, or by itself where a price list lets every one begin anew."""
        if version.restarts == EVERY_RESTART:
            own = (contract.contract_id, contract.account_id, contract.tariff_id)
            return [Link(*own, contract.valid_from, contract.valid_to)]
        key = contract.service_point_id, year
        if key not in self._links:
            self._links[key] = contracts.at_point(self.work, *key)
        return self._links[key]

    def counted(self, contract: InForce, version: TariffVersion, year: int) -> Counted:
        """From when to when the steps of a price list count for a contract, as the list has it set."""
        links = self.links(contract, version, year)
        return counted(links, contract.valid_from, contract.valid_to, version.restarts)

    def chain(self, contract: InForce, version: TariffVersion, year: int) -> Chain:
        """The contracts of a year whose steps go on with this one, up to it."""
        since = self.counted(contract, version, year).since
        links = self.links(contract, version, year)
        return Chain(
            contract, version, [one for one in links if since <= one.valid_from <= contract.valid_from]
        )

    def of_month(self, account_ids: Collection[UUID], month: Period) -> Parts:
        """What accounts were billed by in an earlier month, as it is reckoned now; the steps there do not matter."""
        source = Source(self.work, list(account_ids), month, alone=True)
        found = {}
        for key in account_ids:
            known = {one.contract_id: one for one in source.contracts.get(key, ())}
            with suppress(Unbillable):
                parts = [part for point in source.points(key) for part in point.parts]
                found[key] = [(known[part.contract_id], part) for part in parts]
        return found

    def usage(self, point: UUID, span: Period) -> metering.PointUsage:
        """The usage of a point in its days; all points with the same days are asked for at once."""
        if span not in self._usage:
            since = months_before(self.period.start, MONTHS_SHOWN - 1)
            self._usage[span] = metering.usage(self.work, self._wanted[span], span, since)
        return self._usage[span][point]

    def versions(self, tariff: UUID) -> list[tariffs.InForce]:
        """The versions of a tariff in the month."""
        if tariff not in self._versions:
            self._versions[tariff] = tariffs.in_force(self.work, tariff, self.period)
        return self._versions[tariff]

    def sealed(self, contract_id: UUID) -> tuple[Period, ...]:
        """The days of the suspensions of a contract's year, where one of them holds in the month."""
        mine = self._sealed_here(contract_id)
        if not mine:
            return ()
        other = self._sealed.get(contract_id, ())
        return (*mine, *(days for days in other if days.start not in {one.start for one in mine}))

    def _sealed_here(self, contract_id: UUID) -> list[Period]:
        return [
            Period(one.starts_on, one.ends_on)
            for one in self.spells.get(contract_id, ())
            if one.kind is SpellKind.SUSPENDED and one.ends_on is not None
        ]

    @cached_property
    def _sealed(self) -> dict[UUID, tuple[Period, ...]]:
        keys = [key for key in self.spells if self._sealed_here(key)]
        return contracts.sealed(self.work, keys, self.period.start.year)

    @cached_property
    def capacity(self) -> CapacityRules | None:
        """How sealed capacity counts here; asked for where some is sealed."""
        return contracts.capacity_rules(self.work)

    @cached_property
    def rule_set(self) -> str:
        """The rules by which days count in the month."""
        return self.work.country.rule_set(self.period.start)

    def input(self, account_id: UUID) -> BillInput | Held:
        """What one account's bill is computed from."""
        try:
            points = self.points(account_id)
            points += self.put_right(account_id, [part for point in points for part in point.parts])
            return self._together(account_id, self.contracts[account_id], points)
        except Unbillable as why:
            return Held(account_id, why.reason)

    def points(self, account_id: UUID) -> list[_Point]:
        """What came together at each service point of an account; `Unbillable` where one cannot be billed."""
        by_point: dict[UUID, list[InForce]] = defaultdict(list)
        for one in self.contracts.get(account_id, []):
            by_point[one.service_point_id].append(one)
        if not by_point:
            raise Unbillable(Text("No contract is in force in {month}.", month=self.period.code))
        return _of_account(self.work, [self._point(point, many) for point, many in by_point.items()])

    def _together(self, account_id: UUID, found: Sequence[InForce], points: Sequence[_Point]) -> BillInput:
        return BillInput(
            account_id=account_id,
            customer_class=found[-1].customer_class,
            parts=tuple(part for point in points for part in point.parts),
            energy=Energy.total([point.energy for point in points]),
            reads=tuple(read for point in points for read in point.reads),
            usage=_months([point.history for point in points], self.period),
            notes=tuple(note for point in points for note in point.notes),
        )

    def _point(self, point: UUID, many: Sequence[InForce]) -> _Point:
        """One service point: its contracts follow one another, its energy is measured, lost, shared, and cut."""
        for before, after in pairwise(many):
            if before.valid_to != after.valid_from:
                raise Unbillable(
                    Text("Two contracts run in {month}: end one before that month.", month=self.period.code)
                )
        span = self.covered(many)
        usage = self.usage(point, span)
        # What was used before this customer came is not theirs to see.
        first = many[0].supplied_since.replace(day=1)
        history = tuple(month for month in usage.history if month.month >= first)
        stretches = self.stretches(many, span, usage)
        self._check_months(many, usage, stretches)
        told = self.used(point, many, stretches[-1].version.bands)
        notes = [*told.notes]
        parts = [*self.cut(stretches, told.used), *self.share_parts(told, many[-1], span, notes)]
        if any("basic_basis" in part.determinants for part in parts):
            known = [one for contract in many for one in self.spells.get(contract.contract_id, ())]
            sealed = [days for contract in many for days in self.sealed(contract.contract_id)]
            notes += spell_words(known, span, self.capacity if known else None, sealed)
        if len({(part.start, part.end) for part in parts}) > 1:
            notes.append(BY_DAYS)
        first = self._since(many[0], usage)
        if first != self.period.start:
            notes.append(Text("Nobody read before: this bill is of all days since {day}.", day=first))
        return _Point(
            parts,
            told.energy,
            (*_ordered(usage.registers), *_ordered(told.inside)),
            history,
            notes,
            self.newest(many).capacity,
        )

    def newest(self, many: Sequence[InForce]) -> Terms:
        """The terms that hold at the end of a month at one service point."""
        return (self.terms.get(many[-1].contract_id) or (contracts.UNDECIDED,))[-1]

    def used(self, point: UUID, many: Sequence[InForce], bands: Sequence[TimeBand]) -> Used:
        """What a point used in the days of its contracts, lost, split off by sub-meters and shared, in these bands;
        `Unbillable` where its registers do not tell.
        """
        span, terms, notes = self.covered(many), self.newest(many), list[Text]()
        used = self.counted_by(point, span, bands)
        self._check_change(many[0], self.usage(point, span))
        used = self._lost(used, terms, span, notes)
        used, inside = self._without(used, point, span, bands, notes)
        energy, shares = used.total, []
        for share in terms.shares:
            used, taken = shared(used, share.fixed, share.percent)
            shares.append((share, taken))
        return Used(used, energy, tuple(shares), tuple(inside), tuple(notes))

    def counted_by(self, point: UUID, span: Period, bands: Sequence[TimeBand]) -> Measured:
        """What the registers of a point counted in some days, in these bands; `Unbillable` where they do not tell."""
        usage = self.usage(point, span)
        if usage.missing is not None:
            raise Unbillable(usage.missing)
        return banded(measured(usage.registers, self.decimals), bands)

    def _check_change(self, first: InForce, usage: metering.PointUsage) -> None:
        """`Unbillable` where nobody read the meter when the customer changed inside the month."""
        if first.valid_from <= self.period.start or first.supplied_since < first.valid_from:
            return
        opened = [self.work.local(read.previous_at).date() for read in usage.registers]
        if min(opened, default=self.period.start) >= self.period.start:
            return
        links = contracts.at_point(self.work, first.service_point_id, self.period.start.year)
        for link in links:
            end = link.valid_to
            if link.account_id != first.account_id and end and self.period.start < end <= first.valid_from:
                raise Unbillable(Text("No read when the customer changed on {day}: enter it.", day=end))

    def _since(self, first: InForce, usage: metering.PointUsage) -> date:
        """The first day of the first month that the reads go over and that was not billed, this one at the latest.

        Where meters are read inside a month, the rest of it belongs to the bill of the next. What a supply begins with
        inside a month belongs to no bill before.
        """
        if first.contract_id not in self._first:
            opened = [self.work.local(read.previous_at).date() for read in usage.registers]
            last = min(opened, default=self.period.start)
            since = max(first.supplied_since, last + timedelta(days=1))
            if first.supplied_since < last and since.day != 1:
                since = months_before(since, -1)
            self._first[first.contract_id] = min(since, self.period.start)
        return self._first[first.contract_id]

    def _months_at_once(self, first: InForce, usage: metering.PointUsage | None) -> int:
        """How many months are billed at once: those before this one that nobody read."""
        if usage is None:
            return 1
        since, here = self._since(first, usage), self.period.start
        return (here.year - since.year) * 12 + here.month - since.month + 1

    def _check_months(
        self, many: Sequence[InForce], usage: metering.PointUsage, stretches: Sequence[Stretch]
    ) -> None:
        """`Unbillable` where the reads go over a month that was not billed and that cannot be billed with this one: its
        free energy, fixed share, losses, capacity, power factor or price list are not those of this month."""
        first = self._since(many[0], usage)
        if first == self.period.start:
            return
        over = Period(first, self.period.end)
        terms = self.newest(many)
        if (
            terms.losses
            or any(one.fixed for one in terms.shares)
            or any(_by_months(one) for one in stretches)
            or any(len(tariffs.in_force(self.work, one.tariff_id, over)) > 1 for one in many)
        ):
            month = Period.month(f"{first:%Y-%m}").code
            raise Unbillable(
                Text(
                    "{month} is not billed: take back the reads after it, then enter or estimate its own.",
                    month=month,
                )
            )

    def put_right(self, account_id: UUID, own: Sequence[BillPart], *more: EnergyCorrection) -> list[_Point]:
        """The corrections of energy that come with this bill, each beside the months it concerns."""
        found: list[_Point] = []
        for one in (*self.corrections.get(account_id, ()), *more):
            if one.billed_with == self.period.start:
                before = [part for point in found for part in point.parts]
                found.append(self._corrected(one, own, before))
        return found

    def _corrected(
        self, one: EnergyCorrection, own: Sequence[BillPart], before: Sequence[BillPart]
    ) -> _Point:
        """One correction at the prices of the month concerned, on top of what its year or month had.

        Where prices change inside that month its energy is cut by days, and each part begins where the one before ends.
        """
        month = Period.month(f"{one.month:%Y-%m}")
        every = contracts.in_force(self.work, [one.contract_account_id], month)[one.contract_account_id]
        contract = next(found for found in every if found.contract_id == one.contract_id)
        days = month.overlap(Period(contract.valid_from, contract.valid_to or date.max)) or month
        prices = _by_days(tariffs.in_force(self.work, contract.tariff_id, days), days)
        point = contract.service_point_id
        usage = metering.usage(self.work, {point}, days, date(month.start.year, 1, 1))[point]
        used = measured(usage.registers, self.decimals)
        known = contracts.terms(self.work, [one.contract_id], days).get(one.contract_id, ())
        terms = priced_terms(known[-1]) if known else PointTerms()
        cut = split_by_days(one.energy, [span.days for _, span in prices], self.decimals)
        parts: list[BillPart] = []
        for (version, span), energy in zip(prices, cut, strict=True):
            shape = banded(used, version.version.bands)
            already = self._before_correction(contract, month, version.version, own, (*before, *parts))
            year, months = self.counted(contract, version.version, month.start.year), 1
            if version.version.is_annual:
                months = months_of_use(year, month.start.year, version.version.counted)
            stretch = Stretch(
                contract.contract_id, version.id, version.version, terms, span, months, Energy.zero()
            )
            parts.append(correction_part(stretch, moved(shape, energy), already, self.work.country.capacity))
        words = Text(
            "{month} put right, {energy} kWh at its own prices ({reason}):",
            month=month.code, energy=one.energy, reason=one.reason,
        )  # fmt: skip
        notes = [words, canonical.load(Text, one.arithmetic)]
        return _Point(parts, one.energy, (), (), [*notes, *([BY_DAYS] if len(parts) > 1 else [])])

    def _before_correction(
        self, contract: InForce, month: Period, version: TariffVersion,
        own: Sequence[BillPart], before: Sequence[BillPart],
    ) -> Energy:  # fmt: skip
        """The energy that a correction of a month comes on top of: of its year, or of the month alone."""
        days, chain = steps_of(version, month), self.chain(contract, version, month.start.year)
        return self.up_to(chain, days, self.period.start, own) + Energy.total(
            [
                Energy(part.determinants["energy_kwh"])
                for part in before
                if part.contract_id == contract.contract_id and part.start in days
            ]
        )

    def up_to(self, chain: Chain, days: Period, end: date, own: Sequence[BillPart] = ()) -> Energy:
        """The energy of the days over which steps add up, before a day, with the ``own`` parts of this bill and what
        was put right."""
        mine = {one.contract_id for one in chain.links}
        total = Energy.total(
            [
                Energy(part.determinants["energy_kwh"])
                for part in own
                if part.contract_id in mine and part.start in days and not part.share
            ]
        )
        if self.before is None:
            return total
        start, end = days.start, min(days.end, end)
        total += self.before.put_right(chain, days)
        if start < end:
            point = chain.contract.service_point_id
            usage = metering.usage(self.work, {point}, Period(start, end), date(start.year, 1, 1))[point]
            total += self.before.used(chain, usage, start, end)
        return total

    def cut(self, stretches: Sequence[Stretch], used: Measured) -> list[BillPart]:
        """The parts that price what was used on these days."""
        return point_parts(
            stretches,
            used,
            self.period,
            self.work.country.capacity,
            rule_set=self.rule_set,
            decimals=self.decimals,
        )

    def _lost(self, used: Measured, terms: Terms, span: Period, notes: list[Text]) -> Measured:
        """With what the customer's own equipment loses, where the meter hangs behind it."""
        country = self.work.country
        if not terms.losses or country.losses is None:
            return used
        load = Load(used.total, used.reactive or Energy.zero(), span.days, self.period.days)
        try:
            loss = country.losses(json.loads(terms.losses), load)
        except Refused as refusal:
            raise Unbillable(refusal.text) from refusal
        notes += loss.arithmetic
        notes.append(
            Text(
                "{metered} kWh metered + {loss} kWh lost = {total} kWh",
                metered=used.total, loss=loss.active, total=used.total + loss.active,
            )
        )  # fmt: skip
        return lost(used, loss)

    def _without(
        self, used: Measured, point: UUID, span: Period, bands: Sequence[TimeBand], notes: list[Text]
    ) -> tuple[Measured, list[RegisterUsage]]:
        """Without what sub-meters behind this one counted, and their reads: they are priced by themselves."""
        inside: list[Measured] = []
        reads: list[RegisterUsage] = []
        for part in sorted(self.within.get(point, ())):
            inside.append(self.counted_by(part, span, bands))
            reads += self.usage(part, span).registers
        if not inside:
            return used, reads
        left = without(used, inside)
        notes.append(
            Text(
                "{metered} kWh − {parts} kWh of sub-meters = {total} kWh",
                metered=used.total, parts=used.total - left.total, total=left.total,
            )
        )  # fmt: skip
        return left, reads

    def share_parts(
        self, told: Used, contract: InForce, span: Period, notes: list[Text]
    ) -> Iterator[BillPart]:
        """The parts of a meter's energy that other tariffs price."""
        for share, taken in told.shares:
            tariff, _ = tariffs.tariff_id(self.work, share.tariff_code)
            notes.append(_share_words(share, taken))
            terms = PointTerms(decided=True)
            at_once = self._months_at_once(contract, self.usage(contract.service_point_id, span))
            stretches = [
                self._stretch(
                    contract, version, terms, days, self._shared_before(contract, tariff, version.version),
                    self.counted(contract, version.version, self.period.start.year), at_once,
                )
                for version, days in self._prices(tariff, span)
            ]  # fmt: skip
            yield from (replace(part, share=True) for part in self.cut(stretches, Measured(taken)))

    def _shared_before(self, contract: InForce, tariff: UUID, version: TariffVersion) -> Energy:
        """The energy of the year before that a list of a share priced, where its steps are those of a year."""
        if self.before is None or not version.is_annual:
            return Energy.zero()
        year = Period(date(self.period.start.year, 1, 1), self.period.end)
        return self.before.shared(contract, {one.id for one in tariffs.in_force(self.work, tariff, year)})

    def stretches(
        self, many: Sequence[InForce], span: Period, usage: metering.PointUsage | None = None
    ) -> list[Stretch]:
        """The days of contracts that follow one another, cut where price, terms or capacity change."""
        found: list[Stretch] = []
        at_once = self._months_at_once(many[0], usage)
        for contract in many:
            mine = span.overlap(Period(contract.valid_from, contract.valid_to or date.max))
            if mine is None:
                continue
            for version, days in self._prices(contract.tariff_id, mine):
                year = self.counted(contract, version.version, self.period.start.year)
                before = self._used_before(contract, version.version, span.start, usage)
                goes_on = bool(found) and year.since < contract.valid_from
                found += [
                    self._stretch(contract, version, terms, stretch, before, year, at_once, goes_on=goes_on)
                    for terms, stretch in self._agreed(contract, days)
                ]
        return found

    def _used_before(
        self, contract: InForce, version: TariffVersion, day: date, usage: metering.PointUsage | None
    ) -> Energy:
        """The energy of the year before a day that counts for a contract by a list; what was put right included."""
        if self.before is None or usage is None or not version.is_annual:
            return Energy.zero()
        chain = self.chain(contract, version, self.period.start.year)
        return self.before.energy(chain, usage, date(self.period.start.year, 1, 1), day)

    def _stretch(
        self, contract: InForce, version: tariffs.InForce, terms: PointTerms, days: Period, before: Energy,
        year: Counted, at_once: int, *, goes_on: bool = False,
    ) -> Stretch:  # fmt: skip
        months = at_once
        if version.version.is_annual:
            months = months_of_use(year, self.period.start.year, version.version.counted)
        return Stretch(
            contract.contract_id, version.id, version.version, terms, days, months, before, goes_on
        )

    def _agreed(self, contract: InForce, days: Period) -> list[tuple[PointTerms, Period]]:
        """The terms of a contract by days; before the first ones nothing is decided."""
        known = self.terms.get(contract.contract_id, ())
        found = []
        for stretch in days.split(one.valid_from for one in known):
            holding = [one for one in known if one.valid_from <= stretch.start]
            terms = priced_terms(holding[-1]) if holding else PointTerms()
            spells = self.spells.get(contract.contract_id, ())
            sealed = self.sealed(contract.contract_id)
            found += charged_terms(terms, spells, stretch, self.capacity if spells else None, sealed)
        return found

    def _prices(self, tariff: UUID, span: Period) -> Sequence[tuple[tariffs.InForce, Period]]:
        """The versions of a tariff by days; `Unbillable` unless every day has one."""
        if (tariff, span) not in self._priced:
            self._priced[tariff, span] = _by_days(self.versions(tariff), span)
        return self._priced[tariff, span]


def _by_months(one: Stretch) -> bool:
    """Whether what some days cost is of one month, so that two cannot be billed at once."""
    agreed = one.terms.power_factor_standard and "power_factor_standard" in one.version.reads
    return bool(one.terms.free or agreed or "basic_basis" in one.version.reads)


def _of_account(work: Work, points: list[_Point]) -> list[_Point]:
    """The same, with what a discount goes by told where it is not the point's own."""
    energy = Energy.total([point.energy for point in points])
    contracted = Power.total([point.contracted for point in points])
    for point in points:
        point.parts = of_account(work, point.parts, energy, contracted)
    return points


def of_account(work: Work, parts: Sequence[BillPart], energy: Energy, contracted: Power) -> list[BillPart]:
    """Parts with energy and capacity of the whole account, where a discount goes by other ones than theirs."""
    found, more = [], {"all_energy_kwh": energy.raw, "all_kva": contracted.raw}
    for part in parts:
        known = part.determinants
        own = known.get("month_energy_kwh", known["energy_kwh"]), known.get("capacity_kva", 0)
        asked = "all_kva" in tariffs.version(work, part.version_id).version.options
        same = not asked or own == (energy.raw, contracted.raw)
        found.append(part if same else replace(part, determinants=dict(known) | more))
    return found


def _by_days(versions: Sequence[tariffs.InForce], span: Period) -> list[tuple[tariffs.InForce, Period]]:
    """Versions with their days in a part of a month; `Unbillable` unless every day has one."""
    month = span.code
    if not versions:
        raise Unbillable(Text("No price is in force for {month}: import the tariff.", month=month))
    found, days = [], 0
    for one in versions:
        mine = span.overlap(Period(one.version.valid_from, one.version.valid_to or date.max))
        if mine is not None:
            found.append((one, mine))
            days += mine.days
    if days != span.days:
        raise Unbillable(Text("No price is in force for all of {month}: import the tariff.", month=month))
    return found


def steps_of(version: TariffVersion, month: Period) -> Period:
    """The days over which steps of a price list add up: the year of a month, or the month."""
    year = month.start.year
    return Period(date(year, 1, 1), date(year + 1, 1, 1)) if version.is_annual else month


def standing(work: Work, account_id: UUID, part: BillPart, end: date) -> Energy:
    """The energy that stands of the year or month of a bill's part up to a day, what was put right included: what
    energy put right of that bill comes on top of."""
    month, version = Period.month(f"{part.start:%Y-%m}"), tariffs.version(work, part.version_id).version
    every = contracts.in_force(work, [account_id], month)[account_id]
    contract = next(one for one in every if one.contract_id == part.contract_id)
    source = Source(work, [account_id], Period(end, months_before(end, -1)))
    source.before = Before(work, source.period, {account_id: [contract]}, source.of_month)
    counted = source.counted(contract, version, month.start.year)
    links = [
        one
        for one in source.links(contract, version, month.start.year)
        if counted.since <= one.valid_from < (counted.until or date.max)
    ]
    last = max(place for place, one in enumerate(links) if one.account_id == account_id)
    chain = Chain(contract, version, links[: last + 1])
    return source.up_to(chain, steps_of(version, month), min(end, chain.links[-1].valid_to or end))


def corrected_parts(work: Work, one: EnergyCorrection) -> tuple[list[BillPart], bool]:
    """What a correction that is not agreed to yet would be priced by, and whether that is without the bill it comes
    with: one that cannot be computed yet tells nothing of its own energy.
    """
    account = one.contract_account_id
    source = Source(work, [account], Period.month(f"{one.billed_with:%Y-%m}"))
    own: list[BillPart] = []
    with suppress(Unbillable):
        own = [part for point in source.points(account) for part in point.parts]
    return source.put_right(account, own, one)[-1].parts, not own


def charge_parts(
    work: Work, contract: InForce, spells: Sequence[CapacitySpell], month: Period
) -> list[BillPart]:
    """The parts of a contract's month with these spells and no energy: what its charge for capacity is priced by.

    By contract its demand is what was agreed on, by measured demand it is `Unbillable` before it is read.
    """
    source = Source(work, [contract.account_id], month)
    source.spells = {**source.spells, contract.contract_id: tuple(spells)}
    span = source.covered([contract])
    stretches = source.stretches([contract], span)
    if not any("basic_basis" in one.version.reads for one in stretches):
        raise Unbillable(Text("The price list of this contract has no charge for capacity or demand."))
    agreed = stretches[-1].terms
    if agreed.basis is Basis.ACTUAL_DEMAND and not agreed.exempt:
        raise Unbillable(Text("What measured demand costs is known when the month is read."))
    bands = dict.fromkeys(stretches[-1].version.bands, Energy.zero())
    demand = as_demand(agreed.contract_demand)
    nothing = Measured(Energy.zero(), bands, Energy.zero(), Energy.zero(), demand)
    return source.cut(stretches, nothing)


def _share_words(share: Share, taken: Energy) -> Text:
    if not share.fixed:
        return Text(
            "{energy} kWh, {percent} %, at the prices of {tariff}",
            energy=taken, percent=share.percent, tariff=share.tariff_code,
        )  # fmt: skip
    if not share.percent:
        return Text("{energy} kWh at the prices of {tariff}", energy=taken, tariff=share.tariff_code)
    return Text(
        "{energy} kWh at the prices of {tariff}: {fixed} kWh, and {percent} % of the rest",
        energy=taken, tariff=share.tariff_code, fixed=share.fixed, percent=share.percent,
    )  # fmt: skip


def _ordered(reads: Sequence[RegisterUsage]) -> tuple[RegisterUsage, ...]:
    """Reads as a bill shows them: by register, the total first, an exchanged meter before the one after it."""
    return tuple(sorted(reads, key=lambda read: (_PLACES[read.register], read.previous_at)))


_PLACES = {code: place for place, code in enumerate(RegisterCode)}


def priced_terms(terms: Terms) -> PointTerms:
    """Of the terms of a contract what prices look at."""
    return PointTerms(
        terms.basis,
        terms.capacity,
        terms.contract_demand,
        terms.power_factor_standard,
        terms.threshold_extra,
        terms.free,
        decided=True,
    )


def _months(histories: Sequence[tuple[MonthUsage, ...]], period: Period) -> tuple[MonthUsage, ...]:
    """The months shown on a bill, over all points of the account."""
    return tuple(month for month in together(histories) if month.month < period.end)[-MONTHS_SHOWN:]
