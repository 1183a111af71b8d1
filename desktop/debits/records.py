"""The plain values of direct debits: mandates, files for banks, what banks made of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from desktop.kernel.errors import Problem
from desktop.kernel.measures import Money
from desktop.kernel.text import Text, Worded
from desktop.ledger.records import NOTHING

# Banks and how their files look


class OutField(Worded):
    """What a file for a bank may tell of an item."""

    POSITION = "position", Text("Place in the file")
    NUMBER = "number", Text("Number of the item")
    HOLDER = "holder", Text("Account holder")
    BANK_ACCOUNT = "bank_account", Text("Bank account")
    AGREEMENT = "agreement", Text("Agreement number")
    AMOUNT = "amount", Text("Amount")
    DAY = "day", Text("Collection day")
    ACCOUNT = "account", Text("Account number")
    BILL = "bill", Text("Bill")
    CREDITOR = "creditor", Text("Our number at the bank")


class InField(Worded):
    """What a file of results tells of an item."""

    NUMBER = "number", Text("Number of the item")
    AMOUNT = "amount", Text("Amount")
    RESULT = "result", Text("Result")
    REASON = "reason", Text("Reason")
    DAY = "day", Text("Booking day")
    LINE = "line", Text("Number of the line")


class Meaning(Worded):
    """What a bank's result means: paid, taken back after it had paid, or why it did not pay."""

    PAID = "paid", Text("Paid")
    RETURNED = "returned", Text("Returned by the bank")
    FAILED = "failed", Text("Not paid")
    FUNDS = "funds", Text("Not enough money")
    LIMIT = "limit", Text("Above the limit")
    FROZEN = "frozen", Text("Account frozen")
    CLOSED = "closed", Text("Account closed")
    UNKNOWN = "unknown", Text("Wrong account or holder")
    AGREEMENT = "agreement", Text("No agreement")


FOR_GOOD = frozenset({Meaning.CLOSED, Meaning.UNKNOWN, Meaning.AGREEMENT})
"""Failures that come again until the mandate is put right."""


class Encoding(Enum):
    """How a text file spells its letters."""

    UTF8 = "utf-8"
    GB18030 = "gb18030"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a bank wants its file, and how its results look.

    ``out`` are fields with their titles, in order; none: all of them by our own titles. ``into`` are titles of the
    fields of results that we would not know by ourselves. ``minor``: amounts are whole numbers of the smallest unit
    (fen), both ways. ``codes``: what the bank's own codes of results mean, by the code of a `Meaning`.
    """

    out: tuple[tuple[str, str], ...] = ()
    into: tuple[tuple[str, str], ...] = ()
    csv: bool = False
    encoding: Encoding = Encoding.UTF8
    minor: bool = False
    codes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DebitBank:
    """A bank that debits accounts for us: ``creditor`` is our number there, less than ``least`` is not collected."""

    name: str
    creditor: str = ""
    least: Money = NOTHING
    layout: Layout = Layout()


# Mandates


@dataclass(frozen=True, slots=True)
class MandateOrder:
    """What a customer signed: debit this account of a bank from a day on.

    With ``mandate_id`` one that stands is put right; its bank account stays where none is given.
    """

    account_number: str
    bank: str
    bank_account: str
    holder: str
    agreement: str
    signed_on: date
    valid_from: date
    mandate_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class MandateEnd:
    """End a mandate: from ``valid_to`` on nothing is collected by it."""

    mandate_id: UUID
    valid_to: date
    reason: str


@dataclass(frozen=True, slots=True)
class MandateRow:
    """A mandate as it stands; its bank account is masked. ``reason`` is why it ended."""

    mandate_id: UUID
    account_number: str
    customer_name: str
    bank: str
    bank_account: str
    holder: str
    agreement: str
    signed_on: date
    valid_from: date
    valid_to: date | None
    reason: str
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class MandatesQuery:
    """Mandates of an account, or the newest of this hall; ``ended`` ones too."""

    account_number: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class MandatesRead:
    """A sheet of mandates as it was read: its rows with their line, and what is wrong with others."""

    file_name: str
    rows: tuple[tuple[int, MandateOrder], ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class MandatesTaken:
    """What came of a sheet of mandates: entered, those that stood like that already, and rows that were not taken."""

    entered: int
    same: int
    problems: tuple[Problem, ...]


# Files for a bank


class LeftOut(Worded):
    """Why something that is due is not in a file."""

    NO_MANDATE = "no_mandate", Text("No mandate on the day")
    OTHER_BANK = "other_bank", Text("Mandate with another bank")
    WAITING = "waiting", Text("In another file, result not known yet")
    DISPUTED = "disputed", Text("Disputed")
    REFUSED = "refused", Text("The bank refused the mandate: put it right")
    COVERED = "covered", Text("Covered by credit")
    SMALL = "small", Text("Less than the bank collects")


@dataclass(frozen=True, slots=True)
class FileOrder:
    """A file for a bank: what is due up to ``due_by`` and not paid, to be collected ``collect_on``."""

    bank: str
    collect_on: date
    due_by: date


@dataclass(frozen=True, slots=True)
class Left:
    """What is left out of a file for a reason: items, how much, and the first of their accounts."""

    why: LeftOut
    items: int
    amount: Money
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FilePreview:
    """What a file would have in it, and what it leaves out; ``order`` is what it was asked for."""

    order: FileOrder
    items: int
    accounts: int
    amount: Money
    left: tuple[Left, ...]


@dataclass(frozen=True, slots=True)
class FileMade:
    """A file that was made: its number, and how much is in it."""

    number: str
    items: int
    amount: Money


class FileState(Worded):
    """Where a file stands."""

    MADE = "made", Text("Made, not sent")
    SENT = "sent", Text("Sent, result awaited")
    DONE = "done", Text("All results known")
    WITHDRAWN = "withdrawn", Text("Withdrawn")


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file for a bank and what became of its items: how many and how much of each kind."""

    number: str
    bank: str
    collect_on: date
    made_at: datetime
    made_by: str
    state: FileState
    items: int
    amount: Money
    awaiting: int
    awaiting_amount: Money
    paid: int
    paid_amount: Money
    failed: int
    returned: int
    sha256: str
    reason: str


