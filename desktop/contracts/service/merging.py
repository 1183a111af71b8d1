"""Parties that are one, with their accounts: found, merged, told apart, and parted again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from uuid import UUID

import sqlalchemy as sa

from desktop.contracts.records import Merged, Pair, SomebodyAlike
from desktop.contracts.tables import SupplyContract
from desktop.kernel import canonical
from desktop.kernel.bulk import among
from desktop.kernel.journal import Change, Entry
from desktop.kernel.work import Work, operation, query
from desktop.ledger import service as ledger
from desktop.ledger.tables import ContractAccount
from desktop.parties import service as parties
from desktop.parties.records import ApartOrder, ContactKind, Likeness, MergeOrder, MergeUndone
from desktop.parties.rules import alike
from desktop.parties.tables import Contact, Party
from desktop.premises.tables import Premise, ServicePoint
from desktop.search import service as search

PAIRS_TOLD = 500


@operation("parties.merge")
def merge_parties(work: Work, order: MergeOrder) -> Merged:
    """Let two parties be one: the accounts of the merged one are those of the party that stays from now on.

    Nothing that was billed, paid or noted changes: it stays with its account, and all of both is shown together.
    """
    parties.merge(work, order)
    moved = ledger.accounts_of(
        work, order.merged_id
    )  # only now: the party is locked, and gets no account any more
    ledger.hand_over(work, moved, order.kept_id)
    work.session.flush()
    parties.found_together(work, order.kept_id, order.merged_id)
    found_by_itself(work, order.kept_id)
    return Merged(order.kept_id, order.merged_id, len(moved))


@operation("parties.merge")
def unmerge_parties(work: Work, order: MergeUndone) -> Merged:
    """Undo a merging: the accounts that came with the merged party are its own again, and so is all it had before.

    What was entered since (contacts, notes, accounts) stays with the party that stayed.
    """
    kept, merged = parties.part_again(work, order)
    together = ledger.accounts_of(work, kept)
    came = {one for one, before, after in _moves(work, together) if (before, after) == (merged, kept)}
    back = [key for key in together if key in came]
    ledger.hand_over(work, back, merged)
    work.session.flush()
    for party_id, accounts in ((kept, ()), (merged, back)):
        search.belongs(work, accounts, party_id)
        parties.found_together(work, party_id)
        found_by_itself(work, party_id)
    return Merged(kept, merged, len(back))


def brought(work: Work, account_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Those of some accounts that came to who has them with a party merged into it, and whose they were at first."""
    before: dict[UUID, list[UUID]] = defaultdict(list)
    for account, giver, taker in _moves(work, account_ids):
        mine = before[account]
        if mine and mine[-1] == taker:  # that merging was undone
            mine.pop()
        else:
            mine.append(giver)
    return {account: givers[0] for account, givers in before.items() if givers}


def _moves(work: Work, account_ids: Collection[UUID]) -> Iterator[tuple[UUID, UUID, UUID]]:
    """Every time that one of some accounts became another party's, in order: only merging does that."""
    rows = work.session.execute(
        sa.select(Change.row_id, Change.before, Change.after)
        .join(Entry, Entry.id == Change.entry_id)
        .where(
            among(work.session, Change.row_id, account_ids),
            Change.table_name == ContractAccount.__tablename__,
            Change.field == "party_id",
        )
        .order_by(Entry.occurred_at, Change.entry_id, Change.position)
    )
    for account, before, after in rows:
        if before is not None and after is not None:
            yield account, canonical.load(UUID, before), canonical.load(UUID, after)


@operation("parties.merge")
def tell_apart(work: Work, order: ApartOrder) -> ApartOrder:
    """Put down that two parties which look alike are not one: they are not offered to be merged again."""
    parties.tell_apart(work, order)
    return order


def found_by_itself(work: Work, party_id: UUID) -> None:
    """A party is found by itself where it has no account or several; with one it is found as that account."""
    if len(ledger.accounts_of(work, party_id)) == 1:
        search.unlisted(work, [party_id])
    else:
        search.index(work, parties.search_owners(work, [party_id]))


