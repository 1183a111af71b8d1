"""Cases of industry and commerce: basic charge, suspension, power factor, the whole bill."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from desktop.kernel.country import CapacityDays, CapacityRules, Country, Suspension
from desktop.kernel.errors import Refused
from desktop.kernel.fields import Fields
from desktop.kernel.measures import Demand, Energy, Measure, Power, round_half_up
from desktop.kernel.period import Period
from desktop.kernel.text import Text
from desktop.rating.case import Answer, case_version, demand, energy, money, number, part, power, priced
from desktop.rating.energy import bands_of
from desktop.tariffs.documents import read_version
from desktop.tariffs.records import Basis
from desktop.tariffs.rules.power_factor import (
    PowerFactorAdjustment,
    adjusted,
    hundredths,
    power_factors,
)

OVER = {"105pct_plus_double": "limit", "contract_plus_double": "contract"}
NOTHING: Mapping[str, Measure | int] = {
    "basic_basis": 0,
    "capacity_kva_days": Power.zero(),
    "month_days": 30,
    "capacity_kva": Power.zero(),
    "contract_demand_kw": Power.zero(),
    "demand_kw_max": Demand.zero(),
    "energy_kwh": Energy.zero(),
}
TOTAL = "total"


def _capacity_rules(country: Country) -> CapacityRules:
    if country.capacity is None:
        raise Refused(Text("This country has no rules for a charge by capacity."))
    return country.capacity


def _days(fields: Fields, country: Country) -> CapacityDays:
    """The capacity of a case × the days it is charged."""
    rule_set, month = fields.text("ruleset"), fields.whole("days_in_month")
    if not 28 <= month <= 31:
        fields.note("days_in_month", month, Text("A month has 28 to 31 days"), Text("Mend the days"))
    parts = []
    for entry in fields.each("partial", []):
        days = entry.whole("days")
        if not 0 <= days <= 31:
            entry.note("days", days, Text("A month has 28 to 31 days"), Text("Mend the days"))
        parts.append((power(entry, "kva"), days))
    whole = power(fields, "full_month_kva", "0")
    fields.refuse()
    try:
        return _capacity_rules(country).days(rule_set, month, whole, parts)
    except ValueError:
        fields.note("ruleset", rule_set, Text("This is not one of the known words"), Text("Mend the value"))
        fields.refuse()
        raise


def _basic(
    fields: Fields, country: Country
) -> tuple[dict[str, object], dict[str, Measure | int], tuple[Text, ...]]:
    """The component, the determinants and the arithmetic before it of a basic charge."""
    method = fields.choice("method", Basis)
    values: dict[str, Measure | int] = {**NOTHING, "basic_basis": method.number}
    arithmetic: tuple[Text, ...] = ()
    prices = {"capacity_price": "0", "demand_price": "0"}
    statutory = dict(country.tariff_parts["basic_charge"])
    if method is Basis.CAPACITY:
        found = _days(fields, country)
        values |= {"capacity_kva_days": found.kva_days, "month_days": found.month_days}
        prices["capacity_price"], arithmetic = str(fields.decimal("price")), found.arithmetic
    else:
        values["demand_kw_max"] = demand(fields, "actual_kw")
        values["capacity_kva"] = power(fields, "total_capacity_kva", "0")
        values["energy_kwh"] = energy(fields, "kwh", "0")
        prices["demand_price"] = str(fields.decimal("price"))
        if method is Basis.CONTRACT_DEMAND:
            values["contract_demand_kw"] = power(fields, "contract_kw")
            rule = fields.text("over_rule", "105pct_plus_double")
            if rule not in OVER:
                what = Text("This is not one of the known words")
                fields.note("over_rule", rule, what, Text("Use one of: {words}", words=", ".join(OVER)))
            over: Any = statutory["over"]
            statutory["over"] = {**over, "from": OVER.get(rule, "limit")}
    fields.refuse()
    return part("basic_charge", "basic", **prices, **statutory), values, arithmetic


def basic_charge(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """Capacity, contract demand or measured demand of a month."""
    fields = Fields(data)
    component, values, arithmetic = _basic(fields, country)
    places = {"components[0].capacity_price": "price", "components[0].demand_price": "price"}
    answer = priced(case_version(country, [component], places), values, country)
    inputs = answer.inputs("basic")
    told: dict[str, object] = {"amount": answer.written(answer.total), **answer.told()}
    if inputs["basis"] == Basis.CAPACITY.number:
        return {**told, "arithmetic": arithmetic}
    told["billable_kw"] = number((answer.lines[0].quantity or Demand.zero()).decimal)
    if inputs["basis"] == Basis.CONTRACT_DEMAND.number:
        told["effective_contract_kw"] = number(Demand(inputs["effective"]).decimal)
        told["limit_kw"] = number(Demand(inputs["limit"]).decimal)
    if fields.has("kwh") and inputs["capacity"]:
        share = Decimal(inputs["energy"]) / inputs["capacity"]
        told |= {"kwh_per_kva": str(round_half_up(share, 2)), "discount_applied": bool(inputs["discounted"])}
    return told


def suspension(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """The charge for capacity in a month in which part of it is sealed."""
    fields = Fields(data)
    sealed = Suspension(
        total=power(fields, "total_kva"),
        suspended=power(fields, "suspended_kva"),
        sealed_on=fields.day("seal_date"),
        restored_on=fields.day("restore_date"),
        seal_day_charged=fields.data.get("seal_day_charged") is True,
    )
    code, rules = fields.text("month"), _capacity_rules(country)
    fields.refuse()
    try:
        month = Period.month(code)
    except ValueError:
        fields.note("month", code, Text("This is no month"), Text("Write year and month: 2026-01"))
        fields.refuse()
        raise
    days = rules.suspended(sealed, month.start, rules.terms_on(sealed.sealed_on))
    whole, parts = sealed.total, []
    if days.charged is not None:
        whole -= sealed.suspended
        parts = [{"kva": str(sealed.suspended.decimal), "days": days.charged}]
    charge = basic_charge(
        {
            "ruleset": fields.data.get("ruleset"),
            "days_in_month": month.days,
            "method": Basis.CAPACITY.value,
            "full_month_kva": str(whole.decimal),
            "price": fields.data.get("price"),
            "partial": parts,
        },
        country,
    )
    return {
        **charge,
        "suspended_days_total": days.total,
        "suspended_days_in_month": days.in_month,
        "reduction_applies": days.applies,
        "charged_days_of_suspended_part": month.days if days.charged is None else days.charged,
    }


def _adjustment(country: Country, **values: object) -> dict[str, object]:
    return part("power_factor", "power_factor", **country.tariff_parts["power_factor"], **values)


def _standards(country: Country) -> PowerFactorAdjustment:
    """The adjustment by itself, as the country's table gives it."""
    whole = {
        "code": "case",
        "valid_from": "2000-01-01",
        "notice": "case",
        "components": [_adjustment(country)],
    }
    version, problems = read_version(whole, "", country.currency.decimals)
    if version is None or not isinstance(version.components[0], PowerFactorAdjustment):
        raise ValueError(f"the table of the country cannot be read: {problems}")
    return version.components[0]


