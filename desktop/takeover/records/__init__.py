"""The plain values of a takeover: the rows a hall's workbook holds, what was found in them, what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from desktop.kernel.errors import Problem
from desktop.kernel.measures import Energy, Money, Power, Reading
from desktop.kernel.text import Text, Worded
from desktop.parties.records import Likeness
from desktop.takeover.records.lines import (
    NOTHING,
    ONE,
    SEVERAL,
    AccountLine,
    BillLimitLine,
    ContractLine,
    GroupLine,
    HistoryLine,
    ItemLine,
    Line,
    MemberLine,
    MeterLine,
    PartyLine,
    PaymentLine,
    PlanLine,
    PointLine,
    PremiseLine,
    ReadLimitLine,
    SpellLine,
    TariffLine,
    TermsLine,
    UnbilledLine,
    WishLine,
)

__all__ = [
    "HERE",
    "NOTHING",
    "ONE",
    "SEVERAL",
    "AccountLine",
    "BillLimitLine",
    "Choices",
    "ClassTotals",
    "ContractLine",
    "Duplicates",
    "Finding",
    "GroupLine",
    "GroupOrder",
    "GroupOutcome",
    "GroupTaken",
    "HallGiven",
    "HallTaken",
    "HistoryLine",
    "ItemLine",
    "LimitsOrder",
    "Line",
    "MemberLine",
    "MeterLine",
    "PaidTogether",
    "PartyLine",
    "PaymentLine",
    "PlanLine",
    "PointLine",
    "PremiseLine",
    "ReadLimitLine",
    "ReleaseOrder",
    "ReleaseReason",
    "SpellLine",
    "SubMeter",
    "SubMeters",
    "TariffLine",
    "TermsLine",
    "Totals",
    "UnbilledLine",
    "WishLine",
]

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
    reads: tuple[UnbilledLine, ...] = ()
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
