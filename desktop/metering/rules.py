"""What two reads of a register mean, what makes a new read impossible or doubtful, and what stands in for one."""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from desktop.kernel.errors import Problem
from desktop.kernel.measures import Energy, Factor, Power, Reading, divide_half_up, round_half_up
from desktop.kernel.text import Text
from desktop.metering.records import (
    BANDS,
    Doubt,
    EnergySplit,
    Estimate,
    EstimateMethod,
    Expected,
    Flag,
    Limits,
    MonthUsage,
    RegisterCode,
    Spell,
    VoltageLevel,
)

FACTOR_STEPS = 10**Factor.DECIMALS
READING_STEPS = 10**Reading.DECIMALS
READING_FIELD = Text("Reading")
DAY_FIELD = Text("Read on")
KWH_STEPS = 10**Energy.DECIMALS
HOURS = 24
MOST_DIGITS = 9
"""No register has more whole digits."""

LIMITS: Mapping[VoltageLevel, Limits] = {
    VoltageLevel.HIGH: Limits(surge_percent=30, drop_percent=30),
    VoltageLevel.LOW: Limits(),
}
"""What is doubted where a hall has set nothing else."""

SAME_SEASON_DAYS = 16
"""A period that ended so near to the same day last year is the same one of last year."""


@dataclass(frozen=True, slots=True)
class LastRead:
    """The latest accepted read of a register."""

    read_on: date
    value: Reading
    estimated: bool = False


def together(histories: Sequence[Sequence[MonthUsage]]) -> tuple[MonthUsage, ...]:
    """The months of several service points as one, oldest first.

    >>> january = MonthUsage(date(2026, 1, 1), Energy.of(310), False)
    >>> [(one.energy.decimal, one.estimated) for one in together(((january,), (january,)))]
    [(Decimal('620.000'), False)]
    """
    if len(histories) == 1:
        return tuple(histories[0])
    months: dict[date, list[MonthUsage]] = {}
    for one in (month for history in histories for month in history):
        months.setdefault(one.month, []).append(one)
    return tuple(
        MonthUsage(month, Energy.total([one.energy for one in many]), any(one.estimated for one in many))
        for month, many in sorted(months.items())
    )


@lru_cache(maxsize=16)
def capacity(digits: int) -> Reading:
    """The value at which a register with so many whole digits starts again at 0.

    >>> capacity(5).decimal
    Decimal('100000.000')
    """
    return Reading(10**digits * READING_STEPS)


def usage(
    previous: Reading, current: Reading, multiplier: Factor, digits: int, *, rollover: bool = False
) -> Energy:
    """Energy between two reads: (current − previous) × multiplier, half up to 0.001 kWh.

    A register that passed its last digit counts on from 0: only where a person confirmed the ``rollover``
    is its `capacity` added. Without it a smaller read gives a negative usage, which shows that something is
    wrong. More than 64 bits is an OverflowError.

    >>> usage(Reading.of(99950), Reading.of(120), Factor.of(1), 5, rollover=True).decimal
    Decimal('170.000')
    """
    return Energy(steps_used(previous.raw, current.raw, multiplier, digits, rollover=rollover))


def steps_used(
    previous: int, current: int, multiplier: Factor, digits: int, *, rollover: bool = False
) -> int:
    """`usage` in steps of `Energy`, of reads in steps of `Reading`."""
    passed = current - previous + (capacity(digits).raw if rollover else 0)
    return divide_half_up(passed * multiplier.raw, FACTOR_STEPS)


@lru_cache(maxsize=64)
def level(voltage: str) -> VoltageLevel:
    """The level of a supply voltage as it is written: 1 kV and above is high.

    >>> [level(word).value for word in ("220 V", "0.4 kV", "10kV", "")]
    ['low', 'low', 'high', 'low']
    """
    found = re.search(r"(\d+(?:[.,]\d+)?)\s*k\s*V", voltage, re.IGNORECASE)
    high = found is not None and Decimal(found[1].replace(",", ".")) >= 1
    return VoltageLevel.HIGH if high else VoltageLevel.LOW


# What cannot be stored


