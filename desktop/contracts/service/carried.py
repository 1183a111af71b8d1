"""What contracts that come in from another system say: terms and days of another capacity, many at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from desktop.contracts.records import CapacitySpell, KnownSpell, KnownTerms, Service
from desktop.contracts.tables import ContractSpell, ContractTerms, SupplyContract
from desktop.kernel import canonical
from desktop.kernel.work import Work


class Signed(NamedTuple):
    """A contract at a service point, from a day to a day."""

    id: UUID
    valid_from: date
    valid_to: date | None

    def holds(self, first: date, end: date | None) -> bool:
        """Whether it is in force on any of the days from ``first`` until before ``end`` (None: on)."""
        return first < (self.valid_to or date.max) and self.valid_from < (end or date.max)


Contracts = Mapping[UUID, Sequence[Signed]]
"""Contracts by service point."""


def insert_terms(work: Work, terms: Sequence[KnownTerms], contracts: Contracts) -> None:
    """Enter terms under the contract in force on their first day."""
    rows = []
    for one in terms:
        given, day = one.terms, one.terms.valid_from
        held = next(
            each
            for each in contracts[one.service_point_id]
            if each.valid_from <= day < (each.valid_to or date.max)
        )
        rows.append(
            {
                "contract_id": held.id,
                "valid_from": day,
                "basis": given.basis,
                "capacity": given.capacity,
                "contract_demand": given.contract_demand,
                "power_factor_standard": given.power_factor_standard,
                "threshold_extra": given.threshold_extra,
                "free": given.free,
                "losses": given.losses,
                "shares": canonical.dump(given.shares),
                "within_point_id": one.within_id,
                "entered_by": work.actor.name,
            }
        )
    work.insert_many(ContractTerms, rows)


def insert_spells(work: Work, spells: Sequence[KnownSpell], contracts: Contracts) -> None:
    """Enter days of another capacity under every contract they are of."""
    rows = [
        _row(work, each.id, one.spell)
        for one in spells
        for each in contracts[one.service_point_id]
        if one.contract_from in (None, each.valid_from) and each.holds(one.spell.starts_on, one.spell.ends_on)
    ]
    work.insert_many(ContractSpell, rows)


def _row(work: Work, contract_id: UUID, one: CapacitySpell) -> dict[str, object]:
    return {
        "contract_id": contract_id,
        "kind": one.kind,
        "starts_on": one.starts_on,
        "ends_on": one.ends_on,
        "power": one.power,
        "first_day_charged": one.first_day_charged,
        "reason": one.reason,
        "entered_by": work.actor.name,
    }


def link_terms(work: Work, mains: Sequence[tuple[UUID, date, UUID]]) -> int:
    """Let terms know the main meter's service point: for each the sub-meter's point, their first day, and that point.

    Terms that are no more so are left alone. How many know it now.
    """
    linked = 0
    for point, day, main in mains:
        row = work.session.scalar(
            sa.select(ContractTerms)
            .join(SupplyContract, SupplyContract.id == ContractTerms.contract_id)
            .where(
                SupplyContract.service_point_id == point,
                SupplyContract.service == Service.SUPPLY,
                SupplyContract.valid_from <= day,
                sa.or_(SupplyContract.valid_to.is_(None), SupplyContract.valid_to > day),
                ContractTerms.valid_from == day,
            )
        )
        if row is not None:
            row.within_point_id = main
            linked += 1
    return linked
