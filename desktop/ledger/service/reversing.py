"""What was posted is taken back by its mirror, never changed: payments, and charges with what paid them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation
from desktop.ledger.records import (
    ClearingKind,
    Role,
)
from desktop.ledger.service.accounts import accounts
from desktop.ledger.service.book import CREDIT_USED, Draft, post, settle_held, start_set, write
from desktop.ledger.service.owing import HELD
from desktop.ledger.tables import (
    Clearing,
    ContractAccount,
    LedgerAccount,
    OpenItem,
    Posting,
    PostingSet,
)


@operation("ledger.reverse")
def reverse(work: Work, posting_set_id: UUID) -> UUID:
    """Post the mirror of a posting set and undo its clearings; a set is reversed at most once.

    Refused for a charge that something was paid on (reverse the payment first) and where credit is used up. What a
    payment cleared of a charge that is reversed since has become credit, so it is taken from there.
    """
    return take_out(work, posting_set_id)


def take_out(work: Work, posting_set_id: UUID, *, regain: bool = False) -> UUID:
    """The same as `reverse`. With ``regain`` credit the set made and that cleared something since is taken back from
    what it cleared, the newest first: that is owed again.

    Where it paid the late fee of what others paid, they pay anew, as on their own day and by the country's order: the
    fee is owed all the same, and would be asked for no more of an item of which nothing is left.
    """
    postings = _postings(work, [posting_set_id])
    if not postings:
        raise NotFound(Text("There is nothing posted under this number."))
    _check_reversible(work, [posting_set_id])
    held = work.lock(
        ContractAccount, {row.contract_account_id for row, _ in postings if row.contract_account_id}
    )
    draft = Draft()
    set_id = start_set(work, draft, "reversal", posting_set_id)
    loose = _undone(work, [row.id for row, _ in postings])
    mirrored = {
        row.id: post(
            work,
            draft,
            set_id,
            Role.CREDIT if row.id in loose else role,
            -row.amount,
            row.contract_account_id,
        )
        for row, role in postings
    }
    if regain or loose:
        for key, change in list(draft.credit.items()):
            _regain_credit(work, draft, set_id, key, -(held[key].credit + change), ())
    _check_credit(draft, held)
    fees = _undo_clearings(
        work, draft, {key: posting for key, posting in mirrored.items() if key not in loose}
    )
    paid_on = _free_what_others_paid(work, draft, set_id, fees)
    _close_items(work, draft, set(mirrored))
    write(work, draft)
    for key, day in paid_on.items():
        settle_held(work, work.asked(HELD, {"accounts": [key]}).one(), Money(0), None, day)
    return set_id


def reverse_charges(work: Work, posting_set_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Reverse charges, paid or not, by mirror sets; the new set of each. The accounts must be locked by the caller.

    What was paid on a charge, principal and late fee alike, becomes credit of its account. Credit that a negative
    charge made is taken back from what it was used for, the newest first: that is owed again. Refused as a whole
    where one is reversed already, or where such credit went into a payment.
    """
    _check_reversible(work, posting_set_ids)
    postings = _postings(work, posting_set_ids)
    held = accounts(work, [row.contract_account_id for row, _ in postings if row.contract_account_id])
    draft = Draft()
    sets = {key: start_set(work, draft, "reversal", key) for key in posting_set_ids}
    for row, role in postings:
        post(work, draft, sets[row.posting_set_id], role, -row.amount, row.contract_account_id)
    set_of = {row.id: sets[row.posting_set_id] for row, _ in postings}
    items = work.session.scalars(sa.select(OpenItem).where(OpenItem.posting_id.in_(set_of))).all()
    _free_payments(work, draft, {item.id: (set_of[item.posting_id], item) for item in items})
    for key, change in list(draft.credit.items()):
        short = -(held[key].credit + change)
        if short.raw > 0:
            mine = next(sets[row.posting_set_id] for row, _ in postings if row.contract_account_id == key)
            _regain_credit(work, draft, mine, key, short, {item.id for item in items})
    _check_credit(draft, held)
    write(work, draft)
    return sets


def _free_payments(work: Work, draft: Draft, items: Mapping[UUID, tuple[UUID, OpenItem]]) -> None:
    """Nothing remains of the items, and what was paid on them is credit now."""
    rows = work.session.scalars(
        sa.select(Clearing).where(Clearing.open_item_id.in_(items), *_stands()).order_by(Clearing.id)
    )
    for row in rows:
        set_id, item = items[row.open_item_id]
        _free(work, draft, set_id, item.contract_account_id, row)
    for _, item in items.values():
        draft.remaining[item.id] = -item.remaining


def _regain_credit(
    work: Work, draft: Draft, set_id: UUID, account: UUID, short: Money, gone: Collection[UUID]
) -> None:
    """Take back what credit alone cleared of an account, the newest first, until ``short`` of it is there again.

    What it cleared is owed again. Items that are ``gone`` were freed already.
    """
    rows = work.session.scalars(
        sa.select(Clearing)
        .join(Posting, Posting.id == Clearing.posting_id)
        .join(PostingSet, PostingSet.id == Posting.posting_set_id)
        .where(
            Posting.contract_account_id == account,
            PostingSet.kind == CREDIT_USED,
            Clearing.open_item_id.not_in(gone),
            *_stands(),
        )
        .order_by(Clearing.id.desc())
    ).all()
    for row in rows:
        if short.raw <= 0:
            break
        short -= row.amount
        _free(work, draft, set_id, account, row)
        if row.kind is ClearingKind.PRINCIPAL:
            draft.remaining[row.open_item_id] = draft.remaining.get(row.open_item_id, Money(0)) + row.amount


