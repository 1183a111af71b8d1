"""The plain values of the desk: everything about one account on one card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from desktop.contracts.records import Service
from desktop.counter.records import PaymentRow
from desktop.kernel.measures import Energy, Money
from desktop.kernel.text import Text
from desktop.ledger.records import Dues
from desktop.metering.records import MonthUsage, ReadShown
from desktop.parties.records import ContactShown, DebtorType, NoteShown, PartyKind, RoleHeld
from desktop.premises.records import SupplyState
from desktop.tariffs.records import TariffBasis


@dataclass(frozen=True, slots=True)
class BillRow:
    """One bill in an account's history.

    ``difference`` is to the amount of the month before, None where that month has no bill; ``paid_on`` the day
    it was paid in full; ``read_ids`` are the reads it closes with, ``estimated`` tells that one is an estimate.
    """

    number: str
    month: date
    issued_on: date
    due_on: date
    energy: Energy
    amount: Money
    open: Money
    days: int
    version: str
    difference: Money | None
    paid_on: date | None
    read_on: date | None
    read_ids: tuple[UUID, ...]
    estimated: bool


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
class AccountsOrder:
    """A page of accounts in number order, after ``after``."""

    after: str = ""
    limit: int = 500


@dataclass(frozen=True, slots=True)
class ContractRow:
    """One contract of an account, from a day to a day, with the price versions that held while it ran."""

    number: str
    service: Service
    valid_from: date
    valid_to: date | None
    tariff_name: str
    use_class: Text
    address: str
    versions: tuple[TariffBasis, ...]


@dataclass(frozen=True, slots=True)
class AccountCard:
    """All a clerk needs of one account; personal data is masked. ``closed_on`` is the end of its last contract."""

    row: AccountRow
    party_id: UUID
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
    closed_on: date | None
    reads: tuple[ReadShown, ...]
    contracts: tuple[ContractRow, ...]
    contacts: tuple[ContactShown, ...]
    notes: tuple[NoteShown, ...]


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One thing that happened to a party: the day, the hour (``14:27``) where it is known, what, and who did it."""

    on: date
    at: str
    what: Text
    words: str
    by: str


@dataclass(frozen=True, slots=True)
class PartyAccount:
    """One account of a party: its row, and the late fee that has grown on what it owes by today."""

    row: AccountRow
    late_fee: Money


@dataclass(frozen=True, slots=True)
class PartyCard:
    """One party with all its roles and accounts; personal data is masked. Owed, late fees and credit are sums."""

    party_id: UUID
    kind: PartyKind
    name: str
    language: str
    debtor_type: DebtorType
    phone: str
    roles: tuple[RoleHeld, ...]
    accounts: tuple[PartyAccount, ...]
    contacts: tuple[ContactShown, ...]
    notes: tuple[NoteShown, ...]
    history: tuple[HistoryRow, ...]

    @property
    def total(self) -> Money:
        """What all accounts owe today, late fees included, before credit."""
        return Money.total([one.row.owed + one.late_fee for one in self.accounts])

    @property
    def credit(self) -> Money:
        """The credit of all accounts."""
        return Money.total([one.row.credit for one in self.accounts])
