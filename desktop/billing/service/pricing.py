"""The one core of draft, issue, preview and rebill: parts of bills priced in batches, and put together again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from desktop.billing.rules import BillInput, BillPart, Held, Spelled, spelled
from desktop.kernel.hashing import key_told
from desktop.kernel.journal import sha256
from desktop.kernel.measures import Energy, Money
from desktop.kernel.text import Text
from desktop.kernel.work import Work
from desktop.tariffs import rules as pricing
from desktop.tariffs import service as tariffs
from desktop.tariffs.columns import Batch

BY_HAND = -1
"""The component of a line that somebody wrote: no component of its price list."""


@dataclass(frozen=True, slots=True)
class PricedPart:
    """One part of a bill as the core priced it; ``trace`` is packed, its lines are ``lines``.

    A draft has neither: it is priced for its total.
    """

    part: BillPart
    version: tariffs.InForce
    total: int
    tax: int
    lines: Sequence[pricing.Line]
    trace: str


@dataclass(frozen=True, slots=True)
class Priced:
    """One bill as the core priced it, part by part; the sums are those of all its lines.

    ``digest`` is that of all that decided it.
    """

    input: BillInput
    spelled: Spelled
    digest: bytes
    parts: tuple[PricedPart, ...]

    @classmethod
    def of(cls, one: BillInput, parts: tuple[PricedPart, ...]) -> Priced:
        """The bill of an input, from its priced parts."""
        told = spelled(one)
        return cls(one, told, sha256(told.input(one)), parts)

    @property
    def total(self) -> Money:
        """What it comes to."""
        return Money(sum([part.total for part in self.parts]))

    @property
    def tax(self) -> Money:
        """The part of the total that is tax: rounded once for all that has one rate, as an invoice has it."""
        if len(self.parts) == 1:
            return Money(self.parts[0].tax)
        gross = defaultdict[Decimal, int](int)
        versions = {}
        for part in self.parts:
            version = part.version.version
            gross[version.tax_percent] += part.total
            versions[version.tax_percent] = version
        return Money(sum([versions[rate].tax_within(amount) for rate, amount in gross.items()]))

    @property
    def ends_on(self) -> date:
        """The day after the last one it bills."""
        return max(part.part.end for part in self.parts)

    @property
    def main(self) -> PricedPart:
        """The part that names contract and price list of the bill as a whole: the last of the first contract's own."""
        contract = self.parts[0].part.contract_id
        return [one for one in self.parts if one.part.contract_id == contract and not one.part.share][-1]

    def trace(self) -> str:
        """All it rests on: what the core looked at, the reads, how energy came from them, the months shown beside."""
        return self.spelled.trace([one.trace for one in self.parts])


class StoredBill(Protocol):
    """What of a stored bill tells its parts."""

    contract_id: UUID
    tariff_version_id: UUID
    period_start: date
    period_end: date
    energy: Energy


@dataclass(frozen=True, slots=True)
class TracedPart:
    """One part of a stored bill, with its trace."""

    part: BillPart
    trace: dict[str, Any]


def traced_parts(bill: StoredBill, facts: dict[str, Any]) -> list[TracedPart]:
    """The parts of a stored bill with their traces."""
    pricing = [facts["pricing"]] if "pricing" in facts else [one["pricing"] for one in facts["parts"]]
    return [TracedPart(*one) for one in zip(stored_parts(bill, facts), pricing, strict=True)]


def stored_parts(bill: StoredBill, facts: dict[str, Any]) -> list[BillPart]:
    """The parts of a stored bill; one written before bills had parts is a single part."""
    if "pricing" in facts:
        seen = _seen(bill, facts["pricing"]["inputs"])
        part = BillPart(bill.contract_id, bill.tariff_version_id, bill.period_start, bill.period_end, seen)
        return [part]
    return [
        BillPart(
            key_told(one["contract_id"]),
            key_told(one["version_id"]),
            date.fromisoformat(one["start"]),
            date.fromisoformat(one["end"]),
            one["determinants"],
            one["share"],
        )
        for one in facts["parts"]
    ]


def _seen(bill: StoredBill, inputs: dict[str, dict[str, int]]) -> dict[str, int]:
    """The determinants that a household's bill was priced by, from what its components looked at."""
    found = {"energy_kwh": bill.energy.raw, "month": bill.period_start.month}
    for names in inputs.values():
        found |= {known: names[name] for name, known in SEEN.items() if name in names}
    return found


SEEN = {"before": "accumulated_kwh", "months_of_use": "months_of_use"}
"""What the trace of block prices calls the determinants it looked at."""


def totals(
    work: Work, asked: Sequence[tuple[UUID, Mapping[str, int]]], without: Collection[str] = ()
) -> list[int | None]:
    """What parts would cost, by version and determinants, in minor units; None for one that cannot be priced.

    Components whose codes are ``without`` charge nothing.
    """
    batches: dict[tuple[UUID, tuple[str, ...]], list[int]] = defaultdict(list)
    for place, (key, values) in enumerate(asked):
        batches[key, tuple(values)].append(place)
    found: list[int | None] = [None] * len(asked)
    for (key, names), places in batches.items():
        version = tariffs.version(work, key).version
        if without:
            kept = tuple(part for part in version.components if part.code not in without)
            version = replace(version, components=kept)
        if not set(version.reads) <= set(names):
            continue
        priced = pricing.price(version, Batch.of([asked[place][1] for place in places]))
        for row, total in enumerate(priced.total.tolist()):
            if row not in priced.held:
                found[places[row]] = total
    return found


def price(work: Work, inputs: Sequence[BillInput | Held], *, traced: bool) -> tuple[list[Priced], list[Held]]:
    """Price inputs, a batch for each version and set of determinants; in the order they came, and those held.

    A bill with a part that cannot be priced is held whole. Without their lines and traces (``traced``) bills cannot
    be stored.
    """
    bills = [one for one in inputs if isinstance(one, BillInput)]
    held = [one for one in inputs if isinstance(one, Held)]
    batches: dict[tuple[UUID, tuple[str, ...]], list[tuple[int, int]]] = defaultdict(list)
    for place, one in enumerate(bills):
        for at, part in enumerate(one.parts):
            batches[part.version_id, tuple(part.determinants)].append((place, at))
    done: dict[tuple[int, int], PricedPart] = {}
    reasons: dict[int, Text] = {}
    for (key, _), places in batches.items():
        version = tariffs.version(work, key)
        parts = [bills[place].parts[at] for place, at in places]
        priced = pricing.price(version.version, Batch.of([part.determinants for part in parts]))
        reasons |= {places[row][0]: reason for row, reason in priced.held.items()}
        totals, taxes = priced.total.tolist(), priced.tax.tolist()
        lines: Sequence[Sequence[pricing.Line]] = [()] * len(parts)
        traces = [""] * len(parts)
        if traced:
            lines = pricing.lines_of_rows(priced)
            traces = pricing.pack(version.version, priced, lines)
        for place, part, *rest in zip(places, parts, totals, taxes, lines, traces, strict=True):
            done[place] = PricedPart(part, version, *rest)
    held += [Held(bills[place].account_id, reasons[place]) for place in sorted(reasons)]
    return [
        Priced.of(one, tuple([done[place, at] for at in range(len(one.parts))]))
        for place, one in enumerate(bills)
        if place not in reasons
    ], held
