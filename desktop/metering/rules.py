"""What two reads of a register mean, and what makes a new read doubtful."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from desktop.kernel.errors import Problem
from desktop.kernel.measures import Energy, Factor, Reading, divide_half_up
from desktop.kernel.text import Text

FACTOR_STEPS = 10**Factor.DECIMALS
READING_STEPS = 10**Reading.DECIMALS
READING_FIELD = Text("Reading")
DAY_FIELD = Text("Read on")


@dataclass(frozen=True, slots=True)
class LastRead:
    """The latest accepted read of a register."""

    read_on: date
    value: Reading


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
    passed = current.raw - previous.raw + (capacity(digits).raw if rollover else 0)
    return Energy(divide_half_up(passed * multiplier.raw, FACTOR_STEPS))


def doubts(
    value: Reading,
    read_on: date,
    today: date,
    *,
    digits: int,
    last: LastRead | None,
    read_days: Collection[date] = (),
    rollover: bool = False,
) -> tuple[Problem, ...]:
    """What speaks against a new read of a register, each with its remedy; nothing when it is plausible.

    ``last`` is the latest accepted read, ``read_days`` the days that have one, ``rollover`` whether a
    person confirmed that the register passed its last digit. ``column`` names the field; the caller adds
    sheet and row.
    """
    found: list[Problem] = []

    def _note(field: Text, what: Text, remedy: Text) -> None:
        found.append(
            Problem(
                what,
                remedy,
                field,
                f"{value.decimal.normalize():f}" if field is READING_FIELD else f"{read_on}",
            )
        )

    if value.raw < 0:
        _note(READING_FIELD, Text("A reading cannot be negative"), Text("Read the register again"))
    elif value >= capacity(digits):
        what = Text("The reading has more digits than the register, which has {digits}", digits=digits)
        _note(READING_FIELD, what, Text("Read the register again, or check which meter it is"))
    if read_on > today:
        _note(DAY_FIELD, Text("The day of the reading lies in the future"), Text("Correct the date"))
    if read_on in read_days:
        what = Text("This register has a reading of this day already")
        _note(DAY_FIELD, what, Text("Leave the row out, or reverse the stored reading first"))
    elif last is not None and read_on < last.read_on:
        what = Text("The register was read later, on {day}", day=last.read_on)
        _note(DAY_FIELD, what, Text("Correct the date, or enter it as a check reading"))
    elif last is not None and value < last.value and not rollover:
        what = Text("The reading is below the previous one, {previous}", previous=last.value)
        remedy = Text(
            "Read again; if the register passed its last digit, confirm it; if not, enter the exchange"
        )
        _note(READING_FIELD, what, remedy)
    return tuple(found)
