"""Rating a case: one named rule of the product, given plain data, with its lines and its trace.

A case is ``{"topic": …, "input": {…}}``. The rules below are the core's; each country adds its own
(`Country.rate_cases`). Nothing here computes: it turns a case into what a rule takes, and its answer into
words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

import numpy as np

from desktop.kernel.country import Country
from desktop.kernel.errors import Refused
from desktop.kernel.fields import Fields, refusal
from desktop.kernel.measures import Energy, Factor, Measure, Money, Reading, round_half_up
from desktop.kernel.text import Catalog, Text
from desktop.ledger.records import DueItem, ItemKind
from desktop.ledger.rules import allocate
from desktop.metering import rules as metering
from desktop.metering.records import Limits, Spell
from desktop.tariffs.columns import Batch
from desktop.tariffs.documents import read_version
from desktop.tariffs.records import PriceOrigin
from desktop.tariffs.rules import IncludedTax, TariffVersion, pack, price, traced

Rule = Callable[[Mapping[str, object], Country], Mapping[str, object]]
Kind = TypeVar("Kind", bound=Measure)


class UnknownTopic(LookupError):
    """No rule answers this topic."""


def rate(case: object, country: Country, say: Catalog, topic: str = "") -> dict[str, object]:
    """The answer to a case: the keys a test vector calls ``expected``, plus ``lines`` and ``trace``.

    ``topic`` is taken where the case names none (a file of cases is called by its topic). A topic without a
    rule is `UnknownTopic`; a missing or unfit input is `Refused` with a sentence that names its key.
    """
    fields = Fields(case)
    name = fields.text("topic", topic) or fields.text("topic")
    fields.refuse()
    inside = Fields(fields.data.get("input"), path="input")
    inside.refuse()
    answer: Mapping[str, object]
    if name in RULES:
        answer = RULES[name](inside.data, country)
    elif name in country.rate_cases:
        answer = country.rate_cases[name](inside.data)
    else:
        raise UnknownTopic(name)
    return {key: _worded(value, say) for key, value in {"lines": [], "trace": [], **answer}.items()}


def topics(country: Country) -> tuple[str, ...]:
    """Every topic that has a rule."""
    return tuple(sorted({*RULES, *country.rate_cases}))


def _worded(value: object, say: Catalog) -> object:
    """Plain data with every `Text` in it put into words."""
    match value:
        case Text():
            return say(value)
        case Mapping():
            return {key: _worded(part, say) for key, part in value.items()}
        case list() | tuple():
            return [_worded(part, say) for part in value]
        case _:
            return value


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _energy(fields: Fields, key: str, default: str | None = None) -> Energy:
    """An energy in kWh of a case."""
    what = Text("This is no energy in kWh with three decimals at most")
    return _measure(fields, key, Energy, what, default)


def _measure(fields: Fields, key: str, kind: type[Kind], what: Text, default: str | None = None) -> Kind:
    value = fields.decimal(key) if default is None else fields.decimal(key, default)
    try:
        return kind.of(value)
    except (ValueError, OverflowError):
        fields.note(key, value, what, Text("Mend the value"))
        return kind.zero()


def _reading(fields: Fields, key: str) -> Reading:
    return _measure(fields, key, Reading, Text("A reading has three decimals at most"))


def _factor(fields: Fields, key: str) -> Factor:
    return _measure(fields, key, Factor, Text("This is no factor with six decimals at most"))


def _digits(fields: Fields, key: str) -> int:
    digits = fields.whole(key)
    if not 1 <= digits <= metering.MOST_DIGITS:
        what = Text("A register has 1 to {most} digits", most=metering.MOST_DIGITS)
        fields.note(key, digits, what, Text("Mend the value"))
        return 1
    return digits


def _meter_reading(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """Usage of a period from the reads of one meter or, after an exchange, of several; and what makes it doubtful."""
    fields = Fields(data)
    energies = [_segment(part) for part in fields.each("segments")]
    percents = {name: fields.whole(f"{name}_percent") for name in ("surge", "drop")}
    before = _energy(fields, "previous_kwh") if fields.has("previous_kwh") else None
    fields.refuse()
    total, day, days = Energy.total(energies), date(2000, 1, 31), 31
    limits = Limits(percents["surge"], percents["drop"], floor=Energy(0))
    history = () if before is None else (Spell(day, days, before),)
    doubts = metering.doubts(total, day, days, history, limits)
    percent = None if before is None else metering.change_percent(total, before)
    return {
        "segment_kwh": [_hundredths(energy) for energy in energies],
        "total_kwh": _hundredths(total),
        "change_percent": None if percent is None else str(percent),
        "flags": [doubt.flag.name for doubt in doubts],
        "trace": [doubt.text for doubt in doubts],
    }


def _segment(part: Fields) -> Energy:
    start, end = _reading(part, "start"), _reading(part, "end")
    ratios = _factor(part, "ct").decimal * _factor(part, "pt").decimal
    digits, rollover = _digits(part, "int_digits"), part.data.get("rollover") is True
    try:
        energy = metering.usage(start, end, Factor.of(ratios), digits, rollover=rollover)
    except (ValueError, OverflowError):
        part.note("ct", ratios, Text("This multiplier is too large or too fine"), Text("Mend the value"))
        return Energy.zero()
    return Energy.of(round_half_up(energy.decimal, 2))


def _hundredths(energy: Energy) -> str:
    return str(round_half_up(energy.decimal, 2))


def _kwh_split(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """Energy of a main meter divided between sub-meters, a fixed quantity, a share and the rest."""
    fields = Fields(data)
    metered, fixed = _energy(fields, "metered_kwh"), _energy(fields, "fixed_kwh", "0")
    ratio, subs = _factor(fields, "ratio_percent"), fields.data.get("sub_meters", [])
    listed = Fields({str(place): value for place, value in enumerate(subs if isinstance(subs, list) else ())})
    parts = [_energy(listed, key) for key in listed.data]
    fields.refuse()
    listed.refuse()
    split = metering.split_energy(metered, parts, fixed, ratio)
    if split is None:
        return {"valid": False, "reason": "SUB_METERS_EXCEED_MAIN"}
    named = {"sub": split.sub, "fixed": split.fixed, "ratio": split.ratio, "main": split.main}
    return {"valid": True, **{f"{name}_kwh": _number(energy.decimal) for name, energy in named.items()}}


def _vietnamese_reading(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """The same from a plain pair of reads: a smaller one has gone round, an exchange is two segments."""
    fields = Fields(data)
    digits, multiplier = _digits(fields, "register_digits"), _factor(fields, "multiplier")
    ends = [(_reading(fields, "previous"), _reading(fields, "current"))]
    if fields.has("meter_replacement"):
        swap = Fields(fields.data["meter_replacement"], path="meter_replacement", problems=fields.problems)
        ((first, last),) = ends
        ends = [(first, _reading(swap, "old_final")), (_reading(swap, "new_initial"), last)]
    fields.refuse()
    used = Energy.total(
        [metering.usage(first, last, multiplier, digits, rollover=last < first) for first, last in ends]
    )
    return {
        "consumption_raw": _number(used.decimal),
        "billed_kwh": _number(round_half_up(used.decimal, 0)),
    }


def _tiers(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """Tiers of a year or a month, by a version of a tariff made from the case and a batch of one bill."""
    fields = Fields(data)
    determinants: dict[str, Energy | int] = {
        "energy_kwh": _energy(fields, "kwh"),
        "accumulated_kwh": _energy(fields, "accumulated_before", "0"),
        "threshold_extra_kwh": _energy(fields, "threshold_extra", "0"),
        "free_kwh": _energy(fields, "free_kwh", "0"),
    }
    if fields.has("months_of_use"):
        determinants["months_of_use"] = fields.whole("months_of_use")
    fields.refuse()
    version = _case_version(fields, country)
    priced = price(version, Batch.of([determinants]))
    for reason in priced.held.values():
        raise Refused(reason)
    lines = traced(version, packed := pack(version, priced)[0])
    money = country.currency.decimal
    count = len(version.tiers.prices) if version.tiers else 0
    by_tier = {line.tier: line for line in lines if line.tier}
    energies = [by_tier[tier].quantity if tier in by_tier else None for tier in range(1, count + 1)]
    amounts = [by_tier[tier].amount if tier in by_tier else Money.zero() for tier in range(1, count + 1)]
    credit = Money.total([-line.amount for line in lines if not line.tier])
    return {
        "tier_kwh": [_number((energy or Energy.zero()).decimal) for energy in energies],
        "tier_amounts": [str(money(amount)) for amount in amounts],
        "credit": str(money(credit)),
        "amount": str(money(Money(int(priced.total[0])))),
        "lines": [
            {
                "component": line.component,
                "label": line.label,
                "tier": line.tier,
                "quantity": _number((line.quantity or Energy.zero()).decimal),
                "price": _number(line.price.decimal),
                "amount": str(money(line.amount)),
                "explanation": line.explanation,
            }
            for line in lines
        ],
        "trace": json.loads(packed),
    }


def _case_version(fields: Fields, country: Country) -> TariffVersion:
    """The tariff version a case describes; what is wrong with it is noted under the case's own keys."""
    origin = PriceOrigin.CATALOGUE.value
    tiers = {
        "kind": "tiers",
        "code": "energy",
        "price_origin": origin,
        "quantity": "energy_kwh",
        "unit": "kWh",
        "accumulation": fields.data.get("accumulation"),
        "tiers": fields.data.get("tiers"),
    }
    free = {"kind": "free_energy", "code": "free", "price_origin": origin, "of": "energy"}
    whole = {"code": "case", "valid_from": "2000-01-01", "notice": "case", "components": [tiers, free]}
    version, problems = read_version(whole, "", country.currency.decimals)
    if version is None:
        place = str(problems[0].column).removeprefix("components[0].")
        raise refusal(replace(problems[0], column=place))
    return version


