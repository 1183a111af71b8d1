"""Why a bill differs from another of its account: causes in money that add up to the difference to the last unit.

The old bill is turned into the new one step by step through the core itself: its quantities at the new prices, then
with the new terms, for the new number of days, then with the new usage, and last where each stands in its tiers.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa

from desktop.billing.records import OF_MONTH, Against, Cause, CauseAmount, Comparison
from desktop.billing.rules import BillPart
from desktop.billing.rules.steps import Steps, exchanged, steps_between
from desktop.billing.service.pricing import Priced, StoredBill, stored_parts, totals
from desktop.billing.service.reversal import reversed_bills
from desktop.billing.tables import Bill
from desktop.kernel.bulk import among
from desktop.kernel.errors import NotFound, Refused
from desktop.kernel.measures import Energy, Money
from desktop.kernel.period import months_before
from desktop.kernel.text import Text
from desktop.kernel.work import Work, query
from desktop.tariffs import service as tariffs


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two bills compared."""

    number: str
    energy: Energy
    amount: Money
    parts: tuple[BillPart, ...]
    estimated: bool
    exchanged: bool
    reads: tuple[tuple[object, object], ...]  # the read each register begins with, and the one it ends with

    def settles(self, other: _Side) -> bool:
        """Whether the other bill's estimate is put right by this one: it goes on from there, or is of the same days."""
        if self.estimated or not other.estimated:
            return False
        known = {str(key) for read in other.reads for key in read}
        return any(str(begun) in known for begun, _ in self.reads)


class _OtherBill(StoredBill, Protocol):
    number: str
    amount: Money
    trace: str


_OTHER = (
    Bill.contract_account_id, Bill.number, Bill.contract_id, Bill.tariff_version_id, Bill.period_start,
    Bill.period_end, Bill.energy, Bill.amount, Bill.trace,
)  # fmt: skip


def _stored(bill: _OtherBill) -> _Side:
    facts = json.loads(bill.trace)
    reads = facts["reads"]
    return _Side(
        bill.number,
        bill.energy,
        bill.amount,
        tuple(stored_parts(bill, facts)),
        any(read["source"] == "estimated" for read in reads),
        exchanged(
            [(one["register"], one["meter_serial"], one["previous_at"], one["current_at"]) for one in reads]
        ),
        tuple((one["previous_read_id"], one["current_read_id"]) for one in reads),
    )


def _drafted(one: Priced) -> _Side:
    reads = one.input.reads
    return _Side(
        "",
        one.input.energy,
        one.total,
        one.input.parts,
        any(read.source.value == "estimated" for read in reads),
        exchanged([(one.register, one.meter_serial, one.previous_at, one.current_at) for one in reads]),
        tuple((one.previous_read_id, one.current_read_id) for one in reads),
    )


def compare_drafts(
    work: Work, priced: Sequence[Priced], replaces: Mapping[UUID, UUID | None]
) -> dict[UUID, tuple[Comparison, ...]]:
    """How each draft stands towards the month before, the year before, and the bill it puts right."""
    others = _others(work, priced, replaces)
    pairs = [
        (one.input.account_id, against, _stored(bill), _drafted(one))
        for one in priced
        for against, bill in others.get(one.input.account_id, {}).items()
    ]
    found = _compared(work, [(against, old, new) for _, against, old, new in pairs])
    answer: dict[UUID, tuple[Comparison, ...]] = {one.input.account_id: () for one in priced}
    for (account, *_), comparison in zip(pairs, found, strict=True):
        answer[account] += (comparison,)
    return answer


def _others(
    work: Work, priced: Sequence[Priced], replaces: Mapping[UUID, UUID | None]
) -> dict[UUID, dict[Against, _OtherBill]]:
    """The bills each draft is held against."""
    if not priced:
        return {}
    start = priced[0].input.parts[0].start.replace(day=1)
    months = {months_before(start, 1): Against.MONTH, months_before(start, 12): Against.YEAR}
    keys = [one.input.account_id for one in priced]
    found: dict[UUID, dict[Against, Any]] = {key: {} for key in keys}
    for bill in work.rows(
        sa.select(*_OTHER).where(
            among(work.session, Bill.contract_account_id, keys),
            Bill.period_start.in_(months),
            Bill.kind.in_(OF_MONTH),
            Bill.id.not_in(reversed_bills()),
        )
    ):
        found[bill.contract_account_id][months[bill.period_start]] = bill
    wanted = [key for key in replaces.values() if key is not None]
    for bill in work.rows(sa.select(*_OTHER).where(Bill.id.in_(wanted))) if wanted else ():
        if bill.contract_account_id in found:
            found[bill.contract_account_id][Against.REPLACED] = bill
    return found


