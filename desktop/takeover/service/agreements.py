"""The lines of what was agreed with the customers of a hall, as a `Book` streams them: terms, days of another capacity,
instalments, invoices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing.tables import InstalmentPlan
from desktop.contracts.records import NO_POWER, Service
from desktop.contracts.rules import shares_in
from desktop.contracts.tables import ContractSpell, ContractTerms, SupplyContract
from desktop.invoices.records import BUYER_WORDS
from desktop.invoices.tables import InvoiceWish
from desktop.kernel import canonical
from desktop.kernel.work import Work
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.takeover.records import PlanLine, SpellLine, TermsLine, WishLine
from desktop.takeover.service.moment import Moment


def further(nth: int, running: int) -> str:
    """The number by which a row names its service point: none for the first one of an account."""
    return f"S{running}" if nth > 1 else ""


def terms_lines(book: Moment) -> Iterator[TermsLine]:
    """What the contracts say, on days they are in force on; sub-meters that came down are none any more."""
    row = ContractTerms
    statement = _held(book, row).where(_while_in_force(row.valid_from)).order_by(row.id)
    for some in book.some(statement):
        points = {one.within_point_id for one, *_ in some} | {point for *_, point in some}
        serials = metering.serial_numbers(book.work, points - {None})
        for one, number, nth, running, _, _, point in some:
            book.counted.capacity += one.capacity.raw
            book.counted.demand += one.contract_demand.raw
            yield TermsLine(
                account=number,
                valid_from=one.valid_from,
                basis=one.basis,
                capacity=one.capacity or None,
                contract_demand=one.contract_demand or None,
                power_factor_standard=one.power_factor_standard or None,
                threshold_extra=one.threshold_extra or None,
                free=one.free or None,
                losses=one.losses,
                shares=one.shares,
                within=serials.get(one.within_point_id, "") if point in serials else "",
                point=further(nth, running),
            )


def spell_lines(book: Moment) -> Iterator[SpellLine]:
    """Days of another capacity that were not taken back, each with its contract where the account has had several."""
    row = ContractSpell
    statement = (
        _held(book, row)
        .where(_while_in_force(row.starts_on), sa.or_(row.ends_on.is_(None), row.ends_on > row.starts_on))
        .order_by(row.id)
    )
    for some in book.some(statement):
        for one, number, nth, running, begun, several, _ in some:
            yield SpellLine(
                account=number,
                kind=one.kind,
                starts_on=one.starts_on,
                ends_on=one.ends_on,
                power=one.power if one.power != NO_POWER else None,
                first_day_charged=one.first_day_charged,
                reason=one.reason,
                contract_from=begun if several > 1 else None,
                point=further(nth, running),
            )


def plan_lines(book: Moment) -> Iterator[PlanLine]:
    """By which parts accounts pay a month before its bill; a plan that never began is none."""
    plan = InstalmentPlan
    statement = (
        sa.select(ContractAccount.number, plan.valid_from, plan.parts, plan.valid_to)
        .join(ContractAccount, ContractAccount.id == plan.contract_account_id)
        .where(
            ContractAccount.hall_id == book.work.station.hall_id,
            sa.or_(plan.valid_to.is_(None), plan.valid_to > plan.valid_from),
        )
        .order_by(plan.id)
    )
    for some in book.some(statement):
        for row in some:
            yield PlanLine(*row)


def wish_lines(book: Moment) -> Iterator[WishLine]:
    """What invoice accounts want for every bill; what was asked for one bill went with that."""
    wish = InvoiceWish
    statement = (
        sa.select(wish, ContractAccount.number)
        .join(ContractAccount, ContractAccount.id == wish.contract_account_id)
        .where(ContractAccount.hall_id == book.work.station.hall_id, wish.bill_id.is_(None))
        .order_by(wish.id)
    )
    for some in book.some(statement):
        for one, number in some:
            named = {name: getattr(one, name) for name in BUYER_WORDS}
            yield WishLine(account=number, kind=one.kind, **named)


def _held(book: Moment, model: Any) -> sa.Select[*tuple[Any, ...]]:
    """Rows of contracts at service points that their account is supplied at, or was last, with the account, the place
    of the point among those of the account, its number, the contract's first day, how many it has had there, and the
    point."""
    contract, other = SupplyContract, orm.aliased(SupplyContract)
    several = (
        sa.select(sa.func.count())
        .where(
            other.contract_account_id == contract.contract_account_id,
            other.service_point_id == contract.service_point_id,
            other.service == Service.SUPPLY,
        )
        .correlate(contract)
        .scalar_subquery()
    )
    return (
        sa.select(
            model,
            ContractAccount.number,
            book.held.c.nth,
            book.points.c.running,
            contract.valid_from,
            several,
            contract.service_point_id,
        )
        .join(contract, contract.id == model.contract_id)
        .join(book.held, book.of_contract(contract))
        .join(book.points, book.points.c.id == contract.service_point_id)
        .join(ContractAccount, ContractAccount.id == contract.contract_account_id)
        .where(contract.service == Service.SUPPLY)
    )


def _while_in_force(day: Any) -> sa.ColumnElement[bool]:
    """Whether a contract is in force on a day or later: what was entered for later days than its last holds in the one
    that follows."""
    return sa.or_(SupplyContract.valid_to.is_(None), SupplyContract.valid_to > day)


def share_tariffs(work: Work) -> set[str]:
    """The tariffs that contracts of the hall share out parts of their energy to."""
    kept = work.session.scalars(
        sa.select(ContractTerms.shares)
        .join(SupplyContract, SupplyContract.id == ContractTerms.contract_id)
        .where(SupplyContract.hall_id == work.station.hall_id, ContractTerms.shares != NO_SHARES)
        .distinct()
    )
    return {one.tariff_code for shares in kept for one in shares_in(shares)}


NO_SHARES = canonical.dump(())
