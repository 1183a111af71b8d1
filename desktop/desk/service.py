"""The desk: cards of accounts and parties, lists of accounts, what waits today, what search finds, ranked."""

from __future__ import annotations

import json
import operator
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing import service as billing
from desktop.billing.records import DraftState, RunRow
from desktop.billing.rules import accumulated
from desktop.billing.tables import Bill, BillDraft, BillRun
from desktop.contracts import service as contracts
from desktop.contracts.tables import SupplyContract
from desktop.counter import service as counter
from desktop.counter.records import ReceiptIssued, ReceiptQuery, TenderKind
from desktop.counter.tables import Payment, Receipt, Tender, Till, TillSession
from desktop.desk.records import (
    AccountCard,
    AccountRow,
    BillRow,
    ContractRow,
    DrawerRow,
    Found,
    HeldRow,
    HistoryRow,
    PartyAccount,
    PartyCard,
    Rebuilt,
    Reindexed,
    ReindexOrder,
    RouteRow,
    SearchFound,
    ServedRow,
    Today,
)
from desktop.kernel import canonical
from desktop.kernel.database import Recorded
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.listing import PAGE_ROWS, Extent, Listing, PageOrder, anchor, anchor_parts
from desktop.kernel.measures import Money
from desktop.kernel.period import Period, months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Progress, Seat, Work, go_on, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount, OpenItem, PostingSet
from desktop.metering import service as metering
from desktop.metering.records import ReadReason, ReadSource, RegisterUsage
from desktop.metering.tables import Installation, ReadingRoute, Register, RegisterRead, RouteStop
from desktop.parties import service as parties
from desktop.parties.records import PartyKind
from desktop.parties.rules import masked_phone as masked
from desktop.parties.tables import Party
from desktop.premises import service as premises
from desktop.premises.tables import Premise, ServicePoint
from desktop.search import service as search
from desktop.search.records import ACCOUNT, BILL, CUSTOMERS, RECEIPT, MatchKind, Owner, SearchHit, SearchOrder
from desktop.search.rules import reading_led_to
from desktop.staff import service as staff
from desktop.staff.tables import Station, User
from desktop.tariffs import service as tariffs

MONTHS_SHOWN = 13
PAYMENTS_SHOWN = 240
"""Twenty years of monthly payments."""

ACCOUNTS_OF_PARTY = 500


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
    name, use_class = tariffs.names(work)[contract.tariff_id]
    party_id = ledger.accounts(work, [row.account_id])[row.account_id].party_id
    contracts, points = _contracts(work, row.account_id)
    return AccountCard(
        row=row,
        party_id=party_id,
        use_class=Text(use_class),
        tariff_name=name,
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
        closed_on=contract.valid_to if contract.valid_to and contract.valid_to <= work.today else None,
        reads=metering.history(work, points),
        contracts=contracts,
        contacts=parties.contacts(work, party_id),
        notes=tuple(
            note for note in parties.notes(work, party_id) if note.account_id in (None, row.account_id)
        ),
    )


def _contracts(work: Work, account_id: UUID) -> tuple[tuple[ContractRow, ...], set[UUID]]:
    """An account's contracts, newest first, and the service points they are about."""
    rows = work.session.scalars(
        sa.select(SupplyContract)
        .filter_by(contract_account_id=account_id)
        .order_by(SupplyContract.valid_from.desc(), SupplyContract.number.desc())
    ).all()
    points = {row.service_point_id for row in rows}
    places, names = premises.places(work, points), tariffs.names(work)
    found = []
    for row in rows:
        name, use_class = names[row.tariff_id]
        last = row.valid_to or max(work.today, row.valid_from) + timedelta(days=1)
        versions = tariffs.in_force(work, row.tariff_id, Period(row.valid_from, last))
        found.append(
            ContractRow(
                number=row.number,
                service=row.service,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                tariff_name=name,
                use_class=Text(use_class),
                address=places[row.service_point_id].address,
                versions=tuple(version.basis for version in versions),
            )
        )
    return tuple(found), points


