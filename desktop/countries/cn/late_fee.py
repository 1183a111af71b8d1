"""The penalty for paying late (电费违约金).

Law: 供电营业规则 art. 98 in its edition of 1996 (`1996`) and its successor, NDRC order 14 of 2024 (`2024`,
in force 2024-06-01); frame of 1 to 3 per mille a day in 电力供应与使用条例 art. 39. The base is unpaid
principal alone. The day after the due day is the first (民法典 art. 201), the day of payment the last.
Every share of days is summed exactly and the sum rounded once, half up, to the fen.

What the law leaves open, or what could not be read in its text, a hall chooses from a day on (`SETTINGS`): the terms of
a bill are then named by the rule set and the words chosen, as in ``2024 due_day``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from desktop.countries.cn.amount_in_words import LIMIT
from desktop.countries.cn.currency import CNY
from desktop.kernel.country import Debt, LateFee, LateFeeSetting, LateFeeSettings
from desktop.kernel.fields import EARLIEST, LATEST, Fields
from desktop.kernel.measures import Money, round_half_up
from desktop.kernel.period import Calendar, Period
from desktop.kernel.text import Text

RESIDENTIAL = "residential"
DAY = timedelta(days=1)


class DebtYear(Enum):
    """Which date names the year of a debt, after which the higher rate of other customers begins."""

    RECEIVABLE_MONTH = "receivable_month"
    DUE_DATE = "due_date"


@dataclass(frozen=True, slots=True)
class LateFeeTerms:
    """One rule set, for debts billed from ``valid_from`` on.

    Rates are shares of the principal per day: of residents, of others within the year of the debt, of others
    after it. ``minimum`` is the least fee once there is any (0: none; the edition of 2024 is believed to have
    dropped it). ``debt_year`` is custom of the office.
    """

    rule_set: str
    valid_from: date
    residential: Decimal
    other: Decimal
    other_later_year: Decimal
    minimum: Decimal
    debt_year: DebtYear


TERMS = (
    LateFeeTerms(
        "1996",
        date(1996, 10, 8),
        residential=Decimal("0.001"),
        other=Decimal("0.002"),
        other_later_year=Decimal("0.003"),
        minimum=Decimal("1.00"),
        debt_year=DebtYear.RECEIVABLE_MONTH,
    ),
    LateFeeTerms(
        "2024",
        date(2024, 6, 1),
        residential=Decimal("0.001"),
        other=Decimal("0.002"),
        other_later_year=Decimal("0.003"),
        minimum=Decimal(0),
        debt_year=DebtYear.RECEIVABLE_MONTH,
    ),
)


@dataclass(frozen=True, slots=True)
class Share:
    """Days ``start`` to ``end``, both counted, over which the balance and the rate stay the same."""

    balance: Decimal
    rate: Decimal
    start: date
    end: date

    @property
    def days(self) -> int:
        """Days counted."""
        return (self.end - self.start).days + 1

    @property
    def amount(self) -> Decimal:
        """Balance × rate × days, exact."""
        return self.balance * self.rate * self.days


@dataclass(frozen=True, slots=True)
class Accrual:
    """The fee of one debt: its shares, the days within and after the debt's year, the rounded fee in yuan."""

    shares: tuple[Share, ...]
    days_same_year: int
    days_cross_year: int
    exact: Decimal
    fee: Decimal


def rule_set(day: date) -> str:
    """The rule set for a bill issued on ``day``; days before the first one take the first."""
    return [terms.rule_set for terms in TERMS if terms.valid_from <= day or terms is TERMS[0]][-1]


_YEAR = LateFeeSetting(
    "debt_year",
    Text("Year of a debt, after which others pay the higher rate"),
    (("month", Text("that of the month billed")), ("due_day", Text("that of the due day"))),
)
_LEAST = LateFeeSetting(
    "least",
    Text("Least late fee of a bill"),
    (("none", Text("no least fee")), ("least_1", Text("{amount} yuan", amount=1))),
)
_REST = LateFeeSetting(
    "rest_day",
    Text("Last payment day that is no working day"),
    (("stays", Text("stays as it is")), ("moves", Text("moves to the next working day"))),
)
_CHOSEN: dict[str, dict[str, Any]] = {
    "due_day": {"debt_year": DebtYear.DUE_DATE},
    "least_1": {"minimum": Decimal("1.00")},
}
"""What the words change that do not hold from the start."""


