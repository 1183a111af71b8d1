"""What a person chooses holds at once and the next time: language, theme, density, size of type, rail, place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from desktop.counter.records import TillOrder
from desktop.counter.service import open_till
from desktop.kernel.measures import Money
from desktop.qt import preferences, theme
from desktop.qt.page import Question
from desktop.qt.table import Table
from desktop.shell.window import Window
from tests.hall import seat_of
from tests.looks import faults
from tests.windows import WAIT_MS, owing, settle, shown

CONTROL = Qt.KeyboardModifier.ControlModifier


def pick(window: Window, name: str, value: object) -> None:
    """Choose in the person's sheet by keys alone: F10, Tab to the field, letters or arrows to the value."""
    if window.person_sheet.isHidden():
        QTest.keyClick(window, Qt.Key.Key_F10)
    choice = window.person_sheet.choices[name]
    for _ in range(20):
        if QApplication.focusWidget() is choice:
            break
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is choice
    key = Qt.Key.Key_Down if choice.findData(value) > choice.currentIndex() else Qt.Key.Key_Up
    while choice.currentData() != value:
        before = choice.currentIndex()
        QTest.keyClick(choice, key)
        choice = window.person_sheet.choices[name]  # a new one when the window was built again
        assert choice.currentIndex() != before


def choose(qtbot, window: Window, name: str, value: object) -> None:
    """Choose a value directly, as the list of a choice does."""
    window.choose(name, value)
    settle(qtbot, window.tasks)


class TestLanguage:
    def test_it_switches_live_and_the_page_comes_back_with_its_account(self, qtbot, window, clerk):
        window.open_page("customers", owing(clerk)[0].number)
        settle(qtbot, window.tasks, lambda: window.page.card is not None)
        for language, title in (("zh_CN", "客户"), ("vi", "Khách hàng"), ("fi", "Asiakkaat")):
            choose(qtbot, window, "language", language)
            settle(qtbot, window.tasks, lambda: window.page.card is not None)
            assert window.page_name == "customers"
            assert window.page.title == title
            assert window.page.card.row.number == owing(clerk)[0].number
            assert window.person_sheet.isVisible()
        assert preferences.of("zhao").value("language", "") == "fi"
        assert QApplication.translate("QLineEdit", "&Copy") == "K&opioi"

    def test_by_keys_alone(self, qtbot, window):
        window.open_page("readings")
        pick(window, "language", "zh_CN")
        settle(qtbot, window.tasks)
        assert window.say.language == "zh_CN"
        assert QApplication.focusWidget() is window.person_sheet.choices["language"]
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
        assert window.person_sheet.isHidden()
        assert window.page_name == "readings"

    def test_typed_money_is_asked_about_first(self, qtbot, window, clerk, monkeypatch):
        clerk.do(open_till, TillOrder(Money(0)))
        window.open_page("counter", owing(clerk)[0].number)
        settle(qtbot, window.tasks, lambda: window.page.payer is not None)
        QTest.keyClicks(window.page.money.given, "100")
        asked = []

        def stay(question: Question) -> Question.DialogCode:
            asked.append(question)
            return Question.DialogCode.Rejected

        monkeypatch.setattr(Question, "exec", stay)
        choose(qtbot, window, "language", "vi")
        assert len(asked) == 1
        assert window.say.language == "en"
        assert window.page.money.given.text() == "100"
        assert window.person_sheet.choices["language"].currentData() == "en"
        monkeypatch.setattr(Question, "exec", lambda _: Question.DialogCode.Accepted)
        choose(qtbot, window, "language", "vi")
        settle(qtbot, window.tasks, lambda: window.page.payer is not None)
        assert window.say.language == "vi"
        assert window.page.payer.row.number == owing(clerk)[0].number
        assert window.page.money.given.text() == ""

    def test_a_job_under_way_is_not_lost_by_it(self, qtbot, window, monkeypatch):
        window.open_page("bills")
        settle(qtbot, window.tasks)
        window.page._job = 1
        window.choose("language", "vi")
        assert window.say.language == "en"
        assert window.toasts.shown[-1].note.state == "warn"


