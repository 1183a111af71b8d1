"""The customers' page on the real application: the list, the card of an account, the card of a party."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from python_calamine import CalamineWorkbook

from desktop import sample
from desktop.billing import service as billing
from desktop.billing.records import CorrectionOrder, SignOrder
from desktop.counter.records import PaymentOrder, TillOrder
from desktop.counter.service import open_till, take_payment
from desktop.desk.page.card import BILLS, CONTACTS, CONTRACTS, NOTES, OVERVIEW, PAYMENTS, READS, WHAT_IF
from desktop.desk.page.customers import DeskPage
from desktop.desk.page.entry import EntryView
from desktop.desk.page.party import HISTORY
from desktop.desk.service import account_card, party_card, search_hits
from desktop.kernel import intent
from desktop.kernel.measures import Money
from desktop.ledger.service import dues
from desktop.metering import service as metering
from desktop.metering.records import ReadImport
from desktop.metering.service import read_requests
from desktop.parties.records import NoteOrder, PartyShown
from desktop.parties.service import add_note
from desktop.qt.basics import Label
from desktop.qt.figures import grouped
from desktop.search.records import SearchOrder
from desktop.shell.window import Window
from tests import hall as halls
from tests.hall import JANUARY, account_number
from tests.windows import WAIT_MS, lose_the_answer, owing, settle, shown

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ESTIMATED = account_number(17)


@pytest.fixture
def page(qtbot, window):
    made = window.open_page("customers")
    settle(qtbot, window.tasks, lambda: made.list.rows_model.rows)
    return made


def show(qtbot, page, number):
    """Open the card of an account."""
    page.show_account(number)
    settle(qtbot, page.tasks, lambda: page.card is not None and page.card.row.number == number)
    return page.account


def press(page, key, modifier=Qt.KeyboardModifier.NoModifier):
    """Press a key where the focus is, as a person does."""
    QTest.keyClick(page.window().focusWidget() or page, key, modifier)


def focused(widget):
    """Whether keys pressed in its window go to a widget."""
    return widget.window().focusWidget() is widget


def to_tab(qtbot, page, at):
    """Go to a tab by keys."""
    while page.account.tabs.index != at:
        press(page, Qt.Key.Key_Tab, CTRL)
    settle(qtbot, page.tasks)


def words_in(widget) -> str:
    return " ".join(label.text() for label in widget.findChildren(Label) if label.isVisible())


def test_the_list_opens_a_card_with_enter_and_escape_leads_back(qtbot, page):
    assert len(page.list.rows_model.rows) == 50
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    wanted = page.list.current
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: page.card is not None)
    assert page.card.row == wanted
    press(page, Qt.Key.Key_Escape)
    assert page.account.pane.isHidden()
    press(page, Qt.Key.Key_Escape)
    settle(qtbot, page.tasks)
    assert page.stack.currentIndex() == 0
    assert page.account.tabs.isHidden()


def test_keys_sort_the_list_and_the_pane_tells_the_current_account(qtbot, page, clerk):
    for _ in range(5):
        QTest.keyClick(page.list, Qt.Key.Key_Right)
    for _ in range(2):
        QTest.keyClick(page.list, Qt.Key.Key_S, CTRL | SHIFT)
        settle(qtbot, page.tasks, lambda: page.list.rows_model.total == 50)
    most = max(owing(clerk), key=lambda row: row.owed)
    assert page.list.current.owed == most.owed
    qtbot.waitUntil(
        lambda: page.detail.shown is not None and page.detail.shown.title == page.list.current.customer_name
    )
    assert page.say.money(most.owed, unit=True) in page.detail.accessibleDescription()
    assert page.list.current.phone in page.detail.accessibleDescription()


def test_the_pane_gives_a_long_address_its_height_and_the_scroll_bar_stands_beside_the_rows(qtbot, page):
    qtbot.waitUntil(lambda: page.detail.shown is not None)
    address = next(line for line in page.detail.lines if line.told.value == page.list.current.address)
    qtbot.waitUntil(lambda: address.height() == address.heightForWidth(address.width()))
    assert address.height() > page.detail.lines[1].height(), "this address needs two lines"
    bar = page.list.verticalScrollBar()
    assert bar.isVisible()
    top = bar.mapTo(page.list, bar.rect().topLeft()).y()
    assert top >= page.list.viewport().geometry().top()


def test_a_filter_finds_by_words_and_escape_brings_all_back(qtbot, page):
    wanted = page.list.rows_model.rows[7]
    QTest.keyClick(page, Qt.Key.Key_F, CTRL)
    QTest.keyClicks(page.list.strip.filter.field, wanted.number)
    settle(qtbot, page.tasks, lambda: page.list.rows_model.total == 1)
    assert page.list.current == wanted
    assert page.object.text() == "1 account"
    QTest.keyClick(page.list.strip.filter.field, Qt.Key.Key_Escape)
    settle(qtbot, page.tasks, lambda: page.list.rows_model.total == 50)


def test_a_list_is_exported_and_remembered(qtbot, page, window, tmp_path):
    page.list.arrangement.choose(4, False)
    page.list.sort_by(1)
    settle(qtbot, page.tasks, lambda: page.list.rows_model.total == 50)
    page.list.export_to(tmp_path / "accounts.xlsx", "Letters to all")
    settle(qtbot, page.tasks, (tmp_path / "accounts.xlsx").exists)
    mark, *rows = CalamineWorkbook.from_path(tmp_path / "accounts.xlsx").get_sheet_by_index(0).to_python()
    assert mark[0].endswith("Letters to all")
    assert rows[0] == ["Account", "Customer", "Address", "Meter", "Owed 元", "Credit 元"]
    assert [row[0] for row in rows[1:]] == [row.number for row in page.list.rows_model.rows]
    again = type(page)(page.seat, page.tasks, "Customers")
    qtbot.addWidget(again)
    again.list.ask_again()
    assert again.list.rows_model.listing.sort == "name"
    assert 4 not in again.list.arrangement.shown


def test_the_card_shows_what_is_owed_and_how_the_late_fee_comes_about(qtbot, page, clerk):
    number = owing(clerk)[0].number
    owed = clerk.ask(dues, number)
    card = show(qtbot, page, number)
    assert card.head.owed.words == page.say.money(owed.total)
    to_tab(qtbot, page, BILLS)
    rows = card.dues.table.rows_model
    assert rows.cell(0, 4).text == page.say.money(owed.items[0].late_fee)
    assert rows.cell(0, 2).state == "bad"
    assert "×" in card.dues.arithmetic.text()


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_an_account_is_found_and_its_last_bill_explained_by_keys_alone(qtbot, workers, clerk, language):
    seat = replace(clerk, actor=replace(clerk.actor, language=language))
    window = shown(qtbot, Window(seat, workers))
    today = window.open_page("today")
    settle(qtbot, workers, lambda: today.day is not None)
    press(today, Qt.Key.Key_K, CTRL)
    QTest.keyClicks(window.focusWidget(), ESTIMATED)
    press(today, Qt.Key.Key_Return)
    settle(qtbot, workers, lambda: window.page is not today and window.page.card is not None)
    page = window.page
    settle(qtbot, workers, page.account.pane.isVisible)
    press(page, Qt.Key.Key_Return)
    settle(qtbot, workers, lambda: focused(page.account.pane.lines))
    press(page, Qt.Key.Key_T)
    assert focused(page.account.pane.scroll)
    bill = page.account.pane.shown
    settle(qtbot, workers, lambda: bill.run_number in words_in(page.account.pane))
    told = words_in(page.account.pane)
    for fact in (
        bill.basis.version,
        bill.basis.notice,
        grouped(bill.reads[0].meter_serial),
        bill.run_number,
        bill.run_by,
    ):
        assert fact in told
        assert fact in page.account.pane.scroll.accessibleDescription()


def test_the_bill_paper_opens_over_the_card_and_escape_takes_it_away(qtbot, page, clerk):
    card = show(qtbot, page, owing(clerk)[0].number)
    settle(qtbot, page.tasks, card.pane.isVisible)
    press(page, Qt.Key.Key_P, CTRL)
    settle(qtbot, page.tasks, lambda: card.paper.view.pages == 1)
    assert card.sheets.currentWidget() is card.paper
    press(page, Qt.Key.Key_Escape)
    assert card.sheets.currentIndex() == 0


def test_the_arrows_go_through_the_months_and_the_months_read_and_bill_are_told(qtbot, page):
    card = show(qtbot, page, ESTIMATED)
    press(page, Qt.Key.Key_U)
    assert focused(card.usage.bars)
    months = page.card.usage
    assert card.usage.bars.at == len(months) - 1
    assert page.say.money(page.card.bills[0].amount, unit=True) in card.usage.fact.text()
    while months[card.usage.bars.at].month.month != 2:
        press(page, Qt.Key.Key_Left)
    february = months[card.usage.bars.at]
    assert february.estimated
    assert page.say.number(february.energy) in card.usage.fact.text()
    assert "Estimated" in card.usage.fact.text()
    assert "no bill" in card.usage.fact.text()
    assert page.say.number(february.energy) in card.usage.bars.accessibleName()
    press(page, Qt.Key.Key_Right)
    assert months[card.usage.bars.at].month.month == 3


def test_a_bill_is_compared_with_the_month_before_and_with_the_year_before(qtbot, page):
    card = show(qtbot, page, ESTIMATED)
    told = card.compare.differences.accessibleDescription
    use = {one.month: one.energy for one in page.card.usage}
    newest = page.card.bills[0]
    before = use[newest.month.replace(month=11)]
    assert f"{page.say.number(before)} → {page.say.number(newest.energy)} kWh" in told()
    assert "No bill for Nov 2025" in card.compare.note.text()
    press(page, Qt.Key.Key_Y)
    assert "Dec 2024" in card.compare.title.text()
    press(page, Qt.Key.Key_Y)
    assert "Nov 2025" in card.compare.title.text()


def test_why_a_bill_is_higher_is_told_by_causes_that_add_up(qtbot, page, clerk):
    clerk.do(metering.import_reads, ReadImport("january", tuple(sample.january_reads())))
    billing.issue_run(clerk, billing.run_bills(clerk, JANUARY).run.number)
    card = show(qtbot, page, account_number(7))
    settle(qtbot, page.tasks, lambda: card.compare.note.text().startswith("Why"))
    newest, before = page.card.bills[:2]
    why = clerk.ask(billing.why_different, (before.number, newest.number))
    assert sum(one.amount.raw for one in why.causes) == newest.amount.raw - before.amount.raw
    for one in why.causes:
        assert f"{page.say(one.cause.text)} " in card.compare.note.text()
    press(page, Qt.Key.Key_W)
    settle(qtbot, page.tasks, lambda: card.paper.view.pages == 1)
    assert card.sheets.currentWidget() is card.paper


def test_what_the_last_months_would_cost_otherwise_stands_on_a_tab(qtbot, page, clerk):
    card = show(qtbot, page, account_number(7))
    press(page, Qt.Key.Key_H)
    assert card.tabs.index == WHAT_IF, "one key away"
    settle(qtbot, page.tasks, lambda: card.what_if.found is not None)
    own, *others = card.what_if.table.rows_model.rows
    assert own.own
    assert own.low == own.high
    assert {one.tariff for one in others} >= {"ZJ-RES"}  # as a large household
    unsure = [one for one in others if one.low != one.high]
    at = card.what_if.table.rows_model.rows.index(unsure[0]) if unsure else 0
    assert not unsure or "bounds" in card.what_if.table.rows_model.cell(at, 4).text
    show(qtbot, page, account_number(8))
    assert card.tabs.index != WHAT_IF


def test_any_other_bill_of_the_account_is_compared(qtbot, page, clerk):
    """Taken back and billed again: the bill of before may be chosen, though it counts no more."""
    number = account_number(7)
    wrong = show(qtbot, page, number).card.bills[0].number
    run = billing.correct_bills(clerk, CorrectionOrder("the wrong house", (wrong,))).run.number
    (draft,) = clerk.ask(billing.run_drafts, run)
    halls.seat_of(clerk.app, "wang").do(billing.sign_drafts, SignOrder(run, (draft.account_id,)))
    billing.issue_run(clerk, run)
    page.fetch_account(number)
    settle(qtbot, page.tasks, lambda: len(page.card.bills) == 2)
    card = show(qtbot, page, number)
    assert card.compare.pair() is None
    press(page, Qt.Key.Key_Y)
    press(page, Qt.Key.Key_Y)
    assert card.compare.pair() == (page.card.bills[0].number, wrong)
    press(page, Qt.Key.Key_Y)
    assert card.compare.pair() is None


def test_every_read_stands_on_its_tab_with_source_and_bill(qtbot, page):
    card = show(qtbot, page, ESTIMATED)
    to_tab(qtbot, page, READS)
    assert card.pane.isHidden()
    rows = card.reads.table.rows_model
    assert len(rows.rows) == 13
    assert rows.cell(0, 8).text == page.card.bills[0].number
    estimated = [at for at in range(13) if rows.cell(at, 5).state == "est"]
    assert [rows.rows[at].read_on.month for at in estimated] == [2]
    press(page, Qt.Key.Key_A)  # the customer wants it read again
    settle(qtbot, page.tasks, lambda: bool(page.seat.ask(read_requests)))
    assert [one.account_number for one in page.seat.ask(read_requests)] == [ESTIMATED]


def test_payments_open_their_receipt_and_print_it_again_as_a_copy(qtbot, page):
    card = show(qtbot, page, page.list.rows_model.rows[0].number)
    to_tab(qtbot, page, PAYMENTS)
    assert len(card.payments.table.rows_model.rows) == len(page.card.payments) == 1
    press(page, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, card.receipt.isVisible)
    paid = page.card.payments[0]
    assert card.receipt.shown.number == paid.receipt_number
    assert card.receipt.lines.rows_model.cell(0, 3).text == page.say.money(paid.amount)
    press(page, Qt.Key.Key_P, CTRL)
    settle(qtbot, page.tasks, lambda: card.sheets.currentWidget() is card.paper)
    assert card.receipt.shown.copy == 1
    press(page, Qt.Key.Key_Escape)
    press(page, Qt.Key.Key_Escape)
    assert card.receipt.isHidden()


def test_a_payment_of_today_is_taken_back_from_its_card_once_though_its_answer_was_lost(
    qtbot, hall, page, clerk, monkeypatch
):
    clerk.do(open_till, TillOrder(Money(0)))
    one = owing(clerk)[0]
    clerk.do(take_payment, PaymentOrder(one.number, Money(100), Money(100)))
    card = show(qtbot, page, one.number)
    to_tab(qtbot, page, PAYMENTS)
    press(page, Qt.Key.Key_Delete)
    QTest.keyClicks(card.question.edit, "the wrong account")
    kept = lose_the_answer(clerk, monkeypatch)
    QTest.keyClick(card.question.edit, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: card.question.edit.property("problem") == "bad")
    assert kept == ["counter.reverse_payment"], "kept on this computer before the first try"
    QTest.keyClick(card.question.edit, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, card.question.isHidden)
    settle(qtbot, page.tasks, lambda: page.card.payments[0].taken_back)
    assert page.card.row.owed == one.owed
    assert not intent.unsettled(hall.intents)


def test_contracts_show_their_term_and_the_prices_in_it(qtbot, page):
    card = show(qtbot, page, ESTIMATED)
    to_tab(qtbot, page, CONTRACTS)
    assert card.contracts.rows_model.cell(0, 7).state == "ok"
    assert [one.version for one in card.versions.rows_model.rows] == ["ZJ-RES-1"]


def test_a_note_is_kept_with_enter_and_an_alert_shows_as_a_badge_until_it_is_settled(qtbot, page):
    card = show(qtbot, page, ESTIMATED)
    press(page, Qt.Key.Key_N)
    QTest.keyClicks(card.question.edit, "Dog in the yard")
    press(page, Qt.Key.Key_Return, CTRL)
    QTest.keyClick(card.question.edit, Qt.Key.Key_Return, CTRL)
    settle(qtbot, page.tasks, lambda: page.card.notes)
    assert len(page.card.notes) == 1, "Enter pressed twice writes one note"
    assert ("Dog in the yard", "warn") in [(badge.text, badge.state) for badge in card.head.badges]
    to_tab(qtbot, page, NOTES)
    assert card.note_text.text() == "Dog in the yard"
    press(page, Qt.Key.Key_Delete)
    QTest.keyClicks(card.question.edit, "Gone")
    press(page, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: len(page.card.notes) == 2)
    assert "warn" not in [badge.state for badge in card.head.badges if badge.text]


def test_escape_closes_what_is_asked_and_keeps_the_words(qtbot, page):
    card = show(qtbot, page, ESTIMATED)
    press(page, Qt.Key.Key_N)
    QTest.keyClicks(card.question.edit, "half a note")
    press(page, Qt.Key.Key_Escape)
    assert card.question.isHidden()
    assert page.card.notes == ()
    press(page, Qt.Key.Key_N)
    assert card.question.edit.text() == "half a note"


def test_a_contact_is_added_by_its_digit_and_closed(qtbot, page):
    card = show(qtbot, page, ESTIMATED)
    to_tab(qtbot, page, CONTACTS)
    press(page, Qt.Key.Key_A)
    press(page, Qt.Key.Key_1)
    QTest.keyClicks(card.question.edit, "nobody")
    press(page, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: "nobody" in words_in(card.question))
    card.question.edit.setText("139 1111 2222")
    press(page, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: len(page.card.contacts) == 2)
    assert card.contacts.rows_model.cell(0, 1).text == "139 **** 2222"
    assert card.head.facts.values[4].text() == "139 **** 2222"
    press(page, Qt.Key.Key_Delete)
    settle(qtbot, page.tasks, lambda: page.card.contacts[-1].valid_to)
    assert card.contacts.rows_model.cell(1, 3).state == "withdrawn"


def test_personal_data_is_shown_for_a_reason_and_masked_when_the_card_is_left(qtbot, window, page, clerk):
    card = show(qtbot, page, ESTIMATED)
    phone = card.head.facts.values[4]
    assert "****" in phone.text()
    press(page, Qt.Key.Key_M, CTRL)
    press(page, Qt.Key.Key_2)
    settle(qtbot, page.tasks, lambda: card.revealed is not None)
    assert phone.text().isdigit()
    assert "Complaint" in card.looking.text
    press(page, Qt.Key.Key_F5)
    settle(qtbot, page.tasks)
    assert phone.text().isdigit(), "the visit goes on"
    window.open_page("counter")
    settle(qtbot, page.tasks)
    assert "****" in phone.text()
    assert (card.looking.text, card.revealed) == ("", None)
    history = clerk.ask(party_card, page.card.party_id).history
    assert [row.by for row in history if "Personal data" in row.what.message] == [clerk.actor.name]


def test_a_reason_of_ones_own_has_words(qtbot, page):
    card = show(qtbot, page, ESTIMATED)
    press(page, Qt.Key.Key_M, CTRL)
    press(page, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: "few words" in words_in(card.question))
    assert card.revealed is None
    QTest.keyClicks(card.question.edit, "2 meters mixed up")
    press(page, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: card.revealed is not None)
    press(page, Qt.Key.Key_M, CTRL)
    assert "****" in card.head.facts.values[4].text()


def test_who_may_not_look_has_no_key_for_it(qtbot, workers, clerk):
    rights = clerk.actor.permissions - {
        "parties.reveal",
        "parties.note",
        "parties.change",
        "counter.take_payment",
    }
    seat = replace(clerk, actor=replace(clerk.actor, permissions=rights))
    window = shown(qtbot, Window(seat, workers))
    assert "Ctrl+N" not in {key.press for key in window.open_page("customers").keys}
    page = window.open_page("customers", ESTIMATED)
    settle(qtbot, workers, lambda: page.card is not None)
    assert {"Ctrl+M", "N", "F12"} & {key.press for key in page.keys} == set()
    page.account.tabs.choose(CONTACTS)
    assert {"A", "Del"} & {key.press for key in page.keys} == set()


def test_the_party_behind_an_account_has_a_card_with_a_way_back(qtbot, page):
    card = show(qtbot, page, ESTIMATED)
    press(page, Qt.Key.Key_P)
    settle(qtbot, page.tasks, lambda: page.stack.currentWidget() is page.party)
    assert (card.tabs.isHidden(), page.party.tabs.isVisible()) == (True, True)
    assert page.party.head.name.text() == page.party.card.name
    assert [one.row.number for one in page.party.card.accounts] == [ESTIMATED]
    while page.party.tabs.index != HISTORY:
        press(page, Qt.Key.Key_Tab, CTRL)
    assert page.party.history.rows_model.rows
    press(page, Qt.Key.Key_Escape)
    settle(qtbot, page.tasks)
    assert page.stack.currentWidget() is page.account
    press(page, Qt.Key.Key_P)
    settle(qtbot, page.tasks, lambda: page.stack.currentWidget() is page.party)
    page.party.tabs.choose(0)
    press(page, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: page.stack.currentWidget() is page.account)


def test_a_party_is_opened_by_its_id(qtbot, window, page, clerk):
    party_id = clerk.ask(account_card, ESTIMATED).party_id
    window.open_page("customers", PartyShown(party_id))
    settle(qtbot, page.tasks, lambda: page.party.card is not None)
    assert page.party.card.party_id == party_id


def test_a_land_lessor_is_entered_renamed_and_given_a_role_by_keys(qtbot, window, page, clerk):
    press(page, Qt.Key.Key_N, CTRL)
    view = page.stack.currentWidget()
    press(page, Qt.Key.Key_F12)
    assert focused(view.form.edit("name")), "a name is needed"
    view.form.edit("role").show_text("lessor")
    QTest.keyClicks(view.form.edit("name"), "Hana Sato")
    press(page, Qt.Key.Key_Return)
    QTest.keyClicks(page.window().focusWidget(), "nobody")
    press(page, Qt.Key.Key_F12)
    assert page.stack.currentWidget() is view
    view.form.edit("phone").setText("139 5555 6666")
    press(page, Qt.Key.Key_F12)
    press(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.party.card is not None and page.party.isVisible())
    card = page.party.card
    assert (card.name, card.accounts, [role.kind.value for role in card.roles]) == (
        "Hana Sato",
        (),
        ["lessor"],
    )
    press(page, Qt.Key.Key_E)
    edit = page.stack.currentWidget().form.edit("name")
    edit.setText("Hana Ito")
    press(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.party.card.name == "Hana Ito" and page.party.isVisible())
    assert "Name changed" in [page.say(row.what) for row in page.party.card.history]
    press(page, Qt.Key.Key_R)
    press(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: len(page.party.card.roles) == 2)
    press(page, Qt.Key.Key_Escape)
    settle(qtbot, page.tasks)
    assert page.stack.currentWidget() is page.list_panel
    (hit,) = clerk.ask(search_hits, SearchOrder("6666 ito")).customers
    assert hit.number == str(card.party_id)


def test_a_card_asked_for_before_a_form_was_opened_does_not_cover_it(qtbot, page):
    number, party_id = show(qtbot, page, ESTIMATED).card.row.number, page.card.party_id
    page.account.left.emit()
    settle(qtbot, page.tasks)
    assert page.stack.currentWidget() is page.list_panel
    for late in (partial(page.fetch_account, number), partial(page.fetch_party, party_id)):
        late()
        page.enter_party()  # before any answer: a key pressed would let one in
        view = page.stack.currentWidget()
        assert isinstance(view, EntryView)
        settle(qtbot, page.tasks)
        assert page.stack.currentWidget() is view
        press(page, Qt.Key.Key_Escape)
        settle(qtbot, page.tasks)
        assert page.stack.currentWidget() is page.list_panel
    page.fetch_account(number)
    page.fetch_party(party_id)
    settle(qtbot, page.tasks, lambda: page.party.card is not None)
    assert page.stack.currentWidget() is page.party


def test_what_is_typed_of_a_party_or_a_note_survives_a_crash(qtbot, workers, page, clerk):
    press(page, Qt.Key.Key_N, CTRL)
    form = page.stack.currentWidget().form
    QTest.keyClicks(form.edit("name"), "Half a name")
    press(page, Qt.Key.Key_S, CTRL)
    settle(qtbot, workers)
    card = show(qtbot, page, ESTIMATED)
    press(page, Qt.Key.Key_N)
    QTest.keyClicks(card.question.edit, "Half a note")
    qtbot.waitUntil(lambda: not card.question.waits, timeout=WAIT_MS)
    settle(qtbot, workers)
    window = shown(qtbot, Window(clerk, workers))
    other = window.open_page("customers")
    settle(qtbot, workers, lambda: other.list.rows_model.rows)
    press(other, Qt.Key.Key_N, CTRL)
    form = other.stack.currentWidget().form
    settle(qtbot, workers, form.offer.isVisible)
    press(other, Qt.Key.Key_Return)
    assert form.edit("name").text() == "Half a name"
    card = show(qtbot, other, ESTIMATED)
    press(other, Qt.Key.Key_N)
    settle(qtbot, workers, lambda: card.question.edit.text() == "Half a note")
    press(other, Qt.Key.Key_Return)
    settle(qtbot, workers, lambda: other.card.notes)
    press(other, Qt.Key.Key_N)
    settle(qtbot, workers)
    assert card.question.edit.text() == ""


def test_an_account_without_bill_and_payment_says_so(qtbot, page):
    empty = next(row.number for row in page.list.rows_model.rows if row.number == account_number(12))
    card = show(qtbot, page, empty)
    for at in (OVERVIEW, BILLS, READS, PAYMENTS, CONTRACTS, CONTACTS, NOTES):
        card.tabs.choose(at)
        settle(qtbot, page.tasks)
    assert card.payments.table.accessibleDescription()
    assert "–" in card.compare.differences.accessibleDescription()


def test_an_account_just_connected_says_on_every_tab_what_will_be_there(
    qtbot, workers, sqlite_databases, tmp_path
):
    url = sqlite_databases.like(halls.connected_hall)
    with halls.opened(url, intents=tmp_path) as app:
        page = DeskPage(app.command_line("1"), workers, "")
        qtbot.addWidget(page)
        page.show()
        card = show(qtbot, page, halls.SMALL[0])
        assert (page.card.usage, page.card.bills, page.card.payments) == ((), (), ())
        assert card.pane.isHidden()
        assert card.usage.fact.text() == page.say("No month was read yet")
        assert card.compare.note.text() == page.say("Nothing to compare yet: this account has no bill")
        for key in (Qt.Key.Key_Return, Qt.Key.Key_T, Qt.Key.Key_Y, Qt.Key.Key_U, Qt.Key.Key_Left):
            press(page, key)
        for at in (BILLS, READS, PAYMENTS, CONTRACTS, CONTACTS, NOTES):
            card.tabs.choose(at)
            settle(qtbot, workers)
            assert card.table().rows_model.rows or card.table().accessibleDescription()
    sqlite_databases.drop(url)


def test_a_note_written_elsewhere_appears_after_asking_again(qtbot, page, clerk):
    show(qtbot, page, ESTIMATED)
    clerk.do(add_note, NoteOrder(page.card.party_id, "From the telephone"))
    press(page, Qt.Key.Key_F5)
    settle(qtbot, page.tasks, lambda: page.card.notes)


def test_f12_takes_the_customer_to_the_counter(qtbot, window, page, clerk):
    clerk.do(open_till, TillOrder(Money(0)))
    show(qtbot, page, owing(clerk)[0].number)
    press(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: window.page_name == "counter")


def test_an_unknown_number_is_told_in_the_page(qtbot, page):
    page.show_account("000000000000")
    settle(qtbot, page.tasks, lambda: page.banner.title_text)
    assert page.card is None
