"""Tables of rows at hand: what they show, sort, filter, group, copy, remember, and say when there is nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame

from desktop.kernel.measures import Energy
from desktop.kernel.text import NO_BREAK, catalog
from desktop.qt.charts import grid_step
from desktop.qt.export import exported
from desktop.qt.header import FILTER_ROW
from desktop.qt.preferences import Preferences
from desktop.qt.rows import plain
from desktop.qt.table import Cell, Column, Table
from tests.windows import shown


@dataclass(frozen=True)
class Row:
    name: str
    amount: str


@pytest.fixture
def table(qtbot, dressed) -> Table:
    made = Table(
        "People",
        (
            Column("Name", lambda row: Cell(row.name, "below")),
            Column("Amount", lambda row: Cell(row.amount, strong=True), 90, right=True),
            Column("State", lambda row: Cell("paid", state="ok"), 90),
        ),
    )
    made.resize(500, 200)
    return shown(qtbot, made)


ROWS = (Row("陈玉兰", "148.88"), Row("Korhonen Eero", "31.05"))


def test_copying_takes_the_titles_along(table):
    table.show_rows(ROWS, select=1)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Name\tAmount\tState\nKorhonen Eero below\t31.05\tpaid"


def test_arrows_move_and_enter_opens(table):
    moved, opened = [], []
    table.moved.connect(moved.append)
    table.opened.connect(opened.append)
    table.show_rows(ROWS, select=0)
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert moved == list(ROWS)
    assert opened == [ROWS[1]]


def test_rows_of_a_table_without_titles_keep_their_order(qtbot, dressed):
    table = Table("Latest", (Column("", lambda row: row.amount), Column("", lambda row: row.name)))
    qtbot.addWidget(table)
    table.show_rows(ROWS)
    assert table.rows_model.rows == ROWS, "the newest first, as they were given"


@pytest.mark.parametrize("header", [True, False])
def test_the_scroll_bar_stands_beside_the_rows_and_nothing_else(qtbot, dressed, header):
    table = Table("Latest", (Column("Name", lambda row: row.name),), header=header)
    table.resize(300, 200)
    shown(qtbot, table)
    table.show_rows(ROWS * 20)
    bar = table.verticalScrollBar()
    qtbot.waitUntil(bar.isVisible)
    places = [part.mapTo(table, part.rect().topLeft()).y() for part in (bar, table.viewport())]
    assert abs(places[0] - places[1]) <= 1
    assert abs(bar.height() - table.viewport().height()) <= 1


def test_letters_are_left_to_the_page(table):
    table.show_rows(ROWS, select=0)
    QTest.keyClicks(table, "k")
    assert table.current == ROWS[0]


def test_every_cell_can_be_heard_with_its_title(table):
    table.show_rows(ROWS)
    index = table.model().index(0, 1)
    assert table.model().data(index, Qt.ItemDataRole.AccessibleTextRole) == "Amount: 148.88"


def test_columns_without_a_width_take_what_is_left(table):
    table.show_rows(ROWS)
    assert sum(table.columnWidth(at) for at in range(3)) == table.viewport().width()
    table.setColumnHidden(2, True)
    assert table.columnWidth(0) + table.columnWidth(1) == table.viewport().width()


def test_empty_loading_and_rows_are_painted(qtbot, table):
    table.show_empty("Nobody here", "F2 finds somebody", "users")
    empty = table.grab().toImage()
    table.asking()
    qtbot.wait(200)
    loading = table.grab().toImage()
    table.show_rows(ROWS)
    filled = table.grab().toImage()
    assert empty != loading != filled != empty
    assert table.accessibleDescription() == "Nobody here"


KEY = QTest.keyClick
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
MANY = (Row("Li 10", "1,200.00"), Row("Li 9", "\N{MINUS SIGN}3.50"), Row("Aho", "31.05"))


def names(table) -> list[str]:
    return [table.rows_model.cell(at, 0).text for at in range(table.rows_model.rowCount())]


def test_a_key_sorts_as_people_read_and_the_current_row_stays(table):
    table.show_rows(MANY, select=0)
    KEY(table, Qt.Key.Key_S, CTRL | SHIFT)
    assert names(table) == ["Aho", "Li 9", "Li 10"]
    assert table.current == MANY[0]
    KEY(table, Qt.Key.Key_Right)
    KEY(table, Qt.Key.Key_S, CTRL | SHIFT)
    assert names(table) == ["Li 9", "Aho", "Li 10"]
    KEY(table, Qt.Key.Key_S, CTRL | SHIFT)
    assert names(table) == ["Li 10", "Aho", "Li 9"]
    KEY(table, Qt.Key.Key_S, CTRL | SHIFT)
    assert names(table) == ["Li 10", "Li 9", "Aho"]


def test_rows_that_come_later_stand_in_the_chosen_order(table):
    table.show_rows(MANY)
    table.sort_by(0)
    table.show_rows(MANY[:2], select=0)
    assert names(table) == ["Li 9", "Li 10"]
    assert table.current == MANY[0]


def test_the_filter_row_opens_over_the_titles_and_closes_with_escape(qtbot, table):
    table.show_rows(MANY)
    room = table.viewport().height()
    KEY(table, Qt.Key.Key_F, CTRL)
    assert table.viewport().height() == room - FILTER_ROW - 1
    QTest.keyClicks(table.strip.filter.field, "li 9")
    qtbot.waitUntil(lambda: names(table) == ["Li 9"])
    KEY(table.strip.filter.field, Qt.Key.Key_Down)
    assert table.hasFocus()
    assert table.current == MANY[1]
    KEY(table, Qt.Key.Key_Escape)
    assert (len(names(table)), table.viewport().height()) == (3, room)


def test_columns_are_left_out_moved_and_remembered(qtbot, table, tmp_path):
    store = Preferences(tmp_path / "liked.json")
    table.arrangement.remember(store, "people")
    table.show_rows(ROWS, select=0)
    KEY(table, Qt.Key.Key_C, CTRL | SHIFT)
    chooser = table.findChild(QFrame, "chooser").list
    KEY(chooser, Qt.Key.Key_Space)
    KEY(chooser, Qt.Key.Key_Down)
    KEY(chooser, Qt.Key.Key_Down)
    KEY(chooser, Qt.Key.Key_Up, ALT)
    KEY(chooser, Qt.Key.Key_Escape)
    table.header.resizeSection(1, 133)
    table.sort_by(1)
    assert table.copied() == "State\tAmount\npaid\t148.88"
    again = Table("People", table.rows_model.columns)
    again.arrangement.remember(Preferences(store.path), "people")
    qtbot.addWidget(again)
    again.resize(500, 200)
    again.show_rows(ROWS)
    assert again.copied().splitlines()[:2] == ["State\tAmount", "paid\t31.05"]
    assert again.columnWidth(1) == 133
    again.arrangement.reset()
    assert again.copied().startswith("Name\tAmount\tState")


def test_the_last_column_cannot_be_left_out_and_broken_memories_do_no_harm(table, tmp_path):
    for column in range(3):
        table.arrangement.choose(column, False)
    assert len(table.arrangement.shown) == 1
    store = Preferences(tmp_path / "liked.json")
    store.keep("people", {"order": 3, "left_out": ["Name", "Amount", "State"], "widths": [1], "sort": ["x"]})
    table.arrangement.remember(store, "people")
    assert len(table.arrangement.shown) == 3


def test_a_column_the_page_withholds_comes_back_as_it_was(table):
    table.show_rows(ROWS)
    table.setColumnHidden(0, True)
    assert table.copied().startswith("Amount\tState")
    table.setColumnHidden(0, False)
    assert table.copied().startswith("Name\tAmount\tState")


def test_groups_fold_with_the_arrows_and_tell_their_sum(qtbot, dressed):
    made = Table(
        "People",
        (Column("Name", lambda row: row.name),),
        group=lambda row: row.name[0],
        amount=lambda row: Energy(len(row.name) * 1000),
        ticks=True,
    )
    table = shown(qtbot, made)
    table.show_rows(MANY)
    assert [table.rows_model.data(table.rows_model.index(at, 0)) for at in range(5)] == [
        "L", "Li 10", "Li 9", "A", "Aho",
    ]  # fmt: skip
    assert table.summary(table.rows_model.row(0).rows) == "2 rows, 9"
    table.go_to(0)
    assert table.current is None
    KEY(table, Qt.Key.Key_Left)
    assert table.rows_model.rowCount() == 3
    assert len(list(table.rows_model.all_rows())) == 3
    KEY(table, Qt.Key.Key_A, CTRL)
    assert table.strip.filter.ticked.text() == "3 ticked, 12"
    KEY(table, Qt.Key.Key_Right)
    assert table.rows_model.rowCount() == 5
    assert not table.grab().isNull()


@pytest.mark.parametrize(
    ("language", "rising"),
    [
        (
            "en",
            [
                "\N{MINUS SIGN}3.50",
                "0",
                "9",
                "1,200.00",
                "Dec 2025",
                "31 Dec 2025",
                "1 Feb 2026 09:30",
                "No 9",
                "No 10",
            ],
        ),
        ("zh_CN", ["0", "9", "2025-12", "2025-12-31", "2026-02-01", "9 号", "10 号"]),
        ("vi", ["-3.500", "2,5", "1.200", "31/12/2025", "01/02/2026", "12 tháng"]),
        (
            "fi",
            ["\N{MINUS SIGN}3,50", "9", f"1{NO_BREAK}200,00", "31.12.2025", "1.2.2026", "Aho 2", "aho 10"],
        ),
    ],
)
def test_cells_are_compared_as_the_language_writes_them(language, rising):
    say = catalog(language)
    assert sorted(set(rising), key=lambda words: plain(words, say)) == rising


def test_an_amount_of_a_small_table_is_exported_as_a_number(table):
    columns = exported(table.rows_model.columns, catalog("en"))
    assert [one.value(MANY[1]) for one in columns] == ["Li 9 below", Decimal("-3.50"), "paid"]


def test_a_whole_row_is_read_aloud(table):
    table.show_rows(ROWS)
    words = table.model().headerData(1, Qt.Orientation.Vertical, Qt.ItemDataRole.AccessibleTextRole)
    assert words == "Name: Korhonen Eero below, Amount: 31.05, State: paid"


@pytest.mark.parametrize(
    ("highest", "step"), [(0, 1), (7, 5), (450, 200), (573, 200), (1900, 1000), (4300, 2000)]
)
def test_grid_lines_are_round(highest, step):
    assert grid_step(highest) == step
