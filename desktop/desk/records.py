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
