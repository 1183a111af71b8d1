"""Figures of bills: energy as it is billed and as it adds up in a year, changes in percent, numbers of papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from desktop.kernel.measures import Energy, divide_half_up, round_half_up
from desktop.metering.records import MonthUsage


def billed(energy: Energy, decimals: int) -> Energy:
    """Energy as it is billed: rounded half up to the decimals the country bills (whole kWh in most halls).

    >>> billed(Energy.of("210.5"), 0)
    Energy(raw=211000)
    """
    step = 10 ** max(Energy.DECIMALS - decimals, 0)
    return Energy(divide_half_up(energy.raw, step) * step)


def accumulated(usage: Sequence[MonthUsage], start: date, end: date, decimals: int) -> Energy:
    """Energy billed in the months from that of ``start`` to that of ``end``, not included."""
    first, after = start.replace(day=1), end.replace(day=1)
    return Energy.total([billed(one.energy, decimals) for one in usage if first <= one.month < after])


def change(amount: Decimal, before: Decimal) -> Decimal | None:
    """How much more than before, in percent with one decimal; None where there was nothing before."""
    if not before:
        return None
    return round_half_up((amount - before) * 100 / before, 1)


def paper_number(kind: str, hall: str, year: int, running: int) -> str:
    """A paper's number: kind (B bill, L collective bill, A instalment, R run), hall, year, its place in the hall's
    gapless series of that year.

    >>> paper_number("B", "HM", 2026, 146)
    'B-HM-2026-000146'
    """
    return f"{kind}-{hall}-{year}-{running:06}"
