"""The plain values of the desk: everything about one account on one card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from desktop.counter.records import PaymentRow
from desktop.kernel.listing import PageOrder
from desktop.kernel.measures import Energy, Money
from desktop.kernel.text import Text
from desktop.ledger.records import Dues
from desktop.metering.records import MonthUsage
from desktop.premises.records import SupplyState
from desktop.search.records import Match


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
class AccountsOrder(PageOrder):
    """A page of accounts: 500 in number order, unless asked otherwise."""

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


# Search


@dataclass(frozen=True, slots=True)
class Found:
    """One hit of the search box, opened by its ``number``; ``account`` is the account it belongs to. ``facts`` stand in
    a line under its title (a date is a month there), ``amount`` and ``note`` at the right.

    A customer's amount is the balance owed, a bill's what it asks for, a receipt's what was taken. ``state`` is
    ``bad`` for overdue, ``open`` for owed but not due, ``clear`` for nothing owed. ``reading`` is the name in pinyin
    with its tones where pinyin led to it.
    """

    kind: str
    number: str
    account: str
    title: str
    facts: tuple[str | date | Text, ...]
    matches: tuple[Match, ...]
    amount: Money
    note: Text | date
    state: str
    reading: tuple[str, ...] = ()
    organisation: bool = False
    served_today: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class SearchFound:
    """The first customers and papers, and how many customers there are (``more``: at least so many)."""

    customers: tuple[Found, ...]
    papers: tuple[Found, ...]
    customer_count: int
    paper_count: int
    more: bool


@dataclass(frozen=True, slots=True)
class ReindexOrder:
    """The next owners of a kind, after an id."""

    kind: str
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class Reindexed:
    """How many owners were given their words, and the last of them; None when there are no more."""

    count: int
    last: UUID | None = None


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many owners were indexed anew, and how many are left because it was stopped."""

    count: int
    left: int