class ItemState(Worded):
    """What became of an item."""

    AWAITING = "awaiting", Text("Result awaited")
    PAID = "paid", Text("Paid")
    FAILED = "failed", Text("Not paid")
    RETURNED = "returned", Text("Returned by the bank")
    WITHDRAWN = "withdrawn", Text("Withdrawn")


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item of a file; ``why`` and the bank's own ``words`` where it did not pay; its payment where it did."""

    number: str
    file_number: str
    account_number: str
    customer_name: str
    bill_number: str
    holder: str
    bank_account: str
    amount: Money
    state: ItemState
    why: Meaning | None
    words: str
    on: date | None
    payment_id: UUID | None


@dataclass(frozen=True, slots=True)
class SendItem:
    """An item as the bank is told of it."""

    position: int
    number: str
    holder: str
    bank_account: str
    agreement: str
    amount: Money
    day: date
    account_number: str
    bill_number: str
    creditor: str


@dataclass(frozen=True, slots=True)
class FileToSend:
    """All that is written into a file for a bank."""

    number: str
    bank: DebitBank
    items: tuple[SendItem, ...]


@dataclass(frozen=True, slots=True)
class SentOrder:
    """A file was written to be sent to its bank; its SHA-256 tells it from any other."""

    number: str
    sha256: str


@dataclass(frozen=True, slots=True)
class WithdrawOrder:
    """Take a file back: what is in it is free again. ``by_bank``: it was sent, and the bank refused it as a whole."""

    number: str
    reason: str
    by_bank: bool = False


@dataclass(frozen=True, slots=True)
class AwaitingRow:
    """What of an account is in a file whose result is not known yet."""

    item_number: str
    bank: str
    collect_on: date
    bill_number: str
    amount: Money


# Results


@dataclass(frozen=True, slots=True)
class ResultRead:
    """A row of results: ``key`` tells it from all others of that bank. ``words`` are the bank's own reason."""

    row: int
    key: str
    number: str
    amount: Money
    meaning: Meaning
    words: str
    day: date | None


@dataclass(frozen=True, slots=True)
class ResultsRead:
    """A file of results as it was read: rows, what cannot be read, its titles and which field stands under which."""

    file_name: str
    sha256: str
    rows: tuple[ResultRead, ...]
    problems: tuple[Problem, ...]
    titles: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ResultsOrder:
    """Keep a file of results of a bank, to be booked row by row; its ``columns`` are kept for the next one."""

    bank: str
    file_name: str
    sha256: str
    rows: tuple[ResultRead, ...]
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ResultsTaken:
    """What came of a file of results: ``read`` rows = paid + failed + returned + ``known`` before + ``to_mend``.

    ``waiting`` are those that a stop left to be booked; ``letters`` are to customers whose money was taken back.
    """

    file_name: str
    read: int
    known: int
    paid: int = 0
    paid_amount: Money = NOTHING
    failed: int = 0
    returned: int = 0
    letters: tuple[str, ...] = ()
    to_mend: tuple[Problem, ...] = ()
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A row of results that is not booked: ``problem`` is why, None where it only waits to be."""

    result_id: UUID
    bank: str
    file_name: str
    row: int
    number: str
    amount: Money
    meaning: Meaning
    words: str
    day: date | None
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class MendOrder:
    """What a row to mend is after all: the result of the item with this number; or, without one, set aside with why."""

    result_id: UUID
    item_number: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Booked:
    """What came of booking some results: counts, how much was paid, and letters to those who were debited in vain."""

    paid: int = 0
    paid_amount: Money = NOTHING
    failed: int = 0
    returned: int = 0
    letters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemReturn:
    """A bank took back what it had collected by an item, said by hand."""

    item_number: str
    on: date
    reason: str
