"""An account opened and the records behind one changed, by keys on the real application in two languages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.contracts import service as contracts
from desktop.contracts.records import NewPlace, PlaceFacts, PointOrder
from desktop.desk import service as desk
from desktop.desk.page.account_form import AccountForm, PointForm
from desktop.desk.page.card import RECORDS
from desktop.desk.page.entry import EntryView
from desktop.desk.page.terms import TermsForm
from desktop.desk.records import SupplyPart
from desktop.kernel.measures import Energy, Factor, Power, Reading
from desktop.kernel.text import Text
from desktop.metering.page import ReadSheet
from desktop.metering.records import NewRegister, RegisterCode
from desktop.premises.records import SupplyState
from desktop.qt.basics import Label
from desktop.shell.window import Window
from desktop.tariffs.records import Basis
from tests import hall as halls
from tests.looks import faults
from tests.windows import settle

NUMBER = halls.account_number(3)
NEW = "330104827777"
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(params=["en", "vi"])
def page(qtbot, clerk, workers, request):
    speaking = replace(clerk, actor=replace(clerk.actor, language=request.param))
    window = Window(speaking, workers)
    qtbot.addWidget(window, before_close_func=lambda one: one.pages.clear())
    window.resize(1366, 768)
    window.show()
    made = window.open_page("customers")
    settle(qtbot, workers, lambda: made.list.rows_model.rows)
    return made


def records(qtbot, page, number=NUMBER):
    """The records behind an account, shown."""
    page.show_account(number)
    settle(qtbot, page.tasks, lambda: page.card is not None and page.card.row.number == number)
    page.account.tabs.choose(RECORDS)
    tab = page.account.supply
    settle(qtbot, page.tasks, lambda: tab.shown is not None and tab.shown.account_number == number)
    return tab


def form(qtbot, page, kind=EntryView):
    settle(qtbot, page.tasks, lambda: isinstance(page.stack.currentWidget(), kind))
    return page.stack.currentWidget()


def choose(tab, part):
    tab.records.selectRow(list(SupplyPart).index(part))
    tab.records.setFocus()


def hand_over(qtbot, page, view):
    QTest.keyClick(view.form.edit(next(iter(view.form.values()))), Qt.Key.Key_F12)
    settle(qtbot, page.tasks)


def test_an_account_is_opened_from_the_list(qtbot, hall, page):
    QTest.keyClick(page.list, Qt.Key.Key_U, CTRL)
    view = form(qtbot, page, AccountForm)
    edit = view.form.edit
    assert edit("name").hasFocus()
    QTest.keyClicks(edit("name"), "Lin Mei")
    QTest.keyClick(edit("name"), Qt.Key.Key_Return)
    assert edit("phone").hasFocus()
    hand_over(qtbot, page, view)  # not yet all is typed: nothing happens but that it is told
    assert edit("address").hasFocus()
    QTest.keyClicks(edit("address"), "Quiet Lane 4")
    QTest.keyClicks(edit("serial"), "M-77")
    QTest.keyClick(edit("serial"), Qt.Key.Key_I, CTRL)
    assert QApplication.focusWidget() is edit("registers[1].register")
    edit("number").show_text(NEW)
    assert view.stepper._at == 3
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: page.card is not None and page.card.row.number == NEW)
    now = hall.command_line().ask(desk.supplies, NEW)[0]
    assert (now.customer_name, now.place.address, now.place.voltage) == ("Lin Mei", "Quiet Lane 4", "220 V")
    assert now.meter.registers == (RegisterCode.ACTIVE, RegisterCode.PEAK)
    assert (now.route, now.position) == ("0412", 26)


def test_a_refusal_keeps_what_was_typed(qtbot, page):
    QTest.keyClick(page.list, Qt.Key.Key_U, CTRL)
    view = form(qtbot, page, AccountForm)
    for name, typed in (
        ("name", "Lin Mei"),
        ("address", "Quiet Lane 4"),
        ("serial", "M-77"),
        ("number", NUMBER),
    ):
        view.form.edit(name).show_text(typed)
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, view.problem.isVisible)
    assert page.stack.currentWidget() is view
    assert view.form.values()["address"] == "Quiet Lane 4"


def test_a_customer_we_know_is_offered_and_taken(qtbot, hall, page):
    known = page.list.rows_model.rows[4]
    QTest.keyClick(page.list, Qt.Key.Key_U, CTRL)
    view = form(qtbot, page, AccountForm)
    view.form.edit("name").show_text(known.customer_name)
    settle(qtbot, page.tasks, view.known.isVisible)
    QTest.keyClick(view.form.edit("name"), Qt.Key.Key_E, CTRL)
    settle(qtbot, page.tasks, lambda: view.customer is not None)
    assert not view.form.edit("name").isEnabled()
    view.form.edit("address").show_text("Quiet Lane 4")
    view.form.edit("serial").show_text("M-77")
    view.form.edit("number").show_text(NEW)
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: page.card is not None and page.card.row.number == NEW)
    seat = hall.command_line()
    assert halls.party_of(seat, NEW) == view.customer.party_id


def test_somebody_follows_at_a_place(qtbot, hall, page):
    tab = records(qtbot, page)
    choose(tab, SupplyPart.CONTRACT)
    QTest.keyClick(tab.records, Qt.Key.Key_U, CTRL)
    view = form(qtbot, page, AccountForm)
    view.form.edit("name").show_text("Lin Mei")
    view.form.edit("number").show_text(NEW)
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: page.card is not None and page.card.row.number == NEW)
    before = hall.command_line().ask(desk.account_card, NUMBER)
    assert before.closed_on is not None
    assert page.card.row.meter_serial == before.row.meter_serial


def test_a_place_is_changed_and_tells_by_whom(qtbot, hall, page):
    tab = records(qtbot, page)
    choose(tab, SupplyPart.PREMISE)
    QTest.keyClick(tab.records, Qt.Key.Key_E)
    view = form(qtbot, page)
    view.form.edit("address").show_text("Quiet Lane 5")
    view.form.edit("capacity").show_text("40")
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: tab.shown.place.address == "Quiet Lane 5")
    assert tab.shown.capacity == Power.of(40)
    assert tab.records.isVisible()
    row = tab.history.rows_model.rows[0]
    assert (row.by, "Quiet Lane 5" in page.say.write(row.words)) == (page.seat.actor.name, True)
    assert page.card.row.address == "Quiet Lane 5"


def test_a_meter_billed_already_changes_its_number_only(qtbot, page):
    tab = records(qtbot, page)
    choose(tab, SupplyPart.METER)
    QTest.keyClick(tab.records, Qt.Key.Key_E)
    view = form(qtbot, page)
    assert not view.form.edit("ratio").isEnabled()
    view.form.edit("serial").show_text("M-78")
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: tab.shown.meter.serial == "M-78")


def test_another_number_opens_the_card_again(qtbot, hall, page):
    seat = hall.command_line()
    hints = seat.ask(contracts.account_hints)
    QTest.keyClick(page.list, Qt.Key.Key_U, CTRL)
    view = form(qtbot, page, AccountForm)
    for name, typed in (("name", "Lin Mei"), ("address", "Quiet Lane 4"), ("serial", "M-77")):
        view.form.edit(name).show_text(typed)
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: page.card is not None and page.card.row.number == hints.number)
    tab = records(qtbot, page, hints.number)
    choose(tab, SupplyPart.ACCOUNT)
    QTest.keyClick(tab.records, Qt.Key.Key_E)
    view = form(qtbot, page)
    view.form.edit("number").show_text(NEW)
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: tab.shown.account_number == NEW)
    assert not page.banner.isVisible()


def test_a_contract_gets_another_tariff_and_ends(qtbot, page):
    tab = records(qtbot, page)
    choose(tab, SupplyPart.CONTRACT)
    first = tab.shown.contract
    QTest.keyClick(tab.records, Qt.Key.Key_E)
    view = form(qtbot, page)
    other = next(code for code, _name in tab.shown.tariffs if code != first.tariff_code)
    view.form.edit("tariff").show_text(other)
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: tab.shown.contract.tariff_code == other)
    assert tab.shown.contract.number != first.number


def test_terms_of_a_contract_are_agreed_and_changed(qtbot, hall, page):
    tab = records(qtbot, page)
    choose(tab, SupplyPart.TERMS)
    QTest.keyClick(tab.records, Qt.Key.Key_E)
    view = form(qtbot, page, TermsForm)
    edit = view.form.edit
    edit("capacity").show_text("0")
    edit("basis").show_text("capacity")
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, view.problem.isVisible)  # a charge by capacity needs one
    edit("capacity").show_text("400")
    edit("free").show_text("10")
    edit("standard").show_text("0" + page.say.shape.decimal + "90")
    edit("shares[0].percent").show_text("15")
    edit("shares[0].fixed").show_text("300")
    edit("losses").show_text("method=fixed_rate")
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, view.problem.isVisible)  # a rate that nobody gave
    edit("losses").show_text("method=fixed_rate; rate_percent=3")
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: tab.shown.terms)
    terms = tab.shown.terms[0].terms
    assert (terms.basis, terms.capacity, terms.free) == (Basis.CAPACITY, Power.of(400), Energy.of(10))
    assert (terms.power_factor_standard, terms.shares[0].percent) == (90, Factor.of(15))
    assert len(tab.history.rows_model.rows) == 1
    choose(tab, SupplyPart.TERMS)
    QTest.keyClick(tab.records, Qt.Key.Key_E)
    view = form(qtbot, page, TermsForm)
    assert [view.form.values()["shares"][0][name] for name in ("percent", "fixed")] == [15, 300]
    view.form.edit("capacity").show_text("500")
    view.form.edit("losses").show_text("")
    view.form.edit("shares[0].fixed").show_text("")
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: tab.shown.terms[0].terms.capacity == Power.of(500))
    assert tab.shown.terms[0].terms.losses == ""
    words = [row.words for row in tab.history.rows_model.rows]
    assert changed_to("method=fixed_rate; rate_percent=3", Text("nothing")) in words
    code = terms.shares[0].tariff_code
    assert changed_to(f"{code}: 300 kWh + 15 %", f"{code}: 15 %") in words
    assert hall.verify() == []


def changed_to(before: object, after: object) -> Text:
    return Text("was {before}, now {after}", before=before, after=after)


def test_esc_asks_before_typed_work_and_a_draft_is_kept(qtbot, page, monkeypatch):
    QTest.keyClick(page.list, Qt.Key.Key_U, CTRL)
    view = form(qtbot, page, AccountForm)
    view.form.edit("name").show_text("Lin Mei")
    view.form.save_draft()
    settle(qtbot, page.tasks)
    asked = []
    monkeypatch.setattr("desktop.qt.form.Question.exec", lambda _: bool(asked.append(1)))
    QTest.keyClick(view.form.edit("name"), Qt.Key.Key_Escape)
    assert (asked, page.stack.currentWidget()) == ([1], view)
    kept = page.seat.app.drafts(page.seat.actor).found("account")
    assert "Lin Mei" in kept.content


def test_a_cashier_sees_the_records_and_changes_none(qtbot, hall, workers):
    from desktop import sample

    window = Window(hall.sign_in("lin", sample.PASSWORD, "3"), workers)
    qtbot.addWidget(window)
    window.show()
    page = window.open_page("customers")
    settle(qtbot, workers, lambda: page.list.rows_model.rows)
    tab = records(qtbot, page)
    choose(tab, SupplyPart.PREMISE)
    assert {"E", "Ctrl+U", "Del"}.isdisjoint(key.press for key in page.keys)
    QTest.keyClick(tab.records, Qt.Key.Key_Return)
    settle(qtbot, workers)
    assert tab.isVisible()


def test_a_second_service_point_is_added_chosen_and_ended(qtbot, hall, page):
    tab = records(qtbot, page)
    choose(tab, SupplyPart.POINT)
    QTest.keyClick(tab.records, Qt.Key.Key_A)
    view = form(qtbot, page, PointForm)
    edit = view.form.edit
    assert not edit("address").isEnabled()
    assert faults(page.window()) == []
    edit("where").show_text("elsewhere")
    assert (edit("address").isEnabled(), edit("address").text_typed()) == (True, "")
    hand_over(qtbot, page, view)  # not yet all is typed
    assert page.stack.currentWidget() is view
    edit("address").show_text("Workshop Lane 8")
    edit("serial").show_text("W-8")
    today = page.seat.today()
    edit("start").show_value(today)
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: len(page.card.points) == 2 and len(tab.points) == 2)
    facts = page.account.head.facts.values
    first = facts[1].text()
    QTest.keyClick(tab.records, Qt.Key.Key_B)
    assert (facts[1].text(), tab.shown.place.address) == ("Workshop Lane 8", "Workshop Lane 8")
    assert faults(page.window()) == []
    assert tab.shown.contract.valid_to is None
    QTest.keyClick(tab.records, Qt.Key.Key_B)
    assert (facts[1].text(), tab.shown.place.address) == (first, first)
    QTest.keyClick(tab.records, Qt.Key.Key_R, CTRL)
    sheet = next(one for one in page.window().children() if isinstance(one, ReadSheet))
    settle(qtbot, page.tasks, lambda: sheet.now is not None)
    assert sheet.now.meter_serial == page.card.row.meter_serial
    sheet.dismiss()
    QTest.keyClick(tab.records, Qt.Key.Key_B)
    choose(tab, SupplyPart.CONTRACT)
    QTest.keyClick(tab.records, Qt.Key.Key_Delete)
    view = form(qtbot, page)
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: tab.shown is not None and tab.shown.contract.valid_to is not None)
    assert tab.shown.place.address == "Workshop Lane 8"
    assert page.card.closed_on is None


def test_supply_is_put_down_with_day_and_reason(qtbot, hall, page):
    tab = records(qtbot, page)
    choose(tab, SupplyPart.POINT)
    QTest.keyClick(tab.records, Qt.Key.Key_B, CTRL)
    view = form(qtbot, page)
    assert faults(page.window()) == []
    view.form.edit("state").show_text("disconnected")
    hand_over(qtbot, page, view)
    assert page.stack.currentWidget() is view  # a reason is missing
    view.form.edit("why").show_text("seen at the place")
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: page.card.points[0].supply_state is SupplyState.DISCONNECTED)
    settle(qtbot, page.tasks, lambda: tab.shown.place.supply_state is SupplyState.DISCONNECTED)
    row = tab.history.rows_model.rows[0]
    assert "seen at the place" in page.say.write(row.words)
    words = page.say(SupplyState.DISCONNECTED.text)
    assert words in {badge.text for badge in page.account.head.badges}


def test_an_earlier_month_is_put_down_with_its_reason(qtbot, hall, page):
    tab = records(qtbot, page)
    choose(tab, SupplyPart.METER)
    QTest.keyClick(tab.records, Qt.Key.Key_M)
    view = form(qtbot, page)
    assert faults(page.window()) == []
    edit = view.form.edit
    edit("month").show_text("10/2024")
    edit("energy").show_text("１８７.５")
    edit("why").show_text("the last bill")
    hand_over(qtbot, page, view)
    assert page.stack.currentWidget() is view  # that is no month
    edit("month").show_text("2024-10")
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: tab.history.rows_model.rows[0].words == "the last bill")
    assert "187.5" in page.say(tab.history.rows_model.rows[0].what).replace(",", ".")


def test_a_place_that_somebody_leaves_is_taken_over_by_an_account(qtbot, hall, page):
    tab = records(qtbot, page)
    QTest.keyClick(tab.records, Qt.Key.Key_A)
    view = form(qtbot, page, PointForm)
    edit = view.form.edit
    edit("where").show_text("taken")
    assert not edit("serial").isEnabled()
    assert faults(page.window()) == []
    hand_over(qtbot, page, view)
    assert page.stack.currentWidget() is view  # whose place is missing
    other = halls.account_number(4)
    leaves = hall.command_line().ask(desk.account_card, other)
    edit("follows").show_value(other)
    edit("start").show_value(page.seat.today())
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: len(page.card.points) == 2)
    assert page.card.points[1].meter_serial == leaves.row.meter_serial
    assert hall.command_line().ask(desk.account_card, other).closed_on == page.seat.today()


def test_one_of_several_places_is_taken_over_by_its_contract(qtbot, hall, page):
    seat, other = hall.command_line("1"), halls.account_number(4)
    facts = PlaceFacts("310015", "Hangzhou", "Workshop Lane 9", "380 V", "", "")
    place = NewPlace(
        facts, "W-9", Factor.of(1), (NewRegister(RegisterCode.ACTIVE, 6, Reading(0)),), "0412", 990
    )
    today = page.seat.today()
    added = seat.do(contracts.add_point, PointOrder(other, "ZJ-RES", today.replace(day=1), place))
    tab = records(qtbot, page)
    QTest.keyClick(tab.records, Qt.Key.Key_A)
    view = form(qtbot, page, PointForm)
    edit = view.form.edit
    edit("where").show_text("here")
    assert not edit("contract").isEnabled()
    edit("where").show_text("taken")
    edit("follows").show_value(other)
    edit("start").show_value(today)
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: added.contract_number in view.problem.findChild(Label).text())
    assert page.stack.currentWidget() is view
    edit("contract").show_text(added.contract_number)
    hand_over(qtbot, page, view)
    settle(qtbot, page.tasks, lambda: len(page.card.points) == 2)
    assert page.card.points[1].meter_serial == "W-9"
    assert seat.ask(desk.account_card, other).closed_on is None
