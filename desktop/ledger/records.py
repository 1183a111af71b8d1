"""The plain values of the ledger: what is owed and how each figure came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from desktop.kernel.measures import Energy, Money
from desktop.kernel.text import Text, Worded


class Role(Worded):
    """What a ledger account is for; each country's chart gives it a code and a name."""

    RECEIVABLE = "receivable", Text("Receivable")
    CREDIT = "credit", Text("Customer credit")
    REVENUE = "revenue", Text("Electricity revenue")
    TAX = "tax", Text("Value added tax")
    LATE_FEE = "late_fee", Text("Late fees")
    TILL_CASH = "till_cash", Text("Cash in tills")
    SAFE = "safe", Text("Cash in the safe")
    IN_TRANSIT = "in_transit", Text("Money in transit")
    BANK = "bank", Text("Money in the bank")
    BANK_FEE = "bank_fee", Text("Fees of banks")
    DEPOSIT = "deposit", Text("Security deposits")
    OVER_SHORT = "over_short", Text("Till differences")
    OPENING = "opening", Text("Opening balances")
    ADVANCE = "advance", Text("Instalments billed in advance")


class ItemKind(Worded):
    """What an open item is owed for."""

    ELECTRICITY = "electricity", Text("Electricity")
    INSTALMENT = "instalment", Text("Instalment")


@dataclass(frozen=True, slots=True)
class DueItem:
    """One open item as it stands on a day.

    ``principal`` is what is left of it, ``late_fee`` what paying late costs by that day and is not yet paid;
    ``arithmetic`` explains the fee. ``overdue_days`` is 0 up to and including the due day. ``disputed_on`` is the day
    since when it is disputed: no fee grows from then on; ``disputed`` is how much of it, where not all.
    """

    open_item_id: UUID
    kind: ItemKind
    month: date
    bill_number: str
    energy: Energy | None
    due_on: date
    overdue_days: int
    principal: Money
    late_fee: Money
    arithmetic: tuple[Text, ...] = ()
    disputed_on: date | None = None
    disputed: Money | None = None

    @property
    def total(self) -> Money:
        """Principal and late fee together."""
        return self.principal + self.late_fee

    @property
    def wholly_disputed(self) -> bool:
        """Whether nobody asks for any of it now."""
        return self.disputed_on is not None and self.disputed is None


@dataclass(frozen=True, slots=True)
class Dues:
    """All an account owes on a day, oldest first, and the credit that is used before new money."""

    account_id: UUID
    account_number: str
    on: date
    items: tuple[DueItem, ...]
    credit: Money

    @property
    def principal(self) -> Money:
        """Sum of what is left of the items."""
        return Money.total([item.principal for item in self.items])

    @property
    def late_fee(self) -> Money:
        """Sum of the late fees."""
        return Money.total([item.late_fee for item in self.items])

    @property
    def total(self) -> Money:
        """Principal and late fees, before credit."""
        return self.principal + self.late_fee

    @property
    def to_pay(self) -> Money:
        """What a customer has to hand over: the total less credit, never below zero."""
        return max(self.total - self.credit, Money.zero())


@dataclass(frozen=True, slots=True)
class SettledItem:
    """What one payment cleared of one open item."""

    open_item_id: UUID
    month: date
    bill_number: str
    energy: Energy | None
    principal: Money
    late_fee: Money
    overdue_days: int
    settled: bool
    arithmetic: tuple[Text, ...] = ()
    kind: ItemKind = ItemKind.ELECTRICITY

    @property
    def total(self) -> Money:
        """Principal and late fee together."""
        return self.principal + self.late_fee


@dataclass(frozen=True, slots=True)
class Settlement:
    """How an amount was spread: items cleared in order, credit used before, what became new credit."""

    posting_set_id: UUID | None
    items: tuple[SettledItem, ...]
    credit_used: Money
    credit_made: Money
    owed_after: Money
    credit_after: Money


class ClearingKind(Worded):
    """Which part of an open item was cleared."""

    PRINCIPAL = "principal", Text("Principal")
    LATE_FEE = "late_fee", Text("Late fee")


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """A contract account that comes in from another system."""

    id: UUID
    number: str
    party_id: UUID


@dataclass(frozen=True, slots=True)
class KnownPayment:
    """What was paid of a carried item before it came in."""

    paid_on: date
    principal: Money
    late_fee: Money


@dataclass(frozen=True, slots=True)
class KnownItem:
    """Something owed that comes in from another system: as billed there, and what was paid of it since."""

    account_id: UUID
    source_number: str
    month: date
    due_on: date
    energy: Energy | None
    amount: Money
    customer_class: str
    rule_set: str
    payments: tuple[KnownPayment, ...] = ()


NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class Charge:
    """Something to owe from now on: gross amount, the tax inside it, and the terms it is owed on.

    ``advance`` of it was asked for by instalments before. An instalment itself is owed against the advance account:
    it becomes revenue with the bill that deducts it, and never twice.
    """

    account_id: UUID
    source_number: str
    month: date
    due_on: date
    energy: Energy | None
    amount: Money
    tax: Money
    customer_class: str
    rule_set: str
    kind: ItemKind = ItemKind.ELECTRICITY
    advance: Money = NOTHING


