"""Days in which a contract is charged for another capacity than its terms say: sealed, standby, exempt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.contracts.records import CapacitySpell, SpellKind, SpellOrder, SpellRow
from desktop.contracts.service.suspensions import capacity_rules
from desktop.contracts.service.terms import contract_on
from desktop.contracts.tables import ContractSpell, SupplyContract
from desktop.kernel.bulk import listed
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
    check_spell(work, contract, one)
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


def check_spell(work: Work, contract: SupplyContract, one: CapacitySpell) -> None:
    """Refuse what no bill could be computed from, and one suspension more than a year may have."""
    for flaw in one.flaws.values():
        raise Refused(flaw)
    rules, year = capacity_rules(work) if one.kind is SpellKind.SUSPENDED else None, one.starts_on.year
    most = rules.terms_on(one.starts_on).most_times if rules else None
    if most is None:
        return
    begun = {
        days.start
        for days in sealed(work, [contract.id], year).get(contract.id, ())
        if days.start.year == year and days.start != one.starts_on
    }
    if len(begun) >= most:
        raise Refused(
            Text(
                "Capacity was sealed {times} times in {year} already, more is not allowed. "
                "Let one of them go on, or enter it from next year on.",
                times=most, year=str(year),
            )
        )  # fmt: skip


def sealed(work: Work, contract_ids: Collection[UUID], year: int) -> dict[UUID, tuple[Period, ...]]:
    """The days of all suspensions that touch a year, of a contract and of those before it of the same account there."""
    mine = orm.aliased(SupplyContract)
    rows = work.session.execute(
        sa.select(mine.id, SupplyContract.id, SupplyContract.valid_to, ContractSpell)
        .join(
            SupplyContract,
            sa.and_(
                SupplyContract.contract_account_id == mine.contract_account_id,
                SupplyContract.service_point_id == mine.service_point_id,
                SupplyContract.valid_from <= mine.valid_from,
            ),
        )
        .join(ContractSpell, ContractSpell.contract_id == SupplyContract.id)
        .where(
            mine.id.in_(contract_ids),
            ContractSpell.kind == SpellKind.SUSPENDED,
            ContractSpell.starts_on < date(year + 1, 1, 1),
            ContractSpell.ends_on > date(year, 1, 1),
        )
        .order_by(SupplyContract.valid_from)
    ).all()
    found: dict[UUID, dict[date, date]] = defaultdict(dict)
    for key, owner, until, row in rows:  # what the contract after carried on from the one before replaces it
        end = row.ends_on or date.max
        found[key][row.starts_on] = end if key == owner or until is None else min(end, until)
    return {
        key: tuple(Period(start, end) for start, end in sorted(days.items()) if end > start)
        for key, days in found.items()
    }


def spells(
    work: Work, contract_ids: Collection[UUID], period: Period
) -> dict[UUID, tuple[CapacitySpell, ...]]:
    """The spells of contracts that hold on any day of a period, the earliest first."""
    named = {"contracts": contract_ids, "start": period.start, "end": period.end}
    found: dict[UUID, list[CapacitySpell]] = defaultdict(list)
    for row in work.session.scalars(_SPELLS, named):
        found[row.contract_id].append(_spell(row))
    return {key: tuple(many) for key, many in found.items()}


def _after(day: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """Whether a spell holds on a day or later; what was taken back does not."""
    end = ContractSpell.ends_on
    return sa.or_(end.is_(None), sa.and_(end > day, end > ContractSpell.starts_on))


_SPELLS = (
    sa.select(ContractSpell)
    .where(listed(ContractSpell.contract_id, "contracts"), ContractSpell.starts_on < sa.bindparam("end"))
    .where(_after(sa.bindparam("start", type_=sa.Date)))
    .order_by(ContractSpell.starts_on, ContractSpell.kind)
)


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