def _stands() -> tuple[sa.ColumnElement[bool], ...]:
    """Whether a clearing takes none back and was not taken back."""
    undone = sa.select(Clearing.reverses_id).where(Clearing.reverses_id.is_not(None))
    return Clearing.reverses_id.is_(None), Clearing.id.not_in(undone)


def _free(work: Work, draft: Draft, set_id: UUID, account: UUID, row: Clearing) -> None:
    """What cleared an item is credit again."""
    role = Role.RECEIVABLE if row.kind is ClearingKind.PRINCIPAL else Role.LATE_FEE
    posting = post(work, draft, set_id, role, row.amount, account)
    post(work, draft, set_id, Role.CREDIT, -row.amount, account)
    draft.clearings.append(_undoing(work, row, posting))


def _postings(work: Work, posting_set_ids: Sequence[UUID]) -> list[tuple[Posting, Role]]:
    rows = work.session.execute(
        sa.select(Posting, LedgerAccount.role)
        .join(LedgerAccount, LedgerAccount.id == Posting.ledger_account_id)
        .where(Posting.posting_set_id.in_(posting_set_ids))
        .order_by(Posting.id)
    )
    return [(row, role) for row, role in rows]


def _check_reversible(work: Work, posting_set_ids: Sequence[UUID]) -> None:
    """Refuse what was reversed before, and what reverses something itself."""
    if work.session.scalar(
        sa.select(PostingSet.id).where(PostingSet.reverses_id.in_(posting_set_ids)).limit(1)
    ):
        raise Refused(Text("This was reversed already."))
    itself = sa.select(PostingSet.id).where(
        PostingSet.id.in_(posting_set_ids), PostingSet.reverses_id.is_not(None)
    )
    if work.session.scalar(itself.limit(1)):
        raise Refused(Text("This is a reversal itself: book the payment or the charge again."))


def _check_credit(draft: Draft, held: Mapping[UUID, ContractAccount]) -> None:
    for key, change in draft.credit.items():
        if (held[key].credit + change).raw < 0:
            raise Refused(Text("The credit from this payment is used up: reverse what used it first."))


def _undone(work: Work, posting_ids: Sequence[UUID]) -> set[UUID]:
    """Which postings cleared something that is undone since."""
    later = orm.aliased(Clearing)
    return set(
        work.session.scalars(
            sa.select(Clearing.posting_id)
            .join(later, later.reverses_id == Clearing.id)
            .where(Clearing.posting_id.in_(posting_ids))
        )
    )


def _undoing(work: Work, row: Clearing, posting_id: UUID) -> dict[str, Any]:
    """A clearing that takes another back."""
    return {
        "id": work.new_id(),
        "open_item_id": row.open_item_id,
        "posting_id": posting_id,
        "kind": row.kind,
        "cleared_on": row.cleared_on,
        "amount": -row.amount,
        "reverses_id": row.id,
    }


def _undo_clearings(work: Work, draft: Draft, mirrored: dict[UUID, UUID]) -> set[UUID]:
    """Undo what postings cleared; the open items of which a late fee was among it."""
    fees: set[UUID] = set()
    for row in work.session.scalars(sa.select(Clearing).where(Clearing.posting_id.in_(mirrored))):
        draft.clearings.append(_undoing(work, row, mirrored[row.posting_id]))
        if row.kind is ClearingKind.PRINCIPAL:
            draft.remaining[row.open_item_id] = draft.remaining.get(row.open_item_id, Money(0)) + row.amount
        else:
            fees.add(row.open_item_id)
    return fees


def _free_what_others_paid(
    work: Work, draft: Draft, set_id: UUID, fees: Collection[UUID]
) -> dict[UUID, date]:
    """Of items with nothing left whose late fee is owed again: what cleared them last is credit; its day by account."""
    days: dict[UUID, date] = {}
    paid = [item for item in fees if item not in draft.remaining]
    if not paid:
        return days
    found = work.session.execute(
        sa.select(Clearing, OpenItem.contract_account_id)
        .join(OpenItem, OpenItem.id == Clearing.open_item_id)
        .where(OpenItem.id.in_(paid), OpenItem.remaining == Money(0))
        .where(Clearing.kind == ClearingKind.PRINCIPAL, *_stands())
        .order_by(Clearing.cleared_on.desc(), Clearing.id.desc())
    ).all()
    for row, account in found:
        if row.open_item_id not in draft.remaining:
            _free(work, draft, set_id, account, row)
            draft.remaining[row.open_item_id] = row.amount
            days[account] = max(days.get(account, row.cleared_on), row.cleared_on)
    return days


def _close_items(work: Work, draft: Draft, posting_ids: set[UUID]) -> None:
    for item in work.session.scalars(sa.select(OpenItem).where(OpenItem.posting_id.in_(posting_ids))):
        if item.remaining != item.amount:
            raise Refused(Text("Something was paid on this already: reverse the payment first."))
        draft.remaining[item.id] = -item.amount
