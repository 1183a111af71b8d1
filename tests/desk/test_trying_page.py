"""What days of another capacity and a wrong tariff would come to, told while it is typed, on the real application."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop import sample
from desktop.app import open_app
from desktop.contracts.records import SpellKind
from desktop.desk import service as desk
from desktop.desk.page.trying import CapacityForm, WrongTariffForm
from desktop.desk.records import SupplyPart
from desktop.kernel.measures import Power
from desktop.sample.others import OTHERS
from desktop.shell.window import Window
from tests.desk.test_records_page import CTRL, choose, form, hand_over, records
from tests.hall import whole_sample_hall, yuan
from tests.looks import faults
from tests.windows import LOGIN, STATION, prefer_nothing, settle

FACTORY = next(one.number for one in OTHERS if one.tariff == "YL-2P-TOU")
"""315 kVA at 26.3 yuan a month."""


@pytest.fixture
def hall(sqlite_databases, tmp_path):
    prefer_nothing()
    url = sqlite_databases.like(whole_sample_hall)
    opened = open_app(url, date(2026, 2, 5), intents=tmp_path / "under_way")
    yield opened
    opened.close()
    sqlite_databases.drop(url)


@pytest.fixture(params=["zh_CN", "vi"])
def page(qtbot, hall, workers, request):
    found = hall.sign_in(LOGIN, sample.PASSWORD, STATION)
    window = Window(replace(found, actor=replace(found.actor, language=request.param)), workers)
    qtbot.addWidget(window, before_close_func=lambda one: one.pages.clear())
    window.resize(1366, 768)
    window.show()
    made = window.open_page("customers")
    settle(qtbot, workers, lambda: made.list.rows_model.rows)
    return made


def test_sealed_capacity_is_told_by_month_before_it_is_entered(qtbot, hall, page):
    tab = records(qtbot, page, FACTORY)
    choose(tab, SupplyPart.CAPACITY)
    QTest.keyClick(tab.records, Qt.Key.Key_E)
    view = form(qtbot, page, CapacityForm)
    edit = view.form.edit
    edit("power").show_text("100")
    edit("start").show_value(date(2026, 2, 10))
    hand_over(qtbot, page, view)  # what is sealed for a time needs an end: told beside its field
    assert page.stack.currentWidget() is view
    assert edit("end").hasFocus()
    edit("end").show_value(date(2026, 4, 1))
    settle(qtbot, page.tasks, lambda: view.cost.rows_model.rows)
    february, march = view.cost.rows_model.rows
    assert (february.before, march.after) == (yuan("8284.50"), yuan("5654.50"))
    assert february.after == yuan("6499.86")  # (315 × 28 − 100 × 19) × 26.3 ÷ 28
    assert page.say.money(yuan("4414.64")) in view.difference.text()
    settle(qtbot, page.tasks, lambda: not faults(page.window()))
    assert tab.shown.spells == ()
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: tab.shown.spells)
    (one,) = tab.shown.spells
    assert (one.kind, one.power, one.ends_on) == (SpellKind.SUSPENDED, Power.of(100), date(2026, 4, 1))
    assert hall.verify() == []


def reduce_by(qtbot, page, tab, power):
    """Enter a reduction from March on; one that stands there already is typed over."""
    QTest.keyClick(tab.records, Qt.Key.Key_E)
    view = form(qtbot, page, CapacityForm)
    if view.entered.rows_model.rows:
        view.entered.setFocus()
        view.entered.selectRow(0)
        QTest.keyClick(view.entered, Qt.Key.Key_Return)
    view.form.edit("kind").show_text("reduced")
    view.form.edit("start").show_value(date(2026, 3, 1))
    view.form.edit("power").show_text(page.say.number(power))
    settle(qtbot, page.tasks, lambda: view.cost.rows_model.rows)
    assert len(view.cost.rows_model.rows) == 12
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: [one.power for one in tab.shown.spells] == [power])


def test_days_entered_are_typed_over_and_taken_back_by_keys(qtbot, hall, page):
    tab = records(qtbot, page, FACTORY)
    choose(tab, SupplyPart.CAPACITY)
    for power in (Power.of(60), Power.of(90)):
        reduce_by(qtbot, page, tab, power)
    assert len(tab.shown.spells) == 1
    choose(tab, SupplyPart.CAPACITY)
    QTest.keyClick(tab.records, Qt.Key.Key_E)
    view = form(qtbot, page, CapacityForm)
    view.entered.setFocus()
    view.entered.selectRow(0)
    QTest.keyClick(view.entered, Qt.Key.Key_D, CTRL)
    settle(qtbot, page.tasks, lambda: tab.shown.spells[0].withdrawn)
    assert [one.row.what.message for one in tab.shown.history if one.part is SupplyPart.CAPACITY]


def test_a_draft_of_days_is_kept(qtbot, page):
    tab = records(qtbot, page, FACTORY)
    choose(tab, SupplyPart.CAPACITY)
    QTest.keyClick(tab.records, Qt.Key.Key_E)
    view = form(qtbot, page, CapacityForm)
    view.form.edit("reason").show_text("agreement 7")
    QTest.keyClick(view.form.edit("reason"), Qt.Key.Key_S, CTRL)
    settle(qtbot, page.tasks)
    assert "agreement 7" in page.seat.app.drafts(page.seat.actor).found(view.form.draft_name).content


def test_a_wrong_tariff_tells_the_bills_that_stand_and_is_put_right(qtbot, hall, page):
    tab = records(qtbot, page, FACTORY)
    choose(tab, SupplyPart.CONTRACT)
    wrong = tab.shown.contract
    (december,) = hall.command_line().ask(desk.account_card, FACTORY).bills
    QTest.keyClick(tab.records, Qt.Key.Key_W, CTRL)
    view = form(qtbot, page, WrongTariffForm)
    view.form.edit("tariff").show_text("YL-1P-TOU")
    settle(qtbot, page.tasks, lambda: view.cost.rows_model.rows)
    (change,) = view.cost.rows_model.rows
    assert (change.number, change.amount) == (december.number, december.amount)
    assert change.new is not None
    assert change.new < change.amount
    hand_over(qtbot, page, view)
    assert page.stack.currentWidget() is view  # why is missing
    settle(qtbot, page.tasks, lambda: not faults(page.window()))
    assert hall.command_line().ask(desk.supplies, FACTORY)[0].contract == wrong  # rehearsed, nothing kept
    view.form.edit("why").show_text("no transformer of its own")
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: tab.shown.contract.tariff_code == "YL-1P-TOU")
    (same,) = hall.command_line().ask(desk.account_card, FACTORY).bills
    assert same.amount == december.amount
    assert hall.verify() == []