def problems(
    value: Reading,
    read_on: date,
    today: date,
    *,
    digits: int,
    last: LastRead | None,
    read_days: Collection[date] = (),
    billed_on: date | None = None,
    below: bool = False,
) -> tuple[Problem, ...]:
    """Why a read of a register cannot be stored, each with its remedy; nothing when it can.

    ``last`` is the latest accepted read, ``read_days`` the days that have one, ``billed_on`` the day of the latest
    one a bill uses. ``below`` lets a value below the last one pass: the register passed its last digit, or whoever
    decides is to see it. ``column`` names the field; the caller adds sheet and row.
    """
    found: list[Problem] = []

    def _note(field: Text, what: Text, remedy: Text) -> None:
        shown = f"{value.decimal.normalize():f}" if field is READING_FIELD else f"{read_on}"
        found.append(Problem(what, remedy, field, shown))

    if value.raw < 0:
        _note(READING_FIELD, Text("A reading cannot be negative"), Text("Read the register again"))
    elif value.raw >= capacity(digits).raw:
        what = Text("The reading has more digits than the register, which has {digits}", digits=digits)
        _note(READING_FIELD, what, Text("Read the register again, or check which meter it is"))
    if read_on > today:
        _note(DAY_FIELD, Text("The day of the reading lies in the future"), Text("Correct the date"))
    if read_on in read_days:
        what = Text("This register has a reading of this day already")
        _note(DAY_FIELD, what, Text("Leave the row out, or reverse the stored reading first"))
    elif billed_on is not None and read_on < billed_on:
        what = Text("The register is billed up to {day}", day=billed_on)
        _note(DAY_FIELD, what, Text("Correct the date, or enter it as a check reading"))
    elif last is not None and read_on < last.read_on:
        what = Text("The register was read later, on {day}", day=last.read_on)
        _note(DAY_FIELD, what, Text("Correct the date, or enter it as a check reading"))
    elif last is not None and value < last.value and not below:
        what = Text("The reading is below the previous one, {previous}", previous=last.value)
        remedy = Text(
            "Read again; if the register passed its last digit, confirm it; if not, enter the exchange"
        )
        _note(READING_FIELD, what, remedy)
    return tuple(found)


def may_have_gone_round(energy: Energy, expected: Expected | None, multiplier: Factor, digits: int) -> bool:
    """Whether a smaller read looks like a register that passed its last digit.

    ``energy`` is the usage if it did: it must be no more than twice what is expected, or, where nothing is known,
    a tenth of what the register counts.

    >>> may_have_gone_round(Energy.of(170), None, Factor.of(1), 5)
    True
    >>> may_have_gone_round(Energy.of(99_990), None, Factor.of(1), 5)
    False
    """
    if expected is not None:
        return energy.raw <= 2 * expected.high.raw
    return energy.raw * 10 <= usage(Reading(0), capacity(digits), multiplier, digits).raw


# What is doubtful


def bases(history: Sequence[Spell], until: date, days: int) -> tuple[Energy, ...]:
    """What a period of so many days is compared with: the last one and the same of last year, as far as known.

    Each is scaled to the same number of days. ``history`` is oldest first.

    >>> last = Spell(date(2026, 1, 31), 31, Energy.of(310))
    >>> [base.decimal for base in bases((last,), date(2026, 2, 28), 28)]
    [Decimal('280.000')]
    """
    found, year_before = list(history[-1:]), _year_before(history, until)
    if year_before is not None and year_before not in found:
        found.append(year_before)
    return tuple([Energy(divide_half_up(one.energy.raw * days, one.days)) for one in found])


def _year_before(history: Sequence[Spell], until: date) -> Spell | None:
    """The spell that ended nearest to the same day a year before."""
    wanted = _year_earlier(until)
    near = [spell for spell in history if abs((spell.until - wanted).days) <= SAME_SEASON_DAYS]
    return min(near, key=lambda spell: abs((spell.until - wanted).days), default=None)


@lru_cache(maxsize=64)
def _year_earlier(day: date) -> date:
    last = calendar.monthrange(day.year - 1, day.month)[1]
    end_of_month = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(day.year - 1, day.month, last if end_of_month else min(day.day, last))


