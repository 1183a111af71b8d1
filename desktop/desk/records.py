"""The plain values of the desk: everything about one account on one card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from desktop.billing.records import RunRow
from desktop.counter.records import PaymentRow, TenderKind, TillOpened
from desktop.kernel.measures import Energy, Money
from desktop.kernel.text import Text
from desktop.ledger.records import Dues
from desktop.metering.records import MonthUsage
from desktop.premises.records import SupplyState
from desktop.staff.records import PersonRow, ProposalRow


@dataclass(frozen=True, slots=True)
class BillRow:
    """One bill in an account's history."""

    number: str
    month: date
    issued_on: date
    due_on: date
    energy: Energy
    amount: Money
    open: Money


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account in a list."""

    account_id: UUID
    number: str
    customer_name: str
    address: str
    meter_serial: str
    phone: str
    owed: Money
    credit: Money


@dataclass(frozen=True, slots=True)
class AccountsOrder:
    """A page of accounts in number order, after ``after``."""

    after: str = ""
    limit: int = 500


@dataclass(frozen=True, slots=True)
class AccountCard:
    """All a clerk needs of one account; ``phone`` is masked."""

    row: AccountRow
    use_class: Text
    tariff_name: str
    supply_state: SupplyState
    route: str
    language: str
    dues: Dues
    usage: tuple[MonthUsage, ...]
    accumulated: Energy
    bills: tuple[BillRow, ...]
    payments: tuple[PaymentRow, ...]


@dataclass(frozen=True, slots=True)
class ServedRow:
    """A customer served today at a till of this hall; how much was paid stays out, counts are blind."""

    receipt_number: str
    paid_at: datetime
    account_number: str
    customer_name: str
    tender: TenderKind
    till_name: str


@dataclass(frozen=True, slots=True)
class RouteRow:
    """How far a reading route is for a month: its places, how many are read, how many of those estimated."""

    code: str
    places: int
    read: int
    estimated: int

    @property
    def left(self) -> int:
        """Places still to be read."""
        return self.places - self.read


@dataclass(frozen=True, slots=True)
class HeldRow:
    """Drafts of one run that are held for one reason."""

    run_number: str
    month: date
    reason: Text
    accounts: int


@dataclass(frozen=True, slots=True)
class Today:
    """What waits for one person. A part that is not theirs is None, one with nothing in it is empty.

    ``month`` is the month being read and billed now; ``unbilled`` tells that it has no run yet; ``served`` counts
    today's accounts at the tills of the hall.
    """

    must_change: bool
    roles: tuple[str, ...]
    month: date
    till: TillOpened | None
    served: int | None
    receipts: tuple[ServedRow, ...] | None
    routes: tuple[RouteRow, ...] | None
    runs: tuple[RunRow, ...] | None
    unbilled: bool
    held: tuple[HeldRow, ...]
    proposals: tuple[ProposalRow, ...] | None
    locked: tuple[PersonRow, ...] | None


@dataclass(frozen=True, slots=True)
class DrawerRow:
    """A till of the hall with all that is in it; for those alone who may know what a count should give.

    ``cash`` is the float and the cash taken since it was opened, ``taken`` all of today whatever it came as.
    """

    till_name: str
    cashier: str
    opened_at: datetime | None
    receipts: int
    cash: Money
    taken: Money
    taken_cash: Money
