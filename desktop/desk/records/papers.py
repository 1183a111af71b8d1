"""The plain values of papers a customer asks for at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from desktop.desk.records.testing import MeterTestPaperKind
from desktop.kernel.measures import Energy, Money
from desktop.kernel.text import Text, Worded
from desktop.staff.records import Letterhead


class PaperKind(Worded):
    """What a customer may ask for in writing."""

    STATEMENT = "statement", Text("Statement of account")
    PAYMENTS = "payments", Text("Proof of payment")
    NO_DEBT = "no_debt", Text("Proof of no debt")
    USAGE = "usage", Text("List of usage")


def first_day(kind: PaperKind, last: date) -> date:
    """Where the time of a paper begins if nobody says so: the year of its last day; of usage, twelve months.

    >>> first_day(PaperKind.STATEMENT, date(2026, 2, 5)), first_day(PaperKind.USAGE, date(2026, 2, 5))
    (datetime.date(2026, 1, 1), datetime.date(2025, 2, 1))
    """
    return (
        last.replace(year=last.year - 1, day=1) if kind is PaperKind.USAGE else last.replace(month=1, day=1)
    )


ABOUT_MOVED, ABOUT_RETURNED = Text("Letter about a moved payment"), Text("Letter about a returned payment")

TITLES: Mapping[str, Text] = {
    "move_letter": ABOUT_MOVED,
    "cheque_letter": ABOUT_RETURNED,
    **{kind.value: kind.text for kind in (*PaperKind, *MeterTestPaperKind)},
}
"""What each kind of paper about an account is called."""


@dataclass(frozen=True, slots=True)
class PaperOrder:
    """A paper about an account, of the days from ``first`` to ``last``; a proof of no debt is of today."""

    account_number: str
    kind: PaperKind
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One line: what happened on a day and by which paper; ``balance`` is what was owed then, less credit."""

    on: date
    what: Text
    paper: str
    energy: Energy | None
    charged: Money
    paid: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class AccountPaper:
    """A paper with all it shows; ``copy`` is 0 for the original, n for COPY n."""

    number: str
    kind: PaperKind
    letterhead: Letterhead
    language: str
    account_number: str
    customer_name: str
    address: str
    first: date
    last: date
    written_on: date
    by: str
    opening: Money
    lines: tuple[PaperLine, ...]
    closing: Money
    check_code: str
    copy: int = 0


@dataclass(frozen=True, slots=True)
class PaperQuery:
    """A paper asked for by its number."""

    number: str
