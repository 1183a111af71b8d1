"""The energy that counts in steps of a year, told outside bills: for a card, and for a hall taken elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from desktop.billing.service.inputs import Source
from desktop.billing.service.stepped import Before, Chain, counted_otherwise
from desktop.kernel.measures import Energy
from desktop.kernel.period import Period
from desktop.kernel.work import Work
from desktop.metering import service as metering


def counted_months(work: Work, account_ids: Sequence[UUID], period: Period) -> dict[UUID, dict[date, Energy]]:
    """By service point what counts in steps of the year of each month before a period, where that is not what the
    meter tells: something is lost, shared, put right, or was somebody else's."""
    found, year = {}, date(period.start.year, 1, 1)
    for before, chain, usage in _otherwise(work, account_ids, period):
        months = before.by_month(chain, usage, year, period.start)
        if months is not None:
            found[chain.contract.service_point_id] = months
    return found


def counted_this_year(work: Work, account_id: UUID, period: Period) -> dict[UUID, Energy]:
    """By service point of an account what counts in steps of the year before a period, where its list has such steps
    and its meter's months alone may not tell them."""
    year = date(period.start.year, 1, 1)
    return {
        chain.contract.service_point_id: before.energy(chain, usage, year, period.start)
        for before, chain, usage in _otherwise(work, [account_id], period)
    }


def _otherwise(
    work: Work, account_ids: Sequence[UUID], period: Period
) -> Iterator[tuple[Before, Chain, metering.PointUsage]]:
    """The last contract of each point whose steps of the year may count other energy than its meter tells."""
    source = Source(work, sorted(counted_otherwise(work, account_ids, period)), period)
    assert source.before is not None
    for many in source.contracts.values():
        for contract in many:
            mine = [one for one in many if one.service_point_id == contract.service_point_id]
            versions = source.versions(contract.tariff_id)
            if contract is mine[-1] and versions and versions[-1].version.is_annual:
                chain = source.chain(contract, versions[-1].version, period.start.year)
                usage = source.usage(contract.service_point_id, source.covered(mine))
                yield source.before, chain, usage
