"""The rows a hall's workbook holds, sheet by sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from desktop.billing.records import ReviewFlag
from desktop.contracts.records import SpellKind
from desktop.invoices.records import InvoiceKind
from desktop.kernel.measures import Energy, Factor, Money, Power, Reading
from desktop.metering.records import Flag, ReadReason, ReadSource, RegisterCode, VoltageLevel
from desktop.parties.records import ContactKind, DebtorType, PartyKind, PartyRoleKind
from desktop.premises.records import SupplyState
from desktop.tariffs.records import Basis, CustomerClass

NOTHING, ONE = Money(0), Factor(10**Factor.DECIMALS)
SEVERAL = ";"
"""Stands between several persons in one cell."""

# Rows name each other by the numbers the workbook gives them.


@dataclass(frozen=True, slots=True)
class PartyLine:
    """A person or organisation. ``identity`` is its identity or tax number; ``merge_with`` the party it is really.

    In a group to take that is the number of a party, or the id of somebody who was here before, as `HERE` says.
    ``authorised`` are those who may act for it, with `SEVERAL` between them; ``notices`` is the contact among those
    above that notices go to.
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
    authorised: str = ""
    notices: str = ""
    merge_with: str = ""

    @property
    def contacts(self) -> Iterator[tuple[ContactKind, str]]:
        """What is known of it beside its telephones."""
        yield from ((ContactKind.IDENTITY, self.identity), (ContactKind.EMAIL, self.email))
        yield from ((ContactKind.POSTAL, self.postal), (ContactKind.BANK, self.bank))
        yield from ((ContactKind.AUTHORISED, one.strip()) for one in self.authorised.split(SEVERAL))


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
    """A register of a meter that hangs at a service point, or came down since that was billed last: the value billed
    last, and one read since, if any; others that were read since are `UnbilledLine`."""

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
    estimated: bool = False
    removed_on: date | None = None


@dataclass(frozen=True, slots=True)
class UnbilledLine:
    """A read that is not billed yet and that the row of its register has no room for."""

    serial: str
    read_on: date
    value: Reading
    register: RegisterCode = RegisterCode.ACTIVE
    reason: ReadReason = ReadReason.PERIODIC
    source: ReadSource = ReadSource.INSPECTOR
    rollover: bool = False
    reader: str = ""


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
    | UnbilledLine
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
