"""The desk: everything about one account on one card, and lists of accounts. Queries only."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.sql.operators import custom_op

from desktop.billing.rules import accumulated
from desktop.billing.tables import Bill
from desktop.contracts.tables import SupplyContract
from desktop.counter import service as counter
from desktop.desk.records import AccountCard, AccountRow, BillRow
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.listing import PAGE_ROWS, Extent, Listing, PageOrder, anchor, anchor_parts
from desktop.kernel.measures import Money
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Work, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount
from desktop.metering import service as metering
from desktop.parties.tables import Party
from desktop.premises import service as premises
from desktop.premises.tables import Premise, ServicePoint
from desktop.search import service as search
from desktop.tariffs import service as tariffs

MONTHS_SHOWN = 13
PAYMENTS_SHOWN = 24


def _is_newest() -> sa.ColumnElement[bool]:
    """Whether a contract is the newest of its account: exactly one is."""
    other = orm.aliased(SupplyContract)
    later = sa.tuple_(other.valid_from, other.id) > sa.tuple_(SupplyContract.valid_from, SupplyContract.id)
    return ~sa.exists().where(other.contract_account_id == SupplyContract.contract_account_id, later)


def _with_contract(*shown: Any) -> sa.Select[Any]:
    """What is shown of accounts, each with its party, its newest contract and the premise of that."""
    return (
        sa.select(*shown)
        .select_from(ContractAccount)
        .join(Party, Party.id == ContractAccount.party_id)
        .join(SupplyContract, SupplyContract.contract_account_id == ContractAccount.id)
        .join(ServicePoint, ServicePoint.id == SupplyContract.service_point_id)
        .join(Premise, Premise.id == ServicePoint.premise_id)
        .where(_is_newest())
    )


_SHOWN = (
    ContractAccount.id,
    ContractAccount.number,
    Party.name,
    Premise.address,
    Party.phone,
    ContractAccount.owed,
    ContractAccount.credit,
    SupplyContract.service_point_id,
)


def _rows(work: Work, found: Sequence[sa.Row[Any]]) -> list[AccountRow]:
    """Rows of accounts as lists show them, made of what `_SHOWN` selects."""
    meters = metering.serial_numbers(work, {row.service_point_id for row in found})
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
        )
        for row in found
    ]


def masked(phone: str) -> str:
    """A telephone number with its middle hidden: first three and last four digits stay."""
    return f"{phone[:3]} **** {phone[-4:]}" if len(phone) >= 8 else "*" * len(phone)


ACCOUNT_SORTS: dict[str, Any] = {
    "number": ContractAccount.number,
    "name": Party.name,
    "address": Premise.address,
    "owed": ContractAccount.owed,
}
"""What lists of accounts sort by; each rests on an index that ends with, or leads to, the account's number."""

NARROW = 20_000
"""So many accounts are looked up one by one; where more fit a filter, the list is read in its order instead."""


@query("desk.view")
def accounts(work: Work, order: PageOrder) -> tuple[AccountRow, ...]:
    """A page of accounts, sorted by one of `ACCOUNT_SORTS`, with the words of the filter among their search words."""
    listing = order.listing
    value, found, few = _listed(work, listing)
    number: Any = ContractAccount.number
    alone = listing.sort in ("", "number")
    if (value is Party.name or value is Premise.address) and not few and _on_sqlite(work):
        # Every text is at or after "": said as if it were rare, SQLite walks the index it is sorted by.
        found = found.where(sa.func.likelihood(value >= "", sa.literal_column("0.0001")))
    for bound, beyond in ((order.after, True), (order.until, False)):
        if bound:
            found = found.where(_side_of(value, bound, listing.descending, beyond))
    way = sa.desc if listing.descending else sa.asc
    wanted = found.with_only_columns(ContractAccount.id, number.label("number"), value.label("value"))
    if few:  # found first, sorted then: a planner that walks the order instead may walk past a million others
        fenced = wanted.offset(0).subquery().c
        sorting: list[Any] = [fenced.value, fenced.number]
        wanted = sa.select(fenced.id)
    else:
        sorting = [number] if alone else [value, number]
    ids = work.session.scalars(wanted.order_by(*map(way, sorting)).limit(order.limit)).all()
    found_rows = work.session.execute(_with_contract(*_SHOWN).where(ContractAccount.id.in_(ids))).all()
    rows = {row.account_id: row for row in _rows(work, found_rows)}
    return tuple(rows[one] for one in ids if one in rows)


@query("desk.view")
def accounts_extent(work: Work, listing: Listing) -> Extent:
    """How many accounts a listing has, what they owe together, and where its pages begin."""
    value, found, _ = _listed(work, listing)
    number: Any = ContractAccount.number
    way: Any = sa.desc if listing.descending else sa.asc
    placed = found.with_only_columns(
        value.label("value"),
        number.label("number"),
        sa.func.row_number().over(order_by=(way(value), way(number))).label("place"),
    ).subquery()
    anchors = work.session.execute(
        sa.select(placed.c.value, placed.c.number, placed.c.place)
        .where(placed.c.place % PAGE_ROWS == 0)
        .order_by(placed.c.place)
    ).all()
    total, owed = work.session.execute(
        found.with_only_columns(sa.func.count(), sa.func.sum(ContractAccount.owed))
    ).one()
    return Extent(
        total,
        tuple(anchor(_plain(row.value), row.number) for row in anchors if row.place < total),
        owed or Money(0),
    )


