"""The search box by keys: groups and commands, what matched, papers that open, and input methods."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.counter.records import PaymentOrder, TillOrder
from desktop.counter.service import open_till, take_payment
from desktop.desk.records import AccountsOrder
from desktop.desk.service import account_card, accounts
from desktop.kernel.errors import Away
from desktop.kernel.measures import Money
from desktop.parties.records import DebtorType, PartyKind, PartyOrder, PartyRoleKind
from desktop.parties.service import enter
from desktop.sample.zhejiang import households
from desktop.shell import search_box
from desktop.shell.window import Window
from tests.windows import WAIT_MS, commit, found, owing, settle, shown

SHIFT = Qt.KeyboardModifier.ShiftModifier


def compose(box, text: str) -> None:
    """Letters an input method still works on."""
    QApplication.sendEvent(box, QInputMethodEvent(text, []))


def search(qtbot, window: Window, typed: str) -> None:
    """Type into the box and wait for what is found."""
    window.start_search()
    window.search.clear()
    if typed.isascii():
        QTest.keyClicks(window.search, typed)
    else:
        commit(window.search, typed)
    found(qtbot, window, typed)


def kinds(window: Window) -> list[str]:
    """What the groups are called."""
    return [row.title.text for row in window.drop.rows if row.kind == "head"]


def marked(words) -> list[str]:
    """The letters in accent."""
    return [words.text[begin:end] for begin, end in words.spans]


@pytest.fixture(params=["zh_CN", "vi"])
def spoken(request, qtbot, clerk, workers) -> Window:
    """The window in a language, at the customers' list, the till open."""
    clerk.do(open_till, TillOrder(Money(0)))
    made = shown(qtbot, Window(replace(clerk, actor=replace(clerk.actor, language=request.param)), workers))
    made.open_page("customers")
    settle(qtbot, workers)
    return made


class TestFinding:
    def test_pinyin_shows_the_reading_with_the_typed_letters_in_accent(self, qtbot, spoken):
        one = next(one for one in households() if one.name.startswith("曾") and len(one.name) == 2)
        search(qtbot, spoken, "z")
        row = next(row for row in spoken.drop.rows if row.title.text == one.name)
        assert row.aside.text.startswith("zēng ")
        assert marked(row.aside) == ["z"]

    def test_a_telephone_shows_only_the_digits_typed(self, qtbot, spoken):
        one = households()[3]
        search(qtbot, spoken, one.phone[-4:])
        row = next(row for row in spoken.drop.rows if row.title.text == one.name)
        assert row.aside.text.endswith(one.phone[-4:])
        assert marked(row.aside) == [one.phone[-4:]]
        assert one.phone[:7] not in row.spoken

    def test_the_number_is_marked_in_its_groups_and_the_debt_stands_at_the_right(self, qtbot, spoken, clerk):
        row = owing(clerk)[0]
        search(qtbot, spoken, row.number)
        here = spoken.drop.current
        assert marked(here.second) == [spoken.seat.app.country.format_account(row.number)]
        assert here.figure == spoken.say.money(row.owed)
        assert here.state == "bad"

    def test_full_width_digits_find_as_well(self, qtbot, spoken, clerk):
        wanted = owing(clerk)[0]
        commit_text = "".join(chr(ord(digit) + 0xFEE0) for digit in wanted.number)
        spoken.start_search()
        commit(spoken.search, commit_text)
        found(qtbot, spoken, commit_text)
        assert wanted.customer_name == spoken.drop.current.title.text

    def test_nothing_found_says_what_to_try(self, qtbot, spoken):
        search(qtbot, spoken, "zzzz")
        (row,) = spoken.drop.rows
        assert spoken.drop.current is None
        assert "zzzz" in row.title.text
        assert row.second.text
        assert spoken.drop.accessibleName() == row.spoken


