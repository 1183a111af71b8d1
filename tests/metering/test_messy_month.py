"""A month of three thousand reads as halls bring them: every row ends stored, doubted, left out or explained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.kernel.text import catalog
from desktop.metering.documents import reading_sheet
from desktop.metering.service import sheets_taken
from desktop.shell.window import Window
from tests import hall as halls
from tests.benchmarks import meters
from tests.command_line import CommandLine
from tests.databases_server import Databases
from tests.hall import opened, seat_of
from tests.rows import raw
from tests.windows import prefer_nothing, settle, shown

COUNT = 3_000
DAY = meters.READ_ON
VI = catalog("vi")
TITLES = (
    ("户 号", "电能表号*", "抄表日期", "本次示数（kWh）", "抄表方式"),
    tuple(VI(one) for one in (reading_sheet.ACCOUNT, reading_sheet.METER, reading_sheet.READ_ON,
                              reading_sheet.VALUE, reading_sheet.SOURCE)),
)  # fmt: skip
"""The two sheets: one of each reader."""


def hall(url: str) -> None:
    with opened(url) as app:
        halls.found(app)
    meters.fill(url, COUNT)


def right(at: int) -> list[Any]:
    """The row of an account as it should be."""
    return [f"3301{at:08}", f"M{at:09}", DAY, 1000 + at % 300, "现场"]


def _wide(words: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) for sign in words)


SPELLED: tuple[Callable[[list[Any]], list[Any]], ...] = (
    lambda row: row,
    lambda row: [row[0], row[1], row[2], f"{row[3]:,}.0", row[4]],
    lambda row: [_wide(row[0]), f" {row[1]} ", "2026年1月31日", _wide(str(row[3])), ""],
    lambda row: [row[0], row[1], "31.1.2026", f"{row[3]:,}", "自动"],
    lambda row: [int(row[0]), row[1], (DAY - date(1899, 12, 30)).days, str(row[3]), None],
    lambda row: [f"'{row[0]}", row[1].lower().upper(), "2026/01/31 08:30", row[3], "远程"],
)
"""The ways in which a row that is right is written."""

FLAWED: dict[int, Callable[[list[Any]], list[Any]]] = {
    7: lambda row: [f"99{row[0][2:]}", *row[1:]],
    13: lambda row: [row[0], f"M{int(row[1][1:]) + 1:09}", date(2026, 1, 30), *row[3:]],
    19: lambda row: [*row[:3], 7, row[4]],
    23: lambda row: [*row[:3], "1O56", row[4]],
    29: lambda row: [*row[:2], date(2027, 1, 31), *row[3:]],
    31: lambda row: [*row[:3], None, row[4]],
    37: lambda row: [330_100_000_000_000_012, *row[1:]],
    41: lambda row: [*row[:3], "=D2+D3", row[4]],
    43: lambda row: [*row[:4], "飞鸽"],
    47: lambda row: [*row[:2], "2026-02-30", *row[3:]],
}
"""What is wrong with every fiftieth row, by its place."""


def messy(path: Path) -> Path:
    """The workbook: two sheets, lines above the titles, blank rows, totals, titles once more, rows that stand twice."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for half, titles in enumerate(TITLES):
        page = book.create_sheet(("和睦", "Sổ 2")[half])
        page.append(["2026年1月 抄表"])
        page.merge_cells("A1:E1")
        page.append([])
        page.append(titles)
        for at in range(half * COUNT // 2 + 1, (half + 1) * COUNT // 2 + 1):
            flaw = FLAWED.get(at % 50)
            page.append(flaw(right(at)) if flaw else SPELLED[at % len(SPELLED)](right(at)))
            if at % 500 == 1:
                page.append(right(at))  # once more
            if at % 500 == 250:
                page.append([])
                page.append(["合计：", None, None, 123_456.5])
                page.append(titles)
        page.append(["Tổng cộng", None, None, 999_999])
        page.row_dimensions[20].hidden = True
    book.create_sheet("Ghi chú").append(["gọi lại khách hàng", "thứ hai"])
    book.save(path)
    return path


def corrected(rejects: Path) -> Path:
    """The reject sheet as somebody mends it: rows that stood twice go, all others get what is right."""
    book = openpyxl.load_workbook(rejects)
    flawed = [at for at in range(1, COUNT + 1) if at % 50 in FLAWED]
    for half, page in enumerate(book.worksheets):
        mine = iter([at for at in flawed if (at > COUNT // 2) == bool(half)])
        for row in list(page.iter_rows(min_row=2))[::-1]:
            if "stands in row" in str(row[5].value):
                page.delete_rows(row[0].row)
        for row in page.iter_rows(min_row=2):
            for cell, value in zip(row, right(next(mine)), strict=False):
                cell.value = value
        assert next(mine, None) is None, "a row with a flaw is not among the rejects"
    book.save(rejects)
    return rejects


TWICE = 6
BAD = COUNT // 50 * len(FLAWED)
ZERO = COUNT // 300  # nothing was used: these wait
OTHER = 3 * TWICE + 2 + 1  # blank, total and titles six times, the last totals, the sheet of notes


def months(url: str) -> tuple[int, int]:
    """How many reads of the day stand, and how many wait."""
    with raw(url) as rows:
        return tuple(
            rows.one(f"SELECT count(DISTINCT register_id) FROM {table} WHERE read_on = '{DAY}'")
            for table in ("metering_read", "metering_doubtful_read")
        )  # type: ignore[return-value]  # known here


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.like(hall)


def test_every_row_is_stored_or_explained_by_command(
    url: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = CommandLine(capsys, url, today="2026-02-05")
    file, rejects = messy(tmp_path / "january.xlsx"), tmp_path / "rejects.xlsx"
    tried = run.json("readings", "import", file, "--dry-run", code=1)
    assert months(url) == (0, 0)
    done = run.json("readings", "import", file, "--rejects", rejects, code=1)
    assert {**done, "problems": 0} == {**tried, "problems": 0}
    assert (done["rejected"], done["held"], done["skipped"]) == (BAD + TWICE, ZERO, OTHER)
    assert done["stored"] + done["held"] + done["rejected"] == COUNT + TWICE
    assert done["rows"] == COUNT + TWICE + OTHER
    places = [(one["sheet"], one["row"]) for one in done["problems"]]
    assert len(set(places)) == BAD + TWICE + 1, "each bad row is named, and the sheet of notes"
    assert all(
        one["what"] and one["remedy"] and (one["column"] or not one["row"]) for one in done["problems"]
    )
    whys = Counter(one["why"] for one in done["left_out"] for _ in range(one["count"]))
    assert whys == {
        "Empty": 6,
        "A total": 8,
        "The titles once more": 6,
        "The columns of the sheet are not known": 1,
    }
    assert months(url) == (done["stored"], ZERO)
    again = run.json("readings", "import", corrected(rejects))
    assert (again["rejected"], again["problems"], again["stored"]) == (0, [], BAD)
    assert months(url) == (COUNT - ZERO, ZERO)
    assert "nothing was stored twice" in run("readings", "import", file, code=1).out


@pytest.fixture
def page(qtbot: Any, sqlite_databases: Databases, workers: Any, tmp_path: Path) -> Iterator[Any]:
    prefer_nothing()
    url = sqlite_databases.like(hall)
    with opened(url, intents=tmp_path / "under_way") as app:
        window = shown(qtbot, Window(seat_of(app, "metering"), workers))
        made = window.open_page("readings")  # type: ignore[attr-defined]  # known here
        settle(qtbot, workers)
        yield made
        workers.close()
    sqlite_databases.drop(url)


def test_every_row_is_stored_or_explained_by_page(qtbot: Any, page: Any, tmp_path: Path) -> None:
    def take(file: Path) -> None:
        page.check(file)
        settle(qtbot, page.tasks, lambda: page.checked is not None)
        QTest.keyClick(page, Qt.Key.Key_F12)
        settle(qtbot, page.tasks, lambda: page.taken is not None)

    take(messy(tmp_path / "january.xlsx"))
    assert page.banner.title_text == (
        f"Stored {COUNT - BAD - ZERO:,} reads, {ZERO} doubtful ones wait, {BAD + TWICE + 1} rows to correct"
    )
    assert page.table.rows_model.rowCount() == BAD + TWICE + ZERO + 1
    rejects, told = tmp_path / "rejects.xlsx", []
    page.noted.connect(told.append)
    page.save_rejects_to(rejects)
    settle(qtbot, page.tasks, lambda: told)
    take(corrected(rejects))
    assert page.banner.title_text == f"Stored {BAD} reads"
    taken = page.seat.ask(sheets_taken)
    assert [(one.stored, one.waiting, one.rejected) for one in taken] == [
        (BAD, 0, 0), (COUNT - BAD - ZERO, ZERO, BAD + TWICE)
    ]  # fmt: skip
