"""What is owed on a day, item by item, with late fees and their arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.kernel.asking import Question
from desktop.kernel.bulk import among, listed
from desktop.kernel.country import Debt, LateFee
from desktop.kernel.measures import Money
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.kernel.work import Work, query
from desktop.ledger.records import (
    ClearingKind,
    DisputeOutcome,
    DueItem,
    Dues,
)
from desktop.ledger.service.accounts import account_id
from desktop.ledger.tables import (
    Clearing,
    ContractAccount,
    Dispute,
    DisputeEnd,
    DisputePart,
    LateFeeWaiver,
    OpenItem,
)


@query("ledger.view")
def dues(work: Work, account_number: str) -> Dues:
    """All an account owes today, with late fees and their arithmetic, oldest first."""
    key = account_id(work, account_number)
    return dues_of(work, [key])[key]


def dues_of(work: Work, account_ids: Collection[UUID], on: date | None = None) -> dict[UUID, Dues]:
    """The same of many accounts by id, today or ``on`` another day."""
    return dues_from(work, work.asked(_OWED, {"accounts": account_ids}), on or work.today)


def dues_from(work: Work, owing: Sequence[Any], on: date) -> dict[UUID, Dues]:
    """What accounts, given by their rows of `HELD`, owe on a day."""
    cleared: dict[UUID, list[Any]] = {}
    doubted: set[UUID] = set()
    for row in work.asked(_ITEMS, {"accounts": [account.id for account in owing]}):
        cleared.setdefault(row.id, []).append(row)
        if row.disputed:
            doubted.add(row.id)
    pauses = _pauses(work, doubted, on) if doubted else {}
    found: dict[UUID, list[DueItem]] = {account.id: [] for account in owing}
    for rows in cleared.values():
        pause = pauses.get(rows[0].id, NO_PAUSE)
        found[rows[0].contract_account_id].append(_due(work, rows, on, pause))
    return {
        account.id: Dues(
            account.id,
            account.number,
            on,
            tuple(sorted(found[account.id], key=lambda item: (item.due_on, item.open_item_id))),
            account.credit,
        )
        for account in owing
    }


_OWING = sa.select(ContractAccount.id, ContractAccount.number, ContractAccount.credit).where(
    listed(ContractAccount.id, "accounts")
)
_OWED = Question(_OWING)
HELD = Question(_OWING.with_for_update(key_share=True))
"""Id, number and credit of accounts, locked until the end of the transaction."""
_ITEMS = Question(
    sa.select(
        OpenItem.id, OpenItem.contract_account_id, OpenItem.kind, OpenItem.month, OpenItem.source_number
    )
    .add_columns(OpenItem.energy, OpenItem.due_on, OpenItem.customer_class, OpenItem.rule_set)
    .add_columns(OpenItem.amount, OpenItem.remaining)
    .add_columns(
        sa.select(sa.func.sum(LateFeeWaiver.amount))
        .where(LateFeeWaiver.open_item_id == OpenItem.id)
        .scalar_subquery()
        .label("waived")
    )
    .add_columns(sa.exists().where(Dispute.open_item_id == OpenItem.id).label("disputed"))
    .add_columns(Clearing.kind.label("part"), Clearing.cleared_on, Clearing.amount.label("cleared"))
    .outerjoin(Clearing, Clearing.open_item_id == OpenItem.id)
    .where(listed(OpenItem.contract_account_id, "accounts"))
    .where(OpenItem.remaining > sa.literal_column("0"))
    .order_by(Clearing.cleared_on)
)
"""What accounts owe, each open item beside all that was cleared of it."""


@dataclass(frozen=True, slots=True)
class _Pause:
    """The days on which no late fee grows on an item, or none on a part of it.

    ``since`` when it is disputed, if it still is, and how much of it (``part``), where not all.
    """

    days: tuple[Period, ...] = ()
    parts: tuple[tuple[Period, Money], ...] = ()
    since: date | None = None
    part: Money | None = None


NO_PAUSE = _Pause()


def _pauses(work: Work, item_ids: Collection[UUID], on: date) -> dict[UUID, _Pause]:
    """How the disputes of items count on a day: a standing one up to that day, one that is over as the country says."""
    rows = work.session.execute(
        sa.select(
            Dispute.open_item_id,
            Dispute.raised_on,
            DisputeEnd.ended_on,
            DisputeEnd.outcome,
            DisputePart.amount,
        )
        .outerjoin(DisputePart, DisputePart.dispute_id == Dispute.id)
        .outerjoin(DisputeEnd, DisputeEnd.dispute_id == Dispute.id)
        .where(Dispute.open_item_id.in_(item_ids))
        .order_by(Dispute.position)
    )
    found: dict[UUID, _Pause] = {}
    for row in rows:
        before = found.get(row.open_item_id, NO_PAUSE)
        end = row.ended_on or on + timedelta(days=1)
        counts = row.outcome is DisputeOutcome.STOOD and work.country.dispute_counts
        days = () if counts or end <= row.raised_on else (Period(row.raised_on, end),)
        stands = row.ended_on is None
        found[row.open_item_id] = _Pause(
            before.days + (days if row.amount is None else ()),
            before.parts + (tuple((one, row.amount) for one in days) if row.amount is not None else ()),
            row.raised_on if stands else None,
            row.amount if stands else None,
        )
    return found


def _due(work: Work, rows: Sequence[sa.Row[*tuple[Any, ...]]], on: date, pause: _Pause) -> DueItem:
    """One open item from its rows, one for each clearing; a single one where nothing was cleared."""
    item = rows[0]
    paid = tuple((row.cleared_on, row.cleared) for row in rows if row.part is ClearingKind.PRINCIPAL)
    fees_paid = Money.total([row.cleared for row in rows if row.part is ClearingKind.LATE_FEE])
    debt = Debt(
        item.customer_class,
        item.rule_set,
        item.amount,
        item.due_on,
        item.month,
        paid,
        pause.days,
        pause.parts,
    )
    grown = work.country.late_fee(debt, on)
    waived = item.waived or Money(0)
    fee = max(grown.amount - fees_paid - waived, Money(0))
    return DueItem(
        open_item_id=item.id,
        kind=item.kind,
        month=item.month,
        bill_number=item.source_number,
        energy=item.energy,
        due_on=item.due_on,
        overdue_days=max((on - item.due_on).days, 0),
        principal=item.remaining,
        late_fee=fee,
        arithmetic=_told(grown, min(fees_paid, grown.amount), waived, pause),
        disputed_on=pause.since,
        disputed=pause.part if pause.part is not None and pause.part < item.remaining else None,
    )


def _told(grown: LateFee, paid: Money, waived: Money, pause: _Pause) -> tuple[Text, ...]:
    """How a late fee came about, what of it was paid or is not asked for, and that none grows while it is disputed."""
    steps = [*grown.arithmetic]
    if paid:
        steps.append(Text("{amount} of it was paid before", amount=paid))
    if grown.amount and waived:
        steps.append(Text("{amount} of it is waived", amount=waived))
    if pause.since is not None and pause.part is not None:
        words = Text(
            "{amount} of it disputed since {day}: no late fee grows on that",
            amount=pause.part,
            day=pause.since,
        )
        steps.append(words)
    elif pause.since is not None:
        steps.append(Text("disputed since {day}: no late fee grows", day=pause.since))
    elif pause.days and grown.amount:
        days = sum(one.days for one in pause.days)
        steps.append(Text("{days} d of a dispute do not count", days=days))
    elif pause.parts and grown.amount:
        steps += [
            Text("{amount} of it does not count for {days} d of a dispute", amount=part, days=spell.days)
            for spell, part in pause.parts
        ]
    return tuple(steps)


def disputed() -> sa.ColumnElement[bool]:
    """Whether an open item is disputed now, wholly or in part."""
    over = sa.exists().where(DisputeEnd.dispute_id == Dispute.id)
    found: sa.ColumnElement[bool] = sa.exists().where(Dispute.open_item_id == OpenItem.id, ~over)
    return found


def disputed_part() -> sa.ScalarSelect[Any]:
    """How much of an open item is disputed now, where not all of it."""
    over = sa.exists().where(DisputeEnd.dispute_id == Dispute.id)
    return (
        sa.select(DisputePart.amount)
        .join(Dispute, Dispute.id == DisputePart.dispute_id)
        .where(Dispute.open_item_id == OpenItem.id, ~over)
        .correlate(OpenItem)
        .scalar_subquery()
    )


def wholly_disputed() -> sa.ColumnElement[bool]:
    """Whether nothing is asked for of an open item now: it is disputed, or all that is left of it is."""
    return sa.and_(disputed(), sa.func.coalesce(disputed_part(), OpenItem.remaining) >= OpenItem.remaining)


def disputed_papers(work: Work, account_id: UUID) -> frozenset[str]:
    """The papers of an account that are disputed now, by their number."""
    rows = sa.select(OpenItem.source_number).where(OpenItem.contract_account_id == account_id, disputed())
    return frozenset(work.session.scalars(rows))


def open_amounts(work: Work, account_id: UUID) -> dict[str, Money]:
    """What is left of each paper of an account, by its number."""
    rows = work.session.execute(
        sa.select(OpenItem.source_number, OpenItem.remaining).where(
            OpenItem.contract_account_id == account_id
        )
    )
    return dict(rows.all())


def open_of(work: Work, source_numbers: Sequence[str]) -> dict[str, Money]:
    """What is left of papers, by number; those that never asked for money are absent."""
    rows = work.session.execute(
        sa.select(OpenItem.source_number, OpenItem.remaining).where(
            among(work.session, OpenItem.source_number, source_numbers)
        )
    )
    return dict(rows.all())


def paid_days(work: Work, account_id: UUID) -> dict[str, date]:
    """The day each paper of an account was paid in full, by its number; those not paid in full are absent."""
    rows = work.session.execute(
        sa.select(OpenItem.source_number, Clearing.cleared_on)
        .join(Clearing, Clearing.open_item_id == OpenItem.id)
        .where(
            OpenItem.contract_account_id == account_id,
            OpenItem.remaining == Money(0),
            Clearing.kind == ClearingKind.PRINCIPAL,
        )
        .group_by(OpenItem.source_number, Clearing.cleared_on)
        .having(sa.func.sum(Clearing.amount) > Money(0))
        .order_by(Clearing.cleared_on)
    )
    return dict(rows.all())
