"""Reading sheets as halls write them, and what a month costs, reckoned here and not by the product."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl

from desktop import sample
from tests.hall import account_number

TITLES = ("户号", "电能表号", "抄表日期", "本次示数", "抄表员")
TIERS = ((2760, "0.538"), (4800, "0.588"), (10**9, "0.838"))
NOTICE = "浙江省物价局关于完善居民生活用电阶梯电价政策有关事项的通知"

LUO = account_number(5)
"""罗静, who uses 346 kWh in January and does not pay: 346 × 0.538 = 186.15."""
JANUARY_USE = 346

ENGLISH = account_number(19)
"""The one customer whose papers are English."""


@dataclass(frozen=True)
class Line:
    """A row of a sheet, each cell as somebody typed it."""

    account: object
    meter: object
    read_on: object
    value: object
    reader: str = "周海波"


def write_sheet(path: Path, lines: Iterable[Line]) -> Path:
    """A workbook with Chinese titles, its rows from 2 on."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "抄表"
    page.append(TITLES)
    for line in lines:
        page.append([line.account, line.meter, line.read_on, line.value, line.reader])
    book.save(path)
    return path


def january(december: Sequence[int]) -> list[Line]:
    """The sheet of 2026-01-31 for the sample hall; 罗静 uses `JANUARY_USE`. ``december``: reads by place."""
    lines = [
        Line(read.account_number, read.meter_serial, read.read_on, int(read.value.decimal))
        for read in sample.january_reads()
    ]
    lines[4] = replace(lines[4], value=december[4] + JANUARY_USE)
    return lines


def february(lines: Sequence[Line], used: Sequence[int]) -> list[Line]:
    """The sheet of 2026-02-28 after January's, with what each household used."""
    return [
        replace(line, read_on=date(2026, 2, 28), value=line.value + more)
        for line, more in zip(lines, used, strict=True)
    ]


PLANTED = (3, 8, 13, 17, 21, 25, 29, 33, 37, 41, 45, 49)
"""Places in the list of the rows that `spoiled` spoils; the row in the sheet is two more."""


def spoiled(lines: Sequence[Line], december: Sequence[int]) -> tuple[list[Line], list[tuple[str, ...]]]:
    """A sheet with twelve bad rows and one too many; for each: row, column, value, and a word of the reason."""
    bad = list(lines)
    one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve = PLANTED
    bad[one] = replace(lines[one], value=december[one] - 1)
    bad[two] = replace(lines[two], read_on=date(2026, 3, 12))
    bad[three] = replace(lines[three], meter="001299999999")
    bad[four] = replace(lines[four], account="330104829999")
    bad[five] = replace(lines[five], value="O6214")
    bad[six] = replace(lines[six], value=None)
    bad[seven] = replace(lines[seven], read_on="2026-13-03")
    bad[eight] = replace(lines[eight], meter=lines[two].meter)
    bad[nine] = replace(lines[nine], read_on=date(2025, 12, 31))
    bad[ten] = replace(lines[ten], read_on=date(2025, 12, 30))
    bad[eleven] = replace(lines[eleven], value=10_000_000 + lines[eleven].value)
    bad[twelve] = replace(lines[twelve], value=-5)
    bad.append(lines[0])
    told = [
        (one, "Reading", f"{december[one] - 1}", "below the previous one"),
        (two, "抄表日期", "2026-03-12", "in the future"),
        (three, "Meter", "001299999999", "this number"),
        (four, "Account number", "330104829999", "this number"),
        (five, "本次示数", "O6214", "no number"),
        (six, "本次示数", "", "empty"),
        (seven, "抄表日期", "2026-13-03", "no date"),
        (eight, "Meter", str(lines[two].meter), "belongs to account"),
        (nine, "Read on", "2025-12-31", "a reading of this day already"),
        (ten, "Read on", "2025-12-30", "billed up to"),
        (eleven, "Reading", f"{10_000_000 + int(lines[eleven].value)}", "more digits than the register"),
        (twelve, "本次示数", "-5", "negative"),
        (len(lines), "电能表号", str(lines[0].meter), "stands in row 2 already"),
    ]
    return bad, [(str(place + 2), *rest) for place, *rest in told]


def priced(before: int, used: int) -> list[tuple[int, int, Decimal]]:
    """What a month costs after ``before`` kWh of the year: for each tier touched its number, kWh and yuan."""
    parts, floor = [], 0
    for number, (upto, price) in enumerate(TIERS, 1):
        energy = min(before + used, upto) - max(before, floor)
        if energy > 0:
            exact = Decimal(energy) * Decimal(price)
            parts.append((number, energy, exact.quantize(Decimal("0.01"), ROUND_HALF_UP)))
        floor = upto
    return parts or [(1, 0, Decimal("0.00"))]


def cost(before: int, used: int) -> Decimal:
    """The amount of a bill."""
    return sum((amount for _, _, amount in priced(before, used)), Decimal("0.00"))


def formatted(account: object) -> str:
    """An account number as papers write it, in fours."""
    digits = str(account)
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
