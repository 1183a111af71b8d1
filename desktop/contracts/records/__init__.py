"""The plain values of contracts, and what connecting a customer needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from desktop.kernel.country import SuspensionTerms
from desktop.kernel.measures import Energy, Factor, Money, Power, Reading
from desktop.kernel.text import Text, Worded
from desktop.metering.records import NewRegister
from desktop.parties.records import DebtorType, Likeness, PartyKind
from desktop.premises.records import SupplyState
from desktop.tariffs.records import Basis


class Service(Worded):
    """What a contract is about."""

    NETWORK = "network", Text("Network service")
    SUPPLY = "supply", Text("Supply")
    PRODUCTION = "production", Text("Production")
    DATA = "data", Text("Data service")


@dataclass(frozen=True, slots=True)
class Connection:
    """A customer to connect: who, where, which meter with which opening read, on which tariff, from when.

    ``digits`` and ``opening_read`` are of the meter's active total; ``more_registers`` are its others.
    """

    account_number: str
    customer_name: str
    kind: PartyKind
    debtor_type: DebtorType
    language: str
    phone: str
    postcode: str
    region: str
    address: str
    voltage: str
    feeder_code: str
    transformer_code: str
    meter_serial: str
    digits: int
    multiplier: Factor
    opening_read: Reading
    route: str
    route_position: int
    tariff_code: str
    starts_on: date
    more_registers: tuple[NewRegister, ...] = ()


@dataclass(frozen=True, slots=True)
class Connections:
    """Customers connected in one go."""

    connections: tuple[Connection, ...]


@dataclass(frozen=True, slots=True)
class Connected:
    """How many accounts there are more now."""

    accounts: int


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """Who gets electricity, where it is nobody we know yet; ``phone`` may be empty."""

    name: str
    kind: PartyKind
    debtor_type: DebtorType
    language: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """Where electricity is delivered and how; ``capacity`` is the power that may be taken, None where not known."""

    postcode: str
    region: str
    address: str
    voltage: str
    feeder_code: str
    transformer_code: str
    capacity: Power | None = None


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A place that is supplied from now on: its facts, the meter that hangs there, its stop on a reading route."""

    facts: PlaceFacts
    meter_serial: str
    multiplier: Factor
    registers: tuple[NewRegister, ...]
    route: str
    route_position: int


@dataclass(frozen=True, slots=True)
class AccountOrder:
    """An account to open with its contract from a day on.

    Its customer is ``customer``, or a party we know (``party_id``). It is supplied at ``place``, or where another
    account was supplied until that day (``follows``, by its number), whose contract ends then. ``follows_contract``
    chooses where that account has several service points.
    """

    account_number: str
    tariff_code: str
    starts_on: date
    customer: NewCustomer | None = None
    party_id: UUID | None = None
    place: NewPlace | None = None
    follows: str = ""
    follows_contract: str = ""


@dataclass(frozen=True, slots=True)
class PointOrder:
    """One more service point for an account, with a contract of its own from a day on.

    It is at ``place``, which lies in a premise we have where ``premise_id`` is given, or where another account was
    supplied until that day (``follows``, and ``follows_contract`` as in an `AccountOrder`).
    """

    account_number: str
    tariff_code: str
    starts_on: date
    place: NewPlace | None = None
    premise_id: UUID | None = None
    follows: str = ""
    follows_contract: str = ""


@dataclass(frozen=True, slots=True)
class AccountOpened:
    """The account and contract that are there now, and the contract that ended for it (or nothing)."""

    account_number: str
    contract_number: str
    ended: str = ""


@dataclass(frozen=True, slots=True)
class AccountHints:
    """What a new account may be given: the next free number, tariffs in force by code with their names, routes with
    the next place on each; by which ``tariff``, where and how the newest customer is supplied."""

    number: str
    tariffs: tuple[tuple[str, str], ...]
    routes: tuple[tuple[str, int], ...]
    tariff: str
    newest: PlaceFacts | None


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """How the place is that an account is supplied at, from now on; ``contract_number`` chooses among several."""

    account_number: str
    facts: PlaceFacts
    contract_number: str = ""


@dataclass(frozen=True, slots=True)
class SupplyOrder:
    """What is true about the supply of a place since a day, and why it is put down now."""

    account_number: str
    state: SupplyState
    since: date
    reason: str
    contract_number: str = ""


@dataclass(frozen=True, slots=True)
class MonthOrder:
    """What an account used in a month before the reads we have, given by its first day, and how that is known."""

    account_number: str
    month: date
    energy: Energy
    reason: str
    contract_number: str = ""