def _listed(work: Work, listing: Listing) -> tuple[Any, sa.Select[Any], bool]:
    """The column a listing sorts by, a select of its accounts joined as far as that needs, whether they are few."""
    if listing.sort and listing.sort not in ACCOUNT_SORTS:
        raise Refused(
            Text(
                "Accounts are not sorted by “{sort}”. Use one of: {known}",
                sort=listing.sort,
                known=", ".join(ACCOUNT_SORTS),
            )
        )
    value = ACCOUNT_SORTS[listing.sort or "number"]
    found: sa.Select[Any] = sa.select(ContractAccount)
    if value is Party.name:
        found = found.join(Party, Party.id == ContractAccount.party_id)
    elif value is Premise.address:
        found = (
            found.join(SupplyContract, SupplyContract.contract_account_id == ContractAccount.id)
            .join(ServicePoint, ServicePoint.id == SupplyContract.service_point_id)
            .join(Premise, Premise.id == ServicePoint.premise_id)
            .where(_is_newest())
        )
    fitting = search.owner_ids("account", listing.filter)
    if fitting is None:
        return value, found, False
    counted = sa.select(sa.func.count()).select_from(fitting.limit(NARROW).subquery())
    few = (work.session.scalar(counted) or 0) < NARROW
    ids: Any = ContractAccount.id
    if _on_sqlite(work) and not few:  # a plus keeps it off the index of the key
        ids = sa.UnaryExpression(ids, operator=custom_op("+"), type_=ids.type)
    return value, found.where(ids.in_(fitting)), few


def _on_sqlite(work: Work) -> bool:
    return work.session.get_bind().dialect.name == "sqlite"


def _side_of(value: Any, bound: str, descending: bool, beyond: bool) -> sa.ColumnElement[bool]:
    """Beyond an anchor, or up to and with it, in the order of a listing."""
    told, number = anchor_parts(bound)
    up = beyond != descending  # towards larger values
    by = (operator.gt if up else operator.lt) if beyond else (operator.ge if up else operator.le)
    at = ContractAccount.number
    if value is at:
        return by(at, number)  # type: ignore[no-any-return]
    edge: Any = Money(int(told)) if value is ContractAccount.owed else told
    if value is ContractAccount.owed:  # one index holds both; nothing owed is what most accounts share
        return by(sa.tuple_(value, at), sa.tuple_(sa.literal(edge, value.type), sa.literal(number)))  # type: ignore[no-any-return]
    nearer, farther = (operator.ge, operator.gt) if up else (operator.le, operator.lt)
    return sa.and_(nearer(value, edge), sa.or_(farther(value, edge), by(at, number)))


def _plain(value: object) -> object:
    return value.raw if isinstance(value, Money) else value


@query("desk.view")
def account_card(work: Work, number: str) -> AccountCard:
    """All a clerk needs of one account."""
    plain = "".join(number.split())
    found = work.session.execute(
        _with_contract(*_SHOWN, SupplyContract, Party.language).where(ContractAccount.number == plain)
    ).first()
    if found is None:
        raise NotFound(
            Text("No account has the number {number}. Check it, or search by name or meter.", number=number)
        )
    (row,), contract = _rows(work, [found]), found.SupplyContract
    point = contract.service_point_id
    period = Period.month(f"{work.today:%Y-%m}")
    history = metering.usage(work, {point}, period, months_before(work.today, MONTHS_SHOWN))[point].history
    names = tariffs.names(work)[contract.tariff_id]
    return AccountCard(
        row=row,
        use_class=Text(names[1]),
        tariff_name=names[0],
        supply_state=premises.places(work, {point})[point].supply_state,
        route=metering.walking_order(work, [point]).get(point, ("", 0))[0],
        language=found.language,
        dues=ledger.dues(work, row.number),
        usage=history[-MONTHS_SHOWN:],
        accumulated=accumulated(
            history,
            Period(period.start, period.end),
            contract.valid_from,
            work.country.billed_energy_decimals,
        ),
        bills=_bills(work, row.account_id),
        payments=counter.payments(work, row.account_id, PAYMENTS_SHOWN),
    )


def _bills(work: Work, account_id: UUID) -> tuple[BillRow, ...]:
    left = ledger.open_amounts(work, account_id)
    rows = work.session.scalars(
        sa.select(Bill)
        .filter_by(contract_account_id=account_id)
        .order_by(Bill.period_start.desc(), Bill.number.desc())
    )
    return tuple(
        BillRow(
            row.number,
            row.period_start,
            row.issued_on,
            row.due_on,
            row.energy,
            row.amount,
            left.get(row.number, Money(0)),
        )
        for row in rows
    )
