"""Which contract is in force when, and for how long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.contracts.records import InForce, Service
from desktop.contracts.service.connecting import CONTRACT
from desktop.contracts.tables import SupplyContract
from desktop.kernel.period import Period
from desktop.kernel.proof import Finding, prove_series
from desktop.kernel.work import Work, query
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.metering.records import Round, RouteQuery, Stop
from desktop.parties import service as parties
from desktop.parties.tables import Party


def billable(work: Work, period: Period) -> list[UUID]:
    """The accounts with a supply contract on any day of the period, in the walking order of their routes."""
    rows = work.session.execute(
        sa.select(SupplyContract.contract_account_id, SupplyContract.service_point_id)
        .where(*_covering(period))
        .order_by(SupplyContract.contract_account_id)
    ).all()
    order = metering.walking_order(work, [row.service_point_id for row in rows])
    return [
        row.contract_account_id
        for row in sorted(rows, key=lambda row: order.get(row.service_point_id, ("", 0)))
    ]


def in_force(work: Work, account_ids: Sequence[UUID], period: Period) -> dict[UUID, list[InForce]]:
    """The supply contracts of accounts on any day of a period, by account."""
    rows = work.session.execute(
        sa.select(SupplyContract, ContractAccount.number)
        .join(ContractAccount, ContractAccount.id == SupplyContract.contract_account_id)
        .where(SupplyContract.contract_account_id.in_(account_ids), *_covering(period))
        .order_by(SupplyContract.valid_from)
    )
    found: dict[UUID, list[InForce]] = {}
    for row, number in rows:
        found.setdefault(row.contract_account_id, []).append(
            InForce(
                row.id,
                row.contract_account_id,
                number,
                row.service_point_id,
                row.tariff_id,
                row.customer_class,
                row.valid_from,
                row.valid_to,
            )
        )
    return found


def _covering(period: Period) -> tuple[sa.ColumnElement[bool], ...]:
    end: sa.ColumnElement[bool] = sa.or_(
        SupplyContract.valid_to.is_(None), SupplyContract.valid_to > period.start
    )
    return SupplyContract.service == Service.SUPPLY, SupplyContract.valid_from < period.end, end


@query("metering.view")
def reading_round(work: Work, order: RouteQuery) -> Round:
    """A reading route for a month, with the customer supplied today at each stop and what to know of the place."""
    walk = metering.walk(work, order)
    rows = work.session.execute(
        sa.select(SupplyContract.service_point_id, SupplyContract.contract_account_id, Party.id, Party.name)
        .join(ContractAccount, ContractAccount.id == SupplyContract.contract_account_id)
        .join(Party, Party.id == ContractAccount.party_id)
        .where(
            SupplyContract.service_point_id.in_([stop.service_point_id for stop in walk.stops]),
            SupplyContract.service == Service.SUPPLY,
            SupplyContract.valid_from <= work.today,
            sa.or_(SupplyContract.valid_to.is_(None), SupplyContract.valid_to > work.today),
        )
    ).all()
    supplied = {row.service_point_id: row for row in rows}
    alerts = parties.alerts(work, {row.id for row in rows})

    def named(stop: Stop) -> Stop:
        who = supplied.get(stop.service_point_id)
        if who is None:
            return stop
        about = (None, who.contract_account_id)
        told = [note.text for note in alerts.get(who.id, ()) if note.account_id in about]
        return replace(stop, customer_name=who.name, alerts=tuple(told))

    return replace(walk, stops=tuple(map(named, walk.stops)))


def months_of_use(contract: InForce, year: int) -> int:
    """Months of a calendar year a contract covers; a month begun counts whole (china.md 2.2, a setting)."""
    first = contract.valid_from.month if contract.valid_from.year == year else 1
    last_day = date(year, 12, 31) if contract.valid_to is None else contract.valid_to - timedelta(days=1)
    last = 12 if last_day.year > year else last_day.month
    return last - first + 1


def prove(session: orm.Session) -> Iterator[Finding]:
    """Contract numbers are gapless per hall and year."""
    numbers = sa.select(SupplyContract.hall_id, SupplyContract.year, SupplyContract.running)
    yield from prove_series(session, CONTRACT, numbers, SupplyContract.__tablename__)
