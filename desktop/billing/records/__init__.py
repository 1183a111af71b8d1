"""The plain values of billing: orders, drafts, and a bill with everything its paper and its screen show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from desktop.billing.records.collective import (
    CollectiveLineShown,
    CollectiveOrder,
    CollectiveOutcome,
    CollectivePreview,
    CollectiveRow,
    CollectiveShown,
    CollectiveWaits,
    MemberMissing,
)
from desktop.billing.records.energy import (
    ALONE,
    EnergyCost,
    EnergyDecisionOrder,
    EnergyOrder,
    EnergyRow,
    EnergyState,
)
from desktop.billing.records.instalments import (
    InstalmentPart,
    InstalmentReversalOrder,
    InstalmentShown,
    InstalmentsIssued,
    InstalmentsOrder,
    NotAsked,
    PlanOrder,
    PlanRow,
)
from desktop.billing.records.kinds import (
    NO_ENERGY,
    OF_MONTH,
    BillKind,
    DraftState,
    RunState,
)
from desktop.billing.records.trying import (
    BillChange,
    BillChanges,
    CapacityCost,
    CapacityMonth,
    RouteChoices,
    WhatIf,
    WhatIfOption,
)
from desktop.kernel.measures import Demand, Energy, Money, Price
from desktop.kernel.period import Period
from desktop.kernel.text import Text, Worded
from desktop.metering.records import MonthUsage, RegisterUsage
from desktop.staff.records import PERMISSIONS, Letterhead
from desktop.tariffs.records import CustomerClass, TariffBasis, TierPicture

__all__ = [
    "ALONE",
    "LOOKED_AT",
    "MOST_MENDERS",
    "MOST_SHOWN",
    "NO_ENERGY",
    "OF_MONTH",
    "START",
    "AdjustingOrder",
    "Against",
    "BillChange",
    "BillChanges",
    "BillKind",
    "BillLineShown",
    "BillPartShown",
    "BillShown",
    "BillsFound",
    "BillsPage",
    "BillsPrinted",
    "BillsReversed",
    "Block",
    "CapacityCost",
    "CapacityMonth",
    "Cause",
    "CauseAmount",
    "ChunkDone",
    "ClassLimits",
    "CollectiveLineShown",
    "CollectiveOrder",
    "CollectiveOutcome",
    "CollectivePreview",
    "CollectiveRow",
    "CollectiveShown",
    "CollectiveWaits",
    "Comparison",
    "CorrectionOrder",
    "DraftLook",
    "DraftQuery",
    "DraftRow",
    "DraftState",
    "DraftsFound",
    "DraftsPage",
    "EnergyCost",
    "EnergyDecisionOrder",
    "EnergyOrder",
    "EnergyRow",
    "EnergyState",
    "Explanation",
    "FinalOrder",
    "InstalmentDeducted",
    "InstalmentPart",
    "InstalmentReversalOrder",
    "InstalmentShown",
    "InstalmentsIssued",
    "InstalmentsOrder",
    "LeftOut",
    "ManualLine",
    "ManualOrder",
    "MemberMissing",
    "NotAsked",
    "PlanOrder",
    "PlanRow",
    "ReversalOrder",
    "ReviewFlag",
    "ReviewLimits",
    "RouteChoices",
    "RunLook",
    "RunOrder",
    "RunOutcome",
    "RunRow",
    "RunStarted",
    "RunState",
    "SendBackOrder",
    "ShareJob",
    "ShareOrder",
    "SharesLeft",
    "SignOrder",
    "TariffRighted",
    "TariffStarted",
    "WhatIf",
    "WhatIfOption",
]


class ReviewFlag(Worded):
    """Why another person has to look at a draft before it is issued, what says most first: a jump comes with most."""

    CORRECTION = "correction", Text("Puts a bill right")
    BY_HAND = "by_hand", Text("Made by hand")
    NEGATIVE = "negative", Text("Negative")
    LARGE = "large", Text("Very large")
    ZERO = "zero", Text("Zero use")
    FIRST = "first", Text("First bill")
    ESTIMATED_TWICE = "estimated_twice", Text("Estimated again")
    SAME = "same", Text("Same again")
    JUMP = "jump", Text("Jump")


LOOKED_AT = tuple(flag for flag in ReviewFlag if flag not in (ReviewFlag.CORRECTION, ReviewFlag.BY_HAND))
"""What limits decide; what puts a bill right or was made by hand is signed always."""

HUNDRED_KWH, VERY_LARGE = Energy.of(100), Money(10_000_000)


@dataclass(frozen=True, slots=True)
class ReviewLimits:
    """When another person has to look at a draft; only what stands in ``waiting`` makes one wait.

    Usage changed by ``jump_percent`` and by ``floor`` at least is a jump, a bill from ``large`` on is very large,
    the same usage ``same_months`` times running is noted.
    """

    jump_percent: int = 30
    floor: Energy = HUNDRED_KWH
    large: Money = VERY_LARGE
    same_months: int = 3
    waiting: tuple[ReviewFlag, ...] = LOOKED_AT


@dataclass(frozen=True, slots=True)
class ClassLimits:
    """The limits of a class of customers from a day on; None: since always, as the program came."""

    customer_class: CustomerClass
    valid_from: date | None
    limits: ReviewLimits


class Cause(Worded):
    """Why one bill of an account differs from another."""

    PRICE = "price", Text("Price list")
    LEVY = "levy", Text("New levy")
    TERMS = "terms", Text("Capacity and terms")
    DAYS = "days", Text("Days")
    USAGE = "usage", Text("Usage")
    ESTIMATE = "estimate", Text("Estimate settled")
    EXCHANGE = "exchange", Text("Meter exchange")
    TIER = "tier", Text("Tiers")
    CORRECTION = "correction", Text("Earlier months put right")
    POINT = "point", Text("Service point")
    TOGETHER = "together", Text("Several causes together")


class Against(Worded):
    """Which other bill a bill is held against."""

    MONTH = "month", Text("Month before")
    YEAR = "year", Text("Year before")
    REPLACED = "replaced", Text("Bill put right")


@dataclass(frozen=True, slots=True)
class CauseAmount:
    """How much of a difference one cause makes."""

    cause: Cause
    amount: Money


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a bill stands towards another one of the account: ``causes`` add up to the difference.

    ``estimated`` tells that the other bill rests on an estimate.
    """

    against: Against
    number: str
    energy: Energy
    amount: Money
    difference: Money
    causes: tuple[CauseAmount, ...]
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class RunRow:
    """One bill run in a list.

    ``unsigned`` of its ready drafts wait for another person's signature; ``correction`` is why it puts bills right or
    makes one of another ``kind`` ("": it is a month's run). ``left`` accounts of it are still to be drafted or issued
    by whoever works on it, on any computer; nobody does where ``stopped_by`` names who stopped it. ``compared`` is the
    energy of those that have a month before, which came to ``energy_before``.
    """

    run_id: UUID
    number: str
    period: Period
    state: RunState
    accounts: int
    ready: int
    held: int
    issued: int
    energy: Energy
    amount: Money
    started_at: datetime
    started_by: str
    unsigned: int = 0
    correction: str = ""
    kind: BillKind = BillKind.PERIODIC
    left: int = 0
    stopped_by: str = ""
    compared: Energy = NO_ENERGY
    energy_before: Energy = NO_ENERGY

    @property
    def at_work(self) -> bool:
        """Whether somebody may be working on it."""
        return bool(self.left) and not self.stopped_by


