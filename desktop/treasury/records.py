"""The plain values of the hall's money: its tills as they stand now, and its days with what they are closed with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from desktop.counter.records import CashLimit, LostPayment, Piece, Taken, TenderKind
from desktop.kernel.errors import Problem
from desktop.kernel.heads import Head
from desktop.kernel.measures import Money
from desktop.kernel.text import Text, Worded
from desktop.ledger.records import NOTHING
from desktop.staff.records import Letterhead

# Tills as they stand


class TillState(Worded):
    """What a till is doing."""

    OPEN = "open", Text("Open")
    COUNTING = "counting", Text("Being counted")
    CLOSED = "closed", Text("Closed")


@dataclass(frozen=True, slots=True)
class DrawerRow:
    """The till of a workplace now: ``cash`` should be in its drawer; the last payment; what was taken today.

    While it is closed there is neither cashier nor ``opened_at``; ``receipts`` are those since it was opened.
    ``limit`` is how much cash its drawer may hold.
    """

    till_name: str
    state: TillState
    cashier: str
    opened_at: datetime | None
    receipts: int
    cash: Money
    last_at: datetime | None
    last_amount: Money
    taken: Money
    taken_cash: Money
    till_code: str
    limit: CashLimit


# Days of the hall


@dataclass(frozen=True, slots=True)
class DayQuery:
    """A day of this hall; without one the day that is to be closed next."""

    day: date | None = None


@dataclass(frozen=True, slots=True)
class DayTill:
    """One closed session on the sheet of its day; ``dropped`` went to the safe before its count, less what came from
    there."""

    cash_sheet: str
    till_name: str
    opened_at: datetime
    closed_at: datetime
    closed_by: str
    receipts: int
    taken: tuple[Taken, ...]
    expected: Money
    counted: Money
    difference: Money
    reason: str
    dropped: Money = NOTHING

    @property
    def amount(self) -> Money:
        """What it took by all tenders."""
        return Money.total([one.amount for one in self.taken])

    @property
    def to_safe(self) -> Money:
        """The cash of it that went to the safe, before its count and with it."""
        return self.counted + self.dropped


@dataclass(frozen=True, slots=True)
class OpenTill:
    """A till that hinders the close of a day: whose it is, and since when it is open."""

    till_name: str
    cashier: str
    opened_at: datetime
    counted: bool


@dataclass(frozen=True, slots=True)
class CopyState:
    """The newest try to copy the database after a close: why it failed, or nothing. ``rows`` were counted."""

    tried_at: datetime
    file: str
    rows: int
    problem: Text | None


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The newest entry of a station's chain, and how the station is called."""

    station: str
    head: Head


@dataclass(frozen=True, slots=True)
class DayDebit:
    """What a bank made of direct debits, booked since the close before: items and what was paid or taken back."""

    bank: str
    paid: int
    paid_amount: Money
    failed: int
    returned: int
    returned_amount: Money

    @property
    def amount(self) -> Money:
        """What stays of it."""
        return self.paid_amount - self.returned_amount


@dataclass(frozen=True, slots=True)
class DaySheet:
    """The sheet of a closed day with all its paper shows; ``heads`` and their ``digest`` prove the book up to it.

    ``unprinted`` receipts and ``lost`` payments were handed on. ``practice`` marks the file of an invented hall.
    ``debits`` are direct debits booked since the close before, which come to no till; None on sheets of a time when
    they were not told there.
    """

    number: str
    letterhead: Letterhead
    language: str
    day: date
    closed_at: datetime
    closed_by: str
    tills: tuple[DayTill, ...]
    taken: tuple[Taken, ...]
    unprinted: tuple[str, ...]
    lost: tuple[LostPayment, ...]
    remark: str
    heads: tuple[ChainHead, ...]
    digest: str
    check_code: str
    copy: int = 0
    practice: str = ""
    debits: tuple[DayDebit, ...] | None = None

    @property
    def turned_in(self) -> Money:
        """The cash that went to the safe from its tills, while they were open and when they were closed."""
        return Money.total([one.to_safe for one in self.tills])

    @property
    def difference(self) -> Money:
        """All differences of its tills."""
        return Money.total([one.difference for one in self.tills])


@dataclass(frozen=True, slots=True)
class DayLook:
    """A day as it stands: what hinders its close, what its tills came to, its sheet once it is closed.

    ``earlier`` are days before it that are not closed, ``closed`` the day closed last, ``copy`` the newest try to copy
    the database since, where it lies in a file of its own. ``debits`` stand on its sheet, or on the one made next.
    """

    day: date
    tills: tuple[DayTill, ...]
    open_tills: tuple[OpenTill, ...]
    unprinted: tuple[str, ...]
    earlier: tuple[date, ...]
    closed: date | None
    sheet: DaySheet | None
    copy: CopyState | None
    debits: tuple[DayDebit, ...] = ()

    @property
    def taken(self) -> tuple[Taken, ...]:
        """What its tills took, by tender."""
        return taken_together(self.tills)


