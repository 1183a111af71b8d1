"""The plain values of staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from desktop.kernel.canonical import Secret
from desktop.kernel.text import Text, Worded


@dataclass(frozen=True, slots=True)
class NewUser:
    """A person of staff to enter; ``password_hash`` is Argon2id, or ``!`` for one who never signs in.

    ``must_change`` tells that somebody else chose the password: its owner changes it at the first sign-in.
    """

    login: str
    name: str
    language: str
    password_hash: str
    roles: tuple[str, ...]
    must_change: bool = False

    def __post_init__(self) -> None:
        """A hash is a secret, however it was given."""
        object.__setattr__(self, "password_hash", Secret(self.password_hash))


@dataclass(frozen=True, slots=True)
class NewDistrict:
    """A supply district to set up."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class NewHall:
    """A service hall to set up, in the district with this code."""

    code: str
    name: str
    district: str
    address: str
    hotline: str


@dataclass(frozen=True, slots=True)
class NewStation:
    """A workplace to set up in the hall with this code, with a till of its own."""

    code: str
    name: str
    hall: str


@dataclass(frozen=True, slots=True)
class NewCompany:
    """The company that bills; ``letterhead`` and ``seal`` are digests of pictures kept in `papers`."""

    name: str
    tax_number: str = ""
    bank: str = ""
    bank_account: str = ""
    letterhead: str | None = None
    seal: str | None = None


@dataclass(frozen=True, slots=True)
class HallFounding:
    """All a new database needs of places and people.

    ``first_station_id`` is drawn beforehand because the founding itself is entered on the first station's chain.
    """

    country: str
    company: NewCompany
    districts: tuple[NewDistrict, ...]
    halls: tuple[NewHall, ...]
    stations: tuple[NewStation, ...]
    users: tuple[NewUser, ...]
    first_station_id: UUID
    practice_date: date | None = None


