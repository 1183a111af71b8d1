"""Energy cut where prices change in a period, and losses spread over the bands of the day."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.kernel.measures import Energy, divide_half_up


def split_by_days(energy: Energy, days: Sequence[int], decimals: int) -> tuple[Energy, ...]:
    """Energy in proportion to days, half up to ``decimals`` of a kWh; the last part takes the rest.

    Days are 0 or more and not all 0, else a ValueError.

    >>> [part.decimal.normalize() for part in split_by_days(Energy.of(100), (10, 10, 10), 0)]
    [Decimal('33'), Decimal('33'), Decimal('34')]
    """
    if not days or min(days) < 0 or not sum(days):
        raise ValueError("days must be 0 or more and not all 0")
    step = 10 ** (Energy.DECIMALS - decimals)
    parts = [Energy(divide_half_up(energy.raw * part, sum(days) * step) * step) for part in days[:-1]]
    return (*parts, energy - Energy.total(parts))


def spread(loss: Energy, bands: Sequence[Energy]) -> tuple[Energy, ...]:
    """A loss in whole kWh over time bands in proportion to their energy; the largest band takes the rest.

    >>> [part.decimal.normalize() for part in spread(Energy.of(10), [Energy.of(1), Energy.of(1), Energy.of(1)])]
    [Decimal('4'), Decimal('3'), Decimal('3')]
    """
    whole, step = sum(band.raw for band in bands), 10**Energy.DECIMALS
    if not whole:
        return (loss, *(Energy.zero() for _ in bands[1:]))
    parts = [Energy(divide_half_up(loss.raw * band.raw, whole * step) * step) for band in bands]
    largest = max(range(len(bands)), key=lambda at: bands[at].raw)
    parts[largest] += loss - Energy.total(parts)
    return tuple(parts)
