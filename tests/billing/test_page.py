"""Bill runs on the real application: drafts, held accounts with their reasons, issue, print, one bill."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest

from desktop.billing.page.late_fees import LateFeeSettingsSheet
from desktop.billing.page.runs import COMPARED, LIMITS, OTHERS, TO_SIGN
from desktop.billing.records import (
    BillKind,
    DraftState,
    ReviewFlag,
    RunLook,
    RunState,
    ShareJob,
    ShareOrder,
    SignOrder,
)
from desktop.billing.service import (
    begin_issue,
    bill,
    help_run,
    issue_chunk,
    review_limits,
    run_bills,
    run_drafts,
    sign_drafts,
)
from desktop.contracts.service import suspension_terms
from desktop.kernel.country import SuspensionTerms
from desktop.kernel.measures import Money
from desktop.kernel.period import Period
from desktop.kernel.work import draw_id
from desktop.ledger.service import late_fee_choices
from desktop.metering.records import ReadImport
from desktop.metering.service import import_reads
from desktop.qt import theme
from desktop.qt.basics import Label
from desktop.qt.cells import CELL_PADDING
from desktop.sample import january_reads
from desktop.shell.window import Window
from tests.hall import TODAY, seat_of
from tests.looks import faults
from tests.windows import settle, shown


@pytest.fixture
def page(qtbot, window, clerk):
    """January read but for four meters, no run of it yet."""
    rows = tuple(row for at, row in enumerate(january_reads()) if at not in (10, 20, 30, 40))
    assert clerk.do(import_reads, ReadImport("january", rows)).stored == 46
    made = window.open_page("bills")
    settle(qtbot, window.tasks, lambda: made.drafts)
    return made


def drafted(qtbot, page) -> None:
    QTest.keyClick(page, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page.tasks, lambda: page.run_shown.period.code == "2026-01" and len(page.drafts) == 50)


def test_drafts_of_last_month_and_why_some_are_held(qtbot, page):
    drafted(qtbot, page)
    assert page.run_shown.state is RunState.DRAFTED
    assert (page.run_shown.ready, page.run_shown.held) == (46, 4)
    page.tabs.choose(1)
    held = page.table.rows_model.rows
    assert len(held) == 4
    assert all(
        draft.state is DraftState.HELD and page.table.rows_model.cell(at, 6).text
        for at, draft in enumerate(held)
    )
    assert page.banner.title_text == "46 drafts ready"


def test_a_draft_is_opened_as_the_bill_it_would_become(qtbot, page):
    drafted(qtbot, page)

    def looked_at(tab, table) -> None:
        page.tabs.choose(tab)
        table.go_to(next(at for at, row in enumerate(table.rows_model.rows) if row.amount))
        table.setFocus()
        QTest.keyClick(table, Qt.Key.Key_Return)
        settle(qtbot, page.tasks, page.pane.isVisible)
        shown, draft = page.pane.shown, table.current
        assert (shown.draft, shown.number, page.pane.badge.text) == (True, "", "Draft")
        assert (shown.account_number, shown.amount) == (draft.account_number, draft.amount)
        assert sum(line.amount.raw for line in shown.lines) == shown.amount.raw
        assert page.pane.pdf_button.isHidden()
        QTest.keyClick(table, Qt.Key.Key_Down)
        settle(qtbot, page.tasks, lambda: page.pane.shown.account_number == table.current.account_number)
        QTest.keyClick(table, Qt.Key.Key_Return)
        assert page.pane.lines.hasFocus()
        QTest.keyClick(page.pane.lines, Qt.Key.Key_T)
        assert page.pane.scroll.hasFocus()
        QTest.keyClick(page.pane.scroll, Qt.Key.Key_Escape)
        assert page.pane.isHidden()
        assert table.hasFocus()

    looked_at(0, page.table)
    looked_at(COMPARED, page.differences.table)


def others_sign(qtbot, page, clerk) -> None:
    """Another clerk signs all that waits, and the page is asked again."""
    run = page.run_shown.number
    keys = tuple(draft.account_id for draft in clerk.ask(run_drafts, run) if draft.unsigned)
    seat_of(clerk.app, "wang").do(sign_drafts, SignOrder(run, keys))
    page.ask_again()
    settle(qtbot, page.tasks, lambda: page.run_shown.number == run and not page.run_shown.unsigned)


def test_f12_issues_once_then_prints(qtbot, window, page, clerk, tmp_path):
    drafted(qtbot, page)
    waits = page.run_shown.unsigned
    assert waits
    assert window.key_line.primary.text() == f"Issue {46 - waits} bills"
    others_sign(qtbot, page, clerk)
    assert window.key_line.primary.text() == "Issue 46 bills"
    QTest.keyClick(page, Qt.Key.Key_F12)
    QTest.keyClick(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.run_shown.state is RunState.ISSUED)
    assert page.run_shown.issued == 46
    assert window.key_line.primary.text() == "Print the bills"
    page.print_to(tmp_path / "bills.pdf")
    settle(qtbot, page.tasks, lambda: not page.job_running)
    assert (tmp_path / "bills.pdf").read_bytes().startswith(b"%PDF")
    assert page.banner.title_text == "46 pages written"


def test_enter_opens_a_bill_whose_lines_add_up_and_explain_themselves(qtbot, page):
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, page.pane.isVisible)
    shown = page.pane.shown
    assert sum(line.amount.raw for line in shown.lines) == shown.amount.raw
    assert page.pane.lines.current == shown.lines[0]
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    settle(qtbot, page.tasks, lambda: page.pane.shown is not shown)
    QTest.keyClick(page.table, Qt.Key.Key_Escape)
    assert page.pane.isHidden()


def test_a_paper_has_all_of_the_page(qtbot, page):
    page.window().resize(1366, 768)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, page.pane.isVisible)
    QTest.keyClick(page.table, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page.tasks, lambda: page.paper.view.pages == 1)
    assert page.paper.view.visibleRegion().boundingRect().height() > 450, "a sheet is seen, not only its head"
    assert page.scroll.verticalScrollBar().maximum() == 0
    QTest.keyClick(page.paper.view, Qt.Key.Key_Escape)
    assert (page.pane.isVisible(), page.overview.isVisible()) == (True, True)
    assert page.window().focusWidget() is page.table


def test_where_there_is_little_room_the_page_opens_at_its_top_and_follows_the_keys(qtbot, page):
    window = page.window()
    window.open_page("months")
    window.resize(853, 480)
    settle(qtbot, page.tasks)
    window.open_page("bills")
    settle(qtbot, page.tasks, lambda: page.table.rows_model.rows)
    assert window.focusWidget() is page.table
    assert page.scroll.verticalScrollBar().value() == 0
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    assert page.table.viewport().visibleRegion().contains(page.table.visualRect(page.table.currentIndex()))


def test_a_month_that_is_none_is_a_problem_of_the_field(page):
    page.month.setText("January")
    page.make_drafts()
    assert page.month.property("problem") == "bad"
    assert not page.job_running
    QTest.keyClicks(page.month, "x")
    assert page.month.property("problem") == ""


def test_a_fault_in_a_run_leaves_the_page_usable(qtbot, page, monkeypatch, caplog):
    def broken(_seat, _period, _progress):
        raise ZeroDivisionError("in the run")

    monkeypatch.setattr("desktop.billing.page.runs.run_bills", broken)
    page.make_drafts()
    settle(qtbot, page.tasks, lambda: page.banner.title_text)
    assert not page.job_running
    assert page.draft_button.isEnabled()
    assert "in the run" in caplog.text


def test_a_bill_is_put_right_by_keys_after_another_person_signed(qtbot, page, clerk):
    """The December run: its first bill, a reason under its digit, the difference, F9 by another, F12."""
    first = page.drafts[0]
    page.table.setFocus()
    QTest.keyClick(page, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert page.correcting.question.isVisible()
    QTest.keyClick(page.correcting.question.edit, Qt.Key.Key_2)
    settle(qtbot, page.tasks, lambda: page.run_shown.correction and page.differences.drafts)
    assert page.run_shown.correction == "Wrong price"
    assert page.lists.currentWidget() is page.differences.panel
    (draft,) = page.differences.drafts
    assert (draft.replaces, draft.unsigned) == (first.bill_number, True)
    QTest.keyClick(page, Qt.Key.Key_F9)
    settle(qtbot, page.tasks, lambda: "Another person" in page.banner.title_text)
    others_sign(qtbot, page, clerk)
    QTest.keyClick(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.run_shown.state is RunState.ISSUED)
    again = clerk.ask(bill, clerk.ask(run_drafts, page.run_shown.number)[0].bill_number)
    assert again.replaces == first.bill_number
    assert clerk.app.verify() == []


def test_a_bill_is_taken_back_by_keys(qtbot, page, clerk):
    first = page.drafts[0]
    page.table.setFocus()
    QTest.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(page.correcting.question.edit, "the wrong house")
    QTest.keyClick(page.correcting.question.edit, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: page.drafts[0].state is DraftState.REVERSED)
    assert clerk.ask(bill, first.bill_number).reversed_why == "the wrong house"
    assert page.banner.title_text == "1 bill taken back"


def test_causes_add_up_and_choose_their_accounts(qtbot, page):
    drafted(qtbot, page)
    page.tabs.choose(2)
    rows = page.differences.causes.rows_model.rows
    whole, parts = rows[0], rows[1:]
    assert whole.amount.raw == sum(part.amount.raw for part in parts)
    assert whole.accounts == len(page.differences.table.rows_model.rows) == 46
    page.differences.causes.go_to(1)
    shown = page.differences.table.rows_model.rows
    assert len(shown) == parts[0].accounts
    for draft in shown:
        other = draft.against(page.differences.against)
        assert other.difference == draft.amount - other.amount
        assert other.difference.raw == sum(one.amount.raw for one in other.causes)


def test_two_causes_and_the_account_beside_an_open_bill_are_read_whole(qtbot, page):
    drafted(qtbot, page)
    page.tabs.choose(COMPARED)
    settle(qtbot, page.tasks)
    table = page.differences.table

    def room(title: str) -> int:
        model = table.rows_model
        at = next(at for at, one in enumerate(model.columns) if one.title == title)
        small, body = theme.metrics("small"), theme.metrics("body")
        cells = [model.cell(row, at) for row in range(model.rowCount(QModelIndex()))]
        widest = max(
            max(body.horizontalAdvance(one.text), small.horizontalAdvance(one.second)) for one in cells
        )
        return table.columnWidth(at) - 2 * CELL_PADDING - widest

    page.window().resize(1366, 768)
    settle(qtbot, page.tasks, lambda: room("Why") >= 0)
    QTest.keyClick(table, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: room("Customer, account, route") >= 0 and table.isColumnHidden(2))


# The queue of drafts to sign


@pytest.fixture
def queue(qtbot, page, clerk):
    """January drafted at night: one account used nothing and waits for the clerk to sign it."""
    night = clerk.app.command_line()
    run = run_bills(night, Period.month("2026-01")).run.number
    page.show_argument(RunLook(run))
    settle(qtbot, page.tasks, lambda: page.run_shown.number == run and len(page.drafts) == 50)
    page.tabs.choose(TO_SIGN)
    settle(qtbot, page.tasks, lambda: page.review.table.rows_model.rows)
    page.review.table.setFocus()
    return page.review


def press(qtbot, page, key, until, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(page.review.table, key, modifier)
    settle(qtbot, page.tasks, until)


def waiting(queue) -> list[str]:
    return [row.account_number for row in queue.table.rows_model.rows]


def go_to_empty_flat(queue) -> str:
    """Choose the household that used nothing; its number."""
    rows = queue.table.rows_model.rows
    at = next(at for at, row in enumerate(rows) if ReviewFlag.ZERO in row.flags)
    queue.table.go_to(at)
    return rows[at].account_number


def test_the_queue_shows_thirteen_months_and_why(qtbot, page, queue):
    go_to_empty_flat(queue)
    settle(qtbot, page.tasks, queue.evidence.bars.accessibleDescription)
    assert len(queue.evidence.bars.accessibleDescription().split(", ")) == 13
    assert queue.table.current.flags == (ReviewFlag.ZERO, ReviewFlag.SAME)
    assert f"0 of {len(waiting(queue))} signed" in queue.done.text()


def test_enter_opens_the_draft_and_a_signs_it_with_the_bill_in_sight(qtbot, page, queue):
    chosen = queue.table.current
    press(qtbot, page, Qt.Key.Key_Return, queue.pane.isVisible)
    assert (queue.pane.shown.draft, queue.pane.shown.amount) == (True, chosen.amount)
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert queue.evidence.isVisible()
    press(qtbot, page, Qt.Key.Key_Return, queue.pane.isVisible)
    press(qtbot, page, Qt.Key.Key_A, lambda: chosen.account_number not in waiting(queue))
    assert queue.table.current or not queue.pane.isVisible()


def test_a_signs_and_u_takes_it_back(qtbot, page, queue):
    number, before = go_to_empty_flat(queue), page.run_shown.unsigned
    press(qtbot, page, Qt.Key.Key_A, lambda: page.run_shown.unsigned == before - 1)
    assert number not in waiting(queue)
    press(qtbot, page, Qt.Key.Key_U, lambda: page.run_shown.unsigned == before)
    assert number in waiting(queue)
    assert not queue.decided


def test_r_sends_back_with_a_reason_and_u_takes_it_back(qtbot, page, queue):
    number = go_to_empty_flat(queue)
    QTest.keyClick(queue.table, Qt.Key.Key_R)
    assert queue.question.isVisible()
    QTest.keyClick(queue.question.edit, Qt.Key.Key_Return)
    assert queue.question.isVisible()  # a reason is asked for
    QTest.keyClick(queue.question.edit, Qt.Key.Key_1)
    settle(qtbot, page.tasks, lambda: number not in waiting(queue))
    (held,) = [draft for draft in page.drafts if draft.account_number == number]
    assert page.say(held.reason).endswith(": Check the reading")
    press(qtbot, page, Qt.Key.Key_U, lambda: number in waiting(queue))


def test_the_filter_leaves_one_reason(qtbot, page, queue):
    number = go_to_empty_flat(queue)
    QTest.keyClick(queue.table, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert queue.reason.hasFocus()
    queue.reason.show_text("zero")
    assert waiting(queue) == [number]
    QTest.keyClick(queue.reason, Qt.Key.Key_Escape)
    assert queue.table.hasFocus()


def test_limits_of_a_class_are_set_by_keys(qtbot, page, clerk):
    page.tabs.choose(LIMITS)
    settle(qtbot, page.tasks, lambda: page.limits.table.rows_model.rows)
    page.limits.table.setFocus()
    QTest.keyClick(page.limits.table, Qt.Key.Key_E)
    form = page.limits.form
    form.form.edit("jump").show_text("45")
    QTest.keyClick(form.form.edit("jump"), Qt.Key.Key_F12)
    settle(
        qtbot, page.tasks, lambda: page.limits.form is None and len(page.limits.table.rows_model.rows) == 5
    )
    coming = clerk.ask(review_limits)[1]
    assert (coming.valid_from, coming.limits.jump_percent) == (date(2026, 2, 6), 45)


def test_terms_of_sealed_capacity_are_set_by_keys(qtbot, page, clerk):
    page.tabs.choose(LIMITS)
    settle(qtbot, page.tasks, lambda: any(key.press == "S" for key in page.keys))
    page.limits.table.setFocus()
    QTest.keyClick(page.limits.table, Qt.Key.Key_S)
    form = page.limits.form
    assert form.form.values()["times"] is None, "what holds today: any number"
    form.form.edit("times").show_text("3")
    form.form.edit("days").show_text("0")
    QTest.keyClick(form.form.edit("days"), Qt.Key.Key_F12)
    settle(qtbot, page.tasks, form.problem.isVisible)
    form.form.edit("days").show_text("20")
    QTest.keyClick(form.form.edit("days"), Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.limits.form is None)
    *_, newest = clerk.ask(suspension_terms)
    assert newest.terms == SuspensionTerms(date(2026, 2, 5), 20, 6, 3)
    assert newest.set_by == clerk.actor.name


@pytest.mark.parametrize("language", ["zh_CN", "vi"])
def test_what_the_law_leaves_open_about_late_fees_is_chosen_by_keys(qtbot, clerk, workers, language):
    seat = replace(clerk, actor=replace(clerk.actor, language=language))
    window = shown(qtbot, Window(seat, workers))
    page = window.open_page("bills")
    page.tabs.choose(LIMITS)
    settle(qtbot, workers, lambda: page.limits.table.rows_model.rows)
    QTest.keyClick(page.limits.table, Qt.Key.Key_L)
    settle(qtbot, workers, lambda: any(one.told.text() for one in window.findChildren(LateFeeSettingsSheet)))
    settle(qtbot, workers, lambda: faults(window) == [])
    (sheet,) = window.findChildren(LateFeeSettingsSheet)
    form = sheet.form.form
    assert form.edit("choice").hasFocus()
    form.edit("from").show_text(seat.app.catalog(language).date(TODAY))
    QTest.keyClick(sheet, Qt.Key.Key_F12)
    settle(
        qtbot, workers, lambda: form.edit("from").property("problem") == "bad"
    )  # today's bills keep theirs
    form.edit("from").show_value(date(2026, 3, 1))
    QTest.keyClick(form.edit("choice"), Qt.Key.Key_End)  # the last choice of the last setting
    QTest.keyClick(sheet, Qt.Key.Key_F12)
    settle(qtbot, workers, lambda: not window.findChildren(LateFeeSettingsSheet))
    chosen = seat.ask(late_fee_choices)[-1]
    assert (chosen.setting, chosen.choice, chosen.valid_from) == ("least", "least_1", date(2026, 3, 1))


# Other bills


def test_a_bill_by_hand_is_typed_and_waits_in_the_queue(qtbot, page, clerk):
    page.tabs.choose(LIMITS)
    QTest.keyClick(page, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    others = page.others
    assert others.isVisible()
    assert page.window().focusWidget() is others.form.form.edit("account")
    others.kind.show_text("1")
    form = others.form
    number = page.drafts[0].account_number
    for name, text in (
        ("account", number), ("month", "2026-01"), ("lines[0].what", "The wall"), ("lines[0].amount", "12.50"),
    ):  # fmt: skip
        form.form.edit(name).show_text(text)
    QTest.keyClick(form.form.edit("account"), Qt.Key.Key_F12)
    assert page.run_shown.kind is BillKind.PERIODIC  # the reason is missing: nothing was sent
    form.form.edit("reason").show_text("a letter of January")
    QTest.keyClick(form.form.edit("account"), Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.run_shown.kind is BillKind.MANUAL and page.drafts)
    assert page.tabs.index == TO_SIGN
    assert page.window().focusWidget() is page.review.table
    (draft,) = page.drafts
    assert (draft.account_number, draft.amount, draft.flags) == (number, Money(1250), (ReviewFlag.BY_HAND,))
    settle(
        qtbot,
        page.tasks,
        lambda: any(
            "a letter of January" in label.text() for label in page.review.evidence.findChildren(Label)
        ),
    )
    others_sign(qtbot, page, clerk)
    QTest.keyClick(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.run_shown.state is RunState.ISSUED)
    made = clerk.ask(bill, clerk.ask(run_drafts, page.run_shown.number)[0].bill_number)
    assert (made.kind, made.amount) == (BillKind.MANUAL, Money(1250))


def test_a_bill_made_while_the_draft_of_another_is_open_asks_for_its_own(qtbot, page):
    """The account of the open draft has none in the new run, and is not looked for there."""
    bills = [draft.bill_number for draft in page.drafts[:2]]
    for at, number in enumerate(bills):
        page.tabs.choose(OTHERS)
        page.others.kind.show_text("2")
        form = page.others.form.form
        for name, text in (("number", number), ("energy", "20"), ("reason", "a letter")):
            form.edit(name).show_text(text)
        QTest.keyClick(form.edit("number"), Qt.Key.Key_F12)
        settle(qtbot, page.tasks, lambda: page.run_shown.kind is BillKind.ADJUSTING and page.drafts)
        settle(qtbot, page.tasks)
        assert page.banner.title_text == "1 draft ready"
        if not at:
            QTest.keyClick(page.review.table, Qt.Key.Key_Return)
            settle(qtbot, page.tasks, page.review.pane.isVisible)


def test_a_wrong_tariff_of_a_route_is_put_right_with_its_bills_in_sight(qtbot, page, clerk):
    """What the preview says of every bill is what its draft and its new bill come to; another person signs."""
    page.tabs.choose(OTHERS)
    others = page.others
    others.kind.show_text("3")
    form, edit = others.form, others.form.form.edit
    settle(qtbot, page.tasks, lambda: edit("route").count())
    assert others.beside.currentWidget() is form.pane
    edit("start").show_value(date(2025, 12, 1))
    edit("wrong").show_text("ZJ-RES")
    edit("right").show_text("ZJ-RES")
    QTest.keyClick(edit("why"), Qt.Key.Key_F12)
    assert page.run_shown.kind is BillKind.PERIODIC  # why is missing, and nothing would change
    edit("right").show_text("ZJ-SHARED")
    settle(qtbot, page.tasks, lambda: form.pane.table.rows_model.rows)
    seen = {one.account_number: one for one in form.pane.table.rows_model.rows}
    assert any(one.new != one.amount for one in seen.values())
    edit("why").show_text("shared meters")
    QTest.keyClick(edit("why"), Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.run_shown.correction and page.drafts)
    assert {one.account_number: one.amount for one in page.drafts} == {
        key: one.new for key, one in seen.items()
    }
    others_sign(qtbot, page, clerk)
    QTest.keyClick(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.run_shown.state is RunState.ISSUED)
    done = clerk.ask(run_drafts, page.run_shown.number)
    assert {one.account_number: one.amount for one in done} == {key: one.new for key, one in seen.items()}
    assert {clerk.ask(bill, one.bill_number).replaces for one in done} == {
        one.number for one in seen.values()
    }
    assert clerk.app.verify() == []


def test_what_is_refused_of_another_bill_stays_typed(qtbot, page):
    page.tabs.choose(OTHERS)
    number = page.drafts[0].account_number
    form = page.others.form
    form.form.edit("account").show_text(number)
    QTest.keyClick(form.form.edit("account"), Qt.Key.Key_F12)
    settle(qtbot, page.tasks, form.problem.isVisible)
    words = [label.text() for label in form.problem.findChildren(Label)]
    assert any("goes on" in one for one in words)
    assert form.form.edit("account").text() == number


def test_a_run_worked_on_elsewhere_tells_what_is_left_and_is_stopped_by_a_key(qtbot, page, clerk):
    drafted(qtbot, page)
    others_sign(qtbot, page, clerk)
    elsewhere = clerk.app.command_line("1")
    started = elsewhere.do(begin_issue, page.run_shown.number)
    elsewhere.do(issue_chunk, ShareOrder(started.run_id, draw_id(), 10))
    page.ask_again()
    settle(qtbot, page.tasks, lambda: page.run_shown.issued == 10)
    assert (page.run_shown.left, page.run_shown.at_work) == (36, True)
    assert "36 left" in page.cards["issued"].accessibleName()
    QTest.keyClick(page, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, page.tasks, lambda: page.run_shown.stopped_by)
    assert "36 accounts are left" in page.banner.title_text
    assert "Ctrl+T" not in {key.press for key in page.keys}
    assert help_run(elsewhere, page.run_shown.number, ShareJob.ISSUE).run.issued == 10
    QTest.keyClick(page, Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: page.run_shown.state is RunState.ISSUED)


def test_a_bill_that_is_looked_for_stays_open_beside_its_run(qtbot, page):
    number = page.drafts[7].bill_number
    drafted(qtbot, page)
    page.show_argument(number)
    settle(qtbot, page.tasks, page.pane.isVisible)
    assert (page.pane.shown.number, page.table.current.bill_number) == (number, number)
    assert page.run_shown.number == page.pane.shown.run_number


def test_a_refresh_leaves_the_account_the_cause_and_the_line_that_were_chosen(qtbot, page, clerk):
    drafted(qtbot, page)

    def asked_again() -> None:
        before = page.drafts
        page.ask_again()
        settle(qtbot, page.tasks, lambda: page.drafts is not before)

    page.table.go_to(7)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, page.pane.isVisible)
    page.pane.lines.go_to(1)
    line, number = page.pane.lines.current, page.table.current.account_number
    asked_again()
    assert (page.table.current.account_number, page.pane.shown.account_number) == (number, number)
    assert page.pane.lines.current == line

    page.tabs.choose(COMPARED)
    differences = page.differences
    differences.causes.go_to(1)
    differences.table.go_to(len(differences.table.rows_model.rows) - 1)
    cause, number = differences.causes.current.cause, differences.table.current.account_number
    asked_again()
    assert (differences.causes.current.cause, differences.table.current.account_number) == (cause, number)

    differences.causes.go_to(0)
    differences.table.go_to(0)
    signed, following = (row.account_number for row in differences.table.rows_model.rows[:2])
    run = page.run_shown.number
    (key,) = {row.account_id for row in page.drafts if row.account_number == signed and row.unsigned}
    seat_of(clerk.app, "wang").do(sign_drafts, SignOrder(run, (key,)))
    asked_again()
    assert differences.table.current.account_number == following