class TestChoosing:
    def test_tab_changes_the_group_and_the_marked_line_is_announced(self, qtbot, spoken, clerk):
        clerk.do(take_payment, PaymentOrder(owing(clerk)[0].number, Money(100), Money(100)))
        search(qtbot, spoken, "3")
        assert kinds(spoken) == [spoken.say("Customers"), spoken.say("Papers")]
        first = spoken.drop.current
        QTest.keyClick(spoken.search, Qt.Key.Key_Tab)
        assert spoken.drop.current is not first
        assert spoken.drop.accessibleName() == spoken.drop.current.spoken
        QTest.keyClick(spoken.search, Qt.Key.Key_Tab, SHIFT)
        assert spoken.drop.current is first
        assert spoken.focusWidget() is spoken.search

    def test_arrows_leave_the_headings_out_and_go_round(self, qtbot, spoken):
        search(qtbot, spoken, "3301")
        takers = [row for row in spoken.drop.rows if row.take]
        for row in (*takers[1:], takers[0]):
            QTest.keyClick(spoken.search, Qt.Key.Key_Down)
            assert spoken.drop.current is row
        QTest.keyClick(spoken.search, Qt.Key.Key_Up)
        assert spoken.drop.current is takers[-1]

    def test_tab_leaves_the_box_when_nothing_drops(self, qtbot, spoken):
        search(qtbot, spoken, "3301")
        QTest.keyClick(spoken.search, Qt.Key.Key_Escape)
        spoken.search.setFocus()
        QTest.keyClick(spoken.search, Qt.Key.Key_Tab)
        assert spoken.focusWidget() is not spoken.search
        assert spoken.search.text() == "3301"


class TestCommands:
    def test_a_greater_sign_lists_commands_alone_and_enter_does_one(self, qtbot, spoken):
        page = spoken.open_page("readings")
        settle(qtbot, spoken.tasks)
        search(qtbot, spoken, ">")
        assert len(kinds(spoken)) == 1
        caps = {row.cap for row in spoken.drop.rows if row.take}
        wanted = {key.press.replace("+", " ") for key in page.keys if key.enabled}
        assert caps <= wanted | {key.press.replace("+", " ") for key in spoken.common_keys()}
        assert caps & wanted
        done = []
        key = next(key for key in page.keys if key.press == "Ctrl+O")
        page.keys = tuple(
            replace(one, act=lambda: done.append(1)) if one is key else one for one in page.keys
        )
        search(qtbot, spoken, f">{spoken.say(key.text)}")
        QTest.keyClick(spoken.search, Qt.Key.Key_Return)
        assert done == [1]
        assert spoken.drop.isHidden()

    def test_a_page_is_found_by_its_name_and_opened(self, qtbot, spoken):
        entry = next(entry for entry in spoken.entries if entry.name == "readings")
        search(qtbot, spoken, spoken.say(entry.title))
        assert any(row.cap == "Ctrl 4" for row in spoken.drop.rows)
        while spoken.drop.current.cap != "Ctrl 4":
            QTest.keyClick(spoken.search, Qt.Key.Key_Down)
        QTest.keyClick(spoken.search, Qt.Key.Key_Return)
        assert spoken.page_name == "readings"
        assert spoken.search.text() == ""
        settle(qtbot, spoken.tasks)

    def test_chinese_commands_are_found_by_pinyin(self, qtbot, clerk, workers):
        made = shown(qtbot, Window(replace(clerk, actor=replace(clerk.actor, language="zh_CN")), workers))
        made.open_page("customers")
        settle(qtbot, workers)
        search(qtbot, made, "chaobiao")
        assert [row.title.text for row in made.drop.rows if row.take] == ["抄表", "抄表段"]


