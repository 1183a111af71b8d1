"""What another person has to look at before a draft is issued, and the limits of each class of customers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.records import (
    LOOKED_AT,
    Against,
    Cause,
    ClassLimits,
    Comparison,
    ReviewFlag,
    ReviewLimits,
)
from desktop.billing.service.pricing import Priced
from desktop.billing.tables import Bill, BillReviewLimits
from desktop.kernel.errors import Refused
from desktop.kernel.measures import Energy
from desktop.kernel.text import Text
from desktop.kernel.work import Work, operation, query
from desktop.tariffs.records import CustomerClass


@query("billing.view")
def review_limits(work: Work, _request: None) -> tuple[ClassLimits, ...]:
    """The limits of every class: those of today first, then those that come, by their days."""
    found = []
    for one, rows in _rows(work).items():
        found.append(_standing(work, one, rows))
        found += [_limits(row) for row in rows if row.valid_from > work.today]
    return tuple(found)


def _standing(work: Work, one: CustomerClass, rows: Sequence[BillReviewLimits]) -> ClassLimits:
    """What holds for a class today."""
    now = [row for row in rows if row.valid_from <= work.today]
    return _limits(now[-1]) if now else ClassLimits(one, None, ReviewLimits())


@operation("billing.set_limits")
def set_review_limits(work: Work, order: ClassLimits) -> ClassLimits:
    """Set the limits of a class from a day on that is still to come: who drafts today does not move them."""
    day, found = order.valid_from, order.limits
    if day is None or day <= work.today:
        raise Refused(Text("Limits begin tomorrow at the earliest: today's drafts keep those of today."))
    if not 0 < found.jump_percent <= 1000:
        raise Refused(Text("A limit is 1 to 1,000 percent."))
    if found.floor.raw < 0 or found.large.raw <= 0 or found.same_months < 2:
        raise Refused(
            Text(
                "The smallest change is 0 kWh or more, a large bill above zero; months are counted from 2 on."
            )
        )
    found = replace(found, waiting=tuple(flag for flag in LOOKED_AT if flag in found.waiting))
    values = _values(found)
    row = next((row for row in _rows(work)[order.customer_class] if row.valid_from == day), None)
    if row is None:
        work.add(
            BillReviewLimits(id=work.new_id(), customer_class=order.customer_class, valid_from=day, **values)
        )
    else:
        for name, value in values.items():
            setattr(row, name, value)
    return replace(order, limits=found)


def review_limits_set(work: Work) -> tuple[ClassLimits, ...]:
    """Every limit that was set, of each class by its days."""
    return tuple(_limits(row) for rows in _rows(work).values() for row in rows)


def carry_review_limits(work: Work, limits: Sequence[ClassLimits]) -> None:
    """Set limits of another system, for classes and days without any of their own here."""
    work.insert_many(
        BillReviewLimits,
        [
            {"customer_class": one.customer_class, "valid_from": one.valid_from, **_values(one.limits)}
            for one in limits
        ],
    )


def _values(found: ReviewLimits) -> dict[str, object]:
    """Limits as a row holds them."""
    return {
        "jump_percent": found.jump_percent,
        "floor": found.floor,
        "large": found.large,
        "same_months": found.same_months,
        "waiting": " ".join(flag.value for flag in LOOKED_AT if flag in found.waiting),
    }


NOT_BY_USE = frozenset({Cause.PRICE, Cause.LEVY, Cause.TERMS, Cause.TOGETHER})
"""Causes of a difference that are no matter of what was used, or of how many days."""


def _rows(work: Work) -> dict[CustomerClass, list[BillReviewLimits]]:
    """What was set for each class, by its days."""
    found: dict[CustomerClass, list[BillReviewLimits]] = {one: [] for one in CustomerClass}
    for row in work.session.scalars(sa.select(BillReviewLimits).order_by(BillReviewLimits.valid_from)):
        found[row.customer_class].append(row)
    return found


def _limits(row: BillReviewLimits) -> ClassLimits:
    waiting = tuple(ReviewFlag.of(flag) for flag in row.waiting.split())
    limits = ReviewLimits(row.jump_percent, row.floor, row.large, row.same_months, waiting)
    return ClassLimits(row.customer_class, row.valid_from, limits)


def review(
    work: Work, priced: Sequence[Priced], compared: Mapping[UUID, Sequence[Comparison]]
) -> dict[UUID, tuple[ReviewFlag, ...]]:
    """Why another person has to look at each draft, by the limits of today."""
    standing = {one.value: _standing(work, one, rows).limits for one, rows in _rows(work).items()}
    first = _first_bills(work, priced)
    found = {}
    for one in priced:
        key, limits = one.input.account_id, standing[one.input.customer_class]
        flags = _flags(one, compared[key], limits)
        if key in first and ReviewFlag.FIRST in limits.waiting:
            flags = (*flags, ReviewFlag.FIRST)
        found[key] = tuple(flag for flag in ReviewFlag if flag in flags)
    return found


def _flags(one: Priced, compared: Sequence[Comparison], limits: ReviewLimits) -> tuple[ReviewFlag, ...]:
    """What one draft shows of itself and beside the bills it is held against."""
    by_kind = {other.against: other for other in compared}
    before, energy, amount = by_kind.get(Against.MONTH), one.input.energy, one.total
    estimated = any(read.source.value == "estimated" for read in one.input.reads)
    found = {
        ReviewFlag.JUMP: before is not None
        and (_jumps(energy, before.energy, limits) or _dearer(before, limits)),
        ReviewFlag.NEGATIVE: amount.raw < 0,
        ReviewFlag.ZERO: not energy,
        ReviewFlag.SAME: _same(one, limits.same_months),
        ReviewFlag.LARGE: amount.raw >= limits.large.raw,
        ReviewFlag.ESTIMATED_TWICE: before is not None and before.estimated and estimated,
    }
    flags = tuple(flag for flag, holds in found.items() if holds and flag in limits.waiting)
    return (ReviewFlag.CORRECTION, *flags) if Against.REPLACED in by_kind else flags


def _jumps(now: Energy, before: Energy, limits: ReviewLimits) -> bool:
    """Whether usage changed by more than is usual; little of it may double without anybody looking."""
    changed = abs(now - before)
    return changed >= limits.floor and changed.raw * 100 >= abs(before).raw * limits.jump_percent


def _dearer(before: Comparison, limits: ReviewLimits) -> bool:
    """Whether other prices or terms alone changed the amount by more than is usual, whatever was used."""
    moved = sum(one.amount.raw for one in before.causes if one.cause in NOT_BY_USE)
    return abs(moved) * 100 >= abs(before.amount.raw) * limits.jump_percent and bool(moved)


def _same(one: Priced, months: int) -> bool:
    """Whether the usage was the same to the last step so many months running."""
    last = one.input.usage[-months:]
    return len(last) == months and len({month.energy for month in last}) == 1


def _first_bills(work: Work, priced: Sequence[Priced]) -> Collection[UUID]:
    """Accounts that nothing is known of from before this month, in a hall that has billed before.

    Where a hall bills for the first time every bill is a first one, and to look at all of them tells nothing.
    """
    if not priced:
        return ()
    month = priced[0].input.parts[0].start.replace(day=1)
    keys = {one.input.account_id for one in priced if all(known.month >= month for known in one.input.usage)}
    earlier = Bill.period_start < month
    if not keys or work.session.scalar(sa.select(Bill.id).where(earlier).limit(1)) is None:
        return ()
    billed = sa.select(Bill.contract_account_id).where(Bill.contract_account_id.in_(keys), earlier)
    return keys - set(work.session.scalars(billed))
