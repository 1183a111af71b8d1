"""A sample district of any size: mixed accounts as another system would hand them over, their reads and their terms.

Households, by one price or by the hour, shops, farms, factories by capacity and by demand, shared meters and markets
stand on reading routes of 200 stops. The workbook is the one that a whole hall comes in by; the prices are those of
the sample hall. Nothing here is a real person, address, meter or company, and the same number gives the same files.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from desktop.contracts.records import Terms, TermsOrder
from desktop.kernel import canonical
from desktop.kernel.country import Country
from desktop.kernel.files import written_whole
from desktop.kernel.measures import Energy, Factor
from desktop.kernel.text import Catalog
from desktop.metering.documents import reading_sheet_xlsx
from desktop.metering.records import ReadRow, RegisterCode
from desktop.parties.records import DebtorType, PartyKind
from desktop.sample.others import OTHERS, Other
from desktop.takeover.documents.columns import HallSheet
from desktop.takeover.documents.sheets import (
    ACCOUNTS,
    CONTRACTS,
    HISTORY,
    METERS,
    PARTIES,
    POINTS,
    PREMISES,
)
from desktop.takeover.documents.writing import write_hall
from desktop.takeover.records import (
    AccountLine,
    ContractLine,
    HistoryLine,
    MeterLine,
    PartyLine,
    PointLine,
    PremiseLine,
)

FILES = ("district.xlsx", "reads_2025-12.xlsx", "reads_2026-01.xlsx", "terms.json")
STOPS = 200
"""Accounts on one reading route."""

SINCE, CARRIED = date(2024, 12, 31), date(2025, 11, 30)
BEFORE = 11
"""Months of use that come in with the district."""

READ_ON = (date(2025, 12, 31), date(2026, 1, 31))
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("玉兰", "建国", "秀英", "晓梅", "伟", "芳", "敏", "静", "丽华", "强", "志明", "桂香", "海波", "思远")
_TOU, _SHARED, _SHOP, _CAPACITY, _DEMAND, _, _FARM, _MARKET, *_rest = OTHERS
_KINDS = (*[None] * 15, _TOU, _TOU, _SHOP, _FARM)
"""The accounts of each twenty on a route, the last one apart (None: a household by one price)."""

_LAST = (_CAPACITY, _SHARED, _DEMAND, _MARKET)


@dataclass(frozen=True, slots=True)
class Resident(Other):
    """One account of the district; its place counts over all routes."""

    @property
    def number(self) -> str:
        """Its account number."""
        return f"3301{50_000_000 + self.place:08}"

    @property
    def meter(self) -> str:
        """The serial number of its meter."""
        return f"0014{66_000_000 + self.place:08}"

    @property
    def route(self) -> str:
        """The reading route it stands on."""
        return f"D{(self.place - 1) // STOPS + 1:03}"


def residents(accounts: int) -> Iterator[Resident]:
    """The accounts of a district of that size, the same every time."""
    for place in range(1, accounts + 1):
        chance = random.Random(20260205 + place)
        name = chance.choice(SURNAMES) + chance.choice(GIVEN)
        block, door = (place - 1) // 40 + 1, (place - 1) % 40 + 1
        address = f"拱墅区和睦街道样例小区 {block} 幢 {door} 号"
        at = (place - 1) % 20
        like = _LAST[(place - 1) // 20 % len(_LAST)] if at == 19 else _KINDS[at]
        if like is None:
            yield Resident(
                place,
                name,
                address,
                "ZJ-RES",
                {RegisterCode.ACTIVE: chance.choice((95, 130, 160, 185, 210, 240, 280, 330))},
                voltage="220 V",
                kind=PartyKind.PERSON,
                debtor_type=DebtorType.CONSUMER,
            )
            continue
        person = like.kind is PartyKind.PERSON
        yield Resident(
            place,
            name if person else f"{name}{like.name}",
            address,
            like.tariff,
            like.monthly,
            like.multiplier,
            like.demand,
            like.voltage,
            like.kind,
            like.debtor_type,
            "zh_CN",
            like.terms,
        )


def write_district(folder: Path, accounts: int, say: Catalog, country: Country) -> tuple[Path, ...]:
    """Write the files of a district into a folder: its workbook, two months of reads, and the terms of contracts."""
    folder.mkdir(parents=True, exist_ok=True)
    people = tuple(residents(accounts))
    files = tuple(folder / name for name in FILES)
    with written_whole(files[0]) as stream:
        write_hall(stream, _sheets(people), say, country)
    for months, (file, day) in enumerate(zip(files[1:3], READ_ON, strict=True), BEFORE + 1):
        with written_whole(file) as stream:
            stream.write(reading_sheet_xlsx(reads(people, months, day), say))
    with written_whole(files[3]) as stream:
        stream.write(canonical.dump(tuple(_terms(people))).encode())
    return files


def reads(people: Iterable[Resident], months: int, day: date) -> list[ReadRow]:
    """What every register shows after so many months."""
    rows = [row for one in people for row in one.reads(day, one.values(months + 1)[months])]
    return [replace(row, row=place) for place, row in enumerate(rows, 2)]


def _terms(people: Iterable[Resident]) -> Iterator[TermsOrder]:
    for one in people:
        terms: Terms | None = one.agreed(SINCE)
        if terms is not None:
            yield TermsOrder(one.number, terms)


def _sheets(people: Sequence[Resident]) -> Iterator[tuple[HallSheet, Iterable[object]]]:
    yield (
        PARTIES,
        (
            PartyLine(
                f"P{one.place}", one.name, one.kind, debtor_type=one.debtor_type, language=one.language,
                phones=(f"136{10_000_000 + one.place}",),
            )
            for one in people
        ),
    )  # fmt: skip
    yield (
        PREMISES,
        (PremiseLine(f"H{one.place}", one.address, "310015", "浙江省杭州市") for one in people),
    )
    yield (
        POINTS,
        (PointLine(f"S{one.place}", f"H{one.place}", one.voltage, "和睦 0415 线", "HM-30") for one in people),
    )
    yield METERS, (line for one in people for line in _registers(one))
    yield (
        ACCOUNTS,
        (
            AccountLine(one.number, f"P{one.place}", f"S{one.place}", one.route, (one.place - 1) % STOPS + 1)
            for one in people
        ),
    )
    yield CONTRACTS, (ContractLine(one.number, one.tariff, SINCE) for one in people)
    yield HISTORY, (_history(one) for one in people)


def _registers(one: Resident) -> Iterator[MeterLine]:
    for code, value in one.values(BEFORE + 1)[BEFORE].items():
        yield MeterLine(one.meter, f"S{one.place}", value, CARRIED, 6, code, Factor.of(one.multiplier), SINCE)


def _history(one: Resident) -> HistoryLine:
    """The months before the last read."""
    used = [month[RegisterCode.ACTIVE] * one.multiplier for month in one.used(BEFORE)]
    months: dict[str, Any] = {f"m{month}": Energy.of(kwh) for month, kwh in enumerate(used, 1)}
    return HistoryLine(one.number, CARRIED.year, **months)
