"""Help: what a page is for and its keys, from the table that binds them; keys can be changed there."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop import sample
from desktop.counter.records import TillOrder
from desktop.counter.service import open_till
from desktop.kernel.measures import Money
from desktop.kernel.text import LANGUAGES
from desktop.qt import paper_panel, preferences
from desktop.qt.buttons import KeyHint
from desktop.qt.keys import cap
from desktop.shell.pages import PAGES
from desktop.shell.window import Window
from tests.windows import WAIT_MS, owing, settle, shown

CONTROL = Qt.KeyboardModifier.ControlModifier


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press where the focus is."""
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def open_help(qtbot, window: Window, name: str) -> None:
    page = window.open_page(name)
    settle(qtbot, window.tasks)
    page.setFocus()
    press(Qt.Key.Key_F1)
    assert window.help.isVisible()


def go_to(window: Window, standard: str) -> None:
    """Walk to the row of a key: all the way up, then down."""
    for _ in window.help.rows:
        press(Qt.Key.Key_Up)
    for _ in window.help.rows:
        if QApplication.focusWidget().key.standard == standard:
            return
        press(Qt.Key.Key_Down)
    raise AssertionError(f"no row for {standard}")


def change(window: Window, standard: str, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    go_to(window, standard)
    press(Qt.Key.Key_Return)
    press(key, modifiers)


def shown_hints(window: Window) -> set[str]:
    return {hint.key for hint in window.key_line.findChildren(KeyHint) if hint.isVisible()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_explained_with_every_key_that_works(qtbot, hall, workers, language):
    admin = hall.sign_in("admin", sample.PASSWORD, "3")
    made = shown(qtbot, Window(replace(admin, actor=replace(admin.actor, language=language)), workers))
    assert [entry.name for entry in made.entries] == [entry.name for entry in PAGES]
    for entry in made.entries:
        page = made.open_page(entry.name)
        settle(qtbot, workers)
        assert page.HELP is not None
        made.show_help()
        told = made.help.text.text()
        assert told == made.say(page.HELP)
        assert (told == page.HELP.message) is (language == "en")
        wanted = {key.press for key in (*page.keys, *page.table_keys, *made.common_keys())}
        assert {row.key.press for row in made.help.rows} == wanted
        assert wanted >= {"F1", "Ctrl+K", "F2", "F4", "F5", "Ctrl+J", "Ctrl+L", "Ctrl+1"}
        made.show_help()
        assert made.help.isHidden()


def test_a_key_is_changed_by_keys_and_holds_everywhere(qtbot, window, clerk, workers):
    open_help(qtbot, window, "customers")
    change(window, "F5", Qt.Key.Key_I, CONTROL)
    press(Qt.Key.Key_Escape)
    assert window.help.isHidden()
    asked = []
    window.page.ask_again = lambda: asked.append(1)
    QTest.keyClick(window.page, Qt.Key.Key_F5)
    QTest.keyClick(window.page, Qt.Key.Key_I, CONTROL)
    assert asked == [1]
    window.close()
    again = shown(qtbot, Window(clerk, workers))
    again.open_page("bills")
    settle(qtbot, workers)
    assert "Ctrl+I" in {key.press for key in again.common_keys()}


def test_key_line_and_buttons_show_what_is_bound(qtbot, window):
    open_help(qtbot, window, "bills")
    change(window, "Ctrl+D", Qt.Key.Key_I, CONTROL)
    page = window.page
    assert page.draft_button.key == "Ctrl I"
    qtbot.waitUntil(lambda: "Ctrl I" in shown_hints(window), timeout=WAIT_MS)
    press(Qt.Key.Key_Escape)
    made = []
    page.make_drafts = lambda: made.append(1)
    page.refresh_keys()
    QTest.keyClick(page, Qt.Key.Key_D, CONTROL)
    assert made == []
    QTest.keyClick(page, Qt.Key.Key_I, CONTROL)
    assert made == [1]


def test_a_key_that_is_taken_is_told_with_what_has_it(qtbot, window):
    open_help(qtbot, window, "bills")
    change(window, "Ctrl+D", Qt.Key.Key_L, CONTROL)
    assert window.help.problem.isVisible()
    assert "lock" in window.help.problem._words.text()
    assert preferences.of("zhao").value("keys", {}) == {}
    change(window, "Ctrl+D", Qt.Key.Key_F12, Qt.KeyboardModifier.NoModifier)
    assert preferences.of("zhao").value("keys", {}) == {}


def test_keys_of_money_pages_stay(qtbot, window, clerk):
    clerk.do(open_till, TillOrder(Money(0)))
    window.open_page("counter", owing(clerk)[0].number)
    settle(qtbot, window.tasks, lambda: window.page.payer is not None)
    press(Qt.Key.Key_F1)
    for standard in ("Esc", "F12"):
        change(window, standard, Qt.Key.Key_I, CONTROL)
        assert window.help.problem.isVisible()
    assert preferences.of("zhao").value("keys", {}) == {}


def test_escape_keeps_a_key_and_delete_takes_the_standard_back(qtbot, window):
    open_help(qtbot, window, "readings")
    go_to(window, "F5")
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Escape)
    assert window.help.isVisible()
    change(window, "F5", Qt.Key.Key_I, CONTROL)
    assert preferences.of("zhao").value("keys", {}) == {"F5": "Ctrl+I"}
    assert QApplication.focusWidget().key.standard == "F5"
    press(Qt.Key.Key_Delete)
    assert preferences.of("zhao").value("keys", {}) == {}


def test_back_to_the_standard_keys(qtbot, window):
    open_help(qtbot, window, "readings")
    assert window.help.standard.isHidden()
    change(window, "F5", Qt.Key.Key_I, CONTROL)
    change(window, "Ctrl+O", Qt.Key.Key_U, CONTROL)
    assert {key.press for key in window.page.keys} >= {"Ctrl+U"}
    QTest.keyClick(window.help.standard, Qt.Key.Key_Space)
    assert preferences.of("zhao").value("keys", {}) == {}
    assert {key.press for key in window.page.keys} >= {"Ctrl+O"}


def test_keys_in_the_sheet_never_reach_the_page(qtbot, window):
    open_help(qtbot, window, "readings")
    chosen = []
    window.page.choose = lambda: chosen.append(1)
    window.page.refresh_keys()
    press(Qt.Key.Key_F12)
    press(Qt.Key.Key_O, CONTROL)
    assert chosen == []
    press(Qt.Key.Key_F1)
    assert window.help.isHidden()


def test_keys_of_the_table_are_listed_and_changed_with_the_others(qtbot, window):
    open_help(qtbot, window, "customers")
    listed = {row.key.standard for row in window.help.rows}
    assert {"Ctrl+C", "Ctrl+Shift+S", "Space", "Ctrl+A"} <= listed
    assert len(window.help.rows) == len({row.key.press for row in window.help.rows}), "each key once"
    change(window, "Ctrl+C", Qt.Key.Key_I, CONTROL)
    press(Qt.Key.Key_Escape)
    table = window.page.list
    QTest.keyClick(table, Qt.Key.Key_I, CONTROL)
    assert table.current.customer_name in QGuiApplication.clipboard().text()
    window.open_page("customers", owing(window.seat)[0].number)
    settle(qtbot, window.tasks)
    window.show_help()
    assert "Space" not in {row.key.standard for row in window.help.rows}, "no table with ticks is shown"


@pytest.mark.parametrize("language", ["zh_CN", "fi"])
def test_the_sheet_is_printed(qtbot, clerk, workers, monkeypatch, language):
    printed = []
    monkeypatch.setattr(paper_panel, "printers", lambda: ("Front",))
    monkeypatch.setattr(paper_panel, "printer_name", lambda *_: "Front")
    monkeypatch.setattr(paper_panel, "print_pages", lambda *sent: printed.append(sent) or 1)
    made = shown(qtbot, Window(replace(clerk, actor=replace(clerk.actor, language=language)), workers))
    open_help(qtbot, made, "customers")
    press(Qt.Key.Key_P, CONTROL)
    qtbot.waitUntil(made.help.print_panel.isVisible, timeout=WAIT_MS)
    press(Qt.Key.Key_Escape)
    assert made.help.isVisible()
    press(Qt.Key.Key_P, CONTROL)
    qtbot.waitUntil(made.help.print_panel.isVisible, timeout=WAIT_MS)
    press(Qt.Key.Key_P, CONTROL)
    qtbot.waitUntil(lambda: bool(printed), timeout=WAIT_MS)
    settle(qtbot, workers)
    _, pdf, *_ = printed[0]
    document = pypdfium2.PdfDocument(pdf)
    words = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    for row in made.help.rows:
        assert cap(row.key.press) in words
    assert made.help.print_panel.isHidden()
