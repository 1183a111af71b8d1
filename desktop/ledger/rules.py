"""Which open items a payment clears, in which order; how an agreement about arrears stands."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from desktop.kernel.measures import Money, split
from desktop.ledger.records import AgreementPart, AgreementState, DueItem


@dataclass(frozen=True, slots=True)
class Allocation:
    """What an amount clears of one item."""

    item: DueItem
    principal: Money
    late_fee: Money

    @property
    def settled(self) -> bool:
        """Whether nothing of the item is left."""
        return self.principal == self.item.principal and self.late_fee == self.item.late_fee


def allocate(
    amount: Money, items: Sequence[DueItem], *, late_fee_first: bool, first: UUID | None = None
) -> tuple[tuple[Allocation, ...], Money]:
    """Spread ``amount`` over items by due date, then id; what is left over comes second.

    What the money is meant for by who pays, ``first``, comes before all. An earlier item is cleared whole before the
    next gets anything (民法典 art. 560–561, adapted).
    """
    left, spread = amount.raw, []
    for item in sorted(items, key=lambda item: (item.open_item_id != first, item.due_on, item.open_item_id)):
        parts = [item.late_fee.raw, item.principal.raw]
        taken = []
        for part in parts if late_fee_first else reversed(parts):
            taken.append(min(part, left))
            left -= taken[-1]
        fee, principal = taken if late_fee_first else reversed(taken)
        spread.append(Allocation(item, Money(principal), Money(fee)))
    return tuple(spread), Money(left)


# Agreements about arrears


def monthly(amount: Money, count: int, first_on: date) -> tuple[AgreementPart, ...]:
    """An amount in equal parts, a month apart; a day that a month does not have is its last.

    >>> [str(part.due_on) for part in monthly(Money(100), 3, date(2026, 1, 31))]
    ['2026-01-31', '2026-02-28', '2026-03-31']
    """
    found = []
    for at, part in enumerate(split(amount, [1] * count)):
        year, month = divmod(first_on.year * 12 + first_on.month - 1 + at, 12)
        last = calendar.monthrange(year, month + 1)[1]
        found.append(AgreementPart(date(year, month + 1, min(first_on.day, last)), part))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agreement stands: what is missing by now, and what by when keeps it."""

    state: AgreementState
    missing: Money
    next_on: date | None
    next_amount: Money


def standing(parts: Sequence[AgreementPart], left: Money, on: date) -> Standing:
    """It is kept while no more is ``left`` than the parts that are still to come; a part may be paid on its day."""
    if not left:
        return Standing(AgreementState.PAID, Money(0), None, Money(0))
    missing = max(left - Money.total([one.amount for one in parts if one.due_on >= on]), Money(0))
    state = AgreementState.BROKEN if missing else AgreementState.KEPT
    for at, part in enumerate(parts):
        to_pay = left - Money.total([one.amount for one in parts[at + 1 :]])
        if part.due_on >= on and to_pay > Money(0):
            return Standing(state, missing, part.due_on, to_pay)
    return Standing(state, missing, None, left)
