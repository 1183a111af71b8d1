"""Corrections of energy on the real application: proposed by one person, decided by another, by keys alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop import sample
from desktop.billing.page.runs import CORRECTIONS
from desktop.billing.records import EnergyDecisionOrder, EnergyState
from desktop.billing.service import decide_energy, energy_corrections
from desktop.kernel.measures import Energy
from desktop.qt.tasks import Tasks
from desktop.shell.window import Window
from tests.hall import account_number, seat_of
from tests.looks import faults
from tests.windows import settle

NUMBER = account_number(3)
CTRL = Qt.KeyboardModifier.ControlModifier


def corrections(qtbot, seat, workers: Tasks, language: str):
    """The tab of corrections of somebody, shown."""
    window = Window(replace(seat, actor=replace(seat.actor, language=language)), workers)
    qtbot.addWidget(window, before_close_func=lambda one: one.pages.clear())
    window.resize(1366, 768)
    window.show()
    page = window.open_page("bills")
    settle(qtbot, workers, lambda: page.drafts)
    page.tabs.choose(CORRECTIONS)
    settle(qtbot, workers)
    return page


@pytest.fixture(params=["zh_CN", "vi"])
def language(request) -> str:
    return request.param


@pytest.fixture
def page(qtbot, clerk, workers, language):
    return corrections(qtbot, clerk, workers, language)


def fill(page, **typed: str) -> None:
    """Open the form and type; months and account are those of the sample hall."""
    QTest.keyClick(page.corrections.table, Qt.Key.Key_N, CTRL)
    known = {
        "account": NUMBER,
        "month": "2025-12",
        "with": "2026-01",
        "kind": "normal_month",
        "reason": "blind",
    }
    for name, words in (known | typed).items():
        page.corrections.form.form.edit(name).show_text(words)


NORMAL = {"normal_month.recorded_kwh": "200", "normal_month.normal_kwh": "310"}


def test_one_proposes_with_its_cost_in_sight_and_another_approves(qtbot, hall, page, workers, language):
    tab = page.corrections
    fill(page, **NORMAL)
    settle(qtbot, workers, lambda: tab.cost.lines.rows_model.rows)
    assert tab.cost.amount.text().startswith("+")
    settle(qtbot, workers, lambda: not faults(page.window()))
    QTest.keyClick(tab.form.form.edit("reason"), Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: tab.form is None and tab.table.rows_model.rows)
    (row,) = tab.table.rows_model.rows
    assert (row.state, row.energy, row.mine) == (EnergyState.WAITING, Energy.of(110), True)
    assert not next(
        key for key in page.keys if key.press == "A"
    ).enabled  # who proposed it does not approve it
    other = corrections(qtbot, seat_of(hall, "wang", "2"), workers, language)
    settle(qtbot, workers, lambda: other.corrections.cost.lines.rows_model.rows)
    assert other.corrections.cost.amount.text() == tab.cost.amount.text()
    QTest.keyClick(other.corrections.table, Qt.Key.Key_A)
    settle(qtbot, workers, lambda: other.corrections.table.current.state is EnergyState.APPROVED)
    assert faults(other.window()) == []
    assert hall.verify() == []


def test_another_declines_with_a_reason(qtbot, hall, page, workers, language):
    fill(page, **NORMAL)
    QTest.keyClick(page.corrections.form.form.edit("reason"), Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: page.corrections.form is None)
    other = corrections(qtbot, seat_of(hall, "wang", "2"), workers, language)
    tab = other.corrections
    QTest.keyClick(tab.table, Qt.Key.Key_R)
    assert tab.question.isVisible()
    QTest.keyClick(tab.question.edit, Qt.Key.Key_Return)
    assert tab.question.isVisible()  # nothing is declined without a reason
    QTest.keyClick(tab.question.edit, Qt.Key.Key_2)
    settle(qtbot, workers, lambda: tab.table.current.state is EnergyState.DECLINED)
    assert other.say("The evidence is missing") in tab.facts[2].text()


def test_a_reason_that_was_refused_stands_there_again(qtbot, hall, page, workers):
    fill(page, **NORMAL)
    QTest.keyClick(page.corrections.form.form.edit("reason"), Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: page.corrections.form is None)
    wang = seat_of(hall, "wang", "2")
    other = corrections(qtbot, wang, workers, "en")
    tab = other.corrections
    QTest.keyClick(tab.table, Qt.Key.Key_R)
    QTest.keyClicks(tab.question.edit, "a guess")
    wang.do(decide_energy, EnergyDecisionOrder(tab.table.current.correction_id, approve=True))
    QTest.keyClick(tab.question.edit, Qt.Key.Key_Return)
    settle(qtbot, workers, other.banner.isVisible)
    tab.ask_why()
    assert tab.question.edit.text() == "a guess"


REFUSED = {
    "account": ({"account": "330100000000"}, NORMAL),
    "with": ({"with": "2025-12"}, NORMAL),
    "month": ({"month": "soon"}, NORMAL),
    "meter_error.error_percent": (
        {"kind": "meter_error", "meter_error.error_percent.sign": "-"},
        {"meter_error.recorded_kwh": "100", "meter_error.error_percent": "100"},
    ),
}


@pytest.mark.parametrize("field", REFUSED)
def test_what_is_refused_is_told_beside_its_field_and_stays_typed(qtbot, hall, page, workers, field):
    first, values = REFUSED[field]
    fill(page, **first, **values)
    tab = page.corrections
    edit = tab.form.form.edit
    QTest.keyClick(edit("reason"), Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: edit(field).property("problem") == "bad")
    assert edit("reason").text() == "blind"
    assert hall.command_line().ask(energy_corrections) == ()


def test_a_draft_is_kept_and_esc_asks_first(qtbot, page, workers, monkeypatch):
    fill(page, **NORMAL)
    edit = page.corrections.form.form.edit
    QTest.keyClick(edit("reason"), Qt.Key.Key_S, CTRL)
    settle(qtbot, workers)
    assert NUMBER in page.seat.app.drafts(page.seat.actor).found("energy").content
    asked = []
    monkeypatch.setattr("desktop.qt.form.Question.exec", lambda _: bool(asked.append(1)))
    QTest.keyClick(edit("reason"), Qt.Key.Key_Escape)
    assert asked == [1]
    assert page.corrections.form is not None


def test_who_may_neither_propose_nor_decide_only_looks(qtbot, hall, workers):
    page = corrections(qtbot, hall.sign_in("lin", sample.PASSWORD, "3"), workers, "en")
    assert {"A", "R", "Ctrl+N"}.isdisjoint(key.press for key in page.keys)
