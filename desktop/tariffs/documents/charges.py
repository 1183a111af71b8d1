"""Prices for each kWh, the basic charge, the power factor and the tax of a tariff file."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from desktop.kernel.fields import Fields
from desktop.kernel.text import Text
from desktop.tariffs.documents.common import (
    COMPONENT_NAMES,
    QUANTITIES,
    UNITS,
    inside,
    origin,
    percent,
    price,
    word,
    words,
)
from desktop.tariffs.records import ChargeName
from desktop.tariffs.rules import IncludedTax, TariffComponent
from desktop.tariffs.rules.basic import BasicCharge, Discount, OverBase
from desktop.tariffs.rules.charges import IncludedFunds, PerKwh
from desktop.tariffs.rules.power_factor import PERCENT_STEPS, WHOLE, PowerFactorAdjustment, Slope, Standard

IDLE = ("formula", "waived")


def per_kwh(fields: Fields, earlier: Sequence[TariffComponent]) -> PerKwh:
    """One price for every kWh."""
    fields.unknown({*COMPONENT_NAMES, "name", "quantity", "unit", "price"})
    word(fields, "unit", UNITS)
    return PerKwh(
        code=fields.text("code"),
        price_origin=origin(fields),
        quantity=word(fields, "quantity", QUANTITIES),
        name=fields.choice("name", ChargeName),
        unit_price=price(fields, "price"),
    )


def included_funds(fields: Fields, earlier: Sequence[TariffComponent]) -> IncludedFunds:
    """Funds that the prices contain, for every kWh."""
    fields.unknown({*COMPONENT_NAMES, "quantity", "unit", "price"})
    word(fields, "unit", UNITS)
    return IncludedFunds(
        code=fields.text("code"),
        price_origin=origin(fields),
        quantity=word(fields, "quantity", QUANTITIES),
        unit_price=price(fields, "price"),
    )


def included_tax(fields: Fields, earlier: Sequence[TariffComponent]) -> IncludedTax:
    """The tax that the prices contain."""
    fields.unknown({*COMPONENT_NAMES, "percent"})
    rate = fields.decimal("percent")
    if not 0 <= rate < 100:
        fields.note("percent", rate, Text("This is no rate of tax in percent"), Text("Give 0 to 100"))
        rate = Decimal(0)
    return IncludedTax(code=fields.text("code"), price_origin=origin(fields), percent=rate)


def basic_charge(fields: Fields, earlier: Sequence[TariffComponent]) -> BasicCharge:
    """Prices a month for a kVA and a kW, and the rules of demand."""
    fields.unknown({*COMPONENT_NAMES, "capacity_price", "demand_price", "floor_percent", "over", "discount"})
    over = inside(fields, "over")
    over.unknown({"percent", "times", "from"})
    demand_price = price(fields, "demand_price")
    times = over.whole("times")
    if not 1 <= times <= 10:
        over.note("times", times, Text("This is too large or too small"), Text("Give 1 to 10"))
    return BasicCharge(
        code=fields.text("code"),
        price_origin=origin(fields),
        capacity_price=price(fields, "capacity_price"),
        demand_price=demand_price,
        floor_percent=percent(fields, "floor_percent"),
        over_percent=percent(over, "percent", 1000),
        over_times=times,
        over_base=over.choice("from", OverBase),
        discount=_discount(fields, demand_price) if fields.has("discount") else None,
    )


def _discount(fields: Fields, demand_price: int) -> Discount:
    given = inside(fields, "discount")
    given.unknown({"kwh_per_kva", "percent"})
    least, rate = given.whole("kwh_per_kva"), percent(given, "percent")
    if not 1 <= least <= 1000:
        given.note("kwh_per_kva", least, Text("This is too large or too small"), Text("Give 1 to 1000"))
    if demand_price * rate % 100:
        what = Text("This share of the price has more than eight decimals")
        given.note("percent", rate, what, Text("Mend the price"))
    return Discount(least, rate)


def power_factor(fields: Fields, earlier: Sequence[TariffComponent]) -> PowerFactorAdjustment:
    """Standards with their slopes, and of which components the adjustment is a share."""
    fields.unknown({*COMPONENT_NAMES, "standards", "of", "without", "idle"})
    without = _places(fields, "without", earlier)
    for place in without:
        if not isinstance(earlier[place], IncludedFunds):
            what = Text("Only funds that prices contain can be left out")
            fields.note(
                "without", earlier[place].code, what, Text("Name a component of the kind included_funds")
            )
    return PowerFactorAdjustment(
        code=fields.text("code"),
        price_origin=origin(fields),
        standards=tuple(_standard(entry) for entry in fields.each("standards")),
        of=_places(fields, "of", earlier),
        without=without,
        waive_idle=word(fields, "idle", IDLE) == "waived",
    )


def _places(fields: Fields, key: str, earlier: Sequence[TariffComponent]) -> tuple[int, ...]:
    """The places of components that stand before, named by their codes."""
    codes = [part.code for part in earlier]
    for code in words(fields, key):
        if code not in codes:
            what = Text("No component of this code stands before it")
            fields.note(key, code, what, Text("Name a component that stands before it"))
    return tuple(codes.index(code) for code in words(fields, key) if code in codes)


def _standard(fields: Fields) -> Standard:
    fields.unknown({"standard", "reward", "penalty"})
    standard = fields.decimal("standard") * WHOLE
    if not 0 < standard <= WHOLE or standard != int(standard):
        what = Text("This is no power factor with two decimals")
        fields.note("standard", fields.decimal("standard"), what, Text("Write a number such as 0.90"))
        standard = Decimal(0)
    return Standard(int(standard), _slopes(fields, "reward"), _slopes(fields, "penalty"))


def _slopes(fields: Fields, key: str) -> tuple[Slope, ...]:
    slopes = []
    for entry in fields.each(key, []):
        entry.unknown({"steps", "percent"})
        steps = entry.whole("steps") if entry.has("steps") else None
        if steps is not None and not 1 <= steps <= WHOLE:
            entry.note("steps", steps, Text("This is too large or too small"), Text("Give 1 to 100"))
        rate = entry.decimal("percent") * PERCENT_STEPS
        if not 0 <= rate <= 100 * PERCENT_STEPS or rate != int(rate):
            what = Text("This is no percentage with two decimals")
            entry.note("percent", entry.decimal("percent"), what, Text("Mend the value"))
            rate = Decimal(0)
        slopes.append(Slope(steps, int(rate)))
    return tuple(slopes)
