"""The page of payment groups and instalments by its keys: made, joined, left, billed together or in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.app import App, open_app
from desktop.billing import service as billing
from desktop.billing.page.groups import BILLS, INSTALMENTS, GroupsPage
from desktop.billing.records import ReversalOrder
from desktop.contracts import service as contracts
from desktop.desk import service as desk
from desktop.kernel.work import Seat
from desktop.papers import service as papers
from desktop.papers.records import PrintsQuery, PrintState
from desktop.qt import paper_panel
from desktop.qt.basics import Label
from desktop.qt.table import Table
from desktop.qt.tasks import Tasks
from desktop.shell.window import Window
from tests.hall import JANUARY, SMALL, issue, read_hall, seat_of
from tests.windows import prefer_nothing, settle, shown

NEW_YEAR = date(2026, 1, 1)


@pytest.fixture
def app(sqlite_databases, tmp_path: Path) -> Iterator[App]:
    """Three households with January billed, in a database of this test's own."""
    prefer_nothing()
    url = sqlite_databases.like(read_hall)
    opened = open_app(url, date(2026, 2, 5), intents=tmp_path / "under_way")
    seat = opened.command_line("1")
    issue(seat, billing.run_bills(seat, JANUARY).run.number)
    yield opened
    opened.close()
    sqlite_databases.drop(url)


@pytest.fixture(params=["zh_CN", "vi"])
def seat(request: pytest.FixtureRequest, app: App) -> Seat:
    """The supervisor, speaking each language in turn."""
    found = seat_of(app, "supervisor")
    return replace(found, actor=replace(found.actor, language=request.param))


@pytest.fixture
def page(qtbot: QtBot, seat: Seat, workers: Tasks) -> GroupsPage:
    """The page of groups, with none yet."""
    window = shown(qtbot, Window(seat, workers))
    made = window.open_page("groups")
    settle(qtbot, workers)
    return made


def typed(qtbot: QtBot, page: GroupsPage, *values: str) -> None:
    """Type into the fields of the open form, Enter after each, as far as values are given."""
    for value in values:
        field = page.window().focusWidget()
        field.selectAll()
        qtbot.keyClicks(field, value)
        qtbot.keyClick(field, Qt.Key.Key_Return)


def sent(qtbot: QtBot, page: GroupsPage, workers: Tasks, until: Callable[[], object]) -> None:
    qtbot.keyClick(page.window().focusWidget(), Qt.Key.Key_F12)
    settle(qtbot, workers, until)


def made(qtbot: QtBot, page: GroupsPage, workers: Tasks) -> None:
    """A group of two accounts made by keys."""
    qtbot.keyClick(page.window().focusWidget(), Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    typed(qtbot, page, "The works", SMALL[0], page.say.date(NEW_YEAR), SMALL[0])
    page.form.add_line()
    typed(qtbot, page, SMALL[1])
    sent(qtbot, page, workers, lambda: page.members.model().rowCount() == 2)


def fits(qtbot: QtBot, table: Table) -> bool:
    """No column of a table is out of sight."""
    qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() == 0)
    return True


def test_a_group_is_made_and_billed_together_by_keys(
    qtbot: QtBot, page: GroupsPage, workers: Tasks, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_panel, "printers", lambda: ("laser",))
    monkeypatch.setattr(paper_panel, "print_pages", lambda *_: 1)
    notes: list[str] = []
    page.noted.connect(lambda note: notes.append(note.words))
    made(qtbot, page, workers)
    assert page.form is None
    (group,) = app.command_line("1").ask(contracts.payment_groups, None)
    assert (group.name, group.members) == ("The works", 2)
    assert group.number in notes[0]
    page.window().resize(1366, 768)
    qtbot.keyClick(page.members, Qt.Key.Key_A)
    assert fits(qtbot, page.members)
    page.form.form.edit("from").show_value(NEW_YEAR)
    typed(qtbot, page, SMALL[2])
    sent(qtbot, page, workers, lambda: page.members.model().rowCount() == 3)
    qtbot.keyClick(page.members, Qt.Key.Key_F12)
    sent(qtbot, page, workers, lambda: page.bills.model().rowCount() == 1)
    assert page.tabs.index == BILLS
    qtbot.keyClick(page.bills, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, workers, lambda: page.stack.currentWidget() is page.paper)
    for _ in range(2):
        qtbot.keyClick(page.paper, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, workers, page.paper.print_panel.isHidden)
    (sent_one,) = page.seat.ask(papers.prints, PrintsQuery())
    assert (sent_one.ref.kind, sent_one.state) == (billing.COLLECTIVE, PrintState.SENT)
    qtbot.keyClick(page.paper, Qt.Key.Key_Escape)
    assert page.stack.currentIndex() == 0