class TestLook:
    @pytest.mark.parametrize(
        ("scheme", "colours"),
        [("dark", theme.DARK), ("contrast", theme.LIGHT_CONTRAST), ("light", theme.LIGHT)],
    )
    def test_the_theme_changes_at_once_and_nothing_is_built_again(self, qtbot, window, scheme, colours):
        window.open_page("customers")
        settle(qtbot, window.tasks)
        page = window.page
        pick(window, "theme", scheme)
        assert theme.colours() == colours
        assert window.page is page
        assert window.palette().window().color().name().upper() == colours.canvas

    def test_density_and_size_of_type(self, qtbot, window):
        window.open_page("customers")
        settle(qtbot, window.tasks)
        normal = window.page.list.row_height
        choose(qtbot, window, "density", "compact")
        assert window.page.list.row_height == 26 < normal
        choose(qtbot, window, "density", "relaxed")
        assert window.page.list.row_height == 36
        choose(qtbot, window, "percent", 140)
        assert theme.font("body").pixelSize() == 18
        assert window.page.list.row_height > 36
        assert window.page.list.font().pixelSize() == 18

    def test_the_next_time_it_is_as_it_was_chosen(self, qtbot, window, clerk, workers):
        window.open_page("customers")
        settle(qtbot, workers)
        choose(qtbot, window, "density", "relaxed")
        choose(qtbot, window, "theme", "dark")
        choose(qtbot, window, "rail", "wide")
        window.close()
        theme.apply(QApplication.instance(), dark=False)
        again = shown(qtbot, Window(clerk, workers))
        assert theme.is_dark()
        assert theme.ROW == 36
        assert again.rail_pane.wide
        again.open_last()
        assert again.page_name == "customers"
        settle(qtbot, workers)

    def test_nonsense_in_the_file_is_as_if_nothing_was_chosen(self, qtbot, clerk, workers):
        mine = preferences.of("zhao")
        for name, value in (
            ("theme", "pink"),
            ("density", 7),
            ("percent", 900),
            ("window", ["a"]),
            ("page", "?"),
            ("keys", ["F5"]),
            ("rail", {}),
        ):
            mine.keep(name, value)
        made = shown(qtbot, Window(clerk, workers))
        made.open_last()
        settle(qtbot, workers)
        assert made.page_name == made.entries[0].name
        assert not made.rail_pane.wide
        assert theme.look() == theme.Look()

    @pytest.mark.parametrize("language", ["zh_CN", "fi"])
    def test_nothing_is_clipped_in_the_frame_and_sheets_with_large_type(
        self, qtbot, clerk, workers, language
    ):
        preferences.of("zhao").keep("percent", 140)
        made = shown(qtbot, Window(replace(clerk, actor=replace(clerk.actor, language=language)), workers))
        made.open_page("readings")
        settle(qtbot, workers)
        for show in (made.show_person, made.show_help, made.show_running):
            show()
            qtbot.wait(30)
            sheet = next(sheet for sheet in made.sheets.values() if sheet.isVisible())
            assert faults(sheet) == []
            assert made.rect().contains(sheet.geometry())
        made.lock()
        qtbot.wait(30)
        assert faults(made.lock_screen) == []


class TestRail:
    def test_it_is_wide_on_wide_windows_or_as_chosen(self, qtbot, window):
        assert not window.rail_pane.wide
        window.resize(1920, 1080)
        assert window.rail_pane.wide
        window.resize(1366, 768)
        assert not window.rail_pane.wide
        choose(qtbot, window, "rail", "wide")
        assert window.rail_pane.wide
        qtbot.waitUntil(lambda: window.rail["counter"].width() == theme.RAIL_WIDE)

    def test_names_of_all_areas_stand_or_none(self, qtbot, window):
        for height in range(700, 781, 4):
            window.resize(1366, height)
            qtbot.wait(1)
            assert len({one._named() for one in window.rail.values()}) == 1, height

    def test_badges_count_what_waits_and_stay_when_the_language_changes(self, qtbot, window):
        window.badge("readings", 38)
        window.badge("bills", 3, True)
        window.badge("nowhere", 1)
        window.open_page("customers").waiting.emit("staff", 2, False)
        assert window.rail["staff"].count == 2
        assert window.rail["readings"].accessibleName().endswith(", 38")
        choose(qtbot, window, "language", "vi")
        assert (window.rail["bills"].count, window.rail["bills"].late) == (3, True)
        window.badge("bills", 0)
        assert not window.rail["bills"].accessibleName().endswith("0")