# Who may be one


@query("parties.merge")
def duplicates(work: Work, _request: None) -> tuple[Pair, ...]:
    """Parties that seem to be one: the same number, the same name at one address, a similar name at one address.

    At most `PAIRS_TOLD`; not those that somebody told apart.
    """
    apart = parties.told_apart(work)
    found: dict[frozenset[UUID], tuple[Likeness, str, UUID, UUID]] = {}
    for likeness, shared, one, other in (*_by_number(work), *_by_address(work)):
        pair = frozenset((one, other))
        if len(pair) == 2 and pair not in apart and pair not in found and len(found) < PAIRS_TOLD:
            found[pair] = (likeness, shared, one, other)
    known = _known(work, {key for pair in found for key in pair})
    return tuple(
        Pair(likeness, shared, known[one], known[other]) for likeness, shared, one, other in found.values()
    )


Found = tuple[Likeness, str, UUID, UUID]


def _by_number(work: Work) -> Iterator[Found]:
    """Parties with one identity or tax number, the first of them with each of the others."""
    holds = (Contact.kind == ContactKind.IDENTITY, Contact.valid_to.is_(None))
    several = (
        sa.select(Contact.value)
        .where(*holds)
        .group_by(Contact.value)
        .having(sa.func.count(sa.distinct(Contact.party_id)) > 1)
        .limit(PAIRS_TOLD)
    )
    rows = work.session.execute(
        sa.select(Contact.value, Contact.party_id)
        .where(*holds, Contact.value.in_(several))
        .order_by(Contact.value, Contact.party_id)
    )
    by_value: dict[str, list[UUID]] = defaultdict(list)
    for value, party_id in rows:
        by_value[value].append(parties.current(work, party_id))
    for first, *others in by_value.values():
        for other in others:
            yield Likeness.IDENTITY, "", first, other


def _by_address(work: Work) -> Iterator[Found]:
    """Parties supplied at one address, or written to at one, whose names are alike."""
    supplied = (
        sa.select(Premise.address.label("address"), ContractAccount.party_id.label("party_id"))
        .join(ServicePoint, ServicePoint.premise_id == Premise.id)
        .join(SupplyContract, SupplyContract.service_point_id == ServicePoint.id)
        .join(ContractAccount, ContractAccount.id == SupplyContract.contract_account_id)
    )
    written = sa.select(Contact.value, Contact.party_id).where(
        Contact.kind == ContactKind.POSTAL, Contact.valid_to.is_(None), ~parties.is_merged(Contact.party_id)
    )
    there = sa.union(supplied, written).cte()
    several = (
        sa.select(there.c.address)
        .where(there.c.address != "")
        .group_by(there.c.address)
        .having(sa.func.count() > 1)
    )
    rows = work.session.execute(
        sa.select(there.c.address, Party.id, Party.name)
        .join(Party, Party.id == there.c.party_id)
        .where(there.c.address.in_(several))
        .order_by(there.c.address, Party.id)
    )
    by_address: dict[str, list[tuple[UUID, str]]] = defaultdict(list)
    for address, party_id, name in rows:
        by_address[address].append((party_id, name))
    for address, many in by_address.items():
        for later, earlier, likeness in alike([name for _, name in many]):
            yield likeness, address, many[earlier][0], many[later][0]


def _known(work: Work, ids: set[UUID]) -> dict[UUID, SomebodyAlike]:
    """Parties as a list of pairs shows them."""
    accounts: dict[UUID, list[str]] = defaultdict(list)
    for party_id, number in work.session.execute(
        sa.select(ContractAccount.party_id, ContractAccount.number)
        .where(ContractAccount.party_id.in_(ids))
        .order_by(ContractAccount.number)
    ):
        accounts[party_id].append(number)
    return {
        key: SomebodyAlike(key, who.name, who.kind, tuple(accounts[key]))
        for key, who in parties.parties(work, ids).items()
    }
