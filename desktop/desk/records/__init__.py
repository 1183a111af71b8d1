"""The plain values of the desk: everything about one account on one card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from desktop.billing.records import InstalmentShown, RunRow
from desktop.contracts.records import CapacitySpell, Service, TermsRow
from desktop.counter.records import PaymentRow, TenderKind, TillOpened
from desktop.counter.records.right import RefundsWaiting
from desktop.kernel.history import HistoryRow
from desktop.kernel.listing import PageOrder
from desktop.kernel.measures import Energy, Money, Power
from desktop.kernel.text import Text, Worded
from desktop.ledger.records import AgreementRow, Dues
from desktop.metering.records import AskedReadShown, MeterNow, MeterTestRow, MonthUsage, ReadShown, RouteRow
from desktop.parties.records import ContactShown, DebtorType, MergeShown, NoteShown, PartyKind, RoleHeld
from desktop.premises.records import PlaceNow, SupplyState
from desktop.search.records import Match
from desktop.staff.records import PersonRow, ProposalRow
from desktop.tariffs.records import TariffBasis
from desktop.treasury.records import DayWaiting

_NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class BillRow:
    """One bill in an account's history.

    ``difference`` is to the amount of the month before, None where that month has no bill; ``paid_on`` the day
    it was paid in full; ``read_ids`` are the reads it closes with, ``estimated`` tells that one is an estimate;
    ``reversed_on`` is the day it was taken back; ``of_month`` is whether it is for the use of a month, and not made by
    hand or to put another right. ``cheque``: a cheque paid it, or part of it, that is pending.
    ``disputed``: its customer disputes it now.
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
    reversed_on: date | None = None
    of_month: bool = True
    cheque: bool = False
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account in a list, with its main service point; ``more_meters`` hang at the others."""

    account_id: UUID
    number: str
    customer_name: str
    address: str
    meter_serial: str
    phone: str
    owed: Money
    credit: Money
    more_meters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountsOrder(PageOrder):
    """A page of accounts: 500 in number order, unless asked otherwise."""

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
class PointShown:
    """One service point of an account, by the newest contract there; ``ended_on`` is the end of that.

    ``meter_serial`` is empty where no meter hangs.
    """

    service_point_id: UUID
    contract_number: str
    address: str
    meter_serial: str
    route: str
    supply_state: SupplyState
    tariff_name: str
    use_class: Text
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class AccountCard:
    """All a clerk needs of one account; personal data is masked. ``closed_on`` is the end of its last contract.

    ``points`` are its service points, the main one first, which ``use_class`` to ``route`` tell of; ``usage`` and
    ``accumulated`` are of all together. ``group`` is the number of the payment group it is in ("": none).
    ``cheques_pending`` is paid and not credited yet, ``cheques_returned`` how many came back.
    ``debit_awaiting`` is in a file of a bank without its result, ``debit_bank`` the bank of its mandate ("": none).
    ``agreement`` stands about its arrears. ``asked_reads`` are the re-reads its customer waits for, ``tests`` those of
    its meters, the newest first.
    """

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
    points: tuple[PointShown, ...]
    contracts: tuple[ContractRow, ...]
    contacts: tuple[ContactShown, ...]
    notes: tuple[NoteShown, ...]
    group: str = ""
    instalments: tuple[InstalmentShown, ...] = ()
    cheques_pending: Money = _NOTHING
    cheques_returned: int = 0
    debit_awaiting: Money = _NOTHING
    debit_bank: str = ""
    agreement: AgreementRow | None = None
    asked_reads: tuple[AskedReadShown, ...] = ()
    tests: tuple[MeterTestRow, ...] = ()


@dataclass(frozen=True, slots=True)
class PartyAccount:
    """One account of a party: its row, and the late fee that has grown on what it owes by today."""

    row: AccountRow
    late_fee: Money


@dataclass(frozen=True, slots=True)
class PartyCard:
    """One party with all its roles and accounts; personal data is masked. Owed, late fees and credit are sums.

    ``merged_into`` is the party that it is really, by name, where it was merged; ``merges`` are those that stand
    with this one as the party that stayed.
    """

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
    merged_into: tuple[UUID, str] | None = None
    merges: tuple[MergeShown, ...] = ()

    @property
    def total(self) -> Money:
        """What all accounts owe today, late fees included, before credit."""
        return Money.total([one.row.owed + one.late_fee for one in self.accounts])

    @property
    def credit(self) -> Money:
        """The credit of all accounts."""
        return Money.total([one.row.credit for one in self.accounts])


@dataclass(frozen=True, slots=True)
class MergePreview:
    """Two parties side by side before they are merged, and what speaks against it."""

    kept: PartyCard
    merged: PartyCard
    warnings: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class ServedRow:
    """A customer served today at a till of this hall; how much was paid stays out, counts are blind."""

    receipt_number: str
    paid_at: datetime
    account_number: str
    customer_name: str
    tender: TenderKind
    till_name: str


@dataclass(frozen=True, slots=True)
class HeldRow:
    """Drafts of one run that are held for one reason."""

    run_number: str
    month: date
    reason: Text
    accounts: int


@dataclass(frozen=True, slots=True)
class Today:
    """What waits for one person. A part that is not theirs is None, one with nothing in it is empty.

    ``month`` is the month being read and billed now; ``unbilled`` tells that it has no run yet; ``served`` counts
    today's accounts at the tills of the hall; ``passwords`` are people whose password another person set these
    days, one's own first of all to know; ``unprinted`` are the numbers of receipts no printer took,
    ``bills_unprinted`` those of bills and their like that somebody tried to print; ``upkeep`` says when the database
    was last copied and last proven; ``hall_day`` what waits of closing days,
    ``refunds`` how many are to be decided or paid out,
    ``to_mend`` how many lines of banks are of payments that were taken back since,
    ``tests_overdue`` how many customers should know by now what the test of their meter said.
    """

    must_change: bool
    roles: tuple[str, ...]
    month: date
    till: TillOpened | None
    served: int | None
    receipts: tuple[ServedRow, ...] | None
    routes: tuple[RouteRow, ...] | None
    runs: tuple[RunRow, ...] | None
    unbilled: bool
    held: tuple[HeldRow, ...]
    proposals: tuple[ProposalRow, ...] | None
    locked: tuple[PersonRow, ...] | None
    passwords: tuple[PersonRow, ...]
    doubtful: int | None = None
    unprinted: tuple[str, ...] = ()
    bills_unprinted: tuple[str, ...] = ()
    upkeep: Upkeep | None = None
    hall_day: DayWaiting | None = None
    refunds: RefundsWaiting | None = None
    to_mend: int = 0
    tests_overdue: int = 0


@dataclass(frozen=True, slots=True)
class Upkeep:
    """When the database was last copied into a backup and last proven, None for never; how much did not hold then."""

    backup_at: datetime | None
    verified_at: datetime | None
    findings: int


# What an account is supplied with, and how it came to be so


class SupplyPart(Worded):
    """One of the records behind an account."""

    PREMISE = "premise", Text("Premise")
    POINT = "point", Text("Service point")
    METER = "meter", Text("Meter")
    ACCOUNT = "account", Text("Account")
    CONTRACT = "contract", Text("Contract")
    TERMS = "terms", Text("Terms")
    CAPACITY = "capacity", Text("Days of another capacity")


@dataclass(frozen=True, slots=True)
class ContractNow:
    """The newest contract of an account; ``tariff_code`` is what orders name its tariff by."""

    number: str
    tariff_code: str
    tariff_name: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class SupplyEvent:
    """What happened to one of the records."""

    part: SupplyPart
    row: HistoryRow


@dataclass(frozen=True, slots=True)
class Supply:
    """The records behind an account at one of its service points as they are now, what changed of them, and the tariffs
    it may have.

    ``running`` counts the service points that the account is supplied at without an end, ``neighbours`` the other ones
    of the premise; ``meter`` is None where none hangs; ``since`` is the day the account was opened; ``opens`` the first
    day from which a contract may be otherwise. ``terms`` are those of the contract, the newest first, ``spells`` alike
    its days of another capacity.
    """

    account_number: str
    customer_name: str
    since: date
    route: str
    position: int
    place: PlaceNow
    capacity: Power | None
    neighbours: int
    running: int
    meter: MeterNow | None
    contract: ContractNow
    terms: tuple[TermsRow, ...]
    spells: tuple[CapacitySpell, ...]
    opens: date
    tariffs: tuple[tuple[str, str], ...]
    history: tuple[SupplyEvent, ...]


# Search


@dataclass(frozen=True, slots=True)
class Found:
    """One hit of the search box, opened by its ``number``, a party by its id; ``account`` is the account it belongs to,
    none for a party, which is found itself where it has no account or several. ``facts`` stand in a line under its
    title (a date is a month there), ``amount`` and ``note`` at the right.

    A customer's amount is the balance owed, a bill's what it asks for, a receipt's what was taken; a letter has none.
    ``state`` is ``bad`` for overdue, ``open`` for owed but not due, ``clear`` for nothing owed. ``reading`` is the name
    in pinyin with its tones where pinyin led to it.
    """

    kind: str
    number: str
    account: str
    title: str
    facts: tuple[str | date | Text, ...]
    matches: tuple[Match, ...]
    amount: Money | None
    note: Text | date
    state: str
    reading: tuple[str, ...] = ()
    organisation: bool = False
    served_today: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class SearchFound:
    """The first customers and papers, and how many customers there are (``more``: at least so many).

    ``left`` is how many owners search does not know yet, and so cannot find.
    """

    customers: tuple[Found, ...]
    papers: tuple[Found, ...]
    customer_count: int
    paper_count: int
    more: bool
    left: int = 0


@dataclass(frozen=True, slots=True)
class Reindexed:
    """How many owners were given their words, and how many have none yet."""

    count: int
    left: int


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many owners were indexed anew, and how many are left because it was stopped."""

    count: int
    left: int