def taken_together(tills: tuple[DayTill, ...]) -> tuple[Taken, ...]:
    """What several sessions took, by tender."""
    found = []
    for kind in TenderKind:
        mine = [one for till in tills for one in till.taken if one.tender is kind]
        if mine:
            receipts, back = (sum(getattr(one, name) for one in mine) for name in ("receipts", "reversals"))
            found.append(Taken(kind, receipts, back, Money.total([one.amount for one in mine])))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class CloseDayOrder:
    """Close a day of this hall; receipts ``unprinted`` and payments ``lost`` are handed on, named here."""

    day: date
    unprinted: tuple[str, ...] = ()
    lost: tuple[LostPayment, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class MissingOrder:
    """What was done about bookings of a computer, by their ids, that an older copy of the database lacks."""

    entry_ids: tuple[UUID, ...]
    words: str


@dataclass(frozen=True, slots=True)
class DayRow:
    """A closed day in the list of them."""

    day: date
    number: str
    closed_at: datetime
    closed_by: str
    tills: int
    copy: CopyState | None


@dataclass(frozen=True, slots=True)
class CopyOrder:
    """What came of copying the database after the close of a day; no ``problem``: the copy holds."""

    day: date
    file: str
    rows: int
    problem: Text | None = None


@dataclass(frozen=True, slots=True)
class HeadsChecked:
    """What became of heads kept elsewhere: those that the book does not hold any more, of so many."""

    heads: int
    lost: tuple[ChainHead, ...]


@dataclass(frozen=True, slots=True)
class DayWaiting:
    """What of the hall's days waits for somebody: days not closed, why the last copy failed, and whether a count of the
    safe differs without a reason."""

    unclosed: tuple[date, ...]
    closed: date | None
    problem: Text | None
    safe_differs: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept beside the database after a close: the sheet for programs, and the copy where there is one.

    ``removed`` older copies went for it.
    """

    export: str
    copy: CopyState | None
    removed: int = 0


# The safe of the hall


class SafeKind(Worded):
    """What moved the cash of a hall's safe."""

    TURN_IN = "turn_in", Text("Turned in by a till")
    DROP = "drop", Text("Drop from a till")
    OPENING = "opening", Text("Float of a till")
    FLOAT = "float", Text("Float to a till")
    DEPOSIT = "deposit", Text("Deposit to the bank")
    COUNT = "count", Text("Safe counted")


@dataclass(frozen=True, slots=True)
class SafeRow:
    """One movement of the safe: ``amount`` is signed, of a count its difference; ``paper`` is its sheet or slip.

    ``source_id`` names a count or a deposit, which can be taken back; ``taken_back`` once it was, and why. The
    difference of a count that is not ``booked`` is in no sum.
    """

    at: datetime
    kind: SafeKind
    paper: str
    till_name: str
    by: str
    amount: Money
    counted: Money | None = None
    source_id: UUID | None = None
    taken_back: str | None = None
    booked: bool = True


@dataclass(frozen=True, slots=True)
class Safe:
    """A hall's safe: what should be in it, when it was counted last, and its newest movements, newest first.

    ``turned_in`` is what tills brought since that count; ``waiting`` a count whose difference waits for its reason.
    """

    expected: Money
    turned_in: Money
    counted_at: datetime | None
    rows: tuple[SafeRow, ...]
    waiting: UUID | None = None


@dataclass(frozen=True, slots=True)
class SafeOrder:
    """What is in the safe, by notes and coins as far as they were counted."""

    amount: Money
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class SettleOrder:
    """Book the difference of a count of the safe, and why there is one."""

    source_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class SafeCounted:
    """A count of the safe as it was kept; a difference that is not ``booked`` waits for its reason."""

    source_id: UUID
    expected: Money
    counted: Money
    booked: bool = False

    @property
    def difference(self) -> Money:
        """What was counted above (or, negative, below) what should be there."""
        return self.counted - self.expected


@dataclass(frozen=True, slots=True)
class BankDepositOrder:
    """Bring cash from the safe to the bank under the bank's own slip number."""

    amount: Money
    slip: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class DepositSlip:
    """A deposit with all its paper shows; ``bank`` and its account are those of the letterhead."""

    number: str
    letterhead: Letterhead
    language: str
    deposited_at: datetime
    by: str
    slip: str
    amount: Money
    amount_words: str
    pieces: tuple[Piece, ...]
    check_code: str
    copy: int = 0


@dataclass(frozen=True, slots=True)
class SlipQuery:
    """A deposit asked for by its number."""

    number: str


@dataclass(frozen=True, slots=True)
class SafeBackOrder:
    """Take back a count of the safe or a deposit, with a reason."""

    source_id: UUID
    reason: str


# Files of banks and acquirers


class BankField(Worded):
    """A column of a bank's file; the amount is one column with its sign, or what came in and what went out.

    It is before the ``fee`` that an acquirer kept; ``net`` is what it paid, and may stand in the amount's place.
    """

    DAY = "day", Text("Booking day")
    AMOUNT = "amount", Text("Amount")
    CREDIT = "credit", Text("Received amount")
    DEBIT = "debit", Text("Paid out amount")
    FEE = "fee", Text("Fee kept")
    NET = "net", Text("Amount less the fee")
    REFERENCE = "reference", Text("Reference")
    LINE = "line", Text("Number of the line")
    TEXT = "text", Text("Purpose")


@dataclass(frozen=True, slots=True)
class LineRead:
    """A line of a bank's file: ``key`` tells it from all others of that bank; what went out is below zero.

    ``amount`` is what reached the bank, after the ``fee`` that the file tells.
    """

    row: int
    key: str
    day: date
    amount: Money
    reference: str
    text: str
    fee: Money = NOTHING

    @property
    def gross(self) -> Money:
        """What was paid, before the fee."""
        return self.amount + self.fee


@dataclass(frozen=True, slots=True)
class BankFileRead:
    """A file as it was read: its lines, what is wrong, all its titles and which field stands under which of them."""

    file_name: str
    sha256: str
    lines: tuple[LineRead, ...]
    problems: tuple[Problem, ...]
    titles: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]

    @property
    def total(self) -> Money:
        """The sum of its lines, after fees."""
        return Money.total([line.amount for line in self.lines])

    @property
    def fees(self) -> Money:
        """The sum of the fees it tells."""
        return Money.total([line.fee for line in self.lines])


