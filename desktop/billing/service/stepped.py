"""The energy that counts in the steps of a price list before a bill: what earlier days of the year were billed by.

Most points have one meter, no losses and no sub-meters: the months of their meter are what was billed. Where a bill
counts other energy than the meter tells, or where somebody else was supplied inside a month, those days are reckoned
again by the rules that billed them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.records import AdjustingOrder, BillKind
from desktop.billing.rules import BillPart, Unbillable, accumulated, banded, measured
from desktop.billing.service.energy import agreed
from desktop.billing.service.reversal import reversed_bills
from desktop.billing.tables import Bill, BillOccasion
from desktop.contracts import service as contracts
from desktop.contracts.records import InForce, Link
from desktop.contracts.tables import SupplyContract
from desktop.kernel import canonical
from desktop.kernel.bulk import among
from desktop.kernel.measures import Energy
from desktop.kernel.period import Period, months_before
from desktop.kernel.work import Work
from desktop.metering import service as metering
from desktop.tariffs import service as tariffs
from desktop.tariffs.rules import TariffVersion

Parts = Mapping[UUID, Sequence[tuple[InForce, BillPart]]]
"""By account the parts of a month's bill, each with its contract; an account that cannot be billed is absent."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A contract and those of its point whose steps go on with it, the earliest first, by one price list."""

    contract: InForce
    version: TariffVersion
    links: Sequence[Link]

    @property
    def since(self) -> date:
        """The first day that counts."""
        return self.links[0].valid_from

    @property
    def moves(self) -> list[date]:
        """The days on which another customer came."""
        return [after.valid_from for before, after in pairwise(self.links) if _moved(before, after)]

    @property
    def begins_by_days(self) -> bool:
        """Whether it begins inside a month that the same account was billed for as a whole, cut by days."""
        first = self.links[0]
        same = first.account_id == self.contract.account_id
        return same and first.valid_from.day != 1 and self.contract.supplied_since < first.valid_from

    def account_on(self, day: date) -> UUID:
        """Who was supplied on a day."""
        return [link.account_id for link in self.links if link.valid_from <= day][-1]


def _moved(before: Link, after: Link) -> bool:
    return before.account_id != after.account_id


