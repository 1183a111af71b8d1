"""The plain values of bills by instalment: plans, what is asked for, what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from desktop.kernel.measures import Money
from desktop.kernel.text import Text
from desktop.staff.records import Letterhead


@dataclass(frozen=True, slots=True)
class InstalmentPart:
    """One instalment of each month: due on a day of it, either a share of the newest bill or a fixed amount."""

    day: int
    percent: int | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class PlanOrder:
    """Let an account pay its months in instalments from a month on (its code); no parts end the plan with it."""

    account_number: str
    first_month: str
    parts: tuple[InstalmentPart, ...]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """An account that pays in instalments: its parts from a month on, up to a day (None: without end)."""

    account_number: str
    customer_name: str
    valid_from: date
    valid_to: date | None
    parts: tuple[InstalmentPart, ...]
    agreed_by: str


@dataclass(frozen=True, slots=True)
class InstalmentsOrder:
    """Issue instalments of a month (its code) that are due up to a day (None: all), of one account or of all."""

    period: str
    due_by: date | None = None
    account_number: str = ""


@dataclass(frozen=True, slots=True)
class NotAsked:
    """An account whose instalments were not issued, and why."""

    account_number: str
    reason: Text


@dataclass(frozen=True, slots=True)
class InstalmentsIssued:
    """The numbers of instalments issued, their sum, and the accounts left out."""

    numbers: tuple[str, ...]
    amount: Money
    left: tuple[NotAsked, ...]


@dataclass(frozen=True, slots=True)
class InstalmentReversalOrder:
    """Take an instalment back by its number."""

    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class InstalmentShown:
    """One instalment with all its paper shows; ``open`` is left to pay of it now, ``bill_number`` deducts it."""

    number: str
    letterhead: Letterhead
    language: str
    account_number: str
    customer_name: str
    postcode: str
    address_lines: tuple[str, ...]
    month: date
    place: int
    places: int
    issued_on: date
    due_on: date
    amount: Money
    open: Money
    basis: Text
    payment_code: str
    check_code: str
    bill_number: str = ""
    reversed_on: date | None = None