@dataclass(frozen=True, slots=True)
class AccountChange:
    """Another number for an account."""

    account_number: str
    new_number: str


@dataclass(frozen=True, slots=True)
class ContractChange:
    """Another tariff for a contract, from a day on."""

    contract_number: str
    tariff_code: str
    starts_on: date


@dataclass(frozen=True, slots=True)
class TariffCorrection:
    """The tariff that contracts should have had from a day on, in place of a wrong one, also where it is billed.

    Meant are the contracts by the ``wrong`` tariff of a reading route, or of accounts by their numbers; of these one
    alone where ``contract_number`` names it, with those that went before it at its service point.
    """

    wrong: str
    right: str
    starts_on: date
    reason: str
    route: str = ""
    account_numbers: tuple[str, ...] = ()
    contract_number: str = ""


@dataclass(frozen=True, slots=True)
class TariffCorrected:
    """How many contracts have the right tariff now, and whose they are."""

    contracts: int
    account_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class ContractEnd:
    """A contract that ends: ``ends_on`` is the first day it no longer holds."""

    contract_number: str
    ends_on: date


@dataclass(frozen=True, slots=True)
class ContractSigned:
    """A contract as it stands now."""

    contract_number: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class KnownContract:
    """A supply contract that comes in from another system; it is numbered here."""

    account_id: UUID
    service_point_id: UUID
    tariff_code: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class InForce:
    """A contract as billing needs it: the account, where it is read, its tariff, and who the customer is.

    ``supplied_since`` is the first day of the account's first contract at this point.
    """

    contract_id: UUID
    account_id: UUID
    account_number: str
    service_point_id: UUID
    tariff_id: UUID
    customer_class: str
    valid_from: date
    valid_to: date | None
    supplied_since: date


@dataclass(frozen=True, slots=True)
class Link:
    """One of the supply contracts that follow one another at a service point."""

    contract_id: UUID
    account_id: UUID
    tariff_id: UUID
    valid_from: date
    valid_to: date | None


NO_POWER, NO_ENERGY, NO_PART = Power.zero(), Energy.zero(), Factor.zero()