def _bills(work: Work, account_id: UUID) -> tuple[BillRow, ...]:
    left, paid = ledger.open_amounts(work, account_id), ledger.paid_days(work, account_id)
    rows = work.session.scalars(
        sa.select(Bill)
        .filter_by(contract_account_id=account_id)
        .order_by(Bill.period_start.desc(), Bill.number.desc())
    ).all()
    amounts: dict[date, Money] = {row.period_start: row.amount for row in rows}
    found = []
    for row in rows:
        reads = canonical.build(tuple[RegisterUsage, ...], json.loads(row.trace)["reads"])
        before = amounts.get(months_before(row.period_start, 1))
        found.append(
            BillRow(
                number=row.number,
                month=row.period_start,
                issued_on=row.issued_on,
                due_on=row.due_on,
                energy=row.energy,
                amount=row.amount,
                open=left.get(row.number, Money(0)),
                days=Period(row.period_start, row.period_end).days,
                version=tariffs.version(work, row.tariff_version_id).basis.version,
                difference=None if before is None else row.amount - before,
                paid_on=paid.get(row.number),
                read_on=max((work.local(read.current_at).date() for read in reads), default=None),
                read_ids=tuple(read.current_read_id for read in reads),
                estimated=any(read.source is ReadSource.ESTIMATED for read in reads),
            )
        )
    return tuple(found)


@query("desk.view")
def receipt(work: Work, number: str) -> ReceiptIssued:
    """The receipt of a payment on a card, as it was issued."""
    return counter.receipt(work, ReceiptQuery(number))


@query("desk.view")
def party_card(work: Work, party_id: UUID) -> PartyCard:
    """One party with all its roles, all its accounts, and what happened to it."""
    who = parties.party(work, party_id)
    theirs = _with_contract(*_SHOWN).where(ContractAccount.party_id == party_id)
    rows = _rows(
        work,
        work.session.execute(theirs.order_by(ContractAccount.number).limit(ACCOUNTS_OF_PARTY)).all(),
    )
    history = sorted(
        _history(work, party_id, rows),
        key=lambda row: (row.on, row.at),
        reverse=True,
    )
    return PartyCard(
        party_id=party_id,
        kind=who.kind,
        name=who.name,
        language=who.language,
        debtor_type=who.debtor_type,
        phone=masked(who.phone),
        roles=parties.roles(work, party_id),
        accounts=tuple(PartyAccount(row, ledger.dues(work, row.number).late_fee) for row in rows),
        contacts=parties.contacts(work, party_id),
        notes=parties.notes(work, party_id),
        history=tuple(history),
    )


def _history(work: Work, party_id: UUID, accounts: Sequence[AccountRow]) -> Iterator[HistoryRow]:
    """What happened to a party: who looked at its data, its notes, contacts, roles and contracts."""
    for look in parties.lookups(work, party_id):
        what = Text("Personal data shown: {reason}", reason=look.reason)
        yield HistoryRow(look.looked_at.date(), f"{look.looked_at:%H:%M}", what, look.words, look.by)
    for note in parties.notes(work, party_id):
        what = (
            Text("Alert settled") if note.settles else Text("Alert") if note.alert else Text("Note written")
        )
        yield HistoryRow(note.written_at.date(), f"{note.written_at:%H:%M}", what, note.text, note.author)
    for contact in parties.contacts(work, party_id):
        what = Text("{kind} added", kind=contact.kind)
        yield HistoryRow(contact.valid_from, "", what, contact.value, contact.entered_by)
        if contact.valid_to is not None:
            what = Text("{kind} closed", kind=contact.kind)
            yield HistoryRow(contact.valid_to, "", what, contact.value, "")
    for held in parties.roles(work, party_id):
        yield HistoryRow(held.since, "", Text("Became {role}", role=held.kind), "", "")
    for account in accounts:
        for contract in _contracts(work, account.account_id)[0]:
            yield HistoryRow(
                contract.valid_from, "", Text("Contract {number} began", number=contract.number),
                contract.address, "",
            )  # fmt: skip
            if contract.valid_to is not None:
                yield HistoryRow(
                    contract.valid_to, "", Text("Contract {number} ended", number=contract.number),
                    contract.address, "",
                )  # fmt: skip


# What waits today

