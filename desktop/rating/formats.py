"""Cases of numbers, dates and times as a language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time

from desktop.kernel.country import Country
from desktop.kernel.fields import Fields
from desktop.kernel.measures import Currency
from desktop.kernel.text import Catalog, Text, catalog

_NUMBERS: dict[str, tuple[int, str]] = {
    "money": (0, "đ"),
    "eur_2": (2, "€"),
    "kwh_0": (0, "kWh"),
    "kwh_1": (1, "kWh"),
    "price_4": (4, "đ/kWh"),
    "snt_kwh": (2, "snt/kWh"),
}
"""The decimals shown and the unit of each kind of number."""

_PERCENTAGES = {"percent": 0, "percent_1": 1}


def vietnamese(data: Mapping[str, object], _country: Country) -> Mapping[str, object]:
    """A value as Vietnamese papers write it."""
    return _written(data, catalog("vi", Currency("VND", "đ", 0)))


def finnish(data: Mapping[str, object], _country: Country) -> Mapping[str, object]:
    """A value as Finnish papers write it."""
    return _written(data, catalog("fi", Currency("EUR", "€", 2)))


def _written(data: Mapping[str, object], say: Catalog) -> Mapping[str, object]:
    fields = Fields(data)
    kind = fields.text("kind")
    written = ""
    if kind in _NUMBERS:
        decimals, unit = _NUMBERS[kind]
        written = say.with_unit(say.number(fields.decimal("value"), decimals), unit)
    elif kind in _PERCENTAGES:
        written = say.percent(fields.decimal("value"), _PERCENTAGES[kind])
    elif kind in {"date", "time"}:
        value = fields.text("value")
        try:
            written = (
                say.date(date.fromisoformat(value)) if kind == "date" else say.time(time.fromisoformat(value))
            )
        except ValueError:
            fields.note(
                "value", value, Text("This is no date"), Text("Write year, month and day: 2026-01-31")
            )
    else:
        known = ", ".join([*_NUMBERS, *_PERCENTAGES, "date", "time"])
        fields.note(
            "kind", kind, Text("This is not one of the known words"), Text("Use one of: {words}", words=known)
        )
    fields.refuse()
    return {"text": written}
