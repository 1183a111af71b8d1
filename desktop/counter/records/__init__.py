"""The plain values of the counter: what is paid, with what, and the receipt that proves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from desktop.kernel.measures import Money
from desktop.kernel.text import Text, Worded
from desktop.ledger.records import Dues, SettledItem
from desktop.staff.records import Letterhead


class TenderKind(Worded):
    """What money came as."""

    CASH = "cash", Text("Cash")
    CARD = "card", Text("Card")
    TRANSFER = "transfer", Text("Transfer")
    WALLET = "wallet", Text("E-wallet")
    CHEQUE = "cheque", Text("Cheque")
    DEBIT = "debit", Text("Direct debit")


AT_COUNTER = tuple(kind for kind in TenderKind if kind is not TenderKind.DEBIT)
"""What money comes as at a counter; direct debits come with the results of their bank."""


class ChequeState(Worded):
    """What became of a cheque: it counts as paid from the day it was handed in, unless the bank returns it."""

    PENDING = "pending", Text("Cheque pending")
    CREDITED = "credited", Text("Cheque credited")
    RETURNED = "returned", Text("Cheque returned")


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
class CashLimit:
    """How much cash a drawer may hold: asked to be brought to the safe above one amount, refused above the other."""

    told_above: Money | None = None
    refused_above: Money | None = None


@dataclass(frozen=True, slots=True)
class CashLimitOrder:
    """Set the limit of a ``till``, by the code of its station, or (without one) of all that have none of their own."""

    limit: CashLimit
    till: str = ""


@dataclass(frozen=True, slots=True)
class TillOpened:
    """The open session of a till; ``counted`` when its count at the close has begun: then it takes no money.

    ``full``: cash is to be brought to the safe; how much there is, is not told. ``refuses``: before any more is taken.
    """

    session_id: UUID
    till_code: str
    till_name: str
    opened_at: datetime
    receipts: int
    next_receipt: str
    counted: bool = False
    full: bool = False
    refuses: bool = False


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

    ``given`` may exceed ``amount`` for cash only. ``reference`` is the outside number of what is not cash. ``first``
    is the number of the bill that who pays means it for: it is settled before what is older. ``paid_by`` names who
    pays, where that is not the customer.
    """

    account_number: str
    amount: Money
    given: Money
    tender: TenderKind = TenderKind.CASH
    reference: str = ""
    first: str = ""
    paid_by: str = ""


class CardPart(Enum):
    """What of an account's card is wanted at once."""

    WHY = "why its newest bill differs from the one before"
    WHAT_IF = "what it would cost under other price lists"


@dataclass(frozen=True, slots=True)
class AccountShown:
    """The argument that opens a part of an account's card on the customers' page."""

    account_number: str
    part: CardPart


@dataclass(frozen=True, slots=True)
class TenderPart:
    """One of several tenders of a payment, as a `PaymentOrder` has it."""

    amount: Money
    given: Money
    tender: TenderKind = TenderKind.CASH
    reference: str = ""


@dataclass(frozen=True, slots=True)
class MixedOrder:
    """Money to take for one account by several tenders; ``first`` and ``paid_by`` as in `PaymentOrder`."""

    account_number: str
    tenders: tuple[TenderPart, ...]
    first: str = ""
    paid_by: str = ""

    @property
    def amount(self) -> Money:
        """What stays with us."""
        return Money.total([one.amount for one in self.tenders])


@dataclass(frozen=True, slots=True)
class ReceiptQuery:
    """A receipt asked for by its number."""

    number: str


@dataclass(frozen=True, slots=True)
class ReceiptPart:
    """What a receipt of several accounts shows of one of them."""

    payment_id: UUID
    account_number: str
    customer_name: str
    address: str
    items: tuple[SettledItem, ...]
    amount: Money
    credit_used: Money
    credit_made: Money
    owed_after: Money
    credit_after: Money


@dataclass(frozen=True, slots=True)
class ReceiptIssued:
    """A receipt with all its paper shows; ``copy`` is 0 for the original, n for COPY n.

    One of several accounts has their ``parts``, from two on; its account number is then that of their payment group,
    or empty, and its sums are those of all.
    """

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
    parts: tuple[ReceiptPart, ...] = ()

    def part_of(self, account_number: str) -> ReceiptPart | None:
        """What it shows of one of several accounts."""
        return next((part for part in self.parts if part.account_number == account_number), None)


@dataclass(frozen=True, slots=True)
class AccountDue:
    """One of several accounts that are paid together: whose it is, where, and what it owes today."""

    account_number: str
    customer_name: str
    address: str
    dues: Dues


@dataclass(frozen=True, slots=True)
class TogetherQuery:
    """Accounts that may be paid together: those named, as a ``group`` where one is named too, or all of that group.

    ``family``: what belongs to the first of them, which is the members of its group, or its customer's accounts.
    """

    accounts: tuple[str, ...] = ()
    group: str = ""
    family: bool = False


@dataclass(frozen=True, slots=True)
class Together:
    """Accounts to pay with one tender, and who pays them: of a ``group`` (number and name) its payer."""

    payer: str
    language: str
    group: str
    group_name: str
    rows: tuple[AccountDue, ...]


