"""Periods are half open; months, cuts and the clock."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.kernel.period import Clock, Period, months_before

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
periods = st.builds(
    lambda start, length: Period(start, start + timedelta(days=length)), days, st.integers(1, 900)
)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_a_month() -> None:
    january = Period.month("2026-01")
    assert (january.start, january.end, january.last) == (
        date(2026, 1, 1),
        date(2026, 2, 1),
        date(2026, 1, 31),
    )
    assert (january.days, january.code) == (31, "2026-01")
    assert Period.month("2024-02").days == 29
    assert date(2026, 1, 31) in january
    assert date(2026, 2, 1) not in january


@pytest.mark.parametrize("code", ["2026-13", "2026", "", "26-01", "2026-01-01"])
def test_no_month(code: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Period.month(code)


def test_a_period_ends_after_it_starts() -> None:
    for end in (date(2026, 1, 1), date(2025, 12, 31)):
        with pytest.raises(ValueError, match="ends after it starts"):
            Period(date(2026, 1, 1), end)


@given(periods, periods)
def test_the_overlap_is_what_both_cover(one: Period, other: Period) -> None:
    overlap = one.overlap(other)
    assert overlap == other.overlap(one)
    shared = max(0, (min(one.end, other.end) - max(one.start, other.start)).days)
    assert (overlap.days if overlap else 0) == shared


@given(periods, st.lists(days, max_size=5))
def test_cuts_lose_no_day(period: Period, cuts: list[date]) -> None:
    parts = period.split(cuts)
    assert parts[0].start == period.start
    assert parts[-1].end == period.end
    assert all(left.end == right.start for left, right in itertools.pairwise(parts))
    inside = {day for day in cuts if period.start < day < period.end}
    assert {part.start for part in parts[1:]} == inside


@given(days, st.integers(0, 40))
def test_months_before(day: date, months: int) -> None:
    found = months_before(day, months)
    assert found.day == 1
    assert (day.year - found.year) * 12 + day.month - found.month == months


def test_the_clock_keeps_whole_milliseconds_and_the_business_date() -> None:
    at = datetime(2026, 11, 22, 8, 41, 5, 123_987, UTC)
    clock = Clock(SHANGHAI, now=at.astimezone)
    assert clock.moment() == datetime(2026, 11, 22, 16, 41, 5, 123_000, SHANGHAI)
    fixed = Clock(SHANGHAI, date(2026, 2, 5), at.astimezone)
    assert fixed.moment() == datetime(2026, 2, 5, 16, 41, 5, 123_000, SHANGHAI)
    assert fixed.moment().tzinfo is SHANGHAI
