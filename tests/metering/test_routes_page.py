"""The page of routes by keys, in two languages: moving stops and taking it back, sheets and lists for readers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from python_calamine import CalamineWorkbook

from desktop.app import App
from desktop.kernel.listing import PageOrder
from desktop.kernel.work import Seat
from desktop.metering.page import RoutesPage
from desktop.papers import service as papers
from desktop.shell.window import Window
from tests import hall as halls
from tests.windows import settle, shown

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(params=["en", "zh_CN"])
def page(request: pytest.FixtureRequest, qtbot, clerk: Seat, workers) -> Iterator[RoutesPage]:
    spoken = replace(clerk, actor=replace(clerk.actor, language=request.param))
    window = shown(qtbot, Window(spoken, workers))
    made = window.open_page("routes")
    settle(qtbot, workers, lambda: made.stops.rows_model.total == 25)
    return made


def calm(qtbot, page: RoutesPage) -> None:
    settle(qtbot, page.tasks, lambda: not page.job_running)


def press(
    qtbot, page: RoutesPage, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.keyClick(QApplication.focusWidget() or page, key, modifier)
    calm(qtbot, page)


def numbers(page: RoutesPage) -> list[str]:
    return [stop.account_number for stop in page.stops.rows_model.rows]


def test_a_stop_is_moved_by_keys_and_taken_back(qtbot, page: RoutesPage) -> None:
    before = numbers(page)
    press(qtbot, page, Qt.Key.Key_Return)
    assert page.stops.hasFocus()
    press(qtbot, page, Qt.Key.Key_Down)
    press(qtbot, page, Qt.Key.Key_Up, CTRL)
    assert numbers(page)[:2] == [before[1], before[0]]
    assert page.stops.current.account_number == before[1], "the stop keeps the cursor"
    press(qtbot, page, Qt.Key.Key_Down, CTRL)
    press(qtbot, page, Qt.Key.Key_Down, CTRL)
    assert numbers(page)[:3] == [before[0], before[2], before[1]]
    for _ in range(3):
        press(qtbot, page, Qt.Key.Key_Z, CTRL)
    assert numbers(page) == before
    assert not next(key for key in page.keys if key.press == "Ctrl+Z").enabled


def test_a_stop_goes_to_a_place_of_another_route(qtbot, page: RoutesPage) -> None:
    before = numbers(page)
    press(qtbot, page, Qt.Key.Key_Return)
    press(qtbot, page, Qt.Key.Key_G, CTRL)
    for words in ("x", "0", "0413 -1"):
        page.question.edit.setText(words)
        press(qtbot, page, Qt.Key.Key_Return)
        assert page.question.isVisible(), "it stays typed, and says what belongs there"
    page.question.edit.setText("0413 2")
    press(qtbot, page, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: page.round.code == "0413")
    assert numbers(page)[1] == before[0]
    assert page.stops.current.account_number == before[0]
    press(qtbot, page, Qt.Key.Key_Z, CTRL)
    settle(qtbot, page.tasks, lambda: page.round.code == "0412")
    assert numbers(page) == before


def test_a_route_is_added_and_renamed(qtbot, page: RoutesPage) -> None:
    press(qtbot, page, Qt.Key.Key_N, CTRL)
    QTest.keyClicks(page.question.edit, "0412")
    press(qtbot, page, Qt.Key.Key_Return)
    assert not page.banner.isHidden(), "it is there already"
    page.question.edit.setText("0500")
    press(qtbot, page, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: page.routes.current is not None and page.routes.current.code == "0500")
    assert not next(key for key in page.keys if key.press == "F12").enabled, "nothing to read there"
    press(qtbot, page, Qt.Key.Key_E, CTRL)
    QTest.keyClicks(page.question.edit, "0501")
    press(qtbot, page, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: page.routes.current.code == "0501")


def test_the_sheet_of_a_route_is_given_out(qtbot, page: RoutesPage, tmp_path: Path, monkeypatch) -> None:
    out = tmp_path / "route.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out.with_suffix("")), ""))
    page.reader.setText("周海波")
    page.day.show_text("2026-01-31" if page.say.language == "zh_CN" else "31 Jan 2026")
    press(qtbot, page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: out.exists() and page.routes.current.exported_at is not None)
    say = page.say
    rows = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    titles = rows[3]
    assert [row[titles.index(say("Account number"))] for row in rows[4:]] == numbers(page)
    assert {row[titles.index(say("Reader"))] for row in rows[4:]} == {"周海波"}
    assert {str(row[titles.index(say("Read on"))]) for row in rows[4:]} == {"2026-01-31"}
    page.routes.sort_by(5)
    assert [one.code for one in page.routes.rows_model.rows] == ["0413", "0412"], (
        "what never went out comes first"
    )
    (newest,) = halls.seat_of(page.seat.app, "zhao").ask(papers.exports, PageOrder())
    assert (newest.part, newest.persons) == ("0412 2026-01", 25)


def test_several_routes_go_out_as_a_file_each(qtbot, page: RoutesPage, tmp_path: Path, monkeypatch) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    page.routes.setFocus()
    press(qtbot, page, Qt.Key.Key_A, CTRL)
    press(qtbot, page, Qt.Key.Key_F12)
    press(qtbot, page, Qt.Key.Key_2)
    settle(qtbot, page.tasks, lambda: len(list(folder.glob("*.xlsx"))) == 2 and not page.job_running)
    assert sorted(path.name for path in folder.iterdir()) == ["0412.xlsx", "0413.xlsx"]


def test_the_list_is_shown_before_it_is_printed(qtbot, page: RoutesPage) -> None:
    press(qtbot, page, Qt.Key.Key_P, CTRL)
    settle(qtbot, page.tasks, lambda: page.stack.currentWidget() is page.paper)
    assert page.paper.pages == 2
    press(qtbot, page, Qt.Key.Key_Escape)
    assert page.stack.currentWidget() is not page.paper
    assert page.routes.hasFocus()


def test_a_month_that_is_none_is_told_at_its_field(qtbot, page: RoutesPage) -> None:
    page.month.setText("2026-13")
    calm(qtbot, page)
    page.give_out()
    assert not page.job_running
    page.month.setText("2025-12")
    settle(qtbot, page.tasks, lambda: page.routes.rows_model.rows[0].read == 25)


@pytest.mark.parametrize(("login", "may_change", "may_export"), [("zhou", True, True), ("lin", False, False)])
def test_keys_are_absent_for_who_may_not(
    qtbot, hall: App, workers, login: str, may_change: bool, may_export: bool
) -> None:
    window = shown(qtbot, Window(halls.seat_of(hall, login, "3"), workers))
    page = window.open_page("routes")
    settle(qtbot, workers, lambda: page.stops.rows_model.total == 25)
    keys = {key.press for key in page.keys}
    assert ({"Ctrl+Up", "Ctrl+Down", "Ctrl+G", "Ctrl+N", "Ctrl+E"} <= keys) is may_change
    assert ("F12" in keys) is may_export
    assert not page.stops.may_export, "the list itself leaves as any other list with persons"
