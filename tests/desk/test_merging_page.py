"""Two parties that are one, merged and parted again by keys on the real application, in two languages."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop import sample
from desktop.contracts import service as contracts
from desktop.desk import service as desk
from desktop.desk.page.entry import EntryView
from desktop.desk.page.merging import MergeForm, OtherForm, PairsView
from desktop.parties import service as parties
from desktop.parties.records import (
    ContactKind,
    ContactOrder,
    DebtorType,
    PartyKind,
    PartyOrder,
    PartyPart,
    PartyRoleKind,
    PartyShown,
)
from desktop.shell.window import Window
from tests import hall as halls
from tests.looks import faults
from tests.windows import settle

NUMBER = halls.account_number(3)
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(params=["zh_CN", "vi"])
def page(qtbot, clerk, workers, request):
    speaking = replace(clerk, actor=replace(clerk.actor, language=request.param))
    window = Window(speaking, workers)
    qtbot.addWidget(window, before_close_func=lambda one: one.pages.clear())
    window.resize(1366, 768)
    window.show()
    made = window.open_page("customers")
    settle(qtbot, workers, lambda: made.list.rows_model.rows)
    return made


@pytest.fixture
def twin(hall) -> UUID:
    """Somebody entered once more, at the address of the third account and under the same name."""
    seat = hall.command_line()
    row = seat.ask(desk.account_card, NUMBER).row
    order = PartyOrder(
        PartyKind.PERSON, row.customer_name, "vi", DebtorType.BUSINESS, PartyRoleKind.LESSOR, "139 5555 1111"
    )
    key = seat.do(parties.enter, order)
    seat.do(parties.add_contact, ContactOrder(key, ContactKind.POSTAL, row.address))
    return key


def shown(qtbot, page, kind):
    settle(qtbot, page.tasks, lambda: isinstance(page.stack.currentWidget(), kind))
    return page.stack.currentWidget()


def merge_now(qtbot, page, view, why="entered twice"):
    view.form.edit("why").show_text(why)
    QTest.keyClick(view.form.edit("why"), Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.stack.currentWidget() is not view)


def test_a_pair_is_compared_merged_and_parted_again(qtbot, hall, page, twin):
    QTest.keyClick(page.list, Qt.Key.Key_G, CTRL)
    pairs = shown(qtbot, page, PairsView)
    settle(qtbot, page.tasks, lambda: pairs.table.rows_model.rows)
    first = halls.party_of(hall.command_line(), NUMBER)
    assert {pairs.table.current.one.party_id, pairs.table.current.other.party_id} == {first, twin}
    assert faults(page.window()) == []
    QTest.keyClick(pairs.table, Qt.Key.Key_Return)
    view = shown(qtbot, page, MergeForm)
    assert view._preview.kept.party_id == first
    assert faults(page.window()) == []
    assert set(view.choices) == {PartyPart.LANGUAGE, PartyPart.DEBTOR_TYPE, PartyPart.PHONE}
    QTest.keyClick(view.form.edit("why"), Qt.Key.Key_F12)
    assert page.stack.currentWidget() is view  # a reason is missing
    view.form.edit("language").show_text("merged")
    merge_now(qtbot, page, view)
    pairs = shown(qtbot, page, PairsView)
    settle(qtbot, page.tasks, lambda: not pairs.table.rows_model.rows)
    QTest.keyClick(pairs.table, Qt.Key.Key_Escape)
    page.show_argument(PartyShown(first))
    settle(qtbot, page.tasks, lambda: page.party.card is not None and page.party.card.merges)
    card = page.party.card
    assert (card.language, card.debtor_type) == ("vi", DebtorType.CONSUMER)
    assert {role.kind for role in card.roles} == {PartyRoleKind.CUSTOMER, PartyRoleKind.LESSOR}
    QTest.keyClick(page.party.accounts, Qt.Key.Key_Z, CTRL)
    view = shown(qtbot, page, EntryView)
    merge_now(qtbot, page, view, "two people after all")
    settle(qtbot, page.tasks, lambda: page.party.card is not None and page.party.card.party_id == twin)
    assert page.party.card.merged_into is None
    assert hall.verify() == []


def test_the_other_one_is_looked_for_and_may_be_the_one_that_stays(qtbot, hall, page, twin):
    first = halls.party_of(hall.command_line(), NUMBER)
    page.show_argument(PartyShown(first))
    settle(qtbot, page.tasks, lambda: page.party.card is not None and page.party.card.party_id == first)
    QTest.keyClick(page.party.accounts, Qt.Key.Key_G, CTRL)
    view = shown(qtbot, page, OtherForm)
    assert faults(page.window()) == []
    view.who.show_text("nobody at all")
    settle(qtbot, page.tasks, view.problem.isVisible)
    view.who.show_text("13955551111")
    settle(qtbot, page.tasks, lambda: view.found.rows_model.rows)
    QTest.keyClick(view.who, Qt.Key.Key_F12)
    view = shown(qtbot, page, MergeForm)
    assert (view._preview.kept.party_id, view._preview.merged.party_id) == (first, twin)
    QTest.keyClick(view.form.edit("why"), Qt.Key.Key_E, CTRL)
    settle(
        qtbot,
        page.tasks,
        lambda: (
            isinstance(page.stack.currentWidget(), MergeForm)
            and page.stack.currentWidget()._preview.kept.party_id == twin
        ),
    )
    merge_now(qtbot, page, page.stack.currentWidget())
    settle(qtbot, page.tasks, lambda: page.party.isVisible() and page.party.card.merged_into is not None)
    assert page.party.card.merged_into[0] == twin
    QTest.keyClick(page.party.accounts, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: page.party.card.party_id == twin)
    assert [one.row.number for one in page.party.card.accounts] == [NUMBER]


def test_two_who_only_look_alike_are_not_offered_again(qtbot, hall, page, twin):
    QTest.keyClick(page.list, Qt.Key.Key_G, CTRL)
    pairs = shown(qtbot, page, PairsView)
    settle(qtbot, page.tasks, lambda: pairs.table.rows_model.rows)
    QTest.keyClick(pairs.table, Qt.Key.Key_K)
    settle(qtbot, page.tasks, lambda: not pairs.table.rows_model.rows)
    assert hall.command_line().ask(contracts.duplicates) == ()
    QTest.keyClick(pairs.table, Qt.Key.Key_Escape)
    settle(qtbot, page.tasks, page.list.isVisible)


def test_a_cashier_merges_nobody(qtbot, hall, workers, twin):
    window = Window(hall.sign_in("lin", sample.PASSWORD, "3"), workers)
    qtbot.addWidget(window)
    window.show()
    page = window.open_page("customers")
    settle(qtbot, workers, lambda: page.list.rows_model.rows)
    assert "Ctrl+G" not in {key.press for key in page.keys}
    page.show_argument(PartyShown(twin))
    settle(qtbot, workers, lambda: page.party.card is not None)
    assert {"Ctrl+G", "Ctrl+Z"}.isdisjoint(key.press for key in page.keys)
