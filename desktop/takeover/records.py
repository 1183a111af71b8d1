"""The plain values of a takeover: the rows a hall's workbook holds, what was found in them, what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from uuid import UUID

from desktop.billing.records import ReviewFlag
from desktop.contracts.records import SpellKind
from desktop.invoices.records import InvoiceKind
from desktop.kernel.errors import Problem
from desktop.kernel.measures import Energy, Factor, Money, Power, Reading
from desktop.kernel.text import Text, Worded
from desktop.metering.records import Flag, RegisterCode, VoltageLevel
from desktop.parties.records import DebtorType, Likeness, PartyKind, PartyRoleKind
from desktop.premises.records import SupplyState
from desktop.tariffs.records import Basis, CustomerClass

NOTHING, ONE = Money(0), Factor(10**Factor.DECIMALS)

# The rows of the workbook, sheet by sheet. Rows name each other by the numbers the workbook gives them.


@dataclass(frozen=True, slots=True)
class PartyLine:
    """A person or organisation. ``identity`` is its identity or tax number; ``merge_with`` the party it is really.

    In a group to take that is the number of a party, or the id of somebody who was here before, as `HERE` says.
    """

    number: str
    name: str
    kind: PartyKind = PartyKind.PERSON
    roles: tuple[PartyRoleKind, ...] = (PartyRoleKind.CUSTOMER,)
    debtor_type: DebtorType | None = None
    language: str = ""
    phones: tuple[str, ...] = ()
    identity: str = ""
    email: str = ""
    postal: str = ""
    bank: str = ""
    merge_with: str = ""


@dataclass(frozen=True, slots=True)
class PremiseLine:
    """A house, flat or plant."""

    number: str
    address: str
    postcode: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class PointLine:
    """A service point in a premise, and the most power it may take.

    ``account`` is the one that it supplies beside the point on its own row, ``route`` and ``position`` its place there.
    """

    number: str
    premise: str
    voltage: str = ""
    feeder: str = ""
    transformer: str = ""
    supply_state: SupplyState = SupplyState.CONNECTED
    capacity: Power | None = None
    account: str = ""
    route: str = ""
    position: int | None = None


@dataclass(frozen=True, slots=True)
class MeterLine:
    """A register of a meter that hangs at a service point: the value billed last, and one read since, if any."""

    serial: str
    point: str
    last_read: Reading
    last_read_on: date
    digits: int
    register: RegisterCode = RegisterCode.ACTIVE
    multiplier: Factor = ONE
    installed_on: date | None = None
    newest_read: Reading | None = None
    newest_read_on: date | None = None


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A contract account: whose it is, its first service point with that one's place on a reading route, its credit
    and the deposit it gave.

    In a group to take ``owner`` is whose it is where its party is merged with another, as in a `PartyLine`.
    """

    number: str
    party: str
    point: str = ""
    route: str = ""
    position: int | None = None
    credit: Money = NOTHING
    deposit: Money = NOTHING
    owner: str = ""


@dataclass(frozen=True, slots=True)
class ContractLine:
    """A supply contract of an account, for ``point`` or else its first service point; ``valid_to`` is the first day it
    holds no longer."""

    account: str
    tariff: str
    valid_from: date
    valid_to: date | None = None
    point: str = ""


@dataclass(frozen=True, slots=True)
class TariffLine:
    """A tariff the contracts refer to. It must stand here before: two people agree on each."""

    code: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ItemLine:
    """Something owed when the hall comes in: as billed, before what was paid of it."""

    number: str
    account: str
    month: date
    due_on: date
    amount: Money
    energy: Energy | None = None
    customer_class: str = ""
    rule_set: str = ""


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """What was paid of an open item before."""

    item: str
    account: str
    paid_on: date
    principal: Money
    late_fee: Money = NOTHING


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """What an account used in the months of a year before its last read, at ``point`` or else its first one."""

    account: str
    year: int
    m1: Energy | None = None
    m2: Energy | None = None
    m3: Energy | None = None
    m4: Energy | None = None
    m5: Energy | None = None
    m6: Energy | None = None
    m7: Energy | None = None
    m8: Energy | None = None
    m9: Energy | None = None
    m10: Energy | None = None
    m11: Energy | None = None
    m12: Energy | None = None
    point: str = ""

    @property
    def months(self) -> dict[date, Energy]:
        """The months that hold something, by their first day."""
        found = enumerate(_months(self), 1)
        return {date(self.year, month, 1): energy for month, energy in found if energy is not None}


