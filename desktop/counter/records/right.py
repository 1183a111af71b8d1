"""The plain values of putting payments right: refunds by two people, and a payment moved to the right account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from desktop.counter.records import TenderKind
from desktop.kernel.measures import Money
from desktop.kernel.text import Text, Worded
from desktop.ledger.records import Dues, SettledItem
from desktop.staff.records import Letterhead

# Refunds


class RefundState(Worded):
    """How far a refund has come."""

    WAITING = "waiting", Text("Waits for another person")
    APPROVED = "approved", Text("To be paid out")
    DECLINED = "declined", Text("Declined")
    PAID = "paid", Text("Paid out")


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Ask for money to be given back: the payment of a receipt, or without one ``amount`` of an account's credit.

    ``account_number`` is needed for credit, and where the receipt is of several accounts. ``tender`` is cash or
    transfer; ``reference`` the bank account a transfer goes to.
    """

    reason: str
    receipt_number: str = ""
    account_number: str = ""
    amount: Money | None = None
    tender: TenderKind = TenderKind.CASH
    reference: str = ""


@dataclass(frozen=True, slots=True)
class RefundDecisionOrder:
    """Approve a refund that another person asked for, or decline it with a reason."""

    request_id: UUID
    approve: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RefundsWaiting:
    """How many refunds wait for a person: to be decided, because others asked for them, and to be paid out."""

    to_decide: int
    to_pay: int


@dataclass(frozen=True, slots=True)
class RefundRow:
    """A refund as it stands. ``receipt_number`` is empty for credit, ``number`` until it is paid; ``mine``: I asked."""

    request_id: UUID
    account_number: str
    customer_name: str
    receipt_number: str
    amount: Money
    tender: TenderKind
    reference: str
    reason: str
    state: RefundState
    asked_at: datetime
    asked_by: str
    decided_by: str = ""
    declined: str = ""
    number: str = ""
    mine: bool = False


@dataclass(frozen=True, slots=True)
class RefundQuery:
    """The refunds of this hall: all that are not finished and the newest others, or those of an account.

    ``number`` is the one that is looked for among them.
    """

    account_number: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class RefundNumber:
    """A refund asked for by the number of its paper."""

    number: str


@dataclass(frozen=True, slots=True)
class RefundPaid:
    """A refund that was paid out, with all its paper shows; ``copy`` is 0 for the original, n for COPY n."""

    number: str
    letterhead: Letterhead
    language: str
    account_number: str
    customer_name: str
    address: str
    paid_at: datetime
    cashier: str
    till_name: str
    receipt_number: str
    received_on: date | None
    amount: Money
    amount_words: str
    tender: TenderKind
    reference: str
    reason: str
    asked_by: str
    decided_by: str
    owed_after: Money
    credit_after: Money
    check_code: str
    copy: int = 0


# The wrong account


@dataclass(frozen=True, slots=True)
class MoveOrder:
    """Put the payment of a receipt on the account it was meant for.

    ``from_account`` is where it stands now; it may be left out where the receipt is of one account. ``whole``: with
    what the other tenders of the same payment paid of that account.
    """

    receipt_number: str
    to_account: str
    reason: str
    from_account: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class MovedAccount:
    """One of the two accounts of a move, as it stood before and stands after."""

    account_number: str
    customer_name: str
    language: str
    address: str
    before: Dues
    after: Dues


@dataclass(frozen=True, slots=True)
class MoveLetter:
    """The letter to one of the two customers; ``came``: the payment came to this account, else it left it.

    ``items`` are what it settles here, or what is owed again. The other account is not named to its neighbour.
    ``besides`` are the receipts of other tenders that were moved with it.
    """

    number: str
    letterhead: Letterhead
    language: str
    account_number: str
    customer_name: str
    address: str
    written_on: date
    by: str
    came: bool
    receipt_number: str
    paid_on: date
    amount: Money
    items: tuple[SettledItem, ...]
    owed_after: Money
    credit_after: Money
    check_code: str
    copy: int = 0
    besides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaymentMoved:
    """A payment that was moved: both accounts before and after, and what it settles now, with both letters.

    ``besides`` are the receipts of other tenders that were moved with it; ``amount`` is that of all.
    """

    receipt_number: str
    amount: Money
    tender: TenderKind
    paid_on: date
    left: MovedAccount
    right: MovedAccount
    reopened: tuple[SettledItem, ...]
    settled: tuple[SettledItem, ...]
    letters: tuple[MoveLetter, ...]
    besides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterQuery:
    """Letters of moves, asked for by their numbers."""

    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One move in the history of a payment."""

    moved_at: datetime
    by: str
    from_account: str
    to_account: str
    reason: str
    letters: tuple[str, ...]