@dataclass(frozen=True, slots=True)
class BankRow:
    """A bank or acquirer, and the title each field has in its files."""

    name: str
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BankFileOrder:
    """Take a bank's file in; its columns are kept for the next one."""

    bank: str
    file_name: str
    sha256: str
    columns: tuple[tuple[str, str], ...]
    lines: tuple[LineRead, ...]


@dataclass(frozen=True, slots=True)
class BankFileTaken:
    """What came of a file: new lines, those known from another file, rows whose number means another line there.

    ``matched`` are new ones, ``earlier`` those of files before that nothing had become of, as after a stop.
    """

    bank: str
    new: tuple[UUID, ...]
    known: int
    doubled: tuple[int, ...]
    matched: int = 0
    earlier: int = 0


class LineState(Worded):
    """Where a line of a bank's file stands."""

    OPEN = "open", Text("Unmatched")
    MEND = "mend", Text("To be mended")
    MATCHED = "matched", Text("Matched")
    ASIDE = "aside", Text("Set aside")


class SourceKind(Worded):
    """What a line of the bank is matched with."""

    PAYMENT = "payment", Text("Payment")
    DEPOSIT = "deposit", Text("Deposit to the bank")
    REFUND = "refund", Text("Refund")
    RETURN = "return", Text("Payment taken back")
    FEE = "fee", Text("Fee of the bank")
    ASIDE = "aside", Text("Set aside")


@dataclass(frozen=True, slots=True)
class Source:
    """Money in transit that waits for the bank: a payment, all accounts of one tender together, or a deposit.

    Below zero it is on its way out: a refund, or a payment that the bank has shown and that was taken back since.
    """

    source_id: UUID
    kind: SourceKind
    tender: str
    day: date
    amount: Money
    reference: str
    number: str
    about: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Money in transit that may be a line: why, and one source or several that make its amount together.

    They make it less a ``fee`` that was kept. ``returned``: the bank takes a payment back that it has shown before.
    """

    sources: tuple[Source, ...]
    why: Text
    fee: Money = NOTHING
    returned: bool = False


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of a bank's file and what became of it: ``with_what`` it is matched, ``by`` whom, or why it is aside.

    ``fee`` is what was booked as one with it, or what its file tells while nothing became of it.

    To be mended is one whose payment was taken back since. ``letters`` are those it made when it took a payment back.
    """

    line_id: UUID
    bank: str
    file_name: str
    day: date
    amount: Money
    reference: str
    text: str
    state: LineState
    with_what: tuple[str, ...] = ()
    by: str = ""
    reason: str = ""
    fee: Money = NOTHING
    letters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinesQuery:
    """Lines of a state, with the unmatched ones those that are to be mended; of all without one."""

    state: LineState | None = None


@dataclass(frozen=True, slots=True)
class MatchOrder:
    """Match a line by hand with money in transit; together its amount, and the ``fee`` that was kept of it."""

    line_id: UUID
    source_ids: tuple[UUID, ...]
    fee: Money = NOTHING


@dataclass(frozen=True, slots=True)
class LineOrder:
    """Undo what became of a line, set it aside or book it as a fee, with a reason."""

    line_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class ReturnOrder:
    """A line takes back a payment that its bank has shown before: that payment is reversed, with the bank's reason."""

    line_id: UUID
    source_id: UUID
    reason: str
