"""A table over a million rows, fetched in pages on workers: by real keys on a real page."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame
from python_calamine import CalamineWorkbook

from desktop.kernel.listing import PAGE_ROWS
from desktop.qt.rows import KEPT_PAGES
from tests.qt.million import MILLION, Item, Millions, page_of, table_on
from tests.windows import prefer_nothing, settle, shown

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def source() -> Millions:
    return Millions()


@pytest.fixture
def page(qtbot, workers):
    prefer_nothing()
    made = page_of(workers)
    made.resize(700, 500)
    return made


@pytest.fixture
def table(qtbot, page, source):
    made = table_on(page, source)
    shown(qtbot, page)
    made.setFocus()
    made.ask_again()
    settle(qtbot, page.tasks, lambda: made.rows_model.total == MILLION)
    return made


def seen(table) -> list[Item | None]:
    """The rows painted now."""
    first, last = table.rowAt(0), table.rowAt(table.viewport().height() - 1)
    return [table.rows_model.row(at) for at in range(first, last + 1)]


def jump(qtbot, table, at: int) -> None:
    table.go_to(at)
    table.grab()
    settle(qtbot, table.host.tasks, lambda: None not in seen(table))


def sort(qtbot, table, column: int) -> None:
    while table._column != column:
        QTest.keyClick(table, Qt.Key.Key_Right)
    QTest.keyClick(table, Qt.Key.Key_S, CTRL | SHIFT)
    settle(qtbot, table.host.tasks, lambda: table.rows_model.total == MILLION)


def typed(qtbot, table, words: str) -> None:
    QTest.keyClick(table, Qt.Key.Key_F, CTRL)
    QTest.keyClicks(table.strip.filter.field, words)
    settle(qtbot, table.host.tasks, lambda: table.rows_model.listing.filter == words)
    settle(qtbot, table.host.tasks, lambda: table.rows_model.total is not None)


def test_first_rows_come_before_they_are_counted(qtbot, page, source):
    table = table_on(page, source)
    source.counting.clear()
    shown(qtbot, page)
    table.ask_again()
    qtbot.waitUntil(lambda: table.current is not None)
    assert seen(table)[:3] == [source.item(table.rows_model.listing, at) for at in range(3)]
    assert (table.rows_model.total, table.strip.filter.counted.text()) == (None, "counting")
    source.counting.set()
    settle(qtbot, page.tasks, lambda: table.rows_model.total == MILLION)
    assert table.strip.filter.counted.text() == "1,000,000 rows"
    assert table.rowHeight(MILLION - 1) == table.row_height


def test_end_and_random_jumps_fetch_what_is_seen_and_keep_few_pages(qtbot, table, source):
    QTest.keyClick(table, Qt.Key.Key_End)
    table.grab()
    settle(qtbot, table.host.tasks, lambda: table.current is not None)
    assert table.current.number == MILLION - 1
    places = random.Random(7).sample(range(MILLION), 70)
    for at in places:
        jump(qtbot, table, at)
        assert table.current == source.item(table.rows_model.listing, at)
        assert [row.number for row in seen(table)] == sorted(row.number for row in seen(table))
    assert len(table.rows_model._pages) <= KEPT_PAGES
    assert len(source.asked) < 4 * len(places), "only what is seen, and what is near it, is fetched"


def test_a_row_that_is_not_there_yet_is_a_grey_bar_and_no_word(qtbot, table):
    table.grab()
    table.go_to(500_000)
    before = table.grab().toImage()
    assert None in seen(table)
    assert table.model().data(table.model().index(500_000, 0)) == ""
    settle(qtbot, table.host.tasks, lambda: None not in seen(table))
    assert table.grab().toImage() != before


def test_dragging_through_asks_only_for_where_the_hand_stops(qtbot, table, source):
    source.asked.clear()
    for at in range(0, MILLION, 10_000):
        table.verticalScrollBar().setValue(at * table.row_height)
        table.grab()
    settle(qtbot, table.host.tasks, lambda: None not in seen(table))
    assert len(source.asked) < 30


def test_keys_sort_up_down_and_back(qtbot, table, source):
    sort(qtbot, table, 2)
    assert [row.amount.raw for row in seen(table)[:3]] == [0, 1, 2]
    jump(qtbot, table, 700_000)
    assert table.current.amount.raw == 700_000
    QTest.keyClick(table, Qt.Key.Key_S, CTRL | SHIFT)
    settle(qtbot, table.host.tasks, lambda: table.rows_model.total == MILLION)
    assert table.current.amount.raw == MILLION - 1, "another order begins at its top"
    QTest.keyClick(table, Qt.Key.Key_S, CTRL | SHIFT)
    settle(qtbot, table.host.tasks, lambda: table.rows_model.total == MILLION)
    assert table.current.number == 0


def test_a_click_on_a_title_sorts_but_not_where_the_service_cannot(qtbot, table):
    header = table.header

    def click(column: int) -> None:
        where = header.sectionViewportPosition(column) + 20
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(where, 10))
        settle(qtbot, table.host.tasks)

    click(2)
    assert (header.sorted_by, header.descending) == (2, False)
    click(2)
    assert (header.sorted_by, header.descending) == (2, True)
    click(1)
    assert (header.sorted_by, header.descending) == (2, True)


def test_a_filter_is_typed_and_escape_clears_it(qtbot, table):
    typed(qtbot, table, "77")
    assert table.rows_model.total == MILLION // 100
    assert [row.number for row in seen(table)[:2]] == [77, 177]
    jump(qtbot, table, 9_999)
    assert table.current.number == 999_977
    QTest.keyClick(table, Qt.Key.Key_Escape)
    settle(qtbot, table.host.tasks, lambda: table.rows_model.total == MILLION)
    assert table.strip.filter.field.text() == ""


def test_nothing_fits_a_filter(qtbot, table):
    before = table.grab().toImage()
    typed(qtbot, table, "x")
    assert (table.rows_model.rowCount(), table.current) == (0, None)
    assert table.strip.filter.counted.text() == "0 rows"
    assert table.grab().toImage() != before
    QTest.keyClick(table.strip.filter.field, Qt.Key.Key_Escape)
    settle(qtbot, table.host.tasks, lambda: table.rows_model.total == MILLION)
    assert table.hasFocus()


def test_half_composed_words_do_not_filter(qtbot, table):
    QTest.keyClick(table, Qt.Key.Key_F, CTRL)
    QApplication.sendEvent(table.strip.filter.field, QInputMethodEvent("7", []))
    settle(qtbot, table.host.tasks)
    qtbot.wait(300)
    assert table.rows_model.listing.filter == ""


def test_ticks_by_keys_are_counted_and_summed(qtbot, table):
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Space)
    QTest.keyClick(table, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(table, Qt.Key.Key_Down, SHIFT)
    assert {row.number for row in table.ticks.rows} == {1, 2, 3}
    whole = sum(row.amount.raw for row in table.ticks.rows)
    assert table.strip.filter.ticked.text().startswith("3 ticked, ")
    assert table.say.money(type(table.current.amount)(whole)) in table.strip.filter.ticked.text()
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert {row.number for row in table.ticks.rows} == {1, 2}


def test_all_are_ticked_without_being_fetched(qtbot, table, source):
    asked = len(source.asked)
    QTest.keyClick(table, Qt.Key.Key_A, CTRL)
    assert table.strip.filter.ticked.text().startswith("1,000,000 ticked, 4,999,995,000.00")
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert table.strip.filter.ticked.text().startswith("999,999 ticked")
    assert table.is_ticked(5)
    assert not table.is_ticked(0)
    assert len(source.asked) == asked
    QTest.keyClick(table, Qt.Key.Key_Space)
    QTest.keyClick(table, Qt.Key.Key_A, CTRL)
    assert table.strip.filter.ticked.text() == ""


def test_ticks_of_rows_outlive_a_filter_but_all_does_not(qtbot, table):
    QTest.keyClick(table, Qt.Key.Key_Space)
    typed(qtbot, table, "77")
    assert table.ticks.count(100) == 1
    QTest.keyClick(table, Qt.Key.Key_A, CTRL)
    table.setFocus()
    typed(qtbot, table, "78")
    assert table.ticks.count(100) == 0


def test_a_click_on_the_box_ticks(qtbot, table):
    where = table.visualRect(table.model().index(2, 0)).center()
    where.setX(16)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert [row.number for row in table.ticks.rows] == [2]


def test_what_was_seen_stays_when_rows_do_not_come(qtbot, table, source):
    before = seen(table)
    source.fail = True
    table.ask_again()
    settle(qtbot, table.host.tasks, lambda: table.strip.banner.title_text)
    assert seen(table) == before[: len(seen(table))]
    assert len(seen(table)) > 5
    assert "F5" in table.strip.banner.accessibleDescription()
    asked = len(source.asked)
    table.grab()
    settle(qtbot, table.host.tasks)
    assert len(source.asked) == asked, "it is not asked again and again"
    source.fail = False
    QTest.keyClick(table, Qt.Key.Key_F5)
    settle(qtbot, table.host.tasks, lambda: not table.strip.banner.title_text)
    assert table.rows_model.total == MILLION


def test_asking_again_keeps_the_place(qtbot, table):
    jump(qtbot, table, 400_000)
    table.ask_again()
    settle(qtbot, table.host.tasks)
    assert (table.currentIndex().row(), table.current.number) == (400_000, 400_000)


def test_copying_a_row_takes_titles_and_the_chosen_columns(qtbot, table):
    QTest.keyClick(table, Qt.Key.Key_C, CTRL | SHIFT)
    chooser = table.findChild(QFrame, "chooser")
    assert chooser is not None
    QTest.keyClick(chooser.list, Qt.Key.Key_Down)
    QTest.keyClick(chooser.list, Qt.Key.Key_Space)
    QTest.keyClick(chooser.list, Qt.Key.Key_Down)
    QTest.keyClick(chooser.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(chooser.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(chooser.list, Qt.Key.Key_Escape)
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "Amount\tNumber\n6,119.53\t1"


def test_an_export_writes_every_row_of_the_filter(qtbot, table, tmp_path):
    typed(qtbot, table, "777")
    out = tmp_path / "items.xlsx"
    table.export_to(out)
    settle(qtbot, table.host.tasks, out.exists)
    sheet = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    assert sheet[0] == ["Number", "Words", "Amount"]
    assert [row[0] for row in sheet[1:]] == [str(number) for number in range(777, MILLION, 1000)]
    assert sheet[1][2] == 4874.81
    assert "1,000 rows exported" in table.host.banner.title_text


def test_escape_stops_an_export_and_leaves_no_file(qtbot, page, table, tmp_path):
    table.export_to(tmp_path / "items.xlsx")
    qtbot.waitUntil(lambda: page.job_running and not table.strip.progress.isHidden())
    QTest.keyClick(table, Qt.Key.Key_Escape)
    settle(qtbot, page.tasks, lambda: "stopped" in page.banner.title_text)
    assert list(tmp_path.iterdir()) == []


def test_escape_stops_an_export_before_it_clears_a_filter(qtbot, page, table, tmp_path):
    typed(qtbot, table, "7")
    table.export_to(tmp_path / "items.xlsx")
    qtbot.waitUntil(lambda: page.job_running)
    QTest.keyClick(table, Qt.Key.Key_Escape)
    settle(qtbot, page.tasks, lambda: not page.job_running)
    assert table.rows_model.listing.filter == "7"


def test_rows_that_came_meanwhile_are_counted_again(qtbot, table, source, monkeypatch):
    monkeypatch.setattr(Millions, "total", staticmethod(lambda listing: MILLION - 300))
    QTest.keyClick(table, Qt.Key.Key_End)
    table.grab()
    settle(qtbot, table.host.tasks, lambda: table.rows_model.total == MILLION - 300)
    assert table.rows_model.rowCount() == MILLION - 300
    assert PAGE_ROWS * len(table.rows_model.extent.anchors) < MILLION
