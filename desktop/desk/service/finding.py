"""What search finds, ranked; and the words of every owner indexed anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing import service as billing
from desktop.billing.tables import Bill, CollectiveBill, Instalment
from desktop.contracts import service as contracts
from desktop.contracts.tables import PaymentGroup
from desktop.counter import service as counter
from desktop.counter.tables import Payment, Receipt, Refund, Till, TillSession
from desktop.debits import service as debits
from desktop.debits.tables import DebitFile, Mandate
from desktop.desk.records import Found, Rebuilt, Reindexed, SearchFound
from desktop.desk.service.finding_papers import debt_state, papers_found
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Progress, Seat, Work, go_on, operation, query
from desktop.ledger.tables import ContractAccount, OpenItem
from desktop.papers import service as papers
from desktop.papers.tables import IssuedPaper
from desktop.parties import service as parties
from desktop.parties.records import PartyKind
from desktop.parties.tables import Party
from desktop.search import service as search
from desktop.search.records import (
    ACCOUNT,
    BILL,
    COLLECTIVE,
    CUSTOMERS,
    DEBIT_FILE,
    GROUP,
    INSTALMENT,
    LETTER,
    MANDATE,
    PARTY,
    PERSONAL,
    RECEIPT,
    REFUND,
    MatchKind,
    SearchHit,
    SearchOrder,
)
from desktop.search.rules import reading_led_to
from desktop.staff.tables import Station

_ACCOUNTS = (
    sa.select(sa.func.count()).where(ContractAccount.party_id == Party.id).correlate(Party).scalar_subquery()
)

_OWNERS: dict[str, tuple[sa.Select[UUID], search.Owners]] = {
    ACCOUNT: (sa.select(ContractAccount.id), contracts.search_owners),
    PARTY: (sa.select(Party.id).where(_ACCOUNTS != 1, ~parties.is_merged(Party.id)), parties.search_owners),
    BILL: (sa.select(Bill.id), billing.search_owners),
    RECEIPT: (sa.select(Receipt.id), counter.search_owners),
    GROUP: (sa.select(PaymentGroup.id), contracts.group_owners),
    COLLECTIVE: (sa.select(CollectiveBill.id), billing.collective_owners),
    INSTALMENT: (sa.select(Instalment.id), billing.instalment_owners),
    REFUND: (sa.select(Refund.id), counter.refund_owners),
    LETTER: (sa.select(IssuedPaper.id), papers.search_owners),
    DEBIT_FILE: (sa.select(DebitFile.id), debits.file_owners),
    MANDATE: (sa.select(Mandate.id), debits.mandate_owners),
}
"""Who owns words, and where they come from. A party with one account is found as that account."""

AT_ONCE = 1_000
"""So many owners get their words in one operation, beside which others work."""

_MAY_SEE = {
    BILL: "billing.view",
    RECEIPT: "counter.view",
    GROUP: "desk.view",
    COLLECTIVE: "billing.view",
    INSTALMENT: "billing.view",
    REFUND: "counter.view",
    LETTER: "desk.view",
    DEBIT_FILE: "debits.view",
    MANDATE: "debits.view",
}


@query("search.find")
def search_hits(work: Work, order: SearchOrder) -> SearchFound:
    """What the search box shows: exact hits first, then who was served here today, then those that owe.

    What is found by its address alone comes behind all of them.

    ``order.limit`` is how many customers and how many papers are wanted; papers of kinds the person may not see
    are left out. Who has no account, or several, is one hit.
    """
    hits = search.find(work, SearchOrder(order.typed, search.HITS, CUSTOMERS))
    standings = _standings(work, hits)
    customers = _ranked(hits, standings)
    shown = customers[: order.limit]
    overdue = _overdue_items(work, [hit.owner_id for hit in shown])
    kinds = tuple(kind for kind, right in _MAY_SEE.items() if right in work.actor.permissions)
    some = search.find(work, SearchOrder(order.typed, search.HITS, kinds)) if kinds else ()
    return SearchFound(
        customers=tuple(
            _customer_found(work, hit, standings[hit.owner_id], overdue[hit.owner_id]) for hit in shown
        ),
        papers=papers_found(work, some, order.limit),
        customer_count=len(customers),
        paper_count=len(some),
        more=any(sum(hit.owner_kind == kind for hit in hits) >= search.HITS for kind in CUSTOMERS),
        left=words_left(work, None),
    )


@dataclass(frozen=True, slots=True)
class _Standing:
    """How a customer stands: an account, or a party with all of its ``accounts`` together."""

    kind: PartyKind
    owed: Money
    accounts: int
    served: bool


def _standings(work: Work, hits: Sequence[SearchHit]) -> dict[UUID, _Standing]:
    """How those found stand, by owner. An account found by whose it is goes where its party is found itself."""
    ids = [hit.owner_id for hit in hits]
    rows = work.session.execute(
        sa.select(Party.id, Party.kind, sa.func.count(ContractAccount.id), sa.func.sum(ContractAccount.owed))
        .outerjoin(ContractAccount, ContractAccount.party_id == Party.id)
        .where(Party.id.in_([hit.owner_id for hit in hits if hit.owner_kind == PARTY]))
        .group_by(Party.id, Party.kind)
    )
    served = _served_today(work, ids)
    found = {
        party_id: _Standing(kind, owed or Money(0), count, party_id in served)
        for party_id, kind, count, owed in rows
    }
    whose = {hit.owner_id for hit in hits if all(match.kind in PERSONAL for match in hit.matches)}
    accounts = work.session.execute(
        sa.select(ContractAccount.id, ContractAccount.party_id, ContractAccount.owed, Party.kind)
        .join(Party, Party.id == ContractAccount.party_id)
        .where(ContractAccount.id.in_(ids))
    ).all()
    told = {row.id for row in accounts if row.id in whose and row.party_id in found}
    return found | {
        row.id: _Standing(row.kind, row.owed, 1, row.id in served) for row in accounts if row.id not in told
    }


def _ranked(hits: Sequence[SearchHit], standings: dict[UUID, _Standing]) -> list[SearchHit]:
    return sorted(
        (hit for hit in hits if hit.owner_id in standings),
        key=lambda hit: (
            not hit.exact,
            all(match.kind is MatchKind.ADDRESS for match in hit.matches),
            not standings[hit.owner_id].served,
            not standings[hit.owner_id].owed,
        ),
    )


def _customer_found(work: Work, hit: SearchHit, standing: _Standing, overdue: int) -> Found:
    party = hit.owner_kind == PARTY
    return Found(
        kind=hit.owner_kind,
        number=hit.owner_number,
        account="" if party else hit.owner_number,
        title=hit.title,
        facts=_party_facts(work, hit.owner_id, standing.accounts)
        if party
        else (work.country.format_account(hit.owner_number), hit.subtitle),
        matches=hit.matches,
        amount=standing.owed,
        note=_owes(standing.owed, overdue),
        state=debt_state(standing.owed, overdue),
        reading=reading_led_to(hit.title, hit.matches),
        organisation=standing.kind is PartyKind.ORGANISATION,
        served_today=standing.served,
        exact=hit.exact,
    )


def _party_facts(work: Work, party_id: UUID, accounts: int) -> tuple[Text, ...]:
    """What a party is to us, and how many accounts it has."""
    counted = Text("{count} account", plural="{count} accounts", count=accounts)
    roles = (held.kind.text for held in parties.roles(work, party_id))
    return (*roles, counted if accounts else Text("no account"))


def _owes(owed: Money, overdue: int) -> Text:
    if overdue:
        return Text("{count} overdue", plural="{count} overdue", count=overdue)
    return Text("not yet due") if owed else Text("Nothing is owed")


def _served_today(work: Work, owner_ids: Sequence[UUID]) -> set[UUID]:
    """Which of some accounts and parties paid in this hall today."""
    morning = work.at.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = work.session.execute(
        sa.select(ContractAccount.id, ContractAccount.party_id)
        .join(Payment, Payment.contract_account_id == ContractAccount.id)
        .join(TillSession, TillSession.id == Payment.till_session_id)
        .join(Till, Till.id == TillSession.till_id)
        .join(Station, Station.id == Till.station_id)
        .where(
            sa.or_(ContractAccount.id.in_(owner_ids), ContractAccount.party_id.in_(owner_ids)),
            Payment.paid_at >= morning,
            Station.hall_id == work.station.hall_id,
        )
    )
    return {owner_id for row in rows for owner_id in row}


def _overdue_items(work: Work, owner_ids: Sequence[UUID]) -> Counter[UUID]:
    """How many items of some accounts and parties are overdue."""
    rows = work.session.execute(
        sa.select(ContractAccount.id, ContractAccount.party_id, sa.func.count())
        .join(OpenItem, OpenItem.contract_account_id == ContractAccount.id)
        .where(
            sa.or_(ContractAccount.id.in_(owner_ids), ContractAccount.party_id.in_(owner_ids)),
            OpenItem.remaining > Money(0),
            OpenItem.due_on < work.today,
        )
        .group_by(ContractAccount.id, ContractAccount.party_id)
    )
    found: Counter[UUID] = Counter()
    for account_id, party_id, count in rows:
        found.update({account_id: count, party_id: count})
    return found


@query("search.find")
def words_left(work: Work, _request: None) -> int:
    """How many owners search does not know yet, because all are indexed anew."""
    return sum(search.pending(work.session).values())


@operation("database.index")
def forget_words(work: Work, _request: None) -> Reindexed:
    """Forget every word; nothing is found until the owners are indexed anew."""
    counts = (
        sa.select(sa.func.count()).select_from(ids.subquery()).scalar_subquery()
        for ids, _ in _OWNERS.values()
    )
    search.forget(work, dict(zip(_OWNERS, work.session.execute(sa.select(*counts)).one(), strict=True)))
    return Reindexed(0, words_left(work, None))


@operation("database.index")
def reindex(work: Work, _request: None) -> Reindexed:
    """Give the next owners that have none their words, from what they are now."""
    waiting = search.pending(work.session)
    kind = next((kind for kind in _OWNERS if kind in waiting), None)
    if kind is None:
        return Reindexed(0, 0)
    count = search.index_next(work, kind, *_OWNERS[kind], AT_ONCE)
    return Reindexed(count, words_left(work, None))


def prepare_search(seat: Seat, progress: Progress = go_on) -> Rebuilt:
    """Index the owners that search does not know yet, in small operations; stopped between two, it can go on later.

    Several stations may do it at the same time: each takes the owners that come next.
    """
    left = seat.ask(words_left)
    total, done = left, 0
    while left:
        step = seat.do(reindex)
        done, left = done + step.count, step.left
        if not progress(max(total - left, 0), total) and left:
            break
    return Rebuilt(done, left)


def rebuild_search(seat: Seat, progress: Progress = go_on) -> Rebuilt:
    """Forget every word and index every owner anew."""
    seat.do(forget_words)
    return prepare_search(seat, progress)


def search_is_lost(session: orm.Session) -> bool:
    """Whether accounts stand here of which search knows none, as after an upgrade, and nobody has begun."""
    return (
        search.knows_nobody(session)
        and session.scalars(sa.select(ContractAccount.id).limit(1)).first() is not None
    )
