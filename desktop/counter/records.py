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
class Piece:
    """So many notes or coins of a value."""

    value: Money
    count: int

    @property
    def amount(self) -> Money:
        """What they come to."""
        return self.value * self.count


@dataclass(frozen=True, slots=True)
class TillOrder:
    """Open the till of this station with a float; ``pieces`` are its notes and coins as far as they were counted."""

    opening_float: Money
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class TillOpened:
    """The open session of a till; ``counted`` when its count at the close has begun: then it takes no money."""

    session_id: UUID
    till_code: str
    till_name: str
    opened_at: datetime
    receipts: int
    next_receipt: str
    counted: bool = False


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


# The close of a till


@dataclass(frozen=True, slots=True)
class CountOrder:
    """What is in the drawer: ``pieces`` are notes and coins as far as they were counted, ``amount`` is all of it."""

    amount: Money
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class TillCounted:
    """A count as it was made; it is never changed."""

    count_id: UUID
    counted_at: datetime
    by: str
    amount: Money
    pieces: tuple[Piece, ...]


class CountKind(Worded):
    """When a drawer was counted."""

    OPENING = "opening", Text("Count at the opening")
    CLOSING = "closing", Text("Count at the close")


class MovementKind(Worded):
    """How cash moved between a till and the safe."""

    OPENING = "opening", Text("Float at the opening")
    FLOAT = "float", Text("Float from the safe")
    DROP = "drop", Text("Drop to the safe")
    TURN_IN = "turn_in", Text("Turned in at the close")


@dataclass(frozen=True, slots=True)
class MovementOrder:
    """Move cash between this station's till and the safe while it is open: a drop or a float."""

    kind: MovementKind
    amount: Money
    note: str = ""


@dataclass(frozen=True, slots=True)
class MovementRow:
    """Cash that moved between a till and the safe."""

    kind: MovementKind
    moved_at: datetime
    by: str
    amount: Money
    note: str


class FlowKind(Worded):
    """What money did at a till."""

    RECEIPT = "receipt", Text("Receipt")
    REVERSAL = "reversal", Text("Reversal")
    REFUND = "refund", Text("Refund")


@dataclass(frozen=True, slots=True)
class Flow:
    """Money taken or given back, by the word of its tender."""

    kind: FlowKind
    tender: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Taken:
    """What a session took by one tender: receipts, those reversed since, and what stayed."""

    tender: TenderKind
    receipts: int
    reversals: int
    amount: Money


class SuspectReason(Worded):
    """Why a receipt could explain a difference."""

    EQUAL = "equal", Text("its amount is the difference")
    TENDER = "tender", Text("perhaps paid in cash: its amount is the difference")
    CHANGE = "change", Text("its change is the difference")
    HALF = "half", Text("half the difference: perhaps the wrong way round")
    SWAPPED = "swapped", Text("two digits swapped make the difference")


@dataclass(frozen=True, slots=True)
class Suspect:
    """A receipt that could explain the difference of a till."""

    number: str
    customer_name: str
    paid_at: datetime
    tender: TenderKind
    amount: Money
    why: SuspectReason


@dataclass(frozen=True, slots=True)
class TillClosing:
    """A session that was counted: what should be there, what was counted last, and what could explain the rest."""

    session_id: UUID
    till_name: str
    opened_at: datetime
    opened_by: str
    opening_float: Money
    counts: tuple[TillCounted, ...]
    taken: tuple[Taken, ...]
    movements: tuple[MovementRow, ...]
    expected: Money
    suspects: tuple[Suspect, ...]
    unprinted: tuple[str, ...]

    @property
    def counted(self) -> TillCounted:
        """The count that holds: the last one."""
        return self.counts[-1]

    @property
    def difference(self) -> Money:
        """What was counted above (or, negative, below) what should be there."""
        return self.counted.amount - self.expected


@dataclass(frozen=True, slots=True)
class LostPayment:
    """A payment this computer sent and has no answer to; without number and amount where it was for several."""

    entry_id: UUID
    account_number: str
    amount: Money | None


@dataclass(frozen=True, slots=True)
class CloseTillOrder:
    """Close the session by the count one has seen the result of, with the reason of a difference.

    ``unprinted`` receipts and ``lost`` payments are handed on to whoever comes next: named here, on the sheet for good.
    """

    count_id: UUID
    reason: str = ""
    unprinted: tuple[str, ...] = ()
    lost: tuple[LostPayment, ...] = ()


@dataclass(frozen=True, slots=True)
class CashSheetQuery:
    """A cash sheet asked for by its number; of this station's last session without one."""

    number: str = ""


@dataclass(frozen=True, slots=True)
class CashSheet:
    """The sheet of a closed session with all its paper shows; ``copy`` is 0 for the original, n for COPY n."""

    number: str
    letterhead: Letterhead
    language: str
    till_name: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime
    closed_by: str
    opening_float: Money
    opening_pieces: tuple[Piece, ...]
    taken: tuple[Taken, ...]
    movements: tuple[MovementRow, ...]
    first_receipt: str
    last_receipt: str
    counts: tuple[TillCounted, ...]
    expected: Money
    difference: Money
    reason: str
    unprinted: tuple[str, ...]
    lost: tuple[LostPayment, ...]
    check_code: str
    copy: int = 0

    @property
    def counted(self) -> TillCounted:
        """The count that holds: the last one."""
        return self.counts[-1]