_months = attrgetter(*(f"m{month}" for month in range(1, 13)))


@dataclass(frozen=True, slots=True)
class TermsLine:
    """What a contract says from a day on. ``losses`` and ``shares`` are JSON as contracts keep it ("": none),
    ``within`` is the number of the main meter; ``point`` as of a `ContractLine`."""

    account: str
    valid_from: date
    basis: Basis = Basis.NONE
    capacity: Power | None = None
    contract_demand: Power | None = None
    power_factor_standard: int | None = None
    threshold_extra: Energy | None = None
    free: Energy | None = None
    losses: str = ""
    shares: str = ""
    within: str = ""
    point: str = ""


@dataclass(frozen=True, slots=True)
class SpellLine:
    """Days of another capacity, of the contract that began on ``contract_from`` or of each in force on them."""

    account: str
    kind: SpellKind
    starts_on: date
    ends_on: date | None = None
    power: Power | None = None
    first_day_charged: bool = False
    reason: str = ""
    contract_from: date | None = None
    point: str = ""


@dataclass(frozen=True, slots=True)
class ReadLimitLine:
    """When a read is doubtful at a voltage level."""

    level: VoltageLevel
    surge_percent: int
    drop_percent: int
    floor: Energy
    same_periods: int
    zero_periods: int
    days_low: int
    days_high: int
    holding: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class BillLimitLine:
    """When another person looks at the bills of a customer class, from a day on."""

    customer_class: CustomerClass
    valid_from: date
    jump_percent: int
    floor: Energy
    large: Money
    same_months: int
    waiting: tuple[ReviewFlag, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanLine:
    """By which ``parts`` (canonical JSON) an account pays its months, from a month on until before another one."""

    account: str
    valid_from: date
    parts: str
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class WishLine:
    """What invoice an account wants for every bill, and whom it names."""

    account: str
    kind: InvoiceKind
    title: str = ""
    tax_number: str = ""
    address: str = ""
    phone: str = ""
    bank: str = ""
    bank_account: str = ""


@dataclass(frozen=True, slots=True)
class GroupLine:
    """Accounts that one payer, a party, pays together."""

    number: str
    name: str
    payer: str


@dataclass(frozen=True, slots=True)
class MemberLine:
    """An account in a payment group from a day until before another one."""

    group: str
    account: str
    valid_from: date
    valid_to: date | None = None


Line = (
    PartyLine
    | PremiseLine
    | PointLine
    | MeterLine
    | AccountLine
    | ContractLine
    | TariffLine
    | ItemLine
    | PaymentLine
    | HistoryLine
    | TermsLine
    | SpellLine
    | ReadLimitLine
    | BillLimitLine
    | PlanLine
    | WishLine
    | GroupLine
    | MemberLine
)

# Taking in

HERE = "here "
"""What stands before the id of a party that was in the database before the workbook."""


@dataclass(frozen=True, slots=True)
class GroupOrder:
    """Rows that come in together or not at all: those of one reading route, or what several routes share.

    ``shared`` gives the ids of parties and premises that stand outside of the group, by kind and number. Parties in
    ``found_themselves`` have no account or several, so search knows them by themselves.
    """

    name: str
    parties: tuple[PartyLine, ...] = ()
    merged: tuple[PartyLine, ...] = ()
    """Parties that come in as ones merged with others."""
    premises: tuple[PremiseLine, ...] = ()
    points: tuple[PointLine, ...] = ()
    meters: tuple[MeterLine, ...] = ()
    accounts: tuple[AccountLine, ...] = ()
    contracts: tuple[ContractLine, ...] = ()
    items: tuple[ItemLine, ...] = ()
    payments: tuple[PaymentLine, ...] = ()
    history: tuple[HistoryLine, ...] = ()
    terms: tuple[TermsLine, ...] = ()
    spells: tuple[SpellLine, ...] = ()
    plans: tuple[PlanLine, ...] = ()
    wishes: tuple[WishLine, ...] = ()
    ids: tuple[tuple[str, UUID], ...] = ()
    """Ids by ``party 17`` or ``premise 4``: what stands outside, and what others will ask for."""
    found_themselves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LimitsOrder:
    """What another system had set for a whole hall, where nothing is set here."""

    reads: tuple[ReadLimitLine, ...]
    bills: tuple[BillLimitLine, ...]


@dataclass(frozen=True, slots=True)
class PaidTogether:
    """A payment group whose members are all in; its payer is the customer of an account, or known by the id."""

    name: str
    members: tuple[MemberLine, ...]
    payer_account: str = ""
    payer_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class SubMeter:
    """A meter that hangs behind a main one of another group, by terms from a day on."""

    serial: str
    valid_from: date
    main: str


@dataclass(frozen=True, slots=True)
class SubMeters:
    """Sub-meters to be known as such once both groups are in."""

    meters: tuple[SubMeter, ...]


@dataclass(frozen=True, slots=True)
class GroupTaken:
    """How many rows of a group came in."""

    name: str
    accounts: int
    rows: int


class Duplicates(Worded):
    """What becomes of parties that seem to be one, where the workbook says nothing about them."""

    REFUSE = "refuse", Text("Leave their group out")
    KEEP = "keep", Text("Keep both")
    MERGE = "merge", Text("Merge them")


@dataclass(frozen=True, slots=True)
class Finding:
    """Two parties that seem to be one: a row of the workbook, and an earlier row or somebody who is here already.

    ``key`` names the finding; ``other_row`` is 0 where the other one is here already, as ``other_number`` tells by
    one of its accounts. ``choice`` is what was chosen for it.
    """

    key: str
    likeness: Likeness
    sheet: str
    row: int
    number: str
    name: str
    other_row: int
    other_number: str
    other_name: str
    address: str
    choice: Duplicates
    other_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """What becomes of parties that seem to be one: for each finding by its key, and for all others."""

    others: Duplicates = Duplicates.REFUSE
    by_key: tuple[tuple[str, Duplicates], ...] = ()


# Control totals


@dataclass(frozen=True, slots=True)
class ClassTotals:
    """Money of one customer class: how many open items, what is left of them, and credit."""

    customer_class: str
    items: int = 0
    billed: Money = NOTHING
    left: Money = NOTHING
    credit: Money = NOTHING


@dataclass(frozen=True, slots=True)
class Totals:
    """What is counted on both sides of a takeover: rows by sheet, energy, what the terms say (kVA of transformers,
    kW by contract), and money by customer class."""

    counts: tuple[tuple[str, int], ...]
    last_reads: Reading
    history: Energy
    capacity: Power
    demand: Power
    deposits: Money
    classes: tuple[ClassTotals, ...]

    @property
    def left(self) -> Money:
        """What is left of all open items."""
        return Money.total([one.left for one in self.classes])

    @property
    def credit(self) -> Money:
        """All credit."""
        return Money.total([one.credit for one in self.classes])


@dataclass(frozen=True, slots=True)
class GroupOutcome:
    """One group: how many accounts it has, how many of its rows are not right, and whether it stands here."""

    name: str
    accounts: int
    bad: int
    taken: bool
    known: bool = False


@dataclass(frozen=True, slots=True)
class HallTaken:
    """What became of a workbook, or would become of it.

    ``totals`` are of the whole file, ``taken`` of the groups without problems. ``problems`` are the first ones of
    ``problem_count``. ``stopped_after`` is how many groups were through when it was stopped (0: it went through).
    """

    file_name: str
    totals: Totals
    taken: Totals
    groups: tuple[GroupOutcome, ...]
    problems: tuple[Problem, ...]
    problem_count: int
    findings: tuple[Finding, ...]
    dry_run: bool
    stopped_after: int = 0

    @property
    def accounts(self) -> int:
        """How many accounts came in, now or earlier."""
        return sum(one.accounts for one in self.groups if one.taken)

    @property
    def good(self) -> int:
        """How many groups have no problem."""
        return sum(not one.bad for one in self.groups)

    @property
    def known(self) -> bool:
        """Whether every group had come in before."""
        return bool(self.groups) and all(one.known for one in self.groups)


# Giving out


class ReleaseReason(Worded):
    """Why a hall's people are written into a file."""

    TAKEOVER = "takeover", Text("Moving to another database")
    AUDIT = "audit", Text("Audit or authority")
    COMPARE = "compare", Text("Comparing with another system")
    OTHER = "other", Text("Another reason")


@dataclass(frozen=True, slots=True)
class ReleaseOrder:
    """An export of the whole hall: where to, why, and in words where the reason is `ReleaseReason.OTHER`.

    ``persons`` and ``sha256`` are of the file, once it is written.
    """

    file_name: str
    reason: ReleaseReason
    words: str = ""
    persons: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class HallGiven:
    """What was written into a workbook, and what is under way and stays ``behind``."""

    file_name: str
    totals: Totals
    behind: tuple[Text, ...] = ()