def _compared(work: Work, pairs: Sequence[tuple[Against, _Side, _Side]]) -> list[Comparison]:
    """Price every step of every pair in one go, and read the causes off."""
    steps = [steps_between(old.parts, new.parts) for _, old, new in pairs]
    asked = [one for many in steps if many is not None for scene in many.asked for one in scene]
    amounts = iter(totals(work, [(key, values) for key, values in asked]))
    levies = _without_levies(work, pairs, steps)
    found = []
    for place, ((against, old, new), many) in enumerate(zip(pairs, steps, strict=True)):
        sums = [_sum([next(amounts) for _ in scene]) for scene in (many.asked if many is not None else ())]
        causes = _causes(many, sums, old, new, levies.get(place))
        difference = new.amount - old.amount
        kept = tuple(CauseAmount(cause, Money(raw)) for cause, raw in causes.items() if raw)
        found.append(Comparison(against, old.number, old.energy, old.amount, difference, kept, old.estimated))
    return found


def _sum(parts: Sequence[int | None]) -> int | None:
    """What the parts of a scene come to; None where one of them cannot be priced."""
    return None if None in parts else sum(part or 0 for part in parts)


def _without_levies(
    work: Work, pairs: Sequence[tuple[Against, _Side, _Side]], steps: Sequence[Steps | None]
) -> dict[int, int]:
    """What the old quantities cost at the new prices without what the new list charges for the first time, by pair."""
    by_codes: dict[frozenset[str], list[int]] = defaultdict(list)
    for place, ((_, old, new), many) in enumerate(zip(pairs, steps, strict=True)):
        if many is not None and (codes := _added(work, old.parts, new.parts)):
            by_codes[codes].append(place)
    found = {}
    for codes, places in by_codes.items():
        scenes = [many.scenes[0] for place in places if (many := steps[place]) is not None]
        amounts = iter(totals(work, [one for scene in scenes for one in scene], codes))
        for place, scene in zip(places, scenes, strict=True):
            amount = _sum([next(amounts) for _ in scene])
            if amount is not None:
                found[place] = amount
    return found


def _added(work: Work, old: Sequence[BillPart], new: Sequence[BillPart]) -> frozenset[str]:
    """The components a list charges beside all those of the one before; nothing where it is another kind of list."""
    before, now = (
        {part.code for one in parts for part in tariffs.version(work, one.version_id).version.components}
        for parts in (old, new)
    )
    return frozenset(now - before) if before < now else frozenset()


def _causes(
    many: Steps | None, sums: Sequence[int | None], old: _Side, new: _Side, without_levies: int | None
) -> dict[Cause, int]:
    """The causes of a difference by how each step changes the amount."""
    if many is None or None in sums:
        return {Cause.TOGETHER: new.amount.raw - old.amount.raw}
    told = [value or 0 for value in sums]
    divided, undivided = told.pop(), told.pop()
    was, now, alone = old.amount.raw, new.amount.raw, dict[Cause, int]()
    for cause in reversed(tuple(many.alone)):
        mine, others = told.pop(), told.pop()
        alone[cause] = mine - others
        was, now = was - others, now - mine
    was += divided - undivided
    priced, agreed, dated, dated_level, level = told
    usage = Cause.USAGE
    if new.settles(old):
        usage = Cause.ESTIMATE
    elif new.exchanged:
        usage = Cause.EXCHANGE
    bare = priced if without_levies is None else without_levies
    return {
        Cause.PRICE: bare - was,
        Cause.LEVY: priced - bare,
        Cause.TERMS: agreed - priced + divided - undivided,
        Cause.DAYS: dated - agreed,
        usage: level - dated_level,
        Cause.TIER: (now - level) - (dated - dated_level),
        **alone,
    }


@query("billing.view")
def why_different(work: Work, numbers: tuple[str, str]) -> Comparison:
    """Why the second of two bills of an account differs from the first, cause by cause."""
    rows = {row.number: row for row in work.session.scalars(sa.select(Bill).where(Bill.number.in_(numbers)))}
    for number in numbers:
        if number not in rows:
            raise NotFound(Text("No bill has the number {number}.", number=number))
    if len({row.contract_account_id for row in rows.values()}) > 1:
        raise Refused(Text("The two bills are of different accounts."))
    old, new = (_stored(rows[number]) for number in numbers)
    return _compared(work, [(Against.MONTH, old, new)])[0]
