"""What search finds, ranked; and the words of every owner indexed anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing import service as billing
from desktop.billing.tables import Bill
from desktop.contracts import service as contracts
from desktop.counter import service as counter
from desktop.counter.tables import Payment, Receipt, Tender, Till, TillSession
from desktop.desk.records import Found, Rebuilt, Reindexed, ReindexOrder, SearchFound
from desktop.kernel.database import Recorded
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Progress, Seat, Work, go_on, operation, query
from desktop.ledger.tables import ContractAccount, OpenItem
from desktop.parties.records import PartyKind
from desktop.parties.tables import Party
from desktop.search import service as search
from desktop.search.records import ACCOUNT, BILL, CUSTOMERS, RECEIPT, MatchKind, Owner, SearchHit, SearchOrder
from desktop.search.rules import reading_led_to
from desktop.staff.tables import Station

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
