"""Reading sheets: every bad row named, and a sheet we write is a sheet we read."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.kernel.errors import Refused
from desktop.kernel.measures import Reading
from desktop.kernel.text import LANGUAGES, catalog
from desktop.metering.documents import read_sheet, reading_sheet_xlsx
from desktop.metering.records import ReadingSheet, ReadRow, ReadSource

SAY = catalog("en")
TODAY = date(2026, 2, 5)
TITLES = ("户号", "表号", "抄表日期", "本次示数", "抄表方式", "抄表员", "备注")
GOOD = ("330104827615", "001277394408", "2026-01-31", 48327, "现场", "周海波", "")


def sheet(folder: Path, rows: Sequence[Sequence[object]], titles: Sequence[object] = TITLES) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "一月"
    for row in (titles, *rows):
        page.append(row)
    path = folder / "sheet.xlsx"
    book.save(path)
    return path


def read(path: Path) -> ReadingSheet:
    return read_sheet(path, TODAY)


def test_a_good_row(tmp_path: Path) -> None:
    got = read(sheet(tmp_path, [GOOD]))
    assert got.problems == ()
    assert got.rows == (
        ReadRow(
            "一月",
            2,
            "330104827615",
            "001277394408",
            Reading.of(48327),
            date(2026, 1, 31),
            ReadSource.INSPECTOR,
            "周海波",
        ),
    )
    assert (got.file_name, len(got.sha256), got.skipped) == ("sheet.xlsx", 64, 0)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        (0, None, "This cell is empty"),
        (0, 3301048276150000, "The sheet has lost digits: it keeps 15 of a number"),
        (
            0,
            datetime.fromisoformat("2026-01-01"),
            "Words or a number belong here, not a date or a yes and no",
        ),
        (1, "", "This cell is empty"),
        (2, None, "This cell is empty"),
        (2, "yesterday", "This is no date"),
        (2, "2026-02-30", "This is no date"),
        (2, 3, "This is no date"),
        (2, "2026-02-06", "The day of the reading lies in the future"),
        (3, None, "This cell is empty"),
        (3, "about 5", "This is no number"),
        (3, True, "This is no number"),
        (3, -1, "A reading cannot be negative"),
        (3, 1.2345, "A reading has three decimals at most"),
        (3, 10**10, "No register shows a number this large"),
        (3, 1234567.123456789, "The sheet has lost digits: it keeps 15 of a number"),
        (4, "by pigeon", "This is not one of the known words"),
    ],
)
def test_a_bad_row_is_named_with_place_value_reason_and_remedy(
    tmp_path: Path, column: int, value: object, words: str
) -> None:
    bad = [*GOOD[:column], value, *GOOD[column + 1 :]]
    other = ("1", "2", *GOOD[2:])
    got = read(sheet(tmp_path, [bad, other]))
    assert [row.row for row in got.rows] == [3], "the good row stays"
    (problem,) = got.problems
    assert SAY(problem.what) == words
    assert SAY(problem.remedy)
    assert (problem.sheet, problem.row, problem.column) == ("一月", 2, TITLES[column])
    assert bool(problem.value) == (value not in {None, ""})


def test_every_mistake_of_every_row_is_named_at_once(tmp_path: Path) -> None:
    got = read(sheet(tmp_path, [("", "x", "?", "?", "?"), GOOD, (None,) * 7, ("", "y", "2026-01-31", 1)]))
    assert [(problem.row, problem.column) for problem in got.problems] == [
        (2, "户号"),
        (2, "本次示数"),
        (2, "抄表日期"),
        (2, "抄表方式"),
        (5, "户号"),
    ]
    assert (len(got.rows), got.skipped) == (1, 1)


def test_a_meter_twice_on_one_day(tmp_path: Path) -> None:
    got = read(sheet(tmp_path, [GOOD, GOOD, [*GOOD[:2], "2026-01-30", *GOOD[3:]]]))
    assert [row.row for row in got.rows] == [2, 4]
    assert SAY(got.problems[0].what) == "This meter stands in row 2 already with this day"
    assert got.problems[0].row == 3


@pytest.mark.parametrize(
    "titles",
    [
        ("Reading", "Read on", " 电能表 ", "用户编号：", "本月备注"),
        ("LUKEMA", "Lukupäivä", "Mittari", "Asiakasnumero", "?"),
        ("Chỉ số mới", "NGÀY GHI", "Số công tơ", "Mã khách hàng", "?"),
    ],
)
def test_titles_in_any_order_language_and_width(tmp_path: Path, titles: tuple[str, ...]) -> None:
    got = read(
        sheet(
            tmp_path,
            [(48327, datetime.fromisoformat("2026-01-31"), "００１２ 7739", "3301 0482", "x")],
            titles,
        )
    )
    assert got.problems == ()
    assert (got.rows[0].account_number, got.rows[0].meter_serial) == ("33010482", "00127739")
    assert got.rows[0].read_on == date(2026, 1, 31)


@pytest.mark.parametrize(
    "written", ["2026/1/31", "2026.01.31", "20260131", "2026年1月31日", 46053, "４６０５３"]
)
def test_dates_as_halls_write_them(tmp_path: Path, written: object) -> None:
    got = read(sheet(tmp_path, [[*GOOD[:2], written, *GOOD[3:]]]))
    if written == "４６０５３":
        assert SAY(got.problems[0].what) == "This is no date"
    else:
        assert got.rows[0].read_on == date(2026, 1, 31)


def test_a_missing_column_is_one_problem(tmp_path: Path) -> None:
    got = read(sheet(tmp_path, [GOOD[:3]], TITLES[:3]))
    assert [(SAY(problem.what), SAY.write(problem.column)) for problem in got.problems] == [
        ("This column is missing", "Current reading")
    ]
    assert got.rows == ()


def test_no_sheet_at_all_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.xlsx"
    path.write_bytes(b"Dear Sir or Madam")
    with pytest.raises(Refused) as refused:
        read(path)
    assert SAY(refused.value.text).startswith("letter.xlsx is no .xlsx workbook")


reads = st.builds(
    ReadRow,
    sheet=st.just(""),
    row=st.just(0),
    account_number=st.text("0123456789", min_size=1, max_size=16),
    meter_serial=st.text("0123456789ABCXYZ-=+@", min_size=1, max_size=12),
    value=st.integers(0, 10**9 - 1).map(Reading),
    read_on=st.dates(date(2000, 1, 1), TODAY),
    source=st.sampled_from(ReadSource),
    reader=st.text("周海波 =+-@'ab", max_size=6).map(str.strip),
)


@pytest.mark.parametrize("language", LANGUAGES)
@given(rows=st.lists(reads, max_size=8, unique_by=lambda row: (row.meter_serial, row.read_on)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
def test_what_is_written_is_read_back(tmp_path: Path, language: str, rows: list[ReadRow]) -> None:
    path = tmp_path / "out.xlsx"
    path.write_bytes(reading_sheet_xlsx(rows, catalog(language)))
    got = read(path)
    assert got.problems == ()
    assert [replace(row, sheet="", row=0) for row in got.rows] == rows


def test_a_written_sheet_holds_identifiers_as_text_and_readings_as_numbers() -> None:
    row = ReadRow("", 0, "0123", "=HYPERLINK()", Reading.of("48327.5"), TODAY, ReadSource.REMOTE, "@x")
    page = openpyxl.load_workbook(io.BytesIO(reading_sheet_xlsx([row], SAY))).active
    assert page is not None
    cells = next(iter(page.iter_rows(min_row=2, max_row=2)))
    assert [cell.value for cell in cells[:6]] == [
        "0123",
        "'=HYPERLINK()",
        datetime.fromisoformat("2026-02-05"),
        48327.5,
        "Remote",
        "'@x",
    ]
    assert [cell.data_type for cell in cells[:2]] == ["s", "s"]
    assert page.freeze_panes == "A2"