class TestPlace:
    def test_the_window_comes_back_where_it_was_left(self, qtbot, window, clerk, workers):
        window.setGeometry(QRect(40, 30, 1400, 800))
        window.close()
        again = shown(qtbot, Window(clerk, workers))
        assert again.geometry() == QRect(40, 30, 1400, 800)

    def test_a_place_that_is_on_no_screen_any_more_is_not_taken(self, qtbot, clerk, workers):
        preferences.of("zhao").keep("window", [90_000, 90_000, 1300, 700, 0])
        made = shown(qtbot, Window(clerk, workers))
        assert made.size() == QRect(0, 0, 1300, 700).size()
        assert any(screen.geometry().contains(made.pos()) for screen in QGuiApplication.screens())

    def test_it_is_kept_for_each_person_alone(self, qtbot, window, hall, workers):
        window.resize(1500, 800)
        window.close()
        other = shown(qtbot, Window(hall.sign_in("lin", "demo", "1"), workers))
        assert other.width() == theme.FIRST_WINDOW[0]


class Watcher(QObject):
    """Sees what is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[QWidget] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(watched)
        return False


def test_nothing_but_the_window_is_ever_shown_as_a_window(qtbot, window, clerk):
    """A part made visible before it stands in a window would flash as one, and take the keys."""

    watcher = Watcher()
    QApplication.instance().installEventFilter(watcher)
    try:
        for entry in window.entries:
            window.open_page(entry.name)
            settle(qtbot, window.tasks)
        for show in (window.show_help, window.show_person, window.show_running):
            show()
    finally:
        QApplication.instance().removeEventFilter(watcher)
    assert [type(widget).__name__ for widget in watcher.seen] == []


def test_f4_goes_to_the_card_and_back(qtbot, window, clerk):
    clerk.do(open_till, TillOrder(Money(0)))
    number = owing(clerk)[0].number
    window.open_page("counter", number)
    settle(qtbot, window.tasks, lambda: window.page.payer is not None)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F4)
    settle(qtbot, window.tasks, lambda: window.page_name == "customers" and window.page.card is not None)
    assert window.page.card.row.number == number
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F4)
    settle(qtbot, window.tasks)
    assert window.page_name == "counter"
    assert window.page.payer.row.number == number


def test_escape_closes_the_top_most_thing_first(qtbot, window):
    page = window.open_page("readings")
    settle(qtbot, window.tasks)
    QTest.keyClick(page, Qt.Key.Key_F1)
    assert window.help.isVisible()
    page.setFocus()
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert window.help.isHidden()


def test_signing_out_gives_the_workplace_back(qtbot, window):
    window.open_page("customers")
    settle(qtbot, window.tasks)
    with qtbot.waitSignals([window.signed_out, window.closed], timeout=WAIT_MS):
        window.show_person()
        QTest.keyClick(window.person_sheet.out, Qt.Key.Key_Space)
    assert window.isHidden()


class TestTables:
    def test_each_keeps_its_columns_for_the_person_on_every_page_and_in_every_language(
        self, qtbot, window, hall, workers
    ):
        def table(seen: Window) -> Table:
            page = seen.open_page("bills")
            settle(qtbot, workers, lambda: page.table.rows_model.rows)
            return page.table

        def keys(one: Table) -> list[str]:
            return [one.rows_model.columns[at].key for at in one.arrangement.shown]

        mine = table(window)
        standard = keys(mine)
        QTest.keyClick(mine, Qt.Key.Key_C, CONTROL | Qt.KeyboardModifier.ShiftModifier)
        QTest.keyClick(mine.findChild(QFrame, "chooser").list, Qt.Key.Key_Space)
        QTest.keyClick(mine.findChild(QFrame, "chooser").list, Qt.Key.Key_Escape)
        mine.header.resizeSection(mine.arrangement.shown[1], 177)
        mine.sort_by(mine.arrangement.shown[1])
        left, sort = keys(mine), mine.rows_model.listing.sort
        assert left == standard[1:]
        window.close()
        preferences.of.cache_clear()

        other = table(shown(qtbot, Window(seat_of(hall, "wang"), workers)))
        assert (keys(other), other.rows_model.listing.sort) == (standard, "")

        zhao = seat_of(hall, "zhao")
        again = table(shown(qtbot, Window(replace(zhao, actor=replace(zhao.actor, language="fi")), workers)))
        assert (keys(again), again.rows_model.listing.sort) == (left, sort)
        assert again.columnWidth(again.arrangement.shown[1]) == 177
