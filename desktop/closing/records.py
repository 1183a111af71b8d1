"""The plain values of closing a month: what stands open, the figures of the month, and the rows behind each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from desktop.kernel.measures import Energy, Money, round_half_up
from desktop.kernel.period import Period
from desktop.kernel.text import Text, Worded
from desktop.ledger.records import Role
from desktop.tariffs.records import CustomerClass


class Check(Worded):
    """What may stand open when a month is closed. What ``blocks`` is done first; the rest is told and explained."""

    blocks: bool

    EARLIER = "earlier", Text("Months before it not closed")
    DRAFTS = "drafts", Text("Drafts of the month not issued")
    PAYMENTS = "payments", Text("Payments without an answer, on this computer")
    HELD = "held", Text("Accounts held")
    DOUBTFUL = "doubtful", Text("Reads to check")
    TILLS = "tills", Text("Tills open since the month")
    UNPRINTED = "unprinted", Text("Receipts to print again")


for _check in Check:
    _check.blocks = _check in (Check.EARLIER, Check.DRAFTS, Check.PAYMENTS)


@dataclass(frozen=True, slots=True)
class CheckFound:
    """How many of a kind stand open."""

    check: Check
    count: int


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of the ledger: closed by whom and when, or open. ``over``: it has ended and can be closed."""

    month: date
    over: bool
    closed_at: datetime | None = None
    closed_by: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class TierRow:
    """What one class of customers was asked for and paid in one tier; tier 0 is what no tier priced.

    ``receivable`` are the bills issued less those taken back, ``received`` the principal cleared less what was undone.
    """

    customer_class: CustomerClass
    tier: int
    energy: Energy
    receivable: Money
    received: Money


@dataclass(frozen=True, slots=True)
class AgeRow:
    """What is overdue at the end of the month by ``first`` to ``last`` days; 0 to 0 is not due yet, None has no end."""

    first: int
    last: int | None
    items: int
    amount: Money


@dataclass(frozen=True, slots=True)
class TaxRow:
    """Bills issued or taken back at one rate of value added tax."""

    percent: int
    taken_back: bool
    bills: int
    net: Money
    tax: Money

    @property
    def gross(self) -> Money:
        """Net and tax."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A ledger account in the month: its balance before (debit positive), what was posted to either side."""

    role: Role
    code: str
    name: Text
    before: Money
    debit: Money
    credit: Money

    @property
    def after(self) -> Money:
        """Its balance at the end of the month."""
        return self.before + self.debit - self.credit


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The figures of a month: functions of what was posted up to its last day, so they stay once it is closed.

    ``due`` is what the bills issued in the month and standing at its end ask for, ``collected`` what was paid of it
    by then. ``money`` is the same as a number of the currency's units, by its decimals.
    """

    month: date
    decimals: int
    tiers: tuple[TierRow, ...]
    due: Money
    collected: Money
    late_fees: Money
    ages: tuple[AgeRow, ...]
    taxes: tuple[TaxRow, ...]
    ledger: tuple[LedgerRow, ...]
    sets: int

    @property
    def receivable(self) -> Money:
        """All bills of the month less what was taken back."""
        return Money.total([row.receivable for row in self.tiers])

    @property
    def received(self) -> Money:
        """All principal paid in the month."""
        return Money.total([row.received for row in self.tiers])

    @property
    def energy(self) -> Energy:
        """What the bills of the month bill, less what was taken back."""
        return Energy.total([row.energy for row in self.tiers])

    @property
    def arrears(self) -> Money:
        """All that is owed at the end of the month, due or not."""
        return Money.total([row.amount for row in self.ages])

    @property
    def overdue(self) -> Money:
        """What of it is overdue."""
        return Money.total([row.amount for row in self.ages if row.first])

    @property
    def recovery_percent(self) -> Decimal | None:
        """How much of the month's receivables was collected, two decimals; None where there were none."""
        if not self.due:
            return None
        return round_half_up(Decimal(self.collected.raw) * 100 / self.due.raw, 2)

    @property
    def average_price(self) -> Decimal | None:
        """Currency units a kWh, without late fees, four decimals; None where nothing was used."""
        if not self.energy:
            return None
        return round_half_up(Decimal(self.receivable.raw).scaleb(-self.decimals) / self.energy.decimal, 4)


@dataclass(frozen=True, slots=True)
class MonthLook:
    """A month as somebody who may close it sees it: what stands open, and its figures, frozen where it is closed.

    ``digest`` is of figures and list: whoever closes the month closes what they saw.
    """

    row: MonthRow
    checks: tuple[CheckFound, ...]
    figures: MonthFigures
    digest: str

    @property
    def blocked(self) -> bool:
        """Whether something has to be done first."""
        return not self.row.over or any(one.check.blocks and one.count for one in self.checks)

    @property
    def warned(self) -> bool:
        """Whether something stands open that is to be explained."""
        return any(one.count and not one.check.blocks for one in self.checks)


@dataclass(frozen=True, slots=True)
class CloseOrder:
    """Close a month as it was seen (``digest``); ``remark`` explains what stands open.

    ``payments`` are those without an answer on the computer of whoever closes it.
    """

    month: str
    digest: str
    remark: str = ""
    payments: int = 0


class Behind(Worded):
    """Figures that open the rows behind them."""

    CHARGED = "charged", Text("Receivable")
    RECEIVED = "received", Text("Received")
    DUE = "due", Text("Receivables of the month")
    COLLECTED = "collected", Text("Collected of them")
    ARREARS = "arrears", Text("Arrears")
    TAX = "tax", Text("VAT")
    LEDGER = "ledger", Text("Postings")
    CHECK = "check", Text("Check list")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a month: ``part`` says which of its kind, such as ``residential 1`` or ``1122``; empty is all.

    Written out it is what a `Listing` is about.

    >>> Figure.of("2026-01 charged residential 1")
    Figure(month='2026-01', behind=<Behind.CHARGED: 'charged'>, part='residential 1')
    """

    month: str
    behind: Behind
    part: str = ""

    def __str__(self) -> str:
        return f"{self.month} {self.behind.value} {self.part}".rstrip()

    @classmethod
    def of(cls, written: str) -> Figure:
        """The figure of what a listing is about; anything else is a ValueError."""
        month, behind, part = (*written.split(maxsplit=2), "", "")[:3]
        Period.month(month)
        return cls(month, Behind.of(behind), part)


@dataclass(frozen=True, slots=True)
class BehindRow:
    """One row behind a figure; ``page`` and ``number`` are where its matter is found."""

    on: date | None
    paper: str
    account_number: str
    customer_name: str
    what: Text
    energy: Energy | None = None
    amount: Money | None = None
    page: str = ""


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A page of a month's postings: those of the sets behind ``after`` (empty: from the start)."""

    month: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One posting as books of account have it: ``set_id`` is what it was posted with, ``paper`` what proves it."""

    set_id: UUID
    on: date
    what: Text
    paper: str
    account_number: str
    code: str
    name: Text
    amount: Money