def settings(day: date) -> tuple[LateFeeSetting, ...]:
    """What a hall chooses for bills issued on ``day``: the least fee was law until 2024."""
    return (_YEAR, _REST) if rule_set(day) == "1996" else (_YEAR, _REST, _LEAST)


def chosen_terms(day: date, chosen: Mapping[str, str]) -> str:
    """The name of the terms of a bill issued on ``day``.

    >>> chosen_terms(date(2026, 1, 1), {"least": "least_1", "debt_year": "due_day"}), chosen_terms(date(2026, 1, 1), {})
    ('2024 due_day least_1', '2024')
    """
    words = (chosen.get(setting.key, "") for setting in settings(day))
    return " ".join((rule_set(day), *(word for word in words if word in _CHOSEN)))


def due_day(due_on: date, calendar: Calendar, chosen: Mapping[str, str]) -> date:
    """The last payment day: 民法典 art. 203 moves it to the next working day, automated channels keep it."""
    return calendar.rolled(due_on) if chosen.get("rest_day") == "moves" else due_on


SETTINGS = LateFeeSettings(settings, chosen_terms, due_day)


@cache
def terms_of(name: str) -> LateFeeTerms:
    """The terms named by a rule set, and by what a hall chose; an unknown name is a ValueError.

    >>> terms_of("2024 least_1").minimum
    Decimal('1.00')
    """
    code, *words = name.split(" ")
    found = next((terms for terms in TERMS if terms.rule_set == code), None)
    if found is None or not set(words) <= set(_CHOSEN):
        raise ValueError(f"no late-fee rule set {name!r}")
    for word in words:
        found = replace(found, **_CHOSEN[word])
    return found


def late_fee(debt: Debt, as_of: date) -> LateFee:
    """The fee of ``debt`` if paid on ``as_of``, with its arithmetic, one text for each share of days.

    An unknown rule set is a ValueError. Classes other than ``residential`` take the rates of other customers.
    """
    terms = terms_of(debt.rule_set)
    by_month = terms.debt_year is DebtYear.RECEIVABLE_MONTH
    accrual = accrue(
        terms,
        residential=debt.customer_class == RESIDENTIAL,
        principal=CNY.decimal(debt.principal),
        due_on=debt.due_on,
        as_of=as_of,
        debt_year=debt.receivable_month.year if by_month else debt.due_on.year,
        paid=[(day, CNY.decimal(amount)) for day, amount in debt.paid],
        paused=debt.paused,
        doubted=[(days, CNY.decimal(amount)) for days, amount in debt.doubted],
    )
    days = accrual.days_same_year + accrual.days_cross_year
    return LateFee(CNY.money(accrual.fee), days, _arithmetic(accrual) if accrual.fee else ())


def note(customer_class: str, rule_set_code: str) -> Text:
    """What a bill says about paying late, for a class of customers under a rule set."""
    terms = terms_of(rule_set_code)
    rates = _rates(terms, residential=customer_class == RESIDENTIAL)
    if not terms.minimum:
        return rates
    return Text("{rates}; at least {amount} once it is late", rates=rates, amount=_money(terms.minimum))


def _rates(terms: LateFeeTerms, *, residential: bool) -> Text:
    if residential:
        return Text(
            "Paid late: {rate} ‰ of the debt is added for each day (electricity supply rules {edition})",
            rate=terms.residential * 1000,
            edition=terms.rule_set,
        )
    return Text(
        "Paid late: {rate} ‰ of the debt is added for each day, {later} ‰ after the year of the debt "
        "(electricity supply rules {edition})",
        rate=terms.other * 1000,
        later=terms.other_later_year * 1000,
        edition=terms.rule_set,
    )