@dataclass(frozen=True, slots=True)
class Share:
    """Part of what a meter counts that another tariff prices: so many kWh a month, then a percentage of the rest."""

    tariff_code: str
    fixed: Energy = NO_ENERGY
    percent: Factor = NO_PART


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract says from a day on that prices look at.

    ``capacity`` is the transformers' kVA in use (what is sealed does not count), ``power_factor_standard`` is in
    steps of 0.01 (0: none). ``threshold_extra`` lifts the limits of tiers for a large household, ``free`` is free of
    charge each month. ``losses`` are values of the customer's equipment between meter and boundary, as JSON that the
    country reads ("": none). ``within`` is the meter whose energy this one's is a part of ("": none).
    """

    valid_from: date
    basis: Basis = Basis.NONE
    capacity: Power = NO_POWER
    contract_demand: Power = NO_POWER
    power_factor_standard: int = 0
    threshold_extra: Energy = NO_ENERGY
    free: Energy = NO_ENERGY
    losses: str = ""
    shares: tuple[Share, ...] = ()
    within: str = ""


@dataclass(frozen=True, slots=True)
class SuspensionRow:
    """Terms of suspensions, and who set them here when (nobody: they are the country's)."""

    terms: SuspensionTerms
    set_by: str = ""
    set_at: datetime | None = None

    @property
    def words(self) -> Text:
        """How long one lasts at least, and all of a year at most."""
        one = self.terms
        return Text(
            "{days} days at least, {months} months of a year together",
            days=one.least_days, months=one.most_months,
        )  # fmt: skip

    @property
    def times(self) -> Text:
        """How many may begin in a year."""
        times = self.terms.most_times
        return Text("any number of times") if times is None else Text("at most {times} times", times=times)


class SpellKind(Worded):
    """What makes the capacity that is charged another one than the terms say, for some days."""

    SUSPENDED = "suspended", Text("Sealed for a time")
    REDUCED = "reduced", Text("Reduced")
    HOT_STANDBY = "hot_standby", Text("Standby, hot or not sealed")
    COLD_STANDBY = "cold_standby", Text("Standby, cold and sealed")
    INTERLOCKED = "interlocked", Text("Standby, interlocked")
    EXEMPT = "exempt", Text("Exempt from the capacity charge")


@dataclass(frozen=True, slots=True)
class CapacitySpell:
    """Days in which a contract is charged for another capacity than its terms say.

    ``power`` is what is sealed or reduced, or the standby source (none for an exemption). ``ends_on`` is the first day
    it no longer holds; only what is sealed for a time needs one. ``first_day_charged`` is custom of the office: whether
    the day of sealing counts as a day of use. ``reason`` names the agreement or the notice.
    """

    kind: SpellKind
    starts_on: date
    ends_on: date | None = None
    power: Power = NO_POWER
    first_day_charged: bool = False
    reason: str = ""

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken back: it holds on no day."""
        return self.ends_on == self.starts_on

    @property
    def flaws(self) -> dict[str, Text]:
        """Why no bill could be computed from it, by what is wrong: ``end``, ``power`` or ``reason``."""
        found = {}
        if self.kind is SpellKind.SUSPENDED and self.ends_on is None:
            found["end"] = Text("Say until when the capacity is sealed.")
        if self.ends_on is not None and self.ends_on <= self.starts_on:
            found["end"] = Text("The last day lies before the first one.")
        if (self.kind is SpellKind.EXEMPT) != (self.power.raw == 0) or self.power.raw < 0:
            found["power"] = Text("Say how many kVA; an exemption has none, for it holds for all.")
        if self.kind is SpellKind.EXEMPT and not self.reason.strip():
            found["reason"] = Text("Name the notice that the exemption rests on.")
        return found


@dataclass(frozen=True, slots=True)
class KnownTerms:
    """Terms that come in from another system, of the contract in force at a service point on their first day.

    ``within_id`` is the service point of the main meter, where that is known yet; ``terms.within`` says nothing.
    """

    service_point_id: UUID
    terms: Terms
    within_id: UUID | None


@dataclass(frozen=True, slots=True)
class KnownSpell:
    """A spell that comes in from another system, of the contract at a service point that began on ``contract_from``;
    None: of every one in force there on its days."""

    service_point_id: UUID
    spell: CapacitySpell
    contract_from: date | None


@dataclass(frozen=True, slots=True)
class SpellOrder:
    """A spell of an account's contract; ``contract_number`` chooses where an account has several."""

    account_number: str
    spell: CapacitySpell
    contract_number: str = ""


@dataclass(frozen=True, slots=True)
class SpellRow:
    """A spell as it stands at a contract."""

    contract_number: str
    spell: CapacitySpell


@dataclass(frozen=True, slots=True)
class TermsOrder:
    """Terms of an account's contract from a day on; ``contract_number`` chooses where an account has several."""

    account_number: str
    terms: Terms
    contract_number: str = ""


@dataclass(frozen=True, slots=True)
class TermsEntered:
    """How many contracts got terms."""

    contracts: int


@dataclass(frozen=True, slots=True)
class TermsRow:
    """Terms as they stand at a contract."""

    contract_number: str
    terms: Terms


# Parties that are one


@dataclass(frozen=True, slots=True)
class SomebodyAlike:
    """A party beside one that it seems to be, with its accounts."""

    party_id: UUID
    name: str
    kind: PartyKind
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two parties that seem to be one, why, and the address they share (nothing where they share a number)."""

    likeness: Likeness
    shared: str
    one: SomebodyAlike
    other: SomebodyAlike


@dataclass(frozen=True, slots=True)
class Merged:
    """Who stayed and who was merged, and how many accounts moved."""

    kept_id: UUID
    merged_id: UUID
    accounts: int


# Accounts that one payer pays together


GROUP_PREFIX = "G-"
"""Numbers of payment groups begin so; those of accounts never do."""


@dataclass(frozen=True, slots=True)
class GroupOrder:
    """Let the customer of ``payer_account`` pay accounts together from a day on, that one among them or not."""

    name: str
    payer_account: str
    accounts: tuple[str, ...]
    joins_on: date


@dataclass(frozen=True, slots=True)
class GroupChange:
    """Another name of a payment group, or another payer ("": the same)."""

    number: str
    name: str
    payer_account: str = ""


@dataclass(frozen=True, slots=True)
class MembersOrder:
    """Accounts that join a payment group on a day, or that are no more in it from a day on."""

    number: str
    accounts: tuple[str, ...]
    on: date


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A payment group as it stands today: who pays, how many accounts, and what these owe without late fees."""

    number: str
    name: str
    payer: str
    members: int
    owed: Money


@dataclass(frozen=True, slots=True)
class MemberRow:
    """An account in a payment group from a day to a day (None: still), by whom it came and went."""

    account_number: str
    customer_name: str
    address: str
    valid_from: date
    valid_to: date | None
    joined_by: str
    left_by: str
    owed: Money
    credit: Money


@dataclass(frozen=True, slots=True)
class GroupShown:
    """A payment group with everybody who is or was in it, in walking order, who left last."""

    row: GroupRow
    members: tuple[MemberRow, ...]
