"""Lists of accounts: sorted, filtered, fetched in pages."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from desktop.contracts import service as contracts
from desktop.contracts.tables import SupplyContract
from desktop.desk.records import AccountRow
from desktop.kernel.errors import Refused
from desktop.kernel.listing import PAGE_ROWS, Extent, Listing, PageOrder, anchor, anchor_parts
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Work, query
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.parties.rules import masked_phone as masked
from desktop.parties.tables import Party
from desktop.premises.tables import Premise, ServicePoint
from desktop.search import service as search
from desktop.search.records import ACCOUNT
from desktop.search.tables import SearchOwner


def with_contract(*shown: Any) -> sa.Select[Any]:
    """What is shown of accounts, each with its party, and contract and premise of its main service point."""
    return (
        sa.select(*shown)
        .select_from(ContractAccount)
        .join(Party, Party.id == ContractAccount.party_id)
        .join(SupplyContract, SupplyContract.contract_account_id == ContractAccount.id)
        .join(ServicePoint, ServicePoint.id == SupplyContract.service_point_id)
        .join(Premise, Premise.id == ServicePoint.premise_id)
        .where(contracts.is_main())
    )


SHOWN = (
    ContractAccount.id,
    ContractAccount.number,
    Party.name,
    Premise.address,
    Party.phone,
    ContractAccount.owed,
    ContractAccount.credit,
    SupplyContract.service_point_id,
)


def rows_of(work: Work, found: Sequence[sa.Row[Any]]) -> list[AccountRow]:
    """Rows of accounts as lists show them, made of what `SHOWN` selects."""
    points = contracts.supplied_at(work, [row.id for row in found])
    every = {row.service_point_id for row in found}.union(*points.values())
    meters = metering.serial_numbers(work, every)
    return [
        AccountRow(
            account_id=row.id,
            number=row.number,
            customer_name=row.name,
            address=row.address,
            meter_serial=meters.get(row.service_point_id, ""),
            phone=masked(row.phone),
            owed=row.owed,
            credit=row.credit,
            more_meters=tuple(
                meters.get(point, "") for point in points.get(row.id, ()) if point != row.service_point_id
            ),
        )
        for row in found
    ]


ACCOUNT_SORTS: dict[str, Any] = {
    "number": ContractAccount.number,
    "name": SearchOwner.sort_key,
    "address": Premise.address,
    "owed": ContractAccount.owed,
}
"""What lists of accounts sort by; each rests on an index that ends with, or leads to, the account's number."""


@dataclass(frozen=True, slots=True)
class _Listed:
    """The accounts of a listing: what they are sorted by, their numbers and ids, a select of them joined as far as
    that needs, and whether they are few."""

    value: Any
    number: Any
    id: Any
    found: sa.Select[Any]
    few: bool


@query("desk.view")
def accounts(work: Work, order: PageOrder) -> tuple[AccountRow, ...]:
    """A page of accounts, sorted by one of `ACCOUNT_SORTS`, with the words of the filter among their search words."""
    listing = order.listing
    listed = _listed(work, listing)
    value, number, found = listed.value, listed.number, listed.found
    if (value is Party.name or value is Premise.address) and not listed.few and _on_sqlite(work):
        # Every text is at or after "": said as if it were rare, SQLite walks the index it is sorted by.
        found = found.where(sa.func.likelihood(value >= "", sa.literal_column("0.0001")))
    for bound, beyond in ((order.after, True), (order.until, False)):
        if bound:
            found = found.where(_side_of(listed, bound, listing.descending, beyond))
    way = sa.desc if listing.descending else sa.asc
    wanted = found.with_only_columns(listed.id.label("id"), number.label("number"), value.label("value"))
    if (
        listed.few
    ):  # found first, sorted then: a planner that walks the order instead may walk past a million others
        fenced = wanted.offset(0).subquery().c
        sorting: list[Any] = [fenced.value, fenced.number]
        wanted = sa.select(fenced.id)
    else:
        sorting = [number] if value is number else [value, number]
    ids = work.session.scalars(wanted.order_by(*map(way, sorting)).limit(order.limit)).all()
    found_rows = work.session.execute(with_contract(*SHOWN).where(ContractAccount.id.in_(ids))).all()
    rows = {row.account_id: row for row in rows_of(work, found_rows)}
    return tuple(rows[one] for one in ids if one in rows)


