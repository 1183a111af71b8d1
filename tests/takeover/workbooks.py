"""Workbooks of invented halls, of any size and with anything wrong in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from desktop.app import App
from desktop.countries.cn import COUNTRY
from desktop.kernel.journal import Entry
from desktop.kernel.measures import Energy, Money, Reading
from desktop.kernel.text import catalog
from desktop.ledger.tables import ContractAccount
from desktop.parties.tables import Party
from desktop.takeover.documents.agreed import SPELLS, TERMS
from desktop.takeover.documents.columns import HallSheet
from desktop.takeover.documents.paying import GROUPS, MEMBERS, PLANS, WISHES
from desktop.takeover.documents.sheets import (
    ACCOUNTS,
    CONTRACTS,
    HISTORY,
    ITEMS,
    LIMITS,
    METERS,
    PARTIES,
    PAYMENTS,
    POINTS,
    PREMISES,
    READS,
    SHEETS,
    TARIFFS,
)
from desktop.takeover.documents.writing import write_hall
from desktop.takeover.records import (
    AccountLine,
    ContractLine,
    HistoryLine,
    ItemLine,
    MeterLine,
    PartyLine,
    PaymentLine,
    PointLine,
    PremiseLine,
    TariffLine,
)

AGREED = frozenset({READS, TERMS, SPELLS, PLANS, WISHES, GROUPS, MEMBERS, *LIMITS})
"""Sheets that most halls have no rows on."""
LAST_READ = date(2026, 1, 31)
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴", "玉兰建国秀英晓梅志明桂香海波思远丽华"


def account(place: int) -> str:
    """The number of the account at a place from 0 on."""
    return f"3301{place:08}"


def name(place: int) -> str:
    """A name; neighbours differ in more than a sign."""
    at = place % 9 * 2
    return SURNAMES[place // 9 % 10] + GIVEN[at : at + 2]


def line(sheet: HallSheet, place: int, route_of: int = 25) -> Any:
    """The row of an account on a sheet; each route has ``route_of`` accounts."""
    number = account(place)
    return {
        PARTIES: lambda: PartyLine(f"P{place}", name(place), phones=(f"139{place:08}",)),
        PREMISES: lambda: PremiseLine(f"H{place}", f"Street {place // 40} No. {place % 40}", "310015", "Hangzhou"),
        POINTS: lambda: PointLine(f"S{place}", f"H{place}", "220 V", "F1", "T1"),
        METERS: lambda: MeterLine(f"M{number}", f"S{place}", Reading.of(5000 + place), LAST_READ, 6),
        ACCOUNTS: lambda: AccountLine(
            number, f"P{place}", f"S{place}", f"R{place // route_of}", place % route_of + 1,
            Money(500 if place % 7 == 0 else 0),
        ),
        CONTRACTS: lambda: ContractLine(number, "ZJ-RES", date(2020, 1, 1)),
        TARIFFS: lambda: TariffLine("ZJ-RES"),
        ITEMS: lambda: ItemLine(f"B{place}", number, date(2026, 1, 1), date(2026, 1, 20), Money(10_007)),
        PAYMENTS: lambda: PaymentLine(f"B{place}", number, date(2026, 1, 25), Money(2_000), Money(50)),
        HISTORY: lambda: HistoryLine(number, 2026, m1=Energy.of(186)),
    }[sheet]()  # fmt: skip


def hall(count: int, route_of: int = 25) -> dict[HallSheet, Iterable[Any]]:
    """The rows of a hall with so many accounts; every fifth owes something, every second of those paid a part."""
    every = {TARIFFS: count, ITEMS: 5, PAYMENTS: 10}

    return {
        sheet: () if sheet in AGREED else _Lines(sheet, range(0, count, every.get(sheet, 1)), route_of)
        for sheet in SHEETS
    }


class _Lines:
    """Rows of a sheet, made as often as they are asked for."""

    def __init__(self, sheet: HallSheet, places: range, route_of: int) -> None:
        self._sheet, self._places, self._route_of = sheet, places, route_of

    def __iter__(self) -> Iterator[Any]:
        return (line(self._sheet, place, self._route_of) for place in self._places)


def written(
    folder: Path,
    rows: dict[HallSheet, Iterable[Any]],
    *,
    language: str = "en",
    title: str = "hall.xlsx",
) -> Path:
    """A workbook of these rows."""
    out = folder / title
    with out.open("wb") as stream:
        write_hall(stream, rows.items(), catalog(language, COUNTRY.currency), COUNTRY)
    return out


def changed(
    rows: dict[HallSheet, Iterable[Any]], sheet: HallSheet, place: int, **fields: Any
) -> dict[HallSheet, Iterable[Any]]:
    """The same rows with one changed in its fields."""
    lines = list(rows[sheet])
    lines[place] = replace(lines[place], **fields)
    return {**rows, sheet: lines}


# What they come into


def rows_of(app: App) -> dict[str, int]:
    """How many rows some tables have."""
    with app.database.read() as session:
        return {
            model.__tablename__: session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
            for model in (Party, ContractAccount, Entry)
        }
