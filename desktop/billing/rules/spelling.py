"""A bill's input as canonical JSON, each piece spelled once: its digest and the trace of its bill are made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.billing.rules.input import BillInput, BillPart
from desktop.kernel import canonical
from desktop.metering.records import MonthUsage, RegisterUsage


@dataclass(frozen=True, slots=True)
class Spelled:
    """The pieces of a `BillInput`; of each part what stands before and after the place of its prices."""

    parts: tuple[tuple[str, str], ...]
    reads: str
    usage: str
    notes: str

    def input(self, one: BillInput) -> str:
        """What `canonical.dump` makes of the whole input."""
        parts = ",".join([before + after for before, after in self.parts])
        return (
            f'{{"account_id":"{one.account_id}","customer_class":{canonical.quoted(one.customer_class)},'
            f'"energy":{one.energy.raw},"notes":{self.notes},"parts":[{parts}],"reads":{self.reads},'
            f'"usage":{self.usage}}}'
        )

    def trace(self, pricing: Sequence[str]) -> str:
        """All that a bill rests on, with the packed trace of each part in its place."""
        parts = ",".join(
            [
                f'{before}"pricing":{packed},{after}'
                for (before, after), packed in zip(self.parts, pricing, strict=True)
            ]
        )
        return f'{{"notes":{self.notes},"parts":[{parts}],"reads":{self.reads},"usage":{self.usage}}}'


def spelled(one: BillInput) -> Spelled:
    """The pieces of an input."""
    return Spelled(
        tuple([_part(part) for part in one.parts]),
        f"[{','.join([_read(read) for read in one.reads])}]",
        f"[{','.join([_month(month) for month in one.usage])}]",
        canonical.dump(one.notes) if one.notes else "[]",
    )


def _part(part: BillPart) -> tuple[str, str]:
    values = part.determinants
    determinants = ",".join([f'"{name}":{values[name]}' for name in sorted(values)])
    return (
        f'{{"contract_id":"{part.contract_id}","determinants":{{{determinants}}},"end":"{part.end}",',
        f'"share":{"true" if part.share else "false"},"start":"{part.start}","version_id":"{part.version_id}"}}',
    )


def _read(read: RegisterUsage) -> str:
    return (
        f'{{"current":{read.current.raw},"current_at":"{read.current_at.isoformat()}",'
        f'"current_read_id":"{read.current_read_id}",'
        f'"demand":{"null" if read.demand is None else read.demand.raw},"energy":{read.energy.raw},'
        f'"meter_serial":{canonical.quoted(read.meter_serial)},"multiplier":{read.multiplier.raw},'
        f'"previous":{read.previous.raw},"previous_at":"{read.previous_at.isoformat()}",'
        f'"previous_read_id":"{read.previous_read_id}","reader":{canonical.quoted(read.reader)},'
        f'"register":"{read.register.value}","source":"{read.source.value}"}}'
    )


def _month(month: MonthUsage) -> str:
    return (
        f'{{"energy":{month.energy.raw},"estimated":{"true" if month.estimated else "false"},'
        f'"month":"{month.month}"}}'
    )
