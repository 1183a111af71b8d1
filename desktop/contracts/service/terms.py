"""The terms of contracts that prices look at: capacity, demand, power factor, losses, shares, sub-meters."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from desktop.contracts.records import Service, Share, Terms, TermsEntered, TermsOrder, TermsRow
from desktop.contracts.tables import ContractTerms, SupplyContract
from desktop.kernel import canonical
from desktop.kernel.bulk import among, listed
from desktop.kernel.country import Load
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Energy, Factor
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.metering import service as metering
from desktop.tariffs import service as tariffs
from desktop.tariffs.records import Basis

UNDECIDED = Terms(date.min)
"""The terms of a contract that nobody has entered any for."""

_CARRIED = (
    "basis", "capacity", "contract_demand", "power_factor_standard", "threshold_extra", "free", "losses", "shares",
    "within_point_id", "entered_by",
)  # fmt: skip


@operation("contracts.set_terms")
def set_terms(work: Work, order: TermsOrder) -> TermsRow:
    """Enter what a contract says from a day on; said again for the same day, the later word holds."""
    contract = contract_on(work, order.account_number, order.contract_number, order.terms.valid_from)
    _check(work, order.terms)
    within = metering.point_of_meter(work, order.terms.within) if order.terms.within else None
    if within == contract.service_point_id:
        raise Refused(Text("A meter is no part of itself: name the main meter."))
    one = order.terms
    values = {
        "basis": one.basis,
        "capacity": one.capacity,
        "contract_demand": one.contract_demand,
        "power_factor_standard": one.power_factor_standard,
        "threshold_extra": one.threshold_extra,
        "free": one.free,
        "losses": one.losses,
        "shares": canonical.dump(one.shares),
        "within_point_id": within,
        "entered_by": work.actor.name,
    }
    known = work.session.scalar(
        sa.select(ContractTerms).filter_by(contract_id=contract.id, valid_from=one.valid_from)
    )
    if known is None:
        work.add(
            ContractTerms(id=work.new_id(), contract_id=contract.id, valid_from=one.valid_from, **values)
        )
    else:
        for name, value in values.items():
            setattr(known, name, value)
    return TermsRow(contract.number, one)


@operation("contracts.set_terms")
def set_terms_many(work: Work, orders: tuple[TermsOrder, ...]) -> TermsEntered:
    """Enter terms of many contracts in one go, all of them or none."""
    for order in orders:
        set_terms(work, order)
    return TermsEntered(len(orders))


def contract_on(work: Work, account_number: str, contract_number: str, day: date) -> SupplyContract:
    """The contract of an account in force on a day; its number chooses where there are several."""
    rows = work.session.scalars(
        sa.select(SupplyContract).where(
            SupplyContract.contract_account_id == ledger.account_id(work, account_number),
            SupplyContract.service == Service.SUPPLY,
            SupplyContract.valid_from <= day,
            sa.or_(SupplyContract.valid_to.is_(None), SupplyContract.valid_to > day),
        )
    ).all()
    meant = [row for row in rows if contract_number in ("", row.number)]
    if not meant:
        raise NotFound(
            Text("Account {number} has no such contract on {day}.", number=account_number, day=day)
        )
    if len(meant) > 1:
        known = ", ".join(sorted(row.number for row in meant))
        raise Refused(Text("The account has several contracts, name one: {known}", known=known))
    return meant[0]


def _check(work: Work, one: Terms) -> None:
    """Refuse what no bill could be computed from."""
    amounts = (one.capacity, one.contract_demand, one.threshold_extra, one.free)
    if min(amount.raw for amount in amounts) < 0 or not 0 <= one.power_factor_standard <= 100:
        raise Refused(Text("Terms are numbers of 0 and more, a power factor standard one of 0 to 1."))
    if one.basis is Basis.CAPACITY and not one.capacity:
        raise Refused(Text("A charge by capacity needs the capacity in kVA."))
    if one.basis is Basis.CONTRACT_DEMAND and not one.contract_demand:
        raise Refused(Text("A charge by contract demand needs the demand in kW."))
    for share in one.shares:
        tariffs.tariff_id(work, share.tariff_code)
        if share.fixed.raw < 0 or not 0 <= share.percent.raw <= 100 * 10**Factor.DECIMALS:
            raise Refused(Text("A share is 0 to 100 percent, and a quantity of 0 kWh or more."))
    if one.losses:
        if work.country.losses is None:
            raise Refused(Text("This country has no rules for losses."))
        work.country.losses(_named_values(one.losses), Load(Energy(0), Energy(0), 30, 30))


def _named_values(losses: str) -> dict[str, object]:
    try:
        values = json.loads(losses)
    except ValueError as error:
        raise Refused(Text("The values of losses are not JSON.")) from error
    if not isinstance(values, dict):
        raise Refused(Text("The values of losses are not JSON."))
    return values


def terms(work: Work, contract_ids: Collection[UUID], period: Period) -> dict[UUID, tuple[Terms, ...]]:
    """What contracts say in a period: the terms of its first day and each change inside it, oldest first."""
    found: dict[UUID, list[Terms]] = defaultdict(list)
    for row in work.session.scalars(_TERMS, {"contracts": contract_ids, "end": period.end}):
        if row.valid_from <= period.start:
            found[row.contract_id].clear()
        found[row.contract_id].append(_terms(row))
    return {key: tuple(many) for key, many in found.items()}


_TERMS = (
    sa.select(ContractTerms)
    .where(listed(ContractTerms.contract_id, "contracts"), ContractTerms.valid_from < sa.bindparam("end"))
    .order_by(ContractTerms.valid_from)
)


def _terms(row: ContractTerms, within: str = "") -> Terms:
    return Terms(
        row.valid_from,
        row.basis,
        row.capacity,
        row.contract_demand,
        row.power_factor_standard,
        row.threshold_extra,
        row.free,
        row.losses,
        canonical.load(tuple[Share, ...], row.shares),
        within,
    )


def reckoned(work: Work, service_point_ids: Collection[UUID]) -> set[UUID]:
    """The service points whose bills count other energy than their meters tell: some is lost, counted by sub-meters, or
    priced by another list."""
    own = (
        sa.select(SupplyContract.service_point_id)
        .join(ContractTerms, ContractTerms.contract_id == SupplyContract.id)
        .where(
            among(work.session, SupplyContract.service_point_id, service_point_ids),
            sa.or_(ContractTerms.losses != "", ContractTerms.shares != canonical.dump(())),
        )
    )
    mains = sa.select(ContractTerms.within_point_id).where(
        among(work.session, ContractTerms.within_point_id, service_point_ids)
    )
    return {key for wanted in (own, mains) for key in work.session.scalars(wanted) if key is not None}


def carry_terms(work: Work, from_id: UUID, to_id: UUID, day: date) -> None:
    """What a contract says on a day holds on in the one that follows it then, and what it would say later."""
    rows = work.session.scalars(
        sa.select(ContractTerms).filter_by(contract_id=from_id).order_by(ContractTerms.valid_from.desc())
    ).all()
    later = [row for row in rows if row.valid_from > day]
    holding = [row for row in rows if row.valid_from <= day][:1]
    for row in (*holding, *later):
        copied = {name: getattr(row, name) for name in _CARRIED}
        start = max(row.valid_from, day)
        work.add(ContractTerms(id=work.new_id(), contract_id=to_id, valid_from=start, **copied))


def measured_within(work: Work, service_point_ids: Collection[UUID], period: Period) -> dict[UUID, set[UUID]]:
    """The service points whose meters hang behind those of others, by the main one, on the last day of a period."""
    named = {"points": service_point_ids, "start": period.start, "end": period.end}
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for main, part in work.rows(_WITHIN, named):
        found[main].add(part)
    return found


_NEWEST = (
    sa.select(ContractTerms.contract_id, sa.func.max(ContractTerms.valid_from).label("valid_from"))
    .where(ContractTerms.valid_from < sa.bindparam("end"))
    .group_by(ContractTerms.contract_id)
    .subquery()
)
_WITHIN = (
    sa.select(ContractTerms.within_point_id, SupplyContract.service_point_id)
    .join(_NEWEST, _NEWEST.c.contract_id == ContractTerms.contract_id)
    .join(SupplyContract, SupplyContract.id == ContractTerms.contract_id)
    .where(listed(ContractTerms.within_point_id, "points"), _NEWEST.c.valid_from == ContractTerms.valid_from)
    .where(SupplyContract.valid_from < sa.bindparam("end"))
    .where(sa.or_(SupplyContract.valid_to.is_(None), SupplyContract.valid_to > sa.bindparam("start")))
)


@query("billing.view")
def terms_of_account(work: Work, number: str) -> tuple[TermsRow, ...]:
    """Every term of an account's contracts, the newest first."""
    rows = work.session.execute(
        sa.select(ContractTerms, SupplyContract.number)
        .join(SupplyContract, SupplyContract.id == ContractTerms.contract_id)
        .where(SupplyContract.contract_account_id == ledger.account_id(work, number))
        .order_by(ContractTerms.valid_from.desc(), SupplyContract.number)
    ).all()
    mains = metering.serial_numbers(work, {row.within_point_id for row, _ in rows if row.within_point_id})
    return tuple(
        TermsRow(contract, _terms(row, mains.get(row.within_point_id, "") if row.within_point_id else ""))
        for row, contract in rows
    )
