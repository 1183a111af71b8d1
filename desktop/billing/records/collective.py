"""The plain values of collective bills: the bills of a payment group's accounts in one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.billing.records.kinds import BillKind
from desktop.kernel.measures import Energy, Money
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.staff.records import Letterhead


@dataclass(frozen=True, slots=True)
class CollectiveOrder:
    """Make the collective bill of a payment group for a month (its code, ``2026-01``).

    While a member has no bill it waits, unless ``partial`` says to make it of those there are.
    """

    group_number: str
    period: str
    partial: bool = False


@dataclass(frozen=True, slots=True)
class MemberMissing:
    """A member of a payment group without a bill for the month, and why."""

    account_number: str
    customer_name: str
    reason: Text


@dataclass(frozen=True, slots=True)
class CollectivePreview:
    """What a collective bill would hold now: its bills with their sum, and the members without one."""

    bills: int
    amount: Money
    open: Money
    missing: tuple[MemberMissing, ...]


@dataclass(frozen=True, slots=True)
class CollectiveRow:
    """One collective bill in a list: ``open`` is what is left to pay of its bills now, ``superseded_by`` the number
    of the version after it."""

    number: str
    group_number: str
    period: Period
    version: int
    issued_on: date
    due_on: date
    amount: Money
    open: Money
    missing: int
    superseded_by: str


@dataclass(frozen=True, slots=True)
class CollectiveLineShown:
    """One bill on a collective bill: ``open`` was left to pay of it then, ``open_now`` is left now.

    ``reversed_on`` is the day it was taken back.
    """

    account_number: str
    customer_name: str
    address: str
    bill_number: str
    kind: BillKind
    energy: Energy
    amount: Money
    tax: Money
    open: Money
    open_now: Money
    reversed_on: date | None = None


@dataclass(frozen=True, slots=True)
class CollectiveShown:
    """A collective bill with all its paper shows, in walking order; ``language`` is the payer's.

    ``missing`` are members without a bill. ``supersedes`` and ``superseded_by`` are the numbers of the versions beside
    it, ``reason`` is why there is another.
    """

    number: str
    version: int
    letterhead: Letterhead
    language: str
    group_number: str
    group_name: str
    payer: str
    postcode: str
    address_lines: tuple[str, ...]
    period: Period
    issued_on: date
    due_on: date
    lines: tuple[CollectiveLineShown, ...]
    energy: Energy
    amount: Money
    tax: Money
    open: Money
    open_now: Money
    amount_words: str
    check_code: str
    missing: tuple[MemberMissing, ...]
    reason: tuple[Text, ...] = ()
    supersedes: str = ""
    superseded_by: str = ""

    @property
    def accounts(self) -> int:
        """How many accounts have bills on it."""
        return len({line.account_number for line in self.lines})


@dataclass(frozen=True, slots=True)
class CollectiveWaits:
    """A payment group whose collective bill waits, and for whom."""

    group_number: str
    missing: tuple[MemberMissing, ...]


@dataclass(frozen=True, slots=True)
class CollectiveOutcome:
    """What became of the payment groups of a hall for a month: made, as before, waiting for members' bills."""

    made: tuple[str, ...]
    unchanged: tuple[str, ...]
    waiting: tuple[CollectiveWaits, ...]


# Instalments
