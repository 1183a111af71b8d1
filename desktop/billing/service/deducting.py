"""What the bill of a month takes of its instalments, which of them stand, and which it has not taken yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from desktop.billing.records import (
    InstalmentDeducted,
)
from desktop.billing.service.reversal import reversed_bills
from desktop.billing.tables import (
    Instalment,
    InstalmentDeduction,
    InstalmentReversal,
)
from desktop.contracts import service as contracts
from desktop.kernel.bulk import among, listed
from desktop.kernel.measures import Money
from desktop.kernel.period import Period, months_before
from desktop.kernel.work import Work
from desktop.ledger import service as ledger
from desktop.metering.records import RegisterUsage


def taken_back() -> sa.Select[tuple[UUID]]:
    """The ids of every instalment that was taken back."""
    return sa.select(InstalmentReversal.instalment_id)


def bill_stands() -> sa.ColumnElement[bool]:
    """Whether the bill that deducts an instalment stands."""
    return InstalmentDeduction.bill_id.not_in(reversed_bills())


def not_deducted() -> sa.ColumnElement[bool]:
    """Whether an instalment stands, and no standing bill deducts it: its month is not billed yet."""
    deducted_now = sa.select(InstalmentDeduction.instalment_id).where(bill_stands())
    return sa.and_(Instalment.id.not_in(taken_back()), Instalment.id.not_in(deducted_now))


def deducting(work: Work, instalment_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The standing bill that deducts each instalment; those that none deducts are absent."""
    rows = work.session.execute(
        sa.select(InstalmentDeduction.instalment_id, InstalmentDeduction.bill_id).where(
            InstalmentDeduction.instalment_id.in_(instalment_ids),
            bill_stands(),
        )
    )
    return dict(rows.all())


def to_deduct(work: Work, since: Mapping[UUID, date], month: date) -> dict[UUID, list[Instalment]]:
    """The standing instalments that the bills of locked accounts for a month have to deduct, by account.

    ``since`` says from which month on each bill is of: one nobody read is billed with the next, and so are its
    instalments. Those of later months, asked for ahead, come with the last bill where no contract is in force then.
    What another bill deducts, as one that went over a month that was read later, is not deducted again.
    """
    named = {"accounts": list(since), "since": min(since.values(), default=month)}
    rows = [
        row for row in work.session.scalars(_TO_DEDUCT, named) if row.month >= since[row.contract_account_id]
    ]
    gone = deducting(work, [row.id for row in rows]) if rows else {}
    goes_on = _going_on(work, [row for row in rows if row.month > month])
    found = defaultdict[UUID, list[Instalment]](list)
    for row in rows:
        if row.id not in gone and (row.contract_account_id, row.month) not in goes_on:
            found[row.contract_account_id].append(row)
    return found


_TO_DEDUCT = (
    sa.select(Instalment)
    .where(listed(Instalment.contract_account_id, "accounts"), Instalment.month >= sa.bindparam("since"))
    .where(Instalment.id.not_in(taken_back()))
    .order_by(Instalment.month, Instalment.place)
)


def _going_on(work: Work, ahead: Sequence[Instalment]) -> set[tuple[UUID, date]]:
    """The accounts and months of some instalments in which a contract is in force: a bill of their own will come."""
    by_month = defaultdict[date, set[UUID]](set)
    for row in ahead:
        by_month[row.month].add(row.contract_account_id)
    return {
        (key, month)
        for month, keys in by_month.items()
        for key in contracts.in_force(work, sorted(keys), Period.month(f"{month:%Y-%m}"))
    }


def billed_since(work: Work, reads: Iterable[RegisterUsage], month: date) -> date:
    """The first month that a bill for ``month`` is of: the one after that of the read its usage begins with."""
    opened = min((read.previous_at for read in reads), default=None)
    return month if opened is None else min(months_before(work.local(opened).date(), -1), month)


def deduct(work: Work, bills: Mapping[UUID, Sequence[Instalment]]) -> None:
    """Put down what bills, by id, deduct."""
    work.insert_many(
        InstalmentDeduction,
        [
            {"bill_id": bill_id, "instalment_id": one.id}
            for bill_id, deducted in bills.items()
            for one in deducted
        ],
    )


def deducts(bill_id: sa.ColumnElement[UUID] | orm.InstrumentedAttribute[UUID]) -> sa.Exists:
    """Whether a bill deducts instalments."""
    return sa.exists().where(InstalmentDeduction.bill_id == bill_id)


def deducted(work: Work, bill_ids: Collection[UUID]) -> dict[UUID, tuple[InstalmentDeducted, ...]]:
    """What each bill deducts, by due day; those that deduct nothing are absent."""
    rows = work.session.execute(
        sa.select(InstalmentDeduction.bill_id, Instalment.number, Instalment.due_on, Instalment.amount)
        .join(Instalment, Instalment.id == InstalmentDeduction.instalment_id)
        .where(among(work.session, InstalmentDeduction.bill_id, bill_ids))
        .order_by(Instalment.month, Instalment.place)
    )
    found: dict[UUID, tuple[InstalmentDeducted, ...]] = {}
    for bill_id, number, due_on, amount in rows:
        found[bill_id] = (*found.get(bill_id, ()), InstalmentDeducted(number, due_on, amount))
    return found


def left_of(work: Work, bills: Mapping[UUID, str]) -> dict[UUID, Money]:
    """What is left to pay of bills, given by id with their numbers, and of the instalments they deduct."""
    parts = deducted(work, bills)
    named = {key: [number, *(one.number for one in parts.get(key, ()))] for key, number in bills.items()}
    left = ledger.open_of(work, [number for numbers in named.values() for number in numbers])
    return {
        key: Money.total([left[number] for number in numbers if number in left])
        for key, numbers in named.items()
    }
