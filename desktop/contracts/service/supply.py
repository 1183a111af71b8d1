"""Supply contracts, and connecting a customer: party, premise, meter, account and contract in one act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.contracts.records import (
    Connected,
    Connection,
    Connections,
    InForce,
    KnownContract,
    KnownSpell,
    KnownTerms,
    Link,
    Service,
)
from desktop.contracts.service.carried import Signed, insert_spells, insert_terms
from desktop.contracts.tables import SupplyContract
from desktop.kernel.bulk import among
from desktop.kernel.errors import Refused
from desktop.kernel.period import Period
from desktop.kernel.proof import Finding, prove_series
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.metering.records import NewRegister, RegisterCode, Round, RouteQuery, Stop
from desktop.metering.tables import ReadingRoute, RouteStop
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


def sign_many(
    work: Work,
    contracts: Sequence[KnownContract],
    terms: Sequence[KnownTerms] = (),
    spells: Sequence[KnownSpell] = (),
) -> None:
    """Enter supply contracts that come in from another system with what they say, and with their accounts, which are
    found by words once these are prepared (`search.index_next`)."""
    ids = work.new_ids(len(contracts))
    found = {code: tariffs.tariff_id(work, code) for code in {one.tariff_code for one in contracts}}
    first = work.number(work.station.hall_id, CONTRACT, len(contracts)) if contracts else 0
    work.insert_many(
        SupplyContract,
        [
            {
                "id": key,
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
            for running, (key, one) in enumerate(zip(ids, contracts, strict=True), first)
        ],
    )
    signed: dict[UUID, list[Signed]] = {}
    for key, one in zip(ids, contracts, strict=True):
        signed.setdefault(one.service_point_id, []).append(Signed(key, one.valid_from, one.valid_to))
    insert_terms(work, terms, signed)
    insert_spells(work, spells, signed)
    search.later(work, ACCOUNT, {one.account_id for one in contracts})


def points_of(work: Work, account_id: UUID) -> list[SupplyContract]:
    """The newest supply contract of an account at each of its service points: the main point first.

    Those that run come before those that end; the one supplied longest before the others.
    """
    rows = work.session.scalars(
        sa.select(SupplyContract)
        .filter_by(contract_account_id=account_id, service=Service.SUPPLY)
        .order_by(SupplyContract.valid_from, SupplyContract.id)
    )
    return in_order(rows)


def in_order(rows: Iterable[Any]) -> list[Any]:
    """Contracts of one account, oldest first, as `points_of` gives them."""
    newest: dict[UUID, Any] = {}
    since: dict[UUID, date] = {}
    for row in rows:
        newest[row.service_point_id] = row
        since.setdefault(row.service_point_id, row.valid_from)

    def place(row: Any) -> tuple[int, date, UUID]:
        return -(row.valid_to or date.max).toordinal(), since[row.service_point_id], row.service_point_id

    return sorted(newest.values(), key=place)


def supplied_at(work: Work, account_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """The service points that accounts are supplied at without an end, the main one first."""
    return {
        account: [row.service_point_id for row in in_order(rows) if row.valid_to is None]
        for account, rows in _contracts_of(work, account_ids).items()
    }


def _contracts_of(work: Work, account_ids: Sequence[UUID], *more: Any) -> dict[UUID, list[Any]]:
    """The supply contracts of accounts, oldest first, each with ``more`` of its account, party and premise."""
    rows = work.session.execute(
        sa.select(
            SupplyContract.contract_account_id,
            SupplyContract.service_point_id,
            SupplyContract.valid_from,
            SupplyContract.valid_to,
            *more,
        )
        .join(ContractAccount, ContractAccount.id == SupplyContract.contract_account_id)
        .join(Party, Party.id == ContractAccount.party_id)
        .join(ServicePoint, ServicePoint.id == SupplyContract.service_point_id)
        .join(Premise, Premise.id == ServicePoint.premise_id)
        .where(
            among(work.session, SupplyContract.contract_account_id, account_ids),
            SupplyContract.service == Service.SUPPLY,
        )
        .order_by(SupplyContract.valid_from, SupplyContract.id)
    )
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.contract_account_id, []).append(row)
    return found


@cache
def is_main() -> sa.ColumnElement[bool]:
    """Whether a contract is the one an account is shown by, the first of `points_of`: exactly one is."""
    mine, other = SupplyContract, orm.aliased(SupplyContract)
    ends, other_ends = (sa.func.coalesce(one.valid_to, date.max) for one in (mine, other))
    since, other_since = _since(mine), _since(other)
    at, other_at = mine.service_point_id, other.service_point_id
    newer = sa.tuple_(other.valid_from, other.id) > sa.tuple_(mine.valid_from, mine.id)
    before = sa.or_(
        other_ends > ends,
        sa.and_(
            other_ends == ends,
            sa.or_(
                sa.and_(other_at == at, newer),
                sa.and_(
                    other_at != at,
                    sa.or_(other_since < since, sa.and_(other_since == since, other_at < at)),
                ),
            ),
        ),
    )
    return sa.and_(
        mine.service == Service.SUPPLY,
        ~sa.exists().where(
            other.contract_account_id == mine.contract_account_id,
            other.service == Service.SUPPLY,
            other.id != mine.id,
            before,
        ),
    )


def _since(contract: Any) -> sa.ScalarSelect[date]:
    """The first day of an account at the service point of a contract."""
    first = orm.aliased(SupplyContract)
    return (
        sa.select(sa.func.min(first.valid_from))
        .where(
            first.contract_account_id == contract.contract_account_id,
            first.service_point_id == contract.service_point_id,
            first.service == Service.SUPPLY,
        )
        .correlate(contract)
        .scalar_subquery()
    )


def search_owners(work: Work, account_ids: Sequence[UUID]) -> list[Owner]:
    """Accounts as search finds them: by customer, account, and meter, telephone and address of each service point."""
    shown = (ContractAccount.number, ContractAccount.party_id, Party.name, Premise.address)
    supplied = {
        key: _where_supplied(in_order(rows)) for key, rows in _contracts_of(work, account_ids, *shown).items()
    }
    every = [row for many in supplied.values() for row in many]
    meters = metering.serial_numbers(work, {row.service_point_id for row in every})
    people = {row.party_id for row in every}
    phones, former = parties.phones(work, people), parties.former_names(work, people)
    return [
        Owner(
            kind=ACCOUNT,
            id=key,
            number=main.number,
            title=main.name,
            subtitle=main.address,
            codes=(
                *map(phone_code, phones[main.party_id]),
                Code(MatchKind.ACCOUNT, main.number, (8, 4)),
                *(Code(MatchKind.METER, meters.get(row.service_point_id, ""), (6,)) for row in (main, *more)),
            ),
            address="\n".join(dict.fromkeys(row.address for row in (main, *more))),
            person=True,
            party_id=main.party_id,
            former=former[main.party_id],
        )
        for key, (main, *more) in supplied.items()
    ]


def _where_supplied(points: Sequence[Any]) -> Sequence[Any]:
    """The places an account is supplied at without an end; the last one where there is none."""
    return [row for row in points if row.valid_to is None] or points[:1]


def billable(period: Period) -> sa.Subquery:
    """The accounts (``account_id``) with a supply contract on any day of the period, each with its ``place`` in the
    walking order of the routes: a question, for there may be a million of them."""
    account, walk = (
        SupplyContract.contract_account_id,
        (sa.func.coalesce(ReadingRoute.code, ""), RouteStop.position),
    )
    stops = (
        sa.select(
            account.label("account_id"),
            walk[0].label("code"),
            walk[1].label("position"),
            sa.func.row_number().over(partition_by=account, order_by=walk).label("stop"),
        )
        .outerjoin(RouteStop, RouteStop.service_point_id == SupplyContract.service_point_id)
        .outerjoin(ReadingRoute, ReadingRoute.id == RouteStop.route_id)
        .where(*_covering(period))
        .subquery()
    )
    order = stops.c.code, stops.c.position, stops.c.account_id
    place = sa.func.row_number().over(order_by=order).label("place")
    return sa.select(stops.c.account_id, place).where(stops.c.stop == 1).subquery()


def ends_on(work: Work, account_id: UUID) -> date | None:
    """The first day without supply of an account all of whose contracts have an end; None where it goes on."""
    ends = work.session.scalars(
        sa.select(SupplyContract.valid_to).where(
            SupplyContract.contract_account_id == account_id, SupplyContract.service == Service.SUPPLY
        )
    ).all()
    known = [day for day in ends if day is not None]
    return max(known) if known and len(known) == len(ends) else None


def in_force(work: Work, account_ids: Sequence[UUID], period: Period) -> dict[UUID, list[InForce]]:
    """The supply contracts of accounts on any day of a period, by account; always in the same order."""
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
    rows = work.rows(
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
        .order_by(SupplyContract.valid_from, SupplyContract.id)
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


def at_point(work: Work, service_point_id: UUID, year: int) -> list[Link]:
    """The supply contracts at a service point on any day of a year, whose ever they are, the earliest first."""
    rows = work.session.execute(
        sa.select(
            SupplyContract.id,
            SupplyContract.contract_account_id,
            SupplyContract.tariff_id,
            SupplyContract.valid_from,
            SupplyContract.valid_to,
        )
        .where(
            SupplyContract.service_point_id == service_point_id,
            *_covering(Period(date(year, 1, 1), date(year + 1, 1, 1))),
        )
        .order_by(SupplyContract.valid_from)
    )
    return [Link(*row) for row in rows]


def prove(session: orm.Session) -> Iterator[Finding]:
    """Contract numbers are gapless per hall and year."""
    numbers = sa.select(SupplyContract.hall_id, SupplyContract.year, SupplyContract.running)
    yield from prove_series(session, CONTRACT, numbers, SupplyContract.__tablename__)
