"""The queue of doubtful reads on the real application, worked by keys in two languages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop import sample
from desktop.desk import service as desk
from desktop.kernel.canonical import Content
from desktop.kernel.measures import Reading
from desktop.metering import service as metering
from desktop.metering.page.queue import HOLIDAYS, LIMITS
from desktop.metering.records import (
    DoubtState,
    EstimateMethod,
    EstimateOrder,
    Flag,
    HandRead,
    ReadReason,
)
from desktop.qt.basics import Label
from desktop.sample import zhejiang
from desktop.shell.window import Window
from tests import hall as halls
from tests.windows import settle


def last(hall, number):
    """The latest live read of an account."""
    shown = hall.command_line().ask(desk.account_card, number).reads
    return next(read for read in shown if not read.reversed and read.reason is ReadReason.PERIODIC)


@pytest.fixture
def doubted(hall):
    """The accounts of the sample hall's doubtful reads: a jump, one below the last, nothing, a jump; the first has a
    photo."""
    numbers = [halls.account_number(place) for place in zhejiang.TOLD]
    photo = Content(halls.photo(400))
    checked = HandRead(
        numbers[0], Reading.of(5), zhejiang.TOLD_ON, reason=ReadReason.CHECK, reader="Zhou", photo=photo
    )
    hall.command_line().do(metering.record_read, checked)
    return numbers


@pytest.fixture(params=["en", "zh_CN"])
def page(qtbot, clerk, workers, doubted, request):
    speaking = replace(clerk, actor=replace(clerk.actor, language=request.param))
    window = Window(speaking, workers)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    made = window.open_page("doubtful")
    settle(qtbot, window.tasks, lambda: made.evidence.shown is not None)
    return made


def waiting(page):
    return [row.account_number for row in page.table.rows_model.rows]


def press(qtbot, page, key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(page.table, key, modifier)
    settle(qtbot, page.tasks, lambda: not page._busy)
    settle(qtbot, page.tasks)


def test_each_letter_is_a_verdict_and_the_next_row_follows(qtbot, hall, page, doubted):
    assert waiting(page) == doubted
    assert page.evidence.shown.account_number == doubted[0]
    page.table.setFocus()
    press(qtbot, page, Qt.Key.Key_A)
    assert waiting(page) == doubted[1:]
    assert last(hall, doubted[0]).read_on == zhejiang.TOLD_ON
    assert page.evidence.shown.account_number == doubted[1]
    press(qtbot, page, Qt.Key.Key_E)
    assert last(hall, doubted[1]).source.value == "estimated"
    press(qtbot, page, Qt.Key.Key_R)
    assert waiting(page) == doubted[3:]
    assert [row.account_number for row in page.requests.rows_model.rows] == [doubted[2]]
    press(qtbot, page, Qt.Key.Key_A)
    assert waiting(page) == []
    assert page.evidence.shown is None
    for _ in range(4):
        press(qtbot, page, Qt.Key.Key_U)
    assert waiting(page) == doubted
    assert hall.verify() == []


def test_a_correction_is_typed_and_taken_with_enter(qtbot, hall, page, doubted):
    page.table.setFocus()
    right = last(hall, doubted[0]).value + Reading.of(260)
    press(qtbot, page, Qt.Key.Key_C)
    assert page.evidence.value.hasFocus()
    QTest.keyClicks(page.evidence.value, "5")
    QTest.keyClick(page.evidence.value, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: not page._busy)
    assert page.banner.title_text  # below the last read: refused, and it still waits
    assert waiting(page) == doubted
    QTest.keyClick(page.evidence.value, Qt.Key.Key_Escape)
    press(qtbot, page, Qt.Key.Key_C)
    QTest.keyClicks(page.evidence.value, str(int(right.decimal)))
    QTest.keyClick(page.evidence.value, Qt.Key.Key_Return)
    settle(qtbot, page.tasks, lambda: not page._busy)
    settle(qtbot, page.tasks)
    assert last(hall, doubted[0]).value == right
    assert waiting(page) == doubted[1:]


def test_all_of_one_reason_are_accepted_at_once_and_undone_at_once(qtbot, hall, page, doubted):
    page.table.setFocus()
    press(qtbot, page, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    assert waiting(page) == [doubted[1], doubted[2]]
    press(qtbot, page, Qt.Key.Key_U)
    assert waiting(page) == doubted


def test_the_pane_tells_why_and_shows_the_photo(qtbot, page):
    words = page.say(page.evidence.shown.doubts[0].text)
    assert words in [label.text() for label in page.evidence.findChildren(Label)]
    assert len(page.evidence.bars._bars) == 13
    press(qtbot, page, Qt.Key.Key_V)
    sheets = [one for one in page.window().children() if type(one).__name__ == "PhotoSheet"]
    assert [sheet.isVisible() for sheet in sheets] == [True]
    assert not sheets[0]._whole.isNull()
    QTest.keyClick(sheets[0], Qt.Key.Key_Escape)


def test_the_queue_is_filtered_by_reason_and_route_with_keys(qtbot, page, doubted):
    page.table.setFocus()
    jump = page.table.rows_model.rows[0].doubts[0].flag.value
    press(qtbot, page, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert page.reason.hasFocus()
    page.reason.show_text(jump)
    assert waiting(page) == [doubted[0], doubted[3]]
    QTest.keyClick(page.reason, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert page.route.hasFocus()
    page.route.show_text("0413")
    assert waiting(page) == [doubted[3]]
    QTest.keyClick(page.route, Qt.Key.Key_Return)
    assert page.table.hasFocus()
    press(qtbot, page, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)  # those shown alone
    assert waiting(page) == []
    QTest.keyClick(page.reason, Qt.Key.Key_Escape)
    assert waiting(page) == [doubted[2]]
    QTest.keyClick(page.route, Qt.Key.Key_Escape)
    assert waiting(page) == doubted[:3]


def test_each_row_has_its_thirteen_months(page):
    cell = page.table.rows_model.cell(0, page.table.rows_model.columnCount() - 1)
    assert len(cell.spark) == 13
    assert max(share for share, _estimated in cell.spark) == 1
    assert page.say.number(page.table.rows_model.rows[0].months[-1].energy) in cell.text


def test_an_estimate_that_somebody_else_proposed_is_approved_with_a(qtbot, hall, page, doubted):
    night = hall.command_line()
    first = next(row for row in night.ask(metering.doubtful_reads).rows if row.account_number == doubted[0])
    night.do(metering.estimate, EstimateOrder(first.doubtful_id, EstimateMethod.MEAN))
    night.do(metering.record_read, HandRead(doubted[0], Reading.of(99_000), page.seat.today()))
    again = next(row for row in night.ask(metering.doubtful_reads).rows if row.account_number == doubted[0])
    decided = night.do(metering.estimate, EstimateOrder(again.doubtful_id, EstimateMethod.MEAN))
    assert decided.state is DoubtState.PROPOSED
    page.ask_again()
    settle(
        qtbot,
        page.tasks,
        lambda: again.doubtful_id in {one.doubtful_id for one in page.table.rows_model.rows},
    )
    at = [row.doubtful_id for row in page.table.rows_model.rows].index(again.doubtful_id)
    page.table.selectRow(at)
    page.table.setFocus()
    settle(qtbot, page.tasks, lambda: page.evidence.shown.doubtful_id == again.doubtful_id)
    press(qtbot, page, Qt.Key.Key_A)
    assert again.doubtful_id not in {one.doubtful_id for one in page.table.rows_model.rows}
    newest = last(hall, doubted[0])
    assert (newest.read_on, newest.source.value) == (page.seat.today(), "estimated")
    assert hall.verify() == []


def test_f12_leads_to_the_bill_run(qtbot, page):
    page.table.setFocus()
    press(qtbot, page, Qt.Key.Key_F12)
    assert page.window().page_name == "bills"


def test_limits_are_set_in_their_tab(qtbot, hall, page):
    page.tabs.choose(LIMITS)
    view = page.limits
    settle(qtbot, page.tasks, lambda: view.table.rows_model.rows)
    level = view.table.rows_model.rows[1].level
    view.table.selectRow(1)
    view.table.setFocus()
    QTest.keyClick(view.table, Qt.Key.Key_E)
    edit = view.form.form.edit
    edit("surge").show_text("80")
    edit("low").show_text("60")
    QTest.keyClick(edit("surge"), Qt.Key.Key_F12)
    settle(qtbot, page.tasks, view.form.problem.isVisible)  # the shortest after the longest
    edit("low").show_text("20")
    edit("flag zero").show_text("stored")
    QTest.keyClick(edit("surge"), Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: view.form is None)
    now = {one.level: one.limits for one in hall.command_line().ask(metering.read_limits)}[level]
    assert (now.surge_percent, now.days_low, Flag.ZERO in now.holding) == (80, 20, False)
    assert Flag.SURGE in now.holding
    settle(qtbot, page.tasks, lambda: len(view.history.rows_model.rows) == 3)
    assert {row.by for row in view.history.rows_model.rows} == {page.seat.actor.name}
    view.table.selectRow(0)
    settle(qtbot, page.tasks, lambda: not view.history.rows_model.rows)  # of the other level nothing changed


def test_who_may_not_decide_has_no_such_page(qtbot, hall, workers):
    reader = hall.sign_in("zhou", sample.PASSWORD, "3")
    window = Window(reader, workers)
    qtbot.addWidget(window)
    assert "doubtful" not in window.rail


def test_public_holidays_are_entered_in_their_tab(qtbot, hall, page):
    page.tabs.choose(HOLIDAYS)
    view = page.holidays
    settle(qtbot, page.tasks, lambda: view.table.rows_model.rows)
    year = view.table.rows_model.rows[0].days.year
    view.table.selectRow(0)
    view.table.setFocus()
    QTest.keyClick(view.table, Qt.Key.Key_E)
    edit = view.form.form.edit
    edit("holidays").show_text(f"{year}-01-01, then")
    QTest.keyClick(edit("holidays"), Qt.Key.Key_F12)
    assert view.form.problem.isVisible()
    edit("holidays").show_text(f"{year}-01-01, {year - 1}-01-01")
    QTest.keyClick(edit("holidays"), Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: str(year - 1) in view.form.problem._words.text())
    edit("holidays").show_text(f"{year}-01-01 {year}-01-04, {year}-10-01 – {year}-10-03")
    QTest.keyClick(edit("holidays"), Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: view.form is None)
    found = hall.command_line().ask(metering.calendar_years)[0]
    assert [day.day for day in found.days.holidays] == [1, 4, 1, 2, 3]
    assert found.set_by == page.seat.actor.name
    settle(qtbot, page.tasks, lambda: view.table.current.set_at is not None)
    QTest.keyClick(view.table, Qt.Key.Key_E)  # what stands there is read as it is written
    QTest.keyClicks(view.form.form.edit("worked"), f"{year}-01-09")
    QTest.keyClick(view.form.form.edit("worked"), Qt.Key.Key_F12)
    settle(qtbot, page.tasks, lambda: view.form is None)
    assert hall.command_line().ask(metering.calendar_years)[0].days.holidays == found.days.holidays
