"""Which rows of a table are ticked, also when there are more than were ever fetched."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any

from desktop.kernel.measures import Measure

Amount = Callable[[Any], Measure]


class Ticks:
    """Ticked rows by their ``key``, or all but some; ``amount`` is what is summed of a row.

    While ``everything`` is ticked, `rows` are those that are not.
    """

    def __init__(self, key: Callable[[Any], Hashable], amount: Amount | None) -> None:
        self._key, self._amount = key, amount
        self._rows: dict[Hashable, Any] = {}
        self.everything = False

    @property
    def rows(self) -> tuple[Any, ...]:
        """The ticked rows; while everything is ticked, the rows left out."""
        return tuple(self._rows.values())

    def has(self, row: Any) -> bool:
        """Whether a row is ticked."""
        return (self._key(row) in self._rows) != self.everything

    def put(self, row: Any, ticked: bool) -> None:
        """Tick a row or take its tick away."""
        if ticked != self.everything:
            self._rows[self._key(row)] = row
        else:
            self._rows.pop(self._key(row), None)

    def all(self) -> None:
        """Tick every row of the listing."""
        self._rows.clear()
        self.everything = True

    def clear(self) -> None:
        """Take every tick away."""
        self._rows.clear()
        self.everything = False

    def count(self, total: int) -> int:
        """How many of ``total`` rows are ticked."""
        return total - len(self._rows) if self.everything else len(self._rows)

    def sum(self, whole: Measure | None) -> Measure | None:
        """The sum of the ticked rows, ``whole`` being that of all; None where nothing is summed."""
        if self._amount is None or (self.everything and whole is None):
            return None
        part = total_of(self._amount, self._rows.values())
        if not self.everything:
            return part
        return whole if part is None else whole - part


def total_of(amount: Amount, rows: Iterable[Any]) -> Measure | None:
    """The sum over rows; None when there are none."""
    sums = [amount(row) for row in rows]
    return sum(sums[1:], start=sums[0]) if sums else None
