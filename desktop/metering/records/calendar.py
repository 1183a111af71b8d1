"""The public holidays of a year, and the days of weekends worked in their stead, as a hall enters them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from desktop.kernel.errors import Problem


@dataclass(frozen=True, slots=True)
class YearDays:
    """All public ``holidays`` of a ``year``, and the weekend days ``worked`` in their stead (调休)."""

    year: int
    holidays: tuple[date, ...]
    worked: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class YearSet:
    """A year as it was entered last; without ``set_at`` one nobody entered, its ``days`` what is known all the same."""

    days: YearDays
    set_at: datetime | None = None
    set_by: str = ""

    @property
    def known(self) -> bool:
        """Whether somebody entered it."""
        return self.set_at is not None


@dataclass(frozen=True, slots=True)
class YearsRead:
    """A list of holidays from a file, by year, and every row that cannot be read."""

    years: tuple[YearDays, ...]
    problems: tuple[Problem, ...]
