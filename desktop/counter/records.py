"""The plain values of the counter: what is paid, with what, and the receipt that proves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from desktop.kernel.measures import Money
from desktop.kernel.text import Text, Worded
from desktop.ledger.records import SettledItem
from desktop.staff.records import Letterhead


class TenderKind(Worded):
    """What money came as."""

    CASH = "cash", Text("Cash")
    CARD = "card", Text("Card")
    TRANSFER = "transfer", Text("Transfer")
    WALLET = "wallet", Text("E-wallet")


@dataclass(frozen=True, slots=True)
class TillOrder:
    """Open the till of this station with a float."""

    opening_float: Money


@dataclass(frozen=True, slots=True)
class TillOpened:
    """The open session of a till."""

    session_id: UUID
    till_code: str
    till_name: str
    opened_at: datetime
    receipts: int
    next_receipt: str


@dataclass(frozen=True, slots=True)
class ShiftReceipt:
    """One of the latest receipts of a shift."""

    paid_at: datetime
    number: str
    customer_name: str
    tender: TenderKind
    amount: Money


@dataclass(frozen=True, slots=True)
class Shift:
    """What the open session of a till took: numbers of receipts by tender, for counts are blind, and the latest."""

    counts: tuple[tuple[TenderKind, int], ...]
    latest: tuple[ShiftReceipt, ...]


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """Money to take: ``amount`` stays with us, ``given`` was handed over, the difference is change.

    ``given`` may exceed ``amount`` for cash only. ``reference`` is the outside number of what is not cash.
    """

    account_number: str
    amount: Money
    given: Money
    tender: TenderKind = TenderKind.CASH
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptQuery:
    """A receipt asked for by its number."""

    number: str


@dataclass(frozen=True, slots=True)
class ReceiptIssued:
    """A receipt with all its paper shows; ``copy`` is 0 for the original, n for COPY n."""

    payment_id: UUID
    number: str
    letterhead: Letterhead
    language: str
    account_number: str
    customer_name: str
    address: str
    paid_at: datetime
    cashier: str
    till_name: str
    items: tuple[SettledItem, ...]
    amount: Money
    amount_words: str
    tender: TenderKind
    given: Money
    change: Money
    credit_used: Money
    credit_made: Money
    owed_after: Money
    credit_after: Money
    check_code: str
    copy: int = 0
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment in an account's history, with what it settled and what of it became credit."""

    paid_at: datetime
    receipt_number: str
    tender: TenderKind
    amount: Money
    cashier: str
    settled: tuple[SettledItem, ...]
    credit_made: Money