DRAWERS = "counter.view_drawers"
RECEIPTS_SHOWN, RUNS_SHOWN, HELD_SHOWN = 12, 6, 20
_BILLED_READS = (ReadReason.PERIODIC, ReadReason.FINAL)


@query("desk.today")
def today(work: Work, _request: None) -> Today:
    """What waits for the person who asks; each part only for those who may do something about it."""
    may = work.actor.permissions
    month = Period.month(f"{months_before(work.today, 1):%Y-%m}")
    reads, bills, till = (
        right in may for right in ("metering.import_reads", "billing.run", "counter.take_payment")
    )
    runs = _runs(work) if bills else ()
    return Today(
        must_change=staff.must_change(work),
        roles=staff.own_roles(work),
        month=month.start,
        till=counter.till(work, None) if till else None,
        served=_served_count(work) if "desk.view" in may else None,
        receipts=_served(work, own=till and DRAWERS not in may) if "desk.view" in may else None,
        routes=_routes(work, month) if reads else None,
        runs=tuple(run for run in runs if run.ready or run.held or not run.issued) if bills else None,
        unbilled=bills and not any(run.period.start == month.start for run in runs),
        held=_held(work, runs) if bills else (),
        proposals=staff.proposals(work, None) if staff.APPROVE in may else None,
        locked=staff.locked(work) if "staff.set_password" in may else None,
    )


def _kept(work: Work) -> tuple[sa.ColumnElement[bool], ...]:
    """Payments in this hall that were not reversed."""
    reversal = orm.aliased(PostingSet)
    return (
        Station.hall_id == work.station.hall_id,
        ~sa.exists().where(reversal.reverses_id == Payment.posting_set_id),
    )


def _today_kept(work: Work) -> tuple[sa.ColumnElement[bool], ...]:
    midnight = datetime.combine(work.today, time(0), work.country.zone)
    return (*_kept(work), Payment.paid_at >= midnight)


def _served_count(work: Work) -> int:
    return (
        work.session.scalar(
            sa.select(sa.func.count(sa.distinct(Payment.contract_account_id)))
            .join(TillSession, TillSession.id == Payment.till_session_id)
            .join(Till, Till.id == TillSession.till_id)
            .join(Station, Station.id == Till.station_id)
            .where(*_today_kept(work))
        )
        or 0
    )


def _served(work: Work, *, own: bool) -> tuple[ServedRow, ...]:
    """Customers served today, newest first; ``own`` at this station alone."""
    rows = work.session.execute(
        sa.select(Receipt.number, Payment.paid_at, ContractAccount.number, Party.name, Tender.kind, Till.name)
        .join(Payment, Payment.id == Receipt.payment_id)
        .join(Tender, Tender.payment_id == Payment.id)
        .join(TillSession, TillSession.id == Payment.till_session_id)
        .join(Till, Till.id == TillSession.till_id)
        .join(Station, Station.id == Till.station_id)
        .join(ContractAccount, ContractAccount.id == Payment.contract_account_id)
        .join(Party, Party.id == ContractAccount.party_id)
        .where(*_today_kept(work), *([Station.id == work.station.id] if own else []))
        .order_by(Payment.paid_at.desc(), Receipt.number.desc())
        .limit(RECEIPTS_SHOWN)
    )
    return tuple(
        ServedRow(number, work.local(paid_at), account, name, kind, till)
        for number, paid_at, account, name, kind, till in rows
    )


def _routes(work: Work, month: Period) -> tuple[RouteRow, ...]:
    """Every route of the hall with how far its reading of a month is."""
    estimated = sa.case((RegisterRead.source == ReadSource.ESTIMATED, 1), else_=0)
    read = (
        sa.select(Installation.service_point_id, sa.func.max(estimated).label("estimated"))
        .join(Register, Register.meter_id == Installation.meter_id)
        .join(RegisterRead, RegisterRead.register_id == Register.id)
        .where(
            RegisterRead.read_on >= month.start,
            RegisterRead.read_on < month.end,
            RegisterRead.reason.in_(_BILLED_READS),
        )
        .group_by(Installation.service_point_id)
        .subquery()
    )
    rows = work.session.execute(
        sa.select(
            ReadingRoute.code,
            sa.func.count(RouteStop.id),
            sa.func.count(read.c.service_point_id),
            sa.func.coalesce(sa.func.sum(read.c.estimated), 0),
        )
        .join(RouteStop, RouteStop.route_id == ReadingRoute.id)
        .outerjoin(read, read.c.service_point_id == RouteStop.service_point_id)
        .where(ReadingRoute.hall_id == work.station.hall_id)
        .group_by(ReadingRoute.code)
        .order_by(ReadingRoute.code)
    )
    return tuple(RouteRow(code, places, done, int(guessed)) for code, places, done, guessed in rows)


