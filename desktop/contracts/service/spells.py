"""Days in which a contract is charged for another capacity than its terms say: sealed, standby, exempt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from desktop.contracts.records import CapacitySpell, SpellOrder, SpellRow
from desktop.contracts.service.terms import contract_on
from desktop.contracts.tables import ContractSpell, SupplyContract
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger

_CARRIED = ("kind", "starts_on", "ends_on", "power", "first_day_charged", "reason", "entered_by")


@operation("contracts.set_terms")
def set_spell(work: Work, order: SpellOrder) -> SpellRow:
    """Enter days of another capacity; said again for the same kind and first day, the later word holds."""
    one = order.spell
    contract = contract_on(work, order.account_number, order.contract_number, one.starts_on)
    check_spell(one)
    values = {name: getattr(one, name) for name in _CARRIED if name != "entered_by"}
    values["entered_by"] = work.actor.name
    known = _known(work, contract.id, one)
    if known is None:
        work.add(ContractSpell(id=work.new_id(), contract_id=contract.id, **values))
    else:
        for name, value in values.items():
            setattr(known, name, value)
    return SpellRow(contract.number, one)


@operation("contracts.set_terms")
def withdraw_spell(work: Work, order: SpellOrder) -> SpellRow:
    """Take back days that were entered by mistake, told by kind and first day; bills that stand do not change."""
    one = order.spell
    contract = contract_on(work, order.account_number, order.contract_number, one.starts_on)
    known = _known(work, contract.id, one)
    if known is None or _spell(known).withdrawn:
        raise NotFound(Text("Nothing of this kind begins on {day}.", day=one.starts_on))
    known.ends_on, known.entered_by = known.starts_on, work.actor.name
    return SpellRow(contract.number, _spell(known))


def _known(work: Work, contract_id: UUID, one: CapacitySpell) -> ContractSpell | None:
    """What was entered for the same kind and first day."""
    found: ContractSpell | None = work.session.scalar(
        sa.select(ContractSpell).filter_by(contract_id=contract_id, kind=one.kind, starts_on=one.starts_on)
    )
    return found


def check_spell(one: CapacitySpell) -> None:
    """Refuse what no bill could be computed from."""
    for flaw in one.flaws.values():
        raise Refused(flaw)


def spells(
    work: Work, contract_ids: Collection[UUID], period: Period
) -> dict[UUID, tuple[CapacitySpell, ...]]:
    """The spells of contracts that hold on any day of a period, the earliest first."""
    rows = work.session.scalars(
        sa.select(ContractSpell)
        .where(
            ContractSpell.contract_id.in_(contract_ids),
            ContractSpell.starts_on < period.end,
            _after(period.start),
        )
        .order_by(ContractSpell.starts_on, ContractSpell.kind)
    )
    found: dict[UUID, list[CapacitySpell]] = defaultdict(list)
    for row in rows:
        found[row.contract_id].append(_spell(row))
    return {key: tuple(many) for key, many in found.items()}


def _after(day: date) -> sa.ColumnElement[bool]:
    """Whether a spell holds on a day or later; what was taken back does not."""
    end = ContractSpell.ends_on
    return sa.or_(end.is_(None), sa.and_(end > day, end > ContractSpell.starts_on))


def _spell(row: ContractSpell) -> CapacitySpell:
    return CapacitySpell(row.kind, row.starts_on, row.ends_on, row.power, row.first_day_charged, row.reason)


def carry_spells(work: Work, from_id: UUID, to_id: UUID, day: date) -> None:
    """What holds on a day or later holds on in the contract that follows then, with the days it has."""
    rows = work.session.scalars(
        sa.select(ContractSpell).where(ContractSpell.contract_id == from_id, _after(day))
    ).all()
    for row in rows:
        copied = {name: getattr(row, name) for name in _CARRIED}
        work.add(ContractSpell(id=work.new_id(), contract_id=to_id, **copied))


@query("billing.view")
def spells_of_account(work: Work, number: str) -> tuple[SpellRow, ...]:
    """Every spell of an account's contracts, the newest first."""
    rows = work.session.execute(
        sa.select(ContractSpell, SupplyContract.number)
        .join(SupplyContract, SupplyContract.id == ContractSpell.contract_id)
        .where(SupplyContract.contract_account_id == ledger.account_id(work, number))
        .order_by(ContractSpell.starts_on.desc(), SupplyContract.number, ContractSpell.kind)
    )
    return tuple(SpellRow(contract, _spell(row)) for row, contract in rows)