class TestPapers:
    def test_a_bill_opens_on_its_page(self, qtbot, spoken, clerk):
        row = clerk.ask(accounts, AccountsOrder())[0]
        bill = clerk.ask(account_card, row.number).bills[0]
        search(qtbot, spoken, bill.number)
        QTest.keyClick(spoken.search, Qt.Key.Key_Return)
        settle(qtbot, spoken.tasks, lambda: spoken.page_name == "bills" and spoken.page.pane.isVisible())
        assert spoken.page.pane.shown.number == bill.number

    def test_a_receipt_opens_at_the_counter_and_nothing_is_printed(self, qtbot, spoken, clerk, monkeypatch):
        row = owing(clerk)[0]
        taken = clerk.do(take_payment, PaymentOrder(row.number, Money(100), Money(100)))
        monkeypatch.setattr("desktop.papers.page.sending.print_pages", pytest.fail)
        search(qtbot, spoken, taken.number)
        QTest.keyClick(spoken.search, Qt.Key.Key_Return)
        settle(qtbot, spoken.tasks, lambda: spoken.page_name == "counter" and spoken.page.receipt is not None)
        assert spoken.page.receipt.number == taken.number
        QTest.keyClick(spoken, Qt.Key.Key_F3)
        assert spoken.page.receipt is None
        settle(qtbot, spoken.tasks)

    def test_control_enter_on_a_paper_takes_money_for_its_account(self, qtbot, spoken, clerk):
        row = owing(clerk)[0]
        bill = clerk.ask(account_card, row.number).bills[0]
        search(qtbot, spoken, bill.number)
        QTest.keyClick(spoken.search, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        settle(qtbot, spoken.tasks, lambda: spoken.page_name == "counter" and spoken.page.payer is not None)
        assert spoken.page.payer.row.number == row.number


class TestInputMethods:
    def test_a_party_without_an_account_opens_its_card(self, qtbot, spoken, clerk):
        order = PartyOrder(
            PartyKind.ORGANISATION, "Sunrise Solar", "en", DebtorType.BUSINESS, PartyRoleKind.PRODUCER
        )
        party_id = clerk.do(enter, order)
        search(qtbot, spoken, "sunrise")
        QTest.keyClick(spoken.search, Qt.Key.Key_Return)
        page = spoken.page
        settle(qtbot, spoken.tasks, lambda: page.party.card is not None)
        assert page.party.card.party_id == party_id
        assert page.stack.currentWidget() is page.party

    def test_nothing_is_asked_or_closed_while_letters_are_composed(self, qtbot, spoken, monkeypatch):
        asked = []
        monkeypatch.setattr(search_box, "search_hits", lambda *_: asked.append(1))
        spoken.start_search()
        for letters in ("c", "ch", "chen", "chen yu"):
            compose(spoken.search, letters)
            qtbot.wait(search_box.ASK_AFTER_MS // 2)
        qtbot.wait(2 * search_box.ASK_AFTER_MS)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Space):
            QTest.keyClick(spoken.search, key)
        assert asked == []
        assert spoken.focusWidget() is spoken.search
        assert spoken.page_name == "customers"

    def test_what_was_found_stays_while_more_is_composed(self, qtbot, spoken):
        search(qtbot, spoken, "3301")
        rows = spoken.drop.rows
        compose(spoken.search, "chen")
        qtbot.wait(2 * search_box.ASK_AFTER_MS)
        assert spoken.drop.isVisible()
        assert spoken.drop.rows is rows

    def test_committed_text_is_asked_for_at_once(self, qtbot, spoken, monkeypatch):
        monkeypatch.setattr(search_box, "ASK_AFTER_MS", 10_000_000)
        one = households()[5]
        spoken.start_search()
        compose(spoken.search, "wang")
        commit(spoken.search, one.name)
        found(qtbot, spoken, one.name)
        assert spoken.drop.current.title.text == one.name

    def test_a_composition_given_up_leaves_what_was_typed_before(self, qtbot, spoken):
        search(qtbot, spoken, "3301")
        compose(spoken.search, "chen")
        compose(spoken.search, "")
        QTest.keyClick(spoken.search, Qt.Key.Key_Down)
        assert spoken.search.text() == "3301"
        assert spoken.drop.current is [row for row in spoken.drop.rows if row.take][1]


class TestTroubles:
    @pytest.mark.parametrize("error", [Away("gone"), RuntimeError("broken")])
    def test_a_search_that_fails_says_so_and_enter_asks_again(self, qtbot, spoken, monkeypatch, error):
        def fail(*_):
            raise error

        whole = spoken.seat.app.ask
        monkeypatch.setattr(type(spoken.seat.app), "ask", fail)
        spoken.start_search()
        QTest.keyClicks(spoken.search, "3301")
        found(qtbot, spoken, "3301")
        assert [row.kind for row in spoken.drop.rows] == ["none"]
        monkeypatch.setattr(type(spoken.seat.app), "ask", whole.__func__)
        QTest.keyClick(spoken.search, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: spoken.drop.current is not None, timeout=WAIT_MS)

    def test_a_late_answer_to_other_words_is_dropped(self, qtbot, spoken):
        search(qtbot, spoken, "3301")
        rows = spoken.drop.rows
        spoken.finder._answered(-1, "3301", None)
        assert spoken.drop.rows is rows

    def test_a_low_window_shows_as_much_as_fits(self, qtbot, spoken):
        spoken.resize(1280, 680)
        search(qtbot, spoken, "3")
        assert spoken.drop.geometry().bottom() < spoken.height()
        assert spoken.drop.current is not None