def _cents(fields: Fields, key: str) -> int:
    """A factor or standard of a case, in steps of 0.01."""
    value = fields.decimal(key) * 100
    if value == int(value) and 0 <= value <= 100:
        return int(value)
    what = Text("This is no power factor with two decimals")
    fields.note(key, fields.decimal(key), what, Text("Write a number such as 0.90"))
    return 0


def power_factor_table(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """What the table says of a factor."""
    fields = Fields(data)
    standard, factor = _cents(fields, "standard"), _cents(fields, "power_factor")
    known = {one.standard: one for one in _standards(country).standards}
    if standard not in known:
        fields.note(
            "standard",
            hundredths(standard),
            Text("The tariff has no such power factor standard"),
            Text("Mend the value"),
        )
    fields.refuse()
    return {"adjust_percent": _two(known[standard].percent(factor))}


def _two(percent: int) -> str:
    return f"{hundredths(percent):.2f}"


def power_factor(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """The adjustment of a base."""
    fields = Fields(data)
    standard, base = _cents(fields, "standard"), money(fields, "adjust_base", country)
    active = energy(fields, "kwh")
    reactive = abs(energy(fields, "kvarh_forward")) + abs(energy(fields, "kvarh_reverse", "0"))
    rule = _standards(country)
    known = {one.standard: one for one in rule.standards}
    if standard not in known:
        fields.note(
            "standard",
            hundredths(standard),
            Text("The tariff has no such power factor standard"),
            Text("Mend the value"),
        )
    if active.raw < 0:
        fields.note(
            "kwh", active, Text("A power factor needs energy that is not negative"), Text("Mend the value")
        )
    fields.refuse()
    factor = int(power_factors(_column(active.raw), _column(reactive.raw))[0])
    percent = known[standard].percent(factor) if active or reactive else 0
    amount, _ = adjusted(_column(base.raw), _column(percent))
    line = (0, 0, 0, 0, 0, int(amount[0]))
    inputs = {
        "active": active.raw,
        "reactive": reactive.raw,
        "factor": factor,
        "standard": standard,
        "percent": percent,
        "base": base.raw,
    }
    return {
        "power_factor": f"{hundredths(factor):.2f}" if active or reactive else None,
        "adjust_percent": _two(percent),
        "adjust_amount": str(country.currency.decimal(type(base)(int(amount[0])))),
        "trace": list(rule.explain(line, inputs)),
    }


def _column(value: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array([value], dtype=np.int64)


def full_bill(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """A whole bill: energy, basic charge, funds that prices contain, power factor."""
    fields = Fields(data)
    names = [entry.text("period") for entry in fields.each("energy")]
    components: list[Mapping[str, object]] = []
    values: dict[str, Measure | int] = {**NOTHING}
    if names == [TOTAL]:
        only = fields.each("energy")[0]
        values["energy_kwh"] = energy(only, "kwh")
        components.append(_single(str(only.decimal("price"))))
    else:
        prices, bands = bands_of(fields, "energy", "period")
        components.append(part("time_bands", "energy", prices=prices))
        values |= bands
    of = ["energy"]
    if fields.has("basic"):
        inside = Fields(fields.data["basic"], path="basic", problems=fields.problems)
        component, basic, _ = _basic(inside, country)
        if inside.has("kwh") and basic["energy_kwh"] != values["energy_kwh"]:
            inside.note(
                "kwh", inside.data["kwh"], Text("This is not the energy of the bill"), Text("Mend the value")
            )
        values |= {key: value for key, value in basic.items() if key != "energy_kwh"}
        components.append(component)
        of.append("basic")
    components.append(_funds(str(fields.decimal("fund_price"))))
    components.append(_adjustment(country, of=of, without=["funds"]))
    values |= {
        "reactive_kvarh": energy(fields, "kvarh_forward"),
        "reactive_reverse_kvarh": energy(fields, "kvarh_reverse", "0"),
        "power_factor_standard": _cents(fields, "pf_standard"),
    }
    fields.refuse()
    answer = priced(case_version(country, components), values, country)
    return _full_answer(answer, names, values["energy_kwh"])


def _single(price: str) -> dict[str, object]:
    return part("per_kwh", "energy", name="energy", quantity="energy_kwh", unit="kWh", price=price)


def _funds(price: str) -> dict[str, object]:
    return part("included_funds", "funds", quantity="energy_kwh", unit="kWh", price=price)


def _full_answer(answer: Answer, names: list[str], used: Measure | int) -> dict[str, object]:
    lines, factor = answer.of("energy"), answer.inputs("power_factor")
    written = answer.country.currency.decimal
    by_name = {line.band.value if line.band else TOTAL: line for line in lines}
    kwh = used.decimal if isinstance(used, Energy) else Decimal(0)
    total = written(answer.total)
    return {
        "energy_amounts": [answer.sum([by_name[name]] if name in by_name else []) for name in names],
        "energy_total": answer.sum(lines),
        "basic_charge": answer.sum(answer.of("basic")),
        "funds_included": str(written(type(answer.total)(answer.inputs("funds")["funds"]))),
        "pf_base": str(written(type(answer.total)(factor["base"]))),
        "power_factor": f"{hundredths(factor['factor']):.2f}",
        "adjust_percent": _two(factor["percent"]),
        "adjust_amount": answer.sum(answer.of("power_factor")),
        "total": str(total),
        "average_price": str(round_half_up(total / kwh, 4)) if kwh else None,
        **answer.told(),
    }