@dataclass(frozen=True, slots=True)
class RunLook:
    """What the billing page is opened with: one run, perhaps only what is held in it."""

    number: str
    held: bool = False


MOST_MENDERS = 3
"""So many people are named who can mend why a draft is held."""


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One account of a run: what it would cost, how that stands towards other bills, or why it is held.

    ``flags`` are why another person has to sign it before it is issued, ``signed_by`` who did; ``replaces`` is the
    number of the bill it puts right. ``menders`` can mend why it is held, ``mended_with`` is the right they need.
    """

    account_number: str
    customer_name: str
    address: str
    state: DraftState
    energy: Energy
    amount: Money
    energy_before: Energy | None
    bill_number: str = ""
    reason: Text | None = None
    account_id: UUID | None = None
    compared: tuple[Comparison, ...] = ()
    flags: tuple[ReviewFlag, ...] = ()
    signed_by: str = ""
    replaces: str = ""
    route: str = ""
    mended_with: str = ""
    menders: tuple[str, ...] = ()

    def mending(self) -> Text:
        """Who can mend why it is held, of a draft that is."""
        if self.menders:
            return Text("mended by {names}", names=", ".join(self.menders[:MOST_MENDERS]))
        return Text("nobody has the right: {right}", right=PERMISSIONS[self.mended_with])

    @property
    def unsigned(self) -> bool:
        """Whether it waits for a signature."""
        return self.state is DraftState.READY and bool(self.flags) and not self.signed_by

    def against(self, other: Against) -> Comparison | None:
        """How it stands towards one of the other bills, where there is such a bill."""
        return next((one for one in self.compared if one.against is other), None)


MOST_SHOWN = 20_000
"""A screen shows so many drafts of a run at most: those somebody has to do something about before all others."""


@dataclass(frozen=True, slots=True)
class DraftsPage:
    """Drafts of a run in walking order, behind (position, account); None for the first ones.

    With ``unsigned`` only those that wait for a signature, with ``numbers`` only those of these accounts.
    """

    run_number: str
    after: tuple[int, UUID] | None = None
    limit: int = 500
    unsigned: bool = False
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftsFound:
    """A page of drafts; ``last`` is where to go on after, None where none is left."""

    drafts: tuple[DraftRow, ...]
    last: tuple[int, UUID] | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """So many accounts that did not go through, for one reason."""

    reason: Text
    accounts: int


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What a run, or its issue, did: how many done, held and why, and where it stopped (0: it went through).

    ``went_on_after`` is where an earlier one had stopped or was killed, counted in accounts; ``left`` tells of all
    accounts that did not go through why. ``stopped_by`` is who stopped it for everybody ("": nobody did). ``told`` is
    what is not sure of the day by which bills issued now are to be paid.
    """

    run: RunRow
    held: tuple[DraftRow, ...]
    stopped_after: int = 0
    went_on_after: int = 0
    left: tuple[LeftOut, ...] = ()
    stopped_by: str = ""
    told: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class BillLineShown:
    """One charge: of ``energy``, of ``power`` in ``unit``, or a share of other amounts.

    ``accumulated`` is the energy of the accumulation period before and after this line.
    """

    label: Text
    energy: Energy | None
    price: Price | None
    amount: Money
    accumulated: tuple[Energy, Energy] | None = None
    explanation: tuple[Text, ...] = ()
    power: Demand | None = None
    unit: str = "kWh"


