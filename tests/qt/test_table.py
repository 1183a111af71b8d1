"""Tables of frozen rows: what they show, copy, and say when there is nothing."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from desktop.qt.charts import grid_step
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


@pytest.mark.parametrize(
    ("highest", "step"), [(0, 1), (7, 5), (450, 200), (573, 200), (1900, 1000), (4300, 2000)]
)
def test_grid_lines_are_round(highest, step):
    assert grid_step(highest) == step