@query("desk.view")
def accounts_extent(work: Work, listing: Listing) -> Extent:
    """How many accounts a listing has, what they owe together, and where its pages begin."""
    listed = _listed(work, listing)
    way: Any = sa.desc if listing.descending else sa.asc
    placed = listed.found.with_only_columns(
        listed.value.label("value"),
        listed.number.label("number"),
        sa.func.row_number().over(order_by=(way(listed.value), way(listed.number))).label("place"),
    ).subquery()
    anchors = work.session.execute(
        sa.select(placed.c.value, placed.c.number, placed.c.place)
        .where(placed.c.place % PAGE_ROWS == 0)
        .order_by(placed.c.place)
    ).all()
    counted = listed.found
    if listed.id is SearchOwner.owner_id:
        counted = counted.join(ContractAccount, ContractAccount.id == SearchOwner.owner_id)
    total, owed = work.session.execute(
        counted.with_only_columns(sa.func.count(), sa.func.sum(ContractAccount.owed))
    ).one()
    return Extent(
        total,
        tuple(anchor(_plain(row.value), row.number) for row in anchors if row.place < total),
        owed or Money(0),
    )


def _listed(work: Work, listing: Listing) -> _Listed:
    if listing.sort and listing.sort not in ACCOUNT_SORTS:
        raise Refused(
            Text(
                "Accounts are not sorted by “{sort}”. Use one of: {known}",
                sort=listing.sort,
                known=", ".join(ACCOUNT_SORTS),
            )
        )
    value = ACCOUNT_SORTS[listing.sort or "number"]
    number: Any = ContractAccount.number
    account_id: Any = ContractAccount.id
    found: sa.Select[Any] = sa.select(ContractAccount)
    if value is SearchOwner.sort_key and search.pending(work.session):
        value = Party.name  # not every account has its place in the alphabet yet
        found = found.join(Party, Party.id == ContractAccount.party_id)
    elif value is SearchOwner.sort_key:
        number, account_id = SearchOwner.number, SearchOwner.owner_id
        found = sa.select(SearchOwner).where(SearchOwner.owner_kind == sa.literal_column(f"'{ACCOUNT}'"))
    elif value is Premise.address:
        found = (
            found.join(SupplyContract, SupplyContract.contract_account_id == ContractAccount.id)
            .join(ServicePoint, ServicePoint.id == SupplyContract.service_point_id)
            .join(Premise, Premise.id == ServicePoint.premise_id)
            .where(contracts.is_main())
        )
    fitting = search.leads_to(work, ACCOUNT, listing.filter, account_id)
    if fitting is None:
        return _Listed(value, number, account_id, found, few=False)
    condition, few = fitting
    return _Listed(value, number, account_id, found.where(condition), few)


def _on_sqlite(work: Work) -> bool:
    return work.session.get_bind().dialect.name == "sqlite"


def _side_of(listed: _Listed, bound: str, descending: bool, beyond: bool) -> sa.ColumnElement[bool]:
    """Beyond an anchor, or up to and with it, in the order of a listing."""
    told, number = anchor_parts(bound)
    up = beyond != descending  # towards larger values
    by = (operator.gt if up else operator.lt) if beyond else (operator.ge if up else operator.le)
    value, at = listed.value, listed.number
    if value is at:
        return by(at, number)  # type: ignore[no-any-return]  # a comparison
    edge: Any = Money(int(told)) if value is ContractAccount.owed else told
    if value is ContractAccount.owed or value is SearchOwner.sort_key:  # one index holds both; many are alike
        return by(sa.tuple_(value, at), sa.tuple_(sa.literal(edge, value.type), sa.literal(number)))  # type: ignore[no-any-return]  # a comparison
    nearer, farther = (operator.ge, operator.gt) if up else (operator.le, operator.lt)
    return sa.and_(nearer(value, edge), sa.or_(farther(value, edge), by(at, number)))


def _plain(value: object) -> object:
    return value.raw if isinstance(value, Money) else value
