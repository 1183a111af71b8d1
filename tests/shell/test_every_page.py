"""What holds on every page there is, whoever adds one: its tables are copied and exported, its words switch live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop import sample
from desktop.kernel.text import LANGUAGES, catalog
from desktop.metering.page.queue import LIMITS
from desktop.qt.choosing import Tabs
from desktop.qt.form import Form
from desktop.qt.page import Page, Question
from desktop.qt.table import Table
from desktop.shell.window import Window
from tests.windows import owing, settle, shown

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
REASON = "what an auditor asked for"


@pytest.fixture
def window(qtbot, hall, workers) -> Window:
    """The administrator's window: every page is in it."""
    seat = hall.sign_in("admin", sample.PASSWORD, "3")
    return shown(qtbot, Window(replace(seat, actor=replace(seat.actor, language="en")), workers))


def tables(page: Page) -> list[Table]:
    """The tables shown that have titles."""
    found = page.findChildren(Table)
    return [table for table in found if table.isVisible() and table.header.isVisible()]


def places(qtbot, window: Window) -> Iterator[Page]:
    """Every page on each of its tabs, the card of an account among them."""
    for name in [*(entry.name for entry in window.entries), ""]:
        page = window.open_page(name) if name else window.open_page("customers", owing(window.seat)[1].number)
        settle(qtbot, window.tasks, lambda page=page, name=name: name or page.card is not None)
        tabs = [one for one in page.findChildren(Tabs) if one.isVisible()]
        for at in range(len(tabs[0]) if tabs else 1):
            for one in tabs:
                one.choose(at)
                settle(qtbot, window.tasks)
            yield page


def test_every_table_is_copied_with_its_titles_and_exported_whole(qtbot, window, tmp_path: Path):
    seen = set()
    for page in places(qtbot, window):
        for table in tables(page):
            where = f"{window.page_name} {table.accessibleName()}"
            if where in seen or not table.rows_model.rowCount():
                continue
            seen.add(where)
            titles = [table.rows_model.columns[at].title for at in table.arrangement.shown]
            table.go_to(0)
            settle(qtbot, window.tasks, lambda table=table: table.current is not None)
            head, *rows = table.copied().split("\n")
            assert (head.split("\t"), len(rows)) == (titles, 1), where
            assert any(key.standard == "Ctrl+Shift+E" for key in table.keys), where
            out = tmp_path / f"{len(seen)}.xlsx"
            table.export_to(out, REASON if table.persons else "")
            settle(qtbot, window.tasks, lambda page=page, out=out: out.exists() and not page.job_running)
            written = list(openpyxl.load_workbook(out, read_only=True).active.values)
            assert tuple(titles) in written, where
            told = written[written.index(tuple(titles)) + 1 :]
            assert len(told) == table.rows_model.rowCount(), where
    assert len(seen) > 20


def test_tabs_are_gone_through_by_the_same_keys_on_every_page(qtbot, window):
    seen = 0
    for name in [*(entry.name for entry in window.entries), ""]:
        page = window.open_page(name) if name else window.open_page("customers", owing(window.seat)[1].number)
        settle(qtbot, window.tasks, lambda page=page, name=name: name or page.card is not None)
        for tabs in [one for one in page.findChildren(Tabs) if one.isVisible()]:
            first, seen = tabs.index, seen + 1
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab, CTRL)
            settle(qtbot, window.tasks)
            assert tabs.index == (first + 1) % len(tabs), name
            assert page.isAncestorOf(QApplication.focusWidget()) or page is QApplication.focusWidget(), name
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab, CTRL | SHIFT)
            settle(qtbot, window.tasks)
            assert tabs.index == first, name
    assert seen > 9


def test_every_page_switches_its_language_where_it_stands(qtbot, window):
    for entry in window.entries:
        window.open_page(entry.name)
        settle(qtbot, window.tasks)
        for language in LANGUAGES:
            window.choose("language", language)
            settle(qtbot, window.tasks)
            assert (window.page_name, window.page.title) == (entry.name, catalog(language)(entry.title))


def test_a_form_half_typed_is_asked_about_before_the_language_switches(qtbot, window, monkeypatch):
    opens = (
        ("customers", lambda page: page.enter_party(), "name"),
        ("staff", lambda page: page.enter(), "name"),
        ("today", lambda page: page.change_password(), "old"),
        ("doubtful", lambda page: (page.tabs.choose(LIMITS), settle(qtbot, window.tasks), page.limits.change()),
         "surge"),
    )  # fmt: skip
    for name, open_form, field in opens:
        page = window.open_page(name)
        settle(qtbot, window.tasks)
        open_form(page)
        settle(qtbot, window.tasks)
        form = next(one for one in page.findChildren(Form) if field in one.typed() and not one.dirty)
        form.edit(field).show_text("7")
        monkeypatch.setattr(Question, "exec", lambda _: False)
        window.choose("language", "vi")
        settle(qtbot, window.tasks)
        assert (window.page, form.typed()[field]) == (page, "7"), name
        monkeypatch.setattr(Question, "exec", lambda _: True)
        window.choose("language", "vi")
        settle(qtbot, window.tasks)
        assert window.page.title == catalog("vi")(
            next(one.title for one in window.entries if one.name == name)
        )
        window.choose("language", "en")
        settle(qtbot, window.tasks)
