"""The plain values of cheques: those that wait for the bank, what became of them, the letter about a returned one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from desktop.counter.records import ChequeState, TenderKind
from desktop.kernel.measures import Money
from desktop.ledger.records import SettledItem
from desktop.staff.records import Letterhead


@dataclass(frozen=True, slots=True)
class ChequesQuery:
    """The cheques of this hall: all that are pending and the newest others, or those of an account."""

    account_number: str = ""


@dataclass(frozen=True, slots=True)
class ChequeRow:
    """A cheque as it stands; for several ``accounts`` the first of them is named, and ``amount`` is of all.

    ``on`` is the day the bank credited or returned it, ``reason`` why it did; both are empty while it is pending.
    """

    cheque_id: UUID
    cheque_number: str
    receipt_number: str
    account_number: str
    customer_name: str
    accounts: int
    amount: Money
    taken_at: datetime
    state: ChequeState
    on: date | None = None
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChequeOrder:
    """Say that the bank credited a cheque or returned it, ``on`` a day; why, where it was returned."""

    cheque_id: UUID
    on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChequeLetter:
    """The letter to a customer whose cheque or direct debit came back: ``items`` are owed again, with late fee from
    their due day. ``cheque_number`` is that of the ``tender``, whichever it was."""

    number: str
    letterhead: Letterhead
    language: str
    account_number: str
    customer_name: str
    address: str
    written_on: date
    by: str
    cheque_number: str
    receipt_number: str
    paid_on: date
    returned_on: date
    reason: str
    amount: Money
    items: tuple[SettledItem, ...]
    owed_after: Money
    credit_after: Money
    check_code: str
    copy: int = 0
    tender: TenderKind = TenderKind.CHEQUE


@dataclass(frozen=True, slots=True)
class ChequeReturned:
    """A cheque that came back, with the letters to everybody it had paid for."""

    cheque: ChequeRow
    letters: tuple[ChequeLetter, ...]
