"""The detail pane: it follows a table, and each of its lines can be reached, heard and copied."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.qt.detail import Brief, Detail, Told
from desktop.qt.table import Column, Table
from tests.windows import shown


def told(name: str) -> Brief:
    return Brief(
        name, (Told("Owed", "3.20", strong=True), Told("Phone", ""), Told("Address", "Road 1")), "owes", "due"
    )


@pytest.fixture
def parts(qtbot, dressed):
    table, detail, around = Table("People", (Column("Name", str),)), Detail("Person"), QWidget()
    layout = QVBoxLayout(around)
    layout.addWidget(table)
    layout.addWidget(detail)
    around.resize(320, 500)
    shown(qtbot, around)
    detail.follow(table, told)
    table.show_rows(("Aho", "Li"), select=0)
    qtbot.waitUntil(lambda: detail.shown is not None)
    yield table, detail
    around.hide()


def test_it_follows_the_current_row(qtbot, parts):
    table, detail = parts
    QTest.keyClick(table, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: detail.shown.title == "Li")
    assert detail.accessibleName() == "Person: Li"
    assert detail.accessibleDescription() == "Li, owes\nOwed: 3.20\nAddress: Road 1"


def test_a_table_without_rows_empties_it(qtbot, parts):
    table, detail = parts
    table.show_rows(())
    qtbot.waitUntil(lambda: detail.shown is None)
    assert (detail.accessibleName(), detail.lines) == ("Person", [])


def test_tab_goes_through_the_lines_and_a_reader_hears_each(qtbot, parts):
    table, detail = parts
    table.setFocus()
    heard = []
    for _ in detail.lines:
        QTest.keyClick(QGuiApplication.focusObject(), Qt.Key.Key_Tab)
        line = QGuiApplication.focusObject()
        heard.append(line.accessibleName())
    assert heard == ["Owed: 3.20", "Address: Road 1"]
    QTest.keyClick(line, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Road 1"