class Before:
    """The energy before the bills of some accounts in a month; ``of_month`` reckons what others were billed by."""

    def __init__(
        self, work: Work, period: Period, found: Mapping[UUID, Sequence[InForce]],
        of_month: Callable[[Collection[UUID], Period], Parts],
    ) -> None:  # fmt: skip
        self.work, self.period, self._of_month = work, period, of_month
        self.decimals = work.country.billed_energy_decimals
        self._accounts = {one.service_point_id: one.account_id for many in found.values() for one in many}
        self._parts: dict[tuple[UUID, date], Sequence[tuple[InForce, BillPart]] | None] = {}
        self._put_right: dict[UUID, list[tuple[UUID, date, Energy]]] = {}

    def energy(self, chain: Chain, usage: metering.PointUsage, start: date, end: date) -> Energy:
        """What counts of the days from ``start`` to ``end``, not included, of one year; none of before the chain."""
        return self.put_right(chain, _year(start)) + self.used(chain, usage, start, end)

    def used(self, chain: Chain, usage: metering.PointUsage, start: date, end: date) -> Energy:
        """The same without what was put right."""
        days = (max(start, chain.since), end)
        if days[0] >= days[1]:
            return Energy.zero()
        if self._plain(chain, usage, *days):
            return accumulated(usage.history, *days, self.decimals)
        return Energy.total([self._of(chain, usage, piece) for piece in _months(Period(*days))])

    def by_month(
        self, chain: Chain, usage: metering.PointUsage, start: date, end: date
    ) -> dict[date, Energy] | None:
        """The same month by month, by its first day; None where the months of the meter are what counts.

        What was put right stands in the first month, and there also what counts of another customer before.
        """
        first, corrected = max(start, chain.since), self.put_right(chain, _year(start))
        if first >= end or (not corrected and self._plain(chain, usage, first, end)):
            return None
        own = next(one.valid_from for one in chain.links if one.account_id == chain.contract.account_id)
        begun = max(first, own).replace(day=1)
        found = {begun: corrected}
        for piece in _months(Period(first, end)):
            month = max(piece.start.replace(day=1), begun)
            energy = self.used(chain, usage, piece.start, piece.end)
            found[month] = found.get(month, Energy.zero()) + energy
        return found

    def _plain(self, chain: Chain, usage: metering.PointUsage, start: date, end: date) -> bool:
        """Whether the months of the meter are what was billed."""
        edges = [start, end, *(day for day in chain.moves if start < day < end)]
        return (
            all(day.day == 1 for day in edges)
            and usage.one_meter
            and not chain.version.bands
            and chain.contract.service_point_id not in self._reckoned
        )

    def _of(self, chain: Chain, usage: metering.PointUsage, days: Period) -> Energy:
        """What counts of days of one month: of each customer by itself, as each was billed."""
        pieces = days.split(chain.moves)
        return Energy.total([self._piece(chain, usage, piece, len(pieces) == 1) for piece in pieces])

    def _piece(self, chain: Chain, usage: metering.PointUsage, days: Period, alone: bool) -> Energy:
        month = Period.month(days.code)
        by_days = chain.begins_by_days and days.start == chain.since
        if by_days or chain.contract.service_point_id in self._reckoned:
            billed = self._billed(chain, chain.account_on(days.start), month, days)
            if billed is not None:
                return billed
        counted = usage.of_days(days)
        if counted is not None:
            try:
                return banded(measured(counted, self.decimals), chain.version.bands).total
            except Unbillable:
                pass  # no bill was made of these reads: what the meter tells of the month is all that is known
        return accumulated(usage.history, month.start, month.end, self.decimals) if alone else Energy.zero()

    def shared(self, contract: InForce, versions: Collection[UUID]) -> Energy:
        """What of a contract's energy another list priced in the months of the year before, by its versions."""
        start, end = date(self.period.start.year, 1, 1), self.period.start
        first = max(start, contract.valid_from.replace(day=1))
        months = _months(Period(first, end)) if first < end else ()
        return Energy.total(
            [
                Energy(part.determinants["energy_kwh"])
                for month in months
                for one, part in self._parts_of(contract.account_id, month) or ()
                if one.contract_id == contract.contract_id and part.share and part.version_id in versions
            ]
        )

    def _billed(self, chain: Chain, account: UUID, month: Period, days: Period) -> Energy | None:
        """What the parts of an account's month come to that count; None where the month cannot be billed."""
        parts = self._parts_of(account, month)
        if parts is None:
            return None
        keys = {link.contract_id for link in chain.links}
        return Energy.total(
            [
                Energy(part.determinants["energy_kwh"])
                for contract, part in parts
                if contract.contract_id in keys and not part.share and part.start in days
            ]
        )

    def _parts_of(self, account: UUID, month: Period) -> Sequence[tuple[InForce, BillPart]] | None:
        """The parts of an account's month; None where it cannot be billed."""
        if (account, month.start) not in self._parts:
            together = {self._accounts[point] for point in self._reckoned & self._accounts.keys()}
            wanted = together if account in together else {account}
            found = self._of_month(sorted(wanted), month)
            self._parts |= {(key, month.start): found.get(key) for key in wanted}
        return self._parts[account, month.start]

    @cached_property
    def _reckoned(self) -> set[UUID]:
        """The points whose bills counted other energy than their meters tell."""
        return contracts.reckoned(self.work, self._accounts)

    # What was put right --------------------------------------------------------------------------------------

    def _read_put_right(self, account_ids: Collection[UUID]) -> None:
        """By contract the energy that bills before this one put right, with the month concerned."""
        found: dict[UUID, list[tuple[UUID, date, Energy]]] = {key: [] for key in account_ids}
        for key, many in agreed(self.work, account_ids, self.period.start).items():
            found[key] += [
                (one.contract_id, one.month, one.energy)
                for one in many
                if one.billed_with < self.period.start
            ]
        for key, contract, start, energy in self._adjusted(account_ids) if self._adjusting_runs else ():
            found[key].append((contract, start.replace(day=1), energy))
        self._put_right |= found

    @cached_property
    def _adjusting_runs(self) -> tuple[UUID, ...]:
        """The runs of bills that charge or refund energy at once; few, or none."""
        wanted = sa.select(BillOccasion.run_id).where(BillOccasion.kind == BillKind.ADJUSTING)
        return tuple(self.work.session.scalars(wanted))

    def _adjusted(self, account_ids: Collection[UUID]) -> Sequence[tuple[UUID, UUID, date, Energy]]:
        """Account, contract, month and energy of such bills on top of which this month comes."""
        session = self.work.session
        rows = session.execute(
            sa.select(
                Bill.contract_account_id,
                Bill.contract_id,
                Bill.period_start,
                Bill.energy,
                BillOccasion.content,
            )
            .join(BillOccasion, BillOccasion.run_id == Bill.run_id)
            .where(
                among(session, Bill.run_id, self._adjusting_runs),
                among(session, Bill.contract_account_id, account_ids),
                Bill.period_start < self.period.start,
                Bill.id.not_in(reversed_bills()),
            )
        )
        return [
            (account, contract, start, energy)
            for account, contract, start, energy, content in rows
            if (canonical.load(AdjustingOrder, content).upto or start) < self.period.start
        ]

    def put_right(self, chain: Chain, days: Period) -> Energy:
        """What earlier bills put right of the energy of a year, or of a month."""
        accounts = {link.account_id for link in chain.links}
        wanted = {key for key in accounts if key not in self._put_right}
        if wanted:  # and those asked for next, in one go
            self._read_put_right(wanted.union(self._accounts.values()).difference(self._put_right))
        known = [one for key in accounts for one in self._put_right[key]]
        if not known:
            return Energy.zero()
        keys = {link.contract_id for link in chain.links}
        return Energy.total(
            [energy for contract, month, energy in known if contract in keys and month in days]
        )


