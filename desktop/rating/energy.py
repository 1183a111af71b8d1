"""Cases of prices for energy: tiers, time of use, a price change inside a period, tax."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import numpy as np

from desktop.kernel.country import Country
from desktop.kernel.fields import Fields
from desktop.kernel.measures import Energy, Measure, Money, round_half_up
from desktop.kernel.text import Text
from desktop.rating.case import Answer, case_version, energy, money, number, part, priced
from desktop.tariffs.records import PriceOrigin, TimeBand
from desktop.tariffs.rules import IncludedTax
from desktop.tariffs.rules.bands import band_price
from desktop.tariffs.rules.proration import split_by_days

PRICE_DECIMALS = 6


def tiers(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """Tiers of a year or a month."""
    fields = Fields(data)
    determinants: dict[str, Measure | int] = {
        "energy_kwh": energy(fields, "kwh"),
        "accumulated_kwh": energy(fields, "accumulated_before", "0"),
        "threshold_extra_kwh": energy(fields, "threshold_extra", "0"),
        "free_kwh": energy(fields, "free_kwh", "0"),
    }
    if fields.has("months_of_use"):
        determinants["months_of_use"] = fields.whole("months_of_use")
    fields.refuse()
    block = part(
        "tiers",
        "energy",
        quantity="energy_kwh",
        unit="kWh",
        accumulation=fields.data.get("accumulation"),
        tiers=fields.data.get("tiers"),
    )
    free = part("free_energy", "free", of="energy")
    answer = priced(case_version(country, [block, free], {"components[0].": ""}), determinants, country)
    return {
        **_tier_columns(answer, len(fields.each("tiers")), "tier_amounts"),
        "credit": answer.written(Money.total([-line.amount for line in answer.of("free")])),
        "amount": answer.written(answer.total),
        **answer.told(),
    }


def _tier_columns(answer: Answer, count: int, amounts: str) -> dict[str, object]:
    """Energy and amount of each tier, also of those that were not reached."""
    by_tier = {line.tier: line for line in answer.lines if line.tier}
    energies = [by_tier[tier].quantity if tier in by_tier else None for tier in range(1, count + 1)]
    sums = [by_tier[tier].amount if tier in by_tier else Money.zero() for tier in range(1, count + 1)]
    return {
        "tier_kwh": [number((used or Energy.zero()).decimal) for used in energies],
        amounts: [answer.written(amount) for amount in sums],
    }


def bands_of(fields: Fields, key: str, name_key: str) -> tuple[dict[str, str], dict[str, Measure | int]]:
    """Prices by time band, and the energy of each and of all, of a case's list."""
    prices: dict[str, str] = {}
    determinants: dict[str, Measure | int] = {}
    total = Energy.zero()
    for entry in fields.each(key):
        band = entry.text(name_key)
        used = energy(entry, "kwh")
        if band not in {one.value for one in TimeBand}:
            known = ", ".join(one.value for one in TimeBand)
            what = Text("This is not one of the known words")
            entry.note(name_key, band, what, Text("Use one of: {words}", words=known))
            continue
        prices[band] = str(entry.decimal("price"))
        determinants[TimeBand.of(band).determinant] = used
        total += used
    return prices, {"energy_kwh": total, **determinants}


def tiers_tou(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """Time bands of a household, and what its tiers add."""
    fields = Fields(data)
    prices, determinants = bands_of(fields, "periods", "name")
    determinants["accumulated_kwh"] = energy(fields, "accumulated_before", "0")
    determinants["threshold_extra_kwh"] = energy(fields, "threshold_extra", "0")
    fields.refuse()
    bands = part("time_bands", "bands", prices=prices)
    adders = part(
        "tier_adders",
        "tiers",
        quantity="energy_kwh",
        unit="kWh",
        accumulation=fields.data.get("accumulation", "annual"),
        tiers=fields.data.get("tiers"),
    )
    places = {"components[0].prices": "periods", "components[1].": ""}
    answer = priced(case_version(country, [bands, adders], places), determinants, country)
    return {
        "period_amounts": [
            answer.sum([line for line in answer.of("bands") if line.band and line.band.value == band])
            for band in prices
        ],
        **_tier_columns(answer, len(fields.each("tiers")), "adder_amounts"),
        "amount": answer.written(answer.total),
        **answer.told(),
    }


def tou_price(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """The price of each time band from its parts and factors."""
    fields = Fields(data)
    floating, fixed = _sum(fields, "floating"), _sum(fields, "fixed")
    factors = Fields(fields.data.get("factors"), path="factors", problems=fields.problems)
    by_band = {band: factors.decimal(band) for band in factors.data}
    fields.refuse()
    return {
        "base": str(round_half_up(floating, PRICE_DECIMALS)),
        "fixed": str(round_half_up(fixed, PRICE_DECIMALS)),
        "prices": {
            band: str(band_price(floating, fixed, factor, PRICE_DECIMALS)) for band, factor in by_band.items()
        },
        "trace": [
            Text("{floating} × {factor} + {fixed}", floating=floating, factor=factor, fixed=fixed)
            for factor in by_band.values()
        ],
    }


def _sum(fields: Fields, key: str) -> Decimal:
    """The sum of a case's list of numbers."""
    given = fields.data.get(key) or ()
    if not isinstance(given, list | tuple):
        fields.note(key, given, Text("This is no list"), Text("Write the entries in []"))
        return Decimal(0)
    values = Fields({f"{key}[{at}]": one for at, one in enumerate(given)}, problems=fields.problems)
    return sum((values.decimal(name) for name in values.data), Decimal(0))


def proration(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """A period cut where the price changes: energy by days, each part at its own price."""
    fields = Fields(data)
    used = energy(fields, "kwh")
    segments = fields.each("segments")
    days = [segment.whole("days") for segment in segments]
    if days and (min(days) < 0 or not sum(days)):
        fields.note("segments", days, Text("The days of a part are 0 or more"), Text("Mend the days"))
    fields.refuse()
    parts = split_by_days(used, days, country.billed_energy_decimals)
    answers = []
    for at, (segment, share) in enumerate(zip(segments, parts, strict=True)):
        one = part(
            "per_kwh",
            "energy",
            name="energy",
            quantity="energy_kwh",
            unit="kWh",
            price=segment.data.get("price"),
        )
        version = case_version(country, [one], {"components[0].": f"segments[{at}]."})
        answers.append(priced(version, {"energy_kwh": share}, country))
    total = Money.total([answer.total for answer in answers])
    return {
        "segment_kwh": [number(share.decimal) for share in parts],
        "segment_amounts": [answer.written(answer.total) for answer in answers],
        "amount": str(country.currency.decimal(total)),
        "trace": [
            Text("{days} of {all} days: {energy} kWh", days=day, all=sum(days), energy=share)
            for day, share in zip(days, parts, strict=True)
        ],
    }


def vat(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """An amount that contains a tax, split into net and tax."""
    fields = Fields(data)
    amount, percent = money(fields, "gross", country), fields.decimal("rate_percent")
    fields.refuse()
    if not 0 <= percent < 100:
        fields.note("rate_percent", percent, Text("This is no rate of tax in percent"), Text("Give 0 to 100"))
    fields.refuse()
    tax = IncludedTax("tax", PriceOrigin.CATALOGUE, percent)
    net = Money(int(tax.net(np.array([amount.raw], dtype=np.int64))[0]))
    written = country.currency.decimal
    return {
        "net": str(written(net)),
        "tax": str(written(amount - net)),
        "trace": list(tax.explain((), {})),
    }
