"""Cases of meters: usage between reads with what makes it doubtful, and energy divided between uses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from desktop.kernel.country import Country
from desktop.kernel.fields import Fields
from desktop.kernel.measures import Energy, Factor, round_half_up
from desktop.kernel.text import Text
from desktop.metering import rules as metering
from desktop.metering.records import Limits, Spell
from desktop.rating import case


def usage(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """Usage of a period from the reads of one meter or, after an exchange, of several; and what makes it doubtful."""
    fields = Fields(data)
    energies = [_segment(part) for part in fields.each("segments")]
    percents = {name: fields.whole(f"{name}_percent") for name in ("surge", "drop")}
    before = case.energy(fields, "previous_kwh") if fields.has("previous_kwh") else None
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
    start, end = case.reading(part, "start"), case.reading(part, "end")
    ratios = case.factor(part, "ct").decimal * case.factor(part, "pt").decimal
    digits, rollover = _digits(part, "int_digits"), part.data.get("rollover") is True
    try:
        energy = metering.usage(start, end, Factor.of(ratios), digits, rollover=rollover)
    except (ValueError, OverflowError):
        part.note("ct", ratios, Text("This multiplier is too large or too fine"), Text("Mend the value"))
        return Energy.zero()
    return Energy.of(round_half_up(energy.decimal, 2))


def _hundredths(energy: Energy) -> str:
    return str(round_half_up(energy.decimal, 2))


def split(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """Energy of a main meter divided between sub-meters, a fixed quantity, a share and the rest."""
    fields = Fields(data)
    metered, fixed = case.energy(fields, "metered_kwh"), case.energy(fields, "fixed_kwh", "0")
    ratio, subs = case.factor(fields, "ratio_percent"), fields.data.get("sub_meters", [])
    listed = Fields({str(place): value for place, value in enumerate(subs if isinstance(subs, list) else ())})
    parts = [case.energy(listed, key) for key in listed.data]
    fields.refuse()
    listed.refuse()
    split = metering.split_energy(metered, parts, fixed, ratio)
    if split is None:
        return {"valid": False, "reason": "SUB_METERS_EXCEED_MAIN"}
    named = {"sub": split.sub, "fixed": split.fixed, "ratio": split.ratio, "main": split.main}
    return {"valid": True, **{f"{name}_kwh": case.number(energy.decimal) for name, energy in named.items()}}


def usage_of_two_reads(data: Mapping[str, object], country: Country) -> Mapping[str, object]:
    """The same from a plain pair of reads: a smaller one has gone round, an exchange is two segments."""
    fields = Fields(data)
    digits, multiplier = _digits(fields, "register_digits"), case.factor(fields, "multiplier")
    ends = [(case.reading(fields, "previous"), case.reading(fields, "current"))]
    if fields.has("meter_replacement"):
        swap = Fields(fields.data["meter_replacement"], path="meter_replacement", problems=fields.problems)
        ((first, last),) = ends
        ends = [(first, case.reading(swap, "old_final")), (case.reading(swap, "new_initial"), last)]
    fields.refuse()
    used = Energy.total(
        [metering.usage(first, last, multiplier, digits, rollover=last < first) for first, last in ends]
    )
    return {
        "consumption_raw": case.number(used.decimal),
        "billed_kwh": case.number(round_half_up(used.decimal, 0)),
    }


def _digits(fields: Fields, key: str) -> int:
    digits = fields.whole(key)
    if not 1 <= digits <= metering.MOST_DIGITS:
        what = Text("A register has 1 to {most} digits", most=metering.MOST_DIGITS)
        fields.note(key, digits, what, Text("Mend the value"))
        return 1
    return digits