def between(known: Sequence[Energy], limits: Limits) -> Expected | None:
    """The usage that is a jump against none of the known ones; None where nothing is known.

    A jump is a change by the limit in percent, and by its floor, against every one of them.

    >>> both = between((Energy.of(200), Energy.of(400)), Limits())
    >>> both.low.decimal, both.high.decimal
    (Decimal('100.000'), Decimal('600.000'))
    """
    if not known:
        return None
    surge, drop, floor = 100 + limits.surge_percent, 100 - limits.drop_percent, limits.floor.raw
    high = max(max(-(-base.raw * surge // 100), base.raw + floor) for base in known)
    low = min(min(base.raw * drop // 100, base.raw - floor) for base in known)
    return Expected(Energy(low), Energy(high))


def expected_range(
    history: Sequence[MonthUsage], day: date, limits: Limits = LIMITS[VoltageLevel.LOW]
) -> Expected | None:
    """What a register read on ``day`` may have counted since the month before; None without any history.

    ``history`` are months, oldest first; those of the month of ``day`` and later do not count. ``low`` is not
    below zero.

    >>> months = (MonthUsage(date(2026, 1, 1), Energy.of(310), False),)
    >>> found = expected_range(months, date(2026, 2, 28))
    >>> found.low.decimal, found.high.decimal
    (Decimal('140.000'), Decimal('420.000'))
    """
    spells = [
        Spell(month.month.replace(day=days), days, month.energy, month.estimated)
        for month in history
        if month.month < day.replace(day=1)
        for days in (calendar.monthrange(month.month.year, month.month.month)[1],)
    ]
    days = calendar.monthrange(day.year, day.month)[1]
    found = between(bases(spells, day.replace(day=days), days), limits)
    return found and Expected(max(found.low, Energy.zero()), found.high)


def expected_reading(last: Reading, expected: Expected, multiplier: Factor) -> tuple[Reading, Reading]:
    """What a register may show after its last read, in whole units: the least rounded down, the most up.

    >>> low, high = expected_reading(
    ...     Reading.of(1000), Expected(Energy.of("140.5"), Energy.of(420)), Factor.of(10)
    ... )
    >>> low.decimal, high.decimal
    (Decimal('1014.000'), Decimal('1042.000'))
    """
    least, most = (one.raw * FACTOR_STEPS for one in (expected.low, expected.high))
    whole = multiplier.raw * READING_STEPS
    low = last.raw // READING_STEPS + max(0, least) // whole
    high = -(-last.raw // READING_STEPS) - (-max(0, most) // whole)
    return Reading(low * READING_STEPS), Reading(high * READING_STEPS)


def change_percent(energy: Energy, before: Energy) -> Decimal | None:
    """How much more than before, in percent with two decimals; None where there was nothing before.

    >>> change_percent(Energy.of("222"), Energy.of("210"))
    Decimal('5.71')
    """
    if not before:
        return None
    return round_half_up(Decimal((energy.raw - before.raw) * 100) / before.raw, 2)


def doubts(
    energy: Energy,
    until: date,
    days: int,
    history: Sequence[Spell],
    limits: Limits,
    *,
    capacity_kw: Power | None = None,
    last: LastRead | None = None,
) -> tuple[Doubt, ...]:
    """What makes a usage doubtful, worst first: below the last read, nothing, a jump, the same again …

    ``history`` is oldest first and ends where this usage begins. What was estimated last is settled by this read:
    both together are compared then.
    """
    if energy.raw < 0:
        return (_below(energy, last),)
    found = []
    open_end = _settled_by(history)
    earlier = history[: len(history) - len(open_end)]
    whole = Energy(energy.raw + sum(one.energy.raw for one in open_end))
    whole_days = days + sum(one.days for one in open_end)
    if not energy:
        found += _nothing(history, limits)
    found += _jump(whole, bases(earlier, until, whole_days), limits)
    found += _same(energy, history, limits)
    if capacity_kw is not None and energy.raw > capacity_kw.raw * HOURS * days:
        most = Energy(capacity_kw.raw * HOURS * days)
        what = Text("{energy} kWh in {days} days; {capacity} kW give {most} kWh at most",
                    energy=energy, days=days, capacity=capacity_kw, most=most)  # fmt: skip
        found.append(Doubt(Flag.OVER_CAPACITY, what))
    if not limits.days_low <= days <= limits.days_high:
        what = Text("The period has {days} days, {low} to {high} are usual",
                    days=days, low=limits.days_low, high=limits.days_high)  # fmt: skip
        found.append(Doubt(Flag.CYCLE, what))
    return tuple(found)


def _settled_by(history: Sequence[Spell]) -> Sequence[Spell]:
    """The spells at the end whose reads were only estimated."""
    at = len(history)
    while at and history[at - 1].estimated:
        at -= 1
    return history[at:]


def _below(energy: Energy, last: LastRead | None) -> Doubt:
    if last is not None and last.estimated:
        what = Text("Below the last read {previous} of {day}, which was estimated",
                    previous=last.value, day=last.read_on)  # fmt: skip
    elif last is not None:
        what = Text("Below the last read {previous} of {day}", previous=last.value, day=last.read_on)
    else:
        what = Text("The usage is {energy} kWh", energy=energy)
    return Doubt(Flag.NEGATIVE, what)


def _nothing(history: Sequence[Spell], limits: Limits) -> list[Doubt]:
    """Nothing was used: doubtful the first time, and once more when it lasts."""
    times = 1
    for spell in reversed(history):
        if spell.energy:
            break
        times += 1
    if times == 1:
        return [Doubt(Flag.ZERO, Text("Nothing was used, though supply is connected"))]
    if times == limits.zero_periods:
        return [
            Doubt(Flag.ZERO, Text("Nothing was used {times} times running: have it looked at", times=times))
        ]
    return []


def _jump(energy: Energy, known: Sequence[Energy], limits: Limits) -> list[Doubt]:
    expected = between([base for base in known if base or limits.floor], limits)
    if expected is None or expected.low.raw < energy.raw < expected.high.raw:
        return []
    flag, limit = (
        (Flag.SURGE, limits.surge_percent) if energy >= expected.high else (Flag.DROP, -limits.drop_percent)
    )
    percent = change_percent(energy, known[0])
    if percent is None:
        return [Doubt(flag, Text("{energy} kWh after a period without usage", energy=energy))]
    what = Text("{energy} kWh after {before} kWh: {percent} %, the limit is {limit} %",
                energy=energy, before=_whole(known[0].raw), percent=percent, limit=limit)  # fmt: skip
    return [Doubt(flag, what)]


def _same(energy: Energy, history: Sequence[Spell], limits: Limits) -> list[Doubt]:
    before = history[len(history) - limits.same_periods + 1 :] if limits.same_periods > 1 else ()
    if not energy or len(before) != limits.same_periods - 1 or any(one.energy != energy for one in before):
        return []
    what = Text("{energy} kWh, {times} times running the same", energy=energy, times=limits.same_periods)
    return [Doubt(Flag.SAME, what)]


def over_capacity(demand: Power, capacity_kw: Power | None) -> tuple[Doubt, ...]:
    """Whether a demand is more than may be taken, where that is known."""
    if capacity_kw is None or demand <= capacity_kw:
        return ()
    what = Text("{demand} kW, though {capacity} kW may be taken", demand=demand, capacity=capacity_kw)
    return (Doubt(Flag.OVER_CAPACITY, what),)


def estimated_again(last: LastRead | None, *, estimated: bool) -> tuple[Doubt, ...]:
    """A second estimate running: somebody else must agree to it."""
    if not (estimated and last is not None and last.estimated):
        return ()
    what = Text("The last read, of {day}, was estimated too", day=last.read_on)
    return (Doubt(Flag.ESTIMATED_TWICE, what),)


def sums_differ(counted: Mapping[RegisterCode, Reading], decimals: int) -> tuple[Doubt, ...]:
    """Whether what the active total counted differs from its bands, by more than one last digit for each band.

    ``counted`` is what each register passed since the last read, before the multiplier; ``decimals`` how many the
    registers show.

    >>> total, peak, valley = Reading.of(100), Reading.of(60), Reading.of(38)
    >>> sums_differ({RegisterCode.ACTIVE: total, RegisterCode.PEAK: peak, RegisterCode.VALLEY: valley}, 0)
    ()
    """
    bands = [counted[code] for code in BANDS if code in counted]
    total = counted.get(RegisterCode.ACTIVE)
    if total is None or not bands:
        return ()
    summed, tolerance = Reading.total(bands), Reading(len(bands) * 10 ** (Reading.DECIMALS - decimals))
    if abs(total - summed) <= tolerance:
        return ()
    what = Text("The total counted {total}, its bands {bands}; {tolerance} apart at most is right",
                total=total, bands=summed, tolerance=tolerance)  # fmt: skip
    return (Doubt(Flag.PERIOD_MISMATCH, what),)


def decimals(value: Reading) -> int:
    """How many decimals of a value are in use.

    >>> decimals(Reading.of("12.340"))
    2
    """
    found, raw = Reading.DECIMALS, value.raw
    while found and raw % 10 == 0:
        found, raw = found - 1, raw // 10
    return found


# What stands in for a read


def estimates(history: Sequence[Spell], until: date, days: int) -> tuple[Estimate, ...]:
    """What may have been used in ``days`` up to ``until``: by last year and the trend since, by the last three months.

    Whole kWh, with the arithmetic; as many ways as the history gives.
    """
    found = []
    year_ago = _year_before(history, until)
    if year_ago is not None:
        found.append(_by_last_year(history, year_ago, days))
    read = [spell for spell in history if not spell.estimated][-3:]
    if len(read) == 3:
        total, span = sum(one.energy.raw for one in read), sum(one.days for one in read)
        energy = _whole(divide_half_up(total * days, span))
        what = Text("{total} kWh in {span} days: {energy} kWh in {days} days",
                    total=Energy(total), span=span, energy=energy, days=days)  # fmt: skip
        found.append(Estimate(EstimateMethod.MEAN, energy, what))
    return tuple(found)


def _by_last_year(history: Sequence[Spell], year_ago: Spell, days: int) -> Estimate:
    pairs = [
        (spell, before)
        for spell in history[-3:]
        if not spell.estimated
        for before in (_year_before(history, spell.until),)
        if before is not None and before.energy
    ]
    base = divide_half_up(year_ago.energy.raw * days, year_ago.days)
    now = sum(divide_half_up(one.energy.raw * before.days, one.days) for one, before in pairs)
    then = sum(before.energy.raw for _, before in pairs)
    if not then:
        what = Text(
            "{base} kWh in the same {days} days last year; no trend is known", base=Energy(base), days=days
        )
        return Estimate(EstimateMethod.LAST_YEAR, _whole(base), what)
    energy = _whole(divide_half_up(base * now, then))
    what = Text("{base} kWh in the same {days} days last year × {now} ÷ {then} kWh, the trend since: {energy} kWh",
                base=Energy(base), days=days, now=Energy(now), then=Energy(then), energy=energy)  # fmt: skip
    return Estimate(EstimateMethod.LAST_YEAR, energy, what)


def _whole(raw: int) -> Energy:
    return Energy(divide_half_up(raw, KWH_STEPS) * KWH_STEPS)


def estimated_value(last: Reading, energy: Energy, multiplier: Factor, digits: int) -> tuple[Reading, bool]:
    """What a register would show after so much usage, to its third decimal, and whether it has gone round.

    The usage is less than a whole round of the register, which no single read could show.

    >>> estimated_value(Reading.of(99950), Energy.of(170), Factor.of(1), 5)
    (Reading(raw=120000), True)
    """
    raw = last.raw + divide_half_up(energy.raw * FACTOR_STEPS, multiplier.raw)
    return Reading(raw % capacity(digits).raw), raw >= capacity(digits).raw


# One meter, several uses


def split_energy(
    metered: Energy, sub_meters: Sequence[Energy], fixed: Energy, ratio: Factor
) -> EnergySplit | None:
    """Energy of a main meter: sub-meters first, then a fixed quantity, then a share in percent of what is left.

    The fixed quantity takes no more than is left; the share is rounded half up to whole kWh; the main class takes
    the rest. None where the sub-meters counted more than the main one: then nothing is split, both are checked.
    """
    sub = Energy.total(sub_meters)
    left = metered - sub
    if left.raw < 0:
        return None
    taken = min(fixed, left)
    left -= taken
    share = _whole(divide_half_up(left.raw * ratio.raw, 100 * FACTOR_STEPS))
    return EnergySplit(sub, taken, share, left - share)


def spell_days(before: date, until: date) -> int:
    """The days between two reads; at least one, for two of the same day.

    >>> spell_days(date(2026, 1, 31), date(2026, 2, 28))
    28
    """
    return max((until - before).days, 1)


def look_back(first: date, last: date) -> tuple[tuple[date, date], tuple[date, date]]:
    """Which days' reads tell all that is looked at of reads of ``first`` to ``last``: a year before, and lately."""
    season = timedelta(days=SAME_SEASON_DAYS)
    year_ago = (_year_earlier(first) - timedelta(days=62) - season, _year_earlier(last) + season)
    return year_ago, (first - timedelta(days=140), last)
