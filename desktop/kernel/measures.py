"""Money, energy, power and prices: exact quantities with a unit, and the one way each of them is rounded.

A measure is an integer count of its smallest step, so adding, comparing and storing are exact and two kinds
never mix: ``Money + Energy`` is a TypeError, and no float ever gets in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import ClassVar, Self

INT64_MAX = 2**63 - 1


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """``value`` rounded to ``decimals`` places, halves away from zero (四舍五入), never half-even.

    >>> round_half_up(Decimal("0.005"), 2), round_half_up(Decimal("-0.005"), 2)
    (Decimal('0.01'), Decimal('-0.01'))
    """
    with localcontext() as context:
        context.prec = 60
        return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def divide_half_up(numerator: int, denominator: int) -> int:
    """The integer nearest to ``numerator / denominator``, halves away from zero; ``denominator`` > 0.

    >>> divide_half_up(5, 10), divide_half_up(-5, 10), divide_half_up(4, 10)
    (1, -1, 0)
    """
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


@dataclass(frozen=True, slots=True, order=True, init=False)
class Measure:
    """An exact quantity: ``raw`` counts steps of 10 ** -DECIMALS of the unit."""

    raw: int
    DECIMALS: ClassVar[int] = 0

    def __init__(self, raw: int) -> None:
        if type(raw) is not int:
            raise TypeError(f"{type(self).__name__} takes an int of its smallest step, not {raw!r}")
        if not -INT64_MAX <= raw <= INT64_MAX:
            raise OverflowError(f"{type(self).__name__} does not fit into 64 bits")
        _set_raw(self, raw)

    @classmethod
    def of(cls, value: Decimal | int | str) -> Self:
        """The measure of a decimal number of whole units; more decimals than the scale is a ValueError.

        >>> Energy.of("1.5").raw
        1500
        """
        steps = Decimal(value).scaleb(cls.DECIMALS)
        if steps != steps.to_integral_value():
            raise ValueError(f"{value} has more than {cls.DECIMALS} decimals")
        return cls(int(steps))

    @property
    def decimal(self) -> Decimal:
        """The same quantity as a decimal number of whole units, all decimals of the scale kept."""
        return Decimal(self.raw).scaleb(-self.DECIMALS)

    def _same(self, other: object) -> int:
        if type(other) is not type(self):
            raise TypeError(f"{type(self).__name__} and {type(other).__name__} do not mix")
        return other.raw

    def __add__(self, other: Self) -> Self:
        return type(self)(self.raw + self._same(other))

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.raw - self._same(other))

    def __neg__(self) -> Self:
        return type(self)(-self.raw)

    def __abs__(self) -> Self:
        return type(self)(abs(self.raw))

    def __mul__(self, times: int) -> Self:
        if type(times) is not int:
            raise TypeError(f"{type(self).__name__} is multiplied by a whole number only")
        return type(self)(self.raw * times)

    def __bool__(self) -> bool:
        return self.raw != 0

    @classmethod
    def zero(cls) -> Self:
        """Nothing, in this unit."""
        return cls(0)

    @classmethod
    def total(cls, values: Sequence[Self]) -> Self:
        """The exact sum; zero of nothing."""
        steps = [value.raw for value in values if type(value) is cls]
        if len(steps) != len(values):
            raise TypeError(f"only {cls.__name__} adds up to {cls.__name__}")
        return cls(sum(steps))


# A frozen class sets its only slot by itself: measures come by the million.
_set_raw = vars(Measure)["raw"].__set__


class Money(Measure):
    """An amount in minor units (fen, xu-less đồng, cents) of the one currency of this database.

    How many decimals a minor unit stands for is the country's `Currency`; money alone does not know.
    """

    __slots__ = ()


class Energy(Measure):
    """Active energy in steps of 0.001 kWh (reactive energy alike, in kvarh)."""

    __slots__ = ()
    DECIMALS: ClassVar[int] = 3


class Power(Measure):
    """Active or apparent power in steps of 0.001 kW or kVA."""

    __slots__ = ()
    DECIMALS: ClassVar[int] = 3


class Demand(Measure):
    """Power as it is billed (kW, kVA), in steps of 10 ** -6: shares of a month and of a limit stay exact."""

    __slots__ = ()
    DECIMALS: ClassVar[int] = 6


class Reading(Measure):
    """What a register shows, in steps of 0.001 of its own unit, before the multiplier."""

    __slots__ = ()
    DECIMALS: ClassVar[int] = 3


class Price(Measure):
    """A price in steps of 10 ** -8 currency units for one unit of the quantity it prices."""

    __slots__ = ()
    DECIMALS: ClassVar[int] = 8


class Factor(Measure):
    """A plain number such as a multiplier or a percentage, in steps of 10 ** -6."""

    __slots__ = ()
    DECIMALS: ClassVar[int] = 6


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency: ISO 4217 code, sign as printed after the amount, decimals of its minor unit."""

    code: str
    sign: str
    decimals: int

    def money(self, value: Decimal | int | str) -> Money:
        """The exact money of a decimal number of currency units; a part of a minor unit is a ValueError."""
        steps = Decimal(value).scaleb(self.decimals)
        if steps != steps.to_integral_value():
            raise ValueError(f"{value} has more than {self.decimals} decimals")
        return Money(int(steps))

    def rounded(self, value: Decimal) -> Money:
        """The money nearest to an unrounded decimal, halves away from zero: once per printed line."""
        return self.money(round_half_up(value, self.decimals))

    def decimal(self, money: Money) -> Decimal:
        """The amount as a decimal number of currency units with all its decimals."""
        return Decimal(money.raw).scaleb(-self.decimals)


def split(whole: Money, weights: Sequence[int]) -> tuple[Money, ...]:
    """``whole`` cut in proportion to ``weights`` so that the parts add up exactly.

    Each part is rounded half up of what is left, so the rest never piles up on one part; weights are whole
    numbers ≥ 0 with a positive sum, else ValueError.

    >>> [part.raw for part in split(Money(100), (1, 1, 1))]
    [33, 34, 33]
    """
    left, weight_left, parts = whole.raw, sum(weights), []
    if weight_left <= 0 or min(weights) < 0:
        raise ValueError("weights must be ≥ 0 and not all zero")
    for weight in weights:
        part = divide_half_up(left * weight, weight_left) if weight_left else 0
        parts.append(Money(part))
        left, weight_left = left - part, weight_left - weight
    return tuple(parts)
