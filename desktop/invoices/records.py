"""The plain values of the invoice register: which invoice a bill is to have, for whom, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from desktop.kernel.errors import Problem
from desktop.kernel.measures import Energy, Money
from desktop.kernel.text import Text, Worded


class InvoiceKind(Worded):
    """Which invoice somebody asks for."""

    NONE = "none", Text("no invoice")
    ORDINARY = "ordinary", Text("ordinary invoice")
    SPECIAL = "special", Text("special VAT invoice")


class InvoiceState(Worded):
    """How far an invoice is."""

    WAITING = "waiting", Text("to be exported")
    EXPORTED = "exported", Text("waits for its number")
    NUMBERED = "numbered", Text("has its number")


@dataclass(frozen=True, slots=True)
class Buyer:
    """Whom an invoice names, as the tax system asks for it."""

    title: str = ""
    tax_number: str = ""
    address: str = ""
    phone: str = ""
    bank: str = ""
    bank_account: str = ""


BUYER_WORDS = {
    "title": Text("Buyer"),
    "tax_number": Text("Tax number"),
    "address": Text("Buyer's address"),
    "phone": Text("Buyer's telephone"),
    "bank": Text("Bank"),
    "bank_account": Text("Bank account"),
}
assert tuple(BUYER_WORDS) == tuple(one.name for one in fields(Buyer))


@dataclass(frozen=True, slots=True)
class WishOrder:
    """What invoice an account wants for every bill, or for one of its bills alone."""

    account_number: str
    kind: InvoiceKind
    buyer: Buyer = Buyer()
    bill_number: str = ""


@dataclass(frozen=True, slots=True)
class WishQuery:
    """What an account, or one of its bills, is to have."""

    account_number: str
    bill_number: str = ""


@dataclass(frozen=True, slots=True)
class WishShown:
    """What invoice a bill or every bill of an account is to have. ``own``: asked for this very one.

    ``exported``: the invoice of this bill has left for the tax system, so nothing of it changes any more.
    ``organisation`` is whether the account is an organisation's; ``name`` is whose it is.
    """

    account_number: str
    bill_number: str
    name: str
    organisation: bool
    kind: InvoiceKind
    buyer: Buyer
    own: bool
    exported: bool = False


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One invoice: of a bill, or a red one (amounts below zero) for a bill taken back or one that gives a part back.

    ``waits`` is why it does not go out with the next file.
    """

    bill_id: UUID
    bill_number: str
    account_number: str
    customer_name: str
    month: date
    red: bool
    kind: InvoiceKind
    buyer: Buyer
    energy: Energy
    percent: int
    gross: Money
    tax: Money
    state: InvoiceState
    batch: str = ""
    number: str = ""
    issued_on: date | None = None
    blue_number: str = ""
    waits: Text | None = None

    @property
    def net(self) -> Money:
        """Without tax."""
        return self.gross - self.tax


EVERY_HALL = "every_hall"
"""Behind the state that a listing of invoices is about: those of every hall, not only of the person's own."""


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """These invoices, by bill and colour, stand in a file with this SHA-256 that goes to the tax system."""

    sha256: str
    invoices: tuple[tuple[UUID, bool], ...]


@dataclass(frozen=True, slots=True)
class AgainOrder:
    """The file of a batch was written once more: its SHA-256 now, and how many invoices stand in it."""

    number: str
    sha256: str
    invoices: int


@dataclass(frozen=True, slots=True)
class BatchMade:
    """A batch that went out."""

    number: str
    invoices: int
    gross: Money


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One line of what the tax system gave back."""

    sheet: str
    row: int
    bill_number: str
    number: str
    issued_on: date
    gross: Decimal


@dataclass(frozen=True, slots=True)
class NumbersOrder:
    """Numbers given back in a file, by its name and SHA-256."""

    name: str
    sha256: str
    rows: tuple[NumberRow, ...]


@dataclass(frozen=True, slots=True)
class NumbersTaken:
    """How many invoices got their number, how many had the same one already, and every line that fits none."""

    attached: int
    known: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch in the list of batches."""

    number: str
    exported_at: datetime
    exported_by: str
    sha256: str
    invoices: int
    numbered: int
