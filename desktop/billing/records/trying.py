"""What something would cost: other price lists, days of another capacity, a tariff put right backwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.kernel.measures import Energy, Money
from desktop.kernel.text import Text


@dataclass(frozen=True, slots=True)
class WhatIfOption:
    """What some months would cost by one price list, between ``low`` and ``high``; None where it cannot be told.

    ``variant`` is the basis or household it is reckoned for, ``own`` what the account has. In ``exact`` of the months
    the registers told all the list asks for; ``why`` is why it cannot be told. ``point`` is the meter it is reckoned
    for, where there are several: the others stay as they are.
    """

    tariff: str
    name: str
    variant: Text | None
    own: bool
    low: Money | None
    high: Money | None
    exact: int
    why: Text | None = None
    point: str = ""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Months of an account under each price list open to it, by the prices of each month; its own first.

    ``notes`` tell of months left out and of what could not be reckoned in.
    """

    account_number: str
    months: tuple[date, ...]
    energy: Energy
    options: tuple[WhatIfOption, ...]
    notes: tuple[Text, ...] = ()

    @property
    def own(self) -> WhatIfOption | None:
        """What the account has, reckoned like the others."""
        return next((one for one in self.options if one.own), None)


@dataclass(frozen=True, slots=True)
class CapacityMonth:
    """What a month's charge for capacity or demand is and would be; ``bill`` is the one that stands for it already.

    ``rule_set`` is the edition of the rules by which its days count, ``words`` how the days came about.
    """

    month: date
    rule_set: str
    before: Money
    after: Money
    words: tuple[Text, ...]
    bill: str = ""


@dataclass(frozen=True, slots=True)
class CapacityCost:
    """What days of another capacity would change, month by month; ``more`` tells that they go on after these.

    ``why`` is why the charge cannot be told.
    """

    months: tuple[CapacityMonth, ...]
    more: bool = False
    why: Text | None = None

    @property
    def difference(self) -> Money:
        """How much more (+) or less (−) it would come to."""
        return Money.total([one.after - one.before for one in self.months])


@dataclass(frozen=True, slots=True)
class BillChange:
    """A bill that stands, and what it would be; ``why`` is why that cannot be told."""

    number: str
    account_number: str
    month: date
    amount: Money
    new: Money | None
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class BillChanges:
    """The bills that stand for days which something changes, the oldest first."""

    bills: tuple[BillChange, ...]

    @property
    def most_first(self) -> tuple[BillChange, ...]:
        """The same, what cannot be told first, then what changes most."""
        by = {one: abs((one.new - one.amount).raw) if one.new is not None else None for one in self.bills}
        return tuple(sorted(self.bills, key=lambda one: (by[one] is not None, -(by[one] or 0), one.number)))

    @property
    def difference(self) -> Money:
        """How much more (+) or less (−) those come to whose new amount is known."""
        return Money.total([one.new - one.amount for one in self.bills if one.new is not None])


@dataclass(frozen=True, slots=True)
class RouteChoices:
    """The reading routes there are, and code and name of every tariff."""

    routes: tuple[str, ...]
    tariffs: tuple[tuple[str, str], ...]