def _runs(work: Work) -> tuple[RunRow, ...]:
    """The newest runs of the hall."""
    numbers = work.session.scalars(
        sa.select(BillRun.number)
        .filter_by(hall_id=work.station.hall_id)
        .order_by(BillRun.number.desc())
        .limit(RUNS_SHOWN)
    ).all()
    return tuple(billing.bill_run(work, number) for number in numbers)


def _held(work: Work, runs: Sequence[RunRow]) -> tuple[HeldRow, ...]:
    """Why drafts are held, most accounts first."""
    accounts = sa.func.count().label("accounts")
    rows = work.session.execute(
        sa.select(BillDraft.run_id, BillDraft.reason, accounts)
        .where(
            BillDraft.run_id.in_([run.run_id for run in runs if run.held]), BillDraft.state == DraftState.HELD
        )
        .group_by(BillDraft.run_id, BillDraft.reason)
        .order_by(accounts.desc(), BillDraft.reason)
        .limit(HELD_SHOWN)
    )
    known = {run.run_id: run for run in runs}
    return tuple(
        HeldRow(
            known[run_id].number,
            known[run_id].period.start,
            canonical.load(Text, reason) if reason else Text(""),
            count,
        )
        for run_id, reason, count in rows
    )


@query(DRAWERS)
def drawers(work: Work, _request: None) -> tuple[DrawerRow, ...]:
    """Every workplace of the hall with its till: who, since when, what is in the drawer and was taken today."""
    rows = work.session.execute(
        sa.select(Station, TillSession, User.name)
        .outerjoin(Till, Till.station_id == Station.id)
        .outerjoin(TillSession, sa.and_(TillSession.till_id == Till.id, TillSession.closed_at.is_(None)))
        .outerjoin(User, User.id == TillSession.user_id)
        .where(Station.hall_id == work.station.hall_id)
        .order_by(Station.code)
    ).all()
    taken = _taken(work, _today_kept(work))
    since = _taken(work, [*_kept(work), TillSession.closed_at.is_(None)])
    return tuple(
        _drawer(work, station, session, cashier or "", since[station.id], taken[station.id])
        for station, session, cashier in rows
    )


_Takings = defaultdict[TenderKind, tuple[int, Money]]
"""How many receipts and how much, by kind of tender."""


def _drawer(
    work: Work,
    station: Station,
    session: TillSession | None,
    cashier: str,
    since: _Takings,
    taken: _Takings,
) -> DrawerRow:
    return DrawerRow(
        till_name=station.name,
        cashier=cashier,
        opened_at=None if session is None else work.local(session.opened_at),
        receipts=sum(count for count, _ in since.values()),
        cash=(Money(0) if session is None else session.opening_float) + since[TenderKind.CASH][1],
        taken=Money.total([amount for _, amount in taken.values()]),
        taken_cash=taken[TenderKind.CASH][1],
    )


def _taken(work: Work, where: Sequence[sa.ColumnElement[bool]]) -> defaultdict[UUID, _Takings]:
    """The takings of each station."""
    found: defaultdict[UUID, _Takings] = defaultdict(lambda: defaultdict(lambda: (0, Money(0))))
    rows = work.session.execute(
        sa.select(Station.id, Tender.kind, sa.func.count(), sa.func.sum(Tender.amount))
        .join(Payment, Payment.id == Tender.payment_id)
        .join(TillSession, TillSession.id == Payment.till_session_id)
        .join(Till, Till.id == TillSession.till_id)
        .join(Station, Station.id == Till.station_id)
        .where(*where)
        .group_by(Station.id, Tender.kind)
    )
    for station_id, kind, count, amount in rows:
        found[station_id][kind] = (count, amount)
    return found


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
