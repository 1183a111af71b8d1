"""The charge for capacity or demand of a two-part tariff (基本电费, 容（需）量电费).

Which days count: 供电营业规则 art. 84 in its edition of 1996 (`1996`: a thirtieth of the monthly price a day, a
month at most) and its successor, NDRC order 14 of 2024 (`2024`: the monthly price ÷ the days of that month). A day
of less than 24 hours of use counts as a day.

Demand: 发改办价格〔2016〕1583号 (the contract counts 40 % of the capacity at least; what lies above 105 % of it counts
twice) and 发改价格〔2023〕526号 (90 % of the price from 260 kWh for each kVA a month on). From where the part above
105 % is counted differs by province: Shanghai counts it on top of the contract, others on top of the 105 %. It is a
setting of each tariff; `BASIC_CHARGE` names the more common reading.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from desktop.kernel.country import CapacityDays
from desktop.kernel.measures import Power
from desktop.kernel.text import Text


@dataclass(frozen=True, slots=True)
class DayTerms:
    """How many days a month has in the charge (None: as many as it has), from ``valid_from`` on."""

    rule_set: str
    valid_from: date
    month_days: int | None


TERMS = (DayTerms("1996", date(1996, 10, 8), 30), DayTerms("2024", date(2024, 6, 1), None))

BASIC_CHARGE: Mapping[str, object] = {
    "floor_percent": "40",
    "over": {"percent": "105", "times": 2, "from": "limit"},
    "discount": {"kwh_per_kva": 260, "percent": "90"},
}
"""What the notices fix of a component of the kind ``basic_charge``."""


def capacity_days(
    rule_set: str, days_in_month: int, whole: Power, parts: Sequence[tuple[Power, int]]
) -> CapacityDays:
    """Capacity of the whole month, and parts of it with the days they are charged, as capacity × days.

    An unknown rule set is a ValueError.

    >>> capacity_days("1996", 31, Power.of(0), [(Power.of(800), 31)]).kva_days.decimal
    Decimal('24000.000')
    """
    month = next((terms.month_days for terms in TERMS if terms.rule_set == rule_set), 0)
    if month == 0:
        raise ValueError(f"no rule set {rule_set!r}")
    month_days = month or days_in_month
    total, words = whole * month_days, []
    if whole:
        words.append(Text("{capacity} kVA in the whole month", capacity=whole))
    for capacity, days in parts:
        charged = min(days, month_days)
        total += capacity * charged
        words.append(
            Text(
                "{capacity} kVA on {days} of {month_days} days",
                capacity=capacity,
                days=charged,
                month_days=month_days,
            )
        )
    return CapacityDays(total, month_days, tuple(words))
