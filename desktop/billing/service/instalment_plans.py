"""Which accounts pay a month in parts before its bill: what they agreed on, from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.records import (
    InstalmentPart,
    PlanOrder,
    PlanRow,
)
from desktop.billing.service.deducting import taken_back
from desktop.billing.service.looks import customers
from desktop.billing.tables import (
    Instalment,
    InstalmentPlan,
)
from desktop.kernel import canonical
from desktop.kernel.country import Country
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Money
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount


@operation("billing.instalments")
def plan_instalments(work: Work, order: PlanOrder) -> PlanRow | None:
    """Agree how an account pays its months in parts, instead of what was agreed before; None where that just ends."""
    first = month_of(order.first_month).start
    key = ledger.account_id(work, order.account_number)
    work.lock(ContractAccount, [key])
    parts = tuple(sorted(order.parts, key=lambda part: part.day))
    if parts:
        _check(work, parts)
    later = sa.select(Instalment.id).where(
        Instalment.contract_account_id == key, Instalment.month >= first, Instalment.id.not_in(taken_back())
    )
    if work.session.scalar(later.limit(1)) is not None:
        raise Refused(
            Text("Instalments for {month} or later are issued already: begin later.", month=order.first_month)
        )
    before = work.session.scalars(
        sa.select(InstalmentPlan)
        .filter_by(contract_account_id=key)
        .order_by(InstalmentPlan.valid_from.desc())
    ).first()
    if before is not None and before.valid_from > first:
        raise Refused(
            Text("Another plan begins on {day} already: begin then or later.", day=before.valid_from)
        )
    runs = before is not None and (before.valid_to is None or before.valid_to > first)
    if not parts and not runs:
        raise Refused(Text("Account {number} pays in no instalments.", number=order.account_number))
    if before is not None and before.valid_from == first and parts:  # nothing was issued by it
        before.parts, before.valid_to, before.agreed_by = canonical.dump(parts), None, work.actor.name
        work.session.flush()
        return _plan_row(work, before)
    if before is not None and runs:
        before.valid_to = first
        work.session.flush()
    if not parts:
        return None
    plan = InstalmentPlan(
        id=work.new_id(),
        contract_account_id=key,
        valid_from=first,
        valid_to=None,
        parts=canonical.dump(parts),
        agreed_by=work.actor.name,
    )
    work.add(plan)
    work.session.flush()
    return _plan_row(work, plan)


def carry_plans(work: Work, plans: Sequence[tuple[UUID, date, date | None, str]]) -> None:
    """Enter plans of another system: account, first month, first month without it, parts as canonical JSON."""
    work.insert_many(
        InstalmentPlan,
        [
            {
                "contract_account_id": key,
                "valid_from": start,
                "valid_to": end,
                "parts": parts,
                "agreed_by": work.actor.name,
            }
            for key, start, end, parts in plans
        ],
    )


def _check(work: Work, parts: Sequence[InstalmentPart]) -> None:
    least = work.country.least_instalments
    if len(parts) < least:
        raise Refused(Text("A month has {least} instalments at least.", least=least))
    if len({part.day for part in parts}) < len(parts) or not all(1 <= part.day <= 28 for part in parts):
        raise Refused(Text("Each instalment is due on a day of its own, from 1 to 28."))
    for part in parts:
        if (part.percent is None) == (part.amount is None):
            raise Refused(Text("Say of each instalment its share or its amount."))
        if (part.percent or 0) < 0 or (part.amount or Money(0)).raw < 0 or not (part.percent or part.amount):
            raise Refused(Text("An instalment is more than nothing."))
    if sum(part.percent or 0 for part in parts) > 100:
        raise Refused(Text("The shares are more than the whole bill."))


def usual_parts(country: Country) -> tuple[InstalmentPart, ...]:
    """Equal shares on the days usual in the country; the last one takes what does not divide."""
    days = country.instalment_days
    share = 100 // len(days) if days else 0
    return tuple(
        InstalmentPart(day, percent=share if at < len(days) else 100 - share * (len(days) - 1))
        for at, day in enumerate(days, 1)
    )


def _plan_row(work: Work, plan: InstalmentPlan) -> PlanRow:
    who = customers(work, [plan.contract_account_id])[plan.contract_account_id]
    return PlanRow(who.number, who.name, plan.valid_from, plan.valid_to, parts_of(plan), plan.agreed_by)


def parts_of(plan: InstalmentPlan) -> tuple[InstalmentPart, ...]:
    """The parts a plan divides a month into, in the order they are due."""
    found: tuple[InstalmentPart, ...] = canonical.load(tuple[InstalmentPart, ...], plan.parts)
    return found


@query("billing.view")
def instalment_plans(work: Work, _request: None) -> tuple[PlanRow, ...]:
    """Accounts of the hall that pay in instalments, those whose plan has ended last."""
    plans = work.session.scalars(
        sa.select(InstalmentPlan)
        .join(ContractAccount, ContractAccount.id == InstalmentPlan.contract_account_id)
        .where(ContractAccount.hall_id == work.station.hall_id)
        .order_by(InstalmentPlan.valid_to.is_not(None), ContractAccount.number, InstalmentPlan.valid_from)
    ).all()
    return tuple(_plan_row(work, plan) for plan in plans)


def month_of(code: str) -> Period:
    """The month of a code such as ``2026-01``; anything else is `Refused`."""
    try:
        return Period.month(code)
    except ValueError as error:
        raise Refused(Text("This is no month. Write year and month, for example 2026-01")) from error