def accrue(
    terms: LateFeeTerms,
    *,
    residential: bool,
    principal: Decimal,
    due_on: date,
    as_of: date,
    debt_year: int,
    paid: Iterable[tuple[date, Decimal]],
    paused: Sequence[Period] = (),
    doubted: Sequence[tuple[Period, Decimal]] = (),
) -> Accrual:
    """The fee of a principal in yuan up to and including ``as_of``; ``paid`` are parts of the principal.

    A part counts from the day after it was paid; parts paid after ``as_of`` do not count. Days on which
    nothing was owed are no late days, nor are those ``paused``; amounts ``doubted`` bear nothing for their days.
    """
    parts = sorted((day, amount) for day, amount in paid if day <= as_of)
    new_year = max(due_on, date(debt_year, 12, 31)) + DAY
    cuts = {due_on + DAY, as_of + DAY, new_year, *(day + DAY for day, _ in parts)}
    pauses = (*paused, *(days for days, _ in doubted))
    cuts |= {day for pause in pauses for day in (pause.start, pause.end)}
    edges = sorted(day for day in cuts if due_on < day <= as_of + DAY)
    shares: list[Share] = []
    same_year = cross_year = 0
    for start, after in itertools.pairwise(edges):
        balance = principal - sum((amount for day, amount in parts if day < start), Decimal(0))
        balance -= sum((amount for days, amount in doubted if start in days), Decimal(0))
        if balance <= 0 or any(start in pause for pause in paused):
            continue
        later = start.year > debt_year
        rate = terms.residential if residential else terms.other_later_year if later else terms.other
        share = Share(balance, rate, start, after - DAY)
        same_year, cross_year = same_year + share.days * (not later), cross_year + share.days * later
        last = shares[-1] if shares else None
        if last and (last.balance, last.rate, last.end + DAY) == (balance, rate, start):
            shares[-1] = Share(balance, rate, last.start, share.end)
        else:
            shares.append(share)
    exact = sum((share.amount for share in shares), Decimal(0))
    fee = round_half_up(exact, CNY.decimals)
    return Accrual(tuple(shares), same_year, cross_year, exact, max(fee, terms.minimum) if fee > 0 else fee)


def _arithmetic(accrual: Accrual) -> tuple[Text, ...]:
    """Each share of days; one alone is told rounded, several exactly, with their rounded sum."""
    alone = len(accrual.shares) == 1
    lines = [
        Text(
            "{principal} × {rate} ‰ × {days} d ({start} to {end}) = {amount}",
            principal=_money(share.balance),
            rate=share.rate * 1000,
            days=share.days,
            start=share.start,
            end=share.end,
            amount=_money(round_half_up(share.amount, CNY.decimals)) if alone else share.amount,
        )
        for share in accrual.shares
    ]
    if len(lines) > 1:
        lines.append(
            Text(
                "Together {exact}, rounded once to {amount}", exact=accrual.exact, amount=_money(accrual.fee)
            )
        )
    if accrual.fee > round_half_up(accrual.exact, CNY.decimals):
        lines.append(Text("The least late fee is {amount}", amount=_money(accrual.fee)))
    return tuple(lines)


def _money(amount: Decimal) -> Money:
    return CNY.money(amount)


def amount_of(fields: Fields, key: str) -> Decimal:
    """An amount of yuan in plain data, in whole fen and within the bounds of money in words."""
    amount = fields.decimal(key)
    if abs(amount) >= LIMIT:
        fields.note(key, amount, Text("This is too large"), Text("Give less than {limit}", limit=LIMIT))
    elif amount != round_half_up(amount, CNY.decimals):
        fields.note(key, amount, Text("This has a part of a fen"), Text("Give two decimals"))
    else:
        return amount
    return Decimal(0)


def rate_case(data: Mapping[str, object]) -> Mapping[str, object]:
    """The answer to a case of the topic ``cn_late_fee``; unfit input is `Refused`, naming the key."""
    fields = Fields(data)
    code, principal = fields.text("ruleset"), amount_of(fields, "principal")
    if code and code not in {terms.rule_set for terms in TERMS}:
        known = ", ".join(terms.rule_set for terms in TERMS)
        what = Text("This is not one of the known words")
        fields.note("ruleset", code, what, Text("Use one of: {words}", words=known))
    due_on, as_of = fields.day("due_date"), fields.day("as_of")
    paid = [(entry.day("date"), amount_of(entry, "principal")) for entry in fields.each("payments", [])]
    residential = fields.text("customer_class") == RESIDENTIAL
    debt_year = fields.whole("debt_year", due_on.year)
    if not EARLIEST.year <= debt_year <= LATEST.year:
        fields.note("debt_year", debt_year, Text("This is no year"), Text("Write four digits"))
    fields.refuse()
    accrual = accrue(
        terms_of(code),
        residential=residential,
        principal=principal,
        due_on=due_on,
        as_of=as_of,
        debt_year=debt_year,
        paid=paid,
    )
    return {
        "days_same_year": accrual.days_same_year,
        "days_cross_year": accrual.days_cross_year,
        "late_fee": f"{accrual.fee:.2f}",
        "lines": [
            {
                "balance": f"{share.balance:.2f}",
                "rate_per_day": str(share.rate),
                "from": share.start.isoformat(),
                "to": share.end.isoformat(),
                "days": share.days,
                "amount": f"{share.amount.normalize():f}",
            }
            for share in accrual.shares
        ],
        "trace": list(_arithmetic(accrual)),
    }