@dataclass(frozen=True, slots=True)
class BillPartShown:
    """What one price list priced of a bill: which days, its lines, and the tiers it left the account in."""

    period: Period
    basis: TariffBasis
    lines: tuple[BillLineShown, ...]
    tiers: TierPicture | None


@dataclass(frozen=True, slots=True)
class InstalmentDeducted:
    """An instalment as the bill that deducts it names it."""

    number: str
    due_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class BillShown:
    """A bill with all that its paper and its screen show; amounts in the hall's currency.

    ``arrears`` is what was overdue from before at issue; ``payment_code`` the QR content; ``check_code`` the
    short code that proves the paper (from the bill's own hash); ``usage`` up to 13 months, this one last;
    ``reversed_on`` is the day it was taken back, ``replaces`` and ``replaced_by`` are numbers of the bills beside it;
    ``parts`` are the lines by the price list that priced them, ``notes`` how energy came from the reads;
    ``language`` is the customer's; ``run_place`` is the bill's place in its run, begun ``run_at`` by ``run_by``.
    ``instalments`` were asked for before and are deducted: ``to_pay`` is left, or given back below zero.
    A ``draft`` is what would be issued now: it has neither number nor codes.
    """

    number: str
    kind: BillKind
    letterhead: Letterhead
    language: str
    period: Period
    days: int
    issued_on: date
    due_on: date
    account_number: str
    customer_name: str
    postcode: str
    address_lines: tuple[str, ...]
    use_class: Text
    route: str
    meter_serial: str
    lines: tuple[BillLineShown, ...]
    energy: Energy
    amount: Money
    tax_percent: int
    tax: Money
    arrears: Money
    credit: Money
    amount_words: str
    reads: tuple[RegisterUsage, ...]
    tiers: TierPicture | None
    usage: tuple[MonthUsage, ...]
    basis: TariffBasis
    payment_code: str
    check_code: str
    late_fee_note: Text | None = None
    parts: tuple[BillPartShown, ...] = ()
    notes: tuple[Text, ...] = ()
    reversed_on: date | None = None
    reversed_why: str = ""
    replaces: str = ""
    replaced_by: str = ""
    run_number: str = ""
    run_place: int = 0
    run_at: datetime | None = None
    run_by: str = ""
    instalments: tuple[InstalmentDeducted, ...] = ()
    draft: bool = False

    @property
    def to_pay(self) -> Money:
        """What the bill asks for after its instalments."""
        return self.amount - Money.total([one.amount for one in self.instalments])


@dataclass(frozen=True, slots=True)
class Explanation:
    """Two bills of one account and why the second differs from the first; the causes add up to the difference."""

    old: BillShown
    new: BillShown
    why: Comparison


@dataclass(frozen=True, slots=True)
class RunOrder:
    """Bill the hall's accounts for a calendar month (its code, ``2026-01``)."""

    period: str


@dataclass(frozen=True, slots=True)
class ReversalOrder:
    """Take bills back by their numbers, without billing them anew."""

    numbers: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class BillsReversed:
    """How many bills were taken back, and what they came to."""

    bills: int
    amount: Money