@dataclass(frozen=True, slots=True)
class HallFounded:
    """The first hall that stands now, and how many halls, workplaces and people there are."""

    hall_id: UUID
    halls: int
    stations: int
    users: int


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who speaks on a paper: company, hall, its address and the telephone number for questions.

    ``picture`` (in place of the program's mark) and ``seal`` are digests of pictures, empty where there are none.
    """

    company: str
    hall: str
    address: str
    hotline: str
    tax_number: str = ""
    bank: str = ""
    bank_account: str = ""
    picture: str = ""
    seal: str = ""


@dataclass(frozen=True, slots=True)
class UnfinishedForm:
    """What somebody typed into a form and did not finish: field by field as JSON, and when it was kept."""

    saved_at: datetime
    content: str


Pictures = Callable[[str], bytes | None]
"""Gives the picture that papers name by a digest; None where it is not kept."""


def no_pictures(_digest: str) -> bytes | None:
    """Papers without pictures."""
    return None


# People


class PersonState(Worded):
    """How somebody of staff stands now."""

    ACTIVE = "active", Text("Active")
    MUST_CHANGE = "must_change", Text("Must change password")
    LOCKED = "locked", Text("Locked")
    LEFT = "left", Text("Left")


@dataclass(frozen=True, slots=True)
class PasswordSet:
    """That somebody set another's password: the name of who did, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person of staff: roles in force by code, what they may do now, usual workplace by code (may be empty).

    ``password`` tells who set it last in their stead; None where nobody did.
    """

    login: str
    name: str
    language: str
    station: str
    roles: tuple[str, ...]
    waiting: tuple[str, ...]
    permissions: tuple[str, ...]
    state: PersonState
    locked_until: datetime | None
    left_on: date | None
    password: PasswordSet | None = None


@dataclass(frozen=True, slots=True)
class PersonOrder:
    """A person to enter; the first password is changed by its owner, the roles wait for a second person."""

    login: str
    name: str
    language: str
    password: Secret
    roles: tuple[str, ...] = ()
    station: str = ""


@dataclass(frozen=True, slots=True)
class PersonChange:
    """Other words for a person; the login stays."""

    login: str
    name: str
    language: str
    station: str = ""


@dataclass(frozen=True, slots=True)
class PasswordOrder:
    """A new password for somebody, who changes it at the next sign-in."""

    login: str
    password: Secret


@dataclass(frozen=True, slots=True)
class OwnPassword:
    """A new password of one's own; the old one proves who asks."""

    old: Secret
    new: Secret


@dataclass(frozen=True, slots=True)
class LoginOrder:
    """Something about the login of one person."""

    login: str


@dataclass(frozen=True, slots=True)
class RoleOrder:
    """A role to ask for, or to take away, and why."""

    login: str
    role: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DecisionOrder:
    """What a second person makes of a proposal; a decline needs its reason."""

    proposal_id: UUID
    approve: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A role that waits. ``deciders`` counts the people besides its maker who may decide it now."""

    proposal_id: UUID
    login: str
    name: str
    role: str
    proposed_by: str
    proposer_login: str
    proposed_at: datetime
    reason: str
    deciders: int


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role and the permissions it stands for."""

    code: str
    permissions: tuple[str, ...]


ROLE_NAMES = {
    "representative": Text("Customer representative"),
    "reader": Text("Meter reader"),
    "cashier": Text("Cashier"),
    "head_cashier": Text("Head cashier"),
    "metering": Text("Metering specialist"),
    "inspector": Text("Field inspector"),
    "clerk": Text("Billing clerk"),
    "supervisor": Text("Supervisor"),
    "administrator": Text("Administrator"),
}
"""What the standard roles are called."""


def role_name(code: str) -> Text:
    """What a role is called; one this program does not know goes by its code."""
    return ROLE_NAMES.get(code) or Text(code)


AREAS = {
    "search": Text("Search"),
    "desk": Text("Customers"),
    "parties": Text("Contacts and notes"),
    "counter": Text("Counter"),
    "treasury": Text("Treasury"),
    "debits": Text("Direct debits"),
    "ledger": Text("Accounts and balances"),
    "metering": Text("Readings"),
    "billing": Text("Billing"),
    "closing": Text("Months"),
    "invoices": Text("Invoices"),
    "contracts": Text("Contracts"),
    "tariffs": Text("Prices"),
    "papers": Text("Exports"),
    "takeover": Text("Takeover"),
    "staff": Text("Staff"),
    "database": Text("Database"),
}
"""The areas that permissions belong to, in the order they are shown."""

PERMISSIONS = {
    "search.find": Text("find customers and papers"),
    "desk.today": Text("see what waits today"),
    "desk.view": Text("see accounts and their cards"),
    "desk.issue_paper": Text("write statements and proofs for customers"),
    "desk.print_paper": Text("print papers and say how they came out"),
    "parties.change": Text("change contacts"),
    "parties.change_contact": Text("change telephone, notices, language and authorised person"),
    "parties.merge": Text("merge parties that are one"),
    "parties.note": Text("write notes"),
    "parties.reveal": Text("see personal data in full"),
    "counter.view": Text("see the till and receipts"),
    "counter.open_till": Text("open a till"),
    "counter.close_till": Text("count and close a till"),
    "counter.move_cash": Text("move cash between till and safe"),
    "counter.take_payment": Text("take payments"),
    "counter.reprint_receipt": Text("print receipts again"),
    "counter.ask_refund": Text("ask for refunds"),
    "counter.decide_refund": Text("decide on refunds that others asked for"),
    "counter.pay_refund": Text("pay refunds out"),
    "counter.move_payment": Text("put payments on the right account"),
    "counter.set_cash_limit": Text("set how much cash a drawer may hold"),
    "counter.settle_cheque": Text("enter what the bank made of cheques"),
    "counter.view_drawers": Text("see what every drawer holds"),
    "treasury.view": Text("see the days of the hall and their sheets"),
    "treasury.move_cash": Text("count the safe and bring cash to the bank"),
    "treasury.match_bank": Text("take files of banks in and match them"),
    "treasury.close_day": Text("close the hall's day"),
    "debits.view": Text("see direct debits"),
    "debits.change_mandate": Text("enter and end mandates of direct debit"),
    "debits.make_file": Text("make files of direct debits for banks"),
    "debits.take_results": Text("take in and book what banks made of direct debits"),
    "ledger.view": Text("see what is owed"),
    "ledger.reverse": Text("reverse payments"),
    "ledger.agree": Text("agree that arrears are paid in parts, and end that"),
    "ledger.dispute_bill": Text("put down that bills are disputed, and how it ended"),
    "ledger.set_up_chart": Text("set up the books"),
    "ledger.waive_late_fee": Text("waive late fees up to the limit"),
    "ledger.waive_large_fee": Text("waive late fees without a limit"),
    "ledger.set_waiver_limit": Text("set how much late fee a counter may waive"),
    "ledger.set_late_fees": Text("choose what the law leaves open about late fees"),
    "metering.view": Text("see reads and routes"),
    "metering.import_reads": Text("take reading sheets in"),
    "metering.record_read": Text("enter a single reading"),
    "metering.order_test": Text("order tests of meters and withdraw them"),
    "metering.record_test": Text("enter what tests of meters said"),
    "metering.decide_read": Text("decide on doubtful readings"),
    "metering.approve_estimate": Text("approve a second estimate running"),
    "metering.reverse_read": Text("take readings back"),
    "metering.change_meter": Text("put right what was entered of meters"),
    "metering.exchange_meter": Text("exchange meters"),
    "metering.set_limits": Text("set when a reading is doubtful"),
    "metering.set_holidays": Text("enter the public holidays of a year"),
    "metering.export_route": Text("give reading sheets out"),
    "metering.change_routes": Text("change routes and their order"),
    "billing.view": Text("see bills and runs"),
    "billing.run": Text("draft bills"),
    "billing.issue": Text("issue bills"),
    "billing.reverse": Text("take bills back and put them right"),
    "invoices.view": Text("see the invoice register"),
    "invoices.ask": Text("enter which invoices customers ask for"),
    "invoices.export": Text("export invoices for the tax system"),
    "invoices.attach": Text("read invoice numbers back"),
    "closing.view": Text("see months and their figures"),
    "closing.close": Text("close months"),
    "billing.manual": Text("make bills by hand and put energy of bills right"),
    "billing.instalments": Text("agree on instalments of bills, issue them and take them back"),
    "billing.sign": Text("sign bills that others prepared"),
    "billing.correct_energy": Text("propose corrections of energy"),
    "billing.approve_energy": Text("approve corrections of energy"),
    "billing.set_limits": Text("set which bills another person signs"),
    "contracts.connect": Text("connect customers"),
    "contracts.hold_deposit": Text("hold security deposits and give them back"),
    "contracts.change": Text("change places, numbers and contracts"),
    "contracts.change_groups": Text("make payment groups and change who is in them"),
    "contracts.change_supply": Text("put down whether a place has electricity"),
    "contracts.set_terms": Text("set the terms of contracts"),
    "contracts.set_suspension_terms": Text("set what holds of capacity sealed for a time"),
    "contracts.correct_tariff": Text("put wrong tariffs of contracts right"),
    "tariffs.view": Text("see prices and what a bill would cost"),
    "tariffs.import": Text("take new prices in"),
    "tariffs.approve": Text("approve prices taken in by others"),
    "papers.export_persons": Text("export lists with persons"),
    "papers.view_exports": Text("see who exported persons"),
    "papers.set_export_limit": Text("set how many persons may be exported"),
    "takeover.import": Text("take a whole hall in"),
    "takeover.export": Text("give a whole hall out"),
    "staff.own_password": Text("change one's own password"),
    "staff.view": Text("see people and roles"),
    "staff.manage": Text("enter, change and close people"),
    "staff.set_password": Text("set passwords, unlock"),
    "staff.propose_role": Text("ask for roles and take them away"),
    "staff.approve_role": Text("approve roles asked for by others"),
    "staff.found_hall": Text("found a hall"),
    "database.index": Text("build the search words anew"),
}
"""What each permission of an operation lets somebody do, in words."""
