"""Which open items a payment clears, in which order: oldest first, fee and principal as the country says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from desktop.kernel.measures import Money
from desktop.ledger.records import DueItem


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