def counted_otherwise(work: Work, account_ids: Collection[UUID], period: Period) -> set[UUID]:
    """Those of some accounts whose steps of the year may count other energy than their meters tell."""
    year = date(period.start.year, 1, 1)
    contract = SupplyContract
    rows = work.session.execute(
        sa.select(
            contract.contract_account_id, contract.service_point_id, contract.tariff_id, contract.valid_from
        ).where(
            among(work.session, contract.contract_account_id, account_ids),
            sa.or_(contract.valid_to.is_(None), contract.valid_to > year),
        )
    ).all()
    banded = {
        tariff
        for tariff in {row.tariff_id for row in rows}
        if any(one.version.bands for one in tariffs.in_force(work, tariff, period))
    }
    otherwise = contracts.reckoned(work, {row.service_point_id for row in rows})
    put_right = set(agreed(work, account_ids, period.start)) | set(
        work.session.scalars(
            sa.select(Bill.contract_account_id).where(
                Bill.kind == BillKind.ADJUSTING, among(work.session, Bill.contract_account_id, account_ids)
            )
        )
    )
    return put_right | {
        row.contract_account_id
        for row in rows
        if row.valid_from > year or row.tariff_id in banded or row.service_point_id in otherwise
    }


def _year(day: date) -> Period:
    """The calendar year of a day."""
    return Period(date(day.year, 1, 1), date(day.year + 1, 1, 1))


def _months(days: Period) -> Iterator[Period]:
    """Days cut at the first of each month."""
    firsts: Iterable[date] = (months_before(days.start, -ahead) for ahead in range(1, 13))
    yield from days.split(firsts)
