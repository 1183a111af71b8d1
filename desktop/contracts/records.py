"""The plain values of contracts, and what connecting a customer needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from desktop.kernel.measures import Energy, Factor, Power, Reading
from desktop.kernel.text import Text, Worded
from desktop.metering.records import NewRegister
from desktop.parties.records import DebtorType, PartyKind
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
class KnownContract:
    """A supply contract that comes in from another system; it is numbered here."""

    account_id: UUID
    service_point_id: UUID
    tariff_code: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class InForce:
    """A contract as billing needs it: the account, where it is read, its tariff, and who the customer is."""

    contract_id: UUID
    account_id: UUID
    account_number: str
    service_point_id: UUID
    tariff_id: UUID
    customer_class: str
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
class TermsOrder:
    """Terms of an account's contract from a day on; ``contract_number`` chooses where an account has several."""

    account_number: str
    terms: Terms
    contract_number: str = ""


@dataclass(frozen=True, slots=True)
class TermsRow:
    """Terms as they stand at a contract."""

    contract_number: str
    terms: Terms