@dataclass(frozen=True, slots=True)
class AccountShare:
    """What of one tender is for an account. ``due`` is what it had to pay when the shares were made."""

    account_number: str
    due: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class TogetherOrder:
    """One tender for several accounts; their shares make its amount, what is ``given`` beyond it is change.

    ``one_receipt``: all on one receipt, else one each. ``group`` is the payment group whose payer pays, if any;
    ``paid_by`` as in `PaymentOrder`.
    """

    shares: tuple[AccountShare, ...]
    given: Money
    tender: TenderKind = TenderKind.CASH
    reference: str = ""
    one_receipt: bool = True
    group: str = ""
    paid_by: str = ""

    @property
    def amount(self) -> Money:
        """What stays with us."""
        return Money.total([share.amount for share in self.shares])


@dataclass(frozen=True, slots=True)
class MixedTogetherOrder:
    """Several tenders for several accounts: what the ``shares`` give the accounts is what the tenders come to.

    `rules.divided` tells which tender pays which account. All else is as in `TogetherOrder`, for each tender.
    """

    shares: tuple[AccountShare, ...]
    tenders: tuple[TenderPart, ...]
    one_receipt: bool = True
    group: str = ""
    paid_by: str = ""

    @property
    def amount(self) -> Money:
        """What stays with us."""
        return Money.total([one.amount for one in self.tenders])


@dataclass(frozen=True, slots=True)
class TakenTogether:
    """What was taken for several accounts, or by several tenders, or both, with its receipts.

    Of each tender there is one receipt of all its accounts or one of each. Of several ``tenders``, ``tender`` is the
    first.
    """

    customer_name: str
    accounts: int
    amount: Money
    given: Money
    change: Money
    tender: TenderKind
    owed_after: Money
    credit_after: Money
    receipts: tuple[ReceiptIssued, ...]

    @property
    def tenders(self) -> tuple[TenderKind, ...]:
        """What it came as, each kind once."""
        return tuple(dict.fromkeys(one.tender for one in self.receipts))

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers of its receipts, in order."""
        return tuple(receipt.number for receipt in self.receipts)


@dataclass(frozen=True, slots=True)
class TakeBackOrder:
    """Take back the payment of a receipt; of one of several accounts all, or those named.

    ``whole``: also what was paid in the same step under other receipts, by the same tender or another.
    """

    receipt_number: str
    reason: str
    accounts: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class PaymentTakenBack:
    """A payment that was taken back, of one account."""

    receipt_number: str
    account_number: str
    customer_name: str
    amount: Money
    tender: TenderKind


@dataclass(frozen=True, slots=True)
class PaidPart:
    """One account's payment by one tender; who took it back and why, where that was at a counter."""

    receipt_number: str
    account_number: str
    customer_name: str
    amount: Money
    tender: TenderKind
    taken_back: bool = False
    reversed_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment in an account's history, with what it settled and what of it became credit.

    ``together`` is how many accounts are on its receipt; ``taken_back``: it was reversed or refunded since. ``moved``:
    it came from another account or went to one, and stands ``elsewhere`` now. ``cheque`` is what became of one.
    """

    paid_at: datetime
    receipt_number: str
    tender: TenderKind
    amount: Money
    cashier: str
    settled: tuple[SettledItem, ...]
    credit_made: Money
    together: int = 1
    taken_back: bool = False
    moved: bool = False
    elsewhere: bool = False
    cheque: ChequeState | None = None


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
class LeftTill:
    """What the cashier before left in a till that is closed: its cash sheet, who counted it when, and how much."""

    cash_sheet: str
    closed_by: str
    closed_at: datetime
    amount: Money
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class TakeOverOrder:
    """Open the till of this station with the count it was closed by, as the named cash sheet has it."""

    cash_sheet: str


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


class LostKind(Worded):
    """What moves money at a till, of which an answer may be lost."""

    PAYMENT = "payment", Text("Payment")
    REFUND = "refund", Text("Refund")
    TAKEN_BACK = "taken_back", Text("Payment taken back")
    DROP = MovementKind.DROP.value, MovementKind.DROP.text
    FLOAT = MovementKind.FLOAT.value, MovementKind.FLOAT.text


class LostState(Enum):
    """What the database says of it, asked by its id; what is under way is not asked for yet."""

    WAITS = "waits"
    BOOKED = "booked"
    UNBOOKED = "unbooked"


@dataclass(frozen=True, slots=True)
class LostPayment:
    """A step with money this computer sent and heard no answer of; one for several accounts stands under the first.

    Cash between till and safe has no account. What is not booked will not be, unless it is done again.
    """

    entry_id: UUID
    account_number: str
    amount: Money
    kind: LostKind = LostKind.PAYMENT
    sent_at: datetime | None = None
    state: LostState = LostState.WAITS

    @property
    def is_open(self) -> bool:
        """Whether somebody has to look after it."""
        return self.state is not LostState.BOOKED


@dataclass(frozen=True, slots=True)
class CloseTillOrder:
    """Close the session by the count one has seen the result of, with the reason of a difference.

    ``unprinted`` receipts and ``lost`` steps are handed on to whoever comes next: named here, on the sheet for good.
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
