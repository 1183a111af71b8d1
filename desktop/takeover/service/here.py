"""What is here already of what a workbook brings, asked a few hundred rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from desktop.billing import service as billing
from desktop.contracts.tables import SupplyContract
from desktop.kernel.bulk import among
from desktop.kernel.work import Seat, Work, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.metering.records import Flag
from desktop.metering.tables import Meter, ReadingRoute, RouteStop
from desktop.parties import service as parties
from desktop.parties.records import ContactKind
from desktop.parties.tables import Contact, Party
from desktop.premises.tables import Premise, ServicePoint
from desktop.staff.tables import Hall
from desktop.takeover.records import BillLimitLine, ReadLimitLine
from desktop.tariffs.tables import Tariff

AT_ONCE = 500

Asked = TypeVar("Asked")


@dataclass(frozen=True, slots=True)
class SomebodyHere:
    """A party of this database, with one of its accounts and what it was found by."""

    party_id: UUID
    name: str
    account: str
    found_by: str


@query("takeover.import")
def accounts_here(work: Work, numbers: Sequence[str]) -> dict[str, UUID]:
    """Those of some account numbers that exist, and whose they are."""
    rows = work.session.execute(
        sa.select(ContractAccount.number, ContractAccount.party_id).where(
            among(work.session, ContractAccount.number, numbers)
        )
    )
    return dict(rows.all())


@query("takeover.import")
def meters_here(work: Work, serials: Sequence[str]) -> frozenset[str]:
    """Those of some meters that exist."""
    return frozenset(
        work.session.scalars(
            sa.select(Meter.serial_number).where(among(work.session, Meter.serial_number, serials))
        )
    )


@query("takeover.import")
def places_here(work: Work, routes: Sequence[str]) -> frozenset[tuple[str, int]]:
    """Places that are taken on some routes; a route of another hall has all of its places taken."""
    rows = work.session.execute(
        sa.select(ReadingRoute.code, RouteStop.position)
        .join(RouteStop, RouteStop.route_id == ReadingRoute.id)
        .where(ReadingRoute.code.in_(routes))
    )
    return frozenset((row.code, row.position) for row in rows)


@query("takeover.import")
def foreign_routes(work: Work, routes: Sequence[str]) -> dict[str, str]:
    """Those of some routes that belong to another hall, and which."""
    rows = work.session.execute(
        sa.select(ReadingRoute.code, Hall.name)
        .join(Hall, Hall.id == ReadingRoute.hall_id)
        .where(ReadingRoute.code.in_(routes), ReadingRoute.hall_id != work.station.hall_id)
    )
    return dict(rows.all())


@query("takeover.import")
def tariffs_here(work: Work, _request: None) -> dict[str, str]:
    """Customer class of every tariff, by code."""
    return dict(work.session.execute(sa.select(Tariff.code, Tariff.customer_class)).all())


LimitLine = ReadLimitLine | BillLimitLine


def limit_key(line: LimitLine) -> tuple[object, ...]:
    """What limits are of: a voltage level, or a class of customers from a day on."""
    return (line.level,) if isinstance(line, ReadLimitLine) else (line.customer_class, line.valid_from)


@query("takeover.import")
def limits_here(work: Work, _request: None) -> dict[tuple[object, ...], LimitLine]:
    """The limits that are set here, by what they are of."""
    found: list[LimitLine] = [*read_limits(work), *bill_limits(work)]
    return {limit_key(line): line for line in found}


def read_limits(work: Work) -> Iterator[ReadLimitLine]:
    """The limits of reads that are set here."""
    for one in metering.limits_set(work):
        given = one.limits
        yield ReadLimitLine(
            one.level, given.surge_percent, given.drop_percent, given.floor, given.same_periods,
            given.zero_periods, given.days_low, given.days_high,
            tuple(flag for flag in Flag if flag in given.holding),
        )  # fmt: skip


def bill_limits(work: Work) -> Iterator[BillLimitLine]:
    """The limits of bills that are set here, those of the past too."""
    for one in billing.review_limits_set(work):
        given = one.limits
        assert one.valid_from is not None
        yield BillLimitLine(
            one.customer_class, one.valid_from, given.jump_percent, given.floor, given.large, given.same_months,
            given.waiting,
        )  # fmt: skip


@query("takeover.import")
def somebody_by_number(work: Work, numbers: Sequence[str]) -> tuple[SomebodyHere, ...]:
    """Parties with one of these identity or tax numbers."""
    account = (
        sa.select(sa.func.min(ContractAccount.number))
        .where(ContractAccount.party_id == Party.id)
        .scalar_subquery()
    )
    rows = work.session.execute(
        sa.select(Party.id, Party.name, account, Contact.value)
        .join(Contact, Contact.party_id == Party.id)
        .where(
            Contact.kind == ContactKind.IDENTITY,
            among(work.session, Contact.value, numbers),
            Contact.valid_to.is_(None),
        )
        .order_by(Party.id)
    )
    return tuple(
        _now(work, SomebodyHere(key, name, number or "", value)) for key, name, number, value in rows
    )


def _now(work: Work, one: SomebodyHere) -> SomebodyHere:
    """Somebody as the party that it was merged into, where it was."""
    key = parties.current(work, one.party_id)
    if key == one.party_id:
        return one
    numbers = ledger.accounts_of(work, key)
    account = ledger.accounts(work, numbers[:1])[numbers[0]].number if numbers else ""
    return SomebodyHere(key, parties.party(work, key).name, account, one.found_by)


@query("takeover.import")
def somebody_by_address(work: Work, addresses: Sequence[str]) -> tuple[SomebodyHere, ...]:
    """Parties with an account at one of these addresses, as they are written."""
    rows = work.session.execute(
        sa.select(Party.id, Party.name, sa.func.min(ContractAccount.number), Premise.address)
        .join(ServicePoint, ServicePoint.premise_id == Premise.id)
        .join(SupplyContract, SupplyContract.service_point_id == ServicePoint.id)
        .join(ContractAccount, ContractAccount.id == SupplyContract.contract_account_id)
        .join(Party, Party.id == ContractAccount.party_id)
        .where(among(work.session, Premise.address, addresses))
        .group_by(Party.id, Party.name, Premise.address)
        .order_by(Party.id)
    )
    return tuple(SomebodyHere(*row) for row in rows)


@query("takeover.import")
def ids_here(work: Work, ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of some ids of parties and premises that exist."""
    found: set[UUID] = set()
    for model in (Party, Premise):
        found |= set(work.session.scalars(sa.select(model.id).where(among(work.session, model.id, ids))))
    return frozenset(found)


def in_turn(
    seat: Seat, asked: Callable[[Work, Sequence[Any]], Asked], values: Iterator[tuple[Any, ...]]
) -> Iterator[tuple[list[tuple[Any, ...]], Asked]]:
    """Some rows at a time, with what is here of their last values."""
    while some := list(islice(values, AT_ONCE)):
        yield some, seat.ask(asked, [row[-1] for row in some])
