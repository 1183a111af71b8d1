"""The desk: everything about one account on one card, and lists of accounts. Queries only."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing import service as billing
from desktop.billing.rules import accumulated
from desktop.billing.tables import Bill
from desktop.contracts import service as contracts
from desktop.contracts.tables import SupplyContract
from desktop.counter import service as counter
from desktop.counter.tables import Payment, Receipt, Tender, Till, TillSession
from desktop.desk.records import (
    AccountCard,
    AccountRow,
    BillRow,
    Found,
    Rebuilt,
    Reindexed,
    ReindexOrder,
    SearchFound,
)
from desktop.kernel.database import Recorded
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.listing import PAGE_ROWS, Extent, Listing, PageOrder, anchor, anchor_parts
from desktop.kernel.measures import Money
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Progress, Seat, Work, go_on, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount, OpenItem
from desktop.metering import service as metering
from desktop.parties.records import PartyKind
from desktop.parties.tables import Party
from desktop.premises import service as premises
from desktop.premises.tables import Premise, ServicePoint
from desktop.search import service as search
from desktop.search.records import (
    ACCOUNT,
    BILL,
    CUSTOMERS,
    RECEIPT,
    MatchKind,
    Owner,
    SearchHit,
    SearchOrder,
)
from desktop.search.rules import reading_led_to
from desktop.staff.tables import Station
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
    fitting = search.leads_to(work, ACCOUNT, listing.filter, ContractAccount.id)
    if fitting is None:
        return value, found, False
    condition, few = fitting
    return value, found.where(condition), few


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


# Search

_OWNERS: dict[str, tuple[type[Recorded], Callable[[Work, Sequence[UUID]], list[Owner]]]] = {
    ACCOUNT: (ContractAccount, contracts.search_owners),
    BILL: (Bill, billing.search_owners),
    RECEIPT: (Receipt, counter.search_owners),
}
"""Who owns words, and where they come from."""

_MAY_SEE = {BILL: "billing.view", RECEIPT: "counter.view"}
REINDEXED_AT_ONCE = 500


@query("search.find")
def search_hits(work: Work, order: SearchOrder) -> SearchFound:
    """What the search box shows: exact hits first, then accounts served here today, then those that owe.

    What is found by its address alone comes behind all of them.

    ``order.limit`` is how many customers and how many papers are wanted; papers of kinds the person may not see
    are left out.
    """
    customers = search.find(work, SearchOrder(order.typed, search.HITS, CUSTOMERS))
    kinds = tuple(kind for kind, right in _MAY_SEE.items() if right in work.actor.permissions)
    papers = search.find(work, SearchOrder(order.typed, search.HITS, kinds)) if kinds else ()
    return SearchFound(
        customers=_customers_found(work, customers, order.limit),
        papers=_papers_found(work, papers, order.limit),
        customer_count=len(customers),
        paper_count=len(papers),
        more=len(customers) >= search.HITS,
    )


def _customers_found(work: Work, hits: Sequence[SearchHit], limit: int) -> tuple[Found, ...]:
    keys = [hit.owner_id for hit in hits]
    accounts = {
        row.id: row
        for row in work.session.execute(
            sa.select(ContractAccount.id, ContractAccount.owed, Party.kind)
            .join(Party, Party.id == ContractAccount.party_id)
            .where(ContractAccount.id.in_(keys))
        )
    }
    served = _served_today(work, keys)
    known = [hit for hit in hits if hit.owner_id in accounts]
    known.sort(
        key=lambda hit: (
            not hit.exact,
            all(match.kind is MatchKind.ADDRESS for match in hit.matches),
            hit.owner_id not in served,
            not accounts[hit.owner_id].owed,
        )
    )
    shown = known[:limit]
    overdue = _overdue_items(work, [hit.owner_id for hit in shown])
    return tuple(
        Found(
            kind=ACCOUNT,
            number=hit.owner_number,
            account=hit.owner_number,
            title=hit.title,
            facts=(work.country.format_account(hit.owner_number), hit.subtitle),
            matches=hit.matches,
            amount=accounts[hit.owner_id].owed,
            note=_owes(accounts[hit.owner_id].owed, overdue.get(hit.owner_id, 0)),
            state=_debt_state(accounts[hit.owner_id].owed, overdue.get(hit.owner_id, 0)),
            reading=reading_led_to(hit.title, hit.matches),
            organisation=accounts[hit.owner_id].kind is PartyKind.ORGANISATION,
            served_today=hit.owner_id in served,
            exact=hit.exact,
        )
        for hit in shown
    )


def _owes(owed: Money, overdue: int) -> Text:
    if overdue:
        return Text("{count} overdue", plural="{count} overdue", count=overdue)
    return Text("not yet due") if owed else Text("Nothing is owed")


def _debt_state(owed: Money, overdue: int) -> str:
    return "bad" if overdue else "open" if owed else "clear"


def _served_today(work: Work, account_ids: Sequence[UUID]) -> set[UUID]:
    """Which of some accounts paid in this hall today."""
    morning = work.at.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = work.session.scalars(
        sa.select(Payment.contract_account_id)
        .join(TillSession, TillSession.id == Payment.till_session_id)
        .join(Till, Till.id == TillSession.till_id)
        .join(Station, Station.id == Till.station_id)
        .where(
            Payment.contract_account_id.in_(account_ids),
            Payment.paid_at >= morning,
            Station.hall_id == work.station.hall_id,
        )
    )
    return set(rows)


def _overdue_items(work: Work, account_ids: Sequence[UUID]) -> dict[UUID, int]:
    rows = work.session.execute(
        sa.select(OpenItem.contract_account_id, sa.func.count())
        .where(
            OpenItem.contract_account_id.in_(account_ids),
            OpenItem.remaining > Money(0),
            OpenItem.due_on < work.today,
        )
        .group_by(OpenItem.contract_account_id)
    )
    return dict(rows.all())


def _papers_found(work: Work, hits: Sequence[SearchHit], limit: int) -> tuple[Found, ...]:
    """Papers, exact ones first, then the newest."""
    by_id = {hit.owner_id: hit for hit in hits}
    found = [*_bills_found(work, by_id), *_receipts_found(work, by_id)]
    found.sort(key=lambda one: one[0], reverse=True)
    found.sort(key=lambda one: not one[1].exact)
    return tuple(paper for _, paper in found[:limit])


def _bills_found(work: Work, hits: dict[UUID, SearchHit]) -> list[tuple[date, Found]]:
    keys = [key for key, hit in hits.items() if hit.owner_kind == BILL]
    rows = work.session.execute(
        sa.select(Bill, ContractAccount.number, Party.name, OpenItem.remaining)
        .join(ContractAccount, ContractAccount.id == Bill.contract_account_id)
        .join(Party, Party.id == ContractAccount.party_id)
        .outerjoin(OpenItem, OpenItem.source_number == Bill.number)
        .where(Bill.id.in_(keys))
    )
    return [
        (
            bill.issued_on,
            Found(
                kind=BILL,
                number=bill.number,
                account=account,
                title=bill.number,
                facts=(Text("Bill"), bill.period_start, name),
                matches=hits[bill.id].matches,
                amount=bill.amount,
                note=_bill_note(work, bill.due_on, left or Money(0)),
                state=_debt_state(left or Money(0), int(bill.due_on < work.today and bool(left))),
                exact=hits[bill.id].exact,
            ),
        )
        for bill, account, name, left in rows
    ]


def _bill_note(work: Work, due_on: date, left: Money) -> Text:
    if not left:
        return Text("paid")
    late = (work.today - due_on).days
    if late > 0:
        return Text("overdue {count} day", plural="overdue {count} days", count=late)
    return Text("not yet due")


def _receipts_found(work: Work, hits: dict[UUID, SearchHit]) -> list[tuple[date, Found]]:
    keys = [key for key, hit in hits.items() if hit.owner_kind == RECEIPT]
    rows = work.session.execute(
        sa.select(
            Receipt.id,
            Receipt.number,
            ContractAccount.number.label("account"),
            Payment.paid_at,
            Payment.amount,
            Tender.kind,
            Party.name,
        )
        .join(Payment, Payment.id == Receipt.payment_id)
        .join(Tender, Tender.payment_id == Payment.id)
        .join(ContractAccount, ContractAccount.id == Payment.contract_account_id)
        .join(Party, Party.id == ContractAccount.party_id)
        .where(Receipt.id.in_(keys))
    )
    found = []
    for row in rows:
        day = work.local(row.paid_at).date()
        paper = Found(
            kind=RECEIPT,
            number=row.number,
            account=row.account,
            title=row.number,
            facts=(Text("Receipt"), row.kind.text, row.name),
            matches=hits[row.id].matches,
            amount=row.amount,
            note=day,
            state="open",
            exact=hits[row.id].exact,
        )
        found.append((day, paper))
    return found


@query("database.index")
def owners_of_words(work: Work, _request: None) -> int:
    """How many owners search has to know."""
    counts = (
        sa.select(sa.func.count()).select_from(model).scalar_subquery() for model, _ in _OWNERS.values()
    )
    return sum(work.session.execute(sa.select(*counts)).one())


@operation("database.index")
def forget_words(work: Work, _request: None) -> Reindexed:
    """Forget every word; nothing is found until the owners are indexed anew."""
    search.clear(work)
    return Reindexed(0)


@operation("database.index")
def reindex(work: Work, order: ReindexOrder) -> Reindexed:
    """Give the next owners of a kind their words from what they are now."""
    model, owners = _OWNERS[order.kind]
    more = [model.id > order.after] if order.after is not None else []
    ids = work.session.scalars(
        sa.select(model.id).where(*more).order_by(model.id).limit(REINDEXED_AT_ONCE)
    ).all()
    search.index(work, owners(work, ids))
    return Reindexed(len(ids), ids[-1] if ids else None)


def rebuild_search(seat: Seat, progress: Progress = go_on) -> Rebuilt:
    """Index every owner anew, in small operations; stopped between two, the rest is not found."""
    total, done = seat.ask(owners_of_words), 0
    seat.do(forget_words)
    for kind in _OWNERS:
        after = None
        while (step := seat.do(reindex, ReindexOrder(kind, after))).count:
            done, after = done + step.count, step.last
            if not progress(done, total) and done < total:
                return Rebuilt(done, total - done)
    return Rebuilt(done, 0)


def search_is_lost(session: orm.Session) -> bool:
    """Whether accounts stand here of which search knows none, as after an upgrade."""
    return (
        search.knows_nobody(session)
        and session.scalars(sa.select(ContractAccount.id).limit(1)).first() is not None
    )
