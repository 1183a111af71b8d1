"""The page of months by keys, in Chinese and Vietnamese, on the real application."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.closing.page import CHECKS, LEDGER, TIERS
from desktop.closing.records import Behind
from desktop.kernel.measures import Money
from desktop.shell.window import Window
from tests import hall as halls
from tests.hall import opened, pay, seat_of, yuan
from tests.windows import prefer_nothing, settle, shown

FEBRUARY = date(2026, 2, 1)


@pytest.fixture(params=["zh_CN", "vi"])
def supervisor(sqlite_databases, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator:
    """The supervisor of a hall with three accounts, in the month after its bills; nobody prefers anything."""
    prefer_nothing()
    url = sqlite_databases.like(halls.small_hall)
    with opened(url, date(2026, 3, 2), tmp_path / "under_way") as app:
        seat = seat_of(app, "supervisor")
        yield replace(seat, actor=replace(seat.actor, language=request.param))
    sqlite_databases.drop(url)


@pytest.fixture
def page(qtbot, workers, supervisor):
    """The page of months, with the oldest month that can be closed."""
    window = shown(qtbot, Window(supervisor, workers))
    made = window.open_page("months")
    settle(qtbot, workers, lambda: made.look is not None)
    assert made.look.row.month == FEBRUARY
    return made


def behind_shown(page) -> bool:
    """Whether the rows behind a figure have all come."""
    return page.opened is not None and page.behind.rows_model.total is not None


def test_a_month_is_closed_by_keys_with_a_remark(qtbot, page, supervisor):
    QTest.keyClick(page, Qt.Key.Key_F12)
    assert page.question.isVisible()
    QTest.keyClick(page.question.edit, Qt.Key.Key_Return)
    assert page.look.row.closed_at is None, "tills are open, so a remark is asked for"
    QTest.keyClicks(page.question.edit, "both tills go on")
    QTest.keyClick(page.question.edit, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: page.look.row.closed_at is not None and page.banner.title_text)
    assert page.look.row.remark == "both tills go on"
    assert page.banner.title_text == page.say(
        "{month} is closed: nothing posts into it any more", month=page.say.month(FEBRUARY)
    )
    assert "2026" in page.banner.title_text
    primary = next(key for key in page.keys if key.place == "primary")
    assert primary.text.message == "Write the month"
    assert supervisor.app.verify() == []


def test_enter_opens_the_rows_behind_a_figure_and_esc_goes_back(qtbot, page):
    page.tabs.choose(TIERS)
    table = page._table(TIERS)
    table.setFocus()
    table.go_to(0)
    QTest.keyClick(table, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: behind_shown(page))
    assert page.opened.behind is Behind.CHARGED
    row = page.look.figures.tiers[0]
    assert page.behind.rows_model.extent.sum == row.receivable
    assert page.say.money(row.receivable) in page._behind_panel.title.text()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert page.opened is None
    assert page.stack.currentWidget() is table.parentWidget()
    table.go_to(0)
    QTest.keyClick(page, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    settle(
        qtbot, page.tasks, lambda: behind_shown(page) and page.behind.rows_model.extent.sum == row.received
    )
    assert page.opened.behind is Behind.RECEIVED


def test_a_late_answer_does_not_take_the_rows_away(qtbot, page):
    page.tabs.choose(LEDGER)
    page._table(LEDGER).go_to(2)
    page.ask_again()
    page._open_line(page._table(LEDGER).current)
    settle(qtbot, page.tasks, lambda: behind_shown(page))
    assert page.stack.currentWidget() is page._behind_panel
    found = page.look.figures.ledger[2]
    assert page.behind.rows_model.extent.sum == found.debit - found.credit


def test_what_changed_since_it_was_seen_is_not_closed(qtbot, page, supervisor):
    app = supervisor.app
    with opened(str(app.database.file), date(2026, 2, 28)) as till:
        pay(till.command_line("1"), halls.SMALL[1], yuan("1.00"))
    QTest.keyClick(page, Qt.Key.Key_F12)
    QTest.keyClicks(page.question.edit, "both tills go on")
    QTest.keyClick(page.question.edit, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: page.banner.title_text and page.question.isHidden())
    assert page.look.row.closed_at is None
    settle(
        qtbot, page.tasks, lambda: page.look.figures.received + page.look.figures.late_fees != Money(18140)
    )


def test_a_month_that_lasts_offers_no_close(qtbot, page):
    page.months.go_to(0)
    settle(qtbot, page.tasks, lambda: page.look.row.month == date(2026, 3, 1))
    QTest.keyClick(page, Qt.Key.Key_F12)
    assert page.question.isHidden()
    assert page._close_words().message == "Close it when it is over"


def test_a_check_leads_to_what_stands_open(qtbot, page):
    lines = page._table(CHECKS).rows_model.rows
    at = next(at for at, one in enumerate(lines) if one.opens and one.opens.part == "tills")
    page._table(CHECKS).go_to(at)
    page._open_line(page._table(CHECKS).current)
    settle(qtbot, page.tasks, lambda: behind_shown(page))
    assert {page.behind.rows_model.row(at).paper for at in range(2)} == {"Counter 1", "Counter 2"}


def test_the_month_is_written_to_a_file(qtbot, page, tmp_path):
    page.write_to(tmp_path / "february.csv")
    settle(qtbot, page.tasks, lambda: page.banner.title_text)
    assert (tmp_path / "february.csv").read_text("utf-8-sig").count("\n") > 10