def test_a_member_leaves_and_stays_in_the_list(qtbot: QtBot, page: GroupsPage, workers: Tasks) -> None:
    made(qtbot, page, workers)
    qtbot.keyClick(page.members, Qt.Key.Key_Delete)
    sent(qtbot, page, workers, lambda: page.members.model().rowCount() and page.groups.current.members == 1)
    assert [one.valid_to for one in page.shown.members] == [None, date(2026, 2, 5)]


def test_what_is_refused_stays_typed_with_the_reason(
    qtbot: QtBot, page: GroupsPage, workers: Tasks, app: App
) -> None:
    made(qtbot, page, workers)
    seat = app.command_line("1")
    gone = seat.ask(desk.account_card, SMALL[1]).bills[0].number
    seat.do(billing.reverse_bills, ReversalOrder((gone,), "why"))
    qtbot.keyClick(page.members, Qt.Key.Key_F12)
    sent(qtbot, page, workers, lambda: not page._sending)
    assert page.form is not None
    assert any(SMALL[1] in label.text() for label in page.form.problem.findChildren(Label))
    way = page.form.form.edit("way")
    way.setFocus()
    qtbot.keyClick(way, Qt.Key.Key_Down)
    sent(qtbot, page, workers, lambda: page.bills.model().rowCount() == 1)
    assert page.bills.current.missing == 1


def test_who_may_not_change_groups_sees_them_without_keys(app: App, qtbot: QtBot, workers: Tasks) -> None:
    window = shown(qtbot, Window(seat_of(app, "cashier"), workers))
    page = window.open_page("groups")
    settle(qtbot, workers)
    assert not {"Ctrl+N", "A", "F12"} & {key.press for key in page.keys}


def test_the_number_of_a_collective_bill_opens_it(qtbot: QtBot, page: GroupsPage, workers: Tasks) -> None:
    made(qtbot, page, workers)
    qtbot.keyClick(page.members, Qt.Key.Key_F12)
    sent(qtbot, page, workers, lambda: page.bills.model().rowCount() == 1)
    number = page.bills.current.number
    page.tabs.choose(0)
    page.show_argument(number)
    settle(qtbot, workers, lambda: page.tabs.index == BILLS)
    assert page.bills.current.number == number


def test_instalments_are_agreed_on_issued_shown_and_taken_back_by_keys(
    qtbot: QtBot, page: GroupsPage, workers: Tasks, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_panel, "printers", lambda: ("laser",))
    monkeypatch.setattr(paper_panel, "print_pages", lambda *_: 1)
    page.tabs.choose(INSTALMENTS)
    settle(qtbot, workers)
    view = page.instalments
    qtbot.keyClick(view.plans, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert [row["day"] for row in view.form.form.values()["parts"]] == [6, 16, 26]
    page.window().resize(1366, 768)
    assert fits(qtbot, view.parts)
    typed(qtbot, page, SMALL[0])
    sent(qtbot, page, workers, lambda: view.plans.model().rowCount() == 1)
    assert view.form is None
    qtbot.keyClick(view.plans, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: view.parts.model().rowCount() == 3)
    view.parts.setFocus()
    qtbot.keyClick(view.parts, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(page.window().focusWidget(), Qt.Key.Key_1)
    settle(qtbot, workers, lambda: any(one.reversed_on for one in view.shown))
    assert not [key for key in page.keys if key.press == "Ctrl+Z" and key.enabled]
    view.parts.setFocus()
    qtbot.keyClick(view.parts, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, workers, lambda: page.stack.currentWidget() is page.paper)
    for _ in range(2):
        qtbot.keyClick(page.paper, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, workers, page.paper.print_panel.isHidden)
    standing = {one.number for one in view.shown if one.reversed_on is None}
    prints = page.seat.ask(papers.prints, PrintsQuery())
    assert {(one.ref.kind, one.ref.number, one.state) for one in prints} == {
        (billing.INSTALMENT, number, PrintState.SENT) for number in standing
    }
    qtbot.keyClick(page.paper, Qt.Key.Key_Escape)
    view.plans.setFocus()
    qtbot.keyClick(view.plans, Qt.Key.Key_Delete)
    settle(qtbot, workers, page.banner.isVisible)
    assert view.plans.current.valid_to is None, "what was issued is not left without its plan"


def test_a_plan_that_is_refused_stays_typed(qtbot: QtBot, page: GroupsPage, workers: Tasks) -> None:
    page.tabs.choose(INSTALMENTS)
    settle(qtbot, workers)
    view = page.instalments
    view.make()
    view.form.form.edit("account").show_text("1")
    sent(qtbot, page, workers, view.form.problem.isVisible)
    assert view.form.form.values()["account"] == "1"
    view.form.form.done()
