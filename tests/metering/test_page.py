"""The readings page on the real application: check, take, correct, take again."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.metering.tables import RegisterRead
from desktop.sample import january_reads
from tests.windows import settle

BAD = {10: ("value", 3), 20: ("day", "2026-13-03"), 30: ("account", "33010482761"), 40: ("value", "O6 214")}


def sheet(path: Path, *, bad: bool) -> Path:
    """The January sheet of the sample hall, with four bad rows or none."""
    book = openpyxl.Workbook()
    page = book.active
    page.append(["户号", "电能表号", "本次示数", "抄表日期", "抄表员"])
    for at, read in enumerate(january_reads()):
        row = {
            "account": read.account_number,
            "value": int(read.value.decimal),
            "day": read.read_on.isoformat(),
        }
        if bad and at in BAD:
            row[BAD[at][0]] = BAD[at][1]
        page.append([row["account"], read.meter_serial, row["value"], row["day"], read.reader])
    book.save(path)
    return path


def reads(hall) -> int:
    with hall.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(RegisterRead))


@pytest.fixture
def page(qtbot, window):
    made = window.open_page("readings")
    settle(qtbot, window.tasks)
    return made


def test_a_check_stores_nothing_and_names_every_bad_row(qtbot, hall, page, tmp_path):
    before = reads(hall)
    page.check(sheet(tmp_path / "january.xlsx", bad=True))
    settle(qtbot, page.tasks, lambda: page.checked is not None)
    assert (page.checked.rows, page.checked.stored, len(page.checked.problems)) == (50, 46, 4)
    assert reads(hall) == before
    model = page.table.rows_model
    assert {model.cell(at, 1).text for at in range(4)} == {"12", "22", "32", "42"}
    assert all(model.cell(at, column).text for at in range(4) for column in (2, 3, 4, 5))


def test_good_rows_are_taken_once_then_the_corrected_ones(qtbot, hall, page, tmp_path):
    before = reads(hall)
    page.check(sheet(tmp_path / "january.xlsx", bad=True))
    settle(qtbot, page.tasks, lambda: page.checked is not None)
    QTest.keyClick(page, Qt.Key.Key_F12)
    QTest.keyClick(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.taken is not None)
    assert reads(hall) == before + 46
    assert page.banner.title_text == "Stored 46 reads, 4 rows to correct"
    page.check(sheet(tmp_path / "corrected.xlsx", bad=False))
    settle(qtbot, page.tasks, lambda: page.checked is not None)
    QTest.keyClick(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.taken is not None)
    assert reads(hall) == before + 50


def test_a_sheet_taken_before_is_told_and_not_offered_again(qtbot, hall, page, tmp_path):
    path = sheet(tmp_path / "january.xlsx", bad=False)
    for _ in range(2):
        page.check(path)
        settle(qtbot, page.tasks, lambda: page.checked is not None)
        QTest.keyClick(page, Qt.Key.Key_F12) if not page.checked.known else None
        settle(qtbot, page.tasks)
    assert page.checked.known
    assert page.banner.title_text == "This very file was taken before"
    before = reads(hall)
    page.take()
    settle(qtbot, page.tasks)
    assert reads(hall) == before


def test_a_sheet_stopped_half_way_goes_on_where_it_stands(qtbot, hall, page, tmp_path, monkeypatch):
    monkeypatch.setattr("desktop.metering.service.sheets.CHUNK", 20)
    path, before = sheet(tmp_path / "january.xlsx", bad=False), reads(hall)
    page.check(path)
    settle(qtbot, page.tasks, lambda: page.checked is not None)
    page.take()
    page.stop_job()
    settle(qtbot, page.tasks, lambda: page.banner.title_text)
    assert page.banner.title_text == "Stopped after row 21"
    assert reads(hall) == before + 20
    assert page.checked.stored == 50
    page.take()
    settle(qtbot, page.tasks, lambda: page.taken is not None)
    assert reads(hall) == before + 50


def test_the_list_of_problems_is_a_table_for_any_spreadsheet(qtbot, page, tmp_path):
    page.check(sheet(tmp_path / "january.xlsx", bad=True))
    settle(qtbot, page.tasks, lambda: page.checked is not None)
    told = []
    page.noted.connect(told.append)
    page.save_problems_to(tmp_path / "problems.csv")
    lines = (tmp_path / "problems.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 5
    assert "2026-13-03" in lines[2]
    assert [note.state for note in told] == ["ok"]
    page.save_problems_to(tmp_path / "missing" / "problems.csv")
    assert page.banner.state == "bad"


def test_a_file_that_is_no_sheet_is_told_and_put_away(qtbot, page, tmp_path):
    (tmp_path / "letter.xlsx").write_text("this is no sheet")
    page.check(tmp_path / "letter.xlsx")
    settle(qtbot, page.tasks, lambda: page.banner.title_text or page.checked is not None)
    if page.checked is None:
        assert page.stack.currentIndex() == 0
    else:
        assert page.checked.problems
        assert page.checked.stored == 0


def test_escape_puts_a_checked_sheet_away(qtbot, page, tmp_path):
    page.check(sheet(tmp_path / "january.xlsx", bad=False))
    settle(qtbot, page.tasks, lambda: page.checked is not None)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert page.checked is None
    assert page.stack.currentIndex() == 0
