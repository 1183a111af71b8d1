"""The readings page on the real application: check, take, correct, take again."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.metering.records import SheetState
from desktop.metering.tables import RegisterRead
from desktop.sample import january_reads
from tests.kernel import faults
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


def test_the_reject_sheet_holds_the_bad_rows_and_corrected_is_the_next_import(qtbot, hall, page, tmp_path):
    before = reads(hall)
    page.check(sheet(tmp_path / "january.xlsx", bad=True))
    settle(qtbot, page.tasks, lambda: page.checked is not None)
    page.take()
    settle(qtbot, page.tasks, lambda: page.taken is not None)
    told = []
    page.noted.connect(told.append)
    rejects = tmp_path / "rejects.xlsx"
    page.save_rejects_to(rejects)
    settle(qtbot, page.tasks, lambda: told)
    assert [note.state for note in told] == ["ok"]
    book = openpyxl.load_workbook(rejects)
    rows = list(book.active.iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]][:2] == [january_reads()[at].account_number for at in (10, 20)]
    assert all(row[5] and row[6] for row in rows[1:])
    assert book.active["D3"].fill.fgColor.rgb == "00FBE4E0", "the bad date is coloured"
    for at, read in zip(BAD, book.active.iter_rows(min_row=2), strict=True):
        good = january_reads()[at]
        read[0].value, read[2].value = good.account_number, int(good.value.decimal)
        read[3].value = good.read_on.isoformat()
    book.save(rejects)
    page.check(rejects)
    settle(qtbot, page.tasks, lambda: page.checked is not None)
    QTest.keyClick(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.taken is not None)
    assert reads(hall) == before + 50
    page.save_rejects_to(tmp_path / "missing" / "rejects.xlsx")
    settle(qtbot, page.tasks)
    assert page.banner.state in ("bad", "ok")


def unknown(path: Path) -> Path:
    """The same sheet from somebody who writes other titles."""
    book = openpyxl.load_workbook(sheet(path, bad=False))
    for cell, title in zip(book.active[1], ("Kunde", "Zähler", "Stand", "Ablesung", "Wer"), strict=True):
        cell.value = title
    book.save(path)
    return path


def test_unknown_titles_are_explained_by_digits_once_and_forgotten_by_u(qtbot, hall, page, tmp_path):
    page.check(unknown(tmp_path / "january.xlsx"))
    settle(qtbot, page.tasks, lambda: page.checked is not None)
    assert (page.checked.stored, page.checked.skipped) == (0, 51)
    QTest.keyClick(page, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    for digit in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_4, Qt.Key.Key_3):
        QTest.keyClick(page, digit)
    page.checked = None
    QTest.keyClick(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.checked is not None)
    assert (page.checked.stored, page.checked.problems) == (50, ())
    page.check(unknown(tmp_path / "february.xlsx"))
    settle(qtbot, page.tasks, lambda: page.checked is not None)
    assert page.checked.stored == 50, "remembered for the sender"
    page.tabs.choose(2)
    settle(qtbot, page.tasks, lambda: page.titles_list.table.current is not None)
    QTest.keyClick(page, Qt.Key.Key_U)
    settle(qtbot, page.tasks, lambda: page.titles_list.table.current is None)
    page.check(unknown(tmp_path / "march.xlsx"))
    settle(qtbot, page.tasks, lambda: page.checked is not None)
    assert page.checked.stored == 0


def test_a_sheet_taken_stands_in_the_list(qtbot, hall, page, tmp_path):
    page.check(sheet(tmp_path / "january.xlsx", bad=True))
    settle(qtbot, page.tasks, lambda: page.checked is not None)
    page.take()
    settle(qtbot, page.tasks, lambda: page.taken is not None)
    page.tabs.choose(1)
    settle(qtbot, page.tasks, lambda: page.taken_list.table.current is not None)
    one = page.taken_list.table.current
    assert (one.file_name, one.rows, one.stored, one.rejected) == ("january.xlsx", 50, 46, 4)
    before = reads(hall)
    QTest.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(page.taken_list.question.edit, Qt.Key.Key_1)
    settle(qtbot, page.tasks, lambda: page.banner.title_text)
    assert page.banner.title_text == "Took back 46 reads"
    settle(qtbot, page.tasks)
    assert page.taken_list.table.current.state is SheetState.TAKEN_BACK
    assert reads(hall) == before, "a read is reversed, never deleted"
    page.check(tmp_path / "january.xlsx")
    settle(qtbot, page.tasks, lambda: page.checked is not None)
    assert (page.checked.known, page.checked.stored) == (False, 46), "it may be taken once more"


def test_a_file_that_is_no_sheet_is_told_and_put_away(qtbot, page, tmp_path):
    (tmp_path / "letter.xlsx").write_text("this is no sheet")
    page.check(tmp_path / "letter.xlsx")
    settle(qtbot, page.tasks, lambda: page.banner.title_text or page.checked is not None)
    if page.checked is None:
        assert page.stack.currentIndex() == 0
    else:
        assert page.checked.problems
        assert page.checked.stored == 0


def test_a_full_disk_is_told_and_the_same_key_goes_on_when_there_is_room(qtbot, hall, page, tmp_path):
    before = reads(hall)
    page.check(sheet(tmp_path / "january.xlsx", bad=False))
    settle(qtbot, page.tasks, lambda: page.checked is not None)
    with faults.full(hall, 0):
        QTest.keyClick(page, Qt.Key.Key_F12)
        settle(qtbot, page.tasks, lambda: page.banner.title_text)
    assert page.banner.title_text.startswith("The disk is full")
    assert (page.taken, reads(hall)) == (None, before)
    QTest.keyClick(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.taken is not None)
    assert reads(hall) == before + 50


def test_escape_puts_a_checked_sheet_away(qtbot, page, tmp_path):
    page.check(sheet(tmp_path / "january.xlsx", bad=False))
    settle(qtbot, page.tasks, lambda: page.checked is not None)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert page.checked is None
    assert page.stack.currentIndex() == 0
