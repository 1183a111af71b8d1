"""Supply contracts, and connecting a customer: party, premise, meter, account and contract in one act."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.contracts.records import Connected, Connection, Connections, InForce, KnownContract, Service
from desktop.contracts.tables import SupplyContract
from desktop.kernel.database import among
from desktop.kernel.errors import Refused
from desktop.kernel.period import Period
from desktop.kernel.proof import Finding, prove_series
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.metering.records import NewRegister, RegisterCode, Round, RouteQuery, Stop
from desktop.parties import service as parties
from desktop.parties.records import PartyRoleKind
from desktop.parties.tables import Party
from desktop.premises import service as premises
from desktop.premises.tables import Premise, ServicePoint
from desktop.search import service as search
from desktop.search.records import ACCOUNT, Code, MatchKind, Owner
from desktop.search.rules import phone_code
from desktop.tariffs import service as tariffs

CONTRACT = "contract"


@operation("contracts.connect")
def connect(work: Work, order: Connections) -> Connected:
    """Connect customers: each gets a party, premise, service point, meter with opening read, account, contract."""
    taken = work.session.scalars(
        sa.select(ContractAccount.number).where(
            ContractAccount.number.in_([one.account_number for one in order.connections])
        )
    ).first()
    if taken is not None:
        raise Refused(Text("Account {number} exists already.", number=taken))
    first = work.number(work.station.hall_id, CONTRACT, len(order.connections))
    accounts = [_connect(work, one, first + place) for place, one in enumerate(order.connections)]
    work.session.flush()
    search.index(work, search_owners(work, accounts))
    return Connected(len(accounts))


def _connect(work: Work, one: Connection, running: int) -> UUID:
    party = parties.register(
        work, one.kind, one.customer_name, one.language, one.debtor_type, one.phone, PartyRoleKind.CUSTOMER
    )
    point = premises.register(
        work, one.postcode, one.region, one.address, one.voltage, one.feeder_code, one.transformer_code
    )
    work.session.flush()
    total = NewRegister(RegisterCode.ACTIVE, one.digits, one.opening_read)
    registers = (total, *one.more_registers)
    metering.install(work, point, one.meter_serial, one.multiplier, one.starts_on, registers)
    metering.put_on_route(work, point, one.account_number, one.route, one.route_position)
    account = ledger.open_account(work, one.account_number, party, work.station.hall_id)
    work.session.flush()
    sign(work, running, account, point, one.tariff_code, one.starts_on)
    return account


def sign(
    work: Work, running: int, account_id: UUID, service_point_id: UUID, tariff_code: str, starts_on: date
) -> SupplyContract:
    """A supply contract from a day on, under a number of the hall's series."""
    tariff, customer_class = tariffs.tariff_id(work, tariff_code)
    row = SupplyContract(
        id=work.new_id(),
        number=f"C-{work.station.hall_code}-{work.today.year}-{running:06}",
        hall_id=work.station.hall_id,
        year=work.today.year,
        running=running,
        service=Service.SUPPLY,
        contract_account_id=account_id,
        service_point_id=service_point_id,
        tariff_id=tariff,
        customer_class=customer_class,
        valid_from=starts_on,
        valid_to=None,
    )
    work.add(row)
    return row


def sign_many(work: Work, contracts: Sequence[KnownContract]) -> None:
    """Enter supply contracts that come in from another system; the accounts are found by their words then."""
    found = {code: tariffs.tariff_id(work, code) for code in {one.tariff_code for one in contracts}}
    first = work.number(work.station.hall_id, CONTRACT, len(contracts)) if contracts else 0
    work.insert_many(
        SupplyContract,
        [
            {
                "number": f"C-{work.station.hall_code}-{work.today.year}-{running:06}",
                "hall_id": work.station.hall_id,
                "year": work.today.year,
                "running": running,
                "service": Service.SUPPLY,
                "contract_account_id": one.account_id,
                "service_point_id": one.service_point_id,
                "tariff_id": found[one.tariff_code][0],
                "customer_class": found[one.tariff_code][1],
                "valid_from": one.valid_from,
                "valid_to": one.valid_to,
            }
            for running, one in enumerate(contracts, first)
        ],
    )
    search.index(work, search_owners(work, list(dict.fromkeys(one.account_id for one in contracts))))


def search_owners(work: Work, account_ids: Sequence[UUID]) -> list[Owner]:
    """Accounts as search finds them: by customer, account, meter, telephone and address of the newest contract."""
    rows = work.session.execute(
        sa.select(
            ContractAccount.id,
            ContractAccount.number,
            ContractAccount.party_id,
            Party.name,
            SupplyContract.service_point_id,
            Premise.address,
        )
        .join(Party, Party.id == ContractAccount.party_id)
        .join(SupplyContract, SupplyContract.contract_account_id == ContractAccount.id)
        .join(ServicePoint, ServicePoint.id == SupplyContract.service_point_id)
        .join(Premise, Premise.id == ServicePoint.premise_id)
        .where(ContractAccount.id.in_(account_ids))
        .order_by(SupplyContract.valid_from)
    ).all()
    newest = {row.id: row for row in rows}
    meters = metering.serial_numbers(work, {row.service_point_id for row in newest.values()})
    phones = parties.phones(work, {row.party_id for row in newest.values()})
    return [
        Owner(
            kind=ACCOUNT,
            id=row.id,
            number=row.number,
            title=row.name,
            subtitle=row.address,
            codes=(
                *map(phone_code, phones[row.party_id]),
                Code(MatchKind.ACCOUNT, row.number, (8, 4)),
                Code(MatchKind.METER, meters.get(row.service_point_id, ""), (6,)),
            ),
            address=row.address,
            person=True,
            party_id=row.party_id,
        )
        for row in newest.values()
    ]


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
    earlier = orm.aliased(SupplyContract)
    since = (
        sa.select(sa.func.min(earlier.valid_from))
        .where(
            earlier.contract_account_id == SupplyContract.contract_account_id,
            earlier.service_point_id == SupplyContract.service_point_id,
            earlier.service == Service.SUPPLY,
        )
        .scalar_subquery()
    )
    rows = work.session.execute(
        sa.select(
            SupplyContract.id,
            SupplyContract.contract_account_id,
            ContractAccount.number,
            SupplyContract.service_point_id,
            SupplyContract.tariff_id,
            SupplyContract.customer_class,
            SupplyContract.valid_from,
            SupplyContract.valid_to,
            since,
        )
        .join(ContractAccount, ContractAccount.id == SupplyContract.contract_account_id)
        .where(among(work.session, SupplyContract.contract_account_id, account_ids), *_covering(period))
        .order_by(SupplyContract.valid_from)
    )
    found: dict[UUID, list[InForce]] = {}
    for row in rows:
        found.setdefault(row.contract_account_id, []).append(InForce(*row))
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