# Late fees that are not asked for


class WaiverCause(Worded):
    """Why a late fee is not asked for: in each case it was not the customer who was late."""

    MISREAD = "misread", Text("The meter was read wrong")
    UNDELIVERED = "undelivered", Text("The bill did not arrive")
    BANK = "bank", Text("A bank was late")
    OTHER = "other", Text("Another reason")


@dataclass(frozen=True, slots=True)
class WaiverOrder:
    """Ask nothing for an ``amount`` of the late fee of a bill, all of it where none is named; ``words`` say more."""

    account_number: str
    bill_number: str
    amount: Money | None
    cause: WaiverCause
    words: str = ""


@dataclass(frozen=True, slots=True)
class WaiverBack:
    """Take a waiver back, and why."""

    waiver_id: UUID
    words: str


@dataclass(frozen=True, slots=True)
class WaiverLimitOrder:
    """How much late fee of one bill somebody at a counter may waive from now on."""

    amount: Money


@dataclass(frozen=True, slots=True)
class WaiverRow:
    """One waiver; ``standing`` until it is taken back."""

    waiver_id: UUID
    bill_number: str
    amount: Money
    cause: WaiverCause
    words: str
    waived_on: date
    waived_by: str
    standing: bool


@dataclass(frozen=True, slots=True)
class Waivers:
    """The late fees of an account today, what was waived of them, the newest first, and the limit of a counter."""

    account_number: str
    items: tuple[DueItem, ...]
    waived: tuple[WaiverRow, ...]
    limit: Money


@dataclass(frozen=True, slots=True)
class LateFeeChoice:
    """A choice of a setting of late fees, each by its word, for bills issued from a day on."""

    setting: str
    choice: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class LateFeeChoiceRow:
    """What holds of a setting of late fees for bills issued from a day on; without one, from the start."""

    setting: str
    choice: str
    name: Text
    words: Text
    valid_from: date | None = None


# Bills that are disputed


class DisputeOutcome(Worded):
    """What became of a dispute."""

    STOOD = "stood", Text("The bill stands")
    CORRECTED = "corrected", Text("The bill was put right")


@dataclass(frozen=True, slots=True)
class DisputeOrder:
    """A customer disputes a bill, or only an ``amount`` of it; ``words`` say what."""

    account_number: str
    bill_number: str
    words: str
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class DisputeLift:
    """A dispute is over; ``words`` say how it was looked into."""

    dispute_id: UUID
    outcome: DisputeOutcome
    words: str


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """One dispute, of an ``amount`` where not of the whole bill; without an ``outcome`` it stands."""

    dispute_id: UUID
    bill_number: str
    raised_on: date
    raised_by: str
    words: str
    ended_on: date | None = None
    ended_by: str = ""
    outcome: DisputeOutcome | None = None
    ended_words: str = ""
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Disputes:
    """What an account owes today, by which a bill can be disputed, and every dispute, the newest first."""

    account_number: str
    items: tuple[DueItem, ...]
    rows: tuple[DisputeRow, ...]


# Arrears paid in parts by agreement


class AgreementState(Worded):
    """How an agreement about arrears stands on a day; what is paid decides, nothing is stored."""

    KEPT = "kept", Text("Agreement kept")
    BROKEN = "broken", Text("Agreement broken")
    PAID = "paid", Text("Paid as agreed")
    ENDED = "ended", Text("Agreement ended")


@dataclass(frozen=True, slots=True)
class AgreementPart:
    """So much of the arrears by a day; it may still be paid on that day."""

    due_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class AgreementOrder:
    """What an account is overdue with is to be paid in ``count`` equal parts, monthly from ``first_on`` on."""

    account_number: str
    count: int
    first_on: date
    words: str


@dataclass(frozen=True, slots=True)
class AgreementEnd:
    """An agreement holds no more; ``words`` say why."""

    agreement_id: UUID
    words: str


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One agreement: ``left`` of its principal is unpaid, ``missing`` of that should have been paid by now.

    ``next_amount`` by ``next_on`` keeps it; late fees grow on as on any debt and are paid besides.
    """

    agreement_id: UUID
    agreed_on: date
    agreed_by: str
    words: str
    parts: tuple[AgreementPart, ...]
    state: AgreementState
    left: Money
    missing: Money
    next_on: date | None
    next_amount: Money
    ended_on: date | None = None
    ended_words: str = ""

    @property
    def stands(self) -> bool:
        """Whether it still binds: neither ended nor paid."""
        return self.state in (AgreementState.KEPT, AgreementState.BROKEN)


@dataclass(frozen=True, slots=True)
class Agreements:
    """The overdue principal of an account, about which an agreement can be made, and every agreement, newest first."""

    account_number: str
    arrears: Money
    rows: tuple[AgreementRow, ...]
