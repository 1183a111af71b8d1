"""The figures of a month, all of them sums of what `moves` gives row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.tables import BillLine
from desktop.closing.records import AgeRow, LedgerRow, MonthFigures, TaxRow, TierRow
from desktop.closing.service import moves
from desktop.kernel.bulk import among
from desktop.kernel.measures import Energy, Money, divide_half_up
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.ledger.records import ClearingKind, Role
from desktop.ledger.service import OPENING
from desktop.ledger.tables import Clearing, LedgerAccount, Posting, PostingSet
from desktop.tariffs.records import CustomerClass

ITEMS_AT_ONCE = 5_000

Tiers = Mapping[int, int]
"""What each tier makes of a bill, in minor units."""


def figures(work: Work, month: Period) -> MonthFigures:
    """The figures of a month as they stand: those of a closed one never change."""
    standing = moves.standing(month)
    due, collected = work.session.execute(
        sa.select(sa.func.sum(standing.c.amount), sa.func.sum(standing.c.collected))
    ).one()
    ledger, sets = ledger_rows(work, month)
    return MonthFigures(
        month=month.start,
        decimals=work.country.currency.decimals,
        tiers=_tier_rows(work, month),
        due=due or Money(0),
        collected=collected or Money(0),
        late_fees=_late_fees(work, month),
        ages=_age_rows(work, month),
        taxes=_tax_rows(work, month),
        ledger=ledger,
        sets=sets,
    )


# Class and tier


def _tier_rows(work: Work, month: Period) -> tuple[TierRow, ...]:
    energy, charged = _charged(work, month)
    received: dict[tuple[str, int], int] = defaultdict(int)
    for item in paid_items(work, moves.paid(month)):
        for tier, amount in item.parts.items():
            received[item.customer_class, tier] += amount
    found = []
    for key in sorted({*energy, *charged, *received}, key=_place):
        amounts = Energy(energy.get(key, 0)), Money(charged.get(key, 0)), Money(received.get(key, 0))
        if any(amounts):
            found.append(TierRow(CustomerClass.of(key[0]), key[1], *amounts))
    return tuple(found)


def _place(key: tuple[str, int]) -> tuple[int, int]:
    return list(CustomerClass).index(CustomerClass.of(key[0])), key[1]


def _charged(work: Work, month: Period) -> tuple[dict[tuple[str, int], int], dict[tuple[str, int], int]]:
    """kWh and amounts of the bills of the month less those taken back, by class and tier, in their steps.

    Several components may price one kWh, so a kWh without a tier is one that no line with a tier has.
    """
    bills = moves.bills(month)
    energy: dict[tuple[str, int], int] = defaultdict(int)
    amounts: dict[tuple[str, int], int] = defaultdict(int)
    lines = work.session.execute(
        sa.select(
            bills.c.customer_class,
            BillLine.tier,
            bills.c.sign,
            sa.func.sum(BillLine.energy).label("energy"),
            sa.func.sum(BillLine.amount).label("amount"),
        )
        .join(BillLine, BillLine.bill_id == bills.c.bill_id)
        .group_by(bills.c.customer_class, BillLine.tier, bills.c.sign)
    )
    for row in lines:
        key = (row.customer_class, row.tier)
        amounts[key] += row.sign * row.amount.raw
        if row.tier:
            energy[key] += row.sign * row.energy.raw
            energy[row.customer_class, 0] -= row.sign * row.energy.raw
    whole = sa.select(bills.c.customer_class, sa.func.sum(bills.c.energy).label("energy"))
    for row in work.session.execute(whole.group_by(bills.c.customer_class)):
        energy[row.customer_class, 0] += row.energy.raw
    return energy, amounts


class PaidItem:
    """What was paid of one open item in the month, in the tiers of its bill: ``parts`` add up to it exactly.

    Whatever was paid by a moment counts for the tiers in proportion, so an item paid in full has paid each tier. A bill
    that deducts instalments asks for the rest: that alone is spread, for they were received without a tier before.
    """

    __slots__ = ("customer_class", "id", "parts")

    def __init__(self, row: Any, tiers: Tiers) -> None:
        self.id, self.customer_class = row.id, row.customer_class
        spread = sorted(tiers.items()) or [(0, row.asked.raw)]
        until, whole = row.until.raw, sum(amount for _, amount in spread)
        before = until - row.amount.raw
        self.parts: dict[int, int] = {}
        upto = 0
        last = (0, 0)
        for tier, amount in spread:
            upto += amount
            reached = divide_half_up(before * upto, whole), divide_half_up(until * upto, whole)
            self.parts[tier] = (reached[1] - last[1]) - (reached[0] - last[0])
            last = reached


def paid_items(work: Work, paid: sa.CTE, *where: sa.ColumnElement[bool]) -> Iterator[PaidItem]:
    """The items of `moves.paid`, or some of them, by their tiers."""
    rows = work.session.execute(
        sa.select(paid.c.id, paid.c.customer_class, paid.c.amount, paid.c.asked, paid.c.until, paid.c.bill_id)
        .where(*where)
        .order_by(paid.c.id)
    )
    for some in rows.partitions(ITEMS_AT_ONCE):
        tiers = _tiers(work, [row.bill_id for row in some if row.bill_id is not None])
        for row in some:
            yield PaidItem(row, tiers.get(row.bill_id, {}))


def _tiers(work: Work, bill_ids: Iterable[UUID]) -> dict[UUID, dict[int, int]]:
    """What each tier makes of bills."""
    found: dict[UUID, dict[int, int]] = defaultdict(dict)
    rows = work.session.execute(
        sa.select(BillLine.bill_id, BillLine.tier, sa.func.sum(BillLine.amount))
        .where(among(work.session, BillLine.bill_id, bill_ids))
        .group_by(BillLine.bill_id, BillLine.tier)
    )
    for bill_id, tier, amount in rows:
        found[bill_id][tier] = amount.raw
    return found


# Arrears, tax, late fees


def ages(work: Work) -> tuple[tuple[int, int | None], ...]:
    """The first and last days overdue of each age of arrears; what is not due yet comes first."""
    ends = work.country.arrears_days
    starts = [1, *(end + 1 for end in ends)]
    return ((0, 0), *zip(starts, [*ends, None], strict=True))


def of_age(owing: sa.CTE, month: Period, first: int, last: int | None) -> sa.ColumnElement[bool]:
    """Whether something owed is overdue by so many days on the last day of the month."""
    end, due_on = month.last, owing.c.due_on
    if last == 0:
        return due_on >= end
    youngest: sa.ColumnElement[bool] = due_on <= end - timedelta(days=first)
    return youngest if last is None else sa.and_(youngest, due_on >= end - timedelta(days=last))


def _age_rows(work: Work, month: Period) -> tuple[AgeRow, ...]:
    owing = moves.owing(month)
    counts = [
        part
        for first, last in ages(work)
        for part in (
            sa.func.count().filter(of_age(owing, month, first, last)),
            sa.func.sum(owing.c.amount).filter(of_age(owing, month, first, last)),
        )
    ]
    found = work.session.execute(sa.select(*counts).select_from(owing)).one()
    return tuple(
        AgeRow(first, last, found[2 * at], found[2 * at + 1] or Money(0))
        for at, (first, last) in enumerate(ages(work))
    )


def _tax_rows(work: Work, month: Period) -> tuple[TaxRow, ...]:
    bills = moves.bills(month)
    rows = work.session.execute(
        sa.select(
            bills.c.percent,
            bills.c.what,
            sa.func.count(),
            sa.func.sum(bills.c.amount),
            sa.func.sum(bills.c.tax),
        )
        .group_by(bills.c.percent, bills.c.what)
        .order_by(bills.c.percent, bills.c.what)
    )
    return tuple(
        TaxRow(percent, what == moves.TAKEN_BACK, count, gross - tax, tax)
        for percent, what, count, gross, tax in rows
    )


def _late_fees(work: Work, month: Period) -> Money:
    """Late fees paid in the month, less those undone."""
    found = work.session.scalar(
        sa.select(sa.func.sum(Clearing.amount))
        .join(Posting, Posting.id == Clearing.posting_id)
        .join(PostingSet, PostingSet.id == Posting.posting_set_id)
        .where(
            Clearing.kind == ClearingKind.LATE_FEE,
            PostingSet.kind != OPENING,
            moves.within(PostingSet.posted_on, month),
        )
    )
    return found or Money(0)


# The ledger


def ledger_rows(work: Work, month: Period) -> tuple[tuple[LedgerRow, ...], int]:
    """Every ledger account in the month, by its code, and how many sets were posted."""
    made = moves.postings(month)
    debit = sa.func.sum(made.c.amount).filter(made.c.amount > moves.NOTHING)
    moved = {
        role: (up or Money(0), down or Money(0))
        for role, up, down in work.session.execute(
            sa.select(
                made.c.role, debit, sa.func.sum(made.c.amount).filter(made.c.amount < moves.NOTHING)
            ).group_by(made.c.role)
        )
    }
    before: dict[Role, Money] = dict(
        work.session.execute(
            sa.select(LedgerAccount.role, sa.func.sum(Posting.amount))
            .join(Posting, Posting.ledger_account_id == LedgerAccount.id)
            .join(PostingSet, PostingSet.id == Posting.posting_set_id)
            .where(PostingSet.posted_on < month.start)
            .group_by(LedgerAccount.role)
        ).all()
    )
    sets = work.session.scalar(
        sa.select(sa.func.count()).select_from(PostingSet).where(moves.within(PostingSet.posted_on, month))
    )
    nothing = (Money(0), Money(0))
    rows = work.session.execute(
        sa.select(LedgerAccount.role, LedgerAccount.code, LedgerAccount.name).order_by(LedgerAccount.code)
    )
    return (
        tuple(
            LedgerRow(
                role, code, Text(name), before.get(role, Money(0)), moved.get(role, nothing)[0],
                -moved.get(role, nothing)[1],
            )
            for role, code, name in rows
        ),
        sets or 0,
    )  # fmt: skip