@dataclass(frozen=True, slots=True)
class CorrectionOrder:
    """Put bills of one month right: by their numbers, or all of a reading route, or all of a tariff.

    ``period`` is the month of a route or a tariff (its code, ``2026-01``).
    """

    reason: str
    numbers: tuple[str, ...] = ()
    period: str = ""
    route: str = ""
    tariff: str = ""


@dataclass(frozen=True, slots=True)
class FinalOrder:
    """Bill an account whose contract has an end up to its closing read, without waiting for the month's run.

    A deposit that is held is set against what is owed when the bill is issued, unless it is to stay.
    """

    account_number: str
    keep_deposit: bool = False


@dataclass(frozen=True, slots=True)
class ManualLine:
    """One charge by hand: what for, how many kWh of it (0: none), and its amount, tax included."""

    words: str
    energy: Energy
    amount: Money


@dataclass(frozen=True, slots=True)
class ManualOrder:
    """Bill an account by hand for a month (its code, ``2026-01``), with the reason that stands on the bill.

    ``lowers`` is the number of the bill that one below zero gives a part back of: its invoice is lowered by a red one.
    """

    account_number: str
    period: str
    lines: tuple[ManualLine, ...]
    reason: str
    lowers: str = ""


@dataclass(frozen=True, slots=True)
class AdjustingOrder:
    """Charge or refund energy that a bill counted wrongly, at the prices of that bill, on top of what stands of its
    year or month: steps count what later bills billed, and what was put right before.

    A positive ``energy`` is charged, a negative one given back. ``upto`` is the first day of the newest month billed
    then, filled in where the order is taken; the bills of later months count this energy. (None: one of before this was
    kept, which all months after its own count.)
    """

    number: str
    energy: Energy
    reason: str
    upto: date | None = None


@dataclass(frozen=True, slots=True)
class SignOrder:
    """Sign flagged drafts of a run that somebody else made."""

    run_number: str
    account_ids: tuple[UUID, ...]


class ShareJob(Enum):
    """What workers share of a run."""

    DRAFT = "draft"
    ISSUE = "issue"


@dataclass(frozen=True, slots=True)
class SendBackOrder:
    """Send flagged drafts of a run back to who made them: each is held with the reason."""

    run_number: str
    account_ids: tuple[UUID, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class DraftQuery:
    """One account of a run."""

    run_number: str
    account_id: UUID


@dataclass(frozen=True, slots=True)
class DraftLook:
    """What a draft rests on, as it would be billed now: up to 13 months with this one last, its lines, its reads."""

    account_id: UUID
    usage: tuple[MonthUsage, ...]
    lines: tuple[BillLineShown, ...]
    reads: tuple[RegisterUsage, ...]
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class ShareOrder:
    """A worker (``holder``) does the next accounts of its share of a run, at most ``limit``, or takes a share."""

    run_id: UUID
    holder: UUID
    limit: int


@dataclass(frozen=True, slots=True)
class SharesLeft:
    """What is left of a job: shares that are not finished, and the accounts in them that nobody went through.

    ``stopped_by`` is who stopped it ("": nobody did).
    """

    open: int
    accounts: int
    stopped_by: str = ""


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run whose accounts wait in shares; ``before`` of them went through earlier, where it was stopped."""

    run_id: UUID
    number: str
    before: int = 0


@dataclass(frozen=True, slots=True)
class ChunkDone:
    """What became of a chunk: how many went through, how many are held."""

    done: int
    held: int


START = (0, 0)


@dataclass(frozen=True, slots=True)
class BillsPage:
    """Bills of a run in walking order, after (position, running number); `START` for the first ones."""

    run_number: str
    after: tuple[int, int]
    limit: int


@dataclass(frozen=True, slots=True)
class BillsFound:
    """A page of bills; ``last`` is where to go on after, ``total`` how many the run has, told with the first page."""

    bills: tuple[BillShown, ...]
    last: tuple[int, int]
    total: int


@dataclass(frozen=True, slots=True)
class Block:
    """Some bills of a run in walking order, after (position, running number), and the files they go into."""

    after: tuple[int, int]
    bills: int
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BillsPrinted:
    """What became of bills to print: ``written`` into so many ``files``, ``there`` before, ``left`` after a stop."""

    written: int
    there: int
    files: int
    left: int


@dataclass(frozen=True, slots=True)
class TariffStarted:
    """How many contracts have the right tariff now, and the runs that put their bills right, one a month."""

    contracts: int
    runs: tuple[RunStarted, ...]


@dataclass(frozen=True, slots=True)
class TariffRighted:
    """The same, with the bills drafted."""

    contracts: int
    runs: tuple[RunOutcome, ...]