def _vat(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """An amount that contains a tax, split into net and tax."""
    fields = Fields(data)
    amount, percent = _money(fields, "gross", country), fields.decimal("rate_percent")
    fields.refuse()
    if not 0 <= percent < 100:
        fields.note("rate_percent", percent, Text("This is no rate of tax in percent"), Text("Give 0 to 100"))
    fields.refuse()
    tax = IncludedTax("tax", PriceOrigin.CATALOGUE, percent)
    net = Money(int(tax.net(np.array([amount.raw], dtype=np.int64))[0]))
    money = country.currency.decimal
    return {
        "net": str(money(net)),
        "tax": str(money(amount - net)),
        "trace": list(tax.explain((), {})),
    }


def _allocation(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """A payment and a credit balance spread over receivables, oldest first."""
    fields = Fields(data)
    pool = _money(fields, "payment", country) + _money(fields, "prepaid_before", country)
    within = fields.text("within")
    parts = [(part.text("id"), _due_item(part, country)) for part in fields.each("receivables", [])]
    fields.refuse()
    # Among receivables of one day the id decides, as text here and as the id's own order in the ledger.
    items = {
        name: replace(item, open_item_id=UUID(int=place))
        for place, (name, item) in enumerate(sorted(parts, key=_name))
    }
    names = {item.open_item_id: name for name, item in items.items()}
    spread, left = allocate(pool, tuple(items.values()), late_fee_first=within != "principal_first")
    money = country.currency.decimal
    return {
        "allocations": [
            {
                "id": names[part.item.open_item_id],
                "principal_paid": str(money(part.principal)),
                "late_fee_paid": str(money(part.late_fee)),
                "settled": part.settled,
            }
            for part in spread
        ],
        "prepaid_after": str(money(left)),
    }


def _name(pair: tuple[str, DueItem]) -> str:
    return pair[0]


def _due_item(fields: Fields, country: Country) -> DueItem:
    due_on = fields.day("due_date")
    principal, late_fee = _money(fields, "principal", country), _money(fields, "late_fee", country)
    return DueItem(UUID(int=0), ItemKind.ELECTRICITY, due_on, "", None, due_on, 0, principal, late_fee)


def _money(fields: Fields, key: str, country: Country) -> Money:
    """An amount of money of a case."""
    value = fields.decimal(key)
    try:
        return country.currency.money(value)
    except (ValueError, OverflowError):
        fields.note(key, value, Text("This is no amount of money"), Text("Mend the value"))
        return Money.zero()


RULES: Mapping[str, Rule] = {
    "cn_tiers": _tiers,
    "cn_vat": _vat,
    "cn_payment_allocation": _allocation,
    "cn_meter_reading": _meter_reading,
    "cn_kwh_split": _kwh_split,
    "vn_meter_reading": _vietnamese_reading,
}
