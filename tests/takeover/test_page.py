"""The page of a takeover on the real application: check, choose, take in, sign, write out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.kernel.work import Seat
from desktop.ledger.tables import ContractAccount
from desktop.qt.page import Question
from desktop.shell.window import Window
from desktop.takeover.documents.sheets import METERS, SHEETS
from desktop.takeover.page import FINDINGS, GROUPS, PROBLEMS, TOTALS
from desktop.takeover.records import Duplicates, ReleaseReason
from tests.hall import seat_of
from tests.takeover.test_service import twins
from tests.takeover.workbooks import changed, hall, written
from tests.windows import settle, shown


@pytest.fixture
def administrator(hall_app) -> Seat:
    found = seat_of(hall_app, "admin", "3")
    return replace(found, actor=replace(found.actor, language="en"))


@pytest.fixture
def hall_app(request: pytest.FixtureRequest):
    """The application on the sample hall."""
    return request.getfixturevalue("hall")


@pytest.fixture
def page(qtbot, administrator, workers):
    window = shown(qtbot, Window(administrator, workers))
    made = window.open_page("takeover")
    settle(qtbot, window.tasks)
    return made


def accounts(app) -> int:
    with app.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(ContractAccount))


def checked(qtbot, page, file: Path) -> None:
    page.check(file)
    settle(qtbot, page.tasks, lambda: page.checked is not None and not page.job_running)


def test_a_check_writes_nothing_and_shows_what_would_come_in(qtbot, page, hall_app, tmp_path):
    rows = changed(hall(8, 4), METERS, 5, digits=2)
    checked(qtbot, page, written(tmp_path, rows))
    assert accounts(hall_app) == 50
    assert page.tabs.index == PROBLEMS
    model = page.tables[PROBLEMS].rows_model
    assert [model.cell(0, column).text for column in (0, 1)] == ["Meters", "7"]
    assert [page.tables[GROUPS].rows_model.cell(at, 3).text for at in range(2)] == ["Ready", "Stays out"]
    assert [key.press for key in page.keys if key.place == "primary"] == ["F12"]


def test_twins_are_merged_by_a_key_then_checked_and_taken_in(qtbot, page, hall_app, tmp_path):
    file = written(tmp_path, twins(name="陈玉荣"))
    checked(qtbot, page, file)
    assert page.tabs.index == FINDINGS
    QTest.keyClick(page, Qt.Key.Key_M)
    assert (page.stale, [one.choice for one in page.checked.findings]) == (True, [Duplicates.MERGE])
    QTest.keyClick(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: not page.stale)
    assert accounts(hall_app) == 50
    QTest.keyClick(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: not page.checked.dry_run)
    assert accounts(hall_app) == 54
    assert page.banner.title_text == "4 accounts are in"
    assert [page.tables[GROUPS].rows_model.cell(0, 3).text] == ["Is in"]
    checked(qtbot, page, file)
    assert page.banner.title_text == "All of it came in before"


def test_choices_are_not_put_away_without_asking(qtbot, page, tmp_path, monkeypatch):
    checked(qtbot, page, written(tmp_path, twins(name="陈玉荣")))
    QTest.keyClick(page, Qt.Key.Key_M)
    answers = [False, True]
    monkeypatch.setattr(Question, "exec", lambda _: answers.pop(0))
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert [one.choice for one in page.checked.findings] == [Duplicates.MERGE]
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert page.checked is None
    assert not answers


def test_control_totals_are_saved_to_be_signed(qtbot, page, tmp_path):
    checked(qtbot, page, written(tmp_path, hall(8, 4)))
    assert page.tabs.index == TOTALS
    for name in ("totals.pdf", "totals.xlsx"):
        page.save_totals_to(tmp_path / name)
        settle(qtbot, page.tasks, (tmp_path / name).exists)
    leaves = pypdfium2.PdfDocument(tmp_path / "totals.pdf")
    words = " ".join(leaf.get_textpage().get_text_bounded() for leaf in leaves)
    assert "Control totals of a takeover" in words
    assert "Compared by, date" in words
    cells = {row[0]: row[1:3] for row in openpyxl.load_workbook(tmp_path / "totals.xlsx").active.values}
    assert cells["Accounts"] == (8, 8)
    assert cells["Left to pay, all"] == (180.14, 180.14)


def test_the_empty_workbook_has_a_sheet_for_each_kind_of_row(qtbot, page, tmp_path):
    page.save_template_to(tmp_path / "empty.xlsx")
    settle(qtbot, page.tasks, (tmp_path / "empty.xlsx").exists)
    book = openpyxl.load_workbook(tmp_path / "empty.xlsx")
    assert len(book.sheetnames) == len(SHEETS) + 1
    assert book["Meters"]["A1"].value == "Meter"


def test_the_hall_is_written_out_for_a_reason(qtbot, page, tmp_path):
    QTest.keyClick(page, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert page.question.isVisible()
    page.give(tmp_path / "out.xlsx", ReleaseReason.AUDIT)
    settle(qtbot, page.tasks, lambda: not page.job_running)
    assert page.banner.title_text == "50 accounts written, out.xlsx"
    checked(qtbot, page, tmp_path / "out.xlsx")
    assert page.checked.accounts == 0


def test_what_is_no_workbook_is_told_and_the_page_begins_anew(qtbot, page, tmp_path):
    (tmp_path / "photo.xlsx").write_bytes(b"GIF89a")
    page.check(tmp_path / "photo.xlsx")
    settle(qtbot, page.tasks, page.banner.isVisible)
    assert "photo.xlsx" in page.banner.title_text
    assert page.stack.currentIndex() == 0


def test_who_may_not_has_no_such_page(qtbot, hall_app, workers):
    window = shown(qtbot, Window(seat_of(hall_app, "lin", "1"), workers))
    assert "takeover" not in {entry.name for entry in window.entries}
