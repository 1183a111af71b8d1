"""Lists of the desk as workbooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from desktop.desk.records import AccountRow
from desktop.kernel.country import Country
from desktop.kernel.export import Listed
from desktop.kernel.sheet import Column, Kind
from desktop.kernel.text import Catalog, Text

ACCOUNTS = Text("Accounts")
"""The name of the list of accounts, which holds persons."""

ACCOUNT_VALUES: dict[str, tuple[Text, Callable[[AccountRow], Any]]] = {
    "number": (Text("Account"), lambda row: row.number),
    "name": (Text("Customer"), lambda row: row.customer_name),
    "address": (Text("Address"), lambda row: row.address),
    "meter": (Text("Meter"), lambda row: ", ".join((row.meter_serial, *row.more_meters))),
    "phone": (Text("Phone"), lambda row: row.phone),
    "owed": (Text("Owed"), lambda row: row.owed),
    "credit": (Text("Credit"), lambda row: row.credit),
}
"""What a list of accounts tells of each, by the name of its column: numbers are text, amounts are money."""


def account_columns(say: Catalog, country: Country) -> list[Listed]:
    """The columns of a list of accounts in a workbook."""
    widths = {"name": 20, "address": 40, "meter": 18}
    return [
        Listed(
            Column(say(title), Kind.VALUE, country.currency.decimals, widths.get(name, 14)),
            value,
        )
        for name, (title, value) in ACCOUNT_VALUES.items()
    ]
